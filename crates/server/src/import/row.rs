//! Rows of a CSV file, and what can be wrong with them.

use super::Kind;
use baton_domain::Text;
use baton_domain::time::Date;
use std::collections::HashMap;
use std::fmt;

/// Rows of one file at most.
pub const ROWS_MAX: usize = 500_000;

/// What makes a whole file unreadable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// It has no rows.
    Empty,
    /// Columns are missing from its header.
    MissingColumns {
        /// What the file was to hold.
        kind: Kind,
        /// The columns that are not there.
        missing: Vec<&'static str>,
    },
    /// A row cannot be read at all: wrong number of cells, a quote left open, not UTF-8.
    Unreadable {
        /// The row's number in the file; the header is row 1.
        row: u64,
        /// What the reader said.
        words: String,
    },
    /// More rows than one import takes.
    TooLong,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file is empty: its first row must name the columns"),
            Self::MissingColumns { kind, missing } => write!(
                f,
                "this does not look like a {kind} file: its first row lacks {}. It must name these columns: {}",
                missing.join(", "),
                kind.columns().join(", ")
            ),
            Self::Unreadable { row, words } => write!(f, "row {row} cannot be read: {words}"),
            Self::TooLong => write!(f, "the file has more than {ROWS_MAX} rows: split it"),
        }
    }
}

impl std::error::Error for FileFault {}

/// What is wrong with one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// The row's number in the file; the header is row 1.
    pub row: usize,
    /// The column it is about.
    pub column: &'static str,
    /// What is wrong and what would be right.
    pub words: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}, {}: {}", self.row, self.column, self.words)
    }
}

/// A file's rows with their cells found by column.
pub struct Table {
    columns: HashMap<&'static str, usize>,
    /// The rows, the header left out.
    pub rows: Vec<(usize, csv::StringRecord)>,
}

/// One row.
pub struct Row<'t> {
    table: &'t Table,
    /// The row's number in the file; the header is row 1.
    pub number: usize,
    cells: &'t csv::StringRecord,
}

impl Table {
    /// Reads a file; a byte order mark is skipped.
    pub fn read(kind: Kind, file: &[u8]) -> Result<Self, FileFault> {
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(file);
        let header = reader
            .headers()
            .map_err(|error| unreadable(&error))?
            .clone();
        if header.iter().all(str::is_empty) {
            return Err(FileFault::Empty);
        }
        let place = |wanted: &str| {
            header
                .iter()
                .position(|name| name.eq_ignore_ascii_case(wanted))
        };
        let missing: Vec<_> = kind
            .columns()
            .iter()
            .copied()
            .filter(|name| place(name).is_none())
            .collect();
        if !missing.is_empty() {
            return Err(FileFault::MissingColumns { kind, missing });
        }
        let columns = kind
            .columns()
            .iter()
            .filter_map(|name| Some((*name, place(name)?)))
            .collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| unreadable(&error))?;
            if rows.len() == ROWS_MAX {
                return Err(FileFault::TooLong);
            }
            let number = record
                .position()
                .map_or(rows.len() + 2, |at| at.record() as usize + 1);
            rows.push((number, record));
        }
        Ok(Self { columns, rows })
    }

    /// The rows in the file's order.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(number, cells)| Row {
            table: self,
            number: *number,
            cells,
        })
    }
}

impl Row<'_> {
    /// A cell, trimmed; empty where the row ends early.
    pub fn cell(&self, column: &'static str) -> &str {
        self.table
            .columns
            .get(column)
            .and_then(|place| self.cells.get(*place))
            .unwrap_or("")
    }

    /// A cell that must not be empty and not longer than the ledger keeps.
    pub fn needed(&self, column: &'static str) -> Result<Text, RowFault> {
        let text = self.text(column)?;
        if text.is_empty() {
            Err(self.fault(column, "must not be empty"))
        } else {
            Ok(text)
        }
    }

    /// A cell of at most 1,000 bytes without control characters: the longest description among
    /// 20,000 real device records has 827 characters.
    pub fn text(&self, column: &'static str) -> Result<Text, RowFault> {
        let cell = self.cell(column);
        if cell.len() > 1_000 {
            return Err(self.fault(column, "is longer than 1000 characters"));
        }
        if cell.chars().any(char::is_control) {
            return Err(self.fault(column, "contains a line break or another control character"));
        }
        Ok(cell.into())
    }

    /// A cell that says yes or no.
    pub fn yes_no(&self, column: &'static str) -> Result<bool, RowFault> {
        match self.cell(column).to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" => Ok(true),
            "no" | "false" | "0" | "" => Ok(false),
            other => Err(self.fault(column, &format!("\"{other}\" is neither yes nor no"))),
        }
    }

    /// A cell with an ISO date, or none.
    pub fn date(&self, column: &'static str) -> Result<Option<Date>, RowFault> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Ok(None);
        }
        let date = cell.parse().map_err(|_| {
            self.fault(
                column,
                &format!("\"{cell}\" is not a date such as 2027-03-31"),
            )
        })?;
        Ok(Some(date))
    }

    /// A cell with a number of pieces, at least one.
    pub fn quantity(&self, column: &'static str) -> Result<u32, RowFault> {
        let cell = self.cell(column);
        match cell.parse::<u32>() {
            Ok(quantity) if (1..=1_000_000).contains(&quantity) => Ok(quantity),
            _ => Err(self.fault(
                column,
                &format!("\"{cell}\" is not a quantity of 1 to 1000000"),
            )),
        }
    }

    /// A fault of this row.
    pub fn fault(&self, column: &'static str, words: &str) -> RowFault {
        RowFault {
            row: self.number,
            column,
            words: words.to_owned(),
        }
    }
}

fn unreadable(error: &csv::Error) -> FileFault {
    let row = error.position().map_or(1, |at| at.record() + 1);
    FileFault::Unreadable {
        row,
        words: error.to_string(),
    }
}
