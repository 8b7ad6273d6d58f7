//! Packs: dossiers that leave as files, to be filed at a portal by hand.
//!
//! A dossier is taken for its pack before the pack stands at its place, and what stands there counts only once it was opened again:
//! a kill between the two leaves a pack that is finished or withdrawn, never one that nobody knows of.

use dossier::{Date, Digest, DossierId, LocalMoment, State, Timestamp, Transition, state::Forbidden};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::{
    Act, BlobId, BlobName, Clash, NewOutboxFile, NewSubmission, Result, Store, StoreError, Subject, blobs,
    columns::{self, Columns},
    database::Write,
    dossiers, journal, ms, outbox,
};

/// What a pack begins with.
#[derive(Debug, Clone)]
pub struct NewPack {
    pub id: Uuid,
    pub dossier: DossierId,
    pub portal: String,
    /// The portal's data; opaque here.
    pub portal_json: String,
    /// Where it is written: a folder or file of this computer.
    pub place: String,
    /// What is in it; opaque here.
    pub contents: Value,
    pub files: Vec<PackFile>,
    /// The answers and papers it was made of: refused when they are others by now.
    pub answers_version: u64,
    pub papers: Vec<NewOutboxFile>,
    /// Why it goes both ways, or is made anew although one was made; empty where it goes this way alone.
    pub reason: String,
}

/// One file of a pack, under its name there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    pub name: String,
    pub blob: BlobId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackState {
    /// The dossier is taken; nothing was seen at the place yet.
    Writing,
    /// At its place, and what was prepared.
    Written,
    Filed,
    Withdrawn,
}

/// A pack as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    pub id: Uuid,
    pub dossier: DossierId,
    pub portal: String,
    pub portal_json: String,
    pub state: PackState,
    pub place: String,
    pub contents: Value,
    pub reason: String,
    pub made_at: Timestamp,
    /// The portal's code, and the day it was filed there.
    pub code: Option<String>,
    pub filed_on: Option<Date>,
    pub slip: Option<(BlobName, String)>,
}

/// What was brought back from the portal.
#[derive(Debug, Clone)]
pub struct Filing {
    pub code: String,
    pub on: Date,
    /// The portal's slip, with the name of its file.
    pub slip: Option<(BlobId, String)>,
}

impl Store {
    /// Freezes the dossier for a pack: one transaction.
    ///
    /// # Errors
    /// As [`Store::freeze`]; [`Forbidden::OtherWay`] when the dossier goes by the hub, or was packed before, and no reason is given,
    /// and always once it was filed.
    pub async fn begin_pack(&self, new: &NewPack, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let from = dossiers::live_state(&mut write, new.dossier).await?;
        if dossiers::is_practice(&mut write, new.dossier).await? {
            return Err(StoreError::Conflict(Clash::Practice));
        }
        let stored = dossiers::answers_version(&mut write, new.dossier).await?;
        if stored != new.answers_version {
            return Err(StoreError::Conflict(Clash::StaleAnswers { stored }));
        }
        if !outbox::papers_are(&mut write, new.dossier, &new.papers).await? {
            return Err(StoreError::Conflict(Clash::Papers));
        }
        let before = live(&mut write, new.dossier).await?;
        let unfinished = before.as_ref().is_some_and(|pack| pack.state == PackState::Writing);
        if before.as_ref().is_some_and(|pack| pack.state == PackState::Filed) {
            return Err(Forbidden::OtherWay { from }.into());
        }
        let insisted = unfinished || !new.reason.is_empty();
        let to = from.apply(&Transition::Pack { blocking: 0, insisted })?;
        let mut forgotten = vec![];
        // Begun anew, it goes both ways for the reason that was given the first time.
        let kept = before.as_ref().filter(|_| unfinished).map_or("", |pack| pack.reason.as_str());
        let reason = joined(kept, &new.reason);
        if let Some(before) = before {
            forgotten = end(&mut write, &before, &new.reason).await?;
        }
        dossiers::set_state(&mut write, new.dossier, to, act.at).await?;
        let contents = columns::json(&new.contents, "contents")?;
        sqlx::query(
            "INSERT INTO portal_packs (id, dossier, portal, portal_json, state, place, contents, reason, made_at)
             VALUES (?, ?, ?, ?, 'writing', ?, ?, ?, ?)",
        )
        .bind(columns::id(new.id))
        .bind(columns::id(new.dossier.0))
        .bind(&new.portal)
        .bind(&new.portal_json)
        .bind(&new.place)
        .bind(&contents)
        .bind(&reason)
        .bind(ms(act.at))
        .execute(&mut *write)
        .await?;
        for (position, file) in new.files.iter().enumerate() {
            blobs::require(&mut write, &file.blob).await?;
            sqlx::query("INSERT INTO portal_files (pack, position, blob, name) VALUES (?, ?, ?, ?)")
                .bind(columns::id(new.id))
                .bind(columns::integer(position as u64, "position")?)
                .bind(file.blob.name.0.to_vec())
                .bind(&file.name)
                .execute(&mut *write)
                .await?;
        }
        let before = dossiers::answers_digest(&mut write, new.dossier).await?;
        let after = Digest::of(format!("{contents}\n{reason}").as_bytes());
        journal::append(&mut write, act, Some(new.dossier), Some(before), Some(after)).await?;
        write.commit().await?;
        self.forget_unreferred(&forgotten).await?;
        Ok(())
    }

