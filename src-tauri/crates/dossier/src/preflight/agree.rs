//! Whether form and papers say the same. What was read may be misread, so nothing here blocks, and a difference is told only where it
//! looks like a slip of the pen and not of the reader: a value that a paper says *nearly*, and that no paper says.

mod values;

use super::{Letterhead, PaperFacts, of_page};
use crate::{
    answers::Value,
    check::{Finding, FindingKind, Place},
    date::Date,
    evaluate::{Evaluation, FieldState},
    form::{Field, FieldKind, Form, LetterheadPart, Prefill, TextFormat},
    text,
};

use values::{Match, Sought};

/// Where the form says one thing and the letterhead of its paper another.
pub(super) fn letterheads(form: &Form, evaluation: &Evaluation, papers: &[PaperFacts]) -> Vec<Finding> {
    let compared = form.fields().filter_map(|field| {
        let from = field.from_paper.as_ref()?;
        let state =
            evaluation.state(field.id.as_str(), None).filter(|state| state.visible && state.malformed.is_none())?;
        let letterheads =
            papers.iter().filter(|it| it.component == from.component).filter_map(|it| it.letterhead.as_ref());
        // Of several papers of a component any may be the one that is meant.
        let read: Vec<String> = letterheads.filter_map(|it| read(it, from.part)).collect();
        let said = said(state)?;
        let agrees = read.is_empty() || read.iter().any(|read| agree(&said, read, from.part));
        let paper = read.into_iter().next().filter(|_| !agrees)?;
        let place = Place::Field { field: field.id.clone(), row: None };
        let what = FindingKind::Differs { part: from.part, said, paper };
        Some(Finding { place, what, blocking: false, why: None })
    });
    compared.collect()
}

fn read(letterhead: &Letterhead, part: LetterheadPart) -> Option<String> {
    match part {
        LetterheadPart::Number => letterhead.number.clone(),
        LetterheadPart::Date => letterhead.date.map(Date::shown),
        LetterheadPart::Agency => letterhead.agency.clone(),
        LetterheadPart::Summary => letterhead.summary.clone(),
        LetterheadPart::Signer => letterhead.signer.clone(),
        // Written in so many ways that a difference says nothing.
        LetterheadPart::Position | LetterheadPart::Addressee => None,
    }
}

fn said(state: &FieldState) -> Option<String> {
    match &state.value {
        Value::Text(text) => Some(text.parse::<Date>().map_or_else(|_| text.clone(), Date::shown)),
        Value::Organisation(organisation) => Some(organisation.name.clone()),
        _ => None,
    }
    .filter(|said| !said.trim().is_empty())
}

/// Marks, case and what stands between letters do not count: recognition errs there. A heading names its agency in capitals and
/// often with the one above it; a summary is long, and its beginning is what people copy.
fn agree(said: &str, read: &str, part: LetterheadPart) -> bool {
    let key = |text: &str| text::fold(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (said, read) = (key(said), key(read));
    match part {
        LetterheadPart::Number | LetterheadPart::Date => said == read,
        _ => said.contains(&read) || read.contains(&said),
    }
}

/// Identity numbers, people's names, numbers of documents and days of birth that the words on the papers say nearly.
pub(super) fn words(form: &Form, evaluation: &Evaluation, papers: &[PaperFacts]) -> Vec<Finding> {
    let sure = evaluation.fields.iter().filter(|state| state.visible && state.malformed.is_none());
    let wanted = sure.filter_map(|state| {
        // What is compared with the letterhead of its own paper is told there.
        let field = form.field(state.field.as_str()).filter(|field| field.from_paper.is_none())?;
        let (sought, said) = sought(field, state)?;
        Some((state, sought, said))
    });
    let wanted: Vec<_> = wanted.collect();
    // While a form is filled in there is often nothing to look for yet.
    let texts: Vec<Text<'_>> = if wanted.is_empty() { vec![] } else { papers.iter().flat_map(Text::of).collect() };
    // What another answer says to the letter is that one, and no slip in this one: a father and his child.
    let named: Vec<String> = wanted.iter().map(|(_, _, said)| text::fold(said)).collect();
    let mut findings = Vec::new();
    for (state, sought, said) in wanted {
        // A paper of another row is about another person.
        let its = |paper: &PaperFacts| paper.row.is_none() || paper.row == state.row || state.row.is_none();
        let texts = texts.iter().filter(|text| its(text.paper));
        let found = differing(&sought, texts, papers).filter(|(_, _, seen)| !named.contains(&text::fold(seen)));
        if let Some((paper, page, seen)) = found {
            let place = match of_page(paper, page) {
                Place::Page { component, row, mut at } => {
                    at.seen = Some(seen.clone());
                    Place::Page { component, row, at }
                }
                other => other,
            };
            findings.push(Finding {
                place,
                what: FindingKind::NearlySame { said, paper: seen },
                blocking: false,
                why: None,
            });
        }
    }
    findings
}

/// A page's words, taken apart once.
struct Text<'a> {
    paper: &'a PaperFacts,
    page: usize,
    lines: values::Lines,
}

