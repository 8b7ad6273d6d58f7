//! Parcels: submissions of the outbox that were sealed into a file, to be carried to the hub by hand. They stay queued; whichever way is
//! first wins, and the receipt is the same.

use dossier::{ParcelId, SubmissionId, Timestamp};
use sqlx::sqlite::SqliteRow;

use super::{SendError, Submission, follow, in_state, row_of, stop_secrets};
use crate::{
    Act, Clash, OutboxState, Result, Store, StoreError, Transition,
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

    /// Notes that a parcel of these submissions is about to stand at `file`. From now on the hub may have them: none is taken back.
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

    /// The parcel never came to stand at its place.
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

    /// The newest parcel that a submission was sealed into.
    pub async fn parcel_of(&self, submission: SubmissionId) -> Result<Option<Parcel>> {
        let row = sqlx::query(
            "SELECT p.* FROM parcel_submissions s JOIN parcels p ON p.id = s.parcel
             WHERE s.submission = ? ORDER BY p.made_at DESC, p.id DESC LIMIT 1",
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

    /// The hub refused what a parcel brought: as [`Store::quarantine_submission`], where nobody is sending it; whether it was so.
    /// `for_good`: the hub does not have it, and it may be taken back.
    pub async fn refuse_carried(
        &self,
        id: SubmissionId,
        error: &SendError,
        for_good: bool,
        act: &Act<'_>,
    ) -> Result<bool> {
        let mut write = self.write().await?;
        let row = row_of(&mut write, id).await?;
        if !matches!(row.name("state")?, OutboxState::Pending | OutboxState::Waiting) {
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
    sqlx::query("UPDATE outbox SET posted = 1, refused = 0 WHERE submission = ? AND state <> 'done'")
        .bind(columns::id(id.0))
        .execute(&mut **write)
        .await?;
    sqlx::query("INSERT INTO parcel_submissions (submission, parcel) VALUES (?, ?)")
        .bind(columns::id(id.0))
        .bind(columns::id(parcel.0))
        .execute(&mut **write)
        .await?;
    let manifest = row.digest("manifest_sha256")?;
    crate::journal::append(write, act, Some(row.id("dossier")?), Some(manifest), None).await?;
    Ok(())
}

fn parcel(row: &SqliteRow) -> Result<Parcel> {
    Ok(Parcel {
        id: row.id("id")?,
        made_at: row.at("made_at")?,
        file: row.text("file")?,
        replied_at: row.at_or_null("replied_at")?,
    })
}
