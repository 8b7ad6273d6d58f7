//! That nothing is lost over the years: the check of everything stored, backups, and restoring them with a proof.
//!
//! A backup is one file, a zip archive: `ledger.jsonl` (every row, the same from either database), `files/<sha256>`, `key` (the hub's
//! signing key), and, last, `manifest.json` with the hash of the ledger and the number of files. It is taken beside a running hub: the rows
//! are of one moment, and the files they name never change. Whoever has it has everything the hub knows, and its name: it is written
//! for its owner only (0600), and must be kept so.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
};

use bytes::Bytes;
use dossier::{
    Digest,
    journal::{Broken, Head},
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use uuid::Uuid;
use wire::{HubId, SigningKey, audit::verify_chain};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    Clock,
    data::{DataError, DataFolder, private, sync_folder},
    fault::Fault,
    jobs::{JobKind, LEASE, later},
    ledger::{Job, Ledger, WholeRow, audit::Wanted},
    objects::Objects,
};

const LEDGER: &str = "ledger.jsonl";
const KEY: &str = "key";
const MANIFEST: &str = "manifest.json";
const FORMAT: u32 = 1;
/// Files are looked up in the ledger so many at a time.
const PAGE: u32 = 500;
/// A file is read from the archive in pieces of this size.
const PIECE: usize = 256 << 10;
/// A lease that ends sooner is renewed.
const RENEWED: time::Duration = time::Duration::minutes(10);
/// Between two looks whether the removal of unused files has ended.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// Why keeping did not work.
#[derive(Debug, Error)]
pub enum KeepingError {
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("the archive cannot be read: {0}")]
    Archive(#[from] zip::result::ZipError),
    #[error("this is no backup of a hub, or one that was not written to its end: {0}")]
    NotABackup(&'static str),
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    #[error(
        "the backup was made by release {release}, whose tables this release does not know: restore it with that \
         release, and start this one on what it restored"
    )]
    OtherRelease { release: String },
    #[error("the hub's files are not whole: run `hoso-hub check`")]
    NotWhole,
}

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// Which release made it, and of which migration its tables are; before these were noted, neither.
    #[serde(default)]
    pub release: String,
    #[serde(default)]
    pub schema: i64,
    pub rows: u64,
    pub ledger_sha256: Digest,
    pub files: u64,
    pub bytes: u64,
}

/// What the check of every file found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub files: u64,
    /// Of those that are whole.
    pub bytes: u64,
    /// Named in the ledger and not in the store.
    pub missing: Vec<Digest>,
    /// In the store with another content or size.
    pub damaged: Vec<Digest>,
    pub audit: AuditChecked,
}

/// What the check of the audit log's chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditChecked {
    /// The last entry that follows from the first: kept elsewhere, it shows whether the end was cut off since.
    pub head: Head,
    /// Where the chain breaks.
    pub broken: Option<Broken>,
}

impl Default for AuditChecked {
    fn default() -> Self {
        Self { head: Head::EMPTY, broken: None }
    }
}

impl Checked {
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.damaged.is_empty() && self.audit.broken.is_none()
    }
}

/// What became of a stored file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Whole,
    Missing,
    Damaged,
    /// The store answers, and does not give this one.
    Unreadable,
}

impl Found {
    /// Its name in the ledger, where it is a fault.
    pub fn fault(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::Missing => Some("missing"),
            Self::Damaged | Self::Unreadable => Some("damaged"),
        }
    }
}

/// Follows the audit log from its first entry.
pub async fn check_audit(ledger: &dyn Ledger) -> Result<AuditChecked, Fault> {
    ledger.seal().await?;
    let mut checked = AuditChecked::default();
    loop {
        let page = ledger.audit(&Wanted::default(), checked.head.seq, PAGE).await?;
        if page.is_empty() {
            return Ok(checked);
        }
        match verify_chain(checked.head, &page) {
            Ok(head) => checked.head = head,
            Err(broken) => return Ok(AuditChecked { broken: Some(broken), ..checked }),
        }
    }
}

