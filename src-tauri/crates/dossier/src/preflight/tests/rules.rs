//! Each rule about papers, pages and the whole: a case that fires and cases that do not.

use super::*;
use crate::{
    check::Looked,
    form::PaperKind,
    procedure::{PageCount, ProvenanceStatus, Sign, Validity},
};

fn limited(papers: &[PaperFacts], taken: &Taken) -> Vec<Finding> {
    let (procedure, form) = nb03();
    let documents: Vec<_> = papers.iter().map(|paper| document(paper.component.as_str())).collect();
    let answers = &Answers::default();
    check(&Given {
        procedure: &procedure,
        form: &form,
        answers,
        documents: &documents,
        papers,
        taken,
        no_paper: None,
        today: today(),
    })
}

/// What the check says beside what is not answered and not there.
fn of(procedure: &Procedure, form: &Form, papers: &[PaperFacts]) -> Vec<Finding> {
    let documents: Vec<_> = papers.iter().map(|paper| document(paper.component.as_str())).collect();
    let all = whole(procedure, form, &Answers::default(), &documents, papers);
    let beside = |it: &Finding| !matches!(it.place, Place::Field { .. }) && it.what != FindingKind::Missing;
    all.into_iter().filter(beside).filter(|it| !matches!(it.what, FindingKind::MissingBecause { .. })).collect()
}

/// A page of print as a scanner gives it.
fn page() -> PageFacts {
    let (dpi, words) = (Some(300), 200);
    PageFacts { dpi, ink: 40, read: true, words, confidence: 92, upright: true, ..PageFacts::default() }
}

#[test]
fn a_paper_counts_for_its_months_and_no_longer() {
    let (mut procedure, mut form) = nb03();
    procedure.components[0].valid_months = Some(6);
    let issued = |day: &str| {
        let letterhead = Some(Letterhead { date: day.parse().ok(), ..Letterhead::default() });
        [PaperFacts { letterhead, ..paper("NB-03.01", 1) }]
    };
    let expired = |found: Vec<Finding>| {
        let mut found = found.into_iter().filter(|it| matches!(it.what, FindingKind::PaperExpired { .. }));
        found.next().map(|it| (it.what, it.blocking))
    };
    assert_eq!(expired(of(&procedure, &form, &issued("2026-05-21"))), None, "the last day counts");
    let [day, until] = ["2026-05-20", "2026-11-20"].map(|day| day.parse::<Date>().unwrap());
    let what = FindingKind::PaperExpired { issued: day, read: true, valid: Validity::Months(6), until };
    let read = expired(of(&procedure, &form, &issued("2026-05-20")));
    assert_eq!(read, Some((what.clone(), false)), "it may be misread");
    // The day a person gave stands in the way.
    let mut fields = form.sections.iter_mut().flat_map(|it| &mut it.fields);
    let field = fields.find(|it| it.id.as_str() == "request_date").unwrap();
    field.from_paper = Some(FromPaper { component: "NB-03.01".into(), part: LetterheadPart::Date });
    let answers: Answers = [("request_date", Value::from("2026-05-20"))].into_iter().collect();
    let found = whole(&procedure, &form, &answers, &[document("NB-03.01")], &issued("2026-11-20"));
    assert_eq!(expired(found), Some((what, true)));
    procedure.components[0].valid_months = None;
    assert_eq!(expired(of(&procedure, &form, &issued("1999-05-20"))), None);
}

#[test]
fn pages_are_as_many_as_usual_where_that_is_known() {
    let (mut procedure, form) = nb03();
    let of_pages = |procedure: &Procedure, n: usize| {
        kinds(of(procedure, &form, &[PaperFacts { pages: vec![page(); n], ..paper("NB-03.01", 1) }]))
    };
    assert_eq!(of_pages(&procedure, 9), []);
    procedure.components[0].pages = Some(PageCount { min: Some(2), max: Some(3) });
    assert_eq!(of_pages(&procedure, 0), [], "nobody counted them");
    assert_eq!(of_pages(&procedure, 1), [FindingKind::TooFewPages { have: 1, min: 2 }]);
    assert_eq!((of_pages(&procedure, 2), of_pages(&procedure, 3)), (vec![], vec![]));
    assert_eq!(of_pages(&procedure, 4), [FindingKind::TooManyPages { have: 4, max: 3 }]);
    procedure.components[0].pages = Some(PageCount { min: Some(3), max: Some(2) });
    assert!(!procedure.problems().is_empty(), "no number is both");
}

