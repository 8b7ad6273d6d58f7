//! Identifiers. Each is a UUIDv7 in a type of its own, made by the caller: this room has no randomness.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(as = "String")]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

id! {
    /// One dossier, from the first keystroke on; never changes, never reused.
    DossierId
    /// One document of a dossier: ordered pages, or one sealed file.
    DocumentId
    /// One page: a source, a frame of it, and a list of edits.
    PageId
    /// One person or organisation of the personal store.
    PersonId
    /// One template of the agency: a dossier to begin others from.
    TemplateId
    /// One stack of papers taken in at once, before they fall into their dossiers.
    StackId
    /// One file of rows out of which dossiers are made.
    ImportId
    /// One frozen version of a dossier as it goes to the hub; it is also the idempotency key of the submission.
    SubmissionId
    /// One parcel: submissions sealed into one file, to be carried to the hub by hand.
    ParcelId
    /// Something that happened to a dossier.
    EventId
    /// A person's account at the hub; never reused.
    AccountId
    /// One installation of the application on one profile, as the hub knows it.
    DeviceId
}
