//! Portals of provinces through which a dossier is filed by hand: their limits, links and codes, as data.
//!
//! Nothing of a portal is known for certain but what its own operator publishes: each file says where it was read, and how far to
//! trust it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    digest::Digest,
    key,
    located::{self, Located, Problem},
    pattern::Pattern,
    procedure::Provenance,
    profile::{first, is_first},
    text,
    words::{self, Words},
};

/// One portal in one revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Portal {
    /// `dvc-tinh`: letters, digits, `.`, `_` and `-`.
    pub id: String,
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub revision: u32,
    pub name: Words,
    /// Where it begins; `https://` only.
    pub address: String,
    /// Where a procedure is filed; `{procedure}` stands for its code. Without one, the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Of procedures that stand elsewhere: by code.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub links: std::collections::BTreeMap<String, String>,
    pub limits: PortalLimits,
    /// The shapes of the codes it gives.
    pub codes: Vec<Pattern>,
    /// Whom to ask about the portal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<Support>,
    pub provenance: Provenance,
}

/// What a portal takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PortalLimits {
    /// The largest file, in bytes.
    #[ts(type = "number")]
    pub file_bytes: u64,
    /// All files together, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub total_bytes: Option<u64>,
    /// The most files of a dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u32>,
    /// Media types that are taken.
    pub types: Vec<String>,
    /// The longest name of a file, extension included, in characters.
    pub name_chars: u32,
    /// What may stand in a name beside the letters A–Z, a–z and digits, such as `._-`. The point before the extension always may.
    pub name_marks: String,
}

/// Somebody who helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "SupportContact")]
pub struct Support {
    pub name: Words,
    pub phone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Words>,
}

/// The part of a link that stands for a procedure's code.
const PROCEDURE: &str = "{procedure}";

/// What a dossier's file is called on its way to a portal.
#[derive(Debug, Clone, Copy)]
pub struct FileName<'a> {
    /// The code the dossier goes by.
    pub dossier: &'a str,
    /// Its place among the files, from 1.
    pub number: usize,
    pub component: &'a str,
    pub title: &'a str,
    pub extension: &'a str,
}

impl Portal {
    pub fn from_json(json: &str) -> Result<Self, Vec<Located>> {
        let portal: Self = located::from_json(json).map_err(|error| vec![error])?;
        let problems = portal.problems();
        if problems.is_empty() { Ok(portal) } else { Err(problems) }
    }

    /// The digest of the canonical content.
    pub fn sha256(&self) -> Digest {
        Digest::of_own(self)
    }

    /// What is wrong with it by itself, each with its place.
    pub fn problems(&self) -> Vec<Located> {
        let mut problems = words::problems(self);
        let mut add = |path: String, problem| problems.push(Located::new(path, problem));
        if !key::is_well_formed(&self.id) {
            add("id".into(), Problem::BadKey { key: self.id.clone() });
        }
        if self.revision == 0 {
            add("revision".into(), Problem::BadRevision);
        }
        let links = self.links.iter().map(|(code, link)| (format!("links.{code}"), link));
        let linked = self.link.iter().map(|link| ("link".to_owned(), link));
        for (path, link) in std::iter::once(("address".to_owned(), &self.address)).chain(linked).chain(links) {
            if !is_web(link) {
                add(path, Problem::WrongType { expected: "https://…".into(), found: link.clone() });
            }
        }
        let limits = &self.limits;
        let empty = [
            ("limits.file_bytes", limits.file_bytes == 0),
            ("limits.types", limits.types.is_empty()),
            ("limits.files", limits.files == Some(0)),
            ("codes", self.codes.is_empty()),
        ];
        for (path, _) in empty.into_iter().filter(|(_, empty)| *empty) {
            add(path.into(), Problem::Empty);
        }
        if limits.total_bytes.is_some_and(|total| total < limits.file_bytes) || limits.name_chars < SHORTEST {
            add("limits".into(), Problem::EmptyRange);
        }
        if limits.name_marks.chars().any(|mark| !matches!(mark, '.' | '_' | '-' | '(' | ')' | ' ')) {
            add("limits.name_marks".into(), Problem::BadKey { key: limits.name_marks.clone() });
        }
        for (i, _) in self.codes.iter().enumerate().filter(|(_, pattern)| !pattern.is_well_formed()) {
            add(format!("codes[{i}]"), Problem::BadPattern);
        }
        problems
    }

