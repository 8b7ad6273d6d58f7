//! What the agency writes to the applicant: the apology with a new date, the notice of stopping.

use super::closing::Closing;
use super::composer::{Composer, Fact};
use super::slips::legal;
use super::{Apology, Delay, DossierFacts, PaperHead, StopNotice};
use crate::value::{needed, prose, value, within};
use crate::{PaperError, words};

const HISTORY_LIMIT: usize = 100;

/// Name, address and telephone of whom the letter is for.
fn addressee(composer: &mut Composer, dossier: &DossierFacts) -> Result<(), PaperError> {
    composer.fact(&Fact::new(words::TO, needed("owner", &dossier.owner)?).bold())?;
    let of = |label, field, text: &str| Ok::<_, PaperError>(Fact::new(label, value(field, text)?));
    composer.given_pair(
        &of(words::SUBMITTER, "submitter", &dossier.submitter)?,
        &of(words::IDENTITY, "identity", &dossier.identity)?,
    )?;
    composer.fact(&of(words::ADDRESS, "address", &dossier.address)?)?;
    let phone = of(words::PHONE, "phone", &dossier.phone)?;
    match of(words::EMAIL, "email", &dossier.email)? {
        _ if dossier.email.trim().is_empty() => composer.fact(&phone)?,
        email => composer.pair(&phone, &email)?,
    }
    composer.gap(0.5);
    Ok(())
}

pub fn apology(composer: &mut Composer, head: &PaperHead, it: &Apology) -> Result<Closing, PaperError> {
    composer.letterhead(head, true)?;
    composer.title(head, Some((words::CODE, &it.dossier.code, false)), &[])?;
    addressee(composer, &it.dossier)?;
    composer.fact(&Fact::new(words::REQUEST, needed("request", &it.dossier.request)?))?;
    composer.fact(&Fact::new(words::FIELD, value("field", &it.field)?))?;
    composer.fact(&Fact::new(words::RECEIPT_NUMBER, value("receipt_number", &it.receipt_number)?))?;
    composer.fact(&Fact::moment(words::RECEIVED_ON, it.received))?;
    composer.fact(&Fact::due(words::PROMISED, it.promised))?;
    composer.given(&Fact::new(words::SENT_TO, value("sent_to", &it.sent_to)?))?;
    history(composer, it)?;
    composer.gap(0.5);
    composer.paragraph(match it.delay {
        Delay::Unfinished => words::UNFINISHED,
        Delay::NotInTime => words::NOT_IN_TIME,
    })?;
    composer.prose(words::REASON, prose("reason", &it.reason)?)?;
    composer.paragraph(&words::apology(&value("agency", &head.agency)?))?;
    composer.gap(0.3);
    composer.fact(&Fact::due(words::NEW_DUE, it.new_due))?;
    if let Some(times) = it.times {
        composer.fact(&Fact::new(words::TIMES, words::count(times.into())))?;
    }
    composer.given(&legal("times_allowed", words::TIMES_ALLOWED, &it.times_allowed)?)?;
    ending(head, &it.recipients, &it.signed_by)
}

fn history(composer: &mut Composer, it: &Apology) -> Result<(), PaperError> {
    within("history", it.history.len(), HISTORY_LIMIT)?;
    if !it.history.is_empty() {
        composer.heading(words::HISTORY)?;
    }
    for past in &it.history {
        let reason = prose("history.reason", &past.reason)?;
        let behind = if reason.is_empty() { String::new() } else { format!("; {}: {reason}", words::REASON) };
        composer.entry("–", &format!("{}{behind}", past.due.long()))?;
    }
    Ok(())
}

pub fn stop_notice(composer: &mut Composer, head: &PaperHead, it: &StopNotice) -> Result<Closing, PaperError> {
    composer.letterhead(head, true)?;
    composer.title(head, Some((words::CODE, &it.dossier.code, false)), &[])?;
    addressee(composer, &it.dossier)?;
    composer.paragraph(&words::stopping(&value("agency", &head.agency)?))?;
    composer.gap(0.3);
    composer.fact(&Fact::new(words::REQUEST, needed("request", &it.dossier.request)?).bold())?;
    composer.fact(&Fact::moment(words::RECEIVED_ON, it.received))?;
    composer.fact(&Fact::new(words::STAGE, value("stage", &it.stage)?))?;
    composer.given(&legal("decision", words::DECISION, &it.decision)?)?;
    composer.prose(words::REASON, prose("reason", &it.reason)?)?;
    composer.prose(words::FINANCES, prose("finances", &it.finances)?)?;
    composer.gap(0.5);
    composer.paragraph(words::STOP_END)?;
    ending(head, &it.recipients, &it.signed_by)
}

/// The head of the agency signs; beside it, who gets the letter.
fn ending(head: &PaperHead, recipients: &[String], signer: &super::Signer) -> Result<Closing, PaperError> {
    Closing::new(&head.footer)?.sent_to(recipients)?.signed(words::HEAD_OF_AGENCY, words::SEAL_HINT, signer)
}
