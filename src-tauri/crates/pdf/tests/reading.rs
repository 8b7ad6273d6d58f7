//! Files of other makers: what they are, what is in them, and what happens when they are spoilt.

mod support;

use flate2::{Compression, write::ZlibEncoder};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use pdf::{ArchivePage, Level, Limits, PageKind, PagePicture, PdfError, Source, check_pdfa_2u, encode, inspect};
use proptest::prelude::*;
use std::fs;
use std::io::Write;
use std::sync::Arc;
use support::{LINES, image_dict, ink, page_pdf, path, run, runs, save, scan_pdf, words, writer};

fn open(bytes: &[u8]) -> Source {
    Source::open(Arc::new(bytes.to_vec()), Limits::default()).unwrap()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x / 8) as u8, (y / 8) as u8, 90]));
    encode(&PagePicture::Rgb(picture), 80).unwrap().bytes
}

fn jpeg_scan(placement: &str, extra: Dictionary) -> Vec<u8> {
    scan_pdf(Stream::new(image_dict(992, 1403, "DeviceRGB", 8, "DCTDecode"), jpeg(992, 1403)), placement, extra)
}

const UPRIGHT: &str = "595 0 0 842 0 0";

#[test]
fn a_jpeg_scan_gives_its_own_bytes_its_dpi_and_its_turns() {
    for (rotate, turns) in [(0, 0), (90, 1), (180, 2), (270, 3), (-90, 3)] {
        let source = open(&jpeg_scan(UPRIGHT, dictionary! { "Rotate" => rotate }));
        let info = source.page_info(0).unwrap();
        let size = if turns % 2 == 0 { [595.0, 842.0] } else { [842.0, 595.0] };
        assert_eq!(info.size_pt, size);
        assert!(matches!(info.kind, PageKind::Scan { single: true, has_text: false, .. }), "{:?}", info.kind);
        let scan = source.scan_image(0).unwrap();
        assert_eq!(scan.quarter_turns, turns, "/Rotate {rotate}");
        assert!(scan.dpi.iter().all(|dpi| (dpi - 120.0).abs() < 0.5), "{:?}", scan.dpi);
        let PagePicture::Jpeg { bytes, width: 992, height: 1403, components: 3 } = scan.picture else {
            panic!("decoded")
        };
        assert!(bytes == jpeg(992, 1403));
    }
}

#[test]
fn turning_by_placement_counts_like_turning_the_page() {
    // The picture's bottom edge runs up the page: turned a quarter counter-clockwise.
    let source = open(&jpeg_scan("0 842 -595 0 595 0", dictionary! {}));
    assert_eq!(source.scan_image(0).unwrap().quarter_turns, 3);
}

#[test]
fn turned_scans_look_like_the_rendered_page() {
    let picture = image::GrayImage::from_fn(120, 170, |x, y| image::Luma([(x + y) as u8 / 2 + 60]));
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(picture.as_raw()).unwrap();
    let packed = packed.finish().unwrap();
    for (rotate, placement) in [(0, UPRIGHT), (90, UPRIGHT), (180, UPRIGHT), (270, UPRIGHT), (90, "-595 0 0 842 595 0")]
    {
        let image = Stream::new(image_dict(120, 170, "DeviceGray", 8, "FlateDecode"), packed.clone());
        let source = open(&scan_pdf(image, placement, dictionary! { "Rotate" => rotate }));
        let scan = source.scan_image(0).unwrap();
        let PagePicture::Gray(scan) = scan.picture else { panic!("kind") };
        let shown = image::imageops::grayscale(&source.render(0, 72.0).unwrap());
        let at = |image: &image::GrayImage, x: f32, y: f32| {
            i32::from(image.get_pixel((image.width() as f32 * x) as u32, (image.height() as f32 * y) as u32).0[0])
        };
        for (x, y) in [(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)] {
            assert!((at(&scan, x, y) - at(&shown, x, y)).abs() < 4, "/Rotate {rotate} {placement} at {x} {y}");
        }
    }
}

