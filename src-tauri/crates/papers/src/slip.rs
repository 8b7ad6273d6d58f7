//! "Xác nhận đã gửi hồ sơ": the heading of Nghị định 30/2020/NĐ-CP (agency left, country and motto right), the code, who
//! sent what, what the slip is not, and what proves it.

use qrcode::EcLevel;

use crate::face::Face;
use crate::layout::{Align, Flow, Frame, points};
use crate::lines::Type;
use crate::table::Table;
use crate::value::{exact, filled, needed, value, within};
use crate::{PaperError, SentItem, Sheet, TransmissionSlip, conform, heading, qr, words};

const ITEMS_LIMIT: usize = 2_000;
/// What stands in the heading or in the code's box has one page to stand on.
const AGENCY_LIMIT: usize = 300;
const CODE_LIMIT: usize = 64;

/// Sizes of everything on one kind of sheet.
#[derive(Clone, Copy)]
struct Style {
    margin: f32,
    title: Type,
    body: Type,
    bold: Type,
    italic: Type,
    small: Type,
    small_bold: Type,
    code: f32,
    qr: f32,
    gap: f32,
    pad: f32,
}

impl Style {
    fn of(sheet: Sheet) -> Self {
        let (margin, body, small, title, code, qr) = match sheet {
            Sheet::A4 => (points(20.0), 12.0, 10.5, 16.0, 24.0, points(30.0)),
            Sheet::A5 => (points(11.0), 9.5, 8.0, 13.0, 17.0, points(24.0)),
        };
        Style {
            margin,
            title: Type::new(Face::Bold, title),
            body: Type::new(Face::Regular, body),
            bold: Type::new(Face::Bold, body),
            italic: Type::new(Face::Italic, body),
            small: Type::new(Face::Regular, small),
            small_bold: Type::new(Face::Bold, small),
            code,
            qr,
            gap: body * 0.75,
            pad: small * 0.3,
        }
    }
}

pub fn print(slip: &TransmissionSlip) -> Result<Vec<u8>, PaperError> {
    let slip = checked(slip)?;
    let style = Style::of(slip.sheet);
    let mut flow = Flow::new(slip.sheet, style.margin, style.small.leading() * 1.5);
    heading::national(&mut flow, style.bold, style.gap, &slip.agency)?;
    let frame = flow.frame();
    flow.paragraph(words::SLIP_TITLE, style.title, frame, Align::Centre)?;
    flow.paragraph(words::SLIP_SUBTITLE, style.italic, frame, Align::Centre)?;
    flow.y += style.gap;
    code_box(&mut flow, &style, &slip)?;
    facts(&mut flow, &style, &slip)?;
    notice(&mut flow, &style)?;
    files(&mut flow, &style, &slip.items)?;
    proof(&mut flow, &style, &slip)?;
    let title = format!("{} {}", words::SLIP_TITLE, slip.code);
    let document = flow.finish(&title, |flow, page, pages| {
        let (frame, top) = (flow.frame(), flow.y + style.small.leading() * 0.5);
        flow.rule((frame.left, top - 2.0), (frame.right(), top - 2.0), 0.4);
        let code = style.small.fitted(&slip.code, frame.width * 0.75, 1.0)?;
        flow.line_at(&slip.code, code, frame, top, Align::Start)?;
        flow.line_at(&words::page_of(page, pages), style.small, frame, top, Align::End)
    })?;
    conform::write(&document, &title)
}

