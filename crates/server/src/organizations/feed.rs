//! What a phone gets: the entries after its cursor that lie in its scope.
//!
//! A phone gets its whole organization, with two exceptions: of the catalogue only the products
//! in stock, needed or used, and of the cases' private parts only those that its person may see.
//! Entries outside are left out, and the cursor moves past them; what comes *into* scope by an
//! entry travels beside it in an extra page, read from the state. A change of what the person may
//! see (their role, their region) forces a new snapshot, never a trick with the cursor.

use std::collections::BTreeSet;

use baton_domain::authority::may_see_details;
use baton_domain::id::{CaseId, DeviceId, PersonId};
use baton_domain::product::ProductId;
use baton_domain::{Entry, EntryBody, Outcome, State};
use baton_ledger::limits::{CHANGES_PER_SYNC_MAX, SYNC_RESPONSE_BYTES_MAX};
use baton_ledger::message::Incarnation;
use baton_ledger::page::{Selection, write_selection};
use baton_ledger::{Recorded, SignedEntry};

use crate::storage::{RecordRow, StorageError};

use super::blocking;
use super::ledger::OpenLedger;
use super::rows::recorded;

/// From here on a snapshot is less work for the phone than the entries.
const BEHIND_MAX: u64 = 5_000;

/// Who reads, and up to where they have read.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The person.
    pub person: PersonId,
    /// The phone.
    pub device: DeviceId,
    /// The incarnation that the cursor belongs to.
    pub incarnation: Option<Incarnation>,
    /// The last order number that the phone has.
    pub cursor: u64,
}

/// What a reader gets.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// Entries after the cursor, in scope.
    pub changes: Vec<Recorded>,
    /// What they bring into scope.
    pub page: Option<Vec<u8>>,
    /// The last order number covered.
    pub cursor: u64,
    /// There is more.
    pub more: bool,
    /// The phone must take a new snapshot; nothing else is in here then.
    pub snapshot_needed: bool,
}

impl OpenLedger {
    /// The entries after a reader's cursor.
    pub async fn feed(&self, reader: Reader) -> Result<Feed, StorageError> {
        let now = self.newest().await?;
        let snapshot = Feed {
            cursor: reader.cursor,
            snapshot_needed: true,
            ..Feed::default()
        };
        let same_life = reader.incarnation == Some(self.row().incarnation);
        if (reader.cursor > 0 && !same_life)
            || reader.cursor > now.order
            || now.order - reader.cursor > BEHIND_MAX
        {
            return Ok(snapshot);
        }
        let limit = CHANGES_PER_SYNC_MAX as u32;
        let mut rows = self
            .storage
            .recorded_after(self.row().organization, reader.cursor, limit)
            .await?;
        // Another process may have recorded more since; it is in the next answer, with its page.
        rows.retain(|row| row.order <= now.order);
        blocking(move || Selecting::new(&now.state, reader).take(rows, now.order))
            .await?
            .map(|feed| feed.unwrap_or(snapshot))
    }
}

/// The products in a phone's scope: in stock, needed or used.
fn products_in_scope(state: &State) -> BTreeSet<ProductId> {
    let stock = state.lines().map(|line| line.identity.product.clone());
    let needed = state
        .cases()
        .flat_map(|case| case.needs.iter().map(|need| need.product.clone()));
    let used = state.cases().flat_map(|case| {
        case.usage
            .iter()
            .map(|usage| usage.identity.product.clone())
    });
    stock.chain(needed).chain(used).collect()
}

/// One answer in the making.
struct Selecting<'a> {
    state: &'a State,
    reader: Reader,
    /// What comes into scope: products and private parts.
    page: Selection,
    /// Products that were listed anew, in scope or not.
    relisted: BTreeSet<ProductId>,
}

impl<'a> Selecting<'a> {
    fn new(state: &'a State, reader: Reader) -> Self {
        Self {
            state,
            reader,
            page: Selection::default(),
            relisted: BTreeSet::new(),
        }
    }

