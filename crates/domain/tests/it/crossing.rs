//! R11, R25: stock that crosses from one organization's ledger into another's.

use crate::requests::{give_back, offer_for, request, wanted};
use crate::{accept, one, reason};
use baton_domain::case::UseStatus;
use baton_domain::directory::LinkStatus;
use baton_domain::id::{EntryId, LineId};
use baton_domain::mirror::{due, echo};
use baton_domain::request::{RequestStatus, Wanted};
use baton_domain::stock::{Claimant, Custodian, TitleHolder};
use baton_domain::testkit::{
    ADMIN, LINKED_ORGANIZATION, LINKED_PLATE, MAKER_ADMIN, MAKER_OFFICE, OFFICE, ORGANIZATION,
    PUMP, REP_A, World, answer, carry, lot, serial, takes, use_of, with,
};
use baton_domain::transfer::{DeclineReason, TransferStatus};
use baton_domain::{Command, EntryBody, Outcome, Reason, State};

const MAKERS_SHELF: Custodian = Custodian::Warehouse(LINKED_ORGANIZATION);

/// The linked pair, with an open offer of `quantity` plates of lot L1 for a request of rep A.
fn offered(quantity: u32) -> (World, World, LineId, EntryId, EntryId) {
    let [mut west, mut maker] = World::linked_pair();
    let shelf = maker.stock_of(
        MAKERS_SHELF,
        lot(LINKED_PLATE, "L1"),
        9,
        TitleHolder::Organization,
    );
    let case = west.case(REP_A, &[(LINKED_PLATE, quantity)]);
    let asked = Wanted {
        case: Some(case),
        ..wanted(REP_A, &[(LINKED_PLATE, quantity)])
    };
    let id = west
        .act(REP_A, request(LINKED_ORGANIZATION, asked))
        .unwrap();
    assert_eq!(carry(&mut west, &mut maker), 1);
    let transfer = maker
        .act(MAKER_OFFICE, offer_for(id, &[(shelf, quantity)], None))
        .unwrap();
    assert_eq!(carry(&mut west, &mut maker), 1);
    (west, maker, shelf, case, transfer)
}

/// Pieces of a product on hand in a ledger.
fn on_hand(state: &State) -> u32 {
    state.lines().map(|line| line.quantity).sum()
}

#[test]
fn a_link_is_asked_by_one_and_accepted_by_the_other() {
    let [west, maker] = World::linked_pair();
    let link = west.state.organization_link(LINKED_ORGANIZATION).unwrap();
    assert_eq!(
        (link.status, &*link.name),
        (LinkStatus::Linked, "Linked Makers Inc")
    );
    let link = maker.state.organization_link(ORGANIZATION).unwrap();
    assert_eq!(
        (link.status, &*link.name),
        (LinkStatus::Linked, "Westside Ortho")
    );
}

#[test]
fn a_link_may_be_declined_and_asked_again_and_only_an_admin_speaks() {
    let [mut west, mut maker] = [World::new(), World::manufacturer()];
    let ask = || Command::AskLink {
        organization: LINKED_ORGANIZATION,
        name: "Makers".into(),
        manufacturer: "Linked Makers".into(),
    };
    let answered = |accepted| Command::AnswerLink {
        organization: ORGANIZATION,
        accepted,
        manufacturer: "Linked Makers".into(),
    };
    assert_eq!(reason(west.act(OFFICE, ask())), Reason::NotAllowed);
    west.act(ADMIN, ask()).unwrap();
    assert_eq!(reason(west.act(ADMIN, ask())), Reason::Conflicting);
    carry(&mut west, &mut maker);
    assert_eq!(
        reason(maker.act(MAKER_OFFICE, answered(true))),
        Reason::NotAllowed
    );
    maker.act(MAKER_ADMIN, answered(false)).unwrap();
    carry(&mut west, &mut maker);
    let status = |world: &World, other| world.state.organization_link(other).unwrap().status;
    assert_eq!(status(&west, LINKED_ORGANIZATION), LinkStatus::Declined);
    west.act(ADMIN, ask()).unwrap();
    carry(&mut west, &mut maker);
    assert_eq!(status(&maker, ORGANIZATION), LinkStatus::Wanted);
    maker.act(MAKER_ADMIN, answered(true)).unwrap();
    carry(&mut west, &mut maker);
    assert_eq!(status(&west, LINKED_ORGANIZATION), LinkStatus::Linked);
}

