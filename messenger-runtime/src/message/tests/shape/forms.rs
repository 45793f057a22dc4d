//! The templates that ask for something.

use serde_json::json;

use super::{At, Shape};

pub(super) fn form(at: &At<'_>) -> Shape {
    let kind = at.must("template_type")?;
    match kind.string()? {
        "customer_feedback" => survey(at),
        "customer_information" => information(at),
        "instant_form" => {
            at.object(&["template_type", "form_id"])?;
            at.must("form_id")?.some_text()
        }
        "notification_messages" => opt_in(at),
        "one_time_notif_req" => {
            at.object(&["template_type", "title", "payload"])?;
            at.must("title")?.text(1..=65)?;
            at.must("payload")?.text(1..=1000)
        }
        _ => kind.wrong("no such template"),
    }
}

fn privacy(at: &At<'_>) -> Shape {
    let privacy = at.must("business_privacy")?;
    privacy.object(&["url"])?;
    privacy.must("url")?.url()
}

fn days(at: &At<'_>) -> Shape {
    at.maybe("expires_in_days", |days| match days.value.as_u64() {
        Some(1..=7) => Ok(()),
        _ => days.wrong("not 1 to 7"),
    })
}

fn survey(at: &At<'_>) -> Shape {
    at.object(&[
        "template_type",
        "title",
        "subtitle?",
        "button_title",
        "feedback_screens",
        "business_privacy",
        "expires_in_days?",
    ])?;
    at.must("title")?.text(1..=65)?;
    at.maybe("subtitle", |subtitle| subtitle.text(1..=80))?;
    at.must("button_title")?.text(1..=20)?;
    at.must("feedback_screens")?.list(1..=1, |screen| {
        screen.object(&["questions"])?;
        screen.must("questions")?.list(1..=1, question)
    })?;
    privacy(at)?;
    days(at)
}

fn question(at: &At<'_>) -> Shape {
    let id = at.must("id")?;
    id.text(1..=80)?;
    if !id
        .string()?
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        return id.wrong("not letters, digits and underscores");
    }
    at.maybe("title", |title| title.text(5..=85))?;
    let kind = at.must("type")?;
    let options: &[&str] = match kind.string()? {
        "csat" => &["one_to_five", "five_stars", "five_emojis"],
        "nps" => &["zero_to_ten"],
        "ces" => &["one_to_seven"],
        "free_form" => return at.object(&["id", "type", "title?"]),
        _ => return kind.wrong("no such question"),
    };
    at.object(&[
        "id",
        "type",
        "title?",
        "score_label?",
        "score_option?",
        "follow_up?",
    ])?;
    at.maybe("score_option", |option| option.one_of(options))?;
    at.maybe("score_label", |label| {
        label.one_of(&[
            "neg_pos",
            "hard_easy",
            "dis_sat",
            "unlike_like",
            "poor_great",
            "none",
        ])
    })?;
    at.maybe("follow_up", |follow_up| {
        follow_up.object(&["type", "placeholder?"])?;
        follow_up.must("type")?.one_of(&["free_form"])?;
        follow_up.maybe("placeholder", |placeholder| placeholder.text(1..=65))
    })
}

fn information(at: &At<'_>) -> Shape {
    at.object(&[
        "template_type",
        "countries?",
        "business_privacy",
        "expires_in_days?",
        "purpose?",
        "address_overrides?",
        "contact_overrides?",
    ])?;
    at.maybe("countries", |countries| {
        countries.list(1..=usize::MAX, |country| {
            if country.string()?.len() == 2 && country.string()?.chars().all(|c| c.is_ascii_uppercase()) {
                Ok(())
            } else {
                country.wrong("not two capital letters")
            }
        })
    })?;
    at.maybe("purpose", |purpose| purpose.one_of(&["SHIPPING"]))?;
    let address = [
        "street_1?",
        "street_2?",
        "city?",
        "state?",
        "postal_code?",
        "country?",
    ];
    at.maybe("address_overrides", |overrides| fields(overrides, &address))?;
    at.maybe("contact_overrides", |overrides| {
        fields(overrides, &["name?", "email?", "phone?"])
    })?;
    privacy(at)?;
    days(at)
}

fn fields(at: &At<'_>, names: &[&str]) -> Shape {
    at.list(1..=usize::MAX, |fields| {
        fields.object(names)?;
        names.iter().try_for_each(|name| {
            let name = name.trim_end_matches('?');
            fields.maybe(name, |field| {
                field.object(&["required?", "label?"])?;
                field.maybe("required", At::flag)?;
                let most = if name == "postal_code" { 10 } else { 85 };
                field.maybe("label", |label| label.text(1..=most))
            })
        })
    })
}

fn opt_in(at: &At<'_>) -> Shape {
    at.object(&[
        "template_type",
        "title?",
        "image_url?",
        "payload",
        "notification_messages_timezone?",
        "notification_messages_cta_text?",
    ])?;
    at.maybe("title", |title| title.text(1..=65))?;
    at.maybe("image_url", At::url)?;
    at.must("payload")?.text(1..=1000)?;
    at.maybe("notification_messages_timezone", At::some_text)?;
    at.maybe("notification_messages_cta_text", |text| {
        text.one_of(&["ALLOW", "FREQUENCY", "GET", "GET_UPDATES", "OPT_IN", "SIGN_UP"])
    })
}

#[test]
fn the_shape_of_a_survey_refuses() {
    let survey = |question: serde_json::Value| {
        json!({"attachment": {"type": "template", "payload": {
            "template_type": "customer_feedback",
            "title": "A",
            "button_title": "B",
            "feedback_screens": [{"questions": [question]}],
            "business_privacy": {"url": "https://a.example"},
        }}})
    };
    let shape = |question| super::shape(&survey(question), crate::message::Platform::Messenger);
    assert_eq!(
        shape(json!({"id": "q", "type": "nps", "score_option": "zero_to_ten"})),
        Ok(())
    );
    let at = "message.attachment.payload.feedback_screens.0.questions.0";
    for (question, reason) in [
        (
            json!({"id": "q", "type": "nps", "score_option": "five_stars"}),
            r#".score_option: none of ["zero_to_ten"]"#,
        ),
        (
            json!({"id": "q", "type": "free_form", "score_label": "none"}),
            ": unknown member score_label",
        ),
        (
            json!({"id": "q", "type": "ces", "title": "Why?"}),
            ".title: 4 characters",
        ),
        (
            json!({"id": "q-1", "type": "ces"}),
            ".id: not letters, digits and underscores",
        ),
        (json!({"type": "ces"}), ": no id"),
    ] {
        assert_eq!(shape(question), Err(format!("{at}{reason}")));
    }
}
