//! Procedures: what a dossier must contain, by when it must be handled, under which law. Dated data, in revisions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    answers::{Answers, Value},
    code::ProcedureCode,
    compare,
    date::Date,
    digest::Digest,
    expr::Expr,
    key::{self, ComponentCode, FieldId, FormId, PaperKindCode, ProfileId},
    located::{self, Located, Problem},
    profile::{Cited, Coded},
    role::Role,
    timestamp::Timestamp,
    words::{self, Words},
};

pub use crate::deadline::{Leg, TimeLimit, TimeUnit};

/// An administrative procedure (*thủ tục hành chính*) in one revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    pub code: ProcedureCode,
    pub revision: u32,
    pub name: Words,
    /// *Lĩnh vực*.
    pub field: Coded,
    /// Codes of the legal profile's tiers at which it is handled.
    pub tiers: Vec<String>,
    pub applicants: Vec<ApplicantKind>,
    pub channels: Vec<Channel>,
    /// A code of the legal profile's levels of online service.
    pub level: String,
    /// From this day on, no paper intake (Bà Rịa–Vũng Tàu 5436/UBND-VP and its like).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_only_from: Option<Date>,
    pub components: Vec<Component>,
    /// *Số bộ hồ sơ*.
    pub sets: u32,
    pub time_limit: LimitRule,
    /// What has a limit of its own beside `time_limit`: a handover after the decision, a check that not every dossier needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phases: Vec<Phase>,
    /// Steps inside the agency, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Fee>,
    pub results: Vec<Coded>,
    pub form: FormRevision,
    /// Of people or business that lists, screens for the public and messages do not name.
    #[serde(default, skip_serializing_if = "is_false")]
    pub confidential: bool,
    pub legal_basis: Vec<Cited>,
    /// What else an applicant should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Words>,
    pub valid_from: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    pub profile: ProfileId,
    pub provenance: Provenance,
}

/// Who may file. The first five make a procedure *internal* in the wider sense this product serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ApplicantKind {
    AdministrativeAgency,
    PublicServiceUnit,
    PoliticalSocialOrganisation,
    StateOwnedEnterprise,
    /// An official or public employee in person (*cán bộ, công chức, viên chức*).
    Official,
    Citizen,
    Enterprise,
    HouseholdBusiness,
}

/// How a dossier comes in (*kênh thực hiện*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Direct,
    Online,
    Postal,
}

impl Channel {
    /// `KenhThucHien` of the synchronisation messages.
    pub fn national_code(self) -> u8 {
        match self {
            Self::Direct => 1,
            Self::Online => 2,
            Self::Postal => 3,
        }
    }
}

/// One paper of the dossier (*thành phần hồ sơ*).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub code: ComponentCode,
    pub name: Words,
    pub need: Need,
    /// Asked once for each row of this group of the form instead of once (a report for each person).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_row: Option<FieldId>,
    #[serde(default)]
    pub originals: u32,
    #[serde(default)]
    pub certified_copies: u32,
    #[serde(default)]
    pub plain_copies: u32,
    /// A certified copy or an electronic document will do where an original is asked.
    #[serde(default)]
    pub copy_will_do: bool,
    /// An electronic document will do instead of paper.
    pub electronic_ok: bool,
    /// Scanned and stored at reception (Decree 61/2018, article 17.1).
    pub digitise: bool,
    pub sign: Sign,
    /// The database that knows what this paper says: where it answers, the paper need not be asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Words>,
    /// The official template of the paper: *Mẫu 01-MSNS-BTC*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Words>,
    /// The paper counts for so many months from the day it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_months: Option<u32>,
    /// As [`Component::valid_months`], where the law counts in days; one of the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_days: Option<u32>,
    /// What it is wherever it is asked for: one that was filed with another procedure serves here too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse: Option<Reuse>,
    /// How many pages it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<PageCount>,
}

/// What lets a paper that was filed before serve again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Reuse {
    /// Its kind, by a name that all procedures use alike: `health_certificate`.
    pub kind: PaperKindCode,
    /// Whom of the form it is about; without it, whose dossier it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<FieldId>,
}

/// How long a paper counts from the day it was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    Months(u32),
    Days(u32),
}

impl Validity {
    /// The last day on which a paper of `issued` counts.
    pub fn until(self, issued: Date) -> Option<Date> {
        match self {
            Self::Months(months) => issued.plus_months(i64::from(months)),
            Self::Days(days) => issued.plus_days(i64::from(days)),
        }
    }
}

impl Component {
    /// How long its paper counts, where that is limited.
    pub fn validity(&self) -> Option<Validity> {
        self.valid_months.map(Validity::Months).or_else(|| self.valid_days.map(Validity::Days))
    }

    /// Whether a paper filed under `other` is of the same kind.
    pub fn serves_as(&self, other: &Self) -> bool {
        let kind = |component: &Self| component.reuse.as_ref().map(|reuse| reuse.kind.clone());
        self.code == other.code || kind(self).is_some_and(|kind_of_this| kind(other) == Some(kind_of_this))
    }
}

