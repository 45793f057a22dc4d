//! The state that the handlers share.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// Numbers the orders. Every handler that asks for it gets a clone of the one till.
#[derive(Debug, Clone, Default)]
pub(crate) struct Till {
    orders: Arc<AtomicU32>,
}

impl Till {
    pub(crate) fn next_order(&self) -> u32 {
        1001 + self.orders.fetch_add(1, Ordering::Relaxed)
    }
}
