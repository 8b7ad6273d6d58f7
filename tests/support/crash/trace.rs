//! What `strace` wrote, as the deeds of the programs: what they did to the disk, what they heard and said, in one order.

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// The system calls that change a disk or speak to somebody. What changes a file by another way (`copy_file_range`, shared memory) is
/// in the list to be found and refused: its bytes do not stand in the log.
pub const TRACED: &str = "openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,lseek,fsync,\
fdatasync,sync_file_range,syncfs,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,mmap,\
sendfile,splice,copy_file_range,sendto,sendmsg,recvfrom,recvmsg,execve";

/// A change of a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A file was opened in a way that may have made it, or emptied it; its position is its beginning.
    Open {
        path: PathBuf,
        made: bool,
        emptied: bool,
    },
    /// At a place, or where the file's position is.
    Write {
        path: PathBuf,
        at: Option<u64>,
        bytes: Vec<u8>,
    },
    Seek {
        path: PathBuf,
        to: u64,
    },
    Resize {
        path: PathBuf,
        to: u64,
    },
    /// A file or a folder.
    Sync {
        path: PathBuf,
    },
    /// A sync that failed: the system forgets that what was written is not on the disk.
    SyncFailed {
        path: PathBuf,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Link {
        from: PathBuf,
        to: PathBuf,
    },
    Unlink {
        path: PathBuf,
    },
    MakeFolder {
        path: PathBuf,
    },
    RemoveFolder {
        path: PathBuf,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Disk(Change),
    Heard {
        socket: u64,
        bytes: Vec<u8>,
    },
    Said {
        socket: u64,
        bytes: Vec<u8>,
    },
    /// A program was started, with its arguments.
    Began {
        process: u32,
        words: Vec<String>,
    },
    /// It ended by itself with this code.
    Ended {
        process: u32,
        code: i32,
    },
}

/// A deed, and the lines of the log at which it began and was done.
#[derive(Debug, Clone)]
pub struct Entry {
    pub begun: usize,
    pub done: usize,
    pub deed: Deed,
}

/// The deeds in a log, by the time they were done. Of the disk only what lies under `root`; what a killed program had begun and never
/// came back from is taken for not done.
///
/// Panics where something changed a file under `root` by a way that the log does not show.
pub fn read(log: &str, root: &Path) -> Vec<Entry> {
    let mut open: HashMap<&str, (usize, &str)> = HashMap::new();
    let mut entries = Vec::new();
    for (line, text) in log.lines().enumerate() {
        let Some((process, text)) = text.split_once(' ') else { continue };
        let text = text.trim_start();
        if let Some(begun) = text.strip_suffix(" <unfinished ...>") {
            open.insert(process, (line, begun));
            continue;
        }
        let (begun, whole) = match text.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            Some((_, rest)) => match open.remove(process) {
                Some((begun, first)) => (begun, format!("{first}{rest}")),
                None => continue,
            },
            None => (line, text.to_owned()),
        };
        let process = process.parse().expect("a process");
        if let Some(deed) = deed(process, &whole, root) {
            entries.push(Entry { begun, done: line, deed });
        }
    }
    entries.sort_by_key(|entry| entry.done);
    entries
}

fn deed(process: u32, text: &str, root: &Path) -> Option<Deed> {
    if let Some(rest) = text.strip_prefix("+++ exited with ") {
        let code = rest.split(' ').next()?.parse().ok()?;
        return Some(Deed::Ended { process, code });
    }
    let (name, rest) = text.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let arguments = arguments.trim_end().strip_suffix(')')?;
    let words: Vec<&str> = arguments.split(", ").collect();
    if result.starts_with('-') && matches!(name, "fsync" | "fdatasync") {
        let path = descriptor(words.first()?).filter(|path| path.starts_with(root))?;
        return Some(Deed::Disk(Change::SyncFailed { path }));
    }
    if result.starts_with(['-', '?']) {
        return None;
    }
    let socket = || socket_of(words.first()?);
    let given = || result.split(['<', ' ']).next()?.parse::<usize>().ok();
    match name {
        "recvfrom" => {
            let mut bytes = literals(arguments).concat();
            bytes.truncate(given()?);
            return Some(Deed::Heard { socket: socket()?, bytes });
        }
        "sendto" | "sendmsg" | "write" | "writev" if socket().is_some() => {
            let mut bytes = literals(arguments).concat();
            bytes.truncate(given()?);
            return Some(Deed::Said { socket: socket()?, bytes });
        }
        "execve" => {
            let words = literals(arguments).into_iter().map(|word| String::from_utf8_lossy(&word).into_owned());
            return Some(Deed::Began { process, words: words.skip(1).collect() });
        }
        _ => {}
    }
    change(name, arguments, &words, result, root).map(Deed::Disk)
}

