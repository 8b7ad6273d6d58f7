//! Many dossiers at once: a clerk's table of applicants becomes drafts, one a row, each exactly once.

mod asked;
mod columns;
mod rows;
pub(crate) mod table;
mod text_table;
mod written;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use dossier::{Date, DossierId, Form, ImportId, Procedure, ProvisionalCode, digest::Digest};
use store::{ImportRow, NewDossier, NewImport};
use uuid::Uuid;

use crate::{
    Desk, Host, Progress,
    digitising::{Fetch as _, FromDisk},
    dossiers::{Draft, head},
    fault::{Fault, FaultCode as Code},
    receipts::save_file,
    units::units,
    worker::Loaded,
};

pub use asked::*;
use columns::Mapping;
use rows::{Judge, Judged, Reading};
use table::{Line, Table};

/// Rows made in one transaction: what a power cut can cost is made again, and a stop is heard after so many.
const AT_ONCE: usize = 50;
/// A table may not be larger than this; bytes.
const MAX_FILE: u64 = 64 << 20;

/// After so many tables of one name in a folder, the first is written over.
const MAX_NAMES: usize = 1_000;

/// What a desk keeps while a person looks at a table.
#[derive(Default)]
pub(crate) struct Many {
    stop: AtomicBool,
    /// One import at a time.
    importing: tokio::sync::Mutex<()>,
    /// The table that was looked at last: every page of its preview would read it again.
    held: tokio::sync::Mutex<Option<Held>>,
}

#[derive(Clone)]
struct Held {
    file: Digest,
    sheet: Option<String>,
    table: Arc<Table>,
    /// As it was read the last time, under these terms.
    prepared: Option<(Terms, Arc<Prepared>)>,
}

/// What a reading depends on beside the file.
#[derive(Clone, PartialEq)]
struct Terms {
    source: ManySource,
    mapping: Option<Mapping>,
    procedure: Digest,
    form: Digest,
    today: Date,
}

/// A table read as dossiers of a procedure.
struct Prepared {
    procedure: Procedure,
    form: Form,
    file_name: String,
    /// Of file, sheet and procedure.
    content: Digest,
    sheets: Vec<String>,
    sheet: String,
    head: Line,
    /// The rows below the headings that say something to the form.
    body: Vec<Line>,
    columns: Vec<ManyColumn>,
    mapping: Mapping,
    judged: Judged,
}

impl<H: Host> Desk<H> {
    pub(crate) async fn ask_many(&self, what: ManyRequest) -> Result<ManyAnswer, Fault> {
        use ManyRequest as R;
        Ok(match what {
            R::Template { procedure, file } => ManyAnswer::Written(self.write_template(&procedure, &file).await?),
            R::Look { source, rows } => ManyAnswer::View(Box::new(self.look_at_many(&source, rows).await?)),
            R::Import { source, with_errors } => ManyAnswer::Imported(self.import_many(&source, with_errors).await?),
            R::Errors { source, reasons, file } => {
                ManyAnswer::Written(self.write_errors(&source, reasons, &file).await?)
            }
            R::Stop => {
                self.many.stop.store(true, Ordering::Relaxed);
                ManyAnswer::Stopping
            }
            R::Undo { import } => {
                let undo = self.acting("import.undone", async |store, act| store.undo_import(import, act).await);
                ManyAnswer::Moved(undo.await?)
            }
            R::Restore { import } => {
                let restore =
                    self.acting("import.restored", async |store, act| store.restore_import(import, act).await);
                ManyAnswer::Moved(restore.await?)
            }
        })
    }

    async fn write_template(&self, procedure: &str, file: &Path) -> Result<ManyWritten, Fault> {
        let procedure = self.procedure(procedure).await?;
        let form = self.current_form(&procedure).await?;
        let bytes = tokio::task::spawn_blocking(move || written::template(&form)).await.map_err(Fault::unexpected)?;
        let (folder, name) = place(file, &format!("bang-mau-{}.xlsx", procedure.code));
        Ok(ManyWritten { file: save_file(&folder, &name, &bytes.map_err(Fault::unexpected)?).await?, rows: 0 })
    }

