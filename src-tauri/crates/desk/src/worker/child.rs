//! The worker's side: a process that reads foreign bytes, one page at a time, and may be ended at any instant.

use std::{
    io::{BufReader, BufWriter},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use digitise::{DecodeError, Frame, Frames};
use image::DynamicImage;
use pdf::{ArchivePage, PageKind, PagePicture, PdfError};

use super::{Ask, FileKind, Opened, PageContent, PageMade, Reply, Settings, Wanted, page, receive, send};
use crate::fault::{Fault, FaultCode};

/// The first argument that makes an executable of ours a worker; the second is its memory limit in bytes.
pub const FLAG: &str = "--worker";

/// Answers questions until the parent closes the line. Must be called before anything else happens in the process.
pub fn main() -> ExitCode {
    if let Some(limit) = std::env::args().nth(2).and_then(|limit| limit.parse().ok()) {
        limit_memory(limit);
    }
    #[cfg(unix)]
    end_with_parent();
    let (mut input, mut output) = (BufReader::new(std::io::stdin()), BufWriter::new(std::io::stdout()));
    let mut worker = Worker::default();
    while let Ok(Some((ask, payload))) = receive(&mut input) {
        let reply = match worker.answer(ask, payload) {
            Ok(reply) => reply,
            Err(fault) => Reply::Failed(fault),
        };
        if send(&mut output, &reply, &[]).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// A parent that was killed cannot end us, and a page that never ends would not notice: look from beside.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "there is no event to wait for, and nothing in order to leave behind")]
fn end_with_parent() {
    use std::os::unix::process::parent_id;
    let parent = parent_id();
    std::thread::spawn(move || {
        while parent_id() == parent {
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
        std::process::exit(1);
    });
}

#[cfg(unix)]
fn limit_memory(bytes: u64) {
    // Refused only where a lower limit already holds, which is as good.
    let _ = rlimit::setrlimit(rlimit::Resource::AS, bytes, bytes);
}

#[cfg(not(unix))]
fn limit_memory(_bytes: u64) {}

#[derive(Default)]
struct Worker {
    file: Option<File>,
    reader: Option<Result<Box<dyn ocr::Reader>, Fault>>,
}

enum File {
    Pictures { bytes: Vec<u8>, jpeg: bool },
    Pdf(Box<pdf::Source>),
}

impl Worker {
    fn answer(&mut self, ask: Ask, payload: Vec<u8>) -> Result<Reply, Fault> {
        match ask {
            Ask::Reader => {
                let reader = self.reader()?;
                Ok(Reply::Reader(format!("{} {}", reader.name(), reader.version())))
            }
            Ask::Open => {
                self.file = None;
                let (file, opened) = open(payload)?;
                self.file = Some(file);
                Ok(Reply::Opened(opened))
            }
            Ask::Table { sheet } => Ok(Reply::Table(crate::many::table::read(&payload, sheet.as_deref())?)),
            Ask::Picture { frame, width } => Ok(Reply::Picture(self.picture(frame, width)?)),
            Ask::Look { frame } => {
                let file = self.file.as_ref().ok_or_else(|| Fault::unexpected("no file open"))?;
                let frame = look_at(file, frame)?;
                // Without a reader a sheet is known by its code alone.
                Ok(Reply::Looked(page::look(&frame, self.reader().ok())?))
            }
            Ask::Page { wanted, settings } => {
                let file = self.file.take().ok_or_else(|| Fault::unexpected("no file open"))?;
                let made = self.page(&file, &wanted, &settings);
                self.file = Some(file);
                Ok(Reply::Page(Box::new(made?)))
            }
        }
    }

    /// What a screen shows of a page: a scan as it came in, a PDF's page as it looks.
    fn picture(&self, frame: u32, width: u32) -> Result<Vec<u8>, Fault> {
        let picture = match self.file.as_ref().ok_or_else(|| Fault::unexpected("no file open"))? {
            File::Pictures { bytes, .. } => {
                let frames = Frames::open(bytes, digitise::Limits::default()).map_err(decoding)?;
                frames.frame(frame).map_err(decoding)?.image
            }
            File::Pdf(source) => {
                let info = source.page_info(frame as usize).map_err(reading_pdf)?;
                let dpi = width as f32 * 72.0 / info.size_pt[0].max(1.0);
                source.render(frame as usize, dpi.clamp(8.0, RENDER_DPI)).map_err(reading_pdf)?.into()
            }
        };
        page::for_screen(&picture, width)
    }

    fn page(&mut self, file: &File, wanted: &Wanted, settings: &Settings) -> Result<PageMade, Fault> {
        let (started, frame) = (Instant::now(), wanted.frame);
        let (frame, jpeg) = match file {
            File::Pictures { bytes, jpeg } => {
                let frame = nth_frame(bytes, frame)?;
                (frame, jpeg.then_some(bytes.as_slice()).map(<[u8]>::to_vec))
            }
            File::Pdf(source) => match pdf_page(source, frame)? {
                PdfPage::Scan { frame, jpeg } => (frame, jpeg),
                PdfPage::Whole(made) => return Ok(*made),
            },
        };
        let (frame, jpeg) = if settings.colourless { without_colour(frame, jpeg) } else { (frame, jpeg) };
        let decoded = ("decode".to_owned(), started.elapsed().as_secs_f64());
        let reader = if settings.ocr { Some(self.reader()) } else { None };
        page::make(&frame, jpeg, reader, (wanted, settings), decoded)
    }

    /// The text reader, loaded when the first page needs it; a missing one is a fact of the page, not a fault of the job.
    fn reader(&mut self) -> Result<&mut dyn ocr::Reader, Fault> {
        match self.reader.get_or_insert_with(load_reader) {
            Ok(reader) => Ok(reader.as_mut()),
            Err(fault) => Err(fault.clone()),
        }
    }
}

fn load_reader() -> Result<Box<dyn ocr::Reader>, Fault> {
    let missing = |error: ocr::OcrError| Fault::new(FaultCode::TextReaderMissing).with("detail", error);
    let models = ocr::model::find_model(crate::host::model_folders(), ocr::model::LANGUAGE).map_err(missing)?;
    let library = std::env::var_os("HOSO_READER").map(PathBuf::from);
    ocr::load_any(library.as_deref(), &models, ocr::model::LANGUAGE).map_err(missing)
}

fn open(bytes: Vec<u8>) -> Result<(File, Opened), Fault> {
    let kind = match digitise::sniff(&bytes) {
        digitise::Kind::Pdf => return open_pdf(bytes),
        digitise::Kind::Jpeg => FileKind::Jpeg,
        digitise::Kind::Png => FileKind::Png,
        digitise::Kind::Tiff => FileKind::Tiff,
        digitise::Kind::Unknown => return Err(Fault::new(FaultCode::FileNotAPicture)),
        digitise::Kind::Empty => return Err(Fault::new(FaultCode::FileEmpty)),
    };
    let frames =
        Frames::open(&bytes, digitise::Limits::default()).map_err(decoding)?.count_frames().map_err(decoding)?;
    let jpeg = kind == FileKind::Jpeg;
    Ok((File::Pictures { bytes, jpeg }, Opened { kind, frames, sealed: false, born_digital: false }))
}

fn open_pdf(bytes: Vec<u8>) -> Result<(File, Opened), Fault> {
    let source = match pdf::Source::open(Arc::new(bytes), pdf::Limits::default()) {
        Ok(source) => source,
        Err(error) => return Err(reading_pdf(error)),
    };
    let inspection = source.inspect().map_err(reading_pdf)?;
    let frames = u32::try_from(inspection.pages.len()).unwrap_or(u32::MAX);
    let born_digital = inspection.pages.iter().all(|page| matches!(page.kind, PageKind::BornDigital));
    let opened = Opened { kind: FileKind::Pdf, frames, sealed: inspection.signed, born_digital };
    Ok((File::Pdf(Box::new(source)), opened))
}

/// The pixels of a page for a look: a page that was drawn by a program as a scanner would see it, since a cover sheet may come as the
/// very file that was to be printed.
fn look_at(file: &File, frame: u32) -> Result<Frame, Fault> {
    match file {
        File::Pictures { bytes, .. } => nth_frame(bytes, frame),
        File::Pdf(source) => {
            let index = frame as usize;
            if let PageKind::Scan { .. } = source.page_info(index).map_err(reading_pdf)?.kind
                && let PdfPage::Scan { frame, .. } = scanned(source.scan_image(index).map_err(reading_pdf)?)?
            {
                return Ok(frame);
            }
            let picture = source.render(index, LOOK_DPI).map_err(reading_pdf)?;
            Ok(Frame::from_image(picture.into(), Some([LOOK_DPI, LOOK_DPI])))
        }
    }
}

/// Resolution at which a born-digital page is drawn to be looked at.
const LOOK_DPI: f32 = 150.0;

fn nth_frame(bytes: &[u8], index: u32) -> Result<Frame, Fault> {
    let frames = Frames::open(bytes, digitise::Limits::default()).map_err(decoding)?;
    let frame = frames.frame(index).map_err(decoding)?;
    // Half a picture must not pass for a whole paper.
    if frame.damaged { Err(Fault::new(FaultCode::FileTruncated)) } else { Ok(frame) }
}

enum PdfPage {
    /// A scan in a PDF's clothes: goes the way of every picture. `jpeg` are its own bytes, where it is upright as it stands.
    Scan { frame: Frame, jpeg: Option<Vec<u8>> },
    /// Ready as it is.
    Whole(Box<PageMade>),
}

/// Resolution at which a born-digital page that cannot be kept is drawn.
pub(super) const RENDER_DPI: f32 = 300.0;

fn pdf_page(source: &pdf::Source, index: u32) -> Result<PdfPage, Fault> {
    let index = index as usize;
    let info = source.page_info(index).map_err(reading_pdf)?;
    match info.kind {
        PageKind::Scan { .. } => {
            let scan = source.scan_image(index).map_err(reading_pdf)?;
            scanned(scan)
        }
        PageKind::Mixed { dpi } => {
            let dpi = dpi[0].max(dpi[1]).clamp(100.0, RENDER_DPI);
            let picture = source.render(index, dpi).map_err(reading_pdf)?;
            Ok(PdfPage::Scan { frame: Frame::from_image(picture.into(), Some([dpi, dpi])), jpeg: None })
        }
        PageKind::BornDigital | PageKind::Empty => {
            let archive = source.archive_page(index, RENDER_DPI).map_err(reading_pdf)?;
            let text = source.page_text(index, RENDER_DPI).map_err(reading_pdf)?;
            let blank = matches!(info.kind, PageKind::Empty);
            let (content, warnings) = match archive {
                ArchivePage::AsIs(fragment) => (PageContent::Kept { fragment: Box::new(fragment) }, vec![]),
                ArchivePage::Rendered { picture, runs, .. } => {
                    let picture = pdf::encode(&picture.into(), pdf::JPEG_QUALITY).map_err(reading_pdf)?;
                    let warnings = vec!["rendered-not-archivable".to_owned()];
                    (PageContent::Picture { picture, size_pt: info.size_pt, runs }, warnings)
                }
            };
            let made = page::born_digital(info.size_pt, content, &text, blank, warnings);
            Ok(PdfPage::Whole(Box::new(made)))
        }
    }
}

/// A scan's pixels, turned as the PDF shows them.
fn scanned(scan: pdf::ScanImage) -> Result<PdfPage, Fault> {
    let (image, bilevel, jpeg) = match scan.picture {
        PagePicture::Jpeg { bytes, .. } => {
            let frame = nth_frame(&bytes, 0)?;
            (frame.image, false, Some(bytes))
        }
        PagePicture::Bilevel(bits) => (DynamicImage::ImageLuma8(page::unpacked(&bits)), true, None),
        PagePicture::Gray(gray) => (DynamicImage::ImageLuma8(gray), false, None),
        PagePicture::Rgb(rgb) => (DynamicImage::ImageRgb8(rgb), false, None),
        PagePicture::Layered { .. } => return Err(Fault::unexpected("a scan in layers")),
    };
    let image = match scan.quarter_turns % 4 {
        0 => image,
        1 => image.rotate90(),
        2 => image.rotate180(),
        _ => image.rotate270(),
    };
    let jpeg = jpeg.filter(|_| scan.quarter_turns.is_multiple_of(4));
    let frame = Frame { bilevel, jpeg: jpeg.is_some(), ..Frame::from_image(image, Some(scan.dpi)) };
    Ok(PdfPage::Scan { frame, jpeg })
}

/// The frame in grey; a JPEG that had colour is not passed through.
fn without_colour(frame: Frame, jpeg: Option<Vec<u8>>) -> (Frame, Option<Vec<u8>>) {
    if !frame.image.color().has_color() {
        return (frame, jpeg);
    }
    let image = DynamicImage::ImageLuma8(frame.image.to_luma8());
    (Frame { image, jpeg: false, ..frame }, None)
}

/// A picture's faults in the person's terms.
fn decoding(error: DecodeError) -> Fault {
    use FaultCode as Code;
    match error {
        DecodeError::Empty => Fault::new(Code::FileEmpty),
        DecodeError::NotAPicture { .. } => Fault::new(Code::FileNotAPicture),
        DecodeError::Truncated => Fault::new(Code::FileTruncated),
        DecodeError::TooLarge { width, height, max_side, max_pixels } => {
            Fault::too_large("px", format!("{width} × {height}"), format!("{max_side} × {max_side}, {max_pixels}"))
        }
        DecodeError::TooManyBytes { bytes, limit } => Fault::too_large("bytes", bytes, limit),
        DecodeError::TooManyFrames { limit } => Fault::too_large("frames", format!("> {limit}"), limit),
        DecodeError::Unsupported { what } => Fault::new(Code::FileUnsupported).with("what", what),
        DecodeError::Corrupt { detail } => Fault::new(Code::FileCorrupt).with("detail", detail),
    }
}

/// A PDF's faults in the person's terms.
pub(super) fn reading_pdf(error: PdfError) -> Fault {
    use FaultCode as Code;
    match error {
        PdfError::NotPdf => Fault::new(Code::FileNotAPicture),
        PdfError::Encrypted { .. } => Fault::new(Code::PdfEncrypted),
        PdfError::LimitExceeded { what, found, limit } => Fault::too_large(what, found, limit),
        other => Fault::new(Code::FileCorrupt).with("detail", other),
    }
}
