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
        let left = self.marks(id).await?.left;
        Ok(OpenView { procedure: open.procedure, form: open.form, sheet, left })
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

    pub(crate) async fn sheet_of(&self, open: &OpenDossier) -> Result<Sheet, Fault> {
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

#[cfg(test)]
mod tests {
    use dossier::answers::Source;
    use serde_json::json;

    use super::*;
    use crate::testing::desk;

    fn filled(field: &str, value: serde_json::Value) -> Filled {
        Filled { field: field.to_owned(), value }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn overlapping_fills_keep_both_fields() {
        let desk = desk();
        let id = desk.new_dossier("NB-11", false).await.unwrap().id;
        let fields = ["contact_phone", "request_number", "request_signer"];
        let fill = async |n: usize| desk.fill(id, &[filled(fields[n], json!(format!("090123456{n}")))]).await.unwrap();
        tokio::join!(fill(0), fill(1), fill(2));
        let answers = desk.open_dossier(id).await.unwrap().answers;
        for field in fields {
            assert!(answers.value(field).is_some(), "{field}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn fill_keeps_provenance_cell_by_cell() {
        let desk = desk();
        let id = desk.new_dossier("NB-03", false).await.unwrap().id;
        let table = |name: &str, unit: &str| json!([{ "id": "r1", "asset_name": name, "asset_unit": unit }]);
        desk.fill(id, &[filled("assets", table("Máy in", "cái")), filled("request_number", json!("12"))])
            .await
            .unwrap();
        // As a machine reads it, and a person confirms it.
        let mut open = desk.open_dossier(id).await.unwrap();
        let read = |answer: &mut GivenAnswer| {
            (answer.source, answer.confidence, answer.confirmed_by) = (Source::Ocr, Some(80), Some("Lan".to_owned()));
        };
        for (field, answer) in &mut open.answers.0 {
            match &mut answer.value {
                Value::Rows(rows) => rows.iter_mut().flat_map(|row| row.answers.values_mut()).for_each(read),
                _ if field.as_str() == "request_number" => read(answer),
                _ => {}
            }
        }
        desk.save_answers(&open).await.unwrap();

        desk.fill(id, &[filled("assets", table("Máy quét", "cái")), filled("request_number", json!("12"))])
            .await
            .unwrap();
        let answers = desk.open_dossier(id).await.unwrap().answers;
        let Some(Value::Rows(rows)) = answers.value("assets") else { panic!("a table") };
        let cell = |field: &str| (rows[0].answers[field].source, rows[0].answers[field].confirmed_by.as_deref());
        assert_eq!(cell("asset_unit"), (Source::Ocr, Some("Lan")), "what stands as it stood");
        assert_eq!(cell("asset_name"), (Source::Typed, None), "what was typed over");
        let number = answers.get("request_number").unwrap();
        assert_eq!((number.source, number.confirmed_by.as_deref()), (Source::Ocr, Some("Lan")));
    }
}
