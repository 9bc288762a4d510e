//! The stored form of [`Meta`]: CBOR with integer keys. Fields are added, never renumbered.

use crate::error::StoreError;
use crate::meta::Meta;
use crate::model::Identity;
use baton_domain::id::{DeviceId, OrganizationId, PersonId};
use minicbor::{Decode, Encode};

/// Writes the stored form.
pub(crate) fn encode(meta: &Meta) -> Result<Vec<u8>, StoreError> {
    minicbor::to_vec(MetaV1::from(meta)).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Reads the stored form.
pub(crate) fn decode(bytes: &[u8]) -> Result<Meta, StoreError> {
    let stored: MetaV1 = minicbor::decode(bytes)
        .map_err(|error| StoreError::Corrupt(format!("where this phone stands: {error}")))?;
    Ok(stored.into())
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct MetaV1 {
    #[n(0)]
    identity: Option<IdentityV1>,
    #[n(1)]
    sequence: u64,
    #[n(2)]
    place: u64,
    #[n(3)]
    cursor: u64,
    #[cbor(n(4), with = "minicbor::bytes")]
    incarnation: Option<[u8; 16]>,
    #[n(5)]
    generation: u32,
    #[n(6)]
    order: u64,
    #[n(7)]
    written: Vec<(u64, i64)>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct IdentityV1 {
    #[cbor(n(0), with = "minicbor::bytes")]
    organization: [u8; 16],
    #[cbor(n(1), with = "minicbor::bytes")]
    person: [u8; 16],
    #[cbor(n(2), with = "minicbor::bytes")]
    device: [u8; 16],
    #[cbor(n(3), with = "minicbor::bytes")]
    certificate: Vec<u8>,
}

impl From<&Meta> for MetaV1 {
    fn from(meta: &Meta) -> Self {
        let identity = meta.identity.as_ref().map(|identity| IdentityV1 {
            organization: *identity.organization.as_bytes(),
            person: *identity.person.as_bytes(),
            device: *identity.device.as_bytes(),
            certificate: identity.certificate.clone(),
        });
        Self {
            identity,
            sequence: meta.sequence,
            place: meta.place,
            cursor: meta.cursor,
            incarnation: meta.incarnation,
            generation: meta.generation,
            order: meta.order,
            written: meta.written.clone(),
        }
    }
}

impl From<MetaV1> for Meta {
    fn from(stored: MetaV1) -> Self {
        let identity = stored.identity.map(|identity| Identity {
            organization: OrganizationId::from_bytes(identity.organization),
            person: PersonId::from_bytes(identity.person),
            device: DeviceId::from_bytes(identity.device),
            certificate: identity.certificate,
        });
        Self {
            identity,
            sequence: stored.sequence,
            place: stored.place,
            cursor: stored.cursor,
            incarnation: stored.incarnation,
            generation: stored.generation,
            order: stored.order,
            written: stored.written,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]

    use super::*;

    fn meta() -> Meta {
        Meta {
            identity: Some(Identity {
                organization: OrganizationId::from_bytes([1; 16]),
                person: PersonId::from_bytes([2; 16]),
                device: DeviceId::from_bytes([3; 16]),
                certificate: vec![4, 5],
            }),
            sequence: 10,
            place: 11,
            cursor: 12,
            incarnation: Some([6; 16]),
            generation: 7,
            order: 8,
            written: vec![(8, 1_795_000_000_000)],
        }
    }

    #[test]
    fn where_a_phone_stands_is_read_as_it_was_written() {
        for meta in [Meta::default(), meta()] {
            assert_eq!(decode(&encode(&meta).unwrap()).unwrap(), meta);
        }
    }

    /// Phones hold these bytes: whatever changes here must still read them.
    #[test]
    fn the_stored_form_of_version_1_is_still_read() {
        let golden = include_bytes!("../tests/golden/meta_v1.cbor");
        assert_eq!(decode(golden).unwrap(), meta());
        assert_eq!(encode(&meta()).unwrap(), golden);
    }

    #[test]
    fn other_bytes_are_corrupt() {
        for bytes in [&b""[..], b"\x80", b"\xa1\x01"] {
            assert!(
                matches!(decode(bytes), Err(StoreError::Corrupt(_))),
                "{bytes:?}"
            );
        }
    }
}
