//! What is printed on the papers besides the values. Administrative Vietnamese, NFC.

pub const COUNTRY: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
pub const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";

pub const SLIP_TITLE: &str = "XÁC NHẬN ĐÃ GỬI HỒ SƠ";
pub const SLIP_SUBTITLE: &str = "(Không thay thế Giấy tiếp nhận hồ sơ và hẹn trả kết quả)";
pub const CODE: &str = "Mã hồ sơ";
pub const CODE_HINT: &str = "Dùng mã này, hoặc quét mã vuông bên phải, để tra cứu hồ sơ.";

pub const AGENCY: &str = "Gửi đến";
pub const PROCEDURE: &str = "Thủ tục";
pub const APPLICANT: &str = "Người nộp hồ sơ";
pub const PREPARED_BY: &str = "Người lập hồ sơ";
pub const RECEIVED_AT: &str = "Cổng đã nhận lúc";

pub const SENT: &str = "Giấy tờ đã gửi";
pub const NUMBER: &str = "STT";
pub const COMPONENT: &str = "Thành phần hồ sơ";
pub const TITLE: &str = "Tên giấy tờ, tệp";
pub const PAGES: &str = "Số trang";
pub const SIZE: &str = "Dung lượng";
pub const ORIGINALS: &str = "Bản chính";
pub const COPIES: &str = "Bản sao";
pub const NOTHING_SENT: &str = "Không có tệp kèm theo.";

pub const MANIFEST: &str = "Dấu kiểm tra của bản kê (SHA-256)";
pub const HUB: &str = "Cổng nhận hồ sơ";
pub const KEY: &str = "Khóa ký của cổng";
pub const SUPPORT: &str = "Hỗ trợ";

pub const NOT_FORM_01: &str = "Đây không phải là Giấy tiếp nhận hồ sơ và hẹn trả kết quả (mẫu số 01) và không có ngày hẹn \
    trả kết quả.";
pub const WHAT_FOLLOWS: &str = "Giấy này chỉ xác nhận cổng đã nhận đủ các tệp kê dưới đây, đúng như khi gửi. Cơ quan tiếp \
    nhận sẽ kiểm tra hồ sơ rồi cấp Giấy tiếp nhận, hoặc yêu cầu bổ sung, hoặc từ chối và nêu rõ lý do.";

pub const COVER_TITLE: &str = "TỜ BÌA QUÉT GIẤY TỜ";
pub const COVER_NUMBER: &str = "Tờ bìa số";
pub const COVER_DOSSIER: &str = "Hồ sơ";
pub const COVER_UNCOUNTED: &str = "Theo sau tờ này: số trang không đếm trước";
pub const COVER_STEPS: [&str; 4] = [
    "1. Đặt tờ này lên trên các trang của đúng giấy tờ ghi ở đầu tờ; mỗi giấy tờ một tờ bìa.",
    "2. Xếp các phần thành một chồng rồi quét tất cả một lượt, một mặt hoặc hai mặt đều được.",
    "3. Mặt giấy trắng không tính vào số trang. Tờ bìa không nằm trong hồ sơ và không gửi đi.",
    "4. Không viết, đóng dấu hay dán lên ô mã vuông; tờ bị nhàu, rách thì in lại. Mỗi tờ chỉ dùng một lần.",
];

pub const ADDRESSEE: &str = "Kính gửi:";
pub const REQUIRED: &str = "Mục có dấu * là bắt buộc. Viết rõ ràng, mỗi ô vuông một chữ; đánh dấu X vào ô chọn.";
pub const PLACE_AND_DATE: &str = "……………………, ngày …… tháng …… năm …………";

// The official forms and the slips beside them.

pub const FORM_NUMBER: &str = "Mẫu số";
pub const UNVERIFIED: &str = "(*) Nội dung chưa kiểm chứng với văn bản gốc.";
pub const UNVERIFIED_MARK: &str = "\u{A0}(*)";
pub const PROJECTED: &str = "(theo lịch nghỉ dự kiến, có thể thay đổi)";
pub const NO_TIME: &str = "…… giờ …… phút, ngày …… tháng …… năm ………";
pub const NO_CLOCK: &str = "…… giờ …… phút, ngày …/…/……";
pub const NO_DATE: &str = "ngày …… tháng …… năm ………";
pub const ISSUED_NUMBER: &str = "Số:";
pub const NO_NUMBER: &str = "……………";
pub const NO_PLACE: &str = "……………";
pub const BOOK: &str = "Quyển số";
pub const SERIAL: &str = "Số thứ tự";
pub const COPY_MARK: &str = "Liên";
pub const LOOKUP_SECRET: &str = "Mã tra cứu";

pub const ONLINE: &str = "Nộp hồ sơ trực tuyến";
pub const FEEDBACK: &str = "Đánh giá, góp ý";
pub const FEEDBACK_HINT: &str = "Quét mã để đánh giá việc tiếp nhận, giải quyết hồ sơ.";

