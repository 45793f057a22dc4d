//! What handlers take: one file for each subject.

mod event;
mod profile;
mod referral;
mod state;
mod text;
mod texts;
mod user;

pub use event::Attachments;
pub use referral::Referral;
pub use state::{FromState, State};
pub use text::Text;
pub(crate) use texts::too_long;
pub use texts::{Phrase, Texts};
pub use user::User;
