//! A form on paper. What is to be written by hand has room for it: 8 mm a line, a box for each character of a code, boxes to tick
//! that are drawn. What was answered stands beside its label.

use qrcode::EcLevel;

use crate::face::{Face, capitals};
use crate::layout::{Align, Flow, Frame, points};
use crate::lines::Type;
use crate::table::Table;
use crate::value::{limited, needed, value, within};
use crate::{
    FormPaper, PaperError, PaperField, PaperItem, PaperSection, PaperTable, Sheet, Space, conform, heading, qr, words,
};

const MARGIN: f32 = points(18.0);
const TITLE: Type = Type::new(Face::Bold, 15.0);
const HEADING: Type = Type::new(Face::Bold, 12.0);
const BODY: Type = Type::new(Face::Regular, 11.5);
const BOLD: Type = Type::new(Face::Bold, 11.5);
const ITALIC: Type = Type::new(Face::Italic, 11.5);
const LABEL: Type = Type::new(Face::Regular, 11.0);
const SMALL: Type = Type::new(Face::Regular, 9.5);
const HELP: Type = Type::new(Face::Italic, 9.5);
const CELL: Type = Type::new(Face::Regular, 10.0);
const CELL_HEAD: Type = Type::new(Face::Bold, 9.5);
const GAP: f32 = 8.0;
/// Handwriting stands in lines of 8 mm.
const LINE: f32 = points(8.0);
const COMB_WIDTH: f32 = points(5.6);
const COMB_HEIGHT: f32 = points(7.2);
const BETWEEN: f32 = points(3.2);
const TICK: f32 = points(3.8);
const ROW: f32 = points(10.0);
const QR_SIDE: f32 = points(22.0);
const NARROW: u8 = 12;

const ANSWER_LIMIT: usize = 20_000;
const REFERENCE_LIMIT: usize = 200;
const THINGS_LIMIT: usize = 5_000;

pub fn print(form: &FormPaper) -> Result<Vec<u8>, PaperError> {
    let form = checked(form)?;
    let mut flow = Flow::new(Sheet::A4, MARGIN, SMALL.leading() * 1.5);
    heading::national(&mut flow, BOLD, GAP, &form.organisation)?;
    title(&mut flow, &form)?;
    if form.sections.iter().any(|section| section.items.iter().any(is_written)) {
        flow.paragraph(words::REQUIRED, HELP, flow.frame(), Align::Start)?;
        flow.y += GAP * 0.5;
    }
    for (index, section) in form.sections.iter().enumerate() {
        set_section(&mut flow, index + 1, section)?;
    }
    signature(&mut flow, &form)?;
    let document = flow.finish(&form.title, |flow, page, pages| {
        let (frame, top) = (flow.frame(), flow.y + SMALL.leading() * 0.5);
        flow.rule((frame.left, top - 2.0), (frame.right(), top - 2.0), 0.4);
        let font = SMALL.fitted(&form.reference, frame.width * 0.75, 1.0)?;
        flow.line_at(&form.reference, font, frame, top, Align::Start)?;
        flow.line_at(&words::page_of(page, pages), SMALL, frame, top, Align::End)
    })?;
    conform::write(&document, &form.title)
}

/// Whether something is to be written there by hand.
fn is_written(item: &PaperItem) -> bool {
    let field = |field: &PaperField| !matches!(field.space, Space::Answer(_));
    match item {
        PaperItem::Field(it) => field(it),
        PaperItem::Card { fields, .. } => fields.iter().any(field),
        PaperItem::Table(table) => table.empty_rows > 0,
        PaperItem::Note(_) => false,
    }
}

