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

mod directory;
mod records;
mod values;
mod verdict;
mod well_formed;

use crate::error::FormatError;
use crate::limits::TEXT_BYTES_MAX;
use crate::refs::Refs;
use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use std::convert::Infallible;

pub(crate) use well_formed::well_formed;

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

/// Writes CBOR into memory, which cannot fail.
pub(crate) struct Writer<'r> {
    cbor: Encoder<Vec<u8>>,
    refs: &'r Refs,
}

fn infallible<T>(written: Result<T, minicbor::encode::Error<Infallible>>) {
    // A `Vec` takes every byte, so there is no error to look at.
    drop(written);
}

impl<'r> Writer<'r> {
    pub(crate) fn new(refs: &'r Refs) -> Self {
        Self {
            cbor: Encoder::new(Vec::new()),
            refs,
        }
    }

    pub(crate) fn refs(&self) -> &'r Refs {
        self.refs
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.cbor.into_writer()
    }

    pub(crate) fn len(&self) -> usize {
        self.cbor.writer().len()
    }

    pub(crate) fn uint(&mut self, value: u64) {
        infallible(self.cbor.u64(value));
    }

    pub(crate) fn int(&mut self, value: i64) {
        infallible(self.cbor.i64(value));
    }

    pub(crate) fn bool(&mut self, value: bool) {
        infallible(self.cbor.bool(value));
    }

    pub(crate) fn null(&mut self) {
        infallible(self.cbor.null());
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) {
        infallible(self.cbor.bytes(value));
    }

    pub(crate) fn text(&mut self, value: &str) {
        infallible(self.cbor.str(value));
    }

    pub(crate) fn array(&mut self, length: usize) {
        infallible(self.cbor.array(length as u64));
    }

    pub(crate) fn map(&mut self, length: usize) {
        infallible(self.cbor.map(length as u64));
    }

    pub(crate) fn tag(&mut self, tag: u64) {
        infallible(self.cbor.tag(minicbor::data::Tag::new(tag)));
    }

    /// Appends bytes that are CBOR already.
    pub(crate) fn raw(&mut self, encoded: &[u8]) {
        self.cbor.writer_mut().extend_from_slice(encoded);
    }

    /// Writes a map of the fields that are not default. Keys must ascend.
    pub(crate) fn fields(&mut self, fields: &[(u8, &dyn V1)]) {
        debug_assert!(fields.is_sorted_by(|before, after| before.0 < after.0));
        self.map(
            fields
                .iter()
                .filter(|(_, value)| !value.is_default())
                .count(),
        );
        for (key, value) in fields {
            if !value.is_default() {
                self.uint(u64::from(*key));
                value.write(self);
            }
        }
    }

    /// Writes an array of the fields up to the last that is not default.
    pub(crate) fn record(&mut self, fields: &[&dyn V1]) {
        let length = fields
            .iter()
            .rposition(|value| !value.is_default())
            .map_or(0, |last| last + 1);
        self.array(length);
        for value in &fields[..length] {
            if value.is_default() {
                self.null();
            } else {
                value.write(self);
            }
        }
    }
}

/// Reads CBOR that [`well_formed`] has passed: definite lengths, bounded depth, nothing after it.
pub(crate) struct Reader<'b, 'r> {
    cbor: Decoder<'b>,
    refs: &'r Refs,
    items_max: usize,
}

impl<'b, 'r> Reader<'b, 'r> {
    /// Checks the bytes and begins to read them.
    pub(crate) fn new(
        bytes: &'b [u8],
        refs: &'r Refs,
        items_max: usize,
    ) -> Result<Self, FormatError> {
        well_formed(bytes)?;
        Ok(Self {
            cbor: Decoder::new(bytes),
            refs,
            items_max,
        })
    }

    pub(crate) fn uint(&mut self, what: &'static str) -> Result<u64, FormatError> {
        self.cbor.u64().map_err(|_| FormatError::malformed(what))
    }

    pub(crate) fn int(&mut self, what: &'static str) -> Result<i64, FormatError> {
        self.cbor.i64().map_err(|_| FormatError::malformed(what))
    }

    pub(crate) fn bool(&mut self, what: &'static str) -> Result<bool, FormatError> {
        self.cbor.bool().map_err(|_| FormatError::malformed(what))
    }

