//! One page through the rooms: digitise → ocr → pdf. The order of the calls is the recipe.

use std::time::Instant;

use digitise::{Colour, Frame, Params, Picture, Point};
use image::{DynamicImage, GrayImage, Luma};
use pdf::{Bilevel, EncodedImage, PagePicture, TextRun};

use super::{
    CodeFound, DoubleFound, LetterheadFound, PageContent, PageFound, PageMade, PageSeen, ReadPage, Settings, Wanted,
    child::reading_pdf,
};
use crate::{
    cover,
    fault::{Fault, FaultCode},
};

/// Resolution of the small picture on which the quarter turn is voted.
const PROXY_DPI: u32 = 150;
/// Colour of black print, sRGB.
const INK: [u8; 3] = [0; 3];
/// How far a corner may lie beside the picture, as a share of its side.
const BESIDE: f64 = 0.1;
/// JPEG quality of what a screen shows.
const SCREEN_QUALITY: u8 = 82;

/// Makes a page of pixels. `jpeg` are the frame's own bytes, which go in untouched where nothing had to be changed; `reader` is
/// `None` when no words are wanted, and its fault where there is none to be had.
pub(super) fn make(
    frame: &Frame,
    jpeg: Option<Vec<u8>>,
    reader: Option<Result<&mut dyn ocr::Reader, Fault>>,
    (wanted, settings): (&Wanted, &Settings),
    decoded: (String, f64),
) -> Result<PageMade, Fault> {
    let params = Params {
        min_dpi: settings.min_dpi as f32,
        max_dpi: settings.max_dpi as f32,
        told: wanted.edits.told(),
        ..Params::default()
    };
    // Its own bytes are what was too large.
    let jpeg = jpeg.filter(|_| !settings.reduced);
    // The parent ends the process to stop it: nothing is half-written here.
    let never = || false;
    let mut clock = Clock { seconds: vec![decoded], last: Instant::now() };

    refuse_far_corners(wanted.edits.quad, frame)?;
    let examination = digitise::examine(frame, &params, &never).map_err(Fault::unexpected)?;
    clock.stage("examine");

    let (mut reader, mut warnings) = match reader {
        Some(Err(_)) if wanted.read.is_some() => (None, vec![]),
        Some(Ok(reader)) => (Some(reader), vec![]),
        Some(Err(_)) => (None, vec!["no-text-reader".to_owned()]),
        None => (None, vec![]),
    };
    let blank = examination.findings.blank;
    // One that a person keeps has something on it, if only for them.
    let empty = blank && wanted.edits.keep != Some(true);
    let told = wanted.edits.orientation.map(|degrees| (degrees / 90 % 4) as u8);
    let turned = match (&mut reader, &wanted.read) {
        _ if told.is_some() => ocr::Orientation { turns: told.unwrap_or(0), sure: true, confidence: 1.0 },
        (_, Some(read)) => ocr::Orientation { turns: read.turns, sure: read.sure, confidence: 1.0 },
        (Some(reader), None) if !empty => {
            let proxy = digitise::proxy_upright(&examination);
            ocr::orientation(*reader, &proxy, PROXY_DPI).map_err(Fault::unexpected)?
        }
        _ => ocr::Orientation { turns: 0, sure: true, confidence: 0.0 },
    };
    // Unsure is asked, never guessed: the page stays as it was found.
    let turns = if turned.sure { turned.turns } else { 0 };
    clock.stage("orient");

    let params = Params { read: wanted.read.is_some() || reader.is_some() && !empty, ..params };
    let page = digitise::straighten(frame, &examination, turns, &params, &never).map_err(Fault::unexpected)?;
    clock.stage("straighten");

    let (dpi, scale) = (page.dpi, page.dpi / page.reading_dpi);
    let size = [page.reading.width(), page.reading.height()];
    let known = wanted.read.as_ref().filter(|read| read.size == size);
    let read = match (&mut reader, known) {
        (_, Some(known)) => Some(known.clone()),
        (Some(reader), None) if !empty => {
            let reading = reader.read(&page.reading, page.reading_dpi.round() as u32, ocr::Layout::Page);
            let to_source = |[x, y]: [f64; 2]| page.transform.apply([x, y].map(|value| value * f64::from(scale)));
            Some(ReadPage::new((turns, turned.sure), size, &reading.map_err(Fault::unexpected)?, to_source))
        }
        _ => None,
    };
    let (reading, doubts, lost_words) = read.as_ref().map_or_else(Default::default, |read| {
        let told = &wanted.edits.words;
        (read.reading(told), read.doubts(told).iter().flatten().count() as u32, read.lost(told))
    });
    // A word of a stamp that was told to be another, or nothing, is still a stamp's.
    let as_read = read.as_ref().map(|read| read.reading(&[]));
    let secrecy_mark = secrecy_mark(&reading).or_else(|| secrecy_mark(&as_read?));
    clock.stage("read");

    let (size_pt, picture) = content(page, frame, jpeg)?;
    let runs = runs(&reading, picture.width as f32 / size[0].max(1) as f32);
    let kept = size_pt.map(|points| (points * dpi / 72.0).round() as u32);
    clock.stage("encode");

    let findings = examination.findings;
    warnings.extend(findings.warnings.iter().filter_map(name_of));
    if settings.reduced {
        warnings.push("reduced-resolution".to_owned());
    }
    if !turned.sure && !empty {
        warnings.push("unsure-orientation".to_owned());
    }
    let double = findings.gutter.and_then(|gutter| double_page(gutter, turns));
    if double.is_some() {
        warnings.push("double-page".to_owned());
    }
    let found = PageFound {
        width: findings.width,
        height: findings.height,
        kept,
        born_digital: false,
        dpi: findings.dpi,
        orientation: u16::from(turns) * 90,
        orientation_sure: turned.sure,
        skew_deg: findings.skew_deg,
        quad: findings.quad.map(|quad| from_content_corner(quad, turns)),
        blank,
        ink: findings.ink,
        colour: match findings.colour {
            Colour::Bw => "bw",
            Colour::Gray => "gray",
            Colour::Colour => "colour",
            Colour::Mixed => "mixed",
        }
        .to_owned(),
        separator: findings.codes.iter().any(|code| cover::is_separator(&code.text)),
        codes: findings
            .codes
            .iter()
            .filter_map(|code| Some(CodeFound { kind: name_of(&code.kind)?, text: dossier::text::nfc(&code.text) }))
            .collect(),
        double,
        letterhead: LetterheadFound::of(&reading, picture.width as f32 / size[0] as f32),
        text: reading.text(),
        words: reading.words.len() as u32,
        doubts,
        lost_words,
        mean_confidence: reading.mean_confidence,
        secrecy_mark,
        warnings,
    };
    Ok(PageMade { found, content: PageContent::Picture { picture, size_pt, runs }, read, seconds: clock.seconds })
}

