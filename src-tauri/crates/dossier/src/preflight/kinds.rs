//! Whether a paper is of the kind that its place asks for, by the heading that was read on it (kinds of papers: Nghị định 30/2020/NĐ-CP,
//! điều 7). Told only where both are clear, and never blocking: most places take papers of many kinds, and a heading may be misread.

use super::{PageFacts, PaperFacts, of_page};
use crate::{
    check::{Finding, FindingKind},
    procedure::{Component, Procedure},
    text,
};

/// A kind that is told apart from the others of [`KINDS`].
struct Kind {
    /// As it is written in a sentence.
    name: &'static str,
    /// As headings name it; any of them is as good as the other. A form of the citizen's own is called by all three.
    headings: &'static [&'static str],
}

/// What is so often an annex of another paper, or called otherwise, that its heading tells nothing, is not among them: plans, lists,
/// official letters.
const KINDS: [Kind; 10] = [
    Kind { name: "Quyết định", headings: &["QUYẾT ĐỊNH"] },
    Kind { name: "Nghị quyết", headings: &["NGHỊ QUYẾT"] },
    Kind { name: "Tờ trình", headings: &["TỜ TRÌNH"] },
    Kind { name: "Biên bản", headings: &["BIÊN BẢN"] },
    Kind { name: "Báo cáo", headings: &["BÁO CÁO"] },
    Kind { name: "Thông báo", headings: &["THÔNG BÁO"] },
    Kind { name: "Hợp đồng", headings: &["HỢP ĐỒNG"] },
    Kind { name: "Sơ yếu lý lịch", headings: &["SƠ YẾU LÝ LỊCH"] },
    Kind { name: "Giấy khai sinh", headings: &["GIẤY KHAI SINH"] },
    Kind { name: "Đơn, tờ khai", headings: &["ĐƠN", "TỜ KHAI", "GIẤY ĐỀ NGHỊ", "BẢN KHAI"] },
];

/// What stands before the kind in the name of a component, folded.
const COPIES: [&str; 4] = ["ban sao hop le ", "ban sao co chung thuc ", "ban sao ", "ban chinh "];
/// What opens a component to papers of other kinds, folded.
const OPEN: [&str; 8] = [" hoac ", " hay ", "/", " van ban", " giay to", " tai lieu", " lien quan", " thay "];

/// What heading was read on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// In capitals, spelled as the rules spell it.
    pub kind: String,
    /// It was read as it is spelled.
    pub sure: bool,
}

/// Papers that say on their first page that they are of another kind than their place asks for, where none of the place is of that
/// kind.
pub(super) fn others(procedure: &Procedure, papers: &[PaperFacts]) -> Vec<Finding> {
    let other = |paper: &PaperFacts| {
        let wanted = procedure.component(paper.component.as_str()).and_then(asked)?;
        let here = papers.iter().filter(|it| it.component == paper.component && it.row == paper.row);
        if here.flat_map(|it| &it.pages).filter_map(read).any(|kind| std::ptr::eq(kind, wanted)) {
            return None;
        }
        let first = paper.pages.iter().position(|page| !page.blank)?;
        let heading = paper.pages.get(first)?.heading.as_ref().filter(|heading| heading.sure)?;
        read(paper.pages.get(first)?)?;
        let what = FindingKind::OtherKind { read: heading.kind.clone(), wanted: wanted.name.to_owned() };
        Some(Finding { place: of_page(paper, first), what, blocking: false, why: None })
    };
    papers.iter().filter_map(other).collect()
}

fn read(page: &PageFacts) -> Option<&'static Kind> {
    let heading = page.heading.as_ref()?;
    KINDS.iter().find(|kind| kind.headings.contains(&heading.kind.as_str()))
}

/// The one kind that the name of a component begins with, unless it goes on to others.
fn asked(component: &Component) -> Option<&'static Kind> {
    let name = text::fold(&component.name.vi);
    let name = COPIES.iter().find_map(|copy| name.strip_prefix(copy)).unwrap_or(&name);
    let begins = |heading: &&&str| {
        let Some(rest) = name.strip_prefix(&text::fold(heading)) else { return false };
        // `Đơn vị`, `đơn giá` are no applications.
        let goes_on = rest.starts_with(char::is_alphanumeric) || **heading == "ĐƠN" && is_no_application(rest);
        !goes_on
    };
    let kind = KINDS.iter().find(|kind| kind.headings.iter().any(|heading| begins(&heading)))?;
    (!OPEN.iter().any(|open| name.contains(open))).then_some(kind)
}

