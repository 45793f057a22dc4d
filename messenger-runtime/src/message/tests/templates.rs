//! What the templates, recipients and other contents look like on the wire, and what is refused of them.

use serde_json::{Value, json};

use super::check::found;
use crate::message::*;

#[track_caller]
fn is(message: impl Into<Message>, expected: Value) {
    let message = message.into();
    assert_eq!(serde_json::to_value(&message).unwrap(), expected);
    assert_eq!(serde_json::from_value::<Message>(expected).unwrap(), message);
}

fn template(payload: &Value) -> Value {
    json!({"attachment": {"type": "template", "payload": payload}})
}

fn raw(payload: &str) -> RawPayload {
    RawPayload(payload.to_owned())
}

fn on_messenger(message: impl Into<Message>) -> String {
    let checked = Reply::message(message).check(Platform::Messenger);
    checked.err().map(|errors| errors.to_string()).unwrap_or_default()
}

const URL: &str = "https://example.com/a.png";

#[test]
fn images_and_stickers() {
    is(
        Message::images([Media::image(URL), Media::attachment_id(MediaKind::Image, "1")]),
        json!({"attachments": [
            {"type": "image", "payload": {"url": URL}},
            {"type": "image", "payload": {"attachment_id": "1"}},
        ]}),
    );
    is(
        Message::sticker(Message::LIKE_STICKER),
        json!({"sticker_id": 369_239_263_222_822_u64}),
    );
    is(
        Message::like_heart(),
        json!({"attachment": {"type": "like_heart"}}),
    );
    is(
        Message::media_share("7"),
        json!({"attachment": {"type": "MEDIA_SHARE", "payload": {"id": "7"}}}),
    );
    assert_eq!(
        on_messenger(Message::images([Media::image(URL), Media::video(URL)])),
        "MSG103 attachments[1].type: several attachments are images only"
    );
}

#[test]
fn a_message_says_one_thing() {
    let several = "MSG103 message: more than one of text, attachment, attachments, sticker_id and template";
    let contents = [
        json!({"text": "a"}),
        json!({"attachment": {"type": "image", "payload": {"url": URL}}}),
        json!({"attachments": [{"type": "image", "payload": {"url": URL}}]}),
        json!({"sticker_id": 1}),
        json!({"template": {"name": "order", "language": {"code": "en"}}}),
    ];
    for (n, one) in contents.iter().enumerate() {
        let read = |value: &Value| serde_json::from_value::<Message>(value.clone()).unwrap();
        assert_eq!(on_messenger(read(one)), "");
        for other in &contents[n + 1..] {
            let mut both = one.clone();
            let other = other.as_object().unwrap().clone();
            both.as_object_mut().unwrap().extend(other);
            assert_eq!(on_messenger(read(&both)), several);
        }
    }
}

#[test]
fn a_media_template_needs_no_buttons() {
    let film = Media::attachment_id(MediaKind::Video, "1");
    is(
        MediaTemplate::new(film).sharable(),
        template(&json!({"template_type": "media", "sharable": true, "elements": [
            {"media_type": "video", "attachment_id": "1"},
        ]})),
    );
}

#[test]
fn a_carousel_says_its_aspect_ratio_only_when_asked() {
    let carousel = || Carousel::new([Card::new("a").image(URL)]);
    let card = json!({"title": "a", "image_url": URL});
    is(
        carousel(),
        template(&json!({"template_type": "generic", "elements": [card]})),
    );
    for (ratio, name) in [
        (ImageAspectRatio::Square, "square"),
        (ImageAspectRatio::Horizontal, "horizontal"),
    ] {
        is(
            carousel().image_aspect_ratio(ratio),
            template(&json!({"template_type": "generic", "image_aspect_ratio": name, "elements": [card]})),
        );
    }
}

#[test]
fn a_coupon_has_a_code_or_an_address() {
    is(
        Coupon::url("a", "https://example.com"),
        template(&json!({"template_type": "coupon", "title": "a", "coupon_url": "https://example.com"})),
    );
    assert_eq!(
        on_messenger(Coupon::code("a", "TWO WORDS")),
        "MSG103 coupon_code: a coupon code has no spaces"
    );
    assert_eq!(on_messenger(Coupon::code("a", "")), "MSG103 coupon_code: empty");
    let neither = template(&json!({"template_type": "coupon", "title": "a"}));
    assert_eq!(
        on_messenger(serde_json::from_value::<Message>(neither).unwrap()),
        "MSG103 coupon_code: neither a coupon_code nor a coupon_url"
    );
}