fn change(name: &str, arguments: &str, words: &[&str], result: &str, root: &Path) -> Option<Change> {
    let under = |path: PathBuf| path.starts_with(root).then_some(path);
    // The file behind the descriptor that a call names first; one that has lost its last name cannot come back.
    let file =
        || words.first().filter(|word| !word.ends_with("(deleted)")).and_then(|word| descriptor(word)).and_then(under);
    let number = |word: Option<&&str>| word.and_then(|word| word.parse::<u64>().ok());
    let named = |nth: usize| {
        let path = PathBuf::from(OsString::from_vec(literals(arguments).get(nth)?.clone()));
        if path.is_absolute() {
            return Some(path);
        }
        // Relative to a folder that stands before it.
        let folders: Vec<PathBuf> = words.iter().filter_map(|word| descriptor(word)).collect();
        Some(folders.get(nth.min(folders.len().checked_sub(1)?))?.join(path))
    };
    match name {
        "openat" | "open" | "creat" => {
            let path = under(descriptor(result)?)?;
            let (made, emptied) = (arguments.contains("O_CREAT"), arguments.contains("O_TRUNC"));
            assert!(!arguments.contains("O_TMPFILE"), "a file without a name: {}", path.display());
            let written = arguments.contains("O_WRONLY") || arguments.contains("O_RDWR");
            written.then_some(Change::Open { path, made, emptied })
        }
        "write" | "pwrite64" | "writev" | "pwritev" | "pwritev2" => {
            let path = file()?;
            assert!(matches!(name, "write" | "pwrite64"), "{name} to {} is not understood", path.display());
            let mut bytes = literals(arguments).concat();
            bytes.truncate(result.split(' ').next()?.parse().ok()?);
            let at = if name == "pwrite64" { Some(number(words.last())?) } else { None };
            Some(Change::Write { path, at, bytes })
        }
        "lseek" => Some(Change::Seek { path: file()?, to: result.split(' ').next()?.parse().ok()? }),
        "ftruncate" => Some(Change::Resize { path: file()?, to: number(words.get(1))? }),
        "fsync" | "fdatasync" => Some(Change::Sync { path: file()? }),
        "rename" | "renameat" | "renameat2" => Some(Change::Rename { from: under(named(0)?)?, to: named(1)? }),
        "link" | "linkat" => Some(Change::Link { from: named(0)?, to: under(named(1)?)? }),
        "unlinkat" if arguments.contains("AT_REMOVEDIR") => Some(Change::RemoveFolder { path: under(named(0)?)? }),
        "unlink" | "unlinkat" => Some(Change::Unlink { path: under(named(0)?)? }),
        "mkdir" | "mkdirat" => Some(Change::MakeFolder { path: under(named(0)?)? }),
        "rmdir" => Some(Change::RemoveFolder { path: under(named(0)?)? }),
        "mmap" => {
            let path = words.iter().find_map(|word| descriptor(word)).and_then(under)?;
            let shared = arguments.contains("MAP_SHARED") && arguments.contains("PROT_WRITE");
            assert!(!shared || is_rebuilt(&path), "{} is written through memory", path.display());
            None
        }
        "truncate" | "symlink" | "symlinkat" => {
            assert!(named(0).and_then(under).is_none(), "{name} is not understood: {arguments}");
            None
        }
        // These say more than we need to know, or hide what was written.
        "fallocate" | "copy_file_range" | "sendfile" | "splice" => {
            let hidden = words.iter().filter_map(|word| descriptor(word)).find_map(under);
            assert!(hidden.is_none(), "{name} hides what is written to {hidden:?}");
            None
        }
        _ => None,
    }
}

