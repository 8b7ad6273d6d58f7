//! What is handed over the counter: receipt, supplement, refusal, the provisional slip and the guidance slip.

use qrcode::EcLevel;

use super::closing::Closing;
use super::composer::{Composer, Fact};
use super::{
    Component, DossierFacts, GuidanceSlip, Legal, Missing, PaperHead, ProvisionalSlip, Receipt, Refusal, Signer,
    Supplement,
};
use crate::layout::{Align, Frame};
use crate::table::Table;
use crate::value::{exact, filled, line, needed, prose, value, within};
use crate::{PaperError, qr, words};

const ROWS_LIMIT: usize = 2_000;
const URL_LIMIT: usize = 300;

type Made = Result<Closing, PaperError>;

/// Who filed what; `owner` is how the paper introduces them.
pub fn facts(composer: &mut Composer, owner: &'static str, dossier: &DossierFacts) -> Result<(), PaperError> {
    composer.fact(&Fact::new(owner, needed("owner", &dossier.owner)?).bold())?;
    let identity = Fact::new(words::IDENTITY, value("identity", &dossier.identity)?);
    match value("submitter", &dossier.submitter)? {
        submitter if submitter.is_empty() => composer.fact(&identity)?,
        submitter => composer.pair(&Fact::new(words::SUBMITTER, submitter), &identity)?,
    }
    composer.fact(&Fact::new(words::ADDRESS, value("address", &dossier.address)?))?;
    composer.pair(
        &Fact::new(words::PHONE, value("phone", &dossier.phone)?),
        &Fact::new(words::EMAIL, value("email", &dossier.email)?),
    )?;
    composer.fact(&Fact::new(words::REQUEST, needed("request", &dossier.request)?).bold())
}

pub fn legal(field: &'static str, label: &'static str, legal: &Legal) -> Result<Fact, PaperError> {
    Ok(Fact::legal(label, value(field, &legal.text)?, legal))
}

/// A small line for the right of the title; nothing where the value is empty.
fn side(field: &'static str, label: &str, text: &str) -> Result<Option<String>, PaperError> {
    let text = line(field, text, 60)?;
    Ok(if text.is_empty() { None } else { Some(format!("{label}: {text}")) })
}

pub fn receipt(composer: &mut Composer, head: &PaperHead, it: &Receipt) -> Made {
    composer.letterhead(head, false)?;
    let entry = [line("entry.book", &it.entry.book, 60)?, line("entry.serial", &it.entry.serial, 60)?];
    let side: Vec<String> = [
        side("copy_mark", words::COPY_MARK, &it.copy_mark)?,
        side("entry.book", words::BOOK, &entry[0])?,
        side("entry.serial", words::SERIAL, &entry[1])?,
        side("lookup_secret", words::LOOKUP_SECRET, &it.lookup_secret)?,
    ]
    .into_iter()
    .flatten()
    .collect();
    composer.title(head, Some((words::CODE, &it.dossier.code, true)), &side)?;
    composer.given(&Fact::new(words::DESK, value("desk", &it.desk)?))?;
    facts(composer, words::RECEIVED_FROM, &it.dossier)?;
    components(composer, words::RECEIPT_COMPONENTS, &it.components)?;
    let sets = it.sets.map(words::sets).unwrap_or_default();
    composer.fact(&Fact::new(words::SETS, sets))?;
    composer.fact(&legal("limit", words::LIMIT, &it.limit)?)?;
    composer.fact(&Fact::moment(words::RECEIVED, it.received))?;
    composer.fact(&Fact::due(words::DUE, it.due))?;
    if let Some(phase) = &it.phase_two {
        composer.given(&Fact::new(words::PHASE_TWO, value("phase_two.what", &phase.what)?))?;
        composer.fact(&legal("phase_two.limit", words::PHASE_LIMIT, &phase.limit)?)?;
        composer.fact(&Fact::due(words::PHASE_DUE, phase.due))?;
    }
    composer.fact(&Fact::new(words::COLLECT_AT, value("collect_at", &it.collect_at)?))?;
    composer.fact(&legal("fee", words::FEE, &it.fee)?)?;
    let [book, serial] = &entry;
    composer.fact(&Fact::new(words::ENTRY, words::entry(book, serial)))?;
    both(head, &it.submitted_by, &it.received_by)?.feedback(&it.feedback_url)
}

