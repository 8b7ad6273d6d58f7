//! `kill -9` of client and hub while dossiers are sent: what must hold is counted here, for the short journey and for `measure kills`
//! alike.
//!
//! Dossiers lie in a clerk's outbox; `hosoctl send --wait` and the hub run as processes with a [`Link`] between them. A kill comes when a
//! number of bytes, given by chance, has passed in either direction: half of them with the network held at that very byte, so that it is in
//! the middle of a message, half of them a chance while later, whatever the programs do then. The program that was killed is started
//! again over what it left.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::chance::Chance;
use crate::clerk::Clerk;
use crate::hub::Hub;
use crate::link::Link;
use crate::outgoing::{Outgoing, files_under};
use crate::process::Running;
use crate::promises::Promises;
use crate::store::Bucket;

const AGENCY: &str = "000.00.16.H99";
/// Bytes of a file, from and to.
const FILE: (u64, u64) = (20_000, 180_000);
/// So many bytes of files pass between two kills, on average; at most twice as many.
const BETWEEN: u64 = 24_000;
/// A kill that is not held at a byte comes up to so much later.
const LATER: Duration = Duration::from_millis(25);
/// Where nothing moves for so long, the kill comes all the same.
const IDLE: Duration = Duration::from_secs(4);
/// What is left after the last kill arrives in this.
const PATIENCE: Duration = Duration::from_secs(900);

/// Where the hub keeps what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// SQLite and a folder.
    Disk,
    /// Two replicas over PostgreSQL and an S3 store; one of them is killed at a time.
    Replicas,
}

/// What is done.
#[derive(Debug, Clone)]
pub struct Plan {
    pub client_kills: u32,
    pub hub_kills: u32,
    /// At least so many, with `files` each; more when they are sent before the kills are over.
    pub dossiers: u32,
    pub files: u32,
    pub seed: u64,
    pub place: Place,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    pub client_kills: u32,
    pub hub_kills: u32,
    /// Kills while a request waited for its answer.
    pub in_flight: u32,
    /// Kills by the kind of request that waited; `none` when there was none.
    pub during: BTreeMap<&'static str, u32>,
    pub dossiers: usize,
    pub files: usize,
    pub bytes: u64,
    pub passed: u64,
    /// Offsets and receipts that were told, each of which was held against what came later.
    pub offsets: u64,
    pub receipts: usize,
    /// What is not as it must be, each in words.
    pub wrong: Vec<String>,
}

struct Scene {
    clerk: Clerk,
    hubs: Vec<Hub>,
    link: Link,
    promises: Promises,
    sender: Option<Running>,
    outgoing: Outgoing,
    chance: Chance,
    bucket: Option<Bucket>,
    folder: TempDir,
}

/// Kills until the plan is done; what is left then is sent in peace, and looked at.
pub fn sending(plan: &Plan) -> Seen {
    let (mut scene, mut seen) = (Scene::set(plan), Seen::default());
    scene.queue(plan, plan.dossiers);
    while seen.client_kills < plan.client_kills || seen.hub_kills < plan.hub_kills {
        if scene.sender.as_mut().is_some_and(Running::ended) {
            scene.ended(&mut seen.wrong);
            scene.queue(plan, plan.dossiers.div_ceil(4));
        }
        scene.kill_one(plan, &mut seen);
    }
    scene.finish(&mut seen);
    seen
}

impl Scene {
    fn set(plan: &Plan) -> Scene {
        let folder = TempDir::with_prefix("hoso-sending-").expect("a temporary folder");
        let (mut hubs, bucket) = match plan.place {
            Place::Disk => (vec![Hub::stopped(&folder.path().join("a"))], None),
            Place::Replicas => replicas(folder.path()),
        };
        hubs.iter_mut().for_each(Hub::restart);
        let promises = Promises::default();
        let link = Link::start(&hubs.iter().map(Hub::port).collect::<Vec<_>>(), &promises);
        let clerk = Clerk::new();
        clerk.ok(&["enrol", &hubs[0].enrol_code(AGENCY, Some(&link.url()))]);
        let (outgoing, chance) = (Outgoing::default(), Chance::new(plan.seed));
        Scene { clerk, hubs, link, promises, sender: None, outgoing, chance, bucket, folder }
    }

    fn queue(&mut self, plan: &Plan, dossiers: u32) {
        self.outgoing.queue(&self.clerk, dossiers, plan.files, FILE, &mut self.chance);
    }

