//! Codes of procedures, agencies and dossiers.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use ts_rs::TS;

use crate::date::Date;

/// The text is not a code of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {kind}: {text:?}")]
pub struct BadCode {
    pub kind: &'static str,
    pub text: String,
}

macro_rules! code_as_text {
    ($name:ident, $kind:literal) => {
        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }

            fn bad(text: &str) -> BadCode {
                BadCode { kind: $kind, text: text.to_owned() }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

/// A procedure's code: national (`1.004194`), localised (`1.011442.000.00.00.H38`), or ours for internal procedures
/// that have none (`NB-03`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(as = "String")]
pub struct ProcedureCode(String);

code_as_text!(ProcedureCode, "procedure code");

impl ProcedureCode {
    /// The code without the agency's suffix: equal for every agency that carries the procedure out.
    pub fn base(&self) -> &str {
        if self.is_ours() { &self.0 } else { &self.0[..NATIONAL_BASE_LEN] }
    }

    /// The suffix that localises a national code, such as `000.00.00.H38`.
    pub fn agency_suffix(&self) -> Option<&str> {
        self.0.get(NATIONAL_BASE_LEN + 1..).filter(|_| !self.is_ours())
    }

    fn is_ours(&self) -> bool {
        self.0.starts_with("NB-")
    }
}

const NATIONAL_BASE_LEN: usize = "1.004194".len();

impl FromStr for ProcedureCode {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let national = || {
            let (base, suffix) = text.split_at_checked(NATIONAL_BASE_LEN)?;
            let (group, number) = base.split_once('.')?;
            let base_ok = matches!(group.as_bytes(), [b'1'..=b'9']) && digits(number, 6..=6);
            let suffix_ok = suffix.is_empty() || suffix.strip_prefix('.').is_some_and(|s| dotted(s, 8));
            (base_ok && suffix_ok).then_some(())
        };
        let ours = || text.strip_prefix("NB-").filter(|number| digits(number, 2..=4)).map(|_| ());
        national().or_else(ours).map(|()| Self(text.to_owned())).ok_or_else(|| Self::bad(text))
    }
}

/// An agency's code: levels separated by dots, either as since Decision 20/2020/QĐ-TTg (`H06.16`, `G09.20`, province or
/// ministry first) or in the older QCVN 102:2016 form (`000.00.16.H06`, province last).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(as = "String")]
pub struct AgencyCode(String);

code_as_text!(AgencyCode, "agency code");

impl FromStr for AgencyCode {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        if dotted(text, 6) { Ok(Self(text.to_owned())) } else { Err(Self::bad(text)) }
    }
}

/// The code a dossier has until the hub gives it an official one: `T-<station>-<yymmdd>-<n>`. Short enough to say on the
/// telephone; printed on provisional slips only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(as = "String")]
pub struct ProvisionalCode(String);

code_as_text!(ProvisionalCode, "provisional code");

impl ProvisionalCode {
    /// `station`: 1–8 of A–Z and 0–9; `n`: the day's serial at that station, from 1.
    pub fn new(station: &str, date: Date, n: u32) -> Result<Self, BadCode> {
        format!("T-{station}-{}-{n}", date.yymmdd()).parse()
    }
}

impl FromStr for ProvisionalCode {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let well_formed = || {
            let mut parts = text.strip_prefix("T-")?.split('-');
            let (station, day, n) = (parts.next()?, parts.next()?, parts.next()?);
            let ok = level(station, 8) && digits(day, 6..=6) && digits(n, 1..=9) && !n.starts_with('0');
            (ok && parts.next().is_none()).then_some(())
        };
        well_formed().map(|()| Self(text.to_owned())).ok_or_else(|| Self::bad(text))
    }
}

/// A dossier's official code (*mã số hồ sơ*), given by the hub or by another system. Codes of the known shape
/// (`<agency>-<yymmdd or yyyymmdd>-<3–8 digits>`) can be taken apart; any other printable text of up to 64 characters
/// is carried as it is, because some branches have shapes of their own (`03706/2026/07906`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(as = "String")]
pub struct OfficialCode(String);

code_as_text!(OfficialCode, "dossier code");

/// The parts of an official code of the known shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfficialCodeParts<'a> {
    pub agency: &'a str,
    /// `yymmdd` or `yyyymmdd`, as written.
    pub date: &'a str,
    pub serial: &'a str,
}

