use thiserror::Error;

/// What can go wrong in this room. The values are for the caller's table of words; none of the texts is meant for a person.
#[derive(Debug, Error)]
pub enum PdfError {
    /// The file begins with no `%PDF-` header: it is something else under this name.
    #[error("not a PDF")]
    NotPdf,
    /// The file is a PDF but so damaged, or cut off, that no page can be found in it.
    #[error("corrupt or truncated PDF")]
    Corrupt,
    /// The file is encrypted. `opens_without_password`: only printing, copying and the like are restricted; it can be viewed.
    #[error("encrypted PDF (opens without a password: {opens_without_password})")]
    Encrypted { opens_without_password: bool },
    /// One of [`crate::Limits`] is exceeded: a bomb, or a file that is simply too large to be processed here.
    #[error("{what} is {found}, more than the limit of {limit}")]
    LimitExceeded { what: &'static str, found: u64, limit: u64 },
    /// There is no page with this index (counted from 0).
    #[error("no page {index}; the document has {pages}")]
    NoSuchPage { index: usize, pages: usize },
    /// The page is not a single picture that covers it, so it has no scan image; render it instead.
    #[error("page {index} is not a scan")]
    NotAScan { index: usize },
    /// A picture inside the file cannot be decoded.
    #[error("undecodable picture ({format})")]
    Picture { format: &'static str },
    /// A picture given to [`crate::encode`] is impossible: no pixels, too many, or a buffer of the wrong length.
    #[error("impossible picture: {width} × {height} pixels with {bytes} bytes")]
    PictureShape { width: u32, height: u32, bytes: usize },
    /// JPEG bytes given for pass-through are not what a PDF/A may carry unchanged (the reason is a term, not a sentence).
    #[error("JPEG cannot be passed through: {0}")]
    Jpeg(&'static str),
    /// The page size in points is not a positive finite number within PDF's limits (3 to 14,400).
    #[error("impossible page size: {0} × {1} pt")]
    PageSize(f32, f32),
    /// More distinct characters (65,000), pages or bytes (10^10) than one file of this writer can hold.
    #[error("document too large: {0}")]
    TooLarge(&'static str),
    /// A page copied as it is was given to a writer of PDF/A-1.
    #[error("a page copied as it is needs PDF/A-2")]
    NotAtThisLevel,
    /// A decoder of another maker panicked on this input.
    #[error("decoder panicked while {0}")]
    Panicked(&'static str),
    /// Writing out failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Runs `work` on foreign bytes; a panic of a third-party decoder becomes [`PdfError::Panicked`]. `doing` names the work.
pub(crate) fn contained<T>(doing: &'static str, work: impl FnOnce() -> Result<T, PdfError>) -> Result<T, PdfError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or(Err(PdfError::Panicked(doing)))
}
