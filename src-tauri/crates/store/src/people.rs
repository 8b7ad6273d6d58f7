//! The personal store: people and organisations kept with consent, to be offered when a form is filled in.

use dossier::{Digest, PersonId, Timestamp, text};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;

use crate::{
    Act, Result, Store, StoreError, Subject,
    columns::{self, Columns},
    journal, ms,
};

/// Somebody kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub id: PersonId,
    /// As shown in lists; stored as NFC.
    pub name: String,
    /// The number of one person and nobody else; none where none is known.
    pub number: Option<String>,
    /// What else they are found by, such as a telephone number.
    pub found_by: Vec<String>,
    /// Opaque: what is known of them.
    pub content: Value,
    /// Opaque: what they agreed to.
    pub consent: Value,
    pub kept_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Store {
    /// Keeps somebody, or what is known of them now. Who has the same number is the same person: their record is taken over, with its
    /// id, which is given back.
    pub async fn put_person(&self, person: &Person, act: &Act<'_>) -> Result<PersonId> {
        let mut write = self.write().await?;
        let same = sqlx::query("SELECT id FROM people WHERE number = ?")
            .bind(&person.number)
            .fetch_optional(&mut *write)
            .await?;
        let id = same.map_or(Ok(person.id), |row| row.id("id"))?;
        // Who was kept without the number, and turns out to have it, goes into the other.
        let gone = sqlx::query("DELETE FROM people WHERE id IN (?, ?) RETURNING content")
            .bind(columns::id(id.0))
            .bind(columns::id(person.id.0))
            .fetch_all(&mut *write)
            .await?;
        let before = gone.first().map(|row| Ok::<_, StoreError>(Digest::of(row.text("content")?.as_bytes())));
        let before = before.transpose()?;
        let content = columns::json(&person.content, "content")?;
        sqlx::query("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(columns::id(id.0))
            .bind(text::nfc(&person.name))
            .bind(&person.number)
            .bind(keys(person))
            .bind(&content)
            .bind(columns::json(&person.consent, "consent")?)
            .bind(ms(person.kept_at))
            .bind(ms(person.updated_at))
            .bind(ms(act.at))
            .execute(&mut *write)
            .await?;
        journal::append(&mut write, act, None, before, Some(Digest::of(content.as_bytes()))).await?;
        write.commit().await?;
        Ok(id)
    }

    /// # Errors
    /// [`Subject::Person`] not found.
    pub async fn person(&self, id: PersonId) -> Result<Person> {
        let row = sqlx::query("SELECT * FROM people WHERE id = ?")
            .bind(columns::id(id.0))
            .fetch_optional(self.read())
            .await?
            .ok_or(StoreError::NotFound(Subject::Person))?;
        person(&row)
    }

    /// Those in whose names and numbers every word of `find` stands, marks and case aside; who was used last comes first.
    pub async fn people(&self, find: &str, limit: u32) -> Result<Vec<Person>> {
        let mut sql = sqlx::QueryBuilder::<sqlx::Sqlite>::new("SELECT * FROM people WHERE 1");
        for word in text::fold(find).split(' ').filter(|word| !word.is_empty()).take(20) {
            // A word begins a word: `an` is not found in `lan`.
            sql.push(" AND instr(keys, ").push_bind(format!(" {word}")).push(") > 0");
        }
        sql.push(" ORDER BY used_at DESC, id LIMIT ").push_bind(i64::from(limit));
        let rows = sql.build().fetch_all(self.read()).await?;
        rows.iter().map(person).collect()
    }

    /// Notes that somebody was taken for a form, so that they come first.
    pub async fn person_used(&self, id: PersonId, at: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        sqlx::query("UPDATE people SET used_at = ? WHERE id = ?")
            .bind(ms(at))
            .bind(columns::id(id.0))
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await?)
    }

    /// Forgets somebody for good: who withdraws a consent is not kept for a day. The journal keeps that it was done, and a digest.
    ///
    /// # Errors
    /// [`Subject::Person`] not found.
    pub async fn forget_person(&self, id: PersonId, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let row = sqlx::query("DELETE FROM people WHERE id = ? RETURNING content")
            .bind(columns::id(id.0))
            .fetch_optional(&mut *write)
            .await?
            .ok_or(StoreError::NotFound(Subject::Person))?;
        let before = Digest::of(row.text("content")?.as_bytes());
        journal::append(&mut write, act, None, Some(before), None).await?;
        Ok(write.commit().await?)
    }
}

