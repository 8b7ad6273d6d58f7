//! What a foreign PDF is: signed or not, and what each of its pages shows.

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache, Paint,
    SoftMask, interpret_page,
};
use hayro::hayro_syntax::Filter;
use hayro::kurbo::{Affine, BezPath, Rect, Shape};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::sync::Arc;

use crate::error::{PdfError, contained};
use crate::read::{Limits, Source, find_all, interpreter_settings};
use crate::scan::Placement;

/// What a PDF is, without decoding its pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// There is a digital signature: the file is to be kept and sent byte for byte, never taken apart.
    pub signed: bool,
    pub pages: Vec<PageInfo>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageInfo {
    /// Width and height in points (1/72 inch) as shown, `/Rotate` applied.
    pub size_pt: [f32; 2],
    pub kind: PageKind,
}

/// What a page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PageKind {
    /// Pictures, and nothing else that is visible.
    Scan {
        /// True pixels per inch across and down, as shown.
        dpi: [f32; 2],
        /// One upright picture over most of the page, which [`Source::scan_image`] gives as it is. Otherwise (strips, masks, wide
        /// margins, slanted placement) that function renders the page at its pictures' resolution.
        single: bool,
        /// An earlier OCR's invisible text is there ([`Source::page_text`] reads it).
        has_text: bool,
    },
    /// Text and drawings, perhaps with pictures among them.
    BornDigital,
    /// A picture over most of the page, and visible text or drawings on top of it (a stamp, a number, a filled form).
    Mixed {
        /// Pixels per inch of the picture: render at this.
        dpi: [f32; 2],
    },
    /// Nothing is drawn.
    Empty,
}

/// Opens a PDF within the default limits and says what it is. Errors as [`Source::open`]. A signed file whose pages cannot be
/// read is still reported as signed, with no pages: it passes through byte for byte anyway.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, PdfError> {
    match Source::open(Arc::new(bytes.to_vec()), Limits::default()) {
        Ok(source) => source.inspect(),
        Err(PdfError::Corrupt | PdfError::Panicked(_)) if is_signed(bytes) => {
            Ok(Inspection { signed: true, pages: Vec::new() })
        }
        Err(error) => Err(error),
    }
}

impl Source {
    /// Says what the file and each page is.
    pub fn inspect(&self) -> Result<Inspection, PdfError> {
        let signed = is_signed(&self.bytes);
        let pages = (0..self.pages()).map(|index| self.page_info(index)).collect::<Result<_, _>>()?;
        Ok(Inspection { signed, pages })
    }

    /// Says what one page (index from 0) is.
    pub fn page_info(&self, index: usize) -> Result<PageInfo, PdfError> {
        let (width, height) = self.page_size(index)?;
        let survey = self.survey(index)?;
        Ok(PageInfo { size_pt: [width, height], kind: survey.kind() })
    }

    pub(crate) fn survey(&self, index: usize) -> Result<Survey, PdfError> {
        let (width, height) = self.page_size(index)?;
        contained("interpreting a page", || {
            let mut survey = Survey::new(Rect::new(0.0, 0.0, f64::from(width), f64::from(height)));
            self.play(index, &mut survey)?;
            Ok(survey)
        })
    }

    /// Plays a page to a device, in points from the top left of the page as shown.
    pub(crate) fn play<'a>(&'a self, index: usize, device: &mut impl Device<'a>) -> Result<(), PdfError> {
        let page = self.page(index)?;
        let (width, height) = page.render_dimensions();
        let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let cache = InterpreterCache::new();
        let transform = Affine::new(page.initial_transform(true).as_coeffs());
        let mut context = Context::new(transform, bounds, &cache, page.xref(), interpreter_settings());
        interpret_page(page, &mut context, device);
        Ok(())
    }
}

/// Whether a signature dictionary with a filled byte range is there (ISO 32000-1 §12.8.1). It must stand uncompressed in the file,
/// because its numbers are filled in after everything else is written; so the bytes are searched.
fn is_signed(bytes: &[u8]) -> bool {
    find_all(bytes, b"/ByteRange").any(|at| {
        let rest = &bytes[at + b"/ByteRange".len()..bytes.len().min(at + 200)];
        let mut numbers = rest.split(|byte| !byte.is_ascii_digit()).filter(|digits| !digits.is_empty());
        let opens = rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        let end = rest.iter().position(|byte| *byte == b']').unwrap_or(0);
        let plain = rest[..end].iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace() || *byte == b'[');
        // [0 before after length]: a placeholder has zeros or stars.
        opens && plain && numbers.nth(1).is_some_and(|before| before.iter().any(|digit| *digit != b'0'))
    })
}

/// A picture on a page.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// Its place in the order of drawing, counted over all pictures of the page.
    pub ordinal: usize,
    /// From the picture's pixels (top left origin) to points.
    pub transform: Affine,
    /// Share of the page it covers, 0 to 1.
    pub coverage: f64,
    /// Opaque, unmasked, not clipped: what is seen is the whole picture and nothing behind it.
    pub plain: bool,
}

