//! What is known, as a fold of the ledger up to some point.
//!
//! Every table is a persistent map: cloning a whole [`State`] copies a few pointers. A phone
//! therefore keeps a base (what the server decided) and lays its own pending entries on a clone,
//! and a page can hold the state it draws without locking anything.
//!
//! Only [`crate::fold`] changes a state, through the methods here that keep the indexes true.

use crate::Text;
use crate::case::Case;
use crate::directory::{
    Device, Facility, ManufacturerLink, Organization, Person, Pool, SharingLink,
};
use crate::id::{CaseId, DeviceId, EntryId, FacilityId, LineId, PersonId, PoolId, TransferId};
use crate::product::{Product, ProductId};
use crate::stock::{Claimant, Custodian, StockLine};
use crate::transfer::{Transfer, TransferStatus};
use crate::verdict::Rejection;
use imbl::{OrdMap, OrdSet};
use std::sync::Arc;

/// Sorts before every line: where a range over the lines of something begins.
const FIRST_LINE: LineId = LineId {
    entry: EntryId::from_bytes([0; 16]),
    index: 0,
};

/// What is known of one organization.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    organization: Option<Organization>,
    people: OrdMap<PersonId, Person>,
    devices: OrdMap<DeviceId, Device>,
    facilities: OrdMap<FacilityId, Facility>,
    pools: OrdMap<PoolId, Pool>,
    sharing_links: OrdSet<SharingLink>,
    manufacturer_links: OrdMap<Text, ManufacturerLink>,
    // Records with text and lists inside stand behind a pointer: changing one of them copies a
    // path of the tree, and must not copy its neighbours' contents with it.
    products: OrdMap<ProductId, Arc<Product>>,
    lines: OrdMap<LineId, Arc<StockLine>>,
    transfers: OrdMap<TransferId, Arc<Transfer>>,
    cases: OrdMap<CaseId, Arc<Case>>,
    rejections: OrdMap<(EntryId, Option<LineId>), Rejection>,
    // Indexes: derived from the tables above, kept by the `put_…` methods, never stored.
    lines_on_hand: OrdSet<(Custodian, LineId)>,
    lines_of_product: OrdSet<(ProductId, LineId)>,
    // Carries the line itself: readiness reads every line of a product, for every case.
    product_on_hand: OrdMap<(ProductId, LineId), Arc<StockLine>>,
    active_serials: OrdMap<(ProductId, Text), LineId>,
    lines_of_case: OrdSet<(CaseId, LineId)>,
    open_transfers: OrdSet<TransferId>,
}

impl State {
    /// The organization, once it is founded.
    pub fn organization(&self) -> Option<&Organization> {
        self.organization.as_ref()
    }

