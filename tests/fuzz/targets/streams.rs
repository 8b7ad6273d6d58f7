//! Any bytes as the picture of a PDF: CCITT, JBIG2, JPEG, Flate and LZW with their parameters.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(pdf) = fuzz::pdf_of_picture(bytes) {
        fuzz::read_pdf(pdf);
    }
});
