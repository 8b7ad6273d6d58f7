//! Forms on paper as others read them: text by pdftotext, syntax by qpdf, the code from the drawn page.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use papers::{FormPaper, PaperError, PaperField, PaperItem, PaperSection, PaperTable, Space, form};
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

const LONG: &str = "Căn cứ pháp lý, sự cần thiết và cơ sở thực tiễn của việc điều chuyển tài sản công từ cơ quan, tổ chức, đơn vị \
    được giao quản lý, sử dụng sang cơ quan, tổ chức, đơn vị khác theo phân cấp của Hội đồng nhân dân tỉnh";

fn field(label: &str, space: Space) -> PaperItem {
    let help = "Chỉ điền khi “Hồ sơ lập thay cho cơ quan, đơn vị khác” là “Có”.".to_owned();
    PaperItem::Field(PaperField { label: label.to_owned(), required: true, help, space })
}

fn comb(groups: &[u8], between: char) -> Space {
    Space::Comb { groups: groups.to_vec(), between }
}

fn sample() -> FormPaper {
    let ticks = |labels: &[&str]| Space::Ticks(labels.iter().map(|label| ((*label).to_owned(), false)).collect());
    let table = PaperTable {
        label: "Danh sách tài sản".to_owned(),
        columns: [("Tên tài sản", 26), ("Loại tài sản (ghi số)", 12), ("Nguyên giá (đồng)", 18)]
            .map(|(it, w)| (it.to_owned(), w))
            .to_vec(),
        rows: vec![vec!["Máy photocopy Ricoh".to_owned(), "2".to_owned(), "45.000.000".to_owned()]],
        empty_rows: 30,
        legend: vec![format!("Loại tài sản: 1. {LONG}; 2. Xe ô tô.")],
        ..PaperTable::default()
    };
    let items = vec![
        field("Ngày ban hành", comb(&[2, 2, 4], '/')),
        field("Số định danh cá nhân", comb(&[12], ' ')),
        field(LONG, Space::Lines(3)),
        field("Loại cơ quan", ticks(&["Cơ quan hành chính nhà nước", "Đơn vị sự nghiệp công lập", LONG])),
        field("Đã họp hội đồng", ticks(&["Có", "Không"])),
        field("Diện tích", Space::Short("m² sàn xây dựng".to_owned())),
        field(
            "Địa chỉ",
            Space::Parts(vec![("Số nhà".to_owned(), Space::Lines(1)), ("Mã số thuế".to_owned(), comb(&[10, 3], '-'))]),
        ),
        PaperItem::Note("Đọc kỹ trước khi điền.".to_owned()),
        PaperItem::Table(table),
    ];
    FormPaper {
        organisation: "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính tỉnh".to_owned(),
        title: format!("Đề nghị {LONG}"),
        subtitle: "Thủ tục: Điều chuyển tài sản công (NB-03)".to_owned(),
        addressee: "……………………………".to_owned(),
        reference: "HOSO-FORM:nb-03:1".to_owned(),
        notice: "Biểu mẫu minh họa, không phải mẫu do cơ quan có thẩm quyền ban hành.".to_owned(),
        sections: vec![PaperSection { title: "Bên đề nghị".to_owned(), items, ..PaperSection::default() }],
        signer: "Thủ trưởng cơ quan, tổ chức".to_owned(),
        signing: "(Ký, ghi rõ họ tên, đóng dấu)".to_owned(),
    }
}

/// What a program answers; it must be satisfied.
fn ask(folder: &Path, program: &str, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.map_err(|error| format!("{program} cannot be started: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

fn printed(paper: &FormPaper) -> Result<TempDir, Box<dyn Error>> {
    let (folder, bytes) = (TempDir::new()?, form(paper)?);
    std::fs::write(folder.path().join("form.pdf"), &bytes)?;
    // Kept for people to look at.
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("form.pdf"), &bytes)?;
    Ok(folder)
}

fn text(folder: &TempDir, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let text = ask(folder.path(), "pdftotext", &[arguments, &["form.pdf", "-"]].concat())?;
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn every_word_stands_on_the_paper_and_long_labels_are_not_cut() -> Outcome {
    let folder = printed(&sample())?;
    ask(folder.path(), "qpdf", &["--check", "form.pdf"])?;
    let all = text(&folder, &["-raw"])?;
    let long = LONG.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(all.matches(&long).count(), 3, "as a label, beside a box to tick, below the table: {all}");
    for part in [
        "Độc lập - Tự do - Hạnh phúc",
        "Ngày ban hành *",
        "m² sàn xây dựng",
        "Máy photocopy Ricoh",
        "THỦ TRƯỞNG CƠ QUAN",
    ] {
        assert!(all.contains(part), "lacks {part:?}: {all}");
    }
    let pages = text(&folder, &["-f", "2"])?;
    assert!(pages.contains("STT") && pages.contains("HOSO-FORM:nb-03:1"), "heads and feet repeat: {pages}");
    let fonts = ask(folder.path(), "pdffonts", &["form.pdf"])?;
    assert!(fonts.lines().skip(2).all(|line| line.contains("yes yes yes")), "embedded, subset, with Unicode: {fonts}");
    Ok(())
}

#[test]
fn the_code_says_which_form_it_is() -> Outcome {
    let folder = printed(&sample())?;
    ask(
        folder.path(),
        "pdftoppm",
        &["-r", "150", "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", "form.pdf", "page"],
    )?;
    let page = image::open(folder.path().join("page.png"))?.into_luma8();
    let (width, height) = page.dimensions();
    let found = rxing::helpers::detect_in_luma(page.into_raw(), width, height, None)?;
    assert_eq!(found.getText(), "HOSO-FORM:nb-03:1");
    Ok(())
}

#[test]
fn answers_go_on_over_pages_and_ticks_are_drawn() -> Outcome {
    let answer = |text: String| {
        PaperItem::Field(PaperField {
            label: "Tóm tắt thành tích".into(),
            required: false,
            help: String::new(),
            space: Space::Answer(text),
        })
    };
    let ticked = Space::Ticks(vec![("Có".to_owned(), true)]);
    let mut paper = sample();
    paper.sections[0].items =
        vec![answer("Đạt thành tích xuất sắc. ".repeat(400)), field("Đồng ý", ticked), answer(String::new())];
    let folder = printed(&paper)?;
    let all = text(&folder, &["-raw"])?;
    // A sentence may go on behind the foot of a page; a word does not.
    assert_eq!(all.matches("sắc.").count(), 400);
    assert!(
        ask(folder.path(), "pdfinfo", &["form.pdf"])?
            .lines()
            .any(|line| line.starts_with("Pages:") && !line.ends_with(" 1"))
    );
    assert_eq!(form(&paper)?, form(&paper)?, "the same values give the same bytes");
    Ok(())
}

#[test]
fn what_cannot_be_printed_is_refused() {
    let refused = |paper: FormPaper| form(&paper).err();
    assert!(matches!(refused(FormPaper { title: " ".into(), ..sample() }), Some(PaperError::Empty { field: "title" })));
    assert!(matches!(
        refused(FormPaper { sections: vec![], ..sample() }),
        Some(PaperError::Empty { field: "sections" })
    ));
    let reference = "x".repeat(201);
    assert!(matches!(refused(FormPaper { reference, ..sample() }), Some(PaperError::TooLong { limit: 200, .. })));
}
