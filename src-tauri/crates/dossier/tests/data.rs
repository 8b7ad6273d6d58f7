//! The data that is shipped: every file loads, everything in it fits together, and what goes wrong is told.

use std::{fs, path::Path};

use dossier::{
    Answers, Catalogue, CatalogueFile, Entry, EntryKind, Form, Located, Problem, Value,
    deadline::{ReceptionHours, due},
    procedure::{ApplicantKind, Need, ProvenanceStatus},
    profile::OfficialFormId,
};

/// Path (from the data folder) and content of every shipped file.
fn files() -> Vec<(String, String)> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let mut files = Vec::new();
    for folder in ["procedures", "forms", "profiles", "calendar"] {
        for entry in fs::read_dir(data.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    files
}

#[test]
fn every_portal_loads_and_says_where_it_was_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/portals");
    let mut ids = std::collections::BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let portal = dossier::Portal::from_json(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|problems| panic!("{}: {problems:?}", path.display()));
        assert!(!portal.provenance.source.is_empty());
        assert!(ids.insert((portal.id.clone(), portal.revision)), "{} twice", portal.id);
    }
    assert!(!ids.is_empty());
}

fn load(files: &[(String, String)]) -> Result<Catalogue, Vec<Located>> {
    Catalogue::from_files(files.iter().map(|(path, json)| (path.as_str(), json.as_str())))
}

fn catalogue() -> Catalogue {
    load(&files()).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(|it| it.to_string()).collect::<Vec<_>>().join("\n"))
    })
}

/// The problems after `change` has rewritten the file at `path`.
fn broken(path: &str, change: impl Fn(&str) -> String) -> Vec<Located> {
    let mut files = files();
    let file = files.iter_mut().find(|(name, _)| name == path).unwrap();
    let changed = change(&file.1);
    assert_ne!(file.1, changed, "the change must change something");
    file.1 = changed;
    load(&files).expect_err("must be refused")
}

#[test]
fn every_shipped_file_loads_and_fits() {
    let catalogue = catalogue();
    let codes: Vec<String> = catalogue.procedures().map(|procedure| procedure.code.to_string()).collect();
    let internal = (1..=16).chain(20..=28).map(|n| format!("NB-{n:02}"));
    let national = [
        "1.000656", "1.000894", "1.001193", "1.001612", "1.004194", "1.004222", "1.004859", "1.004873", "1.004884",
        "1.013225", "2.000635", "2.000815", "2.000884", "2.000908", "3.000182",
    ];
    assert_eq!(codes, national.map(str::to_owned).into_iter().chain(internal).collect::<Vec<_>>());
    for procedure in catalogue.procedures() {
        let form = catalogue.form_of(procedure).unwrap();
        assert!(form.fields().count() >= 15, "{} asks what a clerk would expect", form.id);
        assert!(procedure.components.iter().any(|component| component.need == Need::Mandatory));
        assert_eq!(catalogue.procedure(&procedure.code, Some(procedure.revision)), Some(procedure));
        assert_eq!(procedure.pin().sha256, procedure.sha256());
    }
}

#[test]
fn every_text_is_nfc_and_in_both_languages() {
    for (path, json) in files() {
        let content: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(dossier::words::bad_words(&content), Vec::<String>::new(), "{path}");
        assert_eq!(dossier::text::nfc(&json), json, "{path}");
    }
}

#[test]
fn steps_add_up_to_the_limit() {
    for procedure in catalogue().procedures().filter(|procedure| !procedure.steps.is_empty()) {
        let hours: u32 = procedure.steps.iter().map(|step| step.hours).sum();
        assert_eq!(Some(hours), procedure.working_hours(), "{}", procedure.code);
        let illustrative = ProvenanceStatus::Illustrative;
        let said = procedure.provenance.values.get("steps").map(|value| value.status);
        let said = said.unwrap_or(procedure.provenance.status);
        let read = said == ProvenanceStatus::Real && procedure.code.as_str() == "2.000908";
        assert!(said == illustrative || read, "{}: steps nobody read are called illustrative", procedure.code);
    }
}

