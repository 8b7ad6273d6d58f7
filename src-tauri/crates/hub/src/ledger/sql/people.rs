//! Units, people, their passwords, and what of theirs runs out.

use dossier::{AccountId, AgencyCode, Timestamp};
use sqlx::{AnyConnection, Row as _, any::AnyRow};
use wire::{
    Code, Problem,
    auth::{ExpiringKind, NoticeRead},
};

use super::{audit::add, json, maybe, parsed, to_json};
use crate::{
    fault::Fault,
    ledger::{
        accounts::{Account, AgencyUnit, Change, Expiring, KeptPassword, Own, Person, folded},
        audit::{Act, Author, What},
    },
};

const ACCOUNT: &str = "SELECT p.*, u.name AS unit_name, w.hash, w.set_at, w.expires_at, w.must_change
    FROM people p LEFT JOIN units u ON u.agency = p.agency AND u.code = p.unit LEFT JOIN passwords w ON w.person = p.id";

pub async fn units(db: &mut AnyConnection, agency: &AgencyCode) -> Result<Vec<AgencyUnit>, Fault> {
    let query = sqlx::query("SELECT code, name, parent FROM units WHERE agency = $1 ORDER BY code");
    let unit = |row: &AnyRow| {
        Ok(AgencyUnit { code: row.try_get("code")?, name: row.try_get("name")?, parent: row.try_get("parent")? })
    };
    query.bind(agency.as_str()).fetch_all(db).await?.iter().map(unit).collect()
}

fn person(row: &AnyRow) -> Result<Person, Fault> {
    Ok(Person {
        id: parsed(row, "id")?,
        agency: parsed(row, "agency")?,
        unit: row.try_get("unit")?,
        sign_in_name: row.try_get("sign_in_name")?,
        name: row.try_get("name")?,
        title: row.try_get("title")?,
        email: row.try_get("email")?,
        phone: row.try_get("phone")?,
        roles: json(row, "roles")?,
        scope: match row.try_get::<&str, _>("scope")? {
            "hub" => dossier::Scope::Hub,
            _ => dossier::Scope::Agency,
        },
        active: row.try_get::<i64, _>("active")? == 1,
    })
}

fn account_of(row: &AnyRow) -> Result<Account, Fault> {
    let password = match row.try_get::<Option<String>, _>("hash")? {
        None => None,
        Some(hash) => Some(KeptPassword {
            hash,
            set_at: parsed(row, "set_at")?,
            expires_at: parsed(row, "expires_at")?,
            must_change: row.try_get::<i64, _>("must_change")? == 1,
        }),
    };
    Ok(Account { person: person(row)?, unit_name: row.try_get("unit_name")?, password })
}

pub async fn people(db: &mut AnyConnection, agency: Option<&AgencyCode>) -> Result<Vec<Person>, Fault> {
    let query = "SELECT * FROM people WHERE CAST($1 AS TEXT) IS NULL OR agency = $1 ORDER BY agency, folded";
    let rows = sqlx::query(query).bind(agency.map(|agency| agency.as_str().to_owned())).fetch_all(db).await?;
    rows.iter().map(person).collect()
}

pub async fn account(db: &mut AnyConnection, id: AccountId) -> Result<Option<Account>, Fault> {
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{ACCOUNT} WHERE p.id = $1"))).bind(id.to_string());
    query.fetch_optional(db).await?.as_ref().map(account_of).transpose()
}

pub async fn named(db: &mut AnyConnection, folded: &str) -> Result<Option<Account>, Fault> {
    let query = sqlx::query(sqlx::AssertSqlSafe(format!("{ACCOUNT} WHERE p.folded = $1"))).bind(folded);
    query.fetch_optional(db).await?.as_ref().map(account_of).transpose()
}

pub async fn change(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    changes: &[Change],
    by: &Author,
    now: Timestamp,
) -> Result<(), Fault> {
    super::registry::agency(db, agency).await?.ok_or(Code::NotFound)?;
    for change in changes {
        match change {
            Change::Unit(unit) => put_unit(db, agency, unit, by, now).await?,
            Change::Add(person, password) => {
                write_person(db, agency, person, true, by, now).await?;
                if let Some(password) = password {
                    write_password(db, person.id, password).await?;
                }
            }
            Change::Update(person) => write_person(db, agency, person, false, by, now).await?,
            Change::Disable(id) => switch(db, agency, *id, false, by, now).await?,
            Change::Enable(id) => switch(db, agency, *id, true, by, now).await?,
        }
    }
    Ok(())
}