    /// Where this procedure is filed, or where the portal begins.
    pub fn link_to(&self, procedure: &str) -> String {
        self.own_link(procedure).unwrap_or_else(|| self.address.clone())
    }

    /// The page of this procedure alone, where one is known.
    pub fn own_link(&self, procedure: &str) -> Option<String> {
        let link = self.links.get(procedure).or(self.link.as_ref())?;
        Some(link.replace(PROCEDURE, procedure)).filter(|link| *link != self.address)
    }

    /// The codes of this portal in a text, such as the words of a slip or what a QR code holds: each once, in their order.
    pub fn codes_in(&self, text: &str) -> Vec<String> {
        let edge = |c: char| !c.is_alphanumeric();
        let mut found: Vec<String> = vec![];
        let between = |c: char| c.is_whitespace() || "?&=;,|\"#:()".contains(c);
        for word in text.split(between) {
            let word = word.trim_matches(edge);
            // A link holds its code as the last step of its path; a code may itself have strokes in it.
            let last = word.rsplit('/').next().unwrap_or(word);
            let code = [word, last].into_iter().find(|code| self.code_fits(code));
            if let Some(code) = code.filter(|code| !found.iter().any(|other| other == code)) {
                found.push(code.to_owned());
            }
        }
        found
    }

    /// Whether a code has a shape that this portal gives.
    pub fn code_fits(&self, code: &str) -> bool {
        self.codes.iter().any(|pattern| pattern.fits(code))
    }

    /// A name that this portal takes: ASCII, of its characters only, not longer than it may be. What tells files apart, the number,
    /// is never cut.
    pub fn file_name(&self, of: FileName<'_>) -> String {
        let marks = &self.limits.name_marks;
        let joint =
            ['_', '-', ' '].into_iter().find(|mark| marks.contains(*mark)).map_or_else(String::new, String::from);
        let fit = |text: &str| -> String {
            let allowed = |c: char| c.is_ascii_alphanumeric() || (c != ' ' && marks.contains(c));
            let plain = text.chars().map(|c| if allowed(c) { c.to_string() } else { joint.clone() });
            plain.collect::<String>()
        };
        let slug = |most| text::slug(of.title, most).replace('-', if marks.contains('-') { "-" } else { &joint });
        let most = self.limits.name_chars as usize - of.extension.len() - 1;
        let head = [fit(of.dossier), format!("{:02}", of.number), fit(of.component)].join(&joint);
        // The longer the codes, the less of the title.
        let short = [fit(of.dossier), format!("{:02}", of.number)].join(&joint);
        let number = format!("{:02}", of.number);
        let stem = [&head, &short, &number].into_iter().find(|stem| stem.len() <= most).unwrap_or(&number);
        let room = most.saturating_sub(stem.len() + joint.len());
        let title = if stem == &head { slug(room.min(60)) } else { String::new() };
        let stem = if title.is_empty() { stem.clone() } else { format!("{stem}{joint}{title}") };
        format!("{stem}.{}", of.extension)
    }
}

/// The shortest longest name that has room for a number of two digits and an extension.
const SHORTEST: u32 = 12;

