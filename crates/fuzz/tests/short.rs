//! A short hunt on every target, and everything that was ever found.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use baton_fuzz::hunt::{Until, hunt, quiet_panics};
use baton_fuzz::memory::Counted;
use baton_fuzz::targets::{NAMES, named};

#[global_allocator]
static COUNTED: Counted = Counted;

#[test]
fn nothing_is_found_in_a_short_while_nor_what_was_found_before() {
    for name in NAMES {
        quiet_panics();
        let mut target = named(name).unwrap();
        let count = if name == "sync" { 200 } else { 1_000 };
        let report = hunt(&mut *target, 7, Until::Inputs(count), None);
        let _ = std::panic::take_hook();
        let found: Vec<_> = report.findings.iter().map(|one| &one.what).collect();
        assert!(found.is_empty(), "{name}: {found:?}");
        // Inputs that are all turned away at the door would prove nothing.
        assert!(report.read >= 10, "{name}: {report:?}");
        assert!(report.answers >= 5, "{name}: {report:?}");
    }
}