async fn put_unit(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    unit: &AgencyUnit,
    by: &Author,
    now: Timestamp,
) -> Result<(), Fault> {
    if let Some(parent) = &unit.parent {
        let known = sqlx::query("SELECT 1 AS one FROM units WHERE agency = $1 AND code = $2 AND code <> $3");
        let known = known.bind(agency.as_str()).bind(parent).bind(&unit.code).fetch_optional(&mut *db).await?;
        known.ok_or_else(|| Problem::new(Code::NotFound).with("what", format!("unit {parent}")))?;
    }
    sqlx::query(
        "INSERT INTO units (agency, code, name, parent) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency, code) DO UPDATE SET name = excluded.name, parent = excluded.parent",
    )
    .bind(agency.as_str())
    .bind(&unit.code)
    .bind(&unit.name)
    .bind(&unit.parent)
    .execute(&mut *db)
    .await?;
    add(db, Act::new(by, What::UnitPut, now).of(agency).about("unit", format!("{agency}/{}", unit.code))).await
}

async fn write_person(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    person: &Person,
    new: bool,
    by: &Author,
    now: Timestamp,
) -> Result<(), Fault> {
    let folded = folded(&person.sign_in_name);
    let holder = sqlx::query("SELECT id FROM people WHERE folded = $1").bind(&folded).fetch_optional(&mut *db).await?;
    if holder.is_some_and(|row| row.try_get::<&str, _>("id").is_ok_and(|id| id != person.id.to_string())) {
        return Err(Problem::new(Code::NameTaken).with("name", person.sign_in_name.as_str()).into());
    }
    if let Some(unit) = &person.unit {
        let known = sqlx::query("SELECT 1 AS one FROM units WHERE agency = $1 AND code = $2");
        let known = known.bind(agency.as_str()).bind(unit).fetch_optional(&mut *db).await?;
        known.ok_or_else(|| Problem::new(Code::NotFound).with("what", format!("unit {unit}")))?;
    }
    let sql = if new {
        "INSERT INTO people (agency, unit, sign_in_name, folded, name, title, email, phone, roles, scope, changed_at, id, active)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)"
    } else {
        "UPDATE people SET unit = $2, sign_in_name = $3, folded = $4, name = $5, title = $6, email = $7, phone = $8,
                           roles = $9, scope = $10, changed_at = $11
         WHERE id = $12 AND agency = $1"
    };
    let written = sqlx::query(sql)
        .bind(agency.as_str())
        .bind(&person.unit)
        .bind(&person.sign_in_name)
        .bind(&folded)
        .bind(&person.name)
        .bind(&person.title)
        .bind(&person.email)
        .bind(&person.phone)
        .bind(to_json(&person.roles)?)
        .bind(match person.scope {
            dossier::Scope::Hub => "hub",
            dossier::Scope::Agency => "agency",
        })
        .bind(now.to_string())
        .bind(person.id.to_string())
        .execute(&mut *db)
        .await?;
    if written.rows_affected() == 0 {
        return Err(Code::NotFound.into());
    }
    let what = if new { What::PersonAdded } else { What::PersonChanged };
    add(db, Act::new(by, what, now).of(agency).about("person", &person.sign_in_name)).await
}

async fn switch(
    db: &mut AnyConnection,
    agency: &AgencyCode,
    id: AccountId,
    on: bool,
    by: &Author,
    now: Timestamp,
) -> Result<(), Fault> {
    let update = sqlx::query(
        "UPDATE people SET active = $1, changed_at = $2 WHERE id = $3 AND agency = $4 RETURNING sign_in_name",
    );
    let update = update.bind(i64::from(on)).bind(now.to_string()).bind(id.to_string()).bind(agency.as_str());
    let row = update.fetch_optional(&mut *db).await?.ok_or(Code::NotFound)?;
    if !on {
        super::sessions::end_of_person(db, id, None, "person disabled").await?;
    }
    let what = if on { What::PersonEnabled } else { What::PersonDisabled };
    add(db, Act::new(by, what, now).of(agency).about("person", row.try_get::<&str, _>("sign_in_name")?)).await
}

async fn write_password(db: &mut AnyConnection, account: AccountId, password: &KeptPassword) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO passwords (person, hash, set_at, expires_at, must_change) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at,
                                            expires_at = excluded.expires_at, must_change = excluded.must_change",
    )
    .bind(account.to_string())
    .bind(&password.hash)
    .bind(password.set_at.to_string())
    .bind(password.expires_at.to_string())
    .bind(i64::from(password.must_change))
    .execute(db)
    .await?;
    Ok(())
}

