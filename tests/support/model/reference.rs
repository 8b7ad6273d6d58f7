//! What a hub must do, as a list of uploads in memory: no disk, no database, no time but a day's number.

use std::collections::{BTreeMap, BTreeSet};

use wire::Code;

use super::step::{Body, Checksum, Make, Step};

/// The largest file there may be, and for how many days nobody goes on with an upload before it is gone.
pub const MOST: u64 = 40;
pub const DAYS: u64 = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Receiving,
    Complete,
    Gone,
}

#[derive(Debug, Clone)]
pub struct Upload {
    pub length: Option<u64>,
    parts: Option<Vec<usize>>,
    partial: bool,
    expected: Option<Vec<u8>>,
    key: Option<String>,
    ends: u64,
    pub bytes: Vec<u8>,
    pub stage: Stage,
}

/// What is told of an upload after a step: which one, how many bytes of it are durable, whether it is complete.
pub type Told = Result<(usize, u64, bool), Code>;

#[derive(Debug, Default)]
pub struct Reference {
    pub uploads: Vec<Upload>,
    pub files: BTreeSet<Vec<u8>>,
    /// What each submission was for, and what each dossier holds.
    submissions: BTreeMap<u8, (u8, BTreeSet<Vec<u8>>)>,
    dossiers: BTreeMap<u8, BTreeSet<Vec<u8>>>,
    today: u64,
}

impl Reference {
    /// The outcome of a step on uploads; of those that change none, nothing.
    pub fn take(&mut self, step: &Step) -> Option<Told> {
        match step {
            Step::Create(make) => Some(self.create(make)),
            Step::Append { upload, off, body, declare } => Some(self.append(*upload, *off, body, *declare)),
            Step::Head(at) => Some(self.alive(*at).and_then(|at| self.settle(at))),
            Step::Delete(at) => Some(self.alive(*at).map(|at| {
                self.end(at);
                (at, 0, false)
            })),
            Step::Join { parts, key } => Some(self.join(parts, *key)),
            Step::Wait(days) => {
                self.today += u64::from(*days);
                None
            }
            Step::Sweep => {
                self.sweep();
                None
            }
            Step::Restart => {
                self.sweep();
                // What is refused now is gone, and nobody asked.
                for at in 0..self.uploads.len() {
                    let _ = self.settle(at);
                }
                None
            }
            Step::Submit { .. } => None,
        }
    }

    /// Whether this is the submission's first time, or its receipt is the one given before; or why it is refused.
    pub fn submit(&mut self, id: u8, dossier: u8, files: BTreeSet<Vec<u8>>) -> Result<bool, Code> {
        if let Some(first) = self.submissions.get(&id) {
            return if *first == (dossier, files) { Ok(false) } else { Err(Code::IdempotencyKeyReused) };
        }
        match self.dossiers.get(&dossier) {
            Some(first) if *first != files => return Err(Code::AlreadyReceived),
            None if !files.is_subset(&self.files) => return Err(Code::FilesMissing),
            _ => {}
        }
        self.dossiers.insert(dossier, files.clone());
        self.submissions.insert(id, (dossier, files));
        Ok(true)
    }

    fn whole(&self, at: usize) -> bool {
        let upload = &self.uploads[at];
        upload.stage == Stage::Receiving && upload.length == Some(upload.bytes.len() as u64)
    }

    fn expired(&self, at: usize) -> bool {
        let upload = &self.uploads[at];
        upload.stage == Stage::Receiving && !self.whole(at) && upload.ends <= self.today
    }

    fn alive(&self, at: usize) -> Result<usize, Code> {
        if self.uploads[at].stage == Stage::Gone || self.expired(at) { Err(Code::Gone) } else { Ok(at) }
    }

    fn end(&mut self, at: usize) {
        let upload = &mut self.uploads[at];
        (upload.stage, upload.key) = (Stage::Gone, None);
    }

    fn sweep(&mut self) {
        (0..self.uploads.len())
            .filter(|at| self.expired(*at))
            .collect::<Vec<_>>()
            .into_iter()
            .for_each(|at| self.end(at));
    }

    fn settle(&mut self, at: usize) -> Told {
        let upload = &self.uploads[at];
        if self.whole(at) {
            if upload.expected.as_ref().is_some_and(|expected| *expected != upload.bytes) {
                self.end(at);
                return Err(Code::HashMismatch);
            }
            self.files.insert(upload.bytes.clone());
            self.uploads[at].stage = Stage::Complete;
        }
        let upload = &self.uploads[at];
        Ok((at, upload.bytes.len() as u64, upload.stage == Stage::Complete))
    }

