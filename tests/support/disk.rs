//! Disks that are small or refuse to be written, for real: root may write where permissions forbid it, but not here.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A tmpfs of a given size, unmounted when dropped. Needs root, as the machines of CI are.
pub struct Tmpfs {
    folder: TempDir,
}

impl Tmpfs {
    /// Mounts a file system of `bytes` bytes.
    pub fn mount(bytes: u64) -> Tmpfs {
        let folder = TempDir::with_prefix("hoso-disk-").expect("a temporary folder");
        run(Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={bytes},mode=0700"), "tmpfs"])
            .arg(folder.path()));
        Tmpfs { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it but for `bytes`; the file that does it.
    pub fn fill_but(&self, bytes: u64) -> PathBuf {
        let path = self.folder.path().join("ballast");
        let mut file = File::create(&path).expect("a file");
        let block = vec![0xa5; 64 << 10];
        // The last write that does not fit whole says that it is full.
        while file.write_all(&block).is_ok() {}
        let size = file.metadata().expect("our own file").len();
        file.set_len(size.saturating_sub(bytes)).expect("a smaller file");
        path
    }

    /// From now on nothing can be written there.
    pub fn read_only(&self) {
        run(Command::new("mount").args(["-o", "remount,ro"]).arg(self.folder.path()));
    }

    /// Writing works again.
    pub fn writable(&self) {
        run(Command::new("mount").args(["-o", "remount,rw"]).arg(self.folder.path()));
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        // Lazy: a process that a failed test left behind must not keep the mount.
        drop(Command::new("umount").arg("-l").arg(self.folder.path()).status());
    }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|e| panic!("cannot run {command:?}: {e}"));
    assert!(output.status.success(), "{command:?}: {} (needs root)", String::from_utf8_lossy(&output.stderr).trim());
}
