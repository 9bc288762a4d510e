//! Starting other programs: on the terminal, captured, or into a log with a time-out.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{At, Error, Result};
use crate::paths;

/// A command that starts in the repository's root, free of what `cargo run` left in our
/// environment: build scripts watch some of those variables and would run again each
/// time, and the library path belongs to another compiler than the wasm one.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(paths::root());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let left_by_cargo = text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || matches!(
                text.as_ref(),
                "CARGO" | "LD_LIBRARY_PATH" | "DYLD_FALLBACK_LIBRARY_PATH"
            );
        if left_by_cargo {
            command.env_remove(&name);
        }
    }
    command
}

/// `cargo`, as rustup gives it.
pub fn cargo() -> Command {
    command("cargo")
}

/// How a command reads on the terminal.
pub fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Runs with output on the terminal; a failure names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .at(format!("starting {}", shown(command)))?;
    check(command, status)
}

/// Runs and returns standard output; standard error goes into the message of a failure.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .at(format!("starting {}", shown(command)))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(Error(format!(
            "`{}` failed ({}): {}",
            shown(command),
            output.status,
            stderr.trim()
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(Error(format!("`{}` failed ({status})", shown(command))))
}

/// How a logged command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With exit code 0.
    Well,
    /// With another code, or by a signal.
    Badly,
    /// Not in time; the whole process tree was killed.
    TimedOut,
}

/// Runs with all output appended to `log`. After `timeout` the command and everything
/// it started are killed, so that no browser outlives a test.
pub fn run_logged(command: &mut Command, log: &Path, timeout: Duration) -> Result<Ended> {
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(log)
        .at(format!("opening {}", log.display()))?;
    std::io::Write::write_all(&mut file, format!("$ {}\n", shown(command)).as_bytes())
        .at(format!("writing {}", log.display()))?;
    let stderr = file.try_clone().at("sharing the log")?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(stderr)
        .spawn()
        .at(format!("starting {}", shown(command)))?;
    wait(&mut child, timeout)
}

fn wait(child: &mut Child, timeout: Duration) -> Result<Ended> {
    let deadline = Instant::now() + timeout;
    loop {
        if let Some(status) = child.try_wait().at("waiting")? {
            return Ok(if status.success() {
                Ended::Well
            } else {
                Ended::Badly
            });
        }
        if Instant::now() > deadline {
            kill_tree(child);
            return Ok(Ended::TimedOut);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Kills a child with all its descendants. They stay in our own process group, so that
/// Ctrl-C reaches them; hence the walk over parents instead of one signal to a group.
pub fn kill_tree(child: &mut Child) {
    if cfg!(unix) {
        let mut family = vec![child.id()];
        if let Ok(list) = capture(Command::new("ps").args(["-e", "-o", "pid=,ppid="])) {
            family = descendants(child.id(), &list);
        }
        let ids: Vec<String> = family.iter().map(u32::to_string).collect();
        let _ = Command::new("kill").arg("-KILL").args(&ids).status();
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// `root` and everything below it in a list of `pid ppid` lines.
fn descendants(root: u32, list: &str) -> Vec<u32> {
    let pairs: Vec<(u32, u32)> = list
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
        })
        .collect();
    let mut family = vec![root];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        for &(pid, ppid) in &pairs {
            if ppid == parent && !family.contains(&pid) {
                family.push(pid);
            }
        }
        next += 1;
    }
    family
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descendants_are_found_through_several_generations() {
        let list = "1 0\n10 1\n11 10\n12 11\n20 1\n";
        assert_eq!(descendants(10, list), vec![10, 11, 12]);
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_hangs_is_killed_with_its_children() {
        let log = std::env::temp_dir().join(format!("xtask-hang-{}", std::process::id()));
        let started = Instant::now();
        let ended = run_logged(
            Command::new("sh").args(["-c", "sleep 61 & sleep 62"]),
            &log,
            Duration::from_millis(300),
        );
        assert!(matches!(ended, Ok(Ended::TimedOut)));
        assert!(started.elapsed() < Duration::from_secs(20));
        let _ = std::fs::remove_file(log);
    }
}
