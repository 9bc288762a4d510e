//! An entry that has no final verdict yet: an own one, or one that is carried for another phone.

use crate::carried;
use crate::engine::Judge;
use crate::status::Status;
use baton_domain::entry::EntryBody;
use baton_domain::id::EntryId;
use baton_domain::query::has_happened;
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Reason, Refusal, State, fold};
use baton_ledger::SignedEntry;
use baton_store::Unsent;

/// An entry without a final verdict.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The entry.
    pub entry: SignedEntry,
    /// True for another phone's, which came by a code.
    pub carried: bool,
    /// The certificate that came with it, of which the server may have lost its copy.
    pub certificate: Option<Vec<u8>>,
    /// What this phone expects on what it knows now. Not the server's word.
    pub verdict: Verdict,
    /// What the server lets it wait for, once it has said so.
    pub waiting_for: Option<EntryId>,
    /// It went out in this session, and no answer has come.
    pub(crate) sent: bool,
    /// It may have left this phone at some time: true for all that an earlier session recorded.
    pub(crate) may_have_left: bool,
    /// The server could not read it, or it is too large: not sent again in this session.
    pub(crate) set_aside: bool,
    /// The server does not know its device yet: sent again when the base has moved.
    pub(crate) held_back: bool,
}

/// An entry to offer again.
#[derive(Clone, Debug)]
pub(crate) struct Relayed {
    pub(crate) entry: SignedEntry,
    pub(crate) held_back: bool,
}

impl Pending {
    pub(crate) fn recorded(entry: SignedEntry) -> Self {
        Self {
            entry,
            carried: false,
            certificate: None,
            verdict: Verdict::accepted(),
            waiting_for: None,
            sent: false,
            may_have_left: false,
            set_aside: false,
            held_back: false,
        }
    }

    pub(crate) fn loaded(unsent: Unsent, is_own: bool) -> Self {
        let Unsent {
            entry,
            waiting_for,
            certificate,
        } = unsent;
        Self {
            waiting_for,
            carried: !is_own,
            certificate,
            may_have_left: true,
            ..Self::recorded(entry)
        }
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        if self.waiting_for.is_some() {
            Status::Waiting
        } else if self.set_aside {
            Status::NeedsReview
        } else if self.sent {
            Status::Sent
        } else {
            Status::SavedHere
        }
    }

    pub(crate) fn is_to_send(&self) -> bool {
        self.waiting_for.is_none() && !self.set_aside && !self.held_back
    }

    /// Judges it on the view and folds it, where it may be folded.
    pub(crate) fn replay_on(
        &mut self,
        view: &mut State,
        base: &State,
        before: &[Pending],
        judge: Judge,
    ) {
        let entry = self.entry.entry();
        if self.carried {
            carried::meet(view, entry, self.certificate.as_deref());
            self.verdict = carried::lay(view, base, entry, judge);
            if self.held_back {
                // Nobody vouches for its phone: a person has to look, or it stays here for ever.
                self.verdict = Verdict::whole(Outcome::Disputed(Refusal::new(Reason::Unverified)));
            }
        } else if self.may_have_left && has_happened(base, entry) {
            // A snapshot brought it, and its verdict comes with the next answer. Judged once more it would
            // stand against itself, and what was recorded on top would count it twice.
            self.verdict = Verdict::accepted();
        } else {
            self.verdict = judge(view, entry);
            if !matches!(self.verdict.outcome, Outcome::Waiting(_)) && !self.only_asks(before) {
                fold(view, entry, &self.verdict);
            }
        }
        carried::pass_on_mark(view, entry);
    }

    /// True for the cancellation of an offer that may have left this phone: until the server has
    /// accepted it, it frees nothing (R8).
    fn only_asks(&self, before: &[Pending]) -> bool {
        let EntryBody::TransferCancelled { transfer, .. } = &self.entry.entry().body else {
            return false;
        };
        !before
            .iter()
            .any(|offer| offer.entry.entry().id == *transfer && !offer.may_have_left)
    }
}
