//! The heading of official papers (Nghị định 30/2020/NĐ-CP, Phụ lục I).

use crate::PaperError;
use crate::face::{Face, capitals};
use crate::layout::{Align, Flow, Frame};
use crate::lines::Type;
use crate::words;

/// The two columns at the head, each with its short rule below: who issues it at the left, nothing where nobody is named, and
/// country and motto at the right.
pub fn national(flow: &mut Flow, bold: Type, gap: f32, agency: &str) -> Result<(), PaperError> {
    columns(flow, bold, (0.4, 0.42), &[agency])?;
    flow.y += 2.0 * gap - RULE;
    Ok(())
}

/// From the last line to below the rules.
const RULE: f32 = 4.0;

/// The heading with the issuer in levels, the highest first: the last one in bold, empty ones left out. Gives the left and the
/// right column for the line of number and place, which is next.
pub fn issued(flow: &mut Flow, bold: Type, issuer: &[&str]) -> Result<(Frame, Frame), PaperError> {
    columns(flow, bold, (0.44, 0.47), issuer)
}

/// So much smaller a level may be set to stand in one line.
const NARROWED: f32 = 0.83;

fn columns(
    flow: &mut Flow,
    bold: Type,
    (left_to, right_from): (f32, f32),
    issuer: &[&str],
) -> Result<(Frame, Frame), PaperError> {
    let (left, right) = (flow.frame().part(0.0, left_to), flow.frame().part(right_from, 1.0));
    let top = flow.y;
    let given = issuer.iter().filter(|level| !level.is_empty());
    let levels: Vec<String> = given.map(|level| capitals(level)).collect::<Result<_, _>>()?;
    let face = |index: usize| if index + 1 == levels.len() { Face::Bold } else { Face::Regular };
    let mut size = bold.size;
    if levels.len() > 1 {
        for (index, level) in levels.iter().enumerate() {
            let fitted = Type { face: face(index), ..bold }.fitted(level, left.width, 1.0)?.size;
            if fitted >= bold.size * NARROWED {
                size = size.min(fitted);
            }
        }
    }
    let mut left_end = top;
    for (index, level) in levels.iter().enumerate() {
        let font = Type { face: face(index), size };
        left_end =
            flow.lines_at(&font.balanced(&words::joined(level), left.width)?, font, left, left_end, Align::Centre)?;
    }
    if !levels.is_empty() {
        rule(flow, left, left_end + 2.0, left.width * 0.35);
    }
    let country = bold.fitted(words::COUNTRY, right.width, 6.0)?;
    flow.line_at(words::COUNTRY, country, right, top, Align::Centre)?;
    let motto = Type { size: country.size * 1.08, ..country };
    let motto_top = top + country.leading();
    flow.line_at(words::MOTTO, motto, right, motto_top, Align::Centre)?;
    let right_end = motto_top + motto.leading();
    rule(flow, right, right_end + 2.0, motto.width(words::MOTTO)?);
    flow.y = left_end.max(right_end) + RULE;
    Ok((left, right))
}

fn rule(flow: &mut Flow, frame: Frame, y: f32, width: f32) {
    let from = frame.left + (frame.width - width) / 2.0;
    flow.rule((from, y), (from + width, y), 0.7);
}
