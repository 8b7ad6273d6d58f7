//! The parts that official papers are put together from.

use qrcode::EcLevel;

use super::{Due, Legal, Moment, PaperHead};
use crate::face::{Face, capitals};
use crate::layout::{Align, Flow, Frame, Stock, points};
use crate::lines::Type;
use crate::table::Table;
use crate::value::{exact, line, needed};
use crate::{PaperError, Sheet, code128, heading, qr, words};

/// What stands in the heading, the title block or a signature has one page to stand on.
const LEVEL_LIMIT: usize = 200;
const TITLE_LIMIT: usize = 200;
const SIDE_LIMIT: usize = 60;
pub const CODE_LIMIT: usize = 64;
/// Bars narrower than this are not read by the scanners of a desk; nobody needs wider ones.
const MODULES: (f32, f32) = (points(0.19), points(0.33));
const BAR_HEIGHT: f32 = points(7.5);

/// Sizes of everything on one kind of paper.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub stock: Stock,
    pub title: Type,
    pub heading: Type,
    pub body: Type,
    pub bold: Type,
    pub italic: Type,
    pub small: Type,
    pub small_bold: Type,
    pub small_italic: Type,
    pub tiny: Type,
    pub tiny_italic: Type,
    pub gap: f32,
    pub qr: f32,
    /// Free for a signature.
    pub signing: f32,
}

impl Style {
    /// Slips are set small, letters as Nghị định 30/2020/NĐ-CP asks of documents; books stand across the sheet. `scale` is 1
    /// but where a paper is set closer to stand on one page.
    pub fn slip(sheet: Sheet, scale: f32) -> Self {
        match sheet {
            Sheet::A5 => Style::new(sheet, (11.0, 3.0), [12.5, 10.0, 8.8, 7.0], (21.0, 14.0), scale),
            Sheet::A4 => Style::new(sheet, (18.0, 7.0), [15.5, 12.8, 11.0, 9.0], (27.0, 20.0), scale),
        }
    }

    pub fn letter(sheet: Sheet, scale: f32) -> Self {
        match sheet {
            Sheet::A5 => Style::slip(sheet, scale),
            Sheet::A4 => Style::new(sheet, (20.0, 10.0), [14.5, 13.0, 11.0, 9.0], (25.0, 24.0), scale),
        }
    }

    pub fn book(sheet: Sheet) -> Self {
        let mut style = match sheet {
            Sheet::A5 => Style::new(sheet, (9.0, 3.0), [11.0, 8.0, 6.2, 6.0], (18.0, 14.0), 1.0),
            Sheet::A4 => Style::new(sheet, (12.0, 5.0), [15.0, 11.0, 8.2, 8.0], (25.0, 20.0), 1.0),
        };
        style.stock.turned = true;
        style
    }

    /// Margin and gutter, the code's side and the room to sign in mm; sizes of title, text, tables and foot in points.
    fn new(
        sheet: Sheet,
        (margin, gutter): (f32, f32),
        [title, body, small, tiny]: [f32; 4],
        (code, signing): (f32, f32),
        scale: f32,
    ) -> Self {
        let [title, body, small] = [title, body, small].map(|size| size * scale);
        let foot = Type::new(Face::Regular, tiny).leading() * 1.4;
        Style {
            stock: Stock { sheet, turned: false, margin: points(margin), gutter: points(gutter), foot },
            title: Type::new(Face::Bold, title),
            heading: Type::new(Face::Bold, body * 0.9),
            body: Type::new(Face::Regular, body),
            bold: Type::new(Face::Bold, body),
            italic: Type::new(Face::Italic, body),
            small: Type::new(Face::Regular, small),
            small_bold: Type::new(Face::Bold, small),
            small_italic: Type::new(Face::Italic, small),
            tiny: Type::new(Face::Regular, tiny),
            tiny_italic: Type::new(Face::Italic, tiny),
            gap: body * 0.6 * scale,
            qr: points(code),
            signing: points(signing) * scale,
        }
    }
}

/// A label and its value, ready for print.
#[derive(Debug, Clone)]
pub struct Fact {
    label: &'static str,
    value: String,
    bold: bool,
    /// Below the value, in italics.
    note: &'static str,
    unverified: bool,
    /// Where there is no value: the first of these that has room, or dots to the edge.
    blank: &'static [&'static str],
}

