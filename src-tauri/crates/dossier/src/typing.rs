//! What people type, read as the value of their field. One parser for each kind, for desktop, hub and command line.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    answers::{Address, Organisation, Value},
    date::{Date, PartialDate},
    form::{Choice, FieldKind, IdentityKind, TextFormat},
    identity::{OldIdentityNumber, PersonalNumber, Phone, TaxCode},
    reading::{Malformed, parse_decimal, read},
    text,
    words::Words,
};

/// What people type into a field of this kind, as the value to store: dates as they write them (`1/2/26`, `năm 1980`, `tháng 3
/// năm 1980`), numbers with Vietnamese separators (`1.250.000`, `12,5`) and with their unit (`2 bản`), amounts as they are said
/// (`1,5 tỷ`, `500 nghìn`),
/// telephone and identity numbers with the spaces and dots that stand on papers, yes and no, choices by code or by label.
///
/// # Errors
/// Text that cannot be read, with the reason; the caller may still keep it as text in a draft.
pub fn typed(kind: &FieldKind, text: &str, today: Date) -> Result<Value, Malformed> {
    let text = text::nfc(text.trim());
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let value = match kind {
        FieldKind::Number { unit, .. } => {
            let figures = without_unit(&text, unit.as_ref());
            Value::Text(number(figures).ok_or(Malformed::NotANumber)?.to_string())
        }
        // The conversion alone would drop what is behind the comma.
        FieldKind::Money { .. } => {
            let whole = amount(&text).filter(Decimal::is_integer).and_then(|amount| amount.to_i64());
            Value::Integer(whole.ok_or(Malformed::NotANumber)?)
        }
        FieldKind::Date => Value::Text(Date::from_typed(&text, today).map_err(|_| bad_date(&text))?.to_string()),
        FieldKind::PartialDate => {
            Value::Text(PartialDate::from_typed(&text, today).map_err(|_| bad_date(&text))?.to_string())
        }
        FieldKind::YesNo => match text::fold(&text).as_str() {
            "co" | "c" | "dung" | "yes" | "y" | "true" | "1" => Value::Bool(true),
            "khong" | "k" | "sai" | "no" | "n" | "false" | "0" => Value::Bool(false),
            _ => return Err(Malformed::Shape { expected: kind.name().to_owned() }),
        },
        FieldKind::Choice { options } => Value::Text(choice(options, &text)?),
        FieldKind::ManyChoice { options, .. } => {
            let codes = text.split([',', ';']).map(|part| choice(options, part.trim()));
            Value::Choices(codes.collect::<Result<_, _>>()?)
        }
        FieldKind::Organisation => {
            Value::Organisation(Organisation { name: one_line(&text), ..Organisation::default() })
        }
        FieldKind::Address => Value::Address(Address { line: one_line(&text), ..Address::default() }),
        FieldKind::Text { format, pattern, .. } => {
            let line = line(&one_line(&text), *format);
            Value::Text(pattern.as_ref().map_or(line.clone(), |pattern| pattern.raised(&line)))
        }
        FieldKind::Identity { accepts } => Value::Text(identity(accepts, &text)),
        FieldKind::LongText { .. } => Value::Text(text),
        FieldKind::Group(_) => return Err(Malformed::Shape { expected: kind.name().to_owned() }),
        FieldKind::FileSlot(_) | FieldKind::Note => return Err(Malformed::NoAnswerHere),
    };
    read(kind, &value).map(|_| value)
}

/// Why `text` is no date: where it names a day that a month does not have, that day; where a month that a year does not have,
/// that month.
pub(crate) fn bad_date(text: &str) -> Malformed {
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(digits).collect();
    let (day, month, year) = match parts.as_slice() {
        [day, month, year] if year.len() == 4 => (*day, *month, year.parse().ok()),
        [year, month, day] if year.len() == 4 => (*day, *month, year.parse().ok()),
        [day, month, year] if year.len() == 2 => (*day, *month, year.parse().ok().map(of_a_century)),
        [together] if together.len() == 8 => (&together[..2], &together[2..4], together[4..].parse().ok()),
        [month, year] if year.len() == 4 => ("1", *month, year.parse().ok()),
        _ => return Malformed::NotADate,
    };
    match (day.parse(), month.parse(), year.ok_or(())) {
        (Ok(1..=99u8), Ok(month @ 13..=99), Ok(1800..=2999u16)) => Malformed::NoSuchMonth { month },
        (Ok(day @ 29..=99), Ok(month @ 1..=12), Ok(year @ 1800..=2999))
            if Date::new(i32::from(year), month, day).is_none() =>
        {
            Malformed::NoSuchDay { day, month, year }
        }
        _ => Malformed::NotADate,
    }
}

