//! What must be true after every step.

use baton_domain::case::UseStatus;
use baton_domain::facility_stock::StockingOrder;
use baton_domain::id::{EntryId, LineId};
use baton_domain::recall::covering;
use baton_domain::stock::{Claimant, Custodian, Identity};
use baton_domain::testkit::DRIVER;
use baton_domain::transfer::{LineAnswer, TransferStatus};
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Entry, EntryBody, State};
use std::collections::BTreeMap;

pub(super) fn check_lines(state: &State) {
    check_trays(state);
    check_recalls(state);
    assert!(*state == state.reindexed(), "an index lies");
    let mut serials = BTreeMap::new();
    for line in state.lines() {
        let quantity = line.quantity;
        assert!(
            line.claimed() <= quantity,
            "more claimed than there is: {line:?}"
        );
        assert!(
            line.held() <= quantity && line.disputed <= quantity,
            "{line:?}"
        );
        assert!(
            line.claims.iter().all(|claim| claim.quantity > 0),
            "{line:?}"
        );
        assert!(
            line.hold.as_ref().is_none_or(|hold| hold.quantity > 0),
            "{line:?}"
        );
        if let (Some(serial), 1..) = (&line.identity.serial, quantity) {
            let twin = serials.insert((&line.identity.product, serial), line.id);
            assert_eq!(
                (quantity, twin),
                (1, None),
                "a serial is active once: {line:?}"
            );
        }
        for (place, claim) in line.claims.iter().enumerate() {
            assert!(
                !line.claims[..place]
                    .iter()
                    .any(|other| other.by == claim.by),
                "{line:?}"
            );
            match claim.by {
                Claimant::Offer(transfer) => {
                    let transfer = state.transfer(transfer).unwrap();
                    assert_eq!(transfer.status, TransferStatus::Open);
                    assert_eq!(transfer.from, line.custodian);
                }
                Claimant::Mark(case) | Claimant::Reservation(case) => {
                    assert!(state.case(case).unwrap().status.is_open(), "{line:?}");
                }
            }
        }
    }
}

/// R29: whatever a recall in force covers is on hold, all of it, however it came in.
fn check_recalls(state: &State) {
    for line in state.lines() {
        if covering(state, &line.identity).is_some() {
            assert_eq!(
                line.held(),
                line.quantity,
                "recalled, and not held: {line:?}"
            );
        }
    }
}

/// R6: what lies in a tray is with whoever has the tray, and in no other tray.
fn check_trays(state: &State) {
    for tray in state.trays() {
        let holder = state.line(tray.line).unwrap().custodian;
        for line in &tray.contents {
            assert_eq!(state.line(*line).unwrap().custodian, holder, "{tray:?}");
            assert_eq!(state.tray_of(*line), Some(tray), "in two trays: {line}");
        }
    }
}

/// Who holds how much of what, from accepted entries alone; no claims, no heads but of serials.
#[derive(Default)]
pub(super) struct Oracle {
    lines: BTreeMap<LineId, (Custodian, String)>,
    held: BTreeMap<(Custodian, String), u32>,
    heads: BTreeMap<LineId, EntryId>,
    /// What is left of each line.
    left: BTreeMap<LineId, u32>,
    /// What was made in the place of a line, by id: the order in which two rebuilds arrive must not
    /// decide which of them a use takes its pieces back from.
    replaced: BTreeMap<LineId, Vec<LineId>>,
    sold_cents: u64,
}

