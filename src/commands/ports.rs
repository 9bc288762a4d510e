//! The ports: what commands need of the world, and the words in which they ask.

use super::mark::Resident;
use super::model::{DemoOffer, Enrolled, InviteLink, Invited, SessionInfo, SetUpForm};
use baton_domain::id::PersonId;
use baton_domain::time::Timestamp;
use baton_ledger::message::SnapshotManifest;
use baton_store::{LedgerStore, StoreError};
use baton_sync::{HighWater, Judge, Missing};

/// Everything around a phone's commands.
#[expect(
    async_fn_in_trait,
    reason = "one thread; callers are generic and never ask for Send"
)]
pub trait Ports: 'static {
    /// Where entries are kept.
    type Store: LedgerStore;
    /// What signs them.
    type Signer: Signer;
    /// The server.
    type Server: Server;

    /// The server.
    fn server(&self) -> &Self::Server;
    /// Opens a database, or makes it.
    async fn open(&self, database: &str) -> Result<Self::Store, StoreError>;
    /// The key that was made in this database, if it is still there.
    async fn signer(&self, store: &Self::Store) -> Result<Option<Self::Signer>, StoreError>;
    /// Makes a key and keeps it in this database.
    async fn make_signer(&self, store: &Self::Store) -> Result<Self::Signer, StoreError>;
    /// What the phone remembers outside its databases.
    fn memory(&self) -> &dyn Memory;
    /// The text that [`Self::keep`] kept last.
    async fn kept(&self) -> Option<String>;
    /// Keeps a text in a strict transaction, in the place of the one before.
    async fn keep(&self, text: &str) -> Result<(), StoreError>;
    /// Whether a signature over a message fits a public key, a compressed SEC1 point.
    async fn verify(&self, key: &[u8; 33], message: &[u8], signature: &[u8; 64]) -> bool;
    /// The rules by which own work is judged; `None` where they have not arrived on this phone.
    async fn rules(&self) -> Option<Judge>;
    /// The clock.
    fn now(&self) -> Timestamp;
    /// A fresh UUIDv7.
    fn fresh_id(&self) -> [u8; 16];
    /// What to call this phone until its owner says otherwise.
    fn device_label(&self) -> String;
}

/// A signing key that does not leave its keeper.
#[expect(
    async_fn_in_trait,
    reason = "one thread; callers are generic and never ask for Send"
)]
pub trait Signer {
    /// The public half, a compressed SEC1 point.
    async fn public_key(&self) -> Result<[u8; 33], KeyFailed>;
    /// ECDSA over SHA-256, r and s.
    async fn sign(&self, input: &[u8]) -> Result<[u8; 64], KeyFailed>;
}

/// The key could not be made, kept or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFailed;

/// The little that a phone remembers outside its databases. None of it is the only copy.
pub trait Memory {
    /// The database of who is signed in, if somebody is.
    fn active(&self) -> Option<String>;
    /// Remembers who is signed in; `None` after signing out.
    fn set_active(&self, database: Option<&str>);
    /// Everybody whose database lies here.
    fn residents(&self) -> Vec<Resident>;
    /// Adds somebody, or replaces what was known of them.
    fn put_resident(&self, resident: &Resident);
    /// What was typed at the last sign-in.
    fn last_login(&self) -> String;
    /// Remembers what was typed to sign in.
    fn set_last_login(&self, login: &str);
    /// How far a database once was.
    fn high_water(&self, database: &str) -> Option<HighWater>;
    /// Remembers how far a database is.
    fn set_high_water(&self, database: &str, mark: HighWater);
}

/// The server, as HTTP offers it.
#[expect(
    async_fn_in_trait,
    reason = "one thread; callers are generic and never ask for Send"
)]
pub trait Server {
    /// Who is signed in at the server, if somebody is.
    async fn session(&self) -> Result<Option<SessionInfo>, ServerError>;
    /// Signs in.
    async fn sign_in(&self, login: &str, password: &str) -> Result<SessionInfo, ServerError>;
    /// Ends the session.
    async fn sign_out(&self) -> Result<(), ServerError>;
    /// Founds an organization.
    async fn set_up(&self, form: &SetUpForm) -> Result<SessionInfo, ServerError>;
    /// Reads an invitation.
    async fn invited(&self, token: &str) -> Result<Invited, ServerError>;
    /// Takes an invitation.
    async fn accept_invite(
        &self,
        token: &str,
        login: &str,
        password: &str,
    ) -> Result<SessionInfo, ServerError>;
    /// Makes an invitation.
    async fn create_invite(&self, person: PersonId) -> Result<InviteLink, ServerError>;
    /// Enrols this phone for who is signed in.
    async fn enrol(&self, public_key: &[u8; 33], label: &str) -> Result<Enrolled, ServerError>;
    /// The phones of which records never arrived, among those that who is signed in looks after.
    async fn missing(&self) -> Result<Vec<Missing>, ServerError>;
    /// One exchange: an encoded request for an encoded response.
    async fn sync(&self, request: &[u8]) -> Result<Vec<u8>, ServerError>;
    /// What the present snapshot consists of.
    async fn snapshot(&self) -> Result<SnapshotManifest, ServerError>;
    /// One page of a snapshot.
    async fn snapshot_page(&self, order: u64, page: u32) -> Result<Vec<u8>, ServerError>;
    /// A page of products that a query finds.
    async fn products(&self, query: &str) -> Result<Vec<u8>, ServerError>;
    /// What can be tried, where the server offers a demo.
    async fn demo(&self) -> Result<DemoOffer, ServerError>;
}

/// Why the server did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerError {
    /// No answer: no network, no server, or too slow.
    Unreachable,
    /// 401: nobody is signed in, or the password is wrong.
    Unauthorized {
        /// Which.
        code: String,
        /// In words.
        message: String,
    },
    /// 413: send less at once.
    TooLarge,
    /// An answer that cannot be read: another version, or something in between.
    Garbled,
    /// A refusal in words.
    Said {
        /// The HTTP status.
        status: u16,
        /// A stable name of the reason.
        code: String,
        /// In words.
        message: String,
    },
}

impl ServerError {
    /// True for the refusal with this name.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::Said { code, .. } | Self::Unauthorized { code, .. } if code == name)
    }
}

/// Colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// The strongest contrast.
    Contrast,
}

/// Whether the app can be put on the home screen from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Install {
    /// It runs installed already.
    Installed,
    /// The browser will ask when told to.
    Offered,
    /// iOS: show the three steps.
    IosSteps,
    /// The browser offers nothing.
    NotOffered,
}

/// What the browser promised about keeping this phone's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Not asked yet, or the browser cannot say.
    Unknown,
    /// It is kept until the person removes it.
    Persistent,
    /// The browser may remove it when space runs short.
    BestEffort,
}

/// How a date or time is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateStyle {
    /// `Nov 23, 2026`
    Date,
    /// `Mon, Nov 23`
    Day,
    /// `Nov 2026`
    Month,
    /// `09:12`
    Time,
    /// `Nov 23, 09:12`
    DateTime,
}
