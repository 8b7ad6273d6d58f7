//! Room `digitise`.
