//! The network between a clerk and the hub, made bad on purpose.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

/// What the network does to connections that begin from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Passes everything.
    None,
    /// Passes this many bytes towards the hub, then resets the connection.
    CutAfter(u64),
    /// Passes this many bytes towards the hub, then neither passes nor closes.
    StallAfter(u64),
    /// Passes everything until a request whose path or headers contain this text: that request is passed, but its
    /// answer and all that follows on its connection is lost. The client cannot know whether it arrived.
    LoseAnswer(&'static str),
    /// Answers every request itself with a sign-in page, status 200, as a captive portal does.
    Html,
    /// Closes every connection at once.
    Refuse,
}

/// A TCP proxy on loopback. Dropping it closes everything.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accept: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    way: Mutex<Way>,
    counts: Mutex<Counts>,
    counted: Condvar,
    ended: AtomicBool,
}

/// Where connections go, and how.
struct Way {
    target: SocketAddr,
    trouble: Trouble,
    open: Vec<TcpStream>,
}

#[derive(Default)]
struct Counts {
    bytes_to_hub: u64,
    answers_lost: u64,
}

impl Default for Way {
    fn default() -> Way {
        Way { target: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), trouble: Trouble::None, open: Vec::new() }
    }
}

impl Shared {
    fn way(&self) -> MutexGuard<'_, Way> {
        self.way.lock().expect("no panic under this lock")
    }

    fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock().expect("no panic under this lock"));
        self.counted.notify_all();
    }
}

impl Proxy {
    /// Listens on a free port and passes to `127.0.0.1:port`.
    pub fn start(port: u16) -> Proxy {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let shared = Arc::new(Shared::default());
        shared.way().target.set_port(port);
        let accepting = Arc::clone(&shared);
        let accept = Some(spawn(move || accept_all(&listener, &accepting)));
        Proxy { address, shared, accept }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes what happens to new connections; open ones are cut, so that the change is felt at once.
    pub fn set(&self, trouble: Trouble) {
        self.shared.way().trouble = trouble;
        self.cut();
    }

    /// Leads to another port from now on.
    pub fn lead_to(&self, port: u16) {
        self.shared.way().target.set_port(port);
        self.cut();
    }

    /// Cuts every open connection.
    pub fn cut(&self) {
        for stream in self.shared.way().open.drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// Bytes passed towards the hub since the start.
    pub fn bytes_to_hub(&self) -> u64 {
        self.shared.counts.lock().expect("no panic under this lock").bytes_to_hub
    }

    /// Waits until this many bytes have been passed towards the hub since the start.
    pub fn passed(&self, bytes: u64, limit: Duration) {
        self.counted(limit, &format!("{bytes} bytes to the hub"), |counts| counts.bytes_to_hub >= bytes);
    }

    /// Waits until an answer has been lost.
    pub fn lost_an_answer(&self, limit: Duration) {
        self.counted(limit, "a lost answer", |counts| counts.answers_lost > 0);
    }

    fn counted(&self, limit: Duration, what: &str, enough: impl Fn(&Counts) -> bool) {
        let counts = self.shared.counts.lock().expect("no panic under this lock");
        let waited = self.shared.counted.wait_timeout_while(counts, limit, |counts| !enough(counts));
        let (counts, timeout) = waited.expect("no panic under this lock");
        assert!(!timeout.timed_out(), "no {what} in {limit:?}; {} bytes passed", counts.bytes_to_hub);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address)); // wakes accept()
        self.cut();
        if let Some(accept) = self.accept.take() {
            drop(accept.join());
        }
    }
}

fn accept_all(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.ended.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        let trouble = shared.way().trouble;
        let shared = Arc::clone(shared);
        spawn(move || serve(client, trouble, &shared));
    }
}

fn serve(client: TcpStream, trouble: Trouble, shared: &Arc<Shared>) {
    match trouble {
        Trouble::Refuse => {}
        Trouble::Html => answer_html(client),
        _ => drop(pass(client, trouble, shared)),
    }
}

fn pass(client: TcpStream, trouble: Trouble, shared: &Arc<Shared>) -> std::io::Result<()> {
    let target = shared.way().target;
    let hub = TcpStream::connect(target)?;
    shared.way().open.extend([client.try_clone()?, hub.try_clone()?]);
    let lose = Arc::new(AtomicBool::new(false));
    let back = {
        let (hub, client, lose, shared) =
            (hub.try_clone()?, client.try_clone()?, Arc::clone(&lose), Arc::clone(shared));
        spawn(move || backward(hub, client, &lose, &shared))
    };
    forward(client, hub, trouble, &lose, shared);
    drop(back.join());
    Ok(())
}

