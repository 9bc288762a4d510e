//! One exchange with the server: what is new here goes out, what is new there comes in.
//!
//! The request is made from memory, the wait for the answer blocks nobody, and the answer is
//! stored in one transaction before it is shown. Acts recorded meanwhile stay pending and go
//! with the next exchange. Repeating an exchange, with or without its answer lost, changes
//! nothing twice: the server replays its verdicts by id.

use super::desk::Desk;
use super::ports::{Ports, Server, ServerError};
use baton_domain::id::EntryId;
use baton_ledger::message::{SyncRequest, SyncResponse};
use baton_store::{LedgerStore, StoreError};
use std::collections::BTreeSet;

/// What one exchange did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// There is more to send or to fetch: go on at once.
    pub more: bool,
    /// The server asks this phone to take a new snapshot before anything else.
    pub snapshot_needed: bool,
}

/// Why an exchange did not go through. Nothing is lost; it is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExchangeError {
    /// The server did not answer, or not as hoped.
    Server(ServerError),
    /// Nobody is signed in at the server, or somebody else: sign in to send.
    SignIn,
    /// The server does not know this phone any more.
    DeviceUnknown,
    /// This version of the app is too old for the server.
    AppTooOld,
    /// The phone could not store the answer.
    Store(StoreError),
}

impl From<StoreError> for ExchangeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ServerError> for ExchangeError {
    fn from(error: ServerError) -> Self {
        match &error {
            ServerError::Unauthorized { .. } => Self::SignIn,
            error if error.is("device_of_another_person") => Self::SignIn,
            error if error.is("device_unknown") => Self::DeviceUnknown,
            error if error.is("protocol_too_old") => Self::AppTooOld,
            _ => Self::Server(error),
        }
    }
}

impl<P: Ports> Desk<P> {
    /// Exchanges once.
    pub async fn exchange(&self) -> Result<Exchange, ExchangeError> {
        let request = self.engine.borrow().request();
        let sent = ids_of(&request, self);
        *self.in_flight.borrow_mut() = sent;
        let answered = self.answer_to(&request).await;
        self.in_flight.borrow_mut().clear();
        let response = answered?;
        self.retry.borrow_mut().reset();
        self.revoked.set(response.revoked);
        if response.snapshot_needed {
            return Ok(Exchange { more: true, snapshot_needed: true });
        }
        self.take_in(&response).await?;
        let more = response.more || !self.engine.borrow().request().entries.is_empty();
        Ok(Exchange { more, snapshot_needed: false })
    }

    /// How long to wait after a failure, `random` being between 0 and 1.
    pub fn retry_after_ms(&self, random: f64) -> u32 {
        self.retry.borrow_mut().next_delay_ms(random)
    }

    async fn answer_to(&self, request: &SyncRequest) -> Result<SyncResponse, ExchangeError> {
        let bytes = match self.ports.server().sync(&request.encode()).await {
            Err(ServerError::TooLarge) => {
                self.engine.borrow_mut().halve_batch();
                return Err(ServerError::TooLarge.into());
            }
            other => other?,
        };
        Ok(SyncResponse::decode(&bytes).map_err(|_| ServerError::Garbled)?)
    }

    /// Stores an answer, then shows it.
    async fn take_in(&self, response: &SyncResponse) -> Result<(), ExchangeError> {
        let _gate = self.writing.lock().await;
        let planned = self.engine.borrow().plan(response);
        let update = planned.map_err(|_| ServerError::Garbled)?;
        match self.store.apply(&update).await {
            Ok(()) => {
                self.engine.borrow_mut().apply(&update);
                self.mark();
                Ok(())
            }
            Err(StoreError::Stale) => Ok(self.reload().await?),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a new generation of pages where one is due. For when nobody is waiting.
    pub async fn tidy_up(&self) -> Result<(), StoreError> {
        if !self.engine.borrow().generation_due() {
            return Ok(());
        }
        let _gate = self.writing.lock().await;
        let generation = self.engine.borrow().generation(self.ports.now().unix_ms);
        match self.store.write_generation(&generation).await {
            Ok(()) => {
                self.engine.borrow_mut().generation_written(&generation);
                Ok(())
            }
            Err(StoreError::Stale) => self.reload().await,
            Err(error) => Err(error),
        }
    }
}

/// What a request carries, as far as it is this phone's own.
fn ids_of<P: Ports>(request: &SyncRequest, desk: &Desk<P>) -> BTreeSet<EntryId> {
    let engine = desk.engine.borrow();
    engine.pending().iter().take(request.entries.len()).map(|pending| pending.entry.entry().id).collect()
}
