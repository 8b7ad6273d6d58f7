//! People taken over from a file: the agency's own list, or an export of the province's mail accounts. What would change is shown first;
//! all of it is done, or nothing; the same file again changes nothing.

pub mod columns;
pub mod expiring;
pub mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use dossier::{
    AccountId, AgencyCode, Role, Scope, Timestamp,
    text::{fold, slug},
};
use serde::Serialize;
use thiserror::Error;
use uuid::Uuid;
use wire::auth::Password;

use self::{
    columns::{Column, active, columns, roles},
    table::{Line, TableError},
};
use crate::{
    fault::Fault,
    ledger::{
        Ledger,
        accounts::{AgencyUnit, Change, Person, folded, is_sign_in_name},
        audit::Author,
    },
    passwords,
};

/// One thing wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadCell {
    pub row: u32,
    /// The column's heading, as the file has it.
    pub column: String,
    pub reason: String,
}

/// Why a file was not taken over.
#[derive(Debug, Error)]
pub enum ImportError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("no row of headings: {0} expected")]
    NoHeadings(&'static str),
    #[error("{}", .0.iter().map(|bad| format!("row {}, {}: {}", bad.row, bad.column, bad.reason)).collect::<Vec<_>>().join("\n"))]
    Rows(Vec<BadCell>),
    #[error("agency {0} is not known here")]
    NoAgency(AgencyCode),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What is to be done about a file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The file names everybody: who is active and not in it is told.
    pub whole: bool,
    /// And is disabled.
    pub disable_missing: bool,
    /// Of people whose row says nothing of roles.
    pub role: Option<Role>,
}

/// What a file would change.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Plan {
    /// Names of units that are new.
    pub units: Vec<String>,
    /// Sign-in names.
    pub added: Vec<String>,
    /// Sign-in names, with what of each is another now.
    pub changed: BTreeMap<String, Vec<&'static str>>,
    /// Who is here and not in the file, where it is to name everybody.
    pub missing: Vec<String>,
    /// Whom the file names and who was disabled here: they stay so, unless their row says that they may sign in.
    pub still_disabled: Vec<String>,
    pub unchanged: usize,
    #[serde(skip)]
    changes: Vec<Change>,
}

/// What a row says; what it is silent about stays as it is.
struct Row {
    sign_in_name: String,
    name: String,
    unit: Option<String>,
    title: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    roles: Option<BTreeSet<Role>>,
    active: Option<bool>,
}

/// Reads a file and compares it with who is here. Nothing is changed.
pub async fn plan(
    ledger: &dyn Ledger,
    agency: &AgencyCode,
    bytes: &[u8],
    options: &Options,
) -> Result<Plan, ImportError> {
    if ledger.agency(agency).await?.is_none() {
        return Err(ImportError::NoAgency(agency.clone()));
    }
    let (lines, mut bad) = (table::read(bytes)?, vec![]);
    let rows = rows(&lines, &mut bad)?;
    let (mut units, everybody) = (ledger.units(agency).await?, ledger.people(None).await?);
    let here: BTreeMap<String, &Person> = everybody.iter().map(|one| (folded(&one.sign_in_name), one)).collect();
    let (mut plan, mut seen) = (Plan::default(), BTreeMap::new());
    for (line, heading, row) in rows {
        let key = folded(&row.sign_in_name);
        let mut refuse = |reason: String| bad.push(BadCell { row: line, column: heading.clone(), reason });
        if let Some(first) = seen.insert(key.clone(), line) {
            refuse(format!("{} stands in row {first} already", row.sign_in_name));
            continue;
        }
        let known = here.get(&key).copied();
        if let Some(other) = known.filter(|known| known.agency != *agency) {
            refuse(format!("{} is a person of agency {}", row.sign_in_name, other.agency));
            continue;
        }
        let unit = row.unit.as_deref().map(|unit| plan.unit(&mut units, unit));
        plan.person(agency, known, row, unit, options.role.unwrap_or(Role::Clerk));
    }
    if !bad.is_empty() {
        bad.sort_by_key(|bad| bad.row);
        return Err(ImportError::Rows(bad));
    }
    if options.whole {
        let missing =
            |one: &&Person| one.agency == *agency && one.active && !seen.contains_key(&folded(&one.sign_in_name));
        for one in everybody.iter().filter(missing) {
            plan.missing.push(one.sign_in_name.clone());
            if options.disable_missing {
                plan.changes.push(Change::Disable(one.id));
            }
        }
    }
    Ok(plan)
}

