//! A named case for each branch of the playbook about stock that lies at the facility or with an
//! account: shared through the pool, linked, rebuilt. Each waits for the one act that its name
//! says.

use super::cast::{facilities, pool};
use super::distributor::today;
use super::world::World;
use crate::zone::utc_offset_min;
use baton_domain::Command;
use baton_domain::case::{CaseDetails, Need};
use baton_domain::directory::{Facility, Person, Role};
use baton_domain::entry::ReceivedLine;
use baton_domain::facility_stock::Price;
use baton_domain::id::{LineId, PersonId};
use baton_domain::product::{Product, Tracking};
use baton_domain::stock::{Custodian, Identity, StockLine, TitleHolder};
use baton_domain::time::{LocalTime, Timestamp};

/// The case whose stock lies in the shared account.
pub const SHARED: &str = "Shared through the pool";
/// The case whose stock a Distributor account sold to the facility.
pub const LINKED: &str = "Facility Stock to link";
/// The case whose stock a Rep sold to the facility.
pub const REBUILT: &str = "Facility Stock to rebuild";

/// The cases that [`plan`] adds.
pub const CASES: usize = 3;
/// The lines that it adds: two for each.
pub const LINES: usize = 2 * CASES;

/// Plans them, where there are two reps of the pool's region: the first sold, the second covers.
pub fn plan(
    world: &mut World,
    founder: PersonId,
    people: &[(Person, String)],
    catalogue: &[Product],
    now: Timestamp,
) {
    let mut reps = people
        .iter()
        .map(|(person, _)| person)
        .filter(|person| person.role == Role::Rep && person.region == pool().region);
    let (Some(first), Some(second)) = (reps.next(), reps.next()) else {
        return;
    };
    let principal = people
        .iter()
        .map(|(person, _)| person)
        .find(|person| person.role == Role::Distributor);
    let mut places = facilities().into_iter();
    let (Some(one), Some(other)) = (places.next(), places.next()) else {
        return;
    };
    let mut scene = Scene {
        world,
        founder,
        covers: second.id,
        catalogue,
        now,
    };
    scene.case(&one, (SHARED, "SH"), Custodian::Pool(pool().id), None);
    let seller = Custodian::Person(first.id);
    scene.case(&one, (REBUILT, "RB"), seller, Some(first.id));
    if let Some(principal) = principal {
        let account = Custodian::Person(principal.id);
        scene.case(&other, (LINKED, "LK"), account, Some(principal.id));
    }
}

struct Scene<'a> {
    world: &'a mut World,
    founder: PersonId,
    covers: PersonId,
    catalogue: &'a [Product],
    now: Timestamp,
}

impl Scene<'_> {
    /// Two pieces in a custody, sold to the facility where somebody sells, and a case that needs
    /// one of them.
    fn case(
        &mut self,
        facility: &Facility,
        (name, label): (&str, &str),
        holder: Custodian,
        seller: Option<PersonId>,
    ) -> Option<()> {
        let product = self.product()?;
        let date = today(self.now)?.add_days(3)?;
        let lines = (1..=2).map(|number| ReceivedLine {
            identity: Identity {
                product: product.id.clone(),
                lot: Some(format!("{label}-LOT").into()),
                lot_unknown: false,
                serial: Some(format!("{label}-{number}").into()),
                expiry: today(self.now).and_then(|today| today.add_days(700)),
                manufactured: None,
            },
            quantity: 1,
            title: TitleHolder::Organization,
            location: "".into(),
        });
        let received = Command::ReceiveStock {
            custodian: holder,
            lines: lines.collect(),
            reason: "Opening stock".into(),
        };
        let entry = self.world.act(self.founder, 24 * 30, received).ok()?;
        if let Some(seller) = seller {
            let line = |index| (LineId { entry, index }, 1, Price::CentsEach(125_000));
            let order = Command::SubmitStockingOrder {
                facility: facility.id,
                seller: holder,
                lines: vec![line(0), line(1)],
                note: "Opening order".into(),
            };
            self.world.act(seller, 24 * 20, order).ok()?;
        }
        let starts_at = LocalTime { date, minute: 480 };
        let case = Command::ScheduleCase {
            facility: facility.id,
            starts_at,
            utc_offset_min: utc_offset_min(&facility.zone, starts_at)?,
            room: name.into(),
            rep: self.covers,
            needs: vec![Need {
                product: product.id,
                quantity: 1,
            }],
            details: Some(CaseDetails {
                procedure: name.into(),
                ..CaseDetails::default()
            }),
        };
        self.world.act(self.covers, 24 * 5, case).ok().map(|_| ())
    }

    /// A single-use product that the rep who covers cannot have from anywhere yet.
    fn product(&self) -> Option<Product> {
        let state = &self.world.state;
        let out_of_reach = |line: &StockLine| {
            line.custodian != Custodian::Person(self.covers)
                && line.custodian != Custodian::Pool(pool().id)
                && line.facility_stock_at().is_none()
        };
        self.catalogue
            .iter()
            .filter(|product| product.tracking != Tracking::Untracked && product.single_use)
            .find(|product| state.product_on_hand(&product.id).all(out_of_reach))
            .cloned()
    }
}