fn keys(person: &Person) -> String {
    let all = [Some(&person.name), person.number.as_ref()].into_iter().flatten().chain(&person.found_by);
    all.map(|key| format!(" {}", text::fold(key))).collect()
}

fn person(row: &SqliteRow) -> Result<Person> {
    Ok(Person {
        id: row.id("id")?,
        name: row.text("name")?,
        number: row.text_or_null("number")?,
        found_by: vec![],
        content: row.json("content")?,
        consent: row.json("consent")?,
        kept_at: row.at("kept_at")?,
        updated_at: row.at("updated_at")?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Fixture, act, at, uuid};

    fn somebody(n: u128, name: &str, number: Option<&str>) -> Person {
        Person {
            id: PersonId(uuid(n)),
            name: name.into(),
            number: number.map(Into::into),
            found_by: vec!["0901234567".into()],
            content: json!({ "name": name, "n": n as u64 }),
            consent: json!({ "version": 1 }),
            kept_at: at(1),
            updated_at: at(1),
        }
    }

    async fn names(fixture: &Fixture, find: &str) -> Vec<String> {
        fixture.store().people(find, 9).await.unwrap().into_iter().map(|person| person.name).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn people_are_found_without_marks_used_last_first_and_survive_a_kill() {
        let mut fixture = Fixture::new().await;
        for (n, name, number) in
            [(1, "Nguyễn Thị Ước", Some("001199000017")), (2, "Đặng Văn Lân", None), (3, "Trần An", None)]
        {
            fixture.store().put_person(&somebody(n, name, number), &act(n as i64)).await.unwrap();
        }
        fixture.kill_and_reopen().await;
        assert_eq!(names(&fixture, "uoc nguyen").await, ["Nguyễn Thị Ước"]);
        assert_eq!(names(&fixture, "001199").await, ["Nguyễn Thị Ước"]);
        assert_eq!(names(&fixture, "dang").await, ["Đặng Văn Lân"]);
        assert_eq!(names(&fixture, "an").await, ["Trần An"], "words are found by their beginning");
        assert_eq!(names(&fixture, "%' OR 1").await, [""; 0]);
        fixture.store().person_used(PersonId(uuid(2)), at(50)).await.unwrap();
        assert_eq!(names(&fixture, "0901").await, ["Đặng Văn Lân", "Trần An", "Nguyễn Thị Ước"]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn one_number_is_one_person_and_who_is_forgotten_is_gone() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        let first = store.put_person(&somebody(1, "Ước", Some("001199000017")), &act(1)).await.unwrap();
        let same = store.put_person(&somebody(2, "Nguyễn Thị Ước", Some("001199000017")), &act(2)).await.unwrap();
        assert_eq!(same, first);
        // Kept without a number, which turns out to be the other's.
        store.put_person(&somebody(3, "Bà Ước", None), &act(3)).await.unwrap();
        let joined = store.put_person(&somebody(3, "Bà Ước", Some("001199000017")), &act(4)).await.unwrap();
        assert_eq!((joined, names(&fixture, "").await), (first, vec!["Bà Ước".to_owned()]));
        store.put_person(&somebody(1, "Ước", None), &act(5)).await.unwrap();
        assert_eq!(names(&fixture, "").await, ["Ước"], "corrected under its own id");
        store.forget_person(first, &act(6)).await.unwrap();
        assert!(matches!(store.person(first).await, Err(StoreError::NotFound(Subject::Person))));
        assert!(matches!(store.forget_person(first, &act(7)).await, Err(StoreError::NotFound(Subject::Person))));
    }
}
