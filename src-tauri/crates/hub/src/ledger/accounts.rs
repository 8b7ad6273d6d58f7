//! Agencies' people: who may sign in, on which workstations, for how long, and what of theirs runs out.

use std::collections::BTreeSet;

use async_trait::async_trait;
use dossier::{AccountId, AgencyCode, Date, DeviceId, Digest, Role, Scope, Timestamp};
use serde::Serialize;
use uuid::Uuid;
use wire::auth::{ExpiringKind, NoticeRead};

use super::{Device, audit::Author};
use crate::fault::Fault;

/// A part of an agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgencyUnit {
    /// Unique in the agency.
    pub code: String,
    pub name: String,
    /// The code of the unit it belongs to.
    pub parent: Option<String>,
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    pub id: AccountId,
    pub agency: AgencyCode,
    /// The code of their unit.
    pub unit: Option<String>,
    /// As the agency writes it; unique in this hub by [`folded`].
    pub sign_in_name: String,
    /// Họ và tên.
    pub name: String,
    /// Chức vụ.
    pub title: String,
    /// The official address.
    pub email: String,
    pub phone: String,
    pub roles: BTreeSet<Role>,
    pub scope: Scope,
    /// Who is not may not sign in.
    pub active: bool,
}

/// What a sign-in name is compared by.
pub fn folded(sign_in_name: &str) -> String {
    dossier::text::fold(sign_in_name)
}

/// Whether a name can be one: 2 to 64 letters, digits, `.`, `-`, `_` and `@`.
pub fn is_sign_in_name(text: &str) -> bool {
    let signs = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    (2..=64).contains(&text.chars().count()) && text.chars().all(signs)
}

/// A password as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPassword {
    /// A PHC string with its parameters.
    pub hash: String,
    pub set_at: Timestamp,
    pub expires_at: Timestamp,
    /// A first one, made by somebody else.
    pub must_change: bool,
}

/// A person with the password; one who never had any cannot sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub person: Person,
    /// The name of their unit.
    pub unit_name: Option<String>,
    pub password: Option<KeptPassword>,
}

impl Account {
    /// Nothing but changing the password is allowed.
    pub fn must_change(&self, now: Timestamp) -> bool {
        self.password.as_ref().is_some_and(|password| password.must_change || password.expires_at <= now)
    }
}

/// One change of the people of an agency. Adding and changing bear the whole person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Unit(AgencyUnit),
    Add(Person, Option<KeptPassword>),
    Update(Person),
    Disable(AccountId),
    Enable(AccountId),
}

/// A try to sign in, counted before it is known whether the password is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Try {
    /// The name waits so many seconds, whether anybody has it or not.
    Waits(u64),
    /// So many tries are left before a wait; the account, if there is one.
    Counted { left: u32, account: Option<Box<Account>> },
}

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    pub id: Uuid,
    /// The kept password it was compared with: another one since, and there is no session.
    pub password: String,
    pub account: AccountId,
    pub refresh_sha256: Digest,
    pub expires_at: Timestamp,
}

/// Who changes the own password: the session that stays, and what the old password was kept as when it was compared.
#[derive(Debug, Clone, Copy)]
pub struct Own<'a> {
    pub session: Uuid,
    pub password: &'a str,
}

/// A refresh token that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    pub session: Uuid,
    pub token: Digest,
    /// Of the one to follow.
    pub next: Digest,
    /// When the session ends if it is not renewed again.
    pub expires_at: Timestamp,
}

/// A workstation as an administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Workstation {
    pub agency: AgencyCode,
    pub station: String,
    pub id: DeviceId,
    pub name: String,
    pub enrolled_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    /// Sessions that are open at it.
    pub sessions: u64,
}

/// Something that runs out, besides passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expiring {
    pub kind: ExpiringKind,
    /// Unique among its kind.
    pub identifier: String,
    pub agency: AgencyCode,
    /// Whose account is told; without one, the administrators of the agency are.
    pub person: Option<AccountId>,
    /// Whose it is, in words.
    pub holder: String,
    /// The last day it is good.
    pub valid_until: Date,
}

/// See the module. `by` is logged in the same transaction.
#[async_trait]
pub trait Accounts {
    /// Whether an agency's people must be signed in for everything but the bytes of uploads; [`wire::Code::NotFound`].
    async fn require_sign_in(
        &self,
        agency: &AgencyCode,
        required: bool,
        by: &Author,
        now: Timestamp,
    ) -> Result<(), Fault>;

    async fn units(&self, agency: &AgencyCode) -> Result<Vec<AgencyUnit>, Fault>;
    /// Of one agency or of all, by name.
    async fn people(&self, agency: Option<&AgencyCode>) -> Result<Vec<Person>, Fault>;
    async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault>;
    /// By sign-in name, however it is written.
    async fn account_named(&self, sign_in_name: &str) -> Result<Option<Account>, Fault>;
    /// Makes all the changes or none. Who is disabled is signed out. [`wire::Code::NameTaken`]; [`wire::Code::NotFound`] of an agency,
    /// unit or person.
    async fn change_people(
        &self,
        agency: &AgencyCode,
        changes: &[Change],
        by: &Author,
        now: Timestamp,
    ) -> Result<(), Fault>;
    /// Sets a password and ends the person's sessions but the one given. Who changes the own one says what the old one was kept as, and
    /// must still be signed in: [`wire::Code::WrongSignIn`], [`wire::Code::SessionOver`].
    async fn set_password(
        &self,
        account: AccountId,
        password: &KeptPassword,
        own: Option<Own<'_>>,
        by: &Author,
        now: Timestamp,
    ) -> Result<(), Fault>;

