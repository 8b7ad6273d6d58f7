//! The end of an upload: its bytes are all here, are found to be what they should be, and become a file of the agency.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use dossier::{Digest, Timestamp};
use futures_util::{StreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;
use wire::{
    Code,
    problem::Remedy,
    upload::{Role, Status, UploadId},
};

use super::Uploads;
use crate::{
    fault::Fault,
    ledger::StoredUpload,
    objects::PIECE,
    spool::{Content, is_lost},
};

impl Uploads {
    /// Checks and stores the file if every byte is here.
    pub(super) async fn settle(&self, stored: &mut StoredUpload) -> Result<(), Fault> {
        // A parcel stays in the spool: it is no agency's file, and is opened only when somebody says so.
        if !stored.upload.is_whole() || stored.upload.role == Role::Parcel {
            return Ok(());
        }
        let Err(fault) = self.settle_here(stored).await else { return Ok(()) };
        // Another replica may have done it meanwhile, and cleared away what we were reading.
        match self.ledger.upload(stored.id).await? {
            Some(now) if matches!(now.upload.status, Status::Complete(_)) => {
                *stored = now;
                Ok(())
            }
            Some(now) if now.upload.status == Status::Receiving && !matches!(fault, Fault::Refused(_)) => {
                // The store is away, or full: the hub goes on by itself, also when nobody comes back.
                let soon = Timestamp::new((self.clock)().get() + time::Duration::minutes(1));
                if let Err(error) = self.ledger.plan_job("finish", &stored.id.to_string(), soon).await {
                    tracing::warn!(upload = %stored.id, %error, "it is finished by the next request or start");
                }
                self.planned.notify_one();
                Err(fault)
            }
            _ => Err(fault),
        }
    }

    /// Finishes an upload whose bytes are all here, by the hub itself.
    pub async fn finish_alone(&self, id: UploadId) -> Result<(), Fault> {
        let held = self.handover.take(id, self.patience.handover).await?;
        let Some(mut stored) = self.ledger.upload(id).await? else { return Ok(()) };
        match self.finish_held(&held, &mut stored).await {
            // It is gone, or was not what it was said to be: whoever sent it is told when they ask.
            Err(Fault::Refused(problem)) if matches!(problem.remedy(), Remedy::Recreate | Remedy::Quarantine) => Ok(()),
            finished => finished,
        }
    }

    /// Notified when something was planned for later.
    pub fn planned(&self) -> Arc<Notify> {
        Arc::clone(&self.planned)
    }

    async fn settle_here(&self, stored: &mut StoredUpload) -> Result<(), Fault> {
        let parts = self.ledger.upload_parts(stored.id).await?;
        let spooled = || self.spool.read(stored, &parts);
        let read = async {
            // What is put in one piece is read once.
            if stored.upload.length > PIECE as u64 {
                return Ok((hash(spooled()).await?, None));
            }
            let bytes = whole(spooled()).await?;
            Ok((Digest::of(&bytes), Some(bytes)))
        };
        let (found, small) = match read.await {
            Err(error) if is_lost(&error) => {
                if self.lose_upload(stored.id).await? {
                    tracing::error!(upload = %stored.id, %error, "acknowledged bytes are missing from the spool");
                }
                return Err(Code::Gone.into());
            }
            read => read?,
        };
        let content = || match &small {
            Some(bytes) => stream::iter([Ok(bytes.clone())]).boxed(),
            None => spooled(),
        };
        let mut whole = stored.upload.clone();
        if let Err(problem) = whole.complete(found) {
            self.lose_upload(stored.id).await?;
            return Err(problem.into());
        }
        self.objects.put(found, whole.length, &content).await?;
        match self.ledger.complete_upload(stored.id, found, (self.clock)()).await {
            // Removed between our finding it there and our naming it.
            Err(Fault::Removed) => {
                self.objects.put(found, whole.length, &content).await?;
                self.ledger.stored_again(found).await?;
                self.ledger.complete_upload(stored.id, found, (self.clock)()).await?;
            }
            completed => completed?,
        }
        stored.upload = whole;
        self.spool.remove_parts(stored.id, &parts).await?;
        Ok(())
    }
}

async fn whole(mut content: Content) -> Result<Bytes, std::io::Error> {
    let mut all = BytesMut::new();
    while let Some(bytes) = content.next().await {
        all.extend_from_slice(&bytes?);
    }
    Ok(all.freeze())
}

async fn hash(mut content: Content) -> Result<Digest, std::io::Error> {
    let mut hasher = Sha256::new();
    while let Some(bytes) = content.next().await {
        hasher.update(&bytes?);
    }
    Ok(Digest(hasher.finalize().into()))
}
