//! What people do: any command that makes some sense on what they see.

use super::chance::Chance;
use super::held_acts;
use super::office_acts;
use super::stock_acts;
use super::warehouse;
use baton_domain::bill::lines_hash;
use baton_domain::case::{Case, Need, UseStatus};
use baton_domain::command::WantedResolution;
use baton_domain::directory::{Person, Pool, Role, Settings, SharingLink};
use baton_domain::dispute::Dispute;
use baton_domain::entry::ReceivedLine;
use baton_domain::facility_stock::Price;
use baton_domain::id::{CaseId, EntryId, PersonId, PoolId};
use baton_domain::proposal::Proposal;
use baton_domain::stock::{Custodian, Identity, StockLine, TitleHolder};
use baton_domain::testkit::{
    ADMIN, FACILITY, OFFICE, POOL, PUMP, REP_A, REP_B, REP_C, SCREW, answer, close, date, lot,
    offer, product_id, serial, use_of, with,
};
use baton_domain::time::LocalTime;
use baton_domain::transfer::{DeclineReason, Extra, Transfer};
use baton_domain::{Command, State};

/// One thing that people do.
pub struct Act {
    /// What it is counted under; every one has to happen in a suite.
    pub name: &'static str,
    /// How often it is tried, against the sum of all.
    weight: usize,
    /// Something of that sort, if there is anything to do it with.
    make: fn(&State, PersonId, &mut Chance) -> Option<Command>,
}

const fn act(
    name: &'static str,
    weight: usize,
    make: fn(&State, PersonId, &mut Chance) -> Option<Command>,
) -> Act {
    Act { name, weight, make }
}

/// How often something else is tried.
const TRIES: usize = 4;

/// Everything that people do. A new kind of entry gets its row here.
pub const ACTS: &[Act] = &[
    act("receive", 8, receive),
    act("offer", 6, offer_something),
    act("answer", 6, answer_something),
    act("decline", 2, decline),
    act("cancel an offer", 2, cancel_offer),
    act("schedule", 2, schedule),
    act("change rep", 2, change_rep),
    act("give a case", 1, office_acts::give_case),
    act("mark", 5, mark),
    act("use", 5, use_something),
    act("sell", 2, sell),
    act("rebuild", 2, rebuild),
    act("use Facility Stock", 2, use_facility_stock),
    act("propose", 2, propose),
    act("approve", 2, approve),
    act("decline a proposal", 1, decline_proposal),
    act("open a shared account", 1, open_account),
    act("change the settings", 1, change_settings),
    act("uphold", 1, uphold),
    act("apply a dispute", 8, apply_dispute),
    act("second claim", 6, second_claim),
    act("suspend or take back", 2, suspend),
    act("close", 1, close_something),
    act("purchase order", 1, order_something),
    act("other need", 1, other_need),
    act("recall", 1, held_acts::recall),
    act("end a recall", 1, held_acts::end_recall),
    act("pack a tray", 3, held_acts::pack),
    act("take out of a tray", 2, held_acts::unpack),
    act("check a tray", 2, held_acts::check),
    act("stock the warehouse", 2, warehouse::receive),
    act("request", 1, warehouse::request),
    act("offer for a request", 3, warehouse::offer),
    act("decline a request", 1, warehouse::decline),
    act("withdraw a request", 1, warehouse::withdraw),
    act("give back", 1, warehouse::give_back),
    act("set a day due back", 1, warehouse::set_due_back),
    act("adjust", 2, stock_acts::adjust),
    act("count", 1, stock_acts::count),
    act("review an adjustment", 2, stock_acts::review),
    act("draw", 3, stock_acts::draw),
    act("put back", 3, stock_acts::put_back),
    act("correct an identity", 1, stock_acts::correct),
    act("hold", 1, stock_acts::hold),
    act("release a hold", 2, stock_acts::release),
    act("unmark", 3, stock_acts::unmark),
    act("use from elsewhere", 1, stock_acts::use_elsewhere),
    act("undo a receipt", 1, stock_acts::undo_receipt),
    act("undo a mark", 2, stock_acts::undo_mark),
    act("undo a use", 3, stock_acts::undo_use),
    act("undo a hold", 2, stock_acts::undo_hold),
    act("undo an adjustment", 3, stock_acts::undo_adjustment),
    act("change a case", 1, office_acts::change_case),
    act("cancel a case", 1, office_acts::cancel_case),
    act("case details", 1, office_acts::case_details),
    act("share an account", 1, office_acts::share),
    act("list products", 1, office_acts::list_products),
    act("list a bill of materials", 1, office_acts::list_bill),
    act("record a facility", 1, office_acts::record_facility),
    act("record a pool", 1, office_acts::record_pool),
    act("link a manufacturer", 1, office_acts::link_maker),
    act("revoke a phone", 2, office_acts::revoke_phone),
    act("rename a phone", 1, office_acts::rename_phone),
];

/// Something to do, with its name: another try for what there is nothing to do with.
pub fn any(view: &State, person: PersonId, chance: &mut Chance) -> Option<(&'static str, Command)> {
    (0..TRIES).find_map(|_| {
        let act = weighted(chance)?;
        let command = (act.make)(view, person, chance)?;
        Some((act.name, command))
    })
}

