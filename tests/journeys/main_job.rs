//! A clerk prepares a dossier with no network; later it goes to a hub and comes back with a receipt and a code.

use std::path::Path;
use std::process::Command;

use journeys::{Clerk, Hub, find_planted, sample, with_ending};
use serde_json::Value;
use sha2::{Digest, Sha256};

const AGENCY: &str = "000.00.16.H99";
const PROCEDURE: &str = "2.000635";

#[test]
fn a_dossier_prepared_offline_is_sent_receipted_and_accepted() {
    let mut hub = Hub::start();
    let clerk = Clerk::enrolled(&hub, AGENCY);
    hub.stop();

    // No network: everything up to the outbox works, and sending says why it waits.
    let id = prepared(&clerk);
    assert_eq!(clerk.ok(&["dossier", "check", &id])["ready"], true);
    clerk.ok(&["dossier", "submit", &id]);
    let waiting = clerk.ctl(&["send", "--once"]);
    assert_eq!(waiting.json.pointer("/waiting/0/fault/code"), Some(&Value::from("hub_unreachable")), "{waiting:?}");
    assert!(clerk.fault(&["receipt", "show", &id], "not_found").json["saved"].is_null());

    hub.restart();
    let sent = clerk.ok(&["send", "--wait"]);
    assert_eq!(sent.pointer("/receipted/0/dossier"), Some(&Value::from(id.as_str())), "{sent}");
    let code = sent.pointer("/receipted/0/code").and_then(Value::as_str).expect("a code").to_owned();
    assert!(code.starts_with(&format!("{AGENCY}-")), "{code}");

    let out = clerk.folder().join("out");
    std::fs::create_dir(&out).unwrap();
    let shown = clerk.ok(&["receipt", "show", &id, "--save", out.to_str().unwrap()]);
    let receipt = with_ending(&shown["saved"], ".json");
    let verified = clerk.ok(&["receipt", "verify", receipt.to_str().unwrap()]);
    assert_eq!((&verified["receipt"]["code"], &verified["ours"]), (&Value::from(code.as_str()), &Value::from(true)));
    assert!(text_of(&with_ending(&shown["saved"], ".pdf")).contains(&code), "the slip shows the code");

    // What the hub holds is, byte for byte, what was exported here; its words can be searched.
    let exported = clerk.ok(&["dossier", "export", &id, "-o", out.to_str().unwrap()]);
    let held = show(&hub, &code);
    let files = held["manifest"]["files"].as_array().expect("files");
    assert_eq!(files.len(), 2);
    let pdf = with_ending(&exported["files"], ".pdf");
    let bytes = std::fs::read(&pdf).unwrap();
    let sha256 = hex::encode(Sha256::digest(&bytes));
    assert!(files.iter().any(|file| file["sha256"] == sha256.as_str()), "{sha256} not in {files:?}");
    assert_eq!(std::fs::read(hub.object(&sha256)).unwrap(), bytes);
    let words = text_of(&pdf);
    for wanted in ["Ủy ban nhân dân", "TỜ KHAI", "Nguyễn Thị Ước"] {
        assert!(words.contains(wanted), "{wanted} is not found in: {words}");
    }

    // An officer accepts; the clerk's side hears of it.
    let accepted = hub.officer(&["accept", &code, "--by", "Trần Thị Tiếp Nhận"]);
    assert!(accepted.status.success(), "{}", String::from_utf8_lossy(&accepted.stderr));
    let news = clerk.ok(&["events"]);
    let kinds: Vec<&str> =
        news.as_array().expect("a list").iter().filter_map(|line| line["event"]["what"]["kind"].as_str()).collect();
    assert!(kinds.contains(&"accepted"), "{news}");
}

#[test]
fn a_receipt_changed_by_one_character_is_refused() {
    let hub = Hub::start();
    let clerk = Clerk::enrolled(&hub, AGENCY);
    let id = prepared(&clerk);
    clerk.ok(&["dossier", "submit", &id]);
    clerk.ok(&["send", "--wait"]);
    let out = clerk.folder().display().to_string();
    let shown = clerk.ok(&["receipt", "show", &id, "--save", &out]);
    let receipt = with_ending(&shown["saved"], ".json");
    let text = std::fs::read_to_string(&receipt).unwrap();
    let code = shown["receipt"]["code"].as_str().expect("a code");
    let mut other = code.to_owned();
    let last = other.pop().expect("a code has characters");
    other.push(if last == '9' { '8' } else { '9' });
    std::fs::write(&receipt, text.replace(code, &other)).unwrap();
    clerk.fault(&["receipt", "verify", receipt.to_str().unwrap()], "receipt_forged");
}

#[test]
fn nothing_of_a_dossier_lies_in_clear_on_the_clerks_computer() {
    let hub = Hub::start();
    let clerk = Clerk::enrolled(&hub, AGENCY);
    // A name in an answer, in a file's text, and as a file's name.
    let papers = tempfile::tempdir().unwrap();
    let named = papers.path().join("Đơn của Nguyễn Thị Ước.png");
    std::fs::copy(sample("to-khai-form.png"), &named).unwrap();
    let id = clerk.filled_dossier(PROCEDURE);
    clerk.attach(&id, "2.000635.01", &named);
    clerk.ok(&["dossier", "submit", &id]);
    clerk.ok(&["send", "--wait"]);
    let planted = ["NGUYỄN THỊ ƯỚC", "Nguyễn Thị Ước", "001199000017", "Thôn Đồng Rãnh", "Đơn của"];
    assert_eq!(find_planted(clerk.folder(), &planted), []);
    // The search itself works: the papers' own folder holds the name.
    assert_eq!(find_planted(papers.path(), &["Nguyễn Thị Ước"]).len(), 1);
}

#[test]
fn two_clerks_send_to_one_hub_and_each_gets_a_code_of_their_own() {
    let hub = Hub::start();
    let clerks = [Clerk::enrolled(&hub, AGENCY), Clerk::enrolled(&hub, AGENCY)];
    let ids = [prepared(&clerks[0]), prepared(&clerks[1])];
    for (clerk, id) in clerks.iter().zip(&ids) {
        clerk.ok(&["dossier", "submit", id]);
    }
    let sending: Vec<_> = clerks.iter().map(|clerk| clerk.start(&["send", "--wait"])).collect();
    let answers: Vec<_> = sending.into_iter().map(journeys::Answer::of).collect();
    let codes: Vec<&str> = answers.iter().map(|answer| answer.text("/receipted/0/code")).collect();
    assert_ne!(codes[0], codes[1]);
    for (code, id) in codes.iter().zip(&ids) {
        assert_eq!(show(&hub, code)["summary"]["id"], id.as_str());
    }
}

/// A dossier that can be submitted: a scanned form and a PDF.
fn prepared(clerk: &Clerk) -> String {
    let id = clerk.filled_dossier(PROCEDURE);
    for (component, paper) in [("2.000635.01", "to-khai-form.png"), ("2.000635.02", "giay-xac-nhan.pdf")] {
        clerk.attach(&id, component, &sample(paper));
    }
    id
}

fn show(hub: &Hub, code: &str) -> Value {
    let output = hub.officer(&["show", code]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn text_of(pdf: &Path) -> String {
    let output = Command::new("pdftotext").arg(pdf).arg("-").output().expect("pdftotext");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
