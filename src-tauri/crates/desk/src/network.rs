//! How sending uses the network of this place: how fast, in which hours, whether it is paid by volume, through which proxy.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use dossier::Timestamp;
use serde::{Deserialize, Serialize};
use store::Enrolment;
use sync::{Hub, Pace, Proxy, Timeouts};
use ts_rs::TS;

use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
    request::Secret,
};

const NAME: &str = "network";
const PASSWORD: &str = "network.proxy_password";
/// Below this nothing ends within the time a request may take, in kB/s.
const SLOWEST: u32 = 8;
const FASTEST: u32 = 1_000_000;
/// The most hours with a speed of their own.
const MAX_HOURS: usize = 8;
const DAY: u16 = 24 * 60;

/// What a person said about the network here. Without a word: as fast as it goes, at any hour.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct NetworkUse {
    pub speed: Speed,
    /// Hours of every day with a speed of their own; the first that holds counts.
    pub hours: Vec<Hours>,
    /// Paid by volume: nothing is sent unless a person asks.
    pub metered: bool,
    pub proxy: Option<ProxyUse>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "speed", rename_all = "snake_case")]
pub enum Speed {
    #[default]
    Full,
    /// At most so many kB (1000 bytes) a second.
    Limited { kb: u32 },
    /// Nothing is sent unless a person asks.
    Paused,
}

/// Minutes of the day, local time; from 22:00 to 06:00 goes over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hours {
    pub from: u16,
    pub to: u16,
    pub speed: Speed,
}

/// The office's proxy, where it is not the system's own setting or asks for a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProxyUse {
    /// `http://proxy.xa.vn:3128`
    pub url: String,
    /// Empty: it asks for none. The password is kept apart and never told.
    pub name: String,
}

/// How it stands now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NetworkNow {
    /// The limit in force, in kB a second.
    pub limit: Option<u32>,
    /// Why nothing is sent by itself.
    pub waits: Option<Waits>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "waits", rename_all = "snake_case")]
pub enum Waits {
    /// The network is paid by volume.
    Metered,
    /// Until this minute of the day; none when every hour is paused.
    Hours { until: Option<u16> },
}

impl NetworkUse {
    /// What can be done, or which part of it cannot.
    fn check(&self) -> Result<(), Fault> {
        let bad = |what: &str| Fault::new(Code::BadValue).with("field", what);
        let speeds = std::iter::once(self.speed).chain(self.hours.iter().map(|hours| hours.speed));
        for speed in speeds {
            if let Speed::Limited { kb } = speed
                && !(SLOWEST..=FASTEST).contains(&kb)
            {
                return Err(bad("speed").with("value", kb).with("limit", SLOWEST));
            }
        }
        let holds = |hours: &Hours| hours.from < DAY && hours.to < DAY && hours.from != hours.to;
        if self.hours.len() > MAX_HOURS || !self.hours.iter().all(holds) {
            return Err(bad("hours"));
        }
        match &self.proxy {
            Some(proxy) if !is_proxy(&proxy.url) => Err(bad("proxy").with("value", &proxy.url)),
            _ => Ok(()),
        }
    }

    fn speed_at(&self, minute: u16) -> Speed {
        self.hours.iter().find(|hours| hours.hold(minute)).map_or(self.speed, |hours| hours.speed)
    }

    fn now(&self, minute: u16) -> NetworkNow {
        let speed = self.speed_at(minute);
        let limit = match speed {
            Speed::Limited { kb } => Some(kb),
            Speed::Full | Speed::Paused => None,
        };
        let waits = if self.metered {
            Some(Waits::Metered)
        } else if speed == Speed::Paused {
            let mut later = (1..=DAY).map(|after| (minute + after) % DAY);
            Some(Waits::Hours { until: later.find(|&minute| self.speed_at(minute) != Speed::Paused) })
        } else {
            None
        };
        NetworkNow { limit, waits }
    }
}

