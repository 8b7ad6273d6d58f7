//! A page's picture, and squeezing it: bilevel without any loss, grey and colour as JPEG, a camera's JPEG untouched, sharp ink over a
//! coarse ground in two layers.

use fax::{Color, VecWriter};
use flate2::{Compression, write::ZlibEncoder};
use image::{ExtendedColorType, GrayImage, RgbImage, codecs::jpeg::JpegEncoder};
use jbig2enc_rust::jbig2structs::Jbig2Config;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::io::Write as _;

use crate::error::{PdfError, contained};

/// Quality (1–100) that keeps grey and colour pages on a cleaned background readable at a fair size.
pub const JPEG_QUALITY: u8 = 75;

/// Quality of the soft layers, which have no edges of ink in them.
const SOFT_QUALITY: u8 = 60;

/// The longest side a picture may have: JPEG's own limit, and safely within what the CCITT coder counts with.
const MAX_SIDE: u32 = 32_000;

/// A black-and-white raster, 1 bit per pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilevel {
    pub width: u32,
    pub height: u32,
    /// Rows from the top, each padded to a whole byte, most significant bit leftmost, 1 = black. Padding bits do not matter.
    pub rows: Vec<u8>,
}

impl Bilevel {
    /// Bytes per row.
    pub fn stride(&self) -> usize {
        self.width.div_ceil(8) as usize
    }

    /// Whether the pixel is black; outside the picture everything is white.
    pub fn black(&self, x: u32, y: u32) -> bool {
        x < self.width
            && self
                .rows
                .get(y as usize * self.stride() + x as usize / 8)
                .is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    fn well_formed(&self) -> bool {
        self.rows.len() == self.stride() * self.height as usize
    }
}

/// What a page looks like, before it is squeezed.
#[derive(Debug, Clone)]
pub enum PagePicture {
    /// Black and white: kept bit for bit.
    Bilevel(Bilevel),
    /// Grey, encoded as JPEG.
    Gray(GrayImage),
    /// Colour, encoded as JPEG.
    Rgb(RgbImage),
    /// A JPEG that goes in byte for byte: baseline or progressive, 8 bits, 1 or 3 components.
    Jpeg { bytes: Vec<u8>, width: u32, height: u32, components: u8 },
    /// Sharp bilevel ink over a soft ground, which may be much coarser (150 dpi under 300 dpi does): text with a red stamp at a fraction
    /// of a colour JPEG's size. All layers cover the whole page.
    Layered {
        ground: RgbImage,
        /// Ink of many colours: where it is, and, much coarser, its colours. `None` where there is none.
        coloured: Option<(Bilevel, RgbImage)>,
        /// Ink of one colour, on top.
        ink: Bilevel,
        colour: [u8; 3],
    },
}

/// The coding of an [`EncodedImage`]'s bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageKind {
    /// JBIG2 (ITU-T T.88), embedded organisation without globals, lossless: one generic region, or symbols that stand only for
    /// marks equal to the last pixel.
    Jbig2,
    /// CCITT Group 4 (ITU-T T.6).
    G4,
    /// Bilevel rows (0 = black), deflated.
    FlateBilevel,
    /// JPEG with one component.
    JpegGray,
    /// JPEG with three components.
    JpegRgb,
    /// JPEG with one component, deflated: white blocks cost JPEG bits, and deflate takes most of them back.
    FlateJpegGray,
    /// JPEG with three components, deflated.
    FlateJpegRgb,
}

/// A squeezed picture, ready for [`crate::Writer::page`]; it can travel between processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodedImage {
    /// Width in pixels: the grid the page's text runs are measured in.
    pub width: u32,
    pub height: u32,
    pub kind: ImageKind,
    /// Base64 in formats meant for people (JSON), raw in binary ones.
    #[serde(with = "bytes_or_base64")]
    pub bytes: Vec<u8>,
    /// Width and height of the picture itself, in pixels; with layers on top it is stretched to theirs, `width` and `height`.
    pub picture_size: (u32, u32),
    /// Ink on top of the picture, from the lowest to the topmost.
    pub stencils: Vec<Stencil>,
}

