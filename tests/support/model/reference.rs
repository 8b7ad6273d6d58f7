//! What a hub must do, as a list of uploads in memory: no disk, no database, no time but a day's number.

use std::collections::{BTreeMap, BTreeSet};

use wire::Code;

use super::step::{Body, Checksum, DAYS, MOST, Make, Stage, Step, Told};

#[derive(Debug, Default)]
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

#[derive(Debug, Default)]
pub struct Reference {
    pub uploads: Vec<Upload>,
    pub files: BTreeSet<Vec<u8>>,
    /// Which dossier each submission was for, and what that holds.
    submissions: BTreeMap<u8, (u8, BTreeSet<Vec<u8>>)>,
    today: u64,
}

impl Reference {
    /// The outcome of a step on uploads; of those that are about none, nothing.
    pub fn take(&mut self, step: &Step) -> Option<Told> {
        match step {
            Step::Create(make) => return Some(self.create(make)),
            Step::Append { upload, off, body, declare } => return Some(self.append(*upload, *off, body, *declare)),
            Step::Head(at) => return Some(self.alive(*at).and_then(|at| self.settle(at))),
            Step::Delete(at) => return Some(self.alive(*at).map(|at| (self.end(at), (at, 0, false)).1)),
            Step::Join { parts, key } => return Some(self.join(parts, *key)),
            Step::Wait(days) => self.today += u64::from(*days),
            Step::Sweep => self.sweep(),
            Step::Restart => {
                self.sweep();
                // What is refused now is gone, and nobody asked.
                (0..self.uploads.len()).for_each(|at| _ = self.settle(at));
            }
            Step::Submit { .. } => {}
        }
        None
    }

    /// Whether this is the submission's first time, or its receipt is the one given before; or why it is refused.
    pub fn submit(&mut self, id: u8, dossier: u8, files: BTreeSet<Vec<u8>>) -> Result<bool, Code> {
        let held = self.submissions.values().find(|it| it.0 == dossier).map(|it| &it.1);
        match (self.submissions.get(&id), held) {
            (Some(first), _) if (first.0, &first.1) == (dossier, &files) => Ok(false),
            (Some(_), _) => Err(Code::IdempotencyKeyReused),
            (None, Some(held)) if *held != files => Err(Code::AlreadyReceived),
            (None, None) if !files.is_subset(&self.files) => Err(Code::FilesMissing),
            _ => Ok(self.submissions.insert(id, (dossier, files)).is_none()),
        }
    }

    fn expired(&self, at: usize) -> bool {
        let upload = &self.uploads[at];
        upload.stage == Stage::Receiving
            && upload.length != Some(upload.bytes.len() as u64)
            && upload.ends <= self.today
    }

    fn alive(&self, at: usize) -> Result<usize, Code> {
        if self.uploads[at].stage == Stage::Gone || self.expired(at) { Err(Code::Gone) } else { Ok(at) }
    }

    fn end(&mut self, at: usize) {
        (self.uploads[at].stage, self.uploads[at].key) = (Stage::Gone, None);
    }

    fn sweep(&mut self) {
        (0..self.uploads.len()).for_each(|at| {
            if self.expired(at) {
                self.end(at)
            }
        });
    }

    fn settle(&mut self, at: usize) -> Told {
        let upload = &mut self.uploads[at];
        if upload.stage == Stage::Receiving && upload.length == Some(upload.bytes.len() as u64) {
            if upload.expected.as_ref().is_some_and(|expected| *expected != upload.bytes) {
                self.end(at);
                return Err(Code::HashMismatch);
            }
            upload.stage = Stage::Complete;
            self.files.insert(upload.bytes.clone());
        }
        Ok((at, upload.bytes.len() as u64, upload.stage == Stage::Complete))
    }

    fn remember(&mut self, new: Upload) -> Result<usize, Code> {
        if new.length > Some(MOST) {
            return Err(Code::TooLarge);
        }
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
        let (before, expected) = (self.uploads.len(), make.expected.map(|it| it.content()));
        let (length, partial, key) = (make.length, make.partial, make.key.map(|key| key.to_string()));
        let new = Upload { length, partial, expected, key, ends: self.today + DAYS, ..Upload::default() };
        let at = self.remember(new)?;
        // Nobody is told of one that ends as it begins.
        self.settle(at).inspect_err(|_| self.uploads.truncate(before.max(at)))
    }

    fn append(&mut self, at: usize, off: i8, body: &Body, declare: Option<u64>) -> Told {
        let upload = self.alive(at).map(|at| &mut self.uploads[at])?;
        let had = upload.bytes.len() as u64;
        let length = upload.length.or(declare);
        let room = length.unwrap_or(MOST).saturating_sub(had);
        match declare {
            Some(told) if length != declare || told < had => return Err(Code::BadRequest),
            Some(told) if told > MOST => return Err(Code::TooLarge),
            _ if upload.parts.is_some() => return Err(Code::Joined),
            _ if off != 0 => return Err(Code::OffsetMismatch),
            _ if body.told && body.bytes.len() as u64 > room => return Err(Code::TooLarge),
            _ => upload.length = length,
        }
        upload.ends = self.today + DAYS;
        if room == 0 {
            return self.settle(at);
        }
        let (pieces, mut left) = (body.pieces(), room as usize);
        let fits = pieces.iter().take_while(|piece| left.checked_sub(piece.len()).map(|now| left = now).is_some());
        let came: Vec<_> = fits.copied().collect();
        let end = if came.len() < pieces.len() { Some(Code::TooLarge) } else { body.broken.then_some(Code::Timeout) };
        match (body.checksum, end) {
            (Checksum::None, _) | (Checksum::Right, None) => upload.bytes.extend(came.concat()),
            (_, Some(end)) => return Err(end),
            (Checksum::Wrong, None) => return Err(Code::ChecksumMismatch),
        }
        end.map_or_else(|| self.settle(at), Err)
    }

    fn join(&mut self, parts: &[usize], key: Option<u8>) -> Told {
        for &at in parts {
            self.alive(at).map_err(|_| Code::BadRequest).and_then(|at| self.settle(at))?;
        }
        let fits = |at: &usize| self.uploads[*at].partial && self.uploads[*at].stage == Stage::Complete;
        if parts.is_empty() || !parts.iter().all(fits) {
            return Err(Code::BadRequest);
        }
        let bytes: Vec<u8> = parts.iter().flat_map(|at| self.uploads[*at].bytes.clone()).collect();
        let (length, ends) = (Some(bytes.len() as u64), self.today + DAYS);
        let key = Some(key.map_or_else(|| format!("final {parts:?}"), |key| key.to_string()));
        let new = Upload { length, parts: Some(parts.to_vec()), key, ends, bytes, ..Upload::default() };
        self.remember(new).and_then(|at| self.settle(at))
    }
}
