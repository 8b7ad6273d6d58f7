//! Reading the repository's own sources.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lies in the repository").to_path_buf()
}

/// Files git knows whose names end so, relative to the root.
pub fn tracked(endings: &[&str]) -> Vec<PathBuf> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().expect("git");
    assert!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8(output.stdout).expect("file names are UTF-8");
    let names = names.split('\0').filter(|name| !name.is_empty());
    let wanted = names.filter(|name| endings.iter().any(|ending| name.ends_with(ending)));
    let files: Vec<PathBuf> = wanted.map(PathBuf::from).filter(|path| root().join(path).is_file()).collect();
    assert!(!files.is_empty(), "no files end with {endings:?}");
    files
}

/// Every Rust source with its text.
pub fn rust() -> Vec<(PathBuf, String)> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(root().join(&path)).expect("sources are UTF-8");
        (path, text)
    };
    tracked(&[".rs"]).into_iter().map(read).collect()
}

/// Numbered lines without whole-line comments and without what stands in string literals.
pub fn code_lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    lines.map(|(number, line)| (number + 1, without_strings(line)))
}

fn without_strings(line: &str) -> String {
    let mut code = String::new();
    let mut inside = false;
    let mut escaped = false;
    let mut before = ' ';
    for c in line.chars() {
        if inside {
            inside = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if c == '"' && before != '\'' {
            inside = true;
        } else {
            code.push(c);
        }
        before = c;
    }
    code
}

/// A source that is compiled for tests only by its place or name.
pub fn is_test_file(path: &Path) -> bool {
    let names: Vec<_> = path.components().filter_map(|part| part.as_os_str().to_str()).collect();
    names
        .iter()
        .any(|name| ["tests", "tests.rs", "testing.rs", "suite.rs"].contains(name) || name.ends_with("_tests.rs"))
}

/// The part of a source before its module of unit tests.
pub fn before_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]\nmod ").map_or(text, |(before, _)| before)
}

/// The module of unit tests at the end of a source.
pub fn after_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]\nmod ").map_or("", |(_, after)| after)
}

/// What a TypeScript or Svelte source imports.
#[derive(Debug, PartialEq, Eq)]
pub enum Import {
    /// An npm package.
    Package(String),
    /// A file of ours, relative to `ui/src`, as written (the ending may be missing).
    File(String),
}

/// Static and dynamic imports and re-exports of a source under `ui/src`.
pub fn imports(path: &Path) -> Vec<Import> {
    let text = fs::read_to_string(root().join(path)).expect("sources are UTF-8");
    let folder = path.strip_prefix("ui/src").expect("under ui/src").parent().unwrap_or(Path::new(""));
    specifiers(&text).into_iter().map(|specifier| resolve(folder, &specifier)).collect()
}

fn specifiers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for opening in ["from ", "import ", "import(", "@import "] {
            for (at, _) in line.match_indices(opening) {
                let rest = line[at + opening.len()..].trim_start();
                let Some(quote) = rest.chars().next().filter(|c| ['\'', '"', '`'].contains(c)) else { continue };
                if let Some((specifier, _)) = rest[1..].split_once(quote) {
                    found.push(specifier.to_owned());
                }
            }
        }
    }
    found.dedup();
    found
}

fn resolve(folder: &Path, specifier: &str) -> Import {
    if !specifier.starts_with('.') {
        return Import::Package(specifier.to_owned());
    }
    let mut parts: Vec<&str> = folder.components().filter_map(|part| part.as_os_str().to_str()).collect();
    for part in specifier.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    Import::File(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_and_resolved() {
        let text = "import { a } from '../parts/A.svelte';\nimport './b.css';\n// import 'no';\nconst c = await import(\"@tauri-apps/api\");\nexport * from '..';\n";
        let folder = Path::new("screens/list");
        let found: Vec<Import> = specifiers(text).iter().map(|specifier| resolve(folder, specifier)).collect();
        let file = |name: &str| Import::File(name.to_owned());
        let package = Import::Package("@tauri-apps/api".to_owned());
        assert_eq!(found, [file("screens/parts/A.svelte"), file("screens/list/b.css"), package, file("screens")]);
    }

    #[test]
    fn words_in_strings_and_comments_are_not_code() {
        let lines: Vec<(usize, String)> = code_lines("// unsafe\nlet a = \"unsafe \\\" unsafe\"; b('\"');\n").collect();
        assert_eq!(lines, [(2, "let a = ; b('\"');".to_owned())]);
    }
}
