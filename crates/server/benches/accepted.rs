//! B9: signed entries that a server accepts a second, beside its peer in the same run.
//!
//! Ours: four phones at once, each sending batches of 256 as bytes; a batch is parsed, its
//! signatures are verified, it is judged and written in one durable transaction. The peer is what
//! nobody can go below: verifying the same signatures on all cores and nothing else, plus
//! inserting the same bytes in transactions of the same size into a table of two columns. Rounds
//! of both alternate, so that whatever else the machine does hits both.
//!
//! Run by `cargo xtask bench server`, on SQLite and on PostgreSQL; prints one line of JSON.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark"
)]

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use baton_domain::directory::{Device, Organization, OrganizationKind, Person, Role};
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{DeviceId, OrganizationId, PersonId};
use baton_domain::product::{Product, ProductId, Tracking};
use baton_domain::stock::{Custodian, Identity, TitleHolder};
use baton_domain::verdict::Outcome;
use baton_domain::{Entry, EntryBody};
use baton_ledger::{SignedEntry, SigningKey, Unsigned, key};
use baton_server::data_folder::DataFolder;
use baton_server::organizations::{NewOrganization, OpenLedger, ServerAct};
use baton_server::storage::Database;
use baton_server::{Server, clock, random};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::json;

const PHONES: usize = 4;
const BATCH: usize = 256;
const BATCHES_PER_PHONE: usize = 12;
const ROUNDS: usize = 3;

/// The stored bytes of a batch.
type Batch = Vec<Vec<u8>>;

struct Phone {
    key: SigningKey,
    device: DeviceId,
    person: PersonId,
    sequence: u64,
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let database = Database::from_environment().unwrap();
    let report = runtime.block_on(async {
        let data = DataFolder::open(folder.path()).unwrap();
        let server = Server::open_on(&data, &database).await.unwrap();
        let (ledger, mut phones) = world(&server).await;
        let peer = Peer::open(&database, folder.path()).await;
        let (mut ours, mut verified, mut inserted) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let organization = ledger.row().organization;
            let batches: Vec<_> = phones
                .iter_mut()
                .map(|phone| phone.batches(organization))
                .collect();
            let all = batches.concat();
            ours.push(accept(&ledger, batches).await);
            verified.push(verify_alone(&all, &phones));
            inserted.push(peer.insert(&all).await);
        }
        let count = (PHONES * BATCHES_PER_PHONE * BATCH) as f64;
        let (ours, verified, inserted) = (median(ours), median(verified), median(inserted));
        json!({
            "database": database.name(),
            "entries_per_round": count,
            "rounds": ROUNDS,
            "accepted_per_s": (count / ours).round(),
            "signatures_alone_per_s": (count / verified).round(),
            "bare_insert_per_s": (count / inserted).round(),
            "peer_per_s": (count / (verified + inserted)).round(),
            "times_the_peer": (ours / (verified + inserted) * 100.0).round() / 100.0,
        })
    });
    println!("{report}");
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// An organization with reps and their phones.
async fn world(server: &Server) -> (Arc<OpenLedger>, Vec<Phone>) {
    let admin = person("Ada", Role::Admin);
    let organization = Organization {
        id: random::organization_id(),
        name: "North".into(),
        kind: OrganizationKind::Distributor,
        demo: false,
    };
    let founding = NewOrganization {
        organization,
        admin: admin.clone(),
        account: None,
        setup_link: None,
    };
    let ledger = server.organizations.found(founding).await.unwrap();
    let ledger = ledger.ok().unwrap();
    let mut acts = vec![EntryBody::ProductsListed(vec![product()])];
    let mut phones = Vec::new();
    for number in 0..PHONES {
        let rep = person("Bo", Role::Rep);
        let key = SigningKey::from_bytes(&[number as u8 + 1; 32]).unwrap();
        let device = Device {
            id: random::device_id(),
            person: Some(rep.id),
            public_key: key.public_key(),
            label: "A phone".into(),
            revoked: false,
        };
        phones.push(Phone {
            key,
            device: device.id,
            person: rep.id,
            sequence: 0,
        });
        acts.push(EntryBody::PersonRecorded(rep));
        acts.push(EntryBody::DeviceEnrolled(device));
    }
    for body in acts {
        let act = ServerAct::now(admin.id, body);
        ledger.append(vec![act], None).await.unwrap();
    }
    (ledger, phones)
}

/// All phones at once, as bytes that have just come.
async fn accept(ledger: &Arc<OpenLedger>, batches: Vec<Vec<Batch>>) -> Duration {
    let began = Instant::now();
    let sending: Vec<_> = batches
        .into_iter()
        .map(|batches| {
            let ledger = Arc::clone(ledger);
            tokio::spawn(async move {
                for batch in batches {
                    let parsed = batch.iter().map(|bytes| SignedEntry::parse(bytes).unwrap());
                    let batch = ledger.check(parsed.collect()).await.unwrap();
                    let received = ledger.receive(batch).await.unwrap();
                    let accepted = |word: &baton_ledger::message::EntryVerdict| {
                        word.verdict.outcome == Outcome::Accepted
                    };
                    assert!(received.answers.iter().all(accepted));
                }
            })
        })
        .collect();
    for one in sending {
        one.await.unwrap();
    }
    began.elapsed()
}

