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