#[test]
fn a_page_that_cannot_be_read_is_shown() {
    let json = include_str!("../../../../../data/profiles/one-stop-2025.json");
    let profile = crate::LegalProfile::from_json(json).unwrap();
    let taken = Taken { scans: Some((profile.id.clone(), profile.scans.clone())), hub: None };
    let found = |second: PageFacts| {
        let all = limited(&[PaperFacts { pages: vec![page(), second], ..paper("NB-03.01", 1) }], &taken);
        all.into_iter().filter(|it| matches!(&it.place, Place::Page { at, .. } if at.number == 2)).collect::<Vec<_>>()
    };
    let min = profile.scans.min_dpi;
    assert_eq!(found(page()), []);
    assert_eq!(found(PageFacts { dpi: Some(min), ..page() }), []);
    let low = found(PageFacts { dpi: Some(min - 1), ..page() });
    assert_eq!(low[0].what, FindingKind::LowResolution { dpi: min - 1, min });
    assert_eq!(low[0].why, Some(Basis::Profile { profile: profile.id.clone(), verified: profile.scans.verified }));
    assert_eq!(found(PageFacts { dpi: None, ..page() }), [], "it is no scan");
    assert_eq!(kinds(found(PageFacts { blank: true, read: false, ..page() })), [FindingKind::BlankPage]);
    assert_eq!(kinds(found(PageFacts { upright: false, confidence: 20, ..page() })), [FindingKind::OrientationUnsure]);
    let unreadable = |confidence| vec![FindingKind::UnreadablePage { confidence }];
    assert_eq!(kinds(found(PageFacts { confidence: 49, ..page() })), unreadable(49));
    assert_eq!(found(PageFacts { confidence: 49, words: 7, ..page() }), [], "too few words to say so");
    assert_eq!(kinds(found(PageFacts { confidence: 0, words: 0, ..page() })), unreadable(0));
    assert_eq!(found(PageFacts { confidence: 0, words: 0, read: false, ..page() }), [], "nobody looked");
    assert_eq!(found(PageFacts { confidence: 0, words: 0, ink: 400, ..page() }), [], "a picture has no words");
}

#[test]
fn a_signature_is_missed_only_where_somebody_looked() {
    let (procedure, mut form) = nb03();
    assert_eq!(procedure.components[0].sign, Sign::Agency);
    let seen =
        |form: &Form, signature| kinds(of(&procedure, form, &[PaperFacts { signature, ..paper("NB-03.01", 1) }]));
    let missing = |looked| vec![FindingKind::SignatureUnseen { by: Sign::Agency, looked }];
    for fine in [Signature::NotLooked, Signature::Signed, Signature::Ink] {
        assert_eq!(seen(&form, fine), []);
    }
    assert_eq!(seen(&form, Signature::NoInk), missing(Looked::Scan));
    assert_eq!(seen(&form, Signature::Unsigned), missing(Looked::Digital));
    // The form knows better than the procedure.
    form.sections[0].fields.push(slot(serde_json::json!({"sign": "none"})));
    assert_eq!(seen(&form, Signature::NoInk), []);
}

