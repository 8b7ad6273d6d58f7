//! Random rules, answers and damage, the same for the same seed on every computer.

use dossier::{Answer, Answers, Date, Expr, FieldId, Form, Row, Value, reading::Datum};
use rust_decimal::Decimal;

use super::reference::{Seen, World};

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Chance(pub u64);

impl Chance {
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`; 0 of nothing.
    pub fn below(&mut self, n: usize) -> usize {
        (self.word() % n.max(1) as u64) as usize
    }

    pub fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

const TOP: [&str; 7] = ["n", "k", "d", "p", "y", "m", "t"];
const INNER: [&str; 3] = ["gn", "gd", "gy"];
const CODES: [&str; 3] = ["a", "b", "c"];

/// The form that random rules read: a field of every kind that rules can see, and a group of three.
pub fn form() -> Form {
    let words = r#"{"vi": "chữ", "en": "words"}"#;
    let options: Vec<String> = CODES.iter().map(|code| format!(r#"{{"code": "{code}", "label": {words}}}"#)).collect();
    let many = format!(r#"{{"many_choice": {{"options": [{}]}}}}"#, options.join(","));
    let field = |(id, kind): (&str, &str)| format!(r#"{{"id": "{id}", "label": {words}, "type": {kind}}}"#);
    let number = r#"{"number": {"decimals": 3}}"#;
    let inner: Vec<String> =
        [("gn", number), ("gd", "\"partial_date\""), ("gy", "\"yes_no\"")].into_iter().map(field).collect();
    let group = format!(r#"{{"group": {{"row": {words}, "fields": [{}]}}}}"#, inner.join(","));
    let kinds = [number, r#"{"money": {"min": -9}}"#, "\"date\"", "\"partial_date\"", "\"yes_no\"", &many];
    let kinds = [&kinds[..], &[r#"{"text": {}}"#]].concat();
    let mut fields: Vec<String> = TOP.into_iter().zip(kinds).map(field).collect();
    fields.push(field(("g", &group)));
    let section = format!(r#"{{"id": "s", "title": {words}, "fields": [{}]}}"#, fields.join(","));
    let json = format!(r#"{{"id": "f", "revision": 1, "title": {words}, "sections": [{section}]}}"#);
    Form::from_json(&json).expect("a good form")
}

/// Answers, some missing and some ill-formed, and what rules see of them.
pub fn answers(chance: &mut Chance) -> (Answers, World) {
    let (mut answers, mut fields) = (Answers::default(), Vec::new());
    for id in TOP {
        let (given, seen) = cell(chance, id);
        answers.set(id, given);
        fields.push((id, seen));
    }
    let (mut rows, mut seen_rows) = (Vec::new(), Vec::new());
    for i in 0..chance.below(4) {
        let cells = INNER.map(|id| (id, cell(chance, id.trim_start_matches('g'))));
        let given = cells.iter().map(|(id, (given, _))| (FieldId::from(*id), Answer::from(given.clone())));
        rows.push(Row { id: format!("r{i}").into(), answers: given.collect() });
        seen_rows.push(cells.map(|(id, (_, seen))| -> Seen { (id, seen) }).to_vec());
    }
    // A group without rows is null to rules, as everything is that was not answered.
    fields.push(("g", if rows.is_empty() { Datum::Null } else { Datum::Rows(rows.len()) }));
    answers.set("g", Value::Rows(rows));
    (answers, World { fields, rows: seen_rows, today: today() })
}

pub fn today() -> Date {
    Date::new(2026, 11, 21).expect("a day")
}

fn cell(chance: &mut Chance, id: &str) -> (Value, Datum) {
    if chance.below(5) == 0 {
        // Missing, or what a draft keeps though it cannot be read.
        return (chance.of(&[Value::Null, Value::text("–,–"), Value::text(" ")]), Datum::Null).refused_by(id);
    }
    let date = |text: &str| (Value::text(text), Datum::Date(text.parse().expect("a date")));
    match id {
        "n" => {
            let text = chance.of(&["-2", "0", "1.50", "2", "3.125", "12", "1000000"]);
            (Value::text(text), Datum::Number(text.parse::<Decimal>().expect("a number")))
        }
        "k" => {
            let amount = chance.of(&[-9_i64, 0, 1, 2, 12, 1_000_000, 9_007_199_254_740_991]);
            (Value::Integer(amount), Datum::Number(amount.into()))
        }
        "d" if chance.below(4) > 0 => date(chance.of(&["1975-01-01", "2024-02-29", "2026-01-31", "2026-11-21"])),
        "p" => date(chance.of(&["1975", "1975-03", "2026", "2026-11", "2024-02-29"])),
        "d" => date("2026-11-22"),
        "y" => {
            let yes = chance.below(2) == 0;
            (Value::Bool(yes), Datum::Bool(yes))
        }
        "m" => {
            let chosen: Vec<String> =
                CODES.iter().filter(|_| chance.below(2) == 0).map(|it| (*it).to_owned()).collect();
            let seen = if chosen.is_empty() { Datum::Null } else { Datum::Choices(chosen.clone()) };
            (Value::Choices(chosen), seen)
        }
        _ => {
            let text = chance.of(&["a", "b", "Ước", "a b"]);
            (Value::text(text), Datum::Text(text.to_owned()))
        }
    }
}

/// Any text is an answer to a line of text.
trait RefusedBy {
    fn refused_by(self, id: &str) -> (Value, Datum);
}

impl RefusedBy for (Value, Datum) {
    fn refused_by(self, id: &str) -> (Value, Datum) {
        match &self.0 {
            Value::Text(text) if id == "t" && !text.trim().is_empty() => (self.0.clone(), Datum::Text(text.clone())),
            _ => self,
        }
    }
}

/// A rule of at most `depth` levels. `at_row`: it stands in a row. Aggregates stand in no other, as in every form that was checked.
pub fn rule(chance: &mut Chance, depth: usize, at_row: bool) -> Expr {
    if depth == 0 || chance.below(6) == 0 {
        return leaf(chance, at_row);
    }
    let one = |chance: &mut Chance| Box::new(rule(chance, depth - 1, at_row));
    let two = |chance: &mut Chance| Box::new((rule(chance, depth - 1, at_row), rule(chance, depth - 1, at_row)));
    let many = |chance: &mut Chance| (0..chance.below(4)).map(|_| rule(chance, depth - 1, at_row)).collect::<Vec<_>>();
    match chance.below(if at_row { 19 } else { 22 }) {
        0 => Expr::And(many(chance)),
        1 => Expr::Or(many(chance)),
        2 => Expr::Not(one(chance)),
        3 => Expr::Eq(two(chance)),
        4 => Expr::Ne(two(chance)),
        5 => Expr::Lt(two(chance)),
        6 => Expr::Le(two(chance)),
        7 => Expr::Gt(two(chance)),
        8 => Expr::Ge(two(chance)),
        9 => {
            let value = rule(chance, depth - 1, at_row);
            Expr::In(Box::new((value, many(chance))))
        }
        10 => Expr::Empty(one(chance)),
        11 => Expr::Add(many(chance)),
        12 => Expr::Mul(many(chance)),
        13 => Expr::Sub(two(chance)),
        14 => Expr::PlusDays(two(chance)),
        15 => Expr::PlusMonths(two(chance)),
        16 => Expr::DaysBetween(two(chance)),
        17 => Expr::YearsBetween(two(chance)),
        18 => Expr::InWords(one(chance)),
        19 => Expr::Sum { group: "g".into(), of: Box::new(rule(chance, depth - 1, true)) },
        20 => Expr::Count { group: "g".into(), when: Some(Box::new(rule(chance, depth - 1, true))) },
        _ => Expr::Count { group: "g".into(), when: None },
    }
}

fn leaf(chance: &mut Chance, at_row: bool) -> Expr {
    match chance.below(12) {
        0 => Expr::Null,
        1 => Expr::Bool(chance.below(2) == 0),
        2 | 3 => Expr::Number(Decimal::from(chance.below(7) as i64 - 3)),
        4 => Expr::Text(chance.of(&["a", "b", "Ước", ""]).to_owned()),
        5 => Expr::Date(chance.of(&["1975-03-01", "2024-02-29", "2026-11-21"]).parse().expect("a date")),
        6 => Expr::Today,
        7 | 8 if at_row => Expr::row(chance.of(&INNER)),
        _ => Expr::field(chance.of(&[&TOP[..], &["g", "gn", "none"]].concat())),
    }
}

/// The same rule with the parts of every sum, product, list and conjunction in another order.
pub fn reordered(chance: &mut Chance, rule: &Expr) -> Expr {
    let mut value = serde_json::to_value(rule).expect("a rule is JSON");
    shuffle(chance, &mut value);
    serde_json::from_value(value).expect("the same rule")
}

fn shuffle(chance: &mut Chance, value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(node) => {
            for (name, parts) in node {
                shuffle(chance, parts);
                match parts {
                    serde_json::Value::Array(parts) if ["and", "or", "add", "mul"].contains(&name.as_str()) => {
                        chance.shuffle(parts);
                    }
                    serde_json::Value::Array(pair) if name == "in" => {
                        if let Some(serde_json::Value::Array(list)) = pair.get_mut(1) {
                            chance.shuffle(list);
                        }
                    }
                    _ => {}
                }
            }
        }
        serde_json::Value::Array(parts) => parts.iter_mut().for_each(|part| shuffle(chance, part)),
        _ => {}
    }
}

/// The text with a slip in it: what a tired person, a bad copy or another program does to a file.
pub fn spoil(chance: &mut Chance, text: &str) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for _ in 0..=chance.below(3) {
        let (at, len) = (chance.below(text.len()), 1 + chance.below(30));
        let end = (at + len).min(text.len());
        match chance.below(8) {
            0 => drop(text.drain(at..end)),
            1 => text.truncate(at),
            2 => {
                let copied = text[at..end].to_vec();
                drop(text.splice(at..at, copied));
            }
            3 => text[at] = char::from_u32(chance.below(0x2_0000) as u32).unwrap_or('\u{fffd}'),
            4 => text[at..end].reverse(),
            // The shapes a parser looks for, in the wrong places.
            5 => drop(text.splice(at..end, chance.of(&["{", "}", "[]", "\"\"", "null", "1e999", "\\u0000"]).chars())),
            6 => swap_tokens(chance, &mut text),
            _ => {
                let token = chance.of(&["\"id\"", "\"type\"", "\"field\"", "\"max\"", "true", "-1", "\"today\""]);
                let from = chance.of(&["\"id\"", "\"type\"", "\"label\"", "\"vi\"", "\"fields\"", "1", "true"]);
                let joined: String = text.iter().collect();
                text = joined.replacen(from, token, 1 + chance.below(3)).chars().collect();
            }
        }
        if text.is_empty() {
            break;
        }
    }
    text.into_iter().collect()
}

/// Exchanges two quoted words of the text.
fn swap_tokens(chance: &mut Chance, text: &mut Vec<char>) {
    let quotes: Vec<usize> = text.iter().enumerate().filter(|(_, c)| **c == '"').map(|(at, _)| at).collect();
    let words: Vec<(usize, usize)> = quotes.chunks_exact(2).map(|pair| (pair[0], pair[1] + 1)).collect();
    let (a, b) = (chance.below(words.len()), chance.below(words.len()));
    let (Some(&a), Some(&b)) = (words.get(a.min(b)), words.get(a.max(b))) else { return };
    if a.1 <= b.0 {
        let (first, second) = (text[a.0..a.1].to_vec(), text[b.0..b.1].to_vec());
        drop(text.splice(b.0..b.1, first));
        drop(text.splice(a.0..a.1, second));
    }
}
