//! What a person types to find dossiers: words, phrases in quotes, and conditions such as `trạng thái:nháp` or `due:<3`, in Vietnamese
//! or English, with or without marks. Reading it is total: what is not understood is told, and the rest still counts.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    date::Date,
    state::State,
    text::{fold, nfc},
};

/// What can be asked of a dossier beside its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    State,
    Due,
    Procedure,
    /// The organisation that applies, or on whose behalf.
    Unit,
}

/// What was typed, read. Every condition must hold; of several states, or several procedures, one is enough.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub words: Vec<Word>,
    /// All when empty.
    pub states: BTreeSet<State>,
    pub due: Option<DueWanted>,
    /// Codes or parts of names, as typed.
    pub procedures: Vec<String>,
    /// Words of organisations, as typed; all of them must be there.
    pub units: Vec<String>,
    /// What was not understood, and counts for nothing.
    pub doubts: Vec<FindDoubt>,
}

/// A word, or several that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// It may go on: the person is still typing it.
    pub beginning: bool,
}

/// Of dossiers that are not finished: when they are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueWanted {
    /// There is a day.
    Any,
    /// It is over.
    Overdue,
    /// On these days, both inclusive.
    Days { from: Option<Date>, to: Option<Date> },
    /// So many working days left, both inclusive; below 0 when it is over.
    Left { from: Option<i32>, to: Option<i32> },
}

/// A condition that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FindDoubt {
    /// As it was typed.
    pub typed: String,
    /// What it says something about; nothing when there is no such condition.
    pub about: Option<Operator>,
}

/// Names of the conditions, folded.
const OPERATORS: &[(Operator, &[&str])] = &[
    (Operator::State, &["trang thai", "tinh trang", "tt", "state", "status"]),
    (Operator::Due, &["han", "han tra", "hen", "hen tra", "due", "deadline"]),
    (Operator::Procedure, &["thu tuc", "tthc", "procedure", "proc"]),
    (
        Operator::Unit,
        &["don vi", "dv", "co quan", "nguoi nop", "unit", "org", "organisation", "organization", "agency", "applicant"],
    ),
];

/// Names of the states, folded, without punctuation. The national ones are also known by their number.
const STATES: &[(State, &[&str])] = &[
    (State::Draft, &["nhap", "ban nhap", "dang soan", "draft"]),
    (State::Ready, &["du chua gui", "san sang", "chua gui", "ready", "complete not sent"]),
    (State::Queued, &["cho gui", "hop gui", "queued", "waiting to be sent"]),
    (State::Sending, &["dang gui", "sending", "being sent"]),
    (State::NeedsAttention, &["can xu ly", "needs attention", "needs action"]),
    (State::Packed, &["da dong goi cho nop cong", "dong goi", "packed", "packed to be filed"]),
    (State::Registered, &["moi dang ky", "moi", "da gui", "registered", "newly registered", "sent"]),
    (State::Accepted, &["duoc tiep nhan", "tiep nhan", "da nhan", "accepted"]),
    (State::Rejected, &["khong duoc tiep nhan", "tu choi", "rejected", "rejected at reception"]),
    (State::Processing, &["dang xu ly", "xu ly", "processing", "being processed"]),
    (State::SupplementRequested, &["yeu cau bo sung giay to", "bo sung", "supplement requested", "supplement"]),
    (State::PaymentRequested, &["yeu cau nop tien", "nop tien", "payment requested", "payment"]),
    (State::Withdrawn, &["da rut ho so", "rut", "withdrawn"]),
    (State::Stopped, &["dung xu ly", "dung", "stopped"]),
    (State::Done, &["da xu ly xong", "xong", "done"]),
    (State::Returned, &["da tra ket qua", "tra ket qua", "da tra", "returned", "result returned"]),
];

/// So many words one after another may be the value of a condition without quotes: `yêu cầu bổ sung giấy tờ`.
const LONGEST_VALUE: usize = 6;

