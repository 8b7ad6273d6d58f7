//! A network that understands what passes: requests go to the hub one by one, each with the trouble that chance has for it, and every
//! answer is compared with what the hub has promised ([`Promises`]).
//!
//! Bytes are counted where the client is, in both directions: what it sends until the network takes no more, and what it gets. Frames of
//! TCP and IP are not.

use std::collections::BTreeSet;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::chance::Chance;
use crate::http::{Head, Side};
use crate::promises::{Asked, Promises};

/// A piece passes at once; so exact is everything that ends in the middle of a message.
const PIECE: usize = 16 * 1024;
/// A stalled request ends after this at the latest.
const STALL: Duration = Duration::from_secs(3);

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Some of the request passes, then both sides see the connection closed.
    Cut,
    /// The same, with a reset.
    Reset,
    /// Some of the request passes, then nothing for a while, then a reset.
    Stall,
    /// Some of the request passes, then nothing ever, and the connection stays open to the client.
    HalfOpen,
    /// The hub gets the request and answers; the client gets nothing.
    LoseAnswer,
    /// The client gets some of the answer.
    CutAnswer,
    /// The hub gets the request twice, one after the other; the client gets one of the answers.
    Twice,
}

/// How often requests meet a fault, and which.
#[derive(Debug, Clone)]
pub struct Faults {
    pub per_cent: u64,
    pub seed: u64,
    pub kinds: Vec<Fault>,
    /// Only requests of these kinds (`create`, `patch`, `head`, `submit`, `ping`, `limits`, `have`); any when there are none.
    pub only: Vec<&'static str>,
    /// Each kind of request meets one fault and no more.
    pub once_each: bool,
}

impl Faults {
    /// All that a bad network does. A client that waits on a half-open connection waits as long as it is patient: they are rare.
    pub fn all(per_cent: u64, seed: u64) -> Faults {
        use Fault::*;
        let kinds = [Cut, Reset, Stall, LoseAnswer, CutAnswer, Twice].repeat(7).into_iter().chain([HalfOpen]);
        Faults { per_cent, seed, kinds: kinds.collect(), only: vec![], once_each: false }
    }

    /// The first request of each of these kinds meets this fault.
    pub fn once(fault: Fault, requests: &[&'static str]) -> Faults {
        Faults { per_cent: 100, seed: 0, kinds: vec![fault], only: requests.to_vec(), once_each: true }
    }

    fn of(&self, number: u64, kind: &str) -> Option<(Fault, f64)> {
        let mut chance = Chance::new(self.seed ^ number.wrapping_mul(0xD134_2543_DE82_EF95));
        let hit = chance.below(100) < self.per_cent && (self.only.is_empty() || self.only.contains(&kind));
        let fault = self.kinds.get(chance.below(self.kinds.len() as u64) as usize).copied();
        fault.filter(|_| hit).map(|fault| (fault, chance.share()))
    }
}

/// What passed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Passed {
    pub to_hub: u64,
    pub to_client: u64,
    pub requests: u64,
    pub faults: u64,
    /// When the first byte of an upload's body passed since the network last came back.
    pub moved: Option<Instant>,
}

impl Passed {
    pub fn bytes(&self) -> u64 {
        self.to_hub + self.to_client
    }
}

