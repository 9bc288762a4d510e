//! Which steps of a plan this phone can take, tried on a copy of the state. Nothing is written.

use crate::state::App;
use baton_domain::case::Need;
use baton_domain::command::Author;
use baton_domain::directory::SharingLink;
use baton_domain::entry::Entry;
use baton_domain::id::EntryId;
use baton_domain::plan::{CoverPlan, Step};
use baton_domain::product::ProductId;
use baton_domain::proposal::wish;
use baton_domain::request::{RequestId, RequestStatus, Wanted};
use baton_domain::stock::Custodian;
use baton_domain::time::Timestamp;
use baton_domain::transfer::Travel;
use baton_domain::{Command, EntryBody, Reason, Refusal, State, Text, Verdict, decide, fold};

/// What comes of a plan on this phone.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The places of the steps that can be taken here, with their commands, in order.
    pub own: Vec<(usize, Command)>,
    /// The places of the steps that somebody else may take and that can be proposed from here (R41).
    pub proposals: Vec<(usize, Command)>,
    /// Why the case cannot be given to the new rep by this person, where it cannot.
    pub refusal: Option<Refusal>,
    /// The state after the steps that can be taken here.
    pub after: State,
}

/// The author of what is done here.
pub fn author(app: App) -> Author {
    let me = app.me();
    Author {
        organization: me.organization.id,
        person: me.person,
        device: me.device,
    }
}

/// Tries the steps of a plan, one on what the others leave. A step that is refused is somebody
/// else's to take; where the change of the rep is, nothing after it can be.
pub fn attempt(
    state: &State,
    author: &Author,
    plan: &CoverPlan,
    travel: &Travel,
    note: &Text,
) -> Trial {
    let mut trial = Trial {
        own: Vec::new(),
        proposals: Vec::new(),
        refusal: None,
        after: state.clone(),
    };
    for (place, step) in plan.steps.iter().enumerate() {
        let Some(mut command) = command(plan, step, travel, note) else {
            continue;
        };
        if asked_already(state, plan, step).is_some() {
            continue;
        }
        if let Command::RequestStock { wanted, .. } = &mut command {
            wanted.use_date = state.case(plan.case).map(|case| case.starts_at.date);
        }
        match decide(&trial.after, author, command.clone(), &mut next_id()) {
            Ok(bodies) => {
                for (id, body) in bodies {
                    let entry = entry(author, id, body);
                    fold(&mut trial.after, &entry, &Verdict::accepted());
                }
                trial.own.push((place, command));
            }
            Err(refusal) => {
                let proposed = proposal(&trial.after, author, command, &refusal);
                trial
                    .proposals
                    .extend(proposed.map(|command| (place, command)));
                if matches!(step, Step::ChangeRep { .. }) {
                    trial.refusal = Some(refusal);
                    return trial;
                }
            }
        }
    }
    trial
}

/// What proposes a step that the role alone forbids, unless somebody proposed it already.
fn proposal(
    state: &State,
    author: &Author,
    command: Command,
    refusal: &Refusal,
) -> Option<Command> {
    if refusal.reason != Reason::NotAllowed {
        return None;
    }
    let propose = Command::Propose {
        what: Box::new(command),
        note: "".into(),
    };
    let bodies = decide(state, author, propose.clone(), &mut next_id()).ok()?;
    let (_, EntryBody::Proposed { what, .. }) = bodies.first()? else {
        return None;
    };
    let wanted = wish(what);
    let known = state
        .proposals()
        .any(|proposal| proposal.is_open() && wish(proposal.what()) == wanted);
    (!known).then_some(propose)
}

/// The command that takes a step, where one command does.
pub fn command(plan: &CoverPlan, step: &Step, travel: &Travel, note: &Text) -> Option<Command> {
    let case = plan.case;
    let offer = |from: Custodian, lines: &[(baton_domain::id::LineId, u32)]| {
        Some(Command::OfferTransfer {
            from,
            to: Custodian::Person(plan.to),
            lines: lines
                .iter()
                .map(|(line, quantity)| (*line, *quantity, Some(case)))
                .collect(),
            travel: travel.clone(),
            note: note.clone(),
        })
    };
    match step {
        Step::ChangeRep { to } => Some(Command::GiveCase {
            case,
            rep: *to,
            cover: plan.choice.clone(),
        }),
        Step::Link { account, .. } => Some(Command::SetSharingLink {
            link: SharingLink {
                account: *account,
                rep: plan.to,
            },
            active: true,
        }),
        Step::Transfer { from, lines } => offer(*from, lines),
        Step::Request {
            organization,
            lines,
            ..
        } if !lines.is_empty() => offer(Custodian::Warehouse(*organization), lines),
        Step::Release { lines } => Some(Command::UnmarkStock {
            case,
            lines: lines.clone(),
        }),
        Step::Mark { lines } => Some(Command::MarkStock {
            case,
            lines: lines.clone(),
        }),
        Step::Rebuild { lines, .. } => Some(Command::RebuildFacilityStock {
            rep: plan.to,
            case: Some(case),
            lines: lines.clone(),
        }),
        Step::Request {
            organization,
            items,
            ..
        } => Some(Command::RequestStock {
            from: *organization,
            wanted: Wanted {
                to: Custodian::Person(plan.to),
                needs: items.iter().map(need).collect(),
                case: Some(case),
                use_date: None,
                travel: travel.clone(),
                note: note.clone(),
            },
        }),
        Step::Create { .. } => None,
    }
}

