//! Message templates: the library, the page's own, and what becomes of new ones.

use super::*;
use crate::{
    graph::{
        NewMessageTemplate, TemplateButton, TemplateRejection, TemplateSearch, TemplateStatus, TemplateText,
    },
    message::RawPayload,
};

fn shipped() -> NewMessageTemplate {
    let text = TemplateText::named(
        "Hi {{name}}, order {{ order }} left.",
        [("name", "Ann"), ("order", "A-17")],
    );
    NewMessageTemplate::new("order_shipped", "en_US", text)
}

/// The body with which `template` is asked for, or the refusal's text.
async fn posted(template: &NewMessageTemplate) -> Result<Value, String> {
    let server = Server::start([Reply::new(200, r#"{"id":"1","status":"APPROVED"}"#)]).await;
    match server.graph().create_message_template(template).await {
        Ok(_) => {
            let asked = &server.asked()[0];
            assert_eq!(asked.decoded(), "POST /me/message_templates");
            Ok(asked.json())
        }
        Err(error) => {
            assert_eq!((error.id(), server.asked().len()), ("MSG517", 0));
            Err(error.to_string())
        }
    }
}

#[tokio::test]
async fn a_template_is_posted_with_its_components() {
    let template = shipped()
        .header(TemplateText::named("Order {{order}}", [("order", "A-17")]))
        .buttons([
            TemplateButton::url("Help", "https://shop.example/help"),
            TemplateButton::url_with(
                "Follow",
                "https://shop.example/{{1}}",
                "https://shop.example/A-17",
            ),
            TemplateButton::postback("Stop", RawPayload("STOP".to_owned())),
        ]);
    assert_eq!(
        posted(&template).await.unwrap(),
        json!({
            "name": "order_shipped", "language": "en_US", "category": "UTILITY", "parameter_format": "NAMED",
            "components": [
                {"type": "HEADER", "format": "TEXT", "text": "Order {{order}}",
                 "example": {"header_text_named_params": [{"param_name": "order", "example": "A-17"}]}},
                {"type": "BODY", "text": "Hi {{name}}, order {{ order }} left.",
                 "example": {"body_text_named_params": [
                     {"param_name": "name", "example": "Ann"}, {"param_name": "order", "example": "A-17"}]}},
                {"type": "BUTTONS", "buttons": [
                    {"type": "URL", "text": "Help", "url": "https://shop.example/help"},
                    {"type": "URL", "text": "Follow", "url": "https://shop.example/{{1}}",
                     "example": ["https://shop.example/A-17"]},
                    {"type": "POSTBACK", "text": "Stop", "payload": "STOP"}]},
            ],
        })
    );
    let positional = TemplateText::positional("At {{1}} on {{2}}", ["10:30", "Monday"]);
    let template = NewMessageTemplate::new("visit", "de", positional.clone()).image_header("4::aW");
    assert_eq!(
        posted(&template).await.unwrap(),
        json!({
            "name": "visit", "language": "de", "category": "UTILITY", "parameter_format": "POSITIONAL",
            "components": [
                {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}},
                {"type": "BODY", "text": "At {{1}} on {{2}}", "example": {"body_text": [["10:30", "Monday"]]}},
            ],
        })
    );
    let header = TemplateText::positional("Visit {{1}}", ["5"]);
    let body = posted(&NewMessageTemplate::new("visit", "de", positional).header(header))
        .await
        .unwrap();
    assert_eq!(body["components"][0]["example"], json!({"header_text": ["5"]}));
    assert_eq!(
        posted(&NewMessageTemplate::new("plain", "en", "Your order left.").header("News"))
            .await
            .unwrap(),
        json!({"name": "plain", "language": "en", "category": "UTILITY", "components": [
            {"type": "HEADER", "format": "TEXT", "text": "News"}, {"type": "BODY", "text": "Your order left."}]})
    );
}

#[tokio::test]
async fn what_the_platform_would_reject_does_not_leave() {
    let one = |text: &str| NewMessageTemplate::new("n", "en", text);
    for (template, words) in [
        (NewMessageTemplate::new("", "en", "x"), "MSG103 name: empty"),
        (NewMessageTemplate::new("n", "", "x"), "MSG103 language: empty"),
        (one(""), "MSG103 body: empty"),
        (
            one("Hi {{name}}"),
            "MSG103 body.{{name}}: a placeholder without a sample",
        ),
        (
            shipped().header("Order {{order}}"),
            "MSG103 header.{{order}}: a placeholder without a sample",
        ),
        (
            NewMessageTemplate::new("n", "en", TemplateText::named("Hi", [("name", "Ann")])),
            "MSG103 body.{{name}}: a sample without a placeholder",
        ),
        (
            NewMessageTemplate::new("n", "en", TemplateText::positional("At {{1}}", ["a", "b"])),
            "MSG103 body.{{2}}: a sample without a placeholder",
        ),
        (
            NewMessageTemplate::new("n", "en", TemplateText::positional("At {{2}}", ["a"])),
            "MSG103 body.{{2}}: a placeholder without a sample",
        ),
        (
            shipped().header(TemplateText::positional("Order {{1}}", ["5"])),
            "MSG103 header: its placeholders are named and those",
        ),
        (one("x").image_header(""), "MSG103 header.handle: empty"),
        (
            one("x").buttons([TemplateButton::url("", "https://a.example")]),
            "MSG103 buttons[0].text: empty",
        ),
        (
            one("x").buttons([TemplateButton::url("Go", "a.example")]),
            "MSG103 buttons[0].url: not an address",
        ),
        (
            one("x").buttons([TemplateButton::url("Go", "https://a.example/{{1}}")]),
            "MSG103 buttons[0].url: a placeholder without an example",
        ),
        (
            one("x").buttons([TemplateButton::postback("Go", RawPayload(String::new()))]),
            "MSG103 buttons[0].payload: empty",
        ),
    ] {
        let error = posted(&template).await.unwrap_err();
        assert!(error.contains(words), "{error}\n{words}");
    }
}

#[tokio::test]
async fn nothing_is_cloned_or_deleted_without_its_name() {
    let server = Server::start([Reply::new(200, r#"{"id":"1","success":true}"#)]).await;
    let graph = server.graph();
    for error in [
        graph.clone_library_template("", "n", "en").await.unwrap_err(),
        graph.clone_library_template("l", "", "en").await.unwrap_err(),
        graph.clone_library_template("l", "n", "").await.unwrap_err(),
        graph.delete_message_template("").await.unwrap_err(),
        graph.delete_message_template_language("", "1").await.unwrap_err(),
        graph.delete_message_template_language("n", "").await.unwrap_err(),
    ] {
        assert_eq!(error.id(), "MSG517");
        assert!(error.to_string().contains(": empty"), "{error}");
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_rejection_is_a_status_with_reasons() {
    let server = Server::start([
        Reply::new(200, r#"{"id":9,"status":"APPROVED","category":"UTILITY","rejected_reason":"NONE"}"#),
        Reply::new(
            200,
            json!({"id": "9", "status": "REJECTED", "category": "MARKETING",
                "rejected_reason": "INCORRECT_PARAMS",
                "specific_rejection_reasons": [{"reason": "TAG_SHOULD_BE_MARKETING", "text": "Sounds like an ad."},
                    "PARAMS_TO_WORD_RATIO_EXCEED_LIMIT", "INCORRECT_PARAMS"],
                "specific_rejection_reason": "TEMPLATE_VARIABLES_MISSING_SAMPLE_VALUES",
                "rejection_reasons": {"a": "SOMETHING_NEW", "b": 5}})
            .to_string(),
        ),
        Reply::new(200, r#"{"id":"9"}"#),
        Reply::new(200, r#"{"status":"APPROVED"}"#),
    ])
    .await;
    let graph = server.graph();
    let made = graph.create_message_template(&shipped()).await.unwrap();
    assert_eq!((&*made.id, made.category.as_deref()), ("9", Some("UTILITY")));
    assert_eq!((made.status, made.rejections), (TemplateStatus::Approved, vec![]));
    let made = graph.create_message_template(&shipped()).await.unwrap();
    assert_eq!(made.status, TemplateStatus::Rejected);
    let mut words: Vec<_> = made.rejections.iter().map(TemplateRejection::as_str).collect();
    words.sort_unstable();
    assert_eq!(
        words,
        [
            "INCORRECT_PARAMS",
            "PARAMS_TO_WORD_RATIO_EXCEED_LIMIT",
            "SOMETHING_NEW",
            "TAG_SHOULD_BE_MARKETING",
            "TEMPLATE_VARIABLES_MISSING_SAMPLE_VALUES",
        ]
    );
    assert!(
        made.rejections
            .contains(&TemplateRejection::Other("SOMETHING_NEW".to_owned()))
    );
    assert!(made.rejections.contains(&TemplateRejection::TagShouldBeMarketing));
    let undecided = graph.create_message_template(&shipped()).await.unwrap();
    assert_eq!(undecided.status, TemplateStatus::Pending);
    assert_eq!(
        graph.create_message_template(&shipped()).await.unwrap_err().id(),
        "MSG508",
        "no id"
    );
}

#[tokio::test]
async fn templates_are_searched_listed_cloned_and_deleted() {
    let page = json!({"data": [
        {"id": "1", "name": "order_shipped", "language": "en_US", "category": "UTILITY", "status": "PAUSED",
         "library_template_name": "delivery_update_1", "components": [
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["x"]}},
            {"type": "BODY", "text": "Hi {{1}}"},
            {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Go", "url": "https://a.example"}, 5]},
            "odd"]},
        {"id": 2, "status": "REVIEWED_TWICE", "components": null},
        {"id": "3", "status": 7},
    ]});
    let library = json!({"data": [
        {"id": 5, "name": "delivery_update_1", "language": "en_US", "category": "UTILITY",
         "topic": "ORDER_MANAGEMENT", "usecase": "DELIVERY_UPDATE", "header": "News", "body": "Hi {{1}}",
         "body_params": ["Jim"], "buttons": [{"type": "POSTBACK", "text": "Ok", "payload": "OK"}]},
        {"name": "second", "body_params": 5},
    ]});
    let server = Server::start([
        Reply::new(200, library.to_string()),
        Reply::new(200, page.to_string()),
        Reply::new(200, r#"{"data":[{"id":"4"}]}"#),
        Reply::new(200, r#"{"id":"6","status":"APPROVED","category":"UTILITY"}"#),
        Reply::new(200, r#"{"success":true}"#),
    ])
    .await;
    let graph = server.graph();
    let search = TemplateSearch::new()
        .name_or_content("delivery & more")
        .language("en_US");
    let found = graph.message_template_library(&search).all().await.unwrap();
    assert_eq!(
        (&*found[0].name, found[0].id.as_deref()),
        ("delivery_update_1", Some("5"))
    );
    assert_eq!(found[0].body_params, ["Jim"]);
    assert_eq!(found[0].buttons[0].payload.as_deref(), Some("OK"));
    assert_eq!((found[1].body_params.len(), found[1].topic.as_deref()), (0, None));

    let own = graph.message_templates().all().await.unwrap();
    assert_eq!(
        (&*own[0].id, own[0].name.as_deref()),
        ("1", Some("order_shipped"))
    );
    assert_eq!(own[0].library_template_name.as_deref(), Some("delivery_update_1"));
    let kinds: Vec<_> = own[0].components.iter().map(|part| &*part.kind).collect();
    assert_eq!(kinds, ["HEADER", "BODY", "BUTTONS"]);
    assert_eq!(own[0].components[1].text.as_deref(), Some("Hi {{1}}"));
    assert_eq!(own[0].components[2].buttons.len(), 1);
    let states: Vec<_> = own.iter().map(|one| one.status.clone()).collect();
    assert_eq!(
        states,
        [
            TemplateStatus::Paused,
            TemplateStatus::Other("REVIEWED_TWICE".to_owned()),
            TemplateStatus::Pending
        ]
    );
    assert_eq!(
        graph
            .message_templates_named("order_shipped")
            .all()
            .await
            .unwrap()
            .len(),
        1
    );
    let made = graph
        .clone_library_template("delivery_update_1", "shipped", "en_US")
        .await
        .unwrap();
    assert_eq!((&*made.id, made.status), ("6", TemplateStatus::Approved));
    graph.delete_message_template("shipped").await.unwrap();
    graph
        .delete_message_template_language("shipped", "6")
        .await
        .unwrap();

    let fields = "fields=id,name,language,category,status,components,rejected_reason,\
                  specific_rejection_reasons,library_template_name";
    let asked = server.asked();
    assert_eq!(
        asked.iter().map(Asked::decoded).collect::<Vec<_>>(),
        [
            "GET /message_template_library?name_or_content=delivery & more&language=en_US".to_owned(),
            format!("GET /me/message_templates?{fields}"),
            format!("GET /me/message_templates?{fields}&name=order_shipped"),
            "POST /me/message_templates".to_owned(),
            "DELETE /me/message_templates?name=shipped".to_owned(),
            "DELETE /me/message_templates?hsm_id=6&name=shipped".to_owned(),
        ]
    );
    assert_eq!(
        asked[3].json(),
        json!({"name": "shipped", "language": "en_US", "category": "UTILITY",
            "library_template_name": "delivery_update_1"})
    );
}

#[tokio::test]
async fn instagram_has_no_utility_messages() {
    let server = Server::start([Reply::new(200, "{}")]).await;
    let instagram = server.client().build().unwrap().instagram("178");
    let error = instagram.create_message_template(&shipped()).await.unwrap_err();
    assert_eq!(
        error.unsupported().map(|what| what.feature),
        Some("utility messages")
    );
    assert_eq!(
        instagram.message_templates().all().await.unwrap_err().id(),
        "MSG516"
    );
    assert_eq!(
        instagram.delete_message_template("n").await.unwrap_err().id(),
        "MSG516"
    );
    let library = instagram.message_template_library(&TemplateSearch::new());
    assert_eq!(library.all().await.unwrap_err().id(), "MSG516");
    assert!(server.asked().is_empty());
}

#[test]
fn words_are_read_and_written_alike() {
    for word in ["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED", "ELSE"] {
        let status = TemplateStatus::from(word.to_owned());
        assert_eq!(status.as_str(), word);
        assert_eq!(matches!(status, TemplateStatus::Other(_)), word == "ELSE");
    }
}

#[test]
fn no_placeholder_leaves_without_its_sample() {
    let graph = Client::builder(Keys::new("T", "s")).build().unwrap().page("42");
    let placeholder = regex::Regex::new(r"\{\{([a-c])\}\}").unwrap();
    let texts = r"(\PC{0,3}|\{\{|\}\}|\{\{[a-c]\}\}){0,8}";
    let names = proptest::collection::btree_set("[a-c]", 0..4);
    proptest::proptest!(|(text in texts, names in names)| {
        let samples: Vec<_> = names.iter().map(|name| (name.clone(), "sample")).collect();
        let template = NewMessageTemplate::new("n", "en", TemplateText::named(text.clone(), samples));
        if graph.create_message_template(&template).call.is_ok() {
            let mut inside = placeholder.captures_iter(&text).map(|found| found[1].to_owned());
            proptest::prop_assert!(inside.all(|name| names.contains(&name)), "{text:?} {names:?}");
        }
    });
}
