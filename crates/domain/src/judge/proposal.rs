//! Proposals and their answers (R41).

use super::context::Context;
use super::{Word, refused};
use crate::authority::{Act, Concern};
use crate::entry::{Entry, EntryBody};
use crate::id::EntryId;
use crate::proposal::{Proposal, ProposalStatus, wish};
use crate::refusal::{Reason, Refusal};
use crate::verdict::{Outcome, Verdict};

/// A proposal stands where the act itself would, if its author's role allowed it.
pub(super) fn proposed(context: &Context, what: &EntryBody) -> Word<Verdict> {
    if wish(what).is_none() {
        return Err(refused(Reason::NotProposable));
    }
    let entry = with_body(context.entry, what);
    let verdict = super::on_its_kind(&Context {
        entry: &entry,
        waived: true,
        ..*context
    })?;
    let lines = verdict.lines.into_iter().map(|line| line.outcome);
    for outcome in std::iter::once(verdict.outcome).chain(lines) {
        if outcome != Outcome::Accepted {
            return Err(outcome);
        }
    }
    Ok(Verdict::accepted())
}

/// The word on the act itself, by the approver's own role.
pub(super) fn approved(context: &Context, id: EntryId, what: &EntryBody) -> Word<Verdict> {
    let proposal = open(context, id)?;
    if proposal.entry.actor == context.entry.actor && !context.by_server {
        let own = Refusal::new(Reason::OwnProposal).entry(id);
        return Err(Outcome::Refused(own));
    }
    if wish(what).is_none() || wish(what) != wish(proposal.what()) {
        return Err(Outcome::Refused(
            Refusal::new(Reason::NotProposable).entry(id),
        ));
    }
    context.allowed(Act::Approve, Concern::Person(context.entry.actor))?;
    let entry = with_body(context.entry, what);
    super::on_its_kind(&Context {
        entry: &entry,
        ..*context
    })
}

pub(super) fn declined(context: &Context, id: EntryId, reason: &str) -> Word {
    let proposal = open(context, id)?;
    if proposal.entry.actor == context.entry.actor {
        return Ok(());
    }
    super::stock::needs_words(reason)?;
    context.allowed(Act::Approve, Concern::Person(context.entry.actor))
}

fn open<'a>(context: &Context<'a>, id: EntryId) -> Word<&'a Proposal> {
    let proposal = context.proposal(id)?;
    match &proposal.status {
        ProposalStatus::Open => Ok(proposal),
        ProposalStatus::Approved(person, _) | ProposalStatus::Declined(person, ..) => {
            let ended = Refusal::new(Reason::ProposalEnded).entry(id);
            Err(Outcome::Refused(ended.person(*person)))
        }
    }
}

/// The same entry with the act in the place of its proposal.
pub(super) fn with_body(entry: &Entry, body: &EntryBody) -> Entry {
    Entry {
        body: body.clone(),
        ..entry.clone()
    }
}
