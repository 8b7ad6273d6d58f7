//! The watched folder: what a scanner or a network share drops there is taken in as stacks.
//!
//! It is looked at again and again; a file is taken once its size and time stand still over two looks, nobody else holds it, and its
//! content is not known yet. What is refused is named with its reason. Nothing in the folder is deleted unless a person has said so, and
//! then only what is safe in the store.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
    time::UNIX_EPOCH,
};

use dossier::{StackId, Timestamp, digest::Digest};
use serde::{Deserialize, Serialize};
use store::{NewStackFile, StackContent, StackHead, Watched, WatchedFile};
use ts_rs::TS;
use uuid::Uuid;

use crate::{
    Desk, Host, Notice,
    digitising::{Fetch, FromDisk},
    fault::{Fault, FaultCode as Code, reading},
    stack::natural,
};

/// The name under which the person's choice is kept.
const NAME: &str = "hot_folder";
/// A file stands still when nothing of it changed for so long.
const SETTLE_MS: i64 = 2_000;
/// Files that come within so long of each other are one stack: a scanner that makes a file a page pauses for the next sheet. For as
/// long, one that is not whole holds up those after it.
const PAUSE_MS: i64 = 2 * 60 * 1000;
/// So many of the files seen last are shown.
const MOST_SHOWN: u32 = 20;

/// Which folder is watched, and what becomes of a file once it is taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Chosen {
    folder: Option<PathBuf>,
    delete: bool,
}

/// The watched folder as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HotFolder {
    /// None: no folder is watched.
    pub folder: Option<String>,
    /// Files are deleted from it once they are safe here.
    pub delete: bool,
    /// Why it cannot be looked at.
    pub fault: Option<Fault>,
    /// Files that are not whole yet, or that somebody else holds.
    pub waiting: u32,
    /// The files seen last, newest first.
    pub files: Vec<HotFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HotFile {
    pub name: String,
    pub at: Timestamp,
    /// Why it was refused; none = it was taken in.
    pub fault: Option<Fault>,
}

/// What the looks know of the folder between them.
#[derive(Default)]
pub(crate) struct Watching {
    state: Mutex<State>,
    /// Held during a look.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<PathBuf, Waiting>,
    /// The stack to which the last file went, and until when more may.
    open: Option<(StackId, i64)>,
    fault: Option<Fault>,
}

/// A file that is not taken yet.
struct Waiting {
    file: WatchedFile,
    /// Since when it is as it is, and since when it is there.
    still_since: Timestamp,
    first_seen: Timestamp,
}

impl Watching {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }
}

impl<H: Host> Desk<H> {
    async fn hot_folder_chosen(&self) -> Result<Chosen, Fault> {
        Ok(self.store().await?.setting(NAME).await?.unwrap_or_default())
    }

    pub(crate) async fn hot_folder(&self) -> Result<HotFolder, Fault> {
        let chosen = self.hot_folder_chosen().await?;
        let seen = self.store().await?.watched_lately(MOST_SHOWN).await?;
        let fault = |watched: &Watched| serde_json::from_value(watched.fault.clone()?).ok();
        let file =
            |watched: Watched| HotFile { fault: fault(&watched), name: watched.file.file_name, at: watched.seen_at };
        let state = self.watching.state();
        Ok(HotFolder {
            folder: chosen.folder.map(|folder| folder.display().to_string()),
            delete: chosen.delete,
            fault: state.fault.clone(),
            waiting: u32::try_from(state.waiting.len()).unwrap_or(u32::MAX),
            files: seen.into_iter().map(file).collect(),
        })
    }

    /// Watches this folder from now on, or none. It must be there, and must not be this program's own.
    pub(crate) async fn set_hot_folder(&self, folder: Option<PathBuf>) -> Result<HotFolder, Fault> {
        if let Some(folder) = &folder {
            let name = folder.display().to_string();
            std::fs::read_dir(folder).map_err(|error| reading(&name, &error))?;
            let (own, chosen) = (self.profile()?.dir().canonicalize(), folder.canonicalize());
            if let (Ok(own), Ok(chosen)) = (own, chosen)
                && chosen.starts_with(own)
            {
                return Err(Fault::new(Code::FileUnreadable).with("file", name));
            }
        }
        let chosen = Chosen { folder, ..self.hot_folder_chosen().await? };
        self.store().await?.set_setting(NAME, &chosen).await?;
        *self.watching.state() = State::default();
        self.hot_folder().await
    }

