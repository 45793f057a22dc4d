//! Templates that show things, and those of the page's own templates and catalog.

use messenger_runtime::message::{
    Address, Adjustment, Button, Card, Coupon, Currency, GridImage, ImageGrid, Media, MediaKind,
    MediaTemplate, Message, Money, Parameter, ProductTemplate, RawPayload, Receipt, ReceiptItem,
    UtilityTemplate, Webview, WebviewHeight,
};

/// An upload of the page, two products of its catalog, and a message template it had approved.
const FILM: &str = "1857777774821032";
const PRODUCTS: [&str; 2] = ["4152881234", "4152881235"];
const UTILITY_TEMPLATE: &str = "order_is_ready";

fn raw(payload: &str) -> RawPayload {
    RawPayload(payload.to_owned())
}

pub(super) fn button() -> Message {
    Message::buttons(
        "What would you like to do?",
        [
            Button::postback("See the menu", raw("MENU")),
            Button::webview(
                "Find us",
                "https://coffee.example/map",
                Webview::height(WebviewHeight::Tall),
            ),
            Button::call("Call us", "+33123456789"),
        ],
    )
}

pub(super) fn generic() -> Message {
    Message::carousel([
        Card::new("House blend")
            .subtitle("Chocolate and hazelnut")
            .image("https://coffee.example/pictures/blend.png")
            .default_action("https://coffee.example/blend")
            .buttons([Button::postback("Buy", raw("BUY:blend"))]),
        Card::new("Yirgacheffe").subtitle("Bergamot and jasmine"),
    ])
}

pub(super) fn media() -> Message {
    MediaTemplate::new(Media::attachment_id(MediaKind::Video, FILM))
        .buttons([Button::url("How we roast", "https://coffee.example/roasting")])
        .into()
}

pub(super) fn receipt() -> Message {
    let eur = |cents| Money::new(cents, Currency::EUR);
    Receipt::new("Ada Lovelace", "A-1815", "Visa 2345", eur(2390))
        .item(ReceiptItem::new("House blend, 250 g", eur(1900)).quantity(2))
        .address(Address::new("1 Rue des Fleurs", "Lyon", "69001", "ARA", "FR"))
        .subtotal(eur(1900))
        .shipping_cost(eur(590))
        .adjustment(Adjustment::new("First order", eur(-100)))
        .into()
}

pub(super) fn product() -> Message {
    ProductTemplate::new(PRODUCTS).into()
}

pub(super) fn coupon() -> Message {
    Coupon::code("A fifth off your next bag", "BEANS20")
        .subtitle("Until Sunday")
        .coupon_pre_message("Thank you for waiting.")
        .into()
}

pub(super) fn image_grid() -> Message {
    ImageGrid::new([
        GridImage::url("https://coffee.example/pictures/bar.png").hero(),
        GridImage::url("https://coffee.example/pictures/garden.png").open("https://coffee.example/garden"),
        GridImage::url("https://coffee.example/pictures/cup.png").postback(raw("MENU"), "The menu, please"),
    ])
    .title("Our shop in Lyon")
    .subtitle("Open from eight to six")
    .into()
}

pub(super) fn utility() -> Message {
    UtilityTemplate::new(UTILITY_TEMPLATE, "en")
        .body([Parameter::named("order", "A-1815")])
        .postback(raw("ORDER:A-1815"))
        .into()
}
