//! The cases: for each clause of the contract what must come, and what must not.

mod append;
mod bounds;
mod commit;
mod echoes;
mod enqueue;
mod leases;
mod letters;
mod outbox;
mod people;
mod restart;
mod timers;
mod turns;

use super::rig::{Rig, Verdict};
use crate::BoxFuture;

/// A case on a fresh store.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) run: fn(Rig) -> BoxFuture<'static, Verdict>,
}

macro_rules! cases {
    ($($room:ident: $($case:ident),+;)+) => {
        pub(super) fn all() -> Vec<Case> {
            vec![$($(Case {
                name: concat!(stringify!($room), "::", stringify!($case)),
                run: |rig| Box::pin(async move { $room::$case(&rig).await }),
            }),+),+]
        }
    };
}

// Those that wait longest come first, so that the others run beside them.
cases! {
    restart: a_row_in_flight_is_in_doubt_and_waits_ten_seconds, what_was_acknowledged_is_there, leases_are_free_and_claims_stay_counted,
        a_noted_echo_has_settled_its_row, an_echo_settles_a_row_left_in_flight, what_became_of_the_rows_of_a_turn_is_remembered,
        timers_survive, order_survives, old_epochs_are_void, state_of_dead_letters_survives;
    leases: a_lease_that_ran_out_is_void, renewing_keeps_a_lease, a_row_whose_holder_is_gone_is_in_doubt, two_handles_see_one_store,
        one_handle_wakes_the_other;
    timers: they_fire_in_order, one_is_replaced, one_is_cancelled, they_wait_for_their_time, they_take_their_turn;
    append: new_events_are_fresh, a_known_key_changes_nothing, order_is_kept, who_appends_gets_leases, the_day_moves_on_and_never_back;
    bounds: a_full_queue_takes_no_more, a_full_outbox_takes_no_more_but_of_turns, echoes_settle_where_nothing_is_taken;
    turns: one_lease_per_conversation, longest_waiting_first, a_waiting_claim_wakes, claims_are_counted, suspects_come_alone,
        a_dropped_claim_loses_nothing, a_released_event_is_untouched, a_lease_ends_once;
    commit: the_event_is_consumed, the_next_event_comes_under_the_same_lease, state_is_replaced, rows_join_those_waiting,
        known_rows_are_left_out, the_first_row_may_be_leased, an_old_epoch_changes_nothing, a_failed_event_is_kept, unreadable_state_is_kept;
    enqueue: rows_join_those_waiting, a_void_turn_queues_nothing, a_turn_run_again_sends_once, once_is_once;
    outbox: one_in_flight, order_is_kept, a_waiting_claim_wakes, sent_rows_leave, dead_rows_become_letters, a_retry_waits_and_counts,
        a_postponed_row_does_not_count, a_doubtful_row_is_counted, an_old_epoch_changes_nothing, hastening_is_for_one_page,
        hastening_leaves_rows_in_doubt_alone, a_dropped_claim_loses_nothing, rows_know_the_day;
    echoes: one_in_doubt_is_settled, one_in_flight_is_noted, one_untouched_stays, one_tried_for_sure_stays, the_page_is_searched,
        a_duplicate_echo_settles_too, it_is_remembered_as_sent, only_the_named_row_is_settled;
    letters: they_are_listed, they_are_listed_in_pages, an_event_is_replayed, a_replay_is_no_duplicate, a_message_is_replayed,
        a_given_up_chat_message_is_replayed, a_state_is_not_replayed, one_is_discarded;
    people: a_dossier_is_complete, nothing_is_known_of_a_stranger, erasing_leaves_nothing, erasing_voids_leases, others_are_left_alone,
        the_backlog_counts, the_backlog_ages, a_healthy_store_is_ready, closing_ends_the_work;
}