    /// The sender has ended by itself: only because everything was sent.
    fn ended(&mut self, wrong: &mut Vec<String>) {
        let Some(sender) = self.sender.take() else { return };
        let answer = crate::clerk::Answer::of(sender);
        let waiting = answer.json["waiting"].as_array().map(Vec::len);
        if answer.code != Some(0) || waiting != Some(0) {
            wrong.push(format!("sending gave up: {}{}", answer.stdout, answer.stderr));
        }
    }

    fn kill_one(&mut self, plan: &Plan, seen: &mut Seen) {
        let (client_left, hub_left) = (plan.client_kills - seen.client_kills, plan.hub_kills - seen.hub_kills);
        let client = self.chance.below(u64::from(client_left + hub_left)) < u64::from(client_left);
        let (bytes, held) = (1 + self.chance.below(2 * BETWEEN), self.chance.share() < 0.5);
        let later = self.chance.within(LATER);
        let at = self.link.passed().bytes() + bytes;
        if held {
            self.link.hold_at(at);
        }
        if self.sender.is_none() {
            self.sender = Some(self.clerk.start(&["send", "--wait"]));
        }
        let begun = Instant::now();
        while !self.link.wait(Duration::from_millis(100), |passed| passed.bytes() >= at) {
            if begun.elapsed() > IDLE || self.sender.as_mut().is_some_and(Running::ended) {
                break;
            }
        }
        if !held {
            self.link.wait(later, |_| false);
        }
        let under_way = self.promises.under_way();
        seen.in_flight += u32::from(!under_way.is_empty());
        *seen.during.entry(under_way.first().copied().unwrap_or("none")).or_default() += 1;
        if client {
            if let Some(mut sender) = self.sender.take() {
                sender.kill9();
            }
            seen.client_kills += 1;
        } else {
            let which = self.chance.below(self.hubs.len() as u64) as usize;
            self.hubs[which].kill9();
            self.hubs[which].restart();
            seen.hub_kills += 1;
        }
        if held {
            self.link.cut();
        }
    }

    /// Sends what is left, and looks at what came of it all.
    fn finish(mut self, seen: &mut Seen) {
        if let Some(mut sender) = self.sender.take() {
            sender.kill9();
        }
        let begun = Instant::now();
        let mut sender = self.clerk.start(&["send", "--wait"]);
        let status = sender.wait(PATIENCE);
        if !status.success() {
            seen.wrong.push(format!("what was left was not sent in {:?}: {}", begun.elapsed(), sender.stderr()));
        }
        (seen.dossiers, seen.files) = (self.outgoing.dossiers.len(), self.outgoing.files());
        (seen.bytes, seen.passed) = (self.outgoing.bytes, self.link.passed().bytes());
        (seen.offsets, seen.receipts) = self.promises.told();
        seen.wrong.extend(self.promises.broken());
        seen.wrong.extend(self.outgoing.wrong_here(&self.clerk));
        let objects = match self.bucket {
            Some(_) => self.folder.path().join("s3/hub"),
            None => self.hubs[0].data().join("objects"),
        };
        let object = |name: &str| objects.join("sha256").join(&name[..2]).join(&name[2..]);
        seen.wrong.extend(Outgoing::wrong_there(&[&self.outgoing], &self.hubs[0], object));
        // A start clears away what a kill left.
        for hub in &mut self.hubs {
            hub.stop();
            hub.restart();
            seen.wrong
                .extend(files_under(&hub.data().join("spool")).iter().map(|left| format!("in the spool: {left:?}")));
        }
        let named: BTreeSet<PathBuf> = self.outgoing.dossiers.values().flatten().map(|name| object(name)).collect();
        let left =
            files_under(&objects).into_iter().map(|file| objects.join(file)).filter(|file| !named.contains(file));
        seen.wrong.extend(left.map(|file| format!("left in the store: {}", file.display())));
    }
}

#[cfg(unix)]
fn replicas(folder: &Path) -> (Vec<Hub>, Option<Bucket>) {
    let bucket = Bucket::start(&folder.join("s3"));
    let hubs = Hub::replicas(folder, &bucket, &["a", "b"]);
    (hubs, Some(bucket))
}

#[cfg(not(unix))]
fn replicas(_: &Path) -> (Vec<Hub>, Option<Bucket>) {
    panic!("PostgreSQL is started on Unix only")
}
