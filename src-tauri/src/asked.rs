//! What the clerk's window may ask: the desk's requests, and what only a window can do.

use std::{path::PathBuf, time::Instant};

use desk::{Answer, Fault, FaultCode, Notice, Request, Use, Window};
use tauri::{AppHandle, State, WebviewWindow, ipc::Channel};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tauri_plugin_opener::OpenerExt;
use tokio::sync::oneshot;

use crate::{Shared, log};

/// What the dialog offers first; what a file really is, its content says.
#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FileKind {
    Papers,
    Tables,
    /// Entries of the catalogue.
    Data,
    /// Dossiers that somebody carries to the hub.
    Parcels,
    /// What comes back for them.
    Replies,
}

impl FileKind {
    /// How the dialog names it, and the endings it has.
    fn filter(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Papers => ("PDF, JPEG, PNG, TIFF", &["pdf", "jpg", "jpeg", "png", "tif", "tiff"]),
            Self::Tables => ("XLSX, CSV", &["xlsx", "csv", "tsv", "txt"]),
            Self::Data => ("JSON", &["json"]),
            Self::Parcels => ("HOSO", &["hoso"]),
            Self::Replies => ("HOSO-REPLY", &["hoso-reply"]),
        }
    }
}

#[tauri::command]
pub(crate) async fn call(request: Request, shared: State<'_, Shared>) -> Result<Answer, Fault> {
    if !request.allowed(Window::Desk) {
        return Err(Fault::unexpected("not this window's to ask"));
    }
    if let Some((used, path)) = request.paths().into_iter().find(|(used, path)| !shared.chosen.allows(*used, path)) {
        let code = match used {
            Use::Read => FaultCode::FileUnreadable,
            Use::Written => FaultCode::OutputNotWritable,
        };
        return Err(Fault::new(code).with("file", path.display()));
    }
    let _underway = shared.underway.begin();
    let (name, started) = (request.name(), Instant::now());
    let answered = shared.desk.call(request).await;
    log::answered(name, started.elapsed(), answered.as_ref().err().map(|fault| fault.code));
    if let Ok(answer) = &answered {
        shared.chosen.add_written(answer.written());
    }
    answered
}

/// Tells this window of everything that changes, until [`unlisten`].
#[tauri::command]
pub(crate) fn listen(channel: Channel<Notice>, window: WebviewWindow, shared: State<'_, Shared>) -> u32 {
    shared.host.add_listener(window.label(), channel)
}

#[tauri::command]
pub(crate) fn unlisten(id: u32, shared: State<'_, Shared>) {
    shared.host.remove_listener(id);
}

/// Lets the person choose files of a kind; empty when they chose none.
#[tauri::command]
pub(crate) async fn choose_files(
    title: String,
    kind: FileKind,
    app: AppHandle,
    window: WebviewWindow,
    shared: State<'_, Shared>,
) -> Result<Vec<PathBuf>, Fault> {
    let (answer, answered) = oneshot::channel();
    let (named, endings) = kind.filter();
    app.dialog()
        .file()
        .set_parent(&window)
        .set_title(title)
        .add_filter(named, endings)
        .add_filter("*", &["*"])
        .pick_files(move |chosen| drop(answer.send(chosen)));
    let chosen = paths(answered.await.ok().flatten().into_iter().flatten());
    shared.chosen.add_papers(&chosen);
    Ok(chosen)
}

/// Lets the person choose a folder to write into, or one whose papers are taken in; nothing when they chose none.
#[tauri::command]
pub(crate) async fn choose_folder(
    title: String,
    to_read: bool,
    app: AppHandle,
    window: WebviewWindow,
    shared: State<'_, Shared>,
) -> Result<Option<PathBuf>, Fault> {
    let (answer, answered) = oneshot::channel();
    app.dialog().file().set_parent(&window).set_title(title).pick_folder(move |chosen| drop(answer.send(chosen)));
    let chosen = paths(answered.await.ok().flatten()).into_iter().next();
    match &chosen {
        Some(folder) if to_read => shared.chosen.add_papers([folder]),
        Some(folder) => shared.chosen.add_folder(folder),
        None => {}
    }
    Ok(chosen)
}

fn paths(chosen: impl IntoIterator<Item = FilePath>) -> Vec<PathBuf> {
    chosen.into_iter().filter_map(|path| path.into_path().ok()).collect()
}

/// Shows a file or folder that was written for the person, in the system's own program for it.
#[tauri::command]
pub(crate) fn show(file: PathBuf, app: AppHandle, shared: State<'_, Shared>) -> Result<(), Fault> {
    if !shared.chosen.may_show(&file) {
        return Err(Fault::new(FaultCode::FileUnreadable).with("file", file.display()));
    }
    let shown = app.opener().open_path(file.to_string_lossy(), None::<&str>);
    shown.map_err(|error| Fault::new(FaultCode::FileUnreadable).with("file", file.display()).with("detail", error))
}

/// The page's answer to a window that was asked to close: what was typed is saved, so it `may` go once what was asked is answered;
/// or it stays, for a person decides.
#[tauri::command]
pub(crate) async fn close(may: bool, window: WebviewWindow) {
    crate::close(&window, may).await;
}
