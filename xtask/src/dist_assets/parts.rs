//! Cutting the wasm into the file that a phone starts with and the parts that come later.
//!
//! Trunk knows no such step: it gives the compiler's wasm straight to wasm-bindgen. So this step
//! takes the compiler's wasm again, cuts it at the borders that `src/app/parts.rs` names, gives
//! the first piece to wasm-bindgen, and puts the result in the place of Trunk's.
//!
//! Every file gets the hash of the whole set in its name. The two scripts import each other, so
//! neither could have a hash of its own; and a set is only good as a whole, since a part finds
//! functions of the first file by their place in a table.

use std::fs;
use std::path::{Path, PathBuf};

use super::{files, hex_digest};
use crate::error::{At, Result};
use crate::{build, paths, process};

/// The names that the tools give, before they get their hash.
const STEM: &str = "baton";
const LINK: &str = "__wasm_split.js";

/// Cuts what the compiler left, if it was told to make borders; a build for work on the app is not.
pub fn cut(staging: &Path) -> Result<()> {
    let wasm = build::published_wasm();
    let folder = paths::target().join("xtask/parts");
    let _ = fs::remove_dir_all(&folder);
    let (pieces, joined) = (folder.join("pieces"), folder.join("joined"));
    fs::create_dir_all(&joined).at("making target/xtask/parts")?;
    process::run(
        process::command("wasm-split-cli")
            .args(["--target", "web", "--out-name", STEM])
            .arg(&wasm)
            .arg(&pieces),
    )?;
    process::run(
        process::command("wasm-bindgen")
            .args(["--target", "web", "--no-typescript", "--out-name", STEM])
            // Else it drops the table of functions, by which the parts call the first file.
            .arg("--keep-lld-exports")
            .arg("--out-dir")
            .arg(&joined)
            .arg(pieces.join(format!("{STEM}.wasm"))),
    )?;
    for name in files(&pieces)? {
        if name != format!("{STEM}.wasm") {
            fs::rename(pieces.join(&name), joined.join(&name)).at(format!("moving {name}"))?;
        }
    }
    super::wasm::strip(&joined)?;
    make_lean(&joined)?;
    let hash = name_by_hash(&joined)?;
    replace(staging, &joined, &hash)
}

fn make_lean(folder: &Path) -> Result<()> {
    for name in files(folder)? {
        if name.ends_with(".js") {
            let file = folder.join(&name);
            let text = fs::read_to_string(&file).at(format!("reading {name}"))?;
            fs::write(&file, super::lean::script(&name, &text)?).at(format!("writing {name}"))?;
        }
    }
    Ok(())
}

/// Gives every script and module of the folder the hash of all of them, in its name and where
/// another names it.
fn name_by_hash(folder: &Path) -> Result<String> {
    let names: Vec<String> = files(folder)?;
    let mut all = String::new();
    for name in &names {
        let bytes = fs::read(folder.join(name)).at(format!("reading {name}"))?;
        all.push_str(&format!("{} {name}\n", hex_digest(&bytes)));
    }
    let hash = hex_digest(all.as_bytes())[..16].to_owned();
    let named = |name: &str| match name {
        LINK => format!("parts-{hash}.js"),
        _ => match name.strip_suffix("_bg.wasm") {
            // wasm-bindgen's own ending stays the last: budgets and people know the first file by it.
            Some(stem) => format!("{stem}-{hash}_bg.wasm"),
            None => name.replacen('.', &format!("-{hash}."), 1),
        },
    };
    // What wasm-bindgen puts into folders of their own is named by a hash already.
    let own: Vec<&String> = names.iter().filter(|name| !name.contains('/')).collect();
    for name in &own {
        let from = folder.join(name);
        if name.ends_with(".js") {
            let mut text = fs::read_to_string(&from).at(format!("reading {name}"))?;
            for other in &own {
                text = point_to(&text, other, &named(other));
            }
            fs::write(&from, text).at(format!("writing {name}"))?;
        }
        fs::rename(&from, folder.join(named(name))).at(format!("naming {name}"))?;
    }
    Ok(hash)
}

