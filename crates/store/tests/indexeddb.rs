//! The store in IndexedDB passes the suite, in a real browser, and keeps what is beyond it:
//! durability, two tabs, a database that another tab upgrades or deletes, a connection that is
//! lost, a phone that is full, a key that cannot be extracted.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "tests")]

use baton_domain::verdict::Verdict;
use baton_ledger::Recorded;
use baton_ledger::message::EntryVerdict;
use baton_store::conformance::{entry, entry_of};
use baton_store::{
    Change, Generation, Identity, IndexedDbStore, LedgerStore, Loaded, Settled, Source, StoreError,
    SyncUpdate,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

async fn open(name: &str) -> IndexedDbStore {
    IndexedDbStore::open(name).await.unwrap()
}

baton_store::conformance_suite! { open }

/// Runs a script that may use `await` and gives back what it returns.
async fn script(body: &str) -> JsValue {
    let promise = js_sys::eval(&format!("(async () => {{ {body} }})()")).unwrap();
    JsFuture::from(js_sys::Promise::from(promise))
        .await
        .unwrap()
}

/// Scripts that open, and wait for, a database as another program on the page would.
const RAW: &str = "
    const done = request => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
";

async fn raw(body: &str) -> JsValue {
    script(&format!("{RAW} {body}")).await
}

fn answer() -> SyncUpdate {
    SyncUpdate {
        incarnation: [7; 16],
        from: 0,
        cursor: 3,
        changes: Vec::new(),
        page: Some(vec![1]),
        settled: Vec::new(),
        waiting: Vec::new(),
        relayed: Vec::new(),
        acked_sequence: 0,
    }
}

/// Reliability g: killing a process cannot show it, the transactions themselves can.
#[wasm_bindgen_test]
async fn every_transaction_that_writes_is_strict() {
    let name = "strict";
    script(
        "globalThis.seen = [];
         globalThis.originalTransaction = IDBDatabase.prototype.transaction;
         IDBDatabase.prototype.transaction = function (...given) {
             const transaction = originalTransaction.apply(this, given);
             if (this.name === 'strict') { seen.push(`${transaction.mode} ${transaction.durability}`); }
             return transaction;
         };",
    )
    .await;
    let store = open(name).await;
    let entry = entry(1);
    let identity = Identity {
        organization: entry.entry().organization,
        person: entry.entry().actor,
        device: entry.entry().device,
        certificate: vec![1],
    };
    let generation = Generation {
        order: 2,
        pages: vec![vec![2]],
        written_at_ms: 0,
        source: Source::Base,
    };
    store.set_identity(&identity).await.unwrap();
    store.put_key(&"a key".into()).await.unwrap();
    store.append(&[entry]).await.unwrap();
    store.apply(&answer()).await.unwrap();
    store.write_generation(&generation).await.unwrap();
    store.put_draft("use", b"half").await.unwrap();
    store.delete_draft("use").await.unwrap();
    store.load().await.unwrap();
    store.wipe().await.unwrap();
    script("IDBDatabase.prototype.transaction = originalTransaction;").await;
    let seen = script("return seen.join('\\n');")
        .await
        .as_string()
        .unwrap();
    let writing: Vec<_> = seen
        .lines()
        .filter(|line| line.starts_with("readwrite"))
        .collect();
    assert!(writing.len() >= 11, "{seen}");
    assert!(
        writing.iter().all(|line| *line == "readwrite strict"),
        "{seen}"
    );
}

/// Two tabs at the same moment, not one after the other.
#[wasm_bindgen_test]
async fn of_two_tabs_racing_for_a_sequence_one_wins() {
    let name = "race";
    let append = |place: u8| {
        future_to_promise(async move {
            let store = open(name).await;
            let device = baton_domain::id::DeviceId::from_bytes([place; 16]);
            let outcome = store.append(&[entry_of(device, 1)]).await;
            Ok(JsValue::from_bool(outcome.is_ok()))
        })
    };
    let both: js_sys::Array = (20..28).map(append).collect();
    let outcomes = JsFuture::from(js_sys::Promise::all(&both)).await.unwrap();
    let won = js_sys::Array::from(&outcomes)
        .iter()
        .filter(|won| won.is_truthy())
        .count();
    let loaded = open(name).await.load().await.unwrap();
    assert_eq!((won, loaded.outbox.len(), loaded.sequence), (1, 1, 1));
}

/// A tab writes its second act before it hears where the phone stands: where another tab was
/// faster it must write nothing, and then go on.
#[wasm_bindgen_test]
async fn a_tab_that_believes_an_old_place_writes_nothing_on_it() {
    let (first, second) = (open("believes").await, open("believes").await);
    first.append(&[entry(1)]).await.unwrap();
    second.append(&[entry(2)]).await.unwrap();
    let mut late = entry(2).entry().clone();
    late.id = baton_domain::id::EntryId::from_bytes([0xee; 16]);
    let key = baton_ledger::SigningKey::from_bytes(&[9; 32]).unwrap();
    let late = baton_ledger::Unsigned::new(&late).unwrap().sign(&key);
    let error = first.append(&[late]).await.unwrap_err();
    assert_eq!(
        error,
        StoreError::SequenceTaken {
            expected: 3,
            got: 2
        }
    );
    first.append(&[entry(2)]).await.unwrap();
    first.append(&[entry(3)]).await.unwrap();
    first.append(&[entry(4)]).await.unwrap();
    let loaded = second.load().await.unwrap();
    let sequences: Vec<_> = loaded
        .outbox
        .iter()
        .map(|unsent| unsent.entry.entry().sequence)
        .collect();
    assert_eq!((sequences, loaded.sequence), (vec![1, 2, 3, 4], 4));
}

/// Architecture §5: the phone's key is a CryptoKey that cannot be extracted, and signs again
/// after it was read back.
#[wasm_bindgen_test]
async fn a_key_that_cannot_be_extracted_survives() {
    let name = "keys";
    let store = open(name).await;
    assert!(store.get_key().await.unwrap().is_none());
    let pair = script(
        "return crypto.subtle.generateKey(
            { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);",
    )
    .await;
    store.put_key(&pair).await.unwrap();
    store.close();
    let stored = open(name).await.get_key().await.unwrap().unwrap();
    js_sys::Reflect::set(&js_sys::global(), &"storedPair".into(), &stored).unwrap();
    let length = script(
        "if (storedPair.privateKey.extractable) { return -1; }
         const signature = await crypto.subtle.sign(
            { name: 'ECDSA', hash: 'SHA-256' }, storedPair.privateKey, new Uint8Array([1, 2, 3]));
         return signature.byteLength;",
    )
    .await;
    assert_eq!(length.as_f64(), Some(64.0));
}

/// A later build has migrated the database: this one says so and touches nothing.
#[wasm_bindgen_test]
async fn a_newer_database_is_left_alone() {
    raw("(await done(indexedDB.open('newer', 99))).close();").await;
    let error = IndexedDbStore::open("newer").await.err();
    assert_eq!(error, Some(StoreError::NewerVersion));
}

/// Another tab updates: this one gives way at once, and then says that it is too old.
#[wasm_bindgen_test]
async fn a_tab_gives_way_to_an_update() {
    let old = open("update").await;
    old.append(&[entry(1)]).await.unwrap();
    let new = IndexedDbStore::open_as("update", 9).await.unwrap();
    assert_eq!(new.load().await.unwrap().outbox.len(), 1);
    assert_eq!(old.load().await.err(), Some(StoreError::NewerVersion));
}

/// Another program on the page, or an older build, keeps the database open and does not listen.
#[wasm_bindgen_test]
async fn a_tab_that_does_not_give_way_is_told_of() {
    open("blocked").await.close();
    raw("globalThis.stubborn = await done(indexedDB.open('blocked'));").await;
    let error = IndexedDbStore::open_as("blocked", 9).await.err();
    assert_eq!(error, Some(StoreError::Blocked));
    raw("stubborn.close();").await;
    // What was blocked may have been opened since; it must not block in its turn.
    raw("(await done(indexedDB.deleteDatabase('blocked')));").await;
}

/// Never a silent fresh start.
#[wasm_bindgen_test]
async fn a_database_that_vanished_is_told_of_and_not_made_anew() {
    let store = open("vanished").await;
    store.append(&[entry(1)]).await.unwrap();
    raw("await done(indexedDB.deleteDatabase('vanished'));").await;
    assert_eq!(store.load().await.err(), Some(StoreError::Vanished));
    assert_eq!(
        store.append(&[entry(2)]).await.err(),
        Some(StoreError::Vanished)
    );
    let names = script("return (await indexedDB.databases()).map(one => one.name).join();").await;
    assert!(
        !names.as_string().unwrap().contains("vanished"),
        "{names:?}"
    );
}

/// Makes the next `count` transactions of a database fail as a lost connection does.
async fn lose_connection(name: &str, count: u32) {
    script(&format!(
        "const original = IDBDatabase.prototype.transaction;
         let left = {count};
         IDBDatabase.prototype.transaction = function (...given) {{
             if (this.name !== '{name}' || left === 0) {{ return original.apply(this, given); }}
             left -= 1;
             throw new DOMException('The connection is lost.', 'InvalidStateError');
         }};"
    ))
    .await;
}

/// 19 of 100 storage errors in the field: the connection went away.
#[wasm_bindgen_test]
async fn a_lost_connection_is_opened_once_more() {
    let store = open("lost").await;
    lose_connection("lost", 1).await;
    store.append(&[entry(1)]).await.unwrap();
    assert_eq!(store.load().await.unwrap().outbox.len(), 1);
    lose_connection("lost", 2).await;
    let error = store.append(&[entry(2)]).await.unwrap_err();
    assert!(matches!(error, StoreError::Lost(_)), "{error:?}");
    store.append(&[entry(2)]).await.unwrap();
    assert_eq!(store.load().await.unwrap().outbox.len(), 2);
}

/// A transaction that aborts has written nothing, and a full phone is told from a lost one.
#[wasm_bindgen_test]
async fn a_full_phone_is_told_of_and_writes_nothing() {
    let store = open("full").await;
    store.append(&[entry(1)]).await.unwrap();
    script(
        "globalThis.originalPut = IDBObjectStore.prototype.put;
         IDBObjectStore.prototype.put = function (...given) {
             if (this.name === 'meta' && this.transaction.db.name === 'full') {
                 throw new DOMException('No room.', 'QuotaExceededError');
             }
             return originalPut.apply(this, given);
         };",
    )
    .await;
    let error = store.append(&[entry(2)]).await;
    script("IDBObjectStore.prototype.put = originalPut;").await;
    assert_eq!(error, Err(StoreError::Full));
    let loaded = store.load().await.unwrap();
    assert_eq!((loaded.outbox.len(), loaded.sequence), (1, 1));
    store.append(&[entry(2)]).await.unwrap();
}

/// Gives scripts the bytes that stored rows are made of.
fn keep(values: &[(&str, &[u8])]) {
    for (name, value) in values {
        let value = js_sys::Uint8Array::from(*value);
        js_sys::Reflect::set(&js_sys::global(), &(*name).into(), &value).unwrap();
    }
}

/// What the server said of the entry at a sequence, as a phone stores it.
fn word(sequence: u64) -> Vec<u8> {
    EntryVerdict {
        id: entry(sequence).entry().id,
        order: Some(sequence),
        verdict: Verdict::accepted(),
    }
    .encode()
}

fn record(order: u64) -> Recorded {
    Recorded {
        order,
        received_at_ms: 0,
        bytes: entry(order).bytes().to_vec(),
        verdict: Verdict::accepted(),
    }
}

/// The order numbers of what a start plays after its generation.
fn orders(loaded: &Loaded) -> Vec<u64> {
    let order = |change: &Change| match change {
        Change::Entry(record) => record.order,
        Change::Page(_) => 0,
    };
    loaded.changes.iter().map(order).collect()
}

fn history(loaded: &Loaded) -> Vec<(u64, Option<u64>)> {
    let own = loaded.history.iter();
    own.map(|own| (own.entry.entry().sequence, own.order))
        .collect()
}

/// The kept copy of a version 1 database, made by hand as the first release made it. It also
/// says what the rescue page may rely on. What version 2 adds comes beside what lies there.
#[wasm_bindgen_test]
async fn a_database_of_version_1_is_still_read() {
    keep(&[
        ("keptMeta", include_bytes!("golden/meta_v1.cbor")),
        ("keptEntry", entry(10).bytes()),
        ("keptId", entry(10).entry().id.as_bytes()),
        ("keptOwn", entry(9).bytes()),
        ("keptOwnId", entry(9).entry().id.as_bytes()),
        ("keptWord", &word(9)),
        ("keptRecord8", &record(8).encode()),
        ("keptRecord9", &record(9).encode()),
        ("keptRecord12", &record(12).encode()),
    ]);
    raw(
        "const opening = indexedDB.open('kept', 1);
         opening.onupgradeneeded = () => {
             const names = ['entries', 'outbox', 'verdicts', 'pages', 'relay', 'meta', 'drafts', 'keys'];
             for (const name of names) {
                 const store = opening.result.createObjectStore(name);
                 if (name === 'verdicts') { store.createIndex('id', 'id'); }
             }
         };
         const database = await done(opening);
         const writing = database.transaction(['meta', 'outbox', 'pages', 'entries', 'verdicts'], 'readwrite');
         writing.objectStore('meta').put(keptMeta, 'meta');
         writing.objectStore('outbox').put({ place: 11, bytes: keptEntry, waiting: keptId }, keptId);
         writing.objectStore('pages').put(new Uint8Array([1, 2]), [7, 0]);
         const entries = writing.objectStore('entries');
         entries.put(keptRecord8, [8, 0]);
         entries.put(keptRecord9, [9, 0]);
         entries.put(keptRecord12, [12, 0]);
         entries.put(new Uint8Array([3]), [12, 1]);
         writing.objectStore('verdicts').put({ id: keptOwnId, bytes: keptOwn, verdict: keptWord }, 10);
         await new Promise(resolve => { writing.oncomplete = resolve; });
         database.close();",
    )
    .await;
    let store = open("kept").await;
    let loaded = store.load().await.unwrap();
    assert_eq!(
        (loaded.sequence, loaded.cursor, loaded.generation_order),
        (10, 12, 8)
    );
    assert_eq!(
        (&loaded.pages, loaded.incarnation),
        (&vec![vec![1, 2]], Some([6; 16]))
    );
    assert_eq!(loaded.outbox[0].entry.bytes(), entry(10).bytes());
    assert_eq!(loaded.outbox[0].waiting_for, Some(entry(10).entry().id));
    assert_eq!(orders(&loaded), [9, 12, 0]);
    assert_eq!(history(&loaded), [(9, Some(9))]);
    assert!(loaded.damaged.is_empty() && !loaded.base_damaged);

    let settled = |sequence: u64, order| Settled {
        id: entry(sequence).entry().id,
        order: Some(order),
        verdict: Verdict::accepted(),
    };
    let update = SyncUpdate {
        incarnation: [6; 16],
        from: 12,
        cursor: 14,
        changes: vec![record(13), record(14)],
        page: None,
        settled: vec![settled(10, 13), settled(9, 14)],
        ..answer()
    };
    store.apply(&update).await.unwrap();
    let loaded = store.load().await.unwrap();
    assert_eq!(orders(&loaded), [9, 12, 0, 13, 14]);
    assert_eq!(history(&loaded), [(9, Some(14)), (10, Some(13))]);
    let generation = Generation {
        order: 13,
        pages: vec![vec![5]],
        written_at_ms: 0,
        source: Source::Base,
    };
    store.write_generation(&generation).await.unwrap();
    assert_eq!(orders(&store.load().await.unwrap()), [14]);
    assert!(
        raw(
            "return [...(await done(indexedDB.open('kept'))).transaction('verdicts')
        .objectStore('verdicts').indexNames].length;"
        )
        .await
            == 0
    );
}

