//! The hub's catalogue: fetched when there is a hub, kept beside what is here, compared with it.
//!
//! A revision that is here is never replaced: what the hub has under the same number with another content is kept to be compared,
//! and does not count.

use std::collections::BTreeSet;

use dossier::{Entry, EntryKind, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Act, CatalogueEntry, Origin, Pin};
use sync::fetch_catalogue;
use wire::catalogue::Listed;

use super::{
    AtHub, AtHubLine, CatalogueAtHub, CatalogueFetched, exchange::no_entry, kept_entry, problems_fault, shipped,
};
use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
};

/// The name under which the hub's list is kept.
const LIST: &str = "catalogue.hub";

/// The hub's list as it was when it was last fetched, checked against the hub's key.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct HubList {
    hub: String,
    /// Absent when something of the list was refused: it is asked for again.
    etag: Option<String>,
    version: u64,
    published_at: Timestamp,
    fetched_at: Timestamp,
    entries: Vec<Listed>,
}

impl<H: Host> Desk<H> {
    pub(crate) async fn fetch_catalogue(&self) -> Result<CatalogueFetched, Fault> {
        let (_, hub) = self.hub().await?;
        let name = hub.id().to_string();
        let known = self.hub_list().await?.filter(|list| list.hub == name);
        let here = self.digests_here().await?;
        let etag = known.as_ref().and_then(|list| list.etag.as_deref());
        let Some(news) = fetch_catalogue(&hub, etag, |listed| !here.contains(&listed.sha256)).await? else {
            let version = known.map_or(0, |list| list.version);
            return Ok(CatalogueFetched { changed: false, version, taken: vec![], refused: vec![] });
        };
        let mut refused: Vec<(String, Fault)> =
            news.refused.into_iter().map(|(listed, fault)| (named(&listed), fault.into())).collect();
        let mut taken = vec![];
        for (listed, body) in &news.bodies {
            match self.read_listed(listed, body) {
                Ok(entry) => taken.push(entry),
                Err(fault) => refused.push((named(listed), fault)),
            }
        }
        self.keep_from_hub(&taken).await?;
        let version = news.manifest.version;
        let list = HubList {
            hub: name,
            etag: refused.is_empty().then(|| news.manifest.etag()),
            version,
            published_at: news.manifest.published_at,
            fetched_at: self.now(),
            entries: news.manifest.entries,
        };
        self.store().await?.set_setting(LIST, &list).await?;
        let taken = taken.iter().map(|entry| format!("{} {}", entry.pin.code, entry.pin.revision)).collect();
        Ok(CatalogueFetched { changed: true, version, taken, refused })
    }

    /// What came is the program's own doing: nobody at this computer answers for it.
    async fn keep_from_hub(&self, entries: &[CatalogueEntry]) -> Result<(), Fault> {
        let (device, who) = (self.device().await?, self.host.person());
        let act = Act { at: self.now(), who: &who, device, automatic: true, what: "catalogue.fetched" };
        self.store().await?.add_catalogue(entries, None, &act).await?;
        self.catalogue_changed().await;
        Ok(())
    }

    fn read_listed(&self, listed: &Listed, body: &[u8]) -> Result<CatalogueEntry, Fault> {
        let bad = |reason: &str| Fault::new(Code::BadFile).with("file", named(listed)).with("reason", reason);
        let text = std::str::from_utf8(body).map_err(|_| bad("not UTF-8"))?;
        let entry = Entry::from_json(listed.kind, text).map_err(|problems| problems_fault(&problems))?;
        let same = entry.code() == listed.code && entry.revision() == listed.revision;
        // A field this version does not know would be lost on the way: then it is not what the hub published.
        if !same || entry.sha256() != listed.sha256 {
            return Err(bad("it is not what the list says"));
        }
        Ok(kept_entry(&entry, self.now(), Origin::Hub, ""))
    }

    async fn hub_list(&self) -> Result<Option<HubList>, Fault> {
        Ok(self.store().await?.setting(LIST).await?)
    }

    /// Of every content that is here, counting or not.
    async fn digests_here(&self) -> Result<BTreeSet<dossier::Digest>, Fault> {
        let store = self.store().await?;
        let mut here: BTreeSet<_> = shipped().catalogue()?.entries().map(|entry| entry.sha256()).collect();
        for kind in EntryKind::ALL {
            here.extend(store.catalogue_of(kind.name()).await?.into_iter().map(|entry| entry.pin.sha256));
        }
        Ok(here)
    }

    pub(super) async fn catalogue_at_hub(&self) -> Result<CatalogueAtHub, Fault> {
        let list = self.hub_list().await?.ok_or_else(never_fetched)?;
        let (catalogue, here) = (self.catalogue().await?, self.digests_here().await?);
        let mut lines: Vec<AtHubLine> = vec![];
        for listed in &list.entries {
            let counting = catalogue.entry(listed.kind, &listed.code, Some(listed.revision));
            let standing = match counting {
                Some(entry) if entry.sha256() == listed.sha256 => AtHub::Same,
                Some(_) => AtHub::Different,
                None if here.contains(&listed.sha256) => AtHub::Same,
                None => AtHub::OnlyThere,
            };
            let (kind, code, revision) = (listed.kind, listed.code.clone(), listed.revision);
            lines.push(AtHubLine { kind, code, revision, standing });
        }
        for entry in catalogue.entries() {
            let (kind, code, revision) = (entry.kind(), entry.code(), entry.revision());
            if !lines.iter().any(|line| (line.kind, &line.code, line.revision) == (kind, &code, revision)) {
                lines.push(AtHubLine { kind, code, revision, standing: AtHub::OnlyHere });
            }
        }
        lines.sort_by(|a, b| (a.kind, &a.code, a.revision).cmp(&(b.kind, &b.code, b.revision)));
        let HubList { version, published_at, fetched_at, .. } = list;
        Ok(CatalogueAtHub { version, published_at, fetched_at, lines })
    }

    /// The newest revision the hub has published, from what was fetched.
    pub(super) async fn entry_at_hub(&self, kind: EntryKind, code: &str) -> Result<Entry, Fault> {
        let list = self.hub_list().await?.ok_or_else(never_fetched)?;
        let of_it = list.entries.iter().filter(|listed| listed.kind == kind && listed.code == code);
        let newest = of_it.max_by_key(|listed| listed.revision).ok_or_else(|| no_entry(kind, code))?;
        let ships = shipped().catalogue()?.entry(kind, code, Some(newest.revision));
        if let Some(entry) = ships.filter(|entry| entry.sha256() == newest.sha256) {
            return Ok(entry);
        }
        let revision = newest.revision.to_string();
        let pin = Pin { kind: kind.name().into(), code: code.into(), revision, sha256: newest.sha256 };
        let kept = self.store().await?.catalogue_entry(&pin).await?.ok_or_else(|| no_entry(kind, code))?;
        Entry::from_json(kind, &kept.json).map_err(|problems| problems_fault(&problems))
    }
}

fn never_fetched() -> Fault {
    Fault::new(Code::NotFound).with("what", "catalogue of the hub")
}

fn named(listed: &Listed) -> String {
    format!("{} {}", listed.code, listed.revision)
}
