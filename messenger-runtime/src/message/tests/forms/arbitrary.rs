//! Any survey, form or opt-in request that the platform takes.

use proptest::{collection::vec, option::of, prelude::*, sample::select};

use crate::message::{tests::arbitrary::text, *};

pub(super) const ADDRESS: &[AddressField] = &[
    AddressField::Street1,
    AddressField::Street2,
    AddressField::City,
    AddressField::State,
    AddressField::PostalCode,
    AddressField::Country,
];

pub(super) const CONTACT: &[ContactField] = &[ContactField::Name, ContactField::Email, ContactField::Phone];

fn url() -> impl Strategy<Value = String> {
    text(60).prop_map(|path| format!("https://coffee.example/{path}"))
}

fn question() -> impl Strategy<Value = Question> {
    let title = || of(text(80).prop_map(|text| format!("Why? {text}")));
    let score = select(vec![
        Score::Csat(CsatOption::OneToFive),
        Score::Csat(CsatOption::FiveStars),
        Score::Csat(CsatOption::FiveEmojis),
        Score::Nps,
        Score::Ces,
    ]);
    let label = of(select(vec![
        ScoreLabel::NegPos,
        ScoreLabel::HardEasy,
        ScoreLabel::DisSat,
        ScoreLabel::UnlikeLike,
        ScoreLabel::PoorGreat,
        ScoreLabel::None,
    ]));
    let id = "[A-Za-z0-9_]{1,80}";
    prop_oneof![
        (id, title(), score, label, of(text(65))).prop_map(|(id, title, score, label, follow_up)| {
            let question = ScoreQuestion::new(id, score);
            let question = title.into_iter().fold(question, ScoreQuestion::title);
            let question = label.into_iter().fold(question, ScoreQuestion::score_label);
            follow_up
                .into_iter()
                .fold(question, ScoreQuestion::follow_up)
                .into()
        }),
        (id, title()).prop_map(|(id, title)| {
            title
                .into_iter()
                .fold(FreeFormQuestion::new(id), FreeFormQuestion::title)
                .into()
        }),
    ]
}

fn survey() -> impl Strategy<Value = CustomerFeedback> {
    (text(65), of(text(80)), text(20), question(), url(), of(1..=7_u8)).prop_map(
        |(title, subtitle, button, question, privacy, days)| {
            let survey = CustomerFeedback::new(title, button, question, privacy);
            let survey = subtitle.into_iter().fold(survey, CustomerFeedback::subtitle);
            days.into_iter().fold(survey, CustomerFeedback::expires_in_days)
        },
    )
}

fn field(label: usize) -> impl Strategy<Value = FormField> {
    (any::<bool>(), of(text(label))).prop_map(|(required, label)| {
        label
            .into_iter()
            .fold(FormField::required(required), FormField::label)
    })
}

fn form() -> impl Strategy<Value = CustomerInformation> {
    (
        url(),
        vec("[A-Z]{2}", 0..4),
        of(1..=7_u8),
        any::<bool>(),
        vec((select(ADDRESS), field(10)), 0..4),
        vec((select(CONTACT), field(85)), 0..3),
    )
        .prop_map(|(privacy, countries, days, shipping, address, contact)| {
            let mut form = CustomerInformation::new(privacy).countries(countries);
            form = days.into_iter().fold(form, CustomerInformation::expires_in_days);
            if shipping {
                form = form.purpose(Purpose::Shipping);
            }
            for (name, field) in address {
                form = form.address_field(name, field);
            }
            for (name, field) in contact {
                form = form.contact_field(name, field);
            }
            form
        })
}

fn opt_in() -> impl Strategy<Value = NotificationMessages> {
    let cta = select(vec![
        CtaText::Allow,
        CtaText::Frequency,
        CtaText::Get,
        CtaText::GetUpdates,
        CtaText::OptIn,
        CtaText::SignUp,
    ]);
    (text(1000), of(text(65)), of(url()), of(text(30)), of(cta)).prop_map(
        |(payload, title, image, timezone, cta)| {
            let request = NotificationMessages::new(payload);
            let request = title.into_iter().fold(request, NotificationMessages::title);
            let request = image.into_iter().fold(request, NotificationMessages::image);
            let request = timezone.into_iter().fold(request, NotificationMessages::timezone);
            cta.into_iter().fold(request, NotificationMessages::cta_text)
        },
    )
}

/// Boxed: every strategy of messages on one stack would overflow it.
pub(in crate::message::tests) fn message() -> BoxedStrategy<Message> {
    let message = prop_oneof![
        survey().prop_map(Message::from),
        form().prop_map(Message::from),
        "[0-9]{1,18}".prop_map(|id| InstantForm::new(id).into()),
        opt_in().prop_map(Message::from),
        (text(65), text(1000)).prop_map(|(title, payload)| OneTimeNotifReq::new(title, payload).into()),
    ];
    message.boxed()
}