#[test]
fn what_the_starter_catalogue_says_of_itself() {
    let catalogue = catalogue();
    let count = |status| catalogue.procedures().filter(|it| it.provenance.status == status).count();
    assert_eq!(count(ProvenanceStatus::Real), 25);
    assert_eq!(count(ProvenanceStatus::Superseded), 6);
    assert_eq!(count(ProvenanceStatus::Illustrative), 9);
    assert_eq!(catalogue.procedures().filter(|it| it.confidential).count(), 5);
    assert_eq!(catalogue.procedures().filter(|it| it.online_only_from.is_some()).count(), 9);
    assert!(catalogue.procedures().any(|it| it.phases.len() == 1 && it.applicants.contains(&ApplicantKind::Citizen)));
}

#[test]
fn provenance_is_stated_and_our_own_codes_are_never_called_real() {
    let catalogue = catalogue();
    let status = |code: &str| catalogue.procedure(&code.parse().unwrap(), None).unwrap().provenance.status;
    assert_eq!(status("NB-03"), ProvenanceStatus::Superseded);
    assert_eq!(status("NB-11"), ProvenanceStatus::Real);
    assert_eq!(status("NB-20"), ProvenanceStatus::Illustrative);
    for procedure in catalogue.procedures().filter(|procedure| procedure.code.as_str().starts_with("NB-")) {
        let of_code = procedure.provenance.values.get("code").map(|value| value.status);
        let illustrative = procedure.provenance.status == ProvenanceStatus::Illustrative;
        assert!(illustrative || of_code == Some(ProvenanceStatus::Illustrative), "{}", procedure.code);
    }
}

/// What nobody has read stands under a mark of its own in a procedure that is real as a whole.
#[test]
fn what_is_only_believed_is_marked_so() {
    let catalogue = catalogue();
    let marked = |code: &str, path: &str| {
        let procedure = catalogue.procedure(&code.parse().unwrap(), None).unwrap();
        procedure.provenance.values.get(path).map(|value| value.status)
    };
    for (code, path) in [
        ("1.000894", "fees"),
        ("1.004884", "phases"),
        ("1.001612", "legal_basis"),
        ("1.004194", "legal_basis"),
        ("1.004222", "legal_basis"),
        ("1.013225", "legal_basis"),
    ] {
        assert_eq!(marked(code, path), Some(ProvenanceStatus::Unverified), "{code} {path}");
    }
    let permit = catalogue.procedure(&"1.013225".parse().unwrap(), None).unwrap();
    let drawings = permit.component("1.013225.03").unwrap();
    assert_eq!((permit.sets, drawings.originals), (1, 2), "the drawings twice, not the whole dossier");
}

#[test]
fn an_organisation_asks_for_a_construction_permit_without_a_persons_number() {
    let catalogue = catalogue();
    let form = catalogue.form(&"1.013225".into(), None).unwrap();
    let today = "2026-11-21".parse().unwrap();
    let asked = |kind: &str| -> Vec<String> {
        let answers: Answers = [("applicant_kind", Value::from(kind))].into_iter().collect();
        let evaluation = dossier::evaluate::Evaluation::of(form, &answers, today);
        let missing = evaluation.fields.iter().filter(|it| it.is_missing() && it.row.is_none());
        missing.map(|it| it.field.to_string()).filter(|it| !it.starts_with("requester_address")).collect()
    };
    let (person, organisation) = (asked("citizen"), asked("enterprise"));
    assert!(person.contains(&"requester_number".to_owned()) && !person.contains(&"applicant_name".to_owned()));
    assert!(
        organisation.contains(&"applicant_name".to_owned()) && !organisation.contains(&"requester_number".to_owned())
    );
}

#[test]
fn papers_about_a_candidate_are_at_most_thirty_days_old() {
    let catalogue = catalogue();
    let form = catalogue.form(&"nb-14".into(), None).unwrap();
    let today = "2026-11-21".parse().unwrap();
    let broken = |day: &str| {
        let answers: Answers = ["cv_date", "health_date"].into_iter().map(|id| (id, Value::from(day))).collect();
        let evaluation = dossier::evaluate::Evaluation::of(form, &answers, today);
        evaluation.fields.iter().map(|it| it.failed.len()).sum::<usize>()
    };
    assert_eq!((broken("2026-10-22"), broken("2026-10-21"), broken("2026-11-22")), (0, 2, 2));
}

