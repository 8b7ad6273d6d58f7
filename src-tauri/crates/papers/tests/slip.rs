//! The transmission slip as others read it: text by pdftotext, syntax by qpdf, the picture by pdftoppm, the rules of
//! PDF/A-2u (ISO 19005-2) by a checker of our own.

#[path = "pdf_a/mod.rs"]
mod pdf_a;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use lopdf::Document;
use papers::{PaperError, SentItem, Sheet, TransmissionSlip, transmission_slip};
use pdf_a::faults;
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn sample(sheet: Sheet, files: usize) -> TransmissionSlip {
    let titles = [
        ("Tờ trình đề nghị khen thưởng", "Tờ trình số 145/TTr-TTYT ngày 18/11/2026"),
        ("Báo cáo thành tích", "Báo cáo thành tích 05 năm của bác sĩ Nguyễn Thị Ngọc Ánh, có xác nhận của Giám đốc"),
        ("Biên bản họp Hội đồng thi đua", "bien_ban_hop_hoi_dong_thi_dua_khen_thuong_nam_2026_ban_quet_mau.pdf"),
    ];
    let items = titles.iter().cycle().take(files).enumerate().map(|(index, (component, title))| SentItem {
        component: (*component).to_owned(),
        title: (*title).to_owned(),
        pages: (index % 5 != 4).then_some(index as u32 * 3 + 1),
        bytes: 250_000 * (index as u64 + 1),
        originals: 1,
        copies: (index % 3) as u32,
    });
    TransmissionSlip {
        sheet,
        agency: "Ủy ban nhân dân tỉnh Bình Sơn – Sở Nội vụ".to_owned(),
        code: "H19.07-261121-0042".to_owned(),
        procedure: "Tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh theo công trạng (1.000898)".to_owned(),
        applicant: "Trung tâm Y tế huyện Phú Mỹ".to_owned(),
        prepared_by: "Nguyễn Thị Hạnh, Phòng Tổ chức – Hành chính".to_owned(),
        received_at: "14 giờ 22 phút 07 giây ngày 21/11/2026 (giờ Việt Nam)".to_owned(),
        items: items.collect(),
        manifest_sha256: HASH.to_owned(),
        hub_name: "Cổng tiếp nhận hồ sơ tỉnh Bình Sơn".to_owned(),
        hub_key_fingerprint: "SHA256:4f2a 91cc 07de 55b0 8d13 e6a7 20bb f94c".to_owned(),
        support: "0251 000 000 (giờ hành chính)".to_owned(),
    }
}

struct Printed {
    folder: TempDir,
    bytes: Vec<u8>,
}

