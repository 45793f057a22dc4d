//! Every code of the platform's table, as an answer over the wire.

use std::collections::HashSet;

use super::*;
use crate::graph::{
    Action,
    codes::{TABLE, Throttled},
};

use Action::{PausePage, Permanent, TokenDead, Unreachable, WindowClosed};

const RETRY: Action = Action::Retry { after: None };

/// Codes with their subcodes (0 for none), by what to do.
const EXPECTED: &[(Action, &[(i64, i64)])] = &[
    (
        RETRY,
        &[
            (1, 0),
            (1, 99),
            (2, 0),
            (4, 0),
            (17, 0),
            (32, 0),
            (341, 0),
            (80_001, 0),
            (80_002, 0),
            (80_006, 0),
            (9, 0),
            (9, 2_018_352),
            (613, 0),
            (613, 2_534_040),
            (613, 1_996),
            (1200, 0),
        ],
    ),
    (WindowClosed, &[(10, 2_018_278), (10, 2_534_022), (10, 2_018_065)]),
    (
        Unreachable,
        &[
            (10, 2_018_108),
            (100, 2_018_001),
            (200, 1_545_041),
            (551, 0),
            (551, 1_545_041),
        ],
    ),
    (PausePage, &[(10, 1_893_063), (368, 0)]),
    (
        TokenDead,
        &[
            (102, 0),
            (190, 0),
            (190, 458),
            (190, 459),
            (190, 460),
            (190, 463),
            (190, 464),
            (190, 467),
            (190, 492),
        ],
    ),
    (
        Permanent,
        &[
            (1, 1_357_046),
            (1, 2_018_382),
            (2, 2_018_344),
            (3, 0),
            (4, 2_018_354),
            (10, 0),
            (10, 1_893_015),
            (10, 1_404_170),
            (10, 2_018_336),
            (10, 2_534_077),
            (100, 0),
            (100, 33),
            (100, 2_018_007),
            (100, 2_534_015),
            (100, 2_018_008),
            (100, 2_018_047),
            (100, 2_018_074),
            (100, 2_018_109),
            (100, 2_018_294),
            (100, 2_018_014),
            (100, 2_018_164),
            (100, 2_018_320),
            (100, 2_018_328),
            (100, 2_534_013),
            (100, 2_534_014),
            (100, 2_534_025),
            (100, 2_534_029),
            (100, 2_534_037),
            (200, 0),
            (210, 0),
            (299, 0),
            (200, 2_018_028),
            (200, 2_018_021),
            (200, 2_018_027),
            (200, 2_534_041),
            (506, 0),
            (613, 2_018_338),
            (613, 1_893_016),
            (2022, 0),
            (10303, 0),
            (2_018_218, 0),
            (2_018_247, 0),
            (2_018_300, 0),
            (2_018_321, 0),
            (2_018_171, 0),
            (2_018_234, 0),
            (2_534_068, 0),
            (9_000_001, 0),
        ],
    ),
];

#[tokio::test]
async fn every_code_does_what_the_table_says() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server.client().build().unwrap().page("42").once();
    let mut checked = HashSet::new();
    for (action, numbers) in EXPECTED {
        for &(code, subcode) in *numbers {
            let subcode = (subcode != 0).then_some(subcode);
            server.replies.lock().unwrap()[0] = Reply::graph(code, subcode);
            let error = graph.send("7", "hello").await.unwrap_err();
            assert_eq!(error.action(), *action, "{code}/{subcode:?}");
            assert_eq!((error.code(), error.subcode()), (Some(code), subcode));
            assert!(!error.meaning().contains("does not know"), "{code}/{subcode:?}");
            assert_eq!(error.is_doubtful(), (code, subcode) == (1, Some(1_357_046)));
            let line = error.to_string();
            assert!(
                line.contains(&format!("(code {code}")) && line.contains("trace Abc"),
                "{line}"
            );
            let once = line.contains("try again") == matches!(action, Action::Retry { .. });
            assert!(once, "the advice is the action's: {line}");
            assert!(
                checked.insert((code, subcode)),
                "{code}/{subcode:?} is expected twice"
            );
        }
    }
    for row in TABLE {
        assert!(
            checked.contains(&(row.code, row.subcode)),
            "nothing is expected of {row:?}"
        );
    }
}

