//! The trait.

use crate::error::StoreError;
use crate::model::{Generation, Identity, Loaded, SyncUpdate, Unsent};
use baton_domain::id::EntryId;
use baton_ledger::SignedEntry;

/// Where a phone keeps its part of the ledger.
///
/// The calls are coarse on purpose: each is one transaction (a generation: several, and one that
/// counts), done only when it is on disk, and nothing else is awaited inside. Every call may be
/// repeated after an error without doing its work twice.
#[expect(
    async_fn_in_trait,
    reason = "a browser's storage lives on one thread; callers are generic and never ask for Send"
)]
pub trait LedgerStore {
    /// Everything a phone needs to start.
    async fn load(&self) -> Result<Loaded, StoreError>;

    /// Appends own entries to the outbox in one strict transaction.
    ///
    /// Their sequences must be consecutive and begin right after the last one used, else
    /// [`StoreError::SequenceTaken`]: another tab was faster. Appending the same bytes again is
    /// done at once.
    async fn append(&self, batch: &[SignedEntry]) -> Result<(), StoreError>;

    /// Keeps entries of other phones that came by a code, in one strict transaction: beside own
    /// ones, to be sent and settled like them. What lies here already is left as it is.
    async fn take_in(&self, batch: &[Unsent]) -> Result<(), StoreError>;

    /// The signed entries about a transfer that lie here, whoever made them: its offer, and what
    /// answered, declined or cancelled it. For proofs, so it may be slow.
    async fn signed_of(&self, transfer: EntryId) -> Result<Vec<SignedEntry>, StoreError>;

    /// Writes what an answer of the server changes, in one strict transaction.
    async fn apply(&self, update: &SyncUpdate) -> Result<(), StoreError>;

    /// Writes the pages of a generation and then, in one transaction, switches to it.
    async fn write_generation(&self, generation: &Generation) -> Result<(), StoreError>;

    /// Who this phone is; `None` before it is enrolled.
    async fn identity(&self) -> Result<Option<Identity>, StoreError>;

    /// Says who this phone is. Another device than before begins its sequence anew.
    async fn set_identity(&self, identity: &Identity) -> Result<(), StoreError>;

    /// A draft.
    async fn draft(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// The keys of every draft, ascending.
    async fn draft_keys(&self) -> Result<Vec<String>, StoreError>;

    /// Puts a draft.
    async fn put_draft(&self, key: &str, draft: &[u8]) -> Result<(), StoreError>;

    /// Deletes a draft, if it is there.
    async fn delete_draft(&self, key: &str) -> Result<(), StoreError>;

    /// How many own entries have no final verdict yet.
    async fn unsent_count(&self) -> Result<usize, StoreError>;

    /// The signed bytes of every own entry without a final verdict, in the order they were
    /// recorded: a CBOR array of byte strings.
    async fn export(&self) -> Result<Vec<u8>, StoreError>;

    /// Forgets everything, keys and unsent work included.
    async fn wipe(&self) -> Result<(), StoreError>;
}

/// True for the entry that made a transfer, and for those that end it.
pub(crate) fn is_about(entry: &SignedEntry, transfer: EntryId) -> bool {
    let entry = entry.entry();
    entry.id == transfer || entry.body.transfer() == Some(transfer)
}

/// The form of [`LedgerStore::export`].
pub(crate) fn export_bytes<'a>(
    entries: impl ExactSizeIterator<Item = &'a [u8]>,
) -> Result<Vec<u8>, StoreError> {
    let mut encoder = minicbor::Encoder::new(Vec::new());
    let write = |encoder: &mut minicbor::Encoder<Vec<u8>>| {
        encoder.array(entries.len() as u64)?;
        for entry in entries {
            encoder.bytes(entry)?;
        }
        Ok::<_, minicbor::encode::Error<std::convert::Infallible>>(())
    };
    write(&mut encoder).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(encoder.into_writer())
}
