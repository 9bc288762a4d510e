//! `POST /api/v1/sync`: what it does. What it refuses stands in `bad_input`.

use baton_domain::case::{CaseDetails, CoverChoice, Need, UseStatus};
use baton_domain::directory::{Facility, Role};
use baton_domain::entry::UsedLine;
use baton_domain::id::{FacilityId, LineId};
use baton_domain::stock::{Custodian, LineRef};
use baton_domain::time::{Date, LocalTime};
use baton_domain::verdict::Outcome;
use baton_domain::{EntryBody, State};
use baton_ledger::page;
use baton_server::random;

use crate::support::{Phone, TestApp, phone};

/// An Admin's phone, a product in the catalogue, and two reps with phones.
async fn north(app: &TestApp) -> (Phone, Phone, Phone) {
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(
            (1..=3).map(phone::product).collect(),
        ))
        .await;
    let one = admin.invite(app, "Bo", Role::Rep).await;
    let two = admin.invite(app, "Cy", Role::Rep).await;
    (admin, one, two)
}

async fn record_facility(admin: &mut Phone) -> FacilityId {
    let id = FacilityId::from_bytes(random::uuid());
    let facility = Facility {
        id,
        name: "St. Example".into(),
        zone: "America/Denver".into(),
        region: None,
        active: true,
    };
    admin
        .record_accepted(EntryBody::FacilityRecorded(facility))
        .await;
    id
}

async fn server_state(app: &TestApp) -> State {
    app.site.server.organizations.all()[0]
        .newest()
        .await
        .unwrap()
        .state
}

#[tokio::test]
async fn an_entry_gets_its_order_number_and_its_verdict() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let entry = admin.sign(EntryBody::ProductsListed(vec![phone::product(1)]));
    let response = admin.sync(std::slice::from_ref(&entry)).await;
    assert_eq!(response.verdicts[0].id, entry.entry().id);
    assert_eq!(response.verdicts[0].verdict.outcome, Outcome::Accepted);
    // The founding, the server's key and the phone's came before.
    assert_eq!(response.verdicts[0].order, Some(4));
    assert_eq!(
        (response.cursor, response.more, response.acked_sequence),
        (4, false, 1)
    );
    assert!(!response.revoked && !response.snapshot_needed);
    let orders: Vec<_> = response.changes.iter().map(|change| change.order).collect();
    assert_eq!(orders, [1, 2, 3, 4], "own entries come back too");
    assert_eq!(response.changes[3].bytes, entry.bytes());
}

#[tokio::test]
async fn r32_the_same_bytes_again_get_the_stored_verdict() {
    let app = TestApp::empty().await;
    let (_, mut rep, _) = north(&app).await;
    let entry = rep.sign(phone::received(rep.person, &phone::product(1).id));
    let first = rep.sync(std::slice::from_ref(&entry)).await;
    for _ in 0..3 {
        let again = rep.sync(std::slice::from_ref(&entry)).await;
        assert_eq!(again.verdicts, first.verdicts);
        assert_eq!((again.cursor, again.changes.len()), (first.cursor, 0));
    }
    let twice = rep.sync(&[entry.clone(), entry]).await;
    assert_eq!(
        twice.verdicts,
        [first.verdicts[0].clone(), first.verdicts[0].clone()]
    );
}

#[tokio::test]
async fn what_one_phone_records_another_one_gets() {
    let app = TestApp::empty().await;
    let (_, mut one, mut two) = north(&app).await;
    two.sync(&[]).await;
    let line = one
        .record_accepted(phone::received(one.person, &phone::product(1).id))
        .await;
    let response = two.sync(&[]).await;
    assert_eq!(response.changes.len(), 1);
    assert_eq!(response.changes[0].entry().unwrap().entry().id, line);
}

