//! Which database this run is about.
//!
//! The suite is the same for both. It runs on SQLite, or, where `BATON_TEST_DATABASE_URL` names a
//! PostgreSQL database, on that: each data folder then gets a schema of its own in it, and
//! remembers its address in a file, so that whoever has the folder finds the database.

use std::fs;
use std::path::Path;
use std::pin::Pin;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use baton_server::storage::Database;
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

const VARIABLE: &str = "BATON_TEST_DATABASE_URL";
const FILE: &str = "test-database-url";

/// True where this run is about PostgreSQL.
pub fn is_postgres() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// The database of a data folder. A folder that is not there is not made.
pub fn database_of(folder: &Path) -> Database {
    let Ok(url) = std::env::var(VARIABLE) else {
        return Database::Sqlite;
    };
    let file = folder.join(FILE);
    let known = fs::read_to_string(&file).unwrap_or_else(|_| {
        let url = with_new_schema(&url);
        let _ = fs::write(&file, &url);
        url
    });
    Database::at(&known).unwrap()
}

/// Runs SQL on the database of a data folder, past the server; says how many rows it changed.
pub fn execute(folder: &Path, sql: &str) -> u64 {
    try_execute(folder, sql).unwrap()
}

/// Stops the PostgreSQL of this run at once, as after a fault, and waits until it is there again:
/// whoever started it for tests starts it anew.
pub fn restart(folder: &Path) {
    let Database::Postgres(url) = database_of(folder) else {
        panic!("SQLite has no server");
    };
    let asked = "SELECT pg_read_file('postmaster.pid')";
    let ask = |url: String| {
        apart(
            move |client| Box::pin(async move { column(&client, asked).await }),
            url,
        )
    };
    let pid = ask(url.clone())[0].lines().next().unwrap().to_owned();
    let killed = Command::new("kill").args(["-QUIT", &pid]).status();
    assert!(killed.unwrap().success());
    let process = |pid: &str| Path::new("/proc").join(pid).exists();
    while process(&pid) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let reached = || {
        let url = url.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_all().build().unwrap();
            let connected = runtime.block_on(tokio_postgres::connect(&url, NoTls));
            connected.is_ok()
        });
        thread.join().unwrap()
    };
    while !reached() {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// The same for SQL that may be refused; says with which words.
pub fn try_execute(folder: &Path, sql: &str) -> Result<u64, String> {
    match database_of(folder) {
        Database::Sqlite => {
            let database = rusqlite::Connection::open(folder.join("baton.sqlite")).unwrap();
            let done = database.execute_batch(sql);
            done.map(|()| database.changes())
                .map_err(|error| error.to_string())
        }
        Database::Postgres(url) => {
            let sql = sql.to_owned();
            apart(
                move |client| Box::pin(async move { try_run(&client, &sql).await }),
                url,
            )
        }
    }
}

/// Another process that stands in the middle of a writing transaction, which it then takes back.
pub enum PausedWriter {
    Sqlite(Mutex<rusqlite::Connection>),
    Postgres(Client),
}

impl PausedWriter {
    /// From here on every commit to a ledger of this data folder is held up.
    pub async fn begin(folder: &Path) -> Self {
        let row = "UPDATE organizations SET revision = revision";
        match database_of(folder) {
            Database::Sqlite => {
                let database = rusqlite::Connection::open(folder.join("baton.sqlite")).unwrap();
                let sql = format!("BEGIN IMMEDIATE; {row}");
                database.execute_batch(&sql).unwrap();
                Self::Sqlite(database.into())
            }
            Database::Postgres(url) => {
                let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
                tokio::spawn(connection);
                let sql = format!("BEGIN; {row}");
                client.batch_execute(&sql).await.unwrap();
                Self::Postgres(client)
            }
        }
    }

    /// Lets the others go on.
    pub async fn end(self) {
        match self {
            Self::Sqlite(database) => {
                let database = database.into_inner().unwrap();
                database.execute_batch("ROLLBACK").unwrap();
            }
            Self::Postgres(client) => client.batch_execute("ROLLBACK").await.unwrap(),
        }
    }
}

async fn run(client: &Client, sql: &str) -> u64 {
    try_run(client, sql).await.unwrap()
}

async fn try_run(client: &Client, sql: &str) -> Result<u64, String> {
    let said = client.simple_query(sql).await;
    let said = said.map_err(|error| error.as_db_error().unwrap().message().to_owned())?;
    let counts = said.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::CommandComplete(count) => Some(count),
        _ => None,
    });
    Ok(counts.last().unwrap_or_default())
}

