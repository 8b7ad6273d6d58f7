//! What can go wrong on the way to the hub, and what is done about each: one table.

use std::{error::Error, io, time::Duration};

use serde_json::{Value, json};
use store::{SendError, StoreError};
use wire::{
    Problem,
    enrol::{Distrust, EnrolmentStringError},
    problem::Remedy,
};

/// However long the hub asks to wait, it is asked again after so long.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Why a try ended.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No answer: no network, no such name, refused, cut, or too slow.
    #[error("the hub did not answer: {0}")]
    NoAnswer(Lack),
    /// The TLS certificate is not accepted: somebody else's, expired, or this computer's clock is wrong.
    #[error("the hub's certificate is not accepted")]
    Certificate,
    /// The TLS certificate does not hold yet on the day this computer says it is: its clock is behind.
    #[error("the hub's certificate does not hold yet on this computer's day")]
    Clock,
    /// The proxy of this network asks for a name and a password, or does not accept those given.
    #[error("the proxy asks for a login")]
    ProxyLogin,
    /// Something answered that is not the enrolled hub: a login page, a proxy, another server.
    #[error("the answer ({status}) does not come from the hub")]
    Portal { status: u16 },
    /// The hub refused, and said why.
    #[error("{problem}")]
    Refused { problem: Problem, retry_after: Option<Duration> },
    /// The hub's answer is signed by another key, or for another question, or is a receipt for something else.
    #[error("the hub's answer is not believed: {0}")]
    Distrust(#[from] Distrust),
    /// The hub answered outside the protocol.
    #[error("the hub's answer lacks {0}")]
    Protocol(&'static str),
    /// The pasted enrolment string cannot be read.
    #[error("the enrolment string: {0}")]
    EnrolmentString(#[from] EnrolmentStringError),
    /// What the store holds cannot be sent as it is (written by another version).
    #[error("the stored {0} cannot be read")]
    Stored(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How an answer was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// No connection: no network, no such host, refused.
    Connect,
    /// The connection broke.
    Cut,
    Timeout,
}

impl std::fmt::Display for Lack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection",
            Self::Cut => "the connection broke",
            Self::Timeout => "too slow",
        })
    }
}

/// What is done about a fault. The whole table.
pub fn remedy(fault: &Fault) -> Remedy {
    match fault {
        Fault::NoAnswer(_) => Remedy::Retry,
        // A person has to log in to the network, or mend the clock; meanwhile it is tried again, seldom.
        Fault::Portal { .. } | Fault::Certificate | Fault::Clock | Fault::ProxyLogin => Remedy::AskPerson,
        Fault::Distrust(_) | Fault::EnrolmentString(_) => Remedy::AskPerson,
        Fault::Refused { problem, .. } => problem.remedy(),
        Fault::Protocol(_) => Remedy::Retry,
        Fault::Stored(_) => Remedy::Quarantine,
        Fault::Store(StoreError::DiskFull | StoreError::DiskFailing | StoreError::ReadOnly) => Remedy::AskPerson,
        // A damaged blob stays damaged: this dossier cannot go, the others can.
        Fault::Store(StoreError::Corrupt { .. } | StoreError::NotFound(_)) => Remedy::Quarantine,
        Fault::Store(_) => Remedy::Retry,
    }
}

impl Fault {
    /// Whether the fault is the way's, not this submission's: any other would meet it too.
    pub fn is_of_the_link(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::Portal { .. } | Self::Certificate | Self::Clock => true,
            Self::ProxyLogin | Self::Distrust(_) => true,
            Self::Refused { problem, .. } => {
                problem.remedy() == Remedy::AskPerson || matches!(problem.status, 429 | 503 | 507)
            }
            _ => false,
        }
    }

    /// How long the hub asks to wait; at most an hour.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => retry_after.map(|wait| wait.min(LONGEST_WAIT)),
            _ => None,
        }
    }

    /// How long to wait before another try: what the hub asks for, but never less than our own `backoff`.
    pub(crate) fn wait(&self, backoff: Duration) -> Duration {
        self.retry_after().map_or(backoff, |asked| asked.max(backoff))
    }

    /// The fault as it is kept with the submission: a stable code and its values.
    pub fn to_send_error(&self) -> SendError {
        let plain = |code: &str, args: Value| SendError { code: code.to_owned(), args };
        match self {
            Self::NoAnswer(lack) => plain("no_answer", json!({ "how": lack.to_string() })),
            Self::Certificate => plain("certificate", json!({})),
            Self::Clock => plain("clock", json!({})),
            Self::ProxyLogin => plain("proxy_login", json!({})),
            Self::Portal { status } => plain("portal", json!({ "status": status })),
            Self::Refused { problem, .. } => SendError {
                code: serde_json::to_value(problem.code)
                    .ok()
                    .and_then(|code| code.as_str().map(str::to_owned))
                    .unwrap_or_default(),
                args: json!({ "status": problem.status, "args": problem.args }),
            },
            Self::Distrust(why) => plain("distrust", json!({ "why": why.to_string() })),
            Self::Protocol(what) => plain("protocol", json!({ "what": what })),
            Self::EnrolmentString(why) => plain("enrolment_string", json!({ "why": why.to_string() })),
            Self::Stored(what) => plain("stored", json!({ "what": what })),
            Self::Store(error) => plain("store", json!({ "why": error.to_string() })),
        }
    }
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        if let Some(found) = root(&error) {
            found
        } else if error.is_timeout() {
            Self::NoAnswer(Lack::Timeout)
        } else if error.is_connect() {
            Self::NoAnswer(Lack::Connect)
        } else {
            Self::NoAnswer(Lack::Cut)
        }
    }
}

