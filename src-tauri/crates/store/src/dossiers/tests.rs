use serde_json::json;

use super::*;
use crate::DossierQuery;
use crate::testing::{Fixture, act, at, new_dossier, uuid};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_was_saved_is_there_after_a_kill() {
    let mut fixture = Fixture::new().await;
    let made = fixture.store().create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    assert_eq!((made.state, made.answers_version, made.created_at), (State::Draft, 0, at(1)));
    let head = DossierHead { title: "Tie\u{0302}\u{0301}ng".into(), ..made.head.clone() };
    for n in 0..3 {
        let saved = fixture.store().save_answers(made.id, n, &json!({ "a": n }), &head, at(2)).await.unwrap();
        assert_eq!(saved, n + 1);
        fixture.kill_and_reopen().await;
        let found = fixture.store().dossier(made.id).await.unwrap();
        assert_eq!((found.answers, found.answers_version), (json!({ "a": n }), n + 1));
        assert_eq!(found.head.title, "Tiếng", "text is stored as NFC");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn answers_saved_from_an_old_version_are_refused() {
    let fixture = Fixture::new().await;
    let made = fixture.store().create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    fixture.store().save_answers(made.id, 0, &json!({ "a": 1 }), &made.head, at(2)).await.unwrap();
    let stale = fixture.store().save_answers(made.id, 0, &json!({ "a": 2 }), &made.head, at(3)).await;
    assert!(matches!(stale, Err(StoreError::Conflict(Clash::StaleAnswers { stored: 1 }))));
    assert_eq!(fixture.store().dossier(made.id).await.unwrap().answers, json!({ "a": 1 }));
    let none = fixture.store().save_answers(DossierId(uuid(99)), 0, &json!({}), &made.head, at(3)).await;
    assert!(matches!(none, Err(StoreError::NotFound(Subject::Dossier))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_edit_makes_a_ready_dossier_a_draft_and_leaves_a_sent_one_alone() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let made = store.create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    store.transition(made.id, &Transition::Check { blocking: 0 }, &act(2)).await.unwrap();
    store.save_answers(made.id, 0, &json!({}), &made.head, at(3)).await.unwrap();
    assert_eq!(store.dossier(made.id).await.unwrap().state, State::Draft);
    let refused = store.transition(made.id, &Transition::Accept, &act(4)).await;
    assert!(matches!(refused, Err(StoreError::Forbidden(_))));
    let mut write = store.write().await.unwrap();
    set_state(&mut write, made.id, State::Accepted, at(5)).await.unwrap();
    write.commit().await.unwrap();
    let refused = store.save_answers(made.id, 1, &json!({}), &made.head, at(6)).await;
    assert!(matches!(refused, Err(StoreError::Forbidden(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn lists_page_newest_first_without_gaps_and_counts_agree() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    for n in 0..7 {
        let made = store.create_dossier(&new_dossier(n), &act(n as i64)).await.unwrap();
        if n % 2 == 0 {
            store.transition(made.id, &Transition::Check { blocking: 0 }, &act(9)).await.unwrap();
        }
    }
    let listed = async |states: Vec<State>, limit| {
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let query = DossierQuery { states: states.clone(), limit, before, ..Default::default() };
            let page = store.list_dossiers(&query).await.unwrap();
            assert!(page.items.len() <= limit as usize);
            seen.extend(page.items.iter().map(|item| item.id.0.as_u128() & 0xff));
            before = page.next;
            if before.is_none() {
                return seen;
            }
        }
    };
    for limit in [1, 3, 7, 50] {
        assert_eq!(listed(vec![], limit).await, [6, 5, 4, 3, 2, 1, 0]);
    }
    assert_eq!(listed(vec![State::Ready], 2).await, [6, 4, 2, 0]);
    assert_eq!(listed(vec![State::Ready, State::Draft], 2).await.len(), 7);
    let counts = store.count_dossiers().await.unwrap();
    assert_eq!(counts, BTreeMap::from([("draft".to_owned(), 3), ("ready".to_owned(), 4)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_code_is_one_dossiers_and_finds_it() {
    let fixture = Fixture::new().await;
    let made = fixture.store().create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let twin = NewDossier { id: DossierId(uuid(2)), ..new_dossier(1) };
    let refused = fixture.store().create_dossier(&twin, &act(2)).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Clash::Taken))));
    assert_eq!(fixture.store().find_dossier("T-QN01-261121-1").await.unwrap(), Some(made.id));
    assert_eq!(fixture.store().find_dossier("T-QN01-261121-2").await.unwrap(), None);
    assert_eq!(fixture.store().journal(None, 9, None).await.unwrap().len(), 1, "a refused act leaves no entry");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn moving_to_another_revision_keeps_the_answers_given() {
    let fixture = Fixture::new().await;
    let made = fixture.store().create_dossier(&new_dossier(1), &act(1)).await.unwrap();
    let pin = Digest::of(b"second");
    let version = fixture.store().repin_dossier(made.id, 0, "2", pin, &json!({ "kept": 1 }), &act(2)).await.unwrap();
    let found = fixture.store().dossier(made.id).await.unwrap();
    assert_eq!((version, found.procedure_revision.as_str(), found.procedure_sha256), (1, "2", pin));
    assert_eq!(found.answers, json!({ "kept": 1 }));
    fixture.store().declare_secrecy(made.id, &act(3)).await.unwrap();
    assert_eq!(fixture.store().dossier(made.id).await.unwrap().secrecy_declared_at, Some(at(3)));
}
