//! Who sits here: signing in with the hub's word or, for a while, without network; and what of theirs runs out.

use std::sync::{Arc, Mutex, PoisonError};

use dossier::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Act, OfflineSignIn, SignedIn};
use sync::Person;
use ts_rs::TS;
use wire::auth::{ExpiringKind, Me, NoticeRead, OFFLINE_DAYS};

use crate::{
    Desk, Host, Notice, Secret,
    fault::{Fault, FaultCode as Code},
};

/// A question about people at this computer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum AccountRequest {
    /// With the hub's word; where the hub cannot be reached, by its word of at most 14 days ago.
    SignIn {
        name: String,
        password: Secret,
    },
    SignOut,
    /// `ask`: the hub is asked too, if it can be reached.
    WhoIsHere {
        ask: bool,
    },
    ChangePassword {
        old: Secret,
        new: Secret,
    },
    /// It was read, and is not shown again before the next of its days.
    NoticeRead {
        kind: ExpiringKind,
        identifier: String,
        valid_until: Date,
        threshold: i32,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "is", content = "it", rename_all = "snake_case")]
pub enum AccountAnswer {
    /// Nobody, where nobody is signed in.
    Here(Option<Box<Here>>),
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Here {
    pub me: Me,
    pub signed_in_at: Timestamp,
    /// Signed in at the hub; else by its word of some days ago.
    pub online: bool,
    /// For how many days they may sign in here without network.
    pub days_left: i32,
}

/// The name of whoever is signed in, for the journal: asked too often to be read each time.
#[derive(Default)]
pub(crate) struct Seat(Mutex<Option<String>>);

impl Seat {
    pub fn take(&self, here: Option<&SignedIn>) {
        let name = here.and_then(|here| here.me["name"].as_str().map(str::to_owned));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = name;
    }

