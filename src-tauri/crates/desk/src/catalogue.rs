//! The catalogue: what ships with the product, and what was imported on this computer.

use std::{path::PathBuf, sync::OnceLock};

use dossier::{Calendar, Catalogue, Form, FormId, Located, Procedure, digest::Digest};
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

/// What ships with the product.
struct Shipped {
    /// By their path in `src-tauri/data`.
    files: Vec<(&'static str, &'static str)>,
    catalogue: Result<Catalogue, Vec<Located>>,
}

impl Shipped {
    fn read() -> Self {
        let files = shipped_files();
        let catalogue = Catalogue::from_files(files.iter().copied());
        Self { files, catalogue }
    }

    fn catalogue(&self) -> Result<&Catalogue, Fault> {
        self.catalogue.as_ref().map_err(|problems| problems_fault(problems))
    }

    /// The content this revision ships with, if it is part of the product.
    fn sha256(&self, pin: &Pin) -> Result<Option<Digest>, Fault> {
        let ours = self.catalogue()?;
        let Ok(revision) = pin.revision.parse() else { return Ok(None) };
        Ok(match pin.kind.as_str() {
            PROCEDURE => {
                let code = pin.code.parse().ok();
                code.and_then(|code| ours.procedure(&code, Some(revision))).map(Procedure::sha256)
            }
            _ => ours.form(&FormId::from(pin.code.as_str()), Some(revision)).map(Form::sha256),
        })
    }
}

/// The product does not change while it runs: its files are read once.
fn shipped() -> &'static Shipped {
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    SHIPPED.get_or_init(Shipped::read)
}

/// The working days that ship with the product; no others can be imported.
pub(crate) fn calendar() -> Result<&'static Calendar, Fault> {
    Ok(shipped().catalogue()?.calendar())
}

fn shipped_files() -> Vec<(&'static str, &'static str)> {
    fn walk(dir: &'static Dir<'static>, files: &mut Vec<(&'static str, &'static str)>) {
        let json = dir.files().filter(|file| file.path().extension().is_some_and(|e| e == "json"));
        files.extend(json.filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?))));
        dir.dirs().for_each(|dir| walk(dir, files));
    }
    let mut files = vec![];
    walk(&DATA, &mut files);
    files
}

impl<H: Host> Desk<H> {
    /// Shipped and imported data together; of several revisions all are there. What a dossier is pinned to is kept in the store as
    /// well: of a revision that ships, the shipped one counts here.
    pub(crate) async fn catalogue(&self) -> Result<Catalogue, Fault> {
        self.catalogue_with(&[]).await
    }

    /// One catalogue of what ships, what is kept on this computer, and `new` files.
    ///
    /// # Errors
    /// [`Code::RevisionExists`] when a new file is another content of a revision that is there; [`Code::BadFile`] when the new
    /// files do not fit beside the others. What is kept is never the reason of a fault.
    async fn catalogue_with(&self, new: &[CatalogueEntry]) -> Result<Catalogue, Fault> {
        let kept = self.kept_beside_shipped().await?;
        let mut added: Vec<&CatalogueEntry> = vec![];
        for entry in new {
            let same = |other: &&CatalogueEntry| revision_of(&other.pin) == revision_of(&entry.pin);
            let there = match shipped().sha256(&entry.pin)? {
                Some(sha256) => Some(sha256),
                None => kept.iter().chain(added.iter().copied()).find(same).map(|other| other.pin.sha256),
            };
            match there {
                Some(sha256) if sha256 == entry.pin.sha256 => {}
                Some(_) => {
                    return Err(Fault::new(Code::RevisionExists)
                        .with("what", &entry.pin.code)
                        .with("revision", &entry.pin.revision));
                }
                None => added.push(entry),
            }
        }
        one_catalogue(&kept, &added)
    }

