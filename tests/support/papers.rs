//! Papers that are too large to lie among the samples.

use std::path::Path;

use lopdf::{Document, Object, Stream, dictionary};

/// Writes a valid PDF of one empty page and at least `bytes` bytes that cannot be compressed.
pub fn large_pdf(path: &Path, bytes: usize) {
    let mut pdf = Document::with_version("1.7");
    let tree = pdf.new_object_id();
    let page = pdf.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    pdf.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 });
    let ballast = pdf.add_object(Stream::new(dictionary! {}, noise(bytes)).with_compression(false));
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree, "Ballast" => ballast });
    pdf.trailer.set("Root", Object::Reference(catalog));
    pdf.save(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

/// The same noise each time (xorshift64).
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut noise: Vec<u8> = std::iter::repeat_with(&mut next).take(bytes.div_ceil(8)).flatten().collect();
    noise.truncate(bytes);
    noise
}
