//! Vectors that others wrote: GS1's engine, and HIBC and ISBT strings from public documents.
//! (GS1's linter vectors run beside the linters, in `src/gs1/lint_tests.rs`.)
//!
//! Every row runs. A row that GS1's software rejects passes here when the text is not taken
//! for GS1 at all, or is flagged with a doubt; this crate reads labels, it does not judge
//! them. Rows that we differ on are listed with the reason.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use baton_udi::{Date, Outcome, Udi, parse};

const ENGINE: &str = include_str!("data/gs1-engine-vectors.tsv");
const OTHERS: &str = include_str!("data/hibc-isbt-vectors.tsv");

/// Rows of `generateScanData` without a result: they ask an encoder to refuse. We encode
/// nothing, and for us the inputs are no scans.
const NOT_APPLICABLE: [(&str, &str); 4] = [
    ("NONE", ""),
    ("EAN13", "ABCDEFGHIJKLM"),
    ("EAN13", "2112345678"),
    ("DataBarExpanded", "PLAINDATA"),
];

fn today() -> Date {
    Date::new(2026, 11, 23).unwrap()
}

fn read(text: &str) -> Option<Udi> {
    parse(text, today()).udi()
}

fn is_doubted(text: &str) -> bool {
    read(text).is_none_or(|udi| udi.warnings.iter().any(|warning| warning.is_doubt()))
}

/// The escapes of the C sources: `\xHH`, and a backslash before itself.
fn unescape(text: &str) -> String {
    text.replace("\\x1D", "\u{1d}").replace("\\\\", "\\")
}

/// Elements as GS1's engine writes them: `^` before the first and after each value whose
/// length is not fixed by the first two digits of its key.
fn engine_form(elements: &[(String, String)]) -> String {
    const PREDEFINED: [&str; 23] = [
        "00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
        "31", "32", "33", "34", "35", "36", "41", "--",
    ];
    let mut text = String::from("^");
    for (place, (key, value)) in elements.iter().enumerate() {
        text.push_str(key);
        text.push_str(value);
        let last = place + 1 == elements.len();
        if !last && !PREDEFINED.contains(&&key[..2]) {
            text.push('^');
        }
    }
    text
}

/// What the engine's form of the data must become here; `None` for plain text.
fn expected_elements(data: &str) -> Option<String> {
    if data.starts_with('\\') {
        // It keeps a leading `^` of plain text from being taken for FNC1.
        return None;
    }
    if let Some((linear, component)) = data.split_once("|^") {
        let linear = linear.parse::<u64>().ok()?;
        return Some(format!("^01{linear:014}{component}"));
    }
    if data.starts_with('^') {
        return Some(data.trim_end_matches('^').to_string());
    }
    if let Some((_, path)) = data.split_once("example.com/") {
        return Some(format!(
            "^{}",
            path.replace(['/', '='], "").replace('?', "")
        ));
    }
    let digits = data.len() >= 8 && data.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| format!("^01{:014}", data.parse::<u64>().unwrap()))
}

fn check_scan(row: &str, scan: &str, data: &str) {
    let elements = read(scan).map(|udi| engine_form(&udi.elements));
    assert_eq!(elements, expected_elements(data), "{row}");
}

#[test]
fn every_row_of_the_gs1_engine() {
    let mut run = 0;
    for row in ENGINE.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [function, expect, input, _detected, expected] = columns[..] else {
            panic!("malformed row {row:?}");
        };
        let (input, expected) = (unescape(input), unescape(expected));
        match (function, expect) {
            ("processScanData", "true") => {
                check_scan(row, &input, &expected);
            }
            ("generateScanData", symbology) if expected.is_empty() => {
                assert!(NOT_APPLICABLE.contains(&(symbology, &input)), "{row}");
                continue;
            }
            ("generateScanData", _) => {
                // The other way round: what it writes for a scan must be read as its input.
                let elements = read(&expected).map(|udi| engine_form(&udi.elements));
                let wanted = expected_elements(&input);
                let completed = elements.as_deref() == Some("^0102112345678900");
                // One input leaves the check digit to the encoder.
                assert!(
                    elements == wanted || (completed && input == "211234567890"),
                    "{row}: {elements:?} {wanted:?}"
                );
            }
            ("test_parseAIdata", "true") => {
                let (text, elements) = input.split_once('|').unwrap();
                let udi = read(text).unwrap_or_else(|| panic!("{row}"));
                assert_eq!(engine_form(&udi.elements), elements, "{row}");
                assert!(udi.warnings.iter().all(|w| !w.is_doubt()), "{row}");
            }
            ("test_processAIdata", "true") => {
                let udi = read(&input).unwrap_or_else(|| panic!("{row}"));
                let wanted = input.trim_end_matches('^');
                assert_eq!(engine_form(&udi.elements), wanted, "{row}");
                assert!(udi.warnings.iter().all(|w| !w.is_doubt()), "{row}");
            }
            (_, "false") => {
                assert!(is_doubted(input.trim_end_matches('|')), "{row}");
            }
            _ => panic!("unknown row {row}"),
        }
        run += 1;
    }
    assert_eq!(run + NOT_APPLICABLE.len(), ENGINE.lines().count() - 1);
}

