//! Any reply that the platform takes.

use proptest::{collection::vec, option::of, prelude::*, sample::select};

use crate::message::*;

/// Text of 1 to `max` UTF-16 units, from letters to emoji and quotes.
pub(super) fn text(max: usize) -> impl Strategy<Value = String> {
    vec(
        select(vec![
            'a', 'é', ' ', '"', '\\', '\n', '\u{0}', '\u{2028}', '語', '🍰',
        ]),
        1..=max / 2,
    )
    .prop_map(|chars| chars.into_iter().collect())
}

fn url() -> impl Strategy<Value = String> {
    text(60).prop_map(|path| format!("https://coffee.example/{path}"))
}

fn webview() -> impl Strategy<Value = Webview> {
    let height = select(vec![
        None,
        Some(WebviewHeight::Compact),
        Some(WebviewHeight::Tall),
        Some(WebviewHeight::Full),
    ]);
    (height, of(url()), any::<bool>()).prop_map(|(height, fallback, hide)| {
        let mut webview = height.map_or_else(Webview::default, Webview::height);
        if let Some(fallback) = fallback {
            webview = webview.extensions(fallback);
        }
        if hide { webview.hide_share() } else { webview }
    })
}

fn button() -> impl Strategy<Value = Button> {
    prop_oneof![
        (text(20), text(1000)).prop_map(|(title, payload)| Button::postback(title, RawPayload(payload))),
        (text(20), url(), webview()).prop_map(|(title, url, webview)| Button::webview(title, url, webview)),
        (text(20), "\\+[0-9]{5,15}").prop_map(|(title, phone)| Button::call(title, phone)),
        url().prop_map(Button::account_link),
        Just(Button::account_unlink()),
    ]
}

pub(super) fn card() -> impl Strategy<Value = Card> {
    (
        text(80),
        text(80),
        of(url()),
        of((url(), webview())),
        of(vec(button(), 1..=3)),
    )
        .prop_map(|(title, subtitle, image, action, buttons)| {
            let mut card = Card::new(title).subtitle(subtitle);
            if let Some(image) = image {
                card = card.image(image);
            }
            if let Some((url, webview)) = action {
                card = card.default_webview(url, webview);
            }
            if let Some(buttons) = buttons {
                card = card.buttons(buttons);
            }
            card
        })
}

fn quick_reply() -> impl Strategy<Value = QuickReply> {
    prop_oneof![
        (text(20), text(1000)).prop_map(|(title, payload)| QuickReply::text(title, RawPayload(payload))),
        url().prop_map(|url| QuickReply::text("", RawPayload(String::new())).image(url)),
        Just(QuickReply::phone()),
        Just(QuickReply::email()),
    ]
}

fn media() -> impl Strategy<Value = Media> {
    let kind = select(vec![
        MediaKind::Image,
        MediaKind::Audio,
        MediaKind::Video,
        MediaKind::File,
    ]);
    (
        kind,
        prop_oneof![(url(), any::<bool>()).prop_map(Ok), "[0-9]{1,18}".prop_map(Err)],
    )
        .prop_map(|(kind, source)| match source {
            Ok((url, true)) => Media::url(kind, url).reusable(),
            Ok((url, false)) => Media::url(kind, url),
            Err(id) => Media::attachment_id(kind, id),
        })
}

pub(super) fn receipt() -> impl Strategy<Value = Receipt> {
    let currency = select(vec!["EUR", "JPY", "KWD", "CLF"]).prop_map(|code| Currency::new(code).unwrap());
    let amount = || -Money::MAX_MINOR..=Money::MAX_MINOR;
    let item = (text(90), of(text(90)), of(any::<u32>()), amount(), of(url()));
    let parts = (of(amount()), of(amount()), of(amount()), amount());
    let head = (
        text(30),
        text(30),
        text(30),
        of(text(30)),
        of(url()),
        of(any::<u64>()),
        any::<bool>(),
    );
    let address = of((text(30), of(text(30)), text(30), text(9), text(9), text(9)));
    (
        currency,
        head,
        vec(item, 0..5),
        parts,
        address,
        vec((text(30), amount()), 0..3),
    )
        .prop_map(|(currency, head, items, parts, address, adjustments)| {
            let money = |minor| Money::new(minor, currency);
            let (name, number, method, merchant, order_url, timestamp, sharable) = head;
            let mut receipt = Receipt::new(name, number, method, money(parts.3));
            receipt.merchant_name = merchant.map(Words::new);
            receipt.order_url = order_url.map(Words::new);
            receipt.timestamp = timestamp;
            receipt.sharable = sharable;
            receipt.summary.subtotal = parts.0.map(money);
            receipt.summary.shipping_cost = parts.1.map(money);
            receipt.summary.total_tax = parts.2.map(money);
            receipt = receipt.items(
                items
                    .into_iter()
                    .map(|(title, subtitle, quantity, price, image)| {
                        let mut item = ReceiptItem::new(title, money(price));
                        item.subtitle = subtitle.map(Words::new);
                        item.quantity = quantity;
                        item.image_url = image.map(Words::new);
                        item
                    }),
            );
            receipt.address = address.map(|(street, second, city, postal_code, state, country)| {
                let address = Address::new(street, city, postal_code, state, country);
                second.into_iter().fold(address, Address::street_2)
            });
            adjustments.into_iter().fold(receipt, |receipt, (name, amount)| {
                receipt.adjustment(Adjustment::new(name, money(amount)))
            })
        })
}

pub(super) fn message() -> impl Strategy<Value = Message> {
    let content = prop_oneof![
        text(400).prop_map(Message::text),
        (text(640), vec(button(), 1..=3)).prop_map(|(text, buttons)| Message::buttons(text, buttons)),
        vec(card(), 1..=4).prop_map(Message::carousel),
        vec(card(), 1..=2).prop_map(Message::sharable_carousel),
        media().prop_map(Message::from),
        ("[0-9]{1,18}", any::<bool>(), vec(button(), 1..=3)).prop_map(|(id, film, buttons)| {
            let kind = if film { MediaKind::Video } else { MediaKind::Image };
            Message::media(Media::attachment_id(kind, id), buttons)
        }),
        receipt().prop_map(Message::from),
    ];
    (content, of(vec(quick_reply(), 1..=13))).prop_map(|(message, quick_replies)| match quick_replies {
        Some(quick_replies) => message.quick_replies(quick_replies),
        None => message,
    })
}

/// Any reply that breaks no limit of Messenger.
pub(super) fn reply() -> impl Strategy<Value = Reply> {
    let action = prop_oneof![
        4 => message().prop_map(Action::from),
        1 => select(vec![SenderAction::TypingOn, SenderAction::TypingOff, SenderAction::MarkSeen])
            .prop_map(Action::SenderAction),
        1 => (of("[0-9]{1,18}"), of(text(100)))
            .prop_map(|(target_app_id, metadata)| Action::PassThreadControl { target_app_id, metadata }),
        1 => of(text(100)).prop_map(|metadata| Action::TakeThreadControl { metadata }),
        1 => Just(Action::ReleaseThreadControl),
    ];
    vec(action, 0..5).prop_map(Reply::from_iter)
}
