//! A scanner that types: telling its bursts from a person's typing.
//!
//! A wedge sends a code as key strokes, a few milliseconds apart, wherever the focus is, and
//! most end it with Enter or Tab. The separator inside is the hard part: it is no key. Scanners
//! send it as Ctrl+], as Alt and the digits 029, as another character that somebody chose, or
//! not at all; a wizard finds out with a test code, once.

/// The strokes of a burst are no farther apart than this on average; a wireless scanner stutters.
const STROKE_GAP_MS: u64 = 50;
/// No two strokes of a burst are farther apart; without Enter or Tab it is over after this long.
pub const SILENCE_MS: u64 = 150;
/// Fewer characters are a person or a chance.
const CHARACTERS_MIN: usize = 6;
/// No label is longer; a key that is held down is.
const CHARACTERS_MAX: usize = 4096;
/// ASCII group separator.
const GS: char = '\u{1d}';

/// The content of the test code: all 43 characters of HIBC, a separator, an end by which a lost
/// rest is noticed.
pub const TEST_CODE: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%\u{1d}END";

/// What comes out of a stroke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// Nothing that looks like a wedge.
    Alone,
    /// The first stroke of what may become a burst: remember what the field holds.
    First,
    /// One more stroke of a burst.
    More,
    /// The end of a burst, by Enter or Tab: this is its text.
    End(String),
}

/// Strokes of late.
#[derive(Clone, Debug, Default)]
pub struct Wedge {
    /// What this scanner types in the place of the separator.
    pub substitute: Option<char>,
    text: String,
    alt_digits: String,
    strokes: u64,
    first_ms: u64,
    last_ms: u64,
}

impl Wedge {
    /// Listens to a scanner that types this in the place of the separator.
    pub fn new(substitute: Option<char>) -> Self {
        Self {
            substitute,
            ..Self::default()
        }
    }

    /// Takes a stroke: the key as the browser names it (`a`, `Enter`), and whether Ctrl or Alt
    /// were held.
    pub fn stroke(&mut self, key: &str, ctrl: bool, alt: bool, now_ms: u64) -> Stroke {
        if matches!(key, "Shift" | "Control" | "Alt" | "AltGraph" | "CapsLock") {
            return Stroke::More;
        }
        let gap = now_ms.saturating_sub(self.last_ms);
        self.last_ms = now_ms;
        if gap > SILENCE_MS || self.text.len() > CHARACTERS_MAX {
            self.forget();
        }
        if matches!(key, "Enter" | "Tab") {
            let text = self.take();
            self.forget();
            return text.map_or(Stroke::Alone, Stroke::End);
        }
        let fresh = self.strokes == 0;
        if fresh {
            self.first_ms = now_ms;
        }
        let mut characters = key.chars();
        let (Some(first), None) = (characters.next(), characters.next()) else {
            self.forget();
            return Stroke::Alone;
        };
        if alt && first.is_ascii_digit() {
            self.alt_digits.push(first);
        } else {
            self.end_alt();
            let separator = (ctrl && first == ']') || Some(first) == self.substitute;
            if ctrl && !separator && first != GS {
                self.forget();
                return Stroke::Alone;
            }
            self.text.push(if separator { GS } else { first });
        }
        self.strokes += 1;
        if fresh { Stroke::First } else { Stroke::More }
    }

    /// The burst that ended by silence, if one did.
    pub fn silence(&mut self, now_ms: u64) -> Option<String> {
        if now_ms.saturating_sub(self.last_ms) < SILENCE_MS {
            return None;
        }
        let text = self.take();
        self.forget();
        text
    }

    /// True when what was typed so far is too quick and too long for a person.
    pub fn is_burst(&self) -> bool {
        let lasted = self.last_ms.saturating_sub(self.first_ms);
        self.text.chars().count() >= CHARACTERS_MIN && lasted <= self.strokes * STROKE_GAP_MS
    }

    fn take(&mut self) -> Option<String> {
        self.end_alt();
        self.is_burst().then(|| std::mem::take(&mut self.text))
    }