/// The year that two digits mostly mean, to name a day that no century has.
fn of_a_century(year: u16) -> u16 {
    year + if year < 50 { 2000 } else { 1900 }
}

/// What people write behind a number of things, folded. Measures are none of them: `2 km` is not 2 of anything.
const COUNTED: &[&str] = &[
    "bac",
    "ban",
    "ban chinh",
    "ban sao",
    "bo",
    "ca nhan",
    "cai",
    "can",
    "chiec",
    "co quan",
    "cuon",
    "dai bieu",
    "don vi",
    "giay to",
    "goi",
    "goi thau",
    "ho so",
    "hop dong",
    "khoan",
    "khoan muc",
    "lan",
    "lao dong",
    "may",
    "muc",
    "nguoi",
    "phieu",
    "quyen",
    "tai khoan",
    "tai san",
    "tang",
    "tap",
    "tap the",
    "thanh vien",
    "thue bao",
    "to",
    "trang",
    "vi tri",
    "xe",
    "y kien",
    "phong",
];

/// The figures of a number behind which its unit stands: the unit of its field or, where it has none, a word for what is counted.
/// Any other word stays, and makes it no number.
fn without_unit<'t>(text: &'t str, unit: Option<&Words>) -> &'t str {
    let Some(at) = text.find(char::is_alphabetic) else { return text };
    let (figures, word) = text.split_at(at);
    let word = text::fold(word.trim_end_matches('.'));
    let fits = match unit {
        Some(unit) => [&unit.vi, &unit.en].into_iter().any(|own| {
            let rest = word.strip_prefix(&text::fold(own));
            rest.is_some_and(|rest| matches!(rest, "" | " chinh" | " sao"))
        }),
        None => COUNTED.contains(&word.as_str()),
    };
    if fits { figures.trim_end() } else { text }
}

/// White space of any kind and length, as pasting brings it, is one space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line without what people add to it for the eye.
fn line(text: &str, format: Option<TextFormat>) -> String {
    match format {
        Some(TextFormat::Phone) => text.parse::<Phone>().map_or(text.to_owned(), |phone| phone.as_str().to_owned()),
        Some(TextFormat::Email) => text.trim_start_matches("mailto:").to_owned(),
        Some(TextFormat::DocumentNumber) => {
            let number = text.strip_prefix("Số:").or_else(|| text.strip_prefix("Số ")).unwrap_or(text);
            let mut compact = number.trim().to_owned();
            for mark in ["/", "-", "–"] {
                let parts: Vec<&str> = compact.split(mark).map(str::trim).collect();
                compact = parts.join(if mark == "–" { "-" } else { mark });
            }
            compact
        }
        None => text.to_owned(),
    }
}

/// The number in the form it is stored in, where it is one; else as typed, for the reason to be told.
fn identity(accepts: &[IdentityKind], text: &str) -> String {
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
    let plain: String = compact.chars().filter(|c| *c != '-').collect();
    let stored = accepts.iter().find_map(|kind| match kind {
        IdentityKind::PersonalNumber => plain.parse::<PersonalNumber>().ok().map(|it| it.as_str().to_owned()),
        IdentityKind::OldIdentityCard => plain.parse::<OldIdentityNumber>().ok().map(|it| it.as_str().to_owned()),
        IdentityKind::TaxCode => compact.parse::<TaxCode>().ok().map(|it| it.as_str().to_owned()),
        IdentityKind::Passport => None,
    });
    stored.unwrap_or_else(|| compact.to_uppercase())
}

fn choice(options: &[Choice], text: &str) -> Result<String, Malformed> {
    let key = text::fold(text);
    let named = |option: &&Choice| text::fold(&option.label.vi) == key || text::fold(&option.label.en) == key;
    let option = options.iter().find(|option| option.code == text).or_else(|| options.iter().find(named));
    option.map(|option| option.code.clone()).ok_or_else(|| Malformed::NotOffered { option: text.to_owned() })
}

/// An amount as it is written or said: `1.250.000 đ`, `1,5 tỷ đồng`, `500k`. What could be two amounts is none.
fn amount(text: &str) -> Option<Decimal> {
    const NAMED: [(&str, i64); 8] = [
        ("nghin", 1_000),
        ("ngan", 1_000),
        ("k", 1_000),
        ("trieu", 1_000_000),
        ("tr", 1_000_000),
        ("ty", 1_000_000_000),
        ("ti", 1_000_000_000),
        ("", 1),
    ];
    let folded = text::fold(text);
    let mut said = folded.as_str();
    for currency in ["dong", "vnd", "₫", "d"] {
        said = said.strip_suffix(currency).unwrap_or(said).trim_end();
    }
    let (figures, times) = NAMED.iter().find_map(|(name, times)| said.strip_suffix(name).map(|it| (it, times)))?;
    let figures = figures.trim_end();
    // In an amount of whole đồng, `500,000` is five hundred thousand to whoever groups by commas, and five hundred by the rule.
    if *times == 1 && figures.split_once(',').is_some_and(|(_, behind)| behind.trim().len() == 3) {
        return None;
    }
    number(figures)?.checked_mul(Decimal::from(*times))
}

