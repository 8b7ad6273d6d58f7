//! What the writer writes, judged by tools of other makers: qpdf, poppler, and Apache Preflight for the PDF/A-1b variant.

mod support;

use image::{GrayImage, RgbImage};
use pdf::{EncodedImage, ImageKind, Level, PagePicture, PdfError, Source, TextRun, Writer, check_pdfa_2u, encode};
use std::fs;
use std::process::Command;
use std::sync::Arc;
use support::{LINES, ink, path, run, runs, words, writer};

const A4: [f32; 2] = [595.28, 841.89];

fn gray() -> GrayImage {
    GrayImage::from_fn(1654, 2339, |x, y| image::Luma([(200 + (x / 40 + y / 40) % 50) as u8]))
}

fn colour() -> RgbImage {
    RgbImage::from_fn(827, 1170, |x, y| image::Rgb([250, (x % 200) as u8, (y % 200) as u8]))
}

/// One page of each kind of picture.
fn pictures() -> Vec<PagePicture> {
    let jpeg = encode(&PagePicture::Rgb(colour()), 60).unwrap();
    vec![
        PagePicture::Bilevel(ink(1654, 2339, 7)),
        PagePicture::Gray(gray()),
        PagePicture::Rgb(colour()),
        PagePicture::Jpeg { bytes: jpeg.bytes, width: 827, height: 1170, components: 3 },
        PagePicture::Layered {
            ground: colour(),
            coloured: Some((ink(1654, 2339, 8), colour())),
            ink: ink(1654, 2339, 9),
            colour: [0; 3],
        },
    ]
}

fn document(level: Level) -> Vec<u8> {
    let mut writer = writer(level);
    for picture in pictures() {
        let encoded = encode(&picture, 75).unwrap();
        // Words are placed in the picture's own pixels.
        let scale = encoded.width as f32 / 1654.0;
        let placed = runs().into_iter().map(|run| TextRun {
            x: run.x * scale,
            y: run.y * scale,
            width: run.width * scale,
            height: run.height * scale,
            ..run
        });
        writer.page(&encoded, A4, &placed.collect::<Vec<_>>()).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn readers_and_our_own_rules_find_nothing_wrong() {
    let bytes = document(Level::A2u);
    assert_eq!(check_pdfa_2u(&bytes), []);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.pdf");
    fs::write(&file, &bytes).unwrap();

    let verdict = run("qpdf", &["--check", path(&file)]);
    assert!(verdict.contains("No syntax or stream encoding errors found"), "{verdict}");
    let info = run("pdfinfo", &[path(&file)]);
    assert!(info.contains("Quyết định <số 1> & phụ lục") && info.contains("Pages:           5"), "{info}");

    let fonts = run("pdffonts", &[path(&file)]);
    assert_eq!(fonts.lines().count(), 4, "two fonts shared by all pages: {fonts}");
    let columns: Vec<Vec<&str>> = fonts.lines().skip(2).map(words).collect();
    // name, type (2 words for the second), encoding (built in, whatever poppler calls it), embedded, subset, unicode
    assert_eq!(columns[0][..2], ["HoSoGlyphless", "TrueType"], "{fonts}");
    assert_eq!(columns[0][3..6], ["yes", "no", "yes"], "{fonts}");
    assert_eq!(columns[1][..7], ["HoSoGlyphless", "CID", "TrueType", "Identity-H", "yes", "no", "yes"], "{fonts}");

    let images = run("pdfimages", &["-list", path(&file)]);
    let coded: Vec<_> = images.lines().skip(2).map(|line| (words(line)[2], words(line)[8])).collect();
    let expected = [
        ("image", "jbig2"),
        ("image", "jpeg"),
        ("image", "jpeg"),
        ("image", "jpeg"),
        ("image", "jpeg"),
        ("image", "jpeg"),
        ("mask", "jbig2"),
        ("stencil", "jbig2"),
    ];
    assert_eq!(coded, expected, "{images}");
}

#[test]
fn text_comes_out_word_for_word_and_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.pdf");
    fs::write(&file, document(Level::A2u)).unwrap();
    let text = run("pdftotext", &["-enc", "UTF-8", path(&file), "-"]);
    for page in text.split('\u{c}').take(5) {
        let lines: Vec<&str> = page.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(lines, LINES);
    }
    assert!(text.contains("Ủy ban nhân dân"));
    let raw = run("pdftotext", &["-raw", path(&file), "-"]);
    assert_eq!(words(&raw), words(&LINES.join(" ").repeat(5).replace("2026Ủy", "2026 Ủy")));
}

#[test]
fn words_stand_where_they_stood_in_the_picture() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.pdf");
    fs::write(&file, document(Level::A2u)).unwrap();
    let boxes = run("pdftotext", &["-bbox", "-l", "1", path(&file), "-"]);
    let scale = A4[0] / 1654.0;
    let attribute = |line: &str, name: &str| -> f32 {
        line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let lines: Vec<&str> = boxes.lines().filter(|line| line.contains("<word")).collect();
    assert_eq!(lines.len(), runs().len());
    for (line, run) in lines.iter().zip(runs()) {
        // A sixteenth and a fifth of the font size, 12 points, at most.
        assert!((attribute(line, "xMin") - run.x * scale).abs() < 0.8, "{line} {run:?}");
        assert!((attribute(line, "xMax") - (run.x + run.width) * scale).abs() < 2.6, "{line} {run:?}");
        let middle = (attribute(line, "yMin") + attribute(line, "yMax")) / 2.0;
        assert!((middle - (run.y + run.height / 2.0) * scale).abs() < 3.0, "{line} {run:?}");
    }
}

#[test]
fn an_independent_validator_accepts_the_part_1_variant() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.pdf");
    fs::write(&file, document(Level::A1b)).unwrap();
    run("qpdf", &["--check", path(&file)]);
    let jars =
        ["preflight", "pdfbox2", "xmpbox", "fontbox2", "commons-logging", "commons-io", "javax.activation", "jaxb-api"];
    let class_path = jars.map(|jar| format!("/usr/share/java/{jar}.jar")).join(":");
    let validator = "org.apache.pdfbox.preflight.Validator_A1b";
    let output =
        Command::new("java").args(["-cp", &class_path, validator, path(&file)]).output().expect("java is needed");
    let said = [output.stdout, output.stderr].map(|part| String::from_utf8_lossy(&part).into_owned()).concat();
    assert!(said.contains("is a valid PDF/A-1b file"), "{said}");
}