/// What only the root of the error says. `io::Error` hides the error it wraps from the chain of sources.
fn root(error: &reqwest::Error) -> Option<Fault> {
    // One that has run out is more often a certificate nobody renewed than a clock that is ahead.
    use rustls::CertificateError::{NotValidYet, NotValidYetContext};
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = next {
        let inner = error.downcast_ref::<io::Error>().and_then(|io| io.get_ref());
        let found = match inner {
            Some(inner) => inner.downcast_ref::<rustls::Error>(),
            None => error.downcast_ref::<rustls::Error>(),
        };
        match found {
            Some(rustls::Error::InvalidCertificate(NotValidYet | NotValidYetContext { .. })) => {
                return Some(Fault::Clock);
            }
            Some(rustls::Error::InvalidCertificate(_)) => return Some(Fault::Certificate),
            _ => {}
        }
        // The tunnel's own error type is not public; its words are all there is.
        if error.to_string().contains("proxy authorization required") {
            return Some(Fault::ProxyLogin);
        }
        next = match inner {
            Some(inner) => inner.source(),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use store::{Clash, Damage, Subject};
    use wire::Code;

    use super::*;

    fn refused(code: Code) -> Fault {
        Fault::Refused { problem: code.into(), retry_after: None }
    }

    #[test]
    fn every_fault_has_its_remedy() {
        let status = |status| {
            let mut problem = Problem::new(Code::Unknown);
            problem.status = status;
            Fault::Refused { problem, retry_after: None }
        };
        use Remedy::*;
        let table = [
            (Fault::NoAnswer(Lack::Connect), Retry, true),
            (Fault::NoAnswer(Lack::Cut), Retry, true),
            (Fault::NoAnswer(Lack::Timeout), Retry, true),
            (Fault::Portal { status: 200 }, AskPerson, true),
            (Fault::Certificate, AskPerson, true),
            (Fault::Clock, AskPerson, true),
            (Fault::ProxyLogin, AskPerson, true),
            (Fault::Distrust(Distrust::WrongSignature), AskPerson, true),
            (Fault::Protocol("location"), Retry, false),
            (Fault::Stored("manifest"), Quarantine, false),
            (Fault::Store(StoreError::DiskFull), AskPerson, false),
            (Fault::Store(StoreError::NotFound(Subject::Blob)), Quarantine, false),
            (Fault::Store(StoreError::Corrupt { what: Damage::Database }), Quarantine, false),
            (Fault::Store(StoreError::Conflict(Clash::Frozen)), Retry, false),
            (refused(Code::Unauthorised), AskPerson, true),
            (refused(Code::Gone), Recreate, false),
            (refused(Code::FilesMissing), Recreate, false),
            (refused(Code::HashMismatch), Recreate, false),
            (refused(Code::OffsetMismatch), Retry, false),
            (refused(Code::Locked), Retry, false),
            (refused(Code::ChecksumMismatch), Retry, false),
            (refused(Code::Internal), Retry, false),
            (refused(Code::Unavailable), Retry, true),
            (refused(Code::StorageFull), Retry, true),
            (refused(Code::ManifestInvalid), Quarantine, false),
            (refused(Code::AlreadyReceived), Quarantine, false),
            (refused(Code::TooLarge), Quarantine, false),
            (status(408), Retry, false),
            (status(429), Retry, true),
            (status(404), Recreate, false),
            (status(403), AskPerson, true),
            (status(418), Quarantine, false),
        ];
        for (fault, expected, of_the_link) in table {
            assert_eq!((remedy(&fault), fault.is_of_the_link()), (expected, of_the_link), "{fault:?}");
            assert!(!fault.to_send_error().code.is_empty());
        }
    }
}
