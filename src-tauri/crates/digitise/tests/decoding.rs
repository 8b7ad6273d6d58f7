//! Foreign bytes: every format that is read, everything that must be refused, made here from scratch.

use std::io::Cursor;

use digitise::{DecodeError, Frame, Frames, Kind, Limits, sniff};
use image::codecs::jpeg::{JpegEncoder, PixelDensity};
use image::{DynamicImage, ExtendedColorType, GrayImage, ImageEncoder, Luma, Rgb, RgbImage};

/// Darker towards the left and the top, so that every turn can be told.
fn scene(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| Luma([(40 + x * 120 / width + y * 80 / height) as u8]))
}

fn jpeg(image: &DynamicImage, dpi: Option<u16>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 92);
    if let Some(dpi) = dpi {
        encoder.set_pixel_density(PixelDensity::dpi(dpi));
    }
    match image {
        DynamicImage::ImageLuma8(gray) => encoder.encode_image(gray).unwrap(),
        other => encoder.encode_image(other).unwrap(),
    }
    bytes
}

fn png(pixels: &[u8], width: u32, height: u32, colour: ExtendedColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new(&mut bytes).write_image(pixels, width, height, colour).unwrap();
    bytes
}

fn only(bytes: &[u8]) -> Result<Frame, DecodeError> {
    let mut frames = Frames::open(bytes, Limits::default())?;
    let first = frames.next().expect("one frame");
    assert!(first.is_err() || frames.next().is_none());
    first
}

/// An APP1 segment with one directory entry: the orientation.
fn with_exif(jpeg: &[u8], orientation: u16, big_endian: bool) -> Vec<u8> {
    let two = |v: u16| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
    let four = |v: u32| if big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
    let mut block = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
    block.extend(
        [&two(42)[..], &four(8), &two(1), &two(274), &two(3), &four(1), &two(orientation), &two(0), &four(0)].concat(),
    );
    let mut out = jpeg[..2].to_vec();
    out.extend([0xFF, 0xE1]);
    out.extend((block.len() as u16 + 8).to_be_bytes());
    out.extend(b"Exif\0\0");
    out.extend(block);
    out.extend(&jpeg[2..]);
    out
}

#[test]
fn kinds_are_told_by_their_bytes() {
    assert_eq!(sniff(b""), Kind::Empty);
    assert_eq!(sniff(b"hello.jpg"), Kind::Unknown);
    assert_eq!(sniff(b"junk\n%PDF-1.7"), Kind::Pdf);
    assert_eq!(sniff(b"II*\0rest"), Kind::Tiff);
    assert_eq!(sniff(&jpeg(&DynamicImage::new_luma8(8, 8), None)), Kind::Jpeg);
}

#[test]
fn what_is_no_picture_is_refused_with_its_reason() {
    assert_eq!(only(b"").unwrap_err(), DecodeError::Empty);
    assert_eq!(only(b"a letter named scan.jpg").unwrap_err(), DecodeError::NotAPicture { found: Kind::Unknown });
    assert_eq!(only(b"%PDF-1.7 ...").unwrap_err(), DecodeError::NotAPicture { found: Kind::Pdf });
    let small = Limits { max_bytes: 10, ..Limits::default() };
    assert!(matches!(Frames::open(&[0; 11], small), Err(DecodeError::TooManyBytes { bytes: 11, limit: 10 })));
}

#[test]
fn a_jpeg_keeps_its_grey_its_colour_and_its_resolution() {
    let frame = only(&jpeg(&DynamicImage::ImageLuma8(scene(90, 70)), Some(204))).unwrap();
    assert!(matches!(frame.image, DynamicImage::ImageLuma8(_)));
    assert_eq!(frame.dpi, Some([204.0, 204.0]));
    assert!(frame.jpeg && !frame.damaged && frame.exif_orientation == 1);
    let red = RgbImage::from_pixel(64, 48, Rgb([200, 30, 40]));
    let frame = only(&jpeg(&DynamicImage::ImageRgb8(red), None)).unwrap();
    let [r, g, b] = frame.image.as_rgb8().unwrap().get_pixel(30, 20).0;
    assert!(r > 180 && g < 60 && b < 70 && frame.dpi.is_none());
}

