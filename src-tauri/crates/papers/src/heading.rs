//! The heading of official papers (Nghị định 30/2020/NĐ-CP, Phụ lục I).

use crate::PaperError;
use crate::layout::{Align, Flow, Frame, Type};
use crate::words;

/// The two columns at the head, each with its short rule below: who issues it at the left, nothing where nobody is named, and
/// country and motto at the right.
pub fn national(flow: &mut Flow, bold: Type, gap: f32, agency: &str) -> Result<(), PaperError> {
    let (left, right) = (flow.frame().part(0.0, 0.4), flow.frame().part(0.42, 1.0));
    let top = flow.y;
    let rule = |flow: &mut Flow, frame: Frame, y: f32, width: f32| {
        let from = frame.left + (frame.width - width) / 2.0;
        flow.rule((from, y), (from + width, y), 0.7);
    };
    let mut left_end = top;
    if !agency.is_empty() {
        let agency = bold.balanced(&agency.to_uppercase(), left.width)?;
        left_end = flow.lines_at(&agency, bold, left, top, Align::Centre)?;
        rule(flow, left, left_end + 2.0, left.width * 0.35);
    }
    let country = bold.fitted(words::COUNTRY, right.width, 6.0)?;
    flow.line_at(words::COUNTRY, country, right, top, Align::Centre)?;
    let motto = Type { size: country.size * 1.08, ..country };
    let motto_top = top + country.leading();
    flow.line_at(words::MOTTO, motto, right, motto_top, Align::Centre)?;
    let right_end = motto_top + motto.leading();
    let motto_width = motto.width(words::MOTTO)?;
    rule(flow, right, right_end + 2.0, motto_width);
    flow.y = left_end.max(right_end) + 2.0 * gap;
    Ok(())
}
