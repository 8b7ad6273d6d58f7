//! Tries, sessions, workstations.

use dossier::{AccountId, AgencyCode, Digest, Timestamp};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use uuid::Uuid;
use wire::Code;

use super::{audit::add, maybe, parsed, people, unsigned};
use crate::{
    fault::Fault,
    ledger::{
        Device,
        accounts::{Account, FREE_TRIES, NewSession, Shown, Tries, Try, Workstation, folded, one_more},
        audit::{Act, Author, What},
    },
};

pub async fn try_sign_in(db: &mut AnyConnection, folded: &str, now: Timestamp) -> Result<Try, Fault> {
    let known = sqlx::query("SELECT tries, last_at, waits_until FROM sign_in_tries WHERE folded = $1").bind(folded);
    let known = known.fetch_optional(&mut *db).await?.as_ref().map(tries_of).transpose()?;
    let counted = match one_more(known, now) {
        Ok(counted) => counted,
        Err(seconds) => return Ok(Try::Waits(seconds)),
    };
    sqlx::query(
        "INSERT INTO sign_in_tries (folded, tries, last_at, waits_until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (folded) DO UPDATE SET tries = excluded.tries, last_at = excluded.last_at,
                                            waits_until = excluded.waits_until",
    )
    .bind(folded)
    .bind(i64::from(counted.tries))
    .bind(counted.last_at.to_string())
    .bind(counted.waits_until.map(|until| until.to_string()))
    .execute(&mut *db)
    .await?;
    let account = people::named(db, folded).await?;
    Ok(Try::Counted { left: FREE_TRIES.saturating_sub(counted.tries), account: account.map(Box::new) })
}

fn tries_of(row: &AnyRow) -> Result<Tries, Fault> {
    Ok(Tries {
        tries: u32::try_from(unsigned(row, "tries")?).unwrap_or(u32::MAX),
        last_at: parsed(row, "last_at")?,
        waits_until: maybe(row, "waits_until")?,
    })
}

