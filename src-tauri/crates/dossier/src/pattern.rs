//! Shapes that a line of text can be held to, as typed parts one after another. No text is ever run: a pattern is matched by
//! walking it once along the line, in time bounded by their two lengths.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The most parts of a pattern.
pub const MAX_PARTS: usize = 32;

/// The shape of a whole line, such as a register number `TP/1234-KS`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    pub parts: Vec<Part>,
    /// A line of this shape, shown to who typed another.
    pub example: String,
}

/// One part of a pattern. The numbers say how often, at least and at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "PatternPart")]
pub enum Part {
    /// Exactly this.
    Literal(String),
    /// One of these, as a whole.
    OneOf(Vec<String>),
    /// `0` to `9`.
    Digits(u8, u8),
    /// `A` to `Z`; what is typed in small letters is raised where the whole pattern has capitals only.
    Capitals(u8, u8),
    /// Letters of any kind, Vietnamese ones too.
    Letters(u8, u8),
    /// Anything but control characters.
    Any(u8, u8),
}

impl Pattern {
    /// Whether the whole of `line` has this shape.
    pub fn fits(&self, line: &str) -> bool {
        let line: Vec<char> = line.chars().collect();
        if line.len() > self.max_len() {
            return false;
        }
        let mut reached = vec![0];
        for part in &self.parts {
            let mut ends = vec![false; line.len() + 1];
            for end in reached.into_iter().flat_map(|at| part.ends(&line, at)) {
                ends.iter_mut().skip(end).take(1).for_each(|reached| *reached = true);
            }
            reached = ends.iter().enumerate().filter(|(_, reached)| **reached).map(|(at, _)| at).collect();
        }
        reached.last() == Some(&line.len())
    }

    /// What was typed, its letters raised where no small letter can stand.
    pub fn raised(&self, line: &str) -> String {
        let small = |text: &String| text.chars().any(char::is_lowercase);
        let has_small = |part: &Part| match part {
            Part::Literal(text) => small(text),
            Part::OneOf(texts) => texts.iter().any(small),
            Part::Digits(..) | Part::Capitals(..) => false,
            Part::Letters(..) | Part::Any(..) => true,
        };
        if self.parts.iter().any(has_small) { line.to_owned() } else { line.to_uppercase() }
    }

    /// Nothing of it is out of order: it has parts, each can occur, and the example fits.
    pub fn is_well_formed(&self) -> bool {
        (1..=MAX_PARTS).contains(&self.parts.len())
            && self.parts.iter().all(Part::can_occur)
            && self.fits(&self.example)
    }

    /// How many characters a line of this shape has at most: boxes to write in.
    pub fn max_len(&self) -> usize {
        let len = |part: &Part| match part {
            Part::Literal(text) => text.chars().count(),
            Part::OneOf(texts) => texts.iter().map(|text| text.chars().count()).max().unwrap_or(0),
            Part::Digits(_, most) | Part::Capitals(_, most) | Part::Letters(_, most) | Part::Any(_, most) => {
                usize::from(*most)
            }
        };
        self.parts.iter().map(len).sum()
    }

    /// The same shape as a regular expression (ECMA-262, as JSON Schema has them), for other programs.
    pub fn as_regex(&self) -> String {
        let part = |part: &Part| match part {
            Part::Literal(text) => escaped(text),
            Part::OneOf(texts) => format!("({})", texts.iter().map(|it| escaped(it)).collect::<Vec<_>>().join("|")),
            Part::Digits(least, most) => format!("[0-9]{{{least},{most}}}"),
            Part::Capitals(least, most) => format!("[A-Z]{{{least},{most}}}"),
            Part::Letters(least, most) => format!("\\p{{L}}{{{least},{most}}}"),
            Part::Any(least, most) => format!("[^\\x00-\\x1f\\x7f]{{{least},{most}}}"),
        };
        format!("^{}$", self.parts.iter().map(part).collect::<String>())
    }
}

