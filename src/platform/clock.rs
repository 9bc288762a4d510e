//! The phone's clock and fresh identifiers.

use super::js;
use baton_domain::time::Timestamp;
use js_sys::Uint8Array;
use std::cell::Cell;
use wasm_bindgen::JsValue;

/// Now, with the phone's offset from UTC.
pub fn now() -> Timestamp {
    let unix_ms = js_sys::Date::now();
    let date = js_sys::Date::new(&JsValue::from_f64(unix_ms));
    // JavaScript counts west of Greenwich as positive.
    Timestamp {
        unix_ms: unix_ms as i64,
        offset_min: -(date.get_timezone_offset() as i16),
    }
}

/// A number from 0 to below 1, for jitter only.
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// A UUIDv7: ids made on this page in one millisecond still sort in the order in which they were
/// made, because the first of the random bits count up.
pub fn fresh_id() -> [u8; 16] {
    thread_local!(static LAST: Cell<(u64, u16)> = const { Cell::new((0, 0)) });
    let mut noise = [0; 10];
    fill_random(&mut noise);
    let clock_ms = js_sys::Date::now() as u64;
    let (millis, count) = LAST.with(|last| {
        let next = next_count(
            last.get(),
            clock_ms,
            u16::from_be_bytes([noise[0], noise[1]]),
        );
        last.set(next);
        next
    });
    [noise[0], noise[1]] = count.to_be_bytes();
    uuid::Builder::from_unix_timestamp_millis(millis, &noise)
        .into_uuid()
        .into_bytes()
}

/// The time and the 12-bit count of the next id, given those of the last one. A new millisecond
/// begins in the lower half of the count, so that it can grow; a clock that was set back, or a
/// full count, goes on from the last millisecond.
fn next_count((last_ms, count): (u64, u16), clock_ms: u64, noise: u16) -> (u64, u16) {
    if clock_ms > last_ms {
        (clock_ms, noise & 0x07ff)
    } else if count >= 0x0fff {
        (last_ms + 1, 0)
    } else {
        (last_ms, count + 1)
    }
}

fn fill_random(bytes: &mut [u8]) {
    let array = Uint8Array::new_with_length(bytes.len() as u32);
    if let Some(crypto) = js::get(&js::window(), "crypto") {
        let _ = js::call(&crypto, "getRandomValues", &[array.clone().into()]);
    }
    array.copy_to(bytes);
}

#[cfg(test)]
mod tests {
    use super::next_count;

    #[test]
    fn ids_of_one_millisecond_and_of_a_clock_set_back_still_grow() {
        let mut last = next_count((0, 0), 1_000, 0xffff);
        assert_eq!(last, (1_000, 0x07ff));
        for clock_ms in [1_000, 900, 1_000, 1_001, 1_001, 5] {
            let next = next_count(last, clock_ms, 0);
            assert!(next > last, "{next:?} after {last:?}");
            last = next;
        }
        assert_eq!(next_count((7, 0x0fff), 7, 0), (8, 0));
    }
}
