//! Stock that comes in, is held, released, marked.

use super::context::{Context, held_by};
use super::recall::not_recalled;
use super::tray::tray_at_hand;
use super::{Word, per_line, refused};
use crate::authority::{Act, Concern};
use crate::case::Case;
use crate::entry::{EntryBody, ReceivedLine};
use crate::id::CaseId;
use crate::product::Tracking;
use crate::query::{self, FacilityStockWay};
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::{Claimant, Custodian, Identity, LineRef, StockLine, TitleHolder};
use crate::verdict::{Outcome, Verdict};

pub(super) fn judge(context: &Context) -> Word<Verdict> {
    match &context.entry.body {
        EntryBody::StockReceived {
            custodian,
            lines,
            reason,
        } => received(context, *custodian, lines, reason),
        EntryBody::StockHeld { lines, reason } => {
            needs_words(reason)?;
            Ok(per_line(
                lines.iter().map(|line| held(context, line)).collect(),
                &[],
            ))
        }
        EntryBody::HoldReleased { lines, reason } => {
            needs_words(reason)?;
            Ok(per_line(
                lines.iter().map(|line| released(context, line)).collect(),
                &[],
            ))
        }
        EntryBody::StockMarked { case, lines } => {
            let case = context.open_case(*case)?;
            context.allowed(Act::UseInCase, Concern::Case(case.id))?;
            Ok(per_line(
                lines
                    .iter()
                    .map(|line| marked(context, case, line))
                    .collect(),
                &[],
            ))
        }
        EntryBody::StockUnmarked { case, lines } => {
            let case = context.case(*case)?.id;
            context.allowed(Act::UseInCase, Concern::Case(case))?;
            Ok(per_line(
                lines
                    .iter()
                    .map(|line| unmarked(context, case, line))
                    .collect(),
                &[],
            ))
        }
        _ => Err(refused(Reason::Malformed)),
    }
}

pub(super) fn needs_words(reason: &str) -> Word {
    if reason.trim().is_empty() {
        Err(refused(Reason::ReasonNeeded))
    } else {
        Ok(())
    }
}

/// True for a custodian that the organization knows.
pub(super) fn is_known(state: &State, custodian: Custodian) -> bool {
    match custodian {
        Custodian::Person(person) => state.person(person).is_some_and(|person| person.active),
        Custodian::Pool(pool) => state.pool(pool).is_some(),
        Custodian::Warehouse(id) => state.organization().is_some_and(|own| own.id == id),
    }
}

fn received(
    context: &Context,
    custodian: Custodian,
    lines: &[ReceivedLine],
    reason: &str,
) -> Word<Verdict> {
    if !is_known(context.state, custodian) {
        return Err(refused(Reason::Unknown));
    }
    context.allowed(Act::CreateStock, Concern::Custody(custodian))?;
    // An import says where its lines come from in the entry itself.
    if !context.by_server {
        needs_words(reason)?;
    }
    let mut words: Vec<Word<Vec<Reason>>> = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        // R9 within the entry: the first line with a serial stands.
        let twin = line.identity.serial.is_some()
            && (0..place).any(|other| words[other].is_ok() && same_piece(&lines[other], line));
        words.push(if twin {
            Err(refused(Reason::SerialActive))
        } else {
            received_line(context, line)
        });
    }
    Ok(per_line(words, &[]))
}

pub(super) fn same_piece(left: &ReceivedLine, right: &ReceivedLine) -> bool {
    left.identity.product == right.identity.product && left.identity.serial == right.identity.serial
}

fn received_line(context: &Context, line: &ReceivedLine) -> Word<Vec<Reason>> {
    let identity = &line.identity;
    if matches!(line.title, TitleHolder::Facility(_)) && !context.by_server {
        // Facility Stock is made by selling (R20); only an import finds it ready-made.
        return Err(refused(Reason::NotAllowed));
    }
    if let TitleHolder::Facility(facility) = line.title
        && context.state.facility(facility).is_none()
    {
        return Err(refused(Reason::Unknown));
    }
    let flags = told_apart(context.state, line)?;
    let product = context.state.product(&identity.product);
    let linked = product.and_then(|product| context.state.manufacturer_link(&product.manufacturer));
    if !context.by_server && linked.is_some() {
        return Err(refused(Reason::ManufacturerLinked));
    }
    Ok(flags)
}

/// R9, R30: what tells the pieces of a new line from all others, as its product demands.
pub(super) fn told_apart(state: &State, line: &ReceivedLine) -> Word<Vec<Reason>> {
    let identity = &line.identity;
    let Some(product) = state.product(&identity.product) else {
        // A phone knows only a part of the catalogue, and a label is met before it is listed
        // (R30): the office lists it later.
        serial_alone(identity, line.quantity)?;
        serial_is_new(state, identity)?;
        return Ok(vec![Reason::Unknown]);
    };
    let well_told_apart = match product.tracking {
        Tracking::Serial => identity.serial.is_some(),
        Tracking::Lot => {
            identity.serial.is_some() || identity.lot.is_some() || identity.lot_unknown
        }
        Tracking::Untracked => true,
    };
    if !well_told_apart {
        let reason = if product.tracking == Tracking::Serial {
            Reason::SerialNeeded
        } else {
            Reason::Malformed
        };
        return Err(refused(reason));
    }
    serial_alone(identity, line.quantity)?;
    serial_is_new(state, identity)?;
    Ok(Vec::new())
}

