//! One instrument tray, so that a check can be tried: it lacks a piece of what belongs in it.

use super::distributor::shelve;
use super::world::World;
use baton_domain::Command;
use baton_domain::case::Need;
use baton_domain::entry::ReceivedLine;
use baton_domain::id::{LineId, PersonId};
use baton_domain::product::{Product, ProductId, Tracking};
use baton_domain::stock::{Custodian, Identity, TitleHolder};

/// Stock lines that it puts on shelves.
pub const LINES: usize = 1;
/// Products of the bill of materials.
const CONTENTS: usize = 4;
/// Pieces of each that belong in the tray.
const PIECES: u32 = 2;

/// The tray's own product; the organization assembled it, so no catalogue has it.
fn product() -> Option<Product> {
    Some(Product {
        id: ProductId::new("#DEMO/TRAY-SF")?,
        reference: "TRAY-SF".into(),
        description: "Small fragment instrument tray".into(),
        brand: "".into(),
        manufacturer: "Own assembly".into(),
        tracking: Tracking::Serial,
        sterile: false,
        single_use: false,
        expires: false,
        size: "".into(),
    })
}

/// Lists the tray, gives it to a rep and packs it from what the rep holds.
pub fn plan(world: &mut World, founder: PersonId, rep: PersonId) {
    let Some(tray) = product() else { return };
    let held: Vec<(LineId, ProductId, u32)> = world
        .state
        .lines_held_by(Custodian::Person(rep))
        .filter(|line| line.identity.serial.is_none() && line.facility_stock_at().is_none())
        .filter(|line| line.free() >= PIECES && line.claims.is_empty())
        .map(|line| (line.id, line.identity.product.clone(), line.free()))
        .take(CONTENTS)
        .collect();
    let needs = held.iter().map(|(_, product, _)| Need {
        product: product.clone(),
        quantity: PIECES,
    });
    let list = Command::ListBillOfMaterials {
        product: tray.id.clone(),
        needs: needs.collect(),
    };
    let _ = world.act(founder, 240, Command::ListProducts(vec![tray.clone()]));
    let _ = world.act(founder, 240, list);
    let line = ReceivedLine {
        identity: Identity {
            product: tray.id.clone(),
            lot: None,
            lot_unknown: false,
            serial: Some("SF-01".into()),
            expiry: None,
            manufactured: None,
        },
        quantity: 1,
        title: TitleHolder::Organization,
        location: "Trunk".into(),
    };
    shelve(world, founder, Custodian::Person(rep), vec![line]);
    let own = world.state.active_serial(&tray.id, "SF-01");
    let Some(line) = own.map(|line| line.id) else {
        return;
    };
    // The last of the list was left out: that is what the check finds.
    let packed = held.iter().take(CONTENTS - 1);
    let lines = packed.map(|(line, _, _)| (*line, PIECES)).collect();
    let _ = world.act(rep, 8, Command::PackTray { tray: line, lines });
}
