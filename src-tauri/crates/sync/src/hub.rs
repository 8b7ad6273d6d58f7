//! The enrolled hub as the desktop speaks to it: one method per request.

use std::{
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, ClientBuilder, Method, RequestBuilder, redirect};
use serde::{Deserialize, Serialize};
use store::{DossierId, Enrolment, SubmissionId, Timestamp};
use wire::{
    Fingerprint, HubId, HubUrl, PublicKey, Submission,
    auth::{Me, NoticeRead, PasswordRequest, RefreshRequest, SignInRequest, SignOutRequest, TokenAnswer},
    catalogue::CatalogueManifest,
    enrol::{DeviceToken, EnrolAnswer, EnrolRequest},
    event::EventsAnswer,
    limits::{self, Limits},
    no_paper::{ListReceipt, ListsApplied, ListsInForce},
    parcel::Brought,
    path,
    ping::PingAnswer,
    tus,
    upload::UploadId,
};

use crate::{
    Clock, Fault, Lack, Pace,
    asking::Asking,
    reply::Reply,
    session::{Person, is_over, is_stale},
};

/// For how long a signed sign of life is believed.
const FRESH: Duration = Duration::from_secs(30);
/// No request body may take longer: shorter than a runner's lease.
const LONGEST_BODY: Duration = Duration::from_secs(10 * 60);

/// Smaller bodies fit a packet as they are, in bytes.
const WORTH_COMPRESSING: usize = 1024;

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    pub connect: Duration,
    /// For an answer to a small request.
    pub answer: Duration,
    /// Bytes per second under which a link counts as dead; on top of `answer`, for request bodies. Ten minutes are the most.
    pub slowest: u64,
    /// Of the questions whether the network is back.
    pub asking: Asking,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            slowest: 2048,
            asking: Asking::default(),
        }
    }
}

impl Timeouts {
    fn for_body(&self, bytes: usize) -> Duration {
        (self.answer + Duration::from_secs(bytes as u64 / self.slowest.max(1))).min(LONGEST_BODY)
    }
}

/// A signed sign of life: the only meaning of "online", for the 30 seconds after `at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Online {
    /// By our clock, when the answer came.
    pub at: Timestamp,
    /// By the hub's clock, which decides everything.
    pub hub_time: Timestamp,
    /// How far our clock is ahead of the hub's, in milliseconds.
    pub skew_ms: i64,
}

impl Online {
    pub(crate) fn new(answer: &PingAnswer, at: Timestamp) -> Self {
        Self { at, hub_time: answer.time, skew_ms: at.unix_ms() - answer.time.unix_ms() }
    }
}

/// A proxy between the office and the internet, where it is not the system's own setting, or asks for a name and a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proxy {
    /// `http://proxy.xa.vn:3128`
    pub url: String,
    /// Name and password.
    pub login: Option<(String, String)>,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxy").field("url", &self.url).finish_non_exhaustive()
    }
}

/// A connection to the hub this profile is enrolled with. Every request that shows the token goes out only within 30
/// seconds of a signed sign of life, which is asked for when there is none: whoever else sits at the address learns nothing.
pub struct Hub {
    http: Client,
    /// Opens a connection for every question.
    asking: Client,
    pace: Arc<Pace>,
    url: HubUrl,
    id: HubId,
    key: PublicKey,
    token: DeviceToken,
    /// Who is signed in here, if people are.
    person: Option<Arc<Person>>,
    timeouts: Timeouts,
    /// PATCH is sent as POST with `X-HTTP-Method-Override` once something on the way has refused the method.
    patch_blocked: AtomicBool,
    /// The hub reads JSON that comes compressed; known once it told its limits.
    takes_zstd: AtomicBool,
    /// When the hub last proved itself; nothing since anything on the way went wrong.
    proved: Mutex<Option<Instant>>,
}

impl Hub {
    /// The hub of this enrolment. Opens no connection yet.
    ///
    /// # Errors
    /// [`Fault::Stored`] when the enrolment cannot be read.
    pub fn new(enrolment: &Enrolment, timeouts: Timeouts) -> Result<Self, Fault> {
        Self::through(enrolment, timeouts, None, Arc::default())
    }

