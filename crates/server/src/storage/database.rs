//! Which database, chosen when the server starts.

use std::env;
use std::sync::Arc;

use crate::data_folder::DataFolder;
use crate::words::Failure;

use super::Storage;
use super::postgres::Postgres;
use super::sqlite::Sqlite;

/// The variable that names a PostgreSQL database.
const VARIABLE: &str = "DATABASE_URL";

/// A database that a server can run on.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// One file in the data folder.
    Sqlite,
    /// The PostgreSQL database at this address. It can hold a password, so it is never printed.
    Postgres(String),
}

impl Database {
    /// What `DATABASE_URL` says: PostgreSQL, or SQLite where it is not set.
    pub fn from_environment() -> Result<Self, Failure> {
        match env::var(VARIABLE) {
            Ok(url) if !url.is_empty() => Self::at(&url),
            Ok(_) | Err(env::VarError::NotPresent) => Ok(Self::Sqlite),
            Err(env::VarError::NotUnicode(_)) => Err(unknown()),
        }
    }

    /// The database at an address.
    pub fn at(url: &str) -> Result<Self, Failure> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres(url.into()))
        } else {
            Err(unknown())
        }
    }

    /// As the log names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgresql",
        }
    }

    /// Opens it and brings it to today's form.
    pub async fn open(&self, folder: &DataFolder) -> Result<Arc<dyn Storage>, Failure> {
        match self {
            Self::Postgres(url) => Ok(Arc::new(Postgres::open(url).await?)),
            Self::Sqlite => {
                let path = folder.database()?;
                let opening = tokio::task::spawn_blocking(move || Sqlite::open(&path)).await;
                let opened = opening.map_err(|error| Failure::new(error.to_string()))?;
                Ok(Arc::new(opened?))
            }
        }
    }
}

fn unknown() -> Failure {
    Failure::new(format!("{VARIABLE} names no PostgreSQL database")).next(
        "Write it as `postgres://user:password@host/database`, or unset it: then the data folder \
         holds the database",
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_another_kind_is_refused_without_repeating_it() {
        for url in ["mysql://ada:secret@host/db", "sqlite:baton.db", "baton"] {
            let refused = Database::at(url).err().unwrap().to_string();
            assert!(refused.contains("postgres://"), "{refused}");
            assert!(!refused.contains("secret"), "{refused}");
        }
        assert_eq!(Database::at("postgres://x/y").unwrap().name(), "postgresql");
    }
}
