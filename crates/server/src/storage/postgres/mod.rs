//! PostgreSQL: many instances over one database.
//!
//! An instance keeps nothing that another one needs. What it must not do is trust a read to be
//! the newest: commits compare the revision (`ledger`), and other instances' commits are heard of
//! by `LISTEN` (`news`).

mod accounts;
mod archive;
mod connections;
mod ledger;
mod migrations;
mod news;
mod sequences;
mod snapshots;
mod tls;
mod values;

use deadpool_postgres::Pool;
use tokio::sync::{broadcast, mpsc};

use baton_domain::id::{DeviceId, EntryId, OrganizationId, PersonId};
use baton_sync::SequenceRun;

use super::archive::{ArchiveRow, ArchiveStorage, Piece};
use super::{
    AcceptedInvite, AccountRow, AccountStorage, Answer, Commit, Committed, Founded, Founding,
    HeldRow, InviteRow, LedgerStorage, News, OrganizationRow, Position, PutAccount, QuarantineRow,
    RecordRow, SessionRow, SnapshotKey, SnapshotPage, SnapshotRow, StorageError, WaitingRow,
};

use connections::{connection, unavailable};
use news::Listener;

/// Storage in a PostgreSQL database.
pub struct Postgres {
    pool: Pool,
    listener: Listener,
}

impl Postgres {
    /// Opens the database at this address (`postgres://user:password@host/database`) and brings it
    /// to the newest migration.
    pub async fn open(url: &str) -> Result<Self, StorageError> {
        let (config, tls) = connections::config(url)?;
        let pool = connections::pool(config.clone(), tls.clone())?;
        {
            let mut client = connection(&pool).await?;
            let transaction = client.transaction().await.map_err(unavailable)?;
            migrations::run(&transaction, migrations::NEWEST).await?;
            transaction.commit().await.map_err(unavailable)?;
        }
        let listener = Listener::start(config, tls);
        Ok(Self { pool, listener })
    }
}