impl Printed {
    fn new(slip: &TransmissionSlip) -> Result<Self, Box<dyn Error>> {
        let (folder, bytes) = (TempDir::new()?, transmission_slip(slip)?);
        // Kept for people to look at.
        let kept = format!("slip-{:?}-{}.pdf", slip.sheet, slip.items.len());
        std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(kept), &bytes)?;
        std::fs::write(folder.path().join("slip.pdf"), &bytes)?;
        Ok(Printed { folder, bytes })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("slip.pdf")
    }

    /// What a program answers about the file; it must be satisfied.
    fn ask(&self, program: &str, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .map_err(|error| format!("{program} cannot be started ({error}): poppler-utils and qpdf are needed"))?;
        let text = String::from_utf8(output.stdout)?;
        if !output.status.success() {
            return Err(format!("{program}: {}{text}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(text)
    }

    /// The text of one page, white space as single spaces.
    fn text(&self, page: usize) -> Result<String, Box<dyn Error>> {
        let page = page.to_string();
        let text = self.ask("pdftotext", &["-layout", "-f", &page, "-l", &page, "slip.pdf", "-"])?;
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn pages(&self) -> Result<usize, Box<dyn Error>> {
        Ok(Document::load_mem(&self.bytes)?.get_pages().len())
    }

    /// The first page as a grey picture.
    fn picture(&self, dpi: u32) -> Result<image::GrayImage, Box<dyn Error>> {
        self.ask("pdftoppm", &["-r", &dpi.to_string(), "-gray", "-png", "-singlefile", "slip.pdf", "page"])?;
        Ok(image::open(self.folder.path().join("page.png"))?.into_luma8())
    }
}

#[test]
fn everything_is_there_as_composed_text() -> Outcome {
    for sheet in [Sheet::A4, Sheet::A5] {
        let mut slip = sample(sheet, 3);
        // Decomposed on the way in, as macOS gives file names.
        slip.applicant = "Trung ta\u{302}m Y te\u{302}\u{301} huye\u{323}\u{302}n Phu\u{301} My\u{303}".to_owned();
        let printed = Printed::new(&slip)?;
        assert_eq!(printed.pages()?, 1, "{sheet:?}");
        let text = printed.text(1)?;
        for part in [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "XÁC NHẬN ĐÃ GỬI HỒ SƠ",
            "H19.07-261121-0042",
            "Trung tâm Y tế huyện Phú Mỹ",
            "14 giờ 22 phút 07 giây ngày 21/11/2026",
            "Đây không phải là",
            "không có ngày hẹn trả kết quả",
            "250 kB",
            "Cộng: 3 tệp; 12 trang; 1,5 MB; 3 bản chính; 3 bản sao",
            "SHA256:4f2a 91cc",
            "0251 000 000",
            "Trang 1/1",
        ] {
            assert!(text.contains(part), "{sheet:?} lacks {part:?}:\n{text}");
        }
        assert!(!text.contains(|c| ('\u{300}'..='\u{36F}').contains(&c)), "decomposed:\n{text}");
        // The hash stands in groups of four, in order.
        let groups: Vec<&str> = HASH.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        assert!(text.contains(&groups[..8].join(" ")) && text.contains(&groups[8..].join(" ")), "{text}");
    }
    Ok(())
}

#[test]
fn the_qr_code_is_the_code() -> Outcome {
    for sheet in [Sheet::A4, Sheet::A5] {
        let picture = Printed::new(&sample(sheet, 2))?.picture(150)?;
        let (width, height) = picture.dimensions();
        let found = rxing::helpers::detect_in_luma(picture.into_raw(), width, height, None)?;
        assert_eq!(found.getText(), "H19.07-261121-0042", "{sheet:?}");
    }
    Ok(())
}

#[test]
fn a_long_list_goes_over_pages_with_its_head() -> Outcome {
    let printed = Printed::new(&sample(Sheet::A4, 40))?;
    let pages = printed.pages()?;
    assert!((3..=5).contains(&pages), "{pages} pages");
    let mut numbers = BTreeSet::new();
    for page in 1..=pages {
        let text = printed.text(page)?;
        assert!(text.contains(&format!("Trang {page}/{pages}")), "{text}");
        assert!(text.contains("H19.07-261121-0042"), "page {page} does not say whose it is");
        if text.contains("hop_hoi_dong") {
            assert!(
                text.contains("STT") && text.contains("Dung lượng"),
                "page {page} has rows without a head:\n{text}"
            );
        }
        let layout = printed
            .ask("pdftotext", &["-layout", "-f", &page.to_string(), "-l", &page.to_string(), "slip.pdf", "-"])?;
        numbers.extend(layout.lines().filter_map(|line| line.split_whitespace().next()?.parse::<usize>().ok()));
    }
    assert!((1..=40).all(|row| numbers.contains(&row)), "{numbers:?}");
    assert!(printed.text(pages)?.contains("Cộng: 40 tệp"));
    Ok(())
}

#[test]
fn nothing_is_cut_however_long_the_values() -> Outcome {
    for sheet in [Sheet::A4, Sheet::A5] {
        let mut slip = sample(sheet, 2);
        let word = "Nghiêng";
        slip.agency = "Ủy ban nhân dân ".repeat(18);
        slip.code = "H".repeat(64);
        slip.procedure = format!("{} HẾT", format!("{word} ").repeat(400));
        slip.applicant = "x".repeat(3_000) + " HẾT";
        if let Some(item) = slip.items.first_mut() {
            item.title = format!("{} HẾT", format!("{word} ").repeat(450));
        }
        let printed = Printed::new(&slip)?;
        let mut text = String::new();
        for page in 1..=printed.pages()? {
            text += &printed.text(page)?;
            text.push(' ');
        }
        assert_eq!(text.matches(word).count(), 850, "{sheet:?}");
        assert_eq!(text.matches("HẾT").count(), 3, "{sheet:?}");
        // Nothing is drawn outside the margins: every page's ink lies inside them.
        let boxes = printed.ask("pdftotext", &["-bbox", "slip.pdf", "-"])?;
        let (width, margin) = if sheet == Sheet::A4 { (595.3, 56.6) } else { (419.6, 31.1) };
        for line in boxes.lines().filter(|line| line.contains("<word")) {
            let number = |name: &str| {
                line.split(name).nth(1).and_then(|rest| rest.split('"').nth(1)).and_then(|n| n.parse::<f32>().ok())
            };
            let (left, right) = (number("xMin").ok_or("no xMin")?, number("xMax").ok_or("no xMax")?);
            assert!(left >= margin - 0.5 && right <= width - margin + 0.5, "{sheet:?}: {line}");
        }
    }
    Ok(())
}

#[test]
fn the_same_values_are_the_same_bytes() -> Outcome {
    let slip = sample(Sheet::A4, 3);
    assert_eq!(transmission_slip(&slip)?, transmission_slip(&slip)?);
    let other = TransmissionSlip { code: "H19.07-261121-0043".to_owned(), ..slip.clone() };
    assert_ne!(transmission_slip(&slip)?, transmission_slip(&other)?);
    Ok(())
}

#[test]
fn values_that_would_say_nothing_are_refused() {
    let slip = sample(Sheet::A4, 1);
    for (field, broken) in [
        ("agency", TransmissionSlip { agency: " \n".to_owned(), ..slip.clone() }),
        ("code", TransmissionSlip { code: String::new(), ..slip.clone() }),
        ("hub_name", TransmissionSlip { hub_name: "\u{200b}".to_owned(), ..slip.clone() }),
    ] {
        let error = transmission_slip(&broken);
        assert!(matches!(error, Err(PaperError::Empty { field: f }) if f == field), "{field}");
    }
    for hash in ["", "9f86", &HASH.replace('9', "g"), &format!("{HASH}00")] {
        let error = transmission_slip(&TransmissionSlip { manifest_sha256: hash.to_owned(), ..slip.clone() });
        assert!(matches!(error, Err(PaperError::NotSha256 { .. })), "{hash}");
    }
    let error = transmission_slip(&TransmissionSlip { code: "9".repeat(65), ..slip.clone() });
    assert!(matches!(error, Err(PaperError::TooLong { field: "code", size: 65, limit: 64 })));
    for code in ["H19-漢", "H19\n07"] {
        let error = transmission_slip(&TransmissionSlip { code: code.to_owned(), ..slip.clone() });
        assert!(matches!(error, Err(PaperError::Unprintable { field: "code" })));
    }
    let error = transmission_slip(&TransmissionSlip { support: "x".repeat(4_001), ..slip.clone() });
    assert!(matches!(error, Err(PaperError::TooLong { field: "support", size: 4_001, limit: 4_000 })));
    let error = transmission_slip(&TransmissionSlip { items: vec![SentItem::default(); 2_001], ..slip });
    assert!(matches!(error, Err(PaperError::TooLong { field: "items", .. })));
}

#[test]
fn what_may_be_empty_leaves_no_trace() -> Outcome {
    let slip = TransmissionSlip { prepared_by: String::new(), support: String::new(), ..sample(Sheet::A4, 0) };
    let text = Printed::new(&slip)?.text(1)?;
    assert!(!text.contains("Người lập") && !text.contains("Hỗ trợ") && !text.contains("STT"), "{text}");
    assert!(text.contains("Không có tệp kèm theo."), "{text}");
    Ok(())
}

#[test]
fn markup_and_foreign_characters_are_only_text() -> Outcome {
    let slip = TransmissionSlip { applicant: "<b>A</b> & 漢字 ()\\ %".to_owned(), ..sample(Sheet::A4, 1) };
    let printed = Printed::new(&slip)?;
    assert!(printed.text(1)?.contains("<b>A</b> & □□ ()\\ %"), "{}", printed.text(1)?);
    Ok(())
}

#[test]
fn it_keeps_the_rules_of_pdf_a_2u() -> Outcome {
    for (sheet, files) in [(Sheet::A4, 3), (Sheet::A5, 40)] {
        let printed = Printed::new(&sample(sheet, files))?;
        assert!(printed.path().exists());
        printed.ask("qpdf", &["--check", "slip.pdf"])?;
        let faults = faults(&printed.bytes)?;
        assert!(faults.is_empty(), "{faults:#?}");
    }
    Ok(())
}

#[test]
fn the_checker_sees_a_fault() -> Outcome {
    let bytes = transmission_slip(&sample(Sheet::A4, 1))?;
    for key in ["Metadata", "OutputIntents"] {
        let mut pdf = Document::load_mem(&bytes)?;
        pdf.catalog_mut()?.remove(key.as_bytes());
        let mut broken = Vec::new();
        pdf.save_to(&mut broken)?;
        assert!(!faults(&broken)?.is_empty(), "{key} is not missed");
    }
    Ok(())
}
