//! Lists of procedures that are no longer taken on paper (*danh mục thủ tục không tiếp nhận hồ sơ trực tiếp*), one a department,
//! drawn up, approved by a leader, and in force from the days they name (Bà Rịa–Vũng Tàu 5436/UBND-VP and its like).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    code::ProcedureCode,
    date::Date,
    digest::{self, Digest},
    located::{self, Located, Problem},
    text,
};

/// One department's list in one revision. An approved revision is never changed; the next one takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoPaperList {
    /// The department, as it signs.
    pub department: String,
    pub revision: u32,
    pub lines: Vec<NoPaperLine>,
    /// Absent while it is a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoPaperLine {
    pub procedure: ProcedureCode,
    /// The first day without paper.
    pub from: Date,
    /// Which text orders it: *Văn bản 5436/UBND-VP ngày 16/5/2022*.
    pub basis: String,
    /// Where paper is taken all the same: *trường hợp hệ thống bị gián đoạn*. Empty for nowhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub except: String,
}

/// The decision by which a leader approved a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub by: String,
    /// *Phó Giám đốc*.
    pub title: String,
    pub number: String,
    pub on: Date,
}

/// Since when a procedure takes no paper, and on whose word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoPaperSince {
    pub since: Date,
    pub basis: String,
    pub except: String,
    /// Of the list; none where the procedure's own data says so.
    pub department: Option<String>,
    pub approval: Option<Approval>,
}

/// No department decides as often.
const MAX_REVISION: u32 = 1_000_000;

impl NoPaperList {
    pub fn from_json(json: &str) -> Result<Self, Vec<Located>> {
        let list: Self = located::from_json(json).map_err(|error| vec![error])?;
        let problems = list.problems();
        if problems.is_empty() { Ok(list) } else { Err(problems) }
    }

    /// What is wrong with it by itself, each with its place.
    pub fn problems(&self) -> Vec<Located> {
        let mut problems = vec![];
        let mut text = |path: String, value: &str| {
            if value.trim().is_empty() || text::nfc(value) != value {
                problems.push(Located::new(path, Problem::BadWords));
            }
        };
        text("department".into(), &self.department);
        for (i, line) in self.lines.iter().enumerate() {
            text(format!("lines[{i}].basis"), &line.basis);
        }
        if let Some(approval) = &self.approval {
            for (path, value) in [("by", &approval.by), ("title", &approval.title), ("number", &approval.number)] {
                text(format!("approval.{path}"), value);
            }
        }
        if self.lines.is_empty() {
            problems.push(Located::new("lines", Problem::Empty));
        }
        if !(1..=MAX_REVISION).contains(&self.revision) {
            problems.push(Located::new("revision", Problem::BadRevision));
        }
        for (i, line) in self.lines.iter().enumerate() {
            if self.lines.iter().take(i).any(|other| other.procedure == line.procedure) {
                let key = line.procedure.to_string();
                problems.push(Located::new(format!("lines[{i}].procedure"), Problem::Duplicate { key }));
            }
        }
        problems
    }

    /// The first line that would hold before it was decided, for which nobody can be told to have filed otherwise. What the list in
    /// force, `before`, says already stays as it is.
    pub fn backdated(&self, before: Option<&Self>) -> Option<&NoPaperLine> {
        let approval = self.approval.as_ref()?;
        let held = |line: &NoPaperLine| {
            let mut lines = before.into_iter().flat_map(|list| &list.lines);
            lines.any(|it| it.procedure == line.procedure && it.from <= line.from)
        };
        self.lines.iter().find(|line| line.from < approval.on && !held(line))
    }

    /// The digest of the canonical content.
    pub fn sha256(&self) -> Digest {
        Digest::of_own(self)
    }

    /// The canonical content itself, as it is exchanged.
    pub fn canonical(&self) -> Vec<u8> {
        digest::canonical_json(self).unwrap_or_default()
    }

    /// What this list says of a procedure on `day`: nothing while it is a draft, or before the day it names.
    pub fn since(&self, procedure: &ProcedureCode, day: Date) -> Option<NoPaperSince> {
        let approval = self.approval.as_ref()?;
        let line = self.lines.iter().find(|line| line.procedure == *procedure && line.from <= day)?;
        Some(NoPaperSince {
            since: line.from,
            basis: line.basis.clone(),
            except: line.except.clone(),
            department: Some(self.department.clone()),
            approval: Some(approval.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> NoPaperList {
        NoPaperList::from_json(
            r#"{"department": "Sở Nội vụ", "revision": 1,
                "lines": [{"procedure": "NB-20", "from": "2026-12-01", "basis": "Văn bản 5436/UBND-VP"}],
                "approval": {"by": "Trần Văn Bình", "title": "Giám đốc", "number": "12/QĐ-SNV", "on": "2026-11-20"}}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_list_holds_from_its_day_on_and_only_once_approved() {
        let (code, list) = ("NB-20".parse().unwrap(), list());
        assert_eq!(list.since(&code, "2026-11-30".parse().unwrap()), None);
        let since = list.since(&code, "2026-12-01".parse().unwrap()).unwrap();
        assert_eq!(
            (since.basis.as_str(), since.approval.unwrap().number.as_str()),
            ("Văn bản 5436/UBND-VP", "12/QĐ-SNV")
        );
        let draft = NoPaperList { approval: None, ..list.clone() };
        assert_eq!(draft.since(&code, "2027-01-01".parse().unwrap()), None);
        assert_eq!(list.since(&"NB-21".parse().unwrap(), "2027-01-01".parse().unwrap()), None);
    }

    #[test]
    fn nothing_holds_before_it_was_decided_but_what_held_already() {
        let first = list();
        assert_eq!(first.backdated(None), None);
        let mut next = NoPaperList { revision: 2, ..list() };
        next.approval.as_mut().unwrap().on = "2027-03-01".parse().unwrap();
        assert_eq!(next.backdated(Some(&first)), None, "it holds since December");
        next.lines[0].from = "2026-11-25".parse().unwrap();
        assert_eq!(next.backdated(Some(&first)), Some(&next.lines[0]), "earlier than it did");
        assert_eq!(next.backdated(None), Some(&next.lines[0]));
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place() {
        let mut bad = list();
        bad.lines.push(bad.lines[0].clone());
        bad.lines[1].basis = " ".into();
        bad.department.clear();
        let mut places: Vec<String> = bad.problems().into_iter().map(|problem| problem.path).collect();
        places.sort();
        assert_eq!(places, ["department", "lines[1].basis", "lines[1].procedure"]);
        assert_eq!(NoPaperList { lines: vec![], ..list() }.problems()[0].path, "lines");
    }
}
