//! How fast bytes may go to the hub, and when something last moved on the way there.

use std::{
    io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use tokio::time::Instant;

/// Bodies leave in pieces of this size: the limit is kept within a second, and what moves is seen.
const PIECE: usize = 16 << 10;

/// A limit for what is sent, which may be changed while something is under way. One for all requests of a hub.
#[derive(Debug)]
pub struct Pace {
    /// Bytes per second; 0: no limit.
    limit: AtomicU64,
    times: Mutex<Times>,
}

#[derive(Debug)]
struct Times {
    /// From when on the next piece may go.
    free: Instant,
    /// When a piece last went, or an answer last came.
    moved: Instant,
}

impl Default for Pace {
    fn default() -> Self {
        let now = Instant::now();
        Self { limit: AtomicU64::new(0), times: Mutex::new(Times { free: now, moved: now }) }
    }
}

impl Pace {
    /// From now on at most so many bytes per second; `None`: as many as go.
    pub fn limit(&self, bytes_per_second: Option<u64>) {
        self.limit.store(bytes_per_second.map_or(0, |limit| limit.max(1)), Ordering::Relaxed);
    }

    /// The most that should be sent in one request for it to end within `within`; `None`: whatever the link takes.
    pub(crate) fn most_within(&self, within: Duration) -> Option<u64> {
        match self.limit.load(Ordering::Relaxed) {
            0 => None,
            limit => Some(limit.saturating_mul(within.as_secs().max(1))),
        }
    }

    /// These bytes as a body, no faster than the limit.
    pub(crate) fn body(self: &std::sync::Arc<Self>, bytes: Vec<u8>) -> reqwest::Body {
        let pieces = stream::try_unfold((self.clone(), Bytes::from(bytes)), |(pace, mut left)| async move {
            if left.is_empty() {
                return Ok::<_, io::Error>(None);
            }
            let piece = left.split_to(PIECE.min(left.len()));
            pace.turn(piece.len()).await;
            Ok(Some((piece, (pace, left))))
        });
        reqwest::Body::wrap_stream(pieces)
    }

    /// Waits until so many bytes may go.
    async fn turn(&self, bytes: usize) {
        tokio::time::sleep_until(self.book(bytes, Instant::now())).await;
    }

    /// When so many bytes may go, and with them the time they take.
    fn book(&self, bytes: usize, now: Instant) -> Instant {
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = self.limit.load(Ordering::Relaxed);
        let start = if limit == 0 { now } else { times.free.max(now) };
        if limit > 0 {
            times.free = start + Duration::from_secs_f64(bytes as f64 / limit as f64);
        }
        times.moved = start;
        start
    }

    /// Something came from the hub.
    pub(crate) fn moved(&self) {
        self.times.lock().unwrap_or_else(PoisonError::into_inner).moved = Instant::now();
    }

    /// For how long nothing has moved.
    pub(crate) fn still(&self) -> Duration {
        let moved = self.times.lock().unwrap_or_else(PoisonError::into_inner).moved;
        Instant::now().saturating_duration_since(moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_kept_and_may_be_lifted_under_way() {
        let pace = Pace::default();
        let now = Instant::now() + Duration::from_secs(1);
        let after = |bytes| pace.book(bytes, now).duration_since(now).as_secs();
        assert_eq!([after(PIECE), after(PIECE)], [0, 0]);
        pace.limit(Some(PIECE as u64));
        // The first goes at once; each next one waits for the time those before it take.
        assert_eq!([after(PIECE), after(PIECE * 2), after(PIECE)], [0, 1, 3]);
        pace.limit(None);
        assert_eq!(after(PIECE), 0);
    }
}
