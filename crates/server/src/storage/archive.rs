//! A whole database as rows, the same for every database: what a backup is made of.
//!
//! So a backup of one database can be restored into another kind, and a new column needs one word
//! here. What can be made again from the rest, or is over in a day, stays out ([`LEFT_OUT`]).

use tokio::sync::mpsc;

use super::{Answer, StorageError};

/// A table: its name and its columns, in an order in which rows can be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
}

/// The tables of a backup; each stands after those that it refers to.
pub const TABLES: &[Table] = &[
    Table {
        name: "organizations",
        columns: &[
            "organization",
            "name",
            "kind",
            "demo",
            "incarnation",
            "founded_at_ms",
            "revision",
            "last_order",
        ],
    },
    Table {
        name: "entries",
        columns: &[
            "organization",
            "entry_order",
            "id",
            "device",
            "sequence",
            "hash",
            "received_at_ms",
            "bytes",
            "verdict",
        ],
    },
    Table {
        name: "waiting",
        columns: &[
            "organization",
            "id",
            "device",
            "sequence",
            "hash",
            "received_at_ms",
            "bytes",
            "ancestor",
        ],
    },
    Table {
        name: "quarantine",
        columns: &[
            "organization",
            "digest",
            "reason",
            "delivered_by",
            "received_at_ms",
            "bytes",
        ],
    },
    Table {
        name: "logins",
        columns: &["login", "organization", "person"],
    },
    Table {
        name: "accounts",
        columns: &[
            "organization",
            "person",
            "login",
            "password_hash",
            "changed_at_ms",
        ],
    },
];

/// Tables that no backup holds: pages that are made again, counts of failures, and every right that
/// can end. A database of yesterday does not know which sessions were ended since, which invites and
/// set-up links were used: brought back, they would live again. So after a restore everybody signs
/// in anew, and whoever was invited and has not come yet is invited again.
pub const LEFT_OUT: &[&str] = &[
    "sessions",
    "invites",
    "setup_links",
    "snapshots",
    "snapshot_pages",
    "throttles",
    "baton_schema",
];

/// One column of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// One row: which of [`TABLES`], which of its columns, and what stands there. A backup of an
/// earlier version may lack columns; they then get what the migration gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveRow {
    /// The place in [`TABLES`].
    pub table: usize,
    /// The places of the columns.
    pub columns: std::sync::Arc<[usize]>,
    /// A value a column.
    pub values: Vec<Value>,
}

/// What travels to a database that is being filled.
#[derive(Debug)]
pub enum Piece {
    /// A row.
    Row(ArchiveRow),
    /// That was all: keep it. Without this nothing is kept.
    End,
}

/// A database that can be written out and filled.
pub trait ArchiveStorage: Send + Sync {
    /// Sends every row of [`TABLES`] as of one moment.
    fn dump(&self, rows: mpsc::Sender<ArchiveRow>) -> Answer<'_, ()>;

    /// Takes rows into a database that has none, all in one transaction.
    fn load(&self, pieces: mpsc::Receiver<Piece>) -> Answer<'_, ()>;
}

/// The statement that reads a table.
pub(super) fn select(table: &Table) -> String {
    format!("SELECT {} FROM {}", table.columns.join(", "), table.name)
}

/// The statement that puts a row; `mark` comes before the number of a parameter.
pub(super) fn insert(row: &ArchiveRow, mark: char) -> String {
    let table = &TABLES[row.table];
    let names: Vec<_> = row.columns.iter().map(|at| table.columns[*at]).collect();
    let marks: Vec<_> = (1..=names.len()).map(|n| format!("{mark}{n}")).collect();
    format!(
        "INSERT INTO {} ({}) VALUES ({})",
        table.name,
        names.join(", "),
        marks.join(", ")
    )
}

/// Why rows are not taken.
pub(super) fn not_empty() -> StorageError {
    StorageError::Unavailable(
        "it holds organizations already, and a backup is restored into an empty one only".into(),
    )
}

/// Why what came was not kept.
pub(super) fn broken_off() -> StorageError {
    StorageError::Unavailable("the backup broke off before its end; nothing was kept".into())
}
