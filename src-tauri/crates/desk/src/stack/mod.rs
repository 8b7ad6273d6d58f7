//! Stacks of paper: taken in at once, sorted by their cover sheets, asked about where that does not suffice, and filed as documents.
//!
//! Everything of a stack is in the store before it is shown. Which pages belong together is computed from what was found on them; kept
//! are only the findings and what a person decided.

mod deciding;
mod examining;
mod filing;
mod plan;
mod sorting;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Mutex,
};

use dossier::{DossierId, StackId};
use serde::{Deserialize, Serialize};
use store::{NewStackFile, Stack, StackContent, StackHead};
use tokio::sync::Notify;
use uuid::Uuid;

pub use plan::*;
pub(crate) use sorting::natural;
pub use sorting::{PageKind, StackAt};

use crate::{
    Desk, Host, Notice,
    cover::{self, SheetCode, SheetRead, dossier_code, row_words, takes_papers},
    digitising::{Fetch, FromDisk},
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code},
    papers_in::{Place, component_at, listed, row_of},
    pictures::PictureName,
    worker::Loaded,
};
use deciding::Decided;
use sorting::{Part, Seen};

/// So many stacks are listed.
const MOST_LISTED: u32 = 100;

/// What goes on with stacks at this desk.
#[derive(Default)]
pub(crate) struct Stacks {
    /// Those whose files are being taken in right now.
    taking: Mutex<BTreeSet<StackId>>,
    /// Held while pages are looked at.
    examining: tokio::sync::Mutex<()>,
    /// Held while parts are filed: two at a time would each file the same.
    filing: tokio::sync::Mutex<()>,
    /// Wakes the looking at pages.
    pub came: Notify,
}

/// What was found on a page, as the store keeps it. Of codes only those that separate: others may be somebody's identity card.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Found {
    blank: bool,
    codes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    fault: Option<Fault>,
}

/// The stack is being taken in as long as this lives.
struct Taking<'a> {
    set: &'a Mutex<BTreeSet<StackId>>,
    id: StackId,
}

impl<'a> Taking<'a> {
    fn begin(set: &'a Mutex<BTreeSet<StackId>>, id: StackId) -> Self {
        set.lock().unwrap_or_else(|e| e.into_inner()).insert(id);
        Self { set, id }
    }
}

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        self.set.lock().unwrap_or_else(|e| e.into_inner()).remove(&self.id);
    }
}

impl<H: Host> Desk<H> {
    /// Takes the files in as one stack, in the order of their names as people count. Files that are refused are named in it. Where
    /// nothing works in the background, its pages are looked at before this answers.
    pub(crate) async fn take_stack(&self, files: Vec<PathBuf>) -> Result<StackView, Fault> {
        let mut files = listed(files)?;
        if files.is_empty() {
            return Err(Fault::new(Code::NotFound).with("what", "papers"));
        }
        files.sort_by_cached_key(|file| natural(&file.to_string_lossy()));
        let id = StackId(Uuid::now_v7());
        let announced = u32::try_from(files.len()).unwrap_or(u32::MAX);
        // Whoever takes papers in wants them looked at: a hold from an earlier stack ends.
        self.hold(crate::Work::Sorting, false);
        let taking = Taking::begin(&self.stacks.taking, id);
        self.acting("stack.taken", async |store, act| store.create_stack(id, false, announced, act).await).await?;
        for file in &files {
            if self.sorting_stopped() {
                break;
            }
            self.add_to_stack(id, file).await?;
            self.stack_came(id).await?;
        }
        drop(taking);
        self.stack_came(id).await?;
        let stopped = if self.host.attends() { None } else { self.examine_stacks().await.err() };
        Ok(StackView { stopped, ..self.show_stack(id).await? })
    }

    /// Whether a person has stopped the sorting.
    fn sorting_stopped(&self) -> bool {
        self.host.cancelled() || self.is_held(crate::Work::Sorting)
    }

    /// Takes one more file into the stack, or names it there with why it was refused.
    async fn add_to_stack(&self, id: StackId, file: &Path) -> Result<(), Fault> {
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        let limit = self.host.worker_limits().file;
        let taken = match FromDisk(file.to_owned()).fetch(limit).await {
            Ok(bytes) => self.keep_stack_file(bytes).await,
            Err(fault) => Err(fault),
        };
        let content = match taken {
            Ok(content) => content,
            Err(fault) if fault.concerns_a_file() => {
                StackContent::Refused(serde_json::to_value(&fault).map_err(Fault::unexpected)?)
            }
            Err(fault) => return Err(fault),
        };
        let file = NewStackFile { file_name: name, content };
        self.store().await?.add_stack_file(id, &file, None, self.now()).await?;
        Ok(())
    }

