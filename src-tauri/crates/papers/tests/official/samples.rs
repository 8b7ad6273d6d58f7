//! Papers as an agency fills them: short and long, under both legal profiles.

use papers::*;

pub const CODE: &str = "H19.07-261121-0042";
pub const LONG_NAME: &str = "Trung tâm Phát triển quỹ đất và Quản lý dự án đầu tư xây dựng khu vực các xã Phước Hải, Long Điền và đặc \
    khu Côn Đảo trực thuộc Ủy ban nhân dân Thành phố";
pub const LONG_REQUEST: &str = "Điều chuyển tài sản công trong trường hợp thay đổi cơ quan quản lý, phân cấp quản lý, phân loại tài sản \
    hoặc thay đổi tiêu chuẩn, định mức sử dụng tài sản công (NB-03)";

fn s(text: &str) -> String {
    text.to_owned()
}

pub fn moment(day: u8, month: u8, hour: u8, minute: u8) -> Moment {
    Moment { year: 2026, month, day, time: Some((hour, minute)) }
}

pub fn day(day: u8, month: u8) -> Moment {
    Moment { year: 2026, month, day, time: None }
}

pub fn verified(text: &str) -> Legal {
    Legal { text: s(text), unverified: false }
}

pub fn unverified(text: &str) -> Legal {
    Legal { text: s(text), unverified: true }
}

pub fn signer(name: &str) -> Signer {
    Signer { name: s(name), ..Signer::default() }
}

fn chief() -> Signer {
    Signer { position: s("Giám đốc"), name: s("Trần Quốc Bảo"), phone: String::new() }
}

pub fn footer() -> AgencyFooter {
    AgencyFooter {
        how_to: s(
            "Lần sau Ông (Bà) có thể nộp tại nhà: đăng nhập Cổng Dịch vụ công quốc gia bằng tài khoản VNeID, tìm tên \
            thủ tục, điền biểu mẫu và đính kèm giấy tờ đã quét.",
        ),
        online_url: s("https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc.html?ma=1.000898"),
        support: s("1900 0000 (giờ hành chính); quầy hỗ trợ số 3; hotro@binhson.gov.vn"),
    }
}

/// The head under the profile of 2025, whose values were not compared with the official text.
pub fn head(sheet: Sheet, form_number: &str, title: &str, number: &str) -> PaperHead {
    PaperHead {
        sheet,
        form_number: s(form_number),
        title: s(title),
        form_unverified: true,
        parent_agency: s("Ủy ban nhân dân tỉnh Bình Sơn"),
        agency: s("Trung tâm Phục vụ hành chính công"),
        desk: s("Bộ phận Tiếp nhận và Trả kết quả"),
        number: s(number),
        place: s("Bình Sơn"),
        date: Some(day(21, 11)),
        footer: footer(),
    }
}

/// The same under the profile of 2018.
pub fn old_head(sheet: Sheet, form_number: &str, title: &str, number: &str) -> PaperHead {
    PaperHead { form_unverified: false, ..head(sheet, form_number, title, number) }
}

pub fn dossier() -> DossierFacts {
    DossierFacts {
        code: s(CODE),
        owner: s("Trung tâm Y tế khu vực Phú Mỹ"),
        submitter: s("Nguyễn Thị Hạnh"),
        address: s("Số 106 đường Độc Lập, phường Phú Mỹ, tỉnh Bình Sơn"),
        phone: s("0254 300 0000"),
        email: s("ttyt.phumy@binhson.gov.vn"),
        identity: s("3500000042"),
        request: s("Tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh theo công trạng (1.000898)"),
    }
}

