//! The whole profile in one file under a passphrase, and back.

use std::path::PathBuf;

use store::{Profile, Store};

use crate::{
    Desk, Host, Kept, Secret,
    fault::{Fault, FaultCode as Code, reading, writing},
};

impl<H: Host> Desk<H> {
    pub(crate) async fn backup(&self, file: PathBuf, passphrase: Secret) -> Result<Kept, Fault> {
        let shown = file.display().to_string();
        let store = self.store().await?;
        let bytes = store.backup(&file, passphrase.reveal()).await.map_err(|error| in_file(error, &shown))?;
        let dossiers = store.count_dossiers().await?.values().sum();
        self.acting("profile.backed_up", async |store, act| store.append_journal(act, None, None, None).await).await?;
        Ok(Kept { file: shown, bytes, dossiers })
    }

    pub(crate) async fn restore(&self, file: PathBuf, passphrase: Secret) -> Result<Kept, Fault> {
        let shown = file.display().to_string();
        let bytes = std::fs::metadata(&file).map_err(|e| reading(&shown, &e))?.len();
        let profile: Profile = self.profile()?;
        Store::restore(&profile, &file, passphrase.reveal()).await.map_err(|error| in_file(error, &shown))?;
        self.catalogue_changed().await;
        let dossiers = self.store().await?.count_dossiers().await?.values().sum();
        Ok(Kept { file: shown, bytes, dossiers })
    }
}

/// What went wrong with the backup file itself is told with its name.
fn in_file(error: store::StoreError, file: &str) -> Fault {
    match error {
        store::StoreError::Io(error) => writing(file, &error),
        store::StoreError::Corrupt { what } => Fault::new(Code::BadFile).with("file", file).with("reason", what),
        store::StoreError::WrongKey => Fault::new(Code::WrongPassphrase).with("file", file),
        store::StoreError::Conflict(store::Clash::Taken) => Fault::new(Code::ProfileNotEmpty),
        other => Fault::from(other).with("file", file),
    }
}
