//! The server under examination: where it is, what it advertises, and how it is asked.

use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use crate::check::{Expect as _, Not};
use crate::http::{Headers, Line, Reply};

/// The version of the protocol that is examined.
pub const VERSION: &str = "1.0.0";
/// The media type of bytes of an upload.
pub const BYTES: &str = "application/offset+octet-stream";

/// See the module.
pub struct Server {
    address: SocketAddr,
    authority: String,
    /// The path at which uploads are created.
    pub path: String,
    /// Sent with every request: a token, say.
    headers: Headers,
    /// Sent with every creation that has no metadata of its own, for servers that insist on some.
    pub metadata: Option<String>,
    pub patience: Duration,
    pub advertised: Advertised,
}

/// What OPTIONS told.
#[derive(Debug, Clone, Default)]
pub struct Advertised {
    pub extensions: Vec<String>,
    pub algorithms: Vec<String>,
    pub max_size: Option<u64>,
}

impl Server {
    /// A server by its creation URL. Asks it once what it can do; without an answer nothing is advertised, and a check will say so.
    pub fn new(url: &str, headers: Headers, patience: Duration) -> Result<Server, String> {
        let rest =
            url.strip_prefix("http://").ok_or("the URL must begin with http:// (for TLS, put a proxy between)")?;
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let named = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
        let mut addresses = named.to_socket_addrs().map_err(|error| format!("{authority}: {error}"))?;
        let address = addresses.next().ok_or_else(|| format!("{authority}: no address"))?;
        let (authority, path) = (authority.to_owned(), path.to_owned());
        let mut server =
            Server { address, authority, path, headers, metadata: None, patience, advertised: Advertised::default() };
        let told = server.ask("OPTIONS", &server.path).send().map_err(|not| format!("{url}: {not}"))?;
        let list = |name: &str| {
            let value = told.header(name).unwrap_or_default();
            value.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
        };
        server.advertised = Advertised {
            extensions: list("Tus-Extension"),
            algorithms: list("Tus-Checksum-Algorithm"),
            max_size: told.header("Tus-Max-Size").and_then(|size| size.parse().ok()),
        };
        Ok(server)
    }

    /// Whether it advertises an extension.
    pub fn can(&self, extension: &str) -> bool {
        self.advertised.extensions.iter().any(|known| known == extension)
    }

    /// `http://AUTHORITY` before a path.
    pub fn absolute(&self, path: &str) -> String {
        format!("http://{}{path}", self.authority)
    }

    pub fn open(&self) -> Result<Line, Not> {
        Line::open(self.address, self.patience).map_err(|silence| Not::met("a connection", silence))
    }

    /// A request with the version and the server's own headers.
    pub fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let mut headers =
            vec![("Host".to_owned(), self.authority.clone()), ("Tus-Resumable".to_owned(), VERSION.into())];
        headers.extend(self.headers.iter().cloned());
        Ask { server: self, method: method.to_owned(), path: path.to_owned(), headers, body: None, bare: false }
    }

    /// A creation.
    pub fn post(&self) -> Ask<'_> {
        self.ask("POST", &self.path)
    }

    /// An append at an offset.
    pub fn patch(&self, upload: &str, offset: u64, bytes: &[u8]) -> Ask<'_> {
        self.ask("PATCH", upload).with("Content-Type", BYTES).with("Upload-Offset", offset).body(bytes)
    }

    pub fn head(&self, upload: &str) -> Result<Reply, Not> {
        self.ask("HEAD", upload).send()
    }

    /// A new upload of this length: its path.
    pub fn create(&self, length: u64) -> Result<String, Not> {
        self.created(&self.post().with("Upload-Length", length).send()?)
    }

    /// The path of what a creation made.
    pub fn created(&self, reply: &Reply) -> Result<String, Not> {
        reply.is(&[201])?;
        Ok(self.resolve(reply.has("Location")?))
    }

    /// The offset it says an upload has.
    pub fn offset(&self, upload: &str) -> Result<u64, Not> {
        let reply = self.head(upload)?;
        reply.is(&[200, 204])?;
        reply.offset()
    }

    /// That an upload stands where it should.
    pub fn stands_at(&self, upload: &str, offset: u64) -> Result<(), Not> {
        let reply = self.head(upload)?;
        reply.is(&[200, 204])?.says("Upload-Offset", offset)?;
        Ok(())
    }

    /// An upload of these bytes, made and filled.
    pub fn filled(&self, bytes: &[u8]) -> Result<String, Not> {
        let upload = self.create(bytes.len() as u64)?;
        self.patch(&upload, 0, bytes).send()?.is(&[204])?;
        Ok(upload)
    }

    /// Metadata, and what every creation has here.
    pub fn metadata_with(&self, own: &str) -> String {
        self.metadata.as_ref().map_or_else(|| own.to_owned(), |every| format!("{own},{every}"))
    }

    /// The path that a `Location` means, taken relative to the creation URL.
    pub fn resolve(&self, location: &str) -> String {
        if let Some((_, rest)) = location.split_once("://") {
            return rest.find('/').map_or("/", |at| &rest[at..]).to_owned();
        }
        if location.starts_with('/') {
            return location.to_owned();
        }
        let base = self.path.split('?').next().unwrap_or_default();
        let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{}", location.trim_start_matches("./"))
    }
}

