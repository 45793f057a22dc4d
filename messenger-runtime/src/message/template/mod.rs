//! Templates: one file each, with its fields and what the platform asks of them.

mod button;
mod coupon;
mod generic;
mod image_grid;
mod media;
mod product;
mod utility;

pub(super) use button::ButtonTemplate;
pub use coupon::Coupon;
pub use generic::{Carousel, ImageAspectRatio};
pub use image_grid::{GridImage, ImageGrid};
pub use media::MediaTemplate;
pub use product::ProductTemplate;
pub use utility::{Parameter, UtilityTemplate};
