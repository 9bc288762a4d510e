//! The program itself, serving on a port that the system chose.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread::JoinHandle;

use baton_server::storage::Database;

use super::Client;
use super::database::database_of;

/// The program that these tests are about.
pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_baton-server"))
}

/// The program on the database of a data folder.
pub fn program_on(data: &Path) -> Command {
    let mut program = program();
    match database_of(data) {
        Database::Sqlite => program.env_remove("DATABASE_URL"),
        Database::Postgres(url) => program.env("DATABASE_URL", url),
    };
    program
}

/// Runs a command on a data folder.
pub fn run(words: &[&str], data: &Path) -> Output {
    program_on(data)
        .args(words)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

/// Everything that a command printed.
pub fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// A server in a process of its own.
pub struct Served {
    child: Child,
    port: u16,
    said: String,
    output: Option<BufReader<ChildStdout>>,
    /// Reads its log, so that it is never held up by one that nobody reads.
    log: Option<JoinHandle<String>>,
}

impl Served {
    pub fn start(data: &Path, words: &[&str]) -> Self {
        Self::begin(program_on(data), data, words)
    }

    /// A server of which the system lets no file grow beyond so many bytes.
    #[cfg(unix)]
    pub fn start_within(data: &Path, bytes_max: u64) -> Self {
        let mut shell = Command::new("sh");
        // Blocks of 512 bytes (POSIX). Without its signal the program is told by the write.
        let limit = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", bytes_max / 512);
        shell.args(["-c", &limit, "sh"]);
        shell.arg(env!("CARGO_BIN_EXE_baton-server"));
        shell.env_remove("DATABASE_URL");
        Self::begin(shell, data, &[])
    }

    fn begin(mut program: Command, data: &Path, words: &[&str]) -> Self {
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let mut child = program
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(data)
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut log = Vec::new();
            let _ = errors.read_to_end(&mut log);
            String::from_utf8_lossy(&log).into_owned()
        });
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        // It listens before it says so.
        while !said.contains("Baton runs on") {
            if output.read_line(&mut said).unwrap() == 0 {
                panic!("it ended: {said}{}", log.join().unwrap());
            }
        }
        Self {
            child,
            port,
            said,
            output: Some(output),
            log: Some(log),
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn client(&self) -> Client {
        Client::of_port(self.port)
    }

    /// Stops it as an operator would, and gives back everything that it printed.
    pub fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        let mut rest = String::new();
        self.output
            .take()
            .unwrap()
            .read_to_string(&mut rest)
            .unwrap();
        let log = self.log.take().unwrap().join().unwrap();
        assert!(self.child.wait().unwrap().success(), "{log}");
        assert!(log.contains("\"stopped\""), "{log}");
        format!("{}{rest}{log}", self.said)
    }

    /// Kills it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
