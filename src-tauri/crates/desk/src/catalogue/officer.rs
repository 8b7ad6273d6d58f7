//! Who may change the catalogue on this computer. There are no accounts yet: an officer says so by name, with the document that gives
//! them the task, as the user who is signed in; it is in the journal, and it holds for that user only.

use dossier::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
};

/// The name under which it is kept.
const OFFICER: &str = "catalogue.officer";

/// The officer in charge of the catalogue here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "CatalogueOfficer")]
pub struct Officer {
    /// As it stands in revisions and confirmations.
    pub name: String,
    /// The document that gives them the task: *Quyết định số 12/QĐ-UBND ngày 05/01/2026*.
    pub authority: String,
    /// The signed-in user who said so.
    pub user: String,
    pub since: Timestamp,
}

/// Whether the catalogue can be changed by who sits here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "CatalogueMay")]
pub struct May {
    /// Who is in charge on this computer, whoever is signed in.
    pub officer: Option<Officer>,
    /// The signed-in user.
    pub user: String,
    /// It is the officer who is signed in.
    pub change: bool,
}

impl<H: Host> Desk<H> {
    pub(super) async fn may_change(&self) -> Result<May, Fault> {
        // Kept as a list, so that nobody being in charge is a value too.
        let officer = self.store().await?.setting::<Vec<Officer>>(OFFICER).await?.unwrap_or_default().pop();
        let user = self.host.person();
        let change = officer.as_ref().is_some_and(|officer| officer.user == user);
        Ok(May { officer, user, change })
    }

    /// The name of the officer who is about to change something.
    ///
    /// # Errors
    /// [`Code::NotAuthorised`] when it is not the officer who is signed in.
    pub(super) async fn officer(&self) -> Result<String, Fault> {
        let may = self.may_change().await?;
        let fault = || Fault::new(Code::NotAuthorised).with("officer", may.officer.as_ref().map_or("", |it| &it.name));
        may.officer.as_ref().filter(|_| may.change).map(|officer| officer.name.clone()).ok_or_else(fault)
    }

    pub(super) async fn take_charge(&self, name: &str, authority: &str) -> Result<May, Fault> {
        let text = |field: &str, text: &str| {
            let text = dossier::text::nfc(text.trim());
            if text.is_empty() { Err(Fault::new(Code::BadValue).with("field", field)) } else { Ok(text) }
        };
        let (name, authority) = (text("name", name)?, text("authority", authority)?);
        let officer = Officer { name, authority, user: self.host.person(), since: self.now() };
        self.keep_officer("catalogue.officer_named", vec![officer]).await
    }

    pub(super) async fn give_up_charge(&self) -> Result<May, Fault> {
        self.keep_officer("catalogue.officer_ended", vec![]).await
    }

    async fn keep_officer(&self, what: &str, officer: Vec<Officer>) -> Result<May, Fault> {
        self.acting(what, async |store, act| store.set_setting_as(OFFICER, &officer, act).await).await?;
        self.may_change().await
    }
}