#[test]
fn two_that_ask_each_other_are_linked() {
    let [mut west, mut maker] = [World::new(), World::manufacturer()];
    for (world, admin, organization) in [
        (&mut west, ADMIN, LINKED_ORGANIZATION),
        (&mut maker, MAKER_ADMIN, ORGANIZATION),
    ] {
        let ask = Command::AskLink {
            organization,
            name: "them".into(),
            manufacturer: "Linked Makers".into(),
        };
        world.act(admin, ask).unwrap();
    }
    carry(&mut west, &mut maker);
    for (world, other) in [(&west, LINKED_ORGANIZATION), (&maker, ORGANIZATION)] {
        let link = world.state.organization_link(other).unwrap();
        assert_eq!(link.status, LinkStatus::Linked);
    }
}

#[test]
fn r25_requested_offered_by_the_linked_warehouse_and_accepted() {
    let (mut west, mut maker, shelf, case, transfer) = offered(4);
    let seen = west.state.transfer(transfer).unwrap();
    assert_eq!((seen.from, seen.to), (MAKERS_SHELF, with(REP_A)));
    // R36: the case is opaque there and known here.
    assert_eq!(seen.lines[0].reserved_for, Some(case));
    assert!(maker.state.case(case).is_none());
    assert_eq!(maker.line(shelf).free(), 5);
    assert_eq!(on_hand(&west.state), 0);

    let answered = west.answer(REP_A, transfer, &[takes(4)]).unwrap();
    let arrived = west.line(LineId {
        entry: answered,
        index: 0,
    });
    assert_eq!((arrived.quantity, arrived.custodian), (4, with(REP_A)));
    // R7: the manufacturer owns it, as before.
    assert_eq!(arrived.title, TitleHolder::Manufacturer);
    assert_eq!(arrived.claimed_by(Claimant::Mark(case)), 4);

    assert_eq!(carry(&mut west, &mut maker), 1);
    assert_eq!(maker.line(shelf).quantity, 5);
    assert_eq!(maker.line(shelf).claimed(), 0);
    let sent = maker.state.transfer(transfer).unwrap();
    assert_eq!(sent.status, TransferStatus::Answered);
    assert_eq!(due(&west.state, &maker.state), []);
}

#[test]
fn r5_what_is_reported_stays_with_the_sender_on_hold() {
    let (mut west, mut maker, shelf, _, transfer) = offered(4);
    west.answer(REP_A, transfer, &[answer(2, 1, 1)]).unwrap();
    carry(&mut west, &mut maker);
    assert_eq!(on_hand(&west.state), 3);
    let line = maker.line(shelf);
    assert_eq!((line.quantity, line.held(), line.free()), (6, 1, 5));
}

#[test]
fn r4_declining_gives_everything_back_to_the_sender() {
    for (why, held) in [(DeclineReason::NotNeeded, 0), (DeclineReason::Damaged, 4)] {
        let (mut west, mut maker, shelf, _, transfer) = offered(4);
        let decline = Command::DeclineTransfer {
            transfer,
            reason: why,
            note: "".into(),
        };
        west.act(REP_A, decline).unwrap();
        carry(&mut west, &mut maker);
        let line = maker.line(shelf);
        assert_eq!((line.quantity, line.claimed(), line.held()), (9, 0, held));
    }
}

#[test]
fn r8_taking_back_frees_nothing_until_the_receivers_ledger_said_so() {
    let (mut west, mut maker, shelf, _, transfer) = offered(4);
    let cancel = Command::CancelTransfer {
        transfer,
        reason: "wrong box".into(),
    };
    maker.act(MAKER_OFFICE, cancel).unwrap();
    assert_eq!(maker.line(shelf).free(), 5);
    assert_eq!(
        maker.state.transfer(transfer).unwrap().status,
        TransferStatus::Open
    );
    assert_eq!(carry(&mut west, &mut maker), 2);
    assert_eq!(maker.line(shelf).free(), 9);
    for world in [&west, &maker] {
        let transfer = world.state.transfer(transfer).unwrap();
        assert_eq!(transfer.status, TransferStatus::Cancelled);
    }
}

#[test]
fn r8_an_answer_before_the_wish_to_take_back_arrives_wins() {
    let (mut west, mut maker, shelf, _, transfer) = offered(4);
    let cancel = Command::CancelTransfer {
        transfer,
        reason: "".into(),
    };
    maker.act(MAKER_OFFICE, cancel).unwrap();
    west.answer(REP_A, transfer, &[takes(4)]).unwrap();
    carry(&mut west, &mut maker);
    assert_eq!((maker.line(shelf).quantity, on_hand(&west.state)), (5, 4));
    let ended = maker.state.transfer(transfer).unwrap();
    assert_eq!(ended.status, TransferStatus::Answered);
}

