//! A disk that keeps only what it was made to keep.
//!
//! The rules are the worst that POSIX lets a file system do, and worse than any journaling one does:
//! * What was written to a file and not yet synced may be there, or not, or the file may only have grown (zeros), each write by itself,
//!   also in part: whole sectors of 512 or 4096 bytes, any of them. A size that was cut may be the old one.
//! * A sync of a file makes its content and its size durable, not its name. Names are durable once their folder was synced after they
//!   were made, changed or removed; until then each such change may have come about or not, whatever became of the others.
//! * A rename is one: both names change, or neither.
//! * A sync that failed makes nothing durable, and no later sync makes durable what it should have: it has to be written again.
//! * What was begun and not done is like what was done and not synced; what comes later did not happen.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::chance::Chance;
use super::trace::{Change, is_rebuilt};

type NodeId = usize;
/// A name in a folder.
type Name = (NodeId, OsString);

/// The folder that was recorded; it is durable itself.
const ROOT: NodeId = 0;

#[derive(Debug, Clone)]
enum Node {
    Folder,
    File(File),
}

#[derive(Debug, Clone, Default)]
struct File {
    durable: Arc<Vec<u8>>,
    /// Since the last sync, with the times they were done.
    pending: Vec<(usize, Edit)>,
    position: u64,
}

#[derive(Debug, Clone)]
enum Edit {
    Write { at: u64, bytes: Arc<Vec<u8>> },
    Resize(u64),
}

/// A change of one name, or of two at once.
#[derive(Debug, Clone)]
struct Renaming {
    done: usize,
    gone: Option<Name>,
    new: Option<(Name, NodeId)>,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
    nodes: Vec<Node>,
    /// As the programs see it.
    now: BTreeMap<Name, NodeId>,
    durable: BTreeMap<Name, NodeId>,
    pending: Vec<Renaming>,
}

/// What a disk may hold: folders, and files with their content, by their path from the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image(pub BTreeMap<PathBuf, Option<Arc<Vec<u8>>>>);

impl Disk {
    /// An empty folder.
    pub fn new(root: &Path) -> Disk {
        let names = BTreeMap::new();
        Disk { root: root.to_owned(), nodes: vec![Node::Folder], now: names.clone(), durable: names, pending: vec![] }
    }

    /// A folder that holds this already, durably.
    pub fn holding(root: &Path, image: &Image) -> Disk {
        let mut disk = Disk::new(root);
        for (path, content) in &image.0 {
            let node = match content {
                None => Node::Folder,
                Some(content) => Node::File(File { durable: Arc::clone(content), ..File::default() }),
            };
            let node = disk.add(node);
            let name = disk.name(&root.join(path)).expect("a folder stands before what lies in it");
            disk.now.insert(name, node);
        }
        disk.durable.clone_from(&disk.now);
        disk
    }

