//! The desktop's store under power cuts: what the program behind the window is made to do while it is recorded, and what must be
//! there afterwards.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use desk::worker::WorkerCommand;
use desk::{Desk, Host, Progress, Request, Timestamp, Watch};
use serde_json::{Value, json};
use store::{Profile, Store};

use super::Recording;
use super::exchange::Exchange;
use super::recorder::Recorder;
use crate::hub::Hub;
use crate::process::{answers, bin, models, sample};
use crate::window::Line;

const PROCEDURE: &str = "2.000635";
const AGENCY: &str = "000.00.16.H99";
const PATIENCE: Duration = Duration::from_secs(300);

/// A profile's recorded life.
pub struct Life {
    pub recording: Recording,
}

/// How much it is made to do.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Dossiers that are prepared and sent.
    pub sent: u32,
}

impl Life {
    /// Two people's hands at once: dossiers are typed, get papers, are sent and receipted, while others are put away and come back;
    /// the program is killed between and goes on.
    pub fn record(work: Work) -> Life {
        let hub = Hub::start();
        let mut recorder = Recorder::start(&[("HOSO_MODELS", &models())]);
        let profile = recorder.root().join("profile");
        let arguments = ["--profile", profile.to_str().expect("UTF-8")];
        let (process, address) = recorder.serve(&bin("uihost"), &arguments);
        let line = Line::at(&address);
        line.ok(&json!({ "ask": "enrol", "enrolment": hub.enrol_code(AGENCY, None) }));
        let others = std::thread::spawn({
            let line = line.clone();
            move || put_away(&line, 2)
        });
        let mut dossiers: Vec<Value> = (0..work.sent).map(|_| prepare_and_send(&line)).collect();
        dossiers.extend(others.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        recorder.kill(process, "KILL");

        let (process, address) = recorder.serve(&bin("uihost"), &arguments);
        let line = Line::at(&address);
        put_away(&line, 1);
        dossiers.iter().for_each(|dossier| drop(show(&line, dossier)));
        recorder.kill(process, "INT");
        Life { recording: recorder.end() }
    }

    /// What must be there if the power went at this line, of a profile opened in what is left.
    pub fn check(&self, folder: &Path, line: usize) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let profile = folder.join("profile");
        runtime.expect("a runtime").block_on(async {
            let store = Store::open(Profile::new(&profile))
                .await
                .map_err(|error| format!("the profile does not open: {error}"))?;
            store.check_database().await.map_err(|error| format!("the database: {error}"))?;
            let blobs = store.verify_blobs(|_, _| {}).await.map_err(|error| format!("the blobs: {error}"))?;
            store.close().await;
            if !blobs.damaged.is_empty() {
                return Err(format!("{} papers are not whole", blobs.damaged.len()));
            }
            let desk = Desk::new(Left(profile));
            let looked = self.promises(&desk, line).await;
            desk.close().await;
            looked
        })
    }

    async fn promises(&self, desk: &Desk<Left>, line: usize) -> Result<(), String> {
        for (dossier, told) in self.told(line) {
            told.hold(desk, &dossier).await?;
        }
        let asked = |exchange: &&Exchange| exchange.acknowledged(line) && exchange.request()["ask"] == "receipt_show";
        for exchange in self.recording.exchanges.iter().filter(asked) {
            let found = ask(desk, &exchange.request()).await?;
            same("the receipt", &found["receipt"], &exchange.reply()["content"]["receipt"])?;
        }
        if self
            .recording
            .exchanges
            .iter()
            .any(|exchange| exchange.acknowledged(line) && exchange.request()["ask"] == "enrol")
        {
            let standing = ask(desk, &json!({ "ask": "status" })).await?;
            if standing["hub"].is_null() {
                return Err(format!("the enrolment is gone: {standing}"));
            }
        }
        // Work goes on.
        let made = ask(desk, &json!({ "ask": "dossier_new", "procedure": PROCEDURE })).await?;
        let values = json!([{ "field": "requester_name", "value": "TRẦN VĂN ĐẾN" }]);
        ask(desk, &json!({ "ask": "dossier_fill", "dossier": made["id"], "values": values })).await?;
        let shown = ask(desk, &json!({ "ask": "dossier_show", "dossier": made["id"] })).await?;
        if shown["answers"].to_string().contains("TRẦN VĂN ĐẾN") {
            Ok(())
        } else {
            Err("nothing more is saved".to_owned())
        }
    }

