//! What the agency keeps: the control sheet, the register, the list of dossiers handed over.

use super::closing::Closing;
use super::composer::{Composer, Fact};
use super::{ControlSheet, Due, HandOverList, Moment, PaperHead, Passing, Register, RegisterRow};
use crate::layout::{Align, points};
use crate::table::Table;
use crate::value::{line, needed, prose, value, within};
use crate::{PaperError, words};

const ROWS_LIMIT: usize = 5_000;
/// Signatures in a row of a table.
const SIGNED_ROW: f32 = points(16.0);

type Made = Result<Closing, PaperError>;

pub fn control_sheet(composer: &mut Composer, head: &PaperHead, it: &ControlSheet) -> Made {
    composer.letterhead(head, false)?;
    composer.title(head, Some((words::CODE, &it.dossier.code, false)), &[])?;
    composer.fact(&Fact::new(words::OWNER, needed("owner", &it.dossier.owner)?).bold())?;
    let of = |label, field, text: &str| Ok::<_, PaperError>(Fact::new(label, value(field, text)?));
    composer.given_pair(
        &of(words::SUBMITTER, "submitter", &it.dossier.submitter)?,
        &of(words::IDENTITY, "identity", &it.dossier.identity)?,
    )?;
    composer.fact(&of(words::ADDRESS, "address", &it.dossier.address)?)?;
    composer
        .given_pair(&of(words::PHONE, "phone", &it.dossier.phone)?, &of(words::EMAIL, "email", &it.dossier.email)?)?;
    composer.fact(&Fact::new(words::REQUEST, needed("request", &it.dossier.request)?).bold())?;
    composer.fact(&Fact::new(words::HANDLED_BY, value("handled_by", &it.handled_by)?))?;
    composer.fact(&Fact::moment(words::RECEIVED_ON, it.received))?;
    composer.fact(&Fact::due(words::CONTROL_DUE, it.due))?;
    composer.gap(0.5);
    passings(composer, it)?;
    Closing::new(&head.footer)
}

fn passings(composer: &mut Composer, it: &ControlSheet) -> Result<(), PaperError> {
    within("passings", it.passings.len(), ROWS_LIMIT)?;
    let columns = [
        (words::PASSED_AGENCY, 0.19, Align::Start),
        (words::PASSED_AT, 0.25, Align::Start),
        (words::GIVEN_BY, 0.14, Align::Centre),
        (words::TAKEN_BY, 0.14, Align::Centre),
        (words::OUTCOME, 0.145, Align::Centre),
        (words::NOTE, 0.135, Align::Start),
    ];
    let (small, bold) = (composer.style.small, composer.style.small_bold);
    let table = Table::new(&columns, small, bold, composer.frame())?.tall(SIGNED_ROW);
    let mut rows = Vec::with_capacity(it.passings.len() + usize::from(it.empty_rows));
    for passing in &it.passings {
        rows.push(passing_row(passing)?);
    }
    // To be written in by hand: when, by whom, to whom.
    for _ in 0..it.empty_rows {
        rows.push(passing_row(&Passing::default())?);
    }
    composer.table("", &table, &rows, (0, 1))
}

fn passing_row(it: &Passing) -> Result<Vec<String>, PaperError> {
    let at = |label: &str, moment: Option<Moment>| {
        format!("{label} {}", moment.map_or_else(|| words::NO_CLOCK.to_owned(), Moment::clock))
    };
    // Room for the signature above the name.
    let signed = |field, name: &str| Ok::<_, PaperError>(format!("\n\n{}", value(field, name)?));
    Ok(vec![
        value("passings.agency", &it.agency)?,
        format!("{}\n{}", at(words::GIVEN, it.given), at(words::TAKEN, it.taken)),
        signed("passings.given_by", &it.given_by)?,
        signed("passings.taken_by", &it.taken_by)?,
        value("passings.outcome", &it.outcome)?,
        prose("passings.note", &it.note)?,
    ])
}

pub fn register(composer: &mut Composer, head: &PaperHead, it: &Register) -> Made {
    within("rows", it.rows.len(), ROWS_LIMIT)?;
    composer.letterhead(head, false)?;
    composer.title(head, None, &[])?;
    let style = composer.style;
    let named = |label: &str, text: String| if text.is_empty() { text } else { format!("{label}: {text}") };
    let opened = |label: &str, at: Option<Moment>| named(label, at.map(Moment::date).unwrap_or_default());
    let parts = [
        named(words::BOOK, line("book", &it.book, 60)?),
        named(words::YEAR, line("year", &it.year, 60)?),
        opened(words::OPENED, it.opened),
        opened(words::CLOSED, it.closed),
    ];
    let line = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" – ");
    for text in [line, value("extent", &it.extent)?].iter().filter(|text| !text.is_empty()) {
        composer.flow.paragraph(text, style.body, composer.frame(), Align::Centre)?;
    }
    composer.gap(0.8);
    let table = register_table(composer)?;
    let mut rows = Vec::with_capacity(it.rows.len());
    for row in &it.rows {
        rows.push(register_row(row)?);
    }
    let last = it.rows.last().and_then(|row| row.serial.trim().parse::<u64>().ok());
    let next = it.next_serial.map(u64::from).or(last.map(|last| last.saturating_add(1))).unwrap_or(1);
    composer.table("", &table, &rows, (it.empty_rows, next))?;
    if let (Some(first), Some(last)) = (it.rows.first(), it.rows.last()) {
        let total = words::register_total(it.rows.len(), first.serial.trim(), last.serial.trim());
        composer.flow.paragraph(&crate::face::clean(&total)?, style.body, composer.frame(), Align::Start)?;
    }
    let closing = Closing::new(&head.footer)?;
    if it.closed.is_none() {
        return Ok(closing);
    }
    closing.signed(words::KEPT_BY, words::SIGN_HINT, &it.kept_by)?.signed(
        words::HEAD_OF_AGENCY,
        words::SEAL_HINT,
        &it.signed_by,
    )
}

