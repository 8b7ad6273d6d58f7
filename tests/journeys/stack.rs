//! A stack of papers of several dossiers with printed cover sheets, scanned at once, falls into the right places; what is not certain is
//! asked about, and nothing is filed until it is answered.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use image::imageops::{FilterType, resize, rotate180};
use image::{GrayImage, Luma};
use journeys::{Clerk, sample};
use serde_json::{Value, json};
use tiff::encoder::{TiffEncoder, colortype::Gray8};
use tiff::tags::ResolutionUnit;

const DPI: u32 = 150;
const FORM: &str = "2.000635.01";
const PROOF: &str = "2.000635.02";

/// What lies in a stack, in the order of its pages.
struct Pages<'a> {
    clerk: &'a Clerk,
    pages: Vec<GrayImage>,
}

impl<'a> Pages<'a> {
    fn new(clerk: &'a Clerk) -> Self {
        Self { clerk, pages: vec![] }
    }

    /// A cover sheet as the scanner sees it: printed by the program, drawn, a little askew.
    fn sheet(mut self, dossier: &str, what: &str) -> Self {
        let folder = self.clerk.folder().join("covers");
        std::fs::create_dir_all(&folder).unwrap();
        let made = self.clerk.ok(&["cover", dossier, "-o", folder.to_str().unwrap(), what]);
        let pdf = made["file"].as_str().expect("a file");
        let picture = folder.join("sheet");
        let drawn = Command::new("pdftoppm")
            .args(["-r", &DPI.to_string(), "-gray", "-png", "-singlefile", pdf])
            .arg(&picture)
            .status()
            .expect("pdftoppm");
        assert!(drawn.success());
        self.pages.push(image::open(picture.with_extension("png")).unwrap().into_luma8());
        self
    }

    /// The last page once more.
    fn again(mut self) -> Self {
        self.pages.push(self.pages.last().expect("a page").clone());
        self
    }

    /// The last page stands on its head.
    fn upside_down(mut self) -> Self {
        let last = self.pages.pop().expect("a page");
        self.pages.push(rotate180(&last));
        self
    }

    /// Somebody's coffee stood on the last page's code.
    fn damaged(mut self) -> Self {
        let last = self.pages.last_mut().expect("a page");
        for (x, y, pixel) in last.enumerate_pixels_mut() {
            if (450..800).contains(&x) && (380..740).contains(&y) {
                *pixel = Luma([230]);
            }
        }
        self
    }

    /// Both codes of the last page are painted over: only its words say what it is.
    fn without_codes(mut self) -> Self {
        let last = self.pages.last_mut().expect("a page");
        for (x, y, pixel) in last.enumerate_pixels_mut() {
            if (380..860).contains(&x) && (280..760).contains(&y) || x > 800 && (700..1400).contains(&y) {
                *pixel = Luma([200]);
            }
        }
        self
    }

    fn paper(mut self, name: &str) -> Self {
        let picture = image::open(sample(name)).unwrap().into_luma8();
        self.pages.push(resize(&picture, 1240, 1754, FilterType::Triangle));
        self
    }

    /// The empty back of a sheet, with what shows through of its front.
    fn back(mut self) -> Self {
        let front = self.pages.last().expect("a front").clone();
        let shine = |x: u32, y: u32| 250 - (255 - front.get_pixel(front.width() - 1 - x, y)[0]) / 25;
        self.pages.push(GrayImage::from_fn(front.width(), front.height(), |x, y| Luma([shine(x, y)])));
        self
    }

    /// All of it in one file.
    fn tiff(self, name: &str) -> PathBuf {
        let path = self.clerk.folder().join(name);
        let mut tiff = TiffEncoder::new(std::fs::File::create(&path).unwrap()).unwrap();
        for page in &self.pages {
            let mut image = tiff.new_image::<Gray8>(page.width(), page.height()).unwrap();
            image.resolution(ResolutionUnit::Inch, tiff::encoder::Rational { n: DPI, d: 1 });
            image.write_data(page.as_raw()).unwrap();
        }
        path
    }