#[test]
fn the_profile_is_chosen_by_the_day_of_reception() {
    let catalogue = catalogue();
    let on = |day: &str| catalogue.profile_on(day.parse().unwrap()).map(|profile| profile.id.as_str());
    assert_eq!(on("2025-06-30"), Some("one-stop-2018"));
    assert_eq!(on("2025-07-01"), Some("one-stop-2025"));
    assert_eq!(on("2018-06-20"), None);
    let number =
        |profile: &str, form| catalogue.profile(&profile.into()).unwrap().form(form).map(|form| form.number.clone());
    assert_eq!(number("one-stop-2018", OfficialFormId::ControlSheet).as_deref(), Some("05"));
    assert_eq!(number("one-stop-2025", OfficialFormId::ControlSheet).as_deref(), Some("06"));
    assert_eq!(number("one-stop-2018", OfficialFormId::StopNotice), None);
}

#[test]
fn the_limit_of_a_final_account_follows_the_project_group() {
    let catalogue = catalogue();
    let procedure = catalogue.procedure(&"NB-15".parse().unwrap(), None).unwrap();
    let received = dossier::LocalMoment { date: "2026-07-01".parse().unwrap(), time: "09:00".parse().unwrap() };
    let due_for = |group: &str| {
        let answers: Answers = [("project_group", Value::from(group))].into_iter().collect();
        let limit = procedure.time_limit.resolve(&answers)?;
        due(received, limit, catalogue.calendar(), &ReceptionHours::default()).ok().map(|due| due.date.shown())
    };
    // 01/11/2026 is a Sunday: the review ends on Monday, and the approval starts there.
    assert_eq!(due_for("a").as_deref(), Some("17/11/2026"));
    assert_eq!(due_for("b").as_deref(), Some("28/09/2026"));
    assert_eq!(due_for("c").as_deref(), Some("10/09/2026"));
    assert_eq!(due_for("d"), None);
}

#[test]
fn digests_follow_content_and_not_layout() {
    let catalogue = catalogue();
    for form in catalogue.procedures().filter_map(|procedure| catalogue.form_of(procedure)) {
        let pretty = serde_json::to_string_pretty(form).unwrap();
        assert_eq!(Form::from_json(&pretty).unwrap().sha256(), form.sha256());
        let mut other = form.clone();
        other.title.en.push('.');
        assert_ne!(other.sha256(), form.sha256());
    }
}

