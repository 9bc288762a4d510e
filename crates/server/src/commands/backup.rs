//! `backup` and `restore`.

use std::path::PathBuf;
use std::sync::Arc;

use lexopt::prelude::*;

use baton_server::data_folder::DataFolder;
use baton_server::words::Failure;
use baton_server::{Server, backup};

use super::{Result, existing, path, unclear, verify, wait};

/// Writes the whole database into a file.
pub fn write(words: lexopt::Parser) -> Result<()> {
    let (folder, file) = read(words, "backup")?;
    let entries = wait(async {
        let server = Server::open(&folder).await?;
        backup::write(Arc::clone(&server.storage), &file).await
    })?;
    println!(
        "{} holds {entries} entries, and everything else of this server but its key.",
        file.display()
    );
    println!(
        "Keep a copy of {} too, in another place: nothing can be added to the ledgers without it.",
        folder.path().join("server.key").display()
    );
    Ok(())
}

/// Fills an empty database from a file, and checks every ledger.
pub fn restore(words: lexopt::Parser) -> Result<()> {
    let (folder, file) = read(words, "restore")?;
    if folder.read_secret("server.key")?.is_none() {
        return Err(Failure::new("there is no server.key in the data folder")
            .next("Put the key of the backed-up server there first, readable by its owner only"));
    }
    let faults = wait(async move {
        let server = Server::open(&folder).await?;
        let storage = Arc::clone(&server.storage);
        let entries = backup::restore(storage, server.organizations.key(), &file).await?;
        println!("{entries} entries were restored. Checking them:");
        drop(server);
        verify::check(&Server::open(&folder).await?).await
    })?;
    verify::tell(faults)?;
    println!(
        "Everybody signs in again: no session, invite or link is brought back. Phones then take a \
         new snapshot by themselves and offer what they hold from after the backup."
    );
    Ok(())
}

fn read(mut words: lexopt::Parser, command: &str) -> Result<(DataFolder, PathBuf)> {
    let (mut data, mut file) = (None, None);
    while let Some(word) = words.next().map_err(unclear)? {
        match word {
            Long("data") => data = Some(path(&mut words)?),
            Value(value) if file.is_none() => file = Some(PathBuf::from(value)),
            other => return Err(unclear(other.unexpected())),
        }
    }
    let folder = existing(data)?;
    let file = file.ok_or_else(|| {
        Failure::new("the backup's file is missing")
            .next(format!("Type `baton-server {command} --data DIR FILE`"))
    })?;
    Ok((folder, file))
}
