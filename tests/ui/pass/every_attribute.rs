//! Every attribute, with and without arguments.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! { pub Shop; any_before, any_postback, any_quick_reply, any_payload, any_text, any_get_started, any_attachment, some_attachment, any_story_reply, any_referral, any_optin, any_reaction, some_reaction, any_read, any_delivery, any_echo, some_echo, any_message_edit, any_unsend, any_account_linking, some_account_linking, any_pass_thread_control, any_take_thread_control, any_request_thread_control, any_app_roles, any_policy_enforcement, any_customer_feedback, any_response_feedback, any_customer_information, any_order, any_coupon, any_lead, any_call, any_command, some_command, any_standby, any_change, some_change, any_timer, some_timer, any_event, any_fallback, any_error, phone, email, table, start }

#[before]
async fn any_before() {}

#[on_postback]
async fn any_postback() {}

#[on_quick_reply]
async fn any_quick_reply() {}

#[on_payload]
async fn any_payload() {}

#[on_text]
async fn any_text() {}

#[on_get_started]
async fn any_get_started() {}

#[on_attachment]
async fn any_attachment() {}

#[on_attachment(image | video | audio | file | location | sticker | template | fallback | reel | ig_reel | post | ig_post | share | story_mention | ephemeral | appointment_booking | product)]
async fn some_attachment() {}

#[on_story_reply]
async fn any_story_reply() {}

#[on_referral]
async fn any_referral() {}

#[on_optin]
async fn any_optin() {}

#[on_reaction]
async fn any_reaction() {}

#[on_reaction(react | unreact)]
async fn some_reaction() {}

#[on_read]
async fn any_read() {}

#[on_delivery]
async fn any_delivery() {}

#[on_echo]
async fn any_echo() {}

#[on_echo(own | other)]
async fn some_echo() {}

#[on_message_edit]
async fn any_message_edit() {}

#[on_unsend]
async fn any_unsend() {}

#[on_account_linking]
async fn any_account_linking() {}

#[on_account_linking(linked | unlinked)]
async fn some_account_linking() {}

#[on_pass_thread_control]
async fn any_pass_thread_control() {}

#[on_take_thread_control]
async fn any_take_thread_control() {}

#[on_request_thread_control]
async fn any_request_thread_control() {}

#[on_app_roles]
async fn any_app_roles() {}

#[on_policy_enforcement]
async fn any_policy_enforcement() {}

#[on_customer_feedback]
async fn any_customer_feedback() {}

#[on_response_feedback]
async fn any_response_feedback() {}

#[on_customer_information]
async fn any_customer_information() {}

#[on_order]
async fn any_order() {}

#[on_coupon]
async fn any_coupon() {}

#[on_lead]
async fn any_lead() {}

#[on_call]
async fn any_call() {}

#[on_command]
async fn any_command() {}

#[on_command("one", "two")]
async fn some_command() {}

#[on_standby]
async fn any_standby() {}

#[on_change]
async fn any_change() {}

#[on_change("one", "two")]
async fn some_change() {}

#[on_timer]
async fn any_timer() {}

#[on_timer("one", "two")]
async fn some_timer() {}

#[on_event]
async fn any_event() {}

#[fallback]
async fn any_fallback() {}

#[on_error]
async fn any_error() {}

#[on_quick_reply(phone)]
async fn phone() {}

#[on_quick_reply(email)]
async fn email() {}

#[on_referral("table-{n}_of={room}")]
async fn table(n: u8, room: String) -> String {
    format!("{n} {room}")
}

#[on_get_started("START")]
async fn start() {}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 47);
    assert!(Shop::ROUTES.iter().any(|route| route.pattern == "table-{n}_of={room}"));
}
