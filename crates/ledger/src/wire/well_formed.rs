//! A first walk over bytes from outside, before anything is built from them.

use crate::error::FormatError;
use crate::limits::DEPTH_MAX;

const TOO_DEEP: FormatError = FormatError::TooMany {
    what: "levels of nesting",
    count_max: DEPTH_MAX,
};

/// Passes bytes that are exactly one CBOR item, of definite lengths, nested at most [`DEPTH_MAX`].
///
/// It neither recurses nor allocates, so hostile input costs one pass. Text is checked for UTF-8
/// where it is read.
pub(crate) fn well_formed(bytes: &[u8]) -> Result<(), FormatError> {
    // How many items are still to come on each level.
    let mut left = [0_u64; DEPTH_MAX];
    let mut depth = 0_usize;
    let mut position = 0_usize;
    loop {
        let (major, argument) = head(bytes, &mut position)?;
        let children = match major {
            2 | 3 => {
                let length = usize::try_from(argument).map_err(|_| FormatError::NotCbor)?;
                let end = position.checked_add(length).ok_or(FormatError::NotCbor)?;
                if end > bytes.len() {
                    return Err(FormatError::NotCbor);
                }
                position = end;
                0
            }
            4 => argument,
            5 => argument.checked_mul(2).ok_or(FormatError::NotCbor)?,
            6 => 1,
            _ => 0,
        };
        if children > 0 {
            *left.get_mut(depth).ok_or(TOO_DEEP)? = children;
            depth += 1;
            continue;
        }
        loop {
            let Some(level) = depth.checked_sub(1) else {
                return if position == bytes.len() {
                    Ok(())
                } else {
                    Err(FormatError::NotCbor)
                };
            };
            left[level] -= 1;
            if left[level] > 0 {
                break;
            }
            depth = level;
        }
    }
}

/// The major type and the argument of the item that begins at `position`.
pub(super) fn head(bytes: &[u8], position: &mut usize) -> Result<(u8, u64), FormatError> {
    let first = *bytes.get(*position).ok_or(FormatError::NotCbor)?;
    *position += 1;
    let (major, info) = (first >> 5, first & 0x1f);
    let length = match info {
        0..=23 => return Ok((major, u64::from(info))),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        // 28 to 30 are reserved, 31 is an indefinite length.
        _ => return Err(FormatError::NotCbor),
    };
    let end = *position + length;
    let argument = bytes.get(*position..end).ok_or(FormatError::NotCbor)?;
    *position = end;
    Ok((
        major,
        argument
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], well: bool) {
        assert_eq!(well_formed(bytes).is_ok(), well, "{bytes:02x?}");
    }

    #[test]
    fn one_item_of_definite_length_passes() {
        check(&[0x00], true);
        check(&[0x80], true);
        check(&[0x82, 0x01, 0x43, 1, 2, 3], true);
        check(&[0xa1, 0x01, 0xa1, 0x02, 0xf6], true);
        check(&[0xd2, 0x81, 0x20], true);
    }

    #[test]
    fn what_is_cut_followed_indefinite_or_reserved_does_not_pass() {
        check(&[], false);
        check(&[0x00, 0x00], false);
        check(&[0x82, 0x01], false);
        check(&[0x43, 1, 2], false);
        check(&[0x9f, 0xff], false);
        check(&[0x5f, 0xff], false);
        check(&[0x1c], false);
        check(&[0x19, 0x01], false);
        check(
            &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            false,
        );
        check(
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            false,
        );
        check(
            &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            false,
        );
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| {
            let mut bytes = vec![0x81; depth];
            bytes.push(0x00);
            bytes
        };
        assert_eq!(well_formed(&nested(DEPTH_MAX)), Ok(()));
        assert_eq!(well_formed(&nested(DEPTH_MAX + 1)), Err(TOO_DEEP));
        assert_eq!(well_formed(&nested(1_000_000)), Err(TOO_DEEP));
    }
}