#[tokio::test]
async fn an_entry_that_builds_on_what_has_not_come_waits_and_holds_up_nobody() {
    let app = TestApp::empty().await;
    let (_, mut rep, _) = north(&app).await;
    let received = rep.sign(phone::received(rep.person, &phone::product(1).id));
    let line = LineId {
        entry: received.entry().id,
        index: 0,
    };
    let held = rep.sign(EntryBody::StockHeld {
        lines: vec![LineRef {
            line,
            quantity: 1,
            head: None,
        }],
        reason: "Dented box".into(),
    });
    let other = rep.sign(phone::received(rep.person, &phone::product(2).id));
    let response = rep.sync(&[held.clone(), other]).await;
    assert_eq!(
        response.verdicts[0].verdict.outcome,
        Outcome::Waiting(received.entry().id)
    );
    assert_eq!(response.verdicts[0].order, None);
    assert_eq!(response.verdicts[1].verdict.outcome, Outcome::Accepted);

    // It waits in the database, not in this process.
    let app = app.restart().await;
    rep.client = app.client_of(&rep);
    let response = rep.sync(&[received]).await;
    assert_eq!(response.verdicts[0].verdict.outcome, Outcome::Accepted);
    let last = response.changes.last().unwrap();
    assert_eq!(
        last.entry().unwrap().entry().id,
        held.entry().id,
        "its verdict comes with the news"
    );
    assert_eq!(last.verdict.outcome, Outcome::Accepted);
    assert_eq!(last.order, response.cursor);
}

#[tokio::test]
async fn an_entry_is_judged_by_its_own_signature_whoever_delivers_it() {
    let app = TestApp::empty().await;
    let (_, mut one, mut two) = north(&app).await;
    let entry = one.sign(phone::received(one.person, &phone::product(1).id));
    let response = two.sync(&[entry]).await;
    assert_eq!(response.verdicts[0].verdict.outcome, Outcome::Accepted);
    assert_eq!(
        response.acked_sequence, 0,
        "the messenger has sent nothing of its own"
    );
    assert_eq!(one.sync(&[]).await.acked_sequence, 1);
}

#[tokio::test]
async fn the_catalogue_stays_with_the_server_and_products_come_when_they_are_needed() {
    let app = TestApp::empty().await;
    let (mut admin, mut one, mut two) = north(&app).await;
    let response = two.sync(&[]).await;
    let listed = |body: &EntryBody| matches!(body, EntryBody::ProductsListed(_));
    let bodies: Vec<_> = response
        .changes
        .iter()
        .map(|change| change.entry().unwrap().entry().body.clone())
        .collect();
    assert!(!bodies.iter().any(listed));
    assert_eq!(response.page, None);

    one.record_accepted(phone::received(one.person, &phone::product(2).id))
        .await;
    let mut known = State::default();
    page::read_into(&mut known, &two.sync(&[]).await.page.unwrap()).unwrap();
    let ids: Vec<_> = known.products().map(|product| product.id.clone()).collect();
    assert_eq!(ids, [phone::product(2).id]);

    // A correction reaches those who know the product; the others are spared.
    let mut corrected = phone::product(2);
    corrected.description = "Locking screw, corrected".into();
    admin
        .record_accepted(EntryBody::ProductsListed(vec![
            corrected,
            phone::product(9),
        ]))
        .await;
    page::read_into(&mut known, &two.sync(&[]).await.page.unwrap()).unwrap();
    assert_eq!(known.products().count(), 1);
    assert_eq!(
        &*known.product(&phone::product(2).id).unwrap().description,
        "Locking screw, corrected"
    );
}