/// Corners a person set lie in the picture or a little beside it: the sheet they frame is made as large as they say.
fn refuse_far_corners(quad: Option<[Point; 4]>, frame: &Frame) -> Result<(), Fault> {
    let sides = [frame.image.width(), frame.image.height()].map(f64::from);
    let inside = |corner: Point| (0..2).all(|axis| (-BESIDE..=1.0 + BESIDE).contains(&(corner[axis] / sides[axis])));
    match quad {
        Some(quad) if !quad.into_iter().all(inside) => Err(Fault::new(FaultCode::CornersOutside)),
        _ => Ok(()),
    }
}

/// What sorting needs to know of a page: nothing is straightened or encoded for it, and only where a title would stand is read.
pub(super) fn look(frame: &Frame, reader: Option<&mut dyn ocr::Reader>) -> Result<PageSeen, Fault> {
    let examination = digitise::examine(frame, &Params::default(), &|| false).map_err(Fault::unexpected)?;
    let (blank, codes) = (examination.findings.blank, &examination.findings.codes);
    let codes: Vec<String> = codes.iter().map(|code| dossier::text::nfc(&code.text)).collect();
    let marked = blank || codes.iter().any(|code| cover::is_separator(code));
    let titled = match reader {
        Some(reader) if !marked => has_sheet_title(&digitise::proxy_upright(&examination), reader)?,
        _ => false,
    };
    Ok(PageSeen { blank, codes, titled })
}

/// The share of a sheet's height in which a cover sheet's title stands.
const TITLE_SHARE: f64 = 0.14;

