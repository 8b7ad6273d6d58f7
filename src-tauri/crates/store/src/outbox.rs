//! The outbox: frozen submissions on their way to the hub. A row is written in the transaction that freezes the dossier
//! and ends only with a receipt for the same manifest; a kill at any point leaves a row that goes on.

use dossier::{Digest, DossierId, State, SubmissionId, Timestamp, Transition, state::Forbidden};
use sqlx::sqlite::SqliteRow;

mod papers;
pub(crate) mod parcels;
mod rows;

use papers::insert_files;
pub(crate) use papers::papers_are;
pub use parcels::Parcel;
pub use rows::{
    NewOutboxFile, NewReceipt, NewSubmission, OutboxFile, OutboxState, Receipt, SendError, Submission, SubmissionKind,
    UploadProgress,
};
use rows::{receipt, submission};

use crate::{
    Act, BlobName, Clash, Damage, Result, Store, StoreError, Subject,
    columns::{self, Columns},
    database::Write,
    dossiers, ms, portal,
};

/// Who has waited for so long is not passed over for smaller ones any more.
const LONG_WAITED_MS: i64 = 2 * 60 * 60 * 1000;

impl Store {
    /// Freezes the dossier and queues the submission with its files: one transaction.
    ///
    /// # Errors
    /// [`Clash::StaleAnswers`], [`Clash::Papers`] when its documents are not all done or not those of `new`,
    /// [`Clash::Practice`], [`Clash::Taken`] when another submission of the dossier is under way,
    /// [`StoreError::Forbidden`] when the dossier is not ready, [`Subject::Dossier`] not found when it is put away,
    /// [`Subject::Blob`] not found.
    pub async fn freeze(&self, new: &NewSubmission, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        freeze(&mut write, new, &Transition::Submit { blocking: 0 }, act).await?;
        Ok(write.commit().await?)
    }

    /// Takes the smallest submission that is due, for this runner alone until `until`: a short link brings most of them through.
    /// What was queued hours ago goes before that, so that a large one is never passed over for ever. One whose runner's lease
    /// has run out is due.
    ///
    /// # Errors
    /// [`Damage::Submission`] when it is taken but cannot be read: to be quarantined, so that others go on.
    pub async fn lease_submission(&self, now: Timestamp, until: Timestamp) -> Result<Option<Submission>> {
        let mut write = self.write().await?;
        stop_secrets(&mut write, now).await?;
        let row = sqlx::query(
            "UPDATE outbox SET state = 'running', lease_until = ?1, attempt = attempt + 1 WHERE submission =
               (SELECT o.submission FROM outbox o WHERE (o.state IN ('pending', 'waiting') AND o.not_before <= ?2)
                  OR (o.state = 'running' AND o.lease_until <= ?2)
                ORDER BY o.queued_at > ?3,
                  (SELECT sum(b.size) FROM outbox_files f JOIN blobs b ON b.name = f.blob WHERE f.submission = o.submission),
                  o.not_before, o.submission LIMIT 1)
             RETURNING *",
        )
        .bind(ms(until))
        .bind(ms(now))
        .bind(ms(now) - LONG_WAITED_MS)
        .fetch_optional(&mut *write)
        .await?;
        let Some(row) = row else {
            write.commit().await?;
            return Ok(None);
        };
        follow(&mut write, &row, &Transition::StartSending, now).await?;
        write.commit().await?;
        match submission(&row, self.read()).await {
            Ok(submission) => Ok(Some(submission)),
            Err(error) if is_unreadable(&error) => {
                Err(StoreError::Corrupt { what: Damage::Submission(row.id("submission")?) })
            }
            Err(error) => Err(error),
        }
    }

    /// Prolongs a runner's lease.
    pub async fn prolong_submission(&self, id: SubmissionId, until: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        prolong(&mut write, id, until).await?;
        Ok(write.commit().await?)
    }

