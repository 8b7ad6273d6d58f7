//! Values by the kind of their field: what is well-formed, what a rule sees of it, what people type for it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    answers::{FormerUnits, Organisation, Value},
    date::{Date, PartialDate},
    form::{Choice, FieldKind, Group, IdentityKind, TextFormat},
    identity::{BadNumber, OldIdentityNumber, PersonalNumber, Phone, TaxCode},
    pattern::Pattern,
    text, typing,
};

/// The largest amount of money: what JSON carries exactly (2^53 − 1 đồng).
pub const MAX_MONEY: i64 = 9_007_199_254_740_991;

/// Why a value is not well-formed for its field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Malformed {
    #[error("a {expected} cannot have this shape")]
    Shape { expected: String },
    #[error("longer than {max} characters")]
    TooLong { max: u32 },
    #[error("control characters")]
    ControlCharacters,
    #[error("not a number")]
    NotANumber,
    #[error("more than {max} decimals")]
    TooManyDecimals { max: u8 },
    #[error("below {min}")]
    BelowMin {
        #[ts(type = "number")]
        min: i64,
    },
    #[error("above {max}")]
    AboveMax {
        #[ts(type = "number")]
        max: i64,
    },
    #[error("not a date")]
    NotADate,
    #[error("there is no day {day}/{month}/{year}")]
    NoSuchDay { day: u8, month: u8, year: u16 },
    #[error("there is no month {month}")]
    NoSuchMonth { month: u8 },
    #[error("before {limit}")]
    TooEarly { limit: PartialDate },
    #[error("after {limit}")]
    TooLate { limit: PartialDate },
    #[error("{option:?} is not offered")]
    NotOffered { option: String },
    #[error("{option:?} is chosen twice")]
    ChosenTwice { option: String },
    #[error("fewer than {min} chosen")]
    TooFewChoices { min: u32 },
    #[error("more than {max} chosen")]
    TooManyChoices { max: u32 },
    #[error("no such number: {reason}")]
    Identity { accepts: Vec<IdentityKind>, reason: BadNumber },
    #[error("not a telephone number: {reason}")]
    Phone { reason: BadNumber },
    #[error("not an e-mail address")]
    Email,
    #[error("not a document number")]
    DocumentNumber,
    #[error("not of the shape of {example:?}")]
    Pattern { example: String },
    #[error("a unit's code has other digits")]
    UnitCode,
    #[error("fewer than {min} rows")]
    TooFewRows { min: u32 },
    #[error("more than {max} rows")]
    TooManyRows { max: u32 },
    #[error("two rows have the same id")]
    SameRowTwice,
    #[error("nothing can be answered here")]
    NoAnswerHere,
}

/// A value as a rule sees it.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(String),
    Date(PartialDate),
    Choices(Vec<String>),
    /// A group with this many rows.
    Rows(usize),
    /// Answered, and nothing a rule can compare: an address.
    Answered,
}

