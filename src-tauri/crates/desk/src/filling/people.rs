//! The personal store: people and organisations kept with consent, offered when somebody types their name.

use std::collections::BTreeMap;

use dossier::{
    Date, DossierId, FieldId, FieldKind, Organisation, Origin, PersonId, RowId, Value, Words,
    answers::Source,
    form::{Choice, IdentityKind, PersonPart, TextFormat},
    reading::typed,
};
use serde_json::json;
use store::Person;
use uuid::Uuid;

use super::{Consent, PersonText, PersonView, Taken, Whom, answer_at, for_fields, meant};
use crate::{
    Desk, Host,
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code},
    shown::shown,
    units::units,
};

/// The wording of the consent that is read to people now (`person.consent` in the window's words on filling in). It grows by one when
/// the words change, so that it can be said what somebody agreed to.
pub const CONSENT_WORDING: u32 = 2;

/// So many are offered while somebody types, and so many are listed.
const OFFERED: u32 = 6;
const LISTED: u32 = 500;
const PURPOSE_MOST: usize = 300;

type Parts = BTreeMap<PersonPart, Value>;

impl<H: Host> Desk<H> {
    /// Who fits what is typed into a field: organisations for one of an organisation, else people.
    pub(super) async fn find_people(&self, id: DossierId, field: &str, find: &str) -> Result<Vec<PersonView>, Fault> {
        let form = self.open_dossier(id).await?.form;
        let unknown = || Fault::new(Code::UnknownField).with("field", field);
        let of = form.field(field).and_then(|field| field.person.as_ref()).ok_or_else(unknown)?;
        let once = form.fields().any(|known| known.id.as_str() == field);
        let organisations = once && form.parts_of(of.who.as_str()).any(|(part, _)| part == PersonPart::Organisation);
        let wanted = if organisations { PersonPart::Organisation } else { PersonPart::Name };
        let all = self.store().await?.people(find, LISTED).await?;
        let views = all.iter().map(view).collect::<Result<Vec<_>, _>>()?;
        let has = |view: &PersonView| view.parts.iter().any(|it| it.part == wanted);
        Ok(views.into_iter().filter(has).take(OFFERED as usize).collect())
    }

    pub(super) async fn people(&self, find: &str) -> Result<Vec<PersonView>, Fault> {
        self.store().await?.people(find, LISTED).await?.iter().map(view).collect()
    }

    /// Keeps what the form says of `who`, by what they agreed to just now.
    pub(super) async fn keep_person(
        &self,
        id: DossierId,
        (who, row): (&FieldId, Option<&RowId>),
        wording: u32,
        purpose: String,
    ) -> Result<PersonView, Fault> {
        if wording != CONSENT_WORDING || purpose.trim().is_empty() || purpose.chars().count() > PURPOSE_MOST {
            return Err(Fault::new(Code::BadValue)
                .with("field", "consent")
                .with("reason", "another wording, or no purpose"));
        }
        let open = self.open_dossier(id).await?;
        let whom = meant(&open, Some(who), row)?;
        let said = said_of(&open, &whom);
        let consent = Consent { wording, purpose, at: self.now(), by: self.person() };
        // What this form does not ask for stays as it was known.
        let (id, mut parts) = match self.known_as(&open, &whom, &said).await? {
            Some(known) => (known.id, content(&known)?),
            None => (PersonId(Uuid::now_v7()), Parts::new()),
        };
        parts.extend(said);
        self.put_person("person.kept", id, parts, consent).await
    }

    /// The record of the same number, or the one that they were taken from unless it has another number: so that it is corrected and
    /// not doubled, and nobody becomes somebody else.
    async fn known_as(&self, open: &OpenDossier, whom: &Whom<'_>, said: &Parts) -> Result<Option<Person>, Fault> {
        let number = number_of(said);
        if let Some(number) = &number
            && let Some(known) = self.numbered(number).await?
        {
            return Ok(Some(known));
        }
        let Some(id) = taken_from(open, whom) else { return Ok(None) };
        let known = self.store().await?.person(id).await.ok();
        Ok(known.filter(|known| known.number.is_none() || number.is_none()))
    }

