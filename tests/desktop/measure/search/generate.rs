//! A profile with as many dossiers as asked for, the same every time. Rows go in by SQL; their words are indexed by the store itself,
//! as after an update of the program.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use dossier::digest::Digest;
use hmac::{Hmac, Mac};
use journeys::bin;
use sha2::Sha256;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use store::{Profile, Store};
use uuid::Uuid;

/// Changes with what is generated.
const VERSION: u32 = 2;
const SEED: u64 = 20_261_121;
const IN_ONE_TRANSACTION: u32 = 10_000;
/// The 21st of November 2026, 9:00 in Viet Nam; the newest dossier is as old as that.
pub const NOW_MS: i64 = 1_795_226_400_000;
/// So many days back go the dossiers.
const DAYS: i64 = 5 * 365;
const DAY_MS: i64 = 86_400_000;

const FAMILY: &[(&str, u32)] = &[
    ("Nguyễn", 38),
    ("Trần", 11),
    ("Lê", 10),
    ("Phạm", 7),
    ("Hoàng", 5),
    ("Vũ", 4),
    ("Đặng", 3),
    ("Bùi", 3),
    ("Đỗ", 3),
    ("Hồ", 2),
    ("Ngô", 2),
    ("Dương", 2),
    ("Lý", 1),
    ("Nông", 1),
    ("Lục", 1),
    ("Triệu", 1),
    ("Sầm", 1),
    ("Giàng", 1),
    ("Vàng", 1),
    ("Quách", 1),
];
const MIDDLE: &[(&str, u32)] = &[
    ("Thị", 30),
    ("Văn", 30),
    ("Đức", 5),
    ("Minh", 5),
    ("Thanh", 5),
    ("Ngọc", 5),
    ("Hữu", 3),
    ("Thu", 3),
    ("Quang", 3),
    ("A", 1),
];
const GIVEN: &[(&str, u32)] = &[
    ("Hạnh", 5),
    ("Hoà", 4),
    ("Hòa", 4),
    ("Bình", 5),
    ("Lan", 5),
    ("Hương", 5),
    ("Dũng", 5),
    ("Tuấn", 5),
    ("Thuỷ", 3),
    ("Hùng", 5),
    ("Mai", 4),
    ("Phương", 4),
    ("Trang", 4),
    ("Linh", 4),
    ("Long", 3),
    ("Sơn", 3),
    ("Khánh", 2),
    ("Yến", 2),
    ("Nhung", 2),
    ("Xuân", 2),
    ("Pháo", 1),
    ("Tủa", 1),
];
const KINDS: &[(&str, u32)] = &[
    ("Ủy ban nhân dân xã", 30),
    ("Trường Tiểu học", 12),
    ("Trường Trung học cơ sở", 10),
    ("Trạm Y tế xã", 6),
    ("Sở Y tế", 2),
    ("Sở Nội vụ", 3),
    ("Sở Giáo dục và Đào tạo", 3),
    ("Sở Tài chính", 3),
    ("Trung tâm Phục vụ hành chính công", 2),
    ("Hội Liên hiệp Phụ nữ", 3),
    ("Liên đoàn Lao động", 1),
];
const PLACES: &[&str] = &[
    "Thạch Lâm",
    "Đồng Đăng",
    "Bình Sơn",
    "Hoà Bình",
    "Tân Lập",
    "Quảng Lâm",
    "Yên Thổ",
    "Nam Quang",
    "Thái Học",
    "Lý Bôn",
    "Vĩnh Quang",
    "Đức Hạnh",
    "Mông Ân",
    "Thái Sơn",
    "Vĩnh Phong",
    "Trường Hà",
    "Ngọc Đào",
    "Cần Yên",
    "Lũng Nặm",
    "Hạnh Phúc",
];
/// State, share in ten thousand, whether it has a day.
const STATES: &[(&str, u32, bool)] = &[
    ("returned", 7300, true),
    ("done", 1150, true),
    ("rejected", 300, false),
    ("withdrawn", 150, false),
    ("stopped", 50, true),
    ("processing", 500, true),
    ("accepted", 200, true),
    ("registered", 100, false),
    ("supplement_requested", 120, true),
    ("payment_requested", 30, true),
    ("draft", 84, false),
    ("ready", 10, false),
    ("needs_attention", 5, false),
    ("queued", 1, false),
];
const COMMON: &[&str] = &[
    "về",
    "việc",
    "của",
    "và",
    "cho",
    "theo",
    "quyết",
    "định",
    "số",
    "ngày",
    "tháng",
    "năm",
    "đề",
    "nghị",
    "xã",
    "tỉnh",
    "cơ",
    "quan",
    "tài",
    "sản",
    "công",
    "hồ",
    "sơ",
    "bản",
    "chính",
    "sao",
    "người",
    "nộp",
    "kết",
    "quả",
    "giải",
    "xem",
    "xét",
    "căn",
    "cứ",
    "luật",
    "nghị",
    "định",
    "thông",
    "tư",
    "hướng",
    "dẫn",
    "kính",
    "gửi",
    "thủ",
    "trưởng",
    "đơn",
    "vị",
    "khen",
    "thưởng",
    "thành",
    "tích",
    "tập",
    "thể",
    "cá",
    "nhân",
    "điều",
    "chuyển",
    "bàn",
    "giao",
    "danh",
    "sách",
];
/// Each in about one paper of so many.
const RARE: &[(&str, u64)] = &[("mông", 100), ("thuyền", 300), ("khoáng", 1000), ("nghiêng", 3000), ("khuếch", 10_000)];

