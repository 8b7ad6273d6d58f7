//! What the check before sending may know of a dossier's papers: plain values, for rules that the hub applies too.

use dossier::{
    ComponentCode, Finding, RowId,
    check::Place,
    preflight::{Earlier, HubLimits, Letterhead, PageFacts, PaperFacts, Signature, Taken},
};
use store::{Document, DocumentKind, Page};

use crate::{
    Desk, Host, WordView, digitising::PageReport, fault::Fault, papers_in::is_sealed, worker::LetterheadFound,
};

impl<H: Host> Desk<H> {
    pub(crate) async fn paper_facts(&self, documents: &[Document]) -> Result<Vec<PaperFacts>, Fault> {
        let mut facts = vec![];
        for document in documents {
            facts.push(self.facts_of(document).await?);
        }
        Ok(facts)
    }

    /// What receiving systems take: by today's regime, and as the hub said when it was last reached.
    pub(crate) async fn taken(&self) -> Result<Taken, Fault> {
        let profile = self.catalogue().await?.profile_on(self.today()?).map(|it| (it.id.clone(), it.scans.clone()));
        let hub: Option<wire::limits::Limits> = self.store().await?.setting(sync::HUB_LIMITS).await?;
        let hub = hub.map(|limits| HubLimits {
            max_file_bytes: limits.max_file_bytes,
            max_files: limits.max_files,
            accepted_types: limits.accepted_types,
        });
        Ok(Taken { scans: profile, hub })
    }

    async fn facts_of(&self, document: &Document) -> Result<PaperFacts, Fault> {
        let made = self.made_of(document).await?;
        let source = document.sources.first();
        let digitised = document.kind == DocumentKind::Pages;
        let (bytes, media_type) = match (digitised, made) {
            (true, made) => (made.map_or(0, |made| made.pdf.size), "application/pdf".to_owned()),
            (false, _) => {
                (source.map_or(0, |it| it.blob.size), source.map_or_else(String::new, |it| it.media_type.clone()))
            }
        };
        // A file of which only some pages belong here may be in another paper too, by right.
        let whole = document.sources.iter().filter(|source| source.frames.is_none());
        let store = self.store().await?;
        // What a sealed page says is told nobody, also where the same file lies in another dossier.
        let (kept, secret) = (store.pages(document.id).await?, store.secret_frames().await?);
        let pages: Vec<(Page, PageReport)> = kept
            .into_iter()
            .filter(|page| !page.removed && !secret.holds(&page.source.name, page.frame))
            .filter_map(|page| Some((serde_json::from_value(page.findings.clone()).ok()?, page)))
            .map(|(report, page)| (page, report))
            .collect();
        let letterhead =
            LetterheadFound::together(pages.iter().map(|(_, report)| report.letterhead.as_ref())).map(read);
        let head = &document.head;
        let secrecy = is_sealed(document).then(|| {
            let kept = document.failure.as_ref().and_then(|failure| failure.args["mark"].as_str().map(str::to_owned));
            kept.unwrap_or_else(|| "MẬT".to_owned())
        });
        Ok(PaperFacts {
            component: ComponentCode::from(head.component.as_str()),
            row: head.component_row.as_deref().map(RowId::from),
            document: Some(document.id),
            title: head.title.clone(),
            sources: whole.map(|source| source.blob.sha256).collect(),
            media_type,
            bytes,
            digitised,
            signature: signature(document, pages.iter().map(|(_, report)| report)),
            pages: pages.iter().map(|(page, report)| facts_of_page(page, report)).collect(),
            letterhead,
            secrecy,
            elsewhere: self.elsewhere(document).await?,
            came: document.reused_from.map(|_| self.day_of(document.came_at)).transpose()?,
        })
    }

    /// The first dossier of this computer that has a file of this paper too, the whole of it; not where one was taken over from the
    /// other.
    async fn elsewhere(&self, document: &Document) -> Result<Option<Earlier>, Fault> {
        let store = self.store().await?;
        let own = document.sources.iter().filter(|source| source.frames.is_none() && document.reused_from.is_none());
        for source in own {
            if let Some((code, title)) = store.also_in(&source.blob.name, document.dossier).await? {
                return Ok(Some(Earlier { code, title }));
            }
        }
        Ok(None)
    }

    /// Where on its page stands what findings name.
    pub(crate) async fn locate(&self, findings: &mut [Finding]) -> Result<(), Fault> {
        for finding in findings {
            let Place::Page { at, .. } = &mut finding.place else { continue };
            let (Some(document), Some(page), Some(seen)) = (at.document, at.page, &at.seen) else { continue };
            at.spot = spot(&self.page_words(document, page).await?, seen);
        }
        Ok(())
    }
}

/// The box round the words that say `seen`, in thousandths of the page.
fn spot(words: &[WordView], seen: &str) -> Option<[u16; 4]> {
    let key = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let sought = key(seen);
    let run = (0..words.len()).find_map(|first| {
        let mut read = String::new();
        for (n, word) in words[first..].iter().enumerate() {
            read.push_str(&key(&word.text));
            if read == sought {
                return Some(&words[first..=first + n]);
            }
            if !sought.starts_with(&read) {
                return None;
            }
        }
        None
    })?;
    let edge =
        |of: fn(&[f32; 4]) -> f32, pick: fn(f32, f32) -> f32| run.iter().map(|word| of(&word.place)).reduce(pick);
    let (left, top) = (edge(|at| at[0], f32::min)?, edge(|at| at[1], f32::min)?);
    let (right, bottom) = (edge(|at| at[0] + at[2], f32::max)?, edge(|at| at[1] + at[3], f32::max)?);
    Some([left, top, right - left, bottom - top].map(|share| (share * 1000.0).round() as u16))
}

/// What was seen of signatures: a digital one, or coloured ink on a page that was scanned.
fn signature<'a>(document: &Document, pages: impl Iterator<Item = &'a PageReport>) -> Signature {
    match document.kind {
        DocumentKind::Sealed => return Signature::Signed,
        DocumentKind::AsIs => return Signature::NotLooked,
        DocumentKind::Pages => {}
    }
    let pages: Vec<_> = pages.collect();
    let scans = || pages.iter().filter(|page| !page.born_digital);
    match scans().count() {
        _ if pages.is_empty() => Signature::NotLooked,
        0 => Signature::Unsigned,
        _ if scans().any(|page| matches!(page.colour.as_str(), "colour" | "mixed")) => Signature::Ink,
        _ => Signature::NoInk,
    }
}

fn facts_of_page(page: &Page, report: &PageReport) -> PageFacts {
    let percent = (report.mean_confidence * 100.0).round() as u8;
    PageFacts {
        page: Some(page.id),
        dpi: (!report.born_digital).then(|| report.dpi[0].min(report.dpi[1]).round() as u32),
        blank: report.blank,
        ink: (report.ink * 1000.0).round() as u16,
        read: page.reading.is_some() && !report.warnings.iter().any(|code| code == "no-text-reader"),
        words: report.words,
        confidence: percent,
        upright: report.orientation_sure,
        text: report.text.clone(),
        heading: report.letterhead.as_ref().and_then(LetterheadFound::heading),
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