#[test]
fn a_fax_scan_comes_out_bit_for_bit() {
    let picture = ink(1000, 1400, 5);
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for y in 0..1400 {
        let pixels = (0..1000).map(|x| if picture.black(x, y) { fax::Color::Black } else { fax::Color::White });
        encoder.encode_line(pixels, 1000).unwrap();
    }
    let mut dict = image_dict(1000, 1400, "DeviceGray", 1, "CCITTFaxDecode");
    dict.set("DecodeParms", dictionary! { "K" => -1, "Columns" => 1000, "Rows" => 1400 });
    let source = open(&scan_pdf(Stream::new(dict, encoder.finish().unwrap().finish()), UPRIGHT, dictionary! {}));
    let PagePicture::Bilevel(back) = source.scan_image(0).unwrap().picture else { panic!("kind") };
    assert!(back == picture);
}

#[test]
fn pages_are_told_apart() {
    let font = |_: &mut Document| {
        dictionary! { "Font" => dictionary! { "F" => dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
        } } }
    };
    let kind = |bytes: &[u8]| inspect(bytes).unwrap().pages[0].kind.clone();
    assert_eq!(kind(&page_pdf("", |_| dictionary! {}, dictionary! {})), PageKind::Empty);
    assert_eq!(kind(&page_pdf("1 g 0 0 595 842 re f", |_| dictionary! {}, dictionary! {})), PageKind::Empty);
    assert_eq!(kind(&page_pdf("BT /F 12 Tf 72 700 Td (So 12) Tj ET", font, dictionary! {})), PageKind::BornDigital);
    assert_eq!(kind(&page_pdf("0 g 72 72 200 200 re f", |_| dictionary! {}, dictionary! {})), PageKind::BornDigital);
    let image = || Stream::new(image_dict(992, 1403, "DeviceRGB", 8, "DCTDecode"), jpeg(992, 1403));
    let overlaid = page_pdf(
        "q 595 0 0 842 0 0 cm /I Do Q BT /F 12 Tf 72 700 Td (So 12) Tj ET",
        |doc| {
            let mut resources = font(doc);
            resources.set("XObject", dictionary! { "I" => doc.add_object(image()) });
            resources
        },
        dictionary! {},
    );
    assert!(matches!(kind(&overlaid), PageKind::Mixed { dpi } if (dpi[0] - 120.0).abs() < 0.5));
    let halves = page_pdf(
        "q 595 0 0 421 0 421 cm /I Do Q q 595 0 0 421 0 0 cm /I Do Q",
        |doc| dictionary! { "XObject" => dictionary! { "I" => doc.add_object(image()) } },
        dictionary! {},
    );
    assert!(matches!(kind(&halves), PageKind::Scan { single: false, .. }));
    let scan = open(&halves).scan_image(0).unwrap();
    assert!(
        matches!(scan.picture, PagePicture::Rgb(ref page) if page.height() > 2000),
        "rendered at the strips' resolution"
    );
    // Our own output: a picture over an OCR's text.
    let mut writer = writer(Level::A2u);
    writer.page(&encode(&PagePicture::Bilevel(ink(1654, 2339, 1)), 75).unwrap(), [595.0, 842.0], &runs()).unwrap();
    let own = writer.finish().unwrap();
    assert!(matches!(kind(&own), PageKind::Scan { single: true, has_text: true, .. }));
    let text: Vec<String> = open(&own).page_text(0, 200.0).unwrap().into_iter().map(|run| run.text).collect();
    assert_eq!(text, words(&LINES.join(" ")));
}

