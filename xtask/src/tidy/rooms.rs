//! Who may depend on whom. Whatever is not listed is forbidden.

use serde_json::Value;

/// The dependency rule of the workspace: a room and the rooms that it may know.
const ROOMS: &[(&str, &[&str])] = &[
    ("baton-udi", &[]),
    ("baton-domain", &["baton-udi"]),
    ("baton-ledger", &["baton-domain", "baton-udi"]),
    (
        "baton-store",
        &["baton-ledger", "baton-domain", "baton-udi"],
    ),
    (
        "baton-sync",
        &["baton-store", "baton-ledger", "baton-domain", "baton-udi"],
    ),
    (
        "baton-handoff",
        &["baton-store", "baton-ledger", "baton-domain", "baton-udi"],
    ),
    ("baton-scan", &["baton-udi"]),
    (
        "baton-server",
        &[
            "baton-sync",
            "baton-store",
            "baton-ledger",
            "baton-domain",
            "baton-udi",
        ],
    ),
    (
        "baton",
        &[
            "baton-sync",
            "baton-handoff",
            "baton-scan",
            "baton-store",
            "baton-ledger",
            "baton-domain",
            "baton-udi",
        ],
    ),
    (
        "baton-fuzz",
        &[
            "baton-server",
            "baton-sync",
            "baton-handoff",
            "baton-store",
            "baton-ledger",
            "baton-domain",
            "baton-udi",
        ],
    ),
    ("xtask", &[]),
];

/// What a room may know besides, as an optional dependency: the simulator plays what phones do, handoffs
/// by code included, and is no part of a product.
const OPTIONAL: &[(&str, &str)] = &[("baton-sync", "baton-handoff")];

/// Crates that belong to the server or to tools. In the wasm they would be dead weight
/// or would not even compile.
const NEVER_IN_WASM: &[&str] = &[
    "axum",
    "baton-fuzz",
    "baton-server",
    "deadpool-postgres",
    "fantoccini",
    "hyper",
    "libsqlite3-sys",
    "mio",
    "rcgen",
    "ring",
    "rusqlite",
    "rustls",
    "tokio",
    "tokio-postgres",
    "xtask",
];

/// Every dependency from one of our packages on another, whatever its kind.
pub fn edges(metadata: &Value) -> Vec<(String, String)> {
    let empty = vec![];
    let packages = metadata["packages"].as_array().unwrap_or(&empty);
    let mut edges = vec![];
    for package in packages {
        let from = package["name"].as_str().unwrap_or_default();
        // A package without any edge must be known, too.
        edges.push((from.to_owned(), String::new()));
        for dependency in package["dependencies"].as_array().unwrap_or(&empty) {
            let ours = dependency["path"].is_string();
            let to = dependency["name"].as_str().unwrap_or_default();
            if dependency["optional"] == true && OPTIONAL.contains(&(from, to)) {
                continue;
            }
            if ours && to != from {
                edges.push((from.to_owned(), to.to_owned()));
            }
        }
    }
    edges
}

/// Dependencies of ours on others' crates that leave the version open.
pub fn not_pinned(metadata: &Value) -> Vec<String> {
    let empty = vec![];
    let mut findings = vec![];
    for package in metadata["packages"].as_array().unwrap_or(&empty) {
        let from = package["name"].as_str().unwrap_or_default();
        for dependency in package["dependencies"].as_array().unwrap_or(&empty) {
            let wanted = dependency["req"].as_str().unwrap_or_default();
            if !dependency["path"].is_string() && !wanted.starts_with('=') {
                let to = dependency["name"].as_str().unwrap_or_default();
                findings.push(format!(
                    "{from} takes {to} {wanted}: name one version, `=…`"
                ));
            }
        }
    }
    findings
}

/// Those edges that the rule does not allow.
pub fn forbidden_edges(edges: &[(String, String)]) -> Vec<String> {
    let mut findings = vec![];
    for (from, to) in edges {
        let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| room == from) else {
            if to.is_empty() {
                findings.push(format!(
                    "{from} is no room that xtask/src/tidy/rooms.rs knows: add it with what it may know"
                ));
            }
            continue;
        };
        if !to.is_empty() && !allowed.contains(&to.as_str()) {
            findings.push(format!("{from} must not depend on {to}"));
        }
    }
    findings
}

/// Forbidden crates in what `cargo tree` prints for the app as wasm.
pub fn forbidden_in_wasm(tree: &str) -> Vec<String> {
    let mut findings = vec![];
    if !tree.contains("baton v") {
        findings.push("the app's dependency tree is empty: nothing was checked".to_owned());
    }
    for line in tree.lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        if NEVER_IN_WASM.contains(&name) {
            let finding =
                format!("{name} is in the app's wasm (`cargo tree -i {name}` shows by whom)");
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn an_arrow_against_the_rule_is_seen() {
        assert!(forbidden_edges(&[edge("baton-ledger", "baton-domain")]).is_empty());
        assert_eq!(
            forbidden_edges(&[edge("baton-domain", "baton-ledger")]).len(),
            1
        );
        assert_eq!(forbidden_edges(&[edge("baton-server", "baton")]).len(), 1);
    }

    #[test]
    fn a_version_left_open_is_seen() {
        let metadata = serde_json::json!({"packages": [{
            "name": "baton",
            "dependencies": [
                {"name": "url", "req": "^2"},
                {"name": "http", "req": "=1.5.0"},
                {"name": "baton-udi", "req": "*", "path": "crates/udi"},
            ],
        }]});
        let findings = not_pinned(&metadata);
        assert_eq!(findings, ["baton takes url ^2: name one version, `=…`"]);
    }

    #[test]
    fn a_new_room_must_be_entered() {
        assert_eq!(forbidden_edges(&[edge("baton-extra", "")]).len(), 1);
    }

    #[test]
    fn edges_come_from_manifests_whatever_their_kind() {
        let metadata = serde_json::json!({"packages": [{
            "name": "baton-domain",
            "dependencies": [
                {"name": "imbl", "path": null, "kind": null},
                {"name": "baton-store", "path": "/x", "kind": "dev"},
            ],
        }]});
        assert_eq!(forbidden_edges(&edges(&metadata)).len(), 1);
    }

    #[test]
    fn what_only_the_simulator_knows_is_optional() {
        let metadata = |optional| {
            serde_json::json!({"packages": [{
                "name": "baton-sync",
                "dependencies": [{"name": "baton-handoff", "path": "/x", "optional": optional}],
            }]})
        };
        assert!(forbidden_edges(&edges(&metadata(true))).is_empty());
        assert_eq!(forbidden_edges(&edges(&metadata(false))).len(), 1);
    }

    #[test]
    fn a_server_crate_in_the_wasm_is_seen_once() {
        let tree = "baton v0.1.0 (/x)\nleptos v0.8.23\ntokio v1.0.0\ntokio v1.0.0 (*)\n";
        assert_eq!(forbidden_in_wasm(tree).len(), 1);
        assert_eq!(forbidden_in_wasm("").len(), 1);
    }
}
