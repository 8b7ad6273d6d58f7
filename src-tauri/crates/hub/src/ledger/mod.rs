//! The hub's memory of facts. Bytes are elsewhere ([`crate::objects`]); here is who may do what, and what was decided.
//!
//! Every method is one transaction: it happens wholly and durably, or not at all. What must be exactly once (a submission, an
//! enrolment) is decided inside that transaction and nowhere else. An implementation passes [`suite`].

#[cfg(test)]
pub(crate) mod account_suite;
pub mod accounts;
pub mod audit;
#[cfg(test)]
mod job_suite;
pub mod rules;
pub mod sql;
#[cfg(test)]
pub(crate) mod suite;
#[cfg(test)]
mod upload_suite;

use std::collections::BTreeMap;

use async_trait::async_trait;
use dossier::{
    AgencyCode, DeviceId, Digest, DossierId, EntryKind, Event, EventKind, OfficialCode, SubmissionId, Timestamp,
    no_paper::NoPaperList, preflight::Earlier,
};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use wire::{
    Fingerprint, HubId, Manifest, Receipt, Submission,
    auth::Access,
    canonical::NotCanonical,
    catalogue::Listed,
    dossiers::{DossierList, DossierSummary, DossierView, Review},
    enrol::{Agency, EnrolRequest},
    event::FeedEvent,
    no_paper::{ListApplied, ListReceipt, ListedList},
    upload::{Upload, UploadId},
};

use self::{
    accounts::Accounts,
    audit::{Audit, Author},
};
use crate::{fault::Fault, spool::UploadPart};

/// A registered device, known by its token, and who sits at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub id: DeviceId,
    pub agency: Agency,
    /// Short, unique in this hub; 1–8 of A–Z and 0–9.
    pub station: String,
    /// Its agency wants a person signed in for everything but the bytes of uploads.
    pub sign_in_required: bool,
    /// The person who is signed in; known by the request's access token, not by the ledger.
    pub person: Option<Access>,
}

/// An upload to be made.
#[derive(Debug, Clone)]
pub struct NewUpload {
    pub id: UploadId,
    pub upload: Upload,
    /// `Upload-Metadata` as given.
    pub metadata: String,
    /// The client's key: the same again finds the same upload.
    pub idempotency_key: Option<String>,
    /// When it is gone if nobody goes on with it; never without one.
    pub expires: Option<Timestamp>,
}

/// An upload as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredUpload {
    pub id: UploadId,
    pub agency: AgencyCode,
    pub upload: Upload,
    pub metadata: String,
    /// When it is gone if it is not finished by then.
    pub expires: Option<Timestamp>,
}

/// What a receipt says that only the ledger knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocated {
    pub code: OfficialCode,
    pub received_at: Timestamp,
}

/// Makes the signed receipt once the code is known, inside the transaction.
pub type Sign<'a> = &'a (dyn Fn(Allocated) -> Result<Receipt, NotCanonical> + Send + Sync);

/// Makes the signed receipt of a list, inside the transaction.
pub type SignList<'a> = &'a (dyn Fn(Digest, Timestamp) -> Result<ListReceipt, NotCanonical> + Send + Sync);

/// Takes a content from the store.
pub type Removing<'a> = &'a (dyn Fn() -> BoxFuture<'a, Result<(), Fault>> + Send + Sync);

/// Something an officer decides.
#[derive(Debug, Clone)]
pub struct Decision {
    pub id: dossier::EventId,
    pub by: String,
    pub note: String,
    pub what: EventKind,
    pub happened_at: Timestamp,
    pub entered_at: Timestamp,
}

/// Something the hub does by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Job {
    pub id: i64,
    pub kind: String,
    /// Of its kind; empty where there is one of the kind only.
    pub about: String,
    pub due: Timestamp,
    /// Until when a replica has it to itself.
    pub lease: Option<Timestamp>,
    /// That failed, since it last did not.
    pub tries: u32,
    /// Where its next turn goes on.
    pub state: String,
    /// When it last ended.
    pub ended: Option<Timestamp>,
    pub last_error: Option<String>,
}

/// How a job's turn ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEnd {
    /// There is no more of it.
    Gone,
    Again {
        at: Timestamp,
        state: String,
    },
    Failed {
        again: Timestamp,
        error: String,
    },
}

/// A file an agency brought, and no dossier of it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnusedFile {
    pub agency: AgencyCode,
    pub sha256: Digest,
    pub bytes: u64,
    pub stored_at: Timestamp,
}

/// How many rows went that only served repeated requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    pub uploads: u64,
    pub codes: u64,
}

/// How a dossier is named by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DossierName {
    Id(DossierId),
    Code(OfficialCode),
}

