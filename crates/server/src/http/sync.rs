//! `POST /api/v1/sync`: entries in, verdicts and news out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use baton_domain::directory::Device;
use baton_domain::id::DeviceId;
use baton_ledger::{FormatError, SignedEntry, SyncRequest, SyncResponse};

use crate::organizations::{Feed, Reader};
use crate::storage::QuarantineRow;
use crate::{clock, journal};

use super::body::{Cbor, cbor};
use super::error::ApiError;
use super::signed::SignedIn;
use super::{Protocols, Site};

/// `POST /api/v1/sync`
///
/// Each entry is judged by its own actor, device and signature, whoever delivers it; the session
/// only gives the right to talk. Certificates vouch for phones that the ledger forgot. What cannot be
/// read or verified is kept aside and reported, and never holds up what comes after it.
pub async fn sync(
    State(site): State<Arc<Site>>,
    signed: SignedIn,
    headers: HeaderMap,
    Cbor(bytes): Cbor,
) -> Result<Response, ApiError> {
    let request = SyncRequest::decode(&bytes).map_err(undecodable)?;
    check_protocol(request.protocol, site.config.protocols)?;
    signed.ledger.enrol_again(&request.certificates).await?;
    let device = enrolled(&signed, request.device).await?;
    if device.person != Some(signed.person.id) {
        let message = "This phone was enrolled by somebody else. Sign in as that person, or enrol this phone anew; \
                       what is recorded on it stays there.";
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "device_of_another_person",
            message,
        ));
    }
    let (batch, unreadable) = read(request.entries, request.device);
    let batch = signed.ledger.check(batch).await?;
    site.metrics.verified(batch.good());
    let received = signed.ledger.receive(batch).await?;
    site.metrics.judged(&received.answers);
    let aside: Vec<_> = unreadable.into_iter().chain(received.refused).collect();
    put_aside(&site, &signed, aside).await?;

    let acked_sequence = site
        .server
        .storage
        .highest_sequence(signed.session.organization, request.device)
        .await?;
    let now = signed.ledger.current().await?.state;
    let revoked = now
        .device(request.device)
        .is_none_or(|device| device.revoked)
        || now
            .person(signed.person.id)
            .is_none_or(|person| !person.active);
    let feed = if revoked {
        Feed {
            cursor: request.cursor,
            ..Feed::default()
        }
    } else {
        let reader = Reader {
            person: signed.person.id,
            device: request.device,
            incarnation: request.incarnation,
            cursor: request.cursor,
        };
        signed.ledger.feed(reader).await?
    };
    let response = SyncResponse {
        // In the phone's own words: a phone takes no answer of a protocol newer than its own.
        protocol: request.protocol,
        incarnation: signed.ledger.row().incarnation,
        verdicts: received.answers,
        changes: feed.changes,
        page: feed.page,
        cursor: feed.cursor,
        more: feed.more,
        acked_sequence,
        revoked,
        snapshot_needed: feed.snapshot_needed,
    };
    Ok(cbor(&headers, response.encode()))
}

/// The device, as this process has it: only where that does not know it yet, the newest state is
/// waited for, which may have it from another instance.
async fn enrolled(signed: &SignedIn, id: DeviceId) -> Result<Device, ApiError> {
    if let Some(device) = signed.now.state.device(id) {
        return Ok(device.clone());
    }
    let newest = signed.ledger.newest().await?.state;
    newest.device(id).cloned().ok_or_else(unknown_device)
}

fn read(entries: Vec<Vec<u8>>, delivered_by: DeviceId) -> (Vec<SignedEntry>, Vec<QuarantineRow>) {
    let received_at_ms = clock::now_ms();
    let mut batch = Vec::with_capacity(entries.len());
    let mut unreadable = Vec::new();
    for bytes in entries {
        match SignedEntry::parse(&bytes) {
            Ok(entry) => batch.push(entry),
            Err(_) => unreadable.push(QuarantineRow::new(
                bytes,
                "Unreadable",
                delivered_by,
                received_at_ms,
            )),
        }
    }
    (batch, unreadable)
}

async fn put_aside(
    site: &Site,
    signed: &SignedIn,
    rows: Vec<QuarantineRow>,
) -> Result<(), ApiError> {
    if rows.is_empty() {
        return Ok(());
    }
    site.metrics.put_aside(rows.len());
    for row in &rows {
        journal::warn("entry put aside")
            .with("organization", signed.session.organization.to_string())
            .with("device", row.delivered_by.to_string())
            .with("reason", row.reason.as_str())
            .with("bytes", row.bytes.len())
            .write();
    }
    Ok(site
        .server
        .storage
        .quarantine(signed.session.organization, rows)
        .await?)
}

fn check_protocol(protocol: u16, served: Protocols) -> Result<(), ApiError> {
    if protocol < served.oldest {
        let message = "This app is too old for the server. Open it once with a connection to get the new version; \
                       what is recorded on this phone is kept.";
        return Err(ApiError::new(
            StatusCode::UPGRADE_REQUIRED,
            "protocol_too_old",
            message,
        ));
    }
    if protocol > served.newest {
        let message = "This server is older than the app. What is recorded on this phone is kept and sent once the \
                       server was updated. Tell whoever runs it.";
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "protocol_too_new",
            message,
        ));
    }
    Ok(())
}

fn undecodable(error: FormatError) -> ApiError {
    match error {
        FormatError::TooLarge { .. } | FormatError::TooMany { .. } => ApiError::too_large(),
        error => ApiError::bad_request(format!("The sync request cannot be read: {error}.")),
    }
}

fn unknown_device() -> ApiError {
    let message = "The server does not know this phone. Sign in again to enrol it; what is recorded on it is kept.";
    ApiError::new(StatusCode::CONFLICT, "device_unknown", message)
}