/// Title, subtitle and addressee in the middle, the code at the right.
fn title(flow: &mut Flow, form: &FormPaper) -> Result<(), PaperError> {
    let frame = flow.frame();
    let top = flow.y;
    qr::draw(flow, &form.reference, EcLevel::M, frame.right() - QR_SIDE, top - GAP, QR_SIDE)?;
    let middle = Frame { left: frame.left + QR_SIDE, width: frame.width - 2.0 * QR_SIDE };
    let lines = TITLE.balanced(&capitals(&form.title)?, middle.width)?;
    flow.y = flow.lines_at(&lines, TITLE, middle, top, Align::Centre)?;
    for line in ITALIC.balanced(&form.subtitle, middle.width)?.iter().filter(|line| !line.is_empty()) {
        flow.line_at(line, ITALIC, middle, flow.y, Align::Centre)?;
        flow.y += ITALIC.leading();
    }
    flow.y = (flow.y + GAP * 0.5).max(top - GAP + QR_SIDE);
    if !form.addressee.is_empty() {
        let label = words::ADDRESSEE;
        let left = Frame { left: frame.left + frame.width * 0.12, width: frame.width * 0.76 };
        let indent = BOLD.width(label)? + 6.0;
        flow.line_at(label, BOLD, left, flow.y, Align::Start)?;
        let value = Frame { left: left.left + indent, width: left.width - indent };
        flow.paragraph(&form.addressee, BODY, value, Align::Start)?;
        flow.y += GAP * 0.5;
    }
    if !form.notice.is_empty() {
        let text = frame.inset(GAP);
        let lines = SMALL.wrap(&form.notice, text.width)?;
        let bottom = flow.y + lines.len() as f32 * SMALL.leading() + GAP;
        flow.frame_box(frame, flow.y, bottom, 0.8);
        flow.lines_at(&lines, SMALL, text, flow.y + GAP * 0.5, Align::Start)?;
        flow.y = bottom + GAP * 0.75;
    }
    Ok(())
}

fn set_section(flow: &mut Flow, number: usize, section: &PaperSection) -> Result<(), PaperError> {
    let frame = flow.frame();
    let title = HEADING.wrap(&format!("{number}. {}", section.title), frame.inset(4.0).width)?;
    let height = title.len() as f32 * HEADING.leading() + 4.0;
    // Never a heading alone at the foot of a page.
    flow.need(height + first_height(section, frame)?.min(flow.page_room() * 0.5) + GAP);
    flow.fill(&[(frame.left, flow.y, frame.width, height)], 0.9);
    flow.lines_at(&title, HEADING, frame.inset(4.0), flow.y + 1.5, Align::Start)?;
    flow.y += height + GAP * 0.5;
    if !section.help.is_empty() {
        flow.paragraph(&section.help, HELP, frame, Align::Start)?;
        flow.y += GAP * 0.5;
    }
    set_items(flow, &section.items)?;
    flow.y += GAP * 0.5;
    Ok(())
}

/// How much must follow a heading.
fn first_height(section: &PaperSection, frame: Frame) -> Result<f32, PaperError> {
    Ok(match section.items.first() {
        Some(PaperItem::Field(field)) => field_height(field, frame)?,
        Some(PaperItem::Table(_) | PaperItem::Card { .. }) => LINE * 4.0,
        Some(PaperItem::Note(_)) | None => LINE,
    })
}

fn set_items(flow: &mut Flow, items: &[PaperItem]) -> Result<(), PaperError> {
    for run in items.chunk_by(|a, b| matches!((a, b), (PaperItem::Field(_), PaperItem::Field(_)))) {
        let fields: Vec<&PaperField> =
            run.iter().filter_map(|item| if let PaperItem::Field(field) = item { Some(field) } else { None }).collect();
        set_fields(flow, &fields)?;
        for item in run {
            match item {
                PaperItem::Field(_) => {}
                PaperItem::Note(text) => {
                    flow.paragraph(text, BODY, flow.frame(), Align::Start)?;
                    flow.y += GAP * 0.5;
                }
                PaperItem::Table(table) => set_table(flow, table)?,
                PaperItem::Card { title, fields } => {
                    flow.need(LINE * 5.0);
                    let frame = flow.frame();
                    flow.line_at(title, BOLD, frame, flow.y, Align::Start)?;
                    flow.y += BOLD.leading();
                    flow.rule((frame.left, flow.y), (frame.right(), flow.y), 0.5);
                    flow.y += GAP * 0.5;
                    set_fields(flow, &fields.iter().collect::<Vec<_>>())?;
                }
            }
        }
    }
    Ok(())
}

