//! How single values stand in CBOR: the trait [`V1`], its writer and its reader.
//!
//! A type that implements [`V1`] knows its first stored form. The rules are the same everywhere:
//!
//! - integers are the shortest that fit, lengths are definite, map keys ascend (RFC 8949 §4.2);
//! - a record is an array, its fields in a fixed order that is only ever appended to; a body and
//!   a message are maps with integer keys that are never reused;
//! - what has its default value (nothing, empty, zero, false) is not written: it is left out of a
//!   map, and is null in an array or left out at the array's end;
//! - fields and keys that follow the known ones are skipped. An entry, which is signed, forbids
//!   them nevertheless: it is encoded again and compared, see [`crate::SignedEntry::parse`].
//!
//! When a domain type changes, its old form stays readable: a private struct with the old fields
//! keeps the [`V1`] implementation and converts into the new type, and a trait `V2` beside this
//! one writes the new form. Golden files hold a sample of every form ever written.

mod authority;
mod directory;
mod reader;
mod records;
mod requests;
mod values;
mod verdict;
mod well_formed;
mod writer;

use crate::error::FormatError;

pub(crate) use reader::{Fields, Reader, Record};
pub(crate) use writer::Writer;

/// A value with a first stored form.
pub(crate) trait V1 {
    /// Writes the value.
    fn write(&self, out: &mut Writer<'_>);

    /// True where the value is the default one, which is not written.
    fn is_default(&self) -> bool {
        false
    }

    /// Reads a value.
    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError>
    where
        Self: Sized;

    /// The value that stands where nothing was written, if there is one.
    fn default_value() -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}

/// Implements [`V1`] for a struct as a record: the order given is the stored order.
macro_rules! record {
    ($type:ty, $what:literal, [$($field:ident),+ $(,)?]) => {
        impl $crate::wire::V1 for $type {
            fn write(&self, out: &mut $crate::wire::Writer<'_>) {
                let Self { $($field),+ } = self;
                out.record(&[$($field),+]);
            }

            fn read(input: &mut $crate::wire::Reader<'_, '_>) -> Result<Self, $crate::FormatError> {
                let mut record = input.record($what)?;
                $(let $field = record.next()?;)+
                record.end()?;
                Ok(Self { $($field),+ })
            }
        }
    };
}

/// Implements [`V1`] for an enum without fields: the numbers are stored and never reused.
macro_rules! numbered {
    ($type:ty, $what:literal, {$($variant:ident = $number:literal),+ $(,)?}) => {
        impl $crate::wire::V1 for $type {
            fn write(&self, out: &mut $crate::wire::Writer<'_>) {
                out.uint(match self { $(Self::$variant => $number),+ });
            }

            fn read(input: &mut $crate::wire::Reader<'_, '_>) -> Result<Self, $crate::FormatError> {
                match input.uint($what)? {
                    $($number => Ok(Self::$variant),)+
                    _ => Err($crate::FormatError::malformed($what)),
                }
            }
        }
    };
}

pub(crate) use {numbered, record};
