//! GS1 Digital Link: element strings in the form of a web address.
//!
//! `https://id.example.org/01/09506000117843/10/AB?17=251231` carries (01), (10) and (17).
//! The domain and any folders before the first key mean nothing. In the path stand one
//! primary key and its qualifiers in their fixed order; everything else is in the query,
//! beside parameters of the web that are none of ours. Compressed links are not read: they
//! look like any other address.

use super::dictionary::exact;
use super::{ELEMENTS_MAX, meaning::understand};
use crate::{Date, Udi};
use alloc::string::String;
use alloc::vec::Vec;

/// Words that the first edition of the standard allowed in place of a key.
const WORDS: [(&str, &str); 4] = [("gtin", "01"), ("cpv", "22"), ("lot", "10"), ("ser", "21")];

/// Reads a Digital Link; `None` for any other address.
pub(crate) fn read(text: &str, raw: &str, today: Date) -> Option<Udi> {
    let rest = after_scheme(text)?;
    let rest = rest.split('#').next()?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').skip(1).collect();
    if segments.len() > 2 * ELEMENTS_MAX {
        return None;
    }
    // The longest run of pairs to the end of the path is the identifier.
    let mut elements = (0..segments.len()).find_map(|start| path_elements(&segments[start..]))?;
    for parameter in query.split(['&', ';']) {
        let Some((key, value)) = parameter.split_once('=') else {
            continue;
        };
        if exact(key).is_some_and(|entry| entry.is_link_attribute()) {
            elements.push((key.into(), percent_decoded(value)?));
        }
        if elements.len() > ELEMENTS_MAX {
            return None;
        }
    }
    Some(understand(&elements, raw, today))
}

/// What follows `http://` or `https://`, in any case.
fn after_scheme(text: &str) -> Option<&str> {
    ["https://", "http://"].iter().find_map(|scheme| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

/// A primary key and its qualifiers, in the order that the key prescribes.
fn path_elements(segments: &[&str]) -> Option<Vec<(String, String)>> {
    if segments.is_empty() || !segments.len().is_multiple_of(2) {
        return None;
    }
    let mut elements = Vec::new();
    for pair in segments.chunks(2) {
        let key = WORDS
            .iter()
            .find(|(word, _)| *word == pair[0])
            .map_or(pair[0], |(_, key)| key);
        elements.push((String::from(key), percent_decoded(pair[1])?));
    }
    let (primary, value) = elements.first_mut()?;
    let sequences = exact(primary)?.link_qualifiers()?;
    if primary == "01" && matches!(value.len(), 8 | 12 | 13) {
        *value = [&"000000"[..14 - value.len()], value.as_str()].concat();
    }
    let shaped = exact(primary)?
        .check(value)
        .map_err(|finding| finding.fault);
    if !matches!(shaped, Ok(()) | Err(super::Fault::IncorrectCheckDigit)) {
        return None;
    }
    let ordered = sequences
        .split('|')
        .any(|sequence| in_order(sequence, &elements[1..]));
    ordered.then_some(elements)
}

/// The keys of `elements` stand in `sequence` (`22,10,21`), in this order, each at most once.
fn in_order(sequence: &str, elements: &[(String, String)]) -> bool {
    let mut allowed = sequence.split(',');
    elements
        .iter()
        .all(|(key, _)| allowed.any(|qualifier| qualifier == key))
}

/// Text with `%41` made `A`; `None` when a sequence is broken or the result is no text.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (pair, after) = rest.split_at_checked(2)?;
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push((digit(pair[0])? * 16 + digit(pair[1])?) as u8);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str) -> String {
        let today = Date::new(2026, 11, 23).expect("a day");
        let elements = read(text, text, today).map(|udi| udi.elements);
        super::super::bracketed_text(&elements.unwrap_or_default())
    }

    #[test]
    fn keys_come_from_path_and_query() {
        for (link, expected) in [
            (
                "https://id.example.org/01/09506000117843/10/AB%2FC/21/5?17=251231&linkType=all#x",
                "(01)09506000117843(10)AB/C(21)5(17)251231",
            ),
            (
                "HtTp://example.org/some/01/folder/01/09506000117843/",
                "(01)09506000117843",
            ),
            (
                "https://example.org/gtin/9506000117843/lot/A",
                "(01)09506000117843(10)A",
            ),
            (
                "https://example.org/01/12312312312333?99=TEST",
                "(01)12312312312333(99)TEST",
            ),
            // A lot named 01 does not start a product number.
            (
                "https://example.org/01/09506000117843/10/01/21/12",
                "(01)09506000117843(10)01(21)12",
            ),
        ] {
            assert_eq!(elements(link), expected, "{link}");
        }
    }

    #[test]
    fn the_number_of_elements_is_bounded() {
        let with = |parameters: usize| {
            let query = "17=251231&".repeat(parameters);
            let link = alloc::format!("https://example.org/01/09506000117843?{query}");
            elements(&link).matches('(').count()
        };
        assert_eq!(with(ELEMENTS_MAX - 1), ELEMENTS_MAX);
        assert_eq!(with(ELEMENTS_MAX), 0);
    }

    #[test]
    fn other_addresses_are_not_links() {
        for link in [
            "https://example.org",
            "https://example.org/01/notanumber1234",
            "https://example.org/01/09506000117843/21/5/10/A",
            "https://example.org/01/09506000117843/235/5/10/A",
            "https://example.org/01/09506000117843/10",
            "https://example.org/10/A",
            "https://example.org/01/0950600011784%",
            "http://code.google.com/p/zxing/",
            "ftp://example.org/01/09506000117843",
            "https:/",
            "httpsé://",
        ] {
            assert_eq!(elements(link), "", "{link}");
        }
    }
}
