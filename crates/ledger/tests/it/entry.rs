//! Entries: signing, reading back, and everything that is not the one spelling.

use crate::make::{KINDS, Make};
use crate::samples::{bodies, bytes, date, entry, entry_id, key, line_id, signed};
use baton_domain::id::DeviceId;
use baton_domain::stock::LineRef;
use baton_domain::time::{LocalTime, Timestamp};
use baton_domain::{Entry, EntryBody};
use baton_ledger::{BadSignature, FormatError, SignedEntry, Unsigned};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_what_is_read(seed: u64, kind in 0..KINDS) {
        let entry = Make::new(seed).entry(kind);
        let unsigned = Unsigned::new(&entry).unwrap();
        let signed = unsigned.sign_with([1; 64]);
        let parsed = SignedEntry::parse(signed.bytes()).unwrap();
        prop_assert_eq!(parsed.entry(), &entry);
        prop_assert_eq!(parsed.bytes(), signed.bytes());
        prop_assert_eq!(parsed.signing_input(), signed.signing_input());
    }
}

#[test]
fn a_signature_holds_for_its_key_and_bytes_only() {
    let (_, body) = bodies().remove(0);
    let signed = signed(&entry(body.clone()));
    assert_eq!(signed.verify(&key().public_key()), Ok(()));
    let other = baton_ledger::SigningKey::from_bytes(&[8; 32]).unwrap();
    assert_eq!(signed.verify(&other.public_key()), Err(BadSignature));
    assert_eq!(signed.verify(&[0; 33]), Err(BadSignature));

    let changed = Entry {
        sequence: 42,
        ..entry(body)
    };
    let forged = Unsigned::new(&changed)
        .unwrap()
        .sign_with(*signed.signature());
    assert_eq!(forged.verify(&key().public_key()), Err(BadSignature));
}

#[test]
fn the_device_is_covered_by_the_signature() {
    let (_, body) = bodies().remove(0);
    let signed = signed(&entry(body.clone()));
    let elsewhere = Entry {
        device: DeviceId::from_bytes(bytes(99)),
        ..entry(body)
    };
    let forged = Unsigned::new(&elsewhere)
        .unwrap()
        .sign_with(*signed.signature());
    assert_eq!(forged.entry().device, DeviceId::from_bytes(bytes(99)));
    assert_eq!(forged.verify(&key().public_key()), Err(BadSignature));
}

#[test]
fn r32_the_hash_tells_content_and_not_signatures_apart() {
    let (_, body) = bodies().remove(0);
    let once = signed(&entry(body.clone()));
    let again = Unsigned::new(&entry(body.clone()))
        .unwrap()
        .sign_with([9; 64]);
    assert_ne!(once.bytes(), again.bytes());
    assert_eq!(once.hash(), again.hash());
    let other = signed(&Entry {
        sequence: 42,
        ..entry(body)
    });
    assert_ne!(once.hash(), other.hash());
}

#[test]
fn bytes_that_follow_or_lack_are_refused() {
    for (name, body) in bodies() {
        let bytes = signed(&entry(body)).bytes().to_vec();
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(SignedEntry::parse(&longer).is_err(), "{name}");
        assert!(
            SignedEntry::parse(&bytes[..bytes.len() - 1]).is_err(),
            "{name}"
        );
    }
    assert!(SignedEntry::parse(&[]).is_err());
}

fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at = bytes
        .windows(old.len())
        .position(|window| window == old)
        .unwrap();
    [&bytes[..at], new, &bytes[at + old.len()..]].concat()
}

/// The payload of a signed entry.
fn payload(body: &EntryBody) -> Vec<u8> {
    let bytes = signed(&entry(body.clone())).bytes().to_vec();
    let mut parts = minicbor::Decoder::new(&bytes);
    parts.tag().unwrap();
    parts.array().unwrap();
    parts.skip().unwrap();
    parts.skip().unwrap();
    parts.bytes().unwrap().to_vec()
}

/// Parses an entry with this payload and a signature of something else.
fn parse_payload(payload: &[u8]) -> Result<SignedEntry, FormatError> {
    let protected = [&[0xa2, 1, 0x26, 4, 0x50][..], &bytes(3)].concat();
    let mut parts = minicbor::Encoder::new(Vec::new());
    parts
        .tag(minicbor::data::Tag::new(18))
        .unwrap()
        .array(4)
        .unwrap();
    parts.bytes(&protected).unwrap().map(0).unwrap();
    parts.bytes(payload).unwrap().bytes(&[1; 64]).unwrap();
    SignedEntry::parse(&parts.into_writer())
}

/// Parses the entry with something replaced in its payload.
fn parse_with(body: EntryBody, old: &[u8], new: &[u8]) -> Result<SignedEntry, FormatError> {
    parse_payload(&replaced(&payload(&body), old, new))
}

