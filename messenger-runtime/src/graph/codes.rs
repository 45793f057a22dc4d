//! The platform's error codes: what each means and what to do about it.
//!
//! Platform: Error codes, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes>

use std::time::Duration;

/// What to do after a refused or failed call. Decided by numbers, never by text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Try again later: a throttle, a service that is down, a connection that failed.
    Retry {
        /// How long the platform says to wait; `None` where it does not say. Calling earlier prolongs a block.
        after: Option<Duration>,
    },
    /// Stop sending for the whole page and raise an alarm: the platform restricts it.
    PausePage,
    /// The 24 hour window is closed for this person. Drop the message; their next message opens it again.
    WindowClosed,
    /// This person cannot be reached: blocked the page, left, or never existed. Drop what waits for them.
    Unreachable,
    /// The token is dead or missing. Nothing works until somebody puts a new one in place.
    TokenDead,
    /// Trying again cannot help. Drop the message and fix the cause.
    Permanent,
}

/// A row of the table: what a code, with a subcode or without, means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) code: i64,
    pub(super) subcode: Option<i64>,
    pub(super) meaning: &'static str,
    pub(super) action: Action,
    /// The platform refused, and yet the message may have gone out.
    pub(super) doubtful: bool,
}

const RETRY: Action = Action::Retry { after: None };

const fn row(code: i64, meaning: &'static str, action: Action) -> Row {
    Row {
        code,
        subcode: None,
        meaning,
        action,
        doubtful: false,
    }
}

const fn sub(code: i64, subcode: i64, meaning: &'static str, action: Action) -> Row {
    Row {
        code,
        subcode: Some(subcode),
        meaning,
        action,
        doubtful: false,
    }
}

use Action::{PausePage, Permanent, TokenDead, Unreachable, WindowClosed};

