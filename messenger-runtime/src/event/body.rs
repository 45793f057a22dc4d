//! A webhook body, split into its items.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::json::{Reader, member};

/// Whose account a body is about: the value of its `object`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    /// A Facebook page.
    Page,
    /// An Instagram professional account.
    Instagram,
}

impl Object {
    /// The word on the wire: `page` or `instagram`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Instagram => "instagram",
        }
    }
}

/// Which list of an entry an item stood in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Channel {
    /// `messaging`: this app owns the conversation.
    Messaging,
    /// `standby`: another app owns the conversation, this one may listen.
    Standby,
    /// `changes`: `{field, value}` items about the page.
    Changes,
    /// `calls`: voice and video calls.
    Calls,
    /// `messaging_handovers` and its like: items shaped like `messaging` in a list of their own, whose
    /// name is the item's field.
    Named,
    /// The entry is itself an item, as a `call_permission_reply` may be.
    Entry,
    /// The body is one bare `{field, value}`, as the app dashboard's test button sends it.
    Sample,
    /// No list of the platform's: a timer of the bot's own that ran out. Its name is the item's field.
    Timer,
}

impl Channel {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Messaging, "messaging"),
        (Self::Standby, "standby"),
        (Self::Changes, "changes"),
        (Self::Calls, "calls"),
        (Self::Named, "named"),
        (Self::Entry, "entry"),
        (Self::Sample, "sample"),
        (Self::Timer, "timer"),
    ];

    /// A word for it, which [`FromStr`] takes back. The first four are the platform's.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Messaging => "messaging",
            Self::Standby => "standby",
            Self::Changes => "changes",
            Self::Calls => "calls",
            Self::Named => "named",
            Self::Entry => "entry",
            Self::Sample => "sample",
            Self::Timer => "timer",
        }
    }
}

/// The word names no [`Object`] or [`Channel`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an object or a channel of a webhook body")]
pub struct UnknownWord;

impl FromStr for Object {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "page" => Ok(Self::Page),
            "instagram" => Ok(Self::Instagram),
            _ => Err(UnknownWord),
        }
    }
}

impl FromStr for Channel {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.iter().find(|(_, name)| *name == word);
        known.map(|&(channel, _)| channel).ok_or(UnknownWord)
    }
}

/// One event as it stands in a body, its kind not yet known.
///
/// This is what a store keeps: five strings. [`Event::parse`](super::Event::parse) takes it from there.
#[derive(Clone, PartialEq, Eq)]
pub struct Item<'a> {
    /// Whose account it is about.
    pub object: Object,
    /// Where in the entry it stood.
    pub channel: Channel,
    /// The page's id: that of the entry; where it has none, the recipient's (the sender's in an echo); or
    /// empty.
    pub page: Cow<'a, str>,
    /// The `field` of a change or sample, or the name of the list for [`Channel::Named`].
    pub field: Option<Cow<'a, str>>,
    /// The item's JSON, untouched.
    pub json: &'a str,
}

impl fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item")
            .field("object", &self.object)
            .field("channel", &self.channel)
            .field("page", &self.page)
            .field("field", &self.field)
            .finish_non_exhaustive()
    }
}

/// The body is empty or not JSON. The only thing a body can be refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body is not JSON (line {line}, column {column})")]
pub struct NotJson {
    line: usize,
    column: usize,
}

/// A webhook body.
///
/// Platform: Webhooks, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks>
///
/// ```
/// use messenger_runtime::event::{Event, Webhook};
///
/// let body = br#"{"object":"page","entry":[{"id":"1","time":1458692752478,"messaging":[
///     {"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,"message":{"mid":"m","text":"hi"}}
/// ]}]}"#;
/// let webhook = Webhook::parse(body).unwrap();
/// let event = Event::parse(webhook.items()[0].clone());
/// assert_eq!((event.person(), event.text()), (Some("2"), Some("hi")));
/// ```
#[derive(Debug, Clone)]
pub struct Webhook<'a> {
    object: Option<Object>,
    object_name: Option<Cow<'a, str>>,
    items: Vec<Item<'a>>,
}

impl<'a> Webhook<'a> {
    /// Splits `body` into its items, in order, without looking inside them.
    ///
    /// An item may be anything: what is wrong with one never touches the others. A body without `object`
    /// counts as one about a page; JSON that is no object, like `[]` or `12`, has no items and no
    /// [`object`](Self::object).
    ///
    /// # Errors
    ///
    /// When `body` is empty, not UTF-8 or not JSON. The error says where, and quotes nothing.
    pub fn parse(body: &'a [u8]) -> Result<Self, NotJson> {
        let text = std::str::from_utf8(body).map_err(|error| {
            let before = &body[..error.valid_up_to()];
            let line_start = before
                .iter()
                .rposition(|&byte| byte == b'\n')
                .map_or(0, |at| at + 1);
            NotJson {
                line: 1 + before.iter().filter(|&&byte| byte == b'\n').count(),
                column: before.len() - line_start + 1,
            }
        })?;
        serde_json::from_str::<IgnoredAny>(text).map_err(|error| NotJson {
            line: error.line(),
            column: error.column(),
        })?;
        let mut reader = Reader::new(text);
        if reader.peek() != b'{' {
            return Ok(Self {
                object: None,
                object_name: None,
                items: Vec::new(),
            });
        }
        Ok(Self::split(text, reader))
    }

