//! Writing CBOR.

use super::V1;
use crate::refs::Refs;
use minicbor::Encoder;
use std::convert::Infallible;

/// Room for nearly every entry: growing step by step copied each of them several times.
const ROOM: usize = 512;

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
            cbor: Encoder::new(Vec::with_capacity(ROOM)),
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
