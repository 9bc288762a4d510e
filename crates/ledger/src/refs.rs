//! What an entry refers to, outside its body.
//!
//! Whoever does not know an entry's kind can still see which lines and cases it touches (R31).
//! The body never repeats an identifier that stands here: it names a line by its place in the
//! list. So inside and outside cannot differ, and an offer of ten lines stays small enough for a
//! QR code.

use crate::error::FormatError;
use crate::limits::LINES_PER_ENTRY_MAX;
use crate::wire::{Reader, V1, Writer};
use baton_domain::EntryBody;
use baton_domain::id::{CaseId, EntryId, LineId, TransferId};

/// The lines, cases, transfer and heads that an entry refers to. The lists ascend, without
/// repetition; heads that made a touched line are left out of `heads`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Refs {
    pub(crate) lines: Vec<LineId>,
    pub(crate) cases: Vec<CaseId>,
    pub(crate) transfer: Option<TransferId>,
    pub(crate) heads: Vec<EntryId>,
    /// The entries that made the touched lines, ascending; derived from `lines`.
    makers: Vec<EntryId>,
}

/// A place that no list has, so that what is written with it is refused when it is read back.
const NOWHERE: u64 = u64::MAX;

impl Refs {
    /// No references, for everything that is not an entry's body.
    pub(crate) const NONE: &'static Self = &Self {
        lines: Vec::new(),
        cases: Vec::new(),
        transfer: None,
        heads: Vec::new(),
        makers: Vec::new(),
    };

    /// What a body refers to.
    pub(crate) fn of(body: &EntryBody) -> Self {
        let lines = sorted(body.lines_touched());
        let makers = makers(&lines);
        let mut heads = sorted(heads(body));
        heads.retain(|head| makers.binary_search(head).is_err());
        Self {
            lines,
            cases: sorted(body.cases_touched()),
            transfer: body.transfer(),
            heads,
            makers,
        }
    }

    /// The entries that what is referred to rests on: those that made the lines, their heads, and
    /// the offer.
    pub(crate) fn ancestors(self) -> Vec<EntryId> {
        let mut all = self.makers;
        all.extend(self.heads);
        all.extend(self.transfer);
        all
    }

    pub(crate) fn place_of_line(&self, line: LineId) -> u64 {
        self.lines
            .binary_search(&line)
            .map_or(NOWHERE, |place| place as u64)
    }

    pub(crate) fn line(&self, place: u64) -> Option<LineId> {
        self.lines.get(usize::try_from(place).ok()?).copied()
    }

    pub(crate) fn place_of_case(&self, case: CaseId) -> u64 {
        self.cases
            .binary_search(&case)
            .map_or(NOWHERE, |place| place as u64)
    }

    pub(crate) fn case(&self, place: u64) -> Option<CaseId> {
        self.cases.get(usize::try_from(place).ok()?).copied()
    }

    /// A head's place: first come the entries that made the touched lines, then `heads`.
    pub(crate) fn place_of_head(&self, head: EntryId) -> u64 {
        if let Ok(place) = self.makers.binary_search(&head) {
            return place as u64;
        }
        self.heads
            .binary_search(&head)
            .map_or(NOWHERE, |place| (self.makers.len() + place) as u64)
    }

    pub(crate) fn head(&self, place: u64) -> Option<EntryId> {
        let place = usize::try_from(place).ok()?;
        match place.checked_sub(self.makers.len()) {
            None => self.makers.get(place).copied(),
            Some(place) => self.heads.get(place).copied(),
        }
    }

    /// Puts together what an envelope holds.
    pub(crate) fn from_parts(
        lines: Vec<LineId>,
        cases: Vec<CaseId>,
        transfer: Option<TransferId>,
        heads: Vec<EntryId>,
    ) -> Result<Self, FormatError> {
        let ascend = lines.is_sorted_by(|a, b| a < b)
            && cases.is_sorted_by(|a, b| a < b)
            && heads.is_sorted_by(|a, b| a < b);
        if !ascend {
            return Err(FormatError::NotDeterministic);
        }
        let makers = makers(&lines);
        Ok(Self {
            lines,
            cases,
            transfer,
            heads,
            makers,
        })
    }
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort_unstable();
    items.dedup();
    items
}

fn makers(lines: &[LineId]) -> Vec<EntryId> {
    let mut makers: Vec<_> = lines.iter().map(|line| line.entry).collect();
    makers.dedup();
    makers
}

/// The heads that a body names for its lines.
fn heads(body: &EntryBody) -> Vec<EntryId> {
    match body.named() {
        EntryBody::StockHeld { lines, .. }
        | EntryBody::HoldReleased { lines, .. }
        | EntryBody::StockMarked { lines, .. }
        | EntryBody::StockUnmarked { lines, .. } => {
            lines.iter().filter_map(|line| line.head).collect()
        }
        EntryBody::StockAdjusted { away: lines, .. } | EntryBody::StockDrawn { lines, .. } => {
            lines.iter().filter_map(|line| line.head).collect()
        }
        EntryBody::IdentityCorrected { stock, .. } => stock.head.into_iter().collect(),
        EntryBody::EntryReversed { undo, .. } => {
            undo.lines().filter_map(|line| line.head).collect()
        }
        EntryBody::StockingOrderSubmitted { lines, .. } => {
            lines.iter().filter_map(|line| line.stock.head).collect()
        }
        EntryBody::FacilityStockRebuilt { lines, .. } => {
            lines.iter().filter_map(|line| line.stock.head).collect()
        }
        EntryBody::TrayPacked { tray, lines } | EntryBody::TrayUnpacked { tray, lines } => {
            let all = lines.iter().chain([tray]);
            all.filter_map(|line| line.head).collect()
        }
        EntryBody::TransferOffered { lines, .. }
        | EntryBody::RequestOffered { lines, .. }
        | EntryBody::StockReturned { lines, .. } => lines
            .iter()
            .filter_map(|offered| offered.stock.head)
            .collect(),
        EntryBody::UsageRecorded { lines, .. } => {
            lines.iter().filter_map(|used| used.head).collect()
        }
        _ => Vec::new(),
    }
}

/// Touched lines: each entry that made some of them, followed by their indexes.
pub(crate) struct TouchedLines(pub(crate) Vec<LineId>);

impl V1 for TouchedLines {
    fn write(&self, out: &mut Writer<'_>) {
        out.array(self.0.len() + makers(&self.0).len());
        let mut maker = None;
        for line in &self.0 {
            if maker != Some(line.entry) {
                line.entry.write(out);
                maker = Some(line.entry);
            }
            out.uint(u64::from(line.index));
        }
    }

    fn is_default(&self) -> bool {
        self.0.is_empty()
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "touched lines";
        let length = input.array_within(2 * LINES_PER_ENTRY_MAX, WHAT)?;
        let mut lines = Vec::with_capacity(length);
        let mut maker = None;
        for _ in 0..length {
            if input.peek()? == minicbor::data::Type::Bytes {
                maker = Some(EntryId::read(input)?);
            } else {
                let entry = maker.ok_or(FormatError::malformed(WHAT))?;
                lines.push(LineId {
                    entry,
                    index: u16::read(input)?,
                });
            }
        }
        Ok(Self(lines))
    }

    fn default_value() -> Option<Self> {
        Some(Self(Vec::new()))
    }
}