    async fn write_errors(
        &self,
        source: &ManySource,
        reasons: Vec<RowReason>,
        file: &Path,
    ) -> Result<ManyWritten, Fault> {
        let prepared = self.prepare(source).await?;
        if same_file(file, &source.file) {
            return Err(Fault::new(Code::OutputIsInput).with("file", file.display()));
        }
        let (folder, name) = place(file, &format!("can-sua-{}", xlsx_name(&prepared.file_name)));
        let reasons = reasons.into_iter().map(|it| (it.row, it.reason)).collect();
        // A row that is a draft already is mended there: in the table it would become a second one.
        let keys: Vec<Digest> = prepared.judged.dossiers.iter().map(|dossier| dossier.key).collect();
        let taken = self.store().await?.taken_rows(&keys).await?;
        let write = move || {
            let new = |at: usize| prepared.judged.dossier_of(at).is_some_and(|it| !taken.contains_key(&it.key));
            written::errors(&prepared.head, &prepared.body, &prepared.judged, &reasons, new)
        };
        let written = tokio::task::spawn_blocking(write).await.map_err(Fault::unexpected)?;
        let (bytes, rows) = written.map_err(Fault::unexpected)?;
        Ok(ManyWritten { file: save_file(&folder, &name, &bytes).await?, rows })
    }

    async fn look_at_many(&self, source: &ManySource, wanted: ManyRows) -> Result<ManyView, Fault> {
        let it = self.prepare(source).await?;
        let (store, judged) = (self.store().await?, &it.judged);
        let keys: Vec<Digest> = judged.dossiers.iter().map(|dossier| dossier.key).collect();
        let taken = store.taken_rows(&keys).await?;
        let shows = |at: &usize| !wanted.only_errors || judged.is_faulty(*at);
        let lines: Vec<usize> = (0..it.body.len()).filter(shows).collect();
        let page = lines.iter().skip(wanted.from as usize).take((wanted.limit as usize).clamp(1, table::MAX_ROWS));
        let label = |field: &dossier::FieldId| it.form.field(field.as_str()).map(|field| field.label.clone());
        let missing = judged.missing.iter().filter_map(|(field, dossiers)| {
            Some(ManyMissing { field: field.to_string(), label: label(field)?, dossiers: *dossiers })
        });
        let zeros = judged.problems.values().filter(|problem| matches!(problem, CellProblem::ZeroLost { .. }));
        let faulty = judged.dossiers.iter().filter(|dossier| dossier.faulty);
        let left = |faulty| {
            let wanted = |dossier: &&Judge| dossier.faulty == faulty && !taken.contains_key(&dossier.key);
            count(judged.dossiers.iter().filter(wanted).count())
        };
        Ok(ManyView {
            procedure: it.procedure.name.clone(),
            file: it.file_name.clone(),
            sheets: it.sheets.clone(),
            sheet: it.sheet.clone(),
            header: it.head.number,
            columns: it.columns.clone(),
            targets: columns::targets(&it.form).iter().map(columns::Target::view).collect(),
            key: it.mapping.key,
            across: it.mapping.across,
            lines: count(it.body.len()),
            dossiers: count(judged.dossiers.len()),
            faulty: count(faulty.count()),
            to_make: left(false),
            to_mend: left(true),
            before: count(taken.len()),
            faulty_lines: count((0..it.body.len()).filter(|at| judged.is_faulty(*at)).count()),
            zeros_lost: count(zeros.count()),
            missing: missing.collect(),
            import: store.import_of(&it.content).await?,
            rows: page.map(|at| row_view(&it, *at, |key| taken.get(key).copied())).collect(),
            total: count(lines.len()),
        })
    }

    /// Makes the drafts, so many in a transaction; begun again, it goes on with those that are not made.
    async fn import_many(&self, source: &ManySource, with_errors: bool) -> Result<ManyDone, Fault> {
        let _turn = self.many.importing.lock().await;
        self.many.stop.store(false, Ordering::Relaxed);
        let it = self.prepare(source).await?;
        if it.columns.iter().all(|column| column.field.is_none()) {
            // Nobody wants dossiers in which nothing stands.
            return Err(Fault::new(Code::NoHeadings).with("file", &it.file_name));
        }
        let store = self.store().await?;
        store.set_setting(&columns::remembered_as(&it.procedure.code.to_string(), &it.head), &it.mapping).await?;
        self.pin(&it.procedure, &it.form).await?;
        let new = NewImport {
            id: ImportId(Uuid::now_v7()),
            procedure_code: it.procedure.code.to_string(),
            file_name: it.file_name.clone(),
            content: it.content,
        };
        let import = self.acting("import.begun", async |store, act| store.begin_import(&new, act).await).await?;
        let mut done = ManyDone { import, made: 0, before: 0, faulty: 0, left_out: 0, not_yet: 0 };
        let total = count(it.judged.dossiers.len());
        for (at, batch) in it.judged.dossiers.chunks(AT_ONCE).enumerate() {
            if self.many.stop.load(Ordering::Relaxed) || self.host.cancelled() {
                done.not_yet = total - count(at * AT_ONCE);
                break;
            }
            self.make_batch(&it, batch, with_errors, &mut done).await?;
            let made = count((at * AT_ONCE + batch.len()).min(total as usize));
            self.host.progress(Progress { done: made, total, file: it.file_name.clone() });
        }
        // So many people's data lie here no longer than they are needed.
        *self.many.held.lock().await = None;
        Ok(done)
    }

