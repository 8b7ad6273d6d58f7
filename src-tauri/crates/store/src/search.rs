//! The full-text index over folded text (marks off, đ as d): one text for each dossier, of its head and all its papers.
//!
//! Triggers note in `to_index` which dossiers changed; [`Store::index_waiting`] puts them into the index before the next search, so that a
//! paper of a hundred read pages is not indexed again with every letter typed into its dossier. What is looked for together is one
//! question to the index: it goes through the rarest word's dossiers and skips in the others'. So that a state or a day may be the
//! rarest, they are words too ([`Facet`]).

use std::time::{Duration, Instant};

use dossier::{DocumentId, State, text::fold};
use sqlx::sqlite::SqliteRow;

use crate::{
    Failure, Result, Store, StoreError,
    columns::{self, Columns, MINUTES},
    database::Write,
};

/// So many dossiers are looked up at once, and so much text is indexed in one transaction: whoever types meanwhile waits for its end.
const AT_ONCE: i64 = 200;
const TEXT_AT_ONCE: usize = 500_000;
/// A search waits so long for what changed before it; when very much did, as after an update of the program, the rest is indexed
/// meanwhile.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What a dossier can be told by that is not text, as a word of the index.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Facet<'a> {
    State(&'a str),
    Procedure(&'a str),
    /// It is worked on and has a day.
    Open,
    /// It is worked on and due on this day, counted from 1970.
    DueOn(i64),
}

/// Stands between texts that no phrase runs across. As the marks of facets it is for private use: part of a word to the index, and
/// nothing that a paper says.
const APART: char = '\u{E000}';

impl Facet<'_> {
    pub(crate) fn word(self) -> String {
        match self {
            Self::State(name) => format!("\u{E001}{}", whole(name)),
            Self::Procedure(code) => format!("\u{E002}{}", whole(code)),
            Self::Open => "\u{E004}".to_owned(),
            Self::DueOn(day) => format!("\u{E004}{day}"),
        }
    }
}

/// One word: codes are told apart by their points and strokes, at which the index would cut.
fn whole(name: &str) -> String {
    name.replace(|c: char| !c.is_alphanumeric(), "\u{E003}")
}

impl Store {
    /// Brings the index up to date.
    ///
    /// # Errors
    /// Those of writing.
    pub async fn index_waiting(&self) -> Result<()> {
        self.index("true", Duration::MAX).await
    }

    /// Brings the index up to date, except for dossiers whose papers are still being digitised: these change again.
    ///
    /// # Errors
    /// Those of writing.
    pub async fn index_settled(&self) -> Result<()> {
        self.index(
            "NOT EXISTS (SELECT 1 FROM dossiers d JOIN documents c ON c.dossier = d.id
               WHERE d.row = to_index.row AND c.status IN ('waiting', 'working') AND c.discarded_at IS NULL)",
            Duration::MAX,
        )
        .await
    }

    /// As well as it can be: on a disk that is full or only readable, what changed last may not be found.
    pub(crate) async fn index_before_search(&self) -> Result<()> {
        match self.index("true", PATIENCE).await {
            Err(StoreError::DiskFull | StoreError::ReadOnly) => Ok(()),
            done => done,
        }
    }

    async fn index(&self, which: &'static str, patience: Duration) -> Result<()> {
        let began = Instant::now();
        let waiting = format!("SELECT row FROM to_index WHERE {which} ORDER BY row DESC LIMIT {AT_ONCE}");
        let waiting = || sqlx::query(sqlx::AssertSqlSafe(waiting.clone()));
        // Whether anything waits is asked beside the writers, not after them.
        while waiting().fetch_optional(self.read()).await?.is_some() {
            let mut write = self.write().await?;
            let mut bytes = 0;
            for row in waiting().fetch_all(&mut *write).await? {
                let row = row.integer("row")?;
                bytes += match index_dossier(&mut write, row).await {
                    // One that cannot be read keeps no other from being found; whoever opens it is told.
                    Err(StoreError::Corrupt { .. }) => {
                        done(&mut write, row).await?;
                        0
                    }
                    indexed => indexed?,
                };
                if bytes >= TEXT_AT_ONCE {
                    break;
                }
            }
            write.commit().await?;
            if began.elapsed() >= patience {
                break;
            }
        }
        Ok(())
    }
}

