//! Power cuts. Real programs do a real job under `strace`; then their writes are played again on a [`disk::Disk`] that keeps only what
//! it was made to keep, and the power goes at chance instants. What is left is opened by the real code: everything that was
//! acknowledged before the instant must be there.

mod chance;
pub mod desktop;
pub mod disk;
pub mod exchange;
pub mod hub;
pub mod recorder;
pub(crate) mod sending;
pub mod trace;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

use chance::Chance;
use disk::{Disk, Image};
use exchange::{Exchange, exchanges};
use trace::{Change, Deed, Entry};

/// How often another instant is tried where states come out that were seen before.
const ROUNDS: usize = 6;
/// Failures told in words; the others are counted.
const TOLD: usize = 20;

/// What was done and said, in one order.
#[derive(Clone)]
pub struct Recording {
    root: PathBuf,
    /// What lay there before.
    first: Image,
    entries: Vec<Entry>,
    pub exchanges: Vec<Exchange>,
    /// Lines of the log.
    lines: usize,
}

/// How many states are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub states: usize,
    pub seed: u64,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Different states that were opened.
    pub states: usize,
    /// Instants at which the power went.
    pub instants: usize,
    pub acknowledged: usize,
    pub changes: usize,
    pub syncs: usize,
    /// States in which something was missing.
    pub failed: usize,
    /// The first of them in words.
    pub missing: Vec<String>,
}

/// Looks at what is left in a folder after the power went at a line of the log; says what is missing.
pub type Check<'a> = &'a (dyn Fn(&Path, usize) -> Result<(), String> + Sync);

impl Recording {
    /// Reads a log. Panics when what it says does not lead to what lies in `root`: then it does not say everything.
    pub fn of(log: &str, root: &Path, first: Image) -> Recording {
        let entries = trace::read(log, root);
        let exchanges = exchanges(&entries);
        let recording = Recording { root: root.to_owned(), first, entries, exchanges, lines: log.lines().count() };
        let (told, found) = (recording.at_the_end().whole(), Image::read(root).expect("the recorded folder"));
        let differs = told.0.iter().find(|(path, content)| found.0.get(*path) != Some(content)).map(|(path, _)| path);
        let missed = found.0.keys().find(|path| !told.0.contains_key(*path));
        assert!(told == found, "the recording does not lead to what is there: {differs:?} {missed:?}");
        recording
    }

    fn at_the_end(&self) -> Disk {
        let mut disk = Disk::holding(&self.root, &self.first);
        for entry in &self.entries {
            if let Deed::Disk(change) = &entry.deed {
                disk.apply(change, entry.begun, entry.done);
            }
        }
        disk
    }

    /// The same, had the program not synced what `forgets` names: what a fault in it would be.
    pub fn without_syncs(&self, forgets: impl Fn(&Path) -> bool) -> Recording {
        let mut without = self.clone();
        without.entries.retain(|entry| !matches!(&entry.deed, Deed::Disk(Change::Sync { path }) if forgets(path)));
        without
    }

    /// Programs that ended well: their arguments and the lines at which they did.
    pub fn ended_well(&self) -> Vec<(&[String], usize)> {
        let mut found = Vec::new();
        for (nth, entry) in self.entries.iter().enumerate() {
            let Deed::Ended { process, code: 0 } = &entry.deed else { continue };
            let began = self.entries[..nth].iter().rev().find_map(|entry| match &entry.deed {
                Deed::Began { process: began, words } if began == process => Some(words.as_slice()),
                _ => None,
            });
            found.extend(began.map(|words| (words, entry.begun)));
        }
        found
    }

    /// An instant: mostly right after something was acknowledged, or around a sync.
    fn instant(&self, marks: &Marks, chance: &mut Chance) -> usize {
        let near = |marks: &[usize], chance: &mut Chance| match marks.len() {
            0 => chance.below(self.lines),
            many => marks[chance.below(many)] + 1 + chance.below(3),
        };
        match chance.below(10) {
            0..=4 => near(&marks.acknowledgements, chance),
            5..=7 => near(&marks.syncs, chance).saturating_sub(chance.below(4)),
            _ => chance.below(self.lines) + 1,
        }
    }

