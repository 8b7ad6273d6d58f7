//! TIFF 6.0: the `tiff` crate reads directories and the plain compressions; strips of CCITT (2, 3, 4) go to hayro-ccitt and
//! strips of JPEG (7) to zune-jpeg, because fax machines and colour scanners write variants the crate does not take.

use std::io::Cursor;

use hayro_ccitt::{DecodeError as CcittError, DecodeSettings, Decoder as RowSink, DecoderContext, EncodingMode};
use image::{DynamicImage, GrayImage, RgbImage};
use tiff::decoder::{Decoder, DecodingResult, Limits as TiffLimits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError, TiffFormatError};

use super::{DecodeError, Frame, Limits, believable, jpeg, on_white};

/// The directories of one file, in file order.
pub(super) struct Pages<'a> {
    decoder: Decoder<Cursor<&'a [u8]>>,
    bytes: &'a [u8],
    limits: Limits,
    given: u32,
    /// What the move to the next directory gave; `None` = there is none.
    state: Option<Result<(), DecodeError>>,
}

impl<'a> Pages<'a> {
    pub(super) fn open(bytes: &'a [u8], limits: Limits) -> Result<Pages<'a>, DecodeError> {
        let mut bounds = TiffLimits::default();
        // Eight bytes a pixel: 16-bit RGBA. Checked again against the picture's own size before decoding.
        bounds.decoding_buffer_size = usize::try_from(limits.max_pixels.saturating_mul(8)).unwrap_or(usize::MAX);
        bounds.intermediate_buffer_size = bounds.decoding_buffer_size;
        let decoder = Decoder::new(Cursor::new(bytes)).map_err(error)?.with_limits(bounds);
        Ok(Pages { decoder, bytes, limits, given: 0, state: Some(Ok(())) })
    }

    pub(super) fn next(&mut self) -> Option<Result<Frame, DecodeError>> {
        self.visit(Self::frame)
    }

    /// Goes past a frame without decoding it.
    pub(super) fn skip(&mut self) -> Option<Result<(), DecodeError>> {
        self.visit(|_| Ok(()))
    }

    fn visit<T>(&mut self, look: impl FnOnce(&mut Self) -> Result<T, DecodeError>) -> Option<Result<T, DecodeError>> {
        match self.state.take()? {
            Err(error) => Some(Err(error)),
            Ok(()) if self.given >= self.limits.max_frames => {
                Some(Err(DecodeError::TooManyFrames { limit: self.limits.max_frames }))
            }
            Ok(()) => {
                let seen = look(self);
                self.given += 1;
                if self.decoder.more_images() {
                    self.state = Some(self.decoder.next_image().map_err(error));
                }
                Some(seen)
            }
        }
    }

    fn number(&mut self, tag: Tag, otherwise: u32) -> Result<u32, DecodeError> {
        // Colour files give one value a sample where the samples are alike.
        let values = self.decoder.find_tag_unsigned_vec::<u32>(tag).map_err(error)?;
        Ok(values.and_then(|values| values.first().copied()).unwrap_or(otherwise))
    }

    fn frame(&mut self) -> Result<Frame, DecodeError> {
        let (width, height) = self.decoder.dimensions().map_err(error)?;
        self.limits.check(width, height)?;
        let mut damaged = false;
        let bilevel = self.number(Tag::BitsPerSample, 1)? == 1 && self.number(Tag::SamplesPerPixel, 1)? == 1;
        let image = match self.number(Tag::Compression, 1)? {
            kind @ 2..=4 => {
                let (image, short) = self.ccitt(width, height, kind)?;
                damaged = short;
                DynamicImage::ImageLuma8(image)
            }
            7 => self.jpeg(width, height)?,
            _ => self.samples(width, height)?,
        };
        let frame = Frame { image, bilevel, dpi: self.dpi(), exif_orientation: 1, jpeg: false, damaged };
        let orientation = self.number(Tag::Orientation, 1).unwrap_or(1);
        Ok(frame.turned(u8::try_from(orientation).unwrap_or(1)))
    }

    fn dpi(&mut self) -> Option<[f32; 2]> {
        let inch = match self.number(Tag::ResolutionUnit, 2).ok()? {
            2 => 1.0,
            3 => 2.54,
            _ => return None,
        };
        let mut get = |tag| self.decoder.get_tag(tag).ok().and_then(rational);
        believable([get(Tag::XResolution)? * inch, get(Tag::YResolution)? * inch])
    }

    /// Where each strip or tile stands on the page, and its bytes.
    fn chunks(&mut self, width: u32, height: u32) -> Result<Vec<Chunk<'a>>, DecodeError> {
        let tiled = self.decoder.find_tag(Tag::TileOffsets).map_err(error)?.is_some();
        let (offsets, counts) =
            if tiled { (Tag::TileOffsets, Tag::TileByteCounts) } else { (Tag::StripOffsets, Tag::StripByteCounts) };
        let (across, down) = if tiled {
            (self.number(Tag::TileWidth, width)?, self.number(Tag::TileLength, height)?)
        } else {
            (width, self.number(Tag::RowsPerStrip, height)?.min(height))
        };
        if across == 0 || down == 0 {
            return Err(DecodeError::Corrupt { detail: format!("strips of {across} × {down} pixels") });
        }
        let offsets = self.decoder.get_tag_u64_vec(offsets).map_err(error)?;
        let counts = self.decoder.get_tag_u64_vec(counts).map_err(error)?;
        let columns = width.div_ceil(across);
        let needed = columns as usize * height.div_ceil(down) as usize;
        if offsets.len() < needed || counts.len() < needed {
            return Err(DecodeError::Corrupt { detail: format!("{} strips of {needed}", offsets.len()) });
        }
        let place = |(n, (&offset, &count)): (usize, (&u64, &u64))| {
            let (column, row) = (n as u32 % columns, n as u32 / columns);
            let start = usize::try_from(offset).map_err(|_| DecodeError::Truncated)?;
            let end = start.checked_add(usize::try_from(count).map_err(|_| DecodeError::Truncated)?);
            let data = end.and_then(|end| self.bytes.get(start..end)).ok_or(DecodeError::Truncated)?;
            let (x, y) = (column * across, row * down);
            // Tiles are always whole; the last strip ends with the page.
            let rows = if tiled { down } else { down.min(height - y) };
            Ok(Chunk { x, y, width: across, height: rows, data })
        };
        offsets.iter().zip(&counts).take(needed).enumerate().map(place).collect()
    }

