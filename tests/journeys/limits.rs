//! Receiving systems take files up to a limit, which is data: a paper over it is made smaller step by step, then cut into parts that fit, and
//! says so.

use std::path::PathBuf;

use journeys::{Clerk, sample};
use serde_json::{Value, json};

const PROCEDURE: &str = "2.000635";
const COMPONENT: &str = "2.000635.02";
const PAGES: usize = 4;

/// A clerk whose regime, an imported file, allows only so many bytes a file.
fn clerk_with_limit(bytes: u64) -> Clerk {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri/data/profiles/one-stop-2025.json");
    let mut profile: Value = serde_json::from_str(&std::fs::read_to_string(shipped).unwrap()).unwrap();
    profile["id"] = json!("small-files");
    profile["revision"] = json!(1);
    profile["valid_from"] = json!("2025-07-02");
    profile["scans"]["dpi_steps"] = json!([300, 200]);
    profile["scans"]["max_file_bytes"] = json!(bytes);
    profile["scans"]["signatures"] = json!(0);
    let clerk = Clerk::new();
    let file = clerk.folder().join("small-files.json");
    std::fs::write(&file, profile.to_string()).unwrap();
    let imported = clerk.ok(&["procedure", "import", file.to_str().unwrap()]);
    assert_eq!(imported, json!(["small-files 1"]));
    clerk
}

/// The same scan in so many files, each with other bytes, as a scanner would make them.
fn scans(clerk: &Clerk) -> Vec<PathBuf> {
    let picture = image::open(sample("to-trinh-flatbed.jpg")).unwrap().into_luma8();
    // As from a scanner at 300 dpi, so that a lower step is smaller.
    let (width, height) = (picture.width() * 3 / 2, picture.height() * 3 / 2);
    let picture = image::imageops::resize(&picture, width, height, image::imageops::FilterType::Triangle);
    let scan = |n: usize| {
        let path = clerk.folder().join(format!("quet-{n}.png"));
        let mut page = picture.clone();
        page.put_pixel(n as u32, 0, image::Luma([n as u8]));
        page.save(&path).unwrap();
        path
    };
    (0..PAGES).map(scan).collect()
}

fn attached(clerk: &Clerk) -> Vec<Value> {
    let id = clerk.filled_dossier(PROCEDURE);
    let files = scans(clerk);
    let mut attach = vec!["dossier", "attach", &id, COMPONENT];
    attach.extend(files.iter().map(|file| file.to_str().unwrap()));
    clerk.ok(&attach);
    let documents = clerk.ok(&["dossier", "show", &id])["documents"].as_array().unwrap().clone();
    assert!(documents.iter().all(|document| document["status"] == "done"), "{documents:?}");
    let pages: u64 = documents.iter().map(|document| document["pages"].as_u64().unwrap()).sum();
    assert_eq!(pages, PAGES as u64, "no page is lost on the way: {documents:?}");
    documents
}

fn bytes(document: &Value) -> u64 {
    document["bytes"].as_u64().unwrap()
}

fn is_reduced(document: &Value) -> bool {
    document["warnings"].as_array().unwrap().contains(&json!("reduced-resolution"))
}

#[test]
fn a_paper_over_the_limit_goes_down_the_steps_then_is_cut_and_says_so() {
    let [whole] = attached(&Clerk::new()).try_into().expect("one document under the usual limit");
    assert!(!is_reduced(&whole), "{whole}");
    let limit = bytes(&whole) * 8 / 10;
    let [reduced] = attached(&clerk_with_limit(limit)).try_into().expect("a lower resolution is enough");
    assert!(bytes(&reduced) <= limit && is_reduced(&reduced), "{reduced}");
    // Less than half of it: at no step does the whole of it fit.
    let limit = bytes(&whole) * 45 / 100;
    let cut = attached(&clerk_with_limit(limit));
    assert!(cut.len() > 1, "{cut:?}");
    for part in &cut {
        assert!(bytes(part) <= limit, "over {limit}: {part}");
        assert_eq!(part["component"], COMPONENT, "each part stands where the paper stood");
    }
}
