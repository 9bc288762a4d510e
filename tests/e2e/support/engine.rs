//! The three engines and how each is started.

use std::path::Path;

use serde_json::{Value, json};

use super::from_xtask;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium or Chrome, headless.
    Chromium,
    /// Firefox, headless.
    Firefox,
    /// WebKitGTK on a virtual screen; it has no headless mode and no persistent profile
    /// under automation.
    Webkit,
}

impl Engine {
    /// The one that this run is for.
    pub fn current() -> Self {
        match from_xtask("BATON_ENGINE").as_str() {
            "chromium" => Engine::Chromium,
            "firefox" => Engine::Firefox,
            "webkit" => Engine::Webkit,
            other => panic!("BATON_ENGINE is `{other}`"),
        }
    }

    /// Capabilities of a new session on a profile, in Chromium with a film in the place of a
    /// camera.
    pub fn capabilities(
        self,
        profile: &Path,
        camera: Option<&Path>,
    ) -> serde_json::Map<String, Value> {
        let binary = from_xtask("BATON_BROWSER");
        let value = match self {
            Engine::Chromium => json!({
                "browserName": "chrome",
                "goog:chromeOptions": {"binary": binary, "args": chromium_args(profile, camera)},
                "goog:loggingPrefs": {"browser": "ALL"},
            }),
            Engine::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": {
                    "binary": binary,
                    "args": ["-headless", "-profile", profile],
                    "prefs": {
                        "app.update.enabled": false,
                        "datareporting.healthreport.uploadEnabled": false,
                        "dom.push.connection.enabled": false,
                        "network.captive-portal-service.enabled": false,
                    },
                },
            }),
            Engine::Webkit => json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions": {"binary": binary, "args": ["--automation"]},
            }),
        };
        match value {
            Value::Object(map) => map,
            _ => unreachable!("capabilities are an object"),
        }
    }

    /// Arguments of the driver program that make it listen on a port.
    pub fn driver_args(self, port: u16) -> Vec<String> {
        match self {
            Engine::Chromium => vec![format!("--port={port}")],
            Engine::Firefox => vec!["--port".to_owned(), port.to_string()],
            Engine::Webkit => vec![format!("--port={port}"), "--host=127.0.0.1".to_owned()],
        }
    }
}

/// A name of this machine that Chromium does not take for a secure one.
pub const INSECURE_NAME: &str = "baton.test";

fn chromium_args(profile: &Path, camera: Option<&Path>) -> Vec<String> {
    let mut args: Vec<String> = [
        "--headless=new",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--no-first-run",
        "--no-default-browser-check",
        "--password-store=basic",
        "--window-size=390,844",
    ]
    .map(str::to_owned)
    .to_vec();
    args.push(format!(
        "--host-resolver-rules=MAP {INSECURE_NAME} 127.0.0.1"
    ));
    args.push(format!("--user-data-dir={}", profile.display()));
    if let Some(film) = camera {
        args.push("--use-fake-device-for-media-stream".to_owned());
        args.push(format!(
            "--use-file-for-fake-video-capture={}",
            film.display()
        ));
    }
    if is_root() || std::env::var_os("CI").is_some() {
        // In a container the browser's own sandbox cannot start, and shared memory is
        // too small for it.
        args.push("--no-sandbox".to_owned());
        args.push("--disable-dev-shm-usage".to_owned());
    }
    args
}

fn is_root() -> bool {
    let id = std::process::Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}