/// Whether a file is made again at every start, whatever it holds: SQLite's index of its log.
pub fn is_rebuilt(path: &Path) -> bool {
    path.to_string_lossy().ends_with("-shm")
}

/// The path in `3</a/path>`.
fn descriptor(word: &str) -> Option<PathBuf> {
    let (_, rest) = word.split_once('<')?;
    let (path, _) = rest.rsplit_once('>')?;
    let path = PathBuf::from(OsString::from_vec(unescaped(path)));
    path.is_absolute().then_some(path)
}

fn socket_of(word: &str) -> Option<u64> {
    let (_, rest) = word.split_once('<')?;
    let (name, _) = rest.rsplit_once('>')?;
    let name = String::from_utf8(unescaped(name)).ok()?;
    name.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

/// Everything between quotes.
fn literals(text: &str) -> Vec<Vec<u8>> {
    let mut parts = text.split('"').skip(1).step_by(2).map(unescaped).collect::<Vec<_>>();
    // A text that was cut would end in dots; the log is asked for whole ones.
    assert!(!text.contains("\"..."), "strace cut a text short");
    parts.shrink_to_fit();
    parts
}

/// `\x61b` as the two bytes it stands for.
fn unescaped(text: &str) -> Vec<u8> {
    let (bytes, mut found) = (text.as_bytes(), Vec::with_capacity(text.len() / 4));
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = bytes.get(at + 2..at + 4).filter(|_| bytes[at..].starts_with(b"\\x"));
        match digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()) {
            Some(value) => {
                found.push(value);
                at += 4;
            }
            None => {
                found.push(*byte);
                at += 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_becomes_deeds_in_the_order_in_which_they_were_done() {
        let log = r#"
7 openat(AT_FDCWD<\x2f>, "\x2f\x72\x2f\x61", O_WRONLY|O_CREAT|O_CLOEXEC, 0600) = 3<\x2f\x72\x2f\x61>
7 write(3<\x2f\x72\x2f\x61>, "\x68\x69", 2 <unfinished ...>
8 recvfrom(5<\x73\x6f\x63\x6b\x65\x74\x3a\x5b\x39\x5d>, "\x47", 100, 0, NULL, NULL) = 1
7 <... write resumed>) = 1
7 pwrite64(3<\x2f\x72\x2f\x61>, "\x68", 1, 5) = -1 ENOSPC (No space left on device)
7 rename("\x2f\x72\x2f\x61", "\x2f\x72\x2f\x62") = 0
7 fdatasync(3<\x2f\x72\x2f\x62>) = 0
7 write(3<\x2f\x78\x2f\x62>, "\x68", 1) = 1
7 unlink("\x2f\x72\x2f\x62" <unfinished ...>
8 +++ exited with 1 +++
7 +++ killed by SIGKILL +++
"#;
        let path = |name: &str| Path::new("/r").join(name);
        let found: Vec<(usize, usize, Deed)> =
            read(log, Path::new("/r")).into_iter().map(|entry| (entry.begun, entry.done, entry.deed)).collect();
        let wanted = vec![
            (1, 1, Deed::Disk(Change::Open { path: path("a"), made: true, emptied: false })),
            (3, 3, Deed::Heard { socket: 9, bytes: b"G".to_vec() }),
            (2, 4, Deed::Disk(Change::Write { path: path("a"), at: None, bytes: b"h".to_vec() })),
            (6, 6, Deed::Disk(Change::Rename { from: path("a"), to: path("b") })),
            (7, 7, Deed::Disk(Change::Sync { path: path("b") })),
            (10, 10, Deed::Ended { process: 8, code: 1 }),
        ];
        assert_eq!(found, wanted);
    }
}
