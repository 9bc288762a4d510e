//! Verdicts and refusals.

use super::{Reader, V1, Writer, record};
use crate::error::FormatError;
use baton_domain::id::EntryId;
use baton_domain::refusal::{Reason, Refusal};
use baton_domain::verdict::{Flag, LineVerdict, Outcome, Rejection, Verdict};

record!(Verdict, "a verdict", [outcome, lines, flags]);
record!(LineVerdict, "a line's verdict", [index, outcome]);
record!(Flag, "a flag", [reason, index]);
record!(Rejection, "a rejection", [entry, line, disputed, reason]);

/// `[reason, line, case, person, entry, available, roles]`. The flags that a refusal may name are
/// a question to a person at hand, never stored.
impl V1 for Refusal {
    fn write(&self, out: &mut Writer<'_>) {
        let Self {
            reason,
            line,
            case,
            person,
            entry,
            available,
            who_may,
            flags: _,
        } = self;
        out.record(&[reason, line, case, person, entry, available, who_may]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut record = input.record("a refusal")?;
        let refusal = Self {
            reason: record.next()?,
            line: record.next()?,
            case: record.next()?,
            person: record.next()?,
            entry: record.next()?,
            available: record.next()?,
            who_may: record.next()?,
            flags: Vec::new(),
        };
        record.end()?;
        Ok(refusal)
    }
}

/// `[1, refusal]`, `[2, refusal]` (disputed) or `[3, entry]` (waiting); accepted is the default
/// and is written as `[]` where it has to stand.
impl V1 for Outcome {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Accepted => out.array(0),
            Self::Refused(refusal) => {
                out.array(2);
                out.uint(1);
                refusal.write(out);
            }
            Self::Disputed(refusal) => {
                out.array(2);
                out.uint(2);
                refusal.write(out);
            }
            Self::Waiting(entry) => {
                out.array(2);
                out.uint(3);
                entry.write(out);
            }
        }
    }

    fn is_default(&self) -> bool {
        matches!(self, Self::Accepted)
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "an outcome";
        match input.array(WHAT)? {
            0 => return Ok(Self::Accepted),
            2 => {}
            _ => return Err(FormatError::malformed(WHAT)),
        }
        match input.uint(WHAT)? {
            1 => Refusal::read(input).map(Self::Refused),
            2 => Refusal::read(input).map(Self::Disputed),
            3 => EntryId::read(input).map(Self::Waiting),
            _ => Err(FormatError::malformed(WHAT)),
        }
    }

    fn default_value() -> Option<Self> {
        Some(Self::Accepted)
    }
}

/// A reason is its number. One that this build does not know is kept, so that a verdict of a
/// newer server neither fails to be read nor loses what it says.
impl V1 for Reason {
    fn write(&self, out: &mut Writer<'_>) {
        out.uint(u64::from(number(*self)));
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "a reason";
        let number = u16::try_from(input.uint(WHAT)?).map_err(|_| FormatError::malformed(WHAT))?;
        Ok(reason(number))
    }
}

macro_rules! reasons {
    ($($reason:ident = $number:literal),+ $(,)?) => {
        fn number(reason: Reason) -> u16 {
            match reason {
                $(Reason::$reason => $number,)+
                Reason::Newer(number) => number,
            }
        }

        fn reason(number: u16) -> Reason {
            match number {
                $($number => Reason::$reason,)+
                _ => Reason::Newer(number),
            }
        }
    };
}

reasons!(
    NotAllowed = 1,
    Revoked = 2,
    OtherOrganization = 3,
    Malformed = 4,
    Conflicting = 5,
    NotCustodian = 6,
    NotEnough = 7,
    LineChanged = 8,
    SerialActive = 9,
    ManufacturerLinked = 10,
    OwnOffer = 11,
    TransferEnded = 12,
    AnswerDoesNotAddUp = 13,
    ReasonNeeded = 14,
    FromElsewhere = 15,
    KeptForOtherCase = 16,
    Expired = 17,
    OnHold = 18,
    OtherFacility = 19,
    FacilityStockStays = 20,
    CaseEnded = 21,
    CaseChanged = 22,
    OverUse = 23,
    Disputed = 24,
    Unknown = 25,
    NotAnAccount = 26,
    LastAdmin = 27,
    NotARep = 28,
    SerialNeeded = 29,
    NeedsNewerApp = 30,
    BadSignature = 31,
    Offered = 32,
    AlreadySold = 40,
    NoSecondSide = 41,
    LinkNeeded = 42,
    RebuildNeeded = 43,
    RebuildUndone = 44,
    NeverReversed = 45,
    BuiltUpon = 46,
    AlreadyReversed = 47,
    OwnAct = 48,
    AlreadyReviewed = 49,
    LinesChanged = 60,
    NotClosed = 61,
    OwnProposal = 70,
    ProposalEnded = 71,
    NotProposable = 72,
    DisputeEnded = 73,
    Recalled = 90,
    RecallEnded = 91,
    Unverified = 80,
    InTray = 92,
    NotATray = 93,
    NotLinked = 50,
    NotRequested = 51,
    RequestEnded = 52,
    OwnTitle = 53,
);
