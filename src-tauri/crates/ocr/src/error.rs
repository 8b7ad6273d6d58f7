//! What can go wrong while reading, as values; the words for people are in the tables of `desk` and `cli`.

use std::path::PathBuf;

/// Why there is no reading. Nothing here depends on the text of the page, so it may be logged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OcrError {
    /// Neither the library nor the program is on this computer.
    #[error("no Tesseract engine found; tried {tried:?}")]
    NoEngine { tried: Vec<String> },
    /// A library was found but is not a Tesseract this room can talk to.
    #[error("{library} is not a usable libtesseract: {reason}")]
    Library { library: String, reason: String },
    /// No language data in any of the folders looked at.
    #[error("no model {language}.traineddata in {looked_in:?}")]
    ModelMissing { language: String, looked_in: Vec<PathBuf> },
    /// The packed or unpacked language data is not the file this build was tested with.
    #[error("model is damaged: expected sha256 {expected}, found {found}")]
    ModelDamaged { expected: String, found: String },
    /// The engine refused the language data (wrong version, truncated file).
    #[error("Tesseract {version} refused the model {model}")]
    ModelRefused { version: String, model: PathBuf },
    /// The picture has no pixels, or a side longer than Tesseract's 32,767.
    #[error("a page of {width}×{height} px cannot be read")]
    PageSize { width: u32, height: u32 },
    /// The engine gave up on this page; other pages may still be read.
    #[error("the engine failed on this page (code {code})")]
    Recognition { code: i32 },
    /// The program ended badly or printed something that is not its table.
    #[error("the tesseract program failed (status {status:?}): {stderr}")]
    Program { status: Option<i32>, stderr: String },
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
}

impl OcrError {
    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }
}
