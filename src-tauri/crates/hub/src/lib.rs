//! Room `hub`.