impl EncodedImage {
    /// Bytes of all layers together.
    pub fn len(&self) -> usize {
        self.bytes.len() + self.stencils.iter().map(Stencil::len).sum::<usize>()
    }

    /// Whether there are no bytes at all (never true of what [`encode`] returns).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Bilevel ink painted over the picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stencil {
    /// One of the bilevel kinds.
    pub kind: ImageKind,
    #[serde(with = "bytes_or_base64")]
    pub bytes: Vec<u8>,
    pub paint: StencilPaint,
}

impl Stencil {
    fn len(&self) -> usize {
        match &self.paint {
            StencilPaint::Colour(_) => self.bytes.len(),
            StencilPaint::Picture { bytes, .. } => self.bytes.len() + bytes.len(),
        }
    }
}

/// What a stencil's ink is painted with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StencilPaint {
    /// One colour, sRGB.
    Colour([u8; 3]),
    /// A picture stretched over the page and seen through the stencil.
    Picture {
        width: u32,
        height: u32,
        /// One of the JPEG kinds.
        kind: ImageKind,
        #[serde(with = "bytes_or_base64")]
        bytes: Vec<u8>,
    },
}

/// Squeezes a picture. `quality` (1–100) concerns grey and colour only; [`JPEG_QUALITY`] is a good one.
///
/// Bilevel pictures become the smaller of JBIG2 and CCITT G4, and each of the two is believed only when a decoder of another
/// maker gives back every pixel.
pub fn encode(picture: &PagePicture, quality: u8) -> Result<EncodedImage, PdfError> {
    match picture {
        PagePicture::Bilevel(bilevel) => {
            let (kind, bytes) = encode_bilevel(bilevel)?;
            Ok(single(bilevel.width, bilevel.height, kind, bytes))
        }
        PagePicture::Gray(gray) => {
            let bytes = encode_jpeg(gray.as_raw(), gray.width(), gray.height(), ExtendedColorType::L8, quality)?;
            Ok(single(gray.width(), gray.height(), ImageKind::JpegGray, bytes))
        }
        PagePicture::Rgb(rgb) => {
            let bytes = encode_jpeg(rgb.as_raw(), rgb.width(), rgb.height(), ExtendedColorType::Rgb8, quality)?;
            Ok(single(rgb.width(), rgb.height(), ImageKind::JpegRgb, bytes))
        }
        PagePicture::Jpeg { bytes, width, height, components } => pass_through(bytes, *width, *height, *components),
        PagePicture::Layered { ground, coloured, ink, colour } => {
            let mut stencils = Vec::with_capacity(2);
            if let Some((mask, colours)) = coloured {
                let (kind, bytes) = encode_bilevel(mask)?;
                let (colour_kind, colour_bytes) = encode_soft(colours, quality.min(SOFT_QUALITY))?;
                let (width, height) = colours.dimensions();
                let paint = StencilPaint::Picture { width, height, kind: colour_kind, bytes: colour_bytes };
                stencils.push(Stencil { kind, bytes, paint });
            }
            let (kind, bytes) = encode_bilevel(ink)?;
            stencils.push(Stencil { kind, bytes, paint: StencilPaint::Colour(*colour) });
            let (kind, bytes) = encode_soft(ground, quality.min(SOFT_QUALITY))?;
            let page = single(ink.width, ink.height, kind, bytes);
            Ok(EncodedImage { stencils, picture_size: ground.dimensions(), ..page })
        }
    }
}

fn single(width: u32, height: u32, kind: ImageKind, bytes: Vec<u8>) -> EncodedImage {
    EncodedImage { width, height, kind, bytes, picture_size: (width, height), stencils: Vec::new() }
}

