//! Stock, transfers and cases: in entries and in pages.

use super::{Reader, V1, Writer, numbered, record};
use crate::error::FormatError;
use baton_domain::Text;
use baton_domain::adjust::{Adjustment, Reversal, Undo, Undone};
use baton_domain::case::{
    Case, CaseDetails, CaseStatus, Closing, CoverChoice, Need, OtherNeed, PurchaseOrder, Side,
    Signature, TakenFirst, Usage, UseEffect, UseStatus,
};
use baton_domain::entry::{Count, OfferedLine, OrderedLine, RebuiltLine, ReceivedLine, UsedLine};
use baton_domain::facility_stock::{Price, SoldLine, StockingOrder};
use baton_domain::id::{EntryId, FacilityId, LineId};
use baton_domain::recall::{Recall, Recalled};
use baton_domain::stock::{Identity, LineRef, TitleHolder};
use baton_domain::transfer::{
    DeclineReason, Extra, LineAnswer, Transfer, TransferLine, TransferStatus, Travel, TravelMeans,
};
use baton_domain::tray::{BillOfMaterials, Tray, TrayCheck, TrayCount};

record!(
    Identity,
    "an identity",
    [product, lot, expiry, serial, manufactured, lot_unknown]
);
record!(
    ReceivedLine,
    "a received line",
    [identity, quantity, title, location]
);
record!(Undo, "what an undo does", [back, gone, released]);
record!(Reversal, "a reversal", [entry, by_entry, by]);
record!(
    Adjustment,
    "an adjustment",
    [id, custodian, away, found, reason, by, reviewed_by]
);
record!(OrderedLine, "an ordered line", [stock, price]);
record!(RebuiltLine, "a rebuilt line", [stock, identity]);
record!(
    SoldLine,
    "a sold line",
    [line, identity, quantity, price, replaces]
);
record!(
    StockingOrder,
    "a stocking order",
    [id, facility, seller, lines, by, note]
);
record!(TrayCount, "a count in a tray", [line, found]);
record!(TrayCheck, "a tray check", [by, missing, note]);
record!(Tray, "a tray", [line, contents, checked]);
record!(BillOfMaterials, "a bill of materials", [product, needs]);
record!(Recalled, "what is recalled", [product, lot, serial]);
record!(Recall, "a recall", [id, what, reason, issued_by, ended_by]);
record!(Need, "a need", [product, quantity]);
record!(
    CaseDetails,
    "a case's private part",
    [procedure, surgeon, reference]
);
record!(LineAnswer, "an answer", [accepted, damaged, missing, note]);
record!(Extra, "an extra", [identity, quantity, note]);
record!(Travel, "how it travels", [means, details, needed_by]);
record!(
    TransferLine,
    "a transfer's line",
    [line, identity, quantity, reserved_for, answer]
);
record!(
    Transfer,
    "a transfer",
    [
        id, from, to, offered_by, offered_at, lines, status, travel, note, extras, ended_by
    ]
);
record!(
    Usage,
    "a use",
    [
        entry,
        index,
        line,
        identity,
        quantity,
        status,
        by,
        presumed_holder,
        reason,
        flags,
        kept,
        effect
    ]
);
record!(
    UseEffect,
    "what a use did to its line",
    [taken, facility_stock]
);

record!(Closing, "a closing", [lines, by]);
record!(
    Signature,
    "a signature",
    [entry, lines, side, name, meaning, by, drawing]
);
record!(PurchaseOrder, "a purchase order", [since, number]);
record!(OtherNeed, "another need", [what, by, done, who]);
numbered!(Side, "a side", {
    Rep = 1,
    Facility = 2,
});
numbered!(CaseStatus, "a case's status", {
    Scheduled = 1,
    InProgress = 2,
    Closed = 3,
    AwaitingPurchaseOrder = 4,
    Complete = 5,
    Cancelled = 6,
});
numbered!(Undone, "a kind of act", {
    Received = 1,
    Marked = 2,
    Used = 3,
    Held = 4,
    Adjusted = 5,
});
numbered!(UseStatus, "a use's status", {
    Implanted = 1,
    Used = 2,
    Wasted = 3,
    Damaged = 4,
    BackToTray = 5,
});
numbered!(DeclineReason, "a reason to decline", {
    NotNeeded = 1,
    CannotTake = 2,
    Damaged = 3,
    Missing = 4,
    Wrong = 5,
    Opened = 6,
});

