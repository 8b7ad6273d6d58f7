//! Other people's tus: their servers and their clients, as processes. `tests/peers` has the scripts; set-up installs what they need.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;
use std::time::Duration;

use tempfile::TempDir;
use uuid::Uuid;
use wire::enrol::{DeviceToken, EnrolAnswer, EnrolRequest, EnrolmentString};

use crate::hub::Hub;
use crate::process::{Running, root};

const START: Duration = Duration::from_secs(60);

/// A server of somebody else's on loopback with a temporary folder; killed when dropped.
pub struct ForeignServer {
    running: Running,
    url: String,
    folder: TempDir,
}

impl ForeignServer {
    /// @tus/server with its file store.
    pub fn node() -> ForeignServer {
        ForeignServer::start(Path::new("node"), "server.mjs")
    }

    /// tuspyserver on uvicorn.
    pub fn python() -> ForeignServer {
        ForeignServer::start(&python(), "server.py")
    }

    fn start(program: &Path, script: &str) -> ForeignServer {
        let folder = TempDir::with_prefix("hoso-peer-").expect("a temporary folder");
        let script = peers().join(script);
        let mut running = Running::start(program, &[script.as_os_str(), folder.path().as_os_str()], |_| {});
        let url = running.line(START, |line| line.starts_with("http://"));
        ForeignServer { running, url, folder }
    }

    /// Its creation URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it keeps the bytes of each upload: both have a plain file of the name that ends the upload's URL.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Whether it still runs.
    pub fn lives(&mut self) -> bool {
        !self.running.ended()
    }
}

/// A client of somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignClient {
    TusJs,
    Tuspy,
    Aiotus,
}

impl ForeignClient {
    /// Uploads a file in chunks of this size to a creation URL, `parallel` pieces at once; the URL of what it made.
    ///
    /// Panics with what it printed when it gives up.
    pub fn upload(self, url: &str, token: &str, file: &Path, chunk: usize, parallel: usize) -> String {
        let (mut command, script) = match self {
            ForeignClient::TusJs => (Command::new("node"), "upload.mjs"),
            ForeignClient::Tuspy => (Command::new(python()), "tuspy_upload.py"),
            ForeignClient::Aiotus => (Command::new(python()), "aiotus_upload.py"),
        };
        command.arg(peers().join(script)).args([url, token]).arg(file);
        command.args([chunk.to_string(), parallel.to_string()]);
        let output = command.output().expect("node and python3 are there");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let fails = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self:?}: {said}\n{fails}");
        let url = said.lines().rfind(|line| line.starts_with("http"));
        url.unwrap_or_else(|| panic!("{self:?} told no URL: {said}\n{fails}")).to_owned()
    }
}

/// A registered device's token, in the form of the `Authorization` header's last word.
pub fn device_token(hub: &Hub, agency: &str) -> String {
    enrolled_device(hub, agency).0
}

/// The same, and what the hub said to it.
pub(crate) fn enrolled_device(hub: &Hub, agency: &str) -> (String, EnrolAnswer) {
    let string: EnrolmentString = hub.enrol_code(agency, None).parse().expect("an enrolment string");
    let mut random = [0; 32];
    random[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    random[16..].copy_from_slice(Uuid::new_v4().as_bytes());
    let token = DeviceToken::from_random(random);
    let request = EnrolRequest {
        code: string.code.clone(),
        device: dossier::DeviceId(Uuid::now_v7()),
        device_name: "Máy của người khác".into(),
        token_sha256: token.hash(),
    };
    let enrolled = async {
        let url = string.url.join(wire::path::ENROLMENTS);
        let answer = client().post(url).json(&request).send().await.expect("the hub answers");
        assert!(answer.status().is_success(), "enrolment: {}", answer.status());
        answer.json().await.expect("what a hub says")
    };
    let answer =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(enrolled);
    let header = token.authorization();
    (header.rsplit(' ').next().unwrap_or_default().to_owned(), answer)
}

/// A client for loopback.
pub(crate) fn client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    // Fails only when one is installed already, which is as good.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let builder = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    builder.redirect(reqwest::redirect::Policy::none()).build().expect("a client without certificates")
}

/// Where set-up has put the scripts and what they import.
pub(crate) fn peers() -> PathBuf {
    let folder = match std::env::var_os("HOSO_PEERS") {
        Some(folder) => PathBuf::from(folder),
        None => root().join("target/xtask/peers"),
    };
    assert!(folder.join("node_modules").is_dir(), "no peers in {}: run `cargo xtask test`", folder.display());
    folder
}

pub(crate) fn python() -> PathBuf {
    peers().join("python/bin/python3")
}
