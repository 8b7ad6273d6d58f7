//! Second step: what is on a frame, without changing a pixel of it.

use image::GrayImage;
use serde::{Deserialize, Serialize};

use crate::codes::Code;
use crate::colour::Colour;
use crate::geometry::{Point, Transform};
use crate::{Cancel, Frame, Params, Stopped};

/// What the report says of a page. The quarter turn is not here: a reader votes on it, see [`proxy_upright`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Width of the source in pixels.
    pub width: u32,
    /// Height of the source in pixels.
    pub height: u32,
    /// Resolution of the source in dots per inch, [horizontal, vertical]; measured on the sheet where the file says nothing.
    pub dpi: [f32; 2],
    /// Whether `dpi` was told by the file (false = derived from the sheet's size, taken as A4 where nothing else is known).
    pub dpi_told: bool,
    /// The content's clockwise rotation before correction, in degrees of square pixels, in ±45.
    pub skew_deg: f32,
    /// 0–1: how clear the skew was. Below 0.2 the page is left as it is.
    pub skew_confidence: f32,
    /// Corners of the sheet in source pixels, clockwise from the one nearest the frame's top left; `None` where the sheet fills the frame.
    /// Corners may lie outside the frame.
    pub quad: Option<[Point; 4]>,
    /// 0–1; 0 where there is no quad.
    pub quad_confidence: f32,
    /// Nothing was written, stamped or drawn here. To be marked, never to be thrown away.
    pub blank: bool,
    /// Share of the sheet covered by ink, after background division.
    pub ink: f32,
    /// What it takes to keep the page.
    pub colour: Colour,
    /// Machine-readable codes in the order of the page.
    pub codes: Vec<Code>,
    /// What a person may wish to know.
    pub warnings: Vec<Warning>,
}

/// Reasons to look at a page again; words are in the tables of the callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Warning {
    /// Below [`Params::min_dpi`].
    LowResolution,
    /// Neither the file nor the sheet says how large the page is.
    UnknownResolution,
    /// The sheet was found, but not clearly.
    UnsureCrop,
    /// Text is there, its angle is not clear.
    UnsureSkew,
    /// Part of the sheet lies outside the frame.
    CutOff,
}

/// The findings, and what [`straighten`](crate::straighten) needs to act on them.
#[derive(Debug, Clone)]
pub struct Examination {
    /// For the report.
    pub findings: Findings,
    /// Straight sheet in inches (origin at its top left, as found, before quarter turns) → source pixels.
    pub(crate) sheet_to_source: Transform,
    /// Size of the straight sheet in inches, as found.
    pub(crate) sheet: [f64; 2],
}

/// Looks at a frame: sheet, skew, blank, colour, codes.
///
/// # Errors
/// [`Stopped`] when `cancel` said so; it is asked between stages. Any picture gives findings.
pub fn examine(frame: &Frame, params: &Params, cancel: Cancel) -> Result<Examination, Stopped>;

/// The page as found at about 150 dots per inch, straight, background divided out, but not yet turned: for the vote on the quarter turn.
pub fn proxy_upright(frame: &Frame, examination: &Examination) -> GrayImage;