/// Fields in their order, short ones two side by side.
fn set_fields(flow: &mut Flow, fields: &[&PaperField]) -> Result<(), PaperError> {
    let frame = flow.frame();
    let halves = [frame.part(0.0, 0.48), frame.part(0.52, 1.0)];
    let mut rest = fields;
    while let [first, after @ ..] = rest {
        if let Space::Answer(answer) = &first.space {
            set_answer(flow, &first.label, answer)?;
            rest = after;
            continue;
        }
        let pair: Vec<&PaperField> = match after.first() {
            Some(second) if is_short(first, halves[0])? && is_short(second, halves[1])? => vec![first, second],
            _ => vec![first],
        };
        let frames: &[Frame] = if pair.len() == 2 || is_short(first, halves[0])? { &halves } else { &[frame] };
        // What is written stands in one line, however long the words above it are.
        let (mut head, mut body): (f32, f32) = (0.0, 0.0);
        for (field, frame) in pair.iter().zip(frames) {
            head = head.max(head_height(field, *frame)?);
            body = body.max(space_height(&field.space, *frame)?);
        }
        let height = head + body + GAP;
        flow.need(height);
        let top = flow.y;
        for (field, frame) in pair.iter().zip(frames) {
            set_field(flow, field, *frame, top + head - head_height(field, *frame)?)?;
        }
        flow.y = top + height;
        rest = rest.get(pair.len()..).unwrap_or_default();
    }
    Ok(())
}

fn is_short(field: &PaperField, half: Frame) -> Result<bool, PaperError> {
    let fits = match &field.space {
        Space::Comb { groups, .. } => comb_width(groups) <= half.width,
        Space::Short(_) => true,
        Space::Ticks(ticks) => ticks.len() == 2 && ticks_rows(ticks, half.width)?.len() == 1,
        Space::Lines(_) | Space::Parts(_) | Space::Answer(_) => false,
    };
    Ok(fits && LABEL.wrap(&label(field), half.width)?.len() <= 2)
}

fn label(field: &PaperField) -> String {
    if field.required { format!("{} *", field.label) } else { field.label.clone() }
}

fn field_height(field: &PaperField, frame: Frame) -> Result<f32, PaperError> {
    Ok(head_height(field, frame)? + space_height(&field.space, frame)? + GAP)
}

/// The label and the help above a space.
fn head_height(field: &PaperField, frame: Frame) -> Result<f32, PaperError> {
    let labels = LABEL.wrap(&label(field), frame.width)?.len() as f32 * LABEL.leading();
    let help = if field.help.is_empty() { 0 } else { HELP.wrap(&field.help, frame.width)?.len() };
    Ok(labels + help as f32 * HELP.leading())
}

fn space_height(space: &Space, frame: Frame) -> Result<f32, PaperError> {
    Ok(match space {
        Space::Lines(lines) => f32::from((*lines).max(1)) * LINE + 3.0,
        Space::Comb { groups, .. } => comb_rows(groups, frame.width).len() as f32 * (COMB_HEIGHT + 3.0),
        Space::Short(_) => LINE + 3.0,
        Space::Ticks(ticks) => {
            let mut height = 3.0;
            for row in ticks_rows(ticks, frame.width)? {
                height += row_height(&row)?;
            }
            height
        }
        Space::Parts(parts) => {
            let mut height = 0.0;
            for (_, space) in parts {
                height += SMALL.leading() + space_height(space, frame)? + 2.0;
            }
            height
        }
        Space::Answer(answer) => BODY.wrap(answer, frame.width)?.len() as f32 * BODY.leading(),
    })
}

fn set_field(flow: &mut Flow, field: &PaperField, frame: Frame, top: f32) -> Result<(), PaperError> {
    let mut y = flow.lines_at(&LABEL.wrap(&label(field), frame.width)?, LABEL, frame, top, Align::Start)?;
    if !field.help.is_empty() {
        y = flow.lines_at(&HELP.wrap(&field.help, frame.width)?, HELP, frame, y, Align::Start)?;
    }
    set_space(flow, &field.space, frame, y)
}

