//! The built application, started on a display of its own and driven by WebDriver: does it open, speak Vietnamese in the
//! bundled type, and keep its web view closed?
#![cfg(target_os = "linux")]

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Instant;

use journeys::{Desktop, Hub, PATIENCE, Proxy, Trouble, bin};
use serde_json::{Value, json};

/// The window that was built, or the one of an installed package.
fn program() -> PathBuf {
    std::env::var_os("HOSO_WINDOW").map_or_else(|| bin("hoso"), PathBuf::from)
}

#[tokio::test]
async fn the_window_opens_in_vietnamese_and_is_closed_to_the_world() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let desktop = Desktop::open(&program(), home.path()).await;

    desktop.said("Soạn thử một hồ sơ").await;
    assert_eq!(desktop.run("return document.querySelector('h1').textContent").await, json!("Hồ sơ"));
    assert_eq!(desktop.client.title().await.expect("a title"), "Hồ sơ – Hồ Sơ");
    assert_eq!(desktop.run("return document.documentElement.lang").await, json!("vi"));
    assert_eq!(desktop.run("return [innerWidth, innerHeight]").await, json!([1366, 768]));

    bundled_type(&desktop).await;
    closed(&desktop).await;
    let picture = painted(&desktop).await;
    println!("screenshot: {}", picture.display());
    desktop.client.clone().close().await.expect("the window closes");
}

/// `check` alone is true for a face nobody declared, so the loaded ones are asked too.
async fn bundled_type(desktop: &Desktop) {
    let loaded = desktop
        .settle("document.fonts.ready.then((all) => [...all].filter((f) => f.status === 'loaded').map((f) => `${f.family} ${f.weight}`))")
        .await;
    let loaded: Vec<String> =
        loaded.as_array().into_iter().flatten().map(|face| face.to_string().replace(['"', '\\', '\''], "")).collect();
    // Latin and Vietnamese letters of the title and of the text.
    for face in ["Be Vietnam Pro 400", "Be Vietnam Pro 700"] {
        assert!(loaded.iter().filter(|name| *name == face).count() >= 2, "{face} in {loaded:?}");
    }
    let whole = "return document.fonts.check('400 16px \"Be Vietnam Pro\"', 'Chuẩn bị, số hóa')";
    assert_eq!(desktop.run(whole).await, json!(true));
}

/// The page can ask for what its capability names and nothing else, runs no foreign script and reaches no network.
async fn closed(desktop: &Desktop) {
    assert_eq!(desktop.run("return typeof window.__TAURI__").await, json!("undefined"));
    let invoke = |command: &str| format!("window.__TAURI_INTERNALS__.invoke({command})");
    let refused = desktop.settle(&invoke("'call', { request: { ask: 'format_the_disk' } }")).await;
    assert!(refused["refused"].as_str().is_some_and(|why| why.starts_with("invalid args")), "{refused}");
    // A file that no person has chosen cannot be named, neither to be taken in nor to be written over.
    for (request, code) in [
        ("{ ask: 'receipt_verify', file: '/etc/passwd' }", "file_unreadable"),
        ("{ ask: 'backup', file: '/tmp/all', passphrase: 'x' }", "output_not_writable"),
        ("{ ask: 'procedure_import', files: ['/etc/passwd'] }", "file_unreadable"),
    ] {
        let refused = desktop.settle(&invoke(&format!("'call', {{ request: {request} }}"))).await;
        assert_eq!(refused["refused"]["code"], code, "{request}: {refused}");
    }
    let refused = desktop.settle(&invoke("'show', { file: '/etc/passwd' }")).await;
    assert_eq!(refused["refused"]["code"], "file_unreadable", "{refused}");
    let refused = desktop.settle(&invoke("'plugin:window|set_title', { label: 'main', value: 'x' }")).await;
    let why = refused.get("refused").map(Value::to_string).unwrap_or_default();
    assert!(why.contains("not allowed"), "{refused}");
    let ran = "const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.head.append(s); return window.ran === true";
    assert_eq!(desktop.run(ran).await, json!(false), "an inline script ran");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback");
    let address = listener.local_addr().expect("bound");
    let fetched = desktop.settle(&format!("fetch('http://{address}/').then(() => 'reached', () => 'blocked')")).await;
    assert_eq!(fetched, json!("blocked"));
    listener.set_nonblocking(true).expect("loopback");
    assert!(listener.accept().is_err(), "the web view opened a connection");
}

