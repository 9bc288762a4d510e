//! The one persistent map behind a state.
//!
//! Everything that is known stands in one ordered map, keyed by what it is and then by its id;
//! indexes are further keys to the same records. One map of one type, and not one for each kind
//! of record: every type of map is compiled anew, and a phone downloads all of them.
//!
//! Records stand behind pointers, so that changing one copies a path of the tree and not its
//! neighbours' contents.

use super::layers::Layers;
use super::{FIRST_LINE, LAST_LINE};
use crate::Text;
use crate::adjust::{Adjustment, Reversal};
use crate::case::Case;
use crate::directory::{
    ActiveLink, Device, Facility, ManufacturerLink, OrganizationLink, Person, Pool, SharingLink,
};
use crate::dispute::Dispute;
use crate::facility_stock::StockingOrder;
use crate::id::{
    CaseId, DeviceId, EntryId, FacilityId, LineId, OrganizationId, PersonId, PoolId, TransferId,
};
use crate::order::sort_by;
use crate::product::{Product, ProductId};
use crate::proposal::{Proposal, ProposalId};
use crate::recall::{Recall, RecallId};
use crate::request::{Loan, RequestId, StockRequest, Terms};
use crate::stock::{Claimant, Custodian, StockLine};
use crate::transfer::{Transfer, TransferStatus};
use crate::tray::{BillOfMaterials, Tray};
use crate::verdict::Rejection;
use std::sync::Arc;

/// Where a record is found. The order of the kinds is the order in the map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Person(PersonId),
    Device(DeviceId),
    Facility(FacilityId),
    Pool(PoolId),
    SharingLink(SharingLink),
    ManufacturerLink(Text),
    Product(ProductId),
    Line(LineId),
    Transfer(TransferId),
    Case(CaseId),
    Recall(RecallId),
    /// Found with a rejection that rejects nothing: a phone's own mark, never stored (R38).
    Unverified(EntryId),
    Proposal(ProposalId),
    Dispute(EntryId),
    BillOfMaterials(ProductId),
    Tray(LineId),
    OrganizationLink(OrganizationId),
    StockRequest(RequestId),
    Terms(TransferId),
    Loan(LineId),
    Rejection(EntryId, Option<LineId>),
    StockingOrder(EntryId),
    Adjustment(EntryId),
    /// By the entry that was undone.
    Reversal(EntryId),
    // Indexes: derived from the records above, kept by the `put_…` methods, never stored.
    OnHand(Custodian, LineId),
    /// True for lines with nothing left, which come after those on hand.
    OfProduct(ProductId, bool, LineId),
    ActiveSerial(ProductId, Text),
    KeptFor(CaseId, LineId),
    OpenTransfer(TransferId),
    /// Facility Stock on hand, by its facility.
    FacilityStock(FacilityId, LineId),
    /// The lines that stand in the place of another.
    Replaces(LineId, LineId),
    OpenCase(PersonId, CaseId),
    /// A line in a tray, to the tray.
    InTray(LineId),
}

macro_rules! records {
    ($($kind:ident => $reader:ident),+ $(,)?) => {
        /// What is found there.
        #[derive(Clone, Debug, PartialEq)]
        pub(super) enum Record {
            $($kind(Arc<$kind>),)+
        }

        impl Record {
            $(pub(super) fn $reader(&self) -> Option<&$kind> {
                if let Self::$kind(record) = self { Some(record) } else { None }
            })+
        }
    };
}

type Line = StockLine;

records! {
    Person => person,
    Device => device,
    Facility => facility,
    Pool => pool,
    ActiveLink => active_link,
    ManufacturerLink => manufacturer_link,
    Product => product,
    Line => line,
    Transfer => transfer,
    Case => case,
    Recall => recall,
    Proposal => proposal,
    Dispute => dispute,
    BillOfMaterials => bill_of_materials,
    Tray => tray,
    OrganizationLink => organization_link,
    StockRequest => stock_request,
    Terms => terms,
    Loan => loan,
    Rejection => rejection,
    StockingOrder => stocking_order,
    Adjustment => adjustment,
    Reversal => reversal,
}

/// The map, with the few ways into it that everything shares.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table(Layers);

