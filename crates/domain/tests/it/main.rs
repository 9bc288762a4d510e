//! The rules of the domain, one test of each, named after it; the authority table; readiness; and
//! a property test against a naive oracle.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod adjust;
mod arrival;
mod authority;
mod cases;
mod closing;
mod crossing;
mod custody;
mod decide;
mod directory;
mod disputes;
mod facility_stock;
mod identity;
mod interplay;
mod ledger;
mod many_lines;
mod misuse;
mod oracle;
mod order;
mod plan;
mod proposals;
mod readiness;
mod recalls;
mod requests;
mod resolutions;
mod trays;
mod usage;

use baton_domain::entry::ReceivedLine;
use baton_domain::id::{CaseId, FacilityId, PersonId};
use baton_domain::stock::{Identity, TitleHolder};
use baton_domain::testkit::{REP_A, World, with};
use baton_domain::verdict::{Outcome, Verdict};
use baton_domain::{Command, Entry, EntryBody, Reason, Refusal};

/// The reason of a refused command.
fn reason<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Reason {
    result.unwrap_err().reason
}

/// The refusal in an outcome, with whether it is a dispute.
fn refusal(outcome: &Outcome) -> (bool, &Refusal) {
    match outcome {
        Outcome::Refused(refusal) => (false, refusal),
        Outcome::Disputed(refusal) => (true, refusal),
        Outcome::Accepted | Outcome::Waiting(_) => panic!("it stands: {outcome:?}"),
    }
}

fn refused(verdict: &Verdict) -> Reason {
    let (disputed, refusal) = refusal(&verdict.outcome);
    assert!(!disputed, "disputed: {refusal:?}");
    refusal.reason
}

fn disputed(verdict: &Verdict) -> Reason {
    let (disputed, refusal) = refusal(&verdict.outcome);
    assert!(disputed, "refused: {refusal:?}");
    refusal.reason
}

fn flags(verdict: &Verdict) -> Vec<Reason> {
    verdict.flags.iter().map(|flag| flag.reason).collect()
}

/// Records entries that must be accepted in every line.
fn accept(world: &mut World, entries: Vec<Entry>) -> Vec<Verdict> {
    let verdicts: Vec<_> = entries
        .into_iter()
        .map(|entry| world.record(entry))
        .collect();
    assert!(
        verdicts
            .iter()
            .all(|verdict| *verdict == with_flags(verdict)),
        "{verdicts:?}"
    );
    verdicts
}

fn with_flags(verdict: &Verdict) -> Verdict {
    Verdict {
        flags: verdict.flags.clone(),
        ..Verdict::accepted()
    }
}

/// The one entry that a command made.
fn one(entries: Vec<Entry>) -> Entry {
    let [entry] = <[Entry; 1]>::try_from(entries).unwrap();
    entry
}

/// The command that gives a case to another rep.
fn change_rep(case: CaseId, rep: PersonId) -> Command {
    Command::ChangeRep { case, rep }
}

/// The command that moves a case to another facility.
fn change_place(case: CaseId, facility: FacilityId) -> Command {
    Command::ChangeCase {
        case,
        facility: Some(facility),
        starts_at: None,
        room: None,
        needs: None,
    }
}

/// One piece that came to rep A.
fn received(identity: Identity) -> EntryBody {
    let title = TitleHolder::Manufacturer;
    let line = ReceivedLine {
        identity,
        quantity: 1,
        title,
        location: "".into(),
    };
    EntryBody::StockReceived {
        custodian: with(REP_A),
        lines: vec![line],
        reason: "courier".into(),
    }
}