    /// Does a change. `begun` and `done` are times: a sync covers what was done before it began.
    pub fn apply(&mut self, change: &Change, begun: usize, done: usize) {
        match change {
            Change::Open { path, made, emptied } => {
                let Some(name) = self.name(path) else { return };
                if *made && !self.now.contains_key(&name) {
                    let node = self.add(Node::File(File::default()));
                    self.rename(done, None, Some((name, node)));
                }
                let Some(file) = self.file(path) else { return };
                file.position = 0;
                if *emptied {
                    file.pending.push((done, Edit::Resize(0)));
                }
            }
            Change::Write { path, at, bytes } => {
                let Some(file) = self.file(path) else { panic!("written, but never made: {}", path.display()) };
                let place = at.unwrap_or(file.position);
                if at.is_none() {
                    file.position = place + bytes.len() as u64;
                }
                file.pending.push((done, Edit::Write { at: place, bytes: Arc::new(bytes.clone()) }));
            }
            Change::Seek { path, to } => {
                if let Some(file) = self.file(path) {
                    file.position = *to;
                }
            }
            Change::Resize { path, to } => {
                if let Some(file) = self.file(path) {
                    file.pending.push((done, Edit::Resize(*to)));
                }
            }
            Change::Sync { path } => self.sync(path, begun),
            Change::SyncFailed { path } => {
                // Pages that could not be written count as clean from then on: no later sync brings them to the disk.
                if let Some(file) = self.file(path) {
                    file.pending.iter_mut().filter(|(done, _)| *done < begun).for_each(|(done, _)| *done = usize::MAX);
                }
            }
            Change::Rename { from, to } => {
                let Some(name) = self.name(from) else { return };
                let Some(node) = self.now.get(&name).copied() else { return };
                let new = self.name(to).map(|name| (name, node));
                self.rename(done, Some(name), new);
            }
            Change::Link { from, to } => {
                let node = self.name(from).and_then(|name| self.now.get(&name).copied());
                if let (Some(node), Some(name)) = (node, self.name(to)) {
                    self.rename(done, None, Some((name, node)));
                }
            }
            Change::Unlink { path } | Change::RemoveFolder { path } => {
                if let Some(name) = self.name(path) {
                    self.rename(done, Some(name), None);
                }
            }
            Change::MakeFolder { path } => {
                let node = self.add(Node::Folder);
                match self.name(path) {
                    Some(name) => self.rename(done, None, Some((name, node))),
                    // The root, whoever makes it.
                    None => assert_eq!(path, &self.root, "a folder without a place"),
                }
            }
        }
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// The folder a path lies in, and its name there; `None` when the folder is not there.
    fn name(&self, path: &Path) -> Option<Name> {
        let mut parts = path.strip_prefix(&self.root).ok()?.iter();
        let last = parts.next_back()?;
        let mut folder = ROOT;
        for part in parts {
            folder = *self.now.get(&(folder, part.to_owned()))?;
        }
        Some((folder, last.to_owned()))
    }

    fn node(&self, path: &Path) -> Option<NodeId> {
        if path == self.root {
            return Some(ROOT);
        }
        self.now.get(&self.name(path)?).copied()
    }

    fn file(&mut self, path: &Path) -> Option<&mut File> {
        let node = self.node(path)?;
        match &mut self.nodes[node] {
            Node::File(file) => Some(file),
            Node::Folder => None,
        }
    }

    fn rename(&mut self, done: usize, gone: Option<Name>, new: Option<(Name, NodeId)>) {
        let renaming = Renaming { done, gone, new };
        renaming.come_about(&mut self.now);
        self.pending.push(renaming);
    }

    fn sync(&mut self, path: &Path, begun: usize) {
        let Some(node) = self.node(path) else { return };
        if let Node::File(file) = &mut self.nodes[node] {
            let (mut content, mut left) = (file.durable.to_vec(), Vec::<(usize, Edit)>::new());
            for (done, edit) in std::mem::take(&mut file.pending) {
                if done < begun {
                    edit.come_about(&mut content);
                    // It takes the place of what an earlier sync failed to bring to the disk.
                    left = left.iter().flat_map(|(done, old)| old.beside(&edit).map(|rest| (*done, rest))).collect();
                } else {
                    left.push((done, edit));
                }
            }
            file.pending = left;
            file.durable = Arc::new(content);
            return;
        }
        let mut durable: Vec<bool> = self
            .pending
            .iter()
            .map(|change| change.done < begun && change.names().any(|(folder, _)| *folder == node))
            .collect();
        // What happened before to the same names is settled with it.
        for later in (0..durable.len()).rev() {
            for earlier in 0..later {
                let same =
                    self.pending[earlier].names().any(|one| self.pending[later].names().any(|other| one == other));
                durable[earlier] |= durable[later] && same;
            }
        }
        let mut settled = durable.into_iter();
        let names = &mut self.durable;
        self.pending.retain(|change| {
            let settled = settled.next().unwrap_or(false);
            if settled {
                change.come_about(names);
            }
            !settled
        });
    }

    /// What the programs see: nothing is lost.
    pub fn whole(&self) -> Image {
        self.image(&self.now, &mut |file| file.now())
    }

    /// What may be left after the power went now.
    pub fn after_power_loss(&self, chance: &mut Chance) -> Image {
        let mut names = self.durable.clone();
        let mood = Mood::any(chance);
        for change in &self.pending {
            if mood.keeps(chance) {
                change.come_about(&mut names);
            }
        }
        self.image(&names, &mut |file| file.after_power_loss(chance))
    }

    fn image(&self, names: &BTreeMap<Name, NodeId>, content: &mut dyn FnMut(&File) -> Arc<Vec<u8>>) -> Image {
        let (mut image, mut known) = (Image::default(), BTreeMap::new());
        let mut folders = vec![(ROOT, PathBuf::new())];
        while let Some((folder, path)) = folders.pop() {
            for ((_, name), node) in names.range((folder, OsString::new())..(folder + 1, OsString::new())) {
                let path = path.join(name);
                match &self.nodes[*node] {
                    Node::Folder => {
                        image.0.insert(path.clone(), None);
                        folders.push((*node, path));
                    }
                    Node::File(_) if is_rebuilt(&path) => {}
                    Node::File(file) => {
                        let content = known.entry(*node).or_insert_with(|| content(file));
                        image.0.insert(path, Some(Arc::clone(content)));
                    }
                }
            }
        }
        image
    }
}

impl Renaming {
    fn names(&self) -> impl Iterator<Item = &Name> {
        self.gone.iter().chain(self.new.iter().map(|(name, _)| name))
    }