    /// The pack was opened again at its place and is what was prepared. Said twice, it is so.
    pub async fn finish_pack(&self, id: Uuid, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let row = sqlx::query(
            "UPDATE portal_packs SET state = 'written' WHERE id = ? AND state = 'writing' RETURNING dossier, contents",
        )
        .bind(columns::id(id))
        .fetch_optional(&mut *write)
        .await?;
        let Some(row) = row else {
            let written = sqlx::query("SELECT 1 FROM portal_packs WHERE id = ? AND state = 'written'");
            let written = written.bind(columns::id(id)).fetch_optional(&mut *write).await?.is_some();
            return if written { Ok(()) } else { Err(StoreError::NotFound(Subject::Pack)) };
        };
        let after = Digest::of(row.text("contents")?.as_bytes());
        journal::append(&mut write, act, Some(row.id("dossier")?), None, Some(after)).await?;
        Ok(write.commit().await?)
    }

    /// A person says that the pack was not filed, and will not be: the dossier can be edited, or go by the hub.
    pub async fn withdraw_pack(&self, dossier: DossierId, reason: &str, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let from = dossiers::live_state(&mut write, dossier).await?;
        let pack = live(&mut write, dossier).await?.ok_or(StoreError::NotFound(Subject::Pack))?;
        if pack.state == PackState::Filed {
            return Err(Forbidden::NotFrom { from, transition: Transition::Unpack }.into());
        }
        let forgotten = end(&mut write, &pack, reason).await?;
        // One that goes by the hub too stands where the hub has it.
        if from == State::Packed {
            dossiers::set_state(&mut write, dossier, from.apply(&Transition::Unpack)?, act.at).await?;
        }
        journal::append(&mut write, act, Some(dossier), None, Some(Digest::of(reason.as_bytes()))).await?;
        write.commit().await?;
        self.forget_unreferred(&forgotten).await?;
        Ok(())
    }

