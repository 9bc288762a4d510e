//! From what a person wants to what is recorded.
//!
//! Deciding adds what an entry must carry beside the wish (heads, identities), and then asks
//! [`judge`]: so that no rule is written twice. What would not be accepted in every line is
//! refused whole, because here a person is present and can choose again. A use is the exception
//! (R37): where the stock cannot be what was used, it is recorded as *from elsewhere*, and where a
//! rule speaks against it, a reason is asked for.

mod adjust;
mod body;
mod request;
mod resolve;
mod usage;

use crate::command::{Author, Command};
use crate::entry::{Entry, EntryBody};
use crate::fold::fold;
use crate::id::EntryId;
use crate::judge::judge;
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::time::Timestamp;
use crate::verdict::{Outcome, Verdict};

/// Turns a command into the entries that record it, or refuses it with the rule.
///
/// `next_id` gives a fresh id for each entry. The bodies come back in the order in which they
/// must be recorded; together they are one act.
pub fn decide(
    state: &State,
    author: &Author,
    command: Command,
    next_id: &mut dyn FnMut() -> EntryId,
) -> Result<Vec<(EntryId, EntryBody)>, Refusal> {
    let mut deciding = Deciding::new(state, author);
    if let Command::ResolveDisputes {
        disputes,
        how,
        reason,
    } = command
    {
        resolve::each(&mut deciding, &disputes, &how, &reason, next_id)?;
        return Ok(deciding.decided);
    }
    let first = next_id();
    for (place, body) in body::bodies(state, author, command, first)?
        .into_iter()
        .enumerate()
    {
        let id = if place == 0 { first } else { next_id() };
        deciding.take(id, body)?;
    }
    Ok(deciding.decided)
}

/// One act in the making: each of its entries is judged on what the ones before leave.
struct Deciding<'a> {
    author: &'a Author,
    after: State,
    decided: Vec<(EntryId, EntryBody)>,
}

impl<'a> Deciding<'a> {
    fn new(state: &State, author: &'a Author) -> Self {
        Self {
            author,
            after: state.clone(),
            decided: Vec::new(),
        }
    }

    /// Adds an entry to the act, or leaves everything as it was.
    fn take(&mut self, id: EntryId, body: EntryBody) -> Result<(), Refusal> {
        // A judge reads no clock and no sequence; the device fills them in when it signs.
        let entry = Entry {
            id,
            organization: self.author.organization,
            actor: self.author.person,
            device: self.author.device,
            sequence: 0,
            occurred_at: Timestamp {
                unix_ms: 0,
                offset_min: 0,
            },
            source_sha256: None,
            body,
        };
        let verdict = judge(&self.after, &entry);
        stands(&entry.body, &verdict)?;
        fold(&mut self.after, &entry, &verdict);
        self.decided.push((id, entry.body));
        Ok(())
    }
}

/// The refusal that stands in the way of recording it, if one does.
fn stands(body: &EntryBody, verdict: &Verdict) -> Result<(), Refusal> {
    let outcomes = verdict.lines.iter().map(|line| &line.outcome);
    for outcome in std::iter::once(&verdict.outcome).chain(outcomes) {
        match outcome {
            Outcome::Accepted => {}
            Outcome::Refused(refusal) | Outcome::Disputed(refusal) => return Err(refusal.clone()),
            Outcome::Waiting(entry) => return Err(Refusal::new(Reason::Unknown).entry(*entry)),
        }
    }
    if let EntryBody::UsageRecorded {
        case,
        lines,
        reason,
    } = body
        && reason.trim().is_empty()
        && let Some(first) = verdict.flags.first()
    {
        let mut refusal = Refusal::new(Reason::ReasonNeeded).case(*case);
        let used = first.index.and_then(|place| lines.get(usize::from(place)));
        refusal.line = used.and_then(|used| used.line);
        refusal.flags = verdict.flags.clone();
        return Err(refusal);
    }
    Ok(())
}