    /// Notes how far a file is and prolongs the runner's lease to `until`; bytes that went through reset the count of
    /// tries.
    pub async fn record_upload(
        &self,
        id: SubmissionId,
        position: u32,
        progress: &UploadProgress,
        until: Timestamp,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let offset = columns::integer(progress.offset_acked, "offset_acked")?;
        sqlx::query(
            "UPDATE outbox SET attempt = 0 WHERE submission = ?1 AND EXISTS
               (SELECT 1 FROM outbox_files WHERE submission = ?1 AND position = ?2 AND offset_acked < ?3)",
        )
        .bind(columns::id(id.0))
        .bind(position)
        .bind(offset)
        .execute(&mut *write)
        .await?;
        let changed = sqlx::query(
            "UPDATE outbox_files SET upload_url = ?, offset_acked = ?, done = ? WHERE submission = ? AND position = ?",
        )
        .bind(&progress.upload_url)
        .bind(offset)
        .bind(progress.done)
        .bind(columns::id(id.0))
        .bind(position)
        .execute(&mut *write)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound(Subject::File));
        }
        prolong(&mut write, id, until).await?;
        Ok(write.commit().await?)
    }

    /// The hub no longer has the upload: it is to be begun anew.
    pub async fn restart_upload(&self, id: SubmissionId, position: u32) -> Result<()> {
        let mut write = self.write().await?;
        let changed = sqlx::query(
            "UPDATE outbox_files SET upload_url = NULL, offset_acked = 0, done = 0, round = round + 1
             WHERE submission = ? AND position = ?",
        )
        .bind(columns::id(id.0))
        .bind(position)
        .execute(&mut *write)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound(Subject::File));
        }
        Ok(write.commit().await?)
    }

    /// Notes that from now on the hub may have the submission; called before it is first sent.
    pub async fn mark_posted(&self, id: SubmissionId) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE outbox SET posted = 1, refused = 0 WHERE submission = ?")
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await?)
    }

    /// Notes that the hub itself has refused the submission for good: it does not have it, until it is sent again.
    pub async fn mark_refused(&self, id: SubmissionId) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE outbox SET refused = 1 WHERE submission = ?")
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await?)
    }

    /// The try failed in a way that another may mend: to be tried again not before the given time.
    pub async fn postpone_submission(
        &self,
        id: SubmissionId,
        not_before: Timestamp,
        error: &SendError,
        at: Timestamp,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let row = self.end_try(&mut write, id, OutboxState::Waiting, Some(not_before), error).await?;
        follow(&mut write, &row, &Transition::Interrupt, at).await?;
        Ok(write.commit().await?)
    }

    /// The runner stops by itself: the submission is due again at once, as if it had not been taken.
    pub async fn release_submission(&self, id: SubmissionId, at: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        let row = in_state(&mut write, id, &[OutboxState::Running]).await?;
        sqlx::query(
            "UPDATE outbox SET state = 'pending', lease_until = NULL, attempt = max(attempt - 1, 0) WHERE submission = ?",
        )
        .bind(columns::id(id.0))
        .execute(&mut *write)
        .await?;
        follow(&mut write, &row, &Transition::Interrupt, at).await?;
        Ok(write.commit().await?)
    }

    /// The hub refused it, or a person has to decide: it stays, others go on.
    pub async fn quarantine_submission(&self, id: SubmissionId, error: &SendError, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let row = self.end_try(&mut write, id, OutboxState::Quarantined, None, error).await?;
        follow(&mut write, &row, &Transition::Quarantine, act.at).await?;
        let manifest = row.digest("manifest_sha256")?;
        crate::journal::append(&mut write, act, Some(row.id("dossier")?), Some(manifest), None).await?;
        Ok(write.commit().await?)
    }

    /// A person says: try again.
    pub async fn retry_submission(&self, id: SubmissionId, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let from = [OutboxState::Waiting, OutboxState::Quarantined];
        let row = in_state(&mut write, id, &from).await?;
        sqlx::query("UPDATE outbox SET state = 'pending', attempt = 0, not_before = ? WHERE submission = ?")
            .bind(ms(act.at))
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        follow(&mut write, &row, &Transition::Retry, act.at).await?;
        crate::journal::append(&mut write, act, Some(row.id("dossier")?), None, None).await?;
        Ok(write.commit().await?)
    }

    /// Takes the submission back so that the dossier can be edited: possible as long as the network cannot have brought it (not yet
    /// posted, or refused by the hub itself when it was last posted; quarantine alone does not say so). What a parcel under way holds
    /// is taken back only with `reason`: the parcel may still bring it.
    ///
    /// # Errors
    /// [`Clash::Submission`] when it is being sent, has ended, or the hub may have it; [`Clash::Carried`] when a parcel with it is
    /// under way and there is no reason.
    pub async fn withdraw_submission(&self, id: SubmissionId, reason: Option<&str>, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let from = [OutboxState::Pending, OutboxState::Waiting, OutboxState::Quarantined];
        let row = in_state(&mut write, id, &from).await?;
        let state: OutboxState = row.name("state")?;
        if row.flag("posted")? && !row.flag("refused")? {
            return Err(StoreError::Conflict(Clash::Submission { stored: state }));
        }
        let because = match (parcels::carrying(&mut write, id).await?, reason) {
            (Some(parcel), None) => {
                return Err(StoreError::Conflict(Clash::Carried { file: parcel.file, made_at: parcel.made_at }));
            }
            (Some(_), Some(reason)) => Some(reason),
            (None, _) => None,
        };
        let files = withdraw(&mut write, &row, because, act.at).await?;
        let manifest = row.digest("manifest_sha256")?;
        let said = because.map(|reason| Digest::of(reason.as_bytes()));
        crate::journal::append(&mut write, act, Some(row.id("dossier")?), Some(manifest), said).await?;
        write.commit().await?;
        self.forget_unreferred(&files).await?;
        Ok(())
    }

    /// Ends the submission with its receipt: row, receipt, code and state of the dossier at once. With the same receipt
    /// again, nothing changes. One that was taken back while a parcel with it was under way is sent all the same: the dossier is at
    /// the hub as it was frozen, comes back if it was put away, and a newer submission of it that waits is taken back.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] when the receipt is for another manifest.
    pub async fn complete_submission(&self, id: SubmissionId, receipt: &NewReceipt, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let row = row_of(&mut write, id).await?;
        let (ours, receipted) = (row.digest("manifest_sha256")?, receipt.manifest_sha256);
        if ours != receipted {
            return Err(Forbidden::OtherManifest { ours, receipted }.into());
        }
        let stored: OutboxState = row.name("state")?;
        if stored == OutboxState::Done {
            return Ok(());
        }
        let dossier: DossierId = row.id("dossier")?;
        let superseded = match stored {
            OutboxState::Withdrawn => parcels::make_way(&mut write, dossier, act).await?,
            _ => vec![],
        };
        sqlx::query(
            "UPDATE outbox SET state = 'done', lease_until = NULL, last_error = NULL, ended_at = ? WHERE submission = ?",
        )
        .bind(ms(act.at))
        .bind(columns::id(id.0))
        .execute(&mut *write)
        .await?;
        sqlx::query("INSERT INTO receipts (submission, dossier, code, json, received_at) VALUES (?, ?, ?, ?, ?)")
            .bind(columns::id(id.0))
            .bind(columns::id(dossier.0))
            .bind(&receipt.code)
            .bind(&receipt.json)
            .bind(ms(receipt.received_at))
            .execute(&mut *write)
            .await?;
        follow(&mut write, &row, &Transition::Receipt { ours, receipted }, act.at).await?;
        let sql = "UPDATE dossiers SET official_code = ? WHERE id = ?";
        sqlx::query(sql).bind(&receipt.code).bind(columns::id(dossier.0)).execute(&mut *write).await?;
        // What the hub's events said while the receipt was on its way.
        crate::events::take_over(&mut write, dossier).await?;
        let after = Some(Digest::of(&receipt.json));
        crate::journal::append(&mut write, act, Some(dossier), Some(ours), after).await?;
        write.commit().await?;
        self.forget_unreferred(&superseded).await?;
        Ok(())
    }

    pub async fn submission(&self, id: SubmissionId) -> Result<Submission> {
        let row = sqlx::query("SELECT * FROM outbox WHERE submission = ?")
            .bind(columns::id(id.0))
            .fetch_optional(self.read())
            .await?
            .ok_or(StoreError::NotFound(Subject::Submission))?;
        submission(&row, self.read()).await
    }

    /// Every submission of a dossier, oldest first.
    pub async fn submissions(&self, dossier: DossierId) -> Result<Vec<Submission>> {
        let rows = sqlx::query("SELECT * FROM outbox WHERE dossier = ? ORDER BY queued_at, submission")
            .bind(columns::id(dossier.0))
            .fetch_all(self.read())
            .await?;
        self.submissions_of(&rows).await
    }

    /// Every submission that has not ended, quarantined ones too, in the order they are due: what exists only here. A
    /// quarantined one that cannot be read is left out; its dossier needs attention.
    pub async fn outbox(&self) -> Result<Vec<Submission>> {
        let rows = sqlx::query(
            "SELECT * FROM outbox WHERE state NOT IN ('done', 'withdrawn') ORDER BY not_before, submission",
        )
        .fetch_all(self.read())
        .await?;
        self.submissions_of(&rows).await
    }

    /// When the next submission is due (a lease's end counts); `None` when nothing will ever be without a person.
    pub async fn next_due(&self) -> Result<Option<Timestamp>> {
        sqlx::query(
            "SELECT min(CASE state WHEN 'running' THEN lease_until ELSE not_before END) AS due FROM outbox
             WHERE state IN ('pending', 'running', 'waiting')",
        )
        .fetch_one(self.read())
        .await?
        .at_or_null("due")
    }

    /// The network is back: whatever waits is due at `at`. Gives how many were woken.
    pub async fn wake_outbox(&self, at: Timestamp) -> Result<u64> {
        let mut write = self.write().await?;
        let woken = sqlx::query("UPDATE outbox SET not_before = ?1 WHERE state = 'waiting' AND not_before > ?1")
            .bind(ms(at))
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(woken.rows_affected())
    }

    /// The network is back: what waits because nothing answered (the code `no_answer`) is due now. Gives how many there were.
    pub async fn wake_unanswered(&self, at: Timestamp) -> Result<u64> {
        let mut write = self.write().await?;
        let woken = sqlx::query(
            "UPDATE outbox SET not_before = ?1
             WHERE state = 'waiting' AND not_before > ?1 AND json_extract(last_error, '$.code') = 'no_answer'",
        )
        .bind(ms(at))
        .execute(&mut *write)
        .await?;
        write.commit().await?;
        Ok(woken.rows_affected())
    }

    pub async fn receipt(&self, submission: SubmissionId) -> Result<Option<Receipt>> {
        let row = sqlx::query("SELECT * FROM receipts WHERE submission = ?")
            .bind(columns::id(submission.0))
            .fetch_optional(self.read())
            .await?;
        row.as_ref().map(receipt).transpose()
    }

    /// The receipts of a dossier, oldest first.
    pub async fn receipts(&self, dossier: DossierId) -> Result<Vec<Receipt>> {
        let rows = sqlx::query("SELECT * FROM receipts WHERE dossier = ? ORDER BY received_at, submission")
            .bind(columns::id(dossier.0))
            .fetch_all(self.read())
            .await?;
        rows.iter().map(receipt).collect()
    }

    async fn end_try(
        &self,
        write: &mut Write,
        id: SubmissionId,
        to: OutboxState,
        not_before: Option<Timestamp>,
        error: &SendError,
    ) -> Result<SqliteRow> {
        in_state(write, id, &[OutboxState::Running]).await?;
        Ok(sqlx::query(
            "UPDATE outbox SET state = ?, not_before = coalesce(?, not_before), last_error = ?, lease_until = NULL
             WHERE submission = ? RETURNING *",
        )
        .bind(columns::name(&to, "state")?)
        .bind(not_before.map(ms))
        .bind(columns::json(error, "last_error")?)
        .bind(columns::id(id.0))
        .fetch_one(&mut **write)
        .await?)
    }

    async fn submissions_of(&self, rows: &[SqliteRow]) -> Result<Vec<Submission>> {
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            match submission(row, self.read()).await {
                Ok(submission) => all.push(submission),
                Err(error) if is_unreadable(&error) && row.text("state")? == "quarantined" => {}
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }
}

