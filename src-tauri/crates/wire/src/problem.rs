//! Refusals: RFC 9457 `application/problem+json` with a code that programs act on. Words for people are the desktop's.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use utoipa::ToSchema;

/// The media type of a refusal.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a client does about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing is wrong with what was sent: the same again, later, with back-off.
    Retry,
    /// What was begun is gone or lacking: begin the upload anew.
    Recreate,
    /// Only a person can help (a registration, a clock, a proxy's login).
    AskPerson,
    /// This dossier cannot go as it is; the others go on.
    Quarantine,
}

impl Remedy {
    /// By status alone: for a reply that is no problem document of ours. `None` for a success.
    pub fn of_status(status: u16) -> Option<Self> {
        match status {
            200..=299 => None,
            408 | 409 | 423 | 425 | 429 | 460 | 500..=510 | 512..=599 => Some(Self::Retry),
            404 | 410 => Some(Self::Recreate),
            401 | 403 | 407 | 511 => Some(Self::AskPerson),
            _ => Some(Self::Quarantine),
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $status:literal $remedy:ident $title:literal)*) => {
        /// Why a request is refused. A code never changes its meaning; an older client reads a newer code as
        /// [`Code::Unknown`] and goes by the status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[$doc])* $variant,)*
            /// A code of a newer hub.
            #[serde(other)]
            Unknown,
        }

        impl Code {
            /// Every code this version gives.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The HTTP status the code travels under.
            pub fn status(self) -> u16 {
                match self {
                    $(Self::$variant => $status,)*
                    Self::Unknown => 500,
                }
            }

            /// What the client does; `None` for an unknown code: go by the status.
            pub fn remedy(self) -> Option<Remedy> {
                match self {
                    $(Self::$variant => Some(Remedy::$remedy),)*
                    Self::Unknown => None,
                }
            }

            /// The short English summary that RFC 9457 calls `title`.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)*
                    Self::Unknown => "unknown problem",
                }
            }
        }
    };
}

codes! {
    /// A header, query or path is malformed; args: `what`.
    BadRequest 400 Quarantine "the request is malformed"
    /// The body is not the JSON that belongs here; args: `at`.
    BadBody 400 Quarantine "the body cannot be read"
    /// A request that makes something came without its key.
    IdempotencyKeyMissing 400 Quarantine "the Idempotency-Key header is missing"
    /// The key was used for something else.
    IdempotencyKeyReused 422 Quarantine "the Idempotency-Key was used with another content"
    /// Published already with another content; args: `what`.
    RevisionExists 422 Quarantine "this revision is published with another content"
    /// The department's lists are another agency's; args: `department`, `agency`.
    DepartmentTaken 422 Quarantine "another agency sends the lists of this department"
    /// No known device token.
    Unauthorised 401 AskPerson "the device is not registered at this hub"
    /// Here only a person who is signed in may ask.
    SignInRequired 401 AskPerson "a person must be signed in"
    /// The access token has run out: a new one comes for the session's refresh token.
    TokenExpired 401 AskPerson "the access token has expired"
    /// Signed out, disabled, expired, or a refresh token was shown a second time.
    SessionOver 401 AskPerson "the session is over"
    /// The name or the password is wrong: the hub does not tell which; args: `left`, tries before a wait.
    WrongSignIn 403 AskPerson "the name or the password is wrong"
    /// The person belongs to another agency than this workstation.
    OtherAgency 403 AskPerson "the person belongs to another agency"
    /// None of the person's roles gives the right; args: `right`.
    NotAllowed 403 AskPerson "the person's roles do not allow this"
    /// A first or expired password: it must be changed before anything else.
    PasswordMustChange 403 AskPerson "the password must be changed first"
    /// The workstation was taken off the hub.
    DeviceRevoked 403 AskPerson "the device has been revoked"
    /// The enrolment code was never given out, or has expired.
    UnknownCode 403 AskPerson "the enrolment code is unknown or has expired"
    /// The enrolment code belongs to another device by now.
    UsedCode 403 AskPerson "the enrolment code has been used by another device"
    /// The upload is made of others and takes no bytes of its own.
    Joined 403 Quarantine "an upload that was joined takes no bytes"
    /// Not there, or not this agency's: the hub does not tell which.
    NotFound 404 Recreate "there is no such thing here"
    /// The method does not belong to the path.
    MethodNotAllowed 405 Quarantine "the method is not allowed here"
    /// The new password is not taken; args: `reason` (`short`, `name`, `known`, `same`).
    PasswordWeak 422 Quarantine "the new password is too weak"
    /// A person of this sign-in name is here already; args: `name`.
    NameTaken 422 Quarantine "the sign-in name is taken"
    /// The body stopped arriving; what came is kept.
    Timeout 408 Retry "the request took too long"
    /// The hub's offset is another one; args: `offset`.
    OffsetMismatch 409 Retry "the upload stands at another offset"
    /// `after` lies beyond the feed's end: the hub has lost events it once gave (an old backup); args: `end`.
    CursorAhead 409 Retry "the cursor is beyond the end of the feed"
    /// Files of the manifest are not at the hub (any more); args: `missing`, a list of SHA-256.
    FilesMissing 409 Recreate "files of the submission have not been uploaded"
    /// The upload was cancelled, expired, or lost bytes: start a new one.
    Gone 410 Recreate "the upload no longer exists"
    /// The tus version is not spoken here.
    TusVersion 412 Quarantine "the protocol version is not supported"
    /// Beyond the hub's limit; args: `limit`, `size`.
    TooLarge 413 Quarantine "too large"
    /// The body's media type does not belong here.
    MediaType 415 Quarantine "the media type is not supported"
    /// The manifest contradicts itself, the request or the hub's limits; args: `at`, `reason`.
    ManifestInvalid 422 Quarantine "the manifest does not hold"
    /// The dossier is already here with another content; args: `code`.
    AlreadyReceived 422 Quarantine "the dossier has already been received with another content"
    /// The dossier says of itself that it is a state secret; args: `at`, `mark`.
    SecretDeclared 422 Quarantine "state secrets are not taken"
    /// The parcel is not one that this hub can open whole; nothing of it is taken; args: `reason`.
    ParcelInvalid 422 Quarantine "the parcel cannot be taken"
    /// The parcel comes from a device that is not (any more) registered here; nothing of it is taken.
    SenderUnknown 422 Quarantine "the sender of the parcel is not registered here"
    /// Another request holds the upload.
    Locked 423 Retry "the upload is in use by another request"
    /// Too many requests in too short a time; the header Retry-After says how long to wait.
    TooMany 429 Retry "too many requests"
    /// Too many wrong passwords for this name; args: `seconds`.
    SignInWaits 429 Retry "too many wrong passwords: this name waits"
    /// The bytes of this request do not have the announced checksum; nothing of them is kept.
    ChecksumMismatch 460 Retry "the checksum does not match"
    /// The whole file does not have the announced SHA-256; the upload is gone; args: `expected`, `found`.
    HashMismatch 460 Recreate "the file does not have the announced hash"
    /// A fault of the hub; its log says more, under this request's time.
    Internal 500 Retry "the hub failed"
    /// The hub cannot work now (starting, stopping, its database is away).
    Unavailable 503 Retry "the hub is not available"
    /// The hub's disk is full.
    StorageFull 507 Retry "the hub has no space left"
}