impl V1 for TravelMeans {
    fn write(&self, out: &mut Writer<'_>) {
        out.uint(match self {
            Self::Unsaid => 0,
            Self::Meet => 1,
            Self::Courier => 2,
        });
    }

    fn is_default(&self) -> bool {
        matches!(self, Self::Unsaid)
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        match input.uint("a means of travel")? {
            0 => Ok(Self::Unsaid),
            1 => Ok(Self::Meet),
            2 => Ok(Self::Courier),
            _ => Err(FormatError::malformed("a means of travel")),
        }
    }

    fn default_value() -> Option<Self> {
        Some(Self::Unsaid)
    }
}

/// Cents for each piece; nothing for no charge.
impl V1 for Price {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::NoCharge => out.null(),
            Self::CentsEach(cents) => out.uint(u64::from(*cents)),
        }
    }

    fn is_default(&self) -> bool {
        matches!(self, Self::NoCharge)
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        if input.take_null() {
            Ok(Self::NoCharge)
        } else {
            u32::read(input).map(Self::CentsEach)
        }
    }

    fn default_value() -> Option<Self> {
        Some(Self::NoCharge)
    }
}

/// 1 the manufacturer, 2 the organization, or the facility's identifier.
impl V1 for TitleHolder {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Manufacturer => out.uint(1),
            Self::Organization => out.uint(2),
            Self::Facility(id) => id.write(out),
        }
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        if input.peek()? == minicbor::data::Type::Bytes {
            return FacilityId::read(input).map(Self::Facility);
        }
        match input.uint("a title holder")? {
            1 => Ok(Self::Manufacturer),
            2 => Ok(Self::Organization),
            _ => Err(FormatError::malformed("a title holder")),
        }
    }
}

/// `[1]` open, `[2]` answered, `[3, reason, note]` declined, `[4]` cancelled.
impl V1 for TransferStatus {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Open => out.record(&[&1_u16]),
            Self::Answered => out.record(&[&2_u16]),
            Self::Declined(reason, note) => out.record(&[&3_u16, reason, note]),
            Self::Cancelled => out.record(&[&4_u16]),
        }
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "a transfer's status";
        let mut record = input.record(WHAT)?;
        let status = match record.next::<u16>()? {
            1 => Self::Open,
            2 => Self::Answered,
            3 => Self::Declined(record.next()?, record.next()?),
            4 => Self::Cancelled,
            _ => return Err(FormatError::malformed(WHAT)),
        };
        record.end()?;
        Ok(status)
    }
}

