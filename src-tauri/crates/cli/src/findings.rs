//! What stands between a dossier and sending, in words: what, where, how to mend it, and what asks for it.

use desk::{
    BadNumber, Basis, Doubt, Finding, FindingKind, LetterheadPart, Looked, Malformed, Place, ProvenanceStatus, Sign,
    Validity,
};

use crate::words::Language;

/// One line: `✗ field: what is wrong and what to do (law)`.
pub fn finding(finding: &Finding, language: Language) -> String {
    let vietnamese = language == Language::Vi;
    let (place, row) = match &finding.place {
        Place::Field { field, row } => (field.to_string(), row.as_ref()),
        Place::Component { component, row } => (component.to_string(), row.as_ref()),
        Place::Page { component, row, at } => {
            let page = if vietnamese { "trang" } else { "page" };
            (format!("{component} {page} {}", at.number), row.as_ref())
        }
        Place::Dossier => ((if vietnamese { "hồ sơ" } else { "dossier" }).to_owned(), None),
    };
    let row = row.map_or(String::new(), |row| format!("[{row}]"));
    let mark = if finding.blocking { "✗" } else { "!" };
    let (vi, en) = found(&finding.what);
    let why = finding
        .why
        .as_ref()
        .and_then(|why| why_words(why, vietnamese))
        .map_or(String::new(), |why| format!(" ({why})"));
    format!("{mark} {place}{row}: {}{why}", if vietnamese { vi } else { en })
}

/// What is wrong and what to do, without its place.
pub fn reason(what: &FindingKind, language: Language) -> String {
    let (vi, en) = found(what);
    if language == Language::Vi { vi } else { en }
}

/// What asks for it, and how far that is to be trusted.
fn why_words(why: &Basis, vietnamese: bool) -> Option<String> {
    let either = |vi: &str, en: &str| (if vietnamese { vi } else { en }).to_owned();
    Some(match why {
        Basis::Law { number, articles, provenance } => {
            let law = articles.as_ref().map_or_else(|| number.clone(), |articles| format!("{number}, {articles}"));
            let standing = match provenance {
                ProvenanceStatus::Real => return Some(law),
                ProvenanceStatus::Unverified => either("chưa kiểm chứng", "unverified"),
                ProvenanceStatus::Superseded => either("đã bị thay thế", "superseded"),
                ProvenanceStatus::Illustrative => either("dữ liệu minh họa", "illustrative"),
            };
            format!("{law}; {standing}")
        }
        Basis::Form => return None,
        Basis::Profile { profile, verified: true } => profile.to_string(),
        Basis::Profile { profile, verified: false } => {
            format!("{profile}; {}", either("chưa kiểm chứng", "unverified"))
        }
        Basis::Hub => either("giới hạn của Cổng tiếp nhận", "a limit of the hub"),
        Basis::House => either("ứng dụng không nhận bí mật nhà nước", "this application takes no state secrets"),
    })
}

