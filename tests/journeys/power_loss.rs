//! The power goes at chance instants of a recorded day: everything that was acknowledged before is there. The full size is
//! `cargo xtask measure power-loss --long`.
#![cfg(target_os = "linux")]

use std::path::Path;

use journeys::crash::{Plan, desktop, hub};

const PLAN: Plan = Plan { states: 80, seed: 7 };
/// Enough to find what a program without its syncs would lose.
const FEW: Plan = Plan { states: 40, ..PLAN };

#[test]
fn what_a_hub_acknowledged_outlives_the_power() {
    let life = hub::Life::record(hub::Work { dossiers: 1, large: false });
    let seen = life.recording.cut(PLAN, &|folder, line| life.check(folder, line));
    assert_eq!((seen.failed, &seen.missing), (0, &vec![]), "{seen:?}");
    assert!(seen.states >= PLAN.states && seen.acknowledged > 50, "{seen:?}");

    // And the check is one that can fail: a hub that syncs no upload, or no database, would be found out.
    for forgotten in ["spool", "hub.db-wal", "objects"] {
        let life =
            hub::Life { recording: life.recording.without_syncs(|path| within(path, forgotten)), ..life.clone() };
        let seen = life.recording.cut(FEW, &|folder, line| life.check(folder, line));
        assert!(seen.failed > 0, "nothing is missing without the syncs of {forgotten}: {seen:?}");
    }
}

#[test]
fn what_a_hub_acknowledged_after_failed_syncs_outlives_the_power() {
    let life = hub::Life::record_failing();
    let seen = life.recording.cut(PLAN, &|folder, line| life.check(folder, line));
    assert_eq!((seen.failed, &seen.missing), (0, &vec![]), "{seen:?}");
    assert!(seen.states >= PLAN.states, "{seen:?}");
}

#[test]
fn what_a_desktop_acknowledged_outlives_the_power() {
    let life = desktop::Life::record(desktop::Work { sent: 1 });
    let seen = life.recording.cut(PLAN, &|folder, line| life.check(folder, line));
    assert_eq!((seen.failed, &seen.missing), (0, &vec![]), "{seen:?}");
    assert!(seen.states >= PLAN.states && seen.acknowledged > 50, "{seen:?}");

    for forgotten in ["store.db-wal", "tmp", "blobs"] {
        let life = desktop::Life { recording: life.recording.without_syncs(|path| within(path, forgotten)) };
        let seen = life.recording.cut(FEW, &|folder, line| life.check(folder, line));
        assert!(seen.failed > 0, "nothing is missing without the syncs of {forgotten}: {seen:?}");
    }
}

fn within(path: &Path, name: &str) -> bool {
    path.iter().any(|part| part == name)
}
