//! Where a pack is written: a folder, or one ZIP file. It comes to be at its place whole or not at all, and is opened again.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use dossier::digest::Digest;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    exporting::sync_folder,
    fault::{Fault, FaultCode as Code, writing},
};

/// The name, size and content of a file that must be in a pack.
pub(super) type Expected = BTreeMap<String, (u64, Digest)>;

/// Where a pack will stand, and where it is written before.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub target: PathBuf,
    draft: PathBuf,
    zip: bool,
}

impl Place {
    /// Of the pack `id` of a dossier called `stem` inside `folder`; a name ending in `.zip` is the file itself. Never one that is there:
    /// a number is added to the name.
    pub fn new(folder: &Path, stem: &str, zip: bool, id: Uuid) -> Result<Self, Fault> {
        let is_file = zip && folder.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
        let parent = if is_file { folder.parent().unwrap_or(Path::new("")) } else { folder };
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        fs::create_dir_all(parent).map_err(|e| writing(&parent.display().to_string(), &e))?;
        let parent = parent.canonicalize().map_err(|e| writing(&parent.display().to_string(), &e))?;
        let named = folder.file_stem().filter(|_| is_file).map(|stem| stem.to_string_lossy().into_owned());
        let stem = named.unwrap_or_else(|| stem.to_owned());
        let name = |n: u32| match (n, zip) {
            (1, false) => stem.clone(),
            (1, true) => format!("{stem}.zip"),
            (n, false) => format!("{stem}-{n}"),
            (n, true) => format!("{stem}-{n}.zip"),
        };
        let free = (1..1000).map(|n| parent.join(name(n))).find(|path| fs::symlink_metadata(path).is_err());
        let target =
            free.ok_or_else(|| Fault::new(Code::OutputNotWritable).with("file", parent.join(name(1)).display()))?;
        // What an earlier try left of the same dossier's is nobody's any more.
        sweep(&parent, &format!(".{stem}."));
        let draft = parent.join(format!(".{stem}.{}{DRAFT}", id.simple()));
        Ok(Self { target, draft, zip })
    }

    /// Writes a file of the pack; the first one begins it.
    pub fn begin(&self) -> Result<Writing, Fault> {
        let failed = |e: io::Error| writing(&self.target.display().to_string(), &e);
        let to = if self.zip {
            To::Zip(Box::new(ZipWriter::new(File::create_new(&self.draft).map_err(failed)?)))
        } else {
            fs::create_dir(&self.draft).map_err(failed)?;
            To::Folder
        };
        Ok(Writing { place: self.clone(), to, kept: false })
    }
}

const DRAFT: &str = ".goi.part";

fn sweep(folder: &Path, start: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(start) && name.ends_with(DRAFT) {
            let _ =
                if entry.path().is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        }
    }
}

enum To {
    Folder,
    Zip(Box<ZipWriter<File>>),
}

/// A pack while it is written; it goes away unless kept.
pub(super) struct Writing {
    place: Place,
    to: To,
    kept: bool,
}

impl Writing {
    /// Adds a file under this name, whose folders are parted by `/`.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let shown = self.place.target.join(name).display().to_string();
        self.try_add(name, bytes).map_err(|e| writing(&shown, &e))
    }

    fn try_add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        match &mut self.to {
            To::Folder => {
                let path = self.place.draft.join(name);
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)?;
                }
                let mut file = File::create_new(path)?;
                file.write_all(bytes)?;
                file.sync_all()
            }
            To::Zip(zip) => {
                // A PDF is packed already; the flag says that names are UTF-8, which ASCII is.
                let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
                zip.start_file(name, options).map_err(io::Error::other)?;
                zip.write_all(bytes)
            }
        }
    }

    /// Everything is on the disk, and was opened again: what is there is what was expected, no more and no less.
    ///
    /// # Errors
    /// [`Code::PackDiffers`].
    pub fn seal(&mut self, expected: &Expected) -> Result<(), Fault> {
        let shown = self.place.target.display().to_string();
        let to = std::mem::replace(&mut self.to, To::Folder);
        let synced = match to {
            To::Folder => sync_folders(&self.place.draft),
            To::Zip(zip) => zip.finish().map_err(io::Error::other).and_then(|file| file.sync_all()),
        };
        synced.map_err(|e| writing(&shown, &e))?;
        check(&self.place.draft, expected).map_err(|fault| fault.with("file", &shown))
    }

    /// Puts it at its place.
    pub fn keep(mut self) -> Result<(), Fault> {
        let target = &self.place.target;
        let failed = |e: io::Error| writing(&target.display().to_string(), &e);
        if fs::symlink_metadata(target).is_ok() {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        fs::rename(&self.place.draft, target).map_err(failed)?;
        self.kept = true;
        sync_folder(target.parent().unwrap_or(Path::new("."))).map_err(failed)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let draft = &self.place.draft;
        if !self.kept {
            let _ = if draft.is_dir() { fs::remove_dir_all(draft) } else { fs::remove_file(draft) };
        }
    }
}

fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    sync_folder(folder)
}

/// Opens a pack again.
///
/// # Errors
/// [`Code::PackDiffers`] with the first file that is missing, another one, or too many.
pub(super) fn check(place: &Path, expected: &Expected) -> Result<(), Fault> {
    let differs = |name: &str| Fault::new(Code::PackDiffers).with("name", name);
    let unread = |e: io::Error| differs(&e.to_string());
    let mut found = Expected::new();
    if place.is_dir() {
        walk(place, "", &mut found).map_err(unread)?;
    } else {
        let file = File::open(place).map_err(unread)?;
        let mut archive = ZipArchive::new(file).map_err(|e| differs(&e.to_string()))?;
        for n in 0..archive.len() {
            let entry = archive.by_index(n).map_err(|e| differs(&e.to_string()))?;
            let name = entry.name().map_err(|e| differs(&e.to_string()))?.into_owned();
            let content = digest(entry).map_err(unread)?;
            found.insert(name, content);
        }
    }
    for (name, content) in expected {
        if found.remove(name).as_ref() != Some(content) {
            return Err(differs(name));
        }
    }
    found.into_keys().next().map_or(Ok(()), |more| Err(differs(&more)))
}

fn walk(folder: &Path, before: &str, found: &mut Expected) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.insert(name, digest(File::open(entry.path())?)?);
        }
    }
    Ok(())
}

fn digest(mut content: impl Read) -> io::Result<(u64, Digest)> {
    let (mut hash, mut buffer, mut size) = (Sha256::new(), vec![0; 1 << 16], 0);
    loop {
        let n = content.read(&mut buffer)?;
        if n == 0 {
            return Ok((size, Digest(hash.finalize().into())));
        }
        hash.update(buffer.get(..n).unwrap_or_default());
        size += n as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(files: &[(&str, &[u8])]) -> Expected {
        files.iter().map(|(name, bytes)| ((*name).to_owned(), (bytes.len() as u64, Digest::of(bytes)))).collect()
    }

    #[test]
    fn a_pack_is_there_whole_or_not_at_all_and_what_is_there_is_checked() {
        let files: [(&str, &[u8]); 2] = [("giay-to/01.pdf", b"one"), ("phieu.txt", b"two")];
        for zip in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let place = Place::new(folder.path(), "T-1", zip, Uuid::from_u128(1)).unwrap();
            let mut writing = place.begin().unwrap();
            for (name, bytes) in files {
                writing.add(name, bytes).unwrap();
            }
            assert!(!place.target.exists());
            let wrong = expected(&[("giay-to/01.pdf", b"one"), ("phieu.txt", b"twO")]);
            writing.seal(&expected(&files)).unwrap();
            writing.keep().unwrap();
            check(&place.target, &expected(&files)).unwrap();
            for wrong in [wrong, expected(&files[..1]), expected(&[files[0], files[1], ("more", b"")])] {
                assert_eq!(check(&place.target, &wrong).unwrap_err().code, Code::PackDiffers);
            }
            let second = Place::new(folder.path(), "T-1", zip, Uuid::from_u128(2)).unwrap();
            assert!(second.target.display().to_string().contains("T-1-2"), "nothing is written over");
            drop(second.begin().unwrap());
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "what was not kept is gone");
            std::mem::forget(second.begin().unwrap());
            Place::new(folder.path(), "T-1", zip, Uuid::from_u128(3)).unwrap();
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nor what a kill left");
        }
    }

    #[test]
    fn a_damaged_or_cut_archive_is_no_pack() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(&folder.path().join("a.zip"), "T-1", true, Uuid::from_u128(1)).unwrap();
        let mut writing = place.begin().unwrap();
        writing.add("a.pdf", &[7; 5000]).unwrap();
        writing.seal(&expected(&[("a.pdf", &[7; 5000])])).unwrap();
        writing.keep().unwrap();
        assert!(place.target.ends_with("a.zip"));
        let whole = fs::read(&place.target).unwrap();
        let mut flipped = whole.clone();
        flipped[2000] ^= 1;
        for broken in [flipped, whole[..whole.len() / 2].to_vec(), vec![], b"not a zip".to_vec()] {
            fs::write(&place.target, broken).unwrap();
            assert_eq!(check(&place.target, &expected(&[("a.pdf", &[7; 5000])])).unwrap_err().code, Code::PackDiffers);
        }
    }
}