#[test]
fn parameters_are_all_named_or_all_positional() {
    let named = UtilityTemplate::new("order", "en_US")
        .header([Parameter::named("name", "Ada")])
        .body([Parameter::named("number", "A-1")]);
    is(
        named.clone(),
        json!({"template": {"name": "order", "language": {"code": "en_US"}, "components": [
            {"type": "header", "parameters": [{"type": "text", "parameter_name": "name", "text": "Ada"}]},
            {"type": "body", "parameters": [{"type": "text", "parameter_name": "number", "text": "A-1"}]},
        ]}}),
    );
    assert_eq!(on_messenger(named.clone()), "");
    assert!(Message::from(named.clone()).is_utility() && !Message::text("a").is_utility());
    assert_eq!(
        on_messenger(named.body([Parameter::text("")])),
        "MSG103 template.components[2].type: a component of this type came before\n\
         MSG103 template.components[2].parameters[0].text: empty\n\
         MSG103 template.components: parameters are either all named or all positional"
    );
    assert_eq!(
        on_messenger(UtilityTemplate::new("", "").url("coffee")),
        "MSG103 template.name: empty\n\
         MSG103 template.language.code: empty\n\
         MSG103 template.components[0].parameters[0].url: not an address that begins with https:// or http://"
    );
}

#[test]
fn buttons_stand_where_the_platform_takes_them() {
    let all = || {
        [
            Button::url("a", "https://example.com"),
            Button::postback("a", raw("A")),
            Button::call("a", "+15105551234"),
            Button::account_link("https://example.com"),
            Button::account_unlink(),
            Button::audio_call("a"),
            Button::game_play("a", GamePlay::new().player_id("1").context_id("2")),
        ]
    };
    let image = || GridImage::url(URL);
    let upload = || Media::attachment_id(MediaKind::Image, "1");
    // Which of them a place refuses.
    let refused = |make: &dyn Fn(Button) -> Message, platform| -> Vec<usize> {
        let refused = all().into_iter().enumerate().filter_map(|(n, button)| {
            let found = found(&Reply::message(make(button)), platform);
            found
                .iter()
                .any(|(_, path)| path.ends_with("buttons[0].type"))
                .then_some(n)
        });
        refused.collect()
    };
    let text = |button| Message::buttons("a", [button]);
    let card = |button| Card::new("a").buttons([button]).into();
    assert!(refused(&text, Platform::Messenger).is_empty());
    assert_eq!(refused(&text, Platform::Instagram), [2, 3, 4, 5, 6]);
    assert!(refused(&card, Platform::Messenger).is_empty());
    assert_eq!(refused(&card, Platform::Instagram), [2, 3, 4, 5, 6]);
    let media = |button| MediaTemplate::new(upload()).buttons([button]).into();
    assert_eq!(refused(&media, Platform::Messenger), [5]);
    let grid = |button| ImageGrid::new([image(), image()]).buttons([button]).into();
    assert_eq!(refused(&grid, Platform::Messenger), [2, 3, 4, 5, 6]);
    assert_eq!(
        on_messenger(media(Button::audio_call("a"))),
        "MSG103 elements[0].buttons[0].type: an audio_call button stands in a button template or on a card"
    );
    assert_eq!(
        on_messenger(grid(Button::account_unlink())),
        "MSG103 elements[0].buttons[0].type: an image grid takes web_url and postback buttons only"
    );
}

#[test]
fn a_fallback_goes_with_the_extensions() {
    let button = json!({"type": "web_url", "title": "a", "url": URL, "fallback_url": URL});
    let message = template(&json!({"template_type": "button", "text": "a", "buttons": [button]}));
    assert_eq!(
        on_messenger(serde_json::from_value::<Message>(message).unwrap()),
        "MSG103 buttons[0].fallback_url: only with messenger_extensions"
    );
}

#[test]
fn a_quick_reply_has_a_title_or_a_picture() {
    is(
        Message::text("a").quick_replies([QuickReply::picture(URL, raw(""))]),
        json!({"text": "a", "quick_replies": [{"content_type": "text", "payload": "", "image_url": URL}]}),
    );
    let offered = |quick_reply| on_messenger(Message::text("a").quick_replies([quick_reply]));
    assert_eq!(offered(QuickReply::picture(URL, raw(""))), "");
    assert_eq!(offered(QuickReply::text("", raw("A")).image(URL)), "");
    assert_eq!(
        offered(QuickReply::text("", raw("A"))),
        "MSG103 quick_replies[0].title: empty"
    );
    assert_eq!(
        offered(QuickReply::text("A", raw(""))),
        "MSG103 quick_replies[0].payload: empty"
    );
    let bare = json!({"text": "a", "quick_replies": [{"content_type": "text", "title": "A"}]});
    assert_eq!(
        on_messenger(serde_json::from_value::<Message>(bare).unwrap()),
        "MSG103 quick_replies[0].payload: missing"
    );
}

