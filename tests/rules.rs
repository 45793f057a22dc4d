//! Each rule of the order in which routes are tried, by its number.

use std::time::Duration;

use messenger_runtime::{config::Config, prelude::*};
use messenger_tests::{
    Stage,
    stage::{APP_ID, PERSON, echo, from_person},
};
use serde_json::json;

bot! {
    /// Every handler answers with its own name.
    pub Rules;
    standby, passed, own_echo, other_echo,
    table, welcome, buy, gift, any_postback,
    size, any_quick_reply, phone, email,
    small_order, order, link, menu, offer, chat,
    image, story, reaction, edited, command, hand, change_feed, optin, referral, sorry, oops, fails,
}

#[on_standby]
async fn standby() -> &'static str {
    "standby"
}
#[on_pass_thread_control]
async fn passed() -> &'static str {
    "passed"
}
#[on_echo(own)]
async fn own_echo() -> &'static str {
    "own_echo"
}
#[on_echo(other)]
async fn other_echo() -> &'static str {
    "other_echo"
}
#[on_referral("table-{n}")]
async fn table(n: u8) -> String {
    format!("table {n}")
}
#[on_get_started]
async fn welcome(referral: Option<Referral>) -> String {
    let reference = referral.as_ref().and_then(Referral::reference);
    format!("welcome {reference:?}")
}
#[on_payload("BUY:{sku}:{qty=1}", was = "ORDER:{sku}:{qty=1}")]
async fn buy(sku: String, qty: u8) -> String {
    format!("buy {qty} {sku}")
}
#[on_postback("GIFT:{rest..}")]
async fn gift(rest: String) -> String {
    format!("gift {rest}")
}
#[on_postback]
async fn any_postback() -> &'static str {
    "any_postback"
}
#[on_quick_reply("SIZE:{size}")]
async fn size(size: char) -> String {
    format!("size {size}")
}
#[on_quick_reply]
async fn any_quick_reply() -> &'static str {
    "any_quick_reply"
}
#[on_quick_reply(phone)]
async fn phone() -> &'static str {
    "phone"
}
#[on_quick_reply(email)]
async fn email() -> &'static str {
    "email"
}
#[on_text(r"^order (?<qty>\d+)$")]
async fn small_order(qty: u8) -> String {
    format!("small_order {qty}")
}
#[on_text(r"^order (?<qty>\d+)")]
async fn order(qty: u64) -> String {
    format!("order {qty}")
}
#[on_text("https://")]
async fn link() -> &'static str {
    "link"
}
#[on_text(words = ["menu", "STRASSE"])]
async fn menu() -> &'static str {
    "menu"
}
#[on_text(words = ["offer"])]
async fn offer() -> Reply {
    Reply::text("Which size?").quick_replies([
        QuickReply::text("Large", size { size: 'L' }),
        QuickReply::text("Größe M", size { size: 'M' }),
    ])
}
#[on_text(words = ["chat"])]
async fn chat(chat: Chat) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    chat.send(offer().await).await?;
    chat.typing_off().await
}
#[on_attachment(image)]
async fn image() -> &'static str {
    "image"
}
#[on_story_reply]
async fn story() -> &'static str {
    "story"
}
#[on_reaction(react)]
async fn reaction() -> &'static str {
    "reaction"
}
#[on_message_edit]
async fn edited() -> &'static str {
    "edited"
}
#[on_command("flights")]
async fn command() -> &'static str {
    "command"
}
#[on_text(words = ["human"])]
async fn hand() -> Reply {
    Reply::text("One moment.").then("Somebody comes.").hand_over()
}
#[on_change("feed")]
async fn change_feed() -> &'static str {
    "change_feed"
}
#[on_optin]
async fn optin() -> &'static str {
    "optin"
}
#[on_referral]
async fn referral() -> &'static str {
    "referral"
}
#[fallback]
async fn sorry() -> &'static str {
    "sorry"
}
#[on_error]
async fn oops(error: HandlerError) -> &'static str {
    match error {
        HandlerError::Failed(_) => "oops: failed",
        HandlerError::Panicked => "oops: panicked",
        HandlerError::TimedOut(_) => "oops: timed out",
        HandlerError::Limits(_) => "oops: limits",
        HandlerError::Rejected(_) => "oops: rejected",
        _ => "oops",
    }
}
#[on_text(words = ["fail", "panic", "sleep", "long"])]
async fn fails(text: Text) -> Result<Option<String>, &'static str> {
    match text.as_str() {
        "fail" => Err("on purpose"),
        "panic" => panic!("on purpose"),
        "long" => Ok(Some("x".repeat(3_000))),
        _ => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(None)
        }
    }
}

