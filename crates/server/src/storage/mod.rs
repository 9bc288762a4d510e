//! What the server keeps, behind two traits, so that the database is chosen at run time.
//!
//! [`LedgerStorage`] holds entries, [`AccountStorage`] holds who may sign in, and
//! [`archive::ArchiveStorage`] writes all of it out and in; [`Storage`] is all three. [`sqlite::Sqlite`] is embedded and for one machine, [`postgres::Postgres`] is for several
//! instances; [`Database`] chooses. Nothing here relies on a single writer:
//!
//! - every row leads with its organization, and a transaction stays in one organization;
//! - [`LedgerStorage::commit`] compares the organization's *revision*, which every commit
//!   raises. Whoever judged on an older one is told so and judges again. Order numbers are
//!   therefore taken under the organization's lock at commit, and no reader can skip one;
//! - nobody needs anything in another process's memory.
//!
//! Storage knows no rule. Entries and verdicts are bytes to it, and a recorded entry is never
//! changed or removed: there is no method for that.

pub mod archive;
mod database;
pub mod postgres;
mod rows;
pub mod sqlite;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use tokio::sync::broadcast;

use baton_domain::id::{DeviceId, EntryId, OrganizationId, PersonId};
use baton_sync::SequenceRun;

use archive::ArchiveStorage;

pub use database::Database;
pub use rows::{
    AcceptedInvite, AccountRow, Commit, Committed, Founded, Founding, HeldRow, InviteRow,
    OrganizationRow, Position, PutAccount, QuarantineRow, RecordRow, SessionRow, SnapshotKey,
    SnapshotPage, SnapshotRow, StandingRow, WaitingRow,
};

/// A storage operation under way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send + 'a>>;

/// Everything that the server keeps.
pub trait Storage: LedgerStorage + AccountStorage + ArchiveStorage {}

impl<T: LedgerStorage + AccountStorage + ArchiveStorage> Storage for T {}

/// Entries, in order, for ever.
pub trait LedgerStorage: Send + Sync {
    /// Every organization, by id.
    fn organizations(&self) -> Answer<'_, Vec<OrganizationRow>>;

    /// Begins an organization: its row, its first entries and its first account, or nothing.
    fn found(&self, founding: Founding) -> Answer<'_, Founded>;

    /// Where an organization's ledger stands; `None` if there is no such organization.
    fn position(&self, organization: OrganizationId) -> Answer<'_, Option<Position>>;

    /// Recorded entries with a greater order number, ascending, at most `limit`.
    fn recorded_after(
        &self,
        organization: OrganizationId,
        order: u64,
        limit: u32,
    ) -> Answer<'_, Vec<RecordRow>>;

    /// The entries that wait for an ancestor.
    fn waiting(&self, organization: OrganizationId) -> Answer<'_, Vec<WaitingRow>>;

    /// What is held under these ids, recorded or waiting.
    fn held(&self, organization: OrganizationId, ids: Vec<EntryId>) -> Answer<'_, Vec<HeldRow>>;

    /// Which entries are held at these places, recorded or waiting; the recorded one where both
    /// are.
    fn at_sequences(
        &self,
        organization: OrganizationId,
        places: Vec<(DeviceId, u64)>,
    ) -> Answer<'_, Vec<(DeviceId, u64, EntryId)>>;

    /// The highest sequence of a device that is recorded or waiting; 0 if there is none.
    fn highest_sequence(&self, organization: OrganizationId, device: DeviceId) -> Answer<'_, u64>;

    /// The unbroken runs of sequences that are recorded or waiting, of each of these devices,
    /// ascending.
    fn sequence_runs(
        &self,
        organization: OrganizationId,
        devices: Vec<DeviceId>,
    ) -> Answer<'_, Vec<SequenceRun>>;

    /// Writes what one batch led to, in one transaction, if nobody wrote since `expected`.
    fn commit(&self, organization: OrganizationId, commit: Commit) -> Answer<'_, Committed>;

    /// Keeps bytes that were refused without being recorded, so that somebody can look at them.
    /// At most [`QUARANTINE_ROWS_MAX`] per organization: the first ones count, and a sender of
    /// rubbish does not fill the disk.
    fn quarantine(&self, organization: OrganizationId, rows: Vec<QuarantineRow>) -> Answer<'_, ()>;

    /// Tells what other instances recorded, from now on. Only a nudge: where nothing tells it (SQLite
    /// knows no such thing), whoever needs the newest looks.
    fn news(&self) -> broadcast::Receiver<News>;

    /// Keeps the pages of a snapshot, unless they are there. Of an organization's other sets those go
    /// that are neither young nor among the last few ([`SNAPSHOTS_KEPT`]).
    fn put_snapshot(&self, organization: OrganizationId, snapshot: SnapshotRow) -> Answer<'_, ()>;

    /// How many pages a kept snapshot has; `None` if it is not kept.
    fn snapshot_pages(
        &self,
        organization: OrganizationId,
        key: SnapshotKey,
    ) -> Answer<'_, Option<u32>>;

    /// A page of a snapshot.
    fn snapshot_page(
        &self,
        organization: OrganizationId,
        key: SnapshotKey,
        page: u32,
    ) -> Answer<'_, SnapshotPage>;

    /// How many rows of an organization are quarantined.
    fn quarantined(&self, organization: OrganizationId) -> Answer<'_, u64>;
}

/// Who may sign in.
pub trait AccountStorage: Send + Sync {
    /// The account of a login.
    fn account_by_login(&self, login: String) -> Answer<'_, Option<AccountRow>>;

