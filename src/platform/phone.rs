//! The ports of the commands, as this browser provides them.

use super::browser;
use super::clock;
use super::http;
use super::json::to_base64url;
use super::keys::KeyPair;
use super::preferences::LocalMemory;
use super::verify;
use crate::commands::{
    DemoOffer, Enrolled, InviteLink, Invited, KeyFailed, Memory, Ports, Server, ServerError,
    SessionInfo, SetUpForm,
};
use baton_domain::id::PersonId;
use baton_domain::time::Timestamp;
use baton_ledger::SnapshotManifest;
use baton_store::{LedgerStore, StoreError};
use baton_sync::{Judge, Missing};
use std::pin::Pin;

/// Where this build keeps entries: IndexedDB in a browser. A native build of this crate only
/// runs journeys, which bring their own ports; it keeps nothing.
#[cfg(target_arch = "wasm32")]
pub type PhoneStore = baton_store::IndexedDbStore;
/// See above.
#[cfg(not(target_arch = "wasm32"))]
pub type PhoneStore = baton_store::MemoryStore;

/// The database of what belongs to no person. Its name does not begin as theirs do, so that no
/// one takes it for somebody's.
const KEPT_IN: &str = "baton-phone";
/// The one record in it: the store's smallest strict one.
const KEPT: &str = "people";

/// This phone.
pub struct Phone {
    server: HttpServer,
    rules: FetchRules,
}

/// Fetches the part of the app that holds the rules.
pub type FetchRules = fn() -> Pin<Box<dyn Future<Output = Option<Judge>>>>;

impl Phone {
    /// A phone that fetches its rules so.
    pub fn new(rules: FetchRules) -> Self {
        Self {
            server: HttpServer,
            rules,
        }
    }
}

impl Ports for Phone {
    type Store = PhoneStore;
    type Signer = KeyPair;
    type Server = HttpServer;

    fn server(&self) -> &HttpServer {
        &self.server
    }

    #[cfg(target_arch = "wasm32")]
    async fn open(&self, database: &str) -> Result<PhoneStore, StoreError> {
        PhoneStore::open(database).await
    }

    #[cfg(not(target_arch = "wasm32"))]
    async fn open(&self, _database: &str) -> Result<PhoneStore, StoreError> {
        Err(StoreError::Unavailable("there is no browser here".into()))
    }

    #[cfg(target_arch = "wasm32")]
    async fn signer(&self, store: &PhoneStore) -> Result<Option<KeyPair>, StoreError> {
        let handle = store.get_key().await?;
        Ok(handle.and_then(|handle| KeyPair::from_handle(handle).ok()))
    }

    #[cfg(not(target_arch = "wasm32"))]
    async fn signer(&self, _store: &PhoneStore) -> Result<Option<KeyPair>, StoreError> {
        Ok(None)
    }

    async fn make_signer(&self, store: &PhoneStore) -> Result<KeyPair, StoreError> {
        let made: Result<KeyPair, KeyFailed> = KeyPair::generate().await;
        let pair = made.map_err(|_| StoreError::Unavailable("it makes no signing keys".into()))?;
        keep_key(store, &pair).await?;
        Ok(pair)
    }

    fn memory(&self) -> &dyn Memory {
        &LocalMemory
    }

    async fn kept(&self) -> Option<String> {
        let store = self.open(KEPT_IN).await.ok()?;
        let text = store.draft(KEPT).await.ok()??;
        String::from_utf8(text).ok()
    }

    async fn keep(&self, text: &str) -> Result<(), StoreError> {
        let store = self.open(KEPT_IN).await?;
        store.put_draft(KEPT, text.as_bytes()).await
    }

    async fn verify(&self, key: &[u8; 33], message: &[u8], signature: &[u8; 64]) -> bool {
        verify::verify(key, message, signature).await
    }

    async fn rules(&self) -> Option<Judge> {
        (self.rules)().await
    }

    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn fresh_id(&self) -> [u8; 16] {
        clock::fresh_id()
    }

    fn device_label(&self) -> String {
        browser::device_label()
    }
}

#[cfg(target_arch = "wasm32")]
async fn keep_key(store: &PhoneStore, pair: &KeyPair) -> Result<(), StoreError> {
    store.put_key(pair.handle()).await
}

#[cfg(not(target_arch = "wasm32"))]
async fn keep_key(_store: &PhoneStore, _pair: &KeyPair) -> Result<(), StoreError> {
    Ok(())
}

/// The server that this page came from.
#[derive(Default)]
pub struct HttpServer;

impl Server for HttpServer {
    async fn session(&self) -> Result<Option<SessionInfo>, ServerError> {
        match http::get_json("/api/v1/session").await {
            Ok(session) => Ok(Some(session)),
            Err(ServerError::Unauthorized { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn sign_in(&self, login: &str, password: &str) -> Result<SessionInfo, ServerError> {
        http::post_json(
            "/api/v1/session",
            &[("login", login), ("password", password)],
        )
        .await
    }

    async fn sign_out(&self) -> Result<(), ServerError> {
        http::delete("/api/v1/session").await
    }

    async fn set_up(&self, form: &SetUpForm) -> Result<SessionInfo, ServerError> {
        let kind = if form.manufacturer {
            "manufacturer"
        } else {
            "distributor"
        };
        let fields = [
            ("token", &*form.token),
            ("organization_name", &form.organization_name),
            ("kind", kind),
            ("admin_name", &form.admin_name),
            ("login", &form.login),
            ("password", &form.password),
        ];
        http::post_json("/api/v1/setup", &fields).await
    }

    async fn invited(&self, token: &str) -> Result<Invited, ServerError> {
        http::get_json(&format!("/api/v1/invites/{}", encoded(token))).await
    }

    async fn accept_invite(
        &self,
        token: &str,
        login: &str,
        password: &str,
    ) -> Result<SessionInfo, ServerError> {
        let path = format!("/api/v1/invites/{}", encoded(token));
        http::post_json(&path, &[("login", login), ("password", password)]).await
    }

    async fn create_invite(&self, person: PersonId) -> Result<InviteLink, ServerError> {
        http::post_json("/api/v1/invites", &[("person", &person.to_string())]).await
    }

    async fn enrol(&self, public_key: &[u8; 33], label: &str) -> Result<Enrolled, ServerError> {
        let key = to_base64url(public_key);
        http::post_json("/api/v1/devices", &[("public_key", &key), ("label", label)]).await
    }

    async fn missing(&self) -> Result<Vec<Missing>, ServerError> {
        http::get_json("/api/v1/devices/missing").await
    }

    async fn sync(&self, request: &[u8]) -> Result<Vec<u8>, ServerError> {
        http::post_bytes("/api/v1/sync", request).await
    }

    async fn snapshot(&self) -> Result<SnapshotManifest, ServerError> {
        let bytes = http::get_bytes("/api/v1/snapshot").await?;
        SnapshotManifest::decode(&bytes).map_err(|_| ServerError::Garbled)
    }

    async fn snapshot_page(&self, order: u64, page: u32) -> Result<Vec<u8>, ServerError> {
        http::get_bytes(&format!("/api/v1/snapshot/{order}/{page}")).await
    }

    async fn products(&self, query: &str) -> Result<Vec<u8>, ServerError> {
        http::get_bytes(&format!("/api/v1/products?limit=50&q={}", encoded(query))).await
    }

    async fn demo(&self) -> Result<DemoOffer, ServerError> {
        http::get_json("/api/v1/demo").await
    }
}

/// A piece of an address.
fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
