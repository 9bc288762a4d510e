//! The SQL of accounts, sessions, invites and throttles.

use deadpool_postgres::{GenericClient, Pool, Transaction};
use tokio_postgres::Row;

use baton_domain::id::{OrganizationId, PersonId};

use crate::clock::DAY_MS;
use crate::storage::{AcceptedInvite, AccountRow, InviteRow, PutAccount, SessionRow, StorageError};

use super::connections::{connection, lock, unavailable};
use super::values::bytes;

type Result<T> = std::result::Result<T, StorageError>;

const ACCOUNT: &str =
    "SELECT organization, person, login, password_hash, changed_at_ms FROM accounts";

pub(super) async fn by_login(pool: &Pool, login: &str) -> Result<Option<AccountRow>> {
    let client = connection(pool).await?;
    let sql = format!(
        "{ACCOUNT} WHERE (organization, person) = (SELECT organization, person FROM logins WHERE login = $1)"
    );
    let row = client.query_opt(&sql, &[&login]).await;
    row.map_err(unavailable)?.as_ref().map(account).transpose()
}

pub(super) async fn of_person(
    pool: &Pool,
    organization: OrganizationId,
    person: PersonId,
) -> Result<Option<AccountRow>> {
    let client = connection(pool).await?;
    let sql = format!("{ACCOUNT} WHERE organization = $1 AND person = $2");
    let key: [&[u8]; 2] = [organization.as_bytes(), person.as_bytes()];
    let row = client.query_opt(&sql, &[&key[0], &key[1]]).await;
    row.map_err(unavailable)?.as_ref().map(account).transpose()
}

pub(super) async fn of_organization(
    pool: &Pool,
    organization: OrganizationId,
) -> Result<Vec<AccountRow>> {
    let client = connection(pool).await?;
    // By bytes, as SQLite sorts, whatever the database's language is.
    let sql = format!("{ACCOUNT} WHERE organization = $1 ORDER BY login COLLATE \"C\"");
    let rows = client
        .query(&sql, &[&organization.as_bytes().as_slice()])
        .await
        .map_err(unavailable)?;
    rows.iter().map(account).collect()
}

pub(super) async fn put_all(pool: &Pool, accounts: &[AccountRow]) -> Result<PutAccount> {
    let mut client = connection(pool).await?;
    let transaction = client.transaction().await.map_err(unavailable)?;
    for account in accounts {
        // What was put before it goes with the transaction.
        if !put(&transaction, account).await? {
            return Ok(PutAccount::LoginTaken);
        }
    }
    transaction.commit().await.map_err(unavailable)?;
    Ok(PutAccount::Done)
}

/// Puts one account and ends the person's sessions. False where the login belongs to somebody
/// else; two who want the same one at once wait here for each other.
pub(super) async fn put(transaction: &Transaction<'_>, account: &AccountRow) -> Result<bool> {
    let organization = account.organization.as_bytes().as_slice();
    let person = account.person.as_bytes().as_slice();
    let sql = "INSERT INTO logins AS known (login, organization, person) VALUES ($1, $2, $3)
         ON CONFLICT (login) DO UPDATE SET login = excluded.login
           WHERE (known.organization, known.person) = (excluded.organization, excluded.person)";
    let own = transaction
        .execute(sql, &[&account.login, &organization, &person])
        .await
        .map_err(unavailable)?;
    if own == 0 {
        return Ok(false);
    }
    let sql = "SELECT login FROM accounts WHERE organization = $1 AND person = $2 FOR UPDATE";
    let before = transaction
        .query_opt(sql, &[&organization, &person])
        .await
        .map_err(unavailable)?;
    let before: Option<String> = before.map(|row| row.get(0));
    let sql = "INSERT INTO accounts (organization, person, login, password_hash, changed_at_ms)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (organization, person) DO UPDATE SET login = excluded.login,
           password_hash = excluded.password_hash, changed_at_ms = excluded.changed_at_ms";
    transaction
        .execute(
            sql,
            &[
                &organization,
                &person,
                &account.login,
                &account.password_hash,
                &account.changed_at_ms,
            ],
        )
        .await
        .map_err(unavailable)?;
    if let Some(before) = before.filter(|before| *before != account.login) {
        transaction
            .execute("DELETE FROM logins WHERE login = $1", &[&before])
            .await
            .map_err(unavailable)?;
    }
    let sql = "DELETE FROM sessions WHERE organization = $1 AND person = $2";
    transaction
        .execute(sql, &[&organization, &person])
        .await
        .map_err(unavailable)?;
    Ok(true)
}

pub(super) async fn put_session(pool: &Pool, session: &SessionRow) -> Result<()> {
    let client = connection(pool).await?;
    let sql = "INSERT INTO sessions (organization, token_hash, person, expires_at_ms) VALUES ($1, $2, $3, $4)";
    client
        .execute(
            sql,
            &[
                &session.organization.as_bytes().as_slice(),
                &session.token_hash.as_slice(),
                &session.person.as_bytes().as_slice(),
                &session.expires_at_ms,
            ],
        )
        .await
        .map(drop)
        .map_err(unavailable)
}

