//! Keys against the vectors of RFC 6979 A.2.5 (P-256, SHA-256).

use baton_ledger::key::{public_key_from_raw, raw_from_public_key, verify};
use baton_ledger::{BadSignature, SigningKey};

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    let digits: Vec<_> = text
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .collect();
    let bytes: Vec<_> = digits
        .chunks(2)
        .map(|pair| (pair[0] * 16 + pair[1]) as u8)
        .collect();
    bytes.try_into().unwrap()
}

const SECRET: &str = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
const PUBLIC_RAW: &str = "04
    60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
    7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
const SIGNATURE: &str = "
    EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";
/// The same `r` with the order of the curve less `s`.
const OTHER_HALF: &str = "
    EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
    0834E36AD29A83BF2BC9385E491D6099C8FDF9D1ED67AA7EA5F51F93782857A9";

#[test]
fn a_signature_is_that_of_the_vector() {
    let key = SigningKey::from_bytes(&unhex(SECRET)).unwrap();
    assert_eq!(key.sign(b"sample"), unhex::<64>(SIGNATURE));
    assert_eq!(
        public_key_from_raw(&unhex::<65>(PUBLIC_RAW)),
        Some(key.public_key())
    );
    assert_eq!(
        raw_from_public_key(&key.public_key()),
        Some(unhex(PUBLIC_RAW))
    );
}

#[test]
fn any_valid_signature_verifies_and_no_other() {
    let key = public_key_from_raw(&unhex::<65>(PUBLIC_RAW)).unwrap();
    assert_eq!(verify(&key, b"sample", &unhex(SIGNATURE)), Ok(()));
    assert_eq!(verify(&key, b"sample", &unhex(OTHER_HALF)), Ok(()));
    assert_eq!(
        verify(&key, b"simple", &unhex(SIGNATURE)),
        Err(BadSignature)
    );
    assert_eq!(verify(&key, b"sample", &[0; 64]), Err(BadSignature));
    assert_eq!(verify(&key, b"sample", &[0xff; 64]), Err(BadSignature));
}

#[test]
fn what_is_no_point_is_no_key() {
    let mut raw = unhex::<65>(PUBLIC_RAW);
    raw[64] ^= 1;
    assert_eq!(public_key_from_raw(&raw), None);
    assert_eq!(public_key_from_raw(&[]), None);
    assert_eq!(public_key_from_raw(&[0; 65]), None);
    assert_eq!(raw_from_public_key(&[0; 33]), None);
    assert!(SigningKey::from_bytes(&[0; 32]).is_none());
    assert!(SigningKey::from_bytes(&[0xff; 32]).is_none());
}
