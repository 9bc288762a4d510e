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

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_that_come_later_are_there_with_the_server_gone() {
    let mut server = Server::demo("offline-parts").await;
    let phone = Phone::new("offline-parts", &server).await;
    phone.enter_demo("ada@demo").await;
    server.stop().await;
    phone.reload().await;
    phone.wait_for_title("Today").await;
    for (path, title) in [
        ("/case/new", "Schedule a case"),
        ("/office/people", "People"),
    ] {
        phone.visit(path).await;
        phone.wait_for_title(title).await;
    }
    phone.close().await;
}
