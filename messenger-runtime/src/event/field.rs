//! How a field is read: leniently, each type in its own way.

use std::{borrow::Cow, fmt, ops::Deref};

use super::json::{Raw, Reader};

/// What a person wrote, or what a log must not show: texts, payloads, titles, links, names, tokens.
///
/// It reads as a `str`; its `Debug` tells nothing.
///
/// ```
/// use messenger_runtime::event::Private;
///
/// let text = Private::from("my card number is ...");
/// assert!(text.starts_with("my card"));
/// assert_eq!(format!("{text:?}"), "[private]");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Private<'a>(pub(super) Cow<'a, str>);

impl Private<'_> {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Private<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Private<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl fmt::Debug for Private<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
    }
}

/// A value that may turn out to be something else: then there is none.
pub(super) trait Value<'a>: Sized {
    type Owned: 'static;

    /// Reads exactly one value, whatever it is.
    fn read(reader: &mut Reader<'a>) -> Option<Self>;

    fn into_owned(self) -> Self::Owned;
}

/// A field that may be absent.
pub(super) trait Field<'a>: Default {
    type Owned: 'static;

    /// Reads exactly one value, whatever it is.
    fn read(reader: &mut Reader<'a>) -> Self;

    fn into_owned(self) -> Self::Owned;
}

impl<'a, T: Value<'a>> Field<'a> for Option<T> {
    type Owned = Option<T::Owned>;

    fn read(reader: &mut Reader<'a>) -> Self {
        T::read(reader)
    }

    fn into_owned(self) -> Self::Owned {
        self.map(T::into_owned)
    }
}

impl<'a, T: Value<'a>> Field<'a> for Vec<T> {
    type Owned = Vec<T::Owned>;

    fn read(reader: &mut Reader<'a>) -> Self {
        let mut elements = Self::new();
        if reader.enter_array() {
            while reader.next_element() {
                elements.extend(T::read(reader));
            }
        }
        elements
    }

    fn into_owned(self) -> Self::Owned {
        self.into_iter().map(T::into_owned).collect()
    }
}

impl<'a, T: Field<'a>> Field<'a> for Vec<(Cow<'a, str>, T)> {
    type Owned = Vec<(Cow<'static, str>, T::Owned)>;

    fn read(reader: &mut Reader<'a>) -> Self {
        let mut members = Self::new();
        if reader.enter_object() {
            while let Some(key) = reader.next_key() {
                members.push((key, T::read(reader)));
            }
        }
        members
    }

    fn into_owned(self) -> Self::Owned {
        self.into_iter()
            .map(|(key, value)| (Value::into_owned(key), value.into_owned()))
            .collect()
    }
}

impl<'a, T: Value<'a>> Value<'a> for Box<T> {
    type Owned = Box<T::Owned>;

    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        T::read(reader).map(Self::new)
    }

    fn into_owned(self) -> Self::Owned {
        Box::new((*self).into_owned())
    }
}

impl<'a> Field<'a> for bool {
    type Owned = Self;

    fn read(reader: &mut Reader<'a>) -> Self {
        matches!(reader.skip(), "true" | "\"true\"" | "1" | "\"1\"")
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl<'a> Value<'a> for Cow<'a, str> {
    type Owned = Cow<'static, str>;

    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        reader.scalar()
    }

    fn into_owned(self) -> Cow<'static, str> {
        Cow::Owned(Cow::into_owned(self))
    }
}

impl<'a> Value<'a> for Private<'a> {
    type Owned = Private<'static>;

    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        reader.scalar().map(Self)
    }

    fn into_owned(self) -> Self::Owned {
        Private(Value::into_owned(self.0))
    }
}

impl<'a> Value<'a> for Raw<'a> {
    type Owned = Raw<'static>;

    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let value = reader.skip();
        (value != "null").then(|| Self::from(value))
    }

    fn into_owned(self) -> Self::Owned {
        Raw(Value::into_owned(self.0))
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl<'a> Value<'a> for $number {
            type Owned = Self;

            fn read(reader: &mut Reader<'a>) -> Option<Self> {
                reader.scalar()?.parse().ok()
            }

            fn into_owned(self) -> Self {
                self
            }
        }
    )*};
}

numbers!(i64, u64, f64);

/// Declares structs of an event: every field optional, each under its key on the wire, and the whole object
/// kept as `raw`.
macro_rules! payload {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident<$a:lifetime> {
            $( $(#[$field_meta:meta])* $field:ident: $type:ty = $key:literal $(| $alias:literal)* ),* $(,)?
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name<$a> {
            $( $(#[$field_meta])* pub $field: $type, )*
            /// The object as it arrived, with the keys that have no field here.
            pub raw: $crate::event::Raw<$a>,
        }

        impl<$a> $crate::event::field::Value<$a> for $name<$a> {
            type Owned = $name<'static>;

            fn read(reader: &mut $crate::event::json::Reader<$a>) -> Option<Self> {
                let start = reader.mark();
                if !reader.enter_object() {
                    return None;
                }
                let mut this = Self::default();
                while let Some(key) = reader.next_key() {
                    match &*key {
                        $( $key $(| $alias)* => this.$field = $crate::event::field::Field::read(reader), )*
                        _ => {
                            reader.skip();
                        }
                    }
                }
                this.raw = $crate::event::Raw::from(reader.since(start));
                Some(this)
            }

            fn into_owned(self) -> Self::Owned {
                $name {
                    $( $field: $crate::event::field::Field::into_owned(self.$field), )*
                    raw: $crate::event::field::Value::into_owned(self.raw),
                }
            }
        }
    )*};
}
pub(super) use payload;

/// Declares the words of one field as an enum that also takes words unknown to it.
macro_rules! words {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$word_meta:meta])* $word:ident = $text:literal ),* $(,)? }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name<'a> {
            $( $(#[$word_meta])* $word, )*
            /// A word that is not in this list.
            Other(std::borrow::Cow<'a, str>),
        }

        impl<'a> $name<'a> {
            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$word => $text, )*
                    Self::Other(word) => word,
                }
            }

            pub(super) fn from_word(word: std::borrow::Cow<'a, str>) -> Self {
                match &*word {
                    $( $text => Self::$word, )*
                    _ => Self::Other(word),
                }
            }
        }

        impl std::fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'a> $crate::event::field::Value<'a> for $name<'a> {
            type Owned = $name<'static>;

            fn read(reader: &mut $crate::event::json::Reader<'a>) -> Option<Self> {
                reader.scalar().map(Self::from_word)
            }

            fn into_owned(self) -> Self::Owned {
                match self {
                    $( Self::$word => $name::$word, )*
                    Self::Other(word) => $name::Other($crate::event::field::Value::into_owned(word)),
                }
            }
        }
    )*};
}
pub(super) use words;