/// Reads a stored file and compares it with its name and size.
pub async fn look_at(objects: &Objects, name: Digest, size: u64) -> Result<Found, Fault> {
    match read_whole(objects, name, size).await {
        Ok(found) => Ok(found),
        // One bad sector must not end the look at all the others; a store that is away does.
        Err(error) => match objects.probe().await {
            Ok(()) => {
                tracing::error!(%name, %error, "a stored file cannot be read");
                Ok(Found::Unreadable)
            }
            Err(_) => Err(error),
        },
    }
}

async fn read_whole(objects: &Objects, name: Digest, size: u64) -> Result<Found, Fault> {
    let Some(mut content) = objects.get(name).await? else { return Ok(Found::Missing) };
    let (mut hasher, mut length) = (Sha256::new(), 0);
    while let Some(bytes) = content.try_next().await? {
        hasher.update(&bytes);
        length += bytes.len() as u64;
    }
    let whole = Digest(hasher.finalize().into()) == name && length == size;
    Ok(if whole { Found::Whole } else { Found::Damaged })
}

/// Reads every stored file and compares it with its name and size; and follows the audit log.
pub async fn check(ledger: &dyn Ledger, objects: &Objects) -> Result<Checked, Fault> {
    let mut checked = Checked { audit: check_audit(ledger).await?, ..Checked::default() };
    let mut after = None;
    loop {
        let page = ledger.stored_files(after, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(checked) };
        after = Some(*last);
        for (name, size) in page {
            match look_at(objects, name, size).await? {
                Found::Missing => {
                    checked.missing.push(name);
                    continue;
                }
                Found::Damaged | Found::Unreadable => checked.damaged.push(name),
                Found::Whole => checked.bytes += size,
            }
            checked.files += 1;
        }
    }
}

/// That no file is removed, by whichever replica, as long as somebody needs those that the rows of one moment name.
struct Unremoved<'a> {
    ledger: &'a dyn Ledger,
    clock: &'a Clock,
    held: Job,
}

