//! The measurement itself: it reads the costs of a process from `/proc`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dossier::{DeviceId, DossierId, Timestamp, digest::Digest};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use journeys::{Desktop, bin, core_process};
use serde_json::{Value, json};
use store::{Act, DossierHead, NewDossier, Profile, Store};
use uuid::Uuid;

const DOSSIERS: u32 = 10_000;
const FIELDS: usize = 60;
const STARTS: usize = 5;
/// Twenty keys a second: faster than a person, slow enough that each is answered for itself.
const BETWEEN_KEYS: Duration = Duration::from_millis(50);
/// Typed into each of several fields.
const TYPED: &str = "Ủy ban nhân dân xã Thạch Lâm đề nghị ";

#[tokio::main]
pub async fn main() {
    let program = std::env::args_os().nth(1).map_or_else(|| bin("hoso"), PathBuf::from);
    let home = tempfile::tempdir().expect("a temporary folder");
    prepare(home.path()).await;

    let (mut paints, mut lists, mut memory) = (vec![], vec![], vec![]);
    for _ in 0..STARTS {
        let desktop = Desktop::open(&program, home.path()).await;
        let core = core_process(&program).expect("the window's process");
        desktop.find("[role=grid] [role=row][aria-rowindex='2'], [role=grid] tbody tr").await;
        let marks = desktop
            .run(
                "const paint = performance.getEntriesByName('first-contentful-paint')[0];
                 const list = performance.getEntriesByName('list')[0];
                 return { paint: performance.timeOrigin + paint.startTime, list: performance.timeOrigin + list.startTime };",
            )
            .await;
        let started = started_ms(core);
        paints.push(marks["paint"].as_f64().expect("a paint") - started);
        lists.push(marks["list"].as_f64().expect("a list") - started);
        memory.push(at_rest(core));
        desktop.client.clone().close().await.expect("the window closes");
    }
    let typing = typing(&program, home.path()).await;
    let answer = json!({
        "first_paint_ms": median(&mut paints),
        "list_ms": median(&mut lists),
        "core_pss_bytes": median(&mut memory),
        "typing_p95_ms": typing,
        "dossiers": DOSSIERS,
        "fields": FIELDS,
    });
    println!("{answer}");
}

/// Fills the profile; the newest dossier is the one whose form has [`FIELDS`] fields.
async fn prepare(home: &Path) {
    let profile = home.join("profile");
    // A first start makes the profile and says what is in the catalogue.
    let shown = hosoctl(&profile, &["dossier", "new", "NB-11"]);
    let store = Store::open(Profile::new(&profile)).await.expect("the profile opens");
    let first: DossierId = shown["id"].as_str().expect("an id").parse().expect("an id");
    let pinned = store.dossier(first).await.expect("the dossier");
    for n in 0..DOSSIERS {
        let new = NewDossier {
            id: DossierId(Uuid::now_v7()),
            procedure_code: pinned.procedure_code.clone(),
            procedure_revision: pinned.procedure_revision.clone(),
            procedure_sha256: Digest(pinned.procedure_sha256.0),
            provisional_code: Some(format!("T-DO01-261121-{n}")),
            head: DossierHead {
                title: pinned.head.title.clone(),
                applicant: format!("Trường Tiểu học số {n}"),
                ..DossierHead::default()
            },
            practice: false,
        };
        let at = Timestamp::from_unix_ms(1_795_226_400_000 + i64::from(n) * 1000).expect("an instant");
        let act = Act { at, who: "đo", device: DeviceId(Uuid::nil()), automatic: true, what: "dossier.created" };
        store.create_dossier(&new, &act).await.expect("a dossier");
    }
    store.close().await;

    let (procedure, form) = large_form(&profile);
    hosoctl(&profile, &["procedure", "import", form.to_str().unwrap(), procedure.to_str().unwrap()]);
    hosoctl(&profile, &["dossier", "new", "NB-60"]);
}