fn register_table(composer: &Composer) -> Result<Table, PaperError> {
    let [received, due, sent, result, returned] = words::REGISTER_DAY;
    let columns = [
        (words::NUMBER, 9.0, Align::Centre),
        (words::CODE, 28.0, Align::Start),
        (words::REGISTER_PROCEDURE, 30.5, Align::Start),
        (words::REGISTER_SETS, 11.5, Align::Centre),
        (words::REGISTER_APPLICANT, 25.0, Align::Start),
        (words::REGISTER_CONTACT, 28.0, Align::Start),
        (words::REGISTER_HANDLER, 21.0, Align::Start),
        (received, 15.6, Align::Centre),
        (due, 15.6, Align::Centre),
        (sent, 15.6, Align::Centre),
        (result, 15.6, Align::Centre),
        (returned, 15.6, Align::Centre),
        (words::REGISTER_CHANNEL, 14.0, Align::Start),
        (words::REGISTER_SIGNED, 12.0, Align::Centre),
        (words::NOTE, 14.0, Align::Start),
    ];
    let sum: f32 = columns.iter().map(|(_, width, _)| width).sum();
    let columns = columns.map(|(head, width, align)| (head, width / sum, align));
    let (small, bold) = (composer.style.small, composer.style.small_bold);
    Ok(Table::new(&columns, small, bold, composer.frame())?.grouped(7, 5, words::REGISTER_DAYS)?.numbered())
}

fn register_row(it: &RegisterRow) -> Result<Vec<String>, PaperError> {
    let day = |moment: Option<Moment>| moment.map(Moment::short).unwrap_or_default();
    let mut note = prose("rows.note", &it.note)?;
    if it.due.is_some_and(|due| due.crosses_projected) {
        let joint = if note.is_empty() { "" } else { "\n" };
        note = format!("{note}{joint}{}", words::REGISTER_PROJECTED);
    }
    Ok(vec![
        value("rows.serial", &it.serial)?,
        value("rows.code", &it.code)?,
        value("rows.procedure", &it.procedure)?,
        it.sets.map(|sets| format!("{sets:02}")).unwrap_or_default(),
        value("rows.applicant", &it.applicant)?,
        value("rows.contact", &it.contact)?,
        value("rows.handled_by", &it.handled_by)?,
        day(it.received),
        day(it.due.map(|due: Due| due.at)),
        day(it.sent_to_handler),
        day(it.result_from_handler),
        day(it.returned),
        value("rows.return_channel", &it.return_channel)?,
        String::new(),
        note,
    ])
}

pub fn hand_over(composer: &mut Composer, head: &PaperHead, it: &HandOverList) -> Made {
    within("rows", it.rows.len(), ROWS_LIMIT)?;
    composer.letterhead(head, false)?;
    let code = (!it.code.trim().is_empty()).then_some((words::HAND_OVER_CODE, it.code.as_str(), false));
    composer.title(head, code, &[])?;
    composer.fact(&Fact::new(words::HAND_OVER_FROM, needed("from", &it.from)?).bold())?;
    composer.fact(&Fact::new(words::HAND_OVER_TO, needed("to", &it.to)?).bold())?;
    composer.fact(&Fact::moment(words::HAND_OVER_AT, it.at))?;
    composer.gap(0.5);
    let columns = [
        (words::NUMBER, 0.07, Align::Centre),
        (words::CODE, 0.24, Align::Start),
        (words::HAND_OVER_OWNER, 0.2, Align::Start),
        (words::GUIDED_PROCEDURE, 0.27, Align::Start),
        (words::HAND_OVER_PAPERS, 0.09, Align::Centre),
        (words::NOTE, 0.13, Align::Start),
    ];
    let table = Table::new(&columns, composer.style.small, composer.style.small_bold, composer.frame())?;
    let mut rows = Vec::with_capacity(it.rows.len());
    for (index, row) in it.rows.iter().enumerate() {
        rows.push(vec![
            (index + 1).to_string(),
            value("rows.code", &row.code)?,
            value("rows.owner", &row.owner)?,
            value("rows.procedure", &row.procedure)?,
            words::count(row.papers.into()),
            prose("rows.note", &row.note)?,
        ]);
    }
    composer.table("", &table, &rows, (it.empty_rows, rows.len() as u64 + 1))?;
    let papers = it.rows.iter().map(|row| u64::from(row.papers)).sum();
    let total = words::hand_over_total(it.rows.len(), papers);
    composer.flow.paragraph(&total, composer.style.bold, composer.frame(), Align::Start)?;
    let mut closing = Closing::new(&head.footer)?.signed(words::GIVEN_BY, words::SIGN_HINT, &it.given_by)?;
    if let Some(carrier) = &it.carrier {
        closing = closing.signed(words::CARRIER, words::SIGN_HINT, carrier)?;
    }
    closing.signed(words::TAKEN_BY, words::SIGN_HINT, &it.taken_by)
}