    fn name(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<H: Host> Desk<H> {
    /// Who acts here: the person who is signed in, or the user of the computer where nobody has an account.
    pub(crate) fn person(&self) -> String {
        self.seat.name().unwrap_or_else(|| self.host.person())
    }

    /// What goes with requests to the hub.
    pub(crate) async fn account(&self) -> Result<&Arc<Person>, Fault> {
        let made = self.account.get_or_try_init(async || {
            let (store, device) = (self.store().await?.clone(), self.device().await?);
            let (clock, host, seat) = (self.host.clone(), self.host.clone(), self.seat.clone());
            let watch = host.clone();
            let ended = move || {
                seat.take(None);
                host.notice(Notice::Account);
            };
            let changed = move || watch.notice(Notice::Account);
            let clock = Box::new(move || clock.now());
            Ok::<_, Fault>(Arc::new(Person::new(store, device, clock, Box::new(ended), Box::new(changed))))
        });
        made.await
    }

    pub(crate) async fn ask_account(&self, what: AccountRequest) -> Result<AccountAnswer, Fault> {
        match what {
            AccountRequest::SignIn { name, password } => {
                self.sign_in(&name, password.reveal()).await?;
                // What waited for somebody to sign in waits no more.
                self.store().await?.wake_outbox(self.now()).await?;
                self.outbox_changed();
            }
            AccountRequest::SignOut => {
                self.account().await?.sign_out().await?;
                self.seat.take(None);
                match self.host.attends() {
                    // The background tells the hub when it can be told; nobody waits for that.
                    true => self.hub_asked(),
                    false => self.tell_ended().await,
                }
            }
            AccountRequest::WhoIsHere { ask } => {
                let signed_in = self.store().await?.signed_in().await?.is_some_and(|here| here.session.is_some());
                if ask && signed_in {
                    self.hear_of_person().await?;
                }
                return self.here().await;
            }
            AccountRequest::ChangePassword { old, new } => {
                let (_, hub) = self.hub().await?;
                self.account().await?.change_password(&hub, old.reveal(), new.reveal()).await?;
            }
            AccountRequest::NoticeRead { kind, identifier, valid_until, threshold } => {
                let (_, hub) = self.hub().await?;
                let read = NoticeRead { kind, identifier, valid_until, threshold: threshold.into() };
                self.account().await?.read_notice(&hub, &read).await?;
            }
        }
        let answer = self.here().await?;
        self.host.notice(Notice::Account);
        Ok(answer)
    }

    /// Tells the hub who signed out here, if it can be told.
    pub(crate) async fn tell_ended(&self) {
        let told = async {
            let (_, hub) = self.hub().await?;
            self.account().await?.tell_ended(&hub).await.map_err(Fault::from)
        };
        if let Err(fault) = told.await {
            tracing::info!(code = ?fault.code, "the hub does not know yet that the person has signed out");
        }
    }

    /// What the hub says of the person now; that it cannot be reached is no fault, that the session is over is no more than that.
    async fn hear_of_person(&self) -> Result<(), Fault> {
        let (_, hub) = self.hub().await?;
        match self.account().await?.me(&hub).await.map_err(Fault::from) {
            Err(fault) if !matches!(fault.code, Code::HubUnreachable | Code::HubBusy | Code::SessionOver) => Err(fault),
            _ => Ok(()),
        }
    }

    async fn sign_in(&self, name: &str, password: &str) -> Result<(), Fault> {
        let (_, hub) = self.hub().await?;
        match self.account().await?.sign_in(&hub, name, password).await.map_err(Fault::from) {
            Ok(_) => Ok(()),
            Err(fault)
                if matches!(fault.code, Code::HubUnreachable | Code::NotTheHub | Code::ProxyLogin)
                    || fault.code == Code::HubBusy && fault.args.get("detail").is_none_or(|why| why != "too_many") =>
            {
                self.sign_in_offline(name, password).await
            }
            Err(fault) => Err(fault),
        }
    }

    async fn sign_in_offline(&self, name: &str, password: &str) -> Result<(), Fault> {
        let (store, device) = (self.store().await?, self.device().await?);
        let name = dossier::text::nfc(name.trim());
        let act = Act { at: self.now(), who: &name, device, automatic: false, what: "session.opened_offline" };
        let password = wire::auth::Password::new(password).reveal();
        match store.sign_in_offline(&name, &password, OFFLINE_DAYS, &act).await? {
            OfflineSignIn::Opened { .. } => Ok(()),
            OfflineSignIn::Wrong { left } => Err(Fault::new(Code::WrongSignIn).with("left", left)),
            OfflineSignIn::Waits { seconds } => Err(waits(seconds)),
            OfflineSignIn::Unknown => Err(Fault::new(Code::SignInNeedsHub)),
            OfflineSignIn::TooOld => Err(Fault::new(Code::SignInTooOld).with("days", OFFLINE_DAYS)),
            OfflineSignIn::ClockBack => Err(Fault::new(Code::ClockSetBack)),
        }
    }

    /// What time it is is known from the work of the day, not only from signing in: a clock that is set back is found out. And who sits
    /// here without the hub's word for too long does so no more.
    pub(crate) async fn keep_time(&self) -> Result<(), Fault> {
        let store = self.store().await?;
        store.know_instant(self.now()).await?;
        if store.signed_in().await?.is_some() {
            self.here().await?;
            self.host.notice(Notice::Account);
        }
        Ok(())
    }

    async fn here(&self) -> Result<AccountAnswer, Fault> {
        let store = self.store().await?;
        let here = store.signed_in().await?;
        // Without the hub's word for so long, nobody sits here any more.
        let days = |since: Timestamp| (self.now().unix_ms() - since.unix_ms()).div_euclid(24 * 60 * 60 * 1000);
        let here = match here {
            Some(here) if here.session.is_none() && days(here.online_at) >= OFFLINE_DAYS => {
                let (device, who) = (self.device().await?, self.person());
                let act = Act { at: self.now(), who: &who, device, automatic: true, what: "session.ended_offline" };
                store.sign_out(false, &act).await?;
                None
            }
            here => here,
        };
        self.seat.take(here.as_ref());
        let Some(here) = here else { return Ok(AccountAnswer::Here(None)) };
        let passed = days(here.online_at);
        let me: Me = serde_json::from_value(here.me).map_err(Fault::unexpected)?;
        Ok(AccountAnswer::Here(Some(Box::new(Here {
            me,
            signed_in_at: here.signed_in_at,
            online: here.session.is_some(),
            days_left: i32::try_from((OFFLINE_DAYS - passed).clamp(0, OFFLINE_DAYS)).unwrap_or_default(),
        }))))
    }
}

pub(crate) fn waits(seconds: i64) -> Fault {
    Fault::new(Code::SignInWaits).with("minutes", (seconds + 59) / 60)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use store::HubSession;

    use super::*;
    use crate::testing::{attended_desk, enrol_at};

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn signing_out_waits_for_no_network() {
        // A hub that takes the connection and never answers.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let desk = attended_desk();
        enrol_at(&desk, &format!("http://{}", silent.local_addr().unwrap())).await;
        let me = json!({
            "account": uuid::Uuid::nil(), "sign_in_name": "hoa", "name": "Hoa", "agency": "H06.16", "unit": null,
            "roles": ["clerk"], "must_change": false, "notices": []
        });
        let session = HubSession { id: uuid::Uuid::nil(), refresh_token: "11".repeat(32), next_token: "22".repeat(32) };
        desk.acting("test", async |store, act| store.sign_in_online("hoa", &me, "bốn mùa", &session, act).await)
            .await
            .unwrap();
        let out = desk.ask_account(AccountRequest::SignOut);
        let AccountAnswer::Here(here) = tokio::time::timeout(Duration::from_secs(10), out).await.unwrap().unwrap();
        assert_eq!(here, None);
    }
}