    /// Has a worker say what the file is, and keeps its bytes.
    pub(crate) async fn keep_stack_file(&self, bytes: Vec<u8>) -> Result<StackContent, Fault> {
        let loaded = Loaded::new(bytes);
        let opened = self.pool().await.open(&loaded).await?;
        let blob = self.store().await?.put_bytes(loaded.bytes()).await?;
        let media_type = opened.kind.media_type().to_owned();
        Ok(StackContent::Taken { blob, media_type, frames: opened.frames, sealed: opened.sealed })
    }

    /// Something of the stack is new: it is looked at, and told.
    pub(crate) async fn stack_came(&self, id: StackId) -> Result<(), Fault> {
        self.stacks.came.notify_one();
        let head = self.store().await?.stack(id).await?.head;
        let taking = self.is_taking(id);
        let (done, total) = if taking { (head.files, head.announced) } else { (head.examined, head.pages) };
        self.host.notice(Notice::Stack { stack: id, taking, done, total });
        Ok(())
    }

    fn is_taking(&self, id: StackId) -> bool {
        self.stacks.taking.lock().unwrap_or_else(|e| e.into_inner()).contains(&id)
    }

    pub(crate) async fn list_stacks(&self) -> Result<Vec<StackLine>, Fault> {
        let heads = self.store().await?.stacks(MOST_LISTED).await?;
        Ok(heads.iter().map(|head| self.stack_line(head)).collect())
    }

    fn stack_line(&self, head: &StackHead) -> StackLine {
        let state = match head {
            _ if head.filed_at.is_some() => StackState::Filed,
            _ if self.is_taking(head.id) => StackState::Taking,
            _ if head.examined < head.pages => StackState::Examining,
            _ => StackState::Sorted,
        };
        StackLine {
            id: head.id,
            watched: head.watched,
            state,
            files: head.files,
            pages: head.pages,
            examined: head.examined,
            created_at: head.created_at,
        }
    }

    pub(crate) async fn show_stack(&self, id: StackId) -> Result<StackView, Fault> {
        let stack = self.store().await?.stack(id).await?;
        if stack.head.discarded {
            return Err(Fault::new(Code::NotFound).with("what", "stack"));
        }
        self.stack_view(&stack).await
    }

    async fn stack_view(&self, stack: &Stack) -> Result<StackView, Fault> {
        let line = self.stack_line(&stack.head);
        let (parts, all_seen) = parts(stack)?;
        let growing = !all_seen || line.state == StackState::Taking;
        let pausing = self.may_bring_more(&stack.head);
        let incomplete = !growing && stack.head.files < stack.head.announced;
        let mut sheets = Sheets::new(self.cover_key().await?, &parts);
        // Pages that come fall to the last part that was not taken out of another.
        let (mut views, last) = (vec![], parts.iter().rposition(|part| !part.taken_out));
        for (index, part) in parts.iter().enumerate() {
            let mut view = self.part_view(stack, part, &mut sheets, incomplete && Some(index) == last).await?;
            // With as many pages as its sheet tells it need not wait whether the watched folder brings more.
            let complete = view.expected == Some(view.counted);
            if Some(index) == last && view.state != PartState::Filed && (growing || pausing && !complete) {
                view.state = PartState::Growing;
            }
            views.push(view);
        }
        let count = |state| views.iter().filter(|part| part.state == state).count() as u32;
        let (asks, ready) = (count(PartState::Asks), count(PartState::Ready));
        let sources = stack.files.iter().map(|file| StackFileView {
            name: file.file_name.clone(),
            frames: file.frames,
            sealed: file.sealed,
            fault: fault_of(file),
        });
        Ok(StackView {
            announced: stack.head.announced,
            sources: sources.collect(),
            parts: views,
            asks,
            ready,
            stopped: None,
            line,
        })
    }

