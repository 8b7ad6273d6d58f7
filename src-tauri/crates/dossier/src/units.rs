//! Administrative units: three tiers until 30 June 2025, two since (Decision 19/2025/QĐ-TTg), and which old unit went into which
//! new one. A code is only unique on a day: some of the new communes carry the code of an old one with other borders.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    answers::Address,
    date::Date,
    located::{Located, Problem},
    text,
};

/// The last day of the three tiers, and the first of the two.
const LAST_OLD: &str = "2025-06-30";
const FIRST_NEW: &str = "2025-07-01";

/// A province, district or commune, as it stood over a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "AdministrativeUnit")]
pub struct Unit {
    /// Two digits for a province, three for a district, five for a commune.
    pub code: String,
    /// With its kind: *Phường Ba Đình*.
    pub name: String,
    pub tier: Tier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The first day it stood so; absent where that was not looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day; absent while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    Province,
    /// Until 30 June 2025.
    District,
    Commune,
}

/// Where an old unit went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Successor {
    pub unit: Unit,
    pub share: Share,
    /// Since this day.
    pub since: Date,
}

/// How much of the old unit went into the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    Whole,
    MainPart,
    Part,
}

/// An address for people, by its codes on its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WrittenAddress {
    /// *12 phố Trần Phú, Phường Ba Đình, Thành phố Hà Nội*
    pub text: String,
    /// The same place by the units of the day asked for, where those are others now and exactly one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
}

impl Unit {
    pub fn stands_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Its name without its kind: *Ba Đình*; of a numbered ward the number.
    pub fn short_name(&self) -> &str {
        const KINDS: [&str; 9] =
            ["Thành phố ", "Tỉnh ", "Quận ", "Huyện ", "Thị xã ", "Thị trấn ", "Phường ", "Xã ", "Đặc khu "];
        KINDS.iter().find_map(|kind| self.name.strip_prefix(kind)).unwrap_or(&self.name)
    }
}

struct Entry {
    unit: Unit,
    /// Its name without its kind, folded.
    short: String,
    /// Own name and those above it, folded: *phuong ba dinh thanh pho ha noi*.
    whole: String,
    into: Vec<(String, Share)>,
}

/// All units that are known, old and new.
#[derive(Default)]
pub struct Units {
    entries: Vec<Entry>,
    by_code: BTreeMap<String, Vec<usize>>,
    by_parent: BTreeMap<String, Vec<usize>>,
}

impl Units {
    /// Reads the two tables: `code parent name into` and `code parent name from to`, separated by tabs, under a heading.
    ///
    /// # Errors
    /// Every line that does not read, names a parent or successor that is not there, or a day that is none.
    pub fn from_tables(old: &str, new: &str) -> Result<Self, Vec<Located>> {
        let (mut units, mut problems) = (Self::default(), vec![]);
        for (file, table) in [("units/old.tsv", old), ("units/new.tsv", new)] {
            for (i, line) in table.lines().enumerate().skip(1) {
                match entry(line, file.ends_with("old.tsv")) {
                    Some(entry) => units.add(entry),
                    None => problems.push(malformed(file, i + 1, line)),
                }
            }
        }
        units.complete(&mut problems);
        if problems.is_empty() { Ok(units) } else { Err(problems) }
    }

    fn add(&mut self, entry: Entry) {
        let at = self.entries.len();
        self.by_code.entry(entry.unit.code.clone()).or_default().push(at);
        self.by_parent.entry(entry.unit.parent.clone().unwrap_or_default()).or_default().push(at);
        self.entries.push(entry);
    }

