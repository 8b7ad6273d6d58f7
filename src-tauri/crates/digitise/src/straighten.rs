//! Fourth step: one resample from the source to a straight page.

use image::{DynamicImage, GrayImage, RgbImage};

use crate::background::Background;
use crate::colour::Colour;
use crate::examine::{Grid, stretch};
use crate::geometry::Transform;
use crate::proxy::{grey_of, resize_gray};
use crate::resample::Resampler;
use crate::{Cancel, Examination, Frame, MAX_DARKER, Params, Stopped, go_on, layers, threshold};

/// One bit a pixel, rows packed to whole bytes, most significant bit first, 1 = black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `height` rows of `width.div_ceil(8)` bytes; bits beyond `width` are 0.
    pub rows: Vec<u8>,
}

/// The picture to keep, in the cheapest form that loses nothing a person needs.
#[derive(Debug, Clone)]
pub enum Picture {
    /// Text and line art in black.
    Bilevel(Bitmap),
    /// Continuous tones without colour.
    Gray(GrayImage),
    /// Colour: photographs and whatever else is colourful all over.
    Rgb(RgbImage),
    /// Black text with some colour or a photograph on the page.
    Layered(Layers),
}

/// Layers of one page, from the lowest to the topmost; all show the same rectangle.
#[derive(Debug, Clone)]
pub struct Layers {
    /// The page without any ink, at half the resolution: photographs, tints, folds.
    pub ground: RgbImage,
    /// Where coloured ink is: stamps, pens.
    pub coloured: Bitmap,
    /// Which colours it has, at a quarter of the resolution. Where `coloured` is not, this says nothing.
    pub colours: RgbImage,
    /// Black ink.
    pub ink: Bitmap,
}

/// A straight, upright, cleaned page.
#[derive(Debug, Clone)]
pub struct Page {
    /// For the reader: background divided out, black ink, at [`Params::reading_dpi`] where letters then have the size of print; a
    /// one-bit source finer.
    pub reading: GrayImage,
    /// Resolution of `reading`, dots per inch, square pixels.
    pub reading_dpi: f32,
    /// To be kept and shown.
    pub picture: Picture,
    /// Resolution of `picture`, dots per inch, square pixels. `picture` and `reading` show exactly the same rectangle of the page:
    /// a point of one is that of the other times `dpi / reading_dpi`.
    pub dpi: f32,
    /// Pixels of `picture` → source pixels.
    pub transform: Transform,
    /// Nothing needed to be changed and the source was a JPEG: its bytes may be kept as they are, in place of `picture`
    /// (which shows the same, up to tone).
    pub untouched_jpeg: bool,
}

/// Grey and colour sources from this resolution on give one-bit ink at [`Params::max_dpi`]: the edges between grey pixels are known to a
/// fraction of a pixel, and that is where the finer threshold finds them. Below it, grey is kept.
const BILEVEL_FROM_DPI: f64 = 140.0;
/// Paper this close to white (of 255) becomes white in the kept picture.
const KEPT_WHITE: u8 = 240;

