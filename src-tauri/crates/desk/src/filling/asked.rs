//! What can be asked for while a form is filled in, and what is answered.

use std::collections::BTreeMap;

use dossier::{
    DocumentId, DossierId, FieldId, Finding, PageId, PersonId, RowId, State, TemplateId, Timestamp, Value,
    answers::Source, form::PersonPart,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::{Sheet, pictures::PictureName};

/// A question about filling in a form.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum FillingRequest {
    /// What the papers of a dossier say that its form does not yet: letterheads, and the codes of identity cards.
    Suggest {
        dossier: DossierId,
    },
    /// Takes what is offered: a person looked at it and said it is right. `who` of the form it is about, where it is somebody's.
    Take {
        dossier: DossierId,
        offer: Offer,
        who: Option<FieldId>,
        /// The row of a table that `who` is asked about in.
        #[serde(default)]
        row: Option<RowId>,
    },
    /// Takes back what was taken in this step; asked again, does it again.
    Swap {
        dossier: DossierId,
        step: StepId,
    },
    /// This suggestion is not shown again in this dossier; with `back`, it is.
    Dismiss {
        dossier: DossierId,
        key: String,
        back: bool,
    },
    /// This advice is not told again in this dossier as long as its papers are the same; with `back`, it is. What blocks always is.
    PutAside {
        dossier: DossierId,
        advice: Vec<Finding>,
        back: bool,
    },
    /// The form was left in this section, and begins there the next time.
    Leave {
        dossier: DossierId,
        section: String,
    },
    /// What the code of a card that was just scanned would fill in. Nothing is kept of it.
    Scan {
        dossier: DossierId,
        code: String,
    },
    /// People or organisations of the personal store that fit what is typed into this field.
    FindPeople {
        dossier: DossierId,
        field: FieldId,
        find: String,
    },
    /// All of the personal store that fits, for who looks after it.
    People {
        find: String,
    },
    /// Keeps who of the form with what it says of them. `wording`: of the consent that was read and agreed to; `purpose` in words.
    KeepPerson {
        dossier: DossierId,
        who: FieldId,
        #[serde(default)]
        row: Option<RowId>,
        wording: u32,
        purpose: String,
    },
    /// Corrects what is kept of somebody: every part as typed, empty ones are forgotten.
    CorrectPerson {
        person: PersonId,
        parts: BTreeMap<PersonPart, String>,
    },
    /// Forgets somebody for good.
    ForgetPerson {
        person: PersonId,
    },
    /// What is known of the organisation that prepares dossiers here.
    Profile,
    SetProfile {
        profile: OwnProfile,
    },
    /// Begins a dossier as a copy of this one: its answers, not its days, numbers of papers, promises and papers.
    Copy {
        dossier: DossierId,
    },
    Templates,
    /// Saves a dossier as a template of the agency, without anybody's personal data.
    SaveTemplate {
        dossier: DossierId,
        name: String,
    },
    /// Begins a dossier from a template.
    Begin {
        template: TemplateId,
    },
    RemoveTemplate {
        template: TemplateId,
    },
    /// Puts a template that was just removed back.
    RestoreTemplate {
        template: TemplateId,
    },
    /// Dossiers that may be one made twice: those like this one, or every recent pair.
    Alike {
        dossier: Option<DossierId>,
    },
}

/// Something that was taken into a form, to be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(as = "String")]
pub struct StepId(pub(super) Uuid);

/// Something that can be taken into a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Offer {
    /// A suggestion by its key.
    Suggestion { key: String },
    /// The text of a card's code that was just scanned.
    Card { code: String },
    /// Somebody of the personal store.
    Person { person: PersonId },
}

/// What is answered.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "is", content = "it", rename_all = "snake_case")]
pub enum FillingAnswer {
    Suggestions(Vec<Suggestion>),
    /// Nothing where what was scanned is no card.
    Scanned(Option<Suggestion>),
    Sheet(Box<Sheet>),
    Taken {
        sheet: Box<Sheet>,
        step: StepId,
    },
    People(Vec<PersonView>),
    Kept(PersonView),
    Done,
    Profile(OwnProfile),
    Begun(DossierId),
    Templates(Vec<TemplateLine>),
    Alike(Vec<AlikeLine>),
}

/// Values offered for fields, to be looked at and taken or dismissed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Suggestion {
    /// Names it, in this dossier.
    pub key: String,
    pub source: Source,
    /// Of a set: who of the form it can be; the likeliest first. Empty for a value that has one place only.
    pub whose: Vec<FieldId>,
    /// For the first of `whose`.
    pub values: Vec<Suggested>,
    /// In percent; what is unlikely about it is said by a low one.
    pub confidence: Option<u8>,
    pub seen: Option<Seen>,
}

/// A value for a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Suggested {
    pub field: FieldId,
    pub value: Value,
    /// For people.
    pub text: String,
}

/// Where something was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Seen {
    pub document: DocumentId,
    pub page: PageId,
    pub title: String,
    /// Among the pages that are sent, from 1.
    pub number: u32,
    /// The page's picture, where there is one to show.
    pub picture: Option<PictureName>,
    /// Of the kept picture, in pixels.
    pub size: [u32; 2],
    /// Left, top, width and height in pixels of the kept picture; none where nobody knows where on the page.
    #[serde(rename = "box")]
    pub place: Option<[u32; 4]>,
}

/// Somebody of the personal store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PersonView {
    pub id: PersonId,
    pub name: String,
    /// As shown and typed, in the order of [`PersonPart`].
    pub parts: Vec<PersonText>,
    pub consent: Consent,
    #[serde(rename = "updated")]
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonText {
    pub part: PersonPart,
    pub text: String,
}

/// What somebody agreed to, and when (Nghị định 13/2023/NĐ-CP, điều 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Consent {
    /// Which wording was read to them; see [`super::CONSENT_WORDING`].
    pub wording: u32,
    /// What it is kept for, in words.
    pub purpose: String,
    pub at: Timestamp,
    /// The clerk who asked.
    pub by: String,
}

/// The organisation that prepares dossiers here, and who does it, as typed; what is empty is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct OwnProfile {
    pub name: String,
    pub tax_code: String,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub clerk: String,
    pub position: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TemplateLine {
    pub id: TemplateId,
    pub name: String,
    pub procedure: String,
    pub saved_by: String,
    pub saved_at: Timestamp,
}

/// A dossier and another one like it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AlikeLine {
    pub dossier: DossierId,
    pub other: DossierId,
    pub code: Option<String>,
    pub state: State,
    pub created_at: Timestamp,
}
