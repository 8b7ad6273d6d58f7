//! Tesseract's C API (`tesseract/capi.h` of version 5), bound at run time, behind types that cannot be misused from safe code.

use std::ffi::{CStr, CString, c_char, c_float, c_int, c_uchar, c_void};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr::{self, NonNull};

use image::GrayImage;

use crate::{Baseline, OcrError};

/// `TessBaseAPI*`, `TessResultIterator*` and `TessPageIterator*`: opaque to us.
type Handle = *mut c_void;

/// Declares the table of functions, and how it is filled from a library.
macro_rules! functions {
    ($($field:ident = $symbol:literal: fn($($argument:ty),*) $(-> $result:ty)?;)*) => {
        struct Functions { $($field: unsafe extern "C" fn($($argument),*) $(-> $result)?,)* }

        impl Functions {
            fn resolve(library: &libloading::Library) -> Result<Self, libloading::Error> {
                Ok(Self {
                    // SAFETY: the signatures below are those of capi.h, unchanged in all releases of Tesseract 5; the pointers are
                    // kept only beside the library (see `Library`), which is never unloaded.
                    $($field: *unsafe { library.get($symbol) }?,)*
                })
            }
        }
    };
}

functions! {
    version = "TessVersion": fn() -> *const c_char;
    delete_text = "TessDeleteText": fn(*mut c_char);
    create = "TessBaseAPICreate": fn() -> Handle;
    delete = "TessBaseAPIDelete": fn(Handle);
    init = "TessBaseAPIInit5": fn(
        Handle, *const c_char, c_int, *const c_char, c_int, *mut *mut c_char, c_int, *mut *mut c_char, *mut *mut c_char, usize, c_int
    ) -> c_int;
    set_variable = "TessBaseAPISetVariable": fn(Handle, *const c_char, *const c_char) -> c_int;
    set_page_segmentation = "TessBaseAPISetPageSegMode": fn(Handle, c_int);
    set_image = "TessBaseAPISetImage": fn(Handle, *const c_uchar, c_int, c_int, c_int, c_int);
    set_resolution = "TessBaseAPISetSourceResolution": fn(Handle, c_int);
    recognise = "TessBaseAPIRecognize": fn(Handle, *mut c_void) -> c_int;
    clear = "TessBaseAPIClear": fn(Handle);
    results = "TessBaseAPIGetIterator": fn(Handle) -> Handle;
    results_delete = "TessResultIteratorDelete": fn(Handle);
    results_next = "TessResultIteratorNext": fn(Handle, c_int) -> c_int;
    results_text = "TessResultIteratorGetUTF8Text": fn(Handle, c_int) -> *mut c_char;
    results_confidence = "TessResultIteratorConfidence": fn(Handle, c_int) -> c_float;
    results_position = "TessResultIteratorGetPageIterator": fn(Handle) -> Handle;
    position_starts = "TessPageIteratorIsAtBeginningOf": fn(Handle, c_int) -> c_int;
    position_box = "TessPageIteratorBoundingBox": fn(Handle, c_int, *mut c_int, *mut c_int, *mut c_int, *mut c_int) -> c_int;
    position_baseline = "TessPageIteratorBaseline": fn(Handle, c_int, *mut c_int, *mut c_int, *mut c_int, *mut c_int) -> c_int;
}

/// `OEM_LSTM_ONLY`.
const LSTM_ONLY: c_int = 1;

// `TessPageIteratorLevel`.
const LEVEL_BLOCK: c_int = 0;
const LEVEL_LINE: c_int = 2;
const LEVEL_WORD: c_int = 3;

/// The values of `TessPageSegMode` that are used.
#[derive(Debug, Clone, Copy)]
#[repr(i32)]
pub enum PageSegmentation {
    Auto = 3,
    SingleBlock = 6,
    SingleLine = 7,
}

/// What begins with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    Block,
    Line,
    Word,
}

/// One word as the engine says it; nothing checked yet.
pub struct FoundWord {
    pub text: String,
    /// Left, top, right, bottom.
    pub bbox: [i32; 4],
    /// 0 to 100.
    pub confidence: f32,
    pub boundary: Boundary,
    pub baseline: Option<Baseline>,
}

/// A loaded libtesseract. Never unloaded: OpenMP threads it has started may outlive every session.
pub struct Library {
    functions: Functions,
    _code: ManuallyDrop<libloading::Library>,
}

/// The names under which systems and installers keep the library; the loader's own search path applies.
const NAMES: &[&str] = if cfg!(windows) {
    &["libtesseract-5.dll", "tesseract55.dll", "tesseract54.dll", "tesseract53.dll", "tesseract.dll"]
} else if cfg!(target_os = "macos") {
    &[
        "libtesseract.5.dylib",
        "libtesseract.dylib",
        "/opt/homebrew/lib/libtesseract.5.dylib",
        "/usr/local/lib/libtesseract.5.dylib",
    ]
} else {
    &["libtesseract.so.5", "libtesseract.so.5.5", "libtesseract.so"]
};

