//! What every [`LedgerStore`] must do: one suite, run on each of them.
//!
//! [`conformance_suite!`](crate::conformance_suite) makes a test of each function here: native
//! tests where the store is native, browser tests where it needs a browser. The maker it is given
//! opens the store of that name; the same name again is a second connection to the same data, as
//! another tab has it.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use crate::error::StoreError;
use crate::ledger_store::LedgerStore;
use crate::model::{
    Change, ENTRIES_KEPT_MS, Generation, HISTORY_KEPT, HISTORY_LOADED, Identity, Incarnation,
    Loaded, Settled, Source, SyncUpdate, Unsent,
};
use baton_domain::directory::Pool;
use baton_domain::id::{DeviceId, EntryId, OrganizationId, PersonId, PoolId};
use baton_domain::refusal::{Reason, Refusal};
use baton_domain::time::Timestamp;
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Entry, EntryBody};
use baton_ledger::{Recorded, SignedEntry, SigningKey, Unsigned};

const ORGANIZATION: OrganizationId = OrganizationId::from_bytes([1; 16]);
const PERSON: PersonId = PersonId::from_bytes([2; 16]);
const DEVICE: DeviceId = DeviceId::from_bytes([3; 16]);
const OTHER_DEVICE: DeviceId = DeviceId::from_bytes([4; 16]);
const INCARNATION: Incarnation = [7; 16];
const RESTORED: Incarnation = [8; 16];

/// Makes a test of everything in [`conformance`](crate::conformance). The argument opens a store:
/// an `async fn(&str) -> impl LedgerStore`.
#[macro_export]
macro_rules! conformance_suite {
    ($make:path) => {
        $crate::conformance_suite! { @each $make:
            a_new_store_is_empty
            entries_come_back_byte_for_byte_and_in_order
            a_gap_in_the_sequence_is_refused_and_writes_nothing
            the_same_bytes_again_are_done_at_once
            the_second_of_two_tabs_loses_the_sequence
            another_devices_entry_is_refused
            another_phones_entries_are_taken_in_beside_own_ones
            the_entries_of_a_transfer_are_found_wherever_they_lie
            an_answer_moves_the_base_and_settles
            what_lies_between_settled_entries_stays_unsent
            the_history_is_in_the_order_of_recording_whatever_was_settled_when
            one_verdict_of_an_answer_may_change_alone
            the_same_answer_again_changes_nothing
            the_same_answer_in_one_portion_brings_nothing_twice
            an_answer_from_further_on_takes_nothing_away
            an_answer_for_a_base_that_moved_is_stale_and_writes_nothing
            an_answer_of_another_incarnation_is_stale
            what_waits_stays_unsent_and_names_its_ancestor
            a_verdict_may_come_with_no_order_number
            no_sequence_that_the_server_holds_is_used_again
            a_scope_page_comes_after_the_changes_it_belongs_to
            a_generation_takes_the_place_of_what_it_covers
            a_generation_of_many_pages_comes_back_in_order
            a_generation_beyond_the_base_is_stale
            the_servers_generation_replaces_the_base_and_keeps_the_outbox
            a_restored_server_is_offered_everything_again
            what_a_snapshot_covers_is_kept_for_a_restored_server
            of_two_under_one_id_a_restored_server_is_offered_what_was_recorded
            entries_older_than_30_days_before_a_generation_are_let_go
            the_history_loads_its_end_only
            what_is_kept_of_the_history_is_bounded
            a_new_device_begins_its_sequence_anew
            drafts_are_kept_until_deleted
            an_export_holds_what_is_unsent
            a_wiped_store_is_empty
        }
    };
    (@each $make:path: $($name:ident)*) => {$(
        #[cfg(not(target_arch = "wasm32"))]
        #[test]
        fn $name() {
            $crate::conformance::ready($crate::conformance::$name(&$make));
        }

        #[cfg(target_arch = "wasm32")]
        #[wasm_bindgen_test::wasm_bindgen_test]
        async fn $name() {
            $crate::conformance::$name(&$make).await;
        }
    )*};
}

/// Runs a future that never has to wait, as those of a store in memory.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("a store in memory does not wait"),
    }
}

/// An own entry at a sequence.
pub fn entry(sequence: u64) -> SignedEntry {
    entry_of(DEVICE, sequence)
}

/// A device's entry at a sequence.
pub fn entry_of(device: DeviceId, sequence: u64) -> SignedEntry {
    let pool = Pool {
        id: PoolId::from_bytes(*device.as_bytes()),
        name: format!("Pool {sequence}").into(),
        region: None,
    };
    entry_with(device, sequence, EntryBody::PoolRecorded(pool))
}

