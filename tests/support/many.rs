//! A table of applicants becomes drafts, by a program that is killed on the way: what must hold is counted here, for the short journey
//! and for `measure many` alike.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::clerk::{Answer, Clerk};
use crate::process::until;

const PROCEDURE: &str = "2.000635";
const LIMIT: Duration = Duration::from_secs(120);
/// The log of the database grows by this much before each kill: a few batches.
const GROWS: u64 = 300_000;

/// What was seen of an import that was killed again and again.
pub struct Killed {
    pub kills: u32,
    /// What is not as it must be, each in words.
    pub wrong: Vec<String>,
}

/// The name of the applicant in a row, from 1.
pub fn name(row: u32) -> String {
    format!("Nguyễn Văn Thứ {row}")
}

/// The command that takes the table in.
pub fn import(table: &Path) -> Vec<String> {
    ["dossier", "import", PROCEDURE, table.to_str().expect("UTF-8")].map(str::to_owned).into()
}

/// A workbook with so many applicants, nothing wrong in any.
pub fn workbook(file: &Path, rows: u32) -> PathBuf {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let headings =
        ["requester_number", "requester_name", "requester_birth", "requester_address", "requester_phone", "copies"];
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string(0, column, heading).expect("a cell");
    }
    for row in 1..=rows {
        let born = ExcelDateTime::from_ymd(1990, 1 + (row % 12) as u8, 1 + (row % 28) as u8).expect("a day");
        sheet.write_string(row, 0, format!("001190{row:06}")).expect("a cell");
        sheet.write_string(row, 1, name(row)).expect("a cell");
        sheet.write_datetime_with_format(row, 2, &born, &day).expect("a cell");
        sheet.write_string(row, 3, format!("Số {row}, phường Ba Đình, Hà Nội")).expect("a cell");
        sheet.write_string(row, 4, "0912 345 678").expect("a cell");
        sheet.write_number(row, 5, 2).expect("a cell");
    }
    book.save(file).expect("a file");
    file.to_path_buf()
}

/// What is not as it must be: each applicant is there once.
pub fn wrong(clerk: &Clerk, rows: u32) -> Vec<String> {
    let mut found = BTreeMap::<String, u32>::new();
    let mut before: Option<String> = None;
    loop {
        let mut list = vec!["dossier".to_owned(), "list".to_owned(), "--limit".to_owned(), "500".to_owned()];
        list.extend(before.iter().flat_map(|before| ["--before".to_owned(), before.clone()]));
        let page = clerk.ok(&list);
        for line in page["dossiers"].as_array().into_iter().flatten() {
            *found.entry(line["applicant"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
        match page["next"].as_i64() {
            Some(next) => before = Some(next.to_string()),
            None => break,
        }
    }
    let mut wrong: Vec<String> = (1..=rows)
        .map(|row| (row, found.remove(&name(row)).unwrap_or(0)))
        .filter(|(_, times)| *times != 1)
        .map(|(row, times)| format!("row {row} is there {times} times"))
        .collect();
    wrong.extend(found.into_keys().map(|name| format!("{name}: of no row")));
    wrong
}

/// Takes a table in, killed each time some more of it is on the disk, until it is all there.
pub fn killed(rows: u32) -> Killed {
    let clerk = Clerk::new();
    // The profile is made before, so that what grows is the import.
    clerk.ok(&["dossier", "list"]);
    let table = workbook(&clerk.folder().join("ho-so.xlsx"), rows);
    let log = clerk.profile().join("store.db-wal");
    let size = || std::fs::metadata(&log).map_or(0, |about| about.len());
    let (mut kills, mut made) = (0, vec![]);
    loop {
        let mut running = clerk.start(&import(&table));
        let begun = size();
        // A start sets the log right first, which may shrink it.
        let mut least = begun;
        let ended = until(LIMIT, "the import goes on", || {
            least = least.min(size());
            if running.ended() {
                return Some(true);
            }
            (size() > least + GROWS).then_some(false)
        });
        if ended {
            let answer = Answer::of(running);
            made.push(answer.json["it"]["before"].as_u64().unwrap_or(0));
            let mut wrong = wrong(&clerk, rows);
            if answer.code != Some(0) {
                wrong.push(format!("{}{}", answer.stdout, answer.stderr));
            }
            if made.last() == Some(&0) && kills > 0 {
                wrong.push("killed so early that nothing was made".to_owned());
            }
            return Killed { kills, wrong };
        }
        running.kill9();
        kills += 1;
    }
}
