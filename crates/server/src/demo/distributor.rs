//! The demo's distributor: reps with trunks, a pool, facilities, cases and open transfers.

use super::cast::{
    Account, LINKED_MANUFACTURER, MANUFACTURER_ID, MANUFACTURER_NAME, distributor_people,
    facilities, login, pool,
};
use super::playbook;
use super::products::products;
use super::world::World;
use super::{Demo, Size, trays};
use baton_domain::directory::{ManufacturerLink, Person, Role, SharingLink};
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{CaseId, DeviceId, FacilityId, LineId, PersonId};
use baton_domain::product::{Product, Tracking};
use baton_domain::splitmix::SplitMix64;
use baton_domain::stock::{Custodian, Identity, TitleHolder};
use baton_domain::time::{Date, Timestamp};
use baton_domain::transfer::{DeclineReason, LineAnswer, Travel, TravelMeans};
use baton_domain::{Command, State, Text};

/// Lines that one act receives, below the ledger's bound.
const LINES_PER_ACT: usize = 250;
const DAY_HOURS: i64 = 24;

/// Plans it.
pub fn plan(founded: &State, device: DeviceId, now: Timestamp, size: Size) -> Demo {
    let mut world = World::new(founded, device, now, size.seed);
    let people = distributor_people(size.reps);
    let Some(founder) = founded.people().next().map(|person| person.id) else {
        return Demo {
            steps: Vec::new(),
            accounts: Vec::new(),
        };
    };
    let catalogue = products();
    directory(&mut world, founder, &people, &catalogue);
    let reps: Vec<_> = people
        .iter()
        .map(|(person, _)| person)
        .filter(|p| p.role == Role::Rep)
        .collect();
    // The playbook's cases have products of their own, which lie nowhere else.
    let kept = playbook::products(&catalogue);
    let open: Vec<Product> = catalogue
        .iter()
        .filter(|product| kept.iter().all(|other| other.id != product.id))
        .cloned()
        .collect();
    let kept_lines = playbook::LINES + super::facility::LINES + trays::LINES;
    let lines = size.lines.saturating_sub(kept_lines);
    stock(&mut world, founder, &people, &open, now, lines);
    if let Some(rep) = reps.first() {
        trays::plan(&mut world, founder, rep.id);
    }
    holds(&mut world, founder);
    super::cases::plan(&mut world, &reps, now, size.cases);
    transfers(&mut world, &reps);
    let principal = people
        .iter()
        .find(|(person, _)| person.role == Role::Distributor)
        .map(|(person, _)| person.id);
    playbook::plan(&mut world, founder, &reps, principal, &kept, now);
    super::facility::plan(&mut world, founder, &people, &open, now);
    Demo {
        steps: world.steps,
        accounts: accounts(founded, &people),
    }
}

/// Everybody who can sign in: the founder and the people given.
pub fn accounts(founded: &State, people: &[(Person, String)]) -> Vec<Account> {
    let account = |person: &Person, login: String| Account {
        person: person.id,
        name: person.name.clone(),
        role: person.role,
        login,
    };
    let known = people
        .iter()
        .map(|(person, login)| account(person, login.clone()));
    known
        .chain(
            founded
                .people()
                .map(|person| account(person, login(&person.name))),
        )
        .collect()
}

fn directory(
    world: &mut World,
    founder: PersonId,
    people: &[(Person, String)],
    catalogue: &[Product],
) {
    let hours = DAY_HOURS * 120;
    // A Rep's principal has to be known before the Rep.
    for principals in [true, false] {
        for (person, _) in people {
            if (person.role == Role::Distributor) == principals {
                let _ = world.act(founder, hours, Command::RecordPerson(person.clone()));
            }
        }
    }
    for facility in facilities() {
        let _ = world.act(founder, hours, Command::RecordFacility(facility));
    }
    let pool = pool();
    let account = Custodian::Pool(pool.id);
    let _ = world.act(founder, hours, Command::RecordPool(pool.clone()));
    for (person, _) in people {
        if person.role == Role::Rep && person.region == pool.region {
            let link = SharingLink {
                account,
                rep: person.id,
            };
            let _ = world.act(
                founder,
                hours,
                Command::SetSharingLink { link, active: true },
            );
        }
    }
    let link = ManufacturerLink {
        manufacturer: LINKED_MANUFACTURER.into(),
        organization: MANUFACTURER_ID,
        name: MANUFACTURER_NAME.into(),
    };
    let _ = world.act(founder, hours, Command::LinkManufacturer(link));
    let ask = Command::AskLink {
        organization: MANUFACTURER_ID,
        name: MANUFACTURER_NAME.into(),
        manufacturer: LINKED_MANUFACTURER.into(),
    };
    let _ = world.act(founder, hours, ask);
    for chunk in catalogue.chunks(50) {
        let _ = world.act(founder, hours, Command::ListProducts(chunk.to_vec()));
    }
}

