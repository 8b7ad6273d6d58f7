//! HTTP/1.1 by hand, over a plain socket: what an ordinary client would never send can be sent, and what comes is seen as it came.

use std::fmt;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// The largest reply that is read.
const MAX_REPLY: usize = 1 << 20;

/// Header lines in their order.
pub type Headers = Vec<(String, String)>;

/// What a server answered.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Headers,
    pub body: Vec<u8>,
    /// Whether it said `100 Continue` before.
    pub continued: bool,
}

impl Reply {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }
}

/// The status and the headers that matter here, for reports.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        let told = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.starts_with("upload-") || name.starts_with("tus-") || name == "location" || name == "cache-control"
        };
        self.headers.iter().filter(|(name, _)| told(name)).try_for_each(|(name, value)| write!(f, ", {name}: {value}"))
    }
}

/// Why there is no reply.
#[derive(Debug)]
pub enum Silence {
    /// Nobody listens, or the connection broke while it was made.
    Connect(std::io::Error),
    /// The connection ended before a whole reply had come.
    Closed,
    /// Nothing came for this long.
    Quiet(Duration),
    /// What came is no HTTP.
    Garbled(String),
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(error) => write!(f, "no connection: {error}"),
            Self::Closed => f.write_str("the connection was closed without a reply"),
            Self::Quiet(time) => write!(f, "no reply within {:.0} s", time.as_secs_f64()),
            Self::Garbled(what) => write!(f, "no HTTP reply: {what}"),
        }
    }
}

/// One connection.
pub struct Line {
    stream: TcpStream,
    patience: Duration,
    /// What has come and is not yet taken.
    ahead: Vec<u8>,
}

impl Line {
    pub fn open(address: SocketAddr, patience: Duration) -> Result<Line, Silence> {
        let stream = TcpStream::connect_timeout(&address, patience).map_err(Silence::Connect)?;
        let set = stream.set_read_timeout(Some(patience)).and_then(|()| stream.set_write_timeout(Some(patience)));
        set.and_then(|()| stream.set_nodelay(true)).map_err(Silence::Connect)?;
        Ok(Line { stream, patience, ahead: Vec::new() })
    }

    /// Sends bytes. A server may answer and close before it has taken all: whether it did is seen by the reply.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).and_then(|()| self.stream.flush());
    }

    /// Says that nothing more will be sent, and goes on listening.
    pub fn half_close(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Resets the connection: one that is dropped while something lies in it unread is reset, not closed. So there must be a
    /// reply on its way that nobody has taken.
    pub fn reset(self) {
        let _ = self.stream.peek(&mut [0]);
    }

    /// Reads until the server closes, or for as long as patience lasts.
    pub fn drain(&mut self) {
        let mut bytes = [0; 4096];
        while matches!(self.stream.read(&mut bytes), Ok(read) if read > 0) {}
    }

    /// The next final reply. `bodiless`: the request was a HEAD.
    pub fn reply(&mut self, bodiless: bool) -> Result<Reply, Silence> {
        let mut continued = false;
        loop {
            let mut reply = self.head()?;
            if (100..200).contains(&reply.status) {
                continued |= reply.status == 100;
                continue;
            }
            if !bodiless && !matches!(reply.status, 204 | 304) {
                reply.body = self.body(&reply)?;
            }
            reply.continued = continued;
            return Ok(reply);
        }
    }

    /// Whether more bytes came than belong to the replies that were taken, within this time.
    pub fn has_more(&mut self, within: Duration) -> bool {
        if !self.ahead.is_empty() {
            return true;
        }
        let _ = self.stream.set_read_timeout(Some(within));
        let more = matches!(self.stream.peek(&mut [0]), Ok(read) if read > 0);
        let _ = self.stream.set_read_timeout(Some(self.patience));
        more
    }

    fn head(&mut self) -> Result<Reply, Silence> {
        let end = loop {
            if let Some(at) = self.ahead.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            self.more()?;
        };
        let head: Vec<u8> = self.ahead.drain(..end).collect();
        let head = String::from_utf8_lossy(&head).into_owned();
        let garbled = || Silence::Garbled(head.lines().next().unwrap_or_default().to_owned());
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.")).ok_or_else(garbled)?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(garbled)?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
        Ok(Reply { status, headers, ..Reply::default() })
    }

    fn body(&mut self, reply: &Reply) -> Result<Vec<u8>, Silence> {
        if reply.header("transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked")) {
            return self.chunked();
        }
        match reply.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
            Some(length) => self.exactly(length),
            None => {
                while self.more().is_ok() {}
                Ok(std::mem::take(&mut self.ahead))
            }
        }
    }

    fn chunked(&mut self) -> Result<Vec<u8>, Silence> {
        let mut body = Vec::new();
        loop {
            let size = self.line()?;
            let size = size.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| Silence::Garbled(format!("chunk of {size:?}")))?;
            if size == 0 {
                while !self.line()?.is_empty() {}
                return Ok(body);
            }
            body.extend(self.exactly(size)?);
            self.line()?;
        }
    }

    fn line(&mut self) -> Result<String, Silence> {
        loop {
            if let Some(at) = self.ahead.windows(2).position(|window| window == b"\r\n") {
                let line: Vec<u8> = self.ahead.drain(..at + 2).collect();
                return Ok(String::from_utf8_lossy(&line[..at]).into_owned());
            }
            self.more()?;
        }
    }

    fn exactly(&mut self, length: usize) -> Result<Vec<u8>, Silence> {
        if length > MAX_REPLY {
            return Err(Silence::Garbled(format!("a reply of {length} bytes")));
        }
        while self.ahead.len() < length {
            self.more()?;
        }
        Ok(self.ahead.drain(..length).collect())
    }

    fn more(&mut self) -> Result<(), Silence> {
        let mut bytes = [0; 8192];
        if self.ahead.len() > MAX_REPLY {
            return Err(Silence::Garbled("a reply without an end".to_owned()));
        }
        match self.stream.read(&mut bytes) {
            Ok(0) => Err(Silence::Closed),
            Ok(read) => {
                self.ahead.extend(&bytes[..read]);
                Ok(())
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Err(Silence::Quiet(self.patience))
            }
            Err(_) => Err(Silence::Closed),
        }
    }
}
