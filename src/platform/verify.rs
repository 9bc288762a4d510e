//! Checking another phone's signature with WebCrypto, which every phone has, so that no curve
//! arithmetic needs to be downloaded.
//!
//! The ledger keeps public keys as compressed points; WebCrypto takes uncompressed ones. What is
//! missing is one square root modulo the curve's prime, which the browser's big integers do.

use super::js;
use js_sys::{BigInt, Uint8Array};
use wasm_bindgen::JsValue;

/// The prime of P-256, and its constant `b` (FIPS 186-5, SP 800-186 §3.2.1.3).
const PRIME: &str = "0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const B: &str = "0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b";
/// `(p + 1) / 4`: the prime is 3 modulo 4, so raising to it takes a square root.
const ROOT: &str = "0x3fffffffc0000000400000000000000000000000400000000000000000000000";

/// True where `signature` over `message` fits the key, a compressed SEC1 point.
pub async fn verify(key: &[u8; 33], message: &[u8], signature: &[u8; 64]) -> bool {
    let answer = verified(key, message, signature).await;
    answer.is_ok_and(|holds| holds.is_truthy())
}

async fn verified(
    key: &[u8; 33],
    message: &[u8],
    signature: &[u8; 64],
) -> Result<JsValue, JsValue> {
    let subtle = js::get(&js::window(), "crypto")
        .and_then(|crypto| js::get(&crypto, "subtle"))
        .ok_or(JsValue::UNDEFINED)?;
    let raw = uncompressed(key)?;
    let curve = js::object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())]);
    let usages = js_sys::Array::of1(&"verify".into());
    let arguments = [
        "raw".into(),
        Uint8Array::from(&raw[..]).into(),
        curve,
        JsValue::FALSE,
        usages.into(),
    ];
    // A point that is not on the curve is refused here.
    let key = js::call_later(&subtle, "importKey", &arguments).await?;
    let how = js::object(&[("name", "ECDSA".into()), ("hash", "SHA-256".into())]);
    let arguments = [
        how,
        key,
        Uint8Array::from(&signature[..]).into(),
        Uint8Array::from(message).into(),
    ];
    js::call_later(&subtle, "verify", &arguments).await
}

/// The point with its Y: the root of x³ − 3x + b that has the key's parity.
fn uncompressed(key: &[u8; 33]) -> Result<[u8; 65], JsValue> {
    let big = |text: &str| BigInt::new(&text.into()).map_err(JsValue::from);
    let prime = big(PRIME)?;
    let x = big(&hex(&key[1..]))?;
    let three = BigInt::from(3);
    let cube = &(&(&x * &x) % &prime) * &x;
    let square = &(&(&cube + &(&(&prime - &three) * &x)) + &big(B)?) % &prime;
    let mut y = BigInt::from(1);
    for digit in ROOT.chars().skip(2).filter_map(|digit| digit.to_digit(16)) {
        for bit in (0..4).rev() {
            y = &(&y * &y) % &prime;
            if digit >> bit & 1 == 1 {
                y = &(&y * &square) % &prime;
            }
        }
    }
    let mut raw = [0; 65];
    raw[0] = 4;
    raw[1..33].copy_from_slice(&key[1..]);
    put(&y, &mut raw[33..])?;
    if raw[64] & 1 != key[0] & 1 {
        put(&(&prime - &y), &mut raw[33..])?;
    }
    Ok(raw)
}

fn hex(bytes: &[u8]) -> String {
    let digit = |four: u8| char::from_digit(u32::from(four), 16).unwrap_or('0');
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    "0x".chars().chain(digits).collect()
}

/// Writes a number below 2^256 in 32 bytes.
fn put(number: &BigInt, into: &mut [u8]) -> Result<(), JsValue> {
    let text: String = number.to_string(16).map_err(JsValue::from)?.into();
    into.fill(0);
    for (place, digit) in text
        .chars()
        .rev()
        .filter_map(|digit| digit.to_digit(16))
        .enumerate()
    {
        if let Some(byte) = into
            .len()
            .checked_sub(1 + place / 2)
            .and_then(|at| into.get_mut(at))
        {
            *byte |= (digit as u8) << (4 * (place % 2));
        }
    }
    Ok(())
}
