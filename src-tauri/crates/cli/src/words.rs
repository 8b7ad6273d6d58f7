//! The words of the command line, in both languages. A fault code without words does not compile.

mod stacks;

use desk::{DocumentState, Fault, FaultCode as Code, Part, ProvenanceStatus, SetAsideReason};

pub use self::stacks::{doubt, part_state, stack_state};
use crate::account_words;

/// The language of what is printed for people; JSON carries both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    Vi,
    En,
}

/// What happened and what to do, as one or two sentences.
pub fn fault(fault: &Fault, language: Language) -> String {
    let (vi, en) = sentences(fault.code);
    let template = if language == Language::Vi { vi } else { en };
    let mut text = fill(template, fault, language);
    if let Some(page) = fault.args.get("page") {
        text.push_str(&if language == Language::Vi { format!(" (trang {page})") } else { format!(" (page {page})") });
    }
    if let Some(file) = fault.args.get("file").filter(|file| !file.is_empty() && !template.contains("{file}")) {
        text = format!("{file}: {text}");
    }
    text
}

/// Puts the values in; a value that is missing leaves a dash, never a brace.
fn fill(template: &str, fault: &Fault, language: Language) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { break };
        text.push_str(before);
        text.push_str(&fault.args.get(name).map_or_else(|| "–".to_owned(), |value| worded(name, value, language)));
        rest = tail;
    }
    text + rest
}

/// A value that is a name of ours, in the person's language; any other as it is.
fn worded(name: &str, value: &str, language: Language) -> String {
    let (vi, en) = match (name, value) {
        ("state", _) => {
            let known = desk::State::ALL
                .into_iter()
                .find(|known| format!("{known:?}").eq_ignore_ascii_case(&value.replace('_', "")));
            return known.map_or_else(|| value.to_owned(), |known| state(known, language).to_owned());
        }
        ("what", "dossier") => ("hồ sơ", value),
        ("what", "document") => ("giấy tờ", value),
        ("what", "receipt") => ("giấy xác nhận", value),
        ("what", "stack") => ("chồng giấy tờ", value),
        ("what", "part") => ("phần này trong chồng giấy tờ", value),
        ("what", "papers") => ("giấy tờ nào để nhận", "paper to take in"),
        ("what", "submission") => ("lần nộp", value),
        ("what", "rows") => ("số dòng", "the number of rows"),
        ("what", "columns") => ("số cột", "the number of columns"),
        ("what", "import") => ("lần nhập này", value),
        ("what", "px") => ("kích thước ảnh (điểm ảnh)", "the picture's size (pixels)"),
        ("what", "bytes") => ("dung lượng (byte)", "the size (bytes)"),
        ("what", "frames") => ("số trang", "the number of pages"),
        ("what", "cells") => ("số ô", "the number of cells"),
        ("what", "files") => ("số tệp", "the number of files"),
        ("what", "total") => ("tổng dung lượng (byte)", "the size in all (bytes)"),
        ("what", "page") => ("dung lượng một trang (byte)", "the size of one page (bytes)"),
        ("what", "type") => ("loại tệp", "the type of file"),
        _ => return value.to_owned(),
    };
    if language == Language::Vi { vi } else { en }.to_owned()
}

