//! SQLite in the data folder: one file, one writer, every commit on the disk before it is told.

mod accounts;
mod archive;
mod connections;
mod ledger;
mod migrations;
mod sequences;
mod snapshots;

use std::path::Path;

use tokio::sync::{broadcast, mpsc};

use baton_domain::id::{DeviceId, EntryId, OrganizationId, PersonId};
use baton_sync::SequenceRun;

use super::archive::{ArchiveRow, ArchiveStorage, Piece};
use super::{
    AcceptedInvite, AccountRow, AccountStorage, Answer, Commit, Committed, Founded, Founding,
    HeldRow, InviteRow, LedgerStorage, News, OrganizationRow, Position, PutAccount, QuarantineRow,
    RecordRow, SessionRow, SnapshotKey, SnapshotPage, SnapshotRow, StorageError, WaitingRow,
};

use connections::Connections;

/// Storage in one SQLite file.
pub struct Sqlite {
    connections: Connections,
    // Nothing is ever sent: another process on the same file tells nobody, and is looked for.
    news: broadcast::Sender<News>,
}

impl Sqlite {
    /// Opens the file, or makes it, and brings it to the newest migration.
    pub fn open(path: &Path) -> Result<Self, StorageError> {
        let (news, _) = broadcast::channel(1);
        let connections = Connections::open(path)?;
        Ok(Self { connections, news })
    }
}

/// What SQLite says, in our words. A constraint that is hit unforeseen is our own mistake or a
/// damaged file; everything else is the disk's or the system's.
fn unavailable(error: rusqlite::Error) -> StorageError {
    match error.sqlite_error_code() {
        Some(
            rusqlite::ErrorCode::ConstraintViolation
            | rusqlite::ErrorCode::DatabaseCorrupt
            | rusqlite::ErrorCode::NotADatabase,
        ) => StorageError::Corrupt(error.to_string()),
        _ => StorageError::Unavailable(error.to_string()),
    }
}

impl LedgerStorage for Sqlite {
    fn organizations(&self) -> Answer<'_, Vec<OrganizationRow>> {
        Box::pin(self.connections.read(ledger::organizations))
    }

    fn found(&self, founding: Founding) -> Answer<'_, Founded> {
        Box::pin(
            self.connections
                .write(move |transaction| ledger::found(transaction, &founding)),
        )
    }

    fn position(&self, organization: OrganizationId) -> Answer<'_, Option<Position>> {
        Box::pin(
            self.connections
                .read(move |connection| ledger::position(connection, organization)),
        )
    }

    fn recorded_after(
        &self,
        organization: OrganizationId,
        order: u64,
        limit: u32,
    ) -> Answer<'_, Vec<RecordRow>> {
        Box::pin(
            self.connections.read(move |connection| {
                ledger::recorded_after(connection, organization, order, limit)
            }),
        )
    }

    fn waiting(&self, organization: OrganizationId) -> Answer<'_, Vec<WaitingRow>> {
        Box::pin(
            self.connections
                .read(move |connection| ledger::waiting(connection, organization)),
        )
    }

    fn held(&self, organization: OrganizationId, ids: Vec<EntryId>) -> Answer<'_, Vec<HeldRow>> {
        Box::pin(
            self.connections
                .read(move |connection| ledger::held(connection, organization, &ids)),
        )
    }

    fn at_sequences(
        &self,
        organization: OrganizationId,
        places: Vec<(DeviceId, u64)>,
    ) -> Answer<'_, Vec<(DeviceId, u64, EntryId)>> {
        Box::pin(
            self.connections
                .read(move |connection| sequences::at(connection, organization, &places)),
        )
    }

    fn highest_sequence(&self, organization: OrganizationId, device: DeviceId) -> Answer<'_, u64> {
        Box::pin(
            self.connections
                .read(move |connection| sequences::highest(connection, organization, device)),
        )
    }

    fn sequence_runs(
        &self,
        organization: OrganizationId,
        devices: Vec<DeviceId>,
    ) -> Answer<'_, Vec<SequenceRun>> {
        Box::pin(
            self.connections
                .read(move |connection| sequences::runs(connection, organization, &devices)),
        )
    }

    fn commit(&self, organization: OrganizationId, commit: Commit) -> Answer<'_, Committed> {
        Box::pin(
            self.connections
                .write(move |transaction| ledger::commit(transaction, organization, &commit)),
        )
    }

    fn quarantine(&self, organization: OrganizationId, rows: Vec<QuarantineRow>) -> Answer<'_, ()> {
        Box::pin(
            self.connections
                .write(move |transaction| ledger::quarantine(transaction, organization, &rows)),
        )
    }

    fn news(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    fn put_snapshot(&self, organization: OrganizationId, snapshot: SnapshotRow) -> Answer<'_, ()> {
        Box::pin(
            self.connections
                .write(move |transaction| snapshots::put(transaction, organization, &snapshot)),
        )
    }

    fn snapshot_pages(
        &self,
        organization: OrganizationId,
        key: SnapshotKey,
    ) -> Answer<'_, Option<u32>> {
        Box::pin(
            self.connections
                .read(move |connection| snapshots::count(connection, organization, key)),
        )
    }

    fn snapshot_page(
        &self,
        organization: OrganizationId,
        key: SnapshotKey,
        page: u32,
    ) -> Answer<'_, SnapshotPage> {
        Box::pin(
            self.connections
                .read(move |connection| snapshots::page(connection, organization, key, page)),
        )
    }

    fn quarantined(&self, organization: OrganizationId) -> Answer<'_, u64> {
        Box::pin(
            self.connections
                .read(move |connection| ledger::quarantined(connection, organization)),
        )
    }
}