fn check_sides(width: u32, height: u32, bytes: usize) -> Result<(), PdfError> {
    match width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE {
        true => Err(PdfError::PictureShape { width, height, bytes }),
        false => Ok(()),
    }
}

fn encode_jpeg(
    pixels: &[u8],
    width: u32,
    height: u32,
    colour: ExtendedColorType,
    quality: u8,
) -> Result<Vec<u8>, PdfError> {
    check_sides(width, height, pixels.len())?;
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality.clamp(1, 100))
        .encode(pixels, width, height, colour)
        .map_err(|_| PdfError::Picture { format: "jpeg" })?;
    Ok(bytes)
}

/// A JPEG of what lies under or behind a stencil, mostly empty as a rule.
fn encode_soft(picture: &RgbImage, quality: u8) -> Result<(ImageKind, Vec<u8>), PdfError> {
    let (width, height) = picture.dimensions();
    let colourless = picture.as_raw().as_chunks::<3>().0.iter().all(|[r, g, b]| r == g && g == b);
    let (jpeg, plain, deflated) = if colourless {
        let gray: Vec<u8> = picture.as_raw().iter().step_by(3).copied().collect();
        let jpeg = encode_jpeg(&gray, width, height, ExtendedColorType::L8, quality)?;
        (jpeg, ImageKind::JpegGray, ImageKind::FlateJpegGray)
    } else {
        let jpeg = encode_jpeg(picture.as_raw(), width, height, ExtendedColorType::Rgb8, quality)?;
        (jpeg, ImageKind::JpegRgb, ImageKind::FlateJpegRgb)
    };
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&jpeg)?;
    let smaller = encoder.finish()?;
    Ok(if smaller.len() < jpeg.len() { (deflated, smaller) } else { (plain, jpeg) })
}

/// Where at least one mark in so many was seen before, it is worth trying symbols.
const EQUAL_MARKS: usize = 5;
/// Below this, pages with next to nothing on them, G4 can be the smaller one.
const G4_MAY_WIN: usize = 1000;

/// The smallest coding of which an independent decoder gives back exactly the same pixels.
fn encode_bilevel(picture: &Bilevel) -> Result<(ImageKind, Vec<u8>), PdfError> {
    check_sides(picture.width, picture.height, picture.rows.len())?;
    if !picture.well_formed() {
        let Bilevel { width, height, ref rows } = *picture;
        return Err(PdfError::PictureShape { width, height, bytes: rows.len() });
    }
    let pixels = one_byte_each(picture);
    // Without it the coder leaves a byte behind its last one, of which poppler complains.
    let generic = Jbig2Config { canonical_arithmetic_termination: true, ..Jbig2Config::lossless() };
    let symbols = has_equal_marks(picture).then(Jbig2Config::text_lossless);
    let jbig2 = |config| encode_jbig2(picture, &pixels, config).map(|bytes| (ImageKind::Jbig2, bytes));
    let g4 = || encode_g4(picture).map(|bytes| (ImageKind::G4, bytes));
    let mut candidates: Vec<_> = [Some(generic), symbols].into_iter().flatten().filter_map(jbig2).collect();
    if candidates.iter().all(|(_, bytes)| bytes.len() < G4_MAY_WIN) {
        candidates.extend(g4());
    }
    candidates.sort_by_key(|(_, bytes)| bytes.len());
    // And should none of them be right, G4 after all.
    for (kind, bytes) in candidates.into_iter().chain(std::iter::once_with(g4).flatten()) {
        let decoded =
            contained("verifying a bilevel picture", || Ok(decode_bilevel(kind, &bytes, picture))).unwrap_or(None);
        if decoded.is_some_and(|decoded| same_pixels(&decoded, picture)) {
            return Ok((kind, bytes));
        }
    }
    Ok((ImageKind::FlateBilevel, deflate_bilevel(picture)?))
}