impl<'a> Unremoved<'a> {
    /// Waits until a removal that is under way has ended.
    async fn hold(ledger: &'a dyn Ledger, clock: &'a Clock) -> Result<Self, Fault> {
        let mut told = false;
        loop {
            let now = clock();
            if let Some(held) = ledger.hold_job(JobKind::Retain.name(), now, later(now, LEASE)).await? {
                return Ok(Self { ledger, clock, held });
            }
            if !std::mem::replace(&mut told, true) {
                tracing::info!("waiting for the removal of unused files to end");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Asked now and then, it stays so.
    async fn go_on(&mut self) -> Result<(), Fault> {
        let now = (self.clock)();
        if self.held.lease.is_none_or(|until| until < later(now, RENEWED))
            && let Some(held) = self.ledger.prolong_job(&self.held, later(now, LEASE)).await?
        {
            self.held = held;
        }
        Ok(())
    }

    async fn end(self) -> Result<(), Fault> {
        self.ledger.give_back_job(&self.held).await
    }
}

/// Writes a backup to a new file. A file that is not whole in the store ends it: a backup without it would pass for a whole one. Nothing
/// is removed meanwhile.
pub async fn backup(
    ledger: &dyn Ledger,
    objects: &Objects,
    data: &DataFolder,
    to: &Path,
    clock: &Clock,
) -> Result<Manifest, KeepingError> {
    let mut draft = to.as_os_str().to_owned();
    draft.push(".part");
    let draft = std::path::PathBuf::from(draft);
    // The key it holds must be the one this hub signs with: another one would be found out only when it is needed.
    let key = SigningKey::from_pem(&data.key_text()?).map_err(|_| KeepingError::NotABackup(KEY))?;
    ledger.hub_id(HubId(Uuid::new_v4()), key.public().fingerprint()).await?;
    // So that nothing is left for whoever restores it to change.
    ledger.seal().await?;
    let file = private(OpenOptions::new().create_new(true).write(true)).open(&draft)?;
    let manifest = match Unremoved::hold(ledger, clock).await {
        Ok(mut unremoved) => {
            let manifest = write_backup(ledger, objects, data, file, &mut unremoved).await;
            // What did not end is over with its lease.
            let ended = unremoved.end().await;
            manifest.and_then(|manifest| ended.map(|()| manifest).map_err(Into::into))
        }
        Err(fault) => Err(fault.into()),
    };
    let placed = manifest.and_then(|manifest| {
        if to.try_exists()? {
            return Err(
                io::Error::new(io::ErrorKind::AlreadyExists, format!("{} is there already", to.display())).into()
            );
        }
        std::fs::rename(&draft, to)?;
        sync_folder(to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?;
        Ok(manifest)
    });
    if placed.is_err() {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(&draft);
    }
    placed
}

async fn write_backup(
    ledger: &dyn Ledger,
    objects: &Objects,
    data: &DataFolder,
    file: File,
    unremoved: &mut Unremoved<'_>,
) -> Result<Manifest, KeepingError> {
    let mut archive = ZipWriter::new(file);
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    archive.start_file(KEY, stored)?;
    archive.write_all(data.key_text()?.as_bytes())?;

    archive.start_file(LEDGER, packed)?;
    let (mut rows, mut hasher) = (0, Sha256::new());
    // Of the moment of the rows: what comes meanwhile is not in it.
    let mut names = vec![];
    let mut write = |row: WholeRow| {
        let line = row.line()?;
        hasher.update(&line);
        archive.write_all(&line)?;
        rows += 1;
        if row.table == "files" {
            let name = row.columns.get("sha256").and_then(|name| name.as_str()?.parse::<Digest>().ok());
            names.push(name.ok_or(Fault::Damaged { what: "files" })?);
        }
        Ok(())
    };
    ledger.export(&mut write).await?;
    let ledger_sha256 = Digest(hasher.finalize().into());
    names.sort_unstable();
    names.dedup();

    let mut bytes = 0;
    for name in &names {
        let mut content = objects.get(*name).await?.ok_or(KeepingError::NotWhole)?;
        archive.start_file(format!("files/{name}"), stored)?;
        let mut hasher = Sha256::new();
        while let Some(piece) = content.try_next().await.map_err(Fault::from)? {
            unremoved.go_on().await?;
            hasher.update(&piece);
            archive.write_all(&piece)?;
            bytes += piece.len() as u64;
        }
        if Digest(hasher.finalize().into()) != *name {
            return Err(KeepingError::NotWhole);
        }
    }
    let (release, schema) = (env!("CARGO_PKG_VERSION").to_owned(), ledger.schema());
    let manifest = Manifest { format: FORMAT, release, schema, rows, ledger_sha256, files: names.len() as u64, bytes };
    archive.start_file(MANIFEST, packed)?;
    archive.write_all(&serde_json::to_vec_pretty(&manifest).map_err(io::Error::other)?)?;
    archive.finish()?.sync_all()?;
    Ok(manifest)
}

/// Takes a backup into an empty place, which may be of another kind, and proves it: the rows are written out again before they count, and
/// have the hash the backup says, and every file is read back and compared with its name. One of older tables becomes one of today's:
/// what was added since is as a migration leaves it.
pub async fn restore(
    ledger: &dyn Ledger,
    objects: &Objects,
    data: &DataFolder,
    from: &Path,
) -> Result<Manifest, KeepingError> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(from)?))?;
    let manifest: Manifest = {
        let entry = archive.by_name(MANIFEST).map_err(|_| KeepingError::NotABackup(MANIFEST))?;
        serde_json::from_reader(entry).map_err(|_| KeepingError::NotABackup(MANIFEST))?
    };
    if manifest.format != FORMAT {
        return Err(KeepingError::NotABackup("a format of a newer version"));
    }
    let other_release = || KeepingError::OtherRelease { release: manifest.release.clone() };
    if manifest.schema > ledger.schema() {
        return Err(other_release());
    }
    // Files first: rows name nothing that is not there.
    let names = archive.file_names().map(|name| Ok(name?.into_owned())).collect::<Result<Vec<_>, KeepingError>>()?;
    let names: Vec<String> = names.into_iter().filter(|name| name.starts_with("files/")).collect();
    if names.len() as u64 != manifest.files {
        return Err(KeepingError::Damaged(format!("{} files of {}", names.len(), manifest.files)));
    }
    for entry in names {
        let damaged = || KeepingError::Damaged(entry.clone());
        let name: Digest = entry.trim_start_matches("files/").parse().map_err(|_| damaged())?;
        // Through a file: what is put is read as often as it takes.
        let mut whole = tempfile::tempfile()?;
        let size = io::copy(&mut archive.by_name(&entry)?, &mut whole).map_err(|_| damaged())?;
        let content = || pieces(&whole);
        objects.put(name, size, &content).await.map_err(|fault| match fault {
            Fault::Damaged { what: "spool" } => damaged(),
            other => other.into(),
        })?;
    }
    let mut text = String::new();
    archive.by_name(KEY).map_err(|_| KeepingError::NotABackup(KEY))?.read_to_string(&mut text)?;
    data.place_key(&text)?;
    // The reader of an archive cannot be shared between threads; a file can.
    let mut rows = tempfile::tempfile()?;
    let packed = &mut archive.by_name(LEDGER).map_err(|_| KeepingError::NotABackup(LEDGER))?;
    io::copy(packed, &mut rows).map_err(|_| KeepingError::Damaged(LEDGER.to_owned()))?;
    io::Seek::rewind(&mut rows)?;
    let read =
        |line: io::Result<String>| serde_json::from_str(&line?).map_err(|_| Fault::Damaged { what: "the backup" });
    let imported = ledger.import(&mut BufReader::new(rows).lines().map(read), manifest.ledger_sha256).await;
    imported.map_err(|fault| match fault {
        // Rows that no migration made fit.
        Fault::Ledger(_) if manifest.schema < ledger.schema() && !manifest.release.is_empty() => other_release(),
        fault => fault.into(),
    })?;
    // What was in the store already was not written again: it is read like everything else.
    if !check(ledger, objects).await?.is_whole() {
        return Err(KeepingError::NotWhole);
    }
    Ok(manifest)
}

/// What a file holds, from its beginning.
fn pieces(file: &File) -> crate::spool::Content {
    let read = |file: &mut File| -> io::Result<Vec<u8>> {
        let mut piece = Vec::with_capacity(PIECE);
        file.take(PIECE as u64).read_to_end(&mut piece)?;
        Ok(piece)
    };
    let opened = file.try_clone().and_then(|mut file| io::Seek::rewind(&mut file).map(|()| file));
    stream::try_unfold(Some(opened), move |state| async move {
        let mut file = match state {
            None => return Ok(None),
            Some(opened) => opened?,
        };
        let piece = read(&mut file)?;
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), Some(Ok(file)))))
    })
    .boxed()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::{
        ledger::{sql::SqlLedger, suite},
        testing::postgres,
    };

    fn suite_clock() -> Clock {
        std::sync::Arc::new(|| suite::at(60))
    }

    /// The backup as a release before sign-in made it, which wrote no release into it.
    fn older(from: &Path, to: &Path) {
        let mut archive = ZipArchive::new(File::open(from).unwrap()).unwrap();
        let mut out = ZipWriter::new(File::create(to).unwrap());
        let mut sha256 = Digest::of(b"");
        for at in 0..archive.len() {
            let mut entry = archive.by_index(at).unwrap();
            let (name, mut bytes) = (entry.name().unwrap().into_owned(), vec![]);
            entry.read_to_end(&mut bytes).unwrap();
            if name == LEDGER {
                let mut lines = vec![];
                for line in bytes.lines() {
                    let mut row: WholeRow = serde_json::from_str(&line.unwrap()).unwrap();
                    if row.table == "agencies" {
                        row.columns.remove("sign_in").unwrap();
                    }
                    lines.extend(row.line().unwrap());
                }
                bytes = lines;
                sha256 = Digest::of(&bytes);
            } else if name == MANIFEST {
                let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                manifest["ledger_sha256"] = sha256.to_string().into();
                manifest.as_object_mut().unwrap().retain(|member, _| member != "release" && member != "schema");
                bytes = serde_json::to_vec(&manifest).unwrap();
            }
            out.start_file(name, SimpleFileOptions::default()).unwrap();
            out.write_all(&bytes).unwrap();
        }
        out.finish().unwrap();
    }

    #[tokio::test]
    async fn a_backup_of_older_tables_is_restored_into_todays_and_one_of_newer_says_by_which_release() {
        let folder = tempfile::tempdir().unwrap();
        let (ledger, objects, data) = hub(folder.path()).await;
        let [file, old, new] = ["hub.zip", "old.zip", "new.zip"].map(|name| folder.path().join(name));
        backup(&ledger, &objects, &data, &file, &suite_clock()).await.unwrap();
        older(&file, &old);
        let there = DataFolder::open(&folder.path().join("there")).unwrap();
        let other = SqlLedger::sqlite(&there.database()).await.unwrap();
        let store = Objects::in_folder(&there.objects()).unwrap();
        let restored = restore(&other, &store, &there, &old).await.unwrap();
        assert_eq!((restored.release.as_str(), restored.files), ("", 3));
        assert!(!suite::device(&other, "H06.16", 2).await.sign_in_required, "as the migration leaves it");

        let manifest = Manifest { release: "9.0.0".into(), schema: ledger.schema() + 1, ..restored };
        let mut out = ZipWriter::new(File::create(&new).unwrap());
        out.start_file(MANIFEST, SimpleFileOptions::default()).unwrap();
        out.write_all(&serde_json::to_vec(&manifest).unwrap()).unwrap();
        out.finish().unwrap();
        let refused = restore(&other, &store, &there, &new).await.unwrap_err();
        assert!(matches!(&refused, KeepingError::OtherRelease { release } if release == "9.0.0"), "{refused}");
    }

    /// A hub with two dossiers, one of which has three files; and an upload under way.
    async fn hub(folder: &Path) -> (SqlLedger, Objects, DataFolder) {
        let data = DataFolder::open(&folder.join("hub")).unwrap();
        let ledger = SqlLedger::sqlite(&data.database()).await.unwrap();
        let objects = Objects::in_folder(&data.objects()).unwrap();
        let key = data.key().unwrap().public().fingerprint();
        ledger.hub_id(HubId(Uuid::from_u128(1)), key).await.unwrap();
        let who = suite::device(&ledger, "H06.16", 1).await;
        let mut files = vec![];
        for content in [&b"one"[..], b"two", &vec![7; 9 << 20]] {
            files.push(suite::file(&ledger, &who, content).await);
            let name = Digest::of(content);
            let read = || stream::iter([Ok(Bytes::copy_from_slice(content))]).boxed();
            objects.put(name, content.len() as u64, &read).await.unwrap();
        }
        let published = crate::ledger::Revision {
            kind: dossier::EntryKind::Form,
            code: "f".into(),
            revision: 1,
            body: vec![0, 255, 10],
        };
        ledger.publish_catalogue(&[published], "Lan", 0, suite::at(1)).await.unwrap();
        for (n, files) in [(1, files), (2, vec![])] {
            suite::submit(&ledger, &who, &suite::submission(&who, n, n + 10, files), suite::at(5)).await.unwrap();
        }
        (ledger, objects, data)
    }

    #[tokio::test]
    async fn a_backup_is_restored_whole_also_into_another_kind_of_hub() {
        let folder = tempfile::tempdir().unwrap();
        let (ledger, objects, data) = hub(folder.path()).await;
        let file = folder.path().join("hub.zip");
        let manifest = backup(&ledger, &objects, &data, &file, &suite_clock()).await.unwrap();
        assert_eq!((manifest.files, manifest.bytes), (3, 6 + (9 << 20)));
        assert!(
            matches!(backup(&ledger, &objects, &data, &file, &suite_clock()).await, Err(KeepingError::Io(_))),
            "never written over"
        );

        let there = DataFolder::open(&folder.path().join("there")).unwrap();
        let other = SqlLedger::postgres(&postgres::database_for(folder.path())).await.unwrap();
        let store = Objects::in_folder(&there.objects()).unwrap();
        assert_eq!(restore(&other, &store, &there, &file).await.unwrap(), manifest);
        assert_eq!(there.key().unwrap().public(), data.key().unwrap().public());
        assert!(check(&other, &store).await.unwrap().is_whole());
        let again = backup(&other, &store, &there, &folder.path().join("again.zip"), &suite_clock()).await.unwrap();
        assert_eq!(again, manifest);
        // It goes on where it was: numbers and codes follow.
        let who = suite::device(&other, "H06.16", 2).await;
        assert_eq!(who.station, "02");
        let more = suite::submission(&who, 3, 13, vec![]);
        assert!(suite::submit(&other, &who, &more, suite::at(6)).await.unwrap().code.as_str().ends_with("0003"));
        let twice = restore(&other, &store, &there, &file).await;
        assert!(matches!(twice, Err(KeepingError::Fault(Fault::NotEmpty))), "{twice:?}");
    }

    #[tokio::test]
    async fn missing_and_damaged_files_are_named_and_go_into_no_backup() {
        let folder = tempfile::tempdir().unwrap();
        let (ledger, objects, data) = hub(folder.path()).await;
        let path = |content: &[u8]| -> PathBuf {
            let name = Digest::of(content).to_string();
            data.objects().join("sha256").join(&name[..2]).join(&name[2..])
        };
        std::fs::remove_file(path(b"one")).unwrap();
        std::fs::write(path(b"two"), b"twO").unwrap();
        let checked = check(&ledger, &objects).await.unwrap();
        assert_eq!((checked.missing, checked.damaged), (vec![Digest::of(b"one")], vec![Digest::of(b"two")]));
        let file = folder.path().join("hub.zip");
        assert!(matches!(backup(&ledger, &objects, &data, &file, &suite_clock()).await, Err(KeepingError::NotWhole)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[tokio::test]
    async fn a_spoilt_backup_is_refused_and_leaves_the_place_empty() {
        let folder = tempfile::tempdir().unwrap();
        let (ledger, objects, data) = hub(folder.path()).await;
        let file = folder.path().join("hub.zip");
        backup(&ledger, &objects, &data, &file, &suite_clock()).await.unwrap();
        let whole = std::fs::read(&file).unwrap();
        let there = DataFolder::open(&folder.path().join("there")).unwrap();
        let other = SqlLedger::sqlite(&there.database()).await.unwrap();
        let store = Objects::in_folder(&there.objects()).unwrap();
        for at in [whole.len() / 2, 200, 900] {
            let mut spoilt = whole.clone();
            spoilt[at] ^= 1;
            std::fs::write(&file, if at == 200 { &whole[..whole.len() - 40] } else { &spoilt }).unwrap();
            let refused = restore(&other, &store, &there, &file).await;
            assert!(refused.is_err(), "{at}: {refused:?}");
            assert!(other.agency(&"H06.16".parse().unwrap()).await.unwrap().is_none());
        }
        std::fs::write(&file, &whole).unwrap();
        restore(&other, &store, &there, &file).await.unwrap();
    }
}
