//! Looks for words that must not lie anywhere in clear.

use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

/// A place where a planted word was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Hit {
    pub path: PathBuf,
    pub word: String,
    /// How it was written there: `name`, `utf-8`, `utf-8 nfd` or `utf-16`.
    pub form: &'static str,
}

/// Searches every file and every name under `folder` for `words`.
///
/// Each word is sought as UTF-8 composed and decomposed and as UTF-16 (little endian). Files are read whole.
pub fn find_planted(folder: &Path, words: &[&str]) -> Vec<Hit> {
    let needles: Vec<Needle> = words.iter().map(|word| Needle::new(word)).collect();
    let mut hits = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(path) = open.pop() {
        let name: String = path.file_name().unwrap_or_default().to_string_lossy().nfc().collect();
        for needle in needles.iter().filter(|needle| name.contains(&needle.word)) {
            hits.push(Hit { path: path.clone(), word: needle.word.clone(), form: "name" });
        }
        let kind = path.symlink_metadata().unwrap_or_else(|e| panic!("{}: {e}", path.display())).file_type();
        if kind.is_dir() {
            let entries = path.read_dir().unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            open.extend(entries.map(|entry| entry.expect("a readable folder").path()));
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            hits.extend(needles.iter().filter_map(|needle| needle.seek(&path, &bytes)));
        }
    }
    hits
}

struct Needle {
    word: String,
    forms: [(&'static str, Vec<u8>); 3],
}

impl Needle {
    fn new(word: &str) -> Needle {
        let composed: String = word.nfc().collect();
        let decomposed: String = word.nfd().collect();
        let utf16 = composed.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let forms =
            [("utf-8", composed.clone().into_bytes()), ("utf-8 nfd", decomposed.into_bytes()), ("utf-16", utf16)];
        Needle { word: composed, forms }
    }

    fn seek(&self, path: &Path, bytes: &[u8]) -> Option<Hit> {
        let found = self.forms.iter().find(|(_, form)| contains(bytes, form))?;
        Some(Hit { path: path.to_path_buf(), word: self.word.clone(), form: found.0 })
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    let Some((first, _)) = needle.split_first() else { return false };
    let starts = haystack.iter().enumerate().filter(|(_, byte)| *byte == first);
    starts.into_iter().any(|(at, _)| haystack[at..].starts_with(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_word_in_names_and_in_three_encodings() {
        let folder = tempfile::tempdir().unwrap();
        let word = "Nguyễn Thị Ước";
        let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.path().join(name), bytes).unwrap();
        write("composed", format!("xx{word}yy").into_bytes());
        write("decomposed", word.nfd().collect::<String>().into_bytes());
        write("wide", word.encode_utf16().flat_map(u16::to_le_bytes).collect());
        write("Đơn của Nguyễn Thị Ước.jpg", Vec::new());
        write("innocent", "Nguyễn Thị Uoc".as_bytes().to_vec());
        let mut forms: Vec<&str> = find_planted(folder.path(), &[word]).iter().map(|hit| hit.form).collect();
        forms.sort_unstable();
        assert_eq!(forms, ["name", "utf-16", "utf-8", "utf-8 nfd"]);
    }
}
