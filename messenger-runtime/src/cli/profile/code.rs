//! A profile as the function that declares it.

use std::{collections::BTreeSet, fmt::Write as _};

use crate::{
    Bot,
    graph::{Localized, Menu, MenuItem, MessengerProfile},
    message::{Webview, WebviewHeight},
    routing::{Route, RouteKind},
};

/// What names payloads and commands: the handlers of a bot.
pub(super) struct Handlers(&'static [Route]);

impl Handlers {
    pub(super) fn of<B: Bot>() -> Self {
        Self(B::ROUTES)
    }

    #[cfg(test)]
    pub(super) const fn new(routes: &'static [Route]) -> Self {
        Self(routes)
    }

    /// The handler whose new buttons carry this very payload. Of a handler with several patterns that is the
    /// first; one with captures has no payload that could be named without their values.
    fn of_payload(&self, payload: &str) -> Option<String> {
        let takes = |kind| {
            matches!(
                kind,
                RouteKind::Postback | RouteKind::Payload | RouteKind::GetStarted
            )
        };
        let of = |handler: &str| {
            let mut routes = self.0.iter().filter(|route| route.handler == handler);
            routes.find(|route| takes(route.kind) && !route.pattern.is_empty())
        };
        let mut routes = self.0.iter();
        let found = routes.find(|route| of(route.handler).is_some_and(|first| first.pattern == payload))?;
        (!payload.contains('{')).then(|| named(found))
    }

    fn of_get_started(&self, payload: &str) -> Option<String> {
        let mut routes = self.0.iter();
        let found = routes.find(|route| route.kind == RouteKind::GetStarted && route.pattern == payload)?;
        Some(named(found))
    }

    fn of_command(&self, name: &str) -> Option<String> {
        let mut routes = self.0.iter().filter(|route| route.kind == RouteKind::Command);
        let found = routes.find(|route| route.pattern.split('|').next() == Some(name))?;
        Some(named(found))
    }
}

fn named(route: &Route) -> String {
    format!("{} {{}}", route.handler)
}

/// Writes code, and remembers what it uses.
struct Writer<'h> {
    handlers: &'h Handlers,
    uses: BTreeSet<&'static str>,
    of_messages: BTreeSet<&'static str>,
    body: String,
}

/// The function, with the imports that it needs.
pub(super) fn function(profile: &MessengerProfile, handlers: &Handlers) -> String {
    let mut writer = Writer {
        handlers,
        uses: BTreeSet::from(["MessengerProfile"]),
        of_messages: BTreeSet::new(),
        body: String::new(),
    };
    writer.profile(profile);
    let Writer {
        uses,
        of_messages,
        body,
        ..
    } = writer;
    let graph = import("graph", &uses);
    let imports = if of_messages.is_empty() {
        format!("use messenger_runtime::{graph};")
    } else {
        let messages = import("message", &of_messages);
        format!("use messenger_runtime::{{\n    {graph},\n    {messages},\n}};")
    };
    format!("{imports}\n\nfn profile() -> MessengerProfile {{\n    MessengerProfile::new(){body}\n}}\n")
}

fn import(module: &str, names: &BTreeSet<&'static str>) -> String {
    let names: Vec<_> = names.iter().copied().collect();
    match &*names {
        [one] => format!("{module}::{one}"),
        _ => format!("{module}::{{{}}}", names.join(", ")),
    }
}

