use serde_json::json;
use store::{Failure, NewDocument, NewSource, SendError};

use super::*;
use crate::testing::{Surroundings, add_pages, desk, queued};

type TestDesk = Desk<Surroundings>;

async fn drafted(desk: &TestDesk) -> DossierId {
    desk.new_dossier("NB-11", false).await.unwrap().id
}

async fn happens(desk: &TestDesk, id: DossierId, transitions: &[Transition]) {
    for transition in transitions {
        desk.acting("test", async |store, act| store.transition(id, transition, act).await).await.unwrap();
    }
}

fn phone(number: &str) -> Vec<(String, String)> {
    vec![("contact_phone".to_owned(), number.to_owned())]
}

async fn state(desk: &TestDesk, id: DossierId) -> State {
    desk.store().await.unwrap().dossier(id).await.unwrap().state
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_draft_that_cannot_be_read_is_told_and_never_written_over() {
    let desk = desk();
    let id = drafted(&desk).await;
    let store = desk.store().await.unwrap();
    let made = store.dossier(id).await.unwrap();
    for damaged in [json!({ "form": "nb-11" }), json!([]), json!(null)] {
        let version = store.dossier(id).await.unwrap().answers_version;
        store.save_answers(id, version, &damaged, &made.head, desk.now()).await.unwrap();
        assert_eq!(desk.set_answers(id, phone("0901234567")).await.unwrap_err().code, Code::StoreCorrupt);
        assert_eq!(store.dossier(id).await.unwrap().answers, damaged);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_dossier_whose_first_save_never_came_is_an_empty_draft() {
    let desk = desk();
    let id = drafted(&desk).await;
    let store = desk.store().await.unwrap();
    let made = store.dossier(id).await.unwrap();
    store.save_answers(id, made.answers_version, &json!({}), &made.head, desk.now()).await.unwrap();
    assert_eq!(desk.show_dossier(id).await.unwrap().answers, Answers::default());
    desk.set_answers(id, phone("0901234567")).await.unwrap();
    let Value::Text(number) = desk.show_dossier(id).await.unwrap().answers.value("contact_phone").cloned().unwrap()
    else {
        panic!("a phone number is text")
    };
    assert_eq!(number, "0901234567");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn answers_may_change_until_sent_and_again_when_a_supplement_is_asked_for() {
    let desk = desk();
    let id = drafted(&desk).await;
    happens(&desk, id, &[Transition::Check { blocking: 0 }]).await;
    let edited = desk.set_answers(id, phone("0901234567")).await.unwrap();
    assert_eq!(edited.state, State::Draft, "what was checked is not what is there now");

    let (ours, receipted) = (Digest::of(b"it"), Digest::of(b"it"));
    let submit = [Transition::Check { blocking: 0 }, Transition::Submit { blocking: 0 }, Transition::StartSending];
    happens(&desk, id, &submit).await;
    happens(&desk, id, &[Transition::Receipt { ours, receipted }]).await;
    assert_eq!(desk.set_answers(id, phone("0907654321")).await.unwrap_err().code, Code::StateForbids);

    happens(&desk, id, &[Transition::RequestSupplement { earlier: 0, justified: false }]).await;
    let supplemented = desk.set_answers(id, phone("0907654321")).await.unwrap();
    assert_eq!(supplemented.state, State::SupplementRequested);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_not_ready_is_not_frozen() {
    let desk = desk();
    let id = drafted(&desk).await;
    assert_eq!(desk.submit_dossier(id).await.unwrap_err().code, Code::NotReady);
    assert_eq!(state(&desk, id).await, State::Draft);
    assert!(desk.store().await.unwrap().outbox().await.unwrap().is_empty());
}

async fn quarantined(desk: &TestDesk) -> (DossierId, SubmissionId) {
    let (id, submission) = queued(desk).await;
    let store = desk.store().await.unwrap();
    store.lease_submission(desk.now(), crate::papers_in::later(desk.now(), 1000)).await.unwrap().unwrap();
    let error = SendError { code: "hub_refused".to_owned(), args: json!({}) };
    desk.acting("test", async |store, act| store.quarantine_submission(submission, &error, act).await).await.unwrap();
    (id, submission)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_queued_or_refused_dossier_can_be_taken_back_and_edited() {
    let desk = desk();
    for refused in [false, true] {
        let (id, _) = if refused { quarantined(&desk).await } else { queued(&desk).await };
        assert_eq!(desk.set_answers(id, phone("0901234567")).await.unwrap_err().code, Code::StateForbids);
        assert_eq!(desk.reopen_dossier(id, None).await.unwrap().state, State::Draft);
        desk.set_answers(id, phone("0901234567")).await.unwrap();
        assert_eq!(desk.reopen_dossier(id, None).await.unwrap_err().code, Code::StateForbids, "nothing is under way");
    }
    assert!(desk.store().await.unwrap().outbox().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_the_hub_may_have_is_not_taken_back() {
    let desk = desk();
    let (id, submission) = queued(&desk).await;
    desk.store().await.unwrap().mark_posted(submission).await.unwrap();
    assert_eq!(desk.reopen_dossier(id, None).await.unwrap_err().code, Code::StateForbids);
    assert_eq!(state(&desk, id).await, State::Queued);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refused_dossier_is_queued_again_on_request() {
    let desk = desk();
    let (id, submission) = quarantined(&desk).await;
    assert_eq!(state(&desk, id).await, State::NeedsAttention);
    for _ in 0..2 {
        assert_eq!(desk.retry_dossier(id).await.unwrap().state, State::Queued, "asked twice, the same");
        let stored = desk.store().await.unwrap().submission(submission).await.unwrap();
        assert_eq!(stored.state, OutboxState::Pending);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn failed_papers_are_digitised_anew_on_request() {
    let desk = desk();
    let id = drafted(&desk).await;
    assert_eq!(desk.retry_dossier(id).await.unwrap_err().code, Code::StateForbids, "nothing has failed");

    let store = desk.store().await.unwrap();
    let blob = store.put_bytes(b"no picture").await.unwrap();
    let head = store::DocumentHead {
        component: "NB-11.01".to_owned(),
        component_row: None,
        title: "Tờ trình".to_owned(),
        file_name: None,
        originals: 1,
        copies: 0,
    };
    let source = NewSource { blob, file_name: "a.png".to_owned(), media_type: "image/png".to_owned(), frames: None };
    let document = dossier::DocumentId(Uuid::now_v7());
    let new = NewDocument { id: document, dossier: id, head, kind: DocumentKind::Pages, sources: vec![source] };
    desk.acting("test", async |store, act| store.add_document(&new, act).await).await.unwrap();
    store.lease_document(desk.now(), crate::papers_in::later(desk.now(), 1000)).await.unwrap().unwrap();
    let failure = Failure { code: "file_truncated".to_owned(), args: json!({}) };
    desk.acting("test", async |store, act| store.fail_document(document, &failure, act).await).await.unwrap();

    // It is tried, and there is no worker to try it: nobody's mistake, so it waits.
    assert_eq!(desk.retry_dossier(id).await.unwrap_err().code, Code::Unexpected);
    let again = store.document(document).await.unwrap();
    assert_eq!((again.status, again.failure), (DocumentStatus::Waiting, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_document_without_a_page_is_never_frozen() {
    let desk = desk();
    let id = drafted(&desk).await;
    for component in ["NB-11.01", "NB-11.99"] {
        let document = crate::testing::add_pages(&desk, id, &[b"a sheet"]).await;
        let stored = crate::testing::digitised(&desk, 0).await;
        let head = store::DocumentHead { component: component.to_owned(), ..stored.head };
        desk.acting("test", async |store, act| store.change_document(document, &head, act).await).await.unwrap();
        let unready = check::FindingKind::NotReady { status: check::DocumentStatus::NeedsAttention };
        let findings = desk.check_dossier(id).await.unwrap().findings;
        let told = |finding: &dossier::Finding| {
            let place = check::Place::Component { component: component.into(), row: None };
            finding.place == place && finding.what == unready && finding.blocking
        };
        assert!(findings.iter().any(told), "{component}: {findings:?}");
        assert_eq!(desk.submit_dossier(id).await.unwrap_err().code, Code::NotReady);
        desk.remove_document(id, document).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_request_to_send_wakes_the_background_and_answers_with_the_outbox() {
    let desk = crate::testing::attended_desk();
    assert_eq!(desk.send(true).await.unwrap_err().code, Code::NotEnrolled);
    let store = desk.store().await.unwrap();
    let enrolment = store::Enrolment {
        hub_url: "http://127.0.0.1:9".to_owned(),
        hub_id: Uuid::nil().to_string(),
        hub_public_key: [1; 32],
        device: desk.device().await.unwrap(),
        token: "0".repeat(64),
        agency_code: "H06.16".to_owned(),
        agency_name: "UBND xã".to_owned(),
        station: "01".to_owned(),
        support_number: String::new(),
        enrolled_at: desk.now(),
    };
    desk.acting("test", async |store, act| store.set_enrolment(&enrolment, act).await).await.unwrap();
    let (id, submission) = queued(&desk).await;
    let later = crate::papers_in::later(desk.now(), 60_000);
    store.lease_submission(desk.now(), later).await.unwrap().unwrap();
    let error = SendError { code: "no_answer".to_owned(), args: json!({}) };
    store.postpone_submission(submission, later, &error, desk.now()).await.unwrap();
    let sent = desk.send(true).await.unwrap();
    assert_eq!(sent.waiting.iter().map(|line| line.dossier).collect::<Vec<_>>(), [id]);
    assert_eq!(store.next_due().await.unwrap(), Some(desk.now()), "due at once");
    assert!(desk.host.notices.lock().unwrap().contains(&crate::Notice::Outbox));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_dossier_lists_the_papers_put_away_from_it_for_as_long_as_they_can_come_back() {
    let desk = desk();
    let id = drafted(&desk).await;
    let paper = add_pages(&desk, id, &[b"sheet"]).await;
    assert!(desk.show_dossier(id).await.unwrap().removed.is_empty());
    desk.acting("test", async |store, act| store.discard_document(paper, act).await).await.unwrap();
    let shown = desk.show_dossier(id).await.unwrap();
    assert!(shown.documents.is_empty());
    let [removed] = &shown.removed[..] else { panic!("one paper: {:?}", shown.removed) };
    assert_eq!((removed.document.id, removed.until), (paper, later(desk.now(), KEEP_DISCARDED_MS)));

    // Nothing comes back into a dossier that was sent.
    let sent = [Transition::Check { blocking: 0 }, Transition::Submit { blocking: 0 }];
    happens(&desk, id, &sent).await;
    assert!(desk.show_dossier(id).await.unwrap().removed.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_applies_is_an_organisation_where_the_answers_say_so() {
    let desk = desk();
    let id = desk.new_dossier("1.013225", false).await.unwrap().id;
    let filled = |field: &str, value| crate::Filled { field: field.to_owned(), value };
    let company = filled("applicant_name", json!({"name": "Công ty Xây dựng An Bình"}));
    desk.fill(id, &[filled("applicant_kind", json!("enterprise")), company]).await.unwrap();
    let applicant = async || desk.store().await.unwrap().dossier(id).await.unwrap().head.applicant;
    assert_eq!(applicant().await, "Công ty Xây dựng An Bình");
    let name = filled("requester_name", json!("Nguyễn Văn An"));
    desk.fill(id, &[filled("applicant_kind", json!("citizen")), name]).await.unwrap();
    assert_eq!(applicant().await, "Nguyễn Văn An");
}
