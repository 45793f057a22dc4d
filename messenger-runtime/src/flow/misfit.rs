//! What is said of answers that do not fit, unless a step says it better.

/// Why what a person said is no answer of the type that was asked for. Its `Display` is what the person is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misfit {
    /// A text was asked for.
    #[error("Please answer in words.")]
    NoText,
    /// A number was asked for.
    #[error("Please send a number, in digits.")]
    NoNumber,
    /// A whole number was asked for.
    #[error("Please send a whole number, in digits.")]
    NoWholeNumber,
    /// The number does not fit the type.
    #[error("Please send a number from {least} to {most}.")]
    OutOfRange {
        /// The least that fits.
        least: String,
        /// The most that fits.
        most: String,
    },
    /// A date was asked for.
    #[error("That does not look like a date. Please send one like 24 December, 24.12. or tomorrow.")]
    NoDate,
    /// A date was asked for, and people would read this one in two ways.
    #[error("That may mean two days. Please write the month as a word, like 24 December.")]
    AmbiguousDate,
    /// A time of day was asked for.
    #[error("That does not look like a time. Please send one like 9:30, 14h or 2 pm.")]
    NoTime,
    /// An e-mail address was asked for.
    #[error("That does not look like an e-mail address. Please send one like ann@example.com.")]
    NoEmailAddress,
    /// A phone number was asked for.
    #[error(
        "That does not look like a phone number. Please send it with its country code, like +33 1 23 45 67 89."
    )]
    NoPhoneNumber,
    /// One of these titles was asked for.
    #[error("Please choose one of these: {}.", .titles.join(", "))]
    NoneOf {
        /// What can be chosen.
        titles: Vec<&'static str>,
    },
    /// Something sent along was asked for.
    #[error("Please send a picture, a file or a place.")]
    NoAttachment,
}

impl Misfit {
    /// That of its words in the bot's catalogue.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::NoText => "Misfit-NoText",
            Self::NoNumber => "Misfit-NoNumber",
            Self::NoWholeNumber => "Misfit-NoWholeNumber",
            Self::OutOfRange { .. } => "Misfit-OutOfRange",
            Self::NoEmailAddress => "Misfit-NoEmailAddress",
            Self::NoPhoneNumber => "Misfit-NoPhoneNumber",
            Self::NoneOf { .. } => "Misfit-NoneOf",
            Self::NoAttachment => "Misfit-NoAttachment",
            Self::NoDate => "Misfit-NoDate",
            Self::AmbiguousDate => "Misfit-AmbiguousDate",
            Self::NoTime => "Misfit-NoTime",
        }
    }
}
