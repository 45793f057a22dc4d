//! Conversations and their messages.

use super::*;
use crate::graph::ConversationMessage;

#[tokio::test]
async fn conversations_are_listed_on_either_platform_and_for_one_person() {
    let page = json!({"data": [
        {"id": "t_1", "updated_time": "2026-03-09T18:30:00+0000", "message_count": 7, "unread_count": 2,
         "can_reply": true, "is_owner": false, "link": "/42/inbox/t_1",
         "participants": {"data": [
             {"id": "7", "name": "Ann Lee", "email": "7@facebook.com"}, {"id": 42, "name": "Shop"}, {"name": "no id"},
         ]}},
        {"id": 12, "updated_time": 1_773_081_000, "message_count": "seven", "participants": null},
        {"updated_time": "without an id"},
    ]});
    let server = Server::start([
        Reply::new(200, page.to_string()),
        Reply::new(200, r#"{"data":[]}"#),
        Reply::new(
            200,
            r#"{"data":[{"id":"aWdf","participants":{"data":[{"id":"5","username":"ann"}]}}]}"#,
        ),
    ])
    .await;
    let client = server.client().build().unwrap();
    let mut list = client.page("42").conversations();
    let first = list.next().await.unwrap().unwrap();
    assert_eq!(
        (&*first.id, first.updated_time.as_deref()),
        ("t_1", Some("2026-03-09T18:30:00+0000"))
    );
    assert_eq!((first.message_count, first.unread_count), (Some(7), Some(2)));
    assert_eq!((first.can_reply, first.is_owner), (Some(true), Some(false)));
    let people: Vec<_> = first
        .participants
        .iter()
        .map(|who| (&*who.id, who.name.as_deref()))
        .collect();
    assert_eq!(people, [("7", Some("Ann Lee")), ("42", Some("Shop"))]);
    let second = list.next().await.unwrap().unwrap();
    assert_eq!(
        (&*second.id, second.updated_time.as_deref()),
        ("12", Some("1773081000"))
    );
    assert_eq!((second.message_count, second.participants.len()), (None, 0));
    assert_eq!(list.next().await.unwrap().unwrap_err().id(), "MSG508");
    assert!(list.next().await.is_none());

    assert_eq!(client.page("42").conversations_with("7").all().await.unwrap(), []);
    let found = client
        .instagram("178")
        .conversations_with("5")
        .limit(1)
        .all()
        .await
        .unwrap();
    assert_eq!(found[0].participants[0].username.as_deref(), Some("ann"));

    let lines: Vec<_> = server.asked().iter().map(Asked::decoded).collect();
    let fields = "fields=id,updated_time,participants,message_count,unread_count,can_reply,is_owner";
    assert_eq!(
        lines,
        [
            format!("GET /me/conversations?platform=messenger&{fields}"),
            format!("GET /me/conversations?platform=messenger&user_id=7&{fields}"),
            "GET /me/conversations?platform=instagram&user_id=5&fields=id,updated_time,participants,is_owner&limit=1"
                .to_owned(),
        ]
    );
}

#[tokio::test]
async fn the_list_follows_its_cursors() {
    let server = Server::start([
        Reply::new(200, r#"{"data":[{"id":"1"}],"paging":{"cursors":{"after":"A"},"next":"https://graph.facebook.com/?access_token=T"}}"#),
        Reply::new(200, r#"{"data":[{"id":"2"}],"paging":{"cursors":{"before":"B"}}}"#),
    ])
    .await;
    let ids: Vec<_> = server.graph().conversations().all().await.unwrap();
    assert_eq!(ids.iter().map(|one| &*one.id).collect::<Vec<_>>(), ["1", "2"]);
    assert!(server.asked()[1].decoded().ends_with("&after=A"));
}

const MESSAGE: &str = r#"{
    "id": "m_1", "created_time": "2026-03-09T18:30:00+0000", "message": "SECRET words",
    "from": {"id": "7", "name": "Ann Lee"}, "to": {"data": [{"id": "42"}]},
    "reply_to": {"mid": "m_0", "is_self_reply": false},
    "attachments": {"data": [
        {"id": "1", "mime_type": "image/jpeg", "name": "SECRET.jpg", "size": 1024,
         "image_data": {"width": 1, "height": 1, "url": "https://cdn.example/SECRET-1"}},
        {"id": "2", "video_data": {"url": "https://cdn.example/2"}},
        {"id": 3, "file_url": "https://cdn.example/3", "size": "large", "sticker_id": 369239263222822}
    ]},
    "shares": {"data": [{"link": "https://shop.example/SECRET", "name": "SECRET offer"}, 5]}
}"#;

fn check(message: &ConversationMessage) {
    assert_eq!(
        (&*message.id, message.message.as_deref()),
        ("m_1", Some("SECRET words"))
    );
    assert_eq!(message.from.as_ref().map(|from| &*from.id), Some("7"));
    assert_eq!(message.to[0].id, "42");
    assert_eq!(message.reply_to.as_deref(), Some("m_0"));
    let urls: Vec<_> = message
        .attachments
        .iter()
        .map(|file| file.url.as_deref().unwrap())
        .collect();
    assert_eq!(
        urls,
        [
            "https://cdn.example/SECRET-1",
            "https://cdn.example/2",
            "https://cdn.example/3"
        ]
    );
    assert_eq!(
        (message.attachments[0].size, message.attachments[2].size),
        (Some(1024), None)
    );
    assert_eq!(
        message.attachments[2].sticker_id.as_deref(),
        Some("369239263222822")
    );
    assert_eq!(message.shares.len(), 1);
    assert_eq!(message.shares[0].name.as_deref(), Some("SECRET offer"));
}

#[tokio::test]
async fn messages_are_read_one_by_one_and_as_a_list() {
    let server = Server::start([
        Reply::new(200, format!(r#"{{"data":[{MESSAGE}]}}"#)),
        Reply::new(200, MESSAGE),
        Reply::new(
            200,
            r#"{"id":"m_2","to":"nobody","attachments":7,"reply_to":null,"from":[]}"#,
        ),
        Reply::graph(100, Some(9_000_001)),
    ])
    .await;
    let graph = server.graph();
    check(
        &graph
            .conversation_messages("t_1")
            .limit(20)
            .page()
            .await
            .unwrap()
            .items[0],
    );
    check(&graph.conversation_message("m_1").await.unwrap());
    let odd = graph.conversation_message("m_2").await.unwrap();
    assert_eq!(
        (odd.to.len(), odd.attachments.len(), odd.reply_to, odd.from),
        (0, 0, None, None)
    );
    assert_eq!(
        graph.conversation_message("m_3").await.unwrap_err().subcode(),
        Some(9_000_001)
    );
    let fields = "fields=id,created_time,from,to,message,attachments,shares,reply_to";
    let lines: Vec<_> = server.asked().iter().map(Asked::decoded).collect();
    assert_eq!(lines[0], format!("GET /t_1/messages?{fields}&limit=20"));
    assert_eq!(lines[1], format!("GET /m_1?{fields}"));
}

#[tokio::test]
async fn one_conversation_is_read_by_its_id() {
    let server = Server::start([Reply::new(200, r#"{"id":"t_1"}"#), Reply::new(200, "[]")]).await;
    let graph = server.graph();
    assert_eq!(graph.conversation("t_1").await.unwrap().id, "t_1");
    assert_eq!(graph.conversation("t_1").await.unwrap_err().id(), "MSG508");
    assert!(server.asked()[0].decoded().starts_with("GET /t_1?fields=id,"));
}

#[test]
fn debug_says_nothing_that_a_person_said() {
    let message: ConversationMessage = serde_json::from_str(MESSAGE).unwrap();
    let shown = format!("{message:?} {:?} {:?}", message.attachments, message.shares);
    assert!(!shown.contains("SECRET") && !shown.contains("Ann"), "{shown}");
    assert!(shown.contains("m_1") && shown.contains("image/jpeg"), "{shown}");
}
