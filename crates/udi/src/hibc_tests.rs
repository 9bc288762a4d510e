//! HIBC texts, most of them with a check character computed here, so that the case is about
//! what it names and nothing else.

use super::*;
use alloc::format;
use alloc::string::{String, ToString};

fn today() -> Date {
    Date::new(2026, 11, 23).expect("a day")
}

fn with_check(body: &str) -> String {
    format!("{body}{}", expected(body).expect("HIBC characters"))
}

/// The fields in one line, absent ones left out; `none` for no HIBC text.
fn shown(text: &str) -> String {
    let Some(udi) = read(text, text, today()) else {
        return "none".to_string();
    };
    let fields = [
        ("di", udi.device_identifier.clone()),
        ("lot", udi.lot.clone()),
        ("serial", udi.serial.clone()),
        ("exp", udi.expiry.map(|date| date.to_string())),
        ("made", udi.manufactured.map(|date| date.to_string())),
        ("n", udi.quantity.map(|n| n.to_string())),
        ("link", udi.link_character.map(String::from)),
        (
            "warn",
            Some(udi.warnings.len().to_string()).filter(|n| n != "0"),
        ),
    ];
    let present = fields
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)));
    present.collect::<alloc::vec::Vec<_>>().join(" ")
}

fn check(body: &str, expected: &str) {
    assert_eq!(shown(&with_check(body)), expected, "{body}");
}

#[test]
fn primary_alone() {
    check("+A123BJC5D6E71", "di=A123BJC5D6E71");
    check("+B004YYMMDDNNNNM0", "di=B004YYMMDDNNNNM0");
    check("+A123B1", "di=A123B1");
}

#[test]
fn every_form_of_date() {
    for (data, expected) in [
        ("$$0122LOT1", "lot=LOT1 exp=2022-01-31"),
        ("$$1224LOT1", "lot=LOT1 exp=2024-12-31"),
        ("$$0224LOT1", "lot=LOT1 exp=2024-02-29"),
        ("$$2021524LOT1", "lot=LOT1 exp=2024-02-15"),
        ("$$3240215LOT1", "lot=LOT1 exp=2024-02-15"),
        ("$$424021523LOT1", "lot=LOT1 exp=2024-02-15"),
        ("$$520015LOT1", "lot=LOT1 exp=2020-01-15"),
        ("$$62001510LOT1", "lot=LOT1 exp=2020-01-15"),
        ("$$7LOT1", "lot=LOT1"),
        ("$$520015", "exp=2020-01-15"),
        ("$LOT1", "lot=LOT1"),
        ("$+SER1", "serial=SER1"),
        ("$$+520015SER1", "serial=SER1 exp=2020-01-15"),
        ("$$+7SER1", "serial=SER1"),
        ("$$+0122SER1", "serial=SER1 exp=2022-01-31"),
        ("20015LOT1", "lot=LOT1 exp=2020-01-15"),
        ("20015", "exp=2020-01-15"),
    ] {
        check(
            &format!("+A99912345/{data}"),
            &format!("di=A99912345 {expected}"),
        );
        check(&format!("+{data}Z"), &format!("{expected} link=Z"));
    }
}

#[test]
fn quantities_stand_before_the_date() {
    for (data, expected) in [
        ("$$820520015LOT1", "lot=LOT1 exp=2020-01-15 n=20"),
        ("$$9001003240215LOT1", "lot=LOT1 exp=2024-02-15 n=100"),
        ("$$8057LOT1", "lot=LOT1 n=5"),
        ("$$805LOT1", "lot=LOT1 n=5"),
        ("$$805", "n=5"),
        ("$$+805520015SER1", "serial=SER1 exp=2020-01-15 n=5"),
        ("$LOT1/Q12", "lot=LOT1 n=12"),
    ] {
        check(
            &format!("+A99912345/{data}"),
            &format!("di=A99912345 {expected}"),
        );
    }
}

#[test]
fn supplements_add_what_they_name() {
    check(
        "+A99912345/$$52001510X3/16D20111212/S77DEFG45",
        "di=A99912345 lot=10X3 serial=77DEFG45 exp=2020-01-15 made=2011-12-12",
    );
    check(
        "+A99912345/14D20271231/Q500/SABC",
        "di=A99912345 serial=ABC exp=2027-12-31 n=500",
    );
    // The same date again is no contradiction, another date is.
    check(
        "+A99912345/$$520015/14D20200115",
        "di=A99912345 exp=2020-01-15",
    );
    check(
        "+A99912345/$$520015/14D20200116",
        "di=A99912345 exp=2020-01-15 warn=1",
    );
    check("+A99912345/$+SER1/SSER1", "di=A99912345 serial=SER1");
    check("+A99912345/$+SER1/SSER2", "di=A99912345 serial=SER1 warn=1");
    check("+A99912345/$LOT/ZZ9", "di=A99912345 lot=LOT warn=1");
}