/// How many pages a paper has, both included; no limit where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PageCount {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// When a component is needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Need {
    Mandatory,
    Conditional {
        when: Expr,
        /// The same condition for people: *nếu có*.
        words: Words,
    },
    /// May be added; never asked for.
    Optional,
}

/// Whose digital signature the electronic copy carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    None,
    Agency,
    Person,
}

/// The time limit, which may depend on an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LimitRule {
    /// The law fixes none: no due date.
    None,
    Fixed(TimeLimit),
    /// By the choice made in `field` (project group A, B or C).
    ByAnswer {
        field: FieldId,
        cases: BTreeMap<String, TimeLimit>,
    },
}

impl LimitRule {
    /// The limit for these answers; `None` when the law fixes none or the answer is still missing.
    pub fn resolve(&self, answers: &Answers) -> Option<&TimeLimit> {
        match self {
            Self::None => None,
            Self::Fixed(limit) => Some(limit),
            Self::ByAnswer { field, cases } => match answers.value(field.as_str())? {
                Value::Text(code) => cases.get(code),
                _ => None,
            },
        }
    }
}

/// A limit beside the time limit, from an event of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// What happens in it: *bàn giao, tiếp nhận tài sản*.
    pub name: Words,
    /// From when it counts, or in which case there is one: *kể từ ngày có quyết định*.
    pub starts: Words,
    pub limit: TimeLimit,
}

/// A step of the agency's own process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub name: Words,
    pub role: Words,
    /// Which role of the agency's people does it, where its place among the steps does not say (see
    /// [`crate::handling::Process`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_by: Option<Role>,
    /// Working hours.
    pub hours: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    pub name: Words,
    /// Đồng; absent where each province sets its own (*Hội đồng nhân dân tỉnh quy định*).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub amount: Option<i64>,
    /// For one of what: *bản*, *trang*.
    pub per: Words,
    /// The most that is taken in all, in đồng.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub at_most: Option<i64>,
}

/// How far to trust a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    pub status: ProvenanceStatus,
    /// Where it was read.
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmation>,
    /// Values that stand differently from the whole, by path: `time_limit`, `components[NB-03.02].originals`. What stands in a list is
    /// named by its own code; files from before that name it by its number from 0.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, ValueProvenance>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProvenanceStatus {
    /// Read in the law, or in an official publication.
    Real,
    /// Believed, not read at the source.
    Unverified,
    /// Real once; a newer text has taken its place.
    Superseded,
    /// Plausible, made for learning and trials.
    Illustrative,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ValueProvenance {
    pub status: ProvenanceStatus,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Confirmation>,
}

/// An authorised officer looked it up and answers for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    pub by: String,
    pub at: Timestamp,
}

/// The revision a dossier is pinned to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcedureRevision {
    pub code: ProcedureCode,
    pub revision: u32,
    pub sha256: Digest,
}

/// One revision of a form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FormRevision {
    pub id: FormId,
    pub revision: u32,
}

impl Procedure {
    /// Reads and checks a procedure by itself; whether its form and profile exist is the catalogue's to say.
    pub fn from_json(json: &str) -> Result<Self, Vec<Located>> {
        let procedure: Self = located::from_json(json).map_err(|error| vec![error])?;
        let problems = procedure.problems();
        if problems.is_empty() { Ok(procedure) } else { Err(problems) }
    }

    /// Reads what was checked when it came, such as what a dossier is pinned to: a check that was added since refuses only what is new.
    pub fn from_kept(json: &str) -> Result<Self, Vec<Located>> {
        located::from_json(json).map_err(|error| vec![error])
    }

    /// The digest of the canonical content.
    pub fn sha256(&self) -> Digest {
        Digest::of_own(self)
    }

    pub fn pin(&self) -> ProcedureRevision {
        ProcedureRevision { code: self.code.clone(), revision: self.revision, sha256: self.sha256() }
    }

