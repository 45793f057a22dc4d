//! `routes` and `match`: what the bot answers, without running any of it.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::json;

use crate::{
    Bot,
    event::{Event, Webhook},
    routing::Route,
};

/// The routes as a table, one line each, with a count at the end.
pub(super) fn table(routes: &[Route]) -> String {
    let mut rows = vec![["kind", "pattern", "handler", "where"].map(str::to_owned)];
    rows.extend(routes.iter().map(|route| {
        let pattern = if route.pattern.is_empty() {
            "*"
        } else {
            route.pattern
        };
        let place = format!("{}:{}", route.file, route.line);
        [
            route.kind.attribute().to_owned(),
            printable(pattern),
            route.handler.to_owned(),
            place,
        ]
    }));
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let [kind, pattern, handler] = [width(0), width(1), width(2)];
    let mut out = String::new();
    for [a, b, c, d] in &rows {
        writeln!(out, "{a:kind$}  {b:pattern$}  {c:handler$}  {d}").expect("a String takes everything");
    }
    let plural = if routes.len() == 1 { "" } else { "s" };
    out + &format!("{} route{plural}", routes.len())
}

/// On one line: a pattern can hold a line break.
fn printable(pattern: &str) -> String {
    pattern
        .chars()
        .flat_map(|c| {
            if c.is_control() {
                c.escape_default().collect()
            } else {
                vec![c]
            }
        })
        .collect()
}

/// The routes as a JSON array.
pub(super) fn json(routes: &[Route]) -> String {
    let routes: Vec<_> = routes.iter().map(JsonRoute::from).collect();
    serde_json::to_string_pretty(&routes).expect("strings and numbers always serialise")
}

/// A route as `--json` shows it: the fields that scripts rely on.
#[derive(Serialize)]
struct JsonRoute {
    kind: &'static str,
    pattern: &'static str,
    handler: &'static str,
    file: &'static str,
    line: u32,
    interrupts: bool,
}

impl From<&Route> for JsonRoute {
    fn from(route: &Route) -> Self {
        Self {
            kind: route.kind.attribute(),
            pattern: route.pattern,
            handler: route.handler,
            file: route.file,
            line: route.line,
            interrupts: route.interrupts,
        }
    }
}

/// Which route takes `text`, and why the others do not.
pub(super) fn explain<B: Bot>(text: &str) -> String {
    let message = json!({
        "sender": {"id": "2"}, "recipient": {"id": "1"}, "timestamp": 1, "message": {"mid": "m", "text": text},
    });
    let body =
        json!({"object": "page", "entry": [{"id": "1", "time": 1, "messaging": [message]}]}).to_string();
    let webhook = Webhook::parse(body.as_bytes()).expect("the body above is JSON");
    let item = webhook
        .items()
        .first()
        .expect("the body above has one item")
        .clone();
    B::explain(&Event::parse(item)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::RouteKind;

    const ROUTES: [Route; 2] = [
        Route::__new(
            RouteKind::Postback,
            "BUY:{sku}",
            "shop::buy",
            "src/shop.rs",
            12,
            false,
        ),
        Route::__new(RouteKind::Fallback, "", "sorry", "src/main.rs", 7, false),
    ];

    #[test]
    fn the_table_lines_up() {
        assert_eq!(
            table(&ROUTES),
            "kind         pattern    handler    where\n\
             on_postback  BUY:{sku}  shop::buy  src/shop.rs:12\n\
             fallback     *          sorry      src/main.rs:7\n\
             2 routes"
        );
    }

    #[test]
    fn the_json_says_the_same() {
        let routes: serde_json::Value = serde_json::from_str(&json(&ROUTES)).unwrap();
        assert_eq!(
            routes[0],
            json!({
                "kind": "on_postback", "pattern": "BUY:{sku}", "handler": "shop::buy",
                "file": "src/shop.rs", "line": 12, "interrupts": false,
            })
        );
        assert_eq!(routes.as_array().map(Vec::len), Some(2));
    }
}
