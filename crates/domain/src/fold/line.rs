//! What can happen to one line. Keeps: claims ≤ quantity, hold ≤ quantity, disputed ≤ quantity.

use crate::Text;
use crate::id::{CaseId, EntryId, LineId};
use crate::stock::{Claim, Claimant, Hold, StockLine};

impl StockLine {
    /// Claims up to `quantity` of the pieces that nobody claims.
    pub(crate) fn claim(&mut self, by: Claimant, quantity: u32) {
        let quantity = quantity.min(self.quantity.saturating_sub(self.claimed()));
        if quantity == 0 {
            return;
        }
        match self.claims.iter_mut().find(|claim| claim.by == by) {
            Some(claim) => claim.quantity += quantity,
            None => self.claims.push(Claim { by, quantity }),
        }
    }

    /// Gives up to `quantity` of a claim back; returns how many were given back.
    pub(crate) fn unclaim(&mut self, by: Claimant, quantity: u32) -> u32 {
        let mut given_back = 0;
        if let Some(claim) = self.claims.iter_mut().find(|claim| claim.by == by) {
            given_back = quantity.min(claim.quantity);
            claim.quantity -= given_back;
        }
        self.claims.retain(|claim| claim.quantity > 0);
        given_back
    }

    /// Gives up to `quantity` of what is kept for a case back, reservations first.
    pub(crate) fn unkeep(&mut self, case: CaseId, quantity: u32) {
        let given_back = self.unclaim(Claimant::Reservation(case), quantity);
        self.unclaim(Claimant::Mark(case), quantity - given_back);
    }

    /// Takes pieces away: used, wasted, or gone to another line.
    pub(crate) fn take(&mut self, quantity: u32, by: EntryId) {
        self.quantity = self.quantity.saturating_sub(quantity);
        self.advance(by);
        self.settle();
    }

    /// Pieces of this line as a line of their own, which takes its identity, title and custodian
    /// and nothing that is said about it (R10). The pieces are still to be taken from this one.
    pub(crate) fn part(&self, id: LineId, quantity: u32) -> Self {
        Self {
            id,
            parent: Some(self.id),
            replaces: None,
            quantity,
            location: Text::from(""),
            claims: Vec::new(),
            hold: None,
            disputed: 0,
            head: id.entry,
            past_heads: Vec::new(),
            ..self.clone()
        }
    }

    /// Makes `by` the head (R39).
    pub(crate) fn advance(&mut self, by: EntryId) {
        if self.identity.serial.is_some() {
            self.past_heads.push(self.head);
        }
        self.head = by;
    }

    /// Puts up to `quantity` more pieces on hold.
    pub(crate) fn put_on_hold(&mut self, quantity: u32, reason: &Text, by: EntryId) {
        let quantity = self.held().saturating_add(quantity).min(self.quantity);
        if quantity > self.held() {
            let earlier = match &self.hold {
                Some(hold) if hold.by == by => hold.earlier,
                _ => self.held(),
            };
            self.hold = Some(Hold {
                quantity,
                reason: reason.clone(),
                by,
                earlier,
            });
        }
    }

    /// Takes up to `quantity` pieces off hold.
    pub(crate) fn release_hold(&mut self, quantity: u32) {
        if let Some(hold) = &mut self.hold {
            hold.quantity = hold.quantity.saturating_sub(quantity);
        }
        self.hold.take_if(|hold| hold.quantity == 0);
    }

    /// Cuts claims, hold and dispute to what is left. A fact may take pieces that were spoken for:
    /// then marks give way first, the latest before the earlier, then reservations, then offers,
    /// because an offered piece may be on its way already.
    fn settle(&mut self) {
        let mut excess = self.claimed().saturating_sub(self.quantity);
        let kinds: [fn(&Claimant) -> bool; 3] = [
            |by| matches!(by, Claimant::Mark(_)),
            |by| matches!(by, Claimant::Reservation(_)),
            |by| matches!(by, Claimant::Offer(_)),
        ];
        for kind in kinds {
            for claim in self.claims.iter_mut().rev().filter(|claim| kind(&claim.by)) {
                let cut = excess.min(claim.quantity);
                claim.quantity -= cut;
                excess -= cut;
            }
        }
        self.claims.retain(|claim| claim.quantity > 0);
        self.release_hold(self.held().saturating_sub(self.quantity));
        self.disputed = self.disputed.min(self.quantity);
    }
}