fn set_space(flow: &mut Flow, space: &Space, frame: Frame, top: f32) -> Result<(), PaperError> {
    let y = top + 2.0;
    match space {
        Space::Lines(lines) => {
            let lines = (*lines).max(1);
            flow.frame_box(frame, y, y + f32::from(lines) * LINE, 0.6);
            for line in 1..lines {
                let at = y + f32::from(line) * LINE;
                flow.rule((frame.left + 3.0, at), (frame.right() - 3.0, at), 0.15);
            }
        }
        Space::Comb { groups, between } => {
            let mut y = y;
            for row in comb_rows(groups, frame.width) {
                set_comb(flow, row, *between, frame, y)?;
                y += COMB_HEIGHT + 3.0;
            }
        }
        Space::Short(unit) => {
            let behind = if unit.is_empty() { 0.0 } else { BODY.width(unit)? + 6.0 };
            let width = points(52.0).min(frame.width - behind);
            flow.frame_box(Frame { width, ..frame }, y, y + LINE, 0.6);
            let after = Frame { left: frame.left + width + 6.0, width: behind };
            flow.line_at(unit, BODY, after, y + (LINE - BODY.leading()) / 2.0, Align::Start)?;
        }
        Space::Ticks(ticks) => {
            let mut y = y;
            for row in ticks_rows(ticks, frame.width)? {
                for (label, ticked, part) in &row {
                    let part = Frame { left: frame.left + part.left, width: part.width };
                    set_tick(flow, *ticked, part.left, y + (BODY.leading() - TICK) / 2.0);
                    let text = Frame { left: part.left + TICK + 5.0, width: part.width };
                    flow.lines_at(label, BODY, text, y, Align::Start)?;
                }
                y += row_height(&row)?;
            }
        }
        Space::Parts(parts) => {
            let mut y = top;
            for (label, space) in parts {
                flow.line_at(label, SMALL, frame, y, Align::Start)?;
                y += SMALL.leading();
                set_space(flow, space, frame, y)?;
                y += space_height(space, frame)? + 2.0;
            }
        }
        Space::Answer(answer) => {
            flow.lines_at(&BODY.wrap(answer, frame.width)?, BODY, frame, top, Align::Start)?;
        }
    }
    Ok(())
}

fn comb_width(groups: &[u8]) -> f32 {
    let boxes: f32 = groups.iter().map(|group| f32::from(*group)).sum();
    boxes * COMB_WIDTH + groups.len().saturating_sub(1) as f32 * BETWEEN
}

/// Groups as they fit side by side; a group alone is never cut.
fn comb_rows(groups: &[u8], width: f32) -> Vec<&[u8]> {
    let (mut rows, mut from) = (Vec::new(), 0);
    for to in 1..=groups.len() {
        if to - from > 1 && comb_width(groups.get(from..to).unwrap_or_default()) > width {
            rows.push(groups.get(from..to - 1).unwrap_or_default());
            from = to - 1;
        }
    }
    rows.push(groups.get(from..).unwrap_or_default());
    rows
}

fn set_comb(flow: &mut Flow, groups: &[u8], between: char, frame: Frame, top: f32) -> Result<(), PaperError> {
    let mut left = frame.left;
    for (index, group) in groups.iter().enumerate() {
        if index > 0 {
            let gap = Frame { left, width: BETWEEN };
            let middle = top + (COMB_HEIGHT - BODY.leading()) / 2.0;
            flow.line_at(between.to_string().trim(), BODY, gap, middle, Align::Centre)?;
            left += BETWEEN;
        }
        for _ in 0..*group {
            flow.frame_box(Frame { left, width: COMB_WIDTH }, top, top + COMB_HEIGHT, 0.6);
            left += COMB_WIDTH;
        }
    }
    Ok(())
}

/// A label in lines, whether it is ticked, and its place from the left edge.
type Tick = (Vec<String>, bool, Frame);

/// Boxes to tick in rows: as many columns as let every label stand in one line, else one under another.
fn ticks_rows(ticks: &[(String, bool)], width: f32) -> Result<Vec<Vec<Tick>>, PaperError> {
    let mut widest: f32 = 0.0;
    for (label, _) in ticks {
        widest = widest.max(BODY.width(label)? + TICK + 5.0 + 12.0);
    }
    let columns = ((width / widest.max(1.0)).floor() as usize).clamp(1, 4).min(ticks.len().max(1));
    let column = width / columns as f32;
    let mut rows = Vec::new();
    for row in ticks.chunks(columns) {
        let mut set = Vec::new();
        for (at, (label, ticked)) in row.iter().enumerate() {
            let lines = BODY.wrap(label, column - TICK - 5.0)?;
            set.push((lines, *ticked, Frame { left: at as f32 * column, width: column - TICK - 5.0 }));
        }
        rows.push(set);
    }
    Ok(rows)
}

