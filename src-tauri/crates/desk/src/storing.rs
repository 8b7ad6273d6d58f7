//! The profile of this desk, and the store's errors in the person's terms.

use dossier::{DeviceId, Timestamp, state::Forbidden};
use store::{Act, Clash, Damage, Profile, Store, StoreError};
use uuid::Uuid;

use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
};

/// The name under which this installation keeps its own id.
const DEVICE: &str = "device";

impl<H: Host> Desk<H> {
    /// Where this desk's profile lies.
    pub(crate) fn profile(&self) -> Result<Profile, Fault> {
        let folder = self.host.profile().or_else(Profile::default_dir);
        folder.map(Profile::new).ok_or_else(|| Fault::unexpected("this user has no home folder"))
    }

    /// The store, opened when it is first needed.
    pub(crate) async fn store(&self) -> Result<&Store, Fault> {
        let opened = async || {
            let store = Store::open(self.profile()?).await?;
            self.seat.take(store.signed_in().await?.as_ref());
            Ok::<_, Fault>(store)
        };
        self.store.get_or_try_init(opened).await
    }

    /// This installation, as it names itself in the journal and to a hub.
    pub(crate) async fn device(&self) -> Result<DeviceId, Fault> {
        // Two first calls at once must not make two.
        let device = self.device.get_or_try_init(async || {
            let store = self.store().await?;
            if let Some(device) = store.setting(DEVICE).await? {
                return Ok(device);
            }
            let device = DeviceId(Uuid::now_v7());
            store.set_setting(DEVICE, &device).await?;
            Ok::<_, Fault>(device)
        });
        Ok(*device.await?)
    }

    /// Runs a change under the name of the person who makes it.
    pub(crate) async fn acting<T>(
        &self,
        what: &str,
        change: impl AsyncFnOnce(&Store, &Act<'_>) -> Result<T, StoreError>,
    ) -> Result<T, Fault> {
        self.act(false, what, change).await
    }

    /// Runs a change that nobody asked for; it is noted as such.
    pub(crate) async fn by_itself<T>(
        &self,
        what: &str,
        change: impl AsyncFnOnce(&Store, &Act<'_>) -> Result<T, StoreError>,
    ) -> Result<T, Fault> {
        self.act(true, what, change).await
    }

    async fn act<T>(
        &self,
        automatic: bool,
        what: &str,
        change: impl AsyncFnOnce(&Store, &Act<'_>) -> Result<T, StoreError>,
    ) -> Result<T, Fault> {
        let (store, device, who) = (self.store().await?, self.device().await?, self.person());
        let act = Act { at: self.host.now(), who: &who, device, automatic, what };
        Ok(change(store, &act).await?)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.host.now()
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let detailed = |code, detail: &dyn ToString| Fault::new(code).with("detail", detail.to_string());
        match error {
            StoreError::DiskFull => Fault::new(Code::DiskFull),
            StoreError::ReadOnly => Fault::new(Code::ReadOnly),
            StoreError::DiskFailing => Fault::new(Code::DiskFailing),
            StoreError::InUse => Fault::new(Code::ProfileInUse),
            StoreError::WrongKey => Fault::new(Code::WrongKey),
            StoreError::KeyMissing => Fault::new(Code::KeyMissing),
            StoreError::Corrupt { what: Damage::KeyFile } => Fault::new(Code::WrongKey),
            StoreError::Corrupt { what: what @ Damage::Database } => {
                detailed(Code::StoreCorrupt, &what).of_the_station()
            }
            error @ StoreError::Database(_) => Fault::unexpected(error).of_the_station(),
            StoreError::Corrupt { what } => detailed(Code::StoreCorrupt, &what),
            StoreError::TooNew { .. } => Fault::new(Code::StoreTooNew),
            StoreError::NotFound(subject) => Fault::new(Code::NotFound).with("what", subject),
            StoreError::Forbidden(Forbidden::NotFrom { from, .. }) => {
                Fault::new(Code::StateForbids).with("state", crate::dossiers::state_name(from))
            }
            StoreError::Forbidden(Forbidden::OtherWay { from }) => {
                Fault::new(Code::OtherWay).with("state", crate::dossiers::state_name(from))
            }
            StoreError::Conflict(Clash::PackUnfinished) => Fault::new(Code::NotPacked),
            StoreError::Forbidden(Forbidden::Findings { blocking }) => {
                Fault::new(Code::NotReady).with("blocking", blocking)
            }
            StoreError::Conflict(Clash::Frozen) => Fault::new(Code::StateForbids).with("state", "frozen"),
            StoreError::Conflict(Clash::Carried { file, .. }) => Fault::new(Code::ParcelUnderWay).with("file", file),
            StoreError::Conflict(Clash::Practice) => Fault::new(Code::PracticeOnly),
            StoreError::Conflict(Clash::OtherRevision { code, revision }) => {
                Fault::new(Code::RevisionExists).with("what", code).with("revision", revision)
            }
            StoreError::Conflict(clash) => detailed(Code::Conflict, &clash),
            other => Fault::unexpected(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::desk;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn two_first_calls_make_one_installation() {
        let desk = desk();
        let (one, other) = tokio::join!(desk.device(), desk.device());
        let kept: Option<dossier::DeviceId> = desk.store().await.unwrap().setting(super::DEVICE).await.unwrap();
        assert_eq!(one.unwrap(), other.unwrap());
        assert_eq!(kept, Some(desk.device().await.unwrap()));
    }
}