impl OfficialCode {
    /// A code of our own hub: `H06.16-20261121-0001`. `serial` is the agency's serial of the day, at least four digits.
    pub fn compose(agency: &AgencyCode, date: Date, serial: u32) -> Self {
        Self(format!("{agency}-{}-{serial:04}", date.yyyymmdd()))
    }

    /// The code taken apart; `None` for a foreign shape.
    pub fn parts(&self) -> Option<OfficialCodeParts<'_>> {
        let (rest, serial) = self.0.rsplit_once('-')?;
        let (agency, date) = rest.rsplit_once('-')?;
        let known = dotted(agency, 6) && (digits(date, 6..=6) || digits(date, 8..=8)) && digits(serial, 3..=8);
        known.then_some(OfficialCodeParts { agency, date, serial })
    }
}

impl FromStr for OfficialCode {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let code = text.trim();
        let fits = (1..=64).contains(&code.chars().count()) && code.chars().all(|c| !c.is_control());
        if fits { Ok(Self(code.to_owned())) } else { Err(Self::bad(text)) }
    }
}

fn digits(text: &str, len: std::ops::RangeInclusive<usize>) -> bool {
    len.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn level(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

fn dotted(text: &str, max_levels: usize) -> bool {
    text.split('.').count() <= max_levels && text.split('.').all(|part| level(part, 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn procedure_codes_have_a_base_and_perhaps_an_agency() {
        let local: ProcedureCode = "1.011442.000.00.00.H38".parse().unwrap();
        assert_eq!((local.base(), local.agency_suffix()), ("1.011442", Some("000.00.00.H38")));
        let base: ProcedureCode = "2.000635".parse().unwrap();
        assert_eq!((base.base(), base.agency_suffix()), ("2.000635", None));
        let ours: ProcedureCode = "NB-15".parse().unwrap();
        assert_eq!((ours.base(), ours.agency_suffix()), ("NB-15", None));
        for bad in ["", "0.004194", "1.04194", "1.004194x", "1.004194.", "1.00419đ", "NB-", "NB-1x", "1.004194..H38"] {
            assert!(bad.parse::<ProcedureCode>().is_err(), "{bad}");
        }
    }

    #[test]
    fn dossier_codes_compose_and_come_apart() {
        let date = "2026-11-21".parse().unwrap();
        let agency: AgencyCode = "H06.16".parse().unwrap();
        let code = OfficialCode::compose(&agency, date, 1);
        assert_eq!(code.as_str(), "H06.16-20261121-0001");
        let parts = OfficialCodeParts { agency: "H06.16", date: "20261121", serial: "0001" };
        assert_eq!(code.parts(), Some(parts));
        let old: OfficialCode = "000.00.16.H06-220520-0001".parse().unwrap();
        assert_eq!(old.parts().map(|p| p.agency), Some("000.00.16.H06"));
        let foreign: OfficialCode = " 03706/2026/07906 ".parse().unwrap();
        assert_eq!((foreign.as_str(), foreign.parts()), ("03706/2026/07906", None));
        assert!("".parse::<OfficialCode>().is_err() && "a\nb".parse::<OfficialCode>().is_err());
    }

    #[test]
    fn provisional_codes_are_short_and_strict() {
        let date = "2026-11-21".parse().unwrap();
        assert_eq!(ProvisionalCode::new("QN01", date, 7).unwrap().as_str(), "T-QN01-261121-7");
        assert!(ProvisionalCode::new("qn", date, 7).is_err());
        assert!(ProvisionalCode::new("QN-1", date, 7).is_err());
        assert!(ProvisionalCode::new("QN", date, 0).is_err());
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_reads_back(text in "\\PC{0,30}") {
            if let Ok(code) = text.parse::<ProcedureCode>() {
                prop_assert!(text.starts_with(code.base()));
                prop_assert_eq!(code.as_str(), text.as_str());
            }
            if let Ok(code) = text.parse::<OfficialCode>() {
                let _ = code.parts();
                prop_assert_eq!(code.as_str().parse::<OfficialCode>(), Ok(code.clone()));
            }
            let _ = (text.parse::<AgencyCode>(), text.parse::<ProvisionalCode>());
        }
    }
}
