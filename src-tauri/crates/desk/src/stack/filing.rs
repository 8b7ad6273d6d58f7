//! Parts that are decided become documents of their dossiers.

use dossier::{DocumentId, StackId};
use store::{DocumentHead, DocumentKind, FiledPart, NewDocument, NewSource, Stack};
use uuid::Uuid;

use super::{PageKind, PartState, StackAt, StackPartView, StackState, StackView, is_filed, parts};
use crate::{
    Desk, Host, cover,
    fault::{Fault, FaultCode as Code},
    papers_in::{Place, head_at},
};

impl<H: Host> Desk<H> {
    /// Files every part that can be; those a person is asked about stay. When nothing is left, what was left out stays outside. What
    /// is filed is filed once, whenever this is ended. `declared`: the clerk's word that no paper is a state secret, for dossiers that
    /// have none yet; without it nothing is filed into those.
    pub(crate) async fn file_stack(&self, id: StackId, declared: bool) -> Result<StackView, Fault> {
        let turn = self.stacks.filing.lock().await;
        let stack = self.store().await?.stack(id).await?;
        let sheets: Vec<_> = parts(&stack)?.0.into_iter().map(|part| (part.at, part.sheet)).collect();
        let ready = self.stack_view(&stack).await?.parts.into_iter().filter(|part| part.state == PartState::Ready);
        let ready: Vec<_> = ready.collect();
        if !declared {
            self.secrecy_is_declared(&ready).await?;
        }
        for part in &ready {
            let sheet = sheets.iter().find(|(at, _)| *at == part.at).and_then(|(_, sheet)| sheet.as_deref());
            let sheet = sheet.filter(|text| *text != cover::UNREAD);
            match self.file_part(&stack, part, sheet).await {
                Ok(()) => {}
                // Its dossier was sent or put away this very moment: it is asked about, and the others go on.
                Err(fault) if matches!(fault.code, Code::Conflict | Code::StateForbids | Code::NotFound) => {}
                Err(fault) => return Err(fault),
            }
        }
        drop(turn);
        self.finish_stack(id).await?;
        let stopped = if self.host.attends() {
            self.papers_came();
            None
        } else {
            self.digitise_waiting().await.err()
        };
        Ok(StackView { stopped, ..self.show_stack(id).await? })
    }

    /// Takes a filing back: the documents are put away, and the parts they came from can be decided and filed again.
    pub(crate) async fn unfile_stack(&self, id: StackId, documents: &[DocumentId]) -> Result<StackView, Fault> {
        let _turn = self.stacks.filing.lock().await;
        let stack = self.store().await?.stack(id).await?;
        let (parts, _) = parts(&stack)?;
        let place = |at: &StackAt| (at.file, at.frame);
        let pages = parts.iter().map(|part| (place(&part.at), part.ats().iter().map(place).collect())).collect();
        self.acting("stack.unfiled", async |store, act| store.unfile_stack(id, documents, &pages, act).await).await?;
        self.stack_came(id).await?;
        self.show_stack(id).await
    }

    /// # Errors
    /// [`Code::SecrecyUndeclared`] with the codes of the dossiers for which nobody has declared it.
    async fn secrecy_is_declared(&self, ready: &[StackPartView]) -> Result<(), Fault> {
        let mut undeclared = std::collections::BTreeMap::new();
        for place in ready.iter().filter_map(|part| part.place.as_ref()) {
            if self.store().await?.dossier(place.dossier).await?.secrecy_declared_at.is_none() {
                undeclared.insert(place.dossier, place.code.clone());
            }
        }
        if undeclared.is_empty() {
            return Ok(());
        }
        let codes: Vec<_> = undeclared.into_values().collect();
        Err(Fault::new(Code::SecrecyUndeclared).with("dossiers", codes.join(", ")))
    }

    async fn file_part(&self, stack: &Stack, part: &StackPartView, sheet: Option<&str>) -> Result<(), Fault> {
        let Some(place) = &part.place else { return Err(Fault::new(Code::NotFound).with("what", "place")) };
        let open = self.open_dossier(place.dossier).await?;
        let head = head_at(&open, &Place { component: place.component.clone(), row: place.row.clone() })?;
        let documents = documents(stack, part, place.dossier, &head);
        let part = FiledPart {
            at: (part.at.file, part.at.frame),
            pages: part.pages.len() as u32,
            sheet,
            documents: &documents,
            declared: open.record.secrecy_declared_at.is_none(),
        };
        self.acting("document.added", async |store, act| store.file_stack_part(stack.head.id, &part, act).await).await
    }

    /// Ends the stack when nothing of it is left to be decided or filed. Files with pages that went nowhere stay with it, as do sheets
    /// that could not be read: nobody has confirmed that they are nothing else.
    async fn finish_stack(&self, id: StackId) -> Result<(), Fault> {
        let stack = self.store().await?.stack(id).await?;
        let view = self.stack_view(&stack).await?;
        let open = |part: &StackPartView| matches!(part.state, PartState::Growing | PartState::Asks | PartState::Ready);
        let done = view.line.state == StackState::Sorted && !view.parts.iter().any(open);
        // A stack of nothing but refused files is looked at before it goes.
        if !done || view.parts.iter().all(|part| part.state == PartState::Nothing) {
            return Ok(());
        }
        let mut kept: Vec<u32> = vec![];
        for part in &view.parts {
            if part.sheet.is_none() && !part.pages.iter().any(|page| page.at == part.at) {
                kept.push(part.at.file);
            }
            let whole = part.state != PartState::Filed;
            kept.extend(part.pages.iter().filter(|page| whole || !is_filed(page.kind)).map(|page| page.at.file));
        }
        kept.sort_unstable();
        kept.dedup();
        let seen = view.line.files;
        // What came this very moment is looked at first.
        self.acting("stack.filed", async |store, act| store.finish_stack(id, seen, &kept, act).await).await?;
        Ok(())
    }
}

/// The pages of all pictures and PDFs as one document, each signed file as one of its own.
fn documents(
    stack: &Stack,
    part: &StackPartView,
    dossier: dossier::DossierId,
    head: &DocumentHead,
) -> Vec<NewDocument> {
    let (mut pages, mut whole): (Vec<(u32, NewSource)>, Vec<NewSource>) = (vec![], vec![]);
    for page in part.pages.iter().filter(|page| matches!(page.kind, PageKind::Content | PageKind::Blank)) {
        let Some(file) = stack.files.get(page.at.file as usize) else { continue };
        let Some(blob) = file.blob else { continue };
        let source =
            |frames| NewSource { blob, file_name: file.file_name.clone(), media_type: file.media_type.clone(), frames };
        match pages.last_mut() {
            _ if file.sealed => {
                if page.at.frame == 0 {
                    whole.push(source(None));
                }
            }
            Some((index, last)) if *index == page.at.file => {
                last.frames.get_or_insert_default().push(page.at.frame);
            }
            _ => pages.push((page.at.file, source(Some(vec![page.at.frame])))),
        }
    }
    let document = |kind, sources: Vec<NewSource>| NewDocument {
        id: DocumentId(Uuid::now_v7()),
        dossier,
        head: DocumentHead { file_name: sources.first().map(|source| source.file_name.clone()), ..head.clone() },
        kind,
        sources,
    };
    let pages: Vec<NewSource> = pages.into_iter().map(|(_, source)| source).collect();
    let mut documents = vec![];
    if !pages.is_empty() {
        documents.push(document(DocumentKind::Pages, pages));
    }
    documents.extend(whole.into_iter().map(|source| document(DocumentKind::Sealed, vec![source])));
    documents
}

#[cfg(test)]
mod tests;