    async fn part_view(
        &self,
        stack: &Stack,
        part: &Part,
        sheets: &mut Sheets,
        incomplete: bool,
    ) -> Result<StackPartView, Fault> {
        let known = stack.parts.iter().find(|known| known.at == (part.at.file, part.at.frame));
        let decision = known.and_then(Decided::read).and_then(|decided| decided.about(part));
        let filed = known.is_some_and(|known| known.filed_at.is_some());

        let mut doubts = vec![];
        let sheet = sheets.read(part);
        let by_sheet = match &sheet {
            None if part.taken_out => Err(StackDoubt::TakenOut),
            None => Err(StackDoubt::NoSheet),
            Some(SheetRead::Damaged) => Err(StackDoubt::DamagedSheet),
            Some(SheetRead::Foreign(_)) => Err(StackDoubt::ForeignSheet),
            Some(SheetRead::Genuine(code)) => {
                self.place_of(sheets, code.dossier, &code.component, code.row.as_deref()).await?
            }
        };
        let code = match &sheet {
            Some(SheetRead::Genuine(code)) => Some(code.clone()),
            _ => None,
        };
        let place = match &decision {
            Some(StackDecision::Put { dossier, component, row }) => {
                self.place_of(sheets, *dossier, component, row.as_deref()).await?
            }
            _ => by_sheet,
        };
        let placed = match place {
            Ok(place) => Some(place),
            Err(doubt) => {
                doubts.push(doubt);
                None
            }
        };
        // One that cannot be read is like every other that cannot: nobody knows whether it lay here before.
        if let (Some(text), false, false) = (&part.sheet, filed, sheet == Some(SheetRead::Damaged))
            && (sheets.is_repeated(text) || self.store().await?.is_sheet_filed(text).await?)
        {
            doubts.push(StackDoubt::RepeatedSheet);
        }
        doubts.extend(doubts_of_pages(stack, part, code.as_ref(), incomplete));

        let nothing =
            part.sheet.is_none() && !part.taken_out && part.pages.iter().all(|(_, kind)| *kind == PageKind::Blank);
        let fileable = placed.is_some() && part.pages.iter().any(|(_, kind)| is_filed(*kind));
        let state = match &decision {
            _ if filed => PartState::Filed,
            Some(StackDecision::LeaveOut) => PartState::LeftOut,
            None if nothing => PartState::Nothing,
            Some(_) if fileable => PartState::Ready,
            None if doubts.is_empty() && fileable => PartState::Ready,
            _ => PartState::Asks,
        };
        let picture = |at: StackAt| {
            let blob = stack.files.get(at.file as usize)?.blob?;
            Some(PictureName { blob: blob.name.to_string(), frame: at.frame })
        };
        Ok(StackPartView {
            at: part.at,
            sheet: code.as_ref().map(|code| code.number),
            pages: part
                .pages
                .iter()
                .map(|&(at, kind)| StackPageView { at, kind, picture: picture(at).filter(|_| is_filed(kind)) })
                .collect(),
            counted: part.counted(),
            expected: code.and_then(|code| code.pages),
            place: placed,
            taken_out: part.taken_out,
            doubts: if nothing || filed { vec![] } else { doubts },
            decision,
            state,
            documents: known.map(|known| known.documents.clone()).unwrap_or_default(),
        })
    }

    /// The place in words, or why it is none.
    async fn place_of(
        &self,
        sheets: &mut Sheets,
        id: DossierId,
        component: &str,
        row: Option<&str>,
    ) -> Result<Result<StackPlace, StackDoubt>, Fault> {
        let open = match sheets.dossiers.entry(id) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => new.insert(match self.open_dossier(id).await {
                Ok(open) => Some(open),
                Err(fault) if fault.code == Code::NotFound => None,
                Err(fault) => return Err(fault),
            }),
        };
        let Some(open) = open.as_ref().filter(|open| !open.record.discarded) else {
            return Ok(Err(StackDoubt::UnknownDossier));
        };
        if !takes_papers(open) {
            return Ok(Err(StackDoubt::NotEditable { state: open.record.state }));
        }
        Ok(place(open, component, row).ok_or(StackDoubt::UnknownPlace))
    }

    pub(crate) async fn discard_stack(&self, id: StackId) -> Result<(), Fault> {
        self.acting("stack.discarded", async |store, act| store.discard_stack(id, act).await).await
    }

    pub(crate) async fn restore_stack(&self, id: StackId) -> Result<StackView, Fault> {
        self.acting("stack.restored", async |store, act| store.restore_stack(id, act).await).await?;
        self.stack_came(id).await?;
        self.show_stack(id).await
    }
}

/// What the parts of one stack ask again and again.
struct Sheets {
    key: Vec<u8>,
    /// How often each sheet lies in the stack.
    seen: BTreeMap<String, u32>,
    dossiers: BTreeMap<DossierId, Option<OpenDossier>>,
}

impl Sheets {
    fn new(key: Vec<u8>, parts: &[Part]) -> Self {
        let mut seen = BTreeMap::new();
        for text in parts.iter().filter_map(|part| part.sheet.clone()) {
            *seen.entry(text).or_default() += 1;
        }
        Self { key, seen, dossiers: BTreeMap::new() }
    }

    fn read(&self, part: &Part) -> Option<SheetRead> {
        part.sheet.as_ref().map(|text| SheetCode::read(text, &self.key))
    }