/// A link from a port on loopback to one hub, or to several in turn. Dropping it closes everything.
pub struct Link {
    port: u16,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

struct Shared {
    state: Mutex<State>,
    /// Told when the state or what passed has changed.
    told: Condvar,
    changed: Notify,
    promises: Promises,
}

#[derive(Default)]
struct State {
    hubs: Vec<u16>,
    down: bool,
    faults: Option<Faults>,
    /// Kinds of requests that have met a fault since the faults were set.
    struck: BTreeSet<&'static str>,
    bytes_per_second: Option<u64>,
    /// At a rate: when the line is free again.
    free_at: Option<Instant>,
    /// Nothing passes beyond so many bytes.
    hold_at: Option<u64>,
    passed: Passed,
    /// Cancelled when every connection is cut.
    open: CancellationToken,
}

impl Link {
    pub fn start(hubs: &[u16], promises: &Promises) -> Link {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
        let port = listener.local_addr().expect("a bound socket").port();
        let state = Mutex::new(State { hubs: hubs.to_vec(), ..State::default() });
        let (told, changed, promises) = (Condvar::new(), Notify::new(), promises.clone());
        let shared = Arc::new(Shared { state, told, changed, promises });
        runtime.spawn(accept(listener, Arc::clone(&shared)));
        Link { port, shared, _runtime: runtime }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Requests that begin from now on meet these faults.
    pub fn set_faults(&self, faults: Option<Faults>) {
        let mut state = self.shared.state();
        (state.faults, state.struck) = (faults, BTreeSet::new());
    }

    /// Bytes a second in both directions together; as fast as it goes when none are given.
    pub fn set_rate(&self, bytes_per_second: Option<u64>) {
        self.shared.change(|state| state.bytes_per_second = bytes_per_second);
    }

    /// Stops passing when so many bytes have passed since the start; [`Link::cut`] lets it go on for new connections.
    pub fn hold_at(&self, bytes: u64) {
        self.shared.change(|state| state.hold_at = Some(bytes));
    }

    /// Leads to these hubs from now on; open connections stay.
    pub fn lead_to(&self, hubs: &[u16]) {
        self.shared.state().hubs = hubs.to_vec();
    }

    /// Resets every open connection.
    pub fn cut(&self) {
        self.shared.change(|state| {
            state.hold_at = None;
            std::mem::take(&mut state.open).cancel();
        });
    }

    /// Takes the network away.
    pub fn go_down(&self) {
        self.shared.state().down = true;
        self.cut();
    }

    /// Gives it back; `moved` is told anew from here.
    pub fn come_up(&self) {
        self.shared.change(|state| {
            state.down = false;
            state.passed.moved = None;
        });
    }

    pub fn passed(&self) -> Passed {
        self.shared.state().passed
    }

    /// Waits until what passed is enough, no longer than `limit`; whether it was.
    pub fn wait(&self, limit: Duration, enough: impl Fn(&Passed) -> bool) -> bool {
        let state = self.shared.state();
        let waited = self.shared.told.wait_timeout_while(state, limit, |state| !enough(&state.passed));
        !waited.expect("no panic under this lock").1.timed_out()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic under this lock")
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.told.notify_all();
        self.changed.notify_waiters();
    }

    /// Waits until some of so many bytes may pass; how many. None ever pass on a connection that was cut.
    async fn allow(&self, open: &CancellationToken, wanted: usize) -> usize {
        loop {
            if open.is_cancelled() {
                return std::future::pending().await;
            }
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let until = {
                let mut state = self.state();
                let (now, room) = (Instant::now(), state.room(wanted));
                match (room, state.free_at.filter(|at| *at > now)) {
                    (0, _) => None,
                    (_, Some(free_at)) => Some(free_at),
                    (room, None) => {
                        if let Some(rate) = state.bytes_per_second {
                            state.free_at = Some(now + Duration::from_secs(1).mul_f64(room as f64 / rate as f64));
                        }
                        return room;
                    }
                }
            };
            match until {
                None => changed.await,
                Some(until) => drop(tokio::time::timeout_at(until.into(), changed).await),
            }
        }
    }

    fn count(&self, change: impl FnOnce(&mut Passed)) {
        change(&mut self.state().passed);
        self.told.notify_all();
    }

    /// To the next hub in turn, or to another that is there.
    async fn connect(&self) -> io::Result<Side> {
        let hubs = {
            let mut state = self.state();
            if !state.hubs.is_empty() {
                state.hubs.rotate_left(1);
            }
            state.hubs.clone()
        };
        for hub in hubs {
            if let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, hub)).await {
                return Ok(Side::new(stream));
            }
        }
        Err(io::ErrorKind::ConnectionRefused.into())
    }
}

impl State {
    /// What the next request, of this kind, meets, and where.
    fn fault(&mut self, kind: &'static str) -> Option<(Fault, f64)> {
        self.passed.requests += 1;
        let faults = self.faults.as_ref()?;
        if faults.once_each && self.struck.contains(kind) {
            return None;
        }
        let fault = faults.of(self.passed.requests, kind)?;
        self.struck.insert(kind);
        self.passed.faults += 1;
        Some(fault)
    }

    fn room(&self, wanted: usize) -> usize {
        // At a slow rate pieces are small, so that a cut finds the middle of one.
        let piece = self.bytes_per_second.map_or(PIECE, |rate| (rate / 20).clamp(256, PIECE as u64) as usize);
        let left = self.hold_at.map_or(u64::MAX, |at| at.saturating_sub(self.passed.bytes()));
        wanted.min(piece).min(usize::try_from(left).unwrap_or(usize::MAX))
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        let (open, down) = {
            let state = shared.state();
            (state.open.clone(), state.down)
        };
        let client = Side::new(client);
        if down {
            client.reset();
            continue;
        }
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let mut way = Way { shared, client, hub: None, open: open.clone() };
            if open.run_until_cancelled(way.serve()).await.is_none() {
                way.reset();
            }
        });
    }
}

