//! Any airline template that the platform took.

use proptest::{collection::vec, option::of, prelude::*, sample::select};

use super::*;
use crate::message::tests::arbitrary::text;

fn url() -> impl Strategy<Value = String> {
    text(60).prop_map(|path| format!("https://air.example/{path}"))
}

fn locale() -> impl Strategy<Value = String> {
    select(vec!["en_US", "fr_FR", "fil_PH"]).prop_map(ToOwned::to_owned)
}

fn color() -> impl Strategy<Value = Option<String>> {
    of("#[0-9a-fA-F]{6}")
}

fn time() -> impl Strategy<Value = String> {
    (2000..3000, 1..=12, 1..=31, 0..24, 0..60).prop_map(|(year, month, day, hour, minute)| {
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}")
    })
}

fn airport() -> impl Strategy<Value = Airport> {
    ("[A-Z]{3}", text(20), of(text(8)), of(text(8))).prop_map(|(code, city, terminal, gate)| {
        let airport = terminal
            .into_iter()
            .fold(Airport::new(code, city), Airport::terminal);
        gate.into_iter().fold(airport, Airport::gate)
    })
}

fn class() -> impl Strategy<Value = TravelClass> {
    select(vec![
        TravelClass::Economy,
        TravelClass::Business,
        TravelClass::FirstClass,
    ])
}

fn flight() -> impl Strategy<Value = Flight> {
    let schedule = (time(), of(time()), of(time())).prop_map(|(departure, boarding, arrival)| {
        let schedule = boarding
            .into_iter()
            .fold(Schedule::departure(departure), Schedule::boarding);
        arrival.into_iter().fold(schedule, Schedule::arrival)
    });
    (
        text(10),
        airport(),
        airport(),
        schedule,
        of(text(20)),
        of(class()),
    )
        .prop_map(|(number, from, to, schedule, aircraft, class)| {
            let flight = Flight::new(number, from, to, schedule);
            let flight = aircraft.into_iter().fold(flight, Flight::aircraft_type);
            class.into_iter().fold(flight, Flight::travel_class)
        })
}

fn pass() -> impl Strategy<Value = BoardingPass> {
    let field = || (text(10), text(10));
    let look = (of(text(80)), of(url()), of(url()), of(field()));
    let seat = (of(class()), of(text(4)), vec(field(), 0..=5), vec(field(), 0..=5));
    (text(20), text(8), url(), url(), flight(), look, seat).prop_map(
        |(name, pnr, logo, above, flight, (qr, barcode, header, head), (class, seat, upper, lower))| {
            let mut pass = BoardingPass::new(name, pnr, logo, above, flight);
            pass = qr.into_iter().fold(pass, BoardingPass::qr_code);
            pass = barcode.into_iter().fold(pass, BoardingPass::barcode_image);
            pass = header.into_iter().fold(pass, BoardingPass::header_image);
            pass = class.into_iter().fold(pass, BoardingPass::travel_class);
            pass = seat.into_iter().fold(pass, BoardingPass::seat);
            if let Some((label, value)) = head {
                pass = pass.header_text(label, value);
            }
            for (label, value) in upper {
                pass = pass.auxiliary_field(label, value);
            }
            for (label, value) in lower {
                pass = pass.secondary_field(label, value);
            }
            pass
        },
    )
}

fn itinerary() -> impl Strategy<Value = Itinerary> {
    let currency = select(vec!["EUR", "JPY", "KWD", "CLF"]).prop_map(|code| Currency::new(code).unwrap());
    let amount = || -Money::MAX_MINOR..=Money::MAX_MINOR;
    let part = (text(20), amount(), select(vec!["EUR", "JPY"]));
    let prices = (currency, amount(), of(amount()), of(amount()), vec(part, 0..=4));
    let passengers = vec((text(20), of(text(13))), 1..3);
    let flights = vec((flight(), class()), 1..3);
    let products = vec((text(20), text(20)), 0..=4);
    let head = (text(30), locale(), color(), of(text(8)));
    (head, passengers, flights, products, prices).prop_map(
        |((intro, locale, color, pnr), passengers, flights, products, prices)| {
            let (currency, total, base, tax, parts) = prices;
            let money = |minor| Money::new(minor, currency);
            let mut itinerary = Itinerary::new(intro, locale, money(total));
            itinerary = color.into_iter().fold(itinerary, Itinerary::theme_color);
            itinerary = pnr.into_iter().fold(itinerary, Itinerary::pnr_number);
            itinerary = base.map(money).into_iter().fold(itinerary, Itinerary::base_price);
            itinerary = tax.map(money).into_iter().fold(itinerary, Itinerary::tax);
            for (title, minor, code) in parts {
                itinerary = itinerary.price(title, Money::new(minor, Currency::new(code).unwrap()));
            }
            for (n, (name, ticket)) in passengers.into_iter().enumerate() {
                let passenger = Passenger::new(format!("p{n}"), name);
                itinerary = itinerary.passenger(ticket.into_iter().fold(passenger, Passenger::ticket_number));
            }
            for (n, (flight, class)) in flights.into_iter().enumerate() {
                itinerary = itinerary.flight(flight.segment("c", format!("s{n}")).travel_class(class));
                let mut seat = PassengerSegment::new(format!("s{n}"), "p0", "12A", "Window");
                for (title, value) in &products {
                    seat = seat.product(title, value);
                }
                itinerary = itinerary.passenger_segment(seat);
            }
            itinerary
        },
    )
}

/// Boxed: every strategy of messages on one stack would overflow it.
pub(in crate::message) fn message() -> BoxedStrategy<Message> {
    let passes =
        (text(30), locale(), color(), vec(pass(), 1..3)).prop_map(|(intro, locale, color, passes)| {
            let passes = BoardingPasses::new(intro, locale, passes);
            color.into_iter().fold(passes, BoardingPasses::theme_color).into()
        });
    let check_in = (text(30), locale(), url(), vec(flight(), 1..3), of(text(8))).prop_map(
        |(intro, locale, url, flights, pnr)| {
            let reminder = CheckIn::new(intro, locale, url, flights);
            pnr.into_iter().fold(reminder, CheckIn::pnr_number).into()
        },
    );
    let kind = select(vec![
        UpdateType::Delay,
        UpdateType::GateChange,
        UpdateType::Cancellation,
    ]);
    let update = (text(30), kind, locale(), flight(), color(), of(text(8))).prop_map(
        |(intro, kind, locale, flight, color, pnr)| {
            let update = FlightUpdate::new(intro, kind, locale, flight);
            let update = color.into_iter().fold(update, FlightUpdate::theme_color);
            pnr.into_iter().fold(update, FlightUpdate::pnr_number).into()
        },
    );
    prop_oneof![
        passes.boxed(),
        check_in.boxed(),
        itinerary().prop_map(Message::from).boxed(),
        update.boxed()
    ]
    .boxed()
}
