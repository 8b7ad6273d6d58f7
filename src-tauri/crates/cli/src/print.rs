//! Answers for people, or as one JSON document for programs.

use std::{io::Write as _, process::ExitCode};

use desk::{Answer, CatalogueAnswer, DraftFault, Fault};
use serde_json::json;

use crate::{
    findings, problems,
    words::{self, Language},
};

/// A line on the named stream. A reader that has gone away (`hosoctl … | head`) is no failure of the work.
macro_rules! tell {
    ($stream:ident, $($line:tt)*) => {{ let _ = writeln!(std::io::$stream(), $($line)*); }};
}

pub struct Printer {
    pub json: bool,
    pub language: Language,
}

impl Printer {
    /// Prints a failure: as JSON on standard output, with the words of both languages; else as a sentence on standard error.
    pub fn fault(&self, fault: &Fault) {
        if self.json {
            tell!(stdout, "{}", json!({ "fault": self.told(fault) }));
        } else {
            tell!(stderr, "hosoctl: {}", words::fault(fault, self.language));
        }
    }

    fn told(&self, fault: &Fault) -> serde_json::Value {
        json!({
            "code": fault.code,
            "args": fault.args,
            "retry": fault.retry,
            "vi": words::fault(fault, Language::Vi),
            "en": words::fault(fault, Language::En),
        })
    }

    /// Prints what was answered. The work may have failed in part: then the reasons follow, and the exit code says so.
    pub fn answer(&self, answer: &Answer) -> ExitCode {
        let faults = faults(answer);
        if self.json {
            let mut content = match serde_json::to_value(answer) {
                Ok(mut tagged) => tagged.get_mut("content").map(serde_json::Value::take).unwrap_or_default(),
                Err(error) => {
                    self.fault(&Fault::unexpected(error));
                    return ExitCode::FAILURE;
                }
            };
            if !faults.is_empty() && content.is_object() {
                content["faults"] = faults.iter().map(|fault| self.told(fault)).collect();
            }
            tell!(stdout, "{content}");
        } else {
            self.words(answer);
            for fault in &faults {
                tell!(stderr, "hosoctl: {}", words::fault(fault, self.language));
            }
        }
        if failed(answer, &faults) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }

