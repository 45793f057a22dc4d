//! The case of keys: messaging-api-messenger takes camelCase and sends `snake_case`.

use serde_json::{Map, Value};

/// `value` with every key in `snake_case`; digits stand apart, as in `street_1`. What stands for bytes stays.
pub(crate) fn snake(value: &Value) -> Value {
    match value {
        Value::Object(object) => Value::Object(
            object
                .iter()
                .map(|(key, value)| match key.as_str() {
                    "$buffer" | "$stream" | "$path" => (key.clone(), value.clone()),
                    _ => (snake_key(key), snake(value)),
                })
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => items.iter().map(snake).collect(),
        other => other.clone(),
    }
}

fn snake_key(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    let mut last = '_';
    for letter in key.chars() {
        let digit = letter.is_ascii_digit() && !last.is_ascii_digit();
        if last != '_' && (letter.is_ascii_uppercase() || digit) {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
        last = letter;
    }
    out
}

#[test]
fn keys_change_their_case() {
    for (camel, snake) in [
        ("imageUrl", "image_url"),
        ("street1", "street_1"),
        ("messaging_type", "messaging_type"),
        ("oneTimeNotifToken", "one_time_notif_token"),
    ] {
        assert_eq!(snake_key(camel), snake);
    }
}
