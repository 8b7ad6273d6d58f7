//! Which pages of a stack belong together. Pure: pages in their order in, parts out.
//!
//! A cover sheet begins a part and says where it belongs; Patch-T begins one too, and says nothing. Blank pages stay with the pages
//! around them and do not count. Neither sheet is a page of any part. A page that a person took out of its part is one of its own.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A page's place in its stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
pub struct StackAt {
    /// Index into the stack's files.
    pub file: u32,
    /// Frame of the file, from 0.
    pub frame: u32,
}

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// Something is on it.
    Content,
    /// Nothing is: kept, marked, not counted.
    Blank,
    /// It could not be decoded.
    Unreadable,
    /// A whole file that was refused.
    Missing,
}

/// A page, or what is in its place, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    Page(PageKind),
    /// A person took it out of the part it lies in.
    TakenOut(PageKind),
    /// A cover sheet; the text of its code.
    Sheet(String),
    Patch,
}

/// Pages that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where it begins: at its sheet, or at its first page.
    pub at: StackAt,
    /// The text of its cover sheet's code.
    pub sheet: Option<String>,
    /// A person took its pages out of the part they lie in, which goes on without them.
    pub taken_out: bool,
    pub pages: Vec<(StackAt, PageKind)>,
}

impl Part {
    /// Where its pages lie.
    pub fn ats(&self) -> Vec<StackAt> {
        self.pages.iter().map(|(at, _)| *at).collect()
    }

    /// Pages that count: those with something on them.
    pub fn counted(&self) -> u32 {
        self.pages.iter().filter(|(_, kind)| *kind == PageKind::Content).count() as u32
    }
}

pub(crate) fn parts(seen: impl IntoIterator<Item = (StackAt, Seen)>) -> Vec<Part> {
    let mut parts: Vec<Part> = vec![];
    // The part that pages fall to, and the one of pages taken out if the page before was.
    let (mut current, mut aside) = (None, None);
    for (at, seen) in seen {
        let (falls_to, sheet, page, taken_out) = match seen {
            Seen::Sheet(text) => (None, Some(text), None, false),
            Seen::Patch => (None, None, None, false),
            Seen::Page(kind) => (current, None, Some((at, kind)), false),
            Seen::TakenOut(kind) => (aside, None, Some((at, kind)), true),
        };
        let index = falls_to.unwrap_or(parts.len());
        match parts.get_mut(index) {
            Some(part) => part.pages.extend(page),
            None => parts.push(Part { at, sheet, taken_out, pages: page.into_iter().collect() }),
        }
        aside = taken_out.then_some(index);
        if !taken_out {
            current = Some(index);
        }
    }
    // A patch between a part and the next cover sheet separates nothing.
    parts.retain(|part| part.sheet.is_some() || !part.pages.is_empty());
    parts
}

/// Ends each part that was filed where it ended then, and every part before one that was; `filed_with` knows with how many pages.
pub(crate) fn split_filed(parts: Vec<Part>, filed_with: impl Fn(StackAt) -> Option<usize>) -> Vec<Part> {
    let mut split = vec![];
    for mut part in parts {
        loop {
            // Only of a sheet nothing at all may have been filed.
            let own = filed_with(part.at).filter(|filed| *filed > 0 || part.sheet.is_some());
            let other = part.pages.iter().position(|(at, _)| *at != part.at && filed_with(*at).is_some());
            let end = own.unwrap_or(usize::MAX).min(other.unwrap_or(usize::MAX));
            let Some((at, _)) = part.pages.get(end).copied() else { break };
            let later = part.pages.split_off(end);
            let rest = Part { at, sheet: None, taken_out: part.taken_out, pages: later };
            let ended = std::mem::replace(&mut part, rest);
            if ended.sheet.is_some() || !ended.pages.is_empty() {
                split.push(ended);
            }
        }
        split.push(part);
    }
    split
}

