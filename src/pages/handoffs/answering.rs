//! One line's answer while it is being given (R5), and what a screen says of it.

use crate::state::quantity_words;
use baton_domain::transfer::LineAnswer;

/// One line's answer while it is being given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answering {
    /// How many were offered.
    pub offered: u32,
    /// Not there.
    pub missing: u32,
    /// There, but damaged.
    pub damaged: u32,
    /// Something else is there in its place: recorded as missing, and what is there as extra.
    pub wrong: u32,
    /// What was seen.
    pub note: String,
}

impl Answering {
    /// Everything accepted, which is what usually happens.
    pub fn all(offered: u32) -> Self {
        Self {
            offered,
            missing: 0,
            damaged: 0,
            wrong: 0,
            note: String::new(),
        }
    }

    /// Says how many are missing; of what does not fit beside it the others give way.
    pub fn with_missing(mut self, missing: u32) -> Self {
        self.missing = missing.min(self.offered);
        let left = self.offered - self.missing;
        self.damaged = self.damaged.min(left);
        self.wrong = self.wrong.min(left - self.damaged);
        self
    }

    /// Says how many are damaged.
    pub fn with_damaged(mut self, damaged: u32) -> Self {
        self.damaged = damaged.min(self.offered);
        let left = self.offered - self.damaged;
        self.missing = self.missing.min(left);
        self.wrong = self.wrong.min(left - self.missing);
        self
    }

    /// Says in how many places something else is.
    pub fn with_wrong(mut self, wrong: u32) -> Self {
        self.wrong = wrong.min(self.offered);
        let left = self.offered - self.wrong;
        self.missing = self.missing.min(left);
        self.damaged = self.damaged.min(left - self.missing);
        self
    }

    /// How many are reported, in whatever way.
    pub fn reported(&self) -> u32 {
        self.missing + self.damaged + self.wrong
    }

    /// How many are accepted: the rest.
    pub fn accepted(&self) -> u32 {
        self.offered - self.reported()
    }

    /// The answer as it is recorded. The three numbers add up to what was offered (R5).
    pub fn answer(&self) -> LineAnswer {
        let note = match (self.note.trim(), self.wrong) {
            ("", 1..) => "Something else was in its place",
            (note, _) => note,
        };
        LineAnswer {
            accepted: self.accepted(),
            damaged: self.damaged,
            missing: self.missing + self.wrong,
            note: note.into(),
        }
    }

    /// `2 here, 1 missing`.
    pub fn words(&self) -> String {
        if self.reported() == 0 {
            return match self.offered {
                1 => "Here".to_owned(),
                offered => format!("All {offered} here"),
            };
        }
        let parts = [
            (self.accepted(), "here"),
            (self.missing, "missing"),
            (self.damaged, "damaged"),
            (self.wrong, "wrong"),
        ];
        let said = parts.into_iter().filter(|(pieces, _)| *pieces > 0);
        let said: Vec<String> = said
            .map(|(pieces, word)| format!("{pieces} {word}"))
            .collect();
        said.join(", ")
    }
}

/// `Accept 8 pieces`, with what is reported.
pub fn confirm_words(answers: &[Answering]) -> String {
    let accepted: u32 = answers.iter().map(Answering::accepted).sum();
    let reported: u32 = answers.iter().map(Answering::reported).sum();
    match (accepted, reported) {
        (0, _) => "Report: nothing can be accepted".into(),
        (some, 0) => format!("Accept {}", quantity_words(some)),
        (some, reported) => format!("Accept {}, report {reported}", quantity_words(some)),
    }
}

/// The pieces of each line that are said to be here and were not scanned.
pub fn unticked(answers: &[Answering], ticks: &[u32]) -> Vec<(usize, u32)> {
    let left = |(place, answer): (usize, &Answering)| {
        let ticks = ticks.get(place).copied().unwrap_or(0);
        let here = answer.accepted() + answer.damaged;
        (place, here.saturating_sub(ticks).min(answer.accepted()))
    };
    let all = answers.iter().enumerate().map(left);
    all.filter(|(_, pieces)| *pieces > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r5_the_three_numbers_always_add_up_to_what_was_offered() {
        let answer = Answering::all(5).with_missing(3).with_damaged(4);
        let recorded = answer.answer();
        assert_eq!(recorded.accepted + recorded.damaged + recorded.missing, 5);
        assert_eq!((recorded.damaged, recorded.missing), (4, 1));
        let too_many = Answering::all(2).with_missing(9);
        assert_eq!((too_many.missing, too_many.accepted()), (2, 0));
        let all_three = Answering::all(4)
            .with_damaged(2)
            .with_missing(1)
            .with_wrong(3);
        assert_eq!(all_three.reported(), 4);
        assert_eq!((all_three.wrong, all_three.missing), (3, 1));
    }

    #[test]
    fn r5_something_else_is_the_line_as_missing_and_the_thing_in_hand_as_extra() {
        let answer = Answering::all(3).with_wrong(1);
        assert_eq!(answer.words(), "2 here, 1 wrong");
        let recorded = answer.answer();
        assert_eq!((recorded.accepted, recorded.missing), (2, 1));
        assert_eq!(&*recorded.note, "Something else was in its place");
    }

    #[test]
    fn what_was_not_scanned_stands_out_and_what_is_reported_does_not() {
        let answers = [
            Answering::all(3),
            Answering::all(2).with_missing(2),
            Answering::all(2).with_damaged(1),
        ];
        assert_eq!(unticked(&answers, &[1]), [(0, 2), (2, 1)]);
        assert_eq!(unticked(&answers, &[3, 0, 2]), []);
    }

    #[test]
    fn the_button_says_what_it_will_do() {
        assert_eq!(
            confirm_words(&[Answering::all(5), Answering::all(1)]),
            "Accept 6 pieces"
        );
        let one_missing = [Answering::all(5).with_missing(1)];
        assert_eq!(confirm_words(&one_missing), "Accept 4 pieces, report 1");
        let nothing = [Answering::all(1).with_missing(1)];
        assert_eq!(confirm_words(&nothing), "Report: nothing can be accepted");
    }
}
