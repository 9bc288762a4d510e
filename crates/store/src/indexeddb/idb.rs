//! IndexedDB as futures, and no more of it than the store needs.
//!
//! Three things matter here and are easy to lose in a general wrapper:
//!
//! - *done* is the transaction's `complete` and *failed* is its `abort`, whose reason is kept: a
//!   full disk fires nothing but an abort that carries `QuotaExceededError`;
//! - a transaction commits by itself when the event loop turns with no request pending, so work
//!   inside one awaits its own requests and nothing else; dropped half-way it is aborted;
//! - every writing transaction is strict, because Chromium's own choice is relaxed.

use super::wait::Slot;
use crate::error::StoreError;
use js_sys::{Array, Function, Object, Reflect};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    DomException, Event, IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbRequest,
    IdbTransaction,
};

/// Reading, or writing to disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Reads.
    Read,
    /// Writes, strictly durable.
    Write,
}

/// The browser's IndexedDB, in a window or in a worker.
pub(crate) fn factory() -> Result<IdbFactory, StoreError> {
    let nothing = || StoreError::Unavailable("it has no IndexedDB".to_owned());
    let factory = Reflect::get(&js_sys::global(), &"indexedDB".into())
        .map_err(|error| store_error(&error))?;
    factory.dyn_into().map_err(|_| nothing())
}

/// A transaction at work. Dropped before [`Self::commit`], it is aborted.
pub(crate) struct Transaction {
    inner: IdbTransaction,
    done: Slot<Result<(), StoreError>>,
    open: bool,
    _on_complete: Closure<dyn FnMut()>,
    _on_abort: Closure<dyn FnMut()>,
}

impl Transaction {
    /// Begins one on the named object stores.
    pub(crate) fn begin(
        database: &IdbDatabase,
        stores: &[&str],
        mode: Mode,
    ) -> Result<Self, StoreError> {
        let inner = begin(database, stores, mode).map_err(|error| store_error(&error))?;
        let done = Slot::new();
        let on_complete = {
            let done = done.clone();
            Closure::new(move || done.put(Ok(())))
        };
        let on_abort = {
            let (done, inner) = (done.clone(), inner.clone());
            Closure::new(move || done.put(Err(reason_of(&inner))))
        };
        inner.set_oncomplete(Some(on_complete.as_ref().unchecked_ref()));
        inner.set_onabort(Some(on_abort.as_ref().unchecked_ref()));
        Ok(Self {
            inner,
            done,
            open: true,
            _on_complete: on_complete,
            _on_abort: on_abort,
        })
    }

    /// One of its object stores.
    pub(crate) fn store(&self, name: &str) -> Result<Store, StoreError> {
        self.inner
            .object_store(name)
            .map(Store)
            .map_err(|error| store_error(&error))
    }

    /// Commits, and waits until it is on disk.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        self.open = false;
        // Refused only where the transaction is over already: `done` knows how it ended.
        #[expect(
            deprecated,
            reason = "web-sys marks it so; it is in IndexedDB 3.0 and in every browser"
        )]
        let _ = self.inner.commit();
        self.done.clone().await
    }

    /// Aborts, and says why it had to be: a request that failed knows less than the abort it
    /// caused.
    pub(crate) async fn abort(mut self, error: StoreError) -> StoreError {
        self.open = false;
        let ours = self.inner.abort().is_ok();
        match self.done.clone().await {
            Err(reason) if !ours => reason,
            _ => error,
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.open {
            let _ = self.inner.abort();
        }
        self.inner.set_oncomplete(None);
        self.inner.set_onabort(None);
    }
}

/// `database.transaction(stores, mode, options)`. The options, in which durability is, are not yet
/// in the stable part of web-sys.
fn begin(database: &IdbDatabase, stores: &[&str], mode: Mode) -> Result<IdbTransaction, JsValue> {
    let names: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
    let options = Object::new();
    let mode = match mode {
        Mode::Read => "readonly",
        Mode::Write => {
            Reflect::set(&options, &"durability".into(), &"strict".into())?;
            "readwrite"
        }
    };
    let function: Function = Reflect::get(database, &"transaction".into())?.dyn_into()?;
    let transaction = function.call3(database, &names, &mode.into(), &options)?;
    transaction.dyn_into()
}

/// An object store inside a transaction. What only writes is not awaited: a write that fails
/// aborts the transaction, and its end tells.
pub(crate) struct Store(IdbObjectStore);

impl Store {
    /// The value under a key, or `undefined`.
    pub(crate) async fn get(&self, key: &JsValue) -> Result<JsValue, StoreError> {
        self.ask(key)?.await
    }

    /// Asks for it at once; what is asked before any answer came takes one way to the disk and
    /// back for all.
    pub(crate) fn ask(&self, key: &JsValue) -> Result<Answer, StoreError> {
        ask(self.0.get(key))
    }

    /// Every value in a range, ascending by key.
    pub(crate) async fn all(&self, range: Option<&IdbKeyRange>) -> Result<Array, StoreError> {
        let request = match range {
            Some(range) => self.0.get_all_with_key(range),
            None => self.0.get_all(),
        };
        answer(request)
            .await?
            .dyn_into()
            .map_err(|_| StoreError::Corrupt("a list of values".to_owned()))
    }

