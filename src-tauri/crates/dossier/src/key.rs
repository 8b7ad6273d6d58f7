//! Keys: names given by data files, compared byte by byte. Unlike [`crate::id`] they are chosen by people.

use std::{borrow::Borrow, fmt};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! key {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(as = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(key: &str) -> Self {
                Self(key.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(key: String) -> Self {
                Self(key)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

key! {
    /// A field of a form; unique in the whole form, groups included.
    FieldId
    /// A row of a repeated group. It is made once (a UUID) and stays when rows move, so papers can point at it.
    RowId
    /// A form, all its revisions together.
    FormId
    /// A component of a procedure (*mã thành phần hồ sơ*); unique in its procedure.
    ComponentCode
    /// A kind of paper, the same in every procedure that asks for it.
    PaperKindCode
    /// A legal profile, such as `one-stop-2025`.
    ProfileId
}

/// Whether a data file may use `key` as a name: ASCII, 1–80 characters, no spaces.
pub fn is_well_formed(key: &str) -> bool {
    (1..=80).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