/// Reads `value` as an answer to a field of this kind. Nothing answered is null, which is well-formed.
/// Options that depend on other answers are the evaluation's to judge.
pub fn read(kind: &FieldKind, value: &Value) -> Result<Datum, Malformed> {
    if value.is_empty() {
        return Ok(Datum::Null);
    }
    let shape = || Malformed::Shape { expected: kind.name().to_owned() };
    match (kind, value) {
        (FieldKind::Text { max, format, pattern }, Value::Text(text)) => {
            read_line(text, *max, *format, pattern.as_ref())
        }
        (FieldKind::LongText { max }, Value::Text(text)) => read_text(text, *max, true),
        (FieldKind::Number { decimals, min, max, .. }, Value::Text(text)) => {
            read_number(parse_decimal(text).ok_or(Malformed::NotANumber)?, *decimals, *min, *max)
        }
        (FieldKind::Number { decimals, min, max, .. }, Value::Integer(n)) => {
            read_number(Decimal::from(*n), *decimals, *min, *max)
        }
        (FieldKind::Money { min, max }, Value::Integer(n)) => {
            let max = max.unwrap_or(MAX_MONEY).min(MAX_MONEY);
            read_number(Decimal::from(*n), 0, Some(*min), Some(max))
        }
        // What was not even a number when it was typed is kept as text.
        (FieldKind::Money { .. }, Value::Text(_)) => Err(Malformed::NotANumber),
        (FieldKind::Date, Value::Text(text)) => match text.parse::<Date>() {
            Ok(date) => Ok(Datum::Date(date.into())),
            Err(_) => Err(typing::bad_date(text)),
        },
        (FieldKind::PartialDate, Value::Text(text)) => {
            text.parse().map(Datum::Date).map_err(|_| typing::bad_date(text))
        }
        (FieldKind::Choice { options }, Value::Text(code)) => offered(options, code).map(Datum::Text),
        (FieldKind::ManyChoice { options, min, max }, Value::Choices(codes)) => {
            read_choices(options, codes, *min, *max)
        }
        (FieldKind::YesNo, Value::Bool(yes)) => Ok(Datum::Bool(*yes)),
        (FieldKind::Address, Value::Address(address)) => {
            let code = |code: &Option<String>, len| {
                code.as_ref().is_none_or(|code| code.len() == len && code.bytes().all(|b| b.is_ascii_digit()))
            };
            read_text(&address.line, 500, false)?;
            let former = address.former.as_ref();
            let before = |of: fn(&FormerUnits) -> &Option<String>, len| former.is_none_or(|it| code(of(it), len));
            let before = before(|it| &it.province, 2) && before(|it| &it.district, 3) && before(|it| &it.commune, 5);
            let now = code(&address.province, 2) && code(&address.district, 3) && code(&address.commune, 5);
            if now && before { Ok(Datum::Answered) } else { Err(Malformed::UnitCode) }
        }
        (FieldKind::Identity { accepts }, Value::Text(number)) => read_identity(accepts, number),
        (FieldKind::Organisation, Value::Organisation(organisation)) => read_organisation(organisation),
        (FieldKind::Group(group), Value::Rows(rows)) => {
            let mut ids: Vec<_> = rows.iter().map(|row| &row.id).collect();
            ids.sort_unstable();
            if ids.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(Malformed::SameRowTwice);
            }
            read_rows(group, rows.len())
        }
        (FieldKind::FileSlot(_) | FieldKind::Note, _) => Err(Malformed::NoAnswerHere),
        _ => Err(shape()),
    }
}

fn read_line(value: &str, max: u32, format: Option<TextFormat>, pattern: Option<&Pattern>) -> Result<Datum, Malformed> {
    if let Some(pattern) = pattern.filter(|pattern| !pattern.fits(&text::nfc(value))) {
        return Err(Malformed::Pattern { example: pattern.example.clone() });
    }
    match format {
        Some(TextFormat::Phone) => {
            let phone = value.parse::<Phone>().map_err(|reason| Malformed::Phone { reason })?;
            return Ok(Datum::Text(phone.as_str().to_owned()));
        }
        Some(TextFormat::Email) if !is_email(value.trim()) => return Err(Malformed::Email),
        Some(TextFormat::DocumentNumber) if !is_document_number(value.trim()) => return Err(Malformed::DocumentNumber),
        _ => {}
    }
    read_text(value, max, false)
}

fn read_text(value: &str, max: u32, lines: bool) -> Result<Datum, Malformed> {
    if value.chars().count() > max as usize {
        return Err(Malformed::TooLong { max });
    }
    if value.chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'))) {
        return Err(Malformed::ControlCharacters);
    }
    Ok(Datum::Text(text::nfc(value)))
}

fn read_number(number: Decimal, decimals: u8, min: Option<i64>, max: Option<i64>) -> Result<Datum, Malformed> {
    if number.normalize().scale() > u32::from(decimals) {
        return Err(Malformed::TooManyDecimals { max: decimals });
    }
    if let Some(min) = min.filter(|min| number < Decimal::from(*min)) {
        return Err(Malformed::BelowMin { min });
    }
    if let Some(max) = max.filter(|max| number > Decimal::from(*max)) {
        return Err(Malformed::AboveMax { max });
    }
    Ok(Datum::Number(number))
}

