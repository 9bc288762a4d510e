//! People, devices, places: who may record them, and what a directory never allows.

use crate::{reason, refused};
use baton_domain::directory::{Person, Role};
use baton_domain::id::{DeviceId, PersonId};
use baton_domain::testkit::{
    ADMIN, MANAGER, OFFICE, PRINCIPAL, REP_A, REP_B, SERVER, World, date, device, person, phone_of,
};
use baton_domain::time::LocalTime;
use baton_domain::verdict::Outcome;
use baton_domain::{Command, EntryBody, Reason};

const NEW: PersonId = PersonId::from_bytes([0x33; 16]);

#[test]
fn the_last_admin_cannot_be_removed() {
    let mut world = World::new();
    let gone = Person {
        active: false,
        ..world.state.person(ADMIN).unwrap().clone()
    };
    let demoted = Person {
        role: Role::Rep,
        active: true,
        ..gone.clone()
    };
    for change in [gone.clone(), demoted] {
        assert_eq!(
            reason(world.act(ADMIN, Command::RecordPerson(change))),
            Reason::LastAdmin
        );
    }
    world
        .act(
            ADMIN,
            Command::RecordPerson(person(NEW, "Nia", Role::Admin, None)),
        )
        .unwrap();
    world.act(ADMIN, Command::RecordPerson(gone)).unwrap();
}

#[test]
fn a_distributor_records_own_reps_and_nobody_else() {
    let mut world = World::new();
    let own = |role| Person {
        principal: Some(PRINCIPAL),
        ..person(NEW, "Nia", role, None)
    };
    let record = |world: &mut World, actor, person| world.act(actor, Command::RecordPerson(person));
    assert_eq!(
        reason(record(&mut world, PRINCIPAL, own(Role::Admin))),
        Reason::NotAllowed
    );
    assert_eq!(
        reason(record(
            &mut world,
            PRINCIPAL,
            person(NEW, "Nia", Role::Rep, None)
        )),
        Reason::NotAllowed
    );
    let taken_over = Person {
        principal: Some(PRINCIPAL),
        ..world.state.person(REP_A).unwrap().clone()
    };
    assert_eq!(
        reason(record(&mut world, PRINCIPAL, taken_over)),
        Reason::NotAllowed
    );
    let promoted = Person {
        role: Role::Admin,
        ..world.state.person(PRINCIPAL).unwrap().clone()
    };
    assert_eq!(
        reason(record(&mut world, PRINCIPAL, promoted)),
        Reason::NotAllowed
    );
    record(&mut world, PRINCIPAL, own(Role::Rep)).unwrap();
    for actor in [REP_A, MANAGER, OFFICE] {
        assert_eq!(
            reason(record(&mut world, actor, own(Role::Rep))),
            Reason::NotAllowed
        );
    }
    let under_a_rep = Person {
        principal: Some(REP_A),
        ..person(NEW, "Nia", Role::Rep, None)
    };
    assert_eq!(
        reason(record(&mut world, ADMIN, under_a_rep)),
        Reason::NotAnAccount
    );
}

#[test]
fn a_device_is_revoked_by_an_admin_or_the_principal() {
    let mut world = World::new();
    for actor in [REP_B, MANAGER, OFFICE] {
        let result = world.act(actor, Command::RevokeDevice(phone_of(REP_B)));
        assert_eq!(reason(result), Reason::NotAllowed);
    }
    assert_eq!(
        reason(world.act(PRINCIPAL, Command::RevokeDevice(phone_of(REP_A)))),
        Reason::NotAllowed
    );
    world
        .act(PRINCIPAL, Command::RevokeDevice(phone_of(REP_B)))
        .unwrap();
    assert!(world.state.device(phone_of(REP_B)).unwrap().revoked);
    let server = Command::RevokeDevice(SERVER);
    assert_eq!(reason(world.act(ADMIN, server)), Reason::NotAllowed);
}

