//! Any bytes that begin like a JPEG through its decoder.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| fuzz::decode(bytes, digitise::Kind::Jpeg));