fn row_height(row: &[Tick]) -> Result<f32, PaperError> {
    Ok(row.iter().map(|(lines, ..)| lines.len()).max().unwrap_or(1) as f32 * BODY.leading() + 1.0)
}

fn set_tick(flow: &mut Flow, ticked: bool, left: f32, top: f32) {
    flow.frame_box(Frame { left, width: TICK }, top, top + TICK, 0.7);
    if ticked {
        let (a, b) = (TICK * 0.2, TICK * 0.8);
        flow.rule((left + a, top + a), (left + b, top + b), 1.1);
        flow.rule((left + b, top + a), (left + a, top + b), 1.1);
    }
}

/// A label and its answer in two columns; a long answer goes on over the pages.
fn set_answer(flow: &mut Flow, label: &str, answer: &str) -> Result<(), PaperError> {
    let (left, right) = (flow.frame().part(0.0, 0.36), flow.frame().part(0.38, 1.0));
    let label = LABEL.wrap(label, left.width)?;
    let answer = if answer.is_empty() { "–" } else { answer };
    let lines = BODY.wrap(answer, right.width)?;
    let labels = label.len() as f32 * LABEL.leading();
    flow.need(labels.max((lines.len().min(3)) as f32 * BODY.leading()) + 3.0);
    let (top, page_room) = (flow.y, flow.room());
    let end = flow.lines_at(&label, LABEL, left, top, Align::Start)?;
    let stays = lines.len() as f32 * BODY.leading() <= page_room;
    for line in &lines {
        flow.need(BODY.leading());
        flow.line_at(line, BODY, right, flow.y, Align::Start)?;
        flow.y += BODY.leading();
    }
    if stays {
        flow.y = flow.y.max(end);
    }
    flow.rule((flow.frame().left, flow.y + 1.5), (flow.frame().right(), flow.y + 1.5), 0.15);
    flow.y += 4.0;
    Ok(())
}

fn set_table(flow: &mut Flow, table: &PaperTable) -> Result<(), PaperError> {
    let frame = flow.frame();
    let total: f32 = table.columns.iter().map(|(_, width)| f32::from((*width).max(1))).sum();
    const NUMBER_SHARE: f32 = 0.06;
    let share = |width: u8| f32::from(width.max(1)) / total.max(1.0) * (1.0 - NUMBER_SHARE);
    let mut heads = vec![(words::NUMBER, NUMBER_SHARE, Align::Centre)];
    // What is narrow holds numbers and marks.
    let align = |width: u8| if width <= NARROW { Align::Centre } else { Align::Start };
    heads.extend(table.columns.iter().map(|(head, width)| (head.as_str(), share(*width), align(*width))));
    let drawn = Table::new(&heads, CELL, CELL_HEAD, frame)?;
    flow.need(BOLD.leading() * 2.0 + drawn.head_height() + 2.0 * ROW);
    flow.paragraph(&table.label, BOLD, frame, Align::Start)?;
    if !table.help.is_empty() {
        flow.paragraph(&table.help, HELP, frame, Align::Start)?;
    }
    flow.y += 2.0;
    drawn.head(flow)?;
    for (index, row) in table.rows.iter().enumerate() {
        let cells: Vec<String> = std::iter::once((index + 1).to_string()).chain(row.iter().cloned()).collect();
        drawn.row(flow, &cells)?;
    }
    for empty in 0..usize::from(table.empty_rows) {
        drawn.empty_row(flow, &(table.rows.len() + empty + 1).to_string(), ROW)?;
    }
    flow.y += GAP * 0.5;
    for line in &table.legend {
        flow.paragraph(line, SMALL, frame, Align::Start)?;
    }
    flow.y += GAP;
    Ok(())
}

