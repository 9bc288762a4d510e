//! What a phone takes another phone's word for.
//!
//! An offer that came by a code may rest on movements that are confirmed and that this phone has
//! not heard of: whoever synced last knows more. The offer is signed by the one who holds the
//! pieces and says what each of them is, so the view is brought to where it can be answered. A
//! phone that knows *more* than the offer takes nothing back: a head that the line has left behind
//! is refused by the judge as ever (R39).
//!
//! Its author may have joined after this phone last synced. The server's certificate says who he is
//! to the organization and not what he is called, so he stands in the view without a name, and with
//! the least of all roles.
//!
//! Only a phone's view is changed so, and only until the server's ledger says it itself. The
//! server never takes anybody's word.

use super::change_line;
use crate::directory::{Person, Role};
use crate::entry::{Entry, EntryBody, OfferedLine};
use crate::id::{EntryId, PersonId};
use crate::state::State;
use crate::stock::{Custodian, StockLine, TitleHolder};

/// Brings a phone's view to where another phone's entry can be judged: an author who is not known
/// stands there without a name, lines that neither `base` (what the server decided) nor the view
/// knows stand with the giver, and a piece with a serial whose named head is not known here has
/// moved to the giver.
///
/// That an unknown author belongs to the organization, the caller has from a certificate.
pub fn trust(state: &mut State, base: &State, entry: &Entry) {
    if state.person(entry.actor).is_none() {
        state.put_person(newcomer(entry.actor));
    }
    let EntryBody::TransferOffered { from, lines, .. } = &entry.body else {
        return;
    };
    for offered in lines {
        let id = offered.stock.line;
        let same = lines.iter().filter(|other| other.stock.line == id);
        let quantity = same.fold(0_u32, |sum, other| sum.saturating_add(other.stock.quantity));
        match state.line(id) {
            None => {
                leave_elsewhere(state, offered);
                state.put_line(told(*from, offered, quantity));
            }
            // Known by an earlier offer only, which spoke of some of it.
            Some(line) if line.parent.is_none() && base.line(id).is_none() => {
                let more = quantity.saturating_sub(line.free());
                if line.custodian == *from && line.identity.serial.is_none() {
                    change_line(state, id, |line| {
                        line.quantity = line.quantity.saturating_add(more)
                    });
                }
            }
            Some(line) => {
                let unheard = offered
                    .stock
                    .head
                    .filter(|head| *head != line.head && !line.past_heads.contains(head));
                if let Some(head) = unheard {
                    if line.quantity == 0 {
                        leave_elsewhere(state, offered);
                    }
                    change_line(state, id, |line| arrive(line, *from, head));
                }
            }
        }
    }
}

/// Somebody of whom nothing is known but that the server enrolled his phone.
fn newcomer(id: PersonId) -> Person {
    Person {
        id,
        name: "".into(),
        role: Role::Rep,
        region: None,
        principal: None,
        active: true,
    }
}

/// A piece with a serial is one piece (R9): where another line still has it, that line's end has
/// not been heard of here.
fn leave_elsewhere(state: &mut State, offered: &OfferedLine) {
    let identity = &offered.identity;
    let elsewhere = identity
        .serial
        .as_ref()
        .and_then(|serial| state.active_serial(&identity.product, serial));
    if let Some(line) = elsewhere {
        change_line(state, line.id, |line| {
            line.quantity = 0;
            line.claims.clear();
            line.hold = None;
            line.disputed = 0;
        });
    }
}

/// A line as an offer tells of it. Whose it is the offer does not say; nearly all that reps carry
/// is consignment.
fn told(from: Custodian, offered: &OfferedLine, quantity: u32) -> StockLine {
    StockLine {
        id: offered.stock.line,
        parent: None,
        replaces: None,
        identity: offered.identity.clone(),
        quantity,
        custodian: from,
        title: TitleHolder::Manufacturer,
        location: "".into(),
        claims: Vec::new(),
        hold: None,
        disputed: 0,
        head: offered.stock.head.unwrap_or(offered.stock.line.entry),
        past_heads: Vec::new(),
        needs_newer_app: false,
    }
}

fn arrive(line: &mut StockLine, from: Custodian, head: EntryId) {
    line.custodian = from;
    line.quantity = line.quantity.max(1);
    line.disputed = 0;
    line.location = "".into();
    line.claims.clear();
    line.hold = None;
    line.advance(head);
}
