//! The extract of another one-stop system, looked at by our own calendar: which due dates are not what the law counts, which dossiers need
//! an apology before it is too late, which are done but stand open.
//!
//! [`columns`] knows what such tables call their columns; [`Line::read`] makes values of a row's texts; [`look`] says what is to be said of it.

mod columns;
mod line;
mod look;

pub use columns::{Column, Columns, guess, plain};
pub use line::{Line, Unread, When, limit_of, when_of};
pub use look::{Disagreement, Lagging, Law, LimitSource, Looked, look};

#[cfg(test)]
mod tests;