pub(super) async fn session(
    pool: &Pool,
    organization: OrganizationId,
    token_hash: [u8; 32],
) -> Result<Option<SessionRow>> {
    let client = connection(pool).await?;
    let sql =
        "SELECT person, expires_at_ms FROM sessions WHERE organization = $1 AND token_hash = $2";
    let statement = client.prepare_cached(sql).await.map_err(unavailable)?;
    let row = client
        .query_opt(
            &statement,
            &[&organization.as_bytes().as_slice(), &token_hash.as_slice()],
        )
        .await
        .map_err(unavailable)?;
    row.map(|row| {
        Ok(SessionRow {
            organization,
            token_hash,
            person: PersonId::from_bytes(bytes(&row, 0)?),
            expires_at_ms: row.get(1),
        })
    })
    .transpose()
}

pub(super) async fn extend_session(
    pool: &Pool,
    organization: OrganizationId,
    token_hash: [u8; 32],
    expires_at_ms: i64,
) -> Result<()> {
    let client = connection(pool).await?;
    let sql = "UPDATE sessions SET expires_at_ms = $3 WHERE organization = $1 AND token_hash = $2";
    client
        .execute(
            sql,
            &[
                &organization.as_bytes().as_slice(),
                &token_hash.as_slice(),
                &expires_at_ms,
            ],
        )
        .await
        .map(drop)
        .map_err(unavailable)
}

pub(super) async fn end_session(
    pool: &Pool,
    organization: OrganizationId,
    token_hash: [u8; 32],
) -> Result<()> {
    let client = connection(pool).await?;
    let sql = "DELETE FROM sessions WHERE organization = $1 AND token_hash = $2";
    client
        .execute(
            sql,
            &[&organization.as_bytes().as_slice(), &token_hash.as_slice()],
        )
        .await
        .map(drop)
        .map_err(unavailable)
}

pub(super) async fn put_invite(pool: &Pool, invite: &InviteRow) -> Result<()> {
    let mut client = connection(pool).await?;
    let transaction = client.transaction().await.map_err(unavailable)?;
    let organization = invite.organization.as_bytes().as_slice();
    let person = invite.person.as_bytes().as_slice();
    // One after the other, or two at once would both stay.
    lock(&transaction, organization).await?;
    let sql = "DELETE FROM invites WHERE organization = $1 AND person = $2";
    transaction
        .execute(sql, &[&organization, &person])
        .await
        .map_err(unavailable)?;
    let sql =
        "INSERT INTO invites (organization, token_hash, person, invited_by, expires_at_ms, used)
         VALUES ($1, $2, $3, $4, $5, $6)";
    transaction
        .execute(
            sql,
            &[
                &organization,
                &invite.token_hash.as_slice(),
                &person,
                &invite.invited_by.as_bytes().as_slice(),
                &invite.expires_at_ms,
                &i64::from(invite.used),
            ],
        )
        .await
        .map_err(unavailable)?;
    transaction.commit().await.map_err(unavailable)
}

pub(super) async fn invite(
    pool: &Pool,
    organization: OrganizationId,
    token_hash: [u8; 32],
) -> Result<Option<InviteRow>> {
    let client = connection(pool).await?;
    let sql = "SELECT person, invited_by, expires_at_ms, used FROM invites WHERE organization = $1 AND token_hash = $2";
    let row = client
        .query_opt(
            sql,
            &[&organization.as_bytes().as_slice(), &token_hash.as_slice()],
        )
        .await
        .map_err(unavailable)?;
    row.map(|row| {
        Ok(InviteRow {
            organization,
            token_hash,
            person: PersonId::from_bytes(bytes(&row, 0)?),
            invited_by: PersonId::from_bytes(bytes(&row, 1)?),
            expires_at_ms: row.get(2),
            used: row.get::<_, i64>(3) == 1,
        })
    })
    .transpose()
}

pub(super) async fn accept_invite(
    pool: &Pool,
    token_hash: [u8; 32],
    now_ms: i64,
    account: &AccountRow,
) -> Result<AcceptedInvite> {
    let mut client = connection(pool).await?;
    let transaction = client.transaction().await.map_err(unavailable)?;
    let sql = "UPDATE invites SET used = 1
         WHERE organization = $1 AND token_hash = $2 AND person = $3 AND used = 0 AND expires_at_ms > $4";
    let used = transaction
        .execute(
            sql,
            &[
                &account.organization.as_bytes().as_slice(),
                &token_hash.as_slice(),
                &account.person.as_bytes().as_slice(),
                &now_ms,
            ],
        )
        .await
        .map_err(unavailable)?;
    if !put(&transaction, account).await? {
        return Ok(AcceptedInvite::LoginTaken);
    }
    if used == 0 {
        return Ok(AcceptedInvite::Ended);
    }
    transaction.commit().await.map_err(unavailable)?;
    Ok(AcceptedInvite::Done)
}

