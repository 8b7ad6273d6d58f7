//! Numbers by which people and organisations are known. A number is refused only when its shape is wrong; what it says
//! about birth and sex is compared as a hint, because registers have errors and people must not be stopped by them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::date::PartialDate;

/// The text is not a number of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum BadNumber {
    #[error("wrong number of digits")]
    Length,
    #[error("something other than digits")]
    NotDigits,
    #[error("the check digit is wrong")]
    CheckDigit,
    #[error("no number begins so")]
    Prefix,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
}

/// A personal identification number (*số định danh cá nhân*): 12 digits, three for the province or country of birth
/// registration, one for century and sex, two for the year, six at random (Decree 137/2015, article 13; Circular
/// 59/2021/TT-BCA, article 4). There is no check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonalNumber(String);

impl PersonalNumber {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Three digits: a province (001–096, also those since merged) or a country.
    pub fn place(&self) -> &str {
        &self.0[..3]
    }

    pub fn sex(&self) -> Sex {
        if self.digit(3).is_multiple_of(2) { Sex::Male } else { Sex::Female }
    }

    pub fn birth_year(&self) -> i32 {
        1900 + i32::from(self.digit(3) / 2) * 100 + i32::from(self.digit(4)) * 10 + i32::from(self.digit(5))
    }

    /// What does not go together with what a person said. Never a reason to refuse.
    pub fn doubts(&self, birth: Option<PartialDate>, sex: Option<Sex>) -> Vec<Doubt> {
        let year = birth.map(PartialDate::year).filter(|year| *year != self.birth_year());
        let year = year.map(|said| Doubt::BirthYear { said, number: self.birth_year() });
        let sex = sex.filter(|sex| *sex != self.sex()).map(|said| Doubt::Sex { said, number: self.sex() });
        year.into_iter().chain(sex).collect()
    }

    /// `•••••••••123`: for lists and logs.
    pub fn masked(&self) -> String {
        format!("•••••••••{}", &self.0[9..])
    }

    fn digit(&self, at: usize) -> u8 {
        self.0.as_bytes()[at] - b'0'
    }
}

/// A personal number and what a person said do not go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Doubt {
    BirthYear { said: i32, number: i32 },
    Sex { said: Sex, number: Sex },
}

impl FromStr for PersonalNumber {
    type Err = BadNumber;
    fn from_str(text: &str) -> Result<Self, BadNumber> {
        digits(text, &[12]).map(Self)
    }
}

/// A number of the old identity card (*CMND*): 9 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OldIdentityNumber(String);

impl OldIdentityNumber {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OldIdentityNumber {
    type Err = BadNumber;
    fn from_str(text: &str) -> Result<Self, BadNumber> {
        digits(text, &[9]).map(Self)
    }
}

/// A tax code (*mã số thuế*): 10 digits, the last a check digit; a branch adds three (`0100233488-001`). Since 1 July
/// 2025 a person's number (12 digits) is also their tax code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxCode(String);

impl TaxCode {
    /// Without the hyphen before a branch's number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaxCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_at_checked(10) {
            Some((code, branch)) if branch.len() == 3 => write!(f, "{code}-{branch}"),
            _ => f.write_str(&self.0),
        }
    }
}

impl FromStr for TaxCode {
    type Err = BadNumber;
    fn from_str(text: &str) -> Result<Self, BadNumber> {
        const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
        let compact = match text.trim().split_once('-') {
            Some((code, branch)) if code.len() == 10 && branch.len() == 3 => format!("{code}{branch}"),
            Some(_) => return Err(BadNumber::Length),
            None => text.to_owned(),
        };
        let code = digits(&compact, &[10, 12, 13])?;
        if code.len() != 12 {
            let digit = |at: usize| u32::from(code.as_bytes()[at] - b'0');
            let sum: u32 = WEIGHTS.iter().enumerate().map(|(at, weight)| weight * digit(at)).sum();
            if 10 - sum % 11 != digit(9) {
                return Err(BadNumber::CheckDigit);
            }
        }
        Ok(Self(code))
    }
}

