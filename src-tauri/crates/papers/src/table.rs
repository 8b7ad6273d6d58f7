//! Tables whose head stands on each page they go on to.

use crate::PaperError;
use crate::layout::{Align, Flow, Frame, Type};

struct Column {
    frame: Frame,
    align: Align,
    head: Vec<String>,
}

/// A table's columns and its head.
pub struct Table {
    columns: Vec<Column>,
    head_height: f32,
    text: Type,
    bold: Type,
    pad: f32,
}

impl Table {
    /// Columns by their head, their share of the width and the side they stand at.
    pub fn new(heads: &[(&str, f32, Align)], text: Type, bold: Type, frame: Frame) -> Result<Self, PaperError> {
        let pad = text.size * 0.3;
        let mut from = 0.0;
        let mut columns = Vec::new();
        for (head, share, align) in heads {
            let frame = frame.part(from, from + share);
            columns.push(Column { frame, align: *align, head: bold.wrap(head, frame.inset(pad).width)? });
            from += share;
        }
        let lines = columns.iter().map(|column| column.head.len()).max().unwrap_or_default();
        Ok(Table { columns, head_height: lines as f32 * bold.leading() + 2.0 * pad, text, bold, pad })
    }

    /// How high its head is.
    pub fn head_height(&self) -> f32 {
        self.head_height
    }

    pub fn head(&self, flow: &mut Flow) -> Result<(), PaperError> {
        let top = flow.y;
        let filled: Vec<_> =
            self.columns.iter().map(|it| (it.frame.left, top, it.frame.width, self.head_height)).collect();
        flow.fill(&filled, 0.92);
        for column in &self.columns {
            let slack = self.head_height - column.head.len() as f32 * self.bold.leading();
            let text = column.frame.inset(self.pad);
            flow.lines_at(&column.head, self.bold, text, top + slack / 2.0, Align::Centre)?;
        }
        self.grid(flow, self.head_height);
        Ok(())
    }

    /// One row. It goes to the next page whole, unless it is taller than a page: then it is continued there.
    pub fn row(&self, flow: &mut Flow, cells: &[String]) -> Result<(), PaperError> {
        let leading = self.text.leading();
        let lines_in = |height: f32| ((height - 2.0 * self.pad) / leading).floor().max(0.0) as usize;
        let mut rest = Vec::new();
        for (column, cell) in self.columns.iter().zip(cells) {
            rest.push(self.text.wrap(cell, column.frame.inset(self.pad).width)?);
        }
        loop {
            let wanted = rest.iter().map(Vec::len).max().unwrap_or_default();
            if wanted == 0 {
                return Ok(());
            }
            let (fit, whole) = (lines_in(flow.room()), lines_in(flow.page_room() - self.head_height));
            if whole == 0 {
                // No page has room for a line below this head.
                let (size, limit) = (self.head_height as usize, flow.page_room() as usize);
                return Err(PaperError::TooLong { field: "table", size, limit });
            }
            if fit == 0 || (wanted > fit && wanted <= whole) {
                flow.break_page();
                self.head(flow)?;
                continue;
            }
            for (column, lines) in self.columns.iter().zip(&mut rest) {
                let later = lines.split_off(fit.min(lines.len()));
                let (text, top) = (column.frame.inset(self.pad), flow.y + self.pad);
                flow.lines_at(lines, self.text, text, top, column.align)?;
                *lines = later;
            }
            self.grid(flow, wanted.min(fit) as f32 * leading + 2.0 * self.pad);
        }
    }

    /// A row to be written in.
    pub fn empty_row(&self, flow: &mut Flow, number: &str, height: f32) -> Result<(), PaperError> {
        if height > flow.room() {
            flow.break_page();
            self.head(flow)?;
        }
        if let Some(first) = self.columns.first() {
            let top = flow.y + (height - self.text.leading()) / 2.0;
            flow.line_at(number, self.text, first.frame.inset(self.pad), top, first.align)?;
        }
        self.grid(flow, height);
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
