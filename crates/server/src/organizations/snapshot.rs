//! Snapshots: the whole state in a person's scope at one order number, in pages.
//!
//! A set of pages is made once and kept for a while, so that a phone on a bad line can come back
//! for the page it lacks. It is kept compressed: that is how it leaves. When it is gone, the phone
//! asks for a new manifest.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Compression;
use flate2::write::{GzDecoder, GzEncoder};

use baton_domain::State;
use baton_domain::authority::may_see_details;
use baton_domain::case::Case;
use baton_domain::id::PersonId;
use baton_domain::time::Date;
use baton_ledger::page::{self, Filter};
use baton_ledger::{SnapshotManifest, limits};

use crate::clock::{self, DAY_MS};
use crate::storage::StorageError;

use super::blocking;
use super::ledger::OpenLedger;

/// Sets of pages kept for an organization: each phone that is being set up needs one.
const KEPT_MAX: usize = 8;

/// How far back a phone gets what is over.
const HISTORY_DAYS: i64 = 90;

/// The pages are no longer kept: ask for a new manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotGone;

/// One page of a snapshot, compressed.
#[derive(Clone, Debug)]
pub struct Page(Arc<[u8]>);

impl Page {
    /// As gzip.
    pub fn gzip(&self) -> &[u8] {
        &self.0
    }

    /// As it was before.
    pub fn plain(&self) -> io::Result<Vec<u8>> {
        let mut decoder = GzDecoder::new(Vec::new());
        decoder.write_all(&self.0)?;
        decoder.finish()
    }
}

/// The sets of pages that are kept, oldest first.
#[derive(Default)]
pub(super) struct Kept(Mutex<VecDeque<KeptPages>>);

struct KeptPages {
    order: u64,
    person: PersonId,
    pages: Arc<[Page]>,
}

impl Kept {
    fn find(&self, order: u64, person: PersonId) -> Option<Arc<[Page]>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept
            .iter()
            .find(|set| (set.order, set.person) == (order, person));
        found.map(|set| Arc::clone(&set.pages))
    }

    fn keep(&self, order: u64, person: PersonId, pages: &Arc<[Page]>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT_MAX {
            kept.pop_front();
        }
        let pages = Arc::clone(pages);
        kept.push_back(KeptPages {
            order,
            person,
            pages,
        });
    }
}

impl OpenLedger {
    /// Makes a snapshot for a person, or finds the one that is still true.
    pub async fn snapshot(&self, person: PersonId) -> Result<SnapshotManifest, StorageError> {
        let now = self.newest().await?;
        let pages = match self.kept.find(now.order, person) {
            Some(pages) => pages,
            None => {
                let pages: Arc<[Page]> = blocking(move || write_pages(&now.state, person))
                    .await??
                    .into();
                self.kept.keep(now.order, person, &pages);
                pages
            }
        };
        let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        if count > limits::PAGES_PER_SNAPSHOT_MAX {
            return Err(StorageError::Unavailable(
                "the organization is too large for one snapshot".into(),
            ));
        }
        Ok(SnapshotManifest {
            incarnation: self.row().incarnation,
            order: now.order,
            pages: count,
        })
    }

    /// A page of a snapshot made before. `Ok(None)` where it never had so many.
    pub fn snapshot_page(
        &self,
        person: PersonId,
        order: u64,
        page: u32,
    ) -> Result<Option<Page>, SnapshotGone> {
        let pages = self.kept.find(order, person).ok_or(SnapshotGone)?;
        Ok(pages.get(page as usize).cloned())
    }
}

/// Closed cases and ended transfers of earlier days stay with the server.
pub(super) fn since_date() -> Date {
    let today = clock::now_ms().div_euclid(DAY_MS);
    i32::try_from(today - HISTORY_DAYS)
        .ok()
        .and_then(Date::from_days)
        .unwrap_or(Date::MIN)
}

fn write_pages(state: &State, person: PersonId) -> Result<Vec<Page>, StorageError> {
    let may_see_details = |case: &Case| may_see_details(state, person, case.id);
    let filter = Filter::Phone {
        since_date: since_date(),
        may_see_details: &may_see_details,
    };
    let failed = |error: io::Error| {
        StorageError::Unavailable(format!("a page could not be compressed: {error}"))
    };
    page::write(state, filter)
        .iter()
        .map(|page| {
            let mut encoder =
                GzEncoder::new(Vec::with_capacity(page.len() / 3), Compression::fast());
            encoder.write_all(page).map_err(failed)?;
            Ok(Page(encoder.finish().map_err(failed)?.into()))
        })
        .collect()
}
