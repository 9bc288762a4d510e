//! The endpoint itself: bodies of `POST /api/v1/sync` through the whole gate into a real ledger.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use baton_domain::directory::Device;
use baton_domain::id::{EntryId, PersonId};
use baton_domain::verdict::Outcome;
use baton_domain::{Entry, EntryBody};
use baton_ledger::message::{Incarnation, PROTOCOL};
use baton_ledger::{SignedEntry, SyncRequest, SyncResponse};
use baton_server::Server;
use baton_server::data_folder::DataFolder;
use baton_server::demo::{self, DISTRIBUTOR_ID, Size, distributor_founder};
use baton_server::http::assets::Assets;
use baton_server::http::rate::Rates;
use baton_server::http::{Config, Site, router};
use baton_server::metrics::Metrics;
use baton_server::organizations::ServerAct;
use baton_server::storage::Database;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tower::ServiceExt;

use super::{Target, answer, kind_of};
use crate::corpus::Form;
use crate::hunt::Answer;
use crate::world::{self, DEVICE};

/// A server with the demo in it and an Admin's phone that sends what it likes.
pub struct Endpoint {
    runtime: Runtime,
    router: Router,
    cookie: String,
    entries: Vec<Entry>,
    sequence: u64,
    /// Where the ledger stood when the hunt began.
    incarnation: Option<Incarnation>,
    order: u64,
    // The folder goes when this goes.
    _folder: tempfile::TempDir,
    _stop: watch::Sender<bool>,
}

impl Endpoint {
    /// Starts it.
    ///
    /// # Panics
    /// If the machine cannot: then there is nothing to hunt on.
    #[expect(clippy::unwrap_used, reason = "without a server there is no hunt")]
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        let (stop, stopping) = watch::channel(false);
        let (site, cookie) = runtime.block_on(async {
            let server = Server::open_on(&data, &Database::Sqlite).await.unwrap();
            let size = Size {
                lines: 400,
                reps: 4,
                cases: 6,
                seed: 1,
            };
            demo::load(&server, size, "baton-demo").await.unwrap();
            let person = distributor_founder().id;
            let ledger = server.organizations.ledger(DISTRIBUTOR_ID).await.unwrap();
            let device = EntryBody::DeviceEnrolled(Device {
                id: DEVICE,
                person: Some(person),
                public_key: world::key().public_key(),
                label: "A phone".into(),
                revoked: false,
            });
            let act = ServerAct::now(person, device);
            ledger.unwrap().append(vec![act], None).await.unwrap();
            let token = server.accounts.begin_session(DISTRIBUTOR_ID, person).await;
            let site = Site {
                server,
                config: Config {
                    admits_demo: true,
                    ..Config::default()
                },
                assets: Assets::default(),
                trust: None,
                metrics: Arc::new(Metrics::new("fuzz")),
                rates: Rates::without_bound(),
                stopping,
            };
            (Arc::new(site), token.unwrap().reveal())
        });
        Self {
            runtime,
            router: router(site),
            cookie: format!("baton_session={cookie}"),
            entries: world::world().entries,
            sequence: 0,
            incarnation: None,
            order: 0,
            _folder: folder,
            _stop: stop,
        }
        .up_to_date()
    }

    /// Asks where the ledger stands, so that seeds can ask for what came last.
    fn up_to_date(mut self) -> Self {
        loop {
            let body = self.request(self.order, Vec::new()).encode();
            let (_, bytes) = self.post(body);
            let Ok(response) = SyncResponse::decode(&bytes) else {
                return self;
            };
            self.incarnation = Some(response.incarnation);
            self.order = response.cursor;
            if !response.more {
                return self;
            }
        }
    }

    fn request(&self, cursor: u64, entries: Vec<Vec<u8>>) -> SyncRequest {
        SyncRequest {
            protocol: PROTOCOL,
            device: DEVICE,
            incarnation: self.incarnation,
            cursor,
            entries,
            certificates: Vec::new(),
        }
    }

    /// Sends a body; the status and the body that come back.
    fn post(&self, body: Vec<u8>) -> (u16, Vec<u8>) {
        let request = Request::post("/api/v1/sync")
            .header("host", "127.0.0.1")
            .header("content-type", "application/cbor")
            .header("cookie", &self.cookie)
            .body(Body::from(body));
        let Ok(request) = request else {
            return (0, Vec::new());
        };
        let router = self.router.clone();
        self.runtime.block_on(async {
            let response = match router.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let status = response.status().as_u16();
            let bytes = to_bytes(response.into_body(), usize::MAX).await;
            (status, bytes.unwrap_or_default().to_vec())
        })
    }

    /// What can be read of a batch is signed anew under fresh ids, so that most of it gets past the
    /// signature and the look for what is known, to the rules.
    fn sign_anew(&mut self, input: &[u8]) -> Vec<u8> {
        let Ok(mut request) = SyncRequest::decode(input) else {
            return input.to_vec();
        };
        for bytes in &mut request.entries {
            let Ok(signed) = SignedEntry::parse(bytes) else {
                continue;
            };
            self.sequence += 1;
            let mut entry = signed.entry().clone();
            let mut id = *entry.id.as_bytes();
            id[..8].copy_from_slice(&self.sequence.to_be_bytes());
            entry.id = EntryId::from_bytes(id);
            entry.sequence = self.sequence;
            if let Some(signed) = world::signed(&entry) {
                *bytes = signed.bytes().to_vec();
            }
        }
        request.encode()
    }
}

impl Target for Endpoint {
    fn name(&self) -> &'static str {
        "sync"
    }

    fn form(&self) -> Form {
        Form::Cbor(0)
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let actor: PersonId = distributor_founder().id;
        let some = world::of_every_kind(&self.entries);
        // From the last records, from beyond them, and from another life of the database.
        let cursors = [self.order, self.order.saturating_sub(3), 1 << 40];
        let batches = some.chunks(2).zip((0..3).cycle()).map(|(entries, place)| {
            let signed = entries.iter().filter_map(|entry| {
                let own = Entry {
                    actor,
                    device: DEVICE,
                    ..(*entry).clone()
                };
                world::signed(&own)
            });
            let entries = signed.map(|signed| signed.bytes().to_vec()).collect();
            self.request(cursors[place], entries).encode()
        });
        let stranger = SyncRequest {
            incarnation: Some([9; 16]),
            ..self.request(1, Vec::new())
        };
        let empty = self.request(self.order.saturating_sub(1), Vec::new());
        batches.chain([empty.encode(), stranger.encode()]).collect()
    }

    fn play(&mut self, input: &[u8]) -> Result<Answer, String> {
        let body = self.sign_anew(input);
        let (status, bytes) = self.post(body);
        match status {
            200 => {
                let response = SyncResponse::decode(&bytes)
                    .map_err(|error| format!("an answer is not read: {}", kind_of(&error)))?;
                let words: Vec<_> = response
                    .verdicts
                    .iter()
                    .map(|word| match &word.verdict.outcome {
                        Outcome::Refused(refusal) | Outcome::Disputed(refusal) => {
                            (kind_of(&word.verdict.outcome), Some(refusal.reason))
                        }
                        outcome => (kind_of(outcome), None),
                    })
                    .collect();
                let told = (response.snapshot_needed, response.changes.len().min(3));
                Ok(answer(!words.is_empty(), (words, told)))
            }
            400..=499 => Ok(answer(false, status)),
            _ => Err(format!(
                "the server answers {status}: {}",
                String::from_utf8_lossy(&bytes)
            )),
        }
    }

    fn bytes_max(&self, input: usize) -> usize {
        8 * 1024 * 1024 + 400 * input
    }
}
