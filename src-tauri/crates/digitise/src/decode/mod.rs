//! First step: foreign bytes → frames of pixels, with limits checked from the headers before anything is decoded.

mod exif;
mod jpeg;
mod png;
mod tiff;

use image::DynamicImage;
use serde::{Deserialize, Serialize};

/// What a file is by its first bytes; its name is never asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (ISO/IEC 15948).
    Png,
    /// TIFF 6.0 or BigTIFF.
    Tiff,
    /// PDF: not a picture; the room `pdf` opens it.
    Pdf,
    /// None of these.
    Unknown,
    /// No bytes at all.
    Empty,
}

/// The kind of a file. A PDF header is looked for in the first 1,024 bytes, as readers do (ISO 32000-1, annex H).
pub fn sniff(bytes: &[u8]) -> Kind {
    match bytes {
        [] => Kind::Empty,
        [0xFF, 0xD8, 0xFF, ..] => Kind::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Kind::Png,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Kind::Tiff,
        _ if bytes.iter().take(1024).copied().collect::<Vec<u8>>().windows(5).any(|w| w == b"%PDF-") => Kind::Pdf,
        _ => Kind::Unknown,
    }
}

/// Bounds on what is decoded, checked from headers before decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Size of the file in bytes.
    pub max_bytes: u64,
    /// Pixels of one frame.
    pub max_pixels: u64,
    /// Width and height of one frame in pixels.
    pub max_side: u32,
    /// Frames of one file.
    pub max_frames: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { max_bytes: 200 << 20, max_pixels: 100_000_000, max_side: 30_000, max_frames: 2_000 }
    }
}

impl Limits {
    fn check(&self, width: u32, height: u32) -> Result<(), DecodeError> {
        if width == 0 || height == 0 {
            return Err(DecodeError::Corrupt { detail: format!("a picture of {width} × {height} pixels") });
        }
        if width > self.max_side || height > self.max_side || u64::from(width) * u64::from(height) > self.max_pixels {
            return Err(DecodeError::TooLarge { width, height, max_side: self.max_side, max_pixels: self.max_pixels });
        }
        Ok(())
    }
}

/// Why a file, or one frame of it, gave no pixels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The bytes are not JPEG, PNG or TIFF.
    #[error("not a picture: {found:?}")]
    NotAPicture {
        /// What they are instead.
        found: Kind,
    },
    /// The file ends before its picture does.
    #[error("the file ends before its picture does")]
    Truncated,
    /// Larger than [`Limits::max_side`] or [`Limits::max_pixels`]; nothing was decoded.
    #[error("{width} × {height} pixels; at most {max_side} a side and {max_pixels} in all")]
    TooLarge {
        /// Pixels, as the header claims.
        width: u32,
        /// Pixels, as the header claims.
        height: u32,
        /// The limit on a side.
        max_side: u32,
        /// The limit on the number of pixels.
        max_pixels: u64,
    },
    /// Larger than [`Limits::max_bytes`].
    #[error("{bytes} bytes; at most {limit}")]
    TooManyBytes {
        /// Size of the file.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// More frames than [`Limits::max_frames`].
    #[error("more than {limit} frames")]
    TooManyFrames {
        /// The limit.
        limit: u32,
    },
    /// A well-formed file of a sort that is not decoded.
    #[error("unsupported: {what}")]
    Unsupported {
        /// The feature, in the format's own terms.
        what: String,
    },
    /// Not well-formed.
    #[error("damaged: {detail}")]
    Corrupt {
        /// What the decoder says, for the log.
        detail: String,
    },
}

/// One decoded picture, already turned as its orientation tag asks.
#[derive(Debug, Clone)]
pub struct Frame {
    /// `Luma8` or `Rgb8`; alpha is laid on white, deeper samples are scaled to 8 bits.
    pub image: DynamicImage,
    /// The source had one bit a pixel.
    pub bilevel: bool,
    /// Dots per inch, [horizontal, vertical] of `image`, where the file says so.
    pub dpi: Option<[f32; 2]>,
    /// The orientation tag as found (EXIF 2.32 §4.6.4, tag 274): 1–8; 1 = upright. `image` is turned already.
    pub exif_orientation: u8,
    /// The source is a JPEG file, whose bytes might be kept as they are.
    pub jpeg: bool,
    /// The decoder had to fill in for damaged data.
    pub damaged: bool,
}

impl Frame {
    /// A frame of pixels that did not come from a file: a page drawn from a PDF, a camera picture, a test.
    pub fn from_image(image: DynamicImage, dpi: Option<[f32; 2]>) -> Frame {
        Frame { image: plain(image), bilevel: false, dpi, exif_orientation: 1, jpeg: false, damaged: false }
    }

    /// Turns the pixels upright and swaps the resolution with them.
    fn turned(mut self, orientation: u8) -> Frame {
        use image::metadata::Orientation;
        self.exif_orientation = if (1..=8).contains(&orientation) { orientation } else { 1 };
        if let Some(turn) = Orientation::from_exif(self.exif_orientation) {
            self.image.apply_orientation(turn);
        }
        if self.exif_orientation >= 5 {
            self.dpi = self.dpi.map(|[x, y]| [y, x]);
        }
        self
    }
}

