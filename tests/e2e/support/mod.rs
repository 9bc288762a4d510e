//! The harness of the browser tests.
//!
//! A test starts a [`Server`] of its own (free port, temporary data folder) and opens one
//! [`Phone`] a person: a browser with its own driver process and its own persistent
//! profile, because browsers keep the storage of private contexts in memory, where a kill
//! proves nothing. The app is found by what a person sees (text, labels) or by
//! `data-testid`; every wait has an end, after which the test fails with a picture and
//! the page's text under `target/test-logs/`.
//!
//! Which engine, which binaries: environment variables that `cargo xtask test` sets. The
//! harness never builds or installs anything. A content security policy violation or a
//! panic in the app fails the test that meets it, when the phone is closed.

#![allow(
    dead_code,
    unused_imports,
    reason = "several programs share this module, and each uses a part of it"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "in a test, to stop loudly is the right answer to what should not happen"
)]

mod acts;
mod camera;
mod driver;
mod engine;
mod film;
mod phone;
mod png;
mod secrets;
mod server;
mod trunk;

pub use camera::{Label, label_pictures};
pub use engine::{Engine, INSECURE_NAME};
pub use phone::Phone;
pub use png::Shot;
pub use png::smaller;
pub use server::{Server, copy_folder};
pub use trunk::trunk_label;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A variable that `cargo xtask test` sets.
fn from_xtask(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set; start this suite with `cargo xtask test --layer e2e-chromium`")
    })
}

/// Where pictures and logs of failing tests go.
pub fn artifacts() -> PathBuf {
    let dir = PathBuf::from(from_xtask("BATON_ARTIFACTS"));
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A folder of this run's own, removed when it is dropped.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// A new one; the name helps whoever finds it.
    pub fn new(name: &str) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let folder = format!("baton-e2e-{}-{number}-{name}", std::process::id());
        let path = std::env::temp_dir().join(folder);
        std::fs::create_dir_all(&path).unwrap();
        TempDir(path)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // A browser that was just killed may still hold a file for a moment.
        for _ in 0..20 {
            if std::fs::remove_dir_all(&self.0).is_ok() || !self.0.exists() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
}

/// Sends a signal to processes; those that are gone already are no error.
fn signal(name: &str, pids: &[u32]) {
    if pids.is_empty() {
        return;
    }
    let ids: Vec<String> = pids.iter().map(u32::to_string).collect();
    let _ = Command::new("kill")
        .arg(format!("-{name}"))
        .args(ids)
        .stderr(std::process::Stdio::null())
        .status();
}