fn sentences(code: Code) -> (&'static str, &'static str) {
    match code {
        Code::FileEmpty => {
            ("Tệp rỗng, không có nội dung. Hãy quét hoặc lưu lại tệp này.", "The file is empty. Scan or save it again.")
        }
        Code::FileNotAPicture => (
            "Nội dung tệp không phải ảnh hay PDF, dù tên tệp có thể ghi khác. Hãy chọn ảnh JPEG, PNG, TIFF hoặc PDF.",
            "The content is not a picture or PDF, whatever the name says. Choose a JPEG, PNG, TIFF or PDF.",
        ),
        Code::FileTruncated => (
            "Tệp bị cắt cụt giữa chừng, thiếu dữ liệu. Hãy chép hoặc quét lại.",
            "The file is cut off: data is missing. Copy or scan it again.",
        ),
        Code::FileTooLarge => (
            "Tệp quá lớn: {what} là {found}, giới hạn là {limit}. Hãy quét ở độ phân giải thấp hơn hoặc chia nhỏ tệp.",
            "The file is too large: {what} is {found}, the limit is {limit}. Scan at a lower resolution or split it.",
        ),
        Code::FileUnsupported => (
            "Tệp dùng kiểu mã hóa ảnh chưa hỗ trợ ({what}). Hãy lưu lại thành JPEG, PNG, TIFF hoặc PDF thông thường.",
            "The file uses a coding that is not supported ({what}). Save it as plain JPEG, PNG, TIFF or PDF.",
        ),
        Code::FileCorrupt => (
            "Tệp bị hỏng ({detail}). Hãy chép hoặc quét lại.",
            "The file is damaged ({detail}). Copy or scan it again.",
        ),
        Code::PdfEncrypted => (
            "PDF có mật khẩu hoặc bị khóa. Hãy xin bản không khóa từ nơi phát hành.",
            "The PDF is encrypted. Ask its issuer for a copy without a password.",
        ),
        Code::FileNotATable => (
            "Tệp không phải bảng XLSX hay CSV. Hãy mở bằng Excel rồi lưu lại thành XLSX hoặc CSV.",
            "The file is neither an XLSX nor a CSV table. Open it in a spreadsheet and save it as XLSX or CSV.",
        ),
        Code::TableEncrypted => (
            "Bảng có mật khẩu. Hãy bỏ mật khẩu trong Excel rồi lưu lại.",
            "The table has a password. Take it off in the spreadsheet and save again.",
        ),
        Code::NoHeadings => (
            "Không thấy dòng tiêu đề cột trong bảng. Dòng đầu cần ghi tên từng cột.",
            "No row with headings was found in the table. Its first row must name the columns.",
        ),
        Code::FileGone => (
            "Không còn thấy tệp này: đã bị xóa, đổi tên, hoặc rút thiết bị. Hãy chọn lại.",
            "The file is not there any more: removed, renamed, or its drive was unplugged. Choose it again.",
        ),
        Code::FileUnreadable => (
            "Không mở được tệp ({reason}). Hãy kiểm tra quyền đọc rồi thử lại.",
            "The file cannot be opened ({reason}). Check the rights to read it and try again.",
        ),
        Code::FileKnown => (
            "Tệp này đang có trên máy từ lần nhận trước, nên không nhận lần nữa.",
            "This very file is here already since it was taken in before, and is not taken in again.",
        ),
        Code::FileTookTooLong => (
            "Đọc tệp này quá {seconds} giây nên đã dừng. Các tệp khác không bị ảnh hưởng.",
            "Reading this file took more than {seconds} seconds and was stopped. Other files are not affected.",
        ),
        Code::FileBrokeReader => (
            "Tệp này làm chương trình đọc phải dừng (hỏng hoặc cần quá nhiều bộ nhớ). Các tệp khác không bị ảnh hưởng.",
            "This file broke the reader (damaged, or it needs too much memory). Other files are not affected.",
        ),
        Code::TextReaderMissing => (
            "Máy này chưa có bộ nhận dạng chữ ({detail}). Trang vẫn dùng được; chữ sẽ được đọc sau khi cài Tesseract và dữ liệu tiếng Việt.",
            "This computer has no text reader ({detail}). Pages stay usable; words can be read after installing Tesseract and the Vietnamese data.",
        ),
        Code::OutputNotWritable => (
            "Không ghi được vào {file} ({reason}). Hãy chọn nơi khác.",
            "Cannot write to {file} ({reason}). Choose another place.",
        ),
        Code::OutputIsInput => (
            "Tệp kết quả trùng với tệp nguồn; tệp nguồn không bao giờ bị ghi đè. Hãy đặt tên khác.",
            "The output is one of the inputs, and inputs are never overwritten. Choose another name.",
        ),
        Code::Cancelled => ("Đã dừng theo yêu cầu.", "Stopped as asked."),
        Code::SecretPaper => (
            "Trang có dấu {mark}: giấy tờ bí mật nhà nước không được đưa vào hệ thống. Giấy này không được gửi, xuất hay tìm kiếm; hãy gỡ nó khỏi hồ sơ.",
            "The page is stamped {mark}: state-secret papers must not enter. It is not sent, exported or searched; remove it from the dossier.",
        ),
        Code::SecretShared => (
            "Tệp {file} có trang bí mật nhà nước và vẫn còn trên máy vì nơi khác cũng giữ tệp này. Giấy tờ: {papers}. Số chồng giấy tờ: {stacks}. Hãy gỡ hết các giấy tờ và chồng đó, rồi quét lại riêng từng giấy không mật; khi không nơi nào giữ nữa, tệp tự bị hủy.",
            "The file {file} has pages with a state secret, and is still here because it is held elsewhere too. Papers: {papers}. Stacks: {stacks}. Remove all of these, then scan the papers that are no secret again, each in a file of its own; when nothing holds the file any more it is destroyed.",
        ),
        Code::CornersOutside => (
            "Bốn góc đã đặt cho trang nằm ngoài ảnh quét. Hãy đặt lại các góc trong ảnh, hoặc bỏ chỉnh sửa của trang.",
            "The corners set for the page lie outside its picture. Set them again inside it, or reset the page.",
        ),

        Code::DiskFull => (
            "Đĩa đã đầy nên chưa ghi được; những gì đã lưu vẫn còn nguyên. Hãy giải phóng dung lượng rồi làm lại.",
            "The disk is full, so this was not written; what was saved is intact. Free some space and do it again.",
        ),
        Code::LittleRoom => (
            "Đĩa chỉ còn trống {mib} MiB. Hãy giải phóng dung lượng trước khi quét tiếp.",
            "Only {mib} MiB are free on the disk. Free some space before more is scanned.",
        ),
        Code::ReadOnly => (
            "Thư mục chỉ cho đọc, không ghi được. Hãy kiểm tra quyền ghi hoặc chọn thư mục khác.",
            "The folder is read-only. Check the rights to write, or choose another folder.",
        ),
        Code::DiskFailing => (
            "Ổ đĩa báo lỗi nên chưa ghi được; những gì đã lưu trước đó vẫn còn. Hãy làm lại; nếu vẫn lỗi, hãy sao lưu sang ổ khác và nhờ kiểm tra ổ đĩa.",
            "The disk reports an error, so this was not written; what was saved before is intact. Do it again; if it still fails, make a backup on another disk and have this one checked.",
        ),
        Code::ProfileInUse => (
            "Hồ sơ người dùng này đang mở ở một cửa sổ khác. Hãy đóng cửa sổ kia rồi thử lại.",
            "This profile is open elsewhere. Close the other one and try again.",
        ),
        Code::WrongKey => (
            "Khóa không mở được dữ liệu này: tệp khóa thuộc hồ sơ khác hoặc đã hỏng. Hãy đặt lại đúng tệp khóa hoặc khôi phục từ bản sao lưu.",
            "The key does not open this data: it belongs to another profile or is damaged. Put the right key file back, or restore a backup.",
        ),
        Code::KeyMissing => (
            "Có dữ liệu nhưng thiếu tệp khóa. Hãy đặt lại tệp khóa hoặc khôi phục từ bản sao lưu; không tạo khóa mới trên dữ liệu cũ.",
            "There is data but no key file. Put it back or restore a backup; a new key is never made over old data.",
        ),
        Code::WrongPassphrase => (
            "Cụm mật khẩu không mở được bản sao lưu này. Hãy gõ lại, chú ý chữ hoa và dấu.",
            "The passphrase does not open this backup. Type it again; mind capitals and marks.",
        ),
        Code::ProfileNotEmpty => (
            "Thư mục hồ sơ người dùng đã có dữ liệu. Chỉ khôi phục vào thư mục trống: hãy chọn nơi khác bằng --profile.",
            "The profile folder already holds data. A backup is restored into an empty one only: choose another by --profile.",
        ),
        Code::StoreCorrupt => (
            "Dữ liệu lưu trên máy bị hỏng ({detail}). Hãy khôi phục từ bản sao lưu và báo người hỗ trợ.",
            "Stored data is damaged ({detail}). Restore a backup and tell your support.",
        ),
        Code::StoreTooNew => (
            "Dữ liệu do phiên bản mới hơn ghi. Hãy cập nhật ứng dụng.",
            "The data was written by a newer version. Update the application.",
        ),
        Code::NotFound => ("Không tìm thấy {what}.", "There is no such {what}."),
        Code::Conflict => (
            "Hồ sơ vừa được thay đổi ở nơi khác ({detail}). Hãy mở lại rồi làm tiếp.",
            "The dossier was changed meanwhile ({detail}). Open it again and go on.",
        ),

        Code::UnknownProcedure => (
            "Không có thủ tục mã {procedure} trong danh mục. Xem danh sách: hosoctl procedure list.",
            "The catalogue has no procedure {procedure}. See the list: hosoctl procedure list.",
        ),
        Code::UnknownComponent => (
            "Thủ tục không có thành phần {component}. Các thành phần: {known}.",
            "The procedure has no component {component}. It has: {known}.",
        ),
        Code::UnknownRow => (
            "Giấy {component} cần cho từng dòng của bảng {group} (có {rows} dòng). Hãy chỉ rõ dòng nào, ví dụ: --row 1.",
            "Paper {component} is asked for each row of the table {group} (it has {rows}). Say which one, for example --row 1.",
        ),
        Code::UnknownField => (
            "Biểu mẫu không có mục {field}. Xem các mục: hosoctl procedure show MÃ.",
            "The form has no field {field}. See its fields: hosoctl procedure show CODE.",
        ),
        Code::BadValue => {
            ("Giá trị của mục {field} chưa đúng ({reason}).", "The value of {field} is not right ({reason}).")
        }
        Code::BadFile => ("Tệp không đúng khuôn dạng: {reason}.", "The file is not well-formed: {reason}."),
        Code::RevisionExists => (
            "Trên máy đã có {what} bản {revision} với nội dung khác. Hãy tăng số revision trong tệp rồi nhập lại.",
            "{what} revision {revision} is here already with another content. Raise the revision in the file and import it again.",
        ),
        Code::ListClash => (
            "Đã có danh mục khác của {department} mang số bản {revision}; cả hai được giữ nguyên. Hãy lập bản có số tiếp theo.",
            "There is another list of {department} with revision {revision}; both are kept. Make the next revision.",
        ),
        Code::DepartmentTaken => (
            "Ở Cổng, danh mục của {department} do {agency} gửi. Hãy thống nhất với cơ quan đó, hoặc ghi đúng tên đơn vị.",
            "At the hub, the lists of {department} are sent by {agency}. Agree with that agency, or give the department its right name.",
        ),
        Code::NotAuthorised => (
            "Chỉ cán bộ phụ trách danh mục của máy này mới sửa được danh mục. Xem: hosoctl procedure officer.",
            "Only the officer in charge of the catalogue on this computer may change it. See: hosoctl procedure officer.",
        ),
        Code::NotReady => (
            "Hồ sơ còn {blocking} việc trước khi gửi. Xem: hosoctl dossier check.",
            "{blocking} things stand between this dossier and sending. See: hosoctl dossier check.",
        ),
        Code::SecrecyUndeclared => (
            "Chưa ai cam kết giấy tờ của hồ sơ {dossiers} không có bí mật nhà nước. Nếu đúng là không có, chạy lại với --no-secrets.",
            "Nobody has declared that no paper of dossier {dossiers} is a state secret. If that is so, run it again with --no-secrets.",
        ),
        Code::OtherWay => (
            "Hồ sơ đã đi đường khác (trạng thái: {state}): chỉ gửi qua Cổng hoặc nộp bằng gói, không cả hai, trừ khi bạn nêu lý do.",
            "The dossier goes another way already ({state}): by the Portal or by a pack, not both, unless you give a reason.",
        ),
        Code::NotPacked => (
            "Hồ sơ này chưa có gói nộp cổng nào đã ghi xong. Hãy đóng gói trước.",
            "There is no finished pack of this dossier. Pack it first.",
        ),
        Code::PaperTaken => (
            "Thủ tục {procedure} vẫn nhận hồ sơ giấy: không cần phiếu hướng dẫn.",
            "The procedure {procedure} is taken on paper: no guidance is needed.",
        ),
        Code::ReasonMissing => ("Hãy nêu lý do.", "A reason is needed."),
        Code::PortalRefuses => (
            "Cổng của tỉnh không nhận ({title}): {what} là {found}, giới hạn là {limit}. Hãy tách, quét lại hoặc bỏ bớt.",
            "The province's portal would not take it ({title}): {what} is {found}, the limit is {limit}. Divide, scan again, or leave something out.",
        ),
        Code::PackDiffers => (
            "Gói ghi ra khi mở lại không giống gói đã chuẩn bị ({name}). Hãy kiểm tra ổ đĩa và đóng gói lại.",
            "What was written is not what was prepared when opened again ({name}). Check the drive and pack again.",
        ),
        Code::BadPortalCode => (
            "{code} không giống mã hồ sơ của cổng này (ví dụ {example}). Hãy xem lại, hoặc xác nhận là đúng.",
            "{code} does not look like a code of this portal (such as {example}). Look again, or say that it is right.",
        ),
        Code::CodeTaken => (
            "Mã {code} đã thuộc về một hồ sơ khác trên máy này. Hãy xem lại mã.",
            "Another dossier on this computer has the code {code}. Look at the code again.",
        ),
        Code::NothingToCarry => (
            "Không có hồ sơ nào đang chờ gửi để ghi vào gói.",
            "No dossier waits to be sent that could go into a parcel.",
        ),
        Code::ParcelTooLarge => (
            "{dossiers} hồ sơ chờ gửi là {bytes} B, một gói chứa nhiều nhất {limit} B: {fits} hồ sơ vừa một gói. Chạy lại với --what-fits, hoặc nêu hồ sơ.",
            "The {dossiers} dossiers that wait are {bytes} B, one parcel holds {limit} B: {fits} of them fit. Run it again with --what-fits, or name dossiers.",
        ),
        Code::ParcelUnderWay => (
            "Hồ sơ đã ghi vào gói {file}; gói có thể vẫn tới máy chủ với nội dung cũ. Nếu vẫn lấy ra để sửa, nêu lý do bằng --reason.",
            "The dossier is in the parcel {file}, which may still bring the hub what was sealed. To take it back all the same, give --reason.",
        ),
        Code::ParcelOtherHub => (
            "{file} là của máy chủ khác. Hãy dùng tệp của đúng máy chủ mà máy này đã ghi danh.",
            "{file} is another hub's. Use a file of the hub that this computer is enrolled with.",
        ),
        Code::ParcelDamaged => (
            "Gói {file} không còn nguyên vẹn. Hãy chép lại từ máy đã ghi gói, hoặc ghi gói khác; hồ sơ trên máy đó vẫn còn.",
            "The parcel {file} is not whole. Copy it again from the computer that made it, or make another; the dossiers are still there.",
        ),
        Code::ParcelSenderUnknown => (
            "Máy chủ không còn nhận máy đã ghi gói {file}. Hãy ghi danh lại máy đó rồi ghi gói khác.",
            "The hub does not accept the computer that made {file} any more. Enrol that computer again and make another parcel.",
        ),
        Code::ReplyNotOurs => (
            "{file} là xác nhận cho gói của máy khác. Hãy mang tệp này về máy đã ghi gói.",
            "{file} answers another computer's parcel. Take it to the computer that made the parcel.",
        ),
        Code::PracticeOnly => (
            "Đây là hồ sơ tập dượt nên không gửi đi. Hãy soạn hồ sơ mới để gửi thật.",
            "This is a practice dossier and is never sent. Start a new dossier to send one.",
        ),
        Code::StateForbids => (
            "Hồ sơ đang ở trạng thái “{state}” nên không làm được việc này.",
            "The dossier is “{state}”, which does not allow this.",
        ),

        Code::BadEnrolment => (
            "Chuỗi ghi danh không đúng ({reason}). Hãy dán nguyên chuỗi ĐỊA-CHỈ#MÃ#DẤU-VÂN-TAY do đơn vị quản trị cấp.",
            "The enrolment string is not right ({reason}). Paste the whole ADDRESS#CODE#FINGERPRINT given by your administrator.",
        ),
        Code::EnrolmentUsed => (
            "Mã ghi danh này đã được máy khác dùng. Hãy xin mã mới.",
            "This enrolment code was used by another computer. Ask for a new one.",
        ),
        Code::EnrolmentExpired => {
            ("Mã ghi danh đã hết hạn. Hãy xin mã mới.", "This enrolment code has expired. Ask for a new one.")
        }
        Code::EnrolmentUnknown => (
            "Máy chủ không biết mã ghi danh này. Hãy kiểm tra lại từng ký tự hoặc xin mã mới.",
            "The hub does not know this enrolment code. Check every character, or ask for a new one.",
        ),
        Code::NotEnrolled => (
            "Máy này chưa ghi danh với máy chủ nào. Hồ sơ vẫn soạn được; để gửi, hãy chạy: hosoctl enrol CHUỖI.",
            "This computer is not enrolled with a hub. Dossiers can be prepared; to send, run: hosoctl enrol STRING.",
        ),
        Code::InsecureAddress => (
            "Địa chỉ máy chủ không mã hóa (http). Chỉ chấp nhận https, hoặc http trên chính máy này.",
            "The hub's address is not encrypted (http). Only https is accepted, or http on this very computer.",
        ),
        Code::HubUnreachable => (
            "Không kết nối được với máy chủ ({detail}). Hồ sơ vẫn an toàn trên máy này và sẽ được gửi khi có mạng.",
            "The hub cannot be reached ({detail}). The dossier is safe on this computer and will be sent when there is a network.",
        ),
        Code::NotTheHub => (
            "Có nơi trả lời nhưng không phải máy chủ của ta: có thể mạng đang đòi đăng nhập, hoặc sai địa chỉ ({detail}). Chưa gửi gì cả.",
            "Something answered that is not our hub: perhaps the network asks to sign in, or the address is wrong ({detail}). Nothing was sent.",
        ),
        Code::ProxyLogin => (
            "Máy chủ trung gian (proxy) của mạng này đòi tên và mật khẩu, hoặc không nhận tên và mật khẩu đã đặt. Đặt lại bằng: hosoctl network set --proxy ĐỊA-CHỈ --proxy-name TÊN.",
            "The proxy of this network asks for a name and a password, or does not accept those given. Set them by: hosoctl network set --proxy URL --proxy-name NAME.",
        ),
        Code::HubKeyWrong => (
            "Khóa của máy chủ không khớp với khóa đã ghi danh. Không gửi gì; hãy gọi đơn vị quản trị trước khi làm tiếp.",
            "The hub's key is not the one this computer was enrolled with. Nothing was sent; call your administrator first.",
        ),
        Code::HubRefused => (
            "Máy chủ không nhận hồ sơ này ({detail}). Hãy xem lại hồ sơ hoặc gọi hỗ trợ.",
            "The hub refused this dossier ({detail}). Look at it again, or call support.",
        ),
        Code::HubListOlder => (
            "Danh mục của Cổng cũ hơn bản đã tải trước đây (lần công bố {version}, đã có {known}): không lấy. Cổng được khôi phục từ bản sao lưu thì phải công bố lại cho vượt lần {known}; hãy báo đơn vị quản trị Cổng.",
            "The hub's catalogue is older than the one fetched before (publication {version}, known {known}): not taken. A hub that was restored from a backup must publish again until it is past {known}; tell its operator.",
        ),
        Code::HubBusy => (
            "Máy chủ đang bận ({detail}); sẽ tự gửi lại sau.",
            "The hub is busy ({detail}); sending goes on by itself later.",
        ),
        Code::HubRejectsDevice => (
            "Máy chủ không còn nhận máy này. Hãy ghi danh lại.",
            "The hub does not accept this computer any more. Enrol it again.",
        ),
        Code::ClockWrong => (
            "Đồng hồ máy này lệch {minutes} phút so với máy chủ. Hãy chỉnh lại ngày giờ.",
            "This computer's clock is {minutes} minutes off the hub's. Set date and time.",
        ),
        // Their words stand apart, with those of the commands.
        Code::DeviceRevoked
        | Code::WrongSignIn
        | Code::SignInWaits
        | Code::SignInNeedsHub
        | Code::SignInTooOld
        | Code::ClockSetBack
        | Code::SignInRequired
        | Code::SessionOver
        | Code::OtherAgency
        | Code::RoleForbids
        | Code::PasswordMustChange
        | Code::PasswordShort
        | Code::PasswordKnown => account_words::sentences(code).unwrap_or(("–", "–")),
        Code::ReceiptForged => (
            "Giấy xác nhận không đúng ({reason}): chữ ký hoặc nội dung không khớp. Không được dùng giấy này.",
            "The receipt does not hold ({reason}): its signature or content does not match. It must not be used.",
        ),

        Code::Unexpected => (
            "Lỗi ngoài dự kiến ({detail}). Hãy báo người hỗ trợ kèm dòng này; dữ liệu đã lưu không mất.",
            "Unexpected fault ({detail}). Tell your support this line; saved data is not lost.",
        ),
    }
}

