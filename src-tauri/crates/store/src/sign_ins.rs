//! Who sits here, and who may sit down without network: people for whom the hub gave its word at this computer not long ago.
//!
//! The verifier of a password is kept in the encrypted database, as dear to try as a backup's passphrase. How long ago is told by this
//! computer's clock, which must not have gone back: the latest instant ever known is kept beside it.

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::SaltString,
};
use dossier::{Timestamp, text::fold};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::{
    Act, Result, Store, StoreError,
    columns::{self, Columns},
    database::Write,
    journal, ms,
    seal::random,
};

/// RFC 9106 §4, second recommendation, one lane.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
/// Wrong tries that are free.
const FREE_TRIES: u32 = 5;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// A clock may be put right by so much without having been set back.
const TOLERATED_MS: i64 = 5 * MINUTE_MS;
/// The longest wait after wrong tries, in minutes.
const LONGEST_WAIT: i64 = 60;

/// A session at the hub, as this computer keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct HubSession {
    pub id: Uuid,
    /// To renew it with now.
    pub refresh_token: String,
    /// To renew it with the time after: its hash is named to the hub with the present one, again and again until the hub answers.
    pub next_token: String,
}

impl std::fmt::Debug for HubSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HubSession({})", self.id)
    }
}

/// Who sits here.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedIn {
    /// What the hub said of them last; opaque here.
    pub me: Value,
    /// When the hub gave its word last.
    pub online_at: Timestamp,
    pub signed_in_at: Timestamp,
    /// `None`: signed in without network.
    pub session: Option<HubSession>,
}

/// What came of signing in without network.
#[derive(Debug, Clone, PartialEq)]
pub enum OfflineSignIn {
    /// Signed in; so many days are left until the hub must give its word again.
    Opened { days_left: i64 },
    /// So many tries are left before a wait.
    Wrong { left: u32 },
    /// So many seconds.
    Waits { seconds: i64 },
    /// Nobody of this name has signed in here with the hub's word.
    Unknown,
    /// The hub's word is too old.
    TooOld,
    /// The clock stands before an instant this computer has known.
    ClockBack,
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

async fn verifier(password: &str) -> Result<String> {
    let (password, salt) = (zeroize::Zeroizing::new(password.to_owned()), random::<16>()?);
    let made = tokio::task::spawn_blocking(move || {
        let salt = SaltString::encode_b64(&salt).ok()?;
        argon2().hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
    });
    let made = made.await.map_err(std::io::Error::other)?;
    made.ok_or_else(|| StoreError::column("verifier"))
}

async fn is_right(password: &str, verifier: String) -> Result<bool> {
    let password = zeroize::Zeroizing::new(password.to_owned());
    let compared = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&verifier).is_ok_and(|kept| argon2().verify_password(password.as_bytes(), &kept).is_ok())
    });
    Ok(compared.await.map_err(std::io::Error::other)?)
}

impl Store {
    /// Keeps the hub's word for a person, who sits here from now on. `password` is kept as a verifier only.
    pub async fn sign_in_online(
        &self,
        sign_in_name: &str,
        me: &Value,
        password: &str,
        session: &HubSession,
        act: &Act<'_>,
    ) -> Result<()> {
        let (verifier, me) = (verifier(password).await?, columns::json(me, "me")?);
        let mut write = self.write().await?;
        sqlx::query(
            "INSERT INTO sign_ins VALUES (?, ?, ?, ?, 0, NULL) ON CONFLICT (folded) DO UPDATE SET me = excluded.me,
             verifier = excluded.verifier, online_at = excluded.online_at, tries = 0, waits_until = NULL",
        )
        .bind(fold(sign_in_name))
        .bind(me)
        .bind(verifier)
        .bind(ms(act.at))
        .execute(&mut *write)
        .await?;
        seat(&mut write, sign_in_name, Some(session), act).await?;
        // The hub has just said what time it is to whoever wanted to know: a clock that was ahead may be put right by that.
        know(&mut write, act.at, true).await?;
        Ok(write.commit().await?)
    }

