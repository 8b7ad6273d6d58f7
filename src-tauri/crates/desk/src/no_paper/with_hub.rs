//! Lists and the hub: what was approved here is sent once there is a hub, what is in force elsewhere comes from there, and each side
//! learns that the other has it.

use dossier::{Digest, no_paper::NoPaperList};
use serde_json::{Value, json};
use store::{ListAtHub, ListState, StoreError, StoredList};
use sync::{Fault as LinkFault, Hub};
use wire::{Code as Problem, no_paper::ListedList, problem::Remedy};

use super::{AppliedBy, ListStanding, ListsExchanged, NoPaperView};
use crate::{
    Desk, Host, Notice,
    fault::{Fault, FaultCode as Code},
};

/// The name under which is kept which lists of the hub were taken in last: (hub, ETag).
const SEEN: &str = "no_paper.hub";

impl<H: Host> Desk<H> {
    /// Sends what waits, takes in what is new, says what counts here, and hears where the own lists count.
    pub(crate) async fn exchange_lists(&self) -> Result<ListsExchanged, Fault> {
        let (_, hub) = self.hub().await?;
        let sent = self.send_lists(&hub).await?;
        let (taken, refused) = self.fetch_lists(&hub).await?;
        let told = self.tell_applied(&hub).await?;
        let heard = self.hear_applied(&hub).await?;
        if heard || told || !(sent.is_empty() && taken.is_empty() && refused.is_empty()) {
            self.host.notice(Notice::Lists);
        }
        Ok(ListsExchanged { sent, taken, refused })
    }

    /// Sends the approved lists that wait. Gives those the hub took; one that it refuses says so from now on and keeps none waiting.
    pub(crate) async fn send_lists(&self, hub: &Hub) -> Result<Vec<String>, Fault> {
        let mut sent = vec![];
        for waiting in self.standing_as(ListState::Waiting).await? {
            let Some(view) = self.list_of(&waiting).await? else { continue };
            let (state, said) = match sync::send_list(hub, view.list.canonical()).await {
                Ok(receipt) => (ListState::Received, serde_json::to_value(receipt).map_err(Fault::unexpected)?),
                Err(fault) if !fault.is_of_the_link() && sync::remedy(&fault) == Remedy::Quarantine => {
                    let refused = refused(fault, &view.list);
                    (ListState::Refused, serde_json::to_value(refused).map_err(Fault::unexpected)?)
                }
                Err(fault) => return Err(fault.into()),
            };
            self.note_at_hub(&waiting, state, &said).await?;
            if state == ListState::Received {
                sent.push(named(&waiting.department, waiting.revision));
            }
        }
        Ok(sent)
    }

    async fn fetch_lists(&self, hub: &Hub) -> Result<(Vec<String>, Vec<(String, Fault)>), Fault> {
        let store = self.store().await?;
        let seen: Option<(String, String)> = store.setting(SEEN).await?;
        let seen = seen.filter(|(of, _)| *of == hub.id().to_string());
        let here: Vec<Digest> = self.approved_lists().await?.iter().map(|view| view.list.sha256()).collect();
        let etag = seen.as_ref().map(|(_, etag)| etag.as_str());
        let Some(news) = sync::fetch_lists(hub, etag, |listed| !here.contains(&listed.sha256)).await? else {
            return Ok((vec![], vec![]));
        };
        let (mut taken, mut refused, mut whole) = (vec![], vec![], news.refused.is_empty());
        for (listed, fault) in news.refused {
            refused.push((named(&listed.department, listed.revision), fault.into()));
        }
        for listed in &news.lists.lists {
            let body = news.bodies.iter().find(|(it, _)| it.sha256 == listed.sha256).map(|(_, body)| body.as_slice());
            if body.is_none() && !here.contains(&listed.sha256) {
                continue;
            }
            match self.take_listed(listed, body).await {
                Ok(()) if body.is_none() => {}
                Ok(()) => taken.push(named(&listed.department, listed.revision)),
                Err(fault) => {
                    // Another content of a revision that is here stays refused: it is not asked for again and again.
                    whole &= fault.code == Code::ListClash;
                    refused.push((named(&listed.department, listed.revision), fault));
                }
            }
        }
        if whole {
            store.set_setting(SEEN, &(hub.id().to_string(), news.lists.etag())).await?;
        }
        Ok((taken, refused))
    }

