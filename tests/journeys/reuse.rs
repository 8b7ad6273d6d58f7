//! A paper that was digitised for one dossier serves in the next of the same person: the same bytes, told to the hub as used again.

use journeys::{Clerk, Hub, sample};
use serde_json::Value;

const AGENCY: &str = "000.00.16.H99";
const PROCEDURE: &str = "2.000635";
const CARD: &str = "2.000635.02";

#[test]
fn a_paper_of_an_earlier_dossier_is_sent_again_as_reused() {
    let hub = Hub::start();
    let clerk = Clerk::enrolled(&hub, AGENCY);
    let first = clerk.filled_dossier(PROCEDURE);
    clerk.attach(&first, "2.000635.01", &sample("to-khai-form.png"));
    clerk.attach(&first, CARD, &sample("giay-xac-nhan.pdf"));
    let card = sent(&hub, &clerk, &first, CARD);
    assert_eq!(card["reused"], false, "{card}");

    let second = clerk.filled_dossier(PROCEDURE);
    let offered = clerk.ok(&["dossier", "reuse", "list", &second]);
    let offered: Vec<&Value> = offered["it"].as_array().expect("a list").iter().collect();
    let [paper] = offered.as_slice() else { panic!("the declaration is of its own dossier: {offered:?}") };
    assert_eq!((&paper["component"], &paper["dossier"]), (&Value::from(CARD), &Value::from(first.as_str())));
    let blobs = count(&clerk.profile().join("blobs"));
    let taken = clerk.ok(&["dossier", "reuse", "take", &second, CARD, paper["document"].as_str().unwrap()]);
    assert_eq!(count(&clerk.profile().join("blobs")), blobs, "nothing new on the disk");
    clerk.attach(&second, "2.000635.01", &sample("to-khai-form.png"));
    let check = clerk.ok(&["dossier", "check", &second]);
    let told: Vec<&Value> =
        check["findings"].as_array().unwrap().iter().filter(|it| it["place"]["component"] == CARD).collect();
    assert!(!told.iter().any(|it| it["what"]["code"] == "also_in"), "{told:?}");
    let again = sent(&hub, &clerk, &second, CARD);
    assert_eq!((&again["reused"], &again["sha256"]), (&Value::from(true), &card["sha256"]), "{taken} {again}");
}

/// Sends the dossier; what its manifest says at the hub of the paper of a component.
fn sent(hub: &Hub, clerk: &Clerk, id: &str, component: &str) -> Value {
    clerk.ok(&["dossier", "submit", id]);
    let sent = clerk.ok(&["send", "--wait"]);
    let code = sent.pointer("/receipted/0/code").and_then(Value::as_str).expect("a code").to_owned();
    let output = hub.officer(&["show", &code]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let held: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let files = held["manifest"]["files"].as_array().expect("files");
    files.iter().find(|file| file["component"] == component).expect("its file").clone()
}

fn count(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
}
