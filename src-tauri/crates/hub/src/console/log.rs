//! `audit` and `expiring`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use dossier::{AgencyCode, Date, Timestamp};
use hub::{
    directory,
    ledger::{
        Ledger,
        accounts::Expiring,
        audit::{Act, Wanted, What},
        rules::local_day,
    },
    sign_in,
};
use serde_json::json;
use wire::auth::ExpiringKind;

use super::officer;
use crate::{Failure, Place};

#[derive(Args)]
pub struct AuditQuestion {
    /// Entries after this one.
    #[arg(long, default_value_t = 0)]
    after: u64,
    /// What was done about this dossier, by its official code.
    #[arg(long)]
    dossier: Option<String>,
    /// What this person did, and what was done about them, by sign-in name.
    #[arg(long)]
    person: Option<String>,
    #[arg(long)]
    agency: Option<AgencyCode>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// What is asked of, or entered into, the register of what runs out.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ExpiringQuestion {
    /// What runs out within so many days.
    #[arg(long, default_value_t = 14)]
    days: u32,
    #[arg(long)]
    agency: Option<AgencyCode>,
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Option<ExpiringCommand>,
}

#[derive(Subcommand)]
enum ExpiringCommand {
    /// Enters a signing certificate or an official mail account, or its new day.
    Add {
        /// certificate or mail-account.
        kind: ExpiringKind,
        /// The certificate's serial number, or the address.
        identifier: String,
        /// The last day it is good, as 2026-12-31.
        #[arg(long)]
        until: Date,
        #[arg(long)]
        agency: AgencyCode,
        /// Whose it is, by sign-in name: who is told. Without, the administrators of the agency are.
        #[arg(long)]
        person: Option<String>,
        /// Whose it is, in words.
        #[arg(long, default_value = "")]
        holder: String,
        #[command(flatten)]
        place: Place,
    },
    /// Takes them over from a file (CSV or XLSX) with the headings Loại, Số sê-ri, Thư điện tử, Tên đăng nhập, Họ và tên, Ngày hết hạn.
    Import {
        file: PathBuf,
        #[arg(long)]
        agency: AgencyCode,
        /// Of rows that say none: certificate or mail-account.
        #[arg(long)]
        kind: Option<ExpiringKind>,
        #[command(flatten)]
        place: Place,
    },
}

pub async fn audit(question: AuditQuestion, now: Timestamp) -> Result<(), Failure> {
    let AuditQuestion { mut after, dossier, person, agency, json, place } = question;
    let wanted = Wanted { agency, about: dossier.map(|code| format!("dossier {code}")), person };
    let shown = async |ledger: &dyn Ledger| {
        ledger.note(Act::new(&officer(), What::AuditRead, now)).await?;
        ledger.seal().await?;
        loop {
            let page = ledger.audit(&wanted, after, 1000).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.seq;
            for entry in &page {
                if json {
                    println!("{}", serde_json::to_string(entry)?);
                    continue;
                }
                let or = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
                let agency = entry.agency.as_ref().map_or("-", AgencyCode::as_str);
                let about = entry.about.as_deref().unwrap_or("-");
                let (seq, at, who) = (entry.seq, entry.at, or(&entry.who));
                println!("{seq}\t{at}\t{agency}\t{who}\t{}\t{about}\t{}", entry.what, entry.result);
            }
        }
    };
    place.with_ledger(shown).await
}

pub async fn expiring(question: ExpiringQuestion, now: Timestamp) -> Result<(), Failure> {
    match question.command {
        None => {
            let (agency, days) = (question.agency, i64::from(question.days));
            let found = async |ledger: &dyn Ledger| Ok(sign_in::expiring(ledger, agency.as_ref(), days, now).await?);
            for (_, notice) in question.place.with_ledger(found).await? {
                println!("{}", serde_json::to_string(&notice)?);
            }
            Ok(())
        }
        Some(ExpiringCommand::Add { kind, identifier, until, agency, person, holder, place }) => {
            if kind == ExpiringKind::Password {
                return Err("passwords run out by themselves".into());
            }
            let put = async |ledger: &dyn Ledger| {
                let person = match &person {
                    None => None,
                    Some(name) => {
                        let found = ledger.account_named(name).await?.map(|account| account.person);
                        Some(found.ok_or_else(|| format!("there is no person {name}"))?)
                    }
                };
                let named = person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
                let holder = if holder.is_empty() { named } else { dossier::text::nfc(&holder) };
                let identifier = dossier::text::nfc(identifier.trim());
                let person = person.map(|person| person.id);
                let thing = Expiring { kind, identifier, agency, person, holder, valid_until: until };
                Ok(ledger.put_expiring(&[thing], &officer(), now).await?)
            };
            place.with_ledger(put).await
        }
        Some(ExpiringCommand::Import { file, agency, kind, place }) => {
            let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            let today = local_day(now)?;
            let put = async |ledger: &dyn Ledger| {
                let things = directory::expiring::read(ledger, &agency, &bytes, kind, today).await?;
                ledger.put_expiring(&things, &officer(), now).await?;
                Ok(things.len())
            };
            println!("{}", json!({ "entered": place.with_ledger(put).await? }));
            Ok(())
        }
    }
}
