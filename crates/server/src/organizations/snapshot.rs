//! Snapshots: the whole state in a person's scope at one order number, in pages.
//!
//! A set of pages is made once and kept for a day, in the database: a phone on a bad line comes
//! back for the page that it lacks, and any instance gives it. It is kept compressed: that is how
//! it leaves. When it is gone, the phone asks for a new manifest.

use std::io::{self, Write};

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
use crate::storage::{SnapshotKey, SnapshotPage, SnapshotRow, StorageError};

use super::blocking;
use super::ledger::OpenLedger;

/// Pages of another build are not given out: it may know more of the state, or less.
const BUILD: &str = env!("CARGO_PKG_VERSION");

/// How far back a phone gets what is over.
const HISTORY_DAYS: i64 = 90;

/// A page as it was before it was compressed.
pub fn unpack(page: &[u8]) -> io::Result<Vec<u8>> {
    let mut decoder = GzDecoder::new(Vec::new());
    decoder.write_all(page)?;
    decoder.finish()
}

impl OpenLedger {
    /// Makes a snapshot for a person, or finds the one that is still true.
    pub async fn snapshot(&self, person: PersonId) -> Result<SnapshotManifest, StorageError> {
        let now = self.newest().await?;
        let organization = self.row().organization;
        let key = key(person, now.order);
        let pages = match self.storage.snapshot_pages(organization, key).await? {
            Some(pages) => pages,
            None => {
                let pages = blocking(move || write_pages(&now.state, person)).await??;
                let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
                let snapshot = SnapshotRow {
                    key,
                    made_at_ms: clock::now_ms(),
                    pages,
                };
                self.storage.put_snapshot(organization, snapshot).await?;
                count
            }
        };
        if pages > limits::PAGES_PER_SNAPSHOT_MAX {
            return Err(StorageError::Unavailable(
                "the organization is too large for one snapshot".into(),
            ));
        }
        Ok(SnapshotManifest {
            incarnation: self.row().incarnation,
            order: now.order,
            pages,
        })
    }

    /// A page of a snapshot made before, here or by another instance.
    pub async fn snapshot_page(
        &self,
        person: PersonId,
        order: u64,
        page: u32,
    ) -> Result<SnapshotPage, StorageError> {
        let organization = self.row().organization;
        self.storage
            .snapshot_page(organization, key(person, order), page)
            .await
    }
}

fn key(person: PersonId, order: u64) -> SnapshotKey {
    SnapshotKey {
        person,
        order,
        build: BUILD,
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

fn write_pages(state: &State, person: PersonId) -> Result<Vec<Vec<u8>>, StorageError> {
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
            encoder.finish().map_err(failed)
        })
        .collect()
}
