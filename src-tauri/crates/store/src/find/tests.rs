use super::*;
use crate::testing::{Fixture, act, at, found, new_document, new_dossier};
use crate::{DocumentHead, DossierHead, NewDossier, NewRendition, Transition};
use dossier::find::Wanted;

fn titled(n: u128, title: &str) -> NewDossier {
    NewDossier { head: DossierHead { title: title.into(), ..DossierHead::default() }, ..new_dossier(n) }
}

/// All pages of `limit` dossiers, by the last byte of their id.
async fn pages(store: &Store, query: &DossierQuery, limit: u32) -> Vec<u128> {
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = store.list_dossiers(&DossierQuery { limit, before, ..query.clone() }).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        seen.extend(page.items.iter().map(|item| item.id.0.as_u128() & 0xff));
        before = page.next;
        if before.is_none() {
            return seen;
        }
    }
}

fn typed(text: &str) -> DossierQuery {
    let wanted = Wanted::read(text, "2026-11-21".parse().unwrap());
    DossierQuery {
        words: wanted.words,
        units: wanted.units,
        states: wanted.states.into_iter().collect(),
        procedures: wanted.procedures,
        ..Default::default()
    }
}

async fn set_due(store: &Store, n: u128, due: &str, state: State) {
    let moment = LocalMoment { date: due.parse().unwrap(), time: "17:00".parse().unwrap() };
    let mut write = store.write().await.unwrap();
    sqlx::query("UPDATE dossiers SET due = ?, state = ? WHERE id = ?")
        .bind(columns::due_number(moment))
        .bind(columns::name(&state, "state").unwrap())
        .bind(columns::id(new_dossier(n).id.0))
        .execute(&mut *write)
        .await
        .unwrap();
    write.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn words_are_found_without_marks_and_by_their_beginning() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    store.create_dossier(&titled(1, "Đặng Đức Hoà"), &act(1)).await.unwrap();
    store.create_dossier(&titled(2, "Đặng Thị Hòa Bình"), &act(2)).await.unwrap();
    assert_eq!(found(store, "dang hoa").await, [2, 1]);
    assert_eq!(found(store, "ĐẶNG đức").await, [1]);
    assert_eq!(found(store, "hòa bì").await, [2]);
    assert_eq!(found(store, "hòa b").await, [], "a single letter is no beginning");
    assert_eq!(found(store, "\"đức hoà\"").await, [1]);
    assert_eq!(found(store, "\"đặng hoà\"").await, [], "in quotes they stand together");
    assert_eq!(found(store, "T-QN01-261121-2").await, [2]);
    assert_eq!(found(store, "hoa dang thanh").await, []);
    for nothing in ["  \" * () -", "\"; DROP TABLE dossiers"] {
        assert_eq!(found(store, nothing).await, [], "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_documents_words_lead_to_its_dossier_until_it_is_removed() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    let dossier = store.create_dossier(&titled(1, "Anh Hùng"), &act(1)).await.unwrap();
    let blob = store.put_bytes(b"x").await.unwrap();
    let document = store.add_document(&new_document(1, &dossier, blob), &act(2)).await.unwrap();
    assert_eq!(found(store, "quet tif").await, [1], "by the name of the file");
    let text = "Quyết định về việc điều chuyển".to_owned();
    let rendition = NewRendition { recipe: blob.sha256, pdf: blob, pages: 1, text, report: serde_json::Value::Null };
    store.replace_rendition(document.id, &rendition, at(3)).await.unwrap();
    assert_eq!(found(store, "dieu chuyen quyet").await, [1]);
    assert_eq!(found(store, "dieu chuyen hung").await, [1], "a name in the head, a word in a paper");
    let head = DocumentHead { title: "Phụ lục".into(), ..document.head };
    store.change_document(document.id, &head, &act(4)).await.unwrap();
    assert_eq!(found(store, "phu luc dieu chuyen").await, [1]);
    assert_eq!(found(store, "to trinh").await, [], "the old title is out of the index");
    store.remove_document(document.id, &act(5)).await.unwrap();
    assert_eq!(found(store, "dieu chuyen").await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn pages_of_hits_neither_repeat_nor_skip_a_dossier() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    for n in 0..6 {
        let dossier = store.create_dossier(&titled(n, "Tờ trình"), &act(1)).await.unwrap();
        for k in 0..4 {
            let blob = store.put_bytes(&[k as u8]).await.unwrap();
            store.add_document(&new_document(n * 10 + k, &dossier, blob), &act(2)).await.unwrap();
        }
    }
    for limit in [1, 2, 5, 6, 7] {
        assert_eq!(pages(store, &typed("to trinh"), limit).await, [5, 4, 3, 2, 1, 0]);
    }
}

/// Dossiers whose words, states, procedures and units follow from their number.
async fn many(fixture: &Fixture) {
    for n in 0..120_u128 {
        let mut new = titled(n, ["Tặng bằng khen", "Điều chuyển tài sản"][usize::from(n % 3 == 0)]);
        new.procedure_code = if n % 4 == 0 { "NB-20" } else { "NB-03" }.to_owned();
        new.head.applicant = if n % 5 == 0 { "Sở Y tế" } else { "Sở Nội vụ" }.to_owned();
        new.head.on_behalf_of = (n % 7 == 0).then(|| "Trường Y tế".to_owned());
        let made = fixture.store().create_dossier(&new, &act(1)).await.unwrap();
        if n % 2 == 0 {
            fixture.store().transition(made.id, &Transition::Check { blocking: 0 }, &act(2)).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn words_and_conditions_hold_together_whatever_the_size_of_the_page() {
    let fixture = Fixture::new().await;
    many(&fixture).await;
    let numbers = |fits: &dyn Fn(u128) -> bool| (0..120_u128).rev().filter(|n| fits(*n)).collect::<Vec<_>>();
    let cases: [(&str, &dyn Fn(u128) -> bool); 7] = [
        ("khen tt:ready", &|n| n % 3 != 0 && n % 2 == 0),
        ("tt:draft", &|n| n % 2 == 1),
        ("thu tuc:NB-20", &|n| n % 4 == 0),
        ("dieu chuyen thu tuc:NB-20 thu tuc:NB-03 tt:draft tt:ready", &|n| n % 3 == 0),
        ("thu tuc:NB-20 tt:draft", &|_| false),
        ("don vi:\"y te\"", &|n| n % 5 == 0 || n % 7 == 0),
        ("bang don vi:\"sở y tế\" tt:ready thủ tục:NB-20", &|n| n % 3 != 0 && n % 5 == 0 && n % 4 == 0),
    ];
    for (text, fits) in cases {
        for limit in [1, 7, 500] {
            assert_eq!(pages(fixture.store(), &typed(text), limit).await, numbers(fits), "{text}, {limit}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_answer_that_ends_early_says_where_the_next_goes_on() {
    let fixture = Fixture::new().await;
    many(&fixture).await;
    let store = fixture.store();
    store.index_waiting().await.unwrap();
    let answer = async |before, patience| {
        store.newest_with("\"khen\" AND \"vu\"", before, 500, &mut { patience }).await.unwrap()
    };
    let (whole, end) = answer(None, Patience::whole()).await;
    assert!(whole.len() == 64 && end.is_none());
    let (mut rows, mut before, mut answers) = (vec![], None, 0);
    loop {
        let (found, next) = answer(before, Patience::none(7)).await;
        rows.extend(found);
        answers += 1;
        before = next;
        if before.is_none() {
            break;
        }
    }
    assert!(answers == 18 && rows == whole, "{answers} answers: {rows:?} {whole:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_due_first_comes_first_and_what_is_finished_is_not_due() {
    let fixture = Fixture::new().await;
    let store = fixture.store();
    for (n, due, state) in [
        (1, "2026-11-25", State::Processing),
        (2, "2026-11-18", State::Processing),
        (3, "2026-11-18", State::Accepted),
        (4, "2026-11-01", State::Done),
        (5, "2026-12-01", State::Processing),
    ] {
        store.create_dossier(&titled(n, if n == 5 { "Khen" } else { "Tặng" }), &act(1)).await.unwrap();
        set_due(store, n, due, state).await;
    }
    store.create_dossier(&titled(6, "Tặng"), &act(1)).await.unwrap();
    let moment = |date: &str| Some(LocalMoment { date: date.parse().unwrap(), time: "24:00".parse().unwrap() });
    let any = DossierQuery { due: Some(DueRange::default()), ..Default::default() };
    let until = DossierQuery { due: Some(DueRange { from: None, to: moment("2026-11-25") }), ..Default::default() };
    let from = DossierQuery { due: Some(DueRange { from: moment("2026-11-18"), to: None }), ..Default::default() };
    for limit in [1, 2, 9] {
        assert_eq!(pages(store, &any, limit).await, [2, 3, 1, 5]);
        assert_eq!(pages(store, &until, limit).await, [2, 3, 1]);
        assert_eq!(pages(store, &from, limit).await, [1, 5]);
        let accepted = DossierQuery { states: vec![State::Accepted], ..until.clone() };
        assert_eq!(pages(store, &accepted, limit).await, [3]);
        let words = DossierQuery { words: typed("tang").words, ..any.clone() };
        assert_eq!(pages(store, &words, limit).await, [2, 3, 1]);
        assert_eq!(day_by_day(store, &words, limit as usize).await, [2, 3, 1], "gone through day by day");
    }
}

/// As if the words were too frequent to be put in order.
async fn day_by_day(store: &Store, query: &DossierQuery, wanted: usize) -> Vec<u128> {
    let Words::Expression(words) = Words::of(query) else { panic!("there are words") };
    let narrowed = Narrowed::by(query).unwrap();
    let (mut seen, mut after) = (vec![], None);
    loop {
        let mut patience = Patience::none(1);
        let due = query.due.unwrap();
        let (rows, next) = store.day_by_day(&words, &narrowed, &due, after, wanted, &mut patience).await.unwrap();
        seen.extend(store.summaries(&rows, &narrowed).await.unwrap().iter().map(|item| item.id.0.as_u128() & 0xff));
        after = next;
        if after.is_none() {
            return seen;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn days_are_read_from_their_index() {
    let fixture = Fixture::new().await;
    let sql = format!(
        "EXPLAIN QUERY PLAN SELECT due, row FROM dossiers INDEXED BY dossiers_by_due WHERE {OPEN_AND_DUE}
         AND due <= 9 AND (due, row) > (1, 2) AND state IN ('accepted') AND procedure_code IN ('a') ORDER BY due, row LIMIT 9"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(fixture.store().read()).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| row.text("detail").unwrap()).collect();
    assert_eq!(plan, ["SEARCH dossiers USING COVERING INDEX dossiers_by_due (due>? AND due<?)"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn totals_come_from_the_counters_and_agree() {
    let fixture = Fixture::new().await;
    many(&fixture).await;
    let store = fixture.store();
    let total = async |text: &str| store.list_dossiers(&DossierQuery { limit: 1, ..typed(text) }).await.unwrap().total;
    assert_eq!(total("").await, Some(120));
    assert_eq!(total("tt:draft").await, Some(60));
    assert_eq!(total("thu tuc:NB-20 tt:ready").await, Some(30));
    assert_eq!(total("khen").await, None);
    let first = new_dossier(0).id;
    store.discard_dossier(first, &act(3)).await.unwrap();
    assert_eq!((total("").await, total("thu tuc:NB-20 tt:ready").await), (Some(119), Some(29)));
    store.restore_dossier(first, &act(4)).await.unwrap();
    assert_eq!(total("thu tuc:NB-20").await, Some(30));
}

/// As a profile of an older version is after its tables were changed.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_not_indexed_yet_is_at_the_next_start() {
    let mut fixture = Fixture::new().await;
    for n in 0..3 {
        fixture.store().create_dossier(&titled(n, "Tặng bằng khen"), &act(1)).await.unwrap();
    }
    fixture.store().discard_dossier(new_dossier(1).id, &act(2)).await.unwrap();
    let mut write = fixture.store().write().await.unwrap();
    for statement in [
        "DELETE FROM search_text",
        "INSERT OR IGNORE INTO to_index SELECT row FROM dossiers",
        "INSERT INTO to_index VALUES (99)",
    ] {
        sqlx::query(statement).execute(&mut *write).await.unwrap();
    }
    write.commit().await.unwrap();
    fixture.kill_and_reopen().await;
    assert_eq!(found(fixture.store(), "khen").await, [2, 0]);
    fixture.store().restore_dossier(new_dossier(1).id, &act(3)).await.unwrap();
    assert_eq!(found(fixture.store(), "khen").await, [2, 1, 0]);
}
