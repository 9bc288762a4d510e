//! The payload of a signed entry: a map that everybody can read, with the body in it as bytes.

use crate::error::FormatError;
use crate::limits::LINES_PER_ENTRY_MAX;
use crate::refs::{Refs, TouchedLines};
use crate::wire::{Reader, Writer};
use baton_domain::id::{EntryId, OrganizationId, PersonId};
use baton_domain::time::Timestamp;

/// The version of the envelope. A newer one cannot be read at all.
const FORMAT: u16 = 1;

/// Everything of an entry but the device, which is the COSE key identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) id: EntryId,
    pub(crate) organization: OrganizationId,
    pub(crate) actor: PersonId,
    pub(crate) sequence: u64,
    pub(crate) occurred_at: Timestamp,
    pub(crate) source_sha256: Option<[u8; 32]>,
    pub(crate) kind: u16,
    pub(crate) version: u16,
    pub(crate) refs: Refs,
    pub(crate) body: Vec<u8>,
}

impl Envelope {
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = Writer::new(Refs::NONE);
        out.fields(&[
            (0, &FORMAT),
            (1, &self.id),
            (2, &self.organization),
            (3, &self.actor),
            (4, &self.sequence),
            (5, &self.occurred_at),
            (6, &self.source_sha256),
            (7, &self.kind),
            (8, &self.version),
            (9, &TouchedLines(self.refs.lines.clone())),
            (10, &self.refs.cases),
            (11, &self.refs.transfer),
            (12, &self.refs.heads),
            (13, &self.body),
        ]);
        out.into_bytes()
    }

    /// Reads a payload that is exactly what [`Self::write`] writes.
    pub(crate) fn read(payload: &[u8]) -> Result<Self, FormatError> {
        let mut input = Reader::new(payload, Refs::NONE, LINES_PER_ENTRY_MAX)?;
        let mut fields = input.fields("an entry")?;
        let format: u16 = fields.take(0)?;
        if format != FORMAT {
            return Err(FormatError::Newer {
                what: "the format",
                version: u64::from(format),
            });
        }
        let envelope = Self {
            id: fields.take(1)?,
            organization: fields.take(2)?,
            actor: fields.take(3)?,
            sequence: fields.take(4)?,
            occurred_at: fields.take(5)?,
            source_sha256: fields.take(6)?,
            kind: fields.take(7)?,
            version: fields.take(8)?,
            refs: {
                let lines: TouchedLines = fields.take(9)?;
                Refs::from_parts(
                    lines.0,
                    fields.take(10)?,
                    fields.take(11)?,
                    fields.take(12)?,
                )?
            },
            body: fields.take(13)?,
        };
        fields.end()?;
        if envelope.sequence == 0 || envelope.kind == 0 || !(1..=255).contains(&envelope.version) {
            return Err(FormatError::malformed(
                "an entry's sequence, kind or version",
            ));
        }
        if envelope.write() != payload {
            return Err(FormatError::NotDeterministic);
        }
        Ok(envelope)
    }
}
