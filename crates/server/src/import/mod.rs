//! Import of CSV files: catalogue, stock, people, facilities, cases.
//!
//! A file is read as a whole before anything is recorded. Every row that cannot be taken is
//! listed with its number, the column and the way to mend it; by default one bad row stops the
//! whole file, and with `--skip-bad-rows` the good ones are taken. What is taken is recorded in
//! one transaction, so that nothing is ever half done, by entries that the server's own key
//! signs and that carry the file's SHA-256 and the Admin they speak for.
//!
//! Importing the same file twice changes nothing: rows that say what is known already are
//! counted as unchanged.

mod cases;
mod catalogue;
mod directory;
mod row;
mod run;
mod stock;
#[cfg(test)]
mod tests;

pub use row::{FileFault, RowFault};
pub use run::{Args, run};

use baton_domain::id::EntryId;
use baton_domain::{EntryBody, State};
use row::Table;
use std::fmt;
use std::str::FromStr;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Products.
    Catalogue,
    /// Stock in somebody's custody.
    Stock,
    /// People and their roles.
    People,
    /// Facilities.
    Facilities,
    /// Scheduled cases.
    Cases,
}

impl Kind {
    /// The columns that a file of this kind must have; others are ignored.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Catalogue => catalogue::COLUMNS,
            Self::Stock => stock::COLUMNS,
            Self::People => directory::PEOPLE_COLUMNS,
            Self::Facilities => directory::FACILITY_COLUMNS,
            Self::Cases => cases::COLUMNS,
        }
    }
}

impl FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "catalogue" => Ok(Self::Catalogue),
            "stock" => Ok(Self::Stock),
            "people" => Ok(Self::People),
            "facilities" => Ok(Self::Facilities),
            "cases" => Ok(Self::Cases),
            other => Err(format!(
                "\"{other}\" cannot be imported: choose catalogue, stock, people, facilities or cases"
            )),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Catalogue => "catalogue",
            Self::Stock => "stock",
            Self::People => "people",
            Self::Facilities => "facilities",
            Self::Cases => "cases",
        })
    }
}

/// What a file would change.
#[derive(Debug, Default)]
pub struct Plan {
    /// Rows read, the header not counted.
    pub rows: usize,
    /// Rows that say what is known already.
    pub unchanged: usize,
    /// What to record, in order.
    pub bodies: Vec<(EntryId, EntryBody)>,
    /// Rows that cannot be taken.
    pub faults: Vec<RowFault>,
}

impl Plan {
    /// Rows that would change something.
    pub fn taken(&self) -> usize {
        self.rows - self.unchanged - self.faulty_rows()
    }

    /// Rows that cannot be taken.
    pub fn faulty_rows(&self) -> usize {
        let mut rows: Vec<_> = self.faults.iter().map(|fault| fault.row).collect();
        rows.dedup();
        rows.len()
    }
}

/// Reads a file and says what it would change. Records nothing.
///
/// `next_id` gives a fresh id for every entry, person, facility and case.
pub fn plan(
    kind: Kind,
    file: &[u8],
    state: &State,
    next_id: &mut dyn FnMut() -> EntryId,
) -> Result<Plan, FileFault> {
    let table = Table::read(kind, file)?;
    let mut plan = Plan {
        rows: table.rows.len(),
        ..Plan::default()
    };
    match kind {
        Kind::Catalogue => catalogue::plan(&table, state, next_id, &mut plan),
        Kind::Stock => stock::plan(&table, state, next_id, &mut plan),
        Kind::People => directory::plan_people(&table, state, next_id, &mut plan),
        Kind::Facilities => directory::plan_facilities(&table, state, next_id, &mut plan),
        Kind::Cases => cases::plan(&table, state, next_id, &mut plan),
    }
    Ok(plan)
}