    /// A file for each page, named as scanners do.
    fn heap(self, name: &str) -> PathBuf {
        let folder = self.clerk.folder().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        for (n, page) in (1..).zip(&self.pages) {
            page.save(folder.join(format!("Scan {n}.jpg"))).unwrap();
        }
        folder
    }
}

fn dossier(clerk: &Clerk) -> String {
    clerk.ok(&["dossier", "new", "2.000635"])["id"].as_str().expect("an id").to_owned()
}

fn take(clerk: &Clerk, papers: &Path) -> Value {
    clerk.ok(&["stack", "take", papers.to_str().unwrap()])
}

/// State, counted pages and doubts of each part.
fn parts(stack: &Value) -> Vec<(&str, u64, Vec<&str>)> {
    stack["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .map(|part| {
            let doubts = part["doubts"].as_array().expect("doubts").iter();
            let doubts = doubts.map(|doubt| doubt["doubt"].as_str().expect("a name")).collect();
            (part["state"].as_str().expect("a state"), part["counted"].as_u64().expect("a number"), doubts)
        })
        .collect()
}

fn at(stack: &Value, part: usize) -> String {
    let at = &stack["parts"][part]["at"];
    format!("{}.{}", at["file"].as_u64().unwrap() + 1, at["frame"].as_u64().unwrap() + 1)
}

/// How many pages of what kind each component has: all of them, and those in the PDF.
fn papers_of(clerk: &Clerk, dossier: &str) -> BTreeMap<String, Vec<u64>> {
    let mut papers: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let shown = clerk.ok(&["dossier", "show", dossier]);
    for document in shown["documents"].as_array().expect("documents") {
        assert_eq!(document["status"], "done", "{document}");
        let pages = document["pages"].as_u64().unwrap();
        papers.entry(document["component"].as_str().unwrap().to_owned()).or_default().push(pages);
    }
    papers
}

