//! Taking a submission in: check, store, sign. What makes it exactly once is one transaction of the ledger.

use std::sync::Arc;

use dossier::{DossierId, EventId};
use tokio::sync::watch;
use uuid::Uuid;
use wire::{
    Code, HubId, Problem, Receipt, SigningKey, Submission, limits::Limits, manifest::ManifestReason, receipt::Statement,
};

use crate::{
    Clock,
    fault::Fault,
    ledger::{Allocated, Device, Ledger, rules::invalid},
    review,
    uploads::Uploads,
};

/// Who this hub is: what it signs with and what its answers say of it.
pub struct Identity {
    pub id: HubId,
    pub key: SigningKey,
    /// Whom to call; may be empty.
    pub support_number: String,
}

/// The use case.
pub struct Submissions {
    pub ledger: Arc<dyn Ledger>,
    pub uploads: Arc<Uploads>,
    pub identity: Arc<Identity>,
    pub limits: Limits,
    pub clock: Clock,
    /// Told when a feed has grown.
    pub news: watch::Sender<()>,
}

impl Submissions {
    /// Takes a submission for the dossier named in the path, under its `Idempotency-Key`. The same again gives the same
    /// receipt; see [`Ledger::submit`] for what else can be.
    pub async fn take(
        &self,
        who: &Device,
        dossier: DossierId,
        key: Option<&str>,
        submission: &Submission,
    ) -> Result<Receipt, Fault> {
        let manifest = &submission.manifest;
        let key = key.ok_or(Code::IdempotencyKeyMissing)?;
        let wrong_key = || Problem::new(Code::BadRequest).with("what", wire::path::IDEMPOTENCY_KEY);
        if Uuid::parse_str(key).map_err(|_| wrong_key())? != manifest.submission.0 {
            return Err(wrong_key().into());
        }
        if manifest.dossier != dossier {
            return Err(invalid("/manifest/dossier", ManifestReason::Dossier).into());
        }
        if manifest.agency != who.agency.code {
            return Err(invalid("/manifest/agency", ManifestReason::Agency).into());
        }
        // What was taken once is answered again, whatever has become of limits and uploads since.
        let sha256 = manifest.sha256().map_err(|_| invalid("/manifest", ManifestReason::NotCanonical))?;
        if let Some(receipt) = self.ledger.replayed(who, manifest.submission, sha256).await? {
            return Ok(receipt);
        }
        submission.check(&self.limits)?;
        self.check_uploads(who, submission).await?;
        let now = (self.clock)();
        let review = review::review(&*self.ledger, who, submission, now).await?;

        let event = EventId(Uuid::now_v7());
        let sign = |allocated| self.statement(submission, allocated)?.sign(&self.identity.key);
        let receipt = self.ledger.submit(who, submission, &review, event, now, &sign).await?;
        self.news.send_replace(());
        tracing::info!(dossier = %receipt.dossier, submission = %receipt.submission, code = %receipt.code, "received");
        Ok(receipt)
    }

    /// An upload named for one content must not hold another. One that is gone is no fault here: the file may be the agency's
    /// all the same, and the ledger says so.
    async fn check_uploads(&self, who: &Device, submission: &Submission) -> Result<(), Fault> {
        for (i, named) in submission.uploads.iter().enumerate() {
            let content = self.uploads.content(who, named.upload).await?;
            if content.is_some_and(|content| content != named.sha256) {
                return Err(invalid(&format!("/uploads/{i}"), ManifestReason::Upload).into());
            }
        }
        Ok(())
    }

    fn statement(
        &self,
        submission: &Submission,
        allocated: Allocated,
    ) -> Result<Statement, wire::canonical::NotCanonical> {
        let manifest = &submission.manifest;
        Ok(Statement {
            hub_id: self.identity.id,
            submission: manifest.submission,
            dossier: manifest.dossier,
            agency: manifest.agency.clone(),
            code: allocated.code,
            received_at: allocated.received_at,
            manifest_sha256: manifest.sha256()?,
            files: u32::try_from(manifest.files.len()).unwrap_or(u32::MAX),
            bytes: manifest.bytes(),
            support_number: self.identity.support_number.clone(),
        })
    }
}
