//! Any bytes through everything that reads a PDF.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::read_pdf(bytes.to_vec()));
