//! The quick replies `QR_SIZE_050` to `QR_TOPIC_099`.

use messenger_runtime::prelude::*;

use crate::picked;

routes! {
    size_050, color_051, store_052, help_053, menu_054, offer_055, cart_056, addr_057, lang_058, topic_059,
    size_060, color_061, store_062, help_063, menu_064, offer_065, cart_066, addr_067, lang_068, topic_069,
    size_070, color_071, store_072, help_073, menu_074, offer_075, cart_076, addr_077, lang_078, topic_079,
    size_080, color_081, store_082, help_083, menu_084, offer_085, cart_086, addr_087, lang_088, topic_089,
    size_090, color_091, store_092, help_093, menu_094, offer_095, cart_096, addr_097, lang_098, topic_099,
}

#[on_quick_reply("QR_SIZE_050")]
pub(crate) async fn size_050(text: Text) -> String {
    picked("QR_SIZE_050", &text)
}

#[on_quick_reply("QR_COLOR_051")]
pub(crate) async fn color_051(text: Text) -> String {
    picked("QR_COLOR_051", &text)
}

#[on_quick_reply("QR_STORE_052")]
pub(crate) async fn store_052(text: Text) -> String {
    picked("QR_STORE_052", &text)
}

#[on_quick_reply("QR_HELP_053")]
pub(crate) async fn help_053(text: Text) -> String {
    picked("QR_HELP_053", &text)
}

#[on_quick_reply("QR_MENU_054")]
pub(crate) async fn menu_054(text: Text) -> String {
    picked("QR_MENU_054", &text)
}

#[on_quick_reply("QR_OFFER_055")]
pub(crate) async fn offer_055(text: Text) -> String {
    picked("QR_OFFER_055", &text)
}

#[on_quick_reply("QR_CART_056")]
pub(crate) async fn cart_056(text: Text) -> String {
    picked("QR_CART_056", &text)
}

#[on_quick_reply("QR_ADDR_057")]
pub(crate) async fn addr_057(text: Text) -> String {
    picked("QR_ADDR_057", &text)
}

#[on_quick_reply("QR_LANG_058")]
pub(crate) async fn lang_058(text: Text) -> String {
    picked("QR_LANG_058", &text)
}

#[on_quick_reply("QR_TOPIC_059")]
pub(crate) async fn topic_059(text: Text) -> String {
    picked("QR_TOPIC_059", &text)
}

#[on_quick_reply("QR_SIZE_060")]
pub(crate) async fn size_060(text: Text) -> String {
    picked("QR_SIZE_060", &text)
}

#[on_quick_reply("QR_COLOR_061")]
pub(crate) async fn color_061(text: Text) -> String {
    picked("QR_COLOR_061", &text)
}

#[on_quick_reply("QR_STORE_062")]
pub(crate) async fn store_062(text: Text) -> String {
    picked("QR_STORE_062", &text)
}

#[on_quick_reply("QR_HELP_063")]
pub(crate) async fn help_063(text: Text) -> String {
    picked("QR_HELP_063", &text)
}

#[on_quick_reply("QR_MENU_064")]
pub(crate) async fn menu_064(text: Text) -> String {
    picked("QR_MENU_064", &text)
}

#[on_quick_reply("QR_OFFER_065")]
pub(crate) async fn offer_065(text: Text) -> String {
    picked("QR_OFFER_065", &text)
}

#[on_quick_reply("QR_CART_066")]
pub(crate) async fn cart_066(text: Text) -> String {
    picked("QR_CART_066", &text)
}

#[on_quick_reply("QR_ADDR_067")]
pub(crate) async fn addr_067(text: Text) -> String {
    picked("QR_ADDR_067", &text)
}

#[on_quick_reply("QR_LANG_068")]
pub(crate) async fn lang_068(text: Text) -> String {
    picked("QR_LANG_068", &text)
}

#[on_quick_reply("QR_TOPIC_069")]
pub(crate) async fn topic_069(text: Text) -> String {
    picked("QR_TOPIC_069", &text)
}

#[on_quick_reply("QR_SIZE_070")]
pub(crate) async fn size_070(text: Text) -> String {
    picked("QR_SIZE_070", &text)
}

#[on_quick_reply("QR_COLOR_071")]
pub(crate) async fn color_071(text: Text) -> String {
    picked("QR_COLOR_071", &text)
}

#[on_quick_reply("QR_STORE_072")]
pub(crate) async fn store_072(text: Text) -> String {
    picked("QR_STORE_072", &text)
}

