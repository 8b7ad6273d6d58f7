//! The catalogue: what ships with the product, and what was imported on this computer.

use std::path::PathBuf;

use dossier::{Catalogue, Form, FormId, Located, Procedure, digest::Digest};
use include_dir::{Dir, include_dir};
use store::{CatalogueEntry, Pin};

use crate::{
    Desk, FileProblem, Host, ProcedureLine,
    fault::{Fault, FaultCode as Code, reading},
};

/// Everything that changes without code.
static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../data");

const PROCEDURE: &str = "procedure";
const FORM: &str = "form";

/// The files that ship with the product, by their path in `src-tauri/data`.
fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    fn walk(dir: &'static Dir<'static>, files: &mut Vec<(&'static str, &'static str)>) {
        let json = dir.files().filter(|file| file.path().extension().is_some_and(|e| e == "json"));
        files.extend(json.filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?))));
        dir.dirs().for_each(|dir| walk(dir, files));
    }
    let mut files = vec![];
    walk(&DATA, &mut files);
    files.into_iter()
}

impl<H: Host> Desk<H> {
    /// Shipped and imported data together; of several revisions all are there. What a dossier is pinned to is kept in the store as
    /// well: of a revision that ships, the shipped one counts here.
    pub(crate) async fn catalogue(&self) -> Result<Catalogue, Fault> {
        let store = self.store().await?;
        let ours = Catalogue::from_files(shipped());
        let ours = ours.map_err(|problems| problems_fault(&problems))?;
        let mut files: Vec<(String, String)> = shipped().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        for (kind, folder) in [(PROCEDURE, "procedures"), (FORM, "forms")] {
            for CatalogueEntry { pin, json, .. } in store.catalogue_of(kind).await? {
                if !ships(&ours, &pin) {
                    files.push((format!("{folder}/{}@{}.json", pin.code, pin.revision), json));
                }
            }
        }
        let borrowed = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        Catalogue::from_files(borrowed).map_err(|problems| problems_fault(&problems))
    }

    pub(crate) async fn procedures(&self) -> Result<Vec<ProcedureLine>, Fault> {
        let catalogue = self.catalogue().await?;
        let line = |procedure: &Procedure| ProcedureLine {
            code: procedure.code.to_string(),
            revision: procedure.revision,
            name_vi: procedure.name.vi.clone(),
            name_en: procedure.name.en.clone(),
            provenance: procedure.provenance.status,
            components: procedure.components.len() as u32,
        };
        Ok(catalogue.procedures().map(line).collect())
    }

    pub(crate) async fn procedure(&self, code: &str) -> Result<Procedure, Fault> {
        let unknown = || Fault::new(Code::UnknownProcedure).with("procedure", code);
        let code = code.parse().map_err(|_| unknown())?;
        self.catalogue().await?.procedure(&code, None).cloned().ok_or_else(unknown)
    }

    /// Takes procedure and form files in; all of them, or none when one of them is wrong.
    pub(crate) async fn import_procedures(&self, files: Vec<PathBuf>) -> Result<Vec<String>, Fault> {
        let mut entries = vec![];
        for file in &files {
            let text = read_text(file).await?;
            entries.push(entry(&text, self.now()).map_err(|problems| {
                problems_fault(&problems).with("file", file.display())
            })?);
        }
        let taken = entries.iter().map(|entry| format!("{} {}", entry.pin.code, entry.pin.revision)).collect();
        self.check_together(&entries).await?;
        self.store().await?.keep_catalogue(&entries).await?;
        Ok(taken)
    }

    /// Whether the new files and all there is make one catalogue: what refers to what is seen only together.
    async fn check_together(&self, new: &[CatalogueEntry]) -> Result<(), Fault> {
        let mut files: Vec<(String, &str)> = shipped().map(|(path, text)| (path.to_owned(), text)).collect();
        for CatalogueEntry { pin, json, .. } in new {
            let folder = if pin.kind == FORM { "forms" } else { "procedures" };
            files.push((format!("{folder}/{}@{}.json", pin.code, pin.revision), json));
        }
        let borrowed = files.iter().map(|(path, text)| (path.as_str(), *text));
        Catalogue::from_files(borrowed).map(|_| ()).map_err(|problems| problems_fault(&problems))
    }

    pub(crate) async fn check_form_file(&self, file: PathBuf) -> Result<Vec<FileProblem>, Fault> {
        let text = read_text(&file).await?;
        let problems = dossier::form::check(&text).err().unwrap_or_default();
        Ok(problems.iter().map(problem).collect())
    }

