//! Event logging.

use super::*;
use crate::{
    graph::{AppEvent, EventLog},
    message::{Currency, Money},
};

#[tokio::test]
async fn events_go_to_the_app_as_text_that_keeps_the_case_of_its_keys() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let graph = server.with_app().page("42");
    let bought = AppEvent::new("fb_mobile_purchase")
        .value_to_sum(Money::new(5522, Currency::USD))
        .parameter("orderNumber", 17)
        .parameter("items_inCart", json!(["A", {"camelCase": null}]));
    graph.log_events("7", bought.clone()).await.unwrap();
    let log = EventLog::new([AppEvent::new("a"), AppEvent::new("b")])
        .advertiser_tracking(true)
        .application_tracking(true)
        .extinfo(["mb1", "en_US"]);
    graph.log_events("7", log).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].decoded(), "POST /99/activities");
    assert_eq!(asked[0].header("authorization"), Some("Bearer 99|secret"));
    assert_eq!(
        asked[0].json(),
        json!({
            "event": "CUSTOM_APP_EVENTS",
            "custom_events": concat!(
                r#"[{"_eventName":"fb_mobile_purchase","_valueToSum":55.22,"_fb_currency":"USD","#,
                r#""orderNumber":17,"items_inCart":["A",{"camelCase":null}]}]"#
            ),
            "advertiser_tracking_enabled": 0, "application_tracking_enabled": 0,
            "extinfo": r#"["mb1"]"#, "page_id": "42", "page_scoped_user_id": "7",
        })
    );
    assert_eq!(
        asked[1].json(),
        json!({
            "event": "CUSTOM_APP_EVENTS", "custom_events": r#"[{"_eventName":"a"},{"_eventName":"b"}]"#,
            "advertiser_tracking_enabled": 1, "application_tracking_enabled": 1,
            "extinfo": r#"["mb1","en_US"]"#, "page_id": "42", "page_scoped_user_id": "7",
        })
    );
    let shown = format!("{bought:?}");
    assert!(shown.contains("orderNumber") && !shown.contains("55"), "{shown}");
}

#[tokio::test]
async fn what_cannot_be_logged_does_not_leave() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let error = server
        .graph()
        .log_events("7", AppEvent::new("a"))
        .await
        .unwrap_err();
    assert_eq!(error.id(), "MSG502", "the path needs the app's id");
    let client = server.with_app();
    let much = Money::new(Money::MAX_MINOR + 1, Currency::EUR);
    let error = client
        .page("42")
        .log_events("7", AppEvent::new("a").value_to_sum(much))
        .await
        .unwrap_err();
    assert_eq!(error.id(), "MSG503");
    let error = client
        .instagram("178")
        .log_events("7", AppEvent::new("a"))
        .await
        .unwrap_err();
    assert_eq!(
        error.unsupported().map(|what| what.feature),
        Some("event logging")
    );
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn nothing_and_nobody_do_not_leave() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let graph = server.with_app().page("42");
    for (psid, log, words) in [
        ("7", EventLog::new([]), "MSG103 custom_events: empty"),
        ("", AppEvent::new("a").into(), "MSG103 page_scoped_user_id: empty"),
    ] {
        let error = graph.log_events(psid, log).await.unwrap_err();
        assert_eq!(error.limits().unwrap().to_string(), words);
    }
    assert!(server.asked().is_empty());
}