    /// Folded names for the search, and whether every code that is named exists.
    fn complete(&mut self, problems: &mut Vec<Located>) {
        let since = first_new();
        let mut wholes = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let unit = &entry.unit;
            let missing =
                |key: &str| Located::new(&unit.code, Problem::Missing { what: "unit".into(), key: key.into() });
            let path = self.path_of(unit, None);
            if unit.parent.is_some() && path.len() < 2 {
                problems.push(missing(unit.parent.as_deref().unwrap_or_default()));
            }
            let gone = entry.into.iter().filter(|(code, _)| since.is_none_or(|day| self.at(code, day).is_none()));
            problems.extend(gone.map(|(code, _)| missing(code)));
            let names: Vec<&str> = path.iter().map(|unit| unit.name.as_str()).collect();
            wholes.push(text::fold(&names.join(" ")));
        }
        for (entry, whole) in self.entries.iter_mut().zip(wholes) {
            entry.whole = whole;
        }
    }

    /// The unit of this code on `day`.
    pub fn at(&self, code: &str, day: Date) -> Option<&Unit> {
        self.entry_at(code, day).map(|entry| &entry.unit)
    }

    fn entry_at(&self, code: &str, day: Date) -> Option<&Entry> {
        self.of(&self.by_code, code).find(|entry| entry.unit.stands_on(day))
    }

    fn of<'a>(&'a self, index: &'a BTreeMap<String, Vec<usize>>, key: &str) -> impl Iterator<Item = &'a Entry> {
        index.get(key).into_iter().flatten().filter_map(|at| self.entries.get(*at))
    }

    /// The unit and those above it on `day`, the province last.
    pub fn path(&self, code: &str, day: Date) -> Vec<&Unit> {
        self.at(code, day).map(|unit| self.path_of(unit, Some(day))).unwrap_or_default()
    }

    fn path_of<'a>(&'a self, unit: &'a Unit, day: Option<Date>) -> Vec<&'a Unit> {
        let mut path = vec![unit];
        // Three tiers at most, whatever the table says.
        while let Some(parent) = path.last().and_then(|unit| unit.parent.as_deref())
            && let Some(above) = self.above(parent, unit, day)
            && path.len() < 3
        {
            path.push(above);
        }
        path
    }

    /// A unit of this code on `day`; else in the days of `below`, the latest, since a province may have been renamed meanwhile.
    fn above(&self, code: &str, below: &Unit, day: Option<Date>) -> Option<&Unit> {
        if let Some(unit) = day.and_then(|day| self.at(code, day)) {
            return Some(unit);
        }
        let meets = |unit: &Unit| {
            let starts = unit.from.is_none_or(|from| below.to.is_none_or(|to| from <= to));
            starts && unit.to.is_none_or(|to| below.from.is_none_or(|from| from <= to))
        };
        self.of(&self.by_code, code).map(|entry| &entry.unit).filter(|unit| meets(unit)).last()
    }

    /// The units right under `parent` on `day`; the provinces under none.
    pub fn children(&self, parent: Option<&str>, day: Date) -> Vec<&Unit> {
        let under = self.of(&self.by_parent, parent.unwrap_or_default());
        under.map(|entry| &entry.unit).filter(|unit| unit.stands_on(day)).collect()
    }

    /// Units whose name, or whose name and those above it, hold every word of `find`, marks and case aside; the nearest first.
    /// On `day`, or of any time.
    pub fn find(&self, find: &str, day: Option<Date>, limit: usize) -> Vec<&Unit> {
        let folded = text::fold(&find.replace(',', " "));
        if folded.is_empty() {
            return vec![];
        }
        let words: Vec<&str> = folded.split(' ').collect();
        let mut found: Vec<(u8, Tier, usize)> = vec![];
        for (i, entry) in self.entries.iter().enumerate() {
            if day.is_some_and(|day| !entry.unit.stands_on(day)) {
                continue;
            }
            let own = entry.whole.as_str();
            let rank = if entry.unit.code == folded || entry.short == folded {
                0
            } else if own.starts_with(&folded) || entry.short.starts_with(&folded) {
                1
            } else if words.iter().all(|word| begins_a_word(own, word)) {
                2
            } else if words.iter().all(|word| own.contains(word)) {
                3
            } else {
                continue;
            };
            // Of the same nearness, what stands comes before what does not any more.
            let rank = rank * 2 + u8::from(entry.unit.to.is_some());
            found.push((rank, entry.unit.tier, i));
        }
        found.sort_unstable();
        found.iter().take(limit).filter_map(|(_, _, i)| self.entries.get(*i)).map(|entry| &entry.unit).collect()
    }

    /// Where the old unit of this code went on 1 July 2025: the whole first, then its main part, then parts of it. Of a district
    /// and a province: where the communes in it went.
    pub fn successors(&self, code: &str) -> Vec<Successor> {
        let (Some(last), Some(since)) = (last_old(), first_new()) else { return vec![] };
        let Some(entry) = self.entry_at(code, last) else { return vec![] };
        let mut into = entry.into.clone();
        if into.is_empty() && entry.unit.tier == Tier::District {
            let below = self.of(&self.by_parent, code).filter(|below| below.unit.stands_on(last));
            for (code, share) in below.flat_map(|below| &below.into) {
                if !into.iter().any(|(known, _)| known == code) {
                    into.push((code.clone(), (*share).max(Share::Part)));
                }
            }
        }
        into.sort_by_key(|(_, share)| *share);
        let successor =
            |(code, share): (String, Share)| Some(Successor { unit: self.at(&code, since)?.clone(), share, since });
        into.into_iter().filter_map(successor).collect()
    }

    /// The old units of which something went into the new unit of this code.
    pub fn predecessors(&self, code: &str) -> Vec<&Unit> {
        let from = self.entries.iter().filter(|entry| entry.into.iter().any(|(into, _)| into == code));
        from.map(|entry| &entry.unit).collect()
    }

    /// The address as it is written: what was typed, then the units of its codes on its day. `day`: today, to say what they are
    /// called now.
    pub fn written(&self, address: &Address, day: Date) -> WrittenAddress {
        let then = address.valid_at.unwrap_or(day);
        let lowest = address.commune.as_deref().or(address.province.as_deref());
        let named = |path: Vec<&Unit>| {
            let names = path.iter().map(|unit| unit.name.as_str());
            std::iter::once(address.line.trim()).chain(names).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ")
        };
        let text = named(lowest.map(|code| self.path(code, then)).unwrap_or_default());
        let now = lowest.filter(|code| self.at(code, then).is_some_and(|unit| !unit.stands_on(day)));
        let now = now.and_then(|code| match &self.successors(code)[..] {
            [Successor { unit, share: Share::Whole, .. }] => Some(named(self.path(&unit.code, day))),
            _ => None,
        });
        WrittenAddress { text, now }
    }

    /// Finds the units in an address as it is typed, from its end: *12 Trần Phú, phường Ba Đình, Hà Nội*. What is not found, or is
    /// not one unit only, stays in the line; a district is left out where its commune says it.
    pub fn read(&self, typed: &str, day: Date) -> Address {
        let parts: Vec<&str> = typed.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
        let whole = Address { line: parts.join(", "), valid_at: Some(day), ..Address::default() };
        let Some((last, rest)) = parts.split_last() else { return whole };
        let named = |unit: &&&Unit, part: &str| {
            let part = text::fold(part);
            part == text::fold(&unit.name) || part == text::fold(unit.short_name())
        };
        let provinces = self.children(None, day);
        let province: Vec<&&Unit> = provinces.iter().filter(|unit| named(unit, last)).collect();
        let [province] = province[..] else { return whole };
        let line = |parts: &[&str]| parts.join(", ");
        let found = Address { line: line(rest), province: Some(province.code.clone()), ..whole };
        let communes = self.communes_in(&province.code, day);
        for (i, part) in rest.iter().enumerate().rev().take(2) {
            let matching: Vec<&&Unit> = communes.iter().filter(|unit| named(unit, part)).collect();
            if let [commune] = matching[..] {
                // Between commune and province only the commune's own district says nothing new.
                let district = self.path(&commune.code, day).into_iter().find(|unit| unit.tier == Tier::District);
                let kept = |at: usize, part: &str| at != i && !(at > i && district.is_some_and(|it| named(&&it, part)));
                let left = rest.iter().enumerate().filter(|(at, part)| kept(*at, part)).map(|(_, part)| *part);
                let line = line(&left.collect::<Vec<_>>());
                return Address { line, commune: Some(commune.code.clone()), ..found };
            }
        }
        found
    }

    fn communes_in(&self, province: &str, day: Date) -> Vec<&Unit> {
        let under = self.children(Some(province), day);
        let deeper = |unit: &Unit| match unit.tier {
            Tier::District => self.children(Some(&unit.code), day),
            _ => vec![],
        };
        let deeper: Vec<&Unit> = under.iter().flat_map(|unit| deeper(unit)).collect();
        under.into_iter().filter(|unit| unit.tier == Tier::Commune).chain(deeper).collect()
    }
}