    fn come_about(&self, names: &mut BTreeMap<Name, NodeId>) {
        if let Some(gone) = &self.gone {
            names.remove(gone);
        }
        if let Some((name, node)) = &self.new {
            names.insert(name.clone(), *node);
        }
    }
}

impl Edit {
    fn come_about(&self, content: &mut Vec<u8>) {
        match self {
            Edit::Resize(to) => content.resize(usize::try_from(*to).expect("a size"), 0),
            Edit::Write { at, bytes } => write(content, *at, bytes, |_| true),
        }
    }
}

impl Edit {
    /// What is left of it where a later one has taken its place.
    fn beside(&self, later: &Edit) -> impl Iterator<Item = Edit> {
        let part = |from: u64, to: u64| match self {
            Edit::Write { at, bytes } if from < to => {
                let place = |at_disk: u64| usize::try_from(at_disk - at).expect("a place in it");
                Some(Edit::Write { at: from, bytes: Arc::new(bytes[place(from)..place(to)].to_vec()) })
            }
            _ => None,
        };
        let left = match (self, later) {
            (Edit::Write { at, bytes }, Edit::Write { at: place, bytes: new }) => {
                let (end, new_end) = (at + bytes.len() as u64, place + new.len() as u64);
                [part(*at, end.min(*place)), part((*at).max(new_end), end)]
            }
            (Edit::Write { at, bytes }, Edit::Resize(to)) => [part(*at, (*to).min(at + bytes.len() as u64)), None],
            (Edit::Resize(_), Edit::Resize(_)) => [None, None],
            (Edit::Resize(_), Edit::Write { .. }) => [Some(self.clone()), None],
        };
        left.into_iter().flatten()
    }
}

/// Writes those sectors that are kept; the content grows to the end of the write all the same.
fn write(content: &mut Vec<u8>, at: u64, bytes: &[u8], mut keeps: impl FnMut(usize) -> bool) {
    const SMALLEST: usize = 512;
    let at = usize::try_from(at).expect("a place");
    if content.len() < at + bytes.len() {
        content.resize(at + bytes.len(), 0);
    }
    let mut from = 0;
    while from < bytes.len() {
        let sector = (at + from) / SMALLEST;
        let to = ((sector + 1) * SMALLEST - at).min(bytes.len());
        if keeps(sector) {
            content[at + from..at + to].copy_from_slice(&bytes[from..to]);
        }
        from = to;
    }
}

impl File {
    fn now(&self) -> Arc<Vec<u8>> {
        if self.pending.is_empty() {
            return Arc::clone(&self.durable);
        }
        let mut content = self.durable.to_vec();
        self.pending.iter().for_each(|(_, edit)| edit.come_about(&mut content));
        Arc::new(content)
    }

