//! One organization's ledger as this process has it.
//!
//! The state is the fold of the ledger, made at first use and kept. It is never trusted to be the
//! newest: before anything is judged, whatever another process recorded is followed under the
//! ledger's lock, and a commit that was overtaken all the same is judged again. Readers take the
//! last published state, a clone of a few pointers, and hold no lock.

use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard, watch};

use baton_domain::State;
use baton_domain::id::DeviceId;
use baton_ledger::SignedEntry;
use baton_ledger::message::EntryVerdict;
use baton_sync::{Ledgerkeeper, Missing, Proceedings, Signatures};

use crate::clock;
use crate::server_key::ServerKey;
use crate::storage::{Committed, OrganizationRow, QuarantineRow, Storage, StorageError};

use super::blocking;
use super::courier::Changed;
use super::holdings::Fetched;
use super::rows::{commit_of, follow, quarantine_row, unrecorded, waiting_entry};
use super::signatures::{Checked, CheckedBatch};

/// Records read at once when a ledger is followed.
pub(super) const FOLLOW_RECORDS: u32 = 2_000;
/// How often a batch, or the server's own act, is judged again because somebody else wrote first:
/// with two writers of one ledger each loses about every second race, so ten races in a row do
/// happen, and fifty do not.
pub(super) const ATTEMPTS_MAX: u32 = 50;

/// The last published state.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// The fold of everything up to `order`.
    pub state: State,
    /// The last order number.
    pub order: u64,
    loaded: bool,
}

/// One organization's ledger.
pub struct OpenLedger {
    row: OrganizationRow,
    pub(super) storage: Arc<dyn Storage>,
    pub(super) key: Arc<ServerKey>,
    desk: Mutex<Desk>,
    published: watch::Sender<Published>,
    changed: Arc<Changed>,
}

/// Where batches are judged, one at a time.
pub(super) struct Desk {
    pub(super) keeper: Ledgerkeeper,
    /// The revision that the keeper stands at; `None` before the first look.
    pub(super) revision: Option<u64>,
}

/// A batch judged and not yet written.
pub(super) struct Judged {
    pub(super) proceedings: Proceedings,
    received_at_ms: i64,
}

impl OpenLedger {
    pub(super) fn new(
        row: OrganizationRow,
        storage: Arc<dyn Storage>,
        key: Arc<ServerKey>,
        changed: Arc<Changed>,
    ) -> Self {
        let keeper = Ledgerkeeper::new(key.for_keeper(), State::default(), 0, Vec::new());
        let desk = Mutex::new(Desk {
            keeper,
            revision: None,
        });
        Self {
            row,
            storage,
            key,
            desk,
            published: watch::Sender::new(Published::default()),
            changed,
        }
    }

    /// The organization.
    pub fn row(&self) -> &OrganizationRow {
        &self.row
    }

    /// The last state that this process knows.
    pub async fn current(&self) -> Result<Published, StorageError> {
        let published = self.published.borrow().clone();
        if published.loaded {
            Ok(published)
        } else {
            self.newest().await
        }
    }

    /// The newest state: what other processes recorded is followed first.
    pub async fn newest(&self) -> Result<Published, StorageError> {
        let mut desk = self.desk.lock().await;
        self.catch_up(&mut desk).await?;
        Ok(self.published.borrow().clone())
    }

    /// Tells whenever the order number grows.
    pub fn subscribe(&self) -> watch::Receiver<Published> {
        self.published.subscribe()
    }

    /// True once somebody needed it: from then on this process keeps up with it.
    pub fn is_loaded(&self) -> bool {
        self.published.borrow().loaded
    }

    /// Verifies the signatures of a phone's batch on all cores. It asks for no lock, so that it goes
    /// on while another batch is judged and written.
    pub async fn check(&self, batch: Vec<SignedEntry>) -> Result<CheckedBatch, StorageError> {
        let entries: Arc<[SignedEntry]> = batch.into();
        let state = self.current().await?.state;
        let (batch, own) = (Arc::clone(&entries), self.key.for_keeper());
        let signatures = Arc::new(blocking(move || Checked::check(&batch, &state, own)).await?);
        Ok(CheckedBatch {
            entries,
            signatures,
        })
    }

    /// Takes a batch from a phone: judges and writes. The answers come in the batch's order. With
    /// an empty one, only what other processes recorded is followed.
    pub async fn receive(&self, batch: CheckedBatch) -> Result<Received, StorageError> {
        let CheckedBatch {
            entries,
            signatures,
        } = batch;
        if entries.is_empty() {
            self.newest().await?;
            return Ok(Received::default());
        }
        for _ in 0..ATTEMPTS_MAX {
            let mut desk = self.desk.lock().await;
            self.catch_up(&mut desk).await?;
            let judged = self.judge(&desk, &entries, &signatures).await?;
            let answers = judged.proceedings.answers.clone();
            if self.write(&mut desk, judged).await? {
                let refused = unrecorded(&entries, &answers);
                return Ok(Received { answers, refused });
            }
        }
        Err(too_busy())
    }

    /// Lets the state go, unless somebody listens to it. The next who needs it folds it anew.
    pub(super) async fn let_go(&self) {
        let mut desk = self.desk.lock().await;
        if self.published.receiver_count() == 0 {
            let key = self.key.for_keeper();
            desk.keeper = Ledgerkeeper::new(key, State::default(), 0, Vec::new());
            desk.revision = None;
            self.published.send_replace(Published::default());
        }
    }