pub(super) async fn put_setup_link(
    pool: &Pool,
    token_hash: [u8; 32],
    expires_at_ms: i64,
) -> Result<()> {
    let mut client = connection(pool).await?;
    let transaction = client.transaction().await.map_err(unavailable)?;
    let sql = "LOCK TABLE setup_links IN SHARE ROW EXCLUSIVE MODE; DELETE FROM setup_links";
    transaction.batch_execute(sql).await.map_err(unavailable)?;
    let sql = "INSERT INTO setup_links (token_hash, expires_at_ms) VALUES ($1, $2)";
    transaction
        .execute(sql, &[&token_hash.as_slice(), &expires_at_ms])
        .await
        .map_err(unavailable)?;
    transaction.commit().await.map_err(unavailable)
}

pub(super) async fn setup_link(pool: &Pool, token_hash: [u8; 32]) -> Result<Option<i64>> {
    let client = connection(pool).await?;
    let sql = "SELECT expires_at_ms FROM setup_links WHERE token_hash = $1";
    let row = client
        .query_opt(sql, &[&token_hash.as_slice()])
        .await
        .map_err(unavailable)?;
    Ok(row.map(|row| row.get(0)))
}

/// Uses a set-up link up. False if there is none, or it expired.
pub(super) async fn use_setup_link(
    transaction: &Transaction<'_>,
    token_hash: [u8; 32],
    now_ms: i64,
) -> Result<bool> {
    let sql = "DELETE FROM setup_links WHERE token_hash = $1 AND expires_at_ms > $2";
    let used = transaction
        .execute(sql, &[&token_hash.as_slice(), &now_ms])
        .await
        .map_err(unavailable)?;
    Ok(used == 1)
}

pub(super) async fn count_attempt(
    pool: &Pool,
    login_hash: [u8; 32],
    now_ms: i64,
    pause_ms: fn(u32) -> i64,
) -> Result<std::result::Result<(), i64>> {
    let mut client = connection(pool).await?;
    let transaction = client.transaction().await.map_err(unavailable)?;
    // Its row is made first and locked, so that many at once count one after the other. A day
    // after it was free to try again, a login starts anew.
    let login = login_hash.as_slice();
    let sql = "INSERT INTO throttles (login_hash, failures, free_at_ms) VALUES ($1, 0, $2)
         ON CONFLICT (login_hash) DO NOTHING";
    transaction
        .execute(sql, &[&login, &now_ms])
        .await
        .map_err(unavailable)?;
    let sql = "SELECT failures, free_at_ms FROM throttles WHERE login_hash = $1 FOR UPDATE";
    let row = transaction
        .query_one(sql, &[&login])
        .await
        .map_err(unavailable)?;
    let (failures, free_at_ms): (i64, i64) = (row.get(0), row.get(1));
    if free_at_ms > now_ms {
        return Ok(Err(free_at_ms));
    }
    let failures = if free_at_ms < now_ms - DAY_MS {
        0
    } else {
        u32::try_from(failures).unwrap_or(u32::MAX)
    };
    let failures = failures.saturating_add(1);
    let sql = "UPDATE throttles SET failures = $2, free_at_ms = $3 WHERE login_hash = $1";
    let free_at_ms = now_ms + pause_ms(failures);
    transaction
        .execute(sql, &[&login, &i64::from(failures), &free_at_ms])
        .await
        .map_err(unavailable)?;
    transaction.commit().await.map_err(unavailable)?;
    Ok(Ok(()))
}

pub(super) async fn clear_attempts(pool: &Pool, login_hash: [u8; 32]) -> Result<()> {
    let client = connection(pool).await?;
    let sql = "DELETE FROM throttles WHERE login_hash = $1";
    client
        .execute(sql, &[&login_hash.as_slice()])
        .await
        .map(drop)
        .map_err(unavailable)
}

pub(super) async fn forget_expired(pool: &Pool, now_ms: i64) -> Result<()> {
    let client = connection(pool).await?;
    for table in ["sessions", "invites", "setup_links"] {
        let sql = format!("DELETE FROM {table} WHERE expires_at_ms < $1");
        client
            .execute(&sql, &[&now_ms])
            .await
            .map_err(unavailable)?;
    }
    for (table, since) in [("throttles", "free_at_ms"), ("snapshots", "made_at_ms")] {
        let sql = format!("DELETE FROM {table} WHERE {since} < $1");
        let day_before = now_ms - DAY_MS;
        client
            .execute(&sql, &[&day_before])
            .await
            .map_err(unavailable)?;
    }
    Ok(())
}

fn account(row: &Row) -> Result<AccountRow> {
    Ok(AccountRow {
        organization: OrganizationId::from_bytes(bytes(row, 0)?),
        person: PersonId::from_bytes(bytes(row, 1)?),
        login: row.get(2),
        password_hash: row.get(3),
        changed_at_ms: row.get(4),
    })
}