    /// Every key in a range, ascending.
    pub(crate) async fn keys(&self, range: Option<&IdbKeyRange>) -> Result<Array, StoreError> {
        let request = match range {
            Some(range) => self.0.get_all_keys_with_key(range),
            None => self.0.get_all_keys(),
        };
        answer(request)
            .await?
            .dyn_into()
            .map_err(|_| StoreError::Corrupt("a list of keys".to_owned()))
    }

    /// The first key in a range, or `undefined`.
    pub(crate) async fn first(&self, range: &IdbKeyRange) -> Result<JsValue, StoreError> {
        answer(self.0.get_key(range)).await
    }

    /// How many records there are.
    pub(crate) async fn count(&self) -> Result<usize, StoreError> {
        let count = answer(self.0.count()).await?;
        Ok(count.as_f64().unwrap_or_default() as usize)
    }

    /// Puts a value under a key.
    pub(crate) fn put(&self, key: &JsValue, value: &JsValue) -> Result<(), StoreError> {
        self.0
            .put_with_key(value, key)
            .map(drop)
            .map_err(|error| store_error(&error))
    }

    /// Deletes everything in a range.
    pub(crate) fn delete_range(&self, range: &IdbKeyRange) -> Result<(), StoreError> {
        self.delete(range)
    }

    /// Deletes a key.
    pub(crate) fn delete(&self, key: &JsValue) -> Result<(), StoreError> {
        self.0
            .delete(key)
            .map(drop)
            .map_err(|error| store_error(&error))
    }

    /// Deletes everything.
    pub(crate) fn clear(&self) -> Result<(), StoreError> {
        self.0
            .clear()
            .map(drop)
            .map_err(|error| store_error(&error))
    }
}

/// A request and its answer.
pub(crate) struct Answer {
    request: IdbRequest,
    slot: Slot<Result<JsValue, StoreError>>,
    _on_success: Closure<dyn FnMut(Event)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Answer {
    pub(crate) fn new(request: IdbRequest) -> Self {
        let slot = Slot::new();
        let on_success = {
            let (slot, request) = (slot.clone(), request.clone());
            Closure::new(move |_: Event| {
                slot.put(request.result().map_err(|error| store_error(&error)))
            })
        };
        let on_error = {
            let (slot, request) = (slot.clone(), request.clone());
            Closure::new(move |_: Event| {
                let error = request.error().ok().flatten();
                slot.put(Err(
                    error.map_or_else(unexplained, |error| from_exception(&error))
                ));
            })
        };
        request.set_onsuccess(Some(on_success.as_ref().unchecked_ref()));
        request.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Self {
            request,
            slot,
            _on_success: on_success,
            _on_error: on_error,
        }
    }
}

impl Future for Answer {
    type Output = Result<JsValue, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.slot).poll(context)
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.request.set_onsuccess(None);
        self.request.set_onerror(None);
    }
}

fn ask(request: Result<IdbRequest, JsValue>) -> Result<Answer, StoreError> {
    request
        .map(Answer::new)
        .map_err(|error| store_error(&error))
}

async fn answer(request: Result<IdbRequest, JsValue>) -> Result<JsValue, StoreError> {
    ask(request)?.await
}

/// A range of keys.
pub(crate) fn between(first: &JsValue, last: &JsValue) -> Result<IdbKeyRange, StoreError> {
    IdbKeyRange::bound(first, last).map_err(|error| store_error(&error))
}

/// The range of keys from `first` on.
pub(crate) fn from(first: &JsValue) -> Result<IdbKeyRange, StoreError> {
    IdbKeyRange::lower_bound(first).map_err(|error| store_error(&error))
}

/// The range of keys up to `last`.
pub(crate) fn up_to(last: &JsValue) -> Result<IdbKeyRange, StoreError> {
    IdbKeyRange::upper_bound(last).map_err(|error| store_error(&error))
}

/// Why a transaction was aborted.
fn reason_of(transaction: &IdbTransaction) -> StoreError {
    transaction
        .error()
        .map_or_else(unexplained, |error| from_exception(&error))
}

fn unexplained() -> StoreError {
    StoreError::Lost("it gave no reason".to_owned())
}

/// What a thrown value means for the caller.
pub(crate) fn store_error(error: &JsValue) -> StoreError {
    match error.dyn_ref::<DomException>() {
        Some(exception) => from_exception(exception),
        None => StoreError::Lost(format!("{error:?}")),
    }
}

fn from_exception(exception: &DomException) -> StoreError {
    let words = || format!("{}: {}", exception.name(), exception.message());
    match exception.name().as_str() {
        "QuotaExceededError" => StoreError::Full,
        "VersionError" => StoreError::NewerVersion,
        "SecurityError" | "NotAllowedError" => StoreError::Unavailable(words()),
        "DataError" | "DataCloneError" | "ConstraintError" | "NotFoundError"
        | "NotReadableError" => StoreError::Corrupt(words()),
        // UnknownError, InvalidStateError, TransactionInactiveError, AbortError, TimeoutError: the
        // connection or the transaction went away.
        _ => StoreError::Lost(words()),
    }
}
