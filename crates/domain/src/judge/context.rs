//! What every judgement begins with: who speaks, and whether what he names is known and stands.

use super::{Word, refused};
use crate::adjust::Adjustment;
use crate::authority::{self, Act, Concern};
use crate::case::Case;
use crate::directory::Person;
use crate::dispute::Dispute;
use crate::entry::Entry;
use crate::guard::{Guard, is_off};
use crate::id::{CaseId, EntryId, LineId, PersonId, TransferId};
use crate::proposal::Proposal;
use crate::recall::{Recall, RecallId};
use crate::refusal::{Reason, Refusal};
use crate::request::{RequestId, StockRequest};
use crate::state::State;
use crate::stock::{Custodian, StockLine};
use crate::transfer::Transfer;
use crate::verdict::{Outcome, Rejection};

#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) state: &'a State,
    pub(super) entry: &'a Entry,
    pub(super) actor: &'a Person,
    /// Signed by the server's own key: commands that the server ran for somebody it had
    /// authenticated, such as imports. Roles were its business.
    pub(super) by_server: bool,
    /// Only the rest of the rules is asked, because somebody else will be asked about the role
    /// (R41).
    pub(super) waived: bool,
}

impl<'a> Context<'a> {
    /// Fails with the word on the whole where the author cannot speak.
    pub(super) fn new(state: &'a State, entry: &'a Entry) -> Word<Self> {
        if state
            .organization()
            .is_none_or(|own| own.id != entry.organization)
        {
            return Err(refused(Reason::OtherOrganization));
        }
        let device = state.device(entry.device);
        if device.is_some_and(|device| device.revoked) {
            return Err(Outcome::Disputed(
                Refusal::new(Reason::Revoked).person(entry.actor),
            ));
        }
        // A key speaks for its person only: anything else is as good as a broken signature.
        if device
            .and_then(|device| device.person)
            .is_some_and(|person| person != entry.actor)
        {
            return Err(Outcome::Refused(
                Refusal::new(Reason::BadSignature).person(entry.actor),
            ));
        }
        let revoked = Refusal::new(Reason::Revoked).person(entry.actor);
        let person = match state.person(entry.actor) {
            Some(person) if person.active => person,
            Some(_) => return Err(Outcome::Disputed(revoked)),
            None if entry.body.is_fact() => return Err(Outcome::Disputed(revoked)),
            None => return Err(Outcome::Refused(revoked)),
        };
        let by_server = device.is_some_and(|device| device.person.is_none());
        Ok(Self {
            state,
            entry,
            actor: person,
            by_server,
            waived: false,
        })
    }

    /// As [`Self::new`] for what somebody releases, whoever was revoked since (R38).
    pub(super) fn released(state: &'a State, entry: &'a Entry) -> Word<Self> {
        let unknown = Refusal::new(Reason::Unknown).person(entry.actor);
        let actor = state.person(entry.actor).ok_or(Outcome::Refused(unknown))?;
        Ok(Self {
            state,
            entry,
            actor,
            by_server: false,
            waived: false,
        })
    }

    /// Whether the author's role allows it; a refusal that says who may.
    pub(super) fn may(&self, act: Act, concern: Concern) -> Result<(), Refusal> {
        if self.by_server || self.waived {
            Ok(())
        } else {
            authority::check(self.state, self.actor, act, concern)
        }
    }

    /// As [`Self::may`], as the word on an intent.
    pub(super) fn allowed(&self, act: Act, concern: Concern) -> Word {
        self.may(act, concern).map_err(Outcome::Refused)
    }

