//! A hub whose files go up to somebody else's tus server: our client speaks to it as to any hub.
//!
//! Uploads are passed on to the other server; before a submission is passed to the hub, what the other server keeps is brought to
//! the hub as it is. So the hub's receipt says that every byte arrived over there unharmed.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tokio::runtime::Runtime;
use uuid::Uuid;
use wire::{path, tus};

use crate::foreign::{ForeignServer, client};
use crate::hub::Hub;

const MAX_BODY: usize = 64 << 20;

/// See the module. Ends when dropped.
pub struct Front {
    address: SocketAddr,
    shared: Arc<Shared>,
    _runtime: Runtime,
    _server: ForeignServer,
}

struct Shared {
    client: reqwest::Client,
    hub: String,
    hub_id: HeaderValue,
    /// The other server's creation URL, and the folder where it keeps each upload in a plain file.
    server: String,
    folder: PathBuf,
    uploads: Mutex<HashMap<Uuid, Kept>>,
}

/// An upload at the other server.
#[derive(Clone)]
struct Kept {
    url: String,
    length: u64,
    at_hub: bool,
}

impl Front {
    /// Puts a server before a hub.
    pub fn start(hub: &Hub, server: ForeignServer) -> Front {
        let runtime = Runtime::new().expect("a runtime");
        let hub = hub.url();
        let (address, shared) = runtime.block_on(async {
            let client = client();
            let answer = client.get(format!("{hub}/healthz")).send().await.expect("the hub answers");
            let hub_id = answer.headers().get(path::HUB_ID).expect("every reply has it").clone();
            let (url, folder) = (server.url().to_owned(), server.folder().to_owned());
            let shared = Arc::new(Shared { client, hub, hub_id, server: url, folder, uploads: Mutex::default() });
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("a bound socket");
            let router = axum::Router::new().fallback(pass).with_state(Arc::clone(&shared));
            tokio::spawn(async move { axum::serve(listener, router).await });
            (address, shared)
        });
        Front { address, shared, _runtime: runtime, _server: server }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many uploads the other server has taken.
    pub fn uploads(&self) -> usize {
        self.shared.kept().len()
    }
}

impl Shared {
    fn kept(&self) -> MutexGuard<'_, HashMap<Uuid, Kept>> {
        self.uploads.lock().expect("no panic under this lock")
    }

    /// One request to somebody else, with the headers that are not the connection's own.
    async fn ask(&self, method: Method, url: &str, headers: &HeaderMap, body: Bytes) -> Result<Response, StatusCode> {
        let request = self.client.request(method, url).headers(passed(headers)).body(body);
        let answer = request.send().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
        let (status, headers) = (answer.status(), passed(answer.headers()));
        let body = answer.bytes().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// A request to the other server, answered in the hub's name.
    async fn ask_server(
        &self,
        method: Method,
        url: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response, StatusCode> {
        let mut passed = headers.clone();
        passed.remove(header::AUTHORIZATION);
        let mut response = self.ask(method, url, &passed, body).await?;
        response.headers_mut().insert(path::HUB_ID, self.hub_id.clone());
        Ok(response)
    }

    async fn create(&self, headers: &HeaderMap, body: Bytes) -> Result<Response, StatusCode> {
        // tuspyserver answers HEAD only of uploads that were given a file name, which a clerk's computer tells nobody.
        let mut named = headers.clone();
        let metadata = headers.get(tus::METADATA).and_then(|metadata| metadata.to_str().ok()).unwrap_or_default();
        let metadata =
            if metadata.is_empty() { "filename YQ==".to_owned() } else { format!("{metadata},filename YQ==") };
        named.insert(tus::METADATA, HeaderValue::try_from(metadata).map_err(|_| StatusCode::BAD_REQUEST)?);
        let mut response = self.ask_server(Method::POST, &self.server, &named, body).await?;
        let text = |headers: &HeaderMap, name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
        if let Some(location) = text(response.headers(), "location") {
            let base = reqwest::Url::parse(&self.server).map_err(|_| StatusCode::BAD_GATEWAY)?;
            let url = base.join(&location).map_err(|_| StatusCode::BAD_GATEWAY)?.to_string();
            let length = text(headers, tus::LENGTH).and_then(|length| length.parse().ok()).unwrap_or(0);
            let id = Uuid::new_v4();
            self.kept().insert(id, Kept { url, length, at_hub: false });
            let ours = HeaderValue::try_from(format!("uploads/{id}")).map_err(|_| StatusCode::BAD_GATEWAY)?;
            response.headers_mut().insert(header::LOCATION, ours);
        }
        Ok(response)
    }

    /// Brings every finished upload to the hub, under the same device's name.
    async fn bring(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let waiting: Vec<(Uuid, Kept)> = self.kept().iter().map(|(id, kept)| (*id, kept.clone())).collect();
        for (id, kept) in waiting.into_iter().filter(|(_, kept)| !kept.at_hub) {
            let name = kept.url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let bytes = std::fs::read(self.folder.join(name)).map_err(|_| StatusCode::BAD_GATEWAY)?;
            if bytes.len() as u64 != kept.length {
                continue;
            }
            let mut creation = HeaderMap::new();
            for (name, value) in [(tus::RESUMABLE, tus::VERSION), ("content-type", tus::MEDIA_TYPE)] {
                creation.insert(name, HeaderValue::from_static(value));
            }
            creation.insert(tus::LENGTH, HeaderValue::from(kept.length));
            let device = headers.get(header::AUTHORIZATION).ok_or(StatusCode::UNAUTHORIZED)?;
            creation.insert(header::AUTHORIZATION, device.clone());
            let url = format!("{}{}", self.hub, path::FILES);
            let made = self.ask(Method::POST, &url, &creation, bytes.into()).await?;
            if made.status() != StatusCode::CREATED {
                return Err(StatusCode::BAD_GATEWAY);
            }
            self.kept().entry(id).and_modify(|kept| kept.at_hub = true);
        }
        Ok(())
    }
}

/// The headers that go on to the next connection.
fn passed(headers: &HeaderMap) -> HeaderMap {
    let own = [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::EXPECT];
    let mut passed = headers.clone();
    own.iter().for_each(|name| drop(passed.remove(name)));
    passed.remove("keep-alive");
    passed
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, StatusCode> {
    let (parts, body) = request.into_parts();
    // A body that breaks on its way is no request.
    let body = to_bytes(body, MAX_BODY).await.map_err(|_| StatusCode::BAD_REQUEST)?;
    let (asked, query) = (parts.uri.path(), parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default());
    if asked == path::FILES && parts.method == Method::POST {
        return shared.create(&parts.headers, body).await;
    }
    if let Some(id) = asked.strip_prefix("/v1/uploads/").and_then(|id| id.parse().ok()) {
        let url = shared.kept().get(&id).map(|kept| kept.url.clone()).ok_or(StatusCode::NOT_FOUND)?;
        return shared.ask_server(parts.method, &url, &parts.headers, body).await;
    }
    if asked.ends_with("/submissions") {
        shared.bring(&parts.headers).await?;
    }
    shared.ask(parts.method, &format!("{}{asked}{query}", shared.hub), &parts.headers, body).await
}
