//! The hub's catalogue: fetched when there is a hub, kept beside what is here, compared with it.
//!
//! A revision that is here is never replaced: what the hub has under the same number with another content is kept to be compared,
//! and does not count.

use std::collections::BTreeSet;

use dossier::{Entry, EntryKind, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Act, CatalogueEntry, Origin, Pin};
use sync::{CatalogueNews, fetch_catalogue};
use wire::catalogue::{CatalogueManifest, Listed};

use super::{
    AtHub, AtHubLine, CatalogueAtHub, CatalogueBrought, CatalogueFetched, exchange::no_entry, kept_entry,
    problems_fault, revision_of, shipped,
};
use crate::{
    Desk, Host,
    fault::{Fault, FaultCode as Code},
};

/// The name under which the hub's list is kept.
const LIST: &str = "catalogue.hub";
/// And what of it nobody has looked at yet.
const NEWS: &str = "catalogue.news";

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

impl HubList {
    /// # Errors
    /// [`Code::HubListOlder`] when the hub has told a newer list, or another of the same number, before: an old answer is shown again, or
    /// the hub has lost what it published.
    fn is_followed_by(&self, manifest: &CatalogueManifest) -> Result<(), Fault> {
        let same = self.version == manifest.version && self.entries == manifest.entries;
        if self.version < manifest.version || same {
            return Ok(());
        }
        Err(Fault::new(Code::HubListOlder).with("version", manifest.version).with("known", self.version))
    }
}

impl<H: Host> Desk<H> {
    pub(crate) async fn fetch_catalogue(&self) -> Result<CatalogueFetched, Fault> {
        let (_, hub) = self.hub().await?;
        sync::fetch_limits(self.store().await?, &hub).await?;
        let name = hub.id().to_string();
        let known = self.hub_list().await?.filter(|list| list.hub == name);
        let here = self.digests_here().await?;
        let etag = known.as_ref().and_then(|list| list.etag.as_deref());
        let Some(news) = fetch_catalogue(&hub, etag, |listed| !here.contains(&listed.sha256)).await? else {
            let version = known.map_or(0, |list| list.version);
            return Ok(CatalogueFetched { changed: false, version, taken: vec![], refused: vec![] });
        };
        self.take_news(name, known.as_ref(), news).await
    }

    /// Takes in what the hub told, which its signature covers.
    async fn take_news(
        &self,
        hub: String,
        known: Option<&HubList>,
        news: CatalogueNews,
    ) -> Result<CatalogueFetched, Fault> {
        let version = news.manifest.version;
        known.map_or(Ok(()), |known| known.is_followed_by(&news.manifest))?;
        let mut refused: Vec<(String, Fault)> =
            news.refused.into_iter().map(|(listed, fault)| (named(&listed), fault.into())).collect();
        let mut taken = vec![];
        for (listed, body) in &news.bodies {
            match self.read_listed(listed, body) {
                Ok(entry) => taken.push(entry),
                Err(fault) => refused.push((named(listed), fault)),
            }
        }
        let complete = refused.is_empty();
        // Kept all the same, to be compared: it will not count, and is not asked for again.
        let others = self.other_contents(&taken).await?;
        self.keep_from_hub(&taken).await?;
        taken.retain(|entry| !others.iter().any(|(pin, _)| *pin == entry.pin));
        refused.extend(others.into_iter().map(|(pin, fault)| (format!("{} {}", pin.code, pin.revision), fault)));
        let list = HubList {
            hub,
            etag: complete.then(|| news.manifest.etag()),
            version,
            published_at: news.manifest.published_at,
            fetched_at: self.now(),
            entries: news.manifest.entries,
        };
        let taken: Vec<String> =
            taken.iter().map(|entry| format!("{} {}", entry.pin.code, entry.pin.revision)).collect();
        // Told before the list counts as fetched: twice rather than never.
        self.note_news(&taken).await?;
        self.store().await?.set_setting(LIST, &list).await?;
        Ok(CatalogueFetched { changed: true, version, taken, refused })
    }

    /// What came is told once, on the screen of the catalogue, whoever was there when it came.
    async fn note_news(&self, taken: &[String]) -> Result<(), Fault> {
        if taken.is_empty() {
            return Ok(());
        }
        let before = self.catalogue_news().await?.map_or(vec![], |news| news.taken);
        let taken = before.into_iter().filter(|one| !taken.contains(one)).chain(taken.iter().cloned()).collect();
        let news = CatalogueBrought { at: self.now(), taken };
        Ok(self.store().await?.set_setting(NEWS, &[news]).await?)
    }

    pub(super) async fn catalogue_news(&self) -> Result<Option<CatalogueBrought>, Fault> {
        Ok(self.store().await?.setting::<Vec<CatalogueBrought>>(NEWS).await?.unwrap_or_default().pop())
    }

    pub(super) async fn catalogue_news_seen(&self) -> Result<Option<CatalogueBrought>, Fault> {
        self.store().await?.set_setting::<[CatalogueBrought]>(NEWS, &[]).await?;
        Ok(None)
    }

    /// Those of the entries whose revision is here with another content, or came twice.
    async fn other_contents(&self, entries: &[CatalogueEntry]) -> Result<Vec<(Pin, Fault)>, Fault> {
        let (mut others, kept) = (vec![], self.kept_beside_shipped().await?);
        for CatalogueEntry { pin, .. } in entries {
            let other = |it: &&CatalogueEntry| revision_of(&it.pin) == revision_of(pin) && it.pin.sha256 != pin.sha256;
            if shipped().sha256(pin)?.is_some_and(|ours| ours != pin.sha256) || kept.iter().any(|it| other(&it)) {
                let fault = Fault::new(Code::RevisionExists).with("what", &pin.code).with("revision", &pin.revision);
                others.push((pin.clone(), fault));
            }
        }
        Ok(others)
    }