#[test]
fn each_platform_lacks_what_it_lacks() {
    let check = |message: Message, platform| {
        let checked = Reply::message(message).check(platform);
        checked.err().map(|errors| errors.to_string()).unwrap_or_default()
    };
    let image = || GridImage::url(URL);
    for (message, lacks) in [
        (
            MediaTemplate::new(Media::attachment_id(MediaKind::Image, "1")).into(),
            "MSG104 template_type: Instagram has no media template",
        ),
        (
            Coupon::code("a", "C").into(),
            "MSG104 template_type: Instagram has no coupon template",
        ),
        (
            ImageGrid::new([image(), image()]).into(),
            "MSG104 template_type: Instagram has no image grid template",
        ),
        (
            UtilityTemplate::new("order", "en").into(),
            "MSG104 template.name: Instagram has no utility message",
        ),
        (
            Message::buttons("a", [Button::audio_call("Call")]),
            "MSG104 buttons[0].type: Instagram has no audio_call button",
        ),
        (
            Message::buttons("a", [Button::game_play("Play", GamePlay::new())]),
            "MSG104 buttons[0].type: Instagram has no game_play button",
        ),
    ] {
        assert_eq!(check(message.clone(), Platform::Messenger), "");
        assert_eq!(check(message, Platform::Instagram), lacks);
    }
    for (message, lacks) in [
        (Message::like_heart(), "MSG104 type: Messenger has no like_heart"),
        (
            Message::media_share("1"),
            "MSG104 type: Messenger has no MEDIA_SHARE",
        ),
    ] {
        assert_eq!(check(message.clone(), Platform::Messenger), lacks);
        assert_eq!(check(message, Platform::Instagram), "");
    }
    let both = ProductTemplate::new(["1"]);
    assert_eq!(check(both.clone().into(), Platform::Messenger), "");
    assert_eq!(check(both.into(), Platform::Instagram), "");
}

#[test]
fn recipients() {
    for (recipient, json) in [
        (Recipient::from("1"), json!({"id": "1"})),
        (Recipient::from("1".to_owned()), json!({"id": "1"})),
        (Recipient::UserRef("r".to_owned()), json!({"user_ref": "r"})),
        (
            Recipient::CommentId("2_3".to_owned()),
            json!({"comment_id": "2_3"}),
        ),
        (Recipient::PostId("4_5".to_owned()), json!({"post_id": "4_5"})),
        (
            Recipient::NotificationMessagesToken("t".to_owned()),
            json!({"notification_messages_token": "t"}),
        ),
        (
            Recipient::OneTimeNotifToken("t".to_owned()),
            json!({"one_time_notif_token": "t"}),
        ),
        (
            Recipient::phone_number("+15105551234"),
            json!({"phone_number": "+15105551234"}),
        ),
        (
            Recipient::phone_number("+15105551234").name("Ada", "Lovelace"),
            json!({"phone_number": "+15105551234", "name": {"first_name": "Ada", "last_name": "Lovelace"}}),
        ),
    ] {
        assert_eq!(serde_json::to_value(&recipient).unwrap(), json);
        assert_eq!(serde_json::from_value::<Recipient>(json).unwrap(), recipient);
    }
    for (json, problem) in [
        (json!({}), "a recipient without an id"),
        (
            json!({"id": "1", "user_ref": "r"}),
            "a recipient is exactly one of its forms",
        ),
        (
            json!({"id": "1", "name": {"first_name": "Ada", "last_name": "Lovelace"}}),
            "a recipient has a name beside a phone_number only",
        ),
    ] {
        let error = serde_json::from_value::<Recipient>(json).unwrap_err();
        assert_eq!(error.to_string(), problem);
    }
}

#[test]
fn debug_of_a_recipient_shows_no_token_number_or_name() {
    const SECRET: &str = "hidden";
    for recipient in [
        Recipient::NotificationMessagesToken(SECRET.to_owned()),
        Recipient::OneTimeNotifToken(SECRET.to_owned()),
        Recipient::phone_number(SECRET).name(SECRET, SECRET),
    ] {
        let shown = format!("{recipient:?}");
        assert!(!shown.contains(SECRET) && shown.contains("[6 bytes]"), "{shown}");
    }
    let name = PersonName {
        first_name: SECRET.to_owned(),
        last_name: SECRET.to_owned(),
    };
    assert!(!format!("{name:?}").contains(SECRET));
    assert_eq!(format!("{:?}", Recipient::from("1")), r#"Id("1")"#);
}
