//! What crosses from one organization's ledger into another's.
//!
//! A line is active in one ledger only, its custodian's. So a transfer between organizations has a
//! half in each: the sender's ledger holds the lines and the offer, the receiver's holds the offer
//! as it was mirrored and answers it, and what was answered is mirrored back. The **receiver's
//! ledger decides**: a sender who takes an offer back asks, and the lines come free once the
//! receiver's ledger has recorded that the offer ended (R8).
//!
//! A mirror is recorded by the server alone, in the name of nobody ([`SYSTEM`]), and says where it
//! comes from. Its id follows from the entry that it mirrors ([`EntryId`] of the same value, or
//! [`echo`]), so that it can be recorded once only, however often a server tries.
//! [`due`] finds what has to be mirrored by comparing two states, so that nothing has to be
//! remembered beside the ledgers, and a crash between two steps loses none.

use crate::Text;
use crate::directory::LinkStatus;
use crate::id::{EntryId, OrganizationId, PersonId, TransferId};
use crate::query;
use crate::request::{RequestId, RequestStatus, StockRequest, Terms, Wanted};
use crate::state::State;
use crate::stock::{Custodian, Identity};
use crate::time::{Date, Timestamp};
use crate::transfer::{
    DeclineReason, Extra, LineAnswer, Transfer, TransferLine, TransferStatus, Travel,
};

/// Who records a mirror: no person.
pub const SYSTEM: PersonId = PersonId::from_bytes([0; 16]);

/// Where a mirror comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Whose ledger.
    pub organization: OrganizationId,
    /// The entry there.
    pub entry: EntryId,
    /// The hash of what was signed there.
    pub hash: [u8; 32],
}

/// What was recorded in the other ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mirror {
    /// The other organization asks for a link.
    LinkAsked {
        /// Its name.
        name: Text,
        /// The manufacturer of the two, as the catalogue writes it.
        manufacturer: Text,
    },
    /// The other organization answered a wish for a link.
    LinkAnswered {
        /// Its name.
        name: Text,
        /// Whether it accepts.
        accepted: bool,
    },
    /// Stock was asked of this warehouse; the request's id is this entry's.
    Requested {
        /// The name of who is to hold it.
        to_name: Text,
        /// Who asked, and when.
        asked_by: (PersonId, Timestamp),
        /// What.
        wanted: Wanted,
    },
    /// The warehouse declined.
    RequestDeclined {
        /// The request.
        request: RequestId,
        /// Why.
        reason: Text,
    },
    /// The request was taken back.
    RequestWithdrawn {
        /// The request.
        request: RequestId,
    },
    /// Stock is offered; the transfer's id is this entry's.
    Offered {
        /// The request it answers.
        request: Option<RequestId>,
        /// True for a return.
        returned: bool,
        /// When it is due back, for a loan.
        due_back: Option<Date>,
        /// What.
        lines: Vec<MirroredLine>,
        /// When it was offered.
        offered_at: Timestamp,
        /// How it travels.
        travel: Travel,
        /// A word with it, or empty.
        note: Text,
    },
    /// The sender asks to take the offer back.
    CancelAsked(TransferId),
    /// The receiver answered.
    Answered {
        /// The offer.
        transfer: TransferId,
        /// What stood of the answers.
        answers: Vec<LineAnswer>,
        /// What was in hand and not offered.
        extras: Vec<Extra>,
    },
    /// The receiver declined.
    Declined {
        /// The offer.
        transfer: TransferId,
        /// Why.
        reason: DeclineReason,
        /// More, in words, or empty.
        note: Text,
    },
    /// The receiver's ledger let the offer be taken back.
    Cancelled(TransferId),
}

/// A line of an offer that crosses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirroredLine {
    /// What it is.
    pub identity: Identity,
    /// How many.
    pub quantity: u32,
}

/// A step that is due: something of one ledger that the other has not got yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The ledger to record it in.
    pub into: OrganizationId,
    /// The id to record it under.
    pub id: EntryId,
    /// The ledger it comes from.
    pub of: OrganizationId,
    /// The entry there that it mirrors.
    pub entry: EntryId,
    /// What it says.
    pub mirror: Mirror,
}

/// The id of a mirror whose origin's own id is taken where it goes. No device makes such an id: it
/// is of the UUID variant that nobody uses.
pub fn echo(id: EntryId) -> EntryId {
    let mut bytes = *id.as_bytes();
    bytes[8] |= 0xC0;
    EntryId::from_bytes(bytes)
}

/// Everything that is due between two ledgers, in either direction.
pub fn due(left: &State, right: &State) -> Vec<Step> {
    let mut steps = Vec::new();
    one_way(left, right, &mut steps);
    one_way(right, left, &mut steps);
    steps
}

