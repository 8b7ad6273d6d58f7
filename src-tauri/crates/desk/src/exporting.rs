//! What leaves this computer as files: a dossier's export, and PDFs made outside any dossier.

use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
};

use dossier::DossierId;
use serde_json::json;
use store::DocumentKind;
use uuid::Uuid;

use crate::{
    Desk, Exported, Host, Options, OutputReport, Report,
    digitising::{self, FromDisk, Input},
    fault::{Fault, FaultCode as Code, writing},
    receipts::{file_stem, save_file},
};

impl<H: Host> Desk<H> {
    /// Writes PDFs, answers, manifest and receipt into a folder of the dossier's own inside the one named, so that no other
    /// dossier's files are written over. Asked for by a person, so in clear; the journal remembers it.
    pub(crate) async fn export_dossier(&self, id: DossierId, folder: PathBuf) -> Result<Exported, Fault> {
        let store = self.store().await?;
        let open = self.open_dossier(id).await?;
        let code = open.record.official_code.as_ref().or(open.record.provisional_code.as_ref());
        let folder = folder.join(code.map_or_else(|| id.to_string(), |code| file_stem(code)));
        let (mut files, mut unfinished) = (vec![], vec![]);
        let answers = json!({"procedure": open.procedure.pin(), "form": open.form.id, "answers": open.answers});
        let answers = serde_json::to_vec_pretty(&answers).map_err(Fault::unexpected)?;
        files.push(save_file(&folder, "answers.json", &answers).await?);
        let secret = store.secret_frames().await?;
        for (n, document) in store.documents(id).await?.iter().enumerate() {
            let (blob, extension) = match document.kind {
                DocumentKind::Pages => {
                    let pages = store.pages(document.id).await?;
                    let told = pages.iter().any(|page| secret.holds(&page.source.name, page.frame));
                    let made = if told { None } else { self.made_of(document).await? };
                    (made.map(|made| made.pdf), "pdf")
                }
                DocumentKind::Sealed | DocumentKind::AsIs => {
                    let source = document.sources.first().filter(|source| !secret.in_file(&source.blob.name));
                    (source.map(|s| s.blob), source.map_or("bin", |s| extension(&s.media_type)))
                }
            };
            let Some(blob) = blob else {
                unfinished.push(document.head.title.clone());
                continue;
            };
            let title = dossier::text::slug(&document.head.title, 60);
            let name = format!("{:02}_{}_{title}.{extension}", n + 1, document.head.component);
            files.push(save_file(&folder, &name, &store.get_blob(&blob).await?).await?);
        }
        match self.receipt_of(id).await {
            Ok((_, bytes, manifest)) => {
                let manifest = manifest.canonical().map_err(Fault::unexpected)?;
                files.push(save_file(&folder, "manifest.json", &manifest).await?);
                files.push(save_file(&folder, "receipt.json", &bytes).await?);
            }
            Err(fault) if fault.code == Code::NotFound => {}
            Err(fault) => return Err(fault),
        }
        if let Some((name, bytes)) = store.slip(id).await? {
            files.push(save_file(&folder, &format!("portal-{}", file_stem(&name)), &bytes).await?);
        }
        self.acting("dossier.exported", async |store, act| store.append_journal(act, Some(id), None, None).await)
            .await?;
        Ok(Exported { folder: folder.display().to_string(), files, unfinished })
    }

