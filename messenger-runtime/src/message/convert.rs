//! What turns into a message.

use super::{
    Card, Carousel, Coupon, ImageGrid, Media, MediaTemplate, Message, ProductTemplate, Receipt,
    UtilityTemplate,
    attachment::{Attachment, Template},
};

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Card> for Message {
    fn from(card: Card) -> Self {
        Self::carousel([card])
    }
}

impl From<Media> for Message {
    fn from(media: Media) -> Self {
        Attachment::from(media).into()
    }
}

impl From<UtilityTemplate> for Message {
    fn from(template: UtilityTemplate) -> Self {
        Self {
            template: Some(Box::new(template)),
            ..Self::default()
        }
    }
}

impl From<Attachment> for Message {
    fn from(attachment: Attachment) -> Self {
        Self {
            attachment: Some(attachment),
            ..Self::default()
        }
    }
}

macro_rules! templates {
    ($($variant:ident($template:ty))*) => {
        $(
            impl From<$template> for Message {
                fn from(template: $template) -> Self {
                    Self::template(Template::$variant(Box::new(template)))
                }
            }
        )*
    };
}

templates! {
    Generic(Carousel)
    Media(MediaTemplate)
    Receipt(Receipt)
    Product(ProductTemplate)
    Coupon(Coupon)
    ImageGrid(ImageGrid)
}
