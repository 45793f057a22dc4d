//! Which webhook fields a bot's routes need.
//!
//! Platform: Webhook fields of pages,
//! <https://developers.facebook.com/docs/graph-api/webhooks/reference/page>, and of Instagram,
//! <https://developers.facebook.com/docs/graph-api/webhooks/reference/instagram>

use std::collections::BTreeMap;

use crate::{
    message::Platform,
    routing::{Route, RouteKind},
};

/// What every bot needs, whatever its routes: what people say, what others say to them in the page's name,
/// and when a conversation comes back to the bot.
const ALWAYS: &str = "every bot";

/// Fields, each with what needs it.
#[derive(Debug)]
pub(super) struct Needed {
    fields: BTreeMap<String, Vec<String>>,
    /// What no field could be found for, one sentence each.
    pub(super) notes: Vec<String>,
}

impl Needed {
    /// The fields of these routes.
    pub(super) fn by(routes: &[Route], platform: Platform) -> Self {
        let mut needed = Self {
            fields: BTreeMap::new(),
            notes: Vec::new(),
        };
        for field in always(platform) {
            needed.add(field, ALWAYS);
        }
        for route in routes {
            needed.route(route, platform);
        }
        needed
    }

    pub(super) fn add(&mut self, field: &str, why: &str) {
        let reasons = self.fields.entry(field.to_owned()).or_default();
        if !reasons.iter().any(|known| known == why) {
            reasons.push(why.to_owned());
        }
    }

    /// Adds a field that the command names, where the platform has it.
    pub(super) fn ask(&mut self, field: &str, platform: Platform) {
        let why = "--field";
        if is_of(field, platform) {
            self.add(field, why);
        } else {
            self.note(left_out(field, why, platform));
        }
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// What needs the field.
    pub(super) fn why(&self, field: &str) -> Option<String> {
        self.fields.get(field).map(|reasons| reasons.join(", "))
    }

    fn route(&mut self, route: &Route, platform: Platform) {
        let attribute = route.kind.attribute();
        if route.kind == RouteKind::Change {
            if route.pattern.is_empty() {
                self.note(format!(
                    "`#[on_change]` ({}:{}) takes every change: name the fields with --field.",
                    route.file, route.line
                ));
            }
            for field in route.pattern.split('|').filter(|field| !field.is_empty()) {
                if is_of(field, platform) {
                    self.add(field, attribute);
                } else {
                    let place = format!("`#[{attribute}]` ({}:{})", route.file, route.line);
                    self.note(left_out(field, &place, platform));
                }
            }
            return;
        }
        match of(route.kind, platform) {
            Some(fields) => fields.iter().for_each(|field| self.add(field, attribute)),
            None => self.note(format!(
                "Instagram has no events for `#[{attribute}]` ({}:{}).",
                route.file, route.line
            )),
        }
    }

    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Fields that Instagram accounts have and pages have not.
const INSTAGRAM_ONLY: [&str; 8] = [
    "comments",
    "live_comments",
    "mentions",
    "message_edit",
    "messaging_handover",
    "messaging_referral",
    "messaging_seen",
    "story_insights",
];

/// Fields that pages have and Instagram accounts have not, as far as a route may name them.
const PAGES_ONLY: [&str; 27] = [
    "business_integrity",
    "call_permission_reply",
    "call_settings_update",
    "calls",
    "feed",
    "group_feed",
    "inbox_labels",
    "leadgen",
    "mention",
    "message_context",
    "message_deliveries",
    "message_edits",
    "message_reads",
    "message_template_status_update",
    "messaging_account_linking",
    "messaging_customer_information",
    "messaging_feedback",
    "messaging_game_plays",
    "messaging_handovers",
    "messaging_in_thread_lead_form_submit",
    "messaging_integrity",
    "messaging_optouts",
    "messaging_referrals",
    "name",
    "picture",
    "ratings",
    "send_cart",
];

/// Whether the platform has the field. It has more than are known here: those are left to the platform.
fn is_of(field: &str, platform: Platform) -> bool {
    match platform {
        Platform::Messenger => !INSTAGRAM_ONLY.contains(&field),
        Platform::Instagram => !PAGES_ONLY.contains(&field),
    }
}

fn left_out(field: &str, of: &str, platform: Platform) -> String {
    match platform {
        Platform::Messenger => format!(
            "Pages have no field `{field}`, so that of {of} is left out: it is one of Instagram accounts, for \
             `subscribe --instagram`."
        ),
        Platform::Instagram => format!(
            "Instagram accounts have no field `{field}`, so that of {of} is left out of theirs: it is one of \
             pages."
        ),
    }
}

fn always(platform: Platform) -> &'static [&'static str] {
    match platform {
        Platform::Messenger => &["messages", "message_echoes", "messaging_handovers"],
        // Echoes come inside of `messages`.
        Platform::Instagram => &["messages", "messaging_handover"],
    }
}

/// The fields by which events of a kind come; `None` where the platform has no such events. Changes are
/// named by their routes.
fn of(kind: RouteKind, platform: Platform) -> Option<&'static [&'static str]> {
    match platform {
        Platform::Messenger => Some(of_pages(kind)),
        Platform::Instagram => of_instagram(kind),
    }
}

