//! Who sits here, as the hub is shown them: signing in and out, and the access token that goes with requests.

use std::time::{Duration, Instant};

use store::{Act, DeviceId, HubSession, Store, Timestamp};
use tokio::sync::Mutex;
use wire::{
    Code,
    auth::{
        ACCESS_MINUTES, AccessToken, Me, NoticeRead, Password, PasswordRequest, RefreshRequest, RefreshToken,
        SignInRequest, SignOutRequest, TokenAnswer,
    },
};

use crate::{Clock, Fault, Hub, hub::random};

/// A token is renewed so long before it runs out: a request on its way does not meet its end.
const EARLY: Duration = Duration::from_secs(60);

/// The person at this desktop, shared by every connection of it.
pub struct Person {
    store: Store,
    device: DeviceId,
    clock: Box<dyn Clock>,
    /// Told when the hub has ended the session.
    ended: Box<dyn Fn() + Send + Sync>,
    /// Held while a token is fetched: two at a time would show the same refresh token twice.
    access: Mutex<Option<Access>>,
}

struct Access {
    session: uuid::Uuid,
    token: AccessToken,
    until: Instant,
}

impl Person {
    pub fn new(store: Store, device: DeviceId, clock: Box<dyn Clock>, ended: Box<dyn Fn() + Send + Sync>) -> Self {
        Self { store, device, clock, ended, access: Mutex::default() }
    }

    /// Signs in at the hub; from now on requests bear the person's token, and they may sign in here without network for a while.
    ///
    /// # Errors
    /// [`Fault::Refused`] with [`Code::WrongSignIn`], [`Code::SignInWaits`], [`Code::OtherAgency`]; the link's.
    pub async fn sign_in(&self, hub: &Hub, name: &str, password: &str) -> Result<Me, Fault> {
        let mut access = self.access.lock().await;
        let (refresh, next) = (RefreshToken::from_random(random()?), RefreshToken::from_random(random()?));
        let request =
            SignInRequest { name: name.to_owned(), password: Password::new(password), refresh_sha256: refresh.hash() };
        let answer = hub.sign_in(&request).await?;
        let session = HubSession { id: answer.session, refresh_token: refresh.reveal(), next_token: next.reveal() };
        let kept = Password::new(password).reveal();
        let act = self.act(&answer.me.name, "session.opened");
        self.store.sign_in_online(&answer.me.sign_in_name, &said(&answer.me)?, &kept, &session, &act).await?;
        *access = Some(access_of(&answer));
        Ok(answer.me)
    }

    /// Signs out here, and at the hub if it can be reached.
    pub async fn sign_out(&self, hub: Option<&Hub>) -> Result<(), Fault> {
        let mut access = self.access.lock().await;
        let Some(here) = self.store.signed_in().await? else { return Ok(()) };
        if let (Some(hub), Some(session)) = (hub, &here.session)
            && let Ok(refresh_token) = session.refresh_token.parse()
        {
            // Where there is no network the session ends by itself; nobody waits for that.
            let told = hub.sign_out(&SignOutRequest { session: session.id, refresh_token }).await;
            if let Err(fault) = told {
                tracing::info!(%fault, "the hub does not know yet that the person has signed out");
            }
        }
        *access = None;
        Ok(self.store.sign_out(false, &self.act(&name_of(&here.me), "session.ended")).await?)
    }

    /// Changes the password at the hub, and what is compared with here.
    ///
    /// # Errors
    /// [`Fault::Refused`] with [`Code::PasswordWeak`], [`Code::WrongSignIn`], [`Code::SignInRequired`].
    pub async fn change_password(&self, hub: &Hub, old: &str, new: &str) -> Result<Me, Fault> {
        let request = PasswordRequest { old: Password::new(old), new: Password::new(new) };
        let answer = hub.change_password(&request).await?;
        self.store.change_verifier(&answer.me.sign_in_name, &request.new.reveal()).await?;
        self.keep(&answer.me).await?;
        *self.access.lock().await = Some(access_of(&answer));
        Ok(answer.me)
    }

