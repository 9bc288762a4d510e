//! Well-formedness: bounds and contradictions that need no state. The only thing beside the
//! signature and the organization that refuses a fact (R37).

use crate::case::{CaseDetails, Need};
use crate::directory::{Facility, Person};
use crate::dispute::Resolution;
use crate::entry::{EntryBody, OfferedLine, OrderedLine, ReceivedLine, UsedLine};
use crate::facility_stock::PRICE_CENTS_MAX;
use crate::limits::{
    DAY_MIN, DRAWING_LEN_MAX, LINES_MAX, LOT_LEN_MAX, NAME_LEN_MAX, NOTE_LEN_MAX, QUANTITY_MAX,
    UTC_OFFSET_MAX_MIN,
};
use crate::mirror::Mirror;
use crate::order;
use crate::product::Product;
use crate::refusal::{Reason, Refusal};
use crate::request::Wanted;
use crate::stock::{Custodian, Identity, LineRef};
use crate::time::LocalTime;
use crate::transfer::{Extra, LineAnswer, Travel};
use crate::tray::are_counted_once;

type Shape = Result<(), Refusal>;

pub(super) fn check(body: &EntryBody) -> Shape {
    match body {
        EntryBody::OrganizationFounded {
            organization,
            admin,
        } => {
            name(&organization.name)?;
            person(admin)
        }
        EntryBody::PersonRecorded(recorded) => person(recorded),
        EntryBody::DeviceEnrolled(device) => short(&device.label),
        EntryBody::DeviceRenamed { label, .. } => name(label),
        EntryBody::FacilityRecorded(recorded) => facility(recorded),
        EntryBody::ProductsListed(products) => each(products, 1, product),
        EntryBody::PoolRecorded(pool) => {
            name(&pool.name)?;
            optional(pool.region.as_deref())
        }
        EntryBody::SharedAccountOpened { pool, reps } => {
            name(&pool.name)?;
            optional(pool.region.as_deref())?;
            each(reps, 1, |_| Ok(()))?;
            holds(order::are_distinct(reps.len(), &|left, right| {
                reps[left].cmp(&reps[right])
            }))
        }
        EntryBody::CaseRepChanged { cover, .. } => {
            let first = &cover.first;
            each(first, 0, |_| Ok(()))?;
            holds(order::are_distinct(first.len(), &|left, right| {
                first[left].product.cmp(&first[right].product)
            }))
        }
        EntryBody::ManufacturerLinked(link) => {
            name(&link.manufacturer)?;
            name(&link.name)
        }
        EntryBody::StockReceived { lines, reason, .. } => {
            long(reason)?;
            each(lines, 1, received)
        }
        EntryBody::StockHeld { lines, reason } | EntryBody::HoldReleased { lines, reason } => {
            long(reason)?;
            line_refs(lines)
        }
        EntryBody::StockMarked { lines, .. } | EntryBody::StockUnmarked { lines, .. } => {
            line_refs(lines)
        }
        EntryBody::RecallIssued { what, reason } => {
            long(reason)?;
            [&what.lot, &what.serial]
                .into_iter()
                .flatten()
                .try_for_each(|text| holds((1..=LOT_LEN_MAX).contains(&text.len())))
        }
        EntryBody::BillOfMaterialsListed { needs, .. } => needed(needs),
        EntryBody::TrayPacked { lines, .. } | EntryBody::TrayUnpacked { lines, .. } => {
            line_refs(lines)
        }
        EntryBody::TrayChecked { found, note, .. } => {
            long(note)?;
            each(found, 0, |count| holds(count.found <= QUANTITY_MAX))?;
            holds(are_counted_once(found))
        }
        EntryBody::TransferOffered { .. } => offered(body),
        EntryBody::TransferAnswered {
            answers, extras, ..
        } => {
            each(answers, 1, answer)?;
            each(extras, 0, extra)
        }
        EntryBody::TransferDeclined { note: text, .. }
        | EntryBody::TransferCancelled { reason: text, .. }
        | EntryBody::RecallEnded { reason: text, .. }
        | EntryBody::CaseCancelled { reason: text, .. } => long(text),
        EntryBody::CaseScheduled { .. } | EntryBody::CaseChanged { .. } => planned(body),
        EntryBody::CaseDetailsRecorded { details, .. } => {
            let CaseDetails {
                procedure,
                surgeon,
                reference,
            } = details;
            [procedure, surgeon, reference]
                .into_iter()
                .try_for_each(|text| short(text))
        }
        EntryBody::CaseSigned {
            name: printed,
            meaning,
            drawing,
            ..
        } => {
            name(printed)?;
            short(meaning)?;
            holds(drawing.len() <= DRAWING_LEN_MAX)
        }
        EntryBody::PurchaseOrderRecorded { number, .. } => short(number),
        EntryBody::OtherNeedRecorded { what, who, .. } => {
            name(what)?;
            short(who)
        }
        EntryBody::UsageRecorded { lines, reason, .. } => {
            long(reason)?;
            each(lines, 1, used)
        }
        EntryBody::StockingOrderSubmitted {
            seller,
            lines,
            note,
            ..
        } => {
            // A warehouse sells nothing that a rep could use at the facility afterwards.
            holds(!matches!(seller, Custodian::Warehouse(_)))?;
            line_refs(&refs(lines, |ordered| ordered.stock))?;
            each(lines, 1, priced)?;
            long(note)
        }
        EntryBody::StockAdjusted {
            away,
            found,
            reason,
            ..
        } => {
            holds((1..=LINES_MAX).contains(&(away.len() + found.len())))?;
            lines_or_none(away)?;
            each(found, 0, received)?;
            long(reason)
        }
        EntryBody::AdjustmentReviewed { note, .. } => long(note),
        EntryBody::StockCounted { counted, note, .. } => {
            each(counted, 1, |count| {
                holds(count.expected <= QUANTITY_MAX && count.counted <= QUANTITY_MAX)
            })?;
            holds(order::are_distinct(counted.len(), &|left, right| {
                counted[left].line.cmp(&counted[right].line)
            }))?;
            long(note)
        }
        EntryBody::StockDrawn {
            from,
            to,
            lines,
            note,
        } => {
            holds(from != to)?;
            line_refs(lines)?;
            long(note)
        }
        EntryBody::IdentityCorrected {
            stock,
            identity: new,
            reason,
        } => {
            quantity(stock.quantity)?;
            identity(new)?;
            long(reason)
        }
        EntryBody::EntryReversed { undo, reason, .. } => {
            lines_or_none(&undo.back)?;
            lines_or_none(&undo.gone)?;
            lines_or_none(&undo.released)?;
            long(reason)
        }
        EntryBody::FacilityStockRebuilt { lines, .. } => {
            line_refs(&refs(lines, |rebuilt| rebuilt.stock))?;
            each(lines, 1, |rebuilt| identity(&rebuilt.identity))
        }
        EntryBody::Proposed { what, note } => {
            long(note)?;
            check(what)
        }
        EntryBody::ProposalApproved { what, .. } => check(what),
        EntryBody::ProposalDeclined { reason, .. } => long(reason),
        EntryBody::DisputeResolved { how, reason, .. } => {
            long(reason)?;
            match how {
                Resolution::Upheld | Resolution::Applied => Ok(()),
                Resolution::Claimed(lines) => {
                    each(lines, 0, |claimed| quantity(claimed.stock.quantity))?;
                    holds(order::are_distinct(lines.len(), &|left, right| {
                        lines[left].place.cmp(&lines[right].place)
                    }))?;
                    holds(order::are_distinct(lines.len(), &|left, right| {
                        lines[left].stock.line.cmp(&lines[right].stock.line)
                    }))
                }
            }
        }
        EntryBody::StockRequested { wanted: what, .. } => wanted(what),
        EntryBody::RequestDeclined { reason, .. } => long(reason),
        EntryBody::RequestOffered {
            lines,
            travel,
            note,
            ..
        } => offering(lines, travel, note),
        EntryBody::StockReturned {
            lines,
            travel,
            reason,
            ..
        } => offering(lines, travel, reason),
        EntryBody::DueBackSet { lines, reason, .. } => {
            long(reason)?;
            each(lines, 1, |_| Ok(()))?;
            holds(lines.is_sorted_by(|left, right| left < right))
        }
        EntryBody::LinkAsked {
            name: named,
            manufacturer,
            ..
        } => {
            name(named)?;
            name(manufacturer)
        }
        EntryBody::LinkAnswered { manufacturer, .. } => short(manufacturer),
        EntryBody::Mirrored { mirror, .. } => mirrored(mirror),
        EntryBody::DeviceRevoked(_)
        | EntryBody::RequestWithdrawn { .. }
        | EntryBody::SharingLinkSet { .. }
        | EntryBody::SettingsRecorded(_)
        | EntryBody::CaseClosed { .. }
        | EntryBody::Unknown { .. } => Ok(()),
    }
}

