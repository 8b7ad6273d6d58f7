//! What the engine made of dirt, strokes and edges: signs that no paper has, alone between words. They are left out of the reading; a word
//! is never changed, and what may be the stamp of a state secret is never left out: the tripwire looks at what is left here.

use crate::reading::Reading;
use crate::secrecy::mark_of;
use crate::syllable::{bare, is_vietnamese};
use crate::{Rect, Word};

/// Signs that are read where there is none: taken off the ends of words.
const DIRT: &[char] = &[
    '|', '⁄', '\\', '^', '~', '`', '¬', '¡', '_', '<', '>', '{', '}', '„', 'ˆ', '®', '«', '»', '¦', '°', '¢', '£', '¥',
];
/// Signs that stand alone in Vietnamese papers, and those that do so between numbers.
const DASHES: &[char] = &['-', '–', '—', '+', '*', '•'];
const BETWEEN_NUMBERS: &[char] = &['/', '=', 'x', '×', ':', '%'];
/// Below this the engine guesses.
const GUESSED: f32 = 0.4;

/// Leaves out what is no word.
pub(crate) fn without_noise(reading: Reading) -> Reading {
    let mut words = Vec::with_capacity(reading.words.len());
    let clean = Reading::new(reading.words.iter().filter_map(without_dirt).collect());
    // Letter by letter, a stamp is as short and as unsure as noise.
    let stamps = stamps(&clean);
    for line in clean.lines() {
        for (place, word) in line.iter().enumerate() {
            let near = [place.checked_sub(1), place.checked_add(1)].map(|at| at.and_then(|at| line.get(at)));
            if stamps.contains(&word.bbox) || !is_noise(word, near) {
                words.push(word.clone());
            }
        }
    }
    let kept = Reading::new(words);
    // Looked at once more: one beside which noise stood is a stamp only now.
    let stamps = self::stamps(&kept);
    let is_stamp = |line: &[Word]| line.iter().any(|word| stamps.contains(&word.bbox));
    let rubbish: Vec<u32> = kept
        .lines()
        .filter(|line| is_rubbish(line) && !is_stamp(line))
        .filter_map(|line| Some(line.first()?.line))
        .collect();
    Reading::new(kept.words.into_iter().filter(|word| !rubbish.contains(&word.line)).collect())
}

/// Where the words stand that may be the stamp of a state secret.
fn stamps(reading: &Reading) -> Vec<Rect> {
    let stamps = reading.segments().filter(|segment| mark_of(segment).is_some());
    stamps.flatten().map(|word| word.bbox).collect()
}

/// The word without the dirt at its ends; `None` when nothing is left.
fn without_dirt(word: &Word) -> Option<Word> {
    let text = word.text.trim_matches(DIRT);
    (!text.is_empty()).then(|| Word { text: text.to_owned(), ..word.clone() })
}

fn is_noise(word: &Word, near: [Option<&Word>; 2]) -> bool {
    let text = word.text.as_str();
    let one = |signs: &[char]| text.chars().all(|c| signs.contains(&c));
    let number = |word: &Word| word.text.chars().any(|c| c.is_ascii_digit());
    if !text.chars().any(char::is_alphanumeric) {
        // A dash is as wide as it is long, a rule's remnant wider.
        let dash = text.chars().count() == 1 && one(DASHES) && word.bbox.width < 6 * word.bbox.height.max(8);
        let between = one(BETWEEN_NUMBERS) && near.into_iter().flatten().filter(|w| number(w)).count() == 2;
        return !(dash || between || is_closing(text));
    }
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let odd = text.chars().filter(|c| !c.is_alphanumeric() && !".,:;/-–()%\"“”…?!".contains(*c)).count();
    word.confidence < GUESSED && (letters == 1 && !number(word) || odd * 2 > letters)
}

/// ")", "”" or "…" that the engine parted from its word.
fn is_closing(text: &str) -> bool {
    matches!(text, ")" | "”" | "…" | "(" | "“")
}

/// A line of which hardly anything is a number, a word or sure: a scribble, the round of a seal, the edge of the sheet.
fn is_rubbish(line: &[Word]) -> bool {
    let (mut good, mut all) = (0.0, 0.0);
    for word in line {
        let letters = word.text.chars().filter(|c| c.is_alphanumeric()).count() as f32;
        let number = word.text.chars().any(|c| c.is_ascii_digit());
        let sure = word.confidence >= if letters < 3.0 { 0.8 } else { GUESSED };
        all += letters;
        let spelled = is_vietnamese(&word.text) || is_spelled(&word.text);
        good += if number || sure && (spelled || word.confidence >= 0.8) { letters } else { 0.0 };
    }
    good < 0.25 * all && all < 12.0
}

