//! B8 on a phone's machine: the same planner compiled for wasm, run by whoever holds the clock.
//!
//! `cargo xtask bench plan` builds it as the app is built and times each call from JavaScript.

#![expect(
    unsafe_code,
    reason = "what JavaScript calls by its name is exported unmangled, and that counts as unsafe"
)]

mod large;

use large::{LINES, Large, NEEDS, PRODUCTS, REPS};
use std::cell::RefCell;
use std::hint::black_box;

thread_local! {
    static PREPARED: RefCell<Option<Large>> = const { RefCell::new(None) };
}

/// Makes the state number `place` of those that are measured; how many products it has, 0 where
/// there is none.
#[unsafe(no_mangle)]
pub extern "C" fn prepare(place: usize) -> u32 {
    let Some(products) = PRODUCTS.get(place).copied() else {
        return 0;
    };
    PREPARED.set(Some(Large::new(products)));
    products
}

/// How many lines, reps and needs it has, in this order.
#[unsafe(no_mangle)]
pub extern "C" fn size(which: u32) -> u32 {
    match which {
        0 => LINES,
        1 => REPS,
        _ => NEEDS,
    }
}

/// Plans the cover once.
#[unsafe(no_mangle)]
pub extern "C" fn plan() {
    with(|large| drop(black_box(large.plan())));
}

/// Ranks all reps once.
#[unsafe(no_mangle)]
pub extern "C" fn suggest() {
    with(|large| drop(black_box(large.suggest())));
}

/// Looks at every line once.
#[unsafe(no_mangle)]
pub extern "C" fn walk() {
    with(|large| {
        black_box(large.walk());
    });
}

fn with(run: impl FnOnce(&Large)) {
    PREPARED.with_borrow(|prepared| prepared.as_ref().map(run));
}
