//! The texts; of several patterns that match the first wins.

use messenger_runtime::prelude::*;

use crate::said;

routes! {
    track_order, track_parcel, track_invoice, track_booking, track_subscription, cancel_order,
    cancel_parcel, cancel_invoice, cancel_booking, cancel_subscription, return_order, return_parcel,
    return_invoice, return_booking, return_subscription, refund_order, refund_parcel, refund_invoice,
    refund_booking, refund_subscription, show_order, show_parcel, show_invoice, show_booking,
    show_subscription, change_order, change_parcel, change_invoice, change_booking, change_subscription,
    repeat_order, repeat_parcel, repeat_invoice, repeat_booking, repeat_subscription, confirm_order,
    confirm_parcel, confirm_invoice, confirm_booking, confirm_subscription, where_is_order, where_is_parcel,
    where_is_invoice, where_is_booking, where_is_subscription, speak_to_agent, speak_to_human,
    speak_to_manager, speak_to_person, speak_to_operator,
}

#[on_text(r"(?i)^track (?:my |the )?order(?: no\.? ?(\d+))?\b")]
pub(crate) async fn track_order(text: Text) -> String {
    said(0, &text)
}

#[on_text(r"(?i)^track (?:my |the )?parcel(?: no\.? ?(\d+))?\b")]
pub(crate) async fn track_parcel(text: Text) -> String {
    said(1, &text)
}

#[on_text(r"(?i)^track (?:my |the )?invoice(?: no\.? ?(\d+))?\b")]
pub(crate) async fn track_invoice(text: Text) -> String {
    said(2, &text)
}

#[on_text(r"(?i)^track (?:my |the )?booking(?: no\.? ?(\d+))?\b")]
pub(crate) async fn track_booking(text: Text) -> String {
    said(3, &text)
}

#[on_text(r"(?i)^track (?:my |the )?subscription(?: no\.? ?(\d+))?\b")]
pub(crate) async fn track_subscription(text: Text) -> String {
    said(4, &text)
}

#[on_text(r"(?i)^cancel (?:my |the )?order(?: no\.? ?(\d+))?\b")]
pub(crate) async fn cancel_order(text: Text) -> String {
    said(5, &text)
}

#[on_text(r"(?i)^cancel (?:my |the )?parcel(?: no\.? ?(\d+))?\b")]
pub(crate) async fn cancel_parcel(text: Text) -> String {
    said(6, &text)
}

#[on_text(r"(?i)^cancel (?:my |the )?invoice(?: no\.? ?(\d+))?\b")]
pub(crate) async fn cancel_invoice(text: Text) -> String {
    said(7, &text)
}

#[on_text(r"(?i)^cancel (?:my |the )?booking(?: no\.? ?(\d+))?\b")]
pub(crate) async fn cancel_booking(text: Text) -> String {
    said(8, &text)
}

#[on_text(r"(?i)^cancel (?:my |the )?subscription(?: no\.? ?(\d+))?\b")]
pub(crate) async fn cancel_subscription(text: Text) -> String {
    said(9, &text)
}

#[on_text(r"(?i)^return (?:my |the )?order(?: no\.? ?(\d+))?\b")]
pub(crate) async fn return_order(text: Text) -> String {
    said(10, &text)
}

#[on_text(r"(?i)^return (?:my |the )?parcel(?: no\.? ?(\d+))?\b")]
pub(crate) async fn return_parcel(text: Text) -> String {
    said(11, &text)
}

#[on_text(r"(?i)^return (?:my |the )?invoice(?: no\.? ?(\d+))?\b")]
pub(crate) async fn return_invoice(text: Text) -> String {
    said(12, &text)
}

#[on_text(r"(?i)^return (?:my |the )?booking(?: no\.? ?(\d+))?\b")]
pub(crate) async fn return_booking(text: Text) -> String {
    said(13, &text)
}

#[on_text(r"(?i)^return (?:my |the )?subscription(?: no\.? ?(\d+))?\b")]
pub(crate) async fn return_subscription(text: Text) -> String {
    said(14, &text)
}

#[on_text(r"(?i)^refund (?:my |the )?order(?: no\.? ?(\d+))?\b")]
pub(crate) async fn refund_order(text: Text) -> String {
    said(15, &text)
}

#[on_text(r"(?i)^refund (?:my |the )?parcel(?: no\.? ?(\d+))?\b")]
pub(crate) async fn refund_parcel(text: Text) -> String {
    said(16, &text)
}

#[on_text(r"(?i)^refund (?:my |the )?invoice(?: no\.? ?(\d+))?\b")]
pub(crate) async fn refund_invoice(text: Text) -> String {
    said(17, &text)
}

#[on_text(r"(?i)^refund (?:my |the )?booking(?: no\.? ?(\d+))?\b")]
pub(crate) async fn refund_booking(text: Text) -> String {
    said(18, &text)
}

#[on_text(r"(?i)^refund (?:my |the )?subscription(?: no\.? ?(\d+))?\b")]
pub(crate) async fn refund_subscription(text: Text) -> String {
    said(19, &text)
}

#[on_text(r"(?i)^show (?:my |the )?order(?: no\.? ?(\d+))?\b")]
pub(crate) async fn show_order(text: Text) -> String {
    said(20, &text)
}

#[on_text(r"(?i)^show (?:my |the )?parcel(?: no\.? ?(\d+))?\b")]
pub(crate) async fn show_parcel(text: Text) -> String {
    said(21, &text)
}

#[on_text(r"(?i)^show (?:my |the )?invoice(?: no\.? ?(\d+))?\b")]
pub(crate) async fn show_invoice(text: Text) -> String {
    said(22, &text)
}