/// The name of a part that `doctor` looks at.
pub fn part(part: Part, language: Language) -> &'static str {
    let (vi, en) = match part {
        Part::Profile => ("Hồ sơ người dùng", "Profile"),
        Part::Encryption => ("Mã hóa dữ liệu", "Encryption"),
        Part::DiskSpace => ("Dung lượng đĩa", "Disk space"),
        Part::Workers => ("Tiến trình đọc tệp", "Workers"),
        Part::TextReader => ("Nhận dạng chữ", "Text reader"),
        Part::Catalogue => ("Danh mục thủ tục", "Catalogue"),
        Part::Hub => ("Máy chủ", "Hub"),
        Part::Clock => ("Đồng hồ", "Clock"),
    };
    if language == Language::Vi { vi } else { en }
}

/// What a person may wish to look at on a page.
pub fn warning(code: &str, language: Language) -> &str {
    let (vi, en) = match code {
        "low-resolution" => ("độ phân giải thấp, chữ có thể khó đọc", "low resolution: text may be hard to read"),
        "unknown-resolution" => ("tệp không ghi độ phân giải", "the file does not tell its resolution"),
        "unsure-crop" => ("mép giấy không rõ", "the paper's edges are not clear"),
        "unsure-skew" => ("độ nghiêng không rõ", "the text's angle is not clear"),
        "cut-off" => ("một phần giấy nằm ngoài ảnh", "part of the sheet lies outside the picture"),
        "unsure-orientation" => {
            ("chưa chắc chiều của trang, hãy xem lại", "the page's orientation is not sure: look at it")
        }
        "no-text-reader" => {
            ("chưa đọc được chữ vì máy thiếu bộ nhận dạng", "not read: this computer has no text reader")
        }
        "reduced-resolution" => (
            "đã giảm độ phân giải để tệp không quá lớn",
            "kept at a lower resolution, so that the file is not too large",
        ),
        "rendered-not-archivable" => {
            ("trang được chụp lại để đạt chuẩn lưu trữ", "drawn anew as a picture to be fit for archives")
        }
        other => (other, other),
    };
    if language == Language::Vi { vi } else { en }
}