/// A Vietnamese telephone number in national form: a mobile number of 10 digits (03, 05, 07, 08, 09), or a fixed line of
/// 11 (02). Prefixes from memory of the numbering plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Phone {
    type Err = BadNumber;
    /// Spaces, dots, hyphens and brackets are left out; `+84` and `0084` are the leading `0`.
    fn from_str(text: &str) -> Result<Self, BadNumber> {
        let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')')).collect();
        let abroad = compact.strip_prefix("+84").or_else(|| compact.strip_prefix("0084"));
        let national = abroad.map_or(compact.clone(), |rest| format!("0{}", rest.strip_prefix('0').unwrap_or(rest)));
        let number = digits(&national, &[10, 11])?;
        match (number.as_bytes(), number.len()) {
            ([b'0', b'3' | b'5' | b'7' | b'8' | b'9', ..], 10) | ([b'0', b'2', ..], 11) => Ok(Self(number)),
            ([b'0', b'2' | b'3' | b'5' | b'7' | b'8' | b'9', ..], _) => Err(BadNumber::Length),
            _ => Err(BadNumber::Prefix),
        }
    }
}

fn digits(text: &str, lengths: &[usize]) -> Result<String, BadNumber> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if !compact.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadNumber::NotDigits);
    }
    if lengths.contains(&compact.len()) { Ok(compact) } else { Err(BadNumber::Length) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_personal_number_tells_place_sex_and_year_and_only_doubts() {
        let number: PersonalNumber = "001 190 123456".parse().unwrap();
        assert_eq!((number.place(), number.sex(), number.birth_year()), ("001", Sex::Female, 1990));
        let number: PersonalNumber = "077205000123".parse().unwrap();
        assert_eq!((number.sex(), number.birth_year(), number.masked().as_str()), (Sex::Male, 2005, "•••••••••123"));
        let born = |text: &str| Some(text.parse().unwrap());
        assert_eq!(number.doubts(born("2005-03"), Some(Sex::Male)), []);
        assert_eq!(number.doubts(born("2004"), Some(Sex::Female)).len(), 2);
        assert_eq!("07720500012".parse::<PersonalNumber>(), Err(BadNumber::Length));
        assert_eq!("07720500012x".parse::<PersonalNumber>(), Err(BadNumber::NotDigits));
    }

    #[test]
    fn tax_codes_have_a_check_digit() {
        assert_eq!("0100233488".parse::<TaxCode>().unwrap().to_string(), "0100233488");
        assert_eq!("0100233488-001".parse::<TaxCode>().unwrap().to_string(), "0100233488-001");
        assert_eq!("077205000123".parse::<TaxCode>().unwrap().as_str(), "077205000123");
        assert_eq!("0100233489".parse::<TaxCode>(), Err(BadNumber::CheckDigit));
        assert_eq!("0100233488-01".parse::<TaxCode>(), Err(BadNumber::Length));
        // A sum that leaves no remainder (19 + 3 = 22) would need a check digit of ten: there is no such code.
        assert!((0..=9).all(|last| format!("000100001{last}").parse::<TaxCode>() == Err(BadNumber::CheckDigit)));
    }

    #[test]
    fn telephone_numbers_in_the_ways_people_write_them() {
        for text in ["0912345678", "+84 912 345 678", "0084912345678", "091.234.5678", "(+84)0912345678"] {
            assert_eq!(text.parse::<Phone>().unwrap().as_str(), "0912345678", "{text}");
        }
        assert_eq!("0203 3835 678".parse::<Phone>().unwrap().as_str(), "02033835678");
        assert_eq!("0112345678".parse::<Phone>(), Err(BadNumber::Prefix));
        assert_eq!("02033835".parse::<Phone>(), Err(BadNumber::Length));
        assert_eq!("09123456789".parse::<Phone>(), Err(BadNumber::Length));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_of_a_tax_code_is_seen(at in 0_usize..10, other in 0_u8..10) {
            let mut code = *b"0100233488";
            prop_assume!(code[at] != b'0' + other);
            code[at] = b'0' + other;
            prop_assert_eq!(String::from_utf8_lossy(&code).parse::<TaxCode>(), Err(BadNumber::CheckDigit));
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,16}|[0-9 +-]{0,16}") {
            let _ = (text.parse::<TaxCode>(), text.parse::<Phone>(), text.parse::<OldIdentityNumber>());
            if let Ok(number) = text.parse::<PersonalNumber>() {
                prop_assert!((1900..=2399).contains(&number.birth_year()));
            }
        }
    }
}