/// The order of file names as people count: `quét 2` before `quét 10`.
pub(crate) fn natural(name: &str) -> Vec<(u64, String)> {
    let mut key = vec![];
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let text = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (text, after) = after.split_at(text);
        key.push((number.parse().unwrap_or(if number.is_empty() { 0 } else { u64::MAX }), text.to_lowercase()));
        rest = after;
    }
    // The same but for leading zeros or capitals: still an order.
    key.push((0, name.to_owned()));
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `C` content, `b` blank, `x` unreadable, `o` taken out, `P` Patch-T, digits are sheets.
    fn sorted(stack: &str) -> Vec<(Option<String>, u32, usize)> {
        let seen = stack.chars().zip(0..).map(|(c, frame)| {
            let seen = match c {
                'C' => Seen::Page(PageKind::Content),
                'b' => Seen::Page(PageKind::Blank),
                'x' => Seen::Page(PageKind::Unreadable),
                'o' => Seen::TakenOut(PageKind::Content),
                'P' => Seen::Patch,
                sheet => Seen::Sheet(sheet.to_string()),
            };
            (StackAt { file: 0, frame }, seen)
        });
        parts(seen).into_iter().map(|part| (part.sheet.clone(), part.counted(), part.pages.len())).collect()
    }

    fn part(sheet: &str, counted: u32, pages: usize) -> (Option<String>, u32, usize) {
        ((!sheet.is_empty()).then(|| sheet.to_owned()), counted, pages)
    }

    #[test]
    fn pages_fall_to_the_sheet_before_them_and_blank_ones_do_not_count() {
        assert_eq!(sorted("1CbCb2C3"), [part("1", 2, 4), part("2", 1, 1), part("3", 0, 0)]);
        assert_eq!(sorted("CC1C"), [part("", 2, 2), part("1", 1, 1)], "nobody's pages are a part of their own");
        assert_eq!(sorted("1Cx"), [part("1", 1, 2)]);
        assert_eq!(sorted(""), []);
    }

    #[test]
    fn a_patch_separates_and_says_nothing() {
        assert_eq!(sorted("CPC"), [part("", 1, 1), part("", 1, 1)]);
        assert_eq!(sorted("1CPCP2C"), [part("1", 1, 1), part("", 1, 1), part("2", 1, 1)]);
        assert_eq!(sorted("PP"), []);
    }

    #[test]
    fn a_page_taken_out_is_a_part_of_its_own_and_its_part_goes_on() {
        assert_eq!(sorted("1CoC2C"), [part("1", 2, 2), part("", 1, 1), part("2", 1, 1)]);
        assert_eq!(sorted("1CooCo"), [part("1", 2, 2), part("", 2, 2), part("", 1, 1)], "neighbours stay together");
        assert_eq!(sorted("oC"), [part("", 1, 1), part("", 1, 1)]);
        assert_eq!(sorted("1o"), [part("1", 0, 0), part("", 1, 1)]);
    }

    #[test]
    fn what_came_after_a_part_was_filed_is_a_part_of_its_own() {
        let pages = |frames: std::ops::Range<u32>| {
            frames.map(|frame| (StackAt { file: 0, frame }, PageKind::Content)).collect::<Vec<_>>()
        };
        let at = |frame| StackAt { file: 0, frame };
        let part = || vec![Part { at: at(0), sheet: Some("1".into()), taken_out: false, pages: pages(1..6) }];
        let ends = |filed: &[(u32, usize)]| {
            let filed_with = |at: StackAt| filed.iter().find(|(frame, _)| *frame == at.frame).map(|(_, pages)| *pages);
            let parts = split_filed(part(), filed_with);
            parts.into_iter().map(|part| (part.at.frame, part.sheet.is_some(), part.pages.len())).collect::<Vec<_>>()
        };
        assert_eq!(ends(&[]), [(0, true, 5)]);
        assert_eq!(ends(&[(0, 5)]), [(0, true, 5)]);
        assert_eq!(ends(&[(0, 3)]), [(0, true, 3), (4, false, 2)]);
        assert_eq!(ends(&[(0, 2), (3, 1)]), [(0, true, 2), (3, false, 1), (4, false, 2)], "filed, and filed again");
        assert_eq!(ends(&[(0, 0), (1, 0)]), [(0, true, 0), (1, false, 5)]);
        assert_eq!(
            ends(&[(4, 2)]),
            [(0, true, 3), (4, false, 2)],
            "the end of it was filed, and its beginning not any more"
        );
        assert_eq!(ends(&[(1, 2)]), [(0, true, 0), (1, false, 2), (3, false, 3)]);
    }

    #[test]
    fn names_are_ordered_as_people_count() {
        let mut names = ["quét 10.jpg", "Quét 2.jpg", "quét 1b.jpg", "quét 1.jpg", "9.jpg", "quét 02.jpg"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["quét 1.jpg", "quét 1b.jpg", "Quét 2.jpg", "quét 02.jpg", "quét 10.jpg", "9.jpg"]);
    }
}
