//! A dossier leaves as a pack for a province's own portal, and the portal's code is brought back; by the hub or by the pack, not both.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use journeys::{Clerk, numbered_pages, sample};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PROCEDURE: &str = "2.000635";
const FORM: &str = "2.000635.01";
const PAPER: &str = "2.000635.02";
const CODE: &str = "H06.16-20261121-0007";
const SHEETS: u32 = 40;

/// A dossier that is ready, its second paper of these scans.
fn ready(clerk: &Clerk, scans: &[PathBuf]) -> String {
    let id = clerk.filled_dossier(PROCEDURE);
    clerk.attach(&id, FORM, &sample("to-khai-form.png"));
    let mut attach = vec!["dossier", "attach", &id, PAPER];
    attach.extend(scans.iter().map(|file| file.to_str().unwrap()));
    clerk.ok(&attach);
    assert_eq!(clerk.ok(&["dossier", "check", &id])["ready"], true);
    id
}

fn out(clerk: &Clerk) -> PathBuf {
    let folder = clerk.folder().join("cong");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What was answered about portals.
fn told(clerk: &Clerk, args: &[&str]) -> Value {
    clerk.ok(args)["it"].take()
}

fn pack(clerk: &Clerk, id: &str, portal: &str, to: &Path) -> Value {
    told(clerk, &["dossier", "pack", id, "--portal", portal, to.to_str().unwrap()])
}

/// Every file below a folder, by its name there.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(files(&entry.path()).into_iter().map(|inner| format!("{name}/{inner}"))),
            false => drop(found.insert(name)),
        }
    }
    found
}

