//! Stacks: papers taken in at once, before a person or their cover sheets have said where each belongs. They are kept here with what
//! was found on their pages and what was decided; a start after a kill goes on with them.

use std::collections::BTreeMap;

use dossier::{DocumentId, StackId, Timestamp, text::nfc};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;

use crate::{
    Act, BlobId, BlobName, Clash, NewDocument, Result, Store, StoreError, Subject, blobs,
    columns::{self, Columns},
    database::Write,
    discarded, documents, dossiers, ms,
    watched::{self, Watched},
};

/// A file of a stack; its content is stored already.
#[derive(Debug, Clone)]
pub struct NewStackFile {
    pub file_name: String,
    pub content: StackContent,
}

/// What came of a file of a stack.
#[derive(Debug, Clone)]
pub enum StackContent {
    Taken {
        blob: BlobId,
        media_type: String,
        frames: u32,
        sealed: bool,
    },
    /// Refused; opaque: why. Only its name is kept.
    Refused(Value),
}

/// A stack in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct StackHead {
    pub id: StackId,
    /// It came from the watched folder.
    pub watched: bool,
    /// Files there are to be.
    pub announced: u32,
    /// Files that are here, the refused ones too.
    pub files: u32,
    /// Pages of the files that are here.
    pub pages: u32,
    /// Pages that were looked at.
    pub examined: u32,
    pub created_at: Timestamp,
    pub last_added_at: Timestamp,
    pub filed_at: Option<Timestamp>,
    pub discarded: bool,
}