#[test]
fn a_stack_of_three_dossiers_falls_into_place_and_what_is_not_certain_is_asked() {
    let clerk = Clerk::new();
    let [a, b, c] = [dossier(&clerk), dossier(&clerk), dossier(&clerk)];
    let count = |component: &str, pages: u32| format!("{component}={pages}");
    let stack = Pages::new(&clerk)
        // Nobody's: before any sheet.
        .paper("bien-ban-phone.jpg")
        .sheet(&a, &count(FORM, 1))
        .back()
        .paper("to-khai-form.png")
        .back()
        .sheet(&a, &count(PROOF, 2))
        .upside_down()
        .paper("to-trinh-flatbed.jpg")
        .back()
        .paper("to-trinh-flatbed.jpg")
        .upside_down()
        // Tells three pages, has one.
        .sheet(&b, &count(FORM, 3))
        .paper("to-khai-form.png")
        .sheet(&b, PROOF)
        .paper("to-trinh-flatbed.jpg")
        .back()
        .sheet(&c, FORM)
        .paper("to-khai-form.png")
        .tiff("stack.tif");
    let taken = take(&clerk, &stack);
    let expected = vec![
        ("asks", 1, vec!["no_sheet"]),
        ("ready", 1, vec![]),
        ("ready", 2, vec![]),
        ("asks", 1, vec!["wrong_count"]),
        ("ready", 1, vec![]),
        ("ready", 1, vec![]),
    ];
    assert_eq!(parts(&taken), expected, "{taken}");
    for dossier in [&a, &b, &c] {
        assert!(papers_of(&clerk, dossier).is_empty(), "nothing is filed before a person says so");
    }

    // What is certain is filed; what is asked about stays.
    let id = taken["id"].as_str().expect("an id");
    clerk.fault(&["stack", "file", id], "secrecy_undeclared");
    assert!(papers_of(&clerk, &a).is_empty(), "nobody has declared anything of these dossiers");
    let filed = clerk.ok(&["stack", "file", id, "--no-secrets"]);
    assert_eq!((&filed["asks"], &filed["ready"], &filed["state"]), (&json!(2), &json!(0), &json!("sorted")));
    let pages =
        |list: &[(&str, u64)]| list.iter().map(|(c, n)| ((*c).to_owned(), vec![*n])).collect::<BTreeMap<_, _>>();
    assert_eq!(papers_of(&clerk, &a), pages(&[(FORM, 1), (PROOF, 2)]));
    assert_eq!(papers_of(&clerk, &b), pages(&[(PROOF, 1)]));
    assert_eq!(papers_of(&clerk, &c), pages(&[(FORM, 1)]));

    // The count is accepted, the stray page put where it belongs.
    clerk.ok(&["stack", "decide", id, &at(&taken, 3), "accept"]);
    clerk.fault(&["stack", "decide", id, &at(&taken, 0), "put", &c, "no-such"], "unknown_component");
    clerk.ok(&["stack", "decide", id, &at(&taken, 0), "put", &c, PROOF]);
    let done = clerk.ok(&["stack", "file", id]);
    assert_eq!(done["state"], "filed", "{done}");
    assert!(parts(&done).iter().all(|(state, ..)| *state == "filed"), "{done}");
    assert_eq!(papers_of(&clerk, &b), pages(&[(FORM, 1), (PROOF, 1)]));
    assert_eq!(papers_of(&clerk, &c), pages(&[(FORM, 1), (PROOF, 1)]));

    // Taken back, and filed again.
    let last = done["parts"][0]["documents"][0].as_str().expect("a document");
    let back = clerk.ok(&["stack", "unfile", id, last]);
    assert_eq!((&back["state"], &back["ready"]), (&json!("sorted"), &json!(1)), "{back}");
    assert_eq!(papers_of(&clerk, &c), pages(&[(FORM, 1)]));
    assert_eq!(clerk.ok(&["stack", "file", id])["state"], "filed");
    assert_eq!(papers_of(&clerk, &c), pages(&[(FORM, 1), (PROOF, 1)]));

    // Filed again, nothing more happens; scanned again, every sheet is used up, and nothing is filed twice.
    clerk.fault(&["stack", "decide", id, &at(&taken, 0), "leave-out"], "conflict");
    let twice = take(&clerk, &stack);
    assert!(parts(&twice).iter().all(|(state, ..)| *state == "asks"), "{twice}");
    assert!(parts(&twice)[1].2.contains(&"repeated_sheet"));
    clerk.ok(&["stack", "file", twice["id"].as_str().unwrap()]);
    assert_eq!(papers_of(&clerk, &a), pages(&[(FORM, 1), (PROOF, 2)]));
}

#[test]
fn a_heap_of_pictures_keeps_its_order_and_names_what_it_could_not_take() {
    let clerk = Clerk::new();
    let (a, gone) = (dossier(&clerk), dossier(&clerk));
    let other = Clerk::new();
    let foreign = dossier(&other);
    let away = Pages::new(&other).sheet(&foreign, FORM).pages;
    let mut stack = Pages::new(&clerk)
        .sheet(&a, FORM)
        .paper("to-khai-form.png")
        .paper("to-trinh-flatbed.jpg")
        .sheet(&gone, FORM)
        .paper("to-khai-form.png")
        .sheet(&a, PROOF)
        .damaged()
        .paper("to-khai-form.png");
    stack.pages.extend(away);
    // Twelve files, so that the tenth comes after the second.
    let stack = stack.paper("to-khai-form.png").sheet(&a, PROOF).paper("to-trinh-flatbed.jpg").again();
    let heap = stack.heap("heap");
    std::fs::write(heap.join("Scan 2b.jpg"), b"not a picture").unwrap();
    clerk.ok(&["dossier", "show", &gone]);
    let taken = take(&clerk, &heap);
    let shown = parts(&taken);
    assert_eq!(shown[0], ("asks", 2, vec!["missing_file"]), "{taken}");
    assert_eq!(taken["parts"][0]["doubts"][0]["file"], "Scan 2b.jpg");
    assert_eq!(shown[1], ("ready", 1, vec![]), "{taken}");
    // The sheet under the stain is still a sheet: its code stands there twice.
    assert_eq!(shown[2], ("ready", 1, vec![]), "{taken}");
    assert_eq!(taken["parts"][2]["place"]["component"], PROOF);
    let last = shown.len() - 1;
    assert_eq!(shown[last], ("ready", 2, vec![]), "{taken}");
    assert!(shown.iter().any(|(state, _, doubts)| *state == "asks" && doubts.contains(&"foreign_sheet")), "{taken}");

    // One part is left out: it stays with the stack, by name, and nothing of it is in any dossier.
    let id = taken["id"].as_str().unwrap();
    for part in 0..shown.len() {
        clerk.ok(&["stack", "decide", id, &at(&taken, part), "leave-out"]);
    }
    let undone = clerk.ok(&["stack", "decide", id, &at(&taken, last), "undo"]);
    assert_eq!(undone["parts"][last]["state"], "ready", "until it is filed, a person may think again");
    clerk.ok(&["stack", "decide", id, &at(&taken, last), "leave-out"]);
    let closed = clerk.ok(&["stack", "file", id]);
    assert_eq!((&closed["state"], &closed["parts"][0]["state"]), (&json!("filed"), &json!("left_out")));
    assert!(closed["parts"][0]["pages"][0]["picture"]["blob"].is_string(), "it can still be looked at");
    assert!(papers_of(&clerk, &a).is_empty());
}

