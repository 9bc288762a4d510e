//! HTTPS on a local network without a domain: a certificate authority of one's own.
//!
//! Phones run the app only in a secure context, and no public authority signs for 192.168.1.7.
//! So the data folder gets an authority of its own, made once, whose key only the owner can read.
//! A phone that trusts it trusts it for private addresses and nothing else: the certificate is
//! constrained by name, so that even a stolen key cannot speak for a site on the internet. (Some
//! hospitals and universities use public addresses inside; then that one address is added.)
//! The certificate of the server itself is made anew at each start and lives in memory only.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::http::header;
use axum::response::Html;
use axum::routing::get;
use qrcodegen::{QrCode, QrCodeEcc};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, SanType, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};

use crate::data_folder::DataFolder;
use crate::tls;
use crate::words::Failure;

const KEY_FILE: &str = "lan-ca.key";
const CERTIFICATE_FILE: &str = "lan-ca.crt";
/// The one address beyond the private ones for which it is made, if any.
const ADDRESS_FILE: &str = "lan-ca.address";
/// iOS refuses longer ones, also below an authority that a person added.
const LEAF_DAYS: u32 = 397;
const CA_DAYS: u32 = 3650;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// HTTPS for a local network.
pub struct Lan {
    /// The server's certificate, ready to serve.
    pub tls: Arc<ServerConfig>,
    /// The authority that phones have to trust.
    pub trust: TrustPage,
}

/// The page that explains how to trust the authority, and the authority's certificate.
#[derive(Clone)]
pub struct TrustPage {
    html: String,
    certificate: CertificateDer<'static>,
}

impl Lan {
    /// Reads the authority of a data folder, or makes it, and signs for `address`.
    pub fn open(folder: &DataFolder, address: SocketAddr) -> Result<Self, Failure> {
        let (key, certificate) = authority(folder, address.ip())?;
        let name = common_name(&key);
        let tls =
            sign(&key, &certificate, address.ip()).map_err(|error| damaged(folder, &error))?;
        let html = page(
            &format!("https://{address}/"),
            &name,
            &fingerprint(&certificate),
        );
        Ok(Self {
            tls,
            trust: TrustPage { html, certificate },
        })
    }
}

impl TrustPage {
    /// The page at `/lan` and the certificate at `/lan/baton-ca.crt`.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let (html, certificate) = (self.html.clone(), self.certificate.to_vec());
        let kind = [
            (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
            (
                header::CONTENT_DISPOSITION,
                "attachment; filename=\"baton-ca.crt\"",
            ),
        ];
        Router::new()
            .route("/lan", get(async move || Html(html)))
            .route("/lan/baton-ca.crt", get(async move || (kind, certificate)))
    }

    /// The same on a port without TLS, where `/` and `/trust` show the page too.
    pub fn plain_router(&self) -> Router {
        let (root, trust) = (self.html.clone(), self.html.clone());
        self.router()
            .route("/", get(async move || Html(root)))
            .route("/trust", get(async move || Html(trust)))
    }

    /// The authority's certificate, DER.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }
}

/// The address by which others on the local network reach this machine.
pub fn own_address() -> Option<IpAddr> {
    // Nothing is sent: connecting a datagram socket only asks the system which way it would go.
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket
        .local_addr()
        .ok()
        .map(|address| address.ip())
        .filter(|ip| !ip.is_loopback())
}

/// A code to scan from the terminal, dark on light whatever the terminal's colours are.
pub fn terminal_code(text: &str) -> Option<String> {
    const QUIET: i32 = 4;
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let dark = |x, y| code.get_module(x, y);
    let end = code.size() + QUIET;
    let mut lines = String::new();
    for y in (-QUIET..end).step_by(2) {
        lines.push_str("  \x1b[30;107m");
        for x in -QUIET..end {
            lines.push(match (dark(x, y), dark(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        lines.push_str("\x1b[0m\n");
    }
    Some(lines)
}

fn authority(
    folder: &DataFolder,
    ip: IpAddr,
) -> Result<(KeyPair, CertificateDer<'static>), Failure> {
    let added = (!is_private(ip)).then_some(ip);
    if let (Some(key), Some(certificate)) = (
        folder.read_secret(KEY_FILE)?,
        folder.read_secret(CERTIFICATE_FILE)?,
    ) {
        let known = folder.read_secret(ADDRESS_FILE)?;
        if added.is_some_and(|ip| known.as_deref() != Some(ip.to_string().as_str())) {
            let what = format!("the local authority is not made for the address {ip}");
            return Err(Failure::new(what).next(anew()));
        }
        let key = KeyPair::from_pem(&key).map_err(|error| damaged(folder, &error))?;
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes());
        return Ok((key, certificate.map_err(|error| damaged(folder, &error))?));
    }
    let failed = |error: rcgen::Error| {
        Failure::new(format!("the local authority could not be made: {error}"))
    };
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = authority_params(&key, added)
        .self_signed(&key)
        .map_err(failed)?;
    if let Some(ip) = added {
        folder.write_secret(ADDRESS_FILE, &ip.to_string())?;
    }
    folder.write_secret(KEY_FILE, &key.serialize_pem())?;
    folder.write_secret(CERTIFICATE_FILE, &certificate.pem())?;
    Ok((key, certificate.der().clone()))
}

fn authority_params(key: &KeyPair, added: Option<IpAddr>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name(key));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: local_names(added),
        excluded_subtrees: Vec::new(),
    });
    set_validity(&mut params, CA_DAYS);
    params
}

