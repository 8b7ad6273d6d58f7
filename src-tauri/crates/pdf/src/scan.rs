//! A scanned page's own picture, taken out without loss.

use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps, LumaData, Paint, RasterImage,
    SoftMask,
};
use hayro::hayro_syntax::Filter;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro::kurbo::{Affine, BezPath};
use image::{DynamicImage, GrayImage, RgbImage, imageops};

use crate::error::{PdfError, contained};
use crate::image::{Bilevel, JpegHeader, PagePicture};
use crate::inspect::PageKind;
use crate::read::Source;

/// The picture of a scanned page.
#[derive(Debug, Clone)]
pub struct ScanImage {
    /// The file's own JPEG bytes where it holds one, else decoded pixels without any loss.
    pub picture: PagePicture,
    /// Clockwise quarter turns (0 to 3) that bring the picture upright, as the page is shown. Always 0 for decoded pixels, which are
    /// turned already; JPEG bytes are left as they are.
    pub quarter_turns: u8,
    /// Pixels per inch across and down the page as shown (after the turns).
    pub dpi: [f32; 2],
}

impl Source {
    /// The picture of a page that [`Source::page_info`] calls a scan. A page made of several pictures, or of one that is masked or
    /// slanted, is rendered at their resolution. Errors: [`PdfError::NotAScan`], an undecodable picture.
    pub fn scan_image(&self, index: usize) -> Result<ScanImage, PdfError> {
        let survey = self.survey(index)?;
        let PageKind::Scan { dpi, .. } = survey.kind() else { return Err(PdfError::NotAScan { index }) };
        let Some((placed, placement)) = survey.single().and_then(|p| Some((p, Placement::of(p.transform)?))) else {
            let dpi = dpi[0].max(dpi[1]).clamp(72.0, 600.0).round();
            return Ok(ScanImage { picture: self.render(index, dpi)?.into(), quarter_turns: 0, dpi: [dpi, dpi] });
        };
        let taken = contained("decoding a picture", || {
            let mut take = Take { ordinal: placed.ordinal, seen: 0, upright: !placement.mirrored, taken: None };
            self.play(index, &mut take)?;
            take.taken.ok_or(PdfError::Picture { format: "unknown" })?
        })?;
        let dpi = placed.dpi();
        Ok(match taken {
            jpeg @ PagePicture::Jpeg { .. } => ScanImage { picture: jpeg, quarter_turns: placement.quarter_turns, dpi },
            decoded => ScanImage { picture: placement.apply(decoded), quarter_turns: 0, dpi },
        })
    }
}

/// How a picture lies on the page: mirrored left to right first, if at all, then turned clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placement {
    pub quarter_turns: u8,
    pub mirrored: bool,
}

impl Placement {
    /// `None` when the picture is slanted. `transform` takes pixels (y down) to the page (y down).
    pub fn of(transform: Affine) -> Option<Self> {
        let [a, b, c, d, ..] = transform.as_coeffs();
        let size = a.abs().max(b.abs()).max(c.abs()).max(d.abs());
        // A tenth of a degree is a producer's rounding, not a slant.
        let small = |n: f64| n.abs() < size * 0.002;
        let turned = match (small(a) && small(d), small(b) && small(c)) {
            (false, true) => false,
            (true, false) => true,
            _ => return None,
        };
        let mirrored = a * d - b * c < 0.0;
        // Where the picture's downward axis points tells the turn; the mirror does not touch it.
        let quarter_turns = match (turned, c < 0.0, d < 0.0) {
            (false, _, false) => 0,
            (true, true, _) => 1,
            (false, _, true) => 2,
            (true, false, _) => 3,
        };
        Some(Placement { quarter_turns, mirrored })
    }

    fn apply(self, picture: PagePicture) -> PagePicture {
        if self == (Placement { quarter_turns: 0, mirrored: false }) {
            return picture;
        }
        match picture {
            PagePicture::Bilevel(bilevel) => {
                PagePicture::Bilevel(pack(&self.turn(unpack(&bilevel).into()).into_luma8()))
            }
            PagePicture::Gray(gray) => PagePicture::Gray(self.turn(gray.into()).into_luma8()),
            PagePicture::Rgb(rgb) => PagePicture::Rgb(self.turn(rgb.into()).into_rgb8()),
            other => other,
        }
    }