    /// Takes one list of the hub in; without a body it is here already, and only whose it is is noted.
    async fn take_listed(&self, listed: &ListedList, body: Option<&[u8]>) -> Result<(), Fault> {
        let _turn = self.saving_lists.lock().await;
        let said = json!({ "agency": listed.agency.name, "at": listed.received_at });
        let hub = Some((ListState::Fetched, &said));
        let Some(body) = body else {
            let here = self.approved_lists().await?.into_iter().find(|view| view.list.sha256() == listed.sha256);
            let Some(view) = here else { return Ok(()) };
            let stored = self.stored(&view.list)?;
            return self
                .by_itself("no_paper.fetched", async |store, act| store.save_list(&stored, hub, None, act).await)
                .await;
        };
        let list = read_listed(listed, body)?;
        let moved = self.moved_draft(&list).await?.map(|draft| self.stored(&draft)).transpose()?;
        let stored = StoredList { saved_by: String::new(), ..self.stored(&list)? };
        let save = async |store: &store::Store, act: &store::Act<'_>| match store
            .save_list(&stored, hub, moved.as_ref(), act)
            .await
        {
            Err(StoreError::Conflict(store::Clash::OtherRevision { .. })) => Ok(false),
            saved => saved.map(|()| true),
        };
        if self.by_itself("no_paper.fetched", save).await? {
            return Ok(());
        }
        // Both stay: ours here, theirs at the hub.
        let fault = clash(&list).with("agency", &listed.agency.name);
        let refused = self.standing_as(ListState::Refused).await?;
        // Why the hub refused it stays to be told.
        if refused.iter().any(|it| it.department == list.department && it.revision == list.revision) {
            return Err(fault);
        }
        let said = serde_json::to_value(&fault).map_err(Fault::unexpected)?;
        let (department, state) = (&list.department, ListState::Refused);
        self.by_itself("no_paper.clash", async |store, act| {
            store.set_list_at_hub(department, list.revision, (state, &said), act).await
        })
        .await?;
        Err(fault)
    }

    /// Says of what came from the hub that it counts here. Gives whether anything was said.
    async fn tell_applied(&self, hub: &Hub) -> Result<bool, Fault> {
        let mut told = false;
        for fetched in self.standing_as(ListState::Fetched).await? {
            let Some(view) = self.list_of(&fetched).await?.filter(|view| view.in_force) else { continue };
            match sync::tell_applied(hub, &view.list.sha256()).await {
                Ok(()) => {}
                // The hub was set back to before it had it: the agency whose list it is sends it again.
                Err(LinkFault::Refused { problem, .. }) if problem.code == Problem::NotFound => continue,
                Err(fault) => return Err(fault.into()),
            }
            self.note_at_hub(&fetched, ListState::Applied, &fetched.said).await?;
            told = true;
        }
        Ok(told)
    }

    /// Hears where the lists that were sent from here count. Gives whether that has changed.
    async fn hear_applied(&self, hub: &Hub) -> Result<bool, Fault> {
        let received = self.standing_as(ListState::Received).await?;
        if received.is_empty() {
            return Ok(false);
        }
        let (lists, mut changed) = (sync::lists_applied(hub).await?.lists, false);
        for ours in received {
            let Some(view) = self.list_of(&ours).await? else { continue };
            let sha256 = view.list.sha256();
            let by = lists.iter().find(|list| list.sha256 == sha256).map_or(&[][..], |list| &list.by);
            let applied: Vec<AppliedBy> = by.iter().map(applied_by).collect();
            let applied = serde_json::to_value(applied).map_err(Fault::unexpected)?;
            if applied != ours.applied {
                self.store().await?.set_list_applied(&ours.department, ours.revision, &applied).await?;
                changed = true;
            }
        }
        Ok(changed)
    }

    /// Sends the newest approved list to the hub though it was not approved here, or once more after it was refused.
    pub(super) async fn send_list(&self, department: &str) -> Result<NoPaperView, Fault> {
        let view = self.approved_lists().await?.into_iter().find(|view| view.list.department == department);
        let view = view.ok_or_else(|| Fault::new(Code::NotFound).with("what", "list"))?;
        let again = matches!(view.hub, ListStanding::Here | ListStanding::Refused { .. });
        if again {
            let waiting = (ListState::Waiting, &Value::Null);
            let revision = view.list.revision;
            self.acting("no_paper.send", async |store, act| {
                store.set_list_at_hub(department, revision, waiting, act).await
            })
            .await?;
        }
        self.lists_changed();
        let lists = self.no_paper_lists().await?.into_iter();
        let same = |it: &NoPaperView| it.list.department == department && it.list.revision == view.list.revision;
        lists.into_iter().find(same).ok_or_else(|| Fault::unexpected("a list that was not kept"))
    }