fn found(what: &FindingKind) -> (String, String) {
    let both = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
    match what {
        FindingKind::Required => both("chưa điền", "must be answered"),
        FindingKind::Malformed { problem } => malformed(problem),
        FindingKind::Constraint { words } => (words.vi.clone(), words.en.clone()),
        FindingKind::Unconfirmed { confidence } => (
            format!("máy đọc, độ tin cậy nhận dạng {confidence} %, cần người xác nhận"),
            format!("read by machine, recognition confidence {confidence} %: a person must confirm"),
        ),
        FindingKind::Doubt { doubt: Doubt::BirthYear { said, number } } => (
            format!("nên xem lại: năm sinh ghi {said}, số định danh cho thấy {number}"),
            format!("worth a look: born {said} as written, {number} by the personal number"),
        ),
        FindingKind::Doubt { doubt: Doubt::Sex { .. } } => both(
            "nên xem lại: giới tính không khớp với số định danh",
            "worth a look: the sex does not go with the personal number",
        ),
        FindingKind::UnknownField => both("biểu mẫu không có mục này", "the form has no such field"),
        FindingKind::Missing => both("thiếu giấy tờ này", "this paper is missing"),
        FindingKind::MissingBecause { words } => {
            (format!("thiếu giấy tờ này ({})", words.vi), format!("this paper is missing ({})", words.en))
        }
        FindingKind::TooFewOriginals { have, need } => {
            (format!("mới có {have}/{need} bản chính"), format!("{have} of {need} originals"))
        }
        FindingKind::TooFewCopies { have, need } => {
            (format!("mới có {have}/{need} bản sao"), format!("{have} of {need} copies"))
        }
        FindingKind::TooManyFiles { have, max } => {
            (format!("có {have} tệp, nhiều nhất {max}"), format!("{have} files, at most {max}"))
        }
        FindingKind::TooFewFiles { have, min } => {
            (format!("có {have} tệp, ít nhất {min}"), format!("{have} files, at least {min}"))
        }
        FindingKind::NotReady { .. } => {
            both("chưa số hóa xong hoặc cần người xem", "not digitised yet, or a person must look")
        }
        FindingKind::UnknownComponent => both("thủ tục không có thành phần này", "the procedure has no such component"),
        FindingKind::LimitOpen => both("cần trả lời để biết thời hạn giải quyết", "needed to know the time limit"),
        FindingKind::Sets { sets } => (
            format!("hồ sơ giấy nộp {sets} bộ; gửi qua mạng thì gửi một lần"),
            format!("on paper, {sets} sets are handed in; online it is sent once"),
        ),
        FindingKind::WrongMedia { title, media } => {
            let media = media.join(", ");
            (
                format!("{title}: chỉ nhận tệp loại {media}; hãy lưu lại đúng loại"),
                format!("{title}: only {media}; save it as one of these"),
            )
        }
        FindingKind::FileTooLarge { title, bytes, max } => (
            format!("{title}: {bytes} byte, nhiều nhất {max}; hãy quét ở độ phân giải thấp hơn hoặc tách tệp"),
            format!("{title}: {bytes} bytes, at most {max}; scan at a lower resolution or split it"),
        ),
        FindingKind::DuplicatePaper { of, title } => (
            format!("trùng tệp với {of} ({title}); nếu nhầm hãy bỏ một bản"),
            format!("the same file as in {of} ({title}); remove one if that is a mistake"),
        ),
        FindingKind::PaperInFuture { date } => (
            format!("giấy tờ ghi ngày {}, sau hôm nay; hãy xem lại", date.shown()),
            format!("the paper is dated {}, after today; look at it", date.shown()),
        ),
        FindingKind::Differs { part, said, paper } => {
            let (vi, en) = part_words(*part);
            (
                format!("{vi} trên tờ khai là {said}, trên giấy tờ đọc được {paper}; hãy sửa chỗ sai"),
                format!("{en}: {said} on the form, {paper} as read on the paper; correct the wrong one"),
            )
        }
        FindingKind::OtherKind { .. }
        | FindingKind::NearlySame { .. }
        | FindingKind::PaperExpired { .. }
        | FindingKind::TooFewPages { .. }
        | FindingKind::TooManyPages { .. }
        | FindingKind::LowResolution { .. }
        | FindingKind::BlankPage
        | FindingKind::UnreadablePage { .. }
        | FindingKind::OrientationUnsure
        | FindingKind::SignatureUnseen { .. }
        | FindingKind::NotDigitised
        | FindingKind::Secret { .. }
        | FindingKind::AlsoIn { .. }
        | FindingKind::TooManyFilesInAll { .. }
        | FindingKind::NotOnline
        | FindingKind::OnlineOnly { .. }
        | FindingKind::Confidential => of_paper(what),
    }
}