impl<'a> Text<'a> {
    fn of(paper: &'a PaperFacts) -> Vec<Self> {
        let pages = paper.pages.iter().enumerate().filter(|(_, page)| !page.text.is_empty());
        pages.map(|(page, facts)| Self { paper, page, lines: values::Lines::of(&facts.text) }).collect()
    }
}

/// What of a field is looked for on the papers, and how the form says it.
fn sought(field: &Field, state: &FieldState) -> Option<(Sought, String)> {
    let Value::Text(said) = &state.value else {
        // An organisation's name stands on papers in too many forms; its tax code does not.
        let Value::Organisation(organisation) = &state.value else { return None };
        let code = organisation.tax_code.clone()?;
        return Some((Sought::digits(&code)?, code));
    };
    let sought = match &field.kind {
        FieldKind::Identity { .. } => Sought::digits(said),
        FieldKind::Text { format: Some(TextFormat::DocumentNumber), .. } => Sought::number(said),
        FieldKind::Text { format: None, .. } if names_a_person(field) => Sought::name(said),
        FieldKind::Date | FieldKind::PartialDate if field.prefill == Some(Prefill::CardBirth) => {
            said.parse::<Date>().ok().and_then(Sought::birth)
        }
        _ => None,
    }?;
    let shown = said.parse::<Date>().map_or_else(|_| said.clone(), Date::shown);
    Some((sought, shown))
}

/// Whether a line of text is somebody's name, by where it is prefilled from or by its question.
fn names_a_person(field: &Field) -> bool {
    const ASKED: [&str; 4] = ["ho ten", "ho va ten", "ho, chu dem", "ho, ten"];
    let label = text::fold(&field.label.vi);
    field.prefill == Some(Prefill::CardName) || ASKED.iter().any(|asked| label.contains(asked))
}

/// The first place where a paper says nearly what is sought. Whether another paper that says it exactly settles the matter depends on
/// how much can be made of a misreading.
fn differing<'a>(
    sought: &Sought,
    texts: impl Iterator<Item = &'a Text<'a>>,
    papers: &'a [PaperFacts],
) -> Option<(&'a PaperFacts, usize, String)> {
    if let Sought::Number(_) = sought {
        return differing_number(sought, papers);
    }
    let (mut exact, mut near): (Vec<&PaperFacts>, _) = (vec![], vec![]);
    for text in texts {
        match sought.on(&text.lines) {
            Match::None => {}
            Match::Exact => exact.push(text.paper),
            Match::Near { seen, misread } => near.push((text.paper, text.page, seen, misread)),
        }
    }
    let itself = |paper: &PaperFacts| exact.iter().any(|other| std::ptr::eq(*other, paper));
    let told = near.into_iter().find(|(paper, _, _, misread)| {
        // A paper that says it, too, is right; and once one does, what may be misread on another is.
        !itself(paper) && (exact.is_empty() || sought.is_exact() && !misread)
    })?;
    Some((told.0, told.1, told.2))
}

/// Numbers of documents are compared with the papers' own: in a text, other papers are named.
fn differing_number<'a>(sought: &Sought, papers: &'a [PaperFacts]) -> Option<(&'a PaperFacts, usize, String)> {
    let numbers = papers.iter().filter_map(|paper| Some((paper, paper.letterhead.as_ref()?.number.as_deref()?)));
    let mut near = None;
    for (paper, number) in numbers {
        match sought.on(&values::Lines::of(number)) {
            Match::None => {}
            Match::Exact => return None,
            Match::Near { seen, .. } => near = near.or(Some((paper, seen))),
        }
    }
    let (paper, seen) = near?;
    let page = paper.pages.iter().position(|page| page.text.contains(&seen)).unwrap_or(0);
    Some((paper, page, seen))
}
