//! Signing certificates and official mail accounts with the day they run out, taken over from a file.

use std::collections::BTreeMap;

use dossier::{AgencyCode, Date, text::fold};
use wire::auth::ExpiringKind;

use super::{
    BadCell, ImportError,
    columns::{Column, columns},
    table,
};
use crate::ledger::{
    Ledger,
    accounts::{Expiring, Person, folded},
};

/// Reads a file of things that run out: all its rows, or every reason why not. A row whose sign-in name or address is a person's of the agency
/// is theirs. `kind`: of rows that say none.
pub async fn read(
    ledger: &dyn Ledger,
    agency: &AgencyCode,
    bytes: &[u8],
    kind: Option<ExpiringKind>,
    today: Date,
) -> Result<Vec<Expiring>, ImportError> {
    const EXPECTED: &str = "Ngày hết hạn, and Số sê-ri or Thư điện tử công vụ";
    if ledger.agency(agency).await?.is_none() {
        return Err(ImportError::NoAgency(agency.clone()));
    }
    let people = ledger.people(Some(agency)).await?;
    let lines = table::read(bytes)?;
    let head = lines.iter().take(20).enumerate().find_map(|(at, line)| {
        let found = columns(line);
        let named = found.contains_key(&Column::Identifier) || found.contains_key(&Column::Email);
        (found.contains_key(&Column::ValidUntil) && named).then_some((at, line, found))
    });
    let (at, head, found) = head.ok_or(ImportError::NoHeadings(EXPECTED))?;
    let (mut things, mut bad) = (BTreeMap::new(), vec![]);
    for line in lines.get(at + 1..).unwrap_or_default() {
        let text = |column: Column| found.get(&column).map(|at| line.cell(*at)).unwrap_or_default();
        let mut refuse = |column: Column, reason: &str| {
            let column = found.get(&column).map_or("", |at| head.cell(*at)).to_owned();
            bad.push(BadCell { row: line.number, column, reason: reason.to_owned() });
        };
        let said = match text(Column::Kind) {
            "" => kind.or(found.contains_key(&Column::Identifier).then_some(ExpiringKind::Certificate)),
            said => known_kind(said),
        };
        let Some(kind) = said.or(text(Column::Kind).is_empty().then_some(ExpiringKind::MailAccount)) else {
            refuse(Column::Kind, "Chứng thư số or Thư điện tử is expected");
            continue;
        };
        let of = if kind == ExpiringKind::MailAccount { Column::Email } else { Column::Identifier };
        let Ok(valid_until) = Date::from_typed(text(Column::ValidUntil), today) else {
            refuse(Column::ValidUntil, "it is no day");
            continue;
        };
        if text(of).is_empty() {
            refuse(of, "it is empty");
            continue;
        }
        let person = owner(&people, text(Column::SignInName), text(Column::Email));
        let holder = Some(text(Column::Name)).filter(|name| !name.is_empty()).map(str::to_owned);
        let holder = holder.or_else(|| person.map(|person| person.name.clone())).unwrap_or_default();
        let identifier = text(of).to_owned();
        let person = person.map(|person| person.id);
        let thing = Expiring { kind, identifier, agency: agency.clone(), person, holder, valid_until };
        things.insert((kind, thing.identifier.clone()), thing);
    }
    if bad.is_empty() { Ok(things.into_values().collect()) } else { Err(ImportError::Rows(bad)) }
}

fn known_kind(text: &str) -> Option<ExpiringKind> {
    match fold(text).as_str() {
        "chung thu so" | "chung thu" | "chu ky so" => Some(ExpiringKind::Certificate),
        "thu dien tu" | "thu cong vu" | "thu dien tu cong vu" | "email" => Some(ExpiringKind::MailAccount),
        other => other.parse().ok().filter(|kind| *kind != ExpiringKind::Password),
    }
}

fn owner<'p>(people: &'p [Person], sign_in_name: &str, email: &str) -> Option<&'p Person> {
    let named =
        people.iter().find(|person| !sign_in_name.is_empty() && folded(&person.sign_in_name) == folded(sign_in_name));
    named.or_else(|| people.iter().find(|person| !email.is_empty() && fold(&person.email) == fold(email)))
}