/// See [`Store::freeze`]; `how` it goes.
pub(crate) async fn freeze(write: &mut Write, new: &NewSubmission, how: &Transition, act: &Act<'_>) -> Result<()> {
    let from = dossiers::live_state(write, new.dossier).await?;
    if dossiers::is_practice(write, new.dossier).await? {
        return Err(StoreError::Conflict(Clash::Practice));
    }
    if matches!(how, Transition::Submit { .. })
        && new.kind == SubmissionKind::Submit
        && portal::holds(write, new.dossier).await?
    {
        return Err(Forbidden::OtherWay { from }.into());
    }
    let stored = dossiers::answers_version(write, new.dossier).await?;
    if stored != new.answers_version {
        return Err(StoreError::Conflict(Clash::StaleAnswers { stored }));
    }
    sqlx::query(
        "INSERT INTO outbox (submission, dossier, kind, state, not_before, manifest, manifest_sha256, payload,
           queued_at) VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?)",
    )
    .bind(columns::id(new.id.0))
    .bind(columns::id(new.dossier.0))
    .bind(columns::name(&new.kind, "kind")?)
    .bind(ms(act.at))
    .bind(&new.manifest)
    .bind(new.manifest_sha256.0.to_vec())
    .bind(columns::json(&new.payload, "payload")?)
    .bind(ms(act.at))
    .execute(&mut **write)
    .await?;
    insert_files(write, new).await?;
    if !papers_are(write, new.dossier, &new.files).await? {
        return Err(StoreError::Conflict(Clash::Papers));
    }
    match new.kind {
        SubmissionKind::Submit => {
            let to = from.apply(how)?;
            dossiers::set_state(write, new.dossier, to, act.at).await?;
        }
        SubmissionKind::Supplement if from == State::SupplementRequested => {}
        SubmissionKind::Supplement => {
            return Err(Forbidden::NotFrom { from, transition: Transition::ReceiveSupplement }.into());
        }
    }
    let before = dossiers::answers_digest(write, new.dossier).await?;
    crate::journal::append(write, act, Some(new.dossier), Some(before), Some(new.manifest_sha256)).await?;
    Ok(())
}

