//! Who has used this phone, and how far each database was: kept outside the databases, so that
//! one that vanished is noticed.

use baton_domain::Text;
use baton_domain::id::{OrganizationId, PersonId};
use baton_sync::HighWater;

/// Somebody whose database lies on this phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// The database's name.
    pub database: String,
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: Text,
    /// Their organization.
    pub organization: OrganizationId,
    /// Its name.
    pub organization_name: Text,
}

impl Resident {
    /// The name of the database of one person in one organization. The server is part of it by
    /// the browser itself, which keeps databases by origin.
    pub fn database_of(organization: OrganizationId, person: PersonId) -> String {
        format!("baton.{organization}.{person}")
    }

    /// One line of text.
    pub fn to_row(&self) -> String {
        let clean = |text: &str| text.replace(['\t', '\n'], " ");
        format!(
            "{}\t{}\t{}\t{}",
            self.organization,
            self.person,
            clean(&self.name),
            clean(&self.organization_name)
        )
    }

    /// Reads [`Self::to_row`].
    pub fn from_row(row: &str) -> Option<Self> {
        let mut parts = row.split('\t');
        let organization: OrganizationId = parts.next()?.parse().ok()?;
        let person: PersonId = parts.next()?.parse().ok()?;
        Some(Self {
            database: Self::database_of(organization, person),
            person,
            name: parts.next()?.into(),
            organization,
            organization_name: parts.next()?.into(),
        })
    }
}

/// A mark as text.
pub fn mark_to_text(mark: HighWater) -> String {
    format!("{} {}", mark.device, mark.sequence)
}

/// Reads [`mark_to_text`].
pub fn mark_from_text(text: &str) -> Option<HighWater> {
    let (device, sequence) = text.split_once(' ')?;
    Some(HighWater {
        device: device.parse().ok()?,
        sequence: sequence.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_domain::id::DeviceId;

    #[test]
    fn what_is_remembered_is_read_back() {
        let resident = Resident {
            database: Resident::database_of(
                OrganizationId::from_bytes([1; 16]),
                PersonId::from_bytes([2; 16]),
            ),
            person: PersonId::from_bytes([2; 16]),
            name: "Ana\tRuiz".into(),
            organization: OrganizationId::from_bytes([1; 16]),
            organization_name: "Delta".into(),
        };
        let expected = Resident {
            name: "Ana Ruiz".into(),
            ..resident.clone()
        };
        assert_eq!(Resident::from_row(&resident.to_row()), Some(expected));
        assert_eq!(Resident::from_row("x\ty"), None);
        let mark = HighWater {
            device: DeviceId::from_bytes([3; 16]),
            sequence: 42,
        };
        assert_eq!(mark_from_text(&mark_to_text(mark)), Some(mark));
        assert_eq!(mark_from_text("nothing"), None);
    }
}
