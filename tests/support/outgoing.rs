//! Dossiers in a clerk's outbox, and whether each of them is at the hub: once, whole, receipted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::chance::Chance;
use crate::clerk::Clerk;
use crate::hub::Hub;
use crate::papers::pdf_of;
use crate::process::answers;
use crate::window::{Line, Window};

const PROCEDURE: &str = "2.000635";
const COMPONENT: &str = "2.000635.01";

/// What a clerk has put into the outbox: the files of each dossier, by their SHA-256.
#[derive(Debug, Default)]
pub struct Outgoing {
    pub dossiers: BTreeMap<String, BTreeSet<String>>,
    pub bytes: u64,
}

impl Outgoing {
    /// Puts so many more dossiers into the outbox, each with so many files of so many bytes (from, to).
    pub fn queue(&mut self, clerk: &Clerk, dossiers: u32, files: u32, bytes: (u64, u64), chance: &mut Chance) {
        let mut window = Window::start(clerk);
        let line = &window.line;
        // They are to be sent by the program under test.
        line.ok(&json!({ "ask": "hold", "work": "sending", "held": true }));
        let split = |line: String| line.split_once('=').map(|(field, value)| [field.to_owned(), value.to_owned()]);
        let answers: Vec<_> = answers(PROCEDURE).into_iter().filter_map(split).collect();
        let folder = clerk.folder().join("papers");
        std::fs::create_dir_all(&folder).expect("a folder");
        for _ in 0..dossiers {
            let made = line.ok(&json!({ "ask": "dossier_new", "procedure": PROCEDURE }));
            let id = made["id"].as_str().unwrap_or_else(|| panic!("no id: {made}")).to_owned();
            line.ok(&json!({ "ask": "dossier_set", "dossier": id, "answers": answers }));
            let papers = papers(&folder, files, bytes, chance);
            line.ok(&json!({
                "ask": "dossier_attach", "dossier": id, "component": COMPONENT, "row": null, "files": papers, "as_is": true,
            }));
            let mut names = BTreeSet::new();
            for paper in papers {
                let content = std::fs::read(&paper).expect("the paper just written");
                self.bytes += content.len() as u64;
                names.insert(hex::encode(Sha256::digest(&content)));
                std::fs::remove_file(&paper).expect("a file of ours");
            }
            line.ok(&json!({ "ask": "dossier_submit", "dossier": id }));
            self.dossiers.insert(id, names);
        }
        window.kill9(true);
    }

    pub fn files(&self) -> usize {
        self.dossiers.values().map(BTreeSet::len).sum()
    }

    /// What of it is not as it must be on the clerk's side: nothing waits, and each dossier has the hub's receipt, which holds.
    pub fn wrong_here(&self, clerk: &Clerk) -> Vec<String> {
        let mut wrong = vec![];
        let mut window = Window::start(clerk);
        let waiting = window.line.ok(&json!({ "ask": "outbox" }));
        if waiting.as_array().is_none_or(|waiting| !waiting.is_empty()) {
            wrong.push(format!("still in the outbox: {waiting}"));
        }
        let folder = clerk.folder().join("receipts");
        std::fs::create_dir_all(&folder).expect("a folder");
        for id in self.dossiers.keys() {
            if let Err(why) = verified(&window.line, id, &folder) {
                wrong.push(format!("{id}: {why}"));
            }
        }
        window.kill9(true);
        wrong
    }

    /// What of it is not as it must be at the hub, which has nothing else: each dossier once, its files and no others, each of them
    /// whole where `object` says that it lies.
    pub fn wrong_there(all: &[&Outgoing], hub: &Hub, object: impl Fn(&str) -> PathBuf) -> Vec<String> {
        let (mut wrong, mut left) = (vec![], BTreeMap::new());
        all.iter().for_each(|outgoing| left.extend(outgoing.dossiers.iter()));
        let listed = hub.officer(&["list"]).stdout;
        for line in String::from_utf8_lossy(&listed).lines() {
            let line: Value = serde_json::from_str(line).expect("a JSON object a line");
            let id = line["id"].as_str().unwrap_or_default().to_owned();
            let Some(files) = left.remove(&id) else {
                wrong.push(format!("{id}: twice, or never sent"));
                continue;
            };
            let shown: Value = serde_json::from_slice(&hub.officer(&["show", &id]).stdout).unwrap_or_default();
            let named = shown["manifest"]["files"].as_array().into_iter().flatten();
            let named: BTreeSet<&str> = named.filter_map(|file| file["sha256"].as_str()).collect();
            if !named.iter().copied().eq(files.iter().map(String::as_str)) {
                wrong.push(format!("{id}: other files than were sent: {named:?}"));
            }
            if shown["events"].as_array().map(Vec::len) != Some(1) {
                wrong.push(format!("{id}: received more than once: {}", shown["events"]));
            }
        }
        wrong.extend(left.keys().map(|id| format!("{id}: lost")));
        for name in all.iter().flat_map(|outgoing| outgoing.dossiers.values().flatten()) {
            let content = std::fs::read(object(name)).unwrap_or_default();
            if hex::encode(Sha256::digest(&content)) != *name {
                wrong.push(format!("{name}: missing or damaged"));
            }
        }
        let checked = hub.check();
        if !checked.status.success() {
            wrong.push(format!("check: {}", String::from_utf8_lossy(&checked.stdout)));
        }
        wrong
    }
}

fn papers(folder: &Path, files: u32, bytes: (u64, u64), chance: &mut Chance) -> Vec<PathBuf> {
    let paper = |number| {
        let length = bytes.0 + chance.below(bytes.1 - bytes.0);
        let path = folder.join(format!("{number}.pdf"));
        pdf_of(&path, &chance.bytes(usize::try_from(length).expect("a small file")));
        path
    };
    (0..files).map(paper).collect()
}

/// Saves a dossier's receipt and has it checked.
fn verified(line: &Line, dossier: &str, folder: &Path) -> Result<(), String> {
    let ask = |request: Value| match line.call(&request) {
        Some(Ok(answer)) => Ok(answer),
        other => Err(format!("{other:?}")),
    };
    let shown = ask(json!({ "ask": "receipt_show", "dossier": dossier, "save": folder }))?;
    let saved = shown["saved"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let saved = saved.into_iter().find(|path| path.ends_with(".json")).ok_or(format!("not saved: {shown}"))?;
    let verified = ask(json!({ "ask": "receipt_verify", "file": saved }))?;
    if verified["ours"] != true || verified["receipt"]["dossier"] != dossier {
        return Err(format!("another's receipt: {verified}"));
    }
    Ok(())
}

/// Every file under a folder, by its path in it; none when there is no folder.
pub fn files_under(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (vec![], vec![folder.to_path_buf()]);
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(entry.path()),
                _ => found.push(entry.path()),
            }
        }
    }
    found.iter().filter_map(|path| path.strip_prefix(folder).ok().map(Path::to_path_buf)).collect()
}
