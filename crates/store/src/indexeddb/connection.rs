//! Opening the database, keeping it open, and what happens when it goes away.
//!
//! A connection is opened when it is first needed. Another tab that wants to upgrade or to delete
//! the database gets its way at once (`versionchange` closes this one). A connection that the
//! browser lost is opened once more, and the whole transaction is repeated: every transaction of
//! the store may be repeated. A database that had been there and is not any more is never made
//! anew in silence; that is [`StoreError::Vanished`].

use super::idb::{Mode, Transaction, factory, store_error};
use super::schema;
use super::wait::Slot;
use crate::error::StoreError;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, IdbDatabase, IdbOpenDbRequest, IdbVersionChangeEvent};

type Opened = Result<IdbDatabase, StoreError>;
type Handler<T> = Closure<dyn FnMut(T)>;

/// A database by name, opened when needed.
pub(crate) struct Connection {
    name: String,
    version: u32,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    handle: Option<Rc<Handle>>,
    /// It has been open once: from then on it must exist.
    seen: bool,
}

impl Connection {
    /// A connection that is not open yet.
    pub(crate) fn new(name: &str, version: u32) -> Self {
        Self {
            name: name.to_owned(),
            version,
            state: RefCell::default(),
        }
    }

    /// The database's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Opens it, and makes it where it never was.
    pub(crate) async fn open(&self) -> Result<(), StoreError> {
        self.handle().await.map(drop)
    }

