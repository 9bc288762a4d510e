//! The way of a stock line from hand to hand, as far as this phone knows it.

use crate::pages::case::use_words;
use crate::state::{custodian_name, facility_name, identity_words, person_name, quantity_words};
use baton_domain::State;
use baton_domain::id::LineId;
use baton_domain::stock::StockLine;
use baton_domain::time::Timestamp;
use baton_domain::transfer::{Transfer, TransferStatus};

/// Something that happened to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When, by the clock of the phone that recorded it.
    pub at: Timestamp,
    /// What, in words.
    pub what: String,
    /// More, in words, or empty.
    pub more: String,
}

/// Links followed back at most; a line is split a few times in its life.
const ANCESTORS_MAX: usize = 32;

/// What is known of a line, newest first: how it came, every transfer it was in, every use.
pub fn timeline(state: &State, line: &StockLine) -> Vec<Moment> {
    let family = family(state, line);
    let mut moments: Vec<Moment> = Vec::new();
    if let Some(first) = family.last().and_then(|id| state.line(*id)) {
        let transfer_made_it = first.parent.is_some() || first.replaces.is_some();
        if !transfer_made_it {
            moments.push(Moment {
                at: first.id.entry.made_at(),
                what: "Received".into(),
                more: String::new(),
            });
        }
    }
    for transfer in state.transfers() {
        moments.extend(transfer_moments(state, transfer, &family));
    }
    for case in state.cases() {
        let place = facility_name(state, case.facility);
        for usage in case
            .usage
            .iter()
            .filter(|usage| usage.line.is_some_and(|id| family.contains(&id)))
        {
            let (by, at) = usage.by;
            moments.push(Moment {
                at,
                what: format!(
                    "{} {} at {place}",
                    use_words(usage.status),
                    quantity_words(usage.quantity)
                ),
                more: format!("Recorded by {}", person_name(state, by)),
            });
        }
    }
    for known in family.iter().filter_map(|id| state.line(*id)) {
        moments.extend(replacing(state, known));
    }
    moments.extend(held(line));
    moments.extend(replaced(state, line.id));
    moments.extend(adjusted(state, &family));
    moments.extend(sold(state, &family));
    moments.sort_by_key(|moment| std::cmp::Reverse(moment.at));
    moments
}

/// In whose place a line stands: corrected (R12), or rebuilt Facility Stock (R23).
fn replacing(state: &State, line: &StockLine) -> Option<Moment> {
    let before = line.replaces?;
    let rebuilt = state.stocking_order(line.id.entry).is_some();
    let was = state.line(before)?;
    Some(Moment {
        at: line.id.entry.made_at(),
        what: if rebuilt { "Rebuilt" } else { "Corrected" }.into(),
        more: if rebuilt {
            format!("From what {} sold", custodian_name(state, was.custodian))
        } else {
            format!("Was {}", identity_words(&was.identity))
        },
    })
}

/// What stands in the place of a line now.
fn replaced(state: &State, line: LineId) -> Vec<Moment> {
    let moment = |now: &StockLine| Moment {
        at: now.id.entry.made_at(),
        what: if state.stocking_order(now.id.entry).is_some() {
            format!("Rebuilt for {}", custodian_name(state, now.custodian))
        } else {
            format!("Corrected to {}", identity_words(&now.identity))
        },
        more: String::new(),
    };
    state.replacements(line).map(moment).collect()
}

fn held(line: &StockLine) -> Option<Moment> {
    let hold = line.hold.as_ref()?;
    Some(Moment {
        at: hold.by.made_at(),
        what: format!("{} on hold", quantity_words(hold.quantity)),
        more: hold.reason.to_string(),
    })
}

fn adjusted(state: &State, family: &[LineId]) -> Vec<Moment> {
    let mut moments = Vec::new();
    for adjustment in state.adjustments() {
        let away = adjustment
            .away
            .iter()
            .filter(|(line, _)| family.contains(line))
            .fold(0, |sum: u32, (_, quantity)| sum.saturating_add(*quantity));
        let found = adjustment.found.iter().any(|line| family.contains(line));
        if away == 0 && !found {
            continue;
        }
        let (by, at) = adjustment.by;
        let undone = state.reversal(adjustment.id).is_some();
        let what = match (found, undone) {
            (true, _) => "Found".to_owned(),
            (false, true) => format!("{} adjusted away, undone", quantity_words(away)),
            (false, false) => format!("{} adjusted away", quantity_words(away)),
        };
        moments.push(Moment {
            at,
            what,
            more: format!("By {}: {}", person_name(state, by), adjustment.reason),
        });
    }
    moments
}

