//! Beginning for real: an empty server, a set-up link, files, invitations, stock, a transfer.

use crate::support::{Phone, Server};
use crate::walk::{invitation, join, type_a_receipt};

const CATALOGUE: &str = "\
device_identifier,issuing_agency,brand_name,version_model_number,catalog_number,company_name,description,lot_batch_controlled,serial_number_controlled,expiration_date_on_label,sterile,single_use,size_text
00614950000203,GS1,ACE,0039433,0039433,\"ACE SURGICAL SUPPLY CO., INC.\",TITANIUM MICRO MESH 152X66MM,yes,no,no,no,yes,
";

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_begins_and_moves_its_first_implant() {
    let mut server = Server::stopped("beginning");
    let printed = server.run(&["init"]);
    server.start().await;
    let admin = set_up(&server, &printed).await;
    import_catalogue(&server);
    let kim = invite(&server, &admin, "Kim Rep").await;
    let lou = invite(&server, &admin, "Lou Rep").await;
    receive(&kim).await;
    offer_to_lou(&kim).await;
    lou.visit("/handoffs").await;
    lou.click_test_id("tab-in").await;
    lou.click_row("[data-testid=handoff-row]", "Kim Rep").await;
    lou.click_test_id("confirm-answer").await;
    lou.wait_for_text("Answered").await;
    lou.wait_until_confirmed().await;
    lou.visit("/stock").await;
    lou.wait_for_text("LOT77").await;
    for phone in [admin, kim, lou] {
        phone.close().await;
    }
    server.stop().await;
    server.verify();
}

async fn set_up(server: &Server, printed: &str) -> Phone {
    let token = printed.split("/setup#").nth(1).unwrap_or_default();
    let token: String = token
        .chars()
        .take_while(|one| !one.is_whitespace())
        .collect();
    let admin = Phone::new("beginning-admin", server).await;
    admin.goto(&format!("/setup#{token}")).await;
    admin.fill_css("#organization", "North Ridge").await;
    admin.fill_css("#admin", "Ada Admin").await;
    admin.fill_css("#login", "ada@north").await;
    admin.fill_css("#password", "a long enough sentence").await;
    admin.click_test_id("begin").await;
    admin.wait_for_title("Today").await;
    admin
}

fn import_catalogue(server: &Server) {
    let file = server.data().join("catalogue.csv");
    assert!(std::fs::write(&file, CATALOGUE).is_ok());
    let file = file.to_string_lossy();
    let said = server.run(&["import", "--org", "North Ridge", "catalogue", &file]);
    assert!(said.contains("Imported 1 rows"), "{said}");
}

async fn invite(server: &Server, admin: &Phone, name: &str) -> Phone {
    let token = invitation(admin, name).await;
    let phone = Phone::new(&format!("beginning-{}", &name[..3]), server).await;
    join(&phone, &token, &format!("{}@north", &name[..3])).await;
    phone
}

/// Takes a typed code into custody.
async fn receive(kim: &Phone) {
    type_a_receipt(kim, "(01)00614950000203(10)LOT77", "TITANIUM MICRO MESH").await;
    kim.click_test_id("confirm-receive").await;
    kim.wait_until_confirmed().await;
}

async fn offer_to_lou(kim: &Phone) {
    kim.visit("/handoff/new").await;
    kim.select("To", "Lou Rep").await;
    kim.wait_for_text("LOT77").await;
    kim.step("[data-testid=offer-line]", 0, "offer-quantity", true)
        .await;
    kim.click_test_id("confirm-offer").await;
    kim.wait_until_confirmed().await;
}
