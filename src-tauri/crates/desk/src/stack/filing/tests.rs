use dossier::Timestamp;
use serde_json::json;
use store::{NewStackFile, StackContent, StackPage};
use uuid::Uuid;

use super::*;
use crate::{
    stack::{StackAt, StackDecided, StackDecision, StackDoubt},
    testing::{Surroundings, attended_desk},
};

const PATCH: &str = "PATCHT";

/// A stack of the watched folder; its files came long enough ago that no more are waited for.
struct Watched {
    desk: Desk<Surroundings>,
    id: StackId,
    files: u32,
}

impl Watched {
    async fn begin() -> Self {
        let (desk, id) = (attended_desk(), StackId(Uuid::now_v7()));
        desk.acting("test", async |store, act| store.create_stack(id, true, 0, act).await).await.unwrap();
        Self { desk, id, files: 0 }
    }

    /// One of so many pages, without a sheet, and a dossier for them.
    async fn of_pages(count: u32) -> (Self, dossier::DossierId) {
        let mut stack = Self::begin().await;
        let dossier = stack.desk.new_dossier("NB-11", false).await.unwrap().id;
        for _ in 0..count {
            stack.page(&[], 9).await;
        }
        (stack, dossier)
    }

    fn before(&self, minutes: i64) -> Timestamp {
        Timestamp::from_unix_ms(self.desk.now().unix_ms() - minutes * 60_000).unwrap()
    }

    /// One more page, with these codes on it, that came so many minutes ago.
    async fn page(&mut self, codes: &[&str], minutes: i64) {
        let store = self.desk.store().await.unwrap();
        let blob = store.put_bytes(format!("page {}", self.files).as_bytes()).await.unwrap();
        let content = StackContent::Taken { blob, media_type: "image/png".into(), frames: 1, sealed: false };
        let file = NewStackFile { file_name: format!("{}.png", self.files), content };
        store.add_stack_file(self.id, &file, None, self.before(minutes)).await.unwrap();
        let found = json!({ "blank": false, "codes": codes });
        store.note_stack_page(self.id, &StackPage { file: self.files, frame: 0, found }).await.unwrap();
        self.files += 1;
    }

    async fn put(&self, file: u32, pages: Option<u32>, dossier: dossier::DossierId) -> Result<StackView, Fault> {
        let put = StackDecision::Put { dossier, component: "NB-11.01".into(), row: None };
        let decided = StackDecided { at: StackAt { file, frame: 0 }, pages, decision: Some(put) };
        self.desk.decide_stack(self.id, vec![decided]).await
    }

