//! What handlers take: one file for each subject.

mod event;
mod profile;
mod referral;
mod state;
mod text;
mod user;

pub use event::Attachments;
pub use referral::Referral;
pub use state::{FromState, State};
pub use text::Text;
pub use user::User;