/// One connection of a client, and the one to the hub behind it.
struct Way {
    shared: Arc<Shared>,
    client: Side,
    hub: Option<Side>,
    /// Cancelled when it is cut.
    open: CancellationToken,
}

/// The connection ends here.
struct Closed;

impl From<io::Error> for Closed {
    fn from(_: io::Error) -> Closed {
        Closed
    }
}

impl Way {
    async fn serve(&mut self) {
        while self.pass_one().await.is_ok() {}
    }

    fn reset(&self) {
        self.client.reset();
        self.hub.iter().for_each(Side::reset);
    }

    /// The next request; nothing when the hub has closed while there was none.
    async fn next(&mut self) -> Result<Head, Closed> {
        let Some(hub) = &mut self.hub else { return Ok(self.client.head().await?) };
        tokio::select! {
            head = self.client.head() => Ok(head?),
            _ = hub.piece(1) => {
                self.reset();
                Err(Closed)
            }
        }
    }

    async fn pass_one(&mut self) -> Result<(), Closed> {
        let head = self.next().await?;
        let asked = self.shared.promises.ask(&head);
        let fault = self.shared.state().fault(asked.kind());
        if self.hub.is_none() {
            match self.shared.connect().await {
                Ok(hub) => self.hub = Some(hub),
                Err(_) => {
                    self.reset();
                    return Err(Closed);
                }
            }
        }
        let whole = head.bytes.len() + head.length()?;
        let end = match fault {
            Some((Fault::Cut | Fault::Reset | Fault::Stall | Fault::HalfOpen, at)) => (whole as f64 * at) as usize,
            _ => whole,
        };
        let request = self.forward(&head, &asked, end).await?;
        if end < whole {
            self.strike(fault.map(|(fault, _)| fault)).await;
            return Err(Closed);
        }
        let answer = self.answer(&head, &asked).await?;
        self.give(&head, &asked, fault, &request, answer).await
    }

    /// Passes the request up to a byte; what passed.
    async fn forward(&mut self, head: &Head, asked: &Asked, end: usize) -> Result<Vec<u8>, Closed> {
        let (mut request, mut waiting) = (Vec::new(), head.bytes.clone());
        let is_upload = matches!(asked.kind(), "create" | "patch");
        let mut takes = true;
        while request.len() < end {
            if waiting.is_empty() {
                waiting = self.client.piece(end - request.len()).await?;
            }
            let room = self.shared.allow(&self.open, waiting.len().min(end - request.len())).await;
            let rest = waiting.split_off(room);
            let piece = std::mem::replace(&mut waiting, rest);
            // A hub that refuses in the middle is heard, and what it does not take is sent all the same.
            if let Some(hub) = &mut self.hub
                && takes
            {
                takes = hub.write(&piece).await.is_ok();
            }
            let is_body = request.len() + piece.len() > head.bytes.len();
            request.extend_from_slice(&piece);
            self.shared.count(|passed| {
                passed.to_hub += room as u64;
                if is_upload && is_body {
                    passed.moved.get_or_insert_with(Instant::now);
                }
            });
        }
        Ok(request)
    }

    async fn strike(&mut self, fault: Option<Fault>) {
        match fault {
            Some(Fault::Reset) => self.reset(),
            Some(Fault::Stall) => {
                drop(tokio::time::timeout(STALL, std::future::pending::<()>()).await);
                self.reset();
            }
            Some(Fault::HalfOpen) => {
                self.hub = None;
                // Until the client gives up; what it still sends goes nowhere, and does not count as passed.
                while self.client.piece(PIECE).await.is_ok() {}
            }
            _ => {}
        }
    }

    async fn answer(&mut self, head: &Head, asked: &Asked) -> Result<Vec<u8>, Closed> {
        let Some(hub) = &mut self.hub else { return Err(Closed) };
        match hub.answer(head.method()).await {
            Ok((answer, bytes)) => {
                asked.answered(&answer, bytes.get(answer.bytes.len()..).unwrap_or_default());
                Ok(bytes)
            }
            Err(_) => {
                self.reset();
                Err(Closed)
            }
        }
    }

