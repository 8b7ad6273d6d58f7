//! The official papers as others read them: text by pdftotext, syntax by qpdf, codes from the drawn page, PDF/A-2u by a checker
//! of our own. With `HOSO_PICTURES` set to a folder, every paper is left there to be looked at.

mod hostile;
#[path = "../pdf_a/mod.rs"]
mod pdf_a;
mod samples;
mod texts;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::process::Command;

use lopdf::Document;
use papers::*;
use rxing::BarcodeFormat;
use samples::*;
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

const SHEETS: [Sheet; 2] = [Sheet::A5, Sheet::A4];

/// What a program answers; it must be satisfied.
fn ask(folder: &Path, program: &str, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output =
        output.map_err(|error| format!("{program} cannot be started ({error}): poppler-utils and qpdf are needed"))?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

fn kept(bytes: &[u8]) -> Result<TempDir, Box<dyn Error>> {
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join("papers.pdf"), bytes)?;
    Ok(folder)
}

/// The text of each page in the order it was set, white space as single spaces.
fn pages(bytes: &[u8]) -> Result<Vec<String>, Box<dyn Error>> {
    let text = ask(kept(bytes)?.path(), "pdftotext", &["-raw", "papers.pdf", "-"])?;
    let mut pages: Vec<String> =
        text.split('\u{c}').map(|page| page.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(pages.pop().as_deref(), Some(""), "a page ends in a form feed");
    Ok(pages)
}

fn printed(paper: &OfficialPaper) -> Result<Vec<u8>, PaperError> {
    official_papers(std::slice::from_ref(paper))
}

/// Without white space and case, so that breaks of lines and capitals of headings do not matter.
fn bare(text: &str) -> String {
    text.split_whitespace().collect::<String>().to_lowercase()
}

#[test]
fn papers_are_left_to_be_looked_at() -> Outcome {
    let Some(folder) = std::env::var_os("HOSO_PICTURES") else { return Ok(()) };
    for sheet in SHEETS {
        let papers = [all(sheet), vec![long_receipt(sheet)], blank(sheet)].concat();
        for (index, paper) in papers.iter().enumerate() {
            let name = format!("{index:02}-{}-{sheet:?}.pdf", paper.body.id());
            std::fs::write(Path::new(&folder).join(name), printed(paper)?)?;
        }
        std::fs::write(Path::new(&folder).join(format!("batch-{sheet:?}.pdf")), official_papers(&papers)?)?;
    }
    Ok(())
}

#[test]
fn every_value_stands_on_the_paper_composed() -> Outcome {
    for paper in all(Sheet::A5).into_iter().chain(all(Sheet::A4)) {
        let mut paper = paper;
        let (id, sheet) = (paper.body.id(), paper.head.sheet);
        if let Official::Apology(it) = &mut paper.body {
            it.history = vec![PastDue { due: day(1, 12), reason: "x".to_owned() }];
        }
        if let Official::Receipt(it) = &mut paper.body {
            it.phase_two = Some(Phase { what: String::new(), limit: Legal::default(), due: None });
        }
        // Decomposed on the way in.
        let mut number = 100;
        let texts = texts::of(&mut paper);
        for text in texts.plain {
            *text = format!("Tie\u{302}\u{301}ng{number}");
            number += 1;
        }
        for text in texts.codes {
            *text = format!("Tiếng{number}");
            number += 1;
        }
        let text = pages(&printed(&paper)?)?.join(" ");
        let all = bare(&text);
        for wanted in 100..number {
            assert!(
                all.contains(&format!("tiếng{wanted}")),
                "{id} on {sheet:?} lacks no. {wanted} of {number}:\n{text}"
            );
        }
        assert!(!text.contains(|c| ('\u{300}'..='\u{36F}').contains(&c)), "decomposed:\n{text}");
        assert!(text.contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") || id == "postal_label", "{text}");
    }
    Ok(())
}

#[test]
fn the_samples_are_complete_and_as_many_pages_as_they_should_be() -> Outcome {
    for sheet in SHEETS {
        for paper in all(sheet) {
            let id = paper.body.id();
            let mut copy = paper.clone();
            let text = pages(&printed(&paper)?)?;
            let expected = match id {
                "register" => 3,
                "hand_over_list" | "postal_label" => 2,
                _ => 1,
            };
            assert_eq!(text.len(), expected, "{id} on {sheet:?}");
            for (index, page) in text.iter().enumerate() {
                assert!(page.contains(&format!("Trang {}/{expected}", index + 1)), "{id}: {page}");
            }
            let all = bare(&text.concat());
            let texts = texts::of(&mut copy);
            for value in texts.plain.into_iter().chain(texts.codes) {
                assert!(all.contains(&bare(value)), "{id} on {sheet:?} lacks {value:?}:\n{text:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn the_words_of_each_form_are_there() -> Outcome {
    let wanted: [(OfficialPaper, &[&str]); 8] = [
        (
            receipt(Sheet::A5),
            &[
                "Mẫu số 01 (*)",
                "Mã hồ sơ: H19.07-261121-0042",
                "Liên: Giao khách hàng",
                "1. Thành phần hồ sơ nộp gồm",
                "STT Tên giấy tờ Số bản chính Số bản sao",
                "2. Số lượng hồ sơ: 01 bộ",
                "3. Thời gian giải quyết hồ sơ theo quy định là: 15 ngày làm việc (*)",
                "4. Thời gian nhận hồ sơ: 09 giờ 05 phút, ngày 21 tháng 11 năm 2026",
                "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 14 tháng 12 năm 2026",
                "Vào Sổ theo dõi hồ sơ, Quyển số: 02; Số thứ tự: 0118",
                "NGƯỜI NỘP HỒ SƠ",
                "NGƯỜI TIẾP NHẬN HỒ SƠ",
                "ĐT: 0254 300 0117",
                "chưa kiểm chứng",
            ],
        ),
        (
            supplement(Sheet::A5),
            &[
                "Số: 27/HDHS",
                "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:",
                "Bản chứng thực",
                "Bản photo",
                "NGƯỜI HƯỚNG DẪN",
            ],
        ),
        (refusal(Sheet::A5), &["không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau", "Số: ………"]),
        (
            apology(Sheet::A4),
            &[
                "Kính gửi: Trung tâm Y tế",
                "chưa được giải quyết đúng hạn",
                "Thời gian hẹn trả lại: 17 giờ 00 phút, ngày 08 tháng 02 năm 2026",
                "(theo lịch nghỉ dự kiến, có thể thay đổi)",
                "Số lần được hẹn lại theo quy định: 01 lần (*)",
                "Nơi nhận:",
                "GIÁM ĐỐC",
            ],
        ),
        (stop_notice(Sheet::A4), &["Bước đang giải quyết khi dừng:", "Phí, lệ phí và nghĩa vụ tài chính:"]),
        (
            control_sheet(Sheet::A5),
            &[
                "1. Giao: 15 giờ 10 phút, ngày 21/11/2026",
                "2. Nhận: 15 giờ 25 phút",
                "(trước hạn, đúng hạn, quá hạn)",
                "Quá hạn",
            ],
        ),
        (
            provisional_slip(Sheet::A5),
            &["PHIẾU TIẾP NHẬN TẠM", "Mã tạm: T-Q4-261121-17", "không có ngày hẹn trả kết quả"],
        ),
        (hand_over_list(Sheet::A5, 7), &["Cộng: 7 hồ sơ; 42 giấy tờ", "NGƯỜI VẬN CHUYỂN"]),
    ];
    for (paper, parts) in wanted {
        let text = pages(&printed(&paper)?)?.join(" ");
        for part in parts {
            assert!(text.contains(part), "{} lacks {part:?}:\n{text}", paper.body.id());
        }
    }
    Ok(())
}

#[test]
fn what_is_not_certain_is_marked_and_nothing_else() -> Outcome {
    let mut paper = receipt(Sheet::A5);
    assert!(!pages(&printed(&paper)?)?.concat().contains("lịch nghỉ dự kiến"));
    paper.head.form_unverified = false;
    let Official::Receipt(it) = &mut paper.body else { return Err("a receipt".into()) };
    it.limit.unverified = false;
    let text = pages(&printed(&paper)?)?.concat();
    assert!(!text.contains("kiểm chứng") && !text.contains("(*)"), "{text}");
    let Official::Receipt(it) = &mut paper.body else { return Err("a receipt".into()) };
    it.due = Some(Due { at: moment(10, 2, 17, 0), crosses_projected: true });
    it.fee = unverified("8.000 đồng");
    let text = pages(&printed(&paper)?)?.concat();
    assert!(text.contains("ngày 10 tháng 02 năm 2026 (theo lịch nghỉ dự kiến, có thể thay đổi)"), "{text}");
    assert!(text.contains("8.000 đồng (*)") && text.contains("(*) Nội dung chưa kiểm chứng"), "{text}");
    assert_eq!(text.matches("(*)").count(), 2, "{text}");
    let text = pages(&printed(&register(14))?)?.concat();
    assert_eq!(text.matches("theo lịch nghỉ dự kiến, có thể thay đổi").count(), 3, "{text}");
    Ok(())
}

#[test]
fn forty_papers_go_over_pages_under_their_head() -> Outcome {
    for sheet in SHEETS {
        let paper = long_receipt(sheet);
        let text = pages(&printed(&paper)?)?;
        assert_eq!(text.len(), if sheet == Sheet::A5 { 5 } else { 4 }, "{sheet:?}");
        let head = "STT Tên giấy tờ Số bản chính Số bản sao";
        let mut rows = 0;
        for page in &text {
            let found = ["Tờ trình đề nghị", "Báo cáo thành tích", "Biên bản họp", "(chủng loại"];
            let here: usize = found.iter().map(|name| page.matches(name).count()).sum();
            assert_eq!(here > 0, page.contains(head), "rows and their head:\n{page}");
            rows += here;
        }
        assert_eq!(rows, 40);
        let all = bare(&text.concat());
        for part in [LONG_NAME, LONG_REQUEST] {
            assert!(all.contains(&bare(part)), "{part} is cut");
        }
        assert_eq!(text.concat().matches("(theo lịch nghỉ dự kiến, có thể thay đổi)").count(), 2);
    }
    let text = pages(&printed(&register(60))?)?;
    assert!(text.len() > 5 && text.iter().all(|page| page.contains("Ngày, tháng, năm")), "{} pages", text.len());
    for serial in 1..=60 {
        assert!(text.concat().contains(&format!("{serial:02} H19.07-261121-{serial:04}")), "row {serial}");
    }
    Ok(())
}

/// The last page of each paper of a batch, and how many pages the papers have.
fn last_pages(papers: &[OfficialPaper]) -> Result<(Vec<String>, BTreeSet<usize>), Box<dyn Error>> {
    let (mut last, mut counts) = (Vec::new(), BTreeSet::new());
    let mut page = 0;
    for text in pages(&official_papers(papers)?)? {
        page += 1;
        if text.ends_with(&format!("Trang {page}/{page}")) || text.contains(&format!("Trang {page}/{page} ")) {
            last.push(text);
            counts.insert(page);
            page = 0;
        }
    }
    assert_eq!(last.len(), papers.len());
    Ok((last, counts))
}

#[test]
fn a_signature_never_stands_alone_on_a_page() -> Outcome {
    let mut counts = BTreeSet::new();
    for (sheet, most) in [(Sheet::A5, 14), (Sheet::A4, 20)] {
        let of = |count| {
            let mut paper = receipt(sheet);
            if let Official::Receipt(it) = &mut paper.body {
                it.components = components(count);
            }
            paper
        };
        let (last, lengths) = last_pages(&(0..most).map(of).collect::<Vec<_>>())?;
        counts.extend(lengths);
        for (count, text) in last.iter().enumerate() {
            for part in ["NGƯỜI TIẾP NHẬN HỒ SƠ", "Vào Sổ theo dõi hồ sơ", "Phí, lệ phí", "Hỗ trợ:"]
            {
                assert!(text.contains(part), "{count} papers on {sheet:?}: {part} is not beside the signature\n{text}");
            }
        }
        let (last, _) = last_pages(&(0..most / 2).map(|count| hand_over_list(sheet, count)).collect::<Vec<_>>())?;
        for text in last {
            assert!(text.contains("NGƯỜI NHẬN") && text.contains("Cộng:") && text.contains("STT"), "{text}");
        }
        let of = |words: usize| {
            let mut paper = apology(sheet);
            if let Official::Apology(it) = &mut paper.body {
                it.reason = "Cơ quan được lấy ý kiến chưa trả lời. ".repeat(words * 4);
            }
            paper
        };
        for text in last_pages(&(0..8).map(of).collect::<Vec<_>>())?.0 {
            assert!(text.contains("GIÁM ĐỐC") && text.contains("Thời gian hẹn trả lại"), "{text}");
        }
    }
    assert!(counts.contains(&1) && counts.contains(&2), "papers of {counts:?} pages were tried");
    Ok(())
}

#[test]
fn the_codes_are_read_from_the_page() -> Outcome {
    for (paper, wanted) in [
        (
            receipt(Sheet::A5),
            vec![CODE, CODE, "https://danhgia.binhson.gov.vn/g/H19.07-261121-0042", &footer().online_url],
        ),
        (
            receipt(Sheet::A4),
            vec![CODE, CODE, "https://danhgia.binhson.gov.vn/g/H19.07-261121-0042", &footer().online_url],
        ),
        (long_receipt(Sheet::A5), vec!["000.00.16.H06-20261121-0092637", "000.00.16.H06-20261121-0092637"]),
        (provisional_slip(Sheet::A5), vec!["T-Q4-261121-17", "T-Q4-261121-17", &footer().online_url]),
        (guidance_slip(Sheet::A5), vec![&footer().online_url]),
        (
            supplement(Sheet::A5),
            vec![CODE, "https://danhgia.binhson.gov.vn/g/H19.07-261121-0042", &footer().online_url],
        ),
        (postal_labels(Sheet::A5, 1), vec![CODE, "RB123456785VN"]),
    ] {
        let folder = kept(&printed(&paper)?)?;
        let arguments = ["-r", "200", "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", "papers.pdf", "page"];
        ask(folder.path(), "pdftoppm", &arguments)?;
        let page = image::open(folder.path().join("page.png"))?.into_luma8();
        let (width, height) = page.dimensions();
        let read = rxing::helpers::detect_multiple_in_luma(page.into_raw(), width, height)?;
        // Bars of other kinds may be seen in lines of text; ours are of two.
        let ours = [BarcodeFormat::QR_CODE, BarcodeFormat::CODE_128];
        let ours = read.iter().filter(|code| ours.contains(code.getBarcodeFormat()));
        let mut read: Vec<&str> = ours.map(|code| code.getText()).collect();
        let mut wanted: Vec<&str> = wanted.clone();
        read.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(read, wanted, "{} on {:?}", paper.body.id(), paper.head.sheet);
    }
    Ok(())
}

#[test]
fn many_papers_are_one_file_and_each_is_as_it_would_be_alone() -> Outcome {
    let papers = [all(Sheet::A5), all(Sheet::A4)].concat();
    let bytes = official_papers(&papers)?;
    let together = pages(&bytes)?;
    let mut alone = Vec::new();
    for paper in &papers {
        alone.extend(pages(&printed(paper)?)?);
    }
    assert_eq!(together, alone);
    assert_eq!(bytes, official_papers(&papers)?, "the same values are the same bytes");
    let document = Document::load_mem(&bytes)?;
    let mut sizes = BTreeSet::new();
    for page in document.get_pages().into_values() {
        let page = document.get_dictionary(page)?;
        let numbers = page.get(b"MediaBox")?.as_array()?.iter().map(|it| it.as_float());
        let numbers: Vec<f32> = numbers.collect::<Result<_, _>>()?;
        sizes.insert(numbers.iter().map(|it| it.round() as i32).collect::<Vec<_>>());
    }
    let upright = [vec![0, 0, 420, 595], vec![0, 0, 595, 842]];
    let across = [vec![0, 0, 842, 595]];
    assert_eq!(sizes, upright.into_iter().chain(across).collect(), "A5 and A4 upright, the register across");
    Ok(())
}

#[test]
fn they_keep_the_rules_of_pdf_a_2u() -> Outcome {
    for sheet in SHEETS {
        let bytes = official_papers(&[all(sheet), blank(sheet), vec![long_receipt(sheet)]].concat())?;
        ask(kept(&bytes)?.path(), "qpdf", &["--check", "papers.pdf"])?;
        let faults = pdf_a::faults(&bytes)?;
        assert!(faults.is_empty(), "{faults:#?}");
    }
    Ok(())
}

/// Fails where a word stands outside the margins; gives how many words there are.
fn inside_margins(bytes: &[u8]) -> Result<usize, Box<dyn Error>> {
    // The narrowest margin is 9 mm; the form's number stands in the one above.
    let margin = 25.0;
    let boxes = ask(kept(bytes)?.path(), "pdftotext", &["-bbox", "papers.pdf", "-"])?;
    let (mut width, mut height, mut words) = (0.0, 0.0, 0);
    for line in boxes.lines() {
        let number = |name: &str| {
            let value = line.split(name).nth(1).and_then(|rest| rest.split('"').nth(1));
            value.and_then(|it| it.parse::<f32>().ok()).ok_or_else(|| format!("no {name} in {line}"))
        };
        if line.contains("<page") {
            (width, height) = (number("width")?, number("height")?);
        }
        if line.contains("<word") {
            words += 1;
            let (left, right) = (number("xMin")?, number("xMax")?);
            assert!(left >= margin - 0.5 && right <= width - margin + 0.5, "{line} on {width} x {height}");
            assert!(
                number("yMin")? >= 10.0 && number("yMax")? <= height - margin + 2.0,
                "{line} on {width} x {height}"
            );
        }
    }
    Ok(words)
}

#[test]
fn nothing_is_drawn_outside_the_margins() -> Outcome {
    for sheet in SHEETS {
        let papers = [all(sheet), vec![long_receipt(sheet)], blank(sheet)].concat();
        let words = inside_margins(&official_papers(&papers)?)?;
        assert!(words > 3_000, "{words} words");
    }
    Ok(())
}