/// The first half of the peer.
fn verify_alone(batches: &[Batch], phones: &[Phone]) -> Duration {
    let keys: Vec<_> = phones
        .iter()
        .map(|phone| {
            (
                phone.device,
                key::raw_from_public_key(&phone.key.public_key()).unwrap(),
            )
        })
        .collect();
    let entries: Vec<_> = batches
        .iter()
        .flatten()
        .map(|bytes| {
            let entry = SignedEntry::parse(bytes).unwrap();
            (
                entry.signing_input(),
                *entry.signature(),
                entry.entry().device,
            )
        })
        .collect();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    thread::scope(|scope| {
        for part in entries.chunks(entries.len().div_ceil(cores)) {
            let keys = &keys;
            scope.spawn(move || {
                for (input, signature, device) in part {
                    let raw = &keys.iter().find(|(known, _)| known == device).unwrap().1;
                    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, raw)
                        .verify(input, signature)
                        .unwrap();
                }
            });
        }
    });
    began.elapsed()
}

/// The second half of the peer: a bare table.
enum Peer {
    Sqlite(std::sync::Mutex<rusqlite::Connection>),
    Postgres(tokio::sync::Mutex<tokio_postgres::Client>),
}

impl Peer {
    async fn open(database: &Database, folder: &std::path::Path) -> Self {
        match database {
            Database::Sqlite => {
                let connection = rusqlite::Connection::open(folder.join("peer.sqlite")).unwrap();
                let sql = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                     CREATE TABLE peer (place INTEGER PRIMARY KEY, bytes BLOB NOT NULL)";
                connection.execute_batch(sql).unwrap();
                Self::Sqlite(connection.into())
            }
            Database::Postgres(url) => {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
                    .await
                    .unwrap();
                tokio::spawn(connection);
                let sql = "CREATE TABLE peer
                     (place bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, bytes bytea NOT NULL)";
                client.batch_execute(sql).await.unwrap();
                Self::Postgres(client.into())
            }
        }
    }

    async fn insert(&self, batches: &[Batch]) -> Duration {
        let began = Instant::now();
        for batch in batches {
            match self {
                Self::Sqlite(connection) => {
                    let mut connection = connection.lock().unwrap();
                    let transaction = connection.transaction().unwrap();
                    let sql = "INSERT INTO peer (bytes) VALUES (?1)";
                    let mut insert = transaction.prepare_cached(sql).unwrap();
                    for bytes in batch {
                        insert.execute([bytes]).unwrap();
                    }
                    drop(insert);
                    transaction.commit().unwrap();
                }
                Self::Postgres(client) => {
                    let sql = "INSERT INTO peer (bytes) SELECT * FROM unnest($1::bytea[])";
                    client.lock().await.execute(sql, &[batch]).await.unwrap();
                }
            }
        }
        began.elapsed()
    }
}

impl Phone {
    fn batches(&mut self, organization: OrganizationId) -> Vec<Batch> {
        (0..BATCHES_PER_PHONE)
            .map(|_| (0..BATCH).map(|_| self.sign(organization)).collect())
            .collect()
    }

    fn sign(&mut self, organization: OrganizationId) -> Vec<u8> {
        self.sequence += 1;
        let entry = Entry {
            id: random::entry_id(),
            organization,
            actor: self.person,
            device: self.device,
            sequence: self.sequence,
            occurred_at: clock::now(),
            source_sha256: None,
            body: received(self.person),
        };
        let signed = Unsigned::new(&entry).unwrap().sign(&self.key);
        signed.bytes().to_vec()
    }
}

fn received(rep: PersonId) -> EntryBody {
    let identity = Identity {
        product: product().id,
        lot: Some("LOT1".into()),
        lot_unknown: false,
        serial: None,
        expiry: None,
        manufactured: None,
    };
    EntryBody::StockReceived {
        custodian: Custodian::Person(rep),
        lines: vec![ReceivedLine {
            identity,
            quantity: 5,
            title: TitleHolder::Manufacturer,
            location: "".into(),
        }],
        reason: "From the manufacturer".into(),
    }
}

fn person(name: &str, role: Role) -> Person {
    Person {
        id: random::person_id(),
        name: name.into(),
        role,
        region: None,
        principal: None,
        active: true,
    }
}

fn product() -> Product {
    Product {
        id: ProductId::new("00000001000010").unwrap(),
        reference: "REF-1".into(),
        description: "Locking screw".into(),
        brand: "Anchor".into(),
        manufacturer: "Example Devices".into(),
        tracking: Tracking::Lot,
        sterile: true,
        single_use: true,
        expires: false,
        size: "".into(),
    }
}