#[test]
fn r3_nobody_speaks_for_the_other_organizations_side() {
    let (mut west, mut maker, _, _, transfer) = offered(4);
    let cancel = Command::CancelTransfer {
        transfer,
        reason: "".into(),
    };
    assert_eq!(reason(west.act(ADMIN, cancel)), Reason::OwnOffer);
    let answered = maker.answer(MAKER_ADMIN, transfer, &[takes(4)]);
    assert_eq!(reason(answered), Reason::OwnOffer);
    let decline = Command::DeclineTransfer {
        transfer,
        reason: DeclineReason::NotNeeded,
        note: "".into(),
    };
    assert_eq!(reason(maker.act(MAKER_ADMIN, decline)), Reason::OwnOffer);
}

#[test]
fn r25_a_decline_and_a_withdrawal_reach_the_other_side() {
    let [mut west, mut maker] = World::linked_pair();
    let ask = || request(LINKED_ORGANIZATION, wanted(REP_A, &[(LINKED_PLATE, 1)]));
    let first = west.act(REP_A, ask()).unwrap();
    carry(&mut west, &mut maker);
    let seen = maker.state.request(first).unwrap();
    assert_eq!((&*seen.to_name, seen.by), ("Ann", ORGANIZATION));
    let decline = Command::DeclineRequest {
        request: first,
        reason: "none left".into(),
    };
    maker.act(MAKER_OFFICE, decline).unwrap();
    carry(&mut west, &mut maker);
    let status = RequestStatus::Declined("none left".into());
    assert_eq!(west.state.request(first).unwrap().status, status);

    let second = west.act(REP_A, ask()).unwrap();
    carry(&mut west, &mut maker);
    let withdraw = Command::WithdrawRequest { request: second };
    west.act(REP_A, withdraw).unwrap();
    carry(&mut west, &mut maker);
    let seen = maker.state.request(second).unwrap();
    assert_eq!(seen.status, RequestStatus::Withdrawn);
}

#[test]
fn r11_what_was_sent_can_come_back_and_is_looked_at() {
    let (mut west, mut maker, shelf, _, transfer) = offered(4);
    let answered = west.answer(REP_A, transfer, &[takes(4)]).unwrap();
    carry(&mut west, &mut maker);
    let plates = LineId {
        entry: answered,
        index: 0,
    };
    // R15: what is marked for the case stays for it.
    let back = |quantity| {
        give_back(
            with(REP_A),
            LINKED_ORGANIZATION,
            &[(plates, quantity)],
            "spare",
        )
    };
    assert_eq!(reason(west.act(REP_A, back(1))), Reason::KeptForOtherCase);
    let case = west.state.cases().next().unwrap().id;
    let unmark = Command::UnmarkStock {
        case,
        lines: vec![(plates, 4)],
    };
    west.act(REP_A, unmark).unwrap();
    let transfer = west.act(REP_A, back(3)).unwrap();
    assert_eq!(carry(&mut west, &mut maker), 1);
    let seen = maker.state.transfer(transfer).unwrap();
    assert_eq!((seen.to, &*seen.note), (MAKERS_SHELF, "spare"));
    let answered = maker.answer(MAKER_OFFICE, transfer, &[takes(3)]).unwrap();
    carry(&mut west, &mut maker);
    assert_eq!(west.line(plates).quantity, 1);
    let returned = maker.line(LineId {
        entry: answered,
        index: 0,
    });
    assert_eq!((returned.quantity, returned.held()), (3, 3));
    assert_eq!(returned.title, TitleHolder::Organization);
    assert_eq!(maker.line(shelf).quantity + 3 + on_hand(&west.state), 9);
}

#[test]
fn r7_what_the_distributor_owns_is_not_returned_to_the_maker() {
    let [mut west, _] = World::linked_pair();
    let own = west.stock_of(
        with(REP_A),
        lot(LINKED_PLATE, "L1"),
        2,
        TitleHolder::Organization,
    );
    let back = give_back(with(REP_A), LINKED_ORGANIZATION, &[(own, 1)], "spare");
    assert_eq!(reason(west.act(REP_A, back)), Reason::OwnTitle);
    let home = give_back(with(REP_A), ORGANIZATION, &[(own, 1)], "spare");
    west.act(REP_A, home).unwrap();
}