    /// Counts a try at the name, as one that failed; a session that is opened takes it back.
    async fn try_sign_in(&self, sign_in_name: &str, now: Timestamp) -> Result<Try, Fault>;
    /// Opens a session at the device, and forgets the tries; [`wire::Code::WrongSignIn`] when the person is disabled by now.
    async fn open_session(&self, who: &Device, new: &NewSession, now: Timestamp) -> Result<(), Fault>;
    /// Renews a session: its token gives way to the next. The same exchange again is answered again; the token with another successor, or
    /// one that was renewed before, ends the session. [`wire::Code::SessionOver`] when it is over, in whatever way.
    async fn renew_session(&self, who: &Device, shown: &Shown, now: Timestamp) -> Result<Account, Fault>;
    /// Signs out; of a session that is over already, or not the token's, nothing.
    async fn end_session(&self, who: &Device, session: Uuid, token: Digest, now: Timestamp) -> Result<(), Fault>;
    /// The account of a session that is open, not renewed; [`wire::Code::SessionOver`].
    async fn session(&self, session: Uuid, now: Timestamp) -> Result<Account, Fault>;
    /// Forgets tries long past and what is left of sessions that are long over.
    async fn tidy_accounts(&self, now: Timestamp) -> Result<(), Fault>;

    async fn workstations(&self, agency: Option<&AgencyCode>) -> Result<Vec<Workstation>, Fault>;
    /// By its station; [`wire::Code::NotFound`].
    async fn rename_workstation(&self, station: u32, name: &str, by: &Author, now: Timestamp) -> Result<(), Fault>;
    /// Ends its token and its sessions for good; a new enrolment gives it a new token. [`wire::Code::NotFound`].
    async fn revoke_workstation(&self, station: u32, by: &Author, now: Timestamp) -> Result<(), Fault>;

    /// Enters things that run out, or their new day.
    async fn put_expiring(&self, things: &[Expiring], by: &Author, now: Timestamp) -> Result<(), Fault>;
    /// Everything entered; of one agency or of all, the next to run out first.
    async fn expiring(&self, agency: Option<&AgencyCode>) -> Result<Vec<Expiring>, Fault>;
    /// Accounts whose passwords run out by then, of those who may sign in.
    async fn passwords_until(&self, agency: Option<&AgencyCode>, until: Timestamp) -> Result<Vec<Account>, Fault>;
    /// The notices a person has read.
    async fn notices_read(&self, account: AccountId) -> Result<Vec<NoticeRead>, Fault>;
    /// Notes that a person has read a notice; said again, nothing.
    async fn read_notice(
        &self,
        who: &Device,
        account: AccountId,
        notice: &NoticeRead,
        now: Timestamp,
    ) -> Result<(), Fault>;
}

/// Failed tries that are free, within [`TRY_WINDOW_MINUTES`].
pub const FREE_TRIES: u32 = 5;
/// After so many minutes without a try they are forgotten.
pub const TRY_WINDOW_MINUTES: i64 = 15;
/// The longest wait, in minutes.
const LONGEST_WAIT_MINUTES: i64 = 60;

/// What is known of the tries at a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    pub tries: u32,
    pub last_at: Timestamp,
    pub waits_until: Option<Timestamp>,
}

/// One more try at `now`: the seconds to wait, or what is known from here on. The fifth and each further one makes the name wait, twice as
/// long each time: 1, 2, 4 … 60 minutes.
pub fn one_more(before: Option<Tries>, now: Timestamp) -> Result<Tries, u64> {
    let minutes = |n| time::Duration::minutes(n);
    let tries = match before {
        Some(Tries { waits_until: Some(until), .. }) if until > now => {
            return Err(u64::try_from((until.get() - now.get()).whole_seconds()).unwrap_or(0) + 1);
        }
        // The window begins where a wait ended, so that waiting is not forgetting.
        Some(known) if known.waits_until.unwrap_or(known.last_at).get() + minutes(TRY_WINDOW_MINUTES) > now.get() => {
            known.tries.saturating_add(1)
        }
        _ => 1,
    };
    let waits_until = (tries >= FREE_TRIES).then(|| {
        let doubled = 1_i64 << (tries - FREE_TRIES).min(10);
        Timestamp::new(now.get() + minutes(doubled.min(LONGEST_WAIT_MINUTES)))
    });
    Ok(Tries { tries, last_at: now, waits_until })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_forgotten_after_a_quiet_while() {
        let at = |seconds: i64| Timestamp::from_unix_ms(1_795_230_000_000 + seconds * 1000).unwrap();
        let mut tries = None;
        for second in 0..5 {
            tries = Some(one_more(tries, at(second)).unwrap());
        }
        assert_eq!(tries.unwrap().waits_until, Some(at(64)));
        assert_eq!(one_more(tries, at(30)), Err(35));
        let sixth = one_more(tries, at(64)).unwrap();
        assert_eq!((sixth.tries, sixth.waits_until), (6, Some(at(64 + 120))));
        assert_eq!(one_more(Some(sixth), at(64 + 120 + 15 * 60)).unwrap().tries, 1);
        let mut many = sixth;
        for _ in 0..20 {
            let until = many.waits_until.unwrap();
            many = one_more(Some(many), until).unwrap();
        }
        assert_eq!((many.waits_until.unwrap().get() - many.last_at.get()).whole_minutes(), 60);
    }

    #[test]
    fn names_are_compared_without_case_and_marks() {
        assert_eq!(folded("Hoà.NT"), folded("hoa.nt"));
        assert!(is_sign_in_name("hoa.nt@angiang.gov.vn") && !is_sign_in_name("a") && !is_sign_in_name("a b"));
    }
}
