//! What the papers of a dossier, and a card held before a scanner, say that its form does not yet.

use std::collections::BTreeMap;

use dossier::{
    Card, Date, DossierId, Evaluation, Field, FieldId, FieldKind, Origin, RowId, Value,
    answers::Source,
    form::{LetterheadPart, PersonPart},
    identity::Sex,
    reading::typed,
};
use store::{Document, DocumentKind, DocumentStatus};

use super::{Seen, Suggested, Suggestion, Taken, Whom, for_fields, meant};
use crate::{
    Desk, Host, PageView,
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code},
    shown::shown,
    units::{of_day, units},
    worker::{CodeFound, LetterheadFound},
};

/// What is sure of a card whose parts go together, and of one whose number says otherwise; in percent. A code has check bits of its
/// own, so that it is read right or not at all.
const SURE: u8 = 99;
const DOUBTFUL: u8 = 50;

/// A paper whose pages were read.
struct ReadPaper {
    document: Document,
    pages: Vec<PageView>,
}

impl<H: Host> Desk<H> {
    /// Letterheads for fields that take them and are empty, and cards that are not in the form yet; nothing that was put aside. Only
    /// of papers that may be looked at.
    pub(super) async fn suggestions(&self, id: DossierId) -> Result<Vec<Suggestion>, Fault> {
        let open = self.open_dossier(id).await?;
        let aside = self.marks(id).await?.aside;
        let (store, today) = (self.store().await?, self.today()?);
        let mut papers = vec![];
        for document in store.documents(id).await? {
            if document.kind == DocumentKind::Pages && document.status == DocumentStatus::Done {
                let mut pages = self.document_pages(document.id).await?;
                pages.retain(|page| !page.removed && page.id.is_some());
                papers.push(ReadPaper { document, pages });
            }
        }
        let evaluation = Evaluation::of(&open.form, &open.answers, today);
        let asks = |field: &&Field| {
            let state = evaluation.state(field.id.as_str(), None);
            let answered = open.answers.value(field.id.as_str()).is_some_and(|value| !value.is_empty());
            field.calculated.is_none() && !answered && state.is_some_and(|state| state.visible)
        };
        let mut found: Vec<Suggestion> = vec![];
        for field in open.form.fields().filter(asks) {
            let Some(from) = &field.from_paper else { continue };
            let of = papers.iter().filter(|paper| paper.document.head.component == from.component.as_str());
            let offered = of.filter_map(|paper| in_letterhead(field, from.part, paper, today));
            found.extend(offered.filter(|it| !aside.contains(&it.key)).take(1));
        }
        for paper in &papers {
            found.extend(cards(&open, paper, today)?.into_iter().filter(|it| !aside.contains(&it.key)));
        }
        Ok(found)
    }

    pub(super) async fn scan(&self, id: DossierId, code: &str) -> Result<Option<Suggestion>, Fault> {
        let (open, today) = (self.open_dossier(id).await?, self.today()?);
        let Some(card) = Card::read(code) else { return Ok(None) };
        of_card(&open, &card, today).map(Some)
    }

    pub(super) fn of_card(&self, open: &OpenDossier, code: &str, whom: Whom<'_>) -> Result<Taken, Fault> {
        let bad = || Fault::new(Code::BadValue).with("field", "card").with("reason", "not the code of a card");
        let card = Card::read(code).ok_or_else(bad)?;
        let values = for_fields(open, &whom, &parts(&card, self.today()?)?);
        Ok(Taken { values, at: whom.at, source: Source::QrCard, confidence: Some(sureness(&card)), origin: None })
    }