impl Fact {
    /// Dotted where there is no value.
    pub fn new(label: &'static str, value: String) -> Self {
        Fact { label, value, bold: false, note: "", unverified: false, blank: &[] }
    }

    pub fn bold(self) -> Self {
        Fact { bold: true, ..self }
    }

    pub fn legal(label: &'static str, value: String, legal: &Legal) -> Self {
        Fact { unverified: legal.unverified && !value.is_empty(), ..Fact::new(label, value) }
    }

    pub fn moment(label: &'static str, moment: Option<Moment>) -> Self {
        Fact {
            blank: &[words::NO_TIME, words::NO_CLOCK],
            ..Fact::new(label, moment.map(|at| at.long()).unwrap_or_default())
        }
    }

    pub fn due(label: &'static str, due: Option<Due>) -> Self {
        let note = if due.is_some_and(|due| due.crosses_projected) { words::PROJECTED } else { "" };
        Fact { note, bold: true, ..Fact::moment(label, due.map(|due| due.at)) }
    }
}

impl Moment {
    /// `ngày 05 tháng 02 năm 2026`: days under ten and the months January and February with a nought, as documents are dated.
    pub(crate) fn date(self) -> String {
        let month = if self.month < 3 { format!("{:02}", self.month) } else { self.month.to_string() };
        format!("ngày {:02} tháng {month} năm {}", self.day, self.year)
    }

    pub(crate) fn long(self) -> String {
        match self.time {
            Some((hour, minute)) => format!("{hour:02} giờ {minute:02} phút, {}", self.date()),
            None => self.date(),
        }
    }

    /// `05/02/2026`.
    pub(crate) fn short(self) -> String {
        format!("{:02}/{:02}/{}", self.day, self.month, self.year)
    }

    /// `14 giờ 05 phút, ngày 05/02/2026`.
    pub(crate) fn clock(self) -> String {
        match self.time {
            Some((hour, minute)) => format!("{hour:02} giờ {minute:02} phút, ngày {}", self.short()),
            None => self.short(),
        }
    }
}

/// Puts the parts of one paper on its pages.
pub struct Composer<'f> {
    pub flow: &'f mut Flow,
    pub style: Style,
    /// Whether something printed so far is not verified.
    pub unverified: bool,
}

impl<'f> Composer<'f> {
    pub fn new(flow: &'f mut Flow, style: Style) -> Self {
        Composer { flow, style, unverified: false }
    }

    pub fn frame(&self) -> Frame {
        self.flow.frame()
    }

    pub fn gap(&mut self, share: f32) {
        self.flow.y += self.style.gap * share;
    }

    /// The form's number in the margin, the heading, number, place and date. `numbered`: dots where it has no number yet.
    pub fn letterhead(&mut self, head: &PaperHead, numbered: bool) -> Result<(), PaperError> {
        let style = self.style;
        let form = line("form_number", &head.form_number, SIDE_LIMIT)?;
        if !form.is_empty() {
            self.unverified |= head.form_unverified;
            let mark = if head.form_unverified { words::UNVERIFIED_MARK } else { "" };
            let text = format!("{} {form}{mark}", words::FORM_NUMBER);
            let top = self.flow.y - style.tiny.leading() - 2.0;
            self.flow.line_at(&text, style.tiny_italic, self.frame(), top, Align::End)?;
        }
        let agency = needed("agency", &line("agency", &head.agency, LEVEL_LIMIT)?)?;
        let parent = line("parent_agency", &head.parent_agency, LEVEL_LIMIT)?;
        let desk = line("desk", &head.desk, LEVEL_LIMIT)?;
        let (left, right) = heading::issued(self.flow, style.heading, &[&parent, &agency, &desk])?;
        let number = line("number", &head.number, SIDE_LIMIT)?;
        let top = self.flow.y;
        if numbered || !number.is_empty() {
            let number = if number.is_empty() { words::NO_NUMBER } else { &number };
            let text = format!("{} {number}", words::ISSUED_NUMBER);
            let font = style.body.fitted(&text, left.width, 4.0)?;
            self.flow.line_at(&text, font, left, top, Align::Centre)?;
        }
        let place = line("place", &head.place, SIDE_LIMIT)?;
        let place = if place.is_empty() { words::NO_PLACE } else { &place };
        let date = head.date.map_or_else(|| words::NO_DATE.to_owned(), Moment::date);
        let text = format!("{place}, {date}");
        let font = style.italic.fitted(&text, right.width, 4.0)?;
        self.flow.line_at(&text, font, right, top, Align::Centre)?;
        self.flow.y = top + style.body.leading() + style.gap * 0.8;
        Ok(())
    }

