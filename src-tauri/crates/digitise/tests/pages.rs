//! Whole pages drawn here, through examination to the straight page.

use digitise::{
    Colour, Frame, Page, Params, Picture, Point, Stopped, Told, Transform, Warning, examine, proxy_upright, straighten,
};
use image::{DynamicImage, GrayImage, Rgb, RgbImage};

const GO_ON: &dyn Fn() -> bool = &|| false;

/// Ink of an A4 page in millimetres: lines of glyph-like strokes, a frame, and a block in the upper right corner that tells up from down.
fn ink(x: f64, y: f64) -> bool {
    let (line, glyph) = ((y / 6.0).floor(), (x / 2.1).floor());
    let (v, u) = (y - line * 6.0, x - glyph * 2.1);
    let noise = ((line * 7.13 + glyph * 3.71).sin() * 1000.0).rem_euclid(1.0);
    let top = if noise > 0.7 { 1.0 } else { 2.0 };
    let text = (25.0..190.0).contains(&x)
        && (60.0..250.0).contains(&y)
        && noise > 0.08
        && (top..4.0).contains(&v)
        && (u < 0.45 || (u < 1.5 && v > 3.6));
    text || ((150.0..162.0).contains(&x) && (20.0..24.0).contains(&y))
}

fn stamp(x: f64, y: f64) -> bool {
    (14.0..16.0).contains(&(x - 140.0).hypot(y - 265.0))
}

/// A page at `dpi`, turned clockwise by `degrees` about its middle: paper, ink, and a red ring where `red`.
fn scan(dpi: f64, degrees: f64, red: bool) -> DynamicImage {
    let (width, height) = ((8.268 * dpi) as u32, (11.693 * dpi) as u32);
    let (cx, cy) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let back = Transform::translate(-cx, -cy).then(&Transform::rotate(-degrees)).then(&Transform::translate(cx, cy));
    let mm = 25.4 / dpi;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let mut sum = [0u32; 3];
        for n in 0..4 {
            let at = [f64::from(x) + 0.25 + 0.5 * f64::from(n % 2), f64::from(y) + 0.25 + 0.5 * f64::from(n / 2)];
            let [u, v] = back.apply(at);
            let (u, v) = (u * mm, v * mm);
            let colour = if ink(u, v) {
                [45, 42, 40]
            } else if red && stamp(u, v) {
                [205, 60, 75]
            } else {
                [244, 240, 228]
            };
            sum.iter_mut().zip(colour).for_each(|(s, c)| *s += c);
        }
        Rgb(sum.map(|s| (s / 4) as u8))
    });
    DynamicImage::ImageRgb8(picture)
}

fn page_of(frame: &Frame, quarter_turns: u8) -> (digitise::Findings, Page) {
    let params = Params::default();
    let examination = examine(frame, &params, GO_ON).unwrap();
    let page = straighten(frame, &examination, quarter_turns, &params, GO_ON).unwrap();
    (examination.findings, page)
}

/// Share of sample points at which the page shows ink where the drawing has it and paper where it has not.
fn agreement(reading: &GrayImage, dpi: f64) -> f64 {
    let (mut right, mut all) = (0, 0);
    for n in 0..40_000u32 {
        let (x, y) = (20.0 + f64::from(n % 200) * 0.86, 15.0 + f64::from(n / 200) * 1.2);
        let near = [(0.12, 0.0), (-0.12, 0.0), (0.0, 0.12), (0.0, -0.12)];
        let inside = ink(x, y);
        // Only where the drawing is even round the point: edges may fall either way.
        if near.iter().all(|(dx, dy)| ink(x + dx, y + dy) == inside) {
            let pixel = reading.get_pixel((x / 25.4 * dpi) as u32, (y / 25.4 * dpi) as u32).0[0];
            all += 1;
            right += u32::from((pixel < 128) == inside);
        }
    }
    f64::from(right) / f64::from(all)
}

