//! The beginning for real: the one-time link founds an organization with its first Admin.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use baton_domain::directory::{Organization, OrganizationKind, Person, Role};
use baton_domain::limits::NAME_LEN_MAX;

use crate::accounts::Credentials;
use crate::organizations::{FirstAccount, NewOrganization};
use crate::random::{self, Token};
use crate::storage::Founded;

use super::Site;
use super::body::Json;
use super::error::ApiError;
use super::session;

/// What the set-up page asks for.
#[derive(Deserialize)]
pub struct SetUp {
    token: String,
    organization_name: String,
    kind: String,
    admin_name: String,
    login: String,
    password: String,
}

/// `POST /api/v1/setup`
pub async fn set_up(
    State(site): State<Arc<Site>>,
    Json(given): Json<SetUp>,
) -> Result<Response, ApiError> {
    let token = Token::read(&given.token).ok_or_else(ApiError::link_ended)?;
    // Looked at before the costly hash; used up with the founding, in one transaction.
    if !site.server.accounts.is_setup_link(&token).await? {
        return Err(ApiError::link_ended());
    }
    let kind = match given.kind.as_str() {
        "distributor" => OrganizationKind::Distributor,
        "manufacturer" => OrganizationKind::Manufacturer,
        _ => {
            return Err(ApiError::bad_request(
                "An organization is a `distributor` or a `manufacturer`.",
            ));
        }
    };
    let name = named(&given.organization_name, "The organization's name")?;
    let admin_name = named(&given.admin_name, "Your name")?;
    let credentials = Credentials::new(&given.login, &given.password)?;
    let password_hash = site
        .server
        .accounts
        .hash(credentials.password().clone())
        .await?;
    let login = credentials.login().to_owned();
    let organization = Organization {
        id: random::organization_id(),
        name: name.into(),
        kind,
        demo: false,
    };
    let admin = Person {
        id: random::person_id(),
        name: admin_name.into(),
        role: Role::Admin,
        region: None,
        principal: None,
        active: true,
    };
    let new = NewOrganization {
        organization,
        admin: admin.clone(),
        account: Some(FirstAccount {
            login: login.clone(),
            password_hash,
        }),
        setup_link: Some(token.hash()),
    };
    match site.server.organizations.found(new).await? {
        Ok(ledger) => session::begin(&site, &ledger, &admin, login).await,
        Err(Founded::LoginTaken) => Err(ApiError::login_taken()),
        Err(_) => Err(ApiError::link_ended()),
    }
}

fn named<'a>(text: &'a str, what: &str) -> Result<&'a str, ApiError> {
    let text = text.trim();
    if text.is_empty() || text.len() > NAME_LEN_MAX || text.chars().any(char::is_control) {
        return Err(ApiError::bad_request(format!(
            "{what} has 1 to {NAME_LEN_MAX} characters on one line."
        )));
    }
    Ok(text)
}
