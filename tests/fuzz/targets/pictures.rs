//! Any bytes through the decoders, and any picture that comes out through the pipeline up to the reader.
#![no_main]

use digitise::{Frames, Params, examine, proxy_upright, straighten};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(frames) = Frames::open(bytes, fuzz::PICTURES) else { return };
    for frame in frames.flatten().take(2) {
        let params = Params { max_dpi: 150.0, reading_dpi: 150.0, ..Params::default() };
        let never = || false;
        let Ok(examination) = examine(&frame, &params, &never) else { return };
        proxy_upright(&examination);
        let _ = straighten(&frame, &examination, bytes.len() as u8 % 4, &params, &never);
    }
});
