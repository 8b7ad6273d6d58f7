//! Where things are: the paths under a hub's base address, and the headers both sides know.

use dossier::{Digest, DossierId};

use crate::upload::UploadId;

/// Header of every reply: the hub's id. A reply without it came from something else (a portal, a proxy).
pub const HUB_ID: &str = "x-hub-id";
/// Header of every reply: the hub's clock, RFC 3339 with milliseconds. Decisions use this clock, never the desktop's.
pub const HUB_TIME: &str = "x-hub-time";
/// Header of every request that makes something (draft-ietf-httpbis-idempotency-key-header): the submission's id on
/// submissions, a UUID of the client's choice on uploads.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Header of requests while a person is signed in: their access token ([`crate::auth::AccessToken`]), beside the device's own.
pub const PERSON_TOKEN: &str = "x-person-token";

/// `GET ?nonce=`: a signed sign of life.
pub const PING: &str = "/v1/ping";
/// `GET`: what the hub accepts.
pub const LIMITS: &str = "/v1/limits";
/// `POST`: registers a device.
pub const ENROLMENTS: &str = "/v1/enrolments";
/// `POST`: creates a tus upload. Its `Location` is a relative reference (`uploads/<id>`).
pub const FILES: &str = "/v1/files";
/// `GET ?after=&wait=`: the feed of the device's agency; `wait` in seconds, at most [`MAX_WAIT_SECONDS`].
pub const EVENTS: &str = "/v1/events";
/// `GET ?after=&limit=`: the dossiers of the device's agency.
pub const DOSSIERS: &str = "/v1/dossiers";

/// `GET`: the signed list of the hub's catalogue, with an ETag.
pub const CATALOGUE: &str = "/v1/catalogue";

/// `POST`: an approved list of procedures without paper. `GET`: the newest of every department, with an ETag.
pub const NO_PAPER_LISTS: &str = "/v1/no-paper-lists";
/// `GET`: who applies the own agency's lists.
pub const NO_PAPER_APPLIED: &str = "/v1/no-paper-applied";

/// `POST`: takes a parcel that has been uploaded, and gives the reply to be carried back.
pub const PARCELS: &str = "/v1/parcels";
/// `POST`: signs a person in.
pub const SIGN_IN: &str = "/v1/auth/token";
/// `POST`: a new access token for a session.
pub const REFRESH: &str = "/v1/auth/refresh";
/// `POST`: signs out.
pub const SIGN_OUT: &str = "/v1/auth/revoke";
/// `POST`: changes the own password.
pub const PASSWORD: &str = "/v1/auth/password";
/// `GET`: who is signed in, with the notices that are due.
pub const ME: &str = "/v1/me";
/// `POST`: a notice was read.
pub const NOTICE_READ: &str = "/v1/me/notices";
/// `GET ?after=&limit=`: the audit log.
pub const AUDIT: &str = "/v1/audit";

/// How long an events request may wait for something to happen.
pub const MAX_WAIT_SECONDS: u64 = 25;

/// `HEAD`, `PATCH`, `DELETE`: one tus upload.
pub fn upload(id: UploadId) -> String {
    format!("/v1/uploads/{id}")
}

/// The upload named by the `Location` of a creation, absolute or relative.
pub fn upload_in_location(location: &str) -> Option<UploadId> {
    let path = location.split(['?', '#']).next()?;
    path.trim_end_matches('/').rsplit_once("uploads/")?.1.parse().ok()
}

/// `GET`, `HEAD`: a whole file of the own agency, by content.
pub fn file(sha256: &Digest) -> String {
    format!("/v1/files/{sha256}")
}

/// `GET`: one revision of the hub's catalogue, by content; it never changes.
pub fn catalogue_entry(sha256: &Digest) -> String {
    format!("{CATALOGUE}/{sha256}")
}

/// `GET`: one list, by content; it never changes.
pub fn no_paper_list(sha256: &Digest) -> String {
    format!("{NO_PAPER_LISTS}/{sha256}")
}

/// `POST`: this desktop applies the list.
pub fn no_paper_list_applied(sha256: &Digest) -> String {
    format!("{NO_PAPER_LISTS}/{sha256}/applied")
}

/// `GET`: one dossier of the own agency.
pub fn dossier(id: DossierId) -> String {
    format!("/v1/dossiers/{id}")
}

/// `POST`: the submissions of one dossier.
pub fn submissions(id: DossierId) -> String {
    format!("/v1/dossiers/{id}/submissions")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn uploads_are_found_in_any_form_of_location() {
        let id = UploadId(Uuid::from_u128(7));
        for location in [format!("uploads/{id}"), upload(id), format!("https://example.vn/hoso/v1/uploads/{id}?x#y")] {
            assert_eq!(upload_in_location(&location), Some(id));
        }
        assert_eq!(upload_in_location("/elsewhere"), None);
        assert_eq!(upload_in_location("uploads/"), None);
    }
}