    /// Keeps the revisions a new dossier is pinned to, so that a later catalogue cannot change what it was started under.
    pub(crate) async fn pin(&self, procedure: &Procedure, form: &Form) -> Result<(), Fault> {
        let at = self.now();
        let entries = [procedure_entry(procedure, at)?, form_entry(form, at)?];
        Ok(self.store().await?.keep_catalogue(&entries).await?)
    }

    pub(crate) async fn pinned_procedure(&self, code: &str, revision: &str, sha256: Digest) -> Result<Procedure, Fault> {
        let pin = Pin { kind: PROCEDURE.into(), code: code.into(), revision: revision.into(), sha256 };
        let entry = self.store().await?.catalogue_entry(&pin).await?;
        let entry = entry.ok_or_else(|| Fault::new(Code::UnknownProcedure).with("procedure", code))?;
        Procedure::from_json(&entry.json).map_err(|problems| problems_fault(&problems))
    }

    pub(crate) async fn pinned_form(&self, id: &str, revision: u32, sha256: Digest) -> Result<Form, Fault> {
        let pin = Pin { kind: FORM.into(), code: id.into(), revision: revision.to_string(), sha256 };
        let entry = self.store().await?.catalogue_entry(&pin).await?;
        let entry = entry.ok_or_else(|| Fault::new(Code::NotFound).with("what", format!("form {id}")))?;
        Form::from_json(&entry.json).map_err(|problems| problems_fault(&problems))
    }
}

/// Whether this revision is part of the product.
fn ships(ours: &Catalogue, pin: &Pin) -> bool {
    let Ok(revision) = pin.revision.parse() else { return false };
    match pin.kind.as_str() {
        PROCEDURE => pin.code.parse().is_ok_and(|code| ours.procedure(&code, Some(revision)).is_some()),
        _ => ours.form(&FormId::from(pin.code.as_str()), Some(revision)).is_some(),
    }
}

/// A file of either kind.
fn entry(json: &str, at: dossier::Timestamp) -> Result<CatalogueEntry, Vec<Located>> {
    let unwritable = |_| vec![];
    // A form has sections, a procedure has components: what it is not need not be explained.
    let is_form = serde_json::from_str::<serde_json::Value>(json).is_ok_and(|value| value.get("sections").is_some());
    if is_form {
        form_entry(&Form::from_json(json)?, at).map_err(unwritable)
    } else {
        procedure_entry(&Procedure::from_json(json)?, at).map_err(unwritable)
    }
}

fn procedure_entry(procedure: &Procedure, added_at: dossier::Timestamp) -> Result<CatalogueEntry, Fault> {
    let pin = Pin {
        kind: PROCEDURE.into(),
        code: procedure.code.to_string(),
        revision: procedure.revision.to_string(),
        sha256: procedure.sha256(),
    };
    let provenance = serde_json::to_string(&procedure.provenance).map_err(Fault::unexpected)?;
    let json = serde_json::to_string(procedure).map_err(Fault::unexpected)?;
    Ok(CatalogueEntry { pin, json, provenance, added_at })
}

fn form_entry(form: &Form, added_at: dossier::Timestamp) -> Result<CatalogueEntry, Fault> {
    let pin = Pin {
        kind: FORM.into(),
        code: form.id.to_string(),
        revision: form.revision.to_string(),
        sha256: form.sha256(),
    };
    let json = serde_json::to_string(form).map_err(Fault::unexpected)?;
    Ok(CatalogueEntry { pin, json, provenance: String::new(), added_at })
}

async fn read_text(file: &PathBuf) -> Result<String, Fault> {
    let name = file.display().to_string();
    let bytes = tokio::fs::read(file).await.map_err(|e| reading(&name, &e))?;
    String::from_utf8(bytes).map_err(|e| Fault::new(Code::BadFile).with("file", name).with("reason", e))
}

fn problem(located: &Located) -> FileProblem {
    let line = match &located.problem {
        dossier::Problem::Malformed { line, .. } => u32::try_from(*line).ok(),
        _ => None,
    };
    FileProblem { place: located.path.clone(), line, reason: located.problem.to_string() }
}

fn problems_fault(problems: &[Located]) -> Fault {
    let text: Vec<String> = problems.iter().map(Located::to_string).collect();
    Fault::new(Code::BadFile).with("reason", text.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_a_whole_catalogue() {
        let catalogue = Catalogue::from_files(shipped()).unwrap();
        for code in ["NB-03", "NB-11", "NB-15", "NB-20", "2.000635"] {
            assert!(catalogue.procedure(&code.parse().unwrap(), None).is_some(), "{code}");
        }
    }
}
