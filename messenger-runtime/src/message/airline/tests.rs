//! The airline templates: their limits, their prices, and what belongs together.

pub(in crate::message) mod arbitrary;

use serde_json::{Value, json};

use super::*;
use crate::limit_cases::Case;
use crate::message::{Currency, Message, Money, Platform, Reply, limits};

fn eur(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

fn flight() -> Flight {
    Flight::new(
        "CF 1815",
        Airport::new("LYS", "Lyon"),
        Airport::new("ADD", "Addis Ababa"),
        Schedule::departure("2026-12-01T21:40"),
    )
}

fn segment(id: &str) -> Flight {
    flight().segment("c1", id).travel_class(TravelClass::Economy)
}

fn pass() -> BoardingPass {
    BoardingPass::new(
        "LOVELACE/ADA",
        "AL1815",
        "https://air.example/logo.png",
        "https://air.example/bar.png",
        flight(),
    )
}

fn passes(pass: BoardingPass) -> BoardingPasses {
    BoardingPasses::new("You are checked in.", "en_US", [pass])
}

fn itinerary() -> Itinerary {
    Itinerary::new("Your itinerary.", "en_US", eur(61_250))
        .passenger(Passenger::new("p1", "Ada Lovelace"))
        .flight(segment("s1"))
        .passenger_segment(PassengerSegment::new("s1", "p1", "12A", "Window"))
}

fn check_in(flight: Flight) -> CheckIn {
    CheckIn::new(
        "Check-in is open.",
        "en_US",
        "https://air.example/check-in",
        [flight],
    )
}

fn update() -> FlightUpdate {
    FlightUpdate::new("Late.", UpdateType::Delay, "en_US", flight())
}

fn errors(reply: impl Into<Reply>) -> String {
    let found = reply.into().check(Platform::Messenger).err();
    found.map(|errors| errors.to_string()).unwrap_or_default()
}

/// The same change, done as often as asked.
fn times<T>(count: usize, start: T, change: impl Fn(T) -> T) -> T {
    (0..count).fold(start, |value, _| change(value))
}

pub(crate) const CASES: &[Case] = &[
    Case {
        limit: limits::AIRLINE_AUXILIARY_FIELDS,
        check: |n| {
            errors(passes(times(n, pass(), |pass| {
                pass.auxiliary_field("Gate", "B12")
            })))
        },
        over: "MSG102 boarding_pass[0].auxiliary_fields: 6 items, 0 to 5",
        under: None,
    },
    Case {
        limit: limits::AIRLINE_SECONDARY_FIELDS,
        check: |n| {
            errors(passes(times(n, pass(), |pass| {
                pass.secondary_field("Gate", "B12")
            })))
        },
        over: "MSG102 boarding_pass[0].secondary_fields: 6 items, 0 to 5",
        under: None,
    },
    Case {
        limit: limits::AIRLINE_PRICE_INFO,
        check: |n| {
            errors(times(n, itinerary(), |itinerary| {
                itinerary.price("Luggage", eur(1))
            }))
        },
        over: "MSG102 price_info: 5 items, 0 to 4",
        under: None,
    },
    Case {
        limit: limits::AIRLINE_PRODUCT_INFO,
        check: |n| {
            let seat = PassengerSegment::new("s1", "p1", "12A", "Window");
            let seat = times(n, seat, |seat| seat.product("Lounge", "Access"));
            errors(itinerary().passenger_segment(seat))
        },
        over: "MSG102 passenger_segment_info[1].product_info: 5 items, 0 to 4",
        under: None,
    },
];

#[test]
fn what_is_missing_or_malformed_is_named() {
    let address = "not an address that begins with https:// or http://";
    let time = "not a local time, like 2026-01-31T19:05";
    let bad_flight = || {
        Flight::new(
            "",
            Airport::new("", "Lyon"),
            Airport::new("ADD", ""),
            Schedule::departure("tomorrow").arrival("2026-13-01T21:40"),
        )
    };
    assert_eq!(
        errors(CheckIn::new("", "en-US", "air.example", [bad_flight()])),
        format!(
            "MSG103 intro_message: empty\n\
             MSG103 locale: not a language and a region, like en_US\n\
             MSG103 checkin_url: {address}\n\
             MSG103 flight_info[0].flight_number: empty\n\
             MSG103 flight_info[0].departure_airport.airport_code: empty\n\
             MSG103 flight_info[0].arrival_airport.city: empty\n\
             MSG103 flight_info[0].flight_schedule.departure_time: {time}\n\
             MSG103 flight_info[0].flight_schedule.arrival_time: {time}"
        )
    );
    assert_eq!(
        errors(BoardingPasses::new("A", "en_US", [])),
        "MSG103 boarding_pass: empty"
    );
    let pass = BoardingPass::new("", "", "a", "b", flight())
        .header_text("", "A")
        .barcode_image("c");
    assert_eq!(
        errors(passes(pass)),
        format!(
            "MSG103 boarding_pass[0].passenger_name: empty\n\
             MSG103 boarding_pass[0].pnr_number: empty\n\
             MSG103 boarding_pass[0].logo_image_url: {address}\n\
             MSG103 boarding_pass[0].header_text_field.label: empty\n\
             MSG103 boarding_pass[0].barcode_image_url: {address}\n\
             MSG103 boarding_pass[0].above_bar_code_image_url: {address}"
        )
    );
    for (color, fine) in [
        ("#6f4e37", true),
        ("6f4e37", false),
        ("#6f4e3", false),
        ("#6f4e3g", false),
    ] {
        let error = "MSG103 theme_color: not a colour, like #009ddc";
        assert_eq!(errors(update().theme_color(color)), if fine { "" } else { error });
    }
}

#[test]
fn times_are_local_times() {
    for (time, fine) in [
        ("2026-12-01T21:40", true),
        ("2026-12-31T00:00", true),
        ("2026-12-01T24:00", false),
        ("2026-12-01T21:60", false),
        ("2026-00-01T21:40", false),
        ("2026-12-32T21:40", false),
        ("2026-12-01 21:40", false),
        ("2026-12-01T21:40Z", false),
        ("2026-1é-01T21:4", false),
    ] {
        let flight = Flight::new(
            "1",
            Airport::new("A", "A"),
            Airport::new("B", "B"),
            Schedule::departure(time),
        );
        assert_eq!(errors(check_in(flight)).is_empty(), fine, "{time}");
    }
}

#[test]
fn an_itinerary_holds_together() {
    let empty = Itinerary::new("A", "en_US", eur(1));
    assert_eq!(
        errors(empty),
        "MSG103 passenger_info: empty\n\
         MSG103 flight_info: empty\n\
         MSG103 passenger_segment_info: empty"
    );
    let stranger = PassengerSegment::new("s9", "p9", "", "Window");
    assert_eq!(
        errors(itinerary().passenger_segment(stranger)),
        "MSG103 passenger_segment_info[1].segment_id: no flight has it\n\
         MSG103 passenger_segment_info[1].passenger_id: no passenger has it\n\
         MSG103 passenger_segment_info[1].seat: empty"
    );
    let twice = itinerary()
        .passenger(Passenger::new("p1", "Charles"))
        .flight(segment("s1"));
    assert_eq!(
        errors(twice),
        "MSG103 passenger_info: two passengers have the same passenger_id\n\
         MSG103 flight_info: two flights have the same segment_id"
    );
    assert_eq!(
        errors(itinerary().flight(flight())),
        "MSG103 flight_info[1].connection_id: empty\n\
         MSG103 flight_info[1].segment_id: empty\n\
         MSG103 flight_info[1].travel_class: missing"
    );
    let dollars = Money::new(100, Currency::USD);
    assert_eq!(errors(itinerary().price("Fuel", dollars)), "");
    assert_eq!(
        errors(itinerary().base_price(dollars).tax(eur(i64::MAX))),
        "MSG103 base_price: not in the currency of the total\n\
         MSG103 tax: more than 15 digits"
    );
    assert!(serde_json::to_string(&itinerary().base_price(dollars)).is_err());
    assert!(serde_json::to_string(&itinerary().tax(eur(i64::MAX))).is_err());
}

#[test]
fn prices_are_decimals() {
    let total = |money: Money| {
        serde_json::to_value(Itinerary::new("A", "en_US", money)).unwrap()["total_price"].clone()
    };
    let dinar = Currency::new("KWD").unwrap();
    for (money, shown) in [
        (eur(1_400_300), "14003"),
        (eur(14_003), "140.03"),
        (eur(14_030), "140.30"),
        (eur(-5), "-0.05"),
        (eur(0), "0"),
        (Money::new(1250, Currency::JPY), "1250"),
        (Money::new(1, dinar), "0.001"),
        (eur(Money::MAX_MINOR), "9999999999999.99"),
    ] {
        assert_eq!(total(money), shown);
    }
    let read = |price: Value| {
        let mut json = serde_json::to_value(itinerary()).unwrap();
        json["total_price"] = price;
        serde_json::from_value::<Itinerary>(json).map(|itinerary| itinerary == self::itinerary())
    };
    assert!(read(json!("612.50")).unwrap() && read(json!("612.5")).unwrap() && read(json!(612.5)).unwrap());
    assert!(!read(json!("612.51")).unwrap());
    for bad in [
        "",
        "-",
        ".5",
        "612.505",
        "6e2",
        "1,5",
        "+1",
        " 1",
        "99999999999999999999",
        "9999999999999999",
    ] {
        assert!(read(json!(bad)).is_err(), "{bad}");
    }
}

#[test]
fn instagram_has_none_of_them() {
    for (reply, what) in [
        (
            Reply::boarding_passes(passes(pass())),
            "airline boarding pass template",
        ),
        (Reply::check_in(check_in(flight())), "airline check-in template"),
        (Reply::itinerary(itinerary()), "airline itinerary template"),
        (Reply::flight_update(update()), "airline flight update template"),
    ] {
        assert_eq!(reply.check(Platform::Messenger), Ok(()));
        assert_eq!(
            reply.check(Platform::Instagram).unwrap_err().to_string(),
            format!("MSG104 template_type: Instagram has no {what}")
        );
    }
}

#[test]
fn debug_shows_no_text() {
    const SECRET: &str = "hidden";
    let airport = || Airport::new(SECRET, SECRET).terminal(SECRET).gate(SECRET);
    let schedule = Schedule::departure(SECRET).boarding(SECRET).arrival(SECRET);
    let flight = || {
        Flight::new(SECRET, airport(), airport(), schedule.clone())
            .segment(SECRET, SECRET)
            .aircraft_type(SECRET)
    };
    let pass = BoardingPass::new(SECRET, SECRET, SECRET, SECRET, flight())
        .seat(SECRET)
        .qr_code(SECRET)
        .barcode_image(SECRET)
        .header_image(SECRET)
        .header_text(SECRET, SECRET)
        .auxiliary_field(SECRET, SECRET)
        .secondary_field(SECRET, SECRET);
    let itinerary = Itinerary::new(SECRET, SECRET, eur(1))
        .theme_color(SECRET)
        .pnr_number(SECRET)
        .passenger(Passenger::new(SECRET, SECRET).ticket_number(SECRET))
        .flight(flight())
        .passenger_segment(PassengerSegment::new(SECRET, SECRET, SECRET, SECRET).product(SECRET, SECRET))
        .price(SECRET, eur(1));
    let reply = Reply::boarding_passes(BoardingPasses::new(SECRET, SECRET, [pass]).theme_color(SECRET))
        .then(CheckIn::new(SECRET, SECRET, SECRET, [flight()]).pnr_number(SECRET))
        .then(itinerary)
        .then(FlightUpdate::new(SECRET, UpdateType::Delay, SECRET, flight()).pnr_number(SECRET));
    let shown = format!("{reply:?}");
    assert!(!shown.contains(SECRET), "{shown}");
}
