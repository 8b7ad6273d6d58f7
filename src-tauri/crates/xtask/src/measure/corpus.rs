//! `measure digitise --corpus DIR`: pages with known truth, scored by the corpus's own scorer, and every gate.
//!
//! `DIR/manifest.json` lists the cases, `DIR/../score.py` scores. CPU seconds, ratios and rates of one run are taken one after another on
//! the same machine; other work on it makes them worse, never better.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::available_parallelism;

use serde_json::{Value, json};

use super::cost::{self, Cost};
use super::gates::Gates;
use super::peers::{self, Python};
use crate::process::{self, Outcome, failure, say};
use crate::workspace::Workspace;

/// Character error rates by family.
const CER: &[(&str, f64)] = &[
    ("flat300g", 0.017),
    ("adf200g", 0.017),
    ("multitiff", 0.017),
    ("flat300c", 0.03),
    ("phone", 0.04),
    ("rot", 0.04),
    ("adf300bw", 0.04),
    ("fax", 0.06),
    ("stack", 0.08),
    ("codes", 0.15),
];
/// Kilobytes a page by family: 1-bit, grey, colour with a stamp.
const KILOBYTES: &[(&str, f64)] =
    &[("adf300bw", 45.0), ("adf200g", 60.0), ("flat300g", 60.0), ("flat300c", 120.0), ("phone", 120.0)];
const CLEAN_PRINT_KILOBYTES: f64 = 12.0;
/// Points of CER that the text layer, and reading the PDF's pictures again, may lose.
const LOSS: f64 = 0.003;
const BATCH: usize = 60;
const LONG_BATCH: usize = 500;
const PLAIN_BATCH: usize = 5000;
const PEAK_MEGABYTES: f64 = 400.0;
const GROWTH: f64 = 1.2;

struct Case {
    name: String,
    file: PathBuf,
    pages: u64,
}

/// What all steps share.
struct Run<'a> {
    workspace: &'a Workspace,
    python: Python,
    corpus: PathBuf,
    cases: Vec<Case>,
    folder: PathBuf,
    gates: Gates,
}

pub fn measure(workspace: &Workspace, corpus: &Path, long: bool) -> Outcome<Value> {
    let folder = workspace.target.join("xtask/measure-corpus");
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).map_err(|e| failure(format!("{}: {e}", folder.display())))?;
    let corpus = corpus.canonicalize().map_err(|e| failure(format!("{}: {e}", corpus.display())))?;
    let python = Python::ready(workspace)?;
    let cases = cases(&corpus)?;
    let mut run = Run { workspace, python, corpus, cases, folder, gates: Gates::default() };

    process::timed("each case, for its quality", || {
        run.digitise_cases();
        Ok(())
    })?;
    let scores = peers::score(&run.python, &run.corpus, &run.folder.join("ours"))?;
    run.quality(&scores);
    run.sizes(&scores)?;
    process::timed("the PDFs' own pictures, read again", || run.read_again(&scores))?;
    process::timed("what it costs", || run.cost(long))?;
    process::timed("the rules of PDF/A", || run.archive_rules())?;

    let holds = run.gates.hold();
    Ok(json!({ "name": "digitise", "gates": run.gates.into_json(), "families": scores, "holds": holds }))
}

fn cases(corpus: &Path) -> Outcome<Vec<Case>> {
    let path = corpus.join("manifest.json");
    let text = fs::read_to_string(&path).map_err(|e| failure(format!("{}: {e}", path.display())))?;
    let manifest: Value = serde_json::from_str(&text).map_err(|e| failure(format!("{}: {e}", path.display())))?;
    let case = |case: &Value| {
        let pages = case["pages"].as_u64()?;
        Some(Case { name: case["case"].as_str()?.to_owned(), file: corpus.join(case["file"].as_str()?), pages })
    };
    let cases: Option<Vec<Case>> = manifest["cases"].as_array().and_then(|cases| cases.iter().map(case).collect());
    cases.filter(|cases| !cases.is_empty()).ok_or_else(|| failure(format!("{}: no cases", path.display())))
}

