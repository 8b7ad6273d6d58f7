//! Parcels: submissions of the outbox that were sealed into a file, to be carried to the hub by hand. They stay queued; whichever way is
//! first wins, and the receipt is the same. A parcel is under way with a submission until the hub's reply to it refused that one for
//! good, or there is a receipt.

use dossier::{DossierId, ParcelId, SubmissionId, Timestamp};
use sqlx::sqlite::SqliteRow;

use super::{SendError, Submission, follow, in_state, row_of, stop_secrets, withdraw};
use crate::{
    Act, BlobName, Clash, OutboxState, Result, Store, StoreError, Transition,
    columns::{self, Columns},
    database::Write,
    ms,
};

/// A parcel that was made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    pub id: ParcelId,
    pub made_at: Timestamp,
    /// Where it was written.
    pub file: String,
    /// Of the newest reply that was taken, by the hub's clock.
    pub replied_at: Option<Timestamp>,
}

/// That a state secret was read in one of the submission's files.
macro_rules! holds_secret {
    () => {
        "EXISTS (SELECT 1 FROM outbox_files f JOIN secret_frames s ON s.blob = f.blob WHERE f.submission = outbox.submission)"
    };
}

/// That a parcel with the submission is under way.
macro_rules! under_way {
    () => {
        "EXISTS (SELECT 1 FROM parcel_submissions p WHERE p.submission = outbox.submission AND p.refused = 0)"
    };
}
pub(crate) use under_way;

impl Store {
    /// The submissions that may go into a parcel now, in the order in which they were queued: those that wait or are being sent, and
    /// hold no file in which a state secret was read.
    pub async fn submissions_to_carry(&self, now: Timestamp) -> Result<Vec<Submission>> {
        let mut write = self.write().await?;
        stop_secrets(&mut write, now).await?;
        write.commit().await?;
        let rows = sqlx::query(concat!(
            "SELECT * FROM outbox WHERE state IN ('pending', 'running', 'waiting') AND NOT ",
            holds_secret!(),
            " ORDER BY queued_at, submission"
        ))
        .fetch_all(self.read())
        .await?;
        self.submissions_of(&rows).await
    }

    /// Notes that a parcel of these submissions is about to stand at `file`. From now on the hub may have them: none is taken back
    /// without a reason.
    ///
    /// # Errors
    /// [`Clash::Submission`] when one was taken back meanwhile, or must not be sent any more.
    pub async fn note_parcel(
        &self,
        id: ParcelId,
        file: &str,
        submissions: &[SubmissionId],
        act: &Act<'_>,
    ) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("INSERT INTO parcels (id, made_at, file) VALUES (?, ?, ?)")
            .bind(columns::id(id.0))
            .bind(ms(act.at))
            .bind(file)
            .execute(&mut *write)
            .await?;
        for submission in submissions {
            seal_in(&mut write, id, *submission, act).await?;
        }
        Ok(write.commit().await?)
    }

    /// The parcel never came to stand at its place: its submissions are in the outbox as if it had not been made.
    pub async fn forget_parcel(&self, id: ParcelId) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("DELETE FROM parcels WHERE id = ?").bind(columns::id(id.0)).execute(&mut *write).await?;
        Ok(write.commit().await?)
    }

    /// A parcel that was made here.
    pub async fn parcel(&self, id: ParcelId) -> Result<Option<Parcel>> {
        let row = sqlx::query("SELECT * FROM parcels WHERE id = ?")
            .bind(columns::id(id.0))
            .fetch_optional(self.read())
            .await?;
        row.as_ref().map(parcel).transpose()
    }

    /// The newest parcel under way with a submission.
    pub async fn parcel_of(&self, submission: SubmissionId) -> Result<Option<Parcel>> {
        let row = sqlx::query(
            "SELECT p.* FROM parcel_submissions s JOIN parcels p ON p.id = s.parcel
             WHERE s.submission = ? AND s.refused = 0 ORDER BY p.made_at DESC, p.id DESC LIMIT 1",
        )
        .bind(columns::id(submission.0))
        .fetch_optional(self.read())
        .await?;
        row.as_ref().map(parcel).transpose()
    }

    /// The submissions that were sealed into a parcel.
    pub async fn in_parcel(&self, id: ParcelId) -> Result<Vec<SubmissionId>> {
        let rows = sqlx::query("SELECT submission FROM parcel_submissions WHERE parcel = ? ORDER BY submission")
            .bind(columns::id(id.0))
            .fetch_all(self.read())
            .await?;
        rows.iter().map(|row| row.id("submission")).collect()
    }

    /// Notes that a reply to the parcel was taken, which the hub gave at `taken_at`.
    pub async fn note_reply(&self, id: ParcelId, taken_at: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE parcels SET replied_at = max(coalesce(replied_at, ?1), ?1) WHERE id = ?2")
            .bind(ms(taken_at))
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await?)
    }

    /// The hub refused what this parcel brought: as [`Store::quarantine_submission`], where nobody is sending it; whether it was so.
    /// `for_good`: the hub does not have it, this parcel brings it no more, and it may be taken back.
    pub async fn refuse_carried(
        &self,
        (parcel, id): (ParcelId, SubmissionId),
        error: &SendError,
        for_good: bool,
        act: &Act<'_>,
    ) -> Result<bool> {
        let mut write = self.write().await?;
        let row = row_of(&mut write, id).await?;
        if for_good {
            sqlx::query("UPDATE parcel_submissions SET refused = 1 WHERE parcel = ? AND submission = ?")
                .bind(columns::id(parcel.0))
                .bind(columns::id(id.0))
                .execute(&mut *write)
                .await?;
        }
        if !matches!(row.name("state")?, OutboxState::Pending | OutboxState::Waiting) {
            write.commit().await?;
            return Ok(false);
        }
        sqlx::query("UPDATE outbox SET state = 'quarantined', last_error = ?, refused = ? WHERE submission = ?")
            .bind(columns::json(error, "last_error")?)
            .bind(for_good)
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        follow(&mut write, &row, &Transition::Quarantine, act.at).await?;
        let manifest = row.digest("manifest_sha256")?;
        crate::journal::append(&mut write, act, Some(row.id("dossier")?), Some(manifest), None).await?;
        write.commit().await?;
        Ok(true)
    }
}

