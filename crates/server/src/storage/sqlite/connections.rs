//! One connection that writes, on a thread of its own, and a few that read.
//!
//! SQLite has one writer at a time. Instead of letting tasks wait on its lock, every write is a
//! closure sent to the one thread that owns the writing connection and is run inside
//! `BEGIN IMMEDIATE`. Readers see the last commit and never wait for the writer (WAL).

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::storage::StorageError;

use super::{migrations, unavailable};

/// How many connections read.
const READERS: usize = 4;
/// How many writes may queue before senders wait.
const QUEUE: usize = 256;
/// How long to wait for another process (a command beside the server).
const BUSY: Duration = Duration::from_secs(20);
/// Statements kept compiled on each connection.
const STATEMENTS: usize = 64;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

pub(super) struct Connections {
    jobs: Option<mpsc::Sender<Job>>,
    writer: Option<JoinHandle<()>>,
    readers: Arc<Readers>,
}

struct Readers {
    idle: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
}

impl Connections {
    /// Opens the database, brings it to the newest migration and starts the writer.
    pub(super) fn open(path: &Path) -> Result<Self, StorageError> {
        let mut connection = Connection::open(path).map_err(unavailable)?;
        connection.busy_timeout(BUSY).map_err(unavailable)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // A commit is on the disk before anybody is told so, macOS included.
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1;
             PRAGMA checkpoint_fullfsync = 1; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";
        connection.execute_batch(settings).map_err(unavailable)?;
        migrations::run(&mut connection)?;

        let idle = (0..READERS)
            .map(|_| open_reader(path))
            .collect::<Result<Vec<_>, _>>()?;
        let readers = Readers {
            idle: Mutex::new(idle),
            free: Arc::new(Semaphore::new(READERS)),
        };
        let (jobs, queue) = mpsc::channel(QUEUE);
        let writer = std::thread::Builder::new()
            .name("sqlite writer".into())
            .spawn(move || write_all(connection, queue))
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        Ok(Self {
            jobs: Some(jobs),
            writer: Some(writer),
            readers: Arc::new(readers),
        })
    }

    /// Runs `work` inside one writing transaction. An error rolls it back.
    pub(super) async fn write<T, W>(&self, work: W) -> Result<T, StorageError>
    where
        T: Send + 'static,
        W: FnOnce(&Transaction<'_>) -> Result<T, StorageError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Nobody may be left to hear it: the work is done all the same.
            let _ = answer.send(transact(connection, work));
        });
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        jobs.send(job).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Runs `work` on a connection that reads.
    pub(super) async fn read<T, W>(&self, work: W) -> Result<T, StorageError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, StorageError> + Send + 'static,
    {
        let readers = Arc::clone(&self.readers);
        let permit = Arc::clone(&readers.free)
            .acquire_owned()
            .await
            .map_err(|_| stopped())?;
        let done = tokio::task::spawn_blocking(move || {
            let connection = readers.idle().pop().ok_or_else(stopped)?;
            let result = work(&connection);
            readers.idle().push(connection);
            drop(permit);
            result
        });
        done.await.map_err(|_| stopped())?
    }
}

impl Drop for Connections {
    /// Lets the writer finish what is queued and close the database.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

impl Readers {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_reader(path: &Path) -> Result<Connection, StorageError> {
    let path: PathBuf = path.into();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(unavailable)?;
    connection.busy_timeout(BUSY).map_err(unavailable)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn write_all(mut connection: Connection, mut queue: mpsc::Receiver<Job>) {
    while let Some(job) = queue.blocking_recv() {
        job(&mut connection);
    }
}

fn transact<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(unavailable)?;
    let result = work(&transaction)?;
    transaction.commit().map_err(unavailable)?;
    Ok(result)
}

fn stopped() -> StorageError {
    StorageError::Unavailable("the database was closed".into())
}
