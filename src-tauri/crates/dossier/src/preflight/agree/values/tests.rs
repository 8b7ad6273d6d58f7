use super::*;
use proptest::prelude::*;

fn on(sought: Option<Sought>, text: &str) -> Match {
    sought.expect("it can be looked for").on(&Lines::of(text))
}

fn near(seen: &str, misread: bool) -> Match {
    Match::Near { seen: seen.to_owned(), misread }
}

#[test]
fn identity_numbers_differ_where_both_can_be_numbers() {
    let number = || Sought::digits("001085012345");
    for same in ["Số CCCD: 001085012345, cấp ngày", "001 085 012 345", "O01085O12345", "00l085012345."] {
        assert_eq!(on(number(), same), Match::Exact, "{same}");
    }
    assert_eq!(on(number(), "Số: 001085012354"), near("001085012354", false), "two changed places");
    assert_eq!(on(number(), "Số: 001085012645"), near("001085012645", false), "3 is not read as 6");
    assert_eq!(on(number(), "Số: 001085012845"), near("001085012845", true), "but as 8");
    assert_eq!(on(number(), "Số: 999085012345"), Match::None, "there is no place 999");
    assert_eq!(on(number(), "001085912999 và 0912345678"), Match::None, "another number");
    assert_eq!(on(number(), "001085012346\n001085012345"), Match::Exact);
    assert_eq!(Sought::digits("B1234567"), None);
    assert_eq!(Sought::digits("12345"), None);
}

#[test]
fn names_differ_by_one_slip_and_stand_alone() {
    let name = || Sought::name("Nguyễn Văn Khánh");
    for same in ["Ông Nguyễn Văn Khánh, sinh năm", "NGUYỄN VĂN KHÁNH", "nguyen van khanh", "Nguyễn Vàn Khảnh"]
    {
        assert_eq!(on(name(), same), Match::Exact, "{same}");
    }
    assert_eq!(on(name(), "Ông Nguyễn Văn Khang, sinh"), near("Nguyễn Văn Khang", false), "a letter other");
    assert_eq!(on(name(), "Họ và tên: Nguyễn Vân Khan"), near("Nguyễn Vân Khan", false), "a letter less");
    for other in [
        "Trần Nguyễn Văn Khang",
        "Nguyễn Văn Khang Minh",
        "Nguyễn Thị Khanh Linh",
        "Nguyễn Văn Hùng",
        "nguyễn văn khang",
        "Nguyễn Văn, Khang",
    ] {
        assert!(!matches!(on(name(), other), Match::Near { .. }), "{other}");
    }
    assert_eq!(on(Sought::name("Võ Thị Kiều Oanh"), "Võ Thú Kiều Oanh"), Match::None, "misread, by all that is likely");
    assert_eq!(Sought::name("Hồ Lan"), None, "too short to be told from others");
    assert_eq!(Sought::name("Tổ 5 phường Hà Khánh"), None);
}

#[test]
fn numbers_of_documents_differ_in_one_digit() {
    let number = || Sought::number("123/TTr-STC");
    assert_eq!(on(number(), "123/TTR-STC"), Match::Exact);
    assert_eq!(on(number(), "0123/TTr-STC"), Match::Exact);
    assert_eq!(on(number(), "132/TTr-STC"), near("132/TTr-STC", false));
    for other in ["456/TTr-STC", "123/QĐ-UBND", "132/QĐ-UBND", "1300/TTr-STC", "/TTr-STC", "123"] {
        assert_eq!(on(number(), other), Match::None, "{other}");
    }
}

#[test]
fn a_day_of_birth_is_told_only_where_day_and_month_changed_places() {
    let birth = || Sought::birth("1990-03-12".parse().unwrap());
    assert_eq!(on(birth(), "sinh ngày 12/03/1990"), Match::Exact);
    assert_eq!(on(birth(), "sinh ngày 12-3-1990"), Match::Exact);
    assert_eq!(on(birth(), "sinh ngày 03/12/1990"), near("03/12/1990", false));
    assert_eq!(on(birth(), "ngày 03/12/1991; 12/03; 1990"), Match::None);
    assert_eq!(Sought::birth("1990-03-25".parse().unwrap()), None);
    assert_eq!(Sought::birth("1990-03-03".parse().unwrap()), None);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_what_is_there_is_found(text in "\\PC{0,60}", line in "[a-z0-9/ .:]{0,40}") {
        for sought in [Sought::digits("001085012345"), Sought::name("Lê Thị Hoà"), Sought::number("7/QĐ-UBND"), Sought::birth("1990-03-12".parse().unwrap())] {
            let _ = on(sought, &text);
        }
        prop_assert_eq!(on(Sought::name("Lê Thị Hoà"), &format!("{line}\nLê Thị Hòa\n{text}")), Match::Exact);
        prop_assert_eq!(on(Sought::digits("001085012345"), &format!("{text}\n001085012345\n{line}")), Match::Exact);
    }

    #[test]
    fn a_value_is_never_nearly_itself(digits in "[0-9]{12}", name in "[A-Z][a-z]{1,5}( [A-Z][a-z]{1,5}){2,3}") {
        prop_assert_eq!(on(Sought::digits(&digits), &digits), Match::Exact);
        prop_assert_eq!(on(Sought::name(&name), &name.to_uppercase()), Match::Exact);
    }
}
