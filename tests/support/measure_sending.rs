//! `measure_sending PART SEED [--long]`: sending at its full size, a part at a time (`kills`, `network`, `load`, `model`); prints one JSON
//! object. Started by `cargo xtask measure`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use journeys::network::{Outages, Plan};
use journeys::sending::{self, Place};
use journeys::{Bucket, Fault, Faults, ForeignServer, Hub, device_token, load, model, network};
use serde_json::{Value, json};
use tempfile::TempDir;

const AGENCY: &str = "000.00.16.H99";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let long = words.iter().any(|word| word == "--long");
    let seed = words.get(1).and_then(|word| word.parse().ok());
    let seen = match (words.first().map(String::as_str), seed) {
        (Some("kills"), Some(seed)) => kills(seed, long),
        (Some("network"), Some(seed)) => bad_network(seed, long),
        (Some("load"), Some(seed)) => under_load(seed, long),
        (Some("model"), Some(seed)) => by_the_model(seed, long),
        _ => {
            eprintln!("measure_sending kills|network|load|model SEED [--long]");
            return ExitCode::from(2);
        }
    };
    println!("{seen}");
    ExitCode::SUCCESS
}

/// Tells how far it is, for whoever waits.
fn say(what: &str) {
    eprintln!("measure_sending: {what}");
}

/// Of one part, at once: not lost where another does not end.
fn tell(what: &str, seen: &Value) {
    say(&format!("{what}: {seen}"));
}

fn kills(seed: u64, long: bool) -> Value {
    let size = |long_size: u32, short: u32| if long { long_size } else { short };
    let (client_kills, hub_kills) = (size(1000, 100), size(1000, 100));
    let plan = sending::Plan { client_kills, hub_kills, dossiers: size(200, 20), files: 3, seed, place: Place::Disk };
    say(&format!("{client_kills} kills of the client, {hub_kills} of the hub"));
    let disk = killed(&plan);
    tell("disk", &disk);
    let kills = size(100, 20);
    say(&format!("{kills} kills of one of two replicas, {kills} of the client"));
    let plan =
        sending::Plan { client_kills: kills, hub_kills: kills, dossiers: size(20, 4), place: Place::Replicas, ..plan };
    json!({ "disk": disk, "replicas": killed(&plan) })
}

fn killed(plan: &sending::Plan) -> Value {
    let begun = Instant::now();
    let seen = sending::sending(plan);
    let kills = seen.client_kills + seen.hub_kills;
    json!({
        "client_kills": seen.client_kills, "hub_kills": seen.hub_kills, "dossiers": seen.dossiers, "files": seen.files,
        "bytes": seen.bytes, "bytes_passed": seen.passed, "in_flight": f64::from(seen.in_flight) / f64::from(kills.max(1)),
        "during": seen.during, "offsets_told": seen.offsets, "receipts_told": seen.receipts, "wrong": seen.wrong,
        "seconds": begun.elapsed().as_secs_f64(),
    })
}

