//! Whether the network is back: questions to the hub that do not wait for one another.
//!
//! A connection that was open when the network went is of no use for that: what was sent on it comes through late, if ever. So
//! every question goes out on a connection of its own, and the next one does not wait for its answer.

use std::{pin::pin, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::time::{Instant, sleep, timeout};

use crate::{Clock, Fault, Hub, Online, backoff::fraction};

/// How long what takes on the way, and when it is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    /// Between two questions, at the least; at most twice as long, so that a hundred offices do not ask in step.
    pub every: Duration,
    /// Nothing has moved for so long: time to ask.
    pub still: Duration,
    /// A question answered sooner was not held up on the way.
    pub prompt: Duration,
    /// A question not answered by then met a network that was gone.
    pub lost: Duration,
}

impl Default for Asking {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(1),
            still: Duration::from_secs(3),
            prompt: Duration::from_millis(1500),
            lost: Duration::from_secs(4),
        }
    }
}

impl Asking {
    fn pause(&self) -> Duration {
        self.every.mul_f64(1.0 + fraction())
    }
}

impl Hub {
    /// Asks until the hub answers; gives its sign of life, and whether the network had been gone: whether an earlier question was
    /// not answered.
    ///
    /// # Errors
    /// Whatever else comes back than nothing: [`Fault::Portal`], [`Fault::Certificate`], [`Fault::Distrust`].
    pub async fn answers_again(&self, clock: &dyn Clock) -> Result<(Online, bool), Fault> {
        let mut questions = FuturesUnordered::new();
        for number in 0_u64.. {
            questions.push(async move { (number, self.ask().await) });
            let mut next = pin!(sleep(self.asks().pause()));
            loop {
                tokio::select! {
                    Some((number, answer)) = questions.next(), if !questions.is_empty() => match answer {
                        Err(Fault::NoAnswer(_)) => {}
                        answer => return answer.map(|answer| (Online::new(&answer, clock.now()), number > 0)),
                    },
                    () = &mut next => break,
                }
            }
        }
        std::future::pending().await
    }

    /// Ends once the network has gone and come back while nothing moved: what is still out on a connection of before is lost
    /// time. A hub that is only slow, or a link that is only full, never ends it.
    pub(crate) async fn came_back(&self) {
        let wanted = self.asks().still;
        loop {
            let still = self.pace().still();
            if still < wanted {
                sleep(wanted - still).await;
            } else if self.comes_back().await {
                return;
            }
        }
    }