/// Whether marks come again that are equal to the last pixel, as print made by a program does: symbols win on nothing else, and cost more
/// time than all the rest.
///
/// Looked at is what lies in a square to the right of and below each first pixel of a mark, from the left, from above.
fn has_equal_marks(picture: &Bilevel) -> bool {
    let stride = picture.stride();
    let rows: Vec<&[u8]> = picture.rows.chunks_exact(stride.max(1)).collect();
    // 16 pixels of a row, beginning with this one's four neighbours to the left.
    let span = |y: usize, x: usize| {
        let at = |n: usize| rows.get(y).and_then(|row| row.get(n)).copied().map_or(0, u32::from);
        let byte = x.saturating_sub(4) / 8;
        let bits = at(byte) << 16 | at(byte + 1) << 8 | at(byte + 2);
        (bits << (x.saturating_sub(4) % 8) >> 8) as u16
    };
    let mut seen = HashSet::new();
    let (mut marks, mut again) = (0usize, 0usize);
    for (y, row) in rows.iter().enumerate().skip(1) {
        for n in 0..stride {
            let (here, above) = (row[n], rows[y - 1][n]);
            let before = |row: &[u8]| n.checked_sub(1).map_or(0, |n| row[n] << 7);
            let after = rows[y - 1].get(n + 1).map_or(0, |byte| byte >> 7);
            // Black, and white to the west, the north-west, the north and the north-east.
            let mut first =
                here & !(here >> 1 | before(row) | above | above >> 1 | before(rows[y - 1]) | above << 1 | after);
            while first != 0 {
                let x = n * 8 + first.leading_zeros() as usize;
                first &= !(0x80 >> (x % 8));
                let square: [u16; 24] = std::array::from_fn(|dy| span(y + dy, x));
                marks += 1;
                again += usize::from(!seen.insert(square));
            }
        }
    }
    again * EQUAL_MARKS > marks
}

/// The JBIG2 encoder wants one byte per pixel.
fn one_byte_each(picture: &Bilevel) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(picture.stride() * 8 * picture.height as usize);
    for row in picture.rows.chunks_exact(picture.stride()) {
        let start = pixels.len();
        for byte in row {
            pixels.extend_from_slice(&[7, 6, 5, 4, 3, 2, 1, 0].map(|bit| byte >> bit & 1));
        }
        pixels.truncate(start + picture.width as usize);
    }
    pixels
}

fn encode_jbig2(picture: &Bilevel, pixels: &[u8], config: Jbig2Config) -> Option<Vec<u8>> {
    contained("encoding JBIG2", || {
        let context = jbig2enc_rust::Jbig2Context::with_config(config, true);
        jbig2enc_rust::encode_single_image_with_config(pixels, picture.width, picture.height, context)
            .map_err(|_| PdfError::Picture { format: "jbig2" })
    })
    .ok()
    // A global dictionary would have to travel as a second stream; both ways of coding used here keep theirs in the page.
    .filter(|encoded| encoded.global_data.as_ref().is_none_or(Vec::is_empty))
    .map(|encoded| encoded.page_data)
}

fn encode_g4(picture: &Bilevel) -> Option<Vec<u8>> {
    let mut encoder = fax::encoder::Encoder::new(VecWriter::new());
    for row in picture.rows.chunks_exact(picture.stride()) {
        let pixels = (0..picture.width as usize).map(|x| match row[x / 8] & (0x80 >> (x % 8)) {
            0 => Color::White,
            _ => Color::Black,
        });
        encoder.encode_line(pixels, picture.width).ok()?;
    }
    encoder.finish().ok().map(VecWriter::finish)
}

fn deflate_bilevel(picture: &Bilevel) -> Result<Vec<u8>, PdfError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // DeviceGray: 0 is black.
    encoder.write_all(&picture.rows.iter().map(|byte| !byte).collect::<Vec<u8>>())?;
    Ok(encoder.finish()?)
}

