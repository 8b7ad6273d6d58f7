use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::*;

fn today() -> Date {
    "2026-11-21".parse().unwrap()
}

fn read(text: &str) -> Wanted {
    Wanted::read(text, today())
}

fn states(text: &str) -> Vec<State> {
    let wanted = read(text);
    assert_eq!((&wanted.words, &wanted.doubts), (&vec![], &vec![]), "{text}");
    wanted.states.into_iter().collect()
}

fn due(text: &str) -> DueWanted {
    let wanted = read(text);
    assert_eq!((&wanted.words, &wanted.doubts), (&vec![], &vec![]), "{text}");
    wanted.due.unwrap()
}

fn words(text: &str) -> Vec<(String, bool)> {
    read(text).words.into_iter().map(|word| (word.text, word.beginning)).collect()
}

#[test]
fn a_state_is_named_in_both_languages_with_or_without_marks_by_beginning_or_number() {
    for text in
        ["trạng thái:nháp", "tt:nhap", "TRANG THAI: Nháp", "state:draft", "status:\"Đang soạn\"", "tt:đang soạn"]
    {
        assert_eq!(states(text), [State::Draft], "{text}");
    }
    assert_eq!(states("tt:yêu cầu bổ sung giấy tờ"), [State::SupplementRequested]);
    assert_eq!(states("tt:\"Đủ, chưa gửi\""), [State::Ready]);
    assert_eq!(states("tt:4 tt:10"), [State::Processing, State::Returned]);
    assert_eq!(states("tt:đang"), [State::Draft, State::Sending, State::Processing], "all whose names begin so");
    assert_eq!(states(&"trạng thái:nháp".nfd().collect::<String>()), [State::Draft]);
}

#[test]
fn every_state_has_its_own_names() {
    for (state, names) in STATES {
        for name in *names {
            assert_eq!(plain(name), *name);
            assert_eq!(states_named(name), [*state], "{name}");
        }
    }
    assert_eq!(STATES.len(), State::ALL.len());
}

#[test]
fn a_day_is_named_counted_or_written() {
    let day = |text: &str| Some(text.parse::<Date>().unwrap());
    for text in ["hạn:quá", "han:tre", "due:overdue", "hẹn trả:quá hạn"] {
        assert_eq!(due(text), DueWanted::Overdue, "{text}");
    }
    assert_eq!(due("hạn:<3"), DueWanted::Left { from: None, to: Some(2) });
    assert_eq!(due("hạn: <= 3 ngày"), DueWanted::Left { from: None, to: Some(3) });
    assert_eq!(due("due:>3"), DueWanted::Left { from: Some(4), to: None });
    assert_eq!(due("due:0"), DueWanted::Left { from: Some(0), to: Some(0) });
    assert_eq!(due("hạn:hôm nay"), DueWanted::Days { from: day("2026-11-21"), to: day("2026-11-21") });
    assert_eq!(due("due:tomorrow"), DueWanted::Days { from: day("2026-11-22"), to: day("2026-11-22") });
    assert_eq!(due("hạn:tuần này"), DueWanted::Days { from: day("2026-11-16"), to: day("2026-11-22") });
    assert_eq!(due("hạn:25/11/2026"), DueWanted::Days { from: day("2026-11-25"), to: day("2026-11-25") });
    assert_eq!(due("hạn:<25/11/2026"), DueWanted::Days { from: None, to: day("2026-11-24") });
    assert_eq!(due("hạn:có"), DueWanted::Any);
}

#[test]
fn words_and_conditions_stand_in_any_order() {
    let wanted = read("bằng khen thủ tục:NB-20 hạn:quá đơn vị:\"Sở Y tế\" trạng thái:đang xử lý nguyễn hoà");
    let words: Vec<_> = wanted.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(words, ["bằng", "khen", "nguyễn", "hoà"]);
    assert_eq!(wanted.procedures, ["NB-20"]);
    assert_eq!(wanted.units, ["Sở Y tế"]);
    assert_eq!((wanted.due, wanted.states.len()), (Some(DueWanted::Overdue), 1));
    assert_eq!(wanted.doubts, []);
}

#[test]
fn only_the_word_being_typed_may_go_on_and_quotes_keep_words_together() {
    let plain = |text: &str, beginning| (text.to_owned(), beginning);
    assert_eq!(words("dang ho"), [plain("dang", false), plain("ho", true)]);
    assert_eq!(words("\"dang hoa\""), [plain("dang hoa", false)]);
    assert_eq!(words("“quyết định số 5"), [plain("quyết định số 5", false)]);
    assert_eq!(words("12:30 H06.16-2026:1"), [plain("12:30", false), plain("H06.16-2026:1", true)]);
    assert_eq!(words("\"số:12\""), [plain("số:12", false)], "in quotes nothing is a condition");
    assert_eq!(words(" \" \" \"\" "), []);
    // What a condition took is not what goes on.
    assert_eq!(words("hoa tt:nháp"), [plain("hoa", false)]);
    assert_eq!(words("\"dang hoa\" tt:nháp"), [plain("dang hoa", false)]);
    assert_eq!(words("hạn:3 ngày Nguyễn Ước"), [plain("Nguyễn", false), plain("Ước", true)]);
}

#[test]
fn what_is_not_understood_is_told_and_the_rest_counts() {
    let doubt = |typed: &str, about| FindDoubt { typed: typed.to_owned(), about };
    let wanted = read("khen màu:đỏ tt:xanh lá hạn:xyz thủ tục:\"-\" đơn vị:");
    assert_eq!(
        wanted.doubts,
        [
            doubt("màu:đỏ", None),
            doubt("tt:xanh", Some(Operator::State)),
            doubt("hạn:xyz", Some(Operator::Due)),
            doubt("thủ tục:-", Some(Operator::Procedure)),
            doubt("đơn vị:", Some(Operator::Unit)),
        ]
    );
    assert_eq!(words("khen màu:đỏ tt:xanh lá"), [("khen".to_owned(), false), ("lá".to_owned(), true)]);
    assert_eq!(read("hạn:quá hạn:3").doubts, [doubt("hạn:3", Some(Operator::Due))], "one day at a time");
}

proptest! {
    #[test]
    fn reading_is_total(text in "\\PC{0,60}") {
        let _ = read(&text);
    }

    #[test]
    fn reading_is_total_where_it_looks_like_something(
        parts in prop::collection::vec(prop::sample::select(vec![
            "trạng ", "thái", "tt", ":", " ", "\"", "“", "nháp", "hạn:", "<", ">=", "3", "-999999999999", "31/2/26", "9999", "thủ tục:", "đơn", "vị:", "a:b", "\u{301}", "::",
        ]), 0..12),
    ) {
        let text = parts.concat();
        let (composed, decomposed) = (read(&text), read(&text.nfd().collect::<String>()));
        prop_assert_eq!(composed.states, decomposed.states);
        prop_assert_eq!(composed.due, decomposed.due);
        prop_assert_eq!(composed.doubts.len(), decomposed.doubts.len());
    }
}
