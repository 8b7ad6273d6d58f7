//! The worst networks between clerks and a hub, counted: for the short journeys and for `measure network` alike.

use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::chance::Chance;
use crate::clerk::{Answer, Clerk};
use crate::hub::Hub;
use crate::link::{Faults, Link};
use crate::outgoing::Outgoing;
use crate::promises::Promises;

const AGENCY: &str = "000.00.16.H99";
/// A clerk's sending that neither ends nor moves a byte for so long hangs.
const PATIENCE: Duration = Duration::from_secs(600);
/// So often one clerk's sending is begun again where it stopped for a person.
const AGAIN: u32 = 50;

/// Who sends how much over which network.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Each with an outbox and a link of its own; they send at the same time.
    pub clerks: u32,
    /// Of each clerk.
    pub dossiers: u32,
    /// Of each dossier.
    pub files: u32,
    /// Bytes of a file, from and to.
    pub bytes: (u64, u64),
    pub faults: Option<Faults>,
    pub bytes_per_second: Option<u64>,
    pub seed: u64,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    pub files: usize,
    pub dossiers: usize,
    /// Bytes of files.
    pub payload: u64,
    /// Bytes that passed at the clients' side, both ways: requests, answers, heads and bodies.
    pub wire: u64,
    pub requests: u64,
    pub faults: u64,
    /// How often sending stopped for a person and was begun again.
    pub stopped: u32,
    pub seconds: f64,
    /// What is not as it must be, each in words.
    pub wrong: Vec<String>,
}

impl Seen {
    pub fn ratio(&self) -> f64 {
        self.wire as f64 / self.payload.max(1) as f64
    }
}

/// A clerk with a link to the hub.
struct Station {
    clerk: Clerk,
    link: Link,
    outgoing: Outgoing,
}

struct Scene {
    hub: Hub,
    promises: Promises,
    stations: Vec<Station>,
    _folder: TempDir,
}

impl Scene {
    /// Every clerk enrolled, and their dossiers in the outbox; nothing of that is counted.
    fn set(plan: &Plan) -> Scene {
        let folder = TempDir::with_prefix("hoso-network-").expect("a temporary folder");
        // They are many behind one address, which is not what is looked at.
        let mut hub = Hub::stopped(&folder.path().join("hub")).serving("--per-address", "100000");
        hub.restart();
        let promises = Promises::default();
        let mut chance = Chance::new(plan.seed);
        let mut stations = vec![];
        for _ in 0..plan.clerks {
            let (link, clerk) = (Link::start(&[hub.port()], &promises), Clerk::new());
            clerk.ok(&["enrol", &hub.enrol_code(AGENCY, Some(&link.url()))]);
            let mut outgoing = Outgoing::default();
            outgoing.queue(&clerk, plan.dossiers, plan.files, plan.bytes, &mut chance);
            stations.push(Station { clerk, link, outgoing });
        }
        Scene { hub, promises, stations, _folder: folder }
    }

    fn look(&self, seen: &mut Seen) {
        for station in &self.stations {
            seen.wrong.extend(station.outgoing.wrong_here(&station.clerk));
            seen.files += station.outgoing.files();
            seen.dossiers += station.outgoing.dossiers.len();
            seen.payload += station.outgoing.bytes;
        }
        let all: Vec<&Outgoing> = self.stations.iter().map(|station| &station.outgoing).collect();
        seen.wrong.extend(Outgoing::wrong_there(&all, &self.hub, |name| self.hub.object(name)));
        seen.wrong.extend(self.promises.broken());
    }
}

