//! Dossiers that do not begin empty: with what is known of the organisation itself, as a copy of an earlier one, from a template.

use std::collections::BTreeMap;

use dossier::{
    Address, Answer as GivenAnswer, Answers, DossierId, Field, FieldKind, Form, Origin, Row, RowId, TemplateId, Value,
    answers::Source,
    form::{PersonPart, Prefill, TextFormat},
    identity::TaxCode,
    text::nfc,
};
use serde::Deserialize;
use store::Template;
use uuid::Uuid;

use super::{OwnProfile, TemplateLine, people::organisation};
use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
    units::units,
};

const PROFILE: &str = "own_profile";
const NAME_MOST: usize = 120;

impl<H: Host> Desk<H> {
    /// What was said of the organisation here; where nothing was, what the hub calls it.
    pub(super) async fn own_profile(&self) -> Result<OwnProfile, Fault> {
        let store = self.store().await?;
        if let Some(profile) = store.setting(PROFILE).await? {
            return Ok(profile);
        }
        let name = store.enrolment().await?.map(|it| it.agency_name).unwrap_or_default();
        Ok(OwnProfile { name, ..OwnProfile::default() })
    }

    /// # Errors
    /// [`Code::BadValue`] for a tax code that is none; the other lines are kept as they are typed and checked where they are used.
    pub(super) async fn set_own_profile(&self, profile: OwnProfile) -> Result<OwnProfile, Fault> {
        let line = |text: String| nfc(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        let OwnProfile { name, tax_code, address, phone, email, clerk, position } = profile;
        let tax_code = match line(tax_code) {
            code if code.is_empty() => code,
            code => match code.parse::<TaxCode>() {
                Ok(code) => code.to_string(),
                Err(error) => return Err(Fault::new(Code::BadValue).with("field", "tax_code").with("reason", error)),
            },
        };
        let profile = OwnProfile {
            name: line(name),
            tax_code,
            address: line(address),
            phone: line(phone),
            email: line(email),
            clerk: line(clerk),
            position: line(position),
        };
        self.store().await?.set_setting(PROFILE, &profile).await?;
        Ok(profile)
    }

    /// Answers the questions about the organisation itself and its clerk that nobody has answered yet.
    pub(crate) async fn answer_of_own(&self, form: &Form, answers: &mut Answers) -> Result<(), Fault> {
        let profile = self.own_profile().await?;
        let (at, today) = (self.now(), self.today()?);
        let text = |text: &str| Some(Value::text(text)).filter(|_| !text.is_empty());
        let who = |prefill| {
            let asked = form.fields().find(|field| field.prefill == Some(prefill));
            asked.and_then(|field| field.person.as_ref()).map(|of| of.who.as_str())
        };
        let coded = if profile.tax_code.is_empty() { String::new() } else { format!(" ({})", profile.tax_code) };
        let address: Option<Address> =
            if profile.address.is_empty() { None } else { Some(units()?.read(&profile.address, today)) };
        let of_organisation = BTreeMap::from([
            (PersonPart::Organisation, text(&profile.name).map(|_| organisation(&format!("{}{coded}", profile.name)))),
            (PersonPart::Address, address.map(Value::Address)),
            (PersonPart::Phone, text(&profile.phone)),
            (PersonPart::Email, text(&profile.email)),
        ]);
        let of_clerk =
            BTreeMap::from([(PersonPart::Name, text(&profile.clerk)), (PersonPart::Position, text(&profile.position))]);
        for (prefill, parts) in [(Prefill::OwnOrganisation, of_organisation), (Prefill::Clerk, of_clerk)] {
            let Some(who) = who(prefill) else { continue };
            for (part, field) in form.parts_of(who) {
                let empty = answers.value(field.id.as_str()).is_none_or(Value::is_empty);
                // What does not fit its field is not put there: a person types it, and sees why not.
                let known = parts.get(&part).cloned().flatten();
                let value = known.filter(|value| empty && dossier::reading::read(&field.kind, value).is_ok());
                if let Some(value) = value {
                    let source = Source::Profile;
                    let answer =
                        GivenAnswer { value, source, confidence: None, confirmed_by: None, at: Some(at), origin: None };
                    answers.set(field.id.as_str(), answer);
                }
            }
        }
        Ok(())
    }

    pub(super) async fn copy_dossier(&self, id: DossierId) -> Result<DossierId, Fault> {
        let open = self.open_dossier(id).await?;
        let from = Carrying { source: Source::PreviousDossier, origin: Origin::Dossier { dossier: id } };
        let begun =
            self.begin_dossier(open.procedure.code.as_str(), open.record.practice, &open.answers, Some(&from)).await?;
        Ok(begun.id)
    }

    pub(super) async fn templates(&self) -> Result<Vec<TemplateLine>, Fault> {
        let line = |it: Template| TemplateLine {
            id: it.id,
            name: it.name,
            procedure: it.procedure_code,
            saved_by: it.saved_by,
            saved_at: it.saved_at,
        };
        Ok(self.store().await?.templates().await?.into_iter().map(line).collect())
    }

    /// # Errors
    /// [`Code::BadValue`] without a name.
    pub(super) async fn save_template(&self, id: DossierId, name: &str) -> Result<Vec<TemplateLine>, Fault> {
        let name = nfc(name.trim());
        if name.is_empty() || name.chars().count() > NAME_MOST {
            return Err(Fault::new(Code::BadValue).with("field", "name").with("reason", "1 to 120 characters"));
        }
        let open = self.open_dossier(id).await?;
        let template = TemplateId(Uuid::now_v7());
        let from = Carrying { source: Source::Template, origin: Origin::Template { template } };
        let new = Template {
            id: template,
            name,
            procedure_code: open.procedure.code.to_string(),
            answers: serde_json::to_value(nobodys(&open.form, &open.answers, &from)).map_err(Fault::unexpected)?,
            saved_by: self.person(),
            saved_at: self.now(),
        };
        self.acting("template.saved", async |store, act| store.put_template(&new, act).await).await?;
        self.templates().await
    }

    pub(super) async fn begin_template(&self, id: TemplateId) -> Result<DossierId, Fault> {
        let template = self.store().await?.template(id).await?;
        let answers = Answers::deserialize(&template.answers)
            .map_err(|_| Fault::new(Code::StoreCorrupt).with("detail", format!("template {id}")))?;
        let from = Carrying { source: Source::Template, origin: Origin::Template { template: id } };
        Ok(self.begin_dossier(&template.procedure_code, false, &answers, Some(&from)).await?.id)
    }

    pub(super) async fn remove_template(&self, id: TemplateId) -> Result<Vec<TemplateLine>, Fault> {
        let gone = self.acting("template.removed", async |store, act| store.remove_template(id, act).await).await?;
        self.removed_templates.lock().await.push(gone);
        self.templates().await
    }

    /// As long as this desk is open.
    pub(super) async fn restore_template(&self, id: TemplateId) -> Result<Vec<TemplateLine>, Fault> {
        let removed = self.removed_templates.lock().await.iter().find(|it| it.id == id).cloned();
        let back = removed.ok_or_else(|| Fault::new(Code::NotFound).with("what", "template"))?;
        self.acting("template.restored", async |store, act| store.put_template(&back, act).await).await?;
        self.templates().await
    }
}

/// Where answers are carried from.
pub(crate) struct Carrying {
    pub source: Source,
    pub origin: Origin,
}

/// Answers of another dossier as a new one on `form` begins with them: what is asked there too and is of the same kind. Days and
/// numbers of papers are of the other dossier, and nobody's promise is carried over; when somebody was born stays.
pub(crate) fn carried(form: &Form, answers: &Answers, from: &Carrying) -> Answers {
    let mut new = Answers::default();
    // Who prepares it is whoever sits here now.
    let clerk = form.fields().find(|it| it.prefill == Some(Prefill::Clerk)).and_then(|it| it.person.as_ref());
    let clerks = |field: &Field| field.person.as_ref().is_some_and(|of| clerk.is_some_and(|clerk| clerk.who == of.who));
    let asked = |field: &&Field| field.kind.takes_answer() && field.calculated.is_none() && !clerks(field);
    for field in form.fields().filter(asked) {
        let Some(answer) = answers.get(field.id.as_str()).filter(|answer| !answer.value.is_empty()) else { continue };
        if let Some(value) = carried_value(field, &answer.value, from) {
            new.set(field.id.as_str(), as_carried(value, from));
        }
    }
    new
}

fn as_carried(value: Value, from: &Carrying) -> GivenAnswer {
    let (source, origin) = (from.source, Some(from.origin.clone()));
    GivenAnswer { value, source, confidence: None, confirmed_by: None, at: None, origin }
}

fn carried_value(field: &Field, value: &Value, from: &Carrying) -> Option<Value> {
    let born = field.person.as_ref().is_some_and(|of| of.part == PersonPart::Birth);
    let of_then = match &field.kind {
        FieldKind::Date | FieldKind::PartialDate => !born,
        // A yes that must be one is a promise.
        FieldKind::YesNo => !field.constraints.is_empty(),
        _ => false,
    };
    // Who a paper is sent to is the same again; its number, its summary and who signed it are not.
    let of_paper = field.from_paper.is_some() && field.person.is_none();
    if of_then || of_paper {
        return None;
    }
    match (&field.kind, value) {
        (FieldKind::Group(group), Value::Rows(rows)) => {
            let row = |row: &Row| {
                let cells = group.fields.iter().filter(|cell| cell.calculated.is_none()).filter_map(|cell| {
                    let value = carried_value(cell, &row.answers.get(&cell.id)?.value, from)?;
                    Some((cell.id.clone(), as_carried(value, from)))
                });
                // Papers point at rows: a new dossier's rows are its own.
                Row { id: RowId::from(Uuid::now_v7().to_string()), answers: cells.collect() }
            };
            Some(Value::Rows(rows.iter().map(row).collect()))
        }
        (kind, value) => dossier::reading::read(kind, value).is_ok().then(|| value.clone()),
    }
}

/// What a new dossier may begin with, without personal data: a template is for everybody who works here. Rows of a table that asks
/// for people are left out whole; who said what, and from which paper, is not kept.
fn nobodys(form: &Form, answers: &Answers, from: &Carrying) -> Answers {
    let telling = |field: &Field| {
        let reaches = matches!(field.kind, FieldKind::Text { format: Some(TextFormat::Phone | TextFormat::Email), .. });
        let of = |who: &str| form.parts_of(who).any(|(part, _)| part == PersonPart::Organisation);
        let anothers = field.person.as_ref().is_some_and(|it| !of(it.who.as_str()));
        // An organisation is reached by its own number; whose any other is nobody knows.
        let own = field.person.as_ref().is_some_and(|it| of(it.who.as_str()));
        field.sensitive || anothers || reaches && !own || matches!(field.kind, FieldKind::Identity { .. })
    };
    let personal = |field: &Field| match &field.kind {
        FieldKind::Group(group) => group.fields.iter().any(|cell| telling(cell) || cell.person.is_some()),
        _ => telling(field),
    };
    let mut kept = carried(form, answers, from);
    for field in form.fields().filter(|field| personal(field)) {
        kept.0.remove(field.id.as_str());
    }
    kept
}