fn sold(state: &State, family: &[LineId]) -> Vec<Moment> {
    let mut moments = Vec::new();
    for order in state.stocking_orders().filter(|order| !order.is_rebuild()) {
        let lines = order.lines.iter();
        for line in lines.filter(|line| family.contains(&line.line)) {
            moments.push(Moment {
                at: order.by.1,
                what: format!(
                    "{} sold to {}",
                    quantity_words(line.quantity),
                    facility_name(state, order.facility)
                ),
                more: format!("By {}", person_name(state, order.by.0)),
            });
        }
    }
    moments
}

/// The line and what it was taken from, nearest first.
fn family(state: &State, line: &StockLine) -> Vec<LineId> {
    let mut all = vec![line.id];
    let mut parent = line.parent;
    while let Some(id) = parent.filter(|_| all.len() < ANCESTORS_MAX) {
        all.push(id);
        parent = state.line(id).and_then(|line| line.parent);
    }
    all
}

fn transfer_moments(state: &State, transfer: &Transfer, family: &[LineId]) -> Vec<Moment> {
    let Some(line) = transfer
        .lines
        .iter()
        .find(|line| family.contains(&line.line))
    else {
        return Vec::new();
    };
    let (from, to) = (
        custodian_name(state, transfer.from),
        custodian_name(state, transfer.to),
    );
    let offered = Moment {
        at: transfer.offered_at,
        what: format!("{} offered to {to}", quantity_words(line.quantity)),
        more: format!("By {}", person_name(state, transfer.offered_by)),
    };
    let mut moments = vec![offered];
    let Some((by, at)) = transfer.ended_by else {
        return moments;
    };
    let what = match &transfer.status {
        TransferStatus::Open => return moments,
        TransferStatus::Cancelled => format!("{from} took the offer back"),
        TransferStatus::Declined(..) => format!("{to} declined"),
        TransferStatus::Answered => match &line.answer {
            Some(answer) if answer.missing + answer.damaged == 0 => {
                format!("{to} accepted {}", quantity_words(answer.accepted))
            }
            Some(answer) => format!(
                "{to} accepted {}, {} damaged, {} missing",
                answer.accepted, answer.damaged, answer.missing
            ),
            None => format!("{to} answered"),
        },
    };
    moments.push(Moment {
        at,
        what,
        more: format!("By {}", person_name(state, by)),
    });
    moments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{line, line_id, person, somebody, transfer};
    use baton_domain::directory::Role;
    use baton_domain::stock::Custodian;
    use baton_domain::transfer::LineAnswer;

    #[test]
    fn r12_a_corrected_line_and_the_one_it_replaces_name_each_other() {
        let ana = Custodian::Person(person(1));
        let mut state = State::default();
        let mut was = line(1, "00614950000203", "A1", 0, ana);
        was.quantity = 0;
        let mut now = line(2, "00614950000203", "A7", 3, ana);
        now.replaces = Some(line_id(1));
        state.put_line(was.clone());
        state.put_line(now.clone());
        let words = |line: &StockLine| {
            let moments = timeline(&state, line).into_iter();
            moments
                .map(|moment| format!("{} {}", moment.what, moment.more))
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&now), ["Corrected Was Lot A1"]);
        assert_eq!(words(&was), ["Corrected to Lot A7 ", "Received "]);
    }

    #[test]
    fn a_line_carries_the_history_of_what_it_was_taken_from() {
        let (ana, ben) = (Custodian::Person(person(1)), Custodian::Person(person(2)));
        let mut state = State::default();
        state.put_person(somebody(1, "Ana", Role::Rep));
        state.put_person(somebody(2, "Ben", Role::Rep));
        state.put_line(line(1, "00614950000203", "A1", 3, ana));
        let mut child = line(2, "00614950000203", "A1", 2, ben);
        child.parent = Some(line_id(1));
        state.put_line(child.clone());
        let mut handed = transfer(1, ana, ben, person(1));
        handed.status = TransferStatus::Answered;
        handed.lines[0].answer = Some(LineAnswer {
            accepted: 4,
            missing: 1,
            ..LineAnswer::default()
        });
        handed.ended_by = Some((
            person(2),
            Timestamp {
                unix_ms: handed.offered_at.unix_ms + 1,
                offset_min: 0,
            },
        ));
        state.put_transfer(handed);
        let moments = timeline(&state, &child);
        let words: Vec<_> = moments.iter().map(|moment| moment.what.as_str()).collect();
        assert_eq!(
            words,
            [
                "Ben accepted 4, 0 damaged, 1 missing",
                "5 pieces offered to Ben",
                "Received"
            ]
        );
    }
}
