//! Filing at a province's own portal by hand: a ready dossier leaves as a pack, and the portal's code is brought back.

mod asked;
mod bringing;
mod fitting;
mod packing;
mod place;
mod sheet;

use std::path::Path;

use dossier::{DossierId, Portal, SubmissionId, procedure::ProvenanceStatus};
use store::{CatalogueEntry, Origin, Pack, PackState, Pin, StoreError};

use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code, reading},
};

pub use asked::*;
use packing::Contents;

/// The folder of the shipped data, and the kind under which revisions are kept.
pub(crate) const FOLDER: &str = "portals";
const KIND: &str = "portal";

impl<H: Host> Desk<H> {
    pub(crate) async fn ask_portal(&self, request: PortalRequest) -> Result<PortalAnswer, Fault> {
        use PortalRequest as R;
        let standing = async |dossier| Ok(PortalAnswer::Standing(Box::new(self.portal_standing(dossier).await?)));
        match request {
            R::List => Ok(PortalAnswer::List(self.portals().await?)),
            R::Import { file } => Ok(PortalAnswer::Imported(Box::new(self.import_portal(&file).await?))),
            R::Show { dossier } => standing(dossier).await,
            R::Sheet { dossier } => Ok(PortalAnswer::Sheet(self.copy_sheet(&self.open_dossier(dossier).await?)?)),
            R::Pack { dossier, portal, folder, zip, reason } => {
                self.pack_dossier(dossier, &portal, &folder, zip, &reason).await?;
                standing(dossier).await
            }
            R::Withdraw { dossier, reason } => {
                let reason = given(&reason)?;
                let act = "portal.withdrawn";
                self.acting(act, async |store, act| store.withdraw_pack(dossier, &reason, act).await).await?;
                standing(dossier).await
            }
            R::SendToo { dossier, reason } => {
                let reason = given(&reason)?;
                self.submit_too(dossier, &reason).await?;
                standing(dossier).await
            }
            R::ReadSlip { dossier, file } => Ok(PortalAnswer::Slip(self.read_slip(dossier, &file).await?)),
            R::Filed { dossier, code, on, slip, sure } => {
                self.file_at_portal(dossier, &code, on, slip.as_deref(), sure).await?;
                standing(dossier).await
            }
            R::Seen { dossier, state, due, note } => {
                self.seen_at_portal(dossier, state, due, &note).await?;
                standing(dossier).await
            }
        }
    }

    /// Every known portal in its newest revision: what ships, and what was taken in here.
    pub(crate) async fn portals(&self) -> Result<Vec<Portal>, Fault> {
        let mut portals: Vec<Portal> = shipped()?;
        for kept in self.store().await?.catalogue_of(KIND).await? {
            // One that this version cannot read any more does not count; it is kept.
            portals.extend(Portal::from_json(&kept.json).ok());
        }
        portals.sort_by(|a, b| (&a.id, b.revision).cmp(&(&b.id, a.revision)));
        portals.dedup_by(|later, first| later.id == first.id);
        Ok(portals)
    }

    /// The portal that people here are sent to: the one that was taken in last, else what ships.
    pub(crate) async fn own_portal(&self) -> Result<Portal, Fault> {
        let kept = self.store().await?.catalogue_of(KIND).await?;
        let last = kept.iter().max_by_key(|it| it.added_at).map(|it| it.pin.code.clone());
        let portals = self.portals().await?;
        let own = portals.iter().find(|portal| Some(&portal.id) == last.as_ref()).or(portals.first());
        own.cloned().ok_or_else(|| Fault::unexpected("no portal"))
    }

    pub(crate) async fn portal(&self, id: &str) -> Result<Portal, Fault> {
        let known = self.portals().await?.into_iter().find(|portal| portal.id == id);
        known.ok_or_else(|| Fault::new(Code::NotFound).with("what", format!("portal {id}")))
    }