#[test]
fn a_phone_is_enrolled_by_the_server_only() {
    let mut world = World::new();
    let body = EntryBody::DeviceEnrolled(device(phone_of(NEW), Some(NEW)));
    let by_an_admin = world.entry(ADMIN, body.clone());
    assert_eq!(refused(&world.record(by_an_admin)), Reason::NotAllowed);
    let unknown = world.entry_of(ADMIN, SERVER, body.clone());
    assert_eq!(refused(&world.record(unknown)), Reason::Unknown);
    let newcomer = person(NEW, "Nia", Role::Rep, None);
    world.act(ADMIN, Command::RecordPerson(newcomer)).unwrap();
    // The newcomer signs in; the server enrols the phone in the newcomer's name.
    let own = world.entry_of(NEW, SERVER, body);
    assert_eq!(world.record(own).outcome, Outcome::Accepted);
}

#[test]
fn names_are_given_and_bounded() {
    let mut world = World::new();
    for name in ["", "  ", &"x".repeat(201)] {
        let result = world.act(
            ADMIN,
            Command::RecordPerson(person(NEW, name, Role::Rep, None)),
        );
        assert_eq!(reason(result), Reason::Malformed);
    }
    let own_boss = Person {
        principal: Some(NEW),
        ..person(NEW, "Nia", Role::Distributor, None)
    };
    assert_eq!(
        reason(world.act(ADMIN, Command::RecordPerson(own_boss))),
        Reason::Malformed
    );
}

#[test]
fn a_case_has_a_place_that_is_served_and_a_time_of_day() {
    let mut world = World::new();
    let schedule = |facility, minute, offset| Command::ScheduleCase {
        facility,
        starts_at: LocalTime {
            date: date(2026, 12, 1),
            minute,
        },
        utc_offset_min: offset,
        room: "".into(),
        rep: REP_A,
        needs: Vec::new(),
        details: None,
    };
    let here = baton_domain::testkit::FACILITY;
    let nowhere = baton_domain::id::FacilityId::from_bytes([0x66; 16]);
    assert_eq!(
        reason(world.act(REP_A, schedule(nowhere, 0, 0))),
        Reason::Unknown
    );
    assert_eq!(
        reason(world.act(REP_A, schedule(here, 1440, 0))),
        Reason::Malformed
    );
    assert_eq!(
        reason(world.act(REP_A, schedule(here, 0, 961))),
        Reason::Malformed
    );
    assert_eq!(
        reason(world.act(REP_B, schedule(here, 0, 0))),
        Reason::NotAllowed
    );
    world.act(REP_A, schedule(here, 1439, -960)).unwrap();
}

#[test]
fn a_phone_is_renamed_by_its_owner_and_by_who_looks_after_it() {
    let mut world = World::new();
    let rename = |label: &str| Command::RenameDevice {
        device: phone_of(REP_A),
        label: label.into(),
    };
    let label = |world: &World| world.state.device(phone_of(REP_A)).unwrap().label.clone();
    for (person, name) in [(REP_A, "Trunk"), (ADMIN, "Ann's old phone")] {
        world.act(person, rename(name)).unwrap();
        assert_eq!(&*label(&world), name);
    }
    for stranger in [REP_B, MANAGER, OFFICE] {
        let refusal = world.act(stranger, rename("Mine")).unwrap_err();
        assert_eq!(refusal.reason, Reason::NotAllowed);
        assert!(refusal.who_may.contains(&Role::Admin));
    }
    // The office names its own phones.
    let own = Command::RenameDevice {
        device: phone_of(OFFICE),
        label: "Front desk".into(),
    };
    world.act(OFFICE, own).unwrap();
    for name in ["", " ", &"x".repeat(201)] {
        assert_eq!(reason(world.act(REP_A, rename(name))), Reason::Malformed);
    }
    for (device, expected) in [
        (SERVER, Reason::NotAllowed),
        (DeviceId::from_bytes([0x66; 16]), Reason::Unknown),
    ] {
        let command = Command::RenameDevice {
            device,
            label: "X".into(),
        };
        assert_eq!(reason(world.act(ADMIN, command)), expected);
    }
    // A name tells a revoked phone apart too, and brings it back to nothing.
    let revoke = Command::RevokeDevice(phone_of(REP_A));
    world.act(ADMIN, revoke).unwrap();
    world.act(ADMIN, rename("Lost in May")).unwrap();
    let phone = world.state.device(phone_of(REP_A)).unwrap();
    assert!(phone.revoked && &*phone.label == "Lost in May");
}