#[test]
fn r31_lines_and_cases_outside_the_body_are_those_inside() {
    let lines = vec![LineRef {
        line: line_id(20, 7),
        quantity: 1,
        head: None,
    }];
    let body = EntryBody::StockMarked {
        case: entry_id(40),
        lines,
    };
    // Envelope key 9 with the touched line, key 10 with the case, key 13 with the body
    // `{1: [[0, 1]]}`. Each is changed alone, keeping every length.
    let touched = [vec![9, 0x82, 0x50], bytes(20).to_vec(), vec![7]].concat();
    let other = [vec![9, 0x82, 0x50], bytes(20).to_vec(), vec![8]].concat();
    assert!(parse_with(body.clone(), &touched, &touched).is_ok());
    // Another line outside is another line inside: the body has no line of its own to differ.
    let moved = parse_with(body.clone(), &touched, &other).unwrap();
    assert_eq!(moved.entry().body.lines_touched(), [line_id(20, 8)]);
    assert_eq!(moved.verify(&key().public_key()), Err(BadSignature));
    // A place inside that no list outside has.
    assert!(
        parse_with(
            body.clone(),
            &[0xa1, 1, 0x81, 0x82, 0, 1],
            &[0xa1, 1, 0x81, 0x82, 1, 1]
        )
        .is_err()
    );
    // A touched line that the body does not use: same length, no line in the body.
    let unused = parse_with(
        body,
        &[0xa1, 1, 0x81, 0x82, 0, 1],
        &[0xa1, 2, 0x81, 0x82, 0, 1],
    );
    assert_eq!(unused.unwrap_err(), FormatError::NotDeterministic);
}

#[test]
fn r31_an_unknown_kind_or_version_is_kept_with_what_it_touches() {
    let lines = vec![LineRef {
        line: line_id(20, 7),
        quantity: 1,
        head: Some(entry_id(30)),
    }];
    let body = EntryBody::StockMarked {
        case: entry_id(40),
        lines,
    };
    // Envelope key 7, kind 22 (StockMarked) and key 8, version 1.
    let known = [7, 22, 8, 1];
    for (newer, kind, version) in [
        (&[7, 22, 8, 2][..], 22, 2),
        (&[7, 0x18, 200, 8, 1], 200, 1),
        (&[7, 0x19, 0xff, 0xff, 8, 0x18, 255], 65_535, 255),
    ] {
        let signed = parse_with(body.clone(), &known, newer).unwrap();
        let unknown = EntryBody::Unknown {
            kind,
            version,
            lines: vec![line_id(20, 7)],
            cases: vec![entry_id(40)],
        };
        assert_eq!(signed.entry().body, unknown);
        // Its bytes are passed on as they are, and cannot be written anew.
        assert_eq!(SignedEntry::parse(signed.bytes()).unwrap(), signed);
        assert_eq!(
            Unsigned::new(signed.entry()).unwrap_err(),
            FormatError::UnknownKind
        );
    }
    // What it touches ascends, also where nobody knows the kind.
    let two = [0, 7].map(|index| LineRef {
        line: line_id(20, index),
        quantity: 1,
        head: None,
    });
    let body_of_two = EntryBody::StockMarked {
        case: entry_id(40),
        lines: two.to_vec(),
    };
    let touched = [bytes(20).to_vec(), vec![0, 7]].concat();
    let [down, kind] = [[bytes(20).to_vec(), vec![7, 0]].concat(), vec![7, 22, 8, 2]];
    let unknown = replaced(&payload(&body_of_two), &known, &kind);
    assert!(parse_payload(&unknown).is_ok());
    let error = parse_payload(&replaced(&unknown, &touched, &down)).unwrap_err();
    assert_eq!(error, FormatError::NotDeterministic);
    for nonsense in [&[7, 0, 8, 1][..], &[7, 22, 8, 0], &[7, 22, 8, 0x19, 1, 0]] {
        assert!(parse_with(body.clone(), &known, nonsense).is_err());
    }
    // A known kind with the body of another: a case too many.
    assert!(parse_with(body, &known, &[7, 11, 8, 1]).is_err());
}

#[test]
fn a_newer_format_says_so() {
    let body = EntryBody::ProductsListed(Vec::new());
    // The payload begins with a map and the key 0, the format's version.
    let id = [vec![0, 1, 1, 0x50], bytes(500).to_vec()].concat();
    let newer = [vec![0, 2, 1, 0x50], bytes(500).to_vec()].concat();
    let error = parse_with(body, &id, &newer).unwrap_err();
    assert_eq!(
        error,
        FormatError::Newer {
            what: "the format",
            version: 2
        }
    );
}