fn begins_a_word(text: &str, word: &str) -> bool {
    text.split(' ').any(|own| own.starts_with(word))
}

fn last_old() -> Option<Date> {
    LAST_OLD.parse().ok()
}

fn first_new() -> Option<Date> {
    FIRST_NEW.parse().ok()
}

fn entry(line: &str, old: bool) -> Option<Entry> {
    let columns: Vec<&str> = line.split('\t').collect();
    let tier = match columns.first()?.len() {
        2 => Tier::Province,
        3 if old => Tier::District,
        5 => Tier::Commune,
        _ => return None,
    };
    let day = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    let (code, parent, name) = (columns.first()?, columns.get(1)?, columns.get(2)?);
    let (from, to, into) = match (&columns[..], old) {
        ([_, _, _, into], true) => (None, last_old(), into.split(' ').filter(|it| !it.is_empty()).map(moved).collect()),
        ([_, _, _, from, to], false) => (day(from)?.or(first_new()), day(to)?, vec![]),
        _ => return None,
    };
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    let fits = digits && (parent.is_empty() == (tier == Tier::Province)) && text::nfc(name) == *name;
    let parent = (!parent.is_empty()).then(|| (*parent).to_owned());
    let unit = Unit { code: (*code).to_owned(), name: (*name).to_owned(), tier, parent, from, to };
    let short = text::fold(unit.short_name());
    (fits && !name.is_empty()).then_some(Entry { unit, short, whole: String::new(), into })
}