impl Part {
    /// Where a match of this part that begins at `at` can end.
    fn ends(&self, line: &[char], at: usize) -> Vec<usize> {
        let rest = line.get(at..).unwrap_or_default();
        let literal = |text: &str| {
            let len = text.chars().count();
            (rest.len() >= len && text.chars().zip(rest).all(|(a, b)| a == *b)).then_some(at + len)
        };
        let run = |least: u8, most: u8, fits: fn(char) -> bool| {
            let longest = rest.iter().take(usize::from(most)).take_while(|c| fits(**c)).count();
            (usize::from(least)..=longest).map(|len| at + len).collect()
        };
        match self {
            Self::Literal(text) => literal(text).into_iter().collect(),
            Self::OneOf(texts) => texts.iter().filter_map(|text| literal(text)).collect(),
            Self::Digits(least, most) => run(*least, *most, |c| c.is_ascii_digit()),
            Self::Capitals(least, most) => run(*least, *most, |c| c.is_ascii_uppercase()),
            Self::Letters(least, most) => run(*least, *most, char::is_alphabetic),
            Self::Any(least, most) => run(*least, *most, |c| !c.is_control()),
        }
    }

    fn can_occur(&self) -> bool {
        match self {
            Self::Literal(text) => !text.is_empty(),
            Self::OneOf(texts) => !texts.is_empty() && texts.iter().all(|text| !text.is_empty()),
            Self::Digits(least, most)
            | Self::Capitals(least, most)
            | Self::Letters(least, most)
            | Self::Any(least, most) => least <= most && *most > 0,
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        // Only these: with the flag `u`, which `\p{L}` needs, ECMA-262 allows no other character to be escaped.
        if "\\^$.|?*+()[]{}/".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(json: &str) -> Pattern {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_line_fits_as_a_whole_and_only_then() {
        let it = pattern(
            r#"{"parts": [{"one_of": ["TP", "T"]}, {"literal": "/"}, {"digits": [2, 4]}, {"capitals": [0, 2]}], "example": "TP/123K"}"#,
        );
        assert!(it.is_well_formed());
        for good in ["TP/12", "T/1234", "TP/123KS"] {
            assert!(it.fits(good), "{good}");
        }
        for bad in ["", "P/12", "TP/1", "TP/12345", "TP/12ks", "TP/12 ", " TP/12"] {
            assert!(!it.fits(bad), "{bad}");
        }
        assert_eq!(it.raised("tp/12k"), "TP/12K");
        assert_eq!((it.max_len(), it.as_regex().as_str()), (9, "^(TP|T)\\/[0-9]{2,4}[A-Z]{0,2}$"));
        let dashed = pattern(r#"{"parts": [{"literal": "A-B.c"}], "example": "A-B.c"}"#);
        assert_eq!(dashed.as_regex(), r"^A-B\.c$");
        let letters = pattern(r#"{"parts": [{"letters": [1, 9]}], "example": "Ước"}"#);
        assert_eq!((letters.fits("Đặng"), letters.raised("đặng")), (true, "đặng".to_owned()));
    }

    #[test]
    fn what_can_never_fit_is_not_well_formed() {
        for bad in [
            r#"{"parts": [], "example": ""}"#,
            r#"{"parts": [{"digits": [3, 2]}], "example": "12"}"#,
            r#"{"parts": [{"digits": [1, 2]}], "example": "x"}"#,
            r#"{"parts": [{"one_of": []}], "example": ""}"#,
        ] {
            assert!(!pattern(bad).is_well_formed(), "{bad}");
        }
    }

    #[test]
    fn many_parts_that_could_share_a_line_end_soon() {
        let parts = vec![Part::Any(0, 255); MAX_PARTS];
        let it = Pattern { parts, example: String::new() };
        assert!(it.fits(&"a".repeat(800)));
        assert!(!it.fits(&format!("{}\n", "a".repeat(800))));
        assert!(!it.fits(&"a".repeat(100_000)));
    }

    proptest! {
        #[test]
        fn matching_never_panics(line in "\\PC{0,20}", least in 0_u8..4, most in 0_u8..6) {
            let parts = vec![Part::Letters(least, most), Part::Literal("/".into()), Part::Digits(least, most)];
            let it = Pattern { parts, example: "a/1".into() };
            let _ = (it.fits(&line), it.raised(&line), it.is_well_formed());
        }
    }
}
