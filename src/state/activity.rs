//! What an entry did, in one line.

use super::facility_words;
use super::names::{
    custodian_name, facility_name, identity_words, person_name, product_name, quantity_words,
    recalled_apart,
};
use baton_domain::dispute::Resolution;
use baton_domain::id::LineId;
use baton_domain::mirror::{Mirror, Origin};
use baton_domain::recall::Recalled;
use baton_domain::stock::Custodian;
use baton_domain::{Entry, EntryBody, State};

/// One line that says what an entry did: "Offered 3 lines to Ana Ruiz".
pub fn activity_words(state: &State, entry: &Entry) -> String {
    body_words(state, &entry.body)
}

/// The same for what is only proposed, or in dispute.
pub fn body_words(state: &State, body: &EntryBody) -> String {
    match body {
        EntryBody::OrganizationFounded { organization, .. } => {
            format!("{} began", organization.name)
        }
        EntryBody::PersonRecorded(person) => format!("{} was recorded", person.name),
        EntryBody::DeviceEnrolled(device) => format!("Phone “{}” was enrolled", device.label),
        EntryBody::DeviceRevoked(_) => "A phone was revoked".into(),
        EntryBody::DeviceRenamed { label, .. } => format!("Phone “{label}” was given its name"),
        EntryBody::FacilityRecorded(facility) => format!("{} was recorded", facility.name),
        EntryBody::ProductsListed(products) => {
            format!("{} listed", counted(products.len(), "product"))
        }
        EntryBody::PoolRecorded(pool) => format!("Account {} was recorded", pool.name),
        EntryBody::SharedAccountOpened { pool, reps } => {
            let names: Vec<String> = reps.iter().map(|rep| person_name(state, *rep)).collect();
            format!("Shared account {} for {}", pool.name, names.join(" and "))
        }
        EntryBody::SettingsRecorded(settings) => match settings.reps_may_share {
            true => "Reps may link and rebuild themselves".into(),
            false => "Reps propose links and rebuilds".into(),
        },
        EntryBody::SharingLinkSet { link, active } => {
            let (account, rep) = (
                custodian_name(state, link.account),
                person_name(state, link.rep),
            );
            if *active {
                format!("Shared {account} with {rep}")
            } else {
                format!("Ended sharing {account} with {rep}")
            }
        }
        EntryBody::ManufacturerLinked(link) => format!("Linked {}", link.name),
        EntryBody::Proposed { what, .. } => format!("Proposed: {}", body_words(state, what)),
        EntryBody::ProposalApproved { what, .. } => {
            format!("Approved: {}", body_words(state, what))
        }
        EntryBody::ProposalDeclined { proposal, .. } => match state.proposal(*proposal) {
            Some(known) => format!("Declined: {}", body_words(state, known.what())),
            None => "Declined a proposal".into(),
        },
        EntryBody::DisputeResolved { dispute, how, .. } => {
            let what = state.dispute(*dispute).map_or_else(
                || "a dispute".into(),
                |known| body_words(state, &known.entry.body),
            );
            match how {
                Resolution::Upheld => format!("Decided against: {what}"),
                Resolution::Applied => format!("Released: {what}"),
                Resolution::Claimed(_) => format!("Decided for: {what}"),
            }
        }
        EntryBody::LinkAsked { name, .. } => format!("Asked {name} for a link"),
        EntryBody::LinkAnswered { accepted, .. } => link_words(*accepted).into(),
        EntryBody::Mirrored { origin, mirror } => mirror_words(state, origin, mirror),
        EntryBody::Unknown { .. } => "Recorded by a newer version of the app".into(),
        body => stock_words(state, body)
            .or_else(|| facility_words::activity(state, body))
            .or_else(|| request_words(state, body))
            .unwrap_or_else(|| case_words(state, body)),
    }
}

fn link_words(accepted: bool) -> &'static str {
    if accepted {
        "Accepted a link"
    } else {
        "Declined a link"
    }
}

