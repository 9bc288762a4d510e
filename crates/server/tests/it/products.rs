//! `GET /api/v1/products`

use baton_domain::{EntryBody, State};
use baton_ledger::page;

use crate::support::{Client, Phone, TestApp, phone};

async fn found(client: &mut Client, query: &str) -> Vec<String> {
    let answer = client.get(&format!("/api/v1/products?{query}")).await;
    if answer.status == 204 {
        return Vec::new();
    }
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut state = State::default();
    page::read_into(&mut state, &answer.body).unwrap();
    state
        .products()
        .map(|product| product.reference.to_string())
        .collect()
}

#[tokio::test]
async fn the_catalogue_is_not_for_strangers() {
    let app = TestApp::empty().await;
    app.client()
        .get("/api/v1/products?q=screw")
        .await
        .is_error(401, "signed_out");
    let mut admin = app.found("North").await;
    let long = format!("/api/v1/products?q={}", "x".repeat(201));
    admin.get(&long).await.is_error(400, "bad_request");
}

#[tokio::test]
async fn products_are_found_by_identifier_reference_and_words() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(
            (1..=60).map(phone::product).collect(),
        ))
        .await;
    let client = &mut admin.client;
    assert_eq!(
        found(client, &format!("q={}", phone::product(7).id)).await,
        ["REF-7"]
    );
    let short = phone::product(7)
        .id
        .as_str()
        .trim_start_matches('0')
        .to_owned();
    assert_eq!(
        found(client, &format!("q={short}")).await,
        ["REF-7"],
        "without the leading zeros"
    );
    assert!(found(client, "q=ref-6").await.contains(&"REF-6".to_owned()));
    assert_eq!(found(client, "q=LOCKING%2042").await, ["REF-42"]);
    assert_eq!(found(client, "q=screw&limit=5").await.len(), 5);
    assert_eq!(found(client, "q=screw").await.len(), 50);
    assert!(found(client, "q=nothing%20like%20it").await.is_empty());
    assert!(found(client, "q=").await.is_empty());
}

#[tokio::test]
async fn an_organization_finds_only_its_own_products() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    let mut other = app.found("South").await;
    assert!(found(&mut other, "q=screw").await.is_empty());
}