    /// Cuts the power again and again until the plan's number of different states was looked at.
    pub fn cut(&self, plan: Plan, check: Check) -> Seen {
        let marks = Marks::of(self);
        let mut seen = Seen {
            acknowledged: marks.acknowledgements.len(),
            syncs: marks.syncs.len(),
            changes: self.entries.iter().filter(|entry| matches!(entry.deed, Deed::Disk(_))).count(),
            ..Seen::default()
        };
        let (mut known, mut chance) = (HashSet::new(), Chance::new(plan.seed));
        let acknowledged = |line: usize| marks.acknowledgements.partition_point(|mark| *mark < line);
        let mut instants = HashSet::new();
        for _ in 0..ROUNDS {
            if seen.states >= plan.states {
                break;
            }
            let mut cuts: Vec<(usize, u64)> =
                (0..plan.states).map(|_| (self.instant(&marks, &mut chance), chance.next())).collect();
            cuts.sort_unstable();
            let (failed, looked_at) = self.look(&cuts, plan.states - seen.states, &mut known, &acknowledged, check);
            instants.extend(looked_at.iter().copied());
            seen.states += looked_at.len();
            seen.failed += failed.len();
            seen.missing.extend(failed.into_iter().take(TOLD - seen.missing.len().min(TOLD)));
        }
        seen.instants = instants.len();
        seen
    }

    /// What is missing after these cuts, in words, and the instants of those whose state was new.
    fn look(
        &self,
        cuts: &[(usize, u64)],
        most: usize,
        known: &mut HashSet<([u8; 32], usize)>,
        acknowledged: &dyn Fn(usize) -> usize,
        check: Check,
    ) -> (Vec<String>, Vec<usize>) {
        let (failed, mut looked_at) = (Mutex::new(Vec::new()), Vec::new());
        let (sender, receiver) = sync_channel::<(usize, u64, Image)>(4);
        let receiver = Mutex::new(receiver);
        std::thread::scope(|scope| {
            // Gone when the last state was handed out, which ends those who wait for more.
            let sender = sender;
            let (receiver, failed) = (&receiver, &failed);
            for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
                scope.spawn(move || {
                    loop {
                        let next = receiver.lock().expect("nobody panics with it").recv();
                        let Ok((line, seed, image)) = next else { return };
                        let folder = memory_folder();
                        image.write(folder.path()).expect("room for a state");
                        if let Err(missing) = check(folder.path(), line) {
                            failed
                                .lock()
                                .expect("nobody panics with it")
                                .push(format!("line {line}, seed {seed}: {missing}"));
                        }
                    }
                });
            }
            let (mut disk, mut next) = (Disk::holding(&self.root, &self.first), 0);
            for (line, seed) in cuts {
                while let Some(entry) = self.entries.get(next).filter(|entry| entry.done < *line) {
                    if let Deed::Disk(change) = &entry.deed {
                        disk.apply(change, entry.begun, entry.done);
                    }
                    next += 1;
                }
                let mut left = disk.clone();
                // What was begun may be done in part; a sync that was begun promises nothing.
                for entry in self.entries[next..].iter().filter(|entry| entry.begun < *line) {
                    match &entry.deed {
                        Deed::Disk(Change::Sync { .. }) => {}
                        Deed::Disk(change) => left.apply(change, entry.begun, *line),
                        _ => {}
                    }
                }
                let image = left.after_power_loss(&mut Chance::new(*seed));
                // The same content is another state once more was promised of it.
                if looked_at.len() < most && known.insert((image.digest(), acknowledged(*line))) {
                    looked_at.push(*line);
                    if sender.send((*line, *seed, image)).is_err() {
                        return;
                    }
                }
            }
        });
        (failed.into_inner().expect("nobody panicked with it"), looked_at)
    }
}

/// The lines near which it is worth to cut.
struct Marks {
    acknowledgements: Vec<usize>,
    syncs: Vec<usize>,
}

impl Marks {
    fn of(recording: &Recording) -> Marks {
        let mut acknowledgements: Vec<usize> = recording
            .exchanges
            .iter()
            .filter(|exchange| exchange.method != "GET" && exchange.acknowledged(usize::MAX))
            .filter_map(|exchange| exchange.answered)
            .collect();
        acknowledgements.extend(recording.ended_well().iter().map(|(_, line)| *line));
        acknowledgements.sort_unstable();
        let syncs = recording.entries.iter().filter(|entry| matches!(entry.deed, Deed::Disk(Change::Sync { .. })));
        Marks { syncs: syncs.map(|entry| entry.begun).collect(), acknowledgements }
    }
}

/// A folder that goes away, in memory where there is one: nobody pulls its plug.
fn memory_folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a temporary folder")
}