impl Library {
    /// Opens `path`, or the first of the known names there is.
    pub fn open(path: Option<&Path>) -> Result<Self, OcrError> {
        let mut tried = Vec::new();
        let names = match path {
            Some(path) => vec![path],
            None => NAMES.iter().map(Path::new).collect(),
        };
        for name in names {
            // SAFETY: opening a library runs its initialisers. The names are those of libtesseract, or what the installer or the
            // administrator of this computer has put in its place; page content has no say in them.
            let code = match unsafe { libloading::Library::new(name) } {
                Ok(code) => code,
                Err(error) => {
                    tried.push(format!("{}: {error}", name.display()));
                    continue;
                }
            };
            let functions = Functions::resolve(&code).map_err(|error| OcrError::Library {
                library: name.display().to_string(),
                reason: error.to_string(),
            })?;
            return Ok(Self { functions, _code: ManuallyDrop::new(code) });
        }
        Err(OcrError::NoEngine { tried })
    }

    /// For example `5.3.0`.
    pub fn version(&self) -> String {
        // SAFETY: takes nothing; gives a static, terminated string.
        let version = unsafe { (self.functions.version)() };
        if version.is_null() {
            return String::new();
        }
        // SAFETY: not null, terminated and static, see above.
        unsafe { CStr::from_ptr(version) }.to_string_lossy().into_owned()
    }
}

/// One initialised `TessBaseAPI`.
pub struct Session {
    library: Library,
    handle: NonNull<c_void>,
}

// SAFETY: a TessBaseAPI is plain heap memory without thread-local parts; it may move to another thread as long as one thread at a time
// uses it, which `&mut self` on every call that changes it ensures.
unsafe impl Send for Session {}

impl Session {
    /// Starts an engine on language data held in memory (so that no path has to pass through the C library's own encoding of file
    /// names); `None` when the engine refuses the data.
    pub fn start(library: Library, data: &[u8], language: &str) -> Option<Self> {
        // With a length of 0 the C function takes `data` for the path of a folder.
        if data.is_empty() {
            return None;
        }
        let language = CString::new(language).ok()?;
        let length = c_int::try_from(data.len()).ok()?;
        // SAFETY: takes nothing; the result is checked for null and owned by the session, whose drop deletes it.
        let handle = NonNull::new(unsafe { (library.functions.create)() })?;
        let session = Self { library, handle };
        // SAFETY: the handle is live; `data`, which is not empty, and `language` outlive the call, which copies what it keeps; the lists of configurations
        // and variables are empty, for which null is allowed.
        let status = unsafe {
            (session.library.functions.init)(
                session.handle.as_ptr(),
                data.as_ptr().cast(),
                length,
                language.as_ptr(),
                LSTM_ONLY,
                ptr::null_mut(),
                0,
                ptr::null_mut(),
                ptr::null_mut(),
                0,
                0,
            )
        };
        (status == 0).then_some(session)
    }

    /// Sets an engine parameter; false when this version has none of that name.
    pub fn set_variable(&self, name: &CStr, value: &CStr) -> bool {
        // SAFETY: the handle is live and both strings are terminated; the engine copies them.
        unsafe { (self.library.functions.set_variable)(self.handle.as_ptr(), name.as_ptr(), value.as_ptr()) != 0 }
    }

    /// Reads the page and hands every word to `each`, in the engine's reading order. The page must have passed
    /// [`crate::reader::check_size`], so that its sides fit a C `int`.
    pub fn recognise(
        &mut self,
        page: &GrayImage,
        dpi: u32,
        mode: PageSegmentation,
        mut each: impl FnMut(FoundWord),
    ) -> Result<(), OcrError> {
        let functions = &self.library.functions;
        let handle = self.handle.as_ptr();
        let (width, height) = page.dimensions();
        let too_large = |_| OcrError::PageSize { width, height };
        let (w, h) = (c_int::try_from(width).map_err(too_large)?, c_int::try_from(height).map_err(too_large)?);
        let dpi = c_int::try_from(dpi.clamp(70, 2400)).unwrap_or(300);
        // SAFETY: the handle is live. An ImageBuffer holds at least width × height bytes, one per pixel, rows without gaps, and the
        // engine copies them before `set_image` returns. `recognise` takes null for "no progress monitor".
        let status = unsafe {
            (functions.set_page_segmentation)(handle, mode as c_int);
            (functions.set_image)(handle, page.as_raw().as_ptr(), w, h, 1, w);
            (functions.set_resolution)(handle, dpi);
            (functions.recognise)(handle, ptr::null_mut())
        };
        if status == 0 {
            Results::of(functions, handle).into_iter().for_each(|results| results.walk(&mut each));
        }
        // SAFETY: the handle is live and no iterator into its results is left (`Results` is gone).
        unsafe { (functions.clear)(handle) };
        if status == 0 { Ok(()) } else { Err(OcrError::Recognition { code: status }) }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: the handle came from `create`, is deleted once, here, and nobody can use it afterwards.
        unsafe { (self.library.functions.delete)(self.handle.as_ptr()) }
    }
}

