//! Filling a form in without typing anything twice: what papers, cards, the personal store, the organisation's own profile and earlier
//! dossiers say is offered, and stands in the form only with where it came from and who said that it is right.

mod asked;
mod begin;
mod people;
mod suggest;

use std::collections::BTreeMap;

use dossier::{Answer as GivenAnswer, DossierId, FieldId, Form, Origin, Value, answers::Source, form::PersonPart};

pub use asked::*;
pub(crate) use begin::{Carrying, carried};
pub use people::CONSENT_WORDING;

use crate::{
    Desk, Host, Sheet,
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code},
};

/// What is taken into a form in one go.
struct Taken {
    values: Vec<(FieldId, Value)>,
    source: Source,
    confidence: Option<u8>,
    origin: Option<Origin>,
}

impl<H: Host> Desk<H> {
    pub(crate) async fn ask_filling(&self, what: FillingRequest) -> Result<FillingAnswer, Fault> {
        use FillingRequest as R;
        Ok(match what {
            R::Suggest { dossier } => FillingAnswer::Suggestions(self.suggestions(dossier).await?),
            R::Take { dossier, offer, who } => FillingAnswer::Sheet(Box::new(self.take(dossier, offer, who).await?)),
            R::Dismiss { dossier, key, back } => {
                self.dismiss(dossier, key, back).await?;
                FillingAnswer::Done
            }
            R::Scan { dossier, code } => FillingAnswer::Scanned(self.scan(dossier, &code).await?),
            R::FindPeople { dossier, field, find } => {
                FillingAnswer::People(self.find_people(dossier, field.as_str(), &find).await?)
            }
            R::People { find } => FillingAnswer::People(self.people(&find).await?),
            R::KeepPerson { dossier, who, wording, purpose } => {
                FillingAnswer::Kept(self.keep_person(dossier, who.as_str(), wording, purpose).await?)
            }
            R::CorrectPerson { person, parts } => FillingAnswer::Kept(self.correct_person(person, parts).await?),
            R::ForgetPerson { person } => {
                self.acting("person.forgotten", async |store, act| store.forget_person(person, act).await).await?;
                FillingAnswer::Done
            }
            R::Profile => FillingAnswer::Profile(self.own_profile().await?),
            R::SetProfile { profile } => FillingAnswer::Profile(self.set_own_profile(profile).await?),
            R::Copy { dossier } => FillingAnswer::Begun(self.copy_dossier(dossier).await?),
            R::Templates => FillingAnswer::Templates(self.templates().await?),
            R::SaveTemplate { dossier, name } => FillingAnswer::Templates(self.save_template(dossier, &name).await?),
            R::Begin { template } => FillingAnswer::Begun(self.begin_template(template).await?),
            R::RemoveTemplate { template } => FillingAnswer::Templates(self.remove_template(template).await?),
            R::RestoreTemplate { template } => FillingAnswer::Templates(self.restore_template(template).await?),
            R::Alike { dossier } => FillingAnswer::Alike(self.alike(dossier).await?),
        })
    }

    /// Puts what is offered into the form, with where it came from, as confirmed by who sits here.
    async fn take(&self, id: DossierId, offer: Offer, who: Option<FieldId>) -> Result<Sheet, Fault> {
        let suggested = match &offer {
            Offer::Suggestion { key } => {
                let known = self.suggestions(id).await?.into_iter().find(|it| it.key == *key);
                Some(known.ok_or_else(|| Fault::new(Code::NotFound).with("what", "suggestion"))?)
            }
            _ => None,
        };
        let _turn = self.saving.lock().await;
        let mut open = self.open_dossier(id).await?;
        let taken = match (offer, suggested) {
            (Offer::Person { person }, _) => self.of_person(&open, person, who.as_ref()).await?,
            (Offer::Card { code }, _) => self.of_card(&open, &code, who.as_ref())?,
            (_, Some(suggested)) => self.of_suggestion(&open, suggested, who.as_ref()).await?,
            (Offer::Suggestion { .. }, None) => return Err(Fault::new(Code::NotFound).with("what", "suggestion")),
        };
        let Taken { values, source, confidence, origin } = taken;
        let (at, by) = (Some(self.now()), Some(self.host.person()));
        for (field, value) in values {
            let confidence = confidence.filter(|_| !value.is_empty());
            let (confirmed_by, origin) = (by.clone(), origin.clone());
            open.answers
                .set(field, GivenAnswer { value: value.normalised(), source, confidence, confirmed_by, at, origin });
        }
        self.save_answers(&open).await?;
        let open = self.open_dossier(id).await?;
        self.sheet_of(&open).await
    }

