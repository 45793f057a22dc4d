//! What a message of the bot looks like as text, and what can be tapped in it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::message::Currency;

/// A stretch of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    /// A title.
    Strong,
    /// A number to tap.
    Choice,
    /// Said about the conversation, not in it.
    Dim,
}

/// A line, in stretches.
pub(super) type Line = Vec<(Style, String)>;

/// Something that can be tapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Choice {
    pub(super) title: String,
    pub(super) tap: Tap,
}

/// What a tap does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Tap {
    Postback(String),
    QuickReply(String),
    /// Opens an address.
    Link(String),
    /// Nothing that a terminal can do.
    Other(String),
    /// Nothing any more: it was a quick reply of an earlier message.
    Gone,
}

/// Draws `message` and adds what can be tapped to `choices`, whose numbers go on from those before.
pub(super) fn draw(message: &Value, choices: &mut Vec<Choice>) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(text) = string(message, "/text") {
        text.lines().for_each(|line| lines.push(plain(line)));
    }
    let attachment = &message["attachment"];
    match (
        string(attachment, "/type"),
        string(attachment, "/payload/template_type"),
    ) {
        (Some("template"), Some("button")) => {
            string(attachment, "/payload/text")
                .unwrap_or_default()
                .lines()
                .for_each(|line| lines.push(plain(line)));
            lines.extend(row(
                list(attachment, "/payload/buttons").iter().map(button),
                choices,
            ));
        }
        (Some("template"), Some("generic")) => {
            list(attachment, "/payload/elements")
                .iter()
                .for_each(|card| lines.extend(draw_card(card, choices)));
        }
        (Some("template"), Some("media")) => {
            for media in list(attachment, "/payload/elements") {
                lines.push(draw_media(string(media, "/media_type").unwrap_or("media"), media));
                lines.extend(row(list(media, "/buttons").iter().map(button), choices));
            }
        }
        (Some("template"), Some("receipt")) => lines.extend(draw_receipt(&attachment["payload"])),
        (Some("template"), other) => {
            lines.push(dim(format!(
                "({} template, not drawn here)",
                other.unwrap_or("unnamed")
            )));
        }
        (Some(kind), _) => lines.push(draw_media(kind, &attachment["payload"])),
        (None, _) => {}
    }
    lines.extend(row(
        list(message, "/quick_replies").iter().map(quick_reply),
        choices,
    ));
    lines
}

fn draw_card(card: &Value, choices: &mut Vec<Choice>) -> Vec<Line> {
    let mut lines = vec![vec![(
        Style::Strong,
        string(card, "/title").unwrap_or_default().to_owned(),
    )]];
    lines.extend(
        string(card, "/subtitle")
            .into_iter()
            .flat_map(str::lines)
            .map(plain),
    );
    if let Some(url) = string(card, "/default_action/url") {
        lines.push(dim(format!("opens {url}")));
    }
    lines.extend(row(list(card, "/buttons").iter().map(button), choices));
    let last = lines.len() - 1;
    for (index, line) in lines.iter_mut().enumerate() {
        let edge = match index {
            0 => "┌ ",
            _ if index == last => "└ ",
            _ => "│ ",
        };
        line.insert(0, (Style::Dim, edge.to_owned()));
    }
    lines
}

fn draw_media(kind: &str, source: &Value) -> Line {
    let source = string(source, "/url").or(string(source, "/attachment_id"));
    dim(format!("({kind} {})", source.unwrap_or("without an address")))
}

