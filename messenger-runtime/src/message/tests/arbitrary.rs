//! Any reply that the platform takes.

use proptest::{collection::vec, option::of, prelude::*, sample::select};

use crate::message::{limits::Limit, *};

/// Text of 1 to `max` UTF-16 units, from letters to emoji and quotes.
pub(in crate::message) fn text(max: usize) -> impl Strategy<Value = String> {
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
    (height, of(of(url())), any::<bool>()).prop_map(|(height, extensions, hide)| {
        let mut webview = height.map_or_else(Webview::default, Webview::height);
        webview = match extensions {
            Some(Some(fallback)) => webview.extensions(fallback),
            Some(None) => webview.extensions_without_fallback(),
            None => webview,
        };
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
        (text(20), of(text(1000)), of("[0-9]{1,18}"), of("[0-9]{1,18}")).prop_map(
            |(title, payload, player, context)| {
                let game = payload.into_iter().fold(GamePlay::new(), GamePlay::payload);
                let game = player.into_iter().fold(game, GamePlay::player_id);
                Button::game_play(title, context.into_iter().fold(game, GamePlay::context_id))
            },
        ),
    ]
}

/// A button of a button template or of a card, which take a call as well.
fn card_button() -> impl Strategy<Value = Button> {
    prop_oneof![
        5 => button(),
        1 => (text(20), of(1..=7_u8)).prop_map(|(title, days)| match days {
            Some(days) => Button::audio_call_for(title, days),
            None => Button::audio_call(title),
        }),
    ]
}

/// A button of an image grid, which takes two kinds only.
fn grid_button() -> impl Strategy<Value = Button> {
    prop_oneof![
        (text(20), text(1000)).prop_map(|(title, payload)| Button::postback(title, RawPayload(payload))),
        (text(20), url(), webview()).prop_map(|(title, url, webview)| Button::webview(title, url, webview)),
    ]
}

fn media_template() -> impl Strategy<Value = MediaTemplate> {
    let media = prop_oneof![
        "[0-9]{1,18}".prop_map(|id| Media::attachment_id(MediaKind::Video, id)),
        "[0-9]{1,18}".prop_map(|id| Media::attachment_id(MediaKind::Image, id)),
        "[a-z]{0,9}".prop_map(|path| Media::image(format!("https://www.facebook.com/{path}"))),
    ];
    (media, of(vec(button(), 1..=3)), any::<bool>()).prop_map(|(media, buttons, sharable)| {
        let template = MediaTemplate::new(media);
        let template = buttons.into_iter().fold(template, MediaTemplate::buttons);
        if sharable { template.sharable() } else { template }
    })
}

fn carousel() -> impl Strategy<Value = Carousel> {
    let ratio = of(select(vec![
        ImageAspectRatio::Horizontal,
        ImageAspectRatio::Square,
    ]));
    (vec(card(), 1..=3), ratio, any::<bool>()).prop_map(|(cards, ratio, sharable)| {
        let carousel = ratio
            .into_iter()
            .fold(Carousel::new(cards), Carousel::image_aspect_ratio);
        if sharable { carousel.sharable() } else { carousel }
    })
}

fn coupon() -> impl Strategy<Value = Coupon> {
    let start = (text(80), "[A-Z0-9]{1,9}", url(), 0..3).prop_map(|(title, code, url, kind)| match kind {
        0 => Coupon::code(title, code),
        1 => Coupon::url(title, url),
        _ => Coupon::code(title, code).coupon_url(url),
    });
    (
        start,
        of(text(80)),
        of(text(30)),
        of(text(90)),
        of(url()),
        of(text(1000)),
    )
        .prop_map(|(coupon, subtitle, button, before, image, payload)| {
            let coupon = subtitle.into_iter().fold(coupon, Coupon::subtitle);
            let coupon = button.into_iter().fold(coupon, Coupon::coupon_url_button_title);
            let coupon = before.into_iter().fold(coupon, Coupon::coupon_pre_message);
            let coupon = image.into_iter().fold(coupon, Coupon::image);
            payload.into_iter().fold(coupon, Coupon::payload)
        })
}

fn image_grid() -> impl Strategy<Value = ImageGrid> {
    let image = (url(), 0..3, url(), text(1000), text(90)).prop_map(|(url, action, open, payload, text)| {
        let image = GridImage::url(url);
        match action {
            0 => image,
            1 => image.open(open),
            _ => image.postback(RawPayload(payload), text),
        }
    });
    let images = (vec(image, 2..=6), of(0..2_usize)).prop_map(|(mut images, hero)| {
        if let Some(hero) = hero {
            images[hero] = images[hero].clone().hero();
        }
        images
    });
    (images, of(text(45)), of(text(80)), of(vec(grid_button(), 1..=3))).prop_map(
        |(images, title, subtitle, buttons)| {
            let grid = title.into_iter().fold(ImageGrid::new(images), ImageGrid::title);
            let grid = subtitle.into_iter().fold(grid, ImageGrid::subtitle);
            buttons.into_iter().fold(grid, ImageGrid::buttons)
        },
    )
}

fn utility() -> impl Strategy<Value = UtilityTemplate> {
    let words = || vec((text(9), text(30)), 0..3);
    let button = prop_oneof![text(1000).prop_map(Ok), url().prop_map(Err)];
    (
        "[a-z_]{1,9}",
        of(words()),
        of(words()),
        any::<bool>(),
        vec(button, 0..3),
    )
        .prop_map(|(name, header, body, named, buttons)| {
            let parameters = |words: Vec<(String, String)>| {
                let one = |(name, text)| {
                    if named {
                        Parameter::named(name, text)
                    } else {
                        Parameter::text(text)
                    }
                };
                words.into_iter().map(one).collect::<Vec<_>>()
            };
            let template = UtilityTemplate::new(name, "en_US");
            let template = header
                .map(parameters)
                .into_iter()
                .fold(template, UtilityTemplate::header);
            let template = body
                .map(parameters)
                .into_iter()
                .fold(template, UtilityTemplate::body);
            buttons
                .into_iter()
                .fold(template, |template, button| match button {
                    Ok(payload) => template.postback(RawPayload(payload)),
                    Err(url) => template.url(url),
                })
        })
}

pub(super) fn card() -> impl Strategy<Value = Card> {
    (
        text(80),
        text(80),
        of(url()),
        of((url(), webview())),
        of(vec(card_button(), 1..=3)),
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
        (url(), text(1000)).prop_map(|(url, payload)| QuickReply::picture(url, RawPayload(payload))),
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

pub(super) fn message(metadata: Limit) -> impl Strategy<Value = Message> {
    let image = prop_oneof![
        url().prop_map(Media::image),
        "[0-9]{1,18}".prop_map(|id| Media::attachment_id(MediaKind::Image, id)),
    ];
    let content = prop_oneof![
        text(400).prop_map(Message::text),
        (text(640), vec(card_button(), 1..=3)).prop_map(|(text, buttons)| Message::buttons(text, buttons)),
        carousel().prop_map(Message::from),
        media().prop_map(Message::from),
        vec(image, 1..=12).prop_map(Message::images),
        any::<u64>().prop_map(Message::sticker),
        media_template().prop_map(Message::from),
        receipt().prop_map(Message::from),
        vec("[0-9]{1,18}", 1..=10).prop_map(|ids| ProductTemplate::new(ids).into()),
        coupon().prop_map(Message::from),
        image_grid().prop_map(Message::from),
        utility().prop_map(Message::from),
    ];
    let asking = super::forms::arbitrary::message();
    #[cfg(feature = "legacy")]
    let asking = prop_oneof![5 => asking, 4 => airline::tests::arbitrary::message()];
    let content = prop_oneof![2 => content.boxed(), 1 => asking.boxed()];
    let quick_replies = of(vec(quick_reply(), 1..=13));
    (content, quick_replies, of(text(metadata.max))).prop_map(|(message, quick_replies, metadata)| {
        let message = quick_replies.into_iter().fold(message, Message::quick_replies);
        metadata.into_iter().fold(message, Message::metadata)
    })
}

/// Any reply that breaks no limit of Messenger.
pub(super) fn reply() -> impl Strategy<Value = Reply> {
    let action = prop_oneof![
        4 => message(limits::REPLY_METADATA).prop_map(Action::from),
        1 => select(vec![SenderAction::TypingOn, SenderAction::TypingOff, SenderAction::MarkSeen])
            .prop_map(Action::SenderAction),
        1 => (of("[0-9]{1,18}"), of(text(100)))
            .prop_map(|(target_app_id, metadata)| Action::PassThreadControl { target_app_id, metadata }),
        1 => of(text(100)).prop_map(|metadata| Action::TakeThreadControl { metadata }),
        1 => Just(Action::ReleaseThreadControl),
    ];
    vec(action, 0..5).prop_map(Reply::from_iter)
}
