//! What the server records itself: enrolments, imports, demo data.

use std::fmt;
use std::sync::Arc;
use std::thread;

use baton_domain::id::{EntryId, PersonId};
use baton_domain::time::Timestamp;
use baton_domain::{Entry, EntryBody, Outcome, Verdict};
use baton_ledger::message::EntryVerdict;
use baton_ledger::{FormatError, SignedEntry};

use crate::server_key::ServerKey;
use crate::storage::StorageError;
use crate::{clock, random};

use super::blocking;
use super::ledger::{ATTEMPTS_MAX, Judged, OpenLedger};
use super::signatures::OwnWork;

/// Something that the server records with its own key in somebody's name.
#[derive(Clone, Debug)]
pub struct ServerAct {
    /// The entry's id: later acts of the same batch name its lines by it.
    pub id: EntryId,
    /// In whose name: the Admin who ran a command, the person who signed in. Their role decides,
    /// as it would on a phone.
    pub actor: PersonId,
    /// When.
    pub occurred_at: Timestamp,
    /// What.
    pub body: EntryBody,
}

impl ServerAct {
    /// An act of now under a fresh id.
    pub fn now(actor: PersonId, body: EntryBody) -> Self {
        Self {
            id: random::entry_id(),
            actor,
            occurred_at: clock::now(),
            body,
        }
    }
}

/// Why acts of the server were not recorded. Then none of them was.
#[derive(Debug)]
pub enum AppendError {
    /// These, by their place, would not have been accepted.
    NotAccepted(Vec<(usize, Verdict)>),
    /// The one at this place cannot be written down.
    Format(usize, FormatError),
    /// Storage failed.
    Storage(StorageError),
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAccepted(verdicts) => {
                write!(
                    f,
                    "{} of the entries would not be accepted; none was recorded",
                    verdicts.len()
                )
            }
            Self::Format(place, error) => write!(f, "entry {place} cannot be written: {error}"),
            Self::Storage(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AppendError {}

impl From<StorageError> for AppendError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl OpenLedger {
    /// Records acts with the server's own key: all of them, in one transaction, or none.
    ///
    /// `source_sha256` is the hash of the file they came from. Every verdict is an acceptance; it
    /// may carry flags.
    pub async fn append(
        &self,
        acts: Vec<ServerAct>,
        source_sha256: Option<[u8; 32]>,
    ) -> Result<Vec<EntryVerdict>, AppendError> {
        let acts: Arc<[ServerAct]> = acts.into();
        for _ in 0..ATTEMPTS_MAX {
            let mut desk = self.lock().await?;
            let judged = self.judge_acts(&desk, &acts, source_sha256).await?;
            let answers = judged.proceedings.answers.clone();
            all_stand(&answers)?;
            if self.write(&mut desk, judged).await? {
                return Ok(answers);
            }
        }
        Err(super::ledger::too_busy().into())
    }

    /// What [`Self::append`] would answer now. Nothing is recorded.
    pub async fn rehearse(
        &self,
        acts: Vec<ServerAct>,
        source_sha256: Option<[u8; 32]>,
    ) -> Result<Vec<EntryVerdict>, AppendError> {
        let desk = self.lock().await?;
        let judged = self.judge_acts(&desk, &acts.into(), source_sha256).await?;
        all_stand(&judged.proceedings.answers)?;
        Ok(judged.proceedings.answers)
    }

    pub(super) async fn judge_acts(
        &self,
        desk: &super::ledger::Desk,
        acts: &Arc<[ServerAct]>,
        source_sha256: Option<[u8; 32]>,
    ) -> Result<Judged, AppendError> {
        let organization = self.row().organization;
        let highest = self
            .storage
            .highest_sequence(organization, self.key.device())
            .await?;
        let before = highest.max(sequence_floor());
        let (key, acts) = (Arc::clone(&self.key), Arc::clone(acts));
        let signing = blocking(move || {
            sign_all(&key, acts.len(), |place| {
                let act = &acts[place];
                Entry {
                    id: act.id,
                    organization,
                    actor: act.actor,
                    device: key.device(),
                    sequence: before + place as u64 + 1,
                    occurred_at: act.occurred_at,
                    source_sha256,
                    body: act.body.clone(),
                }
            })
        });
        let batch: Arc<[SignedEntry]> = signing.await??.into();
        Ok(self.judge(desk, &batch, &Arc::new(OwnWork)).await?)
    }
}

/// What the server's own count begins at, at the least: the time, in microseconds.
///
/// A database restored from a backup has forgotten the entries that the server signed since, and
/// phones bring them back. Were the count taken from the database alone, the restored server would
/// give their numbers away a second time, and the true ones would come back as disputed (R32).
/// Nobody signs a million entries a second, so the time has always passed every number ever given.
fn sequence_floor() -> u64 {
    u64::try_from(clock::now_ms())
        .unwrap_or(0)
        .saturating_mul(1_000)
}

fn all_stand(answers: &[EntryVerdict]) -> Result<(), AppendError> {
    let bad: Vec<_> = answers
        .iter()
        .enumerate()
        .filter(|(_, answer)| !stands(&answer.verdict))
        .map(|(place, answer)| (place, answer.verdict.clone()))
        .collect();
    if bad.is_empty() {
        Ok(())
    } else {
        Err(AppendError::NotAccepted(bad))
    }
}

/// Signs entries on all cores. Blocks: not for an async task.
pub(super) fn sign_all(
    key: &ServerKey,
    count: usize,
    entry: impl Fn(usize) -> Entry + Sync,
) -> Result<Vec<SignedEntry>, AppendError> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = count.div_ceil(cores).max(1);
    let sign = |place: usize| {
        key.sign(&entry(place))
            .map_err(|error| AppendError::Format(place, error))
    };
    let shares: Vec<Result<Vec<_>, _>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .step_by(share)
            .map(|first| {
                let sign = &sign;
                scope.spawn(move || (first..count.min(first + share)).map(sign).collect())
            })
            .collect();
        let failed = |_| {
            Err(AppendError::Storage(StorageError::Unavailable(
                "signing failed".into(),
            )))
        };
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(failed))
            .collect()
    });
    let mut signed = Vec::with_capacity(count);
    for share in shares {
        signed.extend(share?);
    }
    Ok(signed)
}

fn stands(verdict: &Verdict) -> bool {
    verdict.outcome == Outcome::Accepted
        && verdict
            .lines
            .iter()
            .all(|line| line.outcome == Outcome::Accepted)
}
