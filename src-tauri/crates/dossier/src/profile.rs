//! Legal profiles: what a regime of one-stop rules says, as dated data. Which one holds is a matter of the day on which
//! the dossier was received.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    date::Date,
    deadline::{TimeOfDay, TimeUnit},
    digest::Digest,
    key::ProfileId,
    located::{self, Located, Problem},
    procedure::{ValueProvenance, lost_marks},
    words::{self, Words},
};

/// The rules of the one-stop mechanism in force over a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LegalProfile {
    pub id: ProfileId,
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub revision: u32,
    pub name: Words,
    pub valid_from: Date,
    /// The last day; absent while in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    pub forms: Vec<OfficialForm>,
    pub apology: ApologyRule,
    pub on_supplement: OnSupplement,
    pub supplement: SupplementRule,
    /// How open dossiers are followed; files from before it was a value say nothing of it: see [`LegalProfile::follow`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow: Option<Box<FollowRule>>,
    pub scans: ScanRule,
    /// Tiers of government, from the top.
    pub tiers: Vec<Coded>,
    /// Levels of online service; names only, never compared across profiles.
    pub levels: Vec<Coded>,
    pub legal_basis: Vec<Cited>,
    /// Values that an authorised officer looked up, by path: `forms[receipt]`, `scans.max_file_bytes`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub confirmed: BTreeMap<String, ValueProvenance>,
}

/// An official form. Its number changes from one regime to the next; its id does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OfficialForm {
    pub id: OfficialFormId,
    /// As printed: `01`.
    pub number: String,
    pub title: Words,
    pub paper: Paper,
    /// Somebody read this title and number in the text of the law.
    pub verified: bool,
}

/// The stable ids of the forms of the one-stop mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OfficialFormId {
    Receipt,
    Supplement,
    Refusal,
    Apology,
    StopNotice,
    ControlSheet,
    Register,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub enum Paper {
    A4,
    A5,
}

/// When an apology must go out, and how often a new time may be set (Decree 61/2018, article 19.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ApologyRule {
    /// At the latest this many days before the due day.
    pub min_days_before: u32,
    pub max_reappointments: u32,
    pub verified: bool,
}

/// When an open dossier asks for attention, and how soon it is handed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FollowRule {
    /// Due soon: so many working days are left, or fewer.
    pub soon_days: u32,
    /// The same for limits in hours, in working hours.
    pub soon_hours: u32,
    /// So many working days before the due day an apology is called for.
    pub apology_warnings: Vec<u32>,
    /// What is received or handed on later in the day counts from the next working morning (Decree 61/2018, article 18.2).
    pub forward_cutoff: TimeOfDay,
    pub verified: bool,
}

/// What holds where a profile says nothing.
static USUAL: LazyLock<FollowRule> = LazyLock::new(|| FollowRule {
    soon_days: 2,
    soon_hours: 4,
    apology_warnings: vec![3, 2],
    forward_cutoff: TimeOfDay::FIFTEEN,
    verified: false,
});

/// What a supplement does to the time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OnSupplement {
    /// The limit starts from zero with the complete dossier (Decree 61/2018, article 19.4).
    Restart,
    /// The applicant's time is taken out.
    Pause,
}

/// How supplements are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SupplementRule {
    /// Requests that need no justification.
    pub free_requests: u32,
    /// The notice that a dossier was found wanting after reception, counted from reception.
    pub notice_within: u32,
    pub notice_unit: TimeUnit,
    pub verified: bool,
}

/// What a digitised paper must be like, and how it is made smaller where it is too large.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ScanRule {
    /// Pages below this resolution are pointed out; dots per inch.
    pub min_dpi: u32,
    /// Resolutions of the kept picture, from the best to the least: a document over the limit goes down step by step, and is cut into
    /// parts when the last step does not help.
    pub dpi_steps: Vec<u32>,
    /// The largest file that receiving systems take, in bytes.
    #[ts(type = "number")]
    pub max_file_bytes: u64,
    /// Room to leave for each signature to come, in bytes, and how many are to come.
    #[ts(type = "number")]
    pub signature_bytes: u64,
    pub signatures: u32,
    /// The most pages of one file.
    pub max_pages: u32,
    /// What colours are kept.
    pub colour: ScanColour,
    pub verified: bool,
}

/// How much of a page's colour is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ScanColour {
    /// As each page needs it: one bit for text, colour for stamps and signatures.
    AsFound,
    /// No colour.
    Grey,
}

impl ScanRule {
    /// Bytes a file may have before it is signed.
    pub fn unsigned_bytes(&self) -> u64 {
        self.max_file_bytes.saturating_sub(self.signature_bytes * u64::from(self.signatures))
    }

    fn problems(&self, problems: &mut Vec<Located>) {
        let falling = self.dpi_steps.windows(2).all(|pair| pair[0] > pair[1]);
        if self.dpi_steps.is_empty() {
            problems.push(Located::new("scans.dpi_steps", Problem::Empty));
        } else if !falling || self.dpi_steps.last().is_some_and(|&least| least < self.min_dpi || least == 0) {
            problems.push(Located::new("scans.dpi_steps", Problem::EmptyRange));
        }
        if self.unsigned_bytes() == 0 || self.max_pages == 0 {
            problems.push(Located::new("scans", Problem::Empty));
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    pub code: String,
    pub name: Words,
}

/// A legal text, or a place in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    /// `61/2018/NĐ-CP`
    pub number: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub articles: Option<String>,
    /// Somebody read it at the source.
    pub verified: bool,
}

impl LegalProfile {
    pub fn from_json(json: &str) -> Result<Self, Vec<Located>> {
        let profile: Self = located::from_json(json).map_err(|error| vec![error])?;
        let problems = profile.problems();
        if problems.is_empty() { Ok(profile) } else { Err(problems) }
    }

    /// What is wrong with this profile, each with its place.
    pub fn problems(&self) -> Vec<Located> {
        let mut problems = words::problems(self);
        if let Some(to) = self.valid_to.filter(|to| *to < self.valid_from) {
            problems.push(Located::new("valid_to", Problem::EmptyValidity { from: self.valid_from, to }));
        }
        self.scans.problems(&mut problems);
        for (i, form) in self.forms.iter().enumerate() {
            if self.forms[..i].iter().any(|other| other.id == form.id || other.number == form.number) {
                let key = form.number.clone();
                problems.push(Located::new(format!("forms[{i}]"), Problem::Duplicate { key }));
            }
        }
        for (list, name) in [(&self.tiers, "tiers"), (&self.levels, "levels")] {
            if list.is_empty() {
                problems.push(Located::new(name, Problem::Empty));
            }
        }
        problems.extend(lost_marks(self, &self.confirmed, "confirmed"));
        problems
    }

    /// The digest of the canonical content.
    pub fn sha256(&self) -> Digest {
        Digest::of_own(self)
    }

    pub fn form(&self, id: OfficialFormId) -> Option<&OfficialForm> {
        self.forms.iter().find(|form| form.id == id)
    }

    pub fn follow(&self) -> &FollowRule {
        self.follow.as_deref().unwrap_or(&USUAL)
    }

    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day <= to)
    }
}

/// The profile for a dossier received on `reception`; of several, the one that came into force last.
pub fn choose(profiles: &[LegalProfile], reception: Date) -> Option<&LegalProfile> {
    profiles.iter().filter(|profile| profile.holds_on(reception)).max_by_key(|profile| profile.valid_from)
}

/// Files from before revisions had a number are the first.
pub(crate) fn first() -> u32 {
    1
}

pub(crate) fn is_first(revision: &u32) -> bool {
    *revision == 1
}
