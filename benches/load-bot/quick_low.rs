//! The quick replies `QR_SIZE_000` to `QR_TOPIC_049`.

use messenger_runtime::prelude::*;

use crate::picked;

routes! {
    size_000, color_001, store_002, help_003, menu_004, offer_005, cart_006, addr_007, lang_008, topic_009,
    size_010, color_011, store_012, help_013, menu_014, offer_015, cart_016, addr_017, lang_018, topic_019,
    size_020, color_021, store_022, help_023, menu_024, offer_025, cart_026, addr_027, lang_028, topic_029,
    size_030, color_031, store_032, help_033, menu_034, offer_035, cart_036, addr_037, lang_038, topic_039,
    size_040, color_041, store_042, help_043, menu_044, offer_045, cart_046, addr_047, lang_048, topic_049,
}

#[on_quick_reply("QR_SIZE_000")]
pub(crate) async fn size_000(text: Text) -> String {
    picked("QR_SIZE_000", &text)
}

#[on_quick_reply("QR_COLOR_001")]
pub(crate) async fn color_001(text: Text) -> String {
    picked("QR_COLOR_001", &text)
}

#[on_quick_reply("QR_STORE_002")]
pub(crate) async fn store_002(text: Text) -> String {
    picked("QR_STORE_002", &text)
}

#[on_quick_reply("QR_HELP_003")]
pub(crate) async fn help_003(text: Text) -> String {
    picked("QR_HELP_003", &text)
}

#[on_quick_reply("QR_MENU_004")]
pub(crate) async fn menu_004(text: Text) -> String {
    picked("QR_MENU_004", &text)
}

#[on_quick_reply("QR_OFFER_005")]
pub(crate) async fn offer_005(text: Text) -> String {
    picked("QR_OFFER_005", &text)
}

#[on_quick_reply("QR_CART_006")]
pub(crate) async fn cart_006(text: Text) -> String {
    picked("QR_CART_006", &text)
}

#[on_quick_reply("QR_ADDR_007")]
pub(crate) async fn addr_007(text: Text) -> String {
    picked("QR_ADDR_007", &text)
}

#[on_quick_reply("QR_LANG_008")]
pub(crate) async fn lang_008(text: Text) -> String {
    picked("QR_LANG_008", &text)
}

#[on_quick_reply("QR_TOPIC_009")]
pub(crate) async fn topic_009(text: Text) -> String {
    picked("QR_TOPIC_009", &text)
}

#[on_quick_reply("QR_SIZE_010")]
pub(crate) async fn size_010(text: Text) -> String {
    picked("QR_SIZE_010", &text)
}

#[on_quick_reply("QR_COLOR_011")]
pub(crate) async fn color_011(text: Text) -> String {
    picked("QR_COLOR_011", &text)
}

#[on_quick_reply("QR_STORE_012")]
pub(crate) async fn store_012(text: Text) -> String {
    picked("QR_STORE_012", &text)
}

#[on_quick_reply("QR_HELP_013")]
pub(crate) async fn help_013(text: Text) -> String {
    picked("QR_HELP_013", &text)
}

#[on_quick_reply("QR_MENU_014")]
pub(crate) async fn menu_014(text: Text) -> String {
    picked("QR_MENU_014", &text)
}

#[on_quick_reply("QR_OFFER_015")]
pub(crate) async fn offer_015(text: Text) -> String {
    picked("QR_OFFER_015", &text)
}

#[on_quick_reply("QR_CART_016")]
pub(crate) async fn cart_016(text: Text) -> String {
    picked("QR_CART_016", &text)
}

#[on_quick_reply("QR_ADDR_017")]
pub(crate) async fn addr_017(text: Text) -> String {
    picked("QR_ADDR_017", &text)
}

#[on_quick_reply("QR_LANG_018")]
pub(crate) async fn lang_018(text: Text) -> String {
    picked("QR_LANG_018", &text)
}

#[on_quick_reply("QR_TOPIC_019")]
pub(crate) async fn topic_019(text: Text) -> String {
    picked("QR_TOPIC_019", &text)
}

#[on_quick_reply("QR_SIZE_020")]
pub(crate) async fn size_020(text: Text) -> String {
    picked("QR_SIZE_020", &text)
}

#[on_quick_reply("QR_COLOR_021")]
pub(crate) async fn color_021(text: Text) -> String {
    picked("QR_COLOR_021", &text)
}

