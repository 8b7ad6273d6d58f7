//! A first dossier to try the application out with: an invented person, an example paper, a few answers left to give. It is never
//! sent.

use std::collections::BTreeMap;

use dossier::{DossierId, ProcedureCode};
use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::{
    Attached, Desk, Host,
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code},
    papers_in::Place,
};

static PRACTICE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/practice");

/// `practice/practice.json`.
#[derive(Deserialize)]
struct Practice {
    procedure: ProcedureCode,
    /// As a person would type them.
    answers: BTreeMap<String, String>,
    /// File names beside it, by component.
    papers: BTreeMap<String, String>,
}

fn practice() -> Result<Practice, Fault> {
    let file = PRACTICE.get_file("practice.json").ok_or_else(|| Fault::unexpected("no practice data"))?;
    serde_json::from_slice(file.contents()).map_err(Fault::unexpected)
}

/// Components for which there is an example paper.
pub(crate) fn examples(open: &OpenDossier) -> Vec<String> {
    match practice() {
        Ok(practice) if open.record.practice && practice.procedure == open.procedure.code => {
            practice.papers.into_keys().collect()
        }
        _ => vec![],
    }
}

impl<H: Host> Desk<H> {
    /// Gives the example answers, where there are any for this procedure.
    pub(crate) async fn fill_practice(&self, id: DossierId) -> Result<(), Fault> {
        let practice = practice()?;
        if self.open_dossier(id).await?.procedure.code == practice.procedure {
            self.set_answers(id, practice.answers.into_iter().collect()).await?;
        }
        Ok(())
    }

    /// Adds the example paper of a component; it is digitised in the background, as any other.
    pub(crate) async fn attach_example(&self, id: DossierId, component: String) -> Result<Attached, Fault> {
        let practice = practice()?;
        let unknown = || Fault::new(Code::NotFound).with("what", "example");
        let name = practice.papers.get(&component).ok_or_else(unknown)?;
        if !self.open_dossier(id).await?.record.practice {
            return Err(unknown());
        }
        let file = PRACTICE.get_file(name).ok_or_else(unknown)?;
        let paper = self.keep_paper(name.clone(), file.contents().to_vec()).await?;
        self.attach_papers(id, Place { component, row: None }, vec![paper], false, true).await
    }
}

#[cfg(test)]
mod tests {
    use crate::{Answer, Request, testing::desk};

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_practice_dossier_begins_with_answers_lacks_a_few_and_is_never_sent() {
        let desk = desk();
        let new = Request::DossierNew { procedure: "2.000635".to_owned(), practice: true };
        let Ok(Answer::Dossier(made)) = desk.call(new).await else { panic!() };
        assert!(made.practice && !made.answers.0.is_empty());
        assert_eq!(made.examples, ["2.000635.01"]);
        let Ok(Answer::Opened(opened)) = desk.call(Request::DossierOpen { dossier: made.id }).await else { panic!() };
        let missing = opened.sheet.fields.iter().filter(|field| field.is_missing()).count();
        assert!((1..=4).contains(&missing), "{missing} answers are left to give");
        assert!(opened.sheet.fields.iter().all(|field| field.malformed.is_none()));
        let refused = desk.call(Request::DossierSubmit { dossier: made.id }).await;
        assert_eq!(refused.unwrap_err().code, crate::FaultCode::PracticeOnly);
    }
}
