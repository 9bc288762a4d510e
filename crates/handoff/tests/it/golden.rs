//! Codes made today are read for ever. `BATON_BLESS=1 cargo test -p baton-handoff golden` writes
//! the files that are missing, and never overwrites one.

use crate::phones::{Phone, two_phones, world};
use baton_domain::Command;
use baton_domain::id::LineId;
use baton_domain::testkit::{ADMIN, REP_A, REP_B, REP_C, SCREW, lot};
use baton_handoff::{Collected, Collector, Frames, Kind, Parcel, Room, Shown, code, plain};
use std::fs;
use std::path::PathBuf;

fn golden(name: &str, fresh: &[String]) -> Vec<String> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
    let path = folder.join(format!("{name}.txt"));
    if !path.exists() {
        let bless = std::env::var("BATON_BLESS").is_ok_and(|value| value == "1");
        assert!(bless, "{name}.txt is missing: run once with BATON_BLESS=1");
        fs::create_dir_all(folder).unwrap();
        fs::write(&path, fresh.join("\n") + "\n").unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    kept.lines().map(str::to_owned).collect()
}

/// The texts of a golden file, read as the parcel that they were made of.
fn check(name: &str, parcel: &Parcel, fresh: &[String]) {
    let mut collector = Collector::default();
    let mut whole = None;
    for text in golden(name, fresh) {
        if let Collected::Whole(bytes) = collector.take(&text).unwrap() {
            whole = Some(Parcel::decode(&bytes).unwrap());
        }
    }
    assert_eq!(
        whole.as_ref(),
        Some(parcel),
        "{name} says something else now"
    );
}

fn as_code(parcel: &Parcel) -> Vec<String> {
    match code(&parcel.encode().unwrap()).unwrap() {
        Shown::Code(text) => vec![text],
        Shown::Frames(frames) => (0..frames.pieces() as u16)
            .map(|n| frames.code(n))
            .collect(),
    }
}

#[test]
fn golden_offer_and_receipt() {
    let (mut world, mut ann, mut ben, line) = two_phones();
    let offer = ann.offers(&mut world, REP_B, &[(line, 3)]);
    let shown = ann.parcel(&offer, Room::Code).unwrap();
    check("offer", &shown, &as_code(&shown));
    check("offer_as_text", &shown, &[plain(&shown.encode().unwrap())]);
    ben.takes_in(&shown);
    let receipt = ben.accept(&mut world, &offer, &[3]);
    let shown = ben.receipt(&receipt);
    check("receipt", &shown, &as_code(&shown));
}

#[test]
fn golden_offer_with_what_it_rests_on() {
    let mut world = world();
    let [mut ann, mut ben] = [REP_A, REP_B].map(|person| Phone::new(&world, person));
    let line = ann.receives(&mut world, lot(SCREW, "Z9"), 6);
    let offer = ann.offers(&mut world, REP_B, &[(line, 2)]);
    ben.takes_in(&ann.parcel(&offer, Room::Code).unwrap());
    let receipt = ben.accept(&mut world, &offer, &[2]);
    let entry = receipt.entry().id;
    let offer = ben.offers(&mut world, REP_C, &[(LineId { entry, index: 0 }, 1)]);
    let shown = ben.parcel(&offer, Room::Code).unwrap();
    check("offer_with_ancestors", &shown, &as_code(&shown));
}

#[test]
fn golden_proposal_and_answer() {
    let mut world = world();
    let case = world.case(REP_C, &[(SCREW, 2)]);
    let [mut ann, mut office] = [REP_A, ADMIN].map(|person| Phone::new(&world, person));
    let what = Box::new(Command::ChangeRep { case, rep: REP_A });
    let note = "I am nearer".into();
    let proposal = ann.act(&mut world, Command::Propose { what, note });
    let shown = ann.shows(Kind::Proposal, &proposal);
    check("proposal", &shown, &as_code(&shown));
    office.takes_in(&shown);
    let approve = Command::ApproveProposal(proposal.entry().id);
    let answer = office.act(&mut world, approve);
    let shown = office.shows(Kind::Answer, &answer);
    check("answer", &shown, &as_code(&shown));
}

#[test]
fn golden_frames() {
    // Made when more than ten lines travelled without a certificate.
    let mut parcel = Parcel::decode(&crate::forms::offer_of(60)).unwrap();
    parcel.certificates.clear();
    let frames = Frames::new(&parcel.encode().unwrap()).unwrap();
    // The second half first, then mixes: what a camera may see.
    let pieces = frames.pieces() as u16;
    let numbers = (pieces / 2..pieces).chain(pieces..pieces + 8);
    let texts: Vec<String> = numbers.map(|number| frames.code(number)).collect();
    check("offer_in_frames", &parcel, &texts);
}
