//! Values as a reader of pages may give them: the same, nearly the same, or something else.

use crate::{
    date::Date,
    identity::{PersonalNumber, TaxCode},
    text,
};

/// A value of the form, in the shape in which papers are searched for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sought {
    /// 9, 10, 12 or 13 digits.
    Digits(String),
    /// Syllables of a person's name, folded.
    Name(Vec<String>),
    /// *Số, ký hiệu*: the number, and the folded letters and digits of the sign.
    Number((String, String)),
    Birth(Date),
}

/// What a text says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Match {
    None,
    Exact,
    /// `seen` as it stands there; `misread`: a reader that takes one sign for another like it would read the same.
    Near {
        seen: String,
        misread: bool,
    },
}

/// A text in words.
#[derive(Debug)]
pub(super) struct Lines(Vec<Vec<Word>>);

#[derive(Debug)]
struct Word {
    /// As read, without the signs round it.
    bare: String,
    folded: String,
    /// Folded, with letters that readers take for one another as one.
    key: String,
    /// As digits, where it may be some.
    digits: Option<String>,
    /// A sign that ends a phrase stands behind it.
    ends: bool,
}

impl Lines {
    pub fn of(text: &str) -> Self {
        let line = |line: &str| line.split_whitespace().map(Word::of).filter(|word| !word.bare.is_empty()).collect();
        Self(text.lines().map(line).collect())
    }
}

impl Word {
    fn of(word: &str) -> Self {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        let folded = text::fold(&bare);
        let key = look(&folded);
        let digits = as_digits(&bare);
        Self { ends: word.ends_with([',', '.', ';', ':', ')', '”']), bare, folded, key, digits }
    }

    fn is_capitalised(&self) -> bool {
        self.bare.starts_with(char::is_uppercase)
    }
}

impl Sought {
    /// An identity number or tax code; one with letters, as of a passport, is nothing.
    pub fn digits(said: &str) -> Option<Self> {
        let digits: String = said.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
        let number = digits.bytes().all(|byte| byte.is_ascii_digit()) && matches!(digits.len(), 9 | 10 | 12 | 13);
        number.then_some(Self::Digits(digits))
    }

    /// A name of at least three syllables: shorter ones are like too many others.
    pub fn name(said: &str) -> Option<Self> {
        let folded = text::fold(said);
        let syllables: Vec<String> = folded.split(' ').map(str::to_owned).collect();
        let name = (3..=6).contains(&syllables.len()) && folded.chars().all(|c| c.is_alphabetic() || c == ' ');
        name.then_some(Self::Name(syllables))
    }

    pub fn number(said: &str) -> Option<Self> {
        number_of(said).map(Self::Number)
    }

    /// A day of birth of which day and month may have changed places.
    pub fn birth(date: Date) -> Option<Self> {
        (date.day() <= 12 && date.day() != date.month()).then_some(Self::Birth(date))
    }

    /// It has its own check against misreading: the digits of an identity number hang together.
    pub fn is_exact(&self) -> bool {
        matches!(self, Self::Digits(digits) if digits.len() != 9)
    }

    pub fn on(&self, lines: &Lines) -> Match {
        let found = lines.0.iter().flat_map(|line| match self {
            Self::Digits(digits) => digits_in(digits, line),
            Self::Name(syllables) => name_in(syllables, line),
            Self::Number(number) => line.iter().map(|word| number_at(number, word)).collect(),
            Self::Birth(date) => line.iter().map(|word| birth_at(*date, word)).collect(),
        });
        let mut first = Match::None;
        for found in found {
            match found {
                Match::Exact => return Match::Exact,
                Match::Near { .. } if first == Match::None => first = found,
                _ => {}
            }
        }
        first
    }
}

/// Digits as a reader gives them: letters that look like one are one.
fn as_digits(word: &str) -> Option<String> {
    let digit = |c: char| match c {
        '0'..='9' => Some(Some(c)),
        'O' | 'o' | 'D' | 'Q' => Some(Some('0')),
        'l' | 'I' | 'i' | '|' => Some(Some('1')),
        'Z' | 'z' => Some(Some('2')),
        'S' | 's' => Some(Some('5')),
        'G' => Some(Some('6')),
        'B' => Some(Some('8')),
        '.' | '-' => Some(None),
        _ => None,
    };
    let digits: String = word.chars().map(digit).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    // A word of letters is no number.
    (word.chars().filter(char::is_ascii_digit).count() * 2 > digits.len()).then_some(digits)
}

fn digits_in(sought: &str, line: &[Word]) -> Vec<Match> {
    let mut found = Vec::new();
    for (i, word) in line.iter().enumerate() {
        let Some(mut digits) = word.digits.clone() else { continue };
        let mut seen = word.bare.clone();
        // It may be written in groups.
        for next in line.iter().skip(i + 1) {
            let Some(more) = next.digits.as_ref().filter(|_| digits.len() < sought.len()) else { break };
            digits.push_str(more);
            seen = format!("{seen} {}", next.bare);
        }
        if digits.len() == sought.len() {
            found.push(compare_digits(sought, &digits, seen));
        }
    }
    found
}

