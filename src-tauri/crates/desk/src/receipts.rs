//! Transmission receipts: shown, checked without a network, saved, printed.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

use dossier::{DossierId, digest::Digest};
use store::StoreError;
use time::UtcOffset;
use wire::{HubId, Manifest, PublicKey, Receipt};

use crate::{
    Desk, Host, ReceiptView,
    exporting::Draft,
    fault::{Fault, FaultCode as Code, reading, writing},
};

impl<H: Host> Desk<H> {
    pub(crate) async fn show_receipt(&self, id: DossierId, save: Option<PathBuf>) -> Result<ReceiptView, Fault> {
        let (receipt, bytes, manifest) = self.receipt_of(id).await?;
        self.verify_against_enrolment(&receipt, Some(&manifest)).await?;
        let mut saved = vec![];
        if let Some(folder) = save {
            let slip = self.slip(&receipt, &manifest).await?;
            let stem = file_stem(receipt.code.as_str());
            saved.push(save_file(&folder, &format!("{stem}.receipt.json"), &bytes).await?);
            saved.push(save_file(&folder, &format!("{stem}.pdf"), &slip).await?);
        }
        let taken_back = self.store().await?.submission(receipt.submission).await?.taken_back;
        Ok(ReceiptView { receipt, ours: Some(true), taken_back, saved })
    }

    /// Checks a receipt file; nothing is asked of any network.
    pub(crate) async fn verify_receipt(&self, file: PathBuf) -> Result<ReceiptView, Fault> {
        let name = file.display().to_string();
        let bytes = tokio::fs::read(&file).await.map_err(|e| reading(&name, &e))?;
        let receipt: Receipt = serde_json::from_slice(&bytes)
            .map_err(|e| Fault::new(Code::BadFile).with("file", &name).with("reason", e))?;
        // What this computer sent under that very submission, if it was this one.
        let (ours, taken_back) = match self.store().await?.submission(receipt.submission).await {
            Ok(submission) => {
                let manifest = serde_json::from_slice(&submission.manifest).map_err(Fault::unexpected)?;
                (Some(manifest), submission.taken_back)
            }
            Err(StoreError::NotFound(_)) => (None, None),
            Err(error) => return Err(error.into()),
        };
        self.verify_against_enrolment(&receipt, ours.as_ref()).await.map_err(|fault| fault.with("file", &name))?;
        Ok(ReceiptView { receipt, ours: ours.map(|_| true), taken_back, saved: vec![] })
    }

    /// A receipt's bytes as the hub sent them, and the manifest it is for.
    pub(crate) async fn receipt_of(&self, id: DossierId) -> Result<(Receipt, Vec<u8>, Manifest), Fault> {
        let store = self.store().await?;
        let kept = store.receipts(id).await?.into_iter().next_back();
        let kept = kept.ok_or_else(|| Fault::new(Code::NotFound).with("what", "receipt"))?;
        let submission = store.submission(kept.submission).await?;
        let receipt = serde_json::from_slice(&kept.json).map_err(Fault::unexpected)?;
        let manifest = serde_json::from_slice(&submission.manifest).map_err(Fault::unexpected)?;
        Ok((receipt, kept.json, manifest))
    }

    async fn verify_against_enrolment(&self, receipt: &Receipt, ours: Option<&Manifest>) -> Result<(), Fault> {
        let enrolment = self.store().await?.enrolment().await?.ok_or_else(|| Fault::new(Code::NotEnrolled))?;
        let key: PublicKey = Digest(enrolment.hub_public_key).to_string().parse().map_err(Fault::unexpected)?;
        let hub: HubId = enrolment.hub_id.parse().map_err(Fault::unexpected)?;
        let checked = match ours {
            Some(manifest) => receipt.verify_for(hub, &key, manifest),
            None => receipt.verify(&key),
        };
        checked.map_err(|distrust| Fault::new(Code::ReceiptForged).with("reason", distrust))
    }

    /// The printable slip. It is not form 01: it says that something arrived, not that it was accepted.
    pub(crate) async fn slip(&self, receipt: &Receipt, manifest: &Manifest) -> Result<Vec<u8>, Fault> {
        let enrolment = self.store().await?.enrolment().await?.ok_or_else(|| Fault::new(Code::NotEnrolled))?;
        let open = self.open_dossier(receipt.dossier).await?;
        let component = |code: &dossier::ComponentCode| {
            open.procedure.component(code.as_str()).map_or_else(|| code.to_string(), |known| known.name.vi.clone())
        };
        let pages = self.pages_by_content(receipt.dossier).await?;
        let items = manifest
            .files
            .iter()
            .map(|file| papers::SentItem {
                component: component(&file.component),
                title: file.title.clone(),
                pages: pages.get(&file.sha256).copied(),
                bytes: file.size,
                originals: file.originals,
                copies: file.copies,
            })
            .collect();
        let slip = papers::TransmissionSlip {
            sheet: papers::Sheet::A4,
            agency: enrolment.agency_name,
            code: receipt.code.to_string(),
            procedure: format!("{} ({})", open.procedure.name.vi, open.procedure.code),
            applicant: manifest.applicant.name.clone(),
            prepared_by: manifest.prepared_by.clone(),
            received_at: self.local_words(receipt.received_at)?,
            items,
            manifest_sha256: receipt.manifest_sha256.to_string(),
            hub_name: enrolment.hub_url,
            hub_key_fingerprint: receipt.key.to_string(),
            support: receipt.support_number.clone(),
        };
        papers::transmission_slip(&slip).map_err(Fault::unexpected)
    }

    /// How many pages each digitised file of a dossier has.
    async fn pages_by_content(&self, id: DossierId) -> Result<BTreeMap<Digest, u32>, Fault> {
        let store = self.store().await?;
        let mut pages = BTreeMap::new();
        for document in store.documents(id).await? {
            if let Some(made) = store.rendition(document.id).await? {
                pages.insert(made.pdf.sha256, made.pages);
            }
        }
        Ok(pages)
    }

    /// `14 giờ 05 phút, ngày 21/11/2026`: as official papers write it.
    fn local_words(&self, at: dossier::Timestamp) -> Result<String, Fault> {
        let offset = UtcOffset::from_whole_seconds(self.host.utc_offset_minutes() * 60).map_err(Fault::unexpected)?;
        let t = at.get().to_offset(offset);
        let (day, month) = (t.day(), u8::from(t.month()));
        Ok(format!("{:02} giờ {:02} phút, ngày {day:02}/{month:02}/{}", t.hour(), t.minute(), t.year()))
    }
}

/// A code as a file's name: only what stands between its digits and letters can be unfit for one.
pub(crate) fn file_stem(code: &str) -> String {
    code.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' }).collect()
}

/// Writes a file whole or not at all; gives its path.
pub(crate) async fn save_file(folder: &Path, name: &str, bytes: &[u8]) -> Result<String, Fault> {
    let path = folder.join(name);
    let shown = path.display().to_string();
    std::fs::create_dir_all(folder).map_err(|e| writing(&shown, &e))?;
    let draft = Draft::create(&path)?;
    draft.file()?.write_all(bytes).map_err(|e| writing(&shown, &e))?;
    draft.keep()?;
    Ok(shown)
}
