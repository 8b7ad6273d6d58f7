//! From papers to a searchable PDF/A: the recipe, page by page, in the order the papers came.
//!
//! Pages are made in workers, at most one more than there are workers at a time, and written as they come: memory does not grow
//! with the number of pages. A file that fails is named with its fault, and the others go on.

use std::{collections::BTreeMap, io::Write, path::PathBuf, sync::Arc};

use futures_util::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use tokio::{io::AsyncReadExt, sync::mpsc};
use ts_rs::TS;

use crate::{
    edits::{PageEdits, WordEdit},
    fault::{Fault, FaultCode, reading, writing},
    worker::{
        CodeFound, DoubleFound, LetterheadFound, Loaded, Opened, PageContent, PageMade, Pool, ReadPage, Settings,
        Wanted,
    },
};

/// Where the bytes of one input come from; they are fetched when their turn comes.
pub(crate) trait Fetch: Send + Sync {
    fn fetch(&self, limit: u64) -> impl Future<Output = Result<Vec<u8>, Fault>> + Send;

    /// The page of a frame as an interrupted run made it.
    fn made_before(
        &self,
        _frame: u32,
        _edits: &PageEdits,
        _settings: &Settings,
    ) -> impl Future<Output = Result<Option<PageMade>, Fault>> + Send {
        async { Ok(None) }
    }

    /// What was read on a frame before, where its words cannot have changed since.
    fn known(&self, _frame: u32, _edits: &PageEdits) -> impl Future<Output = Result<Option<ReadPage>, Fault>> + Send {
        async { Ok(None) }
    }

    /// The page as [`Fetch::made`] keeps it; nothing where nothing is kept.
    fn packed(&self, _made: &PageMade, _edits: &PageEdits, _settings: &Settings) -> Result<Option<Packed>, Fault> {
        Ok(None)
    }

    /// A page was made: what was found and read on it is not to be found and read again.
    fn made(&self, _page: &PageReport, _packed: Packed) -> impl Future<Output = Result<(), Fault>> + Send {
        async { Ok(()) }
    }
}

/// A page for the store.
pub(crate) struct Packed {
    /// Its words, for the next time it is made.
    pub read: Vec<u8>,
    /// All of it, for as long as its document is not whole.
    pub page: Option<store::MadePage>,
}

/// One input, named as the person named it.
pub(crate) struct Input<F> {
    pub name: String,
    pub from: F,
    /// The frames that are wanted, with what a person decided about each; all of them, as they are found, where it does not say.
    pub pages: Option<Vec<(u32, PageEdits)>>,
}

/// A file of this computer, chosen by the person.
pub(crate) struct FromDisk(pub PathBuf);

impl Fetch for FromDisk {
    async fn fetch(&self, limit: u64) -> Result<Vec<u8>, Fault> {
        let name = self.0.display().to_string();
        let failed = |error| reading(&name, &error);
        let file = tokio::fs::File::open(&self.0).await.map_err(failed)?;
        let about = file.metadata().await.map_err(failed)?;
        if !about.is_file() {
            // A pipe or a device may never end.
            return Err(Fault::new(FaultCode::FileNotAPicture).with("file", name));
        }
        let mut bytes = Vec::new();
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes).await.map_err(failed)?;
        if bytes.len() as u64 > limit {
            return Err(Fault::too_large("bytes", about.len().max(limit + 1), limit).with("file", name));
        }
        Ok(bytes)
    }
}

/// How to digitise.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub settings: Settings,
    /// Blank pages are always marked; this also keeps them in the PDF.
    pub keep_blank: bool,
    /// The PDF's title is but a file's name: what the paper calls itself, where that is sure, is a better one.
    pub title_from_paper: bool,
    /// The pages of signed files are looked at too; the files go their own way all the same.
    pub into_sealed: bool,
}

/// What came of it: the report of `hosoctl digitise`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Report {
    pub files: Vec<FileReport>,
    pub pages: Vec<PageReport>,
    /// What the pages say together of the document they make; of several documents, the first.
    #[serde(default)]
    pub letterhead: Option<LetterheadFound>,
    pub output: Option<OutputReport>,
    /// Wall seconds by stage, summed over pages and workers.
    pub seconds: BTreeMap<String, f64>,
}

/// One input file.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct FileReport {
    pub source: String,
    pub frames: u32,
    /// It is signed: it was not touched, and goes on its own, byte for byte.
    pub sealed: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<Fault>,
    /// Faults of further pages; the first one is `fault`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub more_faults: Vec<Fault>,
    /// Where a signed file was passed on to, byte for byte.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub passed_on: Option<String>,
}

