//! The SQL of accounts, sessions, invites and throttles.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use baton_domain::id::{OrganizationId, PersonId};

use crate::clock::DAY_MS;
use crate::storage::{AcceptedInvite, AccountRow, InviteRow, PutAccount, SessionRow, StorageError};

use super::unavailable;

type Result<T> = std::result::Result<T, StorageError>;

const ACCOUNT: &str =
    "SELECT organization, person, login, password_hash, changed_at_ms FROM accounts";

pub(super) fn by_login(connection: &Connection, login: &str) -> Result<Option<AccountRow>> {
    let sql = format!(
        "{ACCOUNT} WHERE (organization, person) = (SELECT organization, person FROM logins WHERE login = ?1)"
    );
    connection
        .query_row(&sql, [login], account)
        .optional()
        .map_err(unavailable)
}

pub(super) fn of_person(
    connection: &Connection,
    organization: OrganizationId,
    person: PersonId,
) -> Result<Option<AccountRow>> {
    let sql = format!("{ACCOUNT} WHERE organization = ?1 AND person = ?2");
    connection
        .query_row(&sql, [organization.as_bytes(), person.as_bytes()], account)
        .optional()
        .map_err(unavailable)
}

pub(super) fn of_organization(
    connection: &Connection,
    organization: OrganizationId,
) -> Result<Vec<AccountRow>> {
    let sql = format!("{ACCOUNT} WHERE organization = ?1 ORDER BY login");
    let mut statement = connection.prepare(&sql).map_err(unavailable)?;
    let rows = statement.query_map([organization.as_bytes()], account);
    rows.and_then(Iterator::collect).map_err(unavailable)
}

pub(super) fn put_all(
    transaction: &Transaction<'_>,
    accounts: &[AccountRow],
) -> Result<PutAccount> {
    // Looked at first, so that none is put where one cannot be.
    for account in accounts {
        if is_taken(transaction, account)? {
            return Ok(PutAccount::LoginTaken);
        }
    }
    for account in accounts {
        put(transaction, account)?;
    }
    Ok(PutAccount::Done)
}

/// Puts one account and ends the person's sessions.
pub(super) fn put(transaction: &Transaction<'_>, account: &AccountRow) -> Result<PutAccount> {
    if is_taken(transaction, account)? {
        return Ok(PutAccount::LoginTaken);
    }
    let owner = params![account.organization.as_bytes(), account.person.as_bytes()];
    let before: Option<String> = transaction
        .query_row(
            "SELECT login FROM accounts WHERE organization = ?1 AND person = ?2",
            owner,
            |row| row.get(0),
        )
        .optional()
        .map_err(unavailable)?;
    let values = params![
        account.login,
        account.organization.as_bytes(),
        account.person.as_bytes()
    ];
    let sql = "INSERT INTO logins (login, organization, person) VALUES (?1, ?2, ?3) ON CONFLICT (login) DO NOTHING";
    transaction.execute(sql, values).map_err(unavailable)?;
    let values = params![
        account.organization.as_bytes(),
        account.person.as_bytes(),
        account.login,
        account.password_hash,
        account.changed_at_ms,
    ];
    let sql = "INSERT INTO accounts (organization, person, login, password_hash, changed_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (organization, person) DO UPDATE SET login = excluded.login,
           password_hash = excluded.password_hash, changed_at_ms = excluded.changed_at_ms";
    transaction.execute(sql, values).map_err(unavailable)?;
    if let Some(before) = before.filter(|before| *before != account.login) {
        transaction
            .execute("DELETE FROM logins WHERE login = ?1", [before])
            .map_err(unavailable)?;
    }
    let sql = "DELETE FROM sessions WHERE organization = ?1 AND person = ?2";
    transaction.execute(sql, owner).map_err(unavailable)?;
    Ok(PutAccount::Done)
}

/// True where the login belongs to somebody else.
pub(super) fn is_taken(connection: &Connection, account: &AccountRow) -> Result<bool> {
    let sql = "SELECT 1 FROM logins WHERE login = ?1 AND (organization, person) <> (?2, ?3)";
    let values = params![
        account.login,
        account.organization.as_bytes(),
        account.person.as_bytes()
    ];
    let other: Option<i64> = connection
        .query_row(sql, values, |row| row.get(0))
        .optional()
        .map_err(unavailable)?;
    Ok(other.is_some())
}

