//! HTTPS with an authority of one's own.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use baton_server::data_folder::DataFolder;
use baton_server::lan::{self, Lan};
use baton_server::tls::TlsListener;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use crate::support::TestApp;

async fn ask(
    port: u16,
    name: &str,
    trusted: &CertificateDer<'static>,
) -> Result<String, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

/// Serves a word with a server's certificate.
async fn serve(lan: &Lan) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let listener = TlsListener::new(listener, Arc::clone(&lan.tls)).unwrap();
    let router = Router::new().route("/", get(|| async { "hello" }));
    tokio::spawn(async { axum::serve(listener, router).await });
    port
}

#[tokio::test]
async fn a_phone_that_trusts_the_authority_reaches_the_server_by_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    let lan = Lan::open(&data, "192.168.1.7:8443".parse().unwrap()).unwrap();
    let port = serve(&lan).await;
    let trusted = lan.trust.certificate().clone();
    // Somebody who connects and says nothing holds up nobody.
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    for name in ["192.168.1.7", "127.0.0.1", "localhost"] {
        assert!(
            ask(port, name, &trusted).await.unwrap().ends_with("hello"),
            "{name}"
        );
    }
    assert!(
        ask(port, "192.168.1.8", &trusted).await.is_err(),
        "another address"
    );

    // The authority stays the same, the server's certificate is made anew.
    let again = Lan::open(&data, "10.0.0.5:8443".parse().unwrap()).unwrap();
    assert_eq!(again.trust.certificate(), &trusted);
    let other_folder = tempfile::tempdir().unwrap();
    let other = Lan::open(
        &DataFolder::open(other_folder.path()).unwrap(),
        "10.0.0.5:8443".parse().unwrap(),
    )
    .unwrap();
    assert!(
        ask(port, "192.168.1.7", other.trust.certificate())
            .await
            .is_err(),
        "another authority"
    );
}

#[tokio::test]
async fn the_authority_speaks_for_local_networks_and_for_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    Lan::open(&data, "10.0.0.5:8443".parse().unwrap()).unwrap();
    let words = Lan::open(&data, "203.0.113.7:443".parse().unwrap())
        .err()
        .unwrap()
        .to_string();
    assert!(
        words.contains("is not made for the address 203.0.113.7"),
        "{words}"
    );

    // Somebody steals the key and signs for an address that is not local.
    let elsewhere = tempfile::tempdir().unwrap();
    let stolen = DataFolder::open(elsewhere.path()).unwrap();
    for name in ["lan-ca.key", "lan-ca.crt"] {
        std::fs::copy(folder.path().join(name), elsewhere.path().join(name)).unwrap();
    }
    stolen
        .write_secret("lan-ca.address", "203.0.113.7")
        .unwrap();
    let forged = Lan::open(&stolen, "203.0.113.7:443".parse().unwrap()).unwrap();
    let port = serve(&forged).await;
    assert!(
        ask(port, "203.0.113.7", forged.trust.certificate())
            .await
            .is_err()
    );

    // A network with public addresses inside: made for that one address.
    let campus = tempfile::tempdir().unwrap();
    let campus = DataFolder::open(campus.path()).unwrap();
    let lan = Lan::open(&campus, "203.0.113.7:443".parse().unwrap()).unwrap();
    let port = serve(&lan).await;
    assert!(
        ask(port, "203.0.113.7", lan.trust.certificate())
            .await
            .unwrap()
            .ends_with("hello")
    );
    assert!(Lan::open(&campus, "203.0.113.7:443".parse().unwrap()).is_ok());
    assert!(Lan::open(&campus, "203.0.113.8:443".parse().unwrap()).is_err());
}

#[tokio::test]
async fn the_page_on_trusting_offers_the_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    let lan = Lan::open(&data, "10.0.0.5:8443".parse().unwrap()).unwrap();
    TestApp::empty()
        .await
        .client()
        .get("/lan")
        .await
        .is_error(404, "not_found");
    let app = TestApp::builder().trust(lan.trust.clone()).start().await;
    let page = app.client().get("/lan").await;
    assert!(
        page.text().contains("https://10.0.0.5:8443/"),
        "{}",
        page.text()
    );
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'self'")
    );
    let file = app.client().get("/lan/baton-ca.crt").await;
    assert_eq!(file.header("content-type"), "application/x-x509-ca-cert");
    assert_eq!(file.body, lan.trust.certificate().as_ref());
    let plain = tower::ServiceExt::oneshot(
        lan.trust.plain_router(),
        Request::get("/trust").body(Body::empty()).unwrap(),
    );
    assert_eq!(plain.await.unwrap().status(), 200);
}

#[cfg(unix)]
#[test]
fn the_authoritys_key_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    Lan::open(
        &DataFolder::open(folder.path()).unwrap(),
        "10.0.0.5:8443".parse().unwrap(),
    )
    .unwrap();
    let mode = std::fs::metadata(folder.path().join("lan-ca.key"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_terminal_shows_a_code() {
    let code = lan::terminal_code("https://192.168.1.7:8443/").unwrap();
    assert!(code.lines().count() > 12);
}
