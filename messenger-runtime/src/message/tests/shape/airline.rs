//! The airline templates.

use super::{At, Shape};

pub(super) fn airline(at: &At<'_>) -> Shape {
    at.must("intro_message")?.some_text()?;
    at.maybe("theme_color", |color| like(color, "#FFFFFF"))?;
    let locale = at.must("locale")?;
    like(&locale, "aa_AA").or_else(|_| like(&locale, "aaa_AA"))?;
    let kind = at.must("template_type")?;
    match kind.string()? {
        "airline_boardingpass" => {
            at.object(&[
                "template_type",
                "intro_message",
                "locale",
                "theme_color?",
                "boarding_pass",
            ])?;
            at.must("boarding_pass")?.list(1..=usize::MAX, pass)
        }
        "airline_checkin" => {
            at.object(&[
                "template_type",
                "intro_message",
                "locale",
                "pnr_number?",
                "checkin_url",
                "flight_info",
            ])?;
            at.must("checkin_url")?.url()?;
            at.must("flight_info")?.list(1..=usize::MAX, flight)
        }
        "airline_itinerary" => itinerary(at),
        "airline_update" => {
            at.object(&[
                "template_type",
                "intro_message",
                "theme_color?",
                "update_type",
                "locale",
                "pnr_number?",
                "update_flight_info",
            ])?;
            at.must("update_type")?
                .one_of(&["delay", "gate_change", "cancellation"])?;
            flight(&at.must("update_flight_info")?)
        }
        _ => kind.wrong("no such template"),
    }
}

/// `0` stands for a digit, `F` for a hexadecimal one, `A` and `a` for a letter of that case.
fn like(at: &At<'_>, form: &str) -> Shape {
    let text = at.string()?;
    let fits = |(byte, form): (u8, u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b'A' => byte.is_ascii_uppercase(),
        b'a' => byte.is_ascii_lowercase(),
        b'F' => byte.is_ascii_hexdigit(),
        other => byte == other,
    };
    if text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits) {
        Ok(())
    } else {
        at.wrong(format!("not like {form}"))
    }
}

fn time(at: &At<'_>) -> Shape {
    like(at, "0000-00-00T00:00")?;
    let number = |from: usize| at.string().map(|time| time[from..from + 2].parse::<u8>());
    for (from, range) in [(5, 1..=12), (8, 1..=31), (11, 0..=23), (14, 0..=59)] {
        if !number(from)?.is_ok_and(|number| range.contains(&number)) {
            return at.wrong("no such time");
        }
    }
    Ok(())
}

fn some(at: &At<'_>, names: &[&str]) -> Shape {
    names.iter().try_for_each(|name| at.must(name)?.some_text())
}

fn class(at: &At<'_>) -> Shape {
    at.one_of(&["economy", "business", "first_class"])
}

fn flight(at: &At<'_>) -> Shape {
    at.object(&[
        "connection_id?",
        "segment_id?",
        "flight_number",
        "aircraft_type?",
        "travel_class?",
        "departure_airport",
        "arrival_airport",
        "flight_schedule",
    ])?;
    at.must("flight_number")?.some_text()?;
    at.maybe("travel_class", class)?;
    for airport in ["departure_airport", "arrival_airport"] {
        let airport = at.must(airport)?;
        airport.object(&["airport_code", "city", "terminal?", "gate?"])?;
        some(&airport, &["airport_code", "city"])?;
    }
    let schedule = at.must("flight_schedule")?;
    schedule.object(&["boarding_time?", "departure_time", "arrival_time?"])?;
    schedule.maybe("boarding_time", time)?;
    schedule.maybe("arrival_time", time)?;
    time(&schedule.must("departure_time")?)
}

fn pair(at: &At<'_>, names: [&str; 2]) -> Shape {
    at.object(&names)?;
    some(at, &names)
}

fn pass(at: &At<'_>) -> Shape {
    at.object(&[
        "passenger_name",
        "pnr_number",
        "travel_class?",
        "seat?",
        "auxiliary_fields?",
        "secondary_fields?",
        "logo_image_url",
        "header_image_url?",
        "header_text_field?",
        "qr_code?",
        "barcode_image_url?",
        "above_bar_code_image_url",
        "flight_info",
    ])?;
    some(at, &["passenger_name", "pnr_number"])?;
    at.maybe("travel_class", class)?;
    let labelled = |field: &At<'_>| pair(field, ["label", "value"]);
    at.maybe("auxiliary_fields", |fields| fields.list(1..=5, labelled))?;
    at.maybe("secondary_fields", |fields| fields.list(1..=5, labelled))?;
    at.maybe("header_text_field", labelled)?;
    at.maybe("header_image_url", At::url)?;
    at.maybe("barcode_image_url", At::url)?;
    at.must("logo_image_url")?.url()?;
    at.must("above_bar_code_image_url")?.url()?;
    flight(&at.must("flight_info")?)
}

fn decimal(at: &At<'_>) -> Shape {
    let text = at.string()?;
    let (whole, minor) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(whole.strip_prefix('-').unwrap_or(whole)) && digits(minor) {
        Ok(())
    } else {
        at.wrong("not a decimal")
    }
}

/// What `name` is in each member of a list.
fn ids<'a>(at: &At<'a>, list: &str, name: &str) -> Vec<&'a str> {
    let members = at.value[list].as_array().into_iter().flatten();
    members
        .map(|member| member[name].as_str().unwrap_or_default())
        .collect()
}

fn unlike(at: &At<'_>, ids: &[&str]) -> Shape {
    for (n, id) in ids.iter().enumerate() {
        if ids[..n].contains(id) {
            return at.wrong("one id twice");
        }
    }
    Ok(())
}

fn itinerary(at: &At<'_>) -> Shape {
    at.object(&[
        "template_type",
        "intro_message",
        "locale",
        "theme_color?",
        "pnr_number?",
        "passenger_info",
        "flight_info",
        "passenger_segment_info",
        "price_info?",
        "base_price?",
        "tax?",
        "total_price",
        "currency",
    ])?;
    at.must("passenger_info")?.list(1..=usize::MAX, |passenger| {
        passenger.object(&["passenger_id", "ticket_number?", "name"])?;
        some(passenger, &["passenger_id", "name"])
    })?;
    at.must("flight_info")?.list(1..=usize::MAX, |segment| {
        some(segment, &["connection_id", "segment_id"])?;
        class(&segment.must("travel_class")?)?;
        flight(segment)
    })?;
    let passengers = ids(at, "passenger_info", "passenger_id");
    let segments = ids(at, "flight_info", "segment_id");
    unlike(at, &passengers)?;
    unlike(at, &segments)?;
    at.must("passenger_segment_info")?.list(1..=usize::MAX, |seat| {
        seat.object(&["segment_id", "passenger_id", "seat", "seat_type", "product_info?"])?;
        some(seat, &["seat", "seat_type"])?;
        seat.must("segment_id")?.one_of(&segments)?;
        seat.must("passenger_id")?.one_of(&passengers)?;
        seat.maybe("product_info", |products| {
            products.list(1..=4, |product| pair(product, ["title", "value"]))
        })
    })?;
    at.maybe("price_info", |parts| {
        parts.list(1..=4, |part| {
            part.object(&["title", "amount", "currency?"])?;
            part.must("title")?.some_text()?;
            decimal(&part.must("amount")?)?;
            part.maybe("currency", |currency| like(currency, "AAA"))
        })
    })?;
    at.maybe("base_price", decimal)?;
    at.maybe("tax", decimal)?;
    decimal(&at.must("total_price")?)?;
    like(&at.must("currency")?, "AAA")
}