#[tokio::test]
async fn private_parts_of_a_case_go_only_to_who_may_see_them() {
    let app = TestApp::empty().await;
    let (mut admin, mut one, mut two) = north(&app).await;
    two.sync(&[]).await;
    let facility = record_facility(&mut admin).await;
    let case = one
        .record_accepted(EntryBody::CaseScheduled {
            facility,
            starts_at: LocalTime {
                date: Date::new(2027, 1, 15).unwrap(),
                minute: 450,
            },
            utc_offset_min: -420,
            room: "".into(),
            rep: one.person,
            needs: vec![Need {
                product: phone::product(3).id,
                quantity: 2,
            }],
        })
        .await;
    let details = CaseDetails {
        procedure: "Fusion".into(),
        surgeon: "".into(),
        reference: "C-1".into(),
    };
    one.record_accepted(EntryBody::CaseDetailsRecorded {
        case,
        details: details.clone(),
    })
    .await;

    let kinds = |response: &baton_ledger::SyncResponse| -> Vec<bool> {
        response
            .changes
            .iter()
            .map(|change| change.entry().unwrap().entry().body.is_private())
            .collect()
    };
    assert!(
        kinds(&admin.sync(&[]).await).contains(&true),
        "the office sees it"
    );
    let response = two.sync(&[]).await;
    assert!(!kinds(&response).contains(&true), "another rep does not");
    let mut known = State::default();
    page::read_into(&mut known, &response.page.unwrap()).unwrap();
    assert!(
        known.product(&phone::product(3).id).is_some(),
        "what the case needs is known"
    );

    // When the case becomes theirs, its private part comes with it.
    let head = app.site.server.organizations.all()[0]
        .current()
        .await
        .unwrap()
        .state
        .case(case)
        .unwrap()
        .head;
    one.record_accepted(EntryBody::CaseRepChanged {
        case,
        head,
        rep: two.person,
        cover: CoverChoice::default(),
    })
    .await;
    let response = two.sync(&[]).await;
    let state = app.site.server.organizations.all()[0]
        .current()
        .await
        .unwrap()
        .state;
    let mut known = State::default();
    known.put_case(state.case(case).unwrap().clone());
    page::read_into(&mut known, &response.page.unwrap()).unwrap();
    assert_eq!(known.case(case).unwrap().details.as_ref(), Some(&details));
}

#[tokio::test]
async fn a_change_of_role_asks_for_a_new_snapshot() {
    let app = TestApp::empty().await;
    let (mut admin, mut rep, _) = north(&app).await;
    rep.sync(&[]).await;
    let state = app.site.server.organizations.all()[0]
        .current()
        .await
        .unwrap()
        .state;
    let mut promoted = state.person(rep.person).unwrap().clone();
    promoted.role = Role::Operations;
    admin
        .record_accepted(EntryBody::PersonRecorded(promoted))
        .await;
    let cursor = rep.cursor;
    let entry = rep.sign(phone::received(rep.person, &phone::product(1).id));
    let response = rep.sync(&[entry]).await;
    assert!(response.snapshot_needed);
    assert_eq!((response.cursor, response.changes.len()), (cursor, 0));
    assert_eq!(
        response.verdicts[0].verdict.outcome,
        Outcome::Accepted,
        "what it sent is taken all the same"
    );
}

#[tokio::test]
async fn an_act_on_a_case_that_no_snapshot_holds_asks_for_a_new_one() {
    let app = TestApp::empty().await;
    let (mut admin, mut one, mut two) = north(&app).await;
    let facility = record_facility(&mut admin).await;
    let line = one
        .record_accepted(phone::received(one.person, &phone::product(1).id))
        .await;
    let case = one
        .record_accepted(EntryBody::CaseScheduled {
            facility,
            starts_at: LocalTime {
                date: Date::new(2025, 1, 15).unwrap(),
                minute: 450,
            },
            utc_offset_min: -420,
            room: "".into(),
            rep: one.person,
            needs: Vec::new(),
        })
        .await;
    two.sync(&[]).await;
    let cancelled = EntryBody::CaseCancelled {
        case,
        head: case,
        reason: "".into(),
    };
    one.record_accepted(cancelled).await;
    assert!(
        !two.sync(&[]).await.snapshot_needed,
        "it was open until now"
    );
    let used = UsedLine {
        line: Some(LineId {
            entry: line,
            index: 0,
        }),
        head: None,
        identity: server_state(&app)
            .await
            .lines()
            .next()
            .unwrap()
            .identity
            .clone(),
        quantity: 1,
        status: UseStatus::Implanted,
        presumed_holder: "".into(),
    };
    let reason = "Used all the same".into();
    one.record_accepted(EntryBody::UsageRecorded {
        case,
        lines: vec![used],
        reason,
    })
    .await;
    assert!(two.sync(&[]).await.snapshot_needed);
    assert!(
        !one.sync(&[]).await.snapshot_needed,
        "the phone that recorded it has the case"
    );
}

