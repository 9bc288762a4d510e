//! Domain §3: the whole table, role by act, for what is one's own, one's rep's, in one's region,
//! and somebody else's.

use crate::refusal;
use baton_domain::authority::{Act, Concern, Scope, may, scope};
use baton_domain::directory::Role;
use baton_domain::id::PersonId;
use baton_domain::stock::Custodian;
use baton_domain::testkit::{
    ADMIN, LINKED_ORGANIZATION, MANAGER, OFFICE, ORGANIZATION, POOL, PRINCIPAL, REP_A, REP_B,
    REP_C, SCREW, World, lot, offer, with,
};
use baton_domain::{Command, Entry, Reason};

/// The acts of the design's table, row by row: what Rep, Distributor, Regional manager, Operations
/// and Admin reach. `-` nothing, `o` own, `r` own and own reps', `R` region, `*` all.
const TABLE: [(Act, &str); 27] = [
    (Act::PlanCase, "orR**"),
    (Act::ChangeRep, "orR**"),
    (Act::Offer, "orR**"),
    (Act::Answer, "orR**"),
    (Act::CreateStock, "or-**"),
    (Act::UseInCase, "orR**"),
    (Act::Hold, "orR**"),
    (Act::ReleaseHold, "---**"),
    (Act::Recall, "---**"),
    (Act::Sell, "orR**"),
    (Act::Adjust, "orR**"),
    (Act::Review, "-rR**"),
    (Act::Draw, "orR**"),
    (Act::Link, "-rR**"),
    (Act::Rebuild, "-rR**"),
    (Act::People, "-r--*"),
    (Act::Devices, "-r--*"),
    (Act::NameDevice, "oroo*"),
    (Act::Facilities, "---**"),
    (Act::Catalogue, "---**"),
    (Act::Pools, "----*"),
    (Act::Settings, "----*"),
    (Act::LinkManufacturer, "----*"),
    (Act::Approve, "-rR**"),
    (Act::Release, "----*"),
    (Act::RequestStock, "orR**"),
    (Act::SetDueBack, "orR**"),
];

#[test]
fn the_table_is_the_designs() {
    assert_eq!(TABLE.map(|(act, _)| act), Act::ALL);
    for (act, row) in TABLE {
        for (role, sign) in Role::ALL.into_iter().zip(row.chars()) {
            let expected = match sign {
                '-' => Scope::No,
                'o' => Scope::Own,
                'r' => Scope::OwnReps,
                'R' => Scope::Region,
                _ => Scope::All,
            };
            assert_eq!(scope(act, role), expected, "{act:?} by {role:?}");
        }
    }
}

/// Whether a sign of the table reaches something that is the actor's own, of one of his reps, in
/// his region, or of a stranger.
fn reaches(sign: char, own: bool, own_rep: bool, region: bool) -> bool {
    match sign {
        'o' => own,
        'r' => own || own_rep,
        'R' => own || region,
        '*' => true,
        _ => false,
    }
}

#[test]
fn every_role_reaches_what_its_scope_says() {
    let mut world = World::new();
    let actors = [REP_A, PRINCIPAL, MANAGER, OFFICE, ADMIN];
    let targets = [REP_A, REP_B, REP_C, PRINCIPAL, MANAGER];
    let cases: Vec<_> = targets
        .iter()
        .map(|rep| (*rep, world.case(*rep, &[])))
        .collect();
    for (act, row) in TABLE {
        for (actor, sign) in actors.into_iter().zip(row.chars()) {
            let person = world.state.person(actor).unwrap();
            let is_own_rep =
                |target: PersonId| world.state.person(target).unwrap().principal == Some(actor);
            let in_region = |target: PersonId| {
                person.region.is_some()
                    && world.state.person(target).unwrap().region == person.region
            };
            for target in targets {
                let expected =
                    reaches(sign, target == actor, is_own_rep(target), in_region(target));
                for concern in [Concern::Person(target), Concern::Custody(with(target))] {
                    let found = may(&world.state, person, act, concern);
                    assert_eq!(
                        found, expected,
                        "{act:?} by {:?} for {concern:?}",
                        person.role
                    );
                }
            }
            for (rep, case) in &cases {
                // The cases are at a facility in the manager's region.
                let region = in_region(*rep) || person.role == Role::RegionalManager;
                let expected = reaches(sign, *rep == actor, is_own_rep(*rep), region);
                let found = may(&world.state, person, act, Concern::Case(*case));
                assert_eq!(
                    found, expected,
                    "{act:?} by {:?} for a case of {rep}",
                    person.role
                );
            }
            let everywhere = may(&world.state, person, act, Concern::Organization);
            assert_eq!(everywhere, sign == '*', "{act:?} by {:?}", person.role);
        }
    }
}