pub(super) fn put_session(transaction: &Transaction<'_>, session: &SessionRow) -> Result<()> {
    let values = params![
        session.organization.as_bytes(),
        session.token_hash,
        session.person.as_bytes(),
        session.expires_at_ms,
    ];
    let sql = "INSERT INTO sessions (organization, token_hash, person, expires_at_ms) VALUES (?1, ?2, ?3, ?4)";
    transaction
        .execute(sql, values)
        .map(drop)
        .map_err(unavailable)
}

pub(super) fn session(
    connection: &Connection,
    organization: OrganizationId,
    token_hash: [u8; 32],
) -> Result<Option<SessionRow>> {
    let sql =
        "SELECT person, expires_at_ms FROM sessions WHERE organization = ?1 AND token_hash = ?2";
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let row = statement.query_row(params![organization.as_bytes(), token_hash], |row| {
        Ok(SessionRow {
            organization,
            token_hash,
            person: PersonId::from_bytes(row.get(0)?),
            expires_at_ms: row.get(1)?,
        })
    });
    row.optional().map_err(unavailable)
}

pub(super) fn extend_session(
    transaction: &Transaction<'_>,
    organization: OrganizationId,
    token_hash: [u8; 32],
    expires_at_ms: i64,
) -> Result<()> {
    let sql = "UPDATE sessions SET expires_at_ms = ?3 WHERE organization = ?1 AND token_hash = ?2";
    transaction
        .execute(
            sql,
            params![organization.as_bytes(), token_hash, expires_at_ms],
        )
        .map(drop)
        .map_err(unavailable)
}

pub(super) fn end_session(
    transaction: &Transaction<'_>,
    organization: OrganizationId,
    token_hash: [u8; 32],
) -> Result<()> {
    let sql = "DELETE FROM sessions WHERE organization = ?1 AND token_hash = ?2";
    transaction
        .execute(sql, params![organization.as_bytes(), token_hash])
        .map(drop)
        .map_err(unavailable)
}

pub(super) fn put_invite(transaction: &Transaction<'_>, invite: &InviteRow) -> Result<()> {
    let sql = "DELETE FROM invites WHERE organization = ?1 AND person = ?2";
    transaction
        .execute(
            sql,
            params![invite.organization.as_bytes(), invite.person.as_bytes()],
        )
        .map_err(unavailable)?;
    let values = params![
        invite.organization.as_bytes(),
        invite.token_hash,
        invite.person.as_bytes(),
        invite.invited_by.as_bytes(),
        invite.expires_at_ms,
        invite.used,
    ];
    let sql =
        "INSERT INTO invites (organization, token_hash, person, invited_by, expires_at_ms, used)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    transaction
        .execute(sql, values)
        .map(drop)
        .map_err(unavailable)
}

pub(super) fn invite(
    connection: &Connection,
    organization: OrganizationId,
    token_hash: [u8; 32],
) -> Result<Option<InviteRow>> {
    let sql = "SELECT person, invited_by, expires_at_ms, used FROM invites WHERE organization = ?1 AND token_hash = ?2";
    let row = connection.query_row(sql, params![organization.as_bytes(), token_hash], |row| {
        Ok(InviteRow {
            organization,
            token_hash,
            person: PersonId::from_bytes(row.get(0)?),
            invited_by: PersonId::from_bytes(row.get(1)?),
            expires_at_ms: row.get(2)?,
            used: row.get(3)?,
        })
    });
    row.optional().map_err(unavailable)
}

pub(super) fn accept_invite(
    transaction: &Transaction<'_>,
    token_hash: [u8; 32],
    now_ms: i64,
    account: &AccountRow,
) -> Result<AcceptedInvite> {
    if is_taken(transaction, account)? {
        return Ok(AcceptedInvite::LoginTaken);
    }
    let sql = "UPDATE invites SET used = 1
         WHERE organization = ?1 AND token_hash = ?2 AND person = ?3 AND used = 0 AND expires_at_ms > ?4";
    let values = params![
        account.organization.as_bytes(),
        token_hash,
        account.person.as_bytes(),
        now_ms
    ];
    if transaction.execute(sql, values).map_err(unavailable)? == 0 {
        return Ok(AcceptedInvite::Ended);
    }
    put(transaction, account)?;
    Ok(AcceptedInvite::Done)
}