    /// `None` where the reader needs a snapshot.
    fn take(mut self, rows: Vec<RecordRow>, newest: u64) -> Result<Option<Feed>, StorageError> {
        let mut feed = Feed {
            cursor: self.reader.cursor,
            ..Feed::default()
        };
        let mut bytes = 0;
        for row in rows {
            let order = row.order;
            let change = recorded(row)?;
            let entry = SignedEntry::parse(&change.bytes).map_err(|error| {
                StorageError::Corrupt(format!("entry {order} of a ledger: {error}"))
            })?;
            if self.moves_scope(entry.entry(), &change) {
                return Ok(None);
            }
            if self.is_in_scope(entry.entry()) {
                bytes += change.bytes.len() + 64;
                feed.changes.push(change);
            }
            feed.cursor = order;
            if bytes >= SYNC_RESPONSE_BYTES_MAX / 2 {
                break;
            }
        }
        feed.more = feed.cursor < newest;
        feed.page = self.page();
        Ok(Some(feed))
    }

    /// True for a change of the reader's own record, unless this phone made it itself or has
    /// nothing yet that could be out of scope.
    fn moves_scope(&self, entry: &Entry, change: &Recorded) -> bool {
        let EntryBody::PersonRecorded(person) = &entry.body else {
            return false;
        };
        person.id == self.reader.person
            && self.reader.cursor > 0
            && entry.device != self.reader.device
            && change.verdict.outcome == Outcome::Accepted
    }

    /// Whether the reader gets the entry; notes what comes into scope by it.
    fn is_in_scope(&mut self, entry: &Entry) -> bool {
        let own = entry.device == self.reader.device;
        match &entry.body {
            EntryBody::ProductsListed(products) => {
                if !own {
                    self.relisted
                        .extend(products.iter().map(|product| product.id.clone()));
                }
                return own;
            }
            EntryBody::CaseDetailsRecorded { case, .. } => return own || self.may_see(*case),
            EntryBody::CaseScheduled { .. } => {
                self.page.details.insert(entry.id);
            }
            EntryBody::CaseRepChanged { case, .. } | EntryBody::CaseChanged { case, .. } => {
                self.page.details.insert(*case);
            }
            EntryBody::PersonRecorded(person) => {
                let theirs = self.state.cases().filter(|case| case.rep == person.id);
                self.page.details.extend(theirs.map(|case| case.id));
            }
            _ => {}
        }
        named_products(&entry.body, &mut self.page.products);
        true
    }

    fn may_see(&self, case: CaseId) -> bool {
        may_see_details(self.state, self.reader.person, case)
    }

    fn page(mut self) -> Option<Vec<u8>> {
        if !self.relisted.is_empty() {
            let scope = products_in_scope(self.state);
            self.page
                .products
                .extend(self.relisted.intersection(&scope).cloned());
        }
        let mut details = std::mem::take(&mut self.page.details);
        details.retain(|case| self.may_see(*case));
        self.page.details = details;
        write_selection(self.state, &self.page)
    }
}

/// The products that an entry names.
fn named_products(body: &EntryBody, into: &mut BTreeSet<ProductId>) {
    match body {
        EntryBody::StockReceived { lines, .. } => {
            into.extend(lines.iter().map(|line| line.identity.product.clone()));
        }
        EntryBody::TransferOffered { lines, .. } => {
            into.extend(lines.iter().map(|line| line.identity.product.clone()));
        }
        EntryBody::TransferAnswered { extras, .. } => {
            into.extend(extras.iter().map(|extra| extra.identity.product.clone()));
        }
        EntryBody::UsageRecorded { lines, .. } => {
            into.extend(lines.iter().map(|line| line.identity.product.clone()));
        }
        EntryBody::CaseScheduled { needs, .. }
        | EntryBody::CaseChanged {
            needs: Some(needs), ..
        } => {
            into.extend(needs.iter().map(|need| need.product.clone()));
        }
        _ => {}
    }
}