#[test]
fn a_pool_and_a_warehouse_are_nobodys_own() {
    let world = World::new();
    let warehouse = Concern::Custody(Custodian::Warehouse(ORGANIZATION));
    let pool = Concern::Custody(Custodian::Pool(POOL));
    for (actor, act, in_pool, in_warehouse) in [
        (REP_A, Act::Offer, false, false),
        (REP_A, Act::Hold, false, false),
        (PRINCIPAL, Act::Offer, false, false),
        (MANAGER, Act::Offer, false, false),
        (MANAGER, Act::Answer, false, false),
        (MANAGER, Act::Hold, true, false),
        (OFFICE, Act::Offer, true, true),
        (ADMIN, Act::Answer, true, true),
    ] {
        let person = world.state.person(actor).unwrap();
        assert_eq!(
            may(&world.state, person, act, pool),
            in_pool,
            "{act:?} by {:?}",
            person.role
        );
        assert_eq!(
            may(&world.state, person, act, warehouse),
            in_warehouse,
            "{act:?} by {:?}",
            person.role
        );
    }
}

#[test]
fn a_refusal_says_who_may() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let command = baton_domain::Command::ChangeRep { case, rep: REP_B };
    let refusal = world.act(REP_B, command).unwrap_err();
    assert_eq!(refusal.person, Some(REP_A));
    let expected = [
        Role::Distributor,
        Role::RegionalManager,
        Role::Operations,
        Role::Admin,
    ];
    assert_eq!(refusal.who_may, expected);

    // R3: only these give from a pool, and only these from a warehouse.
    let pool = Custodian::Pool(POOL);
    let line = world.stock(pool, lot(SCREW, "L1"), 1);
    let command = offer(pool, with(REP_B), &[(line, 1, None)]);
    let expected = [Role::Distributor, Role::Operations, Role::Admin];
    assert_eq!(world.act(REP_A, command).unwrap_err().who_may, expected);
    let warehouse = Custodian::Warehouse(ORGANIZATION);
    let line = world.stock(warehouse, lot(SCREW, "L1"), 1);
    let command = offer(warehouse, with(REP_B), &[(line, 1, None)]);
    let expected = [Role::Operations, Role::Admin];
    assert_eq!(world.act(MANAGER, command).unwrap_err().who_may, expected);
}

#[test]
fn no_role_reaches_into_another_organization() {
    let mut world = World::new();
    let case = world.case(REP_A, &[]);
    let line = world.stock(with(REP_A), lot(SCREW, "L1"), 5);
    for person in baton_domain::testkit::PEOPLE {
        let wishes = [
            Command::ChangeRep { case, rep: REP_C },
            Command::HoldStock {
                lines: vec![(line, 1)],
                reason: "look".into(),
            },
            offer(with(REP_A), with(REP_C), &[(line, 1, None)]),
        ];
        for wish in wishes {
            // Decided at home where the role allows it, then named for another ledger.
            let Ok(entries) = world.decide(person, wish) else {
                continue;
            };
            for entry in entries {
                let elsewhere = Entry {
                    organization: LINKED_ORGANIZATION,
                    ..entry
                };
                let verdict = world.record(elsewhere);
                let (disputed, refusal) = refusal(&verdict.outcome);
                assert!(!disputed);
                assert_eq!(refusal.reason, Reason::OtherOrganization);
            }
        }
    }
    assert_eq!(world.state.case(case).unwrap().rep, REP_A);
}
