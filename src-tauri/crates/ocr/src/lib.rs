//! Room `ocr`: a page's words and where they stand.
//!
//! Pixels and a model come in, words go out. This room opens no file but the model it is given, knows no dossier and no PDF.
//!
//! * [`Reader`] is what an engine is to the rest of the house; [`load_any`] gives the best one of this computer:
//!   [`tesseract::Engine`] (libtesseract loaded at run time) or [`executable::Engine`] (the `tesseract` program).
//! * [`Reading`] is what a page says: words in reading order (row by row), with boxes and confidences. Whole pages are read without
//!   their dotted leaders, ruled lines and comb boxes, which hinder Tesseract; the picture given is not changed.
//! * [`orientation`] says how often a page was turned; [`letterhead`], [`secrecy_mark`] and [`syllable`] look at a reading.
//! * [`model`] unpacks, checks and finds the language data.
//!
//! An engine runs one page at a time on the thread that calls it. Put `OMP_THREAD_LIMIT=1` into the environment of the process
//! *before* an engine is loaded (OpenMP reads it once): Tesseract's own threads cost more than they give, and the house already runs
//! one worker per core. `LC_NUMERIC` must be `C`, as it is in any Rust program that has not loaded a GUI toolkit.

mod clutter;
mod components;
mod error;
pub mod executable;
mod ink;
mod letterhead;
pub mod model;
mod order;
mod orientation;
mod reader;
mod reading;
mod second_look;
mod secrecy;
mod sift;
pub mod syllable;
pub mod tesseract;

pub use error::OcrError;
pub use letterhead::{Field, Letterhead, letterhead};
pub use orientation::{Orientation, orientation};
pub use reader::{Layout, Reader, load_any};
pub use reading::{Baseline, Reading, Rect, Word};
pub use secrecy::{Mark, SecrecyMark, secrecy_mark};
