//! Every text of a paper, to be changed one by one.

use papers::*;

/// What is printed as it is, and what is drawn as a code too.
#[derive(Default)]
pub struct Texts<'p> {
    pub plain: Vec<&'p mut String>,
    pub codes: Vec<&'p mut String>,
}

macro_rules! plain {
    ($texts:expr, $of:expr, $($field:ident),+) => { $( $texts.plain.push(&mut $of.$field); )+ };
}

fn signer<'p>(texts: &mut Texts<'p>, it: &'p mut Signer) {
    plain!(texts, it, position, name, phone);
}

fn dossier<'p>(texts: &mut Texts<'p>, it: &'p mut DossierFacts) {
    texts.codes.push(&mut it.code);
    plain!(texts, it, owner, submitter, address, phone, email, identity, request);
}

pub fn of(paper: &mut OfficialPaper) -> Texts<'_> {
    let mut all = Texts::default();
    let labels = matches!(paper.body, Official::PostalLabels(_));
    let register = matches!(paper.body, Official::Register(_));
    if !labels {
        let head = &mut paper.head;
        plain!(all, head, form_number, title, parent_agency, agency, desk, number, place);
        plain!(all, head.footer, how_to, support);
        all.codes.push(&mut head.footer.online_url);
    }
    match &mut paper.body {
        Official::Receipt(it) => {
            dossier(&mut all, &mut it.dossier);
            plain!(all, it, copy_mark, lookup_secret, desk, collect_at);
            it.components.iter_mut().for_each(|it| all.plain.push(&mut it.name));
            all.plain.extend([&mut it.limit.text, &mut it.fee.text, &mut it.entry.book, &mut it.entry.serial]);
            if let Some(phase) = &mut it.phase_two {
                all.plain.extend([&mut phase.what, &mut phase.limit.text]);
            }
            signer(&mut all, &mut it.submitted_by);
            signer(&mut all, &mut it.received_by);
            all.codes.push(&mut it.feedback_url);
        }
        Official::Supplement(it) => {
            dossier(&mut all, &mut it.dossier);
            it.missing.iter_mut().for_each(|it| all.plain.extend([&mut it.component, &mut it.reason]));
            plain!(all, it, reason, contact, hotline);
            signer(&mut all, &mut it.guided_by);
            it.submitted_by.iter_mut().for_each(|it| signer(&mut all, it));
            all.codes.push(&mut it.feedback_url);
        }
        Official::Refusal(it) => {
            dossier(&mut all, &mut it.dossier);
            all.plain.extend(&mut it.reasons);
            signer(&mut all, &mut it.submitted_by);
            signer(&mut all, &mut it.received_by);
            all.codes.push(&mut it.feedback_url);
        }
        Official::Apology(it) => {
            dossier(&mut all, &mut it.dossier);
            plain!(all, it, field, receipt_number, sent_to, reason);
            all.plain.push(&mut it.times_allowed.text);
            it.history.iter_mut().for_each(|it| all.plain.push(&mut it.reason));
            all.plain.extend(&mut it.recipients);
            signer(&mut all, &mut it.signed_by);
        }
        Official::StopNotice(it) => {
            dossier(&mut all, &mut it.dossier);
            plain!(all, it, stage, reason, finances);
            all.plain.push(&mut it.decision.text);
            all.plain.extend(&mut it.recipients);
            signer(&mut all, &mut it.signed_by);
        }
        Official::ControlSheet(it) => {
            dossier(&mut all, &mut it.dossier);
            all.plain.push(&mut it.handled_by);
            for it in &mut it.passings {
                plain!(all, it, agency, given_by, taken_by, outcome, note);
            }
        }
        Official::Register(it) => {
            plain!(all, it, book, year, extent);
            for it in &mut it.rows {
                plain!(all, it, serial, code, procedure, applicant, contact, handled_by, return_channel, note);
            }
            signer(&mut all, &mut it.kept_by);
            signer(&mut all, &mut it.signed_by);
        }
        Official::ProvisionalSlip(it) => {
            dossier(&mut all, &mut it.dossier);
            it.components.iter_mut().for_each(|it| all.plain.push(&mut it.name));
            all.plain.push(&mut it.what_next);
            signer(&mut all, &mut it.submitted_by);
            signer(&mut all, &mut it.received_by);
        }
        Official::GuidanceSlip(it) => {
            plain!(all, it, person, procedure, help_at);
            all.plain.push(&mut it.ground.text);
            all.plain.extend(it.steps.iter_mut().chain(&mut it.papers));
            it.guided_by.iter_mut().for_each(|it| signer(&mut all, it));
            all.codes.push(&mut it.url);
        }
        Official::HandOverList(it) => {
            plain!(all, it, from, to);
            for it in &mut it.rows {
                plain!(all, it, code, owner, procedure, note);
            }
            it.carrier.iter_mut().for_each(|it| signer(&mut all, it));
            signer(&mut all, &mut it.given_by);
            signer(&mut all, &mut it.taken_by);
            all.codes.push(&mut it.code);
        }
        Official::PostalLabels(labels) => {
            for it in labels {
                for it in [&mut it.sender, &mut it.recipient] {
                    plain!(all, it, name, address, phone);
                }
                plain!(all, it, contents, service, charge, note);
                all.codes.extend([&mut it.tracking_number, &mut it.dossier_code]);
            }
        }
    }
    assert!(register || !all.codes.is_empty());
    all
}