    /// Digits typed while Alt was held are the number of a character (Windows).
    fn end_alt(&mut self) {
        let digits = std::mem::take(&mut self.alt_digits);
        if digits.trim_start_matches('0') == "29" {
            self.text.push(GS);
        } else {
            self.text.push_str(&digits);
        }
    }

    fn forget(&mut self) {
        self.text.clear();
        self.alt_digits.clear();
        self.strokes = 0;
    }
}

/// What the test code says about a scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestReading {
    /// It types everything right, and the separator as itself, Ctrl+] or Alt+029.
    Right,
    /// It types this character in the place of the separator.
    Substitute(char),
    /// It leaves the separator out: lot and what follows run together on some labels.
    SeparatorLost,
    /// It types other characters: what was expected, and what came. Its keyboard language is not
    /// that of this device.
    OtherKeyboard(char, char),
    /// Not the test code, or not all of it.
    NotTheTest,
}

/// Compares what a scanner typed with the test code.
pub fn test_reading(typed: &str) -> TestReading {
    let expected: Vec<char> = TEST_CODE.chars().collect();
    let typed: Vec<char> = typed.trim_end_matches(['\r', '\n']).chars().collect();
    let separator = expected.iter().position(|c| *c == GS).unwrap_or(0);
    let lost = typed.len() + 1 == expected.len();
    if typed.len() != expected.len() && !lost {
        return TestReading::NotTheTest;
    }
    let without: Vec<char> = expected.iter().copied().filter(|c| *c != GS).collect();
    let (wanted, came): (Vec<char>, Vec<char>) = if lost {
        (without, typed.clone())
    } else {
        let mut came = typed.clone();
        came.remove(separator);
        (without, came)
    };
    let wrong: Vec<(char, char)> = wanted
        .into_iter()
        .zip(came)
        .filter(|(wanted, came)| wanted != came)
        .collect();
    // Another text of the same length is not a keyboard in another language.
    const WRONG_MAX: usize = 20;
    match (wrong.first(), typed.get(separator)) {
        (Some(_), _) if wrong.len() > WRONG_MAX => TestReading::NotTheTest,
        (Some((wanted, came)), _) => TestReading::OtherKeyboard(*wanted, *came),
        (None, _) if lost => TestReading::SeparatorLost,
        (None, Some(&GS)) => TestReading::Right,
        (None, Some(other)) if !other.is_alphanumeric() => TestReading::Substitute(*other),
        (None, _) => TestReading::NotTheTest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types a text, a stroke every so many milliseconds, and ends it with a key.
    fn typed(wedge: &mut Wedge, text: &str, gap_ms: u64, end: &str) -> Stroke {
        let mut now = 1_000;
        for c in text.chars() {
            let (key, ctrl) = if c == GS { (']', true) } else { (c, false) };
            wedge.stroke(&key.to_string(), ctrl, false, now);
            now += gap_ms;
        }
        wedge.stroke(end, false, false, now)
    }

    #[test]
    fn a_burst_that_ends_with_enter_or_tab_is_a_code() {
        for end in ["Enter", "Tab"] {
            let mut wedge = Wedge::default();
            let stroke = typed(&mut wedge, "0109506000117843\u{1d}10AB", 8, end);
            assert_eq!(stroke, Stroke::End("0109506000117843\u{1d}10AB".into()));
        }
    }

    #[test]
    fn a_persons_typing_is_not() {
        let mut wedge = Wedge::default();
        assert_eq!(
            typed(&mut wedge, "locking screw", 120, "Enter"),
            Stroke::Alone
        );
        let mut wedge = Wedge::default();
        assert_eq!(typed(&mut wedge, "12345", 5, "Enter"), Stroke::Alone);
    }

    #[test]
    fn a_burst_that_stutters_keeps_its_beginning() {
        let mut wedge = Wedge::default();
        let mut now = 1_000;
        for (place, c) in "010950600011784310LOT77".chars().enumerate() {
            now += if place % 8 == 4 { 130 } else { 8 };
            wedge.stroke(&c.to_string(), false, false, now);
        }
        assert_eq!(
            wedge.stroke("Enter", false, false, now + 8),
            Stroke::End("010950600011784310LOT77".into())
        );
    }

    #[test]
    fn what_a_person_typed_before_is_no_part_of_a_burst() {
        let mut wedge = Wedge::default();
        for (place, c) in "nail".chars().enumerate() {
            wedge.stroke(&c.to_string(), false, false, 1_000 + 90 * place as u64);
        }
        assert_eq!(
            typed_after(&mut wedge, "0109506000117843", 1_600),
            Stroke::End("0109506000117843".into())
        );
    }

    #[test]
    fn a_quick_typist_is_no_scanner() {
        let mut wedge = Wedge::default();
        assert_eq!(
            typed(&mut wedge, "0109506000117843", 70, "Enter"),
            Stroke::Alone
        );
    }

    #[test]
    fn without_an_end_silence_ends_it() {
        let mut wedge = Wedge::default();
        for (place, c) in "+A123BJC5D6E71".chars().enumerate() {
            wedge.stroke(&c.to_string(), false, false, 10 * place as u64);
        }
        assert!(wedge.is_burst());
        assert_eq!(wedge.silence(200), None, "too early");
        assert_eq!(wedge.silence(300).as_deref(), Some("+A123BJC5D6E71"));
        assert_eq!(wedge.silence(600), None, "once only");
    }

    #[test]
    fn a_separator_comes_by_ctrl_by_alt_or_as_the_chosen_character() {
        let mut wedge = Wedge::default();
        for (place, digit) in "0029".chars().enumerate() {
            wedge.stroke(&digit.to_string(), false, true, place as u64);
        }
        let stroke = typed_after(&mut wedge, "10AB12", 4);
        assert_eq!(stroke, Stroke::End("\u{1d}10AB12".into()));
        let mut wedge = Wedge::new(Some('|'));
        let stroke = typed(&mut wedge, "10AB12|21XY", 5, "Enter");
        assert_eq!(stroke, Stroke::End("10AB12\u{1d}21XY".into()));
    }

    fn typed_after(wedge: &mut Wedge, text: &str, from: u64) -> Stroke {
        for (place, c) in text.chars().enumerate() {
            wedge.stroke(&c.to_string(), false, false, from + place as u64);
        }
        wedge.stroke("Enter", false, false, from + 20)
    }

    #[test]
    fn the_first_stroke_is_told_so_that_the_field_can_be_put_back() {
        let mut wedge = Wedge::default();
        assert_eq!(wedge.stroke("a", false, false, 1_000), Stroke::First);
        assert_eq!(wedge.stroke("b", false, false, 1_010), Stroke::More);
        assert_eq!(wedge.stroke("c", false, false, 2_000), Stroke::First);
    }

    #[test]
    fn shortcuts_of_the_keyboard_are_left_alone() {
        let mut wedge = Wedge::default();
        assert_eq!(wedge.stroke("r", true, false, 0), Stroke::Alone);
        assert_eq!(wedge.stroke("F5", false, false, 5), Stroke::Alone);
        assert!(!wedge.is_burst());
    }

    #[test]
    fn the_test_code_has_all_43_characters_of_hibc() {
        let hibc = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
        assert_eq!(hibc.len(), 43);
        assert!(hibc.chars().all(|c| TEST_CODE.contains(c)));
    }

    #[test]
    fn the_wizard_finds_out_what_a_scanner_does() {
        let with = |separator: &str| TEST_CODE.replace(GS, separator);
        assert_eq!(test_reading(TEST_CODE), TestReading::Right);
        assert_eq!(test_reading(&with("~")), TestReading::Substitute('~'));
        assert_eq!(test_reading(&with("")), TestReading::SeparatorLost);
        let german: String = TEST_CODE
            .chars()
            .map(|c| match c {
                'Y' => 'Z',
                'Z' => 'Y',
                '-' => 'ß',
                other => other,
            })
            .collect();
        assert_eq!(test_reading(&german), TestReading::OtherKeyboard('Y', 'Z'));
        assert_eq!(test_reading("(01)09506000117843"), TestReading::NotTheTest);
        let other: String = TEST_CODE.chars().map(|_| 'x').collect();
        assert_eq!(test_reading(&other), TestReading::NotTheTest);
    }
}
