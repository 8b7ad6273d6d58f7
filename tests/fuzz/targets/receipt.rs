//! Any bytes as a receipt, and as what else comes from a hub and is believed only when signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::{
    Receipt, SigningKey, catalogue::CatalogueManifest, enrol::EnrolAnswer, event::EventsAnswer, ping::PingAnswer,
};

fuzz_target!(|bytes: &[u8]| {
    let key = SigningKey::from_seed(&[1; 32]).public();
    if let Ok(receipt) = serde_json::from_slice::<Receipt>(bytes) {
        // Nobody signs by chance.
        assert!(receipt.verify(&key).is_err());
        if let Ok(written) = receipt.canonical() {
            assert!(!written.is_empty());
        }
    }
    let _ = serde_json::from_slice::<EnrolAnswer>(bytes);
    let _ = serde_json::from_slice::<EventsAnswer>(bytes);
    let _ = serde_json::from_slice::<CatalogueManifest>(bytes);
    let _ = serde_json::from_slice::<PingAnswer>(bytes);
});
