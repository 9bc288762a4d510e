//! A phone: a real key, a sequence of its own, and the two halves of a sync.

use std::sync::atomic::{AtomicU8, Ordering};

use base64ct::{Base64UrlUnpadded, Encoding};
use baton_domain::directory::{Person, Role};
use baton_domain::id::{DeviceId, EntryId, OrganizationId, PersonId};
use baton_domain::product::{Product, ProductId, Tracking};
use baton_domain::stock::{Custodian, Identity, TitleHolder};
use baton_domain::time::Timestamp;
use baton_domain::verdict::Outcome;
use baton_domain::{Entry, EntryBody, entry::ReceivedLine};
use baton_ledger::message::{EntryVerdict, PROTOCOL};
use baton_ledger::{Certificate, SignedEntry, SigningKey, SyncRequest, SyncResponse, Unsigned};
use baton_server::random;
use serde_json::json;

use super::{Answer, Client, PASSWORD, TestApp};

/// A phone with somebody signed in on it.
#[derive(Clone)]
pub struct Phone {
    pub client: Client,
    pub key: SigningKey,
    pub device: DeviceId,
    pub organization: OrganizationId,
    pub person: PersonId,
    pub sequence: u64,
    pub incarnation: Option<[u8; 16]>,
    pub cursor: u64,
}

/// A key that no other phone of this test run has.
pub fn fresh_key() -> SigningKey {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let mut secret = [9; 32];
    secret[0] = NEXT.fetch_add(1, Ordering::Relaxed);
    SigningKey::from_bytes(&secret).unwrap()
}

impl Phone {
    /// Enrols a phone for whoever is signed in.
    pub async fn enrol(mut client: Client) -> Self {
        let session = client.get("/api/v1/session").await.json();
        let key = fresh_key();
        let answer = Self::post_key(&mut client, &key).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let organization = session["organization"]["id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let person = session["person"]["id"].as_str().unwrap().parse().unwrap();
        let device = answer.json()["device"].as_str().unwrap().parse().unwrap();
        Self {
            client,
            key,
            device,
            organization,
            person,
            sequence: 0,
            incarnation: None,
            cursor: 0,
        }
    }

    pub async fn post_key(client: &mut Client, key: &SigningKey) -> Answer {
        let public_key = Base64UrlUnpadded::encode_string(&key.public_key());
        client
            .post(
                "/api/v1/devices",
                json!({"public_key": public_key, "label": "A phone"}),
            )
            .await
    }

    pub fn certificate(answer: &Answer) -> Certificate {
        let text = answer.json()["certificate"].as_str().unwrap().to_owned();
        Certificate::parse(&Base64UrlUnpadded::decode_vec(&text).unwrap()).unwrap()
    }

    /// Signs what happens next on this phone.
    pub fn sign(&mut self, body: EntryBody) -> SignedEntry {
        self.sequence += 1;
        let entry = self.entry(random::entry_id(), self.sequence, body);
        Unsigned::new(&entry).unwrap().sign(&self.key)
    }

    /// An entry of this phone, not signed.
    pub fn entry(&self, id: EntryId, sequence: u64, body: EntryBody) -> Entry {
        Entry {
            id,
            organization: self.organization,
            actor: self.person,
            device: self.device,
            sequence,
            occurred_at: Timestamp {
                unix_ms: 1_790_000_000_000,
                offset_min: -360,
            },
            source_sha256: None,
            body,
        }
    }

    pub fn request(&self, entries: &[SignedEntry]) -> SyncRequest {
        SyncRequest {
            protocol: PROTOCOL,
            device: self.device,
            incarnation: self.incarnation,
            cursor: self.cursor,
            entries: entries.iter().map(|entry| entry.bytes().to_vec()).collect(),
            certificates: Vec::new(),
        }
    }

    /// Sends entries and takes what comes back.
    pub async fn sync(&mut self, entries: &[SignedEntry]) -> SyncResponse {
        let answer = self.try_sync(self.request(entries)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let response = SyncResponse::decode(&answer.body).unwrap();
        self.incarnation = Some(response.incarnation);
        self.cursor = response.cursor;
        response
    }

    pub async fn try_sync(&mut self, request: SyncRequest) -> Answer {
        self.client
            .post_bytes("/api/v1/sync", request.encode())
            .await
    }

    /// Signs and sends one entry; returns the word on it.
    pub async fn record(&mut self, body: EntryBody) -> EntryVerdict {
        let entry = self.sign(body);
        let mut response = self.sync(&[entry]).await;
        assert_eq!(response.verdicts.len(), 1);
        response.verdicts.remove(0)
    }

    /// The same, for what must be accepted. Returns the entry's id.
    pub async fn record_accepted(&mut self, body: EntryBody) -> EntryId {
        let word = self.record(body).await;
        assert_eq!(word.verdict.outcome, Outcome::Accepted, "{word:?}");
        word.id
    }

    /// Records a person and gives them a phone of their own. The Admin does it.
    pub async fn invite(&mut self, app: &TestApp, name: &str, role: Role) -> Phone {
        let person = person(name, role);
        let id = person.id;
        self.record_accepted(EntryBody::PersonRecorded(person))
            .await;
        self.invite_again(app, id, name).await
    }

    /// What somebody of this organization types to sign in who was invited.
    pub fn login_of(&self, name: &str) -> String {
        let organization = self.organization.to_string();
        format!("{}@{}", name.to_lowercase(), &organization[24..])
    }

    /// Gives somebody a phone who is in the directory already.
    pub async fn invite_again(&mut self, app: &TestApp, person: PersonId, name: &str) -> Phone {
        let answer = self
            .client
            .post("/api/v1/invites", json!({"person": person.to_string()}))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let path = format!(
            "/api/v1/invites/{}",
            answer.json()["token"].as_str().unwrap()
        );
        let mut client = app.client();
        let login = self.login_of(name);
        let answer = client
            .post(&path, json!({"login": login, "password": PASSWORD}))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Phone::enrol(client).await
    }
}

/// A person of a role.
pub fn person(name: &str, role: Role) -> Person {
    Person {
        id: random::person_id(),
        name: name.into(),
        role,
        region: None,
        principal: None,
        active: true,
    }
}

/// A product that is told apart by lot.
pub fn product(number: u32) -> Product {
    Product {
        id: ProductId::new(&format!("{:013}0", 100_000 + number)).unwrap(),
        reference: format!("REF-{number}").into(),
        description: format!("Locking screw {number} mm").into(),
        brand: "Anchor".into(),
        manufacturer: "Example Devices".into(),
        tracking: Tracking::Lot,
        sterile: true,
        single_use: true,
        expires: false,
        size: "".into(),
    }
}

/// Five pieces of a product for somebody.
pub fn received(custodian: PersonId, product: &ProductId) -> EntryBody {
    let identity = Identity {
        product: product.clone(),
        lot: Some("LOT1".into()),
        lot_unknown: false,
        serial: None,
        expiry: None,
        manufactured: None,
    };
    let line = ReceivedLine {
        identity,
        quantity: 5,
        title: TitleHolder::Manufacturer,
        location: "".into(),
    };
    EntryBody::StockReceived {
        custodian: Custodian::Person(custodian),
        lines: vec![line],
        reason: "From the manufacturer".into(),
    }
}