    pub(crate) fn bytes(&mut self, what: &'static str) -> Result<&'b [u8], FormatError> {
        self.cbor.bytes().map_err(|_| FormatError::malformed(what))
    }

    pub(crate) fn byte_array<const N: usize>(
        &mut self,
        what: &'static str,
    ) -> Result<[u8; N], FormatError> {
        self.bytes(what)?
            .try_into()
            .map_err(|_| FormatError::malformed(what))
    }

    pub(crate) fn text(&mut self, what: &'static str) -> Result<&'b str, FormatError> {
        let text = self.cbor.str().map_err(|_| FormatError::malformed(what))?;
        if text.len() > TEXT_BYTES_MAX {
            return Err(FormatError::TooMany {
                what: "bytes of text",
                count_max: TEXT_BYTES_MAX,
            });
        }
        Ok(text)
    }

    /// The tag in front of the next value.
    pub(crate) fn tag(&mut self, what: &'static str) -> Result<u64, FormatError> {
        self.cbor
            .tag()
            .map(|tag| tag.as_u64())
            .map_err(|_| FormatError::malformed(what))
    }

    /// The length of the array that begins here, within the bound on lists.
    pub(crate) fn array(&mut self, what: &'static str) -> Result<usize, FormatError> {
        self.array_within(self.items_max, what)
    }

    /// The length of the array that begins here, within a bound of its own.
    pub(crate) fn array_within(
        &mut self,
        count_max: usize,
        what: &'static str,
    ) -> Result<usize, FormatError> {
        let length = self
            .cbor
            .array()
            .ok()
            .flatten()
            .ok_or(FormatError::malformed(what))?;
        match usize::try_from(length) {
            Ok(length) if length <= count_max => Ok(length),
            _ => Err(FormatError::TooMany { what, count_max }),
        }
    }

    pub(crate) fn map(&mut self, what: &'static str) -> Result<u64, FormatError> {
        self.cbor
            .map()
            .ok()
            .flatten()
            .ok_or(FormatError::malformed(what))
    }

    pub(crate) fn skip(&mut self) -> Result<(), FormatError> {
        self.cbor.skip().map_err(|_| FormatError::NotCbor)
    }

    pub(crate) fn peek(&self) -> Result<Type, FormatError> {
        self.cbor.datatype().map_err(|_| FormatError::NotCbor)
    }

    /// Takes a null, if one is next.
    pub(crate) fn take_null(&mut self) -> bool {
        self.cbor.datatype().is_ok_and(|next| next == Type::Null) && self.cbor.null().is_ok()
    }

    /// Begins to read a map with integer keys.
    pub(crate) fn fields(&mut self, what: &'static str) -> Result<Fields<'_, 'b, 'r>, FormatError> {
        let left = self.map(what)?;
        Ok(Fields {
            input: self,
            left,
            key: None,
            what,
        })
    }

    /// Begins to read a record.
    pub(crate) fn record(&mut self, what: &'static str) -> Result<Record<'_, 'b, 'r>, FormatError> {
        let left = self.array(what)?;
        Ok(Record {
            input: self,
            left,
            what,
        })
    }
}

/// Reads the fields of a map in ascending order of their keys; what is not asked for is skipped.
pub(crate) struct Fields<'i, 'b, 'r> {
    input: &'i mut Reader<'b, 'r>,
    left: u64,
    key: Option<u64>,
    what: &'static str,
}

impl<'b, 'r> Fields<'_, 'b, 'r> {
    /// The field with this key, or its default.
    pub(crate) fn take<T: V1>(&mut self, key: u8) -> Result<T, FormatError> {
        if self.find(key)? {
            T::read(self.input)
        } else {
            T::default_value().ok_or(FormatError::malformed(self.what))
        }
    }

    /// Goes to the field with this key and lets `read` have it; `None` where it is not there.
    pub(crate) fn take_with<T>(
        &mut self,
        key: u8,
        read: impl FnOnce(&mut Reader<'b, 'r>) -> Result<T, FormatError>,
    ) -> Result<Option<T>, FormatError> {
        if self.find(key)? {
            read(self.input).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Skips what is left.
    pub(crate) fn end(mut self) -> Result<(), FormatError> {
        while self.next_key()?.is_some() {
            self.key = None;
            self.input.skip()?;
        }
        Ok(())
    }

    fn find(&mut self, wanted: u8) -> Result<bool, FormatError> {
        loop {
            match self.next_key()? {
                Some(key) if key < u64::from(wanted) => {
                    self.key = None;
                    self.input.skip()?;
                }
                Some(key) if key == u64::from(wanted) => {
                    self.key = None;
                    return Ok(true);
                }
                _ => return Ok(false),
            }
        }
    }

    fn next_key(&mut self) -> Result<Option<u64>, FormatError> {
        if self.key.is_none() && self.left > 0 {
            self.left -= 1;
            self.key = Some(self.input.uint(self.what)?);
        }
        Ok(self.key)
    }
}

/// Reads the fields of a record in their order.
pub(crate) struct Record<'i, 'b, 'r> {
    input: &'i mut Reader<'b, 'r>,
    left: usize,
    what: &'static str,
}

impl<'b, 'r> Record<'_, 'b, 'r> {
    /// The next field, or its default.
    pub(crate) fn next<T: V1>(&mut self) -> Result<T, FormatError> {
        if self.left > 0 {
            self.left -= 1;
            if !self.input.take_null() {
                return T::read(self.input);
            }
        }
        T::default_value().ok_or(FormatError::malformed(self.what))
    }

    /// Skips what is left.
    pub(crate) fn end(self) -> Result<(), FormatError> {
        for _ in 0..self.left {
            self.input.skip()?;
        }
        Ok(())
    }

    pub(crate) fn refs(&self) -> &'r Refs {
        self.input.refs
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