    /// Turns what has waited too long into disputes (R33). A ledger in which nothing waits is not even
    /// loaded for it.
    pub async fn settle_overdue(&self) -> Result<(), StorageError> {
        let waiting = self.storage.waiting(self.row.organization).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let mut desk = self.desk.lock().await;
        self.catch_up(&mut desk).await?;
        let received_at_ms = clock::now_ms();
        let mut fetched = Fetched::default();
        loop {
            match desk.keeper.overdue(received_at_ms, &fetched) {
                Ok(proceedings) => {
                    // Overtaken: the next round an hour later sees to it.
                    self.write(
                        &mut desk,
                        Judged {
                            proceedings,
                            received_at_ms,
                        },
                    )
                    .await?;
                    return Ok(());
                }
                Err(missing) => {
                    fetched
                        .fetch(&*self.storage, self.row.organization, missing)
                        .await?
                }
            }
        }
    }

    pub(super) async fn lock(&self) -> Result<MutexGuard<'_, Desk>, StorageError> {
        let mut desk = self.desk.lock().await;
        self.catch_up(&mut desk).await?;
        Ok(desk)
    }

    /// Follows what was recorded elsewhere.
    pub(super) async fn catch_up(&self, desk: &mut Desk) -> Result<(), StorageError> {
        let organization = self.row.organization;
        let Some(position) = self.storage.position(organization).await? else {
            return Err(StorageError::Corrupt(format!(
                "organization {organization} is gone"
            )));
        };
        if desk.revision == Some(position.revision) {
            return Ok(());
        }
        // The revision was read before the rows. Should more be recorded in between, the next
        // commit finds itself overtaken and comes back here.
        loop {
            let rows = self
                .storage
                .recorded_after(organization, desk.keeper.order(), FOLLOW_RECORDS)
                .await?;
            let more = rows.len() == FOLLOW_RECORDS as usize;
            let keeper = desk.keeper.clone();
            desk.keeper = blocking(move || follow(keeper, rows)).await??;
            if !more {
                break;
            }
        }
        let rows = self.storage.waiting(organization).await?;
        let waiting = rows
            .into_iter()
            .map(waiting_entry)
            .collect::<Result<_, _>>()?;
        let (state, order) = (desk.keeper.state().clone(), desk.keeper.order());
        desk.keeper = Ledgerkeeper::new(self.key.for_keeper(), state, order, waiting);
        desk.revision = Some(position.revision);
        self.publish(desk);
        Ok(())
    }

    pub(super) async fn judge<S>(
        &self,
        desk: &Desk,
        batch: &Arc<[SignedEntry]>,
        signatures: &Arc<S>,
    ) -> Result<Judged, StorageError>
    where
        S: Signatures + Send + Sync + 'static,
    {
        let organization = self.row.organization;
        let received_at_ms = clock::now_ms();
        let state = desk.keeper.state();
        let mut fetched = Fetched::for_batch(&*self.storage, organization, batch, state).await?;
        loop {
            let (keeper, batch, signatures) = (
                desk.keeper.clone(),
                Arc::clone(batch),
                Arc::clone(signatures),
            );
            let judging = blocking(move || {
                let found = keeper.receive(&batch, received_at_ms, &fetched, &*signatures);
                (found, fetched)
            });
            let found;
            (found, fetched) = judging.await?;
            match found {
                Ok(proceedings) => {
                    return Ok(Judged {
                        proceedings,
                        received_at_ms,
                    });
                }
                Err(missing) => fetched.fetch(&*self.storage, organization, missing).await?,
            }
        }
    }

    /// Writes what a batch led to. False where somebody else wrote first.
    pub(super) async fn write(
        &self,
        desk: &mut Desk,
        judged: Judged,
    ) -> Result<bool, StorageError> {
        let Judged {
            proceedings,
            received_at_ms,
        } = judged;
        let organization = self.row.organization;
        if !proceedings.quarantined.is_empty() {
            let conflicting = proceedings.quarantined.iter();
            let rows = conflicting
                .map(|entry| quarantine_row(entry, "conflicting", received_at_ms))
                .collect();
            self.storage.quarantine(organization, rows).await?;
        }
        if proceedings.records.is_empty() && proceedings.waiting.is_empty() {
            return Ok(true);
        }
        let expected_revision = desk.revision.unwrap_or_default();
        let (commit, proceedings) =
            blocking(move || (commit_of(&proceedings, expected_revision), proceedings)).await?;
        match self.storage.commit(organization, commit).await? {
            Committed::Overtaken => Ok(false),
            Committed::Done(position) => {
                desk.keeper.commit(proceedings);
                desk.revision = Some(position.revision);
                self.publish(desk);
                Ok(true)
            }
        }
    }

    /// What never arrived of these devices.
    pub async fn missing(&self, devices: Vec<DeviceId>) -> Result<Vec<Missing>, StorageError> {
        let organization = self.row.organization;
        let runs = self.storage.sequence_runs(organization, devices).await?;
        Ok(baton_sync::missing(&runs))
    }

    fn publish(&self, desk: &Desk) {
        let state = desk.keeper.state().clone();
        self.published.send_replace(Published {
            state,
            order: desk.keeper.order(),
            loaded: true,
        });
        self.changed.note(self.row.organization);
    }
}

/// What became of a phone's batch.
#[derive(Debug, Default)]
pub struct Received {
    /// One answer per entry, in the batch's order.
    pub answers: Vec<EntryVerdict>,
    /// Entries that were refused without being recorded, with the word for programs.
    pub refused: Vec<QuarantineRow>,
}

pub(super) fn too_busy() -> StorageError {
    StorageError::Unavailable("others kept writing to the same ledger; try again".into())
}