impl Run<'_> {
    fn results(&self, case: &Case) -> PathBuf {
        self.folder.join("ours").join(&case.name)
    }

    fn digitise(&self, to: &Path, inputs: &[&Path], ocr: bool) -> Outcome<Cost> {
        fs::create_dir_all(to).map_err(|e| failure(format!("{}: {e}", to.display())))?;
        let mut command = Command::new(self.workspace.program("hosoctl"));
        command.env("HOSO_MODELS", self.workspace.models()).arg("digitise");
        command.arg("-o").arg(to.join("out.pdf")).arg("--report").arg(to.join("out.json")).stderr(Stdio::null());
        if !ocr {
            command.arg("--no-ocr");
        }
        cost::of(command.args(inputs))
    }

    /// A case that fails is scored as one without a result.
    fn digitise_cases(&self) {
        for case in &self.cases {
            if let Err(failure) = self.digitise(&self.results(case), &[&case.file], true) {
                say(&failure.to_string());
            }
        }
    }

    fn quality(&mut self, scores: &Value) {
        let gates = &mut self.gates;
        let of = |family: &str, figure: &str| scores[family][figure].as_f64();
        let all = |figure: &str| of("ALL", figure);
        for (family, limit) in CER {
            gates.at_most(&format!("CER {family}"), of(family, "cer"), *limit);
        }
        gates.at_least("letterhead number and date exact", all("letterhead_exact"), 0.97);
        let (family, loss) = worst(scores, |figures| Some(figures["cer_pdf"].as_f64()? - figures["cer"].as_f64()?));
        gates.at_most(&format!("CER from the PDF's text above CER, worst family ({family})"), loss, LOSS);
        gates.at_most("skew, mean degrees", all("skew_mean"), 0.05);
        gates.at_least("skew, share within 0.1°", all("skew_le_0.1"), 0.97);
        gates.at_most("skew, worst degrees", all("skew_max"), 0.5);
        gates.none("orientation silently wrong", scores["ALL"]["orientation_silently_wrong"].as_u64());
        let one_page = 1.0 / all("pages").unwrap_or(f64::INFINITY);
        gates.at_most("orientation asked, share of pages", all("orientation_asked"), one_page.max(0.02));
        gates.none("pages with content marked blank", scores["ALL"]["blank_fp"].as_u64());
        gates.at_least("blank pages found", all("blank_recall"), 0.97);
        gates.at_least("phone: overlap of the sheet's corners", of("phone", "iou_mean"), 0.97);
        for kind in ["qr", "code128"] {
            // "12/12", or "12.0/12".
            let told = scores["ALL"][format!("{kind}_decoded")].as_str();
            let share = told.and_then(|told| {
                let (read, of) = told.split_once('/')?;
                Some(read.parse::<f64>().ok()? / of.parse::<f64>().ok()?)
            });
            gates.at_least(&format!("codes read, {kind} ({})", told.unwrap_or("none")), share, 1.0);
        }
        gates.none("ghost codes", scores["ALL"]["ghost_codes"].as_f64().map(|ghosts| ghosts as u64));
        gates.none("cases without a result", scores["_missing_files"].as_u64());
    }

    fn sizes(&mut self, scores: &Value) -> Outcome {
        for (family, limit) in KILOBYTES {
            let seen = scores[*family]["pdf_kB_page"].as_f64();
            self.gates.at_most(&format!("kB a page, {family}"), seen, *limit);
        }
        // Print without a scanner: a born-digital paper drawn at 300 dpi.
        let drawn = self.folder.join("clean-print");
        let paper = self.workspace.samples().join("giay-xac-nhan.pdf");
        let options = ["-r", "300", "-gray", "-png", "-singlefile"];
        process::run(Command::new("pdftoppm").args(options).arg(paper).arg(&drawn))?;
        self.digitise(&self.folder.join("clean"), &[&drawn.with_extension("png")], true)?;
        let bytes = size(&self.folder.join("clean/out.pdf"))?;
        self.gates.at_most("kB a page, clean print", Some(bytes as f64 / 1e3), CLEAN_PRINT_KILOBYTES);
        Ok(())
    }

    /// What the pictures in the PDF have lost: they are drawn and read again by the same reader. What plain Tesseract reads on them is
    /// told beside it and is no gate: its own faults of layout would count as losses of the picture.
    fn read_again(&mut self, scores: &Value) -> Outcome {
        let (own, plain) = (self.folder.join("read-again"), self.folder.join("read-again-plainly"));
        for case in self.cases.iter().filter(|case| self.results(case).join("out.pdf").is_file()) {
            let drawn = peers::draw(&self.results(case).join("out.pdf"), &self.folder.join("drawn"))?;
            let (mut texts, to) = (Vec::new(), own.join(&case.name));
            for picture in &drawn {
                texts.push(peers::read(self.workspace, picture)?);
            }
            peers::write(&plain.join(&case.name).join("out.txt"), texts.join("\u{c}").as_bytes())?;
            let pictures: Vec<&Path> = drawn.iter().map(PathBuf::as_path).collect();
            self.digitise(&to, &pictures, true)?;
            peers::write(&to.join("out.txt"), page_texts(&to.join("out.json"))?.as_bytes())?;
            for made in ["out.json", "out.pdf"] {
                fs::remove_file(to.join(made)).map_err(|e| failure(format!("{}: {e}", to.display())))?;
            }
        }
        let (own, plain) =
            (peers::score(&self.python, &self.corpus, &own)?, peers::score(&self.python, &self.corpus, &plain)?);
        let cer = |scores: &Value, family: &str| scores[family]["cer"].as_f64();
        let loss = cer(&own, "ALL").zip(cer(scores, "ALL")).map(|(after, before)| after - before);
        self.gates.at_most("CER of the PDF's pictures read again, above CER", loss, LOSS);
        for family in
            scores.as_object().into_iter().flatten().map(|(family, _)| family).filter(|it| *it != "_missing_files")
        {
            let [before, after, plain] = [cer(scores, family), cer(&own, family), cer(&plain, family)];
            say(&format!("  {family}: CER {before:.4?}, read again {after:.4?}, by plain Tesseract {plain:.4?}"));
        }
        Ok(())
    }

    fn cost(&mut self, long: bool) -> Outcome {
        let cores = available_parallelism().map_or(1, usize::from);
        let singles: Vec<PathBuf> =
            self.cases.iter().filter(|case| case.pages == 1).map(|case| case.file.clone()).collect();
        let batch =
            |wanted: usize| -> Vec<&Path> { singles.iter().cycle().take(wanted).map(PathBuf::as_path).collect() };
        let rate = |pages: usize, cost: &Cost| pages as f64 / cost.wall_seconds;

        let ours = self.digitise(&self.folder.join("batch"), &batch(BATCH), true)?;
        say(&format!("  ours: {BATCH} pages in {:.1} s, {:.1} CPU s", ours.wall_seconds, ours.cpu_seconds));
        let mut plain = 0.0;
        for picture in batch(BATCH) {
            plain += peers::tesseract(self.workspace, picture, &self.folder.join("plain"))?.cpu_seconds;
        }
        say(&format!("  plain Tesseract: {plain:.1} CPU s"));
        self.gates.at_most("CPU with OCR, in plain Tesseract passes", Some(ours.cpu_seconds / plain), 1.6);
        let pictures: Vec<PathBuf> = batch(BATCH).into_iter().map(Path::to_path_buf).collect();
        let peer = peers::ocrmypdf(&self.python, &pictures, &self.folder)?;
        if let Some(peer) = &peer {
            say(&format!("  OCRmyPDF: {:.1} s, {:.1} CPU s", peer.wall_seconds, peer.cpu_seconds));
        }
        let times = peer.map(|peer| peer.wall_seconds / ours.wall_seconds);
        self.gates.at_least("pages/s with OCR, times OCRmyPDF's with 2 jobs", times, 3.0);
        let without = self.digitise(&self.folder.join("batch-plain"), &batch(BATCH), false)?;
        let speed = rate(BATCH, &without) / cores as f64;
        self.gates.at_least("pages/s and core without OCR", Some(speed), 2.0);

        let megabytes = |cost: &Cost| cost.peak_bytes as f64 / 1e6;
        let mut memory = |what: String, seen: &Cost, of: &Cost| {
            let limit =
                if std::ptr::eq(seen, of) { PEAK_MEGABYTES } else { PEAK_MEGABYTES.min(GROWTH * megabytes(of)) };
            self.gates.at_most(&what, Some(megabytes(seen)), limit.round());
        };
        memory(format!("peak MB of all processes, {BATCH} pages with OCR"), &ours, &ours);
        memory(format!("peak MB of all processes, {BATCH} pages without OCR"), &without, &without);
        if long {
            let many = self.digitise(&self.folder.join("long"), &batch(LONG_BATCH), true)?;
            let most = self.digitise(&self.folder.join("long-plain"), &batch(PLAIN_BATCH), false)?;
            let mut memory = |what: String, seen: &Cost, of: &Cost| {
                self.gates.at_most(&what, Some(megabytes(seen)), PEAK_MEGABYTES.min(GROWTH * megabytes(of)).round());
            };
            memory(format!("peak MB of all processes, {LONG_BATCH} pages with OCR"), &many, &ours);
            memory(format!("peak MB of all processes, {PLAIN_BATCH} pages without OCR"), &most, &without);
        }
        Ok(())
    }

    fn archive_rules(&mut self) -> Outcome {
        let mut command = Command::new(self.workspace.program("check_archive"));
        let cases = self.cases.iter().map(|case| self.results(case));
        let others = ["batch", "batch-plain", "clean"].map(|name| self.folder.join(name));
        command.args(cases.chain(others).map(|folder| folder.join("out.pdf")).filter(|pdf| pdf.is_file()));
        let said = process::output(&mut command)?;
        let mut broken = 0;
        for line in said.lines() {
            let file: Value = serde_json::from_str(line).map_err(|e| failure(format!("check_archive: {e}: {line}")))?;
            if file["broken"].as_array().is_none_or(|rules| !rules.is_empty()) {
                say(&format!("  {line}"));
                broken += 1;
            }
        }
        self.gates.none(&format!("PDF/A-2u: outputs of {} that break a rule", said.lines().count()), Some(broken));
        Ok(())
    }
}