impl Oracle {
    pub(super) fn apply(&mut self, before: &State, entry: &Entry, verdict: &Verdict) {
        let stands = |place: usize| *verdict.line(place as u16) == Outcome::Accepted;
        match &entry.body {
            EntryBody::StockReceived {
                custodian, lines, ..
            } => {
                for (place, line) in lines.iter().enumerate().filter(|(place, _)| stands(*place)) {
                    let id = LineId {
                        entry: entry.id,
                        index: place as u16,
                    };
                    self.lines.insert(id, (*custodian, kind_of(&line.identity)));
                    self.put(id, line.quantity);
                    if line.identity.serial.is_some() {
                        self.heads.insert(id, entry.id);
                    }
                }
            }
            EntryBody::TransferOffered { lines, .. }
            | EntryBody::RequestOffered { lines, .. }
            | EntryBody::StockReturned { lines, .. } => {
                for (_, line) in lines.iter().enumerate().filter(|(place, _)| stands(*place)) {
                    self.saw(line.stock.line, line.stock.head);
                }
            }
            EntryBody::StockMarked { lines, .. } => {
                for (_, line) in lines.iter().enumerate().filter(|(place, _)| stands(*place)) {
                    self.saw(line.line, line.head);
                }
            }
            EntryBody::TransferAnswered {
                transfer, answers, ..
            } => {
                let transfer = before.transfer(*transfer);
                for (place, answer) in answers
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| stands(*place))
                {
                    let line = transfer.unwrap().lines[place].line;
                    let to = transfer.unwrap().to;
                    self.moves(entry.id, place as u16, line, to, answer);
                    if answer.accepted + answer.damaged > 0 {
                        self.goes_along(before, entry.id, line, to);
                    }
                }
            }
            EntryBody::TrayPacked { tray, lines } | EntryBody::TrayUnpacked { tray, lines } => {
                if verdict.outcome != Outcome::Accepted {
                    return;
                }
                self.saw(tray.line, tray.head);
                self.heads.insert(tray.line, entry.id);
                for (place, line) in lines.iter().enumerate().filter(|(place, _)| stands(*place)) {
                    self.saw(line.line, line.head);
                    if !self.heads.contains_key(&line.line) {
                        let custody = self.lines[&line.line].clone();
                        self.take(line.line, line.quantity);
                        self.make(entry.id, place, custody, line.quantity);
                    }
                }
            }
            EntryBody::UsageRecorded { lines, .. } => {
                for (_, used) in lines.iter().enumerate().filter(|(place, _)| stands(*place)) {
                    let Some(line) = used.line else { continue };
                    if self.replaced_in_full(line) {
                        // It saw the piece as it was before it was replaced (R23).
                        assert_eq!(used.quantity, 1);
                    } else {
                        self.saw(line, used.head);
                    }
                    let reusable =
                        used.identity.product.as_str() == DRIVER && used.status == UseStatus::Used;
                    let stays = matches!(used.status, UseStatus::Damaged | UseStatus::BackToTray);
                    if used.status != UseStatus::BackToTray {
                        self.reclaim(entry.id, line, used.quantity, before);
                    }
                    if !reusable && !stays {
                        self.take(line, used.quantity);
                        self.heads.entry(line).and_modify(|head| *head = entry.id);
                    }
                }
            }
            EntryBody::StockingOrderSubmitted { lines, .. } => {
                for (place, line) in lines.iter().enumerate().filter(|(place, _)| stands(*place)) {
                    self.saw(line.stock.line, line.stock.head);
                    self.sold_cents +=
                        u64::from(line.price.cents_each()) * u64::from(line.stock.quantity);
                    let custody = self.lines[&line.stock.line].clone();
                    if let Some(head) = self.heads.get_mut(&line.stock.line) {
                        *head = entry.id;
                    } else {
                        self.take(line.stock.line, line.stock.quantity);
                        self.make(entry.id, place, custody, line.stock.quantity);
                    }
                }
            }
            EntryBody::StockAdjusted {
                custodian,
                away,
                found,
                ..
            } => {
                for (_, stock) in away.iter().enumerate().filter(|(place, _)| stands(*place)) {
                    self.saw(stock.line, stock.head);
                    self.take(stock.line, stock.quantity);
                    self.advance(entry.id, stock.line);
                }
                for (place, line) in found.iter().enumerate() {
                    let place = place + away.len();
                    if stands(place) {
                        let custody = (*custodian, kind_of(&line.identity));
                        let id = self.make(entry.id, place, custody, line.quantity);
                        self.track(entry.id, id, line.identity.serial.is_some());
                    }
                }
            }
            EntryBody::StockDrawn { to, lines, .. } => {
                for (place, stock) in lines.iter().enumerate().filter(|(place, _)| stands(*place)) {
                    self.saw(stock.line, stock.head);
                    let kind = self.lines[&stock.line].1.clone();
                    self.take(stock.line, stock.quantity);
                    if self.heads.contains_key(&stock.line) {
                        self.lines.insert(stock.line, (*to, kind));
                        self.put(stock.line, stock.quantity);
                        self.advance(entry.id, stock.line);
                    } else {
                        self.make(entry.id, place, (*to, kind), stock.quantity);
                    }
                    self.goes_along(before, entry.id, stock.line, *to);
                }
            }
            EntryBody::IdentityCorrected {
                stock, identity, ..
            } if stands(0) => {
                self.saw(stock.line, stock.head);
                let custodian = self.lines[&stock.line].0;
                self.take(stock.line, stock.quantity);
                self.advance(entry.id, stock.line);
                let custody = (custodian, kind_of(identity));
                let id = self.make(entry.id, 0, custody, stock.quantity);
                self.track(entry.id, id, identity.serial.is_some());
            }
            EntryBody::EntryReversed { undo, .. } if stands(0) => {
                for stock in undo.lines() {
                    self.saw(stock.line, stock.head);
                }
                for stock in &undo.back {
                    self.put(stock.line, stock.quantity);
                    self.advance(entry.id, stock.line);
                }
                for stock in &undo.gone {
                    self.take(stock.line, stock.quantity);
                    self.advance(entry.id, stock.line);
                }
            }
            EntryBody::FacilityStockRebuilt { rep, lines, .. } => {
                for (place, line) in lines.iter().enumerate().filter(|(place, _)| stands(*place)) {
                    let first = line.stock.line;
                    self.saw(first, line.stock.head);
                    self.take(first, line.stock.quantity);
                    let custody = (Custodian::Person(*rep), kind_of(&line.identity));
                    let id = self.make(entry.id, place, custody, line.stock.quantity);
                    if self.heads.contains_key(&first) {
                        self.heads.insert(first, entry.id);
                        self.heads.insert(id, entry.id);
                    }
                    let replaced = self.replaced.entry(first).or_default();
                    replaced.push(id);
                    replaced.sort();
                }
            }
            _ => {}
        }
    }

    fn advance(&mut self, entry: EntryId, line: LineId) {
        self.heads.entry(line).and_modify(|head| *head = entry);
    }

    fn track(&mut self, entry: EntryId, line: LineId, serial: bool) {
        if serial {
            self.heads.insert(line, entry);
        }
    }

    fn make(
        &mut self,
        entry: EntryId,
        place: usize,
        custody: (Custodian, String),
        quantity: u32,
    ) -> LineId {
        let id = LineId {
            entry,
            index: place as u16,
        };
        self.lines.insert(id, custody);
        self.put(id, quantity);
        id
    }

    fn replaced_in_full(&self, line: LineId) -> bool {
        self.heads.contains_key(&line) && self.left[&line] == 0 && self.replaced.contains_key(&line)
    }

    /// Pieces that a use found gone come back from what was made in their place (R23).
    fn reclaim(&mut self, entry: EntryId, first: LineId, used: u32, before: &State) {
        let mut lacking = used.saturating_sub(self.left[&first]);
        let mut open = vec![first];
        let mut reclaimed = 0;
        while let Some(line) = open.pop() {
            let next = self.replaced.get(&line).cloned().unwrap_or_default();
            for id in &next {
                let disputed = before.line(*id).map_or(0, |line| line.disputed);
                let taken = lacking.min(self.left[id] - disputed);
                if taken > 0 {
                    self.take(*id, taken);
                    self.heads.entry(*id).and_modify(|head| *head = entry);
                }
                lacking -= taken;
                reclaimed += taken;
            }
            open.extend(next.iter().rev());
        }
        assert_eq!(lacking, 0, "used, and came from nowhere");
        if reclaimed > 0 {
            self.put(first, reclaimed);
            self.heads.entry(first).and_modify(|head| *head = entry);
        }
    }

    fn moves(
        &mut self,
        entry: EntryId,
        place: u16,
        line: LineId,
        to: Custodian,
        answer: &LineAnswer,
    ) {
        let kind = self.lines[&line].1.clone();
        let moved = answer.accepted + answer.damaged;
        self.take(line, moved);
        if !self.heads.contains_key(&line) {
            for (index, quantity) in [
                (2 * place, answer.accepted),
                (2 * place + 1, answer.damaged),
            ] {
                let child = LineId { entry, index };
                self.lines.insert(child, (to, kind.clone()));
                self.put(child, quantity);
            }
        } else if moved > 0 {
            self.lines.insert(line, (to, kind));
            self.put(line, moved);
            self.heads.insert(line, entry);
        }
    }

    fn goes_along(&mut self, before: &State, entry: EntryId, tray: LineId, to: Custodian) {
        for line in before.tray(tray).iter().flat_map(|tray| &tray.contents) {
            let quantity = before.line(*line).unwrap().quantity;
            self.take(*line, quantity);
            self.lines.get_mut(line).unwrap().0 = to;
            self.put(*line, quantity);
            self.heads.entry(*line).and_modify(|head| *head = entry);
        }
    }

    fn put(&mut self, line: LineId, quantity: u32) {
        *self.held.entry(self.lines[&line].clone()).or_default() += quantity;
        *self.left.entry(line).or_default() += quantity;
    }

    fn take(&mut self, line: LineId, quantity: u32) {
        let held = self
            .held
            .get_mut(&self.lines[&line])
            .expect("taken from what is held");
        *held = held.checked_sub(quantity).expect("nothing goes below zero");
        let left = self.left.get_mut(&line).expect("a known line");
        *left = left.checked_sub(quantity).expect("no line goes below zero");
    }

    /// I2: what an accepted entry saw of a serial is what was.
    fn saw(&self, line: LineId, head: Option<EntryId>) {
        assert_eq!(head, self.heads.get(&line).copied());
    }

    pub(super) fn check(&self, state: &State) {
        let mut found: BTreeMap<(Custodian, String), u32> = BTreeMap::new();
        for line in state.lines().filter(|line| line.quantity > 0) {
            *found
                .entry((line.custodian, kind_of(&line.identity)))
                .or_default() += line.quantity;
        }
        let mut expected = self.held.clone();
        expected.retain(|_, quantity| *quantity > 0);
        assert_eq!(found, expected);
        let sold: u64 = state
            .stocking_orders()
            .map(StockingOrder::total_cents)
            .sum();
        assert_eq!(sold, self.sold_cents, "sales totals moved");
        for (line, head) in &self.heads {
            assert_eq!(state.line(*line).unwrap().head, *head);
        }
    }
}

fn kind_of(identity: &Identity) -> String {
    format!(
        "{} {:?} {:?}",
        identity.product, identity.lot, identity.serial
    )
}
