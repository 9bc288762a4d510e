//! R25 and R29 in one organization: requests to the own warehouse, returns, days due back.

use crate::{reason, refusal, refused};
use baton_domain::id::{LineId, OrganizationId, PersonId};
use baton_domain::request::{RequestId, RequestStatus, Wanted};
use baton_domain::stock::{Claimant, Custodian, TitleHolder};
use baton_domain::testkit::{
    ADMIN, LINKED_ORGANIZATION, OFFICE, ORGANIZATION, PUMP, REP_A, REP_B, SCREW, World, answer,
    date, lot, product_id, serial, takes, with,
};
use baton_domain::time::Date;
use baton_domain::transfer::{TransferStatus, Travel};
use baton_domain::{Command, EntryBody, Reason, query};

const WAREHOUSE: Custodian = Custodian::Warehouse(ORGANIZATION);

pub(crate) fn wanted(to: PersonId, needs: &[(&str, u32)]) -> Wanted {
    let needs = needs
        .iter()
        .map(|(product, quantity)| baton_domain::case::Need {
            product: product_id(product),
            quantity: *quantity,
        });
    Wanted {
        to: with(to),
        needs: needs.collect(),
        case: None,
        use_date: None,
        travel: Travel::default(),
        note: "".into(),
    }
}

pub(crate) fn request(from: OrganizationId, wanted: Wanted) -> Command {
    Command::RequestStock { from, wanted }
}

pub(crate) fn offer_for(
    request: RequestId,
    lines: &[(LineId, u32)],
    due_back: Option<Date>,
) -> Command {
    Command::OfferForRequest {
        request,
        lines: lines.to_vec(),
        due_back,
        travel: Travel::default(),
        note: "".into(),
    }
}

pub(crate) fn give_back(
    from: Custodian,
    to: OrganizationId,
    lines: &[(LineId, u32)],
    reason: &str,
) -> Command {
    Command::ReturnStock {
        from,
        to,
        lines: lines.to_vec(),
        reason: reason.into(),
        travel: Travel::default(),
    }
}

#[test]
fn r25_the_rep_requests_from_the_own_warehouse_which_offers_and_the_rep_accepts() {
    let mut world = World::new();
    let shelf = world.stock(WAREHOUSE, lot(SCREW, "L1"), 9);
    let case = world.case(REP_A, &[(SCREW, 4)]);
    let asked = Wanted {
        case: Some(case),
        ..wanted(REP_A, &[(SCREW, 4)])
    };
    let id = world.act(REP_A, request(ORGANIZATION, asked)).unwrap();
    assert_eq!(world.state.request(id).unwrap().status, RequestStatus::Open);

    let transfer = world
        .act(OFFICE, offer_for(id, &[(shelf, 4)], None))
        .unwrap();
    let status = RequestStatus::Offered(transfer);
    assert_eq!(world.state.request(id).unwrap().status, status);
    // R2: custody has not moved, and what is offered is not offered again.
    assert_eq!(world.line(shelf).custodian, WAREHOUSE);
    assert_eq!(world.line(shelf).free(), 5);
    let again = world.act(OFFICE, offer_for(id, &[(shelf, 4)], None));
    let again = again.unwrap_err();
    assert_eq!(again.reason, Reason::RequestEnded);
    let offered_at = Some(transfer.made_at());
    assert_eq!(again.other_record_at(&world.state), offered_at);

    let answered = world.answer(REP_A, transfer, &[takes(4)]).unwrap();
    let arrived = world.line(LineId {
        entry: answered,
        index: 0,
    });
    assert_eq!((arrived.custodian, arrived.quantity), (with(REP_A), 4));
    // R16: what was asked for the case is marked for it.
    assert_eq!(arrived.claimed_by(Claimant::Mark(case)), 4);
    assert_eq!(world.line(shelf).quantity, 5);
}

#[test]
fn r25_who_may_request_and_who_may_offer() {
    let mut world = World::new();
    let shelf = world.stock(WAREHOUSE, lot(SCREW, "L1"), 9);
    let for_b = request(ORGANIZATION, wanted(REP_B, &[(SCREW, 1)]));
    assert_eq!(reason(world.act(REP_A, for_b)), Reason::NotAllowed);
    let id = world
        .act(REP_A, request(ORGANIZATION, wanted(REP_A, &[(SCREW, 1)])))
        .unwrap();
    let offered = world.act(REP_A, offer_for(id, &[(shelf, 1)], None));
    assert_eq!(reason(offered), Reason::NotAllowed);
    let decline = |reason: &str| Command::DeclineRequest {
        request: id,
        reason: reason.into(),
    };
    assert_eq!(reason(world.act(REP_A, decline("no"))), Reason::NotAllowed);
    assert_eq!(
        reason(world.act(OFFICE, decline(" "))),
        Reason::ReasonNeeded
    );
    assert_eq!(
        reason(world.act(REP_B, Command::WithdrawRequest { request: id })),
        Reason::NotAllowed
    );
    world.act(OFFICE, decline("none left")).unwrap();
    let status = RequestStatus::Declined("none left".into());
    assert_eq!(world.state.request(id).unwrap().status, status);
    let withdrawn = world.act(REP_A, Command::WithdrawRequest { request: id });
    assert_eq!(reason(withdrawn), Reason::RequestEnded);
}

