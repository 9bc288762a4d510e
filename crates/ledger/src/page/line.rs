//! A stock line as a row of small numbers that point into its page's tables.

use crate::error::FormatError;
use crate::wire::{Reader, Writer};
use baton_domain::Text;
use baton_domain::id::{EntryId, FacilityId, LineId, OrganizationId, PersonId, PoolId};
use baton_domain::product::ProductId;
use baton_domain::stock::{Claim, Claimant, Custodian, Hold, Identity, StockLine, TitleHolder};
use baton_domain::time::Date;
use std::collections::HashMap;
use std::hash::Hash;

const WHAT: &str = "a stock line";
const BIT_LOT_UNKNOWN: u16 = 1;
const BIT_NEEDS_NEWER_APP: u16 = 2;

/// What the rows of a page share, while it is written.
#[derive(Default)]
pub(super) struct TablesOut {
    pub(super) ids: Vec<u8>,
    pub(super) texts: Vec<Text>,
    pub(super) products: Vec<ProductId>,
    place_of_id: HashMap<[u8; 16], u64>,
    place_of_text: HashMap<Text, u64>,
    place_of_product: HashMap<ProductId, u64>,
}

impl TablesOut {
    fn id(&mut self, id: &[u8; 16]) -> u64 {
        let next = self.place_of_id.len() as u64;
        *self.place_of_id.entry(*id).or_insert_with(|| {
            self.ids.extend_from_slice(id);
            next
        })
    }

    /// 0 for no text, else its place and one.
    fn text(&mut self, text: Option<&Text>) -> u64 {
        text.map_or(0, |text| {
            place(&mut self.place_of_text, &mut self.texts, text) + 1
        })
    }

    fn product(&mut self, product: &ProductId) -> u64 {
        place(&mut self.place_of_product, &mut self.products, product)
    }
}

fn place<T: Clone + Eq + Hash>(places: &mut HashMap<T, u64>, items: &mut Vec<T>, item: &T) -> u64 {
    if let Some(place) = places.get(item) {
        return *place;
    }
    let next = items.len() as u64;
    places.insert(item.clone(), next);
    items.push(item.clone());
    next
}

/// Writes a line as a row.
pub(super) fn write(line: &StockLine, tables: &mut TablesOut, out: &mut Writer<'_>) {
    let StockLine {
        id,
        parent,
        replaces,
        identity,
        quantity,
        custodian,
        title,
        location,
        claims,
        hold,
        disputed,
        head,
        past_heads,
        needs_newer_app,
    } = line;
    let Identity {
        product,
        lot,
        lot_unknown,
        serial,
        expiry,
        manufactured,
    } = identity;
    let (custodian_kind, custodian) = custodian_row(custodian, tables);
    let title = title_row(title, tables);
    let bits = if *lot_unknown { BIT_LOT_UNKNOWN } else { 0 }
        | if *needs_newer_app {
            BIT_NEEDS_NEWER_APP
        } else {
            0
        };
    let location = (!location.is_empty()).then_some(location);
    out.record(&[
        &tables.id(id.entry.as_bytes()),
        &id.index,
        &tables.product(product),
        quantity,
        &custodian_kind,
        &custodian,
        &tables.id(head.as_bytes()),
        expiry,
        &tables.text(lot.as_ref()),
        serial,
        &title,
        manufactured,
        &bits,
        &tables.text(location),
        &parent.map(|line| (tables.id(line.entry.as_bytes()), line.index)),
        &claims
            .iter()
            .map(|claim| claim_row(claim, tables))
            .collect::<Vec<_>>(),
        &hold.as_ref().map(|hold| HoldRow {
            quantity: hold.quantity,
            by: tables.id(hold.by.as_bytes()),
            reason: hold.reason.clone(),
            earlier: hold.earlier,
        }),
        disputed,
        &past_heads
            .iter()
            .map(|head| tables.id(head.as_bytes()))
            .collect::<Vec<_>>(),
        &replaces.map(|line| (tables.id(line.entry.as_bytes()), line.index)),
    ]);
}

fn custodian_row(custodian: &Custodian, tables: &mut TablesOut) -> (u64, u64) {
    match custodian {
        Custodian::Person(id) => (1, tables.id(id.as_bytes())),
        Custodian::Pool(id) => (2, tables.id(id.as_bytes())),
        Custodian::Warehouse(id) => (3, tables.id(id.as_bytes())),
    }
}

fn title_row(title: &TitleHolder, tables: &mut TablesOut) -> u64 {
    match title {
        TitleHolder::Manufacturer => 0,
        TitleHolder::Organization => 1,
        TitleHolder::Facility(id) => tables.id(id.as_bytes()) + 2,
    }
}

fn claim_row(claim: &Claim, tables: &mut TablesOut) -> ClaimRow {
    let (kind, id) = match &claim.by {
        Claimant::Mark(case) => (1, case),
        Claimant::Reservation(case) => (2, case),
        Claimant::Offer(transfer) => (3, transfer),
    };
    ClaimRow {
        kind,
        by: tables.id(id.as_bytes()),
        quantity: claim.quantity,
    }
}

struct ClaimRow {
    kind: u16,
    by: u64,
    quantity: u32,
}

struct HoldRow {
    quantity: u32,
    by: u64,
    reason: Text,
    earlier: u32,
}

crate::wire::record!(ClaimRow, "a claim", [kind, by, quantity]);
crate::wire::record!(HoldRow, "a hold", [quantity, by, reason, earlier]);