/// Hub to client.
fn backward(mut hub: TcpStream, mut client: TcpStream, lose: &AtomicBool, shared: &Shared) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(n @ 1..) = hub.read(&mut buffer) {
        if lose.load(Ordering::SeqCst) {
            // The hub has answered, so it has done the work; the client never hears of it.
            shared.count(|counts| counts.answers_lost += 1);
            break;
        }
        if client.write_all(&buffer[..n]).is_err() {
            break;
        }
    }
    close(&client, &hub);
}

/// Client to hub.
fn forward(mut client: TcpStream, mut hub: TcpStream, trouble: Trouble, lose: &AtomicBool, shared: &Shared) {
    let (mut left, stall) = match trouble {
        Trouble::CutAfter(bytes) => (bytes, false),
        Trouble::StallAfter(bytes) => (bytes, true),
        _ => (u64::MAX, false),
    };
    let mut buffer = [0; 16 * 1024];
    while left > 0 {
        let Ok(n @ 1..) = client.read(&mut buffer) else {
            // The client has said all it wanted to; the hub may still answer.
            drop(hub.shutdown(Shutdown::Write));
            return;
        };
        if matches!(trouble, Trouble::LoseAnswer(text) if String::from_utf8_lossy(&buffer[..n]).contains(text)) {
            lose.store(true, Ordering::SeqCst);
        }
        let passed = usize::try_from(left).map_or(n, |left| n.min(left));
        if hub.write_all(&buffer[..passed]).is_err() {
            break;
        }
        left -= passed as u64;
        shared.count(|counts| counts.bytes_to_hub += passed as u64);
    }
    // Held open and silent until the client gives up or the proxy is changed.
    while stall && left == 0 && matches!(client.read(&mut buffer), Ok(1..)) {}
    close(&client, &hub);
}

fn close(client: &TcpStream, hub: &TcpStream) {
    drop(client.shutdown(Shutdown::Both));
    drop(hub.shutdown(Shutdown::Both));
}

fn answer_html(mut client: TcpStream) {
    let body = "<!doctype html><title>Sign in</title><p>Welcome to the guest network.";
    let mut buffer = [0; 16 * 1024];
    let mut request = Vec::new();
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        match client.read(&mut buffer) {
            Ok(n @ 1..) => request.extend_from_slice(&buffer[..n]),
            _ => return,
        }
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    drop(client.write_all(head.as_bytes()));
    drop(client.write_all(body.as_bytes()));
    drop(client.shutdown(Shutdown::Write));
    // Read what is still coming, so that the answer is not lost to a reset.
    while matches!(client.read(&mut buffer), Ok(1..)) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hub that answers every byte with the same byte.
    fn echo() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        spawn(move || {
            for mut stream in listener.incoming().flatten() {
                spawn(move || {
                    let mut byte = [0; 1];
                    while matches!(stream.read(&mut byte), Ok(1)) && stream.write_all(&byte).is_ok() {}
                });
            }
        });
        port
    }

    fn ask(proxy: &Proxy, bytes: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(proxy.address).unwrap();
        stream.write_all(bytes).unwrap();
        drop(stream.shutdown(Shutdown::Write));
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        answer
    }

    #[test]
    fn cuts_where_it_was_told_to() {
        let proxy = Proxy::start(echo());
        proxy.set(Trouble::CutAfter(3));
        assert!(ask(&proxy, b"abcdef").len() <= 3);
        assert_eq!(proxy.bytes_to_hub(), 3);
    }

    #[test]
    fn loses_the_answer_but_delivers_the_question() {
        let proxy = Proxy::start(echo());
        proxy.set(Trouble::LoseAnswer("b"));
        assert_eq!(ask(&proxy, b"abc"), b"");
        proxy.lost_an_answer(Duration::from_secs(10));
        assert_eq!(proxy.bytes_to_hub(), 3);
        assert_eq!(ask(&proxy, b"xyz"), b"xyz", "other questions are answered");
    }

    #[test]
    fn a_stalled_connection_ends_when_the_network_changes() {
        let proxy = Proxy::start(echo());
        proxy.set(Trouble::StallAfter(2));
        let mut stream = TcpStream::connect(proxy.address).unwrap();
        stream.write_all(b"abc").unwrap();
        let mut two = [0; 2];
        stream.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"ab");
        proxy.set(Trouble::None);
        assert_eq!(stream.read(&mut two).unwrap_or(0), 0, "the third byte must not come");
    }

    #[test]
    fn tells_when_enough_has_passed_and_where_to() {
        let proxy = Proxy::start(1);
        assert_eq!(ask(&proxy, b"abc"), b"", "nobody listens at port 1");
        proxy.lead_to(echo());
        assert_eq!(ask(&proxy, b"abc"), b"abc");
        proxy.passed(3, Duration::from_secs(10));
    }

    #[test]
    fn signs_in_like_a_hotel() {
        let proxy = Proxy::start(1);
        proxy.set(Trouble::Html);
        let answer = String::from_utf8(ask(&proxy, b"GET /v1/ping HTTP/1.1\r\n\r\n")).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("text/html"));
    }
}
