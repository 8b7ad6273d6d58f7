//! Files within a portal's limits: what is over them is made again at a lower resolution, step by step, then cut.

use dossier::{PageId, Portal, profile::ScanColour};
use store::{BlobId, BlobName, Document, DocumentKind, Page};

use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
    queue::{FRAME_BYTES, cost, parts},
    worker::Settings,
};

/// One file as it goes into a pack.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    pub blob: BlobId,
    pub media_type: String,
    pub pages: Option<u32>,
    pub reduced_to: Option<u32>,
    pub part: Option<[u32; 2]>,
}

/// A document on its way to fit.
struct Trying<'d> {
    document: &'d Document,
    file: Fitted,
    /// Which of the regime's resolutions it was made at; none when it is as the dossier has it.
    step: usize,
}

impl<H: Host> Desk<H> {
    /// The files of these documents as the portal takes them, each document's together and in their order. `made`: what was made for
    /// it, needed or not.
    ///
    /// # Errors
    /// [`Code::PortalRefuses`] with what cannot be made to fit: a type, a signed file or a single page that is too large, too many
    /// files, too much in all.
    pub(super) async fn fit(
        &self,
        portal: &Portal,
        documents: &[Document],
        made: &mut Vec<BlobName>,
    ) -> Result<Vec<Vec<Fitted>>, Fault> {
        let rule = self.scan_rule().await?;
        let (limits, last) = (&portal.limits, rule.dpi_steps.len().saturating_sub(1));
        // A signature put on later makes a file larger; a portal of very small files leaves no room for one.
        let reserve = rule.signature_bytes * u64::from(rule.signatures);
        let most = limits.file_bytes.saturating_sub(reserve).max(limits.file_bytes / 2);
        let mut files = vec![];
        for document in documents {
            files.push(Trying { document, file: self.as_it_is(document).await?, step: 0 });
        }
        for Trying { document, file, .. } in &files {
            if !limits.types.contains(&file.media_type) {
                return Err(refuses("type", document, &file.media_type, limits.types.join(", ")));
            }
            if document.kind != DocumentKind::Pages && file.blob.size > limits.file_bytes {
                return Err(refuses("bytes", document, file.blob.size, limits.file_bytes));
            }
        }
        let can = |it: &Trying<'_>| it.document.kind == DocumentKind::Pages && it.step < last;
        loop {
            let total: u64 = files.iter().map(|it| it.file.blob.size).sum();
            let over = limits.total_bytes.is_some_and(|limit| total > limit);
            let single = files.iter().position(|it| can(it) && it.file.blob.size > most);
            let largest = || {
                let able = files.iter().enumerate().filter(|(_, it)| can(it));
                able.max_by_key(|(_, it)| it.file.blob.size).map(|(at, _)| at)
            };
            let Some(at) = single.or_else(|| if over { largest() } else { None }) else { break };
            let Some(it) = files.get_mut(at) else { break };
            it.step += 1;
            let dpi = rule.dpi_steps.get(it.step).copied().unwrap_or(rule.min_dpi);
            let pages = self.store().await?.pages(it.document.id).await?;
            let smaller = self.at_dpi(it.document, &pages, dpi).await?;
            made.push(smaller.blob.name);
            if smaller.blob.size < it.file.blob.size {
                it.file = smaller;
            }
        }
        let mut fitted = vec![];
        for it in &files {
            let cut = it.document.kind == DocumentKind::Pages && it.file.blob.size > most;
            fitted.push(if cut { self.cut(it, most, rule.max_pages, made).await? } else { vec![it.file.clone()] });
        }
        let count = fitted.iter().map(|files| files.len() as u64).sum::<u64>();
        let total = fitted.iter().flatten().map(|file| file.blob.size).sum::<u64>();
        let whole = |what: &str, found: u64, limit: u64| {
            Fault::new(Code::PortalRefuses).with("what", what).with("found", found).with("limit", limit)
        };
        if let Some(limit) = limits.files.map(u64::from).filter(|limit| count > *limit) {
            return Err(whole("files", count, limit));
        }
        if let Some(limit) = limits.total_bytes.filter(|limit| total > *limit) {
            return Err(whole("total", total, limit));
        }
        Ok(fitted)
    }

    /// The file the dossier has.
    async fn as_it_is(&self, document: &Document) -> Result<Fitted, Fault> {
        if let Some(fault) = self.secret_file_of(document).await? {
            return Err(fault);
        }
        let (file, line) = self.frozen_file(document).await?;
        let made = if document.kind == DocumentKind::Pages { self.made_of(document).await? } else { None };
        let pages = made.map(|made| made.pages);
        Ok(Fitted { blob: file.blob, media_type: line.media_type, pages, reduced_to: None, part: None })
    }

    async fn at_dpi(&self, document: &Document, pages: &[Page], dpi: u32) -> Result<Fitted, Fault> {
        let rule = self.scan_rule().await?;
        let settings = Settings {
            min_dpi: rule.min_dpi,
            max_dpi: dpi,
            colourless: rule.colour == ScanColour::Grey,
            reduced: true,
            ..Settings::default()
        };
        let (report, blob, _) = self.make_pdf(document, pages, settings, self.host.as_ref()).await?;
        let media_type = "application/pdf".to_owned();
        Ok(Fitted { blob, media_type, pages: Some(report.written()), reduced_to: Some(dpi), part: None })
    }

    /// Parts none of which is over `most` bytes.
    async fn cut(
        &self,
        it: &Trying<'_>,
        most: u64,
        max_pages: u32,
        made: &mut Vec<BlobName>,
    ) -> Result<Vec<Fitted>, Fault> {
        let rule = self.scan_rule().await?;
        let dpi = rule.dpi_steps.last().copied().unwrap_or(rule.min_dpi);
        let pages = self.store().await?.pages(it.document.id).await?;
        // What the pages weigh at this resolution nobody has noted: as much of the file as they weigh of the dossier's own.
        let weighs = |page: &Page| page.findings["bytes"].as_u64().unwrap_or(0);
        let all: u64 = pages.iter().map(weighs).sum();
        let scaled = |page: &Page| {
            u64::try_from(u128::from(weighs(page)) * u128::from(it.file.blob.size) / u128::from(all.max(1)))
        };
        let sizes: Vec<(PageId, u64)> =
            pages.iter().map(|page| (page.id, cost(scaled(page).unwrap_or(most), 0))).collect();
        let mut room = (most * 95 / 100).saturating_sub(FRAME_BYTES);
        // Pages are not all alike: where a part comes out too large, all are cut smaller.
        loop {
            let cut = parts(&sizes, room, max_pages);
            let count = cut.len() as u32;
            let mut files = vec![];
            for (n, ids) in cut.iter().enumerate() {
                let own: Vec<Page> = pages.iter().filter(|page| ids.contains(&page.id)).cloned().collect();
                let file = self.at_dpi(it.document, &own, dpi).await?;
                made.push(file.blob.name);
                if file.blob.size > most {
                    if own.iter().filter(|page| weighs(page) > 0).count() < 2 {
                        return Err(refuses("page", it.document, file.blob.size, most));
                    }
                    break;
                }
                files.push(Fitted { part: Some([n as u32 + 1, count]), ..file });
            }
            if files.len() == cut.len() {
                return Ok(files);
            }
            room = room * 3 / 4;
        }
    }
}

fn refuses(what: &str, document: &Document, found: impl ToString, limit: impl ToString) -> Fault {
    let fault = Fault::new(Code::PortalRefuses).with("what", what).with("title", &document.head.title);
    fault.with("found", found).with("limit", limit)
}
