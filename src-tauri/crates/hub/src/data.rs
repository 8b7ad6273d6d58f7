//! The data folder: what a hub keeps on its own disk.
//!
//! ```text
//! DATA/key        the signing key, PKCS#8 PEM, readable by its owner only
//! DATA/hub.db     the ledger, unless --database names another
//! DATA/objects/   the files, unless --objects names another place
//! DATA/spool/     uploads under way
//! DATA/lock       held while `serve` runs
//! ```

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use thiserror::Error;
use wire::SigningKey;

use crate::{fault::Fault, random};

/// See the module.
#[derive(Debug, Clone)]
pub struct DataFolder {
    folder: PathBuf,
    /// Where the signing key lies if not in the folder.
    key: Option<PathBuf>,
}

/// Why a data folder cannot be used.
#[derive(Debug, Error)]
pub enum DataError {
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
    #[error("{path} does not hold a signing key; restore it from a backup: every desktop has pinned it")]
    NotAKey { path: PathBuf },
    #[error("{path} can be read by others; it must be mode 0600")]
    KeyExposed { path: PathBuf },
    #[error("there is no signing key at {path}: give the hub's data folder (--data) or its key (--key)")]
    NoKey { path: PathBuf },
    #[error("{path} holds another key than the backup: restore into an empty place")]
    OtherKey { path: PathBuf },
    #[error("another hub is running in {path}")]
    Locked { path: PathBuf },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl DataFolder {
    /// The folder, made if it is not there (mode 0700).
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let fail = |error| DataError::Io { path: path.to_owned(), error };
        private_folder(path).map_err(fail)?;
        Ok(Self { folder: path.canonicalize().map_err(fail)?, key: None })
    }

    /// The same folder with the signing key in another file, which must be there: a replica's, that signs as the first one does.
    pub fn with_key(self, key: PathBuf) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Where it is, in full.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    pub fn database(&self) -> PathBuf {
        self.folder.join("hub.db")
    }

    pub fn objects(&self) -> PathBuf {
        self.folder.join("objects")
    }

    pub fn spool(&self) -> PathBuf {
        self.folder.join("spool")
    }

    /// Holds the folder for one running hub; released when the file is dropped, also by a crash.
    pub fn lock(&self) -> Result<File, DataError> {
        let path = self.folder.join("lock");
        let fail = |error| DataError::Io { path: path.clone(), error };
        let file = private(OpenOptions::new().create(true).truncate(false).write(true)).open(&path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(DataError::Locked { path: self.folder.clone() }),
            Err(TryLockError::Error(error)) => Err(fail(error)),
        }
    }

    /// The hub's signing key, made at the first call. Two processes may make it at once: the first to put its file in place
    /// wins, and both use that one.
    pub fn key(&self) -> Result<SigningKey, DataError> {
        let path = self.key_path();
        let fail = |error| DataError::Io { path: path.clone(), error };
        if self.key.is_none() && !path.try_exists().map_err(fail)? {
            self.make_key(&path).map_err(fail)?;
        }
        check_mode(&path)?;
        if self.key.is_none() {
            // Whoever put it there may have been killed before its name was durable.
            sync_folder(&self.folder).map_err(fail)?;
        }
        let text = fs::read_to_string(&path).map_err(fail)?;
        SigningKey::from_pem(&text).map_err(|_| DataError::NotAKey { path })
    }

    /// The signing key that is there, as its file has it; none is made.
    pub fn key_text(&self) -> Result<String, DataError> {
        let path = self.key_path();
        if !path.exists() {
            return Err(DataError::NoKey { path });
        }
        let key = self.key()?;
        key.to_pem()
            .map(|text| text.to_string())
            .map_err(|error| DataError::Io { path: self.key_path(), error: io::Error::other(error) })
    }

    /// Puts a key in place where there is none; another one there is [`DataError::OtherKey`].
    pub fn place_key(&self, text: &str) -> Result<(), DataError> {
        let path = self.key_path();
        let key = SigningKey::from_pem(text).map_err(|_| DataError::NotAKey { path: path.clone() })?;
        let fail = |error| DataError::Io { path: path.clone(), error };
        if !path.try_exists().map_err(fail)? {
            self.write_key(&path, &key).map_err(fail)?;
        }
        if self.key()?.public() == key.public() { Ok(()) } else { Err(DataError::OtherKey { path }) }
    }

