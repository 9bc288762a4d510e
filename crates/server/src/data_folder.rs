//! The data folder: the database, and the secrets that stand outside it.
//!
//! The server's signing key and the local certificate authority are files of their own, readable
//! by their owner only, so that a copy of the database never carries them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::words::Failure;

/// A folder that exists and that we may write.
#[derive(Clone, Debug)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// Opens the folder, or makes it (readable by its owner only).
    pub fn open(path: &Path) -> Result<Self, Failure> {
        make_folder(path).map_err(|error| {
            Failure::new(format!(
                "the data folder {} could not be made: {error}",
                path.display()
            ))
            .next("Choose another folder with `--data DIR`, or make it writable for this user")
        })?;
        Ok(Self(path.to_owned()))
    }

    /// The database. An empty file is put there first, because what the database makes beside it
    /// gets the same rights: its owner's only.
    pub fn database(&self) -> Result<PathBuf, Failure> {
        let path = self.0.join("baton.sqlite");
        match new_private_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                let what = format!("{} could not be made: {error}", path.display());
                Err(Failure::new(what).next("Check that this user may write to the data folder"))
            }
            _ => Ok(path),
        }
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Reads a secret file; `None` if there is none.
    pub fn read_secret(&self, name: &str) -> Result<Option<String>, Failure> {
        let path = self.0.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::new(format!(
                "{} could not be read: {error}",
                path.display()
            ))
            .next("It must belong to the user who runs the server")),
        }
    }

    /// Writes a secret file that only its owner can read. It is complete or not there: a crash
    /// in the middle leaves the one before.
    pub fn write_secret(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.0.join(name);
        let draft = self.0.join(format!("{name}.new"));
        let write = || -> io::Result<()> {
            let _ = fs::remove_file(&draft);
            let mut file = new_private_file(&draft)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &path)
        };
        write().map_err(|error| {
            Failure::new(format!("{} could not be written: {error}", path.display()))
                .next("Check that the disk is not full and that the folder belongs to this user")
        })
    }
}

#[cfg(unix)]
fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

#[cfg(not(unix))]
fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(unix)]
fn new_private_file(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn new_private_file(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
}
