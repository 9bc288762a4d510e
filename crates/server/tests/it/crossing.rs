//! What crosses between organizations: carried over step by step, each step once, also when the
//! server dies between any two of them, and when two processes try at once.

use baton_domain::case::Need;
use baton_domain::directory::Role;
use baton_domain::entry::{OfferedLine, ReceivedLine};
use baton_domain::id::{EntryId, LineId, OrganizationId};
use baton_domain::request::{RequestStatus, Wanted};
use baton_domain::stock::{Custodian, Identity, LineRef, TitleHolder};
use baton_domain::transfer::{LineAnswer, TransferStatus, Travel};
use baton_domain::{EntryBody, State};
use baton_server::Server;
use baton_server::data_folder::DataFolder;
use baton_server::storage::SessionRow;
use serde_json::json;

use crate::support::database::{database_of, execute, is_postgres};
use crate::support::served::{Served, run, text};
use crate::support::{Client, PASSWORD, Phone, TestApp, phone};

/// A distributor and a manufacturer, with an Admin's phone each and a rep's.
struct Pair {
    app: TestApp,
    north: Phone,
    rep: Phone,
    maker: Phone,
}

async fn found(app: &TestApp, name: &str, kind: &str) -> Client {
    let token = app.site.server.accounts.make_setup_link().await.unwrap();
    let mut client = app.client();
    let body = json!({
        "token": token.reveal(),
        "organization_name": name,
        "kind": kind,
        "admin_name": "Ada",
        "login": format!("ada@{}", name.to_lowercase()),
        "password": PASSWORD,
    });
    let answer = client.post("/api/v1/setup", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    client
}

fn identity() -> Identity {
    Identity {
        product: phone::product(1).id,
        lot: Some("LOT1".into()),
        lot_unknown: false,
        serial: None,
        expiry: None,
        manufactured: None,
    }
}

impl Pair {
    async fn new() -> Self {
        Self::on(TestApp::empty().await).await
    }

    async fn on(app: TestApp) -> Self {
        let mut north = Phone::enrol(found(&app, "North", "distributor").await).await;
        let mut maker = Phone::enrol(found(&app, "Makers", "manufacturer").await).await;
        for phone in [&mut north, &mut maker] {
            let listed = EntryBody::ProductsListed(vec![phone::product(1)]);
            phone.record_accepted(listed).await;
        }
        let rep = north.invite(&app, "Bo", Role::Rep).await;
        Self {
            app,
            north,
            rep,
            maker,
        }
    }

    async fn state(&self, organization: OrganizationId) -> State {
        let ledger = self.app.site.server.organizations.ledger(organization);
        let ledger = ledger.await.unwrap().unwrap();
        ledger.newest().await.unwrap().state
    }

    /// Carries one step over and lets the server die, until nothing is due; how many steps.
    async fn carry_dying(mut self, expected: u32) -> Self {
        let mut steps = 0;
        loop {
            let organizations = &self.app.site.server.organizations;
            if organizations
                .carry(self.north.organization, 1)
                .await
                .unwrap()
                == 0
            {
                break;
            }
            steps += 1;
            self.app = self.app.restart().await;
        }
        assert_eq!(steps, expected);
        for phone in [&mut self.north, &mut self.rep, &mut self.maker] {
            phone.client = self.app.client_of(phone);
        }
        self
    }

    async fn ask_link(&mut self) {
        let asked = EntryBody::LinkAsked {
            organization: self.maker.organization,
            name: "Makers".into(),
            manufacturer: "Example Devices".into(),
        };
        self.north.record_accepted(asked).await;
    }

    async fn accept_link(&mut self) {
        let accepted = EntryBody::LinkAnswered {
            organization: self.north.organization,
            accepted: true,
            manufacturer: "Example Devices".into(),
        };
        self.maker.record_accepted(accepted).await;
    }

    async fn shelve(&mut self) -> LineId {
        let line = ReceivedLine {
            identity: identity(),
            quantity: 9,
            title: TitleHolder::Organization,
            location: "".into(),
        };
        let received = EntryBody::StockReceived {
            custodian: Custodian::Warehouse(self.maker.organization),
            lines: vec![line],
            reason: "made".into(),
        };
        let entry = self.maker.record_accepted(received).await;
        LineId { entry, index: 0 }
    }

    async fn request(&mut self, quantity: u32) -> EntryId {
        let wanted = Wanted {
            to: Custodian::Person(self.rep.person),
            needs: vec![Need {
                product: phone::product(1).id,
                quantity,
            }],
            case: None,
            use_date: None,
            travel: Travel::default(),
            note: "".into(),
        };
        let from = self.maker.organization;
        let asked = EntryBody::StockRequested { from, wanted };
        self.rep.record_accepted(asked).await
    }

    async fn offer(&mut self, request: EntryId, line: LineId, quantity: u32) -> EntryId {
        let offered = OfferedLine {
            stock: LineRef {
                line,
                quantity,
                head: None,
            },
            identity: identity(),
            reserved_for: None,
        };
        let body = EntryBody::RequestOffered {
            request,
            lines: vec![offered],
            due_back: None,
            travel: Travel::default(),
            note: "".into(),
        };
        self.maker.record_accepted(body).await
    }

    async fn answer(&mut self, transfer: EntryId, accepted: u32, missing: u32) -> EntryId {
        let answer = LineAnswer {
            accepted,
            missing,
            ..LineAnswer::default()
        };
        let body = EntryBody::TransferAnswered {
            transfer,
            answers: vec![answer],
            extras: Vec::new(),
            offer_hash: None,
        };
        self.rep.record_accepted(body).await
    }
}

fn on_hand(state: &State) -> u32 {
    state.lines().map(|line| line.quantity).sum()
}

#[tokio::test]
async fn a_crash_between_any_two_steps_is_finished_at_start() {
    let mut pair = Pair::new().await;
    pair.ask_link().await;
    pair = pair.carry_dying(1).await;
    pair.accept_link().await;
    pair = pair.carry_dying(1).await;
    let shelf = pair.shelve().await;
    let request = pair.request(4).await;
    pair = pair.carry_dying(1).await;
    let transfer = pair.offer(request, shelf, 4).await;
    pair = pair.carry_dying(1).await;
    let north = pair.state(pair.north.organization).await;
    let status = RequestStatus::Offered(transfer);
    assert_eq!(north.request(request).unwrap().status, status);
    pair.answer(transfer, 3, 1).await;
    pair = pair.carry_dying(1).await;

    let maker = pair.state(pair.maker.organization).await;
    let north = pair.state(pair.north.organization).await;
    // I6 over both: nine were made, three went over, one is being looked for.
    assert_eq!((on_hand(&maker), on_hand(&north)), (6, 3));
    assert_eq!(maker.line(shelf).unwrap().held(), 1);
    for state in [&north, &maker] {
        let ended = &state.transfer(transfer).unwrap().status;
        assert_eq!(*ended, TransferStatus::Answered);
    }
    let verified = run(&["verify"], pair.app.data());
    assert!(verified.status.success(), "{}", text(&verified));
}

#[tokio::test]
async fn taking_an_offer_back_across_a_crash_ends_it_once_on_both_sides() {
    let mut pair = Pair::new().await;
    pair.ask_link().await;
    pair = pair.carry_dying(1).await;
    pair.accept_link().await;
    pair = pair.carry_dying(1).await;
    let shelf = pair.shelve().await;
    let request = pair.request(4).await;
    pair = pair.carry_dying(1).await;
    let transfer = pair.offer(request, shelf, 4).await;
    pair = pair.carry_dying(1).await;
    let cancelled = EntryBody::TransferCancelled {
        transfer,
        reason: "wrong box".into(),
    };
    pair.maker.record_accepted(cancelled).await;
    pair = pair.carry_dying(2).await;
    let maker = pair.state(pair.maker.organization).await;
    assert_eq!(maker.line(shelf).unwrap().free(), 9);
    let north = pair.state(pair.north.organization).await;
    let ended = &north.transfer(transfer).unwrap().status;
    assert_eq!(*ended, TransferStatus::Cancelled);
}

#[tokio::test]
async fn two_processes_that_carry_at_once_record_each_step_once() {
    let mut pair = Pair::new().await;
    pair.ask_link().await;
    let folder = DataFolder::open(pair.app.data()).unwrap();
    let other = Server::open_on(&folder, &database_of(pair.app.data()))
        .await
        .unwrap();
    let ours = &pair.app.site.server.organizations;
    let (left, right) = tokio::join!(ours.carry_all(), other.organizations.carry_all());
    assert_eq!(left.unwrap() + right.unwrap(), 1);
    let ledger = ours.ledger(pair.maker.organization).await.unwrap().unwrap();
    let report = ledger.verify().await.unwrap();
    assert!(
        report.faults.is_empty() && report.quarantined == 0,
        "{report:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_finishes_at_start_what_a_dead_one_left() {
    let mut pair = Pair::new().await;
    // Nothing carries over here: it is as if the server had died right after the answer.
    pair.ask_link().await;
    let server = Served::start(pair.app.data(), &[]);
    let mut maker = pair.maker.clone();
    let cookie = maker.client.cookie.take();
    maker.client = server.client();
    maker.client.cookie = cookie;
    // The phone asks until the wish has come over; the program needs no push for it.
    let accepted = loop {
        let accepted = EntryBody::LinkAnswered {
            organization: pair.north.organization,
            accepted: true,
            manufacturer: "Example Devices".into(),
        };
        let word = maker.record(accepted).await;
        if !word.verdict.needs_review() {
            break word;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert!(accepted.order.is_some());
    server.kill();
}

#[tokio::test]
async fn an_organization_that_is_not_on_this_server_is_asked_in_vain_and_nothing_breaks() {
    let mut pair = Pair::new().await;
    let asked = EntryBody::LinkAsked {
        organization: OrganizationId::from_bytes([9; 16]),
        name: "Nobody".into(),
        manufacturer: "Example Devices".into(),
    };
    pair.north.record_accepted(asked).await;
    let carried = pair.app.site.server.organizations.carry_all().await;
    assert_eq!(carried.unwrap(), 0);
}

/// Rubbish in one ledger, put there past the server.
fn spoil(app: &TestApp, organization: OrganizationId) {
    let id = organization.to_string().replace('-', "");
    let bytes = |digits: &str| {
        if is_postgres() {
            format!("decode('{digits}', 'hex')")
        } else {
            format!("x'{digits}'")
        }
    };
    let (id, one, hash) = (bytes(&id), bytes(&"ab".repeat(16)), bytes(&"cd".repeat(32)));
    let rubbish = bytes("00");
    execute(
        app.data(),
        &format!(
            "UPDATE organizations SET revision = revision + 1, last_order = last_order + 1
               WHERE organization = {id};
             INSERT INTO entries (organization, entry_order, id, device, sequence, hash,
                 received_at_ms, bytes, verdict)
               SELECT organization, last_order, {one}, {one}, 1, {hash}, 0, {rubbish}, {rubbish}
               FROM organizations WHERE organization = {id};"
        ),
    );
}

#[tokio::test]
async fn a_ledger_that_cannot_be_read_holds_up_no_other() {
    let app = TestApp::empty().await;
    // The first in order, so that everything else comes after it.
    let broken = Phone::enrol(found(&app, "Broken", "distributor").await).await;
    let mut pair = Pair::on(app).await;
    pair.ask_link().await;
    spoil(&pair.app, broken.organization);
    let server = &pair.app.site.server;
    let told = server.organizations.carry_all().await;
    assert!(told.is_err(), "it is told");
    let maker = pair.state(pair.maker.organization).await;
    let link = maker.organization_link(pair.north.organization);
    assert!(link.is_some(), "the wish came over all the same");

    let session = SessionRow {
        organization: pair.north.organization,
        token_hash: [5; 32],
        person: pair.north.person,
        expires_at_ms: 1,
    };
    server.storage.put_session(session.clone()).await.unwrap();
    baton_server::housekeeping::look_around(server, true).await;
    let kept = server.storage.session(session.organization, [5; 32]).await;
    assert_eq!(kept, Ok(None), "what expired is forgotten all the same");
}

#[tokio::test]
async fn a_ledger_without_links_is_let_go_of_after_the_look_at_start() {
    let app = TestApp::empty().await;
    let mut alone = Phone::enrol(found(&app, "Alone", "distributor").await).await;
    let mut pair = Pair::on(app).await;
    pair.ask_link().await;
    pair.app = pair.app.restart().await;
    let organizations = &pair.app.site.server.organizations;
    assert!(organizations.all().iter().all(|ledger| !ledger.is_loaded()));
    assert_eq!(organizations.carry_all().await.unwrap(), 1);
    let ledger = |of| organizations.ledger(of);
    let lone = ledger(alone.organization).await.unwrap().unwrap();
    assert!(!lone.is_loaded());
    for linked in [pair.north.organization, pair.maker.organization] {
        assert!(ledger(linked).await.unwrap().unwrap().is_loaded());
    }
    // Whoever needs it has it.
    alone.client = pair.app.client_of(&alone);
    let listed = EntryBody::ProductsListed(vec![phone::product(1)]);
    alone.record_accepted(listed).await;
}