    /// What was told of each dossier before the power went, and what was asked by then.
    fn told(&self, line: usize) -> BTreeMap<String, Told> {
        let mut told = BTreeMap::<String, Told>::new();
        let mut documents = BTreeMap::<String, String>::new();
        for exchange in self.recording.exchanges.iter().filter(|exchange| exchange.begun < line) {
            let (request, content) = (exchange.request(), &exchange.reply()["content"]);
            let acknowledged = exchange.acknowledged(line);
            let ask = request["ask"].as_str().unwrap_or_default();
            let text = |value: &Value| value.as_str().map(str::to_owned);
            if ask == "dossier_new" {
                if let Some(dossier) = text(&content["id"]).filter(|_| acknowledged) {
                    told.insert(dossier, Told::default());
                }
                continue;
            }
            let document = text(&request["document"]);
            let of_document = || documents.get(document.as_ref()?).cloned();
            let Some(dossier) = text(&request["dossier"]).or_else(of_document) else { continue };
            let Some(told) = told.get_mut(&dossier) else { continue };
            match (ask, document) {
                ("dossier_discard", _) => told.away.change(true, acknowledged),
                ("dossier_restore", _) => told.away.change(false, acknowledged),
                ("document_discard" | "dossier_remove", Some(document)) => {
                    told.papers.entry(document).or_default().away.change(true, acknowledged);
                }
                ("document_restore", Some(document)) => {
                    told.papers.entry(document).or_default().away.change(false, acknowledged);
                }
                ("dossier_attach", _) if acknowledged => {
                    for paper in content["documents"].as_array().into_iter().flatten() {
                        if let Some(id) = text(&paper["id"]) {
                            documents.insert(id.clone(), dossier.clone());
                            told.papers.entry(id).or_default().seen = paper.clone();
                        }
                    }
                }
                ("dossier_fill", _) => told.answers.change(content["dossier"]["answers"].clone(), acknowledged),
                ("dossier_show" | "dossier_submit", _) if acknowledged => told.look_at(content),
                _ => {}
            }
        }
        told
    }
}

/// Something that was told, or may be otherwise already because it was asked for.
#[derive(Debug, Clone)]
struct Either<T>(Vec<T>);

impl<T: PartialEq> Either<T> {
    fn change(&mut self, to: T, acknowledged: bool) {
        if acknowledged {
            self.0.clear();
        }
        self.0.push(to);
    }
}

impl<T: Default> Default for Either<T> {
    fn default() -> Self {
        Either(vec![T::default()])
    }
}

#[derive(Debug, Clone, Default)]
struct Told {
    answers: Either<Value>,
    away: Either<bool>,
    /// The last that was seen of it; only what cannot go back is compared.
    seen: Value,
    papers: BTreeMap<String, Paper>,
}

#[derive(Debug, Clone, Default)]
struct Paper {
    away: Either<bool>,
    seen: Value,
}

impl Told {
    fn look_at(&mut self, content: &Value) {
        self.seen = content.clone();
        self.answers.change(content["answers"].clone(), true);
        for paper in content["documents"].as_array().into_iter().flatten() {
            let Some(id) = paper["id"].as_str() else { continue };
            self.papers.entry(id.to_owned()).or_default().seen = paper.clone();
        }
    }

    async fn hold(&self, desk: &Desk<Left>, dossier: &str) -> Result<(), String> {
        let list = ask(desk, &json!({ "ask": "dossier_list", "limit": 500, "before": null })).await?;
        let listed = list["dossiers"].as_array().into_iter().flatten().any(|one| one["id"] == dossier);
        if !self.away.0.contains(&!listed) {
            return Err(format!("dossier {dossier} is {} the list", if listed { "still in" } else { "not in" }));
        }
        if !listed {
            return Ok(());
        }
        let found = ask(desk, &json!({ "ask": "dossier_show", "dossier": dossier })).await?;
        if !self.answers.0.iter().any(|told| told.is_null() || *told == found["answers"]) {
            return Err(format!("answers of {dossier}: {} is none of {:?}", found["answers"], self.answers.0));
        }
        let (was, is) = (rank(&self.seen["state"]), rank(&found["state"]));
        if is < was {
            return Err(format!("dossier {dossier} was {} and is {}", self.seen["state"], found["state"]));
        }
        if !self.seen["official_code"].is_null() {
            same("the code", &found["official_code"], &self.seen["official_code"])?;
        }
        for (id, paper) in &self.papers {
            let there = found["documents"].as_array().into_iter().flatten().find(|one| one["id"] == id.as_str());
            if !paper.away.0.contains(&there.is_none()) {
                return Err(format!(
                    "paper {id} of {dossier} is {}",
                    if there.is_some() { "still there" } else { "not there" }
                ));
            }
            if let Some(there) = there.filter(|_| paper.seen["status"] == "done") {
                for what in ["status", "sha256", "bytes", "pages"] {
                    same(what, &there[what], &paper.seen[what])?;
                }
            }
        }
        Ok(())
    }
}

fn same(what: &str, found: &Value, told: &Value) -> Result<(), String> {
    if found == told { Ok(()) } else { Err(format!("{what} is {found}, {told} was told")) }
}

