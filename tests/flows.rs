//! What is promised of flows: the rules of `docs` and of `messenger_runtime::flow`, one test named after each.

use std::time::Duration;

use messenger_runtime::{
    flow::{EmailAddress, Retry},
    message::{BoxError, Button, Card},
    prelude::*,
};
use messenger_tests::{
    Stage, TempDir,
    graph::Call,
    shelf::{Shelf, reopened},
    stage::{APP_ID, echo, from_person, until},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

bot! {
    /// Sells coffee, by flows.
    Roastery;
    hello, menu, buy, pick, write_to, photo, parcel, quick, place, human, stop, where_am_i, seen, size, sorry,
    flow Checkout,
    flow Pick,
    flow Contact,
    flow Portrait,
    flow Parcel,
    flow Place,
    flow Quick,
    flow Renamed,
}

#[on_get_started]
async fn hello() -> &'static str {
    "hello"
}

#[on_text(words = ["menu"], interrupts)]
#[on_postback("MENU")]
async fn menu() -> Reply {
    Reply::buttons("the menu", [Button::postback("Again", menu {})])
}

#[on_text(words = ["buy"], interrupts)]
async fn buy(dialog: Dialog) -> Reply {
    Reply::text("with pleasure").then(dialog.begin(Checkout::default()))
}

#[on_text(words = ["pick"])]
async fn pick(dialog: Dialog) -> Reply {
    dialog.begin(Pick::default())
}

#[on_text(words = ["write"])]
async fn write_to(dialog: Dialog) {
    let _ = dialog.begin(Contact::default());
}

#[on_text(words = ["portrait"])]
async fn photo(dialog: Dialog) -> Reply {
    dialog.begin(Portrait::default()).then("and we begin")
}

#[on_text(words = ["parcel"], interrupts)]
async fn parcel(dialog: Dialog) -> Reply {
    dialog.begin(Parcel { weight: 3, to: None })
}

#[on_text(words = ["quick"])]
async fn quick(dialog: Dialog) -> Reply {
    dialog.begin(Quick {})
}

#[on_attachment(location)]
async fn place() -> &'static str {
    "nice place"
}

#[on_text(words = ["human"], interrupts)]
async fn human() -> Reply {
    Reply::text("one moment").hand_over()
}

#[on_text(words = ["stop it"], interrupts)]
async fn stop(dialog: Dialog) -> &'static str {
    dialog.end();
    "stopped"
}

#[on_text(words = ["where"], interrupts)]
async fn where_am_i(dialog: Dialog) -> String {
    match dialog.running() {
        Some((flow, step)) => format!("at {flow}.{step}"),
        None => "nowhere".to_owned(),
    }
}

#[on_read]
async fn seen() {}

#[on_quick_reply("SIZE:{size}")]
async fn size(size: u32) -> String {
    format!("size {size}")
}

#[fallback]
async fn sorry() -> &'static str {
    "sorry?"
}

#[derive(Choice, Debug, Clone, Copy)]
enum How {
    #[choice("Pick up")]
    PickUp,
    Deliver,
}

#[derive(Choice, Debug, Clone, Copy)]
enum Confirm {
    Yes,
    No,
}

#[derive(Default, Serialize, Deserialize)]
struct Checkout {
    quantity: u32,
    address: Option<String>,
}

#[flow(start = quantity, expires = "30m", cancel = r"(?i)^(cancel|never mind)$")]
impl Checkout {
    #[ask("How many?", options = ["1", "2", "3"], next = [how], attempts = 3, otherwise = help)]
    async fn quantity(&mut self, quantity: u32) -> Result<Next, Retry> {
        if quantity > 5 {
            return Err(Retry("We have only five left."));
        }
        self.quantity = quantity;
        Ok(Next::how)
    }

    #[say("Let me show you.", next = [quantity])]
    async fn help(&mut self) -> Next {
        Next::quantity
    }

    #[ask("Shall we bring the {quantity}?", next = [address, confirm])]
    async fn how(&mut self, how: How) -> (&'static str, Next) {
        match how {
            How::PickUp => ("See you.", Next::confirm),
            How::Deliver => ("Good.", Next::address),
        }
    }

