//! `kill -9` at ten points of digitising and of sending: nothing that was shown as saved is lost, nothing arrives twice.

use std::time::Duration;

use journeys::kills::{Plan, digitising};
use journeys::{Clerk, Hub, Proxy, Trouble, large_pdf, sample};
use serde_json::Value;

const PROCEDURE: &str = "2.000635";
const AGENCY: &str = "000.00.16.H99";
const LIMIT: Duration = Duration::from_secs(120);
const POINTS: u32 = 10;

#[test]
fn killed_while_digitising_no_page_is_lost_and_none_made_twice() {
    let plan = Plan { kills: POINTS, pages: 24, latest: Duration::from_secs(2), seed: 7 };
    let seen = digitising(&plan);
    assert_eq!(seen.wrong, Vec::<String>::new());
    // Both roads: papers attached, and a stack with its cover sheet.
    assert!(seen.kills >= POINTS && seen.batches >= 2, "{seen:?}");
}

#[test]
fn killed_while_sending_it_arrives_once() {
    let hub = Hub::start();
    let network = Proxy::start(hub.port());
    let clerk = Clerk::new();
    clerk.ok(&["enrol", &hub.enrol_code(AGENCY, Some(&network.url()))]);
    let id = clerk.filled_dossier(PROCEDURE);
    let size = 3_000_000;
    let large = clerk.folder().join("large.pdf");
    large_pdf(&large, size);
    clerk.attach(&id, "2.000635.01", &sample("to-khai-form.png"));
    clerk.ok(&["dossier", "attach", &id, "2.000635.02", large.to_str().unwrap(), "--as-is"]);
    clerk.ok(&["dossier", "submit", &id]);

    for point in 0..POINTS {
        let before = network.bytes_to_hub();
        // The points lie closer together than an upload's pieces, so some fall before, some after an answer of the hub.
        let bytes = u64::from(point) * 60_000 + 100;
        network.set(Trouble::StallAfter(bytes));
        let mut sending = clerk.start(&["send", "--wait"]);
        network.passed(before + bytes, LIMIT);
        sending.kill9();
        assert_eq!(clerk.ok(&["dossier", "show", &id])["official_code"], Value::Null, "kill {point}");
    }
    // Once more after the hub has decided, before the clerk's side can have written it down.
    network.set(Trouble::LoseAnswer("/submissions"));
    let mut sending = clerk.start(&["send", "--wait"]);
    network.lost_an_answer(LIMIT);
    sending.kill9();

    network.set(Trouble::None);
    let sent = clerk.ok(&["send", "--wait"]);
    assert_eq!(sent.pointer("/receipted/0/dossier"), Some(&Value::from(id.as_str())), "{sent}");
    let listed = String::from_utf8(hub.officer(&["list"]).stdout).expect("UTF-8");
    assert_eq!(listed.lines().count(), 1, "{listed}");
    let again = clerk.ok(&["send", "--wait"]);
    assert_eq!(again["receipted"].as_array().map(Vec::len), Some(0), "{again}");
}