impl AccountStorage for Sqlite {
    fn account_by_login(&self, login: String) -> Answer<'_, Option<AccountRow>> {
        Box::pin(
            self.connections
                .read(move |connection| accounts::by_login(connection, &login)),
        )
    }

    fn account_of(
        &self,
        organization: OrganizationId,
        person: PersonId,
    ) -> Answer<'_, Option<AccountRow>> {
        Box::pin(
            self.connections
                .read(move |connection| accounts::of_person(connection, organization, person)),
        )
    }

    fn accounts(&self, organization: OrganizationId) -> Answer<'_, Vec<AccountRow>> {
        Box::pin(
            self.connections
                .read(move |connection| accounts::of_organization(connection, organization)),
        )
    }

    fn put_accounts(&self, accounts: Vec<AccountRow>) -> Answer<'_, PutAccount> {
        Box::pin(
            self.connections
                .write(move |transaction| accounts::put_all(transaction, &accounts)),
        )
    }

    fn put_session(&self, session: SessionRow) -> Answer<'_, ()> {
        Box::pin(
            self.connections
                .write(move |transaction| accounts::put_session(transaction, &session)),
        )
    }

    fn session(
        &self,
        organization: OrganizationId,
        token_hash: [u8; 32],
    ) -> Answer<'_, Option<SessionRow>> {
        Box::pin(
            self.connections
                .read(move |connection| accounts::session(connection, organization, token_hash)),
        )
    }

    fn extend_session(
        &self,
        organization: OrganizationId,
        token_hash: [u8; 32],
        expires_at_ms: i64,
    ) -> Answer<'_, ()> {
        Box::pin(self.connections.write(move |transaction| {
            accounts::extend_session(transaction, organization, token_hash, expires_at_ms)
        }))
    }

    fn end_session(&self, organization: OrganizationId, token_hash: [u8; 32]) -> Answer<'_, ()> {
        Box::pin(
            self.connections.write(move |transaction| {
                accounts::end_session(transaction, organization, token_hash)
            }),
        )
    }

    fn put_invite(&self, invite: InviteRow) -> Answer<'_, ()> {
        Box::pin(
            self.connections
                .write(move |transaction| accounts::put_invite(transaction, &invite)),
        )
    }

    fn invite(
        &self,
        organization: OrganizationId,
        token_hash: [u8; 32],
    ) -> Answer<'_, Option<InviteRow>> {
        Box::pin(
            self.connections
                .read(move |connection| accounts::invite(connection, organization, token_hash)),
        )
    }

    fn accept_invite(
        &self,
        token_hash: [u8; 32],
        now_ms: i64,
        account: AccountRow,
    ) -> Answer<'_, AcceptedInvite> {
        Box::pin(self.connections.write(move |transaction| {
            accounts::accept_invite(transaction, token_hash, now_ms, &account)
        }))
    }

    fn put_setup_link(&self, token_hash: [u8; 32], expires_at_ms: i64) -> Answer<'_, ()> {
        Box::pin(self.connections.write(move |transaction| {
            accounts::put_setup_link(transaction, token_hash, expires_at_ms)
        }))
    }

    fn setup_link(&self, token_hash: [u8; 32]) -> Answer<'_, Option<i64>> {
        Box::pin(
            self.connections
                .read(move |connection| accounts::setup_link(connection, token_hash)),
        )
    }

    fn count_attempt(
        &self,
        login_hash: [u8; 32],
        now_ms: i64,
        pause_ms: fn(u32) -> i64,
    ) -> Answer<'_, Result<(), i64>> {
        Box::pin(self.connections.write(move |transaction| {
            accounts::count_attempt(transaction, login_hash, now_ms, pause_ms)
        }))
    }

    fn clear_attempts(&self, login_hash: [u8; 32]) -> Answer<'_, ()> {
        Box::pin(
            self.connections
                .write(move |transaction| accounts::clear_attempts(transaction, login_hash)),
        )
    }

    fn forget_expired(&self, now_ms: i64) -> Answer<'_, ()> {
        Box::pin(
            self.connections
                .write(move |transaction| accounts::forget_expired(transaction, now_ms)),
        )
    }
}

impl ArchiveStorage for Sqlite {
    fn dump(&self, rows: mpsc::Sender<ArchiveRow>) -> Answer<'_, ()> {
        Box::pin(
            self.connections
                .read(move |connection| archive::dump(connection, &rows)),
        )
    }

    fn load(&self, pieces: mpsc::Receiver<Piece>) -> Answer<'_, ()> {
        Box::pin(
            self.connections
                .write(move |transaction| archive::load(transaction, pieces)),
        )
    }
}
