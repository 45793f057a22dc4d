//! Lists whose length the compiler checks where it knows it.

use super::{Button, Card, QuickReply};

mod sealed {
    pub trait Sealed {}
}

macro_rules! list {
    ($(#[$meta:meta])* $list:ident of $item:ident: $($len:literal)*) => {
        $(#[$meta])*
        pub trait $list: sealed::Sealed {
            #[doc(hidden)]
            fn into_vec(self) -> Vec<$item>;
        }

        impl sealed::Sealed for Vec<$item> {}
        #[diagnostic::do_not_recommend]
        impl $list for Vec<$item> {
            fn into_vec(self) -> Vec<$item> {
                self
            }
        }

        $(
            impl sealed::Sealed for [$item; $len] {}
            #[diagnostic::do_not_recommend]
            impl $list for [$item; $len] {
                fn into_vec(self) -> Vec<$item> {
                    self.into()
                }
            }
        )*
    };
}

list! {
    /// One to three buttons: `[Button; 1]` to `[Button; 3]`, or a `Vec<Button>` made at run time,
    /// whose length [`Reply::check`](super::Reply::check) looks at.
    #[diagnostic::on_unimplemented(
        message = "MSG102: a button template or a card takes 1 to 3 `Button`s",
        label = "not a list of 1 to 3 `Button`s",
        note = "a list made at run time goes in as a `Vec<Button>`; its length is checked before it is sent"
    )]
    Buttons of Button: 1 2 3
}

list! {
    /// One to ten cards: `[Card; 1]` to `[Card; 10]`, or a `Vec<Card>` made at run time, whose length
    /// [`Reply::check`](super::Reply::check) looks at.
    #[diagnostic::on_unimplemented(
        message = "MSG102: a carousel takes 1 to 10 `Card`s",
        label = "not a list of 1 to 10 `Card`s",
        note = "a list made at run time goes in as a `Vec<Card>`; its length is checked before it is sent"
    )]
    Elements of Card: 1 2 3 4 5 6 7 8 9 10
}

list! {
    /// One to thirteen quick replies: `[QuickReply; 1]` to `[QuickReply; 13]`, or a
    /// `Vec<QuickReply>` made at run time, whose length [`Reply::check`](super::Reply::check) looks at.
    #[diagnostic::on_unimplemented(
        message = "MSG102: a message takes 1 to 13 `QuickReply`s",
        label = "not a list of 1 to 13 `QuickReply`s",
        note = "a list made at run time goes in as a `Vec<QuickReply>`; its length is checked before it is sent"
    )]
    QuickReplies of QuickReply: 1 2 3 4 5 6 7 8 9 10 11 12 13
}

#[cfg(test)]
mod tests {
    use crate::message::limits::{BUTTONS, ELEMENTS, QUICK_REPLIES};

    /// The compiler's messages are literals, so this keeps them to the table.
    #[test]
    fn messages_agree_with_the_table() {
        let source = include_str!("lists.rs");
        for (limit, items) in [
            (BUTTONS, "`Button`s"),
            (ELEMENTS, "`Card`s"),
            (QUICK_REPLIES, "`QuickReply`s"),
        ] {
            let range = format!("{} to {} {items}", limit.min, limit.max);
            assert_eq!(source.matches(&range).count(), 2, "{range}");
        }
        let longest = |item: &str| {
            let line = source
                .lines()
                .find(|line| line.contains(&format!(" of {item}: 1 ")))
                .unwrap();
            line.rsplit(' ').next().unwrap().parse::<usize>().unwrap()
        };
        assert_eq!(longest("Button"), BUTTONS.max);
        assert_eq!(longest("Card"), ELEMENTS.max);
        assert_eq!(longest("QuickReply"), QUICK_REPLIES.max);
    }
}
