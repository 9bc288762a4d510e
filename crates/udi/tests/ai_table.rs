//! `src/gs1/table.rs` is compiled from GS1's own dictionary, never written by hand. This test
//! compiles it again and compares.
//!
//! After a new dictionary: `UPDATE_AI_TABLE=1 cargo test -p baton-udi --test ai_table`.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

const DICTIONARY: &str = include_str!("../data/gs1-syntax-dictionary.txt");
const TABLE_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/gs1/table.rs");

/// Content checks that need a list kept by somebody else (company prefixes, countries,
/// currencies, packages) or a grammar of North American grocery coupons. None of them can
/// make a wrong lot right; leaving them out keeps the table free of data that ages.
const LEFT_OUT: [&str; 9] = [
    "couponcode",
    "couponposoffer",
    "gcppos1",
    "gcppos2",
    "iso3166",
    "iso3166999",
    "iso3166alpha2",
    "iso4217",
    "packagetype",
];

/// The other checks, and the name each has in `src/gs1/lint.rs`.
const LINTS: [(&str, &str); 25] = [
    ("csum", "Csum"),
    ("csumalpha", "CsumAlpha"),
    ("hasnondigit", "HasNonDigit"),
    ("hh", "Hh"),
    ("hhmi", "Hhmi"),
    ("hyphen", "Hyphen"),
    ("iban", "Iban"),
    ("importeridx", "ImporterIdx"),
    ("iso5218", "Iso5218"),
    ("latitude", "Latitude"),
    ("longitude", "Longitude"),
    ("mediatype", "MediaType"),
    ("mi", "Mi"),
    ("nonzero", "NonZero"),
    ("nozeroprefix", "NoZeroPrefix"),
    ("pcenc", "PcEnc"),
    ("pieceoftotal", "PieceOfTotal"),
    ("posinseqslash", "PosInSeqSlash"),
    ("ss", "Ss"),
    ("winding", "Winding"),
    ("yesno", "YesNo"),
    ("yymmd0", "YyMmD0"),
    ("yymmdd", "YyMmDd"),
    ("yyyymmdd", "YyyyMmDd"),
    ("zero", "Zero"),
];

/// One line of the dictionary, taken apart.
struct Line<'a> {
    first: &'a str,
    last: &'a str,
    predefined: bool,
    attribute: bool,
    parts: Vec<String>,
    requires: String,
    excludes: String,
    /// `None`: not a primary key of a Digital Link.
    key: Option<&'a str>,
    title: &'a str,
}

fn parse_line(line: &str) -> Line<'_> {
    let (line, title) = line.split_once('#').unwrap_or((line, ""));
    let mut words = line.split_whitespace().peekable();
    let range = words.next().unwrap();
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let flags = words
        .next_if(|word| !word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
        .unwrap_or("");
    assert!(
        flags.chars().all(|c| "*?".contains(c)),
        "unknown flag in {line}"
    );
    let is_part = |word: &&str| word.starts_with(['N', 'X', 'Y', 'Z', '[']);
    let mut parts = Vec::new();
    while let Some(word) = words.next_if(is_part) {
        parts.push(part(word));
    }
    assert!(!parts.is_empty(), "no specification in {line}");
    let (mut requires, mut excludes, mut key) = (Vec::new(), Vec::new(), None);
    for word in words {
        match word.split_once('=').unwrap_or((word, "")) {
            ("req", groups) => requires.push(groups),
            ("ex", patterns) => excludes.push(patterns),
            ("dlpkey", qualifiers) => key = Some(qualifiers),
            _ => panic!("unknown attribute {word} in {line}"),
        }
    }
    Line {
        first,
        last,
        predefined: flags.contains('*'),
        attribute: flags.contains('?'),
        parts,
        requires: requires.join(";"),
        excludes: excludes.join(","),
        key,
        title: title.trim(),
    }
}

/// `[N..6],yymmd0` as a Rust expression.
fn part(word: &str) -> String {
    let (spec, lints) = word.split_once(',').unwrap_or((word, ""));
    let bare = spec.trim_start_matches('[').trim_end_matches(']');
    let optional = bare.len() != spec.len();
    let (set, length) = bare.split_at(1);
    let (min, max) = match length.strip_prefix("..") {
        Some(max) => ("1", max),
        None => (length, length),
    };
    let mut names = Vec::new();
    for lint in lints.split(',').filter(|lint| !lint.is_empty()) {
        match LINTS.iter().find(|(name, _)| *name == lint) {
            Some((_, name)) => names.push(*name),
            None => assert!(LEFT_OUT.contains(&lint), "unknown linter {lint}"),
        }
    }
    assert!(names.len() <= 2, "{word} has more than two checks");
    names.resize(2, "None");
    format!(
        "part(Set::{set}, {min}, {max}, {optional}, Lint::{}, Lint::{})",
        names[0], names[1]
    )
}

