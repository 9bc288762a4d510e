//! Proposals and their answers, resolutions of disputes.

use super::number;
use crate::error::FormatError;
use crate::refs::Refs;
use crate::wire::{Fields, Reader, V1, Writer};
use baton_domain::EntryBody;

pub(super) fn kind(body: &EntryBody) -> Option<u16> {
    Some(match body {
        EntryBody::Proposed { .. } => number::PROPOSED,
        EntryBody::ProposalApproved { .. } => number::PROPOSAL_APPROVED,
        EntryBody::ProposalDeclined { .. } => number::PROPOSAL_DECLINED,
        EntryBody::DisputeResolved { .. } => number::DISPUTE_RESOLVED,
        _ => return None,
    })
}

pub(super) fn write(body: &EntryBody, out: &mut Writer<'_>) {
    match body {
        EntryBody::Proposed { what, note } => out.fields(&[(1, &Inside::of(what)), (2, note)]),
        EntryBody::ProposalApproved { proposal, what } => {
            out.fields(&[(1, proposal), (2, &Inside::of(what))]);
        }
        EntryBody::ProposalDeclined { proposal, reason } => {
            out.fields(&[(1, proposal), (2, reason)]);
        }
        EntryBody::DisputeResolved {
            dispute,
            how,
            reason,
        } => out.fields(&[(1, dispute), (2, how), (3, reason)]),
        _ => {}
    }
}

pub(super) fn read(
    kind: u16,
    fields: &mut Fields<'_, '_, '_>,
    _: &Refs,
) -> Result<Option<EntryBody>, FormatError> {
    Ok(Some(match kind {
        number::PROPOSED => EntryBody::Proposed {
            what: fields.take::<Inside>(1)?.0,
            note: fields.take(2)?,
        },
        number::PROPOSAL_APPROVED => EntryBody::ProposalApproved {
            proposal: fields.take(1)?,
            what: fields.take::<Inside>(2)?.0,
        },
        number::PROPOSAL_DECLINED => EntryBody::ProposalDeclined {
            proposal: fields.take(1)?,
            reason: fields.take(2)?,
        },
        number::DISPUTE_RESOLVED => EntryBody::DisputeResolved {
            dispute: fields.take(1)?,
            how: fields.take(2)?,
            reason: fields.take(3)?,
        },
        _ => return Ok(None),
    }))
}

/// A body inside a body: `[kind, version, bytes]`. Both name the same lines and cases, so the
/// envelope's lists serve both.
struct Inside(Box<EntryBody>);

impl Inside {
    fn of(body: &EntryBody) -> Self {
        Self(Box::new(body.clone()))
    }
}

impl V1 for Inside {
    fn write(&self, out: &mut Writer<'_>) {
        // An unknown body cannot be written: kind 0 is refused when it is read back.
        let (kind, version) = super::kind(&self.0).unwrap_or_default();
        let bytes = super::write(&self.0, out.refs());
        out.record(&[&kind, &version, &bytes]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "a body inside a body";
        let mut record = input.record(WHAT)?;
        let (kind, version): (u16, u16) = (record.next()?, record.next()?);
        let bytes: Vec<u8> = record.next()?;
        let refs = record.refs();
        // One level: a proposal of a proposal is nothing that anybody can approve.
        let nested = matches!(
            kind,
            number::PROPOSED | number::PROPOSAL_APPROVED | number::PROPOSAL_DECLINED
        );
        if kind == 0 || nested {
            return Err(FormatError::malformed(WHAT));
        }
        let body = super::read_kind(kind, version, &bytes, refs)?;
        record.end()?;
        // Proposed by a newer build: as unknown as a newer kind.
        Ok(Self(Box::new(body.ok_or(FormatError::UnknownKind)?)))
    }
}
