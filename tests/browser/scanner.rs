//! `scanner PLAN.json`: a scanner made of software, for measuring stacks. It takes pictures of sheets and gives what an office's machine
//! gives of them: a little askew, a little noisy, at 200 dpi, as one TIFF of many pages or as numbered JPEGs. Never shipped.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use image::imageops::FilterType;
use image::{DynamicImage, GrayImage, Luma};
use serde::Deserialize;
use tiff::encoder::{Compression, DeflateLevel, Rational, TiffEncoder, colortype::Gray8};
use tiff::tags::ResolutionUnit;

const DPI: u32 = 200;
const PAPER: (u32, u32) = (1654, 2339);
/// Degrees that a sheet lies askew at most, and levels of noise.
const ASKEW: f64 = 0.8;
const NOISE: u64 = 9;

#[derive(Deserialize)]
struct Plan {
    sheets: Vec<Sheet>,
    /// Where the TIFF goes; without it the sheets become `Scan 1.jpg` … in `folder`.
    tiff: Option<PathBuf>,
    folder: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Sheet {
    /// A picture of it.
    file: PathBuf,
    how: How,
}

#[derive(Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum How {
    Front,
    UpsideDown,
    /// The empty back of that sheet, with what shows through.
    Back,
    /// Not scanned: the file itself, from somebody's telephone.
    AsItIs,
}

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("scanner PLAN.json");
        return ExitCode::from(2);
    };
    let plan = std::fs::read(&path).expect("the plan");
    let plan: Plan = serde_json::from_slice(&plan).expect("a plan");
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    match (&plan.tiff, &plan.folder) {
        (Some(tiff), _) => one_tiff(tiff, &plan.sheets, &mut chance),
        (None, Some(folder)) => heap(folder, &plan.sheets, &mut chance),
        (None, None) => return ExitCode::from(2),
    }
    ExitCode::SUCCESS
}

fn one_tiff(path: &Path, sheets: &[Sheet], chance: &mut Chance) {
    let encoder = TiffEncoder::new(File::create(path).expect("a new file")).expect("a TIFF");
    let mut encoder = encoder.with_compression(Compression::Deflate(DeflateLevel::Fast));
    for sheet in sheets {
        let page = scanned(sheet, chance);
        let mut image = encoder.new_image::<Gray8>(page.width(), page.height()).expect("a page");
        image.resolution(ResolutionUnit::Inch, Rational { n: DPI, d: 1 });
        image.write_data(page.as_raw()).expect("written");
    }
}

fn heap(folder: &Path, sheets: &[Sheet], chance: &mut Chance) {
    std::fs::create_dir_all(folder).expect("a folder");
    for (sheet, number) in sheets.iter().zip(1..) {
        let path = folder.join(format!("Scan {number}.jpg"));
        if sheet.how == How::AsItIs {
            std::fs::copy(&sheet.file, path).expect("copied");
        } else {
            scanned(sheet, chance).save(path).expect("written");
        }
    }
}

fn scanned(sheet: &Sheet, chance: &mut Chance) -> GrayImage {
    // Turned and scaled inside the library, which is built for speed as we are not.
    let page = image_of(&sheet.file).grayscale().resize_exact(PAPER.0, PAPER.1, FilterType::Triangle);
    let page = match sheet.how {
        How::Back => {
            let mut back = page.fliph().into_luma8();
            back.iter_mut().for_each(|value| *value = 250 - (255 - *value) / 25);
            back
        }
        How::UpsideDown => page.rotate180().into_luma8(),
        How::Front | How::AsItIs => page.into_luma8(),
    };
    noisy(askew(&page, (chance.below(2001) as f64 / 1000.0 - 1.0) * ASKEW), chance)
}

/// The first page of a TIFF, or any other picture.
fn image_of(path: &Path) -> DynamicImage {
    if path.extension().is_none_or(|kind| kind != "tif") {
        return image::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
    let file = File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut decoder = tiff::decoder::Decoder::new(std::io::BufReader::new(file)).expect("a TIFF");
    let (width, height) = decoder.dimensions().expect("a page");
    let bilevel = matches!(decoder.colortype(), Ok(tiff::ColorType::Gray(1)));
    let tiff::decoder::DecodingResult::U8(bytes) = decoder.read_image().expect("a page") else { panic!("not 8 bits") };
    let row = if bilevel { width.div_ceil(8) } else { width };
    let value = |x: u32, y: u32| {
        if bilevel {
            (bytes[(y * row + x / 8) as usize] >> (7 - x % 8) & 1) * 255
        } else {
            bytes[(y * row + x) as usize]
        }
    };
    GrayImage::from_fn(width, height, |x, y| Luma([value(x, y)])).into()
}

/// Turned about its middle by some degrees; what comes in from outside is white. Whole pixels are enough for a scanner.
fn askew(page: &GrayImage, degrees: f64) -> GrayImage {
    // Fixed point, 16 bits of fraction.
    let fixed = |value: f64| (value * 65536.0) as i64;
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (sin, cos, width, height) = (fixed(sin), fixed(cos), i64::from(page.width()), i64::from(page.height()));
    let (source, mut turned) = (page.as_raw(), Vec::with_capacity(page.as_raw().len()));
    for y in -height / 2..height - height / 2 {
        let (mut u, mut v) =
            (((width / 2) << 16) - width / 2 * cos + y * sin, ((height / 2) << 16) + width / 2 * sin + y * cos);
        for _ in 0..width {
            let (x, y) = (u >> 16, v >> 16);
            let inside = x >= 0 && y >= 0 && x < width && y < height;
            turned.push(if inside { source[(y * width + x) as usize] } else { 255 });
            u += cos;
            v -= sin;
        }
    }
    GrayImage::from_raw(page.width(), page.height(), turned).expect("as many pixels as before")
}

fn noisy(mut page: GrayImage, chance: &mut Chance) -> GrayImage {
    // A prime, so that the rows do not repeat each other.
    let noise: Vec<u8> = (0..8191).map(|_| chance.below(NOISE + 1) as u8).collect();
    for (pixel, noise) in page.iter_mut().zip(noise.iter().cycle()) {
        *pixel = pixel.saturating_sub(*noise);
    }
    page
}

/// The same chances each time (xorshift64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}
