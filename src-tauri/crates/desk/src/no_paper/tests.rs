use super::*;
use crate::testing::desk;

fn line(code: &str, from: &str) -> NoPaperLine {
    NoPaperLine {
        procedure: code.parse().unwrap(),
        from: from.parse().unwrap(),
        basis: " Văn bản 5436/UBND-VP ".into(),
        except: String::new(),
    }
}

fn approval(on: &str) -> Approval {
    let text = str::to_owned;
    Approval {
        by: text("Trần Văn Bình"), title: text("Giám đốc"), number: text("12/QĐ-SNV"), on: on.parse().unwrap()
    }
}

/// The clock stands at 21 November 2026.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_list_goes_from_draft_by_a_decision_into_force_and_the_gate_knows_it() {
    let desk = desk();
    let code = "NB-11";
    assert!(desk.gate("1.001193").await.unwrap().no_paper.is_none(), "paper is taken");
    let draft =
        desk.save_no_paper("Sở Nội vụ", vec![line("1.001193", "2026-11-21"), line(code, "2026-12-01")]).await.unwrap();
    assert!(!draft.in_force && draft.list.approval.is_none());
    assert_eq!(draft.list.lines[0].basis, "Văn bản 5436/UBND-VP");
    assert!(desk.gate("1.001193").await.unwrap().no_paper.is_none(), "a draft binds nobody");

    let late = desk.approve_no_paper("Sở Nội vụ", approval("2026-11-22")).await.unwrap_err();
    assert_eq!(late.code, Code::BadValue, "no decision is of tomorrow");
    let approved = desk.approve_no_paper("Sở Nội vụ", approval("2026-11-20")).await.unwrap();
    assert!(approved.in_force && approved.list.revision == 1);
    let gate = desk.gate("1.001193").await.unwrap();
    let since = gate.no_paper.unwrap();
    assert_eq!(
        (since.department.as_deref(), since.approval.unwrap().number.as_str()),
        (Some("Sở Nội vụ"), "12/QĐ-SNV")
    );
    assert!(gate.certain && gate.link.starts_with("https://"));

    // The next revision counts once it is approved, and leaves the first as it was.
    desk.save_no_paper("Sở Nội vụ", vec![line(code, "2026-12-01")]).await.unwrap();
    assert!(desk.gate("1.001193").await.unwrap().no_paper.is_some());
    desk.approve_no_paper("Sở Nội vụ", approval("2026-11-21")).await.unwrap();
    assert!(desk.gate("1.001193").await.unwrap().no_paper.is_none());
    let lists = desk.no_paper_lists().await.unwrap();
    assert_eq!(lists.iter().map(|it| (it.list.revision, it.in_force)).collect::<Vec<_>>(), [(2, true), (1, false)]);
    let again = desk.approve_no_paper("Sở Nội vụ", approval("2026-11-21")).await.unwrap_err();
    assert_eq!(again.code, Code::NotFound, "there is no draft");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_code_that_is_not_in_the_catalogue_and_an_empty_list_are_refused() {
    let desk = desk();
    let unknown = desk.save_no_paper("Sở Nội vụ", vec![line("NB-99", "2026-12-01")]).await.unwrap_err();
    assert_eq!(unknown.code, Code::UnknownProcedure);
    assert_eq!(desk.save_no_paper("Sở Nội vụ", vec![]).await.unwrap_err().code, Code::BadFile);
    assert_eq!(desk.save_no_paper(" ", vec![line("NB-11", "2026-12-01")]).await.unwrap_err().code, Code::BadFile);
    assert!(desk.no_paper_lists().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_the_procedure_says_counts_where_no_list_does_and_is_told_as_unsure() {
    let desk = desk();
    let gate = desk.gate("NB-20").await.unwrap();
    let since = gate.no_paper.unwrap();
    assert!(!gate.certain && since.department.is_none(), "nobody has looked that date up");
    assert!(since.basis.contains("5436/UBND-VP"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_came_with_paper_is_guided_or_noted_with_a_reason_and_counted() {
    let desk = desk();
    let folder = tempfile::tempdir().unwrap();
    let guide = NoPaperRequest::Guide {
        procedure: "NB-20".into(),
        who: "Trường THCS Thạch Lâm".into(),
        file: folder.path().join("huong-dan.pdf"),
    };
    let NoPaperAnswer::Printed(file) = desk.ask_no_paper(guide).await.unwrap() else { panic!() };
    assert!(std::fs::read(file).unwrap().starts_with(b"%PDF-1.7"));
    let visit = |helped, reason: &str| NoPaperRequest::Visit {
        procedure: "NB-20".into(),
        who: String::new(),
        helped,
        reason: reason.into(),
    };
    assert_eq!(desk.ask_no_paper(visit(false, " ")).await.unwrap_err().code, Code::ReasonMissing);
    desk.ask_no_paper(visit(false, "Hệ thống gián đoạn")).await.unwrap();
    desk.ask_no_paper(visit(true, "")).await.unwrap();
    let today = desk.today().unwrap();
    let report = desk.gate_report(today, today).await.unwrap();
    assert_eq!((report.guided, report.helped, report.exceptions), (1, 1, 1));
    assert_eq!(report.by_procedure["NB-20"], GateCount { guided: 1, helped: 1, exceptions: 1 });
    assert!(report.lines.iter().any(|line| line.reason == "Hệ thống gián đoạn"));
    let before = desk.gate_report("2026-11-01".parse().unwrap(), "2026-11-20".parse().unwrap()).await.unwrap();
    assert!(before.lines.is_empty());
    let taken = desk.print_guidance("1.001193", &folder.path().join("x.pdf")).await.unwrap_err();
    assert_eq!(taken.code, Code::PaperTaken);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_list_is_printed_and_carried_to_another_computer() {
    let (desk, other) = (desk(), desk());
    let folder = tempfile::tempdir().unwrap();
    desk.save_no_paper("Sở Nội vụ", vec![line("NB-11", "2026-12-01")]).await.unwrap();
    let draft = desk.print_no_paper("Sở Nội vụ", None, &folder.path().join("nhap.pdf")).await.unwrap();
    assert!(std::fs::read(draft).unwrap().starts_with(b"%PDF-1.7"));
    let file = folder.path().join("list.json");
    assert_eq!(desk.export_no_paper("Sở Nội vụ", &file).await.unwrap_err().code, Code::NotFound, "a draft stays here");
    desk.approve_no_paper("Sở Nội vụ", approval("2026-11-20")).await.unwrap();
    desk.export_no_paper("Sở Nội vụ", &file).await.unwrap();
    let taken = other.import_no_paper(&file).await.unwrap();
    assert!(taken.in_force);
    other.import_no_paper(&file).await.unwrap();
    let changed = std::fs::read_to_string(&file).unwrap().replace("12/QĐ-SNV", "13/QĐ-SNV");
    std::fs::write(&file, changed).unwrap();
    assert_eq!(other.import_no_paper(&file).await.unwrap_err().code, Code::RevisionExists);
    std::fs::write(&file, "{\"department\": 1}").unwrap();
    assert_eq!(other.import_no_paper(&file).await.unwrap_err().code, Code::BadFile);

    // A window names only a folder: there each file has its own name.
    let printed = desk.print_no_paper("Sở Nội vụ", Some(1), folder.path()).await.unwrap();
    assert!(printed.ends_with("danh-muc-khong-nhan-giay-ban-1.pdf"), "{printed}");
    let none = desk.print_no_paper("Sở Nội vụ", Some(7), folder.path()).await.unwrap_err();
    assert_eq!(none.code, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_approved_here_waits_for_the_hub_and_a_list_of_elsewhere_takes_no_drafts_place() {
    let (desk, other) = (desk(), desk());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.json");
    desk.save_no_paper("Sở Nội vụ", vec![line("NB-11", "2026-12-01")]).await.unwrap();
    let approved = desk.approve_no_paper("Sở Nội vụ", approval("2026-11-20")).await.unwrap();
    assert_eq!(approved.hub, ListStanding::Waiting);
    assert_eq!(desk.exchange_lists().await.unwrap_err().code, Code::NotEnrolled, "it goes on waiting");
    assert_eq!(desk.no_paper_lists().await.unwrap()[0].hub, ListStanding::Waiting);
    desk.export_no_paper("Sở Nội vụ", &file).await.unwrap();

    other.save_no_paper("Sở Nội vụ", vec![line("1.001193", "2026-12-01")]).await.unwrap();
    let taken = other.import_no_paper(&file).await.unwrap();
    assert_eq!((taken.list.revision, taken.hub), (1, ListStanding::Here), "a file's list is not sent by itself");
    let lists = other.no_paper_lists().await.unwrap();
    let told: Vec<_> =
        lists.iter().map(|it| (it.list.revision, it.in_force, it.list.lines[0].procedure.as_str())).collect();
    assert_eq!(told, [(2, false, "1.001193"), (1, true, "NB-11")], "the draft goes on under the next number");
    let sent = other.send_list("Sở Nội vụ").await.unwrap();
    assert_eq!(sent.hub, ListStanding::Waiting, "a person said so");
    other.discard_no_paper("Sở Nội vụ").await.unwrap();
    assert_eq!(other.discard_no_paper("Sở Nội vụ").await.unwrap_err().code, Code::NotFound);
    assert_eq!(other.no_paper_lists().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_procedure_is_told_as_the_gate_finds_it() {
    let desk = desk();
    let of = async |code: &str| {
        let lines = desk.taken_on_paper().await.unwrap();
        let line = lines.into_iter().find(|line| line.procedure == code).unwrap();
        (line.paper, line.certain)
    };
    assert_eq!((of("1.001193").await, of("NB-20").await), ((true, true), (false, false)));
    desk.save_no_paper("Sở Tư pháp", vec![line("1.001193", "2026-11-21"), line("NB-20", "2026-11-21")]).await.unwrap();
    desk.approve_no_paper("Sở Tư pháp", approval("2026-11-20")).await.unwrap();
    assert_eq!((of("1.001193").await, of("NB-20").await), ((false, true), (false, true)));
    for code in ["1.001193", "NB-20", "NB-11"] {
        let gate = desk.gate(code).await.unwrap();
        assert_eq!((gate.no_paper.is_none(), gate.certain), of(code).await, "{code}");
    }
}
