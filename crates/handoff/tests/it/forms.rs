//! Sizes, frames and symbols.

use crate::phones::{certificate, pump, signed, world};
use baton_domain::EntryBody;
use baton_domain::entry::OfferedLine;
use baton_domain::id::{EntryId, LineId, OrganizationId, PersonId};
use baton_domain::stock::LineRef;
use baton_domain::testkit::{REP_A, REP_B, SCREW, lot, with};
use baton_domain::transfer::Travel;
use baton_handoff::{
    Collected, Collector, Frames, Kind, Parcel, Shown, Symbol, code, is_handoff, plain,
};

/// Sixteen bytes that no compression makes fewer, as a phone's identifiers are.
fn id(number: u32) -> [u8; 16] {
    let mut seed = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) ^ 0x55;
        seed.to_be_bytes()
    };
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&next());
    bytes[8..].copy_from_slice(&next());
    bytes
}

/// An offer of so many lines from deliveries of five, two in three with a serial, as a parcel's
/// bytes.
pub fn offer_of(lines: u32) -> Vec<u8> {
    let mut world = world();
    let line = |number: u32| {
        let entry = EntryId::from_bytes(id(number / 5));
        let has_serial = !number.is_multiple_of(3);
        OfferedLine {
            stock: LineRef {
                line: LineId {
                    entry,
                    index: (number % 5) as u16,
                },
                quantity: if has_serial { 1 } else { 4 },
                head: has_serial.then_some(entry),
            },
            identity: if has_serial {
                pump(number)
            } else {
                lot(SCREW, &format!("L{}", 7_000 + number))
            },
            reserved_for: None,
        }
    };
    let body = EntryBody::TransferOffered {
        from: with(REP_A),
        to: with(REP_B),
        lines: (0..lines).map(line).collect(),
        travel: Travel::default(),
        note: "".into(),
    };
    let mut entry = world.entry(REP_A, body);
    entry.id = EntryId::from_bytes(id(1_000));
    entry.actor = PersonId::from_bytes(id(1_001));
    entry.organization = OrganizationId::from_bytes(id(1_002));
    let parcel = Parcel {
        kind: Kind::Offer,
        ancestors: Vec::new(),
        entry: signed(&entry),
        certificates: vec![certificate(REP_A)],
    };
    parcel.encode().unwrap()
}

#[test]
fn twenty_five_lines_fit_one_code_and_a_hundred_are_frames() {
    for lines in [1, 10, 25] {
        let Shown::Code(text) = code(&offer_of(lines)).unwrap() else {
            panic!("{lines} lines do not fit a code")
        };
        assert!(is_handoff(&text));
        let symbol = Symbol::of(&text).unwrap();
        assert!(
            symbol.version() <= 25 && symbol.is_medium(),
            "{lines}: {symbol:?}"
        );
        assert_eq!(symbol.modules(), 17 + 4 * usize::from(symbol.version()));
        assert!(symbol.path().starts_with("M0 0h7v1h-7z"));
    }
    let Shown::Frames(frames) = code(&offer_of(100)).unwrap() else {
        panic!("a hundred lines in one code")
    };
    assert!(frames.pieces() <= 12, "{}", frames.pieces());
    assert!(Symbol::of(&frames.code(0)).unwrap().version() <= 18);
}

#[test]
fn a_text_that_is_no_code_has_no_symbol() {
    assert!(Symbol::of("no lower case").is_none());
    assert!(Symbol::of(&"A".repeat(4000)).is_none());
}

#[test]
fn frames_come_in_any_order_and_some_never() {
    let parcel = offer_of(100);
    let frames = Frames::new(&parcel).unwrap();
    let pieces = frames.pieces() as u16;
    // Backwards, every third one missed, each seen twice.
    let mut collector = Collector::default();
    let mut needed = 0;
    let mut whole = None;
    for number in (0..4 * pieces).rev().filter(|number| number % 3 != 1) {
        let text = frames.code(number);
        needed += 1;
        for _ in 0..2 {
            match collector.take(&text).unwrap() {
                Collected::Whole(bytes) => whole = Some(bytes),
                Collected::Some { have, of } => {
                    assert!(have <= needed && have < of && of == usize::from(pieces));
                }
            }
            if whole.is_some() {
                break;
            }
        }
        if whole.is_some() {
            break;
        }
    }
    assert_eq!(whole.as_deref(), Some(&*parcel));
    assert!(needed <= usize::from(pieces) + 6, "{needed} of {pieces}");
    assert!(Parcel::decode(&parcel).is_ok());
}

#[test]
fn frames_of_another_parcel_begin_anew_and_a_whole_code_ends_them() {
    let (first, second) = (offer_of(100), offer_of(99));
    let frames = [&first, &second].map(|parcel| Frames::new(parcel).unwrap());
    let mut collector = Collector::default();
    collector.take(&frames[0].code(0)).unwrap();
    assert_eq!(
        collector.take(&frames[1].code(1)).unwrap(),
        Collected::Some {
            have: 1,
            of: frames[1].pieces()
        }
    );
    let single = offer_of(1);
    assert_eq!(
        collector.take(&plain(&single)).unwrap(),
        Collected::Whole(single)
    );
    assert!(matches!(
        collector.take(&frames[1].code(2)).unwrap(),
        Collected::Some { have: 1, .. }
    ));
}