#[on_quick_reply("QR_HELP_073")]
pub(crate) async fn help_073(text: Text) -> String {
    picked("QR_HELP_073", &text)
}

#[on_quick_reply("QR_MENU_074")]
pub(crate) async fn menu_074(text: Text) -> String {
    picked("QR_MENU_074", &text)
}

#[on_quick_reply("QR_OFFER_075")]
pub(crate) async fn offer_075(text: Text) -> String {
    picked("QR_OFFER_075", &text)
}

#[on_quick_reply("QR_CART_076")]
pub(crate) async fn cart_076(text: Text) -> String {
    picked("QR_CART_076", &text)
}

#[on_quick_reply("QR_ADDR_077")]
pub(crate) async fn addr_077(text: Text) -> String {
    picked("QR_ADDR_077", &text)
}

#[on_quick_reply("QR_LANG_078")]
pub(crate) async fn lang_078(text: Text) -> String {
    picked("QR_LANG_078", &text)
}

#[on_quick_reply("QR_TOPIC_079")]
pub(crate) async fn topic_079(text: Text) -> String {
    picked("QR_TOPIC_079", &text)
}

#[on_quick_reply("QR_SIZE_080")]
pub(crate) async fn size_080(text: Text) -> String {
    picked("QR_SIZE_080", &text)
}

#[on_quick_reply("QR_COLOR_081")]
pub(crate) async fn color_081(text: Text) -> String {
    picked("QR_COLOR_081", &text)
}

#[on_quick_reply("QR_STORE_082")]
pub(crate) async fn store_082(text: Text) -> String {
    picked("QR_STORE_082", &text)
}

#[on_quick_reply("QR_HELP_083")]
pub(crate) async fn help_083(text: Text) -> String {
    picked("QR_HELP_083", &text)
}

#[on_quick_reply("QR_MENU_084")]
pub(crate) async fn menu_084(text: Text) -> String {
    picked("QR_MENU_084", &text)
}

#[on_quick_reply("QR_OFFER_085")]
pub(crate) async fn offer_085(text: Text) -> String {
    picked("QR_OFFER_085", &text)
}

#[on_quick_reply("QR_CART_086")]
pub(crate) async fn cart_086(text: Text) -> String {
    picked("QR_CART_086", &text)
}

#[on_quick_reply("QR_ADDR_087")]
pub(crate) async fn addr_087(text: Text) -> String {
    picked("QR_ADDR_087", &text)
}

#[on_quick_reply("QR_LANG_088")]
pub(crate) async fn lang_088(text: Text) -> String {
    picked("QR_LANG_088", &text)
}

#[on_quick_reply("QR_TOPIC_089")]
pub(crate) async fn topic_089(text: Text) -> String {
    picked("QR_TOPIC_089", &text)
}

#[on_quick_reply("QR_SIZE_090")]
pub(crate) async fn size_090(text: Text) -> String {
    picked("QR_SIZE_090", &text)
}

#[on_quick_reply("QR_COLOR_091")]
pub(crate) async fn color_091(text: Text) -> String {
    picked("QR_COLOR_091", &text)
}

#[on_quick_reply("QR_STORE_092")]
pub(crate) async fn store_092(text: Text) -> String {
    picked("QR_STORE_092", &text)
}

#[on_quick_reply("QR_HELP_093")]
pub(crate) async fn help_093(text: Text) -> String {
    picked("QR_HELP_093", &text)
}

#[on_quick_reply("QR_MENU_094")]
pub(crate) async fn menu_094(text: Text) -> String {
    picked("QR_MENU_094", &text)
}

#[on_quick_reply("QR_OFFER_095")]
pub(crate) async fn offer_095(text: Text) -> String {
    picked("QR_OFFER_095", &text)
}

#[on_quick_reply("QR_CART_096")]
pub(crate) async fn cart_096(text: Text) -> String {
    picked("QR_CART_096", &text)
}

#[on_quick_reply("QR_ADDR_097")]
pub(crate) async fn addr_097(text: Text) -> String {
    picked("QR_ADDR_097", &text)
}

#[on_quick_reply("QR_LANG_098")]
pub(crate) async fn lang_098(text: Text) -> String {
    picked("QR_LANG_098", &text)
}

#[on_quick_reply("QR_TOPIC_099")]
pub(crate) async fn topic_099(text: Text) -> String {
    picked("QR_TOPIC_099", &text)
}
