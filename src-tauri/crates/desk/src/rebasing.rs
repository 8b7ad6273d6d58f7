//! Moving a draft to the newest revision of its procedure: shown first, done when a person says so.

use dossier::{
    DossierId, FieldId, Form,
    rebase::{Rebase, SetAsideReason},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Desk, Host,
    dossiers::{Draft, OpenDossier},
    fault::Fault,
    shown::shown,
};

/// What becomes, or became, of a draft under the newest revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RebaseView {
    pub dossier: DossierId,
    pub from: u32,
    /// The same as `from` where there is nothing newer.
    pub to: u32,
    /// It was done, and not only shown.
    pub applied: bool,
    pub kept: u32,
    pub moved: Vec<RebaseLine>,
    pub set_aside: Vec<RebaseLine>,
    /// Components of its papers that the new revision does not have.
    pub components_gone: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RebaseLine {
    pub field: String,
    pub row: Option<String>,
    pub label_vi: String,
    pub label_en: String,
    /// As it was answered.
    pub value: String,
    /// Why it is set aside.
    pub reason: Option<SetAsideReason>,
}

impl<H: Host> Desk<H> {
    pub(crate) async fn rebase_dossier(&self, id: DossierId, apply: bool) -> Result<RebaseView, Fault> {
        let _turn = self.saving.lock().await;
        let open = self.open_dossier(id).await?;
        let newest = self.procedure(open.procedure.code.as_str()).await?;
        let form = self.current_form(&newest).await?;
        let made = Rebase::of(&open.form, &form, &open.answers, &open.attic, self.today()?);
        let documents = self.store().await?.documents(id).await?;
        let mut gone: Vec<String> = documents.into_iter().map(|document| document.head.component).collect();
        gone.retain(|component| newest.component(component).is_none());
        gone.sort();
        gone.dedup();
        let mut view = view(&open, &form, &made, newest.revision, gone);
        let newer = newest.sha256() != open.procedure.sha256() || form.sha256() != open.form.sha256();
        if apply && newer {
            self.pin(&newest, &form).await?;
            let (revision, sha256) = (newest.revision.to_string(), newest.sha256());
            let draft = Draft {
                form: form.id.clone(),
                revision: form.revision,
                sha256: form.sha256(),
                answers: made.answers,
                attic: made.attic,
            };
            let draft = serde_json::to_value(&draft).map_err(Fault::unexpected)?;
            let version = open.record.answers_version;
            let repin = async |store: &store::Store, act: &store::Act<'_>| {
                store.repin_dossier(id, version, &revision, sha256, &draft, act).await
            };
            self.acting("dossier.rebased", repin).await?;
            view.applied = true;
        }
        Ok(view)
    }
}

fn view(open: &OpenDossier, form: &Form, made: &Rebase, to: u32, components_gone: Vec<String>) -> RebaseView {
    let line = |field: &FieldId, row: Option<String>, value: String, reason| {
        let known = open.form.field(field.as_str()).or_else(|| form.field(field.as_str()));
        let (label_vi, label_en) = known
            .map_or_else(|| (field.to_string(), field.to_string()), |it| (it.label.vi.clone(), it.label.en.clone()));
        RebaseLine { field: field.to_string(), row, label_vi, label_en, value, reason }
    };
    let moved = made.moved.iter().map(|moved| {
        let kind = form.field(moved.to.as_str()).map(|field| &field.kind);
        let value = made.answers.value(moved.to.as_str());
        let value = kind.zip(value).map_or_else(String::new, |(kind, value)| shown(kind, value));
        line(&moved.from, moved.row.as_ref().map(ToString::to_string), value, None)
    });
    let aside = made.set_aside.iter().map(|aside| {
        let kind = open.form.field(aside.field.as_str()).map(|field| &field.kind);
        let value = kind.map_or_else(String::new, |kind| shown(kind, &aside.value));
        line(&aside.field, aside.row.as_ref().map(ToString::to_string), value, Some(aside.reason))
    });
    RebaseView {
        dossier: open.record.id,
        from: open.procedure.revision,
        to,
        applied: false,
        kept: made.kept.len() as u32,
        moved: moved.collect(),
        set_aside: aside.collect(),
        components_gone,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Filled, testing::desk};

    /// NB-11 as a procedure of its own, in this revision: the form and the procedure.
    fn own(revision: u32) -> [serde_json::Value; 2] {
        let texts =
            [include_str!("../../../data/forms/nb-11.json"), include_str!("../../../data/procedures/nb-11.json")];
        let [mut form, mut procedure]: [serde_json::Value; 2] = texts.map(|text| serde_json::from_str(text).unwrap());
        (form["id"], form["revision"]) = (json!("nb-98"), json!(revision));
        (procedure["code"], procedure["revision"]) = (json!("NB-98"), json!(revision));
        procedure["form"] = json!({"id": "nb-98", "revision": revision});
        [form, procedure]
    }

    fn first() -> [String; 2] {
        let [form, mut procedure] = own(1);
        procedure["valid_to"] = json!("2026-12-31");
        [form.to_string(), procedure.to_string()]
    }

    /// The second revision, from a day of the first: no contact e-mail any more.
    fn revised() -> [String; 2] {
        let [mut form, mut procedure] = own(2);
        for section in form["sections"].as_array_mut().unwrap() {
            section["fields"].as_array_mut().unwrap().retain(|field| field["id"] != "contact_email");
        }
        procedure["valid_from"] = json!("2026-11-01");
        [form.to_string(), procedure.to_string()]
    }

    async fn import(desk: &Desk<crate::testing::Surroundings>, files: [String; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["form.json", "procedure.json"].map(|name| folder.path().join(name));
        for (path, text) in paths.iter().zip(&files) {
            std::fs::write(path, text).unwrap();
        }
        desk.import_procedures(paths.to_vec()).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_draft_moves_when_a_person_says_so_and_loses_nothing() {
        let desk = desk();
        import(&desk, first()).await;
        let id = desk.new_dossier("NB-98", false).await.unwrap().id;
        let filled = |field: &str, value: &str| Filled { field: field.to_owned(), value: json!(value) };
        let given = [filled("contact_phone", "0912345678"), filled("contact_email", "lan@stc.gov.vn")];
        desk.fill(id, &given).await.unwrap();
        let same = desk.rebase_dossier(id, true).await.unwrap();
        assert_eq!((same.from, same.to, same.applied), (1, 1, false), "there is nothing newer");
        import(&desk, revised()).await;
        let shown = desk.rebase_dossier(id, false).await.unwrap();
        assert_eq!((shown.from, shown.to, shown.applied, shown.kept), (1, 2, false, 1));
        let aside = &shown.set_aside[0];
        assert_eq!((aside.field.as_str(), aside.value.as_str()), ("contact_email", "lan@stc.gov.vn"));
        assert_eq!(desk.open_dossier(id).await.unwrap().procedure.revision, 1, "shown, and nothing more");
        assert!(desk.rebase_dossier(id, true).await.unwrap().applied);
        // What is filled in afterwards leaves what was set aside where it is.
        desk.fill(id, &[filled("contact_phone", "0987654321")]).await.unwrap();
        let open = desk.open_dossier(id).await.unwrap();
        assert_eq!((open.procedure.revision, open.form.revision), (2, 2));
        assert_eq!(open.answers.value("contact_phone"), Some(&"0987654321".into()));
        assert_eq!(open.attic.value("contact_email"), Some(&"lan@stc.gov.vn".into()));
    }
}