/// Sends everything over such a network, and looks at what came of it.
pub fn sending(plan: &Plan) -> Seen {
    let (scene, mut seen) = (Scene::set(plan), Seen::default());
    let before: Vec<_> = scene.stations.iter().map(|station| station.link.passed()).collect();
    for (at, station) in scene.stations.iter().enumerate() {
        let own = |faults: Faults| Faults { seed: faults.seed.wrapping_add(at as u64), ..faults };
        station.link.set_faults(plan.faults.clone().map(own));
        station.link.set_rate(plan.bytes_per_second);
    }
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let sending: Vec<_> = scene.stations.iter().map(|station| scope.spawn(|| station.send())).collect();
        for sent in sending {
            match sent.join().expect("a sender's thread") {
                Ok(stopped) => seen.stopped += stopped,
                Err(why) => seen.wrong.push(why),
            }
        }
    });
    seen.seconds = begun.elapsed().as_secs_f64();
    for (station, before) in scene.stations.iter().zip(before) {
        let after = station.link.passed();
        seen.wire += after.bytes() - before.bytes();
        seen.requests += after.requests - before.requests;
        seen.faults += after.faults - before.faults;
        station.link.set_faults(None);
    }
    scene.look(&mut seen);
    seen
}

impl Station {
    /// Until the outbox is empty; how often it stopped before that.
    fn send(&self) -> Result<u32, String> {
        for stopped in 0..AGAIN {
            let mut sender = self.clerk.start(&["send", "--wait"]);
            let mut quiet = Duration::ZERO;
            while !sender.ended() {
                let (at, second) = (self.link.passed().requests, Duration::from_secs(1));
                let moved = self.link.wait(second, |passed| passed.requests > at + 20);
                quiet = if moved || self.link.passed().requests > at { Duration::ZERO } else { quiet + second };
                if quiet > PATIENCE {
                    return Err(format!("nothing moved for {PATIENCE:?}: {}", sender.stderr()));
                }
            }
            let answer = Answer::of(sender);
            if answer.code == Some(0) && answer.json["waiting"].as_array().is_some_and(Vec::is_empty) {
                return Ok(stopped);
            }
        }
        Err(format!("stopped {AGAIN} times for a person"))
    }
}

/// What is done to see how soon sending goes on when the network is back.
#[derive(Debug, Clone)]
pub struct Outages {
    pub clerks: u32,
    /// Of the network of all of them together.
    pub outages: u32,
    /// An outage lasts from a second to so long.
    pub longest: Duration,
    pub seed: u64,
}

/// Seconds from when the network is back to the first byte of a file, for each clerk and outage; `None` where none came in a minute.
pub fn resuming(plan: &Outages) -> Vec<Option<f64>> {
    // Slow enough that nobody is done before the last outage.
    let rate = 40_000;
    let total = rate * (u64::from(plan.outages) * 20 + 60);
    let sending = Plan {
        clerks: plan.clerks,
        dossiers: 2,
        files: 2,
        bytes: (total / 4, total / 4 + 1),
        faults: None,
        bytes_per_second: Some(rate),
        seed: plan.seed,
    };
    let (scene, mut chance) = (Scene::set(&sending), Chance::new(plan.seed));
    let mut senders = vec![];
    for station in &scene.stations {
        station.link.set_rate(sending.bytes_per_second);
        station.link.come_up();
        senders.push(station.clerk.start(&["send", "--wait"]));
    }
    let minute = Duration::from_secs(60);
    for station in &scene.stations {
        assert!(station.link.wait(minute, |passed| passed.moved.is_some()), "sending does not begin");
    }
    let mut seen = vec![];
    for _ in 0..plan.outages {
        scene.stations.iter().for_each(|station| station.link.go_down());
        let lasts = Duration::from_secs(1) + chance.within(plan.longest);
        scene.stations[0].link.wait(lasts, |_| false);
        let back = Instant::now();
        scene.stations.iter().for_each(|station| station.link.come_up());
        for station in &scene.stations {
            station.link.wait(minute.saturating_sub(back.elapsed()), |passed| passed.moved.is_some());
            seen.push(station.link.passed().moved.map(|at| (at - back).as_secs_f64()));
        }
        // A while of sending between two outages, so that each is one of its own.
        scene.stations[0].link.wait(Duration::from_secs(2), |_| false);
    }
    seen
}