impl FileReport {
    fn failed(&mut self, fault: Fault) {
        match self.fault {
            None => self.fault = Some(fault),
            Some(_) => self.more_faults.push(fault),
        }
    }
}

/// One page; the fields and their units are those of the command line's documentation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PageReport {
    /// Index into the report's files.
    pub file: u32,
    pub source: String,
    pub frame: u32,
    pub width: u32,
    pub height: u32,
    /// Pixels of the picture that is kept.
    #[serde(default)]
    pub kept: [u32; 2],
    /// It brings its own text: no scan, and no resolution to speak of.
    #[serde(default)]
    pub born_digital: bool,
    pub dpi: [f32; 2],
    pub orientation: u16,
    pub orientation_sure: bool,
    pub skew_deg: f32,
    pub quad: Option<[[f64; 2]; 4]>,
    pub blank: bool,
    /// Share of the sheet covered by ink; 0 of a page that is no scan.
    #[serde(default)]
    pub ink: f32,
    pub colour: String,
    pub separator: bool,
    pub codes: Vec<CodeFound>,
    /// It looks like two pages side by side.
    #[serde(default)]
    pub double: Option<DoubleFound>,
    pub letterhead: Option<LetterheadFound>,
    pub text: String,
    pub words: u32,
    /// Words worth a look, see `page_words`.
    #[serde(default)]
    pub doubts: u32,
    /// What a person said of words that were not found again when it was made; it is in no text until it is said of another.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[ts(optional, as = "Option<Vec<WordEdit>>")]
    pub lost_words: Vec<WordEdit>,
    pub mean_confidence: f32,
    /// Bytes of the page's picture in the PDF; 0 when the page is left out of it.
    pub bytes: u32,
    pub warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub secrecy_mark: Option<String>,
    /// What a person had decided of it when it was made.
    #[serde(default)]
    pub edits: PageEdits,
}

/// The PDF that was made.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OutputReport {
    pub path: String,
    #[ts(type = "number")]
    pub bytes: u64,
    pub pages: u32,
    /// `2u`, or nothing for a signed file that was passed on as it is.
    pub pdfa: Option<String>,
}

/// How far a job is: pages, or KiB of a dossier on its way. At most ten of these a second reach a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Progress {
    pub done: u32,
    /// Pages known so far; it grows while files are opened.
    pub total: u32,
    pub file: String,
}

/// Asked to stop, and told how far the job is.
pub trait Watch: Send + Sync {
    fn cancelled(&self) -> bool;
    fn progress(&self, progress: Progress);
}

/// An open input.
struct OpenFile<F> {
    /// Index into the report's files.
    index: u32,
    name: String,
    from: F,
    file: Arc<Loaded>,
}

/// A file's turn in the pipeline: a page to make, or the file's end as a whole.
enum Step<F> {
    Page { of: Arc<OpenFile<F>>, frame: u32, edits: PageEdits },
    File(FileReport, Option<Arc<Loaded>>),
}

enum Done<F> {
    Page { of: Arc<OpenFile<F>>, frame: u32, edits: PageEdits, made: Box<Result<Made, Fault>> },
    File(FileReport, Option<Arc<Loaded>>),
}

struct Made {
    page: PageMade,
    /// What is to be kept of it.
    packed: Option<Packed>,
}

/// A signed file that must go its own way.
pub(crate) struct Sealed {
    /// Index into the report's files.
    pub index: u32,
    pub name: String,
    pub file: Arc<Loaded>,
}

/// Makes one PDF/A-2u of all inputs into `sink`. The sink is given back with the report when pages were written; nothing counts
/// before that. Faults of single files are in the report; the returned fault concerns the job (cancelled, no room, …).
pub(crate) async fn digitise<F: Fetch, W: Write + Send + 'static>(
    pool: &Pool,
    inputs: Vec<Input<F>>,
    options: &Options,
    about: pdf::Metadata,
    sink: W,
    watch: &dyn Watch,
) -> Result<(Report, Vec<Sealed>, W), Fault> {
    let (to_writer, pages) = mpsc::channel(1);
    let writer = tokio::task::spawn_blocking(move || write(sink, about, pages));
    let made = make_pages(pool, inputs, options, watch, to_writer).await;
    let written = writer.await.map_err(Fault::unexpected)?;
    let (report, sealed) = made?;
    Ok((report, sealed, written?))
}