    /// One PDF/A-2u of the inputs, and a report. Signed files go beside it, byte for byte.
    pub(crate) async fn digitise_files(
        &self,
        inputs: Vec<PathBuf>,
        output: Option<PathBuf>,
        report_file: Option<PathBuf>,
        options: Options,
    ) -> Result<Report, Fault> {
        for path in [&output, &report_file].into_iter().flatten() {
            refuse_input(path, &inputs)?;
        }
        let title = inputs.first().and_then(|path| path.file_stem()).map(|stem| stem.to_string_lossy().into_owned());
        let input = |path: PathBuf| Input { name: path.display().to_string(), from: FromDisk(path), pages: None };
        let inputs = inputs.into_iter().map(input).collect();
        let about = self.about_pdf(&title.unwrap_or_default());
        let options = Options { title_from_paper: true, ..options };
        let pool = self.pool().await;
        let watch = self.host.as_ref();
        let mut report = match output {
            None => digitising::digitise(pool, inputs, &options, about, std::io::sink(), watch).await?.0,
            Some(output) => {
                let draft = Draft::create(&output)?;
                let sink = BufWriter::with_capacity(1 << 16, draft.file()?);
                let (mut report, sealed, sink) =
                    digitising::digitise(pool, inputs, &options, about, sink, watch).await?;
                let alone = report.files.len() == 1;
                for (n, sealed) in sealed.into_iter().enumerate() {
                    let path = if alone { output.clone() } else { beside(&output, n + 1, &sealed.name) };
                    let (folder, name) = split(&path);
                    let saved = save_file(folder, &name, sealed.file.bytes()).await?;
                    if let Some(file) = report.files.get_mut(sealed.index as usize) {
                        file.passed_on = Some(saved);
                    }
                    if alone {
                        let bytes = sealed.file.bytes().len() as u64;
                        report.output =
                            Some(OutputReport { path: path.display().to_string(), bytes, pages: 0, pdfa: None });
                    }
                }
                if report.written() > 0 {
                    drop(sink);
                    let bytes = draft.keep()?;
                    let (path, pages) = (output.display().to_string(), report.written());
                    report.output = Some(OutputReport { path, bytes, pages, pdfa: Some("2u".to_owned()) });
                }
                report
            }
        };
        report.seconds.retain(|_, seconds| *seconds > 0.0);
        if let Some(file) = report_file {
            let (folder, name) = split(&file);
            let json = serde_json::to_vec_pretty(&report).map_err(Fault::unexpected)?;
            save_file(folder, &name, &json).await?;
        }
        Ok(report)
    }
}

/// A file being written beside its final name; it goes away unless kept.
pub(crate) struct Draft {
    draft: PathBuf,
    path: PathBuf,
    file: File,
}

impl Draft {
    pub(crate) fn create(path: &Path) -> Result<Self, Fault> {
        let (folder, name) = split(path);
        let draft = folder.join(format!(".{name}.{}.part", Uuid::now_v7().simple()));
        let file = File::create_new(&draft).map_err(|e| writing(&path.display().to_string(), &e))?;
        Ok(Self { draft, path: path.to_owned(), file })
    }

    pub(crate) fn file(&self) -> Result<File, Fault> {
        self.file.try_clone().map_err(|e| writing(&self.path.display().to_string(), &e))
    }

    /// On the disk, then under its name; gives its length in bytes.
    pub(crate) fn keep(self) -> Result<u64, Fault> {
        let failed = |e| writing(&self.path.display().to_string(), &e);
        self.file.sync_all().map_err(failed)?;
        let bytes = self.file.metadata().map_err(failed)?.len();
        std::fs::rename(&self.draft, &self.path).map_err(failed)?;
        let (folder, _) = split(&self.path);
        sync_folder(folder).map_err(failed)?;
        Ok(bytes)
    }
}

/// Makes a new name in the folder as durable as the file it names.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a rename there is nothing left under this name.
        let _ = std::fs::remove_file(&self.draft);
    }
}

fn split(path: &Path) -> (&Path, String) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    (folder, name)
}

/// Where the `n`th signed file goes that cannot be part of the output: beside it, under its own name.
fn beside(output: &Path, n: usize, source: &str) -> PathBuf {
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    let source = Path::new(source).file_stem().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!("{stem}.{n:02}.{source}.signed.pdf"))
}

/// The bytes that came in are never rewritten: not even when a person names an input as the output.
fn refuse_input(output: &Path, inputs: &[PathBuf]) -> Result<(), Fault> {
    let Ok(output) = output.canonicalize() else { return Ok(()) };
    match inputs.iter().find(|input| input.canonicalize().is_ok_and(|input| input == output)) {
        Some(input) => Err(Fault::new(Code::OutputIsInput).with("file", input.display())),
        None => Ok(()),
    }
}

fn extension(media_type: &str) -> &'static str {
    match media_type {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/tiff" => "tif",
        _ => "bin",
    }
}