    /// The same through this proxy, no faster than this pace.
    ///
    /// # Errors
    /// As [`Hub::new`]; [`Fault::Stored`] when the proxy's address is none.
    pub fn through(
        enrolment: &Enrolment,
        timeouts: Timeouts,
        proxy: Option<&Proxy>,
        pace: Arc<Pace>,
    ) -> Result<Self, Fault> {
        let unreadable = |_| Fault::Stored("enrolment");
        let url: HubUrl = enrolment.hub_url.parse().map_err(|_| Fault::Stored("enrolment"))?;
        Ok(Self {
            http: client(&url, &timeouts, proxy)?.build()?,
            asking: client(&url, &timeouts, proxy)?.pool_max_idle_per_host(0).build()?,
            pace,
            url,
            id: enrolment.hub_id.parse().map_err(|_| Fault::Stored("enrolment"))?,
            key: hex::encode(enrolment.hub_public_key).parse().map_err(unreadable)?,
            token: enrolment.token.parse().map_err(|_| Fault::Stored("enrolment"))?,
            person: None,
            timeouts,
            patch_blocked: AtomicBool::new(false),
            takes_zstd: AtomicBool::new(false),
            proved: Mutex::new(None),
        })
    }

    /// The same, as whoever is signed in.
    pub fn with_person(self, person: Arc<Person>) -> Self {
        Self { person: Some(person), ..self }
    }

    pub fn id(&self) -> HubId {
        self.id
    }

    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    pub(crate) fn asks(&self) -> Asking {
        self.timeouts.asking
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.pace
    }

    pub(crate) fn token(&self) -> &DeviceToken {
        &self.token
    }

    /// Asks for a signed sign of life. Sends no secret: it comes before anything that does.
    pub async fn ping(&self, clock: &dyn Clock) -> Result<Online, Fault> {
        Ok(Online::new(&self.prove().await?, clock.now()))
    }

    /// The same on a connection of its own.
    pub(crate) async fn ask(&self) -> Result<PingAnswer, Fault> {
        self.prove_by(&self.asking).await
    }

    /// Has the hub prove to be the one we are enrolled with.
    async fn prove(&self) -> Result<PingAnswer, Fault> {
        self.set_proved(None);
        self.watched(self.prove_by(&self.http)).await
    }

    async fn prove_by(&self, http: &Client) -> Result<PingAnswer, Fault> {
        // The proof is as old as the question: what was asked before cannot have been answered with it.
        let asked = Instant::now();
        let (answer, nonce) = ping(http, &self.url, Some(self.id), &self.timeouts).await?;
        answer.verify(self.id, &self.key, &nonce)?;
        self.set_proved(Some(asked));
        Ok(answer)
    }

    /// An answer over a connection that may be of before the network went: given up once it came back.
    async fn watched<T>(&self, answer: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        self.pace.moved();
        let answer = tokio::select! {
            answer = answer => answer,
            () = self.came_back() => Err(Fault::NoAnswer(Lack::Cut)),
        };
        self.pace.moved();
        answer
    }

    pub(crate) fn set_proved(&self, at: Option<Instant>) {
        *self.proved.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    fn is_proved(&self) -> bool {
        self.proved.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| at.elapsed() < FRESH)
    }

    /// What the hub accepts.
    pub async fn limits(&self) -> Result<Limits, Fault> {
        let limits: Limits = self.send(self.request(Method::GET, path::LIMITS)).await?.json().await?;
        self.takes_zstd.store(limits.encodings.iter().any(|one| one == limits::ZSTD), Ordering::Relaxed);
        Ok(limits)
    }

    /// The list of the hub's catalogue as the hub wrote it, not yet believed; `None` when it is still the one of `etag`.
    pub(crate) async fn catalogue(&self, etag: Option<&str>) -> Result<Option<CatalogueManifest>, Fault> {
        let request = self.request(Method::GET, path::CATALOGUE);
        let request = match etag {
            Some(etag) => request.header(reqwest::header::IF_NONE_MATCH, etag),
            None => request,
        };
        let reply = self.send(request).await?;
        if etag.is_some() && reply.is_unchanged() { Ok(None) } else { reply.json().await.map(Some) }
    }

    /// One revision's bytes, not yet compared with their hash.
    pub(crate) async fn catalogue_entry(&self, sha256: &store::Digest) -> Result<Vec<u8>, Fault> {
        self.send(self.request(Method::GET, &path::catalogue_entry(sha256))).await?.json_bytes().await
    }

    /// Sends an approved list; gives the receipt as the hub wrote it, not yet believed.
    pub(crate) async fn send_list(&self, body: Vec<u8>) -> Result<ListReceipt, Fault> {
        let request = self.request(Method::POST, path::NO_PAPER_LISTS).timeout(self.timeouts.for_body(body.len()));
        self.send(self.with_json(request, body)).await?.json().await
    }

