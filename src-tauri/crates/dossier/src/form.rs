//! Forms: typed fields and the rules between them, as data.

mod file;
pub(crate) mod order;
mod rules;

pub use file::{Spot, check};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    digest::Digest,
    expr::Expr,
    key::{ComponentCode, FieldId, FormId},
    located::{self, Located},
    pattern::Pattern,
    procedure::Sign,
    words::Words,
};

/// A form in one revision. A dossier is pinned to the revision under which it was started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub id: FormId,
    pub revision: u32,
    pub title: Words,
    pub sections: Vec<Section>,
}

/// A part of a form under a heading: one page at a kiosk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub id: FieldId,
    pub title: Words,
    /// What to know before filling it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<Expr>,
    pub fields: Vec<Field>,
}

/// A question, or a place on the form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub id: FieldId,
    pub label: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Words>,
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Must be answered whenever it is visible.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// Must be answered when it is visible and this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_if: Option<Expr>,
    /// Without it, visible. What is hidden is null to every other rule and is not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<Expr>,
    /// The value is this, and nobody can type one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculated: Option<Expr>,
    /// The day a date may not be before, and the one it may not be after; null bounds nothing. A partial date is refused only
    /// where it is certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<Expr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<Expr>,
    /// Each must hold once the field is answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Constraint>,
    /// What to offer as the answer before a person types one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Prefill>,
    /// What stands in its paper's letterhead: the answer is offered from it, and compared with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_paper: Option<FromPaper>,
    /// Whose it is and what of theirs: the fields that belong to one person or organisation are offered together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<OfPerson>,
    /// An answer not typed by a person and less sure than this (percent) must be confirmed before sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm_below: Option<u8>,
    /// Personal data that lists and logs show masked.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    /// What it was called in earlier revisions of the form: answers given then move here; see [`crate::rebase`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<FieldId>,
}

/// A rule that must hold, and what to say when it does not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    pub holds: Expr,
    pub words: Words,
}

/// What kind of answer a field takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldKind {
    /// One line. `max` in characters.
    Text {
        #[serde(default = "text_max")]
        max: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        format: Option<TextFormat>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pattern: Option<Pattern>,
    },
    /// Several lines. `max` in characters.
    LongText {
        #[serde(default = "long_text_max")]
        max: u32,
    },
    /// An exact decimal number with at most `decimals` digits after the point.
    Number {
        #[serde(default)]
        decimals: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(type = "number | null")]
        min: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(type = "number | null")]
        max: Option<i64>,
        /// Shown behind the number: m², cái, bản.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Words>,
    },
    /// Đồng, whole, from 0 to 9,007,199,254,740,991 (what JSON carries exactly).
    Money {
        #[serde(default)]
        #[ts(type = "number")]
        min: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(type = "number | null")]
        max: Option<i64>,
    },
    Date,
    /// A date of which the day, or month and day, may be unknown.
    PartialDate,
    Choice {
        options: Vec<Choice>,
    },
    ManyChoice {
        options: Vec<Choice>,
        #[serde(default)]
        min: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
    },
    YesNo,
    /// Province, commune and the line below them.
    Address,
    /// A number of one of these kinds.
    Identity {
        accepts: Vec<IdentityKind>,
    },
    Organisation,
    /// A place where papers of a component go. Its documents are the answer.
    FileSlot(FileSlot),
    Group(Group),
    /// Words to read; nothing to answer.
    Note,
}

/// Shapes a line of text can be held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TextFormat {
    /// A Vietnamese telephone number; see [`crate::identity::Phone`].
    Phone,
    Email,
    /// *Số, ký hiệu* of a document, such as `123/TTr-STC` (Decree 30/2020, Annex I).
    DocumentNumber,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub code: String,
    pub label: Words,
    /// Offered only when this holds: lists that depend on other answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_if: Option<Expr>,
}

/// See [`crate::identity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// 12 digits, *số định danh cá nhân*.
    PersonalNumber,
    /// 9 digits, the old *CMND*.
    OldIdentityCard,
    /// *Mã số thuế*.
    TaxCode,
    /// A foreign or Vietnamese passport: 6–12 letters and digits, at most 9 where there is no letter.
    Passport,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FileSlot {
    pub component: ComponentCode,
    #[serde(default)]
    pub min: u32,
    pub max: u32,
    /// Media types; empty means whatever the application can digitise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<String>,
    #[ts(type = "number")]
    pub max_bytes: u64,
    /// What the paper must be; without it, as its component says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<PaperKind>,
    /// Whether it is digitised; without it, as its component says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digitise: Option<bool>,
    /// Whose signature the file carries; without it, as its component says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign: Option<Sign>,
}

/// What a paper is that is put into a [`FileSlot`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    Original,
    CertifiedCopy,
    Photo,
}

/// Fields asked again for each row. Groups do not nest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub fields: Vec<Field>,
    #[serde(default)]
    pub min_rows: u32,
    #[serde(default = "group_max_rows")]
    pub max_rows: u32,
    /// What one row is called: *tài sản*.
    pub row: Words,
}

/// A part of the letterhead of a component's paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FromPaper {
    pub component: ComponentCode,
    pub part: LetterheadPart,
}

/// What can be read in a letterhead (Decree 30/2020, Annex I).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LetterheadPart {
    /// *Số, ký hiệu*.
    Number,
    Date,
    /// *Cơ quan ban hành*.
    Agency,
    /// *Trích yếu*.
    Summary,
    /// *Người ký*.
    Signer,
    /// *Chức vụ* of who signed.
    Position,
    /// *Kính gửi*.
    Addressee,
}