/// Shares the lines out: three quarters to the reps, the rest to pool and principal, and of the
/// principal's and the first rep's some that a facility has bought.
fn stock(
    world: &mut World,
    founder: PersonId,
    people: &[(Person, String)],
    catalogue: &[Product],
    now: Timestamp,
    lines: usize,
) {
    let reps: Vec<_> = people
        .iter()
        .filter(|(p, _)| p.role == Role::Rep)
        .map(|(p, _)| p.id)
        .collect();
    let principal = people
        .iter()
        .find(|(p, _)| p.role == Role::Distributor)
        .map(|(p, _)| p.id);
    let mut shares: Vec<(Custodian, usize, Option<FacilityId>)> = Vec::new();
    let each = lines * 3 / 4 / reps.len().max(1);
    shares.extend(reps.iter().map(|rep| (Custodian::Person(*rep), each, None)));
    let rest = lines.saturating_sub(each * reps.len());
    let bought = rest / 6;
    shares.push((Custodian::Pool(pool().id), rest / 2, None));
    let sellers = principal.into_iter().chain(reps.first().copied());
    for (place, seller) in sellers.enumerate() {
        let facility = facilities().get(place).map(|facility| facility.id);
        shares.push((Custodian::Person(seller), bought / 2, facility));
    }
    let given: usize = shares.iter().map(|(_, count, _)| count).sum();
    if let Some(principal) = principal {
        shares.push((
            Custodian::Person(principal),
            lines.saturating_sub(given),
            None,
        ));
    }
    for (custodian, count, facility) in shares {
        let made = (0..count)
            .filter_map(|_| received_line(&mut world.choices, catalogue, now))
            .map(|line| ReceivedLine {
                title: facility.map_or(TitleHolder::Manufacturer, TitleHolder::Facility),
                ..line
            })
            .collect();
        shelve(world, founder, custodian, made);
    }
}

/// Receives lines into a custody, some months ago.
pub fn shelve(
    world: &mut World,
    founder: PersonId,
    custodian: Custodian,
    lines: Vec<ReceivedLine>,
) {
    for chunk in lines.chunks(LINES_PER_ACT) {
        let hours = DAY_HOURS * (10 + world.choices.below(90) as i64);
        let command = Command::ReceiveStock {
            custodian,
            lines: chunk.to_vec(),
            reason: "Opening stock".into(),
        };
        let _ = world.act(founder, hours, command);
    }
}

/// A line of some product: a lot or serial, an expiry where the label carries one.
pub fn received_line(
    choices: &mut SplitMix64,
    catalogue: &[Product],
    now: Timestamp,
) -> Option<ReceivedLine> {
    let product = choices.pick(catalogue)?.clone();
    let serial = product.tracking == Tracking::Serial;
    let lot = (product.tracking != Tracking::Untracked).then(|| {
        Text::from(format!(
            "{}{:05}",
            char::from(b'A' + choices.below(20) as u8),
            choices.below(100_000)
        ))
    });
    let serial_number =
        serial.then(|| Text::from(format!("SN{:08}", choices.bits() % 100_000_000)));
    let expiry = product.expires.then(|| expiry(choices, now)).flatten();
    let quantity = if serial {
        1
    } else {
        1 + choices.below(if product.single_use { 8 } else { 2 }) as u32
    };
    let shelf = ["Trunk", "Trunk, left", "Storage unit", ""];
    Some(ReceivedLine {
        identity: Identity {
            product: product.id,
            lot,
            lot_unknown: false,
            serial: serial_number,
            expiry,
            manufactured: None,
        },
        quantity,
        title: TitleHolder::Manufacturer,
        location: (*choices.pick(&shelf)?).into(),
    })
}

/// Mostly one to three years ahead; one in twelve within a month, one in forty already past.
fn expiry(choices: &mut SplitMix64, now: Timestamp) -> Option<Date> {
    let days = match choices.below(120) {
        0..3 => -(1 + choices.below(40) as i64),
        3..13 => 3 + choices.below(28) as i64,
        _ => 60 + choices.below(1_000) as i64,
    };
    today(now)?.add_days(days as i32)
}

