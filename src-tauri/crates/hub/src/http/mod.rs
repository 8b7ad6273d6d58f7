//! The hub on the network: routes, and what every reply has in common.
//!
//! Routes and their OpenAPI description come from one list, [`routes`]: a route without a description does not exist.

mod api;
mod auth;
mod catalogue;
pub mod guard;
mod no_paper;
mod parcels;
mod reply;
mod tus;

use std::{sync::Arc, sync::OnceLock, time::Duration, time::Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use utoipa::{Modify, OpenApi, openapi::security};
use utoipa_axum::{router::OpenApiRouter, routes};
use wire::{Code, limits::Limits, path};

use self::{guard::Guard, reply::Refusal};
use crate::{
    Clock,
    ledger::Ledger,
    objects::Objects,
    sign_in::SignIn,
    submissions::{Identity, Submissions},
    uploads::Uploads,
};

/// How long a request other than an upload may take in all; longer than the longest wait for events.
const PATIENCE: Duration = Duration::from_secs(120);

/// Smaller answers fit a packet as they are, in bytes.
const WORTH_COMPRESSING: u64 = 1024;

/// What the handlers work with.
pub struct App {
    pub ledger: Arc<dyn Ledger>,
    pub objects: Objects,
    pub uploads: Arc<Uploads>,
    pub submissions: Submissions,
    pub sign_in: SignIn,
    pub identity: Arc<Identity>,
    pub limits: Limits,
    pub guard: Guard,
    pub clock: Clock,
    /// Changes when a feed has grown.
    pub news: watch::Receiver<()>,
    /// Cancelled when the hub is about to stop: whoever waits is answered.
    pub stopping: CancellationToken,
}

type AppState = State<Arc<App>>;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hồ Sơ hub",
        description = "Receives administrative dossiers. Every reply carries X-Hub-Id and X-Hub-Time; every refusal is an \
                       application/problem+json document with a stable code. Files go up by tus 1.0.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(wire::Problem)),
    modifiers(&DeviceToken)
)]
struct Description;

/// The ways to be somebody here.
struct DeviceToken;

impl Modify for DeviceToken {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let bearer = security::HttpBuilder::new()
            .scheme(security::HttpAuthScheme::Bearer)
            .description(Some("The token the device made for itself at enrolment."))
            .build();
        let person = security::ApiKeyValue::with_description(
            path::PERSON_TOKEN,
            "The access token of the person signed in at the device, beside the device's own.",
        );
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("person", security::SecurityScheme::ApiKey(security::ApiKey::Header(person)));
        components.add_security_scheme("device", security::SecurityScheme::Http(bearer));
    }
}

/// Every route, with its description.
fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(api::ping))
        .routes(routes!(api::limits))
        .routes(routes!(api::enrol))
        .routes(routes!(tus::create, tus::files_options))
        .routes(routes!(api::file))
        .routes(routes!(tus::stat, tus::append, tus::cancel, tus::uploads_options))
        .routes(routes!(api::submit))
        .routes(routes!(parcels::take))
        .routes(routes!(api::dossiers))
        .routes(routes!(api::dossier))
        .routes(routes!(api::events))
        .routes(routes!(catalogue::list))
        .routes(routes!(catalogue::entry))
        .routes(routes!(no_paper::send, no_paper::in_force))
        .routes(routes!(no_paper::list))
        .routes(routes!(no_paper::applied))
        .routes(routes!(no_paper::applications))
        .routes(routes!(auth::sign_in))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::sign_out))
        .routes(routes!(auth::password))
        .routes(routes!(auth::me))
        .routes(routes!(auth::read_notice))
        .routes(routes!(auth::audit))
        .routes(routes!(api::healthz))
        .routes(routes!(api::readyz))
        .routes(routes!(api::openapi))
}

/// The OpenAPI 3.1 document.
pub fn description() -> &'static utoipa::openapi::OpenApi {
    static DOCUMENT: OnceLock<utoipa::openapi::OpenApi> = OnceLock::new();
    DOCUMENT.get_or_init(|| routes().to_openapi())
}

/// The whole service.
pub fn router(app: Arc<App>) -> Router {
    let inner = Router::from(routes())
        .fallback(|| async { Refusal::from(Code::NotFound) })
        .method_not_allowed_fallback(|| async { Refusal::from(Code::MethodNotAllowed) })
        .layer(middleware::from_fn(patience))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard::guard))
        .layer(CompressionLayer::new().compress_when(worth_compressing as fn(_, _, &_, &_) -> _))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), frame))
        .with_state(app);
    // Routing happens inside, so that it sees the method that was meant.
    Router::new().fallback_service(inner).layer(middleware::from_fn(as_meant))
}

/// `X-HTTP-Method-Override` on POST: proxies that know no PATCH and no DELETE let it through. Where tus is spoken it counts whatever
/// the method is.
async fn as_meant(mut request: Request, next: Next) -> Response {
    let meant = request.headers().get(wire::tus::METHOD_OVERRIDE).map(|value| Method::from_bytes(value.as_bytes()));
    let counts = request.method() == Method::POST || tus::is_tus(request.uri().path());
    if let (true, Some(Ok(meant))) = (counts, meant) {
        *request.method_mut() = meant;
    }
    if let Some(meant) = tus::meant(request.uri()) {
        *request.uri_mut() = meant;
    }
    next.run(request).await
}

/// What every reply has in common: the hub's name and clock; and a line in the log, without personal data.
async fn frame(State(app): AppState, request: Request, next: Next) -> Response {
    let (method, began) = (request.method().clone(), Instant::now());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let is_tus = tus::is_tus(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_tus {
        headers.insert(wire::tus::RESUMABLE, HeaderValue::from_static(wire::tus::VERSION));
    }
    for (name, value) in [(path::HUB_ID, app.identity.id.to_string()), (path::HUB_TIME, (app.clock)().to_string())] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis());
    tracing::debug!(%method, route, status, ms, "request");
    response
}

/// Ends requests that take too long. Uploads have a measure of their own: they may take as long as bytes keep coming. A parcel takes as
/// long as what is in it.
async fn patience(request: Request, next: Next) -> Response {
    let takes_its_time = |route: &str| tus::is_tus(route) || route == path::PARCELS;
    if request.extensions().get::<MatchedPath>().is_some_and(|route| takes_its_time(route.as_str())) {
        return next.run(request).await;
    }
    let answer = tokio::time::timeout(PATIENCE, next.run(request)).await;
    answer.unwrap_or_else(|_| Refusal::from(Code::Timeout).into_response())
}

/// JSON of some size, for whoever asks for it compressed.
fn worth_compressing(status: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let is_json =
        headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let size = headers.get(header::CONTENT_LENGTH).and_then(|size| size.to_str().ok()?.parse::<u64>().ok());
    status == StatusCode::OK && is_json && size.is_some_and(|size| size >= WORTH_COMPRESSING)
}

/// What is counted, for whoever watches the hub; at an address of its own, so that it is nobody else's to read.
pub fn metrics(handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", axum::routing::get(async move || handle.render()))
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Refusal::from(Code::Internal).into_response()
}