/// Lets the dossier's state follow its submission. A supplement does not change it (the hub's event will); nor does
/// anything once the hub's events have spoken; nor what the table of states does not know from the present state.
async fn follow(write: &mut Write, row: &SqliteRow, transition: &Transition, at: Timestamp) -> Result<()> {
    if row.name::<SubmissionKind>("kind")? == SubmissionKind::Supplement {
        return Ok(());
    }
    let dossier = row.id("dossier")?;
    let from = dossiers::state(write, dossier).await?;
    if from.national_code().is_some() {
        return Ok(());
    }
    match from.apply(transition) {
        Ok(to) => dossiers::set_state(write, dossier, to, at).await,
        Err(Forbidden::NotFrom { .. }) => Ok(()),
        Err(forbidden) => Err(forbidden.into()),
    }
}

/// What becomes of the papers from now on, a copy that was never sent does not follow: gives the files it had. What a parcel may still
/// bring (`because`: why a person takes it back) stays as it was frozen.
async fn withdraw(write: &mut Write, row: &SqliteRow, because: Option<&str>, at: Timestamp) -> Result<Vec<BlobName>> {
    sqlx::query("UPDATE outbox SET state = 'withdrawn', ended_at = ?, taken_back = ? WHERE submission = ?")
        .bind(ms(at))
        .bind(because)
        .bind(row.bytes("submission")?)
        .execute(&mut **write)
        .await?;
    follow(write, row, &Transition::Edit, at).await?;
    // What was packed for a portal too stays as it was packed.
    let dossier = row.id("dossier")?;
    if portal::holds(write, dossier).await? && dossiers::state(write, dossier).await? == State::Draft {
        dossiers::set_state(write, dossier, State::Packed, at).await?;
    }
    if because.is_some() {
        return Ok(vec![]);
    }
    let files = sqlx::query("DELETE FROM outbox_files WHERE submission = ? RETURNING blob")
        .bind(row.bytes("submission")?)
        .fetch_all(&mut **write)
        .await?;
    files.iter().map(|row| row.hash("blob").map(BlobName)).collect()
}

