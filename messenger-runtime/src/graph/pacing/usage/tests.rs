use reqwest::header::{HeaderName, HeaderValue};
use serde_json::json;

use super::*;

/// What one header of an answer to the page 42 says.
fn usage(name: &'static str, value: &Value) -> Usage {
    let value = HeaderValue::from_str(&value.to_string()).expect("plain JSON");
    Usage::read(
        &HeaderMap::from_iter([(HeaderName::from_static(name), value)]),
        "42",
    )
}

#[test]
fn usage_headers_are_read_leniently() {
    let level = |percent| Level {
        percent,
        stop: Duration::ZERO,
    };
    let counts = json!({"call_count": 28, "total_time": 25, "total_cputime": "31.5"});
    assert_eq!(usage("x-app-usage", &counts).app, Some(level(31.5)));
    assert_eq!(usage("x-page-usage", &counts).page[0], Some(level(31.5)));
    let all = json!({
        "41": [{"type": "messenger", "call_count": 90}],
        "43": [{"type": "pages", "call_count": 20}, {"type": "ads_management", "call_count": 99}, 5],
        "44": "odd",
    });
    let read = usage("x-business-use-case-usage", &all);
    assert_eq!(read.page, [None, Some(level(90.0)), None, Some(level(20.0))]);
    let mut own = all;
    own["42"] = json!([{"type": "messenger", "call_count": 3}, {"type": "messenger", "total_time": 4}]);
    let read = usage("x-business-use-case-usage", &own);
    assert_eq!(
        read.page,
        [None, Some(level(4.0)), None, None],
        "the page's own id goes first"
    );
    for odd in [json!([]), json!("text"), json!(null), json!(7)] {
        for name in ["x-app-usage", "x-page-usage", "x-business-use-case-usage"] {
            assert_eq!(usage(name, &odd), Usage::default());
        }
    }
    let odd = json!({"call_count": "NaN", "total_time": -5, "total_cputime": []});
    assert_eq!(usage("x-page-usage", &odd).page[0], Some(level(0.0)));
}