/// Place, date and who signs, at the right, never cut.
fn signature(flow: &mut Flow, form: &FormPaper) -> Result<(), PaperError> {
    if form.signer.is_empty() {
        return Ok(());
    }
    let right = flow.frame().part(0.45, 1.0);
    let signer = BOLD.balanced(&capitals(&form.signer)?, right.width)?;
    let signing = ITALIC.balanced(&form.signing, right.width)?;
    flow.need(
        GAP + ITALIC.leading() * (1.0 + signing.len() as f32) + signer.len() as f32 * BOLD.leading() + 3.0 * LINE,
    );
    flow.y += GAP;
    flow.line_at(
        words::PLACE_AND_DATE,
        ITALIC.fitted(words::PLACE_AND_DATE, right.width, 6.0)?,
        right,
        flow.y,
        Align::Centre,
    )?;
    flow.y += ITALIC.leading();
    flow.y = flow.lines_at(&signer, BOLD, right, flow.y, Align::Centre)?;
    flow.y = flow.lines_at(&signing, ITALIC, right, flow.y, Align::Centre)?;
    flow.y += 3.0 * LINE;
    Ok(())
}

/// The form with every value ready for print.
fn checked(form: &FormPaper) -> Result<FormPaper, PaperError> {
    within("reference", form.reference.chars().count(), REFERENCE_LIMIT)?;
    let things: usize = form.sections.iter().flat_map(|section| &section.items).map(count).sum();
    within("sections", things, THINGS_LIMIT)?;
    if form.sections.is_empty() {
        return Err(PaperError::Empty { field: "sections" });
    }
    let section = |section: &PaperSection| -> Result<PaperSection, PaperError> {
        let items = section.items.iter().map(item).collect::<Result<_, _>>()?;
        Ok(PaperSection { title: said(&section.title)?, help: said(&section.help)?, items })
    };
    Ok(FormPaper {
        organisation: said(&form.organisation)?,
        title: needed("title", &form.title)?,
        subtitle: said(&form.subtitle)?,
        addressee: said(&form.addressee)?,
        reference: needed("reference", &form.reference)?,
        notice: said(&form.notice)?,
        sections: form.sections.iter().map(section).collect::<Result<_, _>>()?,
        signer: said(&form.signer)?,
        signing: said(&form.signing)?,
    })
}

fn count(item: &PaperItem) -> usize {
    match item {
        PaperItem::Field(_) | PaperItem::Note(_) => 1,
        PaperItem::Card { fields, .. } => fields.len() + 1,
        PaperItem::Table(table) => table.rows.len() + usize::from(table.empty_rows) + 1,
    }
}

fn item(item: &PaperItem) -> Result<PaperItem, PaperError> {
    Ok(match item {
        PaperItem::Field(it) => PaperItem::Field(field(it)?),
        PaperItem::Note(text) => PaperItem::Note(said(text)?),
        PaperItem::Card { title, fields } => {
            PaperItem::Card { title: said(title)?, fields: fields.iter().map(field).collect::<Result<_, _>>()? }
        }
        PaperItem::Table(table) => {
            let row = |row: &Vec<String>| row.iter().map(|cell| answer(cell)).collect::<Result<Vec<_>, _>>();
            let column = |(head, width): &(String, u8)| Ok((said(head)?, *width));
            PaperItem::Table(PaperTable {
                label: said(&table.label)?,
                help: said(&table.help)?,
                columns: table.columns.iter().map(column).collect::<Result<_, PaperError>>()?,
                rows: table.rows.iter().map(row).collect::<Result<_, _>>()?,
                empty_rows: table.empty_rows,
                legend: table.legend.iter().map(|line| said(line)).collect::<Result<_, _>>()?,
            })
        }
    })
}

fn field(field: &PaperField) -> Result<PaperField, PaperError> {
    let PaperField { label, help, required, space: given } = field;
    Ok(PaperField { label: said(label)?, required: *required, help: said(help)?, space: space(given)? })
}

fn space(given: &Space) -> Result<Space, PaperError> {
    Ok(match given {
        Space::Lines(_) | Space::Comb { .. } => given.clone(),
        Space::Short(unit) => Space::Short(said(unit)?),
        Space::Ticks(ticks) => Space::Ticks(
            ticks.iter().map(|(label, ticked)| Ok((said(label)?, *ticked))).collect::<Result<_, PaperError>>()?,
        ),
        Space::Parts(parts) => Space::Parts(
            parts.iter().map(|(label, part)| Ok((said(label)?, space(part)?))).collect::<Result<_, PaperError>>()?,
        ),
        Space::Answer(given) => Space::Answer(answer(given)?),
    })
}

fn said(text: &str) -> Result<String, PaperError> {
    value("words", text)
}

fn answer(text: &str) -> Result<String, PaperError> {
    limited("answer", text, ANSWER_LIMIT)
}
