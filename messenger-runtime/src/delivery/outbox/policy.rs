//! How often a row is tried, and when not at all.

use std::time::SystemTime;

use crate::{
    delivery::window,
    graph::GraphError,
    message::{Action, WhenInDoubt},
    store::{Cause, Row},
};

/// How often a send is tried that the platform refuses for now, without saying that it was too much.
const ATTEMPTS: u32 = 8;
/// The same where the request did not arrive, or where the platform throttles: half an hour or so.
const PATIENT_ATTEMPTS: u32 = 60;
/// How many copies of a message may leave where its connection dies each time. What a dead process left in flight
/// counts no attempt and so not here, but by [`ENDS`].
const COPIES: u32 = 3;
/// How often the process may end while a message is on its way, and so how many copies may leave at most. Mostly it
/// had not left, so this may be often; but the message may also be what ends it.
const ENDS: u32 = 20;

/// The window closed before the message could leave.
pub(super) const WINDOW_CLOSED: &str = "MSG621";
const IN_DOUBT: &str = "MSG622";
const AT_MOST_ONCE: &str = "MSG623";
const PANICKED: &str = "MSG624";

/// Why `row` must not be sent (again), where that is so.
///
/// A row in doubt comes here after the wait for its echo, which would have settled it.
pub(super) fn forbids(row: &Row, now: SystemTime) -> Option<Cause> {
    if let (Action::Send { when_in_doubt, .. }, 1..) = (&row.new.action, row.doubts) {
        match when_in_doubt {
            WhenInDoubt::GiveUp => {
                return Some(Cause::new(
                    AT_MOST_ONCE,
                    "it may have arrived, no echo told, and it must not be sent twice; look into the \
                     conversation before you replay it",
                ));
            }
            WhenInDoubt::SendAgain if row.doubts.min(row.attempts) >= COPIES || row.doubts >= ENDS => {
                return Some(Cause::new(
                    IN_DOUBT,
                    format!(
                        "its connection or process died {} times when it may have left, and no echo came; see whether \
                         the page is subscribed to message_echoes",
                        row.doubts
                    ),
                ));
            }
            WhenInDoubt::SendAgain => {}
        }
    }
    if window::not_after(row).is_some_and(|latest| now > latest) {
        return Some(Cause::new(
            WINDOW_CLOSED,
            "the window in which the person may be written to had closed before it could leave; send a utility \
             message, or replay it once the person has written again",
        ));
    }
    None
}

/// Whether `row` has been tried as often as may be after this failure.
pub(super) fn is_exhausted(row: &Row, error: &GraphError) -> bool {
    // Nothing is lost by patience with a request that did not arrive, and a throttle ends by itself.
    let is_patient = error.is_throttled() || (error.code().is_none() && !error.is_doubtful());
    row.attempts + 1 >= if is_patient { PATIENT_ATTEMPTS } else { ATTEMPTS }
}

/// The cause that an error of the Graph API is.
pub(super) fn cause_of(error: &GraphError) -> Cause {
    let (id, text) = (error.id(), error.to_string());
    let words = text.strip_prefix(id).unwrap_or(&text);
    Cause::new(id, words.trim_start_matches([':', ' ']))
}

/// The cause that a panic is.
pub(super) fn panicked() -> Cause {
    Cause::new(
        PANICKED,
        "the request hook or the provider panicked while it was sent, so it may have left; correct the hook, then \
         replay it",
    )
}