    /// A revision, once here, is never changed.
    async fn import_portal(&self, file: &Path) -> Result<Portal, Fault> {
        let name = file.display().to_string();
        let text = tokio::fs::read_to_string(file).await.map_err(|e| reading(&name, &e))?;
        let portal = Portal::from_json(&text).map_err(|problems| {
            let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Fault::new(Code::BadFile).with("file", &name).with("reason", text.join("; "))
        })?;
        let same = |it: &Portal| it.id == portal.id && it.revision == portal.revision;
        if let Some(ours) = shipped()?.into_iter().find(same) {
            if ours.sha256() == portal.sha256() {
                return Ok(portal);
            }
            return Err(Fault::new(Code::RevisionExists).with("what", &portal.id).with("revision", portal.revision));
        }
        let entry = CatalogueEntry {
            pin: Pin {
                kind: KIND.to_owned(),
                code: portal.id.clone(),
                revision: portal.revision.to_string(),
                sha256: portal.sha256(),
            },
            json: serde_json::to_string(&portal).map_err(Fault::unexpected)?,
            provenance: serde_json::to_string(&portal.provenance).map_err(Fault::unexpected)?,
            added_at: self.now(),
            origin: Origin::Import,
            added_by: self.person(),
            reason: String::new(),
        };
        self.acting("portal.imported", async |store, act| store.add_catalogue(&[entry], None, act).await).await?;
        Ok(portal)
    }

    pub(crate) async fn portal_standing(&self, id: DossierId) -> Result<PortalStanding, Fault> {
        let store = self.store().await?;
        self.settle_pack(id).await?;
        let record = store.dossier(id).await?;
        let pack = store.pack(id).await?.map(|pack| view(&record.procedure_code, pack)).transpose()?;
        Ok(PortalStanding { dossier: id, state: record.state, pack })
    }

    /// Puts what was packed into the outbox as well: what is sent is what was packed, for a packed dossier cannot be edited.
    async fn submit_too(&self, id: DossierId, reason: &str) -> Result<SubmissionId, Fault> {
        let checked = self.checked(id).await?;
        if !checked.findings.ready {
            return Err(Fault::new(Code::NotReady).with("blocking", checked.findings.blocking()));
        }
        let submission = self.freeze(&checked).await?;
        let submitted = self
            .acting("dossier.submitted_too", async |store, act| store.freeze_too(&submission, reason, act).await)
            .await;
        submitted.map_err(no_pack)?;
        self.outbox_changed();
        Ok(submission.id)
    }
}

/// What ships with the product.
fn shipped() -> Result<Vec<Portal>, Fault> {
    let files = crate::catalogue::DATA.get_dir(FOLDER).into_iter().flat_map(|dir| dir.files());
    let read = |file: &include_dir::File<'_>| {
        let text = file.contents_utf8().unwrap_or_default();
        Portal::from_json(text)
            .map_err(|problems| Fault::unexpected(format!("{}: {problems:?}", file.path().display())))
    };
    files.map(read).collect()
}

/// A person's reason, which must be more than blanks.
pub(crate) fn given(reason: &str) -> Result<String, Fault> {
    let reason = dossier::text::nfc(reason.trim());
    if reason.is_empty() { Err(Fault::new(Code::ReasonMissing)) } else { Ok(reason) }
}

fn no_pack(fault: Fault) -> Fault {
    let is_it = fault.code == Code::NotFound && fault.args.get("what").is_some_and(|what| what == "pack");
    if is_it { Fault::new(Code::NotPacked) } else { fault }
}

/// The portal as the pack was made under it.
fn portal_of(pack: &Pack) -> Result<Portal, Fault> {
    serde_json::from_str(&pack.portal_json).map_err(|_| Fault::new(Code::StoreCorrupt).with("detail", "portal"))
}

fn contents_of(pack: &Pack) -> Result<Contents, Fault> {
    let contents = serde_json::from_value(pack.contents.clone());
    contents.map_err(|_| StoreError::Corrupt { what: store::Damage::Column("contents") }.into())
}

fn view(procedure: &str, pack: Pack) -> Result<PackView, Fault> {
    let (portal, contents) = (portal_of(&pack)?, contents_of(&pack)?);
    Ok(PackView {
        link: portal.own_link(procedure),
        portal: portal.id,
        name: portal.name,
        standing: match pack.state {
            PackState::Filed => PackStanding::Filed,
            PackState::Written => PackStanding::Written,
            PackState::Writing | PackState::Withdrawn => PackStanding::Interrupted,
        },
        place: pack.place,
        bytes: contents.files.iter().map(|file| file.bytes).sum(),
        files: contents.files,
        sheets: contents.sheets.into_iter().map(|sheet| sheet.name).collect(),
        made_at: pack.made_at,
        reason: pack.reason,
        code: pack.code,
        filed_on: pack.filed_on,
        slip: pack.slip.map(|(_, name)| name),
    })
}

/// Whether a portal's limits were looked up by somebody.
pub(crate) fn is_sure(portal: &Portal) -> bool {
    portal.provenance.status == ProvenanceStatus::Real || portal.provenance.confirmed.is_some()
}

#[cfg(test)]
mod tests;