async fn make_pages<F: Fetch>(
    pool: &Pool,
    inputs: Vec<Input<F>>,
    options: &Options,
    watch: &dyn Watch,
    to_writer: mpsc::Sender<Written>,
) -> Result<(Report, Vec<Sealed>), Fault> {
    let in_flight = pool.size() + 1;
    let steps = steps(pool, inputs, options).map(|step| make(pool, step, options)).buffered(in_flight);
    let mut steps = std::pin::pin!(steps);
    let (mut report, mut sealed, mut done) = (Report::default(), Vec::new(), 0);
    let (mut written, mut held) = (0, Vec::new());
    while let Some(step) = steps.next().await {
        if watch.cancelled() {
            return Err(Fault::new(FaultCode::Cancelled));
        }
        match step {
            Done::File(file, bytes) => {
                if let (true, Some(bytes)) = (file.sealed, bytes) {
                    sealed.push(Sealed { index: report.files.len() as u32, name: file.source.clone(), file: bytes });
                }
                report.files.push(file);
            }
            Done::Page { of, frame, edits, made } => {
                let made = match *made {
                    Ok(made) => made,
                    Err(fault) => {
                        done += 1;
                        if let Some(file) = report.files.get_mut(of.index as usize) {
                            file.failed(fault);
                        }
                        continue;
                    }
                };
                done += 1;
                let total = done.max(report.files.iter().filter(|f| !f.sealed).map(|f| f.frames).sum());
                let (at, Made { page, packed }) = (report.pages.len(), made);
                let place = add_page(&mut report, (of.index, &of.name, frame), page, edits, options);
                let page = &report.pages[at];
                if let (None, Some(packed)) = (&page.secrecy_mark, packed) {
                    of.from.made(page, packed).await?;
                }
                watch.progress(Progress { done, total, file: of.name.clone() });
                let place = match place {
                    Place::Inside(page) => Some(page),
                    Place::Blank(page) if written == 0 && held.len() < MAX_HELD => {
                        held.push((at, page));
                        None
                    }
                    Place::Blank(_) | Place::Outside => None,
                };
                if let Some(page) = place {
                    held.clear();
                    written += 1;
                    // A closed channel means that writing failed; its own fault is the one to tell.
                    if to_writer.send(Written::Page(page)).await.is_err() {
                        break;
                    }
                }
            }
        }
    }
    // A paper that is blank all through stays a paper: a PDF without a page would be none.
    for (at, page) in held {
        report.pages[at].bytes = size_of(&page);
        if to_writer.send(Written::Page(page)).await.is_err() {
            break;
        }
    }
    if watch.cancelled() {
        return Err(Fault::new(FaultCode::Cancelled));
    }
    report.letterhead = LetterheadFound::together(report.pages.iter().map(|page| page.letterhead.as_ref()));
    if let Some(letterhead) = &report.letterhead {
        let about = Written::About { letterhead: Box::new(letterhead.clone()), title: options.title_from_paper };
        // As above: a closed channel has a fault of its own.
        let _ = to_writer.send(about).await;
    }
    Ok((report, sealed))
}

/// Files opened one after another, each followed by its pages.
fn steps<F: Fetch>(pool: &Pool, inputs: Vec<Input<F>>, options: &Options) -> impl Stream<Item = Step<F>> {
    stream::iter((0..).zip(inputs))
        .then(async |(index, Input { name, from, pages })| {
            let opened = async {
                let bytes = from.fetch(pool.limits().file).await?;
                let file = Loaded::new(bytes);
                let opened = pool.open(&file).await?;
                Ok((file, opened))
            };
            match opened.await {
                Ok((file, Opened { frames, sealed, .. })) => {
                    let pages =
                        if sealed && !options.into_sealed { vec![] } else { pages.unwrap_or_else(|| as_found(frames)) };
                    let frames = if sealed { frames } else { pages.len() as u32 };
                    let head = FileReport { source: name.clone(), frames, sealed, ..FileReport::default() };
                    let of = Arc::new(OpenFile { index, name, from, file: file.clone() });
                    (Step::File(head, Some(file)), Some((of, pages)))
                }
                Err(fault) => {
                    let fault = Some(named(fault, &name));
                    (Step::File(FileReport { source: name, fault, ..FileReport::default() }, None), None)
                }
            }
        })
        .flat_map(|(head, pages)| {
            let pages = pages.into_iter().flat_map(|(of, pages)| {
                pages.into_iter().map(move |(frame, edits)| Step::Page { of: of.clone(), frame, edits })
            });
            stream::iter(std::iter::once(head).chain(pages))
        })
}

fn as_found(frames: u32) -> Vec<(u32, PageEdits)> {
    (0..frames).map(|frame| (frame, PageEdits::default())).collect()
}

