//! A few syllables that both phones show, to be said aloud.
//!
//! Two words of five letters, consonants and vowels in turn: 32 bits of the hash over both sides'
//! signed contents. Who reads the same words aloud holds the same offer and the same receipt.

use sha2::{Digest, Sha256};

const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";

/// The phrase of a handoff, from the hashes of its offer and its receipt.
pub fn check_phrase(offer: &[u8; 32], receipt: &[u8; 32]) -> String {
    let mut hash = Sha256::new();
    hash.update(offer);
    hash.update(receipt);
    let hash: [u8; 32] = hash.finalize().into();
    let mut phrase = String::with_capacity(11);
    for pair in [[hash[0], hash[1]], [hash[2], hash[3]]] {
        if !phrase.is_empty() {
            phrase.push('-');
        }
        let bits = usize::from(u16::from_be_bytes(pair));
        for (shift, is_vowel) in [(12, false), (10, true), (6, false), (4, true), (0, false)] {
            let letter = if is_vowel {
                VOWELS[bits >> shift & 3]
            } else {
                CONSONANTS[bits >> shift & 15]
            };
            phrase.push(char::from(letter));
        }
    }
    phrase
}
