//! The guards that a test of the tests switches off, one at a time: with each of them gone the
//! simulator must turn red, or nothing watches over it.
//!
//! Without the feature `mutants` no guard can be off, and asking costs nothing. The feature does not
//! compile without debug assertions, so that no build that is shipped can have it.

/// Something that keeps a ledger right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The same bytes again are known again (R32).
    Dedupe = 1,
    /// A line with a serial is compared and appended on its head (R39).
    Heads = 2,
    /// A use takes no more than there is (R33).
    Balance = 3,
    /// What is called saved survives a crash (I3).
    StrictDurability = 4,
    /// A retry gets the stored verdict (R32).
    StoredVerdicts = 5,
    /// The server compares the offer's hash that a receipt names with the offer it holds (R32, R37).
    OfferHash = 6,
    /// So does a phone that reads the receipt's code.
    OfferHashInCodes = 7,
}

impl Guard {
    /// Every guard.
    pub const ALL: [Self; 7] = [
        Self::Dedupe,
        Self::Heads,
        Self::Balance,
        Self::StrictDurability,
        Self::StoredVerdicts,
        Self::OfferHash,
        Self::OfferHashInCodes,
    ];

    /// Its name on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dedupe => "dedupe",
            Self::Heads => "heads",
            Self::Balance => "balance",
            Self::StrictDurability => "strict-durability",
            Self::StoredVerdicts => "stored-verdicts",
            Self::OfferHash => "offer-hash",
            Self::OfferHashInCodes => "offer-hash-in-codes",
        }
    }
}

#[cfg(all(feature = "mutants", not(debug_assertions)))]
compile_error!("guards are switched off in tests only");

#[cfg(feature = "mutants")]
static OFF: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);

/// Switches one guard off for the rest of the process.
#[cfg(feature = "mutants")]
pub fn switch_off(guard: Guard) {
    OFF.store(guard as u8, std::sync::atomic::Ordering::Relaxed);
}

/// True where a test has switched it off.
#[cfg(feature = "mutants")]
pub fn is_off(guard: Guard) -> bool {
    OFF.load(std::sync::atomic::Ordering::Relaxed) == guard as u8
}

/// True where a test has switched it off: never.
#[cfg(not(feature = "mutants"))]
pub const fn is_off(_: Guard) -> bool {
    false
}