/// The number of the last migration.
pub fn version_of(folder: &Path) -> u32 {
    let found = match database_of(folder) {
        Database::Sqlite => names(
            folder,
            "SELECT CAST(user_version AS TEXT) FROM pragma_user_version",
        ),
        Database::Postgres(url) => apart(
            move |client| {
                Box::pin(async move { column(&client, "SELECT version FROM baton_schema").await })
            },
            url,
        ),
    };
    found[0].parse().unwrap()
}

/// The names of all tables.
pub fn tables_of(folder: &Path) -> Vec<String> {
    match database_of(folder) {
        Database::Sqlite => {
            let sql = "SELECT name FROM sqlite_schema WHERE type = 'table'";
            names(folder, sql)
        }
        Database::Postgres(url) => {
            let schema = schema_of(&url);
            let sql = format!("SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'");
            apart(
                move |client| Box::pin(async move { column(&client, &sql).await }),
                url,
            )
        }
    }
}

/// The names of a table's columns, in order.
pub fn columns_of(folder: &Path, table: &str) -> Vec<String> {
    match database_of(folder) {
        Database::Sqlite => {
            let sql = format!("SELECT name FROM pragma_table_info('{table}')");
            names(folder, &sql)
        }
        Database::Postgres(url) => {
            let sql = format!(
                "SELECT column_name FROM information_schema.columns
                 WHERE table_name = '{table}' AND table_schema = '{}' ORDER BY ordinal_position",
                schema_of(&url)
            );
            apart(
                move |client| Box::pin(async move { column(&client, &sql).await }),
                url,
            )
        }
    }
}

fn names(folder: &Path, sql: &str) -> Vec<String> {
    let database = rusqlite::Connection::open(folder.join("baton.sqlite")).unwrap();
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Every value of every table of a PostgreSQL database, as text; bytes as they are.
pub fn everything(folder: &Path) -> Vec<u8> {
    let Database::Postgres(url) = database_of(folder) else {
        panic!("SQLite is a file");
    };
    let schema = schema_of(&url);
    let tables = format!("SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'");
    apart(
        move |client| {
            Box::pin(async move {
                run(&client, "SET bytea_output = 'escape'").await;
                let mut all = String::new();
                for table in column(&client, &tables).await {
                    let sql = format!("SELECT one::text FROM {schema}.{table} AS one");
                    all.extend(column(&client, &sql).await);
                }
                all.into_bytes()
            })
        },
        url,
    )
}

async fn column(client: &Client, sql: &str) -> Vec<String> {
    let said = client.simple_query(sql).await.unwrap();
    let rows = said.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    rows.collect()
}

/// A copy of a data folder with its database, without what guards entries against change.
pub fn copy_of(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["baton.sqlite", "baton.sqlite-wal", "server.key"] {
        let _ = fs::copy(folder.join(name), copy.path().join(name));
    }
    match database_of(folder) {
        Database::Sqlite => {
            let sql =
                "DROP TRIGGER entries_are_never_changed; DROP TRIGGER entries_are_never_removed";
            execute(copy.path(), sql);
        }
        Database::Postgres(url) => {
            let old = schema_of(&url);
            let Database::Postgres(new) = database_of(copy.path()) else {
                unreachable!()
            };
            let new = schema_of(&new);
            execute(
                copy.path(),
                &format!(
                    "DO $$ DECLARE t name; BEGIN
                       FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = '{old}' LOOP
                         EXECUTE format('CREATE TABLE {new}.%I (LIKE {old}.%I INCLUDING ALL)', t, t);
                         EXECUTE format('INSERT INTO {new}.%I SELECT * FROM {old}.%I', t, t);
                       END LOOP; END $$"
                ),
            );
        }
    }
    copy
}

fn schema_of(url: &str) -> String {
    url.rsplit("%3D").next().unwrap().to_owned()
}

fn with_new_schema(url: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let schema = format!("test_{}_{number}", std::process::id());
    let sql = format!("CREATE SCHEMA {schema}");
    apart(
        move |client| Box::pin(async move { run(&client, &sql).await }),
        url.to_owned(),
    );
    format!("{url}?options=-csearch_path%3D{schema}")
}

type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// On a thread with a runtime of its own: tests call from within one, and from none.
fn apart<T: Send + 'static>(
    work: impl FnOnce(Client) -> Work<T> + Send + 'static,
    url: String,
) -> T {
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
            tokio::spawn(connection);
            work(client).await
        })
    });
    thread.join().unwrap()
}