    /// What came is the program's own doing: nobody at this computer answers for it.
    async fn keep_from_hub(&self, entries: &[CatalogueEntry]) -> Result<(), Fault> {
        let (device, who) = (self.device().await?, self.person());
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

#[cfg(test)]
mod tests {
    use wire::{HubId, SigningKey};

    use super::*;
    use crate::{
        catalogue::{RevisionOrigin, tests::as_shipped},
        testing::desk,
    };

    /// NB-20 in another revision, as the hub would have it.
    fn revised(revision: u32, change: impl Fn(&mut dossier::Procedure)) -> Entry {
        let mut procedure = as_shipped("NB-20");
        procedure.revision = revision;
        change(&mut procedure);
        Entry::Procedure(Box::new(procedure))
    }

    fn news(version: u64, entries: &[&Entry]) -> CatalogueNews {
        let body = |entry: &&Entry| {
            let body = entry.canonical();
            let (kind, code, revision) = (entry.kind(), entry.code(), entry.revision());
            (Listed { kind, code, revision, sha256: entry.sha256(), bytes: body.len() as u64 }, body)
        };
        let bodies: Vec<(Listed, Vec<u8>)> = entries.iter().map(body).collect();
        let listed = bodies.iter().map(|(listed, _)| listed.clone()).collect();
        let at = Timestamp::from_unix_ms(1_795_000_000_000).unwrap();
        let hub = HubId(uuid::Uuid::from_u128(3));
        let manifest =
            wire::catalogue::CatalogueManifest::new(hub, version, at, listed, &SigningKey::from_seed(&[3; 32]));
        CatalogueNews { manifest: manifest.unwrap(), bodies, refused: vec![] }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn an_older_list_of_the_hub_is_refused_and_the_newer_kept() {
        let desk = desk();
        let next = as_shipped("NB-20").revision + 1;
        let (two, three) = (revised(next, |it| it.sets = 2), revised(next + 1, |it| it.sets = 3));
        let both = [format!("NB-20 {next}"), format!("NB-20 {}", next + 1)];
        let take = async |version, entries: &[&Entry]| {
            let known = desk.hub_list().await.unwrap();
            desk.take_news("hub".into(), known.as_ref(), news(version, entries)).await
        };
        assert_eq!(take(6, &[&two, &three]).await.unwrap().taken, both);
        assert_eq!(desk.catalogue_news().await.unwrap().unwrap().taken, both);
        assert_eq!(desk.catalogue_news_seen().await.unwrap(), None);
        for (version, entries) in [(5, vec![&two]), (6, vec![&two])] {
            let refused = take(version, &entries).await.unwrap_err();
            assert_eq!((refused.code, refused.args["known"].as_str()), (Code::HubListOlder, "6"));
        }
        let known = desk.hub_list().await.unwrap().unwrap();
        assert_eq!((known.version, known.entries.len()), (6, 2));
        take(6, &[&two, &three]).await.unwrap();
        take(7, &[&two]).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn another_content_of_a_revision_that_is_here_is_kept_and_told_as_refused() {
        let desk = desk();
        let next = as_shipped("NB-20").revision + 1;
        let (ours, theirs) = (revised(next, |it| it.sets = 2), revised(next, |it| it.sets = 5));
        let kept = kept_entry(&ours, desk.now(), Origin::Published, "Lan");
        desk.store().await.unwrap().keep_catalogue(&[kept]).await.unwrap();
        let fetched = desk.take_news("hub".into(), None, news(1, &[&theirs])).await.unwrap();
        assert_eq!(fetched.taken, [""; 0]);
        let refused = &fetched.refused[0];
        assert_eq!((&refused.0, refused.1.code), (&format!("NB-20 {next}"), Code::RevisionExists));
        assert_eq!(desk.procedure("NB-20").await.unwrap().sets, 2, "what was first counts");
        assert_eq!(desk.entry_at_hub(EntryKind::Procedure, "NB-20").await.unwrap(), theirs, "to be compared");
        assert!(desk.hub_list().await.unwrap().unwrap().etag.is_some(), "it is not asked for again and again");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn what_is_published_here_has_a_number_above_what_is_kept_and_does_not_fit() {
        let desk = desk();
        let first = as_shipped("NB-20").revision;
        let unfit = revised(first + 1, |it| it.form.id = "nb-77".into());
        desk.take_news("hub".into(), None, news(1, &[&unfit])).await.unwrap();
        assert_eq!(desk.procedure("NB-20").await.unwrap().revision, first, "its form is not here");
        let source = "QĐ 1/QĐ-UBND";
        desk.take_charge("Phạm Thu Hà", "QĐ 5/QĐ-UBND").await.unwrap();
        let line = desk.confirm_value((EntryKind::Procedure, "NB-20"), "sets", source, Some("4")).await.unwrap();
        assert_eq!((line.revision, line.counts, line.origin), (first + 2, true, RevisionOrigin::Published));
        assert_eq!(desk.procedure("NB-20").await.unwrap().sets, 4);
        let draft = desk.open_draft(EntryKind::Procedure, "NB-20", None).await.unwrap();
        assert_eq!(draft.revision, first + 3);
    }
}
