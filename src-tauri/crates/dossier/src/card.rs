//! The code on a citizen's identity card: who the card is of, as text between bars.
//!
//! On the chip card of 2021 it reads `number|old number|name|DDMMYYYY|sex|address|DDMMYYYY of issue`; the old number may be empty.
//! Six to eight parts were seen, and days written with slashes. What the card of 2024 puts behind these is not known for certain
//! and is passed over. The code of a health-insurance card has bars too, and begins with no such number.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    date::{Date, PartialDate},
    identity::{OldIdentityNumber, PersonalNumber, Sex},
    text,
};

/// Longer texts are no card's: what a code of that kind can hold ends below it.
const LONGEST: usize = 1_000;
/// Parts without which it is taken for something else.
const LEAST_PARTS: usize = 6;

/// What a card says of its holder. It is offered, never believed: anybody can print such a code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Card {
    /// 12 digits.
    pub number: String,
    /// 9 digits, of the card before it.
    pub old_number: Option<String>,
    pub name: String,
    pub birth: Option<Date>,
    pub sex: Option<Sex>,
    pub address: Option<String>,
    pub issued: Option<Date>,
}

impl Card {
    /// Reads the text of a code; `None` where it is no card's. A part that cannot be read is left out, the others stand.
    pub fn read(code: &str) -> Option<Self> {
        // What stands before the code is the scanner's or a person's; a byte order mark, a line end.
        let code = code.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
        if code.len() > LONGEST || code.split('|').count() < LEAST_PARTS {
            return None;
        }
        let mut parts = code.split('|').map(line);
        let mut next = || parts.next().unwrap_or_default();
        let number: PersonalNumber = next().parse().ok()?;
        let old = next();
        let name = Some(next()).filter(|name| is_name(name))?;
        let (birth, sex, address, issued) = (day(&next()), sex(&next()), next(), day(&next()));
        Some(Self {
            number: number.as_str().to_owned(),
            old_number: old.parse::<OldIdentityNumber>().ok().map(|old| old.as_str().to_owned()),
            name,
            birth,
            sex,
            address: Some(address).filter(|address| !address.is_empty()),
            issued,
        })
    }

    /// What its number says otherwise than the card itself: a sign that the code was garbled on its way.
    pub fn is_doubtful(&self) -> bool {
        let Ok(number) = self.number.parse::<PersonalNumber>() else { return true };
        !number.doubts(self.birth.map(PartialDate::Day), self.sex).is_empty()
    }
}

