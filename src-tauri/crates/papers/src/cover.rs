//! "Tờ bìa quét giấy tờ": laid before the papers of one component of one dossier, so that a stack can be scanned at once and
//! falls into its places by itself. One page a sheet.

use qrcode::EcLevel;

use crate::face::Face;
use crate::layout::{Align, Flow, Frame, points};
use crate::lines::Type;
use crate::value::{needed, value};
use crate::{CoverSheet, PaperError, Sheet, conform, qr, words};

const SHEETS_LIMIT: usize = 1_000;
/// Longer, the modules would be too small for a fax.
const QR_LIMIT: usize = 300;

const MARGIN: f32 = points(18.0);
/// Side of the code with its quiet zone: a module of the longest code is 1.3 mm, ten pixels of a fax.
const QR_SIDE: f32 = points(76.0);
/// The same code once more, far from the first: a sheet whose code cannot be read would pass for a paper.
const SPARE_SIDE: f32 = points(50.0);
const TITLE: Type = Type::new(Face::Bold, 20.0);
const NAME: Type = Type::new(Face::Bold, 18.0);
const BODY: Type = Type::new(Face::Regular, 13.0);
const BOLD: Type = Type::new(Face::Bold, 13.0);
const SMALL: Type = Type::new(Face::Regular, 11.0);
const GAP: f32 = 10.0;

pub fn print(sheets: &[CoverSheet]) -> Result<Vec<u8>, PaperError> {
    if sheets.is_empty() {
        return Err(PaperError::Empty { field: "sheets" });
    }
    if sheets.len() > SHEETS_LIMIT {
        return Err(PaperError::TooLong { field: "sheets", size: sheets.len(), limit: SHEETS_LIMIT });
    }
    let mut flow = Flow::new(Sheet::A4, MARGIN, SMALL.leading() * 1.5);
    let mut feet = Vec::with_capacity(sheets.len());
    for (index, sheet) in sheets.iter().enumerate() {
        if index > 0 {
            flow.break_page();
        }
        let sheet = checked(sheet)?;
        page(&mut flow, &sheet)?;
        feet.push((sheet.dossier, sheet.number));
    }
    let document = flow.finish(words::COVER_TITLE, |flow, page, pages| {
        let (frame, top) = (flow.frame(), flow.y + SMALL.leading() * 0.5);
        flow.rule((frame.left, top - 2.0), (frame.right(), top - 2.0), 0.4);
        if let Some((dossier, number)) = feet.get(page - 1) {
            let left = format!("{} {number} · {dossier}", words::COVER_NUMBER);
            let font = SMALL.fitted(&left, frame.width * 0.75, 1.0)?;
            flow.line_at(&left, font, frame, top, Align::Start)?;
        }
        flow.line_at(&words::page_of(page, pages), SMALL, frame, top, Align::End)
    })?;
    conform::write(&document, words::COVER_TITLE)
}

/// The sheet with every value ready for print.
fn checked(sheet: &CoverSheet) -> Result<CoverSheet, PaperError> {
    let size = sheet.qr.chars().count();
    if size > QR_LIMIT {
        return Err(PaperError::TooLong { field: "qr", size, limit: QR_LIMIT });
    }
    Ok(CoverSheet {
        qr: if sheet.qr.is_empty() { return Err(PaperError::Empty { field: "qr" }) } else { sheet.qr.clone() },
        number: sheet.number,
        procedure: needed("procedure", &sheet.procedure)?,
        dossier: needed("dossier", &sheet.dossier)?,
        applicant: value("applicant", &sheet.applicant)?,
        component: needed("component", &sheet.component)?,
        row: value("row", &sheet.row)?,
        pages: sheet.pages,
    })
}

fn page(flow: &mut Flow, sheet: &CoverSheet) -> Result<(), PaperError> {
    let frame = flow.frame();
    flow.paragraph(words::COVER_TITLE, TITLE, frame, Align::Centre)?;
    flow.y += GAP;
    // What the papers are is read at an arm's length, before the code that only machines read.
    clipped(flow, &sheet.component, NAME, frame, 4, Align::Centre)?;
    if !sheet.row.is_empty() {
        clipped(flow, &sheet.row, BOLD, frame, 2, Align::Centre)?;
    }
    flow.y += GAP;
    qr::draw(flow, &sheet.qr, EcLevel::Q, frame.left + (frame.width - QR_SIDE) / 2.0, flow.y, QR_SIDE)?;
    flow.y += QR_SIDE + GAP;
    pages_box(flow, sheet.pages)?;
    let (top, text) = (flow.y, Frame { width: frame.width - SPARE_SIDE - GAP, ..frame });
    qr::draw(flow, &sheet.qr, EcLevel::Q, frame.right() - SPARE_SIDE, top, SPARE_SIDE)?;
    for (label, value, font, lines) in [
        (words::COVER_DOSSIER, &sheet.dossier, BOLD, 1),
        (words::APPLICANT, &sheet.applicant, BODY, 2),
        (words::PROCEDURE, &sheet.procedure, BODY, 5),
    ] {
        if !value.is_empty() {
            flow.line_at(&format!("{label}:"), SMALL, text, flow.y, Align::Start)?;
            flow.y += SMALL.leading();
            clipped(flow, value, font, text, lines, Align::Start)?;
            flow.y += GAP * 0.4;
        }
    }
    flow.y = (flow.y + GAP * 0.5).max(top + SPARE_SIDE);
    flow.rule((frame.left, flow.y), (frame.right(), flow.y), 0.4);
    flow.y += GAP * 0.6;
    for step in words::COVER_STEPS {
        flow.paragraph(step, SMALL, frame, Align::Start)?;
    }
    Ok(())
}

/// How many pages are to follow, in a box over the whole width.
fn pages_box(flow: &mut Flow, pages: Option<u32>) -> Result<(), PaperError> {
    let frame = flow.frame();
    let text = match pages {
        Some(pages) => words::cover_pages(pages),
        None => words::COVER_UNCOUNTED.to_owned(),
    };
    let (top, height) = (flow.y, BOLD.leading() + GAP);
    flow.frame_box(frame, top, top + height, 1.0);
    flow.line_at(&text, BOLD, frame, top + GAP * 0.5, Align::Centre)?;
    flow.y = top + height + GAP;
    Ok(())
}

/// At most so many lines, the last one ending in an ellipsis where there are more: a sheet is one page, whatever the law calls
/// its papers.
fn clipped(flow: &mut Flow, text: &str, font: Type, frame: Frame, most: usize, align: Align) -> Result<(), PaperError> {
    let mut lines =
        if align == Align::Centre { font.balanced(text, frame.width)? } else { font.wrap(text, frame.width)? };
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while font.width(&format!("{last}…"))? > frame.width && last.pop().is_some() {}
            last.push('…');
        }
    }
    flow.y = flow.lines_at(&lines, font, frame, flow.y, align)?;
    Ok(())
}
