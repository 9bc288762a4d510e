//! The real path from a camera to a recorded use, and what is said when there is no picture.

use crate::support::{Label, Phone, Server};
use serde_json::json;

/// A line of Ana's that her case can use, as its label says it.
struct Piece {
    code: String,
    case: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_datamatrix_before_the_camera_becomes_a_recorded_use() {
    let server = Server::demo("scan-use-matrix").await;
    let piece = find_piece("scan-use-matrix", &server).await;
    use_through_the_camera(
        "scan-use-matrix",
        &server,
        &piece,
        Label::DataMatrix(&piece.code),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gs1_128_before_the_camera_becomes_a_recorded_use() {
    let server = Server::demo("scan-use-linear").await;
    let piece = find_piece("scan-use-linear", &server).await;
    use_through_the_camera(
        "scan-use-linear",
        &server,
        &piece,
        Label::Gs1128(&piece.code),
    )
    .await;
}

/// Reads off a stock line what its label would say.
async fn find_piece(name: &str, server: &Server) -> Piece {
    let ana = Phone::new(&format!("{name}-desk"), server).await;
    ana.enter_demo("ana@demo").await;
    ana.click_row("[data-testid=case-card] .case-open", "")
        .await;
    ana.wait_for_test_id("light").await;
    let case = ana.path().await;
    ana.click_test_id("record-use").await;
    ana.wait_for_test_id("use-line").await;
    let script = "return document.querySelector('[data-testid=use-line]').dataset.line";
    let line = ana.execute(script, vec![]).await;
    let line = line.as_str().unwrap_or_default();
    let code = ana.label_of(&format!("/stock/{line}")).await;
    ana.close().await;
    assert!(code.starts_with("(01)0"), "{code}");
    Piece { code, case }
}

async fn use_through_the_camera(name: &str, server: &Server, piece: &Piece, label: Label<'_>) {
    let phone = Phone::with_camera(name, server, label).await;
    phone.enter_demo("ana@demo").await;
    phone.visit(&format!("{}/use", piece.case)).await;
    phone.click_test_id("scan-use-label").await;
    phone.wait_for_test_id("save-use").await;
    phone.wait_for_no_text("Hold the code in the frame").await;
    phone.click_test_id("save-use").await;
    phone.visit("/activity").await;
    phone.wait_for_test_id("counts").await;
    phone.wait_until_confirmed().await;
    assert_eq!(phone.number("count-confirmed").await, 1);
    assert_eq!(phone.number("count-review").await, 0);
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scan_tells_what_lies_before_the_camera_and_survives_a_lost_track() {
    let server = Server::demo("scan-what").await;
    let code = "(01)00614950000203(17)290630(10)LOT77";
    let phone = Phone::with_camera("scan-what", &server, Label::DataMatrix(code)).await;
    phone.enter_demo("ana@demo").await;
    phone.visit("/scan").await;
    phone.wait_for_test_id("scan-result").await;
    let shown = "return document.querySelector('[data-testid=scan-outcome]').dataset.code";
    assert_eq!(
        phone.execute(shown, vec![]).await,
        json!("]d201006149500002031729063010LOT77")
    );
    // The next: the camera goes on, and is opened again when its track ends under it.
    phone.click_test_id("scan-next").await;
    phone.wait_for_css("#scan-video").await;
    let end = "const video = document.querySelector('#scan-video');
        if (!video || !video.srcObject || video.dataset.ended) return false;
        video.srcObject.getTracks().forEach(track => track.stop());
        video.dataset.ended = 'yes';
        return true;";
    phone
        .wait_until("the track is ended", || async {
            // It may have been read already, which is as well.
            phone.execute(end, vec![]).await == json!(true)
                || !phone.texts("[data-testid=scan-result]").await.is_empty()
        })
        .await;
    phone.wait_for_test_id("scan-result").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_picture_the_other_ways_are_offered() {
    let server = Server::demo("scan-trouble").await;
    let phone = Phone::new("scan-trouble", &server).await;
    phone.enter_demo("ana@demo").await;
    // This machine of tests has no camera.
    phone.visit("/scan").await;
    phone.wait_for_text("No camera here").await;
    phone.wait_for_test_id("scan-photo-label").await;
    phone.wait_for_test_id("scan-code").await;
    for (name, words) in [
        ("NotReadableError", "The camera is taken"),
        ("NotAllowedError", "The camera is not allowed"),
        ("NotFoundError", "No camera here"),
    ] {
        let script = "const [name] = arguments;
            navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name));";
        phone.execute(script, vec![json!(name)]).await;
        phone.click_test_id("scan-again").await;
        phone.wait_for_text(words).await;
        phone.wait_for_text("typing work all the same").await;
    }
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_the_person_forbids_is_said_to_be_forbidden() {
    let server = Server::demo("scan-denied").await;
    let code = "(01)00614950000203(10)LOT77";
    let phone = Phone::with_camera("scan-denied", &server, Label::DataMatrix(code)).await;
    phone.enter_demo("ana@demo").await;
    phone.allow_camera(false).await;
    phone.visit("/scan").await;
    phone.wait_for_text("The camera is not allowed").await;
    phone.allow_camera(true).await;
    phone.click_test_id("scan-again").await;
    phone.wait_for_test_id("scan-result").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_black_or_muted_camera_is_said_and_goes_on_when_it_shows_something() {
    let server = Server::demo("scan-dark").await;
    let phone = Phone::new("scan-dark", &server).await;
    phone.enter_demo("ana@demo").await;
    let black = "const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [640, 480];
        const picture = canvas.getContext('2d');
        window.lit = false;
        setInterval(() => {
            for (let x = 0; x < 640; x += 20) {
                picture.fillStyle = window.lit && Math.random() > 0.5 ? '#fff' : '#000';
                picture.fillRect(x, 0, 20, 480);
            }
        }, 100);
        const stream = canvas.captureStream(10);
        window.track = stream.getVideoTracks()[0];
        navigator.mediaDevices.getUserMedia = () => Promise.resolve(stream);";
    phone.execute(black, vec![]).await;
    phone.visit("/scan").await;
    phone.wait_for_text("The camera shows nothing").await;
    phone.wait_for_text("typing work all the same").await;
    phone.execute("window.lit = true", vec![]).await;
    phone.wait_for_text("Hold the code in the frame").await;
    // The system mutes a camera while a call has it.
    let mute = "Object.defineProperty(window.track, 'muted',
        {value: arguments[0], configurable: true})";
    phone.execute(mute, vec![json!(true)]).await;
    phone.wait_for_text("The camera shows nothing").await;
    phone.execute(mute, vec![json!(false)]).await;
    phone.wait_for_text("Hold the code in the frame").await;
    phone.close().await;
}