    /// Compressions 2 (modified Huffman), 3 (T.4, one- and two-dimensional) and 4 (T.6). The flag: rows were missing and left white.
    fn ccitt(&mut self, width: u32, height: u32, kind: u32) -> Result<(GrayImage, bool), DecodeError> {
        let reversed = self.number(Tag::FillOrder, 1)? == 2;
        let white = if self.number(Tag::PhotometricInterpretation, 0)? == 1 { 0 } else { 255 };
        let two_dimensional = kind == 3 && self.number(Tag::Unknown(292), 0)? & 1 == 1;
        let mut page = GrayImage::from_pixel(width, height, image::Luma([white]));
        let mut short = false;
        for chunk in self.chunks(width, height)? {
            let mut context = DecoderContext::new(DecodeSettings {
                columns: chunk.width,
                rows: chunk.height,
                end_of_block: kind != 2,
                end_of_line: kind == 3,
                rows_are_byte_aligned: kind == 2,
                encoding: match (kind, two_dimensional) {
                    (4, _) => EncodingMode::Group4,
                    (_, true) => EncodingMode::Group3_2D,
                    (_, false) => EncodingMode::Group3_1D,
                },
                strict: false,
            });
            let mut rows = Rows { page: &mut page, x: chunk.x, y: chunk.y, width: chunk.width, black: 255 - white };
            let flipped: Vec<u8>;
            let data = if reversed {
                flipped = chunk.data.iter().map(|byte| byte.reverse_bits()).collect();
                &flipped
            } else {
                chunk.data
            };
            let outcome = hayro_ccitt::decode(data, &mut rows, &mut context);
            let got = rows.y - chunk.y;
            match outcome {
                Err(CcittError::UnexpectedEof) if got < chunk.height => return Err(DecodeError::Truncated),
                Err(cause) if got < chunk.height => {
                    let detail = format!("CCITT row {} of {}: {cause:?}", chunk.y + got, height);
                    return Err(DecodeError::Corrupt { detail });
                }
                _ => {}
            }
            short |= got < chunk.height;
        }
        Ok((page, short))
    }

