//! The rows as the browser stores them. Signed bytes are a `Uint8Array` of their own, so that
//! the rescue page can save them without any of this code.

use crate::error::StoreError;
use crate::model::Unsent;
use baton_domain::id::EntryId;
use baton_ledger::SignedEntry;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// A row that cannot be read: where, and why.
pub(crate) type Damage = String;

/// Bytes.
pub(crate) fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// Reads bytes.
pub(crate) fn read_bytes(value: &JsValue) -> Result<Vec<u8>, Damage> {
    value
        .dyn_ref::<Uint8Array>()
        .map(Uint8Array::to_vec)
        .ok_or_else(|| "not bytes".to_owned())
}

/// The key of an entry.
pub(crate) fn id_key(id: EntryId) -> JsValue {
    bytes(id.as_bytes())
}

/// The key of a numbered row. Numbers stay far below 2^53.
pub(crate) fn number(number: u64) -> JsValue {
    JsValue::from_f64(number as f64)
}

/// Reads a number.
pub(crate) fn read_number(value: &JsValue) -> Result<u64, Damage> {
    let number = value
        .as_f64()
        .filter(|number| *number >= 0.0 && number.fract() == 0.0);
    number
        .map(|number| number as u64)
        .ok_or_else(|| "not a number".to_owned())
}

/// A key of two numbers.
pub(crate) fn pair(first: u64, second: u64) -> JsValue {
    Array::of2(&number(first), &number(second)).into()
}

/// The outbox's row: `{ place, bytes, waiting?, certificate? }`.
pub(crate) fn unsent_row(place: u64, unsent: &Unsent) -> Result<JsValue, StoreError> {
    let row = row_of(&[
        ("place", &number(place)),
        ("bytes", &bytes(unsent.entry.bytes())),
    ])?;
    if let Some(ancestor) = unsent.waiting_for {
        set(&row, "waiting", &id_key(ancestor))?;
    }
    if let Some(certificate) = &unsent.certificate {
        set(&row, "certificate", &bytes(certificate))?;
    }
    Ok(row)
}

/// Reads the outbox's row.
pub(crate) fn read_unsent(row: &JsValue) -> Result<(u64, Unsent), Damage> {
    let place = read_place(row)?;
    let entry = read_entry(&get(row, "bytes"))?;
    let waiting = get(row, "waiting");
    let waiting_for = if waiting.is_undefined() {
        None
    } else {
        Some(read_id(&waiting)?)
    };
    let unsent = Unsent {
        entry,
        waiting_for,
        // Without it the phone that it vouched for is merely unknown again.
        certificate: read_bytes(&get(row, "certificate")).ok(),
    };
    Ok((place, unsent))
}

/// Reads a signed entry.
pub(crate) fn read_entry(value: &JsValue) -> Result<SignedEntry, Damage> {
    SignedEntry::parse(&read_bytes(value)?).map_err(|error| error.to_string())
}

/// The place of an outbox row.
pub(crate) fn read_place(row: &JsValue) -> Result<u64, Damage> {
    read_number(&get(row, "place"))
}

/// The bytes of a row that has them.
pub(crate) fn row_bytes(row: &JsValue) -> JsValue {
    get(row, "bytes")
}

fn read_id(value: &JsValue) -> Result<EntryId, Damage> {
    let bytes: [u8; 16] = read_bytes(value)?
        .try_into()
        .map_err(|_| "not an id".to_owned())?;
    Ok(EntryId::from_bytes(bytes))
}

/// What a value is a list of, or the value alone.
pub(crate) fn elements(value: &JsValue) -> Array {
    match value.dyn_ref::<Array>() {
        Some(list) => list.clone(),
        None => Array::of1(value),
    }
}

/// A field of a row, or `undefined`.
pub(crate) fn get(row: &JsValue, field: &str) -> JsValue {
    Reflect::get(row, &field.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A row of the fields that it has at least.
pub(crate) fn row_of(fields: &[(&str, &JsValue)]) -> Result<JsValue, StoreError> {
    let row = Object::new().into();
    fields
        .iter()
        .try_for_each(|(field, value)| set(&row, field, value))?;
    Ok(row)
}

fn set(row: &JsValue, field: &str, value: &JsValue) -> Result<(), StoreError> {
    Reflect::set(row, &field.into(), value)
        .map(drop)
        .map_err(|_| StoreError::Corrupt(format!("a row's {field}")))
}
