//! One suite for both engines, on the real Tesseract and the real model; a missing part fails, it does not skip.
//! `tests/pages/letter.png` was made for this suite (own text, Liberation Serif, A4 at 150 dpi, 16 greys).

use std::path::{Path, PathBuf};

use image::{GrayImage, Luma, imageops};
use ocr::{
    Layout, OcrError, Reader, Rect, executable, letterhead, load_any, model, orientation, secrecy_mark, syllable,
    tesseract,
};

const DPI: u32 = 150;

/// `HOSO_MODELS`, or `target/models` of the workspace, where the set-up puts it.
fn models() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("target/models"));
    let folders = std::env::var_os("HOSO_MODELS").map(PathBuf::from).into_iter().chain(workspace);
    model::find_model(folders, model::LANGUAGE).expect("the Vietnamese model; `cargo xtask test` fetches it")
}

fn library() -> tesseract::Engine {
    tesseract::Engine::load(None, &models(), model::LANGUAGE).expect("libtesseract 5; `cargo xtask test` installs it")
}

fn program() -> executable::Engine {
    executable::Engine::load(None, &models(), model::LANGUAGE).expect("tesseract; `cargo xtask test` installs it")
}

/// Runs a test on both engines.
fn on_both(test: impl Fn(&mut dyn Reader)) {
    test(&mut library());
    test(&mut program());
}

fn letter() -> GrayImage {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/letter.png");
    image::open(path).unwrap().to_luma8()
}

/// The letter's text, column beside column as the eye goes.
const LETTER: &str = "UBND TỈNH HẢI SƠN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ TƯ PHÁP Độc lập - Tự do - Hạnh phúc
Số: 217/STP-VP Hải Sơn, ngày 09 tháng 11 năm 2026
V/v trả lời kiến nghị của công dân
Kính gửi: Ủy ban nhân dân xã Bình Khánh
Thực hiện ý kiến chỉ đạo của Ủy ban nhân dân tỉnh về việc giải quyết kiến nghị của
công dân, Sở Tư pháp đã phối hợp với các cơ quan liên quan kiểm tra hồ sơ, xác minh
nguồn gốc giấy tờ và báo cáo kết quả như sau.
Người nộp đơn cư trú ổn định tại xã từ năm 1998, có đủ giấy khai sinh và sổ hộ khẩu
đã cấp trước đây. Việc ghi sai chữ đệm trong sổ gốc là lỗi của người ghi chép, không
phải lỗi của người dân; vì vậy đề nghị cải chính theo thẩm quyền và không thu lệ phí.
Đề nghị Ủy ban nhân dân xã trả lời bằng văn bản cho người nộp đơn trước ngày hết hạn,
đồng thời gửi kết quả về Sở Tư pháp để theo dõi, tổng hợp.
Nơi nhận: KT. GIÁM ĐỐC
- Như trên; PHÓ GIÁM ĐỐC
- Lưu: VT, HTQT.
Lê Thị Mỹ Dung";

