//! From what a person wants to what is recorded.
//!
//! Deciding adds what an entry must carry beside the wish (heads, identities), and then asks
//! [`judge`]: so that no rule is written twice. What would not be accepted in every line is
//! refused whole, because here a person is present and can choose again. A use is the exception
//! (R37): where the stock cannot be what was used, it is recorded as *from elsewhere*, and where a
//! rule speaks against it, a reason is asked for.

use crate::Text;
use crate::case::{Case, Need, UseStatus};
use crate::command::{Author, Command, UseSource, WantedUse};
use crate::entry::{Entry, EntryBody, OfferedLine, UsedLine};
use crate::fold::fold;
use crate::id::{CaseId, EntryId, LineId, PersonId};
use crate::judge::judge;
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::{Custodian, LineRef, StockLine};
use crate::time::Timestamp;
use crate::verdict::{Outcome, Verdict};
use crate::{authority, query};

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
    let first = next_id();
    let mut after = state.clone();
    let mut decided = Vec::new();
    for (place, body) in bodies(state, author, command, first)?
        .into_iter()
        .enumerate()
    {
        let id = if place == 0 { first } else { next_id() };
        // A judge reads no clock and no sequence; the device fills them in when it signs.
        let entry = Entry {
            id,
            organization: author.organization,
            actor: author.person,
            device: author.device,
            sequence: 0,
            occurred_at: Timestamp {
                unix_ms: 0,
                offset_min: 0,
            },
            source_sha256: None,
            body,
        };
        let verdict = judge(&after, &entry);
        stands(&entry.body, &verdict)?;
        fold(&mut after, &entry, &verdict);
        decided.push((id, entry.body));
    }
    Ok(decided)
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

fn bodies(
    state: &State,
    author: &Author,
    command: Command,
    id: EntryId,
) -> Result<Vec<EntryBody>, Refusal> {
    let body = match command {
        Command::RecordPerson(person) => EntryBody::PersonRecorded(person),
        Command::RevokeDevice(device) => EntryBody::DeviceRevoked(device),
        Command::RecordFacility(facility) => EntryBody::FacilityRecorded(facility),
        Command::ListProducts(products) => EntryBody::ProductsListed(products),
        Command::RecordPool(pool) => EntryBody::PoolRecorded(pool),
        Command::SetSharingLink { link, active } => EntryBody::SharingLinkSet { link, active },
        Command::LinkManufacturer(link) => EntryBody::ManufacturerLinked(link),
        Command::ReceiveStock {
            custodian,
            lines,
            reason,
        } => EntryBody::StockReceived {
            custodian,
            lines,
            reason,
        },
        Command::HoldStock { lines, reason } => EntryBody::StockHeld {
            lines: line_refs(state, &lines)?,
            reason,
        },
        Command::ReleaseHold { lines, reason } => EntryBody::HoldReleased {
            lines: line_refs(state, &lines)?,
            reason,
        },
        Command::OfferTransfer {
            from,
            to,
            lines,
            travel,
            note,
        } => {
            let lines = offered_lines(state, &lines)?;
            EntryBody::TransferOffered {
                from,
                to,
                lines,
                travel,
                note,
            }
        }
        Command::AnswerTransfer {
            transfer,
            answers,
            extras,
        } => EntryBody::TransferAnswered {
            transfer,
            answers,
            extras,
        },
        Command::DeclineTransfer {
            transfer,
            reason,
            note,
        } => EntryBody::TransferDeclined {
            transfer,
            reason,
            note,
        },
        Command::CancelTransfer { transfer, reason } => {
            EntryBody::TransferCancelled { transfer, reason }
        }
        Command::ScheduleCase {
            facility,
            starts_at,
            utc_offset_min,
            room,
            rep,
            needs,
            details,
        } => {
            let needs = merged(needs);
            let scheduled = EntryBody::CaseScheduled {
                facility,
                starts_at,
                utc_offset_min,
                room,
                rep,
                needs,
            };
            let details =
                details.map(|details| EntryBody::CaseDetailsRecorded { case: id, details });
            return Ok(std::iter::once(scheduled).chain(details).collect());
        }
        Command::ChangeCase {
            case,
            facility,
            starts_at,
            room,
            needs,
        } => EntryBody::CaseChanged {
            case,
            facility,
            starts_at,
            room,
            needs: needs.map(merged),
        },
        Command::RecordCaseDetails { case, details } => {
            EntryBody::CaseDetailsRecorded { case, details }
        }
        Command::ChangeRep { case, rep } => {
            let head = known_case(state, case)?.head;
            EntryBody::CaseRepChanged { case, head, rep }
        }
        Command::CancelCase { case, reason } => {
            let head = known_case(state, case)?.head;
            EntryBody::CaseCancelled { case, head, reason }
        }
        Command::MarkStock { case, lines } => EntryBody::StockMarked {
            case,
            lines: line_refs(state, &lines)?,
        },
        Command::UnmarkStock { case, lines } => EntryBody::StockUnmarked {
            case,
            lines: line_refs(state, &lines)?,
        },
        Command::RecordUsage {
            case,
            lines,
            reason,
        } => {
            let lines = used_lines(state, author, known_case(state, case)?, lines)?;
            EntryBody::UsageRecorded {
                case,
                lines,
                reason,
            }
        }
    };
    Ok(vec![body])
}

fn known_case(state: &State, case: CaseId) -> Result<&Case, Refusal> {
    state
        .case(case)
        .ok_or_else(|| Refusal::new(Reason::Unknown).case(case))
}

