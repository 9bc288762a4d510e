//! `GET /api/v1/changes`

use baton_domain::EntryBody;

use crate::support::{Phone, TestApp, phone};

#[tokio::test]
async fn nudges_need_a_session() {
    let app = TestApp::empty().await;
    app.client()
        .get("/api/v1/changes")
        .await
        .is_error(401, "signed_out");
}

#[tokio::test]
async fn a_nudge_comes_at_once_and_then_with_every_news_of_the_own_organization() {
    let app = TestApp::empty().await;
    let mut admin = Phone::enrol(app.found("North").await).await;
    let mut stranger = Phone::enrol(app.found("South").await).await;
    let mut events = admin.client.stream("/api/v1/changes").await;
    assert_eq!(events.next().await.unwrap(), "event: order\ndata: 3");
    stranger
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(1)]))
        .await;
    admin
        .record_accepted(EntryBody::ProductsListed(vec![phone::product(2)]))
        .await;
    let mut last = events.next().await.unwrap();
    if last.ends_with('4') {
        last = events.next().await.unwrap();
    }
    assert_eq!(last, "event: order\ndata: 5");
    app.stop();
    assert_eq!(
        events.next().await,
        None,
        "a server that stops ends the streams"
    );
}