#[test]
fn the_words_of_a_born_digital_page_stand_where_they_are_drawn() {
    let bytes = page_pdf(
        "BT /F 20 Tf 72 700 Td [(Hello) -600 (wor) 20 (ld)] TJ 0 -30 Td (next line) Tj ET",
        |_| {
            dictionary! { "Font" => dictionary! { "F" => dictionary! {
                "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
            } } }
        },
        dictionary! {},
    );
    let runs = open(&bytes).page_text(0, 144.0).unwrap();
    let found: Vec<(&str, u32)> = runs.iter().map(|run| (run.text.as_str(), run.line)).collect();
    assert_eq!(found, [("Hello", 0), ("world", 0), ("next", 1), ("line", 1)]);
    assert!((runs[0].x - 144.0).abs() < 1.0 && (runs[0].y + runs[0].height * 0.8 - 284.0).abs() < 1.0, "{:?}", runs[0]);
    assert!(runs[0].width > 80.0 && runs[0].width < 110.0, "{:?}", runs[0]);
    // The same page on its side, as it is shown: the words run down it.
    let mut doc = Document::load_mem(&bytes).unwrap();
    let page = doc.page_iter().next().unwrap();
    doc.get_dictionary_mut(page).unwrap().set("Rotate", 90);
    let turned = open(&save(&mut doc)).page_text(0, 144.0).unwrap();
    assert_eq!(turned.iter().map(|run| run.text.as_str()).collect::<Vec<_>>(), ["Hello", "world", "next", "line"]);
    assert!(turned[0].height > turned[0].width && (turned[0].height - runs[0].width).abs() < 1.0, "{:?}", turned[0]);
}

#[test]
fn signed_files_are_known_and_placeholders_are_not() {
    let signed = |range: &str| {
        let mut bytes = jpeg_scan(UPRIGHT, dictionary! {});
        bytes.extend(format!("90 0 obj\n<< /Type /Sig /ByteRange {range} /Contents <30820102> >>\nendobj\n").bytes());
        inspect(&bytes).unwrap().signed
    };
    assert!(signed("[0 1200 3400 900]"));
    assert!(signed("[ 0 1200\n3400 900 ]"));
    assert!(!signed("[0 0 0 0]"));
    assert!(!signed("[0 /********** /********** /**********]"));
    assert!(!inspect(&jpeg_scan(UPRIGHT, dictionary! {})).unwrap().signed);
}

#[test]
fn encrypted_files_are_refused_with_or_without_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let (plain, locked) = (folder.path().join("plain.pdf"), folder.path().join("locked.pdf"));
    fs::write(&plain, jpeg_scan(UPRIGHT, dictionary! {})).unwrap();
    for (password, opens) in [("secret", false), ("", true)] {
        for streams in ["--object-streams=preserve", "--object-streams=generate"] {
            run("qpdf", &[streams, "--encrypt", password, "owner", "256", "--", path(&plain), path(&locked)]);
            match inspect(&fs::read(&locked).unwrap()) {
                Err(PdfError::Encrypted { opens_without_password }) => assert_eq!(opens_without_password, opens),
                other => panic!("{password:?} {streams}: {other:?}"),
            }
        }
    }
}

#[test]
fn what_is_no_pdf_or_no_longer_one_is_said_to_be_so() {
    assert!(matches!(inspect(b""), Err(PdfError::NotPdf)));
    assert!(matches!(inspect(b"\x89PNG\r\n\x1a\n"), Err(PdfError::NotPdf)));
    assert!(matches!(inspect(b"%PDF-1.7\n"), Err(PdfError::Corrupt)));
    let whole = jpeg_scan(UPRIGHT, dictionary! {});
    assert!(matches!(inspect(&whole[..whole.len() / 2]), Err(PdfError::Corrupt)));
    assert!(matches!(open(&whole).page_info(1), Err(PdfError::NoSuchPage { index: 1, pages: 1 })));
    assert!(open(&whole).scan_image(0).is_ok());
    assert!(matches!(
        open(&page_pdf("", |_| dictionary! {}, dictionary! {})).scan_image(0),
        Err(PdfError::NotAScan { .. })
    ));
}