#[test]
fn a_sheet_whose_codes_cannot_be_read_stops_and_asks() {
    let clerk = Clerk::new();
    let a = dossier(&clerk);
    let stack = Pages::new(&clerk)
        .sheet(&a, FORM)
        .paper("to-khai-form.png")
        .sheet(&a, PROOF)
        .without_codes()
        .paper("to-trinh-flatbed.jpg")
        .sheet(&a, PROOF)
        .without_codes()
        .upside_down()
        .paper("to-trinh-flatbed.jpg")
        .tiff("ruined.tif");
    let taken = take(&clerk, &stack);
    let expected = vec![("ready", 1, vec![]), ("asks", 1, vec!["damaged_sheet"]), ("asks", 1, vec!["damaged_sheet"])];
    assert_eq!(parts(&taken), expected, "its papers must not fall to the sheet before it: {taken}");
    // Two such sheets are not one sheet twice, and one that was filed does not use the other up.
    let id = taken["id"].as_str().unwrap();
    for part in [1, 2] {
        clerk.ok(&["stack", "decide", id, &at(&taken, part), "put", &a, PROOF]);
        clerk.ok(&["stack", "file", id, "--no-secrets"]);
    }
    assert_eq!(papers_of(&clerk, &a)[PROOF], vec![1, 1]);
}

#[test]
fn a_stack_that_was_killed_goes_on() {
    let clerk = Clerk::new();
    let a = dossier(&clerk);
    let stack =
        Pages::new(&clerk).sheet(&a, FORM).paper("to-khai-form.png").back().again().again().again().heap("heap");
    let start = Instant::now();
    take(&clerk, &stack);
    let whole = start.elapsed();
    let mut known: Vec<String> = vec![];
    for point in 1..6 {
        let mut running = clerk.start(&["stack", "take", stack.to_str().unwrap()]);
        running.kill9_after(whole * point / 6);
        let listed = clerk.ok(&["stack", "list"]);
        let ids: Vec<String> =
            listed.as_array().expect("a list").iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
        assert!(known.iter().all(|id| ids.contains(id)), "kill {point} lost a stack");
        known = ids;
    }
    for id in &known {
        let on = clerk.ok(&["stack", "examine", id]);
        assert_eq!((&on["state"], &on["examined"]), (&json!("sorted"), &on["pages"]), "{on}");
        // One that was not taken in whole says so, and is not filed by itself.
        let whole = on["files"] == on["announced"];
        let doubts: Vec<_> = parts(&on).into_iter().flat_map(|(_, _, doubts)| doubts).collect();
        assert_eq!(!whole, doubts.contains(&"incomplete") || on["parts"].as_array().unwrap().is_empty(), "{on}");
    }
}
