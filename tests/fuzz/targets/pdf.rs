//! Any bytes through everything that reads a PDF.
#![no_main]

use std::sync::{Arc, Once};

use libfuzzer_sys::fuzz_target;
use pdf::{Limits, Source, check_pdfa_2u};

static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    // A panic of a library that the room contains is no crash; one that leaves the room still ends the process.
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let limits = Limits { file_bytes: 1 << 20, pages: 20, pixels: 1 << 20, stream_bytes: 8 << 20, ..Limits::default() };
    let Ok(source) = Source::open(Arc::new(bytes.to_vec()), limits) else { return };
    let _ = source.inspect();
    for page in 0..source.pages().min(2) {
        let _ = source.page_info(page);
        let _ = source.page_text(page, 150.0);
        let _ = source.scan_image(page);
        let _ = source.archive_page(page, 36.0);
        let _ = source.render(page, 36.0);
    }
    check_pdfa_2u(bytes);
});
