//! Pages, pictures and foreign tools for this room's tests.
#![allow(dead_code)] // each test program uses a part

use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use pdf::{Bilevel, Level, Metadata, TextRun, Writer};
use std::path::Path;
use std::process::Command;
use time::macros::datetime;

pub const LINES: [&str; 3] = [
    "Ủy ban nhân dân xã Hòa Bình",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM ☐ 漢 😀",
    "Số: 12/QĐ-UBND ngày 21 tháng 11 năm 2026",
];

pub fn metadata() -> Metadata {
    Metadata {
        title: "Quyết định <số 1> & phụ lục".into(),
        author: "Ủy ban nhân dân".into(),
        subject: "Hồ sơ".into(),
        keywords: "quyết định, hồ sơ".into(),
        producer: "Hồ Sơ 0.1".into(),
        created: datetime!(2026-11-21 08:05:09 +07:00),
    }
}

pub fn writer(level: Level) -> Writer<Vec<u8>> {
    Writer::new(Vec::new(), metadata(), level).unwrap()
}

/// Words of [`LINES`] at 200 dpi on a page 1654 pixels wide.
pub fn runs() -> Vec<TextRun> {
    let mut runs = Vec::new();
    for (line, words) in LINES.iter().enumerate() {
        let mut x = 120.0;
        for word in words.split(' ') {
            let width = 18.0 * word.chars().count() as f32;
            let y = 150.0 + 60.0 * line as f32;
            runs.push(TextRun { text: word.into(), x, y, width, height: 32.0, line: line as u32 });
            x += width + 14.0;
        }
    }
    runs
}

/// Something like a page of text: rows of small black shapes, different for each seed.
pub fn ink(width: u32, height: u32, seed: u64) -> Bilevel {
    let mut page = Bilevel { width, height, rows: vec![0; width.div_ceil(8) as usize * height as usize] };
    let stride = page.stride();
    let mut state = seed | 1;
    for line in (height / 12..height * 11 / 12).step_by(40) {
        for x in (width / 10..width * 9 / 10).step_by(14) {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            for (dy, bits) in state.to_be_bytes().iter().enumerate() {
                let y = (line as usize + dy * 2).min(height as usize - 1);
                page.rows[y * stride + x as usize / 8] |= bits & 0x7E;
            }
        }
    }
    page
}

/// Runs a tool that the tests cannot do without, and gives what it printed.
pub fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed by this test: {error}"));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {}\n{printed}\n{complaint}", output.status);
    printed
}

pub fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Words in the order a reader of the text meets them.
pub fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// A picture of a page with one image and nothing else, 595 × 842 points, made by hand; `extra` goes into the page's dictionary.
pub fn scan_pdf(image: Stream, placement: &str, extra: Dictionary) -> Vec<u8> {
    page_pdf(
        &format!("q {placement} cm /I Do Q"),
        |doc| dictionary! { "XObject" => dictionary! { "I" => doc.add_object(image) } },
        extra,
    )
}

/// A one-page file with this content and these resources.
pub fn page_pdf(content: &str, resources: impl FnOnce(&mut Document) -> Dictionary, extra: Dictionary) -> Vec<u8> {
    let mut doc = Document::with_version("1.5");
    let pages = doc.new_object_id();
    let resources = resources(&mut doc);
    let content = doc.add_object(Stream::new(dictionary! {}, content.as_bytes().to_vec()));
    let mut page = dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    extra.iter().for_each(|(key, value)| page.set(key.clone(), value.clone()));
    let page = doc.add_object(page);
    doc.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
    );
    let catalog = doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    doc.trailer.set("Root", catalog);
    save(&mut doc)
}

pub fn save(doc: &mut Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    bytes
}

pub fn image_dict(width: u32, height: u32, space: &str, bits: i64, filter: &str) -> Dictionary {
    dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => i64::from(width), "Height" => i64::from(height),
        "ColorSpace" => space, "BitsPerComponent" => bits, "Filter" => filter,
    }
}
