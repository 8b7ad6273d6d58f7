//! The network between a clerk and the hub, made bad on purpose.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, spawn};

/// What the network does to connections that begin from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Passes everything.
    None,
    /// Passes this many bytes towards the hub, then resets the connection.
    CutAfter(u64),
    /// Passes this many bytes towards the hub, then neither passes nor closes.
    StallAfter(u64),
    /// Passes the request but loses the answer: the client cannot know whether it arrived.
    LoseAnswer,
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

struct Shared {
    target: SocketAddr,
    trouble: Mutex<Trouble>,
    open: Mutex<Vec<TcpStream>>,
    ended: AtomicBool,
    to_hub: AtomicU64,
    connections: AtomicU64,
}

impl Proxy {
    /// Listens on a free port and passes to `127.0.0.1:port`.
    pub fn start(port: u16) -> Proxy {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let shared = Arc::new(Shared {
            target: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            trouble: Mutex::new(Trouble::None),
            open: Mutex::default(),
            ended: AtomicBool::new(false),
            to_hub: AtomicU64::new(0),
            connections: AtomicU64::new(0),
        });
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
        *self.shared.trouble.lock().expect("no panic under this lock") = trouble;
        self.cut();
    }

    /// Cuts every open connection.
    pub fn cut(&self) {
        for stream in self.shared.open.lock().expect("no panic under this lock").drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// Bytes passed towards the hub since the start.
    pub fn bytes_to_hub(&self) -> u64 {
        self.shared.to_hub.load(Ordering::SeqCst)
    }

    /// Connections taken since the start.
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
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
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let trouble = *shared.trouble.lock().expect("no panic under this lock");
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
    let hub = TcpStream::connect(shared.target)?;
    {
        let mut open = shared.open.lock().expect("no panic under this lock");
        open.push(client.try_clone()?);
        open.push(hub.try_clone()?);
    }
    let (mut from_hub, mut to_client) = (hub.try_clone()?, client.try_clone()?);
    let lose = trouble == Trouble::LoseAnswer;
    let back = spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(n @ 1..) = from_hub.read(&mut buffer) {
            // The hub has answered, so it has done the work; the client never hears of it.
            if lose || to_client.write_all(&buffer[..n]).is_err() {
                break;
            }
        }
        drop(to_client.shutdown(Shutdown::Both));
        drop(from_hub.shutdown(Shutdown::Both));
    });
    forward(client, hub, trouble, shared);
    drop(back.join());
    Ok(())
}

fn forward(mut client: TcpStream, mut hub: TcpStream, trouble: Trouble, shared: &Shared) {
    let (mut left, stall) = match trouble {
        Trouble::CutAfter(bytes) => (bytes, false),
        Trouble::StallAfter(bytes) => (bytes, true),
        _ => (u64::MAX, false),
    };
    let mut buffer = [0; 16 * 1024];
    while let Ok(n @ 1..) = client.read(&mut buffer) {
        let passed = usize::try_from(left).map_or(n, |left| n.min(left));
        if passed > 0 && hub.write_all(&buffer[..passed]).is_err() {
            break;
        }
        left -= passed as u64;
        shared.to_hub.fetch_add(passed as u64, Ordering::SeqCst);
        if left == 0 {
            if stall {
                // Held open and silent until the client gives up or the proxy is changed.
                while matches!(client.read(&mut buffer), Ok(1..)) {}
            }
            break;
        }
    }
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
        proxy.set(Trouble::LoseAnswer);
        assert_eq!(ask(&proxy, b"abc"), b"");
        assert_eq!(proxy.bytes_to_hub(), 3);
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
    fn signs_in_like_a_hotel() {
        let proxy = Proxy::start(1);
        proxy.set(Trouble::Html);
        let answer = String::from_utf8(ask(&proxy, b"GET /v1/ping HTTP/1.1\r\n\r\n")).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("text/html"));
    }
}
