//! Own entries with their verdict, in [`VERDICTS`]: what an answer settled in one row, under the
//! place of the last, because a call of the browser's costs far more than the bytes of an entry.
//!
//! A row is `{ places, bytes, verdicts }`: three lists of one length, ascending by place. In version
//! 1 of the database it was `{ bytes, verdict }` for each entry, under its place; such rows are read
//! for ever.

use super::idb::{Store, Transaction, between, from, up_to};
use super::readable;
use super::rows::{
    Damage, bytes, elements, get, id_key, number, read_bytes, read_entry, read_number, read_place,
    row_bytes, row_of,
};
use super::schema::{OUTBOX, VERDICTS};
use crate::error::StoreError;
use crate::model::{HISTORY_KEPT, HISTORY_LOADED, Own, Settled};
use baton_domain::id::EntryId;
use baton_ledger::SignedEntry;
use baton_ledger::message::EntryVerdict;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::IdbKeyRange;

/// An entry with its verdict as it is stored: read only where somebody asks.
struct Decided {
    bytes: JsValue,
    verdict: JsValue,
}

impl Decided {
    fn new(bytes: JsValue, settled: &Settled) -> Self {
        Self {
            bytes,
            verdict: word_of(settled),
        }
    }

    fn word(&self) -> Result<EntryVerdict, Damage> {
        EntryVerdict::decode(&read_bytes(&self.verdict)?).map_err(|error| error.to_string())
    }

    fn own(&self) -> Result<Own, Damage> {
        let word = self.word()?;
        Ok(Own {
            entry: read_entry(&self.bytes)?,
            order: word.order,
            verdict: word.verdict,
        })
    }
}

/// The stored form of a word on an entry.
fn word_of(settled: &Settled) -> JsValue {
    let word = EntryVerdict {
        id: settled.id,
        order: settled.order,
        verdict: settled.verdict.clone(),
    };
    bytes(&word.encode())
}

/// What a row holds, ascending by place.
type Row = Vec<(u64, Decided)>;

/// Lays an entry in its place. Most come in order; where one is there already, the later word counts.
fn lay(row: &mut Row, place: u64, decided: Decided) {
    match row.binary_search_by_key(&place, |(place, _)| *place) {
        Ok(at) => row[at].1 = decided,
        Err(at) => row.insert(at, (place, decided)),
    }
}

fn read_row(key: &JsValue, row: &JsValue) -> Result<Row, Damage> {
    let places = get(row, "places");
    if places.is_undefined() {
        let decided = Decided {
            bytes: row_bytes(row),
            verdict: get(row, "verdict"),
        };
        return Ok(vec![(read_number(key)?, decided)]);
    }
    let (places, bytes) = (elements(&places), elements(&row_bytes(row)));
    let verdicts = elements(&get(row, "verdicts"));
    if bytes.length() != places.length() || verdicts.length() != places.length() {
        return Err("its lists are of different lengths".to_owned());
    }
    let decided = bytes
        .iter()
        .zip(verdicts.iter())
        .map(|(bytes, verdict)| Decided { bytes, verdict });
    let read = |(place, decided): (JsValue, Decided)| Ok((read_number(&place)?, decided));
    places.iter().zip(decided).map(read).collect()
}

fn put_row(verdicts: &Store, row: &Row) -> Result<(), StoreError> {
    let Some((last, _)) = row.last() else {
        return Ok(());
    };
    let places: Array = row.iter().map(|(place, _)| number(*place)).collect();
    let bytes: Array = row.iter().map(|(_, one)| one.bytes.clone()).collect();
    let words: Array = row.iter().map(|(_, one)| one.verdict.clone()).collect();
    let stored = row_of(&[("places", &places), ("bytes", &bytes), ("verdicts", &words)])?;
    verdicts.put(&number(*last), &stored)
}

/// The rows of a range.
async fn rows(
    verdicts: &Store,
    range: Option<&IdbKeyRange>,
) -> Result<Vec<Result<Row, Damage>>, StoreError> {
    let keys = verdicts.keys(range).await?;
    let rows = verdicts.all(range).await?;
    let rows = keys.iter().zip(rows.iter());
    Ok(rows.map(|(key, row)| read_row(&key, &row)).collect())
}