/// That a field is a part of what is known of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OfPerson {
    /// Who it is in this form, by a name of the form's own: `requester`, `mother`, `applicant`.
    pub who: FieldId,
    pub part: PersonPart,
}

/// What can be known of a person or an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PersonPart {
    /// *Họ, chữ đệm, tên*.
    Name,
    /// An organisation's name, with its tax code.
    Organisation,
    /// Of an identity card or passport.
    Number,
    Birth,
    Sex,
    Ethnicity,
    Nationality,
    Address,
    Phone,
    Email,
    /// *Chức vụ*.
    Position,
}

impl PersonPart {
    /// Whether a field of this kind can hold it. A choice of sex offers `male` and `female`.
    fn fits(self, kind: &FieldKind) -> bool {
        let offers = |options: &[Choice], code: &str| options.iter().any(|option| option.code == code);
        match (self, kind) {
            (Self::Name | Self::Ethnicity | Self::Nationality | Self::Position, FieldKind::Text { format, .. }) => {
                format.is_none()
            }
            (Self::Organisation, FieldKind::Organisation)
            | (Self::Number, FieldKind::Identity { .. })
            | (Self::Birth, FieldKind::Date | FieldKind::PartialDate)
            | (Self::Address, FieldKind::Address)
            | (Self::Phone, FieldKind::Text { format: Some(TextFormat::Phone), .. })
            | (Self::Email, FieldKind::Text { format: Some(TextFormat::Email), .. }) => true,
            (Self::Sex, FieldKind::Choice { options }) => offers(options, "male") && offers(options, "female"),
            _ => false,
        }
    }

    /// What a field must be to hold it, for who corrects a form.
    fn expected(self) -> &'static str {
        match self {
            Self::Name | Self::Ethnicity | Self::Nationality | Self::Position => "text without a format",
            Self::Organisation => "organisation",
            Self::Number => "identity",
            Self::Birth => "date or partial_date",
            Self::Sex => "choice of male and female",
            Self::Address => "address",
            Self::Phone => "text of format phone",
            Self::Email => "text of format email",
        }
    }
}

/// What is known before anybody types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Prefill {
    /// The clerk's own organisation.
    OwnOrganisation,
    /// The clerk who prepares the dossier.
    Clerk,
    Today,
    /// From the code on the applicant's identity card.
    CardNumber,
    CardName,
    CardBirth,
    CardSex,
    CardAddress,
}

impl Form {
    /// Reads and checks a form. All its problems are told, each with its place.
    pub fn from_json(json: &str) -> Result<Self, Vec<Located>> {
        let form: Self = located::from_json(json).map_err(|error| vec![error])?;
        let problems = form.problems();
        if problems.is_empty() { Ok(form) } else { Err(problems) }
    }

    /// Reads a form that was checked when it came; see [`crate::Procedure::from_kept`].
    pub fn from_kept(json: &str) -> Result<Self, Vec<Located>> {
        located::from_json(json).map_err(|error| vec![error])
    }

    /// What is wrong with this form; empty when it can be used.
    pub fn problems(&self) -> Vec<Located> {
        rules::problems(self)
    }

    /// The digest of the canonical content.
    pub fn sha256(&self) -> Digest {
        Digest::of_own(self)
    }

    /// The field of this id, wherever it stands.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields().find_map(|field| match &field.kind {
            _ if field.id.as_str() == id => Some(field),
            FieldKind::Group(group) => group.fields.iter().find(|field| field.id.as_str() == id),
            _ => None,
        })
    }

    /// The fields outside groups (a group is one of them), in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The fields outside groups that are parts of `who`, in the order of the form.
    pub fn parts_of<'f>(&'f self, who: &'f str) -> impl Iterator<Item = (PersonPart, &'f Field)> {
        let part = move |field: &'f Field| {
            field.person.as_ref().filter(|of| of.who.as_str() == who).map(|of| (of.part, field))
        };
        self.fields().filter_map(part)
    }

    /// Who of people and organisations is in this form, outside groups, in its order.
    pub fn people(&self) -> Vec<&FieldId> {
        let mut people: Vec<&FieldId> = vec![];
        for of in self.fields().filter_map(|field| field.person.as_ref()) {
            if !people.contains(&&of.who) {
                people.push(&of.who);
            }
        }
        people
    }

    /// What is wrong with an expression that reads this form from outside, such as a component's condition.
    pub fn condition_problems(&self, condition: &Expr, path: &str) -> Vec<Located> {
        rules::condition_problems(self, condition, path)
    }
}

impl FieldKind {
    /// Its name in data files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::LongText { .. } => "long_text",
            Self::Number { .. } => "number",
            Self::Money { .. } => "money",
            Self::Date => "date",
            Self::PartialDate => "partial_date",
            Self::Choice { .. } => "choice",
            Self::ManyChoice { .. } => "many_choice",
            Self::YesNo => "yes_no",
            Self::Address => "address",
            Self::Identity { .. } => "identity",
            Self::Organisation => "organisation",
            Self::FileSlot(_) => "file_slot",
            Self::Group(_) => "group",
            Self::Note => "note",
        }
    }

    /// Whether an answer can be given: not for notes and file slots.
    pub fn takes_answer(&self) -> bool {
        !matches!(self, Self::Note | Self::FileSlot(_))
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

fn text_max() -> u32 {
    255
}

fn long_text_max() -> u32 {
    5_000
}

fn group_max_rows() -> u32 {
    500
}
