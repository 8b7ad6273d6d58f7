//! A department's list of procedures without paper: approved with no network, sent when there is one, applied at another desk, and the
//! sender knows; two lists that claim the same department or number are both kept and told.

use journeys::{Clerk, Hub};
use serde_json::{Value, json};

const DEPARTMENT: &str = "Sở Nội vụ";
/// Taken on paper as the product ships.
const PROCEDURE: &str = "1.001193";

/// Draws a list of one procedure up and approves it; the number tells lists apart.
fn approve(clerk: &Clerk, number: &str) {
    let line = format!("{PROCEDURE}=2026-01-05");
    clerk.ok(&["no-paper", "save", DEPARTMENT, &line, "--basis", "Văn bản 5436/UBND-VP"]);
    let by = ["--by", "Trần Văn Bình", "--title", "Giám đốc", "--number", number, "--on", "2026-01-05"];
    clerk.ok(&[&["no-paper", "approve", DEPARTMENT], &by[..]].concat());
}

fn lists(clerk: &Clerk) -> Vec<Value> {
    clerk.ok(&["no-paper", "lists"])["it"].as_array().expect("lists").clone()
}

/// The list of this revision, with how it stands.
fn list(clerk: &Clerk, revision: u32) -> Value {
    let found = lists(clerk).into_iter().find(|it| it["list"]["revision"] == json!(revision));
    found.unwrap_or_else(|| panic!("no revision {revision}"))
}

fn exchange(clerk: &Clerk) -> (Value, Value) {
    let answer = clerk.ok(&["no-paper", "exchange"]);
    assert_eq!(answer["it"]["refused"], json!([]), "{answer}");
    (answer["it"]["sent"].clone(), answer["it"]["taken"].clone())
}

fn gate(clerk: &Clerk) -> Value {
    clerk.ok(&["no-paper", "gate", PROCEDURE])["it"]["no_paper"].clone()
}

#[test]
fn what_was_approved_offline_counts_at_every_desk_and_the_sender_knows() {
    let mut hub = Hub::start();
    let (sender, desk) = (Clerk::enrolled(&hub, "H06.16"), Clerk::enrolled(&hub, "H06.17"));
    hub.kill9();
    approve(&sender, "12/QĐ-SNV");
    assert_eq!(list(&sender, 1)["hub"], json!({ "is": "waiting" }));
    sender.fault(&["no-paper", "exchange"], "hub_unreachable");
    assert_eq!(list(&sender, 1)["hub"], json!({ "is": "waiting" }), "nothing is lost by trying");

    // Sent with the rest once there is a hub, and once only.
    hub.restart();
    sender.ok(&["send", "--once"]);
    let received = list(&sender, 1)["hub"].clone();
    assert_eq!((&received["is"], &received["applied"]), (&json!("received"), &json!([])));
    assert_eq!(exchange(&sender), (json!([]), json!([])));
    assert_eq!(list(&sender, 1)["hub"]["at"], received["at"]);

    // The other desk's gate knows nothing of it, then all of it.
    assert_eq!(gate(&desk), Value::Null);
    assert_eq!(exchange(&desk), (json!([]), json!(["Sở Nội vụ 1"])));
    let since = gate(&desk);
    assert_eq!((&since["since"], &since["department"]), (&json!("2026-01-05"), &json!(DEPARTMENT)));
    assert_eq!(since["approval"]["number"], "12/QĐ-SNV");
    assert_eq!(list(&desk, 1)["hub"]["is"], "from_hub");
    assert_eq!(exchange(&desk), (json!([]), json!([])));

    // So do all who look, by the same list, also with no hub.
    let taken = desk.ok(&["no-paper", "taken"]);
    let line = taken["it"].as_array().and_then(|lines| lines.iter().find(|line| line["procedure"] == PROCEDURE));
    assert_eq!(line.map(|line| (&line["paper"], &line["certain"])), Some((&json!(false), &json!(true))));
    exchange(&sender);
    let applied = list(&sender, 1)["hub"]["applied"].clone();
    assert_eq!(applied.as_array().map(Vec::len), Some(1), "{applied}");
    assert_eq!(applied[0]["station"], "02");
}

#[test]
fn lists_that_claim_the_same_are_both_kept_and_told() {
    let hub = Hub::start();
    let sender = Clerk::enrolled(&hub, "H06.16");
    let (colleague, stranger) = (Clerk::enrolled(&hub, "H06.16"), Clerk::enrolled(&hub, "H06.17"));
    approve(&sender, "12/QĐ-SNV");
    assert_eq!(exchange(&sender).0, json!(["Sở Nội vụ 1"]));

    // A colleague, who knew nothing of it, approved another under the same number.
    approve(&colleague, "13/QĐ-SNV");
    colleague.ctl(&["no-paper", "exchange"]);
    let clash = list(&colleague, 1);
    assert_eq!((&clash["hub"]["is"], &clash["hub"]["fault"]["code"]), (&json!("refused"), &json!("list_clash")));
    assert_eq!(clash["list"]["approval"]["number"], "13/QĐ-SNV", "theirs is kept");
    assert_eq!(list(&sender, 1)["list"]["approval"]["number"], "12/QĐ-SNV", "and so is ours");

    // Another agency cannot take the department; the list that is the hub's counts there.
    approve(&stranger, "14/QĐ-UBND");
    approve(&stranger, "15/QĐ-UBND");
    stranger.ctl(&["no-paper", "exchange"]);
    for revision in [1, 2] {
        assert_eq!(list(&stranger, revision)["hub"]["fault"]["code"], "department_taken");
    }
    assert_eq!(gate(&stranger)["approval"]["number"], "15/QĐ-UBND", "no other is here that could count");

    // The next number settles it; a draft that had it goes on under the one after.
    sender.ok(&["no-paper", "save", DEPARTMENT, "NB-11=2027-01-01", "--basis", "Nháp của bản 2"]);
    approve(&colleague, "16/QĐ-SNV");
    assert_eq!(list(&colleague, 2)["hub"]["is"], "waiting");
    assert_eq!(exchange(&colleague).0, json!(["Sở Nội vụ 2"]));
    assert_eq!(exchange(&sender).1, json!(["Sở Nội vụ 2"]));
    assert_eq!(gate(&sender)["approval"]["number"], "16/QĐ-SNV");
    let draft = list(&sender, 3);
    assert_eq!(
        (&draft["list"]["approval"], &draft["list"]["lines"][0]["basis"]),
        (&Value::Null, &json!("Nháp của bản 2"))
    );
}
