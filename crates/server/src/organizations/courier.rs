//! Carrying over what crosses from one organization's ledger into another's.
//!
//! Each step is one transaction in one organization. What is due is not remembered anywhere: it is
//! found by comparing the two ledgers ([`mirror::due`]), each of which keeps what it began open
//! until the other's half has answered. So the ledgers are the outbox: a server that dies between
//! two steps finds the second one due when it starts, and one that tries a step twice finds its id
//! taken, because a mirror's id follows from what it mirrors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use baton_domain::EntryBody;
use baton_domain::id::OrganizationId;
use baton_domain::mirror::{self, Origin, SYSTEM, Step};
use baton_domain::verdict::Outcome;

use crate::storage::StorageError;
use crate::{clock, journal};

use super::Organizations;
use super::append::{AppendError, ServerAct};
use super::ledger::{ATTEMPTS_MAX, OpenLedger, too_busy};

/// Most steps of one round between two ledgers: a bound, and no more.
const STEPS_MAX: u32 = 1_000;

/// The ledgers that changed since somebody looked.
#[derive(Debug, Default)]
pub(super) struct Changed {
    ledgers: Mutex<BTreeSet<OrganizationId>>,
    notify: Notify,
    /// Pairs that had nothing due, and where their ledgers stood then.
    quiet: Mutex<BTreeMap<[OrganizationId; 2], [u64; 2]>>,
}

impl Changed {
    pub(super) fn note(&self, organization: OrganizationId) {
        self.ledgers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(organization);
        self.notify.notify_one();
    }

    fn was_quiet(&self, pair: [OrganizationId; 2], orders: [u64; 2]) -> bool {
        let quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        quiet.get(&pair) == Some(&orders)
    }

    fn is_quiet(&self, pair: [OrganizationId; 2], orders: [u64; 2]) {
        let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        quiet.insert(pair, orders);
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
        let mut carried = 0;
        for other in here.linked_with().await? {
            if let Some(there) = self.ledger(other).await? {
                carried += self.between(&here, &there, steps_max - carried).await?;
            }
        }
        Ok(carried)
    }

    /// Carries over whatever is due anywhere: at start, and where another process may have died. A
    /// ledger that nobody else needs and that has no link is let go of again: a server with thousands
    /// of them holds those in memory that are in use.
    ///
    /// One ledger that cannot be read does not hold up the others; the first such fault is told at the
    /// end.
    pub async fn carry_all(&self) -> Result<u32, AppendError> {
        self.carry_between(self.all()).await
    }

    /// The same between ledgers that are in use here. What the others need was done at start, or is
    /// done by whoever has them in use.
    pub async fn carry_loaded(&self) -> Result<u32, AppendError> {
        let mut loaded = self.all();
        loaded.retain(|ledger| ledger.is_loaded());
        self.carry_between(loaded).await
    }

    async fn carry_between(&self, ledgers: Vec<Arc<OpenLedger>>) -> Result<u32, AppendError> {
        let (mut carried, mut fault) = (0, None);
        let mut seen = BTreeSet::new();
        for here in ledgers {
            match self.carry_pairs(&here, &mut seen).await {
                Ok(steps) => carried += steps,
                Err(error) => {
                    tell(here.row().organization, &error);
                    fault.get_or_insert(error);
                }
            }
        }
        fault.map_or(Ok(carried), Err)
    }

    /// Carries over between a ledger and those it has a link with, but for pairs that were seen.
    async fn carry_pairs(
        &self,
        here: &Arc<OpenLedger>,
        seen: &mut BTreeSet<[OrganizationId; 2]>,
    ) -> Result<u32, AppendError> {
        let was_loaded = here.is_loaded();
        let linked = here.linked_with().await?;
        if linked.is_empty() && !was_loaded {
            here.let_go().await;
        }
        let (mut carried, mut fault) = (0, None);
        for other in linked {
            if !seen.insert(pair(here.row().organization, other)) {
                continue;
            }
            let done = match self.ledger(other).await? {
                Some(there) => self.between(here, &there, STEPS_MAX).await,
                None => Ok(0),
            };
            match done {
                Ok(steps) => carried += steps,
                Err(error) => {
                    fault.get_or_insert(error);
                }
            }
        }
        fault.map_or(Ok(carried), Err)
    }

    /// [`Self::carry`] with the bound of a round; a failure is written down and tried again later.
    pub async fn carry_or_tell(&self, organization: OrganizationId) {
        if let Err(error) = self.carry(organization, STEPS_MAX).await {
            tell(organization, &error);
        }
    }

    /// Carries over between two ledgers. A pair that had nothing due and has not changed since is not
    /// compared again.
    async fn between(
        &self,
        left: &Arc<OpenLedger>,
        right: &Arc<OpenLedger>,
        steps_max: u32,
    ) -> Result<u32, AppendError> {
        let key = pair(left.row().organization, right.row().organization);
        let mut carried = 0;
        while carried < steps_max {
            let [ours, theirs] = [left.newest().await?, right.newest().await?];
            let mut orders = [ours.order, theirs.order];
            if key[0] != left.row().organization {
                orders.reverse();
            }
            if self.changed.was_quiet(key, orders) {
                break;
            }
            let before = carried;
            for step in mirror::due(&ours.state, &theirs.state) {
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
                self.changed.is_quiet(key, orders);
                break;
            }
        }
        Ok(carried)
    }
}

/// Two ledgers, however they are named.
fn pair(one: OrganizationId, other: OrganizationId) -> [OrganizationId; 2] {
    if one < other {
        [one, other]
    } else {
        [other, one]
    }
}

fn tell(organization: OrganizationId, error: &AppendError) {
    journal::error("carrying over")
        .with("organization", organization.to_string())
        .with("error", error.to_string())
        .write();
}

impl OpenLedger {
    /// The organizations that this one has a link with.
    async fn linked_with(&self) -> Result<Vec<OrganizationId>, StorageError> {
        let state = self.newest().await?.state;
        let links = state.organization_links();
        Ok(links.map(|link| link.organization).collect())
    }

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
