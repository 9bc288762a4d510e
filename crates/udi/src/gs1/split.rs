//! From text to elements: where does one value end and the next key begin?
//!
//! A GS1 element string has no visible structure. A value of predefined length ends by
//! itself; every other value ends at the separator FNC1, which a decoder hands over as the
//! control character GS (0x1D), and which keyboards, copy and paste and cautious software turn
//! into all kinds of marks. So the marks are made GS first, and then the text is cut.

use super::dictionary::{exact, find};
use alloc::string::String;
use alloc::vec::Vec;

/// Group separator: what a decoder transmits for an FNC1 that is not the first.
pub(super) const GS: char = '\u{1d}';

/// What was cut, in the order of the text.
#[derive(Default)]
pub(super) struct Pieces {
    /// Keys that exist, and the values after them, right or wrong.
    pub(super) elements: Vec<(String, String)>,
    /// Stretches up to the next separator that begin with no known key.
    pub(super) unread: Vec<String>,
    /// A separator was there.
    pub(super) separated: bool,
    /// The keys stood in brackets.
    pub(super) bracketed: bool,
}

/// Written-out separators that nobody uses as data, whatever their case.
const NAMES: [&str; 8] = [
    "<GS>", "{GS}", "[GS]", "<FNC1>", "{FNC1}", "[FNC1]", "\\x1D", "\\u001D",
];

/// Makes every known form of the separator a GS. The single characters `^ ~ |` and the key
/// combination `^]` count only where `short_marks` allows: a value cannot hold them, but in
/// bracketed text they are a mistake and not a separator.
pub(super) fn with_plain_separators(text: &str, short_marks: bool) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = separator_length(rest, short_marks);
        plain.push(if length > 0 { GS } else { next });
        rest = &rest[length.max(next.len_utf8())..];
    }
    plain
}

/// The length in bytes of the separator that `text` begins with; 0 when it begins with none.
fn separator_length(text: &str, short_marks: bool) -> usize {
    match text.as_bytes() {
        // FS, GS, RS and US: scanners are set up to send any of them.
        [0x1c..=0x1f, ..] => 1,
        [b'^', b']', ..] if short_marks => 2,
        [b'^' | b'~' | b'|', ..] if short_marks => 1,
        [b'<' | b'{' | b'[' | b'\\', ..] => NAMES
            .iter()
            .find(|name| {
                text.get(..name.len())
                    .is_some_and(|head| head.eq_ignore_ascii_case(name))
            })
            .map_or(0, |name| name.len()),
        _ if text.starts_with('\u{241d}') => '\u{241d}'.len_utf8(),
        _ => 0,
    }
}

/// Cuts an element string whose separators are plain. Separators before, after and between
/// elements, needed or not, doubled or not, are all taken.
pub(super) fn element_string(text: &str) -> Pieces {
    let mut pieces = Pieces {
        separated: text.contains(GS),
        ..Pieces::default()
    };
    let mut rest = text.trim_start_matches(GS);
    while !rest.is_empty() {
        let read = match find(rest) {
            Some((entry, key)) => {
                let run = up_to_separator(&rest[key.len()..]);
                let value = entry
                    .predefined_length()
                    .and_then(|length| run.get(..length))
                    .unwrap_or(run);
                pieces.elements.push((key.into(), value.into()));
                key.len() + value.len()
            }
            None => {
                let run = up_to_separator(rest);
                pieces.unread.push(run.into());
                run.len()
            }
        };
        rest = rest[read..].trim_start_matches(GS);
    }
    pieces
}

fn up_to_separator(text: &str) -> &str {
    text.split(GS).next().unwrap_or(text)
}

/// Cuts human readable text, keys in brackets: `(01)09506000117843(10)AB`. A bracket that
/// does not enclose a known key belongs to the value, and so does one after a backslash.
/// Spaces and separators around a value are no part of it.
pub(super) fn bracketed(text: &str) -> Pieces {
    let mut pieces = Pieces {
        bracketed: true,
        ..Pieces::default()
    };
    let around = |c: char| c == GS || c.is_ascii_whitespace();
    let mut rest = text.trim_matches(around);
    while let Some((key, after)) = bracketed_key(rest) {
        let end = next_bracketed_key(after);
        let value = after[..end].trim_matches(around).replace("\\(", "(");
        pieces.elements.push((key.into(), value));
        rest = &after[end..];
    }
    if !rest.is_empty() {
        pieces.unread.push(rest.into());
    }
    pieces
}

/// `(01)rest` as `01` and `rest`, when that key exists.
fn bracketed_key(text: &str) -> Option<(&str, &str)> {
    let (key, after) = text.strip_prefix('(')?.split_once(')')?;
    exact(key)?;
    Some((key, after))
}

fn next_bracketed_key(text: &str) -> usize {
    let opens = text.match_indices('(').map(|(at, _)| at);
    opens
        .filter(|at| !text[..*at].ends_with('\\'))
        .find(|at| bracketed_key(&text[*at..]).is_some())
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &Pieces) -> String {
        super::super::bracketed_text(&pieces.elements)
    }

    #[test]
    fn all_forms_of_the_separator_become_one() {
        for mark in [
            "\u{1d}", "\u{1e}", "<GS>", "<gs>", "{GS}", "{gs}", "[GS]", "<FNC1>", "\\x1d", "\\x1D",
            "\\u001d", "^]", "^", "~", "|", "\u{241d}",
        ] {
            let text = alloc::format!("10AB{mark}21CD{mark}");
            assert_eq!(with_plain_separators(&text, true), "10AB\u{1d}21CD\u{1d}");
        }
        assert_eq!(with_plain_separators("A<B>^\\x1", false), "A<B>^\\x1");
        assert_eq!(with_plain_separators("é<GS", true), "é<GS");
    }

    #[test]
    fn needless_doubled_and_trailing_separators_are_skipped() {
        let text = "\u{1d}0109506000117843\u{1d}\u{1d}17251231\u{1d}10AB\u{1d}\u{1d}21CD\u{1d}";
        let pieces = element_string(text);
        assert_eq!(shown(&pieces), "(01)09506000117843(17)251231(10)AB(21)CD");
        assert!(pieces.unread.is_empty() && pieces.separated);
    }

    #[test]
    fn reading_goes_on_after_an_unknown_key() {
        let pieces = element_string("10AB\u{1d}89X\u{1d}21CD");
        assert_eq!(shown(&pieces), "(10)AB(21)CD");
        assert_eq!(pieces.unread, ["89X"]);
    }

    #[test]
    fn a_fixed_value_ends_at_a_separator_that_comes_too_early() {
        let pieces = element_string("010950600\u{1d}10AB");
        assert_eq!(shown(&pieces), "(01)0950600(10)AB");
    }

    #[test]
    fn brackets_that_are_data_stay_data() {
        for (text, expected) in [
            ("(10)A(B)(21)C", "(10)A(B)(21)C"),
            ("(10)12345\\(", "(10)12345("),
            ("(10)A\\(21)B", "(10)A(21)B"),
            ("(10) A B \u{1d} (21) C ", "(10)A B(21)C"),
            ("(10)(11)98765", "(10)(11)98765"),
        ] {
            assert_eq!(shown(&bracketed(text)), expected, "{text}");
        }
        assert_eq!(bracketed("(10)A\\(21)B").elements.len(), 1);
        assert!(bracketed("(1A)12345").elements.is_empty());
        assert!(bracketed("(").elements.is_empty());
    }
}