async fn stage() -> Stage {
    Stage::of(Rules::stateless()).await
}

#[tokio::test]
async fn rule_1_standby_goes_to_on_standby_alone() {
    let stage = stage().await;
    stage
        .standby(from_person(
            json!({"message": {"mid": stage.mid(), "text": "menu"}}),
        ))
        .await;
    stage
        .standby(from_person(
            json!({"postback": {"mid": stage.mid(), "title": "Buy"}}),
        ))
        .await;
    stage.standby(echo("55", &stage.mid(), "menu")).await;
    assert_eq!(stage.texts(), ["standby", "standby", "standby"]);
}

#[tokio::test]
async fn rule_1_thread_control_in_standby_goes_by_its_kind() {
    let stage = stage().await;
    stage
        .standby(from_person(
            json!({"pass_thread_control": {"new_owner_app_id": APP_ID}}),
        ))
        .await;
    assert_eq!(stage.texts(), ["passed"]);
}

#[tokio::test]
async fn rule_1_echoes_go_to_on_echo_alone() {
    let stage = stage().await;
    stage.event(echo(APP_ID, &stage.mid(), "menu")).await;
    stage.event(echo("55", &stage.mid(), "menu")).await;
    let mut without_app = echo("55", &stage.mid(), "menu");
    without_app["message"]
        .as_object_mut()
        .expect("an object")
        .remove("app_id");
    stage.event(without_app).await;
    assert_eq!(stage.texts(), ["own_echo", "other_echo", "other_echo"]);
}

#[tokio::test]
async fn rule_1_an_echo_of_somebody_else_pauses_the_bot_for_30_minutes() {
    let stage = stage().await;
    stage
        .event(echo("55", &stage.mid(), "Hello, this is Jo from the shop."))
        .await;
    stage.says("menu").await;
    stage.clock.advance(Duration::from_secs(29 * 60));
    stage.says("menu").await;
    assert_eq!(
        (stage.texts().len(), stage.handle.counts().paused),
        (1, 2),
        "only other_echo has answered"
    );
    stage.clock.advance(Duration::from_secs(61));
    stage.says("menu").await;
    assert_eq!(stage.texts(), ["other_echo", "menu"]);
}

#[tokio::test]
async fn rule_1_the_pause_ends_when_control_comes_back_and_own_echoes_start_none() {
    let stage = stage().await;
    stage.event(echo(APP_ID, &stage.mid(), "the bot's own")).await;
    stage.says("menu").await;
    stage.event(echo("55", &stage.mid(), "Hello")).await;
    stage
        .event(from_person(
            json!({"pass_thread_control": {"new_owner_app_id": APP_ID}}),
        ))
        .await;
    stage.says("menu").await;
    assert_eq!(
        stage.texts(),
        ["own_echo", "menu", "other_echo", "passed", "menu"]
    );
}

#[tokio::test]
async fn rule_1_an_echo_of_instagram_names_no_app_and_pauses_nobody() {
    let stage = stage().await;
    let mut echo = echo("55", &stage.mid(), "the bot's own");
    echo["message"]
        .as_object_mut()
        .expect("an object")
        .remove("app_id");
    let body = json!({"object": "instagram", "entry": [{"id": "20001", "time": 1, "messaging": [
        echo,
        from_person(json!({"message": {"mid": stage.mid(), "text": "menu"}})),
    ]}]});
    assert_eq!(stage.post(body.to_string().as_bytes()).await, 200);
    stage.quiet().await;
    assert_eq!(stage.texts(), ["own_echo", "menu"]);
}

