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