#[test]
fn r25_only_a_linked_warehouse_is_asked() {
    let mut world = World::new();
    let far = request(LINKED_ORGANIZATION, wanted(REP_A, &[(SCREW, 1)]));
    assert_eq!(reason(world.act(REP_A, far)), Reason::NotLinked);
}

#[test]
fn r25_the_warehouse_sends_what_was_asked_and_not_more() {
    let mut world = World::new();
    let screws = world.stock(WAREHOUSE, lot(SCREW, "L1"), 9);
    let more = world.stock(WAREHOUSE, lot(SCREW, "L2"), 9);
    let pump = world.stock(WAREHOUSE, serial(PUMP, "P1"), 1);
    let own = world.stock(with(OFFICE), lot(SCREW, "L3"), 9);
    let id = world
        .act(REP_A, request(ORGANIZATION, wanted(REP_A, &[(SCREW, 4)])))
        .unwrap();
    for lines in [
        &[(screws, 5)][..],
        &[(screws, 2), (more, 3)],
        &[(screws, 1), (pump, 1)],
    ] {
        let offered = world.act(OFFICE, offer_for(id, lines, None));
        assert_eq!(reason(offered), Reason::NotRequested);
    }
    let offered = world.act(OFFICE, offer_for(id, &[(own, 1)], None));
    assert_eq!(reason(offered), Reason::NotCustodian);
    world
        .act(OFFICE, offer_for(id, &[(screws, 2), (more, 2)], None))
        .unwrap();
}

#[test]
fn r28_what_has_expired_by_the_day_of_use_is_not_sent() {
    let mut world = World::new();
    let shelf = world.stock(WAREHOUSE, lot(SCREW, "L1"), 9);
    let by = |day| Wanted {
        use_date: Some(day),
        ..wanted(REP_A, &[(SCREW, 1)])
    };
    // The lot may be used through 2029-06-30.
    for (day, stands) in [(date(2029, 6, 30), true), (date(2029, 7, 1), false)] {
        let id = world.act(REP_A, request(ORGANIZATION, by(day))).unwrap();
        let offered = world.act(OFFICE, offer_for(id, &[(shelf, 1)], None));
        match offered {
            Ok(_) => assert!(stands),
            refused => {
                assert_eq!(reason(refused), Reason::Expired);
                assert!(!stands);
            }
        }
    }
}

#[test]
fn r29_held_and_expired_stock_goes_back_and_lies_on_hold_until_it_was_looked_at() {
    let mut world = World::new();
    let screws = world.stock(with(REP_A), lot(SCREW, "L1"), 9);
    let hold = Command::HoldStock {
        lines: vec![(screws, 5)],
        reason: "recall".into(),
    };
    world.act(REP_A, hold).unwrap();
    let back = |lines: &[(LineId, u32)], why| give_back(with(REP_A), ORGANIZATION, lines, why);
    assert_eq!(
        reason(world.act(REP_A, back(&[(screws, 9)], ""))),
        Reason::ReasonNeeded
    );
    assert_eq!(
        reason(world.act(REP_A, back(&[(screws, 10)], "recall"))),
        Reason::NotEnough
    );
    let transfer = world.act(REP_A, back(&[(screws, 9)], "recall")).unwrap();
    let answered = world.answer(OFFICE, transfer, &[answer(7, 1, 1)]).unwrap();
    let at = |index| LineId {
        entry: answered,
        index,
    };
    for (index, quantity) in [(0, 7), (1, 1)] {
        let line = world.line(at(index));
        assert_eq!(line.custodian, WAREHOUSE);
        assert_eq!((line.quantity, line.held()), (quantity, quantity));
    }
    let missing = world.line(screws);
    assert_eq!((missing.quantity, missing.held()), (1, 1));
}