fn request_words(state: &State, body: &EntryBody) -> Option<String> {
    Some(match body {
        EntryBody::StockRequested { from, wanted } => format!(
            "Requested {} from {}",
            counted(wanted.needs.len(), "product"),
            custodian_name(state, Custodian::Warehouse(*from))
        ),
        EntryBody::RequestDeclined { reason, .. } => format!("Declined a request: {reason}"),
        EntryBody::RequestWithdrawn { .. } => "Took back a request".into(),
        EntryBody::RequestOffered { lines, .. } => {
            format!("Offered {} for a request", counted(lines.len(), "line"))
        }
        EntryBody::StockReturned { to, lines, .. } => format!(
            "Sent {} back to {}",
            counted(lines.len(), "line"),
            custodian_name(state, Custodian::Warehouse(*to))
        ),
        EntryBody::DueBackSet {
            lines, due_back, ..
        } => {
            let lines = counted(lines.len(), "line");
            match due_back {
                Some(_) => format!("Set when {lines} are due back"),
                None => format!("{lines} no longer due back"),
            }
        }
        _ => return None,
    })
}

/// What another organization recorded, as it reads here.
fn mirror_words(state: &State, origin: &Origin, mirror: &Mirror) -> String {
    let them = custodian_name(state, Custodian::Warehouse(origin.organization));
    match mirror {
        Mirror::LinkAsked { name, .. } => format!("{name} asked for a link"),
        Mirror::LinkAnswered { name, accepted } => {
            format!("{name}: {}", link_words(*accepted))
        }
        Mirror::Requested {
            to_name, wanted, ..
        } => format!(
            "{to_name} of {them} requested {}",
            counted(wanted.needs.len(), "product")
        ),
        Mirror::RequestDeclined { reason, .. } => format!("{them} declined a request: {reason}"),
        Mirror::RequestWithdrawn { .. } => format!("{them} took back a request"),
        Mirror::Offered {
            returned, lines, ..
        } => {
            let lines = counted(lines.len(), "line");
            if *returned {
                format!("{them} sent {lines} back")
            } else {
                format!("{them} offered {lines}")
            }
        }
        Mirror::CancelAsked(_) | Mirror::Cancelled(_) => {
            format!("The handoff with {them} was taken back")
        }
        Mirror::Answered { answers, .. } => {
            let accepted = answers.iter().map(|answer| answer.accepted).sum();
            format!("{them} accepted {}", quantity_words(accepted))
        }
        Mirror::Declined { .. } => format!("{them} declined the handoff"),
    }
}

fn stock_words(state: &State, body: &EntryBody) -> Option<String> {
    Some(match body {
        EntryBody::StockReceived {
            custodian, lines, ..
        } => {
            format!(
                "Received {} for {}",
                counted(lines.len(), "line"),
                custodian_name(state, *custodian)
            )
        }
        EntryBody::StockHeld { lines, .. } => {
            format!("Put {} on hold", counted(lines.len(), "line"))
        }
        EntryBody::HoldReleased { lines, .. } => {
            format!("Released {} from hold", counted(lines.len(), "line"))
        }
        EntryBody::BillOfMaterialsListed { product, .. } => {
            format!("Listed what belongs in {}", product_name(state, product))
        }
        EntryBody::TrayPacked { tray, lines } => {
            format!(
                "Put {} into {}",
                counted(lines.len(), "line"),
                tray_name(state, tray.line)
            )
        }
        EntryBody::TrayUnpacked { tray, lines } => {
            let lines = counted(lines.len(), "line");
            format!("Took {lines} out of {}", tray_name(state, tray.line))
        }
        EntryBody::TrayChecked { tray, .. } => format!("Checked {}", tray_name(state, *tray)),
        EntryBody::RecallIssued { what, .. } => {
            format!("Recalled {}", recalled_words(state, what))
        }
        EntryBody::RecallEnded { recall, .. } => match state.recall(*recall) {
            Some(known) => format!("Ended the recall of {}", recalled_words(state, &known.what)),
            None => "Ended a recall".into(),
        },
        EntryBody::TransferOffered { to, lines, .. } => {
            format!(
                "Offered {} to {}",
                counted(lines.len(), "line"),
                custodian_name(state, *to)
            )
        }
        EntryBody::TransferAnswered {
            transfer,
            answers,
            extras,
            ..
        } => {
            let accepted: u32 = answers.iter().map(|answer| answer.accepted).sum();
            let reported: u32 = answers
                .iter()
                .map(|answer| answer.damaged + answer.missing)
                .sum();
            let from = state
                .transfer(*transfer)
                .map(|known| custodian_name(state, known.from));
            let mut words = format!("Accepted {}", quantity_words(accepted));
            if let Some(from) = from {
                words.push_str(" from ");
                words.push_str(&from);
            }
            if reported > 0 || !extras.is_empty() {
                let reported = reported as usize + extras.len();
                words.push_str(&format!(", reported {reported}"));
            }
            words
        }
        EntryBody::TransferDeclined { transfer, .. } => match state.transfer(*transfer) {
            Some(known) => format!(
                "Declined the handoff from {}",
                custodian_name(state, known.from)
            ),
            None => "Declined a handoff".into(),
        },
        EntryBody::TransferCancelled { transfer, .. } => match state.transfer(*transfer) {
            Some(known) => format!(
                "Took back the handoff to {}",
                custodian_name(state, known.to)
            ),
            None => "Took back a handoff".into(),
        },
        _ => return None,
    })
}

