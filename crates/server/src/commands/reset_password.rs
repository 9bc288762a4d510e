//! `reset-password`: the way back in when nobody can invite.

use lexopt::prelude::*;

use baton_server::Server;
use baton_server::accounts::Credentials;
use baton_server::random;
use baton_server::words::Failure;

use super::{Result, existing, path, unclear, wait};

/// Gives an account a new password and prints it.
pub fn run(mut words: lexopt::Parser) -> Result<()> {
    let (mut data, mut login) = (None, None);
    while let Some(word) = words.next().map_err(unclear)? {
        match word {
            Long("data") => data = Some(path(&mut words)?),
            Value(value) if login.is_none() => login = Some(value.string().map_err(unclear)?),
            other => return Err(unclear(other.unexpected())),
        }
    }
    let folder = existing(data)?;
    let login = login.ok_or_else(|| {
        Failure::new("the sign-in name is missing")
            .next("Type `baton-server reset-password --data DIR LOGIN`")
    })?;
    let password = wait(async {
        let server = Server::open(&folder).await?;
        let account = server
            .storage
            .account_by_login(login.trim().to_lowercase())
            .await?;
        let account = account.ok_or_else(|| {
            Failure::new(format!("nobody signs in as `{login}` here"))
                .next("A person without an account needs an invite: in the app, Office, People")
        })?;
        let password = random::readable_password();
        let credentials = Credentials::new(&account.login, &password)
            .map_err(|fault| Failure::new(fault.to_string()))?;
        server
            .accounts
            .put(account.organization, vec![(account.person, credentials)])
            .await?;
        Ok(password)
    })?;
    println!(
        "The new password of {login} is\n\n  {password}\n\nAll sessions of this account have ended."
    );
    Ok(())
}
