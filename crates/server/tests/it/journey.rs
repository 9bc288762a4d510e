//! The phone's own engine and store against the server: receive, offer, answer, and all agree.

use baton_domain::command::{Author, Command};
use baton_domain::directory::Role;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::LineId;
use baton_domain::stock::{Custodian, StockLine};
use baton_domain::transfer::{LineAnswer, TransferStatus, Travel};
use baton_domain::{EntryBody, State, decide};
use baton_ledger::limits::ENTRIES_PER_SYNC_MAX;
use baton_ledger::{SnapshotManifest, SyncResponse, Unsigned};
use baton_server::random;
use baton_store::{Identity, LedgerStore, MemoryStore};
use baton_sync::Engine;

use crate::support::{Phone, TestApp, phone};

/// A phone with the real engine on a real store.
struct App {
    phone: Phone,
    store: MemoryStore,
    engine: Engine,
}

impl App {
    async fn new(phone: Phone) -> Self {
        let store = MemoryStore::new();
        let (organization, person, device) = (phone.organization, phone.person, phone.device);
        let identity = Identity {
            organization,
            person,
            device,
            certificate: Vec::new(),
        };
        store.set_identity(&identity).await.unwrap();
        let engine = Engine::new(store.load().await.unwrap());
        let mut app = Self {
            phone,
            store,
            engine,
        };
        assert!(app.engine.needs_snapshot());
        app.take_snapshot().await;
        app
    }

    async fn take_snapshot(&mut self) {
        let client = &mut self.phone.client;
        let manifest =
            SnapshotManifest::decode(&client.get("/api/v1/snapshot").await.body).unwrap();
        let mut pages = Vec::new();
        for page in 0..manifest.pages {
            let answer = client
                .get(&format!("/api/v1/snapshot/{}/{page}", manifest.order))
                .await;
            pages.push(answer.body);
        }
        let generation = Engine::load_snapshot(&manifest, pages, 0).unwrap();
        self.store.write_generation(&generation).await.unwrap();
        self.engine = Engine::new(self.store.load().await.unwrap());
    }

    /// Decides, signs and keeps an act, as the app does; nothing is sent.
    async fn act(&mut self, command: Command) {
        let Phone {
            organization,
            person,
            device,
            ..
        } = self.phone;
        let author = Author {
            organization,
            person,
            device,
        };
        let bodies = decide(self.engine.view(), &author, command, &mut random::entry_id).unwrap();
        for (id, body) in bodies {
            let entry = self.phone.entry(id, self.engine.next_sequence(), body);
            let signed = Unsigned::new(&entry).unwrap().sign(&self.phone.key);
            self.store
                .append(std::slice::from_ref(&signed))
                .await
                .unwrap();
            self.engine.record(signed);
        }
    }

    async fn sync(&mut self) {
        loop {
            let request = self.engine.request(ENTRIES_PER_SYNC_MAX);
            self.engine.mark_sent(&request);
            let answer = self.phone.try_sync(request.clone()).await;
            let response = SyncResponse::decode(&answer.body).unwrap();
            assert!(!response.snapshot_needed);
            let plan = self.engine.plan(&request, &response).unwrap();
            self.store.apply(plan.update()).await.unwrap();
            self.engine.apply(plan);
            if !response.more && self.engine.to_send() == 0 {
                return;
            }
        }
    }

    fn lines(&self) -> Vec<StockLine> {
        self.engine.base().lines().cloned().collect()
    }
}

async fn server_state(app: &TestApp) -> State {
    app.site.server.organizations.all()[0]
        .newest()
        .await
        .unwrap()
        .state
}

#[tokio::test]
async fn two_phones_hand_stock_over_and_everybody_tells_the_same_story() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let listed = EntryBody::ProductsListed((1..=3).map(phone::product).collect());
    admin.record_accepted(listed).await;
    let (bo, cy) = (
        admin.invite(&app, "Bo", Role::Rep).await,
        admin.invite(&app, "Cy", Role::Rep).await,
    );
    let (mut giver, mut taker) = (App::new(bo).await, App::new(cy).await);
    let (from, to) = (
        Custodian::Person(giver.phone.person),
        Custodian::Person(taker.phone.person),
    );

    // Without a word to the server: received, and two of the five pieces offered.
    let body = phone::received(giver.phone.person, &phone::product(2).id);
    let EntryBody::StockReceived { lines, reason, .. } = body else {
        unreachable!()
    };
    let lines: Vec<ReceivedLine> = lines;
    giver
        .act(Command::ReceiveStock {
            custodian: from,
            lines,
            reason,
        })
        .await;
    let line: LineId = giver.engine.view().lines().next().unwrap().id;
    let offer = Command::OfferTransfer {
        from,
        to,
        lines: vec![(line, 2, None)],
        travel: Travel::default(),
        note: "".into(),
    };
    giver.act(offer).await;
    assert_eq!((giver.engine.pending().len(), giver.lines().len()), (2, 0));
    giver.sync().await;
    assert_eq!((giver.engine.pending().len(), giver.lines().len()), (0, 1));

    taker.sync().await;
    assert!(
        taker.engine.base().product(&phone::product(2).id).is_some(),
        "the product came along"
    );
    let transfer = taker.engine.view().open_transfers().next().unwrap().id;
    let answers = vec![LineAnswer {
        accepted: 2,
        ..LineAnswer::default()
    }];
    taker
        .act(Command::AnswerTransfer {
            transfer,
            answers,
            extras: Vec::new(),
        })
        .await;
    taker.sync().await;
    giver.sync().await;

    let server = server_state(&app).await;
    let lines: Vec<_> = server.lines().cloned().collect();
    assert_eq!(giver.lines(), lines);
    assert_eq!(taker.lines(), lines);
    assert_eq!(
        giver.engine.base().transfer(transfer),
        server.transfer(transfer)
    );
    assert_eq!(
        server.transfer(transfer).unwrap().status,
        TransferStatus::Answered
    );
    let held = |who| {
        server
            .lines_held_by(who)
            .map(|line| line.quantity)
            .sum::<u32>()
    };
    assert_eq!((held(from), held(to)), (3, 2));

    // A third phone that begins now has it all from a snapshot.
    let dee = App::new(admin.invite(&app, "Dee", Role::Rep).await).await;
    assert_eq!(dee.lines(), lines);
    assert_eq!(
        dee.engine.base().products().count(),
        1,
        "and of the catalogue what is in stock"
    );
}
