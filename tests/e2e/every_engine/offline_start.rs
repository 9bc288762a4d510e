//! The app opens without a server.

use crate::support::{Phone, Server};

#[tokio::test(flavor = "multi_thread")]
async fn the_app_opens_with_the_server_gone() {
    let mut server = Server::empty("offline-start").await;
    let phone = Phone::new("offline-start", &server).await;
    phone.goto("/").await;
    phone.wait_for_css("main").await;
    phone.wait_for_service_worker().await;

    server.stop().await;
    phone.reload().await;
    phone.wait_for_css("main").await;
    phone.close().await;
}
