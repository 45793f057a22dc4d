//! What is promised of texts in several languages: `messenger_runtime::catalog`, one test for each rule.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::http::StatusCode;
use messenger_runtime::{
    BotBuilder,
    catalog::{Arguments, Catalog, FluentCatalog, FluentError},
    flow::{Choice as _, Retry},
    message::{BoxError, limits},
    prelude::*,
};
use messenger_tests::{
    Stage, TempDir,
    graph::{Call, Fate},
    shelf::{Shelf, reopened},
    stage::{PAGE, PERSON},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

bot! {
    /// Sells tea to people of several languages.
    Teahouse;
    hello, tea, speak, broken, forget, plain, label, shelf,
    flow Tea,
    flow Shelves,
}

#[on_text(words = ["hello"])]
async fn hello(profile: Profile, texts: Texts) -> String {
    let name = profile.first_name().unwrap_or("there");
    let said = texts.get("hello").with("name", name).or(format!("Hello {name}!"));
    format!("{said} [{}]", texts.locale().unwrap_or("none"))
}

#[on_text(words = ["tea"])]
async fn tea(dialog: Dialog) -> Reply {
    dialog.begin(Tea::default())
}

#[on_text(r"^speak (?<language>\S+)$", interrupts)]
async fn speak(language: String, mut texts: Texts) -> String {
    if texts.set_language(&language) {
        texts.get("spoken").or("As you like.")
    } else {
        "What is that?".to_owned()
    }
}

#[on_text(words = ["break"], interrupts)]
async fn broken(mut texts: Texts) -> Result<String, BoxError> {
    assert!(texts.set_language("fr"));
    Err("on purpose".into())
}

#[on_text(words = ["forget"], interrupts)]
async fn forget(mut texts: Texts) -> String {
    texts.forget_language();
    texts.languages().collect::<Vec<_>>().join(" ")
}

#[on_text(words = ["plain"])]
async fn plain() -> &'static str {
    "no text of the catalogue"
}

#[on_text(words = ["label"])]
async fn label(texts: Texts) -> Reply {
    let title = texts.get("label").within(limits::BUTTON_TITLE).or("Tea");
    Reply::buttons("?", [Button::url(title, "https://tea.example")])
}

#[on_text(words = ["shelf"])]
async fn shelf(dialog: Dialog) -> Reply {
    dialog.begin(Shelves {})
}

#[derive(Choice, Debug)]
enum Kind {
    Green,
    #[choice("Black tea")]
    Black,
}

#[derive(Choice, Debug)]
enum Confirm {
    Yes,
    No,
}

#[derive(Default, Serialize, Deserialize)]
struct Tea {
    cups: u32,
    kind: String,
}

#[flow(start = cups, cancel = "^(stop|halt)$")]
impl Tea {
    #[ask("How many cups?", options = ["1", "2", "A pot"], next = [kind])]
    async fn cups(&mut self, cups: String, texts: Texts) -> Result<Next, Retry> {
        self.cups = match cups.as_str() {
            "A pot" => 4,
            number => number
                .parse()
                .map_err(|_| Retry(texts.get("Tea-cups-retry").or("A number, please.")))?,
        };
        Ok(Next::kind)
    }

    #[ask("Which tea?", next = [confirm])]
    async fn kind(&mut self, kind: Kind) -> Next {
        self.kind = kind.title().to_owned();
        Next::confirm
    }

    #[ask("{cups} x {kind} ({cups:>2})?", next = [done, cups])]
    async fn confirm(&mut self, answer: Confirm) -> (String, Next) {
        match answer {
            Confirm::Yes => (format!("{answer:?}"), Next::done),
            Confirm::No => (format!("{answer:?}"), Next::cups),
        }
    }

    #[end("Enjoy your {kind}.")]
    async fn done(&mut self) {}
}

fn shelves(_: &Shelves, texts: &Texts) -> Reply {
    Reply::buttons(
        texts.get("Shelves-which").or("Which shelf?"),
        [Button::answer(texts.get("Shelves-top").or("The top one"), "top")],
    )
}

#[derive(Serialize, Deserialize)]
struct Shelves {}

#[flow(start = which)]
impl Shelves {
    #[ask(shelves, next = [done])]
    async fn which(&mut self, kind: String) -> (String, Next) {
        (kind, Next::done)
    }

    #[end]
    async fn done(&mut self) {}
}

