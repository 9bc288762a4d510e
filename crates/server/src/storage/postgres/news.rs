//! What other instances recorded, told by PostgreSQL's `LISTEN`.
//!
//! A commit says `NOTIFY` inside its transaction, so that the news come with it or not at all.
//! They are only a nudge: whoever hears one reads the rows. A connection that was lost may have
//! missed some, so each new one begins with "look at everything".

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio_postgres::{AsyncMessage, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use baton_domain::id::OrganizationId;

use crate::journal;
use crate::storage::News;

/// The channel of our notifications.
pub(super) const CHANNEL: &str = "baton_ledger";
/// News that a slow listener may be behind before it has to look at everything.
const BEHIND_MAX: usize = 256;
/// Pause before a lost connection is made anew.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The task that listens.
pub(super) struct Listener {
    told: broadcast::Sender<News>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Begins to listen.
    pub(super) fn start(config: Config, tls: MakeRustlsConnect) -> Self {
        let (told, _) = broadcast::channel(BEHIND_MAX);
        let task = tokio::spawn(listen_always(config, tls, told.clone()));
        Self { told, task }
    }

    /// Everything from now on.
    pub(super) fn subscribe(&self) -> broadcast::Receiver<News> {
        self.told.subscribe()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen_always(config: Config, tls: MakeRustlsConnect, told: broadcast::Sender<News>) {
    loop {
        if let Err(error) = listen(&config, tls.clone(), &told).await {
            let error = super::connections::unavailable(error);
            journal::warn("news are not heard")
                .with("error", error.to_string())
                .write();
        }
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}

async fn listen(
    config: &Config,
    tls: MakeRustlsConnect,
    told: &broadcast::Sender<News>,
) -> Result<(), tokio_postgres::Error> {
    let (client, mut connection) = config.connect(tls).await?;
    let mut messages = poll_fn(move |context| connection.poll_message(context));
    let command = format!("LISTEN {CHANNEL}");
    let mut listening = std::pin::pin!(client.batch_execute(&command));
    // The connection only moves while its messages are polled; so both are, until it listens.
    loop {
        tokio::select! {
            done = &mut listening => break done?,
            message = messages.next() => match message {
                Some(message) => drop(message?),
                None => return Ok(()),
            },
        }
    }
    let _ = told.send(News::Everything);
    while let Some(message) = messages.next().await {
        if let AsyncMessage::Notification(notification) = message? {
            let organization = notification.payload().parse::<OrganizationId>();
            let news = organization.map_or(News::Everything, News::Of);
            // Nobody may be listening just now.
            let _ = told.send(news);
        }
    }
    Ok(())
}