pub async fn open(db: &mut AnyConnection, who: &Device, new: &NewSession, now: Timestamp) -> Result<(), Fault> {
    let account = people::account(db, new.account).await?.filter(|account| account.person.active);
    let account = account.filter(|account| account.password.as_ref().is_some_and(|kept| kept.hash == new.password));
    let person = account.ok_or(Code::WrongSignIn)?.person;
    let forget = sqlx::query("DELETE FROM sign_in_tries WHERE folded = $1").bind(folded(&person.sign_in_name));
    forget.execute(&mut *db).await?;
    sqlx::query(
        "INSERT INTO sessions (id, person, agency, device, refresh_sha256, opened_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.id.to_string())
    .bind(new.account.to_string())
    .bind(who.agency.code.as_str())
    .bind(who.id.to_string())
    .bind(new.refresh_sha256.to_string())
    .bind(now.to_string())
    .bind(new.expires_at.to_string())
    .execute(&mut *db)
    .await?;
    let by = of_person(who, new.account, &person.sign_in_name);
    add(db, Act::new(&by, What::SignedIn, now).about("session", new.id)).await
}

fn of_person(who: &Device, account: AccountId, name: &str) -> Author {
    Author { account: Some(account), name: name.to_owned(), ..Author::from(who) }
}

struct Kept {
    person: AccountId,
    device: dossier::DeviceId,
    agency: AgencyCode,
    refresh: Digest,
    previous: Option<Digest>,
    expires_at: Timestamp,
    ended: Option<String>,
}

async fn kept(db: &mut AnyConnection, session: Uuid) -> Result<Kept, Fault> {
    let query = sqlx::query("SELECT * FROM sessions WHERE id = $1").bind(session.to_string());
    let row = query.fetch_optional(db).await?.ok_or(Code::SessionOver)?;
    Ok(Kept {
        person: parsed(&row, "person")?,
        device: parsed(&row, "device")?,
        agency: parsed(&row, "agency")?,
        refresh: parsed(&row, "refresh_sha256")?,
        previous: maybe(&row, "previous_sha256")?,
        expires_at: parsed(&row, "expires_at")?,
        ended: row.try_get("ended")?,
    })
}

/// The account, or that the session is over; whether that has just been written is the caller's to commit.
pub async fn renew(
    db: &mut AnyConnection,
    who: &Device,
    shown: &Shown,
    now: Timestamp,
) -> Result<Option<Account>, Fault> {
    let session = kept(db, shown.session).await?;
    let account = people::account(db, session.person).await?.ok_or(Code::SessionOver)?;
    let by = of_person(who, session.person, &account.person.sign_in_name);
    let place = (session.device, &session.agency) == (who.id, &who.agency.code);
    if session.ended.is_some() || session.expires_at <= now || !account.person.active {
        return Err(Code::SessionOver.into());
    }
    let its_token = session.refresh == shown.token || was_used(db, shown).await?;
    let repeated = session.previous == Some(shown.token) && session.refresh == shown.next;
    match () {
        () if place && session.refresh == shown.token => {
            let renew = "UPDATE sessions SET refresh_sha256 = $1, previous_sha256 = $2, expires_at = $3 WHERE id = $4";
            sqlx::query(renew)
                .bind(shown.next.to_string())
                .bind(shown.token.to_string())
                .bind(shown.expires_at.to_string())
                .bind(shown.session.to_string())
                .execute(&mut *db)
                .await?;
            sqlx::query("INSERT INTO used_tokens (session, sha256) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(shown.session.to_string())
                .bind(shown.token.to_string())
                .execute(&mut *db)
                .await?;
            add(db, Act::new(&by, What::SessionRenewed, now).about("session", shown.session)).await?;
        }
        () if place && repeated => {}
        () if !its_token => {
            // Whoever knows a session's name alone ends nothing by it.
            let by = Author::from(who);
            let act = Act::new(&by, What::SessionEnded, now).about("session", shown.session);
            add(db, act.result("not_its_token")).await?;
            return Ok(None);
        }
        () => {
            // A token that was used up, or is shown at another device: a copy is about.
            end(db, shown.session, "token used twice").await?;
            let act = Act::new(&by, What::SessionEnded, now).about("session", shown.session);
            add(db, act.result("token_used_twice")).await?;
            return Ok(None);
        }
    }
    Ok(Some(account))
}

/// Whether the session was renewed with this token once.
async fn was_used(db: &mut AnyConnection, shown: &Shown) -> Result<bool, Fault> {
    let used = sqlx::query("SELECT 1 AS one FROM used_tokens WHERE session = $1 AND sha256 = $2");
    let used = used.bind(shown.session.to_string()).bind(shown.token.to_string());
    Ok(used.fetch_optional(db).await?.is_some())
}

async fn end(db: &mut AnyConnection, session: Uuid, why: &str) -> Result<bool, Fault> {
    let update = sqlx::query("UPDATE sessions SET ended = $1 WHERE id = $2 AND ended IS NULL");
    Ok(update.bind(why).bind(session.to_string()).execute(db).await?.rows_affected() > 0)
}

pub async fn sign_out(
    db: &mut AnyConnection,
    who: &Device,
    session: Uuid,
    token: Digest,
    now: Timestamp,
) -> Result<(), Fault> {
    let Ok(known) = kept(db, session).await else { return Ok(()) };
    // A sign-out that overtakes the answer of a renewal still has the token before.
    let its = [Some(known.refresh), known.previous].contains(&Some(token));
    if !its && known.ended.is_none() {
        let by = Author::from(who);
        let act = Act::new(&by, What::SessionEnded, now).about("session", session);
        return add(db, act.result("not_its_token")).await;
    }
    if its && end(db, session, "signed out").await? {
        let name = people::account(db, known.person).await?.map(|account| account.person.sign_in_name);
        let by = of_person(who, known.person, &name.unwrap_or_default());
        add(db, Act::new(&by, What::SessionEnded, now).about("session", session)).await?;
    }
    Ok(())
}

pub async fn account(db: &mut AnyConnection, session: Uuid, now: Timestamp) -> Result<Account, Fault> {
    let session = kept(db, session).await?;
    let account = people::account(db, session.person).await?.filter(|account| account.person.active);
    let over = session.ended.is_some() || session.expires_at <= now;
    account.filter(|_| !over).ok_or_else(|| Code::SessionOver.into())
}

pub async fn end_of_person(
    db: &mut AnyConnection,
    person: AccountId,
    but: Option<Uuid>,
    why: &str,
) -> Result<(), Fault> {
    let update = sqlx::query("UPDATE sessions SET ended = $1 WHERE person = $2 AND ended IS NULL AND id <> $3");
    // No session has the nil id.
    let but = but.unwrap_or(Uuid::nil());
    update.bind(why).bind(person.to_string()).bind(but.to_string()).execute(db).await?;
    Ok(())
}

pub async fn tidy(db: &mut AnyConnection, now: Timestamp) -> Result<(), Fault> {
    let before = Timestamp::new(now.get() - time::Duration::days(1));
    let tries =
        sqlx::query("DELETE FROM sign_in_tries WHERE last_at < $1 AND (waits_until IS NULL OR waits_until < $1)");
    tries.bind(before.to_string()).execute(&mut *db).await?;
    let long = Timestamp::new(now.get() - time::Duration::days(90));
    sqlx::query("DELETE FROM sessions WHERE expires_at < $1").bind(long.to_string()).execute(db).await?;
    Ok(())
}

pub async fn workstations(db: &mut AnyConnection, agency: Option<&AgencyCode>) -> Result<Vec<Workstation>, Fault> {
    let query = "SELECT d.*, (SELECT count(*) FROM sessions s WHERE s.agency = d.agency AND s.device = d.id
                              AND s.ended IS NULL) AS sessions
                 FROM devices d WHERE CAST($1 AS TEXT) IS NULL OR d.agency = $1 ORDER BY d.number";
    let station = |row: &AnyRow| {
        Ok(Workstation {
            agency: parsed(row, "agency")?,
            station: format!("{:02}", row.try_get::<i64, _>("number")?),
            id: parsed(row, "id")?,
            name: row.try_get("name")?,
            enrolled_at: parsed(row, "enrolled_at")?,
            revoked_at: maybe(row, "revoked_at")?,
            sessions: unsigned(row, "sessions")?,
        })
    };
    let rows = sqlx::query(query).bind(agency.map(|agency| agency.as_str().to_owned())).fetch_all(db).await?;
    rows.iter().map(station).collect()
}

pub async fn rename(
    db: &mut AnyConnection,
    station: u32,
    name: &str,
    by: &Author,
    now: Timestamp,
) -> Result<(), Fault> {
    let update = sqlx::query("UPDATE devices SET name = $1 WHERE number = $2 RETURNING agency").bind(name);
    let row = update.bind(i64::from(station)).fetch_optional(&mut *db).await?.ok_or(Code::NotFound)?;
    let agency = parsed(&row, "agency")?;
    add(db, Act::new(by, What::DeviceRenamed, now).of(&agency).about("device", format!("{station:02}"))).await
}

pub async fn revoke(db: &mut AnyConnection, station: u32, by: &Author, now: Timestamp) -> Result<(), Fault> {
    let update =
        sqlx::query("UPDATE devices SET revoked_at = coalesce(revoked_at, $1) WHERE number = $2 RETURNING agency, id");
    let update = update.bind(now.to_string()).bind(i64::from(station));
    let row = update.fetch_optional(&mut *db).await?.ok_or(Code::NotFound)?;
    let (agency, id): (AgencyCode, String) = (parsed(&row, "agency")?, row.try_get("id")?);
    sqlx::query("UPDATE sessions SET ended = 'device revoked' WHERE agency = $1 AND device = $2 AND ended IS NULL")
        .bind(agency.as_str())
        .bind(id)
        .execute(&mut *db)
        .await?;
    add(db, Act::new(by, What::DeviceRevoked, now).of(&agency).about("device", format!("{station:02}"))).await
}