    /// Compression 7 (TIFF Technical Note 2): each strip or tile is an abbreviated JPEG stream.
    fn jpeg(&mut self, width: u32, height: u32) -> Result<DynamicImage, DecodeError> {
        self.refuse_planes()?;
        let photometric = self.number(Tag::PhotometricInterpretation, 1)?;
        let tables = match self.decoder.find_tag(Tag::JPEGTables).map_err(error)? {
            Some(value) => value.into_u8_vec().map_err(error)?,
            None => Vec::new(),
        };
        let colour = self.number(Tag::SamplesPerPixel, 1)? > 1;
        let mut page =
            if colour { DynamicImage::new_rgb8(width, height) } else { DynamicImage::new_luma8(width, height) };
        for chunk in self.chunks(width, height)? {
            let (claimed_width, claimed_height) = jpeg::size(chunk.data)?;
            if claimed_width > chunk.width || claimed_height > chunk.height.next_multiple_of(16) {
                let detail = format!("a JPEG strip of {claimed_width} × {claimed_height} pixels");
                return Err(DecodeError::Corrupt { detail });
            }
            let part = jpeg::abbreviated(&tables, chunk.data, photometric == 2)?;
            let (x, y) = (i64::from(chunk.x), i64::from(chunk.y));
            match (&mut page, part) {
                (DynamicImage::ImageRgb8(page), part) => image::imageops::replace(page, &part.into_rgb8(), x, y),
                (DynamicImage::ImageLuma8(page), part) => image::imageops::replace(page, &part.into_luma8(), x, y),
                _ => {}
            }
        }
        Ok(page)
    }

    fn refuse_planes(&mut self) -> Result<(), DecodeError> {
        if self.number(Tag::PlanarConfiguration, 1)? == 2 && self.number(Tag::SamplesPerPixel, 1)? > 1 {
            return Err(DecodeError::Unsupported { what: "TIFF with separate colour planes".into() });
        }
        Ok(())
    }

    /// All other compressions: samples as the crate gives them, brought to 8-bit grey or RGB.
    fn samples(&mut self, width: u32, height: u32) -> Result<DynamicImage, DecodeError> {
        self.refuse_planes()?;
        let colour = self.decoder.colortype().map_err(error)?;
        let bytes = match self.decoder.read_image().map_err(error)? {
            DecodingResult::U8(bytes) => bytes,
            DecodingResult::U16(words) => words.into_iter().map(|word| (word >> 8) as u8).collect(),
            _ => return Err(DecodeError::Unsupported { what: format!("TIFF samples {colour:?}") }),
        };
        let raster = Raster { width, height, bytes: &bytes };
        match colour {
            // The crate has already inverted white-is-zero for whole bytes of 1, 2, 4, 8 and 16 bits.
            ColorType::Gray(depth @ (1 | 2 | 4)) => raster.gray(depth, |v| (v * 255 / ((1 << depth) - 1)) as u8),
            ColorType::Gray(8 | 16) => raster.gray(8, |v| v as u8),
            ColorType::GrayA(8 | 16) => raster.each(2, |s| on_white(s[0], s[1])),
            ColorType::RGB(8 | 16) => raster.each_rgb(3, |s| [s[0], s[1], s[2]]),
            ColorType::RGBA(8 | 16) => raster.each_rgb(4, |s| [s[0], s[1], s[2]].map(|v| on_white(v, s[3]))),
            ColorType::CMYK(8 | 16) => raster.each_rgb(4, |s| [s[0], s[1], s[2]].map(|v| under(v, s[3]))),
            ColorType::YCbCr(8) => raster.each_rgb(3, ycbcr),
            _ => {
                return Err(DecodeError::Unsupported { what: format!("TIFF {colour:?}") });
            }
        }
        .ok_or(DecodeError::Truncated)
    }
}

struct Chunk<'a> {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    data: &'a [u8],
}