    pub(super) async fn of_suggestion(
        &self,
        open: &OpenDossier,
        suggested: Suggestion,
        who: Option<&FieldId>,
        row: Option<&RowId>,
    ) -> Result<Taken, Fault> {
        let Suggestion { key, source, whose, values, confidence, seen } = suggested;
        let origin = seen.as_ref().map(|seen| Origin::Page { document: seen.document, page: seen.page });
        let (values, at) = match whose.first() {
            // What was typed in between is not written over.
            None => {
                let empty = |it: &Suggested| open.answers.value(it.field.as_str()).is_none_or(Value::is_empty);
                (values.into_iter().filter(empty).map(|it| (it.field, it.value)).collect(), None)
            }
            Some(likeliest) => {
                let card = self.card_on(seen.as_ref(), &key).await?;
                let whom = meant(open, who.or(Some(likeliest)), row)?;
                (for_fields(open, &whom, &parts(&card, self.today()?)?), whom.at)
            }
        };
        Ok(Taken { values, at, source, confidence, origin })
    }

    /// The card of a suggestion: of those whose codes stand on its page, the one that its key counts.
    async fn card_on(&self, seen: Option<&Seen>, key: &str) -> Result<Card, Fault> {
        let gone = || Fault::new(Code::NotFound).with("what", "suggestion");
        let seen = seen.ok_or_else(gone)?;
        let pages = self.document_pages(seen.document).await?;
        let page = pages.iter().find(|page| page.id == Some(seen.page)).and_then(|page| page.found.as_ref());
        let counted = key.rsplit(' ').next().and_then(|n| n.parse().ok()).ok_or_else(gone)?;
        page.and_then(|page| cards_in(&page.codes).nth(counted)).ok_or_else(gone)
    }
}

/// What the letterhead of a paper says for a field; nothing that does not fit it.
fn in_letterhead(field: &Field, part: LetterheadPart, paper: &ReadPaper, today: Date) -> Option<Suggestion> {
    let pages = paper.pages.iter().map(|page| page.found.as_ref().and_then(|it| it.letterhead.as_ref()));
    let read = LetterheadFound::together(pages)?;
    let (name, text) = match part {
        LetterheadPart::Number => ("number", read.number),
        LetterheadPart::Date => ("date", read.date),
        LetterheadPart::Agency => ("agency", read.agency),
        LetterheadPart::Summary => ("subject", read.subject),
        LetterheadPart::Signer => ("signer", read.signer),
        LetterheadPart::Position => ("position", read.position),
        LetterheadPart::Addressee => ("addressee", read.addressee),
    };
    let value = typed(&field.kind, text.as_deref()?, today).ok().filter(|value| !value.is_empty())?;
    let at = read.fields.iter().find(|it| it.name == name)?;
    let key = format!("letterhead {} {}", field.id, paper.document.id);
    Some(Suggestion {
        key,
        source: Source::Ocr,
        whose: vec![],
        values: vec![suggested(field, value)],
        confidence: Some((at.confidence.clamp(0.0, 1.0) * 100.0).round() as u8),
        seen: Some(seen(paper, at.page as usize, Some(at.place))?),
    })
}

/// The cards whose codes stand on the pages of a paper and that would change the form.
fn cards(open: &OpenDossier, paper: &ReadPaper, today: Date) -> Result<Vec<Suggestion>, Fault> {
    let mut found = vec![];
    for (n, page) in paper.pages.iter().enumerate() {
        let codes = page.found.as_ref().map(|page| page.codes.as_slice()).unwrap_or_default();
        // Both cards of a couple may lie on one sheet.
        for (of_page, card) in cards_in(codes).enumerate() {
            let known =
                open.form.people().iter().any(|who| holds(open, who, &card.number)) || in_a_row(open, &card.number);
            let Some(seen) = seen(paper, n, None).filter(|_| !known) else { continue };
            let offered = of_card(open, &card, today)?;
            if !offered.values.is_empty() {
                let key = format!("card {} {} {of_page}", seen.document, seen.page);
                found.push(Suggestion { key, seen: Some(seen), ..offered });
            }
        }
    }
    Ok(found)
}

fn cards_in(codes: &[CodeFound]) -> impl Iterator<Item = Card> {
    codes.iter().filter_map(|code| Card::read(&code.text))
}