#[tokio::test]
async fn news_that_bring_many_products_come_in_portions() {
    let app = TestApp::empty().await;
    let (mut admin, mut one, mut two) = north(&app).await;
    two.sync(&[]).await;
    let products: Vec<_> = (1..=4_600).map(phone::product).collect();
    for part in products.chunks(200) {
        admin
            .record_accepted(EntryBody::ProductsListed(part.to_vec()))
            .await;
    }
    for part in products.chunks(200) {
        let mut all = Vec::new();
        for product in part {
            let EntryBody::StockReceived { lines, .. } = phone::received(one.person, &product.id)
            else {
                unreachable!()
            };
            all.extend(lines);
        }
        let custodian = Custodian::Person(one.person);
        one.record_accepted(EntryBody::StockReceived {
            custodian,
            lines: all,
            reason: "Many".into(),
        })
        .await;
    }
    let mut known = State::default();
    let mut portions = 0;
    loop {
        let response = two.sync(&[]).await;
        portions += 1;
        response
            .page
            .iter()
            .for_each(|page| page::read_into(&mut known, page).unwrap());
        if !response.more {
            break;
        }
    }
    // Each product is news twice: when it is listed, and when somebody holds it.
    assert_eq!((portions, known.products().count()), (3, 4_600));
}

#[tokio::test]
async fn another_incarnation_asks_for_a_new_snapshot_and_takes_the_entries() {
    let app = TestApp::empty().await;
    let (_, mut rep, _) = north(&app).await;
    rep.sync(&[]).await;
    for (incarnation, cursor) in [
        (Some([1; 16]), rep.cursor),
        (None, rep.cursor),
        (rep.incarnation, 10_000),
    ] {
        let entry = rep.sign(phone::received(rep.person, &phone::product(1).id));
        let request = baton_ledger::SyncRequest {
            incarnation,
            cursor,
            ..rep.request(&[entry])
        };
        let answer = rep.try_sync(request).await;
        let response = baton_ledger::SyncResponse::decode(&answer.body).unwrap();
        assert!(response.snapshot_needed);
        assert_eq!((response.changes.len(), response.cursor), (0, cursor));
        assert_eq!(response.verdicts[0].verdict.outcome, Outcome::Accepted);
    }
}

#[tokio::test]
async fn long_news_come_in_portions() {
    let app = TestApp::empty().await;
    let (_, mut one, mut two) = north(&app).await;
    two.sync(&[]).await;
    let first = two.cursor;
    for _ in 0..5 {
        let entries: Vec<_> = (0..256)
            .map(|_| one.sign(phone::received(one.person, &phone::product(1).id)))
            .collect();
        let response = one.sync(&entries).await;
        assert!(
            response
                .verdicts
                .iter()
                .all(|word| word.verdict.outcome == Outcome::Accepted)
        );
    }
    let portion = two.sync(&[]).await;
    assert_eq!(
        (portion.changes.len(), portion.more, portion.cursor),
        (1000, true, first + 1000)
    );
    let rest = two.sync(&[]).await;
    assert_eq!(
        (rest.changes.len(), rest.more, rest.cursor),
        (280, false, first + 1280)
    );
}