const DE: &str = "\
hello = Hallo { $name }!
spoken = Gern.
label = Eine Tasse guten schwarzen Tees
Tea-cups = Wie viele Tassen?
Tea-cups-A-pot = Eine Kanne
Tea-cups-retry = Eine Zahl, bitte.
Tea-kind = Welcher Tee?
Tea-confirm = { $cups ->
    [one] Eine Tasse { $kind }?
   *[other] { $cups } Tassen { $kind }?
}
Tea-done = Wohl bekomm’s.
Kind-Green = Grüner
Kind-Black = Schwarzer
Confirm-Yes = Ja
Confirm-No = Nein
Flow-cancelled = Abgebrochen.
Flow-unreadable = Bitte noch einmal.
Misfit-NoText = Mit Worten, bitte.
Misfit-NoneOf = Wähle: { $titles }.
Shelves-which = Welches Regal?
Shelves-top = Das obere
";

const AT: &str = "Confirm-Yes = Jawohl\n";

/// With a title that is too long, a text whose argument does not exist, and one that is not there.
const FR: &str = "\
hello = Bonjour { $nom }!
Tea-cups = Combien de tasses ?
Tea-cups-A-pot = Toute une grande théière
Tea-kind = Quel thé ?
Kind-Green = Vert
Kind-Black = Noir
Confirm-Yes = Oui
Confirm-No = Non
Tea-done = Voilà.
";

fn fluent(files: &[(&str, &str)]) -> Result<FluentCatalog, FluentError> {
    FluentCatalog::of(files.iter().copied())
}

fn teahouse() -> BotBuilder<Teahouse> {
    Teahouse::stateless().catalog(fluent(&[("de.ftl", DE), ("de_AT.ftl", AT), ("fr.ftl", FR)]))
}

/// Who is asked for, and what their profile is.
fn profiles(stage: &Stage, profile: impl Fn(&str) -> Option<Fate> + Send + Sync + 'static) {
    stage.graph.rule(move |call: &Call| {
        if call.method == "GET" {
            profile(&call.path)
        } else {
            None
        }
    });
}

fn profile(locale: &str) -> Option<Fate> {
    let profile = json!({"id": "1", "first_name": "Ann", "locale": locale});
    Some(Fate::Refused(StatusCode::OK, profile))
}

/// A stage on which everybody has this locale.
async fn stage(locale: &'static str) -> Stage {
    let stage = Stage::of(teahouse()).await;
    profiles(&stage, move |_| profile(locale));
    stage
}

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

fn titles(stage: &Stage) -> Vec<String> {
    offered(stage).into_iter().map(|(title, _)| title).collect()
}

/// How often a profile was asked for.
fn look_ups(stage: &Stage) -> usize {
    stage
        .graph
        .calls()
        .iter()
        .filter(|call| call.method == "GET")
        .count()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// The lines with this code.
    fn lines(&self, code: &str) -> Vec<String> {
        let bytes = self.0.lock().expect("no panic under the lock").clone();
        let log = String::from_utf8(bytes).expect("the log is text");
        log.lines()
            .filter(|line| line.contains(code))
            .map(str::to_owned)
            .collect()
    }

    fn keep(&self) -> tracing::subscriber::DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .with_writer(self.clone())
            .with_ansi(false)
            .finish();
        tracing::subscriber::set_default(subscriber)
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic under the lock").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn people_of_two_locales_are_asked_in_two_languages() {
    let stage = Stage::of(teahouse()).await;
    profiles(&stage, |person| {
        profile(if person == PERSON { "de_DE" } else { "fr_CA" })
    });
    let other = |text: &str| {
        let mid = stage.mid();
        json!({
            "sender": {"id": "300002"}, "recipient": {"id": PAGE}, "timestamp": 1_900_000_000_000_u64,
            "message": {"mid": mid, "text": text},
        })
    };
    stage.says("tea").await;
    stage.event(other("tea")).await;
    stage.says("1").await;
    stage.event(other("2")).await;
    assert_eq!(
        stage.texts(),
        [
            "Wie viele Tassen?",
            "Combien de tasses ?",
            "Welcher Tee?",
            "Quel thé ?"
        ]
    );
}

#[tokio::test]
async fn titles_are_those_of_the_language_and_payloads_those_of_the_code() {
    let stage = stage("de_DE").await;
    stage.says("tea").await;
    assert_eq!(
        offered(&stage),
        [("1", "1"), ("2", "2"), ("Eine Kanne", "A pot")]
            .map(|(title, value)| (title.to_owned(), format!("%flow:Tea:cups:{value}")))
    );
    let before = stage.texts().len();
    let pot = json!({"text": "Eine Kanne", "quick_reply": {"payload": "%flow:Tea:cups:A pot"}});
    stage.message(pot).await;
    assert_eq!(stage.texts().split_off(before), ["Welcher Tee?"]);
    assert_eq!(
        offered(&stage),
        [("Grüner", "Green"), ("Schwarzer", "Black")]
            .map(|(title, value)| (title.to_owned(), format!("%flow:Tea:kind:{value}")))
    );
}