/// A request on its way.
#[derive(Clone)]
pub struct Ask<'a> {
    server: &'a Server,
    method: String,
    path: String,
    headers: Headers,
    body: Option<Vec<u8>>,
    /// No metadata is added.
    bare: bool,
}

impl Ask<'_> {
    /// Adds a header.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// Takes a header away.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// Writes every header's name otherwise.
    pub fn names(mut self, write: fn(&str) -> String) -> Self {
        self.headers.iter_mut().for_each(|(name, _)| *name = write(name));
        self
    }

    /// Leaves out the metadata that this server may insist on.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// With the metadata that every creation has here.
    fn completed(self) -> Self {
        let creates = self.method == "POST" && self.path == self.server.path && !self.bare;
        let has = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Upload-Metadata"));
        match &self.server.metadata {
            Some(metadata) if creates && !has => self.with("Upload-Metadata", metadata),
            _ => self,
        }
    }

    pub fn body(mut self, bytes: &[u8]) -> Self {
        self.body = Some(bytes.to_vec());
        self
    }

    /// The lines before the body.
    pub fn head(&self) -> String {
        let lines = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<String>();
        format!("{} {} HTTP/1.1\r\n{lines}\r\n", self.method, self.path)
    }

    /// Sends it whole on a connection of its own.
    pub fn send(self) -> Result<Reply, Not> {
        let mut line = self.server.open()?;
        self.with("Connection", "close").send_on(&mut line)
    }

    /// Sends it whole on an open connection.
    pub fn send_on(self, line: &mut Line) -> Result<Reply, Not> {
        let mut ask = self.completed();
        let body = ask.body.take();
        if let Some(body) = &body {
            ask = ask.with("Content-Length", body.len());
        } else if ask.method != "HEAD" && ask.method != "OPTIONS" {
            ask = ask.with("Content-Length", 0);
        }
        line.send(&[ask.head().as_bytes(), body.as_deref().unwrap_or_default()].concat());
        ask.answer(line)
    }

    /// Sends it with a body in chunks, and trailers.
    pub fn send_chunked(mut self, trailers: &[(&str, String)]) -> Result<Reply, Not> {
        let body = self.body.take().unwrap_or_default();
        let ask = self.completed().with("Transfer-Encoding", "chunked").with("Connection", "close");
        let mut line = ask.server.open()?;
        line.send(ask.head().as_bytes());
        for piece in body.chunks(body.len().div_ceil(2).max(1)) {
            line.send(&[format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
        }
        let trailers = trailers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<String>();
        line.send(format!("0\r\n{trailers}\r\n").as_bytes());
        ask.answer(&mut line)
    }

    /// Announces `length` bytes, sends those of the body, and leaves it at that: the connection stays open.
    pub fn begin(mut self, length: u64) -> Result<Line, Not> {
        let body = self.body.take().unwrap_or_default();
        let ask = self.completed().with("Content-Length", length);
        let mut line = ask.server.open()?;
        line.send(&[ask.head().as_bytes(), &body].concat());
        Ok(line)
    }

    /// The reply to it on this connection.
    pub fn answer(&self, line: &mut Line) -> Result<Reply, Not> {
        line.reply(self.method == "HEAD").map_err(|silence| Not::met("a reply", silence))
    }
}
