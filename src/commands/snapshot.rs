//! Getting everything at once: a new phone, or one whose scope or server changed.

use super::desk::Desk;
use super::exchange::ExchangeError;
use super::ports::{Ports, Server, ServerError};
use baton_ledger::message::SnapshotManifest;
use baton_store::LedgerStore;
use baton_sync::Engine;

/// How often a snapshot that changed under our hands is begun anew.
const BEGIN_MAX: u32 = 3;
/// How often one page is asked for.
const ASK_MAX: u32 = 3;

impl<P: Ports> Desk<P> {
    /// Fetches the present snapshot and puts it in the place of the base. Own pending entries
    /// stay. `progress` hears pages done and pages in all.
    pub async fn take_snapshot(&self, progress: &dyn Fn(u32, u32)) -> Result<(), ExchangeError> {
        let mut begun = 1;
        let (manifest, pages) = loop {
            let manifest = self.ports.server().snapshot().await?;
            progress(0, manifest.pages);
            match self.pages_of(&manifest, progress).await {
                Ok(pages) => break (manifest, pages),
                // The server made a newer one meanwhile and dropped this one.
                Err(error) if error.is("snapshot_gone") && begun < BEGIN_MAX => begun += 1,
                Err(error) => return Err(error.into()),
            }
        };
        let now_ms = self.ports.now().unix_ms;
        let _gate = self.writing.lock().await;
        // Read before it is written: a garbled page must not become the base.
        let generation =
            Engine::load_snapshot(&manifest, pages, now_ms).map_err(|_| ServerError::Garbled)?;
        self.store.write_generation(&generation).await?;
        Ok(self.reload().await?)
    }

    async fn pages_of(
        &self,
        manifest: &SnapshotManifest,
        progress: &dyn Fn(u32, u32),
    ) -> Result<Vec<Vec<u8>>, ServerError> {
        let mut pages = Vec::new();
        for page in 0..manifest.pages {
            pages.push(self.page_of(manifest.order, page).await?);
            progress(page + 1, manifest.pages);
        }
        Ok(pages)
    }

    /// One page; a lost answer on a bad line costs that page, not the pages before it.
    async fn page_of(&self, order: u64, page: u32) -> Result<Vec<u8>, ServerError> {
        let mut asked = 1;
        loop {
            match self.ports.server().snapshot_page(order, page).await {
                Err(ServerError::Unreachable) if asked < ASK_MAX => asked += 1,
                answer => return answer,
            }
        }
    }
}
