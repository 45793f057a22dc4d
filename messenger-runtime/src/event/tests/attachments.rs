//! What is sent along with a message.

use super::from_person;
use crate::event::{AttachmentKind, Timestamp};

#[test]
fn text_and_attachments_are_both_there() {
    let event = from_person(
        r#""message":{"text":"see","attachments":[{"type":"fallback","payload":null,"title":"t","URL":"u"}],"seq":9}"#,
    );
    assert_eq!(event.text(), Some("see"));
    let [link] = event.attachments() else {
        panic!("{event:?}")
    };
    assert_eq!(
        (link.url.as_deref(), link.title.as_deref()),
        (Some("u"), Some("t"))
    );
    let seq = event
        .message()
        .and_then(|message| message.raw.get("seq")?.text().map(std::borrow::Cow::into_owned));
    assert_eq!(seq.as_deref(), Some("9"));
}

#[test]
fn a_null_beside_the_payload_hides_nothing() {
    let event =
        from_person(r#""message":{"attachments":[{"payload":{"url":"u"},"url":null,"type":"template"}]}"#);
    assert_eq!(event.attachments()[0].url.as_deref(), Some("u"));
}

#[test]
fn attachments_of_every_sort() {
    let sorts = [
        "image",
        "video",
        "audio",
        "file",
        "location",
        "sticker",
        "template",
        "fallback",
        "reel",
        "ig_reel",
        "post",
        "ig_post",
        "share",
        "story_mention",
        "ig_story",
        "ephemeral",
        "appointment_booking",
    ];
    for sort in sorts {
        let event = from_person(&format!(
            r#""message":{{"attachments":[{{"type":"{sort}","payload":{{"url":"u"}}}}]}}"#
        ));
        let [attachment] = event.attachments() else {
            panic!("{event:?}")
        };
        assert_eq!(attachment.kind.as_str(), sort);
        assert!(!matches!(attachment.kind, AttachmentKind::Other(_)), "{sort}");
        assert_eq!(attachment.url.as_deref(), Some("u"));
    }
    let event = from_person(r#""message":{"attachments":[null,{"type":3},{"type":"hologram"}]}"#);
    let kinds: Vec<_> = event
        .attachments()
        .iter()
        .map(|attachment| attachment.kind.to_string())
        .collect();
    assert_eq!(kinds, ["3", "hologram"]);
}

#[test]
fn stickers_old_and_new() {
    let new = r#"{"type":"sticker","payload":{"url":"u","sticker_id":"5"}}"#;
    let twin = r#"{"type":"image","payload":{"url":"u","sticker_id":5}}"#;
    let bare = r#"{"type":"image","payload":{"url":"u"}}"#;
    for attachments in [
        new.to_owned(),
        twin.to_owned(),
        format!("{bare},{twin}"),
        bare.to_owned(),
    ] {
        let event = from_person(&format!(
            r#""message":{{"attachments":[{attachments}],"sticker_id":5}}"#
        ));
        let message = event.message().expect("a message");
        assert_eq!(message.sticker_id(), Some("5"));
        let kind = message.main_attachment().map(|attachment| &attachment.kind);
        assert_eq!(kind, Some(&AttachmentKind::Sticker), "{attachments}");
    }
}

#[test]
fn a_place_and_a_booking() {
    let event = from_person(
        r#""message":{"attachments":[{"type":"location","payload":{"coordinates":{"lat":52.5,"long":"9.75"}}},
        {"type":"appointment_booking","payload":{"booking_id":7,"status":"confirmed","start_time":1739}}]}"#,
    );
    let [place, booking] = event.attachments() else {
        panic!("{event:?}")
    };
    let coordinates = place
        .coordinates
        .as_ref()
        .and_then(|place| Some((place.lat?, place.long?)));
    assert_eq!(coordinates, Some((52.5, 9.75)));
    assert_eq!(booking.id.as_deref(), Some("7"));
    let answer = booking.booking().expect("a booking");
    assert_eq!(answer.status.as_deref(), Some("confirmed"));
    assert!(answer.start_time.is_some_and(Timestamp::is_seconds));
    assert_eq!(place.booking(), None);
}

#[test]
fn products_that_were_shared() {
    let event = from_person(
        r#""message":{"attachments":[{"type":"template","payload":{"product":{"elements":[{"id":7,"title":"t"}]}}},
        {"type":"image","payload":"x"}]}"#,
    );
    let [template, image] = event.attachments() else {
        panic!("{event:?}")
    };
    assert_eq!(template.kind, AttachmentKind::Template);
    let products = template.products();
    assert_eq!(products.len(), 1);
    assert_eq!(
        (products[0].id.as_deref(), products[0].title.as_deref()),
        (Some("7"), Some("t"))
    );
    assert!(image.products().is_empty());
}
