//! Opening somebody else's PDF within limits, and rendering its pages.

use flate2::read::ZlibDecoder;
use hayro::hayro_interpret::{InterpreterSettings, RenderContent};
use hayro::hayro_syntax::object::{Object, Stream};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, Filter, LoadPdfError, Pdf};
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings};
use image::RgbImage;
use std::io::Read;
use std::sync::{Arc, OnceLock};

use crate::error::{PdfError, contained};

/// How much of a foreign PDF is worked on. The default suits office scanners and phones; a worker's memory limit stands behind it.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Objects in the file.
    pub objects: u64,
    /// Pages.
    pub pages: u64,
    /// Longer side of a page, in points (1/72 inch).
    pub page_side: f32,
    /// Pixels of one picture, inside the file or rendered.
    pub pixels: u64,
    /// Bytes that one compressed stream may unfold to.
    pub stream_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file_bytes: 1 << 30,
            objects: 2_000_000,
            pages: 5_000,
            page_side: 14_400.0,
            pixels: 200_000_000,
            stream_bytes: 640_000_000,
        }
    }
}

pub(crate) fn within(what: &'static str, found: u64, limit: u64) -> Result<(), PdfError> {
    if found > limit { Err(PdfError::LimitExceeded { what, found, limit }) } else { Ok(()) }
}

/// An opened PDF: whole, unencrypted, within its limits. Damaged cross-references have been repaired in memory; the bytes are not
/// changed.
pub struct Source {
    pub(crate) bytes: Arc<Vec<u8>>,
    pub(crate) pdf: Pdf,
    pub(crate) limits: Limits,
    /// The file as objects, for copying; parsed on first use, `None` when it cannot be.
    pub(crate) objects: OnceLock<Option<lopdf::Document>>,
}

impl Source {
    /// Opens a PDF. Errors: not a PDF, corrupt, encrypted, beyond a limit.
    pub fn open(bytes: Arc<Vec<u8>>, limits: Limits) -> Result<Self, PdfError> {
        within("file bytes", bytes.len() as u64, limits.file_bytes)?;
        // Readers accept junk before the header (ISO 32000-1 Annex H.3, note 13).
        if !bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-") {
            return Err(PdfError::NotPdf);
        }
        let pdf = contained("opening", || Pdf::new(bytes.clone()).map_err(load_error))?;
        // An empty password opens a file whose encryption only restricts its use; hayro says nothing then.
        if contained("opening", || Ok(is_encrypted(&bytes)))? {
            return Err(PdfError::Encrypted { opens_without_password: true });
        }
        contained("opening", || {
            within("objects", pdf.len() as u64, limits.objects)?;
            within("pages", pdf.pages().len() as u64, limits.pages)?;
            match pdf.pages().is_empty() {
                true => Err(PdfError::Corrupt),
                false => check_streams(&pdf, &limits),
            }
        })?;
        Ok(Source { bytes, pdf, limits, objects: OnceLock::new() })
    }

    /// How many pages there are.
    pub fn pages(&self) -> usize {
        self.pdf.pages().len()
    }

    /// Renders a page (index from 0) as it is shown, `/Rotate` and annotations included, on white, at `dpi` pixels per inch.
    pub fn render(&self, index: usize, dpi: f32) -> Result<RgbImage, PdfError> {
        let (width_pt, height_pt) = self.page_size(index)?;
        let [width, height] = [width_pt, height_pt].map(|side| (side * dpi / 72.0).round().max(1.0) as u64);
        within("pixels", width.saturating_mul(height), self.limits.pixels)?;
        within("pixels on a side", width.max(height), u64::from(u16::MAX))?;
        contained("rendering", || {
            let page = self.page(index)?;
            let mut context = RenderContext::new(width as u16, height as u16);
            // Whole pixels: the page is stretched by less than half a pixel to fill them.
            let scale = (width as f64 / f64::from(width_pt), height as f64 / f64::from(height_pt));
            let transform =
                Affine::scale_non_uniform(scale.0, scale.1) * Affine::new(page.initial_transform(true).as_coeffs());
            let (cache, settings) = (RenderCache::new(), RenderSettings::default());
            hayro::render_into(page, &cache, &interpreter_settings(), &settings, &mut context, transform);
            context.flush();
            let mut pixmap = Pixmap::new(context.width(), context.height());
            let raster = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
            context.render_with(&mut pixmap, &mut Resources::default(), raster);
            let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
            // White is opaque, so nothing is premultiplied by anything but 1.
            let rgb: Vec<u8> = pixmap.data_as_u8_slice().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
            let shape = PdfError::PictureShape { width, height, bytes: rgb.len() };
            RgbImage::from_raw(width, height, rgb).filter(|image| !image.is_empty()).ok_or(shape)
        })
    }

    pub(crate) fn page(&self, index: usize) -> Result<&Page<'_>, PdfError> {
        self.pdf.pages().get(index).ok_or(PdfError::NoSuchPage { index, pages: self.pages() })
    }

    /// Width and height in points as the page is shown (crop box, `/Rotate` applied), within the limits.
    pub(crate) fn page_size(&self, index: usize) -> Result<(f32, f32), PdfError> {
        let (width, height) = contained("measuring a page", || Ok(self.page(index)?.render_dimensions()))?;
        if !(width >= 1.0 && height >= 1.0) {
            return Err(PdfError::PageSize(width, height));
        }
        within("page side in points", width.max(height).ceil() as u64, self.limits.page_side as u64)?;
        Ok((width, height))
    }
}