#[test]
fn the_check_character_may_be_a_slash_or_a_space() {
    let with_last = |last: char| {
        let lots = (0..43).map(|n| format!("+A99912345/$LOT{n}"));
        lots.map(|body| with_check(&body))
            .find(|text| text.ends_with(last))
            .expect("one of 43 lots in a row")
    };
    let slash = with_last('/');
    assert!(shown(&slash).starts_with("di=A99912345 lot=LOT"), "{slash}");
    assert!(!shown(&slash).contains("warn"), "{slash}");
    let space = with_last(' ');
    assert!(!shown(&space).contains("warn"), "{space}");
    // A space that is padding, and a space that was cut off.
    let padded = read(&format!("{slash}  "), "", today()).expect("read");
    assert_eq!(padded.warnings, [Warning::SpaceAfterCheckCharacter]);
    // Which is doubtful: here the space is the check character, and a 1 has become an 8.
    assert_eq!(
        shown("+A12378PNC53Z91/$LOT1 "),
        "di=A12378PNC53Z91 lot=LOT1"
    );
    let wrong = read("+A12378PNC53Z98/$LOT1 ", "", today()).expect("read");
    assert_eq!(wrong.warnings, [Warning::SpaceAfterCheckCharacter]);
    let cut = read(space.trim_end(), "", today()).expect("read");
    assert_eq!(cut.warnings, [Warning::CheckCharacterCutOff]);
    assert_eq!(
        cut.lot,
        read(&space, "", today()).expect("read").lot,
        "the whole lot"
    );
}

#[test]
fn a_wrong_check_character_is_flagged_and_all_is_kept() {
    let udi = read("+A99912345/$$52001510X34", "", today()).expect("read");
    assert_eq!(
        udi.warnings,
        [Warning::CheckCharacter {
            found: '4',
            expected: '3'
        }]
    );
    assert_eq!(udi.lot.as_deref(), Some("10X3"));
    assert_eq!(
        shown("+A999ABC123DE1/$+1234567Y"),
        "di=A999ABC123DE1 serial=1234567 warn=1"
    );
}

#[test]
fn a_separate_secondary_is_believed_by_its_shape_or_its_check_character() {
    // Right shape, wrong check character.
    assert_eq!(
        shown("+$$520015LOT1ZZ"),
        "lot=LOT1 exp=2020-01-15 link=Z warn=1"
    );
    assert_eq!(
        shown("+20015LOT1ZZ"),
        "lot=LOT1 exp=2020-01-15 link=Z warn=1"
    );
    // Wrong shape, right check character.
    check("+$$520399LOT1Z", "lot=LOT1 link=Z warn=1");
    check("+20399LOT1Z", "none");
    // Neither.
    assert_eq!(shown("+$$520399LOT1ZZ"), "none");
    assert_eq!(shown("+20399LOT1ZZ"), "none");
}

#[test]
fn asterisks_and_small_letters_are_forgiven() {
    assert_eq!(shown("*+A123BJC5D6E71G*"), "di=A123BJC5D6E71");
    assert_eq!(shown("+a123bjc5d6e71g"), "di=A123BJC5D6E71 warn=1");
}

#[test]
fn bad_dates_are_flagged_and_never_become_dates() {
    check("+A99912345/$$520399LOT1", "di=A99912345 lot=LOT1 warn=1");
    check("+A99912345/$$1322LOT1", "di=A99912345 lot=LOT1 warn=1");
    check("+A99912345/$$424021524LOT1", "di=A99912345 lot=LOT1 warn=1");
    check("+A99912345/$", "di=A99912345 warn=1");
    check("+A99912345/16D20111312", "di=A99912345 warn=1");
    check("+A99912345/$$32402", "di=A99912345 warn=1");
}

#[test]
fn other_text_is_not_hibc() {
    for text in [
        "",
        "+",
        "+A",
        "+1",
        "+Hello World",
        "+HELLO WORLD",
        "+15551234567",
        "+13035551234",
        "+49 30 1234567",
        "+$5",
        "+/EA123",
        "+A123BJC5D6E7é",
        "*",
        "**",
        "A123BJC5D6E71G",
    ] {
        assert_eq!(shown(text), "none", "{text}");
    }
}

#[test]
fn too_much_is_flagged_or_refused() {
    let longest = "L".repeat(18);
    check(
        &format!("+A99912345/${longest}"),
        &format!("di=A99912345 lot={longest}"),
    );
    let long = "L".repeat(19);
    check(
        &format!("+A99912345/${long}"),
        &format!("di=A99912345 lot={long} warn=1"),
    );
    let many = "/S1".repeat(40);
    let udi = read(&with_check(&format!("+A99912345{many}")), "", today()).expect("read");
    assert!(udi.elements.len() <= PARTS_MAX + 1);
}

#[test]
fn a_malformed_product_with_a_right_check_character_is_kept_and_flagged() {
    check("+A123B-51", "di=A123B-51 warn=1");
    check("+A123B5X", "di=A123B5X warn=1");
    let longest = format!("+A123{}1", "B".repeat(18));
    check(&longest, &format!("di={}", &longest[1..]));
    let long = format!("+A123{}1", "B".repeat(19));
    check(&long, &format!("di={} warn=1", &long[1..]));
    // With neither the shape nor the check character it is just text.
    assert_eq!(shown("+A123B-51%"), "none");
    assert_eq!(shown("+A12B1%"), "none");
}
