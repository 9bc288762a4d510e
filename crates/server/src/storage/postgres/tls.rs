//! TLS to PostgreSQL, asked for in the address: `?sslmode=verify-full&sslrootcert=FILE`.
//!
//! There are two ways and no middle: plain (no `sslmode`, or `disable`: a socket, a private network),
//! or encrypted to a server that has shown who it is. `require` and `verify-ca` of other programs check
//! less; here they mean `verify-full`. `prefer` would let whoever sits between turn it off, and is
//! refused. Trusted is the certificate in `sslrootcert`, or, without it, what browsers trust.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::storage::StorageError;

/// What an address asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    verified: bool,
    root: Option<String>,
}

/// Takes `sslmode` and `sslrootcert` off an address.
pub(super) fn take_off(url: &str) -> Result<(String, Wanted), StorageError> {
    let mut wanted = Wanted::default();
    let Some((address, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), wanted));
    };
    let mut mode = None;
    let mut rest = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = Some(value),
            Some(("sslrootcert", value)) => wanted.root = Some(decoded(value)),
            _ => rest.push(pair),
        }
    }
    wanted.verified = match mode {
        Some("require" | "verify-ca" | "verify-full") => true,
        Some("disable") => false,
        None => wanted.root.is_some(),
        Some(_) => {
            return Err(StorageError::Unavailable(
                "`sslmode` in DATABASE_URL is neither `disable` nor `verify-full`".into(),
            ));
        }
    };
    let rest = rest.join("&");
    let question = if rest.is_empty() { "" } else { "?" };
    Ok((format!("{address}{question}{rest}"), wanted))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut left = text.as_bytes();
    while let Some((first, rest)) = left.split_first() {
        let digits = rest.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                left = &rest[2..];
            }
            _ => {
                bytes.push(*first);
                left = rest;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Wanted {
    /// As connections are told.
    pub(super) fn mode(&self) -> SslMode {
        if self.verified {
            SslMode::Require
        } else {
            SslMode::Disable
        }
    }

    /// Who shakes hands.
    pub(super) fn connector(&self) -> Result<MakeRustlsConnect, StorageError> {
        let unfit = |why: String| StorageError::Unavailable(why);
        let mut roots = RootCertStore::empty();
        match &self.root {
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(path) => {
                let unread = |error: &dyn std::fmt::Display| {
                    unfit(format!("the `sslrootcert` {path} cannot be used: {error}"))
                };
                let found = CertificateDer::pem_file_iter(path).map_err(|error| unread(&error))?;
                for certificate in found {
                    let certificate = certificate.map_err(|error| unread(&error))?;
                    roots.add(certificate).map_err(|error| unread(&error))?;
                }
                if roots.is_empty() {
                    return Err(unread(&"it holds no certificate"));
                }
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unfit(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_concerns_tls_is_taken_off_and_the_rest_stays() {
        let plain = "postgres://a:b@h/d";
        assert_eq!(take_off(plain).unwrap(), (plain.into(), Wanted::default()));
        let long = "postgres://h/d?sslmode=verify-full&options=-cx%3D1&sslrootcert=%2Fetc%2Fca.pem";
        let (url, wanted) = take_off(long).unwrap();
        assert_eq!(url, "postgres://h/d?options=-cx%3D1");
        assert_eq!(wanted.root.as_deref(), Some("/etc/ca.pem"));
        for (word, mode) in [
            ("disable", SslMode::Disable),
            ("require", SslMode::Require),
            ("verify-ca", SslMode::Require),
        ] {
            let (_, wanted) = take_off(&format!("{plain}?sslmode={word}")).unwrap();
            assert_eq!(wanted.mode(), mode, "{word}");
        }
        let (_, wanted) = take_off("postgres://h/d?sslrootcert=/ca.pem").unwrap();
        assert_eq!(wanted.mode(), SslMode::Require, "a root asks for TLS");
        assert!(take_off("postgres://h/d?sslmode=prefer").is_err());
    }
}