#[test]
fn r9_a_serial_that_is_active_here_already_stays_with_the_sender_on_hold() {
    let [mut west, mut maker] = World::linked_pair();
    let pump = maker.stock_of(
        MAKERS_SHELF,
        serial(PUMP, "P1"),
        1,
        TitleHolder::Organization,
    );
    let twin = west.stock(with(REP_A), serial(PUMP, "P1"), 1);
    let id = west
        .act(
            REP_A,
            request(LINKED_ORGANIZATION, wanted(REP_A, &[(PUMP, 1)])),
        )
        .unwrap();
    carry(&mut west, &mut maker);
    let transfer = maker
        .act(MAKER_OFFICE, offer_for(id, &[(pump, 1)], None))
        .unwrap();
    carry(&mut west, &mut maker);
    let body = EntryBody::TransferAnswered {
        transfer,
        answers: vec![takes(1)],
        offer_hash: None,
        extras: Vec::new(),
    };
    let answered = west.entry(REP_A, body);
    let verdict = west.record(answered);
    assert!(
        matches!(&verdict.outcome, Outcome::Disputed(why) if why.reason == Reason::SerialActive)
    );
    // As a whole it did not stand, so the offer is open still, and somebody can decline it.
    assert_eq!(carry(&mut west, &mut maker), 0);
    assert_eq!(west.line(twin).quantity, 1);
    let decline = Command::DeclineTransfer {
        transfer,
        reason: DeclineReason::Wrong,
        note: "we have it".into(),
    };
    west.act(REP_A, decline).unwrap();
    carry(&mut west, &mut maker);
    assert_eq!((maker.line(pump).quantity, maker.line(pump).held()), (1, 1));
}

#[test]
fn r9_in_an_answer_of_several_lines_the_twin_alone_stays_behind() {
    let [mut west, mut maker] = World::linked_pair();
    let own = TitleHolder::Organization;
    let pumps = ["P1", "P2"]
        .map(|number| maker.stock_of(MAKERS_SHELF, serial(PUMP, number), 1, own.clone()));
    west.stock(with(REP_A), serial(PUMP, "P1"), 1);
    let id = west
        .act(
            REP_A,
            request(LINKED_ORGANIZATION, wanted(REP_A, &[(PUMP, 2)])),
        )
        .unwrap();
    carry(&mut west, &mut maker);
    let transfer = maker
        .act(
            MAKER_OFFICE,
            offer_for(id, &pumps.map(|pump| (pump, 1)), None),
        )
        .unwrap();
    carry(&mut west, &mut maker);
    let body = EntryBody::TransferAnswered {
        transfer,
        answers: vec![takes(1), takes(1)],
        offer_hash: None,
        extras: Vec::new(),
    };
    let answered = west.entry(REP_A, body);
    west.record(answered);
    carry(&mut west, &mut maker);
    let [first, second] = pumps.map(|pump| maker.line(pump).clone());
    assert_eq!((first.quantity, first.held()), (1, 1));
    assert_eq!(second.quantity, 0);
    assert_eq!(on_hand(&west.state), 2);
}

#[test]
fn r37_a_use_of_offered_pieces_meanwhile_leaves_the_answer_disputed_in_the_senders_ledger() {
    let [mut west, mut maker] = World::linked_pair();
    let held = west.stock(with(REP_A), lot(LINKED_PLATE, "L1"), 2);
    let case = west.case(REP_A, &[]);
    let back = give_back(with(REP_A), LINKED_ORGANIZATION, &[(held, 2)], "spare");
    let transfer = west.act(REP_A, back).unwrap();
    carry(&mut west, &mut maker);
    let used = use_of(case, held, 1, UseStatus::Used, "it was there");
    let entries = west.decide(REP_A, used).unwrap();
    accept(&mut west, vec![one(entries)]);
    maker.answer(MAKER_OFFICE, transfer, &[takes(2)]).unwrap();
    carry(&mut west, &mut maker);
    // Three pieces of two: the offer has ended, and the one that is left here is in dispute.
    let line = west.line(held);
    assert_eq!((line.quantity, line.claimed(), line.disputed), (1, 0, 1));
    let (answer, verdict) = west.ledger.last().unwrap();
    assert!(matches!(answer.body, EntryBody::Mirrored { .. }) && verdict.needs_review());
    let ended = west.state.transfer(transfer).unwrap();
    assert_eq!(ended.status, TransferStatus::Answered);
}

#[test]
fn an_echo_is_no_id_that_a_device_makes() {
    let id = EntryId::from_bytes([
        0x01, 0x93, 2, 3, 4, 5, 0x76, 7, 0x88, 9, 10, 11, 12, 13, 14, 15,
    ]);
    assert_ne!(echo(id), id);
    assert_eq!(echo(id).as_bytes()[8] >> 6, 0b11);
}