/// The date of an instant by its own offset.
pub fn today(now: Timestamp) -> Option<Date> {
    let local_ms = now.unix_ms + i64::from(now.offset_min) * 60_000;
    Date::from_days(local_ms.div_euclid(86_400_000) as i32)
}

/// Some lines under review.
fn holds(world: &mut World, founder: PersonId) {
    let wanted: Vec<(LineId, u32)> = world
        .state
        .lines()
        .filter(|line| line.facility_stock_at().is_none())
        .step_by(97)
        .take(12)
        .map(|line| (line.id, line.quantity))
        .collect();
    for (line, quantity) in wanted {
        let reason = if world.choices.once_in(2) {
            "Package seal under review"
        } else {
            "Label unreadable"
        };
        let hours = DAY_HOURS * (1 + world.choices.below(6) as i64);
        let command = Command::HoldStock {
            lines: vec![(line, quantity)],
            reason: reason.into(),
        };
        let _ = world.act(founder, hours, command);
    }
}

/// A history of answered and declined transfers, and some that are open today.
fn transfers(world: &mut World, reps: &[&Person]) {
    for place in 0..reps.len().min(24) {
        let (Some(from), Some(to)) = (reps.get(place), reps.get((place + 1) % reps.len())) else {
            return;
        };
        if from.id == to.id {
            return;
        }
        let days = 1 + world.choices.below(9) as i64;
        let travel = Travel {
            means: if place % 2 == 0 {
                TravelMeans::Meet
            } else {
                TravelMeans::Courier
            },
            details: if place % 2 == 0 {
                "St. Anne, loading dock"
            } else {
                "Courier, reference on the bag"
            }
            .into(),
            needed_by: None,
        };
        let Some(done) = offer(
            world,
            from.id,
            to.id,
            3,
            DAY_HOURS * days,
            travel.clone(),
            None,
        ) else {
            continue;
        };
        let answers = answers(&world.state, done);
        let _ = match place % 4 {
            3 => world.act(
                to.id,
                DAY_HOURS * days - 2,
                Command::DeclineTransfer {
                    transfer: done,
                    reason: DeclineReason::NotNeeded,
                    note: "Case moved to next month".into(),
                },
            ),
            _ => world.act(
                to.id,
                DAY_HOURS * days - 2,
                Command::AnswerTransfer {
                    transfer: done,
                    answers,
                    extras: Vec::new(),
                },
            ),
        };
        if place % 2 == 1 {
            let _ = offer(world, from.id, to.id, 2, 1 + place as i64, travel, None);
        }
    }
}

/// Offers up to `count` free lines, reserved for a case where one is given.
pub fn offer(
    world: &mut World,
    from: PersonId,
    to: PersonId,
    count: usize,
    hours: i64,
    travel: Travel,
    only: Option<(CaseId, Vec<(LineId, u32)>)>,
) -> Option<CaseId> {
    let lines = match only {
        Some((case, lines)) => lines
            .into_iter()
            .map(|(line, n)| (line, n, Some(case)))
            .collect(),
        None => free_lines(world, from, count),
    };
    if lines.is_empty() {
        return None;
    }
    let command = Command::OfferTransfer {
        from: Custodian::Person(from),
        to: Custodian::Person(to),
        lines,
        travel,
        note: "".into(),
    };
    world.act(from, hours, command).ok()
}

fn free_lines(
    world: &mut World,
    from: PersonId,
    count: usize,
) -> Vec<(LineId, u32, Option<CaseId>)> {
    let free: Vec<_> = world
        .state
        .lines_held_by(Custodian::Person(from))
        .filter(|line| line.free() > 0 && line.hold.is_none() && line.facility_stock_at().is_none())
        .map(|line| (line.id, line.free()))
        .collect();
    (0..count)
        .filter_map(|_| world.choices.pick(&free).copied())
        .fold(
            Vec::new(),
            |mut chosen: Vec<(LineId, u32, Option<CaseId>)>, (line, quantity)| {
                if chosen.iter().all(|(other, _, _)| *other != line) {
                    chosen.push((line, quantity, None));
                }
                chosen
            },
        )
}

/// Everything accepted, but of the first line one piece missing where there are several.
fn answers(state: &State, transfer: CaseId) -> Vec<LineAnswer> {
    let lines = state
        .transfer(transfer)
        .map(|transfer| transfer.lines.clone())
        .unwrap_or_default();
    lines
        .iter()
        .enumerate()
        .map(|(place, line)| {
            let missing = u32::from(place == 0 && line.quantity > 1);
            LineAnswer {
                accepted: line.quantity - missing,
                missing,
                ..LineAnswer::default()
            }
        })
        .collect()
}
