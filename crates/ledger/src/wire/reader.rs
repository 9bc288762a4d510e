//! Reading CBOR.

use super::V1;
use super::well_formed::{head, well_formed};
use crate::error::FormatError;
use crate::limits::TEXT_BYTES_MAX;
use crate::refs::Refs;
use minicbor::Decoder;
use minicbor::data::Type;

/// Nothing, as a simple value.
const NULL: u8 = 0xf6;

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
        let mut position = self.cbor.position();
        match head(self.cbor.input(), &mut position) {
            Ok((0, value)) => {
                self.cbor.set_position(position);
                Ok(value)
            }
            _ => Err(FormatError::malformed(what)),
        }
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
        let position = self.cbor.position();
        let next = self.cbor.input().get(position) == Some(&NULL);
        if next {
            self.cbor.set_position(position + 1);
        }
        next
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