    #[ask("Where to?", next = [confirm])]
    async fn address(&mut self, address: String) -> Result<Next, BoxError> {
        if address == "nowhere" {
            return Err("there is no such place".into());
        }
        self.address = Some(address);
        Ok(Next::confirm)
    }

    #[ask("{quantity}, right?", next = [receipt, quantity])]
    async fn confirm(&mut self, confirm: Confirm) -> Next {
        match confirm {
            Confirm::Yes => Next::receipt,
            Confirm::No => Next::quantity,
        }
    }

    #[end]
    async fn receipt(&mut self, user: User) -> String {
        assert!(!user.id().is_empty());
        format!(
            "{} to {}",
            self.quantity,
            self.address.as_deref().unwrap_or("you")
        )
    }

    #[on_cancel]
    async fn left(&mut self) -> String {
        format!("{} put back", self.quantity)
    }

    #[on_expiry]
    async fn late(&mut self) -> &'static str {
        "your cart is empty again"
    }
}

fn shelf(_: &Pick) -> Reply {
    Reply::carousel([
        Card::new("Moka").buttons([Button::answer("This", "moka")]),
        Card::new("Santos").buttons([Button::answer("This", "santos")]),
    ])
}

#[derive(Default, Serialize, Deserialize)]
struct Pick {
    sku: String,
}

#[flow(start = which)]
impl Pick {
    #[ask(shelf, next = [done])]
    async fn which(&mut self, sku: String) -> Next {
        self.sku = sku;
        Next::done
    }

    #[end]
    async fn done(&mut self) -> String {
        format!("{} it is", self.sku)
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Contact {}

#[flow(start = address, cancel = "^stop$")]
impl Contact {
    #[ask("Your e-mail address?", next = [done])]
    async fn address(&mut self, address: EmailAddress) -> (String, Next) {
        (format!("we write to {}", address.as_str()), Next::done)
    }

    #[end]
    async fn done(&mut self) {}
}

#[derive(Default, Serialize, Deserialize)]
struct Portrait {}

#[flow(start = picture)]
impl Portrait {
    #[ask("A picture, please", next = [done])]
    async fn picture(&mut self, pictures: Attachments) -> Next {
        assert!(!pictures.is_empty());
        Next::done
    }

    #[end]
    async fn done(&mut self) -> &'static str {
        "pretty"
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Parcel {
    weight: u32,
    to: Option<Place>,
}

#[flow(start = hello, cancel = "^stop$")]
impl Parcel {
    #[say("Let us send it.", next = [place])]
    async fn hello(&mut self) -> Next {
        Next::place
    }

    #[begin(Place { country: "France".to_owned(), ..Default::default() }, next = [sure])]
    async fn place(&mut self, place: Place) -> Result<Next, Retry> {
        if place.city == "Atlantis" {
            return Err(Retry("That has gone under."));
        }
        self.to = Some(place);
        Ok(Next::sure)
    }

    #[ask("Sure?", next = [done, place])]
    async fn sure(&mut self, sure: Confirm) -> Next {
        match sure {
            Confirm::Yes => Next::done,
            Confirm::No => Next::place,
        }
    }

    #[end]
    async fn done(&mut self) -> Option<String> {
        let to = self.to.as_ref()?;
        Some(format!("{} kg to {}, {}", self.weight, to.city, to.country))
    }

    #[on_cancel]
    async fn kept(&mut self) -> &'static str {
        "we keep the parcel"
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Place {
    country: String,
    city: String,
}

#[flow(start = city)]
impl Place {
    #[ask("Which city of {country}?", next = [done])]
    async fn city(&mut self, city: String) -> Next {
        self.city = city;
        Next::done
    }

    #[end]
    async fn done(&mut self) -> &'static str {
        "noted"
    }

    #[on_cancel]
    async fn nowhere(&mut self) -> &'static str {
        "nowhere then"
    }
}

#[derive(Serialize, Deserialize)]
struct Quick {}

#[flow(start = now, expires = "1s")]
impl Quick {
    #[ask("Now?", next = [done])]
    async fn now(&mut self, _now: String) -> Next {
        Next::done
    }

    #[end]
    async fn done(&mut self) {}

    #[on_expiry]
    async fn late(&mut self) -> &'static str {
        "too late"
    }
}

/// In version 1 its step was `amount`, and its field too.
#[derive(Serialize, Deserialize)]
struct Renamed {
    cups: u32,
}

#[flow(start = cups, version = 2)]
impl Renamed {
    #[on_unreadable]
    async fn lost(dialog: Dialog) -> Reply {
        Reply::text("we counted wrong").then(dialog.begin(Self { cups: 100 }))
    }

