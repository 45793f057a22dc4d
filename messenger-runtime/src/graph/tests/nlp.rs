//! Built-in NLP.

use super::{secrecy::Sink, *};
use crate::graph::{NlpConfigs, NlpModel, PrintHook};

#[tokio::test]
async fn nlp_is_set_up_in_the_query() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let graph = server.graph();
    let all = NlpConfigs::enabled(true)
        .model(NlpModel::Custom)
        .custom_token("wit token&x")
        .verbose(true)
        .n_best(8);
    graph.set_nlp_configs(&all).await.unwrap();
    graph.set_nlp_configs(&NlpConfigs::enabled(false)).await.unwrap();
    graph
        .set_nlp_configs(&NlpConfigs::default().n_best(1))
        .await
        .unwrap();
    assert_eq!(
        server.lines(),
        [
            "POST /me/nlp_configs?nlp_enabled=true&model=CUSTOM&custom_token=wit+token%26x&verbose=true&n_best=8",
            "POST /me/nlp_configs?nlp_enabled=false",
            "POST /me/nlp_configs?n_best=1",
        ]
    );
    assert!(server.asked().iter().all(|asked| asked.body.is_empty()));
}

#[tokio::test]
async fn each_model_has_the_platforms_name() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let models = [
        (NlpModel::Custom, "CUSTOM"),
        (NlpModel::Chinese, "CHINESE"),
        (NlpModel::Croatian, "CROATIAN"),
        (NlpModel::Danish, "DANISH"),
        (NlpModel::Dutch, "DUTCH"),
        (NlpModel::English, "ENGLISH"),
        (NlpModel::French, "FRENCH_STANDARD"),
        (NlpModel::German, "GERMAN_STANDARD"),
        (NlpModel::Hebrew, "HEBREW"),
        (NlpModel::Hungarian, "HUNGARIAN"),
        (NlpModel::Irish, "IRISH"),
        (NlpModel::Italian, "ITALIAN_STANDARD"),
        (NlpModel::Korean, "KOREAN"),
        (NlpModel::NorwegianBokmal, "NORWEGIAN_BOKMAL"),
        (NlpModel::Polish, "POLISH"),
        (NlpModel::Portuguese, "PORTUGUESE"),
        (NlpModel::Romanian, "ROMANIAN"),
        (NlpModel::Spanish, "SPANISH"),
        (NlpModel::Swedish, "SWEDISH"),
        (NlpModel::Vietnamese, "VIETNAMESE"),
    ];
    for (model, name) in models {
        let configs = NlpConfigs::default().model(model);
        server.graph().set_nlp_configs(&configs).await.unwrap();
        assert_eq!(
            *server.lines().last().unwrap(),
            format!("POST /me/nlp_configs?model={name}")
        );
    }
}

#[tokio::test]
async fn the_token_of_the_custom_model_is_not_printed() {
    let server = Server::start([Reply::graph(100, None)]).await;
    let configs = NlpConfigs::enabled(true).custom_token("CANARY");
    let sink = Sink::default();
    let hook = Arc::new(PrintHook::to(sink.clone()));
    let graph = server.client().hook(hook).build().unwrap().page("42");
    let request = graph.set_nlp_configs(&configs);
    assert!(!format!("{configs:?} {request:?}").contains("CANARY"));
    let error = request.await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("CANARY"));
    let printed = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    assert!(
        printed.contains("custom_token=[REDACTED]") && !printed.contains("CANARY"),
        "{printed}"
    );
    let error = server.instagram().set_nlp_configs(&configs).await.unwrap_err();
    assert_eq!(error.unsupported().map(|what| what.feature), Some("built-in NLP"));
    assert_eq!(server.asked().len(), 1);
}