pub const DESK: &str = "Bộ phận tiếp nhận và trả kết quả";
pub const RECEIVED_FROM: &str = "Tiếp nhận hồ sơ của";
pub const OWNER: &str = "Hồ sơ của";
pub const SUBMITTER: &str = "Người nộp";
pub const ADDRESS: &str = "Địa chỉ";
pub const PHONE: &str = "Số điện thoại";
pub const EMAIL: &str = "Email";
pub const IDENTITY: &str = "Số CCCD/Hộ chiếu/MST";
pub const REQUEST: &str = "Nội dung yêu cầu giải quyết";

pub const RECEIPT_COMPONENTS: &str = "1. Thành phần hồ sơ nộp gồm:";
pub const NO_COMPONENTS: &str = "Không có giấy tờ kèm theo.";
pub const PAPER: &str = "Tên giấy tờ";
pub const PAPER_ORIGINALS: &str = "Số bản chính";
pub const PAPER_COPIES: &str = "Số bản sao";
pub const SETS: &str = "2. Số lượng hồ sơ";
pub const LIMIT: &str = "3. Thời gian giải quyết hồ sơ theo quy định là";
pub const RECEIVED: &str = "4. Thời gian nhận hồ sơ";
pub const DUE: &str = "5. Thời gian trả kết quả giải quyết hồ sơ";
pub const PHASE_TWO: &str = "Giai đoạn 2";
pub const PHASE_LIMIT: &str = "Thời gian giải quyết giai đoạn 2";
pub const PHASE_DUE: &str = "Thời gian trả kết quả giai đoạn 2";
pub const COLLECT_AT: &str = "Đăng ký nhận kết quả tại";
pub const FEE: &str = "Phí, lệ phí";
pub const ENTRY: &str = "Vào Sổ theo dõi hồ sơ, Quyển số";
pub const SIGN_HINT: &str = "(Ký và ghi rõ họ tên)";
pub const SEAL_HINT: &str = "(Ký, ghi rõ họ tên, đóng dấu)";
pub const SUBMITTED_BY: &str = "Người nộp hồ sơ";
pub const RECEIVED_BY: &str = "Người tiếp nhận hồ sơ";
pub const SIGNER_PHONE: &str = "ĐT:";

pub const SUPPLEMENT_LIST: &str = "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:";
pub const LIST_NUMBER: &str = "TT";
pub const CERTIFIED: &str = "Bản chứng thực";
pub const PHOTOCOPIES: &str = "Bản photo";
pub const REASON: &str = "Lý do";
pub const GUIDED_BY: &str = "Người hướng dẫn";

pub const REFUSAL_REASONS: &str = "thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:";
pub const REFUSAL_END: &str = "Xin thông báo để Ông (Bà), quý cơ quan, tổ chức được biết và thực hiện.";

pub const TO: &str = "Kính gửi";
pub const FIELD: &str = "Lĩnh vực";
pub const RECEIPT_NUMBER: &str = "Số biên nhận";
pub const RECEIVED_ON: &str = "Thời gian nhận hồ sơ";
pub const PROMISED: &str = "Thời gian hẹn trả kết quả";
pub const SENT_TO: &str = "Hồ sơ đã chuyển đến";
pub const UNFINISHED: &str = "Đến nay hồ sơ của Ông (Bà), quý cơ quan, tổ chức chưa giải quyết xong.";
pub const NOT_IN_TIME: &str = "Đến nay hồ sơ của Ông (Bà), quý cơ quan, tổ chức chưa được giải quyết đúng hạn.";
pub const NEW_DUE: &str = "Thời gian hẹn trả lại";
pub const TIMES: &str = "Lần hẹn lại";
pub const TIMES_ALLOWED: &str = "Số lần được hẹn lại theo quy định";
pub const HISTORY: &str = "Các lần hẹn trước:";
pub const RECIPIENTS: &str = "Nơi nhận:";
pub const HEAD_OF_AGENCY: &str = "Thủ trưởng cơ quan";

pub const STAGE: &str = "Bước đang giải quyết khi dừng";
pub const DECISION: &str = "Căn cứ dừng";
pub const FINANCES: &str = "Phí, lệ phí và nghĩa vụ tài chính";
pub const STOP_END: &str = "Xin thông báo để Ông (Bà), quý cơ quan, tổ chức được biết.";

pub const HANDLED_BY: &str = "Cơ quan giải quyết";
pub const CONTROL_DUE: &str = "Thời gian hẹn trả kết quả";
pub const PASSED_AGENCY: &str = "Tên cơ quan";
pub const PASSED_AT: &str = "Thời gian giao, nhận hồ sơ";
pub const GIVEN: &str = "1. Giao:";
pub const TAKEN: &str = "2. Nhận:";
pub const GIVEN_BY: &str = "Người giao";
pub const TAKEN_BY: &str = "Người nhận";
pub const OUTCOME: &str = "Kết quả giải quyết (trước hạn, đúng hạn, quá hạn)";
pub const NOTE: &str = "Ghi chú";

