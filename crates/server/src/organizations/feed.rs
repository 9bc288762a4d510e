//! What a phone gets: the entries after its cursor that lie in its scope.
//!
//! A phone gets its whole organization, with two exceptions: of the catalogue only the products
//! in stock, needed or used, and of the cases' private parts only those that its person may see.
//! Entries outside are left out, and the cursor moves past them; what comes *into* scope by an
//! entry travels beside it in an extra page, read from the state. A change of what the person may
//! see (their role, their region), or an act on something so long over that a snapshot left it
//! out, forces a new snapshot, never a trick with the cursor.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use baton_domain::authority::may_see_details;
use baton_domain::id::{CaseId, DeviceId, PersonId, TransferId};
use baton_domain::mirror::Mirror;
use baton_domain::product::{Product, ProductId};
use baton_domain::request::Wanted;
use baton_domain::time::Date;
use baton_domain::{Entry, EntryBody, Outcome, State};
use baton_ledger::limits::{CHANGES_PER_SYNC_MAX, SYNC_RESPONSE_BYTES_MAX};
use baton_ledger::message::Incarnation;
use baton_ledger::page::{Selection, write_selection};
use baton_ledger::{Recorded, SignedEntry};

use crate::clock::DAY_MS;
use crate::storage::{RecordRow, StorageError};

use super::blocking;
use super::ledger::OpenLedger;
use super::rows::recorded;
use super::snapshot::since_date;

/// From here on a snapshot is less work for the phone than the entries.
const BEHIND_MAX: u64 = 5_000;

/// Records after which an answer's page is full; it stays well below the bound on its bytes.
const PAGE_RECORDS_FULL: usize = 4_000;

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
    /// The products in scope, once somebody asked.
    in_scope: OnceCell<BTreeSet<ProductId>>,
    /// What was over before this day is in no snapshot.
    since_date: Date,
}

impl<'a> Selecting<'a> {
    fn new(state: &'a State, reader: Reader) -> Self {
        Self {
            state,
            reader,
            page: Selection::default(),
            in_scope: OnceCell::new(),
            since_date: since_date(),
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
            if self.needs_snapshot(entry.entry(), &change) {
                return Ok(None);
            }
            if self.is_in_scope(entry.entry()) {
                bytes += change.bytes.len() + 64;
                feed.changes.push(change);
            }
            feed.cursor = order;
            let records = self.page.products.len() + self.page.details.len();
            if bytes >= SYNC_RESPONSE_BYTES_MAX / 2 || records >= PAGE_RECORDS_FULL {
                break;
            }
        }
        feed.more = feed.cursor < newest;
        feed.page = self.page();
        Ok(Some(feed))
    }

    /// True for what a cursor cannot express, unless this phone made it itself or has nothing
    /// yet: the reader's own record changed, or something was done to what a snapshot leaves out.
    fn needs_snapshot(&self, entry: &Entry, change: &Recorded) -> bool {
        let stands = matches!(change.verdict.outcome, Outcome::Accepted);
        if !stands || self.reader.cursor == 0 || entry.device == self.reader.device {
            return false;
        }
        match entry.body.effect() {
            EntryBody::PersonRecorded(person) => person.id == self.reader.person,
            // Whatever ends a case finds it open, and so in every snapshot before.
            EntryBody::CaseCancelled { .. } => false,
            body => {
                let cases = body.cases_touched();
                cases.into_iter().any(|case| self.is_long_over(case))
                    || body
                        .transfer()
                        .is_some_and(|transfer| self.ended_long_ago(transfer))
            }
        }
    }

    fn is_long_over(&self, case: CaseId) -> bool {
        let case = self.state.case(case);
        case.is_some_and(|case| !case.status.is_open() && case.starts_at.date < self.since_date)
    }

    /// True where an offer is so old that its end may have been before the reader's snapshot.
    fn ended_long_ago(&self, transfer: TransferId) -> bool {
        let since_ms = i64::from(self.since_date.to_days()) * DAY_MS;
        let transfer = self.state.transfer(transfer);
        transfer.is_some_and(|transfer| transfer.offered_at.unix_ms < since_ms)
    }

    /// Whether the reader gets the entry; notes what comes into scope by it.
    fn is_in_scope(&mut self, entry: &Entry) -> bool {
        let own = entry.device == self.reader.device;
        match entry.body.effect() {
            EntryBody::ProductsListed(products) => {
                if !own {
                    self.relist(products);
                }
                return own;
            }
            EntryBody::CaseDetailsRecorded { case, .. } | EntryBody::CaseSigned { case, .. } => {
                return own || self.may_see(*case);
            }
            EntryBody::CaseScheduled { .. } => {
                self.page.details.insert(entry.id);
            }
            EntryBody::CaseRepChanged { case, .. } | EntryBody::CaseChanged { case, .. } => {
                self.page.details.insert(*case);
            }
            // What was in dispute may be a private part, which its entry did not bring.
            EntryBody::DisputeResolved { dispute, .. } => {
                let known = self.state.dispute(*dispute);
                let cases = known.map(|known| known.entry.body.cases_touched());
                self.page.details.extend(cases.unwrap_or_default());
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

    /// Products that were listed anew are news to those who have them.
    fn relist(&mut self, products: &[Product]) {
        let in_scope = self.in_scope.get_or_init(|| products_in_scope(self.state));
        let ids = products.iter().map(|product| &product.id);
        let known = ids.filter(|id| in_scope.contains(*id)).cloned();
        self.page.products.extend(known);
    }

    fn page(mut self) -> Option<Vec<u8>> {
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
        EntryBody::TransferOffered { lines, .. }
        | EntryBody::RequestOffered { lines, .. }
        | EntryBody::StockReturned { lines, .. } => {
            into.extend(lines.iter().map(|line| line.identity.product.clone()));
        }
        EntryBody::TransferAnswered { extras, .. } => {
            into.extend(extras.iter().map(|extra| extra.identity.product.clone()));
        }
        EntryBody::UsageRecorded { lines, .. } => {
            into.extend(lines.iter().map(|line| line.identity.product.clone()));
        }
        EntryBody::StockAdjusted { found, .. } => {
            into.extend(found.iter().map(|line| line.identity.product.clone()));
        }
        EntryBody::IdentityCorrected { identity, .. } => {
            into.insert(identity.product.clone());
        }
        EntryBody::FacilityStockRebuilt { lines, .. } => {
            into.extend(lines.iter().map(|line| line.identity.product.clone()));
        }
        EntryBody::Mirrored {
            mirror: Mirror::Offered { lines, .. },
            ..
        } => {
            into.extend(lines.iter().map(|line| line.identity.product.clone()));
        }
        EntryBody::CaseScheduled { needs, .. }
        | EntryBody::CaseChanged {
            needs: Some(needs), ..
        }
        | EntryBody::StockRequested {
            wanted: Wanted { needs, .. },
            ..
        }
        | EntryBody::Mirrored {
            mirror:
                Mirror::Requested {
                    wanted: Wanted { needs, .. },
                    ..
                },
            ..
        } => {
            into.extend(needs.iter().map(|need| need.product.clone()));
        }
        _ => {}
    }
}
