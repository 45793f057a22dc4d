//! The templates and their buttons.

use serde_json::json;

use super::{At, Shape, airline::airline, forms::form};

pub(super) fn template(at: &At<'_>) -> Shape {
    let kind = at.must("template_type")?;
    let on_both = ["button", "generic", "product", "notification_messages"];
    if !on_both.contains(&kind.string()?) {
        kind.messenger()?;
    }
    match kind.string()? {
        "button" => {
            at.object(&["template_type", "text", "buttons"])?;
            at.must("text")?.text(1..=640)?;
            buttons(&at.must("buttons")?, &["audio_call", "others"])
        }
        "generic" => {
            at.object(&["template_type", "sharable?", "image_aspect_ratio?", "elements"])?;
            at.maybe("sharable", At::flag)?;
            at.maybe("image_aspect_ratio", |ratio| {
                ratio.one_of(&["horizontal", "square"])
            })?;
            at.must("elements")?.list(1..=10, card)
        }
        "media" => {
            at.object(&["template_type", "sharable?", "elements"])?;
            at.maybe("sharable", At::flag)?;
            at.must("elements")?.list(1..=1, media)
        }
        "receipt" => receipt(at),
        "product" => {
            at.object(&["template_type", "elements"])?;
            at.must("elements")?.list(1..=10, |product| {
                product.object(&["id"])?;
                product.must("id")?.some_text()
            })
        }
        "coupon" => coupon(at),
        "image_grid" => {
            at.object(&["template_type", "elements"])?;
            at.must("elements")?.list(1..=1, grid)
        }
        name if name.starts_with("airline_") => airline(at),
        _ => form(at),
    }
}

/// One to three buttons: `web_url` and `postback`, and what else the template takes.
fn buttons(at: &At<'_>, also: &[&str]) -> Shape {
    at.list(1..=3, |at| {
        let kind = at.must("type")?;
        let titled = |at: &At<'_>| at.must("title")?.text(1..=20);
        let kind_of = match kind.string()? {
            "web_url" | "postback" => "",
            "audio_call" => "audio_call",
            _ => "others",
        };
        if !kind_of.is_empty() {
            kind.messenger()?;
            if !also.contains(&kind_of) {
                return kind.wrong("not in this template");
            }
        }
        match kind.string()? {
            "web_url" => {
                titled(at)?;
                web_url(at, &["title"])
            }
            "postback" => {
                titled(at)?;
                at.object(&["type", "title", "payload"])?;
                at.must("payload")?.text(1..=1000)
            }
            "phone_number" => {
                titled(at)?;
                at.object(&["type", "title", "payload"])?;
                let number = at.must("payload")?;
                match number.string()?.strip_prefix('+') {
                    Some(digits)
                        if (5..=15).contains(&digits.len())
                            && digits.chars().all(|digit| digit.is_ascii_digit()) =>
                    {
                        Ok(())
                    }
                    _ => number.wrong("not a phone number"),
                }
            }
            "account_link" => {
                at.object(&["type", "url"])?;
                at.must("url")?.url()
            }
            "account_unlink" => at.object(&["type"]),
            "audio_call" => {
                titled(at)?;
                at.object(&["type", "title", "expires_in_days?"])?;
                at.maybe("expires_in_days", |days| match days.value.as_u64() {
                    Some(1..=7) => Ok(()),
                    _ => days.wrong("not one to seven days"),
                })
            }
            "game_play" => {
                titled(at)?;
                at.object(&["type", "title", "payload?", "game_metadata?"])?;
                at.maybe("payload", |payload| payload.text(1..=1000))?;
                at.maybe("game_metadata", |game| {
                    game.object(&["player_id?", "context_id?"])
                })
            }
            _ => kind.wrong("no such button"),
        }
    })
}

