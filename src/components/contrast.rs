//! Holds the tokens to their promise: text reaches 7:1 and the edge of a control 3:1 on every
//! ground they are used on, in every theme (WCAG 2.2, 1.4.6 and 1.4.11).

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../style/tokens.css");

type Colours = BTreeMap<String, String>;

/// The custom properties of the first block that follows `selector`.
fn block(selector: &str) -> Colours {
    let start = TOKENS
        .find(selector)
        .expect("the selector stands in tokens.css");
    let body = &TOKENS[start..];
    let (open, close) = (
        body.find('{').expect("a block"),
        body.find('}').expect("its end"),
    );
    body[open + 1..close]
        .split(';')
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// Relative luminance of `#rrggbb` (WCAG 2.2).
fn luminance(colour: &str) -> f64 {
    let channel = |place: usize| {
        let value = u8::from_str_radix(&colour[place..place + 2], 16).expect("a colour");
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn themes() -> [(&'static str, Colours); 3] {
    [
        ("light", block(":root {")),
        ("dark", block(":root[data-theme=\"dark\"]")),
        ("contrast", block(":root[data-theme=\"contrast\"]")),
    ]
}

#[test]
fn text_reaches_seven_to_one_on_every_ground() {
    let pairs = [
        ("ink", &["ground", "surface", "sunken", "accent-soft"][..]),
        ("ink-soft", &["ground", "surface", "sunken", "accent-soft"]),
        ("accent", &["ground", "surface", "accent-soft"]),
        ("accent-ink", &["accent"]),
        ("ok", &["surface", "ok-soft"]),
        ("warn", &["surface", "warn-soft"]),
        ("bad", &["ground", "surface", "bad-soft"]),
        ("surface", &["ink"]),
    ];
    for (theme, colours) in themes() {
        for (text, grounds) in pairs {
            for ground in grounds {
                let ratio = contrast(&colours[text], &colours[*ground]);
                assert!(ratio >= 7.0, "{theme}: {text} on {ground} is {ratio:.2}:1");
            }
        }
    }
}

#[test]
fn the_edge_of_a_control_reaches_three_to_one() {
    for (theme, colours) in themes() {
        for ground in ["ground", "surface", "sunken"] {
            let ratio = contrast(&colours["edge-strong"], &colours[ground]);
            assert!(
                ratio >= 3.0,
                "{theme}: edge-strong on {ground} is {ratio:.2}:1"
            );
        }
    }
}

#[test]
fn dark_by_setting_and_dark_by_choice_are_the_same() {
    let by_setting = block(":root:not([data-theme=\"light\"]");
    assert_eq!(by_setting, block(":root[data-theme=\"dark\"]"));
}
