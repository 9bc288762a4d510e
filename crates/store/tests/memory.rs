//! The store in memory passes the suite.
#![cfg(not(target_arch = "wasm32"))]

use baton_store::MemoryStore;
use std::cell::RefCell;
use std::collections::HashMap;

/// The store of that name: a test runs on a thread of its own, so names do not meet.
async fn open(name: &str) -> MemoryStore {
    thread_local! {
        static STORES: RefCell<HashMap<String, MemoryStore>> = RefCell::default();
    }
    STORES.with_borrow_mut(|stores| stores.entry(name.to_owned()).or_default().clone())
}

baton_store::conformance_suite! { open }
