//! An ordered map of two layers: what was loaded at once, and what was put since.
//!
//! A phone begins with some two hundred thousand keys, all known at once. Putting them one by one
//! into a tree was most of its start; in order behind each other they are a list, made without
//! comparing. The list is never changed: a later record of the same key lies over it. While
//! nothing was loaded, as in the simulator, this is the tree and no more.

use super::table::{Key, Record};
use imbl::OrdMap;
use imbl::ordmap::RangedIter;
use imbl::shared_ptr::DefaultSharedPtr;
use std::cmp::Ordering;
use std::sync::Arc;

/// The map. A clone shares both layers.
#[derive(Clone, Debug, Default)]
pub(super) struct Layers {
    /// Ascending, no key twice.
    loaded: Arc<Vec<(Key, Record)>>,
    /// `None` where a record that was loaded is gone; only then.
    since: OrdMap<Key, Option<Record>>,
}

impl Layers {
    /// Lays a list of ascending keys below everything, in the place of the one before.
    pub(super) fn load(&mut self, ascending: Vec<(Key, Record)>) {
        debug_assert!(ascending.windows(2).all(|pair| pair[0].0 < pair[1].0));
        self.loaded = Arc::new(ascending);
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Record> {
        match self.since.get(key) {
            Some(record) => record.as_ref(),
            None => self
                .loaded
                .get(self.find(key).ok()?)
                .map(|(_, record)| record),
        }
    }

    pub(super) fn put(&mut self, key: Key, record: Record) {
        self.since.insert(key, Some(record));
    }

    pub(super) fn remove(&mut self, key: &Key) {
        if self.find(key).is_ok() {
            self.since.insert(key.clone(), None);
        } else {
            self.since.remove(key);
        }
    }

    /// The records from one key to another, both included.
    pub(super) fn span(&self, first: Key, last: Key) -> Span<'_> {
        let from = self.find(&first).unwrap_or_else(|place| place);
        let to = self
            .find(&last)
            .map_or_else(|place| place, |place| place + 1);
        Span {
            loaded: self.loaded.get(from..to).unwrap_or_default(),
            since: self.since.range(first..=last),
            front: None,
            back: None,
        }
    }

    /// True where [`Self::span`] would find something, for less while nothing was loaded.
    pub(super) fn has_any(&self, first: &Key, last: &Key) -> bool {
        if self.loaded.is_empty() {
            self.since
                .get_next(first)
                .is_some_and(|(key, _)| key.cmp(last).is_le())
        } else {
            self.span(first.clone(), last.clone()).next().is_some()
        }
    }

    /// Everything.
    pub(super) fn iter(&self) -> Span<'_> {
        Span {
            loaded: &self.loaded,
            since: self.since.range::<_, Key>(..),
            front: None,
            back: None,
        }
    }

    /// Where a key was loaded, or would stand.
    fn find(&self, key: &Key) -> Result<usize, usize> {
        self.loaded.binary_search_by(|(known, _)| known.cmp(key))
    }
}

impl PartialEq for Layers {
    fn eq(&self, other: &Self) -> bool {
        let nothing = self.loaded.is_empty() && other.loaded.is_empty();
        // Clones share most of what they are made of, which a tree need not look into.
        (nothing || Arc::ptr_eq(&self.loaded, &other.loaded)) && self.since == other.since
            || self.iter().eq(other.iter())
    }
}

type Since<'m> = (&'m Key, &'m Option<Record>);

/// Records in the order of their keys, from both ends.
pub(super) struct Span<'m> {
    loaded: &'m [(Key, Record)],
    since: RangedIter<'m, Key, Option<Record>, DefaultSharedPtr>,
    /// The next of `since` from either end, where one was taken out that is not due yet.
    front: Option<Since<'m>>,
    back: Option<Since<'m>>,
}

impl<'m> Iterator for Span<'m> {
    type Item = (&'m Key, &'m Record);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let due = self.front.take().or_else(|| self.since.next());
            let due = due.or_else(|| self.back.take());
            if let Some(((key, record), rest)) = self.loaded.split_first() {
                let order = due.map_or(Ordering::Less, |(changed, _)| key.cmp(changed));
                if order.is_le() {
                    self.loaded = rest;
                }
                if order.is_lt() {
                    self.front = due;
                    return Some((key, record));
                }
            }
            if let (key, Some(record)) = due? {
                return Some((key, record));
            }
        }
    }
}

