//! Room `papers`.
