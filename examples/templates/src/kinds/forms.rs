//! Templates that ask the person for something.

use messenger_runtime::message::{
    AddressField, ContactField, CsatOption, CtaText, CustomerFeedback, CustomerInformation, FormField,
    InstantForm, Message, NotificationMessages, OneTimeNotifReq, Purpose, Score, ScoreLabel, ScoreQuestion,
};

/// A form of the page.
const FORM: &str = "1184290763427";

const PRIVACY: &str = "https://coffee.example/privacy";

pub(super) fn customer_feedback() -> Message {
    let question = ScoreQuestion::new("order_1815", Score::Csat(CsatOption::FiveStars))
        .title("How was your coffee?")
        .score_label(ScoreLabel::PoorGreat)
        .follow_up("What can we do better?");
    CustomerFeedback::new("Rate your order", "Rate", question, PRIVACY)
        .subtitle("It takes ten seconds")
        .expires_in_days(3)
        .into()
}

pub(super) fn customer_information() -> Message {
    CustomerInformation::new(PRIVACY)
        .countries(["FR", "BE"])
        .purpose(Purpose::Shipping)
        .address_field(
            AddressField::Street2,
            FormField::required(false).label("Floor, door code"),
        )
        .contact_field(ContactField::Phone, FormField::required(true))
        .expires_in_days(2)
        .into()
}

pub(super) fn instant_form() -> Message {
    InstantForm::new(FORM).into()
}

pub(super) fn notification_messages() -> Message {
    NotificationMessages::new("ROASTS")
        .title("Our roast of the month")
        .image("https://coffee.example/pictures/roast.png")
        .timezone("Europe/Paris")
        .cta_text(CtaText::SignUp)
        .into()
}

pub(super) fn one_time_notif_req() -> Message {
    OneTimeNotifReq::new("When the Moka pot is back", "BACK_IN_STOCK:moka").into()
}
