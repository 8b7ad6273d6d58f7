//! Any bytes as a submission: read, checked, and written in its one canonical form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::{Manifest, Submission, limits::Limits};

fuzz_target!(|bytes: &[u8]| {
    let manifest = match serde_json::from_slice::<Submission>(bytes) {
        Ok(submission) => {
            let _ = submission.check(&Limits::default());
            submission.manifest
        }
        Err(_) => match serde_json::from_slice::<Manifest>(bytes) {
            Ok(manifest) => manifest,
            Err(_) => return,
        },
    };
    let _ = (manifest.contents(), manifest.bytes(), manifest.content_sha256());
    if let Ok(written) = manifest.canonical() {
        let again: Manifest = serde_json::from_slice(&written).expect("what we write we read");
        assert_eq!(again.canonical().expect("it was canonical"), written);
    }
});
