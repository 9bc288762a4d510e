//! One person's working place on one phone: the store, the key, and what is known.

use super::mark::{HighWater, Resident};
use super::model::{ActivityRow, Me, RecordStatus};
use super::ports::{Memory, Ports};
use baton_domain::directory::{Organization, OrganizationKind, Role};
use baton_domain::id::EntryId;
use baton_domain::product::Product;
use baton_domain::{Outcome, State, Verdict};
use baton_store::{Identity, LedgerStore, StoreError};
use baton_sync::{Engine, Retry};
use futures_util::lock::Mutex;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// One person's working place on one phone.
pub struct Desk<P: Ports> {
    pub(super) ports: Rc<P>,
    pub(super) database: String,
    pub(super) store: P::Store,
    pub(super) signer: P::Signer,
    pub(super) identity: Identity,
    pub(super) resident: Resident,
    pub(super) engine: RefCell<Engine>,
    pub(super) retry: RefCell<Retry>,
    /// Held around "stored, then in memory", so that an act and an answer of the server never
    /// cross. Nothing waits for the network while it is held.
    pub(super) writing: Mutex<()>,
    /// What the request on its way carries.
    pub(super) in_flight: RefCell<BTreeSet<EntryId>>,
    /// Products found in the whole catalogue and kept, since they were picked here.
    pub(super) picked: RefCell<Vec<Product>>,
    /// True once the server said that this phone or person was revoked.
    pub(super) revoked: Cell<bool>,
}

impl<P: Ports> Desk<P> {
    /// Reads everything and makes it ready; `Err(None)` for a database without an identity.
    pub(super) async fn open(
        ports: Rc<P>,
        resident: Resident,
        store: P::Store,
        signer: P::Signer,
    ) -> Result<Self, DeskError> {
        let loaded = store.load().await?;
        let identity = loaded.identity.clone().ok_or(DeskError::NoIdentity)?;
        let engine = Engine::new(loaded).map_err(|error| DeskError::Unreadable(error.to_string()))?;
        let desk = Self {
            ports,
            database: resident.database.clone(),
            store,
            signer,
            identity,
            resident,
            engine: RefCell::new(engine),
            retry: RefCell::new(Retry::default()),
            writing: Mutex::new(()),
            in_flight: RefCell::new(BTreeSet::new()),
            picked: RefCell::new(Vec::new()),
            revoked: Cell::new(false),
        };
        desk.recall_picked().await;
        desk.mark();
        Ok(desk)
    }

    /// Reads the store again: another tab wrote, or a snapshot replaced the base.
    pub(super) async fn reload(&self) -> Result<(), StoreError> {
        let loaded = self.store.load().await?;
        let engine = Engine::new(loaded).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        *self.engine.borrow_mut() = engine;
        self.recall_picked().await;
        self.mark();
        Ok(())
    }

    /// What is known, own pending acts included.
    pub fn view(&self) -> State {
        self.engine.borrow().view().clone()
    }

    /// Whether this phone ever got its data from the server.
    pub fn has_base(&self) -> bool {
        self.engine.borrow().view().organization().is_some()
    }

    /// Who is at work here.
    pub fn me(&self) -> Me {
        let engine = self.engine.borrow();
        let view = engine.view();
        let person = view.person(self.identity.person);
        Me {
            person: self.identity.person,
            name: person.map_or_else(|| self.resident.name.clone(), |person| person.name.clone()),
            role: person.map_or(Role::Rep, |person| person.role),
            organization: view.organization().cloned().unwrap_or_else(|| Organization {
                id: self.identity.organization,
                name: self.resident.organization_name.clone(),
                kind: OrganizationKind::Distributor,
                demo: false,
            }),
            device: self.identity.device,
        }
    }

    /// The database this desk works in.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// How many own entries the server has not settled.
    pub fn unconfirmed(&self) -> usize {
        self.engine.borrow().pending().len()
    }

    /// The server said that this phone or person was revoked (R38).
    pub fn is_revoked(&self) -> bool {
        self.revoked.get()
    }

    /// Own acts, newest first.
    pub fn activity(&self) -> Arc<[ActivityRow]> {
        let engine = self.engine.borrow();
        let in_flight = self.in_flight.borrow();
        let pending = engine.pending().iter().rev().map(|pending| ActivityRow {
            entry: pending.entry.entry_shared(),
            status: pending_status(&pending.verdict, pending.waiting_for, in_flight.contains(&pending.entry.entry().id)),
            order: None,
            verdict: Arc::new(pending.verdict.clone()),
        });
        let settled = engine.history().iter().rev().map(|own| ActivityRow {
            entry: own.entry.entry_shared(),
            status: settled_status(&own.verdict),
            order: own.order,
            verdict: Arc::new(own.verdict.clone()),
        });
        pending.chain(settled).collect()
    }

    /// Remembers outside the database how far it is.
    pub(super) fn mark(&self) {
        let sequence = self.engine.borrow().next_sequence().saturating_sub(1);
        let mark = HighWater { device: self.identity.device, sequence };
        self.ports.memory().set_high_water(&self.database, mark);
    }
}

/// Why a desk could not be opened.
#[derive(Debug)]
pub(super) enum DeskError {
    /// The store failed.
    Store(StoreError),
    /// The database holds nobody's work: new, or emptied.
    NoIdentity,
    /// What is stored cannot be understood.
    Unreadable(String),
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A pending entry that this phone itself would no longer accept is shown, never dropped.
fn pending_status(expected: &Verdict, waiting_for: Option<EntryId>, sent: bool) -> RecordStatus {
    if waiting_for.is_some() {
        RecordStatus::Waiting
    } else if expected.needs_review() {
        RecordStatus::NeedsReview
    } else if sent {
        RecordStatus::Sent
    } else {
        RecordStatus::SavedHere
    }
}

fn settled_status(verdict: &Verdict) -> RecordStatus {
    match verdict.outcome {
        Outcome::Refused(_) => RecordStatus::Refused,
        Outcome::Waiting(_) => RecordStatus::Waiting,
        Outcome::Disputed(_) => RecordStatus::NeedsReview,
        Outcome::Accepted if verdict.needs_review() => RecordStatus::NeedsReview,
        Outcome::Accepted => RecordStatus::Confirmed,
    }
}
