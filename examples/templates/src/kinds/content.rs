//! Texts, media and stickers.

use messenger_runtime::message::{Media, Message, QuickReply, RawPayload};

pub(super) fn text() -> Message {
    Message::text("We roast on Tuesdays.")
}

pub(super) fn quick_replies() -> Message {
    Message::text("How do you like it?").quick_replies([
        QuickReply::text("Light", RawPayload("ROAST:light".to_owned())),
        QuickReply::text("Dark", RawPayload("ROAST:dark".to_owned()))
            .image("https://coffee.example/pictures/dark.png"),
        QuickReply::phone(),
        QuickReply::email(),
    ])
}

pub(super) fn image() -> Message {
    Media::image("https://coffee.example/pictures/shop.png")
        .reusable()
        .into()
}

pub(super) fn audio() -> Message {
    Media::audio("https://coffee.example/first-crack.mp3").into()
}

pub(super) fn video() -> Message {
    Media::video("https://coffee.example/roasting.mp4").into()
}

pub(super) fn file() -> Message {
    Media::file("https://coffee.example/menu.pdf").into()
}

pub(super) fn attachments() -> Message {
    Message::images([
        Media::image("https://coffee.example/pictures/green.png"),
        Media::image("https://coffee.example/pictures/roasted.png"),
    ])
}

pub(super) fn sticker_id() -> Message {
    Message::sticker(369_239_263_222_822)
}
