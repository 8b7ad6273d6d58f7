//! Which files the web view may name, and what for. A page that was taken over could otherwise have any file of this computer taken
//! in and sent, written over, or opened as a program.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
};

use desk::Use;

/// What a person has pointed at, and what was written because of it.
#[derive(Default)]
pub(crate) struct Chosen(Mutex<Sets>);

#[derive(Default)]
struct Sets {
    /// Chosen or dropped as papers.
    readable: BTreeSet<PathBuf>,
    /// Folders chosen to write into.
    writable: BTreeSet<PathBuf>,
    /// Written for the person, or the folder they chose for it.
    written: BTreeSet<PathBuf>,
}

impl Chosen {
    fn sets(&self) -> MutexGuard<'_, Sets> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }

    pub fn add_papers<P: AsRef<Path>>(&self, paths: impl IntoIterator<Item = P>) {
        self.sets().readable.extend(paths.into_iter().map(|path| path.as_ref().to_owned()));
    }

    /// A folder to write into: what is written there, and the folder itself, can be shown.
    pub fn add_folder(&self, folder: &Path) {
        let mut sets = self.sets();
        sets.writable.insert(folder.to_owned());
        sets.written.insert(folder.to_owned());
    }

    pub fn add_written<P: AsRef<Path>>(&self, paths: impl IntoIterator<Item = P>) {
        self.sets().written.extend(paths.into_iter().map(|path| path.as_ref().to_owned()));
    }

    /// Exactly what was chosen: what lies in a chosen folder the desk finds itself.
    pub fn allows(&self, used: Use, path: &Path) -> bool {
        let sets = self.sets();
        match used {
            Use::Read => sets.readable.contains(path),
            Use::Written => sets.writable.contains(path),
        }
    }

    /// Whether the system may be asked to open it.
    pub fn may_show(&self, path: &Path) -> bool {
        self.sets().written.contains(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(chosen: &Chosen, path: &str) -> (bool, bool, bool) {
        let path = Path::new(path);
        (chosen.allows(Use::Read, path), chosen.allows(Use::Written, path), chosen.may_show(path))
    }

    #[test]
    fn only_what_was_chosen_can_be_named() {
        let chosen = Chosen::default();
        chosen.add_papers(["/home/hanh/giay.pdf"]);
        assert!(chosen.allows(Use::Read, Path::new("/home/hanh/giay.pdf")));
        for other in ["/home/hanh", "/home/hanh/giay.pdf/../khac.pdf", "/etc/passwd", "giay.pdf"] {
            assert_eq!(allowed(&chosen, other), (false, false, false), "{other}");
        }
    }

    #[test]
    fn a_chosen_paper_cannot_be_written_over_or_run() {
        let chosen = Chosen::default();
        chosen.add_papers(["/tai/giay.desktop"]);
        chosen.add_folder(Path::new("/xuat"));
        chosen.add_written(["/xuat/T-01/01_giay.pdf"]);
        assert_eq!(allowed(&chosen, "/tai/giay.desktop"), (true, false, false));
        assert_eq!(allowed(&chosen, "/xuat"), (false, true, true));
        assert_eq!(allowed(&chosen, "/xuat/khac.pdf"), (false, false, false));
        assert_eq!(allowed(&chosen, "/xuat/T-01/01_giay.pdf"), (false, false, true));
    }
}
