//! Carrying over what crosses from one organization's ledger into another's.
//!
//! Each step is one transaction in one organization. What is due is not remembered anywhere: it is
//! found by comparing the two ledgers ([`mirror::due`]), each of which keeps what it began open
//! until the other's half has answered. So the ledgers are the outbox: a server that dies between
//! two steps finds the second one due when it starts, and one that tries a step twice finds its id
//! taken, because a mirror's id follows from what it mirrors.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use baton_domain::EntryBody;
use baton_domain::id::OrganizationId;
use baton_domain::mirror::{self, Origin, SYSTEM, Step};
use baton_domain::verdict::Outcome;

use crate::storage::StorageError;
use crate::{clock, journal};

use super::Organizations;
use super::append::{ATTEMPTS_MAX, AppendError, ServerAct};
use super::ledger::{OpenLedger, too_busy};

/// Most steps of one round between two ledgers: a bound, and no more.
const STEPS_MAX: u32 = 1_000;

/// The ledgers that changed since somebody looked.
#[derive(Debug, Default)]
pub(super) struct Changed {
    ledgers: Mutex<BTreeSet<OrganizationId>>,
    notify: Notify,
}

impl Changed {
    pub(super) fn note(&self, organization: OrganizationId) {
        self.ledgers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(organization);
        self.notify.notify_one();
    }

    fn take(&self) -> BTreeSet<OrganizationId> {
        let mut ledgers = self.ledgers.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *ledgers)
    }
}

impl Organizations {
    /// Waits until a ledger has changed, and names those that have.
    pub async fn changed(&self) -> Vec<OrganizationId> {
        loop {
            let changed = self.changed.take();
            if !changed.is_empty() {
                return changed.into_iter().collect();
            }
            self.changed.notify.notified().await;
        }
    }

    /// Carries over whatever is due between an organization and those it has a link with, at most
    /// `steps_max` steps. How many it took.
    pub async fn carry(
        &self,
        organization: OrganizationId,
        steps_max: u32,
    ) -> Result<u32, AppendError> {
        let Some(here) = self.ledger(organization).await? else {
            return Ok(0);
        };
        let links: Vec<_> = here
            .newest()
            .await?
            .state
            .organization_links()
            .map(|link| link.organization)
            .collect();
        let mut carried = 0;
        for other in links {
            if let Some(there) = self.ledger(other).await? {
                carried += between(&here, &there, steps_max - carried).await?;
            }
        }
        Ok(carried)
    }

    /// Carries over whatever is due anywhere: at start, and where another process may have died.
    pub async fn carry_all(&self) -> Result<u32, AppendError> {
        let mut carried = 0;
        for ledger in self.all() {
            carried += self.carry(ledger.row().organization, STEPS_MAX).await?;
        }
        Ok(carried)
    }

    /// [`Self::carry`] with the bound of a round; a failure is written down and tried again later.
    pub async fn carry_or_tell(&self, organization: OrganizationId) {
        if let Err(error) = self.carry(organization, STEPS_MAX).await {
            journal::error("carrying over")
                .with("organization", organization.to_string())
                .with("error", error.to_string())
                .write();
        }
    }
}

async fn between(
    left: &Arc<OpenLedger>,
    right: &Arc<OpenLedger>,
    steps_max: u32,
) -> Result<u32, AppendError> {
    let mut carried = 0;
    while carried < steps_max {
        let [ours, theirs] = [left.newest().await?.state, right.newest().await?.state];
        let before = carried;
        for step in mirror::due(&ours, &theirs) {
            let (into, of) = if step.into == left.row().organization {
                (left, right)
            } else {
                (right, left)
            };
            if carried < steps_max && into.mirror(step, of).await? {
                carried += 1;
            }
        }
        if carried == before {
            break;
        }
    }
    Ok(carried)
}

impl OpenLedger {
    /// Records a step from another ledger, once. False where it is held already, or no longer fits
    /// because something was recorded here meanwhile.
    async fn mirror(&self, step: Step, of: &Self) -> Result<bool, AppendError> {
        let id = step.id;
        let held = of.storage.held(step.of, vec![step.entry]).await?;
        let hash = held.first().map(|row| row.hash).ok_or_else(|| {
            StorageError::Corrupt(format!("entry {} of a ledger is gone", step.entry))
        })?;
        let origin = Origin {
            organization: step.of,
            entry: step.entry,
            hash,
        };
        let act = ServerAct {
            id,
            actor: SYSTEM,
            occurred_at: clock::now(),
            body: EntryBody::Mirrored {
                origin,
                mirror: step.mirror,
            },
        };
        let acts: Arc<[ServerAct]> = Arc::new([act]);
        for _ in 0..ATTEMPTS_MAX {
            let mut desk = self.lock().await?;
            let organization = self.row().organization;
            if !self.storage.held(organization, vec![id]).await?.is_empty() {
                return Ok(false);
            }
            let judged = self.judge_acts(&desk, &acts, None).await?;
            let outcomes = judged.proceedings.answers.iter();
            if !outcomes
                .map(|answer| &answer.verdict.outcome)
                .all(|outcome| *outcome == Outcome::Accepted)
            {
                return Ok(false);
            }
            if self.write(&mut desk, judged).await? {
                return Ok(true);
            }
        }
        Err(too_busy().into())
    }
}