#[test]
fn a_skewed_page_comes_out_straight_with_its_ink_in_place() {
    let frame = Frame::from_image(scan(200.0, 2.37, false), Some([200.0; 2]));
    let (findings, page) = page_of(&frame, 0);
    assert!((findings.skew_deg - 2.37).abs() < 0.05, "{findings:?}");
    assert!(!findings.blank && findings.quad.is_none() && findings.colour == Colour::Bw);
    assert!(findings.warnings.is_empty() && findings.dpi_told);
    let share = agreement(&page.reading, f64::from(page.reading_dpi));
    assert!(share > 0.985, "{share}");
    let Picture::Bilevel(bitmap) = &page.picture else { panic!("a page in one tone is one bit deep") };
    assert_eq!((bitmap.width, page.dpi), (2480, 300.0));
    assert!(page.reading_dpi < page.dpi, "the reader needs no more");
    assert!(!page.untouched_jpeg);
}

#[test]
fn quarter_turns_are_undone_and_the_transform_leads_back_to_the_source() {
    let upright = scan(150.0, -1.1, false);
    for turns in 0..4u8 {
        let found = match turns {
            1 => upright.rotate90(),
            2 => upright.rotate180(),
            3 => upright.rotate270(),
            _ => upright.clone(),
        };
        let frame = Frame::from_image(found, Some([150.0; 2]));
        let (findings, page) = page_of(&frame, turns);
        assert!((findings.skew_deg + 1.1).abs() < 0.06, "{turns}: {}", findings.skew_deg);
        assert!(agreement(&page.reading, f64::from(page.reading_dpi)) > 0.97, "{turns} turns");
        // The middle of the block in the corner, on the page and in the source.
        let block: Point = [156.0 / 25.4 * f64::from(page.dpi), 22.0 / 25.4 * f64::from(page.dpi)];
        let [x, y] = page.transform.apply(block);
        assert!(frame.image.to_luma8().get_pixel(x as u32, y as u32).0[0] < 90, "{turns} turns: {x},{y}");
    }
}

#[test]
fn a_red_stamp_stays_red_and_the_rest_white() {
    let frame = Frame::from_image(scan(150.0, 0.8, true), Some([150.0; 2]));
    let (findings, page) = page_of(&frame, 0);
    assert_eq!(findings.colour, Colour::Mixed);
    let Picture::Layered(layers) = &page.picture else { panic!("a stamp needs colour") };
    let bit = |bits: &digitise::Bitmap, x: f64, y: f64| {
        let (column, row) = ((x / 25.4 * 300.0) as usize, (y / 25.4 * 300.0) as usize);
        bits.rows[row * bits.width.div_ceil(8) as usize + column / 8] >> (7 - column % 8) & 1 == 1
    };
    assert!(bit(&layers.coloured, 155.0, 265.0) && !bit(&layers.ink, 155.0, 265.0));
    // The colours are a quarter as fine as the ink, the ground half.
    let [r, g, b] = layers.colours.get_pixel((155.0 / 25.4 * 75.0) as u32, (265.0 / 25.4 * 75.0) as u32).0;
    assert!(r > 180 && g < 110 && b < 120, "{r} {g} {b}");
    let at = |x: f64, y: f64| layers.ground.get_pixel((x / 25.4 * 150.0) as u32, (y / 25.4 * 150.0) as u32).0;
    assert!(at(60.0, 275.0).iter().all(|&v| v > 245));
    assert_eq!(page.dpi, 300.0);
    // Wherever the drawing is even all round, ink is where it was drawn and nothing of the stamp is.
    let (mut wrong, mut points) = (0, 0);
    for n in 0..40_000u32 {
        let (x, y) = (20.0 + f64::from(n % 200) * 0.86, 15.0 + f64::from(n / 200) * 1.4);
        let inside = ink(x, y);
        if [(0.2, 0.0), (-0.2, 0.0), (0.0, 0.2), (0.0, -0.2)].iter().all(|(dx, dy)| ink(x + dx, y + dy) == inside) {
            wrong += usize::from(bit(&layers.ink, x, y) != inside || inside && bit(&layers.coloured, x, y));
            points += 1;
        }
    }
    assert!(wrong * 100 < points, "{wrong} of {points}");
}