impl Placed {
    /// Pixels per inch across and down the page as shown.
    pub fn dpi(&self) -> [f32; 2] {
        let [a, b, c, d, ..] = self.transform.as_coeffs();
        let [across, down] = [a.hypot(b), c.hypot(d)].map(|points| (72.0 / points.max(1e-6)) as f32);
        match Placement::of(self.transform) {
            Some(placement) if placement.quarter_turns % 2 == 1 => [down, across],
            _ => [across, down],
        }
    }
}

/// Notes what is drawn, and decodes nothing.
pub(crate) struct Survey {
    page: Rect,
    pub images: Vec<Placed>,
    drawn_images: usize,
    visible_glyphs: usize,
    hidden_glyphs: usize,
    drawings: usize,
    clips: Vec<Rect>,
    /// For each open group: whether everything in it is drawn opaquely.
    groups: Vec<bool>,
}

/// A picture that covers this share of a page is what the page is about.
const COVERS: f64 = 0.7;

impl Survey {
    fn new(page: Rect) -> Self {
        Survey {
            page,
            images: Vec::new(),
            drawn_images: 0,
            visible_glyphs: 0,
            hidden_glyphs: 0,
            drawings: 0,
            clips: vec![page],
            groups: Vec::new(),
        }
    }

    pub fn kind(&self) -> PageKind {
        let coverage: f64 = self.images.iter().map(|image| image.coverage).sum();
        let overlaid = self.visible_glyphs + self.drawings > 0;
        // Of layers that cover the same, the finest holds the letters.
        let size = |image: &Placed| ((image.coverage * 100.0).round(), image.dpi()[0].max(image.dpi()[1]));
        match self.images.iter().max_by(|a, b| size(a).partial_cmp(&size(b)).unwrap_or(Ordering::Equal)) {
            Some(main) if !overlaid => {
                PageKind::Scan { dpi: main.dpi(), single: self.single().is_some(), has_text: self.hidden_glyphs > 0 }
            }
            Some(main) if coverage >= COVERS => PageKind::Mixed { dpi: main.dpi() },
            None if !overlaid => PageKind::Empty,
            _ => PageKind::BornDigital,
        }
    }

    /// The one picture that makes up the page, if there is nothing else.
    pub fn single(&self) -> Option<&Placed> {
        match &self.images[..] {
            [only] if only.plain && only.coverage >= COVERS && self.visible_glyphs + self.drawings == 0 => {
                Placement::of(only.transform).map(|_| only)
            }
            _ => None,
        }
    }

    fn clip(&self) -> Rect {
        self.clips.last().copied().unwrap_or(self.page)
    }

    fn push_clip(&mut self, bounds: Rect) {
        self.clips.push(self.clip().intersect(bounds));
    }

    fn opaque(&self) -> bool {
        self.groups.iter().all(|opaque| *opaque)
    }
}

impl<'a> Device<'a> for Survey {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let bounds = props.transform.transform_rect_bbox(path.bounding_box()).intersect(self.clip());
        let visible = bounds.width() > 0.0 || bounds.height() > 0.0;
        // Many producers paint the paper white before anything else.
        let white = match &props.paint {
            Paint::Color(colour) => colour.to_rgba().to_rgba8()[..3].iter().all(|part| *part >= 250),
            Paint::Pattern(_) => false,
        };
        if visible && !white && !matches!(mode, DrawMode::Invisible) {
            self.drawings += 1;
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.push_clip(clip.path.bounding_box());
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend_mode: BlendMode) {
        self.groups.push(opacity >= 0.999 && mask.is_none() && blend_mode == BlendMode::Normal);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, _: DrawProps<'a>, mode: &DrawMode) {
        match mode {
            DrawMode::Invisible => self.hidden_glyphs += run.glyphs().len(),
            _ => self.visible_glyphs += run.glyphs().len(),
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let ordinal = self.drawn_images;
        self.drawn_images += 1;
        let (width, height) = (image.width(), image.height());
        let whole = props.transform.transform_rect_bbox(Rect::new(0.0, 0.0, f64::from(width), f64::from(height)));
        let shown = whole.intersect(self.clip());
        let coverage = (shown.area() / self.page.area().max(1.0)).clamp(0.0, 1.0);
        if coverage <= 0.0 {
            return;
        }
        let masked = match &image {
            Image::Stencil(_) => false,
            Image::Raster(raster) => {
                let dict = raster.stream().dict();
                let jpx = raster.stream().filters().contains(&Filter::JpxDecode);
                dict.contains_key("SMask") || dict.contains_key("Mask") || (jpx && dict.contains_key("SMaskInData"))
            }
        };
        // Producers round their clips to whole points.
        let on_page = whole.intersect(self.page);
        let unclipped = shown.inflate(2.0, 2.0).contains_rect(on_page);
        let plain = !masked && unclipped && self.opaque() && props.soft_mask.is_none();
        if plain && coverage > 0.95 && matches!(image, Image::Raster(_)) {
            // It hides whatever was drawn before; text laid under a scan is its OCR.
            self.images.clear();
            self.hidden_glyphs += std::mem::take(&mut self.visible_glyphs);
            self.drawings = 0;
        }
        self.images.push(Placed { ordinal, transform: props.transform, coverage, plain });
    }

    fn pop_clip(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    fn pop_transparency_group(&mut self) {
        self.groups.pop();
    }
}