/// Takes back what waits to be sent of a dossier, where the hub cannot have it: something in it must not be sent. Gives the files of
/// what was taken back.
pub(crate) async fn hold_back(write: &mut Write, dossier: DossierId, at: Timestamp) -> Result<Vec<BlobName>> {
    let row = sqlx::query(concat!(
        "SELECT * FROM outbox WHERE dossier = ? AND state IN ('pending', 'waiting', 'quarantined')
           AND (posted = 0 OR refused = 1) AND NOT ",
        parcels::under_way!()
    ))
    .bind(columns::id(dossier.0))
    .fetch_optional(&mut **write)
    .await?;
    match row {
        Some(row) => withdraw(write, &row, None, at).await,
        None => Ok(vec![]),
    }
}

/// Nothing that holds a file in which a state secret was read meanwhile is tried (again): a person has to look at it.
async fn stop_secrets(write: &mut Write, now: Timestamp) -> Result<()> {
    let error = SendError { code: "secret_paper".into(), args: serde_json::Value::Null };
    let rows = sqlx::query(
        "UPDATE outbox SET state = 'quarantined', last_error = ?1, lease_until = NULL
         WHERE (state IN ('pending', 'waiting') OR (state = 'running' AND lease_until <= ?2))
           AND EXISTS (SELECT 1 FROM outbox_files f JOIN secret_frames s ON s.blob = f.blob
                       WHERE f.submission = outbox.submission)
         RETURNING *",
    )
    .bind(columns::json(&error, "last_error")?)
    .bind(ms(now))
    .fetch_all(&mut **write)
    .await?;
    for row in &rows {
        follow(write, row, &Transition::Quarantine, now).await?;
    }
    Ok(())
}