/// Makes the page: `quarter_turns` is how many clockwise quarter turns the content was found to have had; they are undone.
///
/// # Errors
/// [`Stopped`] when `cancel` said so.
pub fn straighten(
    frame: &Frame,
    examination: &Examination,
    quarter_turns: u8,
    params: &Params,
    cancel: Cancel,
) -> Result<Page, Stopped> {
    let form = Form::choose(frame, examination, params);
    let dpi = form.dpi(examination, params);
    let reading_dpi = reading_dpi(frame, examination, params);
    let reader = Raster::new(frame, examination, reading_dpi, quarter_turns);
    let keeper = Raster::new(frame, examination, dpi, quarter_turns);
    // One resampling serves both where the kept picture has all that the reader's is to have.
    let finer = keeper.grid.width >= reader.grid.width && keeper.grid.height >= reader.grid.height;
    let reduced = |picture: &GrayImage| resize_gray(picture, reader.grid.width, reader.grid.height);
    // Where the kept picture is finer than the source it is made with less care for shadows than reading needs.
    let one_picture = finer && examination.native_dpi >= dpi;
    let levels = if frame.bilevel { (0, 255) } else { examination.levels };
    let tone = tone(params.told.darker);
    let for_reader = |picture: Option<&RgbImage>| match picture {
        _ if !params.read => GrayImage::default(),
        Some(picture) if one_picture => reduced(&grey(picture)),
        _ => reader.gray(Window::Narrow),
    };
    go_on(cancel)?;

    let (reading, picture) = match form {
        Form::Rgb => {
            let picture = keeper.rgb();
            go_on(cancel)?;
            (for_reader(Some(&picture)), Picture::Rgb(picture))
        }
        Form::Layered => {
            let picture = keeper.rgb();
            go_on(cancel)?;
            let flat = for_reader(Some(&picture));
            (flat, Picture::Layered(layers::split(&kept(toned(picture, (0, KEPT_WHITE)), tone.as_ref()), dpi)))
        }
        Form::Gray => {
            let picture = keeper.gray(Window::Wide);
            go_on(cancel)?;
            (for_reader(None), Picture::Gray(picture))
        }
        Form::Bilevel => {
            let flat = keeper.gray(Window::Narrow);
            go_on(cancel)?;
            let bitmap = |flat: &GrayImage| match frame.bilevel {
                // What needs nothing stays as it is, to the last pixel.
                true if keeper.to_source == Transform::IDENTITY => threshold::half(flat),
                true => threshold::smoothed(threshold::half(flat), dpi),
                false => threshold::smoothed(threshold::bilevel(flat), dpi),
            };
            let reading = if finer && params.read { reduced(&flat) } else { for_reader(None) };
            let picture = match &tone {
                None => bitmap(&flat),
                Some(tone) => bitmap(&through(flat, tone)),
            };
            (reading, Picture::Bilevel(picture))
        }
    };
    go_on(cancel)?;
    let transform = keeper.to_source;
    Ok(Page {
        reading: toned(reading, levels),
        reading_dpi: reading_dpi as f32,
        picture: match picture {
            Picture::Bilevel(bitmap) => Picture::Bilevel(bitmap),
            Picture::Gray(gray) => Picture::Gray(kept(toned(gray, (0, KEPT_WHITE)), tone.as_ref())),
            Picture::Rgb(rgb) => Picture::Rgb(kept(toned(rgb, (0, KEPT_WHITE)), tone.as_ref())),
            layered @ Picture::Layered(_) => layered,
        },
        dpi: dpi as f32,
        untouched_jpeg: tone.is_none()
            && params.told.colour.is_none()
            && untouched(frame, examination, quarter_turns, form),
        transform,
    })
}

/// What the kept picture is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Bilevel,
    Gray,
    Rgb,
    Layered,
}

impl Form {
    fn choose(frame: &Frame, examination: &Examination, params: &Params) -> Form {
        let told = params.told.colour.is_some();
        let fine = told || frame.bilevel || examination.native_dpi >= BILEVEL_FROM_DPI;
        let coloured = frame.image.color().has_color();
        match examination.findings.colour {
            Colour::Bw if params.allow_bilevel && fine => Form::Bilevel,
            Colour::Mixed | Colour::Colour if !coloured => Form::Gray,
            Colour::Mixed if params.allow_layers && fine => Form::Layered,
            Colour::Gray if params.allow_layers && fine && !told && !examination.photograph => Form::Layered,
            Colour::Bw | Colour::Gray => Form::Gray,
            Colour::Mixed | Colour::Colour => Form::Rgb,
        }
    }

    /// Never finer than the source, except for one-bit ink made from grey.
    fn dpi(self, examination: &Examination, params: &Params) -> f64 {
        let most = f64::from(params.max_dpi);
        let from_grey = matches!(self, Form::Bilevel | Form::Layered) && !examination.bilevel;
        if from_grey { most } else { examination.native_dpi.min(most) }
    }
}

/// Heights of letters, capitals and small ones together, that a reader takes as they are, and the one aimed at otherwise; pixels at 300
/// dots per inch.
const LETTERS: std::ops::RangeInclusive<f64> = 14.0..=64.0;
const GOOD_LETTERS: f64 = 30.0;
/// The edges of a one-bit source fall on whole pixels: it is read at this resolution at least.
const BILEVEL_READING_DPI: f64 = 300.0;
/// Pixels of the largest picture made for reading: A3 at 300 dpi.
const MOST_PIXELS: f64 = 3508.0 * 4961.0;