fn of_pages(kind: RouteKind) -> &'static [&'static str] {
    match kind {
        // They take what comes for others.
        RouteKind::Before | RouteKind::Event | RouteKind::Error | RouteKind::Change | RouteKind::Timer => &[],
        RouteKind::Postback | RouteKind::GetStarted => &["messaging_postbacks"],
        RouteKind::Payload | RouteKind::Fallback => &["messages", "messaging_postbacks"],
        RouteKind::QuickReply
        | RouteKind::Text
        | RouteKind::Attachment
        | RouteKind::StoryReply
        | RouteKind::Unsend
        | RouteKind::Coupon
        | RouteKind::Command => &["messages"],
        // In a new thread the ref comes with the first tap, from an ad with the first message.
        RouteKind::Referral => &["messages", "messaging_postbacks", "messaging_referrals"],
        RouteKind::Optin => &["messaging_optins"],
        RouteKind::Reaction => &["message_reactions"],
        RouteKind::Read => &["message_reads"],
        RouteKind::Delivery => &["message_deliveries"],
        RouteKind::Echo => &["message_echoes"],
        RouteKind::MessageEdit => &["message_edits"],
        RouteKind::AccountLinking => &["messaging_account_linking"],
        RouteKind::PassThreadControl
        | RouteKind::TakeThreadControl
        | RouteKind::RequestThreadControl
        | RouteKind::AppRoles => &["messaging_handovers"],
        RouteKind::PolicyEnforcement => &["messaging_policy_enforcement"],
        RouteKind::CustomerFeedback => &["messaging_feedback"],
        RouteKind::ResponseFeedback => &["response_feedback"],
        RouteKind::CustomerInformation => &["messaging_customer_information"],
        RouteKind::Order => &["messages", "send_cart"],
        // A lead from an ad comes as a referral, one from a form in the thread by its own field.
        RouteKind::Lead => &["messaging_in_thread_lead_form_submit", "messaging_referrals"],
        RouteKind::Call => &["call_permission_reply", "calls"],
        RouteKind::Standby => &["standby"],
    }
}