impl Wanted {
    /// Reads what was typed on the day `today`.
    pub fn read(text: &str, today: Date) -> Self {
        let tokens = tokens(&nfc(text));
        let mut wanted = Self::default();
        // Plain words directly before a key may be the beginning of its name: `trạng thái:`.
        let mut before = 0;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                Token::Word(word) => {
                    // Only what nothing follows may go on.
                    let beginning = at == tokens.len();
                    wanted.words.push(Word { text: word.clone(), beginning });
                    before += 1;
                }
                Token::Phrase(phrase) => {
                    wanted.words.push(Word { text: phrase.clone(), beginning: false });
                    before = 0;
                }
                Token::Key(key) => {
                    let (operator, name) = wanted.operator(key, before);
                    let rest = tokens.get(at..).unwrap_or_default();
                    at += wanted.condition(operator, &name, rest, today);
                    before = 0;
                }
            }
        }
        wanted
    }

    /// The condition that `key` and up to two of the words before it name, and its name as typed.
    fn operator(&mut self, key: &str, before: usize) -> (Option<Operator>, String) {
        for taken in (0..=before.min(2)).rev() {
            let first = self.words.len() - taken;
            let words = self.words.iter().skip(first).map(|word| word.text.as_str());
            let name = words.chain([key]).collect::<Vec<_>>().join(" ");
            let folded = fold(&name);
            if let Some((operator, _)) = OPERATORS.iter().find(|(_, names)| names.contains(&folded.as_str())) {
                self.words.truncate(first);
                return (Some(*operator), name);
            }
        }
        (None, key.to_owned())
    }

    /// Takes the condition's value from the front of `rest`; gives how many tokens it was.
    fn condition(&mut self, operator: Option<Operator>, name: &str, rest: &[Token], today: Date) -> usize {
        let longest = match (operator, rest.first()) {
            (_, None | Some(Token::Key(_))) => 0,
            (Some(Operator::State | Operator::Due), Some(Token::Word(_))) => {
                rest.iter().take(LONGEST_VALUE).take_while(|token| matches!(token, Token::Word(_))).count()
            }
            _ => 1,
        };
        for length in (1..=longest).rev() {
            let parts = rest.iter().take(length).map(Token::text).collect::<Vec<_>>();
            if operator.is_some_and(|operator| self.value(operator, &parts.join(" "), today)) {
                return length;
            }
        }
        let typed = match rest.first().filter(|_| longest > 0) {
            Some(value) => format!("{name}:{}", value.text()),
            None => format!("{name}:"),
        };
        self.doubts.push(FindDoubt { typed, about: operator });
        longest.min(1)
    }

    /// False when the condition cannot have this value.
    fn value(&mut self, operator: Operator, value: &str, today: Date) -> bool {
        match operator {
            Operator::State => {
                let states = states_named(value);
                self.states.extend(&states);
                !states.is_empty()
            }
            // A second day would have to hold together with the first: told, not guessed.
            Operator::Due => match DueWanted::read(value, today) {
                Some(due) if self.due.is_none() => {
                    self.due = Some(due);
                    true
                }
                _ => false,
            },
            Operator::Procedure | Operator::Unit => {
                let list = if operator == Operator::Unit { &mut self.units } else { &mut self.procedures };
                let sayable = value.contains(char::is_alphanumeric);
                if sayable {
                    list.push(value.to_owned());
                }
                sayable
            }
        }
    }
}

/// The state of this name or number; else all whose names begin so.
fn states_named(value: &str) -> Vec<State> {
    let value = plain(value);
    if value.is_empty() {
        return vec![];
    }
    if let Ok(code) = value.parse() {
        return State::from_national_code(code).into_iter().collect();
    }
    let named = |fits: &dyn Fn(&str) -> bool| -> Vec<State> {
        STATES.iter().filter(|(_, names)| names.iter().any(|name| fits(name))).map(|(state, _)| *state).collect()
    };
    let exact = named(&|name| name == value);
    if exact.is_empty() { named(&|name| name.starts_with(&value)) } else { exact }
}