pub(super) const TABLE: &[Row] = &[
    row(1, "an unknown error on the platform's side", RETRY),
    sub(1, 99, "an unknown error on the platform's side", RETRY),
    Row {
        code: 1,
        subcode: Some(1_357_046),
        meaning: "the platform could not answer, though what was asked may have been done",
        action: Permanent,
        doubtful: true,
    },
    sub(1, 2_018_382, "the instant form's id is wrong", Permanent),
    row(
        2,
        "the service is down for the moment (or, rarely, the person blocked the page)",
        RETRY,
    ),
    sub(
        2,
        2_018_344,
        "the page must accept the contact terms before it can use labels",
        Permanent,
    ),
    row(3, "the app lacks the capability for this call", Permanent),
    row(4, "the app makes too many calls", RETRY),
    sub(
        4,
        2_018_354,
        "the person got a marketing message too recently",
        Permanent,
    ),
    row(9, "the app makes too many calls of this kind", RETRY),
    sub(9, 2_018_352, "too many opt-in requests", RETRY),
    row(10, "the app lacks the permission for this call", Permanent),
    sub(10, 2_018_278, "outside the 24 hour window", WindowClosed),
    sub(
        10,
        2_534_022,
        "outside the 24 hour window (Instagram)",
        WindowClosed,
    ),
    sub(10, 2_018_065, "outside the 24 hour window", WindowClosed),
    sub(
        10,
        2_018_108,
        "the person cannot receive messages at the moment",
        Unreachable,
    ),
    sub(
        10,
        1_893_063,
        "the page is restricted from messaging for a time",
        PausePage,
    ),
    sub(10, 1_893_015, "the person stopped this topic", Permanent),
    sub(10, 1_404_170, "the page may not send opt-in requests", Permanent),
    sub(
        10,
        2_018_336,
        "the thread is limited by the rules for Europe",
        Permanent,
    ),
    sub(
        10,
        2_534_077,
        "the Instagram account's link to its page, or its two-factor login, is missing",
        Permanent,
    ),
    row(17, "the user's token makes too many calls", RETRY),
    row(32, "too many calls for this page", RETRY),
    row(
        100,
        "a parameter is wrong, a message tag is retired, or a notification token has expired",
        Permanent,
    ),
    sub(100, 33, "no such object, or no permission to see it", Permanent),
    sub(
        100,
        2_018_001,
        "no such person for this app and page",
        Unreachable,
    ),
    sub(
        100,
        2_018_007,
        "the message is not allowed in this form",
        Permanent,
    ),
    sub(100, 2_534_015, "the message's data is invalid", Permanent),
    sub(
        100,
        2_018_008,
        "the platform could not fetch the file behind the URL",
        Permanent,
    ),
    sub(100, 2_018_047, "the attachment could not be uploaded", Permanent),
    sub(100, 2_018_074, "no such attachment: upload it again", Permanent),
    sub(100, 2_018_109, "the attachment is larger than allowed", Permanent),
    sub(
        100,
        2_018_294,
        "the video could not be processed in time",
        Permanent,
    ),
    sub(
        100,
        2_018_014,
        "a message and a sender action in one request",
        Permanent,
    ),
    sub(100, 2_018_164, "the app id to hand over to is wrong", Permanent),
    sub(
        100,
        2_018_320,
        "a product of the template does not exist",
        Permanent,
    ),
    sub(100, 2_018_328, "the product template is invalid", Permanent),
    sub(
        100,
        2_534_013,
        "the Instagram account is not linked to the page",
        Permanent,
    ),
    sub(100, 2_534_014, "no such Instagram user", Permanent),
    sub(
        100,
        2_534_025,
        "the private reply is invalid (Instagram)",
        Permanent,
    ),
    sub(
        100,
        2_534_029,
        "the business is blocked from messaging (Instagram)",
        Permanent,
    ),
    sub(
        100,
        2_534_037,
        "another app owns the thread (Instagram)",
        Permanent,
    ),
    row(
        102,
        "the session of the access token is no longer valid",
        TokenDead,
    ),
    row(190, "the access token is not valid", TokenDead),
    sub(190, 458, "the app was removed by the token's owner", TokenDead),
    sub(
        190,
        459,
        "the token's owner must log in to Facebook and pass a check",
        TokenDead,
    ),
    sub(190, 460, "the token's owner changed their password", TokenDead),
    sub(190, 463, "the access token has expired", TokenDead),
    sub(
        190,
        464,
        "the token's owner has an unconfirmed account",
        TokenDead,
    ),
    sub(190, 467, "the access token was invalidated", TokenDead),
    sub(
        190,
        492,
        "the token's owner lost their role on the page",
        TokenDead,
    ),
    sub(
        200,
        2_018_028,
        "the app is not live: only people with a role on it can be messaged",
        Permanent,
    ),
    sub(
        200,
        2_018_027,
        "the app may not message this phone number",
        Permanent,
    ),
    sub(
        200,
        2_018_021,
        "no person was found for this phone number",
        Permanent,
    ),
    sub(
        200,
        2_534_041,
        "the Instagram account does not give apps access to its messages",
        Permanent,
    ),
    sub(
        200,
        1_545_041,
        "the person is not available, or blocked the page",
        Unreachable,
    ),
    row(341, "the app reached a limit", RETRY),
    row(
        368,
        "the page or app is blocked for a time for breaking a policy",
        PausePage,
    ),
    row(506, "the same post was made just before", Permanent),
    row(
        551,
        "the person is not available, or blocked the page",
        Unreachable,
    ),
    sub(
        551,
        1_545_041,
        "the person is not available, or blocked the page",
        Unreachable,
    ),
    row(613, "too many calls", RETRY),
    sub(613, 2_534_040, "too many calls (Instagram)", RETRY),
    sub(613, 1_996, "too many calls: the use looks unusual", RETRY),
    sub(
        613,
        2_018_338,
        "warned for abusing a message tag: stop using it",
        Permanent,
    ),
    sub(
        613,
        1_893_016,
        "the person was asked to opt in before: do not ask again",
        Permanent,
    ),
    row(1200, "the message could not be sent for the moment", RETRY),
    row(2022, "commerce messages are switched off", Permanent),
    row(
        10303,
        "the account linking token is wrong or older than five minutes",
        Permanent,
    ),
    row(80_001, "too many calls for this page", RETRY),
    row(80_002, "too many calls for this Instagram account", RETRY),
    row(80_006, "too many messaging calls for this page", RETRY),
    row(
        2_018_171,
        "only apps with a role in the conversation can do this",
        Permanent,
    ),
    row(
        2_018_218,
        "this person has no profile to read (an account by phone number)",
        Permanent,
    ),
    row(
        2_018_234,
        "only apps with a role in the conversation can do this",
        Permanent,
    ),
    row(
        2_018_247,
        "the permission to read this profile is missing",
        Permanent,
    ),
    row(
        2_018_300,
        "another app owns the thread: wait until it hands over",
        Permanent,
    ),
    row(
        2_018_321,
        "the platform's own questions run in this thread: wait until they end",
        Permanent,
    ),
    row(
        2_534_068,
        "this account cannot send several images at once yet",
        Permanent,
    ),
    row(
        9_000_001,
        "the message was deleted or is too old to read",
        Permanent,
    ),
];

/// What the platform counts too many calls of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Throttled {
    App,
    Page,
    /// Of the person whose token it is.
    User,
}

/// Whose calls a refusal with this code holds back, where it does more than refuse the one call.
pub(super) fn throttled(code: i64) -> Option<Throttled> {
    match code {
        4 | 341 => Some(Throttled::App),
        17 => Some(Throttled::User),
        32 | 613 | 80_001 | 80_002 | 80_006 => Some(Throttled::Page),
        _ => None,
    }
}

/// Subcodes from here on mean the same under whatever code they come.
const WIDE_SUBCODE: i64 = 1_000_000;

/// The row for a code and subcode: the pair, else the subcode alone where it is unmistakable, else the code.
pub(super) fn look_up(code: i64, subcode: Option<i64>) -> Option<Row> {
    let exact = |code, subcode| {
        TABLE
            .iter()
            .find(|row| row.code == code && row.subcode == subcode)
    };
    let wide = |number: i64| {
        (number >= WIDE_SUBCODE)
            .then(|| exact(number, None).or_else(|| TABLE.iter().find(|row| row.subcode == Some(number))))
            .flatten()
    };
    subcode
        .and_then(|subcode| exact(code, Some(subcode)).or_else(|| wide(subcode)))
        .or_else(|| exact(code, None))
        .or_else(|| wide(code))
        .copied()
        .or_else(|| {
            (200..=299).contains(&code).then(|| {
                row(
                    code,
                    "the app or token lacks a permission for this call",
                    Permanent,
                )
            })
        })
}