/// The state of a document.
pub fn document(state: DocumentState, language: Language) -> &'static str {
    let (vi, en) = match state {
        DocumentState::Waiting => ("chờ số hóa", "waiting"),
        DocumentState::Working => ("đang số hóa", "being digitised"),
        DocumentState::Done => ("xong", "done"),
        DocumentState::Failed => ("không làm được", "failed"),
    };
    if language == Language::Vi { vi } else { en }
}

/// The state of a dossier; after reception, the wording of the national list.
pub fn state(state: desk::State, language: Language) -> &'static str {
    use desk::State as S;
    let (vi, en) = match state {
        S::Draft => ("Bản nháp", "draft"),
        S::Ready => ("Đã đủ, chưa gửi", "ready"),
        S::Queued => ("Chờ gửi", "queued"),
        S::Sending => ("Đang gửi", "sending"),
        S::NeedsAttention => ("Cần xem lại", "needs attention"),
        S::Packed => ("Đã đóng gói nộp cổng", "packed for the portal"),
        S::Registered => ("Mới đăng ký", "newly registered"),
        S::Accepted => ("Được tiếp nhận", "accepted"),
        S::Rejected => ("Không được tiếp nhận", "rejected at reception"),
        S::Processing => ("Đang xử lý", "processing"),
        S::SupplementRequested => ("Yêu cầu bổ sung giấy tờ", "supplement requested"),
        S::PaymentRequested => ("Yêu cầu thực hiện nghĩa vụ tài chính", "payment requested"),
        S::Withdrawn => ("Công dân yêu cầu rút hồ sơ", "withdrawn by applicant"),
        S::Stopped => ("Dừng xử lý", "stopped"),
        S::Done => ("Đã xử lý xong", "done"),
        S::Returned => ("Đã trả kết quả", "result returned"),
    };
    if language == Language::Vi { vi } else { en }
}