fn same_pixels(left: &Bilevel, right: &Bilevel) -> bool {
    if (left.width, left.height) != (right.width, right.height) || !left.well_formed() || !right.well_formed() {
        return false;
    }
    let padding = match left.width % 8 {
        0 => 0xFF,
        used => 0xFF << (8 - used),
    };
    left.rows.chunks_exact(left.stride()).zip(right.rows.chunks_exact(right.stride())).all(|(left, right)| {
        let last = left.len() - 1;
        left[..last] == right[..last] && left[last] & padding == right[last] & padding
    })
}

/// Decodes with decoders that share nothing with the encoders above; `None` when they refuse.
fn decode_bilevel(kind: ImageKind, bytes: &[u8], expected: &Bilevel) -> Option<Bilevel> {
    let mut pixels = PixelSink::new(expected.width, expected.height);
    match kind {
        ImageKind::Jbig2 => {
            let settings = hayro_jbig2::DecodeSettings { strict: true };
            let page = hayro_jbig2::Page::new_embedded(bytes, None, &settings).ok()?;
            if (page.width(), page.height()) != (expected.width, expected.height) {
                return None;
            }
            page.decode(&mut pixels).ok()?;
        }
        ImageKind::G4 => {
            let settings = hayro_ccitt::DecodeSettings {
                columns: expected.width,
                rows: expected.height,
                end_of_block: true,
                end_of_line: false,
                rows_are_byte_aligned: false,
                encoding: hayro_ccitt::EncodingMode::Group4,
                strict: true,
            };
            hayro_ccitt::decode(bytes, &mut pixels, &mut hayro_ccitt::DecoderContext::new(settings)).ok()?;
        }
        _ => return None,
    }
    pixels.finish()
}

/// Collects pushed pixels into packed rows; more pixels than the picture has are a failure, never more memory.
struct PixelSink {
    picture: Bilevel,
    x: u32,
    y: u32,
    overflow: bool,
}

impl PixelSink {
    fn new(width: u32, height: u32) -> Self {
        let rows = vec![0; width.div_ceil(8) as usize * height as usize];
        PixelSink { picture: Bilevel { width, height, rows }, x: 0, y: 0, overflow: false }
    }

    fn pixel(&mut self, black: bool) {
        if self.x >= self.picture.width || self.y >= self.picture.height {
            self.overflow = true;
            return;
        }
        if black {
            let stride = self.picture.stride();
            self.picture.rows[self.y as usize * stride + self.x as usize / 8] |= 0x80 >> (self.x % 8);
        }
        self.x += 1;
    }

    fn chunk(&mut self, black: bool, chunk_count: u32) {
        let end = chunk_count.checked_mul(8).and_then(|pixels| self.x.checked_add(pixels));
        if let Some(end) = end.filter(|end| *end <= self.picture.width && self.x.is_multiple_of(8))
            && self.y < self.picture.height
        {
            if black {
                let start = self.y as usize * self.picture.stride();
                self.picture.rows[start + self.x as usize / 8..start + end as usize / 8].fill(0xFF);
            }
            self.x = end;
            return;
        }
        for _ in 0..chunk_count.saturating_mul(8) {
            if self.overflow {
                return;
            }
            self.pixel(black);
        }
    }

    fn end_line(&mut self) {
        self.overflow |= self.x != self.picture.width;
        self.x = 0;
        self.y += 1;
    }

    fn finish(self) -> Option<Bilevel> {
        (!self.overflow && self.x == 0 && self.y == self.picture.height).then_some(self.picture)
    }
}

impl hayro_jbig2::Decoder for PixelSink {
    fn push_pixel(&mut self, black: bool) {
        self.pixel(black);
    }
    fn push_pixel_chunk(&mut self, black: bool, chunk_count: u32) {
        self.chunk(black, chunk_count);
    }
    fn next_line(&mut self) {
        self.end_line();
    }
}

