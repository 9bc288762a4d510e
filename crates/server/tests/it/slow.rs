//! Clients that take their time, over a real connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use baton_server::http::{listen, router};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::support::TestApp;

/// Sends this and nothing more, and reads what comes until the server hangs up.
fn say(port: u16, said: &[u8]) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    // Only so that a server that waits for ever fails the test and does not hang it.
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.write_all(said)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_never_ends_and_a_silent_connection_are_hung_up() {
    let app = TestApp::empty().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stop, stopping) = watch::channel(false);
    let head_max = Duration::from_millis(100);
    let serving = tokio::spawn(listen::serve(
        listener,
        router(app.site.clone()),
        head_max,
        stopping,
    ));
    for said in [
        &b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: "[..],
        b"GET /hea",
        b"",
    ] {
        let answer = tokio::task::spawn_blocking(move || say(port, said));
        let answer = answer.await.unwrap().expect("it hung up");
        assert!(!answer.contains(" 200 "), "{answer}");
    }
    let whole = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let answer = tokio::task::spawn_blocking(move || say(port, whole));
    assert!(answer.await.unwrap().unwrap().starts_with("HTTP/1.1 200 "));
    stop.send(true).unwrap();
    serving.await.unwrap();
}