pub fn long_dossier() -> DossierFacts {
    DossierFacts {
        code: s("000.00.16.H06-20261121-0092637"),
        owner: s(LONG_NAME),
        submitter: s("Tôn Nữ Hoàng Nguyễn Phương Uyên Khánh Linh"),
        address: s(
            "Lô A12-A14, đường số 7, Khu công nghiệp chuyên sâu Phú Mỹ 3, ấp Phước Lộc, xã Phước Hòa, Thành phố Hồ Chí \
            Minh (trước sáp nhập: thị xã Phú Mỹ, tỉnh Bà Rịa - Vũng Tàu)",
        ),
        phone: s("0254 300 0000, máy lẻ 117; 0903 000 000"),
        email: s("van-thu.trung-tam-phat-trien-quy-dat@long-dien.thanhpho.gov.vn"),
        identity: s("3500000042-001"),
        request: s(LONG_REQUEST),
    }
}

pub fn components(count: usize) -> Vec<Component> {
    let names = [
        "Tờ trình đề nghị khen thưởng",
        "Báo cáo thành tích 05 năm, có xác nhận của thủ trưởng cơ quan quản lý trực tiếp",
        "Biên bản họp Hội đồng thi đua - khen thưởng",
        "Văn bản đề nghị điều chuyển tài sản công của cơ quan, tổ chức, đơn vị được giao quản lý, sử dụng tài sản công, kèm \
            theo danh mục tài sản đề nghị điều chuyển (chủng loại, số lượng, tình trạng; nguyên giá, giá trị còn lại theo sổ \
            kế toán; mục đích sử dụng hiện tại và mục đích sử dụng dự kiến)",
    ];
    let component = |(index, name): (usize, &&str)| Component {
        name: s(name),
        originals: 1 - (index as u32 % 4) / 3,
        copies: (index as u32) % 3,
    };
    names.iter().cycle().take(count).enumerate().map(component).collect()
}

