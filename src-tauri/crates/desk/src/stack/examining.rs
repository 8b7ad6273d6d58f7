//! Pages of stacks are looked at in workers, in order, a few at a time: memory does not grow with the number of pages.

use std::{collections::BTreeSet, sync::Arc};

use dossier::StackId;
use futures_util::{StreamExt, stream};
use store::{Stack, StackPage, Store};

use super::{Found, StackAt};
use crate::{
    Desk, Host, Notice, Progress, cover,
    fault::{Fault, FaultCode as Code},
    worker::{Loaded, PageSeen, Pool},
};

impl<H: Host> Desk<H> {
    /// Looks at the pages of every stack that nobody has looked at; ended in the middle, the next run goes on.
    pub(crate) async fn examine_stacks(&self) -> Result<(), Fault> {
        let _turn = self.stacks.examining.lock().await;
        loop {
            let Some(id) = self.store().await?.stacks_to_examine().await?.into_iter().next() else { return Ok(()) };
            self.examine_stack(id).await?;
        }
    }

    async fn examine_stack(&self, id: StackId) -> Result<(), Fault> {
        let (store, pool) = (self.store().await?, self.pool().await);
        let stack = store.stack(id).await?;
        let (mut done, total) = (stack.head.examined, stack.head.pages);
        let looks = unseen(store, &stack).map(async |(at, file)| (at, look(pool, file, at.frame).await));
        // One more than there are workers, so that none waits for its next page.
        let mut looks = std::pin::pin!(looks.buffered(pool.size() + 1));
        while let Some((at, found)) = looks.next().await {
            if self.sorting_stopped() {
                return Err(Fault::new(Code::Cancelled));
            }
            let found = serde_json::to_value(found?).map_err(Fault::unexpected)?;
            store.note_stack_page(id, &StackPage { file: at.file, frame: at.frame, found }).await?;
            done += 1;
            self.host.notice(Notice::Stack { stack: id, taking: self.is_taking(id), done, total });
            if !self.host.attends() {
                let file = stack.files.get(at.file as usize).map_or_else(String::new, |file| file.file_name.clone());
                self.host.progress(Progress { done, total, file });
            }
        }
        Ok(())
    }
}

/// What a page comes with: the file it is in, or that the file is whole and nothing in it is looked at, or why it cannot be.
type Opened = Result<Option<Arc<Loaded>>, Fault>;

/// The pages nobody has looked at, each with its file, which is fetched when its turn comes.
fn unseen<'a>(store: &'a Store, stack: &'a Stack) -> impl futures_util::Stream<Item = (StackAt, Opened)> + 'a {
    let seen: BTreeSet<(u32, u32)> = stack.pages.iter().map(|page| (page.file, page.frame)).collect();
    let files = (0..).zip(&stack.files).filter_map(move |(index, file)| {
        let frames: Vec<u32> = (0..file.frames).filter(|frame| !seen.contains(&(index, *frame))).collect();
        (!frames.is_empty()).then_some((index, file, frames))
    });
    stream::iter(files)
        .then(async |(index, file, frames): (u32, &store::StackFile, Vec<u32>)| {
            let opened = match &file.blob {
                // A signed file stays as it is: its pages are pages, whatever is on them.
                Some(_) if file.sealed => Ok(None),
                Some(blob) => store.get_blob(blob).await.map(|bytes| Some(Loaded::new(bytes))).map_err(Fault::from),
                None => Err(Fault::new(Code::FileGone)),
            };
            (index, opened, frames)
        })
        .flat_map(|(file, opened, frames)| {
            stream::iter(frames.into_iter().map(move |frame| (StackAt { file, frame }, opened.clone())))
        })
}

/// A fault of the page itself is a finding; one of the computer ends the work, and the page is looked at again.
async fn look(pool: &Pool, file: Opened, frame: u32) -> Result<Found, Fault> {
    let seen = match file {
        Ok(Some(file)) => pool.look(&file, frame).await,
        Ok(None) => Ok(PageSeen { blank: false, codes: vec![], titled: false }),
        Err(fault) => Err(fault),
    };
    match seen {
        Ok(PageSeen { blank, codes, titled }) => {
            let codes = codes.into_iter().filter(|code| cover::is_separator(code));
            // A sheet whose codes cannot be read is a sheet all the same: its papers must not fall to the one before it.
            let codes = codes.chain(titled.then(|| cover::UNREAD.to_owned())).collect();
            Ok(Found { blank, codes, fault: None })
        }
        Err(fault) if fault.is_the_stations() => Err(fault),
        Err(fault) => Ok(Found { fault: Some(fault), ..Found::default() }),
    }
}