    /// Who the hub says sits here now.
    pub async fn me(&self, hub: &Hub) -> Result<Me, Fault> {
        let me = hub.me().await?;
        self.keep(&me).await?;
        Ok(me)
    }

    /// The person has read a notice.
    pub async fn read_notice(&self, hub: &Hub, notice: &NoticeRead) -> Result<Me, Fault> {
        hub.read_notice(notice).await?;
        self.me(hub).await
    }

    /// What the hub said of the person, with the session as it stands.
    async fn keep(&self, me: &Me) -> Result<(), Fault> {
        if let Some(session) = self.store.signed_in().await?.and_then(|here| here.session) {
            self.store.renew_session(&session, Some(&said(me)?), self.clock.now()).await?;
        }
        Ok(())
    }

    /// The token to go with a request: the one at hand, or a new one; `None` where nobody is signed in with the hub's word.
    pub(crate) async fn token(&self, hub: &Hub) -> Result<Option<AccessToken>, Fault> {
        let mut access = self.access.lock().await;
        let Some(here) = self.store.signed_in().await? else { return Ok(None) };
        let Some(session) = here.session else { return Ok(None) };
        if let Some(known) = access.as_ref().filter(|known| known.session == session.id && known.until > Instant::now())
        {
            return Ok(Some(known.token.clone()));
        }
        let unreadable = |_| Fault::Stored("session");
        let refresh_token: RefreshToken = session.refresh_token.parse().map_err(unreadable)?;
        let next: RefreshToken = session.next_token.parse().map_err(unreadable)?;
        let request = RefreshRequest { session: session.id, refresh_token, next_sha256: next.hash() };
        match hub.refresh(&request).await {
            Ok(answer) => {
                let after = RefreshToken::from_random(random()?);
                let renewed = HubSession { refresh_token: next.reveal(), next_token: after.reveal(), ..session };
                self.store.renew_session(&renewed, Some(&said(&answer.me)?), self.clock.now()).await?;
                let fresh = access_of(&answer);
                let token = fresh.token.clone();
                *access = Some(fresh);
                Ok(Some(token))
            }
            Err(fault) => {
                if is_over(&fault) {
                    *access = None;
                    self.over(&name_of(&here.me)).await?;
                }
                Err(fault)
            }
        }
    }

    /// A token was refused: the next request fetches another.
    pub(crate) async fn forget_token(&self) {
        *self.access.lock().await = None;
    }

    /// The hub has ended the session: disabled, expired, or shown a copy. It takes its word back, also for signing in without it.
    async fn over(&self, name: &str) -> Result<(), Fault> {
        self.store.sign_out(true, &Act { automatic: true, ..self.act(name, "session.ended") }).await?;
        (self.ended)();
        Ok(())
    }

    /// As [`Person::over`], where the answer to a request said so.
    pub(crate) async fn told_over(&self) -> Result<(), Fault> {
        let mut access = self.access.lock().await;
        *access = None;
        match self.store.signed_in().await? {
            Some(here) if here.session.is_some() => self.over(&name_of(&here.me)).await,
            _ => Ok(()),
        }
    }

    fn act<'a>(&self, who: &'a str, what: &'a str) -> Act<'a> {
        Act { at: self.now(), who, device: self.device, automatic: false, what }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

fn said(me: &Me) -> Result<serde_json::Value, Fault> {
    serde_json::to_value(me).map_err(|_| Fault::Protocol("a readable body"))
}

fn name_of(me: &serde_json::Value) -> String {
    me["name"].as_str().unwrap_or_default().to_owned()
}

fn access_of(answer: &TokenAnswer) -> Access {
    let good = Duration::from_secs(ACCESS_MINUTES.unsigned_abs() * 60).saturating_sub(EARLY);
    Access { session: answer.session, token: answer.access_token.clone(), until: Instant::now() + good }
}

pub(crate) fn is_over(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused { problem, .. } if problem.code == Code::SessionOver)
}

pub(crate) fn is_stale(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused { problem, .. } if problem.code == Code::TokenExpired)
}
