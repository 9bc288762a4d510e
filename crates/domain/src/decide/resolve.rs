//! Resolving disputes, one by one or in bulk, with what hung on them.

use super::Deciding;
use super::body::{known_line, seen_head};
use crate::Text;
use crate::command::WantedResolution;
use crate::dispute::{ClaimedLine, Dispute, Resolution};
use crate::entry::EntryBody;
use crate::id::EntryId;
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::LineRef;

/// Resolves each of them. One alone is refused with its reason; of several, those that cannot be
/// resolved this way stay open, and only if all of them do the first reason is told.
pub(super) fn each(
    deciding: &mut Deciding<'_>,
    disputes: &[EntryId],
    how: &WantedResolution,
    reason: &Text,
    next_id: &mut dyn FnMut() -> EntryId,
) -> Result<(), Refusal> {
    let mut first_refusal = None;
    for id in disputes {
        let body = resolution(&deciding.after, *id, how, reason);
        match body.and_then(|body| deciding.take(next_id(), body)) {
            Ok(()) => hung_on(deciding, *id, reason, next_id),
            Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
        }
    }
    match first_refusal {
        Some(refusal) if deciding.decided.is_empty() => Err(refusal),
        None if deciding.decided.is_empty() => Err(Refusal::new(Reason::Malformed)),
        _ => Ok(()),
    }
}

fn resolution(
    state: &State,
    id: EntryId,
    how: &WantedResolution,
    reason: &Text,
) -> Result<EntryBody, Refusal> {
    let unknown = || Refusal::new(Reason::DisputeEnded).entry(id);
    let dispute = state.dispute(id).ok_or_else(unknown)?;
    let how = match how {
        WantedResolution::Uphold => Resolution::Upheld,
        WantedResolution::Apply => Resolution::Applied,
        WantedResolution::Claim(lines) => Resolution::Claimed(claimed(state, dispute, lines)?),
    };
    Ok(EntryBody::DisputeResolved {
        dispute: id,
        how,
        reason: reason.clone(),
    })
}

fn claimed(
    state: &State,
    dispute: &Dispute,
    lines: &[(u16, crate::id::LineId)],
) -> Result<Vec<ClaimedLine>, Refusal> {
    let claims = dispute.claims(state);
    let mut named = Vec::with_capacity(lines.len());
    for (place, line) in lines {
        let line = known_line(state, *line)?;
        let claim = claims.iter().find(|(at, ..)| at == place);
        let (_, _, quantity) = claim.ok_or_else(|| Refusal::new(Reason::Malformed))?;
        named.push(ClaimedLine {
            place: *place,
            stock: LineRef {
                line: line.id,
                quantity: *quantity,
                head: seen_head(line),
            },
        });
    }
    Ok(named)
}

/// What hung on a dispute that is resolved takes effect, where nothing else is in its way (R33);
/// what still is in dispute waits for a person.
fn hung_on(
    deciding: &mut Deciding<'_>,
    root: EntryId,
    reason: &Text,
    next_id: &mut dyn FnMut() -> EntryId,
) {
    let Some(root) = deciding.after.dispute(root).cloned() else {
        return;
    };
    let hanging: Vec<EntryId> = deciding
        .after
        .disputes()
        .filter(|dispute| dispute.is_open() && dispute.hangs_on(&root))
        .map(Dispute::id)
        .collect();
    for id in hanging {
        let body = EntryBody::DisputeResolved {
            dispute: id,
            how: Resolution::Applied,
            reason: reason.clone(),
        };
        if deciding.take(next_id(), body).is_ok() {
            hung_on(deciding, id, reason, next_id);
        }
    }
}
