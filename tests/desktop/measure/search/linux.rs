//! The measurement itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Value, json};
use store::{Profile, Store};

use crate::generate::{self, Chance};
use crate::process::Core;

const STARTS: usize = 5;
/// As the window asks for its first page.
const PAGE: u32 = 60;
/// Questions of each kind.
const OF_EACH: usize = 60;
const OPENED: usize = 300;

/// Each kind of list, as states and what is typed; `{…}` is filled in anew each time.
const LISTS: &[(&str, &[&str], &str)] = &[
    ("all", &[], ""),
    ("drafting", &["draft", "ready"], ""),
    ("mine", &["needs_attention", "supplement_requested", "payment_requested"], ""),
    ("processing", &["registered", "accepted", "processing"], ""),
    ("finished", &["rejected", "withdrawn", "stopped", "done", "returned"], ""),
    ("procedure", &[], "thủ tục:{procedure}"),
    ("procedure and state", &[], "thủ tục:{procedure} tt:xong"),
    ("overdue", &[], "hạn:quá"),
    ("due soon", &[], "hạn:<3 tt:đang xử lý"),
    ("due in a procedure", &[], "hạn:có thủ tục:{procedure}"),
];

const SEARCHES: &[(&str, &str)] = &[
    ("frequent word", "nguyễn"),
    ("frequent beginning", "ngu"),
    ("short beginning", "th"),
    ("long beginning", "nguye"),
    ("person", "{person}"),
    ("rare word", "{rare}"),
    ("code", "{code}"),
    ("no such word", "khongcotunay"),
    ("phrase", "\"văn hoà\""),
    ("frequent words that seldom meet", "quách pháo"),
    ("name and a word of a paper", "sầm {rare}"),
    ("frequent word, rare state", "nguyễn tt:\"cần xử lý\""),
    ("frequent word, frequent state", "thị tt:\"đã trả kết quả\""),
    ("rare word, frequent state", "{rare} tt:\"đã trả kết quả\""),
    ("rare word, rare state", "{rare} tt:\"cần xử lý\""),
    ("word, procedure", "bình thủ tục:{procedure}"),
    ("unit", "đơn vị:\"Sở Y tế\""),
    ("unit, word, state", "lan đơn vị:\"trường tiểu học\" tt:xong"),
    ("word of open dossiers, by day", "nguyễn hạn:<3"),
    ("rare word, by day", "{rare} hạn:có"),
    ("two words of papers and a procedure", "khen thưởng thủ tục:{procedure}"),
];

const RARE: &[&str] = &["mông", "thuyền", "khoáng", "nghiêng", "khuếch"];

#[tokio::main(flavor = "current_thread")]
pub async fn main() -> ExitCode {
    // The client wants one, though nothing but loopback is asked.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), Some(dossiers)) = (arguments.next(), arguments.next().and_then(|n| n.to_str()?.parse().ok()))
    else {
        eprintln!("measure_search FOLDER DOSSIERS");
        return ExitCode::from(2);
    };
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let profile = generate::profile(&folder, dossiers).await;
    let mut result = json!({ "dossiers": dossiers, "database_bytes": size(&profile.join("store.db")) });
    let store = Store::open(Profile::new(&profile)).await.expect("the profile opens");
    result["cipher_version"] = json!(store.cipher_version().await.expect("a version"));
    store.close().await;
    result["cold_start_ms"] = json!(cold_start(&profile).await);

    let core = Core::start(&profile);
    let mut session = Session { core, chance: Chance(7), procedures: vec![], codes: vec![], ids: vec![], dossiers };
    session.look_around().await;
    let mut lists = Times::default();
    for (name, states, find) in LISTS {
        session.lists(&mut lists, name, states, find).await;
    }
    result["list"] = lists.numbers();
    let mut searches = Times::default();
    for (name, find) in SEARCHES {
        session.searches(&mut searches, name, find).await;
    }
    result["search"] = searches.numbers();
    let mut opened = Times::default();
    session.opens(&mut opened).await;
    result["open"] = opened.numbers();
    result["core_pss_bytes"] = json!(session.core.memory());
    println!("{result}");
    ExitCode::SUCCESS
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |found| found.len())
}

/// From the start of the process to its first list; the slowest of several.
async fn cold_start(profile: &Path) -> f64 {
    let mut slowest = 0_f64;
    for _ in 0..STARTS {
        let start = Instant::now();
        let core = Core::start(profile);
        core.ask(&list(&[], "", None)).await;
        slowest = slowest.max(start.elapsed().as_secs_f64() * 1000.0);
    }
    slowest.round()
}

fn list(states: &[&str], find: &str, before: Option<&Value>) -> Value {
    json!({ "ask": "dossier_list", "limit": PAGE, "before": before, "states": states, "find": find })
}

struct Session {
    core: Core,
    chance: Chance,
    procedures: Vec<String>,
    codes: Vec<String>,
    ids: Vec<String>,
    dossiers: u32,
}