#[tokio::test]
async fn rule_2_a_ref_that_a_route_names_goes_there_wherever_it_arrives() {
    let stage = stage().await;
    let referral = json!({"ref": "table-7", "source": "SHORTLINK", "type": "OPEN_THREAD"});
    stage.event(from_person(json!({"referral": referral}))).await;
    stage.event(from_person(json!({"postback": {"mid": stage.mid(), "title": "Get started", "payload": "GET_STARTED", "referral": referral}}))).await;
    stage.message(json!({"text": "menu", "referral": referral})).await;
    assert_eq!(stage.texts(), ["table 7", "table 7", "table 7"]);
}

#[tokio::test]
async fn rule_2_any_other_ref_is_an_option_of_the_handler() {
    let stage = stage().await;
    let referral = json!({"ref": "spring", "source": "SHORTLINK", "type": "OPEN_THREAD"});
    stage.event(from_person(json!({"referral": referral}))).await;
    stage
        .event(from_person(
            json!({"postback": {"mid": stage.mid(), "payload": "GET_STARTED", "referral": referral}}),
        ))
        .await;
    stage.taps("GET_STARTED").await;
    assert_eq!(
        stage.texts(),
        ["referral", "welcome Some(\"spring\")", "welcome None"]
    );
}

#[tokio::test]
async fn rule_3_a_postback_goes_to_its_exact_payload_then_to_on_postback() {
    let stage = stage().await;
    for payload in ["BUY:moka:2", "BUYER", "BUY", "BUY:a:b:c", "menu"] {
        stage.taps(payload).await;
    }
    assert_eq!(
        stage.texts(),
        [
            "buy 2 moka",
            "any_postback",
            "any_postback",
            "any_postback",
            "any_postback"
        ]
    );
}

#[tokio::test]
async fn rule_4_a_quick_reply_goes_to_its_exact_payload_then_to_on_quick_reply() {
    let stage = stage().await;
    for payload in ["SIZE:L", "BUY:moka", "SIZE:LL", "GIFT:x"] {
        stage
            .message(json!({"text": "menu", "quick_reply": {"payload": payload}}))
            .await;
    }
    assert_eq!(
        stage.texts(),
        ["size L", "buy 1 moka", "any_quick_reply", "any_quick_reply"]
    );
}

#[tokio::test]
async fn rule_4_phone_and_email_replies_have_their_own_routes() {
    let stage = stage().await;
    stage
        .message(json!({"text": "+49 30 1234567", "quick_reply": {"payload": "+49 30 1234567"}}))
        .await;
    stage
        .message(json!({"text": "ann@example.com", "quick_reply": {"payload": "ann@example.com"}}))
        .await;
    stage
        .message(json!({"text": "Other", "quick_reply": {"payload": "OTHER"}}))
        .await;
    assert_eq!(stage.texts(), ["phone", "email", "any_quick_reply"]);
}

#[tokio::test]
async fn rule_5_a_typed_title_of_the_last_message_counts_as_that_tap() {
    let stage = stage().await;
    stage.says("offer").await;
    stage.says("  LARGE ").await;
    stage.says("large").await;
    stage.says("offer").await;
    stage.says("GRÖSSE M").await;
    assert_eq!(
        stage.texts(),
        ["Which size?", "size L", "sorry", "Which size?", "size M"]
    );
}

#[tokio::test]
async fn rule_5_holds_for_what_chat_has_sent() {
    let stage = stage().await;
    stage.says("chat").await;
    stage.says("large").await;
    assert_eq!(stage.texts(), ["Which size?", "size L"]);
}

