//! Is this a possible Vietnamese syllable? Decided by the spelling rules (onset + rhyme + tone), not by a word list, so that names and rare
//! words pass. It *flags* words for a second look; nothing is ever rewritten by it.
//!
//! Rules: the rhyme tables and the distribution of onsets and tones as in Đoàn Thiện Thuật, *Ngữ âm tiếng Việt*; both placements of the
//! tone mark (hoà, hòa) and of y/i (kỹ, kĩ) are accepted.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::Reading;

/// The six tones, by their mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Level,
    Grave,
    Acute,
    Hook,
    Tilde,
    Dot,
}

/// Longest first, so that the first that fits is the right one. `gi` and `qu` are handled apart: their vowel letter is shared.
const ONSETS: &[&str] = &[
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m",
    "n", "p", "r", "s", "t", "v", "x",
];

/// Open rhymes and rhymes ending in a semivowel or a nasal: all six tones.
const SMOOTH_RHYMES: &[&str] = &[
    "a", "ă", "ai", "am", "an", "ang", "anh", "ao", "au", "ay", "ăm", "ăn", "ăng", "âm", "ân", "âng", "âu", "ây", "e",
    "em", "en", "eng", "eo", "ê", "êm", "ên", "ênh", "êu", "i", "ia", "iêm", "iên", "iêng", "iêu", "im", "in", "inh",
    "iu", "o", "oa", "oai", "oam", "oan", "oang", "oanh", "oao", "oay", "oăm", "oăn", "oăng", "oe", "oen", "oeo", "oi",
    "om", "on", "ong", "oong", "ô", "ôi", "ôm", "ôn", "ông", "ôông", "ơ", "ơi", "ơm", "ơn", "u", "ua", "uân", "uâng",
    "uây", "uê", "uênh", "ui", "um", "un", "ung", "uơ", "uôi", "uôm", "uôn", "uông", "uy", "uya", "uyên", "uynh",
    "uyn", "uyu", "ư", "ưa", "ưi", "ưm", "ưn", "ưng", "ươi", "ươm", "ươn", "ương", "ươu", "ưu", "y", "yêm", "yên",
    "yêng", "yêu", "ynh", "uêu", "êng", "ơng", "uao", "uau",
];

/// Rhymes ending in a stop (c, ch, p, t): only the tones of the acute and the dot (Đoàn Thiện Thuật, ch. 4).
const STOPPED_RHYMES: &[&str] = &[
    "ac", "ach", "ap", "at", "ăc", "ăp", "ăt", "âc", "âp", "ât", "ec", "ep", "et", "êch", "êp", "êt", "ich", "iêc",
    "iêp", "iêt", "ip", "it", "oac", "oach", "oap", "oat", "oăc", "oăt", "oăp", "oet", "oc", "ooc", "op", "ot", "ôc",
    "ôp", "ôt", "ơp", "ơt", "uât", "uâc", "uêch", "uc", "uôc", "uôt", "uôp", "up", "ut", "uych", "uyêt", "uyt", "uyp",
    "ưc", "ưt", "ươc", "ươp", "ươt", "yêt", "ưp", "uôch", "êc",
];

/// True when the word, after its outer punctuation is taken off, is a possible Vietnamese syllable in NFC or NFD, in any case. Numbers,
/// abbreviations (UBND) and foreign words are not; hyphenated words are judged part by part.
pub fn is_vietnamese(word: &str) -> bool {
    let core = core(word);
    !core.is_empty() && core.split('-').all(is_syllable)
}