    #[ask("How many, after {cups}?", next = [done])]
    async fn cups(&mut self, cups: u32) -> Next {
        self.cups += cups;
        Next::done
    }

    #[end]
    async fn done(&mut self) -> String {
        format!("{} cups", self.cups)
    }

    #[migrate]
    fn upcast(version: u32, step: &str, value: Value) -> Result<(Self, &'static str), BoxError> {
        match (version, step) {
            (1, "amount") => Ok((
                Renamed {
                    cups: value["amount"].as_u64().ok_or("no amount")?.try_into()?,
                },
                "cups",
            )),
            _ => Err(format!("not known: {value}").into()),
        }
    }
}

async fn stage() -> Stage {
    Stage::of(Roastery::stateless()).await
}

/// What the bot says to each of these texts, all of it.
async fn says(stage: &Stage, texts: &[&str]) -> Vec<String> {
    let before = stage.texts().len();
    for text in texts {
        stage.says(text).await;
    }
    stage.texts().split_off(before)
}

/// The quick replies below the last message: their titles and payloads.
fn offered(stage: &Stage) -> Vec<(String, String)> {
    let calls = stage.graph.calls();
    let last = calls.iter().rev().find(|call| call.body.get("message").is_some());
    let quick_replies = last.and_then(|call| call.body.pointer("/message/quick_replies"));
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    quick_replies
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|one| (text(one, "title"), text(one, "payload")))
        .collect()
}

async fn taps_quick_reply(stage: &Stage, title: &str, payload: &str) -> Vec<String> {
    let before = stage.texts().len();
    stage
        .message(json!({"text": title, "quick_reply": {"payload": payload}}))
        .await;
    stage.texts().split_off(before)
}

#[tokio::test]
async fn a_flow_goes_from_question_to_question_to_its_end() {
    let stage = stage().await;
    assert_eq!(
        says(&stage, &["buy"]).await,
        ["with pleasure", "How many?"],
        "the question stands where `begin` does"
    );
    assert_eq!(says(&stage, &["2"]).await, ["Shall we bring the 2?"]);
    assert_eq!(says(&stage, &["deliver"]).await, ["Good.", "Where to?"]);
    assert_eq!(says(&stage, &["12 Quay Street"]).await, ["2, right?"]);
    assert_eq!(says(&stage, &["yes"]).await, ["2 to 12 Quay Street"]);
    assert_eq!(says(&stage, &["yes"]).await, ["sorry?"], "it is over");
}

#[tokio::test]
async fn a_step_may_lead_back() {
    let stage = stage().await;
    says(&stage, &["buy", "2", "pick up"]).await;
    assert_eq!(says(&stage, &["no"]).await, ["How many?"]);
    assert_eq!(
        says(&stage, &["3", "pick up", "yes"]).await.last().unwrap(),
        "3 to you"
    );
}

#[tokio::test]
async fn a_tap_on_an_option_is_the_answer() {
    let stage = stage().await;
    says(&stage, &["buy"]).await;
    let options = offered(&stage);
    assert_eq!(
        options[1],
        ("2".to_owned(), "%flow:Checkout:quantity:2".to_owned())
    );
    assert_eq!(
        taps_quick_reply(&stage, "2", &options[1].1).await,
        ["Shall we bring the 2?"]
    );
    let choices = offered(&stage);
    assert_eq!(
        choices[0],
        ("Pick up".to_owned(), "%flow:Checkout:how:PickUp".to_owned())
    );
    assert_eq!(
        taps_quick_reply(&stage, "Pick up", &choices[0].1).await,
        ["See you.", "2, right?"]
    );
}

#[tokio::test]
async fn a_typed_title_counts_as_its_tap() {
    let stage = stage().await;
    says(&stage, &["buy", "1"]).await;
    assert_eq!(says(&stage, &[" PICK UP "]).await, ["See you.", "1, right?"]);
}

