//! Who may do what (domain §3), as data.
//!
//! [`scope`] is the table: one row an act, one column a role, nothing else decides. What an act is
//! *about* (a case, a custody, a person) is the [`Concern`]; whether that lies within a person's
//! scope is worked out once, in [`may`]. The match over the acts is exhaustive, so that a new act
//! cannot be forgotten. Never here: whether the stock allows it.

use crate::Text;
use crate::directory::{Person, Role};
use crate::id::{CaseId, PersonId};
use crate::refusal::{Reason, Refusal};
use crate::state::State;
use crate::stock::Custodian;

/// What a person may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Schedule a case; change its planning or private part; cancel it.
    PlanCase,
    /// Change the rep on a case.
    ChangeRep,
    /// Offer from a custody, and take the offer back.
    Offer,
    /// Answer or decline for a custody.
    Answer,
    /// Create stock in a custody (R26).
    CreateStock,
    /// Mark stock for a case or drop marks; record a use in it.
    UseInCase,
    /// Put stock on hold.
    Hold,
    /// Review held stock and release it.
    ReleaseHold,
    /// Issue a recall, and end it (R29).
    Recall,
    /// Sell stock to a facility by a stocking order (R20).
    Sell,
    /// Adjust stock, count it, correct what it is.
    Adjust,
    /// Review somebody else's adjustment.
    Review,
    /// Draw from a shared account, and put back (R3).
    Draw,
    /// Link a Rep to a Distributor account (R22).
    Link,
    /// Rebuild Facility Stock in a rep's custody (R23).
    Rebuild,
    /// Add or change people.
    People,
    /// Revoke devices. Enrolling is the server's (it saw the owner sign in).
    Devices,
    /// Give a device another name: whoever looks after it, and everybody their own.
    NameDevice,
    /// Add or change facilities.
    Facilities,
    /// Add or change products.
    Catalogue,
    /// Open or change pools.
    Pools,
    /// Change what Reps may do beyond the table.
    Settings,
    /// Link a manufacturer.
    LinkManufacturer,
    /// Answer a proposal (R41); resolve a dispute (R33).
    Approve,
    /// Release what came from a revoked device or person (R38).
    Release,
    /// Ask a warehouse for stock, and take the request back (R25).
    RequestStock,
    /// Set or move the day by which stock is due back.
    SetDueBack,
}

impl Act {
    /// Every act, in the table's order.
    pub const ALL: [Self; 27] = [
        Self::PlanCase,
        Self::ChangeRep,
        Self::Offer,
        Self::Answer,
        Self::CreateStock,
        Self::UseInCase,
        Self::Hold,
        Self::ReleaseHold,
        Self::Recall,
        Self::Sell,
        Self::Adjust,
        Self::Review,
        Self::Draw,
        Self::Link,
        Self::Rebuild,
        Self::People,
        Self::Devices,
        Self::NameDevice,
        Self::Facilities,
        Self::Catalogue,
        Self::Pools,
        Self::Settings,
        Self::LinkManufacturer,
        Self::Approve,
        Self::Release,
        Self::RequestStock,
        Self::SetDueBack,
    ];
}

impl Role {
    /// Every role, in the table's order: the nearest to the work first.
    pub const ALL: [Self; 5] = [
        Self::Rep,
        Self::Distributor,
        Self::RegionalManager,
        Self::Operations,
        Self::Admin,
    ];
}

/// How far a role reaches in an act. Wider ones sort later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Not at all.
    No,
    /// What is their own: their custody, the cases they cover.
    Own,
    /// Their own, and what is their reps'.
    OwnReps,
    /// What lies in their region.
    Region,
    /// Everything in the organization.
    All,
}

/// The table of domain §3.
pub fn scope(act: Act, role: Role) -> Scope {
    use Scope::{All, No, Own, OwnReps, Region};
    #[rustfmt::skip]
    //                              Rep  Distributor Regional Operations Admin
    let row = match act {
        Act::PlanCase =>           [Own, OwnReps,    Region,  All,       All],
        Act::ChangeRep =>          [Own, OwnReps,    Region,  All,       All],
        Act::Offer =>              [Own, OwnReps,    Region,  All,       All],
        Act::Answer =>             [Own, OwnReps,    Region,  All,       All],
        Act::CreateStock =>        [Own, OwnReps,    No,      All,       All],
        Act::UseInCase =>          [Own, OwnReps,    Region,  All,       All],
        Act::Hold =>               [Own, OwnReps,    Region,  All,       All],
        Act::ReleaseHold =>        [No,  No,         No,      All,       All],
        Act::Recall =>             [No,  No,         No,      All,       All],
        Act::Sell =>               [Own, OwnReps,    Region,  All,       All],
        Act::Adjust =>             [Own, OwnReps,    Region,  All,       All],
        Act::Review =>             [No,  OwnReps,    Region,  All,       All],
        Act::Draw =>               [Own, OwnReps,    Region,  All,       All],
        Act::Link =>               [No,  OwnReps,    Region,  All,       All],
        Act::Rebuild =>            [No,  OwnReps,    Region,  All,       All],
        Act::People =>             [No,  OwnReps,    No,      No,        All],
        Act::Devices =>            [No,  OwnReps,    No,      No,        All],
        Act::NameDevice =>         [Own, OwnReps,    Own,     Own,       All],
        Act::Facilities =>         [No,  No,         No,      All,       All],
        Act::Catalogue =>          [No,  No,         No,      All,       All],
        Act::Pools =>              [No,  No,         No,      No,        All],
        Act::Settings =>           [No,  No,         No,      No,        All],
        Act::LinkManufacturer =>   [No,  No,         No,      No,        All],
        Act::Approve =>            [No,  OwnReps,    Region,  All,       All],
        Act::Release =>            [No,  No,         No,      No,        All],
        Act::RequestStock =>       [Own, OwnReps,    Region,  All,       All],
        Act::SetDueBack =>         [Own, OwnReps,    Region,  All,       All],
    };
    match role {
        Role::Rep => row[0],
        Role::Distributor => row[1],
        Role::RegionalManager => row[2],
        Role::Operations => row[3],
        Role::Admin => row[4],
    }
}