pub(super) fn put_setup_link(
    transaction: &Transaction<'_>,
    token_hash: [u8; 32],
    expires_at_ms: i64,
) -> Result<()> {
    transaction
        .execute("DELETE FROM setup_links", [])
        .map_err(unavailable)?;
    let sql = "INSERT INTO setup_links (token_hash, expires_at_ms) VALUES (?1, ?2)";
    transaction
        .execute(sql, params![token_hash, expires_at_ms])
        .map(drop)
        .map_err(unavailable)
}

pub(super) fn setup_link(connection: &Connection, token_hash: [u8; 32]) -> Result<Option<i64>> {
    let sql = "SELECT expires_at_ms FROM setup_links WHERE token_hash = ?1";
    connection
        .query_row(sql, params![token_hash], |row| row.get(0))
        .optional()
        .map_err(unavailable)
}

/// Uses a set-up link up. False if there is none, or it expired.
pub(super) fn use_setup_link(
    transaction: &Transaction<'_>,
    token_hash: [u8; 32],
    now_ms: i64,
) -> Result<bool> {
    let sql = "DELETE FROM setup_links WHERE token_hash = ?1 AND expires_at_ms > ?2";
    Ok(transaction
        .execute(sql, params![token_hash, now_ms])
        .map_err(unavailable)?
        == 1)
}

pub(super) fn count_attempt(
    transaction: &Transaction<'_>,
    login_hash: [u8; 32],
    now_ms: i64,
    pause_ms: fn(u32) -> i64,
) -> Result<std::result::Result<(), i64>> {
    // A day after it was free to try again, a login starts anew.
    transaction
        .execute(
            "DELETE FROM throttles WHERE free_at_ms < ?1",
            [now_ms - DAY_MS],
        )
        .map_err(unavailable)?;
    let sql = "SELECT failures, free_at_ms FROM throttles WHERE login_hash = ?1";
    let before: Option<(u32, i64)> = transaction
        .query_row(sql, params![login_hash], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
        .map_err(unavailable)?;
    let (failures, free_at_ms) = before.unwrap_or((0, now_ms));
    if free_at_ms > now_ms {
        return Ok(Err(free_at_ms));
    }
    let failures = failures.saturating_add(1);
    let sql = "INSERT INTO throttles (login_hash, failures, free_at_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (login_hash) DO UPDATE SET failures = excluded.failures, free_at_ms = excluded.free_at_ms";
    let values = params![login_hash, failures, now_ms + pause_ms(failures)];
    transaction.execute(sql, values).map_err(unavailable)?;
    Ok(Ok(()))
}

pub(super) fn clear_attempts(transaction: &Transaction<'_>, login_hash: [u8; 32]) -> Result<()> {
    let sql = "DELETE FROM throttles WHERE login_hash = ?1";
    transaction
        .execute(sql, params![login_hash])
        .map(drop)
        .map_err(unavailable)
}

pub(super) fn forget_expired(transaction: &Transaction<'_>, now_ms: i64) -> Result<()> {
    for table in ["sessions", "invites", "setup_links"] {
        let sql = format!("DELETE FROM {table} WHERE expires_at_ms < ?1");
        transaction.execute(&sql, [now_ms]).map_err(unavailable)?;
    }
    let sql = "DELETE FROM snapshots WHERE made_at_ms < ?1";
    transaction
        .execute(sql, [now_ms - DAY_MS])
        .map(drop)
        .map_err(unavailable)
}

fn account(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    Ok(AccountRow {
        organization: OrganizationId::from_bytes(row.get(0)?),
        person: PersonId::from_bytes(row.get(1)?),
        login: row.get(2)?,
        password_hash: row.get(3)?,
        changed_at_ms: row.get(4)?,
    })
}
