//! `/api/v1/snapshot`

use std::io::Write;

use baton_domain::directory::Role;
use baton_domain::{EntryBody, State};
use baton_ledger::{SnapshotManifest, page};

use crate::support::{Client, Phone, TestApp, phone};

async fn manifest(client: &mut Client) -> SnapshotManifest {
    let answer = client.get("/api/v1/snapshot").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    SnapshotManifest::decode(&answer.body).unwrap()
}

#[tokio::test]
async fn a_snapshot_needs_a_session() {
    let app = TestApp::empty().await;
    app.client()
        .get("/api/v1/snapshot")
        .await
        .is_error(401, "signed_out");
    app.client()
        .get("/api/v1/snapshot/1/0")
        .await
        .is_error(401, "signed_out");
}

#[tokio::test]
async fn a_page_that_is_not_kept_and_one_that_never_was_are_told_apart() {
    let app = TestApp::empty().await;
    let mut admin = app.found("North").await;
    admin
        .get("/api/v1/snapshot/1/0")
        .await
        .is_error(410, "snapshot_gone");
    let made = manifest(&mut admin).await;
    admin
        .get(&format!("/api/v1/snapshot/{}/{}", made.order, made.pages))
        .await
        .is_error(404, "not_found");
    assert_eq!(
        admin
            .get(&format!("/api/v1/snapshot/{}/0", made.order))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn the_pages_hold_the_state_in_scope_at_that_order_number() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    admin
        .record_accepted(EntryBody::ProductsListed(
            (1..=3).map(phone::product).collect(),
        ))
        .await;
    let mut rep = admin.invite(&app, "Bo", Role::Rep).await;
    for _ in 0..6 {
        let entries: Vec<_> = (0..256)
            .map(|_| rep.sign(phone::received(rep.person, &phone::product(2).id)))
            .collect();
        rep.sync(&entries).await;
    }
    let made = manifest(&mut rep.client).await;
    assert!(made.pages > 1, "{made:?}");
    // More happens while the phone loads: the pages stay those of their number.
    rep.record_accepted(phone::received(rep.person, &phone::product(3).id))
        .await;
    let mut state = State::default();
    for number in 0..made.pages {
        let path = format!("/api/v1/snapshot/{}/{number}", made.order);
        let plain = rep.client.get(&path).await;
        let packed = rep
            .client
            .with("accept-encoding", "br, gzip")
            .get(&path)
            .await;
        assert_eq!(packed.header("content-encoding"), "gzip");
        let mut unpacked = flate2::write::GzDecoder::new(Vec::new());
        unpacked.write_all(&packed.body).unwrap();
        assert_eq!(unpacked.finish().unwrap(), plain.body);
        page::read_into(&mut state, &plain.body).unwrap();
    }
    let products: Vec<_> = state.products().map(|product| product.id.clone()).collect();
    assert_eq!(products, [phone::product(2).id], "only what is in stock");
    assert_eq!(state.lines().count(), 6 * 256);
    assert_eq!(state.people().count(), 2);

    rep.cursor = made.order;
    rep.incarnation = Some(made.incarnation);
    let response = rep.sync(&[]).await;
    assert_eq!(response.changes.len(), 1, "the rest comes by a sync");
}