#[test]
fn r21_facility_stock_is_not_returned() {
    let mut world = World::new();
    let sold = world.stock_of(
        with(REP_A),
        lot(SCREW, "L1"),
        2,
        TitleHolder::Facility(baton_domain::testkit::FACILITY),
    );
    let back = give_back(with(REP_A), ORGANIZATION, &[(sold, 1)], "too many");
    assert_eq!(reason(world.act(REP_A, back)), Reason::FacilityStockStays);
}

#[test]
fn a_loan_is_due_back_travels_with_what_is_taken_from_it_and_keeps_its_history() {
    let mut world = World::new();
    let shelf = world.stock(WAREHOUSE, lot(SCREW, "L1"), 9);
    let id = world
        .act(REP_A, request(ORGANIZATION, wanted(REP_A, &[(SCREW, 4)])))
        .unwrap();
    let first = date(2027, 1, 15);
    let transfer = world
        .act(OFFICE, offer_for(id, &[(shelf, 4)], Some(first)))
        .unwrap();
    let answered = world.answer(REP_A, transfer, &[takes(4)]).unwrap();
    let lent = LineId {
        entry: answered,
        index: 0,
    };
    let due =
        |world: &World, line| query::loan_of(&world.state, line).and_then(|loan| loan.due_back());
    assert_eq!(due(&world, lent), Some(first));
    assert_eq!(due(&world, shelf), None);

    let later = date(2027, 2, 1);
    let set = |reason: &str| Command::SetDueBack {
        lines: vec![lent],
        due_back: Some(later),
        reason: reason.into(),
    };
    assert_eq!(reason(world.act(REP_A, set(""))), Reason::ReasonNeeded);
    assert_eq!(reason(world.act(REP_B, set("mine"))), Reason::NotAllowed);
    world.act(REP_A, set("case moved")).unwrap();
    let loan = query::loan_of(&world.state, lent).unwrap();
    let days: Vec<_> = loan.dates.iter().map(|set| set.date).collect();
    assert_eq!(days, [Some(first), Some(later)]);
    assert_eq!(&*loan.dates[1].reason, "case moved");

    let transfer = world.offer(REP_A, REP_B, &[(lent, 1, None)]).unwrap();
    let answered = world.answer(REP_B, transfer, &[takes(1)]).unwrap();
    let part = LineId {
        entry: answered,
        index: 0,
    };
    assert_eq!(due(&world, part), Some(later));
}

#[test]
fn a_request_that_has_not_arrived_is_waited_for() {
    let mut world = World::new();
    let mut phone = world.clone();
    let id = phone
        .act(REP_A, request(ORGANIZATION, wanted(REP_A, &[(SCREW, 1)])))
        .unwrap();
    let asked = phone.ledger.last().unwrap().0.clone();
    let body = EntryBody::RequestWithdrawn { request: id };
    let withdrawn = phone.entry(REP_A, body);
    let verdict = world.record(withdrawn.clone());
    assert_eq!(verdict.outcome, baton_domain::Outcome::Waiting(id));
    world.record(asked);
    assert!(!world.record(withdrawn).needs_review());
}

#[test]
fn nobody_but_the_server_mirrors_anything() {
    let mut world = World::new();
    let body = EntryBody::Mirrored {
        origin: baton_domain::mirror::Origin {
            organization: LINKED_ORGANIZATION,
            entry: world.next_id(),
            hash: [0; 32],
        },
        mirror: baton_domain::mirror::Mirror::LinkAsked {
            name: "Evil".into(),
            manufacturer: "Acme".into(),
        },
    };
    let by_admin = world.entry(ADMIN, body.clone());
    assert_eq!(refused(&world.record(by_admin)), Reason::BadSignature);
    let in_somebodys_name = world.entry_of(ADMIN, baton_domain::testkit::SERVER, body);
    let verdict = world.record(in_somebodys_name);
    assert_eq!(refusal(&verdict.outcome).1.reason, Reason::BadSignature);
}

#[test]
fn a_transfer_that_ended_says_so_on_the_request() {
    let mut world = World::new();
    let shelf = world.stock(WAREHOUSE, serial(PUMP, "P1"), 1);
    let id = world
        .act(REP_A, request(ORGANIZATION, wanted(REP_A, &[(PUMP, 1)])))
        .unwrap();
    let transfer = world
        .act(OFFICE, offer_for(id, &[(shelf, 1)], None))
        .unwrap();
    world.answer(REP_A, transfer, &[takes(1)]).unwrap();
    let line = world.line(shelf);
    assert_eq!(line.custodian, with(REP_A));
    let ended = &world.state.transfer(transfer).unwrap().status;
    assert_eq!(*ended, TransferStatus::Answered);
}