/// What the papers themselves tell.
fn of_paper(what: &FindingKind) -> (String, String) {
    let both = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
    match what {
        FindingKind::NearlySame { said, paper } => (
            format!("tờ khai ghi {said}, ở đây đọc được {paper}; hãy đối chiếu và sửa chỗ sai"),
            format!("{said} on the form, {paper} as read here; compare and correct the wrong one"),
        ),
        FindingKind::OtherKind { read, wanted } => (
            format!("giấy này ghi là {read} nhưng mục này cần {wanted}; hãy xem có nhầm giấy không"),
            format!("the paper says {read}, and {wanted} is asked for here; look whether it is the right paper"),
        ),
        FindingKind::PaperExpired { issued, read, valid, until } => {
            let (issued, until) = (issued.shown(), until.shown());
            let (vi, en) = match valid {
                Validity::Months(n) => (format!("{n} tháng"), format!("{n} months")),
                Validity::Days(n) => (format!("{n} ngày"), format!("{n} days")),
            };
            let (from_vi, from_en) = if *read { ("cấp ngày", "issued") } else { ("số hóa ngày", "digitised") };
            (
                format!("{from_vi} {issued}, có giá trị {vi}, đã hết hạn ngày {until}; hãy xin bản mới"),
                format!("{from_en} {issued}, good for {en}, expired {until}; ask for a new one"),
            )
        }
        FindingKind::TooFewPages { have, min } => (
            format!("có {have} trang, thường ít nhất {min}; hãy xem có thiếu trang không"),
            format!("{have} pages, usually at least {min}; look whether one is missing"),
        ),
        FindingKind::TooManyPages { have, max } => (
            format!("có {have} trang, thường nhiều nhất {max}; hãy xem có lẫn giấy tờ khác không"),
            format!("{have} pages, usually at most {max}; look whether another paper got in"),
        ),
        FindingKind::LowResolution { dpi, min } => (
            format!("độ phân giải {dpi} dpi, cần {min}; nên quét lại"),
            format!("{dpi} dpi, {min} are asked for; better scan it again"),
        ),
        FindingKind::BlankPage => both(
            "trang trắng vẫn nằm trong giấy tờ; hãy bỏ nếu không cần",
            "a blank page is sent with it; leave it out unless it is needed",
        ),
        FindingKind::UnreadablePage { .. } => both(
            "hầu như không đọc được chữ; nếu mắt thường cũng khó đọc, hãy quét lại",
            "next to nothing could be read; if you cannot read it either, scan it again",
        ),
        FindingKind::OrientationUnsure => {
            both("chưa chắc chiều của trang; hãy chọn chiều đúng", "not sure which way up; choose it")
        }
        FindingKind::SignatureUnseen { by, looked } => signature_unseen(*by, *looked),
        FindingKind::NotDigitised => both(
            "phải số hóa nhưng đang gửi nguyên ảnh; hãy đính kèm lại để số hóa",
            "has to be digitised and goes as a picture; attach it again to be digitised",
        ),
        FindingKind::Secret { mark } => (
            format!(
                "có dấu hiệu {mark}: không được gửi; hãy bỏ khỏi ứng dụng và làm theo quy định bảo vệ bí mật nhà nước"
            ),
            format!("says {mark}: must not be sent; take it out and follow the rules for state secrets"),
        ),
        FindingKind::AlsoIn { dossier, title } => (
            format!("cùng một tệp đã dùng trong hồ sơ {dossier} ({title}); hãy xem có nhầm không"),
            format!("the same file is in dossier {dossier} ({title}); look whether that is right"),
        ),
        FindingKind::TooManyFilesInAll { have, max } => (
            format!("có {have} tệp, Cổng nhận nhiều nhất {max}; hãy gộp bớt"),
            format!("{have} files, the hub takes {max}; join some"),
        ),
        FindingKind::NotOnline => both(
            "thủ tục này chưa nhận qua mạng; hãy nộp trực tiếp hoặc qua bưu chính",
            "this procedure is not handled online; hand it in at the counter or by post",
        ),
        FindingKind::OnlineOnly { since } => (
            format!(
                "từ {} thủ tục chỉ nhận qua mạng, nhưng thành phần này cần bản giấy; hãy hỏi cơ quan tiếp nhận",
                since.shown()
            ),
            format!("since {} taken online only, and this has to be on paper; ask the receiving agency", since.shown()),
        ),
        FindingKind::Confidential => both(
            "thông tin trong hồ sơ được giữ kín; chỉ người có nhiệm vụ được xem",
            "what is in this dossier is confidential; only those in charge may see it",
        ),
        // All others are told by `found`.
        _ => (String::new(), String::new()),
    }
}

fn signature_unseen(by: Sign, looked: Looked) -> (String, String) {
    let (whose, of) = match by {
        Sign::Agency => ("của cơ quan", "the agency's"),
        Sign::Person => ("của người ký", "the person's"),
        Sign::None => ("", "a"),
    };
    match looked {
        Looked::Scan => (
            format!(
                "chưa thấy chữ ký {whose}: đã tìm chữ ký số và dấu, nét ký có màu; mực đen hoặc bản quét đen trắng thì máy không nhận ra, hãy xem lại"
            ),
            format!(
                "{of} signature was not seen: digital ones and coloured ink were looked for; black ink or a scan without colour cannot be told, please look"
            ),
        ),
        Looked::Digital => (
            format!("tệp chưa có chữ ký số {whose}; hãy ký số hoặc quét bản đã ký"),
            format!("{of} digital signature is not there; sign the file, or scan the signed paper"),
        ),
    }
}

