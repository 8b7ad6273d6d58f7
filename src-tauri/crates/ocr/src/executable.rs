//! Tesseract as a program, for computers that have it but not as a library: the same results, at the price of starting it and loading
//! the model for every page (about 0.15 s).

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use image::GrayImage;

use crate::reader::read_page;
use crate::tesseract::{clean, clip};
use crate::{Layout, OcrError, Reader, Reading, Word, model};

/// Where installers put the program when it is not on the search path.
const USUAL_PLACES: &[&str] = if cfg!(windows) {
    &["tesseract.exe", r"C:\Program Files\Tesseract-OCR\tesseract.exe"]
} else {
    &["tesseract", "/usr/bin/tesseract", "/usr/local/bin/tesseract", "/opt/homebrew/bin/tesseract"]
};

/// A program that answered when asked for its version, and the model to give it.
pub struct Engine {
    program: PathBuf,
    model_dir: PathBuf,
    language: String,
    version: String,
}

impl Engine {
    /// Takes `program`, or the first of the usual ones that runs. Errors: [`OcrError::NoEngine`], [`OcrError::ModelMissing`]; a model
    /// that the program refuses shows only when the first page is read.
    pub fn load(program: Option<&Path>, model_dir: &Path, language: &str) -> Result<Self, OcrError> {
        let fingerprint = model::fingerprint(model_dir, language)?;
        let mut tried = Vec::new();
        let programs = match program {
            Some(program) => vec![program],
            None => USUAL_PLACES.iter().map(Path::new).collect(),
        };
        for program in programs {
            match version_of(program) {
                Ok(version) => {
                    return Ok(Self {
                        program: program.to_owned(),
                        model_dir: model_dir.to_owned(),
                        language: language.to_owned(),
                        version: format!("{version}+{fingerprint}"),
                    });
                }
                Err(reason) => tried.push(format!("{}: {reason}", program.display())),
            }
        }
        Err(OcrError::NoEngine { tried })
    }

    fn command(&self, dpi: u32, layout: Layout) -> Command {
        let mode = match layout {
            Layout::Page => "3",
            Layout::Block => "6",
            Layout::Line | Layout::Digits => "7",
        };
        let mut command = Command::new(&self.program);
        command
            .args(["stdin", "stdout", "-l", &self.language, "--oem", "1", "--psm", mode])
            .args(["--dpi", &dpi.clamp(70, 2400).to_string()])
            // Asked for by variable: the configuration file `tsv` is missing where only the model was shipped.
            .args(["-c", "tessedit_create_tsv=1", "-c", "tessedit_create_txt=0", "-c", "tessedit_do_invert=0"])
            .arg("--tessdata-dir")
            .arg(&self.model_dir)
            .env("OMP_THREAD_LIMIT", "1")
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if layout == Layout::Digits {
            command.args(["-c", "tessedit_char_whitelist=0123456789"]);
        }
        command
    }

    fn run(&self, page: &GrayImage, dpi: u32, layout: Layout) -> std::io::Result<Output> {
        let mut child = self.command(dpi, layout).spawn()?;
        let picture = child.stdin.take();
        std::thread::scope(|scope| {
            // Written from a second thread: the program may print before it has read everything. When it dies early the pipe breaks,
            // and its status and stderr say why; the broken pipe itself is no news.
            scope.spawn(move || picture.map(|pipe| write_pgm(pipe, page)));
            child.wait_with_output()
        })
    }
}

