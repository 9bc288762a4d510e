//! Whole texts, from what a scanner sends to what the fields say.

use super::*;
use alloc::format;
use alloc::string::ToString;

fn today() -> Date {
    Date::new(2026, 11, 23).expect("a day")
}

/// One line: agency, fields that are there, `!` and the number of doubts.
fn shown(text: &str) -> String {
    let Outcome::Udi(udi) = parse(text, today()) else {
        return "text".to_string();
    };
    assert_eq!(udi.raw, text);
    let mut line = udi.agency.as_str().to_string();
    for (name, value) in [
        ("di", udi.device_identifier),
        ("lot", udi.lot),
        ("serial", udi.serial),
        ("exp", udi.expiry.map(|date| date.to_string())),
        ("made", udi.manufactured.map(|date| date.to_string())),
        ("n", udi.quantity.map(|n| n.to_string())),
    ] {
        if let Some(value) = value {
            line.push_str(&format!(" {name}={value}"));
        }
    }
    match udi.warnings.iter().filter(|w| w.is_doubt()).count() {
        0 => line,
        doubts => format!("{line} !{doubts}"),
    }
}

fn check(text: &str, expected: &str) {
    assert_eq!(shown(text), expected, "{text:?}");
}

const WHOLE: &str = "GS1 di=09506000117843 lot=1234AB serial=5678CD exp=2020-12-31 made=2014-12-31";

#[test]
fn one_label_in_all_its_forms() {
    for text in [
        "(01)09506000117843(11)141231(17)201231(10)1234AB(21)5678CD",
        " (01) 09506000117843 (11) 141231 (17) 201231 (10) 1234AB (21) 5678CD\r\n",
    ] {
        check(text, WHOLE);
    }
    for mark in [
        "\u{1d}", "<GS>", "{GS}", "\\x1d", "^]", "~", "^", "|", "\u{241d}",
    ] {
        for prefix in ["", "]d2", "]C1", "]Q3", "\u{1d}", "^"] {
            let body = format!("01095060001178431114123117201231101234AB{mark}215678CD");
            check(&format!("{prefix}{body}"), WHOLE);
            check(&format!("{prefix}{body}{mark}\r\n"), WHOLE);
        }
    }
    check(
        "[)>\u{1e}05\u{1d}01095060001178431114123117201231101234AB\u{1d}215678CD\u{1e}\u{4}",
        WHOLE,
    );
    check(
        "https://id.example.org/01/09506000117843/10/1234AB/21/5678CD?11=141231&17=201231",
        WHOLE,
    );
}

#[test]
fn dates_of_gs1() {
    check(
        "(01)09506000117843(17)240200",
        "GS1 di=09506000117843 exp=2024-02-29",
    );
    check(
        "(01)09506000117843(11)230200",
        "GS1 di=09506000117843 made=2023-02-28",
    );
    check(
        "(01)09506000117843(17)760101",
        "GS1 di=09506000117843 exp=2076-01-01",
    );
    check(
        "(01)09506000117843(17)770101",
        "GS1 di=09506000117843 exp=1977-01-01",
    );
    check("(01)09506000117843(17)230229", "GS1 di=09506000117843 !1");
    check("(01)09506000117843(17)231301", "GS1 di=09506000117843 !1");
    check(
        "(01)09506000117843(7003)2712311830",
        "GS1 di=09506000117843 exp=2027-12-31",
    );
    check(
        "(01)09506000117843(8008)26010112",
        "GS1 di=09506000117843 made=2026-01-01",
    );
    check("(01)09506000117843(30)12", "GS1 di=09506000117843 n=12");
    check("(02)09506000117843(37)24", "GS1 n=24");
}

