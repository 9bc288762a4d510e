//! A server's answers, as a phone takes them: read, planned, stored, applied, and started from again.

use baton_domain::verdict::Verdict;
use baton_domain::{Entry, State, fold, judge};
use baton_ledger::message::{
    EntryVerdict, PROTOCOL, Recorded, SnapshotManifest, SyncRequest, SyncResponse,
};
use baton_ledger::page::{self, Filter};
use baton_store::conformance::ready;
use baton_store::{Identity, LedgerStore, MemoryStore};
use baton_sync::Engine;

use baton_server::demo::{DISTRIBUTOR_ID, distributor_founder};

use super::{Target, answer, kind_of};
use crate::corpus::Form;
use crate::hunt::Answer;
use crate::world::{self, DEVICE};

const INCARNATION: [u8; 16] = [1; 16];
/// Own entries that wait for their verdict.
const PENDING: usize = 6;

/// A phone in the middle of the demo's ledger, with work that is not sent yet.
pub struct Answers {
    store: MemoryStore,
    engine: Engine,
    request: SyncRequest,
    /// What the server has recorded since the phone last heard of it, a few of every kind.
    news: Vec<Recorded>,
    /// What can be said of the phone's own work.
    verdicts: Vec<EntryVerdict>,
    /// The order number of the last record.
    order: u64,
}

impl Answers {
    /// Works the ledger out, half of it as the phone's base.
    ///
    /// # Panics
    /// If the demo's own entries are not written: then there is nothing to hunt on.
    #[expect(clippy::unwrap_used, reason = "without a phone there is no hunt")]
    pub fn new() -> Self {
        let world = world::world();
        let half = world.entries.len() / 2;
        let mut state = world.beginning;
        let mut base = State::default();
        let mut records = Vec::new();
        for (order, entry) in (1..).zip(&world.entries) {
            let verdict = judge(&state, entry);
            fold(&mut state, entry, &verdict);
            if order as usize == half {
                base = state.clone();
            }
            records.push((order, entry, verdict));
        }
        let order = records.len() as u64;
        let later = world::of_every_kind(&world.entries);
        let is_news = |(order, entry, _): &&(u64, &Entry, Verdict)| {
            *order as usize > half && later.iter().any(|other| other.id == entry.id)
        };
        let recorded = |(order, entry, verdict): &(u64, &Entry, Verdict)| {
            Some(Recorded {
                order: *order,
                received_at_ms: 0,
                bytes: world::signed(entry)?.bytes().to_vec(),
                verdict: verdict.clone(),
            })
        };
        let news = records
            .iter()
            .filter(is_news)
            .filter_map(recorded)
            .collect();
        let store = MemoryStore::new();
        let person = distributor_founder().id;
        let identity = Identity {
            organization: DISTRIBUTOR_ID,
            person,
            device: DEVICE,
            certificate: Vec::new(),
        };
        ready(store.set_identity(&identity)).unwrap();
        let pages = page::write(&base, Filter::Everything);
        let manifest = SnapshotManifest {
            incarnation: INCARNATION,
            order: half as u64,
            pages: pages.len() as u32,
        };
        let generation = Engine::load_snapshot(&manifest, pages, 0).unwrap();
        ready(store.write_generation(&generation)).unwrap();
        let mut verdicts = Vec::new();
        let own = later.iter().rev().take(PENDING);
        for (place, (sequence, entry)) in (1..).zip(own).enumerate() {
            let mut id = [0xAB; 16];
            id[15] = place as u8;
            let own = Entry {
                id: baton_domain::id::EntryId::from_bytes(id),
                actor: person,
                device: DEVICE,
                sequence,
                ..(*entry).clone()
            };
            verdicts.push(EntryVerdict {
                id: own.id,
                order: Some(order),
                verdict: judge(&base, &own),
            });
            let signed = world::signed(&own).unwrap();
            ready(store.append(&[signed])).unwrap();
        }
        let mut engine = Engine::new(ready(store.load()).unwrap());
        let request = engine.request(PENDING);
        engine.mark_sent(&request);
        Self {
            store,
            engine,
            request,
            news,
            verdicts,
            order,
        }
    }

    /// Takes an answer, store first; what came of it.
    fn take(&self, response: &SyncResponse) -> Result<String, String> {
        let plan = match self.engine.plan(&self.request, response) {
            Ok(plan) => plan,
            Err(error) => return Ok(kind_of(&error)),
        };
        let (store, mut engine) = (self.store.fork(), self.engine.clone());
        if let Err(error) = ready(store.apply(plan.update())) {
            return Ok(kind_of(&error));
        }
        let applied = engine.apply(plan);
        let loaded = ready(store.load()).map_err(|error| error.to_string())?;
        let again = Engine::new(loaded);
        // A page may bring what this person may not see: a start hides it (R36).
        if response.page.is_none() && again.base() != engine.base() {
            return Err("another base after a start".into());
        }
        if again.pending().len() != engine.pending().len() {
            return Err("another outbox after a start".into());
        }
        let told = [
            applied.settled.len().min(3),
            applied.changed_verdicts.len().min(2),
            usize::from(applied.loss.is_some()),
            engine.pending().len(),
            response.changes.len().min(3),
            usize::from(response.page.is_some()),
        ];
        Ok(format!("{told:?}"))
    }
}

impl Target for Answers {
    fn name(&self) -> &'static str {
        "answers"
    }

    fn form(&self) -> Form {
        Form::Cbor(0)
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let page = page::write(self.engine.base(), Filter::Everything);
        let mut said = self.verdicts.chunks(2).cycle();
        let answers = self.news.chunks(4).enumerate().map(|(place, changes)| {
            let last = changes.last().map_or(self.order, |last| last.order);
            let response = SyncResponse {
                protocol: PROTOCOL,
                incarnation: INCARNATION,
                verdicts: said.next().unwrap_or_default().to_vec(),
                changes: changes.to_vec(),
                page: page.first().filter(|_| place % 3 == 0).cloned(),
                cursor: last,
                more: last < self.order,
                acked_sequence: place as u64,
                revoked: false,
                snapshot_needed: false,
            };
            response.encode()
        });
        answers.chain(world::golden("message")).collect()
    }

    fn play(&mut self, input: &[u8]) -> Result<Answer, String> {
        let response = match SyncResponse::decode(input) {
            Ok(response) => response,
            Err(error) => return Ok(answer(false, kind_of(&error))),
        };
        let came_of_it = self.take(&response)?;
        Ok(answer(true, came_of_it))
    }
}
