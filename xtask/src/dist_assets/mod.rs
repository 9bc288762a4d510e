//! The one hook after Trunk's build, on the folder that Trunk is about to publish.
//!
//! Trunk leaves a page with an inline start script, which a strict content security
//! policy refuses. This step cuts the wasm into the file that a phone starts with and the
//! parts that come later, moves the script into a file named by its hash, joins the style
//! sheets into one, puts the bar code decoder beside it, strips the wasm, takes out what only
//! people read in scripts and style sheets, refuses what the policy would refuse later anyway,
//! lists every file of the build with its hash in `precache.json`, writes that list and the
//! build's id into the service worker, and compresses. The order matters: the list is made when nothing changes any more, the
//! worker is written last (it is the one file that is not in its own list), and the
//! compressed copies stand beside the files, outside the list.
//!
//! The build id is a hash over all files, the worker's template included: two builds
//! have the same id exactly when a phone cannot tell them apart.

mod compress;
mod decoder;
mod lean;
mod page;
mod parts;
mod precache;
mod styles;
mod wasm;

pub use decoder::FOLDER as SCAN_FOLDER;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sha2::{Digest, Sha256};

use crate::error::{At, Result};

/// The page, the service worker and the list, by their names in the published folder.
const PAGE: &str = "index.html";
const WORKER: &str = "sw.js";
const LIST: &str = "precache.json";

/// How hard to compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    /// Brotli 11: what is published.
    Best,
    /// None: a rebuild while somebody waits for the page to reload.
    Off,
}

/// `cargo xtask dist-assets`, called by Trunk.
pub fn command() -> Result<ExitCode> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or(
            "dist-assets is called by Trunk, which says in TRUNK_STAGING_DIR where the build \
         lies; type `cargo xtask run` instead",
        )?;
    let published = std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    let compression = if published {
        Compression::Best
    } else {
        Compression::Off
    };
    if published {
        parts::cut(&staging)?;
    }
    let withdrawn = std::env::var_os("BATON_WITHDRAW_WORKER").is_some();
    decoder::place(&staging, &crate::setup::decoder::ensure()?)?;
    let build = finish(&staging, compression, withdrawn)?;
    println!("dist-assets: build {build}");
    Ok(ExitCode::SUCCESS)
}

/// Finishes the folder and returns the build's id.
fn finish(staging: &Path, compression: Compression, withdrawn: bool) -> Result<String> {
    let page = staging.join(PAGE);
    let html = fs::read_to_string(&page).at("reading index.html")?;
    let (html, scripts) = page::externalise(&page::words_first(&html)?)?;
    for script in &scripts {
        fs::write(staging.join(&script.name), &script.text)
            .at(format!("writing {}", script.name))?;
    }
    let html = page::without_integrity(&styles::bundle(staging, &html)?);
    wasm::strip(staging)?;
    fs::write(&page, html).at("writing index.html")?;
    for other in files(staging)? {
        if other.ends_with(".html") && other != PAGE {
            let text = fs::read_to_string(staging.join(&other)).at(format!("reading {other}"))?;
            page::refuse_inline(&other, &text)?;
        }
    }

    if compression == Compression::Best {
        make_lean(staging)?;
    }
    let list = precache::list(staging)?;
    let worker = staging.join(WORKER);
    let template = fs::read_to_string(&worker).at("reading sw.js (public/sw.js)")?;
    let build = precache::build_id(&list, &template);
    fs::write(
        &worker,
        precache::fill_worker(&template, &build, &list, withdrawn)?,
    )
    .at("writing sw.js")?;
    fs::write(staging.join(LIST), precache::to_json(&build, &list)).at("writing precache.json")?;

    if compression == Compression::Best {
        compress::folder(staging)?;
    }
    Ok(build)
}

/// Takes what a browser skips from the files that keep their names. Those that are named by the
/// hash of their contents are made lean before they get that name.
fn make_lean(staging: &Path) -> Result<()> {
    for name in files(staging)? {
        let lean: fn(&str, &str) -> Result<String> = match name.as_str() {
            "rescue.css" => |_, text| Ok(lean::style(text)),
            "rescue.js" | WORKER => lean::script,
            _ => continue,
        };
        let file = staging.join(&name);
        let text = fs::read_to_string(&file).at(format!("reading {name}"))?;
        fs::write(&file, lean(&name, &text)?).at(format!("writing {name}"))?;
    }
    Ok(())
}

