//! A hub, running: opened, recovered, listening, and stopped without cutting anybody off.

use std::{
    fs::File,
    io::{self, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum_server::{
    Handle,
    accept::NoDelayAcceptor,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use hyper_util::rt::TokioTimer;
use thiserror::Error;
use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use wire::{Fingerprint, HubId, limits::Limits, parcel::Reply};

use crate::{
    Clock,
    data::{DataError, DataFolder},
    fault::Fault,
    http::{
        self, App,
        guard::{Guard, Rates},
    },
    jobs::Jobs,
    ledger::{Ledger, sql::SqlLedger},
    objects::Objects,
    parcels::{Input, Parcels},
    passwords::PASSWORD_DAYS,
    sign_in::SignIn,
    spool::{FolderSpool, SharedSpool, Spool},
    submissions::{Identity, Submissions},
    system_clock,
    uploads::{Patience, Uploads},
};

/// A file that no dossier came to use within so many days is removed, unless it is set otherwise.
pub const UNUSED_DAYS: u32 = 60;
/// How often the ledger is asked whether another process (an officer's command) has added an event.
const NEWS_EVERY: Duration = Duration::from_millis(500);
/// How often the audit log is chained.
const SEAL_EVERY: Duration = Duration::from_secs(1);
/// How often who has not asked for long is forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(60);
/// How long requests under way may go on when the hub is told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long a connection may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(30);

/// Where the ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    Sqlite(PathBuf),
    /// By its URL.
    Postgres(String),
}

/// Where the files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Files {
    Folder(PathBuf),
    /// A bucket of an S3 store, shared by all replicas; uploads under way lie in it, too.
    Bucket(String),
}

impl Files {
    /// The files by themselves.
    pub fn open(&self) -> Result<Objects, Fault> {
        match self {
            Self::Folder(folder) => Objects::in_folder(folder),
            Self::Bucket(name) => Objects::in_bucket(name),
        }
    }
}

/// What a hub is started with.
#[derive(Clone)]
pub struct Config {
    pub data: DataFolder,
    pub database: Database,
    pub objects: Files,
    /// Port 0: any free one.
    pub listen: SocketAddr,
    pub tls: Option<Tls>,
    /// Whom to call, for receipts; may be empty.
    pub support_number: String,
    pub limits: Limits,
    pub rates: Rates,
    /// How many days a new password is good.
    pub password_days: u32,
    /// Where what is counted can be read.
    pub metrics: Option<SocketAddr>,
    pub patience: Patience,
    /// A file that no dossier came to use within so many days is removed.
    pub unused_days: u32,
    pub clock: Clock,
}

/// A certificate chain and its key, PEM.
#[derive(Debug, Clone)]
pub struct Tls {
    pub certificates: PathBuf,
    pub key: PathBuf,
}

impl Config {
    /// The defaults for a data folder: SQLite and a local folder inside it, loopback, any port.
    pub fn new(data: DataFolder) -> Self {
        Self {
            database: Database::Sqlite(data.database()),
            objects: Files::Folder(data.objects()),
            data,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: None,
            support_number: String::new(),
            limits: Limits::default(),
            rates: Rates::default(),
            password_days: PASSWORD_DAYS,
            metrics: None,
            patience: Patience::default(),
            unused_days: UNUSED_DAYS,
            clock: system_clock(),
        }
    }
}

/// Why a hub does not start or does not go on.
#[derive(Debug, Error)]
pub enum ServeError {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("cannot listen at {address}: {error}")]
    Listen { address: SocketAddr, error: io::Error },
    #[error("cannot use the certificate: {0}")]
    Tls(io::Error),
    #[error("the server ended: {0}")]
    Server(io::Error),
}

/// A running hub.
pub struct Running {
    address: SocketAddr,
    fingerprint: Fingerprint,
    id: HubId,
    handle: Handle<SocketAddr>,
    server: JoinHandle<io::Result<()>>,
    ledger: Arc<dyn Ledger>,
    stopping: CancellationToken,
    /// The data folder is ours as long as this lives.
    _lock: File,
}

/// Opens a database.
pub async fn open_ledger(database: &Database) -> Result<Arc<dyn Ledger>, Fault> {
    match database {
        Database::Sqlite(file) => Ok(Arc::new(SqlLedger::sqlite(file).await?)),
        Database::Postgres(url) => Ok(Arc::new(SqlLedger::postgres(url).await?)),
    }
}