/// The words of a reading that a person should look at: all letters, two or more of them, yet no Vietnamese syllable and no
/// all-capitals abbreviation. Gives their places in [`Reading::words`].
pub fn doubtful(reading: &Reading) -> Vec<usize> {
    let suspicious = |text: &str| {
        let core = core(text);
        let letters = core.chars().count();
        let abbreviation =
            (2..=6).contains(&letters) && core.chars().all(|c| c.is_uppercase() && bare_letter(c).is_some());
        letters >= 2 && core.chars().all(|c| c.is_alphabetic() || c == '-') && !abbreviation && !is_vietnamese(core)
    };
    reading.words.iter().enumerate().filter(|(_, w)| suspicious(&w.text)).map(|(i, _)| i).collect()
}

/// The share of words made of letters that are Vietnamese syllables, weighted by their letters, and the number of those letters. Single
/// letters do not count: noise reads as such.
pub(crate) fn hit_rate<'a>(words: impl IntoIterator<Item = &'a str>) -> (f32, usize) {
    let (mut hits, mut letters) = (0usize, 0usize);
    for word in words {
        let core = core(word);
        let n = core.chars().count();
        if n >= 2 && core.chars().all(char::is_alphabetic) {
            letters += n;
            hits += if is_syllable(core) { n } else { 0 };
        }
    }
    (if letters == 0 { 0.0 } else { hits as f32 / letters as f32 }, letters)
}

/// The word without outer punctuation; combining marks belong to their letters.
fn core(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
}

fn is_syllable(word: &str) -> bool {
    split_tone(word).is_some_and(|(letters, tone)| match_rules(&letters, tone))
}

/// The word in lower case without its tone mark, and the tone; `None` when it has two tone marks or a character that no Vietnamese
/// syllable has.
fn split_tone(word: &str) -> Option<(String, Tone)> {
    let mut tone = Tone::Level;
    let mut letters = String::with_capacity(word.len());
    for c in word.nfd().flat_map(char::to_lowercase) {
        let mark = match c {
            '\u{300}' => Tone::Grave,
            '\u{301}' => Tone::Acute,
            '\u{309}' => Tone::Hook,
            '\u{303}' => Tone::Tilde,
            '\u{323}' => Tone::Dot,
            // The circumflex, breve and horn are parts of the letter.
            '\u{302}' | '\u{306}' | '\u{31b}' | 'đ' | 'a'..='z' => {
                letters.push(c);
                continue;
            }
            _ => return None,
        };
        if tone != Tone::Level {
            return None;
        }
        tone = mark;
    }
    Some((letters.nfc().collect(), tone))
}

fn match_rules(letters: &str, tone: Tone) -> bool {
    let known = |rhyme: &str| {
        SMOOTH_RHYMES.contains(&rhyme) || (STOPPED_RHYMES.contains(&rhyme) && matches!(tone, Tone::Acute | Tone::Dot))
    };
    if known(letters) {
        return true;
    }
    ONSETS.iter().any(|onset| letters.strip_prefix(onset).is_some_and(|rhyme| goes_with(onset, rhyme, &known)))
}

/// The spelling of an onset depends on the vowel that follows: k, gh, ngh before e, ê, i, y; c, g, ng before the others; gi and qu share
/// their letter with the rhyme (gì, gìn, giếng, quốc).
fn goes_with(onset: &str, rhyme: &str, known: &dyn Fn(&str) -> bool) -> bool {
    let front = rhyme.starts_with(['e', 'ê', 'i', 'y']);
    match onset {
        "gi" => known(rhyme) && !front_glide(rhyme) || known(&format!("i{rhyme}")),
        "qu" => known(&format!("u{rhyme}")) || known(&format!("o{rhyme}")) || known(rhyme),
        "k" => front && known(rhyme),
        "gh" | "ngh" => front && known(rhyme),
        "c" => !front && known(rhyme),
        "g" => (!front || rhyme.starts_with('i')) && known(rhyme),
        "ng" => !front && known(rhyme),
        _ => known(rhyme),
    }
}

/// After gi no second i or y is written.
fn front_glide(rhyme: &str) -> bool {
    rhyme.starts_with(['i', 'y'])
}