    async fn numbered(&self, number: &str) -> Result<Option<Person>, Fault> {
        let found = self.store().await?.people(number, LISTED).await?;
        Ok(found.into_iter().find(|known| known.number.as_deref() == Some(number)))
    }

    pub(super) async fn correct_person(
        &self,
        id: PersonId,
        said: BTreeMap<PersonPart, String>,
    ) -> Result<PersonView, Fault> {
        let (known, today) = (self.store().await?.person(id).await?, self.today()?);
        let before = view(&known)?;
        let mut parts = content(&known)?;
        for (part, text) in said {
            if before.parts.iter().any(|it| it.part == part && it.text == text.trim()) {
                continue;
            }
            match from_text(part, &text, today)? {
                Value::Null => parts.remove(&part),
                value => parts.insert(part, value),
            };
        }
        if let Some(number) = number_of(&parts)
            && let Some(other) = self.numbered(&number).await?.filter(|other| other.id != id)
        {
            return Err(Fault::new(Code::BadValue)
                .with("field", "number")
                .with("reason", format!("the number of {}", other.name)));
        }
        self.put_person("person.corrected", id, parts, before.consent).await
    }

    async fn put_person(&self, act: &str, id: PersonId, parts: Parts, consent: Consent) -> Result<PersonView, Fault> {
        let text = |part| parts.get(&part).map(|value| text_of(part, value)).filter(|text| !text.is_empty());
        let nameless = || Fault::new(Code::BadValue).with("field", "name").with("reason", "nobody is named");
        let person = Person {
            id,
            name: text(PersonPart::Organisation).or_else(|| text(PersonPart::Name)).ok_or_else(nameless)?,
            number: number_of(&parts),
            found_by: text(PersonPart::Phone).into_iter().collect(),
            content: json!(parts),
            consent: json!(consent),
            kept_at: consent.at,
            updated_at: self.now(),
        };
        let id = self.acting(act, async |store, act| store.put_person(&person, act).await).await?;
        view(&self.store().await?.person(id).await?)
    }

    pub(super) async fn of_person(&self, open: &OpenDossier, person: PersonId, whom: Whom<'_>) -> Result<Taken, Fault> {
        let store = self.store().await?;
        let parts = content(&store.person(person).await?)?;
        store.person_used(person, self.now()).await?;
        let values = for_fields(open, &whom, &parts);
        let origin = Some(Origin::Person { person });
        Ok(Taken { values, at: whom.at, source: Source::PersonalStore, confidence: None, origin })
    }
}

/// What the form says of them, where it is well-formed; of an organisation whose code is not, its name.
fn said_of(open: &OpenDossier, whom: &Whom<'_>) -> Parts {
    let said = whom.parts().filter_map(|(part, field)| {
        let answer = answer_at(&open.answers, whom.at.as_ref(), field.id.as_str())?;
        let value = Some(&answer.value).filter(|value| !value.is_empty())?;
        let reads = |value: &Value| dossier::reading::read(&field.kind, value).is_ok();
        let uncoded = match value {
            Value::Organisation(it) => Some(Value::Organisation(Organisation { tax_code: None, ..it.clone() })),
            _ => None,
        };
        [Some(value.clone()), uncoded].into_iter().flatten().find(reads).map(|value| (part, value))
    });
    said.collect()
}

fn taken_from(open: &OpenDossier, whom: &Whom<'_>) -> Option<PersonId> {
    let mut names = whom
        .parts()
        .filter(|(part, _)| matches!(part, PersonPart::Name | PersonPart::Organisation | PersonPart::Number));
    names.find_map(|(_, field)| match answer_at(&open.answers, whom.at.as_ref(), field.id.as_str())?.origin {
        Some(Origin::Person { person }) => Some(person),
        _ => None,
    })
}

/// What tells who somebody is. A household's tax code is its holder's personal number: the two are not one record.
fn number_of(parts: &Parts) -> Option<String> {
    match (parts.get(&PersonPart::Organisation), parts.get(&PersonPart::Number)) {
        (Some(Value::Organisation(it)), _) => it.tax_code.as_ref().map(|code| format!("tax {code}")),
        (_, Some(Value::Text(number))) => Some(format!("id {number}")),
        _ => None,
    }
}

