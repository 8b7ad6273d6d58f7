//! What stands before every route: how often somebody may ask, and what is counted of it.

use std::{
    net::IpAddr,
    net::SocketAddr,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use dossier::Digest;
use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock as _, clock::DefaultClock};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use wire::{Code, enrol::DeviceToken, path};

use super::{App, reply::Refusal};

/// How often one may ask on average, and how often at once after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub every: Duration,
    pub at_once: NonZeroU32,
}

/// Whom the hub lets in how often.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// One device. A desktop sends some ten requests for a dossier.
    pub device: Rate,
    /// One address, of all requests: a whole office may stand behind it.
    pub address: Rate,
    /// One address, of tries to enrol and to sign in: neither codes nor passwords can be guessed at this pace.
    pub enrolment: Rate,
    /// Whether a proxy before the hub tells the address (`X-Forwarded-For`); without one anybody could.
    pub behind_proxy: bool,
}

impl Rate {
    /// So many a second, and so many at once.
    pub fn per_second(requests: NonZeroU32, at_once: NonZeroU32) -> Self {
        Self { every: Duration::from_secs(1) / requests.get(), at_once }
    }

    fn quota(self) -> Quota {
        // A rate without a pause is one of a thousand million a second.
        let every = self.every.max(Duration::from_nanos(1));
        Quota::with_period(every).unwrap_or_else(|| Quota::per_second(NonZeroU32::MAX)).allow_burst(self.at_once)
    }
}

impl Default for Rates {
    fn default() -> Self {
        let rate = |per_second, at_once: u32| Rate {
            every: Duration::from_secs(1) / per_second,
            at_once: NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN),
        };
        Self { device: rate(100, 500), address: rate(200, 2000), enrolment: rate(1, 30), behind_proxy: false }
    }
}

/// See the module.
pub struct Guard {
    devices: DefaultKeyedRateLimiter<Digest>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    guesses: DefaultKeyedRateLimiter<IpAddr>,
    behind_proxy: bool,
    metrics: PrometheusRecorder,
}

impl Guard {
    pub fn new(rates: Rates) -> Self {
        Self {
            devices: DefaultKeyedRateLimiter::keyed(rates.device.quota()),
            addresses: DefaultKeyedRateLimiter::keyed(rates.address.quota()),
            guesses: DefaultKeyedRateLimiter::keyed(rates.enrolment.quota()),
            behind_proxy: rates.behind_proxy,
            metrics: PrometheusBuilder::new().build_recorder(),
        }
    }

    /// What is counted, as Prometheus reads it.
    pub fn metrics(&self) -> PrometheusHandle {
        self.metrics.handle()
    }

    /// Forgets who has not asked for long; to be called now and then.
    pub fn tidy(&self) {
        self.devices.retain_recent();
        self.addresses.retain_recent();
        self.guesses.retain_recent();
    }

    /// Seconds to wait, when it is too often.
    fn wait(&self, request: &Request, route: &str) -> Option<u64> {
        let seconds = |until: governor::NotUntil<_>| until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
        if let Some(address) = self.address(request) {
            // The address is charged whoever says it is: made-up tokens are cheap.
            let guessed = matches!(route, path::ENROLMENTS | path::SIGN_IN | path::PASSWORD);
            let limiter = if guessed { &self.guesses } else { &self.addresses };
            if let Err(until) = limiter.check_key(&address) {
                return Some(seconds(until));
            }
        }
        let token = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.and_then(DeviceToken::from_authorization)?;
        self.devices.check_key(&token.hash()).err().map(seconds)
    }

    fn address(&self, request: &Request) -> Option<IpAddr> {
        let forwarded = |headers: &HeaderMap| {
            // The last is the one our own proxy saw; those before it are what the client says.
            let all = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).next_back()?;
            all.rsplit(',').next()?.trim().parse().ok()
        };
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        if self.behind_proxy { forwarded(request.headers()).or(peer) } else { peer }
    }
}

/// Refuses who asks too often, and counts everybody.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    // What anybody can make up would be counted apart for ever.
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PATCH" | "PUT" | "DELETE" | "OPTIONS") => known.to_owned(),
        _ => "other".to_owned(),
    };
    let began = Instant::now();
    let response = match app.guard.wait(&request, &route) {
        None => next.run(request).await,
        Some(seconds) => {
            let mut refused = Refusal::from(Code::TooMany).into_response();
            refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            refused
        }
    };
    let status = response.status().as_u16().to_string();
    metrics::with_local_recorder(&app.guard.metrics, || {
        let labels = [("method", method), ("route", route), ("status", status)];
        metrics::counter!("hub_requests_total", &labels).increment(1);
        metrics::histogram!("hub_request_seconds", &labels[..2]).record(began.elapsed().as_secs_f64());
    });
    response
}