/// An RFC 9457 body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:hoso:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub code: Code,
    /// The values that belong to the code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub args: BTreeMap<String, Value>,
}

impl Problem {
    pub fn new(code: Code) -> Self {
        let name = serde_json::to_value(code).ok().and_then(|name| name.as_str().map(String::from)).unwrap_or_default();
        Self {
            kind: format!("urn:hoso:problem:{name}"),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            args: BTreeMap::new(),
        }
    }

    /// Adds a value that belongs to the code.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }

    /// What the client does about it.
    pub fn remedy(&self) -> Remedy {
        self.code.remedy().or_else(|| Remedy::of_status(self.status)).unwrap_or(Remedy::Retry)
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.title, self.status)?;
        self.args.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_has_the_shape_of_rfc_9457() {
        let problem = Problem::new(Code::OffsetMismatch).with("offset", 7);
        let expected = serde_json::json!({
            "type": "urn:hoso:problem:offset_mismatch", "title": "the upload stands at another offset",
            "status": 409, "code": "offset_mismatch", "args": {"offset": 7},
        });
        assert_eq!(serde_json::to_value(&problem).unwrap(), expected);
        assert_eq!(serde_json::from_value::<Problem>(expected).unwrap(), problem);
    }

    #[test]
    fn a_newer_hubs_code_is_read_and_goes_by_its_status() {
        let text = r#"{"type":"urn:hoso:problem:moved","title":"moved","status":410,"code":"moved"}"#;
        let problem: Problem = serde_json::from_str(text).unwrap();
        assert_eq!((problem.code, problem.remedy()), (Code::Unknown, Remedy::Recreate));
    }

    #[test]
    fn codes_and_statuses_agree_unless_the_code_knows_better() {
        let knows_better = [Code::Joined, Code::FilesMissing, Code::HashMismatch];
        for &code in Code::ALL.iter().filter(|code| !knows_better.contains(code)) {
            assert_eq!(code.remedy(), Remedy::of_status(code.status()), "{code:?}");
        }
    }
}
