//! The types the window speaks are those of this room: one committed file, made from them, never written by hand.

use std::{collections::BTreeMap, path::Path};

use desk::{Answer, Fault, Notice, Request, Window};
use ts_rs::{Config, TS};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../ui/src/host/desk.gen.ts");

/// With `HOSO_WRITE_TYPES=1` the file is written instead of compared.
#[test]
fn the_committed_types_are_the_rooms_own() {
    let made = types();
    if std::env::var_os("HOSO_WRITE_TYPES").is_some() {
        std::fs::write(FILE, &made).unwrap();
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        committed == made,
        "ui/src/host/desk.gen.ts is stale: HOSO_WRITE_TYPES=1 cargo test -p desk --test typescript"
    );
}

fn types() -> String {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::new().with_out_dir(folder.path());
    Request::export_all(&config).unwrap();
    Answer::export_all(&config).unwrap();
    Fault::export_all(&config).unwrap();
    Notice::export_all(&config).unwrap();
    Window::export_all(&config).unwrap();
    let mut declarations = BTreeMap::new();
    collect(folder.path(), &mut declarations);
    let head = "// Made from the types of the room `desk` by its test `typescript`. Do not edit.\n";
    // The words of the consent are the window's, the number under which they are kept is the program's.
    let wording = format!("export const CONSENT_WORDING = {};\n", desk::CONSENT_WORDING);
    [head.to_owned()].into_iter().chain(declarations.into_values()).chain([wording]).collect::<Vec<_>>().join("\n")
}

/// Each file holds one type; in one file together they need no imports.
fn collect(folder: &Path, declarations: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, declarations);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let kept: Vec<&str> =
            text.lines().filter(|line| !line.starts_with("import ") && !line.starts_with("// This file")).collect();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let previous = declarations.insert(name.clone(), format!("{}\n", kept.join("\n").trim()));
        assert!(previous.is_none(), "two types are called {name}");
    }
}
