//! Many at once: order numbers without gaps, every entry once.

use std::collections::BTreeSet;
use std::time::Duration;

use baton_domain::directory::Role;
use baton_domain::verdict::Outcome;
use baton_domain::{EntryBody, Reason};
use baton_ledger::Unsigned;
use baton_server::Server;
use baton_server::data_folder::DataFolder;
use baton_server::organizations::ServerAct;

use crate::support::database::{PausedWriter, database_of};
use crate::support::{Phone, TestApp, phone};

const ROUNDS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn phones_that_sync_at_once_get_gap_free_order_numbers() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let mut phones = Vec::new();
    for name in ["Bo", "Cy", "Di", "Ed"] {
        phones.push(admin.invite(&app, name, Role::Rep).await);
    }
    let before = app.site.server.organizations.all()[0]
        .current()
        .await
        .unwrap()
        .order;
    let tasks: Vec<_> = phones
        .into_iter()
        .map(|mut phone| {
            tokio::spawn(async move {
                let mut orders = Vec::new();
                for _ in 0..ROUNDS {
                    let entries: Vec<_> = (0..20)
                        .map(|_| phone.sign(phone::received(phone.person, &phone::product(1).id)))
                        .collect();
                    // The same bytes at the same time from two connections of one phone.
                    let (mut one, mut two) = (phone.clone(), phone.clone());
                    let (first, second) = tokio::join!(one.sync(&entries), two.sync(&entries));
                    assert_eq!(first.verdicts, second.verdicts);
                    orders.extend(first.verdicts.iter().map(|word| word.order.unwrap()));
                }
                orders
            })
        })
        .collect();
    let mut orders = BTreeSet::new();
    for task in tasks {
        for order in task.await.unwrap() {
            assert!(orders.insert(order), "{order} was given twice");
        }
    }
    let count = 4 * ROUNDS as u64 * 20;
    assert_eq!(
        orders.into_iter().collect::<Vec<_>>(),
        (before + 1..=before + count).collect::<Vec<_>>()
    );
    assert_eq!(
        app.site.server.organizations.all()[0]
            .verify()
            .await
            .unwrap()
            .faults,
        []
    );
}

/// Signatures are checked before a batch asks for anything that another one may hold: while one
/// batch holds the ledger and a paused writer the database, the next one's checks are made.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn signatures_are_checked_while_others_hold_the_ledger_and_the_database() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let product = phone::product(1);
    admin
        .record_accepted(EntryBody::ProductsListed(vec![product.clone()]))
        .await;
    let mut one = admin.invite(&app, "Bo", Role::Rep).await;
    let mut two = admin.invite(&app, "Cy", Role::Rep).await;
    let received = |phone: &mut Phone| phone.sign(phone::received(phone.person, &product.id));
    let before = verified(&app);

    let writer = PausedWriter::begin(app.data()).await;
    let entry = received(&mut one);
    let first = tokio::spawn(async move { one.sync(&[entry]).await });
    wait_until_verified(&app, before + 1).await;
    // One of the batch bears a signature of somebody else.
    let mut entries: Vec<_> = (0..256).map(|_| received(&mut two)).collect();
    let forged = entries[7].entry().clone();
    entries[7] = Unsigned::new(&forged).unwrap().sign(&phone::fresh_key());
    let second = tokio::spawn(async move { two.sync(&entries).await });
    wait_until_verified(&app, before + 256).await;
    assert!(!first.is_finished() && !second.is_finished());

    writer.end().await;
    let [first, second] = [first.await.unwrap(), second.await.unwrap()];
    assert_eq!(first.verdicts[0].verdict.outcome, Outcome::Accepted);
    for (place, word) in second.verdicts.iter().enumerate() {
        match &word.verdict.outcome {
            Outcome::Refused(refusal) => {
                assert_eq!((place, refusal.reason), (7, Reason::BadSignature));
            }
            outcome => assert_eq!((place == 7, outcome), (false, &Outcome::Accepted)),
        }
    }
}

/// How many signatures were verified before their batch was judged, by the metrics.
fn verified(app: &TestApp) -> u64 {
    let text = app.site.metrics.text();
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix("baton_signatures_verified_total "));
    line.unwrap().parse().unwrap()
}

async fn wait_until_verified(app: &TestApp, count: u64) {
    for _ in 0..6_000 {
        if verified(app) == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{} signatures are verified, not {count}", verified(app));
}

/// Two processes on one database, as an import beside the running server: the one that is
/// overtaken judges again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_process_on_the_same_data_never_breaks_the_order() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let folder = DataFolder::open(app.data()).unwrap();
    let other = Server::open_on(&folder, &database_of(app.data()))
        .await
        .unwrap();
    let ledger = other.organizations.named("north").remove(0);
    let person = admin.person;
    let beside = tokio::spawn(async move {
        for number in 0..25 {
            let act = ServerAct::now(
                person,
                EntryBody::ProductsListed(vec![phone::product(number)]),
            );
            ledger.append(vec![act], Some([7; 32])).await.unwrap();
        }
        ledger.newest().await.unwrap().order
    });
    for number in 100..125 {
        let word = admin
            .record(EntryBody::ProductsListed(vec![phone::product(number)]))
            .await;
        assert_eq!(word.verdict.outcome, Outcome::Accepted);
    }
    beside.await.unwrap();
    let newest = app.site.server.organizations.all()[0]
        .newest()
        .await
        .unwrap();
    assert_eq!(newest.order, 3 + 50);
    assert_eq!(newest.state.products().count(), 50);
    assert_eq!(
        app.site.server.organizations.all()[0]
            .verify()
            .await
            .unwrap()
            .faults,
        []
    );
}
