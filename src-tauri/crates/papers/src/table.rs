//! Tables whose head stands on each page they go on to.

use std::cell::Cell;

use crate::layout::{Align, Flow, Frame};
use crate::lines::Type;
use crate::{PaperError, words};

struct Column {
    frame: Frame,
    align: Align,
    head: Vec<String>,
    /// How far down its head begins: below the head of the group it belongs to.
    below: f32,
}

/// One head over several columns.
struct Group {
    frame: Frame,
    head: Vec<String>,
    height: f32,
}

/// A table's columns and its head.
pub struct Table {
    columns: Vec<Column>,
    groups: Vec<Group>,
    head_height: f32,
    /// Under the head, the columns' numbers; 0 where they are not numbered.
    numbers_height: f32,
    /// Rows are no lower than this.
    row_height: f32,
    text: Type,
    bold: Type,
    pad: f32,
    /// No row stands under the head yet.
    bare: Cell<bool>,
}

impl Table {
    /// Columns by their head, their share of the width and the side they stand at.
    pub fn new(heads: &[(&str, f32, Align)], text: Type, bold: Type, frame: Frame) -> Result<Self, PaperError> {
        let pad = text.size * 0.3;
        let mut from = 0.0;
        let mut columns = Vec::new();
        for (head, share, align) in heads {
            let frame = frame.part(from, from + share);
            let head = bold.wrap(&words::joined(head), frame.inset(pad).width)?;
            columns.push(Column { frame, align: *align, head, below: 0.0 });
            from += share;
        }
        let mut table = Table {
            columns,
            groups: Vec::new(),
            head_height: 0.0,
            numbers_height: 0.0,
            row_height: 0.0,
            text,
            bold,
            pad,
            bare: Cell::new(true),
        };
        table.measure();
        Ok(table)
    }

    /// One head over `count` columns from the column `first`.
    pub fn grouped(mut self, first: usize, count: usize, head: &str) -> Result<Self, PaperError> {
        let columns = self.columns.iter_mut().skip(first).take(count);
        let (mut frame, mut members): (Option<Frame>, Vec<&mut Column>) = (None, Vec::new());
        for column in columns {
            let left = frame.map_or(column.frame.left, |frame| frame.left);
            frame = Some(Frame { left, width: column.frame.right() - left });
            members.push(column);
        }
        let Some(frame) = frame else { return Ok(self) };
        let head = self.bold.wrap(head, frame.inset(self.pad).width)?;
        let height = head.len() as f32 * self.bold.leading() + 2.0 * self.pad;
        members.into_iter().for_each(|column| column.below = height);
        self.groups.push(Group { frame, head, height });
        self.measure();
        Ok(self)
    }

    /// With a line of the columns' numbers under the head, as books have it.
    pub fn numbered(mut self) -> Self {
        self.numbers_height = self.text.leading() + self.pad;
        self
    }

    /// With rows no lower than this.
    pub fn tall(mut self, row_height: f32) -> Self {
        self.row_height = row_height;
        self
    }

    fn measure(&mut self) {
        let height = |column: &Column| column.below + column.head.len() as f32 * self.bold.leading() + 2.0 * self.pad;
        self.head_height = self.columns.iter().map(height).fold(0.0, f32::max);
    }

    /// How high its head is.
    pub fn head_height(&self) -> f32 {
        self.head_height + self.numbers_height
    }

    /// How high a row is where nothing breaks it.
    pub fn height_of(&self, cells: &[String]) -> Result<f32, PaperError> {
        let lines = self.lines_of(cells)?.iter().map(Vec::len).max().unwrap_or_default();
        Ok((lines as f32 * self.text.leading() + 2.0 * self.pad).max(self.row_height))
    }

    fn lines_of(&self, cells: &[String]) -> Result<Vec<Vec<String>>, PaperError> {
        let cells = self.columns.iter().zip(cells);
        cells.map(|(column, cell)| self.text.wrap(cell, column.frame.inset(self.pad).width)).collect()
    }

