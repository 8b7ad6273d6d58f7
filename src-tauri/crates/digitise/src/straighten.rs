//! Fourth step: one resample from the source to a straight page.

use image::{GrayImage, RgbImage};

use crate::geometry::Transform;
use crate::{Cancel, Examination, Frame, Params, Stopped};

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
    /// Colour: stamps, signatures, photographs.
    Rgb(RgbImage),
}

/// A straight, upright, cleaned page.
#[derive(Debug, Clone)]
pub struct Page {
    /// For the reader: background divided out, black ink, about [`Params::reading_dpi`].
    pub reading: GrayImage,
    /// Resolution of `reading`, dots per inch, square pixels.
    pub reading_dpi: f32,
    /// To be kept and shown.
    pub picture: Picture,
    /// Resolution of `picture`, dots per inch, square pixels. `picture` and `reading` show exactly the same rectangle of the page:
    /// a point of one is that of the other times `dpi / reading_dpi`.
    pub dpi: f32,
    /// Pixels of `picture` → source pixels, row-major, homogeneous.
    pub transform: Transform,
    /// Nothing needed to be changed and the source was a JPEG: its bytes may be kept as they are, in place of `picture`
    /// (which then has the same pixels, up to tone).
    pub untouched_jpeg: bool,
}

/// Makes the page: `quarter_turns` is how many clockwise quarter turns the content was found to have had; they are undone.
///
/// # Errors
/// [`Stopped`] when `cancel` said so.
pub fn straighten(frame: &Frame, examination: &Examination, quarter_turns: u8, params: &Params, cancel: Cancel) -> Result<Page, Stopped>;
