//! Cover sheets as a scanner sees them: printed, drawn at a fax's resolution, blurred, askew, and read back.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use image::{GrayImage, Luma};
use papers::{CoverSheet, PaperError, cover_sheets};
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

/// As long as a code gets: a row's id, a count, a check.
const QR: &str = "HOSO:1:12:019200000000700080000000000000A1:2.000635.02:019200000000700080000000000000B2:3:K7QZ2M9XWA";

fn sheet(number: u32) -> CoverSheet {
    CoverSheet {
        qr: QR.to_owned(),
        number,
        procedure: "Tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh theo công trạng (1.000898)".to_owned(),
        dossier: "T-QN01-261121-4".to_owned(),
        applicant: "Trung tâm Y tế huyện Phú Mỹ".to_owned(),
        component: "Báo cáo thành tích của cá nhân, có xác nhận của Thủ trưởng đơn vị".to_owned(),
        row: "2. Nguyễn Thị Ước".to_owned(),
        pages: Some(3),
    }
}

/// What a program answers; it must be satisfied.
fn ask(folder: &Path, program: &str, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| format!("{program} cannot be started ({error}): poppler-utils is needed"))?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

fn printed(sheets: &[CoverSheet]) -> Result<TempDir, Box<dyn Error>> {
    let (folder, bytes) = (TempDir::new()?, cover_sheets(sheets)?);
    std::fs::write(folder.path().join("cover.pdf"), &bytes)?;
    // Kept for people to look at.
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cover.pdf"), &bytes)?;
    Ok(folder)
}

fn picture(folder: &Path, dpi: u32) -> Result<GrayImage, Box<dyn Error>> {
    ask(folder, "pdftoppm", &["-r", &dpi.to_string(), "-gray", "-png", "-singlefile", "cover.pdf", "page"])?;
    Ok(image::open(folder.join("page.png"))?.into_luma8())
}

/// Turned clockwise about its middle, white around it.
fn turned(picture: &GrayImage, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = picture.dimensions();
    let (cx, cy) = (width as f32 / 2.0, height as f32 / 2.0);
    GrayImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (x as f32 - cx, y as f32 - cy);
        let (sx, sy) = (cx + dx * cos + dy * sin, cy - dx * sin + dy * cos);
        let inside = sx >= 0.0 && sy >= 0.0 && sx < width as f32 && sy < height as f32;
        if inside { *picture.get_pixel(sx as u32, sy as u32) } else { Luma([255]) }
    })
}

#[test]
fn the_code_is_read_from_a_bad_scan() -> Outcome {
    let folder = printed(&[sheet(12)])?;
    for dpi in [100, 150, 200] {
        for degrees in [0.0, 3.0, -3.0, 180.0, 90.0] {
            let scan = turned(&image::imageops::blur(&picture(folder.path(), dpi)?, 1.0), degrees);
            // As a fax machine sees it: black or white.
            let fax = GrayImage::from_fn(scan.width(), scan.height(), |x, y| {
                Luma([if scan.get_pixel(x, y)[0] < 140 { 0 } else { 255 }])
            });
            for seen in [scan, fax] {
                let (width, height) = seen.dimensions();
                let found = rxing::helpers::detect_in_luma(seen.into_raw(), width, height, None)
                    .map_err(|error| format!("{dpi} dpi, {degrees}°: {error}"))?;
                assert_eq!(found.getText(), QR, "{dpi} dpi, {degrees}°");
            }
        }
    }
    Ok(())
}

#[test]
fn either_code_alone_is_enough_even_stained() -> Outcome {
    let folder = printed(&[sheet(12)])?;
    let whole = picture(folder.path(), 150)?;
    let (width, height) = whole.dimensions();
    for keeps_first in [true, false] {
        // Half of the sheet is gone, and a round stain, as wide as a quarter of it, lies on the code that is left.
        let (cx, cy, wide) = if keeps_first { (700.0, 640.0, 15.0) } else { (1020.0, 1060.0, 10.0) };
        let middle = height * 48 / 100;
        let scan = GrayImage::from_fn(width, height, |x, y| {
            let stained = (f64::from(x) - cx).hypot(f64::from(y) - cy) < wide / 2.0 / 25.4 * 150.0;
            if (y < middle) != keeps_first || stained { Luma([235]) } else { *whole.get_pixel(x, y) }
        });
        scan.save(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cover-half-{keeps_first}.png")))?;
        let found = rxing::helpers::detect_in_luma(scan.into_raw(), width, height, None)
            .map_err(|error| format!("the first code is left: {keeps_first}: {error}"))?;
        assert_eq!(found.getText(), QR);
    }
    Ok(())
}

#[test]
fn a_sheet_is_one_page_and_says_everything_in_words() -> Outcome {
    let mut long = sheet(13);
    long.procedure = "Phê duyệt nhiệm vụ và dự toán kinh phí ".repeat(40);
    long.component = "Văn bản của cơ quan có thẩm quyền ".repeat(40);
    long.pages = None;
    let folder = printed(&[sheet(12), long])?;
    let info = ask(folder.path(), "pdfinfo", &["cover.pdf"])?;
    assert!(info.lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 2")), "{info}");
    let text = |page: &str| -> Result<String, Box<dyn Error>> {
        let text = ask(folder.path(), "pdftotext", &["-layout", "-f", page, "-l", page, "cover.pdf", "-"])?;
        Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let first = text("1")?;
    for part in [
        "TỜ BÌA QUÉT GIẤY TỜ",
        "Báo cáo thành tích của cá nhân",
        "2. Nguyễn Thị Ước",
        "Theo sau tờ này: 3 trang",
        "T-QN01-261121-4",
        "Trung tâm Y tế huyện Phú Mỹ",
        "(1.000898)",
        "Tờ bìa số 12",
        "Mặt giấy trắng không tính",
    ] {
        assert!(first.contains(part), "lacks {part:?}: {first}");
    }
    assert!(text("2")?.contains("số trang không đếm trước"));
    Ok(())
}

#[test]
fn what_cannot_be_printed_is_refused() {
    let refused = |sheet: CoverSheet| cover_sheets(&[sheet]).err().map(|error| error.to_string());
    assert!(matches!(cover_sheets(&[]), Err(PaperError::Empty { field: "sheets" })));
    assert!(refused(CoverSheet { component: " ".into(), ..sheet(1) }).is_some_and(|e| e.contains("component")));
    assert!(refused(CoverSheet { qr: String::new(), ..sheet(1) }).is_some_and(|e| e.contains("qr")));
    assert!(refused(CoverSheet { qr: "X".repeat(301), ..sheet(1) }).is_some_and(|e| e.contains("limit is 300")));
}
