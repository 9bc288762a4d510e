//! What can be offered: whose, which lines, how many pieces.

use crate::pages::reading::{Reading, lines_named, piece_words};
use crate::pages::stock::Needle;
use crate::state::custodian_name;
use baton_domain::State;
use baton_domain::id::{CaseId, LineId};
use baton_domain::stock::{Custodian, StockLine};

/// Lines listed to pick from; a search narrows them.
pub const LINES_MAX: usize = 12;

/// The lines of a custody that can be offered and fit a search: what is picked stays, the rest
/// by what expires first.
pub fn offerable<'a>(
    state: &'a State,
    from: Custodian,
    needle: &Needle,
    picked: &[(LineId, u32)],
) -> Vec<&'a StockLine> {
    let mut lines = all_offerable(state, from, needle, picked, None);
    lines.truncate(LINES_MAX);
    lines
}

/// Pieces of a line that an offer may take: those that are free, and what is kept for its case.
pub fn open_pieces(line: &StockLine, case: Option<CaseId>) -> u32 {
    case.map_or_else(|| line.free(), |case| line.usable_for(case))
}

/// All of them; what is kept for a case can be offered for it.
pub fn all_offerable<'a>(
    state: &'a State,
    from: Custodian,
    needle: &Needle,
    picked: &[(LineId, u32)],
    case: Option<CaseId>,
) -> Vec<&'a StockLine> {
    let is_picked = |line: &StockLine| picked.iter().any(|(id, _)| *id == line.id);
    let mut fitting = needle.over(state);
    let mut lines: Vec<&StockLine> = state
        .lines_held_by(from)
        .filter(|line| {
            is_picked(line)
                || (open_pieces(line, case) > 0
                    && line.facility_stock_at().is_none()
                    && fitting.fits(line))
        })
        .collect();
    lines.sort_by_key(|line| {
        (
            !is_picked(line),
            line.identity.expiry.is_none(),
            line.identity.expiry,
            line.id,
        )
    });
    lines
}

/// The line of the giver's that a label is on and of which a piece is still free, or why none is.
pub fn piece_of(
    state: &State,
    from: Option<Custodian>,
    picked: &[(LineId, u32)],
    case: Option<CaseId>,
    reading: &Reading,
) -> Result<(LineId, String), String> {
    let label = piece_words(state, &reading.identity);
    let lines: Vec<&StockLine> = lines_named(state, &reading.identity).collect();
    let own: Vec<&&StockLine> = lines
        .iter()
        .filter(|line| Some(line.custodian) == from)
        .collect();
    let free = |line: &&&&StockLine| {
        let taken = picked
            .iter()
            .find(|(id, _)| *id == line.id)
            .map_or(0, |(_, n)| *n);
        line.facility_stock_at().is_none() && open_pieces(line, case) > taken
    };
    match (own.iter().find(free), own.first(), lines.first()) {
        (Some(line), ..) => Ok((line.id, label)),
        (None, Some(line), _) if line.hold.is_some() => {
            Err(format!("{label}: on hold, it cannot go"))
        }
        (None, Some(_), _) => Err(format!("{label}: no more of it is free")),
        (None, None, Some(line)) => {
            let holder = custodian_name(state, line.custodian);
            Err(format!(
                "{label}: {holder} has it, so {holder} has to offer it"
            ))
        }
        (None, None, None) => Err(format!("{label}: nobody here holds it. Receive it first")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::reading::read;
    use crate::pages::stock::custodies_for;
    use crate::pages::testing::{line, line_id, me, person, product, somebody};
    use baton_domain::authority::Act;
    use baton_domain::directory::Role;
    use baton_domain::id::FacilityId;
    use baton_domain::stock::TitleHolder;
    use baton_domain::time::Date;

    const SCREW: &str = "00614950000203";

    fn world() -> State {
        let mut state = State::default();
        state.put_organization(crate::pages::testing::organization());
        state.put_person(somebody(1, "Ana", Role::Rep));
        state.put_person(somebody(2, "Ben", Role::Rep));
        state.put_product(product(SCREW, "Screw"));
        let own = Custodian::Person(person(1));
        state.put_line(line(1, SCREW, "A1", 3, own));
        let mut sold = line(2, SCREW, "A2", 3, own);
        sold.title = TitleHolder::Facility(FacilityId::from_bytes([1; 16]));
        state.put_line(sold);
        state
    }

    #[test]
    fn r3_a_rep_gives_from_own_custody_only() {
        assert_eq!(
            custodies_for(&world(), &me(), Act::Offer),
            [Custodian::Person(person(1))]
        );
    }

    fn scanned(lot: &str, from: u8, picked: &[(LineId, u32)]) -> Result<LineId, String> {
        let today = Date::new(2026, 11, 23).expect("a date");
        let reading = read(&format!("(01){SCREW}(10){lot}"), today).expect("a reading");
        let from = Some(Custodian::Person(person(from)));
        piece_of(&world(), from, picked, None, &reading).map(|(line, _)| line)
    }

    #[test]
    fn a_label_scanned_into_an_offer_adds_a_free_piece_of_its_own_line() {
        assert_eq!(scanned("A1", 1, &[]), Ok(line_id(1)));
        assert_eq!(scanned("A1", 1, &[(line_id(1), 2)]), Ok(line_id(1)));
        let none_left = scanned("A1", 1, &[(line_id(1), 3)]);
        assert!(none_left.is_err_and(|words| words.contains("no more of it is free")));
    }

    #[test]
    fn a_label_of_somebody_elses_is_not_offered_and_says_whose_it_is() {
        let words = scanned("A1", 2, &[]).expect_err("it is Ana's");
        assert!(words.contains("Ana has it"), "{words}");
        let words = scanned("A9", 1, &[]).expect_err("nobody has it");
        assert!(words.contains("Receive it first"), "{words}");
        assert!(scanned("A2", 1, &[]).is_err(), "sold to a facility (R21)");
    }

    #[test]
    fn r21_facility_stock_is_not_listed_to_offer() {
        let state = world();
        let today = Date::new(2026, 11, 23).expect("a date");
        let found = offerable(
            &state,
            Custodian::Person(person(1)),
            &Needle::new("", today),
            &[],
        );
        let ids: Vec<_> = found.iter().map(|line| line.id).collect();
        assert_eq!(ids, [line_id(1)]);
    }
}
