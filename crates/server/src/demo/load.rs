//! Founding the demo organizations in a server.

use super::{
    DISTRIBUTOR_ID, DISTRIBUTOR_NAME, Demo, MANUFACTURER_ID, MANUFACTURER_NAME, Size, distributor,
    distributor_founder, manufacturer, manufacturer_founder,
};
use crate::accounts::Credentials;
use crate::organizations::{AppendError, NewOrganization, OpenLedger, ServerAct};
use crate::words::Failure;
use crate::{Server, clock};
use baton_domain::directory::{LinkStatus, Organization, OrganizationKind, Person};
use baton_domain::id::{DeviceId, OrganizationId};
use baton_domain::time::Timestamp;
use baton_domain::{EntryBody, State, fold};
use baton_ledger::{FormatError, SignedEntry, decode_verdict};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Minutes from UTC at the demo's first facilities, so that "today" is their day.
const OFFSET_MIN: i16 = -7 * 60;

/// Entries of a founding.
const FOUNDING: u32 = 2;

/// Acts that go into one transaction.
const ACTS_PER_APPEND: usize = 2_000;

/// Founds both demo organizations with `password` for everybody; one that is there already stays
/// as it is. One that an interrupted load left without accounts is finished: the plan follows from the
/// founding alone, so that it is the same plan again, and what is recorded already is left out.
pub async fn load(server: &Server, size: Size, password: &str) -> Result<(), Failure> {
    let one = Cast {
        id: DISTRIBUTOR_ID,
        name: DISTRIBUTOR_NAME,
        kind: OrganizationKind::Distributor,
        founder: distributor_founder(),
        plan: distributor,
    };
    let two = Cast {
        id: MANUFACTURER_ID,
        name: MANUFACTURER_NAME,
        kind: OrganizationKind::Manufacturer,
        founder: manufacturer_founder(),
        plan: manufacturer,
    };
    for cast in [one, two] {
        let there = server.organizations.ledger(cast.id).await?;
        let ledger = match there {
            Some(_) if !server.storage.accounts(cast.id).await?.is_empty() => continue,
            Some(begun) => begun,
            None => found(server, &cast).await?,
        };
        fill(server, &ledger, cast, size, password).await?;
    }
    accept_link(server).await
}

/// The manufacturer accepts the link that the distributor asked for, so that both ledgers have it.
async fn accept_link(server: &Server) -> Result<(), Failure> {
    let organizations = &server.organizations;
    let carry = || organizations.carry_all();
    carry().await.map_err(|error| failure(&error))?;
    let Some(ledger) = organizations.ledger(MANUFACTURER_ID).await? else {
        return Ok(());
    };
    let state = ledger.newest().await?.state;
    let wanted = state
        .organization_link(DISTRIBUTOR_ID)
        .filter(|link| link.status == LinkStatus::Wanted);
    if let Some(link) = wanted {
        let accepted = EntryBody::LinkAnswered {
            organization: DISTRIBUTOR_ID,
            accepted: true,
            manufacturer: link.manufacturer.clone(),
        };
        let act = ServerAct::now(manufacturer_founder().id, accepted);
        let recorded = ledger.append(vec![act], None).await;
        recorded.map_err(|error| failure(&error))?;
        carry().await.map_err(|error| failure(&error))?;
    }
    Ok(())
}

/// What one demo organization is made of.
struct Cast {
    id: OrganizationId,
    name: &'static str,
    kind: OrganizationKind,
    founder: Person,
    plan: fn(&State, DeviceId, Timestamp, Size) -> Demo,
}

async fn found(server: &Server, cast: &Cast) -> Result<Arc<OpenLedger>, Failure> {
    let organization = Organization {
        id: cast.id,
        name: cast.name.into(),
        kind: cast.kind,
        demo: true,
    };
    let new = NewOrganization {
        organization,
        admin: cast.founder.clone(),
        account: None,
        setup_link: None,
    };
    let founded = server
        .organizations
        .found(new)
        .await
        .map_err(|error| failure(&error))?;
    founded.map_err(|_| Failure::new("the demo organization is there already"))
}

/// The state that the founding left, and when that was.
async fn founding(server: &Server, id: OrganizationId) -> Result<(State, Timestamp), Failure> {
    let unreadable = |error: FormatError| Failure::new(format!("the demo's founding: {error}"));
    let mut state = State::default();
    let mut at = clock::now();
    for row in server.storage.recorded_after(id, 0, FOUNDING).await? {
        let signed = SignedEntry::parse(&row.bytes).map_err(unreadable)?;
        let verdict = decode_verdict(&row.verdict).map_err(unreadable)?;
        fold(&mut state, signed.entry(), &verdict);
        at = signed.entry().occurred_at;
    }
    Ok((state, at))
}

/// Records what a demo is made of, and at last who can sign in.
async fn fill(
    server: &Server,
    ledger: &Arc<OpenLedger>,
    cast: Cast,
    size: Size,
    password: &str,
) -> Result<(), Failure> {
    let (state, at) = founding(server, cast.id).await?;
    let device = server.organizations.key().device();
    let now = Timestamp {
        offset_min: OFFSET_MIN,
        ..at
    };
    let plan = cast.plan;
    // A large demo takes seconds of pure work, which must not hold up the server's other tasks.
    let planning = tokio::task::spawn_blocking(move || plan(&state, device, now, size));
    let demo = planning
        .await
        .map_err(|error| Failure::new(error.to_string()))?;
    let accounts = demo
        .accounts
        .iter()
        .map(|account| Ok((account.person, Credentials::new(&account.login, password)?)))
        .collect::<Result<Vec<_>, crate::accounts::CredentialFault>>()
        .map_err(|fault| Failure::new(fault.to_string()))?;
    record(server, ledger, demo).await?;
    server.accounts.put(cast.id, accounts).await?;
    Ok(())
}

async fn record(server: &Server, ledger: &Arc<OpenLedger>, demo: Demo) -> Result<(), Failure> {
    let mut acts = demo.steps.into_iter().map(|step| ServerAct {
        id: step.id,
        actor: step.actor,
        occurred_at: step.occurred_at,
        body: step.body,
    });
    loop {
        let mut some: Vec<_> = acts.by_ref().take(ACTS_PER_APPEND).collect();
        if some.is_empty() {
            return Ok(());
        }
        let ids = some.iter().map(|act| act.id).collect();
        let held = server.storage.held(ledger.row().organization, ids).await?;
        let held: BTreeSet<_> = held.into_iter().map(|row| row.id).collect();
        some.retain(|act| !held.contains(&act.id));
        if some.is_empty() {
            continue;
        }
        ledger
            .append(some, None)
            .await
            .map_err(|error| failure(&error))?;
    }
}

fn failure(error: &AppendError) -> Failure {
    Failure::new(format!("the demo could not be recorded: {error:?}"))
}