fn offered(body: &EntryBody) -> Shape {
    let EntryBody::TransferOffered {
        from,
        to,
        lines,
        travel,
        note,
    } = body
    else {
        return holds(false);
    };
    offering(lines, travel, note)?;
    holds(from != to)
}

fn offering(lines: &[OfferedLine], travel: &Travel, note: &str) -> Shape {
    let refs: Vec<_> = lines.iter().map(|offered| offered.stock).collect();
    line_refs(&refs)?;
    each(lines, 1, |offered| identity(&offered.identity))?;
    long(&travel.details)?;
    long(note)
}

fn wanted(wanted: &Wanted) -> Shape {
    holds(!wanted.needs.is_empty())?;
    needed(&wanted.needs)?;
    long(&wanted.travel.details)?;
    long(&wanted.note)
}

/// What one ledger took, another takes; only what the server adds is checked again.
fn mirrored(mirror: &Mirror) -> Shape {
    match mirror {
        Mirror::Requested { wanted: what, .. } => wanted(what),
        Mirror::Offered { lines, .. } => each(lines, 1, |line| {
            identity(&line.identity)?;
            quantity(line.quantity)
        }),
        Mirror::Answered {
            answers, extras, ..
        } => {
            each(answers, 1, answer)?;
            each(extras, 0, extra)
        }
        _ => Ok(()),
    }
}

