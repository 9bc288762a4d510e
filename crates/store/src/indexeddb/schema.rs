//! The object stores and their migrations, numbered. The database's version is the number of
//! steps done; a step that was released is never changed, and adding, moving and dropping are
//! three steps in three releases.

use wasm_bindgen::JsValue;
use web_sys::{IdbDatabase, IdbTransaction};

/// After the generation: [order, 0] → the records of an answer up to that one, [order, 1] → a scope
/// page.
pub(crate) const ENTRIES: &str = "entries";
/// Entry id → an own entry without a final verdict.
pub(crate) const OUTBOX: &str = "outbox";
/// Place → own entries with their verdicts, up to that one.
pub(crate) const VERDICTS: &str = "verdicts";
/// [generation, page] → a page.
pub(crate) const PAGES: &str = "pages";
/// Entry id → a signed entry to offer again to a restored server.
pub(crate) const RELAY: &str = "relay";
/// "meta" → where the phone stands.
pub(crate) const META: &str = "meta";
/// Key → a draft.
pub(crate) const DRAFTS: &str = "drafts";
/// Name → a CryptoKey, as the browser's own structured clone.
pub(crate) const KEYS: &str = "keys";

/// Every object store.
pub(crate) const ALL: [&str; 8] = [ENTRIES, OUTBOX, VERDICTS, PAGES, RELAY, META, DRAFTS, KEYS];

type Step = fn(&IdbDatabase, &IdbTransaction) -> Result<(), JsValue>;

/// The steps, the first of them from nothing.
const STEPS: &[Step] = &[step_1_stores, step_2_one_row_an_answer];

/// The version of the database that this build writes.
pub(crate) const VERSION: u32 = STEPS.len() as u32;

/// Brings a database from `old_version` to [`VERSION`], inside its upgrade transaction.
pub(crate) fn migrate(
    database: &IdbDatabase,
    transaction: &IdbTransaction,
    old_version: u32,
) -> Result<(), JsValue> {
    STEPS
        .iter()
        .skip(old_version as usize)
        .try_for_each(|step| step(database, transaction))
}

/// The index of [`VERDICTS`] by entry id.
const BY_ID: &str = "id";

fn step_1_stores(database: &IdbDatabase, _: &IdbTransaction) -> Result<(), JsValue> {
    for name in ALL {
        let store = database.create_object_store(name)?;
        if name == VERDICTS {
            store.create_index_with_str(BY_ID, "id")?;
        }
    }
    Ok(())
}

/// From here on [`ENTRIES`] and [`VERDICTS`] have a row an answer. The rows that are there stay as
/// they are and are read. There is no way back from here: a build of version 1, which could not read
/// the new rows, is kept out by the version. The index goes in the same step, because that build alone
/// used it: what is looked up by id is rare.
fn step_2_one_row_an_answer(_: &IdbDatabase, transaction: &IdbTransaction) -> Result<(), JsValue> {
    transaction.object_store(VERDICTS)?.delete_index(BY_ID)
}