fn entry_with(device: DeviceId, sequence: u64, body: EntryBody) -> SignedEntry {
    let key = SigningKey::from_bytes(&[9; 32]).unwrap();
    let mut id = *device.as_bytes();
    id[8..].copy_from_slice(&sequence.to_be_bytes());
    let entry = Entry {
        id: EntryId::from_bytes(id),
        organization: ORGANIZATION,
        actor: PERSON,
        device,
        sequence,
        occurred_at: Timestamp {
            unix_ms: 1_795_000_000_000,
            offset_min: -420,
        },
        source_sha256: None,
        body,
    };
    Unsigned::new(&entry).unwrap().sign(&key)
}

fn recorded(order: u64, entry: &SignedEntry) -> Recorded {
    Recorded {
        order,
        received_at_ms: 1_795_000_001_000,
        bytes: entry.bytes().to_vec(),
        verdict: Verdict::accepted(),
    }
}

fn answer(from: u64, cursor: u64) -> SyncUpdate {
    SyncUpdate {
        incarnation: INCARNATION,
        from,
        cursor,
        changes: Vec::new(),
        page: None,
        settled: Vec::new(),
        waiting: Vec::new(),
        relayed: Vec::new(),
        acked_sequence: 0,
    }
}

fn accepted(entry: &SignedEntry, order: u64) -> Settled {
    Settled {
        id: entry.entry().id,
        order: Some(order),
        verdict: Verdict::accepted(),
    }
}

fn identity(device: DeviceId) -> Identity {
    Identity {
        organization: ORGANIZATION,
        person: PERSON,
        device,
        certificate: vec![1, 2, 3],
    }
}

fn base(order: u64, pages: &[&[u8]], written_at_ms: i64) -> Generation {
    Generation {
        order,
        pages: pages.iter().map(|page| page.to_vec()).collect(),
        written_at_ms,
        source: Source::Base,
    }
}

fn from_server(order: u64, pages: &[&[u8]], incarnation: Incarnation) -> Generation {
    Generation {
        source: Source::Server { incarnation },
        ..base(order, pages, 0)
    }
}

fn unsent(loaded: &Loaded) -> Vec<u64> {
    loaded
        .outbox
        .iter()
        .map(|unsent| unsent.entry.entry().sequence)
        .collect()
}

fn history(loaded: &Loaded) -> Vec<(u64, Option<u64>)> {
    loaded
        .history
        .iter()
        .map(|own| (own.entry.entry().sequence, own.order))
        .collect()
}

fn changes(loaded: &Loaded) -> Vec<String> {
    let name = |change: &Change| match change {
        Change::Entry(recorded) => recorded.order.to_string(),
        Change::Page(page) => format!("page {page:?}"),
    };
    loaded.changes.iter().map(name).collect()
}

/// Changes of order numbers `orders`, of another device.
fn others(orders: std::ops::RangeInclusive<u64>) -> Vec<Recorded> {
    orders
        .map(|order| recorded(order, &entry_of(OTHER_DEVICE, order)))
        .collect()
}

