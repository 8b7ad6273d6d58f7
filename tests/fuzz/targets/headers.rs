//! Any text as each header of the upload protocol, as a location, a role, an enrolment string and an address of a hub.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::{
    HubUrl, PublicKey, Signature,
    enrol::{DeviceToken, EnrolmentString},
    path,
    tus::{self, Checksum, Metadata},
    upload::Role,
};

fuzz_target!(|text: &str| {
    let Some((which, text)) = text.split_at_checked(1) else { return };
    match which {
        "m" => {
            if let Ok(read) = text.parse::<Metadata>() {
                // What is told of an upload is what was said of it.
                let again: Metadata = read.to_string().parse().expect("what we write we read");
                assert_eq!(again.to_string(), read.to_string());
                let _ = (read.sha256(), read.get("filename"));
            }
        }
        "c" => {
            if let Ok(read) = text.parse::<Checksum>() {
                let again: Checksum = read.to_string().parse().expect("what we write we read");
                assert_eq!(again.to_string(), read.to_string());
            }
        }
        "r" => {
            if let Ok(role) = tus::role(Some(text)) {
                if let Some(written) = tus::concat(&role) {
                    assert!(tus::role(Some(&written)).is_ok_and(|again| again == role));
                }
                assert!(role.to_string().parse::<Role>().is_ok_and(|again| again == role));
            }
            let _ = text.parse::<Role>();
        }
        "n" => {
            let _ = (tus::number("n", Some(text)), tus::is_deferred(Some(text)), tus::check_version(Some(text)));
        }
        "l" => {
            if let Some(upload) = path::upload_in_location(text) {
                assert_eq!(path::upload_in_location(&path::upload(upload)), Some(upload));
            }
        }
        "e" => {
            let _ =
                (text.parse::<EnrolmentString>(), DeviceToken::from_authorization(text), text.parse::<DeviceToken>());
        }
        "u" => {
            if let Ok(url) = text.parse::<HubUrl>() {
                assert!(url.as_str().starts_with("https://") || url.as_str().starts_with("http://"));
                assert!(url.as_str().parse::<HubUrl>().is_ok());
            }
        }
        _ => {
            let _ = (text.parse::<PublicKey>(), text.parse::<Signature>());
        }
    }
});
