//! Parts that are decided become documents of their dossiers.

use dossier::{DocumentId, StackId};
use store::{DocumentHead, DocumentKind, NewDocument, NewSource, Stack};
use uuid::Uuid;

use super::{PageKind, PartState, StackPartView, StackState, StackView, is_filed, seen, sorting};
use crate::{
    Desk, Host, cover,
    fault::{Fault, FaultCode as Code},
    papers_in::{Place, head_at},
};

impl<H: Host> Desk<H> {
    /// Files every part that can be; those a person is asked about stay. When nothing is left, what was left out stays outside. What is filed is filed once, whenever this is ended.
    pub(crate) async fn file_stack(&self, id: StackId) -> Result<StackView, Fault> {
        let turn = self.stacks.filing.lock().await;
        let stack = self.store().await?.stack(id).await?;
        let texts: Vec<_> = sorting::parts(seen(&stack)?.0).into_iter().map(|part| (part.at, part.sheet)).collect();
        for part in self.stack_view(&stack).await?.parts {
            if part.state != PartState::Ready {
                continue;
            }
            let sheet = texts.iter().find(|(at, _)| *at == part.at).and_then(|(_, sheet)| sheet.as_deref());
            let sheet = sheet.filter(|text| *text != cover::UNREAD);
            match self.file_part(&stack, &part, sheet).await {
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

    async fn file_part(&self, stack: &Stack, part: &StackPartView, sheet: Option<&str>) -> Result<(), Fault> {
        let Some(place) = &part.place else { return Err(Fault::new(Code::NotFound).with("what", "place")) };
        let open = self.open_dossier(place.dossier).await?;
        let head = head_at(&open, &Place { component: place.component.clone(), row: place.row.clone() })?;
        let documents = documents(stack, part, place.dossier, &head);
        if open.record.secrecy_declared_at.is_none() {
            // As with papers attached one by one: filing them is the clerk's word that none is a state secret.
            let dossier = place.dossier;
            self.acting("secrecy.declared", async |store, act| store.declare_secrecy(dossier, act).await).await?;
        }
        let at = (part.at.file, part.at.frame);
        self.acting("document.added", async |store, act| {
            store.file_stack_part(stack.head.id, at, sheet, &documents, act).await
        })
        .await
    }

    /// Ends the stack when nothing of it is left to be decided or filed. Files with pages that went nowhere stay with it.
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
            let whole = part.state != PartState::Filed;
            kept.extend(part.pages.iter().filter(|page| whole || !is_filed(page.kind)).map(|page| page.at.file));
        }
        kept.dedup();
        self.acting("stack.filed", async |store, act| store.finish_stack(id, &kept, act).await).await
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
