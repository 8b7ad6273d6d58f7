//! The core as a process of its own, and what it costs.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use journeys::{Running, bin, models};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(120);

/// A running core.
pub struct Core {
    process: Running,
    address: String,
    client: reqwest::Client,
}

impl Core {
    pub fn start(profile: &Path) -> Core {
        let arguments = [Path::new("--profile"), profile];
        let mut process = Running::start(&bin("uihost"), &arguments, |command| {
            command.env("HOSO_MODELS", models());
        });
        let line = process.line(PATIENCE, |line| line.contains("http://"));
        let address = line.split_whitespace().last().expect("an address").to_owned();
        Core { process, address, client: reqwest::Client::new() }
    }

    /// What it answers, and the milliseconds that took.
    pub async fn ask(&self, request: &Value) -> (Value, f64) {
        let start = Instant::now();
        let reply = self.client.post(format!("{}/call", self.address)).body(request.to_string()).send().await;
        let reply = reply.expect("an answer");
        let status = reply.status();
        let body = reply.bytes().await.expect("an answer");
        let wall = start.elapsed().as_secs_f64() * 1000.0;
        let answer: Value = serde_json::from_slice(&body).expect("JSON");
        assert!(status.is_success(), "{request}: {answer}");
        (answer["content"].clone(), wall)
    }

    /// CPU time of the process so far, in milliseconds.
    pub fn cpu_ms(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("stat");
        let fields: Vec<&str> = stat.rsplit_once(") ").expect("a state").1.split(' ').collect();
        let ticks = |at: usize| fields[at].parse::<f64>().expect("ticks");
        // Ticks are hundredths of a second on every Linux we run on.
        (ticks(11) + ticks(12)) * 10.0
    }

    /// Proportional set size in bytes.
    pub fn memory(&self) -> u64 {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.process.id())).expect("smaps");
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).expect("Pss");
        line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("KiB") * 1024
    }
}