#[tokio::test]
async fn a_title_typed_in_the_persons_language_counts_as_its_tap() {
    let stage = stage("de_DE").await;
    says(&stage, &["tea"]).await;
    assert_eq!(says(&stage, &[" eine kanne "]).await, ["Welcher Tee?"]);
    assert_eq!(
        says(&stage, &["GRÜNER"]).await,
        ["4 Tassen Green?"],
        "and in any case"
    );
    assert_eq!(says(&stage, &["nein"]).await, ["No", "Wie viele Tassen?"]);
}

#[tokio::test]
async fn a_title_counts_that_was_not_in_the_last_message() {
    let shelf = Shelf::default();
    let stage = Stage::of(teahouse().store(shelf.0.clone())).await;
    profiles(&stage, |_| profile("de_DE"));
    let at =
        |step: &str, data: Value| json!({"flow": {"flow": "Tea", "version": 1, "step": step, "data": data}});
    shelf
        .put(&at("cups", json!({"cups": 0, "kind": ""})).to_string())
        .await;
    assert_eq!(
        says(&stage, &["eine Kanne"]).await,
        ["Welcher Tee?"],
        "of an option"
    );
    shelf
        .put(&at("confirm", json!({"cups": 1, "kind": "Green"})).to_string())
        .await;
    assert_eq!(
        says(&stage, &["ja"]).await,
        ["Yes", "Wohl bekomm’s."],
        "of a choice"
    );
    shelf
        .put(&at("confirm", json!({"cups": 12, "kind": "Green"})).to_string())
        .await;
    assert_eq!(says(&stage, &["yes"]).await[0], "Yes", "and that of the code");
}

#[tokio::test]
async fn plural_forms_are_those_of_the_language() {
    let stage = stage("de_DE").await;
    says(&stage, &["tea", "1"]).await;
    assert_eq!(says(&stage, &["green"]).await, ["Eine Tasse Green?"]);
    says(&stage, &["no", "2"]).await;
    assert_eq!(says(&stage, &["green"]).await, ["2 Tassen Green?"]);
}

#[tokio::test]
async fn a_locale_falls_back_to_its_language_and_that_to_the_code() {
    let austrian = stage("de_AT").await;
    says(&austrian, &["tea", "1", "green"]).await;
    assert_eq!(titles(&austrian), ["Jawohl", "Nein"]);

    let italian = stage("it_IT").await;
    assert_eq!(says(&italian, &["tea", "1", "green"]).await[2], "1 x Green ( 1)?");
    assert_eq!(titles(&italian), ["Yes", "No"]);
    assert_eq!(
        says(&italian, &["halt", "hello"]).await,
        ["Cancelled.", "Hello Ann! [it_IT]"]
    );
}

#[tokio::test]
async fn the_default_language_is_that_of_people_whose_own_is_not_there() {
    let stage = Stage::of(teahouse().default_language("de")).await;
    profiles(&stage, |_| profile("it_IT"));
    assert_eq!(
        says(&stage, &["hello", "tea"]).await,
        ["Hallo Ann! [it_IT]", "Wie viele Tassen?"]
    );
}

#[tokio::test]
async fn what_the_library_says_is_in_the_language_too() {
    let stage = stage("de_DE").await;
    says(&stage, &["tea"]).await;
    assert_eq!(
        says(&stage, &["viele"]).await,
        ["Eine Zahl, bitte.", "Wie viele Tassen?"],
        "and what a step says of an answer"
    );
    says(&stage, &["1"]).await;
    assert_eq!(
        says(&stage, &["blue"]).await,
        ["Wähle: Grüner, Schwarzer.", "Welcher Tee?"]
    );
    assert_eq!(says(&stage, &["stop"]).await, ["Abgebrochen."]);
}

#[tokio::test]
async fn a_function_that_asks_may_take_the_texts() {
    let stage = stage("de_DE").await;
    stage.says("shelf").await;
    let calls = stage.graph.calls();
    let last = &calls.last().expect("a question").body;
    let part = |pointer: &str| {
        last.pointer(&format!("/message/attachment/payload{pointer}"))
            .cloned()
    };
    assert_eq!(part("/text"), Some(json!("Welches Regal?")));
    assert_eq!(part("/buttons/0/title"), Some(json!("Das obere")));
    assert_eq!(part("/buttons/0/payload"), Some(json!("%flow:Shelves:which:top")));
}

