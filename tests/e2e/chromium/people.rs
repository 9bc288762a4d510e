//! The office looks after people: a role that changes, somebody who leaves.

use crate::support::{Phone, Server};

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_changes_a_role_and_somebody_who_left_cannot_go_on() {
    let server = Server::demo("people").await;
    let ben = Phone::new("people-ben", &server).await;
    ben.enter_demo("ben@demo").await;
    ben.wait_until_confirmed().await;
    let office = Phone::new("people-office", &server).await;
    office.enter_demo("ada@demo").await;
    office.visit("/office/people").await;
    let name = ben_by_name(&ben).await;
    change(&office, &name).await;
    office.select("Role", "Operations").await;
    office.click_test_id("save-person").await;
    office.wait_until_confirmed().await;
    ben.visit("/me").await;
    ben.wait_for_text("Operations").await;

    change(&office, &name).await;
    office.click_test_id("person-left").await;
    office.wait_for_text("They can no longer sign in").await;
    office.click_test_id("save-person").await;
    office.wait_until_confirmed().await;
    office.wait_for_text("Left").await;
    ben.wait_for_state("Phone revoked").await;
    for phone in [ben, office] {
        phone.close().await;
    }
}

async fn ben_by_name(ben: &Phone) -> String {
    ben.visit("/me").await;
    ben.wait_for_test_id("phone-label").await;
    ben.texts("[data-testid=title]").await.concat()
}

async fn change(office: &Phone, name: &str) {
    office.wait_for_text(name).await;
    office.click_test_id(&format!("change-{name}")).await;
    office.wait_for_test_id("person-name").await;
}
