//! Counting tests from what the test programs print.

/// How many tests passed, failed, were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ran and held.
    pub passed: u64,
    /// Ran and did not hold, or could not even be compiled.
    pub failed: u64,
    /// Present but not run.
    pub skipped: u64,
}

impl Counts {
    /// One check that has no tests of its own, such as a linter.
    pub fn one(passed: bool) -> Self {
        Counts {
            passed: u64::from(passed),
            failed: u64::from(!passed),
            skipped: 0,
        }
    }

    /// Adds another layer's counts.
    pub fn add(&mut self, other: &Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Sums every `test result:` line. A run that ended badly without naming a failed
    /// test (a compiler error, a crash) counts as one failure.
    pub fn from_log(log: &str, ended_well: bool) -> Self {
        let mut sum = Counts::default();
        for line in log.lines() {
            let Some(at) = line.find("test result: ") else {
                continue;
            };
            for part in line[at..].split([';', '.']) {
                let mut words = part.split_whitespace();
                let (Some(number), Some(word)) = (words.next(), words.next()) else {
                    continue;
                };
                let number = number.parse().unwrap_or(0);
                match word {
                    "passed" => sum.passed += number,
                    "failed" => sum.failed += number,
                    "ignored" => sum.skipped += number,
                    _ => {}
                }
            }
        }
        if !ended_well && sum.failed == 0 {
            sum.failed = 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "running 3 tests\ntest a ... ok\n\
        test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.00s\n\
        test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.02s\n";

    #[test]
    fn every_result_line_counts() {
        let counts = Counts::from_log(LOG, false);
        assert_eq!(
            counts,
            Counts {
                passed: 7,
                failed: 2,
                skipped: 1
            }
        );
    }

    #[test]
    fn a_compiler_error_is_a_failure() {
        assert_eq!(
            Counts::from_log("error: could not compile", false).failed,
            1
        );
        assert_eq!(Counts::from_log("", true), Counts::default());
    }
}
