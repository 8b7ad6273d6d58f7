//! What this computer keeps of a dossier beside it: where its form was left, and which suggestions and which advice a person put aside.
//! None of it changes the dossier: one that is ready stays so.

use std::collections::BTreeSet;

use dossier::{Digest, DocumentId, DossierId, Finding, PageId, check::Place, preflight::PaperFacts};
use serde::{Deserialize, Serialize};

use crate::{Desk, Host, Sheet, fault::Fault};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Marks {
    /// Keys of suggestions and of advice.
    pub aside: BTreeSet<String>,
    /// The section of the form a person was in.
    pub left: Option<String>,
}

impl<H: Host> Desk<H> {
    pub(crate) async fn marks(&self, id: DossierId) -> Result<Marks, Fault> {
        Ok(self.store().await?.marks(id).await?.unwrap_or_default())
    }

    async fn mark(&self, id: DossierId, change: impl FnOnce(&mut Marks)) -> Result<(), Fault> {
        let _turn = self.saving.lock().await;
        let mut marks = self.marks(id).await?;
        change(&mut marks);
        Ok(self.store().await?.set_marks(id, &marks).await?)
    }

    /// The form was left in this section.
    pub(crate) async fn leave_at(&self, id: DossierId, section: String) -> Result<(), Fault> {
        self.mark(id, |marks| marks.left = Some(section)).await
    }

    pub(crate) async fn put_aside(&self, id: DossierId, keys: Vec<String>, back: bool) -> Result<(), Fault> {
        self.mark(id, |marks| {
            for key in keys {
                if back {
                    marks.aside.remove(&key)
                } else {
                    marks.aside.insert(key)
                };
            }
        })
        .await
    }

    /// Advice is not told again as long as its papers are the same; with `back`, it is. What blocks is told whatever is asked here.
    pub(crate) async fn put_advice_aside(&self, id: DossierId, advice: &[Finding], back: bool) -> Result<Sheet, Fault> {
        let documents = self.store().await?.documents(id).await?;
        let papers = self.paper_facts(&documents).await?;
        let keys = advice.iter().map(|finding| key(finding, &papers)).collect::<Result<_, _>>()?;
        self.put_aside(id, keys, back).await?;
        self.sheet_of(&self.open_dossier(id).await?).await
    }

    /// What stays to be told, and what was put aside of it.
    pub(crate) async fn without_aside(
        &self,
        id: DossierId,
        findings: Vec<Finding>,
        papers: &[PaperFacts],
    ) -> Result<(Vec<Finding>, Vec<Finding>), Fault> {
        let marks = self.marks(id).await?;
        let (mut told, mut aside) = (vec![], vec![]);
        for finding in findings {
            let is_aside =
                !finding.blocking && !marks.aside.is_empty() && marks.aside.contains(&key(&finding, papers)?);
            if is_aside { &mut aside } else { &mut told }.push(finding);
        }
        Ok((told, aside))
    }
}

/// A paper as far as advice about it goes: other files, other pages or other edits of them, and it is another one.
#[derive(Serialize)]
struct Paper<'a> {
    document: Option<DocumentId>,
    sources: &'a [Digest],
    bytes: u64,
    pages: Vec<Option<PageId>>,
}

/// Names advice with the papers that it is about.
fn key(finding: &Finding, papers: &[PaperFacts]) -> Result<String, Fault> {
    let mut place = finding.place.clone();
    let about = match &mut place {
        Place::Component { component, row } => Some((component.clone(), row.clone())),
        Place::Page { component, row, at } => {
            // Where on the page it stands is found out anew each time.
            at.spot = None;
            Some((component.clone(), row.clone()))
        }
        Place::Field { .. } | Place::Dossier => None,
    };
    let here = |paper: &&PaperFacts| {
        about.as_ref().is_some_and(|(component, row)| (&paper.component, &paper.row) == (component, row))
    };
    let papers: Vec<Paper<'_>> = papers
        .iter()
        .filter(here)
        .map(|paper| Paper {
            document: paper.document,
            sources: &paper.sources,
            bytes: paper.bytes,
            pages: paper.pages.iter().map(|page| page.page).collect(),
        })
        .collect();
    let digest = Digest::of_canonical(&(place, &finding.what, papers)).map_err(Fault::unexpected)?;
    Ok(format!("advice {digest}"))
}