#[test]
fn a_lost_cross_reference_table_is_repaired() {
    let whole = jpeg_scan(UPRIGHT, dictionary! {});
    let table = whole.windows(9).rposition(|window| window == b"startxref").unwrap();
    assert_eq!(inspect(&whole[..table]).map(|found| found.pages.len()).ok(), Some(1));
}

#[test]
fn bombs_do_not_go_off() {
    let mut zeros = ZlibEncoder::new(Vec::new(), Compression::best());
    zeros.write_all(&vec![0; 8 << 20]).unwrap();
    let zeros = zeros.finish().unwrap();
    let limits = Limits { stream_bytes: 1 << 20, ..Limits::default() };
    let bomb =
        scan_pdf(Stream::new(image_dict(900, 900, "DeviceGray", 8, "FlateDecode"), zeros), UPRIGHT, dictionary! {});
    let refused = |bytes: Vec<u8>, limits: Limits| match Source::open(Arc::new(bytes), limits).and_then(|s| s.inspect())
    {
        Err(PdfError::LimitExceeded { what, .. }) => what,
        other => panic!("{limits:?}: {:?}", other.map(|found| found.pages)),
    };
    assert_eq!(refused(bomb.clone(), limits), "stream bytes");
    assert!(Source::open(Arc::new(bomb.clone()), Limits::default()).is_ok());
    let claim = scan_pdf(
        Stream::new(image_dict(60_000, 60_000, "DeviceGray", 1, "CCITTFaxDecode"), vec![0]),
        UPRIGHT,
        dictionary! {},
    );
    assert_eq!(refused(claim, Limits::default()), "pixels");
    let wall = page_pdf(
        "",
        |_| dictionary! {},
        dictionary! { "MediaBox" => vec![0.into(), 0.into(), 90_000.into(), 9.into()] },
    );
    assert_eq!(refused(wall, Limits::default()), "page side in points");
    assert_eq!(refused(bomb.clone(), Limits { file_bytes: 10, ..Limits::default() }), "file bytes");
    assert_eq!(refused(bomb.clone(), Limits { pages: 0, ..Limits::default() }), "pages");
    assert_eq!(refused(bomb, Limits { objects: 1, ..Limits::default() }), "objects");
    let page = page_pdf("", |_| dictionary! {}, dictionary! {});
    assert!(matches!(open(&page).render(0, 5_000.0), Err(PdfError::LimitExceeded { what: "pixels", .. })));
}

/// A page with visible text in an embedded font: our own output with its picture taken away and its text made visible.
fn born_digital(change: impl FnOnce(&mut Document)) -> Vec<u8> {
    let mut writer = writer(Level::A2u);
    let picture = encode(&PagePicture::Bilevel(ink(1654, 2339, 1)), 75).unwrap();
    for _ in 0..2 {
        writer.page(&picture, [595.0, 842.0], &runs()).unwrap();
    }
    let mut doc = Document::load_mem(&writer.finish().unwrap()).unwrap();
    for page in doc.page_iter().collect::<Vec<_>>() {
        let content = doc.get_page_content(page);
        let layer = content.windows(7).position(|text| text == b"BT 3 Tr").unwrap() + 7;
        doc.change_page_content(page, [b"BT 0 Tr 0 0 1 rg", &content[layer..]].concat()).unwrap();
    }
    change(&mut doc);
    save(&mut doc)
}

