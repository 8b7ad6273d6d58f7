//! From a ready dossier to a pack at its place, and what a kill in between leaves.
//!
//! The order is what holds "by the hub or by the pack": the pack is written beside its place and opened again; the dossier is taken
//! for it in one transaction, after which the hub can have it no more; only then is the pack put at its place; and it counts once it
//! was seen there.

use std::path::{Path, PathBuf};

use dossier::{DossierId, Field, FieldKind, Transition, Value, check::Basis, digest::Digest, portal::FileName, text};
use serde::{Deserialize, Serialize};
use store::{BlobName, Document, NewPack, PackFile, PackState};
use uuid::Uuid;

use super::{
    PackedFile, contents_of,
    place::{Expected, Place, check},
};
use crate::{
    Desk, Host,
    cover::dossier_code,
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code},
    receipts::file_stem,
    shown::shown,
};

/// The files to be given to the portal lie by themselves, so that all of them can be chosen at once.
const PAPERS: &str = "giay-to/";

/// What is in a pack, as the store keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Contents {
    pub files: Vec<PackedFile>,
    pub sheets: Vec<PackedSheet>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PackedSheet {
    pub name: String,
    pub bytes: u64,
    pub sha256: Digest,
}

impl Contents {
    fn expected(&self) -> Expected {
        let files = self.files.iter().map(|file| (format!("{PAPERS}{}", file.name), (file.bytes, file.sha256)));
        files.chain(self.sheets.iter().map(|sheet| (sheet.name.clone(), (sheet.bytes, sheet.sha256)))).collect()
    }
}

impl<H: Host> Desk<H> {
    pub(super) async fn pack_dossier(
        &self,
        id: DossierId,
        portal: &str,
        folder: &Path,
        zip: bool,
        reason: &str,
    ) -> Result<(), Fault> {
        // One at a time: of two that write, only one is known of.
        let _turn = self.packing.lock().await;
        let mut made = vec![];
        let packed = self.pack_with(id, portal, folder, zip, reason, &mut made).await;
        // What was made on the way and is in no pack belongs to nothing.
        self.store().await?.forget_unreferred(&made).await?;
        packed
    }

    async fn pack_with(
        &self,
        id: DossierId,
        portal: &str,
        folder: &Path,
        zip: bool,
        reason: &str,
        made: &mut Vec<BlobName>,
    ) -> Result<(), Fault> {
        let (portal, reason) = (self.portal(portal).await?, text::nfc(reason.trim()));
        if self.store().await?.dossier(id).await?.practice {
            return Err(Fault::new(Code::PracticeOnly));
        }
        self.settle(id).await?;
        let checked = self.checked(id).await?;
        // What only the hub would refuse does not concern the portal, whose own limits the papers are fitted to.
        let hubs = |it: &&dossier::Finding| it.why == Some(Basis::Hub);
        let blocking = checked.findings.findings.iter().filter(|it| it.blocking && !hubs(it)).count();
        if blocking > 0 {
            return Err(Fault::new(Code::NotReady).with("blocking", blocking));
        }
        let state = checked.open.record.state;
        let before = self.store().await?.pack(id).await?.map(|pack| pack.state);
        let insisted = !reason.is_empty() || before == Some(PackState::Writing);
        state.apply(&Transition::Pack { blocking: 0, insisted }).map_err(store::StoreError::from)?;

        let (fitted, mut papers) = (self.fit(&portal, &checked.documents, made).await?, vec![]);
        for document in &checked.documents {
            papers.push(self.frozen_file(document).await?.0);
        }
        let (mut files, mut blobs) = (vec![], vec![]);
        let code = dossier_code(&checked.open);
        for (document, file) in
            checked.documents.iter().zip(&fitted).flat_map(|(it, all)| all.iter().map(move |f| (it, f)))
        {
            let (title, row) = (&document.head.title, row_name(&checked.open, document));
            let [called, listed] = match row {
                // In a name that is cut at its end, whose paper it is comes first.
                Some(row) => [format!("{row} {title}"), format!("{title} – {row}")],
                None => [title.clone(), title.clone()],
            };
            let name = FileName {
                dossier: &code,
                number: files.len() + 1,
                component: &document.head.component,
                title: &called,
                extension: extension(&file.media_type),
            };
            let name = portal.file_name(name);
            blobs.push(PackFile { name: name.clone(), blob: file.blob });
            files.push(PackedFile {
                name,
                component: document.head.component.clone(),
                title: listed,
                pages: file.pages,
                bytes: file.blob.size,
                sha256: file.blob.sha256,
                reduced_to: file.reduced_to,
                part: file.part,
            });
        }
        let sheets = self.pack_sheets(&checked.open, &portal, &files)?;
        let packed = |(name, bytes): &(String, Vec<u8>)| PackedSheet {
            name: name.clone(),
            bytes: bytes.len() as u64,
            sha256: Digest::of(bytes),
        };
        let contents = Contents { files, sheets: sheets.iter().map(packed).collect() };
        let pack = NewPack {
            id: Uuid::now_v7(),
            dossier: id,
            portal: portal.id.clone(),
            portal_json: serde_json::to_string(&portal).map_err(Fault::unexpected)?,
            place: String::new(),
            contents: serde_json::to_value(&contents).map_err(Fault::unexpected)?,
            files: blobs,
            answers_version: checked.open.record.answers_version,
            papers,
            reason,
        };
        self.write_pack(folder, &file_stem(&code), zip, pack, &contents, &sheets).await
    }

