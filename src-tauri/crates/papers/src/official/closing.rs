//! What ends a paper: who signs, who gets it, and what the agency tells everybody. It stays together, and with some of what
//! stands before it.

use qrcode::EcLevel;

use super::composer::{Composer, Style};
use super::{AgencyFooter, Signer};
use crate::face::capitals;
use crate::layout::{Align, Flow, Frame, Stop};
use crate::lines::Type;
use crate::value::{exact, line};
use crate::{PaperError, qr, words};

const NAME_LIMIT: usize = 150;
const WORDS_LIMIT: usize = 600;
const URL_LIMIT: usize = 300;
const RECIPIENTS_LIMIT: usize = 12;
/// So many lines of text at least stand above a signature.
const LINES_ABOVE: f32 = 3.0;

struct Sign {
    title: String,
    hint: &'static str,
    name: String,
    phone: String,
}

#[derive(Default)]
pub struct Closing {
    signs: Vec<Sign>,
    recipients: Vec<String>,
    footer: AgencyFooter,
    feedback_url: String,
}

impl Closing {
    pub fn new(footer: &AgencyFooter) -> Result<Self, PaperError> {
        Ok(Closing {
            footer: AgencyFooter {
                how_to: line("footer.how_to", &footer.how_to, WORDS_LIMIT)?,
                online_url: exact("footer.online_url", &footer.online_url, URL_LIMIT)?,
                support: line("footer.support", &footer.support, WORDS_LIMIT)?,
            },
            ..Closing::default()
        })
    }

    /// The next to sign, from the left: by their office, or as what the form calls them.
    pub fn signed(mut self, title: &str, hint: &'static str, signer: &Signer) -> Result<Self, PaperError> {
        let position = line("signer.position", &signer.position, NAME_LIMIT)?;
        self.signs.push(Sign {
            title: if position.is_empty() { title.to_owned() } else { position },
            hint,
            name: line("signer.name", &signer.name, NAME_LIMIT)?,
            phone: line("signer.phone", &signer.phone, NAME_LIMIT)?,
        });
        Ok(self)
    }

    /// Who gets the paper, at the left of the signature.
    pub fn sent_to(mut self, recipients: &[String]) -> Result<Self, PaperError> {
        crate::value::within("recipients", recipients.len(), RECIPIENTS_LIMIT)?;
        let all: Result<Vec<_>, _> =
            recipients.iter().map(|recipient| line("recipients", recipient, NAME_LIMIT)).collect();
        self.recipients = all?.into_iter().filter(|recipient| !recipient.is_empty()).collect();
        Ok(self)
    }

    pub fn feedback(mut self, url: &str) -> Result<Self, PaperError> {
        self.feedback_url = exact("feedback_url", url, URL_LIMIT)?;
        Ok(self)
    }

    /// Heights of signatures and footer.
    fn heights(&self, style: &Style, frame: Frame) -> Result<(f32, f32), PaperError> {
        let mut measuring = Flow::dry(style.stock);
        let mut composer = Composer::new(&mut measuring, *style);
        let top = composer.flow.y;
        self.sign(&mut composer, frame)?;
        let signatures = composer.flow.y - top;
        composer.flow.y = top;
        self.foot(&mut composer, frame)?;
        Ok((signatures, composer.flow.y - top))
    }

    /// Whether what is set stands on one page, with the closing.
    pub fn fits(&self, set: &Flow, style: &Style) -> Result<bool, PaperError> {
        let (signatures, footer) = self.heights(style, set.frame())?;
        Ok(set.page() == 0 && signatures + footer <= set.room())
    }

    /// The stop at which a page must begin so that the closing has some of the text above it on its page; `None` where it has
    /// anyway.
    pub fn forced_stop(&self, set: &Flow, style: &Style) -> Result<Option<usize>, PaperError> {
        let (signatures, footer) = self.heights(style, set.frame())?;
        let whole = signatures + footer;
        let height = if whole <= set.page_room() { whole } else { signatures };
        let above = LINES_ABOVE * style.body.leading();
        let (last, here) = (set.page(), set.y - set.top());
        // Where each page's text ends is where the next one might have begun.
        let (page, end, later) = if height > set.room() {
            (last, set.y, 0.0)
        } else if last > 0 && here < above {
            let end = set.stops().iter().rev().find(|stop| stop.page + 1 == last).map_or(0.0, |stop| stop.y);
            (last - 1, end, here)
        } else {
            return Ok(None);
        };
        let good = |stop: &Stop| {
            let moved = end - stop.y + later;
            // A table that goes on takes its head along.
            stop.page == page && moved >= above && moved + height + 2.0 * above <= set.page_room()
        };
        Ok(set.stops().iter().rposition(good))
    }

    /// Signatures where the text ends, the footer at the foot of the page.
    pub fn set(&self, composer: &mut Composer) -> Result<(), PaperError> {
        let frame = composer.frame();
        let (signatures, footer) = self.heights(&composer.style, frame)?;
        let whole = signatures + footer <= composer.flow.page_room();
        composer.flow.need(if whole { signatures + footer } else { signatures });
        self.sign(composer, frame)?;
        composer.flow.need(footer);
        composer.flow.y += (composer.flow.room() - footer).max(0.0);
        self.foot(composer, frame)
    }

