//! A PostgreSQL cluster of our own, in a temporary folder, for tests, benchmarks and
//! trying several instances.
//!
//! It listens on a socket in that folder and, for tests of TLS, on a free port of this machine with a
//! certificate of its own and never without; so it disturbs no other PostgreSQL of this machine. PostgreSQL refuses to run as root; started by root (as continuous integration
//! does) it runs as `nobody`. A small shell waits beside it on a pipe that we hold: when this
//! program ends, however it ends, the pipe closes, the cluster stops and its folder goes.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{At, Result};
use crate::process;

/// How long a cluster may take until it answers.
const START_MAX: Duration = Duration::from_secs(60);

/// Starts the server and waits for the pipe to close. `$0` is the folder of programs, `$1` the
/// cluster's, the rest are settings. A server that ends before that is started anew: tests stop it
/// under load. Ctrl-C reaches the whole group: the shell has to outlive it.
const GUARD: &str = r#"trap '' INT HUP TERM
bin=$0; folder=$1; shift
{
    until [ -e "$folder/stop" ]; do
        "$bin/postgres" -D "$folder/data" -k "$folder" "$@" </dev/null >>"$folder/log" 2>&1
        sleep 0.2
    done
} &
read -r _
touch "$folder/stop"
pid=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null) && kill -INT "$pid"
wait
rm -rf "$folder""#;

/// What a cluster is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Tests: nothing has to survive a power cut.
    Tests,
    /// Every commit is on the disk before it is told.
    Earnest,
}

/// A running cluster.
pub struct Cluster {
    guard: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one. `bin` holds `initdb` and `postgres`.
    pub fn start(bin: &Path, purpose: Purpose) -> Result<Self> {
        let user = Unprivileged::find()?;
        let folder = std::env::temp_dir().join(format!("baton-postgres-{}", std::process::id()));
        std::fs::create_dir(&folder).at(format!("making {}", folder.display()))?;
        user.own(&folder)?;
        let mut initdb = Command::new(bin.join("initdb"));
        initdb
            .args(["--username=baton", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync", "--pgdata"])
            .arg(folder.join("data"))
            .current_dir(&folder);
        process::capture(user.apply(&mut initdb))?;
        let port = free_port()?;
        certify(&folder, &user)?;
        let mut guard = Command::new("sh");
        guard
            .args(["-c", GUARD])
            .arg(bin)
            .arg(&folder)
            .args(["-c", "max_connections=300", "-c", "ssl=on"])
            .args(["-c", "listen_addresses=127.0.0.1"])
            .args(["-c", &format!("port={port}")])
            .args(["-c", &setting("ssl_cert_file", &folder, CERTIFICATE)])
            .args(["-c", &setting("ssl_key_file", &folder, KEY)])
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if purpose == Purpose::Tests {
            guard.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        }
        let guard = user.apply(&mut guard).spawn().at("starting PostgreSQL")?;
        let mut cluster = Cluster {
            guard,
            folder,
            port,
        };
        cluster.wait_until_ready(bin)?;
        Ok(cluster)
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        let host = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://baton@{host}:{}/postgres", self.port)
    }

    /// The address of the same database over TCP, where it takes nobody without TLS, and the file with
    /// the certificate to trust.
    pub fn tls(&self) -> (String, PathBuf) {
        let url = format!("postgres://baton@127.0.0.1:{}/postgres", self.port);
        (url, self.folder.join(CERTIFICATE))
    }

    fn wait_until_ready(&mut self, bin: &Path) -> Result<()> {
        let deadline = Instant::now() + START_MAX;
        loop {
            let mut asked = Command::new(bin.join("pg_isready"));
            asked.arg("--quiet").arg("--host").arg(&self.folder);
            asked.args(["--port", &self.port.to_string()]);
            if asked.status().at("asking PostgreSQL")?.success() {
                return Ok(());
            }
            if Instant::now() > deadline {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("PostgreSQL does not start:\n{log}").into());
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

const CERTIFICATE: &str = "server.crt";
const KEY: &str = "server.pem";

fn setting(name: &str, folder: &Path, file: &str) -> String {
    format!("{name}={}", folder.join(file).display())
}

fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").at("finding a free port")?;
    Ok(listener.local_addr().at("finding a free port")?.port())
}

/// A certificate for this machine, and who may come over TCP: whoever uses TLS.
fn certify(folder: &Path, user: &Unprivileged) -> Result<()> {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])
        .map_err(|error| format!("making a certificate: {error}"))?;
    let key = made.signing_key.serialize_pem();
    for (name, text) in [(CERTIFICATE, made.cert.pem()), (KEY, key)] {
        let path = folder.join(name);
        std::fs::write(&path, text).at(format!("writing {}", path.display()))?;
        user.own(&path)?;
    }
    only_for_its_owner(&folder.join(KEY))?;
    let access = "local all all trust\nhostssl all all 127.0.0.1/32 trust\n";
    std::fs::write(folder.join("data/pg_hba.conf"), access).at("writing pg_hba.conf")
}

#[cfg(unix)]
fn only_for_its_owner(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).at("protecting the key")
}

#[cfg(not(unix))]
fn only_for_its_owner(_: &Path) -> Result<()> {
    Ok(())
}

/// The user that runs the cluster: ourselves, or `nobody` where we are root.
struct Unprivileged(Option<(u32, u32)>);

impl Unprivileged {
    fn find() -> Result<Self> {
        let id = |words: &[&str]| -> Result<u32> {
            let text = process::capture(Command::new("id").args(words))?;
            let number = text.trim().parse();
            number.map_err(|_| format!("`id` says `{}`", text.trim()).into())
        };
        if id(&["-u"])? != 0 {
            return Ok(Self(None));
        }
        Ok(Self(Some((id(&["-u", "nobody"])?, id(&["-g", "nobody"])?))))
    }

    #[cfg(unix)]
    fn own(&self, folder: &Path) -> Result<()> {
        let Some((user, group)) = self.0 else {
            return Ok(());
        };
        std::os::unix::fs::chown(folder, Some(user), Some(group))
            .at(format!("giving {} to nobody", folder.display()))
    }

    #[cfg(unix)]
    fn apply<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        use std::os::unix::process::CommandExt;
        match self.0 {
            Some((user, group)) => command.uid(user).gid(group),
            None => command,
        }
    }

    #[cfg(not(unix))]
    fn own(&self, _: &Path) -> Result<()> {
        Ok(())
    }

    #[cfg(not(unix))]
    fn apply<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
    }
}
