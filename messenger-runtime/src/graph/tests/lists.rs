//! Lists to their end: whichever way the platform marks it, and no further.

use super::*;
use crate::graph::Label;

/// A page with these items, this cursor and this address of the next page.
fn page(ids: &[u32], after: Option<&str>, next: Option<&str>) -> Reply {
    let data: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
    let mut paging = json!({"cursors": {"before": "B"}});
    if let Some(after) = after {
        paging["cursors"]["after"] = after.into();
    }
    if let Some(next) = next {
        paging["next"] = next.into();
    }
    Reply::new(200, json!({"data": data, "paging": paging}).to_string())
}

const NEXT: Option<&str> = Some("https://graph.example/v25.0/x?access_token=canary&after=C%3D");

/// The ids of the items that come, the errors by their id, and the cursors that were asked with.
async fn read(pages: impl IntoIterator<Item = Reply>) -> (Vec<String>, Vec<Option<String>>) {
    let server = Server::start(pages).await;
    let mut labels = server.graph().labels();
    let mut came = Vec::new();
    while let Some(item) = labels.next().await {
        came.push(match item {
            Ok(Label { id, .. }) => id,
            Err(error) => error.to_string(),
        });
        assert!(came.len() < 20, "it does not end: {came:?}");
    }
    let asked = server
        .asked()
        .iter()
        .map(|asked| {
            let query = url::form_urlencoded::parse(asked.uri.query().unwrap_or_default().as_bytes());
            query
                .into_owned()
                .find_map(|(name, value)| (name == "after").then_some(value))
        })
        .collect();
    (came, asked)
}

#[tokio::test]
async fn an_empty_page_with_a_next_one_is_not_the_end() {
    let (came, asked) = read([
        page(&[1], Some("A"), NEXT),
        page(&[], Some("B"), NEXT),
        page(&[], None, NEXT),
        page(&[2], Some("D"), None),
        page(&[], Some("D"), None),
        page(&[3], None, None),
    ])
    .await;
    assert_eq!(came, ["1", "2"]);
    let asked: Vec<_> = asked.iter().map(Option::as_deref).collect();
    assert_eq!(asked, [None, Some("A"), Some("B"), Some("C="), Some("D")]);
}

#[tokio::test]
async fn a_cursor_without_a_next_page_is_followed_until_a_page_is_empty() {
    let (came, asked) = read([
        page(&[1], Some("A"), None),
        page(&[2], Some("B"), Some("")),
        page(&[], Some("C"), None),
    ])
    .await;
    assert_eq!((came.join(" ").as_str(), asked.len()), ("1 2", 3));
    let (came, asked) = read([page(&[1], Some(""), None)]).await;
    assert_eq!((came.join(" ").as_str(), asked.len()), ("1", 1));
}

#[tokio::test]
async fn cursors_that_go_round_are_told() {
    let (came, asked) = read([
        page(&[1], Some("A"), NEXT),
        page(&[2], Some("B"), NEXT),
        page(&[3], Some("A"), NEXT),
        page(&[4], Some("B"), NEXT),
    ])
    .await;
    assert_eq!(came[..3], ["1", "2", "3"]);
    assert!(
        came[3].contains("MSG508") && came[3].contains("circle"),
        "{}",
        came[3]
    );
    assert_eq!((came.len(), asked.len()), (4, 3));
    let (came, asked) = read([page(&[1], Some("A"), NEXT), page(&[], Some("A"), NEXT)]).await;
    assert!(came[1].contains("circle"), "{came:?}");
    assert_eq!((came.len(), asked.len()), (2, 2));
}

#[tokio::test]
async fn a_next_page_that_cannot_be_asked_for_is_told() {
    let (came, _) = read([page(
        &[1],
        None,
        Some("https://graph.example/x?offset=25&access_token=canary"),
    )])
    .await;
    assert_eq!(came[0], "1");
    assert!(
        came[1].contains("no cursor") && !came[1].contains("canary"),
        "{}",
        came[1]
    );
}

#[tokio::test]
async fn an_answer_without_data_is_no_list() {
    for body in [r#"{"success":true}"#, "{}", r#"{"data":null}"#] {
        let server = Server::start([Reply::new(200, body)]).await;
        let error = server.graph().labels().all().await.unwrap_err();
        assert_eq!(error.id(), "MSG508", "{body}");
        assert!(error.to_string().contains("`data`"), "{error}");
        assert_eq!(server.graph().labels().page().await.unwrap_err().id(), "MSG508");
    }
}

#[tokio::test]
async fn a_page_says_where_to_go_on() {
    for (reply, after) in [
        (page(&[1], Some("A"), NEXT), Some("A")),
        (page(&[1], Some("A"), None), Some("A")),
        (page(&[], Some("A"), NEXT), Some("A")),
        (page(&[], None, NEXT), Some("C=")),
        (page(&[], Some("A"), None), None),
        (page(&[1], None, None), None),
    ] {
        let server = Server::start([reply]).await;
        let page = server.graph().labels().page().await.unwrap();
        assert_eq!(page.after.as_deref(), after);
    }
}
