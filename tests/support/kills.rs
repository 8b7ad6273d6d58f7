//! `kill -9` at chance instants while a batch of papers is digitised: what must hold is counted here, for the short journey and for
//! `measure kills` alike.
//!
//! A batch goes one of two roads into its dossier: attached as files, or as a stack with a cover sheet. The program is started, let
//! run to the instant, killed, and started again, until the batch is done; then the next begins. Every other kill takes the workers
//! with it; else they must end by themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::clerk::Clerk;
use crate::papers::numbered_pages;
use crate::process::until;
use crate::window::{Line, Window, runs};

const PROCEDURE: &str = "2.000635";
const COMPONENT: &str = "2.000635.02";
/// A batch that is not done in this time after its last kill hangs.
const PATIENCE: Duration = Duration::from_secs(1200);
/// Workers without a parent end within this.
const ORPHANED: Duration = Duration::from_secs(10);
/// How soon after a start a page must be made that was not made before.
pub const GOES_ON: f64 = 2.0;

/// What is done.
#[derive(Debug, Clone)]
pub struct Plan {
    pub kills: u32,
    /// Pages of a batch.
    pub pages: u32,
    /// Instants lie between the start of the program and this, and once longer after a start that made no page.
    pub latest: Duration,
    pub seed: u64,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    pub kills: u32,
    pub batches: u32,
    /// Seconds from each start to the first page that was new, where digitising had begun before and pages were left.
    pub went_on: Vec<f64>,
    /// Those later than [`GOES_ON`], each in words.
    pub late: Vec<String>,
    /// What is not as it must be, each in words.
    pub wrong: Vec<String>,
}