/// Whether it is written as words of any language are, also "Ksor" and "H'Nen": letters with a vowel among them, and no capital after a
/// small one. Scribbles are not.
fn is_spelled(word: &str) -> bool {
    let core = word.trim_matches(|c: char| !c.is_alphanumeric());
    let parts = || core.split(['\'', '’', '-']);
    let in_one_case = |part: &str| {
        let rest = || part.chars().skip(1);
        rest().all(char::is_lowercase) || part.chars().all(char::is_uppercase)
    };
    let lettered = parts().all(|part| part.chars().all(char::is_alphabetic) && in_one_case(part));
    let letters = core.chars().filter(|c| c.is_alphabetic()).count();
    lettered && letters >= 3 && bare(core).contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rect;

    /// A line of words, each with its confidence.
    fn line(words: &[(&str, f32)]) -> Reading {
        let mut x = 0;
        let mut word = |&(text, confidence): &(&str, f32)| {
            let bbox = Rect { x, y: 0, width: 10 * text.chars().count() as u32, height: 20 };
            x = bbox.right() + 8;
            Word { text: text.into(), bbox, confidence, line: 0, block: 0, baseline: None }
        };
        Reading::new(words.iter().map(&mut word).collect())
    }

    fn text(words: &[(&str, f32)]) -> String {
        without_noise(line(words)).text()
    }

    #[test]
    fn signs_of_dirt_go_and_words_are_not_changed() {
        assert_eq!(
            text(&[("'", 0.9), ("Căn", 0.9), ("cứ", 0.3), ("|", 0.7), ("=", 0.5), ("Luật", 0.1)]),
            "Căn cứ Luật"
        );
        assert_eq!(text(&[("|Căn", 0.9), ("cứ⁄", 0.9)]), "Căn cứ");
        assert_eq!(text(&[("-", 0.0), ("Lưu:", 0.9), ("VT,", 0.2), ("Z", 0.1)]), "- Lưu: VT,");
        assert_eq!(text(&[("THỤC", 0.2), ("HIỆN", 0.9), ("26/12/1976", 0.0)]), "THỤC HIỆN 26/12/1976");
        assert_eq!(text(&[("2", 0.9), ("/", 0.9), ("3", 0.9), ("/", 0.9), ("tờ", 0.9)]), "2 / 3 tờ");
    }

    #[test]
    fn a_scribble_goes_as_a_whole_and_a_short_name_stays() {
        assert_eq!(text(&[("Ncc", 0.3), ("xx", 0.5), ("Nx", 0.2)]), "");
        assert_eq!(text(&[("Võ", 0.9), ("Oanh", 0.6)]), "Võ Oanh");
        assert_eq!(text(&[("7", 0.3)]), "7");
    }

    #[test]
    fn an_unusual_name_or_a_foreign_word_alone_stays_and_is_a_doubt() {
        for name in [&[("Ksor", 0.45), ("H'Nen", 0.62)][..], &[("Samsung", 0.5)], &[("Y", 0.5), ("Blia", 0.41)]] {
            let kept = without_noise(line(name));
            assert_eq!(kept.words.len(), name.len(), "{name:?}");
            assert!(kept.words.iter().any(|word| word.confidence < 0.6), "unsure: a doubt");
        }
        // Guessed, or written as nobody writes.
        for scribble in [&[("Ksor", 0.39)][..], &[("NeuU", 0.7)], &[("Nxk", 0.7)], &[("oe", 0.7)]] {
            assert_eq!(text(scribble), "", "{scribble:?}");
        }
    }

    #[test]
    fn what_may_be_the_stamp_of_a_state_secret_stays_however_unsure() {
        for stamp in [
            &[("MAT", 0.4)][..],
            &[("MÂT", 0.79)],
            &[("MẬT", 0.1)],
            &[("M", 0.7), ("Ậ", 0.7), ("T", 0.7)],
            &[("M", 0.1), ("Ậ", 0.2), ("T", 0.3)],
            &[("|MẬT", 0.2), ("|", 0.9)],
            // The frame's edge was read as a letter.
            &[("MẬT", 0.3), ("l", 0.1)],
            &[("TỐI", 0.2), ("MAT", 0.1)],
        ] {
            let kept = without_noise(line(stamp));
            assert!(crate::secrecy_mark(&kept).is_some(), "{stamp:?} {}", kept.text());
        }
    }
}