#[test]
fn all_eight_orientations_are_turned_upright() {
    let upright = scene(96, 64);
    for orientation in 1..=8u8 {
        // How a camera stores an upright scene under each orientation: the inverse of the turn the tag asks for.
        let mut stored = DynamicImage::ImageLuma8(upright.clone());
        let inverse = match orientation {
            6 => 8,
            8 => 6,
            same => same,
        };
        stored.apply_orientation(image::metadata::Orientation::from_exif(inverse).unwrap());
        let bytes = with_exif(&jpeg(&stored, None), u16::from(orientation), orientation % 2 == 0);
        let frame = only(&bytes).unwrap();
        assert_eq!(frame.exif_orientation, orientation);
        assert_eq!((frame.image.width(), frame.image.height()), (96, 64), "orientation {orientation}");
        let turned = frame.image.as_luma8().unwrap();
        for (x, y) in [(4, 4), (90, 5), (7, 58), (92, 60)] {
            let difference = turned.get_pixel(x, y).0[0].abs_diff(upright.get_pixel(x, y).0[0]);
            assert!(difference < 6, "orientation {orientation} at {x},{y}: {difference}");
        }
    }
}

#[test]
fn a_cut_jpeg_or_png_is_an_error_wherever_it_is_cut() {
    let whole = jpeg(&DynamicImage::ImageLuma8(scene(400, 300)), Some(300));
    for share in [3, 10, 25, 50, 75, 95] {
        let cut = &whole[..(whole.len() * share / 100).max(3)];
        assert_eq!(only(cut).unwrap_err(), DecodeError::Truncated, "{share} %");
    }
    let whole = png(&scene(400, 300), 400, 300, ExtendedColorType::L8);
    for share in [5, 30, 60, 90] {
        assert_eq!(only(&whole[..whole.len() * share / 100]).unwrap_err(), DecodeError::Truncated, "{share} %");
    }
}

#[test]
fn a_huge_picture_is_refused_from_its_header() {
    let mut bytes = png(&[0; 16], 4, 4, ExtendedColorType::L8);
    bytes[16..20].copy_from_slice(&60_000u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&60_000u32.to_be_bytes());
    let error = only(&bytes).unwrap_err();
    assert!(matches!(error, DecodeError::TooLarge { width: 60_000, height: 60_000, max_side: 30_000, .. }), "{error}");
    let mut bytes = jpeg(&DynamicImage::new_luma8(16, 16), None);
    let frame_header = bytes.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    bytes[frame_header + 5..frame_header + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    assert!(matches!(only(&bytes).unwrap_err(), DecodeError::TooLarge { width: 65_535, .. }));
}

#[test]
fn a_jpeg_of_two_sizes_is_held_to_its_limits_wherever_the_other_stands() {
    let whole = jpeg(&DynamicImage::ImageLuma8(scene(400, 300)), None);
    let at = whole.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    let length = 2 + usize::from(u16::from_be_bytes([whole[at + 2], whole[at + 3]]));
    let mut small = whole[at..at + length].to_vec();
    small[5..9].copy_from_slice(&[0, 16, 0, 16]);
    let limits = Limits { max_pixels: 1000, ..Limits::default() };
    for place in [at, at + length, whole.len() - 2] {
        let bytes = [&whole[..place], &small, &whole[place..]].concat();
        let error = Frames::open(&bytes, limits).unwrap().next().unwrap().unwrap_err();
        // Of the decoder: it says that the size was over its limit, that is, before it made room for the pixels.
        let early = match &error {
            DecodeError::TooLarge { width: 400, height: 300, .. } => true,
            DecodeError::Corrupt { detail } => detail.contains("limit"),
            _ => false,
        };
        assert!(early, "{place}: {error}");
    }
}

#[test]
fn transparent_png_lies_on_white_and_sixteen_bits_become_eight() {
    let frame = only(&png(&[10, 20, 30, 0, 10, 20, 30, 255], 2, 1, ExtendedColorType::Rgba8)).unwrap();
    let rgb = frame.image.as_rgb8().unwrap();
    assert_eq!((rgb.get_pixel(0, 0).0, rgb.get_pixel(1, 0).0), ([255; 3], [10, 20, 30]));
    let deep: Vec<u8> = [0u16, 32_896, 65_535].iter().flat_map(|v| v.to_ne_bytes()).collect();
    let frame = only(&png(&deep, 3, 1, ExtendedColorType::L16)).unwrap();
    assert_eq!(frame.image.as_luma8().unwrap().as_raw(), &[0, 128, 255]);
}

/// A chunk of a PNG with its check sum (ISO/IEC 15948 annex D).
fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let crc = !name.iter().chain(body).fold(!0u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    });
    [&(body.len() as u32).to_be_bytes(), name, body, &crc.to_be_bytes()].concat()
}

