//! The ways in that need no camera: a still photo, a scanner that types, a thumb.

use serde_json::json;

use crate::support::{Phone, Server, label_pictures};

const CODE: &str = "(01)00614950000203(17)290630(10)LOT77";
const OUTCOME: &str = "[data-testid=scan-outcome]";

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_labels_are_read_through_the_photo_field() {
    let server = Server::demo("scan-photo").await;
    let phone = Phone::new("scan-photo", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.visit("/scan").await;
    let mut read = 0;
    for (picture, expected) in label_pictures() {
        phone.choose_photo(&picture).await;
        match expected {
            Some(expected) => {
                phone.wait_for_css(OUTCOME).await;
                let code = format!("return document.querySelector('{OUTCOME}').dataset.code");
                let code = phone.execute(&code, vec![]).await;
                let code = code.as_str().unwrap_or_default();
                // A device's code keeps the symbology identifier before it.
                let text = match code.strip_prefix(']') {
                    Some(rest) => rest.get(2..).unwrap_or_default(),
                    None => code,
                };
                assert_eq!(text, expected, "{}", picture.display());
                phone.click_test_id("scan-next").await;
                read += 1;
            }
            None => phone.wait_for_text("No code could be read").await,
        }
    }
    assert!(read >= 6, "{read} pictures were read");
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_that_types_is_heard_wherever_the_focus_is() {
    let server = Server::demo("scan-wedge").await;
    let phone = Phone::new("scan-wedge", &server).await;
    phone.enter_demo("ana@demo").await;
    // On Today nothing waits for a code: it leads to what it is.
    phone.scan("010061495000020310LOT77\u{1d}17290630").await;
    phone.wait_for_title("Scan").await;
    phone.wait_for_test_id("scan-result").await;
    let result = phone.texts("[data-testid=scan-result]").await.concat();
    assert!(result.contains("LOT77"), "{result}");

    // While receiving it fills in the form, and what was typed before stays as it was.
    phone.visit("/receive").await;
    phone.fill_css("#receive-product", "nail").await;
    phone.scan("010061495000020310LOT88\u{1d}17290630").await;
    phone.wait_for_css("#lot").await;
    let form =
        "return [document.querySelector('#lot').value, document.querySelector('#expiry').value]";
    phone
        .wait_until("lot and expiry are filled in", || async {
            phone.execute(form, vec![]).await == json!(["LOT88", "2029-06-30"])
        })
        .await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wizard_learns_what_a_scanner_types_for_the_separator() {
    let server = Server::demo("scan-wizard").await;
    let phone = Phone::new("scan-wizard", &server).await;
    phone.enter_demo("ana@demo").await;
    phone.visit("/me/scanner").await;
    phone.wait_for_title("Scanner that types").await;
    let test = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%|END";
    phone.scan(&test.replace('|', "")).await;
    phone.wait_for_text("leaves the separator out").await;
    phone.scan(&test.replace('Z', "Y")).await;
    phone.wait_for_text("another keyboard language").await;
    phone.scan(test).await;
    phone.wait_for_text("is set up now").await;

    // From now on the bar is the separator on this device.
    phone.visit("/scan").await;
    phone.scan("010061495000020310LOT99|17290630").await;
    phone.wait_for_test_id("scan-result").await;
    let result = phone.texts("[data-testid=scan-result]").await.concat();
    assert!(
        result.contains("LOT99") && result.contains("2029"),
        "{result}"
    );
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_is_helped_with_check_digits_and_ends_in_the_same_place() {
    let server = Server::demo("scan-typed").await;
    let phone = Phone::new("scan-typed", &server).await;
    phone.enter_demo("ana@demo").await;
    // WebKitGTK asks in a window of its own whether the camera may be used; that takes the keyboard,
    // and whatever is typed after it is lost.
    let no_camera = "navigator.mediaDevices.getUserMedia =
        () => Promise.reject(new DOMException('', 'NotFoundError'));";
    phone.execute(no_camera, vec![]).await;
    phone.visit("/scan").await;
    // The page settles on whether there is a camera before anybody types.
    phone.wait_for_text("No camera").await;
    phone.fill_css("#scan-code", "0061495000020").await;
    phone.wait_for_text("13 digits").await;
    phone.fill_css("#scan-code", "00614950000208").await;
    phone.wait_for_text("the last should be 3").await;
    phone.fill_css("#scan-code", CODE).await;
    phone.wait_for_test_id("scan-result").await;
    let result = phone.texts("[data-testid=scan-result]").await.concat();
    assert!(result.contains("LOT77"), "{result}");
    phone.close().await;
}