#[cfg(test)]
mod tests {
    use dossier::{State, Transition, check::FindingKind};

    use super::*;
    use crate::testing::{add_pages, desk, digitised};

    /// A dossier with a paper on which no signature was seen, taken as ready; and that advice.
    async fn ready(desk: &Desk<crate::testing::Surroundings>) -> (DossierId, Finding) {
        let id = desk.new_dossier("NB-11", false).await.unwrap().id;
        add_pages(desk, id, &[b"a"]).await;
        digitised(desk, 1).await;
        let check = Transition::Check { blocking: 0 };
        desk.acting("test", async |store, act| store.transition(id, &check, act).await).await.unwrap();
        let told = told(desk, id).await;
        let unseen = told.into_iter().find(|it| matches!(it.what, FindingKind::SignatureUnseen { .. })).unwrap();
        (id, unseen)
    }

    async fn told(desk: &Desk<crate::testing::Surroundings>, id: DossierId) -> Vec<Finding> {
        desk.open_view(id).await.unwrap().sheet.findings.findings
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn advice_put_aside_leaves_the_dossier_ready_and_comes_back_when_its_paper_changes() {
        let desk = desk();
        let (id, advice) = ready(&desk).await;
        let before = desk.open_dossier(id).await.unwrap().record;
        let sheet = desk.put_advice_aside(id, std::slice::from_ref(&advice), false).await.unwrap();
        assert!(!sheet.findings.findings.contains(&advice));
        assert_eq!(sheet.findings.aside, std::slice::from_ref(&advice));
        let after = desk.open_dossier(id).await.unwrap().record;
        assert_eq!((after.state, after.answers_version), (State::Ready, before.answers_version));

        let sheet = desk.put_advice_aside(id, std::slice::from_ref(&advice), true).await.unwrap();
        assert!(sheet.findings.findings.contains(&advice) && sheet.findings.aside.is_empty());

        desk.put_advice_aside(id, std::slice::from_ref(&advice), false).await.unwrap();
        add_pages(&desk, id, &[b"another"]).await;
        digitised(&desk, 2).await;
        assert!(told(&desk, id).await.contains(&advice), "there is another paper in its place");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn what_blocks_cannot_be_put_aside() {
        let desk = desk();
        let id = desk.new_dossier("NB-11", false).await.unwrap().id;
        let all = told(&desk, id).await;
        let disguised: Vec<Finding> = all.iter().cloned().map(|it| Finding { blocking: false, ..it }).collect();
        let sheet = desk.put_advice_aside(id, &disguised, false).await.unwrap();
        let blocking = |findings: &[Finding]| findings.iter().filter(|it| it.blocking).count();
        assert!(blocking(&all) > 0);
        assert_eq!(blocking(&sheet.findings.findings), blocking(&all));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_suggestion_passed_over_and_where_the_form_was_left_change_nothing_of_the_dossier() {
        let desk = desk();
        let (id, _) = ready(&desk).await;
        let before = desk.open_dossier(id).await.unwrap().record;
        desk.put_aside(id, vec!["letterhead x".to_owned()], false).await.unwrap();
        desk.leave_at(id, "request".to_owned()).await.unwrap();
        let view = desk.open_view(id).await.unwrap();
        assert_eq!(view.left.as_deref(), Some("request"));
        assert_eq!(desk.open_dossier(id).await.unwrap().record, before);
        assert!(desk.marks(id).await.unwrap().aside.contains("letterhead x"));
    }
}
