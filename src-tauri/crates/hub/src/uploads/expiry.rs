//! The end of uploads that nobody goes on with. Each byte that comes puts it off; what is finished has none.

use dossier::Timestamp;
use wire::upload::{Role, Status};

use super::Uploads;
use crate::{fault::Fault, ledger::StoredUpload};

impl Uploads {
    /// When an upload that is worked on now will be gone.
    pub(super) fn expires(&self) -> Timestamp {
        Timestamp::new((self.clock)().get() + time::Duration::days(self.limits.upload_days.into()))
    }

    /// Whether an upload's time is over. One whose bytes are all here only waits to be stored, unless it is a parcel.
    pub(super) fn has_expired(&self, stored: &StoredUpload) -> bool {
        let unfinished = !stored.upload.is_whole() || stored.upload.role == Role::Parcel;
        let waits = stored.upload.status == Status::Receiving && unfinished;
        waits && stored.expires.is_some_and(|expires| expires <= (self.clock)())
    }

    /// Puts the end off of what is not finished. The ledger is told only when it is worth the writing: once in a thirtieth of the time.
    pub(super) async fn renew(&self, stored: &mut StoredUpload) -> Result<(), Fault> {
        let expires = self.expires();
        let worth = time::Duration::days(self.limits.upload_days.into()) / 30;
        let is_worth = |before: Timestamp| expires.get() - before.get() >= worth;
        if stored.upload.status == Status::Receiving && stored.expires.is_some_and(is_worth) {
            self.ledger.renew_upload(stored.id, expires).await?;
            stored.expires = Some(expires);
        }
        Ok(())
    }

    /// Removes the uploads whose time is over, and their bytes; how many.
    pub async fn sweep(&self) -> Result<usize, Fault> {
        let gone = self.ledger.expire_uploads((self.clock)()).await?;
        for id in &gone {
            tracing::info!(upload = %id, "expired");
            if let Err(error) = self.spool.remove(*id).await {
                tracing::warn!(upload = %id, %error, "an expired upload's bytes stay until the next start");
            }
        }
        Ok(gone.len())
    }
}
