//! The quick replies `QR_SIZE_100` to `QR_TOPIC_149`.

use messenger_runtime::prelude::*;

use crate::picked;

routes! {
    size_100, color_101, store_102, help_103, menu_104, offer_105, cart_106, addr_107, lang_108, topic_109,
    size_110, color_111, store_112, help_113, menu_114, offer_115, cart_116, addr_117, lang_118, topic_119,
    size_120, color_121, store_122, help_123, menu_124, offer_125, cart_126, addr_127, lang_128, topic_129,
    size_130, color_131, store_132, help_133, menu_134, offer_135, cart_136, addr_137, lang_138, topic_139,
    size_140, color_141, store_142, help_143, menu_144, offer_145, cart_146, addr_147, lang_148, topic_149,
}

#[on_quick_reply("QR_SIZE_100")]
pub(crate) async fn size_100(text: Text) -> String {
    picked("QR_SIZE_100", &text)
}

#[on_quick_reply("QR_COLOR_101")]
pub(crate) async fn color_101(text: Text) -> String {
    picked("QR_COLOR_101", &text)
}

#[on_quick_reply("QR_STORE_102")]
pub(crate) async fn store_102(text: Text) -> String {
    picked("QR_STORE_102", &text)
}

#[on_quick_reply("QR_HELP_103")]
pub(crate) async fn help_103(text: Text) -> String {
    picked("QR_HELP_103", &text)
}

#[on_quick_reply("QR_MENU_104")]
pub(crate) async fn menu_104(text: Text) -> String {
    picked("QR_MENU_104", &text)
}

#[on_quick_reply("QR_OFFER_105")]
pub(crate) async fn offer_105(text: Text) -> String {
    picked("QR_OFFER_105", &text)
}

#[on_quick_reply("QR_CART_106")]
pub(crate) async fn cart_106(text: Text) -> String {
    picked("QR_CART_106", &text)
}

#[on_quick_reply("QR_ADDR_107")]
pub(crate) async fn addr_107(text: Text) -> String {
    picked("QR_ADDR_107", &text)
}

#[on_quick_reply("QR_LANG_108")]
pub(crate) async fn lang_108(text: Text) -> String {
    picked("QR_LANG_108", &text)
}

#[on_quick_reply("QR_TOPIC_109")]
pub(crate) async fn topic_109(text: Text) -> String {
    picked("QR_TOPIC_109", &text)
}

#[on_quick_reply("QR_SIZE_110")]
pub(crate) async fn size_110(text: Text) -> String {
    picked("QR_SIZE_110", &text)
}

#[on_quick_reply("QR_COLOR_111")]
pub(crate) async fn color_111(text: Text) -> String {
    picked("QR_COLOR_111", &text)
}

#[on_quick_reply("QR_STORE_112")]
pub(crate) async fn store_112(text: Text) -> String {
    picked("QR_STORE_112", &text)
}

#[on_quick_reply("QR_HELP_113")]
pub(crate) async fn help_113(text: Text) -> String {
    picked("QR_HELP_113", &text)
}

#[on_quick_reply("QR_MENU_114")]
pub(crate) async fn menu_114(text: Text) -> String {
    picked("QR_MENU_114", &text)
}

#[on_quick_reply("QR_OFFER_115")]
pub(crate) async fn offer_115(text: Text) -> String {
    picked("QR_OFFER_115", &text)
}

#[on_quick_reply("QR_CART_116")]
pub(crate) async fn cart_116(text: Text) -> String {
    picked("QR_CART_116", &text)
}

#[on_quick_reply("QR_ADDR_117")]
pub(crate) async fn addr_117(text: Text) -> String {
    picked("QR_ADDR_117", &text)
}

#[on_quick_reply("QR_LANG_118")]
pub(crate) async fn lang_118(text: Text) -> String {
    picked("QR_LANG_118", &text)
}

#[on_quick_reply("QR_TOPIC_119")]
pub(crate) async fn topic_119(text: Text) -> String {
    picked("QR_TOPIC_119", &text)
}

#[on_quick_reply("QR_SIZE_120")]
pub(crate) async fn size_120(text: Text) -> String {
    picked("QR_SIZE_120", &text)
}

#[on_quick_reply("QR_COLOR_121")]
pub(crate) async fn color_121(text: Text) -> String {
    picked("QR_COLOR_121", &text)
}

#[on_quick_reply("QR_STORE_122")]
pub(crate) async fn store_122(text: Text) -> String {
    picked("QR_STORE_122", &text)
}