fn is_no_application(rest: &str) -> bool {
    ["vi", "gia", "thuoc", "hang"].contains(&rest.split_whitespace().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Words, check::Place};

    const NB20: &str = include_str!("../../../../data/procedures/nb-20.json");

    fn procedure() -> Procedure {
        Procedure::from_json(NB20).unwrap()
    }

    fn paper(component: &str, headings: &[Option<(&str, bool)>]) -> PaperFacts {
        let page = |heading: &Option<(&str, bool)>| PageFacts {
            heading: heading.map(|(kind, sure)| Heading { kind: kind.to_owned(), sure }),
            ..PageFacts::default()
        };
        let pages = headings.iter().map(page).collect();
        PaperFacts { pages, ..crate::preflight::tests::paper(component, 1) }
    }

    #[test]
    fn a_paper_of_another_kind_is_told_on_its_page_and_does_not_block() {
        let cv = paper("NB-20.01", &[Some(("SƠ YẾU LÝ LỊCH", true)), None]);
        let found = others(&procedure(), std::slice::from_ref(&cv));
        let what = FindingKind::OtherKind { read: "SƠ YẾU LÝ LỊCH".into(), wanted: "Tờ trình".into() };
        assert_eq!((found.len(), &found[0].what, found[0].blocking), (1, &what, false));
        assert!(matches!(&found[0].place, Place::Page { at, .. } if at.number == 1));
        let blank = PageFacts { blank: true, ..PageFacts::default() };
        let behind = PaperFacts { pages: [vec![blank], cv.pages.clone()].concat(), ..cv };
        assert!(matches!(&others(&procedure(), &[behind])[0].place, Place::Page { at, .. } if at.number == 2));
    }

    #[test]
    fn nothing_is_said_where_either_is_not_sure() {
        let said = |papers: &[PaperFacts]| others(&procedure(), papers).len();
        let sure = |kind| Some((kind, true));
        for (component, headings) in [
            ("NB-20.01", vec![sure("TỜ TRÌNH")]),
            ("NB-20.01", vec![None, sure("SƠ YẾU LÝ LỊCH")]),
            ("NB-20.01", vec![Some(("QUYẾT ĐỊNH", false))]),
            ("NB-20.01", vec![sure("CÔNG VĂN")]),
            ("NB-20.01", vec![sure("KẾ HOẠCH")]),
            // The one that is asked for lies behind it, be it read badly.
            ("NB-20.01", vec![sure("QUYẾT ĐỊNH"), Some(("TỜ TRÌNH", false))]),
            // Lists are annexes of anything.
            ("NB-20.02", vec![sure("QUYẾT ĐỊNH")]),
            ("NB-20.99", vec![sure("QUYẾT ĐỊNH")]),
        ] {
            assert_eq!(said(&[paper(component, &headings)]), 0, "{component} {headings:?}");
        }
        let [decision, minutes] = ["QUYẾT ĐỊNH", "BIÊN BẢN"].map(|kind| paper("NB-20.04", &[sure(kind)]));
        assert_eq!(said(&[decision.clone(), minutes]), 0, "what is asked for is there, and something beside it");
        assert_eq!(said(&[decision]), 1);
    }

    #[test]
    fn only_a_name_that_means_one_kind_asks_for_it() {
        let asked = |name: &str| {
            let mut component = procedure().components[0].clone();
            component.name = Words::new(name, "");
            super::asked(&component).map(|kind| kind.name)
        };
        for (name, kind) in [
            ("Tờ trình đề nghị khen thưởng", "Tờ trình"),
            ("Biên bản họp hội đồng thi đua - khen thưởng và kết quả bỏ phiếu", "Biên bản"),
            ("Bản sao biên bản họp thành viên hộ gia đình", "Biên bản"),
            ("Quyết định lương gần nhất", "Quyết định"),
            ("Sơ yếu lý lịch có dán ảnh màu khổ 4x6", "Sơ yếu lý lịch"),
            ("Đơn đăng ký dự tuyển", "Đơn, tờ khai"),
            ("Giấy đề nghị đăng ký hộ kinh doanh", "Đơn, tờ khai"),
        ] {
            assert_eq!(asked(name), Some(kind), "{name}");
        }
        for name in [
            "Văn bản đề nghị phê duyệt vị trí việc làm",
            "Quyết định bổ nhiệm hoặc văn bản xác nhận chức vụ",
            "Quyết định phê duyệt dự án, dự toán và văn bản pháp lý liên quan",
            "Giấy báo tử hoặc giấy tờ thay giấy báo tử",
            "Bản án, quyết định ly hôn hoặc giấy chứng tử của vợ, chồng",
            "Danh sách cá nhân, tập thể đề nghị khen thưởng",
            "Đơn vị tiếp nhận",
            "Đơn giá xây dựng",
            "Biểu mẫu báo cáo quyết toán",
            "Kế hoạch lựa chọn nhà thầu",
        ] {
            assert_eq!(asked(name), None, "{name}");
        }
    }
}
