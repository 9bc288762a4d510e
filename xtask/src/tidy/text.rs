//! What must not stand in a file, found by reading it as text.
//!
//! The needles are put together here from halves, so that this file does not find itself.

use super::Source;

/// Lines above which a file is reported.
const LINES_MAX: usize = 400;

/// A rule about text: where it looks, and what it does not want to see there.
struct Rule {
    name: &'static str,
    looks_at: fn(&str) -> bool,
    needles: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        name: "the browser is known in platform and store only",
        looks_at: may_not_know_the_browser,
        needles: &[concat!("web", "_sys"), concat!("js", "_sys")],
    },
    Rule {
        name: "pages and components touch no store, no sync and no browser port",
        looks_at: is_shown,
        needles: &[
            concat!("baton", "_store"),
            concat!("baton", "_sync"),
            concat!("crate::", "platform"),
        ],
    },
    Rule {
        name: "the core reads no clock, file, socket or random number",
        looks_at: is_core,
        needles: &[
            concat!("System", "Time"),
            concat!("Instant", "::now"),
            concat!("std", "::fs"),
            concat!("std", "::net"),
            concat!("get", "random"),
            concat!("Utc", "::now"),
        ],
    },
    Rule {
        name: "no unfinished work is committed",
        looks_at: is_code,
        needles: &[
            concat!("TO", "DO"),
            concat!("FIX", "ME"),
            concat!("unimplemented", "!("),
            concat!("to", "do!("),
        ],
    },
    Rule {
        name: "no path or package host of one machine is committed",
        looks_at: |_| true,
        needles: &[
            concat!("/ho", "me/"),
            concat!("/ro", "ot/"),
            concat!("/Us", "ers/"),
            concat!("registry.", "npmjs"),
            concat!("static.", "crates.io"),
            concat!("index.", "crates.io"),
            concat!("deb.", "debian.org"),
        ],
    },
];

/// Applies every rule; each is one check.
pub fn check(files: &[Source]) -> Vec<(&'static str, Vec<String>)> {
    RULES
        .iter()
        .map(|rule| (rule.name, findings(rule, files)))
        .collect()
}

fn findings(rule: &Rule, files: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for file in files.iter().filter(|file| (rule.looks_at)(&file.path)) {
        for (number, line) in file.text.lines().enumerate() {
            for needle in rule.needles {
                if line.contains(needle) {
                    found.push(format!("{}:{}: `{needle}`", file.path, number + 1));
                }
            }
        }
    }
    found
}

/// Files that grew longer than is comfortable to read.
pub fn long_files(files: &[Source]) -> Vec<String> {
    files
        .iter()
        .filter(|file| is_code(&file.path))
        .filter_map(|file| {
            let lines = file.text.lines().count();
            (lines > LINES_MAX).then(|| format!("{} has {lines} lines", file.path))
        })
        .collect()
}

fn is_code(path: &str) -> bool {
    [".rs", ".js", ".css"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

fn may_not_know_the_browser(path: &str) -> bool {
    let allowed = [
        "src/platform/",
        "crates/store/",
        "crates/scan/",
        "xtask/",
        "tests/",
    ];
    path.ends_with(".rs") && !allowed.iter().any(|start| path.starts_with(start))
}

fn is_shown(path: &str) -> bool {
    path.starts_with("src/pages/") || path.starts_with("src/components/")
}

fn is_core(path: &str) -> bool {
    [
        "crates/udi/src/",
        "crates/domain/src/",
        "crates/ledger/src/",
        "crates/sync/src/",
    ]
    .iter()
    .any(|start| path.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(path: &str, text: &str) -> Vec<&'static str> {
        let file = Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        check(&[file])
            .into_iter()
            .filter(|(_, findings)| !findings.is_empty())
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn each_rule_is_seen_red_once() {
        for (rule, path, text) in [
            (0, "src/state/model.rs", concat!("use web", "_sys::Window;")),
            (1, "src/pages/today.rs", concat!("use baton", "_store::X;")),
            (
                2,
                "crates/domain/src/case.rs",
                concat!("System", "Time::now()"),
            ),
            (3, "src/app.rs", concat!("// TO", "DO later")),
            (4, "README.md", concat!("see /ho", "me/me/notes")),
        ] {
            assert_eq!(failing(path, text), vec![RULES[rule].name], "{path}");
        }
    }

    #[test]
    fn the_same_text_is_fine_where_it_belongs() {
        assert!(failing("src/platform/http.rs", concat!("web", "_sys::x")).is_empty());
        assert!(failing("crates/server/src/clock.rs", concat!("System", "Time")).is_empty());
    }

    #[test]
    fn a_long_file_is_reported_but_does_not_fail() {
        let file = Source {
            path: "src/app.rs".to_owned(),
            text: "x\n".repeat(LINES_MAX + 1),
        };
        assert_eq!(long_files(&[file]).len(), 1);
    }
}
