//! Papers that are too large, or too many, to lie among the samples.

use std::path::{Path, PathBuf};
use std::process::Command;

use lopdf::{Document, Object, Stream, dictionary};

use crate::chance::Chance;

/// Resolution of [`numbered_pages`].
const DPI: u32 = 150;

/// So many scans in a folder, named in their order, each a short text with its number ("Trang 17 cua 200"), as poppler draws it.
pub fn numbered_pages(folder: &Path, pages: u32) -> Vec<PathBuf> {
    std::fs::create_dir_all(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut pdf = Document::with_version("1.7");
    let tree = pdf.new_object_id();
    let font = pdf.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Times-Roman" });
    let mut kids = vec![];
    for number in 1..=pages {
        let lines = [
            format!("Trang {number} cua {pages}"),
            "Uy ban nhan dan xa da nhan ho so nay".to_owned(),
            format!("va ghi vao so theo doi duoi so {}", 1000 + number),
        ];
        let text: String = lines.iter().map(|line| format!("({line}) Tj 0 -34 Td ")).collect();
        let content = format!("BT /F 22 Tf 90 700 Td {text} ET").into_bytes();
        let content = pdf.add_object(Stream::new(dictionary! {}, content));
        let page = dictionary! {
            "Type" => "Page", "Parent" => tree, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Contents" => content, "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        };
        kids.push(Object::Reference(pdf.add_object(page)));
    }
    pdf.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => pages });
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    pdf.trailer.set("Root", Object::Reference(catalog));
    let drawn = folder.join("pages.pdf");
    pdf.save(&drawn).unwrap_or_else(|e| panic!("{}: {e}", drawn.display()));
    let mut pdftoppm = Command::new("pdftoppm");
    pdftoppm.args(["-r", &DPI.to_string(), "-gray", "-png"]).arg(&drawn).arg(folder.join("quet"));
    assert!(pdftoppm.status().expect("pdftoppm").success());
    std::fs::remove_file(&drawn).unwrap_or_else(|e| panic!("{}: {e}", drawn.display()));
    let entries = folder.read_dir().expect("the folder just made");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    files.sort();
    assert_eq!(files.len(), pages as usize);
    files
}

/// Writes a valid PDF of one empty page and at least `bytes` bytes that cannot be compressed, the same each time.
pub fn large_pdf(path: &Path, bytes: usize) {
    pdf_of(path, &Chance::new(0).bytes(bytes));
}

/// Writes a valid PDF of one empty page that holds these bytes as they are.
pub fn pdf_of(path: &Path, ballast: &[u8]) {
    let mut pdf = Document::with_version("1.7");
    let tree = pdf.new_object_id();
    let page = pdf.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    pdf.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 });
    let ballast = pdf.add_object(Stream::new(dictionary! {}, ballast.to_vec()).with_compression(false));
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree, "Ballast" => ballast });
    pdf.trailer.set("Root", Object::Reference(catalog));
    pdf.save(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}
