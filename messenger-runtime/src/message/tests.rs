mod agreement;
pub(in crate::message) mod arbitrary;
mod check;
pub(crate) mod forms;
pub(crate) mod limits;
mod shape;
mod templates;
mod wire;

use std::borrow::Cow;

use super::*;

#[test]
fn debug_shows_no_text() {
    const SECRET: &str = "hidden";
    let url = format!("https://{SECRET}.example/");
    let button = Button::postback(SECRET, RawPayload(SECRET.to_owned()));
    let money = Money::new(100, Currency::EUR);
    let receipt = Receipt::new(SECRET, SECRET, SECRET, money)
        .merchant_name(SECRET)
        .order_url(&url)
        .item(ReceiptItem::new(SECRET, money).subtitle(SECRET).image(&url))
        .address(Address::new(SECRET, SECRET, SECRET, SECRET, SECRET).street_2(SECRET))
        .adjustment(Adjustment::new(SECRET, money));
    let reply = Reply::text(SECRET)
        .quick_replies([QuickReply::text(SECRET, RawPayload(SECRET.to_owned())).image(&url)])
        .then(Reply::buttons(
            SECRET,
            [button, Button::url(SECRET, &url), Button::call(SECRET, SECRET)],
        ))
        .then(Reply::carousel([Card::new(SECRET)
            .subtitle(SECRET)
            .image(&url)
            .default_action(&url)]))
        .then(Reply::image(&url))
        .then(Reply::attachment_id(MediaKind::File, SECRET))
        .then(Reply::receipt(receipt))
        .then(Reply::images([Media::image(&url)]))
        .then(Reply::product(ProductTemplate::new([SECRET])))
        .then(Reply::coupon(
            Coupon::code(SECRET, SECRET)
                .subtitle(SECRET)
                .coupon_url(&url)
                .coupon_url_button_title(SECRET)
                .coupon_pre_message(SECRET)
                .image(&url)
                .payload(SECRET),
        ))
        .then(Reply::image_grid(
            ImageGrid::new([
                GridImage::url(&url).open(&url),
                GridImage::url(&url).postback(RawPayload(SECRET.to_owned()), SECRET),
            ])
            .title(SECRET)
            .subtitle(SECRET)
            .buttons([Button::audio_call(SECRET)]),
        ))
        .then(Reply::utility(
            UtilityTemplate::new("order", "en")
                .body([Parameter::text(SECRET), Parameter::named("name", SECRET)])
                .postback(RawPayload(SECRET.to_owned()))
                .url(&url),
        ))
        .then(Message::media_share(SECRET).metadata(SECRET))
        .then(Reply::media(
            Media::image(&url),
            [Button::game_play(
                SECRET,
                GamePlay::new()
                    .payload(SECRET)
                    .player_id(SECRET)
                    .context_id(SECRET),
            )],
        ))
        .then(Action::PassThreadControl {
            target_app_id: None,
            metadata: Some(SECRET.to_owned()),
        })
        .then(Action::TakeThreadControl {
            metadata: Some(SECRET.to_owned()),
        });
    let shown = format!("{reply:?} {:?}", RawPayload(SECRET.to_owned()));
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(shown.contains("[6 bytes]"), "{shown}");
}

#[test]
fn quick_replies_go_to_the_last_message() {
    let reply = Reply::text("one")
        .then("two")
        .then(Reply::typing_on())
        .quick_replies([QuickReply::phone()]);
    let reply = reply.quick_replies(vec![QuickReply::email()]);
    let offered: Vec<usize> = reply.messages().map(|message| message.offered().len()).collect();
    assert_eq!(offered, [0, 2]);
    assert!(reply.check(Platform::Messenger).is_ok());
}

#[test]
fn quick_replies_without_a_message_are_reported() {
    let reply = Reply::typing_on().quick_replies([QuickReply::phone()]);
    let errors = reply.check(Platform::Messenger).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "MSG103 actions[1].message: empty; it takes a text, an attachment, attachments, a sticker_id or a template"
    );
}

#[test]
fn a_hand_over_comes_after_the_texts() {
    let reply = Reply::text("One moment").hand_over();
    assert!(matches!(
        reply.actions(),
        [
            Action::Send { .. },
            Action::PassThreadControl {
                target_app_id: None,
                metadata: None
            }
        ]
    ));
}

#[test]
fn handlers_return_what_they_like() {
    fn reply(answer: impl IntoReply) -> Reply {
        answer.into_reply().unwrap()
    }
    let hello = Reply::text("hello");
    assert!(reply(()).is_empty());
    assert!(reply(None::<&str>).is_empty());
    assert_eq!(reply("hello"), hello);
    assert_eq!(reply("hello".to_owned()), hello);
    assert_eq!(reply(Cow::Borrowed("hello")), hello);
    assert_eq!(reply(Message::text("hello")), hello);
    assert_eq!(
        reply(vec![Message::text("hello"), "again".into()]),
        hello.clone().then("again")
    );
    assert_eq!(reply(Some(hello.clone())), hello);
    assert_eq!(reply(Ok::<_, std::fmt::Error>(Some("hello"))), hello);
    assert_eq!(reply(Ok::<_, BoxError>(())), Reply::default());
    let error = Err::<(), _>("no coffee left").into_reply().unwrap_err();
    assert_eq!(error.to_string(), "no coffee left");
}

#[test]
fn what_was_sent_can_be_read() {
    let button = Button::url("Map", "https://coffee.example/map");
    let message = Message::carousel([Card::new("Shop").buttons([button.clone()]), Card::new("Roastery")]);
    assert_eq!(message.all_buttons().collect::<Vec<_>>(), [&button]);
    assert_eq!(message.cards().len(), 2);
    assert_eq!(message.as_text(), None);
    let message = Message::buttons("Where?", [button, Button::account_link("https://a.example")]);
    assert_eq!(message.as_text(), Some("Where?"));
    let seen: Vec<_> = message
        .all_buttons()
        .map(|button| (button.title(), button.link()))
        .collect();
    assert_eq!(
        seen,
        [
            (Some("Map"), Some("https://coffee.example/map")),
            (None, Some("https://a.example"))
        ]
    );
}