/// The texts of a report's pages, form feeds between them.
fn page_texts(report: &Path) -> Outcome<String> {
    let text = fs::read_to_string(report).map_err(|e| failure(format!("{}: {e}", report.display())))?;
    let report: Value = serde_json::from_str(&text).map_err(|e| failure(format!("{}: {e}", report.display())))?;
    let texts: Vec<&str> =
        report["pages"].as_array().into_iter().flatten().filter_map(|page| page["text"].as_str()).collect();
    Ok(texts.join("\u{c}"))
}

/// The family with the highest figure.
fn worst(scores: &Value, figure: impl Fn(&Value) -> Option<f64>) -> (String, Option<f64>) {
    let families = scores.as_object().into_iter().flatten().filter(|(name, _)| *name != "ALL");
    let seen = families.filter_map(|(name, figures)| Some((name.clone(), figure(figures)?)));
    let worst = seen.max_by(|a, b| a.1.total_cmp(&b.1));
    worst.map_or_else(|| ("none".to_owned(), None), |(name, figure)| (name, Some(figure)))
}

fn size(path: &Path) -> Outcome<u64> {
    Ok(fs::metadata(path).map_err(|e| failure(format!("{}: {e}", path.display())))?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_read_whole_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = |text: &str| fs::write(folder.path().join("manifest.json"), text).unwrap();
        assert!(cases(folder.path()).is_err());
        manifest(r#"{"cases": [{"case": "a", "file": "a/page.jpg", "pages": 2}]}"#);
        let found = cases(folder.path()).unwrap();
        assert_eq!((found.len(), found[0].pages, &found[0].file), (1, 2, &folder.path().join("a/page.jpg")));
        manifest(r#"{"cases": [{"case": "a"}]}"#);
        assert!(cases(folder.path()).is_err());
        manifest(r#"{"cases": []}"#);
        assert!(cases(folder.path()).is_err());
    }

    #[test]
    fn the_worst_family_is_named() {
        let scores =
            json!({ "ALL": { "cer": 9.0 }, "a": { "cer": 1.0 }, "b": { "cer": 2.0 }, "c": {}, "_missing_files": 0 });
        assert_eq!(worst(&scores, |figures| figures["cer"].as_f64()), ("b".to_owned(), Some(2.0)));
        assert_eq!(worst(&json!({}), |figures| figures["cer"].as_f64()).1, None);
    }
}
