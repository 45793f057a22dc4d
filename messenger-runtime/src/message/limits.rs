//! The platform's limits on what goes out: one table that the checks, the errors and this page share.
//!
//! **How characters are counted.** The platform does not say what a character is, except that a text
//! on Instagram is measured in bytes of UTF-8. [`characters`] counts UTF-16 code units: one for most
//! letters, two for most emoji. That is never fewer than the number of code points, so a text that
//! fits here fits either way of counting.
//!
//! Platform: Send API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages>,
//! and the page of each template below it.

use std::fmt;

use unicode_segmentation::UnicodeSegmentation as _;

/// What a [`Limit`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// UTF-16 code units, see [`characters`].
    Characters,
    /// Bytes: of UTF-8, or of a file.
    Bytes,
    /// Members of a list.
    Items,
    /// Whole days.
    Days,
    /// Whole seconds.
    Seconds,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
            Self::Items => "items",
            Self::Days => "days",
            Self::Seconds => "seconds",
        })
    }
}

/// How much of something the platform takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limit {
    /// What is limited, in the platform's words.
    pub what: &'static str,
    /// At least this many.
    pub min: usize,
    /// At most this many.
    pub max: usize,
    /// What is counted.
    pub unit: Unit,
}

impl Limit {
    /// How much of this limit `text` takes.
    #[must_use]
    pub const fn measure(&self, text: &str) -> usize {
        match self.unit {
            Unit::Bytes => text.len(),
            Unit::Characters | Unit::Items | Unit::Days | Unit::Seconds => characters(text),
        }
    }

    /// Whether `got` is within the limit.
    #[must_use]
    pub const fn takes(&self, got: usize) -> bool {
        self.min <= got && got <= self.max
    }
}

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident = $what:literal, $min:literal..=$max:literal $unit:ident;)*) => {
        $(
            $(#[$doc])*
            #[doc = concat!("\n\n`", $what, "`: ", $min, " to ", $max, " ([`Unit::", stringify!($unit), "`]).")]
            pub const $name: Limit = Limit { what: $what, min: $min, max: $max, unit: Unit::$unit };
        )*

        /// Every limit of this table.
        pub const ALL: &[Limit] = &[$($name),*];

        /// A limit in the words of the documentation.
        macro_rules! takes {
            $(($name) => { concat!("Takes ", $min, " to ", $max, " ", $crate::message::limits::words!($unit), ".") };)*
        }
        pub(crate) use takes;
    };
}

/// A unit in the words of the documentation.
macro_rules! words {
    (Characters) => {
        "characters"
    };
    (Bytes) => {
        "bytes"
    };
    (Items) => {
        "items"
    };
    (Days) => {
        "days"
    };
    (Seconds) => {
        "seconds"
    };
}
pub(crate) use words;