fn web_url(at: &At<'_>, also: &[&str]) -> Shape {
    let webview = [
        "type",
        "url",
        "webview_height_ratio?",
        "messenger_extensions?",
        "fallback_url?",
        "webview_share_button?",
    ];
    at.object(&[&webview, also].concat())?;
    at.must("type")?.one_of(&["web_url"])?;
    at.must("url")?.url()?;
    at.maybe("webview_height_ratio", |height| {
        height.one_of(&["compact", "tall", "full"])
    })?;
    at.maybe("webview_share_button", |share| share.one_of(&["hide"]))?;
    at.maybe("messenger_extensions", At::flag)?;
    at.maybe("fallback_url", |fallback| {
        let extensions = at.get("messenger_extensions");
        if extensions.is_some_and(|flag| flag.value == &json!(true)) {
            fallback.url()
        } else {
            fallback.wrong("without messenger_extensions")
        }
    })
}

fn card(at: &At<'_>) -> Shape {
    at.object(&["title", "subtitle?", "image_url?", "default_action?", "buttons?"])?;
    at.must("title")?.text(1..=80)?;
    at.maybe("subtitle", |subtitle| subtitle.text(1..=80))?;
    at.maybe("image_url", At::url)?;
    at.maybe("default_action", |action| web_url(action, &[]))?;
    at.maybe("buttons", |list| buttons(list, &["audio_call", "others"]))?;
    if at.value.as_object().is_some_and(|card| card.len() == 1) {
        at.wrong("only a title")
    } else {
        Ok(())
    }
}

fn media(at: &At<'_>) -> Shape {
    at.must("media_type")?.one_of(&["image", "video"])?;
    at.maybe("buttons", |list| buttons(list, &["others"]))?;
    if at.get("attachment_id").is_some() {
        at.object(&["media_type", "attachment_id", "buttons?"])?;
        return at.must("attachment_id")?.some_text();
    }
    at.object(&["media_type", "url", "buttons?"])?;
    let url = at.must("url")?;
    let address = url.string()?.strip_prefix("https://").unwrap_or_default();
    let host = address.split('/').next().unwrap_or_default();
    let mut labels = host.rsplit('.');
    match (labels.next(), labels.next()) {
        (Some("com"), Some("facebook")) => Ok(()),
        _ => url.wrong("not on facebook.com"),
    }
}

fn coupon(at: &At<'_>) -> Shape {
    at.object(&[
        "template_type",
        "title",
        "subtitle?",
        "coupon_code?",
        "coupon_url?",
        "coupon_url_button_title?",
        "coupon_pre_message?",
        "image_url?",
        "payload?",
    ])?;
    at.must("title")?.text(1..=80)?;
    at.maybe("subtitle", |subtitle| subtitle.text(1..=80))?;
    at.maybe("coupon_url", At::url)?;
    at.maybe("image_url", At::url)?;
    at.maybe("payload", |payload| payload.text(1..=1000))?;
    at.maybe("coupon_code", |code| {
        code.some_text()?;
        if code.string()?.chars().any(char::is_whitespace) {
            code.wrong("spaces")
        } else {
            Ok(())
        }
    })?;
    if at.get("coupon_code").is_none() && at.get("coupon_url").is_none() {
        return at.wrong("neither a code nor an address");
    }
    Ok(())
}

fn grid(at: &At<'_>) -> Shape {
    at.object(&["title?", "subtitle?", "images", "buttons?"])?;
    at.maybe("title", |title| title.text(1..=45))?;
    at.maybe("subtitle", |subtitle| subtitle.text(1..=80))?;
    at.maybe("buttons", |list| buttons(list, &[]))?;
    let images = at.must("images")?;
    images.list(2..=6, |image| {
        image.object(&["url", "is_hero_image?", "action?"])?;
        image.must("url")?.url()?;
        image.maybe("is_hero_image", At::flag)?;
        image.maybe("action", |action| match action.must("type")?.string()? {
            "web_url" => {
                action.object(&["type", "url"])?;
                action.must("url")?.url()
            }
            "postback" => {
                action.object(&["type", "payload", "text?"])?;
                action.maybe("text", |text| text.string().map(drop))?;
                action.must("payload")?.text(1..=1000)
            }
            _ => action.wrong("no such action"),
        })
    })?;
    let heroes = images.value.as_array().into_iter().flatten();
    match heroes.filter(|image| image["is_hero_image"] == true).count() {
        0 | 1 => Ok(()),
        several => images.wrong(format!("{several} hero images")),
    }
}