#[test]
fn a_png_its_decoder_panics_on_is_damaged() {
    // A palette of a third of an entry too much: png 0.18.1 reads past its end.
    let header = [&8u32.to_be_bytes()[..], &8u32.to_be_bytes(), &[8, 3, 0, 0, 0]].concat();
    // Eight rows of zeros, stored as they are (RFC 1950, RFC 1951 §3.2.4).
    let rows = [&[0x78, 0x01, 1, 72, 0, !72, 0xFF][..], &[0; 72], &[0, 72, 0, 1]].concat();
    let bytes = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"PLTE", &[200; 49]),
        chunk(b"IDAT", &rows),
        chunk(b"IEND", &[]),
    ];
    let error = only(&bytes.concat()).unwrap_err();
    assert_eq!(error, DecodeError::Corrupt { detail: "the decoder panicked".to_owned() });
}

/// A TIFF directory written by hand: little-endian, tags in order, longer values after the directory.
struct Tiff(Vec<u8>);

impl Tiff {
    fn new() -> Tiff {
        Tiff(b"II*\0\0\0\0\0".to_vec())
    }

    /// Appends data and a directory whose strips are `strips`, linked from the directory before.
    fn page(
        &mut self,
        width: u32,
        height: u32,
        tags: &[(u16, u16, u32)],
        strips: &[&[u8]],
        dpi: [u32; 2],
    ) -> &mut Tiff {
        let (mut offsets, mut counts) = (Vec::new(), Vec::new());
        for strip in strips {
            offsets.push(self.0.len() as u32);
            counts.push(strip.len() as u32);
            self.0.extend_from_slice(strip);
        }
        let lists = self.0.len() as u32;
        for value in offsets.iter().chain(&counts) {
            self.0.extend(value.to_le_bytes());
        }
        let resolution = self.0.len() as u32;
        self.0.extend(dpi.iter().flat_map(|d| [d.to_le_bytes(), 1u32.to_le_bytes()]).flatten());
        let n = strips.len() as u32;
        let single = n == 1;
        let mut entries = vec![
            (256, 4, 1, width),
            (257, 4, 1, height),
            (273, 4, n, if single { offsets[0] } else { lists }),
            (279, 4, n, if single { counts[0] } else { lists + 4 * n }),
            (282, 5, 1, resolution),
            (283, 5, 1, resolution + 8),
            (296, 3, 1, 2),
        ];
        entries.extend(tags.iter().map(|&(tag, kind, value)| (tag, kind, 1, value)));
        entries.sort();
        let directory = self.0.len() as u32;
        let link = self.last_link();
        self.0[link..link + 4].copy_from_slice(&directory.to_le_bytes());
        self.0.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in entries {
            self.0.extend(tag.to_le_bytes());
            self.0.extend(kind.to_le_bytes());
            self.0.extend(count.to_le_bytes());
            self.0.extend(value.to_le_bytes());
        }
        self.0.extend(0u32.to_le_bytes());
        self
    }

    /// Where the next directory's offset is to be written.
    fn last_link(&self) -> usize {
        let word = |at: usize| u32::from_le_bytes(self.0[at..at + 4].try_into().unwrap()) as usize;
        let mut link = 4;
        while word(link) != 0 {
            let directory = word(link);
            let entries = u16::from_le_bytes(self.0[directory..directory + 2].try_into().unwrap()) as usize;
            link = directory + 2 + 12 * entries;
        }
        link
    }
}

fn stripes(width: u32, height: u32, phase: u32) -> Vec<Vec<bool>> {
    let ink = |x: u32, y: u32| (x + y + phase) % 23 < 5 || (y % 31 == 3 && x > 10);
    (0..height).map(|y| (0..width).map(|x| ink(x, y)).collect()).collect()
}

