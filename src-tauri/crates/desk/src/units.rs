//! Administrative units, old and new, as they ship with the product.

use std::sync::OnceLock;

use dossier::{
    Address, Date, Unit, Units,
    answers::FormerUnits,
    units::{Share, Successor, WrittenAddress},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Desk, Host,
    catalogue::DATA,
    fault::{Fault, FaultCode as Code},
};

/// The most units of one answer.
const MOST: u32 = 500;

/// A unit with the names above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnitLine {
    pub unit: Unit,
    /// Of the units above it, the province last.
    pub above: Vec<String>,
    /// Of one of before the mergers of 2025: where it went.
    pub now: Vec<UnitNow>,
}

/// What an old unit, or a part of it, is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnitNow {
    pub unit: Unit,
    pub share: Share,
    /// Of the units above it, the province last.
    pub above: Vec<String>,
}

/// All that is known of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnitView {
    /// The unit and those above it, the province last.
    pub path: Vec<Unit>,
    /// Of an old unit: where it went.
    pub successors: Vec<Successor>,
    /// Of a new one: what went into it.
    pub predecessors: Vec<Unit>,
}

/// A typed address with the units that were found in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AddressRead {
    pub address: Address,
    pub written: WrittenAddress,
    /// The same place by the units of today, where those are others and exactly one is known; what was typed is kept in it.
    pub now: Option<Address>,
}

/// Read once: the tables do not change while the product runs.
pub(crate) fn units() -> Result<&'static Units, Fault> {
    static UNITS: OnceLock<Option<Units>> = OnceLock::new();
    let read = || {
        let table = |name| DATA.get_file(name)?.contents_utf8();
        Units::from_tables(table("units/old.tsv")?, table("units/new.tsv")?).ok()
    };
    UNITS.get_or_init(read).as_ref().ok_or_else(|| Fault::unexpected("the tables of units cannot be read"))
}

/// An address as it was written on a day, by the units of today where exactly one is known for each; the old ones are kept beside them.
pub(crate) fn of_day(text: &str, day: Date, today: Date) -> Result<Address, Fault> {
    let units = units()?;
    let written = units.read(text, day);
    let Some(now) = units.written(&written, today).now else { return Ok(written) };
    let Address { province, district, commune, .. } = written;
    let former = FormerUnits { words: text.to_owned(), province, district, commune };
    Ok(Address { former: Some(former), ..units.read(&now, today) })
}

impl<H: Host> Desk<H> {
    pub(crate) fn find_units(&self, find: &str, day: Option<Date>, limit: u32) -> Result<Vec<UnitLine>, Fault> {
        let units = units()?;
        let above = |code: &str, day: Option<Date>| {
            let path = day.map(|day| units.path(code, day)).unwrap_or_default();
            path.iter().skip(1).map(|unit| unit.name.clone()).collect()
        };
        let now = |Successor { unit, share, since }: Successor| {
            let above = above(&unit.code, Some(unit.to.map_or(since, |to| to.max(since))));
            UnitNow { unit, share, above }
        };
        let line = |unit: &Unit| {
            let is_old = unit.from.is_none() && unit.to.is_some();
            let now = if is_old { units.successors(&unit.code).into_iter().map(now).collect() } else { vec![] };
            UnitLine { unit: unit.clone(), above: above(&unit.code, unit.to.or(unit.from)), now }
        };
        Ok(units.find(find, day, limit.clamp(1, MOST) as usize).into_iter().map(line).collect())
    }

    pub(crate) fn unit_children(&self, parent: Option<&str>, day: Date) -> Result<Vec<Unit>, Fault> {
        Ok(units()?.children(parent, day).into_iter().cloned().collect())
    }

    pub(crate) fn unit_at(&self, code: &str, day: Date) -> Result<UnitView, Fault> {
        let units = units()?;
        let path: Vec<Unit> = units.path(code, day).into_iter().cloned().collect();
        let Some(unit) = path.first() else {
            return Err(Fault::new(Code::NotFound).with("what", format!("unit {code}")));
        };
        // The same code may be an old unit's and a new one's: each has only its own past or future.
        let (mut successors, mut predecessors) = (vec![], vec![]);
        if unit.from.is_some() {
            predecessors = units.predecessors(code).into_iter().cloned().collect();
        } else {
            successors = units.successors(code);
        }
        Ok(UnitView { path, successors, predecessors })
    }

    pub(crate) fn read_address(&self, typed: &str, day: Date) -> Result<AddressRead, Fault> {
        let (units, today) = (units()?, self.today()?);
        let address = units.read(typed, day);
        let written = units.written(&address, today);
        let now = written.now.is_some().then(|| of_day(typed, day, today)).transpose()?;
        Ok(AddressRead { address, written, now })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::desk;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn units_are_found_and_followed() {
        let desk = desk();
        let (old, new) = ("2025-06-30".parse().unwrap(), "2026-11-21".parse().unwrap());
        let found = desk.find_units("vung tau", Some(old), 3).unwrap();
        assert!(found.iter().any(|line| line.unit.name == "Thành phố Vũng Tàu" && line.above.len() == 1), "{found:?}");
        let vung_tau = &found.iter().find(|line| line.unit.name == "Phường 1" || !line.now.is_empty()).unwrap().now[0];
        assert_eq!(vung_tau.above.last().map(String::as_str), Some("Thành phố Hồ Chí Minh"));
        let phuc_xa = &desk.find_units("phuc xa", Some(old), 1).unwrap()[0];
        let now = &phuc_xa.now[0];
        assert_eq!((now.unit.name.as_str(), now.share), ("Phường Hồng Hà", dossier::units::Share::Whole));
        assert_eq!(now.above, ["Thành phố Hà Nội"]);
        assert!(desk.find_units("hong ha", Some(new), 3).unwrap().iter().all(|line| line.now.is_empty()));
        let view = desk.unit_at("00004", new).unwrap();
        assert_eq!(view.path[0].name, "Phường Ba Đình");
        assert!(view.successors.is_empty() && !view.predecessors.is_empty());
        let view = desk.unit_at("00004", old).unwrap();
        assert!(!view.successors.is_empty() && view.predecessors.is_empty());
        assert_eq!(desk.unit_children(None, new).unwrap().len(), 34);
        assert!(desk.unit_at("99", new).is_err());
        let read = desk.read_address("Số 1, phường Phúc Xá, quận Ba Đình, Hà Nội", old).unwrap();
        assert_eq!(read.written.now.as_deref(), Some("Số 1, Phường Hồng Hà, Thành phố Hà Nội"));
        let now = read.now.unwrap();
        assert_eq!((now.line.as_str(), now.commune.as_deref()), ("Số 1", Some("00097")));
        assert_eq!(now.former.unwrap().words, "Số 1, phường Phúc Xá, quận Ba Đình, Hà Nội", "as it was typed");
        assert_eq!(desk.read_address("Số 1, phường Hồng Hà, Hà Nội", new).unwrap().now, None);
    }
}
