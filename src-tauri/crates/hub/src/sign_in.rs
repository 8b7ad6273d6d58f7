//! Signing in and out, and what a person is told of what runs out.

use std::sync::Arc;

use dossier::{AccountId, Date, Right, Scope, Timestamp};
use uuid::Uuid;
use wire::{
    Code, Problem,
    auth::{
        ACCESS_MINUTES, Access, ExpiringKind, Me, Notice, NoticeRead, PasswordRequest, REFRESH_DAYS, RefreshRequest,
        SignInRequest, SignOutRequest, TokenAnswer, notice_due,
    },
};

use crate::{
    Clock,
    fault::Fault,
    ledger::{
        Device, Ledger,
        accounts::{Account, NewSession, Own, Shown, Try},
        audit::{Act, Author, What},
        rules::local_day,
    },
    passwords,
    submissions::Identity,
};

/// The longest sign-in name that is looked at, in bytes.
const MAX_NAME: usize = 256;

/// The use case.
pub struct SignIn {
    pub ledger: Arc<dyn Ledger>,
    pub identity: Arc<Identity>,
    /// How many days a new password is good.
    pub password_days: u32,
    pub clock: Clock,
}

impl SignIn {
    /// Opens a session at the device. The answer to a wrong name is that to a wrong password, and comes after the same work.
    ///
    /// # Errors
    /// [`Code::WrongSignIn`], [`Code::SignInWaits`], [`Code::OtherAgency`] of a person who is not of the device's agency.
    pub async fn sign_in(&self, who: &Device, request: SignInRequest) -> Result<TokenAnswer, Fault> {
        let now = (self.clock)();
        let name = dossier::text::nfc(request.name.trim());
        if name.len() > MAX_NAME {
            return Err(Problem::new(Code::BadBody).with("at", "name").into());
        }
        let refused = async |code: &'static str| {
            let by = Author { name: name.clone(), ..Author::from(who) };
            self.ledger.note(Act::new(&by, What::SignInFailed, now).about("person", &name).result(code)).await
        };
        let (left, account) = match self.ledger.try_sign_in(&name, now).await? {
            Try::Waits(seconds) => {
                refused("sign_in_waits").await?;
                return Err(Problem::new(Code::SignInWaits).with("seconds", seconds).into());
            }
            Try::Counted { left, account } => (left, account),
        };
        let kept = account.as_ref().and_then(|account| account.password.as_ref());
        let right = passwords::is_right(request.password, kept.map(|kept| kept.hash.clone())).await?;
        let Some(account) = account.filter(|account| right && account.person.active) else {
            refused("wrong_sign_in").await?;
            return Err(Problem::new(Code::WrongSignIn).with("left", left).into());
        };
        if account.person.scope == Scope::Agency && account.person.agency != who.agency.code {
            refused("other_agency").await?;
            return Err(Code::OtherAgency.into());
        }
        let session = NewSession {
            id: Uuid::new_v4(),
            password: account.password.as_ref().map(|kept| kept.hash.clone()).unwrap_or_default(),
            account: account.person.id,
            refresh_sha256: request.refresh_sha256,
            expires_at: days_after(now, REFRESH_DAYS),
        };
        self.ledger.open_session(who, &session, now).await?;
        self.answer(who, session.id, &account, now).await
    }

    /// Renews a session: see [`crate::ledger::accounts::Accounts::renew_session`].
    pub async fn renew(&self, who: &Device, request: &RefreshRequest) -> Result<TokenAnswer, Fault> {
        let now = (self.clock)();
        let shown = Shown {
            session: request.session,
            token: request.refresh_token.hash(),
            next: request.next_sha256,
            expires_at: days_after(now, REFRESH_DAYS),
        };
        let account = self.ledger.renew_session(who, &shown, now).await?;
        self.answer(who, request.session, &account, now).await
    }

    pub async fn sign_out(&self, who: &Device, request: &SignOutRequest) -> Result<(), Fault> {
        self.ledger.end_session(who, request.session, request.refresh_token.hash(), (self.clock)()).await
    }

    /// Changes the own password, and gives an access token that may do more than that.
    ///
    /// # Errors
    /// [`Code::WrongSignIn`] for the old one, [`Code::SignInWaits`], [`Code::PasswordWeak`], [`Code::SessionOver`].
    pub async fn change_password(&self, who: &Device, request: PasswordRequest) -> Result<TokenAnswer, Fault> {
        let now = (self.clock)();
        let access = who.person.as_ref().ok_or(Code::SignInRequired)?;
        let account = self.ledger.session(access.session, now).await?;
        let person = &account.person;
        passwords::check(&request.new, &person.sign_in_name, &person.name)?;
        if request.old == request.new {
            return Err(Problem::new(Code::PasswordWeak).with("reason", "same").into());
        }
        // Who sits down at a desk that was left open guesses no faster than at the door.
        let left = match self.ledger.try_sign_in(&person.sign_in_name, now).await? {
            Try::Waits(seconds) => return Err(Problem::new(Code::SignInWaits).with("seconds", seconds).into()),
            Try::Counted { left, .. } => left,
        };
        let kept = account.password.as_ref().map(|kept| kept.hash.clone());
        if !passwords::is_right(request.old, kept.clone()).await? {
            let by = Author::from(who);
            let act = Act::new(&by, What::SignInFailed, now).about("person", &person.sign_in_name);
            self.ledger.note(act.result("wrong_sign_in")).await?;
            return Err(Problem::new(Code::WrongSignIn).with("left", left).into());
        }
        let hash = passwords::hash(request.new).await?;
        let password = passwords::kept(hash, self.password_days, false, now);
        let own = Own { session: access.session, password: kept.as_deref().unwrap_or_default() };
        self.ledger.set_password(person.id, &password, Some(own), &who.into(), now).await?;
        let account = self.ledger.session(access.session, now).await?;
        self.answer(who, access.session, &account, now).await
    }

    /// Who is signed in: asked of the ledger, so that who was disabled meanwhile learns it.
    pub async fn me(&self, who: &Device) -> Result<Me, Fault> {
        let now = (self.clock)();
        let access = who.person.as_ref().ok_or(Code::SignInRequired)?;
        let account = self.ledger.session(access.session, now).await?;
        self.of(&account, now).await
    }

    /// The person has read a notice that was due.
    pub async fn read_notice(&self, who: &Device, notice: &NoticeRead) -> Result<(), Fault> {
        let now = (self.clock)();
        let access = who.person.as_ref().ok_or(Code::SignInRequired)?;
        let account = self.ledger.session(access.session, now).await?;
        let same = |due: &Notice| read(due) == *notice;
        if !notices(&*self.ledger, &account, now).await?.iter().any(same) {
            return Err(Code::NotFound.into());
        }
        self.ledger.read_notice(who, account.person.id, notice, now).await
    }

    async fn of(&self, account: &Account, now: Timestamp) -> Result<Me, Fault> {
        let known = self.ledger.notices_read(account.person.id).await?;
        let mut notices = notices(&*self.ledger, account, now).await?;
        notices.retain(|notice| !known.contains(&read(notice)));
        let person = &account.person;
        Ok(Me {
            account: person.id,
            sign_in_name: person.sign_in_name.clone(),
            name: person.name.clone(),
            agency: person.agency.clone(),
            unit: account.unit_name.clone(),
            roles: person.roles.clone(),
            must_change: account.must_change(now),
            notices,
        })
    }

    async fn answer(
        &self,
        who: &Device,
        session: Uuid,
        account: &Account,
        now: Timestamp,
    ) -> Result<TokenAnswer, Fault> {
        let person = &account.person;
        let access_expires_at = Timestamp::new(now.get() + time::Duration::minutes(ACCESS_MINUTES));
        let access = Access {
            hub: self.identity.id,
            session,
            account: person.id,
            name: person.sign_in_name.clone(),
            roles: person.roles.clone(),
            scope: person.scope,
            agency: person.agency.clone(),
            device: who.id,
            must_change: account.must_change(now),
            expires_at: access_expires_at,
        };
        Ok(TokenAnswer {
            session,
            access_token: access.sign(&self.identity.key)?,
            access_expires_at,
            refresh_expires_at: days_after(now, REFRESH_DAYS),
            me: self.of(account, now).await?,
        })
    }
}