limits! {
    /// A text message on Messenger. The Send API asks for fewer than 2000 characters.
    TEXT = "text", 1..=1999 Characters;
    /// A text message on Instagram.
    INSTAGRAM_TEXT = "text on Instagram", 1..=1000 Bytes;
    /// The metadata of a message. The Send API asks for fewer than 1000 characters.
    METADATA = "metadata", 0..=999 Characters;
    /// A pause within a reply. The limit is this crate's; for longer there are [timers](crate::Timers).
    PAUSE = "pause", 0..=60 Seconds;
    /// The images of one message on Messenger.
    IMAGES = "attachments", 1..=30 Items;
    /// The images of one message on Instagram.
    INSTAGRAM_IMAGES = "attachments on Instagram", 1..=10 Items;
    /// Quick replies under one message.
    QUICK_REPLIES = "quick_replies", 1..=13 Items;
    /// The title of a quick reply; clients cut what is longer.
    QUICK_REPLY_TITLE = "quick reply title", 1..=20 Characters;
    /// The payload of a button or quick reply.
    PAYLOAD = "payload", 1..=1000 Characters;
    /// The title of a button.
    BUTTON_TITLE = "button title", 1..=20 Characters;
    /// How long a person can call back through an `audio_call` button.
    AUDIO_CALL_DAYS = "audio_call expires_in_days", 1..=7 Days;
    /// The buttons of a button template, of a card, under a picture or under an image grid.
    BUTTONS = "buttons", 1..=3 Items;
    /// The text of a button template.
    BUTTON_TEMPLATE_TEXT = "button template text", 1..=640 Characters;
    /// The cards of a generic template.
    ELEMENTS = "elements", 1..=10 Items;
    /// The title of a card.
    CARD_TITLE = "card title", 1..=80 Characters;
    /// The subtitle of a card.
    CARD_SUBTITLE = "card subtitle", 1..=80 Characters;
    /// The elements of a media template.
    MEDIA_ELEMENTS = "media elements", 1..=1 Items;
    /// The products of a product template.
    PRODUCTS = "product elements", 1..=10 Items;
    /// The title of a coupon.
    COUPON_TITLE = "coupon title", 1..=80 Characters;
    /// The subtitle of a coupon.
    COUPON_SUBTITLE = "coupon subtitle", 1..=80 Characters;
    /// The elements of an image grid.
    IMAGE_GRID_ELEMENTS = "image_grid elements", 1..=1 Items;
    /// The images of an image grid.
    IMAGE_GRID_IMAGES = "image_grid images", 2..=6 Items;
    /// The images of an image grid that are shown large.
    IMAGE_GRID_HEROES = "image_grid hero images", 0..=1 Items;
    /// The title of an image grid.
    IMAGE_GRID_TITLE = "image_grid title", 1..=45 Characters;
    /// The subtitle of an image grid.
    IMAGE_GRID_SUBTITLE = "image_grid subtitle", 1..=80 Characters;
    /// The lines of a receipt; it may have none.
    RECEIPT_ELEMENTS = "receipt elements", 0..=100 Items;
    /// The greeting of a page, for each locale.
    GREETING = "greeting", 1..=160 Characters;
    /// The items of a persistent menu.
    MENU_ITEMS = "persistent menu items", 1..=20 Items;
    /// The title of an item of a persistent menu.
    MENU_ITEM_TITLE = "persistent menu item title", 1..=30 Characters;
    /// The ice breakers of a page, for each locale.
    ICE_BREAKERS = "ice_breakers", 1..=4 Items;
    /// The slash commands of a page, for each locale.
    COMMANDS = "commands", 1..=100 Items;
    /// The name of a slash command, without its `/`.
    COMMAND_NAME = "command name", 1..=32 Characters;
    /// What a slash command does, in words.
    COMMAND_DESCRIPTION = "command description", 1..=64 Characters;
    /// The domains that a page may open with Messenger Extensions.
    WHITELISTED_DOMAINS = "whitelisted_domains", 1..=50 Items;
    /// The metadata of a message in a reply: what the outbox's own key leaves of the platform's 999.
    REPLY_METADATA = "metadata of a reply", 0..=946 Characters;
    /// An image that is uploaded: 8 MB.
    IMAGE_FILE = "image file", 1..=8_388_608 Bytes;
    /// Sound, a film or any other file that is uploaded: 25 MB.
    MEDIA_FILE = "audio, video or file", 1..=26_214_400 Bytes;
    /// The title of a customer feedback template.
    FEEDBACK_TITLE = "customer feedback title", 1..=65 Characters;
    /// The subtitle of a customer feedback template.
    FEEDBACK_SUBTITLE = "customer feedback subtitle", 1..=80 Characters;
    /// The screens of a customer feedback template.
    FEEDBACK_SCREENS = "feedback_screens", 1..=1 Items;
    /// The questions on a screen of a customer feedback template.
    FEEDBACK_QUESTIONS = "feedback questions", 1..=1 Items;
    /// The id of a question, of letters, digits and underscores.
    FEEDBACK_QUESTION_ID = "feedback question id", 1..=80 Characters;
    /// The title of a question.
    FEEDBACK_QUESTION_TITLE = "feedback question title", 5..=85 Characters;
    /// What an empty field for words shows.
    FEEDBACK_PLACEHOLDER = "feedback placeholder", 1..=65 Characters;
    /// What a person can write in answer to a question. The platform's form keeps to it, nothing here
    /// checks it.
    FEEDBACK_ANSWER = "feedback answer", 0..=400 Characters;
    /// How long a customer feedback or customer information template can be answered.
    EXPIRES_IN_DAYS = "expires_in_days", 1..=7 Days;
    /// The label of a field in a customer information template.
    CUSTOMER_INFORMATION_FIELD = "customer information field", 1..=85 Characters;
    /// The label of the postal code in a customer information template.
    CUSTOMER_INFORMATION_POSTAL_CODE = "customer information postal code", 1..=10 Characters;
    /// The title of an opt-in or one-time notification request.
    OPT_IN_TITLE = "opt-in title", 1..=65 Characters;
    /// The auxiliary fields of an airline boarding pass.
    AIRLINE_AUXILIARY_FIELDS = "auxiliary_fields", 0..=5 Items;
    /// The secondary fields of an airline boarding pass.
    AIRLINE_SECONDARY_FIELDS = "secondary_fields", 0..=5 Items;
    /// The parts of the price of an airline itinerary.
    AIRLINE_PRICE_INFO = "price_info", 0..=4 Items;
    /// What a passenger bought for one segment of an airline itinerary.
    AIRLINE_PRODUCT_INFO = "product_info", 0..=4 Items;
    /// The name of a persona.
    PERSONA_NAME = "persona name", 1..=50 Characters;
    /// What one app tells another with a conversation. Conversation routing asks for fewer than 1000
    /// characters.
    THREAD_CONTROL_METADATA = "thread control metadata", 0..=999 Characters;
    /// How long an app keeps a conversation: at most 7 days.
    EXTENDED_THREAD_CONTROL = "extend_thread_control duration", 1..=604_800 Seconds;
    /// The meanings that built-in NLP gives of one text.
    NLP_N_BEST = "n_best", 1..=8 Items;
    /// The people of one call that moderates conversations on Instagram.
    INSTAGRAM_MODERATED_USERS = "user_ids on Instagram", 1..=10 Items;
    /// What one call that moderates conversations on Instagram does to them.
    INSTAGRAM_MODERATION_ACTIONS = "actions on Instagram", 1..=2 Items;
    /// The calls of one batch.
    BATCH = "batch", 1..=50 Items;
    /// The `ref` of an `m.me` or `ig.me` link: letters, digits, `-`, `_` and `=`.
    REF = "ref", 1..=2083 Characters;
}

