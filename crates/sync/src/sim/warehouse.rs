//! What people do with the own warehouse: ask it, let it answer, give back to it.

use super::acts::{case, line};
use super::chance::Chance;
use baton_domain::case::Need;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{CaseId, PersonId};
use baton_domain::request::{RequestId, RequestStatus, Wanted};
use baton_domain::stock::{Custodian, StockLine, TitleHolder};
use baton_domain::testkit::{ORGANIZATION, SCREW, date, lot, product_id, with};
use baton_domain::transfer::Travel;
use baton_domain::{Command, State};

const WAREHOUSE: Custodian = Custodian::Warehouse(ORGANIZATION);

/// Only the office may; of the others it is refused before it is recorded.
pub(super) fn receive(_: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::ReceiveStock {
        custodian: WAREHOUSE,
        lines: vec![ReceivedLine {
            identity: lot(SCREW, &format!("L{}", chance.below(3))),
            quantity: chance.below(5) as u32 + 1,
            title: TitleHolder::Manufacturer,
            location: "shelf".into(),
        }],
        reason: "courier".into(),
    })
}

pub(super) fn request(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let quantity = chance.below(4) as u32 + 1;
    let case = case(view, chance);
    Some(Command::RequestStock {
        from: ORGANIZATION,
        wanted: wanted(with(person), SCREW, quantity, case),
    })
}

/// So many of one product for somebody.
pub(super) fn wanted(to: Custodian, product: &str, quantity: u32, case: Option<CaseId>) -> Wanted {
    Wanted {
        to,
        needs: vec![Need {
            product: product_id(product),
            quantity,
        }],
        case,
        use_date: None,
        travel: Travel::default(),
        note: "".into(),
    }
}

fn open_request(view: &State, chance: &mut Chance) -> Option<RequestId> {
    let requests = view.requests();
    let open = requests.filter(|request| request.status == RequestStatus::Open);
    chance.pick(open).map(|request| request.id)
}

pub(super) fn offer(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let screws = |line: &&StockLine| line.identity.product == product_id(SCREW);
    let shelf = view.lines_held_by(WAREHOUSE).filter(screws);
    let line = chance.pick(shelf)?.id;
    Some(Command::OfferForRequest {
        request: open_request(view, chance)?,
        lines: vec![(line, 1)],
        due_back: chance.percent(30).then(|| date(2027, 1, 15)),
        travel: Travel::default(),
        note: "".into(),
    })
}

pub(super) fn decline(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::DeclineRequest {
        request: open_request(view, chance)?,
        reason: "none left".into(),
    })
}

pub(super) fn withdraw(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let request = open_request(view, chance)?;
    Some(Command::WithdrawRequest { request })
}

pub(super) fn give_back(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let line = line(view, person, chance)?;
    Some(Command::ReturnStock {
        from: line.custodian,
        to: ORGANIZATION,
        lines: vec![(line.id, chance.below(line.quantity as usize) as u32 + 1)],
        reason: "spare".into(),
        travel: Travel::default(),
    })
}

pub(super) fn set_due_back(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::SetDueBack {
        lines: vec![line(view, person, chance)?.id],
        due_back: chance.percent(80).then(|| date(2027, 2, 1)),
        reason: "longer".into(),
    })
}
