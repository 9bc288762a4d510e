//! The phone's signing key: an ES256 pair that WebCrypto makes and never lets out.
//!
//! The private half is *not extractable*: no code of this page, and no copy of its database
//! read elsewhere, can sign as this phone. What is kept is the `CryptoKeyPair` itself, as a
//! structured clone in IndexedDB.

use super::js;
use crate::commands::{KeyFailed, Signer};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;

/// A pair of keys, ready to sign.
#[derive(Clone, Debug)]
pub struct KeyPair {
    private: JsValue,
    handle: JsValue,
}

impl KeyPair {
    /// Makes a new pair.
    pub async fn generate() -> Result<Self, KeyFailed> {
        let subtle = subtle()?;
        let usages: Array = ["sign", "verify"]
            .into_iter()
            .map(JsValue::from_str)
            .collect();
        let arguments = [algorithm(), JsValue::FALSE, usages.into()];
        let handle = js::call_later(&subtle, "generateKey", &arguments)
            .await
            .map_err(|_| KeyFailed)?;
        Self::from_handle(handle)
    }

    /// Takes up a pair that was kept.
    pub fn from_handle(handle: JsValue) -> Result<Self, KeyFailed> {
        let private = js::get(&handle, "privateKey").ok_or(KeyFailed)?;
        Ok(Self { private, handle })
    }

    /// What to keep in IndexedDB.
    pub fn handle(&self) -> &JsValue {
        &self.handle
    }
}

impl Signer for KeyPair {
    async fn public_key(&self) -> Result<[u8; 33], KeyFailed> {
        let public = js::get(&self.handle, "publicKey").ok_or(KeyFailed)?;
        let arguments = [JsValue::from_str("raw"), public];
        let raw = js::call_later(&subtle()?, "exportKey", &arguments)
            .await
            .map_err(|_| KeyFailed)?;
        compress(&Uint8Array::new(&raw).to_vec()).ok_or(KeyFailed)
    }

    async fn sign(&self, input: &[u8]) -> Result<[u8; 64], KeyFailed> {
        let how = js::object(&[("name", "ECDSA".into()), ("hash", "SHA-256".into())]);
        let arguments = [how, self.private.clone(), Uint8Array::from(input).into()];
        let signature = js::call_later(&subtle()?, "sign", &arguments)
            .await
            .map_err(|_| KeyFailed)?;
        Uint8Array::new(&signature)
            .to_vec()
            .try_into()
            .map_err(|_| KeyFailed)
    }
}

/// The uncompressed point that WebCrypto exports (04, X, Y) as a compressed one (02 or 03 by Y's
/// parity, X). That it is a point on the curve is WebCrypto's word, and checked by the server.
fn compress(raw: &[u8]) -> Option<[u8; 33]> {
    if raw.len() != 65 || raw[0] != 4 {
        return None;
    }
    let mut compressed = [0; 33];
    compressed[0] = 2 + (raw[64] & 1);
    compressed[1..].copy_from_slice(&raw[1..33]);
    Some(compressed)
}

fn algorithm() -> JsValue {
    js::object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())])
}

fn subtle() -> Result<JsValue, KeyFailed> {
    js::get(&js::window(), "crypto")
        .and_then(|crypto| js::get(&crypto, "subtle"))
        .ok_or(KeyFailed)
}

#[cfg(test)]
mod tests {
    use super::compress;

    #[test]
    fn a_point_is_compressed_by_the_parity_of_y() {
        let mut raw = [7; 65];
        raw[0] = 4;
        raw[64] = 2;
        assert_eq!(
            compress(&raw).map(|point| (point[0], point[32])),
            Some((2, 7))
        );
        raw[64] = 3;
        assert_eq!(compress(&raw).map(|point| point[0]), Some(3));
        assert_eq!(compress(&raw[..33]), None);
        raw[0] = 3;
        assert_eq!(compress(&raw), None);
    }
}
