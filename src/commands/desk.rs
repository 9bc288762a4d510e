//! One person's working place on one phone: the store, the key, and what is known.

use super::exchange::Asked;
use super::mark::Resident;
use super::model::{ActivityRow, Me, RecordStatus};
use super::ports::Ports;
use baton_domain::directory::{Organization, OrganizationKind, Role};
use baton_domain::product::Product;
use baton_domain::{State, Verdict};
use baton_handoff::Collector;
use baton_store::{Identity, LedgerStore, Loaded, StoreError};
use baton_sync::{Activity, Engine, HighWater, Retry, Status};
use futures_util::lock::Mutex;
use std::cell::{Cell, RefCell};
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
    /// Products found in the whole catalogue and kept, since they were picked here.
    pub(super) picked: RefCell<Vec<Product>>,
    /// True once the server said that this phone or person was revoked.
    pub(super) revoked: Cell<bool>,
    /// Frames of an animated code, as far as they were seen.
    pub(super) collector: RefCell<Collector>,
    /// The last answer said that there is more to fetch.
    pub(super) more: Cell<bool>,
    /// What was asked while the last answer was stored, with what came of it.
    pub(super) ahead: RefCell<Option<Asked>>,
    /// How many unsent records lie in the store and cannot be read.
    pub(super) unreadable: Cell<usize>,
}

impl<P: Ports> Desk<P> {
    /// Reads everything and makes it ready.
    pub(super) async fn open(
        ports: Rc<P>,
        resident: Resident,
        store: P::Store,
        signer: P::Signer,
    ) -> Result<Self, DeskError> {
        let loaded = store.load().await?;
        let identity = loaded.identity.clone().ok_or(DeskError::NoIdentity)?;
        let unreadable = unreadable_in(&store, &loaded).await?;
        let engine = engine(&*ports, loaded).await?;
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
            picked: RefCell::new(Vec::new()),
            revoked: Cell::new(false),
            collector: RefCell::default(),
            more: Cell::new(false),
            ahead: RefCell::new(None),
            unreadable: Cell::new(unreadable),
        };
        desk.recall_picked().await;
        desk.mark();
        Ok(desk)
    }

    /// Reads the store again: another tab wrote, or a snapshot replaced the base.
    pub(super) async fn reload(&self) -> Result<(), StoreError> {
        let loaded = self.store.load().await?;
        self.unreadable
            .set(unreadable_in(&self.store, &loaded).await?);
        let engine = engine(&*self.ports, loaded).await?;
        *self.engine.borrow_mut() = engine;
        // It was asked from where this phone no longer stands.
        self.ahead.replace(None);
        self.recall_picked().await;
        self.mark();
        Ok(())
    }

    /// What is known, own pending acts included.
    pub fn view(&self) -> State {
        self.engine.borrow().view().clone()
    }

    /// True before this phone got its data from the server, and where that cannot be read. Own
    /// work goes on meanwhile.
    pub fn needs_snapshot(&self) -> bool {
        self.engine.borrow().needs_snapshot()
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
            organization: view
                .organization()
                .cloned()
                .unwrap_or_else(|| Organization {
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

    /// How many own entries the server has not settled, those that cannot be read any more
    /// included: nobody can say that they were sent.
    pub fn unconfirmed(&self) -> usize {
        self.engine.borrow().pending().len() + self.unreadable.get()
    }

    /// How many unsent records lie here and cannot be read: something changed them after they were
    /// saved. They stay, and an export has their bytes.
    pub fn unreadable(&self) -> usize {
        self.unreadable.get()
    }

    /// How much has come since pages were written: what the next start has to replay.
    pub fn changes_since_generation(&self) -> usize {
        self.engine.borrow().changes_since_generation()
    }

    /// The server said that this phone or person was revoked (R38).
    pub fn is_revoked(&self) -> bool {
        self.revoked.get()
    }

    /// Own acts, newest first.
    pub fn activity(&self) -> Arc<[ActivityRow]> {
        self.engine.borrow().activity().map(row).collect()
    }

    /// Remembers outside the database how far it is.
    pub(super) fn mark(&self) {
        let sequence = self.engine.borrow().next_sequence() - 1;
        let mark = HighWater {
            device: self.identity.device,
            sequence,
        };
        self.ports.memory().set_high_water(&self.database, mark);
    }
}

/// How many unsent records a store has beside those that it could read.
async fn unreadable_in(store: &impl LedgerStore, loaded: &Loaded) -> Result<usize, StoreError> {
    if loaded.damaged.is_empty() {
        return Ok(0);
    }
    let stored = store.unsent_count().await?;
    Ok(stored.saturating_sub(loaded.outbox.len()))
}

/// The engine over what was loaded. The rules come with a part of the app, which is waited for only
/// where something of this phone's own has to be judged.
async fn engine<P: Ports>(ports: &P, loaded: Loaded) -> Result<Engine, StoreError> {
    let judge = if Engine::is_to_judge(&loaded) {
        let missing = "a part of the app has not arrived: go where there is a network and reload";
        let rules = ports.rules().await;
        Some(rules.ok_or(StoreError::Unavailable(missing.into()))?)
    } else {
        None
    };
    Ok(Engine::judging(loaded, judge))
}

/// Why a desk could not be opened.
#[derive(Debug)]
pub(super) enum DeskError {
    /// The store failed.
    Store(StoreError),
    /// The database holds nobody's work: new, or emptied.
    NoIdentity,
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn row(activity: Activity<'_>) -> ActivityRow {
    let verdict = activity.verdict.or(activity.expected);
    let expected = activity.expected.is_some_and(Verdict::needs_review);
    ActivityRow {
        entry: activity.entry.shared(),
        status: match activity.status {
            // A pending entry that this phone itself would not accept any more is shown, never
            // dropped.
            Status::SavedHere | Status::Sent if expected => RecordStatus::NeedsReview,
            Status::SavedHere => RecordStatus::SavedHere,
            Status::Sent => RecordStatus::Sent,
            Status::Waiting => RecordStatus::Waiting,
            Status::Confirmed => RecordStatus::Confirmed,
            Status::NeedsReview => RecordStatus::NeedsReview,
            Status::Refused => RecordStatus::Refused,
        },
        order: activity.order,
        verdict: Arc::new(verdict.cloned().unwrap_or_else(Verdict::accepted)),
    }
}