impl DueWanted {
    /// `quá`, `hôm nay`, `mai`, `tuần này`, `có`; a number of working days or a day, also with `<`, `<=`, `>`, `>=` before it.
    fn read(value: &str, today: Date) -> Option<Self> {
        let on = |date| Self::Days { from: Some(date), to: Some(date) };
        match plain(value).as_str() {
            "qua" | "qua han" | "tre" | "tre han" | "overdue" | "late" => return Some(Self::Overdue),
            "co" | "any" => return Some(Self::Any),
            "hom nay" | "nay" | "today" => return Some(on(today)),
            "mai" | "ngay mai" | "tomorrow" => return today.plus_days(1).map(on),
            "tuan nay" | "tuan" | "this week" | "week" => {
                let monday = today.plus_days(-i64::from(today.weekday().number_days_from_monday()))?;
                return Some(Self::Days { from: Some(monday), to: monday.plus_days(6) });
            }
            _ => {}
        }
        let value = value.trim();
        let compared = ["<=", "≤", ">=", "≥", "<", ">", "="]
            .iter()
            .find_map(|sign| value.strip_prefix(sign).map(|rest| (*sign, rest)));
        let (sign, value) = compared.unwrap_or(("=", value));
        let value = value.trim();
        if let Some(days) = working_days(value) {
            let (from, to) = within(sign, days, days.checked_sub(1)?, days.checked_add(1)?);
            return Some(Self::Left { from, to });
        }
        let date = Date::from_typed(value, today).ok()?;
        let (from, to) = within(sign, date, date.plus_days(-1)?, date.plus_days(1)?);
        Some(Self::Days { from, to })
    }
}

/// `3`, `3 ngày`, `3 days`.
fn working_days(value: &str) -> Option<i32> {
    let mut parts = value.split_whitespace();
    let days = parts.next()?.parse().ok().filter(|days| (-999..=999).contains(days))?;
    match (parts.next().map(fold).as_deref(), parts.next()) {
        (None | Some("ngay" | "day" | "days"), None) => Some(days),
        _ => None,
    }
}

fn within<T: Copy>(sign: &str, value: T, below: T, above: T) -> (Option<T>, Option<T>) {
    match sign {
        "<" => (None, Some(below)),
        "<=" | "≤" => (None, Some(value)),
        ">" => (Some(above), None),
        ">=" | "≥" => (Some(value), None),
        _ => (Some(value), Some(value)),
    }
}

/// Folded, and nothing but letters, digits and single spaces.
fn plain(text: &str) -> String {
    let spaced: String = fold(text).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

enum Token {
    Word(String),
    /// What stood in quotes.
    Phrase(String),
    /// Letters before a colon.
    Key(String),
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Phrase(text) | Self::Key(text) => text,
        }
    }
}

/// A quote that is never closed ends with the text.
fn tokens(text: &str) -> Vec<Token> {
    let is_quote = |c: char| matches!(c, '"' | '“' | '”' | '„' | '«' | '»');
    let mut tokens = vec![];
    let mut word = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == ':' && !word.is_empty() && word.chars().all(char::is_alphabetic) {
            tokens.push(Token::Key(std::mem::take(&mut word)));
        } else if c.is_whitespace() || c.is_control() || is_quote(c) {
            tokens.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()).map(Token::Word));
            if is_quote(c) {
                let phrase: String = chars.by_ref().take_while(|c| !is_quote(*c)).collect();
                if !phrase.trim().is_empty() {
                    tokens.push(Token::Phrase(phrase.trim().to_owned()));
                }
            }
        } else {
            word.push(c);
        }
    }
    tokens.extend(Some(word).filter(|word| !word.is_empty()).map(Token::Word));
    tokens
}

#[cfg(test)]
mod tests;
