//! GS1's own vectors for its linters, and a few for the checks that have none there.

use super::*;
use alloc::string::String;
use alloc::vec::Vec;

const VECTORS: &str = include_str!("../../tests/data/gs1-linter-vectors.tsv");

/// Rows we differ on: linter, input, why.
const DIFFERING: [(&str, &str, &str); 4] = [
    ("gcppos1", "1234567", "needs GS1's list of company prefixes"),
    ("gcppos1", "1234567", "simulates that the list is offline"),
    (
        "gcppos2",
        "I1234567",
        "needs GS1's list of company prefixes",
    ),
    ("gcppos2", "I1234567", "simulates that the list is offline"),
];

enum Check {
    Lint(Lint),
    Set(Set),
}

fn by_name(name: &str) -> Option<Check> {
    let lint = match name {
        "cset39" => return Some(Check::Set(Set::Y)),
        "cset82" => return Some(Check::Set(Set::X)),
        "csetnumeric" => return Some(Check::Set(Set::N)),
        "csum" => Lint::Csum,
        "csumalpha" => Lint::CsumAlpha,
        "hasnondigit" => Lint::HasNonDigit,
        "hh" => Lint::Hh,
        "hhmi" => Lint::Hhmi,
        "importeridx" => Lint::ImporterIdx,
        "mi" => Lint::Mi,
        "nonzero" => Lint::NonZero,
        "nozeroprefix" => Lint::NoZeroPrefix,
        "pieceoftotal" => Lint::PieceOfTotal,
        "ss" => Lint::Ss,
        "yymmd0" => Lint::YyMmD0,
        "yymmdd" => Lint::YyMmDd,
        "yyyymmd0" => Lint::YyyyMmD0,
        "yyyymmdd" => Lint::YyyyMmDd,
        "zero" => Lint::Zero,
        _ => return None,
    };
    Some(Check::Lint(lint))
}

/// `\xHH`, `\"` and `\\` as the C sources of the vectors write them.
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        if rest[0] == b'x' {
            let hex = core::str::from_utf8(&rest[1..3]).expect("two hex digits");
            bytes.push(u8::from_str_radix(hex, 16).expect("two hex digits"));
            rest = &rest[3..];
        } else {
            bytes.push(rest[0]);
            rest = &rest[1..];
        }
    }
    bytes
}

/// `GS1_LINTER_ILLEGAL_DAY` from `Fault::IllegalDay`.
fn official_name(fault: Fault) -> String {
    if fault == Fault::TooLongForCheckPair {
        return String::from("GS1_LINTER_TOO_LONG_FOR_CHECK_PAIR_IMPLEMENTATION");
    }
    let mut name = String::from("GS1_LINTER");
    for letter in std::format!("{fault:?}").chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

/// `20*13*10` for a finding in `201310`.
fn marked(data: &[u8], finding: Finding) -> Vec<u8> {
    let (before, rest) = data.split_at(finding.at);
    let (wrong, after) = rest.split_at(finding.length);
    [before, b"*", wrong, b"*", after].concat()
}

#[test]
fn every_vector_of_gs1_passes() {
    let mut run = 0;
    let mut left_out = 0;
    for row in VECTORS.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [name, expect, input, error, position] = columns[..] else {
            panic!("malformed row {row:?}");
        };
        let Some(check) = by_name(name) else {
            assert!(
                DIFFERING.iter().any(|d| (d.0, d.1) == (name, input)),
                "{row}"
            );
            left_out += 1;
            continue;
        };
        let data = unescape(input);
        let result = match check {
            Check::Lint(lint) => lint.check(&data),
            Check::Set(set) => set.check(&data),
        };
        match (expect, result) {
            ("PASS", Ok(())) => {}
            ("FAIL", Err(finding)) => {
                assert_eq!(official_name(finding.fault), error, "{row}");
                assert_eq!(marked(&data, finding), unescape(position), "{row}");
            }
            (_, result) => panic!("{row}: {result:?}"),
        }
        run += 1;
    }
    assert_eq!(left_out, DIFFERING.len());
    assert_eq!(run + left_out, 1513);
}

#[test]
fn checks_without_official_vectors() {
    let passes = |lint: Lint, data: &str| lint.check(data.as_bytes()).is_ok();
    assert!(passes(Lint::Iban, "GB29NWBK60161331926819"));
    assert!(passes(Lint::Iban, "DE89370400440532013000"));
    assert!(!passes(Lint::Iban, "DE89370400440532013001"));
    for broken in [
        "DE8",
        "de89370400440532013000",
        // Each leaves 1 when divided by 97 and has a wrong shape: a letter for a check digit,
        // digits for the country, too short, too long.
        "GB1ONWBK60161331920040",
        "1234NWBK60161331920090",
        "GB12NWBK600075",
        "GB12NWBK6016133192NWBK6016133100061",
    ] {
        assert!(!passes(Lint::Iban, broken), "{broken}");
    }
    assert!(passes(Lint::PcEnc, "a%20b%41"));
    for broken in ["%", "%4", "a%4x", "%%41"] {
        assert!(!passes(Lint::PcEnc, broken), "{broken}");
    }
    let finding = Lint::PcEnc
        .check(b"ab%4")
        .map_err(|found| (found.at, found.length));
    assert_eq!(finding, Err((2, 2)));
    assert!(passes(Lint::Latitude, "1800000000"));
    assert!(!passes(Lint::Latitude, "1800000001"));
    assert!(passes(Lint::Longitude, "3600000000"));
    assert!(!passes(Lint::Longitude, "3600000001"));
    assert!(!passes(Lint::Longitude, "9999999999"));
    assert!(passes(Lint::PosInSeqSlash, "1/2") && passes(Lint::PosInSeqSlash, "2/2"));
    for broken in ["3/2", "0/1", "1-2", "1/", "", "1/22"] {
        assert!(!passes(Lint::PosInSeqSlash, broken), "{broken}");
    }
    assert!(passes(Lint::MediaType, "10") && passes(Lint::MediaType, "80"));
    assert!(!passes(Lint::MediaType, "00") && !passes(Lint::MediaType, "11"));
    assert!(passes(Lint::Winding, "9") && !passes(Lint::Winding, "2"));
    assert!(passes(Lint::YesNo, "1") && !passes(Lint::YesNo, "2"));
    assert!(passes(Lint::Iso5218, "9") && !passes(Lint::Iso5218, "3"));
    assert!(passes(Lint::Hyphen, "-") && !passes(Lint::Hyphen, "+"));
    let z = |data: &str| Set::Z.check(data.as_bytes()).is_ok();
    assert!(z("aZ09-_=") && !z("+"));
}

#[test]
fn set_82_lists_exactly_what_the_set_holds() {
    for byte in 0..=255 {
        assert_eq!(SET_82.contains(&byte), Set::X.holds(byte), "{byte}");
    }
}
