//! What each command records: the wish, with the heads and identities that an entry carries.

use super::request;
use super::usage::used_lines;
use crate::case::{Case, CoverChoice, Need, Side};
use crate::command::{Author, Command, WantedSignature};
use crate::entry::{EntryBody, OfferedLine, OrderedLine, RebuiltLine};
use crate::id::{CaseId, EntryId, LineId, PersonId};
use crate::proposal::wish;
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::{LineRef, StockLine};

pub(super) type Body = Result<EntryBody, Refusal>;

/// The bodies of the entries that record a command, the first of which gets `id`.
pub(super) fn bodies(
    state: &State,
    author: &Author,
    command: Command,
    id: EntryId,
) -> Result<Vec<EntryBody>, Refusal> {
    let body = match command {
        Command::RecordPerson(person) => EntryBody::PersonRecorded(person),
        Command::RevokeDevice(device) => EntryBody::DeviceRevoked(device),
        Command::RenameDevice { device, label } => EntryBody::DeviceRenamed { device, label },
        Command::RecordFacility(facility) => EntryBody::FacilityRecorded(facility),
        Command::ListProducts(products) => EntryBody::ProductsListed(products),
        Command::RecordPool(pool) => EntryBody::PoolRecorded(pool),
        Command::OpenSharedAccount { pool, reps } => EntryBody::SharedAccountOpened { pool, reps },
        Command::RecordSettings(settings) => EntryBody::SettingsRecorded(settings),
        Command::SetSharingLink { link, active } => EntryBody::SharingLinkSet { link, active },
        Command::LinkManufacturer(link) => EntryBody::ManufacturerLinked(link),
        Command::ListBillOfMaterials { product, needs } => EntryBody::BillOfMaterialsListed {
            product,
            needs: merged(needs),
        },
        Command::PackTray { tray, lines } => EntryBody::TrayPacked {
            tray: whole_line(state, tray)?,
            lines: line_refs(state, &lines)?,
        },
        Command::UnpackTray { tray, lines } => EntryBody::TrayUnpacked {
            tray: whole_line(state, tray)?,
            lines: line_refs(state, &lines)?,
        },
        Command::CheckTray { tray, found, note } => EntryBody::TrayChecked { tray, found, note },
        Command::IssueRecall { what, reason } => EntryBody::RecallIssued { what, reason },
        Command::EndRecall { recall, reason } => EntryBody::RecallEnded { recall, reason },
        Command::ReceiveStock { .. }
        | Command::HoldStock { .. }
        | Command::ReleaseHold { .. }
        | Command::MarkStock { .. }
        | Command::UnmarkStock { .. } => stock(state, command)?,
        Command::SubmitStockingOrder { .. } | Command::RebuildFacilityStock { .. } => {
            facility(state, command)?
        }
        Command::AdjustStock { .. }
        | Command::ReviewAdjustment { .. }
        | Command::CountStock { .. }
        | Command::DrawStock { .. }
        | Command::CorrectIdentity { .. }
        | Command::Undo { .. } => return super::adjust::bodies(state, command),
        Command::OfferTransfer { .. }
        | Command::AnswerTransfer { .. }
        | Command::DeclineTransfer { .. }
        | Command::CancelTransfer { .. } => transfer(state, command)?,
        Command::RequestStock { .. }
        | Command::DeclineRequest { .. }
        | Command::WithdrawRequest { .. }
        | Command::OfferForRequest { .. }
        | Command::ReturnStock { .. }
        | Command::SetDueBack { .. } => request::body(state, author, command)?,
        Command::AskLink {
            organization,
            name,
            manufacturer,
        } => EntryBody::LinkAsked {
            organization,
            name,
            manufacturer,
        },
        Command::AnswerLink {
            organization,
            accepted,
            manufacturer,
        } => EntryBody::LinkAnswered {
            organization,
            accepted,
            manufacturer,
        },
        Command::ScheduleCase { .. } => return scheduled(command, id),
        Command::ChangeCase { .. }
        | Command::RecordCaseDetails { .. }
        | Command::ChangeRep { .. }
        | Command::GiveCase { .. }
        | Command::CancelCase { .. } => case(state, command)?,
        Command::Propose { what, note } => {
            let mut whats = bodies(state, author, *what, id)?;
            match (whats.pop(), whats.is_empty()) {
                (Some(what), true) => EntryBody::Proposed {
                    what: Box::new(what),
                    note,
                },
                _ => return Err(Refusal::new(Reason::NotProposable)),
            }
        }
        Command::ApproveProposal(proposal) => approved(state, author, proposal, id)?,
        Command::DeclineProposal { proposal, reason } => {
            EntryBody::ProposalDeclined { proposal, reason }
        }
        // Decided one by one, see `resolve`.
        Command::ResolveDisputes { .. } => return Err(Refusal::new(Reason::Malformed)),
        Command::CloseCase {
            case,
            lines,
            signatures,
        } => return closing(known_case(state, case)?, lines, signatures),
        Command::RecordPurchaseOrder { case, number } => EntryBody::PurchaseOrderRecorded {
            case,
            head: known_case(state, case)?.head,
            number,
        },
        Command::RecordOtherNeed {
            case,
            what,
            who,
            done,
        } => EntryBody::OtherNeedRecorded {
            case,
            what,
            who,
            done,
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

/// The act that was proposed, as it is on the state now (R41).
fn approved(state: &State, author: &Author, proposal: EntryId, id: EntryId) -> Body {
    let refuse = |reason| Refusal::new(reason).entry(proposal);
    let known = state
        .proposal(proposal)
        .ok_or_else(|| refuse(Reason::Unknown))?;
    let command = wish(known.what()).ok_or_else(|| refuse(Reason::NotProposable))?;
    let what = bodies(state, author, command, id)?
        .pop()
        .ok_or_else(|| refuse(Reason::NotProposable))?;
    Ok(EntryBody::ProposalApproved {
        proposal,
        what: Box::new(what),
    })
}

fn stock(state: &State, command: Command) -> Body {
    let refs = |lines: Vec<(LineId, u32)>| line_refs(state, &lines);
    Ok(match command {
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
            lines: refs(lines)?,
            reason,
        },
        Command::ReleaseHold { lines, reason } => EntryBody::HoldReleased {
            lines: refs(lines)?,
            reason,
        },
        Command::MarkStock { case, lines } => EntryBody::StockMarked {
            case,
            lines: refs(lines)?,
        },
        Command::UnmarkStock { case, lines } => EntryBody::StockUnmarked {
            case,
            lines: refs(lines)?,
        },
        _ => return Err(Refusal::new(Reason::Malformed)),
    })
}

fn facility(state: &State, command: Command) -> Body {
    Ok(match command {
        Command::SubmitStockingOrder {
            facility,
            seller,
            lines,
            note,
        } => {
            let ordered = |(line, quantity, price)| {
                let stock = line_ref(known_line(state, line)?, quantity);
                Ok(OrderedLine { stock, price })
            };
            EntryBody::StockingOrderSubmitted {
                facility,
                seller,
                lines: lines.into_iter().map(ordered).collect::<Result<_, _>>()?,
                note,
            }
        }
        Command::RebuildFacilityStock { rep, case, lines } => {
            let rebuilt = |stock: LineRef| {
                let identity = known_line(state, stock.line)?.identity.clone();
                Ok(RebuiltLine { stock, identity })
            };
            let lines = line_refs(state, &lines)?;
            EntryBody::FacilityStockRebuilt {
                rep,
                case,
                lines: lines.into_iter().map(rebuilt).collect::<Result<_, _>>()?,
            }
        }
        _ => return Err(Refusal::new(Reason::Malformed)),
    })
}

fn transfer(state: &State, command: Command) -> Body {
    Ok(match command {
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
            // The phone that signs it fills it in: a state knows no bytes.
            offer_hash: None,
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
        _ => return Err(Refusal::new(Reason::Malformed)),
    })
}

/// A case with a private part is two entries, because the private part is not sent to everybody.
fn scheduled(command: Command, case: CaseId) -> Result<Vec<EntryBody>, Refusal> {
    let Command::ScheduleCase {
        facility,
        starts_at,
        utc_offset_min,
        room,
        rep,
        needs,
        details,
    } = command
    else {
        return Err(Refusal::new(Reason::Malformed));
    };
    let needs = merged(needs);
    let planned = EntryBody::CaseScheduled {
        facility,
        starts_at,
        utc_offset_min,
        room,
        rep,
        needs,
    };
    let private = details.map(|details| EntryBody::CaseDetailsRecorded { case, details });
    Ok(std::iter::once(planned).chain(private).collect())
}

fn case(state: &State, command: Command) -> Body {
    Ok(match command {
        Command::ChangeCase {
            case,
            facility,
            starts_at,
            room,
            needs,
        } => {
            let needs = needs.map(merged);
            EntryBody::CaseChanged {
                case,
                facility,
                starts_at,
                room,
                needs,
            }
        }
        Command::RecordCaseDetails { case, details } => {
            EntryBody::CaseDetailsRecorded { case, details }
        }
        Command::ChangeRep { case, rep } => {
            let cover = CoverChoice::default();
            rep_changed(state, case, rep, cover)?
        }
        Command::GiveCase { case, rep, cover } => rep_changed(state, case, rep, cover)?,
        Command::CancelCase { case, reason } => {
            let head = known_case(state, case)?.head;
            EntryBody::CaseCancelled { case, head, reason }
        }
        _ => return Err(Refusal::new(Reason::Malformed)),
    })
}

fn rep_changed(state: &State, case: CaseId, rep: PersonId, cover: CoverChoice) -> Body {
    let head = known_case(state, case)?.head;
    Ok(EntryBody::CaseRepChanged {
        case,
        head,
        rep,
        cover,
    })
}

/// Closing and the two signatures are one act; the signatures are private, the closing is not.
fn closing(
    case: &Case,
    lines: [u8; 32],
    signatures: Vec<WantedSignature>,
) -> Result<Vec<EntryBody>, Refusal> {
    let signed = |side| signatures.iter().any(|signature| signature.side == side);
    if !signed(Side::Rep) || !signed(Side::Facility) || signatures.len() != 2 {
        return Err(Refusal::new(Reason::Malformed).case(case.id));
    }
    let mut bodies = vec![EntryBody::CaseClosed {
        case: case.id,
        head: case.head,
        lines,
    }];
    bodies.extend(
        signatures
            .into_iter()
            .map(|signature| EntryBody::CaseSigned {
                case: case.id,
                lines,
                side: signature.side,
                name: signature.name,
                meaning: signature.meaning,
                drawing: signature.drawing,
            }),
    );
    Ok(bodies)
}

fn known_case(state: &State, case: CaseId) -> Result<&Case, Refusal> {
    state
        .case(case)
        .ok_or_else(|| Refusal::new(Reason::Unknown).case(case))
}

pub(super) fn known_line(state: &State, line: LineId) -> Result<&StockLine, Refusal> {
    state
        .line(line)
        .ok_or_else(|| Refusal::new(Reason::Unknown).line(line))
}

/// The head that an entry must name: that of a line with a serial (R39).
pub(super) fn seen_head(line: &StockLine) -> Option<EntryId> {
    line.identity.serial.is_some().then_some(line.head)
}

pub(super) fn line_ref(line: &StockLine, quantity: u32) -> LineRef {
    LineRef {
        line: line.id,
        quantity,
        head: seen_head(line),
    }
}

/// One piece, as an entry names it.
fn whole_line(state: &State, line: LineId) -> Result<LineRef, Refusal> {
    Ok(line_ref(known_line(state, line)?, 1))
}

/// Lines as an entry names them; what was picked twice is added up.
pub(super) fn line_refs(state: &State, wanted: &[(LineId, u32)]) -> Result<Vec<LineRef>, Refusal> {
    let mut refs: Vec<LineRef> = Vec::with_capacity(wanted.len());
    for (line, quantity) in wanted {
        let line = known_line(state, *line)?;
        match refs.iter_mut().find(|named| named.line == line.id) {
            Some(named) => named.quantity = named.quantity.saturating_add(*quantity),
            None => refs.push(line_ref(line, *quantity)),
        }
    }
    Ok(refs)
}

pub(super) fn offered_lines(
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
                stock: line_ref(line, *quantity),
                identity: line.identity.clone(),
                reserved_for: *reserved_for,
            }),
        }
    }
    Ok(offered)
}

/// A product is needed once, with its whole quantity.
pub(super) fn merged(needs: Vec<Need>) -> Vec<Need> {
    let mut once: Vec<Need> = Vec::with_capacity(needs.len());
    for need in needs {
        match once.iter_mut().find(|known| known.product == need.product) {
            Some(known) => known.quantity = known.quantity.saturating_add(need.quantity),
            None => once.push(need),
        }
    }
    once
}
