//! How long it takes to find the route of a payload among 800.
//!
//! `cargo bench -p messenger-benches --bench payloads`

use std::{collections::HashMap, hint::black_box};

use criterion::{Criterion, criterion_group, criterion_main};
use messenger_runtime::prelude::*;

bot! { Shop; answer, buy }

criterion_group!(benches, payloads);
criterion_main!(benches);

fn payloads(c: &mut Criterion) {
    let mut group = c.benchmark_group("one of 800 payloads");
    let patterns: Vec<&str> = Shop::ROUTES
        .iter()
        .map(|route| route.pattern)
        .filter(|it| !it.contains('{'))
        .collect();
    let map: HashMap<&str, usize> = patterns
        .iter()
        .enumerate()
        .map(|(index, pattern)| (*pattern, index))
        .collect();
    let find = Shop::TABLE.postback;
    for (name, payload, expected) in [
        ("hit", patterns[417], Some(417)),
        ("hit with captures", "BUY:moka:2", Some(800)),
        ("miss of a known length", "MENU_SHOW_00X", None),
        ("miss of an unknown length", "NOTHING_LIKE_THIS_IS_ANSWERED", None),
    ] {
        assert_eq!(find(payload), expected);
        group.bench_function(name, |b| b.iter(|| find(black_box(payload))));
    }
    let mut turn = 0;
    group.bench_function("each in turn", |b| {
        b.iter(|| {
            turn = (turn + 1) % patterns.len();
            find(black_box(patterns[turn]))
        });
    });
    group.bench_function("each in turn, by a hash map", |b| {
        b.iter(|| {
            turn = (turn + 1) % patterns.len();
            map.get(black_box(patterns[turn])).copied()
        });
    });
    group.finish();
}

#[on_postback("BUY:{sku}:{qty=1}")]
async fn buy(_sku: String, _qty: u32) {}

