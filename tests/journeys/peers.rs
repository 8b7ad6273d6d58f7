//! Other people's tus programs and ours: their clients at our hub, our client at their servers, and `tus-conform` at all of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use journeys::{Clerk, ForeignClient, ForeignServer, Front, Hub, Proxy, Trouble, bin, device_token, large_pdf, sample};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const AGENCY: &str = "000.00.16.H99";
const PROCEDURE: &str = "2.000635";
const BYTES: usize = 3_000_000;
const CHUNK: usize = 256 << 10;
/// Several chunks go through, and then the connection is cut.
const CUT: u64 = 700_000;

/// A hub, a bad network before it, and a file to send.
struct Scene {
    hub: Hub,
    network: Proxy,
    token: String,
    file: PathBuf,
    _folder: TempDir,
}

impl Scene {
    fn set() -> Scene {
        let hub = Hub::start();
        let network = Proxy::start(hub.port());
        let token = device_token(&hub, AGENCY);
        let folder = TempDir::with_prefix("hoso-peers-").unwrap();
        let file = folder.path().join("đơn.bin");
        let bytes: Vec<u8> = (0..BYTES).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        std::fs::write(&file, bytes).unwrap();
        Scene { hub, network, token, file, _folder: folder }
    }

    /// The client sends the file, and the hub has exactly that file.
    fn takes(&self, client: ForeignClient, parallel: usize) {
        let url = format!("{}/v1/files", self.network.url());
        let made = client.upload(&url, &self.token, &self.file, CHUNK, parallel);
        assert!(made.contains("/uploads/"), "{made}");
        let sent = std::fs::read(&self.file).unwrap();
        let object = self.hub.object(&hex::encode(Sha256::digest(&sent)));
        assert!(std::fs::read(&object).unwrap() == sent, "{}", object.display());
    }
}

#[test]
fn tuspy_sends_to_the_hub() {
    let scene = Scene::set();
    scene.takes(ForeignClient::Tuspy, 1);
}

#[test]
fn tuspy_sends_to_the_hub_over_connections_that_are_cut() {
    let scene = Scene::set();
    scene.network.set(Trouble::CutAfter(CUT));
    scene.takes(ForeignClient::Tuspy, 1);
}

#[test]
fn aiotus_sends_to_the_hub_over_connections_that_are_cut() {
    let scene = Scene::set();
    scene.network.set(Trouble::CutAfter(CUT));
    scene.takes(ForeignClient::Aiotus, 1);
}

#[test]
fn aiotus_sends_pieces_side_by_side() {
    let scene = Scene::set();
    scene.takes(ForeignClient::Aiotus, 4);
}

#[test]
fn tus_js_client_sends_to_the_hub_over_connections_that_are_cut() {
    let scene = Scene::set();
    scene.network.set(Trouble::CutAfter(CUT));
    scene.takes(ForeignClient::TusJs, 1);
}

#[test]
fn tus_js_client_sends_pieces_side_by_side() {
    let scene = Scene::set();
    scene.takes(ForeignClient::TusJs, 3);
}

/// Our client sends a dossier whose files go to another server, over connections that are cut.
fn our_client_sends_to(server: ForeignServer) {
    let hub = Hub::start();
    let front = Front::start(&hub, server);
    let network = Proxy::start(front.port());
    let clerk = Clerk::new();
    clerk.ok(&["enrol", &hub.enrol_code(AGENCY, Some(&network.url()))]);
    let dossier = clerk.filled_dossier(PROCEDURE);
    let large = clerk.folder().join("large.pdf");
    large_pdf(&large, BYTES);
    clerk.attach(&dossier, "2.000635.01", &sample("to-khai-form.png"));
    clerk.ok(&["dossier", "attach", &dossier, "2.000635.02", large.to_str().unwrap(), "--as-is"]);
    clerk.ok(&["dossier", "submit", &dossier]);
    network.set(Trouble::CutAfter(CUT));
    let sent = clerk.ok(&["send", "--wait"]);
    assert_eq!(sent.pointer("/receipted/0/dossier"), Some(&Value::from(dossier.as_str())), "{sent}");
    assert!(front.uploads() >= 2, "the files did not go to the other server");
    let large = hex::encode(Sha256::digest(std::fs::read(large).unwrap()));
    assert!(hub.object(&large).is_file(), "the hub has the file that went through the other server");
}

#[test]
fn our_client_sends_to_tus_node_server() {
    our_client_sends_to(ForeignServer::node());
}

#[test]
fn our_client_sends_to_tuspyserver() {
    our_client_sends_to(ForeignServer::python());
}

/// What `tus-conform` saw of a server.
fn conform(url: &str, more: &[&str], folder: &Path) -> Value {
    let report = folder.join("report.json");
    let mut command = Command::new(bin("tus-conform"));
    command.arg(url).args(more).args(["--report", "json", "--patience", "5", "--output"]).arg(&report);
    let output = command.output().unwrap();
    let text = std::fs::read_to_string(&report).unwrap_or_else(|_| panic!("{output:?}"));
    let seen: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(seen["conforms"], output.status.success(), "the exit code says the same");
    seen
}

/// The numbers of the checks with this result.
fn numbers(seen: &Value, result: &str) -> Vec<u64> {
    let checks = seen["checks"].as_array().unwrap();
    checks.iter().filter(|check| check["result"] == result).map(|check| check["number"].as_u64().unwrap()).collect()
}

#[test]
fn the_hub_passes_every_check() {
    let hub = Hub::start();
    let token = format!("Authorization: Bearer {}", device_token(&hub, AGENCY));
    let folder = TempDir::with_prefix("hoso-conform-").unwrap();
    let seen = conform(&format!("{}/v1/files", hub.url()), &["--header", &token], folder.path());
    let checks = seen["checks"].as_array().unwrap();
    let others: Vec<&Value> = checks.iter().filter(|check| check["result"] != "pass").collect();
    assert!(others.is_empty(), "{others:#?}");
    assert!(numbers(&seen, "pass").len() >= 120);
}

/// Foreign servers have their gaps; that they are told apart from what works shows that the checks can fail and can pass.
#[test]
fn other_servers_are_examined_to_the_end() {
    let folder = TempDir::with_prefix("hoso-conform-").unwrap();
    for mut server in [ForeignServer::node(), ForeignServer::python()] {
        let seen = conform(
            server.url(),
            &["--metadata", "filename YQ==,filetype YS9i", "--only", "100", "200", "300", "400"],
            folder.path(),
        );
        assert!(server.lives(), "{seen:#}");
        let passed = numbers(&seen, "pass");
        for number in [101, 102, 201, 202, 301, 302, 401, 402, 403] {
            assert!(passed.contains(&number), "{}: {number}\n{seen:#}", server.url());
        }
        assert!(!numbers(&seen, "fail").is_empty(), "no server known is without a gap: {seen:#}");
    }
}