macro_rules! tests {
    ($($(#[$doc:meta])* $name:ident($make:ident) $body:block)*) => {$(
        $(#[$doc])*
        pub async fn $name<S: LedgerStore>($make: &impl AsyncFn(&str) -> S) {
            let $make = async || $make(stringify!($name)).await;
            $body
        }
    )*};
}

tests! {
    /// Nothing is there, and saying so is no error.
    a_new_store_is_empty(make) {
        let loaded = make().await.load().await.unwrap();
        assert_eq!((loaded.identity, loaded.sequence, loaded.cursor, loaded.incarnation), (None, 0, 0, None));
        assert!(loaded.pages.is_empty() && loaded.changes.is_empty() && loaded.outbox.is_empty());
        assert!(loaded.history.is_empty() && loaded.relay.is_empty() && loaded.damaged.is_empty());
    }

    /// I3: what was called saved is there, exactly as it was signed.
    entries_come_back_byte_for_byte_and_in_order(make) {
        let store = make().await;
        store.append(&[entry(1), entry(2)]).await.unwrap();
        store.append(&[entry(3)]).await.unwrap();
        let loaded = make().await.load().await.unwrap();
        assert_eq!((unsent(&loaded), loaded.sequence), (vec![1, 2, 3], 3));
        for (sequence, unsent) in (1..).zip(&loaded.outbox) {
            assert_eq!(unsent.entry.bytes(), entry(sequence).bytes());
        }
        assert_eq!(store.unsent_count().await.unwrap(), 3);
    }

    /// R31: no gap in a device's sequence.
    a_gap_in_the_sequence_is_refused_and_writes_nothing(make) {
        let store = make().await;
        store.append(&[entry(1)]).await.unwrap();
        for batch in [vec![entry(3)], vec![entry(2), entry(4)], vec![entry(2), entry(1)]] {
            let error = store.append(&batch).await.unwrap_err();
            assert!(matches!(error, StoreError::SequenceTaken { expected: 2, .. }), "{error:?}");
        }
        assert_eq!(unsent(&store.load().await.unwrap()), [1]);
    }

    /// A transaction that was repeated after a lost connection is done.
    the_same_bytes_again_are_done_at_once(make) {
        let store = make().await;
        store.append(&[entry(1), entry(2)]).await.unwrap();
        store.append(&[entry(1), entry(2)]).await.unwrap();
        store.append(&[entry(2)]).await.unwrap();
        let settle = SyncUpdate { settled: vec![accepted(&entry(1), 5)], ..answer(0, 5) };
        store.apply(&settle).await.unwrap();
        store.append(&[entry(1), entry(2)]).await.unwrap();
        assert_eq!(unsent(&store.load().await.unwrap()), [2]);
    }

    /// Two tabs, one sequence: the first keeps it, the second signs again.
    the_second_of_two_tabs_loses_the_sequence(make) {
        let (first, second) = (make().await, make().await);
        first.append(&[entry(1)]).await.unwrap();
        let mut other = entry(1).entry().clone();
        other.id = EntryId::from_bytes([0xee; 16]);
        let other = Unsigned::new(&other).unwrap().sign(&SigningKey::from_bytes(&[9; 32]).unwrap());
        let error = second.append(&[other]).await.unwrap_err();
        assert_eq!(error, StoreError::SequenceTaken { expected: 2, got: 1 });
        second.append(&[entry(2)]).await.unwrap();
        assert_eq!(unsent(&first.load().await.unwrap()), [1, 2]);
    }

    /// A store belongs to one device at a time.
    another_devices_entry_is_refused(make) {
        let store = make().await;
        store.set_identity(&identity(DEVICE)).await.unwrap();
        let error = store.append(&[entry_of(OTHER_DEVICE, 1)]).await.unwrap_err();
        assert!(matches!(error, StoreError::SequenceTaken { .. }), "{error:?}");
        store.append(&[entry(1)]).await.unwrap();
    }

    /// What came by a code waits like what is one's own: in its place, until its verdict.
    another_phones_entries_are_taken_in_beside_own_ones(make) {
        let store = make().await;
        store.set_identity(&identity(DEVICE)).await.unwrap();
        store.append(&[entry(1)]).await.unwrap();
        let vouched = Unsent { certificate: Some(vec![4, 5]), ..Unsent::new(entry_of(OTHER_DEVICE, 40)) };
        store.take_in(&[vouched.clone(), Unsent::new(entry_of(OTHER_DEVICE, 41))]).await.unwrap();
        store.append(&[entry(2)]).await.unwrap();
        store.take_in(&[Unsent { certificate: None, ..vouched }]).await.unwrap();
        let loaded = make().await.load().await.unwrap();
        assert_eq!((unsent(&loaded), loaded.sequence), (vec![1, 40, 41, 2], 2));
        assert_eq!(loaded.outbox[1].certificate, Some(vec![4, 5]), "what lay there is left as it is");
        assert_eq!(store.unsent_count().await.unwrap(), 4);

        let settle = SyncUpdate { settled: vec![accepted(&entry_of(OTHER_DEVICE, 40), 7)], ..answer(0, 7) };
        store.apply(&settle).await.unwrap();
        store.take_in(&[Unsent::new(entry_of(OTHER_DEVICE, 40))]).await.unwrap();
        let loaded = make().await.load().await.unwrap();
        assert_eq!((unsent(&loaded), history(&loaded)), (vec![1, 41, 2], vec![(40, Some(7))]));
    }

    /// A proof needs the bytes, whether they are unsent, decided or came with an answer.
    the_entries_of_a_transfer_are_found_wherever_they_lie(make) {
        let store = make().await;
        let offer = entry(1);
        let transfer = offer.entry().id;
        let ends = |device, sequence| {
            entry_with(device, sequence, EntryBody::TransferCancelled { transfer, reason: "".into() })
        };
        store.append(&[offer.clone(), entry(2), ends(DEVICE, 3)]).await.unwrap();
        let update = SyncUpdate {
            changes: vec![recorded(1, &ends(OTHER_DEVICE, 8)), recorded(2, &offer)],
            settled: vec![accepted(&offer, 2)],
            ..answer(0, 2)
        };
        store.apply(&update).await.unwrap();
        let found = store.signed_of(transfer).await.unwrap();
        let sequences: Vec<u64> = found.iter().map(|entry| entry.entry().sequence).collect();
        assert_eq!(sequences, [3, 1, 8]);
    }

    /// Changes, verdicts, cursor and incarnation come in together.
    an_answer_moves_the_base_and_settles(make) {
        let store = make().await;
        store.append(&[entry(1), entry(2), entry(3)]).await.unwrap();
        let update = SyncUpdate {
            changes: others(1..=2),
            settled: vec![accepted(&entry(1), 3), accepted(&entry(2), 4)],
            ..answer(0, 4)
        };
        store.apply(&update).await.unwrap();
        let loaded = make().await.load().await.unwrap();
        assert_eq!((loaded.cursor, loaded.incarnation), (4, Some(INCARNATION)));
        assert_eq!(changes(&loaded), ["1", "2"]);
        assert_eq!((unsent(&loaded), history(&loaded)), (vec![3], vec![(1, Some(3)), (2, Some(4))]));
        assert_eq!(loaded.history[0].entry.bytes(), entry(1).bytes());
        assert_eq!(loaded.history[0].verdict, Verdict::accepted());
        let Change::Entry(first) = &loaded.changes[0] else { panic!("an entry") };
        assert_eq!(**first, recorded(1, &entry_of(OTHER_DEVICE, 1)));
    }

    /// An answer may settle the first and the last of three, and change an earlier verdict.
    what_lies_between_settled_entries_stays_unsent(make) {
        let store = make().await;
        store.append(&[entry(1), entry(2), entry(3), entry(4)]).await.unwrap();
        let first = SyncUpdate { settled: vec![accepted(&entry(1), 1)], ..answer(0, 1) };
        store.apply(&first).await.unwrap();
        let settled = vec![accepted(&entry(4), 3), accepted(&entry(2), 2), accepted(&entry(1), 5)];
        store.apply(&SyncUpdate { settled, ..answer(1, 5) }).await.unwrap();
        let loaded = make().await.load().await.unwrap();
        assert_eq!(unsent(&loaded), [3]);
        assert_eq!(history(&loaded), [(1, Some(5)), (2, Some(2)), (4, Some(3))]);
    }

    /// What waited for another entry gets its verdict after what was recorded later.
    the_history_is_in_the_order_of_recording_whatever_was_settled_when(make) {
        let store = make().await;
        let all: Vec<_> = (1..=5).map(entry).collect();
        store.append(&all).await.unwrap();
        let settled = vec![accepted(&entry(5), 1), accepted(&entry(1), 2), accepted(&entry(3), 3)];
        store.apply(&SyncUpdate { settled, ..answer(0, 3) }).await.unwrap();
        let settled = vec![accepted(&entry(2), 4), accepted(&entry(4), 5)];
        store.apply(&SyncUpdate { settled, ..answer(3, 5) }).await.unwrap();
        let expected = [(1, Some(2)), (2, Some(4)), (3, Some(3)), (4, Some(5)), (5, Some(1))];
        assert_eq!(history(&make().await.load().await.unwrap()), expected);
    }

    /// A restored server judges one of hundreds otherwise that were settled together: the others keep
    /// their word, and all of them their bytes.
    one_verdict_of_an_answer_may_change_alone(make) {
        let store = make().await;
        let all: Vec<_> = (1..=3).map(entry).collect();
        store.append(&all).await.unwrap();
        let settled = all.iter().map(|entry| accepted(entry, entry.entry().sequence)).collect();
        store.apply(&SyncUpdate { settled, ..answer(0, 3) }).await.unwrap();
        let refused = Verdict::whole(Outcome::Refused(Refusal::new(Reason::Unknown)));
        let changed = Settled { id: entry(2).entry().id, order: Some(9), verdict: refused.clone() };
        // Said twice in one answer, the last word counts.
        let settled = vec![accepted(&entry(2), 8), changed];
        store.apply(&SyncUpdate { settled, ..answer(3, 9) }).await.unwrap();
        let loaded = make().await.load().await.unwrap();
        assert_eq!(history(&loaded), [(1, Some(1)), (2, Some(9)), (3, Some(3))]);
        let verdicts: Vec<_> = loaded.history.iter().map(|own| own.verdict.clone()).collect();
        assert_eq!(verdicts, [Verdict::accepted(), refused, Verdict::accepted()]);
        assert!(loaded.history.iter().zip(&all).all(|(own, entry)| own.entry == *entry));
    }

    /// A transaction that was repeated after a lost connection is done.
    the_same_answer_again_changes_nothing(make) {
        let store = make().await;
        store.append(&[entry(1), entry(2)]).await.unwrap();
        let update = SyncUpdate { changes: others(1..=3), settled: vec![accepted(&entry(1), 4)], ..answer(0, 4) };
        store.apply(&update).await.unwrap();
        store.apply(&update).await.unwrap();
        let loaded = store.load().await.unwrap();
        assert_eq!((loaded.cursor, changes(&loaded).len()), (4, 3));
        assert_eq!((unsent(&loaded), history(&loaded)), (vec![2], vec![(1, Some(4))]));
    }

    /// Another desk on the same store asked from further back, and its answer comes late.
    the_same_answer_in_one_portion_brings_nothing_twice(make) {
        let store = make().await;
        store.apply(&SyncUpdate { changes: others(1..=2), ..answer(0, 2) }).await.unwrap();
        store.apply(&SyncUpdate { changes: others(3..=7), ..answer(2, 7) }).await.unwrap();
        store.apply(&SyncUpdate { changes: others(8..=12), ..answer(7, 12) }).await.unwrap();
        store.apply(&SyncUpdate { changes: others(3..=12), ..answer(2, 12) }).await.unwrap();
        let expected: Vec<String> = (1..=12).map(|order| order.to_string()).collect();
        assert_eq!(changes(&store.load().await.unwrap()), expected);
    }

    /// The same of one that stood where a snapshot went back from.
    an_answer_from_further_on_takes_nothing_away(make) {
        let store = make().await;
        store.apply(&SyncUpdate { changes: others(1..=9), ..answer(0, 9) }).await.unwrap();
        store.write_generation(&from_server(7, &[b"snapshot"], INCARNATION)).await.unwrap();
        store.apply(&SyncUpdate { changes: others(8..=12), ..answer(7, 12) }).await.unwrap();
        store.apply(&SyncUpdate { changes: others(10..=12), ..answer(9, 12) }).await.unwrap();
        assert_eq!(changes(&store.load().await.unwrap()), ["8", "9", "10", "11", "12"]);
    }

    /// Another tab moved on in between.
    an_answer_for_a_base_that_moved_is_stale_and_writes_nothing(make) {
        let store = make().await;
        store.append(&[entry(1)]).await.unwrap();
        store.apply(&SyncUpdate { changes: others(1..=5), ..answer(0, 5) }).await.unwrap();
        let late = SyncUpdate { changes: others(3..=4), settled: vec![accepted(&entry(1), 3)], ..answer(2, 4) };
        assert_eq!(store.apply(&late).await, Err(StoreError::Stale));
        let loaded = store.load().await.unwrap();
        assert_eq!((loaded.cursor, unsent(&loaded), history(&loaded)), (5, vec![1], vec![]));
    }

    /// A restored server's numbers are not those of before.
    an_answer_of_another_incarnation_is_stale(make) {
        let store = make().await;
        store.apply(&SyncUpdate { changes: others(1..=5), ..answer(0, 5) }).await.unwrap();
        let restored = SyncUpdate { incarnation: RESTORED, changes: others(6..=6), ..answer(5, 6) };
        assert_eq!(store.apply(&restored).await, Err(StoreError::Stale));
        assert_eq!(store.load().await.unwrap().incarnation, Some(INCARNATION));
    }

    /// R33: waiting is no verdict.
    what_waits_stays_unsent_and_names_its_ancestor(make) {
        let store = make().await;
        store.append(&[entry(1), entry(2)]).await.unwrap();
        let ancestor = EntryId::from_bytes([5; 16]);
        let update = SyncUpdate { waiting: vec![(entry(1).entry().id, ancestor)], ..answer(0, 0) };
        store.apply(&update).await.unwrap();
        let loaded = store.load().await.unwrap();
        let waiting: Vec<_> = loaded.outbox.iter().map(|unsent| unsent.waiting_for).collect();
        assert_eq!((unsent(&loaded), waiting), (vec![1, 2], vec![Some(ancestor), None]));
        store.apply(&SyncUpdate { settled: vec![accepted(&entry(1), 9)], ..answer(0, 9) }).await.unwrap();
        assert_eq!(unsent(&store.load().await.unwrap()), [2]);
    }

    /// An entry that the server did not record has a verdict all the same.
    a_verdict_may_come_with_no_order_number(make) {
        let store = make().await;
        store.append(&[entry(1)]).await.unwrap();
        let verdict = Verdict::whole(Outcome::Refused(Refusal::new(Reason::OtherOrganization)));
        let settled = Settled { id: entry(1).entry().id, order: None, verdict: verdict.clone() };
        store.apply(&SyncUpdate { settled: vec![settled], ..answer(0, 0) }).await.unwrap();
        let loaded = store.load().await.unwrap();
        assert_eq!((unsent(&loaded), history(&loaded)), (vec![], vec![(1, None)]));
        assert_eq!(loaded.history[0].verdict, verdict);
    }

    /// A phone that lost its storage does not sign over what it had sent.
    no_sequence_that_the_server_holds_is_used_again(make) {
        let store = make().await;
        store.apply(&SyncUpdate { acked_sequence: 7, ..answer(0, 0) }).await.unwrap();
        assert_eq!(store.load().await.unwrap().sequence, 7);
        let error = store.append(&[entry(1)]).await.unwrap_err();
        assert_eq!(error, StoreError::SequenceTaken { expected: 8, got: 1 });
        store.append(&[entry(8)]).await.unwrap();
    }

    /// A page holds records as they are at its cursor.
    a_scope_page_comes_after_the_changes_it_belongs_to(make) {
        let store = make().await;
        store.apply(&SyncUpdate { changes: others(1..=2), page: Some(vec![1]), ..answer(0, 2) }).await.unwrap();
        store.apply(&SyncUpdate { changes: others(3..=3), page: Some(vec![2]), ..answer(2, 4) }).await.unwrap();
        assert_eq!(changes(&store.load().await.unwrap()), ["1", "2", "page [1]", "3", "page [2]"]);
    }

    /// Start-up never replays what a generation holds.
    a_generation_takes_the_place_of_what_it_covers(make) {
        let store = make().await;
        store.append(&[entry(1)]).await.unwrap();
        let update = SyncUpdate { changes: others(1..=4), page: Some(vec![1]), ..answer(0, 4) };
        store.apply(&update).await.unwrap();
        store.write_generation(&base(3, &[b"one", b"two"], 0)).await.unwrap();
        let loaded = make().await.load().await.unwrap();
        assert_eq!(loaded.pages, [b"one", b"two"]);
        assert_eq!((loaded.generation_order, loaded.cursor, unsent(&loaded)), (3, 4, vec![1]));
        assert_eq!(changes(&loaded), ["4", "page [1]"]);
        store.write_generation(&base(4, &[b"three"], 0)).await.unwrap();
        let loaded = store.load().await.unwrap();
        assert_eq!((loaded.pages, loaded.changes.len()), (vec![b"three".to_vec()], 0));
    }

    /// Several transactions, one order.
    a_generation_of_many_pages_comes_back_in_order(make) {
        let store = make().await;
        let pages: Vec<Vec<u8>> = (0..12).map(|page| vec![page; 300 * 1024]).collect();
        let generation = Generation { pages: pages.clone(), ..from_server(9, &[], INCARNATION) };
        store.write_generation(&generation).await.unwrap();
        assert!(store.load().await.unwrap().pages == pages);
    }

    /// A phone cannot hold a picture of what it has not seen, nor go back.
    a_generation_beyond_the_base_is_stale(make) {
        let store = make().await;
        store.apply(&SyncUpdate { changes: others(1..=4), ..answer(0, 4) }).await.unwrap();
        assert_eq!(store.write_generation(&base(5, &[b"later"], 0)).await, Err(StoreError::Stale));
        store.write_generation(&base(4, &[b"now"], 0)).await.unwrap();
        assert_eq!(store.write_generation(&base(3, &[b"before"], 0)).await, Err(StoreError::Stale));
        assert_eq!(store.load().await.unwrap().pages, [b"now"]);
    }

    /// A new phone, or a change of scope.
    the_servers_generation_replaces_the_base_and_keeps_the_outbox(make) {
        let store = make().await;
        store.append(&[entry(1), entry(2)]).await.unwrap();
        let update = SyncUpdate { changes: others(1..=9), settled: vec![accepted(&entry(1), 9)], ..answer(0, 9) };
        store.apply(&update).await.unwrap();
        store.write_generation(&from_server(7, &[b"snapshot"], INCARNATION)).await.unwrap();
        let loaded = store.load().await.unwrap();
        assert_eq!((loaded.cursor, loaded.generation_order, loaded.incarnation), (7, 7, Some(INCARNATION)));
        assert_eq!((unsent(&loaded), history(&loaded)), (vec![2], vec![(1, Some(9))]));
        assert!(loaded.changes.is_empty() && loaded.relay.is_empty());
        store.apply(&SyncUpdate { changes: others(8..=9), ..answer(7, 9) }).await.unwrap();
        assert_eq!(changes(&store.load().await.unwrap()), ["8", "9"]);
    }

    /// Nothing that a living phone holds is lost with the server's last days.
    a_restored_server_is_offered_everything_again(make) {
        let store = make().await;
        store.append(&[entry(1), entry(2)]).await.unwrap();
        let update = SyncUpdate {
            changes: others(1..=2),
            settled: vec![accepted(&entry(1), 3)],
            waiting: vec![(entry(2).entry().id, EntryId::from_bytes([5; 16]))],
            ..answer(0, 3)
        };
        store.apply(&update).await.unwrap();
        store.write_generation(&from_server(1, &[b"old"], RESTORED)).await.unwrap();
        let loaded = store.load().await.unwrap();
        assert_eq!((loaded.cursor, loaded.incarnation), (1, Some(RESTORED)));
        assert_eq!((unsent(&loaded), loaded.outbox[0].waiting_for), (vec![2], None));
        let offered: Vec<_> = loaded.relay.iter().map(|entry| entry.entry().id).collect();
        let expected = [entry(1), entry_of(OTHER_DEVICE, 1), entry_of(OTHER_DEVICE, 2)];
        assert_eq!(offered, expected.map(|entry| entry.entry().id));
        let refused = Verdict::whole(Outcome::Refused(Refusal::new(Reason::Unknown)));
        let changed = Settled { id: entry(1).entry().id, order: Some(2), verdict: refused.clone() };
        let update = SyncUpdate {
            incarnation: RESTORED, settled: vec![changed], relayed: offered[..2].to_vec(), ..answer(1, 2)
        };
        store.apply(&update).await.unwrap();
        let loaded = store.load().await.unwrap();
        assert_eq!(loaded.relay.len(), 1);
        assert_eq!((history(&loaded), &loaded.history[0].verdict), (vec![(1, Some(2))], &refused));
    }

    /// A snapshot in the midst of an answer lets go what comes again, and nothing else.
    what_a_snapshot_covers_is_kept_for_a_restored_server(make) {
        let store = make().await;
        store.apply(&SyncUpdate { changes: others(1..=4), ..answer(0, 4) }).await.unwrap();
        store.write_generation(&from_server(2, &[b"snapshot"], INCARNATION)).await.unwrap();
        assert!(store.load().await.unwrap().changes.is_empty());
        store.write_generation(&from_server(1, &[b"old"], RESTORED)).await.unwrap();
        let loaded = store.load().await.unwrap();
        let offered: Vec<_> = loaded.relay.iter().map(|entry| entry.entry().sequence).collect();
        assert_eq!(offered, [1, 2]);
    }

    /// Somebody showed a code for other bytes than he sent (R32).
    of_two_under_one_id_a_restored_server_is_offered_what_was_recorded(make) {
        let store = make().await;
        let sent = entry_of(OTHER_DEVICE, 1);
        let shown = entry_with(OTHER_DEVICE, 1, EntryBody::DeviceRevoked(DEVICE));
        assert_eq!((sent.entry().id, sent == shown), (shown.entry().id, false));
        store.take_in(&[Unsent::new(shown.clone())]).await.unwrap();
        let refusal = Refusal::new(Reason::Conflicting);
        let verdict = Verdict::whole(Outcome::Disputed(refusal));
        let settled = vec![Settled { id: shown.entry().id, order: None, verdict }];
        store.apply(&SyncUpdate { changes: others(1..=2), settled, ..answer(0, 2) }).await.unwrap();
        store.write_generation(&from_server(1, &[b"old"], RESTORED)).await.unwrap();
        let loaded = store.load().await.unwrap();
        assert_eq!(loaded.history[0].entry, shown);
        assert_eq!(loaded.relay, [sent, entry_of(OTHER_DEVICE, 2)]);
    }

    /// What is kept for a restored server is bounded by time.
    entries_older_than_30_days_before_a_generation_are_let_go(make) {
        let store = make().await;
        store.apply(&SyncUpdate { changes: others(1..=4), ..answer(0, 4) }).await.unwrap();
        store.write_generation(&base(2, &[b"a"], 1_000)).await.unwrap();
        store.write_generation(&base(3, &[b"b"], 1_000 + ENTRIES_KEPT_MS)).await.unwrap();
        store.write_generation(&from_server(1, &[b"old"], RESTORED)).await.unwrap();
        let loaded = store.load().await.unwrap();
        let offered: Vec<_> = loaded.relay.iter().map(|entry| entry.entry().sequence).collect();
        assert_eq!(offered, [3, 4]);
    }

    /// Start-up does not grow with the years.
    the_history_loads_its_end_only(make) {
        let store = make().await;
        let last = HISTORY_LOADED + 10;
        let entries: Vec<_> = (1..=last).map(entry).collect();
        store.append(&entries).await.unwrap();
        let settled = entries.iter().map(|entry| accepted(entry, entry.entry().sequence)).collect();
        store.apply(&SyncUpdate { settled, ..answer(0, last) }).await.unwrap();
        let sequences: Vec<_> = history(&store.load().await.unwrap()).iter().map(|(sequence, _)| *sequence).collect();
        assert_eq!(sequences, (11..=last).collect::<Vec<_>>());
    }

    /// Nor does the storage: what lies before the last [`HISTORY_KEPT`] goes with the next generation,
    /// at the latest with the others of its answer.
    what_is_kept_of_the_history_is_bounded(make) {
        let store = make().await;
        let (half, last) = (HISTORY_KEPT / 2, HISTORY_KEPT + HISTORY_KEPT / 2);
        let entries: Vec<_> = (1..=last).map(entry).collect();
        store.append(&entries).await.unwrap();
        for (from, portion) in (0..).step_by(half as usize).zip(entries.chunks(half as usize)) {
            let settled = portion.iter().map(|entry| accepted(entry, entry.entry().sequence)).collect();
            store.apply(&SyncUpdate { settled, ..answer(from, from + half) }).await.unwrap();
        }
        store.write_generation(&base(last, &[b"page"], 0)).await.unwrap();
        let found = |sequence: u64| {
            let entry = &entries[sequence as usize - 1];
            store.append(std::slice::from_ref(entry))
        };
        assert!(found(last - HISTORY_KEPT).await.is_err());
        for kept in [last - HISTORY_KEPT + 1, last] {
            found(kept).await.unwrap();
        }
    }

    /// Enrolled again: what the former key signed is still sent, first.
    a_new_device_begins_its_sequence_anew(make) {
        let store = make().await;
        assert_eq!(store.identity().await.unwrap(), None);
        store.set_identity(&identity(DEVICE)).await.unwrap();
        store.append(&[entry(1), entry(2)]).await.unwrap();
        store.set_identity(&identity(DEVICE)).await.unwrap();
        assert_eq!(store.load().await.unwrap().sequence, 2);
        store.set_identity(&identity(OTHER_DEVICE)).await.unwrap();
        store.append(&[entry_of(OTHER_DEVICE, 1)]).await.unwrap();
        let loaded = store.load().await.unwrap();
        assert_eq!(loaded.identity, Some(identity(OTHER_DEVICE)));
        let devices: Vec<_> = loaded.outbox.iter().map(|unsent| unsent.entry.entry().device).collect();
        assert_eq!(devices, [DEVICE, DEVICE, OTHER_DEVICE]);
    }

    /// Half a form survives a closed app.
    drafts_are_kept_until_deleted(make) {
        let store = make().await;
        assert_eq!(store.draft("use").await.unwrap(), None);
        store.put_draft("use", b"half").await.unwrap();
        store.put_draft("case", b"").await.unwrap();
        store.put_draft("use", b"more").await.unwrap();
        assert_eq!(make().await.draft("use").await.unwrap().as_deref(), Some(&b"more"[..]));
        assert_eq!(store.draft_keys().await.unwrap(), ["case", "use"]);
        store.delete_draft("use").await.unwrap();
        store.delete_draft("use").await.unwrap();
        assert_eq!(store.draft_keys().await.unwrap(), ["case"]);
    }

    /// The way out of a broken phone.
    an_export_holds_what_is_unsent(make) {
        let store = make().await;
        assert_eq!(store.export().await.unwrap(), [0x80]);
        store.append(&[entry(1), entry(2), entry(3)]).await.unwrap();
        store.apply(&SyncUpdate { settled: vec![accepted(&entry(2), 1)], ..answer(0, 1) }).await.unwrap();
        let export = store.export().await.unwrap();
        let mut decoder = minicbor::Decoder::new(&export);
        let entries: Vec<_> = decoder.array_iter::<&minicbor::bytes::ByteSlice>().unwrap().map(Result::unwrap).collect();
        assert_eq!(entries.len(), 2);
        assert_eq!((&**entries[0], &**entries[1]), (entry(1).bytes(), entry(3).bytes()));
    }

    /// Signed out and forgotten.
    a_wiped_store_is_empty(make) {
        let store = make().await;
        store.set_identity(&identity(DEVICE)).await.unwrap();
        store.append(&[entry(1)]).await.unwrap();
        store.apply(&SyncUpdate { changes: others(1..=1), ..answer(0, 1) }).await.unwrap();
        store.write_generation(&base(1, &[b"page"], 0)).await.unwrap();
        store.put_draft("use", b"half").await.unwrap();
        store.wipe().await.unwrap();
        let loaded = make().await.load().await.unwrap();
        assert_eq!((loaded.identity, loaded.sequence, loaded.cursor), (None, 0, 0));
        assert!(loaded.pages.is_empty() && loaded.changes.is_empty() && loaded.outbox.is_empty());
        assert!(store.draft_keys().await.unwrap().is_empty());
    }
}