    /// The account of a person.
    fn account_of(
        &self,
        organization: OrganizationId,
        person: PersonId,
    ) -> Answer<'_, Option<AccountRow>>;

    /// Every account of an organization, by login.
    fn accounts(&self, organization: OrganizationId) -> Answer<'_, Vec<AccountRow>>;

    /// Puts accounts and ends the sessions of their people. None is put if one login is taken.
    fn put_accounts(&self, accounts: Vec<AccountRow>) -> Answer<'_, PutAccount>;

    /// Begins a session.
    fn put_session(&self, session: SessionRow) -> Answer<'_, ()>;

    /// A session, also an expired one.
    fn session(
        &self,
        organization: OrganizationId,
        token_hash: [u8; 32],
    ) -> Answer<'_, Option<SessionRow>>;

    /// Lets a session last longer.
    fn extend_session(
        &self,
        organization: OrganizationId,
        token_hash: [u8; 32],
        expires_at_ms: i64,
    ) -> Answer<'_, ()>;

    /// Ends a session.
    fn end_session(&self, organization: OrganizationId, token_hash: [u8; 32]) -> Answer<'_, ()>;

    /// Puts an invite; earlier ones of the same person end.
    fn put_invite(&self, invite: InviteRow) -> Answer<'_, ()>;

    /// An invite, also a used or expired one.
    fn invite(
        &self,
        organization: OrganizationId,
        token_hash: [u8; 32],
    ) -> Answer<'_, Option<InviteRow>>;

    /// Uses an invite up and puts the account, or does neither.
    fn accept_invite(
        &self,
        token_hash: [u8; 32],
        now_ms: i64,
        account: AccountRow,
    ) -> Answer<'_, AcceptedInvite>;

    /// Puts the one set-up link; an earlier one ends.
    fn put_setup_link(&self, token_hash: [u8; 32], expires_at_ms: i64) -> Answer<'_, ()>;

    /// When a set-up link that was not used yet expires.
    fn setup_link(&self, token_hash: [u8; 32]) -> Answer<'_, Option<i64>>;

    /// Counts a sign-in of a login, known or not, as failed before it is looked at, so that many
    /// at once count too. `Err` is when the next one is looked at; `pause_ms` tells how long a
    /// number of failures makes wait.
    fn count_attempt(
        &self,
        login_hash: [u8; 32],
        now_ms: i64,
        pause_ms: fn(u32) -> i64,
    ) -> Answer<'_, Result<(), i64>>;

    /// Forgets a login's failures: it signed in.
    fn clear_attempts(&self, login_hash: [u8; 32]) -> Answer<'_, ()>;

    /// Forgets sessions, invites and links that expired before `now_ms`, and snapshots that were
    /// made a day before it.
    fn forget_expired(&self, now_ms: i64) -> Answer<'_, ()>;
}

/// Most rows that [`LedgerStorage::quarantine`] keeps for an organization.
pub const QUARANTINE_ROWS_MAX: u32 = 2_000;

/// Snapshots that are kept for an organization in quiet times: each phone that is being set up needs
/// one.
pub const SNAPSHOTS_KEPT: u32 = 8;

/// A snapshot this young is being read, and is kept beyond that: after a restore every phone of the
/// organization takes one at once.
pub const SNAPSHOT_FRESH_MS: i64 = 10 * 60 * 1000;

/// Most snapshots that are kept for an organization, however young.
pub const SNAPSHOTS_MAX: u32 = 256;

/// The statement that lets the oldest snapshots of an organization go; `mark` comes before the number
/// of a parameter. They are the organization, how many are kept in quiet times, what is older than
/// fresh, and how many are kept at most.
fn let_snapshots_go(mark: char) -> String {
    format!(
        "DELETE FROM snapshots WHERE (organization, person, snapshot_order) IN
         (SELECT organization, person, snapshot_order FROM
           (SELECT organization, person, snapshot_order, made_at_ms, row_number() OVER
              (ORDER BY made_at_ms DESC, snapshot_order DESC, person) AS place
            FROM snapshots WHERE organization = {mark}1) AS placed
          WHERE place > {mark}4 OR (place > {mark}2 AND made_at_ms < {mark}3))"
    )
}

/// That something was recorded, here or by another instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// In this organization's ledger.
    Of(OrganizationId),
    /// Perhaps everywhere: some news were missed.
    Everything,
}

/// Why storage could not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageError {
    /// The database was written by a newer build: its number and the newest known here.
    Newer {
        /// Number of the last migration in the database.
        found: u32,
        /// Number of the last migration known here.
        known: u32,
    },
    /// What is stored cannot be read back.
    Corrupt(String),
    /// The database belongs to a server with another key.
    OtherKey,
    /// The database did not answer, or refused to write: a full disk, a lock, a lost file.
    Unavailable(String),
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer { found, known } => write!(
                f,
                "this database was written by a newer version of the server (it is at \
                 version {found}, this program knows up to {known}). Nothing was changed. Start the \
                 newer version, or restore a backup from before the update"
            ),
            Self::Corrupt(what) => write!(
                f,
                "the database holds something that cannot be read: {what}. Nothing was changed. \
                 Run `baton-server verify`, and restore a backup if it fails"
            ),
            Self::OtherKey => f.write_str(
                "the database belongs to a server with another key. Nothing was changed. Put the \
                 `server.key` of that server into the data folder: all instances need the same one",
            ),
            Self::Unavailable(what) => write!(
                f,
                "the database could not be used: {what}. Check that the disk is not full and that \
                 the data folder belongs to the user who runs the server; with PostgreSQL, that it \
                 runs and that DATABASE_URL is right"
            ),
        }
    }
}

impl std::error::Error for StorageError {}
