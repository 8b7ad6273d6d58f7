//! Dossiers: what is kept of each, autosave, states. Lists are in `find`.

use std::collections::BTreeMap;

use dossier::{Digest, DossierId, LocalMoment, State, Timestamp, Transition, text::nfc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;

use crate::{
    Act, Clash, Result, Store, StoreError, Subject,
    columns::{self, Columns},
    database::Write,
    ms,
};

/// What a new dossier begins with. Its state is [`State::Draft`], its answers are empty.
#[derive(Debug, Clone)]
pub struct NewDossier {
    pub id: DossierId,
    pub procedure_code: String,
    pub procedure_revision: String,
    pub procedure_sha256: Digest,
    pub provisional_code: Option<String>,
    pub head: DossierHead,
    /// Made to try the application out; never sent.
    pub practice: bool,
}

/// What a person sees of a dossier in a list, and who stands behind it. Text is stored as NFC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DossierHead {
    pub title: String,
    /// The applicant as shown.
    pub applicant: String,
    pub prepared_by: Option<String>,
    pub on_behalf_of: Option<String>,
    /// What says who is named in it, opaque here, to find papers of the same people by. Never read back: `None` leaves it as it is.
    #[serde(skip)]
    pub people: Option<Vec<String>>,
}

/// One dossier, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    pub id: DossierId,
    pub procedure_code: String,
    pub procedure_revision: String,
    pub procedure_sha256: Digest,
    pub state: State,
    pub provisional_code: Option<String>,
    pub official_code: Option<String>,
    pub head: DossierHead,
    /// When the clerk declared that no paper of this dossier is a state secret.
    pub secrecy_declared_at: Option<Timestamp>,
    /// Opaque here; serialised `dossier::Answers`.
    pub answers: Value,
    /// Grows by one with every save; the next save names it.
    pub answers_version: u64,
    pub practice: bool,
    /// Put away; in no list until it is restored.
    pub discarded: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A dossier in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct DossierSummary {
    pub id: DossierId,
    pub procedure_code: String,
    pub state: State,
    pub provisional_code: Option<String>,
    pub official_code: Option<String>,
    pub head: DossierHead,
    pub practice: bool,
    /// The official moment it is due, once an officer has set one.
    pub due: Option<LocalMoment>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub(crate) const SUMMARY: &str = "row, id, procedure_code, state, provisional_code, official_code, title, applicant, \
                                  prepared_by, on_behalf_of, practice, due, created_at, updated_at";

impl Store {
    /// Makes the dossier, untouched, and its first journal entry.
    pub async fn create_dossier(&self, new: &NewDossier, act: &Act<'_>) -> Result<Dossier> {
        self.begin_dossier(new, None, act).await
    }

    /// Makes the dossier with its first answers, and its first journal entry.
    pub async fn begin_dossier(&self, new: &NewDossier, answers: Option<&Value>, act: &Act<'_>) -> Result<Dossier> {
        let mut write = self.write().await?;
        let made = insert(&mut write, new, answers, act).await?;
        write.commit().await?;
        Ok(made)
    }

    pub async fn dossier(&self, id: DossierId) -> Result<Dossier> {
        let row = sqlx::query("SELECT * FROM dossiers WHERE id = ?")
            .bind(columns::id(id.0))
            .fetch_optional(self.read())
            .await?
            .ok_or(StoreError::NotFound(Subject::Dossier))?;
        dossier(&row)
    }

    /// The dossier with this provisional or official code.
    pub async fn find_dossier(&self, code: &str) -> Result<Option<DossierId>> {
        let row = sqlx::query(
            "SELECT id FROM dossiers WHERE (provisional_code = ?1 OR official_code = ?1) AND discarded_at IS NULL
             ORDER BY row DESC LIMIT 1",
        )
        .bind(code)
        .fetch_optional(self.read())
        .await?;
        row.map(|row| row.id("id")).transpose()
    }

    /// Saves the answers (autosave): when this returns they are on the disk. Gives the new version.
    ///
    /// # Errors
    /// [`Clash::StaleAnswers`] unless `version` is the stored one; [`Clash::Frozen`] while a submission is under way;
    /// [`StoreError::Forbidden`] once sent, unless a supplement was asked for.
    pub async fn save_answers(
        &self,
        id: DossierId,
        version: u64,
        answers: &Value,
        head: &DossierHead,
        at: Timestamp,
    ) -> Result<u64> {
        let mut write = self.write().await?;
        begin_edit(&mut write, id, at).await?;
        let head = head.nfc();
        let row = sqlx::query(
            "UPDATE dossiers SET answers = ?, answers_version = answers_version + 1, title = ?, applicant = ?,
               prepared_by = ?, on_behalf_of = ?, updated_at = ?
             WHERE id = ? AND answers_version = ? RETURNING *",
        )
        .bind(columns::json(answers, "answers")?)
        .bind(&head.title)
        .bind(&head.applicant)
        .bind(&head.prepared_by)
        .bind(&head.on_behalf_of)
        .bind(ms(at))
        .bind(columns::id(id.0))
        .bind(columns::integer(version, "answers_version")?)
        .fetch_optional(&mut *write)
        .await?;
        let Some(row) = row else {
            let stored = answers_version(&mut write, id).await?;
            return Err(StoreError::Conflict(Clash::StaleAnswers { stored }));
        };
        if let Some(people) = &head.people {
            crate::reuse::name_people(&mut write, id, people).await?;
        }
        let saved = row.number("answers_version")?;
        write.commit().await?;
        Ok(saved)
    }

    /// Notes that the clerk declared no paper of the dossier to be a state secret.
    pub async fn declare_secrecy(&self, id: DossierId, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        declare_secrecy(&mut write, id, act).await?;
        Ok(write.commit().await?)
    }

    /// Pins the dossier to another revision of its procedure, with the answers as they are carried over.
    pub async fn repin_dossier(
        &self,
        id: DossierId,
        version: u64,
        revision: &str,
        sha256: Digest,
        answers: &Value,
        act: &Act<'_>,
    ) -> Result<u64> {
        let mut write = self.write().await?;
        begin_edit(&mut write, id, act.at).await?;
        let before = answers_digest(&mut write, id).await?;
        let text = columns::json(answers, "answers")?;
        let row = sqlx::query(
            "UPDATE dossiers SET procedure_revision = ?, procedure_sha256 = ?, answers = ?, updated_at = ?,
               answers_version = answers_version + 1 WHERE id = ? AND answers_version = ? RETURNING answers_version",
        )
        .bind(revision)
        .bind(sha256.0.to_vec())
        .bind(&text)
        .bind(ms(act.at))
        .bind(columns::id(id.0))
        .bind(columns::integer(version, "answers_version")?)
        .fetch_optional(&mut *write)
        .await?;
        let Some(row) = row else {
            let stored = answers_version(&mut write, id).await?;
            return Err(StoreError::Conflict(Clash::StaleAnswers { stored }));
        };
        let after = Digest::of(text.as_bytes());
        crate::journal::append(&mut write, act, Some(id), Some(before), Some(after)).await?;
        let saved = row.number("answers_version")?;
        write.commit().await?;
        Ok(saved)
    }

    /// Lets `transition` happen to the dossier, with its journal entry; gives the state after it.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] when it cannot happen in the present state.
    pub async fn transition(&self, id: DossierId, transition: &Transition, act: &Act<'_>) -> Result<State> {
        let mut write = self.write().await?;
        let from = live_state(&mut write, id).await?;
        let to = from.apply(transition)?;
        set_state(&mut write, id, to, act.at).await?;
        crate::journal::append(&mut write, act, Some(id), Some(state_digest(from)?), Some(state_digest(to)?)).await?;
        write.commit().await?;
        Ok(to)
    }

    /// How many dossiers stand in each state that has any.
    pub async fn count_dossiers(&self) -> Result<BTreeMap<String, u64>> {
        let rows =
            sqlx::query("SELECT state, total FROM dossier_counts WHERE total > 0").fetch_all(self.read()).await?;
        rows.iter().map(|row| Ok((row.text("state")?, row.number("total")?))).collect()
    }
}

/// [`Store::create_dossier`] as a part of something larger; `answers` are its first save.
pub(crate) async fn insert(
    write: &mut Write,
    new: &NewDossier,
    answers: Option<&Value>,
    act: &Act<'_>,
) -> Result<Dossier> {
    let head = new.head.nfc();
    let text = answers.map_or_else(|| Ok("{}".to_owned()), |answers| columns::json(answers, "answers"))?;
    let row = sqlx::query(
        "INSERT INTO dossiers (id, procedure_code, procedure_revision, procedure_sha256, state, provisional_code,
           title, applicant, prepared_by, on_behalf_of, practice, answers, answers_version, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
    )
    .bind(columns::id(new.id.0))
    .bind(&new.procedure_code)
    .bind(&new.procedure_revision)
    .bind(new.procedure_sha256.0.to_vec())
    .bind(columns::name(&State::Draft, "state")?)
    .bind(&new.provisional_code)
    .bind(&head.title)
    .bind(&head.applicant)
    .bind(&head.prepared_by)
    .bind(&head.on_behalf_of)
    .bind(new.practice)
    .bind(&text)
    .bind(i64::from(answers.is_some()))
    .bind(ms(act.at))
    .bind(ms(act.at))
    .fetch_one(&mut **write)
    .await?;
    let made = dossier(&row)?;
    if let Some(people) = &head.people {
        crate::reuse::name_people(write, new.id, people).await?;
    }
    crate::journal::append(write, act, Some(new.id), None, Some(Digest::of(text.as_bytes()))).await?;
    Ok(made)
}

impl DossierHead {
    fn nfc(&self) -> Self {
        Self {
            title: nfc(&self.title),
            applicant: nfc(&self.applicant),
            prepared_by: self.prepared_by.as_deref().map(nfc),
            on_behalf_of: self.on_behalf_of.as_deref().map(nfc),
            people: self.people.clone(),
        }
    }
}

pub(crate) async fn declare_secrecy(write: &mut Write, id: DossierId, act: &Act<'_>) -> Result<()> {
    let changed = sqlx::query("UPDATE dossiers SET secrecy_declared_at = ? WHERE id = ? AND discarded_at IS NULL")
        .bind(ms(act.at))
        .bind(columns::id(id.0))
        .execute(&mut **write)
        .await?;
    if changed.rows_affected() == 0 {
        return Err(StoreError::NotFound(Subject::Dossier));
    }
    let declared = Act { what: "secrecy.declared", ..*act };
    crate::journal::append(write, &declared, Some(id), None, None).await?;
    Ok(())
}

pub(crate) async fn state(write: &mut Write, id: DossierId) -> Result<State> {
    sqlx::query("SELECT state FROM dossiers WHERE id = ?")
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?
        .ok_or(StoreError::NotFound(Subject::Dossier))?
        .name("state")
}

/// As [`state`], of a dossier that is not put away: nothing but its restoring happens to one that is.
pub(crate) async fn live_state(write: &mut Write, id: DossierId) -> Result<State> {
    sqlx::query("SELECT state FROM dossiers WHERE id = ? AND discarded_at IS NULL")
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?
        .ok_or(StoreError::NotFound(Subject::Dossier))?
        .name("state")
}

pub(crate) async fn set_state(write: &mut Write, id: DossierId, to: State, at: Timestamp) -> Result<()> {
    sqlx::query("UPDATE dossiers SET state = ?, updated_at = ? WHERE id = ?")
        .bind(columns::name(&to, "state")?)
        .bind(ms(at))
        .bind(columns::id(id.0))
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// The digest of a state's name, as the journal records changes of state.
pub(crate) fn state_digest(state: State) -> Result<Digest> {
    Ok(Digest::of(columns::name(&state, "state")?.as_bytes()))
}

/// Before any change to the content of a dossier: one with a submission under way is refused, for what is sent is what
/// was frozen; one that was ready is a draft again; one sent is refused unless the hub asked for a supplement; one put
/// away is not found.
pub(crate) async fn begin_edit(write: &mut Write, id: DossierId, at: Timestamp) -> Result<()> {
    let from = live_state(write, id).await?;
    not_under_way(write, id).await?;
    if from == State::SupplementRequested {
        return touch(write, id, at).await;
    }
    set_state(write, id, from.apply(&Transition::Edit)?, at).await
}

pub(crate) async fn not_under_way(write: &mut Write, id: DossierId) -> Result<()> {
    let under_way = sqlx::query("SELECT 1 FROM outbox WHERE dossier = ? AND state NOT IN ('done', 'withdrawn')")
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?;
    let frozen = under_way.is_some() || crate::portal::holds(write, id).await?;
    if frozen { Err(StoreError::Conflict(Clash::Frozen)) } else { Ok(()) }
}

/// Moves the time of the last change.
pub(crate) async fn touch(write: &mut Write, id: DossierId, at: Timestamp) -> Result<()> {
    sqlx::query("UPDATE dossiers SET updated_at = ? WHERE id = ?")
        .bind(ms(at))
        .bind(columns::id(id.0))
        .execute(&mut **write)
        .await?;
    Ok(())
}

pub(crate) async fn answers_version(write: &mut Write, id: DossierId) -> Result<u64> {
    sqlx::query("SELECT answers_version FROM dossiers WHERE id = ?")
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?
        .ok_or(StoreError::NotFound(Subject::Dossier))?
        .number("answers_version")
}

pub(crate) async fn is_practice(write: &mut Write, id: DossierId) -> Result<bool> {
    sqlx::query("SELECT practice FROM dossiers WHERE id = ?")
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?
        .ok_or(StoreError::NotFound(Subject::Dossier))?
        .flag("practice")
}

/// The digest of the answers as they are stored.
pub(crate) async fn answers_digest(write: &mut Write, id: DossierId) -> Result<Digest> {
    let row = sqlx::query("SELECT answers FROM dossiers WHERE id = ?")
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?
        .ok_or(StoreError::NotFound(Subject::Dossier))?;
    Ok(Digest::of(row.text("answers")?.as_bytes()))
}

fn head(row: &SqliteRow) -> Result<DossierHead> {
    Ok(DossierHead {
        title: row.text("title")?,
        applicant: row.text("applicant")?,
        prepared_by: row.text_or_null("prepared_by")?,
        on_behalf_of: row.text_or_null("on_behalf_of")?,
        people: None,
    })
}

pub(crate) fn summary(row: &SqliteRow) -> Result<DossierSummary> {
    Ok(DossierSummary {
        id: row.id("id")?,
        procedure_code: row.text("procedure_code")?,
        state: row.name("state")?,
        provisional_code: row.text_or_null("provisional_code")?,
        official_code: row.text_or_null("official_code")?,
        head: head(row)?,
        practice: row.integer("practice")? != 0,
        due: row.due("due")?,
        created_at: row.at("created_at")?,
        updated_at: row.at("updated_at")?,
    })
}

fn dossier(row: &SqliteRow) -> Result<Dossier> {
    Ok(Dossier {
        id: row.id("id")?,
        procedure_code: row.text("procedure_code")?,
        procedure_revision: row.text("procedure_revision")?,
        procedure_sha256: row.digest("procedure_sha256")?,
        state: row.name("state")?,
        provisional_code: row.text_or_null("provisional_code")?,
        official_code: row.text_or_null("official_code")?,
        head: head(row)?,
        secrecy_declared_at: row.at_or_null("secrecy_declared_at")?,
        answers: row.json("answers")?,
        answers_version: row.number("answers_version")?,
        practice: row.integer("practice")? != 0,
        discarded: row.integer_or_null("discarded_at")?.is_some(),
        created_at: row.at("created_at")?,
        updated_at: row.at("updated_at")?,
    })
}

#[cfg(test)]
mod tests;