impl Session {
    /// What there is to ask for.
    async fn look_around(&mut self) {
        let (procedures, _) = self.core.ask(&json!({ "ask": "procedure_list" })).await;
        let codes = procedures.as_array().into_iter().flatten();
        self.procedures = codes.filter_map(|line| line["code"].as_str().map(str::to_owned)).collect();
        for _ in 0..20 {
            let before = json!(self.chance.below(u64::from(self.dossiers)) + 100);
            let (page, _) = self.core.ask(&list(&[], "", Some(&before))).await;
            for line in page["dossiers"].as_array().into_iter().flatten() {
                self.ids.extend(line["id"].as_str().map(str::to_owned));
                self.codes.extend(line["code"].as_str().map(str::to_owned));
            }
        }
    }

    fn typed(&mut self, pattern: &str) -> String {
        let mut text = pattern.to_owned();
        for (place, value) in [
            ("{procedure}", self.chance.one(&self.procedures).clone()),
            ("{code}", self.chance.one(&self.codes).clone()),
            ("{rare}", (*self.chance.one(RARE)).to_owned()),
            ("{person}", self.chance.person()),
        ] {
            text = text.replace(place, &value);
        }
        text
    }

    /// First pages and deep ones: half begin where a window would, half somewhere in the middle, and go on.
    async fn lists(&mut self, times: &mut Times, name: &str, states: &[&str], pattern: &str) {
        let cpu = self.core.cpu_ms();
        let (mut walls, mut shown) = (vec![], 0);
        while walls.len() < OF_EACH {
            let find = self.typed(pattern);
            let by_day = pattern.contains("hạn:");
            let deep = walls.len() % 2 == 1 && !by_day;
            let mut before = deep.then(|| json!(self.chance.below(u64::from(self.dossiers)) + 1));
            for _ in 0..3 {
                let (page, wall) = self.core.ask(&list(states, &find, before.as_ref())).await;
                assert_eq!(page["doubts"], json!([]), "{find}");
                walls.push(wall);
                shown += page["dossiers"].as_array().map_or(0, Vec::len);
                before = Some(page["next"].clone()).filter(|next| !next.is_null());
                if before.is_none() {
                    break;
                }
            }
        }
        times.add(name, walls, self.core.cpu_ms() - cpu, shown);
    }

    async fn searches(&mut self, times: &mut Times, name: &str, pattern: &str) {
        let cpu = self.core.cpu_ms();
        let (mut walls, mut shown) = (vec![], 0);
        while walls.len() < OF_EACH {
            let find = self.typed(pattern);
            let mut before = None;
            for _ in 0..2 {
                let (page, wall) = self.core.ask(&list(&[], &find, before.as_ref())).await;
                assert_eq!(page["doubts"], json!([]), "{find}");
                walls.push(wall);
                shown += page["dossiers"].as_array().map_or(0, Vec::len);
                before = Some(page["next"].clone()).filter(|next| !next.is_null());
                if before.is_none() {
                    break;
                }
            }
        }
        times.add(name, walls, self.core.cpu_ms() - cpu, shown);
    }

    async fn opens(&mut self, times: &mut Times) {
        let cpu = self.core.cpu_ms();
        let mut walls = vec![];
        for _ in 0..OPENED {
            let id = self.chance.one(&self.ids).clone();
            let (opened, wall) = self.core.ask(&json!({ "ask": "dossier_open", "dossier": id })).await;
            assert_eq!(opened["sheet"]["dossier"]["id"], json!(id));
            walls.push(wall);
        }
        let shown = walls.len();
        times.add("open", walls, self.core.cpu_ms() - cpu, shown);
    }
}

/// Wall times in milliseconds by kind of question, with CPU time and what was shown.
#[derive(Default)]
struct Times {
    all: Vec<f64>,
    cpu: f64,
    kinds: BTreeMap<String, Value>,
}

impl Times {
    fn add(&mut self, name: &str, mut walls: Vec<f64>, cpu: f64, shown: usize) {
        self.all.extend(&walls);
        self.cpu += cpu;
        let (p50, p99) = (percentile(&mut walls, 50), percentile(&mut walls, 99));
        let mean = rounded(cpu / walls.len() as f64);
        eprintln!("{name}: p50 {p50} ms, p99 {p99} ms, CPU {mean} ms, {shown} shown in {} answers", walls.len());
        self.kinds.insert(name.to_owned(), json!({ "p50_ms": p50, "p99_ms": p99, "cpu_ms": mean }));
    }

    /// The gate is the slowest kind's: an average over kinds would hide it.
    fn numbers(mut self) -> Value {
        let slowest = self.kinds.values().filter_map(|kind| kind["p99_ms"].as_f64()).fold(0.0, f64::max);
        json!({
            "questions": self.all.len(),
            "p50_ms": percentile(&mut self.all, 50),
            "p99_ms": percentile(&mut self.all, 99),
            "slowest_kind_p99_ms": slowest,
            "cpu_ms": rounded(self.cpu / self.all.len() as f64),
            "kinds": self.kinds,
        })
    }
}

fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    rounded(values[(values.len() * percent / 100).min(values.len() - 1)])
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