    fn words(&self, answer: &Answer) {
        match answer {
            Answer::About(about) => tell!(stdout, "Hồ Sơ {}", about.version),
            Answer::Doctor(parts) => parts.iter().for_each(|part| self.examined(part)),
            Answer::Digitised(report) => self.digitised(report),
            Answer::Procedures(procedures) => {
                for line in procedures {
                    let name = if self.vietnamese() { &line.name_vi } else { &line.name_en };
                    let provenance = words::provenance(line.provenance, self.language);
                    tell!(stdout, "{:<12} {name} ({provenance})", line.code);
                }
            }
            Answer::Procedure(procedure) => self.procedure(procedure),
            Answer::Imported(taken) => taken.iter().for_each(|line| tell!(stdout, "{line}")),
            Answer::Catalogue(answer) => crate::catalogue::print(answer, self.language),
            Answer::Filling(answer) => crate::filling::print(answer),
            Answer::Account(answer) => crate::accounts::print(answer, self.language),
            Answer::Reuse(answer) => crate::reuse::print(answer, self.language),
            Answer::Many(answer) => crate::many::print(answer, self.language),
            Answer::NoPaper(answer) => crate::no_paper::print(answer, self.language),
            Answer::Parcel(answer) => crate::parcel::print(answer, self.language),
            Answer::Portal(answer) => crate::portal::print(answer, self.language),
            Answer::UnitLines(lines) => crate::catalogue::units(lines),
            Answer::Unit(view) => crate::catalogue::unit_view(view),
            Answer::FormProblems(found) => {
                found.iter().for_each(|problem| tell!(stdout, "{}", problems::line(problem, self.language)));
            }
            Answer::Printed(printed) => tell!(stdout, "{}", printed.file),
            Answer::Rebased(view) => self.rebased(view),
            Answer::Dossier(dossier) => self.dossier(dossier),
            Answer::Attached(attached) => attached.documents.iter().for_each(|line| self.document(line)),
            Answer::Findings(findings) => self.findings(findings),
            Answer::Dossiers(page) => {
                let ignored =
                    if self.vietnamese() { "không hiểu, đã bỏ qua" } else { "not understood, left out" };
                page.doubts.iter().for_each(|doubt| tell!(stderr, "{}: {ignored}", doubt.typed));
                for line in &page.dossiers {
                    let code = line.code.as_deref().unwrap_or("–");
                    let state = words::state(line.state, self.language);
                    tell!(stdout, "{}  {code:<28} {state:<18} {} · {}", line.id, line.title, line.applicant);
                }
                if let Some(next) = page.next {
                    tell!(stdout, "… --before {next}");
                }
            }
            Answer::Exported(exported) => {
                exported.files.iter().for_each(|file| tell!(stdout, "{file}"));
                let unfinished =
                    if self.vietnamese() { "chưa có PDF, không ghi ra" } else { "no PDF yet, not written" };
                exported.unfinished.iter().for_each(|title| tell!(stderr, "{title}: {unfinished}"));
            }
            Answer::Enrolled(hub) => {
                tell!(stdout, "{} · {} {} · {}", hub.hub, hub.agency_code, hub.agency_name, hub.station);
            }
            Answer::Sent(sent) => {
                for line in &sent.receipted {
                    tell!(stdout, "{} → {}", line.dossier, line.code);
                }
                sent.waiting.iter().for_each(|line| self.outbox(line));
            }
            Answer::Outbox(lines) => lines.iter().for_each(|line| self.outbox(line)),
            Answer::Events(news) => {
                for line in news {
                    let state = words::state(line.state, self.language);
                    tell!(stdout, "{} {} {state} {}", line.event.happened_at, line.dossier, line.event.note);
                }
            }
            Answer::Receipt(view) => {
                let receipt = &view.receipt;
                tell!(stdout, "{}  {}  {}", receipt.code, receipt.received_at, receipt.manifest_sha256);
                let good = match (self.vietnamese(), view.ours) {
                    (true, Some(true)) => "Chữ ký đúng, khớp với hồ sơ đã gửi từ máy này.",
                    (true, _) => "Chữ ký đúng. Máy này không có hồ sơ tương ứng.",
                    (false, Some(true)) => "The signature is good, for what was sent from this computer.",
                    (false, _) => "The signature is good. This computer has no such dossier.",
                };
                tell!(stdout, "{good}");
                view.saved.iter().for_each(|file| tell!(stdout, "{file}"));
            }
            Answer::CoverSheets(made) => {
                for sheet in &made.sheets {
                    let row = sheet.row.as_ref().map_or(String::new(), |row| format!("#{row}"));
                    let pages = sheet.pages.map_or(String::new(), |pages| format!("={pages}"));
                    tell!(stdout, "{:>4}  {}{row}{pages}", sheet.number, sheet.component);
                }
                tell!(stdout, "{}", made.file);
            }
            Answer::Stacks(stacks) => stacks.iter().for_each(|line| self.stack_line(line)),
            Answer::Stack(stack) => self.stack(stack),
            Answer::HotFolder(hot) => {
                tell!(stdout, "{}", hot.folder.as_deref().unwrap_or("–"));
                for file in &hot.files {
                    let fault = file.fault.as_ref().map(|fault| words::fault(fault, self.language));
                    tell!(
                        stdout,
                        "{} {}  {}",
                        if fault.is_none() { "✓" } else { "✗" },
                        file.name,
                        fault.unwrap_or_default()
                    );
                }
            }
            // Asked by windows only.
            Answer::Done
            | Answer::DueOn(_)
            | Answer::Units(_)
            | Answer::Address(_)
            | Answer::Opened(_)
            | Answer::Sheet(_)
            | Answer::Pages(_)
            | Answer::Arranged(_)
            | Answer::Page(_)
            | Answer::Words(_)
            | Answer::Status(_)
            | Answer::Preferences(_) => {}
            Answer::Network(network) => crate::network::print(network, self.language),
            Answer::Kept(kept) => tell!(stdout, "{} ({} B, {})", kept.file, kept.bytes, kept.dossiers),
        }
    }

