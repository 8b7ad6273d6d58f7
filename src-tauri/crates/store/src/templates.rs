//! Templates of the agency: answers that other dossiers begin with.

use dossier::{Digest, TemplateId, Timestamp, text};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;

use crate::{
    Act, Result, Store, StoreError, Subject,
    columns::{self, Columns},
    journal, ms,
};

#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    pub id: TemplateId,
    /// As people call it; stored as NFC.
    pub name: String,
    pub procedure_code: String,
    /// Opaque: answers.
    pub answers: Value,
    pub saved_by: String,
    pub saved_at: Timestamp,
}

impl Store {
    pub async fn put_template(&self, new: &Template, act: &Act<'_>) -> Result<()> {
        let answers = columns::json(&new.answers, "answers")?;
        let mut write = self.write().await?;
        sqlx::query("INSERT OR REPLACE INTO templates VALUES (?, ?, ?, ?, ?, ?)")
            .bind(columns::id(new.id.0))
            .bind(text::nfc(&new.name))
            .bind(&new.procedure_code)
            .bind(&answers)
            .bind(&new.saved_by)
            .bind(ms(new.saved_at))
            .execute(&mut *write)
            .await?;
        journal::append(&mut write, act, None, None, Some(Digest::of(answers.as_bytes()))).await?;
        Ok(write.commit().await?)
    }

    /// # Errors
    /// [`Subject::Template`] not found.
    pub async fn template(&self, id: TemplateId) -> Result<Template> {
        let row = sqlx::query("SELECT * FROM templates WHERE id = ?")
            .bind(columns::id(id.0))
            .fetch_optional(self.read())
            .await?
            .ok_or(StoreError::NotFound(Subject::Template))?;
        template(&row)
    }

    /// All of them, by name.
    pub async fn templates(&self) -> Result<Vec<Template>> {
        let rows = sqlx::query("SELECT * FROM templates").fetch_all(self.read()).await?;
        let mut all = rows.iter().map(template).collect::<Result<Vec<_>>>()?;
        all.sort_by_key(|it| (text::fold(&it.name), it.id));
        Ok(all)
    }

    /// Gives what is gone now, so that it can be put back.
    ///
    /// # Errors
    /// [`Subject::Template`] not found.
    pub async fn remove_template(&self, id: TemplateId, act: &Act<'_>) -> Result<Template> {
        let gone = self.template(id).await?;
        let mut write = self.write().await?;
        sqlx::query("DELETE FROM templates WHERE id = ?").bind(columns::id(id.0)).execute(&mut *write).await?;
        let before = Digest::of(columns::json(&gone.answers, "answers")?.as_bytes());
        journal::append(&mut write, act, None, Some(before), None).await?;
        write.commit().await?;
        Ok(gone)
    }
}

fn template(row: &SqliteRow) -> Result<Template> {
    Ok(Template {
        id: row.id("id")?,
        name: row.text("name")?,
        procedure_code: row.text("procedure_code")?,
        answers: row.json("answers")?,
        saved_by: row.text("saved_by")?,
        saved_at: row.at("saved_at")?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Fixture, act, at, uuid};

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn templates_survive_a_kill_in_the_order_of_their_names_and_can_be_put_back() {
        let mut fixture = Fixture::new().await;
        for (n, name) in [(1, "Tờ trình mua xe"), (2, "Ăn trưa"), (3, "Đề án")] {
            let new = Template {
                id: TemplateId(uuid(n)),
                name: name.into(),
                procedure_code: "NB-01".into(),
                answers: json!({ "n": n as u64 }),
                saved_by: "Hà".into(),
                saved_at: at(1),
            };
            fixture.store().put_template(&new, &act(n as i64)).await.unwrap();
        }
        fixture.kill_and_reopen().await;
        let store = fixture.store();
        let names = async || store.templates().await.unwrap().into_iter().map(|it| it.name).collect::<Vec<_>>();
        assert_eq!(names().await, ["Ăn trưa", "Đề án", "Tờ trình mua xe"]);
        let gone = store.remove_template(TemplateId(uuid(3)), &act(9)).await.unwrap();
        assert_eq!(names().await.len(), 2);
        assert!(matches!(store.template(gone.id).await, Err(StoreError::NotFound(Subject::Template))));
        store.put_template(&gone, &act(10)).await.unwrap();
        assert_eq!(store.template(gone.id).await.unwrap(), gone);
    }
}
