//! `person`, `people`, `unit` and `device`.

use std::{collections::BTreeSet, path::PathBuf};

use clap::{Args, Subcommand};
use dossier::{AccountId, AgencyCode, Role, Scope, Timestamp};
use hub::{
    directory,
    ledger::{
        Ledger,
        accounts::{Account, AgencyUnit, Change, Person, is_sign_in_name},
    },
    passwords,
};
use serde_json::json;
use uuid::Uuid;

use super::officer;
use crate::{Failure, Place};

/// How long new passwords are good.
#[derive(Args, Clone, Copy)]
pub struct PasswordAge {
    /// How many days a new password is good.
    #[arg(long, env = "HOSO_HUB_PASSWORD_DAYS", default_value_t = passwords::PASSWORD_DAYS, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub password_days: u32,
}

/// What is said of a person; what is not said stays as it is.
#[derive(Args)]
pub struct Said {
    /// Họ và tên.
    #[arg(long)]
    name: Option<String>,
    /// The code of their unit.
    #[arg(long)]
    unit: Option<String>,
    /// Chức vụ.
    #[arg(long)]
    title: Option<String>,
    /// The official address.
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    phone: Option<String>,
    /// clerk, desk-officer, handling-officer, leader, inspector, helper or administrator; may be given several times.
    #[arg(long = "role")]
    roles: Vec<Role>,
    /// An inspector or administrator of the whole hub, at any agency's workstations.
    #[arg(long)]
    whole_hub: bool,
}