/// The Latin letter under all marks; `None` for anything that is not a letter of the Vietnamese alphabet.
pub(crate) fn bare_letter(c: char) -> Option<char> {
    let base = c.nfd_first()?.to_lowercase().next()?;
    match base {
        'đ' => Some('d'),
        'a'..='z' => Some(base),
        _ => None,
    }
}

trait FirstOfNfd {
    fn nfd_first(self) -> Option<char>;
}

impl FirstOfNfd for char {
    fn nfd_first(self) -> Option<char> {
        std::iter::once(self).nfd().next()
    }
}

/// The text in lower case without any marks, đ as d: for comparisons that forgive misread marks.
pub(crate) fn bare(text: &str) -> String {
    text.nfd()
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}'))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rect, Word};

    #[test]
    fn every_syllable_of_real_prose_is_accepted() {
        let prose = "Cộng hòa xã hội chủ nghĩa Việt Nam Độc lập Tự do Hạnh phúc Ủy ban nhân dân tỉnh kính gửi các phòng chuyên môn thuộc \
            huyện quyết định về việc giải quyết thủ tục hành chính giấy tiếp nhận và hẹn trả kết quả nghiêm túc khuyến cáo khuỷu tay \
            ngoằn ngoèo quýnh quàng xoong nồi giếng nước gìn giữ gì giặt quần áo nguyễn huỳnh trường đoạn thoả thuận thỏa thuận \
            hoà bình hòa bình kỹ thuật kĩ thuật quý ông bà yêu cầu yếu tố khuya nguệch ngoạc loắt choắt thuở ấy rượu bươu tuếch toác \
            quốc gia quy trình ngoạm đằng đẵng uống uỷ nhiệm ỷ lại y tế đìu hiu khúc khuỷu ngoao quắt queo giường giêng giếc";
        let wrong: Vec<_> = prose.split_whitespace().filter(|w| !is_vietnamese(w)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn impossible_spellings_and_foreign_words_are_refused() {
        for word in [
            "ưung",
            "quyet",
            "UBND",
            "cê",
            "kà",
            "ngê",
            "nghà",
            "tạcc",
            "bàt",
            "hoả̀",
            "b",
            "2026",
            "Wifi",
            "zô",
            "gjà",
            "tnưởng",
            "stt",
            "",
            "-",
            "đêcm",
        ] {
            assert!(!is_vietnamese(word), "{word}");
        }
    }

    #[test]
    fn case_form_and_punctuation_do_not_matter() {
        for word in ["NGHĨA", "“nghĩa”,", "nghi\u{303}a", "(Nghĩa)", "Một-cửa", "ĐẾN:"] {
            assert!(is_vietnamese(word), "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange_and_forms_do_not_matter(text in "[a-zđăâêôơư\\PC\u{300}-\u{323}\\-]{0,12}") {
            let nfd: String = text.nfd().collect();
            proptest::prop_assert_eq!(is_vietnamese(&text), is_vietnamese(&nfd));
            proptest::prop_assert_eq!(is_vietnamese(&text.to_lowercase()), is_vietnamese(&nfd.to_lowercase()));
        }
    }

    #[test]
    fn doubtful_words_are_pointed_at_and_left_alone() {
        let rect = Rect { x: 0, y: 0, width: 1, height: 1 };
        let words = ["Uỷ", "bann", "UBND", "470/UBND-VP", "nhâm,", "ưung", "15"].map(|text| Word {
            text: text.into(),
            bbox: rect,
            confidence: 1.0,
            line: 0,
            block: 0,
            baseline: None,
        });
        let reading = Reading::new(words.to_vec());
        assert_eq!(doubtful(&reading), [1, 5]);
    }

    #[test]
    fn the_hit_rate_counts_letters_of_words() {
        assert_eq!(hit_rate(["nhân", "dânn", "12", "x"]), (0.5, 8));
        assert_eq!(hit_rate([]), (0.0, 0));
    }
}
