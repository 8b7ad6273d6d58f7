//! What a hub has promised by its answers, and whether it keeps it: an offset never goes back, an upload does not vanish, a creation
//! under one key makes one upload, a submission has one receipt for ever.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::http::Head;

/// See the module. Every link of a test may write into the same one.
#[derive(Debug, Clone, Default)]
pub struct Promises(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    offsets: BTreeMap<String, u64>,
    /// Uploads by the device and key they were created with.
    created: BTreeMap<String, String>,
    /// Receipts by submission.
    receipts: BTreeMap<String, Vec<u8>>,
    under_way: BTreeMap<u64, &'static str>,
    requests: u64,
    offsets_told: u64,
    broken: Vec<String>,
}

/// A request that waits for its answer.
pub(crate) struct Asked {
    promises: Promises,
    number: u64,
    kind: &'static str,
    /// What an answer may not go behind: the offset that had been told when it was asked.
    floor: Option<u64>,
    path: String,
    key: String,
}

impl Promises {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().expect("no panic under this lock")
    }

    /// What was broken, each in words.
    pub fn broken(&self) -> Vec<String> {
        self.kept().broken.clone()
    }

    /// How many offsets, and how many different receipts, were told.
    pub fn told(&self) -> (u64, usize) {
        let kept = self.kept();
        (kept.offsets_told, kept.receipts.len())
    }

    /// The kinds of the requests that wait for their answers now.
    pub fn under_way(&self) -> Vec<&'static str> {
        self.kept().under_way.values().copied().collect()
    }

    pub(crate) fn ask(&self, head: &Head) -> Asked {
        let (kind, path) = (kind(head), head.path().to_owned());
        // Two devices may choose the same key.
        let words = [head.header("authorization"), head.header("idempotency-key")];
        let key = words.map(Option::unwrap_or_default).join(" ");
        let mut kept = self.kept();
        kept.requests += 1;
        let number = kept.requests;
        kept.under_way.insert(number, kind);
        let upload = upload_in(&path).or_else(|| kept.created.get(&key).map(String::as_str));
        let floor = upload.and_then(|id| kept.offsets.get(id).copied());
        Asked { promises: self.clone(), number, kind, floor, path, key }
    }
}

impl Asked {
    pub(crate) fn kind(&self) -> &'static str {
        self.kind
    }

    /// Compares an answer with what was promised before its question.
    pub(crate) fn answered(&self, head: &Head, body: &[u8]) {
        let (status, offset) = (head.status(), head.header("upload-offset").and_then(|text| text.parse().ok()));
        let mut kept = self.promises.kept();
        match self.kind {
            "head" | "patch" => {
                let Some(id) = upload_in(&self.path) else { return };
                if let (Some(offset), 200..300) = (offset, status) {
                    kept.tell(id, offset, self.floor, self.kind);
                } else if matches!(status, 404 | 410) && self.floor.is_some() {
                    kept.broken.push(format!("{id}: {status} after an offset was told"));
                }
            }
            "create" if status == 201 => {
                let Some(id) = head.header("location").and_then(|at| at.rsplit('/').next()) else { return };
                if let Some(offset) = offset {
                    kept.tell(id, offset, self.floor, self.kind);
                }
                let first = kept.created.entry(self.key.clone()).or_insert_with(|| id.to_owned());
                if self.key.ends_with(' ') || first == id {
                    return;
                }
                let words = format!("one key made {first} and {id}");
                kept.broken.push(words);
            }
            "submit" if status == 201 => {
                let first = kept.receipts.entry(self.path.clone() + &self.key).or_insert_with(|| body.to_vec());
                if first != body {
                    let words = format!("{}: two receipts for one submission", self.path);
                    kept.broken.push(words);
                }
            }
            _ => {}
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.promises.kept().under_way.remove(&self.number);
    }
}

impl Kept {
    fn tell(&mut self, id: &str, offset: u64, floor: Option<u64>, kind: &str) {
        self.offsets_told += 1;
        if let Some(floor) = floor.filter(|floor| offset < *floor) {
            self.broken.push(format!("{id}: {kind} told {offset} after {floor}"));
        }
        let known = self.offsets.entry(id.to_owned()).or_default();
        *known = offset.max(*known);
    }
}

fn upload_in(path: &str) -> Option<&str> {
    path.strip_prefix("/v1/uploads/")
}

fn kind(head: &Head) -> &'static str {
    let path = head.path();
    match (head.method(), path) {
        ("POST", "/v1/files") => "create",
        ("HEAD", _) if path.starts_with("/v1/uploads/") => "head",
        ("PATCH", _) if path.starts_with("/v1/uploads/") => "patch",
        ("HEAD", _) if path.starts_with("/v1/files/") => "have",
        ("POST", _) if path.ends_with("/submissions") => "submit",
        ("GET", "/v1/ping") => "ping",
        ("GET", "/v1/limits") => "limits",
        _ => "other",
    }
}
