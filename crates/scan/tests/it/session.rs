//! Which label is taken when.

use baton_scan::{
    BATCH_GONE_MS, Format, IGNORED_MS, Missing, ScanOutcome, Session, Symbol, Wanted, Way,
};
use baton_udi::Date;

const SCREW: &str = "]d20109506000117843\u{1d}17271231\u{1d}10AB12";
const SCREW_LINEAR: &str = "]C101095060001178431727123110AB12";
const PLATE: &str = "]d201076133361215351727123110CD34\u{1d}";
const PRODUCT: &str = "]C10109506000117843";
const OTHER_PRODUCT: &str = "]C10107613336121535";
const LOT: &str = "]C11727123110AB12";
const OTHER_LOT: &str = "]C11728123110ZZ99";
const PARCEL: &str = "]Q1https://example.org/track/12345";

fn today() -> Date {
    Date::new(2026, 11, 24).unwrap()
}

/// A symbol at a place; the text begins with its symbology identifier.
fn at(code: &str, centre: (f32, f32)) -> Symbol {
    let (identifier, text) = code.split_at(3);
    Symbol {
        format: match identifier {
            "]d2" => Format::DataMatrix,
            "]Q1" => Format::QrCode,
            "]E0" => Format::Ean13,
            _ => Format::Code128,
        },
        identifier: identifier.into(),
        text: text.into(),
        centre,
        reads: 1,
    }
}

fn middle(code: &str) -> Symbol {
    at(code, (0.5, 0.5))
}

/// Shows the same symbols in frames 40 ms apart; gives everything that came of it.
fn show(session: &mut Session, symbols: &[Symbol], from_ms: u64, to_ms: u64) -> Vec<ScanOutcome> {
    (from_ms..=to_ms)
        .step_by(40)
        .flat_map(|now| session.see(symbols, today(), now))
        .collect()
}

fn lots(outcomes: &[ScanOutcome]) -> Vec<&str> {
    outcomes
        .iter()
        .filter_map(|outcome| outcome.udi.as_ref()?.lot.as_deref())
        .collect()
}

#[test]
fn what_another_phone_shows_counts_at_once_even_where_labels_are_wanted() {
    let mut session = Session::new(Wanted::Labels, false);
    let frames = ["]Q1BATON:FRAME ONE", "]Q1BATON:FRAME TWO"];
    for (number, frame) in frames.into_iter().enumerate() {
        let outcomes = session.see(&[middle(frame)], today(), 180 * number as u64);
        assert_eq!(outcomes.len(), 1, "{frame}");
        assert_eq!(outcomes[0].code, frame[3..]);
    }
}

#[test]
fn a_label_in_view_is_taken_once() {
    let mut session = Session::new(Wanted::Labels, false);
    let outcomes = show(&mut session, &[middle(SCREW)], 0, 5_000);
    assert_eq!(lots(&outcomes), ["AB12"]);
    assert_eq!(outcomes[0].way, Way::Camera);
    assert_eq!(outcomes[0].missing, None);
}

#[test]
fn the_same_label_is_taken_again_after_two_seconds_out_of_view() {
    let mut session = Session::new(Wanted::Labels, false);
    show(&mut session, &[middle(SCREW)], 0, 100);
    show(&mut session, &[], 140, 1_000);
    assert!(show(&mut session, &[middle(SCREW)], 1_040, 1_080).is_empty());
    show(&mut session, &[], 1_120, 1_120 + IGNORED_MS);
    let again = 1_160 + IGNORED_MS;
    assert_eq!(show(&mut session, &[middle(SCREW)], again, again).len(), 1);
}

#[test]
fn in_a_batch_one_second_out_of_view_is_enough_and_one_more_can_be_asked_for() {
    let mut session = Session::new(Wanted::Labels, true);
    assert_eq!(show(&mut session, &[middle(SCREW)], 0, 3_000).len(), 1);
    let again = 3_000 + BATCH_GONE_MS + 80;
    show(&mut session, &[], 3_040, again - 40);
    assert_eq!(show(&mut session, &[middle(SCREW)], again, again).len(), 1);
    assert_eq!(
        session.once_more().unwrap().udi.unwrap().lot.as_deref(),
        Some("AB12")
    );
}

#[test]
fn matrix_and_linear_code_of_one_label_are_one_outcome() {
    for batch in [false, true] {
        let mut session = Session::new(Wanted::Labels, batch);
        let both = [at(SCREW, (0.5, 0.4)), at(SCREW_LINEAR, (0.5, 0.6))];
        assert_eq!(show(&mut session, &both, 0, 3_000).len(), 1, "{batch}");
    }
}

#[test]
fn two_labels_in_view_are_both_taken_in_a_batch_only() {
    let both = [at(SCREW, (0.3, 0.5)), at(PLATE, (0.55, 0.5))];
    let mut batch = Session::new(Wanted::Labels, true);
    let outcomes = show(&mut batch, &both, 0, 400);
    assert_eq!(lots(&outcomes), ["CD34", "AB12"]);
    let mut single = Session::new(Wanted::Labels, false);
    let outcomes = show(&mut single, &both, 0, 5_000);
    assert_eq!(lots(&outcomes), ["CD34"], "the one in the middle");
}

