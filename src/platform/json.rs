//! The few small JSON records of the account API.
//!
//! Each has the shape that the server writes, and becomes what the app works with only if all of
//! it makes sense.

use baton_domain::Text;
use baton_domain::directory::{Organization, OrganizationKind, Role};
use baton_domain::time::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::commands::{
    DemoOffer, DemoOrganization, DemoPerson, Enrolled, InviteLink, Invited, Missing, SessionInfo,
};

/// What the API answers with.
pub(super) trait FromJson: Sized {
    /// Its shape on the wire.
    type Wire: DeserializeOwned;

    /// What the shape means; `None` where a word is not known.
    fn from_wire(wire: Self::Wire) -> Option<Self>;

    /// Reads a parsed JSON value. `None` where something is missing or of the wrong kind.
    fn from_json(value: JsValue) -> Option<Self> {
        Self::from_wire(serde_wasm_bindgen::from_value(value).ok()?)
    }
}

#[derive(Deserialize)]
pub(super) struct SessionWire {
    organization: OrganizationWire,
    person: PersonWire,
}

#[derive(Deserialize)]
struct OrganizationWire {
    id: String,
    name: String,
    kind: String,
    #[serde(default)]
    demo: bool,
}

#[derive(Deserialize)]
struct PersonWire {
    id: String,
    name: String,
    role: String,
}

impl FromJson for SessionInfo {
    type Wire = SessionWire;

    fn from_wire(
        SessionWire {
            organization,
            person,
        }: SessionWire,
    ) -> Option<Self> {
        Some(Self {
            organization: Organization {
                id: organization.id.parse().ok()?,
                name: organization.name.into(),
                kind: kind_of(&organization.kind)?,
                demo: organization.demo,
            },
            person: person.id.parse().ok()?,
            name: person.name.into(),
            role: role_of(&person.role)?,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct EnrolledWire {
    device: String,
    certificate: String,
}

impl FromJson for Enrolled {
    type Wire = EnrolledWire;

    fn from_wire(wire: EnrolledWire) -> Option<Self> {
        Some(Self {
            device: wire.device.parse().ok()?,
            certificate: from_base64url(&wire.certificate)?,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct InvitedWire {
    organization_name: String,
    person_name: String,
}

impl FromJson for Invited {
    type Wire = InvitedWire;

    fn from_wire(wire: InvitedWire) -> Option<Self> {
        Some(Self {
            organization: wire.organization_name.into(),
            person: wire.person_name.into(),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct InviteLinkWire {
    link: String,
    expires_at: i64,
}

impl FromJson for InviteLink {
    type Wire = InviteLinkWire;

    fn from_wire(wire: InviteLinkWire) -> Option<Self> {
        Some(Self {
            link: wire.link.into(),
            expires_at: Timestamp {
                unix_ms: wire.expires_at,
                offset_min: super::clock::now().offset_min,
            },
        })
    }
}

#[derive(Deserialize)]
pub(super) struct AllMissingWire {
    devices: Vec<MissingWire>,
}

#[derive(Deserialize)]
struct MissingWire {
    device: String,
    count: u32,
    since_at: i64,
}

impl FromJson for Vec<Missing> {
    type Wire = AllMissingWire;

    fn from_wire(wire: AllMissingWire) -> Option<Self> {
        let missing = |missing: MissingWire| {
            Some(Missing {
                device: missing.device.parse().ok()?,
                count: missing.count.into(),
                since_ms: missing.since_at,
            })
        };
        wire.devices.into_iter().map(missing).collect()
    }
}

#[derive(Deserialize)]
pub(super) struct DemoWire {
    organizations: Vec<DemoOrganizationWire>,
    #[serde(default)]
    password: String,
}

#[derive(Deserialize)]
struct DemoOrganizationWire {
    name: String,
    people: Vec<DemoPersonWire>,
}

#[derive(Deserialize)]
struct DemoPersonWire {
    name: String,
    role: String,
    login: String,
}

impl FromJson for DemoOffer {
    type Wire = DemoWire;

    fn from_wire(wire: DemoWire) -> Option<Self> {
        let person = |person: DemoPersonWire| DemoPerson {
            name: person.name.into(),
            role: role_words(&person.role),
            login: person.login.into(),
        };
        let organization = |organization: DemoOrganizationWire| DemoOrganization {
            name: organization.name.into(),
            people: organization.people.into_iter().map(person).collect(),
        };
        Some(Self {
            organizations: wire.organizations.into_iter().map(organization).collect(),
            password: wire.password.into(),
        })
    }
}

/// Bytes as base64url without padding.
pub(super) fn to_base64url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let word = group.iter().enumerate().fold(0u32, |word, (place, byte)| {
            word | u32::from(*byte) << (16 - 8 * place)
        });
        for place in 0..=group.len() {
            text.push(char::from(DIGITS[(word >> (18 - 6 * place)) as usize & 63]));
        }
    }
    text
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut word, mut bits) = (0u32, 0);
    for digit in text.trim_end_matches('=').bytes() {
        let value = DIGITS.iter().position(|known| *known == digit)?;
        word = word << 6 | value as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits) as u8);
        }
    }
    Some(bytes)
}

fn kind_of(text: &str) -> Option<OrganizationKind> {
    match text {
        "manufacturer" => Some(OrganizationKind::Manufacturer),
        "distributor" => Some(OrganizationKind::Distributor),
        _ => None,
    }
}

fn role_of(text: &str) -> Option<Role> {
    match text {
        "admin" => Some(Role::Admin),
        "operations" => Some(Role::Operations),
        "regional_manager" => Some(Role::RegionalManager),
        "distributor" => Some(Role::Distributor),
        "rep" => Some(Role::Rep),
        _ => None,
    }
}

fn role_words(text: &str) -> Text {
    role_of(text).map_or_else(|| text.into(), |role| crate::state::role_words(role).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_without_padding_goes_both_ways() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (&[0xfb, 0xff], "-_8"),
        ] {
            assert_eq!(to_base64url(bytes), text);
            assert_eq!(from_base64url(text).as_deref(), Some(bytes));
        }
        assert_eq!(from_base64url("Zm9v=").as_deref(), Some(&b"foo"[..]));
        assert_eq!(from_base64url("Z+"), None);
    }
}