#[tokio::test]
async fn what_no_row_names_goes_by_what_the_platform_says_of_it() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server.graph().once();
    for (status, error, action, doubtful) in [
        (400, json!({"code": 77_777}), Permanent, false),
        (400, json!({"code": 77_777, "is_transient": true}), RETRY, false),
        (
            400,
            json!({"code": 77_777, "is_transient": false}),
            Permanent,
            false,
        ),
        (429, json!({"code": 77_777}), RETRY, false),
        (500, json!({"code": 77_777}), RETRY, true),
        (
            500,
            json!({"code": 77_777, "is_transient": false}),
            Permanent,
            true,
        ),
        (503, json!({"code": 77_777}), RETRY, false),
        (
            400,
            json!({"code": -1, "error_subcode": 12, "is_transient": true}),
            RETRY,
            false,
        ),
        // The table goes before: that it is transient does not open the window.
        (
            400,
            json!({"code": 10, "error_subcode": 2_018_278, "is_transient": true}),
            WindowClosed,
            false,
        ),
        (400, json!({"code": 4, "is_transient": false}), RETRY, false),
        // Words decide nothing, whatever they say.
        (
            400,
            json!({"code": 100, "message": "(#613) Calls to this api have exceeded the rate limit."}),
            Permanent,
            false,
        ),
    ] {
        server.replies.lock().unwrap()[0] = Reply::new(status, json!({"error": error}).to_string());
        let failed = graph.send("7", "hello").await.unwrap_err();
        assert_eq!(
            (failed.action(), failed.is_doubtful()),
            (action, doubtful),
            "{status} {error}"
        );
    }
}

#[test]
fn a_throttle_holds_back_the_page_or_the_app() {
    for (codes, expected) in [
        (&[4, 341][..], Some(Throttled::App)),
        (&[17], Some(Throttled::User)),
        (&[32, 613, 80_001, 80_002, 80_006], Some(Throttled::Page)),
        (&[1, 2, 9, 10, 100, 190, 200, 368, 551, 1200], None),
    ] {
        for code in codes {
            assert_eq!(
                crate::graph::GraphError::refused(*code, None).throttled(),
                expected,
                "{code}"
            );
        }
    }
    for (code, subcode) in [(4, 2_018_354), (613, 2_018_338), (613, 1_893_016)] {
        let refused = crate::graph::GraphError::refused(code, Some(subcode));
        assert_eq!(refused.throttled(), None, "{code}/{subcode} is about one message");
    }
}

#[test]
fn the_table_has_no_row_twice() {
    let mut seen = HashSet::new();
    for row in TABLE {
        assert!(seen.insert((row.code, row.subcode)), "{row:?}");
    }
}

#[tokio::test]
async fn numbers_outside_the_table() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server.graph().once();
    for (code, subcode, action) in [
        // A subcode that is unmistakable counts under any code, also where it is a code in its own right.
        (200, Some(2_018_278), WindowClosed),
        (-1, Some(1_545_041), Unreachable),
        (2_018_278, None, WindowClosed),
        (10, Some(2_018_300), Permanent),
        // An unknown subcode leaves the code's own meaning; small subcodes belong to their code.
        (190, Some(99_999_999), TokenDead),
        (4, Some(463), RETRY),
        (100, Some(463), Permanent),
        (300, None, Permanent),
    ] {
        server.replies.lock().unwrap()[0] = Reply::graph(code, subcode);
        let error = graph.send("7", "hello").await.unwrap_err();
        assert_eq!(error.action(), action, "{code}/{subcode:?}");
    }
}