#[test]
fn a_page_with_a_stamp_is_kept_in_one_picture_where_layers_are_not_wanted() {
    let frame = Frame::from_image(scan(150.0, 0.8, true), Some([150.0; 2]));
    let params = Params { allow_layers: false, ..Params::default() };
    let examination = examine(&frame, &params, GO_ON).unwrap();
    let page = straighten(&frame, &examination, 0, &params, GO_ON).unwrap();
    assert!(matches!(page.picture, Picture::Rgb(_)) && page.dpi == 150.0);
}

#[test]
fn a_clean_straight_jpeg_may_stay_as_it_is() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_pixel_density(image::codecs::jpeg::PixelDensity::dpi(150));
    encoder.encode_image(&scan(150.0, 0.0, true)).unwrap();
    let frame = digitise::Frames::open(&bytes, digitise::Limits::default()).unwrap().next().unwrap().unwrap();
    assert!(page_of(&frame, 0).1.untouched_jpeg);
    assert!(!page_of(&frame, 2).1.untouched_jpeg);
}

#[test]
fn a_fax_with_unequal_resolutions_becomes_square() {
    let fine = scan(204.0, 1.5, false).into_luma8();
    let coarse = image::imageops::resize(&fine, fine.width(), fine.height() / 2, image::imageops::FilterType::Triangle);
    let bits = GrayImage::from_fn(coarse.width(), coarse.height(), |x, y| {
        image::Luma([if coarse.get_pixel(x, y).0[0] < 150 { 0 } else { 255 }])
    });
    let frame = Frame { bilevel: true, ..Frame::from_image(DynamicImage::ImageLuma8(bits), Some([204.0, 102.0])) };
    let (findings, page) = page_of(&frame, 0);
    assert!((findings.skew_deg - 1.5).abs() < 0.1, "{}", findings.skew_deg);
    assert_eq!(findings.dpi, [204.0, 102.0]);
    let (width, height) = page.reading.dimensions();
    assert!((f64::from(height) / f64::from(width) - 1.414).abs() < 0.01, "{width} × {height}");
    assert_eq!(page.dpi, 204.0);
}

#[test]
fn an_empty_page_is_blank_and_the_proxy_for_the_vote_is_upright() {
    let white = RgbImage::from_fn(1240, 1754, |x, y| Rgb([236 + ((x * 3 + y * 5) % 9) as u8, 233, 225]));
    let (findings, _) = page_of(&Frame::from_image(DynamicImage::ImageRgb8(white), Some([150.0; 2])), 0);
    assert!(findings.blank && findings.skew_deg == 0.0);
    let frame = Frame::from_image(scan(200.0, -3.0, false), Some([200.0; 2]));
    let proxy = proxy_upright(&examine(&frame, &Params::default(), GO_ON).unwrap());
    assert!(agreement(&proxy, 150.0) > 0.97);
}

#[test]
fn stopping_is_asked_for_between_stages_and_low_resolution_is_said() {
    let frame = Frame::from_image(scan(100.0, 0.0, false), Some([100.0; 2]));
    assert_eq!(examine(&frame, &Params::default(), &|| true).unwrap_err(), Stopped);
    let asked = std::cell::Cell::new(0);
    let third = || {
        asked.set(asked.get() + 1);
        asked.get() > 2
    };
    assert_eq!(examine(&frame, &Params::default(), &third).unwrap_err(), Stopped);
    let examination = examine(&frame, &Params::default(), GO_ON).unwrap();
    assert!(examination.findings.warnings.contains(&Warning::LowResolution));
    assert!(straighten(&frame, &examination, 0, &Params::default(), &|| true).is_err());
}

#[test]
fn a_picture_of_any_size_gives_findings() {
    for (width, height) in [(1, 1), (2, 300), (300, 2), (40, 40), (5000, 3)] {
        for image in [DynamicImage::new_luma8(width, height), DynamicImage::new_rgb8(width, height)] {
            let frame = Frame::from_image(image, None);
            let (findings, page) = page_of(&frame, 1);
            assert_eq!((findings.width, findings.height), (width, height));
            assert!(page.reading.width() > 0 && page.reading.height() > 0);
        }
    }
}

