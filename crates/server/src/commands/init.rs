//! `init`: the beginning for real.

use std::path::PathBuf;

use lexopt::prelude::*;

use baton_server::Server;
use baton_server::data_folder::DataFolder;

use super::{Result, no_data, origin, path, text, unclear, wait};

/// What was typed.
pub struct Options {
    data: PathBuf,
    address: String,
}

impl Options {
    /// Reads the words after `init`.
    pub fn read(mut words: lexopt::Parser) -> Result<Self> {
        let (mut data, mut address) = (None, "http://127.0.0.1:8080".to_owned());
        while let Some(word) = words.next().map_err(unclear)? {
            match word {
                Long("data") => data = Some(path(&mut words)?),
                Long("public-url") => address = origin(&text(&mut words)?)?,
                other => return Err(unclear(other.unexpected())),
            }
        }
        Ok(Self {
            data: data.ok_or_else(no_data)?,
            address,
        })
    }
}

/// Makes the data folder and prints the set-up link.
pub fn run(options: &Options) -> Result<()> {
    let folder = DataFolder::open(&options.data)?;
    let (token, founded) = wait(async {
        let server = Server::open(&folder).await?;
        let founded = server
            .organizations
            .all()
            .into_iter()
            .filter(|ledger| !ledger.row().demo)
            .count();
        Ok((server.accounts.make_setup_link().await?, founded))
    })?;
    if founded > 0 {
        println!(
            "This server has {founded} organization(s) already. The link below sets up another one."
        );
    }
    println!("Set up the organization with this link. It works once, within the next hour:\n");
    println!("  {}/setup#{}\n", options.address, token.reveal());
    println!(
        "The server has to run for it: `baton-server serve --data {} --dist …`.",
        folder.path().display()
    );
    println!("Is the link too old? Run `baton-server init` again.");
    Ok(())
}
