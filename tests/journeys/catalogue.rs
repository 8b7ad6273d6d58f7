//! The hub's catalogue reaches the desktops: whole at first, then only what is new; what is not what the signed list says is refused,
//! what a dossier was started under stays, and without a hub everything goes on.

use std::path::Path;

use journeys::{Clerk, Hub};
use serde_json::{Value, json};

/// Publishes the next revision of NB-20 on this computer and carries it to the hub.
fn publish(author: &Clerk, hub: &Hub, change: impl Fn(&mut Value)) {
    author.ok(&["procedure", "officer", "--name", "Trần Văn Bình", "--authority", "QĐ 5/QĐ-UBND"]);
    let draft = author.ok(&["procedure", "draft", "NB-20"]);
    let mut content: Value = serde_json::from_str(draft["it"]["json"].as_str().expect("a draft")).unwrap();
    change(&mut content);
    let file = author.folder().join("draft.json");
    std::fs::write(&file, content.to_string()).unwrap();
    author.ok(&["procedure", "draft", "NB-20", "--from", file.to_str().unwrap()]);
    author.ok(&["procedure", "publish", "NB-20", "--reason", "QĐ 12/QĐ-UBND"]);
    let file = author.folder().join("catalogue.json");
    author.ok(&["procedure", "export", file.to_str().unwrap(), "NB-20"]);
    import(hub, &file);
}

fn import(hub: &Hub, file: &Path) {
    let imported = hub.officer(&["catalogue", "import", file.to_str().unwrap(), "--by", "Trần Văn Bình"]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
}

fn fetch(clerk: &Clerk) -> (bool, Value) {
    let answer = clerk.ok(&["procedure", "fetch"]);
    assert_eq!(answer["is"], "fetched");
    (answer["it"]["changed"] == json!(true), answer["it"]["taken"].clone())
}

/// Changes bytes of the hub's database while it is down, as a bad disk or a stranger would.
fn tamper(hub: &mut Hub, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    hub.stop();
    let file = hub.data().join("hub.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let places: Vec<usize> =
        (0..bytes.len()).filter(|at| bytes.get(*at..at + from.len()) == Some(from.as_bytes())).collect();
    assert!(!places.is_empty(), "{from} is not in the database");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    std::fs::write(&file, bytes).unwrap();
    hub.restart();
}

fn revision(clerk: &Clerk) -> u64 {
    clerk.ok(&["procedure", "show", "NB-20"])["revision"].as_u64().expect("a revision")
}

#[test]
fn revisions_reach_the_desktops_and_nothing_is_replaced() {
    let mut hub = Hub::start();
    let (author, clerk) = (Clerk::new(), Clerk::enrolled(&hub, "H06.16"));

    // First fetch: the hub has what ships, so nothing needs to travel but the list.
    let all = author.folder().join("all.json");
    author.ok(&["procedure", "export", all.to_str().unwrap()]);
    import(&hub, &all);
    assert_eq!(fetch(&clerk), (true, json!([])));
    assert_eq!(fetch(&clerk), (false, json!([])), "the list is still the same");
    let beside = clerk.ok(&["procedure", "hub"]);
    let lines = beside["it"]["lines"].as_array().expect("lines");
    assert!(lines.len() > 80 && lines.iter().all(|line| line["standing"] == "same"), "{beside}");

    // Delta: only the new revision travels; the dossier that was begun stays under the old one.
    let begun = clerk.ok(&["dossier", "new", "NB-20"]);
    let first = revision(&clerk);
    let [second, third] = [1, 2].map(|later| format!("NB-20 {}", first + later));
    publish(&author, &hub, |it| it["sets"] = json!(2));
    assert_eq!(fetch(&clerk), (true, json!([second])));
    assert_eq!(revision(&clerk), first + 1);
    let id = begun["id"].as_str().unwrap();
    assert_eq!(clerk.ok(&["dossier", "show", id])["revision"], json!(first));
    assert_eq!(clerk.ok(&["dossier", "new", "NB-20"])["revision"], json!(first + 1));
    let differences = clerk.ok(&["procedure", "compare", "NB-20", "--from", &first.to_string(), "--to", "hub"]);
    assert_eq!(differences["it"].as_array().map(Vec::len), Some(1), "{differences}");
    assert_eq!(differences["it"][0]["path"], "sets");

    // What is published is not published again with another content.
    let forged = std::fs::read_to_string(author.folder().join("catalogue.json")).unwrap();
    let file = author.folder().join("forged.json");
    std::fs::write(&file, forged.replacen("\"sets\": 2", "\"sets\": 9", 1)).unwrap();
    let refused = hub.officer(&["catalogue", "import", file.to_str().unwrap(), "--by", "Trần Văn Bình"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another content"), "{refused:?}");

    // A body that is not what the list says is refused; when it is right again, it comes.
    publish(&author, &hub, |it| it["name"]["en"] = json!("Merit MARKER-A"));
    tamper(&mut hub, "MARKER-A", "MARKER-B");
    let answer = clerk.ctl(&["procedure", "fetch"]);
    assert_eq!(answer.code, Some(1), "{}", answer.stdout);
    assert_eq!((&answer.json["it"]["taken"], &answer.json["it"]["refused"][0][0]), (&json!([]), &json!(third)));
    assert_eq!(revision(&clerk), first + 1);
    tamper(&mut hub, "MARKER-B", "MARKER-A");
    assert_eq!(fetch(&clerk), (true, json!([third])));

    // Without a hub everything goes on.
    hub.kill9();
    clerk.fault(&["procedure", "fetch"], "hub_unreachable");
    assert_eq!(revision(&clerk), first + 2);
    assert_eq!(clerk.ok(&["procedure", "list"]).as_array().map(Vec::len), Some(40));
    assert_eq!(clerk.ok(&["dossier", "new", "NB-20"])["revision"], json!(first + 2));
    clerk.ok(&["procedure", "hub"]);
    hub.restart();
    assert_eq!(fetch(&clerk), (false, json!([])));
}