/// A tray by its serial, as its label says.
fn tray_name(state: &State, tray: LineId) -> String {
    let known = state.line(tray);
    known.map_or_else(
        || "a tray".into(),
        |tray| format!("tray {}", identity_words(&tray.identity)),
    )
}

/// A recalled lot, serial or product, as one names it.
fn recalled_words(state: &State, what: &Recalled) -> String {
    let product = product_name(state, &what.product);
    format!("{product}: {}", recalled_apart(what))
}

fn case_words(state: &State, body: &EntryBody) -> String {
    let at = |case: &baton_domain::id::CaseId| {
        state.case(*case).map_or_else(String::new, |case| {
            format!(" at {}", facility_name(state, case.facility))
        })
    };
    match body {
        EntryBody::CaseScheduled { facility, .. } => {
            format!("Scheduled a case at {}", facility_name(state, *facility))
        }
        EntryBody::CaseChanged { case, .. } => format!("Changed the case{}", at(case)),
        EntryBody::CaseDetailsRecorded { case, .. } => {
            format!("Recorded private details of the case{}", at(case))
        }
        EntryBody::CaseRepChanged { case, rep, .. } => {
            format!("Gave the case{} to {}", at(case), person_name(state, *rep))
        }
        EntryBody::CaseCancelled { case, .. } => format!("Cancelled the case{}", at(case)),
        EntryBody::StockMarked { case, lines } => {
            format!(
                "Marked {} for the case{}",
                counted(lines.len(), "line"),
                at(case)
            )
        }
        EntryBody::StockUnmarked { case, lines } => {
            format!(
                "Dropped {} from the case{}",
                counted(lines.len(), "line"),
                at(case)
            )
        }
        EntryBody::CaseClosed { case, .. } => format!("Closed the case{}", at(case)),
        EntryBody::CaseSigned { case, name, .. } => {
            format!("{name} signed for the case{}", at(case))
        }
        EntryBody::PurchaseOrderRecorded { case, number, .. } if number.is_empty() => {
            format!("Awaits the purchase order of the case{}", at(case))
        }
        EntryBody::PurchaseOrderRecorded { case, number, .. } => {
            format!("Purchase order {number} of the case{}", at(case))
        }
        EntryBody::OtherNeedRecorded {
            case, what, done, ..
        } => {
            let verb = if *done { "Done" } else { "To do" };
            format!("{verb}: {what}, for the case{}", at(case))
        }
        EntryBody::UsageRecorded { case, lines, .. } => {
            format!(
                "Recorded {} in the case{}",
                counted(lines.len(), "use"),
                at(case)
            )
        }
        _ => "Recorded".into(),
    }
}

pub(super) fn counted(number: usize, what: &str) -> String {
    if number == 1 {
        format!("1 {what}")
    } else {
        format!("{number} {what}s")
    }
}
