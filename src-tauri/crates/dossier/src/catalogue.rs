//! The catalogue: every procedure, form, legal profile and calendar year that this installation knows, checked together.
//!
//! A revision, once published, is never changed: what is new is a revision with a higher number. Of the revisions of a procedure that
//! hold on a day, the highest counts; of a legal profile or a calendar year, the highest there is.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    calendar::{Calendar, CalendarYear},
    code::ProcedureCode,
    date::Date,
    form::{FieldKind, Form},
    key::{FormId, ProfileId},
    located::{Located, Problem},
    procedure::{FormRevision, LimitRule, Need, Procedure},
    profile::{self, LegalProfile},
    revision::{Entry, EntryKind},
};

/// A problem of a data file: [`Located`] with the file's name before the place.
pub type CatalogueError = Located;

/// What the law says, as data. Only a catalogue without problems exists.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    procedures: BTreeMap<ProcedureCode, BTreeMap<u32, Procedure>>,
    forms: BTreeMap<FormRevision, Form>,
    profile_revisions: BTreeMap<(ProfileId, u32), LegalProfile>,
    years: BTreeMap<(i32, u32), CalendarYear>,
    /// The newest revision of each.
    profiles: Vec<LegalProfile>,
    calendar: Calendar,
}

impl Catalogue {
    /// Reads data files, given as path (`procedures/nb-03.json`: the folder says what it is) and content. Everything
    /// that is wrong is told at once.
    pub fn from_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<CatalogueError>> {
        let mut reading = Reading::default();
        for (path, json) in files {
            reading.add(path, json);
        }
        reading.finish()
    }

    /// Every revision of every procedure, by code and revision.
    pub fn procedures(&self) -> impl Iterator<Item = &Procedure> {
        self.procedures.values().flat_map(BTreeMap::values)
    }

    /// A procedure in this revision, or in the newest.
    pub fn procedure(&self, code: &ProcedureCode, revision: Option<u32>) -> Option<&Procedure> {
        let revisions = self.procedures.get(code)?;
        match revision {
            Some(revision) => revisions.get(&revision),
            None => revisions.values().next_back(),
        }
    }

    /// The revision that holds on `day`.
    pub fn procedure_on(&self, code: &ProcedureCode, day: Date) -> Option<&Procedure> {
        self.procedures.get(code)?.values().rev().find(|procedure| procedure.holds_on(day))
    }

    /// A form in this revision, or in the newest.
    pub fn form(&self, id: &FormId, revision: Option<u32>) -> Option<&Form> {
        match revision {
            Some(revision) => self.forms.get(&FormRevision { id: id.clone(), revision }),
            None => self.forms.values().rev().find(|form| form.id == *id),
        }
    }

    /// The form a procedure asks for: in a checked catalogue there always is one.
    pub fn form_of(&self, procedure: &Procedure) -> Option<&Form> {
        self.forms.get(&procedure.form)
    }

    /// The legal profile for a dossier received on `day`.
    pub fn profile_on(&self, day: Date) -> Option<&LegalProfile> {
        profile::choose(&self.profiles, day)
    }

    pub fn profile(&self, id: &ProfileId) -> Option<&LegalProfile> {
        self.profiles.iter().find(|profile| profile.id == *id)
    }

    pub fn profiles(&self) -> &[LegalProfile] {
        &self.profiles
    }

    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Every entry in every revision.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        let forms = self.forms.values().cloned().map(Entry::Form);
        let profiles = self.profile_revisions.values().cloned().map(Entry::Profile);
        let years = self.years.values().cloned().map(Entry::Calendar);
        self.procedures().cloned().map(|it| Entry::Procedure(Box::new(it))).chain(forms).chain(profiles).chain(years)
    }

    /// An entry in this revision, or in the newest.
    pub fn entry(&self, kind: EntryKind, code: &str, revision: Option<u32>) -> Option<Entry> {
        let fits = |entry: &Entry| entry.code() == code && revision.is_none_or(|revision| entry.revision() == revision);
        match kind {
            EntryKind::Procedure => {
                let found = self.procedure(&code.parse().ok()?, revision)?.clone();
                Some(Entry::Procedure(Box::new(found)))
            }
            EntryKind::Form => self.form(&FormId::from(code), revision).cloned().map(Entry::Form),
            EntryKind::Profile | EntryKind::Calendar => {
                self.entries().filter(|entry| entry.kind() == kind && fits(entry)).last()
            }
        }
    }
}

/// Files read so far, with where each thing came from.
#[derive(Default)]
struct Reading {
    catalogue: Catalogue,
    procedure_files: BTreeMap<(ProcedureCode, u32), String>,
    problems: Vec<Located>,
}

impl Reading {
    fn add(&mut self, path: &str, json: &str) {
        let folder = path.rsplit('/').nth(1);
        let added = match folder {
            Some("procedures") => Procedure::from_json(json).and_then(|it| self.add_procedure(path, it)),
            Some("forms") => Form::from_json(json).and_then(|it| self.add_form(it)),
            Some("profiles") => LegalProfile::from_json(json).and_then(|it| self.add_profile(it)),
            Some("calendar") => CalendarYear::from_json(json).and_then(|it| self.add_year(it)),
            _ => Err(vec![Located::new("", Problem::UnknownFolder)]),
        };
        self.problems.extend(added.err().into_iter().flatten().map(|problem| problem.under(path)));
    }

    fn add_procedure(&mut self, path: &str, procedure: Procedure) -> Result<(), Vec<Located>> {
        let (code, revision) = (procedure.code.clone(), procedure.revision);
        self.procedure_files.insert((code.clone(), revision), path.to_owned());
        let revisions = self.catalogue.procedures.entry(code).or_default();
        let twice = revisions.insert(revision, procedure).map(|it| format!("{} ({revision})", it.code));
        twice.map_or(Ok(()), duplicate)
    }