/// The frames of a file, decoded one at a time: at most one is held in memory.
/// A frame that cannot be decoded is an error item; the frames after it still come where the format allows it.
pub struct Frames<'a> {
    source: Source<'a>,
    limits: Limits,
}

enum Source<'a> {
    One(Kind, &'a [u8]),
    Tiff(Box<tiff::Pages<'a>>),
    Done,
}

/// Runs `work` on foreign bytes; a panic of a third-party decoder becomes [`DecodeError::Corrupt`].
fn contained<T>(work: impl FnOnce() -> T) -> Result<T, DecodeError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .map_err(|_| DecodeError::Corrupt { detail: "the decoder panicked".to_owned() })
}

impl<'a> Frames<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`DecodeError::Empty`], [`DecodeError::NotAPicture`], [`DecodeError::TooManyBytes`], and for TIFF what is wrong with its first directory.
    pub fn open(bytes: &'a [u8], limits: Limits) -> Result<Frames<'a>, DecodeError> {
        if bytes.len() as u64 > limits.max_bytes {
            return Err(DecodeError::TooManyBytes { bytes: bytes.len() as u64, limit: limits.max_bytes });
        }
        let source = match sniff(bytes) {
            Kind::Empty => return Err(DecodeError::Empty),
            kind @ (Kind::Jpeg | Kind::Png) => Source::One(kind, bytes),
            Kind::Tiff => Source::Tiff(Box::new(contained(|| tiff::Pages::open(bytes, limits))??)),
            found @ (Kind::Pdf | Kind::Unknown) => return Err(DecodeError::NotAPicture { found }),
        };
        Ok(Frames { source, limits })
    }

    /// How many frames there are; nothing is decoded. Where a file breaks off, the frame that cannot be reached is counted: asking
    /// for it gives the error.
    ///
    /// # Errors
    /// [`DecodeError::TooManyFrames`]; [`DecodeError::Corrupt`] where the decoder fails on the way.
    pub fn count_frames(mut self) -> Result<u32, DecodeError> {
        let Source::Tiff(pages) = &mut self.source else { return Ok(1) };
        let mut count = 0;
        while let Some(skipped) = contained(|| pages.skip())? {
            if let Err(error @ DecodeError::TooManyFrames { .. }) = skipped {
                return Err(error);
            }
            count += 1;
        }
        Ok(count)
    }

    /// The frame with this index, from 0; those before it are not decoded.
    ///
    /// # Errors
    /// Those of the frame, or of the way to it; [`DecodeError::Truncated`] where there is no such frame.
    pub fn frame(mut self, index: u32) -> Result<Frame, DecodeError> {
        for _ in 0..index {
            match &mut self.source {
                Source::Tiff(pages) => contained(|| pages.skip())?.unwrap_or(Err(DecodeError::Truncated))?,
                _ => return Err(DecodeError::Truncated),
            }
        }
        self.next().unwrap_or(Err(DecodeError::Truncated))
    }
}

impl Iterator for Frames<'_> {
    type Item = Result<Frame, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let frame = match &mut self.source {
            Source::Done => return None,
            Source::Tiff(pages) => contained(|| pages.next()),
            Source::One(kind, bytes) => {
                let (kind, bytes, limits) = (*kind, *bytes, &self.limits);
                let frame = contained(|| match kind {
                    Kind::Jpeg => jpeg::decode(bytes, limits),
                    _ => png::decode(bytes, limits),
                });
                self.source = Source::Done;
                frame.map(Some)
            }
        };
        frame.unwrap_or_else(|panicked| {
            // What a decoder left behind is not asked for more.
            self.source = Source::Done;
            Some(Err(panicked))
        })
    }
}

/// Any picture as `Luma8` or `Rgb8`, alpha laid on white.
fn plain(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => image,
        DynamicImage::ImageLuma16(_) => DynamicImage::ImageLuma8(image.into_luma8()),
        DynamicImage::ImageLumaA8(_) | DynamicImage::ImageLumaA16(_) => {
            let source = image.into_luma_alpha8();
            DynamicImage::ImageLuma8(image::GrayImage::from_fn(source.width(), source.height(), |x, y| {
                let [value, alpha] = source.get_pixel(x, y).0;
                image::Luma([on_white(value, alpha)])
            }))
        }
        other if other.color().has_alpha() => {
            let source = other.into_rgba8();
            DynamicImage::ImageRgb8(image::RgbImage::from_fn(source.width(), source.height(), |x, y| {
                let [r, g, b, alpha] = source.get_pixel(x, y).0;
                image::Rgb([on_white(r, alpha), on_white(g, alpha), on_white(b, alpha)])
            }))
        }
        other => DynamicImage::ImageRgb8(other.into_rgb8()),
    }
}

fn on_white(value: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// A big- or little-endian reader of bounded slices, for the few header fields read by hand.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Cursor<'_> {
    fn u16(&self, at: usize) -> Option<u16> {
        let two: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big_endian { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let four: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    }
}

/// A resolution a scanner could have; anything else is no information.
fn believable(dpi: [f32; 2]) -> Option<[f32; 2]> {
    dpi.iter().all(|d| d.is_finite() && (20.0..=5000.0).contains(d)).then_some(dpi)
}
