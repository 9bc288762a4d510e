//! What a change of the rep would do, tried on a copy of the state. Nothing is written.

use baton_domain::command::Author;
use baton_domain::entry::Entry;
use baton_domain::id::{CaseId, EntryId, LineId, PersonId};
use baton_domain::query::reps;
use baton_domain::readiness::{Light, readiness};
use baton_domain::stock::{Claimant, Custodian};
use baton_domain::time::Timestamp;
use baton_domain::{Command, Refusal, State, Verdict, decide, fold};

/// Hours around a case in which another case of the same rep is a clash.
const CLASH_HOURS: i32 = 3;

/// What a change of the rep would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The light of the case with the new rep.
    pub light: Light,
    /// What would be reserved for the case: marks that the new rep cannot use (R16).
    pub reserved: Vec<(LineId, u32)>,
    /// Cases that the new rep covers at about the same time.
    pub clashes: Vec<CaseId>,
}

/// Tries a change of the rep.
pub fn rep_change(
    state: &State,
    author: &Author,
    case: CaseId,
    rep: PersonId,
) -> Result<Preview, Refusal> {
    let mut after = state.clone();
    for (id, body) in decide(
        state,
        author,
        Command::ChangeRep { case, rep },
        &mut next_id(),
    )? {
        let entry = Entry {
            id,
            organization: author.organization,
            actor: author.person,
            device: author.device,
            sequence: 0,
            occurred_at: Timestamp {
                unix_ms: 0,
                offset_min: 0,
            },
            source_sha256: None,
            body,
        };
        fold(&mut after, &entry, &Verdict::accepted());
    }
    Ok(Preview {
        light: readiness(&after, case).map_or(Light::ShortOf(0), |found| found.light),
        reserved: reserved(&after, case),
        clashes: clashes(state, case, rep),
    })
}

/// Ids for a trial; they go nowhere.
fn next_id() -> impl FnMut() -> EntryId {
    let mut count = 0u8;
    move || {
        count = count.wrapping_add(1);
        EntryId::from_bytes([count; 16])
    }
}

/// What is reserved for a case, line by line.
pub fn reserved(state: &State, case: CaseId) -> Vec<(LineId, u32)> {
    state
        .lines_kept_for(case)
        .map(|line| (line.id, line.claimed_by(Claimant::Reservation(case))))
        .filter(|(_, quantity)| *quantity > 0)
        .collect()
}

/// What is reserved for a case in one custody: what its holder can offer to the new rep.
pub fn reserved_with(state: &State, case: CaseId, holder: Custodian) -> Vec<(LineId, u32)> {
    let held = |line: &LineId| {
        state
            .line(*line)
            .is_some_and(|line| line.custodian == holder)
    };
    reserved(state, case)
        .into_iter()
        .filter(|(line, _)| held(line))
        .collect()
}

fn clashes(state: &State, case: CaseId, rep: PersonId) -> Vec<CaseId> {
    let Some(this) = state.case(case) else {
        return Vec::new();
    };
    // Instants, not wall times: the two facilities may lie in different zones.
    let minute = |case: &baton_domain::case::Case| {
        case.starts_at.date.to_days() * 24 * 60 + i32::from(case.starts_at.minute)
            - i32::from(case.utc_offset_min)
    };
    state
        .cases()
        .filter(|other| other.rep == rep && other.id != case && other.status.is_open())
        .filter(|other| (minute(other) - minute(this)).abs() < CLASH_HOURS * 60)
        .map(|other| other.id)
        .collect()
}

/// Everybody who could cover a case instead, the best first: nothing missing, then less missing,
/// no clash, then by name.
pub fn suggestions(
    state: &State,
    author: &Author,
    case: CaseId,
) -> Result<Vec<(PersonId, Preview)>, Refusal> {
    let now = state.case(case).map(|case| case.rep);
    let mut found = Vec::new();
    let mut refused = None;
    for person in reps(state).filter(|person| Some(person.id) != now) {
        match rep_change(state, author, case, person.id) {
            Ok(preview) => found.push((rank(&preview), person.name.clone(), person.id, preview)),
            Err(refusal) => refused = Some(refusal),
        }
    }
    if let (true, Some(refusal)) = (found.is_empty(), refused) {
        return Err(refusal);
    }
    found.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| one.1.cmp(&other.1)));
    Ok(found
        .into_iter()
        .map(|(_, _, person, preview)| (person, preview))
        .collect())
}

fn rank(preview: &Preview) -> (u32, usize, usize) {
    let missing = match &preview.light {
        Light::Ready | Light::ReadyWhenArrived(_) => 0,
        Light::ShortOf(pieces) => *pieces,
    };
    let waiting = match &preview.light {
        Light::ReadyWhenArrived(transfers) => transfers.len(),
        _ => 0,
    };
    (missing, preview.clashes.len(), waiting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{
        case_on, line, line_id, me, person, product, somebody, state_with_cases,
    };
    use baton_domain::case::Need;
    use baton_domain::directory::Role;
    use baton_domain::product::ProductId;
    use baton_domain::stock::Claim;

    const SCREW: &str = "00614950000203";

    fn author() -> Author {
        let me = me();
        Author {
            organization: me.organization.id,
            person: me.person,
            device: me.device,
        }
    }

    fn world() -> State {
        let mut case = case_on(1, "2026-11-23", 600);
        case.needs = vec![Need {
            product: ProductId::new(SCREW).expect("an id"),
            quantity: 3,
        }];
        let mut state = state_with_cases(&[case.clone()]);
        state.put_product(product(SCREW, "Locking screw"));
        state.put_person(somebody(2, "Ben", Role::Rep));
        state.put_person(somebody(3, "Cleo", Role::Rep));
        let mut marked = line(1, SCREW, "A1", 3, Custodian::Person(person(1)));
        marked.claims.push(Claim {
            by: Claimant::Mark(case.id),
            quantity: 3,
        });
        state.put_line(marked);
        state.put_line(line(2, SCREW, "A2", 3, Custodian::Person(person(3))));
        state
    }

    #[test]
    fn r16_marks_that_the_new_rep_cannot_use_become_a_reservation() {
        let state = world();
        let case = state.cases().next().expect("a case").id;
        let preview = rep_change(&state, &author(), case, person(2)).expect("allowed");
        assert_eq!(preview.reserved, [(line_id(1), 3)]);
        assert_eq!(preview.light, Light::ShortOf(3));
        // Only tried: nothing of it is in the state that was given.
        assert_eq!(reserved(&state, case), []);
    }

    #[test]
    fn the_one_who_has_what_it_needs_is_suggested_first() {
        let state = world();
        let case = state.cases().next().expect("a case").id;
        let found = suggestions(&state, &author(), case).expect("allowed");
        let order: Vec<_> = found.iter().map(|(person, _)| *person).collect();
        assert_eq!(order, [person(3), person(2)]);
    }

    #[test]
    fn a_case_of_the_new_rep_at_about_the_same_time_is_a_clash() {
        let mut state = world();
        let mut other = case_on(7, "2026-11-23", 700);
        other.rep = person(2);
        state.put_case(other.clone());
        let case = state.cases().next().expect("a case").id;
        let preview = rep_change(&state, &author(), case, person(2)).expect("allowed");
        assert_eq!(preview.clashes, [other.id]);
    }
}