    /// The lists in force as the hub wrote them, not yet believed; `None` when they are still those of `etag`.
    pub(crate) async fn lists(&self, etag: Option<&str>) -> Result<Option<ListsInForce>, Fault> {
        let request = self.request(Method::GET, path::NO_PAPER_LISTS);
        let request = match etag {
            Some(etag) => request.header(reqwest::header::IF_NONE_MATCH, etag),
            None => request,
        };
        let reply = self.send(request).await?;
        if etag.is_some() && reply.is_unchanged() { Ok(None) } else { reply.json().await.map(Some) }
    }

    /// One list's bytes, not yet compared with their hash.
    pub(crate) async fn list(&self, sha256: &store::Digest) -> Result<Vec<u8>, Fault> {
        self.send(self.request(Method::GET, &path::no_paper_list(sha256))).await?.json_bytes().await
    }

    pub(crate) async fn list_applied(&self, sha256: &store::Digest) -> Result<(), Fault> {
        self.send(self.request(Method::POST, &path::no_paper_list_applied(sha256))).await.map(drop)
    }

    pub(crate) async fn lists_applied(&self) -> Result<ListsApplied, Fault> {
        self.send(self.request(Method::GET, path::NO_PAPER_APPLIED)).await?.json().await
    }

    pub(crate) async fn sign_in(&self, request: &SignInRequest) -> Result<TokenAnswer, Fault> {
        self.send_bare(self.request(Method::POST, path::SIGN_IN).json(request)).await?.json().await
    }

    pub(crate) async fn refresh(&self, request: &RefreshRequest) -> Result<TokenAnswer, Fault> {
        self.send_bare(self.request(Method::POST, path::REFRESH).json(request)).await?.json().await
    }

    pub(crate) async fn sign_out(&self, request: &SignOutRequest) -> Result<(), Fault> {
        self.send_bare(self.request(Method::POST, path::SIGN_OUT).json(request)).await.map(drop)
    }

    pub(crate) async fn change_password(&self, request: &PasswordRequest) -> Result<TokenAnswer, Fault> {
        self.send(self.request(Method::POST, path::PASSWORD).json(request)).await?.json().await
    }

    pub(crate) async fn me(&self) -> Result<Me, Fault> {
        self.send(self.request(Method::GET, path::ME)).await?.json().await
    }

    pub(crate) async fn read_notice(&self, notice: &NoticeRead) -> Result<(), Fault> {
        self.send(self.request(Method::POST, path::NOTICE_READ).json(notice)).await.map(drop)
    }

    /// Creates an upload, with its first bytes; with the same key again, the hub answers with the same upload and looks at no bytes.
    /// Tells how many it has, unless it does not say: then it has not looked at any.
    pub(crate) async fn create_upload(
        &self,
        size: u64,
        metadata: &tus::Metadata,
        key: &str,
        first: Vec<u8>,
    ) -> Result<(UploadId, Option<u64>), Fault> {
        let request = self
            .tus(Method::POST, path::FILES)
            .header(tus::LENGTH, size)
            .header(tus::METADATA, metadata.to_string())
            .header(path::IDEMPOTENCY_KEY, key);
        let request = if first.is_empty() { request } else { self.with_bytes(request, first) };
        let reply = self.send_bare(request).await?;
        let upload = path::upload_in_location(reply.header("location")?).ok_or(Fault::Protocol("location"))?;
        Ok((upload, reply.number(tus::OFFSET).ok()))
    }

    /// How many bytes of an upload the hub has.
    pub(crate) async fn offset(&self, upload: UploadId) -> Result<u64, Fault> {
        self.send_bare(self.tus(Method::HEAD, &path::upload(upload))).await?.number(tus::OFFSET)
    }

    /// Appends bytes at `offset`; gives the offset after them.
    ///
    /// Without a checksum of their own: what came of a body that broke could not be checked by it and would be thrown away. TLS guards
    /// bytes on their way, and the hub compares the whole file with its SHA-256 before it counts.
    pub(crate) async fn append(&self, upload: UploadId, offset: u64, bytes: Vec<u8>) -> Result<u64, Fault> {
        let blocked = self.patch_blocked.load(Ordering::Relaxed);
        let request = if blocked {
            self.tus(Method::POST, &path::upload(upload)).header(tus::METHOD_OVERRIDE, "PATCH")
        } else {
            self.tus(Method::PATCH, &path::upload(upload))
        };
        match self.send_bare(self.with_bytes(request.header(tus::OFFSET, offset), bytes)).await {
            Ok(reply) => reply.number(tus::OFFSET),
            Err(fault) => {
                if !blocked && refuses_method(&fault) {
                    self.patch_blocked.store(true, Ordering::Relaxed);
                }
                Err(fault)
            }
        }
    }