/// Points group thousands when every group after the first has three digits; a comma begins the decimals. Several commas, each
/// before three digits, can only group (`1,000,000`).
fn number(text: &str) -> Option<Decimal> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let groups_of = |text: &str, mark: char| {
        let groups: Vec<&str> = text.split(mark).collect();
        let first = groups.first().map_or("", |first| first.trim_start_matches('-'));
        let begins = (1..=3).contains(&first.len()) && !first.starts_with('0');
        let grouped = begins && groups.len() > 1 && groups.iter().skip(1).all(|group| group.len() == 3);
        grouped.then(|| groups.concat())
    };
    if compact.matches(',').count() > 1 {
        return groups_of(&compact, ',').and_then(|whole| parse_decimal(&whole));
    }
    let (whole, decimals) = compact.split_once(',').unwrap_or((&compact, ""));
    let whole = groups_of(whole, '.').unwrap_or_else(|| whole.to_owned());
    match decimals {
        "" if compact.ends_with(',') => None,
        "" => parse_decimal(&whole),
        _ if whole.contains('.') => None,
        _ => parse_decimal(&format!("{whole}.{decimals}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{identity::BadNumber, pattern::Pattern};

    fn today() -> Date {
        "2026-11-21".parse().unwrap()
    }

    #[test]
    fn amounts_as_they_are_said() {
        let money = |text| typed(&FieldKind::Money { min: 0, max: Some(9_000_000_000) }, text, today());
        for (text, amount) in [
            ("1.000.000", 1_000_000),
            ("1,000,000", 1_000_000),
            ("1 triệu", 1_000_000),
            ("1,5 tỷ đồng", 1_500_000_000),
            ("2.5 tr", 2_500_000),
            ("500 nghìn", 500_000),
            ("500 ngàn đồng", 500_000),
            ("8k", 8_000),
            ("1,125 tỷ", 1_125_000_000),
            ("500,00", 500),
            ("200.000 VNĐ", 200_000),
            ("1.250.000đ", 1_250_000),
        ] {
            assert_eq!(money(text), Ok(Value::Integer(amount)), "{text}");
        }
        for bad in [
            "500,000",
            "500,000 đ",
            "1.250,000",
            "0,500",
            "triệu",
            "một triệu",
            "1,5",
            "1,00,000",
            "1.000.00",
            "5 tạ",
            "đ",
        ] {
            assert_eq!(money(bad), Err(Malformed::NotANumber), "{bad}");
        }
        assert_eq!(money("9,1 tỷ"), Err(Malformed::AboveMax { max: 9_000_000_000 }));
        assert_eq!(money("99999999999999999999 tỷ"), Err(Malformed::NotANumber));
    }

    #[test]
    fn a_number_with_its_unit_is_the_number() {
        let with = |unit: Option<&str>, text: &str| {
            let unit = unit.map(|unit| Words::new(unit, "unit"));
            typed(&FieldKind::Number { decimals: 2, min: Some(0), max: None, unit }, text, today())
        };
        for (text, stored) in [
            ("2 bản", "2"),
            ("2bản", "2"),
            ("2 BẢN SAO", "2"),
            ("1.200 tờ", "1200"),
            ("12,5 bộ.", "12.5"),
            ("3 người", "3"),
            ("2 cai", "2"),
        ] {
            assert_eq!(with(None, text), Ok(stored.into()), "{text}");
        }
        for bad in ["2 km", "2 bản 3", "bản", "hai bản", "2 bản và 3 bộ", "2 b", "1e3"] {
            assert_eq!(with(None, bad), Err(Malformed::NotANumber), "{bad}");
        }
        for text in ["45,5 m²", "45,5m2", "45,5 M2", "45,5 unit"] {
            assert_eq!(with(Some("m²"), text), Ok("45.5".into()), "{text}");
        }
        assert_eq!(with(Some("bản"), "2 bản chính"), Ok("2".into()));
        for bad in ["45 ha", "45 bản", "45 m", "45 m²/người"] {
            assert_eq!(with(Some("m²"), bad), Err(Malformed::NotANumber), "{bad}");
        }
    }

    #[test]
    fn dates_as_they_are_written_and_why_one_is_none() {
        let date = |kind: FieldKind, text: &str| typed(&kind, text, today());
        for text in [
            "1/2/26",
            "01/02/2026",
            "ngày 1 tháng 2 năm 2026",
            "Ngày 01/02/2026",
            "1-2-26",
            "ngày 1, tháng 2, năm 2026",
        ] {
            assert_eq!(date(FieldKind::Date, text), Ok("2026-02-01".into()), "{text}");
        }
        for (text, iso) in [
            ("năm 1980", "1980"),
            ("Năm 1980", "1980"),
            ("1980", "1980"),
            ("tháng 3 năm 1980", "1980-03"),
            ("tháng 3/1980", "1980-03"),
            ("3/1980", "1980-03"),
            ("ngày 5 tháng 3 năm 1980", "1980-03-05"),
        ] {
            assert_eq!(date(FieldKind::PartialDate, text), Ok(iso.into()), "{text}");
        }
        let no_day = Malformed::NoSuchDay { day: 31, month: 2, year: 2026 };
        assert_eq!(date(FieldKind::Date, "31/2/2026"), Err(no_day.clone()));
        assert_eq!(read(&FieldKind::Date, &"31/2/2026".into()), Err(no_day), "also of what a draft keeps");
        for (text, year) in [("31/2/26", 2026), ("31-2-85", 1985), ("31022026", 2026)] {
            let no_day = Malformed::NoSuchDay { day: 31, month: 2, year };
            assert_eq!(date(FieldKind::Date, text), Err(no_day.clone()), "{text}");
            assert_eq!(read(&FieldKind::Date, &text.into()), Err(no_day), "{text}");
        }
        for (text, month) in [("20/13/1955", 13), ("13/2026", 13), ("2026-14-01", 14), ("1/99/2026", 99)] {
            assert_eq!(date(FieldKind::Date, text), Err(Malformed::NoSuchMonth { month }), "{text}");
        }
        let no_day = Malformed::NoSuchDay { day: 45, month: 1, year: 2026 };
        assert_eq!(date(FieldKind::Date, "45/1/2026"), Err(no_day));
        for bad in ["31/12/2026 âm lịch", "năm ngoái", "1980", "1/0/2026", "1/100/2026", "năm 80"] {
            assert_eq!(date(FieldKind::Date, bad), Err(Malformed::NotADate), "{bad}");
        }
    }

    #[test]
    fn numbers_of_people_telephones_and_papers() {
        let line = |format, text: &str| typed(&FieldKind::Text { max: 60, format, pattern: None }, text, today());
        for text in ["0912 345 678", "+84 912345678", "0912.345.678"] {
            assert_eq!(line(Some(TextFormat::Phone), text), Ok("0912345678".into()), "{text}");
        }
        for text in ["123/TTr-STC", "Số: 123/TTr-STC", "123 / TTr - STC", "123/TTr–STC"] {
            assert_eq!(line(Some(TextFormat::DocumentNumber), text), Ok("123/TTr-STC".into()), "{text}");
        }
        assert_eq!(line(None, "Nguyễn\u{a0} Văn\tAn"), Ok("Nguyễn Văn An".into()));
        let all = vec![IdentityKind::PersonalNumber, IdentityKind::TaxCode, IdentityKind::Passport];
        let identity = |text: &str| typed(&FieldKind::Identity { accepts: all.clone() }, text, today());
        assert_eq!(identity("001.190.123.456"), Ok("001190123456".into()));
        assert_eq!(identity("0100233488-001"), Ok("0100233488001".into()));
        assert_eq!(identity("b1234567"), Ok("B1234567".into()));
        let only = FieldKind::Identity { accepts: vec![IdentityKind::TaxCode] };
        let refused = typed(&only, "0100233489", today());
        assert!(matches!(refused, Err(Malformed::Identity { reason: BadNumber::CheckDigit, .. })), "{refused:?}");
    }

    #[test]
    fn codes_are_raised_where_their_pattern_has_capitals_only() {
        let json = r#"{"parts": [{"capitals": [1, 3]}, {"literal": "-"}, {"digits": [4, 4]}], "example": "HK-2026"}"#;
        let pattern: Pattern = serde_json::from_str(json).unwrap();
        let code = FieldKind::Text { max: 20, format: None, pattern: Some(pattern) };
        assert_eq!(typed(&code, "hk-2026", today()), Ok("HK-2026".into()));
        let refused = Malformed::Pattern { example: "HK-2026".into() };
        assert_eq!(typed(&code, "hk2026", today()), Err(refused));
    }
}