    pub fn head(&self, flow: &mut Flow) -> Result<(), PaperError> {
        let top = flow.y;
        let frames = self.columns.iter().map(|column| column.frame);
        flow.fill(&frames.map(|it| (it.left, top, it.width, self.head_height())).collect::<Vec<_>>(), 0.92);
        for group in &self.groups {
            flow.lines_at(&group.head, self.bold, group.frame.inset(self.pad), top + self.pad, Align::Centre)?;
            flow.frame_box(group.frame, top, top + group.height, 0.5);
        }
        for column in &self.columns {
            let slack = self.head_height - column.below - column.head.len() as f32 * self.bold.leading();
            let text = column.frame.inset(self.pad);
            flow.lines_at(&column.head, self.bold, text, top + column.below + slack / 2.0, Align::Centre)?;
            flow.frame_box(column.frame, top + column.below, top + self.head_height, 0.5);
        }
        flow.y += self.head_height;
        if self.numbers_height > 0.0 {
            for (index, column) in self.columns.iter().enumerate() {
                let number = format!("({})", index + 1);
                flow.line_at(&number, self.text, column.frame, flow.y + self.pad * 0.5, Align::Centre)?;
            }
            self.grid(flow, self.numbers_height);
        }
        self.bare.set(true);
        Ok(())
    }

    /// One row. It goes to the next page whole, unless it is taller than a page: then it is continued there.
    pub fn row(&self, flow: &mut Flow, cells: &[String]) -> Result<(), PaperError> {
        let leading = self.text.leading();
        let lines_in = |height: f32| ((height - 2.0 * self.pad) / leading).floor().max(0.0) as usize;
        let mut rest = self.lines_of(cells)?;
        // A head is never the last thing on a page.
        if !self.bare.get() && flow.stop() {
            flow.break_page();
            self.head(flow)?;
        }
        loop {
            let wanted = rest.iter().map(Vec::len).max().unwrap_or_default();
            if wanted == 0 {
                return Ok(());
            }
            let (fit, whole) = (lines_in(flow.room()), lines_in(flow.page_room() - self.head_height()));
            if whole == 0 {
                // No page has room for a line below this head.
                let (size, limit) = (self.head_height() as usize, flow.page_room() as usize);
                return Err(PaperError::TooLong { field: "table", size, limit });
            }
            let low = !self.bare.get() && self.row_height > flow.room();
            if fit == 0 || low || (wanted > fit && wanted <= whole) {
                flow.break_page();
                self.head(flow)?;
                self.bare.set(true);
                continue;
            }
            for (column, lines) in self.columns.iter().zip(&mut rest) {
                let later = lines.split_off(fit.min(lines.len()));
                let (text, top) = (column.frame.inset(self.pad), flow.y + self.pad);
                flow.lines_at(lines, self.text, text, top, column.align)?;
                *lines = later;
            }
            let height = wanted.min(fit) as f32 * leading + 2.0 * self.pad;
            self.grid(flow, height.max(self.row_height.min(flow.room())));
            self.bare.set(false);
        }
    }

    /// A row to be written in.
    pub fn empty_row(&self, flow: &mut Flow, number: &str, height: f32) -> Result<(), PaperError> {
        let must = !self.bare.get() && flow.stop();
        if must || height > flow.room() {
            flow.break_page();
            self.head(flow)?;
        }
        if let Some(first) = self.columns.first() {
            let top = flow.y + (height - self.text.leading()) / 2.0;
            flow.line_at(number, self.text, first.frame.inset(self.pad), top, first.align)?;
        }
        self.grid(flow, height);
        self.bare.set(false);
        Ok(())
    }

    /// The lines around the cells of a row of this height, which ends with it.
    fn grid(&self, flow: &mut Flow, height: f32) {
        for column in &self.columns {
            flow.frame_box(column.frame, flow.y, flow.y + height, 0.5);
        }
        flow.y += height;
    }
}