    fn after_power_loss(&self, chance: &mut Chance) -> Arc<Vec<u8>> {
        if self.pending.is_empty() {
            return Arc::clone(&self.durable);
        }
        let (mood, large) = (Mood::any(chance), chance.one_in(2));
        let mut content = self.durable.to_vec();
        for (_, edit) in &self.pending {
            match edit {
                _ if mood == Mood::All => edit.come_about(&mut content),
                _ if mood == Mood::None => {}
                Edit::Resize(_) if mood.keeps(chance) => edit.come_about(&mut content),
                Edit::Resize(_) => {}
                Edit::Write { at, bytes } => match chance.below(4) {
                    0 => {}
                    // Only the size: not a sector of it.
                    1 => write(&mut content, *at, bytes, |_| false),
                    2 => {
                        // Sectors of 4096 bytes are kept or lost by eights.
                        let (salt, eighth) = (chance.next(), if large { 8 } else { 1 });
                        write(&mut content, *at, bytes, |sector| {
                            Chance::new(salt ^ (sector / eighth) as u64).one_in(2)
                        });
                    }
                    _ => edit.come_about(&mut content),
                },
            }
        }
        Arc::new(content)
    }
}

/// How much of what was not synced is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    None,
    All,
    Some,
}

impl Mood {
    fn any(chance: &mut Chance) -> Mood {
        match chance.below(4) {
            0 => Mood::None,
            1 => Mood::All,
            _ => Mood::Some,
        }
    }

    fn keeps(self, chance: &mut Chance) -> bool {
        self == Mood::All || (self == Mood::Some && chance.one_in(2))
    }
}