#[test]
fn a_page_that_may_be_kept_is_kept_and_shares_its_font() {
    let bytes = born_digital(|_| {});
    let source = open(&bytes);
    assert_eq!(source.page_info(0).unwrap().kind, PageKind::BornDigital);
    let mut writer = writer(Level::A2u);
    for index in 0..2 {
        let page = match source.archive_page(index, 300.0).unwrap() {
            ArchivePage::AsIs(fragment) => fragment,
            ArchivePage::Rendered { because, .. } => panic!("{because:?}"),
        };
        let travelled = serde_json::from_str(&serde_json::to_string(&page).unwrap()).unwrap();
        writer.append_born_digital(&travelled).unwrap();
    }
    writer.page(&encode(&PagePicture::Bilevel(ink(800, 800, 1)), 75).unwrap(), [595.0, 842.0], &runs()).unwrap();
    let out = writer.finish().unwrap();
    assert_eq!(check_pdfa_2u(&out), []);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.pdf");
    fs::write(&file, &out).unwrap();
    run("qpdf", &["--check", path(&file)]);
    let text = run("pdftotext", &["-raw", path(&file), "-"]);
    assert_eq!(words(&text), words(&[LINES.join(" "), LINES.join(" "), LINES.join(" ")].join(" ")));
    assert_eq!(
        run("pdffonts", &[path(&file)]).lines().count(),
        6,
        "the copied pages' fonts once, and the text layer's"
    );
    assert_eq!(open(&out).render(0, 50.0).unwrap(), source.render(0, 50.0).unwrap());
}

#[test]
fn a_page_that_may_not_be_kept_says_why_and_keeps_its_words() {
    let rule_of = |bytes: &[u8]| match open(bytes).archive_page(0, 100.0).unwrap() {
        ArchivePage::AsIs(_) => panic!("kept"),
        ArchivePage::Rendered { picture, because, .. } => {
            assert_eq!((picture.width(), picture.height()), (826, 1169));
            because.into_iter().map(|violation| violation.rule).collect::<Vec<_>>()
        }
    };
    let with_dict = |test: fn(&Dictionary) -> bool, change: fn(&mut Dictionary)| {
        born_digital(move |doc| {
            let dicts = doc.objects.values_mut().filter_map(|object| object.as_dict_mut().ok());
            dicts.filter(|dict| test(dict)).for_each(change);
        })
    };
    let cmyk = born_digital(|doc| {
        let page = doc.page_iter().next().unwrap();
        let content = doc.get_page_content(page);
        let rest = content.strip_prefix(b"BT 0 Tr 0 0 1 rg").unwrap();
        doc.change_page_content(page, [b"BT 0 Tr 0 0 0 1 k", rest].concat()).unwrap();
    });
    assert_eq!(rule_of(&cmyk), ["6.2.4.3 device-colour"]);
    let no_unicode = with_dict(|dict| dict.has(b"ToUnicode"), |dict| drop(dict.remove(b"ToUnicode")));
    assert_eq!(rule_of(&no_unicode), ["6.2.11.7.2 unicode"; 2], "one for each font");
    let wrong_widths = with_dict(|dict| dict.has(b"DW"), |dict| dict.set("DW", 700));
    assert!(rule_of(&wrong_widths).iter().all(|rule| rule == "6.2.11.5 widths"));
    let not_embedded = with_dict(|dict| dict.has(b"FontFile2"), |dict| drop(dict.remove(b"FontFile2")));
    assert_eq!(rule_of(&not_embedded), ["6.2.11.4.1 embedding"; 2], "one for each font");
    let helvetica = page_pdf(
        "BT /F 20 Tf 72 700 Td (Hello world) Tj ET",
        |doc| {
            let font = dictionary! {
                "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
            };
            dictionary! { "Font" => dictionary! { "F" => doc.add_object(font) } }
        },
        dictionary! {},
    );
    let ArchivePage::Rendered { runs, .. } = open(&helvetica).archive_page(0, 100.0).unwrap() else { panic!("kept") };
    assert_eq!(runs.iter().map(|run| run.text.as_str()).collect::<Vec<_>>(), ["Hello", "world"]);
}