    /// Whether files are deleted from the folder once they are safe here.
    pub(crate) async fn set_hot_folder_delete(&self, delete: bool) -> Result<HotFolder, Fault> {
        let chosen = Chosen { delete, ..self.hot_folder_chosen().await? };
        self.store().await?.set_setting(NAME, &chosen).await?;
        self.hot_folder().await
    }

    /// One look at the folder; gives how many files were taken in. Whoever looks says what time it is.
    pub(crate) async fn look_into_hot_folder(&self, now: Timestamp) -> Result<u32, Fault> {
        let _turn = self.watching.turn.lock().await;
        let chosen = self.hot_folder_chosen().await?;
        let Some(folder) = &chosen.folder else { return Ok(0) };
        let before = self.watching.state().fault.clone();
        let files = files_in(folder);
        let fault = files.as_ref().err().cloned();
        self.watching.state().fault = fault.clone();
        if before.map(|fault| fault.code) != fault.map(|fault| fault.code) {
            self.host.notice(Notice::HotFolder);
        }
        let files = files?;
        self.watching.state().waiting.retain(|path, _| files.iter().any(|(known, _)| known == path));
        let (mut taken, mut changed, mut held_up) = (0, false, false);
        for (path, file) in files {
            if let Some(known) = self.store().await?.watched(&file).await? {
                // Ended between keeping and deleting: what is safe here goes now.
                if chosen.delete && known.fault.is_none() && self.is_here(known.sha256).await? {
                    delete(&path, &file);
                }
                continue;
            }
            let still = self.stands_still(&path, &file, now);
            let late = self.waited_longer_than_a_pause(&path, now);
            if !still || held_up {
                // Pages keep the order of their names: what comes after one that is still being written waits for it.
                (changed, held_up) = (true, held_up || !late);
                continue;
            }
            let Some(came) = self.take_from_folder(&path, &file, late, now).await? else {
                held_up |= !late;
                continue;
            };
            self.watching.state().waiting.remove(&path);
            (taken, changed) = (taken + u32::from(came), true);
            if came && chosen.delete {
                delete(&path, &file);
            }
        }
        self.end_pause(now).await?;
        if changed {
            self.host.notice(Notice::HotFolder);
        }
        Ok(taken)
    }

    fn stands_still(&self, path: &Path, file: &WatchedFile, now: Timestamp) -> bool {
        let mut state = self.watching.state();
        match state.waiting.get_mut(path) {
            Some(known) if known.file == *file => now.unix_ms() - known.still_since.unix_ms() >= SETTLE_MS,
            Some(known) => {
                (known.file, known.still_since) = (file.clone(), now);
                false
            }
            None => {
                let waiting = Waiting { file: file.clone(), still_since: now, first_seen: now };
                state.waiting.insert(path.to_owned(), waiting);
                false
            }
        }
    }

    fn waited_longer_than_a_pause(&self, path: &Path, now: Timestamp) -> bool {
        let state = self.watching.state();
        state.waiting.get(path).is_some_and(|waiting| now.unix_ms() - waiting.first_seen.unix_ms() >= PAUSE_MS)
    }

    /// Whether what was taken in is in the store.
    async fn is_here(&self, sha256: Option<Digest>) -> Result<bool, Fault> {
        let Some(sha256) = sha256 else { return Ok(false) };
        Ok(self.store().await?.find_blob(&sha256).await?.is_some())
    }

    /// Whether the folder may still bring more for this stack.
    pub(crate) fn may_bring_more(&self, stack: &StackHead) -> bool {
        stack.watched && stack.filed_at.is_none() && self.now().unix_ms() - stack.last_added_at.unix_ms() < PAUSE_MS
    }

    /// Tells that the last stack will not grow any more.
    async fn end_pause(&self, now: Timestamp) -> Result<(), Fault> {
        let ended = self.watching.state().open.take_if(|(_, until)| *until <= now.unix_ms());
        match ended {
            Some((stack, _)) => self.stack_came(stack).await,
            None => Ok(()),
        }
    }

