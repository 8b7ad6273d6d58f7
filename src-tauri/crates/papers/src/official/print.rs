//! From papers to one PDF: each begins on a page of its own and counts its own pages.

use super::closing::Closing;
use super::composer::{Composer, Style};
use super::{Official, OfficialPaper, books, label, letters, slips};
use crate::layout::{Align, Flow};
use crate::value::{filled, line, within};
use crate::{PaperError, conform, words};

const PAPERS_LIMIT: usize = 1_000;

pub fn print(papers: &[OfficialPaper]) -> Result<Vec<u8>, PaperError> {
    within("papers", papers.len(), PAPERS_LIMIT)?;
    let first = papers.first().ok_or(PaperError::Empty { field: "papers" })?;
    let mut title = filled("title", line("title", &first.head.title, 200)?)?;
    if papers.len() > 1 {
        title.push_str(&format!(" (+{})", papers.len() - 1));
    }
    let mut flow = Flow::on(style(first, 1.0).stock);
    for paper in papers {
        set(&mut flow, paper)?;
    }
    conform::write(&flow.into_document(&title)?, &title)
}

/// How much closer a paper may be set to stand on one page.
const SCALES: [f32; 4] = [1.0, 0.95, 0.9, 0.86];

fn style(paper: &OfficialPaper, scale: f32) -> Style {
    let sheet = paper.head.sheet;
    match paper.body {
        Official::Apology(_) | Official::StopNotice(_) => Style::letter(sheet, scale),
        Official::Register(_) => Style::book(sheet),
        _ => Style::slip(sheet, scale),
    }
}

/// Everything but the closing, which is given; `None` where a paper has none.
fn body(composer: &mut Composer, paper: &OfficialPaper) -> Result<Option<Closing>, PaperError> {
    let head = &paper.head;
    match &paper.body {
        Official::Receipt(it) => slips::receipt(composer, head, it),
        Official::Supplement(it) => slips::supplement(composer, head, it),
        Official::Refusal(it) => slips::refusal(composer, head, it),
        Official::ProvisionalSlip(it) => slips::provisional(composer, head, it),
        Official::GuidanceSlip(it) => slips::guidance(composer, head, it),
        Official::Apology(it) => letters::apology(composer, head, it),
        Official::StopNotice(it) => letters::stop_notice(composer, head, it),
        Official::ControlSheet(it) => books::control_sheet(composer, head, it),
        Official::Register(it) => books::register(composer, head, it),
        Official::HandOverList(it) => books::hand_over(composer, head, it),
        Official::PostalLabels(it) => return label::labels(composer, it).map(|()| None),
    }
    .map(Some)
}

/// How a paper is to be set: its style, and the stop at which a page begins for the sake of what is signed.
fn plan(paper: &OfficialPaper) -> Result<(Style, Option<usize>), PaperError> {
    let mut plan = (style(paper, 1.0), None);
    for scale in SCALES {
        let style = style(paper, scale);
        let mut trial = Flow::dry(style.stock);
        let Some(closing) = body(&mut Composer::new(&mut trial, style), paper)? else { break };
        if closing.fits(&trial, &style)? {
            return Ok((style, None));
        }
        if scale == 1.0 {
            plan.1 = closing.forced_stop(&trial, &style)?;
        }
        if trial.page() > 1 || matches!(paper.body, Official::Register(_)) {
            break;
        }
    }
    Ok(plan)
}

fn set(flow: &mut Flow, paper: &OfficialPaper) -> Result<(), PaperError> {
    let (style, forced) = plan(paper)?;
    flow.begin_paper(style.stock, forced);
    let mut composer = Composer::new(flow, style);
    if let Some(closing) = body(&mut composer, paper)? {
        closing.set(&mut composer)?;
    }
    let (reference, unverified) = (reference(paper)?, composer.unverified);
    flow.end_paper(|flow, page, pages| foot(flow, &style, &reference, unverified, (page, pages)))
}

/// What says at the foot of a page which paper it belongs to.
fn reference(paper: &OfficialPaper) -> Result<String, PaperError> {
    let of = |code: &str| line("code", code, super::composer::CODE_LIMIT);
    let code = match &paper.body {
        Official::Receipt(it) => of(&it.dossier.code),
        Official::Supplement(it) => of(&it.dossier.code),
        Official::Refusal(it) => of(&it.dossier.code),
        Official::ProvisionalSlip(it) => of(&it.dossier.code),
        Official::Apology(it) => of(&it.dossier.code),
        Official::StopNotice(it) => of(&it.dossier.code),
        Official::ControlSheet(it) => of(&it.dossier.code),
        Official::HandOverList(it) => of(&it.code),
        Official::Register(_) | Official::GuidanceSlip(_) | Official::PostalLabels(_) => Ok(String::new()),
    }?;
    if code.is_empty() { line("title", &paper.head.title, 200) } else { Ok(code) }
}

fn foot(
    flow: &mut Flow,
    style: &Style,
    reference: &str,
    unverified: bool,
    (page, pages): (usize, usize),
) -> Result<(), PaperError> {
    let (frame, top, tiny) = (flow.frame(), flow.y + style.tiny.leading() * 0.4, style.tiny);
    flow.line_at(reference, tiny.fitted(reference, frame.width * 0.36, 1.0)?, frame, top, Align::Start)?;
    if unverified {
        let middle = frame.part(0.38, 0.86);
        let font = style.tiny_italic.fitted(words::UNVERIFIED, middle.width, 3.0)?;
        flow.line_at(words::UNVERIFIED, font, middle, top, Align::Centre)?;
    }
    flow.line_at(&words::page_of(page, pages), tiny, frame, top, Align::End)
}