fn group4(rows: &[Vec<bool>]) -> Vec<u8> {
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for row in rows {
        let pels = row.iter().map(|&ink| if ink { fax::Color::Black } else { fax::Color::White });
        encoder.encode_line(pels, row.len() as u32).unwrap();
    }
    encoder.finish().unwrap().finish()
}

fn assert_rows(frame: &Frame, rows: &[Vec<bool>]) {
    let gray = frame.image.as_luma8().unwrap();
    for (y, row) in rows.iter().enumerate() {
        for (x, &ink) in row.iter().enumerate() {
            assert_eq!(gray.get_pixel(x as u32, y as u32).0[0], if ink { 0 } else { 255 }, "{x},{y}");
        }
    }
}

#[test]
fn a_group_4_tiff_of_three_pages_in_strips_with_unequal_resolutions() {
    let mut file = Tiff::new();
    let pages: Vec<_> = (0..3).map(|n| stripes(203, 120, n * 7)).collect();
    for rows in &pages {
        let strips: Vec<Vec<u8>> = rows.chunks(50).map(group4).collect();
        let strips: Vec<&[u8]> = strips.iter().map(Vec::as_slice).collect();
        file.page(203, 120, &[(258, 3, 1), (259, 3, 4), (262, 3, 0), (277, 3, 1), (278, 4, 50)], &strips, [204, 98]);
    }
    let frames: Vec<Frame> = Frames::open(&file.0, Limits::default()).unwrap().map(Result::unwrap).collect();
    assert_eq!(frames.len(), 3);
    for (frame, rows) in frames.iter().zip(&pages) {
        assert!(frame.bilevel && !frame.damaged);
        assert_eq!(frame.dpi, Some([204.0, 98.0]));
        assert_rows(frame, rows);
    }
    let two = Limits { max_frames: 2, ..Limits::default() };
    let last = Frames::open(&file.0, two).unwrap().last().unwrap();
    assert_eq!(last.unwrap_err(), DecodeError::TooManyFrames { limit: 2 });
}

#[test]
fn fill_order_and_photometric_of_fax_data_are_respected() {
    let rows = stripes(96, 40, 3);
    let reversed: Vec<u8> = group4(&rows).into_iter().map(u8::reverse_bits).collect();
    let mut file = Tiff::new();
    file.page(96, 40, &[(258, 3, 1), (259, 3, 4), (262, 3, 0), (266, 3, 2), (277, 3, 1)], &[&reversed], [200, 200]);
    assert_rows(&only(&file.0).unwrap(), &rows);
    let negative: Vec<Vec<bool>> = rows.iter().map(|row| row.iter().map(|ink| !ink).collect()).collect();
    let mut file = Tiff::new();
    file.page(96, 40, &[(258, 3, 1), (259, 3, 4), (262, 3, 1), (277, 3, 1)], &[&group4(&negative)], [200, 200]);
    assert_rows(&only(&file.0).unwrap(), &rows);
}

#[test]
fn packed_bits_and_jpeg_strips_are_read() {
    let rows = stripes(19, 6, 1);
    let pack = |row: &Vec<bool>| {
        row.chunks(8)
            .map(|c| c.iter().enumerate().fold(0, |b, (n, &i)| b | u8::from(i) << (7 - n)))
            .collect::<Vec<u8>>()
    };
    let packed: Vec<u8> = rows.iter().flat_map(pack).collect();
    let mut file = Tiff::new();
    file.page(19, 6, &[(258, 3, 1), (259, 3, 1), (262, 3, 0), (277, 3, 1)], &[&packed], [300, 300]);
    let frame = only(&file.0).unwrap();
    assert!(frame.bilevel);
    assert_rows(&frame, &rows);

    let tall = RgbImage::from_fn(64, 96, |_, y| if y < 48 { Rgb([210, 40, 40]) } else { Rgb([30, 60, 200]) });
    let strip = |from: u32| {
        let part = image::imageops::crop_imm(&tall, 0, from, 64, 48).to_image();
        jpeg(&DynamicImage::ImageRgb8(part), None)
    };
    let (upper, lower) = (strip(0), strip(48));
    let mut file = Tiff::new();
    file.page(
        64,
        96,
        &[(258, 3, 8), (259, 3, 7), (262, 3, 6), (277, 3, 3), (278, 4, 48)],
        &[&upper, &lower],
        [200, 200],
    );
    let frame = only(&file.0).unwrap();
    let rgb = frame.image.as_rgb8().unwrap();
    let (top, bottom) = (rgb.get_pixel(20, 10).0, rgb.get_pixel(40, 80).0);
    assert!(top[0] > 180 && top[2] < 80 && bottom[2] > 170 && bottom[0] < 70, "{top:?} {bottom:?}");
}