/// The resolution for the reader. Where the size of the sheet is a guess (a cutting, a card, a poster), the letters decide.
fn reading_dpi(frame: &Frame, examination: &Examination, params: &Params) -> f64 {
    let wanted = f64::from(params.reading_dpi).max(if frame.bilevel { BILEVEL_READING_DPI } else { 0.0 });
    let letters = examination.letter_height.map(|height| height * 300.0 / examination.flat_dpi);
    let by_letters = match letters {
        Some(height) if !LETTERS.contains(&height) => 300.0 * GOOD_LETTERS / height,
        _ => wanted,
    };
    let inches =
        [examination.flat.width(), examination.flat.height()].map(|side| f64::from(side) / examination.flat_dpi);
    by_letters.min(wanted.max(3.0 * examination.native_dpi)).min((MOST_PIXELS / (inches[0] * inches[1])).sqrt())
}

/// A straight, flat and clean page of which the source was already all that.
fn untouched(frame: &Frame, examination: &Examination, quarter_turns: u8, form: Form) -> bool {
    let flat_light = examination.background.is_even();
    frame.jpeg
        && !frame.damaged
        && frame.exif_orientation == 1
        && form != Form::Bilevel
        && quarter_turns.is_multiple_of(4)
        && examination.findings.quad.is_none()
        && examination.turn == 0.0
        && flat_light
}

/// Which estimate of the paper is divided out.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Window {
    Narrow,
    Wide,
}

/// One output grid with everything needed to fill it.
struct Raster<'a> {
    source: &'a DynamicImage,
    background: &'a Background,
    grid: Grid,
    to_source: Transform,
    plain: bool,
}

impl<'a> Raster<'a> {
    fn new(frame: &'a Frame, examination: &'a Examination, dpi: f64, quarter_turns: u8) -> Raster<'a> {
        let grid = examination.page_to_flat(dpi, quarter_turns);
        let to_source = grid.transform.then(&examination.flat_to_source);
        Raster { source: &frame.image, background: &examination.background, grid, to_source, plain: frame.bilevel }
    }

    fn resampler(&self) -> Resampler<'a> {
        Resampler::new(self.source, self.to_source, self.grid.width, self.grid.height)
    }

    fn gray(&self, window: Window) -> GrayImage {
        if self.plain {
            return self.resampler().gray(|_, _| {});
        }
        let plane = match (window, self.background.kept.as_slice()) {
            (Window::Wide, [wide]) => wide,
            _ => &self.background.luma,
        };
        let mut paper = Paper::new(self, [plane]);
        self.resampler().gray(|y, row| divide(row, paper.inverse(y)))
    }

    fn rgb(&self) -> RgbImage {
        let plane =
            |n: usize| self.background.kept.get(n).or(self.background.kept.first()).unwrap_or(&self.background.luma);
        let mut paper = Paper::new(self, [0, 1, 2].map(plane));
        self.resampler().rgb(|y, row| divide(row, paper.inverse(y)))
    }
}

/// The paper on the rows of a grid, asked for one after another: its planes are smooth, so they are looked up in every sixteenth pixel
/// of every eighth row and interpolated between.
struct Paper<'a, const N: usize> {
    raster: &'a Raster<'a>,
    planes: [&'a GrayImage; N],
    /// Rows that were looked up: the last one at or above the row asked for, and the next.
    rows: [Vec<[u16; N]>; 2],
    between: Vec<u16>,
}

impl<'a, const N: usize> Paper<'a, N> {
    const ROWS: u32 = 8;
    const COLUMNS: usize = 16;