/// Keeps a picture of the window for people to look at, once every marked letter is really painted: a face that is loaded
/// is not yet on screen.
async fn painted(desktop: &Desktop) -> PathBuf {
    // Where the letters beyond ASCII stand: [letter, left, top, width, height] in pixels.
    let places = desktop
        .run(
            "return ['main h2', 'main .text'].flatMap((css) => {
                const text = document.querySelector(css).firstChild;
                return [...text.data].flatMap((letter, at) => {
                    if (letter <= '\u{7f}') return [];
                    const range = document.createRange();
                    range.setStart(text, at);
                    range.setEnd(text, at + 1);
                    const { left, top, width, height } = range.getBoundingClientRect();
                    return [[letter, left, top, width, height]];
                });
            });",
        )
        .await;
    let places: Vec<(String, f64, f64, f64, f64)> = serde_json::from_value(places).expect("places of letters");
    assert!(places.len() > 15, "{places:?}");
    let start = Instant::now();
    let (png, missing) = loop {
        let png = desktop.client.screenshot().await.expect("a screenshot");
        let picture = image::load_from_memory(&png).expect("a PNG").into_luma8();
        let missing: Vec<&str> =
            places.iter().filter(|place| !has_ink(&picture, place)).map(|(letter, ..)| letter.as_str()).collect();
        if missing.is_empty() || start.elapsed() > PATIENCE {
            break (png, missing.concat());
        }
    };
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("window.png");
    std::fs::write(&path, &png).expect("target/tmp");
    assert!(missing.is_empty(), "not painted: {missing}; see {}", path.display());
    let picture = image::load_from_memory(&png).expect("a PNG").into_rgb8();
    assert_eq!(picture.dimensions(), (1366, 768));
    let accent = picture.pixels().filter(|pixel| pixel.0 == [0x0b, 0x5c, 0x8f]).count();
    assert!(accent > 100, "the mark is not painted ({accent} pixels)");
    path
}

/// Whether something darker than the ground stands in the middle of a letter's box.
fn has_ink(picture: &image::GrayImage, (_, left, top, width, height): &(String, f64, f64, f64, f64)) -> bool {
    let (from, to) = ((left + width * 0.2) as u32, (left + width * 0.8).ceil() as u32);
    let (above, below) = (*top as u32, (top + height).ceil() as u32);
    (from..to).any(|x| (above..below).any(|y| picture.get_pixel_checked(x, y).is_some_and(|pixel| pixel.0[0] < 120)))
}