    /// What is kept in the store and does not ship, one content a revision: the first that came. Forms come first, because
    /// procedures name them.
    async fn kept_beside_shipped(&self) -> Result<Vec<CatalogueEntry>, Fault> {
        let store = self.store().await?;
        let mut kept: Vec<CatalogueEntry> = vec![];
        for kind in [FORM, PROCEDURE] {
            let mut entries = store.catalogue_of(kind).await?;
            entries.sort_by_key(|entry| entry.added_at);
            for entry in entries {
                let there = kept.iter().any(|other| revision_of(&other.pin) == revision_of(&entry.pin));
                if !there && shipped().sha256(&entry.pin)?.is_none() {
                    kept.push(entry);
                }
            }
        }
        Ok(kept)
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
            entries.push(entry(&text, self.now()).map_err(|fault| fault.with("file", file.display()))?);
        }
        self.catalogue_with(&entries).await?;
        self.store().await?.keep_catalogue(&entries).await?;
        Ok(entries.iter().map(|entry| format!("{} {}", entry.pin.code, entry.pin.revision)).collect())
    }

    pub(crate) async fn check_form_file(&self, file: PathBuf) -> Result<Vec<FileProblem>, Fault> {
        let text = read_text(&file).await?;
        Ok(dossier::form::check(&text).into_iter().map(problem).collect())
    }

    /// Keeps the revisions a new dossier is pinned to, so that a later catalogue cannot change what it was started under.
    pub(crate) async fn pin(&self, procedure: &Procedure, form: &Form) -> Result<(), Fault> {
        let at = self.now();
        let entries = [procedure_entry(procedure, at)?, form_entry(form, at)?];
        Ok(self.store().await?.keep_catalogue(&entries).await?)
    }

    pub(crate) async fn pinned_procedure(
        &self,
        code: &str,
        revision: &str,
        sha256: Digest,
    ) -> Result<Procedure, Fault> {
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

/// Which revision of what, whatever its content.
fn revision_of(pin: &Pin) -> (&str, &str, &str) {
    (&pin.kind, &pin.code, &pin.revision)
}

/// The shipped files with these. A kept one can stop fitting when the product changes around it: it is left out, and a dossier
/// pinned to it still finds it in the store.
fn one_catalogue(kept: &[CatalogueEntry], new: &[&CatalogueEntry]) -> Result<Catalogue, Fault> {
    let all: Vec<&CatalogueEntry> = kept.iter().chain(new.iter().copied()).collect();
    if all.is_empty() {
        return shipped().catalogue().cloned();
    }
    let problems = match read_with_shipped(&all) {
        Ok(catalogue) => return Ok(catalogue),
        Err(problems) if kept.is_empty() => return Err(problems_fault(&problems)),
        Err(problems) => problems,
    };
    tracing::warn!(problems = problems.len(), "the catalogue does not fit together as it is kept");
    // One at a time, because which of two does not fit the problem does not say. Rare, so reading all each time is cheap enough.
    let mut fitting: Vec<&CatalogueEntry> = vec![];
    for entry in kept {
        fitting.push(entry);
        if read_with_shipped(&fitting).is_err() {
            fitting.pop();
        }
    }
    fitting.extend(new);
    read_with_shipped(&fitting).map_err(|problems| problems_fault(&problems))
}

fn read_with_shipped(entries: &[&CatalogueEntry]) -> Result<Catalogue, Vec<Located>> {
    let path = |pin: &Pin| {
        let folder = if pin.kind == FORM { "forms" } else { "procedures" };
        format!("{folder}/{}@{}.json", pin.code, pin.revision)
    };
    let added: Vec<(String, &str)> = entries.iter().map(|entry| (path(&entry.pin), entry.json.as_str())).collect();
    let added = added.iter().map(|(path, json)| (path.as_str(), *json));
    Catalogue::from_files(shipped().files.iter().copied().chain(added))
}

/// A file of either kind.
fn entry(json: &str, at: dossier::Timestamp) -> Result<CatalogueEntry, Fault> {
    let wrong = |problems: Vec<Located>| problems_fault(&problems);
    // A form has sections, a procedure has components: what it is not need not be explained.
    let is_form = serde_json::from_str::<serde_json::Value>(json).is_ok_and(|value| value.get("sections").is_some());
    if is_form {
        form_entry(&Form::from_json(json).map_err(wrong)?, at)
    } else {
        procedure_entry(&Procedure::from_json(json).map_err(wrong)?, at)
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

fn problem(spot: dossier::form::Spot) -> FileProblem {
    let dossier::form::Spot { line, column, problem: Located { path, problem } } = spot;
    FileProblem {
        place: path,
        line: u32::try_from(line).ok(),
        column: u32::try_from(column).ok(),
        reason: problem.to_string(),
        problem,
    }
}

fn problems_fault(problems: &[Located]) -> Fault {
    let text: Vec<String> = problems.iter().map(Located::to_string).collect();
    Fault::new(Code::BadFile).with("reason", text.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Surroundings, desk};

    #[test]
    fn what_ships_is_a_whole_catalogue() {
        let catalogue = shipped().catalogue().unwrap();
        for code in ["NB-03", "NB-11", "NB-15", "NB-20", "2.000635"] {
            assert!(catalogue.procedure(&code.parse().unwrap(), None).is_some(), "{code}");
        }
    }

    /// A shipped file as an office would make its own of it.
    fn made_of(path: &str, changes: &[(&str, &str)]) -> String {
        let (_, text) = shipped().files.iter().find(|(name, _)| *name == path).unwrap();
        changes.iter().fold((*text).to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        })
    }

    fn own_form() -> String {
        made_of("forms/nb-11.json", &[("\"id\": \"nb-11\"", "\"id\": \"nb-99\"")])
    }

    fn own_procedure(name: &str) -> String {
        let own = [("\"code\": \"NB-11\"", "\"code\": \"NB-99\""), ("\"id\": \"nb-11\"", "\"id\": \"nb-99\"")];
        let named = format!("\"name\": {{\"vi\": \"{name}\", \"en\": \"{name}\"}}, \"field\":");
        let text = made_of("procedures/nb-11.json", &own);
        let (before, after) = text.split_once("\"name\":").unwrap();
        let (_, after) = after.split_once("\"field\":").unwrap();
        format!("{before}{named}{after}")
    }

    async fn import(desk: &Desk<Surroundings>, files: &[&str]) -> Result<Vec<String>, Fault> {
        let folder = tempfile::tempdir().unwrap();
        let mut paths = vec![];
        for (i, text) in files.iter().enumerate() {
            let path = folder.path().join(format!("{i}.json"));
            std::fs::write(&path, text).unwrap();
            paths.push(path);
        }
        desk.import_procedures(paths).await
    }

    async fn names(desk: &Desk<Surroundings>, code: &str) -> Vec<String> {
        let lines = desk.procedures().await.unwrap();
        lines.into_iter().filter(|line| line.code == code).map(|line| line.name_vi).collect()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_changed_file_needs_a_new_revision_and_the_list_goes_on_working() {
        let desk = desk();
        let (form, procedure) = (own_form(), own_procedure("Một"));
        assert_eq!(import(&desk, &[&procedure, &form]).await.unwrap(), ["NB-99 1", "nb-99 1"]);
        assert_eq!(import(&desk, &[&procedure]).await.unwrap(), ["NB-99 1"], "the same again changes nothing");
        let refused = import(&desk, &[&own_procedure("Hai")]).await.unwrap_err();
        assert_eq!((refused.code, refused.args["what"].as_str()), (Code::RevisionExists, "NB-99"));
        assert_eq!(names(&desk, "NB-99").await, ["Một"]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_revision_that_ships_is_not_imported_with_another_content() {
        let desk = desk();
        let other = made_of("procedures/nb-11.json", &[("\"sets\": 1", "\"sets\": 2")]);
        assert_eq!(import(&desk, &[&other]).await.unwrap_err().code, Code::RevisionExists);
        import(&desk, &[&made_of("procedures/nb-11.json", &[])]).await.unwrap();
        assert_eq!(names(&desk, "NB-11").await.len(), 1);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn two_contents_of_a_revision_in_one_import_are_refused() {
        let desk = desk();
        let files = [own_form(), own_procedure("Một"), own_procedure("Hai")];
        let refused = import(&desk, &files.each_ref().map(String::as_str)).await.unwrap_err();
        assert_eq!(refused.code, Code::RevisionExists);
        assert_eq!(names(&desk, "NB-99").await, [""; 0], "all or none");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_form_can_come_before_its_procedure_but_not_after() {
        let desk = desk();
        let refused = import(&desk, &[&own_procedure("Một")]).await.unwrap_err();
        assert_eq!(refused.code, Code::BadFile);
        assert!(refused.args["reason"].contains("nb-99"), "{refused:?}");
        import(&desk, &[&own_form()]).await.unwrap();
        import(&desk, &[&own_procedure("Một")]).await.unwrap();
        assert_eq!(names(&desk, "NB-99").await, ["Một"]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn what_is_kept_and_fits_no_longer_is_left_out_and_nothing_else() {
        let desk = desk();
        import(&desk, &[&own_form(), &own_procedure("Một")]).await.unwrap();
        // As an older product may have left them: overlapping a shipped revision, the same revision twice, and unreadable.
        let overlapping = made_of("procedures/nb-11.json", &[("\"revision\": 1", "\"revision\": 7")]);
        let mut unreadable = entry(&overlapping, desk.now()).unwrap();
        unreadable.pin.code = "NB-98".to_owned();
        unreadable.json = "{}".to_owned();
        let left =
            [entry(&overlapping, desk.now()).unwrap(), entry(&own_procedure("Hai"), desk.now()).unwrap(), unreadable];
        desk.store().await.unwrap().keep_catalogue(&left).await.unwrap();
        assert_eq!(names(&desk, "NB-99").await.len(), 1);
        assert_eq!(names(&desk, "NB-11").await.len(), 1);
        assert_eq!(desk.procedures().await.unwrap().len(), shipped().catalogue().unwrap().procedures().count() + 1);
        let pin = &left[0].pin;
        let pinned = desk.pinned_procedure(&pin.code, &pin.revision, pin.sha256).await.unwrap();
        assert_eq!(pinned.revision, 7, "a dossier pinned to it still has it");
    }
}