    /// Whether the file was taken in (`false`: it was refused, and is named); none while it is not to be had whole.
    /// `late`: those after it did not wait for it, so it does not go to them.
    async fn take_from_folder(
        &self,
        path: &Path,
        file: &WatchedFile,
        late: bool,
        now: Timestamp,
    ) -> Result<Option<bool>, Fault> {
        if !is_free(path) {
            return Ok(None);
        }
        let store = self.store().await?;
        let bytes = match FromDisk(path.to_owned()).fetch(self.host.worker_limits().file).await {
            Ok(bytes) => bytes,
            // Gone again, or not to be read yet.
            Err(fault) if !fault.is_the_files_own() => return Ok(None),
            Err(fault) => return self.refuse_hot_file(file, None, fault, late, now).await.map(Some),
        };
        if watched_file(path).as_ref() != Some(file) {
            return Ok(None);
        }
        let sha256 = Digest::of(&bytes);
        // What was thrown away since may come again.
        if store.is_watched_content(&sha256).await? && self.is_here(Some(sha256)).await? {
            return self.refuse_hot_file(file, Some(sha256), Fault::new(Code::FileKnown), late, now).await.map(Some);
        }
        let content = match self.keep_stack_file(bytes).await {
            Ok(content) => content,
            Err(fault) if fault.is_the_files_own() => {
                return self.refuse_hot_file(file, Some(sha256), fault, late, now).await.map(Some);
            }
            Err(fault) => return Err(fault),
        };
        let id = self.hot_stack(late, now).await?;
        let new = NewStackFile { file_name: file.file_name.clone(), content };
        let watched = Watched { file: file.clone(), sha256: Some(sha256), fault: None, seen_at: now };
        store.add_stack_file(id, &new, Some(&watched), now).await?;
        self.stack_came(id).await?;
        Ok(Some(true))
    }

    /// Names the file with its reason; where it looks like a page that is missing now, also in the stack.
    async fn refuse_hot_file(
        &self,
        file: &WatchedFile,
        sha256: Option<Digest>,
        fault: Fault,
        late: bool,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let is_page = !matches!(fault.code, Code::FileKnown | Code::FileNotAPicture);
        let told = serde_json::to_value(&fault).map_err(Fault::unexpected)?;
        let watched = Watched { file: file.clone(), sha256, fault: Some(told.clone()), seen_at: now };
        let store = self.store().await?;
        if is_page {
            let id = self.hot_stack(late, now).await?;
            let new = NewStackFile { file_name: file.file_name.clone(), content: StackContent::Refused(told) };
            store.add_stack_file(id, &new, Some(&watched), now).await?;
            self.stack_came(id).await?;
        } else {
            store.note_watched(&watched).await?;
        }
        Ok(false)
    }

    /// The stack that what comes now belongs to: the last one, as long as the pause was short, else a new one.
    async fn hot_stack(&self, late: bool, now: Timestamp) -> Result<StackId, Fault> {
        let last = self.store().await?.open_watched_stack().await?;
        let short = |head: &StackHead| now.unix_ms() - head.last_added_at.unix_ms() < PAUSE_MS;
        let id = match last.filter(|head| !late && short(head)) {
            Some(head) => head.id,
            None => {
                let id = StackId(Uuid::now_v7());
                self.acting("stack.taken", async |store, act| store.create_stack(id, true, 0, act).await).await?;
                id
            }
        };
        self.watching.state().open = Some((id, now.unix_ms() + PAUSE_MS));
        Ok(id)
    }
}

/// The files that lie in the folder itself, by name as people count; what is hidden, a link or a folder is not looked at.
fn files_in(folder: &Path) -> Result<Vec<(PathBuf, WatchedFile)>, Fault> {
    let name = folder.display().to_string();
    let entries = std::fs::read_dir(folder).map_err(|error| reading(&name, &error))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<_> = paths.filter_map(|path| Some((path.clone(), watched_file(&path)?))).collect();
    files.retain(|(_, file)| !file.file_name.starts_with('.'));
    files.sort_by_cached_key(|(_, file)| natural(&file.file_name));
    Ok(files)
}

fn watched_file(path: &Path) -> Option<WatchedFile> {
    let about = path.symlink_metadata().ok().filter(|about| about.is_file())?;
    let modified = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let modified_at = Timestamp::from_unix_ms(i64::try_from(modified.as_millis()).ok()?)?;
    let file_name = dossier::text::nfc(&path.file_name()?.to_string_lossy());
    Some(WatchedFile { file_name, size: about.len(), modified_at })
}

/// Whether nobody else is known to hold the file: it opens, and no lock of another program lies on it. Network shares may know no
/// locks, or none on a file open for reading: there, standing still has to do.
fn is_free(path: &Path) -> bool {
    use fs4::fs_std::FileExt;
    std::fs::File::open(path).is_ok_and(|file| !matches!(FileExt::try_lock_exclusive(&file), Ok(false)))
}

/// Only the very file that was taken in; what cannot be deleted stays, and is known.
fn delete(path: &Path, taken: &WatchedFile) {
    if watched_file(path).as_ref() == Some(taken)
        && let Err(error) = std::fs::remove_file(path)
    {
        tracing::warn!(kind = ?error.kind(), "a file that was taken in stays in the watched folder");
    }
}

#[cfg(test)]
mod tests;