#[test]
fn what_does_not_fit_together_is_told_with_file_and_place() {
    let told = |path: &str, from: &str, to: &str| -> Vec<String> {
        broken(path, |json| json.replacen(from, to, 1)).iter().map(ToString::to_string).collect()
    };
    let path = "procedures/nb-03.json";
    let revision = catalogue().procedure(&"NB-03".parse().unwrap(), None).unwrap().form.revision;
    assert_eq!(
        told(path, r#""profile": "one-stop-2025""#, r#""profile": "one-stop-2030""#),
        ["procedures/nb-03.json:profile: there is no legal profile \"one-stop-2030\""]
    );
    assert_eq!(
        told(path, r#""form": {"id": "nb-03""#, r#""form": {"id": "nb-44""#),
        [format!("procedures/nb-03.json:form: there is no form \"nb-44 ({revision})\"")]
    );
    assert_eq!(
        told(path, "has_superior_request", "has_superior"),
        ["procedures/nb-03.json:components[2].need.conditional.when.eq[0].field: there is no field has_superior"]
    );
    assert_eq!(
        told(path, r#""level": {"status""#, r#""levels": {"status""#),
        ["procedures/nb-03.json:provenance.values.levels: there is no value \"levels\""]
    );
    assert_eq!(
        told("procedures/nb-15.json", r#""a": ["#, r#""d": ["#),
        [
            "procedures/nb-15.json:time_limit.by_answer: project_group has no option \"a\"",
            "procedures/nb-15.json:time_limit.by_answer: project_group has no option \"d\"",
        ]
    );
    assert_eq!(
        told("forms/nb-15.json", "NB-15.04", "NB-15.44"),
        ["procedures/nb-15.json:form:contract_files: there is no component \"NB-15.44\""]
    );
    let field = r#""id": "contact_phone","#;
    let from = format!(r#"{field} "from_paper": {{"component": "NB-11.99", "part": "signer"}},"#);
    assert_eq!(
        told("forms/nb-11.json", field, &from),
        ["procedures/nb-11.json:form:contact_phone.from_paper: there is no component \"NB-11.99\""]
    );
    let malformed = broken("calendar/2026.json", |json| json.replacen("2026-11-24", "2026-11-31", 1));
    assert!(malformed[0].path.starts_with("calendar/2026.json:holidays["), "{malformed:?}");
    assert!(matches!(malformed[0].problem, Problem::Malformed { .. }));
}

#[test]
fn the_same_thing_twice_and_a_stray_file_are_refused() {
    let mut files = files();
    let revision = catalogue().procedure(&"NB-20".parse().unwrap(), None).unwrap().revision;
    let again = files.iter().find(|(path, _)| path == "procedures/nb-20.json").unwrap().1.clone();
    files.push(("procedures/copy.json".into(), again));
    files.push(("notes/readme.json".into(), "{}".into()));
    let problems = load(&files).unwrap_err();
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            format!("procedures/copy.json: \"NB-20 ({revision})\" is here a second time"),
            "notes/readme.json: the folder of this file is not one of procedures, forms, profiles, calendar".to_owned(),
        ]
    );
}

#[test]
fn of_the_revisions_that_hold_on_a_day_the_highest_counts() {
    let mut files = files();
    let first = catalogue().procedure(&"NB-20".parse().unwrap(), None).unwrap().revision;
    let (_, shipped) = files.iter().find(|(path, _)| path == "procedures/nb-20.json").unwrap();
    let mut second: serde_json::Value = serde_json::from_str(shipped).unwrap();
    (second["revision"], second["valid_from"]) = ((first + 1).into(), "2027-01-01".into());
    let second = second.to_string();
    files.push(("procedures/nb-20-2.json".into(), second));
    let catalogue = load(&files).unwrap();
    let on = |day: &str| catalogue.procedure_on(&"NB-20".parse().unwrap(), day.parse().unwrap()).map(|it| it.revision);
    assert_eq!((on("2026-12-31"), on("2027-01-01"), on("2025-06-30")), (Some(first), Some(first + 1), None));
}

#[test]
fn the_newest_revision_of_a_year_and_of_a_profile_counts() {
    let mut files = files();
    let of = |path: &str| files.iter().find(|(name, _)| name == path).unwrap().1.clone();
    let decided = of("calendar/2027.json").replacen(r#""year": 2027"#, r#""year": 2027, "revision": 2"#, 1).replacen(
        "2027-02-10",
        "2027-02-11",
        1,
    );
    let profile = of("profiles/one-stop-2025.json").replacen(r#""revision": 2"#, r#""revision": 3"#, 1).replacen(
        r#""min_dpi": 200"#,
        r#""min_dpi": 150"#,
        1,
    );
    files.push(("calendar/2027-2.json".into(), decided));
    files.push(("profiles/one-stop-2025-3.json".into(), profile));
    let (before, after) = (catalogue(), load(&files).unwrap());
    let day: dossier::Date = "2027-02-11".parse().unwrap();
    assert!(before.calendar().is_working(day) && !after.calendar().is_working(day));
    assert_eq!(after.profiles().len(), 2);
    assert_eq!(after.profile_on(day).unwrap().scans.min_dpi, 150);
    assert_eq!(after.entry(EntryKind::Calendar, "2027", Some(1)).unwrap().revision(), 1);
    let official = |year: &str| match before.entry(EntryKind::Calendar, year, None) {
        Some(Entry::Calendar(year)) => year.is_official(),
        _ => panic!("no year"),
    };
    assert!(official("2025") && !official("2027"));
}

#[test]
fn a_catalogue_goes_into_one_file_and_comes_back() {
    let catalogue = catalogue();
    let mut file = CatalogueFile::of(catalogue.entries());
    file.exported_by = "Phạm Thu Hà".into();
    let json = serde_json::to_string_pretty(&file).unwrap();
    let back = CatalogueFile::from_json(&json).unwrap();
    assert_eq!(back, file);
    let digests = |file: &CatalogueFile| file.entries().iter().map(Entry::sha256).collect::<Vec<_>>();
    assert_eq!(digests(&back).len(), catalogue.entries().count());
    assert_eq!(digests(&back), catalogue.entries().map(|entry| entry.sha256()).collect::<Vec<_>>());
    let told = |from: &str, to: &str| CatalogueFile::from_json(&json.replacen(from, to, 1)).unwrap_err()[0].to_string();
    assert_eq!(told("hoso-catalogue/1", "x/1"), "format: there is no format \"x/1\"");
    assert!(told("\"sets\": 1", "\"sets\": 0").starts_with("procedures[0].sets: "));
    assert!(told("\"sets\": 1", "\"sets\": -1").starts_with("procedures[0].sets: line "));
}