// One handler with many patterns is looked up as many handlers are.
#[rustfmt::skip]
#[on_postback(
    "MENU_SHOW_000",
    was = "MENU_SHOW_001", was = "MENU_SHOW_002", was = "MENU_SHOW_003", was = "MENU_SHOW_004",
    was = "MENU_SHOW_005", was = "MENU_SHOW_006", was = "MENU_SHOW_007", was = "MENU_SHOW_008",
    was = "MENU_SHOW_009", was = "MENU_ADD_000", was = "MENU_ADD_001", was = "MENU_ADD_002",
    was = "MENU_ADD_003", was = "MENU_ADD_004", was = "MENU_ADD_005", was = "MENU_ADD_006",
    was = "MENU_ADD_007", was = "MENU_ADD_008", was = "MENU_ADD_009", was = "MENU_REMOVE_000",
    was = "MENU_REMOVE_001", was = "MENU_REMOVE_002", was = "MENU_REMOVE_003", was = "MENU_REMOVE_004",
    was = "MENU_REMOVE_005", was = "MENU_REMOVE_006", was = "MENU_REMOVE_007", was = "MENU_REMOVE_008",
    was = "MENU_REMOVE_009", was = "MENU_EDIT_000", was = "MENU_EDIT_001", was = "MENU_EDIT_002",
    was = "MENU_EDIT_003", was = "MENU_EDIT_004", was = "MENU_EDIT_005", was = "MENU_EDIT_006",
    was = "MENU_EDIT_007", was = "MENU_EDIT_008", was = "MENU_EDIT_009", was = "MENU_CONFIRM_000",
    was = "MENU_CONFIRM_001", was = "MENU_CONFIRM_002", was = "MENU_CONFIRM_003", was = "MENU_CONFIRM_004",
    was = "MENU_CONFIRM_005", was = "MENU_CONFIRM_006", was = "MENU_CONFIRM_007", was = "MENU_CONFIRM_008",
    was = "MENU_CONFIRM_009", was = "MENU_CANCEL_000", was = "MENU_CANCEL_001", was = "MENU_CANCEL_002",
    was = "MENU_CANCEL_003", was = "MENU_CANCEL_004", was = "MENU_CANCEL_005", was = "MENU_CANCEL_006",
    was = "MENU_CANCEL_007", was = "MENU_CANCEL_008", was = "MENU_CANCEL_009", was = "MENU_SIZE_000",
    was = "MENU_SIZE_001", was = "MENU_SIZE_002", was = "MENU_SIZE_003", was = "MENU_SIZE_004",
    was = "MENU_SIZE_005", was = "MENU_SIZE_006", was = "MENU_SIZE_007", was = "MENU_SIZE_008",
    was = "MENU_SIZE_009", was = "MENU_COLOR_000", was = "MENU_COLOR_001", was = "MENU_COLOR_002",
    was = "MENU_COLOR_003", was = "MENU_COLOR_004", was = "MENU_COLOR_005", was = "MENU_COLOR_006",
    was = "MENU_COLOR_007", was = "MENU_COLOR_008", was = "MENU_COLOR_009", was = "CART_SHOW_000",
    was = "CART_SHOW_001", was = "CART_SHOW_002", was = "CART_SHOW_003", was = "CART_SHOW_004",
    was = "CART_SHOW_005", was = "CART_SHOW_006", was = "CART_SHOW_007", was = "CART_SHOW_008",
    was = "CART_SHOW_009", was = "CART_ADD_000", was = "CART_ADD_001", was = "CART_ADD_002",
    was = "CART_ADD_003", was = "CART_ADD_004", was = "CART_ADD_005", was = "CART_ADD_006",
    was = "CART_ADD_007", was = "CART_ADD_008", was = "CART_ADD_009", was = "CART_REMOVE_000",
    was = "CART_REMOVE_001", was = "CART_REMOVE_002", was = "CART_REMOVE_003", was = "CART_REMOVE_004",
    was = "CART_REMOVE_005", was = "CART_REMOVE_006", was = "CART_REMOVE_007", was = "CART_REMOVE_008",
    was = "CART_REMOVE_009", was = "CART_EDIT_000", was = "CART_EDIT_001", was = "CART_EDIT_002",
    was = "CART_EDIT_003", was = "CART_EDIT_004", was = "CART_EDIT_005", was = "CART_EDIT_006",
    was = "CART_EDIT_007", was = "CART_EDIT_008", was = "CART_EDIT_009", was = "CART_CONFIRM_000",
    was = "CART_CONFIRM_001", was = "CART_CONFIRM_002", was = "CART_CONFIRM_003", was = "CART_CONFIRM_004",
    was = "CART_CONFIRM_005", was = "CART_CONFIRM_006", was = "CART_CONFIRM_007", was = "CART_CONFIRM_008",
    was = "CART_CONFIRM_009", was = "CART_CANCEL_000", was = "CART_CANCEL_001", was = "CART_CANCEL_002",
    was = "CART_CANCEL_003", was = "CART_CANCEL_004", was = "CART_CANCEL_005", was = "CART_CANCEL_006",
    was = "CART_CANCEL_007", was = "CART_CANCEL_008", was = "CART_CANCEL_009", was = "CART_SIZE_000",
    was = "CART_SIZE_001", was = "CART_SIZE_002", was = "CART_SIZE_003", was = "CART_SIZE_004",
    was = "CART_SIZE_005", was = "CART_SIZE_006", was = "CART_SIZE_007", was = "CART_SIZE_008",
    was = "CART_SIZE_009", was = "CART_COLOR_000", was = "CART_COLOR_001", was = "CART_COLOR_002",
    was = "CART_COLOR_003", was = "CART_COLOR_004", was = "CART_COLOR_005", was = "CART_COLOR_006",
    was = "CART_COLOR_007", was = "CART_COLOR_008", was = "CART_COLOR_009", was = "ORDER_SHOW_000",
    was = "ORDER_SHOW_001", was = "ORDER_SHOW_002", was = "ORDER_SHOW_003", was = "ORDER_SHOW_004",
    was = "ORDER_SHOW_005", was = "ORDER_SHOW_006", was = "ORDER_SHOW_007", was = "ORDER_SHOW_008",
    was = "ORDER_SHOW_009", was = "ORDER_ADD_000", was = "ORDER_ADD_001", was = "ORDER_ADD_002",
    was = "ORDER_ADD_003", was = "ORDER_ADD_004", was = "ORDER_ADD_005", was = "ORDER_ADD_006",
    was = "ORDER_ADD_007", was = "ORDER_ADD_008", was = "ORDER_ADD_009", was = "ORDER_REMOVE_000",
    was = "ORDER_REMOVE_001", was = "ORDER_REMOVE_002", was = "ORDER_REMOVE_003", was = "ORDER_REMOVE_004",
    was = "ORDER_REMOVE_005", was = "ORDER_REMOVE_006", was = "ORDER_REMOVE_007", was = "ORDER_REMOVE_008",
    was = "ORDER_REMOVE_009", was = "ORDER_EDIT_000", was = "ORDER_EDIT_001", was = "ORDER_EDIT_002",
    was = "ORDER_EDIT_003", was = "ORDER_EDIT_004", was = "ORDER_EDIT_005", was = "ORDER_EDIT_006",
    was = "ORDER_EDIT_007", was = "ORDER_EDIT_008", was = "ORDER_EDIT_009", was = "ORDER_CONFIRM_000",
    was = "ORDER_CONFIRM_001", was = "ORDER_CONFIRM_002", was = "ORDER_CONFIRM_003",
    was = "ORDER_CONFIRM_004", was = "ORDER_CONFIRM_005", was = "ORDER_CONFIRM_006",
    was = "ORDER_CONFIRM_007", was = "ORDER_CONFIRM_008", was = "ORDER_CONFIRM_009",
    was = "ORDER_CANCEL_000", was = "ORDER_CANCEL_001", was = "ORDER_CANCEL_002", was = "ORDER_CANCEL_003",
    was = "ORDER_CANCEL_004", was = "ORDER_CANCEL_005", was = "ORDER_CANCEL_006", was = "ORDER_CANCEL_007",
    was = "ORDER_CANCEL_008", was = "ORDER_CANCEL_009", was = "ORDER_SIZE_000", was = "ORDER_SIZE_001",
    was = "ORDER_SIZE_002", was = "ORDER_SIZE_003", was = "ORDER_SIZE_004", was = "ORDER_SIZE_005",
    was = "ORDER_SIZE_006", was = "ORDER_SIZE_007", was = "ORDER_SIZE_008", was = "ORDER_SIZE_009",
    was = "ORDER_COLOR_000", was = "ORDER_COLOR_001", was = "ORDER_COLOR_002", was = "ORDER_COLOR_003",
    was = "ORDER_COLOR_004", was = "ORDER_COLOR_005", was = "ORDER_COLOR_006", was = "ORDER_COLOR_007",
    was = "ORDER_COLOR_008", was = "ORDER_COLOR_009", was = "HELP_SHOW_000", was = "HELP_SHOW_001",
    was = "HELP_SHOW_002", was = "HELP_SHOW_003", was = "HELP_SHOW_004", was = "HELP_SHOW_005",
    was = "HELP_SHOW_006", was = "HELP_SHOW_007", was = "HELP_SHOW_008", was = "HELP_SHOW_009",
    was = "HELP_ADD_000", was = "HELP_ADD_001", was = "HELP_ADD_002", was = "HELP_ADD_003",
    was = "HELP_ADD_004", was = "HELP_ADD_005", was = "HELP_ADD_006", was = "HELP_ADD_007",
    was = "HELP_ADD_008", was = "HELP_ADD_009", was = "HELP_REMOVE_000", was = "HELP_REMOVE_001",
    was = "HELP_REMOVE_002", was = "HELP_REMOVE_003", was = "HELP_REMOVE_004", was = "HELP_REMOVE_005",
    was = "HELP_REMOVE_006", was = "HELP_REMOVE_007", was = "HELP_REMOVE_008", was = "HELP_REMOVE_009",
    was = "HELP_EDIT_000", was = "HELP_EDIT_001", was = "HELP_EDIT_002", was = "HELP_EDIT_003",
    was = "HELP_EDIT_004", was = "HELP_EDIT_005", was = "HELP_EDIT_006", was = "HELP_EDIT_007",
    was = "HELP_EDIT_008", was = "HELP_EDIT_009", was = "HELP_CONFIRM_000", was = "HELP_CONFIRM_001",
    was = "HELP_CONFIRM_002", was = "HELP_CONFIRM_003", was = "HELP_CONFIRM_004", was = "HELP_CONFIRM_005",
    was = "HELP_CONFIRM_006", was = "HELP_CONFIRM_007", was = "HELP_CONFIRM_008", was = "HELP_CONFIRM_009",
    was = "HELP_CANCEL_000", was = "HELP_CANCEL_001", was = "HELP_CANCEL_002", was = "HELP_CANCEL_003",
    was = "HELP_CANCEL_004", was = "HELP_CANCEL_005", was = "HELP_CANCEL_006", was = "HELP_CANCEL_007",
    was = "HELP_CANCEL_008", was = "HELP_CANCEL_009", was = "HELP_SIZE_000", was = "HELP_SIZE_001",
    was = "HELP_SIZE_002", was = "HELP_SIZE_003", was = "HELP_SIZE_004", was = "HELP_SIZE_005",
    was = "HELP_SIZE_006", was = "HELP_SIZE_007", was = "HELP_SIZE_008", was = "HELP_SIZE_009",
    was = "HELP_COLOR_000", was = "HELP_COLOR_001", was = "HELP_COLOR_002", was = "HELP_COLOR_003",
    was = "HELP_COLOR_004", was = "HELP_COLOR_005", was = "HELP_COLOR_006", was = "HELP_COLOR_007",
    was = "HELP_COLOR_008", was = "HELP_COLOR_009", was = "STORE_SHOW_000", was = "STORE_SHOW_001",
    was = "STORE_SHOW_002", was = "STORE_SHOW_003", was = "STORE_SHOW_004", was = "STORE_SHOW_005",
    was = "STORE_SHOW_006", was = "STORE_SHOW_007", was = "STORE_SHOW_008", was = "STORE_SHOW_009",
    was = "STORE_ADD_000", was = "STORE_ADD_001", was = "STORE_ADD_002", was = "STORE_ADD_003",
    was = "STORE_ADD_004", was = "STORE_ADD_005", was = "STORE_ADD_006", was = "STORE_ADD_007",
    was = "STORE_ADD_008", was = "STORE_ADD_009", was = "STORE_REMOVE_000", was = "STORE_REMOVE_001",
    was = "STORE_REMOVE_002", was = "STORE_REMOVE_003", was = "STORE_REMOVE_004", was = "STORE_REMOVE_005",
    was = "STORE_REMOVE_006", was = "STORE_REMOVE_007", was = "STORE_REMOVE_008", was = "STORE_REMOVE_009",
    was = "STORE_EDIT_000", was = "STORE_EDIT_001", was = "STORE_EDIT_002", was = "STORE_EDIT_003",
    was = "STORE_EDIT_004", was = "STORE_EDIT_005", was = "STORE_EDIT_006", was = "STORE_EDIT_007",
    was = "STORE_EDIT_008", was = "STORE_EDIT_009", was = "STORE_CONFIRM_000", was = "STORE_CONFIRM_001",
    was = "STORE_CONFIRM_002", was = "STORE_CONFIRM_003", was = "STORE_CONFIRM_004",
    was = "STORE_CONFIRM_005", was = "STORE_CONFIRM_006", was = "STORE_CONFIRM_007",
    was = "STORE_CONFIRM_008", was = "STORE_CONFIRM_009", was = "STORE_CANCEL_000",
    was = "STORE_CANCEL_001", was = "STORE_CANCEL_002", was = "STORE_CANCEL_003", was = "STORE_CANCEL_004",
    was = "STORE_CANCEL_005", was = "STORE_CANCEL_006", was = "STORE_CANCEL_007", was = "STORE_CANCEL_008",
    was = "STORE_CANCEL_009", was = "STORE_SIZE_000", was = "STORE_SIZE_001", was = "STORE_SIZE_002",
    was = "STORE_SIZE_003", was = "STORE_SIZE_004", was = "STORE_SIZE_005", was = "STORE_SIZE_006",
    was = "STORE_SIZE_007", was = "STORE_SIZE_008", was = "STORE_SIZE_009", was = "STORE_COLOR_000",
    was = "STORE_COLOR_001", was = "STORE_COLOR_002", was = "STORE_COLOR_003", was = "STORE_COLOR_004",
    was = "STORE_COLOR_005", was = "STORE_COLOR_006", was = "STORE_COLOR_007", was = "STORE_COLOR_008",
    was = "STORE_COLOR_009", was = "OFFER_SHOW_000", was = "OFFER_SHOW_001", was = "OFFER_SHOW_002",
    was = "OFFER_SHOW_003", was = "OFFER_SHOW_004", was = "OFFER_SHOW_005", was = "OFFER_SHOW_006",
    was = "OFFER_SHOW_007", was = "OFFER_SHOW_008", was = "OFFER_SHOW_009", was = "OFFER_ADD_000",
    was = "OFFER_ADD_001", was = "OFFER_ADD_002", was = "OFFER_ADD_003", was = "OFFER_ADD_004",
    was = "OFFER_ADD_005", was = "OFFER_ADD_006", was = "OFFER_ADD_007", was = "OFFER_ADD_008",
    was = "OFFER_ADD_009", was = "OFFER_REMOVE_000", was = "OFFER_REMOVE_001", was = "OFFER_REMOVE_002",
    was = "OFFER_REMOVE_003", was = "OFFER_REMOVE_004", was = "OFFER_REMOVE_005", was = "OFFER_REMOVE_006",
    was = "OFFER_REMOVE_007", was = "OFFER_REMOVE_008", was = "OFFER_REMOVE_009", was = "OFFER_EDIT_000",
    was = "OFFER_EDIT_001", was = "OFFER_EDIT_002", was = "OFFER_EDIT_003", was = "OFFER_EDIT_004",
    was = "OFFER_EDIT_005", was = "OFFER_EDIT_006", was = "OFFER_EDIT_007", was = "OFFER_EDIT_008",
    was = "OFFER_EDIT_009", was = "OFFER_CONFIRM_000", was = "OFFER_CONFIRM_001", was = "OFFER_CONFIRM_002",
    was = "OFFER_CONFIRM_003", was = "OFFER_CONFIRM_004", was = "OFFER_CONFIRM_005",
    was = "OFFER_CONFIRM_006", was = "OFFER_CONFIRM_007", was = "OFFER_CONFIRM_008",
    was = "OFFER_CONFIRM_009", was = "OFFER_CANCEL_000", was = "OFFER_CANCEL_001", was = "OFFER_CANCEL_002",
    was = "OFFER_CANCEL_003", was = "OFFER_CANCEL_004", was = "OFFER_CANCEL_005", was = "OFFER_CANCEL_006",
    was = "OFFER_CANCEL_007", was = "OFFER_CANCEL_008", was = "OFFER_CANCEL_009", was = "OFFER_SIZE_000",
    was = "OFFER_SIZE_001", was = "OFFER_SIZE_002", was = "OFFER_SIZE_003", was = "OFFER_SIZE_004",
    was = "OFFER_SIZE_005", was = "OFFER_SIZE_006", was = "OFFER_SIZE_007", was = "OFFER_SIZE_008",
    was = "OFFER_SIZE_009", was = "OFFER_COLOR_000", was = "OFFER_COLOR_001", was = "OFFER_COLOR_002",
    was = "OFFER_COLOR_003", was = "OFFER_COLOR_004", was = "OFFER_COLOR_005", was = "OFFER_COLOR_006",
    was = "OFFER_COLOR_007", was = "OFFER_COLOR_008", was = "OFFER_COLOR_009", was = "PROFILE_SHOW_000",
    was = "PROFILE_SHOW_001", was = "PROFILE_SHOW_002", was = "PROFILE_SHOW_003", was = "PROFILE_SHOW_004",
    was = "PROFILE_SHOW_005", was = "PROFILE_SHOW_006", was = "PROFILE_SHOW_007", was = "PROFILE_SHOW_008",
    was = "PROFILE_SHOW_009", was = "PROFILE_ADD_000", was = "PROFILE_ADD_001", was = "PROFILE_ADD_002",
    was = "PROFILE_ADD_003", was = "PROFILE_ADD_004", was = "PROFILE_ADD_005", was = "PROFILE_ADD_006",
    was = "PROFILE_ADD_007", was = "PROFILE_ADD_008", was = "PROFILE_ADD_009", was = "PROFILE_REMOVE_000",
    was = "PROFILE_REMOVE_001", was = "PROFILE_REMOVE_002", was = "PROFILE_REMOVE_003",
    was = "PROFILE_REMOVE_004", was = "PROFILE_REMOVE_005", was = "PROFILE_REMOVE_006",
    was = "PROFILE_REMOVE_007", was = "PROFILE_REMOVE_008", was = "PROFILE_REMOVE_009",
    was = "PROFILE_EDIT_000", was = "PROFILE_EDIT_001", was = "PROFILE_EDIT_002", was = "PROFILE_EDIT_003",
    was = "PROFILE_EDIT_004", was = "PROFILE_EDIT_005", was = "PROFILE_EDIT_006", was = "PROFILE_EDIT_007",
    was = "PROFILE_EDIT_008", was = "PROFILE_EDIT_009", was = "PROFILE_CONFIRM_000",
    was = "PROFILE_CONFIRM_001", was = "PROFILE_CONFIRM_002", was = "PROFILE_CONFIRM_003",
    was = "PROFILE_CONFIRM_004", was = "PROFILE_CONFIRM_005", was = "PROFILE_CONFIRM_006",
    was = "PROFILE_CONFIRM_007", was = "PROFILE_CONFIRM_008", was = "PROFILE_CONFIRM_009",
    was = "PROFILE_CANCEL_000", was = "PROFILE_CANCEL_001", was = "PROFILE_CANCEL_002",
    was = "PROFILE_CANCEL_003", was = "PROFILE_CANCEL_004", was = "PROFILE_CANCEL_005",
    was = "PROFILE_CANCEL_006", was = "PROFILE_CANCEL_007", was = "PROFILE_CANCEL_008",
    was = "PROFILE_CANCEL_009", was = "PROFILE_SIZE_000", was = "PROFILE_SIZE_001",
    was = "PROFILE_SIZE_002", was = "PROFILE_SIZE_003", was = "PROFILE_SIZE_004", was = "PROFILE_SIZE_005",
    was = "PROFILE_SIZE_006", was = "PROFILE_SIZE_007", was = "PROFILE_SIZE_008", was = "PROFILE_SIZE_009",
    was = "PROFILE_COLOR_000", was = "PROFILE_COLOR_001", was = "PROFILE_COLOR_002",
    was = "PROFILE_COLOR_003", was = "PROFILE_COLOR_004", was = "PROFILE_COLOR_005",
    was = "PROFILE_COLOR_006", was = "PROFILE_COLOR_007", was = "PROFILE_COLOR_008",
    was = "PROFILE_COLOR_009", was = "DELIVERY_SHOW_000", was = "DELIVERY_SHOW_001",
    was = "DELIVERY_SHOW_002", was = "DELIVERY_SHOW_003", was = "DELIVERY_SHOW_004",
    was = "DELIVERY_SHOW_005", was = "DELIVERY_SHOW_006", was = "DELIVERY_SHOW_007",
    was = "DELIVERY_SHOW_008", was = "DELIVERY_SHOW_009", was = "DELIVERY_ADD_000",
    was = "DELIVERY_ADD_001", was = "DELIVERY_ADD_002", was = "DELIVERY_ADD_003", was = "DELIVERY_ADD_004",
    was = "DELIVERY_ADD_005", was = "DELIVERY_ADD_006", was = "DELIVERY_ADD_007", was = "DELIVERY_ADD_008",
    was = "DELIVERY_ADD_009", was = "DELIVERY_REMOVE_000", was = "DELIVERY_REMOVE_001",
    was = "DELIVERY_REMOVE_002", was = "DELIVERY_REMOVE_003", was = "DELIVERY_REMOVE_004",
    was = "DELIVERY_REMOVE_005", was = "DELIVERY_REMOVE_006", was = "DELIVERY_REMOVE_007",
    was = "DELIVERY_REMOVE_008", was = "DELIVERY_REMOVE_009", was = "DELIVERY_EDIT_000",
    was = "DELIVERY_EDIT_001", was = "DELIVERY_EDIT_002", was = "DELIVERY_EDIT_003",
    was = "DELIVERY_EDIT_004", was = "DELIVERY_EDIT_005", was = "DELIVERY_EDIT_006",
    was = "DELIVERY_EDIT_007", was = "DELIVERY_EDIT_008", was = "DELIVERY_EDIT_009",
    was = "DELIVERY_CONFIRM_000", was = "DELIVERY_CONFIRM_001", was = "DELIVERY_CONFIRM_002",
    was = "DELIVERY_CONFIRM_003", was = "DELIVERY_CONFIRM_004", was = "DELIVERY_CONFIRM_005",
    was = "DELIVERY_CONFIRM_006", was = "DELIVERY_CONFIRM_007", was = "DELIVERY_CONFIRM_008",
    was = "DELIVERY_CONFIRM_009", was = "DELIVERY_CANCEL_000", was = "DELIVERY_CANCEL_001",
    was = "DELIVERY_CANCEL_002", was = "DELIVERY_CANCEL_003", was = "DELIVERY_CANCEL_004",
    was = "DELIVERY_CANCEL_005", was = "DELIVERY_CANCEL_006", was = "DELIVERY_CANCEL_007",
    was = "DELIVERY_CANCEL_008", was = "DELIVERY_CANCEL_009", was = "DELIVERY_SIZE_000",
    was = "DELIVERY_SIZE_001", was = "DELIVERY_SIZE_002", was = "DELIVERY_SIZE_003",
    was = "DELIVERY_SIZE_004", was = "DELIVERY_SIZE_005", was = "DELIVERY_SIZE_006",
    was = "DELIVERY_SIZE_007", was = "DELIVERY_SIZE_008", was = "DELIVERY_SIZE_009",
    was = "DELIVERY_COLOR_000", was = "DELIVERY_COLOR_001", was = "DELIVERY_COLOR_002",
    was = "DELIVERY_COLOR_003", was = "DELIVERY_COLOR_004", was = "DELIVERY_COLOR_005",
    was = "DELIVERY_COLOR_006", was = "DELIVERY_COLOR_007", was = "DELIVERY_COLOR_008",
    was = "DELIVERY_COLOR_009", was = "PAYMENT_SHOW_000", was = "PAYMENT_SHOW_001",
    was = "PAYMENT_SHOW_002", was = "PAYMENT_SHOW_003", was = "PAYMENT_SHOW_004", was = "PAYMENT_SHOW_005",
    was = "PAYMENT_SHOW_006", was = "PAYMENT_SHOW_007", was = "PAYMENT_SHOW_008", was = "PAYMENT_SHOW_009",
    was = "PAYMENT_ADD_000", was = "PAYMENT_ADD_001", was = "PAYMENT_ADD_002", was = "PAYMENT_ADD_003",
    was = "PAYMENT_ADD_004", was = "PAYMENT_ADD_005", was = "PAYMENT_ADD_006", was = "PAYMENT_ADD_007",
    was = "PAYMENT_ADD_008", was = "PAYMENT_ADD_009", was = "PAYMENT_REMOVE_000",
    was = "PAYMENT_REMOVE_001", was = "PAYMENT_REMOVE_002", was = "PAYMENT_REMOVE_003",
    was = "PAYMENT_REMOVE_004", was = "PAYMENT_REMOVE_005", was = "PAYMENT_REMOVE_006",
    was = "PAYMENT_REMOVE_007", was = "PAYMENT_REMOVE_008", was = "PAYMENT_REMOVE_009",
    was = "PAYMENT_EDIT_000", was = "PAYMENT_EDIT_001", was = "PAYMENT_EDIT_002", was = "PAYMENT_EDIT_003",
    was = "PAYMENT_EDIT_004", was = "PAYMENT_EDIT_005", was = "PAYMENT_EDIT_006", was = "PAYMENT_EDIT_007",
    was = "PAYMENT_EDIT_008", was = "PAYMENT_EDIT_009", was = "PAYMENT_CONFIRM_000",
    was = "PAYMENT_CONFIRM_001", was = "PAYMENT_CONFIRM_002", was = "PAYMENT_CONFIRM_003",
    was = "PAYMENT_CONFIRM_004", was = "PAYMENT_CONFIRM_005", was = "PAYMENT_CONFIRM_006",
    was = "PAYMENT_CONFIRM_007", was = "PAYMENT_CONFIRM_008", was = "PAYMENT_CONFIRM_009",
    was = "PAYMENT_CANCEL_000", was = "PAYMENT_CANCEL_001", was = "PAYMENT_CANCEL_002",
    was = "PAYMENT_CANCEL_003", was = "PAYMENT_CANCEL_004", was = "PAYMENT_CANCEL_005",
    was = "PAYMENT_CANCEL_006", was = "PAYMENT_CANCEL_007", was = "PAYMENT_CANCEL_008",
    was = "PAYMENT_CANCEL_009", was = "PAYMENT_SIZE_000", was = "PAYMENT_SIZE_001",
    was = "PAYMENT_SIZE_002", was = "PAYMENT_SIZE_003", was = "PAYMENT_SIZE_004", was = "PAYMENT_SIZE_005",
    was = "PAYMENT_SIZE_006", was = "PAYMENT_SIZE_007", was = "PAYMENT_SIZE_008", was = "PAYMENT_SIZE_009",
    was = "PAYMENT_COLOR_000", was = "PAYMENT_COLOR_001", was = "PAYMENT_COLOR_002",
    was = "PAYMENT_COLOR_003", was = "PAYMENT_COLOR_004", was = "PAYMENT_COLOR_005",
    was = "PAYMENT_COLOR_006", was = "PAYMENT_COLOR_007", was = "PAYMENT_COLOR_008",
    was = "PAYMENT_COLOR_009", was = "REVIEW_SHOW_000", was = "REVIEW_SHOW_001", was = "REVIEW_SHOW_002",
    was = "REVIEW_SHOW_003", was = "REVIEW_SHOW_004", was = "REVIEW_SHOW_005", was = "REVIEW_SHOW_006",
    was = "REVIEW_SHOW_007", was = "REVIEW_SHOW_008", was = "REVIEW_SHOW_009", was = "REVIEW_ADD_000",
    was = "REVIEW_ADD_001", was = "REVIEW_ADD_002", was = "REVIEW_ADD_003", was = "REVIEW_ADD_004",
    was = "REVIEW_ADD_005", was = "REVIEW_ADD_006", was = "REVIEW_ADD_007", was = "REVIEW_ADD_008",
    was = "REVIEW_ADD_009", was = "REVIEW_REMOVE_000", was = "REVIEW_REMOVE_001", was = "REVIEW_REMOVE_002",
    was = "REVIEW_REMOVE_003", was = "REVIEW_REMOVE_004", was = "REVIEW_REMOVE_005",
    was = "REVIEW_REMOVE_006", was = "REVIEW_REMOVE_007", was = "REVIEW_REMOVE_008",
    was = "REVIEW_REMOVE_009", was = "REVIEW_EDIT_000", was = "REVIEW_EDIT_001", was = "REVIEW_EDIT_002",
    was = "REVIEW_EDIT_003", was = "REVIEW_EDIT_004", was = "REVIEW_EDIT_005", was = "REVIEW_EDIT_006",
    was = "REVIEW_EDIT_007", was = "REVIEW_EDIT_008", was = "REVIEW_EDIT_009", was = "REVIEW_CONFIRM_000",
    was = "REVIEW_CONFIRM_001", was = "REVIEW_CONFIRM_002", was = "REVIEW_CONFIRM_003",
    was = "REVIEW_CONFIRM_004", was = "REVIEW_CONFIRM_005", was = "REVIEW_CONFIRM_006",
    was = "REVIEW_CONFIRM_007", was = "REVIEW_CONFIRM_008", was = "REVIEW_CONFIRM_009",
    was = "REVIEW_CANCEL_000", was = "REVIEW_CANCEL_001", was = "REVIEW_CANCEL_002",
    was = "REVIEW_CANCEL_003", was = "REVIEW_CANCEL_004", was = "REVIEW_CANCEL_005",
    was = "REVIEW_CANCEL_006", was = "REVIEW_CANCEL_007", was = "REVIEW_CANCEL_008",
    was = "REVIEW_CANCEL_009", was = "REVIEW_SIZE_000", was = "REVIEW_SIZE_001", was = "REVIEW_SIZE_002",
    was = "REVIEW_SIZE_003", was = "REVIEW_SIZE_004", was = "REVIEW_SIZE_005", was = "REVIEW_SIZE_006",
    was = "REVIEW_SIZE_007", was = "REVIEW_SIZE_008", was = "REVIEW_SIZE_009", was = "REVIEW_COLOR_000",
    was = "REVIEW_COLOR_001", was = "REVIEW_COLOR_002", was = "REVIEW_COLOR_003", was = "REVIEW_COLOR_004",
    was = "REVIEW_COLOR_005", was = "REVIEW_COLOR_006", was = "REVIEW_COLOR_007", was = "REVIEW_COLOR_008",
    was = "REVIEW_COLOR_009",
)]
async fn answer() {}
