//! What is known, as a fold of the ledger up to some point.
//!
//! A state is a persistent map: cloning it copies a few pointers. A phone
//! therefore keeps a base (what the server decided) and lays its own pending entries on a clone,
//! and a page can hold the state it draws without locking anything.
//!
//! Only [`crate::fold`] changes a state, through the methods here that keep the indexes true.

mod layers;
mod table;

use crate::Text;
use crate::adjust::{Adjustment, Reversal};
use crate::case::Case;
use crate::directory::{
    ActiveLink, Device, Facility, ManufacturerLink, Organization, OrganizationLink, Person, Pool,
    Settings, SharingLink,
};
use crate::dispute::Dispute;
use crate::facility_stock::StockingOrder;
use crate::id::{
    CaseId, DeviceId, EntryId, FacilityId, LineId, OrganizationId, PersonId, PoolId, TransferId,
};
use crate::product::{Product, ProductId};
use crate::proposal::{Proposal, ProposalId};
use crate::recall::{Recall, RecallId};
use crate::refusal::Reason;
use crate::request::{Loan, RequestId, StockRequest, Terms};
use crate::stock::{Custodian, StockLine};
use crate::transfer::Transfer;
use crate::tray::{BillOfMaterials, Tray};
use crate::verdict::Rejection;
use std::sync::Arc;
use table::{Key, Record, Table};

/// The 16 bytes that sort before, and after, every id.
const LEAST: [u8; 16] = [0; 16];
const GREATEST: [u8; 16] = [0xFF; 16];
const FIRST_ENTRY: EntryId = EntryId::from_bytes(LEAST);
const LAST_ENTRY: EntryId = EntryId::from_bytes(GREATEST);
const FIRST_LINE: LineId = LineId {
    entry: FIRST_ENTRY,
    index: 0,
};
const LAST_LINE: LineId = LineId {
    entry: LAST_ENTRY,
    index: u16::MAX,
};

/// What is known of one organization.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    organization: Option<Organization>,
    settings: Settings,
    table: Table,
}

impl State {
    /// The organization, once it is founded.
    pub fn organization(&self) -> Option<&Organization> {
        self.organization.as_ref()
    }

