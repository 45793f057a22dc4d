//! What a `{capture}` of a payload or a named group of a regex can be read into.

/// A value that travels in a payload or is read from a text.
///
/// Numbers, `bool`, `char`, `String` and `Option` of these are captures; implement it for a type of your
/// own to read it directly:
///
/// ```
/// use messenger_runtime::Capture;
///
/// #[derive(Debug, PartialEq)]
/// struct Sku(String);
///
/// impl Capture for Sku {
///     fn read(text: &str) -> Option<Self> {
///         (text.len() == 4).then(|| Sku(text.to_owned()))
///     }
///     fn write(&self, out: &mut String) {
///         out.push_str(&self.0);
///     }
/// }
/// assert_eq!(Sku::read("moka"), Some(Sku("moka".into())));
/// assert_eq!(Sku::read("espresso"), None);
/// ```
///
/// A route whose captures cannot be read does not fit, and the next one is tried.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a capture",
    label = "not a capture type",
    note = "use a number, `bool`, `char`, `String` or an `Option` of these, or implement `messenger_runtime::Capture` for `{Self}`"
)]
pub trait Capture: Sized {
    /// The most characters that [`write`](Self::write) appends, or `None` where there is no bound.
    ///
    /// A `:` or `%` counts as three, because it travels as `%3A` or `%25`.
    ///
    /// A payload whose bounded captures could pass the platform's 1000 characters does not compile.
    const MAX: Option<usize> = None;

    /// Reads the value, or `None` where `text` is none.
    fn read(text: &str) -> Option<Self>;

    /// Appends the value, so that [`read`](Self::read) gives it back.
    fn write(&self, out: &mut String);

    /// The value of an optional group that took no part in the match; `None` declines the route.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

macro_rules! captures {
    ($($type:ty = $max:expr),* $(,)?) => {
        $(impl Capture for $type {
            const MAX: Option<usize> = Some($max);

            fn read(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn write(&self, out: &mut String) {
                use std::fmt::Write as _;
                write!(out, "{self}").expect("writing to a String cannot fail");
            }
        })*
    };
}

captures! {
    u8 = 3, u16 = 5, u32 = 10, u64 = 20, u128 = 39, usize = 20,
    i8 = 4, i16 = 6, i32 = 11, i64 = 20, i128 = 40, isize = 20,
    bool = 5,
}

impl Capture for char {
    // `:` and `%` travel as `%3A` and `%25`.
    const MAX: Option<usize> = Some(3);

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn write(&self, out: &mut String) {
        out.push(*self);
    }
}

macro_rules! float_captures {
    ($($type:ty),*) => {
        $(impl Capture for $type {
            fn read(text: &str) -> Option<Self> {
                text.parse().ok().filter(|value: &$type| value.is_finite())
            }

            fn write(&self, out: &mut String) {
                use std::fmt::Write as _;
                write!(out, "{self}").expect("writing to a String cannot fail");
            }
        })*
    };
}

float_captures!(f32, f64);

impl Capture for String {
    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn write(&self, out: &mut String) {
        out.push_str(self);
    }
}

/// An empty or missing capture is `None`.
impl<T: Capture> Capture for Option<T> {
    const MAX: Option<usize> = T::MAX;

    fn read(text: &str) -> Option<Self> {
        if text.is_empty() {
            Some(None)
        } else {
            T::read(text).map(Some)
        }
    }

    fn write(&self, out: &mut String) {
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}