impl Hours {
    fn hold(&self, minute: u16) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

/// An address without anything after the port.
fn is_proxy(url: &str) -> bool {
    let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    host.is_some_and(|host| {
        let host = host.strip_suffix('/').unwrap_or(host);
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
    })
}

/// What is known of the network while the desk is open.
#[derive(Default)]
pub(crate) struct Network {
    rules: Mutex<Option<NetworkUse>>,
    pace: Arc<Pace>,
    /// A person asked for what waits to be sent, whatever the rules say.
    asked: AtomicBool,
    /// The hub as it was last spoken to: its connections and what it said hold for the next request.
    hub: Mutex<Option<(Enrolment, Arc<Hub>)>>,
    /// How often it was forgotten.
    forgotten: AtomicU64,
}

fn lock<T>(what: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Network {
    pub(crate) fn ask(&self, asked: bool) {
        self.asked.store(asked, Ordering::Relaxed);
    }

    /// Whatever is asked next goes over connections of its own.
    pub(crate) fn forget_hub(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        lock(&self.hub).take();
    }
}

impl<H: Host> Desk<H> {
    pub(crate) async fn network(&self) -> Result<NetworkUse, Fault> {
        if let Some(rules) = lock(&self.network.rules).clone() {
            return Ok(rules);
        }
        let rules: NetworkUse = self.store().await?.setting(NAME).await?.unwrap_or_default();
        *lock(&self.network.rules) = Some(rules.clone());
        Ok(rules)
    }

    /// Without a password the one of before stays, as long as the proxy does.
    pub(crate) async fn set_network(&self, rules: &NetworkUse, password: Option<&Secret>) -> Result<(), Fault> {
        rules.check()?;
        let store = self.store().await?;
        let before = self.network().await?;
        let forgotten = before.proxy != rules.proxy;
        match password {
            Some(password) => store.set_setting(PASSWORD, password.reveal()).await?,
            None if forgotten => store.set_setting(PASSWORD, "").await?,
            None => {}
        }
        store.set_setting(NAME, rules).await?;
        *lock(&self.network.rules) = Some(rules.clone());
        self.network.ask(false);
        self.hub_changed();
        // What a wrong password or a limit kept waiting is tried anew.
        store.wake_outbox(self.now()).await?;
        self.outbox_changed();
        Ok(())
    }

    pub(crate) async fn proxy(&self) -> Result<Option<Proxy>, Fault> {
        let Some(proxy) = self.network().await?.proxy else { return Ok(None) };
        let password: String = self.store().await?.setting(PASSWORD).await?.unwrap_or_default();
        let login = (!proxy.name.is_empty()).then_some((proxy.name, password));
        Ok(Some(Proxy { url: proxy.url, login }))
    }

    /// How it stands now; what is being sent goes by it from now on.
    pub(crate) async fn network_now(&self) -> Result<NetworkNow, Fault> {
        let now = self.network().await?.now(self.minute_of_day(self.now()));
        self.network.pace.limit(now.limit.map(|kb| u64::from(kb) * 1000));
        Ok(now)
    }

    /// Whether what is due is sent now: by itself, or because a person asked.
    pub(crate) async fn may_send(&self) -> Result<bool, Fault> {
        Ok(self.network_now().await?.waits.is_none() || self.network.asked.load(Ordering::Relaxed))
    }

    fn minute_of_day(&self, now: Timestamp) -> u16 {
        let minutes = now.unix_ms().div_euclid(60_000) + i64::from(self.host.utc_offset_minutes());
        u16::try_from(minutes.rem_euclid(i64::from(DAY))).unwrap_or(0)
    }

    /// The enrolled hub's address, and the hub itself: the same for as long as the enrolment and the network stay as they are.
    pub(crate) async fn hub(&self) -> Result<(String, Arc<Hub>), Fault> {
        let store = self.store().await?;
        let enrolment = store.enrolment().await?.ok_or_else(|| Fault::new(Code::NotEnrolled))?;
        let url = enrolment.hub_url.clone();
        if let Some((of, hub)) = &*lock(&self.network.hub)
            && *of == enrolment
        {
            return Ok((url, hub.clone()));
        }
        let forgotten = self.network.forgotten.load(Ordering::SeqCst);
        let proxy = self.proxy().await?;
        self.network_now().await?;
        let pace = self.network.pace.clone();
        let hub = Hub::through(&enrolment, Timeouts::default(), proxy.as_ref(), pace)?;
        let hub = Arc::new(hub.with_person(self.account().await?.clone()));
        // What was set meanwhile counts from the next request on.
        if self.network.forgotten.load(Ordering::SeqCst) == forgotten {
            *lock(&self.network.hub) = Some((enrolment, hub.clone()));
        }
        Ok((url, hub))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIGHT: Hours = Hours { from: 22 * 60, to: 6 * 60, speed: Speed::Full };

    #[test]
    fn hours_hold_over_midnight_and_say_when_sending_goes_on() {
        let rules = NetworkUse { speed: Speed::Paused, hours: vec![NIGHT], ..NetworkUse::default() };
        for (minute, waits) in [(0, false), (359, false), (360, true), (1319, true), (1320, false)] {
            assert_eq!(rules.now(minute).waits.is_some(), waits, "{minute}");
        }
        assert_eq!(rules.now(600).waits, Some(Waits::Hours { until: Some(1320) }));
        let never = NetworkUse { speed: Speed::Paused, ..NetworkUse::default() };
        assert_eq!(never.now(0).waits, Some(Waits::Hours { until: None }));
        let paid = NetworkUse { metered: true, speed: Speed::Limited { kb: 64 }, ..NetworkUse::default() };
        assert_eq!(paid.now(0), NetworkNow { limit: Some(64), waits: Some(Waits::Metered) });
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let proxy = |url: &str| NetworkUse {
            proxy: Some(ProxyUse { url: url.into(), name: String::new() }),
            ..NetworkUse::default()
        };
        for right in ["http://proxy.xa.vn:3128", "https://10.0.0.1:8080/", "http://[::1]:3128"] {
            assert!(proxy(right).check().is_ok(), "{right}");
        }
        for wrong in ["proxy:3128", "http://", "http://a b", "ftp://x", "http://u:p@x", "http://x/path"] {
            assert_eq!(proxy(wrong).check().unwrap_err().code, Code::BadValue, "{wrong}");
        }
        let with = |speed, hours| NetworkUse { speed, hours, ..NetworkUse::default() };
        assert!(with(Speed::Limited { kb: 7 }, vec![]).check().is_err());
        assert!(with(Speed::Full, vec![Hours { to: NIGHT.from, ..NIGHT }]).check().is_err());
        assert!(with(Speed::Full, vec![Hours { to: DAY, ..NIGHT }]).check().is_err());
        assert!(with(Speed::Full, vec![NIGHT; 9]).check().is_err());
        assert!(with(Speed::Limited { kb: 64 }, vec![NIGHT; 8]).check().is_ok());
    }
}
