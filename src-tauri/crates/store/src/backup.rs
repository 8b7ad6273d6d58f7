//! The whole profile in one file under a passphrase, and back.
//!
//! The file is [`MAGIC`], the salt and cost of Argon2id (RFC 9106), then an archive in sealed chunks, the same construction
//! as a blob's ([`crate::seal`]): the key file, the database, the sealed blobs. An entry is its path's length, its path, its
//! size, its bytes; a path of no length ends the archive. Nothing is held in memory but one chunk.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use argon2::{Algorithm, Argon2, Params, Version};

use crate::{
    BlobName, Clash, Damage, Profile, Result, Store, StoreError,
    columns::Columns,
    profile::sync_folder,
    seal::{BlobKey, CHUNK, TAG, random},
};

const MAGIC: &[u8; 8] = b"HOSOBAK1";
/// RFC 9106 §4, second recommendation: 64 MiB, three passes; one lane, as there may be one core.
const COST: Cost = Cost { memory_kib: 64 << 10, passes: 3, lanes: 1 };
/// The most memory a file may ask for, in KiB.
const MAX_MEMORY_KIB: u32 = 1 << 20;

#[derive(Clone, Copy)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Store {
    /// Writes the profile as it is now to `file`, which holds the profile's key and is protected by the passphrase alone.
    /// Work goes on meanwhile; only the destruction of contents waits. Contents in which a state secret was read are left out, with
    /// whatever else lies in the same file. Gives the size of the file.
    pub async fn backup(&self, file: &Path, passphrase: &str) -> Result<u64> {
        let _nothing_is_destroyed = self.destroying().lock().await;
        let snapshot = self.profile().tmp().join("snapshot");
        fs::create_dir_all(&snapshot)?;
        let names = self.snapshot_database(&snapshot).await?;
        let blobs = names.iter().map(|name| (blob_entry(name), self.blob_path(name)));
        let mut entries: Vec<(String, PathBuf)> = vec![("key".to_owned(), self.profile().dir().join("key"))];
        for part in ["store.db", "store.db-wal"] {
            let copy = snapshot.join(part);
            if copy.exists() {
                entries.push((part.to_owned(), copy));
            }
        }
        entries.extend(blobs);
        let (file, passphrase) = (file.to_owned(), zeroize::Zeroizing::new(passphrase.to_owned()));
        let written = tokio::task::spawn_blocking(move || write_backup(&file, &passphrase, &entries));
        let written = written.await.map_err(io::Error::other)?;
        fs::remove_dir_all(snapshot)?;
        written
    }

    /// Makes the profile from a backup. It must not hold anything yet.
    ///
    /// # Errors
    /// [`Clash::Taken`] when the profile has data; [`StoreError::WrongKey`] for another passphrase;
    /// [`Damage::Backup`] when the file is cut, altered, or no backup at all. Then the profile is as it was.
    pub async fn restore(profile: &Profile, file: &Path, passphrase: &str) -> Result<()> {
        let (profile, file) = (profile.clone(), file.to_owned());
        let passphrase = zeroize::Zeroizing::new(passphrase.to_owned());
        let restored = tokio::task::spawn_blocking(move || restore(&profile, &file, &passphrase));
        restored.await.map_err(io::Error::other)?
    }

    /// Copies the database with its log while no transaction can be under way; gives the blobs that go with it.
    async fn snapshot_database(&self, into: &Path) -> Result<Vec<BlobName>> {
        self.database().checkpoint().await?;
        let mut write = self.write().await?;
        let sql = "SELECT name FROM blobs WHERE name NOT IN (SELECT blob FROM secret_frames) ORDER BY name";
        let rows = sqlx::query(sql).fetch_all(&mut *write).await?;
        let (from, into) = (self.profile().dir().to_owned(), into.to_owned());
        tokio::task::spawn_blocking(move || copy_database(&from, &into)).await.map_err(io::Error::other)??;
        write.rollback().await?;
        rows.iter().map(|row| row.hash("name").map(BlobName)).collect()
    }
}

fn copy_database(from: &Path, into: &Path) -> io::Result<()> {
    for part in ["store.db", "store.db-wal"] {
        match fs::copy(from.join(part), into.join(part)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            copied => _ = copied?,
        }
    }
    Ok(())
}

