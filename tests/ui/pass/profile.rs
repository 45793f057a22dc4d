//! A profile whose payloads and commands are named by handlers, in several modules and with several attributes.

use messenger_runtime::{
    graph::{Command, IceBreaker, Localized, Menu, MenuItem, MessengerProfile},
    message::{RawCommand, RawPayload, Webview, WebviewHeight},
    prelude::*,
};

bot! { Shop; welcome, catalog::routes, flights, every_command }

/// Answers the get-started button, a menu item and a command.
#[on_get_started("START")]
#[on_postback("HOME")]
#[on_command("home", "start")]
async fn welcome() -> &'static str {
    "Hi!"
}

mod catalog {
    use messenger_runtime::prelude::*;

    routes! { show, pick, size }

    #[on_text(words = ["coffee"])]
    #[on_postback("COFFEE")]
    pub(crate) async fn show() {}

    #[on_payload("PICK:{sku}:{qty=1}")]
    pub(crate) async fn pick(sku: String, qty: u8) -> String {
        format!("{qty} x {sku}")
    }

    #[on_quick_reply("SIZE")]
    pub(crate) async fn size() {}
}

#[on_command("flights")]
async fn flights() {}

#[on_command]
async fn every_command() {}

fn profile() -> MessengerProfile {
    MessengerProfile::new()
        .get_started(welcome {})
        .greeting("Hi {{user_first_name}}!")
        .greeting_in("fr_FR", "Bonjour !")
        .menu([
            MenuItem::postback("Coffee", catalog::show {}),
            MenuItem::postback("One moka", catalog::pick { sku: "moka".to_owned(), qty: 1 }),
            MenuItem::postback("Home", welcome {}),
            MenuItem::postback("Sales", RawPayload("SALES".to_owned())),
            MenuItem::webview(
                "Seats",
                "https://coffee.example/seats",
                Webview::height(WebviewHeight::Tall).hide_share(),
            ),
        ])
        .menu_in("fr_FR", Menu::new([MenuItem::url("Horaires", "https://coffee.example")]).composer_input_disabled())
        .menu_in("de_DE", vec![MenuItem::postback("Kaffee", catalog::show {})])
        .ice_breakers([IceBreaker::new("What do you sell?", catalog::show {})])
        .ice_breakers_in("fr_FR", vec![IceBreaker::new("Du café ?", catalog::show {})])
        .commands([
            Command::new(flights {}, "Looks up flights"),
            Command::new(welcome {}, "Goes home"),
            Command::new(RawCommand("sales".to_owned()), "Talks to sales"),
        ])
        .whitelisted_domains(["https://coffee.example"])
        .account_linking_url("https://coffee.example/in")
}

fn main() {
    let profile = profile();
    assert_eq!(profile.get_started.as_deref(), Some("START"));
    let menu = profile.persistent_menu.as_ref().unwrap().get(Localized::<Menu>::DEFAULT).unwrap();
    let payloads: Vec<_> = menu.items.iter().map(MenuItem::payload).collect();
    assert_eq!(payloads, [Some("COFFEE"), Some("PICK:moka:1"), Some("START"), Some("SALES"), None]);
    let commands = profile.commands.as_ref().unwrap().get("default").unwrap();
    assert_eq!(commands.iter().map(|command| &*command.name).collect::<Vec<_>>(), ["flights", "home", "sales"]);
    let _running = Shop::stateless().messenger_profile(profile).run();
}