    fn add_form(&mut self, form: Form) -> Result<(), Vec<Located>> {
        let key = FormRevision { id: form.id.clone(), revision: form.revision };
        let twice = self.catalogue.forms.insert(key, form).map(|it| format!("{} ({})", it.id, it.revision));
        twice.map_or(Ok(()), duplicate)
    }

    fn add_profile(&mut self, profile: LegalProfile) -> Result<(), Vec<Located>> {
        let key = (profile.id.clone(), profile.revision);
        let twice = self.catalogue.profile_revisions.insert(key, profile);
        twice.map_or(Ok(()), |it| duplicate(format!("{} ({})", it.id, it.revision)))
    }

    fn add_year(&mut self, year: CalendarYear) -> Result<(), Vec<Located>> {
        let twice = self.catalogue.years.insert((year.year, year.revision), year);
        twice.map_or(Ok(()), |it| duplicate(format!("{} ({})", it.year, it.revision)))
    }

    fn finish(mut self) -> Result<Catalogue, Vec<CatalogueError>> {
        let profiles = self.catalogue.profile_revisions.values().map(|profile| (&profile.id, profile));
        self.catalogue.profiles = BTreeMap::from_iter(profiles).into_values().cloned().collect();
        let years = self.catalogue.years.values().map(|year| (year.year, year));
        self.catalogue.calendar = BTreeMap::from_iter(years).into_values().cloned().collect();
        let mut problems = std::mem::take(&mut self.problems);
        for procedure in self.catalogue.procedures() {
            let file = self.procedure_files.get(&(procedure.code.clone(), procedure.revision));
            let file = file.map_or("", String::as_str);
            problems.extend(self.procedure_problems(procedure).into_iter().map(|problem| problem.under(file)));
        }
        if problems.is_empty() { Ok(self.catalogue) } else { Err(problems) }
    }

    /// Whether everything a procedure names exists.
    fn procedure_problems(&self, procedure: &Procedure) -> Vec<Located> {
        let mut problems = Vec::new();
        let missing =
            |path: &str, what: &str, key: String| Located::new(path, Problem::Missing { what: what.to_owned(), key });
        match self.catalogue.form_of(procedure) {
            Some(form) => problems.extend(form_problems(procedure, form)),
            None => {
                problems.push(missing("form", "form", format!("{} ({})", procedure.form.id, procedure.form.revision)))
            }
        }
        match self.catalogue.profile(&procedure.profile) {
            None => problems.push(missing("profile", "legal profile", procedure.profile.to_string())),
            Some(profile) => {
                if !profile.levels.iter().any(|level| level.code == procedure.level) {
                    problems.push(missing("level", "level", procedure.level.clone()));
                }
                let unknown = procedure.tiers.iter().filter(|tier| !profile.tiers.iter().any(|it| it.code == **tier));
                problems.extend(unknown.map(|tier| missing("tiers", "tier", tier.clone())));
            }
        }
        problems
    }
}

fn duplicate(key: String) -> Result<(), Vec<Located>> {
    Err(vec![Located::new("", Problem::Duplicate { key })])
}

/// Whether a procedure and its form fit together.
fn form_problems(procedure: &Procedure, form: &Form) -> Vec<Located> {
    let mut problems = Vec::new();
    for (i, component) in procedure.components.iter().enumerate() {
        if let Need::Conditional { when, .. } = &component.need {
            problems.extend(form.condition_problems(when, &format!("components[{i}].need.conditional.when")));
        }
        if let Some(about) = component.reuse.as_ref().and_then(|reuse| reuse.about.as_ref())
            && !form.people().contains(&about)
        {
            let problem = Problem::Missing { what: "person".into(), key: about.to_string() };
            problems.push(Located::new(format!("components[{i}].reuse.about"), problem));
        }
        if let Some(group) = &component.per_row
            && !form.fields().any(|field| field.id == *group && matches!(field.kind, FieldKind::Group(_)))
        {
            let problem = Problem::NotAGroup { field: group.clone() };
            problems.push(Located::new(format!("components[{i}].per_row"), problem));
        }
    }
    for place in form.placed() {
        if let FieldKind::FileSlot(slot) = &place.field.kind
            && procedure.component(slot.component.as_str()).is_none()
        {
            let problem = Problem::Missing { what: "component".into(), key: slot.component.to_string() };
            problems.push(Located::new(format!("form:{}", place.field.id), problem));
        }
    }
    for place in form.placed() {
        if let Some(from) = &place.field.from_paper
            && procedure.component(from.component.as_str()).is_none()
        {
            let problem = Problem::Missing { what: "component".into(), key: from.component.to_string() };
            problems.push(Located::new(format!("form:{}.from_paper", place.field.id), problem));
        }
    }
    if let LimitRule::ByAnswer { field, cases } = &procedure.time_limit {
        let path = "time_limit.by_answer";
        match form.field(field.as_str()).map(|field| &field.kind) {
            Some(FieldKind::Choice { options }) => {
                let offered: BTreeSet<&str> = options.iter().map(|option| option.code.as_str()).collect();
                let covered: BTreeSet<&str> = cases.keys().map(String::as_str).collect();
                problems.extend(offered.symmetric_difference(&covered).map(|option| {
                    let option = (*option).to_owned();
                    Located::new(path, Problem::UnknownOption { field: field.clone(), option })
                }));
            }
            _ => problems.push(Located::new(path, Problem::UnknownField { field: field.clone() })),
        }
    }
    problems
}