#[test]
fn a_leap_day_depends_on_the_century() {
    // GS1's rules let 000229 pass, because 2000 was a leap year; 1900 was none.
    let read = |year| {
        let today = Date::new(year, 1, 1).expect("a day");
        parse("(01)09506000117843(17)000229", today)
            .udi()
            .expect("GS1")
    };
    assert_eq!(read(2026).expiry, Date::new(2000, 2, 29));
    assert_eq!(read(2026).warnings, []);
    assert_eq!(read(1940).expiry, None);
    assert!(matches!(&read(1940).warnings[..], [Warning::Date { .. }]));
}

#[test]
fn faults_are_kept_and_flagged() {
    check(
        "(01)00208851107345(17)150331",
        "GS1 di=00208851107345 exp=2015-03-31 !1",
    );
    check(
        "010020885110734517150331",
        "GS1 di=00208851107345 exp=2015-03-31 !1",
    );
    check(
        "(01)09506000117843(10)A#B",
        "GS1 di=09506000117843 lot=A#B !1",
    );
    check(
        "]d2010950600011784310AB\u{1d}89XY",
        "GS1 di=09506000117843 lot=AB !1",
    );
    check(
        "(01)09506000117843(10)A(10)B",
        "GS1 di=09506000117843 lot=A !1",
    );
    check("(01)9506000117843(10)A", "GS1 di=09506000117843 lot=A !1");
    check("(01)950600011784(10)A", "GS1 di=00950600011784 lot=A !1");
    check("(01)95060001178(10)A", "GS1 lot=A !1");
    check("(01)09506000117843(10)", "GS1 di=09506000117843 !1");
}

#[test]
fn a_lost_separator_is_flagged_with_the_other_reading() {
    let udi = parse("10LOT17251231", today()).udi().expect("GS1");
    assert_eq!(udi.lot.as_deref(), Some("LOT17251231"), "not decided");
    let other = udi.alternative.as_deref().expect("offered");
    assert_eq!(other.lot.as_deref(), Some("LOT"));
    assert_eq!(other.expiry, Date::new(2025, 12, 31));
    assert!(udi.warnings.contains(&Warning::SeparatorMayBeMissing {
        key: "10".into(),
        alternative: "(10)LOT(17)251231".into()
    }));
    check(
        "]d20109506000117843172512311",
        "GS1 di=09506000117843 exp=2025-12-31 !1",
    );
    check("]d230123456789", "GS1 !1");
    check(
        "]d2010950600011784317251231101234AB215678CD",
        "GS1 di=09506000117843 lot=1234AB215678CD exp=2025-12-31 !1",
    );
    // A separator that came through shows that the reader sends them; brackets are explicit.
    check(
        "]d2010950600011784310LOT17251231\u{1d}21A",
        "GS1 di=09506000117843 lot=LOT17251231 serial=A",
    );
    check("(10)LOT17251231", "GS1 lot=LOT17251231");
    check(
        "]d2010950600011784310LOT\u{1d}21A17251231",
        "GS1 di=09506000117843 lot=LOT serial=A17251231",
    );
    // Unless the value cannot be what it is read as.
    let text = "]d221ABCDEFGHIJKLMN17251231\u{1d}10LOT";
    let udi = parse(text, today()).udi().expect("GS1");
    let other = udi.alternative.expect("offered");
    assert_eq!(other.serial.as_deref(), Some("ABCDEFGHIJKLMN"));
    assert_eq!(other.expiry, Date::new(2025, 12, 31));
    assert_eq!(other.lot.as_deref(), Some("LOT"));
}

#[test]
fn pairings_are_remarked_on() {
    let udi = parse("(21)A(235)B", today()).udi().expect("GS1");
    let words: alloc::vec::Vec<String> = udi.warnings.iter().map(|w| w.to_string()).collect();
    assert_eq!(
        words,
        [
            "(21) should stand beside (01), or (03), or (8006)",
            "(21) and (235) must not stand on one item",
            "(235) should stand beside (01)",
        ]
    );
    assert!(udi.warnings.iter().all(|warning| !warning.is_doubt()));
    let udi = parse("(01)09506000117843(250)B", today())
        .udi()
        .expect("GS1");
    assert_eq!(
        udi.warnings[0].to_string(),
        "(250) should stand beside (01) with (21), or (03) with (21), or (8006) with (21)"
    );
    // 310n excludes its siblings and not itself.
    check("(01)09506000117843(3102)000123", "GS1 di=09506000117843");
    let udi = parse("(01)09506000117843(3102)000123(3103)000123", today());
    assert_eq!(udi.udi().expect("GS1").warnings.len(), 2);
}

