//! From a state to pages.

use super::line::{self, TablesOut};
use super::{STATE_VERSION, key};
use crate::entry::can_be_written;
use crate::limits::{PAGE_BYTES_FULL, PAGE_RECORDS};
use crate::refs::Refs;
use crate::wire::{V1, Writer};
use baton_domain::State;
use baton_domain::case::Case;
use baton_domain::directory::Settings;
use baton_domain::dispute::Dispute;
use baton_domain::id::{CaseId, LineId, TransferId};
use baton_domain::product::ProductId;
use baton_domain::proposal::ProposalStatus;
use baton_domain::request::{RequestStatus, StockRequest};
use baton_domain::time::{Date, Timestamp};
use baton_domain::transfer::{Transfer, TransferStatus};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What of a state goes into pages.
#[derive(Clone, Copy)]
pub enum Filter<'f> {
    /// All of it: for the server's own start, and for a phone that writes what it has.
    Everything,
    /// What a phone gets (architecture §4): the directory, every stock line, transfers that are
    /// open or ended lately, cases that are open or took place lately, private parts where they
    /// may be seen, and only the products that these name.
    Phone {
        /// The earliest date of a case, and of the end of a transfer, that is no longer open: 90
        /// days ago.
        since_date: Date,
        /// Whether this phone's person may see the private part of a case.
        may_see_details: &'f dyn Fn(&Case) -> bool,
    },
}

/// Single records, for the page of a sync response: what comes into a phone's scope by changes
/// that do not carry it themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Products.
    pub products: BTreeSet<ProductId>,
    /// Stock lines.
    pub lines: BTreeSet<LineId>,
    /// Transfers.
    pub transfers: BTreeSet<TransferId>,
    /// Cases: the planning part.
    pub cases: BTreeSet<CaseId>,
    /// Cases: the private part.
    pub details: BTreeSet<CaseId>,
}

/// Cuts a state into pages of about [`PAGE_RECORDS`] records each.
pub fn write(state: &State, filter: Filter<'_>) -> Vec<Vec<u8>> {
    let mut pages = Pages::cut();
    pages.directory(state);
    let products = products_named(state, filter);
    for product in state.products() {
        if products
            .as_ref()
            .is_none_or(|named| named.contains(&product.id))
        {
            pages.put(key::PRODUCTS, product);
        }
    }
    for line in state.lines() {
        pages.put_line(line);
    }
    for transfer in state
        .transfers()
        .filter(|transfer| filter.has_transfer(transfer))
    {
        pages.put(key::TRANSFERS, transfer);
    }
    for case in state.cases().filter(|case| filter.has_case(case)) {
        pages.put(key::CASES, case);
    }
    for case in state
        .cases()
        .filter(|case| filter.has_case(case) && filter.has_details(case))
    {
        put_private(&mut pages, case);
    }
    for proposal in state.proposals() {
        let ended = match &proposal.status {
            ProposalStatus::Open => None,
            ProposalStatus::Approved(_, at) | ProposalStatus::Declined(_, at, _) => Some(*at),
        };
        // One that a newer build made comes again with the next snapshot; written here without its
        // body it would make the whole page unreadable.
        if can_be_written(&proposal.entry) && ended.is_none_or(|at| filter.is_lately(at)) {
            pages.put(key::PROPOSALS, proposal);
        }
    }
    for dispute in state.disputes() {
        if can_be_written(&dispute.entry) && filter.has_dispute(state, dispute) {
            pages.put(key::DISPUTES, dispute);
        }
    }
    for recall in state.recalls() {
        pages.put(key::RECALLS, recall);
    }
    for bill in state.bills_of_materials() {
        pages.put(key::BILLS_OF_MATERIALS, bill);
    }
    for tray in state.trays() {
        pages.put(key::TRAYS, tray);
    }
    for rejection in state.rejections() {
        pages.put(key::REJECTIONS, rejection);
    }
    for order in state.stocking_orders() {
        pages.put(key::STOCKING_ORDERS, order);
    }
    pages.requests(state, filter);
    for adjustment in state.adjustments() {
        pages.put(key::ADJUSTMENTS, adjustment);
    }
    for reversal in state.reversals() {
        pages.put(key::REVERSALS, reversal);
    }
    pages.finish()
}

/// True where pages can hold all that a state keeps: not what a newer build put in dispute or
/// proposed, of which this one has read the envelope only.
pub fn can_hold(state: &State) -> bool {
    let proposals = state.proposals().map(|proposal| &proposal.entry);
    let disputes = state.disputes().map(|dispute| &dispute.entry);
    proposals.chain(disputes).all(can_be_written)
}