fn days_after(now: Timestamp, days: i64) -> Timestamp {
    Timestamp::new(now.get() + time::Duration::days(days))
}

fn read(notice: &Notice) -> NoticeRead {
    NoticeRead {
        kind: notice.kind,
        identifier: notice.identifier.clone(),
        valid_until: notice.valid_until,
        threshold: notice.threshold,
    }
}

/// What a person is told today: their own, and, to who keeps the agency's accounts, what belongs to nobody.
async fn notices(ledger: &dyn Ledger, account: &Account, now: Timestamp) -> Result<Vec<Notice>, Fault> {
    let (today, person) = (local_day(now)?, &account.person);
    let keeps = dossier::role::may(&person.roles, Right::Administer);
    let mut notices: Vec<Notice> = account.password_notice(today)?.into_iter().collect();
    for thing in ledger.expiring(Some(&person.agency)).await? {
        if thing.person == Some(person.id) || thing.person.is_none() && keeps {
            notices.extend(notice(thing.kind, &thing.identifier, &thing.holder, thing.valid_until, today));
        }
    }
    Ok(notices)
}

impl Account {
    /// Of the own password; a first one must be changed anyway.
    fn password_notice(&self, today: Date) -> Result<Option<Notice>, Fault> {
        let Some(password) = self.password.as_ref().filter(|password| !password.must_change) else { return Ok(None) };
        let (name, until) = (&self.person.sign_in_name, local_day(password.expires_at)?);
        Ok(notice(ExpiringKind::Password, name, &self.person.name, until, today))
    }
}