    /// The portal took the dossier under this code: pack, code and state at once. The same again changes nothing; another code, or a
    /// slip, is put in the place of what was noted before, and a slip that was there is kept beside it.
    ///
    /// # Errors
    /// [`Subject::Pack`] not found when nothing was packed; [`Clash::Taken`] when another dossier has the code;
    /// [`Clash::PackUnfinished`] when the pack was never seen at its place.
    pub async fn file_pack(&self, dossier: DossierId, filing: &Filing, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let from = dossiers::live_state(&mut write, dossier).await?;
        let pack = live(&mut write, dossier).await?.ok_or(StoreError::NotFound(Subject::Pack))?;
        if pack.state == PackState::Writing {
            return Err(StoreError::Conflict(Clash::PackUnfinished));
        }
        let taken = sqlx::query(
            "SELECT 1 FROM dossiers WHERE official_code = ?1 AND id <> ?2
             UNION SELECT 1 FROM portal_packs WHERE code = ?1 AND dossier <> ?2 AND state = 'filed'",
        )
        .bind(&filing.code)
        .bind(columns::id(dossier.0))
        .fetch_optional(&mut *write)
        .await?;
        if taken.is_some() {
            return Err(StoreError::Conflict(Clash::Taken));
        }
        if let Some((slip, _)) = &filing.slip {
            blobs::require(&mut write, slip).await?;
        }
        if pack.state == PackState::Written {
            let to = from.apply(&Transition::FileAtPortal)?;
            dossiers::set_state(&mut write, dossier, to, act.at).await?;
        }
        if let (Some((slip, _)), Some((before, called))) = (&filing.slip, &pack.slip)
            && slip.name != *before
        {
            sqlx::query("INSERT OR IGNORE INTO portal_slips (pack, blob, name) VALUES (?, ?, ?)")
                .bind(columns::id(pack.id))
                .bind(before.0.to_vec())
                .bind(called)
                .execute(&mut *write)
                .await?;
        }
        sqlx::query(
            "UPDATE portal_packs SET state = 'filed', code = ?, filed_on = ?, filed_at = coalesce(filed_at, ?),
               slip = coalesce(?, slip), slip_name = coalesce(?, slip_name) WHERE id = ?",
        )
        .bind(&filing.code)
        .bind(filing.on.to_string())
        .bind(ms(act.at))
        .bind(filing.slip.as_ref().map(|(slip, _)| slip.name.0.to_vec()))
        .bind(filing.slip.as_ref().map(|(_, name)| name.clone()))
        .bind(columns::id(pack.id))
        .execute(&mut *write)
        .await?;
        // The hub's own code, where it has one, stays the dossier's.
        sqlx::query(
            "UPDATE dossiers SET official_code = CASE WHEN official_code IS NULL OR official_code IS ?1 THEN ?2
               ELSE official_code END WHERE id = ?3",
        )
        .bind(&pack.code)
        .bind(&filing.code)
        .bind(columns::id(dossier.0))
        .execute(&mut *write)
        .await?;
        let before = pack.code.as_ref().map(|code| Digest::of(code.as_bytes()));
        journal::append(&mut write, act, Some(dossier), before, Some(Digest::of(filing.code.as_bytes()))).await?;
        Ok(write.commit().await?)
    }

    /// A person saw how a dossier that was filed at a portal stands there: it stands so here. `event` is made of the note's number.
    ///
    /// # Errors
    /// [`Subject::Pack`] not found of one that was not filed; [`Forbidden::OtherWay`] of one that the hub follows, whose word counts.
    pub async fn note_at_portal(
        &self,
        dossier: DossierId,
        (state, due): (State, Option<LocalMoment>),
        event: impl FnOnce(u64) -> Value,
        act: &Act<'_>,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let from = dossiers::live_state(&mut write, dossier).await?;
        let filed = live(&mut write, dossier).await?.is_some_and(|pack| pack.state == PackState::Filed);
        if !filed {
            return Err(StoreError::NotFound(Subject::Pack));
        }
        if received(&mut write, dossier).await? || from.national_code().is_none() {
            return Err(Forbidden::OtherWay { from }.into());
        }
        let sql = "SELECT coalesce(max(seq), 0) + 1 AS seq FROM portal_notes WHERE dossier = ?";
        let row = sqlx::query(sql).bind(columns::id(dossier.0)).fetch_one(&mut *write).await?;
        let seq = row.number("seq")?;
        let json = columns::json(&event(seq), "json")?;
        sqlx::query("INSERT INTO portal_notes (dossier, seq, state, due, json) VALUES (?, ?, ?, ?, ?)")
            .bind(columns::id(dossier.0))
            .bind(columns::integer(seq, "seq")?)
            .bind(columns::name(&state, "state")?)
            .bind(due.map(columns::due_number))
            .bind(&json)
            .execute(&mut *write)
            .await?;
        dossiers::set_state(&mut write, dossier, state, act.at).await?;
        let sql = "UPDATE dossiers SET due = coalesce(?, due) WHERE id = ?";
        sqlx::query(sql).bind(due.map(columns::due_number)).bind(columns::id(dossier.0)).execute(&mut *write).await?;
        journal::append(&mut write, act, Some(dossier), None, Some(Digest::of(json.as_bytes()))).await?;
        Ok(write.commit().await?)
    }