#[derive(Subcommand)]
pub enum PersonCommand {
    /// Adds a person and prints the first password, once; it must be changed at the first sign-in.
    Add {
        /// To sign in with.
        sign_in_name: String,
        #[arg(long)]
        agency: AgencyCode,
        #[command(flatten)]
        said: Said,
        #[command(flatten)]
        age: PasswordAge,
        #[command(flatten)]
        place: Place,
    },
    /// Lists people, one JSON object a line.
    List {
        #[arg(long)]
        agency: Option<AgencyCode>,
        #[command(flatten)]
        place: Place,
    },
    /// Changes what is said of a person. Roles that are given take the place of all before.
    Change {
        sign_in_name: String,
        #[command(flatten)]
        said: Said,
        #[command(flatten)]
        place: Place,
    },
    /// Keeps a person from signing in, and signs them out.
    Disable {
        sign_in_name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Lets a disabled person sign in again.
    Enable {
        sign_in_name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Prints a new first password, once, and signs the person out everywhere.
    ResetPassword {
        sign_in_name: String,
        #[command(flatten)]
        age: PasswordAge,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
pub enum PeopleCommand {
    /// Takes people over from a file (CSV or XLSX) with the headings Họ và tên, Tên đăng nhập, Đơn vị, Chức vụ, Vai trò, Thư điện tử công
    /// vụ, Số điện thoại, or from an export of mail accounts. All of it, or nothing; prints what changes, and first passwords once.
    Import {
        file: PathBuf,
        #[arg(long)]
        agency: AgencyCode,
        /// Shows what would change, and changes nothing.
        #[arg(long)]
        dry_run: bool,
        /// The file names everybody: shows who is here and not in it.
        #[arg(long)]
        whole: bool,
        /// And disables them.
        #[arg(long, requires = "whole")]
        disable_missing: bool,
        /// The role of people whose row says none (clerk).
        #[arg(long)]
        role: Option<Role>,
        #[command(flatten)]
        age: PasswordAge,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
pub enum UnitCommand {
    /// Adds a unit of an agency, or renames it.
    Add {
        code: String,
        #[arg(long)]
        agency: AgencyCode,
        #[arg(long)]
        name: String,
        /// The code of the unit it belongs to.
        #[arg(long)]
        parent: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Lists an agency's units, one JSON object a line.
    List {
        #[arg(long)]
        agency: AgencyCode,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
pub enum DeviceCommand {
    /// Lists workstations, one JSON object a line.
    List {
        #[arg(long)]
        agency: Option<AgencyCode>,
        #[command(flatten)]
        place: Place,
    },
    /// Renames a workstation, by its number.
    Rename {
        station: u32,
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Takes a workstation off the hub: its token opens nothing any more, and whoever is signed in at it is signed out.
    Revoke {
        station: u32,
        #[command(flatten)]
        place: Place,
    },
}

pub async fn person(command: PersonCommand, now: Timestamp) -> Result<(), Failure> {
    match command {
        PersonCommand::Add { sign_in_name, agency, said, age, place } => {
            let added = async |ledger: &dyn Ledger| add(ledger, &agency, &sign_in_name, said, age, now).await;
            place.with_ledger(added).await
        }
        PersonCommand::List { agency, place } => {
            let people = place.with_ledger(async |ledger| Ok(ledger.people(agency.as_ref()).await?)).await?;
            lines(&people)
        }
        PersonCommand::Change { sign_in_name, said, place } => {
            let changed = async |ledger: &dyn Ledger| {
                let mut person = named(ledger, &sign_in_name).await?.person;
                said.into(&mut person);
                Ok(ledger.change_people(&person.agency.clone(), &[Change::Update(person)], &officer(), now).await?)
            };
            place.with_ledger(changed).await
        }
        PersonCommand::Disable { sign_in_name, place } => switch(place, &sign_in_name, Change::Disable, now).await,
        PersonCommand::Enable { sign_in_name, place } => switch(place, &sign_in_name, Change::Enable, now).await,
        PersonCommand::ResetPassword { sign_in_name, age, place } => {
            let reset = async |ledger: &dyn Ledger| {
                let person = named(ledger, &sign_in_name).await?.person;
                let password = passwords::first()?;
                let hash = passwords::hash(password.clone()).await?;
                let kept = passwords::kept(hash, age.password_days, true, now);
                ledger.set_password(person.id, &kept, None, &officer(), now).await?;
                told(&person.sign_in_name, &password);
                Ok(())
            };
            place.with_ledger(reset).await
        }
    }
}

async fn add(
    ledger: &dyn Ledger,
    agency: &AgencyCode,
    sign_in_name: &str,
    said: Said,
    age: PasswordAge,
    now: Timestamp,
) -> Result<(), Failure> {
    let sign_in_name = dossier::text::nfc(sign_in_name.trim());
    if !is_sign_in_name(&sign_in_name) {
        return Err("a sign-in name is 2 to 64 letters, digits, . - _ and @".into());
    }
    if said.name.is_none() || said.roles.is_empty() {
        return Err("a new person needs --name and --role".into());
    }
    let mut person = Person {
        id: AccountId(Uuid::now_v7()),
        agency: agency.clone(),
        unit: None,
        sign_in_name,
        name: String::new(),
        title: String::new(),
        email: String::new(),
        phone: String::new(),
        roles: BTreeSet::new(),
        scope: Scope::Agency,
        active: true,
    };
    said.into(&mut person);
    let password = passwords::first()?;
    let hash = passwords::hash(password.clone()).await?;
    let (name, kept) = (person.sign_in_name.clone(), passwords::kept(hash, age.password_days, true, now));
    ledger.change_people(agency, &[Change::Add(person, Some(kept))], &officer(), now).await?;
    told(&name, &password);
    Ok(())
}

fn told(sign_in_name: &str, password: &wire::auth::Password) {
    println!("{}", json!({ "sign_in_name": sign_in_name, "first_password": password.reveal() }));
}

fn lines<T: serde::Serialize>(rows: &[T]) -> Result<(), Failure> {
    for row in rows {
        println!("{}", serde_json::to_string(row)?);
    }
    Ok(())
}

impl Said {
    fn into(self, person: &mut Person) {
        let put = |place: &mut String, said: Option<String>| {
            if let Some(said) = said {
                *place = dossier::text::nfc(said.trim());
            }
        };
        put(&mut person.name, self.name);
        put(&mut person.title, self.title);
        put(&mut person.email, self.email);
        put(&mut person.phone, self.phone);
        if let Some(unit) = self.unit {
            // None of them, by nothing.
            person.unit = Some(unit).filter(|unit| !unit.is_empty());
        }
        if !self.roles.is_empty() {
            person.roles = self.roles.into_iter().collect();
            person.scope = if self.whole_hub { Scope::Hub } else { Scope::Agency };
        } else if self.whole_hub {
            person.scope = Scope::Hub;
        }
    }
}

async fn named(ledger: &dyn Ledger, sign_in_name: &str) -> Result<Account, Failure> {
    let account = ledger.account_named(sign_in_name).await?;
    account.ok_or_else(|| format!("there is no person {sign_in_name}").into())
}

async fn switch(place: Place, name: &str, how: fn(AccountId) -> Change, now: Timestamp) -> Result<(), Failure> {
    let switched = async |ledger: &dyn Ledger| {
        let person = named(ledger, name).await?.person;
        Ok(ledger.change_people(&person.agency, &[how(person.id)], &officer(), now).await?)
    };
    place.with_ledger(switched).await
}

pub async fn people(command: PeopleCommand, now: Timestamp) -> Result<(), Failure> {
    let PeopleCommand::Import { file, agency, dry_run, whole, disable_missing, role, age, place } = command;
    let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let options = directory::Options { whole, disable_missing, role };
    let taken = async |ledger: &dyn Ledger| {
        let plan = directory::plan(ledger, &agency, &bytes, &options).await?;
        let mut shown = serde_json::to_value(&plan)?;
        let told = match dry_run {
            true => vec![],
            false => directory::apply(ledger, &agency, plan, age.password_days, &officer(), now).await?,
        };
        shown["applied"] = (!dry_run).into();
        shown["first_passwords"] = told
            .iter()
            .map(|(name, password)| (name.clone(), password.reveal().into()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        Ok(shown)
    };
    println!("{}", serde_json::to_string_pretty(&place.with_ledger(taken).await?)?);
    Ok(())
}

pub async fn unit(command: UnitCommand, now: Timestamp) -> Result<(), Failure> {
    match command {
        UnitCommand::Add { code, agency, name, parent, place } => {
            let unit = AgencyUnit { code, name: dossier::text::nfc(name.trim()), parent };
            let put = async |ledger: &dyn Ledger| {
                Ok(ledger.change_people(&agency, &[Change::Unit(unit)], &officer(), now).await?)
            };
            place.with_ledger(put).await
        }
        UnitCommand::List { agency, place } => {
            lines(&place.with_ledger(async |ledger| Ok(ledger.units(&agency).await?)).await?)
        }
    }
}

pub async fn device(command: DeviceCommand, now: Timestamp) -> Result<(), Failure> {
    match command {
        DeviceCommand::List { agency, place } => {
            lines(&place.with_ledger(async |ledger| Ok(ledger.workstations(agency.as_ref()).await?)).await?)
        }
        DeviceCommand::Rename { station, name, place } => {
            let name = dossier::text::nfc(name.trim());
            if name.is_empty() {
                return Err("a workstation needs a name".into());
            }
            place
                .with_ledger(async |ledger| Ok(ledger.rename_workstation(station, &name, &officer(), now).await?))
                .await
        }
        DeviceCommand::Revoke { station, place } => {
            place.with_ledger(async |ledger| Ok(ledger.revoke_workstation(station, &officer(), now).await?)).await
        }
    }
}
