//! The hub's catalogue: taken in from files by an officer, checked as a whole, published in revisions that never change.

use dossier::{Catalogue, CatalogueFile, Entry, EntryKind, Located, Timestamp};
use thiserror::Error;
use wire::catalogue::MAX_BODY;

use crate::{
    fault::Fault,
    ledger::{Ledger, Published, Revision},
};

/// Why a file was not published.
#[derive(Debug, Error)]
pub enum ImportError {
    #[error("{}", .0.iter().map(Located::to_string).collect::<Vec<_>>().join("\n"))]
    Wrong(Vec<Located>),
    #[error("the file is neither a catalogue nor a procedure, form, legal profile or calendar year")]
    Unknown,
    #[error("{0} is larger than {MAX_BODY} bytes")]
    TooLarge(String),
    #[error("whoever publishes must be named")]
    NoName,
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Publishes what the file holds: all of it, or nothing. What is published already with the same content is left as it is.
///
/// # Errors
/// [`ImportError::Wrong`] with every place when the file does not read, or does not fit beside what is published;
/// [`wire::Code::RevisionExists`] when a revision is published with another content.
pub async fn import(ledger: &dyn Ledger, json: &str, by: &str, now: Timestamp) -> Result<Published, ImportError> {
    let by = dossier::text::nfc(by.trim());
    if by.is_empty() {
        return Err(ImportError::NoName);
    }
    let entries = read(json)?;
    let mut revisions = vec![];
    for entry in &entries {
        let body = entry.canonical();
        if body.len() as u64 > MAX_BODY {
            return Err(ImportError::TooLarge(entry.code()));
        }
        revisions.push(Revision { kind: entry.kind(), code: entry.code(), revision: entry.revision(), body });
    }
    // What somebody else publishes meanwhile is to fit as well: then all is looked at again.
    loop {
        let seen = ledger.catalogue().await?.version;
        fit(&ledger.catalogue_bodies().await?, &revisions)?;
        if let Some(published) = ledger.publish_catalogue(&revisions, &by, seen, now).await? {
            return Ok(published);
        }
    }
}

fn read(json: &str) -> Result<Vec<Entry>, ImportError> {
    let Ok(content) = serde_json::from_str::<serde_json::Value>(json) else {
        // Whatever it was to be, what cannot be read is told with its line.
        return Entry::from_json(EntryKind::Procedure, json).map(|entry| vec![entry]).map_err(ImportError::Wrong);
    };
    if CatalogueFile::is_one(&content) {
        return Ok(CatalogueFile::from_json(json).map_err(ImportError::Wrong)?.entries());
    }
    let kind = EntryKind::of_content(&content).ok_or(ImportError::Unknown)?;
    Ok(vec![Entry::from_json(kind, json).map_err(ImportError::Wrong)?])
}

/// Whether everything a procedure names exists, in what is published and what is to be.
fn fit(published: &[Revision], new: &[Revision]) -> Result<(), ImportError> {
    let known = |revision: &Revision| published.iter().any(|other| other.names_the_same(revision));
    let mut files = vec![];
    for revision in published.iter().chain(new.iter().filter(|revision| !known(revision))) {
        let path = format!("{}/{}@{}.json", revision.kind.folder(), revision.code, revision.revision);
        files.push((path, String::from_utf8_lossy(&revision.body).into_owned()));
    }
    let files = files.iter().map(|(path, json)| (path.as_str(), json.as_str()));
    Catalogue::from_files(files).map(drop).map_err(ImportError::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_told_with_its_line() {
        let told = read("{\n  \"code\": \"NB-01\",\n  \"revision\" 1\n}").unwrap_err().to_string();
        assert!(told.contains("line 3"), "{told}");
        assert!(matches!(read("{\"some\": \"file\"}"), Err(ImportError::Unknown)));
    }
}