fn weighted(chance: &mut Chance) -> Option<&'static Act> {
    let all: usize = ACTS.iter().map(|act| act.weight).sum();
    let mut place = chance.below(all);
    ACTS.iter().find(|act| match place.checked_sub(act.weight) {
        Some(left) => {
            place = left;
            false
        }
        None => true,
    })
}

fn decline(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let transfer = chance.pick(view.open_transfers())?.id;
    let reason = chance.pick([DeclineReason::NotNeeded, DeclineReason::Damaged])?;
    Some(Command::DeclineTransfer {
        transfer,
        reason,
        note: "".into(),
    })
}

fn cancel_offer(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let mine = view
        .open_transfers()
        .filter(|transfer| transfer.from == with(person));
    let transfer = chance.pick(mine)?.id;
    Some(Command::CancelTransfer {
        transfer,
        reason: "".into(),
    })
}

fn change_rep(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let (case, rep) = (case(view, chance)?, chance.pick([REP_A, REP_B, REP_C])?);
    Some(Command::ChangeRep { case, rep })
}

fn mark(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let lines = vec![(line(view, person, chance)?.id, 1)];
    Some(Command::MarkStock {
        case: case(view, chance)?,
        lines,
    })
}

fn use_something(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let status = chance.pick([
        UseStatus::Implanted,
        UseStatus::Used,
        UseStatus::Wasted,
        UseStatus::Damaged,
        UseStatus::BackToTray,
    ])?;
    let line = line(view, person, chance)?.id;
    Some(use_of(case(view, chance)?, line, 1, status, "it was so"))
}

/// Takes somebody else's case over, or joins the pool.
fn propose(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let what = if chance.percent(70) {
        Command::ChangeRep {
            case: case(view, chance)?,
            rep: person,
        }
    } else {
        let link = SharingLink {
            account: Custodian::Pool(POOL),
            rep: person,
        };
        let active = chance.percent(60);
        Command::SetSharingLink { link, active }
    };
    Some(Command::Propose {
        what: Box::new(what),
        note: "".into(),
    })
}

/// An Admin lets somebody go, or takes him back: what arrives meanwhile is quarantined (R38).
fn suspend(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    if person != ADMIN {
        return None;
    }
    let of = chance.pick([REP_A, REP_B, REP_C])?;
    let known = view.person(of)?.clone();
    let active = !known.active;
    Some(Command::RecordPerson(Person { active, ..known }))
}

/// By an Admin at once, by anybody else as a proposal.
fn open_account(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let mut id = [0xB1; 16];
    id[15] = chance.below(8) as u8;
    let reps = [REP_A, REP_B, REP_C];
    let left_out = chance.below(reps.len());
    let command = Command::OpenSharedAccount {
        pool: Pool {
            id: PoolId::from_bytes(id),
            name: "Shared".into(),
            region: None,
        },
        reps: reps
            .into_iter()
            .enumerate()
            .filter(|(place, _)| *place != left_out)
            .map(|(_, rep)| rep)
            .collect(),
    };
    let admin = view.person(person)?.role == Role::Admin;
    Some(match admin {
        true => command,
        false => Command::Propose {
            what: Box::new(command),
            note: "we hand over often".into(),
        },
    })
}

fn change_settings(_: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::RecordSettings(Settings {
        reps_may_share: chance.percent(50),
    }))
}

fn open_proposal(view: &State, chance: &mut Chance) -> Option<EntryId> {
    let open = view.proposals().filter(|proposal| proposal.is_open());
    chance.pick(open.map(Proposal::id))
}

fn approve(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::ApproveProposal(open_proposal(view, chance)?))
}

fn decline_proposal(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::DeclineProposal {
        proposal: open_proposal(view, chance)?,
        reason: "not now".into(),
    })
}

/// Mostly one; at times all there are.
fn resolve(view: &State, chance: &mut Chance, how: WantedResolution) -> Option<Command> {
    let open = view.disputes().filter(|dispute| dispute.is_open());
    let mut disputes: Vec<EntryId> = open.map(Dispute::id).collect();
    if chance.percent(70) {
        disputes = vec![chance.pick(disputes)?];
    }
    Some(Command::ResolveDisputes {
        disputes,
        how,
        reason: "asked both".into(),
    })
}

fn uphold(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    resolve(view, chance, WantedResolution::Uphold)
}

fn apply_dispute(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    resolve(view, chance, WantedResolution::Apply)
}

/// Any line with the same thing, for each line of the claim; at times none.
fn second_claim(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let open = view.disputes().filter(|dispute| dispute.is_open());
    let dispute = chance.pick(open)?;
    let mut lines = Vec::new();
    for (place, identity, _) in dispute.claims(view) {
        let Some(identity) = identity else { continue };
        let same = view
            .product_on_hand(&identity.product)
            .filter(|line| line.identity == identity);
        if let Some(line) = chance.pick(same.map(|line| line.id)) {
            lines.push((place, line));
        }
    }
    Some(Command::ResolveDisputes {
        disputes: vec![dispute.id()],
        how: WantedResolution::Claim(lines),
        reason: "it is in hand".into(),
    })
}

