//! What the outbox holds, and how its rows are read.

use dossier::{Digest, DossierId, SubmissionId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{SqlitePool, sqlite::SqliteRow};

use crate::{
    BlobId, Result, blobs,
    columns::{self, Columns},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionKind {
    /// The dossier itself.
    Submit,
    /// What the agency asked for afterwards (*bổ sung*).
    Supplement,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    Pending,
    /// Leased by a runner.
    Running,
    /// Tried, to be tried again not before a given time.
    Waiting,
    /// Refused; a person must act. Others go on.
    Quarantined,
    /// Receipted.
    Done,
    /// Taken back: the hub cannot have it.
    Withdrawn,
}

/// Why the last try ended, as a code with its values; the words are the caller's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendError {
    pub code: String,
    #[serde(default)]
    pub args: Value,
}

/// A submission to freeze.
#[derive(Debug, Clone)]
pub struct NewSubmission {
    pub id: SubmissionId,
    pub dossier: DossierId,
    pub kind: SubmissionKind,
    /// The version of the answers it was made from: if they were saved since, freezing is refused.
    pub answers_version: u64,
    /// Canonical bytes; opaque.
    pub manifest: Vec<u8>,
    pub manifest_sha256: Digest,
    /// The rest of what is sent, such as the answers; opaque.
    pub payload: Value,
    pub files: Vec<NewOutboxFile>,
}

#[derive(Debug, Clone)]
pub struct NewOutboxFile {
    pub blob: BlobId,
    pub component: String,
    pub component_row: Option<String>,
    pub title: String,
    pub media_type: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    pub id: SubmissionId,
    pub dossier: DossierId,
    pub kind: SubmissionKind,
    pub state: OutboxState,
    /// Tries since it was queued or since bytes last went through.
    pub attempt: u32,
    pub not_before: Timestamp,
    /// Whether the submission itself may have reached the hub.
    pub posted: bool,
    /// Whether the hub itself refused it for good when it was last posted.
    pub refused: bool,
    pub last_error: Option<SendError>,
    pub manifest: Vec<u8>,
    pub manifest_sha256: Digest,
    pub payload: Value,
    pub queued_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// Why a person took it back although a parcel with it was under way.
    pub taken_back: Option<String>,
    pub files: Vec<OutboxFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxFile {
    /// Its place in the submission, from 0.
    pub position: u32,
    pub blob: BlobId,
    pub component: String,
    pub component_row: Option<String>,
    pub title: String,
    pub media_type: String,
    /// How often the upload was begun anew; with the submission and the position it names one creation for ever.
    pub round: u32,
    /// Where the hub takes it; none before the upload was created.
    pub upload_url: Option<String>,
    /// Bytes the hub has confirmed; only for display: the hub's own word decides.
    pub offset_acked: u64,
    pub done: bool,
}

/// How far the upload of one file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadProgress {
    pub upload_url: String,
    pub offset_acked: u64,
    pub done: bool,
}

/// A verified transmission receipt.
#[derive(Debug, Clone)]
pub struct NewReceipt {
    /// As the hub sent it, byte for byte.
    pub json: Vec<u8>,
    /// The official code it carries.
    pub code: String,
    pub received_at: Timestamp,
    /// The hash of the manifest it is for.
    pub manifest_sha256: Digest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub submission: SubmissionId,
    pub dossier: DossierId,
    pub code: String,
    pub json: Vec<u8>,
    pub received_at: Timestamp,
}

pub(super) async fn submission(row: &SqliteRow, read: &SqlitePool) -> Result<Submission> {
    let id: SubmissionId = row.id("submission")?;
    let files = sqlx::query(
        "SELECT f.*, b.name, b.sha256, b.size FROM outbox_files f JOIN blobs b ON b.name = f.blob
         WHERE f.submission = ? ORDER BY f.position",
    )
    .bind(columns::id(id.0))
    .fetch_all(read)
    .await?;
    Ok(Submission {
        id,
        dossier: row.id("dossier")?,
        kind: row.name("kind")?,
        state: row.name("state")?,
        attempt: row.number("attempt")?,
        not_before: row.at("not_before")?,
        posted: row.flag("posted")?,
        refused: row.flag("refused")?,
        last_error: row.json_or_null("last_error")?,
        manifest: row.bytes("manifest")?,
        manifest_sha256: row.digest("manifest_sha256")?,
        payload: row.json("payload")?,
        queued_at: row.at("queued_at")?,
        ended_at: row.at_or_null("ended_at")?,
        taken_back: row.text_or_null("taken_back")?,
        files: files.iter().map(file).collect::<Result<_>>()?,
    })
}

fn file(row: &SqliteRow) -> Result<OutboxFile> {
    Ok(OutboxFile {
        position: row.number("position")?,
        blob: blobs::blob_id(row)?,
        component: row.text("component")?,
        component_row: row.text_or_null("component_row")?,
        title: row.text("title")?,
        media_type: row.text("media_type")?,
        round: row.number("round")?,
        upload_url: row.text_or_null("upload_url")?,
        offset_acked: row.number("offset_acked")?,
        done: row.flag("done")?,
    })
}

pub(super) fn receipt(row: &SqliteRow) -> Result<Receipt> {
    Ok(Receipt {
        submission: row.id("submission")?,
        dossier: row.id("dossier")?,
        code: row.text("code")?,
        json: row.bytes("json")?,
        received_at: row.at("received_at")?,
    })
}
