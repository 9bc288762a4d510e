//! Which readings of the last frames to believe.

use crate::{Format, Symbol};

/// After this long without being read again, earlier readings no longer count.
const WINDOW_MS: u64 = 1_500;
/// Candidates remembered at most; the oldest goes.
const CANDIDATES_MAX: usize = 24;
/// Two middles nearer than this, as parts of the frame, are the same place.
const PLACE: f32 = 0.12;

/// One text that was read lately.
#[derive(Clone, Debug)]
struct Candidate {
    format: Format,
    text: String,
    centre: (f32, f32),
    frames: u32,
    last_ms: u64,
}

/// Readings of the last frames.
#[derive(Clone, Debug, Default)]
pub(crate) struct Votes {
    candidates: Vec<Candidate>,
}

impl Votes {
    /// Takes the readings of one frame; gives those that are to be believed by now.
    pub(crate) fn see<'a>(&mut self, symbols: &'a [Symbol], now_ms: u64) -> Vec<&'a Symbol> {
        self.candidates
            .retain(|known| now_ms.saturating_sub(known.last_ms) <= WINDOW_MS);
        for symbol in symbols {
            self.count(symbol, now_ms);
        }
        symbols
            .iter()
            .filter(|symbol| self.believes(symbol))
            .collect()
    }

    fn count(&mut self, symbol: &Symbol, now_ms: u64) {
        let same = self
            .candidates
            .iter_mut()
            .find(|known| known.format == symbol.format && known.text == symbol.text);
        if let Some(known) = same {
            // Twice in one frame is one frame.
            if known.last_ms != now_ms {
                known.frames += 1;
            }
            known.last_ms = now_ms;
            known.centre = symbol.centre;
            return;
        }
        if self.candidates.len() == CANDIDATES_MAX {
            self.candidates.remove(0);
        }
        self.candidates.push(Candidate {
            format: symbol.format,
            text: symbol.text.clone(),
            centre: symbol.centre,
            frames: 1,
            last_ms: now_ms,
        });
    }

    fn believes(&self, symbol: &Symbol) -> bool {
        if symbol.format.corrects_errors() {
            return true;
        }
        let of = |candidate: &&Candidate| {
            candidate.format == symbol.format && candidate.text == symbol.text
        };
        let frames = self.candidates.iter().find(of).map_or(0, |one| one.frames);
        let rival = self
            .candidates
            .iter()
            .filter(|other| other.format == symbol.format && other.text != symbol.text)
            .filter(|other| is_near(other.centre, symbol.centre))
            .map(|other| other.frames)
            .max();
        frames >= 2 && rival.is_none_or(|rival| frames > rival)
    }
}

fn is_near(a: (f32, f32), b: (f32, f32)) -> bool {
    (a.0 - b.0).abs() < PLACE && (a.1 - b.1).abs() < PLACE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(format: Format, text: &str, centre: (f32, f32)) -> Symbol {
        Symbol {
            format,
            identifier: String::new(),
            text: text.into(),
            centre,
            reads: 1,
        }
    }

    const MIDDLE: (f32, f32) = (0.5, 0.5);

    #[test]
    fn a_matrix_code_is_believed_at_once_and_a_linear_one_when_read_twice() {
        let mut votes = Votes::default();
        let matrix = [symbol(Format::DataMatrix, "a", MIDDLE)];
        assert_eq!(votes.see(&matrix, 0).len(), 1);
        for format in [Format::Code128, Format::Ean13, Format::Code39] {
            let linear = [symbol(format, "b", MIDDLE)];
            assert_eq!(votes.see(&linear, 10).len(), 0, "{format:?}");
            assert_eq!(votes.see(&linear, 40).len(), 1, "{format:?}");
        }
    }

    #[test]
    fn twice_in_one_frame_is_once() {
        let mut votes = Votes::default();
        let twice = [
            symbol(Format::Ean13, "b", MIDDLE),
            symbol(Format::Ean13, "b", MIDDLE),
        ];
        assert_eq!(votes.see(&twice, 10).len(), 0);
    }

    #[test]
    fn what_was_read_long_ago_does_not_count() {
        let mut votes = Votes::default();
        let linear = [symbol(Format::Code128, "b", MIDDLE)];
        votes.see(&linear, 0);
        assert_eq!(votes.see(&linear, WINDOW_MS + 1).len(), 0);
    }

    #[test]
    fn two_texts_in_one_place_stand_until_one_is_read_more_often() {
        let mut votes = Votes::default();
        let right = [symbol(Format::Code128, "LOT1", MIDDLE)];
        let wrong = [symbol(Format::Code128, "LOT7", MIDDLE)];
        let elsewhere = [symbol(Format::Code128, "LOT9", (0.5, 0.9))];
        votes.see(&wrong, 0);
        votes.see(&elsewhere, 10);
        assert_eq!(votes.see(&wrong, 20).len(), 1);
        votes.see(&right, 30);
        assert_eq!(votes.see(&right, 40).len(), 0, "two against two");
        assert_eq!(votes.see(&right, 50).len(), 1, "three against two");
        assert_eq!(votes.see(&elsewhere, 60).len(), 1, "another place");
    }

    #[test]
    fn a_room_full_of_codes_stays_bounded() {
        let mut votes = Votes::default();
        for number in 0..200 {
            let one = [symbol(Format::Code128, &number.to_string(), MIDDLE)];
            votes.see(&one, 1);
        }
        assert_eq!(votes.candidates.len(), CANDIDATES_MAX);
    }
}