fn close_something(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let case = chance.pick(view.cases())?;
    Some(close(case.id, lines_hash(view, case)))
}

fn order_something(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let closed = |case: &&Case| case.status.is_after_closing();
    let case = chance.pick(view.cases().filter(closed))?.id;
    let number = chance.pick(["", "PO-1"])?.into();
    Some(Command::RecordPurchaseOrder { case, number })
}

fn other_need(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::RecordOtherNeed {
        case: case(view, chance)?,
        what: chance.pick(["courier", "badge"])?.into(),
        who: "".into(),
        done: chance.percent(50),
    })
}

pub(super) fn case(view: &State, chance: &mut Chance) -> Option<CaseId> {
    chance.pick(view.cases()).map(|case| case.id)
}

/// Mostly something of one's own.
pub(super) fn line<'a>(
    view: &'a State,
    person: PersonId,
    chance: &mut Chance,
) -> Option<&'a StockLine> {
    if chance.percent(80) {
        chance.pick(view.lines_held_by(with(person)))
    } else {
        chance.pick(view.lines().filter(|line| line.quantity > 0))
    }
}

/// Few serials, so that two phones meet the same one.
fn receive(_: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let (identity, quantity): (Identity, u32) = if chance.percent(50) {
        (serial(PUMP, &format!("S{}", chance.below(6))), 1)
    } else {
        (
            lot(SCREW, &format!("L{}", chance.below(3))),
            chance.below(5) as u32 + 1,
        )
    };
    let holder = if [ADMIN, OFFICE].contains(&person) {
        REP_A
    } else {
        person
    };
    let title = TitleHolder::Manufacturer;
    let line = ReceivedLine {
        identity,
        quantity,
        title,
        location: "".into(),
    };
    Some(Command::ReceiveStock {
        custodian: with(holder),
        lines: vec![line],
        reason: "courier".into(),
    })
}

fn offer_something(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let line = line(view, person, chance)?;
    let quantity = chance.below(line.quantity as usize) as u32 + 1;
    let to = chance.pick(
        [REP_A, REP_B, REP_C]
            .into_iter()
            .filter(|to| with(*to) != line.custodian),
    )?;
    let reserved_for = if chance.percent(30) {
        case(view, chance)
    } else {
        None
    };
    Some(offer(
        line.custodian,
        with(to),
        &[(line.id, quantity, reserved_for)],
    ))
}

fn sell(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let line = line(view, person, chance)?;
    let price = chance.pick([Price::NoCharge, Price::CentsEach(1250)])?;
    Some(Command::SubmitStockingOrder {
        facility: FACILITY,
        seller: line.custodian,
        lines: vec![(line.id, 1, price)],
        note: "".into(),
    })
}

fn rebuild(view: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    let line = chance.pick(view.facility_stock(FACILITY))?.id;
    Some(Command::RebuildFacilityStock {
        rep: chance.pick([REP_A, REP_B, REP_C])?,
        case: None,
        lines: vec![(line, 1)],
    })
}

fn use_facility_stock(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let mine = |line: &&StockLine| line.custodian == with(person);
    let line = chance.pick(view.facility_stock(FACILITY).filter(mine))?.id;
    let case = case(view, chance)?;
    Some(use_of(case, line, 1, UseStatus::Implanted, "it was so"))
}

fn answer_something(view: &State, person: PersonId, chance: &mut Chance) -> Option<Command> {
    let office = [ADMIN, OFFICE].contains(&person);
    let mine = view
        .open_transfers()
        .filter(|transfer| office || transfer.to == with(person));
    Some(answer_to(chance.pick(mine)?, chance))
}

/// Any answer to an offer.
pub fn answer_to(transfer: &Transfer, chance: &mut Chance) -> Command {
    let mut split = |quantity: u32| {
        let accepted = chance.below(quantity as usize + 1) as u32;
        let damaged = chance.below((quantity - accepted) as usize + 1) as u32;
        answer(accepted, damaged, quantity - accepted - damaged)
    };
    let lines = transfer.lines.iter();
    let answers = lines.map(|line| split(line.quantity)).collect();
    let extra = || Extra {
        identity: lot(SCREW, "L0"),
        quantity: 1,
        note: "it was in the box".into(),
    };
    Command::AnswerTransfer {
        transfer: transfer.id,
        answers,
        extras: chance.percent(8).then(extra).into_iter().collect(),
    }
}

fn schedule(_: &State, _: PersonId, chance: &mut Chance) -> Option<Command> {
    Some(Command::ScheduleCase {
        facility: FACILITY,
        starts_at: LocalTime {
            date: date(2026, 12, 1),
            minute: 480,
        },
        utc_offset_min: -420,
        room: "OR 2".into(),
        rep: chance.pick([REP_A, REP_B, REP_C])?,
        needs: vec![Need {
            product: product_id(SCREW),
            quantity: 3,
        }],
        details: None,
    })
}