#[on_quick_reply("QR_STORE_022")]
pub(crate) async fn store_022(text: Text) -> String {
    picked("QR_STORE_022", &text)
}

#[on_quick_reply("QR_HELP_023")]
pub(crate) async fn help_023(text: Text) -> String {
    picked("QR_HELP_023", &text)
}

#[on_quick_reply("QR_MENU_024")]
pub(crate) async fn menu_024(text: Text) -> String {
    picked("QR_MENU_024", &text)
}

#[on_quick_reply("QR_OFFER_025")]
pub(crate) async fn offer_025(text: Text) -> String {
    picked("QR_OFFER_025", &text)
}

#[on_quick_reply("QR_CART_026")]
pub(crate) async fn cart_026(text: Text) -> String {
    picked("QR_CART_026", &text)
}

#[on_quick_reply("QR_ADDR_027")]
pub(crate) async fn addr_027(text: Text) -> String {
    picked("QR_ADDR_027", &text)
}

#[on_quick_reply("QR_LANG_028")]
pub(crate) async fn lang_028(text: Text) -> String {
    picked("QR_LANG_028", &text)
}

#[on_quick_reply("QR_TOPIC_029")]
pub(crate) async fn topic_029(text: Text) -> String {
    picked("QR_TOPIC_029", &text)
}

#[on_quick_reply("QR_SIZE_030")]
pub(crate) async fn size_030(text: Text) -> String {
    picked("QR_SIZE_030", &text)
}

#[on_quick_reply("QR_COLOR_031")]
pub(crate) async fn color_031(text: Text) -> String {
    picked("QR_COLOR_031", &text)
}

#[on_quick_reply("QR_STORE_032")]
pub(crate) async fn store_032(text: Text) -> String {
    picked("QR_STORE_032", &text)
}

#[on_quick_reply("QR_HELP_033")]
pub(crate) async fn help_033(text: Text) -> String {
    picked("QR_HELP_033", &text)
}

#[on_quick_reply("QR_MENU_034")]
pub(crate) async fn menu_034(text: Text) -> String {
    picked("QR_MENU_034", &text)
}

#[on_quick_reply("QR_OFFER_035")]
pub(crate) async fn offer_035(text: Text) -> String {
    picked("QR_OFFER_035", &text)
}

#[on_quick_reply("QR_CART_036")]
pub(crate) async fn cart_036(text: Text) -> String {
    picked("QR_CART_036", &text)
}

#[on_quick_reply("QR_ADDR_037")]
pub(crate) async fn addr_037(text: Text) -> String {
    picked("QR_ADDR_037", &text)
}

#[on_quick_reply("QR_LANG_038")]
pub(crate) async fn lang_038(text: Text) -> String {
    picked("QR_LANG_038", &text)
}

#[on_quick_reply("QR_TOPIC_039")]
pub(crate) async fn topic_039(text: Text) -> String {
    picked("QR_TOPIC_039", &text)
}

#[on_quick_reply("QR_SIZE_040")]
pub(crate) async fn size_040(text: Text) -> String {
    picked("QR_SIZE_040", &text)
}

#[on_quick_reply("QR_COLOR_041")]
pub(crate) async fn color_041(text: Text) -> String {
    picked("QR_COLOR_041", &text)
}

#[on_quick_reply("QR_STORE_042")]
pub(crate) async fn store_042(text: Text) -> String {
    picked("QR_STORE_042", &text)
}

#[on_quick_reply("QR_HELP_043")]
pub(crate) async fn help_043(text: Text) -> String {
    picked("QR_HELP_043", &text)
}

#[on_quick_reply("QR_MENU_044")]
pub(crate) async fn menu_044(text: Text) -> String {
    picked("QR_MENU_044", &text)
}

#[on_quick_reply("QR_OFFER_045")]
pub(crate) async fn offer_045(text: Text) -> String {
    picked("QR_OFFER_045", &text)
}

#[on_quick_reply("QR_CART_046")]
pub(crate) async fn cart_046(text: Text) -> String {
    picked("QR_CART_046", &text)
}

#[on_quick_reply("QR_ADDR_047")]
pub(crate) async fn addr_047(text: Text) -> String {
    picked("QR_ADDR_047", &text)
}

#[on_quick_reply("QR_LANG_048")]
pub(crate) async fn lang_048(text: Text) -> String {
    picked("QR_LANG_048", &text)
}

#[on_quick_reply("QR_TOPIC_049")]
pub(crate) async fn topic_049(text: Text) -> String {
    picked("QR_TOPIC_049", &text)
}
