//! The domain, pure: procedures, forms, states, codes, identity numbers, legal profiles, working days, events.
//! No I/O, no clock, no randomness: times and ids are passed in.

pub mod id;
pub mod timestamp;

pub use id::{DeviceId, DocumentId, DossierId, EventId, PageId, SubmissionId};
pub use timestamp::Timestamp;
