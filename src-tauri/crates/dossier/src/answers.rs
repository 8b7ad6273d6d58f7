//! What people answered, and where each answer came from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    code::AgencyCode,
    date::Date,
    id::{DocumentId, DossierId, PageId, PersonId, TemplateId},
    key::{FieldId, RowId},
    text,
    timestamp::Timestamp,
};

/// The answers of one form, by field. A draft keeps all of them, also hidden and ill-formed ones;
/// [`crate::evaluate::submission_view`] says what is sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<FieldId, Answer>);

impl Answers {
    pub fn get(&self, field: &str) -> Option<&Answer> {
        self.0.get(field)
    }

    /// The value of `field`, `None` when it was never answered.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.get(field).map(|answer| &answer.value)
    }

    /// Answers as [`crate::evaluate::submission_view`] sends them; what has another shape is left as it is, for the form to judge.
    pub fn submitted(sent: &serde_json::Value) -> Self {
        let members = sent.as_object().into_iter().flatten();
        members.map(|(field, value)| (field.as_str(), submitted(value))).collect()
    }

    pub fn set(&mut self, field: impl Into<FieldId>, answer: impl Into<Answer>) {
        self.0.insert(field.into(), answer.into());
    }
}

impl<F: Into<FieldId>, A: Into<Answer>> FromIterator<(F, A)> for Answers {
    fn from_iter<I: IntoIterator<Item = (F, A)>>(answers: I) -> Self {
        Self(answers.into_iter().map(|(field, answer)| (field.into(), answer.into())).collect())
    }
}

/// One answer with its provenance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "GivenAnswer")]
pub struct Answer {
    pub value: Value,
    pub source: Source,
    /// How sure the source was, in percent; absent when the question makes no sense (typed).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<u8>,
    /// Who looked at a value that was not typed and said it is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// When the value was set or, later, confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// What exactly it came from, where that has a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub origin: Option<Origin>,
}

impl From<Value> for Answer {
    /// A typed answer at no known time: for tests and imports.
    fn from(value: Value) -> Self {
        Self { value, source: Source::Typed, confidence: None, confirmed_by: None, at: None, origin: None }
    }
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Typed,
    /// Read from a page by optical character recognition.
    Ocr,
    /// Read from the code on an identity card.
    QrCard,
    PreviousDossier,
    Catalogue,
    /// Read from a spreadsheet.
    Import,
    /// Of a person or an organisation kept here with consent.
    PersonalStore,
    /// Of the organisation that prepares dossiers here.
    Profile,
    /// Of a template of the agency.
    Template,
}

/// The thing an answer came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Origin {
    /// A page of a paper, as it stood when the answer was confirmed.
    Page {
        document: DocumentId,
        page: PageId,
    },
    Person {
        person: PersonId,
    },
    Dossier {
        dossier: DossierId,
    },
    Template {
        template: TemplateId,
    },
}

/// A value as it is stored: plain JSON, one shape per kind of field. It may be ill-formed for its field (a draft keeps
/// what was typed); [`crate::evaluate`] reads it by the field's kind.
///
/// text, choice, date, partial date, identity number: a string · number: a string (`"12.5"`, exact) or an integer ·
/// money: an integer, in đồng · yes/no: a boolean · many-choice: strings · group: rows · address, organisation: objects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Value {
    Null,
    Bool(bool),
    Integer(#[ts(type = "number")] i64),
    Text(String),
    /// Before `Choices`, so that `[]` always reads as no rows.
    Rows(Vec<Row>),
    Choices(Vec<String>),
    Organisation(Organisation),
    Address(Address),
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The same value with its text in NFC, as it must be stored.
    pub fn normalised(self) -> Self {
        let text = |text: String| text::nfc(&text);
        match self {
            Self::Text(value) => Self::Text(text(value)),
            Self::Choices(codes) => Self::Choices(codes.into_iter().map(text).collect()),
            Self::Organisation(it) => Self::Organisation(Organisation { name: text(it.name), ..it }),
            Self::Address(it) => {
                let former = it.former.map(|former| FormerUnits { words: text(former.words), ..former });
                Self::Address(Address { line: text(it.line), former, ..it })
            }
            Self::Rows(rows) => Self::Rows(rows.into_iter().map(Row::normalised).collect()),
            other => other,
        }
    }

    /// Nothing was answered: null, blank text, an empty list, an object without content.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(_) | Self::Integer(_) => false,
            Self::Text(text) => text.trim().is_empty(),
            Self::Rows(rows) => rows.is_empty(),
            Self::Choices(choices) => choices.is_empty(),
            Self::Organisation(organisation) => organisation.name.trim().is_empty(),
            Self::Address(address) => address.line.trim().is_empty() && address.commune.is_none(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

/// A value as it was sent: rows have plain answers, all others are what they are.
fn submitted(sent: &serde_json::Value) -> Value {
    let row = |row: &serde_json::Value| {
        let answers = Answers::submitted(row.get("answers")?);
        Some(Row { id: row.get("id")?.as_str()?.into(), answers: answers.0 })
    };
    let rows = sent.as_array().filter(|rows| rows.iter().all(|row| row.get("id").is_some()));
    match rows.and_then(|rows| rows.iter().map(row).collect::<Option<Vec<_>>>()) {
        Some(rows) => Value::Rows(rows),
        None => Value::deserialize(sent).unwrap_or(Value::Null),
    }
}

/// One row of a repeated group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub id: RowId,
    pub answers: BTreeMap<FieldId, Answer>,
}

impl Row {
    fn normalised(self) -> Self {
        let answers = self.answers.into_iter();
        let answers = answers.map(|(field, answer)| (field, Answer { value: answer.value.normalised(), ..answer }));
        Self { id: self.id, answers: answers.collect() }
    }
}

/// An address by administrative unit (Decision 19/2025/QĐ-TTg: province two digits, commune five).
/// The codes are those in force on `valid_at`; the text a person wrote is kept beside them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// House number, street, hamlet: everything below the commune.
    pub line: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// Of a day before 1 July 2025, when there were three tiers: three digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub district: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_at: Option<Date>,
    /// The units an older paper names for the same place, kept beside those in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub former: Option<FormerUnits>,
}

/// Where a place lay before units were merged (*trước sáp nhập*).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FormerUnits {
    /// As the paper writes them.
    pub words: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
}

/// An organisation as it signs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<AgencyCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
}