    async fn approved_lists(&self) -> Result<Vec<NoPaperView>, Fault> {
        let mut lists = self.no_paper_lists().await?;
        lists.retain(|view| view.list.approval.is_some());
        Ok(lists)
    }

    async fn standing_as(&self, state: ListState) -> Result<Vec<ListAtHub>, Fault> {
        let mut lists = self.store().await?.lists_at_hub().await?;
        lists.retain(|list| list.state == state);
        Ok(lists)
    }

    async fn list_of(&self, at_hub: &ListAtHub) -> Result<Option<NoPaperView>, Fault> {
        let same = |it: &NoPaperView| it.list.department == at_hub.department && it.list.revision == at_hub.revision;
        Ok(self.approved_lists().await?.into_iter().find(same))
    }

    /// What the hub has said is the program's own doing.
    async fn note_at_hub(&self, list: &ListAtHub, state: ListState, said: &Value) -> Result<(), Fault> {
        let (department, revision) = (list.department.as_str(), list.revision);
        self.by_itself("no_paper.at_hub", async |store, act| {
            store.set_list_at_hub(department, revision, (state, said), act).await
        })
        .await
    }
}

/// What is kept of a list at the hub, as it is shown.
pub(super) fn standing(at_hub: Option<&ListAtHub>) -> ListStanding {
    let Some(list) = at_hub else { return ListStanding::Here };
    let field = |name: &str| list.said.get(name).cloned().unwrap_or_default();
    match list.state {
        ListState::Waiting => ListStanding::Waiting,
        ListState::Received => ListStanding::Received {
            at: serde_json::from_value(field("received_at")).unwrap_or(list.at),
            applied: serde_json::from_value(list.applied.clone()).unwrap_or_default(),
        },
        ListState::Refused => {
            let fault = serde_json::from_value(list.said.clone());
            ListStanding::Refused { fault: fault.unwrap_or_else(|_| Fault::new(Code::HubRefused)) }
        }
        ListState::Fetched | ListState::Applied => ListStanding::FromHub {
            agency: field("agency").as_str().unwrap_or_default().to_owned(),
            at: serde_json::from_value(field("at")).unwrap_or(list.at),
        },
    }
}

fn read_listed(listed: &ListedList, body: &[u8]) -> Result<NoPaperList, Fault> {
    let name = named(&listed.department, listed.revision);
    let bad = |reason: &str| Fault::new(Code::BadFile).with("file", &name).with("reason", reason);
    let text = std::str::from_utf8(body).map_err(|_| bad("not UTF-8"))?;
    let list = NoPaperList::from_json(text).map_err(|problems| super::wrong(&problems).with("file", &name))?;
    let same = list.department == listed.department && list.revision == listed.revision;
    if !same || list.approval.is_none() || list.sha256() != listed.sha256 {
        return Err(bad("it is not what the hub says"));
    }
    Ok(list)
}

/// Why the hub did not take a list, in the person's terms.
fn refused(fault: LinkFault, list: &NoPaperList) -> Fault {
    let LinkFault::Refused { problem, .. } = &fault else { return fault.into() };
    match problem.code {
        Problem::RevisionExists => clash(list),
        Problem::DepartmentTaken => {
            let agency = problem.args.get("agency").and_then(Value::as_str).unwrap_or_default();
            Fault::new(Code::DepartmentTaken).with("department", &list.department).with("agency", agency)
        }
        _ => fault.into(),
    }
}

fn clash(list: &NoPaperList) -> Fault {
    Fault::new(Code::ListClash).with("department", &list.department).with("revision", list.revision)
}

fn applied_by(one: &wire::no_paper::Application) -> AppliedBy {
    AppliedBy { agency: one.agency.name.clone(), station: one.station.clone(), at: one.at }
}

fn named(department: &str, revision: u32) -> String {
    format!("{department} {revision}")
}
