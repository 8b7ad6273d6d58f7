use super::{
    papers::{slots, slots_of, twice},
    *,
};
use crate::{
    Value,
    check::{Basis, DocumentStatus, FindingKind},
    form::{FromPaper, LetterheadPart},
    procedure::Channel,
};

mod rules;

fn nb03() -> (Procedure, Form) {
    let procedure = Procedure::from_json(include_str!("../../../../data/procedures/nb-03.json")).unwrap();
    (procedure, Form::from_json(include_str!("../../../../data/forms/nb-03.json")).unwrap())
}

fn today() -> Date {
    "2026-11-21".parse().unwrap()
}

pub(super) fn paper(component: &str, file: u8) -> PaperFacts {
    PaperFacts {
        component: component.into(),
        row: None,
        document: None,
        title: format!("Tệp {file}"),
        sources: vec![Digest([file; 32])],
        media_type: "application/pdf".into(),
        bytes: 1_000,
        pages: vec![],
        digitised: true,
        signature: Signature::NotLooked,
        letterhead: None,
        secrecy: None,
        elsewhere: None,
        came: None,
    }
}

/// The check with nothing known of limits.
fn whole(
    procedure: &Procedure,
    form: &Form,
    answers: &Answers,
    documents: &[DocumentSummary],
    papers: &[PaperFacts],
) -> Vec<Finding> {
    check(&Given {
        procedure,
        form,
        answers,
        documents,
        papers,
        taken: &Taken::default(),
        no_paper: None,
        today: today(),
    })
}

fn document(component: &str) -> DocumentSummary {
    DocumentSummary {
        component: component.into(),
        row: None,
        originals: 1,
        copies: 0,
        pages: 1,
        status: DocumentStatus::Ready,
    }
}

fn kinds(findings: Vec<Finding>) -> Vec<FindingKind> {
    findings.into_iter().map(|finding| finding.what).collect()
}

#[test]
fn the_same_file_in_two_papers_is_asked_about() {
    let mut again = paper("NB-03.02", 1);
    again.sources.insert(0, Digest([9; 32]));
    let papers = [paper("NB-03.01", 1), paper("NB-03.04", 2), again];
    let found = twice(&papers);
    let what = FindingKind::DuplicatePaper { of: "NB-03.01".into(), title: "Tệp 1".into() };
    assert_eq!(found, [Finding { place: of_paper(&papers[2]), what, blocking: false, why: None }]);
}

#[test]
fn a_letterhead_that_says_something_else_is_told_and_does_not_block() {
    let (procedure, mut form) = nb03();
    let parts = [
        ("request_number", LetterheadPart::Number),
        ("request_date", LetterheadPart::Date),
        ("request_signer", LetterheadPart::Signer),
        ("applicant_name", LetterheadPart::Agency),
    ];
    for field in form.sections.iter_mut().flat_map(|section| &mut section.fields) {
        if let Some((_, part)) = parts.iter().find(|(id, _)| *id == field.id.as_str()) {
            field.from_paper = Some(FromPaper { component: "NB-03.01".into(), part: *part });
        }
    }
    let organisation = crate::Organisation { name: "Sở Tài chính".into(), ..Default::default() };
    let answers: Answers = [
        ("request_number", Value::from("123/TTr-STC")),
        ("request_date", "2026-11-18".into()),
        ("request_signer", "Trần Văn Bình".into()),
        ("applicant_name", Value::Organisation(organisation)),
    ]
    .into_iter()
    .collect();
    let letterhead = Letterhead {
        number: Some("132/TTr-STC".into()),
        date: Some("2026-11-18".parse().unwrap()),
        agency: Some("UBND TỈNH QUẢNG NINH SỞ TÀI CHÍNH".into()),
        signer: Some("TRẦN VĂN BÌNH".into()),
        summary: None,
    };
    let with = |letterhead: Letterhead| [PaperFacts { letterhead: Some(letterhead), ..paper("NB-03.01", 1) }];
    let evaluation = Evaluation::of(&form, &answers, today());
    let found = agree::letterheads(&form, &evaluation, &with(letterhead.clone()));
    let (said, paper) = ("123/TTr-STC".to_owned(), "132/TTr-STC".to_owned());
    assert_eq!(kinds(found), [FindingKind::Differs { part: LetterheadPart::Number, said, paper }]);
    // Read without its marks it is the same number.
    let read = Letterhead { number: Some("123/TTR STC".into()), ..letterhead.clone() };
    assert_eq!(agree::letterheads(&form, &evaluation, &with(read)), []);
    assert_eq!(agree::letterheads(&form, &evaluation, &with(Letterhead::default())), [], "nothing was read");
    let later = Letterhead { date: Some("2026-11-22".parse().unwrap()), ..letterhead };
    let all = whole(&procedure, &form, &answers, &[], &with(later));
    let date = "2026-11-22".parse().unwrap();
    let future = all.iter().find(|finding| finding.what == FindingKind::PaperInFuture { date }).unwrap();
    assert!(!future.blocking);
    assert!(all.iter().any(|it| matches!(it.what, FindingKind::Differs { part: LetterheadPart::Date, .. })));
}