    /// Signs a person in by the hub's word of at most `days` ago.
    pub async fn sign_in_offline(
        &self,
        sign_in_name: &str,
        password: &str,
        days: i64,
        act: &Act<'_>,
    ) -> Result<OfflineSignIn> {
        if !self.know_instant(act.at).await? {
            return Ok(OfflineSignIn::ClockBack);
        }
        let folded = fold(sign_in_name);
        let row =
            sqlx::query("SELECT * FROM sign_ins WHERE folded = ?").bind(&folded).fetch_optional(self.read()).await?;
        let Some(row) = row else { return Ok(OfflineSignIn::Unknown) };
        let now = ms(act.at);
        if let Some(until) = row.integer_or_null("waits_until")?.filter(|until| *until > now) {
            return Ok(OfflineSignIn::Waits { seconds: (until - now) / 1000 + 1 });
        }
        let online = row.integer("online_at")?;
        if online > now.saturating_add(TOLERATED_MS) {
            return Ok(OfflineSignIn::ClockBack);
        }
        let until = online + days * DAY_MS;
        if until <= now {
            return Ok(OfflineSignIn::TooOld);
        }
        // Counted before it is compared: pulling the plug takes no try back.
        let tries = row.number::<u32>("tries")?.saturating_add(1);
        let doubled = 1_i64 << tries.saturating_sub(FREE_TRIES).min(10);
        let waits = (tries >= FREE_TRIES).then(|| now + doubled.min(LONGEST_WAIT) * MINUTE_MS);
        let mut write = self.write().await?;
        sqlx::query("UPDATE sign_ins SET tries = ?, waits_until = ? WHERE folded = ?")
            .bind(tries)
            .bind(waits)
            .bind(&folded)
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        if !is_right(password, row.text("verifier")?).await? {
            return Ok(OfflineSignIn::Wrong { left: FREE_TRIES.saturating_sub(tries) });
        }
        let mut write = self.write().await?;
        sqlx::query("UPDATE sign_ins SET tries = 0, waits_until = NULL WHERE folded = ?")
            .bind(&folded)
            .execute(&mut *write)
            .await?;
        seat(&mut write, sign_in_name, None, act).await?;
        write.commit().await?;
        Ok(OfflineSignIn::Opened { days_left: (until - now + DAY_MS - 1) / DAY_MS })
    }

    /// Who sits here.
    pub async fn signed_in(&self) -> Result<Option<SignedIn>> {
        let query = "SELECT s.*, p.me, p.online_at FROM session s JOIN sign_ins p ON p.folded = s.folded";
        sqlx::query(query).fetch_optional(self.read()).await?.as_ref().map(signed_in).transpose()
    }

    /// Keeps the tokens of a session that was renewed, and what the hub said of the person with them; `me` of a session that is only
    /// about to be renewed is as it was. Nothing when somebody else sits here by now.
    pub async fn renew_session(&self, session: &HubSession, me: Option<&Value>, now: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        let kept = sqlx::query("UPDATE session SET refresh_token = ?, next_token = ? WHERE id = ? RETURNING folded")
            .bind(&session.refresh_token)
            .bind(&session.next_token)
            .bind(columns::id(session.id))
            .fetch_optional(&mut *write)
            .await?;
        if let (Some(row), Some(me)) = (kept, me) {
            sqlx::query("UPDATE sign_ins SET me = ?, online_at = ? WHERE folded = ?")
                .bind(columns::json(me, "me")?)
                .bind(ms(now))
                .bind(row.text("folded")?)
                .execute(&mut *write)
                .await?;
        }
        know(&mut write, now, false).await?;
        Ok(write.commit().await?)
    }