/// How far a procedure of the catalogue is to be trusted.
pub fn provenance(status: ProvenanceStatus, language: Language) -> &'static str {
    let (vi, en) = match status {
        ProvenanceStatus::Real => ("theo văn bản pháp luật", "read in the law"),
        ProvenanceStatus::Unverified => ("chưa kiểm chứng", "unverified"),
        ProvenanceStatus::Superseded => ("theo văn bản đã được thay thế", "read in a law since replaced"),
        ProvenanceStatus::Illustrative => ("minh họa", "illustrative"),
    };
    if language == Language::Vi { vi } else { en }
}

/// Why an answer has no place in another revision.
pub fn set_aside(reason: SetAsideReason, language: Language) -> &'static str {
    let (vi, en) = match reason {
        SetAsideReason::Gone => ("biểu mẫu mới không hỏi", "the new form does not ask it"),
        SetAsideReason::DoesNotFit => ("biểu mẫu mới cần dạng khác", "the new form asks for another kind of answer"),
        SetAsideReason::Calculated => ("nay tự tính", "calculated now"),
        SetAsideReason::Taken => ("mục mới đã có câu trả lời khác", "the new field has another answer"),
    };
    if language == Language::Vi { vi } else { en }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_in_both_languages_and_no_brace_is_left() {
        for &code in Code::ALL {
            for language in [Language::Vi, Language::En] {
                let text = fault(&Fault::new(code), language);
                assert!(text.ends_with('.') && !text.contains(['{', '}']), "{code:?}: {text}");
            }
        }
    }

    #[test]
    fn the_file_is_named_once_and_values_stand_in_their_place() {
        let told = Fault::new(Code::FileTookTooLong).with("seconds", 90).with("file", "quét 1.tif");
        assert_eq!(
            fault(&told, Language::En),
            "quét 1.tif: Reading this file took more than 90 seconds and was stopped. Other files are not affected."
        );
        let told = Fault::new(Code::OutputNotWritable).with("file", "/a").with("reason", "no");
        assert_eq!(fault(&told, Language::En), "Cannot write to /a (no). Choose another place.");
    }
}