impl Image {
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for (path, content) in &self.0 {
            hasher.update(path.as_os_str().as_encoded_bytes());
            hasher.update([0]);
            if let Some(content) = content {
                hasher.update((content.len() as u64).to_le_bytes());
                hasher.update(content.as_slice());
            }
        }
        hasher.finalize().into()
    }

    /// Puts it into an empty folder.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        // What the programs make is their user's alone, and some refuse to start where it is not.
        for (path, content) in &self.0 {
            let path = folder.join(path);
            match content {
                None => std::fs::DirBuilder::new().mode(0o700).create(path)?,
                Some(content) => {
                    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
                    std::io::Write::write_all(&mut file, content)?;
                }
            }
        }
        Ok(())
    }

    /// Reads a folder back.
    pub fn read(folder: &Path) -> std::io::Result<Image> {
        let (mut image, mut folders) = (Image::default(), vec![PathBuf::new()]);
        while let Some(path) = folders.pop() {
            for entry in std::fs::read_dir(folder.join(&path))? {
                let entry = entry?;
                let path = path.join(entry.file_name());
                if entry.file_type()?.is_dir() {
                    image.0.insert(path.clone(), None);
                    folders.push(path);
                } else if !is_rebuilt(&path) {
                    image.0.insert(path, Some(Arc::new(std::fs::read(entry.path())?)));
                }
            }
        }
        Ok(image)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Doing(Disk, usize);

    impl Doing {
        fn new() -> Doing {
            Doing(Disk::new(Path::new("/r")), 0)
        }

        fn make(mut self, name: &str) -> Doing {
            let path = Path::new("/r").join(name);
            self.apply(Change::Open { path, made: true, emptied: false });
            self
        }

        fn write(mut self, name: &str, bytes: &[u8]) -> Doing {
            self.apply(Change::Write { path: Path::new("/r").join(name), at: None, bytes: bytes.to_vec() });
            self
        }

        fn sync(mut self, name: &str) -> Doing {
            self.apply(Change::Sync { path: Path::new("/r").join(name) });
            self
        }

        fn rename(mut self, from: &str, to: &str) -> Doing {
            let path = |name| Path::new("/r").join(name);
            self.apply(Change::Rename { from: path(from), to: path(to) });
            self
        }

        fn apply(&mut self, change: Change) {
            self.1 += 1;
            self.0.apply(&change, self.1, self.1);
        }

        /// Every state there can be, each once, as text: `name=content`.
        fn states(&self) -> Vec<String> {
            let mut found: Vec<String> = (0..500)
                .map(|seed| {
                    let image = self.0.after_power_loss(&mut Chance::new(seed));
                    let text = |content: &Option<Arc<Vec<u8>>>| {
                        let text = content.as_ref().map(|content| String::from_utf8_lossy(content).into_owned());
                        text.unwrap_or_default().replace('\0', "0")
                    };
                    let files: Vec<String> =
                        image.0.iter().map(|(path, content)| format!("{}={}", path.display(), text(content))).collect();
                    files.join(" ")
                })
                .collect();
            found.sort();
            found.dedup();
            found
        }
    }

    #[test]
    fn a_file_needs_its_own_sync_and_its_folders() {
        let made = Doing::new().make("a").write("a", b"xy");
        assert_eq!(made.states(), ["", "a=", "a=00", "a=xy"]);
        let synced = made.sync("a");
        assert_eq!(synced.states(), ["", "a=xy"]);
        assert_eq!(synced.sync("").states(), ["a=xy"]);
        assert_eq!(Doing::new().make("a").sync("").write("a", b"xy").states(), ["a=", "a=00", "a=xy"]);
    }

    #[test]
    fn a_rename_is_one_and_durable_with_either_folder() {
        let renamed = Doing::new().make("a").write("a", b"x").sync("a").sync("").rename("a", "b");
        assert_eq!(renamed.states(), ["a=x", "b=x"]);
        assert_eq!(renamed.sync("").states(), ["b=x"]);
    }

    #[test]
    fn a_sync_does_not_cover_what_was_done_after_it_began() {
        let mut doing = Doing::new().make("a").sync("");
        doing.0.apply(&Change::Write { path: "/r/a".into(), at: None, bytes: b"x".to_vec() }, 3, 5);
        doing.0.apply(&Change::Sync { path: "/r/a".into() }, 4, 6);
        assert_eq!(doing.states(), ["a=", "a=0", "a=x"]);
    }

    #[test]
    fn what_a_failed_sync_left_has_to_be_written_again() {
        let mut doing = Doing::new().make("a").sync("").write("a", b"x");
        doing.apply(Change::SyncFailed { path: "/r/a".into() });
        let mut again = doing.sync("a");
        assert_eq!(again.states(), ["a=", "a=0", "a=x"]);
        again.apply(Change::Write { path: "/r/a".into(), at: Some(0), bytes: b"x".to_vec() });
        assert_eq!(again.sync("a").states(), ["a=x"]);
    }

    #[test]
    fn writes_are_torn_at_sectors_and_come_in_any_order() {
        let doing = Doing::new().make("a").sync("").write("a", &[b'x'; 1024]).write("a", b"y");
        let states = doing.states();
        let torn = format!("a={}{}", "0".repeat(512), "x".repeat(512));
        let reordered = format!("a={}y", "0".repeat(1024));
        assert!(states.contains(&torn) && states.contains(&reordered));
        assert!(states.iter().all(|state| (state.len() - 2) % 1024 <= 1), "nothing is torn elsewhere");
    }
}