/// A place for files of NB-03.01.
fn slot(more: serde_json::Value) -> crate::Field {
    let mut json = serde_json::json!({"id": "plan", "label": {"vi": "Bản vẽ", "en": "Plan"},
        "type": {"file_slot": {"component": "NB-03.01", "max": 1, "max_bytes": 9999}}});
    let its = json["type"]["file_slot"].as_object_mut().unwrap();
    its.extend(more.as_object().unwrap().clone());
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_place_for_files_says_what_they_are() {
    let with = |needs: serde_json::Value, originals, copies, pages| {
        let (_, mut form) = nb03();
        form.sections[0].fields.push(slot(serde_json::json!({"needs": needs})));
        let evaluation = Evaluation::of(&form, &Answers::default(), today());
        kinds(slots(
            &slots_of(&form, &evaluation),
            &[DocumentSummary { originals, copies, pages, ..document("NB-03.01") }],
            &[],
        ))
    };
    let kind = |kind: PaperKind| serde_json::to_value(kind).unwrap();
    assert_eq!(with(serde_json::Value::Null, 0, 0, 1), []);
    assert_eq!(with(kind(PaperKind::Original), 0, 1, 1), [FindingKind::TooFewOriginals { have: 0, need: 1 }]);
    assert_eq!(with(kind(PaperKind::Original), 1, 0, 1), []);
    assert_eq!(with(kind(PaperKind::CertifiedCopy), 0, 0, 1), [FindingKind::TooFewCopies { have: 0, need: 1 }]);
    assert_eq!(with(kind(PaperKind::CertifiedCopy), 1, 0, 1), [], "an original is worth more");
    assert_eq!(with(kind(PaperKind::Photo), 1, 0, 2), [FindingKind::TooManyPages { have: 2, max: 1 }]);
    assert_eq!(with(kind(PaperKind::Photo), 1, 0, 1), []);
    // Of what is digitised, a picture that goes as it is is meant.
    let (procedure, mut form) = nb03();
    let picture = |digitised| PaperFacts { digitised, media_type: "image/jpeg".into(), ..paper("NB-03.01", 1) };
    assert_eq!(kinds(of(&procedure, &form, &[picture(false)])), [FindingKind::NotDigitised]);
    assert_eq!(kinds(of(&procedure, &form, &[picture(true)])), []);
    form.sections[0].fields.push(slot(serde_json::json!({"digitise": false})));
    assert_eq!(kinds(of(&procedure, &form, &[picture(false)])), []);
}

#[test]
fn what_the_hub_would_refuse_is_told_before() {
    let hub = HubLimits { max_file_bytes: 1_000, max_files: 2, accepted_types: vec!["application/pdf".into()] };
    let taken = Taken { scans: None, hub: Some(hub) };
    let papers = [paper("NB-03.01", 1), paper("NB-03.02", 2)];
    let told = |papers: &[PaperFacts], taken: &Taken| {
        let all = limited(papers, taken).into_iter().filter(|it| it.why == Some(Basis::Hub));
        all.map(|it| (it.what, it.blocking)).collect::<Vec<_>>()
    };
    assert_eq!(told(&papers, &taken), []);
    let large = PaperFacts { bytes: 1_001, media_type: "image/webp".into(), ..paper("NB-03.04", 3) };
    let papers = [papers[0].clone(), papers[1].clone(), large];
    let media = vec!["application/pdf".to_owned()];
    let expected = [
        FindingKind::TooManyFilesInAll { have: 3, max: 2 },
        FindingKind::FileTooLarge { title: "Tệp 3".into(), bytes: 1_001, max: 1_000 },
        FindingKind::WrongMedia { title: "Tệp 3".into(), media },
    ];
    assert_eq!(told(&papers, &taken), expected.map(|what| (what, true)));
    assert_eq!(told(&papers, &Taken::default()), [], "nobody knows yet what it takes");
}

#[test]
fn a_state_secret_stands_in_the_way_whoever_says_so() {
    let (procedure, form) = nb03();
    let marks = |papers: &[PaperFacts], answers: &Answers| {
        let all = whole(&procedure, &form, answers, &[], papers).into_iter();
        all.filter(|it| matches!(it.what, FindingKind::Secret { .. })).inspect(|it| assert!(it.blocking)).count()
    };
    let none = Answers::default();
    assert_eq!(marks(&[paper("NB-03.01", 1)], &none), 0);
    let stamped = PaperFacts { secrecy: Some("TỐI MẬT".into()), ..paper("NB-03.01", 1) };
    let titled = PaperFacts { title: "Kế hoạch (Tuyệt mật)".into(), ..paper("NB-03.01", 1) };
    assert_eq!((marks(&[stamped], &none), marks(&[titled], &none)), (1, 1));
    let said: Answers = [("request_number", Value::from("Độ mật: Mật"))].into_iter().collect();
    assert_eq!(marks(&[], &said), 1);
    let claims =
        [("MẬT", "MẬT"), ("[TỐI MẬT]", "TỐI MẬT"), ("độ mật : tuyệt mật", "TUYỆT MẬT"), ("Độ mật: Mật.", "MẬT")];
    for (text, mark) in claims {
        assert_eq!(secrecy_said(text), Some(mark), "{text}");
    }
    for (text, mark) in [("MẬT - Kế hoạch phòng thủ", "MẬT"), ("Kế hoạch phòng thủ – Tối mật", "TỐI MẬT")]
    {
        assert_eq!(secrecy_said(text), Some(mark), "{text}");
    }
    for text in ["", "Công ty Mật Ong Rừng", "bảo mật thông tin", "Độ mật: không", "Mật độ dân số", "giữ bí mật"]
    {
        assert_eq!(secrecy_said(text), None, "{text}");
    }
}

#[test]
fn the_channel_has_to_be_one_that_is_offered() {
    let (mut procedure, form) = nb03();
    (procedure.sets, procedure.online_only_from) = (2, None);
    procedure.channels = vec![Channel::Direct, Channel::Online];
    for component in &mut procedure.components {
        component.electronic_ok = true;
    }
    let told = |procedure: &Procedure| kinds(of(procedure, &form, &[paper("NB-03.01", 1)]));
    assert_eq!(told(&procedure), []);
    procedure.components[0].electronic_ok = false;
    assert_eq!(told(&procedure), [FindingKind::Sets { sets: 2 }]);
    let since = "2026-05-20".parse().unwrap();
    procedure.online_only_from = Some(since);
    assert_eq!(told(&procedure), [FindingKind::OnlineOnly { since }], "no paper, no sets");
    procedure.online_only_from = None;
    (procedure.channels, procedure.sets) = (vec![Channel::Direct], 1);
    assert_eq!(told(&procedure), [FindingKind::NotOnline]);
    procedure.channels.push(Channel::Online);
    procedure.confidential = true;
    assert_eq!(told(&procedure), [FindingKind::Confidential]);
}

#[test]
fn a_list_in_force_counts_before_what_the_procedure_says() {
    let (mut procedure, form) = nb03();
    procedure.online_only_from = Some("2026-05-20".parse().unwrap());
    procedure.components.iter_mut().for_each(|component| component.electronic_ok = false);
    let list = NoPaperSince {
        since: "2026-07-01".parse().unwrap(),
        basis: "Văn bản 5436/UBND-VP".into(),
        except: String::new(),
        department: Some("Sở Nội vụ".into()),
        approval: None,
    };
    let documents = [document("NB-03.01")];
    let (answers, taken) = (Answers::default(), Taken::default());
    let given = |no_paper| Given {
        procedure: &procedure,
        form: &form,
        answers: &answers,
        documents: &documents,
        papers: &[],
        taken: &taken,
        no_paper,
        today: today(),
    };
    let told = |no_paper| {
        let found = check(&given(no_paper)).into_iter();
        let only = |it: Finding| match it.what {
            FindingKind::OnlineOnly { since } => Some((since.shown(), it.why)),
            _ => None,
        };
        found.filter_map(only).next().unwrap()
    };
    assert_eq!(told(None).0, "20/05/2026");
    let (since, why) = told(Some(&list));
    assert_eq!(since, "01/07/2026");
    assert!(matches!(why, Some(Basis::Law { number, provenance: ProvenanceStatus::Real, .. }) if number == list.basis));
}

#[test]
fn a_file_that_is_in_another_dossier_is_asked_about() {
    let (procedure, form) = nb03();
    let earlier = Earlier { code: "H06-261120-0001".into(), title: "Tờ trình".into() };
    let found = of(&procedure, &form, &[PaperFacts { elsewhere: Some(earlier.clone()), ..paper("NB-03.01", 1) }]);
    let what = FindingKind::AlsoIn { dossier: earlier.code, title: earlier.title };
    assert_eq!(found, [Finding { place: of_paper(&paper("NB-03.01", 1)), what, blocking: false, why: None }]);
}

#[test]
fn why_says_how_far_its_place_is_to_be_trusted() {
    let (mut procedure, _) = nb03();
    procedure.provenance.status = ProvenanceStatus::Illustrative;
    procedure.provenance.values.clear();
    for (path, status) in [("components[1]", "unverified"), ("components[1].originals", "real")] {
        let told = serde_json::from_value(serde_json::json!({"status": status, "source": "Điều 4"})).unwrap();
        procedure.provenance.values.insert(path.into(), told);
    }
    let status_in = |procedure: &Procedure, at: usize, value: &str| match Basis::of_component(
        procedure,
        procedure.components[at].code.as_str(),
        value,
    ) {
        Some(Basis::Law { provenance, .. }) => provenance,
        other => panic!("{other:?}"),
    };
    let status = |at: usize, value: &str| status_in(&procedure, at, value);
    assert_eq!(status(0, "need"), ProvenanceStatus::Illustrative);
    assert_eq!(status(1, "need"), ProvenanceStatus::Unverified);
    assert_eq!(status(1, "originals"), ProvenanceStatus::Real);
    assert_eq!(procedure.provenance.of(&["components[10].need"]), ProvenanceStatus::Illustrative);
    let by_code = format!("components[{}]", procedure.components[1].code);
    let mark = procedure.provenance.values.remove("components[1]").unwrap();
    procedure.provenance.values.insert(by_code, mark);
    assert_eq!(status_in(&procedure, 1, "need"), ProvenanceStatus::Unverified);
}

#[test]
fn a_slip_is_shown_where_it_stands_and_what_another_paper_settles_is_not() {
    let (procedure, mut form) = nb03();
    let field = serde_json::json!({"id": "owner_number", "label": {"vi": "Số định danh", "en": "Number"},
        "type": {"identity": {"accepts": ["personal_number"]}}});
    let name =
        serde_json::json!({"id": "owner_name", "label": {"vi": "Họ và tên chủ", "en": "Owner"}, "type": {"text": {}}});
    form.sections[0].fields.extend([field, name].map(|json| serde_json::from_value(json).unwrap()));
    let answers: Answers = [("owner_number", Value::from("001085012345")), ("owner_name", "Nguyễn Văn Khánh".into())]
        .into_iter()
        .collect();
    let says = |component: &str, text: &str| PaperFacts {
        pages: vec![page(), PageFacts { text: text.into(), ..page() }],
        ..paper(component, component.as_bytes()[7])
    };
    let found = |papers: &[PaperFacts]| {
        let all = whole(&procedure, &form, &answers, &[], papers).into_iter();
        all.filter(|it| matches!(it.what, FindingKind::NearlySame { .. })).collect::<Vec<_>>()
    };
    let slips = found(&[says("NB-03.01", "Ông Nguyễn Văn Khanh\nSố 001085012354\nÔng Nguyễn Văn Khang, là")]);
    let (said, seen) = ("001085012345".to_owned(), "001085012354".to_owned());
    assert_eq!(slips.len(), 1, "the name is there: {slips:?}");
    assert_eq!(slips[0].what, FindingKind::NearlySame { said, paper: seen.clone() });
    let Place::Page { at, .. } = &slips[0].place else { panic!("{slips:?}") };
    assert_eq!((at.number, at.seen.as_ref(), slips[0].blocking), (2, Some(&seen), false));
    // A number that hangs together is told beside one that is right, unless it is read like it; a name is not.
    let right = says("NB-03.02", "Nguyễn Văn Khánh 001085012345");
    assert_eq!(found(&[says("NB-03.01", "Nguyễn Văn Khang, số 001085012354"), right.clone()]).len(), 1);
    assert_eq!(found(&[says("NB-03.01", "Nguyễn Văn Khang, số 001085012845"), right]), []);
    assert_eq!(found(&[says("NB-03.01", "Nguyễn Văn Khang, số 001085012845")]).len(), 2);
    assert_eq!(found(&[says("NB-03.01", "Trần Thị Mai, số 036184007777")]), []);
}
