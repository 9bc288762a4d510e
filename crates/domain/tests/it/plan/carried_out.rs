//! Executing a plan's steps makes the case ready, or the plan said short by how many.

use super::early;
use baton_domain::Command;
use baton_domain::directory::SharingLink;
use baton_domain::entry::{EntryBody, ReceivedLine};
use baton_domain::id::{CaseId, PersonId};
use baton_domain::plan::{CoverPlan, Outlook, Step, plan_cover, suggest_cover};
use baton_domain::readiness::{Light, readiness};
use baton_domain::stock::{Custodian, TitleHolder};
use baton_domain::testkit::{
    ADMIN, FACILITY, LINKED_PLATE, MANAGER, OFFICE, ORGANIZATION, POOL, PRINCIPAL, REP_A, REP_B,
    REP_C, SCREW, World, lot, offer, takes, with,
};
use proptest::prelude::*;

const UNLISTED: &str = "08000000009997";
const PRODUCTS: [&str; 3] = [SCREW, LINKED_PLATE, UNLISTED];

/// Does what a step says, as the people would.
fn carry_out(world: &mut World, case: CaseId, to: PersonId, step: &Step) {
    match step {
        Step::ChangeRep { to } => {
            let change = Command::ChangeRep { case, rep: *to };
            world.act(ADMIN, change).unwrap();
        }
        Step::Link { account, .. } => {
            let link = SharingLink {
                account: *account,
                rep: to,
            };
            let command = Command::SetSharingLink { link, active: true };
            world.act(ADMIN, command).unwrap();
        }
        Step::Transfer { from, lines } => hand_over(world, case, *from, to, lines),
        Step::Request {
            organization,
            items,
            lines,
        } => {
            if *organization == ORGANIZATION {
                hand_over(world, case, Custodian::Warehouse(ORGANIZATION), to, lines);
            } else {
                supply(world, to, items);
            }
        }
        Step::Create { items } => supply(world, to, items),
        Step::Mark { lines } => {
            let mark = Command::MarkStock {
                case,
                lines: lines.clone(),
            };
            world.act(ADMIN, mark).unwrap();
        }
        Step::Release { lines } => {
            let release = Command::UnmarkStock {
                case,
                lines: lines.clone(),
            };
            world.act(ADMIN, release).unwrap();
        }
        Step::Rebuild { lines, .. } => {
            let rebuild = Command::RebuildFacilityStock {
                rep: to,
                case: Some(case),
                lines: lines.clone(),
            };
            world.act(ADMIN, rebuild).unwrap();
        }
    }
}

fn hand_over(
    world: &mut World,
    case: CaseId,
    from: Custodian,
    to: PersonId,
    lines: &[(baton_domain::id::LineId, u32)],
) {
    let reserved: Vec<_> = lines
        .iter()
        .map(|(line, quantity)| (*line, *quantity, Some(case)))
        .collect();
    let transfer = world.act(OFFICE, offer(from, with(to), &reserved)).unwrap();
    let answers: Vec<_> = lines.iter().map(|(_, quantity)| takes(*quantity)).collect();
    world.answer(ADMIN, transfer, &answers).unwrap();
}

fn supply(world: &mut World, to: PersonId, items: &[(baton_domain::product::ProductId, u32)]) {
    let lines = items
        .iter()
        .map(|(product, quantity)| ReceivedLine {
            identity: lot(product.as_str(), "new"),
            quantity: *quantity,
            title: TitleHolder::Manufacturer,
            location: "".into(),
        })
        .collect();
    world.by_server(EntryBody::StockReceived {
        custodian: with(to),
        lines,
        reason: "courier".into(),
    });
}

fn said(plan: &CoverPlan) -> u32 {
    match plan.outlook() {
        Outlook::ShortOf(pieces) => pieces,
        _ => 0,
    }
}