fn told_page(frame: &Frame, told: Told) -> (digitise::Findings, Page) {
    let params = Params { told, ..Params::default() };
    let examination = examine(frame, &params, GO_ON).unwrap();
    let page = straighten(frame, &examination, 0, &params, GO_ON).unwrap();
    (examination.findings, page)
}

#[test]
fn told_corners_cut_the_page_and_a_told_angle_turns_it() {
    let frame = Frame::from_image(scan(150.0, 2.0, false), Some([150.0; 2]));
    let (width, height) = (f64::from(frame.image.width()), f64::from(frame.image.height()));
    let half = [[width / 2.0, 0.0], [width, 0.0], [width, height], [width / 2.0, height]];
    // From any corner on, and either way round.
    let quad = Some([half[2], half[1], half[0], half[3]]);
    let (findings, page) = told_page(&frame, Told { quad, skew_deg: Some(2.0), ..Told::default() });
    assert_eq!(
        findings.quad.map(|quad| quad.map(|corner| corner.map(f64::round))),
        Some(half.map(|c| c.map(f64::round)))
    );
    assert!((findings.skew_deg - 2.0).abs() < 1e-3 && findings.warnings.is_empty(), "{findings:?}");
    let [across, down] = [page.reading.width(), page.reading.height()].map(f64::from);
    assert!((across / down - width / 2.0 / height).abs() < 0.01, "{across} × {down}");
    let [x, y] = page.transform.apply([across / 2.0, down / 2.0].map(|v| v * f64::from(page.dpi / page.reading_dpi)));
    assert!((x - width * 0.75).abs() < 2.0 && (y - height / 2.0).abs() < 2.0, "{x}, {y}");
    // Left as it lies: told that it is straight, nothing is turned.
    let (findings, page) = told_page(&frame, Told { skew_deg: Some(0.0), ..Told::default() });
    assert!(findings.skew_deg == 0.0 && agreement(&page.reading, f64::from(page.reading_dpi)) < 0.95);
}

#[test]
fn corners_that_enclose_nothing_are_not_heeded() {
    let frame = Frame::from_image(scan(150.0, 1.0, false), Some([150.0; 2]));
    let quad = Some([[5.0, 5.0], [900.0, 5.0], [5.0, 900.0], [900.0, 900.0]]);
    assert_eq!(told_page(&frame, Told { quad, ..Told::default() }).0, page_of(&frame, 0).0);
}

#[test]
fn a_told_colour_is_kept_and_darker_is_more_ink_and_the_reading_stays() {
    let frame = Frame::from_image(scan(150.0, 0.5, true), Some([150.0; 2]));
    let kept = |colour, darker| told_page(&frame, Told { colour: Some(colour), darker, ..Told::default() }).1;
    let black = |page: &Page| match &page.picture {
        Picture::Bilevel(bits) => bits.rows.iter().map(|byte| byte.count_ones()).sum::<u32>(),
        Picture::Gray(gray) => gray.iter().filter(|&&value| value < 128).count() as u32,
        Picture::Rgb(_) | Picture::Layered(_) => panic!("a page in one tone"),
    };
    for colour in [Colour::Bw, Colour::Gray] {
        let [lighter, plain, darker] = [-3, 0, 3].map(|steps| kept(colour, steps));
        let inks = [&lighter, &plain, &darker].map(black);
        assert!(inks[0] < inks[1] && inks[1] < inks[2], "{colour:?}: {inks:?}");
        assert!(lighter.reading == plain.reading && darker.reading == plain.reading);
    }
    assert!(matches!(kept(Colour::Colour, 0).picture, Picture::Rgb(_)));
    let grey = Frame::from_image(DynamicImage::ImageLuma8(scan(150.0, 0.5, false).to_luma8()), Some([150.0; 2]));
    let told = Told { colour: Some(Colour::Colour), ..Told::default() };
    assert!(matches!(told_page(&grey, told).1.picture, Picture::Gray(_)), "where there is no colour none is kept");
}
