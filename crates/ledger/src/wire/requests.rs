//! Requests, terms, loans and links, and what crosses between organizations.

use super::{Reader, V1, Writer, numbered, record};
use crate::error::FormatError;
use baton_domain::directory::{LinkStatus, OrganizationLink};
use baton_domain::mirror::{Mirror, MirroredLine, Origin};
use baton_domain::request::{DueBack, Loan, RequestStatus, StockRequest, Terms, Wanted};

record!(
    Wanted,
    "what is wanted",
    [to, needs, use_date, travel, note, case]
);
record!(
    StockRequest,
    "a request",
    [id, from, by, asked_by, wanted, status, to_name, ended]
);
record!(
    Terms,
    "a transfer's terms",
    [
        transfer,
        request,
        other,
        returned,
        due_back,
        cancel_asked,
        ended
    ]
);
record!(DueBack, "a day due back", [set_by, date, reason]);
record!(Loan, "a loan", [line, dates]);
record!(
    OrganizationLink,
    "a link of organizations",
    [organization, name, manufacturer, status, asked, by]
);
record!(Origin, "an origin", [organization, entry, hash]);
record!(MirroredLine, "a mirrored line", [identity, quantity]);

numbered!(LinkStatus, "a link's status", {
    Asked = 1,
    Wanted = 2,
    Linked = 3,
    Declined = 4,
});

/// `[1]` open, `[2, transfer]` offered, `[3, reason]` declined, `[4]` withdrawn.
impl V1 for RequestStatus {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Open => out.record(&[&1_u16]),
            Self::Offered(transfer) => out.record(&[&2_u16, transfer]),
            Self::Declined(reason) => out.record(&[&3_u16, reason]),
            Self::Withdrawn => out.record(&[&4_u16]),
        }
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "a request's status";
        let mut record = input.record(WHAT)?;
        let status = match record.next::<u16>()? {
            1 => Self::Open,
            2 => Self::Offered(record.next()?),
            3 => Self::Declined(record.next()?),
            4 => Self::Withdrawn,
            _ => return Err(FormatError::malformed(WHAT)),
        };
        record.end()?;
        Ok(status)
    }
}

/// Its number and its fields; a transfer that it ends stands outside, as the touched one.
impl V1 for Mirror {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::LinkAsked { name, manufacturer } => out.record(&[&1_u16, name, manufacturer]),
            Self::LinkAnswered { name, accepted } => out.record(&[&2_u16, name, accepted]),
            Self::Requested {
                to_name,
                asked_by,
                wanted,
            } => out.record(&[&3_u16, asked_by, wanted, to_name]),
            Self::RequestDeclined { request, reason } => out.record(&[&4_u16, request, reason]),
            Self::RequestWithdrawn { request } => out.record(&[&5_u16, request]),
            Self::Offered {
                request,
                returned,
                due_back,
                lines,
                offered_at,
                travel,
                note,
            } => out.record(&[
                &6_u16, offered_at, lines, request, returned, due_back, travel, note,
            ]),
            Self::CancelAsked(_) => out.record(&[&7_u16]),
            Self::Answered {
                transfer: _,
                answers,
                extras,
            } => out.record(&[&8_u16, answers, extras]),
            Self::Declined {
                transfer: _,
                reason,
                note,
            } => out.record(&[&9_u16, reason, note]),
            Self::Cancelled(_) => out.record(&[&10_u16]),
        }
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "a mirror";
        let mut record = input.record(WHAT)?;
        let refs = record.refs();
        let transfer = || {
            refs.transfer
                .ok_or(FormatError::malformed("the touched transfer"))
        };
        let mirror = match record.next::<u16>()? {
            1 => Self::LinkAsked {
                name: record.next()?,
                manufacturer: record.next()?,
            },
            2 => Self::LinkAnswered {
                name: record.next()?,
                accepted: record.next()?,
            },
            3 => Self::Requested {
                asked_by: record.next()?,
                wanted: record.next()?,
                to_name: record.next()?,
            },
            4 => Self::RequestDeclined {
                request: record.next()?,
                reason: record.next()?,
            },
            5 => Self::RequestWithdrawn {
                request: record.next()?,
            },
            6 => Self::Offered {
                offered_at: record.next()?,
                lines: record.next()?,
                request: record.next()?,
                returned: record.next()?,
                due_back: record.next()?,
                travel: record.next()?,
                note: record.next()?,
            },
            7 => Self::CancelAsked(transfer()?),
            8 => Self::Answered {
                transfer: transfer()?,
                answers: record.next()?,
                extras: record.next()?,
            },
            9 => Self::Declined {
                transfer: transfer()?,
                reason: record.next()?,
                note: record.next()?,
            },
            10 => Self::Cancelled(transfer()?),
            _ => return Err(FormatError::malformed(WHAT)),
        };
        record.end()?;
        Ok(mirror)
    }
}