pub async fn set_password(
    db: &mut AnyConnection,
    id: AccountId,
    password: &KeptPassword,
    own: Option<Own<'_>>,
    by: &Author,
    now: Timestamp,
) -> Result<(), Fault> {
    let known = account(db, id).await?.ok_or(Code::NotFound)?;
    if let Some(own) = own {
        super::sessions::account(db, own.session, now).await?;
        // Somebody else has set another one since it was compared.
        if known.password.as_ref().is_none_or(|kept| kept.hash != own.password) {
            return Err(Code::WrongSignIn.into());
        }
    }
    let (name, agency) = (known.person.sign_in_name, known.person.agency);
    write_password(db, id, password).await?;
    super::sessions::end_of_person(db, id, own.map(|own| own.session), "password changed").await?;
    // Whoever sets a password forgives the tries at the old one.
    sqlx::query("DELETE FROM sign_in_tries WHERE folded = $1").bind(folded(&name)).execute(&mut *db).await?;
    let what = if by.account == Some(id) { What::PasswordChanged } else { What::PasswordReset };
    add(db, Act::new(by, what, now).of(&agency).about("person", name)).await
}

pub async fn put_expiring(
    db: &mut AnyConnection,
    things: &[Expiring],
    by: &Author,
    now: Timestamp,
) -> Result<(), Fault> {
    for thing in things {
        super::registry::agency(db, &thing.agency).await?.ok_or(Code::NotFound)?;
        sqlx::query(
            "INSERT INTO expiring (kind, identifier, agency, person, holder, valid_until) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (kind, identifier) DO UPDATE SET agency = excluded.agency, person = excluded.person,
                                                          holder = excluded.holder, valid_until = excluded.valid_until",
        )
        .bind(thing.kind.name())
        .bind(&thing.identifier)
        .bind(thing.agency.as_str())
        .bind(thing.person.map(|person| person.to_string()))
        .bind(&thing.holder)
        .bind(thing.valid_until.to_string())
        .execute(&mut *db)
        .await?;
        add(db, Act::new(by, What::ExpiringPut, now).of(&thing.agency).about(thing.kind.name(), &thing.identifier))
            .await?;
    }
    Ok(())
}

pub async fn expiring(db: &mut AnyConnection, agency: Option<&AgencyCode>) -> Result<Vec<Expiring>, Fault> {
    let query =
        "SELECT * FROM expiring WHERE CAST($1 AS TEXT) IS NULL OR agency = $1 ORDER BY valid_until, kind, identifier";
    let thing = |row: &AnyRow| {
        Ok(Expiring {
            kind: parsed::<ExpiringKind>(row, "kind")?,
            identifier: row.try_get("identifier")?,
            agency: parsed(row, "agency")?,
            person: maybe(row, "person")?,
            holder: row.try_get("holder")?,
            valid_until: parsed(row, "valid_until")?,
        })
    };
    let rows = sqlx::query(query).bind(agency.map(|agency| agency.as_str().to_owned())).fetch_all(db).await?;
    rows.iter().map(thing).collect()
}

pub async fn passwords_until(
    db: &mut AnyConnection,
    agency: Option<&AgencyCode>,
    until: Timestamp,
) -> Result<Vec<Account>, Fault> {
    let sql = format!(
        "{ACCOUNT} WHERE p.active = 1 AND w.expires_at <= $1 AND (CAST($2 AS TEXT) IS NULL OR p.agency = $2)
         ORDER BY w.expires_at, p.folded"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(until.to_string());
    let rows = query.bind(agency.map(|agency| agency.as_str().to_owned())).fetch_all(db).await?;
    rows.iter().map(account_of).collect()
}

pub async fn notices_read(db: &mut AnyConnection, account: AccountId) -> Result<Vec<NoticeRead>, Fault> {
    let query = sqlx::query("SELECT kind, identifier, valid_until, threshold FROM notices_read WHERE person = $1");
    let read = |row: &AnyRow| {
        Ok(NoticeRead {
            kind: parsed(row, "kind")?,
            identifier: row.try_get("identifier")?,
            valid_until: parsed(row, "valid_until")?,
            threshold: row.try_get("threshold")?,
        })
    };
    query.bind(account.to_string()).fetch_all(db).await?.iter().map(read).collect()
}

pub async fn read_notice(
    db: &mut AnyConnection,
    by: &Author,
    account: AccountId,
    notice: &NoticeRead,
    now: Timestamp,
) -> Result<(), Fault> {
    let insert = sqlx::query("INSERT INTO notices_read VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING");
    let written = insert
        .bind(account.to_string())
        .bind(notice.kind.name())
        .bind(&notice.identifier)
        .bind(notice.valid_until.to_string())
        .bind(notice.threshold)
        .bind(now.to_string())
        .execute(&mut *db)
        .await?;
    match written.rows_affected() {
        0 => Ok(()),
        _ => add(db, Act::new(by, What::NoticeRead, now).about(notice.kind.name(), &notice.identifier)).await,
    }
}