/// A stack, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    pub head: StackHead,
    /// In order.
    pub files: Vec<StackFile>,
    /// In order; those looked at.
    pub pages: Vec<StackPage>,
    /// Those of which anything is known besides their pages.
    pub parts: Vec<StackPart>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StackFile {
    pub file_name: String,
    pub media_type: String,
    pub blob: Option<BlobId>,
    pub frames: u32,
    pub sealed: bool,
    /// Opaque: why it was refused.
    pub fault: Option<Value>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StackPage {
    /// Index into the stack's files.
    pub file: u32,
    pub frame: u32,
    /// Opaque: what was found on it.
    pub found: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StackPart {
    /// File and frame of its first page.
    pub at: (u32, u32),
    /// Opaque: what a person decided about it.
    pub decision: Option<Value>,
    /// With how many pages it was filed.
    pub pages: Option<u32>,
    pub documents: Vec<DocumentId>,
    pub filed_at: Option<Timestamp>,
}

/// A part on its way into its dossier.
#[derive(Debug, Clone)]
pub struct FiledPart<'a> {
    /// File and frame of its first page.
    pub at: (u32, u32),
    /// All its pages, filed or not.
    pub pages: u32,
    /// The text of its cover sheet, which is used up.
    pub sheet: Option<&'a str>,
    /// Of one dossier.
    pub documents: &'a [NewDocument],
    /// Notes with it that the clerk declared no paper of the dossier to be a state secret, where nobody has yet.
    pub declared: bool,
}

const HEAD: &str = "SELECT s.*,
       (SELECT count(*) FROM stack_files f WHERE f.stack = s.id) AS files,
       (SELECT coalesce(sum(frames), 0) FROM stack_files f WHERE f.stack = s.id) AS pages,
       (SELECT count(*) FROM stack_pages p WHERE p.stack = s.id) AS examined
     FROM stacks s";

impl Store {
    pub async fn create_stack(&self, id: StackId, watched: bool, announced: u32, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query(
            "INSERT INTO stacks (id, watched, announced, created_at, last_added_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        )
        .bind(columns::id(id.0))
        .bind(watched)
        .bind(announced)
        .bind(ms(act.at))
        .execute(&mut *write)
        .await?;
        crate::journal::append(&mut write, act, None, None, None).await?;
        Ok(write.commit().await?)
    }

    /// Adds a file at the end of the stack; gives its place. One that came from the watched folder is known from the same instant.
    ///
    /// # Errors
    /// [`Subject::Stack`] or [`Subject::Blob`] not found; [`Clash::Taken`] once everything was filed.
    pub async fn add_stack_file(
        &self,
        id: StackId,
        file: &NewStackFile,
        watched: Option<&Watched>,
        at: Timestamp,
    ) -> Result<u32> {
        let mut write = self.write().await?;
        open_stack(&mut write, id).await?;
        let row = sqlx::query("SELECT coalesce(max(position) + 1, 0) AS next FROM stack_files WHERE stack = ?")
            .bind(columns::id(id.0))
            .fetch_one(&mut *write)
            .await?;
        let position: u32 = row.number("next")?;
        let (blob, media_type, frames, sealed, fault) = match &file.content {
            StackContent::Taken { blob, media_type, frames, sealed } => {
                blobs::require(&mut write, blob).await?;
                (Some(blob.name.0.to_vec()), media_type.as_str(), *frames, *sealed, None)
            }
            StackContent::Refused(fault) => (None, "", 0, false, Some(columns::json(fault, "fault")?)),
        };
        sqlx::query(
            "INSERT INTO stack_files (stack, position, file_name, media_type, blob, frames, sealed, fault)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(columns::id(id.0))
        .bind(position)
        .bind(nfc(&file.file_name))
        .bind(media_type)
        .bind(blob)
        .bind(frames)
        .bind(sealed)
        .bind(fault)
        .execute(&mut *write)
        .await?;
        sqlx::query("UPDATE stacks SET last_added_at = ?1, announced = max(announced, ?2) WHERE id = ?3")
            .bind(ms(at))
            .bind(position + 1)
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        if let Some(watched) = watched {
            watched::note(&mut write, watched).await?;
        }
        write.commit().await?;
        Ok(position)
    }

    /// Keeps what was found on a page; looked at again, what is new.
    pub async fn note_stack_page(&self, id: StackId, page: &StackPage) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("INSERT OR REPLACE INTO stack_pages VALUES (?, ?, ?, ?)")
            .bind(columns::id(id.0))
            .bind(page.file)
            .bind(page.frame)
            .bind(columns::json(&page.found, "found")?)
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await?)
    }

    pub async fn stack(&self, id: StackId) -> Result<Stack> {
        let stack = || columns::id(id.0);
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{HEAD} WHERE id = ?")))
            .bind(stack())
            .fetch_optional(self.read())
            .await?
            .ok_or(StoreError::NotFound(Subject::Stack))?;
        let files = sqlx::query(
            "SELECT f.*, b.name, b.sha256, b.size FROM stack_files f LEFT JOIN blobs b ON b.name = f.blob
             WHERE f.stack = ? ORDER BY f.position",
        )
        .bind(stack())
        .fetch_all(self.read())
        .await?;
        let pages = sqlx::query("SELECT * FROM stack_pages WHERE stack = ? ORDER BY file, frame")
            .bind(stack())
            .fetch_all(self.read())
            .await?;
        let parts = sqlx::query("SELECT * FROM stack_parts WHERE stack = ? ORDER BY file, frame")
            .bind(stack())
            .fetch_all(self.read())
            .await?;
        Ok(Stack {
            head: head(&row)?,
            files: files.iter().map(stack_file).collect::<Result<_>>()?,
            pages: pages.iter().map(stack_page).collect::<Result<_>>()?,
            parts: parts.iter().map(stack_part).collect::<Result<_>>()?,
        })
    }

    /// The stacks that are not put away, newest first; at most `limit`.
    pub async fn stacks(&self, limit: u32) -> Result<Vec<StackHead>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{HEAD} WHERE discarded_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ?"
        )))
        .bind(limit)
        .fetch_all(self.read())
        .await?;
        rows.iter().map(head).collect()
    }

    /// The stacks with pages nobody has looked at yet, oldest first.
    pub async fn stacks_to_examine(&self) -> Result<Vec<StackId>> {
        let rows = sqlx::query(
            "SELECT id FROM stacks s WHERE discarded_at IS NULL AND filed_at IS NULL
               AND (SELECT coalesce(sum(frames), 0) FROM stack_files WHERE stack = s.id)
                 > (SELECT count(*) FROM stack_pages WHERE stack = s.id)
             ORDER BY created_at, id",
        )
        .fetch_all(self.read())
        .await?;
        rows.iter().map(|row| row.id("id")).collect()
    }

    /// Keeps what a person decided about parts, all of it or none; a part without a decision is undecided again.
    ///
    /// # Errors
    /// [`Clash::Taken`] for a part that is filed.
    pub async fn decide_stack(
        &self,
        id: StackId,
        decisions: &[((u32, u32), Option<Value>)],
        act: &Act<'_>,
    ) -> Result<()> {
        let mut write = self.write().await?;
        open_stack(&mut write, id).await?;
        for ((file, frame), decision) in decisions {
            let decision = decision.as_ref().map(|decision| columns::json(decision, "decision")).transpose()?;
            let changed = sqlx::query(
                "INSERT INTO stack_parts (stack, file, frame, decision) VALUES (?, ?, ?, ?)
                 ON CONFLICT (stack, file, frame) DO UPDATE SET decision = excluded.decision WHERE filed_at IS NULL",
            )
            .bind(columns::id(id.0))
            .bind(file)
            .bind(frame)
            .bind(decision)
            .execute(&mut *write)
            .await?;
            if changed.rows_affected() == 0 {
                return Err(StoreError::Conflict(Clash::Taken));
            }
        }
        crate::journal::append(&mut write, act, None, None, None).await?;
        Ok(write.commit().await?)
    }

    /// Adds a part's documents and notes that it is filed, at once: ended in the middle, it is filed once or not at all.
    ///
    /// # Errors
    /// [`Clash::Taken`] when the part is filed already; those of [`Store::add_document`].
    pub async fn file_stack_part(&self, id: StackId, part: &FiledPart<'_>, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        open_stack(&mut write, id).await?;
        if let (true, Some(document)) = (part.declared, part.documents.first()) {
            dossiers::declare_secrecy(&mut write, document.dossier, act).await?;
        }
        for document in part.documents {
            documents::insert(&mut write, document, act).await?;
        }
        let ids: Vec<DocumentId> = part.documents.iter().map(|document| document.id).collect();
        let changed = sqlx::query(
            "INSERT INTO stack_parts (stack, file, frame, pages, sheet, documents, filed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (stack, file, frame) DO UPDATE SET pages = excluded.pages,
               sheet = excluded.sheet, documents = excluded.documents, filed_at = excluded.filed_at
             WHERE filed_at IS NULL",
        )
        .bind(columns::id(id.0))
        .bind(part.at.0)
        .bind(part.at.1)
        .bind(part.pages)
        .bind(part.sheet)
        .bind(columns::json(&ids, "documents")?)
        .bind(ms(act.at))
        .execute(&mut *write)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::Conflict(Clash::Taken));
        }
        Ok(write.commit().await?)
    }

    /// Takes a filing back: puts these documents away and has the parts they came from open again, with what was decided about
    /// them, in the list of stacks if the stack was put away; all of it or nothing. `pages`: file and frame of those that each part has.
    ///
    /// # Errors
    /// [`Subject::Document`] not found for one that no part of the stack became; [`Clash::Taken`] once the stack's files went, or
    /// where a page of a part stands in a document that stays; those of [`Store::discard_document`].
    pub async fn unfile_stack(
        &self,
        id: StackId,
        documents: &[DocumentId],
        pages: &BTreeMap<(u32, u32), Vec<(u32, u32)>>,
        act: &Act<'_>,
    ) -> Result<()> {
        let mut write = self.write().await?;
        for document in documents {
            discarded::put_document_away(&mut write, *document, act).await?;
        }
        let rows = sqlx::query("SELECT * FROM stack_parts WHERE stack = ? AND filed_at IS NOT NULL")
            .bind(columns::id(id.0))
            .fetch_all(&mut *write)
            .await?;
        let mut known = 0;
        for part in rows.iter().map(stack_part).collect::<Result<Vec<_>>>()? {
            if !part.documents.iter().any(|one| documents.contains(one)) {
                continue;
            }
            known += part.documents.len();
            let pages = pages.get(&part.at).map_or(&[][..], Vec::as_slice);
            if stands_elsewhere(&mut write, id, &part.documents, pages).await? {
                return Err(StoreError::Conflict(Clash::Taken));
            }
            sqlx::query(
                "UPDATE stack_parts SET filed_at = NULL, pages = NULL, sheet = NULL, documents = NULL
                 WHERE stack = ? AND file = ? AND frame = ?",
            )
            .bind(columns::id(id.0))
            .bind(part.at.0)
            .bind(part.at.1)
            .execute(&mut *write)
            .await?;
        }
        if known != documents.len() {
            return Err(StoreError::NotFound(Subject::Document));
        }
        let gone =
            "SELECT EXISTS (SELECT 1 FROM stack_files WHERE stack = ? AND blob IS NULL AND fault IS NULL) AS gone";
        if sqlx::query(gone).bind(columns::id(id.0)).fetch_one(&mut *write).await?.flag("gone")? {
            return Err(StoreError::Conflict(Clash::Taken));
        }
        sqlx::query("UPDATE stack_files SET spent = 0 WHERE stack = ?")
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        sqlx::query("UPDATE stacks SET filed_at = NULL, discarded_at = NULL WHERE id = ?")
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await?)
    }

    /// Whether a part with this cover sheet was filed, from this stack or another that is still known.
    pub async fn is_sheet_filed(&self, sheet: &str) -> Result<bool> {
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM stack_parts WHERE sheet = ?) AS filed")
            .bind(sheet)
            .fetch_one(self.read())
            .await?;
        row.flag("filed")
    }

    /// Notes that nothing is left to be decided or filed, unless files came since somebody saw that: then this answers `false`. Of
    /// the files, only those in `kept` stay here for good: the others live on in their documents, and from here they go with
    /// [`Store::purge_stacks`].
    pub async fn finish_stack(&self, id: StackId, files_seen: u32, kept: &[u32], act: &Act<'_>) -> Result<bool> {
        let mut write = self.write().await?;
        open_stack(&mut write, id).await?;
        let row = sqlx::query("SELECT count(*) AS files FROM stack_files WHERE stack = ?")
            .bind(columns::id(id.0))
            .fetch_one(&mut *write)
            .await?;
        if row.number::<u32>("files")? != files_seen {
            return Ok(false);
        }
        sqlx::query("UPDATE stacks SET filed_at = ? WHERE id = ?")
            .bind(ms(act.at))
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        sqlx::query(
            "UPDATE stack_files SET spent = 1
             WHERE stack = ? AND position NOT IN (SELECT value FROM json_each(?))",
        )
        .bind(columns::id(id.0))
        .bind(columns::json(kept, "kept")?)
        .execute(&mut *write)
        .await?;
        crate::journal::append(&mut write, act, None, None, None).await?;
        write.commit().await?;
        Ok(true)
    }

    /// The newest stack of the watched folder into which files may still come.
    pub async fn open_watched_stack(&self) -> Result<Option<StackHead>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{HEAD} WHERE watched AND filed_at IS NULL AND discarded_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1"
        )))
        .fetch_optional(self.read())
        .await?;
        row.as_ref().map(head).transpose()
    }

    /// Puts a stack away; it can be restored until it is destroyed. What was filed from it stays where it is.
    pub async fn discard_stack(&self, id: StackId, act: &Act<'_>) -> Result<()> {
        self.put_stack(id, Some(act.at), act).await
    }

    pub async fn restore_stack(&self, id: StackId, act: &Act<'_>) -> Result<()> {
        self.put_stack(id, None, act).await
    }

    async fn put_stack(&self, id: StackId, away: Option<Timestamp>, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let done = sqlx::query("UPDATE stacks SET discarded_at = ? WHERE id = ?")
            .bind(away.map(ms))
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound(Subject::Stack));
        }
        crate::journal::append(&mut write, act, None, None, None).await?;
        Ok(write.commit().await?)
    }

    /// Destroys the stacks that were put away before `before`, and lets go of the spent files of those finished before it, with
    /// every content nothing else refers to; gives how many stacks went.
    pub async fn purge_stacks(&self, before: Timestamp) -> Result<u64> {
        let mut write = self.write().await?;
        let rows =
            sqlx::query("SELECT id FROM stacks WHERE discarded_at < ?").bind(ms(before)).fetch_all(&mut *write).await?;
        let mut contents = vec![];
        for row in &rows {
            let id: StackId = row.id("id")?;
            contents.extend(contents_of(&mut write, id).await?);
            sqlx::query("DELETE FROM stacks WHERE id = ?").bind(columns::id(id.0)).execute(&mut *write).await?;
        }
        let spent = sqlx::query(
            "SELECT f.stack, f.position, f.blob FROM stack_files f JOIN stacks s ON s.id = f.stack
             WHERE f.spent AND f.blob IS NOT NULL AND s.filed_at < ?",
        )
        .bind(ms(before))
        .fetch_all(&mut *write)
        .await?;
        for row in &spent {
            contents.push(BlobName(row.hash("blob")?));
            sqlx::query("UPDATE stack_files SET blob = NULL WHERE stack = ? AND position = ?")
                .bind(row.bytes("stack")?)
                .bind(row.integer("position")?)
                .execute(&mut *write)
                .await?;
        }
        write.commit().await?;
        self.forget_unreferred(&contents).await?;
        Ok(rows.len() as u64)
    }
}

