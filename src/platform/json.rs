//! Reading and writing the few small JSON records of the API, property by property.

use super::js;
use baton_domain::Text;
use baton_domain::directory::{Organization, OrganizationKind, Role};
use std::str::FromStr;
use wasm_bindgen::{JsCast, JsValue};

use crate::commands::{
    DemoOffer, DemoOrganization, DemoPerson, Enrolled, InviteLink, Invited, SessionInfo,
};
use baton_domain::time::Timestamp;

/// What the API answers with. `None` where something is missing or of the wrong kind.
pub(super) trait FromJson: Sized {
    /// Reads a parsed JSON value.
    fn from_json(value: &JsValue) -> Option<Self>;
}

impl FromJson for SessionInfo {
    fn from_json(value: &JsValue) -> Option<Self> {
        let organization = js::get(value, "organization")?;
        let person = js::get(value, "person")?;
        Some(Self {
            organization: Organization {
                id: parsed(&organization, "id")?,
                name: text(&organization, "name")?,
                kind: kind_of(&text(&organization, "kind")?)?,
                demo: js::get(&organization, "demo").is_some_and(|demo| demo.is_truthy()),
            },
            person: parsed(&person, "id")?,
            name: text(&person, "name")?,
            role: role_of(&text(&person, "role")?)?,
        })
    }
}

impl FromJson for Enrolled {
    fn from_json(value: &JsValue) -> Option<Self> {
        Some(Self {
            device: parsed(value, "device")?,
            certificate: from_base64url(&text(value, "certificate")?)?,
        })
    }
}

impl FromJson for Invited {
    fn from_json(value: &JsValue) -> Option<Self> {
        Some(Self {
            organization: text(value, "organization_name")?,
            person: text(value, "person_name")?,
        })
    }
}

impl FromJson for InviteLink {
    fn from_json(value: &JsValue) -> Option<Self> {
        let expires_at = js::get(value, "expires_at")?.as_f64()? as i64;
        let offset_min = super::clock::now().offset_min;
        Some(Self {
            link: text(value, "link")?,
            expires_at: Timestamp {
                unix_ms: expires_at,
                offset_min,
            },
        })
    }
}

impl FromJson for DemoOffer {
    fn from_json(value: &JsValue) -> Option<Self> {
        let person = |person: &JsValue| {
            Some(DemoPerson {
                name: text(person, "name")?,
                role: role_words(&text(person, "role")?),
                login: text(person, "login")?,
            })
        };
        let organization = |organization: &JsValue| {
            Some(DemoOrganization {
                name: text(organization, "name")?,
                people: list(organization, "people", person)?,
            })
        };
        Some(Self {
            organizations: list(value, "organizations", organization)?,
            password: text(value, "password").unwrap_or_else(|| "".into()),
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

fn text(object: &JsValue, key: &str) -> Option<Text> {
    js::get(object, key)?.as_string().map(Into::into)
}

fn parsed<T: FromStr>(object: &JsValue, key: &str) -> Option<T> {
    text(object, key)?.parse().ok()
}

fn list<T>(object: &JsValue, key: &str, item: impl Fn(&JsValue) -> Option<T>) -> Option<Vec<T>> {
    let array: js_sys::Array = js::get(object, key)?.dyn_into().ok()?;
    array.iter().map(|value| item(&value)).collect()
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
