//! `hoso-hub`: the receiving server and the officers' command line. Exits 0, 1 (it failed; the reason is printed) or
//! 2 (wrong usage).

mod console;

use std::{io::IsTerminal as _, net::SocketAddr, num::NonZeroU32, path::Path, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use dossier::{AgencyCode, Timestamp};
use hub::{
    catalogue,
    data::{self, DataFolder},
    http::guard::Rate,
    keeping,
    ledger::{
        Ledger,
        audit::{Act, What},
    },
    officer::{self, Verdict},
    serve::{self, Config, Database, Files, Tls, open_ledger},
    system_clock,
};
use uuid::Uuid;
use wire::{
    HubId, HubUrl,
    enrol::Agency,
    parcel::{self, Outcome},
};

use self::console::{
    log::{AuditQuestion, ExpiringQuestion},
    officer as console_officer,
    people::{DeviceCommand, PasswordAge, PeopleCommand, PersonCommand, UnitCommand},
};

/// Receives dossiers for a province.
#[derive(Parser)]
#[command(name = "hoso-hub", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where the hub keeps its memory.
#[derive(Args)]
struct Place {
    /// The data folder: key, spool, and by default ledger and files.
    #[arg(long, env = "HOSO_HUB_DATA", default_value = "hoso-hub-data")]
    data: PathBuf,
    /// The ledger: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`. By default hub.db in the data folder.
    #[arg(long, env = "HOSO_HUB_DATABASE", value_parser = database, hide_env_values = true)]
    database: Option<Database>,
    /// The signing key's file. By default `key` in the data folder, made at the first start; every replica signs with the same.
    #[arg(long, env = "HOSO_HUB_KEY")]
    key: Option<PathBuf>,
}

/// Where the hub keeps its files.
#[derive(Args)]
struct FilesPlace {
    /// The files: `file:PATH`, or `s3:BUCKET` with address and keys in AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and
    /// AWS_SECRET_ACCESS_KEY. By default objects/ in the data folder.
    #[arg(long, env = "HOSO_HUB_OBJECTS", value_parser = objects)]
    objects: Option<Files>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until it is told to stop (SIGTERM, Ctrl-C).
    Serve(Serve),
    /// Prints a one-time enrolment string, URL#code#fingerprint, good for 7 days.
    EnrolCode {
        #[arg(long)]
        agency: AgencyCode,
        /// Adds or renames the agency.
        #[arg(long)]
        name: Option<String>,
        /// Where desktops reach this hub.
        #[arg(long, default_value = "http://127.0.0.1:8765")]
        url: HubUrl,
        #[command(flatten)]
        place: Place,
    },
    /// Agencies.
    #[command(subcommand)]
    Agency(AgencyCommand),
    /// Who may sign in.
    #[command(subcommand)]
    Person(PersonCommand),
    /// Many people at once.
    #[command(subcommand)]
    People(PeopleCommand),
    /// The parts of an agency.
    #[command(subcommand)]
    Unit(UnitCommand),
    /// Workstations.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// What was done, by whom: every sign-in, every read of a dossier, every change.
    Audit(AuditQuestion),
    /// What runs out soon: passwords, signing certificates, official mail accounts.
    Expiring(ExpiringQuestion),
    /// The catalogue that desktops fetch.
    #[command(subcommand)]
    Catalogue(CatalogueCommand),
    /// Accepts a dossier, by its code or id.
    Accept {
        dossier: String,
        /// The officer who decides.
        #[arg(long)]
        by: String,
        #[arg(long, default_value = "")]
        note: String,
        #[command(flatten)]
        place: Place,
    },
    /// Refuses a dossier, by its code or id.
    Refuse {
        dossier: String,
        /// The officer who decides.
        #[arg(long)]
        by: String,
        /// Why, in words for the applicant.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        place: Place,
    },
    /// Reads every stored file and compares it with its name; prints a report as JSON, and fails when something is not whole.
    Check {
        #[command(flatten)]
        files: FilesPlace,
        #[command(flatten)]
        place: Place,
    },
    /// Writes everything the hub knows, its key and every file into one new file. The hub may go on running.
    Backup {
        file: PathBuf,
        #[command(flatten)]
        files: FilesPlace,
        #[command(flatten)]
        place: Place,
    },
    /// Takes a backup into an empty place, which may be another database and another store, and proves that nothing is missing.
    Restore {
        file: PathBuf,
        #[command(flatten)]
        files: FilesPlace,
        #[command(flatten)]
        place: Place,
    },
    /// Lists what the hub does by itself, one JSON object a line: when it is due, how it went; then the files that the last look at
    /// them did not find whole.
    Jobs {
        #[command(flatten)]
        place: Place,
    },
    /// Lists the files that no dossier came to use and that `serve` removes, one JSON object a line.
    Unused {
        #[arg(long, env = "HOSO_HUB_UNUSED_DAYS", default_value_t = serve::UNUSED_DAYS, value_parser = unused_days())]
        unused_days: u32,
        #[command(flatten)]
        place: Place,
    },
    /// Takes in a parcel that somebody carried here, and writes the reply to be carried back. The hub may go on running.
    Parcel {
        file: PathBuf,
        /// Where the reply goes; beside the parcel without it.
        #[arg(long)]
        reply: Option<PathBuf>,
        /// Whom to call; printed on receipts.
        #[arg(long, env = "HOSO_HUB_SUPPORT", default_value = "")]
        support: String,
        #[command(flatten)]
        files: FilesPlace,
        #[command(flatten)]
        place: Place,
    },
    /// Lists dossiers, one JSON object a line, in order of reception.
    List {
        /// Only this agency's.
        #[arg(long)]
        agency: Option<AgencyCode>,
        #[command(flatten)]
        place: Place,
    },
    /// Shows one dossier as JSON: manifest and events.
    Show {
        dossier: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum AgencyCommand {
    /// Adds an agency, or renames a known one.
    Add {
        code: AgencyCode,
        #[arg(long)]
        name: String,
        #[arg(long)]
        sign_in: Option<SignInRule>,
        #[command(flatten)]
        place: Place,
    },
    /// Says whether the agency's people must be signed in for everything but the bytes of uploads.
    Change {
        code: AgencyCode,
        #[arg(long)]
        sign_in: SignInRule,
        #[command(flatten)]
        place: Place,
    },
}

/// Whether a workstation alone is enough.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum SignInRule {
    Required,
    Optional,
}

#[derive(Subcommand)]
enum CatalogueCommand {
    /// Publishes what a file holds: a whole catalogue as `hosoctl procedure export` writes it, or one entry.
    Import {
        file: PathBuf,
        /// The officer who answers for it.
        #[arg(long)]
        by: String,
        #[command(flatten)]
        place: Place,
    },
    /// Lists what is published, one JSON object a line.
    List {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args)]
struct Serve {
    /// The address to listen at; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:8765")]
    listen: SocketAddr,
    #[command(flatten)]
    files: FilesPlace,
    /// Certificate chain, PEM.
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, PEM.
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A proxy before the hub tells the addresses of clients (X-Forwarded-For).
    #[arg(long)]
    behind_proxy: bool,
    /// How many requests a second one address may make.
    #[arg(long)]
    per_address: Option<NonZeroU32>,
    /// Where what is counted can be read (http://ADDRESS/metrics, for Prometheus); best an address of this computer only.
    #[arg(long)]
    metrics: Option<SocketAddr>,
    /// Whom to call; printed on receipts.
    #[arg(long, env = "HOSO_HUB_SUPPORT", default_value = "")]
    support: String,
    /// For how many days after the last byte an unfinished upload is kept.
    #[arg(long, env = "HOSO_HUB_UPLOAD_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    upload_days: u32,
    /// A file that no dossier came to use within so many days is removed.
    #[arg(long, env = "HOSO_HUB_UNUSED_DAYS", default_value_t = serve::UNUSED_DAYS, value_parser = unused_days())]
    unused_days: u32,
    #[command(flatten)]
    age: PasswordAge,
    #[command(flatten)]
    place: Place,
}

/// Longer than a dossier waits for a network.
fn unused_days() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(31..=3650)
}

fn database(text: &str) -> Result<Database, String> {
    match text.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(Database::Sqlite(path.trim_start_matches("//").into())),
        _ if text.starts_with("postgres:") || text.starts_with("postgresql:") => {
            Ok(Database::Postgres(text.to_owned()))
        }
        _ => Err("sqlite:PATH or postgres://… expected".to_owned()),
    }
}