/// What a row of the HIBC and ISBT file says, in fields: device identifier, lot, serial,
/// expiry, manufacture, donation number.
const MEANINGS: [(&str, [&str; 6]); 10] = [
    (
        "+A99912345/$$52001510X33",
        ["A99912345", "10X3", "", "2020-01-15", "", ""],
    ),
    (
        "+A99912345/$$52001510X3/16D20111212/S77DEFG457",
        [
            "A99912345",
            "10X3",
            "77DEFG45",
            "2020-01-15",
            "2011-12-12",
            "",
        ],
    ),
    ("+A123BJC5D6E71G", ["A123BJC5D6E71", "", "", "", "", ""]),
    // The document calls this December 1 and the lot 60605035; day 335 of the leap year 2016
    // is November 30, and the characters before link and check are 60605035K06.
    (
        "+1633560605035K066U",
        ["", "60605035K06", "", "2016-11-30", "", ""],
    ),
    (
        "+A99912345/$$52001510X34",
        ["A99912345", "10X3", "", "2020-01-15", "", ""],
    ),
    (
        "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123",
        [
            "A9999XYZ100T0944",
            "000000000000XYZ123",
            "000025",
            "2014-02-01",
            "2013-02-01",
            "A99971312345600",
        ],
    ),
    (
        "(01)00208851107345(17)150331",
        ["00208851107345", "", "", "2015-03-31", "", ""],
    ),
    (
        "01076133361215351094146701<GS>1727053124008058679190<GS>11251229",
        [
            "07613336121535",
            "94146701",
            "",
            "2027-05-31",
            "2025-12-29",
            "",
        ],
    ),
    (
        "+A999ABC123DE1/$+1234567Y",
        ["A999ABC123DE1", "", "1234567", "", "", ""],
    ),
    (
        "(01)09506000117843(11)141231(17)201231(10)1234AB(21)5678CD",
        [
            "09506000117843",
            "1234AB",
            "5678CD",
            "2020-12-31",
            "2014-12-31",
            "",
        ],
    ),
];

#[test]
fn every_row_of_hibc_and_isbt() {
    let mut run = 0;
    for row in OTHERS.lines().skip(1) {
        let mut columns = row.split('\t');
        let (kind, input) = (columns.next().unwrap(), columns.next().unwrap());
        let check_is_wrong = columns.next().unwrap().to_lowercase().starts_with("no");
        let Outcome::Udi(udi) = parse(input, today()) else {
            panic!("not read: {row}");
        };
        let agency = match kind {
            "hibc" => "HIBCC",
            "isbt" => "ICCBBA",
            _ => "GS1",
        };
        assert_eq!(udi.agency.as_str(), agency, "{row}");
        let (_, meaning) = MEANINGS.iter().find(|(text, _)| *text == input).unwrap();
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let found = [
            udi.device_identifier.unwrap_or_default(),
            udi.lot.unwrap_or_default(),
            udi.serial.unwrap_or_default(),
            day(udi.expiry),
            day(udi.manufactured),
            udi.distinct_identifier.unwrap_or_default(),
        ];
        assert_eq!(found.each_ref().map(String::as_str), *meaning, "{row}");
        let doubts = udi.warnings.iter().filter(|w| w.is_doubt()).count();
        assert_eq!(doubts, usize::from(check_is_wrong), "{row}");
        run += 1;
    }
    assert_eq!(run, MEANINGS.len());
}
