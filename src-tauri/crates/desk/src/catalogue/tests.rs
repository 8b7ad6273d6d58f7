use dossier::compare::Change;
use serde_json::json;

use super::{CatalogueAnswer as A, CatalogueRequest as R, *};
use crate::testing::{Surroundings, desk};

fn kept(json: &str) -> CatalogueEntry {
    let entry = Entry::from_json(EntryKind::Procedure, json).unwrap();
    kept_entry(&entry, Timestamp::from_unix_ms(1).unwrap(), Origin::Kept, "")
}

#[test]
fn what_ships_is_a_whole_catalogue() {
    let catalogue = shipped().catalogue().unwrap();
    for code in ["NB-03", "NB-11", "NB-15", "NB-20", "2.000635"] {
        assert!(catalogue.procedure(&code.parse().unwrap(), None).is_some(), "{code}");
    }
}

/// A shipped file as an office would make its own of it.
fn made_of(path: &str, changes: &[(&str, &str)]) -> String {
    let (_, text) = shipped().files.iter().find(|(name, _)| *name == path).unwrap();
    changes.iter().fold((*text).to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// A procedure as it ships; its revision grows with the data.
pub(super) fn as_shipped(code: &str) -> Procedure {
    shipped().catalogue().unwrap().procedure(&code.parse().unwrap(), None).unwrap().clone()
}

/// NB-11 as it ships, in another revision.
fn revised(revision: u32, changes: &[(&str, &str)]) -> String {
    let text = made_of("procedures/nb-11.json", changes);
    let (from, to) = (as_shipped("NB-11").revision, revision);
    text.replacen(&format!("\"revision\": {from}"), &format!("\"revision\": {to}"), 1)
}

/// The first revision of a form and of a procedure of the office's own.
fn own_form() -> String {
    let mut form: serde_json::Value = serde_json::from_str(&made_of("forms/nb-11.json", &[])).unwrap();
    (form["id"], form["revision"]) = (json!("nb-99"), json!(1));
    form.to_string()
}

fn own_procedure(name: &str) -> String {
    let mut own: serde_json::Value = serde_json::from_str(&made_of("procedures/nb-11.json", &[])).unwrap();
    (own["code"], own["revision"]) = (json!("NB-99"), json!(1));
    (own["name"], own["form"]) = (json!({"vi": name, "en": name}), json!({"id": "nb-99", "revision": 1}));
    own.to_string()
}

async fn import(desk: &Desk<Surroundings>, files: &[&str]) -> Result<Vec<String>, Fault> {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = vec![];
    for (i, text) in files.iter().enumerate() {
        let path = folder.path().join(format!("{i}.json"));
        std::fs::write(&path, text).unwrap();
        paths.push(path);
    }
    desk.import_procedures(paths).await
}

async fn names(desk: &Desk<Surroundings>, code: &str) -> Vec<String> {
    let lines = desk.procedures().await.unwrap();
    lines.into_iter().filter(|line| line.code == code).map(|line| line.name_vi).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_changed_file_needs_a_new_revision_and_the_list_goes_on_working() {
    let desk = desk();
    let (form, procedure) = (own_form(), own_procedure("Một"));
    assert_eq!(import(&desk, &[&procedure, &form]).await.unwrap(), ["NB-99 1", "nb-99 1"]);
    assert_eq!(import(&desk, &[&procedure]).await.unwrap(), ["NB-99 1"], "the same again changes nothing");
    let refused = import(&desk, &[&own_procedure("Hai")]).await.unwrap_err();
    assert_eq!((refused.code, refused.args["what"].as_str()), (Code::RevisionExists, "NB-99"));
    assert_eq!(names(&desk, "NB-99").await, ["Một"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_revision_that_ships_is_not_imported_with_another_content() {
    let desk = desk();
    let other = made_of("procedures/nb-11.json", &[("\"sets\": 1", "\"sets\": 2")]);
    assert_eq!(import(&desk, &[&other]).await.unwrap_err().code, Code::RevisionExists);
    import(&desk, &[&made_of("procedures/nb-11.json", &[])]).await.unwrap();
    assert_eq!(names(&desk, "NB-11").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn two_contents_of_a_revision_in_one_import_are_refused() {
    let desk = desk();
    let files = [own_form(), own_procedure("Một"), own_procedure("Hai")];
    let refused = import(&desk, &files.each_ref().map(String::as_str)).await.unwrap_err();
    assert_eq!(refused.code, Code::RevisionExists);
    assert_eq!(names(&desk, "NB-99").await, [""; 0], "all or none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_form_can_come_before_its_procedure_but_not_after() {
    let desk = desk();
    let refused = import(&desk, &[&own_procedure("Một")]).await.unwrap_err();
    assert_eq!(refused.code, Code::BadFile);
    assert!(refused.args["reason"].contains("nb-99"), "{refused:?}");
    import(&desk, &[&own_form()]).await.unwrap();
    import(&desk, &[&own_procedure("Một")]).await.unwrap();
    assert_eq!(names(&desk, "NB-99").await, ["Một"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_kept_and_fits_no_longer_is_left_out_and_nothing_else() {
    let desk = desk();
    import(&desk, &[&own_form(), &own_procedure("Một")]).await.unwrap();
    // As an older product may have left them: the same revision twice, and unreadable.
    let next = as_shipped("NB-11").revision + 1;
    let overlapping = revised(next, &[]);
    let mut unreadable = kept(&overlapping);
    unreadable.pin.code = "NB-98".to_owned();
    unreadable.json = "{}".to_owned();
    let left = [kept(&overlapping), kept(&own_procedure("Hai")), unreadable];
    desk.store().await.unwrap().keep_catalogue(&left).await.unwrap();
    assert_eq!(names(&desk, "NB-99").await.len(), 1);
    assert_eq!(names(&desk, "NB-11").await.len(), 1);
    assert_eq!(desk.procedures().await.unwrap().len(), shipped().catalogue().unwrap().procedures().count() + 1);
    let pin = &left[0].pin;
    let pinned = desk.pinned_procedure(&pin.code, &pin.revision, pin.sha256).await.unwrap();
    assert_eq!(pinned.revision, next, "a dossier pinned to it still has it");
}

const PROCEDURE: EntryKind = EntryKind::Procedure;

/// A desk at which the officer in charge sits.
async fn in_charge() -> Desk<Surroundings> {
    let desk = desk();
    desk.take_charge("Phạm Thu Hà", "QĐ 5/QĐ-UBND").await.unwrap();
    desk
}

async fn open(desk: &Desk<Surroundings>, kind: EntryKind, code: &str) -> DraftView {
    match desk.ask_catalogue(R::DraftOpen { kind, code: code.into(), revision: None }).await.unwrap() {
        A::Draft(draft) => *draft,
        other => panic!("{other:?}"),
    }
}

async fn save(desk: &Desk<Surroundings>, draft: &DraftView, changes: &[(&str, &str)]) -> DraftView {
    let json = changes.iter().fold(draft.json.clone(), |json, (from, to)| {
        assert!(json.contains(from), "{from}");
        json.replacen(from, to, 1)
    });
    save_json(desk, draft, json).await
}

async fn save_json(desk: &Desk<Surroundings>, draft: &DraftView, json: String) -> DraftView {
    let save = R::DraftSave { kind: draft.kind, code: draft.code.clone(), version: Some(draft.version), json };
    match desk.ask_catalogue(save).await.unwrap() {
        A::Draft(draft) => *draft,
        other => panic!("{other:?}"),
    }
}

async fn publish(desk: &Desk<Surroundings>, draft: &DraftView) -> Result<RevisionLine, Fault> {
    let reason = "QĐ 12/QĐ-UBND".to_owned();
    match desk.ask_catalogue(R::DraftPublish { kind: draft.kind, code: draft.code.clone(), reason }).await? {
        A::Published(line) => Ok(line),
        other => panic!("{other:?}"),
    }
}

fn blocking(draft: &DraftView) -> Vec<String> {
    draft.findings.iter().filter(|it| it.blocking).map(|it| format!("{}: {}", it.place, it.reason)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_draft_is_checked_published_once_and_dossiers_stay_where_they_were() {
    let desk = in_charge().await;
    let before = desk.new_dossier("NB-11", false).await.unwrap();
    let first = as_shipped("NB-11").revision;
    let next = first + 1;
    let draft = open(&desk, PROCEDURE, "NB-11").await;
    assert_eq!((draft.revision, draft.publishable), (next, false));
    assert_eq!(blocking(&draft), [": nothing is different from the newest revision"]);
    let spoilt = save(&desk, &draft, &[("\"sets\": 1", "\"sets\": 0")]).await;
    assert_eq!(blocking(&spoilt), ["sets: empty"]);
    let unread = save(&desk, &spoilt, &[("\"sets\": 0", "\"sets\": ")]).await;
    assert!(blocking(&unread)[0].contains("line "), "{unread:?}");
    assert_eq!(publish(&desk, &unread).await.unwrap_err().code, Code::BadFile);
    let read = save(&desk, &unread, &[("\"sets\": ", "\"sets\": 2")]).await;
    let with_form = |form| {
        let mut content: serde_json::Value = serde_json::from_str(&read.json).unwrap();
        content["form"] = form;
        content.to_string()
    };
    let other = save_json(&desk, &read, with_form(json!(as_shipped("NB-14").form))).await;
    assert!(other.publishable, "another form is allowed as long as it exists and fits: {other:?}");
    let lost = save_json(&desk, &other, with_form(json!({"id": "nb-77", "revision": 1}))).await;
    assert_eq!(blocking(&lost), [format!("procedures/NB-11@{next}.json:form: there is no form \"nb-77 (1)\"")]);
    let good = save_json(&desk, &lost, with_form(json!(as_shipped("NB-11").form))).await;
    assert!(good.publishable);
    assert_eq!((good.differences.len(), good.differences[0].path.as_str()), (1, "sets"));
    let stale = R::DraftSave { kind: PROCEDURE, code: "NB-11".into(), version: Some(1), json: "{}".into() };
    assert_eq!(desk.ask_catalogue(stale).await.unwrap_err().code, Code::Conflict);

    let line = publish(&desk, &good).await.unwrap();
    assert_eq!((line.revision, line.by.as_str(), line.origin), (next, "Phạm Thu Hà", RevisionOrigin::Published));
    assert_eq!(line.reason, "QĐ 12/QĐ-UBND");
    let journal = desk.store().await.unwrap().journal(None, 1, None).await.unwrap().remove(0);
    assert_eq!((journal.what.as_str(), journal.after), ("catalogue.published", Some(line.sha256)));
    assert_eq!(desk.procedure("NB-11").await.unwrap().sets, 2);
    assert_eq!(desk.open_dossier(before.id).await.unwrap().procedure.sets, 1, "pinned");
    assert_eq!(desk.new_dossier("NB-11", false).await.unwrap().revision, next);
    assert_eq!(publish(&desk, &good).await.unwrap_err().code, Code::NotFound, "a draft becomes one revision");
    let A::Revisions(revisions) =
        desk.ask_catalogue(R::Revisions { kind: PROCEDURE, code: "NB-11".into() }).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(revisions.iter().map(|it| (it.revision, it.counts)).collect::<Vec<_>>(), [(next, true), (first, false)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_revision_counts_from_its_day_and_two_are_compared() {
    let desk = in_charge().await;
    let first = as_shipped("NB-20").revision;
    let next = first + 1;
    let draft = open(&desk, PROCEDURE, "NB-20").await;
    let later = save(&desk, &draft, &[("\"2025-07-01\"", "\"2027-01-01\""), ("\"n\": 20", "\"n\": 25")]).await;
    assert!(!publish(&desk, &later).await.unwrap().counts);
    assert_eq!(desk.procedure("NB-20").await.unwrap().revision, first, "it is 2026");
    let confirmed = desk.confirm_value((PROCEDURE, "NB-20"), "sets", "QĐ 1/QĐ-UBND", None).await.unwrap_err();
    assert_eq!(confirmed.code, Code::Conflict, "not of the one that is shown");
    let A::List(lines) = desk.ask_catalogue(R::List { kind: Some(PROCEDURE) }).await.unwrap() else { panic!() };
    let line = lines.iter().find(|line| line.code == "NB-20").unwrap();
    assert_eq!((line.revision, line.newest, lines.len()), (first, next, 40));
    let at = |date: &str| LocalMoment { date: date.parse().unwrap(), time: "09:00".parse().unwrap() };
    let due = async |date| desk.due_on("NB-20", at(date), None).await.unwrap();
    assert_eq!((due("2026-12-31").await.revision, due("2027-01-04").await.revision), (first, next));
    let compare = R::Compare {
        kind: PROCEDURE,
        code: "NB-20".into(),
        from: Side::Revision { revision: first },
        to: Side::Newest,
    };
    let A::Differences(differences) = desk.ask_catalogue(compare).await.unwrap() else { panic!() };
    let told: Vec<(&str, Change)> = differences.iter().map(|it| (it.path.as_str(), it.change)).collect();
    assert_eq!(told, [("time_limit.fixed", Change::Changed), ("valid_from", Change::Changed)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_decided_calendar_is_published_and_moves_what_is_received_from_then_on() {
    let desk = in_charge().await;
    let at = LocalMoment { date: "2027-02-01".parse().unwrap(), time: "09:00".parse().unwrap() };
    let before = desk.due_on("NB-28", at, None).await.unwrap().due.unwrap();
    assert!(before.crosses_projected);
    let draft = open(&desk, EntryKind::Calendar, "2027").await;
    let changes = [("\"2027-02-10\"", "\"2027-02-12\""), ("\"projected\"", "\"official\"")];
    let decided = save(&desk, &draft, &changes).await;
    assert_eq!(blocking(&decided), Vec::<String>::new());
    publish(&desk, &decided).await.unwrap();
    let after = desk.due_on("NB-28", at, None).await.unwrap().due.unwrap();
    assert_eq!(before.date.days_until(after.date), 2, "two days more are off");
    assert!(!after.crosses_projected);
    let A::List(lines) = desk.ask_catalogue(R::List { kind: Some(EntryKind::Calendar) }).await.unwrap() else {
        panic!()
    };
    let official: Vec<(&str, Option<bool>)> = lines.iter().map(|line| (line.code.as_str(), line.official)).collect();
    assert_eq!(official, [("2024", Some(true)), ("2025", Some(true)), ("2026", Some(false)), ("2027", Some(true))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_legal_profile_is_published_as_a_new_version_and_used() {
    let desk = in_charge().await;
    let draft = open(&desk, EntryKind::Profile, "one-stop-2025").await;
    let changed = save(&desk, &draft, &[("\"max_file_bytes\": 20000000", "\"max_file_bytes\": 10000000")]).await;
    assert_eq!(publish(&desk, &changed).await.unwrap().revision, 3);
    let catalogue = desk.catalogue().await.unwrap();
    let profile = catalogue.profile_on("2026-11-21".parse().unwrap()).unwrap();
    assert_eq!((profile.revision, profile.scans.max_file_bytes), (3, 10_000_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_value_is_confirmed_or_corrected_and_somebody_answers_for_it() {
    let desk = in_charge().await;
    let confirm = |path: &str, value: Option<&str>| R::Confirm {
        kind: PROCEDURE,
        code: "1.004222".into(),
        path: path.into(),
        source: "Luật Cư trú 2020, Điều 22".into(),
        value: value.map(str::to_owned),
    };
    let before = desk.procedure("1.004222").await.unwrap();
    desk.ask_catalogue(confirm("time_limit", None)).await.unwrap();
    let after = desk.procedure("1.004222").await.unwrap();
    let value = &after.provenance.values["time_limit"];
    assert_eq!((after.revision, value.status), (before.revision + 1, dossier::procedure::ProvenanceStatus::Real));
    assert_eq!(value.confirmed.as_ref().unwrap().by, "Phạm Thu Hà");
    assert_eq!(after.time_limit, before.time_limit);
    desk.ask_catalogue(confirm("fees[0].amount", Some("25000"))).await.unwrap();
    assert_eq!(desk.procedure("1.004222").await.unwrap().fees[0].amount, Some(25_000));
    let journal = desk.store().await.unwrap().journal(None, 2, None).await.unwrap();
    let whats: Vec<&str> = journal.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(whats, ["catalogue.value_corrected", "catalogue.value_confirmed"]);
    assert_eq!(journal[0].before, journal[1].after);
    for (path, value) in [
        ("code", Some("\"NB-02\"")),
        ("revision", Some("9")),
        ("provenance.status", None),
        ("provenance/source", None),
        ("nowhere", None),
        ("fees[9].amount", Some("1")),
        ("sets", Some("\"x\"")),
        ("sets", Some("{")),
    ] {
        assert_eq!(desk.ask_catalogue(confirm(path, value)).await.unwrap_err().code, Code::BadValue, "{path}");
    }
    assert_eq!(desk.ask_catalogue(confirm("sets", Some("0"))).await.unwrap_err().code, Code::BadFile);
    open(&desk, PROCEDURE, "1.004222").await;
    assert_eq!(desk.ask_catalogue(confirm("fees", None)).await.unwrap_err().code, Code::Conflict, "a draft is open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_came_meanwhile_is_told_before_it_is_overwritten() {
    let desk = in_charge().await;
    let draft = open(&desk, PROCEDURE, "NB-11").await;
    let changed = save(&desk, &draft, &[("\"sets\": 1", "\"sets\": 3")]).await;
    let newer = revised(draft.revision, &[("\"sets\": 1", "\"sets\": 2")]);
    import(&desk, &[&newer]).await.unwrap();
    let A::Draft(checked) = desk.ask_catalogue(R::DraftCheck { kind: PROCEDURE, code: "NB-11".into() }).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(checked.revision, draft.revision + 1);
    assert_eq!(blocking(&checked), [format!(": revision {} came since the draft was begun", draft.revision)]);
    assert_eq!(publish(&desk, &changed).await.unwrap_err().code, Code::BadFile);
    desk.ask_catalogue(R::DraftDiscard { kind: PROCEDURE, code: "NB-11".into() }).await.unwrap();
    assert!(open(&desk, PROCEDURE, "NB-11").await.json.contains("\"sets\": 2"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_catalogue_is_carried_in_one_file() {
    let (desk, other) = (desk(), crate::testing::desk());
    import(&desk, &[&own_form(), &own_procedure("Một")]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("catalogue.json");
    let export =
        |codes: &[&str]| R::Export { file: file.clone(), codes: codes.iter().map(|it| (*it).to_owned()).collect() };
    let A::Exported(exported) = desk.ask_catalogue(export(&["NB-99"])).await.unwrap() else { panic!() };
    assert_eq!(exported.entries, 3, "the procedure, its form, its legal profile");
    other.import_procedures(vec![file.clone()]).await.unwrap();
    assert_eq!(names(&other, "NB-99").await, ["Một"]);
    let A::Exported(all) = desk.ask_catalogue(export(&[])).await.unwrap() else { panic!() };
    assert_eq!(all.entries as usize, shipped().catalogue().unwrap().entries().count() + 2);
    assert_eq!(other.import_procedures(vec![file.clone()]).await.unwrap().len(), all.entries as usize);
    let kept = other.store().await.unwrap().catalogue_of("procedure").await.unwrap();
    assert_eq!(kept.len(), 1, "what ships is not kept a second time");
    assert_eq!(desk.ask_catalogue(export(&["NB-98"])).await.unwrap_err().code, Code::UnknownProcedure);
    let A::Entry(entry) =
        other.ask_catalogue(R::Show { kind: EntryKind::Form, code: "nb-99".into(), revision: None }).await.unwrap()
    else {
        panic!()
    };
    assert_eq!((entry.code().as_str(), entry.revision()), ("nb-99", 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_a_dossier_was_started_under_is_read_whatever_is_checked_since() {
    let desk = desk();
    let first = as_shipped("NB-11").revision;
    let next = first + 1;
    let words = revised(next, &[("\"sets\": 1", "\"sets\": 0")]);
    assert!(!Procedure::from_kept(&words).unwrap().problems().is_empty());
    let entry = Entry::Procedure(Box::new(Procedure::from_kept(&words).unwrap()));
    let kept = kept_entry(&entry, Timestamp::from_unix_ms(1).unwrap(), Origin::Pin, "");
    desk.store().await.unwrap().keep_catalogue(std::slice::from_ref(&kept)).await.unwrap();
    let pinned = desk.pinned_procedure("NB-11", &next.to_string(), kept.pin.sha256).await.unwrap();
    assert_eq!((pinned.revision, pinned.sets), (next, 0));
    assert_eq!(desk.procedure("NB-11").await.unwrap().revision, first, "for new ones it is as if it were not there");
    assert!(import(&desk, &[&words]).await.is_err(), "and nobody brings it again");
}

#[test]
fn a_mark_that_stands_for_another_value_now_is_told() {
    let Some(Entry::Procedure(mut procedure)) = shipped().catalogue().unwrap().entry(PROCEDURE, "1.004222", None)
    else {
        panic!()
    };
    let mark = |status| dossier::procedure::ValueProvenance { status, source: "Luật".into(), confirmed: None };
    let (real, unverified) =
        (dossier::procedure::ProvenanceStatus::Real, dossier::procedure::ProvenanceStatus::Unverified);
    procedure.provenance.values = [("components[0].source", real), ("fees", unverified)]
        .map(|(path, status)| (path.to_owned(), mark(status)))
        .into();
    procedure.components[0].source = Some(dossier::Words::new("CSDL", "DB"));
    procedure.components[1].source = procedure.components[0].source.clone();
    let told = |change: &dyn Fn(&mut Procedure)| {
        let (before, mut after) = (procedure.clone(), procedure.clone());
        change(&mut after);
        let (before, after) = (Entry::Procedure(before), Entry::Procedure(after));
        let differences = dossier::compare::compare(&before, &after);
        let found = drafts::advice(&before, &after, &differences);
        found.into_iter().filter(|it| !it.place.is_empty()).map(|it| it.place).collect::<Vec<_>>()
    };
    assert_eq!(told(&|it| it.fees[0].amount = Some(1)), ["fees"]);
    assert_eq!(
        told(&|it| it.components[0].source = Some(dossier::Words::new("Khác", "Other"))),
        [""; 0],
        "it is sure, and was changed on purpose"
    );
    assert_eq!(told(&|it| it.components.swap(0, 1)), ["components[0].source"], "the mark slid to another paper");
    assert_eq!(told(&|it| it.sets = 9), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_export_touches_no_other_file() {
    let desk = desk();
    let folder = tempfile::tempdir().unwrap();
    let (file, other) = (folder.path().join("catalogue.json"), folder.path().join("catalogue.part"));
    std::fs::write(&other, "mine").unwrap();
    for _ in 0..2 {
        desk.ask_catalogue(R::Export { file: file.clone(), codes: vec!["NB-11".into()] }).await.unwrap();
    }
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "mine");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn only_the_officer_in_charge_changes_the_catalogue() {
    let desk = desk();
    let kind = PROCEDURE;
    let code = || "NB-11".to_owned();
    let confirm = || R::Confirm { kind, code: code(), path: "sets".into(), source: "QĐ 1".into(), value: None };
    let asked = || {
        [
            R::DraftOpen { kind, code: code(), revision: None },
            R::DraftSave { kind, code: code(), version: None, json: "{}".into() },
            R::DraftPublish { kind, code: code(), reason: "QĐ 1".into() },
            R::DraftDiscard { kind, code: code() },
            confirm(),
        ]
    };
    for request in asked() {
        assert_eq!(desk.ask_catalogue(request).await.unwrap_err().code, Code::NotAuthorised);
    }
    assert_eq!(desk.take_charge("Hà", " ").await.unwrap_err().code, Code::BadValue, "by which document?");
    let may = desk.take_charge("Phạm Thu Hà", "QĐ 5/QĐ-UBND").await.unwrap();
    assert!(may.change);
    desk.ask_catalogue(confirm()).await.unwrap();
    let reason = R::DraftPublish { kind, code: code(), reason: "  ".into() };
    open(&desk, kind, "NB-11").await;
    assert_eq!(desk.ask_catalogue(reason).await.unwrap_err().args["field"], "reason");
    // Another user of this computer is not the officer.
    let mut officer = may.officer.unwrap();
    officer.user = "ai khác".into();
    desk.store().await.unwrap().set_setting("catalogue.officer", &[officer]).await.unwrap();
    for request in asked() {
        assert_eq!(desk.ask_catalogue(request).await.unwrap_err().args["officer"], "Phạm Thu Hà");
    }
    assert_eq!(desk.give_up_charge().await.unwrap().officer, None);
    let journal = desk.store().await.unwrap().journal(None, 1, None).await.unwrap();
    assert_eq!(journal[0].what, "catalogue.officer_ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_value_of_a_legal_profile_is_confirmed_where_it_stands() {
    let desk = in_charge().await;
    let confirm = |path: &str, value: Option<&str>| R::Confirm {
        kind: EntryKind::Profile,
        code: "one-stop-2025".into(),
        path: path.into(),
        source: "TT 03/2025/TT-VPCP, Phụ lục I".into(),
        value: value.map(str::to_owned),
    };
    desk.ask_catalogue(confirm("forms[receipt]", None)).await.unwrap();
    desk.ask_catalogue(confirm("scans.max_file_bytes", Some("6000000"))).await.unwrap();
    let catalogue = desk.catalogue().await.unwrap();
    let profile = catalogue.profile(&"one-stop-2025".into()).unwrap();
    assert_eq!((profile.revision, profile.scans.max_file_bytes), (4, 6_000_000));
    assert!(profile.forms[0].verified && !profile.forms[1].verified && !profile.scans.verified);
    assert_eq!(profile.confirmed["forms[receipt]"].confirmed.as_ref().unwrap().by, "Phạm Thu Hà");
    for path in ["", "id", "forms[nothing]", "confirmed"] {
        assert_eq!(desk.ask_catalogue(confirm(path, Some("1"))).await.unwrap_err().code, Code::BadValue, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_mark_stays_with_its_paper_when_another_goes() {
    let desk = in_charge().await;
    let confirm = R::Confirm {
        kind: PROCEDURE,
        code: "NB-03".into(),
        path: "components[1].originals".into(),
        source: "QĐ 1".into(),
        value: None,
    };
    desk.ask_catalogue(confirm).await.unwrap();
    let draft = open(&desk, PROCEDURE, "NB-03").await;
    let mut content: serde_json::Value = serde_json::from_str(&draft.json).unwrap();
    content["components"].as_array_mut().unwrap().remove(0);
    let json = content.to_string();
    let save = R::DraftSave { kind: PROCEDURE, code: "NB-03".into(), version: Some(draft.version), json };
    let A::Draft(saved) = desk.ask_catalogue(save).await.unwrap() else { panic!() };
    let told: Vec<&str> = saved.differences.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(told, ["components[NB-03.01]"]);
    assert!(content["provenance"]["values"].get("components[NB-03.02].originals").is_some(), "{content}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_procedure_begun_from_nothing_is_listed_until_it_is_published() {
    let desk = desk();
    desk.ask_catalogue(R::TakeCharge { name: "Phạm Thu Hà".into(), authority: "QĐ 01".into() }).await.unwrap();
    let drafts = async || match desk.ask_catalogue(R::NewDrafts).await.unwrap() {
        A::NewDrafts(drafts) => drafts.into_iter().map(|draft| draft.code).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let (kind, code) = (EntryKind::Procedure, "NB-99".to_owned());
    let save = |json: String| R::DraftSave { kind, code: code.clone(), version: None, json };
    desk.ask_catalogue(save("{}".into())).await.unwrap();
    desk.ask_catalogue(R::DraftOpen { kind, code: "NB-11".into(), revision: None }).await.unwrap();
    assert_eq!(drafts().await, ["NB-99"], "not what has a revision already");
    let json = made_of("procedures/nb-11.json", &[("\"code\": \"NB-11\"", "\"code\": \"NB-99\"")]);
    desk.ask_catalogue(save(json)).await.unwrap();
    desk.ask_catalogue(R::DraftPublish { kind, code: code.clone(), reason: "QĐ 02".into() }).await.unwrap();
    assert_eq!((drafts().await, names(&desk, "NB-99").await.len()), (vec![], 1));
}
