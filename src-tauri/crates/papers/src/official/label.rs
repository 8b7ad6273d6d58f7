//! Labels for parcels: who sends it, to whom, in letters that are read at an arm's length; to be cut out along dashed lines.

use qrcode::EcLevel;

use super::composer::{CODE_LIMIT, Composer, Style};
use super::{PostalLabel, PostalParty};
use crate::face::Face;
use crate::layout::{Align, Flow, Frame};
use crate::lines::Type;
use crate::value::{exact, filled, line, within};
use crate::{PaperError, qr, words};

const LABELS_LIMIT: usize = 1_000;
const NAME_LIMIT: usize = 200;
const ADDRESS_LIMIT: usize = 250;
const SHORT_LIMIT: usize = 60;
const WORDS_LIMIT: usize = 150;
/// A label is never cut by the end of a page: with very long names, it is set smaller.
const SCALES: [f32; 4] = [1.0, 0.85, 0.7, 0.6];
const DASH: f32 = 4.0;

pub fn labels(composer: &mut Composer, labels: &[PostalLabel]) -> Result<(), PaperError> {
    within("labels", labels.len(), LABELS_LIMIT)?;
    if labels.is_empty() {
        return Err(PaperError::Empty { field: "labels" });
    }
    for label in labels {
        let label = checked(label)?;
        let plain = composer.style;
        for scale in SCALES {
            composer.style = Style::slip(plain.stock.sheet, scale);
            let mut measuring = Flow::dry(plain.stock);
            let top = measuring.y;
            set(&mut Composer::new(&mut measuring, composer.style), &label)?;
            let height = measuring.y - top;
            composer.flow.need(height);
            if height <= composer.flow.page_room() {
                break;
            }
        }
        set(composer, &label)?;
        cut(composer);
        composer.style = plain;
    }
    Ok(())
}

fn checked(label: &PostalLabel) -> Result<PostalLabel, PaperError> {
    let party = |party: &PostalParty, names: [&'static str; 3]| -> Result<PostalParty, PaperError> {
        Ok(PostalParty {
            name: filled(names[0], line(names[0], &party.name, NAME_LIMIT)?)?,
            address: line(names[1], &party.address, ADDRESS_LIMIT)?,
            phone: line(names[2], &party.phone, SHORT_LIMIT)?,
        })
    };
    Ok(PostalLabel {
        sender: party(&label.sender, ["sender.name", "sender.address", "sender.phone"])?,
        recipient: party(&label.recipient, ["recipient.name", "recipient.address", "recipient.phone"])?,
        tracking_number: exact("tracking_number", &label.tracking_number, CODE_LIMIT)?,
        dossier_code: exact("dossier_code", &label.dossier_code, CODE_LIMIT)?,
        contents: line("contents", &label.contents, WORDS_LIMIT)?,
        service: line("service", &label.service, SHORT_LIMIT)?,
        charge: line("charge", &label.charge, SHORT_LIMIT)?,
        note: line("note", &label.note, WORDS_LIMIT)?,
    })
}

/// One label in its frame: sender and bar code above, the recipient large in the middle, what it is below.
fn set(composer: &mut Composer, label: &PostalLabel) -> Result<(), PaperError> {
    let (style, frame, top) = (composer.style, composer.frame(), composer.flow.y);
    let pad = style.gap;
    let (left, right) = (frame.part(0.0, 0.5).inset(pad), frame.part(0.5, 1.0).inset(pad));
    let sender = party(composer, &label.sender, words::SENDER, (style.small, style.small_bold), left, top + pad * 0.7)?;
    composer.flow.y = top;
    let tracking = tracking(composer, &label.tracking_number, right, top + pad * 0.7)?;
    let mut y = sender.max(tracking) + pad * 0.5;
    composer.flow.rule((frame.left, y), (frame.right(), y), 0.5);
    let large = (Type::new(Face::Regular, style.body.size * 1.2), Type::new(Face::Bold, style.title.size * 1.15));
    y = party(composer, &label.recipient, words::RECIPIENT, large, frame.inset(pad), y + pad * 0.6)? + pad * 0.8;
    let end = below(composer, &style, label, frame.inset(pad), y + pad * 0.5)?;
    if end > y + pad * 0.5 {
        composer.flow.rule((frame.left, y), (frame.right(), y), 0.5);
        y = end + pad * 0.5;
    }
    composer.flow.frame_box(frame, top, y, 1.0);
    composer.flow.y = y;
    Ok(())
}