    /// Nobody sits here any more. `forget`: and the hub's word for them is taken back, so that they cannot sign in without network.
    pub async fn sign_out(&self, forget: bool, act: &Act<'_>) -> Result<()> {
        let mut write = self.write().await?;
        let row = sqlx::query("DELETE FROM session RETURNING folded").fetch_optional(&mut *write).await?;
        let Some(row) = row else { return Ok(()) };
        if forget {
            let gone = sqlx::query("DELETE FROM sign_ins WHERE folded = ?").bind(row.text("folded")?);
            gone.execute(&mut *write).await?;
        }
        journal::append(&mut write, act, None, None, None).await?;
        Ok(write.commit().await?)
    }

    /// The verifier follows a password that was changed at the hub.
    pub async fn change_verifier(&self, sign_in_name: &str, password: &str) -> Result<()> {
        let verifier = verifier(password).await?;
        let mut write = self.write().await?;
        let update = sqlx::query("UPDATE sign_ins SET verifier = ? WHERE folded = ?").bind(verifier);
        update.bind(fold(sign_in_name)).execute(&mut *write).await?;
        Ok(write.commit().await?)
    }

    /// Takes note of an instant; whether it does not lie before one that was known.
    pub async fn know_instant(&self, now: Timestamp) -> Result<bool> {
        let latest = sqlx::query("SELECT at FROM latest_instant").fetch_optional(self.read()).await?;
        let latest = latest.map(|row| row.integer("at")).transpose()?.unwrap_or(i64::MIN);
        if ms(now) < latest.saturating_sub(TOLERATED_MS) {
            return Ok(false);
        }
        // Every minute is enough.
        if ms(now) >= latest.saturating_add(MINUTE_MS) {
            let mut write = self.write().await?;
            know(&mut write, now, false).await?;
            write.commit().await?;
        }
        Ok(true)
    }
}

async fn know(write: &mut Write, now: Timestamp, also_back: bool) -> Result<()> {
    sqlx::query(
        "INSERT INTO latest_instant VALUES (1, ?1) ON CONFLICT (one) DO UPDATE
         SET at = CASE WHEN ?2 THEN ?1 ELSE max(at, ?1) END",
    )
    .bind(ms(now))
    .bind(also_back)
    .execute(&mut **write)
    .await?;
    Ok(())
}

async fn seat(write: &mut Write, sign_in_name: &str, session: Option<&HubSession>, act: &Act<'_>) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO session VALUES (1, ?, ?, ?, ?, ?)")
        .bind(fold(sign_in_name))
        .bind(ms(act.at))
        .bind(session.map(|session| columns::id(session.id)))
        .bind(session.map(|session| session.refresh_token.clone()))
        .bind(session.map(|session| session.next_token.clone()))
        .execute(&mut **write)
        .await?;
    journal::append(write, act, None, None, None).await?;
    Ok(())
}

