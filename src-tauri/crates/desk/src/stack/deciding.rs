//! What a person says about a stack: where a part goes, and which page does not belong to the part it lies in.

use std::collections::BTreeMap;

use dossier::StackId;
use serde::{Deserialize, Serialize};
use store::{Stack, StackPart};

use super::{PageKind, StackAt, StackDecided, StackDecision, StackView, parts, sorting::Part};
use crate::{
    Desk, Host,
    cover::takes_papers,
    fault::{Fault, FaultCode as Code},
    papers_in::{Place, component_at, row_of},
};

/// What a person said about a page, and about the part that begins with it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Decided {
    /// What the part was then: the decision holds for these pages and no others.
    pages: Vec<StackAt>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    decision: Option<StackDecision>,
    /// The page does not belong to the part it lies in.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(super) taken_out: bool,
}

impl Decided {
    fn of(stack: &Stack, at: StackAt) -> Self {
        let known = stack.parts.iter().find(|known| known.at == (at.file, at.frame));
        known.and_then(Self::read).unwrap_or_default()
    }

    pub(super) fn read(known: &StackPart) -> Option<Self> {
        serde_json::from_value(known.decision.clone()?).ok()
    }

    /// The decision, if it was taken of this part.
    pub(super) fn about(self, part: &Part) -> Option<StackDecision> {
        self.decision.filter(|_| self.pages == part.ats())
    }

    /// As the store keeps it; none = nothing was said.
    fn kept(&self) -> Result<Option<serde_json::Value>, Fault> {
        let said = self.decision.is_some() || self.taken_out;
        said.then(|| serde_json::to_value(self)).transpose().map_err(Fault::unexpected)
    }
}

impl<H: Host> Desk<H> {
    /// Keeps what a person decided, all of it or none. It can be decided again until the stack is filed.
    pub(crate) async fn decide_stack(&self, id: StackId, decided: Vec<StackDecided>) -> Result<StackView, Fault> {
        let turn = self.stacks.filing.lock().await;
        let stack = self.store().await?.stack(id).await?;
        let (parts, _) = parts(&stack)?;
        let mut kept = vec![];
        for StackDecided { at, pages, decision } in decided {
            let unknown = || Fault::new(Code::NotFound).with("what", "part");
            let part = parts.iter().find(|part| part.at == at).ok_or_else(unknown)?;
            if pages.is_some_and(|pages| pages as usize != part.pages.len()) {
                return Err(Fault::new(Code::Conflict).with("detail", "pages"));
            }
            if let Some(StackDecision::Put { dossier, component, row }) = &decision {
                let open = self.open_dossier(*dossier).await?;
                if !takes_papers(&open) {
                    let state = crate::dossiers::state_name(open.record.state);
                    return Err(Fault::new(Code::StateForbids).with("state", state));
                }
                let place = Place { component: component.clone(), row: row.clone() };
                row_of(&open, component_at(&open, &place)?, row.as_deref())?;
            }
            let decided = Decided { pages: part.ats(), decision, ..Decided::of(&stack, at) };
            kept.push(((at.file, at.frame), decided.kept()?));
        }
        self.acting("stack.decided", async |store, act| store.decide_stack(id, &kept, act).await).await?;
        drop(turn);
        self.show_stack(id).await
    }

    /// Takes a page out of the part it lies in, or gives it back; of a signed file, all pages.
    ///
    /// # Errors
    /// [`Code::Conflict`] where a part that is filed would have other pages than it was filed with.
    pub(crate) async fn take_out_of_stack(&self, id: StackId, at: StackAt, out: bool) -> Result<StackView, Fault> {
        let turn = self.stacks.filing.lock().await;
        let stack = self.store().await?.stack(id).await?;
        let before = parts(&stack)?.0;
        let there = |part: &Part| part.pages.contains(&(at, PageKind::Missing)) || !part.ats().contains(&at);
        let Some(file) = stack.files.get(at.file as usize).filter(|_| !before.iter().all(there)) else {
            return Err(Fault::new(Code::NotFound).with("what", "page"));
        };
        let frames = if file.sealed { 0..file.frames } else { at.frame..at.frame + 1 };
        let (mut kept, mut told) = (vec![], stack.clone());
        for frame in frames {
            let place = (at.file, frame);
            let said = Decided { taken_out: out, ..Decided::of(&stack, StackAt { frame, ..at }) }.kept()?;
            told.parts.retain(|known| known.at != place || known.filed_at.is_some());
            told.parts.push(StackPart {
                at: place,
                decision: said.clone(),
                pages: None,
                documents: vec![],
                filed_at: None,
            });
            kept.push((place, said));
        }
        if filed(&stack, &before) != filed(&stack, &parts(&told)?.0) {
            return Err(Fault::new(Code::Conflict).with("detail", "filed"));
        }
        self.acting("stack.decided", async |store, act| store.decide_stack(id, &kept, act).await).await?;
        drop(turn);
        self.show_stack(id).await
    }
}

/// The parts that are filed, and their pages.
fn filed(stack: &Stack, parts: &[Part]) -> BTreeMap<StackAt, Vec<StackAt>> {
    let is_filed = |part: &&Part| {
        stack.parts.iter().any(|known| known.at == (part.at.file, part.at.frame) && known.filed_at.is_some())
    };
    parts.iter().filter(is_filed).map(|part| (part.at, part.ats())).collect()
}
