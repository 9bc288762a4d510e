//! express-pouchdb on this machine: what PouchDB replicates to.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::support::TempDir;

/// The running server.
pub struct PeerServer {
    child: Child,
    port: u16,
    _data: TempDir,
}

impl PeerServer {
    /// Starts it beside a page that it hands out.
    pub fn start(page: &Path) -> Self {
        let peers = super::from_xtask("BATON_PEERS");
        let data = TempDir::new("peer");
        let mut child = Command::new("node")
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/bench/peer_server.cjs"
            ))
            .args([page, data.path()])
            .env("NODE_PATH", peers)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let mut port = String::new();
        let printed = child.stdout.as_mut().expect("its output is ours");
        let _ = BufReader::new(printed).read_line(&mut port);
        let port = port.trim().parse();
        PeerServer {
            child,
            port: port.expect("express-pouchdb listens"),
            _data: data,
        }
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for PeerServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