/// NFC, one space between words, nothing that cannot be seen.
fn line(part: &str) -> String {
    let seen: String = part.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text::nfc(&seen.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn is_name(name: &str) -> bool {
    name.chars().any(char::is_alphabetic) && !name.chars().any(|c| c.is_ascii_digit()) && name.chars().count() <= 120
}

/// `DDMMYYYY`, or with anything between that is no digit.
fn day(part: &str) -> Option<Date> {
    let digits: Vec<u8> = part.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
    let number = |digits: &[u8]| digits.iter().fold(0, |number, digit| number * 10 + i32::from(*digit));
    let &[_, _, _, _, _, _, _, _] = digits.as_slice() else { return None };
    let small = |range: std::ops::Range<usize>| u8::try_from(number(&digits[range])).ok();
    Date::new(number(&digits[4..]), small(2..4)?, small(0..2)?)
}

fn sex(part: &str) -> Option<Sex> {
    match text::fold(part).as_str() {
        "nam" | "male" | "m" => Some(Sex::Male),
        // `Nữ` as keyboards of other languages write it.
        "nu" | "nuw" | "nuwx" | "n?" | "female" | "f" => Some(Sex::Female),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CODE: &str = "001199000017|012345678|Nguyễn Thị Ước|21051999|Nữ|Thôn Đồng Rãnh, Thạch Lâm, Lạng Sơn|15082021";

    #[test]
    fn a_card_is_read_whole() {
        let card = Card::read(CODE).unwrap();
        let shown = |date: Option<Date>| date.map(Date::shown).unwrap_or_default();
        assert_eq!((card.number.as_str(), card.old_number.as_deref()), ("001199000017", Some("012345678")));
        assert_eq!((card.name.as_str(), card.sex), ("Nguyễn Thị Ước", Some(Sex::Female)));
        assert_eq!((shown(card.birth), shown(card.issued)), ("21/05/1999".into(), "15/08/2021".into()));
        assert_eq!(card.address.as_deref(), Some("Thôn Đồng Rãnh, Thạch Lâm, Lạng Sơn"));
        assert!(!card.is_doubtful());
    }

    #[test]
    fn variants_are_read_and_what_is_garbled_is_left_out() {
        let six =
            Card::read("\u{feff}001199000017||NGUYE\u{302}\u{303}N  THỊ ƯỚC|21/05/1999|NU|Thạch Lâm\r\n").unwrap();
        assert_eq!((six.name.as_str(), six.old_number, six.issued), ("NGUYỄN THỊ ƯỚC", None, None));
        assert_eq!((six.sex, six.birth.map(Date::year)), (Some(Sex::Female), Some(1999)));
        let more = Card::read(&format!("{CODE}|Nguyễn Văn Cha|Trần Thị Mẹ||")).unwrap();
        assert_eq!(more, Card::read(CODE).unwrap(), "what the card of 2024 puts behind");
        let bad = Card::read("001199000017|x|Ước|99991999|?||").unwrap();
        assert_eq!((bad.birth, bad.sex, bad.address, bad.old_number), (None, None, None, None));
        let other = Card::read("001199000017||Ước|21051988|Nam|Thạch Lâm|").unwrap();
        assert!(other.is_doubtful(), "its number says 1999 and female");
    }

    #[test]
    fn other_codes_are_no_cards() {
        let insured =
            "GD4797932|4e677579e1bb856e|21/05/1999|1|48616e6f69|01 - 001|01/01/2026|-|05/01/2026|0123|-|4|01/01/2020|";
        for other in [
            insured,
            "",
            "|||||||",
            "001199000017|a|b",
            "001199000017|||21051999|Nữ|x",
            "00119900001A||Ước|1|2|3",
            "a|b|c|d|e|f|g",
        ] {
            assert_eq!(Card::read(other), None, "{other}");
        }
        assert_eq!(Card::read(&format!("{CODE}{}", "x".repeat(2_000))), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,300}") {
            let _ = Card::read(&text);
        }

        #[test]
        fn nor_a_card_spoilt_anywhere(at in 0usize..96, with in any::<char>()) {
            let spoilt: String = CODE.chars().enumerate().map(|(n, c)| if n == at { with } else { c }).collect();
            if let Some(card) = Card::read(&spoilt) {
                prop_assert!(card.number.len() == 12 && !card.name.is_empty() && text::nfc(&card.name) == card.name);
            }
        }

        #[test]
        fn what_is_written_so_is_read_back(
            number in "[0-9]{12}", name in "[A-Za-zĐđƯươêạ]{1,8}( [A-Za-zĐđƯươêạ]{1,8}){0,3}",
            (year, month, dom) in (1900i32..2030, 1u8..13, 1u8..29), male in any::<bool>(), address in "[A-Za-zạ0-9, ]{0,40}",
            extra in prop::collection::vec("[a-z0-9]{0,5}", 0..4),
        ) {
            let sex = if male { "Nam" } else { "Nữ" };
            let mut code = format!("{number}||{name}|{dom:02}{month:02}{year}|{sex}|{address}|01012021");
            for part in extra {
                code = format!("{code}|{part}");
            }
            let card = Card::read(&code).unwrap();
            prop_assert_eq!(&card.number, &number);
            prop_assert_eq!(card.name, text::nfc(&name));
            prop_assert_eq!(card.birth, Date::new(year, month, dom));
            prop_assert_eq!(card.sex, Some(if male { Sex::Male } else { Sex::Female }));
        }
    }
}
