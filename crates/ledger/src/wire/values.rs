//! Plain values, times and identifiers.

use super::{Reader, V1, Writer};
use crate::error::FormatError;
use baton_domain::Text;
use baton_domain::id::{DeviceId, EntryId, FacilityId, LineId, OrganizationId, PersonId, PoolId};
use baton_domain::product::ProductId;
use baton_domain::time::{Date, LocalTime, Timestamp};
use minicbor::data::Type;

macro_rules! unsigned {
    ($($type:ty),+) => {$(
        impl V1 for $type {
            fn write(&self, out: &mut Writer<'_>) {
                out.uint(u64::from(*self));
            }

            fn is_default(&self) -> bool {
                *self == 0
            }

            fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
                let value = input.uint("a number")?;
                Self::try_from(value).map_err(|_| FormatError::malformed("a number"))
            }

            fn default_value() -> Option<Self> {
                Some(0)
            }
        }
    )+};
}

unsigned!(u16, u32, u64);

macro_rules! signed {
    ($($type:ty),+) => {$(
        impl V1 for $type {
            fn write(&self, out: &mut Writer<'_>) {
                out.int(i64::from(*self));
            }

            fn is_default(&self) -> bool {
                *self == 0
            }

            fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
                let value = input.int("a number")?;
                Self::try_from(value).map_err(|_| FormatError::malformed("a number"))
            }

            fn default_value() -> Option<Self> {
                Some(0)
            }
        }
    )+};
}

signed!(i16, i64);

impl V1 for bool {
    fn write(&self, out: &mut Writer<'_>) {
        out.bool(*self);
    }

    fn is_default(&self) -> bool {
        !*self
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        input.bool("a yes or no")
    }

    fn default_value() -> Option<Self> {
        Some(false)
    }
}

impl V1 for Text {
    fn write(&self, out: &mut Writer<'_>) {
        out.text(self);
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        input.text("a text").map(Self::from)
    }

    fn default_value() -> Option<Self> {
        Some(Self::from(""))
    }
}

impl<T: V1> V1 for Option<T> {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Some(value) => value.write(out),
            None => out.null(),
        }
    }

    fn is_default(&self) -> bool {
        self.is_none()
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        if input.take_null() {
            Ok(None)
        } else {
            T::read(input).map(Some)
        }
    }

    fn default_value() -> Option<Self> {
        Some(None)
    }
}

impl<T: V1> V1 for Vec<T> {
    fn write(&self, out: &mut Writer<'_>) {
        out.array(self.len());
        for item in self {
            item.write(out);
        }
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let length = input.array("items in a list")?;
        // The length is bounded and every item takes at least a byte of input.
        let mut items = Self::with_capacity(length);
        for _ in 0..length {
            items.push(T::read(input)?);
        }
        Ok(items)
    }

    fn default_value() -> Option<Self> {
        Some(Self::new())
    }
}

/// A byte string. `u8` itself has no stored form, so this is no list of numbers.
impl V1 for Vec<u8> {
    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(self);
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        input.bytes("a byte string").map(<[u8]>::to_vec)
    }

    fn default_value() -> Option<Self> {
        Some(Self::new())
    }
}

impl<const N: usize> V1 for [u8; N] {
    fn write(&self, out: &mut Writer<'_>) {
        out.bytes(self);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        input.byte_array("a byte string of fixed length")
    }
}

impl<A: V1, B: V1> V1 for (A, B) {
    fn write(&self, out: &mut Writer<'_>) {
        out.array(2);
        self.0.write(out);
        self.1.write(out);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        if input.array("a pair")? != 2 {
            return Err(FormatError::malformed("a pair"));
        }
        Ok((A::read(input)?, B::read(input)?))
    }
}

macro_rules! ids {
    ($($type:ident),+) => {$(
        impl V1 for $type {
            fn write(&self, out: &mut Writer<'_>) {
                out.bytes(self.as_bytes());
            }

            fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
                input.byte_array(stringify!($type)).map(Self::from_bytes)
            }
        }
    )+};
}

ids!(
    EntryId,
    OrganizationId,
    PersonId,
    DeviceId,
    FacilityId,
    PoolId
);

/// A line in full. In entries a line stands as its place among the touched lines instead.
impl V1 for LineId {
    fn write(&self, out: &mut Writer<'_>) {
        out.array(2);
        self.entry.write(out);
        self.index.write(out);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let (entry, index) = <(EntryId, u16)>::read(input)?;
        Ok(Self { entry, index })
    }
}

/// A GTIN-14 is the number it is, which takes 9 bytes at most; every other identifier is text.
impl V1 for ProductId {
    fn write(&self, out: &mut Writer<'_>) {
        match gtin14(self.as_str()) {
            Some(number) => out.uint(number),
            None => out.text(self.as_str()),
        }
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        const WHAT: &str = "a product's identifier";
        let id = match input.peek()? {
            Type::String => Self::new(input.text(WHAT)?),
            _ => match input.uint(WHAT)? {
                number if number < GTIN14_END => Self::new(&format!("{number:014}")),
                _ => None,
            },
        };
        id.ok_or(FormatError::malformed(WHAT))
    }
}

const GTIN14_END: u64 = 100_000_000_000_000;

fn gtin14(text: &str) -> Option<u64> {
    let digits = text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// A date as one small number: 32 days a month, 12 months a year, counted from the year 2000.
fn pack_date(date: Date) -> i64 {
    let months = (i64::from(date.year()) - 2000) * 12 + i64::from(date.month()) - 1;
    months * 32 + i64::from(date.day())
}

/// The date behind a number, if there is one.
fn unpack_date(packed: i64) -> Option<Date> {
    let months = packed.div_euclid(32);
    let year = months.div_euclid(12).checked_add(2000)?;
    let month = months.rem_euclid(12) + 1;
    let day = packed.rem_euclid(32);
    Date::new(
        u16::try_from(year).ok()?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    )
}

impl V1 for Date {
    fn write(&self, out: &mut Writer<'_>) {
        out.int(pack_date(*self));
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        unpack_date(input.int("a date")?).ok_or(FormatError::malformed("a date"))
    }
}

/// The last millisecond of the year 9999, so that no arithmetic on a claimed time overflows.
const UNIX_MS_MAX: i64 = 253_402_300_799_999;

impl V1 for Timestamp {
    fn write(&self, out: &mut Writer<'_>) {
        out.record(&[&self.unix_ms, &self.offset_min]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut record = input.record("a time")?;
        let (unix_ms, offset_min) = (record.next()?, record.next()?);
        record.end()?;
        if !(0..=UNIX_MS_MAX).contains(&unix_ms) || !(-1440..=1440).contains(&offset_min) {
            return Err(FormatError::malformed("a time"));
        }
        Ok(Self {
            unix_ms,
            offset_min,
        })
    }
}

impl V1 for LocalTime {
    fn write(&self, out: &mut Writer<'_>) {
        out.record(&[&self.date, &self.minute]);
    }

    fn read(input: &mut Reader<'_, '_>) -> Result<Self, FormatError> {
        let mut record = input.record("a local time")?;
        let (date, minute) = (record.next()?, record.next()?);
        record.end()?;
        if minute > 1439 {
            return Err(FormatError::malformed("a local time"));
        }
        Ok(Self { date, minute })
    }
}
