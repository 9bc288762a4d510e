//! Backup and restore.
//!
//! A backup is one file: every row of the database as of one moment, compressed, with a hash over
//! all of it at its end. It is made beside the running server and does not hold the server's
//! secret key, so whoever finds it can read and not write; the key file is kept apart.
//!
//! Restoring takes an empty database (of either kind) and the key of the backed-up server. Each
//! ledger then begins a new *incarnation*: phones see that the server may have forgotten what they
//! know, take a new snapshot, and offer every entry that they hold from after the backup. Sessions,
//! invites and links are in no backup ([`crate::storage::archive::LEFT_OUT`]).

mod format;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::random;
use crate::server_key::ServerKey;
use crate::storage::Storage;
use crate::storage::archive::{ArchiveRow, Piece, TABLES, Value};
use crate::words::Failure;

use format::{Reader, Writer};

/// Rows that may be on the way between the database and the file.
const ON_THE_WAY: usize = 1_000;

/// Writes a backup; says how many entries it holds. The file is complete or not there.
pub async fn write(storage: Arc<dyn Storage>, path: &Path) -> Result<u64, Failure> {
    let draft = path.with_extension("part");
    let (sender, mut rows) = mpsc::channel::<ArchiveRow>(ON_THE_WAY);
    let file = draft.clone();
    let writing = tokio::task::spawn_blocking(move || -> std::io::Result<u64> {
        let mut writer = Writer::new(&file)?;
        let mut entries = 0;
        while let Some(row) = rows.blocking_recv() {
            entries += u64::from(TABLES[row.table].name == "entries");
            writer.row(&row)?;
        }
        writer.finish()?;
        Ok(entries)
    });
    let dumped = storage.dump(sender).await;
    let written = writing
        .await
        .map_err(|error| Failure::new(error.to_string()))?;
    let kept = written.and_then(|entries| {
        if dumped.is_ok() {
            fs::rename(&draft, path)?;
        }
        Ok(entries)
    });
    if kept.is_err() || dumped.is_err() {
        let _ = fs::remove_file(&draft);
    }
    // A file that cannot be written ends the dump too: it is the cause.
    let entries = kept.map_err(|error| {
        Failure::new(format!("{} could not be written: {error}", path.display()))
            .next("Check that the folder is there, writable and not full")
    })?;
    dumped?;
    Ok(entries)
}

/// Restores a backup into an empty database; says how many entries came.
pub async fn restore(
    storage: Arc<dyn Storage>,
    key: &ServerKey,
    path: &Path,
) -> Result<u64, Failure> {
    let (sender, pieces) = mpsc::channel(ON_THE_WAY);
    let (file, device) = (path.to_owned(), *key.device().as_bytes());
    let reading = tokio::task::spawn_blocking(move || send_all(&file, device, &sender));
    let loaded = storage.load(pieces).await;
    let read = reading
        .await
        .map_err(|error| Failure::new(error.to_string()))?;
    match (read, loaded) {
        (Ok(entries), Ok(())) => Ok(entries),
        // A database that takes no more breaks the reading off: it is the cause.
        (Err(Stopped::NotTaken) | Ok(_), Err(error)) => Err(error.into()),
        (Err(Stopped::NotTaken), Ok(())) => Err(Failure::new("the backup was not taken")),
        (Err(Stopped::Unreadable(what)), _) => {
            let what = format!("{} is no whole backup: {what}", path.display());
            Err(Failure::new(what).next("Nothing was restored. Use another copy of it"))
        }
        (Err(Stopped::OtherKey), _) => Err(Failure::new(
            "this backup is of a server with another key",
        )
        .next(
            "Nothing was restored. Put the `server.key` of the backed-up server into the data \
             folder first; without it nothing could be added to these ledgers",
        )),
    }
}

/// Why a backup was not read to its end.
enum Stopped {
    Unreadable(String),
    OtherKey,
    NotTaken,
}

fn send_all(path: &Path, device: [u8; 16], pieces: &mpsc::Sender<Piece>) -> Result<u64, Stopped> {
    let unreadable = |error: std::io::Error| Stopped::Unreadable(error.to_string());
    let mut reader = Reader::open(path).map_err(unreadable)?;
    let mut entries = 0;
    while let Some(mut row) = reader.row().map_err(unreadable)? {
        let is_first = column(&row, "entry_order") == Some(&Value::Integer(1));
        if is_first && column(&row, "device") != Some(&Value::Bytes(device.into())) {
            return Err(Stopped::OtherKey);
        }
        entries += u64::from(TABLES[row.table].name == "entries");
        begin_anew(&mut row);
        let sent = pieces.blocking_send(Piece::Row(row));
        sent.map_err(|_| Stopped::NotTaken)?;
    }
    let sent = pieces.blocking_send(Piece::End);
    sent.map_err(|_| Stopped::NotTaken)?;
    Ok(entries)
}

fn column<'a>(row: &'a ArchiveRow, name: &str) -> Option<&'a Value> {
    let columns = TABLES[row.table].columns;
    let place = row.columns.iter().position(|at| columns[*at] == name)?;
    row.values.get(place)
}

/// A restored ledger is another incarnation.
fn begin_anew(row: &mut ArchiveRow) {
    let columns = TABLES[row.table].columns;
    let place = row
        .columns
        .iter()
        .position(|at| columns[*at] == "incarnation");
    if let Some(value) = place.and_then(|place| row.values.get_mut(place)) {
        *value = Value::Bytes(random::bytes::<16>().into());
    }
}