    /// Whether the agency's file of this content is at the hub already.
    pub(crate) async fn has_file(&self, sha256: &store::Digest) -> Result<bool, Fault> {
        match self.send(self.request(Method::HEAD, &path::file(sha256))).await {
            Ok(_) => Ok(true),
            // Where it may not be asked, an answer without a body says too little: the submission is told why.
            Err(Fault::Refused { problem, .. }) if matches!(problem.status, 401 | 403 | 404 | 410) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// Sends a submission; gives the receipt as the hub wrote it, not yet believed.
    pub(crate) async fn submit(
        &self,
        dossier: DossierId,
        id: SubmissionId,
        submission: &Submission,
    ) -> Result<Vec<u8>, Fault> {
        let body = serde_json::to_vec(submission).map_err(|_| Fault::Stored("submission"))?;
        let request = self
            .request(Method::POST, &path::submissions(dossier))
            .header(path::IDEMPOTENCY_KEY, id.to_string())
            .timeout(self.timeouts.for_body(body.len()));
        self.send(self.with_json(request, body)).await?.json_bytes().await
    }

    /// Has the hub take in a parcel that was uploaded; gives the reply as the hub wrote it, not yet believed.
    pub(crate) async fn take_parcel(&self, upload: UploadId) -> Result<Vec<u8>, Fault> {
        let request = self.request(Method::POST, path::PARCELS).timeout(LONGEST_BODY).json(&Brought { upload });
        // It may last, with nothing moving: the hub reads all of it before it answers.
        let replied = match request.send().await {
            Ok(response) => Reply::read(response, self.id).await,
            Err(error) => Err(error.into()),
        };
        replied?.json_bytes().await
    }

    /// Gives an upload up; one that is gone already is as good.
    pub(crate) async fn give_up(&self, upload: UploadId) -> Result<(), Fault> {
        let blocked = self.patch_blocked.load(Ordering::Relaxed);
        let request = if blocked {
            self.tus(Method::POST, &path::upload(upload)).header(tus::METHOD_OVERRIDE, "DELETE")
        } else {
            self.tus(Method::DELETE, &path::upload(upload))
        };
        match self.send(request).await {
            Err(Fault::Refused { problem, .. }) if matches!(problem.status, 404 | 410) => Ok(()),
            done => done.map(drop),
        }
    }

    /// The feed after `cursor`; waits up to `wait` for something to happen.
    pub(crate) async fn events(&self, cursor: u64, wait: Duration) -> Result<EventsAnswer, Fault> {
        let wait = wait.min(Duration::from_secs(path::MAX_WAIT_SECONDS));
        let url = format!("{}?after={cursor}&wait={}", path::EVENTS, wait.as_secs());
        let request = self.request(Method::GET, &url).timeout(self.timeouts.answer + wait);
        self.send(request).await?.json().await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.url.join(path))
            .header(reqwest::header::AUTHORIZATION, self.token.authorization())
            .timeout(self.timeouts.answer)
    }

    /// Bytes of a file as the body, at the pace that is set.
    fn with_bytes(&self, request: RequestBuilder, bytes: Vec<u8>) -> RequestBuilder {
        request
            .header(reqwest::header::CONTENT_TYPE, tus::MEDIA_TYPE)
            .header(reqwest::header::CONTENT_LENGTH, bytes.len())
            .timeout(self.timeouts.for_body(bytes.len()))
            .body(self.pace.body(bytes))
    }

    /// A JSON body, compressed where the hub reads that and it is worth it.
    fn with_json(&self, request: RequestBuilder, body: Vec<u8>) -> RequestBuilder {
        let request = request.header(reqwest::header::CONTENT_TYPE, "application/json");
        if body.len() < WORTH_COMPRESSING || !self.takes_zstd.load(Ordering::Relaxed) {
            return request.body(body);
        }
        match zstd::encode_all(&body[..], zstd::DEFAULT_COMPRESSION_LEVEL) {
            Ok(small) => request.header(reqwest::header::CONTENT_ENCODING, limits::ZSTD).body(small),
            Err(_) => request.body(body),
        }
    }

    fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header(tus::RESUMABLE, tus::VERSION)
    }

