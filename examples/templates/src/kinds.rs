//! The list of all kinds, each made by a function of its name.

mod airline;
mod content;
mod forms;
mod templates;

use messenger_runtime::{graph::MessagingType, message::Message};

/// A kind of message.
pub(crate) struct Kind {
    /// The platform's name of the template, or of the field that the message is in.
    pub(crate) name: &'static str,
    pub(crate) message: fn() -> Message,
    pub(crate) messaging_type: MessagingType,
}

const fn kind(name: &'static str, message: fn() -> Message) -> Kind {
    Kind {
        name,
        message,
        messaging_type: MessagingType::Update,
    }
}

pub(crate) const KINDS: &[Kind] = &[
    kind("text", content::text),
    kind("quick_replies", content::quick_replies),
    kind("image", content::image),
    kind("audio", content::audio),
    kind("video", content::video),
    kind("file", content::file),
    kind("attachments", content::attachments),
    kind("sticker_id", content::sticker_id),
    kind("button", templates::button),
    kind("generic", templates::generic),
    kind("media", templates::media),
    kind("receipt", templates::receipt),
    kind("product", templates::product),
    kind("coupon", templates::coupon),
    kind("image_grid", templates::image_grid),
    Kind {
        name: "utility",
        message: templates::utility,
        messaging_type: MessagingType::Utility,
    },
    kind("customer_feedback", forms::customer_feedback),
    kind("customer_information", forms::customer_information),
    kind("instant_form", forms::instant_form),
    kind("notification_messages", forms::notification_messages),
    kind("one_time_notif_req", forms::one_time_notif_req),
    kind("airline_boardingpass", airline::airline_boardingpass),
    kind("airline_checkin", airline::airline_checkin),
    kind("airline_itinerary", airline::airline_itinerary),
    kind("airline_update", airline::airline_update),
];