pub const YEAR: &str = "Năm";
pub const OPENED: &str = "Mở sổ";
pub const CLOSED: &str = "Khóa sổ";
pub const REGISTER_PROCEDURE: &str = "Tên thủ tục hành chính";
pub const REGISTER_SETS: &str = "Số lượng hồ sơ (bộ)";
pub const REGISTER_APPLICANT: &str = "Tên cá nhân, tổ chức";
pub const REGISTER_CONTACT: &str = "Địa chỉ, số điện thoại";
pub const REGISTER_HANDLER: &str = "Cơ quan chủ trì giải quyết";
pub const REGISTER_DAYS: &str = "Ngày, tháng, năm";
pub const REGISTER_DAY: [&str; 5] = [
    "Nhận hồ sơ",
    "Hẹn trả kết quả",
    "Chuyển đến cơ quan giải quyết",
    "Nhận kết quả từ cơ quan giải quyết",
    "Trả kết quả",
];
pub const REGISTER_CHANNEL: &str = "Phương thức nhận kết quả";
pub const REGISTER_SIGNED: &str = "Ký nhận";
pub const REGISTER_PROJECTED: &str = "Ngày hẹn trả theo lịch nghỉ dự kiến, có thể thay đổi.";
pub const KEPT_BY: &str = "Người giữ sổ";

pub const LOCAL_CODE: &str = "Mã tạm";
pub const PROVISIONAL_COMPONENTS: &str = "Giấy tờ đã nộp:";
pub const PROVISIONAL: &str = "Phiếu này xác nhận đã nhận giấy tờ khi chưa kết nối được với hệ thống. Mã trên phiếu là mã tạm, \
    được đổi thành mã hồ sơ chính thức sau khi gửi. Phiếu không thay thế Giấy tiếp nhận hồ sơ và hẹn trả kết quả và \
    không có ngày hẹn trả kết quả.";
pub const WHAT_NEXT: &str = "Nhận mã chính thức";

pub const GUIDED: &str = "Hướng dẫn cho";
pub const GUIDED_PROCEDURE: &str = "Thủ tục";
pub const GUIDANCE: &str = "Thủ tục này nộp hồ sơ trực tuyến, không nhận hồ sơ giấy tại quầy.";
pub const GROUND: &str = "Căn cứ";
pub const GUIDANCE_URL: &str = "Địa chỉ nộp hồ sơ";
pub const GUIDANCE_STEPS: &str = "Các bước thực hiện";
pub const GUIDANCE_PAPERS: &str = "Giấy tờ cần chuẩn bị";
pub const HELP_AT: &str = "Nơi hỗ trợ";

pub const HAND_OVER_FROM: &str = "Bên giao";
pub const HAND_OVER_TO: &str = "Bên nhận";
pub const HAND_OVER_AT: &str = "Thời gian bàn giao";
pub const HAND_OVER_OWNER: &str = "Chủ hồ sơ";
pub const HAND_OVER_PAPERS: &str = "Số giấy tờ";
pub const HAND_OVER_CODE: &str = "Mã danh sách";
pub const CARRIER: &str = "Người vận chuyển";

pub const SENDER: &str = "Người gửi";
pub const RECIPIENT: &str = "Người nhận";
pub const LABEL_PHONE: &str = "ĐT";
pub const TRACKING: &str = "Số hiệu bưu gửi";
pub const CONTENTS: &str = "Nội dung";
pub const SERVICE: &str = "Dịch vụ";
pub const CHARGE: &str = "Thu khi phát";

/// `02 bộ`.
pub fn sets(sets: u32) -> String {
    format!("{sets:02} bộ")
}

/// `02; Số thứ tự: 118`, with dots for what is not known.
pub fn entry(book: &str, serial: &str) -> String {
    let [book, serial] = [book, serial].map(|it| if it.is_empty() { "…………" } else { it });
    format!("{book}; {SERIAL}: {serial}")
}

/// Words of two syllables that titles and heads of tables have: a line does not break within them.
const WHOLE: [&str; 33] = [
    "bàn giao",
    "bổ sung",
    "bưu gửi",
    "cá nhân",
    "chủ trì",
    "cơ quan",
    "danh sách",
    "đề nghị",
    "đúng hạn",
    "gia hạn",
    "giấy tờ",
    "giải quyết",
    "hành chính",
    "hồ sơ",
    "hoàn thiện",
    "hướng dẫn",
    "kết quả",
    "kiểm soát",
    "phục vụ",
    "phương thức",
    "quá hạn",
    "quá trình",
    "theo dõi",
    "thời gian",
    "thông báo",
    "thủ tục",
    "thứ tự",
    "tiếp nhận",
    "tổ chức",
    "trả lời",
    "trực tuyến",
    "từ chối",
    "xin lỗi",
];

