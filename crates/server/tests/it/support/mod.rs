//! A server in a temporary data folder, clients that speak HTTP to it in this process, and phones
//! that sign with real keys.

mod client;
pub mod database;
pub mod phone;
pub mod served;

use std::path::Path;
use std::sync::Arc;

use baton_server::Server;
use baton_server::data_folder::DataFolder;
use baton_server::http::assets::Assets;
use baton_server::http::rate::Rates;
use baton_server::http::{Config, Site, router};
use baton_server::lan::TrustPage;
use baton_server::metrics::Metrics;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::watch;

pub use client::{Answer, Client};
pub use phone::Phone;

/// The password of every account that these tests make.
pub const PASSWORD: &str = "correct horse battery";

/// A running server.
pub struct TestApp {
    folder: Option<TempDir>,
    pub site: Arc<Site>,
    config: Config,
    stop: watch::Sender<bool>,
}

/// What a test wants of its server.
#[derive(Default)]
pub struct Builder {
    config: Config,
    assets: Assets,
    trust: Option<TrustPage>,
}

impl Builder {
    pub fn config(self, config: Config) -> Self {
        Self { config, ..self }
    }

    pub fn app_from(self, dist: &Path) -> Self {
        Self {
            assets: Assets::load(dist).unwrap(),
            ..self
        }
    }

    pub fn trust(self, page: TrustPage) -> Self {
        Self {
            trust: Some(page),
            ..self
        }
    }

    pub async fn start(self) -> TestApp {
        TestApp::start(tempfile::tempdir().unwrap(), self).await
    }
}

impl TestApp {
    /// A server that nobody has set up.
    pub async fn empty() -> Self {
        Builder::default().start().await
    }

    pub fn builder() -> Builder {
        Builder::default()
    }

    async fn start(folder: TempDir, builder: Builder) -> Self {
        let data = DataFolder::open(folder.path()).unwrap();
        let database = database::database_of(folder.path());
        let server = Server::open_on(&data, &database).await.unwrap();
        let (stop, stopping) = watch::channel(false);
        let config = builder.config;
        let site = Arc::new(Site {
            server,
            config: config.clone(),
            assets: builder.assets,
            trust: builder.trust,
            metrics: Arc::new(Metrics::new("test")),
            rates: Rates::default(),
            stopping,
        });
        Self {
            folder: Some(folder),
            site,
            config,
            stop,
        }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    /// A server on a data folder that has something in it.
    pub async fn on(folder: TempDir) -> Self {
        Self::start(folder, Builder::default()).await
    }

    /// Another instance on the same data.
    pub async fn beside(&self) -> Self {
        let data = DataFolder::open(self.data()).unwrap();
        let database = database::database_of(self.data());
        let server = Server::open_on(&data, &database).await.unwrap();
        let (stop, stopping) = watch::channel(false);
        let site = Arc::new(Site {
            server,
            config: self.config.clone(),
            assets: Assets::default(),
            trust: None,
            metrics: Arc::new(Metrics::new("test")),
            rates: Rates::default(),
            stopping,
        });
        Self {
            folder: None,
            site,
            config: self.config.clone(),
            stop,
        }
    }

    /// Stops it and starts another one on the same data.
    pub async fn restart(mut self) -> Self {
        let folder = self.folder.take().unwrap();
        let config = self.config.clone();
        let _ = self.stop.send(true);
        drop(self);
        Self::start(
            folder,
            Builder {
                config,
                ..Builder::default()
            },
        )
        .await
    }

    /// The same with another configuration: a newer version of the program.
    pub async fn restart_with(mut self, config: Config) -> Self {
        self.config = config;
        self.restart().await
    }

    /// Tells it to stop.
    pub fn stop(&self) {
        self.stop.send(true).unwrap();
    }

    /// Somebody who is not signed in.
    pub fn client(&self) -> Client {
        Client::new(router(Arc::clone(&self.site)))
    }

    /// The client of a phone that was used with another process of this server.
    pub fn client_of(&self, phone: &Phone) -> Client {
        let mut client = self.client();
        client.cookie = phone.client.cookie.clone();
        client
    }

    /// Signs somebody in.
    pub async fn sign_in(&self, login: &str) -> Client {
        let mut client = self.client();
        let body = json!({"login": login, "password": PASSWORD});
        let answer = client.post("/api/v1/session", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        client
    }

    /// Sets an organization up and signs its Admin in. The login is `ada` and the organization's
    /// name.
    pub async fn found(&self, name: &str) -> Client {
        let token = self.site.server.accounts.make_setup_link().await.unwrap();
        let mut client = self.client();
        let body = json!({
            "token": token.reveal(),
            "organization_name": name,
            "kind": "distributor",
            "admin_name": "Ada",
            "login": format!("ada@{}", name.to_lowercase()),
            "password": PASSWORD,
        });
        let answer = client.post("/api/v1/setup", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        client
    }
}