    /// Runs `work` in one transaction and commits it; after a lost connection once more.
    pub(crate) async fn run<T>(
        &self,
        stores: &[&str],
        mode: Mode,
        work: impl AsyncFn(&Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let work = Typed {
            work,
            done: RefCell::new(None),
        };
        self.repeatable(stores, mode, &work).await?;
        work.done
            .into_inner()
            .ok_or_else(|| StoreError::Corrupt("a transaction gave nothing back".into()))
    }

    async fn repeatable(
        &self,
        stores: &[&str],
        mode: Mode,
        work: &dyn Work,
    ) -> Result<(), StoreError> {
        match self.once(stores, mode, work).await {
            Err(error) if error.is_lost() => {
                self.close();
                self.once(stores, mode, work).await
            }
            done => done,
        }
    }

    /// Closes it; the next call opens it again.
    pub(crate) fn close(&self) {
        self.state.borrow_mut().handle = None;
    }

    /// Deletes the database.
    pub(crate) async fn delete(&self) -> Result<(), StoreError> {
        self.close();
        let request = factory()?
            .delete_database(&self.name)
            .map_err(|error| store_error(&error))?;
        let slot: Slot<Result<(), StoreError>> = Slot::new();
        let blocked: Handler<Event> = {
            let slot = slot.clone();
            Closure::new(move |_| slot.put(Err(StoreError::Blocked)))
        };
        let done: Handler<Event> = {
            let (slot, request) = (slot.clone(), request.clone());
            Closure::new(move |_| slot.put(request_error(&request).map_or(Ok(()), Err)))
        };
        request.set_onblocked(Some(blocked.as_ref().unchecked_ref()));
        request.set_onsuccess(Some(done.as_ref().unchecked_ref()));
        request.set_onerror(Some(done.as_ref().unchecked_ref()));
        let deleted = slot.await;
        request.set_onblocked(None);
        request.set_onsuccess(None);
        request.set_onerror(None);
        deleted
    }

    async fn once(&self, stores: &[&str], mode: Mode, work: &dyn Work) -> Result<(), StoreError> {
        let handle = self.handle().await?;
        let transaction = Transaction::begin(&handle.database, stores, mode)?;
        match work.begin(&transaction).await {
            Ok(()) => transaction.commit().await,
            Err(error) => Err(transaction.abort(error).await),
        }
    }

    async fn handle(&self) -> Result<Rc<Handle>, StoreError> {
        let (open, seen) = {
            let state = self.state.borrow();
            (state.handle.clone(), state.seen)
        };
        if let Some(handle) = open.filter(|handle| !*handle.gone.borrow()) {
            return Ok(handle);
        }
        let handle = Rc::new(Handle::new(
            open_database(&self.name, self.version, seen).await?,
        ));
        let mut state = self.state.borrow_mut();
        state.handle = Some(Rc::clone(&handle));
        state.seen = true;
        Ok(handle)
    }
}

/// What is done in a transaction, without its type: opening, committing and repeating are compiled
/// once and not once for each kind of work. Fifteen copies were a fortieth of the app.
trait Work {
    fn begin<'a>(&'a self, transaction: &'a Transaction) -> Begun<'a>;
}

type Begun<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + 'a>>;

/// Work, and a place for what it gives back.
struct Typed<F, T> {
    work: F,
    done: RefCell<Option<T>>,
}

impl<F: AsyncFn(&Transaction) -> Result<T, StoreError>, T> Work for Typed<F, T> {
    fn begin<'a>(&'a self, transaction: &'a Transaction) -> Begun<'a> {
        Box::pin(async move {
            let done = (self.work)(transaction).await?;
            *self.done.borrow_mut() = Some(done);
            Ok(())
        })
    }
}

/// An open database. Dropped, it is closed once its transactions are done.
struct Handle {
    database: IdbDatabase,
    /// True once the browser or another tab took it away.
    gone: Rc<RefCell<bool>>,
    _on_close: Handler<Event>,
    _on_version_change: Handler<Event>,
}

impl Handle {
    fn new(database: IdbDatabase) -> Self {
        let gone = Rc::new(RefCell::new(false));
        let on_close = {
            let gone = Rc::clone(&gone);
            Closure::new(move |_: Event| *gone.borrow_mut() = true)
        };
        let on_version_change = {
            let (gone, database) = (Rc::clone(&gone), database.clone());
            Closure::new(move |_: Event| {
                *gone.borrow_mut() = true;
                database.close();
            })
        };
        database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        Self {
            database,
            gone,
            _on_close: on_close,
            _on_version_change: on_version_change,
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.database.set_onclose(None);
        self.database.set_onversionchange(None);
        self.database.close();
    }
}

/// Opens the database. Where it `must_exist`, it is not made.
async fn open_database(name: &str, version: u32, must_exist: bool) -> Opened {
    let request = factory()?
        .open_with_u32(name, version)
        .map_err(|error| store_error(&error))?;
    let slot: Slot<Opened> = Slot::new();
    let upgrade = on_upgrade(&request, &slot, must_exist);
    let success = on_success(&request, &slot);
    let failure = on_failure(&request, &slot);
    let blocked: Handler<Event> = {
        let slot = slot.clone();
        Closure::new(move |_| slot.put(Err(StoreError::Blocked)))
    };
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    request.set_onsuccess(Some(success.as_ref().unchecked_ref()));
    request.set_onerror(Some(failure.as_ref().unchecked_ref()));
    request.set_onblocked(Some(blocked.as_ref().unchecked_ref()));
    let opened = slot.await;
    request.set_onblocked(None);
    if matches!(opened, Err(StoreError::Blocked)) {
        // The browser may still open it once the other tab is gone, and then it must not stay
        // open unseen. These closures live as long as the page: a blocked opening is rare.
        let close = Closure::<dyn FnMut()>::new({
            let request = request.clone();
            move || close_result(&request)
        });
        request.set_onsuccess(Some(close.as_ref().unchecked_ref()));
        close.forget();
        upgrade.forget();
        request.set_onerror(None);
    } else {
        request.set_onupgradeneeded(None);
        request.set_onsuccess(None);
        request.set_onerror(None);
    }
    opened
}

fn on_upgrade(
    request: &IdbOpenDbRequest,
    slot: &Slot<Opened>,
    must_exist: bool,
) -> Handler<IdbVersionChangeEvent> {
    let (request, slot) = (request.clone(), slot.clone());
    Closure::new(move |event: IdbVersionChangeEvent| {
        let Some(transaction) = request.transaction() else {
            return;
        };
        let old_version = event.old_version() as u32;
        let done = match request
            .result()
            .and_then(|result| result.dyn_into::<IdbDatabase>())
        {
            Ok(_) if must_exist && old_version == 0 => Err(StoreError::Vanished),
            Ok(database) => schema::migrate(&database, &transaction, old_version)
                .map_err(|error| store_error(&error)),
            Err(error) => Err(store_error(&error)),
        };
        if let Err(error) = done {
            slot.put(Err(error));
            // An upgrade that fails leaves the database as it was, or leaves none.
            let _ = transaction.abort();
        }
    })
}

fn on_success(request: &IdbOpenDbRequest, slot: &Slot<Opened>) -> Handler<Event> {
    let (request, slot) = (request.clone(), slot.clone());
    Closure::new(move |_| {
        let database = request
            .result()
            .and_then(|result| result.dyn_into::<IdbDatabase>());
        slot.put(database.map_err(|error| store_error(&error)));
    })
}

fn on_failure(request: &IdbOpenDbRequest, slot: &Slot<Opened>) -> Handler<Event> {
    let (request, slot) = (request.clone(), slot.clone());
    Closure::new(move |event: Event| {
        event.prevent_default();
        let error = request_error(&request);
        slot.put(Err(error.unwrap_or_else(|| store_error(&JsValue::NULL))));
    })
}

fn request_error(request: &IdbOpenDbRequest) -> Option<StoreError> {
    let error = request.error().ok().flatten()?;
    Some(store_error(&error))
}

fn close_result(request: &IdbOpenDbRequest) {
    if let Ok(database) = request
        .result()
        .and_then(|result| result.dyn_into::<IdbDatabase>())
    {
        database.close();
    }
}
