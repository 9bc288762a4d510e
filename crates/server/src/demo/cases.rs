//! The demo's cases: around today, some ready, some short, some waiting for a transfer.

use super::cast::facilities;
use super::distributor::{offer, today};
use super::world::World;
use crate::zone::utc_offset_min;
use baton_domain::Command;
use baton_domain::case::{CaseDetails, Need, UseStatus};
use baton_domain::command::{UseSource, WantedUse};
use baton_domain::directory::Person;
use baton_domain::id::{CaseId, LineId, PersonId};
use baton_domain::product::ProductId;
use baton_domain::stock::Custodian;
use baton_domain::time::{Date, LocalTime, Timestamp};
use baton_domain::transfer::{Travel, TravelMeans};

/// Days from today and minutes after midnight.
const TIMES: [(i64, u16); 12] = [
    (0, 630),
    (0, 780),
    (0, 915),
    (0, 450),
    (1, 435),
    (1, 570),
    (1, 720),
    (2, 480),
    (2, 840),
    (4, 450),
    (6, 600),
    (-1, 510),
];
const PROCEDURES: [&str; 6] = [
    "Mandible reconstruction",
    "Orbital floor repair",
    "Midface advancement",
    "Cranioplasty",
    "Bilateral distraction",
    "Zygoma fracture repair",
];
const SURGEONS: [&str; 4] = ["Dr. Ferris", "Dr. Oduya", "Dr. Klein", "Dr. Marsh"];

/// What a case lacks, so that every kind of light is seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plot {
    Ready,
    Short,
    Arriving,
    Used,
}

/// Plans them; the first is the first rep's, today, and short of something.
pub fn plan(world: &mut World, reps: &[&Person], now: Timestamp, count: usize) {
    let Some(today) = today(now) else { return };
    for place in 0..count {
        let (days, minute) = TIMES[place % TIMES.len()];
        let days = days + (place / TIMES.len()) as i64 % 60;
        let rep = reps[if place < 3 { 0 } else { place % reps.len() }];
        let giver = reps[(place + 1) % reps.len()];
        let plot = match place % 12 {
            0 | 7 => Plot::Short,
            2 | 4 | 8 => Plot::Arriving,
            11 => Plot::Used,
            _ => Plot::Ready,
        };
        if let Some(date) = today.add_days(days as i32) {
            one(
                world,
                place,
                rep,
                giver.id,
                LocalTime { date, minute },
                plot,
            );
        }
    }
}

fn one(
    world: &mut World,
    place: usize,
    rep: &Person,
    giver: PersonId,
    starts_at: LocalTime,
    plot: Plot,
) {
    let own = stocked(world, rep.id, 4, starts_at.date);
    let missing = match plot {
        Plot::Short | Plot::Arriving if giver != rep.id => {
            others(world, rep.id, giver, starts_at.date)
        }
        _ => None,
    };
    let mut needs: Vec<Need> = own
        .iter()
        .map(|(product, _, quantity)| Need {
            product: product.clone(),
            quantity: *quantity,
        })
        .collect();
    if let Some((product, _, _)) = &missing {
        needs.push(Need {
            product: product.clone(),
            quantity: 1,
        });
    }
    let Some(case) = schedule(world, place, rep, starts_at, needs) else {
        return;
    };
    let marks = own
        .iter()
        .map(|(_, line, quantity)| (*line, *quantity))
        .collect();
    let _ = world.act(rep.id, 30, Command::MarkStock { case, lines: marks });
    match (plot, missing) {
        (Plot::Arriving, Some((_, line, _))) => {
            let travel = Travel {
                means: TravelMeans::Meet,
                details: "At the facility, before the case".into(),
                needed_by: None,
            };
            let _ = offer(
                world,
                giver,
                rep.id,
                1,
                5,
                travel,
                Some((case, vec![(line, 1)])),
            );
        }
        (Plot::Used, _) => use_first(world, rep.id, case, &own),
        _ => {}
    }
}

fn schedule(
    world: &mut World,
    place: usize,
    rep: &Person,
    starts_at: LocalTime,
    needs: Vec<Need>,
) -> Option<CaseId> {
    let all = facilities();
    let near: Vec<_> = all
        .iter()
        .filter(|facility| facility.region == rep.region)
        .collect();
    let facility = near.get(place % near.len().max(1))?;
    let command = Command::ScheduleCase {
        facility: facility.id,
        starts_at,
        utc_offset_min: utc_offset_min(&facility.zone, starts_at)?,
        room: format!("OR {}", 1 + place % 6).into(),
        rep: rep.id,
        needs,
        details: Some(CaseDetails {
            procedure: PROCEDURES[place % PROCEDURES.len()].into(),
            surgeon: SURGEONS[place % SURGEONS.len()].into(),
            reference: format!("C-{:04}", 1200 + place).into(),
        }),
    };
    world.act(rep.id, 24 * 11, command).ok()
}

/// Up to `count` products that the rep can bring, with one of their lines and a quantity.
fn stocked(
    world: &mut World,
    rep: PersonId,
    count: usize,
    on: Date,
) -> Vec<(ProductId, LineId, u32)> {
    let free: Vec<_> = world
        .state
        .lines_held_by(Custodian::Person(rep))
        .filter(|line| line.free() > 0 && line.hold.is_none() && line.facility_stock_at().is_none())
        .filter(|line| line.identity.expiry.is_none_or(|expiry| expiry >= on))
        .map(|line| (line.identity.product.clone(), line.id, line.free()))
        .collect();
    let mut chosen: Vec<(ProductId, LineId, u32)> = Vec::new();
    for _ in 0..count * 4 {
        let Some((product, line, free)) = world.choices.pick(&free).cloned() else {
            break;
        };
        if chosen.len() < count && chosen.iter().all(|(other, _, _)| *other != product) {
            let quantity = 1 + world.choices.below(free.min(6) as usize) as u32;
            chosen.push((product, line, quantity));
        }
    }
    chosen
}

/// A product that the giver has and the rep, the pool and the facility have not.
fn others(
    world: &mut World,
    rep: PersonId,
    giver: PersonId,
    on: Date,
) -> Option<(ProductId, LineId, u32)> {
    let offered = stocked(world, giver, 12, on);
    offered.into_iter().find(|(product, _, _)| {
        world
            .state
            .lines_of_product(product)
            .filter(|line| line.quantity > 0)
            .all(|line| {
                line.custodian != Custodian::Person(rep)
                    && !matches!(line.custodian, Custodian::Pool(_))
                    && line.facility_stock_at().is_none()
            })
    })
}

fn use_first(world: &mut World, rep: PersonId, case: CaseId, own: &[(ProductId, LineId, u32)]) {
    let lines = own
        .iter()
        .take(2)
        .map(|(_, line, _)| WantedUse {
            source: UseSource::Line(*line),
            quantity: 1,
            status: UseStatus::Implanted,
        })
        .collect();
    let _ = world.act(
        rep,
        20,
        Command::RecordUsage {
            case,
            lines,
            reason: "".into(),
        },
    );
}