fn need((product, quantity): &(ProductId, u32)) -> Need {
    Need {
        product: product.clone(),
        quantity: *quantity,
    }
}

/// The request that a step would repeat: it waits for the warehouse.
pub fn asked_already(state: &State, plan: &CoverPlan, step: &Step) -> Option<RequestId> {
    let Step::Request { organization, .. } = step else {
        return None;
    };
    state
        .requests()
        .find(|request| {
            request.status == RequestStatus::Open
                && request.wanted.case == Some(plan.case)
                && request.from == *organization
        })
        .map(|request| request.id)
}

fn entry(author: &Author, id: EntryId, body: EntryBody) -> Entry {
    Entry {
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
    }
}

/// Ids for a trial; they go nowhere.
fn next_id() -> impl FnMut() -> EntryId {
    let mut count = 0u8;
    move || {
        count = count.wrapping_add(1);
        EntryId::from_bytes([count; 16])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::testing::{
        case_on, line, line_id, me, person, product, somebody, state_with_cases,
    };
    use baton_domain::case::Need;
    use baton_domain::directory::Role;
    use baton_domain::id::CaseId;
    use baton_domain::plan::{Wish, plan_cover};
    use baton_domain::product::ProductId;
    use baton_domain::stock::{Claim, Claimant};
    use baton_domain::time::Date;

    const SCREW: &str = "00614950000203";

    fn world() -> (State, CaseId, Author) {
        let mut case = case_on(1, "2026-11-23", 600);
        case.needs = vec![Need {
            product: ProductId::new(SCREW).expect("an id"),
            quantity: 6,
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
        state.put_line(line(2, SCREW, "A2", 1, Custodian::Person(person(2))));
        state.put_line(line(3, SCREW, "A3", 3, Custodian::Person(person(3))));
        let me = me();
        let author = Author {
            organization: me.organization.id,
            person: me.person,
            device: me.device,
        };
        (state, case.id, author)
    }

    fn tried(state: &State, case: CaseId, author: &Author) -> (CoverPlan, Trial) {
        let today = Date::new(2026, 11, 23).expect("a date");
        let plan = plan_cover(state, case, person(2), Wish::everything(today)).expect("a case");
        let trial = attempt(state, author, &plan, &Travel::default(), &"".into());
        (plan, trial)
    }

    #[test]
    fn r16_a_rep_gives_the_own_case_and_offers_the_own_stock_and_nobody_elses() {
        let (state, case, author) = world();
        let (plan, trial) = tried(&state, case, &author);
        assert_eq!(plan.steps.len(), 4, "{:?}", plan.steps);
        let places: Vec<_> = trial.own.iter().map(|(place, _)| *place).collect();
        assert_eq!(places, [0, 1], "Cleo offers hers, and Ben marks his");
        let lines = vec![(line_id(1), 3, Some(case))];
        match &trial.own[1].1 {
            Command::OfferTransfer { lines: offered, .. } => assert_eq!(*offered, lines),
            other => panic!("{other:?}"),
        }
        // Only tried: nothing of it is in the state that was given.
        assert_eq!(state.case(case).expect("a case").rep, person(1));
    }

    #[test]
    fn r40_where_the_case_cannot_be_given_nothing_else_is_done() {
        let (state, case, author) = world();
        let author = Author {
            person: person(3),
            ..author
        };
        let (_, trial) = tried(&state, case, &author);
        assert!(trial.own.is_empty());
        let refusal = trial.refusal.expect("another's case");
        assert_eq!(refusal.reason, Reason::NotAllowed);
    }

    #[test]
    fn r41_what_the_role_forbids_can_be_proposed_once() {
        let (mut state, case, author) = world();
        let author = Author {
            person: person(2),
            ..author
        };
        let (_, trial) = tried(&state, case, &author);
        let [(0, propose)] = &trial.proposals[..] else {
            panic!("{:?}", trial.proposals);
        };
        let bodies = decide(&state, &author, propose.clone(), &mut next_id()).expect("allowed");
        for (id, body) in bodies {
            fold(&mut state, &entry(&author, id, body), &Verdict::accepted());
        }
        assert_eq!(tried(&state, case, &author).1.proposals, []);
    }
}
