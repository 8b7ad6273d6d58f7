//! Files and disks as they should not be: each is named with its reason in both languages, and the rest of the batch goes on.

use std::path::{Path, PathBuf};
use std::process::Command;

use journeys::{Answer, Clerk, Tmpfs, large_pdf, sample};

const PROCEDURE: &str = "2.000635";

/// Digitises a good page and a bad file together: the bad one is refused with `code`, the good one is in the PDF.
fn refused(name: &str, make: impl FnOnce(&Path), code: &str) {
    refused_but_for(0, name, make, code);
}

/// The same for a file of which the first `kept` pages are whole.
fn refused_but_for(kept: usize, name: &str, make: impl FnOnce(&Path), code: &str) {
    let clerk = Clerk::new();
    let bad = clerk.folder().join(name);
    make(&bad);
    let output = clerk.folder().join("out.pdf");
    let good = sample("to-khai-form.png");
    let paths = [output.to_str().unwrap(), bad.to_str().unwrap(), good.to_str().unwrap()];
    let answer = clerk.ctl(&["digitise", "--no-ocr", "-o", paths[0], paths[1], paths[2]]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    told(&answer, code, name);
    assert_eq!(answer.json["pages"].as_array().map(Vec::len), Some(1 + kept), "{answer:?}");
    assert_eq!(answer.json["output"]["pages"], 1 + kept, "{answer:?}");
    assert_eq!(pages(&output), 1 + kept);
}

/// The fault is told with its code, the file's name, and words in both languages.
fn told(answer: &Answer, code: &str, name: &str) {
    let faults = answer.json["faults"].as_array().unwrap_or_else(|| panic!("no faults: {answer:?}"));
    let fault = faults.iter().find(|fault| fault["code"] == code);
    let fault = fault.unwrap_or_else(|| panic!("no {code}: {answer:?}"));
    for language in ["vi", "en"] {
        let words = fault[language].as_str().unwrap_or_default();
        assert!(words.contains(name), "the words in {language} do not name {name}: {words}");
    }
    assert_ne!(fault["vi"], fault["en"]);
}

fn pages(pdf: &Path) -> usize {
    lopdf::Document::load(pdf).expect("a PDF").get_pages().len()
}

fn first_half(of: PathBuf, to: &Path) {
    let bytes = std::fs::read(of).unwrap();
    std::fs::write(to, &bytes[..bytes.len() / 2]).unwrap();
}

#[test]
fn an_empty_file() {
    refused("empty.jpg", |path| std::fs::write(path, "").unwrap(), "file_empty");
}

#[test]
fn a_text_file_named_as_a_picture() {
    refused("thư.jpg", |path| std::fs::write(path, "Kính gửi Ủy ban nhân dân,\n").unwrap(), "file_not_a_picture");
}

#[test]
fn a_truncated_jpeg() {
    refused("half.jpg", |path| first_half(sample("to-trinh-flatbed.jpg"), path), "file_truncated");
}

#[test]
fn a_truncated_tiff() {
    // Its first page came whole.
    refused_but_for(1, "half.tif", |path| first_half(sample("danh-sach-feeder.tif"), path), "file_truncated");
}

#[test]
fn a_picture_too_large_to_decode() {
    refused("large.png", |path| std::fs::write(path, png_header(60_000, 60_000)).unwrap(), "file_too_large");
}

#[test]
fn an_encrypted_pdf() {
    let encrypt = |path: &Path| {
        let mut qpdf = Command::new("qpdf");
        qpdf.args(["--encrypt", "mở", "chủ", "256", "--"]).arg(sample("giay-xac-nhan.pdf")).arg(path);
        assert!(qpdf.status().expect("qpdf").success());
    };
    refused("locked.pdf", encrypt, "pdf_encrypted");
}

#[test]
fn a_file_deleted_between_choosing_and_reading() {
    refused("gone.jpg", |_| {}, "file_gone");
}

#[test]
fn a_signed_pdf_goes_through_byte_for_byte() {
    let clerk = Clerk::new();
    let signed = clerk.folder().join("signed.pdf");
    sign(&sample("giay-xac-nhan.pdf"), &signed);
    let output = clerk.folder().join("out.pdf");
    let report = clerk.ok(&["digitise", "--no-ocr", "-o", output.to_str().unwrap(), signed.to_str().unwrap()]);
    assert_eq!(report["files"][0]["sealed"], true, "{report}");
    assert_eq!(std::fs::read(output).unwrap(), std::fs::read(signed).unwrap());
}

#[test]
fn a_read_only_disk() {
    let disk = Tmpfs::mount(8 << 20);
    let clerk = Clerk::with_profile(&disk.path().join("profile"));
    let id = clerk.filled_dossier(PROCEDURE);
    disk.read_only();
    clerk.fault(&["dossier", "set", &id, "copies=3"], "read_only");
    let output = disk.path().join("out.pdf");
    let other = Clerk::new();
    let page = sample("to-khai-form.png");
    let digitise = ["digitise", "--no-ocr", "-o", output.to_str().unwrap(), page.to_str().unwrap()];
    other.fault(&digitise, "read_only");
    disk.writable();
    clerk.ok(&["dossier", "set", &id, "copies=3"]);
}

#[test]
fn a_full_disk() {
    let disk = Tmpfs::mount(4 << 20);
    let clerk = Clerk::with_profile(&disk.path().join("profile"));
    let id = clerk.filled_dossier(PROCEDURE);
    let paper = clerk.folder().join("large.pdf");
    large_pdf(&paper, 6_000_000);
    let attach = ["dossier", "attach", &id, "2.000635.02", paper.to_str().unwrap(), "--as-is"];
    clerk.fault(&attach, "disk_full");
    // What was saved before is still there, and small things still fit.
    let view = clerk.ok(&["dossier", "show", &id]);
    assert!(view["answers"]["requester_name"].to_string().contains("NGUYỄN THỊ ƯỚC"), "{view}");
    assert_eq!(view["documents"].as_array().map(Vec::len), Some(0), "{view}");
    clerk.ok(&["dossier", "set", &id, "copies=3"]);
}

#[test]
fn a_wrong_profile_key() {
    let clerk = Clerk::new();
    clerk.filled_dossier(PROCEDURE);
    let key = clerk.profile().join("key");
    let right = std::fs::read_to_string(&key).expect("the profile's key");
    // The key is random: every digit becomes another one, whatever they are.
    let other = |c: char| c.to_digit(16).and_then(|d| char::from_digit(d ^ 1, 16)).unwrap_or(c);
    let wrong: String = right.chars().map(other).collect();
    assert_ne!(right, wrong);
    std::fs::write(&key, wrong).unwrap();
    clerk.fault(&["dossier", "list"], "wrong_key");
    std::fs::remove_file(&key).unwrap();
    clerk.fault(&["dossier", "list"], "key_missing");
    std::fs::write(&key, right).unwrap();
    assert_eq!(clerk.ok(&["dossier", "list"])["dossiers"].as_array().map(Vec::len), Some(1));
}

#[test]
fn wrong_usage_exits_2() {
    let clerk = Clerk::new();
    for words in [vec!["dossier", "show", "not-an-id"], vec!["digitise"], vec!["fly"]] {
        assert_eq!(clerk.ctl(&words).code, Some(2), "{words:?}");
    }
}

/// A PNG that claims a size and holds nothing; its checksums are right.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut head = Vec::from(*b"IHDR");
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([8, 0, 0, 0, 0]);
    let mut png = Vec::from(*b"\x89PNG\r\n\x1a\n");
    for chunk in [head, b"IDAT".to_vec(), b"IEND".to_vec()] {
        png.extend((chunk.len() as u32 - 4).to_be_bytes());
        png.extend(&chunk);
        png.extend(crc32(&chunk).to_be_bytes());
    }
    png
}

/// The checksum of PNG chunks (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// Adds a signature field with a value, as a signing program would; the signature itself is not one.
fn sign(from: &Path, to: &Path) {
    use lopdf::{Document, Object, StringFormat, dictionary};
    let mut pdf = Document::load(from).expect("a PDF");
    let contents = Object::String(vec![0; 64], StringFormat::Hexadecimal);
    let value = pdf.add_object(dictionary! {
        "Type" => "Sig", "Filter" => "Adobe.PPKLite", "SubFilter" => "adbe.pkcs7.detached",
        "ByteRange" => vec![0.into(), 100.into(), 200.into(), 100.into()], "Contents" => contents,
    });
    let page = pdf.page_iter().next().expect("a page");
    let field = pdf.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal("Signature1"),
        "V" => value, "P" => page, "F" => 132, "Rect" => vec![0.into(), 0.into(), 0.into(), 0.into()],
    });
    let form = pdf.add_object(dictionary! { "Fields" => vec![field.into()], "SigFlags" => 3 });
    pdf.catalog_mut().expect("a catalog").set("AcroForm", form);
    let page = pdf.get_dictionary_mut(page).expect("a page");
    page.set("Annots", vec![Object::Reference(field)]);
    pdf.save(to).expect("written");
}