#[on_quick_reply("QR_HELP_123")]
pub(crate) async fn help_123(text: Text) -> String {
    picked("QR_HELP_123", &text)
}

#[on_quick_reply("QR_MENU_124")]
pub(crate) async fn menu_124(text: Text) -> String {
    picked("QR_MENU_124", &text)
}

#[on_quick_reply("QR_OFFER_125")]
pub(crate) async fn offer_125(text: Text) -> String {
    picked("QR_OFFER_125", &text)
}

#[on_quick_reply("QR_CART_126")]
pub(crate) async fn cart_126(text: Text) -> String {
    picked("QR_CART_126", &text)
}

#[on_quick_reply("QR_ADDR_127")]
pub(crate) async fn addr_127(text: Text) -> String {
    picked("QR_ADDR_127", &text)
}

#[on_quick_reply("QR_LANG_128")]
pub(crate) async fn lang_128(text: Text) -> String {
    picked("QR_LANG_128", &text)
}

#[on_quick_reply("QR_TOPIC_129")]
pub(crate) async fn topic_129(text: Text) -> String {
    picked("QR_TOPIC_129", &text)
}

#[on_quick_reply("QR_SIZE_130")]
pub(crate) async fn size_130(text: Text) -> String {
    picked("QR_SIZE_130", &text)
}

#[on_quick_reply("QR_COLOR_131")]
pub(crate) async fn color_131(text: Text) -> String {
    picked("QR_COLOR_131", &text)
}

#[on_quick_reply("QR_STORE_132")]
pub(crate) async fn store_132(text: Text) -> String {
    picked("QR_STORE_132", &text)
}

#[on_quick_reply("QR_HELP_133")]
pub(crate) async fn help_133(text: Text) -> String {
    picked("QR_HELP_133", &text)
}

#[on_quick_reply("QR_MENU_134")]
pub(crate) async fn menu_134(text: Text) -> String {
    picked("QR_MENU_134", &text)
}

#[on_quick_reply("QR_OFFER_135")]
pub(crate) async fn offer_135(text: Text) -> String {
    picked("QR_OFFER_135", &text)
}

#[on_quick_reply("QR_CART_136")]
pub(crate) async fn cart_136(text: Text) -> String {
    picked("QR_CART_136", &text)
}

#[on_quick_reply("QR_ADDR_137")]
pub(crate) async fn addr_137(text: Text) -> String {
    picked("QR_ADDR_137", &text)
}

#[on_quick_reply("QR_LANG_138")]
pub(crate) async fn lang_138(text: Text) -> String {
    picked("QR_LANG_138", &text)
}

#[on_quick_reply("QR_TOPIC_139")]
pub(crate) async fn topic_139(text: Text) -> String {
    picked("QR_TOPIC_139", &text)
}

#[on_quick_reply("QR_SIZE_140")]
pub(crate) async fn size_140(text: Text) -> String {
    picked("QR_SIZE_140", &text)
}

#[on_quick_reply("QR_COLOR_141")]
pub(crate) async fn color_141(text: Text) -> String {
    picked("QR_COLOR_141", &text)
}

#[on_quick_reply("QR_STORE_142")]
pub(crate) async fn store_142(text: Text) -> String {
    picked("QR_STORE_142", &text)
}

#[on_quick_reply("QR_HELP_143")]
pub(crate) async fn help_143(text: Text) -> String {
    picked("QR_HELP_143", &text)
}

#[on_quick_reply("QR_MENU_144")]
pub(crate) async fn menu_144(text: Text) -> String {
    picked("QR_MENU_144", &text)
}

#[on_quick_reply("QR_OFFER_145")]
pub(crate) async fn offer_145(text: Text) -> String {
    picked("QR_OFFER_145", &text)
}

#[on_quick_reply("QR_CART_146")]
pub(crate) async fn cart_146(text: Text) -> String {
    picked("QR_CART_146", &text)
}

#[on_quick_reply("QR_ADDR_147")]
pub(crate) async fn addr_147(text: Text) -> String {
    picked("QR_ADDR_147", &text)
}

#[on_quick_reply("QR_LANG_148")]
pub(crate) async fn lang_148(text: Text) -> String {
    picked("QR_LANG_148", &text)
}

#[on_quick_reply("QR_TOPIC_149")]
pub(crate) async fn topic_149(text: Text) -> String {
    picked("QR_TOPIC_149", &text)
}