impl DoubleEndedIterator for Span<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            let due = self.back.take().or_else(|| self.since.next_back());
            let due = due.or_else(|| self.front.take());
            if let Some(((key, record), rest)) = self.loaded.split_last() {
                let order = due.map_or(Ordering::Greater, |(changed, _)| key.cmp(changed));
                if order.is_ge() {
                    self.loaded = rest;
                }
                if order.is_gt() {
                    self.back = due;
                    return Some((key, record));
                }
            }
            if let (key, Some(record)) = due? {
                return Some((key, record));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Pool;
    use crate::id::PoolId;
    use crate::splitmix::SplitMix64;
    use std::collections::BTreeMap;

    const KEYS: u8 = 24;

    fn key(number: u8) -> Key {
        Key::Pool(PoolId::from_bytes([number; 16]))
    }

    fn record(name: u64) -> Record {
        Record::Pool(Arc::new(Pool {
            id: PoolId::from_bytes([0; 16]),
            name: name.to_string().into(),
            region: None,
        }))
    }

    /// What a span says, taken from either end as chance has it.
    fn told(span: Span<'_>, chance: &mut SplitMix64) -> Vec<(Key, Record)> {
        let (mut span, mut ahead, mut behind) = (span, vec![], vec![]);
        loop {
            let from_behind = chance.below(2) == 0;
            let next = if from_behind {
                span.next_back()
            } else {
                span.next()
            };
            let Some((key, record)) = next else { break };
            let told = (key.clone(), record.clone());
            if from_behind {
                behind.push(told);
            } else {
                ahead.push(told);
            }
        }
        assert!(span.next().is_none() && span.next_back().is_none());
        ahead.extend(behind.into_iter().rev());
        ahead
    }

    /// Loaded, put and removed by chance, beside a plain map that had the same.
    fn played(seed: u64) -> (Layers, BTreeMap<Key, Record>) {
        let mut chance = SplitMix64::new(seed);
        let (mut layers, mut plain) = (Layers::default(), BTreeMap::new());
        let loaded: Vec<_> = (0..KEYS).filter(|_| chance.below(2) == 0).collect();
        plain.extend(loaded.into_iter().map(|number| (key(number), record(0))));
        layers.load(plain.clone().into_iter().collect());
        for step in 1..=chance.below(30) as u64 {
            let at = key(chance.below(usize::from(KEYS)) as u8);
            if chance.below(3) == 0 {
                layers.remove(&at);
                plain.remove(&at);
            } else {
                layers.put(at.clone(), record(step % 3));
                plain.insert(at, record(step % 3));
            }
        }
        (layers, plain)
    }

    #[test]
    fn two_layers_answer_as_one_map_does() {
        for seed in 0..2_000 {
            let (layers, plain) = played(seed);
            let mut chance = SplitMix64::new(!seed);
            for number in 0..KEYS {
                let at = key(number);
                assert_eq!(layers.get(&at), plain.get(&at), "seed {seed}");
                let last = key(number + chance.below(usize::from(KEYS - number)) as u8);
                let span = plain.range(at.clone()..=last.clone());
                let expected: Vec<_> = span.map(|(at, it)| (at.clone(), it.clone())).collect();
                let any = layers.has_any(&at, &last);
                assert_eq!(any, !expected.is_empty(), "seed {seed}");
                let told = told(layers.span(at, last), &mut chance);
                assert_eq!(told, expected, "seed {seed}");
            }
        }
    }

    #[test]
    fn maps_are_equal_by_what_is_in_them_and_not_by_how_it_came_there() {
        for seed in 0..2_000 {
            let (layers, plain) = played(seed);
            let mut put = Layers::default();
            for (at, it) in plain.clone() {
                put.put(at, it);
            }
            assert!(layers == put, "seed {seed}");
            let (mut other, gone) = (layers.clone(), plain.keys().next());
            let Some(gone) = gone else { continue };
            other.remove(gone);
            assert!(layers != other && other != put, "seed {seed}");
        }
    }
}
