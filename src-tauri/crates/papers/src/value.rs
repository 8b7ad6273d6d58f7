//! What is passed in, ready for print: within its limit, composed, and there where it must be.

use crate::PaperError;
use crate::face::clean;

const LIMIT: usize = 4_000;
const PROSE_LIMIT: usize = 200_000;

pub fn within(field: &'static str, size: usize, limit: usize) -> Result<(), PaperError> {
    if size > limit { Err(PaperError::TooLong { field, size, limit }) } else { Ok(()) }
}

/// A value of at most `limit` characters.
pub fn limited(field: &'static str, text: &str, limit: usize) -> Result<String, PaperError> {
    within(field, text.chars().count(), limit)?;
    clean(text)
}

/// A value that has its place in a line or a block of fixed room: its own line breaks do not count.
pub fn line(field: &'static str, text: &str, limit: usize) -> Result<String, PaperError> {
    Ok(limited(field, text, limit)?.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A name, an address.
pub fn value(field: &'static str, text: &str) -> Result<String, PaperError> {
    limited(field, text, LIMIT)
}

/// Reasons and notes, which go on over pages.
pub fn prose(field: &'static str, text: &str) -> Result<String, PaperError> {
    limited(field, text, PROSE_LIMIT)
}

/// A value without which the paper would say nothing.
pub fn needed(field: &'static str, text: &str) -> Result<String, PaperError> {
    filled(field, value(field, text)?)
}

pub fn filled(field: &'static str, text: String) -> Result<String, PaperError> {
    if text.is_empty() { Err(PaperError::Empty { field }) } else { Ok(text) }
}

/// What is drawn as a code: it must be what is read beside it.
pub fn exact(field: &'static str, text: &str, limit: usize) -> Result<String, PaperError> {
    let cleaned = limited(field, text, limit)?;
    if cleaned == text.trim() && !cleaned.contains('\n') { Ok(cleaned) } else { Err(PaperError::Unprintable { field }) }
}