    /// A person.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id)
    }

    /// Everybody, by id.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// A device.
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.devices.get(&id)
    }

    /// Every device, by id.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        self.devices.values()
    }

    /// A facility.
    pub fn facility(&self, id: FacilityId) -> Option<&Facility> {
        self.facilities.get(&id)
    }

    /// Every facility, by id.
    pub fn facilities(&self) -> impl Iterator<Item = &Facility> {
        self.facilities.values()
    }

    /// A pool.
    pub fn pool(&self, id: PoolId) -> Option<&Pool> {
        self.pools.get(&id)
    }

    /// Every pool, by id.
    pub fn pools(&self) -> impl Iterator<Item = &Pool> {
        self.pools.values()
    }

    /// Every active sharing link.
    pub fn sharing_links(&self) -> impl Iterator<Item = &SharingLink> {
        self.sharing_links.iter()
    }

    /// True where `rep` may use everything in `account`'s custody.
    pub fn is_shared_with(&self, account: Custodian, rep: PersonId) -> bool {
        self.sharing_links.contains(&SharingLink { account, rep })
    }

    /// The link of a manufacturer that the catalogue names, if it is linked.
    pub fn manufacturer_link(&self, manufacturer: &str) -> Option<&ManufacturerLink> {
        self.manufacturer_links.get(manufacturer)
    }

    /// Every linked manufacturer.
    pub fn manufacturer_links(&self) -> impl Iterator<Item = &ManufacturerLink> {
        self.manufacturer_links.values()
    }

    /// A product, if it is known here: a phone knows only those in stock, needed or used.
    pub fn product(&self, id: &ProductId) -> Option<&Product> {
        self.products.get(id).map(Arc::as_ref)
    }

    /// Every product known here, by id.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.products.values().map(Arc::as_ref)
    }

    /// A stock line, also one with nothing left.
    pub fn line(&self, id: LineId) -> Option<&StockLine> {
        self.lines.get(&id).map(Arc::as_ref)
    }

    /// Every stock line, those with nothing left included, by id.
    pub fn lines(&self) -> impl Iterator<Item = &StockLine> {
        self.lines.values().map(Arc::as_ref)
    }

    /// The lines on hand in a custody, by id.
    pub fn lines_held_by(&self, custodian: Custodian) -> impl Iterator<Item = &StockLine> {
        self.lines_on_hand
            .range((custodian, FIRST_LINE)..)
            .take_while(move |(holder, _)| *holder == custodian)
            .filter_map(|(_, line)| self.line(*line))
    }

    /// The lines of a product, those with nothing left included, by id.
    pub fn lines_of_product(&self, product: &ProductId) -> impl Iterator<Item = &StockLine> {
        let wanted = product.clone();
        self.lines_of_product
            .range((product.clone(), FIRST_LINE)..)
            .take_while(move |(product, _)| *product == wanted)
            .filter_map(|(_, line)| self.line(*line))
    }

    /// The lines of a product that are on hand with anybody, by id.
    pub fn product_on_hand(&self, product: &ProductId) -> impl Iterator<Item = &StockLine> {
        let wanted = product.clone();
        self.product_on_hand
            .range((product.clone(), FIRST_LINE)..)
            .take_while(move |((product, _), _)| *product == wanted)
            .map(|(_, line)| line.as_ref())
    }

    /// True where a line that `entry` made is known here.
    pub fn made_lines(&self, entry: EntryId) -> bool {
        let first = LineId { entry, index: 0 };
        let last = LineId {
            entry,
            index: u16::MAX,
        };
        self.lines.range(first..=last).next().is_some()
    }

    /// Where a serial is active (R9).
    pub fn active_serial(&self, product: &ProductId, serial: &str) -> Option<&StockLine> {
        let line = self
            .active_serials
            .get(&(product.clone(), Text::from(serial)))?;
        self.line(*line)
    }

    /// The lines with a mark or reservation for a case, by id.
    pub fn lines_kept_for(&self, case: CaseId) -> impl Iterator<Item = &StockLine> {
        self.lines_of_case
            .range((case, FIRST_LINE)..)
            .take_while(move |(other, _)| *other == case)
            .filter_map(|(_, line)| self.line(*line))
    }

    /// A transfer.
    pub fn transfer(&self, id: TransferId) -> Option<&Transfer> {
        self.transfers.get(&id).map(Arc::as_ref)
    }

    /// Every transfer, oldest first.
    pub fn transfers(&self) -> impl DoubleEndedIterator<Item = &Transfer> {
        self.transfers.values().map(Arc::as_ref)
    }

    /// The transfers that are still open, oldest first.
    pub fn open_transfers(&self) -> impl Iterator<Item = &Transfer> {
        self.open_transfers
            .iter()
            .filter_map(|id| self.transfer(*id))
    }

    /// A case.
    pub fn case(&self, id: CaseId) -> Option<&Case> {
        self.cases.get(&id).map(Arc::as_ref)
    }

    /// Every case, by id.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.values().map(Arc::as_ref)
    }

    /// What does not stand, of an entry as a whole or of what it did to one line (R33).
    pub fn rejection(&self, entry: EntryId, line: Option<LineId>) -> Option<&Rejection> {
        line.and_then(|line| self.rejections.get(&(entry, Some(line))))
            .or_else(|| self.rejections.get(&(entry, None)))
    }

    /// Everything that does not stand, by entry.
    pub fn rejections(&self) -> impl Iterator<Item = &Rejection> {
        self.rejections.values()
    }

    /// Puts the organization.
    pub fn put_organization(&mut self, organization: Organization) {
        self.organization = Some(organization);
    }

    /// Puts a person in the place of the one with the same id.
    pub fn put_person(&mut self, person: Person) {
        self.people.insert(person.id, person);
    }

    /// Puts a device.
    pub fn put_device(&mut self, device: Device) {
        self.devices.insert(device.id, device);
    }

    /// Puts a facility.
    pub fn put_facility(&mut self, facility: Facility) {
        self.facilities.insert(facility.id, facility);
    }

    /// Puts a pool.
    pub fn put_pool(&mut self, pool: Pool) {
        self.pools.insert(pool.id, pool);
    }

    /// Makes or ends a sharing link.
    pub fn set_sharing_link(&mut self, link: SharingLink, active: bool) {
        if active {
            self.sharing_links.insert(link);
        } else {
            self.sharing_links.remove(&link);
        }
    }

    /// Puts a manufacturer's link.
    pub fn put_manufacturer_link(&mut self, link: ManufacturerLink) {
        self.manufacturer_links
            .insert(link.manufacturer.clone(), link);
    }

    /// Puts a product.
    pub fn put_product(&mut self, product: Product) {
        self.products.insert(product.id.clone(), Arc::new(product));
    }

    /// Puts a line and keeps the indexes true.
    pub fn put_line(&mut self, line: StockLine) {
        let line = Arc::new(line);
        let key = (line.identity.product.clone(), line.id);
        if line.quantity > 0 {
            self.product_on_hand.insert(key, Arc::clone(&line));
        } else {
            self.product_on_hand.remove(&key);
        }
        match self.lines.insert(line.id, Arc::clone(&line)) {
            Some(before) if same_keys(&before, &line) => {}
            Some(before) => {
                self.unindex_line(&before);
                self.index_line(&line);
            }
            None => self.index_line(&line),
        }
    }

    /// Puts a transfer and keeps the index of open ones true.
    pub fn put_transfer(&mut self, transfer: Transfer) {
        if transfer.status == TransferStatus::Open {
            self.open_transfers.insert(transfer.id);
        } else {
            self.open_transfers.remove(&transfer.id);
        }
        self.transfers.insert(transfer.id, Arc::new(transfer));
    }

    /// Puts a case.
    pub fn put_case(&mut self, case: Case) {
        self.cases.insert(case.id, Arc::new(case));
    }

    /// Remembers what does not stand.
    pub fn put_rejection(&mut self, rejection: Rejection) {
        self.rejections
            .insert((rejection.entry, rejection.line), rejection);
    }

    /// The same records with every index made anew: equal to the state itself, or an index lies.
    /// For tests.
    #[cfg(any(test, feature = "testkit"))]
    pub fn reindexed(&self) -> Self {
        let mut anew = Self {
            lines: OrdMap::new(),
            transfers: OrdMap::new(),
            lines_on_hand: OrdSet::new(),
            lines_of_product: OrdSet::new(),
            product_on_hand: OrdMap::new(),
            active_serials: OrdMap::new(),
            lines_of_case: OrdSet::new(),
            open_transfers: OrdSet::new(),
            ..self.clone()
        };
        for line in self.lines() {
            anew.put_line(line.clone());
        }
        for transfer in self.transfers() {
            anew.put_transfer(transfer.clone());
        }
        anew
    }

    fn index_line(&mut self, line: &StockLine) {
        let product = &line.identity.product;
        self.lines_of_product.insert((product.clone(), line.id));
        if line.quantity > 0 {
            self.lines_on_hand.insert((line.custodian, line.id));
            if let Some(serial) = &line.identity.serial {
                self.active_serials
                    .insert((product.clone(), serial.clone()), line.id);
            }
        }
        for case in cases_of(line) {
            self.lines_of_case.insert((case, line.id));
        }
    }

    fn unindex_line(&mut self, line: &StockLine) {
        let product = &line.identity.product;
        self.lines_of_product.remove(&(product.clone(), line.id));
        self.lines_on_hand.remove(&(line.custodian, line.id));
        if let Some(serial) = &line.identity.serial {
            let key = (product.clone(), serial.clone());
            if self.active_serials.get(&key) == Some(&line.id) {
                self.active_serials.remove(&key);
            }
        }
        for case in cases_of(line) {
            self.lines_of_case.remove(&(case, line.id));
        }
    }
}

/// True where no index tells the two apart.
fn same_keys(before: &StockLine, after: &StockLine) -> bool {
    before.custodian == after.custodian
        && (before.quantity > 0) == (after.quantity > 0)
        && before.identity.product == after.identity.product
        && before.identity.serial == after.identity.serial
        && cases_of(before).eq(cases_of(after))
}

/// The cases that a line has claims of.
fn cases_of(line: &StockLine) -> impl Iterator<Item = CaseId> {
    line.claims.iter().filter_map(|claim| match claim.by {
        Claimant::Mark(case) | Claimant::Reservation(case) => Some(case),
        Claimant::Offer(_) => None,
    })
}