/// Characters to change, put in or take out to make one text of the other, blanks counted as one (Levenshtein).
fn errors(read: &str, truth: &str) -> usize {
    let chars = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect::<Vec<_>>();
    let (read, truth) = (chars(read), chars(truth));
    let mut row: Vec<usize> = (0..=truth.len()).collect();
    for (i, a) in read.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in truth.iter().enumerate() {
            let change = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[truth.len()]
}

#[test]
fn a_letter_is_read_in_order_with_fewer_than_three_errors_in_a_thousand() {
    on_both(|reader| {
        let reading = reader.read(&letter(), DPI, Layout::Page).unwrap();
        let wrong = errors(&reading.text(), LETTER);
        assert!(wrong * 1000 <= 3 * LETTER.chars().count(), "{}: {wrong} errors in\n{}", reader.name(), reading.text());
        assert!(reading.mean_confidence > 0.9);
        assert_eq!(syllable::doubtful(&reading), []);
        assert_eq!(secrecy_mark(&reading), None);
    });
}

#[test]
fn words_stand_where_the_boxes_say() {
    on_both(|reader| {
        let page = letter();
        let reading = reader.read(&page, DPI, Layout::Page).unwrap();
        let mut last = (0, 0);
        for word in &reading.words {
            let Rect { x, y, width, height } = word.bbox;
            assert!(x + width <= page.width() && y + height <= page.height(), "{word:?}");
            let darkest = imageops::crop_imm(&page, x, y, width, height).to_image().pixels().map(|p| p.0[0]).min();
            assert!(darkest < Some(128), "no ink under {word:?}");
            assert!((0.0..=1.0).contains(&word.confidence));
            assert!((word.block, word.line) >= last, "{word:?}");
            last = (word.block, word.line);
            if let Some(baseline) = word.baseline {
                // Punctuation may hang between the lines; letters stand on theirs.
                let (top, bottom) = (y as f32, (y + height) as f32);
                let hangs = !word.text.chars().any(char::is_alphanumeric);
                let on_line = |at: f32| at > top && at < bottom + 6.0;
                assert!(hangs || (on_line(baseline.left_y) && on_line(baseline.right_y)), "{word:?}");
            }
        }
        // Made at 150 dpi: "CỘNG" begins the right column, "Dung" ends the signature.
        let place = |text: &str| reading.words.iter().find(|w| w.text == text).map(|w| w.bbox).unwrap();
        assert!(place("CỘNG").x > 500 && place("CỘNG").y < 150);
        assert!(place("Dung").x > 850 && place("Dung").y > 1000);
    });
}

#[test]
fn both_engines_say_the_same() {
    let page = letter();
    let (a, b) = (library().read(&page, DPI, Layout::Page).unwrap(), program().read(&page, DPI, Layout::Page).unwrap());
    assert_eq!(a.text(), b.text());
    let boxes = |reading: &ocr::Reading| reading.words.iter().map(|w| (w.bbox, w.line, w.block)).collect::<Vec<_>>();
    assert_eq!(boxes(&a), boxes(&b));
}

#[test]
fn pages_do_not_colour_each_other() {
    let mut reader = library();
    let page = letter();
    let first = reader.read(&page, DPI, Layout::Page).unwrap();
    reader.read(&imageops::rotate180(&page), DPI, Layout::Page).unwrap();
    assert_eq!(reader.read(&page, DPI, Layout::Page).unwrap(), first);
}

#[test]
fn a_line_alone_is_read_as_a_line() {
    on_both(|reader| {
        // The line's band of the page, 7 mm high, from margin to margin.
        let line = imageops::crop_imm(&letter(), 150, 336, 940, 42).to_image();
        let reading = reader.read(&line, DPI, Layout::Line).unwrap();
        assert_eq!(reading.text(), "Kính gửi: Ủy ban nhân dân xã Bình Khánh");
    });
}

#[test]
fn the_letterhead_is_found() {
    let reading = library().read(&letter(), DPI, Layout::Page).unwrap();
    let found = letterhead(&reading).unwrap();
    let value = |field: Option<ocr::Field>| field.map(|f| f.value).unwrap_or_default();
    assert_eq!(value(found.number), "217/STP-VP");
    assert_eq!(value(found.date), "2026-11-09");
    assert_eq!(value(found.place), "Hải Sơn");
    assert_eq!(value(found.agency), "SỞ TƯ PHÁP");
    assert_eq!(value(found.parent_agency), "UBND TỈNH HẢI SƠN");
}

#[test]
fn a_page_is_set_upright_from_any_turn() {
    let page = letter();
    let turned = [page.clone(), imageops::rotate90(&page), imageops::rotate180(&page), imageops::rotate270(&page)];
    for (turns, page) in turned.iter().enumerate() {
        let found = orientation(&mut library(), page, DPI).unwrap();
        assert_eq!((usize::from(found.turns), found.sure), (turns, true), "{found:?}");
        assert!(found.confidence > 0.5, "{found:?}");
    }
}

#[test]
fn a_page_without_text_has_no_words_and_no_sure_orientation() {
    let blank = GrayImage::from_pixel(620, 877, Luma([250]));
    on_both(|reader| assert_eq!(reader.read(&blank, DPI, Layout::Page).unwrap().words, []));
    let noise = GrayImage::from_fn(620, 877, |x, y| Luma([(x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)) as u8]));
    for page in [blank, noise] {
        assert!(!orientation(&mut library(), &page, DPI).unwrap().sure);
    }
}

#[test]
fn impossible_sizes_are_refused() {
    on_both(|reader| {
        for (width, height) in [(0, 0), (0, 10), (32_768, 1), (1, 40_000)] {
            let error = reader.read(&GrayImage::new(width, height), DPI, Layout::Page).unwrap_err();
            assert!(
                matches!(error, OcrError::PageSize { width: w, height: h } if (w, h) == (width, height)),
                "{error}"
            );
        }
        reader.read(&GrayImage::new(1, 1), 0, Layout::Page).unwrap();
    });
}

#[test]
fn a_missing_engine_or_model_is_named() {
    let nowhere = Path::new("/nonexistent/libtesseract.so");
    let error = tesseract::Engine::load(Some(nowhere), &models(), model::LANGUAGE).err().unwrap();
    assert!(matches!(&error, OcrError::NoEngine { tried } if tried[0].contains("/nonexistent")), "{error}");
    let error = executable::Engine::load(Some(nowhere), &models(), model::LANGUAGE).err().unwrap();
    assert!(matches!(&error, OcrError::NoEngine { tried } if tried[0].contains("/nonexistent")), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let error = load_any(None, folder.path(), model::LANGUAGE).err().unwrap();
    assert!(matches!(&error, OcrError::ModelMissing { looked_in, .. } if looked_in == &[folder.path()]), "{error}");
}

#[test]
fn a_library_that_is_not_tesseract_gives_way_to_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("libtesseract.so.5");
    std::fs::write(&library, "not a library").unwrap();
    let reader = load_any(Some(&library), &models(), model::LANGUAGE).unwrap();
    assert_eq!(reader.name(), "tesseract");
    assert!(reader.version().contains("+vie-"));
}

#[test]
fn a_damaged_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(model::path_in(&models(), model::LANGUAGE)).unwrap();
    for data in [&b"not a model"[..], &whole[..whole.len() / 2], b""] {
        std::fs::write(model::path_in(folder.path(), model::LANGUAGE), data).unwrap();
        let error = tesseract::Engine::load(None, folder.path(), model::LANGUAGE).err().unwrap();
        assert!(matches!(error, OcrError::ModelRefused { .. }), "{error}");
        let mut program = executable::Engine::load(None, folder.path(), model::LANGUAGE).unwrap();
        let error = program.read(&letter(), DPI, Layout::Page).unwrap_err();
        assert!(matches!(error, OcrError::Program { .. }), "{error}");
    }
}

#[test]
fn the_packed_model_unpacks_to_the_one_that_was_tested() {
    use std::io::Write;
    let whole = std::fs::read(model::path_in(&models(), model::LANGUAGE)).unwrap();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(&whole).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = model::unpack(&packer.finish().unwrap(), &folder.path().join("new")).unwrap();
    assert_eq!(std::fs::read(path).unwrap(), whole);
}
