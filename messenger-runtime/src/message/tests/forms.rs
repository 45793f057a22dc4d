//! Surveys, forms and opt-in requests: their limits, and what is malformed.

pub(super) mod arbitrary;

use serde_json::json;

use crate::{limit_cases::Case, message::*};

fn long(length: usize) -> String {
    "x".repeat(length)
}

const PRIVACY: &str = "https://coffee.example/privacy";

fn survey() -> CustomerFeedback {
    CustomerFeedback::new("Rate us", "Rate", ScoreQuestion::new("q1", Score::Nps), PRIVACY)
}

fn asking(question: impl Into<Question>) -> Reply {
    Reply::customer_feedback(CustomerFeedback::new("Rate us", "Rate", question, PRIVACY))
}

fn errors(reply: &Reply) -> String {
    reply
        .check(Platform::Messenger)
        .err()
        .map(|errors| errors.to_string())
        .unwrap_or_default()
}

fn titled(title: impl Into<String>, button: impl Into<String>) -> Reply {
    CustomerFeedback::new(title, button, ScoreQuestion::new("q", Score::Ces), PRIVACY).into()
}

fn screens(screens: usize, questions: usize) -> Reply {
    let screen = json!({"questions": vec![json!({"id": "q1", "type": "ces"}); questions]});
    let mut json = serde_json::to_value(Message::from(survey())).unwrap();
    json["attachment"]["payload"]["feedback_screens"] = json!(vec![screen; screens]);
    serde_json::from_value::<Message>(json).unwrap().into()
}

fn address(name: AddressField, label: usize) -> Reply {
    let field = FormField::required(true).label(long(label));
    CustomerInformation::new(PRIVACY)
        .address_field(name, field)
        .into()
}

pub(crate) const CASES: &[Case] = &[
    Case {
        limit: limits::FEEDBACK_TITLE,
        check: |n| errors(&titled(long(n), "Rate")),
        over: "MSG101 title: 66 characters, at most 65",
        under: Some("MSG103 title: empty"),
    },
    Case {
        limit: limits::FEEDBACK_SUBTITLE,
        check: |n| errors(&survey().subtitle(long(n)).into()),
        over: "MSG101 subtitle: 81 characters, at most 80",
        under: Some("MSG103 subtitle: empty"),
    },
    Case {
        limit: limits::FEEDBACK_SCREENS,
        check: |n| errors(&screens(n, 1)),
        over: "MSG102 feedback_screens: 2 items, 1 to 1",
        under: Some("MSG102 feedback_screens: 0 items, 1 to 1"),
    },
    Case {
        limit: limits::FEEDBACK_QUESTIONS,
        check: |n| errors(&screens(1, n)),
        over: "MSG102 feedback_screens[0].questions: 2 items, 1 to 1",
        under: Some("MSG102 feedback_screens[0].questions: 0 items, 1 to 1"),
    },
    Case {
        limit: limits::FEEDBACK_QUESTION_ID,
        check: |n| errors(&asking(ScoreQuestion::new(long(n), Score::Nps))),
        over: "MSG101 feedback_screens[0].questions[0].id: 81 characters, at most 80",
        under: Some("MSG103 feedback_screens[0].questions[0].id: empty"),
    },
    Case {
        limit: limits::FEEDBACK_QUESTION_TITLE,
        check: |n| errors(&asking(ScoreQuestion::new("q", Score::Nps).title(long(n)))),
        over: "MSG101 feedback_screens[0].questions[0].title: 86 characters, at most 85",
        under: Some("MSG103 feedback_screens[0].questions[0].title: 4 characters, at least 5"),
    },
    Case {
        limit: limits::FEEDBACK_PLACEHOLDER,
        check: |n| errors(&asking(ScoreQuestion::new("q", Score::Ces).follow_up(long(n)))),
        over: "MSG101 feedback_screens[0].questions[0].follow_up.placeholder: 66 characters, at most 65",
        under: Some("MSG103 feedback_screens[0].questions[0].follow_up.placeholder: empty"),
    },
    Case {
        limit: limits::EXPIRES_IN_DAYS,
        check: |n| errors(&survey().expires_in_days(u8::try_from(n).unwrap()).into()),
        over: "MSG102 expires_in_days: 8 days, 1 to 7",
        under: Some("MSG102 expires_in_days: 0 days, 1 to 7"),
    },
    Case {
        limit: limits::CUSTOMER_INFORMATION_FIELD,
        check: |n| errors(&address(AddressField::City, n)),
        over: "MSG101 address_overrides[0].city.label: 86 characters, at most 85",
        under: Some("MSG103 address_overrides[0].city.label: empty"),
    },
    Case {
        limit: limits::CUSTOMER_INFORMATION_POSTAL_CODE,
        check: |n| errors(&address(AddressField::PostalCode, n)),
        over: "MSG101 address_overrides[0].postal_code.label: 11 characters, at most 10",
        under: Some("MSG103 address_overrides[0].postal_code.label: empty"),
    },
    Case {
        limit: limits::OPT_IN_TITLE,
        check: |n| errors(&NotificationMessages::new("P").title(long(n)).into()),
        over: "MSG101 title: 66 characters, at most 65",
        under: Some("MSG103 title: empty"),
    },
];

