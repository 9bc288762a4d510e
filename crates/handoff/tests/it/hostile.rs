//! Codes from anybody: nothing panics, nothing grows without bound, nothing false is believed.

use crate::forms::offer_of;
use crate::phones::two_phones;
use baton_domain::testkit::REP_B;
use baton_handoff::{Collected, Collector, HandoffError, Parcel, Room, plain};
use proptest::prelude::*;

/// Reads a text as everything a camera or a clipboard may bring.
fn read_all(text: &str) {
    let mut collector = Collector::default();
    if let Ok(Collected::Whole(bytes)) = collector.take(text) {
        let _ = Parcel::decode(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_texts_are_harmless(text in "(BATON:|baton:)?\\PC{0,200}") {
        read_all(&text);
    }

    #[test]
    fn random_bytes_are_harmless(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Parcel::decode(&bytes);
        read_all(&plain(&bytes));
    }

    /// Codes that were made once, with pieces of each other in them, cut short or run on.
    #[test]
    fn changed_codes_are_harmless(
        first in any::<prop::sample::Index>(),
        second in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        typed in "[0-9A-Z $%*+./:-]{0,9}",
    ) {
        let all = golden_texts();
        let (first, second) = (first.get(&all), second.get(&all));
        let (from, to) = (from.index(first.len()), to.index(second.len()));
        let spliced = format!("{}{typed}{}", &first[..from], &second[to..]);
        read_all(&spliced);
        // In the middle of a row of frames, too.
        let mut collector = Collector::default();
        for text in &all {
            let _ = collector.take(text);
            let _ = collector.take(&spliced);
        }
    }

    /// Lists that claim more than there is, entries that are none.
    #[test]
    fn random_lists_are_harmless(
        kind in 0..9_u8,
        entries in 0..=u64::MAX,
        bytes in proptest::collection::vec(any::<u8>(), 0..60),
        certificates in 0..=u64::MAX,
    ) {
        let mut contents = vec![0x83, kind, 0x9b];
        contents.extend(entries.to_be_bytes());
        contents.push(0x58);
        contents.push(bytes.len() as u8);
        contents.extend(&bytes);
        contents.push(0x9b);
        contents.extend(certificates.to_be_bytes());
        let mut parcel = vec![1];
        parcel.extend((contents.len() as u16).to_be_bytes());
        parcel.extend(contents);
        prop_assert!(Parcel::decode(&parcel).is_err());
    }

    #[test]
    fn random_frames_are_harmless(frames in proptest::collection::vec((any::<[u8; 2]>(), any::<u16>(), any::<u8>()), 1..80)) {
        let mut collector = Collector::default();
        for (length, number, fill) in frames {
            let mut bytes = vec![3, 1, 2, 3, 4, length[0] & 3, length[1]];
            bytes.extend(number.to_be_bytes());
            let length = usize::from(u16::from_be_bytes([length[0] & 3, length[1]])).max(1);
            let size = length.div_ceil(length.div_ceil(480));
            bytes.extend(vec![fill; size]);
            let _ = collector.take(&plain(&bytes));
        }
    }

    #[test]
    fn a_changed_offer_is_never_believed(place in any::<prop::sample::Index>(), with in 1..=255_u8) {
        let (mut world, mut ann, ben, line) = two_phones();
        let offer = ann.offers(&mut world, REP_B, &[(line, 2)]);
        let mut parcel = ann.parcel(&offer, Room::Code).unwrap();
        parcel.certificates.clear();
        let mut bytes = parcel.encode().unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= with;
        if let Ok(changed) = Parcel::decode(&bytes)
            && let Ok(arrival) = ben.reads(&changed)
        {
            // A key that is not known here cannot be checked: it is marked, and that is all.
            prop_assert!(
                changed.entry == parcel.entry || arrival.checks.is_empty(),
                "believed after a change at {place}"
            );
        }
    }
}

/// Every text of every golden file.
fn golden_texts() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let text = |file| std::fs::read_to_string(file).unwrap();
    let lines = files.into_iter().map(text).flat_map(|text| {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines
    });
    lines.collect()
}

#[test]
fn a_collector_holds_no_more_than_one_parcel_whatever_it_is_shown() {
    // Frames of a thousand different parcels, each as long as a parcel may be.
    let mut collector = Collector::default();
    for parcel in 0..1_000_u32 {
        let mut bytes = vec![3];
        bytes.extend(parcel.to_be_bytes());
        bytes.extend(u16::MAX.to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(vec![7; 1024]);
        let taken = collector.take(&plain(&bytes)).unwrap();
        assert_eq!(taken, Collected::Some { have: 1, of: 64 });
    }
    let long = "A".repeat(baton_handoff::limits::TEXT_BYTES_MAX + 1);
    let text = format!("BATON:{long}");
    assert_eq!(collector.take(&text), Err(HandoffError::TooLarge));
}

#[test]
fn a_cut_text_says_that_its_end_is_missing() {
    let bytes = offer_of(3);
    let text = plain(&bytes);
    let cut = &text[..text.len() - 12];
    let Collected::Whole(bytes) = Collector::default().take(cut).unwrap() else {
        panic!()
    };
    assert_eq!(Parcel::decode(&bytes), Err(HandoffError::Truncated));
    assert_eq!(
        Collector::default().take("(01)0800"),
        Err(HandoffError::NotACode)
    );
}

#[test]
fn a_small_parcel_that_inflates_without_end_is_refused() {
    let zeros = vec![0_u8; 4_000_000];
    let bomb = miniz_deflate(&zeros);
    assert!(bomb.len() < 0xFFFF);
    let mut bytes = vec![2];
    bytes.extend((bomb.len() as u16).to_be_bytes());
    bytes.extend(bomb);
    assert_eq!(Parcel::decode(&bytes), Err(HandoffError::Garbled));
}

fn miniz_deflate(bytes: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec(bytes, 9)
}
