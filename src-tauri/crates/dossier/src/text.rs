//! Vietnamese text: one stored form (NFC), one form to search by, one to name files by.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// `text` in Unicode normalisation form C, the only form stored or compared in this product.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// The search key of `text`: lower case, marks off, `đ` as `d`, runs of white space as one space, trimmed.
/// Old and new placement of tone marks (`hoà`, `hòa`) have the same key, as have NFC and NFD.
pub fn fold(text: &str) -> String {
    let bare: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` as a part of a file name: ASCII lower case letters and digits, words joined by one `-`, at most `max_len`
/// characters, never ending in `-`. Empty when nothing of `text` can be written so.
pub fn slug(text: &str, max_len: usize) -> String {
    let mut slug = String::new();
    for c in fold(text).chars() {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(max_len);
    slug.trim_end_matches('-').to_owned()
}

/// The name under which a component's file leaves this computer: `<code>_<nn>_<component>_<slug>_v<n>.<extension>`,
/// ASCII, at most 120 characters; whatever is not a letter, digit, `.` or `-` in the codes becomes `-`.
pub fn component_file_name(
    dossier_code: &str,
    position: usize,
    component: &str,
    title: &str,
    version: u32,
    extension: &str,
) -> String {
    const MAX: usize = 120;
    let safe = |code: &str, max: usize| -> String {
        let kept = |c: char| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '-' };
        code.chars().take(max).map(kept).collect()
    };
    let head = format!("{}_{position:02}_{}_", safe(dossier_code, 40), safe(component, 30));
    let tail = format!("_v{version}.{}", safe(extension, 8));
    let room = MAX.saturating_sub(head.len() + tail.len());
    format!("{head}{}{tail}", slug(title, room))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tone_placement_and_normal_form_do_not_matter_to_search() {
        assert_eq!(fold("Hoà Bình"), fold("Hòa  bình"));
        assert_eq!(fold("THUỶ"), fold("thủy"));
        assert_eq!(fold("Ủy ban nhân dân xã Đồng Đăng"), "uy ban nhan dan xa dong dang");
        assert_eq!(fold(&"Nguyễn".nfd().collect::<String>()), "nguyen");
        assert_eq!(nfc(&"Tiếng Việt".nfd().collect::<String>()), "Tiếng Việt");
    }

    #[test]
    fn file_names_are_ascii_and_short() {
        let title =
            "Văn bản đề nghị điều chuyển tài sản công của cơ quan, đơn vị được giao quản lý, sử dụng tài sản công "
                .repeat(3);
        let name = component_file_name("T-QN01-261121-7", 1, "NB-03.01", &title, 2, "pdf");
        assert!(name.starts_with("T-QN01-261121-7_01_NB-03.01_van-ban-de-nghi-dieu-chuyen"), "{name}");
        assert!(name.ends_with("_v2.pdf") && name.is_ascii() && name.len() <= 120, "{name}");
        assert_eq!(component_file_name("03706/2026", 3, "a b", "", 1, "../x"), "03706-2026_03_a-b__v1...-x");
    }

    proptest! {
        #[test]
        fn folding_is_idempotent_and_blind_to_normal_form(text in "\\PC{0,40}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded.clone());
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), folded);
        }

        #[test]
        fn slugs_are_safe(text in "\\PC{0,60}", max in 0_usize..40) {
            let slug = slug(&text, max);
            prop_assert!(slug.len() <= max);
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-'));
        }
    }
}