/// Lets go of spent files with these contents at once: their documents are destroyed, and the filing is not taken back any more.
pub(crate) async fn let_go(write: &mut Write, contents: &[BlobName]) -> Result<()> {
    for name in contents {
        sqlx::query("UPDATE stack_files SET blob = NULL WHERE spent AND blob = ?")
            .bind(name.0.to_vec())
            .execute(&mut **write)
            .await?;
    }
    Ok(())
}

/// Refuses a change of a stack that is not there, or in which nothing is left to be done.
async fn open_stack(write: &mut Write, id: StackId) -> Result<()> {
    let row = sqlx::query("SELECT filed_at FROM stacks WHERE id = ? AND discarded_at IS NULL")
        .bind(columns::id(id.0))
        .fetch_optional(&mut **write)
        .await?
        .ok_or(StoreError::NotFound(Subject::Stack))?;
    if row.integer_or_null("filed_at")?.is_some() { Err(StoreError::Conflict(Clash::Taken)) } else { Ok(()) }
}

/// Whether one of these pages stands in a document of a dossier of `documents` that is there: since it was filed, its paper was cut, or
/// the page was moved. Taken back and filed again, the page would be in two papers.
async fn stands_elsewhere(
    write: &mut Write,
    id: StackId,
    documents: &[DocumentId],
    pages: &[(u32, u32)],
) -> Result<bool> {
    let page = sqlx::query(
        "SELECT 1 FROM json_each(?2) AS page
           JOIN stack_files f ON f.stack = ?1 AND f.position = page.value ->> 0
           JOIN sources s ON s.blob = f.blob JOIN documents d ON d.id = s.document
         WHERE d.discarded_at IS NULL
           AND (s.frames IS NULL OR EXISTS (SELECT 1 FROM json_each(s.frames) WHERE value = page.value ->> 1))
           AND d.dossier IN (SELECT dossier FROM documents WHERE hex(id) IN
                (SELECT upper(replace(value, '-', '')) FROM json_each(?3))) LIMIT 1",
    )
    .bind(columns::id(id.0))
    .bind(columns::json(&pages, "pages")?)
    .bind(columns::json(&documents, "documents")?)
    .fetch_optional(&mut **write)
    .await?;
    Ok(page.is_some())
}