pub fn receipt(sheet: Sheet) -> OfficialPaper {
    let body = Receipt {
        dossier: dossier(),
        copy_mark: s("Giao khách hàng"),
        lookup_secret: s("7KQ4"),
        desk: String::new(),
        components: components(3),
        sets: Some(1),
        limit: unverified("15 ngày làm việc"),
        received: Some(moment(21, 11, 9, 5)),
        due: Some(Due { at: moment(14, 12, 17, 0), crosses_projected: false }),
        phase_two: None,
        collect_at: s("Bộ phận Tiếp nhận và Trả kết quả, quầy số 4"),
        fee: verified("Không"),
        entry: BookEntry { book: s("02"), serial: s("0118") },
        submitted_by: signer("Nguyễn Thị Hạnh"),
        received_by: Signer { phone: s("0254 300 0117"), ..signer("Lê Văn Đạt") },
        feedback_url: s("https://danhgia.binhson.gov.vn/g/H19.07-261121-0042"),
    };
    let head = head(sheet, "01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "118/TNHS");
    OfficialPaper { head, body: Official::Receipt(Box::new(body)) }
}

pub fn long_receipt(sheet: Sheet) -> OfficialPaper {
    let mut paper = receipt(sheet);
    let Official::Receipt(body) = &mut paper.body else { unreachable!("a receipt") };
    body.dossier = long_dossier();
    body.components = components(40);
    body.desk = s("Bộ phận Tiếp nhận và Trả kết quả xã Phước Hải");
    body.due = Some(Due { at: moment(10, 2, 17, 0), crosses_projected: true });
    body.phase_two = Some(Phase {
        what: s("Bàn giao, tiếp nhận tài sản sau khi có quyết định điều chuyển"),
        limit: unverified("30 ngày"),
        due: Some(Due { at: moment(12, 3, 17, 0), crosses_projected: true }),
    });
    paper.head.agency = s("Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính Thành phố");
    paper
}

pub fn supplement(sheet: Sheet) -> OfficialPaper {
    let missing = [
        ("Tờ trình đề nghị khen thưởng", 1, 0, 0, "Chưa có chữ ký và dấu của người đứng đầu."),
        (
            "Báo cáo thành tích",
            1,
            0,
            0,
            "Thiếu trang 3 và trang 4; phần tóm tắt thành tích chưa có xác nhận của cơ quan quản lý trực tiếp.",
        ),
        ("Quyết định công nhận sáng kiến cấp cơ sở", 0, 1, 1, ""),
    ];
    let missing = missing.map(|(name, originals, certified_copies, photocopies, reason)| Missing {
        component: s(name),
        originals,
        certified_copies,
        photocopies,
        reason: s(reason),
    });
    let body = Supplement {
        dossier: dossier(),
        missing: missing.to_vec(),
        reason: s("Hồ sơ chưa đủ thành phần theo quy định của thủ tục và có giấy tờ chưa hợp lệ."),
        contact: String::new(),
        hotline: s("0254 300 0117"),
        guided_by: signer("Lê Văn Đạt"),
        submitted_by: Some(signer("Nguyễn Thị Hạnh")),
        feedback_url: s("https://danhgia.binhson.gov.vn/g/H19.07-261121-0042"),
    };
    let head = head(sheet, "02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "27/HDHS");
    OfficialPaper { head, body: Official::Supplement(body) }
}

pub fn refusal(sheet: Sheet) -> OfficialPaper {
    let body = Refusal {
        dossier: dossier(),
        reasons: vec![
            s(
                "Thủ tục không thuộc thẩm quyền giải quyết của Ủy ban nhân dân tỉnh: thành tích đề nghị khen thưởng thuộc lĩnh \
                vực do Bộ Y tế quản lý trực tiếp.",
            ),
            s("Thời gian giữ chức vụ tính đến ngày nộp hồ sơ chưa đủ 05 năm."),
        ],
        submitted_by: signer("Nguyễn Thị Hạnh"),
        received_by: signer("Lê Văn Đạt"),
        feedback_url: s("https://danhgia.binhson.gov.vn/g/H19.07-261121-0042"),
    };
    let head = old_head(sheet, "03", "Phiếu từ chối tiếp nhận giải quyết hồ sơ", "");
    OfficialPaper { head, body: Official::Refusal(body) }
}

pub fn apology(sheet: Sheet) -> OfficialPaper {
    let body = Apology {
        dossier: dossier(),
        field: s("Thi đua - khen thưởng"),
        receipt_number: s("118/TNHS"),
        received: Some(moment(21, 11, 9, 5)),
        promised: Some(Due { at: moment(14, 12, 17, 0), crosses_projected: false }),
        sent_to: s("Sở Nội vụ"),
        delay: Delay::NotInTime,
        reason: s(
            "Cơ quan được lấy ý kiến (Bảo hiểm xã hội tỉnh) chưa trả lời về việc tham gia bảo hiểm của tập thể được đề nghị \
            khen thưởng; Sở Nội vụ đã có văn bản đôn đốc ngày 10/12/2026.",
        ),
        new_due: Some(Due { at: moment(8, 2, 17, 0), crosses_projected: true }),
        times: Some(1),
        times_allowed: unverified("01 lần"),
        history: vec![],
        recipients: vec![s("Như trên;"), s("Bộ phận Tiếp nhận và Trả kết quả;"), s("Lưu: VT, TĐKT.")],
        signed_by: chief(),
    };
    let mut head = head(sheet, "04", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết", "05/PXL");
    head.desk = String::new();
    head.agency = s("Sở Nội vụ");
    OfficialPaper { head, body: Official::Apology(body) }
}

pub fn stop_notice(sheet: Sheet) -> OfficialPaper {
    let body = StopNotice {
        dossier: dossier(),
        received: Some(moment(21, 11, 9, 5)),
        stage: s("Thẩm định hồ sơ tại Phòng Thi đua - Khen thưởng"),
        decision: unverified("Văn bản xin rút hồ sơ số 212/TTYT ngày 02/12/2026 của Trung tâm Y tế khu vực Phú Mỹ"),
        reason: s(
            "Cơ quan nộp hồ sơ đề nghị không tiếp tục thực hiện thủ tục do điều chỉnh danh sách đề nghị khen thưởng.",
        ),
        finances: s("Thủ tục không thu phí, lệ phí; không có khoản phải hoàn trả."),
        recipients: vec![s("Như trên;"), s("Lưu: VT, TĐKT.")],
        signed_by: chief(),
    };
    let mut head = head(sheet, "05", "Thông báo dừng giải quyết hồ sơ", "31/TB-SNV");
    head.desk = String::new();
    head.agency = s("Sở Nội vụ");
    OfficialPaper { head, body: Official::StopNotice(body) }
}

pub fn control_sheet(sheet: Sheet) -> OfficialPaper {
    let passings = [
        ("Bộ phận Tiếp nhận và Trả kết quả", "Lê Văn Đạt", "Phạm Thu Hà", "Đúng hạn", ""),
        (
            "Sở Nội vụ - Phòng Thi đua - Khen thưởng",
            "Phạm Thu Hà",
            "Võ Minh Trí",
            "Trước hạn",
            "Thẩm định xong ngày 01/12",
        ),
        (
            "Văn phòng Ủy ban nhân dân tỉnh",
            "Võ Minh Trí",
            "Đặng Thị Ngọc Lan",
            "Quá hạn",
            "Chờ ý kiến cơ quan bảo hiểm",
        ),
    ];
    let passings = passings.iter().enumerate().map(|(at, (agency, given_by, taken_by, outcome, note))| Passing {
        agency: s(agency),
        given: Some(moment(21 + at as u8, 11, 15, 10)),
        given_by: s(given_by),
        taken: Some(moment(21 + at as u8, 11, 15, 25)),
        taken_by: s(taken_by),
        outcome: s(outcome),
        note: s(note),
    });
    let body = ControlSheet {
        dossier: dossier(),
        received: Some(moment(21, 11, 9, 5)),
        due: Some(Due { at: moment(14, 12, 17, 0), crosses_projected: false }),
        handled_by: s("Sở Nội vụ"),
        passings: passings.collect(),
        empty_rows: 2,
    };
    let mut head = old_head(sheet, "05", "Phiếu kiểm soát quá trình giải quyết hồ sơ", "");
    head.footer = AgencyFooter { how_to: String::new(), online_url: String::new(), ..footer() };
    OfficialPaper { head, body: Official::ControlSheet(body) }
}

pub fn register(rows: usize) -> OfficialPaper {
    let row = |index: usize| {
        let facts = if index % 7 == 3 { long_dossier() } else { dossier() };
        RegisterRow {
            serial: format!("{:02}", index + 1),
            code: format!("H19.07-261121-{:04}", index + 1),
            procedure: facts.request,
            sets: Some(1),
            applicant: facts.owner,
            contact: format!("{}; {}", facts.address, facts.phone),
            handled_by: s("Sở Nội vụ"),
            received: Some(day(21, 11)),
            due: Some(Due { at: day(14, 12), crosses_projected: index % 5 == 2 }),
            sent_to_handler: Some(day(21, 11)),
            result_from_handler: index.is_multiple_of(2).then(|| day(11, 12)),
            returned: index.is_multiple_of(2).then(|| day(14, 12)),
            return_channel: s(if index.is_multiple_of(3) { "Bưu chính công ích" } else { "Trực tiếp" }),
            note: String::new(),
        }
    };
    let body = Register {
        book: s("02"),
        year: s("2026"),
        extent: s("Từ ngày 01/11/2026 đến ngày 30/11/2026"),
        rows: (0..rows).map(row).collect(),
        empty_rows: 0,
        next_serial: None,
        opened: Some(day(2, 1)),
        closed: Some(day(31, 12)),
        kept_by: signer("Lê Văn Đạt"),
        signed_by: chief(),
    };
    let mut head = head(Sheet::A4, "07", "Sổ theo dõi hồ sơ", "");
    head.footer = AgencyFooter::default();
    OfficialPaper { head, body: Official::Register(body) }
}

pub fn provisional_slip(sheet: Sheet) -> OfficialPaper {
    let body = ProvisionalSlip {
        dossier: DossierFacts { code: s("T-Q4-261121-17"), ..dossier() },
        components: components(3),
        received: Some(moment(21, 11, 9, 5)),
        what_next: s("Mã chính thức được nhắn đến số điện thoại trên trong ngày làm việc."),
        submitted_by: signer("Nguyễn Thị Hạnh"),
        received_by: signer("Lê Văn Đạt"),
    };
    let head = old_head(sheet, "", "Phiếu tiếp nhận tạm", "");
    OfficialPaper { head, body: Official::ProvisionalSlip(body) }
}

pub fn guidance_slip(sheet: Sheet) -> OfficialPaper {
    let body = GuidanceSlip {
        person: s("Nguyễn Thị Hạnh, Trung tâm Y tế khu vực Phú Mỹ"),
        procedure: dossier().request,
        ground: unverified("Văn bản 5436/UBND-VP ngày 16/5/2022: từ ngày 20/5/2022 không nhận hồ sơ giấy"),
        steps: vec![
            s("Đăng nhập Cổng Dịch vụ công quốc gia bằng tài khoản định danh điện tử VNeID của cơ quan, tổ chức."),
            s("Tìm tên thủ tục hoặc quét mã vuông trên phiếu này."),
            s("Điền biểu mẫu, đính kèm giấy tờ đã quét và ký số, rồi bấm Gửi hồ sơ."),
            s("Lưu mã hồ sơ để theo dõi; kết quả được trả trên Cổng."),
        ],
        papers: vec![
            s("Tờ trình đề nghị khen thưởng"),
            s("Báo cáo thành tích"),
            s("Biên bản họp Hội đồng thi đua - khen thưởng"),
        ],
        url: s("https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc.html?ma=1.000898"),
        help_at: s("Quầy hỗ trợ nộp hồ sơ trực tuyến, tầng 1, Trung tâm Phục vụ hành chính công tỉnh"),
        guided_by: Some(signer("Lê Văn Đạt")),
    };
    let mut head = old_head(sheet, "", "Phiếu hướng dẫn nộp hồ sơ trực tuyến", "");
    head.footer = AgencyFooter { support: footer().support, ..AgencyFooter::default() };
    OfficialPaper { head, body: Official::GuidanceSlip(body) }
}

pub fn hand_over_list(sheet: Sheet, rows: usize) -> OfficialPaper {
    let row = |index: usize| {
        let facts = if index % 5 == 2 { long_dossier() } else { dossier() };
        HandOverRow {
            code: format!("H19.07-261121-{:04}", index + 1),
            owner: facts.owner,
            procedure: facts.request,
            papers: 3 + index as u32,
            note: s(if index % 4 == 1 { "Có 01 bản chính giữ để đối chiếu" } else { "" }),
        }
    };
    let body = HandOverList {
        code: s("BG-Q4-261121-02"),
        from: s("Điểm tiếp nhận Bưu điện xã Phước Hải"),
        to: s("Trung tâm Phục vụ hành chính công tỉnh Bình Sơn"),
        at: Some(moment(21, 11, 16, 30)),
        carrier: Some(signer("Huỳnh Tấn Phát")),
        rows: (0..rows).map(row).collect(),
        empty_rows: 2,
        given_by: signer("Ngô Thị Mỹ Duyên"),
        taken_by: signer("Lê Văn Đạt"),
    };
    let mut head = old_head(sheet, "", "Danh sách bàn giao hồ sơ", "");
    head.footer = AgencyFooter::default();
    OfficialPaper { head, body: Official::HandOverList(body) }
}

pub fn postal_labels(sheet: Sheet, count: usize) -> OfficialPaper {
    let party =
        |name: &str, address: &str, phone: &str| PostalParty { name: s(name), address: s(address), phone: s(phone) };
    let label = |index: usize| PostalLabel {
        sender: party(
            "Trung tâm Phục vụ hành chính công tỉnh Bình Sơn",
            "Số 4 đường Nguyễn Tất Thành, phường Bà Rịa, tỉnh Bình Sơn",
            "1900 0000",
        ),
        recipient: match index % 2 {
            0 => party("Nguyễn Thị Hạnh", &dossier().address, "0903 000 000"),
            _ => party(LONG_NAME, &long_dossier().address, "0254 300 0000"),
        },
        tracking_number: s(if index % 3 == 2 { "" } else { "RB123456785VN" }),
        dossier_code: s(CODE),
        contents: s("Kết quả giải quyết thủ tục hành chính (01 quyết định)"),
        service: s("Bưu chính công ích, chuyển phát nhanh"),
        charge: s("Không"),
        note: s("Chỉ phát cho người nhận hoặc người được ủy quyền."),
    };
    let head = PaperHead { sheet, title: s("Nhãn bưu gửi"), agency: s("Trung tâm"), ..PaperHead::default() };
    OfficialPaper { head, body: Official::PostalLabels((0..count).map(label).collect()) }
}

/// Each kind with nothing but what it must have: to be filled in by hand.
pub fn blank(sheet: Sheet) -> Vec<OfficialPaper> {
    let facts = DossierFacts {
        owner: s("Nguyễn Văn An"), request: s("Chứng thực chữ ký"), ..DossierFacts::default()
    };
    let dossier = || facts.clone();
    let bodies = vec![
        Official::Receipt(Box::new(Receipt { dossier: dossier(), ..Receipt::default() })),
        Official::Supplement(Supplement { dossier: dossier(), ..Supplement::default() }),
        Official::Refusal(Refusal { dossier: dossier(), ..Refusal::default() }),
        Official::Apology(Apology { dossier: dossier(), ..Apology::default() }),
        Official::StopNotice(StopNotice { dossier: dossier(), ..StopNotice::default() }),
        Official::ControlSheet(ControlSheet { dossier: dossier(), empty_rows: 5, ..ControlSheet::default() }),
        Official::Register(Register { empty_rows: 12, ..Register::default() }),
        Official::ProvisionalSlip(ProvisionalSlip { dossier: dossier(), ..ProvisionalSlip::default() }),
        Official::GuidanceSlip(GuidanceSlip {
            procedure: s("Chứng thực chữ ký"),
            url: s("https://dichvucong.gov.vn"),
            ..GuidanceSlip::default()
        }),
        Official::HandOverList(HandOverList { from: s("A"), to: s("B"), empty_rows: 9, ..HandOverList::default() }),
        Official::PostalLabels(vec![PostalLabel {
            sender: PostalParty { name: s("A"), ..PostalParty::default() },
            recipient: PostalParty { name: s("B"), ..PostalParty::default() },
            ..PostalLabel::default()
        }]),
    ];
    let head =
        PaperHead {
            sheet, title: s("Tên mẫu"), agency: s("Ủy ban nhân dân xã Long Điền"), ..PaperHead::default()
        };
    bodies.into_iter().map(|body| OfficialPaper { head: head.clone(), body }).collect()
}

/// One of each kind.
pub fn all(sheet: Sheet) -> Vec<OfficialPaper> {
    vec![
        receipt(sheet),
        supplement(sheet),
        refusal(sheet),
        apology(sheet),
        stop_notice(sheet),
        control_sheet(sheet),
        register(14),
        provisional_slip(sheet),
        guidance_slip(sheet),
        hand_over_list(sheet, 7),
        postal_labels(sheet, 3),
    ]
}