/// The main job in the real window, with the system's own file dialog: no hub at first, the window killed while somebody types and
/// while a paper is being digitised, the hub killed and started again, the window killed twice while it sends. What was shown as
/// saved is there, and it arrives once.
#[tokio::test]
async fn the_main_job_is_done_in_the_window() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let program = program();
    let mut hub = Hub::start();
    let network = Proxy::start(hub.port());
    let string = hub.enrol_code("000.00.16.H99", Some(&network.url()));
    let desktop = Desktop::open(&program, home.path()).await;
    desktop.said("Soạn thử một hồ sơ").await;
    desktop.keys("Ctrl+7").await;
    desktop.find("#enrolment").await.send_keys(&format!("{string}\u{e007}")).await.expect("keys");
    desktop.said("Trực tuyến").await;
    hub.kill9();

    desktop.keys("Ctrl+N").await;
    desktop.find("#procedure-filter").await.send_keys("trích lục").await.expect("keys");
    desktop.said("2.000635").await;
    desktop.keys("Ctrl+Enter").await;
    for (field, answer) in [
        ("office", "Ủy ban nhân dân xã Thạch Lâm"),
        ("requester_number", "001199000017"),
        ("requester_name", "Nguyễn Thị Ước"),
        ("requester_address", "Thôn Đồng Rãnh, xã Thạch Lâm"),
    ] {
        desktop.find(&format!("[data-key={field}] input")).await.send_keys(answer).await.expect("keys");
    }
    desktop.choose_option("relation", "self").await;
    desktop.saved("requester_name", json!("Nguyễn Thị Ước")).await;
    desktop.saved("relation", json!("self")).await;

    // Killed in the middle of typing: what was saved is there, and of the rest no more than the last letters are missing.
    let address = desktop.find("[data-key=requester_address] input").await;
    address.send_keys(", tỉnh Bình Hải").await.expect("keys");
    desktop.kill9(&program);
    drop(desktop);
    let desktop = Desktop::open(&program, home.path()).await;
    desktop.said("Cấp bản sao trích lục hộ tịch").await;
    desktop.open_first().await;
    assert_eq!(desktop.value("[data-key=requester_name] input").await, "Nguyễn Thị Ước");
    let address = desktop.value("[data-key=requester_address] input").await;
    assert!(address.starts_with("Thôn Đồng Rãnh, xã Thạch Lâm"), "{address}");

    // The paper comes in by the system's dialog; the window is killed while it is being digitised.
    desktop.keys("Ctrl+O").await;
    desktop.find("dialog[open] button.main").await.click().await.expect("declared");
    desktop.choose("Chọn giấy tờ", &journeys::sample("to-khai-form.png"));
    desktop.said("to-khai-form.png").await;
    desktop.kill9(&program);
    drop(desktop);

    let desktop = Desktop::open(&program, home.path()).await;
    desktop.said("Cấp bản sao trích lục hộ tịch").await;
    desktop.open_first().await;
    assert_eq!(desktop.value("[data-key=requester_name] input").await, "Nguyễn Thị Ước");
    desktop.said("Đủ · 1 trang").await;
    desktop.keys("Alt+N").await;
    desktop.choose_option("event", "birth").await;
    desktop.find("[data-key=registered_at] input").await.send_keys("Ủy ban nhân dân xã Thạch Lâm").await.expect("keys");
    desktop.find("[data-key=copies] input").await.send_keys("2").await.expect("keys");
    desktop.run("document.querySelector('[data-key=promise] input').click()").await;
    desktop.said("Đủ điều kiện gửi").await;
    println!("screenshot: {}", desktop.picture("window-prepare").await.display());
    // The key asks once more before anything goes.
    desktop.keys("Ctrl+Enter").await;
    desktop.find("dialog[open]").await;
    desktop.keys("Ctrl+Enter").await;
    desktop.said("Ngoại tuyến").await;

    // Killed in the middle of the paper, and once more when the hub has decided and nobody here knows.
    let before = network.bytes_to_hub();
    network.set(Trouble::StallAfter(10_000));
    hub.restart();
    network.passed(before + 10_000, PATIENCE);
    desktop.kill9(&program);
    drop(desktop);
    network.set(Trouble::LoseAnswer("/submissions"));
    let desktop = Desktop::open(&program, home.path()).await;
    network.lost_an_answer(PATIENCE);
    desktop.kill9(&program);
    drop(desktop);
    network.set(Trouble::None);
    let desktop = Desktop::open(&program, home.path()).await;
    desktop.said("000.00.16.H99-").await;
    desktop.keys("Ctrl+4").await;
    desktop.said("Cổng đã nhận hôm nay (1)").await;
    println!("screenshot: {}", desktop.picture("window-outbox").await.display());
    let sent = desktop.call(&json!({ "ask": "dossier_list", "limit": 9, "before": null })).await;
    let sent = sent["dossiers"].as_array().expect("a list").clone();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0]["state"], "registered");
    let receipt = desktop.call(&json!({ "ask": "receipt_show", "dossier": sent[0]["id"], "save": null })).await;
    assert_eq!(receipt["ours"], true);
    let listed = hub.officer(&["list"]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let code = sent[0]["code"].as_str().expect("a code");
    assert_eq!(listed.matches(code).count(), 1, "the hub has it once: {listed}");
}