/// The stored form of version 2: a row an answer, under the number and the place of its last.
#[wasm_bindgen_test]
async fn a_database_of_version_2_has_a_row_an_answer() {
    let store = open("rows").await;
    let own: Vec<_> = (1..=3).map(entry).collect();
    store.append(&own).await.unwrap();
    let settled = own.iter().map(|own| Settled {
        id: own.entry().id,
        order: Some(own.entry().sequence),
        verdict: Verdict::accepted(),
    });
    let update = SyncUpdate {
        changes: vec![record(1), record(2), record(3)],
        settled: settled.collect(),
        ..answer()
    };
    store.apply(&update).await.unwrap();
    store.close();
    let shown = raw("const database = await done(indexedDB.open('rows'));
         const reading = database.transaction(['entries', 'verdicts']);
         const shown = [];
         for (const name of ['entries', 'verdicts']) {
             const keys = await done(reading.objectStore(name).getAllKeys());
             const rows = await done(reading.objectStore(name).getAll());
             keys.forEach((key, at) => shown.push(JSON.stringify(key, null, 0), JSON.stringify(rows[at],
                 (_, value) => value instanceof Uint8Array ? 'bytes' : value)));
         }
         database.close();
         return database.version + ' ' + shown.join(' ');")
    .await;
    let expected = r#"2 [3,0] ["bytes","bytes","bytes"] [3,1] "bytes" 3 "#.to_owned()
        + r#"{"places":[1,2,3],"bytes":["bytes","bytes","bytes"],"verdicts":["bytes","bytes","bytes"]}"#;
    assert_eq!(shown.as_string().unwrap(), expected);
}

/// One entry of an answer's row that cannot be read keeps the others of it.
#[wasm_bindgen_test]
async fn a_damaged_entry_of_the_history_keeps_nothing_back() {
    let store = open("history").await;
    keep(&[
        ("keptOwn", entry(1).bytes()),
        ("keptWord", &word(1)),
        ("keptOther", &word(2)),
    ]);
    store.append(&[entry(1), entry(2)]).await.unwrap();
    raw("const database = await done(indexedDB.open('history'));
         const writing = database.transaction(['verdicts'], 'readwrite');
         writing.objectStore('verdicts').put({ places: [1, 2],
             bytes: [keptOwn, new Uint8Array([1])], verdicts: [keptWord, keptOther] }, 2);
         writing.objectStore('verdicts').put({ places: [3, 4], bytes: [keptOwn], verdicts: [] }, 4);
         await new Promise(resolve => { writing.oncomplete = resolve; });
         database.close();")
    .await;
    let loaded = store.load().await.unwrap();
    assert_eq!(
        (history(&loaded), loaded.damaged.len()),
        (vec![(1, Some(1))], 2)
    );
}

/// R34: one row that cannot be read keeps nothing else back, and stays where it is.
#[wasm_bindgen_test]
async fn a_damaged_row_is_told_of_and_keeps_nothing_back() {
    let store = open("damaged").await;
    store.append(&[entry(1), entry(2)]).await.unwrap();
    store.apply(&answer()).await.unwrap();
    raw("const database = await done(indexedDB.open('damaged'));
         const writing = database.transaction(['outbox', 'entries'], 'readwrite');
         writing.objectStore('outbox').put({ place: 9, bytes: new Uint8Array([1]) }, 'bad');
         writing.objectStore('entries').put('nonsense', [2, 0]);
         await new Promise(resolve => { writing.oncomplete = resolve; });
         database.close();")
    .await;
    let loaded = store.load().await.unwrap();
    assert_eq!(
        (loaded.outbox.len(), loaded.damaged.len()),
        (2, 2),
        "{:?}",
        loaded.damaged
    );
    assert!(loaded.base_damaged && loaded.changes.is_empty());
    assert_eq!(store.unsent_count().await.unwrap(), 3);
    assert!(store.export().await.unwrap().ends_with(&[0x41, 1]));
}