async fn make<F: Fetch>(pool: &Pool, step: Step<F>, options: &Options) -> Done<F> {
    match step {
        Step::File(report, file) => Done::File(report, file),
        Step::Page { of, frame, edits } => {
            let settings = &options.settings;
            let made = async {
                if let Some(page) = of.from.made_before(frame, &edits, settings).await? {
                    return Ok(Made { page, packed: None });
                }
                let read = of.from.known(frame, &edits).await?;
                let page = pool.page(&of.file, &Wanted { frame, edits: edits.clone(), read }, settings).await?;
                let packed = of.from.packed(&page, &edits, settings)?;
                Ok(Made { page, packed })
            };
            let made = made.await.map_err(|fault| named(fault, &of.name).with("page", frame + 1));
            Done::Page { of, frame, edits, made: Box::new(made) }
        }
    }
}

fn named(fault: Fault, file: &str) -> Fault {
    if fault.args.contains_key("file") { fault } else { fault.with("file", file) }
}

/// Where a page of the report stands.
enum Place {
    /// In the PDF.
    Inside(PageContent),
    /// Marked as blank: in the PDF only if there is nothing else.
    Blank(PageContent),
    /// Never in the PDF.
    Outside,
}

/// So many blank pages are held back while nothing else has come.
const MAX_HELD: usize = 100;

fn size_of(page: &PageContent) -> u32 {
    let bytes = match page {
        PageContent::Picture { picture, .. } => picture.len(),
        PageContent::Kept { fragment } => fragment.size(),
    };
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Enters the page in the report, and says where it stands.
fn add_page(
    report: &mut Report,
    (file, source, frame): (u32, &str, u32),
    made: PageMade,
    edits: PageEdits,
    options: &Options,
) -> Place {
    let PageMade { mut found, content, read: _, seconds } = made;
    if let Some(mark) = &found.secrecy_mark {
        let fault = Fault::new(FaultCode::SecretPaper).with("mark", mark).with("page", frame + 1).with("file", source);
        if let Some(file) = report.files.get_mut(file as usize) {
            file.failed(fault);
        }
        // Nothing that was read on it is told on.
        (found.text, found.codes, found.letterhead) = (String::new(), vec![], None);
    }
    for (stage, seconds) in seconds {
        *report.seconds.entry(stage).or_default() += seconds;
    }
    let place = match (&found.secrecy_mark, edits.keep, found.blank && !options.keep_blank) {
        (Some(_), ..) | (None, Some(false), _) => Place::Outside,
        (None, None, true) => Place::Blank(content),
        (None, Some(true), _) | (None, None, false) => Place::Inside(content),
    };
    let bytes = if let Place::Inside(page) = &place { size_of(page) } else { 0 };
    report.pages.push(PageReport {
        file,
        source: source.to_owned(),
        frame,
        width: found.width,
        height: found.height,
        kept: found.kept,
        born_digital: found.born_digital,
        dpi: found.dpi,
        orientation: found.orientation,
        orientation_sure: found.orientation_sure,
        skew_deg: found.skew_deg,
        quad: found.quad,
        blank: found.blank,
        ink: found.ink,
        colour: found.colour,
        separator: found.separator,
        codes: found.codes,
        double: found.double,
        letterhead: found.letterhead,
        text: found.text,
        words: found.words,
        doubts: found.doubts,
        lost_words: found.lost_words,
        mean_confidence: found.mean_confidence,
        bytes,
        warnings: found.warnings,
        secrecy_mark: found.secrecy_mark,
        edits,
    });
    place
}

/// What the writer is told, in order.
enum Written {
    Page(PageContent),
    /// What the pages turned out to be; `title`: the title may come from there too.
    About {
        letterhead: Box<LetterheadFound>,
        title: bool,
    },
}

/// The writer's thread: pages in, PDF out.
fn write<W: Write>(sink: W, about: pdf::Metadata, mut told: mpsc::Receiver<Written>) -> Result<W, Fault> {
    let failed = |error: pdf::PdfError| match error {
        pdf::PdfError::Io(error) => writing("", &error),
        other => Fault::unexpected(other),
    };
    let mut writer = pdf::Writer::new(sink, about, pdf::Level::A2u).map_err(failed)?;
    while let Some(told) = told.blocking_recv() {
        match told {
            Written::Page(PageContent::Picture { picture, size_pt, runs }) => {
                writer.page(&picture, size_pt, &runs).map_err(failed)?;
            }
            Written::Page(PageContent::Kept { fragment }) => writer.append_born_digital(&fragment).map_err(failed)?,
            Written::About { letterhead, title } => letterhead.describe(writer.metadata(), title),
        }
    }
    writer.finish().map_err(failed)
}

impl Report {
    /// Pages that went into the PDF.
    pub fn written(&self) -> u32 {
        self.pages.iter().filter(|page| page.bytes > 0).count() as u32
    }

    /// The text of all pages, form feeds between them.
    pub fn text(&self) -> String {
        self.pages.iter().map(|page| page.text.as_str()).collect::<Vec<_>>().join("\u{c}")
    }
}