/// Kills until the plan is done, not more than half of the kills in one batch: both roads are gone. What is left is finished in peace.
pub fn digitising(plan: &Plan) -> Seen {
    let (mut seen, mut chance) = (Seen::default(), Chance::new(plan.seed));
    while seen.kills < plan.kills || seen.batches < 2 {
        let road = if seen.batches % 2 == 0 { Road::Attach } else { Road::Stack };
        Batch::new(plan, road).run(plan, &mut chance, &mut seen);
        seen.batches += 1;
    }
    seen
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Road {
    Attach,
    Stack,
}

struct Batch {
    clerk: Clerk,
    road: Road,
    folder: PathBuf,
    names: Vec<String>,
    dossier: String,
    document: Option<String>,
    /// As many of its pages were told as made.
    made: u32,
}

impl Batch {
    fn new(plan: &Plan, road: Road) -> Batch {
        let clerk = Clerk::new();
        let folder = clerk.folder().join("quet");
        let files = numbered_pages(&folder, plan.pages);
        let name = |file: &PathBuf| file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let dossier = clerk.filled_dossier(PROCEDURE);
        if road == Road::Stack {
            cover_sheet(&clerk, &dossier, plan.pages, &folder);
        }
        Batch { clerk, road, names: files.iter().map(name).collect(), folder, dossier, document: None, made: 0 }
    }

    fn run(&mut self, plan: &Plan, chance: &mut Chance, seen: &mut Seen) {
        let (mut begun, mut workers, mut grace) = (Instant::now(), BTreeSet::new(), Duration::ZERO);
        let most = plan.kills.min(seen.kills + plan.kills.div_ceil(2));
        loop {
            assert!(
                begun.elapsed() < PATIENCE,
                "{:?}: {} of {} pages after {PATIENCE:?}",
                self.road,
                self.made,
                plan.pages
            );
            let mut window = Window::start(&self.clerk);
            self.look(&window.line, &mut seen.wrong);
            let before = (self.document.is_some(), self.made);
            let (line, road, dossier, folder) =
                (window.line.clone(), self.road, self.dossier.clone(), self.folder.clone());
            let wanted = self.document.is_none();
            let driver = std::thread::spawn(move || wanted.then(|| drive(&line, road, &dossier, &folder)).flatten());
            let last = seen.kills >= most;
            let instant = chance.within(plan.latest) + grace;
            let end = if last { begun + PATIENCE } else { window.started + instant };
            let went_on = self.listen(&window, end, plan.pages);
            let done = self.made >= plan.pages && self.is_done(&window.line);
            // Where every page was made before, only the document is left to be put together.
            if before.0 && before.1 < plan.pages {
                let seconds = match went_on {
                    None if done || instant.as_secs_f64() < GOES_ON => None,
                    None => Some(instant.as_secs_f64()),
                    seen => seen,
                };
                seen.went_on.extend(seconds);
                seen.late.extend(seconds.filter(|seconds| *seconds > GOES_ON).map(|seconds| {
                    let (road, kills) = (self.road, seen.kills);
                    format!("kill {kills}, {road:?}, after page {}: {seconds:.2} s, {went_on:?}", before.1)
                }));
            }
            if done {
                self.check(&window.line, plan.pages, &mut seen.wrong);
                window.kill9(true);
                driver.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                break;
            }
            workers.extend(window.kill9(seen.kills.is_multiple_of(2)));
            (seen.kills, begun) = (seen.kills + 1, Instant::now());
            // What was under way when it was killed may still have been done.
            match driver.join() {
                Ok(Some(document)) => drop(self.document.get_or_insert(document)),
                Ok(None) => {}
                Err(panic) => std::panic::resume_unwind(panic),
            }
            grace = if self.made > before.1 { Duration::ZERO } else { grace + Duration::from_secs(1) };
        }
        let orphans = || workers.iter().filter(|id| runs(**id)).count();
        until(ORPHANED, "workers that outlive their program", || (orphans() == 0).then_some(()));
    }

    /// What was told before the kill must still be there.
    fn look(&mut self, line: &Line, wrong: &mut Vec<String>) {
        let shown = line.ok(&json!({ "ask": "dossier_show", "dossier": self.dossier }));
        let documents = shown["documents"].as_array().cloned().unwrap_or_default();
        if documents.len() > 1 {
            wrong.push(format!("the paper is there {} times", documents.len()));
        }
        let found = documents.first().and_then(|document| document["id"].as_str()).map(str::to_owned);
        match (&self.document, found) {
            (Some(_), None) => wrong.push("the document is gone".to_owned()),
            (None, Some(found)) => self.document = Some(found),
            _ => {}
        }
        let Some(document) = &self.document else { return };
        let pages = line.ok(&json!({ "ask": "document_pages", "document": document }));
        let kept = pages.as_array().into_iter().flatten().filter(|page| !page["found"].is_null()).count();
        if kept < self.made as usize {
            wrong.push(format!("{} pages were told as made, {kept} are kept", self.made));
        }
    }

    /// Hears how far it is until `end`, or until all pages are made; seconds from the start to the first new page.
    fn listen(&mut self, window: &Window, end: Instant, pages: u32) -> Option<f64> {
        let (notices, mut first) = (window.line.notices(), None);
        if self.made >= pages && self.is_done(&window.line) {
            return None;
        }
        loop {
            let (at, notice) = match notices.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(told) => told,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return first,
            };
            match notice["notice"].as_str() {
                Some("digitising") => {
                    let done = u32::try_from(notice["done"].as_u64().unwrap_or(0)).unwrap_or(0);
                    if done > self.made {
                        self.made = done;
                        first.get_or_insert((at - window.started).as_secs_f64());
                    }
                }
                Some("document") if self.made >= pages && self.is_done(&window.line) => return first,
                _ => {}
            }
        }
    }

    fn is_done(&self, line: &Line) -> bool {
        let shown = line.call(&json!({ "ask": "dossier_show", "dossier": self.dossier }));
        shown.and_then(Result::ok).is_some_and(|shown| shown["documents"][0]["status"] == "done")
    }

    /// Every page once, in its place, with its words, in the list and in the PDF.
    fn check(&self, line: &Line, pages: u32, wrong: &mut Vec<String>) {
        let shown = line.ok(&json!({ "ask": "dossier_show", "dossier": self.dossier }));
        if shown["documents"][0]["pages"] != pages {
            wrong.push(format!("{} pages in the PDF of {pages}", shown["documents"][0]["pages"]));
        }
        let listed = line.ok(&json!({ "ask": "document_pages", "document": shown["documents"][0]["id"] }));
        let listed: Vec<&str> =
            listed.as_array().into_iter().flatten().filter_map(|page| page["found"]["source"].as_str()).collect();
        if listed != self.names {
            wrong.push(format!("not each page once and in its place: {listed:?}"));
        }
        let folder = self.clerk.folder().join("out");
        std::fs::create_dir_all(&folder).expect("a folder");
        let exported = line.ok(&json!({ "ask": "dossier_export", "dossier": self.dossier, "folder": folder }));
        let files = exported["files"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let Some(pdf) = files.into_iter().find(|file| file.ends_with(".pdf")) else {
            wrong.push(format!("no PDF: {exported}"));
            return;
        };
        let text = Command::new("pdftotext").args([pdf, "-"]).output().expect("pdftotext").stdout;
        // In some faces the reader takes an 8 for a 6, here and there it may misread another; pages in another order would all be wrong.
        let alike = |text: &str| text.replace('8', "6");
        let text = alike(&String::from_utf8_lossy(&text));
        let mut sheets = text.split('\u{c}');
        let tells = |number: &u32| sheets.next().is_some_and(|sheet| sheet.contains(&alike(&number.to_string())));
        let named = (1..=pages).filter(tells).count();
        if named * 50 < pages as usize * 49 {
            wrong.push(format!("only {named} of {pages} pages of the PDF tell their own number"));
        }
    }
}

/// Prints the sheet that lies before the pages.
fn cover_sheet(clerk: &Clerk, dossier: &str, pages: u32, folder: &Path) {
    let out = clerk.folder().join("sheet");
    std::fs::create_dir_all(&out).expect("a folder");
    let wanted = format!("{COMPONENT}={pages}");
    let made = clerk.ok(&["cover", dossier, "-o", out.to_str().expect("UTF-8"), &wanted]);
    let pdf = made["file"].as_str().unwrap_or_else(|| panic!("no sheet: {made}"));
    let mut pdftoppm = Command::new("pdftoppm");
    pdftoppm.args(["-r", "150", "-gray", "-png", "-singlefile", pdf]).arg(folder.join("quet-0"));
    assert!(pdftoppm.status().expect("pdftoppm").success());
}

/// Does what a person would do until the document is there; its id, or nothing when the program was killed first.
fn drive(line: &Line, road: Road, dossier: &str, folder: &Path) -> Option<String> {
    if road == Road::Attach {
        let attach = json!({
            "ask": "dossier_attach", "dossier": dossier, "component": COMPONENT, "row": null, "files": [folder],
            "as_is": false, "later": true,
        });
        let attached = line.call(&attach)?.unwrap_or_else(|fault| panic!("{fault}"));
        return attached["documents"][0]["id"].as_str().map(str::to_owned);
    }
    let news = line.notices();
    let stacks = line.call(&json!({ "ask": "stack_list" }))?.unwrap_or_else(|fault| panic!("{fault}"));
    let known = stacks.as_array()?.first().and_then(|stack| stack["id"].as_str()).map(str::to_owned);
    let mut stack = match known {
        Some(known) => line.call(&json!({ "ask": "stack_show", "stack": known }))?.ok(),
        None => None,
    };
    if let Some(half) = stack.take_if(|stack| stack["files"] != stack["announced"]) {
        // Ended while its files were taken in: it says so, and is taken in again.
        line.call(&json!({ "ask": "stack_discard", "stack": half["id"] }))?.unwrap_or_else(|fault| panic!("{fault}"));
    }
    let stack = match stack {
        Some(stack) => stack,
        None => {
            line.call(&json!({ "ask": "stack_take", "files": [folder] }))?.unwrap_or_else(|fault| panic!("{fault}"))
        }
    };
    loop {
        let shown =
            line.call(&json!({ "ask": "stack_show", "stack": stack["id"] }))?.unwrap_or_else(|fault| panic!("{fault}"));
        match shown["state"].as_str() {
            Some("sorted") => break,
            Some("filed") => return None,
            _ => drop(news.recv().ok()?),
        }
    }
    let file = json!({ "ask": "stack_file", "stack": stack["id"], "declared": true });
    line.call(&file)?.unwrap_or_else(|fault| panic!("{fault}"));
    let shown = line.call(&json!({ "ask": "dossier_show", "dossier": dossier }))?.ok()?;
    shown["documents"][0]["id"].as_str().map(str::to_owned)
}