#[tokio::test]
async fn rule_6_text_routes_run_in_the_order_of_the_bot_and_the_first_whose_captures_parse() {
    let stage = stage().await;
    for text in [
        "order 7",
        "order 300",
        "order 7 please",
        "Menu",
        " menu\n",
        "straße",
        "menus",
    ] {
        stage.says(text).await;
    }
    assert_eq!(
        stage.texts(),
        [
            "small_order 7",
            "order 300",
            "order 7",
            "menu",
            "menu",
            "menu",
            "sorry"
        ]
    );
}

#[tokio::test]
async fn rule_7_text_with_an_attachment_is_routed_as_text_then_as_attachment() {
    let stage = stage().await;
    let image = json!([{"type": "image", "payload": {"url": "https://cdn.example/1.jpg"}}]);
    let pasted = json!([{"type": "fallback", "payload": {"url": "https://example.com", "title": "Example"}}]);
    stage.message(json!({"text": "menu", "attachments": image})).await;
    stage.message(json!({"text": "look", "attachments": image})).await;
    stage.message(json!({"attachments": image})).await;
    stage
        .message(json!({"text": "https://example.com", "attachments": pasted}))
        .await;
    stage
        .message(json!({"text": "look", "attachments": pasted}))
        .await;
    assert_eq!(stage.texts(), ["menu", "image", "image", "link", "sorry"]);
}

#[tokio::test]
async fn rule_8_the_events_own_kind_comes_after_texts_and_attachments() {
    let stage = stage().await;
    stage
        .event(from_person(
            json!({"reaction": {"action": "react", "emoji": "x", "mid": "m_0"}}),
        ))
        .await;
    stage
        .event(from_person(
            json!({"message_edit": {"mid": "m_0", "text": "menu", "num_edit": 1}}),
        ))
        .await;
    let story = json!({"story": {"id": "1", "url": "https://cdn.example/2"}});
    for text in ["/flights", "menu"] {
        stage
            .message(json!({"text": text, "commands": [{"name": "flights"}]}))
            .await;
        stage.message(json!({"text": text, "reply_to": story})).await;
    }
    assert_eq!(
        stage.texts(),
        ["reaction", "edited", "command", "story", "menu", "menu"]
    );
}

#[tokio::test]
async fn rule_8_on_event_takes_what_is_left_ahead_of_fallback() {
    bot! { Curious; greet, any_event, never }
    #[on_text(words = ["hello"])]
    async fn greet() -> &'static str {
        "greet"
    }
    #[on_event]
    async fn any_event(event: Event<'_>) -> String {
        format!("any_event {}", event.name())
    }
    #[fallback]
    async fn never() -> &'static str {
        "never"
    }
    let stage = Stage::of(Curious::stateless()).await;
    stage.says("hello").await;
    stage.says("what").await;
    stage
        .event(from_person(json!({"message_request": "accept"})))
        .await;
    assert_eq!(
        stage.texts(),
        ["greet", "any_event text", "any_event message_request"]
    );
}

#[tokio::test]
async fn rule_8_fallback_takes_only_what_a_person_said() {
    bot! { Quiet; quiet_sorry }
    #[fallback]
    async fn quiet_sorry() -> &'static str {
        "sorry"
    }
    let stage = Stage::of(Quiet::stateless()).await;
    stage.says("hello").await;
    stage.taps("OLD").await;
    stage
        .message(json!({"text": "Red", "quick_reply": {"payload": "RED"}}))
        .await;
    stage
        .message(json!({"attachments": [{"type": "video", "payload": {"url": "https://cdn.example/3"}}]}))
        .await;
    assert_eq!(stage.texts().len(), 4);
    for silent in [
        json!({"read": {"watermark": 1}}),
        json!({"delivery": {"watermark": 1}}),
        json!({"reaction": {"action": "react", "mid": "m_0"}}),
        json!({"message_edit": {"mid": "m_0", "text": "x", "num_edit": 1}}),
        json!({"message": {"mid": "m_u", "is_deleted": true}}),
        json!({"message": {"mid": "m_v", "is_unsupported": true}}),
        json!({"message": {"admin_text": "a notice"}}),
    ] {
        stage.event(from_person(silent)).await;
    }
    assert_eq!((stage.texts().len(), stage.handle.counts().unhandled), (4, 7));
}

