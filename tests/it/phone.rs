//! A phone of the journeys: memory stores that outlive the app, a real key, and the real
//! commands.

use crate::host::{Host, Line, Network, PASSWORD};
use baton::commands::{
    ActError, Desk, EnterError, Exchange, KeyFailed, Lost, Memory, Ports, RecordStatus, Resident,
    Saved, ServerError, Signer, enter, recall, warm_start,
};
use baton_domain::id::{EntryId, PersonId};
use baton_domain::time::Timestamp;
use baton_domain::{Command, Refusal, State};
use baton_ledger::SigningKey;
use baton_store::{MemoryStore, StoreError};
use baton_sync::{Advice, HighWater, Judge};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Runs a future that never has to wait: everything here answers at once.
pub fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("something waited that nothing will ever wake"),
    }
}

/// What a phone is without the app: its storage, its network, its clock.
pub struct Hardware {
    pub line: Line,
    pub stores: RefCell<HashMap<String, MemoryStore>>,
    keys: RefCell<HashMap<String, SigningKey>>,
    opened: RefCell<String>,
    memory: Remembered,
    /// What was kept in a strict transaction.
    kept: RefCell<Option<String>>,
    ids: Cell<u64>,
    pub now_ms: Cell<i64>,
    number: u8,
}

impl Hardware {
    /// A kill takes what the browser had not written of its quick memory: it is as it was before
    /// `earlier` was taken.
    pub fn forget_since(&self, earlier: Option<String>) {
        self.memory.set_active(earlier.as_deref());
        if earlier.is_none() {
            self.memory.residents.borrow_mut().clear();
        }
    }
}

impl Ports for Hardware {
    type Store = MemoryStore;
    type Signer = Key;
    type Server = Line;

    fn server(&self) -> &Line {
        &self.line
    }

    async fn open(&self, database: &str) -> Result<MemoryStore, StoreError> {
        *self.opened.borrow_mut() = database.into();
        Ok(self
            .stores
            .borrow_mut()
            .entry(database.into())
            .or_default()
            .clone())
    }

    async fn signer(&self, _store: &MemoryStore) -> Result<Option<Key>, StoreError> {
        Ok(self
            .keys
            .borrow()
            .get(&*self.opened.borrow())
            .cloned()
            .map(Key))
    }

    async fn make_signer(&self, _store: &MemoryStore) -> Result<Key, StoreError> {
        let made = self.keys.borrow().len() as u8 + 1;
        let secret = [self.number * 16 + made; 32];
        let key = SigningKey::from_bytes(&secret).unwrap();
        self.keys
            .borrow_mut()
            .insert(self.opened.borrow().clone(), key.clone());
        Ok(Key(key))
    }

    fn memory(&self) -> &dyn Memory {
        &self.memory
    }

    async fn kept(&self) -> Option<String> {
        self.kept.borrow().clone()
    }

    async fn keep(&self, text: &str) -> Result<(), StoreError> {
        *self.kept.borrow_mut() = Some(text.to_owned());
        Ok(())
    }

    async fn verify(&self, key: &[u8; 33], message: &[u8], signature: &[u8; 64]) -> bool {
        baton_ledger::key::verify(key, message, signature).is_ok()
    }

    async fn rules(&self) -> Option<Judge> {
        Some(baton_domain::judge)
    }

    fn now(&self) -> Timestamp {
        self.now_ms.set(self.now_ms.get() + 1);
        Timestamp {
            unix_ms: self.now_ms.get(),
            offset_min: -420,
        }
    }

    fn fresh_id(&self) -> [u8; 16] {
        self.ids.set(self.ids.get() + 1);
        let mut id = [self.number; 16];
        id[..6].copy_from_slice(&self.now_ms.get().to_be_bytes()[2..]);
        id[6..14].copy_from_slice(&self.ids.get().to_be_bytes());
        id
    }

    fn device_label(&self) -> String {
        format!("Phone {}", self.number)
    }
}

/// A key in the open, since there is no WebCrypto here.
pub struct Key(SigningKey);

impl Signer for Key {
    async fn public_key(&self) -> Result<[u8; 33], KeyFailed> {
        Ok(self.0.public_key())
    }

    async fn sign(&self, input: &[u8]) -> Result<[u8; 64], KeyFailed> {
        Ok(self.0.sign(input))
    }
}

#[derive(Default)]
struct Remembered {
    active: RefCell<Option<String>>,
    residents: RefCell<Vec<Resident>>,
    login: RefCell<String>,
    marks: RefCell<HashMap<String, HighWater>>,
}

impl Memory for Remembered {
    fn active(&self) -> Option<String> {
        self.active.borrow().clone()
    }

