//! What a person decides about pages. A page is its source, a frame of it, and these: nothing that came in is changed.

use dossier::{DocumentId, PageId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::fault::{Fault, FaultCode as Code};

/// What a person has decided about a page; what is not said is decided by what was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct PageEdits {
    /// Clockwise degrees by which the content is turned as it came in: 0, 90, 180 or 270.
    pub orientation: Option<u16>,
    /// Whether it belongs into the PDF.
    pub keep: Option<bool>,
    /// Corners of the sheet in source pixels, clockwise. Two pages of one frame are its two halves by this.
    pub quad: Option<[[f64; 2]; 4]>,
    /// The content's clockwise rotation in the source, degrees.
    pub skew_deg: Option<f64>,
    pub colour: Option<PageColour>,
    /// Steps by which the kept picture is darker, below 0 lighter.
    pub darker: i8,
    pub words: Vec<WordEdit>,
}

/// What a page is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PageColour {
    Bw,
    Gray,
    Colour,
}

/// What a person said of a word that was read: what it is, also where that is what was read, or nothing at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WordEdit {
    /// The word's middle in source pixels.
    pub at: [f64; 2],
    /// Empty = there is no word.
    pub text: String,
}

/// A page and what a person decided about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PageDecision {
    pub page: PageId,
    pub edits: PageEdits,
}

/// The pages of a document as they are to stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PagesOf {
    /// Nothing for a document that is to be made, beside the one named before it: like that one, or where `place` says.
    pub document: Option<DocumentId>,
    pub place: Option<ComponentPlace>,
    /// In order. A document left without any is put away, and comes back when it is given some again.
    pub pages: Vec<PageId>,
}

/// A component of a dossier's procedure, and the row of its table where it is asked for once a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ComponentPlace {
    pub component: String,
    pub row: Option<String>,
}

/// More than a page of a scanned newspaper has.
const MAX_WORDS: usize = 5000;
/// Characters; what is read as one word may be a line.
const MAX_WORD: usize = 200;

impl PageEdits {
    /// What it says makes sense; texts in NFC without outer blanks.
    pub(crate) fn checked(mut self) -> Result<Self, Fault> {
        let bad = |field: &str| Fault::new(Code::BadValue).with("field", field);
        if let Some(turned) = self.orientation.filter(|turned| !matches!(turned, 0 | 90 | 180 | 270)) {
            return Err(bad("orientation").with("value", turned));
        }
        if self.quad.is_some_and(|quad| digitise::enclosing(quad).is_none()) {
            return Err(bad("quad"));
        }
        if let Some(degrees) = self.skew_deg.filter(|degrees| !degrees.is_finite() || degrees.abs() > 45.0) {
            return Err(bad("skew_deg").with("value", degrees));
        }
        if !(-digitise::MAX_DARKER..=digitise::MAX_DARKER).contains(&self.darker) {
            return Err(bad("darker").with("value", self.darker));
        }
        if self.words.len() > MAX_WORDS {
            return Err(Fault::too_large("words", self.words.len(), MAX_WORDS));
        }
        for word in &mut self.words {
            word.text = dossier::text::nfc(word.text.trim());
            let strange = word.text.chars().any(char::is_control) || word.text.chars().count() > MAX_WORD;
            if strange || !word.at.iter().all(|value| value.is_finite()) {
                return Err(bad("words").with("value", &word.text));
            }
        }
        Ok(self)
    }

    /// What the words that are read depend on.
    pub(crate) fn geometry(&self) -> impl Serialize + use<> {
        (self.orientation, self.quad, self.skew_deg)
    }

    /// What the picture engine is told.
    pub(crate) fn told(&self) -> digitise::Told {
        digitise::Told {
            quad: self.quad,
            skew_deg: self.skew_deg,
            colour: self.colour.map(|colour| match colour {
                PageColour::Bw => digitise::Colour::Bw,
                PageColour::Gray => digitise::Colour::Gray,
                PageColour::Colour => digitise::Colour::Colour,
            }),
            darker: self.darker,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_that_make_no_sense_are_refused_and_words_are_nfc() {
        let refused = |edits: PageEdits| edits.checked().unwrap_err().args["field"].clone();
        let crossed = [[0.0, 0.0], [900.0, 0.0], [0.0, 900.0], [900.0, 900.0]];
        assert_eq!(refused(PageEdits { orientation: Some(45), ..PageEdits::default() }), "orientation");
        assert_eq!(refused(PageEdits { quad: Some(crossed), ..PageEdits::default() }), "quad");
        assert_eq!(refused(PageEdits { skew_deg: Some(f64::NAN), ..PageEdits::default() }), "skew_deg");
        assert_eq!(refused(PageEdits { darker: 9, ..PageEdits::default() }), "darker");
        let said = |text: &str| PageEdits {
            words: vec![WordEdit { at: [1.0, 2.0], text: text.to_owned() }],
            ..PageEdits::default()
        };
        assert_eq!(refused(said("a\u{c}b")), "words");
        assert_eq!(said(" Ta\u{300}u ").checked().unwrap().words[0].text, "Tàu");
    }

    #[test]
    fn what_was_kept_before_there_were_more_edits_is_read() {
        let old: PageEdits = serde_json::from_str(r#"{"orientation":90,"keep":null}"#).unwrap();
        assert_eq!(old, PageEdits { orientation: Some(90), ..PageEdits::default() });
    }
}