fn moved(text: &str) -> (String, Share) {
    let share = match text.as_bytes().last() {
        Some(b'+') => Share::MainPart,
        Some(b'-') => Share::Part,
        _ => Share::Whole,
    };
    (text.trim_end_matches(['+', '-']).to_owned(), share)
}

fn malformed(file: &str, line: usize, content: &str) -> Located {
    let message = format!("not a unit: {content:?}");
    Located::new(file, Problem::Malformed { line, column: 1, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units() -> Units {
        Units::from_tables(include_str!("../../../data/units/old.tsv"), include_str!("../../../data/units/new.tsv"))
            .unwrap_or_else(|problems| panic!("{} problems, first {}", problems.len(), problems[0]))
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn names(units: &[&Unit]) -> Vec<String> {
        units.iter().map(|unit| unit.name.clone()).collect()
    }

    #[test]
    fn both_maps_are_whole_and_every_old_commune_went_somewhere() {
        let units = units();
        let count = |on: &str, tier| {
            let standing = units.entries.iter().filter(|entry| entry.unit.stands_on(day(on)));
            standing.filter(|entry| entry.unit.tier == tier).count()
        };
        assert_eq!(count("2026-11-21", Tier::Province), 34);
        assert_eq!(count("2026-11-21", Tier::District), 0);
        assert_eq!(count("2026-11-21", Tier::Commune), 3321);
        assert_eq!((count("2025-06-30", Tier::Province), count("2025-06-30", Tier::District)), (63, 696));
        assert_eq!(count("2025-06-30", Tier::Commune), 10_035);
        let lost = units.entries.iter().filter(|it| it.unit.to == last_old() && it.unit.tier == Tier::Commune);
        assert_eq!(lost.filter(|it| units.successors(&it.unit.code).is_empty()).count(), 0);
        let unreached = units.children(None, day("2025-07-01")).len();
        assert_eq!(unreached, 34);
        let communes = units.entries.iter().filter(|it| it.unit.to.is_none() && it.unit.tier == Tier::Commune);
        assert_eq!(communes.filter(|it| units.predecessors(&it.unit.code).is_empty()).count(), 0);
    }

    #[test]
    fn a_code_is_looked_up_on_a_day() {
        let units = units();
        let name = |code: &str, on: &str| units.at(code, day(on)).map(|unit| unit.name.clone());
        assert_eq!(name("77", "2025-06-30").as_deref(), Some("Tỉnh Bà Rịa - Vũng Tàu"));
        assert_eq!(name("77", "2025-07-01"), None);
        assert_eq!(name("75", "2026-04-29").as_deref(), Some("Tỉnh Đồng Nai"));
        assert_eq!(name("75", "2026-04-30").as_deref(), Some("Thành phố Đồng Nai"));
        let path = names(&units.path("00004", day("2025-06-30")));
        assert_eq!(path, ["Phường Trúc Bạch", "Quận Ba Đình", "Thành phố Hà Nội"]);
        assert_eq!(names(&units.path("00004", day("2026-01-01"))), ["Phường Ba Đình", "Thành phố Hà Nội"]);
        assert_eq!(units.children(Some("01"), day("2025-06-30")).len(), 30);
        assert!(units.children(Some("01"), day("2025-07-01")).iter().all(|unit| unit.tier == Tier::Commune));
    }

    #[test]
    fn an_old_unit_leads_to_the_new_ones_with_the_day() {
        let units = units();
        let into: Vec<(String, Share, String)> =
            units.successors("00001").into_iter().map(|it| (it.unit.name, it.share, it.since.to_string())).collect();
        assert_eq!(into, [("Phường Hồng Hà".to_owned(), Share::Whole, "2025-07-01".to_owned())]);
        for (old, new) in [("77", "79"), ("26", "25"), ("52", "52"), ("70", "75")] {
            let into = units.successors(old);
            assert_eq!(into.iter().map(|it| it.unit.code.as_str()).collect::<Vec<_>>(), [new], "{old}");
        }
        let parts = units.entries.iter().filter(|entry| entry.into.len() > 1).count();
        assert!(parts > 300, "{parts}");
        assert!(units.successors("001").len() > 1, "a district leads to where its communes went");
    }

    #[test]
    fn names_are_found_without_marks_and_in_any_tone_placement() {
        let units = units();
        let today = Some(day("2026-11-21"));
        for typed in ["Ba Đình", "ba dinh", "BA DINH", "phuong ba dinh", "ba dinh ha noi", "Ba Đình, Hà Nội"] {
            assert_eq!(units.find(typed, today, 5)[0].name, "Phường Ba Đình", "{typed}");
        }
        for typed in ["Hoà Bình", "Hòa Bình", "hoa binh"] {
            assert_eq!(text::fold(units.find(typed, today, 3)[0].short_name()), "hoa binh", "{typed}");
            assert_eq!(units.find(typed, Some(day("2025-06-30")), 3)[0].tier, Tier::Province, "{typed}");
        }
        assert_eq!(units.find("dong nai", today, 3)[0].name, "Thành phố Đồng Nai");
        assert!(units.find("", today, 3).is_empty() && units.find("zzzz", None, 3).is_empty());
        assert_eq!(units.find("xa", None, 7).len(), 7);
    }

    #[test]
    fn addresses_are_read_from_their_end_and_written_by_their_day() {
        let units = units();
        let (before, now) = (day("2025-06-01"), day("2026-11-21"));
        let old = units.read("12 phố Hàng Than, P. x, phuong phuc xa, quận Ba Đình, Hà Nội", before);
        assert_eq!((old.line.as_str(), old.commune.as_deref()), ("12 phố Hàng Than, P. x", Some("00001")));
        let written = units.written(&old, now);
        assert_eq!(written.text, "12 phố Hàng Than, P. x, Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội");
        assert_eq!(written.now.as_deref(), Some("12 phố Hàng Than, P. x, Phường Hồng Hà, Thành phố Hà Nội"));
        let new = units.read("12 Trần Phú, Ba Đình, Hà Nội", now);
        assert_eq!((new.line.as_str(), new.commune.as_deref()), ("12 Trần Phú", Some("00004")));
        assert_eq!(units.written(&new, now).now, None);
        let unknown = units.read("Thôn 3, nơi nào đó", now);
        assert_eq!((unknown.line.as_str(), unknown.province), ("Thôn 3, nơi nào đó", None));
    }

    #[test]
    fn what_stands_between_commune_and_province_stays_unless_it_is_the_communes_district() {
        let units = units();
        let (before, now) = (day("2025-06-01"), day("2026-11-21"));
        let read = |typed, on| {
            let read = units.read(typed, on);
            (read.line, read.commune)
        };
        let (line, commune) = read("Phường Ba Đình, tổ 5, Hà Nội", now);
        assert_eq!((line.as_str(), commune.as_deref()), ("tổ 5", Some("00004")));
        let (line, commune) = read("3 Hàng Than, phường Phúc Xá, quận Cầu Giấy, Hà Nội", before);
        assert_eq!((line.as_str(), commune.as_deref()), ("3 Hàng Than, quận Cầu Giấy", Some("00001")));
        let (line, _) = read("3 Hàng Than, phường Phúc Xá, Ba Đình, Hà Nội", before);
        assert_eq!(line, "3 Hàng Than");
    }

    #[test]
    fn a_province_has_the_name_of_the_day() {
        let units = units();
        let below = units.children(Some("75"), day("2025-10-01"))[0].code.clone();
        let province = |on: &str| units.path(&below, day(on)).last().map(|unit| unit.name.clone());
        assert_eq!(province("2025-10-01").as_deref(), Some("Tỉnh Đồng Nai"));
        assert_eq!(province("2026-11-21").as_deref(), Some("Thành phố Đồng Nai"));
    }

    #[test]
    fn a_spoilt_table_is_told_with_its_line() {
        let heading = "code\tparent\tname\tinto\n";
        let told = |old: &str, new: &str| {
            let read = Units::from_tables(&format!("{heading}{old}"), &format!("{heading}{new}"));
            read.err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told("x", ""), ["units/old.tsv: line 2, column 1: not a unit: \"x\""]);
        assert_eq!(told("", "00001\t09\tXã A\t\t"), ["00001: there is no unit \"09\""]);
        assert_eq!(told("01\t\tTỉnh A\t02", "01\t\tTỉnh A\t\t"), ["01: there is no unit \"02\""]);
        assert_eq!(told("", "01\t\tTỉnh A\t2025-13-01\t").len(), 1);
    }
}
