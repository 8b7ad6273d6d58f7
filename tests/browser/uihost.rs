//! The program behind the window, behind a loopback address: `uihost --profile DIR --listen ADDR [--ui FOLDER]`. The browser
//! tests drive the real interface against it. Never shipped.
//!
//! `POST /call` a request, an answer or (422) a fault comes back · `GET /notices` server-sent events · `GET /page/BLOB/FRAME?w=N`
//! a picture · anything else is a file of the interface, under the same content security policy as in the window.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use desk::worker::WorkerCommand;
use desk::{Desk, Fault, Host, Notice, PictureName, Progress, Request, Timestamp, Watch, Window};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

struct Browser {
    profile: PathBuf,
    notices: broadcast::Sender<Notice>,
}

impl Watch for Browser {
    fn cancelled(&self) -> bool {
        false
    }

    fn progress(&self, progress: Progress) {
        self.notice(Notice::Progress { progress });
    }
}

impl Host for Browser {
    fn now(&self) -> Timestamp {
        desk::system_clock()
    }

    fn profile(&self) -> Option<PathBuf> {
        Some(self.profile.clone())
    }

    fn notice(&self, notice: Notice) {
        // Nobody listening is no fault.
        let _ = self.notices.send(notice);
    }

    fn attends(&self) -> bool {
        true
    }

    fn workers(&self) -> WorkerCommand {
        WorkerCommand::this_executable()
    }

    fn person(&self) -> String {
        "Nguyễn Thị Hạnh".to_owned()
    }

    fn device_name(&self) -> String {
        "may-kiem-thu".to_owned()
    }
}

#[derive(Clone)]
struct Served {
    desk: Arc<Desk<Browser>>,
    notices: broadcast::Sender<Notice>,
}

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|first| first == desk::worker::FLAG) {
        return desk::worker::main();
    }
    let mut arguments = std::env::args().skip(1);
    let (mut profile, mut listen, mut ui) = (None, "127.0.0.1:0".to_owned(), None);
    while let Some(argument) = arguments.next() {
        match (argument.as_str(), arguments.next()) {
            ("--profile", Some(value)) => profile = Some(PathBuf::from(value)),
            ("--listen", Some(value)) => listen = value,
            ("--ui", Some(value)) => ui = Some(PathBuf::from(value)),
            _ => {
                eprintln!("uihost --profile DIR [--listen ADDR] [--ui FOLDER]");
                return ExitCode::from(2);
            }
        }
    }
    let Some(profile) = profile else {
        eprintln!("uihost needs --profile");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    match runtime.block_on(serve(profile, &listen, ui)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("uihost: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(profile: PathBuf, listen: &str, ui: Option<PathBuf>) -> std::io::Result<()> {
    let (notices, _) = broadcast::channel(256);
    let desk = Arc::new(Desk::new(Browser { profile, notices: notices.clone() }));
    let stop = CancellationToken::new();
    let attending = tokio::spawn({
        let (desk, stop) = (desk.clone(), stop.clone());
        async move { desk.attend(&stop).await }
    });
    let mut router = Router::new()
        .route("/call", post(call))
        .route("/notices", get(listen_to_notices))
        .route("/page/{blob}/{frame}", get(page))
        .with_state(Served { desk: desk.clone(), notices });
    if let Some(ui) = ui {
        let policy = SetResponseHeaderLayer::overriding(header::CONTENT_SECURITY_POLICY, content_security_policy());
        router = router.fallback_service(ServeDir::new(ui)).layer(policy);
    }
    let listener = tokio::net::TcpListener::bind(listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    tokio::select! {
        served = std::future::IntoFuture::into_future(axum::serve(listener, router)) => served?,
        _ = tokio::signal::ctrl_c() => {}
    }
    stop.cancel();
    let _ = attending.await;
    if let Some(desk) = Arc::into_inner(desk) {
        desk.close().await;
    }
    Ok(())
}

/// The window's own, with this server where the window speaks to its program.
fn content_security_policy() -> HeaderValue {
    let config: serde_json::Value =
        serde_json::from_str(include_str!("../../tauri.conf.json")).expect("tauri.conf.json");
    let policy = config["app"]["security"]["csp"].as_object().expect("a policy");
    let directives = policy.iter().map(|(name, value)| match name.as_str() {
        "connect-src" => "connect-src 'self'".to_owned(),
        _ => format!("{name} {}", value.as_str().unwrap_or_default()),
    });
    HeaderValue::from_str(&directives.collect::<Vec<_>>().join("; ")).expect("a header")
}

async fn call(State(served): State<Served>, body: String) -> Response {
    let request: Request = match serde_json::from_str(&body) {
        Ok(request) => request,
        Err(error) => return refused(Fault::unexpected(error)),
    };
    assert!(request.allowed(Window::Desk));
    match served.desk.call(request).await {
        Ok(answer) => Json(answer).into_response(),
        Err(fault) => refused(fault),
    }
}

fn refused(fault: Fault) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(fault)).into_response()
}

async fn listen_to_notices(State(served): State<Served>) -> Sse<impl Stream<Item = Result<Event, axum::Error>>> {
    let notices = stream::unfold(served.notices.subscribe(), async |mut receiver| {
        loop {
            match receiver.recv().await {
                Ok(notice) => return Some((notice, receiver)),
                // What was missed is looked at again anyway.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(notices.map(|notice| Event::default().json_data(notice))).keep_alive(KeepAlive::default())
}

#[derive(Deserialize)]
struct Wanted {
    w: u32,
}

async fn page(
    State(served): State<Served>,
    Path((blob, frame)): Path<(String, u32)>,
    Query(wanted): Query<Wanted>,
) -> Response {
    match served.desk.picture(&PictureName { blob, frame }, wanted.w).await {
        Ok(jpeg) => {
            let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")];
            (headers, jpeg).into_response()
        }
        Err(fault) => (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")], Json(fault)).into_response(),
    }
}