    fn stack_line(&self, line: &desk::StackLine) {
        let state = words::stack_state(line.state, self.language);
        tell!(stdout, "{}  {}/{}  {state}  {}", line.id, line.examined, line.pages, line.created_at);
    }

    fn stack(&self, stack: &desk::StackView) {
        self.stack_line(&stack.line);
        for part in &stack.parts {
            let at = format!("{}.{}", part.at.file + 1, part.at.frame + 1);
            let place = part.place.as_ref().map_or_else(String::new, |place| {
                let name = if self.vietnamese() { &place.component_vi } else { &place.component_en };
                let row = place.row_words.as_ref().map_or(String::new(), |row| format!(" [{row}]"));
                format!("{} · {} {name}{row}", place.code, place.component)
            });
            let count = part.expected.map_or_else(|| part.counted.to_string(), |n| format!("{}/{n}", part.counted));
            tell!(stdout, "{at:>8}  {count:>5}  {:<14} {place}", words::part_state(part.state, self.language));
            if part.state == desk::PartState::Asks {
                for doubt in &part.doubts {
                    tell!(stdout, "          ? {}", words::doubt(doubt, self.language));
                }
            }
        }
    }

    fn vietnamese(&self) -> bool {
        self.language == Language::Vi
    }

    fn examined(&self, part: &desk::Examined) {
        let mark = if part.works { "✓" } else { "✗" };
        let detail = match &part.fault {
            Some(fault) => words::fault(fault, self.language),
            None => part.detail.clone(),
        };
        tell!(stdout, "{mark} {}: {detail}", words::part(part.part, self.language));
    }

    fn digitised(&self, report: &desk::Report) {
        for page in &report.pages {
            let mark = if page.blank { "□" } else { "■" };
            tell!(
                stdout,
                "{mark} {} #{}  {}×{}  {:+.2}°  {}°  {} · {} B",
                page.source,
                page.frame + 1,
                page.width,
                page.height,
                page.skew_deg,
                page.orientation,
                page.words,
                page.bytes
            );
        }
        if let Some(output) = &report.output {
            let level = output.pdfa.as_ref().map_or(String::new(), |level| format!(" · PDF/A-{level}"));
            tell!(stdout, "{}{level} · {} B · {}", output.path, output.bytes, output.pages);
        }
    }

    fn procedure(&self, procedure: &desk::Procedure) {
        let word = |words: &desk::Words| if self.vietnamese() { words.vi.clone() } else { words.en.clone() };
        tell!(stdout, "{} · {}", procedure.code, word(&procedure.name));
        tell!(stdout, "{}", words::provenance(procedure.provenance.status, self.language));
        for component in &procedure.components {
            tell!(stdout, "  {:<20} {}", component.code.as_str(), word(&component.name));
        }
    }

    fn dossier(&self, dossier: &desk::DossierView) {
        let name = if self.vietnamese() { &dossier.name_vi } else { &dossier.name_en };
        let code = dossier.official_code.as_ref().or(dossier.provisional_code.as_ref());
        tell!(stdout, "{}  {}", dossier.id, code.map_or("–", String::as_str));
        tell!(stdout, "{} · {name}", dossier.procedure);
        tell!(stdout, "{} · {}", words::state(dossier.state, self.language), dossier.applicant);
        dossier.documents.iter().for_each(|line| self.document(line));
    }

    fn document(&self, line: &desk::DocumentView) {
        let status = words::document(line.status, self.language);
        tell!(
            stdout,
            "  {}  {:<20} {} · {status} · {} · {} B",
            line.id,
            line.component,
            line.title,
            line.pages,
            line.bytes
        );
        for warning in &line.warnings {
            tell!(stdout, "    ! {}", words::warning(warning, self.language));
        }
    }

    fn findings(&self, findings: &desk::Findings) {
        for finding in &findings.findings {
            tell!(stdout, "{}", findings::finding(finding, self.language));
        }
        if findings.ready {
            tell!(stdout, "{}", if self.vietnamese() { "Đủ điều kiện gửi." } else { "Ready to be sent." });
        }
    }