#[test]
fn the_checker_finds_each_broken_rule() {
    let broken = |change: fn(&mut Document)| {
        let mut writer = writer(Level::A2u);
        writer
            .page(&encode(&PagePicture::Gray(image::GrayImage::new(90, 90)), 75).unwrap(), [595.0, 842.0], &runs())
            .unwrap();
        let mut doc = Document::load_mem(&writer.finish().unwrap()).unwrap();
        change(&mut doc);
        let rules: Vec<String> = check_pdfa_2u(&save(&mut doc)).into_iter().map(|violation| violation.rule).collect();
        rules
    };
    fn catalog(doc: &mut Document) -> &mut Dictionary {
        doc.catalog_mut().unwrap()
    }
    fn page(doc: &mut Document) -> &mut Dictionary {
        let id = doc.page_iter().next().unwrap();
        doc.get_dictionary_mut(id).unwrap()
    }
    fn image(doc: &mut Document) -> &mut Dictionary {
        let streams = doc.objects.values_mut().filter_map(|object| object.as_stream_mut().ok());
        let mut dicts = streams.map(|stream| &mut stream.dict);
        dicts.find(|dict| dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Image")).unwrap()
    }
    assert_eq!(broken(|_| {}), Vec::<String>::new());
    type Break = (&'static str, fn(&mut Document));
    let cases: [Break; 14] = [
        ("6.6.2.1 metadata", |doc| drop(catalog(doc).remove(b"Metadata"))),
        ("6.2.4.3 device-colour", |doc| drop(catalog(doc).remove(b"OutputIntents"))),
        ("6.1.3 trailer", |doc| drop(doc.trailer.remove(b"ID"))),
        ("6.5.1 action", |doc| catalog(doc).set("OpenAction", dictionary! { "S" => "JavaScript" })),
        ("6.5.2 trigger-actions", |doc| page(doc).set("AA", dictionary! {})),
        ("6.9 optional-content", |doc| catalog(doc).set("OCProperties", dictionary! {})),
        ("6.8 attachments", |doc| catalog(doc).set("Names", dictionary! { "EmbeddedFiles" => dictionary! {} })),
        ("6.2.8.1 interpolate", |doc| image(doc).set("Interpolate", true)),
        ("6.2.4.3 device-colour", |doc| image(doc).set("ColorSpace", "DeviceCMYK")),
        ("6.1.7.2 filter", |doc| image(doc).set("Filter", "LZWDecode")),
        ("6.3.1 annotation", |doc| {
            page(doc).set("Annots", vec![dictionary! { "Subtype" => "Movie", "F" => 4 }.into()])
        }),
        ("6.3.2 annotation-flags", |doc| page(doc).set("Annots", vec![dictionary! { "Subtype" => "Link" }.into()])),
        ("6.6.3 info", |doc| {
            let info = doc.trailer.get(b"Info").unwrap().as_reference().unwrap();
            doc.get_dictionary_mut(info).unwrap().set("Title", Object::string_literal("other"));
        }),
        ("6.1.13 limits", |doc| page(doc).set("PZ", i64::from(i32::MAX) + 1)),
    ];
    for (rule, change) in cases {
        let rules = broken(change);
        assert!(rules.iter().any(|found| found == rule), "{rule} not among {rules:?}");
    }
    assert!(!check_pdfa_2u(b"%PDF-1.7 nothing").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever is done to a file, reading it ends in an answer or an error.
    #[test]
    fn spoilt_files_never_escape(spots in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in any::<prop::sample::Index>(), keep in 0..4u8) {
        let mut bytes = jpeg_scan("595 0 0 842 0 0", dictionary! { "Rotate" => 90 });
        let image = bytes.windows(2).position(|marker| marker == [0xFF, 0xD8]).unwrap_or(0);
        for (spot, value) in &spots {
            // The structure before the picture, where it hurts most, half of the time.
            let range = if value % 2 == 0 { bytes.len() } else { image.max(1) };
            let at = spot.index(range);
            bytes[at] = *value;
        }
        if keep == 0 {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = check_pdfa_2u(&bytes);
        if let Ok(source) = Source::open(Arc::new(bytes), Limits::default()) {
            prop_assert!(source.pages() > 0);
            let _ = source.inspect();
            let _ = source.scan_image(0);
            let _ = source.page_text(0, 100.0);
            let _ = source.archive_page(0, 20.0);
        }
    }
}