/// What the rows of a page share, while it is read.
#[derive(Default)]
pub(super) struct TablesIn<'b> {
    pub(super) ids: &'b [u8],
    pub(super) texts: Vec<Text>,
    pub(super) products: Vec<ProductId>,
}

impl TablesIn<'_> {
    fn id(&self, place: u64) -> Result<[u8; 16], FormatError> {
        let bad = FormatError::malformed("a place in a page's identifiers");
        let first = usize::try_from(place)
            .ok()
            .and_then(|place| place.checked_mul(16))
            .ok_or(bad)?;
        let bytes = self
            .ids
            .get(first..)
            .and_then(|rest| rest.first_chunk())
            .ok_or(bad)?;
        Ok(*bytes)
    }

    fn entry(&self, place: u64) -> Result<EntryId, FormatError> {
        self.id(place).map(EntryId::from_bytes)
    }

    fn text(&self, place: u64) -> Result<Option<Text>, FormatError> {
        let Some(place) = place.checked_sub(1) else {
            return Ok(None);
        };
        let text = usize::try_from(place)
            .ok()
            .and_then(|place| self.texts.get(place));
        text.cloned()
            .map(Some)
            .ok_or(FormatError::malformed("a place in a page's texts"))
    }

    fn product(&self, place: u64) -> Result<ProductId, FormatError> {
        let product = usize::try_from(place)
            .ok()
            .and_then(|place| self.products.get(place));
        product
            .cloned()
            .ok_or(FormatError::malformed("a place in a page's products"))
    }
}

/// Reads a row.
pub(super) fn read(
    input: &mut Reader<'_, '_>,
    tables: &TablesIn<'_>,
    nowhere: &Text,
) -> Result<StockLine, FormatError> {
    let mut row = input.record(WHAT)?;
    let id = LineId {
        entry: tables.entry(row.next()?)?,
        index: row.next()?,
    };
    let product = tables.product(row.next()?)?;
    let quantity: u32 = row.next()?;
    let custodian = custodian(row.next()?, tables.id(row.next()?)?)?;
    let head = tables.entry(row.next()?)?;
    let expiry: Option<Date> = row.next()?;
    let lot = tables.text(row.next()?)?;
    let serial: Option<Text> = row.next()?;
    let title = title(row.next()?, tables)?;
    let manufactured: Option<Date> = row.next()?;
    let bits: u16 = row.next()?;
    let location = tables.text(row.next()?)?.unwrap_or_else(|| nowhere.clone());
    let parent: Option<(u64, u16)> = row.next()?;
    let other_line = |place: Option<(u64, u16)>| {
        place
            .map(|(entry, index)| {
                let entry = tables.entry(entry)?;
                Ok(LineId { entry, index })
            })
            .transpose()
    };
    let claims: Vec<ClaimRow> = row.next()?;
    let hold: Option<HoldRow> = row.next()?;
    let disputed: u32 = row.next()?;
    let past_heads: Vec<u64> = row.next()?;
    let replaces: Option<(u64, u16)> = row.next()?;
    row.end()?;
    // Every reader of a line relies on it: what is promised of it is there.
    let claimed = claims
        .iter()
        .map(|row| u64::from(row.quantity))
        .sum::<u64>();
    let held = hold.as_ref().map_or(0, |hold| hold.quantity);
    if claimed > u64::from(quantity) || held > quantity || disputed > quantity {
        return Err(FormatError::malformed(WHAT));
    }
    let lot_unknown = bits & BIT_LOT_UNKNOWN != 0;
    Ok(StockLine {
        id,
        parent: other_line(parent)?,
        replaces: other_line(replaces)?,
        identity: Identity {
            product,
            lot,
            lot_unknown,
            serial,
            expiry,
            manufactured,
        },
        quantity,
        custodian,
        title,
        location,
        claims: claims
            .iter()
            .map(|row| claim(row, tables))
            .collect::<Result<_, _>>()?,
        hold: match hold {
            Some(HoldRow {
                quantity,
                by,
                reason,
                earlier,
            }) => Some(Hold {
                quantity,
                reason,
                by: tables.entry(by)?,
                earlier,
            }),
            None => None,
        },
        disputed,
        head,
        past_heads: past_heads
            .into_iter()
            .map(|at| tables.entry(at))
            .collect::<Result<_, _>>()?,
        needs_newer_app: bits & BIT_NEEDS_NEWER_APP != 0,
    })
}

fn custodian(kind: u64, id: [u8; 16]) -> Result<Custodian, FormatError> {
    match kind {
        1 => Ok(Custodian::Person(PersonId::from_bytes(id))),
        2 => Ok(Custodian::Pool(PoolId::from_bytes(id))),
        3 => Ok(Custodian::Warehouse(OrganizationId::from_bytes(id))),
        _ => Err(FormatError::malformed("a custodian")),
    }
}

fn title(place: u64, tables: &TablesIn<'_>) -> Result<TitleHolder, FormatError> {
    match place {
        0 => Ok(TitleHolder::Manufacturer),
        1 => Ok(TitleHolder::Organization),
        place => tables
            .id(place - 2)
            .map(|id| TitleHolder::Facility(FacilityId::from_bytes(id))),
    }
}

fn claim(row: &ClaimRow, tables: &TablesIn<'_>) -> Result<Claim, FormatError> {
    let id = tables.entry(row.by)?;
    let by = match row.kind {
        1 => Claimant::Mark(id),
        2 => Claimant::Reservation(id),
        3 => Claimant::Offer(id),
        _ => return Err(FormatError::malformed("a claimant")),
    };
    Ok(Claim {
        by,
        quantity: row.quantity,
    })
}