/// Whether the title of a cover sheet stands at the top of the page, whichever side that is.
fn has_sheet_title(page: &GrayImage, reader: &mut dyn ocr::Reader) -> Result<bool, Fault> {
    let upright = if page.width() > page.height() { image::imageops::rotate90(page) } else { page.clone() };
    for page in [image::imageops::rotate180(&upright), upright] {
        let height = (f64::from(page.height()) * TITLE_SHARE) as u32;
        let top = image::imageops::crop_imm(&page, 0, 0, page.width(), height.max(1)).to_image();
        let read = reader.read(&top, PROXY_DPI, ocr::Layout::Block).map_err(Fault::unexpected)?;
        if read.text().lines().any(cover::is_title) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A JPEG at most `width` pixels wide.
pub(super) fn for_screen(picture: &DynamicImage, width: u32) -> Result<Vec<u8>, Fault> {
    let smaller = (picture.width() > width).then(|| {
        let height = u64::from(picture.height()) * u64::from(width) / u64::from(picture.width());
        picture.thumbnail_exact(width, u32::try_from(height).unwrap_or(u32::MAX).max(1))
    });
    let mut jpeg = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, SCREEN_QUALITY);
    let picture = smaller.as_ref().unwrap_or(picture);
    let written = match picture {
        DynamicImage::ImageLuma8(gray) => gray.write_with_encoder(encoder),
        other => other.to_rgb8().write_with_encoder(encoder),
    };
    written.map_err(Fault::unexpected)?;
    Ok(jpeg)
}

/// What is known of a page that brings its own text.
pub(super) fn born_digital(
    size_pt: [f32; 2],
    content: PageContent,
    runs: &[TextRun],
    blank: bool,
    warnings: Vec<String>,
) -> PageMade {
    let reading = as_reading(runs);
    let found = PageFound {
        width: size_pt[0].round() as u32,
        height: size_pt[1].round() as u32,
        kept: size_pt.map(|points| (points * super::child::RENDER_DPI / 72.0).round() as u32),
        born_digital: true,
        dpi: [72.0, 72.0],
        orientation: 0,
        orientation_sure: true,
        skew_deg: 0.0,
        quad: None,
        blank,
        ink: 0.0,
        colour: "colour".to_owned(),
        separator: false,
        codes: vec![],
        double: None,
        letterhead: LetterheadFound::of(&reading, super::child::RENDER_DPI / 72.0),
        text: reading.text(),
        words: runs.len() as u32,
        doubts: 0,
        lost_words: vec![],
        mean_confidence: reading.mean_confidence,
        secrecy_mark: secrecy_mark(&reading),
        warnings,
    };
    PageMade { found, content, read: None, seconds: vec![] }
}

/// A page's own text as if it had been read, and without a doubt.
fn as_reading(runs: &[TextRun]) -> ocr::Reading {
    let px = |value: f32| value.max(0.0) as u32;
    let word = |run: &TextRun| ocr::Word {
        text: dossier::text::nfc(&run.text),
        bbox: ocr::Rect { x: px(run.x), y: px(run.y), width: px(run.width), height: px(run.height) },
        confidence: 1.0,
        line: run.line,
        block: 0,
        baseline: None,
    };
    ocr::Reading::new(runs.iter().map(word).collect())
}

fn secrecy_mark(reading: &ocr::Reading) -> Option<String> {
    let name = match ocr::secrecy_mark(reading)?.mark {
        ocr::Mark::Mat => "MẬT",
        ocr::Mark::ToiMat => "TỐI MẬT",
        ocr::Mark::TuyetMat => "TUYỆT MẬT",
    };
    Some(name.to_owned())
}

struct Clock {
    seconds: Vec<(String, f64)>,
    last: Instant,
}

impl Clock {
    fn stage(&mut self, name: &str) {
        let now = Instant::now();
        self.seconds.push((name.to_owned(), now.duration_since(self.last).as_secs_f64()));
        self.last = now;
    }
}

/// The picture to keep, squeezed, and the page's size in points.
fn content(page: digitise::Page, frame: &Frame, jpeg: Option<Vec<u8>>) -> Result<([f32; 2], EncodedImage), Fault> {
    let untouched = jpeg.filter(|_| page.untouched_jpeg).map(|bytes| {
        let components = if matches!(frame.image, DynamicImage::ImageLuma8(_)) { 1 } else { 3 };
        PagePicture::Jpeg { bytes, width: frame.image.width(), height: frame.image.height(), components }
    });
    let encode = |picture| pdf::encode(&picture, pdf::JPEG_QUALITY).map_err(reading_pdf);
    let dpi = page.dpi;
    let (width, height, picture) = match page.picture {
        Picture::Bilevel(bits) => (bits.width, bits.height, PagePicture::Bilevel(bilevel(bits))),
        Picture::Gray(gray) => (gray.width(), gray.height(), PagePicture::Gray(gray)),
        Picture::Rgb(rgb) => (rgb.width(), rgb.height(), PagePicture::Rgb(rgb)),
        Picture::Layered(layers) => {
            let (width, height) = (layers.ink.width, layers.ink.height);
            let coloured = layers.coloured.rows.iter().any(|byte| *byte != 0);
            let coloured = coloured.then(|| (bilevel(layers.coloured), layers.colours));
            (
                width,
                height,
                PagePicture::Layered { ground: layers.ground, coloured, ink: bilevel(layers.ink), colour: INK },
            )
        }
    };
    let layered = matches!(picture, PagePicture::Layered { .. });
    let kept = match untouched {
        None => encode(picture)?,
        // Layers are made to be small; a source that is smaller still stays as it is.
        Some(untouched) if layered => {
            let (layers, untouched) = (encode(picture)?, encode(untouched)?);
            if layers.len() < untouched.len() { layers } else { untouched }
        }
        Some(untouched) => encode(untouched)?,
    };
    Ok(([width as f32 * 72.0 / dpi, height as f32 * 72.0 / dpi], kept))
}

fn bilevel(bits: digitise::Bitmap) -> Bilevel {
    Bilevel { width: bits.width, height: bits.height, rows: bits.rows }
}

/// Words where they stand in the picture; the reader saw it `1 / scale` times as large.
fn runs(reading: &ocr::Reading, scale: f32) -> Vec<TextRun> {
    let run = |word: &ocr::Word| TextRun {
        text: word.text.clone(),
        x: word.bbox.x as f32 * scale,
        y: word.bbox.y as f32 * scale,
        width: word.bbox.width as f32 * scale,
        height: word.bbox.height as f32 * scale,
        line: word.line,
    };
    reading.words.iter().map(run).collect()
}

/// Corners in the order of the frame, from its top left, into the order of the content, which was turned clockwise.
fn from_content_corner(mut quad: [[f64; 2]; 4], turns: u8) -> [[f64; 2]; 4] {
    quad.rotate_left(usize::from(turns % 4));
    quad
}

/// Where to divide the upright page, whose content was turned clockwise as it was found. One that is now higher than wide is none.
fn double_page(gutter: digitise::Gutter, turns: u8) -> Option<DoubleFound> {
    let at = if turns % 4 >= 2 { 1.0 - gutter.at } else { gutter.at };
    (gutter.sideways == (turns % 2 == 1)).then_some(DoubleFound { at, confidence: gutter.confidence })
}

/// The name a plain enum has in JSON.
fn name_of(value: &impl serde::Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

/// One byte a pixel: black ink on white.
pub(super) fn unpacked(bits: &Bilevel) -> GrayImage {
    GrayImage::from_fn(bits.width, bits.height, |x, y| Luma([if bits.black(x, y) { 0 } else { 255 }]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of digitise's, and the JPEG it came from.
    fn page_and_source(picture: Picture, side: u32, quality: u8) -> (digitise::Page, Frame, Vec<u8>) {
        let source =
            image::RgbImage::from_fn(side, side, |x, y| image::Rgb([(x * y % 251) as u8, (x % 256) as u8, 90]));
        let mut jpeg = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, quality);
        source.write_with_encoder(encoder).unwrap();
        let page = digitise::Page {
            reading: GrayImage::new(2 * side, 2 * side),
            reading_dpi: 300.0,
            picture,
            dpi: 300.0,
            transform: digitise::Transform::IDENTITY,
            untouched_jpeg: true,
        };
        (page, Frame::from_image(source.into(), Some([150.0; 2])), jpeg)
    }

    #[test]
    fn a_jpeg_in_which_nothing_changed_stays_byte_for_byte() {
        // Kept in grey or in colour: the bytes are those of the source, whatever their components.
        for picture in [Picture::Rgb(image::RgbImage::new(400, 400)), Picture::Gray(GrayImage::new(400, 400))] {
            let (page, frame, jpeg) = page_and_source(picture, 200, 80);
            let (size_pt, kept) = content(page, &frame, Some(jpeg.clone())).unwrap();
            assert!(kept.bytes == jpeg && kept.kind == pdf::ImageKind::JpegRgb);
            assert_eq!((kept.width, size_pt), (200, [96.0; 2]));
        }
        let (mut page, frame, jpeg) = page_and_source(Picture::Gray(GrayImage::new(400, 400)), 200, 80);
        page.untouched_jpeg = false;
        assert!(content(page, &frame, Some(jpeg.clone())).unwrap().1.bytes != jpeg);
    }

    #[test]
    fn layers_take_a_jpegs_place_only_where_they_are_smaller() {
        let layers = |side: u32| {
            let ink = digitise::Bitmap { width: side, height: side, rows: vec![0; (side * side.div_ceil(8)) as usize] };
            let ground = |x: u32, y: u32| image::Rgb([(x * 31 + y * 17) as u8; 3]);
            Picture::Layered(digitise::Layers {
                ground: image::RgbImage::from_fn(side / 2, side / 2, ground),
                coloured: ink.clone(),
                colours: image::RgbImage::new(side / 4, side / 4),
                ink,
            })
        };
        let (page, frame, jpeg) = page_and_source(layers(400), 200, 95);
        let (_, kept) = content(page, &frame, Some(jpeg.clone())).unwrap();
        assert!(kept.stencils.len() == 1 && kept.len() < jpeg.len() && kept.width == 400);
        let (page, frame, jpeg) = page_and_source(layers(2000), 16, 30);
        assert!(content(page, &frame, Some(jpeg.clone())).unwrap().1.bytes == jpeg);
    }

    /// Reads the same on every page.
    struct Reads(Vec<(&'static str, ocr::Rect)>);

    impl ocr::Reader for Reads {
        fn name(&self) -> &str {
            "test"
        }

        fn version(&self) -> &str {
            "1"
        }

        fn read(&mut self, _: &GrayImage, _: u32, _: ocr::Layout) -> Result<ocr::Reading, ocr::OcrError> {
            let word = |(line, &(text, bbox)): (u32, &(&str, ocr::Rect))| ocr::Word {
                text: text.to_owned(),
                bbox,
                confidence: 0.9,
                line,
                block: 0,
                baseline: None,
            };
            Ok(ocr::Reading::new((0..).zip(&self.0).map(word).collect()))
        }
    }

    /// A sheet on which a stamp and a line are read.
    fn made(edits: crate::PageEdits) -> Result<PageMade, Fault> {
        let sheet = GrayImage::from_fn(850, 1100, |x, y| {
            Luma([if (200..600).contains(&x) && (300..700).contains(&y) && y / 8 % 2 == 0 { 20 } else { 245 }])
        });
        let frame = Frame::from_image(sheet.into(), Some([100.0; 2]));
        let at = |y| ocr::Rect { x: 100, y, width: 200, height: 60 };
        let mut reader = Reads(vec![("MẬT", at(100)), ("Kính", at(400))]);
        let edits = crate::PageEdits { orientation: Some(0), keep: Some(true), ..edits };
        let (wanted, settings) = (Wanted { edits, ..Wanted::default() }, Settings::default());
        make(&frame, None, Some(Ok(&mut reader)), (&wanted, &settings), ("decode".to_owned(), 0.0))
    }

    #[test]
    fn a_stamp_that_a_person_says_is_none_is_still_one() {
        let plain = made(crate::PageEdits::default()).unwrap();
        let stamp = plain.read.unwrap().words[0].at.map(f64::from);
        for text in ["", "MẶT TRƯỚC"] {
            let words = vec![crate::WordEdit { at: stamp, text: text.to_owned() }];
            let told = made(crate::PageEdits { words, ..Default::default() }).unwrap().found;
            assert!(!told.text.contains("MẬT") && told.text.contains("Kính"), "{}", told.text);
            assert_eq!(told.secrecy_mark.as_deref(), Some("MẬT"));
        }
    }

    #[test]
    fn corners_far_outside_the_picture_are_refused_before_anything_is_made_of_them() {
        let with = |right: f64, top: f64| {
            let quad = Some([[0.0, top], [right, top], [right, 1100.0], [0.0, 1100.0]]);
            made(crate::PageEdits { quad, ..Default::default() }).map(|_| ()).map_err(|fault| fault.code)
        };
        assert_eq!((with(850.0, 0.0), with(900.0, -100.0)), (Ok(()), Ok(())));
        for (right, top) in [(1e6, 0.0), (850.0, -1e6), (940.0, 0.0), (850.0, -111.0)] {
            assert_eq!(with(right, top), Err(FaultCode::CornersOutside), "{right} {top}");
        }
    }

    #[test]
    fn a_double_page_is_divided_from_its_own_left() {
        let gutter = |sideways| digitise::Gutter { at: 0.46, sideways, confidence: 0.9 };
        let at = |sideways, turns| double_page(gutter(sideways), turns).map(|double| (double.at * 100.0).round());
        assert_eq!([at(false, 0), at(false, 2), at(true, 1), at(true, 3)], [46.0, 54.0, 46.0, 54.0].map(Some));
        assert_eq!([at(true, 0), at(false, 1)], [None, None]);
    }

    #[test]
    fn the_first_corner_is_the_contents_own_top_left() {
        let frame = [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]];
        assert_eq!(from_content_corner(frame, 0)[0], [0.0, 0.0]);
        // Turned once clockwise, the top left of the content lies top right in the frame.
        assert_eq!(from_content_corner(frame, 1)[0], [9.0, 0.0]);
        assert_eq!(from_content_corner(frame, 3)[0], [0.0, 9.0]);
    }
}
