//! Invites: a one-time link that gives a person in the directory a sign-in. Also the way back for
//! somebody who forgot the password.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use baton_domain::authority::{Act, Concern, may};
use baton_domain::directory::Person;
use baton_domain::id::PersonId;

use crate::accounts::Credentials;
use crate::organizations::OpenLedger;
use crate::random::Token;
use crate::storage::AcceptedInvite;

use super::Site;
use super::body::Json;
use super::error::ApiError;
use super::session::{self, SignIn};
use super::signed::Member;

/// Who is to be invited.
#[derive(Deserialize)]
pub struct NewInvite {
    person: String,
}

#[derive(Serialize)]
struct Made {
    token: String,
    link: String,
    /// Milliseconds since 1970.
    expires_at: i64,
}

#[derive(Serialize)]
struct Shown {
    organization_name: String,
    person_name: String,
}

/// `POST /api/v1/invites`
pub async fn make(
    State(site): State<Arc<Site>>,
    Member(me): Member,
    headers: HeaderMap,
    Json(given): Json<NewInvite>,
) -> Result<Response, ApiError> {
    // The person may have been recorded a moment ago.
    let state = me.ledger.newest().await?.state;
    let person = given
        .person
        .parse::<PersonId>()
        .ok()
        .and_then(|id| state.person(id));
    let person = person.ok_or_else(|| {
        ApiError::not_found(
            "This person is not in the directory here yet. Sync first, then invite them.",
        )
    })?;
    if !may(&state, &me.person, Act::People, Concern::Person(person.id)) {
        return Err(ApiError::not_allowed(
            "Only an Admin invites people, and a Distributor the own reps.",
        ));
    }
    if !person.active {
        return Err(ApiError::not_allowed(
            "This person is not active. Make them active first, then invite them.",
        ));
    }
    let organization = me.session.organization;
    let (token, expires_at) = site
        .server
        .accounts
        .invite(organization, person.id, me.person.id)
        .await?;
    let token = token.reveal();
    let link = format!("{}/invite#{token}", site.address(&headers));
    Ok((
        StatusCode::CREATED,
        axum::Json(Made {
            token,
            link,
            expires_at,
        }),
    )
        .into_response())
}

/// `GET /api/v1/invites/{token}`
pub async fn show(
    State(site): State<Arc<Site>>,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    let (_, ledger, person) = find(&site, &token).await?;
    let shown = Shown {
        organization_name: ledger.row().name.clone(),
        person_name: person.name.to_string(),
    };
    Ok(axum::Json(shown).into_response())
}

/// `POST /api/v1/invites/{token}`
pub async fn accept(
    State(site): State<Arc<Site>>,
    Path(token): Path<String>,
    Json(given): Json<SignIn>,
) -> Result<Response, ApiError> {
    let (token, ledger, person) = find(&site, &token).await?;
    let credentials = Credentials::new(&given.login, &given.password)?;
    let login = credentials.login().to_owned();
    match site
        .server
        .accounts
        .accept_invite(&token, person.id, credentials)
        .await?
    {
        AcceptedInvite::Done => session::begin(&site, &ledger, &person, login).await,
        AcceptedInvite::Ended => Err(ApiError::link_ended()),
        AcceptedInvite::LoginTaken => Err(ApiError::login_taken()),
    }
}

async fn find(site: &Site, text: &str) -> Result<(Token, Arc<OpenLedger>, Person), ApiError> {
    let token = Token::read(text).ok_or_else(ApiError::link_ended)?;
    let invite = site
        .server
        .accounts
        .open_invite(&token)
        .await?
        .ok_or_else(ApiError::link_ended)?;
    let ledger = site
        .server
        .organizations
        .ledger(invite.organization)
        .await?
        .ok_or_else(ApiError::link_ended)?;
    let state = ledger.newest().await?.state;
    let person = state
        .person(invite.person)
        .filter(|person| person.active)
        .cloned();
    Ok((token, ledger, person.ok_or_else(ApiError::link_ended)?))
}