/// An iterator over the last page's results; must not outlive them, which `recognise` sees to.
struct Results<'a> {
    functions: &'a Functions,
    results: Handle,
    /// A view into `results`, not owned.
    position: Handle,
}

impl<'a> Results<'a> {
    /// `None` when the page has no text.
    fn of(functions: &'a Functions, session: Handle) -> Option<Self> {
        // SAFETY: the session is live and has recognised a page; null means no results.
        let results = unsafe { (functions.results)(session) };
        if results.is_null() {
            return None;
        }
        // SAFETY: `results` is live; the position is a view into it and lives as long.
        let position = unsafe { (functions.results_position)(results) };
        let this = Self { functions, results, position };
        (!position.is_null()).then_some(this)
    }

    fn walk(&self, each: &mut impl FnMut(FoundWord)) {
        // A block whose first word is empty must still begin a block, so what begins is kept until a word is handed out.
        let mut pending = Boundary::Word;
        loop {
            if self.starts(LEVEL_BLOCK) {
                pending = Boundary::Block;
            } else if self.starts(LEVEL_LINE) && pending == Boundary::Word {
                pending = Boundary::Line;
            }
            if let (Some(text), Some(bbox)) = (self.text(), self.rectangle(self.functions.position_box)) {
                let baseline = self
                    .rectangle(self.functions.position_baseline)
                    .and_then(|[x1, y1, x2, y2]| baseline_at([x1, y1, x2, y2], bbox));
                each(FoundWord { text, bbox, confidence: self.confidence(), boundary: pending, baseline });
                pending = Boundary::Word;
            }
            // SAFETY: `results` is live; at the end the call gives 0 and the walk ends.
            if unsafe { (self.functions.results_next)(self.results, LEVEL_WORD) } == 0 {
                return;
            }
        }
    }

    fn starts(&self, level: c_int) -> bool {
        // SAFETY: the position is live as long as `results`.
        unsafe { (self.functions.position_starts)(self.position, level) != 0 }
    }

    fn text(&self) -> Option<String> {
        // SAFETY: `results` is live; null means an empty word.
        let text = unsafe { (self.functions.results_text)(self.results, LEVEL_WORD) };
        if text.is_null() {
            return None;
        }
        // SAFETY: not null and terminated; copied before it is freed, by the function made for it, once.
        unsafe {
            let copy = CStr::from_ptr(text).to_string_lossy().into_owned();
            (self.functions.delete_text)(text);
            Some(copy)
        }
    }

    fn confidence(&self) -> f32 {
        // SAFETY: `results` is live.
        unsafe { (self.functions.results_confidence)(self.results, LEVEL_WORD) }
    }

    /// The word's box or baseline: four numbers, if the engine has them.
    fn rectangle(
        &self,
        function: unsafe extern "C" fn(Handle, c_int, *mut c_int, *mut c_int, *mut c_int, *mut c_int) -> c_int,
    ) -> Option<[i32; 4]> {
        let [mut a, mut b, mut c, mut d] = [0; 4];
        // SAFETY: the position is live and the four places outlive the call.
        let known = unsafe { function(self.position, LEVEL_WORD, &mut a, &mut b, &mut c, &mut d) };
        (known != 0).then_some([a, b, c, d])
    }
}

impl Drop for Results<'_> {
    fn drop(&mut self) {
        // SAFETY: came from `results`, deleted once, here; `position` is a part of it and not used afterwards.
        unsafe { (self.functions.results_delete)(self.results) }
    }
}

/// The engine's baseline is a segment that need not span the word exactly: carries it to the edges of the box.
fn baseline_at([x1, y1, x2, y2]: [i32; 4], [left, _, right, _]: [i32; 4]) -> Option<Baseline> {
    let [x1, y1, x2, y2, left, right] = [x1, y1, x2, y2, left, right].map(|v| v as f32);
    let run = x2 - x1;
    let slope = if run.abs() >= 1.0 { (y2 - y1) / run } else { 0.0 };
    let at = |x: f32| y1 + slope * (x - x1);
    // A slope above 45° is not a baseline but a failed fit.
    (slope.abs() <= 1.0).then(|| Baseline { left_y: at(left), right_y: at(right) })
}
