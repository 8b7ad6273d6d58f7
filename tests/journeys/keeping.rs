//! A profile is kept as one file under a passphrase, and comes back whole on another computer.

use journeys::{Clerk, sample, with_ending};

const PASSPHRASE: &str = "một cụm mật khẩu dài";

#[test]
fn a_backup_brings_everything_back_and_only_under_its_passphrase() {
    let clerk = Clerk::new();
    let id = clerk.filled_dossier("2.000635");
    clerk.ok(&["dossier", "attach", &id, "2.000635.01", sample("to-khai-form.png").to_str().unwrap()]);
    let file = clerk.folder().join("profile.hoso");
    let file = file.to_str().unwrap();
    assert_eq!(clerk.ok(&["backup", file, "--passphrase", PASSPHRASE])["dossiers"], 1);

    let elsewhere = Clerk::new();
    elsewhere.fault(&["restore", file, "--passphrase", "đoán mò"], "wrong_passphrase");
    assert_eq!(elsewhere.ok(&["restore", file, "--passphrase", PASSPHRASE])["dossiers"], 1);
    assert_eq!(elsewhere.ok(&["dossier", "show", &id]), clerk.ok(&["dossier", "show", &id]));
    // The papers too, not only the list of them.
    let pdf = |place: &Clerk, name: &str| {
        let out = clerk.folder().join(name);
        let exported = place.ok(&["dossier", "export", &id, "-o", out.to_str().unwrap()]);
        std::fs::read(with_ending(&exported["files"], ".pdf")).unwrap()
    };
    assert_eq!(pdf(&clerk, "here"), pdf(&elsewhere, "there"));
    elsewhere.fault(&["restore", file, "--passphrase", PASSPHRASE], "profile_not_empty");
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let clerk = Clerk::new();
    clerk.filled_dossier("2.000635");
    let file = clerk.folder().join("profile.hoso");
    let path = file.to_str().unwrap();
    clerk.ok(&["backup", path, "--passphrase", PASSPHRASE]);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let elsewhere = Clerk::new();
    elsewhere.fault(&["restore", path, "--passphrase", PASSPHRASE], "bad_file");
    assert_eq!(elsewhere.ok(&["dossier", "list"])["dossiers"], serde_json::json!([]));
}