fn is_web(link: &str) -> bool {
    let host = link.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    let plain = |host: &str| host.contains('.') && !host.contains('@') && host.bytes().all(|b| b.is_ascii_graphic());
    host.is_some_and(plain) && link.len() <= 500 && link.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::OfficialCode;
    use proptest::prelude::*;

    fn portal() -> Portal {
        Portal::from_json(include_str!("../../../data/portals/dvc-tinh.json")).unwrap()
    }

    #[test]
    fn a_link_leads_to_the_procedure() {
        let mut portal = portal();
        portal.link = Some("https://dvc.example.gov.vn/nop?ma={procedure}".into());
        portal.links.insert("NB-20".into(), "https://dvc.example.gov.vn/khen-thuong".into());
        assert_eq!(portal.link_to("NB-01"), "https://dvc.example.gov.vn/nop?ma=NB-01");
        assert_eq!(portal.link_to("NB-20"), "https://dvc.example.gov.vn/khen-thuong");
        portal.link = None;
        assert_eq!(portal.link_to("NB-01"), portal.address);
        assert_eq!((portal.own_link("NB-01"), portal.own_link("NB-20").is_some()), (None, true));
        portal.link = Some(portal.address.clone());
        assert_eq!(portal.own_link("NB-01"), None, "where the portal begins is no page of a procedure");
    }

    #[test]
    fn only_the_web_is_linked_to() {
        for bad in
            ["http://dvc.gov.vn", "javascript:alert(1)", "https://a@b.vn", "https://", "https://x y.vn", "file:///etc"]
        {
            let portal = Portal { address: bad.into(), ..portal() };
            assert_eq!(portal.problems()[0].path, "address", "{bad}");
        }
    }

    #[test]
    fn a_code_is_found_in_the_words_of_a_slip_and_in_a_link() {
        let portal = portal();
        let slip = "GIẤY TIẾP NHẬN\nMã hồ sơ: H06.16-261121-0001. Ngày 21/11/2026, tra cứu (H06.16-261121-0001)";
        assert_eq!(portal.codes_in(slip), ["H06.16-261121-0001"]);
        assert_eq!(
            portal.codes_in("https://dvc.gov.vn/tra-cuu/000.00.16.H06-261121-0002"),
            ["000.00.16.H06-261121-0002"]
        );
        assert_eq!(portal.codes_in("https://dvc.gov.vn/tra?ma=H06.16-20261121-0003&x=1"), ["H06.16-20261121-0003"]);
        assert_eq!(portal.codes_in("Mã hồ sơ:H06.16-261121-0001 (H06.16-261121-0002)").len(), 2);
        assert_eq!(portal.codes_in("21/11/2026 0912-345-678 12.345-678"), [""; 0]);
    }

    #[test]
    fn a_name_is_what_the_portal_takes_and_keeps_its_number() {
        let mut portal = portal();
        let of = FileName {
            dossier: "T-QN01-261121-7",
            number: 3,
            component: "NB-20.03",
            title: "Báo cáo thành tích của cá nhân",
            extension: "pdf",
        };
        assert_eq!(portal.file_name(of), "T-QN01-261121-7_03_NB-20.03_bao-cao-thanh-tich-cua-ca-nhan.pdf");
        portal.limits.name_marks = "_".into();
        assert_eq!(portal.file_name(of), "T_QN01_261121_7_03_NB_20_03_bao_cao_thanh_tich_cua_ca_nhan.pdf");
        (portal.limits.name_marks, portal.limits.name_chars) = (String::new(), 24);
        assert_eq!(portal.file_name(of), "TQN01261121703NB2003.pdf");
        portal.limits.name_chars = 20;
        assert_eq!(portal.file_name(of), "TQN01261121703.pdf");
        portal.limits.name_chars = SHORTEST;
        assert_eq!(portal.file_name(of), "03.pdf");
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place() {
        let mut portal = portal();
        portal.limits.total_bytes = Some(1);
        portal.limits.types.clear();
        portal.codes[0].example = "x".into();
        let mut places: Vec<String> = portal.problems().into_iter().map(|problem| problem.path).collect();
        places.sort();
        assert_eq!(places, ["codes[0]", "limits", "limits.types"]);
        let unknown = Portal::from_json(r#"{"id": "a", "limit": 1}"#).unwrap_err();
        assert!(!unknown.is_empty());
    }

    proptest! {
        #[test]
        fn names_fit_whatever_they_are_made_of(dossier in "\\PC{0,40}", number in 1_usize..200, component in "\\PC{0,20}",
            title in "\\PC{0,80}", most in SHORTEST..130, marks in "[._() -]{0,4}")
        {
            let mut portal = portal();
            (portal.limits.name_chars, portal.limits.name_marks) = (most, marks.clone());
            let name = portal.file_name(FileName { dossier: &dossier, number, component: &component, title: &title, extension: "pdf" });
            prop_assert!(name.len() <= most as usize, "{name}");
            let stem = name.strip_suffix(".pdf").unwrap();
            prop_assert!(stem.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c)), "{name}");
            prop_assert!(stem.contains(&format!("{number:02}")), "{name}");
        }

        #[test]
        fn codes_are_found_in_anything_without_a_panic(text in "\\PC{0,200}") {
            for code in portal().codes_in(&text) {
                prop_assert!(code.parse::<OfficialCode>().is_ok());
            }
        }
    }
}