#[test]
fn halves_in_one_view_are_joined() {
    let both = [at(PRODUCT, (0.5, 0.4)), at(LOT, (0.5, 0.6))];
    let mut session = Session::new(Wanted::Labels, false);
    let outcomes = show(&mut session, &both, 0, 3_000);
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    let udi = outcomes[0].udi.as_ref().unwrap();
    assert_eq!(udi.device_identifier.as_deref(), Some("09506000117843"));
    assert_eq!(udi.lot.as_deref(), Some("AB12"));
    assert_eq!(outcomes[0].code.split('\n').count(), 2);
}

#[test]
fn halves_one_after_the_other_are_joined_within_ten_seconds() {
    for (gap_ms, joined) in [(6_000, true), (12_000, false)] {
        let mut session = Session::new(Wanted::Labels, false);
        let first = show(&mut session, &[middle(PRODUCT)], 0, 200);
        assert_eq!(first[0].missing, Some(Missing::Production));
        assert!(session.waits(200));
        let second = show(&mut session, &[middle(LOT)], gap_ms, gap_ms + 200);
        let product = second[0].udi.as_ref().unwrap().device_identifier.is_some();
        assert_eq!(product, joined, "after {gap_ms} ms");
    }
}

#[test]
fn a_lot_is_never_joined_where_two_labels_are_in_view() {
    for crowd in [
        vec![PRODUCT, OTHER_PRODUCT, LOT],
        vec![PRODUCT, LOT, OTHER_LOT],
    ] {
        let symbols: Vec<Symbol> = crowd
            .iter()
            .enumerate()
            .map(|(place, code)| at(code, (0.5, 0.3 + 0.2 * place as f32)))
            .collect();
        let mut session = Session::new(Wanted::Labels, true);
        assert!(show(&mut session, &symbols, 0, 3_000).is_empty());
    }
}

#[test]
fn a_whole_label_wins_over_the_code_of_its_box() {
    let both = [at(PRODUCT, (0.5, 0.5)), at(PLATE, (0.5, 0.7))];
    let mut session = Session::new(Wanted::Labels, false);
    let outcomes = show(&mut session, &both, 0, 1_000);
    assert_eq!(lots(&outcomes), ["CD34"]);
}

#[test]
fn a_parcels_code_beside_a_label_is_not_told_and_alone_it_is_after_a_while() {
    let mut session = Session::new(Wanted::Labels, false);
    let both = [middle(PARCEL), at(SCREW, (0.5, 0.8))];
    assert_eq!(lots(&show(&mut session, &both, 0, 3_000)), ["AB12"]);
    let mut session = Session::new(Wanted::Labels, false);
    assert!(show(&mut session, &[middle(PARCEL)], 0, 400).is_empty());
    let outcomes = show(&mut session, &[middle(PARCEL)], 440, 3_000);
    assert_eq!(outcomes.len(), 1);
    assert_eq!(outcomes[0].udi, None);
}

#[test]
fn one_reading_of_a_linear_code_is_not_believed() {
    let mut session = Session::new(Wanted::Labels, false);
    assert!(session.see(&[middle(SCREW_LINEAR)], today(), 0).is_empty());
    assert_eq!(session.see(&[middle(SCREW_LINEAR)], today(), 40).len(), 1);
}

#[test]
fn a_photo_is_taken_at_once_whatever_was_taken_before() {
    let mut session = Session::new(Wanted::Labels, false);
    show(&mut session, &[middle(SCREW)], 0, 200);
    let outcomes = session.photo(&[middle(SCREW)], today(), 240);
    assert_eq!(outcomes.len(), 1);
    assert_eq!(outcomes[0].way, Way::Photo);
    let outcomes = session.photo(&[middle(PARCEL)], today(), 300);
    assert_eq!(outcomes[0].udi, None, "a photo tells what it shows");
}

#[test]
fn typed_halves_are_joined_like_scanned_ones() {
    let mut session = Session::new(Wanted::Labels, false);
    let half = session.enter("09506000117843", Way::Typed, today(), 0);
    assert_eq!(half.missing, Some(Missing::Production));
    let whole = session.enter("(17)271231(10)AB12", Way::Wedge, today(), 3_000);
    assert_eq!(whole.missing, None);
    assert_eq!(whole.udi.unwrap().lot.as_deref(), Some("AB12"));
}

#[test]
fn a_handoff_code_is_passed_on_as_it_is_and_the_next_one_at_once() {
    let mut session = Session::new(Wanted::Handoff, false);
    let first = show(&mut session, &[middle("]Q1BATON:ABC")], 0, 1_000);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].code, "BATON:ABC");
    let next = show(&mut session, &[middle("]Q1BATON:DEF")], 1_040, 1_080);
    assert_eq!(next.len(), 1);
}

#[test]
fn after_clearing_the_same_label_counts_again_and_no_half_waits() {
    let mut session = Session::new(Wanted::Labels, false);
    show(&mut session, &[middle(PRODUCT)], 0, 200);
    session.clear();
    assert!(!session.waits(240));
    assert_eq!(show(&mut session, &[middle(PRODUCT)], 240, 320).len(), 1);
}
