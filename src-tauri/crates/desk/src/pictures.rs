//! Pictures of pages for a screen: small, made by a worker of their own so that they need not wait for digitising, and kept in
//! memory only.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use serde::{Deserialize, Serialize};
use store::BlobName;
use ts_rs::TS;

use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
    worker::{Loaded, Pool},
};

/// What a picture shows: a frame of a stored file, or a page of a stored PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PictureName {
    /// The name of the content, which says nothing of it: 64 hexadecimal digits.
    pub blob: String,
    /// From 0.
    pub frame: u32,
}

/// Wider pictures are not made: A4 scanned at 600 dots per inch, pixel by pixel.
pub const MAX_PICTURE_WIDTH: u32 = 5000;
/// Bytes of pictures kept for the next look.
const CACHE_BYTES: usize = 48 << 20;

type Key = (BlobName, u32, u32);

#[derive(Default)]
pub(crate) struct Pictures {
    kept: Mutex<VecDeque<(Key, Vec<u8>)>>,
    /// How many frames files have: nothing of their content.
    frames: Mutex<HashMap<BlobName, u32>>,
    worker: tokio::sync::OnceCell<Pool>,
    /// The file looked at last, for a person leafs through one. Held while a picture is made: whoever waits looks among the
    /// pictures again before making one.
    viewer: tokio::sync::Mutex<Option<(BlobName, Arc<Loaded>)>>,
}

impl Pictures {
    fn find(&self, key: &Key) -> Option<Vec<u8>> {
        let mut kept = self.kept.lock().unwrap_or_else(|e| e.into_inner());
        let found = kept.iter().position(|(known, _)| known == key)?;
        let entry = kept.remove(found)?;
        let picture = entry.1.clone();
        kept.push_back(entry);
        Some(picture)
    }

    fn keep(&self, key: Key, picture: Vec<u8>) {
        let mut kept = self.kept.lock().unwrap_or_else(|e| e.into_inner());
        kept.push_back((key, picture));
        while kept.iter().map(|(_, picture)| picture.len()).sum::<usize>() > CACHE_BYTES {
            kept.pop_front();
        }
    }

    pub(crate) fn frames(&self, blob: &BlobName) -> Option<u32> {
        self.frames.lock().unwrap_or_else(|e| e.into_inner()).get(blob).copied()
    }

    pub(crate) fn keep_frames(&self, blob: BlobName, frames: u32) {
        self.frames.lock().unwrap_or_else(|e| e.into_inner()).insert(blob, frames);
    }

    /// Does not wait for a picture that is being made.
    pub(crate) async fn close(&self) {
        if let Some(worker) = self.worker.get() {
            worker.close().await;
        }
    }
}

impl<H: Host> Desk<H> {
    /// The picture as JPEG, at most `width` pixels wide. Only of papers that are there: what was taken out, put away or sealed has
    /// none, even when one was made before.
    pub async fn picture(&self, name: &PictureName, width: u32) -> Result<Vec<u8>, Fault> {
        let unknown = || Fault::new(Code::NotFound).with("what", "picture");
        let blob = name.blob.parse::<BlobName>().map_err(|_| unknown())?;
        let key = (blob, name.frame, width.clamp(16, MAX_PICTURE_WIDTH));
        let store = self.store().await?;
        let may_be_shown = async || {
            Ok::<_, Fault>(store.may_be_shown(&blob).await? && !store.secret_frames().await?.holds(&blob, name.frame))
        };
        if !may_be_shown().await? {
            return Err(unknown());
        }
        if let Some(picture) = self.pictures.find(&key) {
            return Ok(picture);
        }
        let mut viewer = self.pictures.viewer.lock().await;
        if let Some(picture) = self.pictures.find(&key) {
            return Ok(picture);
        }
        let file = match viewer.take().filter(|(last, _)| *last == blob) {
            Some((_, file)) => file,
            None => Loaded::new(store.get_blob(&store.blob(&blob).await?).await?),
        };
        let host = &self.host;
        let worker =
            self.pictures.worker.get_or_init(async || Pool::new(host.workers(), host.worker_limits(), 1)).await;
        let picture = worker.picture(&file, key.1, key.2).await?;
        // Sealed or taken out while it was made.
        if !may_be_shown().await? {
            return Err(unknown());
        }
        *viewer = Some((blob, file));
        self.pictures.keep(key, picture.clone());
        Ok(picture)
    }
}

#[cfg(test)]
mod tests;
