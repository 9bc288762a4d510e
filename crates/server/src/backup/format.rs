//! The file: a line that names it, then frames, all of it gzip.
//!
//! ```text
//! baton backup 1 ⏎
//! T name columns…     a table begins; rows after it are of these columns
//! R value…            a row: each value is its kind and then itself
//! E hash              the end: SHA-256 of everything before this frame
//! ```
//!
//! Numbers are big-endian; a text or bytes stand after their length (four bytes).

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::storage::archive::{ArchiveRow, LEFT_OUT, TABLES, Value};

const NAME: &[u8] = b"baton backup 1\n";
/// No column is longer than this: a damaged length does not fill the memory.
const BYTES_MAX: u32 = 16 * 1024 * 1024;

/// Writes a backup.
pub(super) struct Writer {
    out: GzEncoder<BufWriter<File>>,
    hash: Sha256,
    table: Option<usize>,
}

impl Writer {
    /// Begins a file that only its owner can read.
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        let file = BufWriter::new(private_file(path)?);
        let mut writer = Self {
            out: GzEncoder::new(file, Compression::fast()),
            hash: Sha256::new(),
            table: None,
        };
        writer.put(NAME)?;
        Ok(writer)
    }

    /// Adds a row. Rows of one table come together.
    pub(super) fn row(&mut self, row: &ArchiveRow) -> io::Result<()> {
        let table = &TABLES[row.table];
        if self.table != Some(row.table) {
            self.table = Some(row.table);
            self.put(b"T")?;
            self.sized(table.name.as_bytes())?;
            self.put(&[row.columns.len() as u8])?;
            for column in row.columns.iter() {
                self.sized(table.columns[*column].as_bytes())?;
            }
        }
        self.put(b"R")?;
        for value in &row.values {
            match value {
                Value::Integer(value) => {
                    self.put(b"i")?;
                    self.put(&value.to_be_bytes())?;
                }
                Value::Text(value) => {
                    self.put(b"t")?;
                    self.sized(value.as_bytes())?;
                }
                Value::Bytes(value) => {
                    self.put(b"b")?;
                    self.sized(value)?;
                }
            }
        }
        Ok(())
    }

    /// Ends the file; it is on the disk when this returns.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let hash = self.hash.clone().finalize();
        self.put(b"E")?;
        self.put(&hash)?;
        let file = self.out.finish()?.into_inner().map_err(io::Error::from)?;
        file.sync_all()
    }

    fn sized(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.put(&length.to_be_bytes())?;
        self.put(bytes)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes)
    }
}

/// Reads a backup.
pub(super) struct Reader {
    input: GzDecoder<BufReader<File>>,
    hash: Sha256,
    table: Option<Begun>,
}

/// A table whose rows come.
#[derive(Clone)]
enum Begun {
    /// The place in [`TABLES`], and the places of the columns.
    Kept(usize, Arc<[usize]>),
    /// One that earlier versions wrote and nobody wants, with so many columns.
    LeftOut(u8),
}

impl Reader {
    /// Opens a file and checks its first line.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut reader = Self {
            input: GzDecoder::new(BufReader::new(File::open(path)?)),
            hash: Sha256::new(),
            table: None,
        };
        if reader.take(NAME.len())? != NAME {
            return Err(invalid("it does not begin like one of this version"));
        }
        Ok(reader)
    }

    /// The next row; `None` after the last one, when the hash was found to be right.
    pub(super) fn row(&mut self) -> io::Result<Option<ArchiveRow>> {
        loop {
            let before = self.hash.clone();
            match self.take(1)?[0] {
                b'T' => self.begin_table()?,
                b'R' => {
                    if let Some(row) = self.values()? {
                        return Ok(Some(row));
                    }
                }
                b'E' => {
                    let expected = before.finalize();
                    return if self.take(expected.len())? == expected[..] {
                        Ok(None)
                    } else {
                        Err(invalid("its hash is another one"))
                    };
                }
                _ => return Err(invalid("a frame of an unknown kind")),
            }
        }
    }

    fn begin_table(&mut self) -> io::Result<()> {
        let name = self.text()?;
        let table = TABLES.iter().position(|table| table.name == name);
        let count = self.take(1)?[0];
        let mut names = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            names.push(self.text()?);
        }
        self.table = Some(match table {
            Some(table) => {
                let columns = names.iter().map(|name| {
                    let known = TABLES[table].columns.iter().position(|one| one == name);
                    known.ok_or_else(|| invalid("it holds a column of a newer version"))
                });
                Begun::Kept(table, columns.collect::<io::Result<_>>()?)
            }
            None if LEFT_OUT.contains(&name.as_str()) => Begun::LeftOut(count),
            None => return Err(invalid("it holds a table of a newer version")),
        });
        Ok(())
    }

    /// A row; `None` of a table that nobody wants.
    fn values(&mut self) -> io::Result<Option<ArchiveRow>> {
        let begun = self.table.clone();
        let count = match &begun {
            Some(Begun::Kept(_, columns)) => columns.len(),
            Some(Begun::LeftOut(count)) => usize::from(*count),
            None => return Err(invalid("a row of no table")),
        };
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            values.push(match self.take(1)?[0] {
                b'i' => Value::Integer(i64::from_be_bytes(self.array()?)),
                b't' => Value::Text(self.text()?),
                b'b' => Value::Bytes(self.sized()?),
                _ => return Err(invalid("a value of an unknown kind")),
            });
        }
        let row = |table, columns| ArchiveRow {
            table,
            columns,
            values,
        };
        Ok(match begun {
            Some(Begun::Kept(table, columns)) => Some(row(table, columns)),
            _ => None,
        })
    }

    fn text(&mut self) -> io::Result<String> {
        String::from_utf8(self.sized()?).map_err(|_| invalid("text that is none"))
    }

    fn sized(&mut self) -> io::Result<Vec<u8>> {
        let length = u32::from_be_bytes(self.array()?);
        if length > BYTES_MAX {
            return Err(invalid("a value that is too long"));
        }
        self.take(length as usize)
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes)?;
        self.hash.update(bytes);
        Ok(bytes)
    }

    fn take(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.input.read_exact(&mut bytes)?;
        self.hash.update(&bytes);
        Ok(bytes)
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<File> {
    File::create(path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_earlier_versions_kept_of_sessions_is_read_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.backup");
        let mut writer = Writer::new(&path).unwrap();
        let login = ArchiveRow {
            table: TABLES
                .iter()
                .position(|table| table.name == "logins")
                .unwrap(),
            columns: [0].into(),
            values: vec![Value::Text("ada@north".into())],
        };
        writer.row(&login).unwrap();
        // As a version wrote it that still had this table in its backups.
        writer.table = None;
        writer.put(b"T").unwrap();
        writer.sized(b"sessions").unwrap();
        writer.put(&[2]).unwrap();
        for column in ["token_hash", "expires_at_ms"] {
            writer.sized(column.as_bytes()).unwrap();
        }
        writer.put(b"Rb").unwrap();
        writer.sized(&[7; 32]).unwrap();
        writer.put(b"i").unwrap();
        writer.put(&9_i64.to_be_bytes()).unwrap();
        writer.row(&login).unwrap();
        writer.finish().unwrap();

        let mut reader = Reader::open(&path).unwrap();
        assert_eq!(reader.row().unwrap(), Some(login.clone()));
        assert_eq!(reader.row().unwrap(), Some(login));
        assert_eq!(reader.row().unwrap(), None);
    }
}
