//! What the platform answers may lose a field, gain one, or hold something else in it: the rest is read.

use serde::de::DeserializeOwned;

use super::*;
use crate::graph::{
    FeatureReview, Insight, InsightValue, InstagramProfile, Label, MessagingFeatureStatus, PageInfo, Persona,
    SecondaryReceiver, ThreadOwner,
};

/// Reads `good` with each field missing, and with each odd value in each field. Only a field in `needed`
/// may make the whole unreadable.
fn survives<T: DeserializeOwned>(good: &Value, needed: &[&str]) {
    let odd = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!("a\u{0}b"),
        json!([]),
        json!([{}]),
        json!({}),
        json!({"id": {}}),
    ];
    serde_json::from_value::<T>(good.clone()).unwrap();
    let fields = good.as_object().unwrap();
    for field in fields.keys().map(String::as_str).chain(["new"]) {
        let mut without = fields.clone();
        without.remove(field);
        let with = odd.iter().map(|odd| {
            let mut with = fields.clone();
            with.insert(field.to_owned(), odd.clone());
            with
        });
        for changed in std::iter::once(without).chain(with) {
            let changed = Value::Object(changed);
            if let Err(error) = serde_json::from_value::<T>(changed.clone()) {
                assert!(needed.contains(&field), "{changed}: {error}");
            }
        }
    }
}

#[test]
fn one_odd_field_does_not_lose_the_others() {
    let named = json!({"id": "1", "name": "Ana"});
    survives::<SecondaryReceiver>(&named, &["id"]);
    survives::<Persona>(
        &json!({"id": "1", "name": "Ana", "profile_picture_url": "u"}),
        &["id"],
    );
    survives::<Label>(&json!({"id": "1", "name": "a", "page_label_name": "b"}), &["id"]);
    survives::<FeatureReview>(&json!({"feature": "a", "status": "approved"}), &["feature"]);
    survives::<ThreadOwner>(&json!({"app_id": "1", "expiration": 5}), &["app_id"]);
    survives::<MessagingFeatureStatus>(
        &json!({"hop_v2": true, "msgr_multi_app": false, "ig_multi_app": true}),
        &[],
    );
    survives::<PageInfo>(
        &json!({"id": "1", "name": "a", "username": "b", "category": "c", "link": "d",
            "instagram_business_account": {"id": "2"}}),
        &[],
    );
    survives::<InstagramProfile>(
        &json!({"id": "1", "name": "a", "username": "b", "profile_pic": "c", "follower_count": 1,
            "is_verified_user": true, "is_user_follow_business": true, "is_business_follow_user": true}),
        &[],
    );
    survives::<Insight>(
        &json!({"name": "a", "period": "day", "values": [], "title": "b", "description": "c"}),
        &["name"],
    );
    survives::<InsightValue>(&json!({"value": 1, "end_time": "2"}), &[]);
}
