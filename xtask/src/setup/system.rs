//! System packages: as root, or by `sudo -n`; otherwise we stop and print the one line
//! that the person types.

use std::process::{Command, Stdio};

use crate::error::{Error, Result};
use crate::{paths, process};

/// Whether this machine installs packages as Debian does.
pub fn is_debian() -> bool {
    cfg!(target_os = "linux") && paths::which("apt-get").is_some()
}

/// Those of some packages that the package lists have nothing to install for. Ubuntu lacks
/// `chromium-driver` and `firefox-esr`: there the browsers are snaps.
fn without_candidate(packages: &[&str]) -> Vec<String> {
    let Ok(told) = process::capture(Command::new("apt-cache").arg("policy").args(packages)) else {
        return vec![];
    };
    let offered = candidates(&told);
    let missing = packages.iter().filter(|name| !offered.contains(*name));
    missing.map(|name| (*name).to_owned()).collect()
}

/// The packages that `apt-cache policy` has a version of.
fn candidates(told: &str) -> Vec<&str> {
    let mut offered = vec![];
    let mut package = "";
    for line in told.lines() {
        match line.trim_start().strip_prefix("Candidate: ") {
            Some("(none)") => {}
            Some(_) => offered.push(package),
            None if !line.starts_with(' ') => package = line.trim_end_matches(':'),
            None => {}
        }
    }
    offered
}

/// The prefix that makes a command run as root: nothing for root itself, `sudo -n`
/// where that works without a password, and `None` where neither does.
fn elevation() -> Option<Vec<&'static str>> {
    let id = process::capture(Command::new("id").arg("-u")).ok()?;
    if id.trim() == "0" {
        return Some(vec![]);
    }
    let sudo = Command::new("sudo")
        .args(["-n", "true"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
    matches!(sudo, Ok(status) if status.success()).then(|| vec!["sudo", "-n"])
}

/// A command that runs as root, or the line that the person has to type.
pub fn as_root(words: &[&str]) -> Result<Command> {
    let Some(prefix) = elevation() else {
        return Err(Error(format!(
            "this needs the rights of root, and `sudo` asks for a password. Type\n\n    \
             sudo {}\n\nand then the same command again.",
            words.join(" ")
        )));
    };
    let all: Vec<&str> = prefix.into_iter().chain(words.iter().copied()).collect();
    let mut command = process::command(all[0]);
    command
        .args(&all[1..])
        .env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

/// Installs packages where the system's lists have all of them; otherwise says which are not there,
/// and that what needs them is left out.
pub fn install_if_offered(packages: &[&str], why: &str) -> Result<bool> {
    let mut missing = without_candidate(packages);
    if !missing.is_empty() {
        // Lists that know this one are not empty: what they lack is not there.
        let filled = without_candidate(&["xvfb"]).is_empty();
        if let (Err(error), false) = (update(packages), filled) {
            return Err(error);
        }
        missing = without_candidate(packages);
    }
    if !missing.is_empty() {
        println!(
            "setup: this system's packages have no {} ({why}); install it by hand, or it is left out",
            missing.join(", ")
        );
        return Ok(false);
    }
    install(packages, why).map(|()| true)
}

/// Package lists on a fresh machine are empty or old; a failing mirror shows itself in the
/// installation, whose message is the better one.
fn update(packages: &[&str]) -> Result<()> {
    let _ = as_root(&["apt-get", "update", "-q"])
        .map_err(|_| {
            as_root(&install_line(packages))
                .err()
                .unwrap_or_else(|| "apt-get update failed".into())
        })?
        .stdout(Stdio::null())
        .status();
    Ok(())
}

fn install_line<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let mut line = vec!["apt-get", "install", "-y", "-q", "--no-install-recommends"];
    line.extend(packages);
    line
}

/// Installs Debian packages; says first what and why.
pub fn install(packages: &[&str], why: &str) -> Result<()> {
    println!("setup: installing {} ({why})", packages.join(", "));
    update(packages)?;
    let mut command = as_root(&install_line(packages))?;
    command.stdin(Stdio::null()).stdout(Stdio::null());
    process::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn a_package_without_a_version_is_not_offered() {
        let told = "firefox-esr:\n  Installed: (none)\n  Candidate: (none)\n  Version table:\n\
                    xvfb:\n  Installed: (none)\n  Candidate: 2:21.1.12-1\n  Version table:\n     2:21.1.12-1 500\n";
        assert_eq!(candidates(told), ["xvfb"]);
    }
}