#[derive(Clone, Debug)]
struct Shelf {
    holder: u8,
    product: u8,
    quantity: u8,
    at_facility: bool,
    marked: u8,
}

fn shelves() -> impl Strategy<Value = Vec<Shelf>> {
    let shelf = (0..7u8, 0..3u8, 1..5u8, any::<bool>(), 0..3u8);
    let shelf = shelf.prop_map(|(holder, product, quantity, at_facility, marked)| Shelf {
        holder,
        product,
        quantity,
        at_facility,
        marked,
    });
    prop::collection::vec(shelf, 0..12)
}

fn stocked(shelves: &[Shelf], needs: [u8; 3]) -> (World, CaseId) {
    let mut world = World::new();
    let wanted: Vec<_> = PRODUCTS
        .into_iter()
        .zip(needs)
        .filter(|(_, quantity)| *quantity > 0)
        .map(|(product, quantity)| (product, u32::from(quantity)))
        .collect();
    let case = world.case(REP_B, &wanted);
    let other = world.case(REP_B, &[]);
    for (place, shelf) in shelves.iter().enumerate() {
        let holders = [
            with(REP_A),
            with(REP_B),
            with(REP_C),
            with(MANAGER),
            with(PRINCIPAL),
            Custodian::Pool(POOL),
            Custodian::Warehouse(ORGANIZATION),
        ];
        let holder = holders[usize::from(shelf.holder)];
        let sold = shelf.at_facility && shelf.holder < 6;
        let title = if sold {
            TitleHolder::Facility(FACILITY)
        } else {
            TitleHolder::Manufacturer
        };
        let product = PRODUCTS[usize::from(shelf.product)];
        let identity = lot(product, &format!("L{place}"));
        let line = world.stock_of(holder, identity, u32::from(shelf.quantity), title);
        if holder == with(REP_B) && shelf.marked > 0 {
            let case = if shelf.marked == 1 { case } else { other };
            world.mark(case, line, 1).unwrap();
        }
    }
    (world, case)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn carrying_out_the_steps_makes_the_case_ready_or_the_plan_said_short_by_how_many(
        shelves in shelves(),
        needs in [0..6u8, 0..6u8, 0..6u8],
        to in 0..3usize,
        stop_after in 0..8usize,
    ) {
        let (mut world, case) = stocked(&shelves, needs);
        let to = [REP_A, REP_C, MANAGER][to];
        let plan = plan_cover(&world.state, case, to, early()).unwrap();
        let suggested = suggest_cover(&world.state, case, early());
        let suggested = suggested.iter().find(|found| found.rep == to).unwrap();
        let moving = plan.steps.iter().filter(|step| {
            !matches!(
                step,
                Step::ChangeRep { .. } | Step::Release { .. } | Step::Mark { .. }
            )
        });
        prop_assert_eq!(suggested.movements as usize, moving.count(), "{:?}", plan.steps);
        for step in plan.steps.iter().take(stop_after) {
            carry_out(&mut world, case, to, step);
        }
        // A week later, after the phone died between any two steps: the rest is planned anew.
        let rest = plan_cover(&world.state, case, to, early()).unwrap();
        prop_assert_eq!(said(&rest), said(&plan));
        for step in &rest.steps {
            carry_out(&mut world, case, to, step);
        }
        let light = readiness(&world.state, case).unwrap().light;
        let expected = match said(&plan) {
            0 => Light::Ready,
            pieces => Light::ShortOf(pieces),
        };
        prop_assert_eq!(light, expected);
        // What was created or sent meanwhile is there to be marked; then nothing is left to do.
        let marks = plan_cover(&world.state, case, to, early()).unwrap().steps;
        prop_assert!(matches!(&marks[..], [] | [Step::Mark { .. }]), "{:?}", marks);
        for step in &marks {
            carry_out(&mut world, case, to, step);
        }
        let done = plan_cover(&world.state, case, to, early()).unwrap();
        prop_assert_eq!(done.steps, []);
    }
}
