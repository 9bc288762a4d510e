//! Snapshots for new phones.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::organizations::unpack;
use crate::storage::{SnapshotPage, StorageError};

use super::body::{cbor, cbor_gzip, takes};
use super::error::ApiError;
use super::signed::Member;

/// `GET /api/v1/snapshot`
pub async fn manifest(Member(me): Member, headers: HeaderMap) -> Result<Response, ApiError> {
    let manifest = me.ledger.snapshot(me.person.id).await?;
    Ok(cbor(&headers, manifest.encode()))
}

/// `GET /api/v1/snapshot/{order}/{page}`
pub async fn page(
    Member(me): Member,
    headers: HeaderMap,
    Path((order, page)): Path<(u64, u32)>,
) -> Result<Response, ApiError> {
    let page = match me.ledger.snapshot_page(me.person.id, order, page).await? {
        SnapshotPage::Here(page) => page,
        SnapshotPage::NeverWas => {
            return Err(ApiError::not_found("The snapshot has no such page."));
        }
        SnapshotPage::Gone => {
            let message = "This snapshot is no longer kept. Ask for a new one.";
            return Err(ApiError::new(StatusCode::GONE, "snapshot_gone", message));
        }
    };
    if takes(&headers, "gzip") {
        return Ok(cbor_gzip(page));
    }
    let plain = unpack(&page).map_err(|error| StorageError::Corrupt(error.to_string()))?;
    Ok(cbor(&headers, plain))
}
