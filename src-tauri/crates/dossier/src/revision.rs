//! Entries of the catalogue as they are published and exchanged: four kinds, each in revisions that never change.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    calendar::CalendarYear,
    digest::{self, Digest},
    form::Form,
    located::{self, Located, Problem},
    procedure::Procedure,
    profile::LegalProfile,
    timestamp::Timestamp,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Procedure,
    Form,
    /// A legal profile.
    Profile,
    /// A year of the calendar of working days.
    Calendar,
}

impl EntryKind {
    pub const ALL: [EntryKind; 4] = [Self::Procedure, Self::Form, Self::Profile, Self::Calendar];

    pub fn name(self) -> &'static str {
        match self {
            Self::Procedure => "procedure",
            Self::Form => "form",
            Self::Profile => "profile",
            Self::Calendar => "calendar",
        }
    }

    /// The folder of the data files.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Procedure => "procedures",
            Self::Form => "forms",
            Self::Profile => "profiles",
            Self::Calendar => "calendar",
        }
    }

    /// What kind of file this is, by what only that kind has.
    pub fn of_content(content: &serde_json::Value) -> Option<Self> {
        let has = |key: &str| content.get(key).is_some();
        let told = [
            (has("components"), Self::Procedure),
            (has("sections"), Self::Form),
            (has("on_supplement"), Self::Profile),
            (has("holidays"), Self::Calendar),
        ];
        told.into_iter().find_map(|(it_is, kind)| it_is.then_some(kind))
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text is not the name of a kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of catalogue entry: {0:?}")]
pub struct NotAKind(pub String);

impl FromStr for EntryKind {
    type Err = NotAKind;
    fn from_str(text: &str) -> Result<Self, NotAKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| NotAKind(text.to_owned()))
    }
}

/// An entry of the catalogue in one revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "content", rename_all = "snake_case")]
#[ts(rename = "CatalogueContent")]
pub enum Entry {
    Procedure(Box<Procedure>),
    Form(Form),
    Profile(LegalProfile),
    Calendar(CalendarYear),
}

impl Entry {
    /// Reads and checks an entry by itself.
    pub fn from_json(kind: EntryKind, json: &str) -> Result<Self, Vec<Located>> {
        let entry = match kind {
            EntryKind::Procedure => Self::Procedure(Box::new(Procedure::from_json(json)?)),
            EntryKind::Form => Self::Form(Form::from_json(json)?),
            EntryKind::Profile => Self::Profile(LegalProfile::from_json(json)?),
            EntryKind::Calendar => Self::Calendar(CalendarYear::from_json(json)?),
        };
        let problems = entry.problems();
        if problems.is_empty() { Ok(entry) } else { Err(problems) }
    }

    /// The opposite of [`Entry::content`]; nothing is checked. `None` when the content is of another shape.
    pub fn from_content(kind: EntryKind, content: serde_json::Value) -> Option<Self> {
        let entry = match kind {
            EntryKind::Procedure => serde_json::from_value(content).map(Self::Procedure),
            EntryKind::Form => serde_json::from_value(content).map(Self::Form),
            EntryKind::Profile => serde_json::from_value(content).map(Self::Profile),
            EntryKind::Calendar => serde_json::from_value(content).map(Self::Calendar),
        };
        entry.ok()
    }