#[test]
fn another_algorithm_tag_or_header_is_refused() {
    let (_, body) = bodies().remove(0);
    let bytes = signed(&entry(body)).bytes().to_vec();
    let parse_with = |old: &[u8], new: &[u8]| SignedEntry::parse(&replaced(&bytes, old, new));
    assert!(parse_with(&[0xa2, 1, 0x26, 4, 0x50], &[0xa2, 1, 0x26, 4, 0x50]).is_ok());
    assert!(parse_with(&[0xa2, 1, 0x26, 4, 0x50], &[0xa2, 1, 0x27, 4, 0x50]).is_err());
    assert!(parse_with(&[0xd2, 0x84], &[0xd1, 0x84]).is_err());
    assert!(parse_with(&[0xd2, 0x84], &[0x84]).is_err());
    // Something in the unprotected header, which nobody signed.
    assert!(parse_with(&[0xa0, 0x58], &[0xa1, 1, 1, 0x58]).is_err());
    // A length longer than it need be.
    assert!(parse_with(&[0xa0, 0x58], &[0xb8, 0, 0x58]).is_err());
}

#[test]
fn other_spellings_of_a_payload_are_refused() {
    let body = EntryBody::DeviceRevoked(DeviceId::from_bytes(bytes(3)));
    // Sequence 41 under key 4, then key 5.
    let sequence = [4, 0x18, 41, 5];
    let with = |new: &[u8]| parse_with(body.clone(), &sequence, new).map(|_| ());
    assert_eq!(with(&sequence), Ok(()));
    assert_eq!(
        with(&[4, 0x19, 0, 41, 5]),
        Err(FormatError::NotDeterministic)
    );
    assert!(with(&[5, 0x18, 41, 4]).is_err());
    assert!(with(&[4, 0x18, 41, 4]).is_err());
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let reason = |length: usize| {
        let body = EntryBody::StockHeld {
            lines: Vec::new(),
            reason: "x".repeat(length).into(),
        };
        Unsigned::new(&entry(body)).map(|_| ())
    };
    assert_eq!(reason(2048), Ok(()));
    assert!(matches!(reason(2049), Err(FormatError::TooMany { .. })));

    let lines = |count: u16| {
        let lines = (0..count).map(|index| LineRef {
            line: line_id(20, index),
            quantity: 1,
            head: None,
        });
        Unsigned::new(&entry(EntryBody::StockHeld {
            lines: lines.collect(),
            reason: "".into(),
        }))
        .map(|_| ())
    };
    assert_eq!(lines(500), Ok(()));
    assert!(matches!(lines(501), Err(FormatError::TooMany { .. })));

    // Within the bounds of every text and list, and too large as a whole.
    let (_, body) = bodies()
        .into_iter()
        .find(|(name, _)| *name == "products_listed")
        .unwrap();
    let EntryBody::ProductsListed(mut products) = body else {
        panic!("another sample")
    };
    products.truncate(1);
    products[0].description = "x".repeat(2048).into();
    let listed = |count| {
        let products = std::iter::repeat_n(products[0].clone(), count).collect();
        Unsigned::new(&entry(EntryBody::ProductsListed(products))).map(|_| ())
    };
    assert_eq!(listed(31), Ok(()));
    assert_eq!(listed(32), Err(FormatError::TooLarge { bytes_max: 65_536 }));

    let minute = |minute| {
        let starts_at = LocalTime {
            date: date(2026, 12, 1),
            minute,
        };
        let body = EntryBody::CaseChanged {
            case: entry_id(40),
            facility: None,
            starts_at: Some((starts_at, 0)),
            room: None,
            needs: None,
        };
        Unsigned::new(&entry(body)).map(|_| ())
    };
    assert_eq!(minute(1439), Ok(()));
    assert!(minute(1440).is_err());

    let at = |unix_ms, offset_min| {
        let entry = entry(EntryBody::ProductsListed(Vec::new()));
        let occurred_at = Timestamp {
            unix_ms,
            offset_min,
        };
        Unsigned::new(&Entry {
            occurred_at,
            ..entry
        })
        .map(|_| ())
    };
    assert_eq!(at(0, -1440), Ok(()));
    for (unix_ms, offset_min) in [
        (-1, 0),
        (i64::MIN, 0),
        (i64::MAX, 0),
        (0, 1441),
        (0, i16::MIN),
    ] {
        assert!(at(unix_ms, offset_min).is_err(), "{unix_ms} {offset_min}");
    }

    let sequence = Entry {
        sequence: 0,
        ..entry(EntryBody::ProductsListed(Vec::new()))
    };
    assert!(Unsigned::new(&sequence).is_err());
}

#[test]
fn five_hundred_lines_of_five_hundred_entries_fit() {
    let lines = (0..500).map(|number| LineRef {
        line: line_id(number, 65_535),
        quantity: u32::MAX,
        head: Some(entry_id(1000 + number)),
    });
    let signed = signed(&entry(EntryBody::StockHeld {
        lines: lines.collect(),
        reason: "".into(),
    }));
    assert!(SignedEntry::parse(signed.bytes()).is_ok());
}