    async fn states(&self) -> Vec<(PartState, usize)> {
        let view = self.desk.show_stack(self.id).await.unwrap();
        view.parts.iter().map(|part| (part.state, part.pages.len())).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_page_that_comes_after_its_part_was_filed_is_asked_about_and_stays() {
    let mut stack = Watched::begin().await;
    let dossier = stack.desk.new_dossier("NB-11", false).await.unwrap().id;
    stack.page(&[], 9).await;
    stack.page(&[PATCH], 9).await;
    stack.page(&[], 9).await;
    let refused = stack.put(1, Some(7), dossier).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict, "decided about other pages than there are");
    stack.put(1, Some(1), dossier).await.unwrap();
    let refused = stack.desk.file_stack(stack.id, false).await.unwrap_err();
    assert_eq!(refused.code, Code::SecrecyUndeclared);
    assert_eq!(stack.desk.show_dossier(dossier).await.unwrap().documents.len(), 0);
    stack.desk.file_stack(stack.id, true).await.unwrap();
    assert_eq!(stack.states().await, [(PartState::Asks, 1), (PartState::Filed, 1)]);

    stack.page(&[], 5).await;
    assert_eq!(stack.states().await, [(PartState::Asks, 1), (PartState::Filed, 1), (PartState::Asks, 1)]);
    stack.put(0, None, dossier).await.unwrap();
    let open = stack.desk.file_stack(stack.id, false).await.unwrap();
    assert_eq!((open.line.state, open.asks), (StackState::Sorted, 1), "the late page keeps the stack open");
    stack.put(3, Some(1), dossier).await.unwrap();
    let done = stack.desk.file_stack(stack.id, false).await.unwrap();
    assert_eq!(done.line.state, StackState::Filed);
    assert_eq!(stack.desk.show_dossier(dossier).await.unwrap().documents.len(), 3);

    // Taken back, every page is there to be filed again; the late one lies with its neighbour now, of which nobody decided so.
    let documents: Vec<_> = done.parts.iter().flat_map(|part| part.documents.clone()).collect();
    let open = stack.desk.unfile_stack(stack.id, &documents).await.unwrap();
    assert_eq!((open.line.state, open.ready), (StackState::Sorted, 1));
    assert_eq!(stack.states().await, [(PartState::Ready, 1), (PartState::Asks, 2)]);
    assert_eq!(stack.desk.show_dossier(dossier).await.unwrap().documents.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_last_part_waits_as_long_as_the_watched_folder_may_bring_more() {
    let mut stack = Watched::begin().await;
    stack.page(&[], 9).await;
    stack.page(&[PATCH], 1).await;
    stack.page(&[], 1).await;
    assert_eq!(stack.states().await, [(PartState::Asks, 1), (PartState::Growing, 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_stray_page_is_taken_out_of_its_part_which_is_filed_without_it() {
    let mut stack = Watched::begin().await;
    let dossier = stack.desk.new_dossier("NB-11", false).await.unwrap().id;
    stack.page(&[PATCH], 9).await;
    for _ in 0..4 {
        stack.page(&[], 9).await;
    }
    let page = |file| StackAt { file, frame: 0 };
    let (desk, id) = (&stack.desk, stack.id);
    stack.put(0, Some(4), dossier).await.unwrap();
    assert_eq!(stack.states().await, [(PartState::Ready, 4)]);
    let shown = desk.take_out_of_stack(id, page(2), true).await.unwrap();
    assert_eq!(stack.states().await, [(PartState::Asks, 3), (PartState::Asks, 1)], "decided about other pages");
    assert!(shown.parts[1].taken_out);
    assert_eq!(shown.parts[1].doubts, [StackDoubt::TakenOut]);
    desk.take_out_of_stack(id, page(2), false).await.unwrap();
    assert_eq!(stack.states().await, [(PartState::Ready, 4)], "given back: as it was decided");
    let unknown = desk.take_out_of_stack(id, page(9), true).await.unwrap_err();
    assert_eq!(unknown.code, Code::NotFound);

    desk.take_out_of_stack(id, page(2), true).await.unwrap();
    stack.put(0, Some(3), dossier).await.unwrap();
    desk.file_stack(id, true).await.unwrap();
    assert_eq!(stack.states().await, [(PartState::Filed, 3), (PartState::Asks, 1)]);
    for (file, out) in [(2, false), (3, true)] {
        let late = desk.take_out_of_stack(id, page(file), out).await.unwrap_err();
        assert_eq!(late.code, Code::Conflict, "its part is filed");
    }
    let papers = desk.store().await.unwrap().documents(dossier).await.unwrap();
    assert_eq!(papers.iter().map(|paper| paper.sources.len()).collect::<Vec<_>>(), [3]);

    let given_back = desk.take_out_of_stack(id, page(2), false).await;
    assert_eq!(given_back.unwrap_err().code, Code::Conflict, "its old part is filed without it");

    // The stray one goes where it belongs, and the filing of its old part can still be taken back.
    let other = desk.new_dossier("NB-11", false).await.unwrap().id;
    stack.put(2, Some(1), other).await.unwrap();
    let done = desk.file_stack(id, true).await.unwrap();
    assert_eq!(done.line.state, StackState::Filed);
    assert_eq!(desk.show_dossier(other).await.unwrap().documents.len(), 1);
    desk.unfile_stack(id, &done.parts[0].documents).await.unwrap();
    assert_eq!(stack.states().await, [(PartState::Ready, 3), (PartState::Filed, 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_page_beside_one_that_was_taken_out_and_filed_does_not_take_it_along() {
    let (stack, dossier) = Watched::of_pages(5).await;
    let page = |file| StackAt { file, frame: 0 };
    let (desk, id) = (&stack.desk, stack.id);
    desk.take_out_of_stack(id, page(3), true).await.unwrap();
    stack.put(3, Some(1), dossier).await.unwrap();
    desk.file_stack(id, true).await.unwrap();
    desk.take_out_of_stack(id, page(2), true).await.unwrap();
    assert_eq!(stack.states().await, [(PartState::Asks, 3), (PartState::Asks, 1), (PartState::Filed, 1)]);
    stack.put(2, Some(1), dossier).await.unwrap();
    desk.file_stack(id, true).await.unwrap();
    let papers = desk.store().await.unwrap().documents(dossier).await.unwrap();
    let mut names: Vec<_> =
        papers.iter().flat_map(|paper| &paper.sources).map(|source| source.file_name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["2.png", "3.png"], "each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_decision_holds_for_the_pages_it_was_taken_of() {
    let (stack, dossier) = Watched::of_pages(4).await;
    let page = |file| StackAt { file, frame: 0 };
    let (desk, id) = (&stack.desk, stack.id);
    desk.take_out_of_stack(id, page(3), true).await.unwrap();
    stack.put(0, Some(3), dossier).await.unwrap();
    assert_eq!(stack.states().await, [(PartState::Ready, 3), (PartState::Asks, 1)]);
    desk.take_out_of_stack(id, page(3), false).await.unwrap();
    desk.take_out_of_stack(id, page(2), true).await.unwrap();
    assert_eq!(stack.states().await, [(PartState::Asks, 3), (PartState::Asks, 1)], "as many, but others");
    // What is taken back by Ctrl+Z is as it was, with what was decided.
    stack.put(2, Some(1), dossier).await.unwrap();
    desk.take_out_of_stack(id, page(2), false).await.unwrap();
    desk.take_out_of_stack(id, page(2), true).await.unwrap();
    assert_eq!(stack.states().await, [(PartState::Asks, 3), (PartState::Ready, 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_page_given_back_after_late_ones_came_does_not_push_one_out_of_what_is_filed() {
    let mut stack = Watched::begin().await;
    let dossier = stack.desk.new_dossier("NB-11", false).await.unwrap().id;
    stack.page(&[PATCH], 9).await;
    for _ in 0..3 {
        stack.page(&[], 9).await;
    }
    stack.desk.take_out_of_stack(stack.id, StackAt { file: 2, frame: 0 }, true).await.unwrap();
    stack.put(0, Some(2), dossier).await.unwrap();
    stack.desk.file_stack(stack.id, true).await.unwrap();
    stack.page(&[], 5).await;
    assert_eq!(stack.states().await, [(PartState::Filed, 2), (PartState::Asks, 1), (PartState::Asks, 1)]);
    let back = stack.desk.take_out_of_stack(stack.id, StackAt { file: 2, frame: 0 }, false).await;
    assert_eq!(back.unwrap_err().code, Code::Conflict);
}