#[test]
fn hibc_and_isbt_are_told_apart_by_their_first_character() {
    check("+A123BJC5D6E71G", "HIBCC di=A123BJC5D6E71");
    check("]C0+A123BJC5D6E71G", "HIBCC di=A123BJC5D6E71");
    check("]d1*+A123BJC5D6E71G*\n", "HIBCC di=A123BJC5D6E71");
    check("]C0=/A9999XYZ100T0944", "ICCBBA di=A9999XYZ100T0944");
}

#[test]
fn bare_digits() {
    check("9780679601050", "GS1 di=09780679601050");
    check("]E09780679601050", "GS1 di=09780679601050");
    check("]E0416000336108", "GS1 di=00416000336108");
    check("]E402345673", "GS1 di=00000002345673");
    check("]I112345678901231", "GS1 di=12345678901231");
    check("]E09780679601051", "GS1 di=09780679601051 !1");
    check("0109506000117843", "GS1 di=09506000117843");
    check("17271231", "GS1 exp=2027-12-31");
    check("]C1102030405060", "GS1 lot=2030405060");
}

#[test]
fn composite_symbols_are_one_label() {
    check(
        "]E02112345678900|]e01727123110AB\u{1d}21CD",
        "GS1 di=02112345678900 lot=AB serial=CD exp=2027-12-31",
    );
    check("]E02112345678900|]e", "text");
    check("|]e010AB", "text");
}

#[test]
fn what_only_looks_like_gs1_is_flagged_or_left_alone() {
    check("10ABC123", "GS1 lot=ABC123 !1");
    check("10ABCD", "GS1 lot=ABCD !1");
    check("]C010ABC123", "text");
    check("]d1010950600011784310AB", "GS1 di=09506000117843 lot=AB");
    for text in [
        "",
        " ",
        "Hello World",
        "ABC123",
        "123456",
        "0123456789",
        "2024",
        "2024-05-01",
        "21st",
        "10 High Street",
        "91ABCDEF",
        "(555) 123-4567",
        "(21) people came",
        "(91)9876543210",
        "10f27ce-acb7-4e4e-a7ae-a0b98da6ed4a",
        "8101054321120021123456",
        "http://code.google.com/p/zxing/",
        "MECARD:N:Google 411,;TEL:18665881077;;",
        "MECARD:N:Sean Owen;TEL:+12125658770;EMAIL:srowen@google.com;;",
        "99~ABC",
        "90ABC\u{1d}91DEF",
        "10ABC",
        "17271231XYZ",
        "10ABC123\u{1d}89XYZ",
        "a|b",
        "]XX",
        "]",
        "]C1",
        "]d2\u{1d}",
        "+49 30 1234567",
        "=SUM(A1)",
        "é",
    ] {
        check(text, "text");
    }
}

#[test]
fn long_texts_are_kept_unread() {
    let text = format!("0109506000117843{}", "10A\u{1d}".repeat(2000));
    assert_eq!(parse(&text, today()), Outcome::Text(text.clone()));
    let longest = format!(
        "]d20109506000117843\u{1d}10{}",
        "A".repeat(TEXT_LENGTH_MAX - 22)
    );
    assert_eq!(longest.len(), TEXT_LENGTH_MAX);
    assert!(parse(&longest, today()).udi().is_some());
    assert!(parse(&format!("{longest}A"), today()).udi().is_none());
    let many = |times: usize| format!("]d20109506000117843{}", "10A\u{1d}".repeat(times));
    check(&many(63), "GS1 di=09506000117843 lot=A");
    check(&many(64), "text");
}
