//! The built window on a display of its own, driven by WebDriver.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

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

    /// Presses keys in the system's own file dialog of this title until it gives `path`.
    pub fn choose(&self, title: &str, path: &Path) {
        let path = path.to_str().expect("UTF-8");
        // A slash opens the dialog's line for a path.
        let keys = [
            "search",
            "--sync",
            "--onlyvisible",
            "--name",
            title,
            "windowfocus",
            "--sync",
            "type",
            "--delay",
            "20",
            path,
        ];
        let output = Command::new("xdotool").args(keys).env("DISPLAY", &self.display).output().expect("xdotool");
        assert!(output.status.success(), "xdotool: {}", String::from_utf8_lossy(&output.stderr));
        let output = Command::new("xdotool").args(["key", "Return"]).env("DISPLAY", &self.display).output();
        assert!(output.expect("xdotool").status.success(), "xdotool key");
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

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback");
    listener.local_addr().expect("bound").port()
}