fn compare_digits(sought: &str, read: &str, seen: String) -> Match {
    if sought == read {
        return Match::Exact;
    }
    let apart: Vec<usize> = (0..sought.len()).filter(|&i| sought.as_bytes()[i] != read.as_bytes()[i]).collect();
    let pair = |i: usize| (sought.as_bytes()[i], read.as_bytes()[i]);
    let swapped = matches!(apart[..], [a, b] if b == a + 1 && pair(a) == (pair(b).1, pair(b).0));
    // A number that cannot be one was misread.
    let possible = match read.len() {
        12 => read.parse::<PersonalNumber>().is_ok(),
        10 | 13 => read.parse::<TaxCode>().is_ok(),
        _ => true,
    };
    if !possible || apart.len() > 2 {
        return Match::None;
    }
    let alike = |i: usize| {
        let (a, b) = pair(i);
        LIKE_DIGITS.iter().any(|group| group.contains(&a) && group.contains(&b))
    };
    Match::Near { seen, misread: !swapped && apart.iter().all(|&i| alike(i)) }
}

/// Digits that readers take for one another.
const LIKE_DIGITS: [&[u8]; 4] = [b"17", b"0689", b"358", b"49"];

/// Windows of as many words as the name has syllables, all with capitals.
fn name_in(sought: &[String], line: &[Word]) -> Vec<Match> {
    let keys: Vec<String> = sought.iter().map(|syllable| look(syllable)).collect();
    let mut found = Vec::new();
    for (i, window) in line.windows(sought.len()).enumerate() {
        let apart: Vec<usize> = (0..sought.len()).filter(|&n| window[n].key != keys[n]).collect();
        if apart.is_empty() {
            return vec![Match::Exact];
        }
        let broken = window[..window.len() - 1].iter().any(|word| word.ends);
        let [n] = apart[..] else { continue };
        let longer = |word: Option<&Word>| word.is_some_and(|word| word.is_capitalised() && !is_title(&word.folded));
        let before = i.checked_sub(1).and_then(|at| line.get(at)).filter(|word| !word.ends);
        let after = line.get(i + sought.len()).filter(|_| !window[window.len() - 1].ends);
        // In a line of capitals nobody can tell where a name ends.
        let capitals = line.iter().all(|word| word.bare == word.bare.to_uppercase());
        let stands_alone = !longer(before) && !longer(after) || capitals && line.len() == sought.len();
        let name = window.iter().all(Word::is_capitalised) && stands_alone && !broken;
        // *Thị* is in half of all names: what is read instead of it was misread.
        let usual = [&sought[n], &window[n].folded].iter().any(|syllable| *syllable == "thi");
        if name && !usual && is_slip(&sought[n], &window[n].folded) {
            let seen = window.iter().map(|word| word.bare.as_str()).collect::<Vec<_>>().join(" ");
            found.push(Match::Near { seen, misread: false });
        }
    }
    found
}

/// What people are called before their name.
fn is_title(folded: &str) -> bool {
    const TITLES: [&str; 8] = ["ong", "ba", "anh", "chi", "em", "ten", "la", "chau"];
    TITLES.contains(&folded)
}

/// One letter more, less or other, or two that changed places.
fn is_slip(said: &str, read: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (said.chars().collect(), read.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let rest = |from: &[char], to: &[char]| from == to;
    match long.len() - short.len() {
        0 if same + 1 < long.len() && short[same] == long[same + 1] && short[same + 1] == long[same] => {
            rest(&short[same + 2..], &long[same + 2..])
        }
        0 => same < long.len() && rest(&short[same + 1..], &long[same + 1..]),
        1 => rest(&short[same..], &long[same + 1..]),
        _ => false,
    }
}

/// Letters that readers take for one another, as one.
fn look(folded: &str) -> String {
    let letters = folded.replace("rn", "m").replace("ii", "u");
    let like = |c: char| match c {
        'e' | 'o' | '0' => 'c',
        'u' => 'n',
        'i' | 't' | '1' | 'f' | 'j' => 'l',
        'b' => 'h',
        'q' | '9' => 'g',
        'y' => 'v',
        other => other,
    };
    letters.chars().map(like).collect()
}

/// Number and sign: `123` and `ttrstc` of `123/TTr-STC`.
fn number_of(text: &str) -> Option<(String, String)> {
    let (number, sign) = text.trim().split_once('/')?;
    let digits = number.chars().rev().take_while(char::is_ascii_digit).collect::<String>();
    let digits: String = digits.chars().rev().collect();
    let digits = digits.trim_start_matches('0').to_owned();
    let sign: String = text::fold(sign).chars().filter(|c| c.is_alphanumeric()).collect();
    (!digits.is_empty() && !sign.is_empty()).then_some((digits, sign))
}

/// The same sign with a number of which one digit is another, or two changed places.
fn number_at((number, sign): &(String, String), word: &Word) -> Match {
    let Some((its, _)) = number_of(&word.bare).filter(|(_, of)| look(of) == look(sign)) else { return Match::None };
    if its == *number {
        return Match::Exact;
    }
    if is_slip(number, &its) { Match::Near { seen: word.bare.clone(), misread: false } } else { Match::None }
}

/// A day in numbers; one of which day and month have changed places is near.
fn birth_at(sought: Date, word: &Word) -> Match {
    let parts: Vec<i64> = word.bare.split(['/', '-', '.']).filter_map(|part| part.parse().ok()).collect();
    let [day, month, year] = parts[..] else { return Match::None };
    let [sought_day, sought_month] = [sought.day(), sought.month()].map(i64::from);
    if year != i64::from(sought.year()) {
        return Match::None;
    }
    match (day, month) {
        (day, month) if (day, month) == (sought_day, sought_month) => Match::Exact,
        (day, month) if (day, month) == (sought_month, sought_day) => {
            Match::Near { seen: word.bare.clone(), misread: false }
        }
        _ => Match::None,
    }
}

#[cfg(test)]
mod tests;