fn planned(body: &EntryBody) -> Shape {
    match body {
        EntryBody::CaseScheduled {
            starts_at,
            utc_offset_min,
            room,
            needs,
            ..
        } => {
            moment(starts_at, *utc_offset_min)?;
            short(room)?;
            needed(needs)
        }
        EntryBody::CaseChanged {
            facility,
            starts_at,
            room,
            needs,
            ..
        } => {
            holds(facility.is_some() || starts_at.is_some() || room.is_some() || needs.is_some())?;
            if let Some((at, offset)) = starts_at {
                moment(at, *offset)?;
            }
            room.as_deref().map_or(Ok(()), short)?;
            needs.as_deref().map_or(Ok(()), needed)
        }
        _ => holds(false),
    }
}

fn holds(condition: bool) -> Shape {
    if condition {
        Ok(())
    } else {
        Err(Refusal::new(Reason::Malformed))
    }
}

/// At least so many, not more than an entry may have, and each of them well formed.
fn each<T>(items: &[T], least: usize, check: impl Fn(&T) -> Shape) -> Shape {
    holds((least..=LINES_MAX).contains(&items.len()))?;
    items.iter().try_for_each(check)
}

fn quantity(quantity: u32) -> Shape {
    holds((1..=QUANTITY_MAX).contains(&quantity))
}

fn name(text: &str) -> Shape {
    holds(!text.trim().is_empty())?;
    short(text)
}

fn short(text: &str) -> Shape {
    holds(text.len() <= NAME_LEN_MAX)
}

fn long(text: &str) -> Shape {
    holds(text.len() <= NOTE_LEN_MAX)
}

fn optional(text: Option<&str>) -> Shape {
    text.map_or(Ok(()), name)
}

fn person(person: &Person) -> Shape {
    name(&person.name)?;
    optional(person.region.as_deref())?;
    holds(person.principal != Some(person.id))
}

fn facility(facility: &Facility) -> Shape {
    name(&facility.name)?;
    name(&facility.zone)?;
    optional(facility.region.as_deref())
}

fn product(product: &Product) -> Shape {
    long(&product.description)?;
    [
        &product.reference,
        &product.brand,
        &product.manufacturer,
        &product.size,
    ]
    .into_iter()
    .try_for_each(|text| short(text))
}

fn identity(identity: &Identity) -> Shape {
    for text in [&identity.lot, &identity.serial].into_iter().flatten() {
        holds((1..=LOT_LEN_MAX).contains(&text.len()))?;
    }
    holds(!(identity.lot_unknown && identity.lot.is_some()))
}

fn received(line: &ReceivedLine) -> Shape {
    identity(&line.identity)?;
    quantity(line.quantity)?;
    short(&line.location)
}

/// A line is named once: what one entry does to it, it does in one place.
fn line_refs(lines: &[LineRef]) -> Shape {
    each(lines, 1, |line| quantity(line.quantity))?;
    holds(order::are_distinct(lines.len(), &|left, right| {
        lines[left].line.cmp(&lines[right].line)
    }))
}

fn lines_or_none(lines: &[LineRef]) -> Shape {
    if lines.is_empty() {
        Ok(())
    } else {
        line_refs(lines)
    }
}

fn refs<T>(lines: &[T], stock: impl Fn(&T) -> LineRef) -> Vec<LineRef> {
    lines.iter().map(stock).collect()
}

fn priced(line: &OrderedLine) -> Shape {
    holds(line.price.cents_each() <= PRICE_CENTS_MAX)
}

fn answer(answer: &LineAnswer) -> Shape {
    let parts = [answer.accepted, answer.damaged, answer.missing];
    holds(parts.iter().all(|part| *part <= QUANTITY_MAX))?;
    long(&answer.note)
}

fn extra(extra: &Extra) -> Shape {
    identity(&extra.identity)?;
    quantity(extra.quantity)?;
    long(&extra.note)
}

fn moment(at: &LocalTime, utc_offset_min: i16) -> Shape {
    holds(
        at.minute < DAY_MIN && (-UTC_OFFSET_MAX_MIN..=UTC_OFFSET_MAX_MIN).contains(&utc_offset_min),
    )
}

/// A product is needed once, with its whole quantity.
fn needed(needs: &[Need]) -> Shape {
    each(needs, 0, |need| quantity(need.quantity))?;
    holds(order::are_distinct(needs.len(), &|left, right| {
        needs[left].product.cmp(&needs[right].product)
    }))
}

fn used(line: &UsedLine) -> Shape {
    identity(&line.identity)?;
    quantity(line.quantity)?;
    short(&line.presumed_holder)
}
