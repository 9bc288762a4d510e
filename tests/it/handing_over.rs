//! Transfers and the change of a rep, on several phones.

use crate::host::Network;
use crate::on_one_phone::{host, receive, schedule};
use crate::phone::Phone;
use baton::commands::RecordStatus;
use baton_domain::id::LineId;
use baton_domain::readiness::{Light, readiness};
use baton_domain::stock::Claimant;
use baton_domain::testkit::{PUMP, REP_A, REP_B, SCREW, answer, lot, offer, serial, takes, with};
use baton_domain::transfer::{DeclineReason, TransferStatus};
use baton_domain::{Command, Reason};

#[test]
fn r5_an_offer_made_offline_is_answered_in_part_and_all_three_see_it() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let ben = Phone::new(&host, 2, "Ben");
    let office = Phone::new(&host, 3, "Olga");
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 5)).first();
    let line = LineId { entry, index: 0 };
    ann.sync();

    ann.network(Network::Down);
    let transfer = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 4, None)]))
        .first();
    assert_eq!(
        ann.view().line(line).unwrap().free(),
        1,
        "R2: offered is not free"
    );
    assert!(ben.view().transfer(transfer).is_none());
    ann.network(Network::Up);
    ann.sync();

    ben.sync();
    assert_eq!(
        ben.view().transfer(transfer).unwrap().status,
        TransferStatus::Open
    );
    ben.network(Network::Down);
    let answers = vec![answer(2, 1, 1)];
    let answered = ben.act(Command::AnswerTransfer {
        transfer,
        answers,
        extras: Vec::new(),
    });
    assert_eq!(ben.status(answered.first()), RecordStatus::SavedHere);
    let ben = ben.reopened();
    ben.network(Network::Up);
    ben.sync();

    for phone in [&ann, &ben, &office] {
        phone.sync();
        let view = phone.view();
        assert_eq!(
            view.transfer(transfer).unwrap().status,
            TransferStatus::Answered
        );
        let with_ben: u32 = view
            .lines_held_by(with(REP_B))
            .map(|line| line.quantity)
            .sum();
        assert_eq!(with_ben, 3, "two good ones and a damaged one");
        let with_ann = view.line(line).unwrap();
        assert_eq!(with_ann.quantity, 2, "one kept and one missing");
        assert_eq!(with_ann.hold.as_ref().map(|hold| hold.quantity), Some(1));
    }
    assert!(ann.view() == ben.view() && ben.view() == office.view());
}

#[test]
fn r16_a_changed_rep_takes_the_case_and_the_stock_travels_reserved_for_it() {
    let host = host();
    let (ann, ben) = (Phone::new(&host, 1, "Ann"), Phone::new(&host, 2, "Ben"));
    let case = ann.act(schedule(ann.me(), &[(PUMP, 1)])).first();
    let entry = ann.act(receive(ann.me(), serial(PUMP, "8841"), 1)).first();
    let line = LineId { entry, index: 0 };
    ann.act(Command::MarkStock {
        case,
        lines: vec![(line, 1)],
    });
    assert_eq!(readiness(&ann.view(), case).unwrap().light, Light::Ready);

    ann.network(Network::Down);
    ann.act(Command::ChangeRep { case, rep: REP_B });
    let kept = ann.view().line(line).unwrap().claims.clone();
    assert_eq!(kept[0].by, Claimant::Reservation(case));
    let transfer = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 1, Some(case))]))
        .first();
    let light = readiness(&ann.view(), case).unwrap().light;
    assert_eq!(light, Light::ReadyWhenArrived(vec![transfer]));
    let ann = ann.reopened();
    assert_eq!(readiness(&ann.view(), case).unwrap().light, light);

    ann.network(Network::Up);
    ann.sync();
    ben.sync();
    assert_eq!(ben.view().case(case).unwrap().rep, REP_B);
    let answers = vec![takes(1)];
    ben.act(Command::AnswerTransfer {
        transfer,
        answers,
        extras: Vec::new(),
    });
    assert_eq!(readiness(&ben.view(), case).unwrap().light, Light::Ready);
    ben.sync();
    ann.sync();
    assert_eq!(readiness(&ann.view(), case).unwrap().light, Light::Ready);
    assert!(ann.view() == ben.view());
}

#[test]
fn r4_declining_sends_it_back_and_about_the_item_on_hold() {
    let host = host();
    let (ann, ben) = (Phone::new(&host, 1, "Ann"), Phone::new(&host, 2, "Ben"));
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 5)).first();
    let line = LineId { entry, index: 0 };
    for (reason, held) in [
        (DeclineReason::NotNeeded, None),
        (DeclineReason::Opened, Some(2)),
    ] {
        let transfer = ann
            .act(offer(with(REP_A), with(REP_B), &[(line, 2, None)]))
            .first();
        ann.sync();
        ben.sync();
        ben.act(Command::DeclineTransfer {
            transfer,
            reason,
            note: "".into(),
        });
        ben.sync();
        ann.sync();
        let view = ann.view();
        assert_eq!(view.line(line).unwrap().quantity, 5);
        assert_eq!(
            view.line(line)
                .unwrap()
                .hold
                .as_ref()
                .map(|hold| hold.quantity),
            held
        );
    }
}

#[test]
fn r3_nobody_answers_his_own_offer() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 5)).first();
    let line = LineId { entry, index: 0 };
    let transfer = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 2, None)]))
        .first();
    let answers = vec![takes(2)];
    let refusal = ann.refused(Command::AnswerTransfer {
        transfer,
        answers,
        extras: Vec::new(),
    });
    assert!(
        matches!(refusal.reason, Reason::OwnOffer | Reason::NotAllowed),
        "{refusal:?}"
    );
}