    pub fn component(&self, code: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.code.as_str() == code)
    }

    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day <= to)
    }

    /// What is wrong with this procedure, each with its place.
    pub fn problems(&self) -> Vec<Located> {
        let mut problems = Vec::new();
        let mut add = |path: String, problem| problems.push(Located::new(path, problem));
        if let Some(to) = self.valid_to.filter(|to| *to < self.valid_from) {
            add("valid_to".into(), Problem::EmptyValidity { from: self.valid_from, to });
        }
        let lists = [
            ("tiers", self.tiers.is_empty()),
            ("applicants", self.applicants.is_empty()),
            ("channels", self.channels.is_empty()),
            ("components", self.components.is_empty()),
            ("results", self.results.is_empty()),
            ("legal_basis", self.legal_basis.is_empty()),
            ("sets", self.sets == 0),
        ];
        for (path, _) in lists.into_iter().filter(|(_, empty)| *empty) {
            add(path.into(), Problem::Empty);
        }
        let texts =
            [("field.code".to_owned(), &self.field.code), ("provenance.source".to_owned(), &self.provenance.source)];
        let laws = self.legal_basis.iter().enumerate();
        let laws = laws.flat_map(|(i, law)| {
            [(format!("legal_basis[{i}].number"), &law.number), (format!("legal_basis[{i}].title"), &law.title)]
        });
        for (path, _) in texts.into_iter().chain(laws).filter(|(_, text)| text.trim().is_empty()) {
            add(path, Problem::Empty);
        }
        for (i, component) in self.components.iter().enumerate() {
            let code = component.code.as_str();
            if !key::is_well_formed(code) {
                add(format!("components[{i}].code"), Problem::BadKey { key: code.into() });
            }
            if self.components[..i].iter().any(|other| other.code == component.code) {
                add(format!("components[{i}].code"), Problem::Duplicate { key: code.into() });
            }
            if component.originals + component.certified_copies + component.plain_copies == 0 {
                add(format!("components[{i}]"), Problem::Empty);
            }
            if component.valid_months == Some(0) {
                add(format!("components[{i}].valid_months"), Problem::Empty);
            }
            if component.valid_days == Some(0) {
                add(format!("components[{i}].valid_days"), Problem::Empty);
            }
            if component.valid_months.is_some() && component.valid_days.is_some() {
                add(format!("components[{i}].valid_days"), Problem::Duplicate { key: "valid_months".into() });
            }
            if let Some(reuse) = component.reuse.as_ref().filter(|it| !key::is_well_formed(it.kind.as_str())) {
                add(format!("components[{i}].reuse.kind"), Problem::BadKey { key: reuse.kind.to_string() });
            }
            if let Some(PageCount { min, max }) = component.pages
                && (max == Some(0) || max.is_some_and(|max| min.is_some_and(|min| min > max)))
            {
                add(format!("components[{i}].pages"), Problem::EmptyRange);
            }
        }
        if let LimitRule::ByAnswer { cases, .. } = &self.time_limit
            && cases.is_empty()
        {
            add("time_limit.by_answer.cases".into(), Problem::Empty);
        }
        for (path, limit) in self.limits() {
            if limit.0.is_empty() {
                add(path, Problem::Empty);
            }
        }
        let hours = self.steps.iter().map(|step| step.hours).fold(0, u32::saturating_add);
        if let Some(limit) = self.working_hours().filter(|limit| hours > *limit) {
            add("steps".into(), Problem::StepsTooLong { hours, limit });
        }
        problems.extend(words::problems(self));
        problems.extend(lost_marks(self, &self.provenance.values, "provenance.values"));
        problems
    }

    /// Every limit, with its place.
    fn limits(&self) -> Vec<(String, &TimeLimit)> {
        let phases = self.phases.iter().enumerate().map(|(i, phase)| (format!("phases[{i}].limit"), &phase.limit));
        match &self.time_limit {
            LimitRule::None => phases.collect(),
            LimitRule::Fixed(limit) => std::iter::once(("time_limit.fixed".into(), limit)).chain(phases).collect(),
            LimitRule::ByAnswer { cases, .. } => {
                let case = |(code, limit)| (format!("time_limit.by_answer.cases.{code}"), limit);
                cases.iter().map(case).chain(phases).collect()
            }
        }
    }

    /// The working hours of a fixed limit, eight a day; `None` where months or answers decide. Of calendar days five in seven
    /// are worked; the same day is one day.
    pub fn working_hours(&self) -> Option<u32> {
        let LimitRule::Fixed(limit) = &self.time_limit else { return None };
        limit.0.iter().try_fold(0_u32, |hours, leg| {
            let days = match leg.unit {
                TimeUnit::Hour => return Some(hours.saturating_add(leg.n)),
                TimeUnit::WorkingDay => leg.n.max(1),
                TimeUnit::CalendarDay => leg.n.saturating_mul(5) / 7,
                TimeUnit::Month => return None,
            };
            Some(hours.saturating_add(days.saturating_mul(8)))
        })
    }
}

impl Provenance {
    /// How far to trust a value: what is said of it, of what it lies in, or of the whole. `paths`: all that it goes by, since what stands
    /// in a list may be marked by its code or by its number.
    pub fn of(&self, paths: &[&str]) -> ProvenanceStatus {
        let leads = |at: &str, path: &str| {
            path.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let told = self.values.iter().filter(|(at, _)| paths.iter().any(|path| leads(at, path)));
        told.max_by_key(|(at, _)| compare::depth(at)).map_or(self.status, |(_, value)| value.status)
    }
}

/// Marks, kept under `place`, whose path leads to no value.
pub(crate) fn lost_marks(of: &impl Serialize, marks: &BTreeMap<String, ValueProvenance>, place: &str) -> Vec<Located> {
    let content = serde_json::to_value(of).unwrap_or_default();
    let lost = marks.keys().filter(|path| compare::pointer(&content, path).is_none());
    let missing = |path: &String| Problem::Missing { what: "value".into(), key: path.clone() };
    lost.map(|path| Located::new(format!("{place}.{path}"), missing(path))).collect()
}

fn is_false(value: &bool) -> bool {
    !value
}