    async fn dismiss(&self, id: DossierId, key: String, back: bool) -> Result<(), Fault> {
        let _turn = self.saving.lock().await;
        let mut open = self.open_dossier(id).await?;
        let changed = if back { open.dismissed.remove(&key) } else { open.dismissed.insert(key) };
        if changed { self.save_answers(&open).await } else { Ok(()) }
    }

    async fn alike(&self, dossier: Option<DossierId>) -> Result<Vec<AlikeLine>, Fault> {
        const SHOWN: usize = 3;
        let store = self.store().await?;
        let found = match dossier {
            Some(id) => store.alike_to(id, SHOWN).await?.into_iter().map(|other| (id, other)).collect(),
            None => store.alike().await?,
        };
        let line = |(dossier, other): (DossierId, store::DossierSummary)| AlikeLine {
            dossier,
            other: other.id,
            code: other.official_code.or(other.provisional_code),
            state: other.state,
            created_at: other.created_at,
        };
        Ok(found.into_iter().map(line).collect())
    }
}

/// Who of the form is meant: who is named, if the form knows them.
fn meant<'f>(form: &'f Form, who: Option<&FieldId>) -> Result<&'f FieldId, Fault> {
    let known = form.people().into_iter().find(|it| Some(*it) == who);
    known.ok_or_else(|| Fault::new(Code::UnknownField).with("field", who.map_or("", FieldId::as_str)))
}

/// What `parts` say, for the fields of `who`. A record is of one person: where the form held another, what the record does not know
/// and was not typed is of that other, and goes.
fn for_fields(open: &OpenDossier, who: &FieldId, parts: &BTreeMap<PersonPart, Value>) -> Vec<(FieldId, Value)> {
    let same = is_same(open, who, parts);
    let mut values = vec![];
    for (part, field) in open.form.parts_of(who.as_str()) {
        let before = open.answers.get(field.id.as_str());
        match parts.get(&part).filter(|value| dossier::reading::read(&field.kind, value).is_ok()) {
            _ if field.calculated.is_some() => {}
            Some(value) if before.is_some_and(|before| before.value == *value) => {}
            Some(value) => values.push((field.id.clone(), value.clone())),
            None if !same && before.is_some_and(|it| it.source != Source::Typed && !it.value.is_empty()) => {
                values.push((field.id.clone(), Value::Null));
            }
            None => {}
        }
    }
    values
}

/// The form names the one of the record already: by number, or by name where it has none.
fn is_same(open: &OpenDossier, who: &FieldId, parts: &BTreeMap<PersonPart, Value>) -> bool {
    let said = |wanted: PersonPart| {
        let field = open.form.parts_of(who.as_str()).find(|(part, _)| *part == wanted).map(|(_, field)| field)?;
        open.answers.value(field.id.as_str()).filter(|value| !value.is_empty())
    };
    match (said(PersonPart::Number), parts.get(&PersonPart::Number)) {
        (Some(said), Some(known)) => said == known,
        _ => [PersonPart::Organisation, PersonPart::Name].into_iter().any(|part| {
            let (Some(said), Some(known)) = (said(part), parts.get(&part)) else { return false };
            let fold = |value: &Value| match value {
                Value::Organisation(it) => dossier::text::fold(&it.name),
                Value::Text(text) => dossier::text::fold(text),
                _ => String::new(),
            };
            fold(said) == fold(known)
        }),
    }
}

#[cfg(test)]
mod tests;