/// The place of `wanted` in `list`, which grows when it is not there yet.
fn intern<T: PartialEq + Clone>(list: &mut Vec<T>, wanted: &[T]) -> usize {
    let found = list
        .windows(wanted.len())
        .position(|window| window == wanted);
    found.unwrap_or_else(|| {
        list.extend_from_slice(wanted);
        list.len() - wanted.len()
    })
}

fn compile() -> String {
    let lines: Vec<Line> = DICTIONARY
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(parse_line)
        .collect();
    let mut parts = Vec::new();
    // Place 0 says "no rule"; the text of a rule is looked for from place 1 on.
    let mut rules = vec![String::from("\0")];
    let mut rule = |text: Option<&str>| match text {
        Some(text) => intern(&mut rules, &[String::from(text)]),
        None => 0,
    };
    let given = |text: &'_ str| (!text.is_empty()).then(|| String::from(text));
    let mut entries = String::new();
    let mut titles = String::new();
    for line in &lines {
        let start = intern(&mut parts, &line.parts);
        writeln!(
            entries,
            "    ai({}, {}, {}, {}, {}, {start}, {}, {}, {}, {}),",
            line.first.parse::<u16>().unwrap(),
            line.last.parse::<u16>().unwrap(),
            line.first.len(),
            line.predefined,
            line.attribute,
            line.parts.len(),
            rule(given(&line.requires).as_deref()),
            rule(given(&line.excludes).as_deref()),
            rule(line.key),
        )
        .unwrap();
        writeln!(titles, "    {:?},", line.title).unwrap();
    }
    rules[0].clear();
    render(lines.len(), &parts, &rules, &entries, &titles)
}

fn render(count: usize, parts: &[String], rules: &[String], entries: &str, titles: &str) -> String {
    let mut out = String::from(
        "//! Compiled from `data/gs1-syntax-dictionary.txt` (Apache-2.0, GS1 AISBL and others; see\n\
         //! `data/README.md`) by the test `ai_table`. Do not edit.\n\n\
         use super::dictionary::{Entry, Part, ai, part};\nuse super::lint::{Lint, Set};\n\n",
    );
    writeln!(
        out,
        "/// The components that values are made of; an entry names a run of them.\n\
         #[rustfmt::skip]\npub(super) static PARTS: [Part; {}] = [",
        parts.len()
    )
    .unwrap();
    for part in parts {
        writeln!(out, "    {part},").unwrap();
    }
    writeln!(
        out,
        "];\n\n/// Rules about other identifiers, shared by entries; place 0 is \"no rule\".\n\
         #[rustfmt::skip]\npub(super) static RULES: [&str; {}] = [",
        rules.len()
    )
    .unwrap();
    for rule in rules {
        writeln!(out, "    {rule:?},").unwrap();
    }
    writeln!(
        out,
        "];\n\n/// first, last, digits, predefined length, link attribute, first part, parts,\n\
         /// requires, excludes, link key.\n\
         #[rustfmt::skip]\npub(super) static ENTRIES: [Entry; {count}] = [\n{entries}];\n\n\
         /// What GS1 prints beside the value, in the order of `ENTRIES`.\n\
         #[rustfmt::skip]\npub(super) static TITLES: [&str; {count}] = [\n{titles}];"
    )
    .unwrap();
    out
}

#[test]
fn the_table_is_what_the_dictionary_says() {
    let compiled = compile();
    if std::env::var_os("UPDATE_AI_TABLE").is_some() {
        std::fs::write(TABLE_FILE, &compiled).unwrap();
    }
    let committed = std::fs::read_to_string(TABLE_FILE).unwrap();
    let differing = committed
        .lines()
        .zip(compiled.lines())
        .find(|(a, b)| a != b);
    assert_eq!(differing, None, "left: committed, right: compiled again");
    assert_eq!(committed.len(), compiled.len());
}

/// The readers take the shortest prefix that is an identifier; that is only right while no
/// identifier is the beginning of another.
#[test]
fn no_identifier_begins_another() {
    let mut all = BTreeSet::new();
    for line in DICTIONARY
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(parse_line)
    {
        let digits = line.first.len();
        let (first, last): (u16, u16) = (line.first.parse().unwrap(), line.last.parse().unwrap());
        for ai in first..=last {
            assert!(all.insert(format!("{ai:0digits$}")), "{ai} twice");
        }
    }
    for short in &all {
        for long in &all {
            assert!(
                short == long || !long.starts_with(short),
                "{short} begins {long}"
            );
        }
    }
    assert!(all.len() > 500, "the dictionary was read");
}
