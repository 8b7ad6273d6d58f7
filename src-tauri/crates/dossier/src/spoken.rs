//! Numbers read out in Vietnamese (*đọc số thành chữ*), as papers write amounts beside their digits.

use rust_decimal::Decimal;

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// `number` in words, small letters: `1.250.004` → *một triệu hai trăm năm mươi nghìn không trăm linh bốn*. What stands behind
/// the comma is read digit by digit.
pub fn number(number: Decimal) -> String {
    let number = number.normalize();
    let text = number.abs().to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let mut words: Vec<&str> = Vec::new();
    if number.is_sign_negative() && !number.is_zero() {
        words.push("âm");
    }
    let digits: Vec<u8> = whole.bytes().map(|byte| byte.saturating_sub(b'0')).collect();
    whole_number(&digits, &mut words);
    if !decimals.is_empty() {
        words.push("phẩy");
        words.extend(decimals.bytes().map(|byte| digit(byte.saturating_sub(b'0'))));
    }
    words.join(" ")
}

/// An amount of đồng in words, as a sentence begins: *Một triệu hai trăm nghìn đồng*.
pub fn dong(amount: i64) -> String {
    let words = format!("{} đồng", number(amount.into()));
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn digit(digit: u8) -> &'static str {
    DIGITS.get(usize::from(digit)).copied().unwrap_or_default()
}

/// Thousand million is *tỷ*; of what is larger, so many *tỷ* are read as a number of their own.
fn whole_number(digits: &[u8], words: &mut Vec<&'static str>) {
    let (above, below) = digits.split_at(digits.len().saturating_sub(9));
    if above.iter().any(|digit| *digit != 0) {
        whole_number(above, words);
        words.push("tỷ");
        if below.iter().any(|digit| *digit != 0) {
            groups(below, true, words);
        }
    } else if below.iter().all(|digit| *digit == 0) {
        words.push(digit(0));
    } else {
        groups(below, false, words);
    }
}

/// At most nine digits as millions, thousands and units. `after`: something larger was read before, so that noughts are heard.
fn groups(digits: &[u8], after: bool, words: &mut Vec<&'static str>) {
    let mut padded = [0; 9];
    for (to, from) in padded.iter_mut().rev().zip(digits.iter().rev()) {
        *to = *from;
    }
    let mut after = after;
    for (group, name) in padded.chunks(3).zip(["triệu", "nghìn", ""]) {
        let &[hundreds, tens, units] = group else { continue };
        if [hundreds, tens, units] == [0, 0, 0] {
            continue;
        }
        three(hundreds, tens, units, after, words);
        if !name.is_empty() {
            words.push(name);
        }
        after = true;
    }
}

fn three(hundreds: u8, tens: u8, units: u8, after: bool, words: &mut Vec<&'static str>) {
    if hundreds > 0 || after {
        words.extend([digit(hundreds), "trăm"]);
    }
    match (tens, units) {
        (0, 0) => {}
        (0, _) if hundreds > 0 || after => words.push("linh"),
        (0, _) => {}
        (1, _) => words.push("mười"),
        _ => words.extend([digit(tens), "mươi"]),
    }
    match (tens, units) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (2.., 4) => words.push("tư"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(digit(units)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_as_they_are_read_out() {
        for (amount, words) in [
            (0, "Không đồng"),
            (5, "Năm đồng"),
            (10, "Mười đồng"),
            (15, "Mười lăm đồng"),
            (21, "Hai mươi mốt đồng"),
            (24, "Hai mươi tư đồng"),
            (55, "Năm mươi lăm đồng"),
            (101, "Một trăm linh một đồng"),
            (110, "Một trăm mười đồng"),
            (8_000, "Tám nghìn đồng"),
            (1_005, "Một nghìn không trăm linh năm đồng"),
            (12_015, "Mười hai nghìn không trăm mười lăm đồng"),
            (200_000, "Hai trăm nghìn đồng"),
            (1_250_004, "Một triệu hai trăm năm mươi nghìn không trăm linh bốn đồng"),
            (1_000_001, "Một triệu không trăm linh một đồng"),
            (2_000_000_000, "Hai tỷ đồng"),
            (1_000_000_021, "Một tỷ không trăm hai mươi mốt đồng"),
            (15_400_000_000_000, "Mười lăm nghìn bốn trăm tỷ đồng"),
            (
                9_007_199_254_740_991,
                "Chín triệu không trăm linh bảy nghìn một trăm chín mươi chín tỷ hai trăm năm mươi tư triệu bảy trăm bốn \
                 mươi nghìn chín trăm chín mươi mốt đồng",
            ),
            (-3, "Âm ba đồng"),
        ] {
            assert_eq!(dong(amount), words, "{amount}");
        }
        assert_eq!(number("12.50".parse().unwrap()), "mười hai phẩy năm");
        assert_eq!(number("0.05".parse().unwrap()), "không phẩy không năm");
        assert_eq!(number(Decimal::NEGATIVE_ONE * Decimal::ZERO), "không");
    }

    proptest! {
        #[test]
        fn every_number_has_words_and_two_numbers_never_the_same(a in 0_i64..10_000_000, b in 0_i64..10_000_000) {
            prop_assert_eq!(dong(a) == dong(b), a == b);
            let _ = (number(Decimal::MAX), number(Decimal::MIN), dong(i64::MIN));
        }
    }
}
