//! What the check before sending may know of a dossier's papers: plain values, for rules that the hub applies too.

use dossier::{
    ComponentCode, RowId,
    preflight::{Letterhead, PaperFacts},
};
use store::{Document, DocumentKind};

use crate::{Desk, Host, digitising::PageReport, fault::Fault, worker::LetterheadFound};

impl<H: Host> Desk<H> {
    pub(crate) async fn paper_facts(&self, documents: &[Document]) -> Result<Vec<PaperFacts>, Fault> {
        let mut facts = vec![];
        for document in documents {
            facts.push(self.facts_of(document).await?);
        }
        Ok(facts)
    }

    async fn facts_of(&self, document: &Document) -> Result<PaperFacts, Fault> {
        let made = self.made_of(document).await?;
        let source = document.sources.first();
        let (bytes, media_type) = match (document.kind, made) {
            (DocumentKind::Pages, made) => (made.map_or(0, |made| made.pdf.size), "application/pdf".to_owned()),
            (_, _) => {
                (source.map_or(0, |it| it.blob.size), source.map_or_else(String::new, |it| it.media_type.clone()))
            }
        };
        // A file of which only some pages belong here may be in another paper too, by right.
        let whole = document.sources.iter().filter(|source| source.frames.is_none());
        let pages = self.store().await?.pages(document.id).await?;
        let letterhead = pages
            .iter()
            .filter(|page| !page.removed)
            .find_map(|page| Some(read(serde_json::from_value::<PageReport>(page.findings.clone()).ok()?.letterhead?)));
        let head = &document.head;
        Ok(PaperFacts {
            component: ComponentCode::from(head.component.as_str()),
            row: head.component_row.as_deref().map(RowId::from),
            title: head.title.clone(),
            sources: whole.map(|source| source.blob.sha256).collect(),
            media_type,
            bytes,
            letterhead,
        })
    }
}

/// A letterhead as rules compare it.
fn read(found: LetterheadFound) -> Letterhead {
    Letterhead {
        number: found.number,
        date: found.date.and_then(|date| date.parse().ok()),
        agency: found.agency,
        summary: found.subject,
        signer: found.signer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_that_a_form_can_compare_is_there() {
        let text = |text: &str| Some(text.to_owned());
        let found = LetterheadFound {
            number: text("12/TTr"),
            date: text("2026-11-20"),
            agency: text("UBND xã"),
            subject: text("Về việc sửa chữa"),
            signer: text("Lê Khương"),
            ..LetterheadFound::default()
        };
        let date = "2026-11-20".parse().ok();
        let (number, agency) = (text("12/TTr"), text("UBND xã"));
        let expected =
            Letterhead {
                number, date, agency, summary: text("Về việc sửa chữa"), signer: text("Lê Khương")
            };
        assert_eq!(read(found), expected);
    }
}