/// Starts a hub. When this returns, what a crash left has been mended and the hub listens.
pub async fn start(config: Config) -> Result<Running, ServeError> {
    let lock = config.data.lock()?;
    let ledger = open_ledger(&config.database).await?;
    let key = config.data.key()?;
    let fingerprint = key.public().fingerprint();
    let id = ledger.hub_id(HubId(Uuid::new_v4()), fingerprint).await?;
    let identity = Arc::new(Identity { id, key, support_number: config.support_number.clone() });
    let stopping = CancellationToken::new();
    let app = assemble(&config, Arc::clone(&ledger), identity, stopping.clone()).await?;
    if let Some(address) = config.metrics {
        let fail = |error| ServeError::Listen { address, error };
        let listener = tokio::net::TcpListener::bind(address).await.map_err(fail)?;
        let metrics = axum::serve(listener, http::metrics(app.guard.metrics()));
        tokio::spawn(metrics.with_graceful_shutdown(stopping.clone().cancelled_owned()).into_future());
    }
    tokio::spawn(tidy(Arc::clone(&app), stopping.clone()));
    let (address, handle, server) = listen(&config, http::router(app)).await?;
    Ok(Running { address, fingerprint, id, handle, server, ledger, stopping, _lock: lock })
}

/// Takes in a parcel that lies here as a file, beside a running hub or without one.
///
/// # Errors
/// Those of [`Parcels::take`], and what keeps a hub from starting.
pub async fn take_parcel(config: &Config, file: &Path) -> Result<Reply, ServeError> {
    let ledger = open_ledger(&config.database).await?;
    let taken = async {
        let key = config.data.key()?;
        let id = ledger.hub_id(HubId(Uuid::new_v4()), key.public().fingerprint()).await?;
        let identity = Arc::new(Identity { id, key, support_number: config.support_number.clone() });
        // A running hub sees by its own look at the feeds that they have grown.
        let (news, _) = watch::channel(());
        let (objects, submissions) = receiving(config, &ledger, identity, CancellationToken::new(), news)?;
        let open = || Ok(Box::new(BufReader::with_capacity(1 << 20, File::open(file)?)) as Input);
        Ok(Parcels { submissions: &submissions, objects: &objects }.take(&open).await?)
    };
    let taken = taken.await;
    ledger.close().await;
    taken
}

/// What takes submissions in.
fn receiving(
    config: &Config,
    ledger: &Arc<dyn Ledger>,
    identity: Arc<Identity>,
    stopping: CancellationToken,
    news: watch::Sender<()>,
) -> Result<(Objects, Submissions), Fault> {
    let (limits, clock) = (config.limits.clone(), Arc::clone(&config.clock));
    let objects = config.objects.open()?;
    let spool: Arc<dyn Spool> = match &config.objects {
        Files::Folder(_) => Arc::new(FolderSpool::open(&config.data.spool()).map_err(Fault::Spool)?),
        Files::Bucket(_) => Arc::new(SharedSpool::new(objects.store())),
    };
    let uploads = Arc::new(Uploads::new(
        Arc::clone(ledger),
        spool,
        objects.clone(),
        limits.clone(),
        config.patience,
        Arc::clone(&clock),
        stopping,
    ));
    Ok((objects, Submissions { ledger: Arc::clone(ledger), uploads, identity, limits, clock, news }))
}

async fn assemble(
    config: &Config,
    ledger: Arc<dyn Ledger>,
    identity: Arc<Identity>,
    stopping: CancellationToken,
) -> Result<Arc<App>, Fault> {
    let (limits, clock) = (config.limits.clone(), Arc::clone(&config.clock));
    if matches!((&config.database, &config.objects), (Database::Postgres(_), Files::Folder(_))) {
        tracing::warn!(
            "files in a folder are this machine's alone: no other replica may use this database (--objects s3:BUCKET)"
        );
    }
    if let Files::Folder(folder) = &config.objects {
        // No other hub puts: the data folder is ours, and a folder of files is one hub's. A parcel that is taken in just now is taken
        // again.
        let folder = folder.clone();
        let removed =
            tokio::task::spawn_blocking(move || Objects::clear_staged(&folder)).await?.map_err(Fault::Spool)?;
        if removed > 0 {
            tracing::info!(removed, "files that a killed hub was storing are cleared away");
        }
    }
    let (tell, news) = watch::channel(());
    let (objects, submissions) = receiving(config, &ledger, Arc::clone(&identity), stopping.clone(), tell.clone())?;
    objects.probe().await?;
    let uploads = Arc::clone(&submissions.uploads);
    uploads.recover().await?;
    let jobs = Jobs::new(
        Arc::clone(&ledger),
        objects.clone(),
        Arc::clone(&uploads),
        Arc::clone(&clock),
        config.unused_days,
        stopping.clone(),
    );
    tokio::spawn(async move { jobs.run().await });
    tokio::spawn(watch_feeds(Arc::clone(&ledger), tell, stopping.clone()));
    let sign_in = SignIn {
        ledger: Arc::clone(&ledger),
        identity: Arc::clone(&identity),
        password_days: config.password_days,
        clock: Arc::clone(&clock),
    };
    tokio::spawn(keep_sealed(Arc::clone(&ledger), stopping.clone()));
    let guard = Guard::new(config.rates);
    Ok(Arc::new(App { ledger, objects, uploads, submissions, sign_in, identity, limits, guard, clock, news, stopping }))
}