/// A small generator of numbers (SplitMix64): the same numbers for the same seed, everywhere.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    fn weighed<'a>(&mut self, of: &'a [(&'a str, u32)]) -> &'a str {
        let mut left = self.below(of.iter().map(|(_, weight)| u64::from(*weight)).sum());
        for (word, weight) in of {
            match left.checked_sub(u64::from(*weight)) {
                Some(rest) => left = rest,
                None => return word,
            }
        }
        of[0].0
    }

    pub fn person(&mut self) -> String {
        format!("{} {} {}", self.weighed(FAMILY), self.weighed(MIDDLE), self.weighed(GIVEN))
    }

    fn unit(&mut self) -> String {
        format!("{} {}", self.weighed(KINDS), self.one(PLACES))
    }
}

/// The profile in `folder`, made when it is not there, or not as it would be made now.
pub async fn profile(folder: &Path, dossiers: u32) -> PathBuf {
    let profile = folder.join("profile");
    let made = format!("{VERSION} {SEED} {dossiers} {}", schema());
    let mark = folder.join("made");
    if fs::read_to_string(&mark).is_ok_and(|there| there == made) {
        return profile;
    }
    for old in [&profile, &mark] {
        let _ = if old.is_dir() { fs::remove_dir_all(old) } else { fs::remove_file(old) };
    }
    let start = Instant::now();
    let procedures = begin(&profile);
    fill(&profile, dossiers, procedures).await;
    eprintln!("{dossiers} rows in {:.0} s", start.elapsed().as_secs_f64());
    let store = Store::open(Profile::new(&profile)).await.expect("the profile opens");
    store.index_waiting().await.expect("room on the disk");
    store.close().await;
    eprintln!("indexed after {:.0} s", start.elapsed().as_secs_f64());
    fs::write(&mark, made).expect("a mark");
    profile
}

/// Digest of the migrations.
fn schema() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/store/migrations");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("migrations").flatten().map(|entry| entry.path()).collect();
    files.sort();
    let all: Vec<u8> = files.iter().flat_map(|file| fs::read(file).expect("a migration")).collect();
    Digest::of(&all).to_string()
}

/// A first dossier of each procedure makes the profile and pins the catalogue.
fn begin(profile: &Path) -> Vec<String> {
    let hosoctl = |arguments: &[&str]| {
        let mut command = Command::new(bin("hosoctl"));
        let output = command.args(["--json", "--profile"]).arg(profile).args(arguments).output().expect("hosoctl runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON")
    };
    let lines = hosoctl(&["procedure", "list"]);
    let codes: Vec<String> = lines
        .as_array()
        .expect("procedures")
        .iter()
        .filter_map(|line| line["code"].as_str().map(str::to_owned))
        .collect();
    for code in &codes {
        hosoctl(&["dossier", "new", code]);
    }
    codes
}

struct Pin {
    code: String,
    revision: String,
    sha256: Vec<u8>,
    title: String,
    /// As a clerk's dossier begins, with the form it answers.
    answers: String,
}

async fn open(profile: &Path) -> SqliteConnection {
    let text = fs::read_to_string(profile.join("key")).expect("the key");
    let key = hex::decode(text.trim()).expect("hexadecimal");
    // As the store derives it.
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
    mac.update(b"hoso/database/1");
    let options = SqliteConnectOptions::new()
        .filename(profile.join("store.db"))
        .pragma("key", format!("\"x'{}'\"", hex::encode(mac.finalize().into_bytes())))
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("cache_size", "-200000")
        .disable_statement_logging();
    options.connect().await.expect("the database opens")
}

async fn fill(profile: &Path, dossiers: u32, procedures: Vec<String>) {
    let store = Store::open(Profile::new(profile)).await.expect("the profile opens");
    let blob = store.put_bytes(b"paper").await.expect("a blob");
    let blob = hex::decode(blob.name.to_string()).expect("hexadecimal");
    store.close().await;
    let mut database = open(profile).await;
    let rows = sqlx::query(
        "SELECT procedure_code, procedure_revision, procedure_sha256, title, answers FROM dossiers ORDER BY row",
    );
    let pins: Vec<Pin> = rows
        .fetch_all(&mut database)
        .await
        .expect("pins")
        .iter()
        .map(|row| Pin {
            code: row.get(0),
            revision: row.get(1),
            sha256: row.get(2),
            title: row.get(3),
            answers: row.get(4),
        })
        .collect();
    assert_eq!(pins.len(), procedures.len());
    let mut chance = Chance(SEED);
    let mut n = 0;
    while n < dossiers {
        let mut write = database.begin().await.expect("a transaction");
        for _ in 0..IN_ONE_TRANSACTION.min(dossiers - n) {
            put(&mut write, &mut chance, &pins, &blob, n, dossiers).await;
            n += 1;
        }
        write.commit().await.expect("room on the disk");
    }
    sqlx::query("INSERT OR IGNORE INTO to_index SELECT row FROM dossiers")
        .execute(&mut database)
        .await
        .expect("a list");
    database.close().await.expect("closed");
}

