//! The scan worker and the decoder that it loads, beside the app in `scan/`.
//!
//! Seven files, each named by its hash and named in the one that loads it: the decoder's wasm,
//! the package's two modules around it, our four (`crates/scan/worker/`). The page learns the
//! worker's name from a `<meta>`; nothing of all this is loaded before the app is idle.

use std::fs;
use std::path::Path;

use super::{PAGE, hex_digest};
use crate::error::{At, Result};
use crate::paths;

/// What the page says before this step.
const META: &str = "<meta name=\"scan-worker\" content=\"\">";
/// Where the files lie in the published folder.
pub const FOLDER: &str = "scan";

/// Copies worker and decoder into the build and tells the page.
pub fn place(staging: &Path, package: &Path) -> Result<()> {
    let page = staging.join(PAGE);
    let html = fs::read_to_string(&page).at("reading index.html")?;
    let worker = write(staging, package)?;
    let html = told(&html, &worker)?;
    fs::write(&page, html).at("writing index.html")
}

/// The page with the worker's address in it.
fn told(html: &str, worker: &str) -> Result<String> {
    // Trunk may close the tag in its own way.
    let marks = [META.to_owned(), META.replace("\">", "\"/>")];
    let Some(mark) = marks.iter().find(|mark| html.contains(*mark)) else {
        return Err(format!("index.html must contain {META}").into());
    };
    let filled = mark.replace("content=\"\"", &format!("content=\"/{FOLDER}/{worker}\""));
    Ok(html.replacen(mark, &filled, 1))
}

/// Writes the files and returns the worker's name.
fn write(staging: &Path, package: &Path) -> Result<String> {
    let folder = staging.join(FOLDER);
    fs::create_dir_all(&folder).at("making scan/ in the build")?;
    let own = paths::root().join("crates/scan/worker");
    let wasm = package.join("dist/reader/zxing_reader.wasm");
    let wasm = fs::read(&wasm).at(format!("reading {}", wasm.display()))?;
    let wasm_name = named("zxing", "wasm", &wasm);
    fs::write(folder.join(&wasm_name), &wasm).at("writing the decoder")?;

    let module = |path: &Path, stem: &str, loads: &[(&str, &str)]| -> Result<String> {
        let text = fs::read_to_string(path).at(format!("reading {}", path.display()))?;
        let text = super::lean::script(stem, &renamed(&text, loads)?)?;
        let name = named(stem, "js", text.as_bytes());
        fs::write(folder.join(&name), text).at(format!("writing {name}"))?;
        Ok(name)
    };
    let es = package.join("dist/es");
    let share = module(&es.join("share.js"), "zxing-share", &[])?;
    let zxing = module(
        &es.join("reader/index.js"),
        "zxing",
        &[("../share.js", &share)],
    )?;
    let pixels = module(&own.join("pixels.js"), "pixels", &[])?;
    let spots = module(&own.join("spots.js"), "spots", &[])?;
    let decode = module(
        &own.join("decode.js"),
        "decode",
        &[("./pixels.js", &pixels), ("./spots.js", &spots)],
    )?;
    module(
        &own.join("worker.js"),
        "worker",
        &[
            ("./zxing.js", &zxing),
            ("./decode.js", &decode),
            ("./pixels.js", &pixels),
            ("./zxing.wasm", &wasm_name),
        ],
    )
}

/// A module with the names of what it loads replaced; each must stand there exactly once.
fn renamed(text: &str, loads: &[(&str, &str)]) -> Result<String> {
    let mut text = text.to_owned();
    for (old, new) in loads {
        let quoted = format!("\"{old}\"");
        if text.matches(&quoted).count() != 1 {
            return Err(format!("a module of the scan worker must name {quoted} once").into());
        }
        text = text.replace(&quoted, &format!("\"./{new}\""));
    }
    Ok(text)
}

fn named(stem: &str, ending: &str, bytes: &[u8]) -> String {
    format!("{stem}-{}.{ending}", &hex_digest(bytes)[..16])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing step should fail the test")]

    use super::*;

    #[test]
    fn modules_name_each_other_by_their_hashes() {
        let base = std::env::temp_dir().join(format!("xtask-decoder-{}", std::process::id()));
        let _ = fs::remove_dir_all(&base);
        let package = base.join("package");
        fs::create_dir_all(package.join("dist/es/reader")).unwrap();
        fs::create_dir_all(package.join("dist/reader")).unwrap();
        fs::write(package.join("dist/reader/zxing_reader.wasm"), b"\0asm").unwrap();
        fs::write(package.join("dist/es/share.js"), "export { a };").unwrap();
        let reader = "import { a } from \"../share.js\";";
        fs::write(package.join("dist/es/reader/index.js"), reader).unwrap();
        let staging = base.join("staging");
        fs::create_dir_all(&staging).unwrap();
        fs::write(staging.join(PAGE), format!("<head>{META}</head>")).unwrap();

        place(&staging, &package).unwrap();
        let page = fs::read_to_string(staging.join(PAGE)).unwrap();
        let worker = page.split("content=\"/").nth(1).unwrap();
        let worker = worker.split('"').next().unwrap();
        let text = fs::read_to_string(staging.join(worker)).unwrap();
        let mut names: Vec<String> = fs::read_dir(staging.join(FOLDER))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| !worker.ends_with(name.as_str()))
            .filter(|name| !name.contains("share") && !name.contains("spots"))
            .collect();
        names.sort();
        assert_eq!(names.len(), 4, "{names:?}");
        for name in names {
            assert!(text.contains(&format!("\"./{name}\"")), "{name}");
        }
        let _ = fs::remove_dir_all(&base);
    }

    #[test]
    fn a_page_or_a_module_that_changed_its_words_stops_the_build() {
        assert!(told("<head></head>", "worker.js").is_err());
        assert!(renamed("import x from \"./other.js\";", &[("./zxing.js", "z.js")]).is_err());
    }
}