fn part_words(part: LetterheadPart) -> (&'static str, &'static str) {
    match part {
        LetterheadPart::Number => ("số, ký hiệu", "number"),
        LetterheadPart::Date => ("ngày ban hành", "date"),
        LetterheadPart::Agency => ("cơ quan ban hành", "agency"),
        LetterheadPart::Summary => ("trích yếu", "summary"),
        LetterheadPart::Signer => ("người ký", "signer"),
        LetterheadPart::Position => ("chức vụ người ký", "position of the signer"),
        LetterheadPart::Addressee => ("nơi nhận", "addressee"),
    }
}

/// Why a value is refused, and what to type instead.
fn malformed(problem: &Malformed) -> (String, String) {
    let both = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
    match problem {
        Malformed::Shape { .. } => {
            both("nội dung không hợp với mục này; hãy nhập lại", "this does not fit here; enter it again")
        }
        Malformed::TooLong { max } => (format!("dài quá {max} ký tự"), format!("longer than {max} characters")),
        Malformed::ControlCharacters => both("có ký tự không in được; hãy gõ lại", "characters that cannot be printed"),
        Malformed::NotANumber => {
            both("không phải số; ví dụ 1.250.000 hoặc 12,5", "not a number; such as 1.250.000 or 12,5")
        }
        Malformed::TooManyDecimals { max: 0 } => both("chỉ nhận số nguyên", "whole numbers only"),
        Malformed::TooManyDecimals { max } => {
            (format!("nhiều nhất {max} chữ số sau dấu phẩy"), format!("at most {max} digits after the comma"))
        }
        Malformed::BelowMin { min } => (format!("phải từ {min} trở lên"), format!("must be {min} or more")),
        Malformed::AboveMax { max } => (format!("không được quá {max}"), format!("must be {max} or less")),
        Malformed::NotADate => both("không phải ngày; ví dụ 1/2/2026", "not a date; such as 1/2/2026, day first"),
        Malformed::NoSuchDay { day, month, year } => (
            format!("tháng {month} năm {year} không có ngày {day}"),
            format!("there is no day {day} in {month}/{year}"),
        ),
        Malformed::NoSuchMonth { month } => (format!("không có tháng {month}"), format!("there is no month {month}")),
        Malformed::TooEarly { limit } => {
            (format!("không được trước {}", limit.shown()), format!("must not be before {}", limit.shown()))
        }
        Malformed::TooLate { limit } => {
            (format!("không được sau {}", limit.shown()), format!("must not be after {}", limit.shown()))
        }
        Malformed::NotOffered { option } => {
            (format!("“{option}” không có trong danh sách"), format!("“{option}” is not on the list"))
        }
        Malformed::ChosenTwice { option } => {
            (format!("“{option}” chọn hai lần"), format!("“{option}” is chosen twice"))
        }
        Malformed::TooFewChoices { min } => (format!("chọn ít nhất {min} mục"), format!("choose at least {min}")),
        Malformed::TooManyChoices { max } => (format!("chọn nhiều nhất {max} mục"), format!("choose at most {max}")),
        Malformed::Identity { reason, .. } | Malformed::Phone { reason } => bad_number(*reason),
        Malformed::Email => both("không phải địa chỉ thư điện tử; ví dụ ten@donvi.gov.vn", "not an e-mail address"),
        Malformed::DocumentNumber => {
            both("cần số và ký hiệu; ví dụ 123/TTr-STC", "number and sign, such as 123/TTr-STC")
        }
        Malformed::Pattern { example } => (format!("cần viết theo dạng {example}"), format!("write it like {example}")),
        Malformed::UnitCode => both("mã tỉnh 2 chữ số, huyện cũ 3, xã 5", "province codes have 2 digits, communes 5"),
        Malformed::TooFewRows { min } => (format!("cần ít nhất {min} dòng"), format!("at least {min} rows")),
        Malformed::TooManyRows { max } => (format!("nhiều nhất {max} dòng"), format!("at most {max} rows")),
        Malformed::SameRowTwice => both("hai dòng trùng mã", "two rows have the same id"),
        Malformed::NoAnswerHere => both("mục này không nhận câu trả lời", "nothing can be answered here"),
    }
}

fn bad_number(reason: BadNumber) -> (String, String) {
    let (vi, en) = match reason {
        BadNumber::Length => ("chưa đúng số lượng chữ số", "wrong number of digits"),
        BadNumber::NotDigits => ("có ký tự không phải chữ số", "something other than digits"),
        BadNumber::CheckDigit => ("số không hợp lệ, có thể gõ nhầm một chữ số", "not valid, a digit may be mistyped"),
        BadNumber::Prefix => ("không có số nào bắt đầu như vậy", "no number begins so"),
    };
    (vi.to_owned(), en.to_owned())
}
