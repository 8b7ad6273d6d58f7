//! The folder of one profile: its key, its lock, and where things lie in it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{Damage, Result, StoreError, seal::ProfileKey};

/// A profile folder:
///
/// ```text
/// key         32 random bytes in hexadecimal, readable by its user only
/// lock        held by the instance that has the profile open
/// store.db    the database (SQLCipher), with its -wal and -shm
/// blobs/ab/…  sealed files, by name
/// tmp/        what is being written; emptied at every start
/// ```
#[derive(Debug, Clone)]
pub struct Profile {
    dir: PathBuf,
}

impl Profile {
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Where the system keeps application data of this user; `None` when the user has no home.
    pub fn default_dir() -> Option<PathBuf> {
        directories::ProjectDirs::from("vn", "hoso", "HoSo").map(|dirs| dirs.data_local_dir().to_owned())
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.dir.join("store.db")
    }

    pub(crate) fn blobs(&self) -> PathBuf {
        self.dir.join("blobs")
    }

    pub(crate) fn tmp(&self) -> PathBuf {
        self.dir.join("tmp")
    }

    fn key_file(&self) -> PathBuf {
        self.dir.join("key")
    }

    /// Makes the folders that are missing, durably. The profile is its user's alone.
    pub(crate) fn make_folders(&self) -> Result<()> {
        make_folder(&self.dir)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&self.dir)?.permissions().mode();
            if mode & 0o077 != 0 {
                fs::set_permissions(&self.dir, fs::Permissions::from_mode(0o700))?;
            }
        }
        for folder in [self.blobs(), self.tmp()] {
            fs::create_dir_all(folder)?;
        }
        // Also what is there: whoever made it may have been killed before this.
        sync_folder(&self.blobs())?;
        sync_folder(&self.dir)?;
        Ok(())
    }

    /// Takes the profile for this instance until the file is closed, which the system does for a killed process too.
    pub(crate) fn lock(&self) -> Result<File> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(self.dir.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Reads the key, or makes one where there is no data yet. The lock must be held.
    pub(crate) fn key(&self) -> Result<ProfileKey> {
        match fs::read_to_string(self.key_file()) {
            Ok(text) => {
                ProfileKey::parse(&zeroize::Zeroizing::new(text)).ok_or(StoreError::Corrupt { what: Damage::KeyFile })
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(StoreError::Corrupt { what: Damage::KeyFile })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if self.has_data()? {
                    return Err(StoreError::KeyMissing);
                }
                self.make_key()
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn has_key_or_data(&self) -> Result<bool> {
        Ok(self.key_file().exists() || self.has_data()?)
    }

    fn has_data(&self) -> Result<bool> {
        let database = match fs::metadata(self.database()) {
            Ok(found) => found.len() > 0,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error.into()),
        };
        Ok(database || fs::read_dir(self.blobs())?.next().is_some())
    }

    /// The key is whole and on the disk before anything can be written under it.
    fn make_key(&self) -> Result<ProfileKey> {
        let key = ProfileKey::generate()?;
        let new = self.tmp().join("key.new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&new)?;
        file.write_all(key.text().as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, self.key_file())?;
        sync_folder(&self.dir)?;
        Ok(key)
    }
}

/// Makes a folder, and those above it that are missing, and makes their names durable.
fn make_folder(folder: &Path) -> io::Result<()> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    let made = !folder.is_dir();
    if made {
        parent.map_or(Ok(()), make_folder)?;
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    match parent.map_or(Ok(()), sync_folder) {
        // A folder that its user may not list was made by somebody else, long ago.
        Err(error) if !made && error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        synced => synced,
    }
}

/// Makes the names in `folder` durable. Windows keeps names durable by itself and cannot open folders as files.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> (tempfile::TempDir, Profile) {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::new(dir.path().join("profile"));
        profile.make_folders().unwrap();
        (dir, profile)
    }

    #[test]
    fn the_key_is_made_once_and_is_its_users_alone() {
        let (_dir, profile) = profile();
        let made = profile.key().unwrap().text();
        assert_eq!(profile.key().unwrap().text(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&profile.key_file()), 0o600);
            assert_eq!(mode(profile.dir()), 0o700);
        }
    }

    #[test]
    fn a_new_key_is_never_made_over_data() {
        let (_dir, profile) = profile();
        fs::write(profile.database(), b"data").unwrap();
        assert!(matches!(profile.key(), Err(StoreError::KeyMissing)));
        assert!(!profile.key_file().exists());
    }

    #[test]
    fn a_damaged_key_file_is_named() {
        let (_dir, profile) = profile();
        for content in [&b"00"[..], b"\xff\xfe", b""] {
            fs::write(profile.key_file(), content).unwrap();
            assert!(matches!(profile.key(), Err(StoreError::Corrupt { what: Damage::KeyFile })));
        }
    }

    #[test]
    fn the_second_instance_is_told() {
        let (_dir, profile) = profile();
        let held = profile.lock().unwrap();
        assert!(matches!(profile.lock(), Err(StoreError::InUse)));
        drop(held);
        profile.lock().unwrap();
    }
}
