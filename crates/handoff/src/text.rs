//! Bytes as text.
//!
//! A code is `BATON:` and base45 (RFC 9285): every character of it stands in the alphanumeric set
//! of QR, where a character takes 5.5 bits, so that a byte takes 8.25. Base45 uses the space,
//! which mail and chat programs break and trim; what is copied, shared or kept in a file is
//! therefore `baton:` and base64url (RFC 4648 §5, no padding). Both are read everywhere.

use crate::error::HandoffError;
use crate::limits::TEXT_BYTES_MAX;

const CODE: &str = "BATON:";
const PLAIN: &str = "baton:";

const BASE45: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// True for a text that says it is one of ours, so that a scanner knows where it belongs.
pub fn is_handoff(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(CODE) || text.starts_with(PLAIN)
}

/// The characters of a code that holds `bytes` bytes.
pub const fn code_length(bytes: usize) -> usize {
    CODE.len() + bytes / 2 * 3 + bytes % 2 * 2
}

/// Bytes for a QR code.
pub(crate) fn to_code(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(code_length(bytes.len()));
    text.push_str(CODE);
    for pair in bytes.chunks(2) {
        let (mut value, digits) = match pair {
            [high, low] => (usize::from(*high) * 256 + usize::from(*low), 3),
            rest => (rest.iter().map(|byte| usize::from(*byte)).sum(), 2),
        };
        for _ in 0..digits {
            text.push(char::from(BASE45[value % 45]));
            value /= 45;
        }
    }
    text
}

/// Bytes for a message, the clipboard or a file.
pub(crate) fn to_plain(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(PLAIN.len() + bytes.len().div_ceil(3) * 4);
    text.push_str(PLAIN);
    for chunk in bytes.chunks(3) {
        let joined = (0..3).fold(0_usize, |joined, place| {
            joined << 8 | chunk.get(place).map_or(0, |byte| usize::from(*byte))
        });
        for place in 0..=chunk.len() {
            let six = joined >> (18 - 6 * place) & 63;
            text.push(char::from(BASE64[six]));
        }
    }
    text
}

/// The bytes of either.
pub(crate) fn to_bytes(text: &str) -> Result<Vec<u8>, HandoffError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(HandoffError::TooLarge);
    }
    let text = text.trim_matches(|c: char| c.is_ascii_control());
    if let Some(code) = text.trim_start().strip_prefix(CODE) {
        from_code(code.as_bytes())
    } else if let Some(plain) = text.trim_start().strip_prefix(PLAIN) {
        from_plain(plain.as_bytes())
    } else {
        // A proof kept as a file begins with words for people.
        let line = text.lines().find_map(|line| line.strip_prefix(PLAIN));
        from_plain(line.ok_or(HandoffError::NotACode)?.as_bytes())
    }
}

fn from_code(code: &[u8]) -> Result<Vec<u8>, HandoffError> {
    let digit = |character: &u8| BASE45.iter().position(|known| known == character);
    let mut bytes = Vec::with_capacity(code.len() / 3 * 2 + 1);
    for group in code.chunks(3) {
        let mut value = 0;
        for character in group.iter().rev() {
            value = value * 45 + digit(character).ok_or(HandoffError::Garbled)?;
        }
        match (group.len(), u16::try_from(value)) {
            (3, Ok(pair)) => bytes.extend(pair.to_be_bytes()),
            (2, Ok(byte @ 0..=255)) => bytes.push(byte as u8),
            (1, _) => return Err(HandoffError::Truncated),
            _ => return Err(HandoffError::Garbled),
        }
    }
    Ok(bytes)
}

fn from_plain(plain: &[u8]) -> Result<Vec<u8>, HandoffError> {
    let mut bytes = Vec::with_capacity(plain.len() / 4 * 3 + 2);
    let (mut joined, mut bits) = (0_usize, 0);
    for character in plain.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        let six = BASE64.iter().position(|known| known == character);
        joined = (joined << 6 | six.ok_or(HandoffError::Garbled)?) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((joined >> bits & 0xFF) as u8);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9285_examples() {
        assert_eq!(to_code(b"AB"), "BATON:BB8");
        assert_eq!(to_code(b"Hello!!"), "BATON:%69 VD92EX0");
        assert_eq!(to_code(b"base-45"), "BATON:UJCLQE7W581");
        assert_eq!(to_bytes("BATON:QED8WEX0"), Ok(b"ietf!".to_vec()));
        assert_eq!(to_bytes("BATON:GGW"), Err(HandoffError::Garbled));
    }

    #[test]
    fn rfc_4648_examples() {
        assert_eq!(to_plain(b"foobar"), "baton:Zm9vYmFy");
        assert_eq!(to_plain(b"foob"), "baton:Zm9vYg");
        assert_eq!(to_bytes(" baton:Zm9v\r\n Yg\n"), Ok(b"foob".to_vec()));
    }

    #[test]
    fn both_forms_bring_back_every_byte() {
        let all: Vec<u8> = (0..=255).collect();
        for length in 0..all.len() {
            let bytes = &all[length..];
            assert_eq!(to_bytes(&to_code(bytes)).as_deref(), Ok(bytes));
            assert_eq!(to_code(bytes).len(), code_length(bytes.len()));
            assert_eq!(to_bytes(&to_plain(bytes)).as_deref(), Ok(bytes));
        }
    }
}