    /// What was seen at the portal, in order.
    pub async fn portal_notes(&self, dossier: DossierId) -> Result<Vec<Value>> {
        let rows = sqlx::query("SELECT json FROM portal_notes WHERE dossier = ? ORDER BY seq")
            .bind(columns::id(dossier.0))
            .fetch_all(self.read())
            .await?;
        rows.iter().map(|row| row.json("json")).collect()
    }

    /// As [`Store::freeze`], of a dossier that was packed, or filed, for a portal: a person said that it goes both ways, and why.
    ///
    /// # Errors
    /// [`Forbidden::NotFrom`] when the hub has it already.
    pub async fn freeze_too(&self, new: &NewSubmission, reason: &str, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let pack = live(&mut write, new.dossier).await?.ok_or(StoreError::NotFound(Subject::Pack))?;
        let transition = Transition::SubmitToo { blocking: 0 };
        if received(&mut write, new.dossier).await? {
            let from = dossiers::live_state(&mut write, new.dossier).await?;
            return Err(Forbidden::NotFrom { from, transition }.into());
        }
        sqlx::query("UPDATE portal_packs SET reason = ? WHERE id = ?")
            .bind(joined(&pack.reason, reason))
            .bind(columns::id(pack.id))
            .execute(&mut *write)
            .await?;
        outbox::freeze(&mut write, new, &transition, act).await?;
        journal::append(&mut write, act, Some(new.dossier), None, Some(Digest::of(reason.as_bytes()))).await?;
        Ok(write.commit().await?)
    }

    /// When the dossier was packed for the first time.
    pub async fn first_packed(&self, dossier: DossierId) -> Result<Option<Timestamp>> {
        let row = sqlx::query("SELECT min(made_at) AS made_at FROM portal_packs WHERE dossier = ?")
            .bind(columns::id(dossier.0))
            .fetch_one(self.read())
            .await?;
        row.at_or_null("made_at")
    }

    /// The pack of a dossier that may be, or was, filed.
    pub async fn pack(&self, dossier: DossierId) -> Result<Option<Pack>> {
        let row = sqlx::query("SELECT * FROM portal_packs WHERE dossier = ? AND state <> 'withdrawn'")
            .bind(columns::id(dossier.0))
            .fetch_optional(self.read())
            .await?;
        row.as_ref().map(pack).transpose()
    }

    /// The very files of a pack, in their order.
    pub async fn pack_files(&self, id: Uuid) -> Result<Vec<PackFile>> {
        let rows = sqlx::query(
            "SELECT f.name AS called, b.name, b.sha256, b.size FROM portal_files f JOIN blobs b ON b.name = f.blob
             WHERE f.pack = ? ORDER BY f.position",
        )
        .bind(columns::id(id))
        .fetch_all(self.read())
        .await?;
        rows.iter().map(|row| Ok(PackFile { name: row.text("called")?, blob: blobs::blob_id(row)? })).collect()
    }

