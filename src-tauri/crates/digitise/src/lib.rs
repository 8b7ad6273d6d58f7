//! Room `digitise`: pixels in, straight clean pages and findings out.
//!
//! Pure compute: no files, no store, no clock. The way of a page, each step a function of the page before and the [`Params`]:
//!
//! 1. [`decode`]: foreign bytes → [`Frame`]s, one at a time, with limits checked before anything is decoded;
//! 2. [`examine`]: a frame → [`Examination`]: paper corners, skew, blank or not, colour class, codes. No pixel is changed;
//! 3. [`proxy_upright`]: a small straight picture for the vote on the quarter turn, which is the reader's business;
//! 4. [`straighten`]: frame + examination + quarter turns → [`Page`]: the grey picture a reader likes, and the picture to keep.
//!    Perspective, skew and quarter turns are composed into one transform, so each picture is resampled once.
//!
//! Conventions: pixel centres at half-integers, y downwards, angles in degrees, clockwise positive as seen on the screen.
//! "Source pixels" are those of [`Frame::image`], which is already turned as its EXIF orientation asks.

mod background;
mod blank;
mod codes;
mod colour;
pub mod decode;
mod examine;
mod geometry;
mod gutter;
mod layers;
mod proxy;
mod quad;
mod resample;
mod skew;
mod straighten;
mod threshold;

pub use codes::{Code, CodeKind};
pub use colour::Colour;
pub use decode::{DecodeError, Frame, Frames, Kind, Limits, sniff};
pub use examine::{Examination, Findings, Warning, examine, proxy_upright};
pub use geometry::{Point, Transform, enclosing};
pub use gutter::Gutter;
pub use straighten::{Bitmap, Layers, Page, Picture, straighten};

/// What a caller may choose; the defaults are those of the product.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    /// Pages below this resolution get [`Warning::LowResolution`]; dots per inch.
    pub min_dpi: f32,
    /// The kept picture is never finer than this; dots per inch.
    pub max_dpi: f32,
    /// Resolution of the picture made for the reader; dots per inch. What is finer than this costs time and reads no better.
    pub reading_dpi: f32,
    /// Make [`Page::reading`]; without it that picture is empty.
    pub read: bool,
    /// Look for the sheet of paper in the frame and crop to it.
    pub find_paper: bool,
    /// Look for QR, Code 128 and Code 39.
    pub find_codes: bool,
    /// Keep black-and-white pages as one bit a pixel.
    pub allow_bilevel: bool,
    /// Keep black text on pages with some colour or a photograph as a layer of its own, one bit a pixel.
    pub allow_layers: bool,
    /// What a person said of this page.
    pub told: Told,
}

/// What a person said of a page, in place of what would be found or chosen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    /// Corners of the sheet in source pixels, clockwise from any of them; one that encloses nothing is not heeded.
    pub quad: Option<[Point; 4]>,
    /// As [`Findings::skew_deg`]: the content's clockwise rotation in the source, in degrees.
    pub skew_deg: Option<f64>,
    /// What to keep the page in.
    pub colour: Option<Colour>,
    /// Steps by which the kept picture is darker (above 0) or lighter (below); within ±[`MAX_DARKER`].
    pub darker: i8,
}

/// So many steps darker, or lighter, a kept picture can be made.
pub const MAX_DARKER: i8 = 4;

impl Default for Params {
    fn default() -> Self {
        Params {
            min_dpi: 150.0,
            max_dpi: 300.0,
            reading_dpi: 240.0,
            read: true,
            find_paper: true,
            find_codes: true,
            allow_bilevel: true,
            allow_layers: true,
            told: Told::default(),
        }
    }
}

/// Asked between stages; `true` = stop as soon as possible.
pub type Cancel<'a> = &'a dyn Fn() -> bool;

/// The caller asked to stop; nothing was produced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped by the caller")]
pub struct Stopped;

pub(crate) fn go_on(cancel: Cancel) -> Result<(), Stopped> {
    if cancel() { Err(Stopped) } else { Ok(()) }
}