    /// Sends as the person who is signed in, where one is. A token that has run out before its time is fetched anew, once.
    async fn send(&self, request: RequestBuilder) -> Result<Reply, Fault> {
        let Some(person) = &self.person else { return self.send_bare(request).await };
        let again = request.try_clone();
        let mut replied = self.send_as(person, request).await;
        if let (Err(fault), Some(again)) = (&replied, again)
            && is_stale(fault)
        {
            person.forget_token().await;
            replied = self.send_as(person, again).await;
        }
        if replied.as_ref().err().is_some_and(is_over) {
            person.told_over().await?;
        }
        replied
    }

    async fn send_as(&self, person: &Person, request: RequestBuilder) -> Result<Reply, Fault> {
        let request = match person.token(self).await? {
            Some(token) => request.header(path::PERSON_TOKEN, token.reveal()),
            None => request,
        };
        self.send_bare(request).await
    }

    /// The only way out for a request that shows the device's token.
    async fn send_bare(&self, request: RequestBuilder) -> Result<Reply, Fault> {
        if !self.is_proved() {
            self.prove().await?;
        }
        let replied = self
            .watched(async {
                match request.send().await {
                    Ok(response) => Reply::read(response, self.id).await,
                    Err(error) => Err(error.into()),
                }
            })
            .await;
        // The network, or who sits at the address, may have changed.
        if let Err(Fault::NoAnswer(_) | Fault::Certificate | Fault::Clock | Fault::ProxyLogin | Fault::Portal { .. }) =
            replied
        {
            self.set_proved(None);
        }
        replied
    }
}

/// Whether something on the way does not let the method through.
fn refuses_method(fault: &Fault) -> bool {
    let status = match fault {
        Fault::Portal { status } => *status,
        Fault::Refused { problem, .. } => problem.status,
        _ => return false,
    };
    matches!(status, 405 | 501)
}

/// The one request that shows no secret: which hub is at this address, with which key. Gives the answer, not yet
/// believed, and the nonce. Without an `expected` hub, any is listened to.
async fn ping(
    http: &Client,
    url: &HubUrl,
    expected: Option<HubId>,
    timeouts: &Timeouts,
) -> Result<(PingAnswer, String), Fault> {
    let nonce = hex::encode(random::<16>()?);
    let request = http.get(url.join(&format!("{}?nonce={nonce}", path::PING))).timeout(timeouts.answer);
    let response = request.send().await?;
    let shown = response.headers().get(path::HUB_ID).and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let Some(id) = expected.or(shown) else { return Err(Fault::Portal { status: response.status().as_u16() }) };
    let answer: PingAnswer = Reply::read(response, id).await?.json().await?;
    Ok((answer, nonce))
}

/// Exchanges an enrolment code for a registration, after the hub has proved to hold the key the string names.
pub(crate) async fn exchange(
    url: &HubUrl,
    fingerprint: &Fingerprint,
    request: &EnrolRequest,
    timeouts: &Timeouts,
    proxy: Option<&Proxy>,
) -> Result<EnrolAnswer, Fault> {
    let http = client(url, timeouts, proxy)?.build()?;
    let (sign_of_life, nonce) = ping(&http, url, None, timeouts).await?;
    sign_of_life.verify_fingerprint(fingerprint, &nonce)?;
    let posted = http.post(url.join(path::ENROLMENTS)).timeout(timeouts.answer).json(request).send().await?;
    let answer: EnrolAnswer = Reply::read(posted, sign_of_life.hub_id).await?.json().await?;
    answer.verify(fingerprint, request)?;
    Ok(answer)
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Fault::Stored("source of randomness"))?;
    Ok(bytes)
}

fn client(url: &HubUrl, timeouts: &Timeouts, proxy: Option<&Proxy>) -> Result<ClientBuilder, Fault> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Fails only when one is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let builder = Client::builder()
        .user_agent(concat!("hoso/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .connect_timeout(timeouts.connect);
    // Plain http is to this computer only (HubUrl refuses the rest): no proxy, and no system certificates to look for.
    if url.as_str().starts_with("http://") {
        return Ok(builder.no_proxy().tls_certs_only([]));
    }
    let Some(proxy) = proxy else { return Ok(builder) };
    let by = reqwest::Proxy::all(&proxy.url).map_err(|_| Fault::Stored("proxy"))?;
    Ok(builder.proxy(match &proxy.login {
        Some((name, password)) => by.basic_auth(name, password),
        None => by,
    }))
}