#[test]
fn every_place_of_a_shared_limit_keeps_to_it() {
    let days = |n| errors(&CustomerInformation::new(PRIVACY).expires_in_days(n).into());
    assert_eq!([days(1), days(7)], ["", ""]);
    assert_eq!(days(8), "MSG102 expires_in_days: 8 days, 1 to 7");
    let button = |n| errors(&titled("Rate us", long(n)));
    assert_eq!(button(20), "");
    assert_eq!(button(21), "MSG101 button_title: 21 characters, at most 20");
    let question = |n| errors(&asking(FreeFormQuestion::new("q").title(long(n))));
    assert_eq!(question(85), "");
    assert_eq!(
        question(86),
        "MSG101 feedback_screens[0].questions[0].title: 86 characters, at most 85"
    );
    let label = |n| {
        let field = FormField::required(true).label(long(n));
        errors(
            &CustomerInformation::new(PRIVACY)
                .contact_field(ContactField::Email, field)
                .into(),
        )
    };
    assert_eq!(label(85), "");
    assert_eq!(
        label(86),
        "MSG101 contact_overrides[0].email.label: 86 characters, at most 85"
    );
    let title = |n| errors(&Reply::one_time_notif_req(long(n), "P"));
    assert_eq!(title(65), "");
    assert_eq!(title(66), "MSG101 title: 66 characters, at most 65");
    for payload in [
        (|n| errors(&Reply::one_time_notif_req("A", long(n)))) as fn(usize) -> String,
        |n| errors(&NotificationMessages::new(long(n)).into()),
    ] {
        assert_eq!(payload(1000), "");
        assert_eq!(payload(1001), "MSG101 payload: 1001 characters, at most 1000");
        assert_eq!(payload(0), "MSG103 payload: empty");
    }
}

#[test]
fn what_is_too_short_says_by_how_much() {
    let reply = asking(ScoreQuestion::new("q", Score::Nps).title("Why?"));
    let found = reply.check(Platform::Messenger).unwrap_err();
    assert_eq!(
        found.to_string(),
        "MSG103 feedback_screens[0].questions[0].title: 4 characters, at least 5"
    );
    let limit = found.iter().next().and_then(LimitError::limit);
    assert_eq!(limit, Some((limits::FEEDBACK_QUESTION_TITLE, 4)));
    assert_eq!(
        errors(&Reply::from(survey().expires_in_days(0))),
        "MSG102 expires_in_days: 0 days, 1 to 7"
    );
    assert_eq!(
        errors(&asking(FreeFormQuestion::new("q").title(""))),
        "MSG103 feedback_screens[0].questions[0].title: empty"
    );
}

#[test]
fn what_is_malformed_is_named() {
    let id = |id: &str| errors(&asking(ScoreQuestion::new(id, Score::Nps)));
    assert_eq!(id("Order_1815"), "");
    for bad in ["order-1815", "order 1815", "café"] {
        assert_eq!(
            id(bad),
            "MSG103 feedback_screens[0].questions[0].id: not only letters A to Z, digits and underscores"
        );
    }
    let address = "not an address that begins with https:// or http://";
    let survey = CustomerFeedback::new("A", "B", FreeFormQuestion::new("q"), "coffee.example");
    assert_eq!(
        errors(&survey.into()),
        format!("MSG103 business_privacy.url: {address}")
    );
    assert_eq!(
        errors(&CustomerInformation::new("").into()),
        format!("MSG103 business_privacy.url: {address}")
    );
    let form = CustomerInformation::new(PRIVACY).countries(["FR", "fr", "FRA"]);
    let country = "not a country by its two capital letters, like US";
    assert_eq!(
        errors(&form.into()),
        format!("MSG103 countries[1]: {country}\nMSG103 countries[2]: {country}")
    );
    assert_eq!(errors(&Reply::instant_form("")), "MSG103 form_id: empty");
    let request = NotificationMessages::new("P").image("a.png").timezone("");
    assert_eq!(
        errors(&request.into()),
        format!("MSG103 image_url: {address}\nMSG103 notification_messages_timezone: empty")
    );
}

