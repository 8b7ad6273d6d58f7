//! People of an agency: taken over from files, signed in at an enrolled computer, also without network; what they do bears their name, and what
//! may not be done any more ends.

use std::path::Path;

use journeys::{Clerk, Hub, large_pdf, sample};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

const AGENCY: &str = "000.00.16.H99";
const PROCEDURE: &str = "2.000635";
const SECRET: &str = "bốn mùa xuân hạ";

/// What a command of the hub printed, as JSON documents, one a line.
fn lines(hub: &Hub, args: &[&str]) -> Vec<Value> {
    let text = officer(hub, args);
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{args:?}: {line}"))).collect()
}

fn officer(hub: &Hub, args: &[&str]) -> String {
    let output = hub.officer(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A workbook as a province keeps its people; gives what the import printed.
fn import_workbook(hub: &Hub, clerk: &Clerk) -> Value {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [
        ["Họ và tên", "Tên đăng nhập", "Đơn vị", "Vai trò", "Thư điện tử công vụ"],
        ["Nguyễn Thị Hoa", "hoa.nt", "Phòng Hành chính", "Văn thư", "hoa.nt@angiang.gov.vn"],
        ["Lê Văn Nam", "nam.lv", "Phòng Hành chính", "Hướng dẫn", "nam.lv@angiang.gov.vn"],
    ];
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    let file = clerk.folder().join("can-bo.xlsx");
    book.save(&file).unwrap();
    import(hub, &file, &[])
}

fn import(hub: &Hub, file: &Path, more: &[&str]) -> Value {
    let file = file.to_str().unwrap();
    let args = [&["people", "import", file, "--agency", AGENCY], more].concat();
    serde_json::from_str(&officer(hub, &args)).expect("JSON")
}

fn sign_in(clerk: &Clerk, name: &str, password: &str) -> Value {
    let answer = clerk.typing(&["sign-in", name], &[password]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    answer.json["it"].clone()
}

fn refused(clerk: &Clerk, name: &str, password: &str, code: &str) {
    let answer = clerk.typing(&["sign-in", name], &[password]);
    let said = answer.stdout.contains(&format!("\"{code}\"")) || answer.stderr.contains(&format!("\"{code}\""));
    assert!(answer.code == Some(1) && said, "{name} should be refused with {code}: {answer:?}");
}

/// Signs in by the first password and changes it.
fn begin(clerk: &Clerk, imported: &Value, name: &str) {
    let first = imported["first_passwords"][name].as_str().expect("a first password");
    let here = sign_in(clerk, name, first);
    assert_eq!(here["me"]["must_change"], true);
    clerk.fault(&["events"], "password_must_change");
    let weak = clerk.typing(&["change-password"], &[first, "ngắn"]);
    assert!(weak.code == Some(1) && (weak.stdout + &weak.stderr).contains("password_short"));
    let changed = clerk.typing(&["change-password"], &[first, SECRET]);
    assert_eq!((changed.code, &changed.json["it"]["me"]["must_change"]), (Some(0), &json!(false)), "{changed:?}");
}

fn send_a_dossier(clerk: &Clerk) -> String {
    let id = clerk.filled_dossier(PROCEDURE);
    let paper = clerk.folder().join("giay.pdf");
    large_pdf(&paper, 20_000);
    clerk.attach(&id, "2.000635.01", &sample("to-khai-form.png"));
    clerk.ok(&["dossier", "attach", &id, "2.000635.02", paper.to_str().unwrap(), "--as-is"]);
    clerk.ok(&["dossier", "submit", &id]);
    let sent = clerk.ok(&["send", "--wait"]);
    sent.pointer("/receipted/0/code").and_then(Value::as_str).unwrap_or_else(|| panic!("not sent: {sent}")).to_owned()
}

#[test]
fn people_are_taken_over_sign_in_and_what_they_do_bears_their_name() {
    let hub = Hub::start();
    let clerk = Clerk::enrolled(&hub, AGENCY);
    let imported = import_workbook(&hub, &clerk);
    assert_eq!(imported["added"], json!(["hoa.nt", "nam.lv"]));
    let again = import_workbook(&hub, &clerk);
    assert_eq!((&again["added"], &again["changed"], &again["unchanged"]), (&json!([]), &json!({}), &json!(2)));

    // The mail system's list of the same people, with one more; a dry run changes nothing.
    let mails = clerk.folder().join("thu.csv");
    let text = "Tên hiển thị;Địa chỉ thư;Số điện thoại\nNguyễn Thị Hoa;hoa.nt@angiang.gov.vn;0912345678\nTrần Mới;moi.t@angiang.gov.vn;\n";
    std::fs::write(&mails, text).unwrap();
    let dry = import(&hub, &mails, &["--dry-run", "--whole"]);
    assert_eq!((&dry["added"], &dry["missing"]), (&json!(["moi.t"]), &json!(["nam.lv"])));
    assert_eq!(lines(&hub, &["person", "list"]).len(), 2);
    let taken = import(&hub, &mails, &[]);
    assert_eq!(taken["changed"]["hoa.nt"], json!(["phone"]));
    let bad = clerk.folder().join("sai.csv");
    std::fs::write(&bad, "Họ tên,Tài khoản,Vai trò\nA,ab,Bảo vệ\n").unwrap();
    let output = hub.officer(&["people", "import", bad.to_str().unwrap(), "--agency", AGENCY]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("row 2, Vai trò"));

    officer(&hub, &["agency", "change", AGENCY, "--sign-in", "required"]);
    clerk.fault(&["events"], "sign_in_required");
    begin(&clerk, &imported, "hoa.nt");
    let code = send_a_dossier(&clerk);
    let shown: Value = serde_json::from_str(&officer(&hub, &["show", &code])).unwrap();
    assert_eq!(shown["manifest"]["prepared_by"], "Nguyễn Thị Hoa");

    let told = lines(&hub, &["audit", "--json", "--dossier", &code]);
    let acts: Vec<_> = told.iter().map(|act| (act["what"].as_str().unwrap(), act["who"].as_str().unwrap())).collect();
    assert_eq!(acts[0], ("dossier.received", "hoa.nt"));
    assert_eq!(acts[1].0, "dossier.read");
    let hers = lines(&hub, &["audit", "--json", "--person", "hoa.nt"]);
    for what in ["person.added", "person.changed", "session.opened", "password.changed", "dossier.received"] {
        assert!(hers.iter().any(|act| act["what"] == what), "{what} of her");
    }
    let checked: Value = serde_json::from_str(&officer(&hub, &["check"])).unwrap();
    assert!(checked["audit"]["broken"].is_null() && checked["audit"]["head"]["seq"].as_u64() > Some(10), "{checked}");

    // Who guides and enters sees no results.
    begin(&clerk, &imported, "nam.lv");
    clerk.fault(&["events"], "role_forbids");
    send_a_dossier(&clerk);
}

#[test]
fn a_person_signs_in_without_network_and_what_was_ended_stays_so() {
    let mut hub = Hub::start();
    let clerk = Clerk::enrolled(&hub, AGENCY);
    let imported = import_workbook(&hub, &clerk);
    begin(&clerk, &imported, "hoa.nt");
    clerk.ok(&["sign-out"]);
    assert_eq!(clerk.ok(&["whoami"])["it"], Value::Null);

    hub.kill9();
    let here = sign_in(&clerk, "HOA.NT", SECRET);
    assert_eq!((&here["online"], &here["days_left"]), (&json!(false), &json!(14)));
    refused(&clerk, "hoa.nt", "sai mật khẩu", "wrong_sign_in");
    refused(&clerk, "nam.lv", SECRET, "sign_in_needs_hub");

    // A copy of the profile is another who shows the same tokens: the session ends for both.
    hub.restart();
    assert_eq!(sign_in(&clerk, "hoa.nt", SECRET)["online"], true);
    let copied = clerk.folder().join("copy");
    let status = std::process::Command::new("cp").arg("-r").arg(clerk.profile()).arg(&copied).status().unwrap();
    assert!(status.success());
    let thief = Clerk::with_profile(&copied);
    for who in [&clerk, &thief, &thief] {
        who.ok(&["whoami"]);
    }
    assert_eq!(clerk.ok(&["whoami"])["it"], Value::Null, "the owner learns it");
    assert_eq!(thief.ok(&["whoami"])["it"], Value::Null, "and the thief is out");
    let ended = lines(&hub, &["audit", "--json", "--person", "hoa.nt"]);
    assert!(ended.iter().any(|act| act["result"] == "token_used_twice"));

    // Somebody who was disabled is signed out at the next contact, and cannot come back without network.
    assert_eq!(sign_in(&clerk, "hoa.nt", SECRET)["online"], true);
    officer(&hub, &["person", "disable", "hoa.nt"]);
    assert_eq!(clerk.ok(&["whoami"])["it"], Value::Null);
    refused(&clerk, "hoa.nt", SECRET, "wrong_sign_in");
    hub.kill9();
    refused(&clerk, "hoa.nt", SECRET, "sign_in_needs_hub");

    hub.restart();
    officer(&hub, &["device", "revoke", "1"]);
    clerk.fault(&["events"], "device_revoked");
    refused(&clerk, "hoa.nt", SECRET, "device_revoked");
    clerk.ok(&["enrol", &hub.enrol_code(AGENCY, None)]);
    clerk.ok(&["events"]);
}