    fn new(raster: &'a Raster<'a>, planes: [&'a GrayImage; N]) -> Paper<'a, N> {
        let width = raster.grid.width as usize;
        let mut paper = Paper { raster, planes, rows: [vec![[0; N]; width], vec![]], between: vec![0; N * width] };
        paper.rows[1] = paper.looked_up(0, vec![[0; N]; width]);
        paper
    }

    /// 255 / paper, times 2^10, for all channels of row `y`; rows are asked for one after another from 0.
    fn inverse(&mut self, y: u32) -> &[u16] {
        let down = y % Self::ROWS;
        if down == 0 {
            self.rows.swap(0, 1);
            let room = std::mem::take(&mut self.rows[1]);
            self.rows[1] = self.looked_up(y + Self::ROWS, room);
        }
        let [above, below] = self.rows.each_ref().map(|row| row.as_flattened());
        for ((out, &above), &below) in self.between.iter_mut().zip(above).zip(below) {
            let step = (i32::from(below) - i32::from(above)) * down as i32 / Self::ROWS as i32;
            *out = (i32::from(above) + step) as u16;
        }
        &self.between
    }

    /// The inverse on row `y`, in the room of another row.
    fn looked_up(&self, y: u32, mut row: Vec<[u16; N]>) -> Vec<[u16; N]> {
        let look = |x: usize| {
            let [fx, fy] = self.raster.grid.transform.apply([x as f64 + 0.5, f64::from(y) + 0.5]);
            let cells = self.raster.background.cells;
            let (x, y) = (fx * cells[0] - 0.5, fy * cells[1] - 0.5);
            self.planes.map(|plane| (1024.0 * 255.0 / bilinear(plane, x, y).max(4.0)) as i32)
        };
        let mut here = look(0);
        for (at, span) in row.chunks_mut(Self::COLUMNS).enumerate() {
            let next = look((at + 1) * Self::COLUMNS);
            for n in 0..N {
                let step = next[n] - here[n];
                for (i, out) in (0..).zip(&mut *span) {
                    out[n] = (here[n] + step * i / Self::COLUMNS as i32) as u16;
                }
            }
            here = next;
        }
        row
    }
}

/// Values as shares of the paper's, whose inverse is given times 2^10.
fn divide(row: &mut [u8], inverse: &[u16]) {
    for (value, &inverse) in row.iter_mut().zip(inverse) {
        let share = (u32::from(u16::from(*value) << 6) * u32::from(inverse)) >> 16;
        *value = share.min(255) as u8;
    }
}

/// Value between pixels, centres at whole numbers; the border continues outwards.
fn bilinear(plane: &GrayImage, x: f64, y: f64) -> f32 {
    let (x, y) = (x.clamp(0.0, f64::from(plane.width() - 1)), y.clamp(0.0, f64::from(plane.height() - 1)));
    let (x0, y0) = (x as usize, y as usize);
    let (x1, y1) = ((x0 + 1).min(plane.width() as usize - 1), (y0 + 1).min(plane.height() as usize - 1));
    let (u, v) = ((x - x0 as f64) as f32, (y - y0 as f64) as f32);
    let at = |x: usize, y: usize| f32::from(plane.as_raw()[y * plane.width() as usize + x]);
    let top = at(x0, y0) + (at(x1, y0) - at(x0, y0)) * u;
    let bottom = at(x0, y1) + (at(x1, y1) - at(x0, y1)) * u;
    top + (bottom - top) * v
}

fn grey(rgb: &RgbImage) -> GrayImage {
    let bytes = rgb.as_raw().as_chunks::<3>().0.iter().map(|&[r, g, b]| grey_of(r, g, b)).collect();
    GrayImage::from_raw(rgb.width(), rgb.height(), bytes).unwrap_or_default()
}

/// How much a step of darker takes from the middle tones: the exponent of its curve.
const DARKER_STEP: f32 = 1.3;

/// The curve of the kept picture: black and white stay, what is between gets darker or lighter. Nothing where nobody asked for it.
fn tone(darker: i8) -> Option<[u8; 256]> {
    let darker = darker.clamp(-MAX_DARKER, MAX_DARKER);
    let exponent = DARKER_STEP.powi(i32::from(darker));
    let curve = |value: usize| (255.0 * (value as f32 / 255.0).powf(exponent)).round() as u8;
    (darker != 0).then(|| std::array::from_fn(curve))
}

fn kept<P: image::Pixel<Subpixel = u8>>(
    picture: image::ImageBuffer<P, Vec<u8>>,
    tone: Option<&[u8; 256]>,
) -> image::ImageBuffer<P, Vec<u8>> {
    match tone {
        Some(tone) => through(picture, tone),
        None => picture,
    }
}

fn through<P: image::Pixel<Subpixel = u8>>(
    mut picture: image::ImageBuffer<P, Vec<u8>>,
    table: &[u8; 256],
) -> image::ImageBuffer<P, Vec<u8>> {
    picture.iter_mut().for_each(|value| *value = table[usize::from(*value)]);
    picture
}

fn toned<P: image::Pixel<Subpixel = u8>>(
    picture: image::ImageBuffer<P, Vec<u8>>,
    levels: (u8, u8),
) -> image::ImageBuffer<P, Vec<u8>> {
    if levels == (0, 255) { picture } else { through(picture, &stretch(levels)) }
}
