//! Random bytes from the operating system, and the ids and secrets made of them.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use baton_domain::id::{DeviceId, EntryId, OrganizationId, PersonId};

use crate::clock;

/// `N` random bytes.
///
/// # Panics
/// If the operating system has no random source: nothing that a server does is safe then.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
    bytes
}

/// A fresh UUIDv7. Ids made by one process sort in the order in which they were made.
pub fn uuid() -> [u8; 16] {
    // The last value handed out: 48 bits of milliseconds, 12 bits of counter.
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = u64::try_from(clock::now_ms()).unwrap_or(0) << 12;
    let previous = LAST
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
            Some(now.max(last + 1))
        })
        .unwrap_or(now);
    let stamp = now.max(previous + 1);
    let mut id: [u8; 16] = bytes();
    id[..6].copy_from_slice(&(stamp >> 12).to_be_bytes()[2..]);
    let counter = (stamp & 0x0fff) as u16 | 0x7000;
    id[6..8].copy_from_slice(&counter.to_be_bytes());
    id[8] = id[8] & 0x3f | 0x80;
    id
}

/// A fresh id for an entry.
pub fn entry_id() -> EntryId {
    EntryId::from_bytes(uuid())
}

/// A fresh id for an organization.
pub fn organization_id() -> OrganizationId {
    OrganizationId::from_bytes(uuid())
}

/// A fresh id for a person.
pub fn person_id() -> PersonId {
    PersonId::from_bytes(uuid())
}

/// A fresh id for a device.
pub fn device_id() -> DeviceId {
    DeviceId::from_bytes(uuid())
}

/// Something that whoever holds it may act with: a session cookie, an invite, a set-up link.
///
/// It begins with the organization's id, so that every look-up leads with the organization.
/// Storage keeps only its hash. It has no `Display` and its `Debug` says nothing, so that it
/// cannot slip into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    organization: [u8; 16],
    secret: [u8; 24],
}

impl Token {
    /// A fresh one of an organization.
    pub fn new(organization: OrganizationId) -> Self {
        Self {
            organization: *organization.as_bytes(),
            secret: bytes(),
        }
    }

    /// A fresh one of no organization: for the link that begins the first.
    pub fn without_organization() -> Self {
        Self {
            organization: [0; 16],
            secret: bytes(),
        }
    }

    /// Reads what [`Self::reveal`] wrote.
    pub fn read(text: &str) -> Option<Self> {
        let mut raw = [0; 40];
        let read = Base64UrlUnpadded::decode(text, &mut raw).ok()?;
        if read.len() != raw.len() {
            return None;
        }
        let (organization, secret) = raw.split_at(16);
        Some(Self {
            organization: organization.try_into().ok()?,
            secret: secret.try_into().ok()?,
        })
    }

    /// The text to hand to the one person it is for.
    pub fn reveal(&self) -> String {
        Base64UrlUnpadded::encode_string(&[&self.organization[..], &self.secret].concat())
    }

    /// The organization it belongs to.
    pub fn organization(&self) -> OrganizationId {
        OrganizationId::from_bytes(self.organization)
    }

    /// What storage keeps.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(self.organization)
            .chain_update(self.secret)
            .finalize()
            .into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A password that a person can type from a terminal: 4 groups of 4, no look-alikes, 78 bits.
pub fn readable_password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";
    let mut text = String::with_capacity(19);
    for (place, byte) in bytes::<16>().into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_process_sort_as_they_were_made() {
        let ids: Vec<_> = (0..10_000).map(|_| uuid()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| id[6] >> 4 == 7 && id[8] >> 6 == 2));
    }

    #[test]
    fn a_token_survives_being_written_and_read() {
        let token = Token::new(organization_id());
        let again = Token::read(&token.reveal()).unwrap();
        assert_eq!(again, token);
        assert_eq!(again.hash(), token.hash());
        assert_eq!(again.organization(), token.organization());
    }

    #[test]
    fn other_text_is_no_token_and_a_token_is_not_printed() {
        let token = Token::without_organization();
        let text = token.reveal();
        for other in [
            "",
            "abc",
            &text[1..],
            &format!("{text}A"),
            &text.replace(|_: char| true, "!"),
        ] {
            assert!(Token::read(other).is_none(), "{other}");
        }
        assert!(!format!("{token:?}").contains(&text));
    }

    #[test]
    fn readable_passwords_differ_and_have_their_shape() {
        let one = readable_password();
        assert_eq!(one.len(), 19);
        assert_ne!(one, readable_password());
    }
}