    fn rebased(&self, view: &desk::RebaseView) {
        let vietnamese = self.vietnamese();
        let kept = if vietnamese { "giữ nguyên" } else { "kept" };
        tell!(stdout, "{} → {}  {kept}: {}", view.from, view.to, view.kept);
        for (mark, lines) in [("→", &view.moved), ("…", &view.set_aside)] {
            for line in lines {
                let label = if vietnamese { &line.label_vi } else { &line.label_en };
                let row = line.row.as_ref().map_or(String::new(), |row| format!("[{row}]"));
                let why = line.reason.map_or("", |reason| words::set_aside(reason, self.language));
                tell!(stdout, "  {mark} {label}{row}: {}  {why}", line.value);
            }
        }
        view.components_gone.iter().for_each(|component| tell!(stdout, "  … {component}"));
        if !view.applied && view.from != view.to {
            tell!(
                stdout,
                "{}",
                if vietnamese {
                    "Mới xem trước. Thêm --apply để thực hiện."
                } else {
                    "Only shown; add --apply to do it."
                }
            );
        }
    }

    fn outbox(&self, line: &desk::OutboxLine) {
        tell!(stdout, "{}  {}  {}/{} B  {}", line.dossier, line.state, line.bytes_sent, line.bytes, line.title);
    }
}

/// What did not work in an answer that otherwise did.
fn faults(answer: &Answer) -> Vec<Fault> {
    match answer {
        Answer::Digitised(report) => {
            let files = report.files.iter();
            files.flat_map(|file| file.fault.iter().chain(&file.more_faults)).cloned().collect()
        }
        Answer::Attached(attached) => {
            let failed = attached.documents.iter().filter_map(|document| document.fault.clone());
            attached.refused.iter().cloned().chain(failed).chain(attached.stopped.clone()).collect()
        }
        Answer::Findings(findings) => findings.documents.values().cloned().collect(),
        Answer::Sent(sent) => sent.waiting.iter().filter_map(|line| line.fault.clone()).collect(),
        Answer::Outbox(lines) => lines.iter().filter_map(|line| line.fault.clone()).collect(),
        Answer::Parcel(answer) => crate::parcel::faults(answer),
        Answer::Stack(stack) => stack.stopped.iter().cloned().collect(),
        Answer::Catalogue(CatalogueAnswer::Fetched(fetched)) => {
            fetched.refused.iter().map(|(_, fault)| fault.clone()).collect()
        }
        Answer::NoPaper(desk::NoPaperAnswer::Exchanged(exchanged)) => {
            exchanged.refused.iter().map(|(_, fault)| fault.clone()).collect()
        }
        _ => vec![],
    }
}

/// Whether the work, as a whole, was not done.
fn failed(answer: &Answer, faults: &[Fault]) -> bool {
    match answer {
        Answer::Findings(findings) => !findings.ready,
        Answer::FormProblems(problems) => !problems.is_empty(),
        Answer::Many(answer) => crate::many::failed(answer),
        Answer::Doctor(parts) => parts.iter().any(|part| !part.works && part.part != desk::Part::Hub),
        Answer::Sent(sent) => !sent.waiting.is_empty(),
        Answer::Outbox(_) => false,
        // A draft in which nothing is changed yet is no failure.
        Answer::Catalogue(CatalogueAnswer::Draft(draft)) => {
            draft.findings.iter().any(|it| it.blocking && it.what != DraftFault::NothingChanged)
        }
        _ => !faults.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(findings: serde_json::Value) -> Answer {
        let draft = json!({
            "kind": "procedure", "code": "NB-77", "revision": 1, "version": 1, "json": "{", "findings": findings,
            "updated_at": "2026-11-21T09:00:00Z", "publishable": false, "differences": [],
        });
        Answer::Catalogue(CatalogueAnswer::Draft(serde_json::from_value(draft).unwrap()))
    }

    #[test]
    fn a_draft_that_cannot_be_read_is_a_failure_and_an_untouched_one_is_not() {
        let finding = |what| json!([{"place": "", "what": what, "reason": "", "blocking": true}]);
        assert!(failed(&draft(finding(json!({"kind": "other_code", "found": "NB-78"}))), &[]));
        assert!(!failed(&draft(finding(json!({"kind": "nothing_changed"}))), &[]));
        assert!(!failed(&draft(json!([])), &[]));
    }
}