fn sign(
    key: &KeyPair,
    authority: &CertificateDer<'static>,
    ip: IpAddr,
) -> Result<Arc<ServerConfig>, rcgen::Error> {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    let addresses = [ip, Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    params
        .subject_alt_names
        .extend(addresses.map(SanType::IpAddress));
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Baton on this network");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    set_validity(&mut params, LEAF_DAYS);
    let leaf = KeyPair::generate()?;
    let ca = authority_params(key, None);
    let certificate = params.signed_by(&leaf, &Issuer::from_params(&ca, key))?;
    let secret = PrivateKeyDer::try_from(leaf.serialize_der())
        .map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
    tls::config(vec![certificate.der().clone(), authority.clone()], secret)
        .map_err(|_| rcgen::Error::CouldNotParseCertificate)
}

/// A name that tells two authorities on one phone apart.
fn common_name(key: &KeyPair) -> String {
    let digest = Sha256::digest(key.public_key_raw());
    let short: String = digest
        .iter()
        .take(3)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("Baton local network {short}")
}

/// What the authority may sign for.
fn local_names(added: Option<IpAddr>) -> Vec<GeneralSubtree> {
    let v4 = [
        ([10, 0, 0, 0], 8),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
        ([100, 64, 0, 0], 10),
        ([169, 254, 0, 0], 16),
        ([127, 0, 0, 0], 8),
    ];
    let v6 = [
        (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
        (Ipv6Addr::LOCALHOST, 128),
    ];
    let subnets = v4
        .map(|(address, prefix)| CidrSubnet::from_v4_prefix(address, prefix))
        .into_iter()
        .chain(v6.map(|(address, prefix)| CidrSubnet::from_v6_prefix(address.octets(), prefix)));
    let whole = |ip: IpAddr| CidrSubnet::from_addr_prefix(ip, if ip.is_ipv4() { 32 } else { 128 });
    subnets
        .chain(added.map(whole))
        .map(GeneralSubtree::IpAddress)
        .chain([GeneralSubtree::DnsName("localhost".into())])
        .collect()
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let shared = first == 100 && (64..128).contains(&second);
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || shared
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

/// From yesterday, because phones' clocks are not exact, for so many days.
fn set_validity(params: &mut CertificateParams, days: u32) {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let whole_days = Duration::from_secs(since.as_secs() / DAY.as_secs() * DAY.as_secs());
    params.not_before = date_time_ymd(1970, 1, 1) + whole_days - DAY;
    params.not_after = params.not_before + DAY * days;
}

fn fingerprint(certificate: &CertificateDer<'static>) -> String {
    let digest = Sha256::digest(certificate);
    digest
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect::<Vec<_>>()
        .join(" ")
}

fn damaged(folder: &DataFolder, error: &dyn std::fmt::Display) -> Failure {
    let folder = folder.path().display();
    Failure::new(format!(
        "the local authority in {folder} cannot be used: {error}"
    ))
    .next(anew())
}

fn anew() -> String {
    format!(
        "Remove {KEY_FILE} and {CERTIFICATE_FILE} from the data folder to make a new one; every phone \
         then has to trust it anew"
    )
}

fn page(address: &str, name: &str, fingerprint: &str) -> String {
    format!(
        "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>Trust this Baton server</title>
<h1>Trust this Baton server</h1>
<p>Phones run Baton only over a secure connection. This server made its own certificate authority
for your local network. Trust it once on each phone, then open the app.
<p><a href=\"/lan/baton-ca.crt\">1. Download the certificate</a>
<h2>2. On an iPhone or iPad (with Safari)</h2>
<ol>
<li>Tap the link above and allow the download of the profile.
<li>Settings, “Profile Downloaded”, Install.
<li>Settings, General, About, Certificate Trust Settings: switch on “{name}”.
</ol>
<h2>2. On Android</h2>
<ol>
<li>Tap the link above.
<li>Settings, Security, More security settings, Encryption and credentials, Install a certificate,
CA certificate: choose the downloaded file “baton-ca.crt”.
</ol>
<h2>3. Open the app</h2>
<p><a href=\"{address}\">{address}</a>
<h2>Is it the right one?</h2>
<p>The authority is called “{name}”. Its SHA-256 fingerprint is shown in the server's terminal too:
<p><code>{fingerprint}</code>
<p>It is good for addresses of local networks only. When you no longer need it, remove it where you
installed it.
"
    )
}
