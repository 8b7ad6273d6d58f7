//! The binary: started, killed, started again; and the command line beside it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use reqwest::StatusCode;
use serde_json::Value;
use wire::{enrol::EnrolmentString, path, tus};

use crate::support::{Device, manifest_file, offset};

const HUB: &str = env!("CARGO_BIN_EXE_hoso-hub");

/// A hub in a process of its own; killed when dropped.
struct Process {
    child: Child,
    url: String,
    line: String,
    _stdout: BufReader<ChildStdout>,
}

impl Process {
    fn serve(data: &Path) -> Self {
        let mut command = Command::new(HUB);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        Self { url: url.trim_end_matches(';').to_owned(), line, child, _stdout: stdout }
    }

    async fn device(&self, data: &Path) -> Device {
        let code = command(data, &["enrol-code", "--agency", "H06.16", "--name", "Sở Nội vụ", "--url", &self.url]);
        assert!(code.status.success(), "{}", String::from_utf8_lossy(&code.stderr));
        let string: EnrolmentString = String::from_utf8(code.stdout).unwrap().parse().unwrap();
        Device::enrol(&string).await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL on Unix: no chance to tidy up.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(data: &Path, arguments: &[&str]) -> Output {
    Command::new(HUB).args(arguments).arg("--data").arg(data).output().unwrap()
}

#[tokio::test]
async fn hub_killed_in_the_middle_of_an_upload_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Process::serve(folder.path());
    assert!(hub.line.contains("hoso-hub enrol-code"), "it says how to enrol: {}", hub.line);
    let device = hub.device(folder.path()).await;
    let content: Vec<u8> = (0..300_000_u32).map(|i| (i % 251) as u8).collect();
    let id = device.create(&content).await;
    let first = device.patch(id, 0, &content[..100_000]).send().await.unwrap();
    assert_eq!(offset(&first), Some(100_000));
    // A second part is on its way when the hub dies.
    let mut connection = TcpStream::connect(device.base.trim_start_matches("http://")).unwrap();
    let head = format!(
        "PATCH {} HTTP/1.1\r\nHost: hub\r\nAuthorization: {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 100000\r\n\
         Content-Type: {}\r\nContent-Length: 200000\r\n\r\n",
        path::upload(id),
        device.token.authorization(),
        tus::MEDIA_TYPE,
    );
    connection.write_all(head.as_bytes()).unwrap();
    connection.write_all(&content[100_000..150_000]).unwrap();
    drop(hub);

    let hub = Process::serve(folder.path());
    let device = Device { base: hub.url.clone(), ..device };
    let at = offset(&device.head(id).await).unwrap() as usize;
    assert!((100_000..=150_000).contains(&at), "what was acknowledged is there: {at}");
    let rest = device.patch(id, at as u64, &content[at..]).send().await.unwrap();
    assert_eq!(offset(&rest), Some(300_000));
    let submission = device.submission(vec![manifest_file(&content)], vec![]);
    let receipt = device.submit(&submission).await;
    drop(hub);

    let hub = Process::serve(folder.path());
    let device = Device { base: hub.url.clone(), ..device };
    assert_eq!(device.submit(&submission).await, receipt, "killed after its answer, it gives the same one");
    let file = device.get(&path::file(&dossier::Digest::of(&content))).await;
    assert_eq!((file.status(), file.bytes().await.unwrap() == content), (StatusCode::OK, true));
}

#[tokio::test]
async fn officers_command_line_works_beside_a_running_hub() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let hub = Process::serve(data);
    let device = hub.device(data).await;
    let receipt = device.submit(&device.submission(vec![], vec![])).await;
    let code = receipt.code.as_str();

    let listed = command(data, &["list"]);
    let line: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!((line["code"].as_str(), line["state"].as_str()), (Some(code), Some("registered")));
    let nobody = command(data, &["accept", code, "--by", " "]);
    assert_eq!(nobody.status.code(), Some(1));
    let accepted = command(data, &["accept", code, "--by", "Phạm D", "--note", "Đủ thành phần"]);
    assert!(accepted.status.success(), "{}", String::from_utf8_lossy(&accepted.stderr));
    let again = command(data, &["refuse", code, "--by", "Phạm D", "--reason", "Thiếu"]);
    assert_eq!(again.status.code(), Some(1), "an accepted dossier is not refused");
    let shown = command(data, &["show", &receipt.dossier.to_string()]);
    let view: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(
        (view["summary"]["state"].as_str(), view["events"].as_array().map(Vec::len)),
        (Some("accepted"), Some(2))
    );

    assert_eq!(command(data, &["show", "H06.16-20261121-9999"]).status.code(), Some(1));
    assert_eq!(command(data, &["enrol-code", "--agency", "H99"]).status.code(), Some(1), "an agency not known here");
    assert_eq!(command(data, &["enrol-code", "--agency", "không"]).status.code(), Some(2), "not an agency's code");
    let second = command(data, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another hub is running"));
}

#[cfg(unix)]
#[tokio::test]
async fn sigterm_stops_it_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Process::serve(folder.path());
    let device = hub.device(folder.path()).await;
    let receipt = device.submit(&device.submission(vec![], vec![])).await;
    let killed = Command::new("kill").args(["-TERM", &hub.child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(hub.child.wait().unwrap().code(), Some(0));
    let wal = folder.path().join("hub.db-wal");
    assert!(!wal.exists(), "the ledger was closed");
    let shown = command(folder.path(), &["show", receipt.code.as_str()]);
    assert!(shown.status.success());
}
