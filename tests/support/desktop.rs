//! The built window on a display of its own, driven by WebDriver.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::process::{Running, models, until};

pub const PATIENCE: Duration = Duration::from_secs(60);

/// A window on its own display. Dropping it ends all of it; the profile stays.
pub struct Desktop {
    pub client: Client,
    /// `:N`, for programs that press keys.
    pub display: String,
    // In the order in which they end.
    _driver: Running,
    _display: Running,
}

impl Desktop {
    /// Opens `program` on the profile in `home/profile`, on a screen that just holds the window.
    pub async fn open(program: &Path, home: &Path) -> Desktop {
        // Xvfb finds a free display itself and writes its number once it listens.
        let arguments = ["-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp"];
        let mut display = Running::start(Path::new("Xvfb"), &arguments, |_| {});
        let number = display.line(PATIENCE, |line| line.parse::<u32>().is_ok());
        let number = format!(":{number}");
        let port = free_port();
        let arguments = ["--host=127.0.0.1".to_owned(), format!("--port={port}")];
        let driver = Running::start(Path::new("WebKitWebDriver"), &arguments, |command| {
            command
                .env("DISPLAY", &number)
                .env("TAURI_WEBVIEW_AUTOMATION", "true")
                .env("GSETTINGS_BACKEND", "memory")
                .env("HOSO_MODELS", models());
            command.env("HOME", home).env("HOSO_PROFILE", home.join("profile"));
            for folder in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
                command.env_remove(folder);
            }
        });
        until(PATIENCE, "WebKitWebDriver listens", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok());
        let capabilities = json!({
            "browserName": "wry",
            "webkitgtk:browserOptions": { "binary": program, "args": [] },
        });
        let capabilities = capabilities.as_object().cloned().unwrap_or_default();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("the window opens");
        Desktop { client, display: number, _driver: driver, _display: display }
    }

    /// The one element that `css` finds, once it is there.
    pub async fn find(&self, css: &str) -> Element {
        self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await.expect(css)
    }

    /// The text of the one element that `css` finds, once it is there.
    pub async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.expect(css)
    }

    /// The first element whose own words are these, once it is there.
    pub async fn said(&self, words: &str) -> Element {
        let path = format!(
            "//*[not(self::script)][contains(normalize-space(.), \"{words}\")][not(*[contains(normalize-space(.), \"{words}\")])]"
        );
        self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await.expect(words)
    }

    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect(script)
    }

    /// What a promise comes to: its value, or `{"refused": why}`.
    pub async fn settle(&self, promise: &str) -> Value {
        let script = format!("const done = arguments[0]; ({promise}).then(done, (why) => done({{ refused: why }}));");
        self.client.execute_async(&script, Vec::new()).await.expect(promise)
    }

    /// What the program behind the window answers to a request: the answer's content.
    pub async fn call(&self, request: &Value) -> Value {
        let promise = format!("window.__TAURI_INTERNALS__.invoke('call', {{ request: {request} }})");
        let answer = self.settle(&promise).await;
        assert!(answer.get("refused").is_none(), "{request}: {answer}");
        answer["content"].clone()
    }

    /// Presses a key combination, as the window's own help writes it: `Ctrl+Enter`.
    pub async fn keys(&self, keys: &str) {
        let (mut modifiers, mut key) = (vec![], String::new());
        for part in keys.split('+') {
            match part {
                "Ctrl" => modifiers.push("\u{e009}"),
                "Alt" => modifiers.push("\u{e00a}"),
                "Shift" => modifiers.push("\u{e008}"),
                "Enter" => key = "\u{e007}".to_owned(),
                letter => key = letter.to_lowercase(),
            }
        }
        // A modifier stays pressed until the null key.
        let chord = format!("{}{key}\u{e000}", modifiers.concat());
        let active = self.client.active_element().await.expect("an element has the keys");
        active.send_keys(&chord).await.expect(keys);
    }

    /// Chooses an option of a list by its value.
    pub async fn choose_option(&self, field: &str, value: &str) {
        let css = format!("[data-key={field}] select");
        self.find(&css).await;
        // The driver cannot open WebKit's own list.
        let script = format!(
            "const list = document.querySelector('{css}');
             list.value = '{value}';
             for (const kind of ['input', 'change']) list.dispatchEvent(new Event(kind, {{ bubbles: true }}));
             return list.value;"
        );
        assert_eq!(self.run(&script).await, value, "{field} offers it");
    }

    /// Opens the first dossier of the list.
    pub async fn open_first(&self) {
        self.find("[role=grid]").await;
        let row = "document.querySelector('[role=grid] [role=row][aria-rowindex=\"2\"], [role=grid] tbody tr')";
        self.run(&format!("{row}.dispatchEvent(new MouseEvent('dblclick', {{ bubbles: true }}))")).await;
        self.find("[role=tab]").await;
    }

    /// What stands in a text field.
    pub async fn value(&self, css: &str) -> String {
        self.find(css).await.prop("value").await.expect(css).unwrap_or_default()
    }

    /// Waits until this is what is on the disk in a field of the newest dossier.
    pub async fn saved(&self, field: &str, wanted: Value) {
        let start = Instant::now();
        loop {
            let list = self.call(&json!({ "ask": "dossier_list", "limit": 1, "before": null })).await;
            let opened = self.call(&json!({ "ask": "dossier_open", "dossier": list["dossiers"][0]["id"] })).await;
            let fields = opened["sheet"]["fields"].as_array().cloned().unwrap_or_default();
            let found = fields.into_iter().find(|one| one["field"] == field).map(|one| one["value"].clone());
            if found.as_ref() == Some(&wanted) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{field} is {found:?}, not {wanted}");
        }
    }

    /// `kill -9` of the window's process.
    pub fn kill9(&self, program: &Path) {
        let id = core_process(program).expect("the window's process");
        let id = i32::try_from(id).expect("a process id");
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGKILL).expect("kill");
    }

    /// Presses keys in the system's own file dialog of this title: `path` is chosen.
    pub fn choose(&self, title: &str, path: &Path) {
        let path = path.to_str().expect("UTF-8");
        let dialog = || self.xdotool(&["search", "--onlyvisible", "--name", title]);
        let id = until(PATIENCE, "the dialog opens", || dialog().lines().last().map(str::to_owned));
        // A slash opens the dialog's line for a path. When the line is ready, GTK tells nobody: xdotool itself waits a little.
        let (first, rest) = path.split_at(1);
        assert_eq!(first, "/", "an absolute path");
        let keys = ["key", "slash", "sleep", "0.4", "type", "--delay", "10", rest];
        self.xdotool(&["windowfocus", &id, "sleep", "0.3"]);
        self.xdotool(&keys);
        self.xdotool(&["sleep", "0.6", "key", "Return"]);
        until(PATIENCE, "the dialog closes", || dialog().is_empty().then_some(()));
    }

    /// What xdotool says; nothing when it does not find what it looks for.
    fn xdotool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool").args(arguments).env("DISPLAY", &self.display).output();
        String::from_utf8_lossy(&output.expect("xdotool").stdout).trim().to_owned()
    }

    /// Keeps a picture of the window for people to look at.
    pub async fn picture(&self, name: &str) -> PathBuf {
        let png = self.client.screenshot().await.expect("a screenshot");
        let folder = std::env::var_os("HOSO_PICTURES").map_or_else(std::env::temp_dir, PathBuf::from);
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, &png).expect("a picture");
        path
    }
}

/// The process of the window that runs this program: the newest, and none of its workers.
pub fn core_process(program: &Path) -> Option<u32> {
    let program = program.canonicalize().ok()?;
    let ids = std::fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let runs = |id: &u32| std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == program);
    let is_worker = |id: &u32| {
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        line.windows(8).any(|part| part == b"--worker")
    };
    ids.filter(runs).filter(|id| !is_worker(id)).max()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback");
    listener.local_addr().expect("bound").port()
}