/// `[line, quantity, head]`; line and head are places in the envelope's tables.
impl V1 for LineRef {
    fn write(&self, out: &mut Writer<'_>) {
        let line = out.refs().place_of_line(self.line);
        let head = self.head.map(|head| out.refs().place_of_head(head));
        out.record(&[&Some(line), &self.quantity, &head]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut record = input.record("a line's reference")?;
        let line = line_at(&mut record)?.ok_or(FormatError::malformed("a line's reference"))?;
        let quantity = record.next()?;
        let head = head_at(&mut record)?;
        record.end()?;
        Ok(Self {
            line,
            quantity,
            head,
        })
    }
}

/// `[reference, identity, case]`; the case is a place among the touched cases.
impl V1 for OfferedLine {
    fn write(&self, out: &mut Writer<'_>) {
        let case = self.reserved_for.map(|case| out.refs().place_of_case(case));
        out.record(&[&self.stock, &self.identity, &case]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "an offered line";
        let mut record = input.record(WHAT)?;
        let (stock, identity) = (record.next()?, record.next()?);
        let place: Option<u64> = record.next()?;
        let reserved_for = match place {
            Some(place) => Some(
                record
                    .refs()
                    .case(place)
                    .ok_or(FormatError::malformed(WHAT))?,
            ),
            None => None,
        };
        record.end()?;
        Ok(Self {
            stock,
            identity,
            reserved_for,
        })
    }
}

/// `[line, expected, counted]`; the line is a place.
impl V1 for Count {
    fn write(&self, out: &mut Writer<'_>) {
        let line = out.refs().place_of_line(self.line);
        out.record(&[&Some(line), &self.expected, &self.counted]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "a count";
        let mut record = input.record(WHAT)?;
        let count = Self {
            line: line_at(&mut record)?.ok_or(FormatError::malformed(WHAT))?,
            expected: record.next()?,
            counted: record.next()?,
        };
        record.end()?;
        Ok(count)
    }
}

/// `[line, head, identity, quantity, status, presumed holder]`; line and head are places.
impl V1 for UsedLine {
    fn write(&self, out: &mut Writer<'_>) {
        let line = self.line.map(|line| out.refs().place_of_line(line));
        let head = self.head.map(|head| out.refs().place_of_head(head));
        out.record(&[
            &line,
            &head,
            &self.identity,
            &self.quantity,
            &self.status,
            &self.presumed_holder,
        ]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut record = input.record("a used line")?;
        let used = Self {
            line: line_at(&mut record)?,
            head: head_at(&mut record)?,
            identity: record.next()?,
            quantity: record.next()?,
            status: record.next()?,
            presumed_holder: record.next()?,
        };
        record.end()?;
        Ok(used)
    }
}

fn line_at(record: &mut super::Record<'_, '_, '_>) -> Result<Option<LineId>, FormatError> {
    let place: Option<u64> = record.next()?;
    let Some(place) = place else { return Ok(None) };
    record
        .refs()
        .line(place)
        .map(Some)
        .ok_or(FormatError::malformed("a touched line"))
}

fn head_at(record: &mut super::Record<'_, '_, '_>) -> Result<Option<EntryId>, FormatError> {
    let place: Option<u64> = record.next()?;
    let Some(place) = place else { return Ok(None) };
    record
        .refs()
        .head(place)
        .map(Some)
        .ok_or(FormatError::malformed("a line's head"))
}

record!(
    TakenFirst,
    "what is taken first",
    [product, holder, facility_stock]
);

/// Nothing chosen is not written.
impl V1 for CoverChoice {
    fn write(&self, out: &mut Writer<'_>) {
        let Self {
            no_facility_stock,
            no_field,
            no_supply,
            first,
        } = self;
        out.record(&[no_facility_stock, no_field, no_supply, first]);
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn default_value() -> Option<Self> {
        Some(Self::default())
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut record = input.record("what was chosen for a swap")?;
        let choice = Self {
            no_facility_stock: record.next()?,
            no_field: record.next()?,
            no_supply: record.next()?,
            first: record.next()?,
        };
        record.end()?;
        Ok(choice)
    }
}

/// The planning part. The private part is a record of its own, see [`crate::page`].
impl V1 for Case {
    fn write(&self, out: &mut Writer<'_>) {
        let Self {
            id,
            facility,
            starts_at,
            utc_offset_min,
            room,
            rep,
            rep_since,
            rep_before,
            cover,
            needs,
            status,
            usage,
            details: _,
            closing,
            signatures: _,
            order,
            other_needs,
            head,
            head_by,
            needs_newer_app,
        } = self;
        out.record(&[
            id,
            facility,
            starts_at,
            utc_offset_min,
            rep,
            rep_since,
            status,
            head,
            head_by,
            room,
            needs,
            usage,
            needs_newer_app,
            rep_before,
            closing,
            order,
            other_needs,
            cover,
        ]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut record = input.record("a case")?;
        let case = Self {
            id: record.next()?,
            facility: record.next()?,
            starts_at: record.next()?,
            utc_offset_min: record.next()?,
            rep: record.next()?,
            rep_since: record.next()?,
            status: record.next()?,
            head: record.next()?,
            head_by: record.next()?,
            room: record.next::<Text>()?,
            needs: record.next()?,
            usage: record.next()?,
            needs_newer_app: record.next()?,
            rep_before: record.next()?,
            closing: record.next()?,
            order: record.next()?,
            other_needs: record.next()?,
            cover: record.next()?,
            signatures: Vec::new(),
            details: None,
        };
        record.end()?;
        Ok(case)
    }
}
