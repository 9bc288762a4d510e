//! Two phones that want the same thing while neither sees the other.

use crate::host::Network;
use crate::on_one_phone::{host, receive, schedule};
use crate::phone::Phone;
use baton::commands::RecordStatus;
use baton::state::refusal_words;
use baton_domain::id::LineId;
use baton_domain::testkit::{
    MANAGER, PUMP, REP_A, REP_B, REP_C, SCREW, lot, offer, serial, takes, with,
};
use baton_domain::{Command, Reason};

#[test]
fn r9_the_second_of_two_serials_received_apart_is_refused_and_says_where_the_first_is() {
    let host = host();
    let (ann, ben) = (Phone::new(&host, 1, "Ann"), Phone::new(&host, 2, "Ben"));
    ann.network(Network::Down);
    let first = ann.act(receive(ann.me(), serial(PUMP, "8841"), 1)).first();
    let second = ben.act(receive(ben.me(), serial(PUMP, "8841"), 1)).first();
    ben.sync();
    assert_eq!(ben.status(second), RecordStatus::Confirmed);
    ann.network(Network::Up);
    ann.sync();
    assert_eq!(ann.status(first), RecordStatus::Refused);
    let rows = ann.desk.activity();
    let row = rows.iter().find(|row| row.entry.id == first).unwrap();
    let refusal = row.refusal().unwrap();
    assert_eq!(refusal.reason, Reason::SerialActive);
    let words = refusal_words(&ann.view(), refusal);
    assert!(words.what.contains("Ben"), "{words:?}");
    assert_eq!(
        refusal.other_record_at(&ann.view()),
        Some(second.made_at()),
        "and since when"
    );
    ben.sync();
    assert!(ann.view() == ben.view());
    // It blocks nothing that comes after (R34).
    let next = ann.act(receive(ann.me(), lot(SCREW, "A1"), 1)).first();
    ann.sync();
    assert_eq!(ann.status(next), RecordStatus::Confirmed);
}

#[test]
fn r40_the_second_change_of_a_rep_loses_and_says_who_was_first() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let manager = Phone::new(&host, 2, "Max");
    let case = ann.act(schedule(ann.me(), &[(SCREW, 1)])).first();
    ann.sync();
    manager.sync();
    ann.network(Network::Down);
    let late = ann.act(Command::ChangeRep { case, rep: REP_C }).first();
    let first = manager.act(Command::ChangeRep { case, rep: REP_B }).first();
    manager.sync();
    ann.network(Network::Up);
    ann.sync();
    assert_eq!(ann.status(late), RecordStatus::Refused);
    let rows = ann.desk.activity();
    let row = rows.iter().find(|row| row.entry.id == late).unwrap();
    let refusal = row.refusal().unwrap();
    assert_eq!(refusal.reason, Reason::CaseChanged);
    assert_eq!(refusal.person, Some(MANAGER));
    assert_eq!(
        refusal.other_record_at(&ann.view()),
        Some(first.made_at()),
        "and when"
    );
    assert_eq!(ann.view().case(case).unwrap().rep, REP_B);
    manager.sync();
    assert!(ann.view() == manager.view());
}

#[test]
fn r39_pieces_offered_twice_are_refused_the_second_time() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let manager = Phone::new(&host, 2, "Max");
    let entry = ann.act(receive(ann.me(), lot(SCREW, "A1"), 3)).first();
    let line = LineId { entry, index: 0 };
    ann.sync();
    manager.sync();
    ann.network(Network::Down);
    let late = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 2, None)]))
        .first();
    manager.act(offer(with(REP_A), with(REP_C), &[(line, 2, None)]));
    manager.sync();
    ann.network(Network::Up);
    ann.sync();
    assert_eq!(ann.status(late), RecordStatus::Refused);
    assert_eq!(ann.view().line(line).unwrap().free(), 1);
    manager.sync();
    assert!(ann.view() == manager.view());
}

#[test]
fn r37_an_answer_that_meets_a_cancelled_offer_is_a_fact_and_is_not_lost() {
    let host = host();
    let (ann, ben) = (Phone::new(&host, 1, "Ann"), Phone::new(&host, 2, "Ben"));
    let entry = ann.act(receive(ann.me(), serial(PUMP, "8841"), 1)).first();
    let line = LineId { entry, index: 0 };
    let transfer = ann
        .act(offer(with(REP_A), with(REP_B), &[(line, 1, None)]))
        .first();
    ann.sync();
    ben.sync();
    ben.network(Network::Down);
    let answers = vec![takes(1)];
    let answered = ben
        .act(Command::AnswerTransfer {
            transfer,
            answers,
            extras: Vec::new(),
        })
        .first();
    ann.act(Command::CancelTransfer {
        transfer,
        reason: "Found another".into(),
    });
    ann.sync();
    ben.network(Network::Up);
    ben.sync();
    ann.sync();
    let status = ben.status(answered);
    assert!(
        matches!(status, RecordStatus::Confirmed | RecordStatus::NeedsReview),
        "a fact is accepted flagged or disputed, never refused: {status:?}"
    );
    assert!(ann.view() == ben.view());
    // Whoever decides is told when the offer was taken back, not when it was made.
    let view = ann.view();
    let dispute = view.dispute(answered).unwrap();
    let taken_back = view.transfer(transfer).unwrap().ended_by;
    assert_eq!(
        dispute.why().unwrap().other_record_at(&view),
        taken_back.map(|(_, at)| at)
    );
    assert!(taken_back.is_some());
}

#[test]
fn a_pending_act_that_no_longer_fits_is_shown_and_not_dropped() {
    let host = host();
    let ann = Phone::new(&host, 1, "Ann");
    let manager = Phone::new(&host, 2, "Max");
    let case = ann.act(schedule(ann.me(), &[(SCREW, 1)])).first();
    ann.sync();
    manager.sync();
    manager.act(Command::CancelCase {
        case,
        reason: "Postponed".into(),
    });
    manager.sync();
    // Ann sees the cancellation only after she has recorded, and cannot send.
    ann.network(Network::Down);
    let late = ann.act(Command::ChangeRep { case, rep: REP_B }).first();
    assert_eq!(ann.status(late), RecordStatus::SavedHere);
    ann.network(Network::Up);
    host.borrow_mut().entries_max = 0;
    for _ in 0..3 {
        crate::phone::now(ann.desk.exchange(0.5));
    }
    host.borrow_mut().entries_max = usize::MAX;
    assert_eq!(ann.desk.unconfirmed(), 1);
    let ann = ann.reopened();
    ann.sync();
    assert_eq!(ann.status(late), RecordStatus::Refused);
}