/// The slip with every value ready for print.
fn checked(slip: &TransmissionSlip) -> Result<TransmissionSlip, PaperError> {
    within("items", slip.items.len(), ITEMS_LIMIT)?;
    within("agency", slip.agency.chars().count(), AGENCY_LIMIT)?;
    let code = filled("code", exact("code", &slip.code, CODE_LIMIT)?)?;
    let hash = slip.manifest_sha256.trim().to_ascii_lowercase();
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(PaperError::NotSha256 { value: slip.manifest_sha256.clone() });
    }
    let item = |item: &SentItem| -> Result<SentItem, PaperError> {
        let component = value("items.component", &item.component)?;
        Ok(SentItem { component, title: value("items.title", &item.title)?, ..*item })
    };
    Ok(TransmissionSlip {
        sheet: slip.sheet,
        agency: needed("agency", &slip.agency)?,
        code,
        procedure: needed("procedure", &slip.procedure)?,
        applicant: needed("applicant", &slip.applicant)?,
        prepared_by: value("prepared_by", &slip.prepared_by)?,
        received_at: needed("received_at", &slip.received_at)?,
        items: slip.items.iter().map(item).collect::<Result<_, _>>()?,
        manifest_sha256: hash,
        hub_name: needed("hub_name", &slip.hub_name)?,
        hub_key_fingerprint: needed("hub_key_fingerprint", &slip.hub_key_fingerprint)?,
        support: value("support", &slip.support)?,
    })
}

/// The code, large, with its QR code.
fn code_box(flow: &mut Flow, style: &Style, slip: &TransmissionSlip) -> Result<(), PaperError> {
    let frame = flow.frame();
    let text = Frame { left: frame.left, width: frame.width - style.qr }.inset(style.gap);
    let code = Type::new(Face::Bold, style.code).fitted(&slip.code, text.width, style.body.size)?;
    let lines = code.wrap(&slip.code, text.width)?;
    let hint = style.italic.wrap(words::CODE_HINT, text.width)?;
    let wanted =
        style.body.leading() + lines.len() as f32 * code.leading() + hint.len() as f32 * style.italic.leading();
    let height = style.qr.max(wanted + style.gap);
    flow.need(height);
    let top = flow.y;
    flow.frame_box(frame, top, top + height, 0.8);
    let mut y = top + (height - wanted) / 2.0;
    flow.line_at(words::CODE, style.body, text, y, Align::Start)?;
    y += style.body.leading();
    y = flow.lines_at(&lines, code, text, y, Align::Start)?;
    flow.lines_at(&hint, style.italic, text, y, Align::Start)?;
    qr::draw(flow, &slip.code, EcLevel::M, frame.right() - style.qr, top + (height - style.qr) / 2.0, style.qr)?;
    flow.y = top + height + style.gap;
    Ok(())
}

fn facts(flow: &mut Flow, style: &Style, slip: &TransmissionSlip) -> Result<(), PaperError> {
    for (label, value, font) in [
        (words::AGENCY, &slip.agency, style.body),
        (words::PROCEDURE, &slip.procedure, style.bold),
        (words::APPLICANT, &slip.applicant, style.bold),
        (words::PREPARED_BY, &slip.prepared_by, style.body),
        (words::RECEIVED_AT, &slip.received_at, style.body),
    ] {
        labelled(flow, label, style.body, value, font)?;
    }
    flow.y += style.gap;
    Ok(())
}

/// What the slip is not, and what follows, in a box that is never broken.
fn notice(flow: &mut Flow, style: &Style) -> Result<(), PaperError> {
    let frame = flow.frame();
    let text = frame.inset(style.gap);
    let (bold, plain) = (style.small_bold, style.small);
    let warning = bold.balanced(words::NOT_FORM_01, text.width)?;
    let follows = plain.wrap(words::WHAT_FOLLOWS, text.width)?;
    let height = warning.len() as f32 * bold.leading() + follows.len() as f32 * plain.leading() + style.gap;
    flow.need(height);
    let top = flow.y;
    flow.frame_box(frame, top, top + height, 0.8);
    let y = flow.lines_at(&warning, bold, text, top + style.gap / 2.0, Align::Start)?;
    flow.lines_at(&follows, plain, text, y, Align::Start)?;
    flow.y = top + height + style.gap;
    Ok(())
}

