//! The domain, pure: procedures, forms, states, codes, identity numbers, legal profiles, working days, events.
//! No I/O, no clock, no randomness: times and ids are passed in.
//!
//! Where to begin: a [`Catalogue`] holds what the law says as dated data ([`Procedure`], [`Form`], [`LegalProfile`],
//! [`Calendar`]). [`Answers`] are what people said; [`evaluate::Evaluation`] says what that means for a form,
//! [`check::check`] what is still missing. [`State`], [`Event`] and [`journal`] tell what became of a dossier,
//! [`deadline::due`] until when it must be done, [`handling::Handling`] how it stands at the agency and what may be done next.

pub mod answers;
pub mod calendar;
pub mod card;
pub mod catalogue;
pub mod check;
pub mod code;
pub mod compare;
pub mod date;
pub mod deadline;
pub mod digest;
pub mod evaluate;
pub mod event;
pub mod expr;
pub mod extract;
pub mod find;
pub mod form;
pub mod handling;
pub mod id;
pub mod identity;
pub mod journal;
pub mod json_schema;

pub mod key;
pub mod located;
pub mod no_paper;
pub mod pattern;
mod place;
pub mod portal;
pub mod preflight;
pub mod procedure;
pub mod profile;
pub mod reading;
pub mod rebase;
pub mod revision;
pub mod role;
pub mod spoken;
pub mod state;
pub mod text;
pub mod timestamp;
mod typing;
pub mod units;
pub mod words;

pub use answers::{Address, Answer, Answers, Organisation, Origin, Row, Source, Value};
pub use calendar::Calendar;
pub use card::Card;
pub use catalogue::Catalogue;
pub use check::{DocumentSummary, Finding};
pub use code::{AgencyCode, OfficialCode, ProcedureCode, ProvisionalCode};
pub use date::{Date, PartialDate};
pub use deadline::{Due, LocalMoment, ReceptionHours};
pub use digest::Digest;
pub use evaluate::Evaluation;
pub use event::{Event, EventKind};
pub use expr::Expr;
pub use form::{Field, FieldKind, Form};
pub use id::{
    AccountId, DeviceId, DocumentId, DossierId, EventId, ImportId, PageId, ParcelId, PersonId, StackId, SubmissionId,
    TemplateId,
};
pub use key::{ComponentCode, FieldId, FormId, ProfileId, RowId};
pub use located::{Located, Problem};
pub use portal::Portal;
pub use procedure::{Channel, FormRevision, Procedure, ProcedureRevision, TimeLimit};
pub use profile::LegalProfile;
pub use revision::{CatalogueFile, Entry, EntryKind};
pub use role::{Right, Role, Scope};
pub use state::{State, Transition};
pub use timestamp::Timestamp;
pub use units::{Unit, Units};
pub use words::Words;
