use super::*;
use crate::{
    Words,
    answers::{Address, Answer, Organisation, Row, Source},
    identity::Doubt,
    reading::Malformed,
};

fn nb03() -> (Procedure, Form) {
    let procedure = Procedure::from_json(include_str!("../../../../data/procedures/nb-03.json")).unwrap();
    (procedure, Form::from_json(include_str!("../../../../data/forms/nb-03.json")).unwrap())
}

fn today() -> Date {
    "2026-11-21".parse().unwrap()
}

fn organisation(name: &str) -> Value {
    Value::Organisation(Organisation { name: name.into(), ..Organisation::default() })
}

fn asset(id: &str, original: i64, residual: i64) -> Row {
    let cells: [(&str, Value); 8] = [
        ("asset_name", "Máy photocopy".into()),
        ("asset_kind", "machinery".into()),
        ("asset_unit", "cái".into()),
        ("asset_quantity", "2".into()),
        ("asset_in_use_since", "2019".into()),
        ("asset_original_value", original.into()),
        ("asset_residual_value", residual.into()),
        ("asset_condition", "Đang sử dụng".into()),
    ];
    let answers = cells.into_iter().map(|(field, value)| (field.into(), Answer::from(value)));
    Row { id: id.into(), answers: answers.collect() }
}

fn complete() -> Answers {
    let values: [(&str, Value); 21] = [
        ("applicant_name", organisation("Sở Tài chính")),
        ("applicant_kind", "administrative_agency".into()),
        ("filed_on_behalf", false.into()),
        ("prepared_by", "Nguyễn Thị Lan".into()),
        ("contact_phone", "0203 3835 678".into()),
        ("request_number", "123/TTr-STC".into()),
        ("request_date", "2026-11-18".into()),
        ("request_signer", "Trần Văn Bình".into()),
        ("request_signer_position", "Giám đốc".into()),
        ("request_summary", "Điều chuyển máy photocopy".into()),
        ("recipient", organisation("Ủy ban nhân dân tỉnh")),
        ("receiver", organisation("Sở Nội vụ")),
        ("receiver_number", "45/SNV-VP".into()),
        ("receiver_date", "2026-11-17".into()),
        ("has_superior_request", false.into()),
        ("transfer_reason", "surplus".into()),
        ("current_use", "In ấn".into()),
        ("intended_use", "In ấn".into()),
        ("cost_bearer", "receiver".into()),
        ("has_other_papers", false.into()),
        ("assets", Value::Rows(vec![asset("r1", 40_000_000, 12_000_000)])),
    ];
    values.into_iter().collect()
}

fn document(component: &str) -> DocumentSummary {
    let component = component.into();
    DocumentSummary { component, row: None, originals: 1, copies: 0, pages: 2, status: DocumentStatus::Ready }
}

fn documents() -> Vec<DocumentSummary> {
    ["NB-03.01", "NB-03.02", "NB-03.04"].map(document).to_vec()
}

fn found(answers: &Answers, documents: &[DocumentSummary]) -> Vec<Finding> {
    let (procedure, form) = nb03();
    check(&procedure, &form, answers, documents, today())
}

fn field(field: &str, row: Option<&str>) -> Place {
    Place::Field { field: field.into(), row: row.map(RowId::from) }
}

fn component(component: &str) -> Place {
    Place::Component { component: component.into(), row: None }
}

#[test]
fn a_complete_dossier_has_no_findings() {
    assert_eq!(found(&complete(), &documents()), []);
}

#[test]
fn an_empty_dossier_names_everything_it_lacks_once() {
    let findings = found(&Answers::default(), &[]);
    assert!(findings.iter().all(|finding| finding.blocking));
    let places: std::collections::BTreeSet<&Place> = findings.iter().map(|finding| &finding.place).collect();
    assert_eq!(places.len(), findings.len());
    let missing: Vec<&Place> =
        findings.iter().filter(|it| it.what == FindingKind::Missing).map(|finding| &finding.place).collect();
    assert_eq!(missing, [&component("NB-03.01"), &component("NB-03.02"), &component("NB-03.04")]);
    assert!(places.contains(&field("assets", None)) && !places.contains(&field("superior", None)));
}

