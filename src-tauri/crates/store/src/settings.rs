//! Settings by name, and counters.

use dossier::Digest;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Act, Result, Store,
    columns::{self, Columns},
    journal,
};

impl Store {
    /// The setting of this name, if it was ever set.
    pub async fn setting<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let row =
            sqlx::query("SELECT value FROM settings WHERE name = ?").bind(name).fetch_optional(self.read()).await?;
        row.map(|row| row.json("value")).transpose()
    }

    pub async fn set_setting<T: Serialize + ?Sized>(&self, name: &str, value: &T) -> Result<()> {
        let value = columns::json(value, "value")?;
        let mut write = self.write().await?;
        sqlx::query("INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
            .bind(name)
            .bind(value)
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await?)
    }

    /// The same as an act of somebody: one line of the journal, with the digest of the value.
    pub async fn set_setting_as<T: Serialize + ?Sized>(&self, name: &str, value: &T, act: &Act<'_>) -> Result<()> {
        let value = columns::json(value, "value")?;
        let after = Digest::of(value.as_bytes());
        let mut write = self.write().await?;
        let before = sqlx::query("SELECT value FROM settings WHERE name = ?").bind(name);
        let before = before.fetch_optional(&mut *write).await?.map(|row| row.text("value")).transpose()?;
        let before = before.map(|before| Digest::of(before.as_bytes()));
        sqlx::query("INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
            .bind(name)
            .bind(value)
            .execute(&mut *write)
            .await?;
        journal::append(&mut write, act, None, before, Some(after)).await?;
        Ok(write.commit().await?)
    }

    /// The next number of a series, from 1; never the same twice in one period, and a number given may stay unused.
    /// For the serial of provisional codes the period is the day.
    pub async fn next_serial(&self, series: &str, period: &str) -> Result<u32> {
        self.next_serials(series, period, 1).await
    }

    /// The first of the next `count` numbers of a series, all of them given.
    pub async fn next_serials(&self, series: &str, period: &str, count: u32) -> Result<u32> {
        let mut write = self.write().await?;
        let row = sqlx::query(
            "INSERT INTO counters VALUES (?1, ?2, ?3) ON CONFLICT (name, period) DO UPDATE SET value = value + ?3
             RETURNING value - ?3 + 1 AS value",
        )
        .bind(series)
        .bind(period)
        .bind(count)
        .fetch_one(&mut *write)
        .await?;
        let value = row.number("value")?;
        write.commit().await?;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Fixture, act};

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn settings_survive_and_can_be_changed() {
        let mut fixture = Fixture::new().await;
        assert_eq!(fixture.store().setting::<String>("theme").await.unwrap(), None);
        fixture.store().set_setting("theme", "dark").await.unwrap();
        fixture.store().set_setting("theme", "tối").await.unwrap();
        fixture.kill_and_reopen().await;
        assert_eq!(fixture.store().setting::<String>("theme").await.unwrap().as_deref(), Some("tối"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_setting_somebody_answers_for_is_in_the_journal_with_what_was_before() {
        let fixture = Fixture::new().await;
        fixture.store().set_setting_as("officer", "Lan", &act(1)).await.unwrap();
        fixture.store().set_setting_as("officer", "Hà", &act(2)).await.unwrap();
        assert_eq!(fixture.store().setting::<String>("officer").await.unwrap().as_deref(), Some("Hà"));
        let lines = fixture.store().journal(None, 2, None).await.unwrap();
        assert_eq!((lines[1].before, lines[0].before), (None, lines[1].after));
        assert_ne!(lines[0].after, lines[1].after);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn serials_never_repeat_within_a_period_even_after_a_kill() {
        let mut fixture = Fixture::new().await;
        let mut given = Vec::new();
        for _ in 0..2 {
            given.push(fixture.store().next_serial("provisional", "261121").await.unwrap());
            fixture.kill_and_reopen().await;
        }
        given.push(fixture.store().next_serial("provisional", "261121").await.unwrap());
        given.push(fixture.store().next_serials("provisional", "261121", 50).await.unwrap());
        given.push(fixture.store().next_serial("provisional", "261121").await.unwrap());
        assert_eq!(given, [1, 2, 3, 4, 54]);
        assert_eq!(fixture.store().next_serial("provisional", "261122").await.unwrap(), 1);
    }
}