fn draw_receipt(receipt: &Value) -> Vec<Line> {
    let currency = string(receipt, "/currency").unwrap_or_default();
    let amount = |amount: &Value| money(amount.as_f64().unwrap_or_default(), currency);
    let mut rows: Vec<(String, String)> = Vec::new();
    for item in list(receipt, "/elements") {
        let quantity = item["quantity"]
            .as_u64()
            .map(|quantity| format!("{quantity} x "))
            .unwrap_or_default();
        let subtitle = string(item, "/subtitle")
            .map(|subtitle| format!(", {subtitle}"))
            .unwrap_or_default();
        let title = string(item, "/title").unwrap_or_default();
        rows.push((format!("{quantity}{title}{subtitle}"), amount(&item["price"])));
    }
    let summary = &receipt["summary"];
    for (name, key) in [
        ("Subtotal", "subtotal"),
        ("Shipping", "shipping_cost"),
        ("Tax", "total_tax"),
    ] {
        if !summary[key].is_null() {
            rows.push((name.to_owned(), amount(&summary[key])));
        }
    }
    for adjustment in list(receipt, "/adjustments") {
        rows.push((
            string(adjustment, "/name").unwrap_or_default().to_owned(),
            amount(&adjustment["amount"]),
        ));
    }
    rows.push(("Total".to_owned(), amount(&summary["total_cost"])));

    let number = string(receipt, "/order_number").unwrap_or_default();
    let name = string(receipt, "/recipient_name").unwrap_or_default();
    let mut lines = vec![vec![(Style::Strong, format!("Receipt {number} for {name}"))]];
    let width = |text: &str| text.chars().count();
    let left = rows.iter().map(|(name, _)| width(name)).max().unwrap_or_default();
    let right = rows
        .iter()
        .map(|(_, amount)| width(amount))
        .max()
        .unwrap_or_default();
    let last = rows.len() - 1;
    for (index, (name, amount)) in rows.into_iter().enumerate() {
        let style = if index == last {
            Style::Strong
        } else {
            Style::Plain
        };
        lines.push(vec![(style, format!("{name:left$}  {amount:>right$}"))]);
    }
    if let Some(payment) = string(receipt, "/payment_method") {
        lines.push(plain(&format!("Payment: {payment}")));
    }
    if let Some(address) = receipt["address"].as_object() {
        let part = |key: &str| {
            address
                .get(key)
                .and_then(Value::as_str)
                .filter(|part| !part.is_empty())
        };
        let parts = ["street_1", "street_2", "postal_code", "city", "state", "country"];
        lines.push(plain(&format!(
            "To: {}",
            parts.into_iter().filter_map(part).collect::<Vec<_>>().join(", ")
        )));
    }
    lines
}

/// The choices side by side, numbered.
fn row(new: impl Iterator<Item = Choice>, choices: &mut Vec<Choice>) -> Option<Line> {
    let mut line = Line::new();
    for choice in new {
        if !line.is_empty() {
            line.push((Style::Plain, "  ".to_owned()));
        }
        line.push((Style::Choice, format!("[{}]", choices.len() + 1)));
        line.push((Style::Plain, format!(" {}", choice.title)));
        if let Tap::Link(url) = &choice.tap {
            line.push((Style::Dim, format!(" ({url})")));
        }
        choices.push(choice);
    }
    (!line.is_empty()).then_some(line)
}

fn button(button: &Value) -> Choice {
    let (title, payload) = (string(button, "/title"), string(button, "/payload"));
    let tap = match (string(button, "/type"), payload, string(button, "/url")) {
        (Some("postback"), Some(payload), _) => Tap::Postback(payload.to_owned()),
        (Some("web_url"), _, Some(url)) => Tap::Link(url.to_owned()),
        (Some("phone_number"), Some(number), _) => Tap::Other(format!("would call {number}")),
        (Some("account_link"), ..) => Tap::Other("would open the page that links an account".to_owned()),
        (Some("account_unlink"), ..) => Tap::Other("would unlink the account".to_owned()),
        (kind, ..) => Tap::Other(format!("is a button of the type {}", kind.unwrap_or("(none)"))),
    };
    // These bear the platform's words.
    let title = title.unwrap_or_else(|| match string(button, "/type") {
        Some("account_link") => "Log in",
        Some("account_unlink") => "Log out",
        other => other.unwrap_or_default(),
    });
    Choice {
        title: title.to_owned(),
        tap,
    }
}

fn quick_reply(reply: &Value) -> Choice {
    // The platform offers what the person has told it; the value is title and payload alike.
    let (title, payload) = match string(reply, "/content_type") {
        Some("user_phone_number") => ("+12025550147", None),
        Some("user_email") => ("ann@mail.example", None),
        _ => (
            string(reply, "/title").unwrap_or_default(),
            string(reply, "/payload"),
        ),
    };
    Choice {
        title: title.to_owned(),
        tap: Tap::QuickReply(payload.unwrap_or(title).to_owned()),
    }
}

/// An amount with the decimals of its currency.
fn money(amount: f64, currency: &str) -> String {
    let decimals = Currency::new(currency).map_or(2, |currency| currency.decimals() as usize);
    format!("{amount:.decimals$} {currency}")
}

