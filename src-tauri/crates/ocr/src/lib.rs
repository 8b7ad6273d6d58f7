//! Room `ocr`.
