//! Messages of HTTP/1.1 as they pass: heads that are read, bodies of a known length.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// No head is longer.
const MAX_HEAD: usize = 64 * 1024;

/// The head of a request or of an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    /// As it came, with the empty line that ends it.
    pub(crate) bytes: Vec<u8>,
    /// The words of its first line.
    words: Vec<String>,
    headers: Vec<(String, String)>,
}

/// One end of a connection, with what was read of it and not taken yet.
pub(crate) struct Side {
    pub(crate) stream: TcpStream,
    read: Vec<u8>,
}

impl Head {
    fn parse(bytes: Vec<u8>) -> Head {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut lines = text.split("\r\n");
        let words = lines.next().unwrap_or_default().split(' ').map(str::to_owned).collect();
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        Head { words, headers: lines.filter_map(header).collect(), bytes }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Of a request.
    pub(crate) fn method(&self) -> &str {
        self.header("x-http-method-override").or(self.words.first().map(String::as_str)).unwrap_or_default()
    }

    /// Of a request.
    pub(crate) fn path(&self) -> &str {
        let target = self.words.get(1).map(String::as_str).unwrap_or_default();
        target.split('?').next().unwrap_or_default()
    }

    /// Of an answer.
    pub(crate) fn status(&self) -> u16 {
        self.words.get(1).and_then(|status| status.parse().ok()).unwrap_or_default()
    }

    /// The bytes that follow the head.
    pub(crate) fn length(&self) -> io::Result<usize> {
        if self.header("transfer-encoding").is_some() {
            return Err(io::Error::other("a body without a length"));
        }
        Ok(self.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0))
    }
}

impl Side {
    pub(crate) fn new(stream: TcpStream) -> Side {
        drop(stream.set_nodelay(true));
        Side { stream, read: vec![] }
    }

    /// Reads on. Given up in the middle, nothing is lost.
    async fn more(&mut self) -> io::Result<()> {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.read.extend_from_slice(&bytes[..read]);
                Ok(())
            }
        }
    }

    /// The next head.
    pub(crate) async fn head(&mut self) -> io::Result<Head> {
        loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                let rest = self.read.split_off(end + 4);
                return Ok(Head::parse(std::mem::replace(&mut self.read, rest)));
            }
            if self.read.len() > MAX_HEAD {
                return Err(io::Error::other("a head without an end"));
            }
            self.more().await?;
        }
    }

    /// At least one and at most so many of the bytes that follow.
    pub(crate) async fn piece(&mut self, most: usize) -> io::Result<Vec<u8>> {
        if self.read.is_empty() {
            self.more().await?;
        }
        let rest = self.read.split_off(self.read.len().min(most));
        Ok(std::mem::replace(&mut self.read, rest))
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// A whole answer to a request of this method: its head, and its bytes from the first to the last.
    pub(crate) async fn answer(&mut self, method: &str) -> io::Result<(Head, Vec<u8>)> {
        let mut head = self.head().await?;
        while (100..200).contains(&head.status()) {
            head = self.head().await?;
        }
        let bare = method == "HEAD" || matches!(head.status(), 204 | 304);
        let (mut bytes, mut left) = (head.bytes.clone(), if bare { 0 } else { head.length()? });
        while left > 0 {
            let piece = self.piece(left).await?;
            left -= piece.len();
            bytes.extend(piece);
        }
        Ok((head, bytes))
    }

    /// Closes with a reset: what is on its way is lost.
    pub(crate) fn reset(&self) {
        drop(self.stream.set_zero_linger());
    }
}