fn read_choices(options: &[Choice], codes: &[String], min: u32, max: Option<u32>) -> Result<Datum, Malformed> {
    for (i, code) in codes.iter().enumerate() {
        offered(options, code)?;
        if codes[..i].contains(code) {
            return Err(Malformed::ChosenTwice { option: code.clone() });
        }
    }
    if codes.len() < min as usize {
        return Err(Malformed::TooFewChoices { min });
    }
    match max.filter(|max| codes.len() > *max as usize) {
        Some(max) => Err(Malformed::TooManyChoices { max }),
        None => Ok(Datum::Choices(codes.to_vec())),
    }
}

fn read_identity(accepts: &[IdentityKind], number: &str) -> Result<Datum, Malformed> {
    let mut reason = BadNumber::Length;
    for kind in accepts {
        let read = match kind {
            IdentityKind::PersonalNumber => number.parse::<PersonalNumber>().map(|it| it.as_str().to_owned()),
            IdentityKind::OldIdentityCard => number.parse::<OldIdentityNumber>().map(|it| it.as_str().to_owned()),
            IdentityKind::TaxCode => number.parse::<TaxCode>().map(|it| it.as_str().to_owned()),
            IdentityKind::Passport => passport(number),
        };
        match read {
            Ok(number) => return Ok(Datum::Text(number)),
            // A wrong length says nothing when another kind has the right one.
            Err(BadNumber::Length) => {}
            Err(other) => reason = other,
        }
    }
    Err(Malformed::Identity { accepts: accepts.to_vec(), reason })
}

fn passport(number: &str) -> Result<String, BadNumber> {
    let number = number.trim();
    if !number.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(BadNumber::NotDigits);
    }
    // Ten to twelve digits alone are an identity number somebody mistyped.
    let longest = if number.bytes().all(|b| b.is_ascii_digit()) { 9 } else { 12 };
    if (6..=longest).contains(&number.len()) { Ok(number.to_ascii_uppercase()) } else { Err(BadNumber::Length) }
}

/// A rule sees the organisation's name.
fn read_organisation(organisation: &Organisation) -> Result<Datum, Malformed> {
    if let Some(code) = organisation.tax_code.as_deref().filter(|code| !code.trim().is_empty()) {
        let accepts = vec![IdentityKind::TaxCode];
        code.parse::<TaxCode>().map_err(|reason| Malformed::Identity { accepts, reason })?;
    }
    read_text(&organisation.name, 300, false)
}

fn read_rows(group: &Group, rows: usize) -> Result<Datum, Malformed> {
    match rows {
        n if n > group.max_rows as usize => Err(Malformed::TooManyRows { max: group.max_rows }),
        n if n < group.min_rows as usize => Err(Malformed::TooFewRows { min: group.min_rows }),
        n => Ok(Datum::Rows(n)),
    }
}

fn offered(options: &[Choice], code: &str) -> Result<String, Malformed> {
    match options.iter().find(|option| option.code == code) {
        Some(option) => Ok(option.code.clone()),
        None => Err(Malformed::NotOffered { option: code.to_owned() }),
    }
}

/// A plain decimal number: `-12.50`. No exponent, no separators, at most 28 digits.
pub(crate) fn parse_decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let plain = text.bytes().enumerate().all(|(i, b)| b.is_ascii_digit() || b == b'.' || (i == 0 && b == b'-'));
    let digits_around = text.trim_start_matches('-').split('.').all(|part| !part.is_empty());
    if plain && digits_around { Decimal::from_str_exact(text).ok() } else { None }
}

fn is_email(text: &str) -> bool {
    let well_formed = |(name, host): (&str, &str)| {
        let label = |label: &str| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !label.starts_with('-')
        };
        let name_ok = !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '@' | ',' | ';'));
        name_ok && host.contains('.') && host.split('.').all(label)
    };
    text.len() <= 254 && text.rsplit_once('@').is_some_and(well_formed)
}