fn content(person: &Person) -> Result<Parts, Fault> {
    serde_json::from_value(person.content.clone())
        .map_err(|_| Fault::new(Code::StoreCorrupt).with("detail", format!("person {}", person.id)))
}

fn view(person: &Person) -> Result<PersonView, Fault> {
    let consent = serde_json::from_value(person.consent.clone())
        .map_err(|_| Fault::new(Code::StoreCorrupt).with("detail", format!("consent of {}", person.id)))?;
    let texts = content(person)?.into_iter().map(|(part, value)| PersonText { part, text: text_of(part, &value) });
    let (id, name, updated_at) = (person.id, person.name.clone(), person.updated_at);
    Ok(PersonView { id, name, parts: texts.collect(), consent, updated_at })
}

/// The kind of answer a part is, wherever it is asked for.
fn kind(part: PersonPart) -> FieldKind {
    let text = |format| FieldKind::Text { max: 255, format, pattern: None };
    let choice = |code: &str, vi: &str, en: &str| Choice {
        code: code.to_owned(),
        label: Words { vi: vi.to_owned(), en: en.to_owned() },
        visible_if: None,
    };
    match part {
        PersonPart::Name | PersonPart::Ethnicity | PersonPart::Nationality | PersonPart::Position => text(None),
        PersonPart::Organisation => FieldKind::Organisation,
        PersonPart::Number => FieldKind::Identity {
            accepts: vec![IdentityKind::PersonalNumber, IdentityKind::OldIdentityCard, IdentityKind::Passport],
        },
        PersonPart::Birth => FieldKind::PartialDate,
        PersonPart::Sex => {
            FieldKind::Choice { options: vec![choice("male", "Nam", "Male"), choice("female", "Nữ", "Female")] }
        }
        PersonPart::Address => FieldKind::Address,
        PersonPart::Phone => text(Some(TextFormat::Phone)),
        PersonPart::Email => text(Some(TextFormat::Email)),
    }
}

/// As it is shown, and typed to correct it. An organisation has its tax code in brackets behind its name.
fn text_of(part: PersonPart, value: &Value) -> String {
    match value {
        Value::Organisation(Organisation { name, tax_code: Some(code), .. }) => format!("{name} ({code})"),
        Value::Organisation(it) => it.name.clone(),
        Value::Address(address) => {
            let written = units().ok().zip(address.valid_at).map(|(units, day)| units.written(address, day).text);
            written.unwrap_or_else(|| address.line.clone())
        }
        other => shown(&kind(part), other),
    }
}

/// # Errors
/// [`Code::BadValue`] with the part, where the text is none.
fn from_text(part: PersonPart, text: &str, today: Date) -> Result<Value, Fault> {
    let bad = |reason: String| {
        Fault::new(Code::BadValue).with("field", json!(part).as_str().unwrap_or_default()).with("reason", reason)
    };
    let value = typed(&kind(part), text, today).map_err(|error| bad(error.to_string()))?;
    Ok(match (part, value) {
        (_, value) if value.is_empty() => Value::Null,
        (PersonPart::Address, _) => Value::Address(units()?.read(text, today)),
        (PersonPart::Organisation, _) => match organisation(text) {
            Value::Organisation(Organisation { name, tax_code: None, .. }) if ends_in_a_number(&name) => {
                return Err(bad("the number in brackets is not a tax code".to_owned()));
            }
            value => value,
        },
        (_, value) => value,
    })
}

/// `Tên (0100233489)`: whoever typed it meant a code.
fn ends_in_a_number(name: &str) -> bool {
    let code = name.strip_suffix(')').and_then(|name| name.rsplit_once('(')).map(|(_, code)| code);
    code.is_some_and(|code| !code.is_empty() && code.chars().all(|c| c.is_ascii_digit() || c == '-' || c == ' '))
}

/// `Tên (0100233488)`
pub(super) fn organisation(text: &str) -> Value {
    let text = text.trim();
    let code = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    let coded = code.and_then(|(name, code)| {
        let code: dossier::identity::TaxCode = code.trim().parse().ok()?;
        Some(Organisation { name: name.trim().to_owned(), agency: None, tax_code: Some(code.as_str().to_owned()) })
    });
    Value::Organisation(coded.unwrap_or_else(|| Organisation { name: text.to_owned(), ..Organisation::default() }))
}
