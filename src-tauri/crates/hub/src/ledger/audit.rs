//! The audit log: rows written in the transaction of the change they tell of, and chained afterwards.
//!
//! A chain is one line, and a busy hub has many writers at once. If each writer added its own link, every submission of every agency
//! would wait for the link before it until that one's transaction ended: the hub would be as fast as one writer. So a writer only adds
//! its row, unsealed, and waits for nobody; [`Audit::seal`], under one lock of its own, takes the rows that are committed and unsealed
//! in the order the database numbered them and gives each its place and the digest of the one before it. The server does so every
//! second and whenever it is asked for the log, and so does the command line. A row that commits late gets a later place than its
//! number: the order of the chain is the order of sealing, each row bears its own time, and no row is ever sealed twice or left out.
//! What this gives up is the second before sealing: a row changed by the database's owner within it is chained as changed. Whoever can
//! do that could also write the whole chain anew; only a head kept elsewhere (`hoso-hub check` prints it) holds against them.

use async_trait::async_trait;
use dossier::{AccountId, AgencyCode, DeviceId, Timestamp};
use wire::audit::AuditEntry;

use super::Device;
use crate::fault::Fault;

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub agency: Option<AgencyCode>,
    pub account: Option<AccountId>,
    /// The sign-in name, the officer at the console, or empty: a device by itself.
    pub name: String,
    pub device: Option<DeviceId>,
}

impl Author {
    /// An officer at the hub's command line.
    pub fn console(name: &str) -> Self {
        Self { agency: None, account: None, name: dossier::text::nfc(name.trim()), device: None }
    }
}

impl From<&Device> for Author {
    fn from(who: &Device) -> Self {
        Self {
            agency: Some(who.agency.code.clone()),
            account: who.person.as_ref().map(|person| person.account),
            name: who.person.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
            device: Some(who.id),
        }
    }
}

/// What is logged, as a code that never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    SignedIn,
    SignInFailed,
    SessionRenewed,
    SessionEnded,
    PasswordChanged,
    PasswordReset,
    PersonAdded,
    PersonChanged,
    PersonDisabled,
    PersonEnabled,
    UnitPut,
    AgencyPut,
    CodeMade,
    DeviceEnrolled,
    DeviceRenamed,
    DeviceRevoked,
    DossierReceived,
    DossierRead,
    DossiersListed,
    FileRead,
    Decided,
    CataloguePublished,
    ParcelTaken,
    ListTaken,
    ExpiringPut,
    NoticeRead,
    AuditRead,
}

impl What {
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "session.opened",
            Self::SignInFailed => "session.refused",
            Self::SessionRenewed => "session.renewed",
            Self::SessionEnded => "session.ended",
            Self::PasswordChanged => "password.changed",
            Self::PasswordReset => "password.reset",
            Self::PersonAdded => "person.added",
            Self::PersonChanged => "person.changed",
            Self::PersonDisabled => "person.disabled",
            Self::PersonEnabled => "person.enabled",
            Self::UnitPut => "unit.put",
            Self::AgencyPut => "agency.put",
            Self::CodeMade => "enrolment_code.made",
            Self::DeviceEnrolled => "device.enrolled",
            Self::DeviceRenamed => "device.renamed",
            Self::DeviceRevoked => "device.revoked",
            Self::DossierReceived => "dossier.received",
            Self::DossierRead => "dossier.read",
            Self::DossiersListed => "dossiers.listed",
            Self::FileRead => "file.read",
            Self::Decided => "dossier.decided",
            Self::CataloguePublished => "catalogue.published",
            Self::ParcelTaken => "parcel.taken",
            Self::ListTaken => "no_paper_list.received",
            Self::ExpiringPut => "expiring.put",
            Self::NoticeRead => "notice.read",
            Self::AuditRead => "audit.read",
        }
    }
}

/// How an act is logged that was done.
pub const DONE: &str = "done";

/// One act, before it has its place.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    pub by: &'a Author,
    /// Whose inspectors may see it: the author's agency, or, of what is done at the console, the agency it is about.
    pub agency: Option<AgencyCode>,
    pub what: What,
    /// Kind and name: `dossier H06.16-20261121-0001`, `person hoa.nt`, `device 01`, `file <sha256>`. Never content.
    pub about: Option<String>,
    /// [`DONE`], or why not.
    pub result: &'a str,
    pub at: Timestamp,
}

impl<'a> Act<'a> {
    pub fn new(by: &'a Author, what: What, at: Timestamp) -> Self {
        Self { by, agency: by.agency.clone(), what, about: None, result: DONE, at }
    }

    pub fn of(self, agency: &AgencyCode) -> Self {
        Self { agency: self.agency.or_else(|| Some(agency.clone())), ..self }
    }

    pub fn about(self, kind: &str, name: impl std::fmt::Display) -> Self {
        Self { about: Some(format!("{kind} {name}")), ..self }
    }

    pub fn result(self, result: &'a str) -> Self {
        Self { result, ..self }
    }
}

/// Which entries are wanted; all by default.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Those of one agency.
    pub agency: Option<AgencyCode>,
    /// `dossier H06.16-…`, as [`Act::about`] has it.
    pub about: Option<String>,
    /// A sign-in name, or an officer's: what they did, and what was done about them.
    pub person: Option<String>,
}

/// See the module.
#[async_trait]
pub trait Audit {
    /// Writes down an act that changes nothing: a read, a refusal.
    async fn note(&self, act: Act<'_>) -> Result<(), Fault>;
    /// Chains what is not chained yet; how many.
    async fn seal(&self) -> Result<u64, Fault>;
    /// Sealed entries after `after`, in order, at most `limit`.
    async fn audit(&self, wanted: &Wanted, after: u64, limit: u32) -> Result<Vec<AuditEntry>, Fault>;
}
