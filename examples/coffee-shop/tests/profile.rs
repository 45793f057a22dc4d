//! `profile` and `subscribe`, run as an operator would against a platform with a memory.

mod platform;

use std::process::{Command, ExitCode};

use messenger_runtime::{
    config::Config,
    graph::{Menu, MenuItem, MessengerProfile},
    message::{Webview, WebviewHeight},
    prelude::*,
};
use platform::{APP, PAGE, Platform};
use serde_json::{Value, json};

struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn run(platform: &Platform, arguments: &[&str]) -> Ended {
    run_with(platform, arguments, &[])
}

fn command(platform: &Platform, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coffee-shop"));
    command
        .env_clear()
        .args(arguments)
        .env("MESSENGER_STORE", "memory")
        .envs([
            ("MESSENGER_GRAPH_ORIGIN", &*platform.origin),
            ("MESSENGER_ACCESS_TOKEN", "EAAcoffee"),
            ("MESSENGER_APP_SECRET", "0123456789abcdef0123456789abcdef"),
            ("MESSENGER_VERIFY_TOKEN", "a long random word"),
            ("MESSENGER_APP_ID", APP),
        ])
        .stdin(std::process::Stdio::null());
    command
}

fn run_with(platform: &Platform, arguments: &[&str], settings: &[(&str, &str)]) -> Ended {
    let ended = command(platform, arguments)
        .envs(settings.iter().copied())
        .output()
        .expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("what it prints is text");
    let ended = Ended {
        code: ended.status.code(),
        stdout: text(ended.stdout),
        stderr: text(ended.stderr),
    };
    for secret in ["EAAcoffee", "0123456789abcdef", "a long random word"] {
        assert!(!ended.stdout.contains(secret) && !ended.stderr.contains(secret));
    }
    ended
}

