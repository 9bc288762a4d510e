//! One WebDriver process and the browser that it started.

use std::fs::File;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;

use super::{Engine, artifacts, free_port, from_xtask, signal};

/// Where every phone is: seven hours before UTC all year, as the demo reckons its days, so that their
/// today is its today at whatever hour the journeys run.
const ZONE: &str = "America/Phoenix";

/// A running driver. Dropping it ends the browser, too.
pub struct Driver {
    child: Child,
    profile: PathBuf,
    // The next browser on the same profile must outlive the drop of this one.
    killed: bool,
}

impl Driver {
    /// Starts driver and browser on a profile.
    pub async fn start(
        engine: Engine,
        name: &str,
        profile: &Path,
        camera: Option<&Path>,
    ) -> (Self, Client) {
        let port = free_port();
        let log = File::create(artifacts().join(format!("driver-{name}.log"))).unwrap();
        let child = Command::new(from_xtask("BATON_DRIVER"))
            .args(engine.driver_args(port))
            // Whatever a browser reads from its person's home is this phone's own.
            .env("HOME", profile)
            .env("TZ", ZONE)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("the WebDriver program starts");
        let driver = Driver {
            child,
            profile: profile.to_path_buf(),
            killed: false,
        };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                Instant::now() < deadline,
                "the driver of {name} never listened"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(engine.capabilities(profile, camera))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|error| panic!("the browser of {name} does not start: {error}"));
        (driver, client)
    }

    /// Kills the browser as a flat battery would: SIGKILL to all of its processes at
    /// once, without a word to any of them.
    pub fn kill(&mut self) {
        if std::mem::replace(&mut self.killed, true) {
            return;
        }
        let family = self.family();
        signal("KILL", &family);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// All descendants of the driver, and everything that names the profile in its
    /// command line: browsers detach some of their processes.
    fn family(&self) -> Vec<u32> {
        let list = Command::new("ps")
            .args(["-ww", "-e", "-o", "pid=,ppid=,args="])
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default();
        let profile = self.profile.to_string_lossy().into_owned();
        let mut processes = vec![];
        for line in list.lines() {
            let mut words = line.split_whitespace();
            let (Some(pid), Some(ppid)) = (words.next(), words.next()) else {
                continue;
            };
            let (Ok(pid), Ok(ppid)) = (pid.parse::<u32>(), ppid.parse::<u32>()) else {
                continue;
            };
            processes.push((pid, ppid, line.contains(&profile)));
        }
        let mut family: Vec<u32> = vec![];
        loop {
            let before = family.len();
            for &(pid, ppid, names_profile) in &processes {
                let belongs = names_profile || ppid == self.child.id() || family.contains(&ppid);
                if belongs && pid != std::process::id() && !family.contains(&pid) {
                    family.push(pid);
                }
            }
            if family.len() == before {
                return family;
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A command beyond the WebDriver standard, below the session's own address.
#[derive(Debug)]
pub struct Extension {
    /// For example `goog/cdp/execute`.
    pub path: &'static str,
    /// Its JSON body.
    pub body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(
        &self,
        base_url: &url::Url,
        session_id: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _request_url: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