fn signed_in(row: &SqliteRow) -> Result<SignedIn> {
    let session =
        match (row.id_or_null::<Uuid>("id")?, row.text_or_null("refresh_token")?, row.text_or_null("next_token")?) {
            (Some(id), Some(refresh_token), Some(next_token)) => Some(HubSession { id, refresh_token, next_token }),
            _ => None,
        };
    Ok(SignedIn {
        me: row.json("me")?,
        online_at: row.at("online_at")?,
        signed_in_at: row.at("signed_in_at")?,
        session,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Fixture, act};

    const DAY: i64 = 24 * 60 * 60;

    fn session() -> HubSession {
        HubSession { id: Uuid::from_u128(1), refresh_token: "a".into(), next_token: "b".into() }
    }

    async fn online(store: &Store) {
        let me = json!({ "name": "Nguyễn Thị Hoa" });
        store.sign_in_online("Hoa.NT", &me, "bốn mùa xuân hạ", &session(), &act(0)).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_hubs_word_counts_for_its_days_at_this_computer() {
        let mut fixture = Fixture::new().await;
        let store = fixture.store();
        let offline = async |store: &Store, name: &str, password: &str, second: i64| {
            store.sign_in_offline(name, password, 14, &act(second)).await.unwrap()
        };
        assert_eq!(offline(store, "hoa.nt", "bốn mùa xuân hạ", 1).await, OfflineSignIn::Unknown);
        online(store).await;
        let here = store.signed_in().await.unwrap().unwrap();
        assert_eq!((&here.session, here.me["name"].as_str()), (&Some(session()), Some("Nguyễn Thị Hoa")));
        store.sign_out(false, &act(2)).await.unwrap();
        assert_eq!(store.signed_in().await.unwrap(), None);

        fixture.kill_and_reopen().await;
        let store = fixture.store();
        let opened = offline(store, "hoà.nt", "bốn mùa xuân hạ", 5 * DAY).await;
        assert_eq!(opened, OfflineSignIn::Opened { days_left: 9 });
        assert_eq!(store.signed_in().await.unwrap().unwrap().session, None);
        assert_eq!(offline(store, "hoa.nt", "bốn mùa xuân hạ", 4 * DAY).await, OfflineSignIn::ClockBack);
        assert_eq!(offline(store, "hoa.nt", "bốn mùa xuân hạ", 14 * DAY).await, OfflineSignIn::TooOld);
        assert_eq!(
            offline(store, "hoa.nt", "bốn mùa xuân hạ", DAY).await,
            OfflineSignIn::ClockBack,
            "too old stays too old"
        );
        // What was signed in before is in the journal; no password is anywhere in clear.
        let acts = store.journal(None, 10, None).await.unwrap();
        assert_eq!(acts.len(), 3);
        assert!(fixture.files().iter().all(|(_, bytes)| !bytes.windows(5).any(|part| part == "xuân".as_bytes())));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn wrong_tries_make_it_wait_longer_and_longer() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        online(store).await;
        let offline = async |password: &str, second: i64| {
            store.sign_in_offline("hoa.nt", password, 14, &act(second)).await.unwrap()
        };
        for left in (0..5).rev() {
            assert_eq!(offline("sai", 1).await, OfflineSignIn::Wrong { left });
        }
        assert_eq!(offline("bốn mùa xuân hạ", 1).await, OfflineSignIn::Waits { seconds: 61 });
        assert_eq!(offline("sai", 61).await, OfflineSignIn::Wrong { left: 0 });
        assert_eq!(offline("bốn mùa xuân hạ", 62).await, OfflineSignIn::Waits { seconds: 120 });
        assert_eq!(offline("bốn mùa xuân hạ", 200).await, OfflineSignIn::Opened { days_left: 14 });
        assert_eq!(offline("sai", 201).await, OfflineSignIn::Wrong { left: 4 });
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_renewed_session_a_new_password_and_a_person_who_is_gone() {
        let fixture = Fixture::new().await;
        let store = fixture.store();
        online(store).await;
        let renewed = HubSession { refresh_token: "b".into(), next_token: "c".into(), ..session() };
        store.renew_session(&renewed, Some(&json!({ "name": "Hoa" })), act(3 * DAY).at).await.unwrap();
        let here = store.signed_in().await.unwrap().unwrap();
        assert_eq!((here.session, here.me["name"].as_str()), (Some(renewed), Some("Hoa")));
        let other = HubSession { id: Uuid::from_u128(9), ..session() };
        store.renew_session(&other, Some(&json!({})), act(4 * DAY).at).await.unwrap();
        assert_eq!(store.signed_in().await.unwrap().unwrap().online_at, act(3 * DAY).at, "somebody else's answer");

        store.change_verifier("hoa.nt", "năm châu bốn bể").await.unwrap();
        let opened = store.sign_in_offline("hoa.nt", "năm châu bốn bể", 14, &act(4 * DAY)).await.unwrap();
        assert_eq!(opened, OfflineSignIn::Opened { days_left: 13 });
        store.sign_out(true, &act(4 * DAY)).await.unwrap();
        let gone = store.sign_in_offline("hoa.nt", "năm châu bốn bể", 14, &act(4 * DAY)).await.unwrap();
        assert_eq!(gone, OfflineSignIn::Unknown);
        store.sign_out(true, &act(4 * DAY)).await.unwrap();
    }
}