/// How many characters `text` has, as this crate counts them: its UTF-16 code units.
///
/// ```
/// use messenger_runtime::message::limits::characters;
///
/// assert_eq!(characters("café"), 4);
/// assert_eq!(characters("☕"), 1);
/// assert_eq!(characters("🍰"), 2);
/// ```
#[must_use]
pub const fn characters(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut count, mut at) = (0, 0);
    while at < bytes.len() {
        // Every lead byte is one unit; a lead byte of four bytes of UTF-8 is two.
        if bytes[at] & 0xC0 != 0x80 {
            count += 1;
        }
        if bytes[at] >= 0xF0 {
            count += 1;
        }
        at += 1;
    }
    count
}

/// `text` cut to `limit`, with `…` as its last character where something was cut.
///
/// The cut falls between grapheme clusters, so no emoji or accented letter is torn. Nothing in this
/// crate cuts a text unasked; this is how to ask.
///
/// ```
/// use messenger_runtime::message::{Card, limits, truncated};
///
/// let name = "Ethiopia Yirgacheffe, washed, notes of bergamot and of jasmine, roasted on Tuesday in Lyon";
/// let card = Card::new(truncated(name, limits::CARD_TITLE));
/// assert_eq!(card.title(), "Ethiopia Yirgacheffe, washed, notes of bergamot and of jasmine, roasted on Tues…");
/// ```
#[must_use]
pub fn truncated(text: &str, limit: Limit) -> String {
    const ELLIPSIS: &str = "…";
    if limit.measure(text) <= limit.max {
        return text.to_owned();
    }
    let room = limit.max.saturating_sub(limit.measure(ELLIPSIS));
    let mut used = 0;
    let kept = text
        .grapheme_indices(true)
        .map_while(|(at, cluster)| {
            used += limit.measure(cluster);
            (used <= room).then_some(at + cluster.len())
        })
        .last()
        .unwrap_or(0);
    let mut cut = text[..kept].trim_end().to_owned();
    if limit.measure(ELLIPSIS) <= limit.max {
        cut.push_str(ELLIPSIS);
    }
    cut
}

/// `text`, checked while the program compiles.
#[doc(hidden)]
#[must_use]
#[track_caller]
pub const fn literal(text: &'static str, limit: Limit) -> &'static str {
    let got = limit.measure(text);
    assert!(got >= limit.min, "MSG103: an empty text");
    if got > limit.max {
        let words = Line::new()
            .text("MSG101: ")
            .number(got)
            .text(" characters, a ")
            .text(limit.what);
        let words = words.text(" takes at most ").number(limit.max);
        panic!("{}", words.as_str());
    }
    text
}

/// A short text put together in a constant.
struct Line {
    bytes: [u8; 96],
    len: usize,
}

impl Line {
    const fn new() -> Self {
        Self {
            bytes: [0; 96],
            len: 0,
        }
    }

    const fn text(mut self, text: &str) -> Self {
        let mut at = 0;
        while at < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text.as_bytes()[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    const fn number(self, number: usize) -> Self {
        let this = if number >= 10 {
            self.number(number / 10)
        } else {
            self
        };
        let digit = [b'0' + (number % 10) as u8];
        match std::str::from_utf8(&digit) {
            Ok(digit) => this.text(digit),
            Err(_) => this,
        }
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "MSG101: a text is too long",
        }
    }
}

/// A card's title or subtitle of at most 80 characters, checked by `cargo check`.
///
/// Takes a literal or a constant and is that `&'static str`.
///
/// ```
/// use messenger_runtime::{message::Card, title};
///
/// let card = Card::new(title!("Espresso")).subtitle(title!("18 g in, 36 g out"));
/// ```
///
/// ```compile_fail
/// # use messenger_runtime::title;
/// title!("Espresso, Lungo, Ristretto, Macchiato, Cortado, Cappuccino, Flat white, Latte, Mocha");
/// ```
#[macro_export]
macro_rules! title {
    ($text:expr $(,)?) => {{
        const TEXT: &str = $crate::message::limits::literal($text, $crate::message::limits::CARD_TITLE);
        TEXT
    }};
}

/// A title of a button or quick reply of at most 20 characters, checked by `cargo check`.
///
/// Takes a literal or a constant and is that `&'static str`.
///
/// ```
/// use messenger_runtime::{label, message::Button};
///
/// let button = Button::url(label!("Opening hours"), "https://coffee.example/hours");
/// ```
///
/// ```compile_fail
/// # use messenger_runtime::label;
/// label!("Opening hours, and how to find us");
/// ```
#[macro_export]
macro_rules! label {
    ($text:expr $(,)?) => {{
        const TEXT: &str = $crate::message::limits::literal($text, $crate::message::limits::BUTTON_TITLE);
        TEXT
    }};
}

#[cfg(test)]
mod tests;