fn receipt(at: &At<'_>) -> Shape {
    at.object(&[
        "template_type",
        "recipient_name",
        "merchant_name?",
        "order_number",
        "currency",
        "payment_method",
        "order_url?",
        "timestamp?",
        "sharable?",
        "elements?",
        "address?",
        "summary",
        "adjustments?",
    ])?;
    for key in ["recipient_name", "order_number", "payment_method"] {
        at.must(key)?.some_text()?;
    }
    at.maybe("order_url", At::url)?;
    at.maybe("sharable", At::flag)?;
    at.maybe("timestamp", |time| {
        let digits = time.string()?;
        if digits.bytes().all(|digit| digit.is_ascii_digit()) {
            Ok(())
        } else {
            time.wrong("not a time")
        }
    })?;
    let currency = at.must("currency")?;
    let code = currency.string()?;
    if code.len() != 3 || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return currency.wrong("not a currency");
    }
    at.maybe("elements", |list| {
        list.list(0..=100, |item| {
            item.object(&[
                "title",
                "subtitle?",
                "quantity?",
                "price",
                "currency?",
                "image_url?",
            ])?;
            item.must("title")?.some_text()?;
            item.must("price")?.number()?;
            item.maybe("quantity", At::number)?;
            item.maybe("currency", |currency| currency.one_of(&[code]))?;
            item.maybe("image_url", At::url)
        })
    })?;
    at.maybe("address", |address| {
        address.object(&["street_1", "street_2?", "city", "postal_code", "state", "country"])?;
        ["street_1", "city", "postal_code", "state", "country"]
            .into_iter()
            .try_for_each(|key| address.must(key)?.some_text())
    })?;
    let summary = at.must("summary")?;
    summary.object(&["subtotal?", "shipping_cost?", "total_tax?", "total_cost"])?;
    for key in ["subtotal", "shipping_cost", "total_tax", "total_cost"] {
        summary.maybe(key, At::number)?;
    }
    at.maybe("adjustments", |list| {
        list.list(0..=usize::MAX, |adjustment| {
            adjustment.object(&["name", "amount"])?;
            adjustment.must("name")?.some_text()?;
            adjustment.must("amount")?.number()
        })
    })
}

pub(super) fn utility(at: &At<'_>) -> Shape {
    at.messenger()?;
    at.object(&["name", "language", "components?"])?;
    at.must("name")?.some_text()?;
    let language = at.must("language")?;
    language.object(&["code"])?;
    language.must("code")?.some_text()?;
    let mut kinds = Vec::new();
    let mut named = Vec::new();
    let components = at.value["components"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate();
    for (n, component) in components {
        let component = at.inside(&format!("components[{n}]"), component);
        component.object(&["type", "parameters"])?;
        let kind = component.must("type")?.string()?;
        if kinds.contains(&kind) {
            return component.wrong(format!("a second {kind}"));
        }
        kinds.push(kind);
        let parameters = component.must("parameters")?;
        match kind {
            "header" | "body" => {
                parameters.list(0..=usize::MAX, |parameter| {
                    parameter.object(&["type", "parameter_name?", "text"])?;
                    parameter.must("type")?.one_of(&["text"])?;
                    parameter.maybe("parameter_name", At::some_text)?;
                    parameter.must("text")?.some_text()
                })?;
                let list = parameters.value.as_array().into_iter().flatten();
                named.extend(list.map(|parameter| parameter.get("parameter_name").is_some()));
            }
            "buttons" => parameters.list(0..=usize::MAX, |parameter| {
                match parameter.must("type")?.string()? {
                    "POSTBACK" => {
                        parameter.object(&["type", "payload"])?;
                        parameter.must("payload")?.text(1..=1000)
                    }
                    "URL" => {
                        parameter.object(&["type", "url"])?;
                        parameter.must("url")?.url()
                    }
                    _ => parameter.wrong("no such button"),
                }
            })?,
            _ => return component.wrong("no such component"),
        }
    }
    named.dedup();
    if named.len() > 1 {
        at.wrong("named and positional parameters")
    } else {
        Ok(())
    }
}
