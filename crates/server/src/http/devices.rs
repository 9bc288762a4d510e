//! Enrolling a phone: its public key enters the directory, and it gets the server's word for it.
//! And what of the enrolled ones never arrived.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use baton_domain::EntryBody;
use baton_domain::authority::{Act, Concern, may};
use baton_domain::directory::Device;
use baton_domain::id::DeviceId;
use baton_ledger::{PublicKey, key};

use crate::organizations::ServerAct;
use crate::random;

use super::Site;
use super::body::{Json, from_base64url, to_base64url};
use super::error::ApiError;
use super::signed::{Member, SignedIn};

/// Phones that one person may have at a time.
const DEVICES_MAX: usize = 50;
/// Longest label, in characters.
const LABEL_LEN_MAX: usize = 60;

/// A phone's key.
#[derive(Deserialize)]
pub struct NewDevice {
    public_key: String,
    #[serde(default)]
    label: String,
}

#[derive(Serialize)]
struct Enrolled {
    device: String,
    certificate: String,
}

/// `POST /api/v1/devices`
pub async fn enrol(
    State(site): State<Arc<Site>>,
    Member(me): Member,
    Json(given): Json<NewDevice>,
) -> Result<Response, ApiError> {
    let public_key =
        from_base64url(&given.public_key).and_then(|bytes| PublicKey::try_from(bytes).ok());
    let public_key = public_key
        .filter(|key| key::raw_from_public_key(key).is_some())
        .ok_or_else(|| {
            ApiError::bad_request(
                "The phone's key is not a compressed point on P-256 (33 bytes, base64url).",
            )
        })?;
    let state = me.ledger.newest().await?.state;
    if let Some(known) = state
        .devices()
        .find(|device| device.public_key == public_key)
    {
        // A phone that did not hear the first answer asks again.
        return if known.person == Some(me.person.id) && !known.revoked {
            Ok(answer(&site, &me, known.id, public_key, StatusCode::OK))
        } else {
            let message = "This phone's key belongs to somebody else or was revoked. The app has to make a new one.";
            Err(ApiError::new(StatusCode::CONFLICT, "key_taken", message))
        };
    }
    let own = state
        .devices()
        .filter(|device| device.person == Some(me.person.id) && !device.revoked);
    if own.count() >= DEVICES_MAX {
        let message = format!(
            "You have {DEVICES_MAX} phones here already. Revoke one that you no longer use."
        );
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "too_many_devices",
            message,
        ));
    }
    let device = Device {
        id: random::device_id(),
        person: Some(me.person.id),
        public_key,
        label: label(&given.label).into(),
        revoked: false,
    };
    let id = device.id;
    me.ledger
        .append(
            vec![ServerAct::now(
                me.person.id,
                EntryBody::DeviceEnrolled(device),
            )],
            None,
        )
        .await?;
    Ok(answer(&site, &me, id, public_key, StatusCode::CREATED))
}

#[derive(Serialize)]
struct AllMissing {
    devices: Vec<MissingOfOne>,
}

#[derive(Serialize)]
struct MissingOfOne {
    device: String,
    count: u32,
    /// Milliseconds since 1970.
    since_at: i64,
}

/// `GET /api/v1/devices/missing`
///
/// The phones of which records are missing, among those that the asker looks after.
pub async fn missing(Member(me): Member) -> Result<Response, ApiError> {
    let state = me.ledger.newest().await?.state;
    let looks_after = |device: &Device| {
        device
            .person
            .is_some_and(|owner| may(&state, &me.person, Act::Devices, Concern::Person(owner)))
    };
    let devices = state.devices().filter(|device| looks_after(device));
    let found = me
        .ledger
        .missing(devices.map(|device| device.id).collect())
        .await?;
    let devices = found
        .into_iter()
        .map(|missing| MissingOfOne {
            device: missing.device.to_string(),
            count: u32::try_from(missing.count).unwrap_or(u32::MAX),
            since_at: missing.since_ms,
        })
        .collect();
    Ok(axum::Json(AllMissing { devices }).into_response())
}

fn answer(
    site: &Site,
    me: &SignedIn,
    device: DeviceId,
    public_key: PublicKey,
    status: StatusCode,
) -> Response {
    let key = site.server.organizations.key();
    let certificate = key.certify(me.session.organization, me.person.id, device, public_key);
    let body = Enrolled {
        device: device.to_string(),
        certificate: to_base64url(certificate.bytes()),
    };
    (status, axum::Json(body)).into_response()
}

fn label(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|one| !one.is_control())
        .take(LABEL_LEN_MAX)
        .collect();
    let text = text.trim();
    if text.is_empty() {
        "Phone".to_owned()
    } else {
        text.to_owned()
    }
}