/// At start: no runner is alive, so nothing is running. Gives how many were released.
pub(crate) async fn release_all(write: &mut Write) -> Result<u64> {
    let (sending, queued) = (columns::name(&State::Sending, "state")?, columns::name(&State::Queued, "state")?);
    sqlx::query("UPDATE dossiers SET state = ? WHERE state = ?")
        .bind(queued)
        .bind(sending)
        .execute(&mut **write)
        .await?;
    let released = sqlx::query("UPDATE outbox SET state = 'pending', lease_until = NULL WHERE state = 'running'")
        .execute(&mut **write)
        .await?;
    Ok(released.rows_affected())
}

async fn prolong(write: &mut Write, id: SubmissionId, until: Timestamp) -> Result<()> {
    sqlx::query("UPDATE outbox SET lease_until = ? WHERE submission = ? AND state = 'running'")
        .bind(ms(until))
        .bind(columns::id(id.0))
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// Whether a value of the row is not what this version, or any, would have written.
fn is_unreadable(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Corrupt { what: Damage::Column(_) } | StoreError::Database(sqlx::Error::ColumnDecode { .. })
    )
}

async fn row_of(write: &mut Write, id: SubmissionId) -> Result<SqliteRow> {
    sqlx::query("SELECT * FROM outbox WHERE submission = ?")
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?
        .ok_or(StoreError::NotFound(Subject::Submission))
}

async fn in_state(write: &mut Write, id: SubmissionId, allowed: &[OutboxState]) -> Result<SqliteRow> {
    let row = row_of(write, id).await?;
    let stored = row.name("state")?;
    if allowed.contains(&stored) { Ok(row) } else { Err(StoreError::Conflict(Clash::Submission { stored })) }
}

#[cfg(test)]
mod tests;
