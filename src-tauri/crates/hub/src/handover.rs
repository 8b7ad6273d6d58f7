//! One request at a time per upload, and the newest one wins.
//!
//! A hub learns of a dead connection later than the client, which is back already with a new request. So a new request cancels the
//! old one, waits until it has flushed what it has, and takes over; it is not kept waiting for a time-out.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;
use wire::{Code, Problem, upload::UploadId};

/// Who holds which upload. Entries exist only while somebody holds or waits.
#[derive(Default)]
pub struct Handover(Mutex<HashMap<UploadId, Arc<Entry>>>);

#[derive(Default)]
struct Entry {
    gate: Arc<tokio::sync::Mutex<()>>,
    holder: Mutex<CancellationToken>,
    waiting: AtomicUsize,
}

/// The right to work on one upload, until dropped.
pub struct Held {
    owner: Arc<Handover>,
    id: UploadId,
    entry: Arc<Entry>,
    cancelled: CancellationToken,
    gate: Option<OwnedMutexGuard<()>>,
}

impl Handover {
    /// Cancels whoever holds the upload and takes it over; [`Code::Locked`] when that one does not let go within `patience`.
    pub async fn take(self: &Arc<Self>, id: UploadId, patience: Duration) -> Result<Held, Problem> {
        let entry = Arc::clone(lock(&self.0).entry(id).or_default());
        entry.waiting.fetch_add(1, Ordering::SeqCst);
        let cancelled = CancellationToken::new();
        let mut held = Held { owner: Arc::clone(self), id, entry: Arc::clone(&entry), cancelled, gate: None };
        lock(&entry.holder).cancel();
        let gate = tokio::time::timeout(patience, Arc::clone(&entry.gate).lock_owned()).await;
        let gate = gate.map_err(|_| Problem::new(Code::Locked))?;
        let mut holder = lock(&entry.holder);
        held.gate = Some(gate);
        *holder = held.cancelled.clone();
        if entry.waiting.fetch_sub(1, Ordering::SeqCst) > 1 {
            // A newer request has come meanwhile and cancelled the one before us: it means us, too.
            holder.cancel();
        }
        drop(holder);
        Ok(held)
    }
}

impl Held {
    /// Cancelled when a newer request wants the upload: flush and let go.
    pub fn cancelled(&self) -> &CancellationToken {
        &self.cancelled
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.gate.take().is_none() {
            // It was still waiting: given up, or its request went away.
            self.entry.waiting.fetch_sub(1, Ordering::SeqCst);
        }
        let mut entries = lock(&self.owner.0);
        // One reference is the map's, one ours; new ones are only made under this lock.
        if Arc::strong_count(&self.entry) == 2 {
            entries.remove(&self.id);
        }
    }
}

/// A poisoned lock guards nothing that a panic could leave half done here.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn id() -> UploadId {
        UploadId(Uuid::from_u128(1))
    }

    #[tokio::test]
    async fn newest_request_takes_over_and_nothing_is_left() {
        let handover = Arc::new(Handover::default());
        let first = handover.take(id(), LONG).await.unwrap();
        let next = tokio::spawn({
            let handover = Arc::clone(&handover);
            async move { handover.take(id(), LONG).await.map(drop) }
        });
        first.cancelled().cancelled().await;
        drop(first);
        next.await.unwrap().unwrap();
        assert!(lock(&handover.0).is_empty());
    }

    #[tokio::test]
    async fn holder_that_does_not_let_go_is_reported() {
        let handover = Arc::new(Handover::default());
        let held = handover.take(id(), LONG).await.unwrap();
        let refused = handover.take(id(), Duration::ZERO).await.err().unwrap();
        assert_eq!(refused.code, Code::Locked);
        handover.take(UploadId(Uuid::from_u128(2)), Duration::ZERO).await.unwrap();
        drop(held);
        handover.take(id(), Duration::ZERO).await.unwrap();
        assert!(lock(&handover.0).is_empty());
    }

    #[tokio::test]
    async fn request_that_waited_behind_a_newer_one_is_told_so() {
        let handover = Arc::new(Handover::default());
        let first = handover.take(id(), LONG).await.unwrap();
        let take = || {
            let handover = Arc::clone(&handover);
            tokio::spawn(async move { handover.take(id(), LONG).await })
        };
        let (second, third) = (take(), take());
        while first.entry.waiting.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        drop(first);
        let second = second.await.unwrap().unwrap();
        assert!(second.cancelled().is_cancelled());
        drop(second);
        assert!(!third.await.unwrap().unwrap().cancelled().is_cancelled());
    }
}
