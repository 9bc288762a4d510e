//! `GET /api/v1/demo`: whom one can be in the demo.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Site;
use super::error::ApiError;
use super::session::role_word;

#[derive(Serialize)]
struct Offer {
    organizations: Vec<OrganizationJson>,
    /// Only where the server is reached from this machine alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

#[derive(Serialize)]
struct OrganizationJson {
    name: String,
    people: Vec<PersonJson>,
}

#[derive(Serialize)]
struct PersonJson {
    name: String,
    role: &'static str,
    login: String,
}

/// `GET /api/v1/demo`
pub async fn people(State(site): State<Arc<Site>>) -> Result<Response, ApiError> {
    if !site.config.demo {
        return Err(ApiError::not_found("This server has no demo."));
    }
    let mut organizations = Vec::new();
    for ledger in site
        .server
        .organizations
        .all()
        .into_iter()
        .filter(|ledger| ledger.row().demo)
    {
        let state = ledger.current().await?.state;
        let accounts = site
            .server
            .storage
            .accounts(ledger.row().organization)
            .await?;
        let people = accounts.into_iter().filter_map(|account| {
            let person = state
                .person(account.person)
                .filter(|person| person.active)?;
            Some(PersonJson {
                name: person.name.to_string(),
                role: role_word(person.role),
                login: account.login,
            })
        });
        organizations.push(OrganizationJson {
            name: ledger.row().name.clone(),
            people: people.collect(),
        });
    }
    let password = site.config.demo_password.clone();
    Ok(axum::Json(Offer {
        organizations,
        password,
    })
    .into_response())
}