/// Writes single records into one page; `None` where the state has none of them.
///
/// It is one page however many there are: the caller bounds the selection, so that the page stays
/// below [`crate::limits::PAGE_BYTES_MAX`].
pub fn write_selection(state: &State, selection: &Selection) -> Option<Vec<u8>> {
    let Selection {
        products,
        lines,
        transfers,
        cases,
        details,
    } = selection;
    let mut pages = Pages::uncut();
    for product in products.iter().filter_map(|id| state.product(id)) {
        pages.put(key::PRODUCTS, product);
    }
    for line in lines.iter().filter_map(|id| state.line(*id)) {
        pages.put_line(line);
    }
    for transfer in transfers.iter().filter_map(|id| state.transfer(*id)) {
        pages.put(key::TRANSFERS, transfer);
    }
    for case in cases.iter().filter_map(|id| state.case(*id)) {
        pages.put(key::CASES, case);
    }
    for case in details.iter().filter_map(|id| state.case(*id)) {
        put_private(&mut pages, case);
    }
    pages.finish().pop()
}

/// The private part of a case: its details and the signatures on it.
fn put_private(pages: &mut Pages, case: &Case) {
    if let Some(details) = &case.details {
        pages.put(key::CASE_DETAILS, &(case.id, details.clone()));
    }
    if !case.signatures.is_empty() {
        pages.put(key::CASE_SIGNATURES, &(case.id, case.signatures.clone()));
    }
}

impl Filter<'_> {
    fn has_case(self, case: &Case) -> bool {
        match self {
            Self::Everything => true,
            Self::Phone { since_date, .. } => {
                case.status.is_open() || case.starts_at.date >= since_date
            }
        }
    }

    fn has_details(self, case: &Case) -> bool {
        match self {
            Self::Everything => true,
            Self::Phone {
                may_see_details, ..
            } => may_see_details(case),
        }
    }

    /// True where a phone gets the request: it is open, or was asked lately.
    fn has_request(self, request: &StockRequest) -> bool {
        match self {
            Self::Everything => true,
            Self::Phone { since_date, .. } => {
                request.status == RequestStatus::Open || is_since(since_date, request.asked_by.1)
            }
        }
    }

    fn has_transfer(self, transfer: &Transfer) -> bool {
        match self {
            Self::Everything => true,
            Self::Phone { since_date, .. } => {
                let ended = transfer.ended_by.map(|(_, at)| at);
                transfer.status == TransferStatus::Open
                    || is_since(since_date, ended.unwrap_or(transfer.offered_at))
            }
        }
    }

    fn is_lately(self, at: Timestamp) -> bool {
        match self {
            Self::Everything => true,
            Self::Phone { since_date, .. } => is_since(since_date, at),
        }
    }

    /// The disputed entry is inside, so a private part in dispute goes to nobody else than usual.
    fn has_dispute(self, state: &State, dispute: &Dispute) -> bool {
        let ended = match &dispute.resolved {
            Some(resolved) => Some(resolved.at),
            None if dispute.is_open() => None,
            None => Some(dispute.entry.occurred_at),
        };
        let visible = !dispute.entry.body.is_private()
            || dispute
                .entry
                .body
                .cases_touched()
                .into_iter()
                .filter_map(|case| state.case(case))
                .all(|case| self.has_details(case));
        visible && ended.is_none_or(|at| self.is_lately(at))
    }
}

fn is_since(since_date: Date, at: Timestamp) -> bool {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    at.unix_ms >= i64::from(since_date.to_days()) * DAY_MS
}

/// The products that a phone gets; `None` for all of them.
fn products_named<'s>(state: &'s State, filter: Filter<'_>) -> Option<HashSet<&'s ProductId>> {
    if matches!(filter, Filter::Everything) {
        return None;
    }
    let mut named = HashSet::new();
    for line in state.lines().filter(|line| line.quantity > 0) {
        named.insert(&line.identity.product);
    }
    // What belongs in a tray and is missing has a name too.
    for bill in state.bills_of_materials() {
        named.extend(bill.needs.iter().map(|need| &need.product));
    }
    for case in state.cases().filter(|case| filter.has_case(case)) {
        named.extend(case.needs.iter().map(|need| &need.product));
        named.extend(case.usage.iter().map(|usage| &usage.identity.product));
    }
    for transfer in state
        .transfers()
        .filter(|transfer| filter.has_transfer(transfer))
    {
        named.extend(transfer.lines.iter().map(|line| &line.identity.product));
        named.extend(transfer.extras.iter().map(|extra| &extra.identity.product));
    }
    for request in state
        .requests()
        .filter(|request| filter.has_request(request))
    {
        named.extend(request.wanted.needs.iter().map(|need| &need.product));
    }
    Some(named)
}