impl LedgerStorage for Postgres {
    fn organizations(&self) -> Answer<'_, Vec<OrganizationRow>> {
        Box::pin(ledger::organizations(&self.pool))
    }
    fn found(&self, founding: Founding) -> Answer<'_, Founded> {
        Box::pin(ledger::found(&self.pool, founding))
    }
    fn position(&self, organization: OrganizationId) -> Answer<'_, Option<Position>> {
        Box::pin(ledger::position(&self.pool, organization))
    }
    fn recorded_after(
        &self,
        organization: OrganizationId,
        order: u64,
        limit: u32,
    ) -> Answer<'_, Vec<RecordRow>> {
        Box::pin(ledger::recorded_after(
            &self.pool,
            organization,
            order,
            limit,
        ))
    }
    fn waiting(&self, organization: OrganizationId) -> Answer<'_, Vec<WaitingRow>> {
        Box::pin(ledger::waiting(&self.pool, organization))
    }
    fn held(&self, organization: OrganizationId, ids: Vec<EntryId>) -> Answer<'_, Vec<HeldRow>> {
        Box::pin(async move { ledger::held(&self.pool, organization, &ids).await })
    }
    fn at_sequences(
        &self,
        organization: OrganizationId,
        places: Vec<(DeviceId, u64)>,
    ) -> Answer<'_, Vec<(DeviceId, u64, EntryId)>> {
        Box::pin(async move { sequences::at(&self.pool, organization, &places).await })
    }
    fn highest_sequence(&self, organization: OrganizationId, device: DeviceId) -> Answer<'_, u64> {
        Box::pin(sequences::highest(&self.pool, organization, device))
    }
    fn sequence_runs(
        &self,
        organization: OrganizationId,
        devices: Vec<DeviceId>,
    ) -> Answer<'_, Vec<SequenceRun>> {
        Box::pin(async move { sequences::runs(&self.pool, organization, &devices).await })
    }
    fn commit(&self, organization: OrganizationId, commit: Commit) -> Answer<'_, Committed> {
        Box::pin(async move { ledger::commit(&self.pool, organization, &commit).await })
    }
    fn quarantine(&self, organization: OrganizationId, rows: Vec<QuarantineRow>) -> Answer<'_, ()> {
        Box::pin(async move { ledger::quarantine(&self.pool, organization, &rows).await })
    }
    fn news(&self) -> broadcast::Receiver<News> {
        self.listener.subscribe()
    }
    fn put_snapshot(&self, organization: OrganizationId, snapshot: SnapshotRow) -> Answer<'_, ()> {
        Box::pin(async move { snapshots::put(&self.pool, organization, &snapshot).await })
    }

    fn snapshot_pages(
        &self,
        organization: OrganizationId,
        key: SnapshotKey,
    ) -> Answer<'_, Option<u32>> {
        Box::pin(snapshots::count(&self.pool, organization, key))
    }

    fn snapshot_page(
        &self,
        organization: OrganizationId,
        key: SnapshotKey,
        page: u32,
    ) -> Answer<'_, SnapshotPage> {
        Box::pin(snapshots::page(&self.pool, organization, key, page))
    }

    fn quarantined(&self, organization: OrganizationId) -> Answer<'_, u64> {
        Box::pin(ledger::quarantined(&self.pool, organization))
    }
}
impl AccountStorage for Postgres {
    fn account_by_login(&self, login: String) -> Answer<'_, Option<AccountRow>> {
        Box::pin(async move { accounts::by_login(&self.pool, &login).await })
    }
    fn account_of(
        &self,
        organization: OrganizationId,
        person: PersonId,
    ) -> Answer<'_, Option<AccountRow>> {
        Box::pin(accounts::of_person(&self.pool, organization, person))
    }
    fn accounts(&self, organization: OrganizationId) -> Answer<'_, Vec<AccountRow>> {
        Box::pin(accounts::of_organization(&self.pool, organization))
    }
    fn put_accounts(&self, accounts: Vec<AccountRow>) -> Answer<'_, PutAccount> {
        Box::pin(async move { accounts::put_all(&self.pool, &accounts).await })
    }
    fn put_session(&self, session: SessionRow) -> Answer<'_, ()> {
        Box::pin(async move { accounts::put_session(&self.pool, &session).await })
    }
    fn session(
        &self,
        organization: OrganizationId,
        token_hash: [u8; 32],
    ) -> Answer<'_, Option<SessionRow>> {
        Box::pin(accounts::session(&self.pool, organization, token_hash))
    }
    fn extend_session(
        &self,
        organization: OrganizationId,
        token_hash: [u8; 32],
        expires_at_ms: i64,
    ) -> Answer<'_, ()> {
        Box::pin(accounts::extend_session(
            &self.pool,
            organization,
            token_hash,
            expires_at_ms,
        ))
    }
    fn end_session(&self, organization: OrganizationId, token_hash: [u8; 32]) -> Answer<'_, ()> {
        Box::pin(accounts::end_session(&self.pool, organization, token_hash))
    }
    fn put_invite(&self, invite: InviteRow) -> Answer<'_, ()> {
        Box::pin(async move { accounts::put_invite(&self.pool, &invite).await })
    }
    fn invite(
        &self,
        organization: OrganizationId,
        token_hash: [u8; 32],
    ) -> Answer<'_, Option<InviteRow>> {
        Box::pin(accounts::invite(&self.pool, organization, token_hash))
    }
    fn accept_invite(
        &self,
        token_hash: [u8; 32],
        now_ms: i64,
        account: AccountRow,
    ) -> Answer<'_, AcceptedInvite> {
        Box::pin(
            async move { accounts::accept_invite(&self.pool, token_hash, now_ms, &account).await },
        )
    }
    fn put_setup_link(&self, token_hash: [u8; 32], expires_at_ms: i64) -> Answer<'_, ()> {
        Box::pin(accounts::put_setup_link(
            &self.pool,
            token_hash,
            expires_at_ms,
        ))
    }
    fn setup_link(&self, token_hash: [u8; 32]) -> Answer<'_, Option<i64>> {
        Box::pin(accounts::setup_link(&self.pool, token_hash))
    }
    fn count_attempt(
        &self,
        login_hash: [u8; 32],
        now_ms: i64,
        pause_ms: fn(u32) -> i64,
    ) -> Answer<'_, Result<(), i64>> {
        Box::pin(accounts::count_attempt(
            &self.pool, login_hash, now_ms, pause_ms,
        ))
    }
    fn clear_attempts(&self, login_hash: [u8; 32]) -> Answer<'_, ()> {
        Box::pin(accounts::clear_attempts(&self.pool, login_hash))
    }
    fn forget_expired(&self, now_ms: i64) -> Answer<'_, ()> {
        Box::pin(accounts::forget_expired(&self.pool, now_ms))
    }
}

impl ArchiveStorage for Postgres {
    fn dump(&self, rows: mpsc::Sender<ArchiveRow>) -> Answer<'_, ()> {
        Box::pin(archive::dump(&self.pool, rows))
    }

    fn load(&self, pieces: mpsc::Receiver<Piece>) -> Answer<'_, ()> {
        Box::pin(archive::load(&self.pool, pieces))
    }
}
