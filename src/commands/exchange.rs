//! One exchange with the server: what is new here goes out, what is new there comes in.
//!
//! The request is made from memory, the wait for the answer blocks nobody, and the answer is
//! stored in one transaction before it is shown. Acts recorded meanwhile stay pending and go
//! with the next exchange. Repeating an exchange, with or without its answer lost, changes
//! nothing twice: the server replays its verdicts by id. Where there is more to say, it is asked
//! while the answer before is stored.

use super::desk::Desk;
use super::ports::{Ports, Server, ServerError};
use baton_domain::id::EntryId;
use baton_ledger::message::{SyncRequest, SyncResponse};
use baton_store::{LedgerStore, StoreError};
use baton_sync::{Advice, Applied, Failure, SyncError};
use futures_util::future::join;

/// A request, and what came back.
pub(super) type Asked = (SyncRequest, Result<Vec<u8>, ServerError>);

/// What one exchange led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// It went through.
    Done {
        /// There is more to send or to fetch: go on at once.
        more: bool,
        /// What a person has to hear of.
        applied: Applied,
    },
    /// The base does not fit the server any more: [`Desk::take_snapshot`] first.
    SnapshotNeeded,
    /// It did not go through. Nothing is lost.
    Failed {
        /// Why.
        error: ExchangeError,
        /// What to do about it.
        advice: Advice,
    },
}

/// Why an exchange did not go through.
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

impl ExchangeError {
    fn failure(&self) -> Failure {
        match self {
            Self::Server(ServerError::Unreachable) => Failure::Network,
            Self::Server(ServerError::TooLarge) => Failure::TooLarge,
            Self::SignIn => Failure::SignedOut,
            Self::AppTooOld => Failure::TooOld,
            Self::Server(_) | Self::DeviceUnknown | Self::Store(_) => Failure::Server,
        }
    }
}

impl<P: Ports> Desk<P> {
    /// Exchanges once. `random`, between 0 and 1, spreads the next try after a failure.
    pub async fn exchange(&self, random: f64) -> Exchange {
        if self.needs_snapshot() {
            return Exchange::SnapshotNeeded;
        }
        let ahead = self.ahead.borrow_mut().take();
        let (request, answer) = match ahead {
            Some(asked) => asked,
            None => {
                let request = self.engine.borrow().request(self.entries_max());
                self.engine.borrow_mut().mark_sent(&request);
                let answer = self.ports.server().sync(&request.encode()).await;
                (request, answer)
            }
        };
        match self.exchanged(&request, answer).await {
            Ok(Some(applied)) => {
                self.retry.borrow_mut().succeeded();
                let sent_more = self.engine.borrow().to_send() > 0;
                Exchange::Done {
                    more: sent_more || self.more.get() || self.ahead.borrow().is_some(),
                    applied,
                }
            }
            Ok(None) => Exchange::SnapshotNeeded,
            Err(error) => {
                self.engine.borrow_mut().mark_unsent();
                if error == ExchangeError::DeviceUnknown && self.engine.borrow_mut().vouch() {
                    let advice = Advice::AgainAtOnce;
                    return Exchange::Failed { error, advice };
                }
                let advice =
                    self.retry
                        .borrow_mut()
                        .failed(error.failure(), request.entries.len(), random);
                if advice == Advice::SetAside {
                    self.engine.borrow_mut().set_aside(&request);
                }
                Exchange::Failed { error, advice }
            }
        }
    }

    /// Somebody signed in: what was held up for that may go.
    pub fn signed_in(&self) {
        self.retry.borrow_mut().signed_in();
    }

    fn entries_max(&self) -> usize {
        self.retry.borrow().entries_max()
    }

    /// `None` where a snapshot has to come first. While the answer is stored, what is left to say is
    /// asked already: storing takes as long as asking, and a long queue waits for neither.
    async fn exchanged(
        &self,
        request: &SyncRequest,
        answer: Result<Vec<u8>, ServerError>,
    ) -> Result<Option<Applied>, ExchangeError> {
        let response = SyncResponse::decode(&answer?).map_err(|_| ServerError::Garbled)?;
        self.revoked.set(response.revoked);
        self.more.set(response.more);
        let next = (self.engine.borrow()).request_beyond(request, &response, self.entries_max());
        let Some(next) = next else {
            return self.take_in(request, &response).await;
        };
        self.engine.borrow_mut().mark_sent(&next);
        let asked = next.encode();
        let asking = self.ports.server().sync(&asked);
        let (answer, taken) = join(asking, self.take_in(request, &response)).await;
        // It was asked from where this phone stands, unless the answer before was not taken.
        if self.engine.borrow().cursor() == next.cursor && matches!(taken, Ok(Some(_))) {
            self.ahead.replace(Some((next, answer)));
        }
        taken
    }

    /// Lets go of what lies here of phones that the server does not know, where nobody can vouch
    /// for them. False where there is no such entry any more: the server knows the phone now.
    pub async fn let_go(&self, entries: &[EntryId]) -> Result<bool, StoreError> {
        let _gate = self.writing.lock().await;
        let plan = self.engine.borrow().let_go(entries);
        let Some(plan) = plan else {
            return Ok(false);
        };
        self.store.apply(plan.update()).await?;
        self.engine.borrow_mut().apply(plan);
        Ok(true)
    }

    /// Stores an answer, then shows it.
    async fn take_in(
        &self,
        request: &SyncRequest,
        response: &SyncResponse,
    ) -> Result<Option<Applied>, ExchangeError> {
        let _gate = self.writing.lock().await;
        let planned = self.engine.borrow().plan(request, response);
        let plan = match planned {
            Ok(plan) => plan,
            Err(SyncError::SnapshotNeeded) => return Ok(None),
            Err(SyncError::UpdateApp) => return Err(ExchangeError::AppTooOld),
            Err(SyncError::Unreadable(_) | SyncError::Contradictory(_)) => {
                return Err(ServerError::Garbled.into());
            }
        };
        if !plan.is_empty() {
            match self.store.apply(plan.update()).await {
                Ok(()) => {}
                Err(StoreError::Stale) => {
                    // Another tab was ahead. What the answer brought comes again.
                    self.reload().await?;
                    return Ok(Some(Applied::default()));
                }
                Err(error) => return Err(error.into()),
            }
        }
        let applied = self.engine.borrow_mut().apply(plan);
        self.mark();
        Ok(Some(applied))
    }

    /// Writes a new generation of pages, so that the next start is quick. For when nobody waits.
    pub async fn tidy_up(&self, changes_min: usize) -> Result<(), StoreError> {
        let _gate = self.writing.lock().await;
        let generation = {
            let engine = self.engine.borrow();
            if engine.needs_snapshot() || engine.changes_since_generation() < changes_min {
                return Ok(());
            }
            engine.generation(self.ports.now().unix_ms)
        };
        let Some(generation) = generation else {
            return Ok(());
        };
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
