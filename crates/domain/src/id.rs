//! Identifiers. Every one is 16 bytes made on the device that records the act (UUIDv7).

use crate::time::Timestamp;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// Text that is not a UUID of 32 hexadecimal digits, with or without hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an identifier: expected 32 hexadecimal digits")
    }
}

impl std::error::Error for NotAnId {}

/// Byte by byte, but as numbers: in a browser comparing memory is a loop over bytes, and maps of
/// ids do little else. There it is long, too, and stays one.
#[cfg_attr(target_arch = "wasm32", inline(never))]
fn compare(one: &[u8; 16], other: &[u8; 16]) -> Ordering {
    let (one, other) = (u128::from_ne_bytes(*one), u128::from_ne_bytes(*other));
    if one == other {
        return Ordering::Equal;
    }
    one.to_be().cmp(&other.to_be())
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name([u8; 16]);

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                compare(&self.0, &other.0)
            }
        }

        impl $name {
            /// Wraps the 16 bytes of a UUID.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes of the UUID.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                write_uuid(&self.0, f)?;
                f.write_str(")")
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                read_uuid(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// One record in the ledger.
    EntryId;
    /// A manufacturer or a distributor.
    OrganizationId;
    /// Somebody who signs in.
    PersonId;
    /// A phone, or the server's own signing key.
    DeviceId;
    /// A hospital or surgery centre.
    FacilityId;
    /// A custodian-only distributor account that nobody signs in as.
    PoolId;
}

impl EntryId {
    /// When it was made, by the clock of the device that made it: the first 48 bits of a UUIDv7 are
    /// milliseconds since 1970. Phones and servers make no other ids, and a mirror's keeps the time
    /// of what it mirrors. The offset is UTC's. For people to read: clocks decide nothing (R31).
    pub fn made_at(&self) -> Timestamp {
        let millis = &self.0[..6];
        Timestamp {
            unix_ms: millis
                .iter()
                .fold(0, |ms, byte| (ms << 8) | i64::from(*byte)),
            offset_min: 0,
        }
    }
}

/// A case is named by the entry that scheduled it.
pub type CaseId = EntryId;

/// A transfer is named by the entry that offered it.
pub type TransferId = EntryId;

/// A stock line: the entry that made it and its place in that entry (R10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId {
    /// The entry that made the line.
    pub entry: EntryId,
    /// The line's place in that entry, from 0.
    pub index: u16,
}

impl fmt::Display for LineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.entry, self.index)
    }
}

impl FromStr for LineId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (entry, index) = text.rsplit_once('.').ok_or(NotAnId)?;
        Ok(Self {
            entry: entry.parse()?,
            index: index.parse().map_err(|_| NotAnId)?,
        })
    }
}

fn write_uuid(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            f.write_str("-")?;
        }
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}

fn read_uuid(text: &str) -> Result<[u8; 16], NotAnId> {
    let mut bytes = [0; 16];
    let mut digits = text.bytes().filter(|byte| *byte != b'-');
    for byte in &mut bytes {
        let mut nibble = || {
            let digit = digits.next().ok_or(NotAnId)?;
            char::from(digit).to_digit(16).ok_or(NotAnId)
        };
        *byte = (nibble()? * 16 + nibble()?) as u8;
    }
    if digits.next().is_some() {
        Err(NotAnId)
    } else {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_being_written_and_read() {
        let id = EntryId::from_bytes([
            0x01, 0x93, 2, 3, 4, 5, 0x76, 7, 8, 9, 10, 11, 12, 13, 14, 255,
        ]);
        assert_eq!(id.to_string(), "01930203-0405-7607-0809-0a0b0c0d0eff");
        assert_eq!(id.to_string().parse(), Ok(id));
        let line = LineId {
            entry: id,
            index: 12,
        };
        assert_eq!(line.to_string().parse(), Ok(line));
    }

    #[test]
    fn an_id_tells_when_it_was_made_and_so_does_its_mirrors() {
        let mut bytes = [0xAB; 16];
        bytes[..6].copy_from_slice(&1_795_400_000_000_u64.to_be_bytes()[2..]);
        let id = EntryId::from_bytes(bytes);
        assert_eq!(id.made_at().unix_ms, 1_795_400_000_000);
        assert_eq!(crate::mirror::echo(id).made_at(), id.made_at());
    }

    #[test]
    fn other_text_is_not_an_id() {
        for text in [
            "",
            "0193",
            "zz930203-0405-7607-0809-0a0b0c0d0eff",
            "01930203-0405-7607-0809-0a0b0c0d0eff00",
        ] {
            assert_eq!(text.parse::<EntryId>(), Err(NotAnId), "{text}");
        }
    }
}
