//! Lines of text, rules and pages: as much typesetting as a printed paper needs. Lengths are PostScript points (1/72 inch),
//! measured from the top left corner.

use std::collections::{BTreeMap, BTreeSet};

use printpdf::{
    Color, FontId, Greyscale, Line, LinePoint, Mm, Op, PaintMode, PdfDocument, PdfFont, PdfFontHandle, PdfPage, Point,
    Polygon, PolygonRing, Pt, TextItem, TextMatrix, WindingOrder,
};

use crate::face::Face;
use crate::lines::{ASCENT, TIED, Type};
use crate::{PaperError, Sheet};

pub const fn points(mm: f32) -> f32 {
    mm * 72.0 / 25.4
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Start,
    Centre,
    End,
}

/// A rectangle in which something is set.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    pub left: f32,
    pub width: f32,
}

impl Frame {
    pub fn right(self) -> f32 {
        self.left + self.width
    }

    /// The part that begins at `from` and ends at `to`, both as shares of the width.
    pub fn part(self, from: f32, to: f32) -> Frame {
        Frame { left: self.left + self.width * from, width: self.width * (to - from) }
    }

    pub fn inset(self, by: f32) -> Frame {
        Frame { left: self.left + by, width: self.width - 2.0 * by }
    }
}

/// What pages are cut from, and what stays free on them.
#[derive(Debug, Clone, Copy)]
pub struct Stock {
    pub sheet: Sheet,
    /// Wider than high.
    pub turned: bool,
    pub margin: f32,
    /// Free at the left beside the margin, where papers are bound.
    pub gutter: f32,
    /// Kept free at the foot of each page, above the margin.
    pub foot: f32,
}

impl Stock {
    fn size(self) -> (f32, f32) {
        let (short, long) = match self.sheet {
            Sheet::A4 => (points(210.0), points(297.0)),
            Sheet::A5 => (points(148.0), points(210.0)),
        };
        if self.turned { (long, short) } else { (short, long) }
    }
}

/// Where a page may begin: on which page of its paper that is, and how far down.
#[derive(Debug, Clone, Copy)]
pub struct Stop {
    pub page: usize,
    pub y: f32,
}

struct Page {
    size: (f32, f32),
    ops: Vec<Op>,
}

/// Pages being set, top down. `y` is where the next thing goes.
pub struct Flow {
    stock: Stock,
    width: f32,
    height: f32,
    margin: f32,
    foot: f32,
    pages: Vec<Page>,
    /// How many pages the papers before this one have.
    before: usize,
    current: Vec<Op>,
    /// Something stands on this page.
    begun: bool,
    /// Only measures: nothing is kept of what is set.
    dry: bool,
    stops: Vec<Stop>,
    /// The stop at which a page begins, whether or not there is room.
    forced: Option<usize>,
    used: BTreeMap<Face, BTreeSet<char>>,
    pub y: f32,
}

impl Flow {
    pub fn new(sheet: Sheet, margin: f32, foot: f32) -> Self {
        Flow::on(Stock { sheet, turned: false, margin, gutter: 0.0, foot })
    }

    pub fn on(stock: Stock) -> Self {
        let (width, height) = stock.size();
        Flow {
            stock,
            width,
            height,
            margin: stock.margin,
            foot: stock.foot,
            pages: Vec::new(),
            before: 0,
            current: Vec::new(),
            begun: false,
            dry: false,
            stops: Vec::new(),
            forced: None,
            used: BTreeMap::new(),
            y: stock.margin,
        }
    }

    /// Pages that only measure what is set on them.
    pub fn dry(stock: Stock) -> Self {
        Flow { dry: true, ..Flow::on(stock) }
    }

    /// Whether it is of no use to draw what has its place already.
    pub fn is_dry(&self) -> bool {
        self.dry
    }

    fn set(&mut self, ops: impl IntoIterator<Item = Op>) {
        self.begun = true;
        self.current.extend(ops);
    }

    /// Begins another paper on pages of its own; the last one has been ended by [`Flow::end_paper`]. `forced` is the number of
    /// the stop at which a page begins in any case.
    pub fn begin_paper(&mut self, stock: Stock, forced: Option<usize>) {
        (self.width, self.height) = stock.size();
        (self.stock, self.margin, self.foot, self.forced) = (stock, stock.margin, stock.foot, forced);
        self.y = self.margin;
    }

    /// The text area from margin to margin.
    pub fn frame(&self) -> Frame {
        let gutter = self.stock.gutter;
        Frame { left: self.margin + gutter, width: self.width - 2.0 * self.margin - gutter }
    }

    /// Where pages may begin in this paper, so far.
    pub fn stops(&self) -> &[Stop] {
        &self.stops
    }

    /// The page of this paper that is being set, from 0.
    pub fn page(&self) -> usize {
        self.pages.len() - self.before
    }

    /// Notes that a page may begin here; whether one must.
    pub fn stop(&mut self) -> bool {
        let must = self.forced == Some(self.stops.len());
        self.stops.push(Stop { page: self.page(), y: self.y });
        must
    }

    /// Where a page's text begins.
    pub fn top(&self) -> f32 {
        self.margin
    }

    /// Height left on this page.
    pub fn room(&self) -> f32 {
        self.height - self.margin - self.foot - self.y
    }

    /// Height of an empty page.
    pub fn page_room(&self) -> f32 {
        self.height - 2.0 * self.margin - self.foot
    }

    pub fn break_page(&mut self) {
        self.pages.push(Page { size: (self.width, self.height), ops: std::mem::take(&mut self.current) });
        self.begun = false;
        self.y = self.margin;
    }

    /// Goes to a new page unless `height` fits on this one (or on none).
    pub fn need(&mut self, height: f32) {
        let must = self.stop();
        if (must || (height > self.room() && height <= self.page_room())) && self.begun {
            self.break_page();
        }
    }

