//! The browsers of the tests and their WebDriver programs.
//!
//! On Debian what is missing is installed. Elsewhere (macOS, Windows, and Ubuntu, whose packages
//! have no Chromium driver and no Firefox) a person keeps the engines that are there and is told
//! which were left out; CI refuses to leave any out.

use std::path::PathBuf;

use super::{system, tools};
use crate::error::Result;
use crate::{paths, versions};

/// One browser engine that the end-to-end tests run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium or Chrome.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKitGTK, nearest to Safari among what runs on Linux.
    Webkit,
}

impl Engine {
    /// As layers and environment variables name it.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::Webkit => "webkit",
        }
    }
}

/// An engine that can be driven.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Which engine it is.
    pub engine: Engine,
    /// Its WebDriver program.
    pub driver: PathBuf,
    /// The browser itself.
    pub binary: PathBuf,
}

/// What was found, and a sentence for each that was not.
#[derive(Debug, Default)]
pub struct Found {
    /// Ready to be driven.
    pub browsers: Vec<Browser>,
    /// Which engine is missing, and how to get it.
    pub missing: Vec<String>,
}

const MINI_BROWSER: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
];

const CHROMES: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

const MAC_CHROME: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const MAC_FIREFOX: &str = "/Applications/Firefox.app/Contents/MacOS/firefox";

/// Finds all three engines; on Debian installs those that are missing.
pub fn ensure_all() -> Result<Found> {
    let mut found = Found::default();
    for engine in [Engine::Chromium, Engine::Firefox, Engine::Webkit] {
        match ensure(engine)? {
            Some(browser) => found.browsers.push(browser),
            None => found.missing.push(how_to_get(engine).to_owned()),
        }
    }
    Ok(found)
}

/// Finds one engine; on Debian installs it if it is missing.
pub fn ensure(engine: Engine) -> Result<Option<Browser>> {
    let (packages, why) = match engine {
        Engine::Chromium => (versions::DEBIAN_CHROMIUM, "the tests drive Chromium"),
        Engine::Firefox => (versions::DEBIAN_FIREFOX, "the tests drive Firefox"),
        Engine::Webkit => (versions::DEBIAN_WEBKIT, "the tests drive WebKit"),
    };
    if !is_there(engine) && system::is_debian() {
        system::install_if_offered(packages, why)?;
    }
    if !is_there(engine) {
        return Ok(None);
    }
    let (Some(binary), Some(driver)) = (binary(engine), driver(engine)?) else {
        return Ok(None);
    };
    Ok(Some(Browser {
        engine,
        driver,
        binary,
    }))
}

/// Whether everything is there that only the system's packages bring.
fn is_there(engine: Engine) -> bool {
    let helper = match engine {
        Engine::Chromium => {
            let driver = paths::which("chromedriver").is_some() || env_chromedriver().is_some();
            driver && (paths::which("certutil").is_some() || !system::is_debian())
        }
        Engine::Firefox => true,
        Engine::Webkit => {
            paths::which("WebKitWebDriver").is_some() && paths::which("Xvfb").is_some()
        }
    };
    helper && binary(engine).is_some()
}

fn binary(engine: Engine) -> Option<PathBuf> {
    let existing = |path: &str| {
        let path = PathBuf::from(path);
        path.is_file().then_some(path)
    };
    match engine {
        Engine::Chromium => CHROMES
            .iter()
            .find_map(|name| paths::which(name))
            .or_else(|| existing(MAC_CHROME)),
        Engine::Firefox => ["firefox-esr", "firefox"]
            .iter()
            .find_map(|name| paths::which(name))
            .or_else(|| existing(MAC_FIREFOX)),
        Engine::Webkit => MINI_BROWSER.iter().find_map(|path| existing(path)),
    }
}

fn driver(engine: Engine) -> Result<Option<PathBuf>> {
    Ok(match engine {
        Engine::Chromium => env_chromedriver().or_else(|| paths::which("chromedriver")),
        Engine::Firefox => match paths::which("geckodriver") {
            Some(driver) => Some(driver),
            None => {
                let bin = tools::ensure(&tools::GECKODRIVER)?;
                Some(bin.join(format!("geckodriver{}", std::env::consts::EXE_SUFFIX)))
            }
        },
        Engine::Webkit => paths::which("WebKitWebDriver"),
    })
}

fn env_chromedriver() -> Option<PathBuf> {
    std::env::var_os("CHROMEDRIVER")
        .map(PathBuf::from)
        .filter(|path| path.is_file())
}

fn how_to_get(engine: Engine) -> &'static str {
    match engine {
        Engine::Chromium => {
            "Chromium is left out: install Chrome or Chromium with the matching `chromedriver` \
             (Debian: chromium chromium-driver libnss3-tools; macOS: brew install --cask google-chrome chromedriver)"
        }
        Engine::Firefox => "Firefox is left out: install it (Debian: firefox-esr)",
        Engine::Webkit => {
            "WebKit is left out: WebKitWebDriver runs on Linux only \
             (Debian: webkit2gtk-driver xvfb)"
        }
    }
}