fn plain(line: &str) -> Line {
    vec![(Style::Plain, line.to_owned())]
}

pub(super) fn dim(line: String) -> Line {
    vec![(Style::Dim, line)]
}

fn string<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::message::{
        Address, Adjustment, Button, Card, Media, Message, Money, QuickReply, Receipt, ReceiptItem,
    };

    fn drawn(message: impl Into<Message>) -> (String, Vec<Choice>) {
        let mut choices = Vec::new();
        let message = serde_json::to_value(message.into()).unwrap();
        let lines: Vec<String> = draw(&message, &mut choices)
            .into_iter()
            .map(|line| line.into_iter().map(|(_, text)| text).collect())
            .collect();
        (lines.join("\n"), choices)
    }

    #[test]
    fn numbers_run_through_all_that_can_be_tapped() {
        let cards = ["Espresso", "Moka"].map(|name| {
            Card::new(name)
                .subtitle("2.50 EUR")
                .buttons([Button::url("More", format!("https://c.example/{name}"))])
        });
        let message = Message::carousel(cards).quick_replies([QuickReply::email(), QuickReply::phone()]);
        let (text, choices) = drawn(message);
        assert_eq!(
            text,
            "┌ Espresso\n│ 2.50 EUR\n└ [1] More (https://c.example/Espresso)\n\
             ┌ Moka\n│ 2.50 EUR\n└ [2] More (https://c.example/Moka)\n\
             [3] ann@mail.example  [4] +12025550147"
        );
        assert_eq!(choices[1].tap, Tap::Link("https://c.example/Moka".to_owned()));
        assert_eq!(choices[3].tap, Tap::QuickReply("+12025550147".to_owned()));
    }

    #[test]
    fn buttons_say_what_a_tap_would_do() {
        let buttons = [
            Button::call("Call", "+15105551234"),
            Button::account_link("https://c.example/login"),
        ];
        let (text, choices) = drawn(Message::buttons("Two\nlines", buttons));
        assert_eq!(text, "Two\nlines\n[1] Call  [2] Log in");
        assert_eq!(choices[0].tap, Tap::Other("would call +15105551234".to_owned()));
    }

    #[test]
    fn receipts_line_up() {
        let eur = |cents| Money::new(cents, Currency::EUR);
        let receipt = Receipt::new("Ann", "1001", "Cash", eur(1290))
            .item(
                ReceiptItem::new("Espresso", eur(1000))
                    .quantity(4)
                    .subtitle("double"),
            )
            .shipping_cost(eur(390))
            .adjustment(Adjustment::new("First order", eur(-100)))
            .address(Address::new("1 Rue des Fleurs", "Lyon", "69001", "ARA", "FR"));
        let (text, choices) = drawn(receipt);
        assert_eq!(
            text,
            "Receipt 1001 for Ann\n\
             4 x Espresso, double  10.00 EUR\n\
             Shipping               3.90 EUR\n\
             First order           -1.00 EUR\n\
             Total                 12.90 EUR\n\
             Payment: Cash\n\
             To: 1 Rue des Fleurs, 69001, Lyon, ARA, FR"
        );
        assert!(choices.is_empty());
    }

    #[test]
    fn media_and_what_is_unknown_are_named() {
        assert_eq!(
            drawn(Media::image("https://c.example/a.jpg")).0,
            "(image https://c.example/a.jpg)"
        );
        let mut choices = Vec::new();
        let media = json!({"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [
            {"media_type": "video", "attachment_id": "7", "buttons": [
                {"type": "postback", "title": "More", "payload": "MORE"},
            ]},
        ]}}});
        assert_eq!(draw(&media, &mut choices).len(), 2);
        assert_eq!(choices[0].tap, Tap::Postback("MORE".to_owned()));
        let list = json!({"attachment": {"type": "template", "payload": {"template_type": "list"}}});
        assert_eq!(
            draw(&list, &mut choices),
            [dim("(list template, not drawn here)".to_owned())]
        );
        for odd in [
            json!({}),
            json!(null),
            json!({"attachment": []}),
            json!({"text": 7, "quick_replies": [{}]}),
        ] {
            let _ = draw(&odd, &mut choices);
        }
    }
}