/// What began in `here` and concerns `there`: what of it `there` lacks, and what came of it there.
fn one_way(here: &State, there: &State, steps: &mut Vec<Step>) {
    let (Some(own), Some(other)) = (here.organization(), there.organization()) else {
        return;
    };
    let onward = |id, mirror| Step {
        into: other.id,
        id,
        of: own.id,
        entry: id,
        mirror,
    };
    let back = |id: EntryId, entry, mirror| Step {
        into: own.id,
        id,
        of: other.id,
        entry,
        mirror,
    };
    if let Some(link) = here.organization_link(other.id)
        && link.status == LinkStatus::Asked
    {
        let answered = |accepted| Mirror::LinkAnswered {
            name: other.name.clone(),
            accepted,
        };
        match there.organization_link(own.id) {
            // Two of a kind have nothing to link.
            None if own.kind == other.kind => {
                steps.push(back(echo(link.asked), link.asked, answered(false)));
            }
            Some(theirs) if theirs.asked == link.asked => match theirs.status {
                LinkStatus::Linked | LinkStatus::Declined => {
                    // Where both asked, the other's ledger has nothing but this very wish.
                    let id = if theirs.by == link.asked {
                        echo(theirs.by)
                    } else {
                        theirs.by
                    };
                    let accepted = theirs.status == LinkStatus::Linked;
                    steps.push(back(id, theirs.by, answered(accepted)));
                }
                LinkStatus::Asked | LinkStatus::Wanted => {}
            },
            _ => steps.push(onward(
                link.asked,
                Mirror::LinkAsked {
                    name: own.name.clone(),
                    manufacturer: link.manufacturer.clone(),
                },
            )),
        }
    }
    for request in here.requests().filter(|request| request.from == other.id) {
        steps.extend(request_step(here, there, request).map(|step| match step {
            (true, id, entry, mirror) => back(id, entry, mirror),
            (false, id, _, mirror) => onward(id, mirror),
        }));
    }
    for transfer in here.open_transfers() {
        let Some(terms) = here.terms(transfer.id) else {
            continue;
        };
        if terms.other == Some(other.id) && transfer.to == Custodian::Warehouse(other.id) {
            steps.extend(
                transfer_step(here, there, transfer, terms).map(|step| match step {
                    (true, id, entry, mirror) => back(id, entry, mirror),
                    (false, id, _, mirror) => onward(id, mirror),
                }),
            );
        }
    }
}

/// Whether it goes back, its id, the entry it mirrors, and what it says.
type Found = (bool, EntryId, EntryId, Mirror);

fn request_step(here: &State, there: &State, request: &StockRequest) -> Option<Found> {
    let theirs = there.request(request.id);
    match (
        &request.status,
        theirs.map(|theirs| (&theirs.status, theirs.ended)),
    ) {
        (RequestStatus::Open, None) => {
            let mirror = Mirror::Requested {
                to_name: query::custodian_name(here, request.wanted.to)
                    .unwrap_or_else(|| Text::from("")),
                asked_by: request.asked_by,
                wanted: request.wanted.clone(),
            };
            Some((false, request.id, request.id, mirror))
        }
        (RequestStatus::Open, Some((RequestStatus::Declined(reason), Some(ended)))) => {
            let mirror = Mirror::RequestDeclined {
                request: request.id,
                reason: reason.clone(),
            };
            Some((true, ended, ended, mirror))
        }
        (RequestStatus::Withdrawn, Some((RequestStatus::Open, _))) => {
            let ended = request.ended?;
            let mirror = Mirror::RequestWithdrawn {
                request: request.id,
            };
            Some((false, ended, ended, mirror))
        }
        _ => None,
    }
}

fn transfer_step(here: &State, there: &State, transfer: &Transfer, terms: &Terms) -> Option<Found> {
    // A line that was refused here is not on its way, and must not come into being there.
    let stands = |line: &&TransferLine| here.rejection(transfer.id, Some(line.line)).is_none();
    let Some(theirs) = there.transfer(transfer.id) else {
        let lines = transfer.lines.iter().filter(stands);
        let mirror = Mirror::Offered {
            request: terms.request,
            returned: terms.returned,
            due_back: terms.due_back,
            lines: lines
                .map(|line| MirroredLine {
                    identity: line.identity.clone(),
                    quantity: line.quantity,
                })
                .collect(),
            offered_at: transfer.offered_at,
            travel: transfer.travel.clone(),
            note: transfer.note.clone(),
        };
        return Some((false, transfer.id, transfer.id, mirror));
    };
    if theirs.status == TransferStatus::Open {
        let asked = terms.cancel_asked?;
        return Some((false, asked, asked, Mirror::CancelAsked(transfer.id)));
    }
    let ended = there.terms(transfer.id)?.ended?;
    let mirror = match &theirs.status {
        TransferStatus::Open => return None,
        TransferStatus::Answered => Mirror::Answered {
            transfer: transfer.id,
            answers: {
                let mut theirs = theirs.lines.iter();
                let stood = |line: &TransferLine| {
                    let answered = stands(&line).then(|| theirs.next()).flatten();
                    answered.map_or_else(LineAnswer::default, |line| {
                        what_stood(line.answer.as_ref(), line.quantity)
                    })
                };
                transfer.lines.iter().map(stood).collect()
            },
            extras: theirs.extras.clone(),
        },
        TransferStatus::Declined(reason, note) => Mirror::Declined {
            transfer: transfer.id,
            reason: *reason,
            note: note.clone(),
        },
        // It ended by the sender's own entry, whose id is taken at home.
        TransferStatus::Cancelled => {
            return Some((true, echo(ended), ended, Mirror::Cancelled(transfer.id)));
        }
    };
    Some((true, ended, ended, mirror))
}

/// A line whose answer did not stand where it was given has not arrived there: the sender's line
/// keeps it, on hold, until somebody finds out.
fn what_stood(answer: Option<&LineAnswer>, quantity: u32) -> LineAnswer {
    answer.cloned().unwrap_or_else(|| LineAnswer {
        missing: quantity,
        note: "disputed where it arrived".into(),
        ..LineAnswer::default()
    })
}