/// What lies at the place is what the program says it prepared, opened by other means; its files.
fn opened_again(standing: &Value, limit: u64) -> Vec<Value> {
    let place = Path::new(standing["pack"]["place"].as_str().unwrap());
    let told = standing["pack"]["files"].as_array().unwrap().clone();
    let sheets = standing["pack"]["sheets"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    let named = told.iter().map(|file| format!("giay-to/{}", file["name"].as_str().unwrap()));
    assert_eq!(files(place), named.chain(sheets).collect());
    for file in &told {
        let name = file["name"].as_str().unwrap();
        let bytes = fs::read(place.join("giay-to").join(name)).unwrap();
        assert_eq!(file["bytes"], bytes.len());
        assert_eq!(file["sha256"], hex::encode(Sha256::digest(&bytes)).as_str());
        assert!(bytes.len() as u64 <= limit && bytes.starts_with(b"%PDF-"), "{file}");
        assert!(name.len() <= 120 && name.is_ascii() && name.ends_with(".pdf"), "{name}");
    }
    told
}

fn pages(files: &[Value]) -> u64 {
    files.iter().map(|file| file["pages"].as_u64().unwrap()).sum()
}

/// The slip of a portal: a page with the code as a QR code and in words.
fn slip(clerk: &Clerk) -> PathBuf {
    let slip = papers::TransmissionSlip {
        agency: "Trung tâm Phục vụ hành chính công".into(),
        code: CODE.into(),
        procedure: "Cấp bản sao trích lục hộ tịch".into(),
        applicant: "Nguyễn Thị Ước".into(),
        received_at: "09 giờ 00 phút, ngày 21/11/2026".into(),
        manifest_sha256: "0".repeat(64),
        hub_name: "Cổng của tỉnh".into(),
        hub_key_fingerprint: "00".into(),
        ..papers::TransmissionSlip::default()
    };
    let file = clerk.folder().join("phieu-tiep-nhan.pdf");
    fs::write(&file, papers::transmission_slip(&slip).unwrap()).unwrap();
    file
}

#[test]
fn forty_sheets_leave_under_the_limit_and_the_code_comes_back() {
    let clerk = Clerk::new();
    let id = ready(&clerk, &numbered_pages(&clerk.folder().join("quet"), SHEETS));
    let standing = pack(&clerk, &id, "dvc-tinh", &out(&clerk));
    assert_eq!((&standing["state"], &standing["pack"]["standing"]), (&json!("packed"), &json!("written")));
    let files = opened_again(&standing, 20_000_000);
    assert_eq!(pages(&files), u64::from(SHEETS) + 1);
    assert!(files.iter().all(|file| file["reduced_to"].is_null() && file["part"].is_null()), "{files:?}");

    // The sheet of answers, for people and to be copied from.
    let place = Path::new(standing["pack"]["place"].as_str().unwrap());
    let text = fs::read_to_string(place.join("phieu-dien.txt")).unwrap();
    let printed = Command::new("pdftotext").arg(place.join("phieu-dien.pdf")).arg("-").output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let sheet = told(&clerk, &["dossier", "answers", &id]);
    let lines = sheet["lines"].as_array().unwrap();
    assert!(lines.len() > 5, "{sheet}");
    for line in lines {
        let value = line["value"].as_str().unwrap();
        assert!(text.contains(&format!("{value}\r\n")), "{value}");
    }
    assert!(printed.contains("NGUYỄN THỊ ƯỚC") && text.contains("NGUYỄN THỊ ƯỚC"), "{printed}");
    for file in &files {
        assert!(text.contains(file["name"].as_str().unwrap()));
    }
    // No page of this procedure is known there, and where the portal begins is none.
    assert!(standing["pack"]["link"].is_null() && !text.contains("https://"), "{text}");
    assert!(text.contains("Nơi nộp: Cổng dịch vụ công của tỉnh, tìm theo tên thủ tục"), "{text}");

    // It goes this way, and no other unless a person says why.
    clerk.fault(&["dossier", "submit", &id], "other_way");
    clerk.fault(&["dossier", "pack", &id, "--portal", "dvc-tinh", out(&clerk).to_str().unwrap()], "other_way");
    clerk.fault(&["dossier", "set", &id, "requester_name=Khác"], "state_forbids");
    clerk.fault(&["dossier", "filed", &id, "123"], "bad_portal_code");

    let slip = slip(&clerk);
    // As the portal gave it, and as a scan of what was printed: there by its QR code.
    let scan = clerk.folder().join("phieu-quet.png");
    let mut pdftoppm = Command::new("pdftoppm");
    pdftoppm.args(["-r", "200", "-gray", "-png", "-singlefile"]).arg(&slip).arg(scan.with_extension(""));
    assert!(pdftoppm.status().unwrap().success());
    for file in [&slip, &scan] {
        let read = told(&clerk, &["dossier", "slip", &id, file.to_str().unwrap()]);
        assert_eq!(read["codes"][0], json!({ "code": CODE, "certain": true }), "{read}");
    }
    let filed = told(&clerk, &["dossier", "filed", &id, CODE, "--slip", slip.to_str().unwrap()]);
    assert_eq!((&filed["state"], &filed["pack"]["code"]), (&json!("registered"), &json!(CODE)));
    let shown = clerk.ok(&["dossier", "show", &id]);
    assert_eq!((&shown["state"], &shown["official_code"]), (&json!("registered"), &json!(CODE)));
    assert_eq!(clerk.ok(&["dossier", "list", "--find", CODE])["dossiers"][0]["id"], id.as_str());
    let exported = clerk.folder().join("xuat");
    clerk.ok(&["dossier", "export", &id, "-o", exported.to_str().unwrap()]);
    let kept = exported.join(CODE).join("portal-phieu-tiep-nhan.pdf");
    assert_eq!(fs::read(kept).unwrap(), fs::read(&slip).unwrap(), "the slip is kept byte for byte");
    clerk.fault(&["dossier", "submit", &id], "state_forbids");
}

#[test]
fn under_a_small_limit_a_paper_is_made_smaller_then_cut_and_it_says_so() {
    let clerk = Clerk::new();
    // As from a scanner at 300 dpi, each page with other bytes.
    let picture = image::open(sample("to-trinh-flatbed.jpg")).unwrap().into_luma8();
    let (width, height) = (picture.width() * 3 / 2, picture.height() * 3 / 2);
    let picture = image::imageops::resize(&picture, width, height, image::imageops::FilterType::Triangle);
    let scan = |n: u32| {
        let path = clerk.folder().join(format!("quet-{n}.png"));
        let mut page = picture.clone();
        page.put_pixel(n, 0, image::Luma([n as u8]));
        page.save(&path).unwrap();
        path
    };
    let id = ready(&clerk, &(0..4).map(scan).collect::<Vec<_>>());
    let of_paper =
        |told: &[Value]| -> Vec<Value> { told.iter().filter(|file| file["component"] == PAPER).cloned().collect() };
    let whole = pack(&clerk, &id, "dvc-tinh", &out(&clerk).join("a.zip"));
    assert!(whole["pack"]["place"].as_str().unwrap().ends_with("a.zip"));
    let whole = of_paper(whole["pack"]["files"].as_array().unwrap())[0]["bytes"].as_u64().unwrap();
    for (revision, limit) in [(1, whole * 85 / 100), (2, whole * 30 / 100)] {
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri/data/portals/dvc-tinh.json");
        let mut portal: Value = serde_json::from_str(&fs::read_to_string(shipped).unwrap()).unwrap();
        // Half of a small limit is left for signatures.
        portal["id"] = json!("nho");
        portal["revision"] = json!(revision);
        portal["limits"]["file_bytes"] = json!(limit * 2);
        let file = clerk.folder().join("nho.json");
        fs::write(&file, portal.to_string()).unwrap();
        clerk.ok(&["portal", "import", file.to_str().unwrap()]);
        let to = out(&clerk);
        let args = ["dossier", "pack", &id, "--portal", "nho", to.to_str().unwrap(), "--reason", "cổng khác"];
        let standing = told(&clerk, &args);
        let told = of_paper(&opened_again(&standing, limit));
        assert_eq!(pages(&told), 4, "no page is lost on the way: {told:?}");
        assert!(told.iter().all(|file| file["reduced_to"].as_u64().is_some_and(|dpi| dpi < 300)), "{told:?}");
        assert_eq!(told.len() > 1, revision == 2, "{told:?}");
        if revision == 2 {
            let parts: Vec<Value> = told.iter().map(|file| file["part"].clone()).collect();
            let expected: Vec<Value> = (1..=told.len()).map(|n| json!([n, told.len()])).collect();
            assert_eq!(parts, expected);
        }
    }
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri/data/portals/dvc-tinh.json");
    let mut portal: Value = serde_json::from_str(&fs::read_to_string(shipped).unwrap()).unwrap();
    portal["id"] = json!("be");
    portal["limits"]["file_bytes"] = json!(20_000);
    let file = clerk.folder().join("be.json");
    fs::write(&file, portal.to_string()).unwrap();
    clerk.ok(&["portal", "import", file.to_str().unwrap()]);
    let to = out(&clerk);
    let before = files(&to);
    let args = ["dossier", "pack", &id, "--portal", "be", to.to_str().unwrap(), "--reason", "cổng khác"];
    clerk.fault(&args, "portal_refuses");
    assert_eq!(files(&to), before, "nothing of it was written");
}

/// Killed at many instants of packing: there is never a pack that the program does not know of, and never two.
#[test]
fn killed_while_packing_nothing_is_lost_and_nothing_doubled() {
    let clerk = Clerk::new();
    let id = ready(&clerk, &[sample("giay-xac-nhan.pdf")]);
    let to = out(&clerk);
    let args = ["dossier", "pack", &id, "--portal", "dvc-tinh", to.to_str().unwrap()];
    let packs = || fs::read_dir(&to).unwrap().filter(|it| !is_draft(it.as_ref().unwrap())).count();
    let took = Instant::now();
    drop(clerk.ctl(&["dossier", "packed", &id]));
    let start = took.elapsed();
    let (mut kills, mut interrupted) = (0, 0);
    for step in 0..60_u32 {
        let mut running = clerk.start(&args);
        // Between the start of the program and well after the last write.
        running.kill9_after(start.mul_f64(f64::from(step) / 20.0) + Duration::from_millis(5));
        kills += 1;
        let standing = told(&clerk, &["dossier", "packed", &id]);
        match (standing["state"].as_str().unwrap(), standing["pack"]["standing"].as_str()) {
            ("draft" | "ready", None) => assert_eq!(packs(), 0, "a pack that nobody knows of, after kill {kills}"),
            ("packed", Some("interrupted")) => {
                interrupted += 1;
                assert_eq!(packs(), 0, "after kill {kills}");
                clerk.fault(&["dossier", "submit", &id], "other_way");
            }
            ("packed", Some("written")) => break,
            other => panic!("{other:?} after kill {kills}"),
        }
    }
    let standing = told(&clerk, &["dossier", "packed", &id]);
    let standing = if standing["pack"]["standing"] == "written" { standing } else { told(&clerk, &args) };
    opened_again(&standing, 20_000_000);
    assert_eq!(packs(), 1, "one pack, {kills} kills, {interrupted} of them between taking the dossier and its place");
    clerk.ok(&["dossier", "filed", &id, CODE]);
}

fn is_draft(entry: &fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}
