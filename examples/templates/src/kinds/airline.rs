//! The airline templates, of the feature `legacy`.

use messenger_runtime::message::{
    Currency, Message, Money,
    airline::{
        Airport, BoardingPass, BoardingPasses, CheckIn, Flight, FlightUpdate, Itinerary, Passenger,
        PassengerSegment, Schedule, TravelClass, UpdateType,
    },
};

fn flight() -> Flight {
    Flight::new(
        "CF 1815",
        Airport::new("LYS", "Lyon").terminal("1").gate("B12"),
        Airport::new("ADD", "Addis Ababa"),
        Schedule::departure("2026-12-01T21:40")
            .boarding("2026-12-01T21:00")
            .arrival("2026-12-02T06:15"),
    )
}

pub(super) fn airline_boardingpass() -> Message {
    let pass = BoardingPass::new(
        "LOVELACE/ADA",
        "AL1815",
        "https://air.example/logo.png",
        "https://air.example/bar.png",
        flight(),
    )
    .seat("12A")
    .travel_class(TravelClass::Economy)
    .qr_code("M1LOVELACE/ADA AL1815")
    .auxiliary_field("Terminal", "1")
    .secondary_field("Gate", "B12");
    BoardingPasses::new("You are checked in.", "en_US", [pass])
        .theme_color("#6f4e37")
        .into()
}

pub(super) fn airline_checkin() -> Message {
    CheckIn::new(
        "Check-in is open.",
        "en_US",
        "https://air.example/check-in",
        [flight()],
    )
    .pnr_number("AL1815")
    .into()
}

pub(super) fn airline_itinerary() -> Message {
    let eur = |cents| Money::new(cents, Currency::EUR);
    let segment = flight().segment("c1", "s1").travel_class(TravelClass::Economy);
    let seat = PassengerSegment::new("s1", "p1", "12A", "Window").product("Lounge", "Access");
    Itinerary::new("Here is your itinerary.", "en_US", eur(61_250))
        .pnr_number("AL1815")
        .passenger(Passenger::new("p1", "Ada Lovelace").ticket_number("0741815"))
        .flight(segment)
        .passenger_segment(seat)
        .base_price(eur(60_000))
        .price("Luggage", eur(1250))
        .into()
}

pub(super) fn airline_update() -> Message {
    FlightUpdate::new("Your gate changed.", UpdateType::GateChange, "en_US", flight())
        .pnr_number("AL1815")
        .into()
}