#[test]
fn bilevel_pictures_come_back_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    for (seed, width) in [(1, 1654), (2, 1001), (3, 8), (4, 1)] {
        let picture = ink(width, 700, seed);
        let mut with_g4 = encode(&PagePicture::Bilevel(picture.clone()), 75).unwrap();
        let jbig2 = with_g4.clone();
        // The other coding, made by the library directly.
        let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
        for y in 0..picture.height {
            let pixels = (0..width).map(|x| if picture.black(x, y) { fax::Color::Black } else { fax::Color::White });
            encoder.encode_line(pixels, width).unwrap();
        }
        (with_g4.kind, with_g4.bytes) = (ImageKind::G4, encoder.finish().unwrap().finish());
        for encoded in [jbig2, with_g4] {
            let mut writer = writer(Level::A2u);
            writer.page(&encoded, A4, &[]).unwrap();
            let bytes = writer.finish().unwrap();
            let file = folder.path().join("out.pdf");
            fs::write(&file, &bytes).unwrap();
            run("pdfimages", &[path(&file), path(&folder.path().join("i"))]);
            let bitmap = fs::read(folder.path().join("i-000.pbm")).unwrap();
            let rows = &bitmap[bitmap.len() - picture.rows.len()..];
            let mask = if width % 8 == 0 { 0xFF } else { 0xFFu8 << (8 - width % 8) };
            let masked = |rows: &[u8]| -> Vec<u8> {
                let last = picture.stride() - 1;
                rows.iter()
                    .enumerate()
                    .map(|(at, byte)| if at % picture.stride() == last { byte & mask } else { *byte })
                    .collect()
            };
            assert!(masked(rows) == masked(&picture.rows), "{:?} {width} wide, read by poppler", encoded.kind);
            let scan = Source::open(Arc::new(bytes), Default::default()).unwrap().scan_image(0).unwrap();
            let PagePicture::Bilevel(back) = scan.picture else { panic!("{:?}", encoded.kind) };
            assert!(masked(&back.rows) == masked(&picture.rows), "{:?} {width} wide, read by us", encoded.kind);
        }
    }
}

#[test]
fn a_jpeg_goes_through_byte_for_byte() {
    let original = encode(&PagePicture::Rgb(colour()), 60).unwrap().bytes;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.pdf");
    fs::write(&file, document(Level::A2u)).unwrap();
    run("pdfimages", &["-j", "-f", "4", "-l", "4", path(&file), path(&folder.path().join("i"))]);
    assert!(fs::read(folder.path().join("i-000.jpg")).unwrap() == original);
    let source = Source::open(Arc::new(fs::read(&file).unwrap()), Default::default()).unwrap();
    let PagePicture::Jpeg { bytes, .. } = source.scan_image(3).unwrap().picture else { panic!("decoded") };
    assert!(bytes == original);
}