fn of_instagram(kind: RouteKind) -> Option<&'static [&'static str]> {
    let fields: &[_] = match kind {
        RouteKind::Before | RouteKind::Event | RouteKind::Error | RouteKind::Change | RouteKind::Timer => &[],
        RouteKind::Postback | RouteKind::GetStarted => &["messaging_postbacks"],
        RouteKind::Payload | RouteKind::Fallback => &["messages", "messaging_postbacks"],
        RouteKind::QuickReply
        | RouteKind::Text
        | RouteKind::Attachment
        | RouteKind::StoryReply
        | RouteKind::Unsend
        | RouteKind::Echo => &["messages"],
        RouteKind::Referral => &["messages", "messaging_postbacks", "messaging_referral"],
        RouteKind::Optin => &["messaging_optins"],
        RouteKind::Reaction => &["message_reactions"],
        RouteKind::Read => &["messaging_seen"],
        RouteKind::MessageEdit => &["message_edit"],
        RouteKind::PassThreadControl
        | RouteKind::TakeThreadControl
        | RouteKind::RequestThreadControl
        | RouteKind::AppRoles => &["messaging_handover"],
        RouteKind::PolicyEnforcement => &["messaging_policy_enforcement"],
        RouteKind::ResponseFeedback => &["response_feedback"],
        RouteKind::Standby => &["standby"],
        RouteKind::Delivery
        | RouteKind::AccountLinking
        | RouteKind::CustomerFeedback
        | RouteKind::CustomerInformation
        | RouteKind::Order
        | RouteKind::Coupon
        | RouteKind::Lead
        | RouteKind::Call
        | RouteKind::Command => return None,
    };
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(kind: RouteKind, pattern: &'static str) -> Route {
        Route::__new(kind, pattern, "handler", "src/main.rs", 7, false)
    }

    #[test]
    fn every_kind_of_event_has_a_field_of_pages() {
        let needs_none = [
            RouteKind::Before,
            RouteKind::Event,
            RouteKind::Error,
            RouteKind::Change,
            RouteKind::Timer,
        ];
        for kind in RouteKind::ALL {
            assert_eq!(of_pages(*kind).is_empty(), needs_none.contains(kind), "{kind:?}");
        }
    }

    #[test]
    fn a_bot_needs_what_its_routes_take_and_why_is_told() {
        let routes = [
            route(RouteKind::Text, "menu"),
            route(RouteKind::Postback, "MENU"),
            route(RouteKind::Reaction, ""),
            route(RouteKind::Change, "feed|mention"),
        ];
        let needed = Needed::by(&routes, Platform::Messenger);
        assert_eq!(
            needed.fields().collect::<Vec<_>>(),
            [
                "feed",
                "mention",
                "message_echoes",
                "message_reactions",
                "messages",
                "messaging_handovers",
                "messaging_postbacks"
            ]
        );
        assert_eq!(needed.why("messages").as_deref(), Some("every bot, on_text"));
        assert_eq!(needed.why("feed").as_deref(), Some("on_change"));
        assert_eq!(needed.why("message_reads"), None);
        assert_eq!(needed.notes, [""; 0]);
    }

    #[test]
    fn a_field_of_the_other_platform_is_left_out_and_told() {
        let routes = [route(RouteKind::Change, "feed|comments|brand_new")];
        let mut pages = Needed::by(&routes, Platform::Messenger);
        pages.ask("live_comments", Platform::Messenger);
        pages.ask("mention", Platform::Messenger);
        for (field, has) in [
            ("feed", true),
            ("mention", true),
            ("brand_new", true),
            ("comments", false),
            ("live_comments", false),
        ] {
            assert_eq!(pages.has(field), has, "{field}");
        }
        assert_eq!(
            pages.notes,
            [
                "Pages have no field `comments`, so that of `#[on_change]` (src/main.rs:7) is left out: it is \
                 one of Instagram accounts, for `subscribe --instagram`.",
                "Pages have no field `live_comments`, so that of --field is left out: it is one of Instagram \
                 accounts, for `subscribe --instagram`.",
            ]
        );
        let accounts = Needed::by(&routes, Platform::Instagram);
        assert!(accounts.has("comments") && accounts.has("brand_new") && !accounts.has("feed"));
        assert_eq!(
            accounts.notes,
            [
                "Instagram accounts have no field `feed`, so that of `#[on_change]` (src/main.rs:7) is left \
                 out of theirs: it is one of pages."
            ]
        );
    }

    #[test]
    fn no_route_needs_a_field_of_the_other_platform() {
        for kind in RouteKind::ALL {
            for platform in [Platform::Messenger, Platform::Instagram] {
                let fields = of(*kind, platform).unwrap_or_default().iter();
                for field in fields.chain(always(platform)) {
                    assert!(is_of(field, platform), "{field} of {kind:?}");
                }
            }
        }
    }

    #[test]
    fn instagram_has_names_of_its_own_and_gaps_are_told() {
        let routes = [
            route(RouteKind::Read, ""),
            route(RouteKind::MessageEdit, ""),
            route(RouteKind::Referral, "table-{n}"),
            route(RouteKind::Delivery, ""),
            route(RouteKind::Change, ""),
        ];
        let needed = Needed::by(&routes, Platform::Instagram);
        assert_eq!(
            needed.fields().collect::<Vec<_>>(),
            [
                "message_edit",
                "messages",
                "messaging_handover",
                "messaging_postbacks",
                "messaging_referral",
                "messaging_seen"
            ]
        );
        assert_eq!(
            needed.notes,
            [
                "Instagram has no events for `#[on_delivery]` (src/main.rs:7).",
                "`#[on_change]` (src/main.rs:7) takes every change: name the fields with --field."
            ]
        );
    }
}