fn bad_network(seed: u64, long: bool) -> Value {
    let plan = |clerks: u32, dossiers: u32| Plan {
        clerks,
        dossiers,
        files: 5,
        bytes: (200_000, 1_000_000),
        faults: None,
        bytes_per_second: None,
        seed,
    };
    say("a clean network");
    let clean = sent(&if long { plan(2, 100) } else { plan(2, 10) });
    tell("clean", &clean);
    let faults = Some(Faults::all(30, seed));
    let spoilt = if long { Plan { bytes: (50_000, 550_000), ..plan(100, 20) } } else { plan(4, 10) };
    let spoilt = Plan { faults, ..spoilt };
    let faults = Some(Faults { kinds: vec![Fault::Stall, Fault::Reset], ..Faults::all(30, seed) });
    let bytes = if long { (1_999_000, 2_000_000) } else { (40_000, 60_000) };
    let slow = Plan { bytes, faults, bytes_per_second: Some(8_000), ..plan(1, 1) };
    // Both are waiting more than working: side by side.
    say("30 % of requests spoilt; 64 kbit/s with stalls and resets");
    let [spoilt, slow] = std::thread::scope(|scope| {
        let sending = [("spoilt", spoilt), ("slow", slow)].map(|(name, plan)| {
            scope.spawn(move || {
                let seen = sent(&plan);
                tell(name, &seen);
                seen
            })
        });
        sending.map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    say("outages");
    let outages = Outages {
        clerks: if long { 10 } else { 3 },
        outages: if long { 6 } else { 3 },
        longest: Duration::from_secs(30),
        seed,
    };
    let mut resumed: Vec<f64> =
        network::resuming(&outages).into_iter().map(|seconds| seconds.unwrap_or(60.0)).collect();
    resumed.sort_by(f64::total_cmp);
    let at = |share: f64| resumed[(share * (resumed.len() - 1) as f64).ceil() as usize];
    json!({
        "clean": clean, "spoilt": spoilt, "slow": slow,
        "resume": { "samples": resumed.len(), "p50_seconds": at(0.5), "p95_seconds": at(0.95), "slowest_seconds": at(1.0) },
    })
}

fn sent(plan: &Plan) -> Value {
    let seen = network::sending(plan);
    json!({
        "files": seen.files, "dossiers": seen.dossiers, "payload_bytes": seen.payload, "wire_bytes": seen.wire,
        "ratio": seen.ratio(), "requests": seen.requests, "faults": seen.faults, "stopped": seen.stopped,
        "seconds": seen.seconds, "wrong": seen.wrong,
    })
}

fn under_load(seed: u64, long: bool) -> Value {
    let dossiers = if long { 600 } else { 120 };
    let plan = |clients| load::Plan { clients, dossiers, files: 5, bytes: 300_000, seed };
    let folder = TempDir::with_prefix("hoso-load-").expect("a temporary folder");
    let mut hub = Hub::stopped(&folder.path().join("disk")).serving("--per-address", "1000000");
    hub.restart();
    say("SQLite and a folder");
    let disk = [4, 16].map(|clients| loaded(&hub, &plan(clients)));
    let plain =
        |url: &str, token: Option<&str>| load::uploads(url, token, &load::Plan { dossiers: dossiers / 4, ..plan(4) });
    say("plain uploads, ours and theirs");
    let ours = plain(&format!("{}/v1/files", hub.url()), Some(&device_token(&hub, AGENCY)));
    let theirs = ForeignServer::node();
    let theirs = plain(theirs.url(), None);
    let memory = load::peak_mib(hub.id());
    hub.stop();
    say("uploads that stall");
    hub.restart();
    let stalled = load::stalled(&hub, if long { 2000 } else { 500 }, Duration::from_secs(120));
    hub.stop();
    say("PostgreSQL and S3");
    let shared = over_s3(&folder, plan(4), plan(16));
    say("two replicas, killed in turn under eight clients");
    let killed = killed_under_load(&load::Plan { dossiers: if long { 400 } else { 60 }, ..plan(8) });
    json!({
        "killed_under_load": killed, "disk": disk, "disk_peak_mib": memory, "shared": shared, "plain_files_a_second": { "ours": ours, "tus_server": theirs },
        "stalled": {
            "open": stalled.open, "peak_mib": stalled.peak_mib, "ended_after_seconds": stalled.ended_after,
            "others_dossiers_a_second": stalled.served.a_second(),
        },
    })
}

#[cfg(unix)]
fn over_s3(folder: &TempDir, few: load::Plan, many: load::Plan) -> Value {
    let bucket = Bucket::start(&folder.path().join("s3"));
    let hub = Hub::replicas(folder.path(), &bucket, &["replica"]).remove(0);
    let mut hub = hub.serving("--per-address", "1000000");
    hub.restart();
    let seen = [few, many].map(|plan| loaded(&hub, &plan));
    json!({ "clients": seen, "peak_mib": load::peak_mib(hub.id()) })
}

#[cfg(not(unix))]
fn over_s3(_: &TempDir, _: load::Plan, _: load::Plan) -> Value {
    Value::Null
}

#[cfg(unix)]
fn killed_under_load(plan: &load::Plan) -> Value {
    let folder = TempDir::with_prefix("hoso-load-").expect("a temporary folder");
    let bucket = Bucket::start(&folder.path().join("s3"));
    let hubs = Hub::replicas(folder.path(), &bucket, &["a", "b"]).into_iter();
    let mut hubs: Vec<_> = hubs.map(|hub| hub.serving("--per-address", "1000000")).collect();
    hubs.iter_mut().for_each(Hub::restart);
    let mut seen = load::over_kills(&mut hubs, plan, 10);
    let listed = String::from_utf8_lossy(&hubs[0].officer(&["list"]).stdout).lines().count();
    if listed != plan.dossiers as usize || seen.codes.len() != listed {
        seen.wrong.push(format!("{} sent, {} codes, {listed} there", plan.dossiers, seen.codes.len()));
    }
    if !hubs[1].check().status.success() {
        seen.wrong.push("not every file is whole".to_owned());
    }
    json!({
        "clients": plan.clients, "dossiers": plan.dossiers, "kills": seen.kills, "requests_that_met_one": seen.met,
        "seconds": seen.seconds, "wrong": seen.wrong,
    })
}

#[cfg(not(unix))]
fn killed_under_load(_: &load::Plan) -> Value {
    Value::Null
}

fn loaded(hub: &Hub, plan: &load::Plan) -> Value {
    let seen = load::dossiers(hub, plan);
    json!({
        "clients": plan.clients, "dossiers": seen.dossiers, "seconds": seen.seconds, "dossiers_a_second": seen.a_second(),
        "p50_seconds": seen.within(0.5), "p99_seconds": seen.within(0.99),
    })
}

fn by_the_model(seed: u64, long: bool) -> Value {
    let begun = Instant::now();
    let seen = model::steps(if long { 1_000_000 } else { 20_000 }, seed);
    json!({
        "steps": seen.steps, "lives": seen.lives, "restarts": seen.restarts, "refused": seen.refused, "wrong": seen.wrong,
        "seconds": begun.elapsed().as_secs_f64(),
    })
}