/// Pages in the making.
struct Pages {
    done: Vec<Vec<u8>>,
    cut: bool,
    tables: TablesOut,
    sections: BTreeMap<u8, (usize, Writer<'static>)>,
    records: usize,
    bytes: usize,
}

impl Pages {
    fn cut() -> Self {
        Self {
            done: Vec::new(),
            cut: true,
            tables: TablesOut::default(),
            sections: BTreeMap::new(),
            records: 0,
            bytes: 0,
        }
    }

    fn uncut() -> Self {
        Self {
            cut: false,
            ..Self::cut()
        }
    }

    fn directory(&mut self, state: &State) {
        if let Some(organization) = state.organization() {
            self.put(key::ORGANIZATION, organization);
        }
        if state.settings() != Settings::default() {
            self.put(key::SETTINGS, &state.settings());
        }
        state
            .people()
            .for_each(|person| self.put(key::PEOPLE, person));
        state
            .devices()
            .for_each(|device| self.put(key::DEVICES, device));
        state
            .facilities()
            .for_each(|facility| self.put(key::FACILITIES, facility));
        state.pools().for_each(|pool| self.put(key::POOLS, pool));
        state
            .sharing_links()
            .for_each(|link| self.put(key::SHARING_LINKS, link));
        state
            .manufacturer_links()
            .for_each(|link| self.put(key::MANUFACTURER_LINKS, link));
    }

    /// Links, requests, the terms of the transfers that are written too, and loans.
    fn requests(&mut self, state: &State, filter: Filter<'_>) {
        for link in state.organization_links() {
            self.put(key::ORGANIZATION_LINKS, link);
        }
        for request in state
            .requests()
            .filter(|request| filter.has_request(request))
        {
            self.put(key::REQUESTS, request);
        }
        for terms in state.all_terms() {
            let transfer = state.transfer(terms.transfer);
            if transfer.is_none_or(|transfer| filter.has_transfer(transfer)) {
                self.put(key::TERMS, terms);
            }
        }
        for loan in state.loans() {
            self.put(key::LOANS, loan);
        }
    }

    fn put(&mut self, section: u8, record: &dyn V1) {
        self.put_with(section, |_, out| record.write(out));
    }

    fn put_line(&mut self, record: &baton_domain::stock::StockLine) {
        self.put_with(key::LINES, |tables, out| line::write(record, tables, out));
    }

    fn put_with(&mut self, section: u8, write: impl FnOnce(&mut TablesOut, &mut Writer<'static>)) {
        let (count, out) = self
            .sections
            .entry(section)
            .or_insert_with(|| (0, Writer::new(Refs::NONE)));
        let before = out.len();
        write(&mut self.tables, out);
        *count += 1;
        self.records += 1;
        self.bytes += out.len() - before;
        if self.cut && (self.records >= PAGE_RECORDS || self.bytes >= PAGE_BYTES_FULL) {
            self.turn();
        }
    }

    /// Completes the page and begins the next one.
    fn turn(&mut self) {
        let tables = std::mem::take(&mut self.tables);
        let sections = std::mem::take(&mut self.sections);
        let mut out = Writer::new(Refs::NONE);
        let tables_used = [
            tables.ids.is_empty(),
            tables.texts.is_empty(),
            tables.products.is_empty(),
        ];
        out.map(1 + tables_used.iter().filter(|empty| !**empty).count() + sections.len());
        out.uint(u64::from(key::VERSION));
        STATE_VERSION.write(&mut out);
        let written: [(u8, &dyn V1); 3] = [
            (key::IDS, &tables.ids),
            (key::TEXTS, &tables.texts),
            (key::PRODUCT_IDS, &tables.products),
        ];
        for (key, table) in written.into_iter().filter(|(_, table)| !table.is_default()) {
            out.uint(u64::from(key));
            table.write(&mut out);
        }
        for (key, (count, records)) in sections {
            out.uint(u64::from(key));
            out.array(count);
            out.raw(&records.into_bytes());
        }
        self.done.push(out.into_bytes());
        self.records = 0;
        self.bytes = 0;
    }

    fn finish(mut self) -> Vec<Vec<u8>> {
        if self.records > 0 {
            self.turn();
        }
        self.done
    }
}