impl Table {
    #[inline(never)]
    pub(super) fn get(&self, key: &Key) -> Option<&Record> {
        self.0.get(key)
    }

    /// The records from one key to another, both included.
    pub(super) fn span(
        &self,
        first: Key,
        last: Key,
    ) -> impl DoubleEndedIterator<Item = (&Key, &Record)> {
        self.0.span(first, last)
    }

    /// True where [`Self::span`] would find something, for less: asked after every entry.
    pub(super) fn has_any(&self, first: &Key, last: &Key) -> bool {
        self.0.has_any(first, last)
    }

    #[inline(never)]
    pub(super) fn put(&mut self, key: Key, record: Record) {
        self.0.put(key, record);
    }

    #[inline(never)]
    fn remove(&mut self, key: &Key) {
        self.0.remove(key);
    }

    /// Forgets one rejection.
    pub(super) fn end_rejection(&mut self, entry: EntryId, line: Option<LineId>) {
        self.remove(&Key::Rejection(entry, line));
    }

    pub(super) fn end_sharing(&mut self, link: SharingLink) {
        self.remove(&Key::SharingLink(link));
    }

    /// Puts a line under its id and all its indexes.
    pub(super) fn put_line(&mut self, line: Arc<StockLine>) {
        let keys = keys_of(&line);
        let before = self
            .get(&Key::Line(line.id))
            .and_then(Record::line)
            .map(keys_of);
        for key in before.unwrap_or_default() {
            if !keys.contains(&key) {
                self.remove(&key);
            }
        }
        for key in keys {
            self.put(key, Record::Line(Arc::clone(&line)));
        }
        self.put(Key::Line(line.id), Record::Line(line));
    }

    /// The same for many, one after the other; where they are the first, and in the order of their
    /// ids as a snapshot has them, at once.
    pub(super) fn put_lines(&mut self, lines: Vec<Arc<StockLine>>) {
        let [first, last] = [FIRST_LINE, LAST_LINE].map(Key::Line);
        let ascend = lines.windows(2).all(|pair| pair[0].id < pair[1].id);
        if ascend && !self.has_any(&first, &last) {
            self.0.load(in_order(&lines));
        } else {
            lines.into_iter().for_each(|line| self.put_line(line));
        }
    }

    /// Puts a transfer under its id, and among the open ones while it is open.
    pub(super) fn put_transfer(&mut self, transfer: Transfer) {
        let transfer = Arc::new(transfer);
        let open = Key::OpenTransfer(transfer.id);
        if transfer.status == TransferStatus::Open {
            self.put(open, Record::Transfer(Arc::clone(&transfer)));
        } else {
            self.remove(&open);
        }
        self.put(Key::Transfer(transfer.id), Record::Transfer(transfer));
    }

    /// Puts a case under its id, and among its rep's open ones while it is open.
    pub(super) fn put_case(&mut self, case: Case) {
        let known = self.get(&Key::Case(case.id)).and_then(Record::case);
        if let Some(before) = known.map(|known| Key::OpenCase(known.rep, case.id)) {
            self.remove(&before);
        }
        let case = Arc::new(case);
        if case.status.is_open() {
            let open = Key::OpenCase(case.rep, case.id);
            self.put(open, Record::Case(Arc::clone(&case)));
        }
        self.put(Key::Case(case.id), Record::Case(case));
    }

    /// Puts a tray under its line, and under every line in it.
    pub(super) fn put_tray(&mut self, tray: Tray) {
        let before = self.get(&Key::Tray(tray.line)).and_then(Record::tray);
        let before = before.map(|tray| tray.contents.clone());
        for line in before.unwrap_or_default() {
            if !tray.contents.contains(&line) {
                self.remove(&Key::InTray(line));
            }
        }
        let tray = Arc::new(tray);
        for line in &tray.contents {
            self.put(Key::InTray(*line), Record::Tray(Arc::clone(&tray)));
        }
        self.put(Key::Tray(tray.line), Record::Tray(tray));
    }

