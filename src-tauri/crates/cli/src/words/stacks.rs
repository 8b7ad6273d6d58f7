//! The words about stacks of paper.

use desk::{PartState, StackDoubt, StackState};

use super::{Language, fault, state};

/// How far a stack is.
pub fn stack_state(state: StackState, language: Language) -> &'static str {
    let (vi, en) = match state {
        StackState::Taking => ("đang nhận tệp", "being taken in"),
        StackState::Examining => ("đang xem trang", "being looked at"),
        StackState::Sorted => ("chờ xếp vào hồ sơ", "waits to be filed"),
        StackState::Filed => ("đã xếp xong", "filed"),
    };
    if language == Language::Vi { vi } else { en }
}

/// What is to become of a part of a stack.
pub fn part_state(state: PartState, language: Language) -> &'static str {
    let (vi, en) = match state {
        PartState::Growing => ("chưa xem hết", "growing"),
        PartState::Asks => ("cần trả lời", "asks"),
        PartState::Ready => ("sẵn sàng xếp", "ready"),
        PartState::LeftOut => ("để ngoài", "left out"),
        PartState::Filed => ("đã xếp", "filed"),
        PartState::Nothing => ("chỉ trang trắng", "blank only"),
    };
    if language == Language::Vi { vi } else { en }
}

/// What is asked about a part of a stack.
pub fn doubt(doubt: &StackDoubt, language: Language) -> String {
    let vietnamese = language == Language::Vi;
    let (vi, en) = match doubt {
        StackDoubt::TakenOut => ("đã tách khỏi phần của nó", "taken out of its part"),
        StackDoubt::NoSheet => ("không có tờ bìa ở trước", "no cover sheet lies before it"),
        StackDoubt::DamagedSheet => ("mã trên tờ bìa bị hỏng", "the cover sheet's code is damaged"),
        StackDoubt::ForeignSheet => {
            ("tờ bìa in từ máy khác hoặc mã bị sửa", "the cover sheet is another computer's, or made up")
        }
        StackDoubt::UnknownDossier => ("hồ sơ ghi trên tờ bìa không còn ở máy này", "its dossier is not here any more"),
        StackDoubt::UnknownPlace => (
            "hồ sơ không còn thành phần hoặc dòng ghi trên tờ bìa",
            "the dossier has no such component or row any more",
        ),
        StackDoubt::NotEditable { state: now } => {
            let now = state(*now, language);
            return if vietnamese {
                format!("hồ sơ đang ở trạng thái “{now}”, không nhận thêm giấy tờ")
            } else {
                format!("the dossier is “{now}” and takes no papers")
            };
        }
        StackDoubt::RepeatedSheet => {
            ("tờ bìa này có hai lần, hoặc đã dùng trước đây", "this cover sheet lies here twice, or was used before")
        }
        StackDoubt::WrongCount { expected, found } => {
            return if vietnamese {
                format!("tờ bìa ghi {expected} trang, đếm được {found} (không tính mặt trắng)")
            } else {
                format!("the sheet tells {expected} pages, {found} were found (blank ones not counted)")
            };
        }
        StackDoubt::NoPages => ("không có trang nào sau tờ bìa", "no page follows the cover sheet"),
        StackDoubt::UnreadablePages { pages } => {
            return if vietnamese {
                format!("{pages} trang không đọc được")
            } else {
                format!("{pages} pages cannot be read")
            };
        }
        StackDoubt::MissingFile { file, fault: why } => {
            let why = fault(why, language);
            return if vietnamese {
                format!("không nhận được {file}: {why}")
            } else {
                format!("{file} was refused: {why}")
            };
        }
        StackDoubt::Incomplete => (
            "việc nhận tệp bị ngắt giữa chừng, có thể còn thiếu trang",
            "taking in was ended in the middle: pages may be missing",
        ),
    };
    if vietnamese { vi } else { en }.to_owned()
}