fn rows(lines: &[Line], bad: &mut Vec<BadCell>) -> Result<Vec<(u32, String, Row)>, ImportError> {
    const EXPECTED: &str = "Họ và tên, and Tên đăng nhập or Thư điện tử công vụ";
    let head = lines.iter().take(20).enumerate().find_map(|(at, line)| {
        let found = columns(line);
        let named = found.contains_key(&Column::SignInName) || found.contains_key(&Column::Email);
        (found.contains_key(&Column::Name) && named).then_some((at, line, found))
    });
    let (at, head, found) = head.ok_or(ImportError::NoHeadings(EXPECTED))?;
    let heading = |column: Column| found.get(&column).map_or("", |at| head.cell(*at)).to_owned();
    let mut rows = vec![];
    for line in lines.get(at + 1..).unwrap_or_default() {
        let text = |column: Column| {
            let text = found.get(&column).map(|at| line.cell(*at)).unwrap_or_default();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let mut refuse = |column: Column, reason: &str| {
            bad.push(BadCell { row: line.number, column: heading(column), reason: reason.to_owned() });
        };
        let email = text(Column::Email);
        let column = if found.contains_key(&Column::SignInName) { Column::SignInName } else { Column::Email };
        let local = email.as_ref().and_then(|email| email.split('@').next()).map(str::to_owned);
        let (Some(name), Some(sign_in_name)) = (text(Column::Name), text(Column::SignInName).or(local)) else {
            refuse(if text(Column::Name).is_none() { Column::Name } else { column }, "it is empty");
            continue;
        };
        if !is_sign_in_name(&sign_in_name) {
            refuse(column, "2 to 64 letters, digits, . - _ and @ are expected");
            continue;
        }
        if email.as_ref().is_some_and(|email| !is_address(email)) {
            refuse(Column::Email, "it is no address");
            continue;
        }
        let roles = match text(Column::Roles).map(|text| roles(&text)).transpose() {
            Ok(roles) => roles,
            Err(unknown) => {
                refuse(Column::Roles, &format!("{unknown:?} is no role"));
                continue;
            }
        };
        let active = match text(Column::Active) {
            None => None,
            Some(said) => match active(&said) {
                Some(active) => Some(active),
                None => {
                    refuse(Column::Active, &format!("{said:?} is neither active nor disabled"));
                    continue;
                }
            },
        };
        let (unit, title, phone) = (text(Column::Unit), text(Column::Title), text(Column::Phone));
        let row = Row { sign_in_name, name, unit, title, email, phone, roles, active };
        rows.push((line.number, heading(column), row));
    }
    Ok(rows)
}

fn is_address(text: &str) -> bool {
    let whole = text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    whole && !text.contains(char::is_whitespace) && text.matches('@').count() == 1
}

impl Plan {
    /// The code of a unit by its name or code; one that is not here is to be made.
    fn unit(&mut self, units: &mut Vec<AgencyUnit>, name: &str) -> String {
        let wanted = fold(name);
        if let Some(known) = units.iter().find(|unit| fold(&unit.name) == wanted || fold(&unit.code) == wanted) {
            return known.code.clone();
        }
        let base = slug(name, 40);
        let base = if base.is_empty() { "don-vi".to_owned() } else { base };
        let free = |code: &String| units.iter().all(|unit| unit.code != *code);
        let code = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}-{n}"))).find(free).unwrap_or(base);
        let unit = AgencyUnit { code: code.clone(), name: name.to_owned(), parent: None };
        self.units.push(unit.name.clone());
        self.changes.push(Change::Unit(unit.clone()));
        units.push(unit);
        code
    }

    fn person(&mut self, agency: &AgencyCode, known: Option<&Person>, row: Row, unit: Option<String>, role: Role) {
        let Some(known) = known else {
            let person = Person {
                id: AccountId(Uuid::now_v7()),
                agency: agency.clone(),
                unit,
                sign_in_name: row.sign_in_name,
                name: row.name,
                title: row.title.unwrap_or_default(),
                email: row.email.unwrap_or_default(),
                phone: row.phone.unwrap_or_default(),
                roles: row.roles.unwrap_or_else(|| [role].into()),
                scope: Scope::Agency,
                active: row.active.unwrap_or(true),
            };
            self.added.push(person.sign_in_name.clone());
            self.changes.push(Change::Add(person, None));
            return;
        };
        let said = Person {
            unit: unit.or_else(|| known.unit.clone()),
            name: row.name,
            title: row.title.unwrap_or_else(|| known.title.clone()),
            email: row.email.unwrap_or_else(|| known.email.clone()),
            phone: row.phone.unwrap_or_else(|| known.phone.clone()),
            roles: row.roles.unwrap_or_else(|| known.roles.clone()),
            active: row.active.unwrap_or(known.active),
            ..known.clone()
        };
        let differs = [
            ("name", said.name != known.name),
            ("unit", said.unit != known.unit),
            ("title", said.title != known.title),
            ("email", said.email != known.email),
            ("phone", said.phone != known.phone),
            ("roles", said.roles != known.roles),
            ("enabled", said.active && !known.active),
            ("disabled", !said.active && known.active),
        ];
        if !said.active && !known.active {
            self.still_disabled.push(known.sign_in_name.clone());
        }
        let differs: Vec<&str> = differs.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect();
        if differs.is_empty() {
            self.unchanged += 1;
            return;
        }
        self.changed.insert(known.sign_in_name.clone(), differs);
        if said.active != known.active {
            let switch = if said.active { Change::Enable } else { Change::Disable };
            self.changes.push(switch(known.id));
        }
        self.changes.push(Change::Update(said));
    }
}

/// Does what was planned, and gives the first passwords of the new people: each is told once, here.
pub async fn apply(
    ledger: &dyn Ledger,
    agency: &AgencyCode,
    plan: Plan,
    days: u32,
    by: &Author,
    now: Timestamp,
) -> Result<Vec<(String, Password)>, Fault> {
    let (mut told, mut changes) = (vec![], plan.changes);
    for change in &mut changes {
        if let Change::Add(person, kept) = change {
            let password = passwords::first()?;
            let hash = passwords::hash(password.clone()).await?;
            *kept = Some(passwords::kept(hash, days, true, now));
            told.push((person.sign_in_name.clone(), password));
        }
    }
    if !changes.is_empty() {
        ledger.change_people(agency, &changes, by, now).await?;
    }
    Ok(told)
}
