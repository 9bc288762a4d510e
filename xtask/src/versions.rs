//! Every pinned version, in one place.
//!
//! `wasm-bindgen` is the exception: its command-line tool must match the library to the
//! letter, so its version is read from `Cargo.lock`.

/// The oldest compiler that builds this workspace (`rust-version` in `Cargo.toml`).
pub const RUST_MIN: (u32, u32) = (1, 95);
/// The oldest Node that works.
pub const NODE_MIN: u32 = 20;
/// Builds the app from `index.html`. 0.22 wants a newer compiler than we do.
pub const TRUNK: &str = "0.21.14";
/// Cuts the app's wasm at the borders that the library `wasm_split_helpers` marks.
pub const WASM_SPLIT: &str = "0.2.4";
/// Looks for barriers on a page, from npm.
pub const AXE: &[(&str, &str)] = &[("axe-core", "4.14.1")];
/// Measures the start, from npm. 13 wants a newer Node than we do.
pub const LIGHTHOUSE: &[(&str, &str)] = &[("lighthouse", "12.8.2")];
/// What the store and the sync are measured against, from npm, with what joins it into one page.
/// RxDB brings this very Dexie: two of them in one page throw.
pub const PEERS: &[(&str, &str)] = &[
    ("dexie", "4.4.2"),
    ("rxdb", "17.6.0"),
    ("rxjs", "7.8.2"),
    ("pouchdb", "9.0.0"),
    ("express-pouchdb", "4.2.0"),
    ("events", "3.3.0"),
    ("esbuild", "0.28.2"),
];
/// Checks licences, sources and known holes of the crates that we build on.
pub const DENY: &str = "0.20.2";
/// Speaks WebDriver for Firefox.
pub const GECKODRIVER: &str = "0.36.0";
/// Debian's compiler with the sources of its standard library, for machines on which
/// rustup cannot fetch the one for wasm.
pub const DEBIAN_RUST: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "rust-web-clippy",
    "lld-22",
];
/// Browsers and drivers of the tests, by Debian's names.
/// `libnss3-tools` makes a test's profile trust the certificate authority of a server.
pub const DEBIAN_CHROMIUM: &[&str] = &["chromium", "chromium-driver", "libnss3-tools"];
/// Firefox; its driver comes from crates.io.
pub const DEBIAN_FIREFOX: &[&str] = &["firefox-esr"];
/// WebKitGTK with its driver, and the virtual screen that it needs.
pub const DEBIAN_WEBKIT: &[&str] = &["webkit2gtk-driver", "xvfb"];
/// The server's second database. Debian's newest; the server needs 12 or later.
pub const DEBIAN_POSTGRES: &[&str] = &["postgresql"];
/// Python with virtual environments, for the library that the UDI crate is compared with.
pub const DEBIAN_PYTHON: &[&str] = &["python3", "python3-venv"];
/// Decodes bar codes on phones: zxing-cpp as wasm, from npm.
pub const DECODER: &str = "zxing-wasm";
/// Its version.
pub const DECODER_VERSION: &str = "3.1.4";
/// SHA-256 of the package as npm packs it.
pub const DECODER_SHA256: &str = "2416232a155533bdcfa098a22ec9087734b34640ffa2a7add90bc36e145f6da0";