#[on_text(r"(?i)^show (?:my |the )?booking(?: no\.? ?(\d+))?\b")]
pub(crate) async fn show_booking(text: Text) -> String {
    said(23, &text)
}

#[on_text(r"(?i)^show (?:my |the )?subscription(?: no\.? ?(\d+))?\b")]
pub(crate) async fn show_subscription(text: Text) -> String {
    said(24, &text)
}

#[on_text(r"(?i)^change (?:my |the )?order(?: no\.? ?(\d+))?\b")]
pub(crate) async fn change_order(text: Text) -> String {
    said(25, &text)
}

#[on_text(r"(?i)^change (?:my |the )?parcel(?: no\.? ?(\d+))?\b")]
pub(crate) async fn change_parcel(text: Text) -> String {
    said(26, &text)
}

#[on_text(r"(?i)^change (?:my |the )?invoice(?: no\.? ?(\d+))?\b")]
pub(crate) async fn change_invoice(text: Text) -> String {
    said(27, &text)
}

#[on_text(r"(?i)^change (?:my |the )?booking(?: no\.? ?(\d+))?\b")]
pub(crate) async fn change_booking(text: Text) -> String {
    said(28, &text)
}

#[on_text(r"(?i)^change (?:my |the )?subscription(?: no\.? ?(\d+))?\b")]
pub(crate) async fn change_subscription(text: Text) -> String {
    said(29, &text)
}

#[on_text(r"(?i)^repeat (?:my |the )?order(?: no\.? ?(\d+))?\b")]
pub(crate) async fn repeat_order(text: Text) -> String {
    said(30, &text)
}

#[on_text(r"(?i)^repeat (?:my |the )?parcel(?: no\.? ?(\d+))?\b")]
pub(crate) async fn repeat_parcel(text: Text) -> String {
    said(31, &text)
}

#[on_text(r"(?i)^repeat (?:my |the )?invoice(?: no\.? ?(\d+))?\b")]
pub(crate) async fn repeat_invoice(text: Text) -> String {
    said(32, &text)
}

#[on_text(r"(?i)^repeat (?:my |the )?booking(?: no\.? ?(\d+))?\b")]
pub(crate) async fn repeat_booking(text: Text) -> String {
    said(33, &text)
}

#[on_text(r"(?i)^repeat (?:my |the )?subscription(?: no\.? ?(\d+))?\b")]
pub(crate) async fn repeat_subscription(text: Text) -> String {
    said(34, &text)
}

#[on_text(r"(?i)^confirm (?:my |the )?order(?: no\.? ?(\d+))?\b")]
pub(crate) async fn confirm_order(text: Text) -> String {
    said(35, &text)
}

#[on_text(r"(?i)^confirm (?:my |the )?parcel(?: no\.? ?(\d+))?\b")]
pub(crate) async fn confirm_parcel(text: Text) -> String {
    said(36, &text)
}

#[on_text(r"(?i)^confirm (?:my |the )?invoice(?: no\.? ?(\d+))?\b")]
pub(crate) async fn confirm_invoice(text: Text) -> String {
    said(37, &text)
}

#[on_text(r"(?i)^confirm (?:my |the )?booking(?: no\.? ?(\d+))?\b")]
pub(crate) async fn confirm_booking(text: Text) -> String {
    said(38, &text)
}

#[on_text(r"(?i)^confirm (?:my |the )?subscription(?: no\.? ?(\d+))?\b")]
pub(crate) async fn confirm_subscription(text: Text) -> String {
    said(39, &text)
}

#[on_text(r"(?i)\b(?:where|when) (?:is|was) (?:my|the) \w+ order\b")]
pub(crate) async fn where_is_order(text: Text) -> String {
    said(40, &text)
}

#[on_text(r"(?i)\b(?:where|when) (?:is|was) (?:my|the) \w+ parcel\b")]
pub(crate) async fn where_is_parcel(text: Text) -> String {
    said(41, &text)
}

#[on_text(r"(?i)\b(?:where|when) (?:is|was) (?:my|the) \w+ invoice\b")]
pub(crate) async fn where_is_invoice(text: Text) -> String {
    said(42, &text)
}

#[on_text(r"(?i)\b(?:where|when) (?:is|was) (?:my|the) \w+ booking\b")]
pub(crate) async fn where_is_booking(text: Text) -> String {
    said(43, &text)
}

#[on_text(r"(?i)\b(?:where|when) (?:is|was) (?:my|the) \w+ subscription\b")]
pub(crate) async fn where_is_subscription(text: Text) -> String {
    said(44, &text)
}

#[on_text(r"(?i)\bspeak (?:to|with) (?:an? )?agent\b")]
pub(crate) async fn speak_to_agent(text: Text) -> String {
    said(45, &text)
}

#[on_text(r"(?i)\bspeak (?:to|with) (?:an? )?human\b")]
pub(crate) async fn speak_to_human(text: Text) -> String {
    said(46, &text)
}

#[on_text(r"(?i)\bspeak (?:to|with) (?:an? )?manager\b")]
pub(crate) async fn speak_to_manager(text: Text) -> String {
    said(47, &text)
}

#[on_text(r"(?i)\bspeak (?:to|with) (?:an? )?person\b")]
pub(crate) async fn speak_to_person(text: Text) -> String {
    said(48, &text)
}

#[on_text(r"(?i)\bspeak (?:to|with) (?:an? )?operator\b")]
pub(crate) async fn speak_to_operator(text: Text) -> String {
    said(49, &text)
}
