use sqlx::AssertSqlSafe;

use super::{super::suite, SqlLedger};
use crate::testing::postgres;

mod sqlite {
    use super::*;

    async fn open(folder: &std::path::Path) -> SqlLedger {
        SqlLedger::sqlite(&folder.join("hub.db")).await.unwrap()
    }

    suite::ledger_suite!(open);

    #[tokio::test]
    async fn replicas_give_every_code_and_place_in_the_feed_once() {
        let folder = tempfile::tempdir().unwrap();
        let replicas = [open(folder.path()).await, open(folder.path()).await];
        suite::replicas_give_every_code_and_place_in_the_feed_once(&replicas).await;
    }

    #[tokio::test]
    async fn sealing_at_once_loses_and_doubles_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let replicas = [open(folder.path()).await, open(folder.path()).await];
        suite::sealing_at_once_loses_and_doubles_nothing(&replicas).await;
    }

    #[tokio::test]
    async fn writing_goes_on_after_a_full_disk() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = open(folder.path()).await;
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&ledger.writers).await.unwrap();
        let fill = async || {
            let limit = AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
            sqlx::query(limit).fetch_all(&ledger.writers).await.unwrap();
        };
        suite::writing_goes_on_after_a_full_disk(&ledger, fill).await;
    }
}

mod on_postgres {
    use super::*;

    async fn open(folder: &std::path::Path) -> SqlLedger {
        SqlLedger::postgres(&postgres::database_for(folder)).await.unwrap()
    }

    suite::ledger_suite!(open);

    #[tokio::test]
    async fn replicas_give_every_code_and_place_in_the_feed_once() {
        let folder = tempfile::tempdir().unwrap();
        let replicas = [open(folder.path()).await, open(folder.path()).await];
        suite::replicas_give_every_code_and_place_in_the_feed_once(&replicas).await;
    }

    #[tokio::test]
    async fn sealing_at_once_loses_and_doubles_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let replicas = [open(folder.path()).await, open(folder.path()).await];
        suite::sealing_at_once_loses_and_doubles_nothing(&replicas).await;
    }
}