    /// What is wrong with it by itself, each with its place.
    pub fn problems(&self) -> Vec<Located> {
        let mut problems = match self {
            Self::Procedure(it) => it.problems(),
            Self::Form(it) => it.problems(),
            Self::Profile(it) => it.problems(),
            Self::Calendar(it) => it.problems(),
        };
        if self.revision() == 0 {
            problems.push(Located::new("revision", Problem::BadRevision));
        }
        problems
    }

    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Procedure(_) => EntryKind::Procedure,
            Self::Form(_) => EntryKind::Form,
            Self::Profile(_) => EntryKind::Profile,
            Self::Calendar(_) => EntryKind::Calendar,
        }
    }

    /// A procedure's code, a form's or profile's id, a year.
    pub fn code(&self) -> String {
        match self {
            Self::Procedure(it) => it.code.to_string(),
            Self::Form(it) => it.id.to_string(),
            Self::Profile(it) => it.id.to_string(),
            Self::Calendar(it) => it.year.to_string(),
        }
    }

    pub fn revision(&self) -> u32 {
        match self {
            Self::Procedure(it) => it.revision,
            Self::Form(it) => it.revision,
            Self::Profile(it) => it.revision,
            Self::Calendar(it) => it.revision,
        }
    }

    /// The same content as another revision.
    pub fn with_revision(mut self, revision: u32) -> Self {
        match &mut self {
            Self::Procedure(it) => it.revision = revision,
            Self::Form(it) => it.revision = revision,
            Self::Profile(it) => it.revision = revision,
            Self::Calendar(it) => it.revision = revision,
        }
        self
    }

    /// The content alone, as its file has it.
    pub fn content(&self) -> serde_json::Value {
        let content = match self {
            Self::Procedure(it) => serde_json::to_value(it),
            Self::Form(it) => serde_json::to_value(it),
            Self::Profile(it) => serde_json::to_value(it),
            Self::Calendar(it) => serde_json::to_value(it),
        };
        content.unwrap_or_default()
    }

    /// The digest of the canonical content.
    pub fn sha256(&self) -> Digest {
        match self {
            Self::Procedure(it) => it.sha256(),
            Self::Form(it) => it.sha256(),
            Self::Profile(it) => it.sha256(),
            Self::Calendar(it) => it.sha256(),
        }
    }

    /// The bytes that [`Entry::sha256`] is of: what is exchanged.
    pub fn canonical(&self) -> Vec<u8> {
        digest::canonical_json(&self.content()).unwrap_or_default()
    }
}

/// A catalogue as one file, to be carried from one installation to another.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueFile {
    pub format: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exported_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub exported_by: String,
    #[serde(default)]
    pub procedures: Vec<Procedure>,
    #[serde(default)]
    pub forms: Vec<Form>,
    #[serde(default)]
    pub profiles: Vec<LegalProfile>,
    #[serde(default)]
    pub calendar: Vec<CalendarYear>,
}

/// The only format there is so far.
const FORMAT: &str = "hoso-catalogue/1";

impl CatalogueFile {
    /// The entries in one file.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut file = Self { format: FORMAT.to_owned(), ..Self::default() };
        for entry in entries {
            match entry {
                Entry::Procedure(it) => file.procedures.push(*it),
                Entry::Form(it) => file.forms.push(it),
                Entry::Profile(it) => file.profiles.push(it),
                Entry::Calendar(it) => file.calendar.push(it),
            }
        }
        file
    }

    /// Reads a file and checks each of its entries by itself; whether they fit together is the catalogue's to say.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn from_json(json: &str) -> Result<Self, Vec<Located>> {
        let file: Self = located::from_json(json).map_err(|error| vec![error])?;
        let mut problems = vec![];
        if file.format != FORMAT {
            let problem = Problem::Missing { what: "format".into(), key: file.format.clone() };
            problems.push(Located::new("format", problem));
        }
        let mut places = [0_usize; EntryKind::ALL.len()];
        for entry in file.entries() {
            let place = &mut places[entry.kind() as usize];
            let under = format!("{}[{place}]", entry.kind().folder());
            *place += 1;
            let of_entry = entry.problems().into_iter();
            problems.extend(of_entry.map(|it| Located::new(format!("{under}.{}", it.path), it.problem)));
        }
        if problems.is_empty() { Ok(file) } else { Err(problems) }
    }

    /// Whether a file is one of these, whatever else is wrong with it.
    pub fn is_one(content: &serde_json::Value) -> bool {
        content.get("format").is_some()
    }

    /// Its entries, in the order of the file.
    pub fn entries(&self) -> Vec<Entry> {
        let procedures = self.procedures.iter().cloned().map(|it| Entry::Procedure(Box::new(it)));
        let forms = self.forms.iter().cloned().map(Entry::Form);
        let profiles = self.profiles.iter().cloned().map(Entry::Profile);
        let calendar = self.calendar.iter().cloned().map(Entry::Calendar);
        procedures.chain(forms).chain(profiles).chain(calendar).collect()
    }
}
