//! Numbered migrations. Once released, a file here is never edited; the next number follows it.

use rusqlite::{Connection, TransactionBehavior};

use crate::storage::StorageError;

use super::unavailable;

/// What each migration does, from 1.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_ledger_and_accounts.sql"),
    include_str!("migrations/0002_snapshots.sql"),
];

/// The number of the newest migration.
pub(super) const NEWEST: u32 = MIGRATIONS.len() as u32;

/// Marks the file as ours: `Batn` in ASCII. A folder with some other SQLite file in it is a
/// mistake that has to be told before anything is written.
const APPLICATION_ID: i32 = 0x4261_746e;

/// Brings a database to [`NEWEST`], each step in its own transaction.
pub(super) fn run(connection: &mut Connection) -> Result<(), StorageError> {
    let application: i32 = pragma(connection, "application_id")?;
    let found: u32 = pragma(connection, "user_version")?;
    if found > NEWEST {
        return Err(StorageError::Newer {
            found,
            known: NEWEST,
        });
    }
    if application != APPLICATION_ID && (application != 0 || found != 0) {
        return Err(StorageError::Corrupt(
            "the file `baton.sqlite` is some other program's database".into(),
        ));
    }
    for (place, sql) in MIGRATIONS.iter().enumerate().skip(found as usize) {
        let step = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(unavailable)?;
        step.execute_batch(sql).map_err(unavailable)?;
        step.pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(unavailable)?;
        step.pragma_update(None, "user_version", place as u32 + 1)
            .map_err(unavailable)?;
        step.commit().map_err(unavailable)?;
    }
    Ok(())
}

fn pragma<T: rusqlite::types::FromSql>(
    connection: &Connection,
    name: &str,
) -> Result<T, StorageError> {
    connection
        .pragma_query_value(None, name, |row| row.get(0))
        .map_err(unavailable)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_new_database_gets_every_migration_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        run(&mut connection).unwrap();
        run(&mut connection).unwrap();
        assert_eq!(pragma::<u32>(&connection, "user_version"), Ok(NEWEST));
    }

    #[test]
    fn a_newer_database_is_refused_and_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        run(&mut connection).unwrap();
        connection
            .pragma_update(None, "user_version", NEWEST + 1)
            .unwrap();
        assert_eq!(
            run(&mut connection),
            Err(StorageError::Newer {
                found: NEWEST + 1,
                known: NEWEST
            })
        );
        assert_eq!(pragma::<u32>(&connection, "user_version"), Ok(NEWEST + 1));
    }

    #[test]
    fn another_programs_database_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "application_id", 7).unwrap();
        assert!(matches!(
            run(&mut connection),
            Err(StorageError::Corrupt(_))
        ));
    }

    #[test]
    fn entries_cannot_be_changed_or_removed_even_by_hand() {
        let mut connection = Connection::open_in_memory().unwrap();
        run(&mut connection).unwrap();
        let fill = "INSERT INTO organizations VALUES (zeroblob(16), 'x', 1, 0, zeroblob(16), 0, 0, 1);
             INSERT INTO entries VALUES (zeroblob(16), 1, zeroblob(16), zeroblob(16), 1, zeroblob(32), 0, x'00', x'00');";
        connection.execute_batch(fill).unwrap();
        assert!(
            connection
                .execute("UPDATE entries SET verdict = x'01'", [])
                .is_err()
        );
        assert!(connection.execute("DELETE FROM entries", []).is_err());
    }
}