fn known_line(state: &State, line: LineId) -> Result<&StockLine, Refusal> {
    state
        .line(line)
        .ok_or_else(|| Refusal::new(Reason::Unknown).line(line))
}

/// The head that an entry must name: that of a line with a serial (R39).
fn seen_head(line: &StockLine) -> Option<EntryId> {
    line.identity.serial.is_some().then_some(line.head)
}

/// Lines as an entry names them; what was picked twice is added up.
fn line_refs(state: &State, wanted: &[(LineId, u32)]) -> Result<Vec<LineRef>, Refusal> {
    let mut refs: Vec<LineRef> = Vec::with_capacity(wanted.len());
    for (line, quantity) in wanted {
        let line = known_line(state, *line)?;
        match refs.iter_mut().find(|named| named.line == line.id) {
            Some(named) => named.quantity = named.quantity.saturating_add(*quantity),
            None => refs.push(LineRef {
                line: line.id,
                quantity: *quantity,
                head: seen_head(line),
            }),
        }
    }
    Ok(refs)
}

fn offered_lines(
    state: &State,
    wanted: &[(LineId, u32, Option<CaseId>)],
) -> Result<Vec<OfferedLine>, Refusal> {
    let mut offered: Vec<OfferedLine> = Vec::with_capacity(wanted.len());
    for (line, quantity, reserved_for) in wanted {
        let line = known_line(state, *line)?;
        let same = |named: &&mut OfferedLine| {
            named.stock.line == line.id && named.reserved_for == *reserved_for
        };
        match offered.iter_mut().find(same) {
            Some(named) => named.stock.quantity = named.stock.quantity.saturating_add(*quantity),
            None => offered.push(OfferedLine {
                stock: LineRef {
                    line: line.id,
                    quantity: *quantity,
                    head: seen_head(line),
                },
                identity: line.identity.clone(),
                reserved_for: *reserved_for,
            }),
        }
    }
    Ok(offered)
}

/// A product is needed once, with its whole quantity.
fn merged(needs: Vec<Need>) -> Vec<Need> {
    let mut once: Vec<Need> = Vec::with_capacity(needs.len());
    for need in needs {
        match once.iter_mut().find(|known| known.product == need.product) {
            Some(known) => known.quantity = known.quantity.saturating_add(need.quantity),
            None => once.push(need),
        }
    }
    once
}

fn used_lines(
    state: &State,
    author: &Author,
    case: &Case,
    wanted: Vec<WantedUse>,
) -> Result<Vec<UsedLine>, Refusal> {
    let mut used: Vec<UsedLine> = Vec::with_capacity(wanted.len());
    for WantedUse {
        source,
        quantity,
        status,
    } in wanted
    {
        match source {
            UseSource::Line(id) => {
                let line = known_line(state, id)?;
                if quantity == 0 {
                    return Err(Refusal::new(Reason::Malformed).line(id));
                }
                let left = left_on(line, &used);
                let from_line = match (
                    releases(state, author.person, case, line),
                    status.leaves_the_shelf(),
                ) {
                    (false, _) => 0,
                    (true, true) => quantity.min(left),
                    (true, false) => quantity,
                };
                used.extend(use_of(line, from_line, status));
                used.extend(use_from_elsewhere(
                    state,
                    line,
                    quantity - from_line,
                    status,
                ));
            }
            UseSource::Elsewhere {
                identity,
                presumed_holder,
            } => {
                used.push(UsedLine {
                    line: None,
                    head: None,
                    identity,
                    quantity,
                    status,
                    presumed_holder,
                });
            }
        }
    }
    Ok(used)
}

/// True where a use may take pieces away from that custody: the rep's on the case or the author's
/// own, an account shared with one of them, or one that the author may release (R3). From any
/// other custody a use takes nothing; it is recorded as from elsewhere (R14).
fn releases(state: &State, author: PersonId, case: &Case, line: &StockLine) -> bool {
    let may_release = |author| {
        let custody = authority::Concern::Custody(line.custodian);
        authority::may(state, author, authority::Act::Offer, custody)
    };
    [case.rep, author].into_iter().any(|person| {
        line.custodian == Custodian::Person(person) || state.is_shared_with(line.custodian, person)
    }) || state.person(author).is_some_and(may_release)
}

/// Pieces of a line that nothing disputes and that the uses before did not take.
fn left_on(line: &StockLine, used: &[UsedLine]) -> u32 {
    let taken = used
        .iter()
        .filter(|used| used.line == Some(line.id) && used.status.leaves_the_shelf())
        .fold(0, |taken: u32, used| taken.saturating_add(used.quantity));
    line.quantity
        .saturating_sub(line.disputed)
        .saturating_sub(taken)
}

fn use_of(line: &StockLine, quantity: u32, status: UseStatus) -> Option<UsedLine> {
    (quantity > 0).then(|| UsedLine {
        line: Some(line.id),
        head: seen_head(line),
        identity: line.identity.clone(),
        quantity,
        status,
        presumed_holder: Text::from(""),
    })
}

fn use_from_elsewhere(
    state: &State,
    line: &StockLine,
    quantity: u32,
    status: UseStatus,
) -> Option<UsedLine> {
    (quantity > 0).then(|| UsedLine {
        line: None,
        head: None,
        identity: line.identity.clone(),
        quantity,
        status,
        presumed_holder: query::custodian_name(state, line.custodian)
            .unwrap_or_else(|| Text::from("")),
    })
}
