//! Programs of others that we are measured with and against: the scorer (Python), Tesseract, poppler, OCRmyPDF.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::cost::{self, Cost};
use crate::process::{self, Outcome, failure, say};
use crate::workspace::Workspace;

/// Python packages, the versions of one day.
const PACKAGES: &[&str] = &["rapidfuzz==3.14.6", "img2pdf==0.6.3", "ocrmypdf==17.13.0"];
/// What OCRmyPDF starts.
const OCRMYPDF_NEEDS: &[&str] = &["gs", "unpaper", "pngquant"];

/// A folder with Python and the packages, made once.
pub struct Python(PathBuf);

impl Python {
    pub fn ready(workspace: &Workspace) -> Outcome<Python> {
        let folder = workspace.target.join("xtask/python");
        let python = Python(folder.clone());
        let stamp = folder.join("packages");
        let wanted = PACKAGES.join("\n");
        if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
            return Ok(python);
        }
        process::timed("Python packages for measuring", || {
            process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
            process::run(python.program("pip").args(["install", "--quiet"]).args(PACKAGES))
        })?;
        write(&stamp, wanted.as_bytes())?;
        Ok(python)
    }

    pub fn program(&self, name: &str) -> Command {
        Command::new(self.0.join("bin").join(name))
    }
}

/// Writes a file of the measurement, and the folder it lies in.
pub fn write(path: &Path, bytes: &[u8]) -> Outcome {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|e| failure(format!("{}: {e}", path.display())))
}

/// What `score.py` says of the results in a folder: figures by family, and `ALL`.
pub fn score(python: &Python, corpus: &Path, results: &Path) -> Outcome<Value> {
    let script = corpus.join("../score.py");
    let scores = results.join("scores.json");
    let mut command = python.program("python3");
    command.arg(&script).arg(corpus).arg(results).arg("--strict").arg("--json").arg(&scores);
    process::output(&mut command)?;
    let text = fs::read_to_string(&scores).map_err(|e| failure(format!("{}: {e}", scores.display())))?;
    serde_json::from_str(&text).map_err(|e| failure(format!("{}: {e}", scores.display())))
}

/// Tesseract as its users call it, on our data, one thread: what it read goes to `output` + `.txt`.
pub fn tesseract(workspace: &Workspace, picture: &Path, output: &Path) -> Outcome<Cost> {
    let mut command = Command::new("tesseract");
    command.arg(picture).arg(output).args(["--psm", "3", "-l", "vie", "--tessdata-dir"]).arg(workspace.models());
    cost::of(command.env("OMP_THREAD_LIMIT", "1").stderr(std::process::Stdio::null()))
}

/// The pages of a PDF as pictures, drawn at 300 dpi by poppler into a folder that is emptied first.
pub fn draw(pdf: &Path, folder: &Path) -> Outcome<Vec<PathBuf>> {
    drop(fs::remove_dir_all(folder));
    fs::create_dir_all(folder).map_err(|e| failure(format!("{}: {e}", folder.display())))?;
    process::run(Command::new("pdftoppm").args(["-r", "300", "-png"]).arg(pdf).arg(folder.join("page")))?;
    let entries = fs::read_dir(folder).map_err(|e| failure(format!("{}: {e}", folder.display())))?;
    let mut pages: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    pages.sort();
    Ok(pages)
}

/// What plain Tesseract reads on a picture.
pub fn read(workspace: &Workspace, picture: &Path) -> Outcome<String> {
    tesseract(workspace, picture, picture)?;
    let mut text = picture.as_os_str().to_owned();
    text.push(".txt");
    fs::read_to_string(&text).map_err(|e| failure(format!("{}: {e}", Path::new(&text).display())))
}

/// OCRmyPDF on the pictures as one PDF, with two jobs; `None` when it, or what it starts, is not to be had here.
pub fn ocrmypdf(python: &Python, pictures: &[PathBuf], folder: &Path) -> Outcome<Option<Cost>> {
    if let Some(missing) = OCRMYPDF_NEEDS.iter().find(|program| !process::on_path(program)) {
        say(&format!("OCRmyPDF is not measured: no {missing}"));
        return Ok(None);
    }
    let languages = process::output(Command::new("tesseract").arg("--list-langs"))?;
    if !languages.lines().any(|language| language == "vie") {
        say("OCRmyPDF is not measured: Tesseract has no Vietnamese data of its own (Debian: tesseract-ocr-vie)");
        return Ok(None);
    }
    let (joined, made) = (folder.join("peer-in.pdf"), folder.join("peer-out.pdf"));
    // It takes one file: joined outside the clock.
    process::run(python.program("img2pdf").arg("--output").arg(&joined).args(pictures))?;
    let options = ["-q", "-j", "2", "--image-dpi", "300", "--deskew", "--clean", "--rotate-pages"];
    let mut command = python.program("ocrmypdf");
    command.args(options).args(["-l", "vie", "--output-type", "pdfa"]).arg(&joined).arg(&made);
    cost::of(command.stderr(std::process::Stdio::null())).map(Some)
}