    /// Sets one line in a frame with its box's top at `top`.
    pub fn line_at(&mut self, text: &str, font: Type, frame: Frame, top: f32, align: Align) -> Result<(), PaperError> {
        if text.is_empty() {
            return Ok(());
        }
        if self.dry {
            self.begun = true;
            return Ok(());
        }
        // Where a line may or must break matters no more; whoever searches the paper types a plain space.
        let text = &text.replace([TIED, '\n'], " ");
        let slack = frame.width - font.width(text)?;
        let x = match align {
            Align::Start => frame.left,
            Align::Centre => frame.left + slack / 2.0,
            Align::End => frame.left + slack,
        };
        self.used.entry(font.face).or_default().extend(text.chars());
        let baseline = self.height - top - font.size * ASCENT;
        self.set([
            Op::StartTextSection,
            Op::SetFont { font: PdfFontHandle::External(FontId(font.face.name().to_owned())), size: Pt(font.size) },
            Op::SetTextMatrix { matrix: TextMatrix::Translate(Pt(x), Pt(baseline)) },
            Op::ShowText { items: vec![TextItem::Text(text.to_owned())] },
            Op::EndTextSection,
        ]);
        Ok(())
    }

    /// Sets lines under each other from `top`, and gives where the next one would go.
    pub fn lines_at(
        &mut self,
        lines: &[String],
        font: Type,
        frame: Frame,
        top: f32,
        align: Align,
    ) -> Result<f32, PaperError> {
        let mut top = top;
        for line in lines {
            self.line_at(line, font, frame, top, align)?;
            top += font.leading();
        }
        Ok(top)
    }

    /// Sets a paragraph at `y`, going over to new pages line by line.
    pub fn paragraph(&mut self, text: &str, font: Type, frame: Frame, align: Align) -> Result<(), PaperError> {
        for line in font.wrap(text, frame.width)? {
            self.need(font.leading());
            self.line_at(&line, font, frame, self.y, align)?;
            self.y += font.leading();
        }
        Ok(())
    }

    pub fn rule(&mut self, from: (f32, f32), to: (f32, f32), thickness: f32) {
        let point = |(x, y): (f32, f32)| LinePoint { p: self.point(x, y), bezier: false };
        let line = Line { points: vec![point(from), point(to)], is_closed: false };
        self.set([Op::SetOutlineThickness { pt: Pt(thickness) }, Op::DrawLine { line }]);
    }

    pub fn frame_box(&mut self, frame: Frame, top: f32, bottom: f32, thickness: f32) {
        let polygon = Polygon {
            rings: vec![self.ring(frame.left, top, frame.width, bottom - top)],
            mode: PaintMode::Stroke,
            winding_order: WindingOrder::NonZero,
        };
        self.set([Op::SetOutlineThickness { pt: Pt(thickness) }, Op::DrawPolygon { polygon }]);
    }

    /// Fills rectangles `(left, top, width, height)` as one shape, so that neighbours show no seam. `grey`: 0 black, 1 white.
    pub fn fill(&mut self, rectangles: &[(f32, f32, f32, f32)], grey: f32) {
        let polygon = Polygon {
            rings: rectangles.iter().map(|&(left, top, width, height)| self.ring(left, top, width, height)).collect(),
            mode: PaintMode::Fill,
            winding_order: WindingOrder::NonZero,
        };
        let fill = |percent| Op::SetFillColor { col: Color::Greyscale(Greyscale { percent, icc_profile: None }) };
        self.set([fill(grey), Op::DrawPolygon { polygon }, fill(0.0)]);
    }

    fn point(&self, x: f32, y: f32) -> Point {
        Point { x: Pt(x), y: Pt(self.height - y) }
    }

    fn ring(&self, left: f32, top: f32, width: f32, height: f32) -> PolygonRing {
        let corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)];
        PolygonRing { points: corners.map(|(x, y)| LinePoint { p: self.point(x, y), bezier: false }).to_vec() }
    }

    /// Ends the last page of a paper and sets the foot of each of its pages; `foot` gets the page's number and how many there
    /// are.
    pub fn end_paper(
        &mut self,
        foot: impl Fn(&mut Flow, usize, usize) -> Result<(), PaperError>,
    ) -> Result<(), PaperError> {
        self.break_page();
        let mut pages = self.pages.split_off(self.before);
        let count = pages.len();
        for (index, page) in pages.iter_mut().enumerate() {
            self.y = self.height - self.margin - self.foot;
            foot(self, index + 1, count)?;
            page.ops.append(&mut self.current);
            self.begun = false;
        }
        self.pages.append(&mut pages);
        self.before = self.pages.len();
        self.stops.clear();
        self.forced = None;
        Ok(())
    }

    /// [`Flow::end_paper`], and the document with the characters it uses of each face.
    pub fn finish(
        mut self,
        title: &str,
        foot: impl Fn(&mut Flow, usize, usize) -> Result<(), PaperError>,
    ) -> Result<PdfDocument, PaperError> {
        self.end_paper(foot)?;
        self.into_document(title)
    }

    /// The document of all papers that were ended.
    pub fn into_document(self, title: &str) -> Result<PdfDocument, PaperError> {
        let mut document = PdfDocument::new(title);
        for (face, used) in &self.used {
            let font = PdfFont::new(face.subset(used)?);
            document.resources.fonts.map.insert(FontId(face.name().to_owned()), font);
        }
        let size = |points: f32| Mm::from(Pt(points));
        let page = |page: Page| PdfPage::new(size(page.size.0), size(page.size.1), page.ops);
        document.pages = self.pages.into_iter().map(page).collect();
        Ok(document)
    }
}