async fn put(write: &mut SqliteConnection, chance: &mut Chance, pins: &[Pin], blob: &[u8], n: u32, of: u32) {
    let at = NOW_MS - i64::from(of - n) * (DAYS * DAY_MS / i64::from(of.max(1)));
    let id = Uuid::from_u128((u128::from(at as u64) << 80) | 0x7000_8000_0000_0000_0000 | u128::from(n));
    // Some procedures are everyday, some are rare.
    let pin = &pins[(chance.below(pins.len() as u64).min(chance.below(pins.len() as u64))) as usize];
    let (state, due) = state(chance, at, n, of);
    let day = i64::from(n) * DAYS / i64::from(of.max(1));
    let official =
        (!matches!(state, "draft" | "ready" | "queued" | "needs_attention")).then(|| format!("H14.22-{day:06}-{n:07}"));
    let (person, unit) = (chance.person(), chance.unit());
    let behalf = (chance.below(5) == 0).then(|| chance.unit());
    sqlx::query(
        "INSERT INTO dossiers (id, procedure_code, procedure_revision, procedure_sha256, state, provisional_code, official_code,
           title, applicant, prepared_by, on_behalf_of, answers, answers_version, created_at, updated_at, due)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
    )
    .bind(id.as_bytes().as_slice())
    .bind(&pin.code)
    .bind(&pin.revision)
    .bind(&pin.sha256)
    .bind(state)
    .bind(format!("T-22-{day:06}-{n}"))
    .bind(official)
    .bind(&pin.title)
    .bind(unit)
    .bind(person)
    .bind(behalf)
    .bind(&pin.answers)
    .bind(at)
    .bind(at)
    .bind(due)
    .execute(&mut *write)
    .await
    .expect("a dossier");
    if n.is_multiple_of(10) {
        paper(write, chance, id, blob, at).await;
    }
}

/// What is new is drafted or worked on, what is old is finished; with the day it is due, as the store writes it.
fn state(chance: &mut Chance, at: i64, n: u32, of: u32) -> (&'static str, Option<i64>) {
    let mut left = chance.below(10_000) as u32;
    let mut found = STATES[0];
    for state in STATES {
        found = *state;
        match left.checked_sub(state.1) {
            Some(rest) => left = rest,
            None => break,
        }
    }
    let (state, _, dated) = found;
    // Of the open ones nine in ten are among the newest tenth.
    let old = n < of - of / 10;
    let finished = matches!(state, "returned" | "done" | "rejected" | "withdrawn" | "stopped");
    let (state, dated) = if old && !finished && chance.below(10) > 0 { ("returned", true) } else { (state, dated) };
    let days = at / DAY_MS + 3 + chance.below(30) as i64;
    (state, dated.then_some(days * 1441 + 17 * 60))
}

async fn paper(write: &mut SqliteConnection, chance: &mut Chance, dossier: Uuid, blob: &[u8], at: i64) {
    let document = Uuid::from_u128(dossier.as_u128() ^ (1 << 60));
    let mut text = String::new();
    for _ in 0..150 + chance.below(150) {
        let _ = write!(text, "{} ", chance.one(COMMON));
    }
    for (word, papers) in RARE {
        if chance.below(*papers) == 0 {
            let _ = write!(text, "{word} ");
        }
    }
    let _ = write!(text, "số {}/QĐ-UBND, người ký {}", chance.below(100_000), chance.person());
    sqlx::query(
        "INSERT INTO documents (id, dossier, slot, component, position, title, file_name, kind, originals, copies, status, created_at)
         VALUES (?, ?, 1, 'TP-01', 1, 'Tờ trình', 'to-trinh.pdf', 'as_is', 1, 0, 'done', ?)",
    )
    .bind(document.as_bytes().as_slice())
    .bind(dossier.as_bytes().as_slice())
    .bind(at)
    .execute(&mut *write)
    .await
    .expect("a document");
    sqlx::query("INSERT INTO sources (document, position, blob, file_name, media_type) VALUES (?, 0, ?, 'to-trinh.pdf', 'application/pdf')")
        .bind(document.as_bytes().as_slice())
        .bind(blob)
        .execute(&mut *write)
        .await
        .expect("a source");
    sqlx::query("INSERT INTO renditions (document, recipe, blob, pages, text, report, created_at) VALUES (?, ?, ?, 1, ?, '{}', ?)")
        .bind(document.as_bytes().as_slice())
        .bind([0_u8; 32].as_slice())
        .bind(blob)
        .bind(text)
        .bind(at)
        .execute(&mut *write)
        .await
        .expect("a rendition");
}