    fn is_repeated(&self, text: &str) -> bool {
        self.seen.get(text).is_some_and(|times| *times > 1)
    }
}

/// Whether such a page goes into a document.
fn is_filed(kind: PageKind) -> bool {
    matches!(kind, PageKind::Content | PageKind::Blank)
}

fn place(open: &OpenDossier, code: &str, row: Option<&str>) -> Option<StackPlace> {
    let at = Place { component: code.to_owned(), row: row.map(str::to_owned) };
    let component = component_at(open, &at).ok()?;
    let row = row_of(open, component, row).ok()?;
    Some(StackPlace {
        dossier: open.record.id,
        code: dossier_code(open),
        applicant: open.record.head.applicant.clone(),
        title: open.record.head.title.clone(),
        component: component.code.to_string(),
        component_vi: component.name.vi.clone(),
        component_en: component.name.en.clone(),
        row_words: row.as_deref().map(|row| row_words(open, component, row)),
        row,
    })
}

fn doubts_of_pages(stack: &Stack, part: &Part, code: Option<&SheetCode>, incomplete: bool) -> Vec<StackDoubt> {
    let mut doubts = vec![];
    let found = part.counted();
    match code.and_then(|code| code.pages) {
        _ if part.sheet.is_some() && found == 0 => doubts.push(StackDoubt::NoPages),
        Some(expected) if expected != found => doubts.push(StackDoubt::WrongCount { expected, found }),
        _ => {}
    }
    let unreadable = part.pages.iter().filter(|(_, kind)| *kind == PageKind::Unreadable).count() as u32;
    if unreadable > 0 {
        doubts.push(StackDoubt::UnreadablePages { pages: unreadable });
    }
    for (at, _) in part.pages.iter().filter(|(_, kind)| *kind == PageKind::Missing) {
        if let Some(file) = stack.files.get(at.file as usize) {
            let fault = fault_of(file).unwrap_or_else(|| Fault::new(Code::FileUnreadable));
            doubts.push(StackDoubt::MissingFile { file: file.file_name.clone(), fault });
        }
    }
    if incomplete {
        doubts.push(StackDoubt::Incomplete);
    }
    doubts
}

fn fault_of(file: &store::StackFile) -> Option<Fault> {
    serde_json::from_value(file.fault.clone()?).ok()
}

/// The parts as far as pages were looked at, and whether that is all of them. A part that was filed has the pages it was filed with:
/// what came after them is a part of its own.
fn parts(stack: &Stack) -> Result<(Vec<Part>, bool), Fault> {
    let (seen, all_seen) = seen(stack)?;
    let filed_with = |at: StackAt| {
        let known = stack.parts.iter().find(|known| known.at == (at.file, at.frame) && known.filed_at.is_some())?;
        known.pages.map(|pages| pages as usize)
    };
    Ok((sorting::split_filed(sorting::parts(seen), filed_with), all_seen))
}

/// The pages in order up to the first that nobody has looked at, and whether that is all of them.
fn seen(stack: &Stack) -> Result<(Vec<(StackAt, Seen)>, bool), Fault> {
    let mut found: BTreeMap<StackAt, Found> = BTreeMap::new();
    for page in &stack.pages {
        let at = StackAt { file: page.file, frame: page.frame };
        found.insert(at, serde_json::from_value(page.found.clone()).map_err(Fault::unexpected)?);
    }
    let said = stack.parts.iter().filter(|known| Decided::read(known).is_some_and(|decided| decided.taken_out));
    let taken_out: BTreeSet<(u32, u32)> = said.map(|known| known.at).collect();
    let mut seen = vec![];
    for (index, file) in (0..).zip(&stack.files) {
        if file.fault.is_some() {
            seen.push((StackAt { file: index, frame: 0 }, Seen::Page(PageKind::Missing)));
        }
        for frame in 0..file.frames {
            let at = StackAt { file: index, frame };
            let Some(found) = found.get(&at) else { return Ok((seen, false)) };
            let sheet = found.codes.iter().find(|code| cover::is_sheet(code));
            let patch = found.codes.iter().any(|code| cover::is_patch(code));
            let page = if taken_out.contains(&(index, frame)) { Seen::TakenOut } else { Seen::Page };
            seen.push((
                at,
                match sheet {
                    Some(sheet) => Seen::Sheet(sheet.clone()),
                    None if patch => Seen::Patch,
                    None if found.fault.is_some() => page(PageKind::Unreadable),
                    None if found.blank => page(PageKind::Blank),
                    None => page(PageKind::Content),
                },
            ));
        }
    }
    Ok((seen, true))
}
