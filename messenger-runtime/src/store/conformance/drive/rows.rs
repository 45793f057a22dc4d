//! The steps of the outbox.

use std::{sync::Arc, time::Duration};

use super::{Drive, LONG, event_key, new_rows, row_keys};
use crate::store::{
    Claim, Conversation, Enqueue, Enqueued, Row, Settlement, StoreError,
    conformance::{
        history::How,
        model::Person,
        rig::{Verdict, broken, cause, refused, same},
    },
};

impl Drive<'_> {
    pub(super) async fn enqueue(&mut self, whose: &Conversation, rows: &[u8], once: Option<u8>) -> Verdict {
        let keys = row_keys(whose, 'c', rows);
        let once = once.map(|once| event_key(u16::from(once), false));
        let enqueue = Enqueue {
            conversation: Arc::new(whose.clone()),
            rows: new_rows(&keys),
            turn: None,
            once,
        };
        let became = self.store().enqueue(enqueue).await?;
        let known = once.is_some_and(|once| !self.model.learn(once));
        let person = self.model.person(whose);
        let expected = keys
            .iter()
            .map(|key| {
                if known {
                    Enqueued::Known
                } else {
                    person.push(key, false)
                }
            })
            .collect();
        same("enqueue: for each, what became of it", became, expected)
    }

    pub(super) async fn chat(&mut self, claim: &Claim, rows: &[u8]) -> Verdict {
        let whose = &claim.lease.conversation;
        let keys = row_keys(whose, 't', rows);
        let enqueue = Enqueue {
            conversation: Arc::clone(whose),
            rows: new_rows(&keys),
            turn: Some(claim.lease.clone()),
            once: None,
        };
        let became = self.store().enqueue(enqueue).await;
        let person = self.model.person(whose);
        if person.held != Some(claim.lease.epoch) {
            return refused(
                "enqueue: LeaseLost where the turn is void",
                became,
                &StoreError::LeaseLost,
            );
        }
        let expected = keys.iter().map(|key| person.push(key, true)).collect();
        same(
            "enqueue: what became of the rows of a turn is remembered",
            became?,
            expected,
        )
    }

    pub(super) async fn claim_rows(&mut self, limit: usize) -> Verdict {
        let clause = "claim_outbox: conversations that have a row that is due and none in flight";
        let claiming = self.store().claim_outbox(limit);
        if !self.model.people.iter().any(Person::is_sendable) {
            return self.rig.nothing(clause, claiming).await;
        }
        let rows = self.rig.within(clause, claiming).await?;
        if rows.is_empty() || rows.len() > limit {
            return broken(clause, format!("{} rows for a limit of {limit}", rows.len()));
        }
        for row in rows {
            self.model.sent(&row)?;
            self.rows.push(row);
        }
        Ok(())
    }

    pub(super) async fn settle(&mut self, row: Row, how: How) -> Verdict {
        let after = |later| if later { LONG } else { Duration::ZERO };
        let settlement = match how {
            How::Done => Settlement::Done,
            How::Dead => Settlement::Dead(cause()),
            How::Retry { later } => Settlement::Retry(after(later)),
            How::Postponed { later } => Settlement::Postponed(after(later)),
            How::Doubtful { later } => Settlement::Doubtful(after(later)),
        };
        let settled = self.store().settle(row.clone(), settlement.clone()).await?;
        self.model.settle(&row, &settlement, &settled)?;
        self.rows.extend(settled.next);
        Ok(())
    }
}