impl Reader for Engine {
    fn name(&self) -> &str {
        "tesseract"
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn read(&mut self, page: &GrayImage, dpi: u32, layout: Layout) -> Result<Reading, OcrError> {
        read_page(page, dpi, layout, |page, layout| self.recognise(page, dpi, layout))
    }
}

impl Engine {
    fn recognise(&self, page: &GrayImage, dpi: u32, layout: Layout) -> Result<Vec<Word>, OcrError> {
        let output = self.run(page, dpi, layout).map_err(|error| OcrError::io(&self.program, error))?;
        let failed = || OcrError::Program { status: output.status.code(), stderr: tail(&output.stderr) };
        if !output.status.success() {
            return Err(failed());
        }
        parse_tsv(&String::from_utf8_lossy(&output.stdout), page).ok_or_else(failed)
    }
}

/// The number in the first row of `tesseract --version`.
fn version_of(program: &Path) -> Result<String, String> {
    let output =
        Command::new(program).arg("--version").stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    // Version 3 printed it on stderr; it has no LSTM networks, so its silence on stdout is welcome.
    let stdout = String::from_utf8_lossy(&output.stdout);
    let version = stdout.lines().next().and_then(|line| line.strip_prefix("tesseract "));
    version.map(|v| v.trim().trim_start_matches('v').to_owned()).ok_or_else(|| "not Tesseract 4 or later".to_owned())
}

fn write_pgm(mut pipe: impl Write, page: &GrayImage) -> std::io::Result<()> {
    let (width, height) = page.dimensions();
    write!(pipe, "P5\n{width} {height}\n255\n")?;
    pipe.write_all(page.as_raw())?;
    pipe.flush()
}

/// The last 500 characters: enough for the reason, too few to flood a log.
fn tail(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let skip = text.chars().count().saturating_sub(500);
    text.chars().skip(skip).collect::<String>().trim().to_owned()
}

/// Tesseract's table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text; level 5 is a word. `None`
/// when it is not such a table.
fn parse_tsv(table: &str, page: &GrayImage) -> Option<Vec<Word>> {
    let mut rows = table.lines();
    if !rows.next()?.starts_with("level\tpage_num\tblock_num") {
        return None;
    }
    let mut words: Vec<Word> = Vec::new();
    let mut last: Option<[i32; 3]> = None;
    let (mut line, mut block) = (0u32, 0u32);
    for row in rows {
        let columns: Vec<&str> = row.splitn(12, '\t').collect();
        let [level, _, block_no, paragraph_no, line_no, _, left, top, width, height, confidence, text] = columns[..]
        else {
            return None;
        };
        if level != "5" {
            continue;
        }
        let number = |text: &str| text.parse::<i32>().ok();
        let key = [number(block_no)?, number(paragraph_no)?, number(line_no)?];
        if let Some(last) = last {
            line += u32::from(last != key);
            block += u32::from(last[0] != key[0]);
        }
        last = Some(key);
        let (left, top) = (number(left)?, number(top)?);
        let edges = [left, top, left.saturating_add(number(width)?), top.saturating_add(number(height)?)];
        if let (Some(text), Some(bbox)) = (clean(text), clip(edges, page)) {
            let confidence = (confidence.parse::<f32>().ok()? / 100.0).clamp(0.0, 1.0);
            words.push(Word { text, bbox, confidence, line, block, baseline: None });
        }
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n";

    fn page() -> GrayImage {
        GrayImage::new(100, 50)
    }

    #[test]
    fn a_table_becomes_words_with_lines_blocks_and_clipped_boxes() {
        let table = format!(
            "{HEADER}1\t1\t0\t0\t0\t0\t0\t0\t100\t50\t-1\t\n5\t1\t1\t1\t1\t1\t10\t5\t20\t10\t95.5\tU\u{309}y\n\
             5\t1\t1\t1\t2\t1\t10\t20\t20\t10\t80\tban\n5\t1\t2\t1\t1\t1\t90\t40\t50\t50\t0\tx\n5\t1\t2\t1\t1\t2\t1\t1\t5\t5\t50\t \n"
        );
        let words = parse_tsv(&table, &page()).unwrap();
        let texts: Vec<_> = words.iter().map(|w| (w.text.as_str(), w.line, w.block)).collect();
        assert_eq!(texts, [("Ủy", 0, 0), ("ban", 1, 0), ("x", 2, 1)]);
        assert_eq!(words[2].bbox, crate::Rect { x: 90, y: 40, width: 10, height: 10 });
        assert!((words[0].confidence - 0.955).abs() < 1e-6);
    }

    #[test]
    fn anything_else_is_not_a_table() {
        assert_eq!(parse_tsv("", &page()), None);
        assert_eq!(parse_tsv("Error opening data file", &page()), None);
        assert_eq!(parse_tsv(&format!("{HEADER}5\t1\t1\n"), &page()), None);
        assert_eq!(parse_tsv(&format!("{HEADER}5\t1\ta\t1\t1\t1\t1\t1\t1\t1\t1\tx\n"), &page()), None);
    }

    proptest::proptest! {
        #[test]
        fn no_output_of_a_program_is_too_strange(rows in "(5\t[0-9]{1,11}\t[0-9]\t[0-9]\t[0-9]\t-?[0-9]{1,11}\t\\PC{0,20}\n){0,5}") {
            parse_tsv(&format!("{HEADER}{rows}"), &page());
            parse_tsv(&rows, &page());
        }
    }
}