    /// A portal's slip as it was brought back.
    pub async fn slip(&self, dossier: DossierId) -> Result<Option<(String, Vec<u8>)>> {
        let Some(Pack { slip: Some((name, called)), .. }) = self.pack(dossier).await? else { return Ok(None) };
        let row = sqlx::query("SELECT name, sha256, size FROM blobs WHERE name = ?")
            .bind(name.0.to_vec())
            .fetch_optional(self.read())
            .await?
            .ok_or(StoreError::NotFound(Subject::Blob))?;
        Ok(Some((called, self.get_blob(&blobs::blob_id(&row)?).await?)))
    }
}

/// Whether a pack that nobody has filed or withdrawn holds the dossier as it is.
pub(crate) async fn holds(write: &mut Write, dossier: DossierId) -> Result<bool> {
    Ok(live(write, dossier).await?.is_some_and(|pack| pack.state != PackState::Filed))
}

pub(crate) async fn live(write: &mut Write, dossier: DossierId) -> Result<Option<Pack>> {
    let row = sqlx::query("SELECT * FROM portal_packs WHERE dossier = ? AND state <> 'withdrawn'")
        .bind(columns::id(dossier.0))
        .fetch_optional(&mut **write)
        .await?;
    row.as_ref().map(pack).transpose()
}

/// Takes back a pack that was not filed: something in it must not go. Gives its files.
pub(crate) async fn hold_back(write: &mut Write, dossier: DossierId, at: Timestamp) -> Result<Vec<BlobName>> {
    let Some(pack) = live(write, dossier).await?.filter(|pack| pack.state != PackState::Filed) else {
        return Ok(vec![]);
    };
    let files = end(write, &pack, "state secret").await?;
    let from = dossiers::state(write, dossier).await?;
    if from == State::Packed {
        dossiers::set_state(write, dossier, from.apply(&Transition::Unpack)?, at).await?;
    }
    Ok(files)
}

/// The hub has it.
async fn received(write: &mut Write, dossier: DossierId) -> Result<bool> {
    let receipt = sqlx::query("SELECT 1 FROM receipts WHERE dossier = ? LIMIT 1").bind(columns::id(dossier.0));
    Ok(receipt.fetch_optional(&mut **write).await?.is_some())
}

/// What it consisted of stays written; its files, of which nobody knows what becomes of the dossier's papers, do not. Gives them.
async fn end(write: &mut Write, pack: &Pack, reason: &str) -> Result<Vec<BlobName>> {
    sqlx::query("UPDATE portal_packs SET state = 'withdrawn', reason = ? WHERE id = ?")
        .bind(joined(&pack.reason, reason))
        .bind(columns::id(pack.id))
        .execute(&mut **write)
        .await?;
    let files = sqlx::query("DELETE FROM portal_files WHERE pack = ? RETURNING blob")
        .bind(columns::id(pack.id))
        .fetch_all(&mut **write)
        .await?;
    files.iter().map(|row| row.hash("blob").map(BlobName)).collect()
}

fn joined(before: &str, reason: &str) -> String {
    [before, reason].into_iter().filter(|reason| !reason.is_empty()).collect::<Vec<_>>().join("\n")
}

fn pack(row: &SqliteRow) -> Result<Pack> {
    let on = row.text_or_null("filed_on")?;
    let on = on.map(|on| on.parse().map_err(|_| StoreError::column("filed_on"))).transpose()?;
    let slip = row.hash_or_null("slip")?.map(BlobName);
    Ok(Pack {
        id: row.id("id")?,
        dossier: row.id("dossier")?,
        portal: row.text("portal")?,
        portal_json: row.text("portal_json")?,
        state: row.name("state")?,
        place: row.text("place")?,
        contents: row.json("contents")?,
        reason: row.text("reason")?,
        made_at: row.at("made_at")?,
        code: row.text_or_null("code")?,
        filed_on: on,
        slip: slip.zip(row.text_or_null("slip_name")?),
    })
}

#[cfg(test)]
mod tests;
