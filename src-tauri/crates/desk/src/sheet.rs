//! A dossier as a screen shows it: its form filled in, evaluated at every change.

use dossier::{Answer as GivenAnswer, DossierId, Value, evaluate::Evaluation};

use crate::{
    Desk, Filled, Host, OpenView, Sheet,
    dossiers::OpenDossier,
    fault::{Fault, FaultCode as Code},
    filing,
};

/// What stands as it stood keeps where it came from and who confirmed it, also cell by cell.
fn keep_provenance(new: &mut GivenAnswer, old: Option<&GivenAnswer>) {
    let Some(old) = old else { return };
    if new.value == old.value {
        *new = old.clone();
        return;
    }
    let (Value::Rows(rows), Value::Rows(before)) = (&mut new.value, &old.value) else { return };
    for row in rows {
        let Some(before) = before.iter().find(|before| before.id == row.id) else { continue };
        for (field, cell) in &mut row.answers {
            keep_provenance(cell, before.answers.get(field));
        }
    }
}

impl<H: Host> Desk<H> {
    pub(crate) async fn open_view(&self, id: DossierId) -> Result<OpenView, Fault> {
        let open = self.open_dossier(id).await?;
        let sheet = self.sheet_of(&open).await?;
        Ok(OpenView { procedure: open.procedure, form: open.form, sheet })
    }

    /// Keeps the values, all or, when one field is unknown, none, and evaluates the form again. Saves of one dossier that overlap
    /// follow each other: a later one never undoes an earlier one.
    pub(crate) async fn fill(&self, id: DossierId, values: &[Filled]) -> Result<Sheet, Fault> {
        let _turn = self.saving.lock().await;
        let mut open = self.open_dossier(id).await?;
        let today = self.today()?;
        for Filled { field, value } in values {
            let mut answer = filing::given_as_json(&open.form, field, value, self.now(), today)?;
            keep_provenance(&mut answer, open.answers.0.get(field.as_str()));
            open.answers.set(field.as_str(), answer);
        }
        self.save_answers(&open).await?;
        let open = self.open_dossier(id).await?;
        self.sheet_of(&open).await
    }

    async fn sheet_of(&self, open: &OpenDossier) -> Result<Sheet, Fault> {
        let id = open.record.id;
        if open.record.discarded {
            return Err(Fault::new(Code::NotFound).with("what", "dossier"));
        }
        let documents = self.store().await?.documents(id).await?;
        Ok(Sheet {
            dossier: self.view(open, &documents).await?,
            fields: Evaluation::of(&open.form, &open.answers, self.today()?).fields,
            findings: self.findings(open, &documents).await?,
            saved_at: open.record.updated_at,
        })
    }
}