    async fn give(
        &mut self,
        head: &Head,
        asked: &Asked,
        fault: Option<(Fault, f64)>,
        request: &[u8],
        mut answer: Vec<u8>,
    ) -> Result<(), Closed> {
        let mut end = answer.len();
        match fault {
            Some((Fault::LoseAnswer, _)) => end = 0,
            Some((Fault::CutAnswer, at)) => end = (end as f64 * at) as usize,
            Some((Fault::Twice, at)) => {
                self.hub = Some(self.shared.connect().await?);
                if let Some(hub) = &mut self.hub {
                    hub.write(request).await?;
                }
                let second = self.answer(head, asked).await?;
                if at < 0.5 {
                    (end, answer) = (second.len(), second);
                }
            }
            _ => {}
        }
        let mut given = 0;
        while given < end {
            let room = self.shared.allow(&self.open, end - given).await;
            self.client.write(&answer[given..given + room]).await?;
            given += room;
            self.shared.count(|passed| passed.to_client += room as u64);
        }
        if end < answer.len() { Err(Closed) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};

    use super::*;

    /// A hub that answers each request with how many it has had, as an offset.
    fn counting() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let had = Arc::new(Mutex::new(0));
            for mut stream in listener.incoming().flatten() {
                let had = Arc::clone(&had);
                std::thread::spawn(move || {
                    let (mut seen, mut byte) = (Vec::new(), [0]);
                    while matches!(stream.read(&mut byte), Ok(1)) {
                        seen.push(byte[0]);
                        if seen.ends_with(b"end.") {
                            *had.lock().unwrap() += 1;
                            let had = had.lock().unwrap();
                            write!(stream, "HTTP/1.1 204 No Content\r\nUpload-Offset: {had}\r\n\r\n").unwrap();
                            seen.clear();
                        }
                    }
                });
            }
        });
        port
    }

    fn ask(link: &Link, path: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, link.port)).unwrap();
        let head = format!("PATCH {path} HTTP/1.1\r\nContent-Length: 4\r\n\r\n");
        drop(stream.write_all(format!("{head}end.").as_bytes()));
        drop(stream.shutdown(std::net::Shutdown::Write));
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        String::from_utf8(answer).unwrap()
    }

    fn only(fault: Fault) -> Option<Faults> {
        Some(Faults { per_cent: 100, seed: 3, kinds: vec![fault], only: vec!["patch"], once_each: false })
    }

    #[test]
    fn each_fault_does_what_it_says() {
        let (hub, promises) = (counting(), Promises::default());
        let link = Link::start(&[hub], &promises);
        let told = |answer: &str| answer.split("Upload-Offset: ").nth(1).and_then(|at| at.trim().parse::<u32>().ok());
        assert_eq!(told(&ask(&link, "/v1/uploads/a")), Some(1));
        link.set_faults(only(Fault::LoseAnswer));
        assert_eq!(ask(&link, "/v1/uploads/a"), "");
        link.set_faults(only(Fault::CutAnswer));
        let cut = ask(&link, "/v1/uploads/a");
        assert!(!cut.ends_with("\r\n\r\n"), "{cut}");
        for fault in [Fault::Cut, Fault::Reset, Fault::HalfOpen] {
            link.set_faults(only(fault));
            assert_eq!(ask(&link, "/v1/uploads/a"), "", "{fault:?}");
        }
        link.set_faults(only(Fault::Twice));
        assert!(matches!(told(&ask(&link, "/v1/uploads/a")), Some(4 | 5)));
        link.set_faults(None);
        assert_eq!(told(&ask(&link, "/v1/uploads/a")), Some(6), "what was cut did not arrive");
        assert_eq!((promises.broken(), promises.told().0), (vec![], 6));
        assert_eq!(promises.under_way(), Vec::<&str>::new());
    }

    #[test]
    fn an_offset_that_goes_back_is_seen() {
        let promises = Promises::default();
        let link = Link::start(&[counting()], &promises);
        ask(&link, "/v1/uploads/a");
        ask(&link, "/v1/uploads/a");
        link.lead_to(&[counting()]);
        ask(&link, "/v1/uploads/a");
        assert_eq!(promises.broken(), ["a: patch told 1 after 2"]);
    }

    #[test]
    fn nothing_passes_beyond_where_it_is_held_or_when_it_is_down() {
        let link = Link::start(&[counting()], &Promises::default());
        link.hold_at(10);
        let asking = std::thread::scope(|scope| {
            let asking = scope.spawn(|| ask(&link, "/v1/uploads/a"));
            assert!(link.wait(STALL * 10, |passed| passed.bytes() == 10));
            link.cut();
            asking.join().unwrap()
        });
        assert_eq!((asking.as_str(), link.passed().bytes()), ("", 10));
        link.go_down();
        assert_eq!(ask(&link, "/v1/uploads/a"), "");
        link.come_up();
        assert_ne!(ask(&link, "/v1/uploads/a"), "");
        assert!(link.passed().moved.is_some());
    }
}
