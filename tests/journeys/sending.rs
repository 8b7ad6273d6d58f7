//! Sending, hurt in every way, in short: what `measure kills`, `network`, `load` and `model` do at their full size.

use std::time::Duration;

use journeys::network::Plan;
use journeys::sending::{self, Place};
use journeys::{Fault, Faults, Hub, load, model, network};

const SEED: u64 = 20_260_101;

fn plan() -> Plan {
    Plan { clerks: 1, dossiers: 3, files: 2, bytes: (20_000, 90_000), faults: None, bytes_per_second: None, seed: SEED }
}

#[test]
fn killed_at_any_byte_client_and_hub_lose_nothing_and_do_nothing_twice() {
    let plan = sending::Plan { client_kills: 8, hub_kills: 8, dossiers: 4, files: 3, seed: SEED, place: Place::Disk };
    let seen = sending::sending(&plan);
    assert_eq!(seen.wrong, Vec::<String>::new());
    assert!(seen.in_flight >= 8 && seen.offsets > 10 && seen.receipts >= 4, "{seen:?}");
}

#[cfg(unix)]
#[test]
fn replicas_killed_in_turn_lose_nothing_and_do_nothing_twice() {
    let plan =
        sending::Plan { client_kills: 3, hub_kills: 6, dossiers: 3, files: 3, seed: SEED, place: Place::Replicas };
    let seen = sending::sending(&plan);
    assert_eq!(seen.wrong, Vec::<String>::new());
    assert!(seen.in_flight >= 4 && seen.receipts >= 3, "{seen:?}");
}

#[test]
fn a_network_that_spoils_every_third_request_brings_each_file_once() {
    let mut faults = Faults::all(30, SEED);
    faults.kinds.retain(|fault| *fault != Fault::HalfOpen);
    let seen = network::sending(&Plan { clerks: 2, dossiers: 6, faults: Some(faults), ..plan() });
    assert_eq!(seen.wrong, Vec::<String>::new());
    assert!(seen.faults >= 10, "{seen:?}");
}

/// Every kind of request, once with its answer lost and once delivered twice.
#[test]
fn whatever_answer_is_lost_or_given_twice_nothing_is_sent_twice() {
    const REQUESTS: [&str; 7] = ["ping", "limits", "have", "create", "head", "patch", "submit"];
    for fault in [Fault::LoseAnswer, Fault::CutAnswer, Fault::Twice, Fault::Reset] {
        let faults = Faults::once(fault, &REQUESTS);
        // Large enough to be asked for and to go in several pieces.
        let seen =
            network::sending(&Plan { dossiers: 1, bytes: (1_200_000, 1_300_000), faults: Some(faults), ..plan() });
        assert_eq!(seen.wrong, Vec::<String>::new(), "{fault:?}");
        let least = if fault == Fault::Twice { 6 } else { 7 };
        assert!(seen.faults >= least, "{fault:?}: {seen:?}");
    }
}

#[test]
fn a_slow_line_that_stalls_ends() {
    let faults = Faults { kinds: vec![Fault::Stall, Fault::Reset], ..Faults::all(30, SEED) };
    let slow =
        Plan { dossiers: 1, bytes: (20_000, 30_000), faults: Some(faults), bytes_per_second: Some(8_000), ..plan() };
    assert_eq!(network::sending(&slow).wrong, Vec::<String>::new());
}

#[test]
fn uploads_that_stall_keep_nobody_from_sending() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut hub = Hub::stopped(folder.path()).serving("--per-address", "100000");
    hub.restart();
    let seen = load::stalled(&hub, 100, Duration::from_secs(120));
    assert_eq!((seen.open, seen.served.dossiers), (100, 5));
    assert!(seen.ended_after.is_some(), "the hub keeps them for ever");
}

#[test]
fn the_hub_does_as_the_model_does() {
    let seen = model::steps(4_000, SEED);
    assert_eq!(seen.wrong, Vec::<String>::new());
    assert!(seen.steps >= 4_000 && seen.restarts > 20 && seen.refused > 200, "{seen:?}");
}