#[tokio::test]
async fn a_stale_tap_has_the_question_asked_again_and_never_reaches_a_users_route() {
    let stage = stage().await;
    says(&stage, &["buy"]).await;
    let old = offered(&stage)[0].1.clone();
    says(&stage, &["2"]).await;
    assert_eq!(
        taps_quick_reply(&stage, "1", &old).await,
        ["Shall we bring the 2?"]
    );
    assert_eq!(
        says(&stage, &["pick up", "yes"]).await.last().unwrap(),
        "2 to you"
    );
    assert_eq!(
        taps_quick_reply(&stage, "1", &old).await,
        ["sorry?"],
        "nothing runs"
    );
}

#[tokio::test]
async fn a_carousel_can_be_a_question() {
    let stage = stage().await;
    stage.says("pick").await;
    let calls = stage.graph.calls();
    let payload = calls.last().and_then(|call: &Call| {
        call.body
            .pointer("/message/attachment/payload/elements/1/buttons/0/payload")?
            .as_str()
    });
    assert_eq!(payload, Some("%flow:Pick:which:santos"));
    stage.taps("%flow:Pick:which:santos").await;
    assert_eq!(stage.texts().last().unwrap(), "santos it is");
    stage.taps("%flow:Pick:which:moka").await;
    assert_eq!(stage.texts().last().unwrap(), "sorry?", "its flow is over");
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_asked_for_again_with_the_reason() {
    let stage = stage().await;
    says(&stage, &["buy"]).await;
    assert_eq!(
        says(&stage, &["nine"]).await,
        ["Please send a whole number, in digits.", "How many?"]
    );
    assert_eq!(
        says(&stage, &["9"]).await,
        ["We have only five left.", "How many?"]
    );
}

#[tokio::test]
async fn after_its_attempts_the_flow_goes_on_elsewhere() {
    let stage = stage().await;
    says(&stage, &["buy", "a", "b"]).await;
    assert_eq!(
        says(&stage, &["c"]).await,
        [
            "Please send a whole number, in digits.",
            "Let me show you.",
            "How many?"
        ]
    );
    assert_eq!(says(&stage, &["d"]).await.len(), 2, "the count begins anew");
}

#[tokio::test]
async fn input_of_another_kind_goes_to_its_own_handler_and_the_question_comes_again() {
    let stage = stage().await;
    says(&stage, &["buy"]).await;
    let before = stage.texts().len();
    stage
        .message(json!({"attachments": [{"type": "location", "payload": {"coordinates": {"lat": 1.0, "long": 2.0}}}]}))
        .await;
    assert_eq!(stage.texts()[before..], ["nice place", "How many?"]);
    assert_eq!(says(&stage, &["2"]).await, ["Shall we bring the 2?"]);
}

#[tokio::test]
async fn what_a_step_waits_for_may_be_an_attachment_and_text_goes_its_way() {
    let stage = stage().await;
    assert_eq!(
        says(&stage, &["portrait"]).await,
        ["A picture, please", "and we begin"]
    );
    assert_eq!(says(&stage, &["hm"]).await, ["sorry?", "A picture, please"]);
    stage
        .message(
            json!({"attachments": [{"type": "image", "payload": {"url": "https://coffee.example/a.png"}}]}),
        )
        .await;
    assert_eq!(stage.texts().last().unwrap(), "pretty");
}

#[tokio::test]
async fn a_postback_in_a_flow_has_its_own_handler_and_the_question_comes_again() {
    let stage = stage().await;
    says(&stage, &["buy"]).await;
    let before = stage.texts().len();
    stage.taps("MENU").await;
    assert_eq!(stage.texts()[before..], ["How many?"], "the menu is a template");
    assert_eq!(stage.graph.calls().len(), before + 2);
}

#[tokio::test]
async fn a_quick_reply_of_a_route_keeps_its_route_in_a_flow() {
    let stage = stage().await;
    says(&stage, &["buy"]).await;
    assert_eq!(
        taps_quick_reply(&stage, "42", "SIZE:42").await,
        ["size 42", "How many?"]
    );
}

#[tokio::test]
async fn a_route_that_interrupts_comes_before_the_step_and_others_do_not() {
    let stage = stage().await;
    says(&stage, &["buy", "1", "deliver"]).await;
    assert_eq!(
        says(&stage, &["where"]).await,
        ["at Checkout.address", "Where to?"]
    );
    assert_eq!(
        says(&stage, &["pick"]).await,
        ["1, right?"],
        "`pick` is the address"
    );
}

#[tokio::test]
async fn cancel_words_end_a_flow_with_its_hook() {
    let stage = stage().await;
    says(&stage, &["buy", "2"]).await;
    assert_eq!(says(&stage, &["Never mind"]).await, ["2 put back"]);
    assert_eq!(says(&stage, &["where"]).await, ["nowhere"]);
    says(&stage, &["write"]).await;
    assert_eq!(says(&stage, &["stop"]).await, ["Cancelled."], "without a hook");
}

#[tokio::test]
async fn begin_replaces_the_flow_that_runs_and_runs_its_cancel_hook() {
    let stage = stage().await;
    says(&stage, &["buy", "2"]).await;
    assert_eq!(
        says(&stage, &["buy"]).await,
        ["with pleasure", "2 put back", "How many?"]
    );
}

#[tokio::test]
async fn a_handler_ends_a_flow() {
    let stage = stage().await;
    says(&stage, &["buy", "2"]).await;
    assert_eq!(says(&stage, &["stop it"]).await, ["stopped", "2 put back"]);
    assert_eq!(
        says(&stage, &["stop it"]).await,
        ["stopped"],
        "where none runs nothing happens"
    );
}

#[tokio::test]
async fn get_started_ends_a_flow() {
    let stage = stage().await;
    says(&stage, &["buy", "2"]).await;
    let before = stage.texts().len();
    stage.taps("GET_STARTED").await;
    assert_eq!(stage.texts()[before..], ["hello"]);
    assert_eq!(says(&stage, &["where"]).await, ["nowhere"]);
}

#[tokio::test]
async fn a_question_begun_without_a_reply_is_asked_at_the_end() {
    let stage = stage().await;
    assert_eq!(says(&stage, &["write"]).await, ["Your e-mail address?"]);
}

#[tokio::test]
async fn a_contact_quick_reply_goes_to_the_step_that_waits_for_one() {
    let stage = stage().await;
    says(&stage, &["write"]).await;
    let said = taps_quick_reply(&stage, "ann@coffee.example", "ann@coffee.example").await;
    assert_eq!(said, ["we write to ann@coffee.example"]);
}

#[tokio::test]
async fn notices_do_not_have_the_question_asked_again() {
    let stage = stage().await;
    says(&stage, &["buy"]).await;
    let before = stage.texts().len();
    stage.event(from_person(json!({"read": {"watermark": 1}}))).await;
    stage
        .event(from_person(json!({"delivery": {"mids": ["m"], "watermark": 1}})))
        .await;
    assert_eq!(stage.texts().len(), before);
}

#[tokio::test]
async fn a_hand_over_suspends_the_flow_unasked() {
    let stage = stage().await;
    says(&stage, &["buy"]).await;
    assert_eq!(says(&stage, &["human"]).await, ["one moment"]);
    let passed = stage.graph.calls().last().map(|call| call.path.clone());
    assert_eq!(passed.as_deref(), Some("me/pass_thread_control"));
    let calls = stage.graph.calls().len();
    let to_the_human = json!({"message": {"mid": "m_human", "text": "2"}});
    stage.standby(from_person(to_the_human)).await;
    assert_eq!(stage.graph.calls().len(), calls, "what is said to the human");
    assert_eq!(
        says(&stage, &["2"]).await,
        ["Shall we bring the 2?"],
        "and it goes on"
    );
}

#[tokio::test]
async fn a_flow_asks_again_when_the_conversation_is_given_back() {
    let stage = stage().await;
    says(&stage, &["buy", "human"]).await;
    let back = json!({"pass_thread_control": {"new_owner_app_id": APP_ID}});
    let before = stage.texts().len();
    stage.event(from_person(back.clone())).await;
    assert_eq!(stage.texts()[before..], ["How many?"]);
    let again = json!({"pass_thread_control": {"new_owner_app_id": APP_ID, "metadata": "again"}});
    stage.event(from_person(again)).await;
    assert_eq!(stage.texts().len(), before + 1, "nobody else had it");
}

#[tokio::test]
async fn an_agents_echo_pauses_the_bot_and_its_flow() {
    let stage = stage().await;
    says(&stage, &["buy"]).await;
    stage
        .event(echo("263902037430900", "m_agent", "hi, this is Bob"))
        .await;
    assert_eq!(says(&stage, &["2"]).await, Vec::<String>::new());
    stage.clock.advance(Duration::from_secs(31 * 60));
    assert_eq!(
        says(&stage, &["3"]).await,
        ["your cart is empty again"],
        "its time ran on, and nobody says sorry besides"
    );
}

#[tokio::test]
async fn a_flow_expires() {
    let stage = stage().await;
    says(&stage, &["buy", "2"]).await;
    stage.clock.advance(Duration::from_secs(31 * 60));
    assert_eq!(
        says(&stage, &["where"]).await,
        ["your cart is empty again", "nowhere"]
    );
}

#[tokio::test]
async fn a_step_that_fails_leaves_the_flow_where_it_was() {
    let stage = stage().await;
    says(&stage, &["buy", "1", "deliver"]).await;
    assert_eq!(says(&stage, &["nowhere"]).await, Vec::<String>::new());
    assert_eq!(stage.handle.counts().turns_failed, 1);
    assert_eq!(says(&stage, &["12 Quay Street"]).await, ["1, right?"]);
}

#[tokio::test]
async fn a_step_begins_another_flow_and_goes_on_with_what_it_came_to() {
    let stage = stage().await;
    assert_eq!(
        says(&stage, &["parcel"]).await,
        ["Let us send it.", "Which city of France?"]
    );
    assert_eq!(
        says(&stage, &["where"]).await,
        ["at Place.city", "Which city of France?"]
    );
    assert_eq!(
        says(&stage, &["Atlantis"]).await,
        ["noted", "That has gone under.", "Which city of France?"]
    );
    assert_eq!(says(&stage, &["Nantes"]).await, ["noted", "Sure?"]);
    assert_eq!(
        says(&stage, &["no", "Brest", "yes"]).await.last().unwrap(),
        "3 kg to Brest, France"
    );
    assert_eq!(says(&stage, &["where"]).await, ["nowhere"]);
}

#[tokio::test]
async fn the_cancel_words_of_a_flow_end_what_it_has_begun_too() {
    let stage = stage().await;
    says(&stage, &["parcel"]).await;
    assert_eq!(
        says(&stage, &["stop"]).await,
        ["nowhere then", "we keep the parcel"]
    );
}

#[tokio::test]
async fn a_flow_that_is_replaced_ends_with_those_it_is_within() {
    let stage = stage().await;
    says(&stage, &["parcel"]).await;
    assert_eq!(
        says(&stage, &["stop it"]).await,
        ["stopped", "nowhere then", "we keep the parcel"]
    );
}

#[tokio::test]
async fn a_flow_that_expires_wakes_its_conversation() {
    let stage = stage().await;
    assert_eq!(says(&stage, &["quick"]).await, ["Now?"]);
    until("it expires", || stage.texts().len() == 2).await;
    assert_eq!(stage.texts()[1], "too late");
    assert_eq!(says(&stage, &["where"]).await, ["nowhere"]);
}

#[tokio::test]
async fn an_answer_in_time_takes_the_timer_back() {
    let stage = stage().await;
    says(&stage, &["quick", "yes"]).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(stage.texts(), ["Now?"]);
}

#[tokio::test]
async fn a_flow_goes_on_after_a_restart() {
    let folder = TempDir::new("flows");
    let turns = [
        ("parcel", ["Let us send it.", "Which city of France?"]),
        ("Atlantis", ["That has gone under.", "Which city of France?"]),
        ("Nantes", ["noted", "Sure?"]),
        ("no", ["Sure?", "Which city of France?"]),
    ];
    for (at, (says_now, answers)) in turns.into_iter().enumerate() {
        let store = reopened(&folder.path().join("bot.db")).await;
        let stage = Stage::of(Roastery::stateless().store(store)).await;
        // No message has the id of one before.
        for _ in 0..at {
            stage.mid();
        }
        let said = says(&stage, &[says_now]).await;
        assert_eq!(
            said.last().map(String::as_str),
            answers.last().copied(),
            "{said:?}"
        );
    }
}

#[tokio::test]
async fn it_is_stored_by_its_names_and_version() {
    let shelf = Shelf::default();
    let stage = Stage::of(Roastery::stateless().store(shelf.0.clone())).await;
    says(&stage, &["parcel"]).await;
    let flow = shelf.state().await["flow"].clone();
    assert_eq!(
        flow,
        json!({
            "flow": "Place", "version": 1, "step": "city", "data": {"country": "France", "city": ""},
            "within": {"flow": "Parcel", "version": 1, "step": "place", "data": {"weight": 3, "to": null}},
        })
    );
}

#[tokio::test]
async fn migrate_brings_an_older_flow_to_todays_version_and_step() {
    let shelf = Shelf::default();
    let stage = Stage::of(Roastery::stateless().store(shelf.0.clone())).await;
    let old = json!({"flow": "Renamed", "version": 1, "step": "amount", "data": {"amount": 2}});
    shelf.put(&json!({"flow": old}).to_string()).await;
    assert_eq!(says(&stage, &["many"]).await[1], "How many, after 2?");
    assert_eq!(says(&stage, &["3"]).await, ["5 cups"]);
}

/// Flows that cannot be read, and why.
fn unreadable() -> [(Value, &'static str); 4] {
    [
        (
            json!({"flow": "Renamed", "version": 2, "step": "cups", "data": {"amount": "secret"}}),
            "its data does not fit the type",
        ),
        (
            json!({"flow": "Renamed", "version": 1, "step": "gone", "data": "secret"}),
            "its `migrate` failed",
        ),
        (
            json!({"flow": "Checkout", "version": 1, "step": "gone", "data": {"quantity": 1, "address": null}}),
            "it has no step of this name; raise `version` and write `#[migrate]`",
        ),
        (
            json!({"flow": "Forgotten", "version": 2, "step": "cups", "data": "secret"}),
            "no flow of this name is listed in `bot!`",
        ),
    ]
}

#[tokio::test]
async fn a_flow_that_cannot_be_read_is_kept_aside_and_the_person_asked_to_begin_again() {
    for (flow, why) in unreadable() {
        let shelf = Shelf::default();
        let stage = Stage::of(Roastery::stateless().store(shelf.0.clone())).await;
        shelf.put(&json!({"flow": flow}).to_string()).await;
        // Whoever only reads is not spoken to, and nothing is done yet.
        stage.event(from_person(json!({"read": {"watermark": 1}}))).await;
        assert_eq!((stage.texts().len(), shelf.dead().await.len()), (0, 0), "{why}");
        let told = says(&stage, &["2"]).await;
        if flow["flow"] == "Renamed" {
            assert_eq!(told, ["we counted wrong", "How many, after 100?"], "{why}");
            assert_eq!(says(&stage, &["2"]).await, ["102 cups"]);
        } else {
            assert_eq!(told, ["Sorry, I lost our place. Please begin again."], "{why}");
        }
        let dead = shelf.dead().await;
        assert_eq!(dead.len(), 1, "{why}");
        let body: Value = serde_json::from_str(&dead[0].body).expect("JSON");
        assert_eq!((&body, &*dead[0].cause.code), (&flow, "MSG603"));
        assert!(dead[0].cause.text.ends_with(why), "{}", dead[0].cause.text);
        assert!(!dead[0].cause.text.contains("secret"), "{}", dead[0].cause.text);
        assert_eq!(says(&stage, &["buy"]).await, ["with pleasure", "How many?"]);
        assert_eq!(shelf.dead().await.len(), 1, "once");
    }
}

#[tokio::test]
async fn who_asks_for_something_else_is_told_of_a_lost_flow_and_answered() {
    let shelf = Shelf::default();
    let stage = Stage::of(Roastery::stateless().store(shelf.0.clone())).await;
    let [.., (forgotten, _)] = unreadable();
    shelf.put(&json!({"flow": forgotten}).to_string()).await;
    assert_eq!(
        says(&stage, &["where"]).await,
        ["Sorry, I lost our place. Please begin again.", "nowhere"]
    );
}
