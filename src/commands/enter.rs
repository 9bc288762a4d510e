//! Beginning: from what lies on the phone, or from a session at the server.

use super::desk::{Desk, DeskError};
use super::exchange::ExchangeError;
use super::mark::Resident;
use super::model::{Lost, SessionInfo};
use super::ports::{KeyFailed, Ports, Server, ServerError, Signer};
use super::presence::remember;
use baton_ledger::message::{PROTOCOL, SyncRequest, SyncResponse};
use baton_store::{Identity, LedgerStore, StoreError};
use std::rc::Rc;

/// Where an entry into the app stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A key is made and the phone is enrolled.
    Enrolling,
    /// Pages of the first snapshot: done, in all.
    Pages(u32, u32),
}

/// Why the app could not be entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnterError {
    /// The server.
    Server(ServerError),
    /// The phone's storage.
    Store(StoreError),
    /// The phone's key.
    Key,
    /// The data that was here is gone, and how far it once was, if that is known.
    Lost(Option<Lost>),
}

impl From<ServerError> for EnterError {
    fn from(error: ServerError) -> Self {
        Self::Server(error)
    }
}

impl From<StoreError> for EnterError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<KeyFailed> for EnterError {
    fn from(_: KeyFailed) -> Self {
        Self::Key
    }
}

impl From<DeskError> for EnterError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Store(error) => Self::Store(error),
            DeskError::NoIdentity => Self::Lost(None),
        }
    }
}

impl From<ExchangeError> for EnterError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Server(error) => Self::Server(error),
            ExchangeError::Store(error) => Self::Store(error),
            ExchangeError::SignIn => Self::Server(ServerError::Unauthorized {
                code: String::new(),
                message: String::new(),
            }),
            ExchangeError::DeviceUnknown | ExchangeError::AppTooOld => {
                Self::Server(ServerError::Garbled)
            }
        }
    }
}

/// Opens what lies on the phone, without asking anybody. `Lost` where a database that was in use
/// is empty now.
pub async fn warm_start<P: Ports>(ports: Rc<P>, resident: Resident) -> Result<Desk<P>, EnterError> {
    let store = ports.open(&resident.database).await?;
    let lost = ports
        .memory()
        .high_water(&resident.database)
        .map(|mark| Lost {
            recorded: mark.sequence,
            on_server: None,
        });
    match ports.signer(&store).await? {
        None => Err(EnterError::Lost(lost)),
        Some(signer) => match Desk::open(ports, resident, store, signer).await {
            Err(DeskError::NoIdentity) => Err(EnterError::Lost(lost)),
            opened => Ok(opened?),
        },
    }
}

/// Makes this phone ready for who is signed in at the server: a key and an enrolment where there
/// is none, and the data. Says so where an earlier database of the same person is gone.
pub async fn enter<P: Ports>(
    ports: Rc<P>,
    session: &SessionInfo,
    progress: &dyn Fn(Progress),
) -> Result<(Desk<P>, Option<Lost>), EnterError> {
    let resident = Resident {
        database: Resident::database_of(session.organization.id, session.person),
        person: session.person,
        name: session.name.clone(),
        organization: session.organization.id,
        organization_name: session.organization.name.clone(),
    };
    let (desk, lost) = match warm_start(ports.clone(), resident.clone()).await {
        Ok(desk) => (desk, None),
        Err(EnterError::Lost(_)) => {
            progress(Progress::Enrolling);
            let lost = what_was_lost(&*ports, &resident).await;
            (enrol(ports.clone(), resident.clone()).await?, lost)
        }
        Err(error) => return Err(error),
    };
    if desk.needs_snapshot() {
        desk.take_snapshot(&|done, total| progress(Progress::Pages(done, total)))
            .await?;
    }
    ports.memory().put_resident(&resident);
    ports.memory().set_active(Some(&resident.database));
    remember(&*ports).await?;
    Ok((desk, lost))
}

/// Has a key enrolled, and writes down who this phone is. A key that is there already was made by
/// an attempt whose answer was lost: the server knows it again, unless it was revoked since.
async fn enrol<P: Ports>(ports: Rc<P>, resident: Resident) -> Result<Desk<P>, EnterError> {
    let store = ports.open(&resident.database).await?;
    let label = ports.device_label();
    let mut signer = match ports.signer(&store).await? {
        Some(signer) => signer,
        None => ports.make_signer(&store).await?,
    };
    let mut answer = ports
        .server()
        .enrol(&signer.public_key().await?, &label)
        .await;
    if answer.as_ref().is_err_and(|error| error.is("key_taken")) {
        signer = ports.make_signer(&store).await?;
        answer = ports
            .server()
            .enrol(&signer.public_key().await?, &label)
            .await;
    }
    let enrolled = answer?;
    let identity = Identity {
        organization: resident.organization,
        person: resident.person,
        device: enrolled.device,
        certificate: enrolled.certificate,
    };
    store.set_identity(&identity).await?;
    Ok(Desk::open(ports, resident, store, signer).await?)
}

/// What a database that vanished had recorded, and how much of it the server has. The server
/// answers an empty exchange in the old device's name with the last sequence it holds.
async fn what_was_lost<P: Ports>(ports: &P, resident: &Resident) -> Option<Lost> {
    let mark = ports.memory().high_water(&resident.database)?;
    let question = SyncRequest {
        protocol: PROTOCOL,
        device: mark.device,
        incarnation: None,
        cursor: 0,
        entries: Vec::new(),
        certificates: Vec::new(),
    };
    let answer = ports.server().sync(&question.encode()).await.ok();
    let on_server = answer
        .and_then(|bytes| SyncResponse::decode(&bytes).ok())
        .map(|response| response.acked_sequence.min(mark.sequence));
    (mark.sequence > 0).then_some(Lost {
        recorded: mark.sequence,
        on_server,
    })
}
