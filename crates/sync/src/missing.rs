//! Records that a phone numbered and that never arrived.
//!
//! A device counts what it signs from 1 without a gap (R31). So whoever holds a later number and
//! not an earlier one knows that something is missing, and how much. It blocks nothing that does
//! not build on it; a person has to look for the phone, or to count what it held.

use baton_domain::id::DeviceId;

/// Numbers of one device that follow one another and are held, recorded or waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceRun {
    /// The device.
    pub device: DeviceId,
    /// The first number.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// When the first of them to arrive did.
    pub received_at_ms: i64,
}

/// What is missing of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The device.
    pub device: DeviceId,
    /// How many records: they lie before one that arrived.
    pub count: u64,
    /// When a record arrived for the first time that lies after a missing one.
    pub since_ms: i64,
}

/// What is missing, device by device. The runs of a device stand together, in ascending order.
pub fn missing(runs: &[SequenceRun]) -> Vec<Missing> {
    let of_one = runs.chunk_by(|one, other| one.device == other.device);
    of_one.filter_map(missing_of_one).collect()
}

/// The same from the numbers themselves, as tables in memory have them, in any order.
pub fn missing_of_numbers(
    held: impl IntoIterator<Item = (DeviceId, u64)>,
    received_at_ms: i64,
) -> Vec<Missing> {
    let alone = |(device, number)| SequenceRun {
        device,
        first: number,
        last: number,
        received_at_ms,
    };
    let mut runs: Vec<SequenceRun> = held.into_iter().map(alone).collect();
    runs.sort_unstable_by_key(|run| (run.device, run.first));
    missing(&runs)
}

fn missing_of_one(runs: &[SequenceRun]) -> Option<Missing> {
    let mut found: Option<Missing> = None;
    let mut before = 0;
    for run in runs {
        let count = run.first.saturating_sub(before + 1);
        before = run.last;
        match &mut found {
            Some(missing) => {
                missing.count += count;
                missing.since_ms = missing.since_ms.min(run.received_at_ms);
            }
            None if count > 0 => {
                found = Some(Missing {
                    device: run.device,
                    count,
                    since_ms: run.received_at_ms,
                });
            }
            None => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: DeviceId = DeviceId::from_bytes([1; 16]);
    const OTHER: DeviceId = DeviceId::from_bytes([2; 16]);

    fn run(device: DeviceId, first: u64, last: u64, received_at_ms: i64) -> SequenceRun {
        SequenceRun {
            device,
            first,
            last,
            received_at_ms,
        }
    }

    #[test]
    fn nothing_is_missing_of_numbers_without_a_gap() {
        assert_eq!(missing(&[]), []);
        assert_eq!(missing(&[run(ONE, 1, 9, 5), run(OTHER, 1, 1, 7)]), []);
    }

    #[test]
    fn r31_what_lies_before_an_arrived_record_is_missing_since_that_arrived() {
        let found = missing(&[
            run(ONE, 1, 3, 10),
            run(ONE, 5, 6, 40),
            // It came first of what lies beyond the gap.
            run(ONE, 9, 9, 30),
            run(OTHER, 4, 4, 20),
        ]);
        let expected = [(ONE, 3, 30), (OTHER, 3, 20)].map(|(device, count, since_ms)| Missing {
            device,
            count,
            since_ms,
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_number_that_no_phone_reaches_counts_without_overflow() {
        let found = missing(&[run(ONE, 1, 1, 10), run(ONE, u64::MAX, u64::MAX, 20)]);
        assert_eq!(found[0].count, u64::MAX - 2);
    }
}