    /// The title in the middle; with a code, that as text below, as a QR code at the left and, for `bars`, as a bar code; and
    /// small lines at the right.
    pub fn title(
        &mut self,
        head: &PaperHead,
        code: Option<(&str, &str, bool)>,
        side: &[String],
    ) -> Result<(), PaperError> {
        let (style, frame) = (self.style, self.frame());
        let title = needed("title", &line("title", &head.title, TITLE_LIMIT)?)?;
        let mut title = words::joined(&capitals(&title)?);
        if head.form_unverified && head.form_number.trim().is_empty() {
            self.unverified = true;
            title.push_str(words::UNVERIFIED_MARK);
        }
        let edge = if code.is_some() || !side.is_empty() { style.qr * 1.2 } else { 0.0 };
        let middle = Frame { left: frame.left + edge, width: frame.width - 2.0 * edge }.inset(2.0);
        let lines = style.title.balanced(&title, middle.width)?;
        let right = Frame { left: frame.right() - edge, width: edge };
        let mut side_lines = Vec::new();
        for line in side {
            side_lines.extend(style.tiny.wrap(line, right.width)?);
        }
        let lines_height = lines.len() as f32 * style.title.leading();
        let side_height = side_lines.len() as f32 * style.tiny.leading();
        self.flow.need((lines_height + BAR_HEIGHT + 3.0 * style.bold.leading()).max(edge).max(side_height));
        let top = self.flow.y;
        let side_end = self.flow.lines_at(&side_lines, style.tiny, right, top + 2.0, Align::End)?;
        let mut y = self.flow.lines_at(&lines, style.title, middle, top, Align::Centre)?;
        let mut code_end = top;
        if let Some((label, code, bars)) = code {
            let code = exact("code", code, CODE_LIMIT)?;
            if !code.is_empty() {
                let side = style.qr;
                qr::draw(self.flow, &code, EcLevel::M, frame.left - side * 0.08, top - side * 0.06, side)?;
                code_end = top + side * 0.92;
                if bars {
                    y = self.bars(&code, middle, y + 1.5)?;
                }
            }
            let text = format!("{label}: {}", if code.is_empty() { words::NO_NUMBER } else { &code });
            for line in style.bold.balanced(&text, middle.width)? {
                self.flow.line_at(&line, style.bold, middle, y, Align::Centre)?;
                y += style.bold.leading();
            }
        }
        self.flow.y = y.max(code_end).max(side_end) + style.gap * 0.6;
        Ok(())
    }

    /// The bar code in the middle of a frame from `top`, and where it ends; nothing where its bars would be too narrow or
    /// Code 128 has not its characters: the QR code beside it has them.
    pub fn bars(&mut self, code: &str, frame: Frame, top: f32) -> Result<f32, PaperError> {
        let (least, most) = MODULES;
        let Some(modules) = code128::width(code, 1.0) else { return Ok(top) };
        let module = (frame.width / modules).min(most);
        if module < least {
            return Ok(top);
        }
        let left = frame.left + (frame.width - modules * module) / 2.0;
        code128::draw(self.flow, code, left, top, module, BAR_HEIGHT);
        Ok(top + BAR_HEIGHT + 1.5)
    }

    /// The label, and the value after it; lines after the first stand at the left edge.
    pub fn fact(&mut self, fact: &Fact) -> Result<(), PaperError> {
        self.fact_in(self.frame(), fact)
    }

    /// [`Composer::fact`], nothing where there is no value.
    pub fn given(&mut self, fact: &Fact) -> Result<(), PaperError> {
        if fact.value.is_empty() { Ok(()) } else { self.fact(fact) }
    }