    fn sign(&self, composer: &mut Composer, frame: Frame) -> Result<(), PaperError> {
        if self.signs.is_empty() && self.recipients.is_empty() {
            return Ok(());
        }
        composer.gap(1.0);
        let (style, top) = (composer.style, composer.flow.y);
        let flow = &mut *composer.flow;
        let mut end = top;
        if !self.recipients.is_empty() {
            let left = frame.part(0.0, 0.46);
            let label = Type::new(crate::face::Face::Italic, style.small.size);
            flow.line_at(words::RECIPIENTS, label, left, top, Align::Start)?;
            end = top + label.leading();
            for recipient in &self.recipients {
                let lines = style.tiny.wrap(&format!("- {recipient}"), left.width)?;
                end = flow.lines_at(&lines, style.tiny, left, end, Align::Start)?;
            }
        }
        let places: Vec<Frame> = match (self.signs.len(), self.recipients.is_empty()) {
            (1, _) => vec![frame.part(0.5, 1.0)],
            (count, _) => {
                let share = 1.0 / count.max(1) as f32;
                (0..count).map(|at| frame.part(at as f32 * share, (at + 1) as f32 * share).inset(2.0)).collect()
            }
        };
        // Names stand in one line, however long the titles above them are.
        let mut names = top;
        for (sign, place) in self.signs.iter().zip(&places) {
            let title = style.bold.balanced(&capitals(&sign.title)?, place.width)?;
            let y = flow.lines_at(&title, style.bold, *place, top, Align::Centre)?;
            let hint = style.small_italic.balanced(sign.hint, place.width)?;
            names = names.max(flow.lines_at(&hint, style.small_italic, *place, y, Align::Centre)?);
        }
        if !self.signs.is_empty() {
            names += style.signing;
        }
        for (sign, place) in self.signs.iter().zip(&places) {
            let lines = |font: Type, text: &str| -> Result<Vec<String>, PaperError> {
                if text.is_empty() { Ok(Vec::new()) } else { font.balanced(text, place.width) }
            };
            let y = flow.lines_at(&lines(style.bold, &sign.name)?, style.bold, *place, names, Align::Centre)?;
            let phone =
                if sign.phone.is_empty() { String::new() } else { format!("{} {}", words::SIGNER_PHONE, sign.phone) };
            let y = flow.lines_at(&lines(style.small, &phone)?, style.small, *place, y, Align::Centre)?;
            end = end.max(y);
        }
        flow.y = end.max(names);
        composer.gap(1.0);
        Ok(())
    }

    /// How to file online and how to tell what one thinks of it side by side, each with its code; below them, who helps.
    fn foot(&self, composer: &mut Composer, frame: Frame) -> Result<(), PaperError> {
        let AgencyFooter { how_to, online_url, support } = &self.footer;
        let mut cells = Vec::new();
        if !how_to.is_empty() || !online_url.is_empty() {
            cells.push((words::ONLINE, how_to.as_str(), online_url.as_str()));
        }
        if !self.feedback_url.is_empty() {
            cells.push((words::FEEDBACK, words::FEEDBACK_HINT, self.feedback_url.as_str()));
        }
        if cells.is_empty() && support.is_empty() {
            return Ok(());
        }
        let style = composer.style;
        let flow = &mut *composer.flow;
        let (top, pad) = (flow.y, style.tiny.size * 0.4);
        let mut end = top + pad;
        // The agency's own words need more room than ours.
        let shares: &[(f32, f32)] = if cells.len() == 2 { &[(0.0, 0.6), (0.6, 1.0)] } else { &[(0.0, 1.0)] };
        for (cell, (from, to)) in cells.iter().zip(shares) {
            let place = frame.part(*from, *to).inset(pad);
            end = end.max(cell_at(flow, &style, *cell, place, top + pad)?);
        }
        if !support.is_empty() {
            if !cells.is_empty() {
                flow.rule((frame.left, end + pad * 0.5), (frame.right(), end + pad * 0.5), 0.3);
                end += pad;
            }
            let text = frame.inset(pad * 1.5);
            let label = format!("{}: ", words::SUPPORT);
            let bold = Type::new(crate::face::Face::Bold, style.tiny.size);
            let indent = bold.width(&label)?;
            flow.line_at(label.trim_end(), bold, text, end, Align::Start)?;
            let value = Frame { left: text.left + indent, width: text.width - indent };
            end = flow.lines_at(&style.tiny.wrap(support, value.width)?, style.tiny, value, end, Align::Start)?;
        }
        flow.frame_box(frame, top, end + pad, 0.4);
        flow.y = end + pad;
        Ok(())
    }
}

/// A code with its words at the right of it, and where both end.
fn cell_at(
    flow: &mut Flow,
    style: &Style,
    (caption, hint, url): (&str, &str, &str),
    place: Frame,
    top: f32,
) -> Result<f32, PaperError> {
    let side = style.qr * 0.78;
    let mut text = place.inset(2.0);
    let mut code_end = top;
    if !url.is_empty() {
        qr::draw(flow, url, EcLevel::M, place.left, top, side)?;
        code_end = top + side;
        text = Frame { left: place.left + side + 3.0, width: place.width - side - 5.0 };
    }
    let bold = Type::new(crate::face::Face::Bold, style.tiny.size + 0.4);
    let mut blocks = vec![(bold, bold.wrap(caption, text.width)?)];
    for words in [hint, url].into_iter().filter(|words| !words.is_empty()) {
        blocks.push((style.tiny, style.tiny.wrap(words, text.width)?));
    }
    let height: f32 = blocks.iter().map(|(font, lines)| lines.len() as f32 * font.leading()).sum();
    let mut y = top + ((code_end - top - height) / 2.0).max(0.0);
    for (font, lines) in blocks {
        y = flow.lines_at(&lines, font, text, y, Align::Start)?;
    }
    Ok(y.max(code_end))
}