fn notice(kind: ExpiringKind, identifier: &str, holder: &str, valid_until: Date, today: Date) -> Option<Notice> {
    let days_left = today.days_until(valid_until);
    let (identifier, holder) = (identifier.to_owned(), holder.to_owned());
    notice_due(days_left).map(|threshold| Notice { kind, identifier, holder, valid_until, days_left, threshold })
}

/// Everything of the agencies that runs out within so many days, the next first: passwords and what was entered.
pub async fn expiring(
    ledger: &dyn Ledger,
    agency: Option<&dossier::AgencyCode>,
    days: i64,
    now: Timestamp,
) -> Result<Vec<(Option<AccountId>, Notice)>, Fault> {
    let today = local_day(now)?;
    let mut found = vec![];
    for account in ledger.passwords_until(agency, days_after(now, days.saturating_add(1).clamp(0, 36_500))).await? {
        let Some(password) = &account.password else { continue };
        let until = local_day(password.expires_at)?;
        found.push((
            Some(account.person.id),
            until,
            ExpiringKind::Password,
            account.person.sign_in_name,
            account.person.name,
        ));
    }
    for thing in ledger.expiring(agency).await? {
        found.push((thing.person, thing.valid_until, thing.kind, thing.identifier, thing.holder));
    }
    found.sort_by(|a, b| (a.1, a.2, &a.3).cmp(&(b.1, b.2, &b.3)));
    let notices = found.into_iter().map(|(person, valid_until, kind, identifier, holder)| {
        let days_left = today.days_until(valid_until);
        let threshold = notice_due(days_left).unwrap_or(days);
        (person, Notice { kind, identifier, holder, valid_until, days_left, threshold })
    });
    Ok(notices.filter(|(_, notice)| notice.days_left <= days).collect())
}
