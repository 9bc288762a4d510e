//! Proposals and disputes: in entries and in pages.

use super::{Reader, V1, Writer, record};
use crate::error::FormatError;
use baton_domain::dispute::{ClaimedLine, Dispute, Resolution, Resolved};
use baton_domain::proposal::{Proposal, ProposalStatus};
use baton_domain::stock::LineRef;

record!(Proposal, "a proposal", [entry, status]);
record!(Dispute, "a dispute", [entry, verdict, locked, resolved]);
record!(Resolved, "how a dispute ended", [entry, by, at, how]);

/// `[1]` open, `[2, person, time]` approved, `[3, person, time, reason]` declined.
impl V1 for ProposalStatus {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Open => out.record(&[&1_u16]),
            Self::Approved(person, at) => out.record(&[&2_u16, person, at]),
            Self::Declined(person, at, reason) => out.record(&[&3_u16, person, at, reason]),
        }
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "a proposal's status";
        let mut record = input.record(WHAT)?;
        let status = match record.next::<u16>()? {
            1 => Self::Open,
            2 => Self::Approved(record.next()?, record.next()?),
            3 => Self::Declined(record.next()?, record.next()?, record.next()?),
            _ => return Err(FormatError::malformed(WHAT)),
        };
        record.end()?;
        Ok(status)
    }
}

/// `[1]` upheld, `[2]` applied, `[3, lines]` claimed.
impl V1 for Resolution {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Upheld => out.record(&[&1_u16]),
            Self::Applied => out.record(&[&2_u16]),
            Self::Claimed(lines) => out.record(&[&3_u16, lines]),
        }
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "a resolution";
        let mut record = input.record(WHAT)?;
        let how = match record.next::<u16>()? {
            1 => Self::Upheld,
            2 => Self::Applied,
            3 => Self::Claimed(record.next()?),
            _ => return Err(FormatError::malformed(WHAT)),
        };
        record.end()?;
        Ok(how)
    }
}

/// `[place, line, quantity, head]`, with the identifiers themselves, because it stands in pages
/// too, where no envelope lists them.
impl V1 for ClaimedLine {
    fn write(&self, out: &mut Writer<'_>) {
        let LineRef {
            line,
            quantity,
            head,
        } = &self.stock;
        out.record(&[&self.place, line, quantity, head]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut record = input.record("a claimed line")?;
        let place = record.next()?;
        let stock = LineRef {
            line: record.next()?,
            quantity: record.next()?,
            head: record.next()?,
        };
        record.end()?;
        Ok(Self { place, stock })
    }
}