    /// What Reps may do beyond the table.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Puts the settings.
    pub fn put_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// A person.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.table.get(&Key::Person(id))?.person()
    }

    /// Everybody, by id.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        let all = [LEAST, GREATEST].map(|id| Key::Person(PersonId::from_bytes(id)));
        self.all(all).filter_map(Record::person)
    }

    /// A device.
    pub fn device(&self, id: DeviceId) -> Option<&Device> {
        self.table.get(&Key::Device(id))?.device()
    }

    /// Every device, by id.
    pub fn devices(&self) -> impl Iterator<Item = &Device> {
        let all = [LEAST, GREATEST].map(|id| Key::Device(DeviceId::from_bytes(id)));
        self.all(all).filter_map(Record::device)
    }

    /// A facility.
    pub fn facility(&self, id: FacilityId) -> Option<&Facility> {
        self.table.get(&Key::Facility(id))?.facility()
    }

    /// Every facility, by id.
    pub fn facilities(&self) -> impl Iterator<Item = &Facility> {
        let all = [LEAST, GREATEST].map(|id| Key::Facility(FacilityId::from_bytes(id)));
        self.all(all).filter_map(Record::facility)
    }

    /// A pool.
    pub fn pool(&self, id: PoolId) -> Option<&Pool> {
        self.table.get(&Key::Pool(id))?.pool()
    }

    /// Every pool, by id.
    pub fn pools(&self) -> impl Iterator<Item = &Pool> {
        let all = [LEAST, GREATEST].map(|id| Key::Pool(PoolId::from_bytes(id)));
        self.all(all).filter_map(Record::pool)
    }

    /// Every active sharing link.
    pub fn sharing_links(&self) -> impl Iterator<Item = &ActiveLink> {
        // The kinds around the links bound them: no link sorts before a pool or after a product.
        let last_pool = Key::Pool(PoolId::from_bytes(GREATEST));
        let all = [last_pool, Key::ManufacturerLink(Text::from(""))];
        self.all(all).filter_map(Record::active_link)
    }

    /// True where `rep` may use everything in `account`'s custody.
    pub fn is_shared_with(&self, account: Custodian, rep: PersonId) -> bool {
        self.table
            .get(&Key::SharingLink(SharingLink { account, rep }))
            .is_some()
    }

    /// The link of a manufacturer that the catalogue names, if it is linked.
    pub fn manufacturer_link(&self, manufacturer: &str) -> Option<&ManufacturerLink> {
        let key = Key::ManufacturerLink(Text::from(manufacturer));
        self.table.get(&key)?.manufacturer_link()
    }

    /// Every linked manufacturer.
    pub fn manufacturer_links(&self) -> impl Iterator<Item = &ManufacturerLink> {
        let all = [
            Key::ManufacturerLink(Text::from("")),
            Key::Product(ProductId::least()),
        ];
        self.all(all).filter_map(Record::manufacturer_link)
    }

    /// A product, if it is known here: a phone knows only those in stock, needed or used.
    pub fn product(&self, id: &ProductId) -> Option<&Product> {
        self.table.get(&Key::Product(id.clone()))?.product()
    }

    /// Every product known here, by id.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        let all = [Key::Product(ProductId::least()), Key::Line(FIRST_LINE)];
        self.all(all).filter_map(Record::product)
    }

    /// A stock line, also one with nothing left.
    pub fn line(&self, id: LineId) -> Option<&StockLine> {
        self.table.get(&Key::Line(id))?.line()
    }

    /// Every stock line, those with nothing left included, by id.
    pub fn lines(&self) -> impl Iterator<Item = &StockLine> {
        self.all([FIRST_LINE, LAST_LINE].map(Key::Line))
            .filter_map(Record::line)
    }

    /// The lines on hand in a custody, by id.
    pub fn lines_held_by(&self, custodian: Custodian) -> impl Iterator<Item = &StockLine> {
        let all = [FIRST_LINE, LAST_LINE].map(|line| Key::OnHand(custodian, line));
        self.all(all).filter_map(Record::line)
    }

    /// The lines of a product, by id: those on hand first, then those with nothing left.
    pub fn lines_of_product(&self, product: &ProductId) -> impl Iterator<Item = &StockLine> {
        let first = Key::OfProduct(product.clone(), false, FIRST_LINE);
        let last = Key::OfProduct(product.clone(), true, LAST_LINE);
        self.all([first, last]).filter_map(Record::line)
    }

    /// The lines of a product that are on hand with anybody, by id.
    pub fn product_on_hand(&self, product: &ProductId) -> impl Iterator<Item = &StockLine> {
        let all = [FIRST_LINE, LAST_LINE].map(|line| Key::OfProduct(product.clone(), false, line));
        self.all(all).filter_map(Record::line)
    }

    /// True where a line that `entry` made is known here.
    pub fn made_lines(&self, entry: EntryId) -> bool {
        let [first, last] = [0, u16::MAX].map(|index| Key::Line(LineId { entry, index }));
        self.table.has_any(&first, &last)
    }

    /// The lines that `entry` made, by their place in it.
    pub fn lines_made_by(&self, entry: EntryId) -> impl Iterator<Item = &StockLine> {
        let all = [0, u16::MAX].map(|index| Key::Line(LineId { entry, index }));
        self.all(all).filter_map(Record::line)
    }

    /// A line that is a tray, with what lies in it; `None` for one into which nothing was ever put.
    pub fn tray(&self, line: LineId) -> Option<&Tray> {
        self.table.get(&Key::Tray(line))?.tray()
    }

    /// The tray in which a line lies.
    pub fn tray_of(&self, line: LineId) -> Option<&Tray> {
        self.table.get(&Key::InTray(line))?.tray()
    }

    /// Every tray, by its line.
    pub fn trays(&self) -> impl Iterator<Item = &Tray> {
        self.all([FIRST_LINE, LAST_LINE].map(Key::Tray))
            .filter_map(Record::tray)
    }

    /// What belongs in a tray of this product.
    pub fn bill_of_materials(&self, product: &ProductId) -> Option<&BillOfMaterials> {
        self.table
            .get(&Key::BillOfMaterials(product.clone()))?
            .bill_of_materials()
    }

    /// Every bill of materials, by product.
    pub fn bills_of_materials(&self) -> impl Iterator<Item = &BillOfMaterials> {
        let all = [
            Key::BillOfMaterials(ProductId::least()),
            Key::Tray(FIRST_LINE),
        ];
        self.all(all).filter_map(Record::bill_of_materials)
    }

    /// A recall.
    pub fn recall(&self, id: RecallId) -> Option<&Recall> {
        self.table.get(&Key::Recall(id))?.recall()
    }

    /// Every recall, also those that ended, oldest first.
    pub fn recalls(&self) -> impl DoubleEndedIterator<Item = &Recall> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::Recall))
            .filter_map(Record::recall)
    }

    /// True where anything was ever recalled.
    pub fn has_recalls(&self) -> bool {
        let [first, last] = [FIRST_ENTRY, LAST_ENTRY].map(Key::Recall);
        self.table.has_any(&first, &last)
    }

    /// Where a serial is active (R9).
    pub fn active_serial(&self, product: &ProductId, serial: &str) -> Option<&StockLine> {
        let key = Key::ActiveSerial(product.clone(), Text::from(serial));
        self.table.get(&key)?.line()
    }

    /// The lines with a mark or reservation for a case, by id.
    pub fn lines_kept_for(&self, case: CaseId) -> impl Iterator<Item = &StockLine> {
        let all = [FIRST_LINE, LAST_LINE].map(|line| Key::KeptFor(case, line));
        self.all(all).filter_map(Record::line)
    }

    /// The Facility Stock on hand at a facility, in whosever custody, by id.
    pub fn facility_stock(&self, facility: FacilityId) -> impl Iterator<Item = &StockLine> {
        let all = [FIRST_LINE, LAST_LINE].map(|line| Key::FacilityStock(facility, line));
        self.all(all).filter_map(Record::line)
    }

    /// The lines that were made in the place of another, also those with nothing left, by id.
    pub fn replacements(&self, line: LineId) -> impl Iterator<Item = &StockLine> {
        let all = [FIRST_LINE, LAST_LINE].map(|by| Key::Replaces(line, by));
        self.all(all).filter_map(Record::line)
    }

    /// An adjustment.
    pub fn adjustment(&self, id: EntryId) -> Option<&Adjustment> {
        self.table.get(&Key::Adjustment(id))?.adjustment()
    }

    /// Every adjustment, oldest first.
    pub fn adjustments(&self) -> impl DoubleEndedIterator<Item = &Adjustment> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::Adjustment))
            .filter_map(Record::adjustment)
    }

    /// What undid an entry, if anything did.
    pub fn reversal(&self, undone: EntryId) -> Option<&Reversal> {
        self.table.get(&Key::Reversal(undone))?.reversal()
    }

    /// Everything that was undone, by the entry that was.
    pub fn reversals(&self) -> impl Iterator<Item = &Reversal> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::Reversal))
            .filter_map(Record::reversal)
    }

    /// A stocking order.
    pub fn stocking_order(&self, id: EntryId) -> Option<&StockingOrder> {
        self.table.get(&Key::StockingOrder(id))?.stocking_order()
    }

    /// Every stocking order, oldest first.
    pub fn stocking_orders(&self) -> impl DoubleEndedIterator<Item = &StockingOrder> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::StockingOrder))
            .filter_map(Record::stocking_order)
    }

    /// A transfer.
    pub fn transfer(&self, id: TransferId) -> Option<&Transfer> {
        self.table.get(&Key::Transfer(id))?.transfer()
    }

    /// Every transfer, oldest first.
    pub fn transfers(&self) -> impl DoubleEndedIterator<Item = &Transfer> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::Transfer))
            .filter_map(Record::transfer)
    }

    /// The transfers that are still open, oldest first.
    pub fn open_transfers(&self) -> impl Iterator<Item = &Transfer> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::OpenTransfer))
            .filter_map(Record::transfer)
    }

    /// A case.
    pub fn case(&self, id: CaseId) -> Option<&Case> {
        self.table.get(&Key::Case(id))?.case()
    }

    /// Every case, by id.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::Case))
            .filter_map(Record::case)
    }

    /// A proposal.
    pub fn proposal(&self, id: ProposalId) -> Option<&Proposal> {
        self.table.get(&Key::Proposal(id))?.proposal()
    }

    /// Every proposal, oldest first.
    pub fn proposals(&self) -> impl DoubleEndedIterator<Item = &Proposal> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::Proposal))
            .filter_map(Record::proposal)
    }

    /// What an entry disputes, also resolved; of a refused offer, what it offered.
    pub fn dispute(&self, entry: EntryId) -> Option<&Dispute> {
        self.table.get(&Key::Dispute(entry))?.dispute()
    }

    /// Everything that was ever disputed, and offers that were refused, oldest first.
    pub fn disputes(&self) -> impl DoubleEndedIterator<Item = &Dispute> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::Dispute))
            .filter_map(Record::dispute)
    }

    /// The open cases that somebody covers, by id.
    pub fn open_cases_of(&self, rep: PersonId) -> impl Iterator<Item = &Case> {
        let all = [FIRST_ENTRY, LAST_ENTRY].map(|case| Key::OpenCase(rep, case));
        self.all(all).filter_map(Record::case)
    }

    /// The link with another organization, also one that is only wished.
    pub fn organization_link(&self, id: OrganizationId) -> Option<&OrganizationLink> {
        self.table
            .get(&Key::OrganizationLink(id))?
            .organization_link()
    }

    /// Every link with another organization, by id.
    pub fn organization_links(&self) -> impl Iterator<Item = &OrganizationLink> {
        let all = [LEAST, GREATEST].map(|id| Key::OrganizationLink(OrganizationId::from_bytes(id)));
        self.all(all).filter_map(Record::organization_link)
    }

    /// A request to a warehouse.
    pub fn request(&self, id: RequestId) -> Option<&StockRequest> {
        self.table.get(&Key::StockRequest(id))?.stock_request()
    }

    /// Every request, oldest first.
    pub fn requests(&self) -> impl DoubleEndedIterator<Item = &StockRequest> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::StockRequest))
            .filter_map(Record::stock_request)
    }

    /// What a transfer carries beyond an ordinary one.
    pub fn terms(&self, transfer: TransferId) -> Option<&Terms> {
        self.table.get(&Key::Terms(transfer))?.terms()
    }

    /// The terms of every transfer that has some.
    pub fn all_terms(&self) -> impl Iterator<Item = &Terms> {
        self.all([FIRST_ENTRY, LAST_ENTRY].map(Key::Terms))
            .filter_map(Record::terms)
    }

    /// When a line was set to be due back; what was taken from it is asked by
    /// [`crate::query::loan_of`].
    pub fn loan(&self, line: LineId) -> Option<&Loan> {
        self.table.get(&Key::Loan(line))?.loan()
    }

    /// Every loan, by line.
    pub fn loans(&self) -> impl Iterator<Item = &Loan> {
        self.all([FIRST_LINE, LAST_LINE].map(Key::Loan))
            .filter_map(Record::loan)
    }

    /// What does not stand, of an entry as a whole or of what it did to one line (R33).
    pub fn rejection(&self, entry: EntryId, line: Option<LineId>) -> Option<&Rejection> {
        let of_line = line.and_then(|line| self.table.get(&Key::Rejection(entry, Some(line))));
        of_line
            .or_else(|| self.table.get(&Key::Rejection(entry, None)))?
            .rejection()
    }

    /// Everything that does not stand, by entry.
    pub fn rejections(&self) -> impl Iterator<Item = &Rejection> {
        let first = Key::Rejection(FIRST_ENTRY, None);
        let last = Key::Rejection(LAST_ENTRY, Some(LAST_LINE));
        self.all([first, last]).filter_map(Record::rejection)
    }

    /// True for an offer or receipt whose phone's key was not known when it came (R38).
    pub fn is_unverified(&self, entry: EntryId) -> bool {
        self.table.get(&Key::Unverified(entry)).is_some()
    }

    /// True where a line came by an entry that [`Self::is_unverified`].
    pub fn came_unverified(&self, line: &StockLine) -> bool {
        self.is_unverified(line.id.entry) || self.is_unverified(line.head)
    }

    fn all(&self, [first, last]: [Key; 2]) -> impl DoubleEndedIterator<Item = &Record> {
        self.table.span(first, last).map(|(_, record)| record)
    }

    /// Puts the organization.
    pub fn put_organization(&mut self, organization: Organization) {
        self.organization = Some(organization);
    }

    /// Puts a person in the place of the one with the same id.
    pub fn put_person(&mut self, person: Person) {
        self.table
            .put(Key::Person(person.id), Record::Person(Arc::new(person)));
    }

    /// Puts a device.
    pub fn put_device(&mut self, device: Device) {
        self.table
            .put(Key::Device(device.id), Record::Device(Arc::new(device)));
    }

    /// Puts a facility.
    pub fn put_facility(&mut self, facility: Facility) {
        self.table.put(
            Key::Facility(facility.id),
            Record::Facility(Arc::new(facility)),
        );
    }

    /// Puts a pool.
    pub fn put_pool(&mut self, pool: Pool) {
        self.table
            .put(Key::Pool(pool.id), Record::Pool(Arc::new(pool)));
    }

    /// Puts a sharing link that holds.
    pub fn put_active_link(&mut self, link: ActiveLink) {
        let key = SharingLink {
            account: link.account,
            rep: link.rep,
        };
        self.table
            .put(Key::SharingLink(key), Record::ActiveLink(Arc::new(link)));
    }

    /// Ends a sharing link.
    pub fn end_sharing_link(&mut self, link: SharingLink) {
        self.table.end_sharing(link);
    }

    /// Puts a manufacturer's link.
    pub fn put_manufacturer_link(&mut self, link: ManufacturerLink) {
        let key = Key::ManufacturerLink(link.manufacturer.clone());
        self.table
            .put(key, Record::ManufacturerLink(Arc::new(link)));
    }

    /// Puts a product.
    pub fn put_product(&mut self, product: Product) {
        self.table.put(
            Key::Product(product.id.clone()),
            Record::Product(Arc::new(product)),
        );
    }

    /// Puts a line and keeps the indexes true.
    pub fn put_line(&mut self, line: StockLine) {
        self.table.put_line(Arc::new(line));
    }

    /// Puts many lines, one after the other; the first ones that a state gets cost a fraction of
    /// that where they come in the order of their ids.
    pub fn put_lines(&mut self, lines: Vec<Arc<StockLine>>) {
        self.table.put_lines(lines);
    }

    /// Puts a transfer and keeps the index of open ones true.
    pub fn put_transfer(&mut self, transfer: Transfer) {
        self.table.put_transfer(transfer);
    }

    /// Puts an adjustment.
    pub fn put_adjustment(&mut self, adjustment: Adjustment) {
        self.table.put(
            Key::Adjustment(adjustment.id),
            Record::Adjustment(Arc::new(adjustment)),
        );
    }

    /// Remembers that an entry was undone.
    pub fn put_reversal(&mut self, reversal: Reversal) {
        self.table.put(
            Key::Reversal(reversal.entry),
            Record::Reversal(Arc::new(reversal)),
        );
    }

    /// Puts a stocking order.
    pub fn put_stocking_order(&mut self, order: StockingOrder) {
        self.table.put(
            Key::StockingOrder(order.id),
            Record::StockingOrder(Arc::new(order)),
        );
    }

    /// Puts a case and keeps the index of open ones true.
    pub fn put_case(&mut self, case: Case) {
        self.table.put_case(case);
    }

    /// Puts a tray and keeps the index of what lies in it true.
    pub fn put_tray(&mut self, tray: Tray) {
        self.table.put_tray(tray);
    }

    /// Puts a bill of materials.
    pub fn put_bill_of_materials(&mut self, bill: BillOfMaterials) {
        self.table.put(
            Key::BillOfMaterials(bill.product.clone()),
            Record::BillOfMaterials(Arc::new(bill)),
        );
    }

    /// Puts a recall.
    pub fn put_recall(&mut self, recall: Recall) {
        self.table
            .put(Key::Recall(recall.id), Record::Recall(Arc::new(recall)));
    }

    /// Puts a proposal.
    pub fn put_proposal(&mut self, proposal: Proposal) {
        let key = Key::Proposal(proposal.id());
        self.table.put(key, Record::Proposal(Arc::new(proposal)));
    }

    /// Puts a dispute.
    pub fn put_dispute(&mut self, dispute: Dispute) {
        let key = Key::Dispute(dispute.id());
        self.table.put(key, Record::Dispute(Arc::new(dispute)));
    }

    /// Forgets that an entry is disputed, as a whole and line by line; what is refused stays so.
    pub(crate) fn end_rejection(&mut self, entry: EntryId) {
        let all = [
            Key::Rejection(entry, None),
            Key::Rejection(entry, Some(LAST_LINE)),
        ];
        let lines: Vec<Option<LineId>> = self
            .all(all)
            .filter_map(Record::rejection)
            .filter(|rejection| rejection.disputed)
            .map(|rejection| rejection.line)
            .collect();
        for line in lines {
            self.table.end_rejection(entry, line);
        }
    }

    /// Puts a link with another organization.
    pub fn put_organization_link(&mut self, link: OrganizationLink) {
        let key = Key::OrganizationLink(link.organization);
        self.table
            .put(key, Record::OrganizationLink(Arc::new(link)));
    }

    /// Puts a request.
    pub fn put_request(&mut self, request: StockRequest) {
        let key = Key::StockRequest(request.id);
        self.table.put(key, Record::StockRequest(Arc::new(request)));
    }

    /// Puts what a transfer carries beyond an ordinary one.
    pub fn put_terms(&mut self, terms: Terms) {
        let key = Key::Terms(terms.transfer);
        self.table.put(key, Record::Terms(Arc::new(terms)));
    }

    /// Puts when a line is due back.
    pub fn put_loan(&mut self, loan: Loan) {
        self.table
            .put(Key::Loan(loan.line), Record::Loan(Arc::new(loan)));
    }

    /// Remembers what does not stand.
    pub fn put_rejection(&mut self, rejection: Rejection) {
        let key = Key::Rejection(rejection.entry, rejection.line);
        self.table.put(key, Record::Rejection(Arc::new(rejection)));
    }

    /// Notes that the key behind an entry is not known here. A phone says so of its view, which is
    /// laid anew whenever the server has spoken; no ledger and no page knows of it.
    pub fn put_unverified(&mut self, entry: EntryId) {
        let mark = Rejection {
            entry,
            line: None,
            disputed: false,
            reason: Reason::Unverified,
        };
        self.table
            .put(Key::Unverified(entry), Record::Rejection(Arc::new(mark)));
    }

    /// The same records with every index made anew: equal to the state itself, or an index lies.
    /// For tests.
    #[cfg(any(test, feature = "testkit"))]
    pub fn reindexed(&self) -> Self {
        Self {
            organization: self.organization.clone(),
            settings: self.settings,
            table: self.table.reindexed(),
        }
    }
}