/// The last [`HISTORY_LOADED`] places up to `place`, oldest first.
pub(super) async fn last(
    transaction: &Transaction,
    place: u64,
) -> Result<Vec<Result<Own, Damage>>, StoreError> {
    let first = place.saturating_sub(HISTORY_LOADED) + 1;
    let rows = rows(&transaction.store(VERDICTS)?, Some(&from(&number(first))?)).await?;
    // An answer may settle what was recorded before that which another one settled.
    let (mut all, mut read) = (Row::new(), Vec::new());
    for row in rows {
        match row {
            Ok(row) => row
                .into_iter()
                .filter(|(place, _)| *place >= first)
                .for_each(|(place, decided)| lay(&mut all, place, decided)),
            Err(why) => read.push(Err(why)),
        }
    }
    read.extend(all.iter().map(|(_, decided)| decided.own()));
    Ok(read)
}

/// The signed entries of the whole history, as far as they can be read.
pub(super) async fn signed(transaction: &Transaction) -> Result<Vec<SignedEntry>, StoreError> {
    let rows = rows(&transaction.store(VERDICTS)?, None).await?;
    let all = rows.iter().flatten().flatten();
    Ok(all
        .filter_map(|(_, decided)| read_entry(&decided.bytes).ok())
        .collect())
}

/// The id and the stored bytes of every entry of the history.
pub(super) async fn ids(transaction: &Transaction) -> Result<Vec<(EntryId, JsValue)>, StoreError> {
    let rows = rows(&transaction.store(VERDICTS)?, None).await?;
    let all = rows.into_iter().flatten().flatten();
    Ok(all
        .filter_map(|(_, decided)| Some((decided.word().ok()?.id, decided.bytes)))
        .collect())
}

/// Lets go what lies too far back. A row stays until the last of it does.
pub(super) fn trim(transaction: &Transaction, place: u64) -> Result<(), StoreError> {
    let gone = up_to(&number(place.saturating_sub(HISTORY_KEPT)))?;
    transaction.store(VERDICTS)?.delete_range(&gone)
}

/// Moves own entries from the outbox to the history, or changes their verdict there.
///
/// An answer settles hundreds of entries that follow one another: so the rows between the first and
/// the last are read at once, written at once, and deleted at once where none of the others lies
/// between.
pub(super) async fn settle(transaction: &Transaction, all: &[Settled]) -> Result<(), StoreError> {
    let ids = || all.iter().map(|settled| settled.id);
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else {
        return Ok(());
    };
    let (outbox, verdicts) = (transaction.store(OUTBOX)?, transaction.store(VERDICTS)?);
    let range = between(&id_key(first), &id_key(last))?;
    let keys = outbox.keys(Some(&range)).await?;
    let values = outbox.all(Some(&range)).await?;
    let keys = keys.iter().map(|key| Uint8Array::new(&key).to_vec());
    let pending: Vec<(Vec<u8>, JsValue)> = keys.zip(values.iter()).collect();
    let mut moved = Row::new();
    let mut earlier = Vec::new();
    for settled in all {
        let id = settled.id.as_bytes().as_slice();
        // The keys of a range come in their order.
        match pending.binary_search_by(|(key, _)| key.as_slice().cmp(id)) {
            Ok(at) => {
                let row = &pending[at].1;
                let place = readable("an unsent entry", read_place(row))?;
                lay(&mut moved, place, Decided::new(row_bytes(row), settled));
            }
            Err(_) => earlier.push(settled),
        }
    }
    correct(&verdicts, &earlier).await?;
    put_row(&verdicts, &moved)?;
    if moved.len() == pending.len() {
        return outbox.delete_range(&range);
    }
    ids().try_for_each(|id| outbox.delete(&id_key(id)))
}

/// Changes the verdicts of entries that are in the history already.
async fn correct(verdicts: &Store, settled: &[&Settled]) -> Result<(), StoreError> {
    if settled.is_empty() {
        return Ok(());
    }
    for mut row in rows(verdicts, None).await?.into_iter().flatten() {
        let mut changed = false;
        for (_, one) in &mut row {
            let Ok(word) = one.word() else { continue };
            if let Some(settled) = settled.iter().rfind(|settled| settled.id == word.id) {
                one.verdict = word_of(settled);
                changed = true;
            }
        }
        if changed {
            put_row(verdicts, &row)?;
        }
    }
    Ok(())
}
