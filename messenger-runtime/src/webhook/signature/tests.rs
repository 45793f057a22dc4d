use axum::http::HeaderName;
use proptest::prelude::*;

use super::*;

/// The platform's example: what is signed are the escapes as they stand on the wire.
const BODY: &str = r#"{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"message":{"mid":"m","text":"\u00e4\u00f6\u00e5 https:\/\/x.y \u003C\u0025\u0040"}}]}]}"#;
const TAG: &str = "sha256=2b1bbc4b3e34483c1b8a302e6d4aafa5ef5cd6291b7037093b393775a4875903";
const TAG_SHA1: &str = "sha1=31bc245ee636de0519db613ba07174e811133e9a";
const TAG_RESERIALISED: &str = "sha256=0eef39dbab358102b1eece150e28391fcf6d4cc5fcea316fdf91b62553d46599";

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let header = |(name, value): &(&'static str, &str)| {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("the tests write visible characters");
        (HeaderName::from_static(name), value)
    };
    let mut map = HeaderMap::new();
    for (name, value) in pairs.iter().map(header) {
        map.append(name, value);
    }
    map
}

fn accepts(pairs: &[(&'static str, &str)], sha1: bool, secrets: &[&str], body: &[u8]) -> bool {
    let secrets: Vec<AppSecret> = secrets.iter().map(|secret| AppSecret::from(*secret)).collect();
    Signature::of(&headers(pairs), sha1).is_ok_and(|signature| signature.holds(&secrets, body))
}

#[test]
fn the_bytes_on_the_wire_are_what_is_signed() {
    assert!(accepts(&[(SHA256, TAG)], false, &["secret"], BODY.as_bytes()));
    let reserialised = serde_json::from_str::<serde_json::Value>(BODY)
        .expect("the body is JSON")
        .to_string();
    assert!(!accepts(
        &[(SHA256, TAG)],
        false,
        &["secret"],
        reserialised.as_bytes()
    ));
    assert!(!accepts(
        &[(SHA256, TAG_RESERIALISED)],
        false,
        &["secret"],
        BODY.as_bytes()
    ));
}

#[test]
fn during_a_rotation_every_secret_in_force_counts() {
    for secrets in [["secret", "next"], ["next", "secret"]] {
        assert!(accepts(&[(SHA256, TAG)], false, &secrets, BODY.as_bytes()));
    }
    assert!(!accepts(&[(SHA256, TAG)], false, &["next"], BODY.as_bytes()));
    assert!(!accepts(&[(SHA256, TAG)], false, &[], BODY.as_bytes()));
}

#[test]
fn an_empty_secret_signs_nothing() {
    let tag = format!("sha256={}", hex::encode(AppSecret::from("").sign(b"{}")));
    assert!(!accepts(&[(SHA256, &tag)], false, &[""], b"{}"));
}

#[test]
fn only_the_exact_form_is_a_signature() {
    let upper = TAG.to_uppercase().replace("SHA256", "sha256");
    let one_upper = TAG.replacen('b', "B", 1);
    let refused = [
        "",
        "sha256=",
        "sha256",
        &TAG["sha256=".len()..],
        &TAG[..TAG.len() - 1],
        &format!("{TAG}0"),
        &format!("{TAG}zz"),
        &format!("junk{TAG}"),
        &format!("{TAG}, {TAG}"),
        &upper,
        &one_upper,
        &TAG.replace("sha256=", "SHA256="),
        &TAG.replace("sha256=", "sha1="),
        &TAG.replace("sha256=", "sha256= "),
        TAG_SHA1,
    ];
    for value in refused {
        let signature = Signature::of(&headers(&[(SHA256, value)]), true);
        assert_eq!(signature, Err(Unsigned::Malformed), "{value}");
    }
}

#[test]
fn sha1_counts_only_when_asked_for_and_alone() {
    let zeros = format!("sha256={}", "0".repeat(64));
    let body = BODY.as_bytes();
    let secret = ["secret"].as_slice();
    assert!(accepts(&[(SHA1, TAG_SHA1)], true, secret, body));
    assert!(!accepts(&[(SHA1, TAG_SHA1)], false, secret, body));
    assert!(!accepts(&[(SHA1, TAG_SHA1)], true, &["next"], body));
    assert!(!accepts(&[(SHA1, TAG)], true, secret, body));
    assert!(!accepts(
        &[(SHA1, TAG_SHA1), (SHA256, &zeros)],
        true,
        secret,
        body
    ));
    assert!(!accepts(&[(SHA1, TAG_SHA1), (SHA256, "")], true, secret, body));
    assert!(accepts(&[(SHA1, "sha1=00"), (SHA256, TAG)], true, secret, body));
}

#[test]
fn a_repeated_header_is_refused_even_if_one_of_them_is_right() {
    for values in [[TAG, TAG], [TAG, "sha256=00"], ["", TAG]] {
        let both = headers(&[(SHA256, values[0]), (SHA256, values[1])]);
        assert_eq!(Signature::of(&both, true), Err(Unsigned::Repeated));
    }
    let both = headers(&[(SHA1, TAG_SHA1), (SHA1, TAG_SHA1)]);
    assert_eq!(Signature::of(&both, true), Err(Unsigned::Repeated));
}

/// One change to a body: a bit turned over, a byte put in, a byte taken out.
#[derive(Debug, Clone, Copy)]
enum Change {
    Turn(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    Remove(prop::sample::Index),
}

fn changes() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        (index(), 0..8u8).prop_map(|(index, bit)| Change::Turn(index, bit)),
        (index(), any::<u8>()).prop_map(|(index, byte)| Change::Insert(index, byte)),
        index().prop_map(Change::Remove),
    ]
}

fn changed(bytes: &[u8], change: Change) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match change {
        Change::Turn(index, bit) => {
            let at = index.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        Change::Insert(index, byte) => {
            let at = index.index(bytes.len() + 1);
            bytes.insert(at, byte);
        }
        Change::Remove(index) => {
            bytes.remove(index.index(bytes.len()));
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn no_changed_body_or_signature_is_accepted(
        body in prop::collection::vec(any::<u8>(), 1..200),
        secret in "[ -~]{1,40}",
        change in changes(),
    ) {
        let tag = format!("sha256={}", hex::encode(AppSecret::from(&*secret).sign(&body)));
        // The negative control: without a change it is accepted.
        prop_assert!(accepts(&[(SHA256, &tag)], false, &[&secret], &body));

        let other = changed(&body, change);
        if other != body {
            prop_assert!(!accepts(&[(SHA256, &tag)], false, &[&secret], &other));
        }
        let other = changed(tag.as_bytes(), change);
        if other != tag.as_bytes() && let Ok(value) = HeaderValue::from_bytes(&other) {
            let headers = HeaderMap::from_iter([(HeaderName::from_static(SHA256), value)]);
            let secrets = [AppSecret::from(&*secret)];
            let accepted = Signature::of(&headers, false).is_ok_and(|tag| tag.holds(&secrets, &body));
            prop_assert!(!accepted);
        }
        let other = format!("{secret}!");
        prop_assert!(!accepts(&[(SHA256, &tag)], false, &[&other], &body));
    }
}