/// One revision of the catalogue, as it is exchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub kind: EntryKind,
    pub code: String,
    pub revision: u32,
    /// Canonical JSON.
    pub body: Vec<u8>,
}

impl Revision {
    pub fn sha256(&self) -> Digest {
        Digest::of(&self.body)
    }

    /// The same revision of the same thing, whatever its content.
    pub fn names_the_same(&self, other: &Self) -> bool {
        (self.kind, &self.code, self.revision) == (other.kind, &other.code, other.revision)
    }
}

/// One row of a ledger, as it is written into a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeRow {
    pub table: String,
    pub columns: serde_json::Map<String, serde_json::Value>,
}

impl WholeRow {
    /// As it is written: one line of JSON with its end.
    pub fn line(&self) -> Result<Vec<u8>, Fault> {
        let mut line = serde_json::to_vec(self).map_err(|_| Fault::Damaged { what: "json" })?;
        line.push(b'\n');
        Ok(line)
    }
}

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// How many publications there were.
    pub version: u64,
    /// When the newest was; `None` before the first.
    pub at: Option<Timestamp>,
    /// By kind, code and revision.
    pub entries: Vec<Listed>,
}

/// See the module. `now` is always the hub's clock.
#[async_trait]
pub trait Ledger: Accounts + Audit + Send + Sync + 'static {
    /// The installation's id: the candidate at the first start, the same ever after. So is the key that it signs with:
    /// [`Fault::OtherKey`].
    async fn hub_id(&self, candidate: HubId, key: Fingerprint) -> Result<HubId, Fault>;

    /// Adds an agency, or renames a known one.
    async fn add_agency(&self, agency: &Agency, by: &Author, now: Timestamp) -> Result<(), Fault>;
    async fn agency(&self, code: &AgencyCode) -> Result<Option<Agency>, Fault>;

    /// Remembers a one-time code by its hash; [`wire::Code::NotFound`] when the agency is not known.
    async fn add_code(
        &self,
        hash: Digest,
        agency: &AgencyCode,
        now: Timestamp,
        expires: Timestamp,
        by: &Author,
    ) -> Result<(), Fault>;
    /// Exchanges a code for a registration. The same request again gives the same device; a used code with another device
    /// or token is [`wire::Code::UsedCode`], an unknown or expired one [`wire::Code::UnknownCode`].
    async fn enrol(&self, request: &EnrolRequest, now: Timestamp) -> Result<Device, Fault>;
    /// [`wire::Code::DeviceRevoked`] of one that was taken off.
    async fn device(&self, token_hash: Digest) -> Result<Option<Device>, Fault>;

    /// Makes an upload. With a known key: the upload made before if it is alike, else
    /// [`wire::Code::IdempotencyKeyReused`].
    async fn create_upload(&self, who: &Device, new: NewUpload, now: Timestamp) -> Result<StoredUpload, Fault>;
    /// Any agency's upload; the caller compares the agency.
    async fn upload(&self, id: UploadId) -> Result<Option<StoredUpload>, Fault>;
    /// Records that the bytes between two offsets are durable in the spool, and the parts they lie in if it keeps parts;
    /// [`wire::Code::Locked`] when the upload does not stand at `from` any more: another replica was first.
    async fn advance_upload(&self, id: UploadId, from: u64, to: u64, parts: &[UploadPart]) -> Result<(), Fault>;
    /// The parts an upload's bytes lie in, in order.
    async fn upload_parts(&self, id: UploadId) -> Result<Vec<UploadPart>, Fault>;
    /// Records that the whole file is checked and durable in the object store: now the agency has it. [`Fault::Removed`] when it
    /// was removed from the store since, [`Fault::BeingRemoved`] when it is just being removed.
    async fn complete_upload(&self, id: UploadId, found: Digest, now: Timestamp) -> Result<(), Fault>;
    /// Records that an upload that is still receiving is gone, as [`Ledger::drop_upload`] does; whether it was.
    async fn lose_upload(&self, id: UploadId) -> Result<bool, Fault>;
    /// Records that the upload is gone, and frees its key.
    async fn drop_upload(&self, id: UploadId) -> Result<(), Fault>;
    /// Records the length of an upload that was made without one: once, the same again being no change. [`wire::Code::Gone`] where
    /// there is nothing to declare, or more bytes than that.
    async fn declare_length(&self, id: UploadId, length: u64) -> Result<(), Fault>;
    /// Keeps an unfinished upload until then; never shorter than it is kept already.
    async fn renew_upload(&self, id: UploadId, expires: Timestamp) -> Result<(), Fault>;
    /// Makes the unfinished uploads gone whose time is over, and frees their keys; gives them. An upload whose bytes are all here
    /// is not unfinished, unless it is a parcel, which becomes no file.
    async fn expire_uploads(&self, now: Timestamp) -> Result<Vec<UploadId>, Fault>;
    /// Uploads that are neither complete nor gone, for the start of the hub.
    async fn unfinished_uploads(&self) -> Result<Vec<StoredUpload>, Fault>;

    /// Records that a file is durable in the object store: now the agency has it. Faults as of [`Ledger::complete_upload`].
    async fn add_file(&self, agency: &AgencyCode, content: Digest, size: u64, now: Timestamp) -> Result<(), Fault>;
    /// The size of a file the agency has.
    async fn file(&self, agency: &AgencyCode, content: Digest) -> Result<Option<u64>, Fault>;

    /// The receipt already given for a submission id of the device's agency; with another manifest than that
    /// [`wire::Code::IdempotencyKeyReused`]. What was once taken is answered by this, whatever the limits are by now.
    async fn replayed(
        &self,
        who: &Device,
        submission: SubmissionId,
        manifest_sha256: Digest,
    ) -> Result<Option<Receipt>, Fault>;
    /// Takes a submission in, exactly once:
    /// * the submission id is known: with the same manifest the stored receipt, with another one
    ///   [`wire::Code::IdempotencyKeyReused`];
    /// * the dossier is known: with the same content ([`wire::Manifest::content_sha256`]) a receipt for this
    ///   submission with the first one's code and time, and no event; with another content
    ///   [`wire::Code::AlreadyReceived`];
    /// * otherwise every file must be the agency's ([`wire::Code::FilesMissing`]) with the size the manifest says; then a code
    ///   is allocated, and the dossier, its first event and the receipt are stored.
    ///
    /// `event` is the id for that first event. The submission itself has been checked by [`Submission::check`]; `review` is what was
    /// found of it, and kept with a new dossier.
    async fn submit(
        &self,
        who: &Device,
        submission: &Submission,
        review: &Review,
        event: dossier::EventId,
        now: Timestamp,
        sign: Sign<'_>,
    ) -> Result<Receipt, Fault>;

    /// The agency's other dossiers that have files of the manifest, by file; of each file the oldest one.
    async fn dossiers_with(&self, agency: &AgencyCode, manifest: &Manifest)
    -> Result<BTreeMap<Digest, Earlier>, Fault>;
    /// One dossier of the agency, with its events.
    async fn dossier(&self, agency: &AgencyCode, id: DossierId) -> Result<Option<DossierView>, Fault>;
    /// Dossiers in order of reception, those after `after`, at most `limit`; of one agency or of all.
    async fn dossiers(&self, agency: Option<&AgencyCode>, after: u64, limit: u32) -> Result<DossierList, Fault>;
    /// Where a dossier is, whichever agency has it: for the officers at the hub itself.
    async fn find(&self, name: &DossierName) -> Result<Option<(AgencyCode, DossierSummary)>, Fault>;
    /// Adds an event to a dossier if its state allows it; [`DecideError::Forbidden`] if not.
    async fn decide(&self, agency: &AgencyCode, id: DossierId, decision: Decision) -> Result<Event, DecideError>;

    /// The agency's feed after a cursor, at most `limit` events; [`wire::Code::CursorAhead`] when the feed ends before it.
    async fn events(&self, agency: &AgencyCode, after: u64, limit: u32) -> Result<Vec<FeedEvent>, Fault>;
    /// A number that changes whenever any feed grows, also by another process.
    async fn feed_version(&self) -> Result<u64, Fault>;

    /// Publishes revisions, all or none; those published with the same content are left alone, and nothing new is no publication.
    /// `seen`: the publication they were found to fit; `None`, and nothing is done, when there was another since.
    /// [`wire::Code::RevisionExists`] when one is published with another content.
    async fn publish_catalogue(
        &self,
        revisions: &[Revision],
        by: &str,
        seen: u64,
        now: Timestamp,
    ) -> Result<Option<Published>, Fault>;
    async fn catalogue(&self) -> Result<Published, Fault>;
    /// One revision's bytes.
    async fn catalogue_body(&self, sha256: Digest) -> Result<Option<Vec<u8>>, Fault>;
    /// The revisions of one thing with their bytes.
    async fn catalogue_revisions(&self, kind: EntryKind, code: &str) -> Result<Vec<Revision>, Fault>;
    /// Every revision with its bytes.
    async fn catalogue_bodies(&self) -> Result<Vec<Revision>, Fault>;

    /// Takes an approved list of the device's agency, exactly once: the same again gives the receipt given before; a revision with
    /// another content is [`wire::Code::RevisionExists`], a department whose lists are another agency's
    /// [`wire::Code::DepartmentTaken`].
    async fn take_list(
        &self,
        who: &Device,
        list: &NoPaperList,
        now: Timestamp,
        sign: SignList<'_>,
    ) -> Result<ListReceipt, Fault>;
    /// The newest list of every department.
    async fn lists_in_force(&self) -> Result<Vec<ListedList>, Fault>;
    /// The same lists themselves.
    async fn lists(&self) -> Result<Vec<NoPaperList>, Fault>;
    /// One list's bytes.
    async fn list_body(&self, sha256: Digest) -> Result<Option<Vec<u8>>, Fault>;
    /// Notes that the device applies a list; [`wire::Code::NotFound`] when it is not here.
    async fn list_applied(&self, who: &Device, sha256: Digest, now: Timestamp) -> Result<(), Fault>;
    /// Who applies the agency's lists.
    async fn lists_applied(&self, agency: &AgencyCode) -> Result<Vec<ListApplied>, Fault>;

    /// Which migration its tables are of: the newest this program knows.
    fn schema(&self) -> i64;
    /// Every row, of one moment, in an order of its own.
    async fn export(&self, row: &mut (dyn FnMut(WholeRow) -> Result<(), Fault> + Send)) -> Result<(), Fault>;
    /// Takes rows of [`Ledger::export`] into an empty ledger ([`Fault::NotEmpty`]), all or none: only if they then are what they
    /// were, by the hash of [`WholeRow::line`] of all of them.
    async fn import(
        &self,
        rows: &mut (dyn Iterator<Item = Result<WholeRow, Fault>> + Send),
        sha256: Digest,
    ) -> Result<(), Fault>;
    /// The files here by content with their sizes, those after `after`, at most `limit`.
    async fn stored_files(&self, after: Option<Digest>, limit: u32) -> Result<Vec<(Digest, u64)>, Fault>;

    /// Plans a job, unless it is planned already.
    async fn plan_job(&self, kind: &str, about: &str, due: Timestamp) -> Result<(), Fault>;
    /// Takes the job that is due first and that nobody has, until then.
    async fn take_job(&self, now: Timestamp, until: Timestamp) -> Result<Option<Job>, Fault>;
    /// Takes the job of this kind until then, due or not, so that nobody does it meanwhile; `None` while somebody has it.
    async fn hold_job(&self, kind: &str, now: Timestamp, until: Timestamp) -> Result<Option<Job>, Fault>;
    /// A longer lease of a job that was taken; `None` when it is another's by now.
    async fn prolong_job(&self, job: &Job, until: Timestamp) -> Result<Option<Job>, Fault>;
    /// Gives a job back as it was when it was taken.
    async fn give_back_job(&self, job: &Job) -> Result<(), Fault>;
    /// Ends a turn of a job; nothing when its lease has run out and another has taken it.
    async fn end_job(&self, job: &Job, end: &JobEnd, now: Timestamp) -> Result<(), Fault>;
    async fn jobs(&self) -> Result<Vec<Job>, Fault>;

    /// Files stored before then that no dossier names, oldest first, at most `limit`.
    async fn unused_files(&self, before: Timestamp, limit: u32) -> Result<Vec<UnusedFile>, Fault>;
    /// Takes such a file from the agency, if it still is one, and says whether nobody has the content any more: then it is under
    /// removal until [`Ledger::remove_file`] ended it. `None`: it is none any more.
    async fn release_file(
        &self,
        agency: &AgencyCode,
        content: Digest,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<Option<bool>, Fault>;
    async fn under_removal(&self) -> Result<Vec<Digest>, Fault>;
    /// Ends the removal of a content: `remove` takes it from the store while nobody can name it as stored; nothing when the removal
    /// has been ended by somebody else.
    async fn remove_file(&self, content: Digest, now: Timestamp, remove: Removing<'_>) -> Result<(), Fault>;
    /// Whether a manifest of the agency names the content.
    async fn is_named(&self, agency: &AgencyCode, content: Digest) -> Result<bool, Fault>;
    /// Records that a content is in the store again after it was removed.
    async fn stored_again(&self, content: Digest) -> Result<(), Fault>;
    /// Forgets finished uploads, enrolment codes and removals of before then: they only served repeated requests.
    async fn forget(&self, before: Timestamp) -> Result<Forgotten, Fault>;
    /// Notes what a look at a stored file found: `missing`, `damaged`, or nothing wrong.
    async fn note_file(&self, content: Digest, found: Option<&'static str>, now: Timestamp) -> Result<(), Fault>;
    async fn file_faults(&self) -> Result<Vec<(Digest, String, Timestamp)>, Fault>;

    /// Whether writing is possible now: begins a writing transaction and gives it up.
    async fn ready(&self) -> Result<(), Fault>;

    /// Writes what is pending and closes.
    async fn close(&self);
}

/// Why a decision did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    #[error("there is no such dossier")]
    NotFound,
    #[error(transparent)]
    Forbidden(#[from] dossier::state::Forbidden),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for DecideError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}
