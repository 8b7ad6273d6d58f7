//! Which files the web view may name: those a person chose in a dialog or dropped, and those that were written for them. A page
//! that was taken over could otherwise have any file of this computer taken in and sent.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Mutex,
};

#[derive(Default)]
pub(crate) struct Chosen(Mutex<BTreeSet<PathBuf>>);

impl Chosen {
    pub fn add<P: AsRef<Path>>(&self, paths: impl IntoIterator<Item = P>) {
        let mut chosen = self.0.lock().unwrap_or_else(|e| e.into_inner());
        chosen.extend(paths.into_iter().map(|path| path.as_ref().to_owned()));
    }

    /// Exactly what was chosen: what lies in a chosen folder the desk finds itself.
    pub fn allows(&self, path: &Path) -> bool {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).contains(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_chosen_can_be_named() {
        let chosen = Chosen::default();
        chosen.add(["/home/hanh/giay.pdf"]);
        assert!(chosen.allows(Path::new("/home/hanh/giay.pdf")));
        for other in ["/home/hanh", "/home/hanh/giay.pdf/../khac.pdf", "/etc/passwd", "giay.pdf"] {
            assert!(!chosen.allows(Path::new(other)), "{other}");
        }
    }
}
