//! The pool of connections, and PostgreSQL's errors in our words.

use std::time::Duration;

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
    Transaction,
};
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::storage::StorageError;

use super::tls;

/// Connections of one instance. A commit holds one for a millisecond or two, so this is enough for
/// thousands of phones, and ten instances stay below PostgreSQL's usual hundred.
const CONNECTIONS_MAX: usize = 8;
/// How long to wait for a free connection, or for a new one.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// What each connection is told first.
///
/// A commit is on the disk before anybody is told so: an installation that switched that off for
/// speed is overruled, one that waits for replicas too is left alone. Nobody waits for a lock for
/// ever, and a transaction whose instance hangs lets go.
const SETTINGS: &str = "
    SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off';
    SET lock_timeout = '20s';
    SET idle_in_transaction_session_timeout = '30s';
    SET default_transaction_isolation = 'read committed';
    SET client_min_messages = 'warning';";

/// Reads a connection address; the error never repeats it, because it can hold a password.
pub(super) fn config(url: &str) -> Result<(Config, MakeRustlsConnect), StorageError> {
    let (url, tls) = tls::take_off(url)?;
    let mut config: Config = url.parse().map_err(|_| {
        StorageError::Unavailable(
            "DATABASE_URL cannot be read; write it as postgres://user:password@host/database"
                .into(),
        )
    })?;
    config.ssl_mode(tls.mode());
    config.connect_timeout(WAIT_MAX);
    config.application_name("baton-server");
    Ok((config, tls.connector()?))
}

/// Makes the pool. Connections are opened when they are needed.
pub(super) fn pool(config: Config, tls: MakeRustlsConnect) -> Result<Pool, StorageError> {
    let recycling_method = RecyclingMethod::Fast;
    let manager = Manager::from_config(config, tls, ManagerConfig { recycling_method });
    let settings = Hook::async_fn(|client, _| {
        Box::pin(async move {
            let told = client.batch_execute(SETTINGS).await;
            told.map_err(HookError::Backend)
        })
    });
    Pool::builder(manager)
        .max_size(CONNECTIONS_MAX)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT_MAX))
        .create_timeout(Some(WAIT_MAX))
        .post_create(settings)
        .build()
        .map_err(|error| StorageError::Unavailable(error.to_string()))
}

/// A connection of the pool.
pub(super) async fn connection(pool: &Pool) -> Result<Object, StorageError> {
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
            unavailable(error)
        }
        error => StorageError::Unavailable(error.to_string()),
    })
}

/// Takes an organization's lock until the transaction ends: whoever else takes it waits.
pub(super) async fn lock(
    transaction: &Transaction<'_>,
    organization: &[u8],
) -> Result<(), StorageError> {
    let sql = "SELECT 1 FROM organizations WHERE organization = $1 FOR NO KEY UPDATE";
    let taken = transaction.execute(sql, &[&organization]).await;
    taken.map(|_| ()).map_err(unavailable)
}

/// What PostgreSQL says, in our words. A constraint that is hit unforeseen is our own mistake or
/// a damaged database; everything else is the network's or the system's. Only its code and its
/// sentence are taken: the details can hold a login.
pub(super) fn unavailable(error: tokio_postgres::Error) -> StorageError {
    let Some(said) = error.as_db_error() else {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        let text = cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
        return StorageError::Unavailable(text);
    };
    let code = said.code().code();
    let text = format!("{} ({code})", said.message());
    match &code[..2] {
        // Integrity constraints, and what PostgreSQL calls internal errors and data corruption.
        "23" | "XX" => StorageError::Corrupt(text),
        _ => StorageError::Unavailable(text),
    }
}
