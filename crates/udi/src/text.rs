//! Small helpers over bytes that several readers share.

/// The value of a run of ASCII digits; `None` when it is empty, holds anything else, or does
/// not fit.
pub(crate) fn digits_value(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u32, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}
