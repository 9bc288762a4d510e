//! Who plays in the demo. Nobody here exists.

use baton_domain::Text;
use baton_domain::directory::{Facility, Person, Pool, Role};
use baton_domain::id::{FacilityId, OrganizationId, PersonId, PoolId};

/// The distributor's name.
pub const DISTRIBUTOR_NAME: &str = "Ridgeline Surgical (demo)";
/// The linked manufacturer's name.
pub const MANUFACTURER_NAME: &str = "Meridian Implants (demo)";
/// The distributor's id, the same in every demo.
pub const DISTRIBUTOR_ID: OrganizationId = OrganizationId::from_bytes(*b"baton-pd\xb0demo\0\0\x01");
/// The linked manufacturer's id, the same in every demo.
pub const MANUFACTURER_ID: OrganizationId =
    OrganizationId::from_bytes(*b"baton-pd\xb0demo\0\0\x02");
/// The manufacturer of the catalogue that the linked organization stands for.
pub const LINKED_MANUFACTURER: &str = "KLS-Martin L.P.";

/// Somebody who can sign in to the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: Text,
    /// Their role.
    pub role: Role,
    /// What they type to sign in.
    pub login: String,
}

const REPS: [(&str, &str); 12] = [
    ("Ana Torres", "West"),
    ("Ben Okafor", "West"),
    ("Cleo Martin", "West"),
    ("Dan Whitfield", "East"),
    ("Eve Laurent", "East"),
    ("Finn Gallagher", "East"),
    ("Gita Rao", "West"),
    ("Hugo Brandt", "East"),
    ("Ines Duarte", "West"),
    ("Jon Sato", "East"),
    ("Kaia Berg", "West"),
    ("Leo Fontana", "East"),
];

/// The distributor's people beside its founder: reps first, then manager, principal, office.
pub fn distributor_people(reps: usize) -> Vec<(Person, String)> {
    let principal = id(200, PersonId::from_bytes);
    let mut people: Vec<_> = (0..reps)
        .map(|place| {
            let (name, region) = REPS[place % REPS.len()];
            let round = place / REPS.len();
            let name = if round == 0 {
                name.to_owned()
            } else {
                format!("{name} {}", round + 1)
            };
            let reports_to = (place % REPS.len() == 2).then_some(principal);
            person(
                place as u16 + 1000,
                &name,
                Role::Rep,
                Some(region),
                reports_to,
            )
        })
        .collect();
    people.push(person(
        201,
        "Rita Lindqvist",
        Role::RegionalManager,
        Some("West"),
        None,
    ));
    people.push(person(
        200,
        "Dov Castellan",
        Role::Distributor,
        Some("West"),
        None,
    ));
    people.push(person(202, "Omar Reyes", Role::Operations, None, None));
    people
}

/// The manufacturer's people beside its founder.
pub fn manufacturer_people() -> Vec<(Person, String)> {
    vec![
        person(300, "Mara Vance", Role::Rep, Some("West"), None),
        person(301, "Noor Haddad", Role::Rep, Some("East"), None),
        person(302, "Walt Sorensen", Role::Operations, None, None),
    ]
}

/// The distributor's facilities, in two regions and three time zones.
pub fn facilities() -> Vec<Facility> {
    [
        ("St. Anne Hospital", "America/Denver", "West"),
        ("Lakeside Surgery Centre", "America/Denver", "West"),
        ("Harbor Clinic", "America/Phoenix", "West"),
        ("Mercy General", "America/Chicago", "East"),
    ]
    .into_iter()
    .enumerate()
    .map(|(place, (name, zone, region))| Facility {
        id: id(400 + place as u16, FacilityId::from_bytes),
        name: name.into(),
        zone: zone.into(),
        region: Some(region.into()),
        active: true,
    })
    .collect()
}

/// The pool that the West reps share.
pub fn pool() -> Pool {
    Pool {
        id: id(500, PoolId::from_bytes),
        name: "West regional pool".into(),
        region: Some("West".into()),
    }
}

/// The distributor's founder, its first Admin.
pub fn distributor_founder() -> Person {
    person(100, "Ada Novak", Role::Admin, None, None).0
}

/// The manufacturer's founder, its first Admin.
pub fn manufacturer_founder() -> Person {
    person(101, "Milo Grant", Role::Admin, None, None).0
}

/// What a person of the demo types to sign in: the first name, and a number for namesakes.
pub fn login(name: &str) -> String {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or("demo").to_lowercase();
    let number = words.nth(1).unwrap_or("");
    format!("{first}{number}@demo")
}

fn person(
    number: u16,
    name: &str,
    role: Role,
    region: Option<&str>,
    principal: Option<PersonId>,
) -> (Person, String) {
    let person = Person {
        id: id(number, PersonId::from_bytes),
        name: name.into(),
        role,
        region: region.map(Into::into),
        principal,
        active: true,
    };
    (person, login(name))
}

/// An id that is the same in every demo and in no real organization.
fn id<T>(number: u16, wrap: fn([u8; 16]) -> T) -> T {
    let mut bytes = *b"baton-pd\xb0demo\0\0\0";
    bytes[14..].copy_from_slice(&number.to_be_bytes());
    wrap(bytes)
}