#[test]
fn layers_lie_over_each_other() {
    let white = RgbImage::from_pixel(100, 100, image::Rgb([255, 255, 255]));
    let mut ink = ink(400, 400, 1);
    ink.rows.fill(0);
    ink.rows[..200 * 50].fill(0xFF);
    let encoded =
        encode(&PagePicture::Layered { ground: white, coloured: None, ink, colour: [0, 0, 200] }, 90).unwrap();
    let mut writer = writer(Level::A2u);
    writer.page(&encoded, [72.0, 72.0], &[]).unwrap();
    let bytes = writer.finish().unwrap();
    let page = Source::open(Arc::new(bytes), Default::default()).unwrap().render(0, 72.0).unwrap();
    assert_eq!(page.get_pixel(36, 10).0, [0, 0, 200]);
    assert!(page.get_pixel(36, 60).0.iter().all(|part| *part > 250));
}

/// A page at 300 dpi as the picture room parts it: a shadow on white at half the resolution, a red ring and a blue line and at a quarter
/// their colours, and the black ink of text.
fn stamped() -> PagePicture {
    let mut mask = pdf::Bilevel { width: 2480, height: 3508, rows: vec![0; 310 * 3508] };
    for (x, y) in (1200..2000).flat_map(|x| (2200..3000).map(move |y| (x, y))) {
        let ring = (300.0..320.0).contains(&(f64::from(x) - 1600.0).hypot(f64::from(y) - 2600.0));
        if ring || (2700..2706).contains(&y) {
            mask.rows[(y * 310 + x / 8) as usize] |= 0x80 >> (x % 8);
        }
    }
    let colours =
        RgbImage::from_fn(620, 877, |_, y| image::Rgb(if y / 5 == 135 { [30, 60, 160] } else { [208, 48, 66] }));
    let shadow = |x: u32| if (600..640).contains(&x) { [216, 214, 210] } else { [255; 3] };
    let ground = RgbImage::from_fn(1240, 1754, |x, _| image::Rgb(shadow(x)));
    PagePicture::Layered { ground, coloured: Some((mask, colours)), ink: ink(2480, 3508, 5), colour: [0; 3] }
}

#[test]
fn a_page_with_a_stamp_is_small_and_keeps_its_colours_and_edges() {
    let PagePicture::Layered { ink, coloured: Some((mask, _)), .. } = stamped() else { panic!("layers") };
    let alone = encode(&PagePicture::Bilevel(ink.clone()), 75).unwrap();
    let encoded = encode(&stamped(), 75).unwrap();
    assert!(encoded.len() - alone.len() < 8_000, "{}", encoded.len() - alone.len());
    let mut writer = writer(Level::A2u);
    // 300 dpi to the dot.
    writer.page(&encoded, [595.2, 841.92], &runs()).unwrap();
    let bytes = writer.finish().unwrap();
    assert_eq!(check_pdfa_2u(&bytes), []);

    // Read by poppler and by us, at the ink's own resolution.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.pdf");
    fs::write(&file, &bytes).unwrap();
    run("pdftoppm", &["-png", "-r", "300", "-singlefile", path(&file), path(&folder.path().join("page"))]);
    let poppler = image::open(folder.path().join("page.png")).unwrap().to_rgb8();
    let source = Source::open(Arc::new(bytes), Default::default()).unwrap();
    let scan = source.scan_image(0).unwrap();
    assert_eq!(scan.dpi, [300.0; 2]);
    let PagePicture::Rgb(own) = scan.picture else { panic!("a stamp has colour") };
    for (reader, page) in [("poppler", poppler), ("our own", own)] {
        let at = |x: u32, y: u32| page.get_pixel(x, y).0;
        let [r, g, b] = at(1910, 2600);
        assert!(r > 180 && g < 90 && b < 110, "the ring: {r} {g} {b}");
        let [r, g, b] = at(1500, 2703);
        assert!(r < 90 && b > 120 && b > g + 30, "the line: {r} {g} {b}");
        assert!(at(300, 3400).iter().all(|part| *part > 250), "paper");
        assert!((205..230).contains(&at(1240, 3450)[1]), "the shadow");
        // Coloured ink ends where its stencil ends; poppler, which scales masks of pictures by its own way, may be a pixel off here and there.
        let wrong = (1700..1960)
            .flat_map(|x| (2300..2500).map(move |y| (x, y)))
            .filter(|&(x, y)| !ink.black(x, y) && (at(x, y)[1] < 128) != mask.black(x, y))
            .count();
        assert!(wrong < 260, "{wrong} pixels of coloured ink, {reader}");
        let wrong = (300..900)
            .flat_map(|x| (300..800).map(move |y| (x, y)))
            .filter(|&(x, y)| (at(x, y)[1] < 128) != ink.black(x, y))
            .count();
        assert!(wrong < 30, "{wrong} pixels of ink, {reader}");
    }
}