    async fn make_batch(
        &self,
        it: &Prepared,
        batch: &[Judge],
        with_errors: bool,
        done: &mut ManyDone,
    ) -> Result<(), Fault> {
        let store = self.store().await?;
        let keys: Vec<Digest> = batch.iter().map(|dossier| dossier.key).collect();
        let taken = store.taken_rows(&keys).await?;
        done.before += count(taken.len());
        let new: Vec<&Judge> = batch.iter().filter(|dossier| !taken.contains_key(&dossier.key)).collect();
        let (wanted, left): (Vec<&Judge>, Vec<&Judge>) =
            new.into_iter().partition(|dossier| with_errors || !dossier.faulty);
        done.left_out += count(left.len());
        if wanted.is_empty() {
            return Ok(());
        }
        let (station, today) = (self.station().await?, self.today()?);
        let first = store.next_serials("provisional", &today.to_string(), count(wanted.len())).await?;
        let mut rows = Vec::with_capacity(wanted.len());
        for (dossier, serial) in wanted.iter().zip(first..) {
            let code = ProvisionalCode::new(&station, today, serial).map_err(Fault::unexpected)?;
            rows.push(self.row(it, dossier, code)?);
        }
        let import = done.import;
        self.acting("dossier.imported", async |store, act| store.take_rows(import, &rows, act).await).await?;
        done.made += count(wanted.len());
        done.faulty += count(wanted.iter().filter(|dossier| dossier.faulty).count());
        Ok(())
    }

    fn row(&self, it: &Prepared, dossier: &Judge, code: ProvisionalCode) -> Result<ImportRow, Fault> {
        let draft = Draft {
            form: it.form.id.clone(),
            revision: it.form.revision,
            sha256: it.form.sha256(),
            answers: dossier.answers.clone(),
            attic: Default::default(),
        };
        let new = NewDossier {
            id: DossierId(Uuid::now_v7()),
            procedure_code: it.procedure.code.to_string(),
            procedure_revision: it.procedure.revision.to_string(),
            procedure_sha256: it.procedure.sha256(),
            provisional_code: Some(code.to_string()),
            head: head(&it.procedure, &it.form, &dossier.answers),
            practice: false,
        };
        let answers = serde_json::to_value(draft).map_err(Fault::unexpected)?;
        Ok(ImportRow { key: dossier.key, dossier: new, answers })
    }

    /// Reads the file as dossiers, once for the same question.
    async fn prepare(&self, source: &ManySource) -> Result<Arc<Prepared>, Fault> {
        let procedure = self.procedure(&source.procedure).await?;
        let form = self.current_form(&procedure).await?;
        let name = source.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let bytes = FromDisk(source.file.clone()).fetch(MAX_FILE).await.map_err(|fault| match fault.code {
            Code::FileNotAPicture => Fault::new(Code::FileNotATable).with("file", &name),
            _ => fault,
        })?;
        let mut held = self.many.held.lock().await;
        let file = Digest::of(&bytes);
        let known = held.take().filter(|held| held.file == file && held.sheet == source.sheet);
        let mut now = match known {
            Some(known) => known,
            None => {
                let read = self.pool().await.table(&Loaded::new(bytes), source.sheet.clone()).await;
                let table = read.map_err(|fault| fault.with("file", &name))?;
                Held { file, sheet: source.sheet.clone(), table: Arc::new(table), prepared: None }
            }
        };
        let prepared = self.prepared(source, &mut now, (procedure, form), name).await;
        *held = Some(now);
        prepared
    }

    async fn prepared(
        &self,
        source: &ManySource,
        held: &mut Held,
        (procedure, form): (Procedure, Form),
        file_name: String,
    ) -> Result<Arc<Prepared>, Fault> {
        let table = held.table.clone();
        let no_headings = || Fault::new(Code::NoHeadings).with("file", &file_name);
        let header = columns::header(&table, &form, source.header).ok_or_else(no_headings)?;
        let head = table.lines.get(header).cloned().unwrap_or_default();
        let name = columns::remembered_as(&procedure.code.to_string(), &head);
        let mapping = match source.columns {
            Some(_) => None,
            None => self.store().await?.setting::<Mapping>(&name).await?,
        };
        let terms = Terms {
            source: source.clone(),
            mapping,
            procedure: procedure.sha256(),
            form: form.sha256(),
            today: self.today()?,
        };
        if let Some((same, prepared)) = &held.prepared
            && *same == terms
        {
            return Ok(prepared.clone());
        }
        let (file, at, under) = (held.file, self.now(), terms.clone());
        let read = move || read((procedure, form), file_name, (table, header, file), &under, at);
        let prepared = Arc::new(tokio::task::spawn_blocking(read).await.map_err(Fault::unexpected)??);
        held.prepared = Some((terms, prepared.clone()));
        Ok(prepared)
    }
}

