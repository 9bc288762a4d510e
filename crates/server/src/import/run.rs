//! The `import` command.

use super::{Kind, Plan, plan};
use crate::organizations::{AppendError, OpenLedger, ServerAct};
use crate::words::Failure;
use crate::{Server, clock, random};
use baton_domain::State;
use baton_domain::directory::Role;
use baton_domain::id::PersonId;
use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// Faults shown at most; the rest is counted.
const FAULTS_SHOWN_MAX: usize = 50;

/// What was typed.
#[derive(Clone, Debug)]
pub struct Args {
    /// The organization's name.
    pub organization: String,
    /// What the file holds: see [`Kind`].
    pub kind: String,
    /// The file.
    pub file: PathBuf,
    /// Say what would change, and change nothing.
    pub dry_run: bool,
    /// Options that only imports know: `--skip-bad-rows`.
    pub rest: Vec<OsString>,
}

/// Imports a file, or says why not. What is taken is recorded in one transaction.
pub async fn run(server: &Server, args: Args) -> Result<(), Failure> {
    let kind: Kind = args
        .kind
        .parse()
        .map_err(|words: String| Failure::new(words))?;
    let skip_bad_rows = skip_bad_rows(&args.rest)?;
    let ledger = organization(server, &args.organization)?;
    let file = std::fs::read(&args.file).map_err(|error| {
        Failure::new(format!("{} cannot be read: {error}", args.file.display()))
    })?;
    let state = ledger.current().await?.state;
    let actor = first_admin(&state)?;
    let planned = plan(kind, &file, &state, &mut random::entry_id).map_err(|fault| {
        Failure::new(format!("{}: {fault}", args.file.display())).next("Nothing was imported")
    })?;
    report(&planned);
    if !planned.faults.is_empty() && !skip_bad_rows {
        return Err(Failure::new(format!(
            "{} rows cannot be taken; nothing was imported",
            planned.faulty_rows()
        ))
        .next("Mend them, or leave them out with `--skip-bad-rows`"));
    }
    let (taken, unchanged) = (planned.taken(), planned.unchanged);
    let acts = acts(planned, actor);
    let source = Some(Sha256::digest(&file).into());
    let entries = acts.len();
    if args.dry_run {
        ledger
            .rehearse(acts, source)
            .await
            .map_err(|error| failure(&error))?;
        say(&format!(
            "Would import {taken} rows in {entries} entries; {unchanged} are known already. Nothing was changed."
        ));
    } else {
        ledger
            .append(acts, source)
            .await
            .map_err(|error| failure(&error))?;
        say(&format!(
            "Imported {taken} rows in {entries} entries; {unchanged} were known already."
        ));
    }
    Ok(())
}

fn acts(plan: Plan, actor: PersonId) -> Vec<ServerAct> {
    let occurred_at = clock::now();
    plan.bodies
        .into_iter()
        .map(|(id, body)| ServerAct {
            id,
            actor,
            occurred_at,
            body,
        })
        .collect()
}

fn skip_bad_rows(rest: &[OsString]) -> Result<bool, Failure> {
    let mut skip = false;
    for option in rest {
        if option != "--skip-bad-rows" {
            return Err(
                Failure::new(format!("import does not know {}", option.to_string_lossy()))
                    .next("It takes --dry-run and --skip-bad-rows"),
            );
        }
        skip = true;
    }
    Ok(skip)
}

fn organization(server: &Server, name: &str) -> Result<Arc<OpenLedger>, Failure> {
    let mut named = server.organizations.named(name);
    match (named.pop(), named.is_empty()) {
        (Some(ledger), true) => Ok(ledger),
        (Some(_), false) => Err(Failure::new(format!(
            "two organizations are called \"{name}\""
        ))),
        (None, _) => {
            let all = server.organizations.all();
            let names: Vec<_> = all.iter().map(|ledger| ledger.row().name.clone()).collect();
            let next = if names.is_empty() {
                "Begin one: `baton-server init` prints the set-up link".to_owned()
            } else {
                format!("These are here: {}", names.join(", "))
            };
            Err(Failure::new(format!("no organization is called \"{name}\"")).next(next))
        }
    }
}

/// The Admin in whose name a command records.
fn first_admin(state: &State) -> Result<PersonId, Failure> {
    let admin = state
        .people()
        .find(|person| person.active && person.role == Role::Admin);
    admin
        .map(|person| person.id)
        .ok_or_else(|| Failure::new("the organization has no active Admin"))
}

fn report(plan: &Plan) {
    for fault in plan.faults.iter().take(FAULTS_SHOWN_MAX) {
        say(&fault.to_string());
    }
    if plan.faults.len() > FAULTS_SHOWN_MAX {
        say(&format!(
            "… and {} more.",
            plan.faults.len() - FAULTS_SHOWN_MAX
        ));
    }
}

fn failure(error: &AppendError) -> Failure {
    let AppendError::NotAccepted(verdicts) = error else {
        return Failure::new(error.to_string());
    };
    let first = verdicts
        .first()
        .map(|(place, verdict)| format!("; the first, entry {place}: {:?}", verdict.outcome));
    Failure::new(format!(
        "the rules refuse {} entries{}",
        verdicts.len(),
        first.unwrap_or_default()
    ))
    .next("Nothing was imported")
}

/// Says something on standard output; a closed pipe is nobody's fault.
fn say(words: &str) {
    let _ = writeln!(io::stdout(), "{words}");
}