/// How pages are interpreted everywhere in this room: content and annotations, missing fonts replaced by the built-in ones.
pub(crate) fn interpreter_settings() -> InterpreterSettings {
    InterpreterSettings { render_content: RenderContent::all(), ..InterpreterSettings::default() }
}

fn load_error(error: LoadPdfError) -> PdfError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => {
            PdfError::Encrypted { opens_without_password: false }
        }
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => PdfError::Corrupt,
    }
}

/// Whether a trailer names an encryption dictionary. Trailers are read as text: the last 2 KB before each `startxref`, and the
/// dictionaries of cross-reference streams, which are never compressed themselves.
fn is_encrypted(bytes: &[u8]) -> bool {
    find_all(bytes, b"/Encrypt").any(|at| {
        let after = bytes.get(at + 8).copied().unwrap_or(b' ');
        // Not /EncryptMetadata; and in a trailer or a cross-reference stream's dictionary.
        if after.is_ascii_alphanumeric() {
            return false;
        }
        let before = &bytes[at.saturating_sub(4096)..at];
        let object = before.windows(4).rposition(|w| w == b" obj").unwrap_or(0);
        let dictionary = &bytes[at.saturating_sub(4096) + object..(at + 4096).min(bytes.len())];
        let open = dictionary.windows(6).position(|w| w == b"stream" || w == b"endobj").unwrap_or(dictionary.len());
        contains(before, b"trailer") || contains(&dictionary[..open], b"/XRef")
    })
}

pub(crate) fn contains(bytes: &[u8], what: &[u8]) -> bool {
    find_all(bytes, what).next().is_some()
}

/// Positions of `what`, from the start.
pub(crate) fn find_all<'a>(bytes: &'a [u8], what: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let first = what.first().copied();
    bytes
        .iter()
        .enumerate()
        .filter(move |(_, byte)| Some(**byte) == first)
        .map(|(at, _)| at)
        .filter(move |at| bytes[*at..].starts_with(what))
}

/// Refuses bombs before anything is unfolded whole: pictures by the size they claim, deflated streams by unfolding them into nothing.
fn check_streams(pdf: &Pdf, limits: &Limits) -> Result<(), PdfError> {
    for object in pdf.objects() {
        let Object::Stream(stream) = object else { continue };
        let side = |long: &str, short: &str| {
            stream.dict().get::<u32>(long).or_else(|| stream.dict().get::<u32>(short)).unwrap_or(0)
        };
        let pixels = u64::from(side("Width", "W")) * u64::from(side("Height", "H"));
        within("pixels", pixels, limits.pixels)?;
        within("stream bytes", unfolded(&stream, limits.stream_bytes), limits.stream_bytes)?;
    }
    Ok(())
}

/// How many bytes the leading deflate filters of a stream unfold to; stops soon after `limit`.
fn unfolded(stream: &Stream, limit: u64) -> u64 {
    // Deflate unfolds to at most 1,032 times its size.
    const DEFLATE_MAX: u64 = 1032;
    let layers = stream.filters().iter().take_while(|filter| **filter == Filter::FlateDecode).count() as u32;
    let raw = stream.raw_data();
    if layers == 0 || (raw.len() as u64).saturating_mul(DEFLATE_MAX.saturating_pow(layers)) <= limit {
        return 0;
    }
    let mut reader: Box<dyn Read + '_> = Box::new(&raw[..]);
    let mut largest = 0;
    for _ in 0..layers.min(8) {
        reader = Box::new(ZlibDecoder::new(reader));
    }
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        largest += count as u64;
        if largest > limit {
            break;
        }
    }
    largest
}