#[test]
fn a_conditional_component_is_missing_only_when_its_condition_holds() {
    let mut answers = complete();
    answers.set("has_other_papers", Value::from(true));
    let findings = found(&answers, &documents());
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].place, component("NB-03.05"));
    let words = Words::new("nếu có", "if there are any");
    assert_eq!(findings[0].what, FindingKind::MissingBecause { words });
    let mut with_it = documents();
    with_it.push(DocumentSummary { originals: 0, copies: 1, ..document("NB-03.05") });
    assert_eq!(found(&answers, &with_it), []);
}

#[test]
fn constraints_malformed_values_and_missing_cells_name_their_row() {
    let mut answers = complete();
    let mut car = asset("r2", 1_000, 2_000);
    car.answers.insert("asset_kind".into(), Value::from("car").into());
    car.answers.insert("asset_quantity".into(), Value::from("hai").into());
    answers.set("assets", Value::Rows(vec![asset("r1", 5, 5), car]));
    answers.set("request_date", Value::from("2026-11-22"));
    let findings = found(&answers, &documents());
    let kinds: Vec<(&Place, &FindingKind)> = findings.iter().map(|it| (&it.place, &it.what)).collect();
    let constraint = |vi: &str, en: &str| FindingKind::Constraint { words: Words::new(vi, en) };
    let expected = [
        (field("request_date", None), constraint("Ngày không được sau hôm nay", "The date must not be after today")),
        (field("asset_number", Some("r2")), FindingKind::Required),
        (field("asset_quantity", Some("r2")), FindingKind::Malformed { problem: Malformed::NotANumber }),
        (
            field("asset_residual_value", Some("r2")),
            constraint(
                "Giá trị còn lại không được lớn hơn nguyên giá",
                "The residual value must not exceed the original value",
            ),
        ),
    ];
    assert_eq!(kinds, expected.iter().map(|(place, what)| (place, what)).collect::<Vec<_>>());
}

#[test]
fn an_unread_page_an_unready_document_and_paper_counts() {
    let mut documents = documents();
    documents[0].status = DocumentStatus::NeedsAttention;
    documents[1].pages = 0;
    documents[2].originals = 0;
    documents[2].copies = 1;
    documents.push(document("NB-99.01"));
    let findings = found(&complete(), &documents);
    let expected = [
        (component("NB-03.01"), FindingKind::NotReady { status: DocumentStatus::NeedsAttention }, true),
        (component("NB-03.02"), FindingKind::NotReady { status: DocumentStatus::NeedsAttention }, true),
        // An electronic document will do there, so the number of originals is told and does not block.
        (component("NB-03.04"), FindingKind::TooFewOriginals { have: 0, need: 1 }, false),
        (component("NB-99.01"), FindingKind::UnknownComponent, false),
    ];
    let law = Basis::of(&nb03().0, "components[2].originals");
    let expected = expected.map(|(place, what, blocking)| {
        let counts = matches!(what, FindingKind::TooFewOriginals { .. });
        Finding { place, what, blocking, why: law.clone().filter(|_| counts) }
    });
    assert_eq!(findings, expected);
}

#[test]
fn a_document_without_a_page_blocks_also_where_nothing_is_asked_for() {
    let (procedure, _) = nb03();
    let given: Vec<ComponentCode> = documents().into_iter().map(|document| document.component).collect();
    // A conditional one whose condition does not hold.
    let unasked = procedure.components.iter().find(|component| !given.contains(&component.code)).unwrap();
    for code in [unasked.code.as_str(), "NB-99.01"] {
        let mut documents = documents();
        documents.push(DocumentSummary { pages: 0, ..document(code) });
        let blocking: Vec<_> = found(&complete(), &documents).into_iter().filter(|found| found.blocking).collect();
        let what = FindingKind::NotReady { status: DocumentStatus::NeedsAttention };
        assert_eq!(blocking, [Finding { place: component(code), what, blocking: true, why: None }]);
    }
}