impl hayro_ccitt::Decoder for PixelSink {
    fn push_row(&mut self, changes: &[u32]) {
        let (mut black, mut from) = (false, 0);
        let width = self.picture.width;
        for &to in changes.iter().chain(&[width]) {
            (from..to).for_each(|_| self.pixel(black));
            (black, from) = (!black, to);
        }
        self.end_line();
    }
}

fn pass_through(bytes: &[u8], width: u32, height: u32, components: u8) -> Result<EncodedImage, PdfError> {
    check_sides(width, height, bytes.len())?;
    let header = JpegHeader::parse(bytes)?;
    if (header.width, header.height) != (width, height) {
        return Err(PdfError::Jpeg("size"));
    }
    if header.components != components {
        return Err(PdfError::Jpeg("components"));
    }
    let kind = match header.components {
        1 => ImageKind::JpegGray,
        _ => ImageKind::JpegRgb,
    };
    Ok(single(width, height, kind, bytes.to_vec()))
}

/// What a JPEG's markers say, read without decoding (ITU-T T.81 Annex B).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JpegHeader {
    pub width: u32,
    pub height: u32,
    pub components: u8,
}

impl JpegHeader {
    /// Walks the markers up to the first scan. Errors unless the picture is Huffman-coded baseline, extended or progressive,
    /// of 8 bits, with 1 or 3 components: all that every reader of PDF/A can show.
    pub fn parse(bytes: &[u8]) -> Result<Self, PdfError> {
        if !bytes.starts_with(&[0xFF, 0xD8]) {
            return Err(PdfError::Jpeg("signature"));
        }
        let mut frame = None;
        let mut at = 2;
        loop {
            let (Some(0xFF), Some(&marker)) = (bytes.get(at).copied(), bytes.get(at + 1)) else {
                return Err(PdfError::Jpeg("marker"));
            };
            if marker == 0xFF {
                at += 1; // fill byte
                continue;
            }
            if marker == 0xDA {
                return frame.ok_or(PdfError::Jpeg("frame"));
            }
            let length = bytes.get(at + 2..at + 4).map(|b| usize::from(u16::from_be_bytes([b[0], b[1]])));
            let Some(body) = length.filter(|length| *length >= 2).and_then(|n| bytes.get(at + 4..at + 2 + n)) else {
                return Err(PdfError::Jpeg("segment"));
            };
            match marker {
                0xC0..=0xC2 => frame = Some(Self::frame(body)?),
                0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => return Err(PdfError::Jpeg("coding")),
                _ => {}
            }
            at += 4 + body.len();
        }
    }

    fn frame(body: &[u8]) -> Result<Self, PdfError> {
        let &[precision, h1, h0, w1, w0, components, ..] = body else {
            return Err(PdfError::Jpeg("frame"));
        };
        let (width, height) = (u32::from(u16::from_be_bytes([w1, w0])), u32::from(u16::from_be_bytes([h1, h0])));
        match (precision, components) {
            (8, 1 | 3) if width > 0 && height > 0 => Ok(JpegHeader { width, height, components }),
            (8, 1 | 3) => Err(PdfError::Jpeg("size")),
            (8, _) => Err(PdfError::Jpeg("components")),
            _ => Err(PdfError::Jpeg("precision")),
        }
    }
}

/// Bytes as Base64 where a format is for people (JSON would spell each byte as a number), raw otherwise.
pub(crate) mod bytes_or_base64 {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        match serializer.is_human_readable() {
            true => serializer.serialize_str(&STANDARD.encode(bytes)),
            false => serializer.serialize_bytes(bytes),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        match deserializer.is_human_readable() {
            true => STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom),
            false => deserializer.deserialize_byte_buf(Raw),
        }
    }

    struct Raw;

    impl serde::de::Visitor<'_> for Raw {
        type Value = Vec<u8>;
        fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
            formatter.write_str("bytes")
        }
        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }
        fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
            Ok(bytes)
        }
    }
}
