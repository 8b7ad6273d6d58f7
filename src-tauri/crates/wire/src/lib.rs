//! What the desktop and the hub say to each other: requests, answers, the manifest, the transmission receipt and its
//! check, and the rules of resumable upload. No I/O: both sides bring their own sockets, clocks and randomness.
//!
//! The conversation, in order:
//! 1. [`enrol`]: the clerk pastes the enrolment string; the desktop checks the hub's key against its fingerprint (a signed
//!    [`ping`]) and exchanges the one-time code for a device registration.
//! 2. [`tus`] and [`upload`]: each file goes up by the tus 1.0 protocol, resumable at every byte.
//! 3. [`manifest`]: the submission names every file by hash; the hub answers with a signed [`receipt`].
//! 4. [`event`]: what happened since, as a feed with a cursor.
//! 5. [`catalogue`]: the revisions the hub has published, as a signed list and bodies by hash.
//! 6. [`no_paper`]: departments' lists of procedures without paper, sent by one agency and applied by all.
//! 7. [`parcel`]: 2 and 3 in one sealed file, where there is no network, and the receipts in another.
//! 8. [`auth`]: who sits at the device: signing in, short access tokens, notices of what runs out; [`audit`]: what was done.
//!
//! Every refusal is a [`problem::Problem`] (RFC 9457) with a stable code.

pub mod audit;
pub mod auth;
pub mod canonical;
pub mod catalogue;
pub mod dossiers;
pub mod enrol;
pub mod event;
pub mod key;
pub mod limits;
pub mod manifest;
pub mod no_paper;
pub mod parcel;
pub mod path;
pub mod ping;
pub mod problem;
pub mod receipt;
pub mod tus;
pub mod upload;
pub mod url;

pub use key::{Fingerprint, HubId, PublicKey, Signature, SigningKey};
pub use manifest::{Manifest, Submission};
pub use problem::{Code, Problem};
pub use receipt::Receipt;
pub use url::HubUrl;