#[tokio::test]
async fn a_look_up_that_fails_leaves_the_texts_of_the_code() {
    let stage = Stage::of(teahouse()).await;
    profiles(&stage, |_| Some(Fate::code(StatusCode::BAD_REQUEST, 1)));
    assert_eq!(
        says(&stage, &["hello", "tea"]).await,
        ["Hello there! [none]", "How many cups?"]
    );
    assert!(look_ups(&stage) > 0);
}

#[tokio::test]
async fn a_look_up_that_does_not_end_holds_nobody_up() {
    let stage = Stage::of(teahouse()).await;
    profiles(&stage, |_| Some(Fate::Late(Duration::from_secs(60))));
    assert_eq!(says(&stage, &["tea"]).await, ["How many cups?"]);
}

#[tokio::test]
async fn an_app_that_may_not_see_locales_still_sees_names() {
    let stage = Stage::of(teahouse()).await;
    let asked = Arc::new(Mutex::new(0));
    profiles(&stage, move |_| {
        let mut asked = asked.lock().expect("no panic under the lock");
        *asked += 1;
        if *asked == 1 {
            Some(Fate::code(StatusCode::FORBIDDEN, 200))
        } else {
            None
        }
    });
    assert_eq!(
        says(&stage, &["hello", "hello"]).await,
        ["Hello Ann! [none]", "Hello Ann! [none]"]
    );
    assert_eq!(look_ups(&stage), 2, "the answer is kept");
}

#[tokio::test]
async fn profiles_are_looked_up_only_for_a_text_of_a_catalogue() {
    let stage = stage("de_DE").await;
    says(&stage, &["plain"]).await;
    assert_eq!(look_ups(&stage), 0, "no text is needed");
    says(&stage, &["tea", "2", "stop"]).await;
    assert_eq!(look_ups(&stage), 1, "and then once");

    let without = Stage::of(Teahouse::stateless()).await;
    assert_eq!(
        says(&without, &["tea", "1"]).await,
        ["How many cups?", "Which tea?"]
    );
    assert_eq!(look_ups(&without), 0, "a bot without a catalogue");
}

#[tokio::test]
async fn a_language_that_is_chosen_wins_over_the_profile_and_survives_a_restart() {
    let folder = TempDir::new("languages");
    let turns = [
        ("tea", "Wie viele Tassen?"),
        ("speak fr", "Combien de tasses ?"),
        ("2", "Quel thé ?"),
        ("vert", "2 x Green ( 2)?"),
        ("oui", "Voilà."),
        ("forget", "de de_AT fr"),
        ("tea", "Wie viele Tassen?"),
    ];
    for (at, (text, answer)) in turns.into_iter().enumerate() {
        let store = reopened(&folder.path().join("bot.db")).await;
        let stage = Stage::of(teahouse().store(store)).await;
        profiles(&stage, |_| profile("de_DE"));
        // No message has the id of one before.
        for _ in 0..at {
            stage.mid();
        }
        let said = says(&stage, &[text]).await;
        assert_eq!(said.last().map(String::as_str), Some(answer), "{text}: {said:?}");
    }
}

#[tokio::test]
async fn a_language_that_is_none_changes_nothing_and_neither_does_a_handler_that_fails() {
    let shelf = Shelf::default();
    let stage = Stage::of(teahouse().store(shelf.0.clone())).await;
    profiles(&stage, |_| profile("de_DE"));
    assert_eq!(
        says(&stage, &["speak klingonisch", "hello"]).await,
        ["What is that?", "Hallo Ann! [de_DE]"]
    );
    says(&stage, &["break"]).await;
    assert_eq!(says(&stage, &["hello"]).await, ["Hallo Ann! [de_DE]"]);
    assert_eq!(shelf.state().await["language"], Value::Null);
    assert_eq!(
        says(&stage, &["speak en", "hello"]).await,
        ["As you like.", "Hello Ann! [en]"]
    );
    assert_eq!(shelf.state().await["language"], "en");
}

#[tokio::test]
async fn a_text_that_is_missing_is_that_of_the_code_and_told_once() {
    let log = Log::default();
    let kept = log.keep();
    let stage = stage("fr_FR").await;
    for _ in 0..3 {
        assert_eq!(says(&stage, &["tea", "2", "vert"]).await[2], "2 x Green ( 2)?");
        says(&stage, &["non"]).await;
        says(&stage, &["stop"]).await;
    }
    drop(kept);
    let told = log.lines("MSG331");
    let of = |key: &str| {
        told.iter()
            .filter(|line| line.contains(&format!("`{key}` in `fr`")))
            .count()
    };
    assert_eq!((of("Tea-confirm"), of("Flow-cancelled")), (1, 1), "{told:#?}");
    assert_eq!(of("Tea-cups-1"), 0, "a number needs no translation: {told:#?}");
    assert_eq!(told.len(), 2, "{told:#?}");
}

