//! `measure digitise`: pages per second, CPU per page, memory and size, with and without OCR. With a corpus of known truth, everything
//! else too: see [`super::corpus`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::available_parallelism;

use serde_json::{Value, json};

use super::cost;
use super::{Options, corpus};
use crate::process::{Outcome, failure, say};
use crate::workspace::Workspace;

/// Memory of all processes together that a batch of any length may need.
const PEAK_LIMIT: u64 = 400_000_000;
/// A batch twenty times as long may need this much more memory, for its lists.
const GROWTH_LIMIT: f64 = 1.2;
/// Pages per second and core without OCR.
const SPEED_LIMIT: f64 = 2.0;

/// One batch.
struct Batch {
    pages: u64,
    ocr: bool,
    cost: cost::Cost,
    pdf_bytes: u64,
    words: u64,
}

pub fn measure(workspace: &Workspace, options: &Options) -> Outcome<Value> {
    if let Some(known) = options.corpus.as_deref().filter(|folder| folder.join("manifest.json").is_file()) {
        return corpus::measure(workspace, known, options.long);
    }
    let inputs = pictures(options.corpus.as_deref().unwrap_or(&workspace.samples()))?;
    let folder = workspace.target.join("xtask/measure-digitise");
    fs::create_dir_all(&folder).map_err(|e| failure(format!("{}: {e}", folder.display())))?;
    let large = if options.long { 500 } else { 100 };
    let mut batches = Vec::new();
    for (pages, ocr) in [(5, false), (large, false), (5, true), (large, true)] {
        batches.push(batch(workspace, &folder, &inputs, pages, ocr)?);
    }
    let cores = available_parallelism().map_or(1, usize::from);
    Ok(verdict(&batches, cores))
}

/// The pictures in a folder and its sub-folders, in a fixed order.
fn pictures(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).map_err(|e| failure(format!("{}: {e}", folder.display())))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default().to_lowercase();
            if path.is_dir() {
                open.push(path);
            } else if ["jpg", "jpeg", "png", "tif", "tiff"].contains(&kind.as_str()) {
                found.push(path);
            }
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(failure(format!("no pictures in {}", folder.display())));
    }
    Ok(found)
}

/// Digitises the inputs over and over until there are about `wanted` pages (an input may hold several).
fn batch(workspace: &Workspace, folder: &Path, inputs: &[PathBuf], wanted: usize, ocr: bool) -> Outcome<Batch> {
    let name = format!("{wanted}-{}", if ocr { "ocr" } else { "plain" });
    let (pdf, report) = (folder.join(format!("{name}.pdf")), folder.join(format!("{name}.json")));
    let mut command = Command::new(workspace.program("hosoctl"));
    command.env("HOSO_MODELS", workspace.models()).arg("digitise").arg("-o").arg(&pdf).arg("--report").arg(&report);
    if !ocr {
        command.arg("--no-ocr");
    }
    command.args(inputs.iter().cycle().take(wanted));
    let cost = cost::of(&mut command)?;
    let text = fs::read_to_string(&report).map_err(|e| failure(format!("{}: {e}", report.display())))?;
    let report: Value = serde_json::from_str(&text).map_err(|e| failure(format!("{name}: the report: {e}")))?;
    let pages = report["pages"].as_array().ok_or_else(|| failure(format!("{name}: no pages in the report")))?;
    let batch = Batch {
        pages: pages.len() as u64,
        ocr,
        pdf_bytes: fs::metadata(&pdf).map_err(|e| failure(format!("{}: {e}", pdf.display())))?.len(),
        words: pages.iter().filter_map(|page| page["words"].as_u64()).sum(),
        cost,
    };
    say(&format!(
        "{} pages {} OCR: {:.2} pages/s, {:.2} CPU s/page, peak {:.0} MB, {:.0} kB/page, {} words",
        batch.pages,
        if ocr { "with" } else { "without" },
        batch.pages_per_second(),
        batch.cpu_per_page(),
        batch.cost.peak_bytes as f64 / 1e6,
        batch.bytes_per_page() / 1e3,
        batch.words,
    ));
    Ok(batch)
}

impl Batch {
    fn pages_per_second(&self) -> f64 {
        self.pages as f64 / self.cost.wall_seconds
    }

    fn cpu_per_page(&self) -> f64 {
        self.cost.cpu_seconds / self.pages as f64
    }

    fn bytes_per_page(&self) -> f64 {
        self.pdf_bytes as f64 / self.pages as f64
    }

    fn numbers(&self) -> Value {
        json!({
            "pages": self.pages,
            "ocr": self.ocr,
            "words": self.words,
            "pages_per_second": rounded(self.pages_per_second()),
            "cpu_seconds_per_page": rounded(self.cpu_per_page()),
            "peak_bytes": self.cost.peak_bytes,
            "bytes_per_page": self.bytes_per_page().round(),
        })
    }
}

fn verdict(batches: &[Batch], cores: usize) -> Value {
    let of = |ocr: bool| batches.iter().filter(move |batch| batch.ocr == ocr);
    let peak = |ocr: bool| of(ocr).map(|batch| batch.cost.peak_bytes);
    let flat = [true, false].into_iter().all(|ocr| {
        let (low, high) = (peak(ocr).min().unwrap_or(0), peak(ocr).max().unwrap_or(0));
        high <= PEAK_LIMIT && high as f64 <= low as f64 * GROWTH_LIMIT
    });
    // The long batch: the start of the processes is not counted against the pages.
    let fast = of(false).max_by_key(|batch| batch.pages);
    let quick = fast.is_some_and(|batch| batch.pages_per_second() >= SPEED_LIMIT * cores as f64);
    let read = of(true).all(|batch| batch.words > 0);
    json!({
        "name": "digitise",
        "cores": cores,
        "batches": batches.iter().map(Batch::numbers).collect::<Vec<_>>(),
        "memory_holds": flat,
        "speed_holds": quick,
        "holds": flat && quick && read,
    })
}

fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(pages: u64, ocr: bool, wall_seconds: f64, peak_bytes: u64) -> Batch {
        let cost = cost::Cost { wall_seconds, cpu_seconds: wall_seconds, peak_bytes };
        Batch { pages, ocr, cost, pdf_bytes: pages * 50_000, words: 10 }
    }

    fn holds(batches: &[Batch]) -> bool {
        verdict(batches, 2)["holds"] == Value::Bool(true)
    }

    #[test]
    fn the_gate_is_memory_that_stays_flat_and_a_speed_per_core() {
        let good = || {
            vec![
                batch(5, false, 2.0, 200),
                batch(100, false, 20.0, 230),
                batch(5, true, 9.0, 300),
                batch(100, true, 90.0, 300),
            ]
        };
        assert!(holds(&good()));
        let mut growing = good();
        growing[1].cost.peak_bytes = 300;
        assert!(!holds(&growing));
        let mut slow = good();
        slow[1].cost.wall_seconds = 30.0;
        assert!(!holds(&slow));
        let mut blind = good();
        blind[3].words = 0;
        assert!(!holds(&blind));
        let huge: Vec<Batch> = good().into_iter().map(|b| batch(b.pages, b.ocr, 1.0, 500_000_000)).collect();
        assert!(!holds(&huge));
    }
}
