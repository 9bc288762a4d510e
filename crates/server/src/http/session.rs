//! Signing in, out, and who is signed in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use baton_domain::directory::{OrganizationKind, Person, Role};

use crate::accounts::SignInError;
use crate::journal;
use crate::organizations::OpenLedger;

use super::Site;
use super::body::Json;
use super::error::ApiError;
use super::signed::{self, Member, SignedIn};

/// What a phone learns about who is signed in.
#[derive(Serialize)]
pub struct Session {
    organization: OrganizationJson,
    person: PersonJson,
    login: String,
}

#[derive(Serialize)]
struct OrganizationJson {
    id: String,
    name: String,
    kind: &'static str,
    demo: bool,
}

#[derive(Serialize)]
struct PersonJson {
    id: String,
    name: String,
    role: &'static str,
}

/// A login with its password.
#[derive(Deserialize)]
pub struct SignIn {
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
}

/// `POST /api/v1/session`
pub async fn sign_in(
    State(site): State<Arc<Site>>,
    Json(given): Json<SignIn>,
) -> Result<Response, ApiError> {
    let account = site
        .server
        .accounts
        .check(&given.login, &given.password)
        .await?;
    let ledger = site
        .server
        .organizations
        .ledger(account.organization)
        .await?;
    let ledger = ledger
        .filter(|ledger| site.admits(ledger))
        .ok_or(SignInError::Wrong)?;
    let state = ledger.newest().await?.state;
    let person = state.person(account.person).filter(|person| person.active).ok_or_else(|| {
        ApiError::not_allowed(
            "This account was closed by your organization. What this phone recorded stays on it. Ask an Admin.",
        )
    })?;
    begin(&site, &ledger, person, account.login).await
}

/// `GET /api/v1/session`
pub async fn current(
    State(site): State<Arc<Site>>,
    Member(signed): Member,
) -> Result<Response, ApiError> {
    let SignedIn {
        session,
        ledger,
        person,
        ..
    } = signed;
    let account = site
        .server
        .storage
        .account_of(session.organization, session.person)
        .await?;
    let login = account.map(|account| account.login).unwrap_or_default();
    Ok(axum::Json(Session::of(&ledger, &person, login)).into_response())
}

/// `DELETE /api/v1/session`
pub async fn sign_out(
    State(site): State<Arc<Site>>,
    signed: Result<SignedIn, ApiError>,
) -> Result<Response, ApiError> {
    match signed {
        Ok(signed) => site.server.accounts.end_session(&signed.token).await?,
        // Somebody whose session is over is signed out already.
        Err(error) if error.code() == ApiError::signed_out().code() => {}
        Err(error) => return Err(error),
    }
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, signed::no_cookie(&site))],
    )
        .into_response())
}

/// Begins a session and answers with it.
pub async fn begin(
    site: &Site,
    ledger: &OpenLedger,
    person: &Person,
    login: String,
) -> Result<Response, ApiError> {
    let organization = ledger.row().organization;
    let token = site
        .server
        .accounts
        .begin_session(organization, person.id)
        .await?;
    journal::info("signed in")
        .with("organization", organization.to_string())
        .write();
    let body = axum::Json(Session::of(ledger, person, login));
    Ok(([(header::SET_COOKIE, signed::cookie(site, &token))], body).into_response())
}

impl Session {
    fn of(ledger: &OpenLedger, person: &Person, login: String) -> Self {
        let row = ledger.row();
        let organization = OrganizationJson {
            id: row.organization.to_string(),
            name: row.name.clone(),
            kind: kind_word(row.kind),
            demo: row.demo,
        };
        let person = PersonJson {
            id: person.id.to_string(),
            name: person.name.to_string(),
            role: role_word(person.role),
        };
        Self {
            organization,
            person,
            login,
        }
    }
}

/// A role's word for programs.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Operations => "operations",
        Role::RegionalManager => "regional_manager",
        Role::Distributor => "distributor",
        Role::Rep => "rep",
    }
}

fn kind_word(kind: OrganizationKind) -> &'static str {
    match kind {
        OrganizationKind::Manufacturer => "manufacturer",
        OrganizationKind::Distributor => "distributor",
    }
}