/// `123/TTr-STC`, `45/QĐ-UBND`, `12a/BB-HĐ`: a number that begins with a digit, a slash, a sign of letters.
fn is_document_number(text: &str) -> bool {
    text.split_once('/').is_some_and(|(number, sign)| {
        number.starts_with(|c: char| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_alphanumeric())
            && sign.starts_with(|c: char| c.is_alphanumeric())
            && sign.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '/' | '&' | '.'))
    })
}

pub use crate::typing::typed;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn today() -> Date {
        "2026-11-21".parse().unwrap()
    }

    fn number() -> FieldKind {
        FieldKind::Number { decimals: 2, min: Some(0), max: Some(1_000_000), unit: None }
    }

    #[test]
    fn numbers_and_money_as_vietnamese_people_type_them() {
        let money = |text| typed(&FieldKind::Money { min: 0, max: None }, text, today());
        for text in ["1250000", "1.250.000", "1 250 000", "1.250.000 đ", "1.250.000,0"] {
            assert_eq!(money(text), Ok(Value::Integer(1_250_000)), "{text}");
        }
        assert_eq!(money("1.250.00"), Err(Malformed::NotANumber));
        assert_eq!(money("12,5"), Err(Malformed::NotANumber));
        assert_eq!(money("-5"), Err(Malformed::BelowMin { min: 0 }));
        assert_eq!(money("9.007.199.254.740.992"), Err(Malformed::AboveMax { max: MAX_MONEY }));
        let number = |text| typed(&number(), text, today());
        assert_eq!(number("12,5"), Ok("12.5".into()));
        assert_eq!(number("1.234,56"), Ok("1234.56".into()));
        assert_eq!(number("12,345"), Err(Malformed::TooManyDecimals { max: 2 }));
        assert_eq!(number("1e3"), Err(Malformed::NotANumber));
        assert_eq!(number("12,"), Err(Malformed::NotANumber));
        assert_eq!(number("  "), Ok(Value::Null));
    }

    #[test]
    fn choices_by_code_or_label_with_or_without_marks() {
        let option =
            |code: &str, vi: &str| Choice { code: code.into(), label: crate::Words::new(vi, code), visible_if: None };
        let options = vec![option("car", "Xe ô tô"), option("land_building", "Nhà, đất")];
        let kind = FieldKind::Choice { options: options.clone() };
        assert_eq!(typed(&kind, "xe o to", today()), Ok("car".into()));
        assert_eq!(typed(&kind, "land_building", today()), Ok("land_building".into()));
        assert_eq!(typed(&kind, "tàu", today()), Err(Malformed::NotOffered { option: "tàu".into() }));
        let many = FieldKind::ManyChoice { options, min: 2, max: None };
        assert_eq!(typed(&many, "car", today()), Err(Malformed::TooFewChoices { min: 2 }));
        let twice = Value::Choices(vec!["car".into(), "car".into()]);
        assert_eq!(read(&many, &twice), Err(Malformed::ChosenTwice { option: "car".into() }));
        assert_eq!(typed(&FieldKind::YesNo, "Có", today()), Ok(Value::Bool(true)));
        assert_eq!(typed(&FieldKind::YesNo, "không", today()), Ok(Value::Bool(false)));
    }

    #[test]
    fn formats_of_a_line() {
        let read =
            |format, text: &str| read(&FieldKind::Text { max: 60, format: Some(format), pattern: None }, &text.into());
        for good in ["123/TTr-STC", "45/QĐ-UBND", "1a/BB-HĐTĐKT", "07/2026/QĐ-UBND"] {
            assert!(read(TextFormat::DocumentNumber, good).is_ok(), "{good}");
        }
        for bad in ["TTr-STC", "123", "123/", "123 / TTr", "/TTr"] {
            assert_eq!(read(TextFormat::DocumentNumber, bad), Err(Malformed::DocumentNumber), "{bad}");
        }
        assert!(read(TextFormat::Email, "lan.nguyen@quangninh.gov.vn").is_ok());
        for bad in ["lan", "lan@", "@x.vn", "lan@x", "lan@x..vn", "a b@x.vn"] {
            assert_eq!(read(TextFormat::Email, bad), Err(Malformed::Email), "{bad}");
        }
        assert_eq!(read(TextFormat::Phone, "12345"), Err(Malformed::Phone { reason: BadNumber::Length }));
    }

    #[test]
    fn identity_numbers_tell_the_most_telling_reason() {
        let kind = FieldKind::Identity { accepts: vec![IdentityKind::PersonalNumber, IdentityKind::TaxCode] };
        assert_eq!(read(&kind, &"001190123456".into()), Ok(Datum::Text("001190123456".into())));
        let refused = |text: &str| match read(&kind, &text.into()) {
            Err(Malformed::Identity { reason, .. }) => Some(reason),
            _ => None,
        };
        assert_eq!(refused("0100233489"), Some(BadNumber::CheckDigit));
        assert_eq!(refused("123"), Some(BadNumber::Length));

        let accepts = vec![IdentityKind::PersonalNumber, IdentityKind::OldIdentityCard, IdentityKind::Passport];
        let any = FieldKind::Identity { accepts };
        for good in ["C1234567", "123456789", "ab12cd34ef56"] {
            assert!(read(&any, &good.into()).is_ok(), "{good}");
        }
        for mistyped in ["00119012345", "0011901234", "99919012345", "12345"] {
            assert!(
                read(&any, &mistyped.into()).is_err(),
                "{mistyped}: a digit is missing, and no passport has so many"
            );
        }
    }

    #[test]
    fn rows_and_addresses() {
        let group = Group { fields: vec![], min_rows: 1, max_rows: 2, row: crate::Words::new("a", "a") };
        let kind = FieldKind::Group(group);
        let row = |id: &str| crate::Row { id: id.into(), answers: Default::default() };
        assert_eq!(read(&kind, &Value::Rows(vec![row("a"), row("a")])), Err(Malformed::SameRowTwice));
        assert_eq!(
            read(&kind, &Value::Rows(vec![row("a"), row("b"), row("c")])),
            Err(Malformed::TooManyRows { max: 2 })
        );
        let address = |commune: &str| {
            let line = "Tổ 3, khu 5".to_owned();
            Value::Address(crate::Address {
                line,
                province: Some("22".into()),
                commune: Some(commune.into()),
                ..crate::Address::default()
            })
        };
        assert_eq!(read(&FieldKind::Address, &address("06640")), Ok(Datum::Answered));
        assert_eq!(read(&FieldKind::Address, &address("664")), Err(Malformed::UnitCode));
    }

    #[test]
    fn values_are_plain_json_and_read_back() {
        let json = r#"{"a":"Hòa","b":12,"c":true,"d":["x"],"e":[{"id":"r","answers":{}}],"f":{"name":"UBND","agency":"H49"},"g":{"line":"x","commune":"06640"},"h":null,"i":[]}"#;
        let values: std::collections::BTreeMap<String, Value> = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&values).unwrap(), json);
        assert!(matches!(values["f"], Value::Organisation(_)) && matches!(values["g"], Value::Address(_)));
        assert!(serde_json::from_str::<Value>("1.5").is_err(), "inexact numbers have no place here");
    }

    proptest! {
        #[test]
        fn typing_never_panics_and_gives_what_reads(text in "\\PC{0,24}|[0-9.,đ -]{0,16}") {
            let identity = FieldKind::Identity { accepts: vec![IdentityKind::Passport, IdentityKind::OldIdentityCard] };
            for kind in [number(), FieldKind::Money { min: 0, max: None }, FieldKind::Date, FieldKind::PartialDate, FieldKind::YesNo, identity, FieldKind::Organisation] {
                if let Ok(value) = typed(&kind, &text, today()) {
                    prop_assert!(read(&kind, &value).is_ok());
                }
            }
        }
    }
}
