//! Size budgets of what a phone downloads, in bytes after brotli.

use std::fs;
use std::path::Path;

use crate::error::{At, Result};
use crate::paths;

/// One kilobyte as download speeds count it.
const KB: u64 = 1000;

/// All parts together: a phone fetches them once, too, but nobody waits for them.
const PARTS_MAX: u64 = 420;

/// One budget and how much of it is used.
#[derive(Debug, PartialEq, Eq)]
pub struct Budget {
    /// What is measured.
    pub name: &'static str,
    /// Measured bytes.
    pub bytes: u64,
    /// Allowed bytes.
    pub bytes_max: u64,
}

impl Budget {
    /// Whether it holds. Nothing measured is a broken build, not a small one.
    pub fn holds(&self) -> bool {
        self.bytes > 0 && self.bytes <= self.bytes_max
    }

    /// For the terminal.
    pub fn line(&self) -> String {
        format!(
            "{}: {:.1} kB of {} kB{}",
            self.name,
            self.bytes as f64 / KB as f64,
            self.bytes_max / KB,
            if self.holds() { "" } else { " — OVER" }
        )
    }
}

/// Measures `dist/`.
pub fn measure() -> Result<Vec<Budget>> {
    let dist = paths::dist();
    let mut sizes = vec![];
    let scan = dist.join(crate::dist_assets::SCAN_FOLDER);
    for folder in [&dist, &scan] {
        for entry in fs::read_dir(folder).at("listing dist/ (is the app built?)")? {
            let entry = entry.at("listing dist/")?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let decoder = *folder == scan && name.contains(".wasm");
            if !decoder {
                sizes.push((name, entry.metadata().at("measuring dist/")?.len()));
            }
        }
    }
    let mut budgets = from_sizes(&sizes);
    budgets.push(decoder(&dist)?);
    Ok(budgets)
}

/// The decoder of bar codes, which a phone loads when the app is idle. The few scripts around
/// it count as JavaScript.
fn decoder(dist: &Path) -> Result<Budget> {
    let folder = dist.join(crate::dist_assets::SCAN_FOLDER);
    let mut bytes = 0;
    for entry in fs::read_dir(&folder).at("listing dist/scan/ (is the app built?)")? {
        let entry = entry.at("listing dist/scan/")?;
        if entry.file_name().to_string_lossy().ends_with(".wasm.br") {
            bytes += entry.metadata().at("measuring dist/scan/")?.len();
        }
    }
    Ok(Budget {
        name: "decoder",
        bytes,
        bytes_max: 330 * KB,
    })
}

/// The budgets for files with these names and sizes; a compressed copy counts in place
/// of its original.
fn from_sizes(sizes: &[(String, u64)]) -> Vec<Budget> {
    let downloaded = |name: &str| {
        let packed = format!("{name}.br");
        let found = |wanted: &str| sizes.iter().find(|(name, _)| name == wanted);
        found(&packed)
            .or_else(|| found(name))
            .map_or(0, |(_, bytes)| *bytes)
    };
    let sum = |counts: &dyn Fn(&str) -> bool| {
        sizes
            .iter()
            .filter(|(name, _)| counts(name))
            .map(|(name, _)| downloaded(name))
            .sum()
    };
    let set = sizes.iter().find_map(|(name, _)| set_of(name));
    let part_ending = set.map(|set| format!("-{set}.wasm")).unwrap_or_default();
    vec![
        Budget {
            name: "main wasm",
            bytes: sum(&|name| set_of(name).is_some()),
            bytes_max: 350 * KB,
        },
        Budget {
            name: "parts that come later, together",
            bytes: sum(&|name| !part_ending.is_empty() && name.ends_with(&part_ending)),
            bytes_max: PARTS_MAX * KB,
        },
        Budget {
            name: "JavaScript, CSS and HTML",
            bytes: sum(&|name| {
                [".js", ".css", ".html"]
                    .iter()
                    .any(|end| name.ends_with(end))
            }),
            bytes_max: 40 * KB,
        },
    ]
}

/// The hash of a set, in the name of the file that the app starts with: `baton-HASH_bg.wasm`. Its
/// parts are named `NAME-HASH.wasm`.
fn set_of(name: &str) -> Option<&str> {
    let (_, hash) = name.strip_suffix("_bg.wasm")?.rsplit_once('-')?;
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(list: &[(&str, u64)]) -> Vec<(String, u64)> {
        list.iter()
            .map(|(name, bytes)| ((*name).to_owned(), *bytes))
            .collect()
    }

    #[test]
    fn the_compressed_copy_counts_and_an_overrun_is_seen() {
        let list = [
            ("baton-12ab_bg.wasm", 900_000),
            ("baton-12ab_bg.wasm.br", 300_000),
            ("a.js", 50_000),
        ];
        let budgets = from_sizes(&sizes(&list));
        assert_eq!(budgets[0].bytes, 300_000);
        assert!(budgets[0].holds());
        assert!(!budgets[2].holds());
    }

    #[test]
    fn parts_are_counted_apart_from_what_the_app_starts_with_and_from_other_modules() {
        let list = [
            ("baton-12ab_bg.wasm", 300_000),
            ("office-12ab.wasm", 40_000),
            ("work-12ab.wasm", 50_000),
            ("decoder-77.wasm", 1_000_000),
        ];
        let budgets = from_sizes(&sizes(&list));
        assert_eq!((budgets[0].bytes, budgets[1].bytes), (300_000, 90_000));
    }

    #[test]
    fn an_empty_build_is_not_within_its_budget() {
        assert!(from_sizes(&[]).iter().all(|budget| !budget.holds()));
    }
}