async fn contents_of(write: &mut Write, id: StackId) -> Result<Vec<BlobName>> {
    let rows = sqlx::query("SELECT DISTINCT blob FROM stack_files WHERE stack = ? AND blob IS NOT NULL")
        .bind(columns::id(id.0))
        .fetch_all(&mut **write)
        .await?;
    rows.iter().map(|row| row.hash("blob").map(BlobName)).collect()
}

fn head(row: &SqliteRow) -> Result<StackHead> {
    Ok(StackHead {
        id: row.id("id")?,
        watched: row.flag("watched")?,
        announced: row.number("announced")?,
        files: row.number("files")?,
        pages: row.number("pages")?,
        examined: row.number("examined")?,
        created_at: row.at("created_at")?,
        last_added_at: row.at("last_added_at")?,
        filed_at: row.at_or_null("filed_at")?,
        discarded: row.integer_or_null("discarded_at")?.is_some(),
    })
}

fn stack_file(row: &SqliteRow) -> Result<StackFile> {
    let stored = row.integer_or_null("size")?.is_some();
    Ok(StackFile {
        file_name: row.text("file_name")?,
        media_type: row.text("media_type")?,
        blob: if stored { Some(blobs::blob_id(row)?) } else { None },
        frames: row.number("frames")?,
        sealed: row.flag("sealed")?,
        fault: row.json_or_null("fault")?,
    })
}

fn stack_page(row: &SqliteRow) -> Result<StackPage> {
    Ok(StackPage { file: row.number("file")?, frame: row.number("frame")?, found: row.json("found")? })
}

fn stack_part(row: &SqliteRow) -> Result<StackPart> {
    Ok(StackPart {
        at: (row.number("file")?, row.number("frame")?),
        decision: row.json_or_null("decision")?,
        pages: row.integer_or_null("pages")?.and_then(|pages| u32::try_from(pages).ok()),
        documents: row.json_or_null("documents")?.unwrap_or_default(),
        filed_at: row.at_or_null("filed_at")?,
    })
}

#[cfg(test)]
mod tests;