#[test]
fn ordinary_tiff_from_the_encoder_in_grey_and_colour() {
    use tiff::encoder::{TiffEncoder, colortype};
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    encoder.write_image::<colortype::Gray8>(50, 40, scene(50, 40).as_raw()).unwrap();
    encoder.write_image::<colortype::RGB8>(2, 1, &[1, 2, 3, 4, 5, 6]).unwrap();
    encoder.write_image::<colortype::CMYK8>(1, 1, &[0, 255, 255, 0]).unwrap();
    let bytes = bytes.into_inner();
    let frames: Vec<Frame> = Frames::open(&bytes, Limits::default()).unwrap().map(Result::unwrap).collect();
    assert_eq!(frames[0].image.as_luma8().unwrap(), &scene(50, 40));
    assert_eq!(frames[1].image.as_rgb8().unwrap().as_raw(), &[1, 2, 3, 4, 5, 6]);
    assert_eq!(frames[2].image.as_rgb8().unwrap().as_raw(), &[255, 0, 0]);
}

#[test]
fn a_cut_tiff_is_an_error_wherever_it_is_cut() {
    let rows = stripes(203, 200, 0);
    let mut file = Tiff::new();
    file.page(203, 200, &[(258, 3, 1), (259, 3, 4), (262, 3, 0), (277, 3, 1)], &[&group4(&rows)], [200, 200]);
    for share in [5, 40, 80, 97] {
        let error = only(&file.0[..file.0.len() * share / 100]).unwrap_err();
        assert_eq!(error, DecodeError::Truncated, "{share} %");
    }
}

#[test]
fn damage_in_one_page_does_not_take_the_next() {
    let rows = stripes(64, 30, 0);
    let mut file = Tiff::new();
    let tags = [(258, 3, 1), (259, 3, 4), (262, 3, 0), (277, 3, 1)];
    file.page(64, 30, &tags, &[&[0x00, 0x00, 0x01, 0xFF]], [200, 200]);
    file.page(64, 30, &[(258, 3, 1), (259, 3, 34_712), (262, 3, 0), (277, 3, 1)], &[&[1, 2, 3]], [200, 200]);
    file.page(64, 30, &tags, &[&group4(&rows)], [200, 200]);
    let frames: Vec<Result<Frame, DecodeError>> = Frames::open(&file.0, Limits::default()).unwrap().collect();
    assert!(frames[0].is_err() || frames[0].as_ref().is_ok_and(|f| f.damaged), "{:?}", frames[0].as_ref().err());
    assert!(matches!(frames[1], Err(DecodeError::Unsupported { .. })), "{:?}", frames[1].as_ref().err());
    assert_rows(frames[2].as_ref().unwrap(), &rows);
}

#[test]
fn random_damage_never_panics() {
    let rows = stripes(128, 90, 0);
    let mut tiff = Tiff::new();
    tiff.page(128, 90, &[(258, 3, 1), (259, 3, 4), (262, 3, 0), (277, 3, 1)], &[&group4(&rows)], [200, 200]);
    let whole = [
        jpeg(&DynamicImage::ImageLuma8(scene(64, 64)), None),
        png(&scene(64, 64), 64, 64, ExtendedColorType::L8),
        tiff.0,
    ];
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    let (mut good, mut bad) = (0, 0);
    for round in 0..900 {
        let mut bytes = whole[round % 3].clone();
        for _ in 0..1 + random() % 6 {
            let at = random() % bytes.len();
            bytes[at] = random() as u8;
        }
        let limits = Limits { max_pixels: 1_000_000, ..Limits::default() };
        match Frames::open(&bytes, limits) {
            Ok(frames) => frames.take(20).for_each(|frame| if frame.is_ok() { good += 1 } else { bad += 1 }),
            Err(_) => bad += 1,
        }
    }
    assert!(good > 50 && bad > 50, "{good} {bad}");
}
