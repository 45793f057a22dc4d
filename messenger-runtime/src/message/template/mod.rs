//! Templates: one file each, with its fields and what the platform asks of them.

mod business_privacy;
mod button;
mod coupon;
mod customer_feedback;
mod customer_information;
mod generic;
mod image_grid;
mod instant_form;
mod media;
mod notification_messages;
mod one_time_notif_req;
mod product;
mod sendable;
mod utility;

pub(super) use button::ButtonTemplate;
pub use coupon::Coupon;
pub use customer_feedback::{
    CsatOption, CustomerFeedback, FreeFormQuestion, Question, Score, ScoreLabel, ScoreQuestion,
};
pub use customer_information::{AddressField, ContactField, CustomerInformation, FormField, Purpose};
pub use generic::{Carousel, ImageAspectRatio};
pub use image_grid::{GridImage, ImageGrid};
pub use instant_form::InstantForm;
pub use media::MediaTemplate;
pub use notification_messages::{CtaText, NotificationMessages};
pub use one_time_notif_req::OneTimeNotifReq;
pub use product::ProductTemplate;
#[cfg(feature = "legacy")]
pub(super) use sendable::sendable;
pub use utility::{Parameter, UtilityTemplate};