/// The applicant signs at the left, the officer at the right.
fn both(head: &PaperHead, applicant: &Signer, officer: &Signer) -> Made {
    Closing::new(&head.footer)?.signed(words::SUBMITTED_BY, words::SIGN_HINT, applicant)?.signed(
        words::RECEIVED_BY,
        words::SIGN_HINT,
        officer,
    )
}

fn components(composer: &mut Composer, title: &str, components: &[Component]) -> Result<(), PaperError> {
    within("components", components.len(), ROWS_LIMIT)?;
    if components.is_empty() {
        composer.flow.need(2.0 * composer.style.body.leading());
        composer.flow.paragraph(title, composer.style.body, composer.frame(), Align::Start)?;
        return composer.flow.paragraph(words::NO_COMPONENTS, composer.style.italic, composer.frame(), Align::Start);
    }
    let columns = [
        (words::NUMBER, 0.075, Align::Centre),
        (words::PAPER, 0.605, Align::Start),
        (words::PAPER_ORIGINALS, 0.17, Align::Centre),
        (words::PAPER_COPIES, 0.15, Align::Centre),
    ];
    let table = Table::new(&columns, composer.style.small, composer.style.small_bold, composer.frame())?;
    let mut rows = Vec::with_capacity(components.len());
    for (index, component) in components.iter().enumerate() {
        let counts = [component.originals, component.copies].map(|number| words::count(number.into()));
        let name = value("components.name", &component.name)?;
        rows.push([vec![(index + 1).to_string(), name], counts.to_vec()].concat());
    }
    composer.table(title, &table, &rows, (0, 1))
}

pub fn supplement(composer: &mut Composer, head: &PaperHead, it: &Supplement) -> Made {
    composer.letterhead(head, true)?;
    composer.title(head, Some((words::CODE, &it.dossier.code, false)), &[])?;
    facts(composer, words::OWNER, &it.dossier)?;
    composer.gap(0.3);
    missing(composer, &it.missing)?;
    composer.prose(words::REASON, prose("reason", &it.reason)?)?;
    let contact = value("contact", if it.contact.trim().is_empty() { &head.agency } else { &it.contact })?;
    composer.paragraph(&words::hotline(&contact, &value("hotline", &it.hotline)?))?;
    let mut closing = Closing::new(&head.footer)?;
    if let Some(applicant) = &it.submitted_by {
        closing = closing.signed(words::SUBMITTED_BY, words::SIGN_HINT, applicant)?;
    }
    closing.signed(words::GUIDED_BY, words::SIGN_HINT, &it.guided_by)?.feedback(&it.feedback_url)
}

fn missing(composer: &mut Composer, missing: &[Missing]) -> Result<(), PaperError> {
    within("missing", missing.len(), ROWS_LIMIT)?;
    let columns = [
        (words::LIST_NUMBER, 0.07, Align::Centre),
        (words::COMPONENT, 0.57, Align::Start),
        (words::ORIGINALS, 0.11, Align::Centre),
        (words::CERTIFIED, 0.14, Align::Centre),
        (words::PHOTOCOPIES, 0.11, Align::Centre),
    ];
    let table = Table::new(&columns, composer.style.small, composer.style.small_bold, composer.frame())?;
    let mut rows = Vec::with_capacity(missing.len());
    for (index, paper) in missing.iter().enumerate() {
        let mut name = value("missing.component", &paper.component)?;
        let reason = prose("missing.reason", &paper.reason)?;
        if !reason.is_empty() {
            name.push_str(&format!("\n{}: {reason}", words::REASON));
        }
        let counts = [paper.originals, paper.certified_copies, paper.photocopies].map(asked);
        rows.push([vec![(index + 1).to_string(), name], counts.to_vec()].concat());
    }
    // What is missing is not always a paper of the list.
    let empty = if missing.is_empty() { 3 } else { 0 };
    composer.table(words::SUPPLEMENT_LIST, &table, &rows, (empty, 1))
}

/// How many are asked for: nothing is a dash, which is not mistaken for a number.
fn asked(number: u32) -> String {
    if number == 0 { "–".to_owned() } else { words::count(number.into()) }
}

