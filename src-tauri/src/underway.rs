//! How many requests are being answered: a window does not go before the last of them is.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

#[derive(Default)]
pub(crate) struct Underway {
    count: AtomicUsize,
    ended: Notify,
}

/// One request, from its beginning to its end.
pub(crate) struct Request<'a>(&'a Underway);

impl Underway {
    pub fn begin(&self) -> Request<'_> {
        self.count.fetch_add(1, Ordering::SeqCst);
        Request(self)
    }

    /// Waits until none is being answered.
    pub async fn idle(&self) {
        loop {
            // Listening begins before the count is read: what ends in between is heard.
            let mut ended = std::pin::pin!(self.ended.notified());
            ended.as_mut().enable();
            if self.count.load(Ordering::SeqCst) == 0 {
                return;
            }
            ended.await;
        }
    }
}

impl Drop for Request<'_> {
    fn drop(&mut self) {
        self.0.count.fetch_sub(1, Ordering::SeqCst);
        self.0.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_idle_before_the_last_request_ends() {
        let underway = Underway::default();
        underway.idle().await;
        let (first, second) = (underway.begin(), underway.begin());
        let mut idle = std::pin::pin!(underway.idle());
        assert!(!is_ready(idle.as_mut()));
        drop(first);
        assert!(!is_ready(idle.as_mut()));
        drop(second);
        idle.await;
    }

    /// Whether it is ready when asked once.
    fn is_ready(future: std::pin::Pin<&mut impl Future<Output = ()>>) -> bool {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        future.poll(&mut context).is_ready()
    }
}