/// Somebody's name, address and telephone, and where they end.
fn party(
    composer: &mut Composer,
    it: &PostalParty,
    label: &str,
    (font, bold): (Type, Type),
    frame: Frame,
    top: f32,
) -> Result<f32, PaperError> {
    let small = composer.style.small_italic;
    let flow = &mut *composer.flow;
    flow.line_at(&format!("{label}:"), small, frame, top, Align::Start)?;
    let mut y =
        flow.lines_at(&bold.balanced(&it.name, frame.width)?, bold, frame, top + small.leading(), Align::Start)?;
    if !it.address.is_empty() {
        y = flow.lines_at(&font.wrap(&it.address, frame.width)?, font, frame, y, Align::Start)?;
    }
    if !it.phone.is_empty() {
        let phone = Type { face: Face::Bold, ..font };
        let lines = phone.wrap(&format!("{}: {}", words::LABEL_PHONE, it.phone), frame.width)?;
        y = flow.lines_at(&lines, phone, frame, y, Align::Start)?;
    }
    Ok(y)
}

/// The carrier's number with its bar code, or dots to write or paste it on.
fn tracking(composer: &mut Composer, number: &str, frame: Frame, top: f32) -> Result<f32, PaperError> {
    let style = composer.style;
    composer.flow.line_at(&format!("{}:", words::TRACKING), style.small_italic, frame, top, Align::Start)?;
    let y = top + style.small_italic.leading();
    if number.is_empty() {
        let dots = ".".repeat((frame.width / style.bold.width(".")?.max(1.0)) as usize);
        let y = y + style.signing;
        composer.flow.line_at(&dots, style.bold, frame, y, Align::Start)?;
        return Ok(y + style.bold.leading());
    }
    let y = composer.bars(number, frame, y + 2.0)?;
    let lines = style.bold.wrap(number, frame.width)?;
    composer.flow.lines_at(&lines, style.bold, frame, y, Align::Centre)
}

/// What is in it, how it goes and what it costs, with the dossier's code at the right.
fn below(
    composer: &mut Composer,
    style: &Style,
    label: &PostalLabel,
    frame: Frame,
    top: f32,
) -> Result<f32, PaperError> {
    let mut text = frame;
    let mut code_end = top;
    if !label.dossier_code.is_empty() {
        let side = style.qr;
        qr::draw(composer.flow, &label.dossier_code, EcLevel::M, frame.right() - side * 0.92, top, side)?;
        code_end = top + side;
        text.width -= side + 2.0;
    }
    let mut y = top;
    for (name, value) in [
        (words::CODE, &label.dossier_code),
        (words::CONTENTS, &label.contents),
        (words::SERVICE, &label.service),
        (words::CHARGE, &label.charge),
        (words::NOTE, &label.note),
    ] {
        if !value.is_empty() {
            let lines = style.body.wrap(&format!("{name}: {value}"), text.width)?;
            y = composer.flow.lines_at(&lines, style.body, text, y, Align::Start)?;
        }
    }
    Ok(y.max(code_end))
}

/// Where to cut.
fn cut(composer: &mut Composer) {
    let frame = composer.frame();
    composer.gap(1.2);
    let (y, mut x) = (composer.flow.y, frame.left);
    while x < frame.right() {
        composer.flow.rule((x, y), ((x + DASH).min(frame.right()), y), 0.3);
        x += 2.0 * DASH;
    }
    composer.gap(1.2);
}