/// A card as it would fill in the form. Nobody may be there to take it: then it has no values.
fn of_card(open: &OpenDossier, card: &Card, today: Date) -> Result<Suggestion, Fault> {
    let parts = parts(card, today)?;
    let mut whose: Vec<&FieldId> = open.form.people();
    whose.retain(|who| open.form.parts_of(who.as_str()).any(|(part, _)| part == PersonPart::Name));
    // Who has this number is the one; then who has none yet.
    whose.sort_by_key(|who| {
        let numbered = open.form.parts_of(who.as_str()).find(|(part, _)| *part == PersonPart::Number);
        let answered = numbered.and_then(|(_, field)| open.answers.value(field.id.as_str()));
        (!holds(open, who, &card.number), numbered.is_none(), answered.is_some_and(|value| !value.is_empty()))
    });
    let values = whose.first().map(|who| {
        let field = |part| open.form.parts_of(who.as_str()).find(|(other, _)| *other == part).map(|(_, field)| field);
        parts.iter().filter_map(|(part, value)| Some(suggested(field(*part)?, value.clone()))).collect()
    });
    Ok(Suggestion {
        key: String::new(),
        source: Source::QrCard,
        values: values.unwrap_or_default(),
        whose: whose.into_iter().cloned().collect(),
        confidence: Some(sureness(card)),
        seen: None,
    })
}

fn holds(open: &OpenDossier, who: &FieldId, number: &str) -> bool {
    let mut numbers = open.form.parts_of(who.as_str()).filter(|(part, _)| *part == PersonPart::Number);
    numbers.any(|(_, field)| open.answers.value(field.id.as_str()) == Some(&Value::text(number)))
}

/// Whether somebody of this number stands in a table.
fn in_a_row(open: &OpenDossier, number: &str) -> bool {
    open.form.fields().any(|field| match (&field.kind, open.answers.value(field.id.as_str())) {
        (FieldKind::Group(group), Some(Value::Rows(rows))) => {
            let of = |cell: &&Field| cell.person.as_ref().is_some_and(|of| of.part == PersonPart::Number);
            let is = |cell: &Field| {
                rows.iter().any(|row| row.answers.get(&cell.id).is_some_and(|it| it.value == Value::text(number)))
            };
            group.fields.iter().filter(of).any(is)
        }
        _ => false,
    })
}

fn sureness(card: &Card) -> u8 {
    if card.is_doubtful() { DOUBTFUL } else { SURE }
}

/// A card's parts as a form keeps them.
fn parts(card: &Card, today: Date) -> Result<BTreeMap<PersonPart, Value>, Fault> {
    let mut parts =
        BTreeMap::from([(PersonPart::Name, Value::text(&card.name)), (PersonPart::Number, Value::text(&card.number))]);
    parts.extend(card.birth.map(|birth| (PersonPart::Birth, Value::text(birth.to_string()))));
    let sex = |sex| if sex == Sex::Male { "male" } else { "female" };
    parts.extend(card.sex.map(|it| (PersonPart::Sex, Value::text(sex(it)))));
    if let Some(address) = &card.address {
        parts.insert(PersonPart::Address, Value::Address(of_day(address, card.issued.unwrap_or(today), today)?));
    }
    Ok(parts)
}

pub(super) fn suggested(field: &Field, value: Value) -> Suggested {
    Suggested { field: field.id.clone(), text: as_text(field, &value), value }
}

fn as_text(field: &Field, value: &Value) -> String {
    match value {
        Value::Address(address) => {
            let day = address.valid_at;
            let written = units().ok().zip(day).map(|(units, day)| units.written(address, day).text);
            written.unwrap_or_else(|| address.line.clone())
        }
        other => shown(&field.kind, other),
    }
}

/// The `n`th page of a paper.
fn seen(paper: &ReadPaper, n: usize, place: Option<[u32; 4]>) -> Option<Seen> {
    let page = paper.pages.get(n)?;
    let size = page.found.as_ref().map(|found| found.kept)?;
    Some(Seen {
        document: paper.document.id,
        page: page.id?,
        title: paper.document.head.title.clone(),
        number: u32::try_from(n).ok()?.checked_add(1)?,
        picture: page.made.clone(),
        size,
        place: place.filter(|_| size[0] > 0 && size[1] > 0),
    })
}