fn blob_entry(name: &BlobName) -> String {
    let hex = name.to_string();
    let (folder, file) = hex.split_at(2);
    format!("blobs/{folder}/{file}")
}

fn write_backup(file: &Path, passphrase: &str, entries: &[(String, PathBuf)]) -> Result<u64> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = write_archive(&part, passphrase, entries);
    if written.is_err() {
        // The half-written file is of no use; what cannot be removed does no harm.
        let _ = fs::remove_file(&part);
        return written;
    }
    fs::rename(&part, file)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync_folder(folder)?;
    written
}

fn write_archive(part: &Path, passphrase: &str, entries: &[(String, PathBuf)]) -> Result<u64> {
    let salt: [u8; 16] = random()?;
    let mut out = BufWriter::new(File::create(part)?);
    out.write_all(MAGIC)?;
    out.write_all(&salt)?;
    for number in [COST.memory_kib, COST.passes, COST.lanes] {
        out.write_all(&number.to_le_bytes())?;
    }
    let mut sealed = SealedWriter { out, key: derive(passphrase, &salt, COST)?, index: 0, plain: Vec::new() };
    for (path, source) in entries {
        let source = File::open(source)?;
        let size = source.metadata()?.len();
        sealed.write_all(&u32::try_from(path.len()).unwrap_or(0).to_le_bytes())?;
        sealed.write_all(path.as_bytes())?;
        sealed.write_all(&size.to_le_bytes())?;
        if io::copy(&mut source.take(size), &mut sealed)? != size {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
    }
    sealed.write_all(&0_u32.to_le_bytes())?;
    let file = sealed.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

fn derive(passphrase: &str, salt: &[u8; 16], cost: Cost) -> Result<BlobKey> {
    let damaged = |_| StoreError::Corrupt { what: Damage::Backup };
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(damaged)?;
    let mut key = zeroize::Zeroizing::new([0; 32]);
    // Typed on another keyboard, the same words may come in another normal form.
    let passphrase = zeroize::Zeroizing::new(dossier::text::nfc(passphrase));
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
        .map_err(damaged)?;
    Ok(BlobKey::from_bytes(*key))
}

fn restore(profile: &Profile, file: &Path, passphrase: &str) -> Result<()> {
    profile.make_folders()?;
    let lock = profile.lock()?;
    if profile.has_key_or_data()? {
        return Err(StoreError::Conflict(Clash::Taken));
    }
    // Beside the profile, so that it takes the profile's place at once when it is whole.
    let mut aside = profile.dir().as_os_str().to_owned();
    aside.push(".restoring");
    let aside = PathBuf::from(aside);
    if aside.exists() {
        fs::remove_dir_all(&aside)?;
    }
    let read = read_archive(file, passphrase, &Profile::new(&aside));
    if read.is_err() {
        fs::remove_dir_all(&aside)?;
        return read;
    }
    fs::remove_dir_all(profile.dir())?;
    fs::rename(&aside, profile.dir())?;
    drop(lock);
    Ok(profile.dir().parent().map_or(Ok(()), sync_folder)?)
}

fn read_archive(file: &Path, passphrase: &str, into: &Profile) -> Result<()> {
    into.make_folders()?;
    let damaged = || StoreError::Corrupt { what: Damage::Backup };
    let mut source = BufReader::new(File::open(file)?);
    let mut head = [0; 8 + 16 + 12];
    source.read_exact(&mut head).map_err(|_| damaged())?;
    let (magic, rest) = head.split_at(8);
    let (salt, numbers) = rest.split_at(16);
    let mut numbers = numbers.chunks_exact(4).map(|n| n.try_into().map_or(0, u32::from_le_bytes));
    let mut number = || numbers.next().unwrap_or(0);
    let cost = Cost { memory_kib: number(), passes: number(), lanes: number() };
    if magic != MAGIC || cost.memory_kib > MAX_MEMORY_KIB || cost.passes > 100 {
        return Err(damaged());
    }
    let key = derive(passphrase, salt.try_into().map_err(|_| damaged())?, cost)?;
    let mut archive =
        SealedReader { source, key, index: 0, next: Vec::new(), plain: Vec::new(), given: 0, ended: false };
    archive.begin()?;
    while let Some(path) = entry_path(&mut archive)? {
        let target = into.dir().join(path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        let size = u64::from_le_bytes(read_array(&mut archive)?);
        write_entry(&mut archive, &target, size)?;
    }
    sync_tree(into.dir())?;
    Ok(())
}

fn write_entry(archive: &mut impl Read, target: &Path, size: u64) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(target)?;
    if io::copy(&mut archive.take(size), &mut out).map_err(crate::blobs::unwrap_io)? != size {
        return Err(StoreError::Corrupt { what: Damage::Backup });
    }
    Ok(out.sync_all()?)
}

/// The path of the next entry, `None` at the end. Only paths that a profile has are taken.
fn entry_path(archive: &mut impl Read) -> Result<Option<PathBuf>> {
    let length = u32::from_le_bytes(read_array(archive)?) as usize;
    let damaged = || StoreError::Corrupt { what: Damage::Backup };
    match length {
        0 => return Ok(None),
        1..=100 => {}
        _ => return Err(damaged()),
    }
    let mut path = vec![0; length];
    archive.read_exact(&mut path).map_err(crate::blobs::unwrap_io)?;
    let path = String::from_utf8(path).map_err(|_| damaged())?;
    let is_blob = path
        .strip_prefix("blobs/")
        .and_then(|name| name.split_once('/'))
        .is_some_and(|(folder, file)| folder.len() == 2 && format!("{folder}{file}").parse::<BlobName>().is_ok());
    if is_blob || ["key", "store.db", "store.db-wal"].contains(&path.as_str()) {
        Ok(Some(path.into()))
    } else {
        Err(damaged())
    }
}

fn read_array<const N: usize>(archive: &mut impl Read) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    archive.read_exact(&mut bytes).map_err(crate::blobs::unwrap_io)?;
    Ok(bytes)
}

fn sync_tree(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        }
    }
    sync_folder(folder)
}