pub fn refusal(composer: &mut Composer, head: &PaperHead, it: &Refusal) -> Made {
    composer.letterhead(head, true)?;
    composer.title(head, Some((words::CODE, &it.dossier.code, false)), &[])?;
    facts(composer, words::OWNER, &it.dossier)?;
    composer.gap(0.4);
    within("reasons", it.reasons.len(), ROWS_LIMIT)?;
    let issuer = if head.desk.trim().is_empty() { &head.agency } else { &head.desk };
    composer.paragraph(&words::refusal(&value("desk", issuer)?))?;
    for reason in &it.reasons {
        composer.entry("–", &prose("reasons", reason)?)?;
    }
    if it.reasons.is_empty() {
        composer.dotted(4)?;
    }
    composer.gap(0.3);
    composer.paragraph(words::REFUSAL_END)?;
    both(head, &it.submitted_by, &it.received_by)?.feedback(&it.feedback_url)
}

pub fn provisional(composer: &mut Composer, head: &PaperHead, it: &ProvisionalSlip) -> Made {
    composer.letterhead(head, false)?;
    composer.title(head, Some((words::LOCAL_CODE, &it.dossier.code, true)), &[])?;
    composer.notice(words::PROVISIONAL, composer.style.small)?;
    composer.gap(0.6);
    facts(composer, words::RECEIVED_FROM, &it.dossier)?;
    composer.fact(&Fact::moment(words::RECEIVED_ON, it.received))?;
    components(composer, words::PROVISIONAL_COMPONENTS, &it.components)?;
    composer.given(&Fact::new(words::WHAT_NEXT, prose("what_next", &it.what_next)?))?;
    both(head, &it.submitted_by, &it.received_by)
}

pub fn guidance(composer: &mut Composer, head: &PaperHead, it: &GuidanceSlip) -> Made {
    composer.letterhead(head, false)?;
    composer.title(head, None, &[])?;
    composer.given(&Fact::new(words::GUIDED, value("person", &it.person)?))?;
    composer.fact(&Fact::new(words::GUIDED_PROCEDURE, needed("procedure", &it.procedure)?).bold())?;
    composer.gap(0.8);
    composer.notice(words::GUIDANCE, composer.style.bold)?;
    composer.gap(0.8);
    composer.given(&legal("ground", words::GROUND, &it.ground)?)?;
    address(composer, &filled("url", exact("url", &it.url, URL_LIMIT)?)?)?;
    for (title, field, entries, numbered) in
        [(words::GUIDANCE_STEPS, "steps", &it.steps, true), (words::GUIDANCE_PAPERS, "papers", &it.papers, false)]
    {
        within(field, entries.len(), ROWS_LIMIT)?;
        if !entries.is_empty() {
            composer.heading(title)?;
        }
        for (index, entry) in entries.iter().enumerate() {
            let mark = if numbered { format!("{}.", index + 1) } else { "–".to_owned() };
            composer.entry(&mark, &prose(field, entry)?)?;
        }
        composer.gap(0.4);
    }
    composer.given(&Fact::new(words::HELP_AT, value("help_at", &it.help_at)?))?;
    let closing = Closing::new(&head.footer)?;
    match &it.guided_by {
        Some(officer) => closing.signed(words::GUIDED_BY, words::SIGN_HINT, officer),
        None => Ok(closing),
    }
}

/// Where to file, with a code large enough for any telephone.
fn address(composer: &mut Composer, url: &str) -> Result<(), PaperError> {
    let (style, frame) = (composer.style, composer.frame());
    let side = style.qr * 1.5;
    composer.flow.need(side);
    let top = composer.flow.y;
    qr::draw(composer.flow, url, EcLevel::M, frame.left - side * 0.06, top, side)?;
    let text = Frame { left: frame.left + side + 4.0, width: frame.width - side - 4.0 };
    let label = format!("{}:", words::GUIDANCE_URL);
    let lines = style.bold.wrap(url, text.width)?;
    let y = top + (side - style.body.leading() - lines.len() as f32 * style.bold.leading()).max(0.0) / 2.0;
    composer.flow.line_at(&label, style.body, text, y, Align::Start)?;
    let end = composer.flow.lines_at(&lines, style.bold, text, y + style.body.leading(), Align::Start)?;
    composer.flow.y = end.max(top + side) + style.gap * 0.3;
    Ok(())
}
