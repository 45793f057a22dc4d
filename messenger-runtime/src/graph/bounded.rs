//! A map that never grows past its room.

use std::{
    borrow::Borrow,
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// Keeps so many values; the oldest gives way to a new one.
pub(super) struct Bounded<K, V> {
    room: usize,
    kept: HashMap<K, (u64, V)>,
    /// Keys from the oldest on, with the number of their entry: one that was replaced has another number.
    order: VecDeque<(u64, K)>,
    next: u64,
}

impl<K: Clone + Eq + Hash, V> Bounded<K, V> {
    pub(super) fn new(room: usize) -> Self {
        Self {
            room,
            kept: HashMap::new(),
            order: VecDeque::new(),
            next: 0,
        }
    }

    pub(super) fn room(&self) -> usize {
        self.room
    }

    pub(super) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.kept.get(key).map(|(_, value)| value)
    }

    /// Keeps `value` in place of the key's earlier one, as the newest.
    pub(super) fn put(&mut self, key: K, value: V) {
        let number = self.next;
        self.next += 1;
        self.kept.insert(key.clone(), (number, value));
        self.order.push_back((number, key));
        while self.kept.len() > self.room || self.order.len() > self.room.saturating_mul(2) {
            let Some((number, key)) = self.order.pop_front() else {
                break;
            };
            if self.kept.get(&key).is_some_and(|(current, _)| *current == number) {
                self.kept.remove(&key);
            }
        }
    }

    pub(super) fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        self.kept.remove(key);
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&K, &V) -> bool) {
        self.kept.retain(|key, (_, value)| keep(key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_grows_past_its_room_and_drops_the_oldest() {
        let mut map = Bounded::new(3);
        for n in 0..1000 {
            map.put(n % 5, n);
            assert!(map.kept.len() <= 3 && map.order.len() <= 6);
        }
        assert_eq!(map.get(&4), Some(&999), "the newest is kept");
        assert_eq!(map.get(&0), None, "the oldest is not");
        for n in 0..100 {
            map.put(4, n);
        }
        assert!(
            map.order.len() <= 6,
            "one key again and again takes no room of others"
        );
        assert_eq!(map.get(&4), Some(&99));
    }

    #[test]
    fn what_is_removed_is_gone_and_can_come_back() {
        let mut map = Bounded::new(2);
        map.put("a", 1);
        map.put("b", 2);
        map.remove("a");
        map.retain(|_, value| *value != 2);
        assert_eq!((map.get("a"), map.get("b")), (None, None));
        map.put("a", 3);
        assert_eq!(map.get("a"), Some(&3));
    }

    #[test]
    fn nothing_is_kept_where_there_is_no_room() {
        let mut map = Bounded::new(0);
        map.put(1, 1);
        assert_eq!((map.get(&1), map.order.len()), (None, 0));
    }
}