/// Receives rows of colour changes and paints their black runs.
struct Rows<'a> {
    page: &'a mut GrayImage,
    x: u32,
    y: u32,
    width: u32,
    black: u8,
}

impl RowSink for Rows<'_> {
    fn push_row(&mut self, changes: &[u32]) {
        let (x, page_width) = (self.x as usize, self.page.width() as usize);
        if let Some(row) = self.page.chunks_exact_mut(page_width).nth(self.y as usize) {
            for run in changes.chunks(2) {
                let end = run.get(1).copied().unwrap_or(self.width) as usize;
                let (from, to) = (x + run.first().copied().unwrap_or_default() as usize, (x + end).min(page_width));
                if let Some(black) = row.get_mut(from..to) {
                    black.fill(self.black);
                }
            }
        }
        self.y += 1;
    }
}

struct Raster<'a> {
    width: u32,
    height: u32,
    bytes: &'a [u8],
}

impl Raster<'_> {
    fn gray(&self, depth: u8, value: impl Fn(u32) -> u8) -> Option<DynamicImage> {
        let pixels = unpack(self, depth).into_iter().map(|v| value(u32::from(v))).collect();
        GrayImage::from_raw(self.width, self.height, pixels).map(DynamicImage::ImageLuma8)
    }

    fn each(&self, samples: usize, value: impl Fn(&[u8]) -> u8) -> Option<DynamicImage> {
        let pixels = self.bytes.chunks_exact(samples).map(value).collect();
        GrayImage::from_raw(self.width, self.height, pixels).map(DynamicImage::ImageLuma8)
    }

    fn each_rgb(&self, samples: usize, value: impl Fn(&[u8]) -> [u8; 3]) -> Option<DynamicImage> {
        let pixels = self.bytes.chunks_exact(samples).flat_map(value).collect();
        RgbImage::from_raw(self.width, self.height, pixels).map(DynamicImage::ImageRgb8)
    }
}

/// Samples of 1, 2, 4 or 8 bits, rows starting on whole bytes, one a byte.
fn unpack(raster: &Raster, depth: u8) -> Vec<u8> {
    if depth == 8 {
        return raster.bytes.to_vec();
    }
    let (depth, width) = (usize::from(depth), raster.width as usize);
    let mask = (1u16 << depth) as u8 - 1;
    let row_bytes = (width * depth).div_ceil(8);
    let sample = |row: &[u8], x: usize| {
        let bit = x * depth;
        row.get(bit / 8).map_or(0, |byte| (byte >> (8 - depth - bit % 8)) & mask)
    };
    let rows = raster.bytes.chunks_exact(row_bytes).take(raster.height as usize);
    rows.flat_map(|row| (0..width).map(move |x| sample(row, x))).collect()
}

/// One ink under black, without a profile: what every viewer without one shows.
fn under(ink: u8, black: u8) -> u8 {
    (u32::from(255 - ink) * u32::from(255 - black) / 255) as u8
}

/// ITU-R BT.601 full range, as JFIF uses it.
fn ycbcr(sample: &[u8]) -> [u8; 3] {
    let (y, cb, cr) = (f32::from(sample[0]), f32::from(sample[1]) - 128.0, f32::from(sample[2]) - 128.0);
    [y + 1.402 * cr, y - 0.344_14 * cb - 0.714_14 * cr, y + 1.772 * cb].map(|v| v.round().clamp(0.0, 255.0) as u8)
}

fn rational(value: tiff::decoder::ifd::Value) -> Option<f32> {
    use tiff::decoder::ifd::Value;
    match value {
        Value::Rational(over, under) if under != 0 => Some(over as f32 / under as f32),
        Value::List(values) => values.into_iter().next().and_then(rational),
        other => other.into_f32().ok(),
    }
}

fn error(error: TiffError) -> DecodeError {
    match error {
        TiffError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => DecodeError::Truncated,
        TiffError::UnsupportedError(what) => DecodeError::Unsupported { what: format!("TIFF: {what}") },
        TiffError::FormatError(TiffFormatError::ImageFileDirectoryNotFound) => DecodeError::Truncated,
        other => DecodeError::Corrupt { detail: other.to_string() },
    }
}
