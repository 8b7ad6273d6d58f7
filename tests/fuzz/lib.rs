//! What the targets that read papers share.
#![cfg(feature = "papers")]

use std::sync::{Arc, Once};

use digitise::{Frames, Kind};
use pdf::{Limits, Source};

/// Small enough for many runs a second.
pub const PICTURES: digitise::Limits =
    digitise::Limits { max_bytes: 1 << 20, max_pixels: 1 << 18, max_side: 4_000, max_frames: 8 };

/// Decodes every frame of a file of this kind; others are passed over.
pub fn decode(bytes: &[u8], kind: Kind) {
    if digitise::sniff(bytes) != kind {
        return;
    }
    quiet();
    let Ok(frames) = Frames::open(bytes, PICTURES) else { return };
    for frame in frames {
        let _ = frame;
    }
}

/// Everything that reads a PDF.
pub fn read_pdf(bytes: Vec<u8>) {
    quiet();
    let limits = Limits { file_bytes: 1 << 20, pages: 20, pixels: 1 << 20, stream_bytes: 8 << 20, ..Limits::default() };
    pdf::check_pdfa_2u(&bytes);
    let Ok(source) = Source::open(Arc::new(bytes), limits) else { return };
    let _ = source.inspect();
    for page in 0..source.pages().min(2) {
        let _ = source.page_info(page);
        let _ = source.page_text(page, 150.0);
        let _ = source.scan_image(page);
        let _ = source.archive_page(page, 36.0);
        let _ = source.render(page, 36.0);
    }
}

/// A panic of a library that the room contains is no crash; one that leaves the room still ends the process.
fn quiet() {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
}

/// A PDF of one page, which is one picture; the first bytes choose its filter and parameters, the rest is its data.
pub fn pdf_of_picture(bytes: &[u8]) -> Option<Vec<u8>> {
    let (choice, data) = bytes.split_first_chunk::<4>()?;
    let [filter, size, parameters, more] = *choice;
    let (width, height) = (8 + u32::from(size & 15) * 16, 8 + u32::from(size >> 4) * 16);
    let (filter, parms, colours) = match filter % 5 {
        0 => {
            let k = i32::from(parameters % 3) - 1;
            let rows = if more & 1 == 1 { height } else { 0 };
            let flag = |bit: u8| more >> bit & 1 == 1;
            let parms = format!(
                "/K {k} /Columns {width} /Rows {rows} /BlackIs1 {} /EncodedByteAlign {} /EndOfLine {} /EndOfBlock {}",
                flag(1),
                flag(2),
                flag(3),
                flag(4),
            );
            ("CCITTFaxDecode", parms, "/BitsPerComponent 1 /ColorSpace /DeviceGray")
        }
        1 => ("JBIG2Decode", String::new(), "/BitsPerComponent 1 /ColorSpace /DeviceGray"),
        2 => ("DCTDecode", String::new(), "/BitsPerComponent 8 /ColorSpace /DeviceRGB"),
        3 => {
            let predictor = [1, 2, 10, 15][usize::from(parameters % 4)];
            let parms = format!("/Predictor {predictor} /Colors 1 /BitsPerComponent 8 /Columns {width}");
            ("FlateDecode", parms, "/BitsPerComponent 8 /ColorSpace /DeviceGray")
        }
        _ => ("LZWDecode", format!("/EarlyChange {}", more & 1), "/BitsPerComponent 8 /ColorSpace /DeviceGray"),
    };
    let mut pdf = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    let content = format!("q {width} 0 0 {height} 0 0 cm /I Do Q");
    let picture = format!(
        "/Type /XObject /Subtype /Image /Width {width} /Height {height} {colours} /Filter /{filter} /DecodeParms << {parms} >>"
    );
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>"
    );
    let objects: [(String, Option<&[u8]>); 5] = [
        ("<< /Type /Catalog /Pages 2 0 R >>".to_owned(), None),
        ("<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(), None),
        (page, None),
        (String::new(), Some(content.as_bytes())),
        (picture, Some(data)),
    ];
    for ((entries, stream), number) in objects.iter().zip(1..) {
        places.push(pdf.len());
        pdf.extend(format!("{number} 0 obj\n").bytes());
        match stream {
            None => pdf.extend(entries.bytes()),
            Some(data) => {
                pdf.extend(format!("<< {entries} /Length {} >>\nstream\n", data.len()).bytes());
                pdf.extend_from_slice(data);
                pdf.extend(b"\nendstream");
            }
        }
        pdf.extend(b"\nendobj\n");
    }
    let table = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in &places {
        pdf.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = places.len() + 1;
    pdf.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    Some(pdf)
}