    /// One silence; `false` when something moved again by itself.
    async fn comes_back(&self) -> bool {
        let (mut questions, mut lost, asks) = (FuturesUnordered::new(), 0, self.asks());
        while self.pace().still() >= asks.still {
            let asked = Instant::now();
            questions.push(async move { (asked, timeout(asks.lost, self.ask()).await) });
            let mut next = pin!(sleep(asks.pause()));
            loop {
                tokio::select! {
                    Some((asked, answer)) = questions.next(), if !questions.is_empty() => match answer {
                        // One alone may have met a hub that was busy for a moment.
                        Ok(Ok(_)) if lost >= 2 && asked.elapsed() < asks.prompt => return true,
                        Ok(Ok(_)) => lost = 0,
                        Ok(Err(Fault::NoAnswer(_))) | Err(_) => lost += 1,
                        Ok(Err(_)) => {}
                    },
                    () = &mut next => break,
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    };

    use tokio::{
        io::copy_bidirectional,
        net::{TcpListener, TcpStream},
        sync::Notify,
    };

    use super::*;
    use crate::testing::{Desk, FakeHub, clock};

    /// A way to a hub that can go: then connections are taken, nothing passes, and those of before never pass again.
    struct Relay {
        port: u16,
        gone: Arc<AtomicBool>,
        goes: Arc<Notify>,
        /// Connections made while it is gone.
        knocks: Arc<AtomicUsize>,
        task: tokio::task::JoinHandle<()>,
    }

    impl Drop for Relay {
        fn drop(&mut self) {
            self.task.abort();
        }
    }

    impl Relay {
        async fn to(hub: u16) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let port = listener.local_addr().unwrap().port();
            let (gone, goes, knocks): (Arc<AtomicBool>, Arc<Notify>, Arc<AtomicUsize>) = Default::default();
            let (is_gone, leaves, counted) = (gone.clone(), goes.clone(), knocks.clone());
            let task = tokio::spawn(async move {
                let mut dead = Vec::new();
                loop {
                    let (mut near, _) = listener.accept().await.unwrap();
                    if is_gone.load(Ordering::Relaxed) {
                        counted.fetch_add(1, Ordering::Relaxed);
                        dead.push(near);
                        continue;
                    }
                    let leaves = leaves.clone();
                    tokio::spawn(async move {
                        let mut far = TcpStream::connect(("127.0.0.1", hub)).await.unwrap();
                        tokio::select! {
                            _ = copy_bidirectional(&mut near, &mut far) => {}
                            () = leaves.notified() => std::future::pending().await,
                        }
                    });
                }
            });
            Self { port, gone, goes, knocks, task }
        }

        fn go(&self) {
            self.gone.store(true, Ordering::Relaxed);
            self.goes.notify_waiters();
        }
    }

    fn port(hub: &FakeHub) -> u16 {
        hub.url.as_str().trim_end_matches('/').rsplit_once(':').unwrap().1.parse().unwrap()
    }

    fn through(hub: &FakeHub, relay: &Relay) -> Hub {
        let enrolment = store::Enrolment { hub_url: format!("http://127.0.0.1:{}", relay.port), ..hub.enrolment() };
        let asking = Asking {
            every: Duration::from_millis(20),
            still: Duration::from_millis(60),
            lost: Duration::from_millis(80),
            ..Asking::default()
        };
        Hub::new(&enrolment, crate::Timeouts { asking, ..crate::testing::timeouts() }).unwrap()
    }

    #[tokio::test]
    async fn what_is_out_when_the_network_goes_does_not_wait_for_its_old_connection() {
        let hub = FakeHub::start().await;
        let relay = Relay::to(port(&hub)).await;
        let client = Arc::new(through(&hub, &relay));
        client.ping(clock().as_ref()).await.unwrap();
        let desk = Desk::new().await;
        let submission = desk.queue(1, &[vec![7; 300_000]]).await;
        let runner = crate::Runner { hub: client.clone(), ..desk.runner(&hub) };
        relay.go();
        let back = async {
            // Two questions went unanswered for long enough: then the network is back.
            while relay.knocks.load(Ordering::Relaxed) < 5 {
                tokio::task::yield_now().await;
            }
            relay.gone.store(false, Ordering::Relaxed);
        };
        let cancel = tokio_util::sync::CancellationToken::new();
        let (summary, ()) = tokio::join!(runner.run(crate::Until::Empty, &cancel), back);
        assert_eq!(summary.unwrap().sent, 1);
        assert_eq!(desk.store.submission(submission).await.unwrap().state, store::OutboxState::Done);
    }

    #[tokio::test]
    async fn a_hub_that_comes_back_is_noticed_and_whether_it_was_gone_is_told() {
        let hub = FakeHub::start().await;
        let relay = Relay::to(port(&hub)).await;
        let client = through(&hub, &relay);
        let clock = clock();
        assert!(!client.answers_again(clock.as_ref()).await.unwrap().1);
        relay.go();
        let back = async {
            while relay.knocks.load(Ordering::Relaxed) < 2 {
                tokio::task::yield_now().await;
            }
            relay.gone.store(false, Ordering::Relaxed);
        };
        let (online, ()) = tokio::join!(client.answers_again(clock.as_ref()), back);
        assert!(online.unwrap().1);
    }
}