fn read(
    (procedure, form): (Procedure, Form),
    file_name: String,
    (table, header, file): (Arc<Table>, usize, Digest),
    terms: &Terms,
    at: dossier::Timestamp,
) -> Result<Prepared, Fault> {
    let source = &terms.source;
    let mut columns = columns::matched(&table, header, &form, source.columns.as_deref(), terms.mapping.as_ref());
    columns::name(&mut columns, &form, &source.named)?;
    let remembered = terms.mapping.as_ref();
    let mut key = if source.columns.is_some() { source.key } else { remembered.and_then(|mapping| mapping.key) };
    if let Some(heading) = &source.key_named {
        key = Some(columns::by_name(&columns, heading)?);
    }
    let key = key.filter(|key| (*key as usize) < columns.len());
    let across = key.is_some()
        && (source.across || (source.columns.is_none() && remembered.is_some_and(|mapping| mapping.across)));
    let code = procedure.code.to_string();
    let content = Digest::of(format!("{code}\0{file}\0{}", table.sheet).as_bytes());
    let origin = match key.and_then(|key| columns.get(key as usize)) {
        Some(column) if across => Digest::of(format!("{code}\0{}", columns::plain(&column.heading)).as_bytes()),
        _ => content,
    };
    let fields: Vec<Option<String>> = columns.iter().map(|column| column.field.clone()).collect();
    let reading = Reading {
        form: &form,
        units: units()?,
        columns: &fields,
        key: key.map(|key| key as usize),
        origin,
        zeros: source.zeros,
        today: terms.today,
        at,
    };
    let says = |line: &&Line| {
        let mut cells = line.cells.iter().zip(&fields);
        cells.any(|(cell, field)| field.is_some() && *cell != table::Cell::Empty)
    };
    let below = table.lines.get(header + 1..).unwrap_or_default();
    let body: Vec<Line> = below.iter().filter(says).cloned().collect();
    let judged = reading.judge(&body);
    let head = table.lines.get(header).cloned().unwrap_or_default();
    let (sheets, sheet) = (table.sheets.clone(), table.sheet.clone());
    let mapping = Mapping { columns: fields, key, across };
    Ok(Prepared { procedure, form, file_name, content, sheets, sheet, head, body, columns, mapping, judged })
}

fn row_view(it: &Prepared, at: usize, taken: impl Fn(&Digest) -> Option<DossierId>) -> ManyRow {
    let judged = &it.judged;
    let dossier = judged.dossier_of(at);
    let first = dossier.and_then(|dossier| dossier.lines.first()) == Some(&at);
    let shown = it.columns.iter().filter(|column| column.field.is_some() || it.mapping.key == Some(column.index));
    let cell = |column: &ManyColumn| {
        let place = (at, column.index as usize);
        let plain = || it.body.get(at).and_then(|line| line.cells.get(place.1)).map(table::Cell::shown);
        let shown = judged.cells.get(&place).cloned().or_else(plain).unwrap_or_default();
        ManyCell { column: column.index, shown, problem: judged.problems.get(&place).cloned() }
    };
    let problems =
        dossier.filter(|_| first).into_iter().flat_map(|dossier| &dossier.other).filter_map(|(field, what)| {
            let label = it.form.field(field.as_str())?.label.clone();
            Some(ManyProblem { field: field.to_string(), label, what: what.clone() })
        });
    ManyRow {
        number: it.body.get(at).map_or(0, |line| line.number),
        cells: shown.map(cell).collect(),
        problems: problems.collect(),
        follows: !first,
        made: dossier.and_then(|dossier| taken(&dossier.key)),
    }
}

/// Into a folder under this name (with a number, where one lies there already: it may be half mended), or as the file that was named.
fn place(file: &Path, name: &str) -> (PathBuf, String) {
    match file.file_name() {
        Some(own) if !file.is_dir() => {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            (folder.to_owned(), own.to_string_lossy().into_owned())
        }
        _ => (file.to_owned(), free_name(file, name)),
    }
}

fn free_name(folder: &Path, name: &str) -> String {
    let stem = name.strip_suffix(".xlsx").unwrap_or(name);
    let names = std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{stem} ({number}).xlsx")));
    names.take(MAX_NAMES).find(|name| !folder.join(name).exists()).unwrap_or_else(|| name.to_owned())
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn xlsx_name(name: &str) -> String {
    format!("{}.xlsx", Path::new(name).file_stem().unwrap_or_default().to_string_lossy())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