    async fn write_pack(
        &self,
        folder: &Path,
        stem: &str,
        zip: bool,
        pack: NewPack,
        contents: &Contents,
        sheets: &[(String, Vec<u8>)],
    ) -> Result<(), Fault> {
        let (store, place) = (self.store().await?, Place::new(folder, stem, zip, pack.id)?);
        let mut writing = place.begin()?;
        for file in &pack.files {
            if self.host.cancelled() {
                return Err(Fault::new(Code::Cancelled));
            }
            writing.add(&format!("{PAPERS}{}", file.name), &store.get_blob(&file.blob).await?)?;
        }
        for (name, bytes) in sheets {
            writing.add(name, bytes)?;
        }
        writing.seal(&contents.expected())?;
        let (id, dossier) = (pack.id, pack.dossier);
        let pack = NewPack { place: place.target.display().to_string(), ..pack };
        self.acting("dossier.packed", async |store, act| store.begin_pack(&pack, act).await).await?;
        writing.keep()?;
        check(&place.target, &contents.expected())?;
        self.acting("pack.written", async |store, act| store.finish_pack(id, act).await).await?;
        self.host.notice(crate::Notice::News { dossiers: vec![dossier] });
        Ok(())
    }

    /// A pack whose writer was ended after it had put it at its place, and before it could say so, is there all the same.
    pub(super) async fn settle_pack(&self, id: DossierId) -> Result<(), Fault> {
        // While one is being written it is not settled by who looks at it.
        let Ok(_turn) = self.packing.try_lock() else { return Ok(()) };
        self.settle(id).await
    }

    async fn settle(&self, id: DossierId) -> Result<(), Fault> {
        let Some(pack) = self.store().await?.pack(id).await? else { return Ok(()) };
        if pack.state == PackState::Writing
            && check(&PathBuf::from(&pack.place), &contents_of(&pack)?.expected()).is_ok()
        {
            self.by_itself("pack.written", async |store, act| store.finish_pack(pack.id, act).await).await?;
        }
        Ok(())
    }
}

/// What the first text of a row says, of a paper that is asked for each row: whose it is.
fn row_name(open: &OpenDossier, document: &Document) -> Option<String> {
    let row = document.head.component_row.as_deref()?;
    open.form.fields().find_map(|field| {
        let FieldKind::Group(group) = &field.kind else { return None };
        let Some(Value::Rows(rows)) = open.answers.value(field.id.as_str()) else { return None };
        let row = rows.iter().find(|it| it.id.as_str() == row)?;
        let text = |cell: &Field| {
            let value = &row.answers.get(&cell.id)?.value;
            Some(shown(&cell.kind, value)).filter(|said| !said.is_empty())
        };
        let texts = group.fields.iter().filter(|cell| matches!(cell.kind, FieldKind::Text { .. }));
        texts.into_iter().find_map(text)
    })
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