#[tokio::test]
async fn payloads_in_the_history_outlive_deploys() {
    let stage = stage().await;
    for payload in [
        "BUY:moka",
        "ORDER:moka",
        "ORDER:moka:4",
        "GIFT:a:b:c",
        "RETIRED:1",
        "",
    ] {
        stage.taps(payload).await;
    }
    let expected = [
        "buy 1 moka",
        "buy 1 moka",
        "buy 4 moka",
        "gift a:b:c",
        "any_postback",
        "any_postback",
    ];
    assert_eq!(stage.texts(), expected);
}

#[tokio::test]
async fn the_duplicate_key_is_the_mid_for_messages_and_the_content_for_the_rest() {
    let stage = stage().await;
    let message = from_person(json!({"message": {"mid": "m_same", "text": "menu"}}));
    stage.event(message.clone()).await;
    stage.event(message).await;
    stage
        .event(from_person(
            json!({"message_edit": {"mid": "m_same", "text": "x", "num_edit": 1}}),
        ))
        .await;
    let edit = from_person(json!({"message_edit": {"mid": "m_same", "text": "y", "num_edit": 2}}));
    stage.event(edit.clone()).await;
    stage.event(edit).await;
    stage
        .event(from_person(
            json!({"reaction": {"mid": "m_same", "action": "react", "emoji": "x"}}),
        ))
        .await;
    assert_eq!(stage.texts(), ["menu", "edited", "edited", "reaction"]);
    assert_eq!(stage.handle.counts().duplicates, 2);
}

#[tokio::test]
async fn hand_over_sends_its_texts_and_then_passes_the_thread() {
    let stage = stage().await;
    stage.says("human").await;
    let calls = stage.graph.calls();
    assert_eq!(stage.texts(), ["One moment.", "Somebody comes."]);
    assert!(calls[2].path.ends_with("/pass_thread_control"), "{:?}", calls[2]);
    assert_eq!(calls[2].body["target_app_id"], "263902037430900");
}

#[tokio::test]
async fn a_reply_to_a_comment_is_private_and_to_a_checkbox_goes_to_its_user_ref() {
    let stage = stage().await;
    let comment =
        json!({"item": "comment", "verb": "add", "comment_id": "20001_9", "from": {"id": "5", "name": "Bo"}});
    stage
        .entry("changes", json!({"field": "feed", "value": comment}))
        .await;
    stage
        .event(
            json!({"recipient": {"id": "20001"}, "timestamp": 1, "optin": {"ref": "x", "user_ref": "box-1"}}),
        )
        .await;
    stage.says("menu").await;
    let recipients: Vec<_> = stage
        .graph
        .calls()
        .iter()
        .map(|call| call.body["recipient"].clone())
        .collect();
    assert_eq!(
        recipients,
        [
            json!({"comment_id": "20001_9"}),
            json!({"user_ref": "box-1"}),
            json!({"id": PERSON})
        ]
    );
}

#[tokio::test]
async fn what_fails_goes_to_on_error_and_stops_nobody() {
    let short = |config: &mut Config| config.turn_timeout = Duration::from_millis(200);
    let stage = Stage::with(Rules::stateless(), |settings| settings, short).await;
    for text in ["fail", "panic", "sleep", "long", "menu"] {
        stage.says(text).await;
    }
    let expected = [
        "oops: failed",
        "oops: panicked",
        "oops: timed out",
        "oops: limits",
        "menu",
    ];
    assert_eq!(stage.texts(), expected);
    let counts = stage.handle.counts();
    assert_eq!(
        (
            counts.failed,
            counts.panicked,
            counts.timed_out,
            counts.over_limits
        ),
        (1, 1, 1, 1)
    );
}
