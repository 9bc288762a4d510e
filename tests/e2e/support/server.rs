//! A real server with a data folder of its own.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::{TempDir, artifacts, free_port, from_xtask, secrets, signal};

/// A server on a port of its own. It may be stopped and started again: same port, same
/// data, as a reboot would.
pub struct Server {
    name: String,
    port: u16,
    data: TempDir,
    dist: PathBuf,
    lan: Option<IpAddr>,
    demo: bool,
    child: Option<Child>,
}

impl Server {
    /// A server that nobody has set up.
    pub async fn empty(name: &str) -> Self {
        let mut server = Server::stopped(name);
        server.start().await;
        server
    }

    /// A server with the demo organizations. The demo is made once a run and copied.
    pub async fn demo(name: &str) -> Self {
        let mut server = Server::stopped(name);
        copy_folder(demo_data(), server.data.path());
        server.demo = true;
        server.start().await;
        server
    }

    /// The demo over HTTPS on an address of the local network, signed by the authority
    /// that the server makes for itself. On a machine without such an address it is
    /// `127.0.0.2`: HTTPS still, but the loopback.
    pub async fn lan(name: &str) -> Self {
        let mut server = Server::stopped(name);
        copy_folder(demo_data(), server.data.path());
        server.demo = true;
        server.lan = Some(private_address());
        server.start().await;
        server
    }

    /// The password of every demo account. On a network it is a random one.
    pub fn demo_password(&self) -> String {
        fs::read_to_string(self.data.path().join("demo-password"))
            .map(|text| text.trim().to_owned())
            .unwrap_or_else(|_| "baton-demo".to_owned())
    }

    /// The authority of a [`Server::lan`], which a phone has to trust.
    pub fn authority(&self) -> Option<PathBuf> {
        self.lan?;
        Some(self.data.path().join("lan-ca.crt"))
    }

    pub fn stopped(name: &str) -> Self {
        Server {
            name: name.to_owned(),
            port: free_port(),
            data: TempDir::new(name),
            dist: PathBuf::from(from_xtask("BATON_DIST")),
            lan: None,
            demo: false,
            child: None,
        }
    }

    /// Puts another build of the app in its place; served from the next start on.
    pub fn replace_app(&mut self, dist: &Path) {
        self.dist = dist.to_path_buf();
    }

    /// The build of the app that it serves.
    pub fn dist(&self) -> &Path {
        &self.dist
    }

    /// The address that a phone opens.
    pub fn url(&self) -> String {
        match self.lan {
            Some(_) => format!("https://{}", self.address()),
            None => format!("http://{}", self.address()),
        }
    }

    fn address(&self) -> SocketAddr {
        let ip = self.lan.unwrap_or(IpAddr::from([127, 0, 0, 1]));
        SocketAddr::new(ip, self.port)
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// What the server printed so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// Runs another command of the server's program on the same data, for example
    /// `run(&["init"])`; returns what it printed.
    pub fn run(&self, words: &[&str]) -> String {
        let output = program()
            .args(words)
            .arg("--data")
            .arg(self.data.path())
            .output()
            .expect("the server's program starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "baton-server {words:?} failed: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    /// Starts it (again) and waits until it answers.
    pub async fn start(&mut self) {
        assert!(self.child.is_none(), "the server runs already");
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .unwrap();
        let child = program()
            .arg("serve")
            .arg("--data")
            .arg(self.data.path())
            .arg("--dist")
            .arg(&self.dist)
            .args(["--listen", &self.address().to_string()])
            .args(self.lan.map(|_| "--lan"))
            .args(self.demo.then_some("--demo"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("the server starts");
        self.child = Some(child);
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self.answers() {
            let ended = self
                .child
                .as_mut()
                .and_then(|child| child.try_wait().unwrap());
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "the server of {} does not answer:\n{}",
                self.name,
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Stops it as an operator would (SIGTERM), and waits until the port is silent.
    pub async fn stop(&mut self) {
        self.end("TERM").await;
    }

    /// Kills it as a power cut would.
    pub async fn crash(&mut self) {
        self.end("KILL").await;
    }

    async fn end(&mut self, name: &str) {
        let mut child = self.child.take().expect("the server runs");
        signal(name, &[child.id()]);
        let deadline = Instant::now() + Duration::from_secs(20);
        while child.try_wait().unwrap().is_none() {
            if Instant::now() > deadline {
                let _ = child.kill();
                let _ = child.wait();
                panic!("the server of {} ignores SIG{name}", self.name);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.look_for_secrets();
    }

    /// Fails where the log holds what no log may.
    fn look_for_secrets(&self) {
        if let Some(line) = secrets::leak(&self.log()) {
            panic!("the log of {} holds a secret or a name: {line}", self.name);
        }
    }

    fn answers(&self) -> bool {
        let ask = || -> std::io::Result<bool> {
            let mut stream = TcpStream::connect(self.address())?;
            if self.lan.is_some() {
                // A listening port must do: this harness speaks no TLS of its own.
                return Ok(true);
            }
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(
                b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            )?;
            let mut start = [0; 12];
            stream.read_exact(&mut start)?;
            Ok(start.ends_with(b"200"))
        };
        ask().unwrap_or(false)
    }

    fn log_path(&self) -> PathBuf {
        artifacts().join(format!("server-{}-{}.log", self.name, self.port))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
            if !std::thread::panicking() {
                self.look_for_secrets();
            }
        }
    }
}

/// An address of this machine on a local network.
fn private_address() -> IpAddr {
    let list = Command::new("hostname").arg("-I").output();
    let list = list.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    list.unwrap_or_default()
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .find(|ip| match ip {
            IpAddr::V4(ip) => ip.is_private(),
            IpAddr::V6(ip) => ip.is_unique_local(),
        })
        .unwrap_or(IpAddr::from([127, 0, 0, 2]))
}

fn program() -> Command {
    Command::new(from_xtask("BATON_SERVER_BIN"))
}

/// The data folder of the demo, made once by `baton-server demo`.
fn demo_data() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        // Inside the build folder: statics are never dropped, and this one is kept small
        // by being replaced in each run.
        let folder = artifacts().join("demo-data");
        let _ = fs::remove_dir_all(&folder);
        let output = program()
            .arg("demo")
            .arg("--data")
            .arg(&folder)
            .output()
            .expect("the server's program starts");
        assert!(
            output.status.success(),
            "the demo cannot be made: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        folder
    })
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