/// How far a dossier has come on its way to the hub. Sending that was cut off is waiting again.
fn rank(state: &Value) -> usize {
    const WAY: [&str; 4] = ["draft", "ready", "queued", "registered"];
    let state = if state == "sending" { "queued" } else { state.as_str().unwrap_or_default() };
    WAY.iter().position(|known| state == *known).unwrap_or(0)
}

async fn ask(desk: &Desk<Left>, request: &Value) -> Result<Value, String> {
    let typed: Request = serde_json::from_value(request.clone()).map_err(|error| error.to_string())?;
    let answer = desk.call(typed).await.map_err(|fault| format!("{request}: {fault:?}"))?;
    let answer = serde_json::to_value(answer).map_err(|error| error.to_string())?;
    Ok(answer["content"].clone())
}

/// What the power cut left, with nobody at work in it.
struct Left(PathBuf);

impl Watch for Left {
    fn cancelled(&self) -> bool {
        false
    }

    fn progress(&self, _: Progress) {}
}

impl Host for Left {
    fn now(&self) -> Timestamp {
        desk::system_clock()
    }

    fn profile(&self) -> Option<PathBuf> {
        Some(self.0.clone())
    }

    /// Papers wait and submissions stay in the outbox: nothing is done beside the look.
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

fn show(line: &Line, dossier: &Value) -> Value {
    line.ok(&json!({ "ask": "dossier_show", "dossier": dossier }))
}

/// Types as a person does: one field after the other, each saved.
fn typed(line: &Line, fields: usize) -> Value {
    let dossier = line.ok(&json!({ "ask": "dossier_new", "procedure": PROCEDURE }))["id"].clone();
    for answer in answers(PROCEDURE).iter().take(fields) {
        let (field, value) = answer.split_once('=').expect("FIELD=VALUE");
        let parts = [&value[..value.floor_char_boundary(value.len() / 2)], value];
        for part in parts.iter().filter(|part| **part == value || field == "requester_name") {
            let value = match *part {
                "có" => json!(true),
                "không" => json!(false),
                text => json!(text),
            };
            let values = json!([{ "field": field, "value": value }]);
            line.ok(&json!({ "ask": "dossier_fill", "dossier": dossier, "values": values }));
        }
    }
    dossier
}

fn attach(line: &Line, dossier: &Value, component: &str, file: &Path, as_is: bool) -> Value {
    let attached = line.ok(&json!({
        "ask": "dossier_attach", "dossier": dossier, "component": component, "row": null, "files": [file], "as_is": as_is,
        "later": true,
    }));
    attached["documents"][0]["id"].clone()
}

/// A dossier from its first field to its receipt.
fn prepare_and_send(line: &Line) -> Value {
    let dossier = typed(line, usize::MAX);
    attach(line, &dossier, "2.000635.01", &sample("to-khai-form.png"), false);
    attach(line, &dossier, "2.000635.02", &sample("giay-xac-nhan.pdf"), true);
    let news = line.notices();
    let until = |what: &str, reached: &dyn Fn(&Value) -> bool| {
        let end = Instant::now() + PATIENCE;
        loop {
            let shown = show(line, &dossier);
            if reached(&shown) {
                return;
            }
            let told = news.recv_timeout(end.saturating_duration_since(Instant::now()));
            assert!(told.is_ok(), "{what}: {shown}");
        }
    };
    let done =
        |shown: &Value| shown["documents"].as_array().is_some_and(|all| all.iter().all(|one| one["status"] == "done"));
    until("papers are digitised", &done);
    line.ok(&json!({ "ask": "dossier_submit", "dossier": dossier }));
    until("it is sent", &|shown| !shown["official_code"].is_null());
    line.ok(&json!({ "ask": "receipt_show", "dossier": dossier, "save": null }));
    dossier
}

/// Dossiers and papers that are put away, brought back, and destroyed.
fn put_away(line: &Line, times: u32) -> Vec<Value> {
    let mut dossiers = Vec::new();
    for _ in 0..times {
        let dossier = typed(line, 6);
        let paper = attach(line, &dossier, "2.000635.02", &sample("giay-xac-nhan.pdf"), true);
        line.ok(&json!({ "ask": "document_discard", "document": paper }));
        show(line, &dossier);
        line.ok(&json!({ "ask": "document_restore", "document": paper }));
        let other = attach(line, &dossier, "2.000635.01", &sample("bien-ban-phone.jpg"), true);
        line.ok(&json!({ "ask": "dossier_remove", "dossier": dossier, "document": other }));
        show(line, &dossier);
        line.ok(&json!({ "ask": "dossier_discard", "dossier": dossier }));
        line.ok(&json!({ "ask": "dossier_restore", "dossier": dossier }));
        let away = typed(line, 2);
        line.ok(&json!({ "ask": "dossier_discard", "dossier": away }));
        dossiers.push(dossier);
    }
    dossiers
}
