//! [`Accounts`] in the database: which statement runs in which transaction.

use async_trait::async_trait;
use dossier::{AccountId, AgencyCode, Digest, Timestamp};
use uuid::Uuid;
use wire::{Code, auth::NoticeRead};

use super::{About, SqlLedger, people, registry, sessions};
use crate::{
    fault::Fault,
    ledger::{
        Device,
        accounts::{
            Account, Accounts, AgencyUnit, Change, Expiring, KeptPassword, NewSession, Own, Person, Shown, Try,
            Workstation, folded,
        },
        audit::Author,
    },
};

#[async_trait]
impl Accounts for SqlLedger {
    async fn require_sign_in(
        &self,
        agency: &AgencyCode,
        required: bool,
        by: &Author,
        now: Timestamp,
    ) -> Result<(), Fault> {
        write!(self, About::Hub, tx => registry::require_sign_in(tx, agency, required, by, now))
    }

    async fn units(&self, agency: &AgencyCode) -> Result<Vec<AgencyUnit>, Fault> {
        read!(self, db => people::units(db, agency))
    }

    async fn people(&self, agency: Option<&AgencyCode>) -> Result<Vec<Person>, Fault> {
        read!(self, db => people::people(db, agency))
    }

    async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        read!(self, db => people::account(db, id))
    }

    async fn account_named(&self, sign_in_name: &str) -> Result<Option<Account>, Fault> {
        let folded = folded(sign_in_name);
        read!(self, db => people::named(db, &folded))
    }

    async fn change_people(
        &self,
        agency: &AgencyCode,
        changes: &[Change],
        by: &Author,
        now: Timestamp,
    ) -> Result<(), Fault> {
        write!(self, About::Hub, tx => people::change(tx, agency, changes, by, now))
    }

    async fn set_password(
        &self,
        account: AccountId,
        password: &KeptPassword,
        own: Option<Own<'_>>,
        by: &Author,
        now: Timestamp,
    ) -> Result<(), Fault> {
        write!(self, About::Hub, tx => people::set_password(tx, account, password, own, by, now))
    }

    async fn try_sign_in(&self, sign_in_name: &str, now: Timestamp) -> Result<Try, Fault> {
        let folded = folded(sign_in_name);
        write!(self, About::Name(&folded), tx => sessions::try_sign_in(tx, &folded, now))
    }

    async fn open_session(&self, who: &Device, new: &NewSession, now: Timestamp) -> Result<(), Fault> {
        // After whoever is setting the password, or disabling the person.
        write!(self, About::Hub, tx => sessions::open(tx, who, new, now))
    }

    async fn renew_session(&self, who: &Device, shown: &Shown, now: Timestamp) -> Result<Account, Fault> {
        // That a session was ended is written although the answer is a refusal.
        let renewed: Result<Option<Account>, Fault> =
            write!(self, About::Session(shown.session), tx => sessions::renew(tx, who, shown, now));
        renewed?.ok_or_else(|| Code::SessionOver.into())
    }

    async fn end_session(&self, who: &Device, session: Uuid, token: Digest, now: Timestamp) -> Result<(), Fault> {
        write!(self, About::Session(session), tx => sessions::sign_out(tx, who, session, token, now))
    }

    async fn session(&self, session: Uuid, now: Timestamp) -> Result<Account, Fault> {
        read!(self, db => sessions::account(db, session, now))
    }

    async fn tidy_accounts(&self, now: Timestamp) -> Result<(), Fault> {
        write!(self, About::Hub, tx => sessions::tidy(tx, now))
    }

    async fn workstations(&self, agency: Option<&AgencyCode>) -> Result<Vec<Workstation>, Fault> {
        read!(self, db => sessions::workstations(db, agency))
    }

    async fn rename_workstation(&self, station: u32, name: &str, by: &Author, now: Timestamp) -> Result<(), Fault> {
        write!(self, About::Hub, tx => sessions::rename(tx, station, name, by, now))
    }

    async fn revoke_workstation(&self, station: u32, by: &Author, now: Timestamp) -> Result<(), Fault> {
        write!(self, About::Hub, tx => sessions::revoke(tx, station, by, now))
    }

    async fn put_expiring(&self, things: &[Expiring], by: &Author, now: Timestamp) -> Result<(), Fault> {
        write!(self, About::Hub, tx => people::put_expiring(tx, things, by, now))
    }

    async fn expiring(&self, agency: Option<&AgencyCode>) -> Result<Vec<Expiring>, Fault> {
        read!(self, db => people::expiring(db, agency))
    }

    async fn passwords_until(&self, agency: Option<&AgencyCode>, until: Timestamp) -> Result<Vec<Account>, Fault> {
        read!(self, db => people::passwords_until(db, agency, until))
    }

    async fn notices_read(&self, account: AccountId) -> Result<Vec<NoticeRead>, Fault> {
        read!(self, db => people::notices_read(db, account))
    }

    async fn read_notice(
        &self,
        who: &Device,
        account: AccountId,
        notice: &NoticeRead,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let by = Author::from(who);
        write!(self, About::Hub, tx => people::read_notice(tx, &by, account, notice, now))
    }
}
