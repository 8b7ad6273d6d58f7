//! Disks that are full, broken or read-only, at each kind of write: said in words a clerk can act on, nothing is lost, and it goes on
//! when the fault is gone. The full size is `cargo xtask measure disk-faults --long`.
#![cfg(target_os = "linux")]

use std::time::Duration;

use journeys::faults::{self, Plan};
use journeys::{Clerk, Hub, Tmpfs, large_pdf};
use serde_json::Value;

const PROCEDURE: &str = "2.000635";
const AGENCY: &str = "000.00.16.H99";
const LIMIT: Duration = Duration::from_secs(60);
const PLAN: Plan = Plan { jobs: 2, step: 6, last: 13, room: 256 << 10 };

#[test]
fn a_clerk_is_told_and_goes_on_when_the_disk_is_well_again() {
    let seen = faults::desktop(PLAN);
    assert_eq!(seen.wrong, Vec::<String>::new());
    let told = |code: &str| seen.told.values().filter(|told| told.contains_key(code)).count();
    assert!(seen.struck >= 15, "{seen:?}");
    assert!(told("disk_full") >= 2 && told("disk_failing") >= 2 && told("read_only") >= 2, "{seen:?}");
}

#[test]
fn a_hub_lets_the_sender_wait_and_takes_it_when_the_disk_is_well_again() {
    let seen = faults::hub(PLAN);
    assert_eq!(seen.wrong, Vec::<String>::new());
    let waited = |told: &String| told.contains("503") || told.contains("507");
    assert!(seen.struck >= 5 && seen.told.values().any(|told| told.keys().any(waited)), "{seen:?}");
}

#[test]
fn a_dossier_waits_for_a_hub_whose_disk_is_full_and_arrives_when_there_is_room() {
    let disk = Tmpfs::mount(8 << 20);
    let mut hub = Hub::stopped(&disk.path().join("data"));
    hub.restart();
    let clerk = Clerk::enrolled(&hub, AGENCY);
    let id = clerk.filled_dossier(PROCEDURE);
    for (name, component) in [("one.pdf", "2.000635.01"), ("two.pdf", "2.000635.02")] {
        let paper = clerk.folder().join(name);
        large_pdf(&paper, 600_000);
        clerk.ok(&["dossier", "attach", &id, component, paper.to_str().unwrap(), "--as-is"]);
    }
    clerk.ok(&["dossier", "submit", &id]);
    let ballast = disk.fill_but(700_000);
    let sent = clerk.ctl(&["send"]);
    assert!(sent.stdout.contains("waiting"), "{sent:?}");
    let shown = clerk.ok(&["dossier", "show", &id]);
    assert!(["queued", "sending"].contains(&shown["state"].as_str().unwrap_or_default()), "{shown}");

    let mut waiting = clerk.start(&["send", "--wait"]);
    std::fs::remove_file(ballast).unwrap();
    assert!(waiting.wait(LIMIT).success(), "{}{}", waiting.stdout(), waiting.stderr());
    let shown = clerk.ok(&["dossier", "show", &id]);
    assert_ne!(shown["official_code"], Value::Null, "{shown}");
    hub.stop();
}