    fn key_path(&self) -> PathBuf {
        self.key.clone().unwrap_or_else(|| self.folder.join("key"))
    }

    /// Writes a new key whole under another name, then links it into place if there is none: a crash leaves no half key.
    fn make_key(&self, path: &Path) -> io::Result<()> {
        self.write_key(path, &SigningKey::from_seed(&random().map_err(io::Error::other)?))
    }

    fn write_key(&self, path: &Path, key: &SigningKey) -> io::Result<()> {
        let text = key.to_pem().map_err(io::Error::other)?;
        let folder = path.parent().unwrap_or(&self.folder);
        let draft = folder.join(format!("key.{}", uuid::Uuid::new_v4()));
        let mut file = private(OpenOptions::new().create_new(true).write(true)).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        sync_folder(folder)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        }
    }
}

fn check_mode(path: &Path) -> Result<(), DataError> {
    match is_exposed(path) {
        Ok(false) => Ok(()),
        Ok(true) => Err(DataError::KeyExposed { path: path.to_owned() }),
        Err(error) => Err(DataError::Io { path: path.to_owned(), error }),
    }
}

/// Whether others than the owner may do anything with a file or folder.
#[cfg(unix)]
fn is_exposed(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Elsewhere the folder's own access list protects what is in it.
#[cfg(not(unix))]
fn is_exposed(path: &Path) -> io::Result<bool> {
    fs::metadata(path).map(|_| false)
}

fn warn_if_exposed(path: &Path) -> io::Result<()> {
    if is_exposed(path)? {
        tracing::warn!(path = %path.display(), "others than its owner have access; personal data belongs to no one else");
    }
    Ok(())
}

/// Files these options make are their owner's only (0600), whatever the folder and the umask.
pub fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A folder of the owner only (0700), made durably if it is not there. One that is there stays as it is, with a warning when others have
/// access to it: whoever runs the hub may have meant it so.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let path = std::path::absolute(path)?;
    let made = !path.is_dir();
    if let Some(parent) = path.parent() {
        if made {
            private_parents(parent)?;
            make_private(&path)?;
        }
        match sync_folder(parent) {
            // A folder that may not be listed was made by somebody else, long ago.
            Err(error) if !made && error.kind() == io::ErrorKind::PermissionDenied => {}
            synced => synced?,
        }
    }
    warn_if_exposed(&path)
}

/// The folders above one that is made, as far as they are missing.
fn private_parents(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    folder.parent().map_or(Ok(()), private_parents)?;
    make_private(folder)?;
    folder.parent().map_or(Ok(()), sync_folder)
}

/// A folder of the owner only, whose name is not durable yet; it may be there already.
pub fn make_private(folder: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// An empty file of the owner only (0600), if there is none; for what makes its own files and takes over the mode of the first.
pub fn private_file(path: &Path) -> io::Result<()> {
    match private(OpenOptions::new().create_new(true).write(true)).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => warn_if_exposed(path),
        made => made.map(drop),
    }
}

/// Writes a file whole or not at all, over one that is there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = folder.join(format!(".{}.part", uuid::Uuid::new_v4()));
    let written = File::create_new(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    });
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&draft);
    }
    written.and_then(|()| sync_folder(folder))
}

/// Makes the entries of a folder durable. Only Unix can sync a folder; other systems journal it themselves.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(&folder.path().join("hub")).unwrap();
        let key = data.key().unwrap().public();
        assert_eq!(DataFolder::open(&folder.path().join("hub")).unwrap().key().unwrap().public(), key);
        let names: Vec<_> = fs::read_dir(&data.folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["key"], "no draft is left behind");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let path = data.folder.join("key");
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(data.key(), Err(DataError::KeyExposed { .. })));
        }
    }

    #[test]
    fn damaged_key_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        data.key().unwrap();
        fs::write(data.folder.join("key"), "").unwrap();
        assert!(matches!(data.key(), Err(DataError::NotAKey { .. })));
    }

    #[test]
    fn one_hub_per_folder() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        let held = data.lock().unwrap();
        assert!(matches!(data.lock(), Err(DataError::Locked { .. })));
        drop(held);
        data.lock().unwrap();
    }
}
