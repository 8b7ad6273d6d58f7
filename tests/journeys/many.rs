//! Many dossiers at once: a table of applicants through `hosoctl`, killed on the way, mended, undone.

use journeys::{Clerk, many, sample};
use serde_json::Value;

const PROCEDURE: &str = "2.000635";

fn write(clerk: &Clerk, name: &str, content: impl AsRef<[u8]>) -> String {
    let file = clerk.folder().join(name);
    std::fs::write(&file, content).unwrap();
    file.to_str().unwrap().to_owned()
}

fn listed(clerk: &Clerk) -> usize {
    clerk.ok(&["dossier", "list", "--limit", "500"])["dossiers"].as_array().unwrap().len()
}

#[test]
fn killed_on_the_way_no_row_is_lost_and_none_taken_in_twice() {
    let seen = many::killed(400);
    assert_eq!(seen.wrong, Vec::<String>::new());
    assert!(seen.kills >= 2, "killed {} times only", seen.kills);
}

const TABLE: &str = "UBND XÃ ĐỒNG ĐĂNG;;;;\n\n\
    STT;Người yêu cầu;requester_number;Số lượng bản sao;Cha/con\n\
    1;Nguyễn Thị Ước;001190000012;2;a\n\
    2;Trần Văn Bảy;1190000013;2;b\n\
    3;Lê Nam;001190000014;rất nhiều;c\n";

#[test]
fn errors_stand_at_their_cells_and_what_is_mended_is_taken_in_alone() {
    let clerk = Clerk::new();
    let file = write(&clerk, "danh sách.csv", TABLE);
    let import = ["dossier", "import", PROCEDURE, &file, "--mapping", "người yêu cầu=requester_name"];

    let looked = clerk.ctl(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(looked.code, Some(1), "{}", looked.stderr);
    let view = &looked.json["it"];
    assert_eq!((&view["header"], &view["dossiers"], &view["faulty"]), (&3.into(), &3.into(), &2.into()), "{view}");
    let problems: Vec<(u64, String)> = (view["rows"].as_array().unwrap().iter())
        .flat_map(|row| row["cells"].as_array().unwrap().iter().map(move |cell| (row, cell)))
        .filter(|(_, cell)| !cell["problem"].is_null())
        .map(|(row, cell)| (row["number"].as_u64().unwrap(), cell["problem"].to_string()))
        .collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].0 == 5 && problems[0].1.contains("001190000013"), "{problems:?}");
    assert!(problems[1].0 == 6 && problems[1].1.contains("not_a_number"), "{problems:?}");
    assert_eq!(listed(&clerk), 0, "nothing was made");

    let made = clerk.ctl(&import);
    assert_eq!((made.code, &made.json["it"]["made"], &made.json["it"]["left_out"]), (Some(1), &1.into(), &2.into()));
    let mended = TABLE.replace("rất nhiều", "3");
    std::fs::write(&file, mended).unwrap();
    // The columns are remembered.
    let again =
        clerk.ok(&["dossier", "import", PROCEDURE, &file, "--pad-zeros", "--key", "requester_number", "--known-keys"]);
    assert_eq!(
        (&again["it"]["made"], &again["it"]["before"]),
        (&3.into(), &0.into()),
        "keys were not asked for before"
    );
    let third = clerk.ok(&["dossier", "import", PROCEDURE, &file, "--pad-zeros"]);
    assert_eq!((&third["it"]["made"], &third["it"]["before"]), (&0.into(), &3.into()), "and the key is remembered");

    let id = again["it"]["import"].as_str().unwrap();
    assert_eq!(clerk.ok(&["dossier", "unimport", id])["it"], 3);
    assert_eq!(listed(&clerk), 1);
    assert_eq!(clerk.ok(&["dossier", "unimport", id, "--back"])["it"], 3);
    assert_eq!(listed(&clerk), 4);
}

#[test]
fn an_imported_draft_is_a_draft_like_any_other() {
    let clerk = Clerk::new();
    let table = many::workbook(&clerk.folder().join("ho-so.xlsx"), 1);
    clerk.ok(&many::import(&table));
    let line = clerk.ok(&["dossier", "list"])["dossiers"][0].clone();
    assert_eq!(line["applicant"], many::name(1));
    let shown = clerk.ok(&["dossier", "show", line["id"].as_str().unwrap()]);
    let answer = |field: &str| shown["answers"][field]["value"].clone();
    assert_eq!(answer("requester_number"), "001190000001");
    assert_eq!(answer("requester_birth"), "1990-02-02");
    assert_eq!(answer("copies"), "2");
    assert_eq!(answer("requester_address")["commune"], "00004");
    assert_eq!(shown["answers"]["copies"]["source"], "import");
    let set = clerk.ok(&["dossier", "set", line["id"].as_str().unwrap(), "copies=5"]);
    assert_eq!(set["answers"]["copies"]["value"], "5");
}

#[test]
fn the_empty_table_is_written_filled_in_and_read() {
    let clerk = Clerk::new();
    let file = clerk.folder().join("mau.xlsx");
    let file = file.to_str().unwrap();
    clerk.ok(&["dossier", "template", "NB-27", "-o", file]);
    let view = clerk.ok(&["dossier", "import", "NB-27", file, "--dry-run"])["it"].clone();
    let columns = view["columns"].as_array().unwrap();
    assert!(columns.len() > 20 && columns[1..].iter().all(|column| column["by"] == "heading"), "{view}");
    assert_eq!(view["lines"], 0);
}

#[test]
fn what_is_no_table_is_refused_by_its_kind_and_makes_nothing() {
    let clerk = Clerk::new();
    let refused = |name: &str, content: &[u8], code: &str| {
        let file = write(&clerk, name, content);
        clerk.fault(&["dossier", "import", PROCEDURE, &file], code);
    };
    refused("pdf.xlsx", &std::fs::read(sample("giay-xac-nhan.pdf")).unwrap(), "file_not_a_table");
    refused("anh.csv", &std::fs::read(sample("bien-ban-phone.jpg")).unwrap(), "file_not_a_table");
    refused("rong.csv", b"", "file_empty");
    refused("so.csv", b"1,2,3\n4,5,6\n", "no_headings");
    let table = many::workbook(&clerk.folder().join("ho-so.xlsx"), 3);
    let whole = std::fs::read(&table).unwrap();
    refused("cut.xlsx", &whole[..whole.len() / 2], "file_corrupt");
    clerk.fault(&["dossier", "import", PROCEDURE, "khong-co.xlsx"], "file_gone");
    clerk.fault(&["dossier", "import", "9.999999", table.to_str().unwrap()], "unknown_procedure");
    let table = table.to_str().unwrap();
    clerk.fault(&["dossier", "import", PROCEDURE, table, "--sheet", "Trang 9"], "not_found");
    clerk.fault(&["dossier", "import", PROCEDURE, table, "--mapping", "copies=khong_co"], "unknown_field");
    assert_eq!(listed(&clerk), 0);
    let _: Value = clerk.ok(&["dossier", "import", PROCEDURE, table]);
    assert_eq!(listed(&clerk), 3);
}