    fn set_active(&self, database: Option<&str>) {
        *self.active.borrow_mut() = database.map(str::to_owned);
    }

    fn residents(&self) -> Vec<Resident> {
        self.residents.borrow().clone()
    }

    fn put_resident(&self, resident: &Resident) {
        let mut all = self.residents.borrow_mut();
        all.retain(|other| other.database != resident.database);
        all.push(resident.clone());
    }

    fn last_login(&self) -> String {
        self.login.borrow().clone()
    }

    fn set_last_login(&self, login: &str) {
        *self.login.borrow_mut() = login.into();
    }

    fn high_water(&self, database: &str) -> Option<HighWater> {
        self.marks.borrow().get(database).copied()
    }

    fn set_high_water(&self, database: &str, mark: HighWater) {
        self.marks.borrow_mut().insert(database.into(), mark);
    }
}

/// A phone with the app open, somebody signed in.
pub struct Phone {
    pub hardware: Rc<Hardware>,
    pub desk: Desk<Hardware>,
    pub lost: Option<Lost>,
}

impl Phone {
    /// A new phone on which somebody signs in.
    pub fn new(host: &Rc<RefCell<Host>>, number: u8, login: &str) -> Self {
        Self::on(Self::hardware(host, number), login)
    }

    /// A phone that nobody has used.
    pub fn hardware(host: &Rc<RefCell<Host>>, number: u8) -> Rc<Hardware> {
        Rc::new(Hardware {
            line: Line::new(host),
            stores: RefCell::default(),
            keys: RefCell::default(),
            opened: RefCell::default(),
            memory: Remembered::default(),
            kept: RefCell::default(),
            ids: Cell::new(0),
            now_ms: Cell::new(1_795_000_000_000),
            number,
        })
    }

    /// Signs in on a phone, whoever used it before.
    pub fn on(hardware: Rc<Hardware>, login: &str) -> Self {
        Self::try_on(hardware, login).unwrap()
    }

    /// Signs in, which may fail.
    pub fn try_on(hardware: Rc<Hardware>, login: &str) -> Result<Self, EnterError> {
        use baton::commands::Server;
        let session = now(hardware.line.sign_in(login, PASSWORD))?;
        let (desk, lost) = now(enter(hardware.clone(), &session, &|_| {}))?;
        Ok(Self {
            hardware,
            desk,
            lost,
        })
    }

    /// The app is killed and opened again: only what is stored is there.
    pub fn reopened(self) -> Self {
        let hardware = self.hardware;
        drop(self.desk);
        let desk = Self::warm(&hardware).unwrap_or_else(|error| panic!("{error:?}"));
        Self {
            hardware,
            desk,
            lost: None,
        }
    }

    /// Opens what lies on a phone.
    pub fn warm(hardware: &Rc<Hardware>) -> Result<Desk<Hardware>, EnterError> {
        let resident = now(recall(&**hardware)).unwrap();
        now(warm_start(hardware.clone(), resident))
    }

    pub fn network(&self, network: Network) {
        self.hardware.line.network.set(network);
    }

    pub fn me(&self) -> PersonId {
        self.desk.me().person
    }

    pub fn view(&self) -> State {
        self.desk.view()
    }

    pub fn act(&self, command: Command) -> Saved {
        now(self.desk.act(command)).unwrap_or_else(|error| panic!("{error:?}"))
    }

    pub fn refused(&self, command: Command) -> Refusal {
        match now(self.desk.act(command)) {
            Err(ActError::Refused(refusal)) => *refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// Exchanges until there is nothing left to say, as the app does.
    pub fn sync(&self) {
        for _ in 0..100 {
            match now(self.desk.exchange(0.5)) {
                Exchange::Done { more: true, .. } => {}
                Exchange::Done { more: false, .. } => return,
                Exchange::SnapshotNeeded => now(self.desk.take_snapshot(&|_, _| {})).unwrap(),
                Exchange::Failed {
                    advice: Advice::AgainAtOnce,
                    ..
                } => {}
                Exchange::Failed { error, .. } => panic!("{error:?}"),
            }
        }
        panic!("the exchange does not end");
    }

    pub fn status(&self, entry: EntryId) -> RecordStatus {
        let rows = self.desk.activity();
        rows.iter()
            .find(|row| row.entry.id == entry)
            .unwrap()
            .status
    }

    pub fn store(&self) -> MemoryStore {
        self.hardware.stores.borrow()[self.desk.database()].clone()
    }
}

/// True where nothing answered.
pub fn unreachable(exchange: &Exchange) -> bool {
    use baton::commands::ExchangeError;
    matches!(
        exchange,
        Exchange::Failed {
            error: ExchangeError::Server(ServerError::Unreachable),
            ..
        }
    )
}