    fn split(text: &'a str, mut reader: Reader<'a>) -> Self {
        let mut webhook = Self {
            object: Some(Object::Page),
            object_name: None,
            items: Vec::new(),
        };
        let (mut field, mut has_value, mut has_entry) = (None, false, false);
        reader.enter_object();
        while let Some(key) = reader.next_key() {
            match &*key {
                "object" if reader.peek() == b'n' => {
                    reader.skip();
                }
                "object" => {
                    webhook.object_name = reader.scalar();
                    webhook.object = webhook.object_name.as_deref().and_then(|name| name.parse().ok());
                }
                "entry" => {
                    has_entry = true;
                    webhook.read_entries(&mut reader);
                }
                "field" => field = reader.scalar(),
                "value" => {
                    has_value = true;
                    reader.skip();
                }
                _ => {
                    reader.skip();
                }
            }
        }
        if !has_entry && has_value && field.is_some() {
            webhook.push(Channel::Sample, field, text.trim());
            webhook.name_page(0, None);
        }
        match webhook.object {
            Some(object) => webhook.items.iter_mut().for_each(|item| item.object = object),
            None => webhook.items.clear(),
        }
        webhook
    }

    fn read_entries(&mut self, reader: &mut Reader<'a>) {
        if reader.enter_array() {
            while reader.next_element() {
                self.read_entry(reader);
            }
        }
    }

    fn read_entry(&mut self, reader: &mut Reader<'a>) {
        let start = reader.mark();
        let first = self.items.len();
        let (mut page, mut is_item) = (None, false);
        if !reader.enter_object() {
            return;
        }
        while let Some(key) = reader.next_key() {
            match &*key {
                "id" => page = reader.scalar(),
                // The platform's sample of an instant form spells it with a colon.
                "messaging" | "messaging:" => self.read_list(reader, Channel::Messaging, None),
                "standby" => self.read_list(reader, Channel::Standby, None),
                "changes" => self.read_changes(reader),
                "calls" => self.read_list(reader, Channel::Calls, None),
                name if is_list_of_events(name) && reader.peek() == b'[' => {
                    self.read_list(reader, Channel::Named, Some(&key));
                }
                "call_permission_reply" => {
                    is_item = true;
                    reader.skip();
                }
                _ => {
                    reader.skip();
                }
            }
        }
        if is_item {
            self.push(Channel::Entry, None, reader.since(start));
        }
        self.name_page(first, page);
    }

    fn read_list(&mut self, reader: &mut Reader<'a>, channel: Channel, field: Option<&Cow<'a, str>>) {
        if !reader.enter_array() {
            return;
        }
        while reader.next_element() {
            self.push(channel, field.cloned(), reader.skip());
        }
    }

    fn read_changes(&mut self, reader: &mut Reader<'a>) {
        if !reader.enter_array() {
            return;
        }
        while reader.next_element() {
            let start = reader.mark();
            let mut field = None;
            if reader.enter_object() {
                while let Some(key) = reader.next_key() {
                    if key == "field" {
                        field = reader.scalar();
                    } else {
                        reader.skip();
                    }
                }
            }
            self.push(Channel::Changes, field, reader.since(start));
        }
    }

    fn push(&mut self, channel: Channel, field: Option<Cow<'a, str>>, json: &'a str) {
        self.items.push(Item {
            object: Object::Page,
            channel,
            page: Cow::Borrowed(""),
            field,
            json,
        });
    }

    /// Gives the items from `first` on their page, once the whole entry is read: its id may come last.
    fn name_page(&mut self, first: usize, page: Option<Cow<'a, str>>) {
        let page = page.filter(|page| !page.is_empty());
        for item in self.items.iter_mut().skip(first) {
            item.page = page.clone().unwrap_or_else(|| page_of(item.json));
        }
    }

    /// Whose account the body is about; `None` for what is no business of a Messenger bot, and then there are
    /// no items.
    #[must_use]
    pub fn object(&self) -> Option<Object> {
        self.object
    }

    /// The object's name as the body has it.
    #[must_use]
    pub fn object_name(&self) -> Option<&str> {
        self.object_name.as_deref()
    }

    /// The items, in the order of the body.
    #[must_use]
    pub fn items(&self) -> &[Item<'a>] {
        &self.items
    }

    /// The items themselves.
    #[must_use]
    pub fn into_items(self) -> Vec<Item<'a>> {
        self.items
    }
}

/// Whether a list of an entry, by its name, holds events of a kind: `messaging_handovers`,
/// `messaging_optins`, `call_permission_reply`, ...
fn is_list_of_events(name: &str) -> bool {
    ["messag", "marketing_message", "call"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// The page an item names itself.
fn page_of(json: &str) -> Cow<'_, str> {
    let item = member(json, "value").unwrap_or(json);
    let message = member(item, "message").unwrap_or_default();
    let is_echo = member(message, "is_echo") == Some("true");
    let party = member(item, if is_echo { "sender" } else { "recipient" });
    let page = party.and_then(|party| member(party, "id"));
    // Calls and marketing messages name it so.
    let page = page
        .or_else(|| member(item, "to"))
        .or_else(|| member(item, "page_id"));
    page.and_then(|page| Reader::new(page).scalar())
        .unwrap_or_default()
}