    /// The same records with every index made anew.
    #[cfg(any(test, feature = "testkit"))]
    pub(super) fn reindexed(&self) -> Self {
        let mut anew = Self::default();
        for (key, record) in self.0.iter() {
            match (key, record) {
                (Key::Line(_), Record::Line(line)) => anew.put_line(Arc::clone(line)),
                (Key::Transfer(_), Record::Transfer(transfer)) => {
                    anew.put_transfer(Transfer::clone(transfer));
                }
                (Key::Case(_), Record::Case(case)) => anew.put_case(Case::clone(case)),
                (Key::Tray(_), Record::Tray(tray)) => anew.put_tray(Tray::clone(tray)),
                (key, _) if *key > LAST_RECORD => {}
                (key, record) => anew.put(key.clone(), record.clone()),
            }
        }
        anew
    }
}

/// Sorts after every record, and before every index.
#[cfg(any(test, feature = "testkit"))]
const LAST_RECORD: Key = Key::Reversal(EntryId::from_bytes([0xFF; 16]));

/// The indexes that lead to a line.
fn keys_of(line: &StockLine) -> Vec<Key> {
    let product = &line.identity.product;
    let mut keys = Vec::with_capacity(4);
    if line.quantity > 0 {
        keys.push(Key::OnHand(line.custodian, line.id));
        if let Some(facility) = line.facility_stock_at() {
            keys.push(Key::FacilityStock(facility, line.id));
        }
        if let Some(serial) = &line.identity.serial {
            keys.push(Key::ActiveSerial(product.clone(), serial.clone()));
        }
    }
    if let Some(first) = line.replaces {
        keys.push(Key::Replaces(first, line.id));
    }
    for claim in &line.claims {
        if let Claimant::Mark(case) | Claimant::Reservation(case) = claim.by {
            keys.push(Key::KeptFor(case, line.id));
        }
    }
    keys.push(Key::OfProduct(product.clone(), line.quantity == 0, line.id));
    keys
}

/// Every key of lines that come in the order of their ids, in the order of the map.
///
/// Holders, products and cases are few and lines are many: the lines of each are gathered, and
/// come in order by themselves.
fn in_order(lines: &[Arc<StockLine>]) -> Vec<(Key, Record)> {
    let mut groups: Vec<(Key, Vec<usize>)> = Vec::new();
    // The places of the groups, in the order of their keys.
    let mut ascending: Vec<usize> = Vec::new();
    let mut count = lines.len();
    for (place, line) in lines.iter().enumerate() {
        for key in keys_of(line) {
            count += 1;
            // The least of those that differ from it by the line alone.
            let first = of_line(key, FIRST_LINE, None);
            match ascending.binary_search_by(|group| groups[*group].0.cmp(&first)) {
                Ok(at) => groups[ascending[at]].1.push(place),
                Err(at) => {
                    ascending.insert(at, groups.len());
                    groups.push((first, vec![place]));
                }
            }
        }
    }
    let mut all: Vec<(Key, Record)> = Vec::with_capacity(count);
    let mut add = |key: Key, line: &Arc<StockLine>| {
        // Of two lines with one serial, the later.
        all.pop_if(|(before, _)| *before == key);
        all.push((key, Record::Line(Arc::clone(line))));
    };
    for line in lines {
        add(Key::Line(line.id), line);
    }
    for group in ascending {
        let (first, places) = &mut groups[group];
        if let Key::ActiveSerial(..) = first {
            let serial = |place: &usize| &lines[*place].identity.serial;
            sort_by(places, &|one, other| serial(one).cmp(serial(other)));
        }
        for place in places {
            let line = &lines[*place];
            let key = of_line(first.clone(), line.id, line.identity.serial.as_ref());
            add(key, line);
        }
    }
    all
}

/// The key of this kind that is another line's: that of a line with this id and serial.
fn of_line(mut key: Key, line: LineId, serial: Option<&Text>) -> Key {
    match &mut key {
        Key::OnHand(_, id)
        | Key::OfProduct(_, _, id)
        | Key::KeptFor(_, id)
        | Key::FacilityStock(_, id)
        | Key::Replaces(_, id) => *id = line,
        Key::ActiveSerial(_, named) => *named = serial.cloned().unwrap_or_else(|| Text::from("")),
        _ => {}
    }
    key
}