/// A procedure without papers whose form asks for [`FIELDS`] lines of text.
fn large_form(profile: &Path) -> (PathBuf, PathBuf) {
    let mut procedure = hosoctl(profile, &["procedure", "show", "NB-11"]);
    procedure["code"] = json!("NB-60");
    procedure["form"] = json!({ "id": "do-60", "revision": 1 });
    procedure["time_limit"] = json!("none");
    procedure["components"] = json!([{
        "code": "NB-60.01", "name": { "vi": "Giấy tờ khác", "en": "Other papers" }, "need": "optional",
        "originals": 1, "electronic_ok": true, "digitise": true, "sign": "none",
    }]);
    procedure["provenance"]["values"] = json!({});
    let words = |n: usize| json!({ "vi": format!("Câu hỏi {n}"), "en": format!("Question {n}") });
    let field =
        |n: usize| json!({ "id": format!("field_{n}"), "label": words(n), "type": { "text": {} }, "required": true });
    let form = json!({
        "id": "do-60", "revision": 1, "title": words(0),
        "sections": [{ "id": "all", "title": words(0), "fields": (1..=FIELDS).map(field).collect::<Vec<_>>() }],
    });
    let folder = profile.parent().expect("a home");
    let (procedure_file, form_file) = (folder.join("procedure.json"), folder.join("form.json"));
    fs::write(&procedure_file, procedure.to_string()).expect("a file");
    fs::write(&form_file, form.to_string()).expect("a file");
    (procedure_file, form_file)
}

fn hosoctl(profile: &Path, arguments: &[&str]) -> Value {
    let mut command = std::process::Command::new(bin("hosoctl"));
    let output = command.args(arguments).arg("--json").arg("--profile").arg(profile).output().expect("hosoctl");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "hosoctl {arguments:?}: {text}");
    serde_json::from_str(&text).expect("JSON")
}

/// Types in fields of the large form; milliseconds from a key to the next frame, at the 95th percentile.
async fn typing(program: &Path, home: &Path) -> f64 {
    let desktop = Desktop::open(program, home).await;
    // The newest dossier is the one with the large form.
    desktop.open_first().await;
    desktop.find("#answer-field_1").await;
    desktop
        .run(
            "window.latencies = [];
             addEventListener('keydown', () => {
                 const pressed = performance.now();
                 requestAnimationFrame(() => setTimeout(() => latencies.push(performance.now() - pressed)));
             }, true);",
        )
        .await;
    for n in [1, 10, 20, 30, 40, 50, 60] {
        desktop.find(&format!("#answer-field_{n}")).await.click().await.expect("the field");
        let keys = TYPED.chars().fold(KeyActions::new("keyboard".to_owned()), |keys, value| {
            keys.then(KeyAction::Down { value })
                .then(KeyAction::Up { value })
                .then(KeyAction::Pause { duration: BETWEEN_KEYS })
        });
        desktop.client.perform_actions(keys).await.expect("keys");
    }
    let latencies = desktop.run("return window.latencies").await;
    let mut latencies: Vec<f64> = serde_json::from_value(latencies).expect("numbers");
    assert!(latencies.len() > 100, "{} keys were seen", latencies.len());
    latencies.sort_by(f64::total_cmp);
    desktop.client.clone().close().await.expect("the window closes");
    latencies[latencies.len() * 95 / 100]
}

/// When the process began, in milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the page tells the system's time, and so must this")]
fn started_ms(id: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).expect("stat");
    let ticks: f64 =
        stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(19)?.parse().ok()).expect("a start time");
    let uptime = fs::read_to_string("/proc/uptime").expect("uptime");
    let uptime: f64 = uptime.split(' ').next().and_then(|text| text.parse().ok()).expect("seconds");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64();
    // Ticks are hundredths of a second on every Linux we run on.
    (now - uptime + ticks / 100.0) * 1000.0
}

/// Proportional set size once nothing moves any more.
#[expect(clippy::disallowed_methods, reason = "rest is time in which nothing happens")]
fn at_rest(id: u32) -> f64 {
    std::thread::sleep(Duration::from_secs(3));
    let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).expect("smaps");
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).expect("Pss");
    line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).expect("KiB") * 1024.0
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2].round()
}
