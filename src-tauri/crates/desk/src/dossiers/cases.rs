//! The cases that desktop and hub share.

use dossier::preflight::cases::{self, CasePaper};
use store::{DocumentHead, NewDocument, NewSource};

use super::*;
use crate::testing::{Surroundings, desk};

const CASES: &str = include_str!("../../../../../tests/samples/preflight.json");

async fn add(desk: &Desk<Surroundings>, dossier: DossierId, paper: &CasePaper) {
    let blob = desk.store().await.unwrap().put_bytes(paper.content.as_bytes()).await.unwrap();
    let head = DocumentHead {
        component: paper.component.to_string(),
        component_row: paper.row.as_ref().map(ToString::to_string),
        title: paper.title.clone(),
        file_name: None,
        originals: paper.originals,
        copies: paper.copies,
    };
    let media_type = paper.media_type.clone();
    let source = NewSource { blob, file_name: "a.pdf".into(), media_type, frames: None };
    let id = dossier::DocumentId(Uuid::now_v7());
    let new = NewDocument { id, dossier, head, kind: DocumentKind::AsIs, sources: vec![source] };
    desk.acting("test", async |store, act| store.add_document(&new, act).await).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_case_is_found_as_at_the_hub() {
    let all = cases::Cases::from_json(CASES).unwrap();
    for case in &all.cases {
        let desk = desk();
        let id = desk.new_dossier(&all.procedure, false).await.unwrap().id;
        for content in &case.earlier {
            let earlier = desk.new_dossier(&all.procedure, false).await.unwrap().id;
            let same = case.papers.iter().find(|paper| paper.content == *content).unwrap();
            add(&desk, earlier, same).await;
        }
        for paper in &case.papers {
            add(&desk, id, paper).await;
        }
        let open = desk.open_dossier(id).await.unwrap();
        desk.save_answers(&OpenDossier { answers: all.answers(case), ..open }).await.unwrap();
        let found = desk.check_dossier(id).await.unwrap();
        assert_eq!(found.findings.iter().map(cases::line).collect::<Vec<_>>(), case.expect, "{}", case.name);
        // What the hub refuses never gets so far.
        let stopped = found.findings.iter().any(|finding| finding.blocking);
        assert_eq!(found.ready, !stopped);
        assert!(stopped || case.refused.is_none(), "{}", case.name);
    }
}