    pub(super) fn line(&self, id: LineId) -> Word<&'a StockLine> {
        self.state
            .line(id)
            .ok_or_else(|| self.absent(id.entry, Some(id), Refusal::new(Reason::Unknown).line(id)))
    }

    pub(super) fn case(&self, id: CaseId) -> Word<&'a Case> {
        self.state
            .case(id)
            .ok_or_else(|| self.absent(id, None, Refusal::new(Reason::Unknown).case(id)))
    }

    pub(super) fn transfer(&self, id: TransferId) -> Word<&'a Transfer> {
        self.state
            .transfer(id)
            .ok_or_else(|| self.absent(id, None, Refusal::new(Reason::Unknown).entry(id)))
    }

    pub(super) fn proposal(&self, id: EntryId) -> Word<&'a Proposal> {
        self.state
            .proposal(id)
            .ok_or_else(|| self.absent(id, None, Refusal::new(Reason::Unknown).entry(id)))
    }

    pub(super) fn dispute(&self, id: EntryId) -> Word<&'a Dispute> {
        self.state
            .dispute(id)
            .ok_or_else(|| self.absent(id, None, Refusal::new(Reason::Unknown).entry(id)))
    }

    pub(super) fn recall(&self, id: RecallId) -> Word<&'a Recall> {
        self.state
            .recall(id)
            .ok_or_else(|| self.absent(id, None, Refusal::new(Reason::Unknown).entry(id)))
    }

    pub(super) fn adjustment(&self, id: EntryId) -> Word<&'a Adjustment> {
        self.state
            .adjustment(id)
            .ok_or_else(|| self.absent(id, None, Refusal::new(Reason::Unknown).entry(id)))
    }

    pub(super) fn request(&self, id: RequestId) -> Word<&'a StockRequest> {
        self.state
            .request(id)
            .ok_or_else(|| self.absent(id, None, Refusal::new(Reason::Unknown).entry(id)))
    }

    /// A case that is open and whose every change this build understands: what an intent needs.
    pub(super) fn open_case(&self, id: CaseId) -> Word<&'a Case> {
        let case = self.case(id)?;
        if case.needs_newer_app {
            return Err(Outcome::Refused(
                Refusal::new(Reason::NeedsNewerApp).case(id),
            ));
        }
        if !case.status.is_open() {
            return Err(Outcome::Refused(Refusal::new(Reason::CaseEnded).case(id)));
        }
        Ok(case)
    }

    /// A line whose every change this build understands: what an intent needs.
    pub(super) fn readable_line(&self, id: LineId) -> Word<&'a StockLine> {
        let line = self.line(id)?;
        if line.needs_newer_app {
            return Err(Outcome::Refused(
                Refusal::new(Reason::NeedsNewerApp).line(id),
            ));
        }
        Ok(line)
    }

    /// Compares the head that the author saw with the line's (R39; lines with a serial only). A
    /// head that this line never had is a movement that has not arrived.
    pub(super) fn head(&self, line: &StockLine, seen: Option<EntryId>) -> Word {
        if line.identity.serial.is_none() || seen == Some(line.head) || is_off(Guard::Heads) {
            return Ok(());
        }
        let Some(seen) = seen else {
            return Err(Outcome::Refused(
                Refusal::new(Reason::Malformed).line(line.id),
            ));
        };
        if let Some(rejection) = self.state.rejection(seen, Some(line.id)) {
            return Err(self.same(rejection));
        }
        if !line.past_heads.contains(&seen) {
            return Err(Outcome::Waiting(seen));
        }
        let changed = Refusal::new(Reason::LineChanged)
            .line(line.id)
            .entry(line.head);
        Err(self.against(held_by(changed, line)))
    }

    /// The word on what builds on something that does not stand: the same, naming it (R33). Facts
    /// are never refused (R37).
    pub(super) fn same(&self, rejection: &Rejection) -> Outcome {
        let mut refusal = Refusal::new(rejection.reason).entry(rejection.entry);
        refusal.line = rejection.line;
        if rejection.disputed {
            Outcome::Disputed(refusal)
        } else {
            self.against(refusal)
        }
    }

    /// The word that a rule against it makes: a fact collides, an intent is refused.
    pub(super) fn against(&self, refusal: Refusal) -> Outcome {
        if self.entry.body.is_fact() {
            Outcome::Disputed(refusal)
        } else {
            Outcome::Refused(refusal)
        }
    }

    fn absent(&self, entry: EntryId, line: Option<LineId>, unknown: Refusal) -> Outcome {
        if let Some(rejection) = self.state.rejection(entry, line) {
            return self.same(rejection);
        }
        let state = self.state;
        let arrived = state.made_lines(entry)
            || state.case(entry).is_some()
            || state.transfer(entry).is_some()
            || state.recall(entry).is_some()
            || state.proposal(entry).is_some()
            || state.request(entry).is_some();
        if arrived {
            self.against(unknown)
        } else {
            Outcome::Waiting(entry)
        }
    }
}

/// Names the person who holds the line, where a person does.
pub(super) fn held_by(refusal: Refusal, line: &StockLine) -> Refusal {
    match person_of(line.custodian) {
        Some(person) => refusal.person(person),
        None => refusal,
    }
}

pub(super) fn person_of(custodian: Custodian) -> Option<PersonId> {
    match custodian {
        Custodian::Person(person) => Some(person),
        Custodian::Pool(_) | Custodian::Warehouse(_) => None,
    }
}