/// Chains what was written to the audit log, soon after it was.
async fn keep_sealed(ledger: Arc<dyn Ledger>, stopping: CancellationToken) {
    let mut ticks = tokio::time::interval(SEAL_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stopping.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = ledger.seal().await {
            tracing::warn!(%error, "the audit log cannot be sealed");
        }
    }
}

/// Tells those who wait for events when another process has added one.
async fn watch_feeds(ledger: Arc<dyn Ledger>, tell: watch::Sender<()>, stopping: CancellationToken) {
    let mut ticks = tokio::time::interval(NEWS_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known = None;
    while stopping.run_until_cancelled(ticks.tick()).await.is_some() {
        match ledger.feed_version().await {
            Ok(version) if known.replace(version) != Some(version) => {
                tell.send_replace(());
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the feeds cannot be watched"),
        }
    }
}

/// Keeps what is held of requests small.
async fn tidy(app: Arc<App>, stopping: CancellationToken) {
    let (metrics, mut ticks) = (app.guard.metrics(), tokio::time::interval(TIDY_EVERY));
    while stopping.run_until_cancelled(ticks.tick()).await.is_some() {
        app.guard.tidy();
        metrics.run_upkeep();
        if let Err(error) = app.ledger.tidy_accounts((app.clock)()).await {
            tracing::warn!(%error, "old sessions cannot be forgotten");
        }
    }
}

type Listening = (SocketAddr, Handle<SocketAddr>, JoinHandle<io::Result<()>>);

async fn listen(config: &Config, router: axum::Router) -> Result<Listening, ServeError> {
    let fail = |error| ServeError::Listen { address: config.listen, error };
    let listener = std::net::TcpListener::bind(config.listen).map_err(fail)?;
    listener.set_nonblocking(true).map_err(fail)?;
    let address = listener.local_addr().map_err(fail)?;
    let handle = Handle::new();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum_server::from_tcp(listener).map_err(fail)?.handle(handle.clone());
    // The last piece of a file would wait until the one before it is acknowledged, which clients put off for 40 ms.
    let soon = NoDelayAcceptor::new();
    let server = match &config.tls {
        None => {
            let mut server = server.acceptor(soon);
            server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
            tokio::spawn(server.serve(service))
        }
        Some(Tls { certificates, key }) => {
            // Whoever installed a provider before us chose well, too.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let tls = RustlsConfig::from_pem_file(certificates, key).await.map_err(ServeError::Tls)?;
            let mut server = server.acceptor(RustlsAcceptor::new(tls).acceptor(soon));
            server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
            tokio::spawn(server.serve(service))
        }
    };
    Ok((address, handle, server))
}

impl Running {
    /// Where it listens, with the real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Of the key it signs with.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    pub fn id(&self) -> HubId {
        self.id
    }

    /// The ledger it works with.
    pub fn ledger(&self) -> &Arc<dyn Ledger> {
        &self.ledger
    }

    /// Waits until the server ends by itself, which it does only when something is wrong.
    pub async fn ended(&mut self) -> ServeError {
        let ended = (&mut self.server).await;
        ServeError::Server(
            ended
                .unwrap_or_else(|error| Err(io::Error::other(error)))
                .err()
                .unwrap_or_else(|| io::Error::other("no reason given")),
        )
    }

    /// Stops: takes nothing new, answers those who wait, lets what is under way finish for a while, closes.
    pub async fn stop(self) {
        self.stopping.cancel();
        self.handle.graceful_shutdown(Some(GRACE));
        if let Ok(Err(error)) = self.server.await {
            tracing::warn!(%error, "the server did not end well");
        }
        self.ledger.close().await;
    }
}
