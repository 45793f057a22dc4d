use messenger_runtime::prelude::*;

routes! { show, coffee::routes, coffee::grind, #[cfg(any())] gone }

#[on_postback("SHOW")]
pub(crate) async fn show() -> Reply {
    Reply::buttons("Coffee", [Button::postback("Pour", coffee::pour { cups: 2 })])
}

pub(crate) mod coffee {
    use messenger_runtime::prelude::*;

    routes! { pour }

    #[on_postback("POUR:{cups=1}")]
    pub(crate) async fn pour(cups: u8) -> String {
        cups.to_string()
    }

    #[on_postback("GRIND")]
    pub(crate) async fn grind() {}

    #[on_postback("BEANS")]
    pub(crate) async fn beans() {}
}
