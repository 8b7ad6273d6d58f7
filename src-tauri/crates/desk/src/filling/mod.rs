//! Filling a form in without typing anything twice: what papers, cards, the personal store, the organisation's own profile and earlier
//! dossiers say is offered, and stands in the form only with where it came from and who said that it is right.

mod asked;
mod begin;
mod people;
mod suggest;
mod whom;

use std::collections::BTreeMap;

use dossier::{Answer as GivenAnswer, DossierId, FieldId, Origin, RowId, Value, answers::Source, form::PersonPart};
use uuid::Uuid;

pub use asked::*;
pub(crate) use begin::{Carrying, carried};
pub use people::CONSENT_WORDING;
use whom::{At, Whom, answer_at, meant, put_at};

use crate::{
    Desk, Host, Sheet,
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code},
};

/// So many steps can be taken back.
const STEPS_KEPT: usize = 100;

/// What one step put into a form, and what stood there.
pub(crate) struct Step {
    id: StepId,
    dossier: DossierId,
    /// The row they stand in.
    place: Option<At>,
    answers: Vec<Swapped>,
}

#[derive(Clone)]
struct Swapped {
    field: FieldId,
    /// What the step has left there; the other comes in its place when it is swapped.
    there: Option<GivenAnswer>,
    other: Option<GivenAnswer>,
}

/// What is taken into a form in one go.
struct Taken {
    values: Vec<(FieldId, Value)>,
    /// The row they are for.
    at: Option<At>,
    source: Source,
    confidence: Option<u8>,
    origin: Option<Origin>,
}

impl<H: Host> Desk<H> {
    pub(crate) async fn ask_filling(&self, what: FillingRequest) -> Result<FillingAnswer, Fault> {
        use FillingRequest as R;
        Ok(match what {
            R::Suggest { dossier } => FillingAnswer::Suggestions(self.suggestions(dossier).await?),
            R::Take { dossier, offer, who, row } => {
                let (sheet, step) = self.take(dossier, offer, who, row).await?;
                FillingAnswer::Taken { sheet: Box::new(sheet), step }
            }
            R::Swap { dossier, step } => FillingAnswer::Sheet(Box::new(self.swap(dossier, step).await?)),
            R::Dismiss { dossier, key, back } => {
                self.put_aside(dossier, vec![key], back).await?;
                FillingAnswer::Done
            }
            R::PutAside { dossier, advice, back } => {
                FillingAnswer::Sheet(Box::new(self.put_advice_aside(dossier, &advice, back).await?))
            }
            R::Leave { dossier, section } => {
                self.leave_at(dossier, section).await?;
                FillingAnswer::Done
            }
            R::Scan { dossier, code } => FillingAnswer::Scanned(self.scan(dossier, &code).await?),
            R::FindPeople { dossier, field, find } => {
                FillingAnswer::People(self.find_people(dossier, field.as_str(), &find).await?)
            }
            R::People { find } => FillingAnswer::People(self.people(&find).await?),
            R::KeepPerson { dossier, who, row, wording, purpose } => {
                FillingAnswer::Kept(self.keep_person(dossier, (&who, row.as_ref()), wording, purpose).await?)
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
    /// Gives the sheet with the step by which it is taken back.
    async fn take(
        &self,
        id: DossierId,
        offer: Offer,
        who: Option<FieldId>,
        row: Option<RowId>,
    ) -> Result<(Sheet, StepId), Fault> {
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
            (Offer::Person { person }, _) => {
                self.of_person(&open, person, meant(&open, who.as_ref(), row.as_ref())?).await?
            }
            (Offer::Card { code }, _) => self.of_card(&open, &code, meant(&open, who.as_ref(), row.as_ref())?)?,
            (_, Some(suggested)) => self.of_suggestion(&open, suggested, who.as_ref(), row.as_ref()).await?,
            (Offer::Suggestion { .. }, None) => return Err(Fault::new(Code::NotFound).with("what", "suggestion")),
        };
        let Taken { values, at: place, source, confidence, origin } = taken;
        let (at, by) = (Some(self.now()), Some(self.person()));
        let mut step = Step { id: StepId(Uuid::now_v7()), dossier: id, place, answers: vec![] };
        for (field, value) in values {
            let confidence = confidence.filter(|_| !value.is_empty());
            let (confirmed_by, origin) = (by.clone(), origin.clone());
            let answer = GivenAnswer { value: value.normalised(), source, confidence, confirmed_by, at, origin };
            let before = answer_at(&open.answers, step.place.as_ref(), field.as_str()).cloned();
            put_at(&mut open.answers, step.place.as_ref(), &field, Some(answer.clone()));
            step.answers.push(Swapped { field, there: Some(answer), other: before });
        }
        self.save_answers(&open).await?;
        let step_id = step.id;
        let mut steps = self.steps.lock().await;
        steps.push(step);
        let over = steps.len().saturating_sub(STEPS_KEPT);
        steps.drain(..over);
        drop(steps);
        let open = self.open_dossier(id).await?;
        Ok((self.sheet_of(&open).await?, step_id))
    }

    /// Takes back what was taken in one step, or does it again: what stood in its place comes back as it was, with where it came from.
    /// What was typed since is a person's, and stays.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a step that is not known (any more): they are kept as long as this desk is open.
    async fn swap(&self, id: DossierId, step: StepId) -> Result<Sheet, Fault> {
        let _turn = self.saving.lock().await;
        let mut open = self.open_dossier(id).await?;
        let mut steps = self.steps.lock().await;
        let known = steps.iter_mut().find(|it| it.id == step && it.dossier == id);
        let known = known.ok_or_else(|| Fault::new(Code::NotFound).with("what", "step"))?;
        let mut swapped = known.answers.clone();
        for Swapped { field, there, other } in &mut swapped {
            if answer_at(&open.answers, known.place.as_ref(), field.as_str()) == there.as_ref() {
                put_at(&mut open.answers, known.place.as_ref(), field, other.clone());
                std::mem::swap(there, other);
            }
        }
        self.save_answers(&open).await?;
        known.answers = swapped;
        drop(steps);
        let open = self.open_dossier(id).await?;
        self.sheet_of(&open).await
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

/// What `parts` say, for the fields of `whom`. A record is of one person: where the form held another, what the record does not know
/// and was not typed is of that other, and goes.
fn for_fields(open: &OpenDossier, whom: &Whom<'_>, parts: &BTreeMap<PersonPart, Value>) -> Vec<(FieldId, Value)> {
    let same = is_same(open, whom, parts);
    let mut values = vec![];
    for (part, field) in whom.parts() {
        let before = answer_at(&open.answers, whom.at.as_ref(), field.id.as_str());
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
fn is_same(open: &OpenDossier, whom: &Whom<'_>, parts: &BTreeMap<PersonPart, Value>) -> bool {
    let said = |wanted: PersonPart| {
        let (_, field) = whom.parts().find(|(part, _)| *part == wanted)?;
        let answer = answer_at(&open.answers, whom.at.as_ref(), field.id.as_str())?;
        Some(&answer.value).filter(|value| !value.is_empty())
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
