//! Any bytes through the decoders, and any picture that comes out through the pipeline up to the reader.
#![no_main]

use digitise::{Frames, Limits, Params, examine, proxy_upright, straighten};
use libfuzzer_sys::fuzz_target;

/// Small enough for many runs a second.
const LIMITS: Limits = Limits { max_bytes: 1 << 20, max_pixels: 1 << 18, max_side: 4_000, max_frames: 8 };

fuzz_target!(|bytes: &[u8]| {
    let Ok(frames) = Frames::open(bytes, LIMITS) else { return };
    for frame in frames.flatten().take(2) {
        let params = Params { max_dpi: 150.0, reading_dpi: 150.0, ..Params::default() };
        let never = || false;
        let Ok(examination) = examine(&frame, &params, &never) else { return };
        proxy_upright(&examination);
        let _ = straighten(&frame, &examination, bytes.len() as u8 % 4, &params, &never);
    }
});