/// What is printed is the transcript; `TRANSCRIPTS=write` writes it.
fn is_transcript(name: &str, printed: &str) {
    let path = format!("{}/tests/transcripts/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("TRANSCRIPTS").is_some_and(|wish| wish == "write") {
        std::fs::write(&path, printed).expect("the transcript can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path).expect("the transcript is there");
    assert_eq!(printed, expected, "{path}");
}

/// Whose the access token is.
const WHOSE: &str = "GET me";
const READ: &str = "GET me/messenger_profile";
const WRITE: &str = "POST me/messenger_profile";
const DELETE: &str = "DELETE me/messenger_profile";

#[test]
fn a_push_makes_the_page_as_the_code_says_and_a_second_one_changes_nothing() {
    let platform = Platform::start();
    let diff = run(&platform, &["profile", "diff"]);
    assert_eq!(diff.code, Some(1), "{}", diff.stderr);
    assert_eq!(platform.calls(), [WHOSE, READ]);
    is_transcript("profile-new", &diff.stdout);

    let push = run(&platform, &["profile", "push", "--yes"]);
    assert_eq!(push.code, Some(0), "{}", push.stderr);
    assert_eq!(push.stdout, diff.stdout, "push shows what diff shows");
    // The platform refuses a menu before there is a get-started button.
    assert_eq!(platform.calls(), [WHOSE, READ, WRITE, WRITE]);
    assert_eq!(
        push.stderr,
        "set get_started, greeting, ice_breakers\nset persistent_menu\n\
         Done: the page Coffee (1906385232743451) is as the code says.\n\
         People see the change of the menu within 24 hours.\n"
    );

    let again = run(&platform, &["profile", "push", "--yes"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert_eq!(platform.calls(), [WHOSE, READ], "nothing was written");
    is_transcript("profile-same", &again.stdout);
    let diff = run(&platform, &["profile", "diff"]);
    assert_eq!((diff.code, diff.stdout), (Some(0), again.stdout));
}

#[test]
fn an_edit_on_the_page_is_shown_and_only_it_is_written() {
    let platform = Platform::start();
    assert_eq!(run(&platform, &["profile", "push", "--yes"]).code, Some(0));
    platform.calls();
    platform.with(|memory| {
        memory.profile["persistent_menu"][0]["call_to_actions"][1]["title"] = "Somebody".into();
        memory.profile["greeting"] = json!([
            {"locale": "default", "text": "Hello."},
            {"locale": "de_DE", "text": "Hallo."},
        ]);
        memory.profile.insert(
            "account_linking_url".to_owned(),
            "https://coffee.example/in".into(),
        );
    });
    let diff = run(&platform, &["profile", "diff"]);
    assert_eq!(diff.code, Some(1), "{}", diff.stderr);
    is_transcript("profile-edited", &diff.stdout);
    platform.calls();

    assert_eq!(run(&platform, &["profile", "push", "--yes"]).code, Some(0));
    // The button is there already, so one call does it.
    platform.with(|memory| {
        let (method, _, body) = &memory.calls[2];
        assert_eq!(method, "POST");
        let set: Vec<_> = body.as_object().expect("properties").keys().collect();
        assert_eq!(set, ["greeting", "persistent_menu"]);
        assert_eq!(memory.profile["greeting"].as_array().map(Vec::len), Some(2));
        assert!(memory.profile.contains_key("account_linking_url"), "left alone");
    });
    assert_eq!(platform.calls(), [WHOSE, READ, WRITE]);

    let prune = run(&platform, &["profile", "push", "--yes", "--prune"]);
    assert_eq!(prune.code, Some(0), "{}", prune.stderr);
    assert!(
        prune.stdout.contains("- account_linking_url\n"),
        "{}",
        prune.stdout
    );
    assert_eq!(platform.calls(), [WHOSE, READ, DELETE]);
    assert!(platform.with(|memory| !memory.profile.contains_key("account_linking_url")));
}

#[test]
fn nothing_is_written_unasked() {
    let platform = Platform::start();
    let push = run(&platform, &["profile", "push"]);
    assert_eq!(push.code, Some(2));
    assert_eq!(platform.calls(), [WHOSE, READ]);
    assert_eq!(
        push.stderr,
        "coffee-shop: nothing was written: there is no terminal to ask on; --yes does it without asking\n"
    );
    assert!(push.stdout.contains("+ get_started\n"), "{}", push.stdout);
}

#[test]
fn what_the_page_has_is_printed_as_the_code_that_declares_it() {
    let platform = Platform::start();
    assert_eq!(run(&platform, &["profile", "push", "--yes"]).code, Some(0));
    let pull = run(&platform, &["profile", "pull"]);
    assert_eq!(pull.code, Some(0), "{}", pull.stderr);
    let source = include_str!("../src/face.rs");
    let function = |text: &str| {
        let (_, body) = text.split_once("fn profile()").expect("the function is there");
        body.trim_end().to_owned()
    };
    assert_eq!(function(&pull.stdout), function(source));

    let json = run(&platform, &["profile", "pull", "--json"]);
    let json: Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    platform.with(|memory| assert_eq!(json, Value::Object(memory.profile.clone())));
}

#[test]
fn a_refusal_says_what_to_do_and_ends_with_2() {
    let platform = Platform::start();
    platform.with(|memory| memory.counted = 9);
    let push = run(&platform, &["profile", "push", "--yes"]);
    assert_eq!(push.code, Some(2));
    assert!(
        push.stderr.starts_with("coffee-shop: MSG") && push.stderr.ends_with("Nothing was written.\n"),
        "{}",
        push.stderr
    );
    assert!(push.stderr.contains("613"), "{}", push.stderr);
    assert!(
        push.stderr
            .contains("; a profile takes 10 calls in 10 minutes: try again after 10 minutes\n"),
        "{}",
        push.stderr
    );
    assert_eq!(
        platform.calls(),
        [WHOSE, READ, WRITE],
        "no call that is sure to fail"
    );
    let missing = run_with(&platform, &["profile", "diff"], &[("MESSENGER_ACCESS_TOKEN", "")]);
    assert_eq!(missing.code, Some(2));
    assert!(
        missing
            .stderr
            .contains("MSG001: MESSENGER_ACCESS_TOKEN is not set"),
        "{}",
        missing.stderr
    );
    let pages = [("MESSENGER_PAGE_ID", "1,2")];
    let several = run_with(&platform, &["profile", "diff"], &pages);
    assert_eq!(
        (several.code, &*several.stderr),
        (
            Some(2),
            "coffee-shop: several pages are configured; choose one with --page: 1, 2\n"
        )
    );
    let other = run_with(&platform, &["profile", "diff", "--page", "3"], &pages);
    assert_eq!(
        (other.code, &*other.stderr),
        (
            Some(2),
            "coffee-shop: MESSENGER_PAGE_ID does not name the page 3; it names 1, 2\n"
        )
    );
    platform.with(|memory| memory.page = Some("2"));
    let chosen = run_with(&platform, &["profile", "diff", "--page", "2"], &pages);
    assert!(
        chosen
            .stdout
            .ends_with("properties of the page Coffee (2) differ.\n"),
        "{}",
        chosen.stdout
    );
    assert_eq!(
        chosen.stderr,
        "`coffee-shop profile push --page 2` makes the page as the code says.\n"
    );
    platform.calls();
    let no_id = run(&platform, &["profile", "diff", "--page", "nonsense"]);
    assert_eq!(no_id.code, Some(2));
    assert!(no_id.stderr.contains("digits only"), "{}", no_id.stderr);
    assert_eq!(platform.calls(), [""; 0]);
}

#[test]
fn no_other_page_is_written_than_the_one_that_is_meant() {
    let platform = Platform::start();
    let two = [("MESSENGER_PAGE_ID", "1906385232743451,222")];
    let push = ["profile", "push", "--yes", "--page"];
    let subscribe = [&SUBSCRIBE[..], &["--yes", "--page"]].concat();
    for (arguments, settings) in [(&push[..], &[][..]), (&push, &two), (&subscribe, &two)] {
        let wrong = run_with(&platform, &[arguments, &["222"]].concat(), settings);
        assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
        assert_eq!(
            wrong.stderr,
            format!(
                "coffee-shop: the access token belongs to the page Coffee ({PAGE}), not to 222, so nothing was \
                 read or written; set MESSENGER_ACCESS_TOKEN to the token of the page 222 (for several ids in \
                 MESSENGER_PAGE_ID: one token for each, in the same order), or correct --page or \
                 MESSENGER_PAGE_ID\n"
            )
        );
        assert_eq!(platform.calls(), [WHOSE]);
        let right = run_with(&platform, &[arguments, &[PAGE]].concat(), settings);
        assert_eq!(right.code, Some(0), "{}", right.stderr);
        platform.calls();
    }
    let only = [("MESSENGER_PAGE_ID", "222")];
    let wrong = run_with(&platform, &["profile", "pull"], &only);
    assert_eq!((wrong.code, &*wrong.stdout), (Some(2), ""));
    assert_eq!(platform.calls(), [WHOSE]);

    // An Instagram account may be meant by its own id, which the platform does not tell everybody.
    platform.with(|memory| memory.profile.clear());
    let diff = ["profile", "diff", "--instagram", "--page", "222"];
    let seen = |account| {
        platform.with(|memory| memory.instagram = account);
        run(&platform, &diff)
    };
    for known in [seen(None), seen(Some("222"))] {
        assert_eq!(known.code, Some(1), "{}", known.stderr);
        assert!(
            known
                .stdout
                .ends_with("of the Instagram account of the page Coffee (1906385232743451) differ.\n"),
            "{}",
            known.stdout
        );
        assert!(
            known.stderr.ends_with(
                "`coffee-shop profile push --page 222 --instagram` makes the page as the code says.\n"
            ),
            "{}",
            known.stderr
        );
    }
    platform.calls();
    let other = seen(Some("333"));
    assert_eq!(other.code, Some(2));
    assert!(
        other
            .stderr
            .contains("whose Instagram account is 333, not to 222"),
        "{}",
        other.stderr
    );
    assert_eq!(platform.calls(), [WHOSE]);
}

/// Runs with a standard error that nobody reads.
fn run_unheard(platform: &Platform, arguments: &[&str]) -> Option<i32> {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = command(platform, arguments);
    let ended = command
        .stdout(std::process::Stdio::null())
        .stderr(writer)
        .status();
    ended.expect("the program starts").code()
}

#[test]
fn a_closed_pipe_stops_nothing_halfway() {
    let platform = Platform::start();
    assert_eq!(run_unheard(&platform, &["profile", "push", "--yes"]), Some(0));
    assert_eq!(platform.calls(), [WHOSE, READ, WRITE, WRITE]);
    let subscribe = [&SUBSCRIBE[..], &["--yes"]].concat();
    assert_eq!(run_unheard(&platform, &subscribe), Some(0));
    assert!(platform.with(|memory| !memory.page_fields.is_empty()));
    assert_eq!(
        run_unheard(&platform, &["profile", "push", "--page", "222"]),
        Some(2)
    );
}

#[test]
fn what_may_have_been_written_is_not_said_to_be_unwritten() {
    let platform = Platform::start();
    platform.with(|memory| memory.unsure = true);
    let push = run(&platform, &["profile", "push", "--yes"]);
    assert_eq!(push.code, Some(2));
    assert!(
        push.stderr.ends_with(
            "look whether it was done before doing it again\nThis call may have been carried out all the \
             same: get_started, greeting, ice_breakers. `coffee-shop profile diff` tells.\n"
        ),
        "{}",
        push.stderr
    );
    assert!(platform.with(|memory| memory.profile.contains_key("greeting")));
    let subscribe = [&SUBSCRIBE[..], &["--yes"]].concat();
    for which in ["app", "page"] {
        let unsure = run(&platform, &subscribe);
        assert_eq!(unsure.code, Some(2));
        let note =
            format!("The {which} may be subscribed all the same: `coffee-shop subscribe --dry-run` tells.");
        assert!(unsure.stderr.contains(&note), "{}", unsure.stderr);
        assert!(
            !unsure.stderr.contains("Nothing was written"),
            "{}",
            unsure.stderr
        );
        assert!(!unsure.stderr.contains(&format!("the {which} is subscribed")));
    }
}

const SUBSCRIBE: [&str; 3] = ["subscribe", "--callback-url", "https://shop.example/webhook"];

#[test]
fn a_bot_is_subscribed_to_what_its_routes_take() {
    let platform = Platform::start();
    let dry = run(&platform, &[&SUBSCRIBE[..], &["--dry-run"]].concat());
    assert_eq!(
        (dry.code, &*dry.stderr),
        (Some(0), "Nothing was written: --dry-run.\n")
    );
    is_transcript("subscribe-new", &dry.stdout);
    let unasked = run(&platform, &SUBSCRIBE);
    assert_eq!(unasked.code, Some(2));
    let app = format!("{APP}/subscriptions");
    let looks = [
        WHOSE.to_owned(),
        format!("GET {app}"),
        "GET me/subscribed_apps".to_owned(),
    ];
    assert_eq!(platform.calls(), [&looks[..], &looks].concat());

    let done = run(&platform, &[&SUBSCRIBE[..], &["--yes"]].concat());
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let writes = [format!("POST {app}"), "POST me/subscribed_apps".to_owned()];
    assert_eq!(platform.calls(), [&looks[..], &writes].concat());
    let fields = "message_echoes,messages,messaging_handovers,messaging_postbacks,messaging_referrals";
    platform.with(|memory| {
        assert_eq!(memory.page_fields.join(","), fields);
        assert_eq!(
            memory.subscriptions["page"]["callback_url"],
            "https://shop.example/webhook"
        );
    });

    let settings = [("MESSENGER_CALLBACK_URL", "https://shop.example/webhook")];
    let again = run_with(&platform, &["subscribe", "--yes"], &settings);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert!(
        again.stdout.ends_with("Both are as the bot needs them.\n"),
        "{}",
        again.stdout
    );
    assert_eq!(platform.calls(), looks);
}

#[test]
fn an_instagram_account_is_subscribed_by_names_of_its_own() {
    let platform = Platform::start();
    let done = run(
        &platform,
        &[&SUBSCRIBE[..], &["--instagram", "--yes", "--field", "comments"]].concat(),
    );
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    platform.with(|memory| {
        let fields = memory.subscriptions["instagram"]["fields"]
            .as_array()
            .expect("fields");
        let fields: Vec<_> = fields.iter().filter_map(|field| field["name"].as_str()).collect();
        assert_eq!(
            fields,
            [
                "comments",
                "messages",
                "messaging_handover",
                "messaging_postbacks",
                "messaging_referral"
            ]
        );
        assert!(memory.page_fields.contains(&"messaging_handovers".to_owned()));
        assert!(
            !memory.page_fields.contains(&"comments".to_owned()),
            "pages have no such field"
        );
    });
    let of_pages = run(
        &platform,
        &[&SUBSCRIBE[..], &["--yes", "--field", "comments"]].concat(),
    );
    assert_eq!(of_pages.code, Some(0), "{}", of_pages.stderr);
    assert!(
        of_pages
            .stderr
            .starts_with("Pages have no field `comments`, so that of --field is left out"),
        "{}",
        of_pages.stderr
    );
    platform.with(|memory| {
        let fields = memory.subscriptions["page"]["fields"].to_string();
        assert!(!fields.contains("comments") && !memory.page_fields.contains(&"comments".to_owned()));
    });
}

#[test]
fn a_callback_that_does_not_answer_is_explained() {
    let platform = Platform::start();
    let settings = [("MESSENGER_VERIFY_TOKEN", "another word")];
    let refused = run_with(&platform, &[&SUBSCRIBE[..], &["--yes"]].concat(), &settings);
    assert_eq!(refused.code, Some(2));
    assert!(
        refused.stderr.ends_with(
            "Nothing was written. The platform calls https://shop.example/webhook before it agrees: the bot \
             must be serving there (`coffee-shop serve`), with the same MESSENGER_VERIFY_TOKEN.\n"
        ),
        "{}",
        refused.stderr
    );
    assert!(platform.with(|memory| memory.page_fields.is_empty()));
    let nowhere = run(&platform, &["subscribe", "--yes"]);
    assert_eq!(nowhere.code, Some(2));
    assert!(
        nowhere.stderr.contains("MESSENGER_CALLBACK_URL"),
        "{}",
        nowhere.stderr
    );
    let plain = run(&platform, &["subscribe", "--callback-url", "http://shop.example"]);
    assert_eq!(plain.code, Some(2));
    let nobody = run_with(&platform, &SUBSCRIBE, &[("MESSENGER_APP_ID", "")]);
    assert_eq!(nobody.code, Some(2));
    assert!(
        nobody.stderr.contains("MESSENGER_APP_ID is not set"),
        "{}",
        nobody.stderr
    );
    let neither = run_with(
        &platform,
        &["subscribe", "--page", "7"],
        &[("MESSENGER_APP_ID", "")],
    );
    assert_eq!(
        (neither.code, &*neither.stderr),
        (
            Some(2),
            "coffee-shop: MESSENGER_APP_ID is not set; expected: the app's id from the App Dashboard, digits \
             only\nthe webhook's public address is not known; give it with `coffee-shop subscribe --page 7 \
             --callback-url https://shop.example/webhook`, or set MESSENGER_CALLBACK_URL\n"
        )
    );
}

#[test]
fn an_instagram_account_gets_its_menu_and_its_ice_breakers() {
    let platform = Platform::start();
    platform.with(|memory| {
        memory
            .profile
            .insert("get_started".to_owned(), json!({"payload": "GET_STARTED"}));
    });
    let push = run(&platform, &["profile", "push", "--instagram", "--yes"]);
    assert_eq!(push.code, Some(0), "{}", push.stderr);
    assert!(
        push.stderr
            .starts_with("Left out on Instagram: get_started, greeting.\n"),
        "{}",
        push.stderr
    );
    assert_eq!(
        platform.calls(),
        [
            WHOSE.to_owned(),
            format!("{READ}?platform=instagram"),
            format!("{WRITE}?platform=instagram")
        ]
    );
    platform.with(|memory| {
        let has: Vec<_> = memory.profile.keys().collect();
        assert_eq!(has, ["get_started", "ice_breakers", "persistent_menu"]);
    });
}

#[test]
fn a_height_does_not_keep_a_menu_from_instagram() {
    let platform = Platform::start();
    platform.with(|memory| {
        let button = json!({"payload": "GO"});
        memory.profile.insert("get_started".to_owned(), button);
    });
    let webview = Webview::height(WebviewHeight::Tall);
    let items = [MenuItem::webview("Hours", "https://kiosk.example", webview)];
    let menu = MessengerProfile::new().menu(Menu::new(items).composer_input_disabled());
    let push = ["profile", "push", "--instagram", "--yes"];
    assert_eq!(kiosk(&platform, menu.clone(), &push), ExitCode::SUCCESS);
    platform.with(|memory| {
        assert_eq!(
            memory.profile["persistent_menu"],
            json!([{"locale": "default", "call_to_actions": [
                {"type": "web_url", "title": "Hours", "url": "https://kiosk.example"},
            ]}])
        );
    });
    platform.calls();
    assert_eq!(kiosk(&platform, menu, &push), ExitCode::SUCCESS);
    assert_eq!(
        platform.calls(),
        [WHOSE.to_owned(), format!("{READ}?platform=instagram")],
        "nothing was written"
    );
}

bot! { Kiosk; open }

#[on_postback("OPEN")]
async fn open() -> &'static str {
    "From 9 to 5."
}

/// The command line of a bot that declares `profile`, run here.
fn kiosk(platform: &Platform, profile: MessengerProfile, arguments: &[&str]) -> ExitCode {
    let config = Config::builder()
        .access_token("EAAcoffee")
        .app_secret("0123456789abcdef0123456789abcdef")
        .verify_token("a long random word")
        .graph_origin(&platform.origin)
        .build()
        .expect("nothing is missing");
    let bot = Kiosk::stateless().config(config).messenger_profile(profile);
    bot.cli_from(["kiosk"].iter().chain(arguments))
}

#[test]
fn a_menu_goes_before_the_button_that_it_stands_on() {
    let platform = Platform::start();
    platform.with(|memory| {
        for (name, value) in [
            ("get_started", json!({"payload": "GO"})),
            (
                "persistent_menu",
                json!([{"locale": "default", "call_to_actions": []}]),
            ),
            ("account_linking_url", json!("https://kiosk.example")),
        ] {
            memory.profile.insert(name.to_owned(), value);
        }
    });
    let greeting = MessengerProfile::new().greeting("Hello!");
    let pruned = kiosk(&platform, greeting, &["profile", "push", "--prune", "--yes"]);
    assert_eq!(pruned, ExitCode::SUCCESS);
    assert_eq!(platform.calls(), [WHOSE, READ, WRITE, DELETE, DELETE]);
    platform.with(|memory| assert_eq!(memory.profile.keys().collect::<Vec<_>>(), ["greeting"]));

    // Where there is no button, and none is declared, nothing is written.
    let menu = MessengerProfile::new().menu([MenuItem::postback("Open?", open {})]);
    let refused = kiosk(&platform, menu, &["profile", "push", "--yes"]);
    assert_eq!(refused, ExitCode::from(2));
    assert_eq!(platform.calls(), [WHOSE, READ]);
}

#[test]
fn a_profile_that_breaks_a_limit_is_refused_before_anything_is_asked() {
    let platform = Platform::start();
    let long = MessengerProfile::new().greeting("x".repeat(161));
    assert_eq!(kiosk(&platform, long, &["profile", "diff"]), ExitCode::from(2));
    assert_eq!(platform.calls(), [""; 0]);
}