#[test]
fn a_score_has_only_its_own_options() {
    let read = |kind: &str, option: &str| {
        serde_json::from_value::<Question>(json!({"id": "q", "type": kind, "score_option": option})).is_ok()
    };
    let all = [
        ("csat", "one_to_five"),
        ("csat", "five_stars"),
        ("csat", "five_emojis"),
        ("nps", "zero_to_ten"),
        ("ces", "one_to_seven"),
    ];
    for kind in ["csat", "nps", "ces"] {
        for (_, option) in all {
            assert_eq!(
                read(kind, option),
                all.contains(&(kind, option)),
                "{kind} with {option}"
            );
        }
    }
    for (score, kind, option) in [
        (Score::Csat(CsatOption::OneToFive), "csat", "one_to_five"),
        (Score::Csat(CsatOption::FiveStars), "csat", "five_stars"),
        (Score::Csat(CsatOption::FiveEmojis), "csat", "five_emojis"),
        (Score::Nps, "nps", "zero_to_ten"),
        (Score::Ces, "ces", "one_to_seven"),
    ] {
        let json = serde_json::to_value(Question::from(ScoreQuestion::new("q", score))).unwrap();
        assert_eq!(json, json!({"id": "q", "type": kind, "score_option": option}));
    }
}

#[test]
fn words_of_the_platform() {
    let labels = [
        (ScoreLabel::NegPos, "neg_pos"),
        (ScoreLabel::HardEasy, "hard_easy"),
        (ScoreLabel::DisSat, "dis_sat"),
        (ScoreLabel::UnlikeLike, "unlike_like"),
        (ScoreLabel::PoorGreat, "poor_great"),
        (ScoreLabel::None, "none"),
    ];
    for (label, word) in labels {
        assert_eq!(serde_json::to_value(label).unwrap(), word);
    }
    let buttons = [
        (CtaText::Allow, "ALLOW"),
        (CtaText::Frequency, "FREQUENCY"),
        (CtaText::Get, "GET"),
        (CtaText::GetUpdates, "GET_UPDATES"),
        (CtaText::OptIn, "OPT_IN"),
        (CtaText::SignUp, "SIGN_UP"),
    ];
    for (text, word) in buttons {
        assert_eq!(serde_json::to_value(text).unwrap(), word);
    }
}

/// The path of a field in an error is its name on the wire.
#[test]
fn fields_have_one_name() {
    let label = || FormField::required(true).label(long(86));
    let mut form = CustomerInformation::new(PRIVACY);
    for field in arbitrary::ADDRESS {
        form = form.address_field(*field, label());
    }
    for field in arbitrary::CONTACT {
        form = form.contact_field(*field, label());
    }
    let json = serde_json::to_value(Message::from(form.clone())).unwrap();
    let payload = &json["attachment"]["payload"];
    let names = |list: &str| -> Vec<String> {
        let fields = payload[list][0].as_object().unwrap();
        fields
            .keys()
            .map(|name| format!("{list}[0].{name}.label"))
            .collect()
    };
    let mut expected = [names("address_overrides"), names("contact_overrides")].concat();
    let found = Reply::from(form).check(Platform::Messenger).unwrap_err();
    let mut paths: Vec<_> = found.iter().map(|error| error.path().to_owned()).collect();
    expected.sort();
    paths.sort();
    assert_eq!(paths, expected);
}

#[test]
fn instagram_has_the_opt_in_request_alone() {
    let opt_in = Reply::from(NotificationMessages::new("P"));
    assert_eq!(opt_in.check(Platform::Instagram), Ok(()));
    for (reply, what) in [
        (Reply::from(survey()), "customer feedback template"),
        (
            CustomerInformation::new(PRIVACY).into(),
            "customer information template",
        ),
        (Reply::instant_form("1"), "instant form template"),
        (
            Reply::one_time_notif_req("A", "P"),
            "one-time notification request",
        ),
    ] {
        assert_eq!(errors(&reply), "");
        assert_eq!(
            reply.check(Platform::Instagram).unwrap_err().to_string(),
            format!("MSG104 template_type: Instagram has no {what}")
        );
    }
}

#[test]
fn debug_shows_no_text() {
    const SECRET: &str = "hidden";
    let url = format!("https://{SECRET}.example/");
    let question = ScoreQuestion::new(SECRET, Score::Nps)
        .title(SECRET)
        .follow_up(SECRET);
    let free = FreeFormQuestion::new(SECRET).title(SECRET);
    let field = || FormField::required(true).label(SECRET);
    let form = CustomerInformation::new(&url)
        .countries([SECRET])
        .address_field(AddressField::City, field())
        .contact_field(ContactField::Name, field());
    let request = NotificationMessages::new(SECRET)
        .title(SECRET)
        .image(&url)
        .timezone(SECRET);
    let reply = Reply::from(CustomerFeedback::new(SECRET, SECRET, question.clone(), &url).subtitle(SECRET))
        .then(form)
        .then(Reply::instant_form(SECRET))
        .then(request)
        .then(Reply::one_time_notif_req(SECRET, SECRET));
    let shown = format!("{reply:?} {question:?} {free:?}");
    assert!(!shown.contains(SECRET), "{shown}");
}
