//! Changing bytes and texts.

use crate::chance::Chance;

/// What label texts, files and codes are made of, and what breaks their readers.
const PIECES: [&str; 40] = [
    "\u{1d}",
    "<GS>",
    "{GS}",
    "~",
    "^]",
    "\\x1d",
    "]d2",
    "]C1",
    "]e0",
    "|]e",
    "(01)",
    "(17)",
    "(10)",
    "(21)",
    "01",
    "17",
    "10",
    "21",
    "240",
    "+",
    "+$$",
    "$+",
    "$$3",
    "=",
    "&,1",
    "=+",
    "http://",
    "/01/",
    "00000000000000",
    "99",
    "991231",
    "\"",
    ",",
    ";",
    "\r\n",
    "\n",
    "é",
    "\u{202e}",
    "\0",
    " ",
];

/// Changes some bytes in one of the usual ways.
pub fn bytes(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(bytes.len() + 1);
    match chance.below(8) {
        0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
        1 if at < bytes.len() => bytes[at] = chance.bits() as u8,
        2 => bytes.insert(at, chance.bits() as u8),
        3 if at < bytes.len() => drop(bytes.remove(at)),
        4 => bytes.truncate(at),
        5 => {
            let end = (at + chance.below(32)).min(bytes.len());
            let part = bytes[at..end].to_vec();
            let to = chance.below(bytes.len() + 1);
            bytes.splice(to..to, part);
        }
        6 => {
            let value = chance.number().to_be_bytes();
            let some = &value[chance.below(8)..];
            let end = (at + some.len()).min(bytes.len());
            bytes.splice(at..end, some.iter().copied());
        }
        _ => {
            let most = if chance.once_in(50) { 5_000 } else { 40 };
            let many = chance.below(most);
            let byte = chance.bits() as u8;
            bytes.splice(at..at, std::iter::repeat_n(byte, many));
        }
    }
}

/// Changes a text, which stays one.
pub fn text(text: &mut String, chance: &mut Chance) {
    let mut chars: Vec<char> = text.chars().collect();
    let at = chance.below(chars.len() + 1);
    match chance.below(9) {
        0 | 1 => {
            let piece = chance.pick(&PIECES).chars();
            chars.splice(at..at, piece);
        }
        2 if at < chars.len() => drop(chars.remove(at)),
        3 if at < chars.len() => chars[at] = char::from(b' ' + chance.below(95) as u8),
        4 if at < chars.len() => chars[at] = char::from(b'0' + chance.below(10) as u8),
        5 => chars.truncate(at),
        6 => {
            let end = (at + chance.below(20)).min(chars.len());
            let part: Vec<char> = chars[at..end].to_vec();
            let to = chance.below(chars.len() + 1);
            chars.splice(to..to, part);
        }
        7 => {
            let most = if chance.once_in(50) { 5_000 } else { 20 };
            let many = chance.below(most);
            let one = char::from_u32(chance.below(0x2fff) as u32).unwrap_or('x');
            chars.splice(at..at, std::iter::repeat_n(one, many));
        }
        _ => {
            let number = chance.number().to_string();
            let end = (at + number.len()).min(chars.len());
            chars.splice(at..end, number.chars());
        }
    }
    *text = chars.into_iter().collect();
}

/// Two texts, the first part of one and the last of the other.
pub fn splice(left: &[u8], right: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut joined = left[..chance.below(left.len() + 1)].to_vec();
    joined.extend(&right[chance.below(right.len() + 1)..]);
    joined
}
