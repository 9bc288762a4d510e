//! `GET /api/v1/products`: the whole catalogue, of which a phone has only its part.

use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use baton_domain::State;
use baton_domain::product::{Product, ProductId};
use baton_ledger::page::{Selection, write_selection};

use super::body::cbor;
use super::error::ApiError;
use super::signed::Member;

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;
const QUERY_LEN_MAX: usize = 200;

/// What is searched for.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    limit: Option<usize>,
}

/// `GET /api/v1/products?q=…&limit=…`
///
/// Answers with a page of products, or with nothing (204) where none is found. An exact identifier or reference comes alone; else every word
/// has to occur somewhere in the product's texts.
pub async fn search(
    Member(me): Member,
    headers: HeaderMap,
    Query(search): Query<Search>,
) -> Result<Response, ApiError> {
    let query = search.q.trim();
    if query.len() > QUERY_LEN_MAX {
        return Err(ApiError::bad_request(format!(
            "Search for at most {QUERY_LEN_MAX} characters."
        )));
    }
    let limit = search.limit.unwrap_or(LIMIT).min(LIMIT_MAX);
    let query = query.to_owned();
    let state = me.now.state;
    let searching = tokio::task::spawn_blocking(move || {
        let products = find(&state, &query, limit)
            .into_iter()
            .map(|product| product.id.clone())
            .collect();
        write_selection(
            &state,
            &Selection {
                products,
                ..Selection::default()
            },
        )
    });
    let page = searching
        .await
        .map_err(|_| ApiError::bad_request("The search was broken off."))?;
    Ok(page.map_or_else(
        || StatusCode::NO_CONTENT.into_response(),
        |page| cbor(&headers, page),
    ))
}

fn find<'a>(state: &'a State, query: &str, limit: usize) -> Vec<&'a Product> {
    // A GTIN is written with and without leading zeros.
    let padded =
        (query.len() < 14 && !query.is_empty() && query.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| format!("{query:0>14}"));
    let exact = [Some(query), padded.as_deref()]
        .into_iter()
        .flatten()
        .filter_map(ProductId::new);
    if let Some(product) = exact.filter_map(|id| state.product(&id)).next() {
        return vec![product];
    }
    let words: Vec<_> = query.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let same_reference = |product: &&Product| product.reference.eq_ignore_ascii_case(query);
    let mut found: Vec<_> = state
        .products()
        .filter(same_reference)
        .take(limit)
        .collect();
    let rest = state
        .products()
        .filter(|product| !same_reference(product) && has_all(product, &words));
    found.extend(rest.take(limit - found.len()));
    found
}

fn has_all(product: &Product, words: &[String]) -> bool {
    let texts = [
        product.id.as_str(),
        &product.reference,
        &product.description,
        &product.brand,
        &product.manufacturer,
        &product.size,
    ];
    let text = texts.join("\n").to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}