/// A title with what belongs together joined by spaces that do not break.
pub fn joined(text: &str) -> String {
    let (mut out, mut last, mut whole) = (String::with_capacity(text.len() + 8), None, false);
    for word in text.split(' ') {
        if let Some(last) = last {
            let pair = format!("{last} {word}").to_lowercase();
            // A syllable belongs to one word only.
            whole = !whole && WHOLE.contains(&pair.trim_matches(|c: char| !c.is_alphabetic()));
            out.push(if whole { crate::lines::TIED } else { ' ' });
        }
        out.push_str(word);
        last = Some(word);
    }
    out
}

/// `Trong quá trình hoàn thiện hồ sơ, …`.
pub fn hotline(contact: &str, number: &str) -> String {
    let number = if number.is_empty() { "……………………" } else { number };
    format!(
        "Trong quá trình hoàn thiện hồ sơ nếu có vướng mắc, Ông (Bà) liên hệ với {contact}, số điện thoại {number} để được \
         hướng dẫn."
    )
}

/// Who refuses, before [`REFUSAL_REASONS`].
pub fn refusal(issuer: &str) -> String {
    format!("Qua xem xét hồ sơ, {issuer} {REFUSAL_REASONS}")
}

/// `Sự chậm trễ này …`.
pub fn apology(agency: &str) -> String {
    format!(
        "Sự chậm trễ này đã gây phiền hà, tốn kém thời gian, công sức của Ông (Bà), quý cơ quan, tổ chức. {agency} xin lỗi \
         Ông (Bà), quý cơ quan, tổ chức và hẹn trả kết quả vào thời gian ghi dưới đây."
    )
}

/// Opens a notice of stopping.
pub fn stopping(agency: &str) -> String {
    format!("{agency} thông báo dừng giải quyết hồ sơ sau đây:")
}

/// `Cộng: 12 hồ sơ; 118 giấy tờ`.
pub fn hand_over_total(dossiers: usize, papers: u64) -> String {
    format!("Cộng: {} hồ sơ; {} giấy tờ", count(dossiers as u64), count(papers))
}

/// `Danh sách có 120 hồ sơ, từ số thứ tự 1 đến số thứ tự 120.`
pub fn register_total(rows: usize, first: &str, last: &str) -> String {
    format!("Cộng: {} hồ sơ, từ số thứ tự {first} đến số thứ tự {last}.", count(rows as u64))
}

/// `Theo sau tờ này: 3 trang`.
pub fn cover_pages(pages: u32) -> String {
    format!("Theo sau tờ này: {} trang (không tính mặt trắng)", count(pages.into()))
}

/// `Cộng: 3 tệp; 12 trang; 1,4 MB; 2 bản chính; 1 bản sao`.
pub fn total(files: usize, pages: u64, size: &str, originals: u64, copies: u64) -> String {
    let [files, pages, originals, copies] = [files as u64, pages, originals, copies].map(count);
    format!("Cộng: {files} tệp; {pages} trang; {size}; {originals} bản chính; {copies} bản sao")
}

/// A whole number with a point after each three digits: `1.856`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

/// The foot of a page.
pub fn page_of(page: usize, pages: usize) -> String {
    format!("Trang {page}/{pages}")
}

/// A size as the window shows it: three figures at most, powers of ten, a decimal comma.
pub fn size(bytes: u64) -> String {
    let decimal = |value: f64| format!("{value:.1}").replace('.', ",");
    let mb = bytes as f64 / 1e6;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1000),
        1_000_000..100_000_000 => format!("{} MB", decimal(mb)),
        100_000_000..1_000_000_000 => format!("{mb:.0} MB"),
        _ => format!("{} GB", decimal(mb / 1000.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_with_points() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1.000"), (1_234_567, "1.234.567")] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn words_of_titles_stay_whole() {
        assert_eq!(joined("Phiếu từ chối tiếp nhận hồ sơ"), "Phiếu từ\u{A0}chối tiếp\u{A0}nhận hồ\u{A0}sơ");
        assert_eq!(joined("GIẢI QUYẾT (trước hạn, đúng hạn)"), "GIẢI\u{A0}QUYẾT (trước hạn, đúng\u{A0}hạn)");
        assert_eq!(joined(""), "");
    }

    #[test]
    fn sizes_are_written_the_vietnamese_way() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1 kB"),
            (64_250, "64 kB"),
            (1_048_575, "1,0 MB"),
            (29_600_000, "29,6 MB"),
            (250_000_000, "250 MB"),
            (1_500_000_000, "1,5 GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
