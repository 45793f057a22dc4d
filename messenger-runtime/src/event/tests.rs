mod attachments;
mod duplicates;
mod hostile;
mod lists;
mod shapes;

use super::{Channel, Event, Item, Object};

/// An item of the page `1`.
fn item<'a>(channel: Channel, field: Option<&'static str>, json: &'a str) -> Item<'a> {
    Item {
        object: Object::Page,
        channel,
        page: "1".into(),
        field: field.map(Into::into),
        json,
    }
}

/// A `messaging` item.
fn event(json: &str) -> Event<'_> {
    Event::parse(item(Channel::Messaging, None, json))
}

/// A `messaging` item from person `2` with the given members.
fn from_person(members: &str) -> Event<'static> {
    let json =
        format!(r#"{{"sender":{{"id":"2"}},"recipient":{{"id":"1"}},"timestamp":1458692752478,{members}}}"#);
    event(&json).into_owned()
}

fn change(field: &'static str, value: &str) -> Event<'static> {
    let json = format!(r#"{{"field":"{field}","value":{value}}}"#);
    Event::parse(item(Channel::Changes, Some(field), &json)).into_owned()
}