fn objects(text: &str) -> Result<Files, String> {
    match text.split_once(':') {
        Some(("file", path)) if !path.is_empty() => Ok(Files::Folder(path.trim_start_matches("//").into())),
        Some(("s3", bucket)) if !bucket.is_empty() => Ok(Files::Bucket(bucket.trim_start_matches("//").to_owned())),
        _ => Err("file:PATH or s3:BUCKET expected".to_owned()),
    }
}

type Failure = Box<dyn std::error::Error>;

/// An address may send the requests of so many seconds at once.
const TEN: NonZeroU32 = NonZeroU32::new(10).unwrap();

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,hub=info"));
    let coloured = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(coloured).with_writer(std::io::stderr).init();
    let command = Cli::parse().command;
    let done = tokio::runtime::Runtime::new().map_err(Failure::from).and_then(|runtime| runtime.block_on(run(command)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hoso-hub: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    let now = (system_clock())();
    match command {
        Command::Serve(arguments) => serve(arguments).await,
        Command::EnrolCode { agency, name, url, place } => {
            let fingerprint = place.folder()?.key()?.public().fingerprint();
            let made = async |ledger: &dyn Ledger| {
                // A code that names another key would be of no use.
                ledger.hub_id(HubId(Uuid::new_v4()), fingerprint).await?;
                Ok(officer::enrolment_code(ledger, &agency, name, url, fingerprint, &console_officer(), now).await?)
            };
            println!("{}", place.with_ledger(made).await?);
            Ok(())
        }
        Command::Agency(command) => agency(command, now).await,
        Command::Person(command) => console::people::person(command, now).await,
        Command::People(command) => console::people::people(command, now).await,
        Command::Unit(command) => console::people::unit(command, now).await,
        Command::Device(command) => console::people::device(command, now).await,
        Command::Audit(question) => console::log::audit(question, now).await,
        Command::Expiring(question) => console::log::expiring(question, now).await,
        Command::Catalogue(CatalogueCommand::Import { file, by, place }) => {
            let json = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            let imported = async |ledger: &dyn Ledger| Ok(catalogue::import(ledger, &json, &by, now).await?);
            let published = place.with_ledger(imported).await?;
            println!("{}", serde_json::json!({ "version": published.version, "entries": published.entries.len() }));
            Ok(())
        }
        Command::Catalogue(CatalogueCommand::List { place }) => {
            let published = place.with_ledger(async |ledger| Ok(ledger.catalogue().await?)).await?;
            for entry in &published.entries {
                println!("{}", serde_json::to_string(entry)?);
            }
            Ok(())
        }
        Command::Accept { dossier, by, note, place } => decide(place, &dossier, Verdict::Accept, &by, &note).await,
        Command::Refuse { dossier, by, reason, place } => decide(place, &dossier, Verdict::Refuse, &by, &reason).await,
        Command::Check { files, place } => {
            let objects = files.of(&place.folder()?).open()?;
            let checked = place.with_ledger(async |ledger| Ok(keeping::check(ledger, &objects).await?)).await?;
            println!("{}", serde_json::to_string(&checked)?);
            if checked.is_whole() { Ok(()) } else { Err("not every file is whole".into()) }
        }
        Command::Backup { file, files, place } => {
            let folder = place.folder()?;
            let objects = files.of(&folder).open()?;
            let made = async |ledger: &dyn Ledger| {
                Ok(keeping::backup(ledger, &objects, &folder, &file, &system_clock()).await?)
            };
            println!("{}", serde_json::to_string(&place.with_ledger(made).await?)?);
            Ok(())
        }
        Command::Restore { file, files, place } => {
            let folder = place.folder()?;
            let objects = files.of(&folder).open()?;
            objects.probe().await?;
            let restored = async |ledger: &dyn Ledger| Ok(keeping::restore(ledger, &objects, &folder, &file).await?);
            println!("{}", serde_json::to_string(&place.with_ledger(restored).await?)?);
            Ok(())
        }
        Command::Jobs { place } => place.with_ledger(async |ledger| jobs(ledger).await).await,
        Command::Unused { unused_days, place } => {
            let before = Timestamp::new(now.get() - time::Duration::days(unused_days.into()));
            let unused = place.with_ledger(async |ledger| Ok(ledger.unused_files(before, u32::MAX).await?)).await?;
            for file in &unused {
                println!("{}", serde_json::to_string(file)?);
            }
            Ok(())
        }
        Command::Parcel { file, reply, support, files, place } => {
            let data = place.folder()?;
            let mut config = Config::new(data.clone());
            (config.database, config.objects) = (place.database(&data), files.of(&data));
            config.support_number = dossier::text::nfc(support.trim());
            take_parcel(&config, &file, reply).await
        }
        Command::List { agency, place } => place.with_ledger(async |ledger| list(ledger, agency.as_ref()).await).await,
        Command::Show { dossier, place } => {
            let view = place
                .with_ledger(async |ledger| Ok(officer::show(ledger, &dossier, &console_officer(), now).await?))
                .await?;
            println!("{}", serde_json::to_string_pretty(&view)?);
            Ok(())
        }
    }
}

impl FilesPlace {
    fn of(&self, folder: &DataFolder) -> Files {
        self.objects.clone().unwrap_or_else(|| Files::Folder(folder.objects()))
    }
}

impl Place {
    fn folder(&self) -> Result<DataFolder, Failure> {
        let folder = DataFolder::open(&self.data)?;
        Ok(self.key.iter().fold(folder, |folder, key| folder.with_key(key.clone())))
    }

    fn database(&self, folder: &DataFolder) -> Database {
        self.database.clone().unwrap_or_else(|| Database::Sqlite(folder.database()))
    }

    /// Does `work` on the ledger and closes it in order: a process that just ended would take the cipher library away from the
    /// database's threads while they live.
    async fn with_ledger<T>(&self, work: impl AsyncFnOnce(&dyn Ledger) -> Result<T, Failure>) -> Result<T, Failure> {
        let ledger = open_ledger(&self.database(&self.folder()?)).await?;
        let done = work(&*ledger).await;
        if let Err(error) = ledger.seal().await {
            tracing::warn!(%error, "the audit log cannot be sealed");
        }
        ledger.close().await;
        done
    }
}

async fn agency(command: AgencyCommand, now: dossier::Timestamp) -> Result<(), Failure> {
    let (code, name, rule, place) = match command {
        AgencyCommand::Add { code, name, sign_in, place } => (code, Some(name), sign_in, place),
        AgencyCommand::Change { code, sign_in, place } => (code, None, Some(sign_in), place),
    };
    let put = async |ledger: &dyn Ledger| {
        let by = console_officer();
        if let Some(name) = name {
            ledger.add_agency(&Agency { code: code.clone(), name: dossier::text::nfc(&name) }, &by, now).await?;
        }
        if let Some(rule) = rule {
            ledger.require_sign_in(&code, rule == SignInRule::Required, &by, now).await?;
        }
        Ok(())
    };
    place.with_ledger(put).await
}

async fn serve(arguments: Serve) -> Result<(), Failure> {
    let Serve { listen, files, tls_cert, tls_key, behind_proxy, per_address, metrics, support, .. } = arguments;
    let Serve { upload_days, unused_days, age, place, .. } = arguments;
    let data = place.folder()?;
    let mut config = Config::new(data.clone());
    config.database = place.database(&data);
    config.objects = files.of(&data);
    (config.rates.behind_proxy, config.metrics) = (behind_proxy, metrics);
    if let Some(requests) = per_address {
        config.rates.address = Rate::per_second(requests, requests.saturating_mul(TEN));
    }
    config.tls = tls_cert.zip(tls_key).map(|(certificates, key)| Tls { certificates, key });
    (config.listen, config.support_number) = (listen, dossier::text::nfc(support.trim()));
    (config.limits.upload_days, config.unused_days, config.password_days) =
        (upload_days, unused_days, age.password_days);
    let (encrypted, elsewhere) = (config.tls.is_some(), place.database.is_some() || place.key.is_some());
    // Handlers first: a signal that comes while starting stops as well.
    let stop = stop_signal()?;
    let mut running = serve::start(config).await?;

    let address = running.address();
    if !encrypted && !address.ip().is_loopback() {
        tracing::warn!("{address} is open to the network without TLS: put a TLS proxy before it, or give --tls-cert");
    }
    let url = format!("{}://{address}", if encrypted { "https" } else { "http" });
    // Desktops take plain http from this computer only: elsewhere they reach the proxy, whose name we do not know.
    let reached = if encrypted || address.ip().is_loopback() { url.clone() } else { "https://NAME".to_owned() };
    let data = data.path().display();
    let also = if elsewhere { ", with --database and --key as here" } else { "" };
    println!(
        "hoso-hub listens at {url}; to enrol a desktop: hoso-hub enrol-code --agency CODE --name NAME --url {reached} \
         --data \"{data}\"{also}"
    );
    tokio::select! {
        () = stop => {
            running.stop().await;
            Ok(())
        }
        error = running.ended() => Err(error.into()),
    }
}

/// Ready when somebody asks the hub to stop.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}

async fn decide(place: Place, dossier: &str, verdict: Verdict, by: &str, note: &str) -> Result<(), Failure> {
    let now = (system_clock())();
    let decided = async |ledger: &dyn Ledger| Ok(officer::decide(ledger, dossier, verdict, by, note, now).await?);
    let (summary, event) = place.with_ledger(decided).await?;
    println!("{}", serde_json::json!({ "code": summary.code, "event": event }));
    Ok(())
}

async fn jobs(ledger: &dyn Ledger) -> Result<(), Failure> {
    for job in &ledger.jobs().await? {
        println!("{}", serde_json::to_string(job)?);
    }
    for (sha256, found, at) in &ledger.file_faults().await? {
        println!("{}", serde_json::json!({ "sha256": sha256, "found": found, "found_at": at }));
    }
    Ok(())
}

async fn take_parcel(config: &Config, file: &Path, reply: Option<PathBuf>) -> Result<(), Failure> {
    let path = reply.unwrap_or_else(|| file.with_extension(parcel::REPLY_EXTENSION));
    let reply = serve::take_parcel(config, file).await.map_err(|error| format!("{}: {error}", file.display()))?;
    let written = data::write_whole(&path, &serde_json::to_vec(&reply)?);
    written.map_err(|error| format!("{}: {error}", path.display()))?;
    let refused = reply.submissions.iter().filter(|it| matches!(it.outcome, Outcome::Problem(_))).count();
    let taken = reply.submissions.len() - refused;
    println!("{}", serde_json::json!({ "parcel": reply.parcel, "taken": taken, "refused": refused, "reply": path }));
    Ok(())
}

async fn list(ledger: &dyn Ledger, agency: Option<&AgencyCode>) -> Result<(), Failure> {
    let by = console_officer();
    let listed = Act::new(&by, What::DossiersListed, (system_clock())());
    let listed = agency.into_iter().fold(listed, |listed, agency| listed.of(agency));
    ledger.note(listed).await?;
    let mut after = Some(0);
    while let Some(from) = after {
        let page = ledger.dossiers(agency, from, 500).await?;
        for summary in &page.dossiers {
            println!("{}", serde_json::to_string(summary)?);
        }
        after = page.next;
    }
    Ok(())
}