/// Gives how many bytes of text it has.
async fn index_dossier(write: &mut Write, row: i64) -> Result<usize> {
    let found = sqlx::query("SELECT * FROM dossiers WHERE row = ? AND discarded_at IS NULL")
        .bind(row)
        .fetch_optional(&mut **write)
        .await?;
    let bytes = match found {
        Some(dossier) => {
            let texts = [words(write, &dossier).await?, units(&dossier)?, facets(&dossier)?];
            let bytes = texts.iter().map(String::len).sum();
            let sql = "INSERT OR REPLACE INTO search_text (rowid, folded, units, facets) VALUES (?, ?, ?, ?)";
            let insert = texts.into_iter().fold(sqlx::query(sql).bind(row), |query, text| query.bind(text));
            insert.execute(&mut **write).await?;
            bytes
        }
        None => {
            sqlx::query("DELETE FROM search_text WHERE rowid = ?").bind(row).execute(&mut **write).await?;
            0
        }
    };
    done(write, row).await?;
    Ok(bytes)
}

async fn done(write: &mut Write, row: i64) -> Result<()> {
    sqlx::query("DELETE FROM to_index WHERE row = ?").bind(row).execute(&mut **write).await?;
    Ok(())
}

/// Takes the dossier of a paper that must not be found out of the index at once; what else it says comes back with the next indexing.
pub(crate) async fn forget(write: &mut Write, document: DocumentId) -> Result<()> {
    sqlx::query(
        "DELETE FROM search_text WHERE rowid = (SELECT d.row FROM documents c JOIN dossiers d ON d.id = c.dossier WHERE c.id = ?)",
    )
    .bind(columns::id(document.0))
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// The head's own words; then each paper's title, file names and text, except of what is put away or sealed.
async fn words(write: &mut Write, dossier: &SqliteRow) -> Result<String> {
    let mut all = Apart::default();
    for column in ["title", "procedure_code", "prepared_by", "provisional_code", "official_code"] {
        all.add(dossier, column)?;
    }
    let papers = sqlx::query(
        "SELECT c.title, c.file_name, r.text,
           (SELECT group_concat(file_name, ?) FROM sources WHERE document = c.id) AS sources
         FROM documents c LEFT JOIN renditions r ON r.document = c.id
         WHERE c.dossier = ? AND c.discarded_at IS NULL AND coalesce(c.failure ->> '$.code', '') <> ?
         ORDER BY c.id",
    )
    .bind(format!(" {APART} "))
    .bind(dossier.bytes("id")?)
    .bind(Failure::SECRET)
    .fetch_all(&mut **write)
    .await?;
    for paper in &papers {
        for column in ["title", "file_name", "sources", "text"] {
            all.add(paper, column)?;
        }
    }
    Ok(all.0)
}

fn units(dossier: &SqliteRow) -> Result<String> {
    let mut all = Apart::default();
    all.add(dossier, "applicant")?;
    all.add(dossier, "on_behalf_of")?;
    Ok(all.0)
}

fn facets(dossier: &SqliteRow) -> Result<String> {
    let (state, procedure) = (dossier.text("state")?, dossier.text("procedure_code")?);
    let mut words = vec![Facet::State(&state).word(), Facet::Procedure(&procedure).word()];
    if let Some(due) = dossier.integer_or_null("due")?
        && !dossier.name::<State>("state")?.is_finished()
    {
        words.extend([Facet::Open.word(), Facet::DueOn(due / MINUTES).word()]);
    }
    Ok(words.join(" "))
}

/// Folded texts that stand apart.
#[derive(Default)]
struct Apart(String);

impl Apart {
    fn add(&mut self, row: &SqliteRow, column: &'static str) -> Result<()> {
        if let Some(text) = row.text_or_null(column)? {
            self.0.push_str(&fold(&text));
            self.0.extend([' ', APART, ' ']);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        DocumentHead, DocumentKind, DossierHead, NewDossier, NewRendition,
        testing::{Fixture, act, add_paper, at, found, new_document, new_dossier},
    };

    #[test]
    fn procedures_with_like_codes_are_told_apart() {
        let words = ["2.000635", "20.00635", "2000635"].map(|code| Facet::Procedure(code).word());
        assert!(words[0] != words[1] && words[1] != words[2] && words[0] != words[2]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_state_is_no_word_that_is_found() {
        let fixture = Fixture::new().await;
        let dossier = fixture.store().create_dossier(&new_dossier(1), &act(1)).await.unwrap();
        let mut write = fixture.store().write().await.unwrap();
        let sql = "UPDATE dossiers SET state = 'supplement_requested' WHERE id = ?";
        sqlx::query(sql).bind(columns::id(dossier.id.0)).execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
        assert_eq!(found(fixture.store(), "requested").await, []);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_dossier_that_cannot_be_read_keeps_no_other_from_being_found() {
        let fixture = Fixture::new().await;
        for n in 1..3 {
            let head = DossierHead { title: "Khen".into(), ..DossierHead::default() };
            let new = NewDossier { head, ..new_dossier(n) };
            fixture.store().create_dossier(&new, &act(1)).await.unwrap();
        }
        let mut write = fixture.store().write().await.unwrap();
        let sql = "UPDATE dossiers SET state = 'of a newer version', due = 1 WHERE id = ?";
        sqlx::query(sql).bind(columns::id(new_dossier(2).id.0)).execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
        assert_eq!(found(fixture.store(), "khen").await, [1]);
    }

    async fn waiting(store: &Store) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM to_index").fetch_one(store.read()).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_phrase_does_not_run_from_one_paper_into_the_next() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let head = DossierHead { title: "Tờ trình khen".into(), ..DossierHead::default() };
        let dossier = store.create_dossier(&NewDossier { head, ..new_dossier(1) }, &act(1)).await.unwrap();
        let content = store.put_bytes(b"x").await.unwrap();
        for (n, title) in [(1, "Thưởng tập"), (2, "Thể xã")] {
            let head = DocumentHead { title: title.into(), ..new_document(n, &dossier, content).head };
            let new = crate::NewDocument { head, ..new_document(n, &dossier, content) };
            store.add_document(&new, &act(2)).await.unwrap();
        }
        assert_eq!(found(store, "khen thưởng tập thể").await, [1], "one by one they are there");
        assert_eq!(found(store, "\"thưởng tập\"").await, [1]);
        assert_eq!(found(store, "\"tập thể\"").await, []);
        assert_eq!(found(store, "\"khen thưởng\"").await, []);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn what_is_still_digitised_waits_for_a_search() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let dossier = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
        let content = store.put_bytes(b"x").await.unwrap();
        let new = crate::NewDocument { kind: DocumentKind::Pages, ..new_document(1, &dossier, content) };
        let document = store.add_document(&new, &act(2)).await.unwrap();
        store.index_settled().await.unwrap();
        assert_eq!(waiting(store).await, 1);
        assert_eq!(found(store, "quet").await, [1], "a search indexes first");
        assert_eq!(waiting(store).await, 0);
        let text = "Khoáng sản".to_owned();
        let report = serde_json::Value::Null;
        let rendition = NewRendition { recipe: content.sha256, pdf: content, pages: 1, text, report };
        store.replace_rendition(document.id, &rendition, at(3)).await.unwrap();
        assert_eq!((waiting(store).await, found(store, "khoang").await), (1, vec![1]));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn saving_answers_without_a_new_name_indexes_nothing() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let dossier = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
        add_paper(store, 1, &dossier, b"x").await;
        store.index_settled().await.unwrap();
        assert_eq!(waiting(store).await, 0);
        let answers = serde_json::json!({"a": 1});
        let version = dossier.answers_version;
        store.save_answers(dossier.id, version, &answers, &dossier.head, at(3)).await.unwrap();
        assert_eq!(waiting(store).await, 0);
    }
}