/// The script with every address of a file changed. What is no address stays: the wasm knows the
/// loaders of its parts by the old name, so the table of its imports must keep it.
fn point_to(script: &str, old: &str, new: &str) -> String {
    let mut text = script.to_owned();
    for before in ["from ", "new URL("] {
        for quote in ['"', '\''] {
            for here in ["./", ""] {
                text = text.replace(
                    &format!("{before}{quote}{here}{old}{quote}"),
                    &format!("{before}{quote}./{new}{quote}"),
                );
            }
        }
    }
    text
}

/// Puts the set in the place of the one file that Trunk made.
fn replace(staging: &Path, joined: &Path, hash: &str) -> Result<()> {
    let page = staging.join(super::PAGE);
    let html = fs::read_to_string(&page).at("reading index.html")?;
    let old = trunks_stem(staging)?;
    fs::write(&page, html.replace(&old, &format!("{STEM}-{hash}"))).at("writing index.html")?;
    for ending in [".js", "_bg.wasm"] {
        fs::remove_file(staging.join(format!("{old}{ending}"))).at("removing Trunk's file")?;
    }
    let _ = fs::remove_dir_all(staging.join("snippets"));
    for name in files(joined)? {
        let to: PathBuf = staging.join(&name);
        if let Some(dir) = to.parent() {
            fs::create_dir_all(dir).at("making a folder of the build")?;
        }
        fs::copy(joined.join(&name), to).at(format!("placing {name}"))?;
    }
    Ok(())
}

/// `baton-0123456789abcdef`: what Trunk named its wasm and script by.
fn trunks_stem(staging: &Path) -> Result<String> {
    let stems: Vec<String> = files(staging)?
        .iter()
        .filter_map(|name| name.strip_suffix("_bg.wasm").map(str::to_owned))
        .collect();
    match stems.as_slice() {
        [stem] => Ok(stem.clone()),
        _ => Err(format!("Trunk left {} wasm files, not one", stems.len()).into()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing step should fail the test")]

    use super::*;

    fn folder(name: &str, contents: &[(&str, &str)]) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("xtask-parts-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        for (name, text) in contents {
            fs::write(dir.join(name), text).unwrap();
        }
        dir
    }

    #[test]
    fn the_set_takes_trunks_place_and_names_itself_throughout() {
        let joined = folder(
            "joined",
            &[
                (
                    "baton.js",
                    "import * as one from './__wasm_split.js'; new URL('baton_bg.wasm', x); \
                     ({'./__wasm_split.js': one})",
                ),
                ("baton_bg.wasm", "\0asm"),
                ("office.wasm", "\0asm"),
                (
                    "__wasm_split.js",
                    "import { x } from \"./baton.js\"; new URL(\"./office.wasm\", y)",
                ),
            ],
        );
        let staging = folder(
            "staging",
            &[
                (
                    "index.html",
                    "<link href=\"/baton-12ab.js\"><link href=\"/baton-12ab_bg.wasm\">",
                ),
                ("baton-12ab.js", ""),
                ("baton-12ab_bg.wasm", ""),
            ],
        );
        let hash = name_by_hash(&joined).unwrap();
        replace(&staging, &joined, &hash).unwrap();
        let names = [
            format!("baton-{hash}.js"),
            format!("baton-{hash}_bg.wasm"),
            "index.html".to_owned(),
            format!("office-{hash}.wasm"),
            format!("parts-{hash}.js"),
        ];
        assert_eq!(files(&staging).unwrap(), names);
        let text = |name: &str| fs::read_to_string(staging.join(name)).unwrap();
        let script = text(&names[0]);
        assert!(
            script.contains(&names[4]) && script.contains(&names[1]),
            "{script}"
        );
        assert!(script.contains("({'./__wasm_split.js': one})"), "{script}");
        let link = text(&names[4]);
        assert!(
            link.contains(&names[0]) && link.contains(&names[3]),
            "{link}"
        );
        assert!(text("index.html").contains(&names[1]));
        let _ = fs::remove_dir_all(joined);
        let _ = fs::remove_dir_all(staging);
    }

    #[test]
    fn one_changed_part_renames_the_whole_set() {
        let one = folder("one", &[("office.wasm", "1"), ("baton_bg.wasm", "x")]);
        let other = folder("other", &[("office.wasm", "2"), ("baton_bg.wasm", "x")]);
        assert_ne!(name_by_hash(&one).unwrap(), name_by_hash(&other).unwrap());
        let _ = fs::remove_dir_all(one);
        let _ = fs::remove_dir_all(other);
    }
}
