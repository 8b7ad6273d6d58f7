//! A province's hub: several replicas that share PostgreSQL and an S3 store.

#![cfg(unix)]

use std::process::Command;
use std::time::Duration;

use journeys::{Answer, Bucket, Clerk, Hub, Proxy, Trouble, large_pdf, load, postgres, sample};
use serde_json::Value;

const PROCEDURE: &str = "2.000635";
const AGENCY: &str = "000.00.16.H99";
const LIMIT: Duration = Duration::from_secs(120);
const PAPER_BYTES: usize = 6_000_000;

fn queued(clerk: &Clerk) -> String {
    let id = clerk.filled_dossier(PROCEDURE);
    let large = clerk.folder().join("large.pdf");
    large_pdf(&large, PAPER_BYTES);
    clerk.attach(&id, "2.000635.01", &sample("to-khai-form.png"));
    clerk.ok(&["dossier", "attach", &id, "2.000635.02", large.to_str().expect("UTF-8"), "--as-is"]);
    clerk.ok(&["dossier", "submit", &id]);
    id
}

#[test]
fn another_replica_goes_on_with_an_upload_whose_replica_was_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let bucket = Bucket::start(&folder.path().join("s3"));
    let mut hubs = Hub::replicas(folder.path(), &bucket, &["a", "b"]);
    hubs.iter_mut().for_each(Hub::restart);
    let [first, second] = hubs.as_mut_slice() else { panic!("two replicas") };
    let network = Proxy::start(first.port());
    let clerk = Clerk::new();
    clerk.ok(&["enrol", &first.enrol_code(AGENCY, Some(&network.url()))]);
    let dossier = queued(&clerk);

    let half = (PAPER_BYTES / 2) as u64;
    let before = network.bytes_to_hub();
    network.set(Trouble::StallAfter(half));
    let sending = clerk.start(&["send", "--wait"]);
    network.passed(before + half, LIMIT);
    first.kill9();
    network.lead_to(second.port());
    network.set(Trouble::None);
    let sent = Answer::of(sending);
    assert_eq!(sent.text("/receipted/0/dossier"), dossier, "{sent:?}");

    // It went on instead of beginning again: at most a few pieces travelled twice.
    let travelled = network.bytes_to_hub() - before;
    assert!(travelled < (PAPER_BYTES + PAPER_BYTES / 2) as u64, "{travelled} bytes for a paper of {PAPER_BYTES}");

    // The first one, started again, knows of it too, and gives the same receipt for the same submission.
    first.restart();
    network.lead_to(first.port());
    for hub in [&*first, &*second] {
        let output = hub.officer(&["list"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(text.lines().count(), 1, "{text}{}", String::from_utf8_lossy(&output.stderr));
        let line: Value = serde_json::from_str(text.trim()).expect("a JSON object a line");
        assert_eq!(line["code"], clerk.ok(&["receipt", "show", &dossier])["receipt"]["code"]);
    }
    // Nothing of the uploads is left, and every file lies under its content's name.
    let kept = |name: &str| {
        let output = Command::new("find").arg(folder.path().join("s3/hub").join(name)).args(["-type", "f"]).output();
        String::from_utf8_lossy(&output.expect("find runs").stdout).lines().count()
    };
    assert_eq!((kept("parts"), kept("sha256")), (0, 2));
}

#[test]
fn replicas_killed_in_turn_under_many_clients_take_every_dossier_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let bucket = Bucket::start(&folder.path().join("s3"));
    let mut hubs = Hub::replicas(folder.path(), &bucket, &["a", "b"]);
    hubs.iter_mut().for_each(Hub::restart);
    let plan = load::Plan { clients: 4, dossiers: 16, files: 3, bytes: 300_000, seed: 7 };
    let seen = load::over_kills(&mut hubs, &plan, 4);
    assert_eq!(seen.wrong, Vec::<String>::new());
    assert!(seen.kills == 3 && seen.met > 0 && seen.codes.len() == 16, "{seen:?}");
    let listed = hubs[0].officer(&["list"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout).lines().count(), 16, "each is there once");
    let checked = hubs[1].check();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

/// A second store, independent of the first: it passes the probe, and a dossier goes through it.
#[test]
fn a_dossier_goes_through_another_s3_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let bucket = Bucket::of_moto();
    let mut hub = Hub::replicas(folder.path(), &bucket, &["a"]).remove(0);
    hub.restart();
    let clerk = Clerk::enrolled(&hub, AGENCY);
    let dossier = queued(&clerk);
    let sent = clerk.ok(&["send", "--wait"]);
    assert_eq!(sent.pointer("/receipted/0/dossier"), Some(&Value::from(dossier)), "{sent}");
    // Every file is read back and compared with its name.
    let checked = hub.check();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

#[test]
fn a_store_that_overwrites_and_a_replica_with_another_key_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |hub: Hub, what: &str| {
        let output = hub.serve_once();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(what), "{said}");
    };
    let liar = Bucket::that_lies(&folder.path().join("liar"));
    let hub = |bucket: &Bucket| Hub::replicas(folder.path(), bucket, &["a"]).remove(0);
    refused(hub(&liar), "If-None-Match");

    let bucket = Bucket::start(&folder.path().join("s3"));
    let mut first = hub(&bucket);
    first.restart();
    let keyless = Hub::stopped(&folder.path().join("c")).with("--database", postgres::database_for(folder.path()));
    refused(bucket.of(keyless), "--key");
}