    fn turn(self, image: DynamicImage) -> DynamicImage {
        let image = if self.mirrored { image.fliph() } else { image };
        match self.quarter_turns {
            1 => image.rotate90(),
            2 => image.rotate180(),
            3 => image.rotate270(),
            _ => image,
        }
    }
}

/// Takes one picture out of a page, by its place in the order of drawing.
struct Take {
    ordinal: usize,
    seen: usize,
    /// JPEG bytes may be taken as they are: a turn can be told to the caller, a mirror cannot.
    upright: bool,
    taken: Option<Result<PagePicture, PdfError>>,
}

impl<'a> Device<'a> for Take {
    fn draw_image(&mut self, image: Image<'a, '_>, _: ImageDrawProps<'a>) {
        if self.seen == self.ordinal {
            self.taken = Some(match image {
                Image::Raster(raster) => {
                    let jpeg = if self.upright { own_jpeg(raster.stream()) } else { None };
                    jpeg.map_or_else(|| decode(&raster), Ok)
                }
                Image::Stencil(stencil) => {
                    let mut luma = None;
                    stencil.with_stencil(|data, paint| luma = Some((data, ink(paint))), None);
                    luma.ok_or(PdfError::Picture { format: "stencil" }).and_then(|(data, ink)| paint_stencil(data, ink))
                }
            });
        }
        self.seen += 1;
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// The JPEG inside a stream, if it says by itself all that is seen: grey or RGB, not inverted, of the size the dictionary claims.
fn own_jpeg(stream: &Stream<'_>) -> Option<PagePicture> {
    if stream.filters()[..] != [Filter::DctDecode] {
        return None;
    }
    let dict = stream.dict();
    let bytes = stream.raw_data().into_owned();
    let JpegHeader { width, height, components } = JpegHeader::parse(&bytes).ok()?;
    let claimed = (dict.get::<u32>("Width")?, dict.get::<u32>("Height")?);
    let identity = |decode: Array<'_>| decode.iter::<f32>().enumerate().all(|(index, n)| n == (index % 2) as f32);
    let told = dict.get::<Array<'_>>("Decode").is_none_or(identity)
        && dict.get::<Dict<'_>>("DecodeParms").is_none_or(|parameters| !parameters.contains_key("ColorTransform"));
    let plain = told && claimed == (width, height) && space_components(dict) == Some(components);
    plain.then_some(PagePicture::Jpeg { bytes, width, height, components })
}

/// Components of a picture's colour space when a JPEG's own values are its colours; an ICC profile is taken for sRGB or sGray.
fn space_components(dict: &Dict<'_>) -> Option<u8> {
    let by_name = |name: &str| match name {
        "DeviceGray" | "CalGray" => Some(1),
        "DeviceRGB" | "CalRGB" => Some(3),
        _ => None,
    };
    match dict.get::<Object<'_>>("ColorSpace")? {
        Object::Name(name) => by_name(name.as_str()),
        Object::Array(array) => {
            let mut items = array.flex_iter();
            let name = items.next::<Name<'_>>()?;
            match name.as_str() {
                "ICCBased" => items.next::<Stream<'_>>()?.dict().get::<u8>("N"),
                name => by_name(name),
            }
        }
        _ => None,
    }
}

fn decode(raster: &RasterImage<'_>) -> Result<PagePicture, PdfError> {
    let format = match raster.stream().filters().last() {
        Some(Filter::DctDecode) => "jpeg",
        Some(Filter::JpxDecode) => "jpeg2000",
        Some(Filter::Jbig2Decode) => "jbig2",
        Some(Filter::CcittFaxDecode) => "ccitt",
        _ => "raw",
    };
    let mut decoded = None;
    raster.with_rgba(|data, _| decoded = Some(data), None);
    let failed = PdfError::Picture { format };
    match decoded.ok_or(PdfError::Picture { format })? {
        ImageData::Luma(luma) => {
            let gray = GrayImage::from_raw(luma.width, luma.height, luma.data)
                .filter(|image| !image.is_empty())
                .ok_or(failed)?;
            Ok(simplest_gray(gray))
        }
        ImageData::Rgb(rgb) => {
            let rgb =
                RgbImage::from_raw(rgb.width, rgb.height, rgb.data).filter(|image| !image.is_empty()).ok_or(failed)?;
            Ok(rgb.into())
        }
    }
}

fn ink(paint: &Paint<'_>) -> [u8; 3] {
    match paint {
        Paint::Color(colour) => {
            let [r, g, b, _] = colour.to_rgba().to_rgba8();
            [r, g, b]
        }
        Paint::Pattern(_) => [0; 3],
    }
}

/// A stencil's ink (255 = painted) on white paper.
fn paint_stencil(luma: LumaData, ink: [u8; 3]) -> Result<PagePicture, PdfError> {
    let LumaData { data, width, height, .. } = luma;
    let coverage = GrayImage::from_raw(width, height, data).filter(|image| !image.is_empty());
    let coverage = coverage.ok_or(PdfError::Picture { format: "stencil" })?;
    let mut page = RgbImage::new(width, height);
    for (to, from) in page.pixels_mut().zip(coverage.pixels()) {
        let alpha = u32::from(from.0[0]);
        to.0 = ink.map(|part| ((u32::from(part) * alpha + 255 * (255 - alpha)) / 255) as u8);
    }
    Ok(page.into())
}

impl From<RgbImage> for PagePicture {
    /// The plainest kind that holds the picture without loss: black and white, grey, or colour.
    fn from(rgb: RgbImage) -> Self {
        match rgb.pixels().all(|pixel| pixel.0[0] == pixel.0[1] && pixel.0[1] == pixel.0[2]) {
            true => simplest_gray(imageops::grayscale(&rgb)),
            false => PagePicture::Rgb(rgb),
        }
    }
}

fn simplest_gray(gray: GrayImage) -> PagePicture {
    match gray.pixels().all(|pixel| matches!(pixel.0[0], 0 | 255)) {
        true => PagePicture::Bilevel(pack(&gray)),
        false => PagePicture::Gray(gray),
    }
}

fn pack(gray: &GrayImage) -> Bilevel {
    let (width, height) = gray.dimensions();
    let pack_row = |row: &[u8]| {
        let bytes = row.chunks(8).map(|eight| {
            eight.iter().enumerate().fold(0, |byte, (index, luma)| byte | if *luma < 128 { 0x80 >> index } else { 0 })
        });
        bytes.collect::<Vec<u8>>()
    };
    let rows = gray.as_raw().chunks_exact(width.max(1) as usize).flat_map(pack_row).collect();
    Bilevel { width, height, rows }
}

fn unpack(bilevel: &Bilevel) -> GrayImage {
    GrayImage::from_fn(bilevel.width, bilevel.height, |x, y| image::Luma([if bilevel.black(x, y) { 0 } else { 255 }]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_no_more_than_it_shows() {
        let of = |a: [u8; 3], b: [u8; 3]| PagePicture::from(RgbImage::from_raw(2, 1, [a, b].concat()).unwrap());
        assert!(matches!(of([0; 3], [255; 3]), PagePicture::Bilevel(bits) if bits.rows == [0x80]));
        assert!(matches!(of([0; 3], [90; 3]), PagePicture::Gray(gray) if gray.as_raw() == &[0, 90]));
        assert!(matches!(of([0; 3], [90, 90, 91]), PagePicture::Rgb(_)));
    }

    #[test]
    fn placements_are_recognised_and_undone() {
        // A picture of two pixels: black on the left, white on the right.
        let picture = || PagePicture::Gray(GrayImage::from_raw(2, 1, vec![10, 200]).unwrap());
        let cases = [
            ([1.0, 0.0, 0.0, 1.0], 0, false, (2, 1), [10, 200]),
            ([0.0, 1.0, -1.0, 0.0], 1, false, (1, 2), [10, 200]),
            ([-1.0, 0.0, 0.0, -1.0], 2, false, (2, 1), [200, 10]),
            ([0.0, -1.0, 1.0, 0.0], 3, false, (1, 2), [200, 10]),
            ([-1.0, 0.0, 0.0, 1.0], 0, true, (2, 1), [200, 10]),
            ([0.0, -1.0, -1.0, 0.0], 1, true, (1, 2), [200, 10]),
        ];
        for ([a, b, c, d], quarter_turns, mirrored, size, pixels) in cases {
            let placement = Placement::of(Affine::new([a, b, c, d, 5.0, 5.0])).unwrap();
            assert_eq!(placement, Placement { quarter_turns, mirrored }, "{a} {b} {c} {d}");
            let PagePicture::Gray(turned) = placement.apply(picture()) else { panic!("kind changed") };
            assert_eq!((turned.dimensions(), &turned.as_raw()[..]), (size, &pixels[..]), "{a} {b} {c} {d}");
        }
        assert_eq!(Placement::of(Affine::rotate(0.1)), None);
    }
}
