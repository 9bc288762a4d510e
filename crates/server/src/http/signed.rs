//! Who is asking: the session in the cookie.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

use baton_domain::directory::Person;

use crate::accounts::SESSION_MS;
use crate::organizations::{OpenLedger, Published};
use crate::random::Token;
use crate::storage::SessionRow;

use super::error::ApiError;
use super::rate::Asker;
use super::{Site, guard};

const COOKIE: &str = "baton_session";

/// Somebody who is signed in. Their person may have been deactivated since: what their phone
/// recorded is still taken (R38), and nothing is given.
pub struct SignedIn {
    /// The token in the cookie.
    pub token: Token,
    /// The session.
    pub session: SessionRow,
    /// Their organization's ledger.
    pub ledger: Arc<OpenLedger>,
    /// Its state now.
    pub now: Published,
    /// The person, as the directory has them.
    pub person: Person,
}

/// Somebody who is signed in and active.
pub struct Member(pub SignedIn);

impl FromRequestParts<Arc<Site>> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, ApiError> {
        let token = token(&parts.headers).ok_or_else(ApiError::signed_out)?;
        let Some(session) = site.server.accounts.session(&token).await? else {
            // An invented cookie does not get around the bound of its address.
            guard::ask_address(site, parts).map_err(ApiError::too_often)?;
            return Err(ApiError::signed_out());
        };
        let asker = Asker::Account(session.organization, session.person);
        site.rates.take(asker, Instant::now()).map_err(|wait| {
            site.metrics.turned_away();
            ApiError::too_often(wait)
        })?;
        let ledger = site
            .server
            .organizations
            .ledger(session.organization)
            .await?;
        let ledger = ledger
            .filter(|ledger| site.admits(ledger))
            .ok_or_else(ApiError::signed_out)?;
        let mut now = ledger.current().await?;
        if now.state.person(session.person).is_none() {
            // Somebody whom another instance has just put into the directory.
            now = ledger.newest().await?;
        }
        let person = now
            .state
            .person(session.person)
            .cloned()
            .ok_or_else(ApiError::signed_out)?;
        Ok(Self {
            token,
            session,
            ledger,
            now,
            person,
        })
    }
}

impl FromRequestParts<Arc<Site>> for Member {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, ApiError> {
        let signed = SignedIn::from_request_parts(parts, site).await?;
        if signed.person.active {
            Ok(Self(signed))
        } else {
            Err(ApiError::signed_out())
        }
    }
}

/// The cookie that begins a session.
pub fn cookie(site: &Site, token: &Token) -> HeaderValue {
    set_cookie(site, &token.reveal(), SESSION_MS / 1000)
}

/// The cookie that ends it.
pub fn no_cookie(site: &Site) -> HeaderValue {
    set_cookie(site, "", 0)
}

fn set_cookie(site: &Site, value: &str, max_age_s: i64) -> HeaderValue {
    let secure = if site.config.https { "; Secure" } else { "" };
    let text =
        format!("{COOKIE}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}");
    // The value is base64url: it always fits a header.
    let mut value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// True where a request carries something that may be a session.
pub fn has_token(headers: &HeaderMap) -> bool {
    token(headers).is_some()
}

fn token(headers: &HeaderMap) -> Option<Token> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == COOKIE)
        .and_then(|(_, value)| Token::read(value))
}