    fn remember(&mut self, new: Upload) -> Result<usize, Code> {
        let known = new.key.as_ref().and_then(|key| self.uploads.iter().position(|it| it.key.as_ref() == Some(key)));
        if let Some(at) = known {
            let it = &self.uploads[at];
            let length = new.length.is_none() || it.length.unwrap_or(MOST) == new.length.unwrap_or(MOST);
            if (it.partial, &it.parts, &it.expected, true) != (new.partial, &new.parts, &new.expected, length) {
                return Err(Code::IdempotencyKeyReused);
            }
            if !self.expired(at) {
                return Ok(at);
            }
            self.end(at);
        }
        self.uploads.push(new);
        Ok(self.uploads.len() - 1)
    }

    fn create(&mut self, make: &Make) -> Told {
        if make.length.is_some_and(|length| length > MOST) {
            return Err(Code::TooLarge);
        }
        let (length, partial, key) = (make.length, make.partial, make.key.map(|key| key.to_string()));
        let (expected, ends) = (make.expected.map(|it| it.content()), self.today + DAYS);
        let new = Upload { length, parts: None, partial, expected, key, ends, bytes: vec![], stage: Stage::Receiving };
        let before = self.uploads.len();
        let at = self.remember(new)?;
        let told = self.settle(at);
        if told.is_err() {
            // Nobody was told of one that ended as it began.
            self.uploads.truncate(before.max(at));
        }
        told
    }

    fn append(&mut self, at: usize, off: i8, body: &Body, declare: Option<u64>) -> Told {
        let at = self.alive(at)?;
        let upload = self.uploads[at].clone();
        let had = upload.bytes.len() as u64;
        match (declare, upload.length) {
            (Some(told), Some(known)) if told != known => return Err(Code::BadRequest),
            (Some(told), None) if told < had => return Err(Code::BadRequest),
            (Some(told), None) if told > MOST => return Err(Code::TooLarge),
            _ => {}
        }
        let room = upload.length.or(declare).unwrap_or(MOST) - had;
        let size = body.pieces().iter().map(|piece| piece.len() as u64).sum::<u64>();
        if upload.parts.is_some() {
            return Err(Code::Joined);
        } else if off != 0 {
            return Err(Code::OffsetMismatch);
        } else if body.told && size > room {
            return Err(Code::TooLarge);
        }
        let upload = &mut self.uploads[at];
        upload.length = upload.length.or(declare);
        if upload.stage == Stage::Receiving {
            upload.ends = self.today + DAYS;
        }
        if room == 0 {
            return self.settle(at);
        }
        let (mut came, mut end) = (Vec::<u8>::new(), body.broken.then_some(Code::Timeout));
        for piece in body.pieces() {
            if (came.len() + piece.len()) as u64 > room {
                end = Some(Code::TooLarge);
                break;
            }
            came.extend(piece);
        }
        match (body.checksum, end) {
            (Checksum::None, _) | (Checksum::Right, None) => upload.bytes.extend(came),
            (_, Some(end)) => return Err(end),
            (Checksum::Wrong, None) => return Err(Code::ChecksumMismatch),
        }
        end.map_or_else(|| self.settle(at), Err)
    }

    fn join(&mut self, parts: &[usize], key: Option<u8>) -> Told {
        for &at in parts {
            self.alive(at).map_err(|_| Code::BadRequest)?;
            self.settle(at)?;
        }
        let fits = |at: &usize| self.uploads[*at].partial && self.uploads[*at].stage == Stage::Complete;
        if parts.is_empty() || !parts.iter().all(fits) {
            return Err(Code::BadRequest);
        }
        let bytes: Vec<u8> = parts.iter().flat_map(|at| self.uploads[*at].bytes.clone()).collect();
        if bytes.len() as u64 > MOST {
            return Err(Code::TooLarge);
        }
        let (length, ends) = (Some(bytes.len() as u64), self.today + DAYS);
        let key = Some(key.map_or_else(|| format!("final {parts:?}"), |key| key.to_string()));
        let parts = Some(parts.to_vec());
        let new = Upload { length, parts, partial: false, expected: None, key, ends, bytes, stage: Stage::Receiving };
        let at = self.remember(new)?;
        self.settle(at)
    }
}