/// The table with what the organization's settings add to it: "propose (setting: allow)".
fn scope_here(state: &State, act: Act, role: Role) -> Scope {
    let shares = matches!(act, Act::Link | Act::Rebuild) && role == Role::Rep;
    if shares && state.settings().reps_may_share {
        return Scope::Own;
    }
    scope(act, role)
}

/// What an act is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// A case that is known.
    Case(CaseId),
    /// What somebody holds.
    Custody(Custodian),
    /// A person: a rep to be put on a new case, a member of a link, a directory record.
    Person(PersonId),
    /// The organization as a whole.
    Organization,
}

/// Whether a person may do something, by role alone.
pub fn may(state: &State, person: &Person, act: Act, concern: Concern) -> bool {
    let scope = scope_here(state, act, person.role);
    can_reach(act, scope, concern) && (scope == Scope::All || within(state, person, scope, concern))
}

/// Whether a person may see the private part of a case (R36): who may plan the case.
pub fn may_see_details(state: &State, person: PersonId, case: CaseId) -> bool {
    state.person(person).is_some_and(|person| {
        person.active && may(state, person, Act::PlanCase, Concern::Case(case))
    })
}

/// As [`may`], with the refusal that says who may.
pub(crate) fn check(
    state: &State,
    person: &Person,
    act: Act,
    concern: Concern,
) -> Result<(), Refusal> {
    if may(state, person, act, concern) {
        return Ok(());
    }
    let reach = scope_here(state, act, person.role);
    let mut refusal = Refusal::new(Reason::NotAllowed);
    let wider = |role: &Role| {
        let wider = scope(act, *role);
        wider > reach && can_reach(act, wider, concern)
    };
    refusal.who_may = Role::ALL.into_iter().filter(wider).collect();
    refusal.person = match concern {
        Concern::Case(case) => state.case(case).map(|case| case.rep),
        Concern::Custody(Custodian::Person(holder)) => Some(holder),
        _ => None,
    };
    if let Concern::Case(case) = concern {
        refusal.case = Some(case);
    }
    Err(refusal)
}

/// Whether a scope reaches things of that sort at all. Pools give and take through their
/// Distributor, Operations or Admin, warehouses through Operations (R3).
fn can_reach(act: Act, scope: Scope, concern: Concern) -> bool {
    match concern {
        Concern::Case(_) | Concern::Person(_) | Concern::Custody(Custodian::Person(_)) => {
            scope > Scope::No
        }
        Concern::Custody(Custodian::Pool(_)) => match scope {
            Scope::No | Scope::Own => false,
            Scope::Region => !matches!(act, Act::Offer | Act::Answer),
            Scope::OwnReps | Scope::All => true,
        },
        Concern::Custody(Custodian::Warehouse(_)) | Concern::Organization => scope == Scope::All,
    }
}

fn within(state: &State, actor: &Person, scope: Scope, concern: Concern) -> bool {
    let own_region = |region: Option<&Text>| {
        scope == Scope::Region && region.is_some() && region == actor.region.as_ref()
    };
    match concern {
        Concern::Person(person) | Concern::Custody(Custodian::Person(person)) => {
            person_within(state, actor, scope, person)
        }
        Concern::Case(case) => state.case(case).is_some_and(|case| {
            let facility = state.facility(case.facility);
            person_within(state, actor, scope, case.rep)
                || own_region(facility.and_then(|facility| facility.region.as_ref()))
        }),
        Concern::Custody(Custodian::Pool(pool)) => {
            let region = state.pool(pool).and_then(|pool| pool.region.as_ref());
            own_region(region)
                || (scope == Scope::OwnReps && serves_pool(state, actor.id, Custodian::Pool(pool)))
        }
        Concern::Custody(Custodian::Warehouse(_)) | Concern::Organization => false,
    }
}

fn person_within(state: &State, actor: &Person, scope: Scope, person: PersonId) -> bool {
    if person == actor.id {
        return true;
    }
    let Some(person) = state.person(person) else {
        return false;
    };
    match scope {
        Scope::OwnReps => person.principal == Some(actor.id),
        Scope::Region => actor.region.is_some() && person.region == actor.region,
        Scope::No | Scope::Own | Scope::All => false,
    }
}

/// A pool's Distributor is one whose rep is a member of it.
fn serves_pool(state: &State, distributor: PersonId, pool: Custodian) -> bool {
    state.sharing_links().any(|link| {
        link.account == pool
            && state
                .person(link.rep)
                .is_some_and(|rep| rep.principal == Some(distributor))
    })
}
