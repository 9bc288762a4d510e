//! Pictures of every screen, for people to look at: `cargo xtask shots`.
//!
//! The list of screens stands here and nowhere else. Each is taken in both themes, at the
//! size of a phone and of a desk, as `target/shots/<screen>-<theme>-<width>.png`.

#![expect(clippy::print_stdout, reason = "it tells which picture it takes")]

mod support;

use std::path::PathBuf;

use serde_json::json;
use support::{Phone, Server};

/// One screen: its name, its path, and what shows that it is complete.
struct Screen {
    name: &'static str,
    path: &'static str,
    ready_css: &'static str,
}

const SCREENS: &[Screen] = &[Screen {
    name: "start",
    path: "/",
    ready_css: "main",
}];

const SIZES: &[(u32, u32)] = &[(390, 844), (1280, 800)];
const THEMES: &[&str] = &["light", "dark"];

#[tokio::main]
async fn main() {
    let folder = PathBuf::from(std::env::var("BATON_SHOTS").unwrap_or_default());
    assert!(folder.is_dir(), "start this with `cargo xtask shots`");
    let only = std::env::var("BATON_SHOTS_ONLY").unwrap_or_default();
    let server = Server::empty("shots").await;
    let phone = Phone::new("shots", &server).await;
    for screen in SCREENS {
        if !only.is_empty() && screen.name != only {
            continue;
        }
        phone.goto(screen.path).await;
        phone.wait_for_css(screen.ready_css).await;
        for theme in THEMES {
            let media = json!({"features": [{"name": "prefers-color-scheme", "value": theme}]});
            phone.cdp("Emulation.setEmulatedMedia", media).await;
            for &(width, height) in SIZES {
                phone.resize(width, height).await;
                let file = folder.join(format!("{}-{theme}-{width}.png", screen.name));
                phone.screenshot(&file).await;
                println!("{}", file.display());
            }
        }
    }
    phone.close().await;
}