impl Writer<'_> {
    fn profile(&mut self, profile: &MessengerProfile) {
        if let Some(payload) = &profile.get_started {
            let handler = self.handlers.of_get_started(payload);
            let handler = self.payload_or(handler, payload);
            self.call(&format!("get_started({handler})"));
        }
        self.localized(&profile.greeting, "greeting", |_, text| format!("{text:?}"));
        self.localized(&profile.persistent_menu, "menu", Self::menu);
        self.localized(&profile.ice_breakers, "ice_breakers", |writer, questions| {
            writer.uses.insert("IceBreaker");
            let questions = questions.iter().map(|one| {
                let payload = writer.payload(&one.payload);
                format!("IceBreaker::new({:?}, {payload})", one.question)
            });
            list(&questions.collect::<Vec<_>>())
        });
        self.localized(&profile.commands, "commands", |writer, commands| {
            writer.uses.insert("Command");
            let commands = commands.iter().map(|command| {
                let handler = writer.handlers.of_command(&command.name).unwrap_or_else(|| {
                    writer.of_messages.insert("RawCommand");
                    format!("RawCommand({:?}.to_owned())", command.name)
                });
                format!("Command::new({handler}, {:?})", command.description)
            });
            list(&commands.collect::<Vec<_>>())
        });
        if let Some(domains) = &profile.whitelisted_domains {
            let domains: Vec<_> = domains.iter().map(|domain| format!("{domain:?}")).collect();
            self.call(&format!("whitelisted_domains({})", list(&domains)));
        }
        if let Some(url) = &profile.account_linking_url {
            self.call(&format!("account_linking_url({url:?})"));
        }
    }

    fn call(&mut self, call: &str) {
        let indented = call.replace('\n', "\n        ");
        write!(self.body, "\n        .{indented}").expect("a String takes everything");
    }

    fn comment(&mut self, comment: &str) {
        let indented = comment.replace('\n', "\n        ");
        write!(self.body, "\n        {indented}").expect("a String takes everything");
    }

    /// A call for each locale: `menu(..)` for the default one, `menu_in("fr_FR", ..)` for the others.
    fn localized<T>(
        &mut self,
        values: &Option<Localized<T>>,
        method: &str,
        argument: impl Fn(&mut Self, &T) -> String,
    ) {
        for (locale, value) in values.iter().flat_map(Localized::iter) {
            let argument = argument(self, value);
            if is_comment(&argument) {
                self.comment(&argument);
                continue;
            }
            self.call(&if locale == Localized::<T>::DEFAULT {
                format!("{method}({argument})")
            } else {
                format!("{method}_in({locale:?}, {argument})")
            });
        }
    }

    fn menu(&mut self, menu: &Menu) -> String {
        let items: Vec<_> = menu.items.iter().map(|item| self.item(item)).collect();
        // A menu of nothing is none, so there is nothing to declare.
        if items.iter().all(|item| is_comment(item)) {
            return match items.is_empty() {
                true => "/* a menu without items */".to_owned(),
                false => items.join("\n"),
            };
        }
        let items = list(&items);
        if menu.composer_input_disabled {
            self.uses.insert("Menu");
            return format!("Menu::new({items}).composer_input_disabled()");
        }
        items
    }

    fn item(&mut self, item: &MenuItem) -> String {
        if item.payload().is_some() || item.link().is_some() {
            self.uses.insert("MenuItem");
        }
        let title = item.title().unwrap_or_default();
        match (item.payload(), item.link()) {
            (Some(payload), _) => format!("MenuItem::postback({title:?}, {})", self.payload(payload)),
            (None, Some((url, webview))) if *webview == Webview::default() => {
                format!("MenuItem::url({title:?}, {url:?})")
            }
            (None, Some((url, webview))) => {
                format!("MenuItem::webview({title:?}, {url:?}, {})", self.webview(webview))
            }
            (None, None) => {
                let json = serde_json::to_string(item).unwrap_or_default();
                // What begins or ends a comment would do so in this one too.
                let json = json.replace("*/", "* /").replace("/*", "/ *");
                format!("/* no longer possible in a menu: {json} */")
            }
        }
    }

    fn webview(&mut self, webview: &Webview) -> String {
        self.of_messages.insert("Webview");
        let height = match webview.height_ratio() {
            Some(WebviewHeight::Compact) => Some("Compact"),
            Some(WebviewHeight::Tall) => Some("Tall"),
            Some(WebviewHeight::Full) => Some("Full"),
            None => None,
        };
        let mut code = match height {
            Some(height) => {
                self.of_messages.insert("WebviewHeight");
                format!("Webview::height(WebviewHeight::{height})")
            }
            None => "Webview::default()".to_owned(),
        };
        if webview.has_extensions() {
            code += &match webview.fallback_url() {
                Some(fallback) => format!(".extensions({fallback:?})"),
                None => ".extensions_without_fallback()".to_owned(),
            };
        }
        if webview.hides_share() {
            code += ".hide_share()";
        }
        code
    }

    fn payload(&mut self, payload: &str) -> String {
        self.payload_or(self.handlers.of_payload(payload), payload)
    }

    fn payload_or(&mut self, handler: Option<String>, payload: &str) -> String {
        handler.unwrap_or_else(|| {
            self.of_messages.insert("RawPayload");
            format!("RawPayload({payload:?}.to_owned())")
        })
    }
}

/// An array: on one line where it is short, as rustfmt would have it. Comments stand between the items.
fn list(items: &[String]) -> String {
    let line = format!("[{}]", items.join(", "));
    if items.len() < 2 && line.len() < 70 {
        return line;
    }
    let lines = items.iter().map(|item| {
        let comma = if is_comment(item) { "" } else { "," };
        format!("    {item}{comma}\n")
    });
    format!("[\n{}]", lines.collect::<String>())
}

/// No item and no argument begins so: they begin with a name, a quotation mark or a bracket.
fn is_comment(code: &str) -> bool {
    code.starts_with("/*")
}
