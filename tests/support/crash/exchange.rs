//! What a server was asked and what it answered, out of the bytes of its sockets (HTTP/1).

use std::collections::HashMap;

use serde_json::Value;

use super::trace::{Deed, Entry};

/// One request and its answer, with the lines of the log at which the request began and the answer began to be sent.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    pub begun: usize,
    /// From here on the client may know. `None`: it never heard of it.
    pub answered: Option<usize>,
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub status: u16,
    pub answer_headers: Vec<(String, String)>,
    pub answer: Vec<u8>,
}

impl Exchange {
    /// Whether it was answered with success before this line.
    pub fn acknowledged(&self, line: usize) -> bool {
        (200..300).contains(&self.status) && self.answered.is_some_and(|answered| answered < line)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        named(&self.headers, name)
    }

    pub fn answer_header(&self, name: &str) -> Option<&str> {
        named(&self.answer_headers, name)
    }

    pub fn request(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn reply(&self) -> Value {
        serde_json::from_slice(&self.answer).unwrap_or_default()
    }
}

fn named<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// A connection on which somebody asks.
#[derive(Default)]
struct Line {
    heard: Vec<u8>,
    said: Vec<u8>,
    /// The exchange under way.
    current: Option<usize>,
    began: usize,
    answered: Option<usize>,
}

/// All exchanges in which a recorded program was the one who answers, in the order in which they began.
pub fn exchanges(entries: &[Entry]) -> Vec<Exchange> {
    let (mut lines, mut found) = (HashMap::<u64, Line>::new(), Vec::new());
    for entry in entries {
        match &entry.deed {
            Deed::Heard { socket, bytes } if !bytes.is_empty() => {
                let line = lines.entry(*socket).or_default();
                if line.heard.is_empty() && line.current.is_none() {
                    line.began = entry.begun;
                }
                line.heard.extend_from_slice(bytes);
                hear(line, &mut found);
            }
            Deed::Said { socket, bytes } => {
                // Who speaks first is the one who asks: another server answers there.
                let Some(line) = lines.get_mut(socket) else { continue };
                line.answered.get_or_insert(entry.begun);
                line.said.extend_from_slice(bytes);
                say(line, &mut found);
            }
            _ => {}
        }
    }
    found.sort_by_key(|exchange| exchange.begun);
    found
}

fn hear(line: &mut Line, found: &mut Vec<Exchange>) {
    if line.current.is_none() {
        let Some((first, headers, length)) = head(&line.heard) else { return };
        let mut words = first.split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        line.heard.drain(..length);
        line.current = Some(found.len());
        found.push(Exchange { begun: line.began, method, path, headers, ..Exchange::default() });
    }
    if let Some(exchange) = line.current.and_then(|current| found.get_mut(current)) {
        exchange.body.append(&mut line.heard);
    }
}

fn say(line: &mut Line, found: &mut [Exchange]) {
    let Some(exchange) = line.current.and_then(|current| found.get_mut(current)) else { return };
    let Some((first, headers, length)) = head(&line.said) else { return };
    exchange.status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    exchange.answered = line.answered;
    let bodiless = exchange.method == "HEAD" || exchange.status == 204;
    let size = named(&headers, "content-length").and_then(|size| size.parse().ok()).filter(|_| !bodiless).unwrap_or(0);
    if line.said.len() < length + size {
        return;
    }
    exchange.answer = line.said[length..length + size].to_vec();
    exchange.answer_headers = headers;
    *line = Line::default();
}

/// Names, in small letters, and values.
type Headers = Vec<(String, String)>;

/// First line, headers and length of a head that is whole.
fn head(bytes: &[u8]) -> Option<(String, Headers, usize)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = text.split("\r\n");
    let first = lines.next()?.to_owned();
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned()));
    Some((first, headers.collect(), end + 4))
}