#[tokio::test]
async fn a_text_that_cannot_be_used_is_that_of_the_code_and_told_with_its_key() {
    let log = Log::default();
    let kept = log.keep();
    let stage = stage("fr_FR").await;
    assert_eq!(says(&stage, &["hello", "hello"]).await, ["Hello Ann! [fr_FR]"; 2]);
    says(&stage, &["tea"]).await;
    assert_eq!(titles(&stage)[2], "A pot");
    says(&stage, &["stop", "speak de", "label"]).await;
    drop(kept);
    let calls = stage.graph.calls();
    let label = calls.last().and_then(|call| {
        call.body
            .pointer("/message/attachment/payload/buttons/0/title")
            .cloned()
    });
    assert_eq!(label, Some(json!("Tea")));
    let told = log.lines("MSG332");
    assert_eq!(told.len(), 3, "{told:#?}");
    for (key, why) in [
        (
            "`hello` in `fr`",
            "it has `$nom`, and no argument of that name is given",
        ),
        (
            "`Tea-cups-A-pot` in `fr`",
            "it has 24 characters, and at most 20 fit",
        ),
        ("`label` in `de`", "it has 31 characters, and at most 20 fit"),
    ] {
        assert!(
            told.iter().any(|line| line.contains(key) && line.contains(why)),
            "{key}: {told:#?}"
        );
    }
    assert!(
        !told.iter().any(|line| line.contains("Ann")),
        "who it is: {told:#?}"
    );
}

#[test]
fn what_a_catalogue_lacks_is_listed_for_each_language() {
    let missing = |files: &[(&str, &str)]| -> Vec<String> {
        let catalog = fluent(files).expect("Fluent");
        Teahouse::missing_texts(&catalog)
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(
        missing(&[("de.ftl", DE), ("de_AT.ftl", AT)]),
        ["de: label: missing"; 0]
    );
    assert_eq!(
        missing(&[("de.ftl", DE), ("fr.ftl", FR)]),
        [
            "fr: Flow-cancelled: missing",
            "fr: Flow-unreadable: missing",
            "fr: Misfit-NoText: missing",
            "fr: Misfit-NoneOf: missing",
            "fr: Shelves-top: missing",
            "fr: Shelves-which: missing",
            "fr: Tea-confirm: missing",
            "fr: Tea-cups-A-pot: it has 24 characters, and at most 20 fit",
            "fr: Tea-cups-retry: missing",
            "fr: label: missing",
            "fr: spoken: missing",
        ]
    );
    let twice = DE
        .replace("Confirm-No = Nein", "Confirm-No = JA")
        .replace("$kind }?", "$art }?");
    assert_eq!(
        missing(&[("de.ftl", &twice)]),
        [
            "de: Confirm-Yes: its title is that of `Confirm-No`, and nobody could type it",
            "de: Tea-confirm: it has `$art`, and no argument of that name is given",
        ]
    );
}

#[tokio::test]
async fn a_mistake_in_a_file_is_told_when_the_bot_starts() {
    let stage = Stage::of(Teahouse::stateless()).await;
    let config = messenger_tests::stage::complete(&stage.graph)
        .build()
        .expect("complete settings");
    let bot = Teahouse::stateless()
        .config(config)
        .catalog(fluent(&[("de.ftl", "hello Hallo\n")]));
    let error = bot.start().await.map(drop).expect_err("a mistake").to_string();
    assert!(error.starts_with("MSG024: "), "{error}");
    assert!(
        error.contains("MSG330") && error.contains("de.ftl:1: "),
        "{error}"
    );
}

/// A catalogue that has everything, and panics.
struct Panicking;

impl Catalog for Panicking {
    fn locales(&self) -> Vec<String> {
        vec!["de".to_owned()]
    }

    fn text(&self, _: &str, _: &str, _: &Arguments<'_>) -> Option<String> {
        panic!("as it was told to")
    }
}

#[tokio::test]
async fn a_catalogue_that_panics_takes_no_turn_with_it() {
    let stage = Stage::of(Teahouse::stateless().catalog(Panicking)).await;
    profiles(&stage, |_| profile("de_DE"));
    assert_eq!(
        says(&stage, &["tea", "many", "1"]).await,
        [
            "How many cups?",
            "A number, please.",
            "How many cups?",
            "Which tea?"
        ]
    );
}
