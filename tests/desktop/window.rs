//! The built application, started on a display of its own and driven by WebDriver: does it open, speak Vietnamese in the
//! bundled type, and keep its web view closed?
#![cfg(target_os = "linux")]

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Instant;

use journeys::{Desktop, PATIENCE, bin};
use serde_json::{Value, json};

#[tokio::test]
async fn the_window_opens_in_vietnamese_and_is_closed_to_the_world() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let desktop = Desktop::open(&bin("hoso"), home.path()).await;

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
    for request in [
        "{ ask: 'receipt_verify', file: '/etc/passwd' }",
        "{ ask: 'backup', file: '/tmp/all', passphrase: 'x' }",
        "{ ask: 'procedure_import', files: ['/etc/passwd'] }",
    ] {
        let refused = desktop.settle(&invoke(&format!("'call', {{ request: {request} }}"))).await;
        assert_eq!(refused["refused"]["code"], "file_unreadable", "{request}: {refused}");
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
