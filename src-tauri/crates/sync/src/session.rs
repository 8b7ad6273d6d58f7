//! Who sits here, as the hub is shown them: signing in and out, and the access token that goes with requests.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
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

/// Sessions that ended here, of which the hub does not know yet.
const UNTOLD: &str = "sessions_ended";
/// Of so many at most: those before end by themselves.
const MOST_UNTOLD: usize = 50;

#[derive(Serialize, Deserialize)]
struct Untold {
    session: uuid::Uuid,
    refresh_token: String,
}

/// Somebody who is told that something has changed.
pub type Told = Box<dyn Fn() + Send + Sync>;

/// The person at this desktop, shared by every connection of it.
pub struct Person {
    store: Store,
    device: DeviceId,
    clock: Box<dyn Clock>,
    /// Told when the hub has ended the session.
    ended: Told,
    /// Told when the hub says something else of the person than before.
    changed: Told,
    /// Held while what the hub is still to be told is read and written.
    untold: Mutex<()>,
    /// Held while a token is fetched: two at a time would show the same refresh token twice.
    access: Mutex<Option<Access>>,
}

struct Access {
    session: uuid::Uuid,
    token: AccessToken,
    until: Instant,
}

impl Person {
    pub fn new(store: Store, device: DeviceId, clock: Box<dyn Clock>, ended: Told, changed: Told) -> Self {
        Self { store, device, clock, ended, changed, untold: Mutex::default(), access: Mutex::default() }
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

    /// Signs out here, at once; the hub is told by [`Person::tell_ended`].
    pub async fn sign_out(&self) -> Result<(), Fault> {
        let Some(here) = self.store.signed_in().await? else { return Ok(()) };
        if let Some(session) = here.session {
            let _untold = self.untold.lock().await;
            let mut untold: Vec<Untold> = self.store.setting(UNTOLD).await?.unwrap_or_default();
            untold.push(Untold { session: session.id, refresh_token: session.refresh_token });
            let late = untold.len().saturating_sub(MOST_UNTOLD);
            untold.drain(..late);
            self.store.set_setting(UNTOLD, &untold).await?;
        }
        self.store.sign_out(false, &self.act(&name_of(&here.me), "session.ended")).await?;
        // Whoever just fetches a token with the network gone holds it: a token of a session that is over goes with no request anyway.
        if let Ok(mut access) = self.access.try_lock() {
            *access = None;
        }
        Ok(())
    }

    /// Tells the hub which sessions ended here while it could not be told.
    ///
    /// # Errors
    /// The link's: they are told the next time.
    pub async fn tell_ended(&self, hub: &Hub) -> Result<(), Fault> {
        let untold: Vec<Untold> = self.store.setting(UNTOLD).await?.unwrap_or_default();
        for ended in untold {
            if let Ok(refresh_token) = ended.refresh_token.parse() {
                match hub.sign_out(&SignOutRequest { session: ended.session, refresh_token }).await {
                    // What the hub refuses it refuses for good: the session ends by itself.
                    Ok(()) | Err(Fault::Refused { .. }) => {}
                    Err(fault) => return Err(fault),
                }
            }
            let _untold = self.untold.lock().await;
            let mut rest: Vec<Untold> = self.store.setting(UNTOLD).await?.unwrap_or_default();
            rest.retain(|one| one.session != ended.session);
            self.store.set_setting(UNTOLD, &rest).await?;
        }
        Ok(())
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
        let Some(here) = self.store.signed_in().await? else { return Ok(()) };
        if let Some(session) = here.session {
            let me = said(me)?;
            self.store.renew_session(&session, Some(&me), self.clock.now()).await?;
            if me != here.me {
                (self.changed)();
            }
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
                let me = said(&answer.me)?;
                self.store.renew_session(&renewed, Some(&me), self.clock.now()).await?;
                if me != here.me {
                    (self.changed)();
                }
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

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use serde_json::json;

    use super::*;
    use crate::testing::{Desk, at, device};

    fn me(must_change: bool) -> Me {
        serde_json::from_value(json!({
            "account": uuid::Uuid::nil(), "sign_in_name": "hoa", "name": "Hoa", "agency": "H06.16", "unit": null,
            "roles": ["clerk"], "must_change": must_change, "notices": []
        }))
        .unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn whoever_looks_is_told_when_the_hub_says_something_else_of_the_person() {
        let desk = Desk::new().await;
        let told = Arc::new(AtomicUsize::new(0));
        let counts = told.clone();
        let changed = Box::new(move || {
            counts.fetch_add(1, Ordering::Relaxed);
        });
        let person = Person::new(desk.store.clone(), device(), Box::new(|| at(2)), Box::new(|| {}), changed);
        let token = |n| RefreshToken::from_random([n; 32]).reveal();
        let session = HubSession { id: uuid::Uuid::nil(), refresh_token: token(1), next_token: token(2) };
        let act = Act { at: at(1), who: "Hoa", device: device(), automatic: false, what: "session.opened" };
        desk.store.sign_in_online("hoa", &said(&me(false)).unwrap(), "bốn mùa", &session, &act).await.unwrap();
        for (must_change, times) in [(false, 0), (true, 1), (true, 1), (false, 2)] {
            person.keep(&me(must_change)).await.unwrap();
            assert_eq!(told.load(Ordering::Relaxed), times);
        }

        // Out at once; what the hub is to be told is kept.
        person.sign_out().await.unwrap();
        assert!(desk.store.signed_in().await.unwrap().is_none());
        let untold: Vec<Untold> = desk.store.setting(UNTOLD).await.unwrap().unwrap();
        assert_eq!(untold.iter().map(|it| it.session).collect::<Vec<_>>(), [session.id]);
    }
}