#[test]
fn equal_letters_are_coded_once_and_come_back_bit_for_bit() {
    // Clean print: the same few shapes all over the page.
    let mut page = pdf::Bilevel { width: 2480, height: 3508, rows: vec![0; 310 * 3508] };
    for (line, y) in (200..3300).step_by(50).enumerate() {
        for (place, x) in (25..280).step_by(3).enumerate() {
            // A stem with bars to its left and right where the bits of its number say so.
            let shape = (line * line * 7 + place * place * 5 + line * place) % 40 + 1;
            for dy in 0..24 {
                let bars = if shape >> (dy / 4) & 1 == 1 { 0xFF } else { 0x18 };
                page.rows[(y + dy) * 310 + x] = bars;
            }
        }
    }
    let encoded = encode(&PagePicture::Bilevel(page.clone()), 75).unwrap();
    assert_eq!(encoded.kind, ImageKind::Jbig2);
    assert!(encoded.len() < 12_000, "{} bytes for 5,270 letters", encoded.len());
    let mut writer = writer(Level::A2u);
    writer.page(&encoded, A4, &[]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.pdf");
    fs::write(&file, writer.finish().unwrap()).unwrap();
    run("pdfimages", &[path(&file), path(&folder.path().join("i"))]);
    let bitmap = fs::read(folder.path().join("i-000.pbm")).unwrap();
    assert!(bitmap[bitmap.len() - page.rows.len()..] == page.rows);
}

#[test]
fn the_same_pages_give_the_same_bytes() {
    assert!(document(Level::A2u) == document(Level::A2u));
}

#[test]
fn a_squeezed_picture_survives_the_way_between_processes() {
    let encoded = encode(&PagePicture::Bilevel(ink(300, 300, 1)), 75).unwrap();
    let text = serde_json::to_string(&encoded).unwrap();
    assert!(text.len() < encoded.len() * 3 / 2 + 200);
    assert_eq!(serde_json::from_str::<EncodedImage>(&text).unwrap(), encoded);
}

#[test]
fn impossible_things_are_refused() {
    let jpeg = |bytes: Vec<u8>| encode(&PagePicture::Jpeg { bytes, width: 827, height: 1170, components: 3 }, 75);
    let good = encode(&PagePicture::Rgb(colour()), 60).unwrap().bytes;
    assert!(jpeg(good.clone()).is_ok());
    assert!(matches!(jpeg(good[..200].to_vec()), Err(PdfError::Jpeg(_))));
    assert!(matches!(jpeg(b"GIF89a".to_vec()), Err(PdfError::Jpeg("signature"))));
    let mut four_components = good.clone();
    let frame = good.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    four_components[frame + 9] = 4;
    assert!(matches!(jpeg(four_components), Err(PdfError::Jpeg("components"))));
    let short = pdf::Bilevel { width: 16, height: 16, rows: vec![0; 31] };
    assert!(matches!(encode(&PagePicture::Bilevel(short), 75), Err(PdfError::PictureShape { .. })));
    let encoded = encode(&PagePicture::Bilevel(ink(80, 80, 1)), 75).unwrap();
    let mut writer = writer(Level::A2u);
    assert!(matches!(writer.page(&encoded, [f32::NAN, 10.0], &[]), Err(PdfError::PageSize(..))));
    assert!(matches!(writer.page(&encoded, [20_000.0, 10.0], &[]), Err(PdfError::PageSize(..))));
}

#[test]
fn a_disk_that_fills_up_is_an_error() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let encoded = encode(&PagePicture::Bilevel(ink(800, 800, 1)), 75).unwrap();
    let mut writer = Writer::new(Full(2000), support::metadata(), Level::A2u).unwrap();
    assert!(matches!(writer.page(&encoded, A4, &runs()), Err(PdfError::Io(_))));
}

#[test]
fn many_pages_make_a_tree_every_reader_can_walk() {
    let encoded = encode(&PagePicture::Bilevel(ink(80, 80, 1)), 75).unwrap();
    let mut writer = writer(Level::A2u);
    for _ in 0..1201 {
        writer.page(&encoded, A4, &[]).unwrap();
    }
    assert_eq!(writer.pages(), 1201);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.pdf");
    fs::write(&file, writer.finish().unwrap()).unwrap();
    assert_eq!(run("qpdf", &["--show-npages", path(&file)]).trim(), "1201");
    run("qpdf", &["--check", path(&file)]);
}