#[test]
fn a_place_for_files_takes_its_kinds_and_its_size() {
    let (_, mut form) = nb03();
    let json = serde_json::json!({"id": "plan", "label": {"vi": "Bản vẽ", "en": "Plan"},
        "type": {"file_slot": {"component": "NB-03.01", "max": 3, "max_bytes": 999, "media": ["image/*"]}}});
    form.sections[0].fields.push(serde_json::from_value(json).unwrap());
    let evaluation = Evaluation::of(&form, &Answers::default(), today());
    let found = slots(&slots_of(&form, &evaluation), &[], &[paper("NB-03.01", 1), paper("NB-03.02", 2)]);
    assert!(found.iter().all(|finding| finding.blocking && finding.why == Some(Basis::Form)));
    let media = vec!["image/*".to_owned()];
    let expected = [
        FindingKind::WrongMedia { title: "Tệp 1".into(), media },
        FindingKind::FileTooLarge { title: "Tệp 1".into(), bytes: 1_000, max: 999 },
    ];
    assert_eq!(kinds(found), expected);
    let picture = PaperFacts { media_type: "image/jpeg".into(), bytes: 999, ..paper("NB-03.01", 1) };
    assert_eq!(slots(&slots_of(&form, &evaluation), &[], &[picture]), []);
}

#[test]
fn sets_are_a_reminder_where_paper_is_asked_for() {
    let (mut procedure, form) = nb03();
    procedure.sets = 2;
    let about_sets = |procedure: &Procedure| {
        let all = whole(procedure, &form, &Answers::default(), &[document("NB-03.01")], &[]);
        all.into_iter().filter(|finding| matches!(finding.what, FindingKind::Sets { sets: 2 })).collect::<Vec<_>>()
    };
    for component in &mut procedure.components {
        component.electronic_ok = true;
    }
    assert_eq!(about_sets(&procedure), []);
    procedure.components[1].electronic_ok = false;
    let found = about_sets(&procedure);
    assert!(found.len() == 1 && !found[0].blocking);
    assert!(matches!(&found[0].why, Some(Basis::Law { number, .. }) if number.contains("151/2017")), "{found:?}");
}

#[test]
fn from_its_day_on_a_procedure_takes_no_paper() {
    let (mut procedure, _) = nb03();
    let on = |procedure: &Procedure, day: &str| online_only(procedure, day.parse().unwrap()).map(Date::shown);
    procedure.channels = vec![Channel::Direct, Channel::Online];
    procedure.online_only_from = Some("2026-05-20".parse().unwrap());
    assert_eq!(on(&procedure, "2026-05-19"), None);
    assert_eq!(on(&procedure, "2026-05-20").as_deref(), Some("20/05/2026"));
    procedure.online_only_from = None;
    assert_eq!(on(&procedure, "2026-11-21"), None);
    procedure.channels = vec![Channel::Online];
    assert_eq!(on(&procedure, "2026-11-21"), Some(procedure.valid_from.shown()));
}
