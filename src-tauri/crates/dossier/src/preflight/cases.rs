//! The cases that every place which runs the check must give the same answer to: read by the tests of desktop and hub alike.

use serde::Deserialize;

use crate::{
    answers::Answers,
    check::{Finding, Place},
    key::{ComponentCode, RowId},
};

/// The file's content.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    pub about: String,
    pub procedure: String,
    /// As they are sent; a case changes some.
    answers: serde_json::Map<String, serde_json::Value>,
    pub cases: Vec<Case>,
}

/// A dossier, and what is found of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    #[serde(default)]
    answers: serde_json::Map<String, serde_json::Value>,
    pub papers: Vec<CasePaper>,
    /// Contents that are in an earlier dossier of the agency too.
    #[serde(default)]
    pub earlier: Vec<String>,
    /// The code by which the hub refuses it.
    #[serde(default)]
    pub refused: Option<String>,
    /// See [`line`].
    pub expect: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CasePaper {
    pub component: ComponentCode,
    #[serde(default)]
    pub row: Option<RowId>,
    /// The file's bytes.
    pub content: String,
    pub title: String,
    pub media_type: String,
    pub originals: u32,
    pub copies: u32,
}

impl Cases {
    /// # Errors
    /// What is wrong with the text.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The answers of a case, as they are sent.
    pub fn sent(&self, case: &Case) -> serde_json::Value {
        let mut answers = self.answers.clone();
        answers.extend(case.answers.clone());
        answers.retain(|_, answer| !answer.is_null());
        answers.into()
    }

    pub fn answers(&self, case: &Case) -> Answers {
        Answers::submitted(&self.sent(case))
    }
}

/// A finding as the cases name it: `! missing NB-03.04`.
pub fn line(finding: &Finding) -> String {
    let code = serde_json::to_value(&finding.what).ok();
    let code = code.as_ref().and_then(|what| what["code"].as_str()).unwrap_or("?").to_owned();
    let (place, row) = match &finding.place {
        Place::Field { field, row } => (field.to_string(), row.as_ref()),
        Place::Component { component, row } | Place::Page { component, row, .. } => {
            (component.to_string(), row.as_ref())
        }
        Place::Dossier => ("dossier".to_owned(), None),
    };
    let row = row.map_or_else(String::new, |row| format!("[{row}]"));
    format!("{} {code} {place}{row}", if finding.blocking { "!" } else { "-" })
}
