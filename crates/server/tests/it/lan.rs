//! HTTPS with an authority of one's own.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use baton_server::data_folder::DataFolder;
use baton_server::lan::{self, Lan};
use baton_server::tls::TlsListener;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

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

#[tokio::test]
async fn a_phone_that_trusts_the_authority_reaches_the_server_by_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    let lan = Lan::open(&data, "192.168.1.7:8443".parse().unwrap()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let listener = TlsListener::new(listener, Arc::clone(&lan.tls)).unwrap();
    tokio::spawn(async {
        axum::serve(
            listener,
            Router::new().route("/", get(|| async { "hello" })),
        )
        .await
    });

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

#[test]
fn the_authority_is_for_local_networks_only() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::open(folder.path()).unwrap();
    let words = Lan::open(&data, "8.8.8.8:443".parse().unwrap())
        .err()
        .unwrap()
        .to_string();
    assert!(
        words.contains("not an address of a local network"),
        "{words}"
    );
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
