//! What is kept of a dossier beside it: it changes neither its state nor its answers, and is never sent.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    DossierId, Result, Store,
    columns::{self, Columns},
    dossiers,
};

impl Store {
    /// What was noted of the dossier, opaque here; nothing where nothing was.
    pub async fn marks<T: DeserializeOwned>(&self, id: DossierId) -> Result<Option<T>> {
        let row = sqlx::query("SELECT json FROM marks WHERE dossier = ?");
        let row = row.bind(columns::id(id.0)).fetch_optional(self.read()).await?;
        row.map(|row| row.json("json")).transpose()
    }

    /// Notes it in the place of what was noted before.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] of a dossier that is not there, or put away.
    pub async fn set_marks<T: Serialize>(&self, id: DossierId, marks: &T) -> Result<()> {
        let json = columns::json(marks, "json")?;
        let mut write = self.write().await?;
        dossiers::live_state(&mut write, id).await?;
        sqlx::query("INSERT INTO marks VALUES (?, ?) ON CONFLICT (dossier) DO UPDATE SET json = excluded.json")
            .bind(columns::id(id.0))
            .bind(json)
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use dossier::{State, Transition};
    use uuid::Uuid;

    use super::*;
    use crate::{
        StoreError, Subject,
        testing::{Fixture, act, new_dossier},
    };

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn marks_are_kept_and_leave_the_dossier_as_it_is() {
        let mut fixture = Fixture::new().await;
        let made = fixture.store().create_dossier(&new_dossier(1), &act(1)).await.unwrap();
        let check = Transition::Check { blocking: 0 };
        fixture.store().transition(made.id, &check, &act(2)).await.unwrap();
        let before = fixture.store().dossier(made.id).await.unwrap();
        assert_eq!(before.state, State::Ready);
        assert_eq!(fixture.store().marks::<String>(made.id).await.unwrap(), None);
        fixture.store().set_marks(made.id, &"một").await.unwrap();
        fixture.store().set_marks(made.id, &"hai").await.unwrap();
        fixture.kill_and_reopen().await;
        assert_eq!(fixture.store().marks::<String>(made.id).await.unwrap().as_deref(), Some("hai"));
        assert_eq!(fixture.store().dossier(made.id).await.unwrap(), before);
        let nobody = fixture.store().set_marks(DossierId(Uuid::nil()), &"x").await;
        assert!(matches!(nobody, Err(StoreError::NotFound(Subject::Dossier))));
    }
}
