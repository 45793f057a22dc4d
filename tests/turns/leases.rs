//! Turns whose lease is renewed, runs out, or goes to somebody else.

use std::{sync::atomic::Ordering, time::Instant};

use messenger_runtime::store::StoreError;
use messenger_tests::{
    faulty::Op,
    stage::{PERSON, until},
};

use super::{LINGERS, Lab, TERM, writes};

#[tokio::test]
async fn a_lease_is_renewed_for_as_long_as_its_handler_takes() {
    let lab = Lab::leasing();
    let stage = lab.stage().await;
    stage.says("naps").await;
    assert_eq!(stage.texts(), ["good morning"]);
    assert_eq!(
        (stage.handle.counts().leases_lost, lab.store.calls(Op::Commit)),
        (0, 1)
    );
    assert!(lab.store.calls(Op::Renew) >= 3);
}

#[tokio::test]
async fn nothing_is_committed_on_a_lease_that_was_not_renewed() {
    let lab = Lab::leasing();
    let stage = lab.stage().await;
    lab.store.renew_nothing();
    writes(&stage, PERSON, "naps").await;
    until("the end of the turn", || stage.handle.counts().leases_lost == 1).await;
    assert_eq!((lab.store.calls(Op::Commit), stage.texts().len()), (0, 0));
    assert_eq!(
        stage.handle.backlog().await.expect("the store can tell").events,
        1,
        "it is for somebody else"
    );
}

#[tokio::test]
async fn a_handler_is_dropped_when_its_lease_has_run_out() {
    let lab = Lab::leasing();
    let stage = lab.stage().await;
    writes(&stage, PERSON, "lingers").await;
    let at_work = || lab.others[0].load(Ordering::SeqCst);
    until("a handler at work", || at_work() == 1).await;
    tokio::time::sleep(TERM * 2).await;
    assert_eq!(at_work(), 1, "renewals keep it");
    lab.store.renew_nothing();
    let since = Instant::now();
    until("the end of the turn", || stage.handle.counts().leases_lost == 1).await;
    assert_eq!(at_work(), 0);
    assert!(since.elapsed() < LINGERS / 4, "it did not come to its own end");
}

#[tokio::test]
async fn renewals_that_fail_or_hang_for_a_moment_cost_no_lease() {
    let lab = Lab::leasing();
    let stage = lab.stage().await;
    let gone = || StoreError::Unavailable("on purpose".into());
    lab.store.fail(Op::Renew, [gone(), gone(), gone(), gone()]);
    stage.says("naps").await;
    lab.store.stall(Op::Renew, [TERM * 10]);
    stage.says("naps").await;
    assert_eq!(stage.texts(), ["good morning", "good morning"]);
    assert_eq!(
        (stage.handle.counts().leases_lost, lab.store.calls(Op::Commit)),
        (0, 2)
    );
}

#[tokio::test]
async fn a_commit_whose_lease_is_lost_drops_the_turn() {
    let lab = Lab::leasing();
    let stage = lab.stage().await;
    lab.store.fail(Op::Commit, [StoreError::LeaseLost]);
    writes(&stage, PERSON, "say it").await;
    until("the end of the turn", || stage.handle.counts().leases_lost == 1).await;
    assert_eq!((stage.texts().len(), lab.store.releases().len()), (0, 0));
}