/// All files below `dir`, as paths with `/` relative to it, sorted.
fn files(dir: &Path) -> Result<Vec<String>> {
    let mut found = vec![];
    let mut open = vec![String::new()];
    while let Some(prefix) = open.pop() {
        let here = dir.join(&prefix);
        for entry in fs::read_dir(&here).at(format!("listing {}", here.display()))? {
            let entry = entry.at("listing the build")?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().at("listing the build")?.is_dir() {
                open.push(format!("{name}/"));
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// SHA-256 in lower-case hexadecimal.
fn hex_digest(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing step should fail the test")]

    use super::*;

    const TRUNKS_PAGE: &str = "<!DOCTYPE html><html><head>\
        <link rel=\"stylesheet\" href=\"/main-1.css\">\
        <link rel=\"stylesheet\" integrity=\"sha384-x\" href=\"/more-1.css\"/>\
        <script type=\"module\">\nimport init from '/baton-1.js';\nawait init();\n</script>\
        </head><body></body></html>";

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str, page: &str) -> Self {
            let dir =
                std::env::temp_dir().join(format!("xtask-dist-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&dir);
            fs::create_dir_all(dir.join("icons")).unwrap();
            fs::write(dir.join(PAGE), page).unwrap();
            fs::write(dir.join("main-1.css"), "p { color: red }").unwrap();
            fs::write(dir.join("more-1.css"), "p { color: blue }").unwrap();
            fs::write(dir.join("baton-1.js"), "export default () => {};").unwrap();
            fs::write(dir.join("icons/icon.svg"), "<svg></svg>").unwrap();
            let worker = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/sw.js");
            fs::copy(worker, dir.join(WORKER)).unwrap();
            Folder(dir)
        }

        fn text(&self, name: &str) -> String {
            fs::read_to_string(self.0.join(name)).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_start_script_becomes_a_file_named_by_its_hash() {
        let folder = Folder::new("script", TRUNKS_PAGE);
        finish(&folder.0, Compression::Off, false).unwrap();
        let page = folder.text(PAGE);
        assert!(!page.contains("import init"));
        let name = page
            .split("src=\"/")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap();
        assert!(folder.text(name).contains("import init from '/baton-1.js'"));
    }

    #[test]
    fn the_list_names_every_file_but_the_worker_and_itself() {
        let folder = Folder::new("list", TRUNKS_PAGE);
        let build = finish(&folder.0, Compression::Off, false).unwrap();
        let list: serde_json::Value = serde_json::from_str(&folder.text(LIST)).unwrap();
        assert_eq!(list["build"], build.as_str());
        let paths: Vec<&str> = list["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| file["path"].as_str().unwrap())
            .collect();
        assert!(paths.contains(&"/index.html"));
        assert!(paths.contains(&"/icons/icon.svg"));
        assert_eq!(paths.len(), 5, "{paths:?}");
        let worker = folder.text(WORKER);
        assert!(worker.contains(&build) && worker.contains("/icons/icon.svg"));
    }

    #[test]
    fn style_sheets_become_one_in_their_order() {
        let folder = Folder::new("styles", TRUNKS_PAGE);
        finish(&folder.0, Compression::Off, false).unwrap();
        let page = folder.text(PAGE);
        assert_eq!(page.matches("rel=\"stylesheet\"").count(), 1, "{page}");
        let sheets: Vec<String> = files(&folder.0)
            .unwrap()
            .into_iter()
            .filter(|name| name.ends_with(".css"))
            .collect();
        assert_eq!(sheets.len(), 1);
        assert!(page.contains(&sheets[0]));
        let text = folder.text(&sheets[0]);
        assert!(text.find("red").unwrap() < text.find("blue").unwrap());
    }

    #[test]
    fn one_changed_byte_makes_another_build() {
        let folder = Folder::new("id-1", TRUNKS_PAGE);
        let other = Folder::new("id-2", TRUNKS_PAGE);
        fs::write(other.0.join("icons/icon.svg"), "<svg> </svg>").unwrap();
        let first = finish(&folder.0, Compression::Off, false).unwrap();
        let second = finish(&other.0, Compression::Off, false).unwrap();
        assert_ne!(first, second);
    }

    #[test]
    fn compressed_copies_stand_beside_and_outside_the_list() {
        let page = TRUNKS_PAGE.replace("<body>", &format!("<body>{}", "<p>text</p>".repeat(300)));
        let folder = Folder::new("brotli", &page);
        finish(&folder.0, Compression::Best, false).unwrap();
        let compressed = fs::metadata(folder.0.join("index.html.br")).unwrap().len();
        assert!(compressed < fs::metadata(folder.0.join(PAGE)).unwrap().len());
        assert!(!folder.text(LIST).contains(".br"));
    }

    #[test]
    fn what_the_policy_would_refuse_fails_the_build() {
        let page = TRUNKS_PAGE.replace("<body>", "<body style=\"color:red\">");
        let folder = Folder::new("policy", &page);
        assert!(finish(&folder.0, Compression::Off, false).is_err());
    }
}
