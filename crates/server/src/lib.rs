//! The sync server of Baton.
//!
//! Phones are complete by themselves. What the server adds is one order that everybody agrees
//! on: it takes signed entries, checks and judges each (with the same code as the phones), gives
//! every one with a final verdict the next order number, and passes them on. It never edits an
//! entry, it holds no rule of its own, and it trusts nothing that is not signed.
//!
//! | room | what |
//! |---|---|
//! | [`storage`] | what is kept, behind traits; SQLite, PostgreSQL |
//! | [`organizations`] | ledgers: receiving, appending, the feed to phones, snapshots |
//! | [`accounts`] | passwords, sessions, invites |
//! | [`backup`] | everything into a file, and back |
//! | [`http`] | the API and the app's files |
//!
//! What a person types (`serve`, `init`, `verify`, …) is the program beside this library.

pub mod accounts;
pub mod backup;
pub mod clock;
pub mod data_folder;
pub mod demo;
pub mod housekeeping;
pub mod http;
pub mod import;
pub mod journal;
pub mod lan;
pub mod metrics;
pub mod organizations;
pub mod random;
pub mod server_key;
pub mod storage;
pub mod tls;
pub mod words;
pub mod zone;

use std::sync::Arc;

use accounts::Accounts;
use data_folder::DataFolder;
use organizations::Organizations;
use server_key::ServerKey;
use storage::{Database, Storage};
use words::Failure;

/// Everything that commands and the API work on.
pub struct Server {
    /// What is kept.
    pub storage: Arc<dyn Storage>,
    /// The ledgers.
    pub organizations: Organizations,
    /// Who may sign in.
    pub accounts: Accounts,
}

impl Server {
    /// Opens a data folder with the database that `DATABASE_URL` names, or the one in it: makes
    /// the server's key and the database if they are not there, and brings an older database to
    /// today's form.
    pub async fn open(folder: &DataFolder) -> Result<Self, Failure> {
        Self::open_on(folder, &Database::from_environment()?).await
    }

    /// The same with a database that the caller chose.
    pub async fn open_on(folder: &DataFolder, database: &Database) -> Result<Self, Failure> {
        let key = ServerKey::open(folder)?;
        Self::with(database.open(folder).await?, key).await
    }

    /// A server on some storage.
    pub async fn with(storage: Arc<dyn Storage>, key: ServerKey) -> Result<Self, Failure> {
        let organizations = Organizations::open(Arc::clone(&storage), Arc::new(key)).await?;
        let accounts = Accounts::new(Arc::clone(&storage));
        Ok(Self {
            storage,
            organizations,
            accounts,
        })
    }
}