/// A label and its value in two columns; nothing when the value is empty.
fn labelled(flow: &mut Flow, label: &str, plain: Type, value: &str, font: Type) -> Result<(), PaperError> {
    if value.is_empty() {
        return Ok(());
    }
    let (left, right) = (flow.frame().part(0.0, 0.26), flow.frame().part(0.27, 1.0));
    let label = plain.wrap(&format!("{label}:"), left.width)?;
    flow.need(label.len() as f32 * plain.leading());
    let top = flow.y;
    let label_end = flow.lines_at(&label, plain, left, top, Align::Start)?;
    let fits = font.wrap(value, right.width)?.len() as f32 * font.leading() <= flow.room();
    flow.paragraph(value, font, right, Align::Start)?;
    if fits {
        flow.y = flow.y.max(label_end);
    }
    flow.y += plain.size * 0.15;
    Ok(())
}

fn files(flow: &mut Flow, style: &Style, items: &[SentItem]) -> Result<(), PaperError> {
    let frame = flow.frame();
    // The title never stands alone at the foot of a page.
    flow.need(style.bold.leading() + 6.0 * style.small.leading());
    flow.paragraph(words::SENT, style.bold, frame, Align::Start)?;
    flow.y += style.pad;
    if items.is_empty() {
        flow.paragraph(words::NOTHING_SENT, style.body, frame, Align::Start)?;
        flow.y += style.gap;
        return Ok(());
    }
    let columns = [
        (words::NUMBER, 0.065, Align::Centre),
        (words::COMPONENT, 0.275, Align::Start),
        (words::TITLE, 0.295, Align::Start),
        (words::PAGES, 0.075, Align::End),
        (words::SIZE, 0.13, Align::End),
        (words::ORIGINALS, 0.085, Align::End),
        (words::COPIES, 0.075, Align::End),
    ];
    let table = Table::new(&columns, style.small, style.small_bold, frame)?;
    table.head(flow)?;
    for (index, item) in items.iter().enumerate() {
        let cells = [
            (index + 1).to_string(),
            item.component.clone(),
            item.title.clone(),
            item.pages.map_or_else(|| "–".to_owned(), |pages| words::count(pages.into())),
            words::size(item.bytes),
            words::count(item.originals.into()),
            words::count(item.copies.into()),
        ];
        table.row(flow, &cells)?;
    }
    let sum = |count: fn(&SentItem) -> u64| items.iter().map(count).fold(0_u64, u64::saturating_add);
    let total = words::total(
        items.len(),
        sum(|item| item.pages.unwrap_or_default().into()),
        &words::size(sum(|item| item.bytes)),
        sum(|item| item.originals.into()),
        sum(|item| item.copies.into()),
    );
    flow.y += style.pad;
    flow.paragraph(&total, style.small_bold, frame, Align::Start)?;
    flow.y += style.gap;
    Ok(())
}

/// What proves the slip: the manifest's hash, the hub and its key.
fn proof(flow: &mut Flow, style: &Style, slip: &TransmissionSlip) -> Result<(), PaperError> {
    flow.need(5.0 * style.small.leading());
    let frame = flow.frame();
    flow.paragraph(words::MANIFEST, style.small_bold, frame, Align::Start)?;
    let groups: Vec<&str> = (0..64).step_by(4).filter_map(|at| slip.manifest_sha256.get(at..at + 4)).collect();
    for line in groups.chunks(8) {
        for (index, group) in line.iter().enumerate() {
            let place = frame.part(index as f32 / 8.0, (index + 1) as f32 / 8.0);
            flow.line_at(group, style.small, place, flow.y, Align::Start)?;
        }
        flow.y += style.small.leading();
    }
    flow.y += style.pad;
    for (label, value) in
        [(words::HUB, &slip.hub_name), (words::KEY, &slip.hub_key_fingerprint), (words::SUPPORT, &slip.support)]
    {
        labelled(flow, label, style.small, value, style.small)?;
    }
    Ok(())
}