    /// [`Composer::fact`] for what takes several lines, also where it is written by hand.
    pub fn prose(&mut self, label: &'static str, text: String) -> Result<(), PaperError> {
        let lines = if text.is_empty() { 2 } else { 0 };
        self.fact(&Fact::new(label, text))?;
        self.dotted(lines)
    }

    /// Two facts side by side where each has room in half a line, one under the other where not.
    pub fn pair(&mut self, left: &Fact, right: &Fact) -> Result<(), PaperError> {
        let (a, b) = (self.frame().part(0.0, 0.49), self.frame().part(0.51, 1.0));
        if self.is_line(a, left)? && self.is_line(b, right)? {
            self.flow.need(self.style.body.leading());
            let top = self.flow.y;
            self.fact_in(a, left)?;
            self.flow.y = top;
            return self.fact_in(b, right);
        }
        self.fact(left)?;
        self.fact(right)
    }

    /// [`Composer::pair`] of what there is of the two.
    pub fn given_pair(&mut self, left: &Fact, right: &Fact) -> Result<(), PaperError> {
        if left.value.is_empty() || right.value.is_empty() {
            self.given(left)?;
            return self.given(right);
        }
        self.pair(left, right)
    }

    fn is_line(&self, frame: Frame, fact: &Fact) -> Result<bool, PaperError> {
        let font = if fact.bold { self.style.bold } else { self.style.body };
        let width = self.style.body.width(&format!("{}: ", fact.label))? + font.width(&fact.value)?;
        Ok(!fact.value.contains('\n') && width <= frame.width)
    }