#[test]
fn an_unsure_reading_blocks_until_somebody_confirms_it() {
    let mut answers = complete();
    let read = |confirmed_by: Option<&str>| Answer {
        value: "123/TTr-STC".into(),
        source: Source::Ocr,
        confidence: Some(62),
        confirmed_by: confirmed_by.map(Into::into),
        at: None,
        origin: None,
    };
    answers.set("request_number", read(None));
    let expected = Finding {
        place: field("request_number", None),
        what: FindingKind::Unconfirmed { confidence: 62 },
        blocking: true,
        why: Some(Basis::Form),
    };
    assert_eq!(found(&answers, &documents()), [expected]);
    answers.set("request_number", read(Some("Nguyễn Thị Lan")));
    assert_eq!(found(&answers, &documents()), []);
}

#[test]
fn answers_nobody_asked_for_are_told_and_do_not_block() {
    let mut answers = complete();
    answers.set("old_field", Value::from("x"));
    let what = FindingKind::UnknownField;
    let expected = Finding { place: field("old_field", None), what, blocking: false, why: None };
    assert_eq!(found(&answers, &documents()), [expected]);
}

#[test]
fn each_row_needs_its_own_document_and_the_limit_needs_its_answer() {
    let procedure = Procedure::from_json(include_str!("../../../../data/procedures/nb-15.json")).unwrap();
    let form = Form::from_json(include_str!("../../../../data/forms/nb-15.json")).unwrap();
    let row = |id: &str| Row { id: id.into(), answers: Default::default() };
    let mut answers: Answers = [("contracts", Value::Rows(vec![row("c1"), row("c2")]))].into_iter().collect();
    let of_row = DocumentSummary { row: Some("c2".into()), ..document("NB-15.04") };
    let documents = [of_row.clone(), DocumentSummary { row: Some("gone".into()), ..of_row }];
    let findings = |answers: &Answers| check(&procedure, &form, answers, &documents, today());
    let per_contract = |findings: &[Finding]| -> Vec<Place> {
        let of_component =
            |place: &Place| matches!(place, Place::Component { component, .. } if component.as_str() == "NB-15.04");
        findings.iter().map(|finding| finding.place.clone()).filter(of_component).collect()
    };
    let missing = Place::Component { component: "NB-15.04".into(), row: Some("c1".into()) };
    assert_eq!(per_contract(&findings(&answers)), [missing]);
    let open = |findings: &[Finding]| findings.iter().any(|finding| finding.what == FindingKind::LimitOpen);
    assert!(open(&findings(&answers)));
    answers.set("project_group", Value::from("b"));
    assert!(!open(&findings(&answers)));
    assert_eq!(procedure.time_limit.resolve(&answers).map(|limit| limit.0[0].and_days), Some(15));
}

#[test]
fn a_number_that_does_not_fit_birth_and_sex_is_a_doubt_and_never_blocks() {
    let procedure = Procedure::from_json(include_str!("../../../../data/procedures/2.000635.json")).unwrap();
    let form = Form::from_json(include_str!("../../../../data/forms/2.000635.json")).unwrap();
    let line = Address { line: "Tổ 3".into(), ..Address::default() };
    let answers: Answers = [
        ("requester_number", Value::from("001190123456")),
        ("requester_birth", "1991-02".into()),
        ("requester_sex", "female".into()),
        ("requester_address", Value::Address(line)),
    ]
    .into_iter()
    .collect();
    let findings = check(&procedure, &form, &answers, &[], today());
    let doubts: Vec<&Finding> = findings.iter().filter(|it| matches!(it.what, FindingKind::Doubt { .. })).collect();
    let doubt = Doubt::BirthYear { said: 1991, number: 1990 };
    let what = FindingKind::Doubt { doubt };
    let expected = Finding { place: field("requester_number", None), what, blocking: false, why: None };
    assert_eq!(doubts, [&expected]);
}