async fn seal_in(write: &mut Write, parcel: ParcelId, id: SubmissionId, act: &Act<'_>) -> Result<()> {
    let from = [OutboxState::Pending, OutboxState::Running, OutboxState::Waiting, OutboxState::Done];
    let row = in_state(write, id, &from).await?;
    let secret = sqlx::query(concat!("SELECT 1 FROM outbox WHERE submission = ? AND ", holds_secret!()))
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?;
    if secret.is_some() {
        return Err(StoreError::Conflict(Clash::Submission { stored: row.name("state")? }));
    }
    sqlx::query("INSERT INTO parcel_submissions (submission, parcel) VALUES (?, ?)")
        .bind(columns::id(id.0))
        .bind(columns::id(parcel.0))
        .execute(&mut **write)
        .await?;
    let manifest = row.digest("manifest_sha256")?;
    crate::journal::append(write, act, Some(row.id("dossier")?), Some(manifest), None).await?;
    Ok(())
}

/// The newest parcel under way with this submission.
pub(super) async fn carrying(write: &mut Write, id: SubmissionId) -> Result<Option<Parcel>> {
    let row = sqlx::query(
        "SELECT p.* FROM parcel_submissions s JOIN parcels p ON p.id = s.parcel
         WHERE s.submission = ? AND s.refused = 0 ORDER BY p.made_at DESC, p.id DESC LIMIT 1",
    )
    .bind(columns::id(id.0))
    .fetch_optional(&mut **write)
    .await?;
    row.as_ref().map(parcel).transpose()
}

/// Before the receipt for a submission that was taken back ends it: the dossier is there again if it was put away, and what waits of it
/// with a newer content is taken back, for the hub would refuse it. Gives the files of that one. One that is being sent at this moment
/// is refused by the hub itself, and then told.
pub(super) async fn make_way(write: &mut Write, dossier: DossierId, act: &Act<'_>) -> Result<Vec<BlobName>> {
    sqlx::query("UPDATE dossiers SET discarded_at = NULL WHERE id = ?")
        .bind(columns::id(dossier.0))
        .execute(&mut **write)
        .await?;
    let newer = sqlx::query(
        "SELECT * FROM outbox WHERE dossier = ? AND kind = 'submit' AND state IN ('pending', 'waiting', 'quarantined')",
    )
    .bind(columns::id(dossier.0))
    .fetch_optional(&mut **write)
    .await?;
    let Some(row) = newer else { return Ok(vec![]) };
    let files = withdraw(write, &row, None, act.at).await?;
    let (manifest, act) = (row.digest("manifest_sha256")?, Act { what: "dossier.superseded", automatic: true, ..*act });
    crate::journal::append(write, &act, Some(dossier), Some(manifest), None).await?;
    Ok(files)
}

fn parcel(row: &SqliteRow) -> Result<Parcel> {
    Ok(Parcel {
        id: row.id("id")?,
        made_at: row.at("made_at")?,
        file: row.text("file")?,
        replied_at: row.at_or_null("replied_at")?,
    })
}