    fn fact_in(&mut self, frame: Frame, fact: &Fact) -> Result<(), PaperError> {
        let plain = self.style.body;
        let font = if fact.bold { self.style.bold } else { plain };
        let labels = plain.wrap(&format!("{}:", fact.label), frame.width)?;
        let indent = plain.width(&format!("{} ", labels.last().map_or("", String::as_str)))?;
        let after = Frame { left: frame.left + indent, width: frame.width - indent };
        let mark = if fact.unverified { words::UNVERIFIED_MARK } else { "" };
        self.unverified |= fact.unverified;
        let lines = font.wrap_after(&format!("{}{mark}", fact.value), after.width, frame.width)?;
        // What is said about the value stands on the same page.
        let note = if fact.note.is_empty() { 0.0 } else { self.style.small_italic.leading() };
        let last = lines.len().saturating_sub(1);
        let first = (labels.len() as f32 + 0.2) * plain.leading();
        self.flow.need(if last == 0 { first + note } else { first });
        let end = self.flow.lines_at(&labels, plain, frame, self.flow.y, Align::Start)?;
        self.flow.y = end - plain.leading();
        if fact.value.is_empty() {
            return self.blank(fact, after);
        }
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                self.flow.need(font.leading() + if index == last { note } else { 0.0 });
            }
            self.flow.line_at(line, font, if index == 0 { after } else { frame }, self.flow.y, Align::Start)?;
            self.flow.y += font.leading();
        }
        if fact.note.is_empty() {
            return Ok(());
        }
        // The note goes on behind the value where there is room.
        let end = lines.last().map_or("", String::as_str);
        let used = font.width(&format!("{end} "))? + if last == 0 { indent } else { 0.0 };
        let italic = self.style.small_italic;
        let (place, top) = if used + italic.width(fact.note)? <= frame.width {
            let place = Frame { left: frame.left + used, width: frame.width - used };
            (place, self.flow.y - font.leading() + (font.size - italic.size) * 0.97)
        } else {
            self.flow.y += italic.leading();
            (frame, self.flow.y - italic.leading())
        };
        self.flow.line_at(fact.note, italic, place, top, Align::Start)
    }

    /// Dots to write on, behind the label.
    fn blank(&mut self, fact: &Fact, after: Frame) -> Result<(), PaperError> {
        let plain = self.style.body;
        let (mut dots, mut align) = (".".repeat((after.width / plain.width(".")?.max(1.0)) as usize), Align::End);
        for blank in fact.blank.iter().rev() {
            if plain.width(blank)? <= after.width {
                (dots, align) = ((*blank).to_owned(), Align::Start);
            }
        }
        self.flow.line_at(&dots, plain, after, self.flow.y, align)?;
        self.flow.y += plain.leading();
        Ok(())
    }

    /// A paragraph of the paper's own text; its first line stands in by a centimetre, as documents have it.
    pub fn paragraph(&mut self, text: &str) -> Result<(), PaperError> {
        let (font, frame) = (self.style.body, self.frame());
        let indent = points(8.0);
        for (index, line) in font.wrap_after(text, frame.width - indent, frame.width)?.iter().enumerate() {
            self.flow.need(font.leading());
            let at = if index == 0 { Frame { left: frame.left + indent, width: frame.width - indent } } else { frame };
            self.flow.line_at(line, font, at, self.flow.y, Align::Start)?;
            self.flow.y += font.leading();
        }
        Ok(())
    }

    /// Dotted lines to write on.
    pub fn dotted(&mut self, lines: usize) -> Result<(), PaperError> {
        let (font, frame) = (self.style.body, self.frame());
        let dots = ".".repeat((frame.width / font.width(".")?.max(1.0)) as usize);
        for _ in 0..lines {
            self.flow.need(font.leading() * 1.2);
            self.flow.line_at(&dots, font, frame, self.flow.y + font.leading() * 0.2, Align::End)?;
            self.flow.y += font.leading() * 1.2;
        }
        Ok(())
    }

    /// Words to be heeded, in a box; it goes over pages only where no page holds it.
    pub fn notice(&mut self, text: &str, font: Type) -> Result<(), PaperError> {
        let frame = self.frame();
        let pad = self.style.gap * 0.6;
        let lines = font.wrap(text, frame.inset(pad).width)?;
        let height = lines.len() as f32 * font.leading() + 2.0 * pad;
        self.flow.need(height);
        if height > self.flow.room() {
            return self.flow.paragraph(text, font, frame, Align::Start);
        }
        let top = self.flow.y;
        self.flow.frame_box(frame, top, top + height, 0.6);
        self.flow.lines_at(&lines, font, frame.inset(pad), top + pad * 0.9, Align::Start)?;
        self.flow.y = top + height;
        Ok(())
    }

    /// A heading over a list, never the last thing on a page.
    pub fn heading(&mut self, text: &str) -> Result<(), PaperError> {
        let font = self.style.bold;
        let lines = font.wrap(text, self.frame().width)?;
        self.flow.need(lines.len() as f32 * font.leading() + 2.0 * self.style.body.leading());
        self.flow.y = self.flow.lines_at(&lines, font, self.frame(), self.flow.y, Align::Start)?;
        Ok(())
    }

    /// One entry of a list, with its number or dash hanging.
    pub fn entry(&mut self, mark: &str, text: &str) -> Result<(), PaperError> {
        let (font, frame) = (self.style.body, self.frame());
        let indent = font.width("00. ")?;
        let rest = Frame { left: frame.left + indent, width: frame.width - indent };
        for (index, line) in font.wrap(text, rest.width)?.iter().enumerate() {
            self.flow.need(font.leading());
            if index == 0 {
                self.flow.line_at(mark, font, frame, self.flow.y, Align::Start)?;
            }
            self.flow.line_at(line, font, rest, self.flow.y, Align::Start)?;
            self.flow.y += font.leading();
        }
        Ok(())
    }

    /// A title and a table below it, of numbered rows and rows to be written in: title, head and first row stand together.
    ///
    /// `empty` is how many rows to write in, and the number of the first of them.
    pub fn table(
        &mut self,
        title: &str,
        table: &Table,
        rows: &[Vec<String>],
        (empty, next): (u8, u64),
    ) -> Result<(), PaperError> {
        let (font, frame) = (self.style.body, self.frame());
        let empty_height = points(9.0);
        let first = rows.first().map_or(Ok(empty_height), |row| table.height_of(row))?;
        let lines = if title.is_empty() { Vec::new() } else { font.wrap(title, frame.width)? };
        self.flow.need(lines.len() as f32 * font.leading() + 3.0 + table.head_height() + first);
        self.flow.y = self.flow.lines_at(&lines, font, frame, self.flow.y, Align::Start)? + 3.0;
        table.head(self.flow)?;
        for row in rows {
            table.row(self.flow, row)?;
        }
        for number in (next..).take(usize::from(empty)) {
            table.empty_row(self.flow, &format!("{number:02}"), empty_height)?;
        }
        self.gap(0.6);
        Ok(())
    }
}