/// A serial names one piece.
fn serial_alone(identity: &Identity, quantity: u32) -> Word {
    if identity.serial.is_some() && quantity != 1 {
        Err(refused(Reason::SerialNeeded))
    } else {
        Ok(())
    }
}

/// R9: a serial is active at most once; the refusal says where.
pub(super) fn serial_is_new(state: &State, identity: &Identity) -> Word {
    let active = identity
        .serial
        .as_ref()
        .and_then(|serial| state.active_serial(&identity.product, serial));
    match active {
        Some(line) => {
            let refusal = Refusal::new(Reason::SerialActive)
                .line(line.id)
                .entry(line.head);
            Err(Outcome::Refused(held_by(refusal, line)))
        }
        None => Ok(()),
    }
}

fn held(context: &Context, wanted: &LineRef) -> Word<Vec<Reason>> {
    let line = context.readable_line(wanted.line)?;
    context.allowed(Act::Hold, Concern::Custody(line.custodian))?;
    at_most(line, wanted.quantity, line.quantity - line.held())
}

fn released(context: &Context, wanted: &LineRef) -> Word<Vec<Reason>> {
    let line = context.readable_line(wanted.line)?;
    context.allowed(Act::ReleaseHold, Concern::Custody(line.custodian))?;
    not_recalled(context, line)?;
    at_most(line, wanted.quantity, line.held())
}

fn unmarked(context: &Context, case: CaseId, wanted: &LineRef) -> Word<Vec<Reason>> {
    let line = context.readable_line(wanted.line)?;
    at_most(line, wanted.quantity, line.kept_for(case))
}

fn at_most(line: &StockLine, wanted: u32, available: u32) -> Word<Vec<Reason>> {
    if wanted <= available {
        return Ok(Vec::new());
    }
    let refusal = Refusal::new(Reason::NotEnough)
        .line(line.id)
        .available(available);
    Err(Outcome::Refused(refusal))
}

fn marked(context: &Context, case: &Case, wanted: &LineRef) -> Word<Vec<Reason>> {
    let line = context.readable_line(wanted.line)?;
    context.head(line, wanted.head)?;
    not_recalled(context, line)?;
    tray_at_hand(context, line)?;
    let refuse = |reason| {
        let refusal = Refusal::new(reason).line(line.id).case(case.id);
        Err(Outcome::Refused(held_by(refusal, line)))
    };
    if query::source(context.state, line, case.rep, case.facility).is_none() {
        return refuse(not_a_source(context.state, line, case));
    }
    if line.is_expired_on(case.starts_at.date) {
        return refuse(Reason::Expired);
    }
    let available = line
        .usable_for(case.id)
        .saturating_sub(line.claimed_by(Claimant::Mark(case.id)));
    if wanted.quantity > available {
        return Err(Outcome::Refused(shortage(
            line,
            Some(case.id),
            wanted.quantity,
            available,
        )));
    }
    Ok(Vec::new())
}

/// Why a line is no source for a case (R14, R21), and for Facility Stock at the case's own facility
/// the way to make it one (R22, R23).
pub(super) fn not_a_source(state: &State, line: &StockLine, case: &Case) -> Reason {
    let own = line.custodian == Custodian::Person(case.rep);
    match line.facility_stock_at() {
        Some(at) if at != case.facility => {
            if own || state.is_shared_with(line.custodian, case.rep) {
                Reason::OtherFacility
            } else {
                Reason::FromElsewhere
            }
        }
        Some(_) => match query::facility_stock_way(state, line, case.rep) {
            FacilityStockWay::Link(_) => Reason::LinkNeeded,
            FacilityStockWay::Rebuild => Reason::RebuildNeeded,
            FacilityStockWay::Usable => Reason::FromElsewhere,
        },
        None => Reason::FromElsewhere,
    }
}

/// Why `wanted` pieces cannot be had for a case, or for none, with what is in the way.
pub(super) fn shortage(
    line: &StockLine,
    case: Option<CaseId>,
    wanted: u32,
    available: u32,
) -> Refusal {
    let refusal = |reason| {
        held_by(Refusal::new(reason), line)
            .line(line.id)
            .available(available)
    };
    let mut left = line.quantity;
    if wanted > left {
        return refusal(Reason::NotEnough).entry(line.head);
    }
    left = left.saturating_sub(line.disputed);
    if wanted > left {
        return refusal(Reason::Disputed);
    }
    left = left.saturating_sub(line.held());
    if wanted > left {
        return match &line.hold {
            Some(hold) => refusal(Reason::OnHold).entry(hold.by),
            None => refusal(Reason::OnHold),
        };
    }
    for claim in &line.claims {
        match claim.by {
            Claimant::Mark(other) | Claimant::Reservation(other) if Some(other) != case => {
                return refusal(Reason::KeptForOtherCase).case(other);
            }
            _ => {}
        }
    }
    for claim in &line.claims {
        if let Claimant::Offer(transfer) = claim.by {
            return refusal(Reason::NotEnough).entry(transfer);
        }
    }
    refusal(Reason::NotEnough)
}
