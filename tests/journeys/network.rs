//! The worst networks between a clerk and the hub: nothing is lost, nothing arrives twice.

use std::time::Duration;

use journeys::{Answer, Clerk, Hub, Proxy, Trouble, large_pdf, sample};
use serde_json::Value;

const PROCEDURE: &str = "2.000635";
const AGENCY: &str = "000.00.16.H99";
const LIMIT: Duration = Duration::from_secs(120);
/// Large enough for several pieces of an upload.
const PAPER_BYTES: usize = 6_000_000;

/// A hub, the network before it, and a clerk who has a dossier with a large paper in the outbox.
struct Scene {
    hub: Hub,
    network: Proxy,
    clerk: Clerk,
    dossier: String,
}

impl Scene {
    fn set() -> Scene {
        let hub = Hub::start();
        let network = Proxy::start(hub.port());
        let clerk = Clerk::new();
        clerk.ok(&["enrol", &hub.enrol_code(AGENCY, Some(&network.url()))]);
        let dossier = queued(&clerk);
        Scene { hub, network, clerk, dossier }
    }

    fn sends(&self) -> Value {
        let sent = self.clerk.ok(&["send", "--wait"]);
        assert_eq!(sent.pointer("/receipted/0/dossier"), Some(&Value::from(self.dossier.as_str())), "{sent}");
        sent
    }

    /// Exactly one dossier is at the hub, with one reception.
    fn arrived_once(&self) {
        let output = self.hub.officer(&["list"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(text.lines().count(), 1, "{text}");
        let line: Value = serde_json::from_str(text.trim()).expect("a JSON object a line");
        assert_eq!(line["id"], self.dossier.as_str());
        let shown = self.hub.officer(&["show", &self.dossier]);
        let shown: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
        assert_eq!(shown["events"].as_array().map(Vec::len), Some(1), "{shown}");
        let receipt = self.clerk.ok(&["receipt", "show", &self.dossier]);
        assert_eq!(receipt["receipt"]["code"], line["code"]);
    }

    /// The fault that `send` tells for the dossier that waits.
    fn waits_with(&self, code: &str) {
        let answer = self.clerk.ctl(&["send", "--once"]);
        assert_eq!(answer.json.pointer("/waiting/0/fault/code"), Some(&Value::from(code)), "{answer:?}");
        for language in ["vi", "en"] {
            assert!(answer.stdout.contains(&format!("\"{language}\"")), "no words in {language}: {answer:?}");
        }
    }
}

fn queued(clerk: &Clerk) -> String {
    let id = clerk.filled_dossier(PROCEDURE);
    let large = clerk.folder().join("large.pdf");
    large_pdf(&large, PAPER_BYTES);
    clerk.attach(&id, "2.000635.01", &sample("to-khai-form.png"));
    clerk.ok(&["dossier", "attach", &id, "2.000635.02", large.to_str().unwrap(), "--as-is"]);
    clerk.ok(&["dossier", "submit", &id]);
    id
}

#[test]
fn a_hub_killed_in_the_middle_of_an_upload_goes_on_where_it_was() {
    let mut scene = Scene::set();
    let half = (PAPER_BYTES / 2) as u64;
    let before = scene.network.bytes_to_hub();
    scene.network.set(Trouble::StallAfter(half));
    let sending = scene.clerk.start(&["send", "--wait"]);
    scene.network.passed(before + half, LIMIT);
    scene.hub.kill9();
    scene.hub.restart();
    scene.network.set(Trouble::None);
    let sent = Answer::of(sending);
    assert_eq!(sent.text("/receipted/0/dossier"), scene.dossier, "{sent:?}");
    scene.arrived_once();
    // It went on instead of beginning again: at most a few pieces travelled twice.
    let travelled = scene.network.bytes_to_hub() - before;
    assert!(travelled < (PAPER_BYTES + PAPER_BYTES / 2) as u64, "{travelled} bytes for a paper of {PAPER_BYTES}");
}

#[test]
fn a_connection_that_is_cut_again_and_again_still_brings_it_all() {
    let scene = Scene::set();
    let before = scene.network.bytes_to_hub();
    scene.network.set(Trouble::CutAfter(700_000));
    scene.sends();
    scene.arrived_once();
    let travelled = scene.network.bytes_to_hub() - before;
    assert!(travelled < 2 * PAPER_BYTES as u64, "{travelled} bytes for a paper of {PAPER_BYTES}");
}

#[test]
fn an_answer_lost_after_the_hub_decided_does_not_send_it_twice() {
    let scene = Scene::set();
    scene.network.set(Trouble::LoseAnswer("/submissions"));
    let sending = scene.clerk.start(&["send", "--wait"]);
    scene.network.lost_an_answer(LIMIT);
    scene.network.set(Trouble::None);
    let sent = Answer::of(sending);
    assert_eq!(sent.text("/receipted/0/dossier"), scene.dossier, "{sent:?}");
    scene.arrived_once();
}

#[test]
fn a_sign_in_page_is_not_taken_for_the_hub() {
    let scene = Scene::set();
    scene.network.set(Trouble::Html);
    scene.waits_with("not_the_hub");
    scene.network.set(Trouble::None);
    scene.sends();
    scene.arrived_once();
}

#[test]
fn another_hub_at_the_same_address_gets_nothing() {
    let scene = Scene::set();
    let other = Hub::start();
    scene.network.lead_to(other.port());
    let before = scene.network.bytes_to_hub();
    scene.waits_with("not_the_hub");
    assert!(scene.network.bytes_to_hub() - before < 100_000, "papers went to a strange hub");
    assert_eq!(other.officer(&["list"]).stdout, b"");
    scene.network.lead_to(scene.hub.port());
    scene.sends();
    scene.arrived_once();
}

#[test]
fn a_code_is_good_for_one_computer() {
    let hub = Hub::start();
    let code = hub.enrol_code(AGENCY, None);
    Clerk::new().ok(&["enrol", &code]);
    Clerk::new().fault(&["enrol", &code], "enrolment_used");
}

#[test]
fn a_code_with_another_hubs_key_is_refused() {
    let (hub, other) = (Hub::start(), Hub::start());
    let code = hub.enrol_code(AGENCY, None);
    let strange = other.enrol_code(AGENCY, None);
    let (mine, theirs) = (code.rsplit_once('#').unwrap(), strange.rsplit_once('#').unwrap());
    assert_ne!(mine.1, theirs.1);
    let clerk = Clerk::new();
    clerk.fault(&["enrol", &format!("{}#{}", mine.0, theirs.1)], "hub_key_wrong");
    // The honest string still works.
    clerk.ok(&["enrol", &code]);
}

#[test]
fn a_profile_in_use_says_so() {
    let scene = Scene::set();
    let before = scene.network.bytes_to_hub();
    scene.network.set(Trouble::StallAfter(1000));
    let mut sending = scene.clerk.start(&["send", "--wait"]);
    scene.network.passed(before + 1000, LIMIT);
    scene.clerk.fault(&["dossier", "list"], "profile_in_use");
    sending.kill9();
    scene.clerk.ok(&["dossier", "list"]);
}
