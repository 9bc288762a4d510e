//! System packages: as root, or by `sudo -n`; otherwise we stop and print the one line
//! that the person types.

use std::process::{Command, Stdio};

use crate::error::{Error, Result};
use crate::{paths, process};

/// Whether this machine installs packages as Debian does.
pub fn is_debian() -> bool {
    cfg!(target_os = "linux") && paths::which("apt-get").is_some()
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

/// Installs Debian packages; says first what and why.
pub fn install(packages: &[&str], why: &str) -> Result<()> {
    println!("setup: installing {} ({why})", packages.join(", "));
    let mut line = vec!["apt-get", "install", "-y", "-q", "--no-install-recommends"];
    line.extend(packages);
    // Package lists on a fresh machine are empty or old; a failing mirror shows itself in
    // the installation, whose message is the better one.
    let _ = as_root(&["apt-get", "update", "-q"])
        .map_err(|_| {
            as_root(&line)
                .err()
                .unwrap_or_else(|| "apt-get update failed".into())
        })?
        .stdout(Stdio::null())
        .status();
    let mut command = as_root(&line)?;
    command.stdin(Stdio::null()).stdout(Stdio::null());
    process::run(&mut command)
}