/// Seals what is written to it, chunk by chunk.
struct SealedWriter<W: Write> {
    out: W,
    key: BlobKey,
    index: u64,
    plain: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    fn put(&mut self, last: bool) -> io::Result<()> {
        self.key.seal(self.index, last, &mut self.plain)?;
        self.out.write_all(&self.plain)?;
        self.plain.clear();
        self.index += 1;
        Ok(())
    }

    fn finish(mut self) -> io::Result<W> {
        self.put(true)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits for one more byte: the last one must be known as such.
        if self.plain.len() == CHUNK && !bytes.is_empty() {
            self.put(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.plain.len());
        self.plain.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens what [`SealedWriter`] sealed.
struct SealedReader<R: Read> {
    source: R,
    key: BlobKey,
    index: u64,
    /// The sealed chunk after the present one; empty at the end.
    next: Vec<u8>,
    plain: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> SealedReader<R> {
    /// Reads the first chunk, whose seal tells whether the passphrase is right.
    fn begin(&mut self) -> Result<()> {
        self.next = self.sealed()?;
        self.advance().map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => StoreError::WrongKey,
            _ => error.into(),
        })
    }

    fn sealed(&mut self) -> io::Result<Vec<u8>> {
        let mut chunk = Vec::with_capacity(CHUNK + TAG);
        self.source.by_ref().take((CHUNK + TAG) as u64).read_to_end(&mut chunk)?;
        Ok(chunk)
    }

    fn advance(&mut self) -> io::Result<()> {
        let after = self.sealed()?;
        self.plain = std::mem::replace(&mut self.next, after);
        self.ended = self.next.is_empty();
        self.given = 0;
        let opened = self.key.open(self.index, self.ended, &mut self.plain);
        self.index += 1;
        let damaged = || StoreError::Corrupt { what: Damage::Backup };
        opened.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, damaged()))
    }
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.plain.len() && !self.ended {
            self.advance()?;
        }
        let rest = self.plain.get(self.given..).unwrap_or_default();
        let mut rest = rest;
        let read = rest.read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixture, act, new_document, new_dossier};

    const PASSPHRASE: &str = "mật khẩu dài";

    async fn backed_up() -> (Fixture, crate::Dossier, crate::BlobId, PathBuf) {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let dossier = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
        let blob = store.put_bytes(&vec![7; 3 * CHUNK + 5]).await.unwrap();
        store.add_document(&new_document(1, &dossier, blob), &act(2)).await.unwrap();
        let file = fixture.dir.path().join("saved.hoso");
        let size = store.backup(&file, PASSPHRASE).await.unwrap();
        assert_eq!(fs::metadata(&file).unwrap().len(), size);
        (fixture, dossier, blob, file)
    }

    fn elsewhere(fixture: &Fixture) -> Profile {
        Profile::new(fixture.dir.path().join("restored"))
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]

        /// Whatever is written in whatever pieces comes back, and no shortened stream does.
        #[test]
        fn a_sealed_stream_reads_back_whole_or_not_at_all(
            sizes in proptest::collection::vec(0_usize..2 * CHUNK, 0..5),
            cut in 1_usize..3 * CHUNK,
        ) {
            let key = BlobKey::generate().unwrap();
            let mut writer = SealedWriter { out: Vec::new(), key: key.clone(), index: 0, plain: Vec::new() };
            let mut plain = Vec::new();
            for (n, size) in sizes.iter().enumerate() {
                let piece = vec![n as u8; *size];
                writer.write_all(&piece).unwrap();
                plain.extend(piece);
            }
            let sealed = writer.finish().unwrap();
            let read = |sealed: &[u8]| {
                let (next, plain) = (Vec::new(), Vec::new());
                let mut reader =
                    SealedReader { source: sealed, key: key.clone(), index: 0, next, plain, given: 0, ended: false };
                let mut read = Vec::new();
                reader.begin().ok().and_then(|()| reader.read_to_end(&mut read).ok()).map(|_| read)
            };
            proptest::prop_assert!(read(&sealed) == Some(plain));
            let shorter = sealed.len().saturating_sub(cut);
            proptest::prop_assert!(read(&sealed[..shorter]).is_none());
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_backup_restores_everything_that_was_there() {
        let (fixture, dossier, blob, file) = backed_up().await;
        fixture.store().create_dossier(&new_dossier(2), &act(3)).await.unwrap();
        let profile = elsewhere(&fixture);
        Store::restore(&profile, &file, PASSPHRASE).await.unwrap();
        let restored = Store::open(profile).await.unwrap();
        assert_eq!(restored.dossier(dossier.id).await.unwrap().head, dossier.head);
        assert_eq!(restored.count_dossiers().await.unwrap().values().sum::<u64>(), 1, "as it was when backed up");
        assert_eq!(restored.get_blob(&blob).await.unwrap(), vec![7; 3 * CHUNK + 5]);
        assert_eq!(restored.verify_journal().await.unwrap().seq, 2);
        restored.check_database().await.unwrap();
        assert!(!fixture.profile().tmp().join("snapshot").exists());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn nothing_is_restored_by_halves_or_over_data() {
        let (fixture, _, _, file) = backed_up().await;
        let profile = elsewhere(&fixture);
        let wrong = Store::restore(&profile, &file, "mật khẩu khác").await;
        assert!(matches!(wrong, Err(StoreError::WrongKey)));
        let sound = fs::read(&file).unwrap();
        let damages: [fn(&mut Vec<u8>); 4] = [
            |bytes| bytes.truncate(bytes.len() - 1),
            |bytes| bytes.truncate(36 + CHUNK + TAG),
            |bytes| *bytes.last_mut().unwrap() ^= 1,
            |bytes| bytes[0] ^= 1,
        ];
        for (n, damage) in damages.iter().enumerate() {
            let mut bytes = sound.clone();
            damage(&mut bytes);
            fs::write(&file, bytes).unwrap();
            let refused = Store::restore(&profile, &file, PASSPHRASE).await;
            // Cut to one chunk, the first chunk is not the last it claims to be: that reads like a wrong passphrase.
            let told = matches!(refused, Err(StoreError::Corrupt { what: Damage::Backup } | StoreError::WrongKey));
            assert!(told, "{n}: {refused:?}");
            assert!(!profile.dir().join("key").exists());
        }
        fs::write(&file, sound).unwrap();
        Store::restore(&profile, &file, PASSPHRASE).await.unwrap();
        let again = Store::restore(&profile, &file, PASSPHRASE).await;
        assert!(matches!(again, Err(StoreError::Conflict(Clash::Taken))));
        let open = Store::restore(&fixture.profile(), &file, PASSPHRASE).await;
        assert!(matches!(open, Err(StoreError::InUse)));
    }
}
